//! The pages in a real browser, which `tests/browser/run.mjs` drives: every page with axe and a check for overflow, and
//! every flow with and without script, in three languages. Here the halls are furnished for it; the browser asks for
//! what is under way between them to be worked off by printing `settle`.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use huiguan::config::RegistrationMode;
use huiguan::domain::actor::Keys;
use huiguan::domain::login::{self, New, Preferences, Role, State};
use huiguan::domain::{audit, invitation, peer as peers, session};
use huiguan::id::LoginId;
use serde_json::{Value, json};

use super::gallery::{File, jpeg, nine, shade};
use super::peer::Peer;
use super::server::{Person, Server, befriend, settle};

/// Flows: each language with script and without. Each opens a hall of its own.
const FLOWS: usize = 6;

/// Chromium and what drives it, or what is missing.
fn driver() -> Result<&'static Path, &'static str> {
    let here = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser"));
    if !["/usr/bin/chromium", "/usr/bin/chromium-browser"].iter().any(|path| Path::new(path).exists()) {
        return Err("Chromium is not on this machine");
    }
    if Command::new("node").arg("--version").output().is_err() {
        return Err("Node is not on this machine");
    }
    if !here.join("node_modules/playwright-core").exists() {
        return Err("its packages are not installed: run npm ci in tests/browser");
    }
    Ok(here)
}

/// A member who came in past the pages, with a session.
async fn member(server: &Server, name: &'static str, role: Role, state: State) -> (LoginId, Value) {
    let new = New {
        name: name.to_owned(),
        display_name: format!("{name} 欧阳"),
        email: format!("{name}.with.a.long.name@post.example"),
        password_hash: "x".to_owned(),
        role,
        state,
        language: None,
        time_zone: None,
        reason: "揭阳渔湖人，经林素贞介绍。\n在槟城教书，想给孩子找个讲潮州话的地方。".to_owned(),
    };
    let made = server.ctx.write(move |conn| {
        let id = login::add(conn, &new, &Keys::make()?)?.login.id;
        Ok((id, session::start(conn, id, "")?))
    });
    let (id, token) = made.await.unwrap();
    let cookie = huiguan::web::session::cookie_name(&server.ctx);
    (id, json!({ "hall": server.origin, "cookies": { cookie: token } }))
}

/// Lets the browser say in which language the pages of this member are.
async fn speaks_as_the_browser(server: &Server, person: &Person) -> Value {
    let name = person.name.clone();
    let done = server.ctx.write(move |conn| {
        let id = login::find(conn, &name)?.unwrap().login.id;
        let none = Preferences { language: None, time_zone: None, theme: None, type_size: None };
        login::set_preferences(conn, id, &none)
    });
    done.await.unwrap();
    json!({ "hall": person.origin, "cookies": person.cookies })
}

/// The link on a page that ends so.
async fn link(person: &mut Person, page: &str, start: &str, end: &str) -> String {
    let links = person.get(page).await.links(start);
    links.into_iter().find(|link| link.ends_with(end)).unwrap_or_else(|| panic!("{page} has no {start}…{end}"))
}

/// One of each state that the office can be in.
async fn furnish_office(server: &Server) {
    member(server, "applicant", Role::Member, State::Pending).await;
    let (suspended, _) = member(server, "suspended", Role::Member, State::Active).await;
    let troubled = server.ctx.write(move |conn| {
        login::set_state(conn, &login::Officer::command_line(), suspended, State::Suspended)?;
        let error = "error sending request: connection closed before message completed while waiting for a response";
        peers::failed(conn, "a-rather-long-name-of-a-server.taishan-association.example", error, None)?;
        peers::pause(conn, "meizhou.example")?;
        peers::decide(conn, "spam.example", peers::State::Blocked)?;
        peers::decide(conn, "kuching.example", peers::State::Allowed)?;
        audit::record(conn, None, "guodong", "audit-peer-blocked", "spam.example")
    });
    troubled.await.unwrap();
}

