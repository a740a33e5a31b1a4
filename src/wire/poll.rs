//! Polls as documents: what makes a post a `Question` (Activity Vocabulary §3.2), and votes on it as the field sends them:
//! a `Note` that has the option's text as its `name`.

use serde_json::{Map, Value, json};

use super::json;
use crate::clock::{Micros, from_rfc3339, to_rfc3339};

/// Most options of one poll that are looked at.
const OPTIONS_MAX: usize = 100;

/// Largest count that is believed; all of them must add up.
const COUNT_MAX: i64 = 1_000_000_000;

/// A poll.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Poll {
    /// Its options with how many have chosen each.
    pub options: Vec<(String, i64)>,
    /// May several be chosen (`anyOf`)?
    pub is_many: bool,
    /// `endTime`.
    pub end_time: Option<Micros>,
    /// `closed`.
    pub closed: Option<Micros>,
    /// `votersCount`.
    pub voters: Option<i64>,
}

/// The poll of a post's document; `None` if it asks nothing.
pub fn read(document: &Value) -> Option<Poll> {
    let options = |key: &str| -> Vec<(String, i64)> {
        json::items(document, key).into_iter().filter_map(option).take(OPTIONS_MAX).collect()
    };
    let (one, many) = (options("oneOf"), options("anyOf"));
    let is_many = one.is_empty();
    let options = if is_many { many } else { one };
    if options.is_empty() {
        return None;
    }
    let time = |key: &str| json::text(document, key).and_then(from_rfc3339);
    Some(Poll {
        options,
        is_many,
        end_time: time("endTime"),
        // Some say when, some only that, by the time at which it ends.
        closed: time("closed").or_else(|| if json::truth(document, "closed") { time("endTime") } else { None }),
        voters: number(document, "votersCount"),
    })
}

fn option(item: &Value) -> Option<(String, i64)> {
    let title = json::text(item, "name").filter(|title| !title.is_empty())?;
    let votes = item.get("replies").and_then(|replies| number(replies, "totalItems"));
    Some((title.to_owned(), votes.unwrap_or(0)))
}

fn number(item: &Value, key: &str) -> Option<i64> {
    item.get(key)?.as_i64().filter(|count| (0..=COUNT_MAX).contains(count))
}

/// Makes a post's document the question that it asks.
pub fn add(document: &mut Value, poll: &Poll) {
    let Value::Object(map) = document else { return };
    let option = |(title, votes): &(String, i64)| json!({"type": "Note", "name": title, "replies": {"type": "Collection", "totalItems": votes}});
    let options: Vec<Value> = poll.options.iter().map(option).collect();
    map.insert("type".to_owned(), "Question".into());
    map.insert(if poll.is_many { "anyOf" } else { "oneOf" }.to_owned(), options.into());
    for (key, at) in [("endTime", poll.end_time), ("closed", poll.closed)] {
        if let Some(at) = at {
            map.insert(key.to_owned(), to_rfc3339(at).into());
        }
    }
    if let Some(voters) = poll.voters {
        map.insert("votersCount".to_owned(), voters.into());
    }
}

/// A vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// The post that asks.
    pub question: String,
    /// The option's text.
    pub title: String,
}

/// The vote that a created object is; `None` if it is anything else. A `Note` with a name and text of its own is an answer in
/// words.
pub fn read_vote(object: &Value) -> Option<Vote> {
    let is_note = json::types(object).iter().any(|kind| matches!(*kind, "Note" | "Answer"));
    let content = json::text(object, "content").unwrap_or_default();
    let title = json::text(object, "name").filter(|title| !title.is_empty())?;
    let question = object.get("inReplyTo").and_then(json::id_of)?;
    let is_vote = is_note && content.is_empty() && object.get("attachment").is_none_or(|files| files == &json!([]));
    is_vote.then(|| Vote { question: question.to_owned(), title: title.to_owned() })
}

/// The vote that a `PollVote` is (PieFed): an activity of its own, with the option's text as `choice_text`.
pub fn read_poll_vote(document: &Value) -> Option<Vote> {
    let question = document.get("object").and_then(json::id_of)?;
    let title = json::text(document, "choice_text").filter(|title| !title.is_empty())?;
    Some(Vote { question: question.to_owned(), title: title.to_owned() })
}

/// A vote of ours, as the object of a `Create`.
pub fn vote(id: &str, voter: &str, to: &str, vote: &Vote) -> Value {
    Value::Object(Map::from_iter([
        ("id".to_owned(), id.into()),
        ("type".to_owned(), "Note".into()),
        ("attributedTo".to_owned(), voter.into()),
        ("to".to_owned(), json!([to])),
        ("name".to_owned(), vote.title.clone().into()),
        ("inReplyTo".to_owned(), vote.question.clone().into()),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_write_we_read() {
        let poll = Poll {
            options: vec![("汤圆".to_owned(), 3), ("饺子".to_owned(), 0)],
            is_many: true,
            end_time: from_rfc3339("2026-12-22T00:00:00Z"),
            closed: None,
            voters: Some(3),
        };
        let mut document = json!({"id": "https://a.example/1", "type": "Note"});
        add(&mut document, &poll);
        assert_eq!((read(&document), &document["type"]), (Some(poll.clone()), &json!("Question")));
        let closed = Poll { is_many: false, closed: poll.end_time, ..poll };
        let mut document = json!({"type": "Note"});
        add(&mut document, &closed);
        assert_eq!(read(&document), Some(closed));
        let given = Vote { question: "https://a.example/1".to_owned(), title: "汤圆".to_owned() };
        let object = vote("https://b.example/v", "https://b.example/lan", "https://a.example/mei", &given);
        assert_eq!(read_vote(&object), Some(given));
    }

    #[test]
    fn odd_polls_and_what_is_no_vote() {
        let titles = |document: Value| read(&document).map(|poll| poll.options);
        assert_eq!(titles(json!({"oneOf": {"name": "茶"}})), Some(vec![("茶".to_owned(), 0)]));
        assert_eq!(
            titles(json!({"oneOf": [{"name": "茶", "replies": {"totalItems": -4}}, {"name": ""}, 7, null]})),
            Some(vec![("茶".to_owned(), 0)])
        );
        for nothing in [json!({}), json!({"oneOf": []}), json!({"anyOf": "x"}), json!(null)] {
            assert_eq!(titles(nothing.clone()), None, "{nothing}");
        }
        let many =
            json!({"anyOf": vec![json!({"name": "茶"}); 5_000], "closed": true, "endTime": "2026-12-22T00:00:00Z"});
        let read = read(&many).unwrap();
        assert_eq!((read.options.len(), read.closed.is_some()), (OPTIONS_MAX, true));
        let own_form = json!({"type": "PollVote", "object": "https://a.example/1", "choice_text": "茶"});
        assert_eq!(read_poll_vote(&own_form).map(|vote| vote.title).as_deref(), Some("茶"));
        assert_eq!(read_poll_vote(&json!({"type": "PollVote", "object": "https://a.example/1"})), None);
        for other in [
            json!({"type": "Note", "name": "茶", "content": "<p>茶！</p>", "inReplyTo": "https://a.example/1"}),
            json!({"type": "Note", "content": "茶", "inReplyTo": "https://a.example/1"}),
            json!({"type": "Note", "name": "茶"}),
            json!({"type": "Article", "name": "茶", "inReplyTo": "https://a.example/1"}),
            json!("https://a.example/1"),
        ] {
            assert_eq!(read_vote(&other), None, "{other}");
        }
    }
}
