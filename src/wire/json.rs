//! JSON from strangers: bounded, strict where a second reading could differ, tolerant in form; and our `@context`.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value, json};

use super::Refusal;

/// Deepest nesting that is read: real documents have less than ten levels.
const DEPTH_MAX: usize = 64;
/// Most items that one list or object of a document may have.
const ITEMS_MAX: usize = 10_000;
/// Most entries that are looked at in a list of recipients, tags or keys.
pub const LIST_MAX: usize = 1_000;

/// The media type that we send.
pub const ACTIVITY_JSON: &str = "application/activity+json";
/// What we ask others for.
pub const ACCEPT: &str =
    "application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";
/// The namespace of our own terms, listed in FEDERATION.md.
pub const HG: &str = "https://w3id.org/huiguan/ns#";

/// Reads a document: no duplicate keys, no deeper than 64, no NUL in strings.
///
/// Errors: a refusal that says what is wrong with it.
pub fn parse(bytes: &[u8]) -> Result<Value, Refusal> {
    // serde_json refuses lone surrogates and numbers out of range by itself.
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let strict = Strict::deserialize(&mut reader).map_err(|_| Refusal("not a JSON document that can be read"))?;
    reader.end().map_err(|_| Refusal("something follows the JSON document"))?;
    if depth(&strict.0) > DEPTH_MAX {
        return Err(Refusal("nested too deep"));
    }
    Ok(strict.0)
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// A value whose objects have no key twice: two readers must not see two documents.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(Number::from_f64(v).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        // PostgreSQL can't store NUL, and nobody means it.
        Ok(Value::String(if v.contains('\0') { v.replace('\0', "") } else { v.to_owned() }))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Strict(item)) = seq.next_element()? {
            items.push(item);
            if items.len() > ITEMS_MAX {
                return Err(de::Error::custom("too many items"));
            }
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let Strict(value) = access.next_value()?;
            if map.insert(key.replace('\0', ""), value).is_some() || map.len() > ITEMS_MAX {
                return Err(de::Error::custom("a key stands twice, or too many keys"));
            }
        }
        Ok(Value::Object(map))
    }
}

/// The id of a thing that is given by its id or as an object with one.
pub fn id_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(id) => Some(id.as_str()),
        Value::Object(map) => map.get("id").and_then(Value::as_str),
        Value::Array(items) => items.first().and_then(id_of),
        _ => None,
    }
    .filter(|id| !id.is_empty())
}

/// The text under a key; a list gives its first text.
pub fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    match value.get(key)? {
        Value::String(text) => Some(text),
        Value::Array(items) => items.iter().find_map(Value::as_str),
        _ => None,
    }
}

/// The ids under a key that holds one or many, each a string or an object.
pub fn ids(value: &Value, key: &str) -> Vec<String> {
    items(value, key).into_iter().filter_map(id_of).map(str::to_owned).collect()
}

/// The things under a key that holds one or many, at most [`LIST_MAX`].
pub fn items<'a>(value: &'a Value, key: &str) -> Vec<&'a Value> {
    match value.get(key) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().take(LIST_MAX).collect(),
        Some(one) => vec![one],
    }
}

/// The types of a document, without a prefix such as `as:`.
pub fn types(value: &Value) -> Vec<&str> {
    items(value, "type")
        .into_iter()
        .filter_map(Value::as_str)
        .map(|t| t.strip_prefix("as:").or_else(|| t.strip_prefix("https://www.w3.org/ns/activitystreams#")).unwrap_or(t))
        .collect()
}