/// Reports: one of a member about a post that isn't public, one about a member, one by another server, one that is settled;
/// answers where they stand, and how mei's own looks.
async fn furnish_reports(a: &Server, mei: &mut Person, theirs: &str, there: &str, tom: &str) -> Value {
    let long = "a-very-long-word-that-has-to-break-somewhere ".repeat(3) + "夜里发的，卖药。";
    let way = link(mei, theirs, "/reports/new?", "").await;
    let far = link(mei, there, "/reports/new?", "").await;
    let id = |report: &huiguan::domain::report::Report| report.id.to_string();
    let (asked, of_tom, of_hua) = (mei.name.clone(), tom.to_owned(), theirs.rsplit('/').next().unwrap().to_owned());
    let made = a.ctx.write(move |conn| {
        use huiguan::domain::{actor, post, report};
        let me = actor::local_by_name(conn, &asked)?.unwrap();
        let (tom, hua) = (actor::by_address(conn, &of_tom)?.unwrap(), post::by_id(conn, of_hua.parse().unwrap())?);
        let about = report::Draft::parse(hua.author_id, &[hua.id], "violation", &long, &[1], false)?;
        let first = report::file(conn, &me, &about)?;
        let second = report::file(conn, &me, &report::Draft::parse(tom.id, &[], "spam", "", &[], true)?)?;
        let flag =
            report::Incoming { uri: String::new(), objects: vec![me.uri.clone()], comment: "Note: rude".to_owned() };
        report::receive(conn, &tom, &flag)?;
        Ok((first, second))
    });
    let (first, second) = made.await.unwrap();
    json!({"reportWay": way, "reportFarWay": far, "reportOwn": format!("/reports/{}", id(&second)),
        "report": format!("/office/reports/{}", id(&first)), "reportFar": format!("/office/reports/{}", id(&second))})
}

/// Somebody of another make of server, followed by `mei`, with a Moment behind a warning.
async fn furnish_elsewhere(server: &Server, mei: &mut Person) -> Peer {
    let elsewhere = Peer::start();
    let tom = elsewhere.person("tom");
    assert_eq!(mei.asks(&format!("tom@{}", elsewhere.authority), "").await.status, 303);
    settle(&[server]).await;
    let follow = elsewhere.taken("Follow").remove(0);
    assert_eq!(tom.sends(server, &tom.activity("yes", "Accept", follow)).await, 202);
    settle(&[server]).await;
    let words = "<p>A note from elsewhere with <a href=\"https://elsewhere.example/a/very/long/address/that/must/break/\
                 somewhere?x=1\">https://elsewhere.example/a/very/long/address/that/must/break/somewhere?x=1</a></p>";
    let mut note = tom.create("warned", words);
    note["object"]["summary"] = json!("A warning");
    assert_eq!(tom.sends(server, &note).await, 202);
    settle(&[server]).await;
    elsewhere
}

/// The halls that the pages are looked at in, besides those that the flows open.
struct Halls {
    open: Server,
    friend: Server,
    by_approval: Server,
    by_invitation: Server,
    closed: Server,
    strict: Server,
    fresh: Vec<Server>,
    _elsewhere: Peer,
}

