//! Announcements among halls and other software: they are pinned and told everywhere, confirmed by the button of a hall or in other
//! software's ways, reminders reach the rest; forged ones count for nothing; allied halls pass them to all their members.

use huiguan::domain::arrival::State;
use huiguan::domain::login::Role;
use serde_json::{Value, json};

use super::announcement::last;
use super::group_federation::{asks_group, sent};
use super::peer::{Peer, Someone};
use super::server::{Person, Server, settle};

impl Person {
    /// Confirms an announcement that stands on the page of a group here.
    async fn confirms_in(&mut self, group: &str, title: &str) {
        let path = self.comes_upon(group, title).await;
        let answer = self.confirms(&path).await;
        assert_eq!(answer.status, 303, "{}: {}", self.name, answer.body);
    }

    /// Does the first page ask to confirm something?
    async fn is_asked(&mut self) -> bool {
        self.home().await.contains("/confirmation\"")
    }

    /// The row of somebody in the table of an announcement: how it stands, and by which way.
    async fn row_of(&mut self, path: &str, address: &str) -> (String, String) {
        let rows = self.confirmations(path).await;
        let row = rows.into_iter().find(|(who, ..)| who == address).unwrap_or_else(|| panic!("{address} isn't asked"));
        (row.1, row.2)
    }
}

/// Three halls, a group on the first that members of all belong to.
struct Halls {
    a: Server,
    b: Server,
    c: Server,
    mei: Person,
    lan: Person,
    dong: Person,
    hua: Person,
    home: String,
    away: String,
}

impl Halls {
    async fn with(more: &[(&str, &str)]) -> Self {
        let (a, b, c) =
            (Server::start("guangzhou").await, Server::start("penang").await, Server::start("melaka").await);
        let mut mei = a.sign_up("mei").await;
        let (mut lan, mut dong, mut hua) = (b.sign_up("lan").await, b.sign_up("dong").await, c.sign_up("hua").await);
        let home = mei.founds("panyu", "番禺同乡", more).await;
        for person in [&mut lan, &mut dong, &mut hua] {
            assert_eq!(person.asks(&format!("panyu@{}", a.authority), "我是番禺人").await.status, 303);
            settle(&[&a, &b, &c]).await;
        }
        let away = format!("/@panyu@{}", a.authority);
        Self { a, b, c, mei, lan, dong, hua, home, away }
    }

    async fn settle(&self) {
        settle(&[&self.a, &self.b, &self.c]).await;
    }
}

fn state(state: &str, way: &str) -> (String, String) {
    (state.to_owned(), way.to_owned())
}

