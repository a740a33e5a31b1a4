//! Groups among halls (FEP-1b12): three halls with members on all, what passes between them, who is refused, and who sees what of a
//! private group at documents, collections and inboxes.

use huiguan::domain::arrival::State;
use huiguan::domain::{actor, delivery, group, membership};
use huiguan::worker;
use serde_json::{Value, json};

use super::peer::{Peer, Someone};
use super::server::{Answer, Person, Server, settle};
use super::wire::{document, signed_by, signed_get};

pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

impl Person {
    /// Joins a group of another hall by its address.
    pub async fn follows_group(&mut self, address: &str, greeting: &str, halls: &[&Server]) {
        let asked = self.asks(address, greeting).await;
        assert_eq!(asked.status, 303, "{}", asked.body);
        settle(halls).await;
    }

    /// Says something in a group, by its page here.
    pub async fn says_in(&mut self, group: &str, title: &str, body: &str) {
        let number = self.number_of(group).await;
        let answer = self.post(&format!("/groups/{number}/posts"), &[("title", title), ("body", body)]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }

    /// The page of what a group's page shows with these words.
    pub async fn comes_upon(&mut self, group: &str, words: &str) -> String {
        let page = self.get(group).await;
        let (before, _) = page.body.split_once(words).unwrap_or_else(|| panic!("{words} isn't in {}", page.body));
        let article = before.rsplit("<article").next().unwrap().to_owned();
        let rest = page.body.split_once(words).unwrap().1.split("</article>").next().unwrap().to_owned();
        let whole = Answer { status: 200, body: format!("{article}{words}{rest}"), headers: Default::default() };
        let links = whole.links("/@");
        links.into_iter().find(|link| link.matches('/').count() == 2).expect("a page of its own")
    }
}

/// The path of a group of another hall, as pages here have it.
fn elsewhere(name: &str, home: &Server) -> String {
    format!("/@{name}@{}", home.authority)
}

/// Three halls; a group on the first, with a member on each.
struct Halls {
    a: Server,
    b: Server,
    c: Server,
    mei: Person,
    lan: Person,
    hua: Person,
    /// The group's page at home, and elsewhere.
    home: String,
    away: String,
}

impl Halls {
    async fn with(more: &[(&str, &str)]) -> Self {
        let (a, b, c) =
            (Server::start("guangzhou").await, Server::start("penang").await, Server::start("melaka").await);
        let (mut mei, mut lan, mut hua) = (a.sign_up("mei").await, b.sign_up("lan").await, c.sign_up("hua").await);
        let home = mei.founds("panyu", "番禺同乡", more).await;
        let address = format!("panyu@{}", a.authority);
        for person in [&mut lan, &mut hua] {
            person.follows_group(&address, "我是番禺人", &[&a, &b, &c]).await;
        }
        let away = elsewhere("panyu", &a);
        Self { a, b, c, mei, lan, hua, home, away }
    }

    async fn settle(&self) {
        settle(&[&self.a, &self.b, &self.c]).await;
    }