impl Halls {
    /// Opens and furnishes them; answers what the browser has to know.
    async fn open() -> (Self, Value) {
        let joining = |mode| Server::start_with("kuching", move |config| config.registration.mode = mode);
        let (open, friend) = (Server::start("guangzhou").await, Server::start("penang").await);
        let (by_approval, by_invitation) =
            (joining(RegistrationMode::Approval).await, joining(RegistrationMode::Invitation).await);
        let closed = joining(RegistrationMode::Closed).await;
        let strict = Server::start_with("ipoh", |config| config.limits.rate_limit = true).await;
        let mut fresh = Vec::new();
        for _ in 0..=FLOWS {
            fresh.push(Server::start("yangon").await);
        }
        let (elsewhere, mut stage) = furnish(&open, &friend).await;
        let (inviter, _) = member(&by_invitation, "inviter", Role::Member, State::Active).await;
        let invitations = by_invitation.ctx.write(move |conn| {
            let spent = invitation::create(conn, inviter, "")?.1;
            invitation::redeem(conn, &spent, inviter)?;
            Ok((invitation::create(conn, inviter, "阿兰")?.1, spent))
        });
        let (invitation, spent) = invitations.await.unwrap();
        let mut links = Vec::new();
        for server in &fresh {
            links.push(server.setup_link().await.unwrap());
        }
        let more = json!({
            "open": open.origin, "friend": friend.origin, "approval": by_approval.origin, "strict": strict.origin,
            "invitation": by_invitation.origin, "closed": closed.origin, "fresh": links,
            "token": invitation, "spent": spent,
        });
        stage.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
        (Self { open, friend, by_approval, by_invitation, closed, strict, fresh, _elsewhere: elsewhere }, stage)
    }

    fn all(&self) -> Vec<&Server> {
        let named = [&self.open, &self.friend, &self.by_approval, &self.by_invitation, &self.closed, &self.strict];
        named.into_iter().chain(&self.fresh).collect()
    }
}

/// Fields, one of them a link that links back, and a pinned Moment.
async fn furnish_profile(server: &Server, mei: &mut Person, own: &str) {
    let web = Peer::start();
    web.serve_as("/mei", "text/html", &format!("<a rel=\"me\" href=\"{}/@mei\">me</a>", mei.origin));
    let link = format!("{}/mei", web.origin);
    let said = [
        ("display_name", "mei"),
        ("field_name_1", "职业 · 一个名字很长很长很长的栏目"),
        ("field_value_1", "在夜学教潮州话，也修旧书；every other Saturday at the old clan house in Carpenter Street"),
        ("field_name_2", "网页"),
        ("field_value_2", &link),
        ("field_name_3", "Web"),
        (
            "field_value_3",
            "https://a-very-long-host-name-of-an-association.example/with/a/path/that/has/to/break/somewhere",
        ),
    ];
    assert_eq!(mei.post("/settings/profile", &said).await.status, 303);
    let (_, number) = own.rsplit_once('/').unwrap();
    assert_eq!(mei.post(&format!("/moments/{number}/pin"), &[]).await.status, 303);
    settle(&[server]).await;
    assert!(mei.get("/@mei").await.body.contains("Verified"));
}

/// What is said under mei's own Moment, here and from elsewhere; answers where a comment of it is removed.
async fn furnish_talk(halls: &[&Server], mei: &mut Person, lan: &mut Person, hua: &mut Person, own: &str) -> String {
    let there = lan.page_of(mei).await;
    let long = "闻到香味了，隔着一片海也闻得到。".repeat(20);
    assert_eq!((lan.says(&there, &long).await, lan.likes(&there).await, hua.likes(own).await), (303, 303, 303));
    assert_eq!((hua.boosts(own).await, mei.boosts(own).await), (303, 303));
    let bookmark = format!("/posts/{}/bookmark", own.rsplit('/').next().unwrap());
    assert_eq!(mei.post(&bookmark, &[("back", own)]).await.status, 303);
    settle(halls).await;
    assert_eq!(hua.says(own, "https://hall.example/a/rather/long/address/that/has/to/break/somewhere/too").await, 303);
    let to = mei.get(own).await.links("?to=").pop().unwrap();
    let answered = to.trim_start_matches("?to=").split('#').next().unwrap();
    assert_eq!(mei.says(&format!("/{answered}"), "给你们留着").await, 303);
    settle(halls).await;
    mei.get(own).await.links("/comments/").pop().unwrap()
}

