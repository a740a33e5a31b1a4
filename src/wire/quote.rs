//! Quotes as documents (FEP-044f): what a post quotes, as the field writes it; the policy that lets a post be quoted; and the
//! leave that is given for one quoting post.

use serde_json::{Value, json};

use super::address::host_of;
use super::{Refusal, json};

/// Where older software says what a post quotes, the most certain first.
const KEYS: [&str; 5] = ["quote", "quoteUrl", "quoteUri", "_misskey_quote", "quoteURL"];

/// The id of what a post quotes; empty if it quotes nothing. Some say it in a `Link` of `tag` alone (FEP-e232).
pub fn read(document: &Value) -> String {
    let named = KEYS.iter().find_map(|key| document.get(key).and_then(json::id_of));
    let linked = || json::items(document, "tag").into_iter().find_map(linked);
    named.or_else(linked).filter(|uri| host_of(uri).is_some()).unwrap_or_default().to_owned()
}

/// What a tag links to, if it is a link to an object and not to a page.
fn linked(tag: &Value) -> Option<&str> {
    let media_type = json::text(tag, "mediaType").filter(|kind| json::is_activity_json(kind))?;
    let is_quote = json::text(tag, "rel").is_none_or(|rel| rel.contains("quote"));
    json::href(tag).filter(|_| is_quote && json::types(tag).contains(&"Link") && !media_type.is_empty())
}

/// Says that these may quote a post.
pub fn allow(document: &mut Value, whom: &str) {
    if let Value::Object(map) = document {
        map.insert("interactionPolicy".to_owned(), json!({"canQuote": {"automaticApproval": [whom]}}));
    }
}

/// A question whether a post may be quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The id of what is to be quoted.
    pub quoted: String,
    /// The id of the post that quotes it.
    pub quoting: String,
}

/// Reads what a `QuoteRequest` asks. The quoting post must stand on the host of who asks.
pub fn read_request(document: &Value) -> Result<Request, Refusal> {
    let id = |key: &str| document.get(key).and_then(json::id_of).map(str::to_owned);
    let quoted = id("object").ok_or(Refusal("nothing is to be quoted"))?;
    let quoting = id("instrument").ok_or(Refusal("no post quotes"))?;
    let asking = id("actor").unwrap_or_default();
    match host_of(&quoting).is_some() && host_of(&quoting) == host_of(&asking) {
        true => Ok(Request { quoted, quoting }),
        false => Err(Refusal("the quoting post is on another host")),
    }
}

/// The leave to quote `quoted` in `quoting`, without `@context`.
pub fn leave(id: &str, author: &str, quoted: &str, quoting: &str) -> Value {
    json!({
        "id": id, "type": "QuoteAuthorization", "attributedTo": author,
        "interactingObject": quoting, "interactionTarget": quoted,
    })
}

/// Is this document the leave of `author` to quote `quoted` in `quoting`?
pub fn is_leave(document: &Value, author: &str, quoted: &str, quoting: &str) -> bool {
    let says = |key: &str, uri: &str| document.get(key).and_then(json::id_of) == Some(uri);
    json::types(document).contains(&"QuoteAuthorization")
        && says("attributedTo", author)
        && says("interactingObject", quoting)
        && says("interactionTarget", quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_read_as_the_field_writes_it() {
        let uri = "https://a.example/1";
        let link = |rel: Value| {
            json!({"tag": [{"type": "Mention", "href": "https://a.example/x"}, {"type": "Link", "href": uri, "rel": rel,
                "mediaType": "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""}]})
        };
        for document in [
            json!({"quote": uri}),
            json!({"quote": {"id": uri, "type": "Note"}}),
            json!({"quoteUrl": uri}),
            json!({"_misskey_quote": uri, "quoteUri": null}),
            link(json!("https://misskey-hub.net/ns#_misskey_quote")),
            link(Value::Null),
        ] {
            assert_eq!(read(&document), uri, "{document}");
        }
        for document in [
            json!({}),
            json!({"quote": "nothing"}),
            json!({"quote": 7}),
            json!({"tag": [{"type": "Link", "href": uri, "mediaType": "text/html"}]}),
            link(json!("payment")),
        ] {
            assert_eq!(read(&document), "", "{document}");
        }
    }

    #[test]
    fn a_leave_is_for_one_pair_of_posts() {
        let given = leave("https://a.example/l", "https://a.example/mei", "https://a.example/1", "https://b.example/2");
        let fits = |author, quoted, quoting| is_leave(&given, author, quoted, quoting);
        assert!(fits("https://a.example/mei", "https://a.example/1", "https://b.example/2"));
        assert!(!fits("https://a.example/lan", "https://a.example/1", "https://b.example/2"));
        assert!(!fits("https://a.example/mei", "https://a.example/3", "https://b.example/2"));
        assert!(!fits("https://a.example/mei", "https://a.example/1", "https://b.example/4"));
    }

    #[test]
    fn one_asks_for_ones_own_posts() {
        let ask = |actor: &str, quoting: &str| {
            read_request(&json!({"type": "QuoteRequest", "actor": actor, "object": "https://a.example/1",
                "instrument": {"id": quoting, "type": "Note"}}))
        };
        let request = ask("https://b.example/lan", "https://b.example/2").unwrap();
        assert_eq!((&*request.quoted, &*request.quoting), ("https://a.example/1", "https://b.example/2"));
        assert!(ask("https://b.example/lan", "https://c.example/2").is_err());
        assert!(ask("https://b.example/lan", "").is_err());
    }
}
