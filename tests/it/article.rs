//! Articles as they are read: the page with what machines are told of it, what is asked for again, feeds by the rules of their
//! specifications, what other servers get, series and scripts, what an account says by itself.

use super::server::{Answer, Person, Server, settle};

const BODY: &str = "# 水客\n\n从**汕头**到槟城，一封{侨批|qiáo pī}。[^1]\n\n# 批局\n\n> 银已收到\n\n# 回批\n\n| 年 | 封 |\n|--|--|\n| 1931 | 12 |\n\n[^1]: 带银信的人 & 朋友。";

/// A hall with an account and an article in a series; the paths of the account and of the article.
async fn written(a: &Server) -> (Person, String, String, String) {
    let mut mei = a.sign_up("mei").await;
    let account = mei.opens_account("bao", "潮州 & 侨报", &[("about", "老信、旧味")]).await;
    let number = mei.account_number(&account).await;
    let one = mei.begins_series(&number, "家乡味").await;
    let draft = mei.drafts(&account, "抽屉里的<一扎>批", BODY).await;
    let fields = [
        ("series", one.rsplit('/').next().unwrap()),
        ("digest", "一扎 & 两扎"),
        ("bylines", "文／美玲"),
        ("is_original", "yes"),
    ];
    let published = mei.saves(&draft, "publish", &fields).await;
    assert_eq!(published.status, 303, "{}", published.body);
    let article = published.location().to_owned();
    (mei, account, article, one)
}