/// Moments with nine pictures, with some, from elsewhere, under way, and failed; faces and covers. Answers where they are.
async fn furnish_pictures(a: &Server, b: &Server, mei: &mut Person, lan: &mut Person) -> Value {
    let (pictures, long) =
        (nine(), "红白各半的丸子，一碗热气腾腾；a-very-long-word-that-has-to-break-somewhere ".repeat(8));
    let given: Vec<(&str, &[u8])> = pictures.iter().map(|picture| (long.as_str(), picture.as_slice())).collect();
    let whole = jpeg(1_600, 900, shade(3));
    let own = mei.shares("九张", "everyone", &given).await;
    let theirs = lan.shares("三张", "friends", &[("", &whole), (&long, &pictures[1]), ("", &pictures[2])]).await;
    let film = mei.shares("一段视频", "everyone", &[(&long, super::video::MP4)]).await;
    let their_film = lan.shares("他们的视频", "friends", &[("", super::video::MP4)]).await;
    for which in ["avatar", "cover"] {
        for person in [&mut *mei, &mut *lan] {
            let sent = person.post_files(&format!("/settings/picture/{which}"), &[File("me.jpg", &whole)]).await;
            assert_eq!(sent.status, 303, "{}", sent.body);
        }
    }
    let failed = mei.shares("坏了一张", "friends", &[("", &whole), ("", &whole[..whole.len() / 2])]).await;
    settle(&[a, b]).await;
    let (theirs, their_film) = (come_to(a, b, lan, &theirs).await, come_to(a, b, lan, &their_film).await);
    // Nothing is worked off after this one before the browser has looked.
    let preparing = mei.shares("还没好", "friends", &[("", &whole)]).await;
    json!({
        "pictures": own, "theirPictures": theirs, "failed": failed, "preparing": preparing, "film": film,
        "theirFilm": their_film,
    })
}

/// A poll to be answered and one that was; answers where they are.
async fn furnish_polls(a: &Server, b: &Server, mei: &mut Person, lan: &mut Person) -> Value {
    let long =
        ("option4", "a-very-long-word-that-has-to-break-somewhere-in-an-option-because-nobody-can-read-it-otherwise");
    let (asked, count) = (lan.asks_all("friends", &[long]).await, mei.asks_all("everyone", &[long]).await);
    assert_eq!(mei.votes(&count, &["1"]).await, 303);
    settle(&[a, b]).await;
    json!({"ballot": come_to(a, b, lan, &asked).await, "count": count})
}

/// A group that mei runs, with topics in every state and somebody before its door; answers where they are.
async fn furnish_group(a: &Server, mei: &mut Person, hua: &mut Person) -> Value {
    let long = "a-very-long-word-that-has-to-break-somewhere-in-a-title";
    let group = mei
        .founds(
            "hometown",
            "揭阳渔湖同乡会馆一个名字很长很长的群",
            &[
                ("entrance", "approval"),
                ("topic", "揭阳 · 渔湖"),
                ("rules", "先问安，再说事。\n群里不做买卖。"),
                ("questions", "老家在哪里？\n谁介绍你来的？"),
                ("about", "揭阳、榕城、渔湖、炮台出来的，和嫁娶进来的，都是自己人。"),
            ],
        )
        .await;
    let number = mei.number_of(&group).await;
    let token = mei.invites(&number, "9").await;
    assert_eq!(hua.joins(&group, &[("invitation", &token)]).await.status, 303);
    let mut yun = a.sign_up("shu").await;
    assert_eq!(yun.joins(&group, &[("answers", "渔湖人，夜学第三届。")]).await.status, 303);
    let topic = mei.begins(&group, long, "十二月二十日上午九时在正厅祭祖。").await;
    let gone = hua.begins(&group, "转让按摩椅", "九成新，自取。").await;
    let day = huiguan::clock::to_rfc3339(a.clock.now() + 7 * huiguan::clock::DAY);
    let more =
        [("asks", "yes"), ("urgent", "yes"), ("office", "秘书处"), ("confirm_by", day.split('T').next().unwrap())];
    let announced = mei.announces(&group, "冬至祭祖与团圆宴", &more).await;
    hua.confirms(&announced).await;
    for (post, mark) in [(&topic, "pinned"), (&topic, "locked"), (&gone, "taken-down")] {
        assert_eq!(mei.marks(post, mark, "群里不做买卖").await.status, 303);
    }
    let asked = [
        ("body", "十二月二十日冬至聚餐，请接龙。"),
        ("title", "聚餐接龙"),
        ("roll_capacity", "6"),
        ("roll_fields", "餐食：荤、素\n上车地点"),
    ];
    assert_eq!(mei.post(&format!("/groups/{number}/posts"), &asked).await.status, 303);
    let links = mei.get(&group).await.links("/posts/");
    let roll = links.into_iter().find(|link| link.ends_with("/roll-call")).expect("a list");
    let long = ("note", "带两个孩子，其中一个坐轮椅，a-very-long-word-that-has-to-break-somewhere-in-a-note");
    assert_eq!(hua.post(&roll, &[("name", "华"), ("heads", "4"), ("answer1", "素"), long]).await.status, 303);
    for (name, heads) in [("陈太太一家", "3"), ("李婆", "1"), ("黄叔", "1")] {
        assert_eq!(mei.post(&format!("{roll}/entries"), &[("name", name), ("heads", heads)]).await.status, 303);
    }
    let lines = mei.get(&roll).await.links(&format!("{roll}/entries/"));
    let line =
        lines.iter().find(|link| link.ends_with("/striking")).expect("a line").trim_end_matches("/striking").to_owned();
    let last = lines.iter().rfind(|link| link.ends_with("/striking")).expect("a line");
    assert_eq!(mei.post(last, &[("reason", "重复了")]).await.status, 303);
    json!({"roll": roll, "rollLine": line, "group": group, "groupNumber": number, "groupToken": token, "topic": topic, "takenDown": gone,
        "announced": announced})
}

