//! What must be refused in groups among servers, each beside its honest twin: the word of who doesn't belong or doesn't run the group,
//! what a group says for others, and what isn't the group's.

use huiguan::domain::arrival::State;
use huiguan::secret::SigningKey;
use huiguan::wire::proof;
use serde_json::{Value, json};

use super::group_federation::{Guest, PUBLIC, asks_group, sent, topic};
use super::peer::{Peer, Someone};
use super::server::{Person, Server, settle};

/// The word of somebody about a post in a group.
fn word(who: &Someone, number: &str, kind: &str, object: Value, group: &str) -> Value {
    let mut word = who.activity(number, kind, object);
    (word["to"], word["cc"], word["audience"]) = (json!([PUBLIC]), json!([group]), json!(group));
    word
}

/// A group with eve and sam, each of a server of their own, and what the owner and sam said in it.
struct Ruled {
    guest: Guest,
    other: Peer,
    third: Peer,
    eve: Someone,
    sam: Someone,
    /// The owner's topic, and sam's.
    object: String,
    theirs: Value,
}

impl Ruled {
    async fn begin() -> Self {
        let mut guest = Guest::with(&[]).await;
        let (page, group) = (guest.page.clone(), guest.group.clone());
        let (other, third) = (Peer::start(), Peer::start());
        let (eve, sam) = (other.person("eve"), third.person("sam"));
        asks_group(&guest.a, &eve, &group).await;
        asks_group(&guest.a, &sam, &group).await;
        guest.mei.says_in(&page, "茶会", "周六喝茶").await;
        let own = guest.mei.comes_upon(&page, "周六喝茶").await;
        let object = format!("{}{}", guest.a.origin, own.replace("/@mei/", "/objects/"));
        let said = topic(&sam, &group, "1", "Note", "", "山姆的话");
        assert_eq!(sent(&guest.a, &sam, &said).await.0, State::Done);
        let theirs = said["object"]["id"].clone();
        Self { guest, other, third, eve, sam, object, theirs }
    }

