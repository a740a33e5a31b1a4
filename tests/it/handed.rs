//! What others may and may not say for others: groups that hand on, quotes and their leaves, moves. Each refusal with its honest
//! twin.

use huiguan::domain::arrival::State;
use serde_json::{Value, json};

use super::peer::{Peer, Someone};
use super::program::id;
use super::server::{Person, Server, befriend, settle};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// mei follows somebody of another server, who answers.
async fn follow(hall: &Server, mei: &mut Person, peer: &Peer, who: &Someone) {
    let name = who.document["preferredUsername"].as_str().unwrap();
    assert_eq!(mei.asks(&format!("{name}@{}", peer.authority), "").await.status, 303);
    settle(&[hall]).await;
    let follow = peer.taken("Follow").pop().unwrap();
    assert_eq!(who.sends(hall, &who.activity("yes", "Accept", follow)).await, 202);
    settle(&[hall]).await;
}

/// A person made a group.
fn group(peer: &Peer, name: &str) -> Someone {
    let mut one = peer.person(name);
    one.document["type"] = json!("Group");
    peer.serve(&format!("/users/{name}"), &one.document);
    one
}

/// Sends and works off; answers what became of it.
async fn sent(hall: &Server, who: &Someone, activity: &Value) -> (State, String) {
    assert_eq!(who.sends(hall, activity).await, 202);
    settle(&[hall]).await;
    hall.last_outcome().await
}

