//! Sounds, in articles and elsewhere: what is taken, how it is played and told to other servers, what comes from them; articles in the lists
//! that everybody reads; how a text looks while it is written.

use serde_json::json;

use super::gallery::{File, Text, jpeg, shade};
use super::peer::Peer;
use super::server::{Answer, Person, Server, settle};

const MP3: &[u8] = include_bytes!("../fixtures/audio/tone.mp3");
const M4A: &[u8] = include_bytes!("../fixtures/audio/tone.m4a");
const OPUS: &[u8] = include_bytes!("../fixtures/audio/tone.opus");
const VORBIS: &[u8] = include_bytes!("../fixtures/audio/tone.ogg");
const FLAC: &[u8] = include_bytes!("../fixtures/audio/tone.flac");
const WEBA: &[u8] = include_bytes!("../fixtures/audio/tone.weba");
const ALAC: &[u8] = include_bytes!("../fixtures/audio/alac.m4a");

/// One second of silence, eight bits a sample.
fn wave() -> Vec<u8> {
    let mut file = b"RIFF".to_vec();
    file.extend(8_036_u32.to_le_bytes());
    file.extend(b"WAVEfmt ");
    for number in [16_u32, 0x0001_0001, 8_000, 8_000, 0x0008_0001] {
        file.extend(number.to_le_bytes());
    }
    file.extend(b"data");
    file.extend(8_000_u32.to_le_bytes());
    file.extend([128; 8_000]);
    file
}

/// The addresses of the sounds on a page.
fn sounds(page: &str) -> Vec<String> {
    let src = |tag: &str| Some(tag.split('>').next()?.split("src=\"").nth(1)?.split('"').next()?.to_owned());
    page.split("<audio").skip(1).filter_map(src).collect()
}

impl Person {
    /// Sends files with a draft as it stands, and saves it.
    async fn saves_files(&mut self, draft: &str, files: &[(&str, &[u8])]) -> Answer {
        let mut fields = self.get(draft).await.fields("#draft");
        fields.retain(|(name, _)| matches!(name.as_str(), "revision" | "title" | "body"));
        let mut parts = vec![Text("act", "save")];
        parts.extend(fields.iter().map(|(name, value)| Text(name, value)));
        parts.extend(files.iter().map(|(name, content)| File(name, content)));
        self.post_files(draft, &parts).await
    }
}

/// The numbers of the files of a draft, as its shelf has them.
fn shelf(page: &str) -> Vec<String> {
    let shelf = page.split("class=\"shelf\"").nth(1).unwrap_or_default().split("</ul>").next().unwrap_or_default();
    shelf.split("![](/media/").skip(1).filter_map(|rest| Some(rest.split('/').next()?.to_owned())).collect()
}