    /// The owner makes eve an officer; answers the number of the group.
    async fn appoint(&mut self) -> String {
        let (page, group, mei) = (self.guest.page.clone(), self.guest.group.clone(), self.guest.mei.actor());
        let number = self.guest.mei.number_of(&page).await;
        let who = self.guest.mei.number_in(&number, &format!("eve@{}", self.other.authority)).await;
        let role = format!("/groups/{number}/members/{who}/role");
        assert_eq!(self.guest.mei.post(&role, &[("role", "admin")]).await.status, 303);
        settle(&[&self.guest.a]).await;
        assert!(sam_was_told(&self.third, "Add"), "who runs it is said to its members' servers");
        let moderators = super::wire::document(&format!("{group}/moderators"), &[]).await.json();
        assert_eq!(moderators["orderedItems"], json!([mei, self.eve.uri]));
        number
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_runs_a_group_is_heeded() {
    let Ruled { mut guest, other, third, eve, sam, object, theirs } = Ruled::begin().await;
    let (page, group, mei) = (guest.page.clone(), guest.group.clone(), guest.mei.actor());
    // The word of a member, of a stranger, and of who says to be the owner: nothing happens.
    let stranger = other.person("mallory");
    for (index, who) in [&eve, &stranger].into_iter().enumerate() {
        for (number, kind, object, target) in [
            ("lock", "Lock", json!(object), String::new()),
            ("pin", "Add", json!(object), format!("{group}/featured")),
            ("removal", "Delete", theirs.clone(), String::new()),
            ("nodebb", "Remove", theirs.clone(), group.clone()),
            ("ban", "Block", json!(sam.uri), group.clone()),
            ("office", "Add", json!(who.uri), format!("{group}/moderators")),
            ("coup", "Remove", json!(mei), format!("{group}/moderators")),
        ] {
            let mut one = word(who, &format!("{number}{index}"), kind, object, &group);
            if !target.is_empty() {
                one["target"] = json!(target);
            }
            let (state, why) = sent(&guest.a, who, &one).await;
            assert!(matches!(state, State::Rejected | State::Ignored), "{kind} by {}: {state:?} {why}", who.uri);
        }
    }
    let shown = guest.mei.get(&page).await.body;
    assert!(shown.contains("山姆的话") && shown.contains("4 members") && !shown.contains("Pinned"), "{shown}");
    assert!(!sam_was_told(&third, "Block") && !sam_was_told(&third, "Lock") && !sam_was_told(&third, "Delete"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_word_of_an_officer_elsewhere_counts_and_goes_on() {
    let mut ruled = Ruled::begin().await;
    let number = ruled.appoint().await;
    let Ruled { mut guest, third, eve, sam, object, theirs, .. } = ruled;
    let (page, group) = (guest.page.clone(), guest.group.clone());
    let mut pin = word(&eve, "pin", "Add", json!(object), &group);
    pin["target"] = json!(format!("{group}/featured"));
    assert_eq!(sent(&guest.a, &eve, &pin).await.0, State::Done);
    assert!(guest.mei.get(&page).await.body.contains("Pinned"));
    let lock = word(&eve, "lock", "Lock", json!(object), &group);
    assert_eq!(sent(&guest.a, &eve, &lock).await.0, State::Done);
    assert!(third.taken("Announce").iter().any(|one| one["object"]["id"] == lock["id"]), "it goes on as it came");
    let mut answer = sam.create("c1", "<p>我来</p>");
    answer["object"]["inReplyTo"] = json!(object);
    assert_eq!(sent(&guest.a, &sam, &answer).await.0, State::Rejected, "it is closed");
    let undo = word(&eve, "unlock", "Undo", lock, &group);
    assert_eq!(sent(&guest.a, &eve, &undo).await.0, State::Done);
    answer["id"] = json!(format!("{}/activities/again", sam.uri));
    assert_eq!(sent(&guest.a, &sam, &answer).await.0, State::Done);
    let mut removal = word(&eve, "removal", "Delete", theirs.clone(), &group);
    removal["summary"] = json!("与茶无关");
    assert_eq!(sent(&guest.a, &eve, &removal).await.0, State::Done);
    let shown = Person::new(&guest.a).get(&page).await.body;
    assert!(!shown.contains("山姆的话"), "{shown}");
    let log = guest.mei.get(&format!("/groups/{number}/log")).await.body;
    assert!(log.contains("与茶无关"), "{log}");
    let undo = word(&eve, "restored", "Undo", removal, &group);
    assert_eq!(sent(&guest.a, &eve, &undo).await.0, State::Done);
    assert!(Person::new(&guest.a).get(&page).await.body.contains("山姆的话"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_down_stays_down_whatever_its_server_sends() {
    let Ruled { mut guest, other, third: _third, eve, sam, theirs, .. } = Ruled::begin().await;
    let (page, group) = (guest.page.clone(), guest.group.clone());
    let (mut hua, mut visitor) = (guest.a.sign_up("hua").await, Person::new(&guest.a));
    assert_eq!(hua.joins(&page, &[]).await.status, 303);
    assert_eq!(hua.asks(&format!("eve@{}", other.authority), "").await.status, 303);
    settle(&[&guest.a]).await;
    let follow = other.taken("Follow").pop().expect("hua hears whatever eve boosts");
    assert_eq!(sent(&guest.a, &eve, &eve.activity("accept", "Accept", follow)).await.0, State::Done);
    let told = |words: &str| other.taken("Announce").iter().any(|one| one.to_string().contains(words));
    assert!(told("山姆的话"));
    let own = hua.comes_upon(&page, "山姆的话").await;
    assert_eq!(guest.mei.marks(&own, "taken-down", "与茶无关").await.status, 303);
    settle(&[&guest.a]).await;
    let again = |number: &str, kind: &str| {
        let mut said = topic(&sam, &group, "1", "Note", "", "山姆又说");
        (said["id"], said["type"]) = (json!(format!("{}/activities/{number}", sam.uri)), json!(kind));
        said["object"]["updated"] = json!("2026-11-24T08:00:00Z");
        said
    };
    for (by, word, state) in [
        (&sam, again("c2", "Create"), State::Ignored),
        (&sam, again("u2", "Update"), State::Done),
        (&eve, eve.activity("b2", "Announce", theirs.clone()), State::Done),
        (&sam, again("c3", "Create"), State::Ignored),
    ] {
        assert_eq!(sent(&guest.a, by, &word).await.0, state, "{word}");
        for person in [&mut hua, &mut visitor] {
            for door in [page.as_str(), "/"] {
                let shown = person.get(door).await.body;
                assert!(!shown.contains("山姆"), "{door} for {} after {word}: {shown}", person.name);
            }
            assert_ne!(person.get(&own).await.status, 200, "{} after {word}", person.name);
        }
    }
    // Its author's new words are there for the officers, and go on to no member's server.
    assert!(guest.mei.get(&own).await.body.contains("山姆又说"));
    assert!(!told("山姆又说"));
    assert_eq!(guest.mei.marks(&own, "restored", "").await.status, 303);
    for door in [page.as_str(), "/"] {
        assert!(hua.get(door).await.body.contains("山姆又说"), "put back it is read at {door}, as eve boosted it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_elsewhere_sends_away_and_lays_it_down() {
    let mut ruled = Ruled::begin().await;
    ruled.appoint().await;
    let Ruled { mut guest, third, eve, sam, object, .. } = ruled;
    let (page, group, mei) = (guest.page.clone(), guest.group.clone(), guest.mei.actor());
    let mut answer = sam.create("c1", "<p>我来</p>");
    answer["object"]["inReplyTo"] = json!(object);
    // Officers run no other officers, and say nothing about who is one.
    let mut coup = word(&eve, "coup", "Block", json!(mei), &group);
    coup["target"] = json!(group);
    assert_eq!(sent(&guest.a, &eve, &coup).await.0, State::Rejected);
    let mut ban = word(&eve, "ban", "Block", json!(sam.uri), &group);
    ban["target"] = json!(group);
    assert_eq!(sent(&guest.a, &eve, &ban).await.0, State::Done);
    assert_eq!(third.taken("Reject").len(), 1, "sam hears that he is out");
    let late = topic(&sam, &group, "2", "Note", "", "还是我");
    assert_eq!(sent(&guest.a, &sam, &late).await.0, State::Rejected);
    answer["id"] = json!(format!("{}/activities/late", sam.uri));
    answer["object"]["id"] = json!(format!("{}/notes/late", sam.uri));
    assert_eq!(sent(&guest.a, &sam, &answer).await.0, State::Rejected, "nor under what others say");
    asks_group(&guest.a, &sam, &group).await;
    assert!(guest.mei.get(&page).await.body.contains("3 members"), "he stays out");
    // An officer elsewhere lays it down.
    let mut gone = word(&eve, "gone", "Remove", json!(eve.uri), &group);
    gone["target"] = json!(format!("{group}/moderators"));
    assert_eq!(sent(&guest.a, &eve, &gone).await.0, State::Done);
    let again = word(&eve, "lock2", "Lock", json!(object), &group);
    assert_eq!(sent(&guest.a, &eve, &again).await.0, State::Rejected);
}

fn sam_was_told(peer: &Peer, kind: &str) -> bool {
    peer.taken("Announce").iter().any(|one| one["object"]["type"] == kind)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_speaks_in_a_group_for_others() {
    let mut guest = Guest::with(&[]).await;
    let (page, group) = (guest.page.clone(), guest.group.clone());
    let other = Peer::start();
    let eve = other.person("eve");
    // Not a member; somebody else's; on another host; for few.
    assert_eq!(sent(&guest.a, &eve, &topic(&eve, &group, "1", "Page", "题", "外人的话")).await.0, State::Rejected);
    let mut forged = topic(&eve, &group, "2", "Page", "题", "冒名的话");
    forged["object"]["attributedTo"] = json!(guest.tom.uri);
    assert_eq!(sent(&guest.a, &eve, &forged).await.0, State::Rejected);
    asks_group(&guest.a, &eve, &group).await;
    let mut forged = topic(&eve, &group, "3", "Page", "题", "冒名的话");
    forged["object"]["attributedTo"] = json!(guest.tom.uri);
    assert_eq!(sent(&guest.a, &eve, &forged).await.0, State::Rejected);
    forged["object"]["attributedTo"] = json!(eve.uri);
    forged["object"]["id"] = json!(format!("{}/posts/3", guest.tom.uri));
    forged["id"] = json!(format!("{}/activities/3b", eve.uri));
    assert_eq!(sent(&guest.a, &eve, &forged).await.0, State::Rejected);
    let mut narrow = topic(&eve, &group, "4", "Page", "题", "悄悄话");
    for place in ["/to", "/object/to"] {
        *narrow.pointer_mut(place).unwrap() = json!([group]);
    }
    assert_ne!(sent(&guest.a, &eve, &narrow).await.0, State::Done, "what isn't for everyone isn't made so");
    let shown = guest.mei.get(&page).await.body;
    for words in ["外人的话", "冒名的话", "悄悄话"] {
        assert!(!shown.contains(words), "{words}");
    }
    assert!(guest.peer.taken("Announce").is_empty(), "nothing went on");
    // The honest twin; and only its author changes or deletes it.
    let fine = topic(&eve, &group, "5", "Page", "题目", "自己的话");
    assert_eq!(sent(&guest.a, &eve, &fine).await.0, State::Done);
    assert!(guest.mei.get(&page).await.body.contains("自己的话"));
    let mut update = fine.clone();
    (update["type"], update["id"]) = (json!("Update"), json!(format!("{}/activities/u", guest.tom.uri)));
    update["actor"] = json!(guest.tom.uri);
    update["object"]["content"] = json!("改了别人的话");
    assert_eq!(guest.sends(&update).await.0, State::Rejected);
    let deletion = guest.tom.activity("d", "Delete", fine["object"]["id"].clone());
    assert_eq!(guest.sends(&deletion).await.0, State::Rejected);
    assert!(guest.mei.get(&page).await.body.contains("自己的话"));
    // Where officers alone write, members don't.
    guest.mei.founds("news", "公告栏", &[("posting", "officers")]).await;
    let news = format!("{}/actors/news", guest.a.origin);
    let follow = eve.activity("f", "Follow", json!(news));
    assert_eq!(sent(&guest.a, &eve, &follow).await.0, State::Done);
    assert_eq!(sent(&guest.a, &eve, &topic(&eve, &news, "6", "Page", "题", "插话")).await.0, State::Rejected);
}

/// A private group as a hall has it, and somebody of another server with a key for proofs.
fn council(peer: &Peer, other: &Peer) -> (Someone, Someone, SigningKey, String) {
    let mut council = peer.person("council");
    council.document["type"] = json!("Group");
    council.document["hg:axis"] = json!("family");
    council.document["hg:private"] = json!(true);
    council.document["attributedTo"] = json!(format!("{}/moderators", council.uri));
    peer.serve("/users/council", &council.document);
    let mut hua = other.person("hua");
    let (ed, method) = (SigningKey::make_ed25519().unwrap(), format!("{}#ed25519", hua.uri));
    hua.document["assertionMethod"] = json!([{"id": method, "type": "Multikey", "controller": hua.uri,
        "publicKeyMultibase": ed.public().to_multikey()}]);
    other.serve("/users/hua", &hua.document);
    (council, hua, ed, method)
}

/// A private group of another hall, played by the test, whose follower is lan of ours.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_private_group_hands_on_needs_its_authors_proof() {
    let (b, peer, other) = (Server::start("penang").await, Peer::start(), Peer::start());
    let mut lan = b.sign_up("lan").await;
    let (council, hua, ed, method) = council(&peer, &other);
    assert_eq!(lan.asks(&format!("council@{}", peer.authority), "").await.status, 303);
    settle(&[&b]).await;
    let follow = peer.taken("Follow").pop().unwrap();
    // An accept by another lets nobody in.
    assert_ne!(sent(&b, &hua, &hua.activity("acc", "Accept", follow.clone())).await.0, State::Done);
    let number = lan.number_of(&format!("/@council@{}", peer.authority)).await;
    let early = lan.post(&format!("/groups/{number}/posts"), &[("body", "早")]).await;
    assert_eq!(early.status, 403, "not in yet");
    assert_eq!(sent(&b, &council, &council.activity("acc", "Accept", follow)).await.0, State::Done);
    let page = format!("/@council@{}", peer.authority);

    let followers = json!([format!("{}/followers", council.uri)]);
    let create = |number: &str, words: &str| {
        let mut create = topic(&hua, &council.uri, number, "Note", "", words);
        (create["to"], create["object"]["to"]) = (followers.clone(), followers.clone());
        create
    };
    let announce = |number: &str, inner: &Value| {
        let mut announce = council.activity(number, "Announce", inner.clone());
        announce["to"] = followers.clone();
        announce
    };
    // Without a proof, with one of another key, and with one over something else.
    let bare = create("1", "没有证明");
    assert_eq!(sent(&b, &council, &announce("a1", &bare)).await.0, State::Rejected);
    let mut foreign = create("2", "别人的证明");
    proof::add(&mut foreign, &SigningKey::make_ed25519().unwrap(), &method, b.ctx.now()).unwrap();
    assert_eq!(sent(&b, &council, &announce("a2", &foreign)).await.0, State::Rejected);
    let mut fine = create("3", "本来的话");
    proof::add(&mut fine, &ed, &method, b.ctx.now()).unwrap();
    let mut bent = fine.clone();
    bent["object"]["content"] = json!("改过的话");
    assert_eq!(sent(&b, &council, &announce("a3", &bent)).await.0, State::Rejected);
    // Another group can't put it here, nor into itself.
    let mut eve = peer.person("eve");
    eve.document["type"] = json!("Group");
    peer.serve("/users/eve", &eve.document);
    let elsewhere = eve.activity("a4", "Announce", fine.clone());
    assert_ne!(sent(&b, &eve, &elsewhere).await.0, State::Done);
    let shown = lan.get(&page).await.body;
    for words in ["没有证明", "别人的证明", "改过的话", "本来的话"] {
        assert!(!shown.contains(words), "{words}");
    }
    // The honest twin, for members alone.
    let outcome = sent(&b, &council, &announce("a5", &fine)).await;
    assert_eq!(outcome.0, State::Done, "{}", outcome.1);
    assert!(lan.get(&page).await.body.contains("本来的话"));
    let mut sam = b.sign_up("sam").await;
    assert!(!sam.get(&page).await.body.contains("本来的话"));
    let there = lan.comes_upon(&page, "本来的话").await;
    assert_eq!(sam.get(&there).await.status, 404);
    // What another group's officers do isn't done here; what its own do is.
    let removal = |by: &Someone, number: &str| {
        let mut inner = by.activity(number, "Delete", fine["object"]["id"].clone());
        inner["summary"] = json!("不妥");
        inner
    };
    let forged = eve.activity("a6", "Announce", removal(&eve, "d1"));
    assert_ne!(sent(&b, &eve, &forged).await.0, State::Done);
    let forged = hua.activity("a7", "Announce", removal(&hua, "d2"));
    assert_ne!(sent(&b, &hua, &forged).await.0, State::Done, "a person hands nothing on for the group");
    assert!(lan.get(&page).await.body.contains("本来的话"));
    let chair = peer.person("chair");
    assert_eq!(sent(&b, &council, &announce("a8", &removal(&chair, "d3"))).await.0, State::Done);
    assert!(!lan.get(&page).await.body.contains("本来的话"));
}
