//! Other software in a group of ours, in its own shapes (`tests/fixtures/`): its people join, begin topics, answer, like, change their
//! minds and go; everything is on the group's page, and goes on to the members' servers as it came.

use huiguan::domain::arrival::State;
use serde_json::{Value, json};

use super::server::settle;
use super::stage::{Stage, text};

/// A software with the path of its own group, which stands in its documents where ours is to stand; software without says whom it
/// means by naming the group like a person.
const SOFTWARE: [(&str, &str); 7] = [
    ("lemmy", "/c/noodles"),
    ("piefed", "/c/tea"),
    ("mbin", "/m/jiating"),
    ("nodebb", "/category/2"),
    ("friendica", ""),
    ("mobilizon", ""),
    ("mastodon", ""),
];

/// Puts `new` in the place of every text that is `old`, or a collection of it.
fn replace(document: &mut Value, old: &str, new: &str) {
    match document {
        Value::String(uri) => {
            if let Some(rest) = uri.strip_prefix(old)
                && matches!(rest, "" | "/followers" | "/moderators" | "/featured")
            {
                *uri = format!("{new}{rest}");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, old, new)),
        Value::Object(map) => map.values_mut().for_each(|value| replace(value, old, new)),
        _ => {}
    }
}

/// A document of a software, said in our group.
fn toward(stage: &Stage, name: &str, path: &str, group: &str) -> Value {
    let mut document = stage.document(name, "");
    if !path.is_empty() {
        replace(&mut document, &format!("{}{path}", stage.peer.origin), group);
    }
    if matches!(name, "follow" | "unfollow") || path.is_empty() {
        replace(&mut document, &stage.mei.actor(), group);
    }
    let names_it = document.to_string().contains(group);
    if path.is_empty() && !names_it && matches!(name, "create" | "update") {
        for place in ["/cc", "/object/cc"] {
            if let Some(Value::Array(cc)) = document.pointer_mut(place) {
                cc.push(json!(group));
            }
        }
    }
    document
}

/// Did the group hand this on to the software's server?
fn is_handed_on(stage: &Stage, group: &str, document: &Value) -> bool {
    let same = |one: &Value| {
        one["actor"] == group && one["object"]["id"] == document["id"] && one["object"]["type"] == document["type"]
    };
    stage.peer.taken("Announce").iter().any(same)
}

async fn play(name: &str, path: &str) {
    let mut stage = Stage::set(name).await;
    let page = stage.mei.founds("panyu", "番禺同乡", &[]).await;
    let group = format!("{}/actors/panyu", stage.hall.origin);
    let own = stage.mei.begins(&page, "茶会", "周六喝茶").await;
    settle(&[&stage.hall]).await;
    stage.moment = own.rsplit('/').next().unwrap().to_owned();

    let follow = toward(&stage, "follow", path, &group);
    assert_eq!(stage.send(&follow).await.0, State::Done, "{name}");
    let accept = stage.peer.taken("Accept").pop().unwrap_or_else(|| panic!("{name}: no Accept"));
    assert_eq!((&accept["actor"], &accept["object"]["object"]), (&json!(group), &json!(group)), "{name}");
    assert!(stage.mei.get(&page).await.body.contains("2 members"), "{name}");

    let create = toward(&stage, "create", path, &group);
    let outcome = stage.send(&create).await;
    assert_eq!(outcome.0, State::Done, "{name}: {}", outcome.1);
    let post = stage.post(&text(&create["object"]["id"])).await.unwrap_or_else(|| panic!("{name}: no topic"));
    let home = stage.actor(&group).await.id;
    assert_eq!((post.group_id, post.root_id), (Some(home), None), "{name}");
    let shown = stage.mei.get(&page).await.body;
    let words = huiguan::text::plain_of_clean(&post.body_html);
    let first: String = words.chars().take(2).collect();
    assert!(shown.contains(&first) && shown.contains(&post.title), "{name}: {shown}");
    if create["object"]["type"] != "Note" {
        assert_eq!(json!(post.title), create["object"]["name"], "{name}");
    }
    assert!(is_handed_on(&stage, &group, &create), "{name}: the topic isn't handed on");

    let mut expected = vec!["reply", "like"];
    expected.extend(stage.has("unlike").then_some("unlike"));
    expected.extend(stage.has("update").then_some("update"));
    for one in expected.into_iter().filter(|one| stage.has(one)) {
        let document = toward(&stage, one, path, &group);
        let outcome = stage.send(&document).await;
        assert_eq!(outcome.0, State::Done, "{name} {one}: {}", outcome.1);
        if document["id"].is_string() {
            assert!(is_handed_on(&stage, &group, &document), "{name}: {one} isn't handed on");
        }
    }
    let reply = toward(&stage, "reply", path, &group);
    let answer = stage.post(&text(&reply["object"]["id"])).await.unwrap_or_else(|| panic!("{name}: no answer"));
    assert_eq!(answer.group_id, Some(home), "{name}");
    let mut deletion = toward(&stage, "delete", path, &group);
    match &mut deletion["object"] {
        Value::String(uri) => *uri = text(&create["object"]["id"]),
        object => object["id"] = create["object"]["id"].clone(),
    }
    assert_eq!(stage.send(&deletion).await.0, State::Done, "{name}: the deletion");
    assert!(stage.post(&text(&create["object"]["id"])).await.is_none(), "{name}");
    assert!(is_handed_on(&stage, &group, &deletion), "{name}: the deletion isn't handed on");

    let unfollow = toward(&stage, "unfollow", path, &group);
    assert_eq!(stage.send(&unfollow).await.0, State::Done, "{name}: who goes");
    assert!(stage.mei.get(&page).await.body.contains("1 member"), "{name}");
    let late = toward(&stage, "create", path, &group);
    let mut late = late;
    for place in ["/id", "/object/id"] {
        if let Some(Value::String(id)) = late.pointer_mut(place) {
            id.push_str("-late");
        }
    }
    assert_ne!(stage.send(&late).await.0, State::Done, "{name}: who went says nothing there");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_software_takes_part_in_a_group_in_its_own_shapes() {
    for (name, path) in SOFTWARE {
        play(name, path).await;
    }
}