/// A word of somebody under an announcement.
fn reply(who: &Someone, number: &str, text: &str, object: &str) -> Value {
    let mut answer = who.create(number, &format!("<p>{text}</p>"));
    answer["object"]["inReplyTo"] = json!(object);
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_is_told_and_confirmed_on_every_hall() {
    for is_private in ["no", "yes"] {
        let mut halls = Halls::with(&[("is_private", is_private)]).await;
        let (home, away) = (halls.home.clone(), halls.away.clone());
        let more =
            [("asks", "yes"), ("pinned", "yes"), ("office", "秘书处"), ("urgent", "yes"), ("body", "正厅，九时。")];
        let path = halls.mei.announces(&home, "冬至祭祖", &more).await;
        halls.settle().await;
        for person in [&mut halls.lan, &mut halls.dong, &mut halls.hua] {
            let told = person.told().await;
            assert!(told.contains("announces") && told.contains("冬至祭祖"), "{}: {told}", person.name);
            let page = person.get(&away).await.body;
            assert!(page.contains("Pinned") && page.contains("秘书处") && page.contains("Urgent"), "{page}");
            assert!(person.is_asked().await, "{}: it waits at home", person.name);
        }
        // By the button of their own hall, and by that alone: what is merely read, liked or answered there is no confirmation.
        halls.lan.confirms_in(&away, "冬至祭祖").await;
        halls.hua.confirms_in(&away, "冬至祭祖").await;
        let there = halls.dong.comes_upon(&away, "冬至祭祖").await;
        let said = halls.dong.post(&format!("/posts/{}/comments", last(&there)), &[("body", "收到")]).await;
        assert_eq!(said.status, 303, "{}", said.body);
        assert_eq!(halls.dong.post(&format!("/posts/{}/like", last(&there)), &[("back", "/")]).await.status, 303);
        halls.settle().await;
        assert!(!halls.lan.is_asked().await);
        let (b, c) = (halls.b.authority.clone(), halls.c.authority.clone());
        assert_eq!(halls.mei.row_of(&path, &format!("@lan@{b}")).await, state("confirmed", "button"));
        assert_eq!(halls.mei.row_of(&path, &format!("@hua@{c}")).await, state("confirmed", "button"));
        assert_eq!(halls.mei.row_of(&path, &format!("@dong@{b}")).await, state("open", ""));
        assert_eq!(halls.mei.confirmations(&path).await.len(), 3);
        // The reminder reaches who is left, and nobody else.
        assert_eq!(halls.mei.post(&format!("/announcements/{}/reminder", last(&path)), &[]).await.status, 303);
        halls.settle().await;
        assert!(halls.dong.told().await.contains("reminds you to confirm"), "{}", halls.dong.told().await);
        for person in [&mut halls.lan, &mut halls.hua] {
            assert!(!person.told().await.contains("reminds you"), "{}", person.name);
        }
        halls.dong.confirms_in(&away, "冬至祭祖").await;
        halls.settle().await;
        assert_eq!(halls.mei.row_of(&path, &format!("@dong@{b}")).await, state("confirmed", "button"));
        // A change that is to be told anew is, everywhere; another isn't.
        let there = halls.hua.comes_upon(&away, "冬至祭祖").await;
        assert_eq!(halls.hua.get(&there).await.status, 200);
        let edit = format!("/announcements/{}", last(&path));
        halls.a.clock.advance(2_000_000);
        let fields = [("title", "冬至祭祖"), ("body", "正厅，十时。"), ("asks", "yes"), ("office", "秘书处")];
        assert_eq!(halls.mei.post(&edit, &fields).await.status, 303);
        halls.settle().await;
        let page = halls.hua.get(&away).await.body;
        assert!(page.contains("十时") && !page.contains("Urgent"), "{page}");
        let unread = halls.hua.unread().await;
        halls.a.clock.advance(2_000_000);
        let fields = [("title", "冬至祭祖改期"), ("body", "正厅，十一时。"), ("anew", "yes"), ("asks", "yes")];
        assert_eq!(halls.mei.post(&edit, &fields).await.status, 303);
        halls.settle().await;
        let told = halls.hua.told().await;
        assert!(told.contains("冬至祭祖改期"), "{told}");
        assert_ne!(halls.hua.unread().await, unread, "it is new again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_software_confirms_by_an_answer_or_a_like() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let page = mei.founds("panyu", "番禺同乡", &[]).await;
    let group = format!("{}/actors/panyu", a.origin);
    let peer = Peer::start();
    let people: Vec<Someone> = ["tom", "ann", "kit", "ray"].iter().map(|name| peer.person(name)).collect();
    let stranger = peer.person("stranger");
    for who in &people {
        asks_group(&a, who, &group).await;
    }
    let plain = mei.announces(&page, "无须确认", &[]).await;
    let path = mei.announces(&page, "冬至祭祖", &[("asks", "yes")]).await;
    settle(&[&a]).await;
    let object = format!("{}{}", a.origin, path.replace("/@mei/", "/objects/"));
    let document = super::wire::document(&object, &[]).await.json();
    assert_eq!((&document["type"], &document["name"]), (&json!("Article"), &json!("冬至祭祖")));
    assert_eq!(document["hg:notice"]["confirmRequested"], json!(true), "{document}");
    let address = |name: &str| format!("@{name}@{}", peer.authority);
    // Words that say something else don't count; what does counts once.
    assert_eq!(sent(&a, &people[0], &reply(&people[0], "1", "收到吗？", &object)).await.0, State::Done);
    assert_eq!(mei.row_of(&path, &address("tom")).await, state("open", ""));
    assert_eq!(sent(&a, &people[0], &reply(&people[0], "2", "收到，謝謝！", &object)).await.0, State::Done);
    assert_eq!(mei.row_of(&path, &address("tom")).await, state("confirmed", "reply"));
    let like = people[1].activity("3", "Like", json!(object));
    assert_eq!(sent(&a, &people[1], &like).await.0, State::Done);
    assert_eq!(mei.row_of(&path, &address("ann")).await, state("confirmed", "like"));
    let undo = people[1].activity("4", "Undo", like);
    assert_eq!(sent(&a, &people[1], &undo).await.0, State::Done);
    assert_eq!(mei.row_of(&path, &address("ann")).await, state("open", ""), "a like that is taken back");
    let confirm = people[2].activity("5", "Read", json!(object));
    assert_eq!(sent(&a, &people[2], &confirm).await.0, State::Done);
    assert_eq!(mei.row_of(&path, &address("kit")).await, state("confirmed", "button"));
    // Who doesn't belong to the group confirms nothing, nor does anybody confirm what doesn't ask.
    for (number, kind) in [("6", "Read"), ("7", "Like")] {
        sent(&a, &stranger, &stranger.activity(number, kind, json!(object))).await;
    }
    let (outcome, _) = sent(&a, &stranger, &stranger.activity("8", "Read", json!(object))).await;
    assert_eq!(outcome, State::Rejected);
    assert_eq!(mei.confirmations(&path).await.len(), 4);
    let other = format!("{}{}", a.origin, plain.replace("/@mei/", "/objects/"));
    assert_eq!(sent(&a, &people[3], &people[3].activity("9", "Read", json!(other))).await.0, State::Ignored);
    // The reminder is a message to those who are left, by name.
    assert_eq!(mei.post(&format!("/announcements/{}/reminder", last(&path)), &[]).await.status, 303);
    settle(&[&a]).await;
    let reminders: Vec<Value> =
        peer.taken("Create").into_iter().filter(|one| one["object"]["hg:remindsOf"] == json!(object)).collect();
    assert!(!reminders.is_empty());
    for one in &reminders {
        assert_eq!(one["actor"], json!(group));
        assert_eq!(one["object"]["to"], json!([people[1].uri, people[3].uri]), "{one}");
        assert!(one["object"]["content"].as_str().unwrap().contains("冬至祭祖"));
    }
    assert_eq!(sent(&a, &people[3], &reply(&people[3], "10", "已閱", &object)).await.0, State::Done);
    assert_eq!(mei.row_of(&path, &address("ray")).await, state("confirmed", "reply"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_runs_a_group_announces_to_it() {
    let mut halls = Halls::with(&[]).await;
    let (home, away) = (halls.home.clone(), halls.away.clone());
    let group = format!("{}/actors/panyu", halls.a.origin);
    let peer = Peer::start();
    let eve = peer.person("eve");
    asks_group(&halls.a, &eve, &group).await;
    // A member says of a topic that it is an announcement: it is a topic.
    let mut forged = eve.create("1", "<p>请转账</p>");
    forged["object"]["type"] = json!("Article");
    forged["object"]["name"] = json!("紧急捐款");
    forged["object"]["hg:notice"] = json!({"priority": "urgent", "confirmRequested": true});
    for place in ["audience", "cc"] {
        forged["object"][place] = if place == "cc" { json!([group]) } else { json!(group) };
        forged[place] = forged["object"][place].clone();
    }
    let uri = forged["object"]["id"].as_str().unwrap().to_owned();
    peer.serve(uri.strip_prefix(&peer.origin).unwrap(), &forged["object"]);
    assert_eq!(sent(&halls.a, &eve, &forged).await.0, State::Done);
    halls.settle().await;
    for (person, page) in [(&mut halls.mei, &home), (&mut halls.lan, &away), (&mut halls.hua, &away)] {
        let shown = person.get(page).await.body;
        assert!(shown.contains("紧急捐款"), "{}: {shown}", person.name);
        assert!(!shown.contains("Urgent") && !person.told().await.contains("紧急捐款"), "{}", person.name);
        assert!(!person.is_asked().await, "{}", person.name);
    }
    // Nobody reminds in the name of a group, nor confirms for somebody else.
    let path = halls.mei.announces(&home, "冬至祭祖", &[("asks", "yes")]).await;
    halls.settle().await;
    let object = format!("{}{}", halls.a.origin, path.replace("/@mei/", "/objects/"));
    let mut reminder = eve.create("2", "<p>收到了吗</p>");
    reminder["object"]["hg:remindsOf"] = json!(object);
    reminder["object"]["to"] = json!([halls.lan.actor()]);
    sent(&halls.b, &eve, &reminder).await;
    assert!(!halls.lan.told().await.contains("reminds you"));
    let mut confirm = eve.activity("3", "Read", json!(object));
    confirm["actor"] = json!(halls.lan.actor());
    assert_ne!(eve.sends(&halls.a, &confirm).await, 202, "signed by somebody else");
    let b = halls.b.authority.clone();
    assert_eq!(halls.mei.row_of(&path, &format!("@lan@{b}")).await, state("open", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_allied_hall_tells_all_its_members() {
    let (a, b, c) = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("melaka").await);
    let all = [&a, &b, &c];
    let mut mei = a.sign_up("mei").await;
    let mut secretary = b.sign_up_as("secretary", Role::Moderator).await;
    let (mut lan, mut tom) = (b.sign_up("lan").await, c.sign_up("tom").await);
    let home = mei.founds("panyu", "番禺同乡", &[("entrance", "approval"), ("questions", "你是谁？")]).await;
    mei.founds("council", "理事会", &[("is_private", "yes")]).await;
    let before = mei.announces(&home, "结盟之前", &[]).await;
    settle(&all).await;
    // An officer's choice: of a public group of another hall.
    assert_eq!(lan.get("/office/alliances").await.status, 403);
    let address = format!("panyu@{}", a.authority);
    assert_eq!(lan.post("/office/alliances", &[("address", &address)]).await.status, 403);
    for (typed, said) in [
        ("", "address"),
        (&*format!("mei@{}", a.authority), "no public group"),
        (&*format!("council@{}", a.authority), "no public group"),
    ] {
        let refused = secretary.post("/office/alliances", &[("address", typed)]).await;
        assert_eq!(refused.status, 422, "{typed}");
        assert!(refused.body.contains(said), "{typed}: {}", refused.body);
    }
    assert_eq!(secretary.post("/office/alliances", &[("address", &address)]).await.status, 303);
    settle(&all).await;
    let page = secretary.get("/office/alliances").await;
    assert!(page.body.contains("Its announcements come"), "{}", page.body);
    assert!(mei.get(&home).await.body.contains("1 member"), "a hall that listens is no member");
    let path = mei.announces(&home, "联合春宴", &[("asks", "yes"), ("body", "各馆同庆。")]).await;
    settle(&all).await;
    for person in [&mut lan, &mut secretary] {
        let told = person.told().await;
        assert!(told.contains("番禺同乡") && told.contains("联合春宴") && told.contains("allied"), "{told}");
        assert!(!told.contains("结盟之前"));
        let link = person.get("/notices").await.links(&format!("/@mei@{}/", a.authority)).remove(0);
        let shown = person.get(&link).await.body;
        assert!(shown.contains("各馆同庆") && shown.contains("番禺同乡"), "{shown}");
        assert!(!shown.contains("/confirmation\""), "who isn't a member isn't asked: {shown}");
        assert!(!person.is_asked().await, "{}", person.name);
    }
    assert!(!tom.told().await.contains("联合春宴"), "a hall that isn't allied tells nobody");
    assert!(mei.confirmations(&path).await.is_empty(), "nobody but members is asked");
    // No more.
    let link = page.links("/office/alliances/").remove(0);
    assert_eq!(secretary.post(&link, &[]).await.status, 303);
    settle(&all).await;
    mei.announces(&home, "以后再说", &[]).await;
    settle(&all).await;
    assert!(!lan.told().await.contains("以后再说"));
    assert!(mei.get(&before).await.body.contains("结盟之前"));
}

/// Papers: taken by their bytes, handed out to be saved, to those alone who may read what they lie with, on every hall.
#[tokio::test(flavor = "multi_thread")]
async fn papers_go_with_an_announcement_and_to_nobody_else() {
    for is_private in ["no", "yes"] {
        let mut halls = Halls::with(&[("is_private", is_private)]).await;
        let (home, away) = (halls.home.clone(), halls.away.clone());
        let number = halls.mei.number_of(&home).await;
        let path = format!("/groups/{number}/announcements");
        let mut eve = halls.a.sign_up("eve").await;
        let pdf = b"%PDF-1.4\n%%EOF\n".to_vec();
        let fields = [("title", "章程修订"), ("body", "见附件。"), ("pictures", "yes")];
        // What lies about itself, runs, or is too large is answered, and what was typed stays.
        for (name, bytes, said) in [
            ("章程.pdf", b"MZ\x90\0".to_vec(), "that is not what it holds"),
            ("章程.exe", b"MZ\x90\0".to_vec(), "neither a picture nor a video"),
            ("章程.html", b"<script>alert(1)</script>".to_vec(), "neither a picture nor a video"),
        ] {
            let answer = halls.mei.sends_files(&path, &fields, "picture", &[(name, bytes)]).await;
            assert_eq!(answer.status, 422, "{name}");
            assert!(answer.body.contains(said) && answer.body.contains("章程修订"), "{name}: {}", answer.body);
        }
        let files = [("章程 2026.pdf", pdf.clone()), ("名单.csv", "姓名,人数\n".into())];
        let sent = halls.mei.sends_files(&path, &fields, "picture", &files).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        halls.settle().await;
        let page = halls.mei.get(&home).await.body;
        assert!(page.contains("章程 2026.pdf") && page.contains("PDF · 1 kB") && page.contains("名单.csv"), "{page}");
        let paper = page.split("href=\"/media/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let paper = format!("/media/{paper}");
        let saved = halls.mei.get(&paper).await;
        assert_eq!((saved.status, saved.body.as_bytes()), (200, pdf.as_slice()));
        assert_eq!(
            (saved.header("content-type"), saved.header("x-content-type-options")),
            ("application/pdf", "nosniff")
        );
        let named = saved.header("content-disposition");
        assert!(named.starts_with("attachment; ") && named.contains("%E7%AB%A0%E7%A8%8B%202026.pdf"), "{named}");
        assert!(saved.header("content-security-policy").contains("sandbox"));
        let expected = if is_private == "yes" { 404 } else { 200 };
        let mut nobody = Person::new(&halls.a);
        for person in [&mut eve, &mut nobody] {
            assert_eq!(person.get(&paper).await.status, expected, "{}", person.name);
            assert_eq!(person.get(&paper.replace("display", "thumb")).await.status, 404);
        }
        // On another hall it is named, with where it lies; the address opens there as long as that hall may speak.
        let page = halls.lan.get(&away).await.body;
        assert!(page.contains("章程 2026.pdf"), "{page}");
        let link = page.split("章程 2026.pdf").next().unwrap().rsplit("href=\"").next().unwrap();
        let link = link.split('"').next().unwrap().to_owned();
        assert_eq!(link.contains("/media/shared/"), is_private == "yes", "{link}");
        let there = super::server::client().get(&link).send().await.unwrap();
        assert_eq!(there.status(), 200);
        assert_eq!(there.bytes().await.unwrap(), pdf);
        // It is no picture of the album, and a Moment's form takes none.
        assert!(!halls.mei.get(&format!("/groups/{number}/album")).await.body.contains(&paper.replace("/display", "")));
        let moment = [("body", "看"), ("audience", "everyone"), ("pictures", "yes")];
        let refused = halls.mei.sends_files("/moments", &moment, "picture", &[("a.pdf", pdf.clone())]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("neither a picture nor a video"), "{}", refused.body);
    }
}
