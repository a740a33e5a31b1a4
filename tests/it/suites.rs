//! Two public collections of what servers may send (fediverse-pasture-inputs, funfedi-parsing-test-cases; `tests/clients/suites.py`):
//! each document is sent in the name of somebody whom a member follows. It counts if the post stands on its page afterwards.
//! The scores are printed; what isn't taken is listed here with its reason, as in FEDERATION.md, and nothing else may be missing.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use huiguan::domain::{actor, arrival, poll, post};
use serde_json::{Value, json};

use super::clients::{ROOM, python};
use super::peer::{Peer, Someone};
use super::server::{Person, Server, settle};

/// What isn't taken, by collection and group with the numbers in it, and why.
const MISSED: [(&str, &str, &[usize], &str); 9] = [
    ("pasture", "in_reply_to", &[1], "what answers something that can't be found stands nowhere"),
    ("pasture", "necessary_properties", &[1], "a post without an id can't be changed, deleted or answered"),
    ("pasture", "necessary_properties", &[4], "what has no type is no post"),
    ("pasture", "object_types", &[7, 8, 9, 10, 13], "of a type that is no post, or of none"),
    ("parsing", "create_activity", &[3, 10], "nobody is named who does it"),
    ("parsing", "create_activity", &[8, 14], "what has no type is no activity"),
    ("parsing", "necessary_properties", &[2], "what has no type is no post"),
    ("parsing", "necessary_properties_notes", &[2], "what has no type is no post"),
    ("parsing", "necessary_properties_polls", &[2], "what has no type is no post"),
];

/// One document with where it stands in its collection.
struct Case {
    suite: String,
    group: String,
    number: usize,
    name: String,
    activity: Value,
}

/// All documents, in the name of this actor, with this member to read them.
fn cases(python: &str, actor: &str, reader: &str) -> Vec<Case> {
    let ran = Command::new(python).current_dir(ROOM).args(["suites.py", actor, reader]).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let read = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| line[key].as_str().unwrap().to_owned();
        let number = line["number"].as_u64().unwrap() as usize;
        let activity = line["activity"].clone();
        Case { suite: text("suite"), group: text("group"), number, name: text("name"), activity }
    };
    String::from_utf8(ran.stdout).unwrap().lines().map(read).collect()
}

/// Sends a document and answers why its post doesn't stand here afterwards, if it doesn't.
async fn missing(hall: &Server, mei: &mut Person, (bob, peer): (&Someone, &Peer), case: &Case) -> Option<String> {
    // What is handed on inside another activity is looked up where it comes from.
    let inner = &case.activity["object"]["object"];
    if let Some(path) = inner["id"].as_str().and_then(|id| id.strip_prefix(&peer.origin)) {
        peer.serve(path, inner);
    }
    let status = bob.sends(hall, &case.activity).await;
    if status != 202 {
        return Some(format!("answered {status}"));
    }
    while hall.work().await > 0 {}
    // A relation to what isn't there is looked for again later; here that is soon enough.
    let outcome = hall.last_outcome().await;
    let object = &case.activity["object"];
    let object = object.get(0).unwrap_or(object);
    let object = if object["object"].is_object() { &object["object"] } else { object };
    let uri = object["id"].as_str().or(object.as_str()).unwrap_or_default().to_owned();
    let found = hall.ctx.read(move |conn| {
        let Some(post) = post::stored(conn, &uri)? else { return Ok(None) };
        let author = actor::by_id(conn, post.author_id)?;
        Ok(Some((format!("/@{}/{}", author.address, post.id), poll::of_post(conn, None, post.id)?.is_some())))
    });
    let Some((page, asks)) = found.await.unwrap() else { return Some(format!("{:?}: {}", outcome.0, outcome.1)) };
    let shown = mei.get(&page).await;
    match () {
        () if !matches!(shown.status, 200 | 303) => Some(format!("its page answers {}", shown.status)),
        () if object["oneOf"].is_array() && !asks => Some("it asks nothing here".to_owned()),
        () => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_collections_are_read() {
    let Some(python) = python() else { return };
    let (hall, peer) = (Server::start("guangzhou").await, Peer::start());
    let (mut mei, bob) = (hall.sign_up("mei").await, peer.person("bob"));
    assert_eq!(mei.asks(&format!("bob@{}", peer.authority), "").await.status, 303);
    settle(&[&hall]).await;
    let follow = peer.taken("Follow").pop().unwrap();
    assert_eq!(bob.sends(&hall, &bob.activity("yes", "Accept", follow)).await, 202);
    settle(&[&hall]).await;
    // Answers in the collection are to this.
    let mut note = bob.create("first", "<p>Hello</p>");
    note["object"]["id"] = json!(format!("{}/assets/note1.jsonap", peer.origin));
    peer.serve("/assets/note1.jsonap", &note["object"]);
    assert_eq!(bob.sends(&hall, &note).await, 202);
    settle(&[&hall]).await;

    let (mut score, mut missed): (BTreeMap<String, (usize, usize)>, BTreeSet<_>) = Default::default();
    for case in cases(&python, &bob.uri, &mei.actor()) {
        let why = missing(&hall, &mut mei, (&bob, &peer), &case).await;
        let (taken, all) = score.entry(case.suite.clone()).or_default();
        *all += 1;
        match why {
            None => *taken += 1,
            Some(why) => {
                println!("{} {} {} ({}): {why}", case.suite, case.group, case.number, case.name);
                missed.insert((case.suite, case.group, case.number));
            }
        }
    }
    for (suite, (taken, all)) in &score {
        println!("{suite}: {taken} of {all} documents stand on their pages");
    }
    let explained: BTreeSet<_> = MISSED
        .iter()
        .flat_map(|(suite, group, numbers, _)| {
            numbers.iter().map(|number| (suite.to_string(), group.to_string(), *number))
        })
        .collect();
    assert_eq!(missed, explained, "left: what was missed, right: what MISSED explains");
    assert_eq!(hall.ctx.read(arrival::waiting).await.unwrap(), 0, "something waits still");
}