/// An account with everything that its pages can show.
async fn furnish_account(mei: &mut Person, hua: &mut Person) -> Value {
    let long = "a-very-long-word-that-has-to-break-somewhere-in-a-title";
    let account = mei
        .opens_account(
            "gazette",
            "榕江侨报一个名字很长很长的公众号",
            &[("topics", "侨批 潮菜"), ("about", "榕江同乡会办的小报：老信、旧味、近事。")],
        )
        .await;
    let number = mei.account_number(&account).await;
    let settings = [
        ("title", "榕江侨报"),
        ("kind", "subscription"),
        ("talk", "selected"),
        ("topics", "侨批 潮菜"),
        ("menu", "投稿 /about\n翻看\n- 群 /groups\n- 公众号 /accounts"),
    ];
    assert_eq!(mei.post(&format!("/accounts/{number}"), &settings).await.status, 303);
    assert_eq!(mei.takes_on(&number, "hua", "editor").await.status, 303);
    let series = format!("/accounts/{number}/series");
    assert_eq!(mei.post(&series, &[("series_title", "家乡味"), ("series_about", "旧味")]).await.status, 303);
    let one = mei.get(&series).await.links(&format!("{series}/")).remove(0);
    let body = format!(
        "# 水客\n\n{{侨批|qiáo pī}}，{long}。[^1]\n\n## 批局\n\n> 银已收到\n\n# 回批\n\n| 年 | 封 |\n|--|--|\n| 1931 | 12 |\n\n\
         ```诗\n天顶一粒星\n地下一支灯\n```\n\n```题记\n平安二字值千金\n```\n\n[^1]: 带银信的人。"
    );
    let draft = mei.drafts(&account, "抽屉里的一扎批", &body).await;
    let script = format!("{draft}/scripts/zh-Hant");
    let read = [("script_title", "抽屜裡的一紮批"), ("script_body", "# 水客"), ("is_checked", "yes")];
    assert_eq!(mei.post(&script, &read).await.status, 303);
    let number_of_series = one.rsplit('/').next().unwrap().to_owned();
    let published = mei.saves(&draft, "publish", &[("series", &number_of_series), ("is_original", "yes")]).await;
    assert_eq!(published.status, 303, "{}", published.body);
    let article = published.location().to_owned();
    for words in ["我家也有一扎", "回批那一段看哭了"] {
        let said = hua.says_under(&article, words).await;
        assert_eq!(said.status, 303);
    }
    let waiting = mei.drafts(&account, "冬至前后", "（还在写）").await;
    let link = mei.post(&format!("{waiting}/link"), &[]).await;
    let link = link.body.split("/previews/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for body in ["我的一份", "另一份"] {
        let fields = [("revision", "1"), ("title", "冬至前后"), ("body", body), ("act", "save")];
        mei.post(&waiting, &fields).await;
    }
    json!({"account": account, "accountNumber": number, "article": article, "draft": draft, "waitingDraft": waiting,
           "series": one, "previewLink": format!("/previews/{link}")})
}