async fn with(server: &Server, path: &str, header: (&str, &str)) -> Answer {
    let mut visitor = Person::new(server);
    let url = format!("{}{path}", server.origin);
    visitor.send(super::server::client().get(url).header(header.0, header.1)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reading_page_tells_people_and_machines_what_it_is() {
    let a = Server::start("guangzhou").await;
    let (mut mei, account, article, series) = written(&a).await;
    let second = mei.publishes(&account, "红桃粿", "![](/media/1/display)米饭").await;
    let page = Person::new(&a).get(&article).await;
    for words in [
        "<title>抽屉里的&#60;一扎&#62;批",
        "property=\"og:title\" content=\"抽屉里的",
        "property=\"og:type\" content=\"article\"",
        "property=\"og:description\" content=\"一扎",
        "application/ld+json",
        "文／美玲",
        "阅读约",
        "href=\"#h-1\"",
        "<ruby>侨<rp>(</rp><rt>qiáo</rt>",
        "id=\"fn-1\"",
        "原创",
        &series,
    ] {
        assert!(page.body.contains(words), "{words} isn't in {}", page.body);
    }
    let data = page.body.split("application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!((data["@type"].as_str(), data["headline"].as_str()), (Some("Article"), Some("抽屉里的<一扎>批")));
    assert!(page.body.len() < 40_000, "{} bytes", page.body.len());
    // The next of a series, and no word of pictures that aren't there.
    assert!(!Person::new(&a).get(&second).await.body.contains("/media/1/"));
    // Asked for again: nothing, until something has changed.
    let tag = page.header("etag").to_owned();
    assert!(!tag.is_empty());
    let again = with(&a, &article, ("if-none-match", &tag)).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(with(&a, &article, ("if-none-match", "W/\"other\"")).await.status, 200);
    let draft = mei.get(&article).await.links("/drafts/").remove(0);
    a.clock.advance(huiguan::clock::MINUTE);
    assert_eq!(mei.saves(&draft, "publish", &[("subtitle", "从水客到批局")]).await.status, 303);
    assert_eq!(with(&a, &article, ("if-none-match", &tag)).await.status, 200);
    // Each reader counts once a day, and the number is all that is kept for longer.
    let count =
        |body: &str| body.split(" read").next().and_then(|one| one.rsplit('>').next()?.trim().parse::<i64>().ok());
    let before = mei.get(&article).await.body;
    let after = mei.get(&article).await.body;
    assert_eq!(count(&before), count(&after));
    a.clock.advance(huiguan::clock::DAY);
    mei.get(&article).await;
    let rows = a.ctx.read(huiguan::domain::article::reads_kept).await.unwrap();
    assert_eq!(rows, 1, "yesterday's digests are gone");
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_is_read_in_another_script_once_somebody_has_read_it() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let account = mei.opens_account("bao", "潮州侨报", &[]).await;
    let draft = mei.drafts(&account, "头发与发财", "干杯，理发，发财。里面有面条。").await;
    let offered = mei.get(&format!("{draft}/scripts/zh-Hant")).await.body;
    assert!(offered.contains("頭髮與發財") && offered.contains("理髮"), "{offered}");
    let text = [("script_title", "頭髮與發財"), ("script_body", "乾杯，理髮，發財。")];
    assert_eq!(mei.post(&format!("{draft}/scripts/zh-Hant"), &text).await.status, 303);
    let article = mei.saves(&draft, "publish", &[]).await.location().to_owned();
    let there = format!("{article}?script=zh-Hant");
    assert!(!Person::new(&a).get(&there).await.body.contains("乾杯"), "nothing is published unread");
    let read = [&text[..], &[("is_checked", "yes")]].concat();
    assert_eq!(mei.post(&format!("{draft}/scripts/zh-Hant"), &read).await.status, 303);
    assert_eq!(mei.saves(&draft, "publish", &[]).await.status, 303);
    assert!(Person::new(&a).get(&there).await.body.contains("乾杯，理髮，發財。"));
    assert_eq!(mei.get(&format!("{draft}/scripts/fr")).await.status, 422);
    settle(&[&a]).await;
}

/// The text of the elements of this name, in their order, as a reader of XML finds them.
fn texts(xml: &str, name: &str) -> Vec<String> {
    let open = format!("<{name}");
    let whole = xml.split(&open).skip(1).filter(|rest| rest.starts_with(['>', ' ', '/']));
    whole
        .map(|rest| {
            let (_, inner) = rest.split_once('>').unwrap_or_default();
            inner.split(&format!("</{name}>")).next().unwrap_or_default().to_owned()
        })
        .collect()
}

/// RFC 4287: a feed has exactly one id, title, updated (§4.1.1), a link to itself (§4.1.1, SHOULD), an author for every entry
/// (§4.1.2); an entry has exactly one id, title, updated (§4.1.2), an alternate link if it has no content (we have both); ids are
/// IRIs and differ (§4.2.6); dates are RFC 3339 (§3.3); content of type html is escaped markup (§4.1.3.3).
fn check_atom(xml: &str) {
    let (head, entries) = xml.split_once("<entry>").expect("an entry");
    for name in ["id", "title", "updated"] {
        assert_eq!(texts(head, name).len(), 1, "{name} of the feed");
    }
    assert!(xml.contains("xmlns=\"http://www.w3.org/2005/Atom\""));
    assert!(head.contains("rel=\"self\"") && head.contains("<author>"), "{head}");
    let mut ids = texts(xml, "id");
    for entry in entries.split("<entry>") {
        for name in ["id", "title", "updated", "published", "content"] {
            assert_eq!(texts(entry, name).len(), 1, "{name} of an entry: {entry}");
        }
        assert!(entry.contains("type=\"html\"") && !texts(entry, "content")[0].contains("<p>"), "{entry}");
        assert!(entry.contains("rel=\"alternate\""));
    }
    for date in texts(xml, "updated").iter().chain(&texts(xml, "published")) {
        assert!(date.parse::<jiff::Timestamp>().is_ok(), "{date}");
    }
    assert!(ids.iter().all(|id| url::Url::parse(id).is_ok()), "{ids:?}");
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

/// RSS 2.0: one channel with title, link, description; each item a title or a description, its link absolute; pubDate by RFC 822;
/// a guid that is no permalink says so. The Advisory Board's profile: a link to itself, full text in content:encoded.
fn check_rss(xml: &str) {
    assert!(
        xml.starts_with("<?xml") && xml.contains("version=\"2.0\"") && xml.matches("<channel>").count() == 1,
        "{xml}"
    );
    let (head, items) = xml.split_once("<item>").expect("an item");
    for name in ["title", "link", "description", "lastBuildDate"] {
        assert_eq!(texts(head, name).len(), 1, "{name} of the channel");
    }
    assert!(head.contains("atom:link") && head.contains("rel=\"self\""), "{head}");
    for item in items.split("<item>") {
        for name in ["title", "link", "guid", "pubDate", "content:encoded"] {
            assert_eq!(texts(item, name).len(), 1, "{name} of an item: {item}");
        }
        assert!(item.contains("isPermaLink=\"false\""));
        assert!(url::Url::parse(&texts(item, "link")[0]).is_ok());
    }
    for date in texts(xml, "pubDate") {
        assert!(jiff::fmt::rfc2822::parse(&date).is_ok(), "{date}");
    }
}

/// JSON Feed 1.1: version, title, items; each item an id that is a text and content; dates by RFC 3339; authors as a list.
fn check_json_feed(feed: &serde_json::Value) {
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert!(feed["title"].is_string() && feed["feed_url"].is_string() && feed["home_page_url"].is_string());
    for item in feed["items"].as_array().unwrap() {
        assert!(item["id"].is_string() && item["content_html"].is_string() && item["authors"].is_array(), "{item}");
        assert!(item["date_published"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
        assert!(url::Url::parse(item["url"].as_str().unwrap()).is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_have_the_full_text_and_hold_to_their_specifications() {
    let a = Server::start("guangzhou").await;
    let (mut mei, account, _, series) = written(&a).await;
    mei.publishes(&account, "红桃粿", "米饭").await;
    let number = mei.account_number(&account).await;
    let page = Person::new(&a).get(&account).await.body;
    for base in [format!("/accounts/{number}/feed"), format!("{series}/feed")] {
        let mut reader = Person::new(&a);
        let atom = reader.get(&format!("{base}.atom")).await;
        assert_eq!(atom.status, 200, "{}", atom.body);
        assert!(atom.header("content-type").starts_with("application/atom+xml"));
        check_atom(&atom.body);
        let rss = reader.get(&format!("{base}.rss")).await;
        assert!(rss.header("content-type").starts_with("application/rss+xml"));
        check_rss(&rss.body);
        let feed = reader.get(&format!("{base}.json")).await;
        assert!(feed.header("content-type").starts_with("application/feed+json"));
        check_json_feed(&feed.json());
        for whole in [&atom.body, &rss.body, &feed.body] {
            assert!(whole.contains("1931") && whole.contains("qiáo"), "the full text: {whole}");
        }
        let tag = atom.header("etag").to_owned();
        assert_eq!(with(&a, &format!("{base}.atom"), ("if-none-match", &tag)).await.status, 304);
        assert_eq!(reader.get(&format!("{base}.xml")).await.status, 404);
    }
    assert!(page.contains(&format!("/accounts/{number}/feed.rss")), "readers of feeds find it: {page}");
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_servers_get_an_article_with_all_that_belongs_to_it() {
    let a = Server::start("guangzhou").await;
    let (_mei, account, article, _) = written(&a).await;
    let object = format!("/objects/{}", article.rsplit('/').next().unwrap());
    let accept = ("accept", "application/activity+json");
    let document = with(&a, &object, accept).await.json();
    assert_eq!(document["type"], "Article");
    assert_eq!(document["name"], "抽屉里的<一扎>批");
    assert_eq!(document["summary"], "一扎 &amp; 两扎");
    assert_eq!(document["attributedTo"], format!("{}/actors/bao", a.origin));
    assert_eq!(document["preview"]["type"], "Note");
    assert!(document["preview"]["content"].as_str().unwrap().contains(&article));
    assert_eq!(document["source"]["mediaType"], "text/markdown");
    assert_eq!(
        document["interactionPolicy"]["canReply"]["manualApproval"][0],
        "https://www.w3.org/ns/activitystreams#Public"
    );
    assert_eq!(document["hg:series"]["name"], "家乡味");
    let content = document["content"].as_str().unwrap();
    assert!(content.contains("<td>1931</td>") && content.contains(&format!("{}{article}#fn-1", a.origin)), "{content}");
    let actor = with(&a, "/actors/bao", accept).await.json();
    assert_eq!(
        (actor["type"].as_str(), actor["manuallyApprovesFollowers"].as_bool()),
        (Some("Organization"), Some(false))
    );
    let found = Person::new(&a).get(&format!("/.well-known/webfinger?resource=acct:bao@{}", a.authority)).await;
    assert!(found.body.contains("/actors/bao"), "{}", found.body);
    settle(&[&a]).await;
    let outbox = with(&a, "/actors/bao/outbox", accept).await.json();
    assert_eq!(outbox["totalItems"], 1, "{outbox}");
    assert!(Person::new(&a).get(&account).await.body.contains("抽屉里的"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_greets_and_answers_by_itself() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut hua, mut lan) = (a.sign_up("mei").await, a.sign_up("hua").await, b.sign_up("lan").await);
    let account = mei.opens_account("bao", "潮州侨报", &[]).await;
    let number = mei.account_number(&account).await;
    let settings = [
        ("title", "潮州侨报"),
        ("kind", "subscription"),
        ("talk", "selected"),
        ("welcome", "谢谢关注，投稿请写“投稿”。"),
        ("answers", "投稿 来稿 = 来稿请寄会馆秘书。\n地址 = 牛车水十八号"),
    ];
    assert_eq!(mei.post(&format!("/accounts/{number}"), &settings).await.status, 303);
    let wrong = [&settings[..4], &[("answers", "没有等号")]].concat();
    assert_eq!(mei.post(&format!("/accounts/{number}"), &wrong).await.status, 422);
    for reader in [&mut hua, &mut lan] {
        assert_eq!(reader.asks(&format!("@bao@{}", a.authority), "").await.status, 303);
    }
    settle(&[&a, &b]).await;
    assert!(hua.get("/notices").await.body.contains("谢谢关注"), "{}", hua.get("/notices").await.body);
    assert!(lan.get("/notices").await.body.contains("谢谢关注"));
    hua.posts("@bao 我要投稿", "everyone").await;
    lan.posts(&format!("@bao@{} 请问地址", a.authority), "everyone").await;
    settle(&[&a, &b]).await;
    assert!(hua.get("/notices").await.body.contains("来稿请寄会馆秘书"));
    assert!(lan.get("/notices").await.body.contains("牛车水十八号"));
    assert!(!Person::new(&a).get(&account).await.body.contains("牛车水"), "that is between the two");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_account_is_heard_among_the_notices() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let clinic = mei.opens_account("clinic", "同济诊所", &[("kind", "service")]).await;
    assert_eq!(hua.asks("@clinic", "").await.status, 303);
    mei.publishes(&clinic, "冬至义诊", "下午二时").await;
    settle(&[&a]).await;
    let notices = hua.get("/notices").await.body;
    assert!(notices.contains("同济诊所") && notices.contains("published an article"), "{notices}");
    assert!(!hua.home().await.contains("下午二时"), "articles wait in a box of their own");
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_an_article_are_its_accounts_and_what_cannot_be_used_is_said() {
    use super::gallery::{File, Text, jpeg_bomb, large, png, png_bomb, thumbs};
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan) = (a.sign_up("mei").await, a.sign_up("lan").await);
    let account = mei.opens_account("bao", "潮州侨报", &[]).await;
    let draft = mei.drafts(&account, "老照片", "正文").await;
    let text = [Text("revision", "1"), Text("title", "老照片"), Text("body", "写了很久的正文"), Text("act", "save")];
    // Eighty megapixels and a bomb: said at once, and what was typed is saved.
    for bomb in [png_bomb(8_945), jpeg_bomb(9_000)] {
        let page = mei.get(&draft).await.body;
        let revision = page.split("name=\"revision\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let mut parts = vec![Text("revision", &revision)];
        parts.extend(&text[1..]);
        parts.push(File("cover.jpg", &bomb));
        let answer = mei.post_files(&draft, &parts).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert!(
            answer.body.contains("more pixels than can be handled") && answer.body.contains("写了很久的正文"),
            "{}",
            answer.body
        );
    }
    let revision = mei.get(&draft).await.body;
    let revision = revision.split("name=\"revision\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let picture = png(640, 480);
    let mut parts = vec![Text("revision", &revision)];
    parts.extend(&text[1..]);
    parts.push(File("a.png", &picture));
    assert_eq!(mei.post_files(&draft, &parts).await.status, 303);
    settle(&[&a]).await;
    let page = mei.get(&draft).await.body;
    let shown = thumbs(&page).remove(0);
    let number = shown.split('/').nth(2).unwrap().to_owned();
    // The draft's picture is for the staff alone, and for whoever has the link of the draft.
    assert_eq!(lan.opens(&shown).await.status, 404);
    let body = format!("![三个人](/media/{number}/display \"民国廿四年\")");
    assert_eq!(
        mei.saves(&draft, "save", &[("body", &body), ("cover", &number), ("cover_alt", "夜学")]).await.status,
        303
    );
    let link = mei.post(&format!("{draft}/link"), &[]).await.body;
    let link = link.split("/previews/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut visitor = Person::new(&a);
    let preview = visitor.get(&format!("/previews/{link}")).await.body;
    let passed = preview.split("src=\"").find(|part| part.contains("?pass=")).unwrap().split('"').next().unwrap();
    assert_eq!(visitor.opens(&passed.replace("&amp;", "&")).await.status, 200);
    assert_eq!(visitor.opens(&large(&shown)).await.status, 404);
    let published = mei.saves(&draft, "publish", &[]).await;
    assert_eq!(published.status, 303, "{}", published.body);
    let article = visitor.get(published.location()).await.body;
    assert!(article.contains("alt=\"三个人\"") && article.contains("民国廿四年</figcaption>"), "{article}");
    assert!(article.contains("property=\"og:image\"") && article.contains("width=\"640\""), "{article}");
    assert_eq!(visitor.opens(&large(&shown)).await.status, 200);
    // Taken down, it is the account's alone again, and stays with the draft for longer than a day.
    assert_eq!(mei.post(&format!("{draft}/unpublishing"), &[]).await.status, 303);
    assert_eq!(visitor.opens(&large(&shown)).await.status, 404);
    a.clock.advance(3 * huiguan::clock::DAY);
    settle(&[&a]).await;
    a.ctx.write(huiguan::domain::media::sweep).await.unwrap();
    assert_eq!(mei.opens(&shown).await.status, 200);
}
