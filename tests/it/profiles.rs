//! Profiles between halls: fields and links that link back, pinned posts, and changes in both directions.

use huiguan::clock::{HOUR, MINUTE};
use huiguan::domain::{actor, profile};
use serde_json::{Value, json};

use super::peer::Peer;
use super::server::{Person, Server, befriend, client, number, settle};

/// The form of the profile with these fields.
fn form<'a>(fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![("display_name", "陈美玲")];
    for ((name, value), (name_input, value_input)) in fields.iter().zip(profile::INPUTS) {
        all.extend([(name_input, *name), (value_input, *value)]);
    }
    all
}

async fn says(person: &mut Person, fields: &[(&str, &str)]) {
    let saved = person.post("/settings/profile", &form(fields)).await;
    assert_eq!((saved.status, saved.location()), (303, "/settings"), "{}", saved.body);
}

/// A document as another server gets it.
async fn document(uri: &str) -> Value {
    let answer = client().get(uri).header("accept", "application/activity+json").send().await.unwrap();
    assert_eq!(answer.status(), 200, "{uri}");
    answer.json().await.unwrap()
}

/// Time passes until changed actors are looked at again.
async fn later(servers: &[&Server]) {
    for server in servers {
        server.clock.advance(6 * MINUTE);
    }
    settle(servers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_links_back_is_marked_on_both_halls_until_it_changes() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    later(&[&a, &b]).await;
    let web = Peer::start();
    let (hers, others) = (format!("{}/mei", web.origin), format!("{}/others", web.origin));
    let back = format!("<p><a class=\"x\" rel=\"nofollow me\" href=\"{}/@mei\">me</a>", a.origin);
    web.serve_as("/mei", "text/html; charset=utf-8", &back);
    web.serve_as("/others", "text/html", &format!("<a href=\"{}/@mei\">a friend of mine</a>", a.origin));
    says(&mut mei, &[("职业", "教书 <b>"), ("网页", &hers), ("别人的", &others)]).await;
    settle(&[&a, &b]).await;
    later(&[&a, &b]).await;

    let there = format!("/@{}", mei.address());
    for (who, page) in [(&mut mei, "/@mei".to_owned()), (&mut lan, there.clone())] {
        let body = who.get(&page).await.body;
        assert!(body.contains("<dt>职业</dt><dd>教书 &lt;b&gt;</dd>"), "{body}");
        assert_eq!(body.matches("Verified").count(), 1, "{body}");
        let (_, rest) = body.split_once("<dt>网页</dt>").unwrap();
        assert!(rest.split("</dd>").next().unwrap().contains("Verified"), "{body}");
    }
    assert!(mei.get("/@mei").await.body.contains("rel=\"me nofollow noopener ugc\""), "her page links back in turn");
    assert_eq!((web.asked("/mei"), web.asked("/others")), (2, 2), "each hall looked for itself, once");
    let on_the_wire = document(&mei.actor()).await;
    assert_eq!(
        on_the_wire["attachment"][0],
        json!({"type": "PropertyValue", "name": "职业", "value": "教书 &lt;b&gt;"})
    );

    // Another order of the same links changes nothing; another link loses the mark until it is looked at.
    says(&mut mei, &[("网页", &hers)]).await;
    settle(&[&a, &b]).await;
    assert!(mei.get("/@mei").await.body.contains("Verified"));
    let moved = format!("{}/moved", web.origin);
    says(&mut mei, &[("网页", &moved)]).await;
    settle(&[&a, &b]).await;
    later(&[&a, &b]).await;
    assert!(!mei.get("/@mei").await.body.contains("Verified"));
    let body = lan.get(&there).await.body;
    assert!(!body.contains("Verified") && body.contains("/moved") && !body.contains("职业"), "{body}");
    assert_eq!((web.asked("/mei"), web.asked("/moved")), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_cannot_be_reached_is_tried_again_and_then_left() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    says(
        &mut mei,
        &[("网页", "http://127.0.0.1:1/"), ("书", "http://10.0.0.1/"), ("本馆", &format!("{}/@mei", a.origin))],
    )
    .await;
    for _ in 0..8 {
        settle(&[&a]).await;
        a.clock.advance(5 * HOUR);
    }
    assert!(!mei.get("/@mei").await.body.contains("Verified"));
    assert!(!a.ctx.read(profile::is_due).await.unwrap(), "nothing is tried for ever");
}

#[tokio::test(flavor = "multi_thread")]
async fn halves_of_fields_and_long_ones_are_answered_in_words() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    says(&mut mei, &[("职业", "教书")]).await;
    let long = "长".repeat(201);
    for (fields, words) in [
        ([("", "潮州话")], "Give this field a name"),
        ([("语言", " ")], "Write what this field says"),
        ([("语言", long.as_str())], "at most 200"),
        ([(&long[..123], "潮州话")], "at most 40"),
    ] {
        let answer = mei.post("/settings/profile", &form(&fields)).await;
        assert_eq!(answer.status, 422, "{words}");
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
        assert!(answer.body.contains(fields[0].1.trim()), "what was typed is kept");
    }
    assert!(mei.get("/@mei").await.body.contains("教书"));
    says(&mut mei, &[]).await;
    assert!(!mei.get("/@mei").await.body.contains("教书"));
}

#[tokio::test(flavor = "multi_thread")]
async fn five_public_moments_can_be_pinned_and_are_seen_on_another_hall() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let mut paths = Vec::new();
    for number in 1..=6 {
        paths.push(mei.posts(&format!("第{number}条"), "everyone").await);
    }
    let private = mei.posts("只给好友", "friends").await;
    let refused = mei.post(&format!("/moments/{}/pin", number(&private)), &[]).await;
    assert!(refused.status == 422 && refused.body.contains("Only Moments for everyone"), "{}", refused.body);
    for path in &paths[..5] {
        let pinned = mei.post(&format!("/moments/{}/pin", number(path)), &[]).await;
        assert_eq!((pinned.status, pinned.location()), (303, "/@mei"), "{}", pinned.body);
    }
    let full = mei.post(&format!("/moments/{}/pin", number(&paths[5])), &[]).await;
    assert!(full.status == 422 && full.body.contains("At most 5"), "{}", full.body);
    assert!(mei.get(&paths[0]).await.body.contains("Unpin") && mei.get(&paths[5]).await.body.contains("Pin to my"));
    // A stranger elsewhere, on a hall where nobody follows her, sees them once she is first seen.
    let there = format!("/@{}", mei.address());
    assert_eq!(lan.get(&format!("/search?q=@{}", mei.address())).await.location(), there);
    settle(&[&a, &b]).await;
    let body = lan.get(&there).await.body;
    assert_eq!(body.matches("class=\"pin ").count(), 5, "{body}");
    assert!(body.find("第5条").unwrap() < body.find("第1条").unwrap() && !body.contains("第6条"), "{body}");

    // Friends' halls hear of a change.
    befriend(&mut lan, &mut mei, &[&a, &b]).await;
    later(&[&a, &b]).await;
    let undone = mei.post(&format!("/moments/{}/pin/removal", number(&paths[4])), &[]).await;
    assert_eq!(undone.status, 303);
    mei.post(&format!("/moments/{}/delete", number(&paths[3])), &[]).await;
    settle(&[&a, &b]).await;
    later(&[&a, &b]).await;
    let body = lan.get(&there).await.body;
    assert_eq!(body.matches("class=\"pin ").count(), 3, "{body}");
    let collection = document(&format!("{}/featured", mei.actor())).await;
    assert_eq!((&collection["totalItems"], collection["orderedItems"].as_array().unwrap().len()), (&json!(3), 3));
    assert_eq!(document(&mei.actor()).await["featured"], collection["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_members_own_moments_can_be_pinned() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let path = mei.posts("我的", "everyone").await;
    assert_eq!(hua.post(&format!("/moments/{}/pin", number(&path)), &[]).await.status, 404);
    assert_eq!(mei.post(&format!("/moments/{}/pin", number(&path)), &[]).await.status, 303);
    assert_eq!(hua.post(&format!("/moments/{}/pin/removal", number(&path)), &[]).await.status, 303);
    assert!(mei.get("/@mei").await.body.contains("class=\"pin "), "nobody else can unpin it");
    assert!(Person::new(&a).get("/@mei").await.body.contains("class=\"pin "));
}

/// A post of tom's, for these.
fn note(peer: &Peer, number: usize, by: &str, to: &str) -> Value {
    json!({"@context": "https://www.w3.org/ns/activitystreams", "id": format!("{}/notes/{number}", peer.origin),
        "type": "Note", "attributedTo": format!("{}/users/{by}", peer.origin), "content": format!("<p>note {number}</p>"),
        "published": "2026-11-20T08:00:00Z", "to": [to]})
}

#[tokio::test(flavor = "multi_thread")]
async fn pinned_posts_of_others_are_their_own_public_and_few() {
    const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
    let a = Server::start("guangzhou").await;
    let (peer, mut mei) = (Peer::start(), a.sign_up("mei").await);
    let mut tom = peer.person("tom");
    peer.person("eve");
    let featured = format!("{}/featured", tom.uri);
    tom.document["featured"] = json!(featured);
    tom.document["alsoKnownAs"] = json!(["https://old.example/users/tom"]);
    peer.serve("/users/tom", &tom.document);
    let followers = tom.document["followers"].as_str().unwrap().to_owned();
    let notes = [
        note(&peer, 0, "tom", PUBLIC),
        note(&peer, 1, "eve", PUBLIC),
        note(&peer, 2, "tom", &followers),
        note(&peer, 3, "tom", PUBLIC),
        note(&peer, 4, "tom", PUBLIC),
        note(&peer, 5, "tom", PUBLIC),
    ];
    for (number, note) in notes.iter().enumerate() {
        peer.serve(&format!("/notes/{number}"), note);
    }
    // One whole, the others by their ids; one that only another host could give.
    let mut items: Vec<Value> = notes.iter().map(|note| note["id"].clone()).collect();
    items[3] = notes[3].clone();
    items.insert(3, json!("https://elsewhere.example/notes/1"));
    peer.serve("/users/tom/featured", &json!({"id": featured, "type": "OrderedCollection", "orderedItems": items}));
    let path = format!("/@tom@{}", peer.authority);
    assert_eq!(mei.get(&format!("/search?q=tom@{}", peer.authority)).await.location(), path);
    settle(&[&a]).await;
    let body = mei.get(&path).await.body;
    assert_eq!(body.matches("class=\"pin ").count(), 2, "{body}");
    assert!(body.contains("note 0") && body.contains("note 3"), "{body}");
    for refused in ["note 1", "note 2"] {
        assert!(!body.contains(refused), "{refused}: {body}");
    }
    assert_eq!((peer.asked("/notes/3"), peer.asked("/notes/4"), peer.asked("/notes/5")), (0, 0, 0));
    let uri = tom.uri.clone();
    let known = a.ctx.read(move |conn| {
        let id = actor::by_uri(conn, &uri)?.unwrap().id;
        profile::also_known_as(conn, id)
    });
    assert_eq!(known.await.unwrap(), ["https://old.example/users/tom"]);

    // He says that he unpinned one; the collection alone counts.
    peer.serve(
        "/users/tom/featured",
        &json!({"id": featured, "type": "OrderedCollection", "orderedItems": [notes[4]]}),
    );
    let mut remove = tom.activity("r1", "Remove", notes[0]["id"].clone());
    remove["target"] = json!(format!("{}/users/eve/featured", peer.origin));
    assert_eq!(tom.sends(&a, &remove).await, 202);
    later(&[&a]).await;
    assert!(mei.get(&path).await.body.contains("note 0"), "somebody else's collection is not his");
    remove["target"] = json!(featured);
    remove["id"] = json!(format!("{}/activities/r2", tom.uri));
    assert_eq!(tom.sends(&a, &remove).await, 202);
    settle(&[&a]).await;
    later(&[&a]).await;
    let body = mei.get(&path).await.body;
    assert!(body.matches("class=\"pin ").count() == 1 && body.contains("note 4"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remote_profile_changes_by_its_own_word_only() {
    let a = Server::start("guangzhou").await;
    let (peer, mut mei) = (Peer::start(), a.sign_up("mei").await);
    let (tom, eve) = (peer.person("tom"), peer.person("eve"));
    let path = format!("/@tom@{}", peer.authority);
    for name in ["tom", "eve"] {
        assert_eq!(mei.get(&format!("/search?q={name}@{}", peer.authority)).await.status, 303);
    }
    let mut changed = tom.document.clone();
    changed["name"] = json!("Tom the Second");
    changed["nameMap"] = json!({"zh-Hant": "湯姆"});
    changed["attachment"] = json!([
        {"type": "PropertyValue", "name": "Site", "value": "<a href=\"https://tom.example/\" onclick=\"x\">tom</a><script>x</script>"},
        {"type": "PropertyValue", "name": "<b>Job</b>", "value": "tailor"},
        {"type": "PropertyValue", "name": "3", "value": "c"}, {"type": "PropertyValue", "name": "4", "value": "d"},
        {"type": "PropertyValue", "name": "5", "value": "too many"},
    ]);
    eve.sends(&a, &eve.activity("u1", "Update", changed.clone())).await;
    settle(&[&a]).await;
    assert!(!mei.get(&path).await.body.contains("Tom the Second"), "eve speaks for eve");
    assert_eq!(tom.sends(&a, &tom.activity("u2", "Update", changed)).await, 202);
    settle(&[&a]).await;
    let body = mei.get(&path).await.body;
    for words in
        ["Tom the Second", "湯姆", "<dt>Site</dt>", "href=\"https://tom.example/\"", "<dt>Job</dt><dd>tailor</dd>"]
    {
        assert!(body.contains(words), "{words}: {body}");
    }
    for words in ["onclick", "<script>x", "too many"] {
        assert!(!body.contains(words), "{words}: {body}");
    }
}