/// What the archive's pages need: an item with a page, a draft, a collection, a person.
async fn furnish_archive(a: &Server) -> Value {
    let mut owner = a.sign_up_as("keeper", huiguan::domain::login::Role::Archivist).await;
    let fields = [("title", "前美陈家侨批"), ("level", "fonds"), ("code", "QP"), ("description", "批封与内信。")];
    let collection = owner.post("/archive/collections", &fields).await.location().to_owned();
    let more =
        [("form", "letter"), ("collection", "QP"), ("date", "光緒十三年"), ("amount", "〡〢〇元"), ("labels", "tk-nc")];
    let item = owner.describes("揭阳渔湖陈家寄自叻坡的一封侨批", &more, "publish").await;
    owner.adds(&item, &[("label", "批封")], &[("a.png", super::archive::png(90))]).await;
    settle(&[a]).await;
    let page = owner.get(&item).await;
    let file = page.links("/archive/files/").into_iter().next().unwrap();
    let ark = page.links("/ark:/").into_iter().next().unwrap();
    let body = "家慈親大人安啟\n{澄海|dêng5 hai2}前美鄉交\n外付國幣□拾元";
    let said = [("kind", "transcription"), ("language", "zh-Hant"), ("state", "approved"), ("body", body)];
    assert_eq!(owner.post(&format!("{file}/transcripts"), &said).await.status, 303);
    let draft = owner.describes("合影", &[("form", "photograph"), ("protocol", "members")], "draft").await;
    assert_eq!(owner.post("/archive/people", &[("kind", "person"), ("name", "陈振通")]).await.status, 303);
    let person = owner.get("/archive/people").await.links("/archive/people/").into_iter().next().unwrap();
    let fields =
        [("kind", "place"), ("name", "叻坡"), ("modern_name", "新加坡"), ("latitude", "1.29"), ("longitude", "103.85")];
    assert_eq!(owner.post("/archive/people", &fields).await.status, 303);
    let more = [("form", "photograph"), ("place", "叻坡"), ("date", "1931")];
    let photo = owner.describes("同安楼前的合影", &more, "publish").await;
    let named = owner.get(&photo).await.links("/archive/authorities/").remove(0);
    let fields = [("title", "年节"), ("level", "free"), ("code", "ZT")];
    let free = owner.post("/archive/collections", &fields).await.location().to_owned();
    assert_eq!(owner.post(&format!("{free}/items"), &[("item", &item)]).await.status, 303);
    let fields = [
        ("title", "一封侨批走的路"),
        ("lede", "半个月，一张薄纸。"),
        ("text1", "# 出洋\n\n红头船从樟林港出去。[^1]\n\n[^1]: 一种帆船。"),
        ("item2", item.as_str()),
        ("caption2", "封面先给批脚看。"),
        ("item3", photo.as_str()),
        ("act", "save"),
    ];
    let exhibition = owner.post("/archive/exhibitions", &fields).await.location().to_owned();
    assert_eq!(owner.post(&format!("{exhibition}/state"), &[("act", "publish")]).await.status, 303);
    let (recording, paper, gift) = furnish_files(a, &mut owner).await;
    json!({"free": free, "named": named, "exhibition": exhibition, "recording": recording, "paper": paper, "gift": gift, "item": item, "itemFile": file, "itemDraft": draft, "itemArk": ark, "collection": collection, "authority": person,
        "keeper": speaks_as_the_browser(a, &owner).await})
}

