//! Roll calls as documents: `hg:rollCall` of a post, the list by which people sign up; and the `Join`, `Leave` and `Reject` about
//! it (Activity Vocabulary §2). The post's `content` has the list in words for everybody else; `hg:rollCall` has the text
//! without it.

use serde_json::{Map, Value, json};

use super::json;
use crate::clock::{Micros, from_rfc3339, to_rfc3339_ms};

/// Lines of one list that are looked at.
pub const LINES_MAX: usize = 1_000;
/// Fields, choices and answers that are looked at.
const FIELDS_MAX: usize = 20;
/// Largest count that is believed.
const COUNT_MAX: i64 = 1_000_000_000;

/// A list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RollCall {
    /// The text of its post without the list; not safe yet.
    pub content: String,
    /// For how many there is room (`hg:capacity`).
    pub capacity: Option<i64>,
    /// When its post itself was last changed: the document's own `updated` moves with the list, or other programs wouldn't show it.
    pub updated: Option<Micros>,
    /// `endTime`.
    pub end_time: Option<Micros>,
    /// `closed`.
    pub closed: Option<Micros>,
    /// How many people are in (`hg:heads`).
    pub heads: i64,
    /// How many wait (`hg:waiting`).
    pub waiting: i64,
    /// How many lines there are (`totalItems`).
    pub total: i64,
    /// What else is asked, each with its choices (`hg:fields`).
    pub fields: Vec<(String, Vec<String>)>,
    /// The first lines (`orderedItems`).
    pub lines: Vec<Line>,
}

/// A line, of a list or to be taken into one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Whose it is; may be empty.
    pub actor: String,
    /// The name on it.
    pub name: String,
    /// How many people come (`hg:heads`).
    pub heads: i64,
    /// A note (`content`); may be empty.
    pub note: String,
    /// What it answers to the fields, by their titles (`attachment`).
    pub answers: Vec<(String, String)>,
    /// Does it wait (`hg:waiting`)?
    pub is_waiting: bool,
}

/// The list of a post's document; `None` if it has none.
pub fn read(document: &Value) -> Option<RollCall> {
    let roll = document.get("hg:rollCall").filter(|roll| roll.is_object())?;
    let time = |key: &str| json::text(roll, key).and_then(from_rfc3339);
    let field = |item: &Value| {
        let choices = json::items(item, "hg:choices").into_iter().filter_map(Value::as_str).take(FIELDS_MAX);
        Some((json::text(item, "name")?.to_owned(), choices.map(str::to_owned).collect()))
    };
    Some(RollCall {
        content: json::text(roll, "content").unwrap_or_default().to_owned(),
        capacity: number(roll, "hg:capacity"),
        updated: time("updated"),
        end_time: time("endTime"),
        closed: time("closed"),
        heads: number(roll, "hg:heads").unwrap_or(0),
        waiting: number(roll, "hg:waiting").unwrap_or(0),
        total: number(roll, "totalItems").unwrap_or(0),
        fields: json::items(roll, "hg:fields").into_iter().filter_map(field).take(FIELDS_MAX).collect(),
        lines: json::items(roll, "orderedItems").into_iter().filter_map(read_line).take(LINES_MAX).collect(),
    })
}

fn number(item: &Value, key: &str) -> Option<i64> {
    // Some write numbers as texts.
    let number = match item.get(key)? {
        Value::String(text) => text.trim().parse().ok()?,
        other => other.as_i64()?,
    };
    (0..=COUNT_MAX).contains(&number).then_some(number)
}

fn read_line(item: &Value) -> Option<Line> {
    let answer = |item: &Value| {
        let is_value = json::types(item).iter().any(|kind| matches!(*kind, "PropertyValue" | "schema:PropertyValue"));
        let value = json::text(item, "value").filter(|_| is_value)?;
        Some((json::text(item, "name")?.to_owned(), value.to_owned()))
    };
    item.is_object().then(|| Line {
        actor: item.get("actor").and_then(json::id_of).unwrap_or_default().to_owned(),
        name: json::text(item, "name").unwrap_or_default().to_owned(),
        heads: number(item, "hg:heads").unwrap_or(1),
        note: json::text(item, "content").unwrap_or_default().to_owned(),
        answers: json::items(item, "attachment").into_iter().filter_map(answer).take(FIELDS_MAX).collect(),
        is_waiting: json::truth(item, "hg:waiting"),
    })
}

/// The line that a `Join` asks for. What isn't said is one person without a name; a number that is none is refused as such.
pub fn read_join(document: &Value) -> Option<Line> {
    let is_odd = document.get("hg:heads").is_some() && number(document, "hg:heads").is_none_or(|heads| heads < 1);
    read_line(document).filter(|_| !is_odd)
}

fn write_line(line: &Line) -> Map<String, Value> {
    let mut map =
        Map::from_iter([("name".to_owned(), line.name.clone().into()), ("hg:heads".to_owned(), line.heads.into())]);
    if !line.actor.is_empty() {
        map.insert("actor".to_owned(), line.actor.clone().into());
    }
    if !line.note.is_empty() {
        map.insert("content".to_owned(), line.note.clone().into());
    }
    let answers: Vec<Value> = (line.answers.iter())
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| json!({"type": "PropertyValue", "name": name, "value": value}))
        .collect();
    if !answers.is_empty() {
        map.insert("attachment".to_owned(), answers.into());
    }
    map
}