/// Where on its own server a document is.
fn path<'a>(peer: &Peer, document: &'a Value) -> &'a str {
    document["id"].as_str().unwrap().strip_prefix(&peer.origin).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_hands_on_what_its_members_servers_confirm() {
    let (hall, peer, other) = (Server::start("guangzhou").await, Peer::start(), Peer::start());
    let mut mei = hall.sign_up("mei").await;
    let (noodles, ahua, eve) = (group(&peer, "noodles"), other.person("ahua"), other.person("eve"));
    follow(&hall, &mut mei, &peer, &noodles).await;

    // What its origin doesn't know is nothing, whatever came along.
    let create = ahua.create("1", "<p>手工拉面</p>");
    let announce = |number: &str, object: Value| noodles.activity(number, "Announce", object);
    let (state, _) = sent(&hall, &noodles, &announce("a1", create.clone())).await;
    assert_eq!(state, State::Rejected);
    assert!(!mei.home().await.contains("手工拉面"));
    // The origin says something else than what was handed on: its word counts.
    let mut true_note = create["object"].clone();
    true_note["content"] = json!("<p>真正的拉面</p>");
    other.serve(path(&other, &true_note), &true_note);
    let (state, why) = sent(&hall, &noodles, &announce("a2", create.clone())).await;
    assert_eq!(state, State::Done, "{why}");
    let home = mei.home().await;
    assert!(home.contains("真正的拉面") && !home.contains("手工拉面") && home.contains("boosted"), "{home}");

    // A change, the same way; the group can't make one.
    let mut changed = true_note.clone();
    (changed["content"], changed["updated"]) = (json!("<p>拉面，改过</p>"), json!("2026-11-23T09:00:00Z"));
    let update = ahua.activity("u1", "Update", changed.clone());
    sent(&hall, &noodles, &announce("a3", update.clone())).await;
    assert!(mei.home().await.contains("真正的拉面"), "its own server hasn't changed it");
    other.serve(path(&other, &changed), &changed);
    sent(&hall, &noodles, &announce("a4", update)).await;
    assert!(mei.home().await.contains("拉面，改过"));

    // A like by somebody of a third server counts only if that server gives it.
    let own = mei.posts("会馆老照片", "everyone").await;
    let object = format!("{}{}", hall.origin, own.replace("/@mei/", "/objects/"));
    let like = eve.activity("like", "Like", json!(object));
    assert_eq!(sent(&hall, &noodles, &announce("a5", like.clone())).await.0, State::Rejected);
    assert!(!mei.get(&own).await.body.contains("class=\"likes\""));
    other.serve(path(&other, &like), &like);
    assert_eq!(sent(&hall, &noodles, &announce("a6", like)).await.0, State::Done);
    assert!(mei.get(&own).await.body.contains("class=\"likes\""));

    // Nobody but a group hands on what others did.
    let tom = other.person("tom");
    let forged = tom.activity(
        "f1",
        "Announce",
        json!({"id": format!("{}/undo", eve.uri), "type": "Undo", "actor": eve.uri,
        "object": {"type": "Like", "actor": eve.uri, "object": object}}),
    );
    assert_eq!(sent(&hall, &tom, &forged).await.0, State::Ignored);
    assert!(mei.get(&own).await.body.contains("class=\"likes\""));

    // A group's moderator can take a post down from the group, and nowhere else; its author's deletion is final.
    let deletion = ahua.activity("d1", "Delete", changed["id"].clone());
    assert_eq!(sent(&hall, &noodles, &announce("a7", deletion.clone())).await.0, State::Done);
    assert!(!mei.home().await.contains("拉面，改过"));
    let page = format!("/@ahua@{}", other.authority);
    assert!(mei.get(&page).await.body.contains("拉面，改过"), "it stands on its author's page");
    // What isn't of the group any more isn't the group's to delete.
    assert_eq!(sent(&hall, &noodles, &announce("a8", deletion.clone())).await.0, State::Rejected);
    assert_eq!(sent(&hall, &noodles, &announce("a9", changed["id"].clone())).await.0, State::Done);
    other.serve(path(&other, &changed), &json!({"id": changed["id"], "type": "Tombstone"}));
    assert_eq!(sent(&hall, &noodles, &announce("a10", deletion)).await.0, State::Done);
    assert!(!mei.get(&page).await.body.contains("拉面，改过"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_nobody_follows_brings_nothing() {
    let (hall, peer, other) = (Server::start("guangzhou").await, Peer::start(), Peer::start());
    let mut mei = hall.sign_up("mei").await;
    let (noodles, ahua) = (group(&peer, "noodles"), other.person("ahua"));
    let create = ahua.create("1", "<p>手工拉面</p>");
    other.serve(path(&other, &create["object"]), &create["object"]);
    let announced = noodles.activity("a1", "Announce", create["object"]["id"].clone());
    assert_eq!(sent(&hall, &noodles, &announced).await.0, State::Ignored);
    // What is for few is handed on by nobody.
    follow(&hall, &mut mei, &peer, &noodles).await;
    let mut narrow = ahua.create("2", "<p>只给朋友</p>")["object"].clone();
    narrow["to"] = json!([format!("{}/followers", ahua.uri)]);
    narrow["cc"] = json!([]);
    other.serve(path(&other, &narrow), &narrow);
    assert_eq!(
        sent(&hall, &noodles, &noodles.activity("a2", "Announce", narrow["id"].clone())).await.0,
        State::Ignored
    );
    // A post that says that it is the group's, in the name of somebody of another server.
    let forged = json!({"id": format!("{}/notes/9", other.origin), "type": "Note", "attributedTo": noodles.uri,
        "content": "<p>冒名</p>", "to": [PUBLIC]});
    assert_eq!(sent(&hall, &ahua, &ahua.activity("c9", "Create", forged)).await.0, State::Rejected);
    let home = mei.home().await;
    assert!(!home.contains("手工拉面") && !home.contains("只给朋友") && !home.contains("冒名"), "{home}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_shows_what_its_author_lets_be_quoted() {
    let (hall, peer, other) = (Server::start("guangzhou").await, Peer::start(), Peer::start());
    let (mut mei, mut hua) = (hall.sign_up("mei").await, hall.sign_up("hua").await);
    let (bob, eve) = (peer.person("bob"), other.person("eve"));
    befriend(&mut mei, &mut hua, &[&hall]).await;
    follow(&hall, &mut mei, &peer, &bob).await;
    let program = mei.program(&hall).await;
    let quoting = |number: &str, uri: &str, leave: &str| {
        let mut create = bob.create(
            number,
            &format!("<p class=\"quote-inline\">RE: <a href=\"{uri}\">{uri}</a></p><p>引 {number}</p>"),
        );
        (create["object"]["quote"], create["object"]["quoteAuthorization"]) = (json!(uri), json!(leave));
        create
    };
    let object = |page: &str| format!("{}/objects/{}", hall.origin, page.rsplit('/').next().unwrap());

    // Of another server: nothing is shown without its author's leave, for just this pair.
    let eves = eve.create("1", "<p>夏娃的帖子</p>")["object"].clone();
    other.serve(path(&other, &eves), &eves);
    let uri = eves["id"].as_str().unwrap();
    let leave = |number: &str, quoting: &str| {
        let document = json!({"id": format!("{}/leaves/{number}", eve.uri), "type": "QuoteAuthorization",
            "attributedTo": eve.uri, "interactingObject": quoting, "interactionTarget": uri});
        other.serve(path(&other, &document), &document);
        document["id"].as_str().unwrap().to_owned()
    };
    let elsewhere = leave("1", &format!("{}/notes/another", bob.uri));
    for (number, given) in [("q1", ""), ("q2", elsewhere.as_str()), ("q3", "https://nowhere.example/leave")] {
        assert_eq!(sent(&hall, &bob, &quoting(number, uri, given)).await.0, State::Done);
        let home = mei.home().await;
        assert!(home.contains(&format!("引 {number}")) && !home.contains("夏娃的帖子"), "{number}: {home}");
    }
    let fits = leave("2", &format!("{}/notes/q4", bob.uri));
    assert_eq!(sent(&hall, &bob, &quoting("q4", uri, &fits)).await.0, State::Done);
    let home = mei.home().await;
    assert!(home.contains("夏娃的帖子") && home.contains("class=\"link quote\""), "{home}");
    let told = program.told("/api/v1/timelines/home").await;
    let quote = |words: &str| {
        let quoting = told.as_array().unwrap().iter().find(|one| one["content"].as_str().unwrap().contains(words));
        quoting.unwrap_or_else(|| panic!("{words}: {told}"))["quote"].clone()
    };
    assert_eq!(quote("引 q4")["state"], "accepted");
    assert!(quote("引 q4")["quoted_status"]["content"].as_str().unwrap().contains("夏娃的帖子"));
    assert_eq!((&quote("引 q3")["state"], &quote("引 q3")["quoted_status"]), (&json!("pending"), &Value::Null));

    // Of ours: what is for everyone may be quoted, what is for friends is shown to nobody by a quote.
    let (open, narrow) = (hua.posts("公开的老照片", "everyone").await, hua.posts("只给好友的照片", "friends").await);
    settle(&[&hall]).await;
    for (number, page) in [("q5", &open), ("q6", &narrow)] {
        assert_eq!(sent(&hall, &bob, &quoting(number, &object(page), "")).await.0, State::Done);
    }
    let page = mei.get(&format!("/@bob@{}", peer.authority)).await.body;
    assert!(page.contains("公开的老照片") && !page.contains("只给好友的照片"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leave_to_quote_is_for_what_everybody_may_see() {
    let (hall, peer) = (Server::start("guangzhou").await, Peer::start());
    let mut mei = hall.sign_up("mei").await;
    let bob = peer.person("bob");
    let (open, narrow) = (mei.posts("公开", "everyone").await, mei.posts("给好友", "friends").await);
    let object = |page: &str| format!("{}/objects/{}", hall.origin, page.rsplit('/').next().unwrap());
    let ask = |number: &str, page: &str, quoting: &str| {
        let mut request = bob.activity(number, "QuoteRequest", json!(object(page)));
        request["instrument"] = json!(quoting);
        request
    };
    let note = format!("{}/notes/1", bob.uri);
    let (state, _) = sent(&hall, &bob, &ask("r1", &narrow, &note)).await;
    assert_eq!(state, State::Ignored);
    assert_eq!(sent(&hall, &bob, &ask("r2", &open, "https://elsewhere.example/notes/1")).await.0, State::Rejected);
    assert!(peer.taken("Accept").is_empty() && peer.taken("Reject").is_empty(), "nobody is told what is there");

    assert_eq!(sent(&hall, &bob, &ask("r3", &open, &note)).await.0, State::Done);
    let leave = peer.taken("Accept").pop().unwrap()["result"].as_str().unwrap().to_owned();
    let served = |path: String| {
        let request = super::server::client().get(format!("{}{path}", hall.origin));
        async move { request.send().await.unwrap().status().as_u16() }
    };
    let place = leave.strip_prefix(&hall.origin).unwrap().to_owned();
    assert_eq!(served(place.clone()).await, 200);
    // The leave of one post is none of another, and there are no others.
    let number = place.rsplit('/').next().unwrap();
    let of_narrow = format!("/objects/{}/leaves/{number}", narrow.rsplit('/').next().unwrap());
    assert_eq!(served(of_narrow).await, 404);
    assert_eq!(served(format!("{}0", place)).await, 404);
    // It ends with a block, and with the post.
    let bob_here = format!("/@bob@{}", peer.authority);
    let program = mei.program(&hall).await;
    let found = program.told(&format!("/api/v1/accounts/lookup?acct=bob@{}", peer.authority)).await;
    program.does(&format!("/api/v1/accounts/{}/block", id(&found)), &[]).await;
    settle(&[&hall]).await;
    assert_eq!(served(place.clone()).await, 404, "{bob_here}");
    program.does(&format!("/api/v1/accounts/{}/unblock", id(&found)), &[]).await;
    settle(&[&hall]).await;
    assert_eq!(served(place.clone()).await, 200);
    let deletion = format!("/moments/{}/delete", open.rsplit('/').next().unwrap());
    assert_eq!(mei.post(&deletion, &[]).await.status, 303);
    settle(&[&hall]).await;
    assert_eq!(served(place).await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_counts_if_both_ends_say_so() {
    let (hall, peer, other) = (Server::start("guangzhou").await, Peer::start(), Peer::start());
    let mut mei = hall.sign_up("mei").await;
    let (bob, eve) = (peer.person("bob"), peer.person("eve"));
    let mut new = other.person("bobby");
    follow(&hall, &mut mei, &peer, &bob).await;
    let moves = |who: &Someone, number: &str, whom: &str| {
        let mut activity = who.activity(number, "Move", json!(whom));
        activity["target"] = json!(new.uri);
        activity
    };
    assert_eq!(
        sent(&hall, &bob, &moves(&bob, "m1", &bob.uri)).await.0,
        State::Rejected,
        "the new one knows nothing of it"
    );
    new.document["alsoKnownAs"] = json!([bob.uri]);
    other.serve("/users/bobby", &new.document);
    assert_eq!(sent(&hall, &eve, &moves(&eve, "m2", &bob.uri)).await.0, State::Rejected, "somebody else moves him");
    assert!(other.taken("Follow").is_empty());
    assert_eq!(sent(&hall, &bob, &moves(&bob, "m3", &bob.uri)).await.0, State::Done);
    let asked = other.taken("Follow").pop().unwrap();
    assert_eq!((&asked["actor"], &asked["object"]), (&json!(mei.actor()), &json!(new.uri)));
    assert!(peer.taken("Undo").iter().any(|undo| undo["object"]["object"] == bob.uri), "the old one is left");
}
