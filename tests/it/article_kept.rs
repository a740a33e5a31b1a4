//! Articles and what is kept about them: the script that a reader gets and what a browser keeps of it, feeds by date, the order and the end
//! of a series, and the text of an editor whom the hall couldn't hear.

use super::gallery::{File, Text, jpeg, shade, thumbs};
use super::server::{Answer, Person, Server, client, settle};

/// Asks as somebody whose pages are in this language and who has this already.
async fn asks(server: &Server, path: &str, language: &str, known: Option<(&str, &str)>) -> Answer {
    let mut visitor = Person::new(server);
    visitor.cookies.insert("language".to_owned(), language.to_owned());
    let mut request = client().get(format!("{}{path}", server.origin)).header("accept", "text/html");
    if let Some((name, value)) = known {
        request = request.header(name, value);
    }
    visitor.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_get_an_article_in_their_script_and_never_another_one_from_a_cache() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let account = mei.opens_account("bao", "潮州侨报", &[]).await;
    let draft = mei.drafts(&account, "头发与发财", "干杯，理发，发财。里面有面条。").await;
    let text = [("script_title", "頭髮與發財"), ("script_body", "乾杯，理髮，發財。"), ("is_checked", "yes")];
    assert_eq!(mei.post(&format!("{draft}/scripts/zh-Hant"), &text).await.status, 303);
    let english = [("script_title", "Hair and Fortune"), ("script_body", "Cheers."), ("is_checked", "yes")];
    assert_eq!(mei.post(&format!("{draft}/scripts/en"), &english).await.status, 303);
    let article = mei.saves(&draft, "publish", &[]).await.location().to_owned();
    let (hans, hant) = (asks(&a, &article, "zh-Hans", None).await, asks(&a, &article, "zh-Hant", None).await);
    assert!(hans.body.contains("干杯，理发") && hans.body.contains("现在看的是：简体"), "{}", hans.body);
    assert!(hant.body.contains("乾杯，理髮") && hant.body.contains("現在看的是：繁體"), "{}", hant.body);
    assert!(asks(&a, &article, "en", None).await.body.contains("干杯，理发"), "a translation is chosen by hand");
    let vary = hant.header("vary").to_ascii_lowercase();
    assert!(vary.contains("accept-language") && vary.contains("cookie"), "{vary}");
    // Each page leads to the others; what is asked for counts.
    for code in ["zh-Hans", "zh-Hant", "en"] {
        assert!(hant.body.contains(&format!("href=\"{article}?script={code}\"")), "{code}: {}", hant.body);
    }
    let own = format!("{article}?script=zh-Hans");
    assert!(asks(&a, &own, "zh-Hant", None).await.body.contains("干杯，理发"));
    assert!(asks(&a, &format!("{article}?script=en"), "zh-Hant", None).await.body.contains("Cheers."));
    // 304 only for the very page.
    let (of_hans, of_hant) = (hans.header("etag").to_owned(), hant.header("etag").to_owned());
    assert!(!of_hans.is_empty() && of_hans != of_hant);
    for (path, language, tag, status) in [
        (&article, "zh-Hans", &of_hans, 304),
        (&article, "zh-Hant", &of_hant, 304),
        (&article, "zh-Hant", &of_hans, 200),
        (&article, "en", &of_hant, 200),
        (&own, "zh-Hant", &of_hant, 200),
        (&own, "zh-Hans", &of_hans, 200),
    ] {
        let answer = asks(&a, path, language, Some(("if-none-match", tag))).await;
        assert_eq!(answer.status, status, "{path} in {language} with {tag}");
    }
    // A script that was taken back is no longer given, nor taken for known.
    a.clock.advance(huiguan::clock::MINUTE);
    assert_eq!(mei.post(&format!("{draft}/scripts/zh-Hant/removal"), &[]).await.status, 303);
    assert_eq!(mei.saves(&draft, "publish", &[]).await.status, 303);
    let answer = asks(&a, &article, "zh-Hant", Some(("if-none-match", &of_hant))).await;
    assert!(answer.status == 200 && answer.body.contains("干杯，理发"), "{}", answer.body);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_say_their_language_their_authors_and_since_when_they_stand() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let account = mei.opens_account("bao", "潮州侨报", &[]).await;
    let number = mei.account_number(&account).await;
    let draft = mei.drafts(&account, "老照片", "学生们的合影。").await;
    let picture = jpeg(640, 480, shade(1));
    let parts = [
        Text("revision", "1"),
        Text("title", "老照片"),
        Text("body", "学生们的合影，写在后面的名字。"),
        Text("act", "save"),
        File("a.jpg", &picture),
    ];
    assert_eq!(mei.post_files(&draft, &parts).await.status, 303);
    settle(&[&a]).await;
    let cover = thumbs(&mei.get(&draft).await.body).remove(0).split('/').nth(2).unwrap().to_owned();
    let fields = [("cover", cover.as_str()), ("cover_alt", "“夜学”第一届 & 先生"), ("bylines", "文／美玲")];
    let article = mei.saves(&draft, "publish", &fields).await.location().to_owned();
    let feed = |form: &str| format!("/accounts/{number}/feed.{form}");
    let (rss, atom) = (asks(&a, &feed("rss"), "en", None).await, asks(&a, &feed("atom"), "en", None).await);
    assert!(rss.body.contains("<language>zh-Hans</language>"), "{}", rss.body);
    assert!(rss.body.contains("<dc:creator>文／美玲</dc:creator>") && rss.body.contains("xmlns:dc="), "{}", rss.body);
    assert!(atom.body.contains("xml:lang=\"zh-Hans\""), "{}", atom.body);
    let json = asks(&a, &feed("json"), "en", None).await.json();
    assert_eq!(json["language"], "zh-Hans");
    let html = json["items"][0]["content_html"].as_str().unwrap();
    assert!(html.contains("alt=\"“夜学”第一届 &amp; 先生\""), "{html}");
    let page = Person::new(&a).get(&article).await.body;
    for (form, kind) in
        [("rss", "application/rss+xml"), ("atom", "application/atom+xml"), ("json", "application/feed+json")]
    {
        assert!(page.contains(&format!("rel=\"alternate\" type=\"{kind}\"")) && page.contains(&feed(form)), "{page}");
    }
    // Within the second in which something changed there is no date that could be trusted.
    assert_eq!(rss.header("last-modified"), "");
    a.clock.advance(2 * huiguan::clock::SECOND);
    let rss = asks(&a, &feed("rss"), "en", None).await;
    let (date, tag) = (rss.header("last-modified").to_owned(), rss.header("etag").to_owned());
    assert!(date.ends_with("GMT"), "{date}");
    let since = |date: &'static str| Some(("if-modified-since", date));
    let date: &'static str = date.leak();
    assert_eq!(asks(&a, &feed("rss"), "en", since(date)).await.status, 304);
    assert_eq!(asks(&a, &feed("rss"), "en", since("Sat, 01 Jan 2033 00:00:00 GMT")).await.status, 200);
    assert_eq!(asks(&a, &feed("rss"), "en", since("yesterday")).await.status, 200);
    assert_eq!(asks(&a, &feed("rss"), "en", Some(("if-none-match", &tag))).await.status, 304);
    // What is taken down, and another name of the account, are changes too.
    mei.publishes(&account, "第二篇", "今天的事。").await;
    a.clock.advance(2 * huiguan::clock::SECOND);
    let two = asks(&a, &feed("rss"), "en", since(date)).await;
    let later: &'static str = two.header("last-modified").to_owned().leak();
    assert!(two.status == 200 && later != date, "{later}");
    assert_eq!(mei.post(&format!("{draft}/unpublishing"), &[]).await.status, 303);
    a.clock.advance(2 * huiguan::clock::SECOND);
    let one = asks(&a, &feed("rss"), "en", since(later)).await;
    assert!(one.status == 200 && !one.body.contains("老照片"), "{}", one.body);
    let tag = one.header("etag").to_owned();
    let settings = [("title", "新潮州侨报"), ("kind", "subscription"), ("talk", "selected")];
    assert_eq!(mei.post(&format!("/accounts/{number}"), &settings).await.status, 303);
    let renamed = asks(&a, &feed("rss"), "en", Some(("if-none-match", &tag))).await;
    assert!(renamed.status == 200 && renamed.body.contains("新潮州侨报"), "{}", renamed.body);
    settle(&[&a]).await;
}

