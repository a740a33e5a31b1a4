//! What makes an announcement of a post of a group: `hg:notice`, a term of ours; and the word by which a group reminds of one. Software that
//! doesn't know them shows a titled post, and a message.

use serde_json::{Map, Value, json};

use super::json;
use crate::clock::{Micros, from_rfc3339, to_rfc3339};

/// The term on a post.
const TERM: &str = "hg:notice";
/// The term on a message of a group, with the id of the announcement that it reminds of.
const REMINDER: &str = "hg:remindsOf";
/// Longest name of an office that is looked at, in characters.
const OFFICE_CHARS_MAX: usize = 200;

/// What an announcement is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notice {
    /// `priority` is `urgent`.
    pub is_urgent: bool,
    /// `confirmRequested`.
    pub asks: bool,
    /// `confirmBy`.
    pub confirm_by: Option<Micros>,
    /// `expires`.
    pub expires: Option<Micros>,
    /// `office`: who signs it besides its author; may be empty.
    pub office: String,
    /// `told`: when the members were told, last. A later time tells them anew.
    pub told: Option<Micros>,
}

/// Reads what makes an announcement of a post, if anything does.
pub fn read(document: &Value) -> Option<Notice> {
    let term = document.get(TERM).filter(|term| term.is_object())?;
    let word = |key: &str| json::text(term, key).or_else(|| json::text(term, &format!("hg:{key}"))).unwrap_or_default();
    let time = |key: &str| from_rfc3339(word(key));
    Some(Notice {
        is_urgent: word("priority") == "urgent",
        asks: json::truth(term, "confirmRequested") || json::truth(term, "hg:confirmRequested"),
        confirm_by: time("confirmBy"),
        expires: time("expires"),
        office: word("office").chars().take(OFFICE_CHARS_MAX).collect(),
        told: time("told"),
    })
}

/// Writes it onto a post.
pub fn write(document: &mut Value, notice: &Notice) {
    let Value::Object(document) = document else { return };
    let mut term = Map::new();
    term.insert("priority".to_owned(), if notice.is_urgent { "urgent" } else { "usual" }.into());
    term.insert("confirmRequested".to_owned(), notice.asks.into());
    let times = [("confirmBy", notice.confirm_by), ("expires", notice.expires), ("told", notice.told)];
    let times = times.into_iter().filter_map(|(key, at)| Some((key, to_rfc3339(at?))));
    let office = [("office", notice.office.clone())];
    for (key, value) in times.chain(office).filter(|(_, value)| !value.is_empty()) {
        term.insert(key.to_owned(), value.into());
    }
    document.insert(TERM.to_owned(), Value::Object(term));
}

/// The announcement that a message reminds of.
pub fn reminder(document: &Value) -> Option<&str> {
    document.get(REMINDER).and_then(json::id_of).filter(|uri| !uri.is_empty())
}

/// A message by which a group reminds some of its members of an announcement, for each by name.
pub fn remind(id: &str, group: &str, announcement: &str, content: &str, people: &[(String, String)]) -> Value {
    let to: Vec<&String> = people.iter().map(|(uri, _)| uri).collect();
    let tags: Vec<Value> = people
        .iter()
        .map(|(uri, address)| json!({"type": "Mention", "href": uri, "name": format!("@{address}")}))
        .collect();
    json!({
        "id": format!("{id}#note"), "type": "Note", "attributedTo": group, "content": content, "to": to, "cc": [],
        "tag": tags, REMINDER: announcement,
    })
}

/// A member took note of an announcement (ActivityStreams, `Read`).
pub fn confirm(id: &str, member: &str, announcement: &str, group: &str) -> Value {
    json!({"id": id, "type": "Read", "actor": member, "object": announcement, "to": [group], "audience": group})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_write_we_read() {
        let notice = Notice {
            is_urgent: true,
            asks: true,
            confirm_by: from_rfc3339("2026-12-20T15:59:59Z"),
            expires: None,
            office: "秘书处".into(),
            told: from_rfc3339("2026-12-01T00:00:00Z"),
        };
        let mut document = json!({"type": "Article"});
        assert_eq!(read(&document), None);
        write(&mut document, &notice);
        assert_eq!(read(&document), Some(notice));
        assert_eq!(document[TERM]["confirmBy"], "2026-12-20T15:59:59Z");
        // Odd forms are nothing, or nothing much.
        for odd in [json!(null), json!("yes"), json!(1), json!([])] {
            assert_eq!(read(&json!({ TERM: odd })), None);
        }
        let odd = json!({TERM: {"priority": 1, "confirmRequested": "yes", "confirmBy": "99999", "office": ["x"]}});
        assert_eq!(read(&odd).map(|read| (read.is_urgent, read.asks, read.confirm_by)), Some((false, false, None)));
        let prefixed = json!({TERM: {"hg:priority": "urgent", "hg:confirmRequested": true}});
        assert!(read(&prefixed).is_some_and(|read| read.is_urgent && read.asks));
    }

    #[test]
    fn a_reminder_names_what_it_is_about() {
        let people = [("https://b.example/actors/lan".to_owned(), "lan@b.example".to_owned())];
        let note = remind(
            "https://a.example/activities/1",
            "https://a.example/actors/g",
            "https://a.example/objects/2",
            "",
            &people,
        );
        assert_eq!(reminder(&note), Some("https://a.example/objects/2"));
        assert_eq!(note["to"], json!(["https://b.example/actors/lan"]));
        assert_eq!(reminder(&json!({"type": "Note"})), None);
    }
}
