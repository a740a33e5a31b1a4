//! Posts as documents: `Note` and its relatives.

use serde_json::{Map, Value, json};

use super::address::same_host;
use super::{Refusal, json};
use crate::clock::{Micros, from_rfc3339, to_rfc3339};

/// Everyone (ActivityPub §5.6).
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// Types that are read as posts.
const KINDS: [&str; 9] = ["Note", "Article", "Page", "Question", "Event", "Image", "Video", "Audio", "Document"];

/// A post's document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Note {
    /// Its id.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// Who wrote it.
    pub attributed_to: String,
    /// HTML as sent: not safe yet.
    pub content: String,
    /// Title, for those that have one.
    pub name: String,
    /// For a `Note` a content warning, for others a lede.
    pub summary: String,
    /// `sensitive`.
    pub sensitive: bool,
    /// The language that it says it is in; may be empty.
    pub language: String,
    /// When it was published.
    pub published: Option<Micros>,
    /// When it was last changed.
    pub updated: Option<Micros>,
    /// Its page; may be empty.
    pub url: String,
    /// What it answers; may be empty.
    pub in_reply_to: String,
    /// First recipients.
    pub to: Vec<String>,
    /// Further recipients.
    pub cc: Vec<String>,
}

/// Is this a type that is read as a post?
pub fn is_post(types: &[&str]) -> bool {
    types.iter().any(|t| KINDS.contains(t))
}

/// Is this one of the spellings of “everyone”?
pub fn is_public(recipient: &str) -> bool {
    matches!(recipient, PUBLIC | "as:Public" | "Public")
}

/// Reads a post that came from the host of its id. Its author must stand on the same host.
pub fn read(document: &Value) -> Result<Note, Refusal> {
    let id = document.get("id").and_then(Value::as_str).ok_or(Refusal("the object has no id"))?;
    let types = json::types(document);
    let kind = types.iter().find(|t| KINDS.contains(t)).ok_or(Refusal("not a post"))?;
    let author = document.get("attributedTo").and_then(|author| match author {
        // Some give the person and the channel; the first on the object's host speaks.
        Value::Array(many) => many.iter().filter_map(json::id_of).find(|uri| same_host(uri, id)),
        one => json::id_of(one),
    });
    let author = author.ok_or(Refusal("the object has no author"))?;
    if !same_host(author, id) {
        return Err(Refusal("the object and its author stand on different hosts"));
    }
    let time = |key: &str| json::text(document, key).and_then(from_rfc3339);
    let (content, language) = content(document);
    Ok(Note {
        id: id.to_owned(),
        kind: (*kind).to_owned(),
        attributed_to: author.to_owned(),
        content,
        name: json::text(document, "name").unwrap_or_default().to_owned(),
        summary: json::text(document, "summary").unwrap_or_default().to_owned(),
        sensitive: json::truth(document, "sensitive"),
        language,
        published: time("published"),
        updated: time("updated"),
        url: json::url(document).unwrap_or_default(),
        in_reply_to: document.get("inReplyTo").and_then(json::id_of).unwrap_or_default().to_owned(),
        to: json::ids(document, "to"),
        cc: json::ids(document, "cc"),
    })
}

/// `content`, or the first of `contentMap`, with its language if the map tells it.
fn content(document: &Value) -> (String, String) {
    let map = document.get("contentMap").and_then(Value::as_object);
    let plain = json::text(document, "content");
    let same = map.and_then(|map| map.iter().find(|(_, text)| text.as_str().is_some() && text.as_str() == plain));
    let only = map.filter(|map| map.len() == 1 || plain.is_none()).and_then(|map| map.iter().next());
    let language = same.or(only).map(|(language, _)| language.clone()).unwrap_or_default();
    let text = plain.or_else(|| only.and_then(|(_, text)| text.as_str())).unwrap_or_default();
    (text.to_owned(), language)
}

/// Writes one of our own posts, without `@context`.
pub fn write(note: &Note) -> Value {
    let mut document = json!({
        "id": note.id,
        "type": note.kind,
        "attributedTo": note.attributed_to,
        "content": note.content,
        "published": note.published.map(to_rfc3339),
        "url": note.url,
        "to": note.to,
        "cc": note.cc,
        "sensitive": note.sensitive,
    });
    let Value::Object(map) = &mut document else { return document };
    if !note.language.is_empty() {
        let languages = Map::from_iter([(note.language.clone(), Value::String(note.content.clone()))]);
        map.insert("contentMap".to_owned(), Value::Object(languages));
    }
    if let Some(updated) = note.updated {
        map.insert("updated".to_owned(), to_rfc3339(updated).into());
    }
    document
}

/// What stands in the place of a deleted post.
pub fn tombstone(id: &str) -> Value {
    json!({"id": id, "type": "Tombstone"})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_write_we_read() {
        let note = Note {
            id: "https://a.example/objects/1".into(),
            kind: "Note".into(),
            attributed_to: "https://a.example/actors/mei".into(),
            content: "<p>冬至</p>".into(),
            language: "zh-Hans".into(),
            published: from_rfc3339("2026-11-23T00:00:00Z"),
            updated: from_rfc3339("2026-11-23T01:00:00Z"),
            url: "https://a.example/@mei/1".into(),
            to: vec![PUBLIC.into()],
            cc: vec!["https://a.example/actors/mei/followers".into()],
            ..Note::default()
        };
        assert_eq!(read(&write(&note)).unwrap(), note);
    }

    #[test]
    fn odd_posts_are_read_or_refused_without_panic() {
        let odd = [
            json!(null),
            json!([]),
            json!({}),
            json!({"id": 1}),
            json!({"id": "https://a.example/1"}),
            json!({"id": "https://a.example/1", "type": "Note"}),
            json!({"id": "https://a.example/1", "type": "Note", "attributedTo": "https://b.example/x"}),
            json!({"id": "x", "type": "Note", "attributedTo": "x"}),
            json!({"id": "https://a.example/1", "type": "Person", "attributedTo": "https://a.example/x"}),
        ];
        for document in odd {
            assert!(read(&document).is_err(), "{document}");
        }
        let tolerated = json!({
            "id": "https://a.example/1", "type": ["Note", 3], "attributedTo": [{"id": "https://a.example/x", "type": "Person"}],
            "content": ["<p>a</p>", 4], "contentMap": {"zh-Hant": 5}, "published": "year 99999", "to": PUBLIC, "cc": null,
            "url": [3], "inReplyTo": {"id": "https://b.example/2"}, "sensitive": "yes"
        });
        let note = read(&tolerated).unwrap();
        assert_eq!(
            (note.content.as_str(), note.published, note.to.len(), note.url.as_str()),
            ("<p>a</p>", None, 1, "")
        );
        assert_eq!(note.in_reply_to, "https://b.example/2");
    }
}