    /// Lets in everybody who waits.
    async fn admit_all(&mut self) {
        let number = self.mei.number_of(&self.home.clone()).await;
        let page = self.mei.get(&format!("/groups/{number}/requests")).await;
        let links = page.links(&format!("/groups/{number}/requests/"));
        for link in links.iter().filter(|link| link.ends_with("acceptance")) {
            assert_eq!(self.mei.post(link, &[]).await.status, 303);
        }
        self.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_in_a_group_is_read_by_its_members_on_every_hall() {
    let mut halls = Halls::with(&[("topic", "番禺"), ("rules", "和气")]).await;
    let (home, away) = (halls.home.clone(), halls.away.clone());
    assert!(halls.mei.get(&home).await.body.contains("3 members"), "who follows is in");
    let page = halls.lan.get(&away).await.body;
    assert!(page.contains("番禺同乡") && page.contains("和气") && page.contains("Hometown"), "{page}");
    // From the group's own hall, and from a member's.
    halls.mei.says_in(&home, "茶会", "周六喝茶").await;
    halls.lan.says_in(&away, "", "我带点心").await;
    halls.settle().await;
    for (person, group) in [(&mut halls.mei, &home), (&mut halls.lan, &away), (&mut halls.hua, &away)] {
        let page = person.get(group).await.body;
        assert!(
            page.contains("周六喝茶") && page.contains("茶会") && page.contains("我带点心"),
            "{}: {page}",
            person.name
        );
    }
    // Comments and likes under what a third hall's member said.
    let topic = halls.hua.comes_upon(&away, "我带点心").await;
    let id = topic.rsplit('/').next().unwrap().to_owned();
    let said = halls.hua.post(&format!("/posts/{id}/comments"), &[("body", "我带水果")]).await;
    assert_eq!(said.status, 303, "{}", said.body);
    assert_eq!(halls.hua.post(&format!("/posts/{id}/like"), &[("back", "/")]).await.status, 303);
    halls.settle().await;
    for (person, group) in [(&mut halls.mei, &home), (&mut halls.lan, &away)] {
        let topic = person.comes_upon(group, "我带点心").await;
        let page = person.get(&topic).await.body;
        assert!(page.contains("我带水果") && page.contains("class=\"likes\""), "{}: {page}", person.name);
    }
    // A change, title and all; then it is deleted.
    let own = halls.lan.comes_upon(&away, "我带点心").await;
    let edit = format!("/moments/{}", own.rsplit('/').next().unwrap());
    assert_eq!(halls.lan.post(&edit, &[("body", "我带月饼"), ("title", "点心")]).await.status, 303);
    halls.settle().await;
    for (person, group) in [(&mut halls.mei, &home), (&mut halls.hua, &away)] {
        let page = person.get(group).await.body;
        assert!(page.contains("我带月饼") && page.contains("点心") && !page.contains("我带点心"), "{page}");
    }
    assert_eq!(halls.lan.post(&format!("{edit}/delete"), &[]).await.status, 303);
    halls.settle().await;
    for (person, group) in [(&mut halls.mei, &home), (&mut halls.hua, &away)] {
        assert!(!person.get(group).await.body.contains("我带月饼"), "{}", person.name);
    }
    // Who leaves gets nothing more.
    let number = halls.hua.number_of(&away).await;
    assert_eq!(halls.hua.post(&format!("/groups/{number}/membership/removal"), &[]).await.status, 303);
    halls.settle().await;
    assert!(halls.mei.get(&home).await.body.contains("2 members"));
    halls.mei.says_in(&home, "", "只说给留下的人").await;
    halls.settle().await;
    assert!(halls.lan.get(&away).await.body.contains("只说给留下的人"));
    assert!(!halls.hua.get(&away).await.body.contains("只说给留下的人"));
}

#[tokio::test(flavor = "multi_thread")]
async fn officers_of_a_group_are_heeded_on_every_hall() {
    let mut halls = Halls::with(&[]).await;
    let (home, away) = (halls.home.clone(), halls.away.clone());
    halls.lan.says_in(&away, "", "帝女花").await;
    halls.settle().await;
    let topic = halls.mei.comes_upon(&home, "帝女花").await;
    for mark in ["pinned", "locked"] {
        assert_eq!(halls.mei.marks(&topic, mark, "").await.status, 303);
    }
    halls.settle().await;
    assert!(halls.hua.get(&away).await.body.contains("Pinned"));
    let there = halls.hua.comes_upon(&away, "帝女花").await;
    let comments = format!("/posts/{}/comments", there.rsplit('/').next().unwrap());
    assert_eq!(halls.hua.post(&comments, &[("body", "好听")]).await.status, 422, "it is closed there too");
    assert_eq!(halls.mei.marks(&topic, "unlocked", "").await.status, 303);
    halls.settle().await;
    assert_eq!(halls.hua.post(&comments, &[("body", "好听")]).await.status, 303);
    halls.settle().await;
    assert!(halls.mei.get(&topic).await.body.contains("好听"));
    // Taken down everywhere; its author hears why; put back.
    assert_eq!(halls.mei.marks(&topic, "taken-down", "与粤剧无关").await.status, 303);
    halls.settle().await;
    assert!(!halls.hua.get(&away).await.body.contains("帝女花"));
    assert_eq!(halls.hua.get(&there).await.status, 404);
    assert!(halls.lan.told().await.contains("took down what you posted"), "{}", halls.lan.told().await);
    assert_eq!(halls.mei.marks(&topic, "restored", "").await.status, 303);
    halls.settle().await;
    assert!(halls.hua.get(&there).await.body.contains("帝女花"));
    // Sent away for good: what they say is refused, and they can't come back.
    let number = halls.mei.number_of(&home).await;
    let who = halls.mei.number_in(&number, &format!("lan@{}", halls.b.authority)).await;
    let ban = format!("/groups/{number}/members/{who}/ban");
    assert_eq!(halls.mei.post(&ban, &[("reason", "广告")]).await.status, 303);
    halls.settle().await;
    let number_there = halls.lan.number_of(&away).await;
    let said = halls.lan.post(&format!("/groups/{number_there}/posts"), &[("body", "再说一句")]).await;
    assert_eq!(said.status, 403, "{}", said.body);
    halls.lan.follows_group(&format!("panyu@{}", halls.a.authority), "", &[&halls.a, &halls.b]).await;
    assert!(halls.mei.get(&home).await.body.contains("2 members"));
}

/// A person of another make's server follows a group.
pub async fn asks_group(hall: &Server, who: &Someone, group: &str) {
    let follow = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{}/follows/1", who.uri), "type": "Follow",
        "actor": who.uri, "object": group, "content": "<p>我是番禺人</p>",
    });
    assert_eq!(who.sends(hall, &follow).await, 202);
    settle(&[hall]).await;
}

/// Sends and works off; answers what became of it.
pub async fn sent(hall: &Server, who: &Someone, activity: &Value) -> (State, String) {
    assert_eq!(who.sends(hall, activity).await, 202, "{activity}");
    settle(&[hall]).await;
    hall.last_outcome().await
}

/// Something said in a group of a hall.
pub fn topic(who: &Someone, group: &str, number: &str, kind: &str, name: &str, content: &str) -> Value {
    let mut object = json!({
        "id": format!("{}/posts/{number}", who.uri), "type": kind, "attributedTo": who.uri, "content": content,
        "to": [group, PUBLIC], "cc": [], "audience": group, "published": "2026-11-23T08:00:00Z",
    });
    if !name.is_empty() {
        object["name"] = json!(name);
    }
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{}/activities/{number}", who.uri),
        "type": "Create", "actor": who.uri, "to": [group, PUBLIC], "audience": group, "object": object,
    })
}

