//! Activities: the envelope. Read with tolerance; built by one function per type.

use serde_json::{Value, json};

use super::address::host_of;
use super::object::{Tag, tag};
use super::{Refusal, json};

/// Longest id that is stored.
const ID_BYTES_MAX: usize = 1_000;

/// Tags of one activity that are looked at.
const TAGS_MAX: usize = 8;

/// An activity that came in.
#[derive(Debug, Clone)]
pub struct Activity {
    /// Its id, or empty; on its actor's host.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// Who acts.
    pub actor: String,
    /// What it is about: an id or a document.
    pub object: Value,
    /// Where it goes, for those that have such a place (`Add`, `Remove`, `Move`): its id; may be empty.
    pub target: String,
    /// The words that go with it (a greeting); may be empty.
    pub content: String,
    /// First recipients.
    pub to: Vec<String>,
    /// Further recipients.
    pub cc: Vec<String>,
    /// Pictures for its emoji, in a reaction.
    pub tags: Vec<Tag>,
}

impl Activity {
    /// The id of what it is about; may be empty.
    pub fn object_id(&self) -> &str {
        json::id_of(&self.object).unwrap_or_default()
    }

    /// The types of what it is about, if it is a document.
    pub fn object_types(&self) -> Vec<&str> {
        json::types(&self.object)
    }
}

/// Reads an activity. Its id, if it has one, must stand on its actor's host (FEP-fe34).
pub fn read(document: &Value) -> Result<Activity, Refusal> {
    if !document.is_object() {
        return Err(Refusal("not an activity"));
    }
    let kind = json::types(document).first().copied().ok_or(Refusal("the activity has no type"))?;
    let actor = document.get("actor").and_then(json::id_of).ok_or(Refusal("the activity has no actor"))?;
    let host = host_of(actor).ok_or(Refusal("the activity's actor is no web address"))?;
    let id = document.get("id").and_then(Value::as_str).unwrap_or_default();
    if id.len() > ID_BYTES_MAX || actor.len() > ID_BYTES_MAX {
        return Err(Refusal("an id is too long"));
    }
    if !id.is_empty() && host_of(id).as_deref() != Some(&host) {
        return Err(Refusal("the activity and its actor stand on different hosts"));
    }
    Ok(Activity {
        id: id.to_owned(),
        kind: kind.to_owned(),
        actor: actor.to_owned(),
        object: match document.get("object") {
            // Some put the one object into a list.
            Some(Value::Array(list)) if list.len() == 1 => list.first().cloned().unwrap_or(Value::Null),
            object => object.cloned().unwrap_or(Value::Null),
        },
        target: document.get("target").and_then(json::id_of).unwrap_or_default().to_owned(),
        content: json::text(document, "content")
            .or_else(|| json::text(document, "summary"))
            .unwrap_or_default()
            .to_owned(),
        to: json::ids(document, "to"),
        cc: json::ids(document, "cc"),
        tags: json::items(document, "tag").into_iter().filter_map(tag).take(TAGS_MAX).collect(),
    })
}

/// A post is made, or changed: the envelope has the recipients of the post.
pub fn about_post(kind: &str, id: &str, actor: &str, post: Value, published: &str) -> Value {
    let recipients = |key: &str| post.get(key).cloned().unwrap_or_else(|| json!([]));
    let (to, cc) = (recipients("to"), recipients("cc"));
    json!({"id": id, "type": kind, "actor": actor, "published": published, "to": to, "cc": cc, "object": post})
}

/// A post is deleted (ActivityPub §6.4).
pub fn delete(id: &str, actor: &str, object: &str, to: &[String]) -> Value {
    json!({"id": id, "type": "Delete", "actor": actor, "to": to, "object": super::object::tombstone(object)})
}

/// An actor's document has changed.
pub fn update_actor(id: &str, actor: &str, document: Value, to: &[String]) -> Value {
    json!({"id": id, "type": "Update", "actor": actor, "to": to, "object": document})
}

/// An actor is another one from now on (FEP-7628).
pub fn moved(id: &str, actor: &str, target: &str, to: &[String]) -> Value {
    json!({"id": id, "type": "Move", "actor": actor, "to": to, "object": actor, "target": target})
}

/// A follow, with a greeting if there is one.
pub fn follow(id: &str, actor: &str, object: &str, greeting: &str) -> Value {
    let mut follow = json!({"id": id, "type": "Follow", "actor": actor, "object": object, "to": [object]});
    if let (Value::Object(map), false) = (&mut follow, greeting.is_empty()) {
        map.insert("content".to_owned(), greeting.into());
    }
    follow
}

/// `Accept`, `Reject` or `Undo` of a follow: the follow stands inside, since many servers look at it, not at its id.
pub fn about_follow(kind: &str, id: &str, actor: &str, follow: Value, to: &str) -> Value {
    json!({"id": id, "type": kind, "actor": actor, "object": follow, "to": [to]})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_activity_speaks_for_its_own_host_only() {
        let fine = json!({"id": "https://a.example/1", "type": "Create", "actor": {"id": "https://a.example/mei"}, "object": {}});
        assert_eq!(read(&fine).unwrap().actor, "https://a.example/mei");
        for (path, value) in [
            ("/id", json!("https://b.example/1")),
            ("/actor", json!("mei")),
            ("/actor", json!([])),
            ("/type", json!([])),
        ] {
            let mut bad = fine.clone();
            *bad.pointer_mut(path).unwrap() = value;
            assert!(read(&bad).is_err(), "{path}");
        }
        let anonymous = json!({"type": "Follow", "actor": "https://a.example/mei", "object": "https://b.example/lan"});
        let read_back = read(&anonymous).unwrap();
        assert_eq!((read_back.id.as_str(), read_back.object_id()), ("", "https://b.example/lan"));
    }

    #[test]
    fn the_envelope_has_the_recipients_of_the_post() {
        let post = json!({"id": "https://a.example/1", "to": ["x"], "cc": ["y"]});
        let create = about_post("Create", "https://a.example/a", "https://a.example/mei", post, "2026-11-23T00:00:00Z");
        assert_eq!((&create["to"], &create["cc"]), (&json!(["x"]), &json!(["y"])));
        assert_eq!(follow("a", "b", "c", "").get("content"), None);
        assert_eq!(follow("a", "b", "c", "hi")["content"], "hi");
    }
}