/// Is it the truth value `true`?
pub fn truth(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// The web address under `url`, which servers write as text, as a `Link`, or as a list of these.
pub fn url(value: &Value) -> Option<String> {
    let candidates = items(value, "url");
    let href = |item: &Value| match item {
        Value::String(url) => Some(url.clone()),
        Value::Object(map) => map.get("href").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    };
    let is_html = |item: &&&Value| item.get("mediaType").and_then(Value::as_str) == Some("text/html");
    let best = candidates.iter().find(is_html).or_else(|| candidates.first())?;
    href(best).filter(|url| super::address::read_url(url).is_some())
}

/// Puts our `@context` before a document: inline, so that nobody needs to fetch anything.
pub fn with_context(document: Value) -> Value {
    let Value::Object(rest) = document else { return document };
    let mut map = Map::new();
    map.insert("@context".to_owned(), context());
    map.extend(rest);
    Value::Object(map)
}

fn context() -> Value {
    json!([
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/v1",
        "https://w3id.org/security/data-integrity/v1",
        {
            "toot": "http://joinmastodon.org/ns#",
            "schema": "http://schema.org#",
            "hg": HG,
            "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
            "sensitive": "as:sensitive",
            "Hashtag": "as:Hashtag",
            "discoverable": "toot:discoverable",
            "indexable": "toot:indexable",
            "PropertyValue": "schema:PropertyValue",
            "value": "schema:value",
            "Multikey": "https://w3id.org/security#Multikey",
            "assertionMethod": {
                "@id": "https://w3id.org/security#assertionMethod", "@type": "@id", "@container": "@set"
            },
            "publicKeyMultibase": "https://w3id.org/security#publicKeyMultibase",
            "hg:friends": {"@id": "hg:friends", "@type": "http://www.w3.org/2001/XMLSchema#boolean"}
        }
    ])
}

/// Is this one of the two media types of ActivityPub? (ActivityPub §3.2; nothing else counts.)
pub fn is_activity_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    match parts.next().map(str::to_ascii_lowercase).as_deref() {
        Some("application/activity+json") => true,
        Some("application/ld+json") => parts.any(|parameter| {
            let value = parameter.strip_prefix("profile=").unwrap_or_default().trim_matches('"');
            value.split(' ').any(|profile| profile == "https://www.w3.org/ns/activitystreams")
        }),
        _ => false,
    }
}

/// Does this `Accept` header ask for ActivityPub rather than for a page?
pub fn wants_activity_json(accept: &str) -> bool {
    for choice in accept.split(',').take(20) {
        let kind = choice.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/activity+json" | "application/ld+json" => return true,
            "text/html" | "application/xhtml+xml" => return false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_documents_are_refused_without_panic() {
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        for bad in ["", "{", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":1}}", "\"\\ud800\"", "1e400", "{} {}", deep.as_str(), "nul", "\u{0}"] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(parse(b"\xff\xfe").is_err());
        let fine = parse("{\"type\":\"Note\",\"content\":\"a\\u0000b\",\"n\":null,\"x\":[1,2.5,true]}".as_bytes()).unwrap();
        assert_eq!(text(&fine, "content"), Some("ab"));
    }

    #[test]
    fn one_and_many_are_read_alike() {
        let one = json!({"to": "https://a.example/1", "type": "Note", "url": "https://a.example/p"});
        let many = json!({"to": ["https://a.example/1", {"id": "https://a.example/2"}, 7, null],
            "type": ["as:Note", "x"],
            "url": [{"type": "Link", "href": "https://a.example/v", "mediaType": "video/mp4"},
                    {"type": "Link", "href": "https://a.example/p", "mediaType": "text/html"}]});
        assert_eq!(ids(&one, "to"), ["https://a.example/1"]);
        assert_eq!(ids(&many, "to"), ["https://a.example/1", "https://a.example/2"]);
        assert_eq!(types(&one), ["Note"]);
        assert_eq!(types(&many), ["Note", "x"]);
        assert_eq!(url(&one).as_deref(), Some("https://a.example/p"));
        assert_eq!(url(&many).as_deref(), Some("https://a.example/p"));
        assert_eq!(url(&json!({"url": "javascript:1"})), None);
    }

    #[test]
    fn only_the_two_media_types_are_activitypub() {
        assert!(is_activity_json("application/activity+json; charset=utf-8"));
        assert!(is_activity_json("application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""));
        for other in ["application/json", "application/ld+json", "text/html", "", "application/ld+json; profile=\"x\""] {
            assert!(!is_activity_json(other), "{other}");
        }
        assert!(wants_activity_json(ACCEPT));
        assert!(!wants_activity_json("text/html,application/xhtml+xml,*/*;q=0.8"));
        assert!(!wants_activity_json("*/*"));
    }
}