/// A hall with a group, and a server of another make with somebody who belongs to it.
pub struct Guest {
    pub a: Server,
    pub mei: Person,
    pub peer: Peer,
    pub tom: Someone,
    pub group: String,
    pub page: String,
}

impl Guest {
    pub async fn with(more: &[(&str, &str)]) -> Self {
        let (a, peer) = (Server::start("guangzhou").await, Peer::start());
        let mut mei = a.sign_up("mei").await;
        let page = mei.founds("panyu", "番禺同乡", more).await;
        let (group, tom) = (format!("{}/actors/panyu", a.origin), peer.person("tom"));
        asks_group(&a, &tom, &group).await;
        Self { a, mei, peer, tom, group, page }
    }

    pub async fn sends(&self, activity: &Value) -> (State, String) {
        sent(&self.a, &self.tom, activity).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_a_group_to_other_servers() {
    let guest = Guest::with(&[("topic", "番禺"), ("rules", "和气\n守时"), ("about", "同乡会")]).await;
    let accept = guest.peer.taken("Accept").pop().expect("the follow is accepted");
    assert_eq!((&accept["actor"], &accept["object"]["actor"]), (&json!(guest.group), &json!(guest.tom.uri)));
    assert_eq!(accept["object"]["id"], format!("{}/follows/1", guest.tom.uri));
    let shown = document(&guest.group, &[]).await.json();
    for (key, value) in [
        ("type", json!("Group")),
        ("attributedTo", json!(format!("{}/moderators", guest.group))),
        ("postingRestrictedToMods", json!(false)),
        ("manuallyApprovesFollowers", json!(false)),
        ("featured", json!(format!("{}/featured", guest.group))),
        ("followers", json!(format!("{}/followers", guest.group))),
        ("hg:axis", json!("hometown")),
        ("hg:topic", json!("番禺")),
        ("hg:private", json!(false)),
        ("hg:rules", json!(["和气", "守时"])),
    ] {
        assert_eq!(shown[key], value, "{key}");
    }
    assert!(shown["summary"].as_str().unwrap().contains("<li>守时</li>"), "{shown}");
    assert_eq!(shown["endpoints"]["sharedInbox"], format!("{}/inbox", guest.a.origin));
    let moderators = document(&format!("{}/moderators", guest.group), &[]).await.json();
    assert_eq!(moderators["orderedItems"], json!([guest.mei.actor()]));
    assert_eq!(document(&format!("{}/followers", guest.group), &[]).await.json()["totalItems"], 2);
    let found = format!("{}/.well-known/webfinger?resource=acct:panyu@{}", guest.a.origin, guest.a.authority);
    assert!(document(&found, &[]).await.body.contains(&guest.group));
    // What was said in it, as its outbox tells.
    let mut guest = guest;
    guest.mei.says_in(&guest.page.clone(), "茶会", "周六喝茶").await;
    let own = guest.mei.comes_upon(&guest.page.clone(), "周六喝茶").await;
    assert_eq!(guest.mei.marks(&own, "pinned", "").await.status, 303);
    settle(&[&guest.a]).await;
    let outbox = document(&format!("{}/outbox", guest.group), &[]).await.json();
    let item = &outbox["orderedItems"][0];
    assert_eq!((&item["type"], &item["object"]["type"]), (&json!("Announce"), &json!("Create")), "{outbox}");
    let page = &item["object"]["object"];
    assert_eq!(
        (&page["type"], &page["name"], &page["audience"]),
        (&json!("Page"), &json!("茶会"), &json!(guest.group))
    );
    assert_eq!(page["to"], json!([guest.group, PUBLIC]));
    let featured = document(&format!("{}/featured", guest.group), &[]).await.json();
    assert_eq!(featured["orderedItems"][0]["id"], page["id"], "{featured}");
    // The member's server got it both ways: whole, and by its id for software that knows no groups.
    let announces = guest.peer.taken("Announce");
    assert!(announces.iter().any(|one| one["object"]["type"] == "Create" && one["object"]["proof"].is_object()));
    assert!(announces.iter().any(|one| one["object"] == page["id"]), "{announces:#?}");
    assert!(announces.iter().any(|one| one["object"]["type"] == "Add"
        && one["object"]["target"] == format!("{}/featured", guest.group)));
    // Who takes the follow back is out.
    let undo = guest.tom.activity("undo", "Undo", json!(format!("{}/follows/1", guest.tom.uri)));
    assert_eq!(guest.sends(&undo).await.0, State::Done);
    assert!(guest.mei.get(&guest.page.clone()).await.body.contains("1 member"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_let_in_or_not_by_an_officer() {
    let mut guest = Guest::with(&[("entrance", "approval"), ("questions", "哪里人？")]).await;
    assert!(guest.peer.taken("Accept").is_empty() && guest.peer.taken("Reject").is_empty());
    let early = topic(&guest.tom, &guest.group, "0", "Note", "", "还没进来");
    assert_eq!(guest.sends(&early).await.0, State::Rejected);
    let number = guest.mei.number_of(&guest.page.clone()).await;
    let requests = format!("/groups/{number}/requests");
    let page = guest.mei.get(&requests).await;
    assert!(page.body.contains("我是番禺人"), "{}", page.body);
    let refusal = page.links(&format!("{requests}/")).into_iter().find(|link| link.ends_with("refusal")).unwrap();
    assert_eq!(guest.mei.post(&refusal, &[]).await.status, 303);
    settle(&[&guest.a]).await;
    assert_eq!(guest.peer.taken("Reject").len(), 1);
    let again = guest.tom.activity("again", "Follow", json!(guest.group));
    assert_eq!(guest.sends(&again).await.0, State::Done);
    let page = guest.mei.get(&requests).await;
    let yes = page.links(&format!("{requests}/")).into_iter().find(|link| link.ends_with("acceptance")).unwrap();
    assert_eq!(guest.mei.post(&yes, &[]).await.status, 303);
    settle(&[&guest.a]).await;
    assert_eq!(guest.peer.taken("Accept").len(), 1);
    // A group that is entered by a link alone refuses at once, and says so.
    guest.mei.founds("council", "理事会", &[("entrance", "invitation")]).await;
    let council = format!("{}/actors/council", guest.a.origin);
    let follow = guest.tom.activity("f2", "Follow", json!(council));
    assert_eq!(guest.sends(&follow).await.0, State::Rejected);
    assert_eq!(guest.peer.taken("Reject").len(), 2);
    let number = guest.mei.number_of("/@council").await;
    let token = guest.mei.invites(&number, "2").await;
    let mut follow = guest.tom.activity("f3", "Follow", json!(council));
    follow["hg:inviteToken"] = json!(token);
    assert_eq!(guest.sends(&follow).await.0, State::Done, "who has a link comes in by it");
    assert_eq!(guest.peer.taken("Accept").len(), 2);
    // A member of another hall pastes the link.
    let b = Server::start("penang").await;
    let mut lan = b.sign_up("lan").await;
    let halls = [&guest.a, &b];
    lan.follows_group(&format!("council@{}", guest.a.authority), "", &halls).await;
    let away = elsewhere("council", &guest.a);
    let page = lan.get(&away).await.body;
    assert!(page.contains("The link into the group"), "{page}");
    let link = format!("{}/groups/invitations/{token}", guest.a.origin);
    assert_eq!(lan.joins(&away, &[("answers", &link)]).await.status, 303);
    settle(&halls).await;
    assert!(guest.mei.get("/@council").await.body.contains("3 members"));
    let roll = guest.mei.get(&format!("/groups/{number}/members.csv")).await.body;
    assert!(roll.contains("lan@") && !roll.contains(&token), "{roll}");
}

/// A private group with members on three halls, and everybody who is in it or nearly on a server of their own.
struct Council {
    halls: Halls,
    group: String,
    number: String,
    home: String,
    away: String,
    peers: Vec<Peer>,
    people: Vec<Someone>,
}

impl Council {
    async fn sits() -> Self {
        let mut halls = Halls::with(&[("entrance", "approval"), ("is_private", "yes")]).await;
        halls.admit_all().await;
        let (home, away) = (halls.home.clone(), halls.away.clone());
        let (group, a) = (format!("{}/actors/panyu", halls.a.origin), &halls.a);
        let peers: Vec<Peer> = (0..5).map(|_| Peer::start()).collect();
        let people: Vec<Someone> = ["member", "left", "banned", "waits", "stranger"]
            .iter()
            .zip(&peers)
            .map(|(name, peer)| peer.person(name))
            .collect();
        for who in people.iter().take(4) {
            asks_group(a, who, &group).await;
        }
        let number = halls.mei.number_of(&home).await;
        let requests = format!("/groups/{number}/requests");
        let page = halls.mei.get(&requests).await;
        let links = page.links(&format!("{requests}/"));
        for link in links.iter().filter(|link| link.ends_with("acceptance")).take(3) {
            assert_eq!(halls.mei.post(link, &[]).await.status, 303);
        }
        settle(&[&halls.a]).await;
        let undo =
            people[1].activity("undo", "Undo", json!({"type": "Follow", "actor": people[1].uri, "object": group}));
        assert_eq!(people[1].sends(&halls.a, &undo).await, 202);
        settle(&[&halls.a]).await;
        let banned = halls.mei.number_in(&number, &format!("banned@{}", peers[2].authority)).await;
        assert_eq!(halls.mei.post(&format!("/groups/{number}/members/{banned}/ban"), &[]).await.status, 303);
        halls.settle().await;
        Self { halls, group, number, home, away, peers, people }
    }

    /// From the group's hall and from a member's, with answers from all.
    async fn talks(&mut self) {
        let (halls, home, away) = (&mut self.halls, self.home.clone(), self.away.clone());
        halls.mei.says_in(&home, "账目", "密议二字").await;
        halls.lan.says_in(&away, "", "密议三字").await;
        halls.settle().await;
        let topic = halls.hua.comes_upon(&away, "密议二字").await;
        let said = format!("/posts/{}/comments", topic.rsplit('/').next().unwrap());
        assert_eq!(halls.hua.post(&said, &[("body", "附议")]).await.status, 303);
        halls.settle().await;
        for (person, group) in [(&mut halls.mei, &home), (&mut halls.lan, &away), (&mut halls.hua, &away)] {
            let page = person.get(group).await.body;
            assert!(page.contains("密议二字") && page.contains("密议三字"), "{}: {page}", person.name);
            let topic = person.comes_upon(group, "密议二字").await;
            assert!(person.get(&topic).await.body.contains("附议"), "{} doesn't hear what hua says", person.name);
            assert!(!person.home().await.contains("密议"), "it is no public thing");
        }
    }

    /// Who got it; answers what the group handed on.
    fn inboxes(&self) -> Value {
        let (peers, people, group) = (&self.peers, &self.people, &self.group);
        let got = |peer: &Peer| peer.taken("Announce").iter().filter(|one| one.to_string().contains("密议")).count();
        assert!(got(&peers[0]) >= 2, "the member's server gets it");
        for (peer, who) in peers.iter().zip(people).skip(1) {
            assert_eq!(got(peer), 0, "{}", who.uri);
        }
        let create = peers[0].taken("Announce").into_iter().find(|one| one.to_string().contains("密议二字")).unwrap();
        let followers = format!("{group}/followers");
        assert_eq!(create["to"], json!([followers]));
        // Its software knows no groups: it gets what the group's own hall says by name too, and no name of another server's people.
        assert_eq!(create["object"]["object"]["to"], json!([followers, people[0].uri]));
        let direct = peers[0].taken("Create").pop().expect("it came by name");
        assert_eq!(direct["object"]["tag"][0]["href"], people[0].uri, "{direct}");
        for peer in &peers[1..] {
            assert!(peer.taken("Create").is_empty());
        }
        assert!(!create.to_string().contains("Public"), "{create}");
        create
    }

    /// Every door for servers, before everybody.
    async fn doors(&self, object: &str, create: &Value) -> Vec<String> {
        let (halls, people, group) = (&self.halls, &self.people, &self.group);
        let doors = vec![
            object.to_owned(),
            format!("{object}/context"),
            create["id"].as_str().unwrap().to_owned(),
            create["object"]["id"].as_str().unwrap().to_owned(),
            format!("{group}/moderators"),
            format!("{group}/followers"),
            format!("{group}/featured"),
            format!("{group}/outbox"),
        ];
        for door in &doors {
            assert_eq!(document(door, &[]).await.status, 404, "unsigned {door}");
            assert_eq!(document(door, &signed_by(door, &halls.a, &people[0])).await.status, 200, "a member at {door}");
            for who in &people[1..] {
                let answer = document(door, &signed_by(door, &halls.a, who)).await;
                assert_eq!(answer.status, 404, "{} at {door}: {}", who.uri, answer.body);
            }
            assert_eq!(signed_get(door, &halls.b, "lan").await.status, 200, "lan at {door}");
            assert_eq!(signed_get(door, &halls.b, "hall").await.status, 200, "lan's server at {door}");
        }
        let outbox = signed_get(&format!("{group}/outbox"), &halls.b, "lan").await.json();
        assert_eq!(outbox["totalItems"], 2, "{outbox}");
        doors
    }

    /// All members hear each other, and what is taken down is its author's and the officers', on whichever server.
    async fn marks(&mut self, object: &str) {
        let (halls, home, away) = (&mut self.halls, self.home.clone(), self.away.clone());
        let (peers, people, number) = (&self.peers, &self.people, &self.number);
        let theirs = halls.mei.comes_upon(&home, "密议三字").await;
        let answer = format!("/posts/{}/comments", theirs.rsplit('/').next().unwrap());
        assert_eq!(halls.mei.post(&answer, &[("body", "主人说")]).await.status, 303);
        halls.settle().await;
        for person in [&mut halls.lan, &mut halls.hua] {
            let topic = person.comes_upon(&away, "密议三字").await;
            assert!(person.get(&topic).await.body.contains("主人说"), "{}", person.name);
        }
        // What is taken down is its author's and the officers', on whichever server.
        let who = halls.mei.number_in(number, &format!("member@{}", peers[0].authority)).await;
        let role = format!("/groups/{number}/members/{who}/role");
        assert_eq!(halls.mei.post(&role, &[("role", "admin")]).await.status, 303);
        let own = halls.mei.comes_upon(&home, "密议二字").await;
        assert_eq!(halls.mei.marks(&own, "taken-down", "").await.status, 303);
        halls.settle().await;
        assert_eq!(document(object, &signed_by(object, &halls.a, &people[0])).await.status, 200, "an officer");
        assert_eq!(signed_get(object, &halls.b, "lan").await.status, 404, "a member, once it is taken down");
        assert!(!halls.hua.get(&away).await.body.contains("密议二字"));
        assert_eq!(halls.mei.marks(&own, "restored", "").await.status, 303);
        halls.settle().await;
        assert!(halls.hua.get(&away).await.body.contains("密议二字"));
    }
}

/// Everybody who is in a private group or nearly, at every door for servers.
#[tokio::test(flavor = "multi_thread")]
async fn a_private_group_reaches_its_members_servers_alone() {
    let mut council = Council::sits().await;
    council.talks().await;
    let create = council.inboxes();
    let object = create["object"]["object"]["id"].as_str().unwrap().to_owned();
    let doors = council.doors(&object, &create).await;
    council.marks(&object).await;
    // A member's server is a door no longer once its member left.
    let Council { mut halls, home, away, .. } = council;
    let number = halls.lan.number_of(&away).await;
    assert_eq!(halls.lan.post(&format!("/groups/{number}/membership/removal"), &[]).await.status, 303);
    halls.settle().await;
    for door in &doors {
        assert_eq!(signed_get(door, &halls.b, "lan").await.status, 404, "lan, who left, at {door}");
        assert_eq!(signed_get(door, &halls.b, "hall").await.status, 404, "the server of lan, who left, at {door}");
    }
    assert!(!halls.lan.get(&away).await.body.contains("密议二字"), "who left sees nothing of it on their own hall");
    halls.mei.says_in(&home, "", "密议四字").await;
    halls.settle().await;
    assert!(!halls.lan.get(&away).await.body.contains("密议四字"));
    assert!(halls.hua.get(&away).await.body.contains("密议四字"));
}

/// 2,000 members on 200 other servers: how long it takes until everything waits in the queue.
#[tokio::test(flavor = "multi_thread")]
async fn a_word_to_two_thousand_members_is_queued_at_once() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let page = mei.founds("panyu", "番禺同乡", &[]).await;
    let group = a.ctx.read(|conn| Ok(group::with_name(conn, "panyu")?.unwrap().actor.id)).await.unwrap();
    a.ctx
        .write(move |conn| {
            for number in 0..2_000 {
                let (host, name) = (format!("hall{}.example", number % 200), format!("member{number}"));
                let uri = format!("https://{host}/actors/{name}");
                let who = actor::receive(
                    conn,
                    &actor::Incoming {
                        kind: actor::Kind::Person,
                        display_name: name.clone(),
                        names: Default::default(),
                        hometown: String::new(),
                        about_html: String::new(),
                        address_host: host.clone(),
                        url: uri.clone(),
                        inbox: format!("{uri}/inbox"),
                        shared_inbox: format!("https://{host}/inbox"),
                        followers: format!("{uri}/followers"),
                        outbox: String::new(),
                        locked: true,
                        friends: true,
                        discoverable: false,
                        keys: Vec::new(),
                        name,
                        host,
                        uri: uri.clone(),
                    },
                )?;
                membership::receive_join(conn, &who, group, &format!("{uri}/follow"), "", "")?;
            }
            Ok(())
        })
        .await
        .unwrap();
    while worker::events(&a.ctx).await.unwrap() > 0 {}
    let before = a.ctx.read(delivery::waiting).await.unwrap();
    let begun = std::time::Instant::now();
    mei.says_in(&page, "茶会", "周六喝茶").await;
    let said = begun.elapsed();
    while worker::events(&a.ctx).await.unwrap() > 0 {}
    let queued = begun.elapsed();
    println!("2,000 members on 200 servers: said in {said:?}, queued in {queued:?}");
    assert_eq!(a.ctx.read(delivery::waiting).await.unwrap() - before, 200, "once for each shared inbox");
    assert!(queued.as_secs() < 10, "{queued:?}");
}