/// A recording with texts with times, a paper with a text of its own, and what a visitor gave.
async fn furnish_files(a: &Server, keeper: &mut Person) -> (String, String, String) {
    use super::archive_files::{TALK, pdf_of, wav};
    let item = keeper.describes("老人讲古", &[("form", "oral-history")], "publish").await;
    let files = [("讲古.wav", wav()), ("讲古.pdf", pdf_of(&["老人講古", "一九七二年錄"]))];
    keeper.adds(&item, &[], &files).await;
    settle(&[a]).await;
    let files = keeper.get(&item).await.links("/archive/files/");
    for language in ["zh-Hans", "en"] {
        let fields = [("kind", "transcription"), ("language", language), ("state", "approved"), ("body", TALK)];
        assert_eq!(keeper.post(&format!("{}/transcripts", files[0]), &fields).await.status, 303);
    }
    let hall = a.ctx.read(huiguan::domain::hall::get).await.unwrap();
    let mut warden = a.sign_up_as("warden", huiguan::domain::login::Role::Owner).await;
    let mut fields = vec![
        ("hall_name", hall.name.as_str()),
        ("motto", &hall.motto),
        ("about", &hall.about),
        ("rules", &hall.rules),
        ("default_language", &hall.language),
        ("time_zone", &hall.time_zone),
        ("takes_gifts", "yes"),
    ];
    fields.extend(hall.languages.split(',').map(|code| ("languages", code)));
    assert_eq!(warden.post("/office/hall", &fields).await.status, 303);
    let mut visitor = Person::new(a);
    visitor.token = visitor.get("/archive/offers/new").await.form_token();
    let said = [("who", "外婆的裁缝铺"), ("giver", "阿明"), ("contact", "012"), ("permission", "yes")];
    let gift = visitor.hands_in("/archive/offers", &said, &[("a.png", super::archive::png(60))]).await;
    assert_eq!(gift.status, 303, "{}", gift.body);
    settle(&[a]).await;
    (files[0].clone(), files[1].clone(), gift.location().to_owned())
}

/// Where a Moment of lan's stands in mei's hall, by its path in lan's.
async fn come_to(a: &Server, b: &Server, lan: &Person, path: &str) -> String {
    let uri = format!("{}/objects/{}", b.origin, path.rsplit('/').next().unwrap());
    let found = a.ctx.read(move |conn| huiguan::domain::post::stored(conn, &uri)).await.unwrap().unwrap();
    format!("/@{}/{}", lan.address(), found.id)
}

/// Whom mei doesn't want to meet: a person and a server of each kind.
async fn furnish_blocks(server: &Server, mei: &mut Person) {
    let (yue, qing) = (server.sign_up("yue").await, server.sign_up("qing").await);
    mei.shuns("block", &yue).await;
    mei.shuns("mute", &qing).await;
    let long = "a-very-long-host-name-of-some-server-that-nobody-wants-to-hear-from.example";
    for (host, kind) in [(long, "block"), ("spam.example", "mute")] {
        assert_eq!(mei.post("/settings/blocks", &[("host", host), ("kind", kind)]).await.status, 303);
    }
}

/// A program that has made itself known, and one that is let in; answers the question that the first asks.
async fn furnish_apps(server: &Server, mei: &Person) -> String {
    let fields = [
        ("client_name", "一个名字很长很长很长很长的手机程序 With a Rather Long Name"),
        ("redirect_uris", "https://app.example/back"),
        ("scopes", "read write follow push"),
        ("website", "https://app.example/a/rather/long/address/that/has/to/break"),
    ];
    let app = server.stranger().does("/api/v1/apps", &fields).await;
    mei.program(server).await;
    let id = app["client_id"].as_str().unwrap();
    format!("response_type=code&client_id={id}&redirect_uri=https%3A%2F%2Fapp.example%2Fback&scope=read+write+push")
}