/// Other servers, and readers of feeds, get the sound of an article as what it is.
async fn is_told(a: &Server, number: &str, article: &str, src: &str) {
    let mut visitor = Person::new(a);
    // Other servers get it as what it is.
    let object = format!("{}/objects/{}", a.origin, article.rsplit('/').next().unwrap());
    let request = super::server::client().get(object).header("accept", "application/activity+json");
    let document = visitor.send(request).await.json();
    let told = &document["attachment"][0];
    assert_eq!((told["type"].as_str(), told["mediaType"].as_str()), (Some("Audio"), Some("audio/wav")), "{document}");
    assert_eq!(
        (told["url"].as_str(), told["name"].as_str()),
        (Some(&*format!("{}{src}", a.origin)), Some("老人家的声音"))
    );
    // Readers of feeds find what they can play.
    let feed = format!("/accounts/{number}/feed");
    let (rss, atom) = (visitor.get(&format!("{feed}.rss")).await.body, visitor.get(&format!("{feed}.atom")).await.body);
    assert!(rss.contains("<enclosure url=\"") && rss.contains("length=\"8044\" type=\"audio/wav\""), "{rss}");
    assert_eq!(atom.matches("rel=\"enclosure\"").count(), 2, "{atom}");
    let first = &visitor.get(&format!("{feed}.json")).await.json()["items"][0]["attachments"][0];
    assert_eq!((first["mime_type"].as_str(), first["duration_in_seconds"].as_i64()), (Some("audio/wav"), Some(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_is_listened_to_here_and_in_another_hall() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let account = mei.opens_account("bao", "潮州侨报", &[]).await;
    assert_eq!(lan.asks(&format!("@bao@{}", a.authority), "").await.status, 303);
    settle(&[&a, &b]).await;
    let draft = mei.drafts(&account, "阿嬷哼的歌", "正文").await;
    let wave = wave();
    let files: [(&str, &[u8]); 2] = [("song.wav", &wave), ("old.mp3", MP3)];
    let saved = mei.saves_files(&draft, &files).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    settle(&[&a]).await;
    let page = mei.get(&draft).await.body;
    let numbers = shelf(&page);
    assert_eq!(numbers.len(), 2, "{page}");
    assert!(
        page.contains("<span class=\"chip\">Sound</span>") && !page.contains(&format!("/media/{}/thumb", numbers[0]))
    );
    let body = format!(
        "哄孩子睡。\n\n![老人家的声音](/media/{}/display \"一九八六年录音\")\n\n![一段琴](/media/{}/display)",
        numbers[0], numbers[1]
    );
    // What is listened to is no cover.
    let refused = mei.saves(&draft, "publish", &[("body", &body), ("cover", &numbers[0])]).await;
    assert!(refused.status == 422 && refused.body.contains("has to be a picture"), "{}", refused.body);
    let out = mei.saves(&draft, "publish", &[("body", &body), ("cover", "0")]).await;
    assert_eq!(out.status, 303, "{}", out.body);
    let article = out.location().to_owned();
    let mut visitor = Person::new(&a);
    let page = visitor.get(&article).await.body;
    let here = sounds(&page);
    assert_eq!(here.len(), 2, "{page}");
    assert!(page.contains("aria-label=\"老人家的声音\"") && page.contains("一九八六年录音</figcaption>"), "{page}");
    assert!(page.contains("<figcaption>一段琴</figcaption>"), "a sound without a caption shows its words: {page}");
    let whole = visitor.opens(&here[0]).await;
    let headers = (whole.status, whole.header("content-type"), whole.header("accept-ranges"));
    assert_eq!(headers, (200, "audio/wav", "bytes"));
    assert!(whole.bytes == wave && whole.header("content-security-policy").contains("sandbox"));
    let part = visitor.part(&here[0], "bytes=44-53").await;
    assert_eq!((part.status, part.bytes.as_slice()), (206, &[128; 10][..]));
    assert_eq!(visitor.opens(&here[0].replace("display", "thumb")).await.status, 404);
    assert_eq!(visitor.opens(&here[1]).await.header("content-type"), "audio/mpeg");
    let number = mei.account_number(&account).await;
    is_told(&a, &number, &article, &here[0]).await;
    settle(&[&a, &b]).await;
    let list = lan.get("/accounts").await;
    let there = list.links("/@bao").into_iter().find(|link| link.matches('/').count() == 2).unwrap();
    let page = lan.get(&there).await.body;
    let played = sounds(&page);
    assert_eq!(played.len(), 2, "{page}");
    assert!(
        played.iter().all(|src| src.starts_with("/media/")) && page.contains("老人家的声音</figcaption>"),
        "{page}"
    );
    assert_eq!(Person::new(&b).opens(&played[0]).await.status, 404, "the hall fetches for its members");
    let copy = lan.opens(&played[0]).await;
    assert!(copy.status == 200 && copy.header("content-type") == "audio/wav" && copy.bytes == wave);
    assert_eq!(lan.part(&played[1], "bytes=0-9").await.status, 206);
}

#[tokio::test(flavor = "multi_thread")]
async fn sounds_are_known_by_their_bytes() {
    let a = Server::start_with("guangzhou", |config| config.limits.audio_bytes_max = 20_000).await;
    let mut mei = a.sign_up("mei").await;
    let program = mei.program(&a).await;
    let wave = wave();
    let table: [(&[u8], &str); 7] = [
        (MP3, "audio/mpeg"),
        (M4A, "audio/mp4"),
        (OPUS, "audio/ogg"),
        (VORBIS, "audio/ogg"),
        (FLAC, "audio/flac"),
        (WEBA, "audio/webm"),
        (&wave, "audio/wav"),
    ];
    for (content, media_type) in table {
        let page = mei.shares(media_type, "everyone", &[("一声", content)]).await;
        settle(&[&a]).await;
        let shown = mei.get(&page).await.body;
        let src = sounds(&shown).pop().unwrap_or_else(|| panic!("{media_type}: {shown}"));
        assert!(shown.contains("一声</figcaption>"), "{shown}");
        let seen = Person::new(&a).opens(&src).await;
        assert_eq!((seen.status, seen.header("content-type")), (200, media_type));
        assert_eq!(seen.bytes.len(), content.len());
        let told = program.told(&format!("/api/v1/statuses/{}", page.rsplit('/').next().unwrap())).await;
        let file = &told["media_attachments"][0];
        assert_eq!(
            (file["type"].as_str(), file["url"].as_str()),
            (Some("audio"), Some(&*format!("{}{src}", a.origin)))
        );
        let lasts = file["meta"]["duration"].as_f64().unwrap();
        assert!((0.35..=1.01).contains(&lasts), "{media_type} lasts {lasts}");
    }
    // One sound, and nothing beside it.
    let picture = jpeg(40, 30, shade(1));
    let answer = mei.sends("两样", "me", &[("", MP3), ("", &picture)]).await;
    assert!(answer.status == 422 && answer.body.contains("one video or sound"), "{}", answer.body);
    // What browsers can't play, what isn't whole, what is too much.
    let page = mei.shares("苹果的", "me", &[("", ALAC)]).await;
    settle(&[&a]).await;
    assert!(mei.get(&page).await.body.contains("few browsers play"));
    let page = mei.shares("半截", "me", &[("", &wave[..4_000])]).await;
    settle(&[&a]).await;
    let own = mei.get(&page).await.body;
    assert!(own.contains("Sound: The file breaks off in the middle") && sounds(&own).is_empty(), "{own}");
    let speex = [b"OggS\0\x02".as_slice(), &[0; 20], &[1, 80], b"Speex   ", &[0; 72]].concat();
    let long = [MP3, &vec![0; 20_000]].concat();
    for (content, words) in [(speex.as_slice(), "few browsers play"), (&long, "larger than 0 MB")] {
        let answer = mei.sends("不行", "me", &[("", content)]).await;
        assert!(answer.status == 422 && answer.body.contains(words), "{words}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sounds_of_other_servers_are_fetched_once_and_only_if_they_are_sounds() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let peer = Peer::start();
    let tom = super::copies::followed(&a, &mut mei, &peer).await;
    let shelf: [(&str, &str, &[u8], u16); 3] = [
        ("/song.mp3", "audio/mpeg", MP3, 200),
        ("/untold", "application/octet-stream", M4A, 200),
        (
            "/page.mp3",
            "audio/mpeg",
            b"<html><script>alert(1)</script></html> and more of the kind, much more of it",
            404,
        ),
    ];
    let mut article = tom.create("song", "<p>一首歌</p>");
    article["object"]["type"] = json!("Article");
    article["object"]["name"] = json!("歌");
    article["object"]["attachment"] = super::copies::shelved(&peer, "audio/mpeg", &shelf);
    assert_eq!(tom.sends(&a, &article).await, 202);
    settle(&[&a]).await;
    let list = mei.get("/accounts").await;
    let there = list.links("/@tom").into_iter().find(|link| link.matches('/').count() == 2).unwrap();
    let page = mei.get(&there).await.body;
    let played = sounds(&page);
    assert_eq!(played.len(), 3, "{page}");
    for (src, (path, _, content, expected)) in played.iter().zip(shelf) {
        assert_eq!(peer.asked(path), 0, "nobody has listened yet");
        for _ in 0..2 {
            let seen = mei.opens(src).await;
            assert_eq!(seen.status, expected, "{path}");
            assert!(expected == 404 || (seen.bytes == content && seen.header("content-type").starts_with("audio/")));
        }
        assert_eq!(peer.asked(path), 1, "{path} is fetched once, whatever came of it");
    }
    let page = mei.get(&there).await.body;
    assert_eq!(sounds(&page).len(), 2);
    assert!(page.contains("/page.mp3\" rel=\"nofollow noopener\">Sound: /page.mp3</a>"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn articles_stand_in_the_lists_that_everybody_reads() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua, mut qiang) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("qiang").await);
    let account = mei.opens_account("bao", "潮州侨报", &[]).await;
    assert_eq!(hua.asks("@bao", "").await.status, 303);
    qiang.posts("一条朋友圈 #侨批", "everyone").await;
    let draft = mei.drafts(&account, "批局往事", "从汕头到槟城。[章程](/about) #侨批").await;
    let (stranger, reader) = (a.stranger(), hua.program(&a).await);
    let public = "/api/v1/timelines/public?local=true";
    let tag = "/api/v1/timelines/tag/%E4%BE%A8%E6%89%B9";
    let told = async |program: &super::program::Program, path: &str| program.told(path).await.to_string();
    for path in [public, tag, "/api/v1/timelines/public"] {
        assert!(!told(&stranger, path).await.contains("批局往事"), "a draft stands in {path}");
    }
    // Whoever follows the hashtag gets it too.
    let watcher = qiang.program(&a).await;
    assert_eq!(watcher.post("/api/v1/tags/%E4%BE%A8%E6%89%B9/follow", &[]).await.status, 200);
    let article = mei.saves(&draft, "publish", &[]).await.location().to_owned();
    settle(&[&a]).await;
    assert!(told(&watcher, "/api/v1/timelines/home").await.contains("批局往事"));
    for path in [public, tag, "/api/v1/timelines/public"] {
        let list = stranger.told(path).await;
        let one = &list[0];
        assert!(one["content"].as_str().unwrap().contains("批局往事"), "{path}: {list}");
        assert!(one["content"].as_str().unwrap().contains(&format!("href=\"{}/about\"", a.origin)), "{one}");
        assert!(list[1]["content"].as_str().unwrap().contains("一条朋友圈"), "{path} is in order: {list}");
        // From page to page nothing is left out or told twice.
        let older = stranger
            .told(&format!(
                "{path}{}max_id={}",
                if path.contains('?') { '&' } else { '?' },
                one["id"].as_str().unwrap()
            ))
            .await;
        assert_eq!(older.as_array().unwrap().len(), 1, "{older}");
        let newer = stranger
            .told(&format!(
                "{path}{}min_id={}",
                if path.contains('?') { '&' } else { '?' },
                list[1]["id"].as_str().unwrap()
            ))
            .await;
        assert_eq!((newer.as_array().unwrap().len(), newer[0]["id"].as_str()), (1, one["id"].as_str()));
    }
    assert!(
        told(&reader, "/api/v1/timelines/home").await.contains("批局往事"),
        "whoever follows it reads it by a program"
    );
    for page in ["/", "/tags/%E4%BE%A8%E6%89%B9"] {
        let shown = Person::new(&a).get(page).await.body;
        assert!(shown.contains("批局往事") && shown.contains(&article), "{page}: {shown}");
    }
    // Taken down, it is nowhere.
    assert_eq!(mei.post(&format!("{draft}/unpublishing"), &[]).await.status, 303);
    settle(&[&a]).await;
    for path in [public, tag] {
        assert!(!told(&stranger, path).await.contains("批局往事"), "{path}");
    }
    assert!(!told(&reader, "/api/v1/timelines/home").await.contains("批局往事"));
    assert!(!Person::new(&a).get("/").await.body.contains("批局往事"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_looked_at_while_it_is_written_and_nothing_is_saved() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan) = (a.sign_up("mei").await, a.sign_up("lan").await);
    let account = mei.opens_account("bao", "潮州侨报", &[]).await;
    let draft = mei.drafts(&account, "批局往事", "第一稿").await;
    let looked =
        mei.post(&format!("{draft}/preview"), &[("body", "# 水客\n\n{侨批|qiáo pī}<script>alert(1)</script>")]).await;
    assert_eq!(looked.status, 200);
    assert!(
        looked.body.starts_with("<h2 id=\"h-1\">水客</h2>") && looked.body.contains("<rt>qiáo</rt>"),
        "{}",
        looked.body
    );
    assert!(!looked.body.contains("<script") && !looked.body.contains("<html"), "{}", looked.body);
    assert!(mei.get(&draft).await.body.contains("第一稿"), "nothing is saved");
    assert_eq!(lan.post(&format!("{draft}/preview"), &[("body", "x")]).await.status, 404);
    let forged = mei.post_raw(&format!("{draft}/preview"), &[("body", "x")], &[]).await;
    assert_eq!(forged.status, 403);
}

/// The settings of an account with its earlier addresses.
fn known_as(lines: &str) -> [(&str, &str); 4] {
    [("title", "新侨报"), ("kind", "subscription"), ("talk", "selected"), ("known_as", lines)]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_moves_to_another_hall_and_its_followers_go_along() {
    let (a, b, c) = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("lima").await);
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let (mut qiang, mut ping) = (b.sign_up("qiang").await, b.sign_up("ping").await);
    let mut lan = c.sign_up("lan").await;
    let old = mei.opens_account("bao", "潮州侨报", &[]).await;
    let new = qiang.opens_account("xinbao", "新侨报", &[]).await;
    let (number, there) = (mei.account_number(&old).await, qiang.account_number(&new).await);
    for reader in [&mut hua, &mut ping, &mut lan] {
        assert_eq!(reader.asks(&format!("@bao@{}", a.authority), "").await.status, 303);
    }
    let article = mei.publishes(&old, "批局往事", "从汕头到槟城。").await;
    let draft = mei.drafts(&old, "还没写完", "半篇").await;
    settle(&[&a, &b, &c]).await;
    let closing = format!("/accounts/{number}/closing");
    let to = format!("@xinbao@{}", b.authority);
    let moves = [("name", "bao"), ("successor", to.as_str())];
    let unsaid = mei.post(&closing, &moves).await;
    assert!(
        unsaid.status == 422 && unsaid.body.contains("name this one among its earlier addresses yet"),
        "{}",
        unsaid.body
    );
    for nobody in ["@nobody@127.0.0.1:1", "@mei", "@bao"] {
        let answer = mei.post(&closing, &[("name", "bao"), ("successor", nobody)]).await;
        assert!(answer.status == 422 && answer.body.contains("Nothing was closed"), "{nobody}: {}", answer.body);
    }
    assert_eq!(Person::new(&a).get(&old).await.status, 200);
    // The other one says so.
    let before = format!("@bao@{}", a.authority);
    let wrong = qiang.post(&format!("/accounts/{there}"), &known_as("@nobody@127.0.0.1:1")).await;
    assert!(wrong.status == 422 && wrong.body.contains("can’t be found"), "{}", wrong.body);
    assert_eq!(qiang.post(&format!("/accounts/{there}"), &known_as(&before)).await.status, 303);
    assert!(qiang.get(&format!("/accounts/{there}/settings")).await.body.contains(&before));
    let moved = mei.post(&closing, &moves).await;
    assert_eq!((moved.status, moved.location()), (303, "/@bao"), "{}", moved.body);
    for _ in 0..2 {
        settle(&[&a, &b, &c]).await;
    }
    // Here, there, and in a third hall.
    assert!(qiang.get(&new).await.body.contains("3 followers"), "{}", qiang.get(&new).await.body);
    let page = mei.get(&old).await.body;
    assert!(page.contains("0 followers") && page.contains("新侨报") && page.contains("批局往事"), "{page}");
    assert!(Person::new(&a).get(&article).await.body.contains("从汕头到槟城"), "what was written stays");
    let accept = async |path: String| {
        let request = super::server::client().get(path).header("accept", "application/activity+json");
        Person::new(&a).send(request).await.json()
    };
    let (was, is) = (format!("{}/actors/bao", a.origin), format!("{}/actors/xinbao", b.origin));
    assert_eq!(accept(was.clone()).await["movedTo"], is);
    assert_eq!(accept(is).await["alsoKnownAs"], json!([was]));
    // Nobody runs it any more.
    assert_eq!((mei.get(&draft).await.status, mei.post(&closing, &moves).await.status), (404, 404));
    assert_eq!(hua.says_under(&article, "可惜了").await.status, 422);
    assert!(!mei.get("/accounts").await.body.contains("潮州侨报"));
    let next = qiang.publishes(&new, "搬家第一篇", "还是老样子。").await;
    settle(&[&a, &b, &c]).await;
    assert!(Person::new(&b).get(&next).await.body.contains("还是老样子"));
    for reader in [&mut hua, &mut ping, &mut lan] {
        assert!(reader.get("/accounts").await.body.contains("搬家第一篇"), "{} reads on", reader.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_of_one_owner_become_one() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua, mut qiang) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("qiang").await);
    let old = mei.opens_account("bao", "潮州侨报", &[]).await;
    mei.opens_account("xinbao", "新侨报", &[]).await;
    qiang.opens_account("other", "别家的报", &[]).await;
    assert_eq!(hua.asks("@bao", "").await.status, 303);
    let draft = mei.drafts(&old, "定了时间", "正文").await;
    let soon = jiff::Timestamp::from_microsecond(a.ctx.now() + 2 * huiguan::clock::HOUR).unwrap();
    let soon = soon
        .to_zoned_datetime(jiff::tz::TimeZone::get("Asia/Shanghai").unwrap())
        .strftime("%Y-%m-%dT%H:%M")
        .to_string();
    assert_eq!(mei.saves(&draft, "schedule", &[("due", &soon)]).await.status, 303);
    let closing = format!("/accounts/{}/closing", mei.account_number(&old).await);
    let answer = mei.post(&closing, &[("name", "bao"), ("successor", "@other")]).await;
    assert!(answer.status == 422 && answer.body.contains("earlier addresses yet"), "{}", answer.body);
    assert_eq!(mei.post(&closing, &[("name", "bao"), ("successor", "@xinbao")]).await.status, 303);
    settle(&[&a]).await;
    assert!(hua.get("/@xinbao").await.body.contains("1 follower"));
    a.clock.advance(12 * huiguan::clock::HOUR);
    settle(&[&a]).await;
    assert!(!Person::new(&a).get(&old).await.body.contains("定了时间"), "what was to come out doesn't");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_puts_an_article_before_the_others_and_other_servers_hear_which() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let bao = mei.opens_account("bao", "潮州侨报", &[]).await;
    let number = mei.account_number(&bao).await;
    mei.takes_on(&number, "hua", "contributor").await;
    let first = mei.publishes(&bao, "批局往事", "从汕头到槟城。").await;
    mei.publishes(&bao, "新的一篇", "今天。").await;
    let path = format!("/articles/{}/pin", first.rsplit('/').next().unwrap());
    let order = |page: &str| page.find("批局往事").unwrap() < page.find("新的一篇").unwrap();
    assert!(!order(&mei.get(&bao).await.body));
    // Who may not publish may not put it there either, nor may a stranger.
    assert_eq!(hua.post(&path, &[("act", "pin")]).await.status, 403);
    assert_eq!(b.sign_up("lan").await.post(&path, &[("act", "pin")]).await.status, 404);
    assert!(mei.get(&first).await.body.contains(&format!("action=\"{path}\"")));
    assert_eq!(mei.post(&path, &[("act", "pin")]).await.location(), bao);
    let page = mei.get(&bao).await.body;
    assert!(order(&page) && page.matches("批局往事").count() == 1, "{page}");
    let asked = super::server::client().get(format!("{}/actors/bao/featured", a.origin));
    let answer = asked.header("accept", "application/activity+json").send().await.unwrap();
    let featured: serde_json::Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!((featured["totalItems"].as_i64(), featured["orderedItems"].as_array().unwrap().len()), (Some(1), 1));
    let uri = featured["orderedItems"][0].as_str().unwrap().to_owned();
    assert!(uri.starts_with(&a.origin) && uri.ends_with(first.rsplit('/').next().unwrap()), "{uri}");
    let log = mei.get(&format!("/accounts/{number}/log")).await.body;
    assert!(log.contains("put an article before the others"), "{log}");
    assert_eq!(mei.post(&path, &[("act", "unpin")]).await.status, 303);
    assert!(!order(&mei.get(&bao).await.body));
    settle(&[&a, &b]).await;
}

/// The first article of an account of another hall, as the reader's box has it.
async fn newest(reader: &mut Person, account: &str) -> String {
    let list = reader.get("/accounts").await;
    let links = list.links(account).into_iter();
    links.rev().find(|link| link.matches('/').count() == 2).unwrap_or_else(|| panic!("{}", list.body))
}

#[tokio::test(flavor = "multi_thread")]
async fn another_hall_shows_who_wrote_an_article_where_it_was_first_and_its_other_script() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let account = mei.opens_account("bao", "潮州侨报", &[]).await;
    let number = mei.account_number(&account).await;
    assert_eq!(lan.asks(&format!("@bao@{}", a.authority), "").await.status, 303);
    let one = mei.begins_series(&number, "家乡味").await;
    settle(&[&a, &b]).await;
    let draft = mei.drafts(&account, "头发与发财", "干杯，理发，发财。里面有面条。").await;
    let script = [
        ("script_title", "頭髮與發財"),
        ("script_digest", "一則舊聞"),
        ("script_body", "乾杯，理髮，發財。"),
        ("is_checked", "yes"),
    ];
    assert_eq!(mei.post(&format!("{draft}/scripts/zh-Hant"), &script).await.status, 303);
    let fields = [
        ("subtitle", "剃头铺旧事"),
        ("bylines", "文／美玲"),
        ("licence", "CC BY-SA 4.0"),
        ("source_name", "南洋旧报"),
        ("source_url", "https://paper.example/1"),
        ("consent", "报馆后人"),
        ("series", one.rsplit('/').next().unwrap()),
    ];
    let out = mei.saves(&draft, "publish", &fields).await;
    assert_eq!(out.status, 303, "{}", out.body);
    let object = format!("{}/objects/{}", a.origin, out.location().rsplit('/').next().unwrap());
    let request = super::server::client().get(object).header("accept", "application/activity+json");
    let told = Person::new(&a).send(request).await.json();
    assert_eq!((told["schema:creditText"].as_str(), told.get("hg:original")), (Some("文／美玲"), None));
    assert_eq!(
        (told["nameMap"]["zh-Hant"].as_str(), told["summaryMap"]["zh-Hant"].as_str()),
        (Some("頭髮與發財"), Some("一則舊聞"))
    );
    settle(&[&a, &b]).await;
    let there = newest(&mut lan, "/@bao").await;
    let page = lan.get(&there).await.body;
    let home = format!("href=\"{}{one}\" rel=\"nofollow noopener\">家乡味</a>", a.origin);
    let script = format!("{there}?script=zh-Hant");
    for words in ["剃头铺旧事", "文／美玲", "CC BY-SA 4.0", "南洋旧报", "https://paper.example/1", &home, &script]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.contains("干杯，理发") && !page.contains("报馆后人"), "{page}");
    let other = lan.get(&script).await.body;
    assert!(other.contains("頭髮與發財") && other.contains("乾杯，理髮"), "{other}");
    // What changes goes along: another name of the series, its end, what is one's own work after all.
    let renamed = [("series_title", "老行当"), ("series_about", "")];
    assert_eq!(mei.post(&format!("{one}/edit"), &renamed).await.status, 303);
    settle(&[&a, &b]).await;
    let page = lan.get(&there).await.body;
    assert!(page.contains("老行当</a>") && !page.contains("家乡味"), "{page}");
    assert_eq!(mei.post(&format!("{one}/removal"), &[]).await.status, 303);
    let own = [("source_name", ""), ("source_url", ""), ("consent", ""), ("is_original", "yes")];
    assert_eq!(mei.saves(&draft, "publish", &own).await.status, 303);
    assert_eq!(mei.post(&format!("{draft}/scripts/zh-Hant/removal"), &[]).await.status, 303);
    assert_eq!(mei.saves(&draft, "publish", &[]).await.status, 303);
    settle(&[&a, &b]).await;
    let page = lan.get(&there).await.body;
    assert!(page.contains(">Original<"), "{page}");
    for gone in ["老行当", "南洋旧报", "?script="] {
        assert!(!page.contains(gone), "{gone}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_article_of_another_server_says_of_itself_is_checked() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let peer = Peer::start();
    let tom = super::copies::followed(&a, &mut mei, &peer).await;
    let mut article = tom.create("told", "<p>简体的正文</p>");
    let object = article["object"].as_object_mut().unwrap();
    let long = "长".repeat(5_000);
    for (key, value) in [
        ("type", json!("Article")),
        ("name", json!("标题")),
        ("schema:alternativeHeadline", json!(format!("<b>副题</b>{long}"))),
        ("schema:license", json!({"name": ["CC0"], "url": 7})),
        ("schema:isBasedOn", json!({"name": "旧报", "url": "javascript:alert(1)"})),
        ("hg:series", json!({"name": "别家的合集", "url": "https://evil.example/series"})),
        ("hg:original", json!(true)),
        (
            "contentMap",
            json!({
                "zh-Hans": "<p>简体的正文</p>",
                "zh-TW": "<p onclick=\"alert(1)\">繁體的正文<script>alert(1)</script></p>",
                "zh-hk": "<p>又一份</p>",
                "../x": "<p>不是語言</p>",
            }),
        ),
        ("nameMap", json!({"zh-TW": "標題"})),
    ] {
        object.insert(key.to_owned(), value);
    }
    assert_eq!(tom.sends(&a, &article).await, 202);
    settle(&[&a]).await;
    let there = newest(&mut mei, "/@tom").await;
    let page = mei.get(&there).await.body;
    assert!(page.contains("&#60;b&#62;副题") && !page.contains(&"长".repeat(300)), "{page}");
    assert!(page.contains("旧报") && page.contains("CC0"), "{page}");
    for bad in ["javascript:", "evil.example", "别家的合集", ">Original<"] {
        assert!(!page.contains(bad), "{bad}: {page}");
    }
    assert_eq!(page.matches("?script=").count(), 2, "its own and one other: {page}");
    let other = mei.get(&format!("{there}?script=zh-Hant")).await.body;
    assert!(other.contains("繁體的正文") && other.contains("標題"), "{other}");
    assert!(!other.contains("onclick") && !other.contains("alert(1)"), "{other}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_account_of_another_hall_is_heard_among_the_notices() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let clinic = mei.opens_account("clinic", "同济诊所", &[("kind", "service")]).await;
    let paper = mei.opens_account("bao", "潮州侨报", &[]).await;
    for name in ["clinic", "bao"] {
        assert_eq!(lan.asks(&format!("@{name}@{}", a.authority), "").await.status, 303);
    }
    settle(&[&a, &b]).await;
    let request = super::server::client().get(format!("{}/actors/clinic", a.origin));
    let actor = Person::new(&a).send(request.header("accept", "application/activity+json")).await.json();
    assert_eq!(actor["hg:accountKind"], "service");
    mei.publishes(&clinic, "冬至义诊", "下午二时").await;
    mei.publishes(&paper, "批局往事", "从汕头到槟城。").await;
    settle(&[&a, &b]).await;
    let heard = lan.get("/notices").await.body;
    assert!(heard.contains("同济诊所") && heard.matches("</a> published an article").count() == 1, "{heard}");
    assert!(!heard.contains("批局往事"), "{heard}");
    // It says that it is another kind now.
    let number = mei.account_number(&clinic).await;
    let settings = [("title", "同济诊所"), ("kind", "subscription"), ("talk", "selected")];
    assert_eq!(mei.post(&format!("/accounts/{number}"), &settings).await.status, 303);
    settle(&[&a, &b]).await;
    mei.publishes(&clinic, "停诊一天", "初一休息。").await;
    settle(&[&a, &b]).await;
    let heard = lan.get("/notices").await.body;
    assert_eq!(heard.matches("</a> published an article").count(), 1, "{heard}");
}