/// Adds a list to a post's document, and in words to its text.
pub fn add(document: &mut Value, roll: &RollCall, words: &str, changed_at: Micros) {
    let line = |line: &Line| {
        let mut map = write_line(line);
        map.insert("type".to_owned(), "hg:Entry".into());
        if line.is_waiting {
            map.insert("hg:waiting".to_owned(), true.into());
        }
        Value::Object(map)
    };
    let fields = roll.fields.iter().map(|(name, choices)| json!({"name": name, "hg:choices": choices}));
    let Value::Object(map) = document else { return };
    let content = map.get("content").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut list = json!({
        "type": "hg:RollCall", "content": content, "hg:heads": roll.heads, "hg:waiting": roll.waiting,
        "totalItems": roll.total, "hg:fields": fields.collect::<Vec<Value>>(),
        "orderedItems": roll.lines.iter().map(line).collect::<Vec<Value>>(),
    });
    let updated = map.get("updated").and_then(Value::as_str).and_then(from_rfc3339);
    if let Value::Object(list) = &mut list {
        if let Some(capacity) = roll.capacity {
            list.insert("hg:capacity".to_owned(), capacity.into());
        }
        for (key, at) in [("updated", updated), ("endTime", roll.end_time), ("closed", roll.closed)] {
            if let Some(at) = at {
                list.insert(key.to_owned(), to_rfc3339_ms(at).into());
            }
        }
    }
    let text: Value = format!("{content}{words}").into();
    if let Some(Value::Object(languages)) = map.get_mut("contentMap") {
        languages.values_mut().for_each(|said| *said = text.clone());
    }
    map.insert("content".to_owned(), text);
    map.insert("updated".to_owned(), to_rfc3339_ms(changed_at.max(updated.unwrap_or(0))).into());
    map.insert("hg:rollCall".to_owned(), list);
}

/// A `Join` by which somebody signs up, or changes their line.
pub fn join(id: &str, actor: &str, object: &str, to: &str, line: &Line) -> Value {
    let mut map = write_line(&Line { actor: actor.to_owned(), ..line.clone() });
    map.extend([
        ("id".to_owned(), id.into()),
        ("type".to_owned(), "Join".into()),
        ("object".to_owned(), object.into()),
        ("to".to_owned(), json!([to])),
    ]);
    Value::Object(map)
}

/// A `Leave` by which somebody takes their line back.
pub fn leave(id: &str, actor: &str, object: &str, to: &str) -> Value {
    json!({"id": id, "type": "Leave", "actor": actor, "object": object, "to": [to]})
}

/// A `Reject` of somebody's `Join`, with the reason as a word of ours.
pub fn reject(id: &str, actor: &str, join: &str, joiner: &str, object: &str, why: &str) -> Value {
    let inner = json!({"id": join, "type": "Join", "actor": joiner, "object": object});
    json!({"id": id, "type": "Reject", "actor": actor, "object": inner, "to": [joiner], "content": why})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_write_we_read() {
        let line = Line {
            actor: "https://b.example/actors/lan".to_owned(),
            name: "王小明".to_owned(),
            heads: 2,
            note: "不吃辣".to_owned(),
            answers: vec![("餐食".to_owned(), "素".to_owned())],
            is_waiting: true,
        };
        let roll = RollCall {
            content: "<p>中秋聚餐</p>".to_owned(),
            capacity: Some(40),
            updated: from_rfc3339("2026-12-01T00:00:00Z"),
            end_time: from_rfc3339("2026-12-22T00:00:00Z"),
            closed: None,
            heads: 0,
            waiting: 2,
            total: 1,
            fields: vec![("餐食".to_owned(), vec!["荤".to_owned(), "素".to_owned()])],
            lines: vec![line.clone()],
        };
        let mut document = json!({"type": "Note", "content": "<p>中秋聚餐</p>", "contentMap": {"zh-Hans": "<p>中秋聚餐</p>"},
            "updated": "2026-12-01T00:00:00Z"});
        let changed_at = from_rfc3339("2026-12-02T00:00:00Z").unwrap();
        add(&mut document, &roll, "<p>1. 王小明 ×2</p>", changed_at);
        assert_eq!(json::text(&document, "updated").and_then(from_rfc3339), Some(changed_at));
        assert_eq!(read(&document), Some(roll));
        assert_eq!(document["content"], "<p>中秋聚餐</p><p>1. 王小明 ×2</p>");
        assert_eq!(document["contentMap"]["zh-Hans"], document["content"]);
        let joined = join("https://b.example/j", &line.actor, "https://a.example/1", "https://a.example/mei", &line);
        assert_eq!(read_join(&joined), Some(Line { is_waiting: false, ..line }));
    }

    #[test]
    fn odd_lists_are_no_panic() {
        for odd in [json!({}), json!({"hg:rollCall": 7}), json!({"hg:rollCall": null}), json!(null), json!([])] {
            assert_eq!(read(&odd), None, "{odd}");
        }
        let odd = json!({"hg:rollCall": {"hg:capacity": -3, "hg:heads": "x", "hg:fields": [7, {"name": 3}],
            "orderedItems": [null, "x", {"hg:heads": "4", "name": ["a"]}, {"attachment": [{"type": "PropertyValue"}]}]}});
        let roll = read(&odd).unwrap();
        assert_eq!((roll.capacity, roll.heads, roll.fields.len(), roll.lines.len()), (None, 0, 0, 2));
        let many = json!({"hg:rollCall": {"orderedItems": vec![json!({"name": "a"}); 5_000]}});
        assert_eq!(read(&many).unwrap().lines.len(), LINES_MAX);
        for odd in [json!({"hg:heads": -1}), json!({"hg:heads": 0}), json!({"hg:heads": "many"}), json!(3)] {
            assert_eq!(read_join(&odd), None, "{odd}");
        }
        assert_eq!(read_join(&json!({"type": "Join"})).map(|line| line.heads), Some(1));
    }
}