/// People, ties and Moments of every kind.
async fn furnish(a: &Server, b: &Server) -> (Peer, Value) {
    let (mut mei, mut lan, mut hua) = (a.sign_up("mei").await, b.sign_up("lan").await, a.sign_up("hua").await);
    befriend(&mut mei, &mut lan, &[a, b]).await;
    hua.asks("mei", "我是夜学的华姑，记得吗？").await;
    a.sign_up("yun").await;
    mei.asks("yun", "").await;
    let own = mei.posts("礼拜天冬节，阿嬷教我们搓丸。红白各半，说是“金丸银丸，食了大一岁”。\n\nhttps://hall.example/a/rather/long/address/that/has/to/break/somewhere?or=else&it=overflows\n@hua 来#冬至。", "everyone").await;
    mei.posts("只有好友看得到", "friends").await;
    let (_, number) =
        mei.posts("写给自己", "me").await.rsplit_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let theirs = hua.posts(&"侨批一封，字迹已淡。\n".repeat(30), "everyone").await;
    lan.posts("搬家第三周，终于找到一家会做粿条汤的店。", "friends").await;
    furnish_profile(a, &mut mei, &own).await;
    settle(&[a, b]).await;
    let removal = furnish_talk(&[a, b], &mut mei, &mut lan, &mut hua, &own).await;
    let elsewhere = furnish_elsewhere(a, &mut mei).await;
    furnish_blocks(a, &mut mei).await;
    furnish_office(a).await;
    let asks = furnish_apps(a, &mei).await;
    let (_, owner) = member(a, "guodong", Role::Owner, State::Active).await;
    let remote = lan.address();
    let tom = format!("tom@{}", elsewhere.authority);
    let polls = furnish_polls(a, b, &mut mei, &mut lan).await;
    let there = mei.page_of(&lan).await;
    let reports = furnish_reports(a, &mut mei, &theirs, &there, &tom).await;
    let groups = furnish_group(a, &mut mei, &mut hua).await;
    let accounts = furnish_account(&mut mei, &mut hua).await;
    let mut stage = furnish_pictures(a, b, &mut mei, &mut lan).await;
    let more = json!({
        "mei": speaks_as_the_browser(a, &mei).await, "lan": speaks_as_the_browser(b, &lan).await, "owner": owner,
        "asks": asks, "own": own, "number": number, "theirs": theirs, "remote": remote, "tom": tom,
        "remoteMoment": mei.page_of(&lan).await,
        "tomMoment": link(&mut mei, &format!("/@{tom}"), &format!("/@{tom}/"), "").await,
        "comment": removal,
        "removal": link(&mut mei, &format!("/@{remote}"), "/friends/", "/removal").await,
    });
    a.index().await;
    b.index().await;
    let archive = furnish_archive(a).await;
    for more in [more, polls, reports, groups, accounts, archive] {
        stage.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
    }
    (elsewhere, stage)
}

/// Runs the browser, working off what the halls have to do whenever it asks for that.
fn drive(here: &Path, stage: &Value, halls: &[&Server]) -> bool {
    let mut node = Command::new("node");
    node.arg("run.mjs").current_dir(here).env("STAGE", stage.to_string());
    let mut run = node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut answers = run.stdin.take().unwrap();
    for line in BufReader::new(run.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if line == "settle" {
            tokio::runtime::Handle::current().block_on(async {
                settle(halls).await;
                for hall in halls {
                    hall.index().await;
                }
            });
            writeln!(answers, "settled").unwrap();
        } else {
            println!("{line}");
        }
    }
    run.wait().unwrap().success()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_can_use_every_page_in_a_browser() {
    let here = match driver() {
        Ok(here) => here,
        Err(missing) => {
            assert!(std::env::var_os("CI").is_none(), "in CI the browser test must run: {missing}");
            println!("skipped: {missing}");
            return;
        }
    };
    let (halls, stage) = Halls::open().await;
    let all = halls.all();
    assert!(tokio::task::block_in_place(|| drive(here, &stage, &all)), "the browser found faults; they stand above");
}
