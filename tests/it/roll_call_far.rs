//! Roll calls beyond one hall: joined by another hall's `Join` and by a reply from other software, closed to who may not see them, and read
//! by programs.

use huiguan::clock::MINUTE;
use huiguan::domain::arrival::State as Arrived;
use huiguan::domain::{actor, membership};
use serde_json::{Value, json};

use super::peer::{Peer, Someone};
use super::roll_call::{assert_sound, kept, list, number, said};
use super::server::{Person, Server, befriend, settle};
use super::wire::document;

/// Makes somebody of another server a member of a group of this hall.
async fn admits(a: &Server, group: &str, uri: &str) {
    let (group, uri) = (group.trim_start_matches("/@").to_owned(), uri.to_owned());
    let who = huiguan::remote::actor::by_uri(&a.ctx, &uri).await.unwrap();
    let joined = a.ctx.write(move |conn| {
        let id = actor::local_by_name(conn, &group)?.unwrap().id;
        membership::receive_join(conn, &who, id, &format!("{uri}#follow"), "", "")
    });
    joined.await.unwrap();
}

/// The list goes round when its changes have been gathered.
async fn gathered(servers: &[&Server]) {
    settle(servers).await;
    servers.iter().for_each(|server| server.clock.advance(MINUTE));
    settle(servers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_crosses_halls_and_is_joined_there() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let (mut lan, mut eve) = (b.sign_up("lan").await, b.sign_up("eve").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let group = mei.founds("panyu", "番禺同乡", &[]).await;
    hua.joins(&group, &[]).await;
    lan.follows_group(&format!("panyu@{}", a.authority), "", &[&a, &b]).await;
    let asked = [("roll_capacity", "4"), ("roll_fields", "餐食：荤、素")];
    let own = mei.calls_roll(&group, "中秋聚餐", &asked).await;
    settle(&[&a, &b]).await;
    let uri = format!("{}/objects/{}", a.origin, number(&own));
    let there = {
        let uri = uri.clone();
        let found = b.ctx.read(move |conn| Ok(huiguan::domain::post::stored(conn, &uri)?.unwrap().id)).await.unwrap();
        format!("{}/{found}", lan.page_of_author(&mei))
    };
    let page = lan.get(&there).await.body;
    assert!(page.contains("Sign-up list") && page.contains("room for 4 more"), "{page}");
    assert!(!page.contains("回复“接龙"), "where lists are known it doesn't stand in the text: {page}");
    assert!(lan.get(&list(&there)).await.body.contains("<option>素</option>"));
    // A member of the group signs up from there; who isn't one is told so.
    assert_eq!(lan.signs(&there, "兰", "2", &[("answer1", "素"), ("note", "不吃辣")]).await.status, 303);
    assert!(lan.get(&list(&there)).await.body.contains("it isn’t on it yet"));
    let stranger = eve.signs(&there, "怡", "1", &[]).await;
    assert_eq!(stranger.status, 422);
    assert!(stranger.body.contains("Only members of the group can sign up."), "{}", stranger.body);
    gathered(&[&a, &b]).await;
    let roll = kept(&a, number(&own)).await;
    assert_eq!(said(&roll), ["兰 2"]);
    assert_eq!((roll.lines[0].answers(), roll.lines[0].note.as_str()), (vec!["素"], "不吃辣"));
    let page = lan.get(&list(&there)).await.body;
    assert!(page.contains("You are on the list.") && page.contains("room for 2 more"), "{page}");
    // What is known of the list there: the same lines, and no edit of the post.
    assert_eq!(hua.signs(&own, "华", "2", &[]).await.status, 303);
    gathered(&[&a, &b]).await;
    let copy = kept(&b, number(&there)).await;
    assert_eq!((said(&copy), copy.capacity), (vec!["兰 2".to_owned(), "华 2".to_owned()], Some(4)));
    assert!(!lan.get(&there).await.body.contains("/history"), "a line is no edit");
    // More than there is room for is refused, fewer are taken.
    let more = lan.signs(&there, "兰", "3", &[]).await;
    assert_eq!(more.status, 422);
    assert!(more.body.contains("There is no more room."), "{}", more.body);
    assert_eq!(lan.signs(&there, "兰", "1", &[("note", "")]).await.status, 303);
    gathered(&[&a, &b]).await;
    assert_eq!(said(&kept(&a, number(&own)).await), ["兰 1", "华 2"]);
    assert_eq!(lan.post(&format!("{}/removal", list(&there)), &[]).await.status, 303);
    gathered(&[&a, &b]).await;
    assert_eq!(said(&kept(&a, number(&own)).await), ["华 2"]);
    assert_eq!(said(&kept(&b, number(&there)).await), ["华 2"]);
    // Closed at home while somebody signs up there: they are told why they aren't taken; and then it is closed there too.
    assert_eq!(mei.post(&format!("{}/state", list(&own)), &[("state", "closed")]).await.status, 303);
    assert_eq!(lan.signs(&there, "兰", "1", &[]).await.status, 303);
    gathered(&[&a, &b]).await;
    let page = lan.get(&list(&there)).await.body;
    assert!(page.contains("didn’t take your line") && page.contains("The list is closed."), "{page}");
    assert_eq!(lan.signs(&there, "兰", "1", &[]).await.status, 422);
    assert!(lan.get(&there).await.body.contains("Closed"));
    assert_eq!(said(&kept(&a, number(&own)).await), ["华 2"]);
}

impl Person {
    /// The page here of somebody of another hall.
    fn page_of_author(&self, author: &Person) -> String {
        format!("/@{}", author.address())
    }
}

/// The changes that the other server was told, by their authors or by the group.
fn updates(peer: &Peer) -> Vec<Value> {
    let mut told = peer.taken("Update");
    told.extend(peer.taken("Announce").into_iter().map(|announce| announce["object"].clone()));
    told.retain(|update| update["type"] == "Update" && update["object"]["hg:rollCall"].is_object());
    told.sort_by_key(|update| update["id"].to_string());
    told.dedup_by_key(|update| update["id"].clone());
    told
}

/// A reply in the field's shape.
fn reply(from: &Someone, number: &str, to: &str, words: &str) -> Value {
    let mut create = from.create(number, &format!("<p>{words}</p>"));
    create["object"]["inReplyTo"] = json!(to);
    create
}

#[tokio::test(flavor = "multi_thread")]
async fn other_software_signs_up_by_replying() {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let mut mei = a.sign_up("mei").await;
    let (bob, ann) = (peer.person("bob"), peer.person("ann"));
    let group = mei.founds("panyu", "番禺同乡", &[]).await;
    admits(&a, &group, &bob.uri).await;
    let own = mei.calls_roll(&group, "中秋聚餐", &[("roll_capacity", "5")]).await;
    settle(&[&a]).await;
    let uri = format!("{}/objects/{}", a.origin, number(&own));
    let object = document(&uri, &[]).await.json();
    let text = object["content"].as_str().unwrap();
    assert!(text.contains("中秋聚餐") && text.contains("接龙") && text.contains("还剩 5 个名额"), "{text}");
    let sends = async |who: &Someone, activity: Value| {
        assert_eq!(who.sends(&a, &activity).await, 202);
        while a.work().await > 0 {}
        a.last_outcome().await
    };
    let mention = "<span class=\"h-card\"><a href=\"https://a.example/@mei\">@mei</a></span> ";
    sends(&bob, reply(&bob, "10", &uri, &format!("{mention}接龙 王小明 2 不吃辣"))).await;
    sends(&bob, reply(&bob, "11", &uri, "+1")).await;
    // Questions and talk are comments as ever; who isn't in the group stands on no list, nor does an answer to a comment.
    sends(&bob, reply(&bob, "12", &uri, "几点开始？")).await;
    sends(&ann, reply(&ann, "13", &uri, "+1")).await;
    sends(&bob, reply(&bob, "14", &format!("{}/notes/12", bob.uri), "+3")).await;
    let roll = kept(&a, number(&own)).await;
    assert_eq!(said(&roll), ["王小明 2", "bob of elsewhere 1"]);
    assert_eq!(roll.lines[0].note, "不吃辣");
    assert!(mei.get(&own).await.body.contains("几点开始"));
    // The list goes round once for what came together, in words and for halls.
    gathered(&[&a]).await;
    let updates = updates(&peer);
    assert_eq!(updates.len(), 1, "{updates:?}");
    let object = &updates[0]["object"];
    let text = object["content"].as_str().unwrap();
    assert!(text.contains("1. 王小明 ×2 – 不吃辣<br>2. bob of elsewhere"), "{text}");
    assert!(object["updated"].is_string(), "or it isn't shown elsewhere");
    assert_eq!(object["hg:rollCall"]["orderedItems"][0]["hg:heads"], json!(2));
    // Editing a reply changes the line, deleting it takes it away.
    let mut edited = reply(&bob, "10", &uri, "接龙 王小明 4");
    edited["id"] = json!(format!("{}/activities/20", bob.uri));
    edited["type"] = json!("Update");
    edited["object"]["updated"] = json!("2026-11-23T09:00:00Z");
    sends(&bob, edited.clone()).await;
    assert_eq!(said(&kept(&a, number(&own)).await), ["王小明 4", "bob of elsewhere 1"]);
    let stolen = ann.activity("21", "Delete", json!(format!("{}/notes/10", bob.uri)));
    sends(&ann, stolen).await;
    assert_eq!(kept(&a, number(&own)).await.entries, 2, "another's word is nothing");
    sends(&bob, bob.activity("22", "Delete", json!(format!("{}/notes/10", bob.uri)))).await;
    assert_eq!(said(&kept(&a, number(&own)).await), ["bob of elsewhere 1"]);
    sends(&bob, reply(&bob, "23", &uri, "+9")).await;
    assert_eq!(said(&kept(&a, number(&own)).await), ["bob of elsewhere 1"], "more than there is room for");
    sends(&bob, reply(&bob, "24", &uri, "退出")).await;
    let roll = kept(&a, number(&own)).await;
    assert_eq!(roll.entries, 0);
    assert_sound(&roll);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_software_signs_up_by_an_activity() {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let mut mei = a.sign_up("mei").await;
    let (bob, ann) = (peer.person("bob"), peer.person("ann"));
    let group = mei.founds("panyu", "番禺同乡", &[]).await;
    admits(&a, &group, &bob.uri).await;
    let own = mei.calls_roll(&group, "中秋聚餐", &[("roll_capacity", "5")]).await;
    settle(&[&a]).await;
    let uri = format!("{}/objects/{}", a.origin, number(&own));
    let sends = async |who: &Someone, activity: Value| {
        assert_eq!(who.sends(&a, &activity).await, 202);
        while a.work().await > 0 {}
        a.last_outcome().await
    };
    // By an activity, as halls do, though by other software.
    let mut join = bob.activity("30", "Join", json!(uri));
    (join["name"], join["hg:heads"], join["content"]) = (json!("王小明"), json!(2), json!("靠窗"));
    assert_eq!(sends(&bob, join.clone()).await.0, Arrived::Done);
    assert_eq!(said(&kept(&a, number(&own)).await), ["王小明 2"]);
    for heads in [json!(-1), json!(0), json!("viele"), json!(1e300)] {
        (join["hg:heads"], join["id"]) = (heads, json!(format!("{}/activities/31", bob.uri)));
        assert_eq!(sends(&bob, join.clone()).await.0, Arrived::Rejected, "{join}");
    }
    let mut foreign = ann.activity("32", "Join", json!(uri));
    foreign["name"] = json!("安");
    assert_eq!(sends(&ann, foreign).await.0, Arrived::Rejected);
    settle(&[&a]).await;
    assert_eq!(peer.taken("Reject").pop().unwrap()["content"], json!("roll-problem-members"));
    // Nobody takes somebody else's line back.
    sends(&ann, ann.activity("33", "Leave", json!(uri))).await;
    assert_eq!(kept(&a, number(&own)).await.entries, 1);
    sends(&bob, bob.activity("34", "Leave", json!(uri))).await;
    assert_eq!(kept(&a, number(&own)).await.entries, 0);
}

/// Every door of a list in a private group, for everybody who isn't in it.
#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_a_private_group_is_for_its_members_alone() {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let (mut mei, mut member) = (a.sign_up("mei").await, a.sign_up("member").await);
    let mut others = vec![a.sign_up("left").await, a.sign_up("stranger").await];
    let group = mei.founds("council", "理事会", &[("is_private", "yes")]).await;
    let number_of_group = mei.number_of(&group).await;
    member.joins(&group, &[]).await;
    others[0].joins(&group, &[]).await;
    let post = mei.calls_roll(&group, "密议二字", &[("roll_fields", "秘问三字")]).await;
    assert_eq!(member.signs(&post, "某某四字", "1", &[("note", "私语五字")]).await.status, 303);
    assert_eq!(others[0].post(&format!("/groups/{number_of_group}/membership/removal"), &[]).await.status, 303);
    others.push(Person::new(&a));
    let secret = ["密议二字", "秘问三字", "某某四字", "私语五字"];
    let page = member.get(&list(&post)).await.body;
    assert!(secret.iter().all(|words| page.contains(words)), "{page}");
    let (line, id) = (kept(&a, number(&post)).await.lines[0].id, number(&post));
    for person in &mut others {
        let doors = ["", "/settings", "/entries/new"].map(|door| format!("{}{door}", list(&post)));
        let lines = ["", "/striking"].map(|door| format!("{}/entries/{line}{door}", list(&post)));
        for path in doors.iter().chain(&lines).chain(&[format!("{}.csv", list(&post)), post.clone(), group.clone()]) {
            let answer = person.get(path).await;
            assert!(secret.iter().all(|words| !answer.body.contains(words)), "{} {path}: {}", person.name, answer.body);
            let is_closed = matches!(answer.status, 303 | 404);
            assert!(is_closed || path == &group, "{} {path}: {}", person.name, answer.status);
        }
        let striking = format!("/entries/{line}/striking");
        for path in ["", "/removal", "/state", "/settings", "/entries", &striking, &format!("{striking}/removal")] {
            let fields = [("name", "混"), ("heads", "1"), ("state", "closed"), ("reason", "混")];
            let status = person.post(&format!("{}{path}", list(&post)), &fields).await.status;
            // A visitor holds no form of ours, so they don't even get to the question.
            assert!(status == 404 || person.name.is_empty() && status == 403, "{path}: {status}");
        }
    }
    let (bob, uri) = (peer.person("bob"), format!("{}/objects/{id}", a.origin));
    for kind in ["Join", "Leave"] {
        let mut activity = bob.activity(kind, kind, json!(uri));
        activity["name"] = json!("混");
        assert_eq!(bob.sends(&a, &activity).await, 202);
        while a.work().await > 0 {}
        assert_ne!(a.last_outcome().await.0, Arrived::Done, "{kind}");
    }
    assert_eq!(bob.sends(&a, &reply(&bob, "40", &uri, "+1")).await, 202);
    while a.work().await > 0 {}
    assert!(peer.taken("Reject").is_empty(), "who may not see it isn't told that it is there");
    assert_eq!(said(&kept(&a, id).await), ["某某四字 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_read_the_list_in_the_text() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let group = mei.founds("panyu", "番禺同乡", &[]).await;
    let own = mei.calls_roll(&group, "Moon festival dinner", &[("roll_capacity", "3"), ("language", "en")]).await;
    assert_eq!(mei.signs(&own, "<b>美", "2", &[("note", "素")]).await.status, 303);
    let program = mei.program(&a).await;
    let status = program.told(&format!("/api/v1/statuses/{}", number(&own))).await;
    let text = status["content"].as_str().unwrap();
    assert!(text.contains("Moon festival dinner") && text.contains("1. &lt;b&gt;美 ×2 – 素"), "{text}");
    assert!(text.contains("room for one more"), "{text}");
}