/// Where these titles stand in a page, in which order.
fn order(page: &str, titles: &[&str]) -> Vec<usize> {
    let mut found: Vec<(usize, usize)> = titles
        .iter()
        .enumerate()
        .map(|(number, title)| (page.find(title).unwrap_or_else(|| panic!("{title}: {page}")), number))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, number)| number).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn editors_rename_a_series_put_it_in_order_and_end_it() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua, mut lan) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("lan").await);
    let account = mei.opens_account("bao", "潮州侨报", &[]).await;
    let number = mei.account_number(&account).await;
    let series = format!("/accounts/{number}/series");
    mei.takes_on(&number, "hua", "contributor").await;
    let one = mei.begins_series(&number, "家乡味").await;
    let in_series = [("series", one.rsplit('/').next().unwrap())];
    let titles = ["红桃粿", "鼠曲粿", "无米粿"];
    let (mut articles, mut drafts) = (Vec::new(), Vec::new());
    for title in titles {
        let draft = mei.drafts(&account, title, "米磨成粉。").await;
        articles.push(mei.saves(&draft, "publish", &in_series).await.location().to_owned());
        drafts.push(draft);
    }
    let edit = format!("{one}/edit");
    // Only who may publish.
    assert_eq!((hua.get(&edit).await.status, lan.get(&edit).await.status), (403, 404));
    for path in [format!("{one}/edit"), format!("{one}/order"), format!("{one}/removal")] {
        assert_eq!(hua.post(&path, &[("series_title", "x")]).await.status, 403, "{path}");
        assert_eq!(lan.post(&path, &[("series_title", "x")]).await.status, 404, "{path}");
    }
    assert!(mei.get(&one).await.body.contains(&edit) && !lan.get(&one).await.body.contains(&edit));
    // Another name.
    let wrong = mei.post(&edit, &[("series_title", " "), ("series_about", "米和糖")]).await;
    assert!(
        wrong.status == 422 && wrong.body.contains("give it a name") && wrong.body.contains("米和糖"),
        "{}",
        wrong.body
    );
    let fields = [("series_title", "粿品"), ("series_about", "米和糖")];
    assert_eq!(mei.post(&edit, &fields).await.location(), one);
    assert!(Person::new(&a).get(&articles[0]).await.body.contains("粿品"));
    assert!(!Person::new(&a).get(&articles[0]).await.body.contains("Edited"), "the article says what it said");
    // Another order: the third before the first.
    assert_eq!(order(&Person::new(&a).get(&one).await.body, &titles), [0, 1, 2]);
    let ids: Vec<&str> = articles.iter().map(|path| path.rsplit('/').next().unwrap()).collect();
    let places: Vec<String> = ids.iter().map(|id| format!("place-{id}")).collect();
    let mut numbers: Vec<(&str, &str)> = ids.iter().map(|id| ("article", *id)).collect();
    numbers.extend(places.iter().map(String::as_str).zip(["1", "2", "1"]));
    numbers.push(("article", "7"));
    assert_eq!(mei.post(&format!("{one}/order"), &numbers).await.location(), one);
    assert_eq!(order(&Person::new(&a).get(&one).await.body, &titles), [2, 0, 1]);
    let first = Person::new(&a).get(&articles[0]).await.body;
    let beside = first.split("class=\"sheet beside\"").nth(1).unwrap().split("</nav>").next().unwrap();
    assert_eq!(order(beside, &["无米粿", "鼠曲粿"]), [0, 1], "{beside}");
    // A new one stands behind the others; one that is changed stays where it is.
    let draft = mei.drafts(&account, "咸水粿", "小碟子。").await;
    assert_eq!(mei.saves(&draft, "publish", &in_series).await.status, 303);
    assert_eq!(mei.saves(&drafts[2], "publish", &[("subtitle", "其实有米")]).await.status, 303);
    let page = Person::new(&a).get(&one).await.body;
    assert_eq!(order(&page, &["红桃粿", "鼠曲粿", "无米粿", "咸水粿"]), [2, 0, 1, 3]);
    // Its end: the articles stay, and so does a draft that still names it.
    assert_eq!(mei.post(&format!("{one}/removal"), &[]).await.location(), series);
    assert_eq!((Person::new(&a).get(&one).await.status, mei.get(&edit).await.status), (404, 404));
    let left = Person::new(&a).get(&articles[0]).await.body;
    assert!(left.contains("米磨成粉") && !left.contains("粿品"), "{left}");
    assert_eq!(mei.saves(&drafts[0], "publish", &[("subtitle", "桃形")]).await.status, 303);
    let log = mei.get(&format!("/accounts/{number}/log")).await.body;
    assert_eq!(log.matches("changed a series").count(), 2, "{log}");
    assert!(log.contains("deleted a series") && log.contains("began a series"), "{log}");
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_script_that_saves_is_told_says_why_nothing_was_saved() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let account = mei.opens_account("bao", "潮州侨报", &[]).await;
    let number = mei.account_number(&account).await;
    mei.takes_on(&number, "hua", "contributor").await;
    let draft = hua.drafts(&account, "还在写", "第一稿").await;
    // All that the script says is in the page, and so is what offers a kept text.
    let page = hua.get(&draft).await.body;
    for said in ["data-offline", "data-failed", "data-refused", "data-signed-out", "data-beside", "data-nowhere"] {
        let words =
            page.split(&format!("{said}=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        assert!(words.len() > 20, "{said}: {page}");
    }
    assert!(page.contains("id=\"kept\"") && page.contains("data-kept=\"use\""), "{page}");
    // As the script sends it: in parts, sixty thousand characters and all.
    let long = "长".repeat(59_000);
    let sent = [Text("revision", "1"), Text("title", "还在写"), Text("body", &long), Text("quiet", "yes")];
    let saved = hua.post_files(&draft, &sent).await;
    assert_eq!((saved.status, saved.json()["revision"].as_i64()), (200, Some(2)), "{}", saved.body);
    // Somebody else first: 409, with the number of what counts.
    assert_eq!(mei.saves(&draft, "save", &[("body", "美的一稿")]).await.status, 303);
    let beside = hua.post(&draft, &[("revision", "2"), ("body", "华的一稿"), ("quiet", "yes")]).await;
    assert!(beside.status == 409 && !beside.json()["said"].as_str().unwrap().is_empty(), "{}", beside.body);
    // Taken off the staff: 404, and nothing is saved.
    let staff = mei.get(&format!("/accounts/{number}/staff")).await;
    let removal =
        staff.links(&format!("/accounts/{number}/staff/")).into_iter().find(|link| link.ends_with("/removal"));
    assert_eq!(mei.post(&removal.unwrap_or_else(|| panic!("{}", staff.body)), &[]).await.status, 303);
    let refused = hua.post(&draft, &[("revision", "3"), ("body", "再写"), ("quiet", "yes")]).await;
    assert_eq!(refused.status, 404, "{}", refused.body);
    assert!(!mei.get(&draft).await.body.contains("再写"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_breaks_off_on_its_way_takes_nothing_away() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let account = mei.opens_account("bao", "潮州侨报", &[]).await;
    let draft = mei.drafts(&account, "老照片", "原来的正文").await;
    assert_eq!(mei.saves(&draft, "save", &[("digest", "写好的摘要")]).await.status, 303);
    let part = |(name, value): &(&str, &str)| {
        format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let token = mei.token.clone();
    let fields = [("form_token", token.as_str()), ("revision", "2"), ("title", "老照片"), ("body", "改过的文字")];
    let begun: String = fields.iter().map(part).collect();
    let file = "--x\r\ncontent-disposition: form-data; name=\"picture\"; filename=\"a.jpg\"\r\n\r\nhalf of it";
    let request = client()
        .post(format!("{}{draft}", a.origin))
        .header("content-type", "multipart/form-data; boundary=x")
        .body(format!("{begun}{file}"));
    let answer = mei.send(request).await;
    assert!(answer.status == 422 && answer.body.contains("broke off"), "{} {}", answer.status, answer.body);
    for words in ["改过的文字", "写好的摘要"] {
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    let page = mei.get(&draft).await.body;
    assert!(page.contains("写好的摘要") && page.contains("原来的正文") && !page.contains("改过的文字"), "{page}");
    settle(&[&a]).await;
}
