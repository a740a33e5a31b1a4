//! JSON from strangers: bounded, strict where a second reading could differ, tolerant in form; and our `@context`.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value, json};

use super::Refusal;

/// Largest document that is read, whatever a setting says: a document takes some twenty times its bytes in memory.
const BYTES_MAX: usize = 10_000_000;
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
/// The profile that makes JSON-LD ActivityPub; also the name of the standard context.
const PROFILE: &str = "https://www.w3.org/ns/activitystreams";
/// Most media ranges of one `Accept`, and parameters of one media type, that are looked at.
const RANGES_MAX: usize = 20;
/// The namespace of our own terms, listed in FEDERATION.md.
pub const HG: &str = "https://w3id.org/huiguan/ns#";

const TOO_LARGE: Refusal = Refusal("document is too large");
const NOT_JSON: Refusal = Refusal("not a JSON document that can be read");
const TOO_DEEP: Refusal = Refusal("document is nested too deep");
const TWICE: Refusal = Refusal("document has a key twice");
const TOO_MANY: Refusal = Refusal("document has too many items");

/// Reads a document of at most 64 levels.
///
/// NUL is taken out of texts and keys, since PostgreSQL can't store it and nobody means it. Refused are keys that stand
/// twice in one object (two readers must not see two documents), surrogates without their other half, and numbers
/// beyond all range.
///
/// # Errors
/// A [`Refusal`]: too large, too deep, too many items, a key twice, or not JSON.
pub fn parse(bytes: &[u8]) -> Result<Value, Refusal> {
    if bytes.len() > BYTES_MAX {
        return Err(TOO_LARGE);
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = Level { left: DEPTH_MAX }.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| {
        // The library adds line and column to what the visitor says.
        let text = error.to_string();
        [TOO_DEEP, TWICE, TOO_MANY].into_iter().find(|refusal| text.starts_with(refusal.0)).unwrap_or(NOT_JSON)
    })
}

/// Reads one value that may have so many levels of lists and objects.
#[derive(Clone, Copy)]
struct Level {
    left: usize,
}

impl Level {
    fn below<E: serde::de::Error>(self) -> Result<Self, E> {
        self.left.checked_sub(1).map(|left| Self { left }).ok_or_else(|| E::custom(TOO_DEEP))
    }
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.replace('\0', "")))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut list = Vec::new();
        while let Some(value) = access.next_element_seed(below)? {
            if list.len() >= ITEMS_MAX {
                return Err(A::Error::custom(TOO_MANY));
            }
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            if map.len() >= ITEMS_MAX {
                return Err(A::Error::custom(TOO_MANY));
            }
            let value = access.next_value_seed(below)?;
            // NUL is taken out before the comparison, or two keys would become one after it.
            if map.insert(key.replace('\0', ""), value).is_some() {
                return Err(A::Error::custom(TWICE));
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
        .map(|t| {
            t.strip_prefix("as:").or_else(|| t.strip_prefix("https://www.w3.org/ns/activitystreams#")).unwrap_or(t)
        })
        .collect()
}

/// Is it the truth value `true`?
pub fn truth(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// A whole number from 0 to 2³² under a key (widths, heights, counts); fractions are cut off.
pub fn count(value: &Value, key: &str) -> Option<u32> {
    let number = value.get(key)?;
    if let Some(whole) = number.as_u64() {
        return u32::try_from(whole).ok();
    }
    let number = number.as_f64()?;
    // The cast saturates, but what lies outside was no count.
    (0.0..f64::from(u32::MAX)).contains(&number).then_some(number as u32)
}

/// The web address under `url`, which servers write as text, as a `Link`, or as a list of these: of several the page
/// (`text/html`), else the first that is an http(s) address.
pub fn url(value: &Value) -> Option<String> {
    let candidates = items(value, "url");
    let page =
        candidates.iter().filter(|item| text(item, "mediaType") == Some("text/html")).find_map(|item| href(item));
    page.or_else(|| candidates.iter().find_map(|item| href(item))).map(str::to_owned)
}

/// The http(s) address that a text or a `Link` is.
pub fn href(item: &Value) -> Option<&str> {
    let found = item.as_str().or_else(|| text(item, "href")).or_else(|| text(item, "url"))?;
    super::address::read_url(found).map(|_| found)
}

/// The web address of a picture under a key: given as such, or as an `Image` with its `url`; empty if there is none.
pub fn picture(document: &Value, key: &str) -> String {
    let address = |item: &Value| url(item).or_else(|| href(item).map(str::to_owned));
    items(document, key).into_iter().find_map(address).unwrap_or_default()
}

/// Who may find something by its words, if it says so (FEP-268d, `searchableBy`).
pub fn searchable_by(document: &Value) -> Option<Vec<String>> {
    document.get("searchableBy").is_some_and(|who| !who.is_null()).then(|| ids(document, "searchableBy"))
}

/// Puts our `@context` before a document: inline, so that nobody needs to fetch anything.
pub fn with_context(document: Value) -> Value {
    let Value::Object(rest) = document else { return document };
    let mut map = Map::new();
    map.extend(rest);
    map.insert("@context".to_owned(), context());
    Value::Object(map)
}

fn context() -> Value {
    json!([
        PROFILE,
        "https://w3id.org/security/v1",
        "https://w3id.org/security/data-integrity/v1",
        {
            "toot": "http://joinmastodon.org/ns#",
            "schema": "http://schema.org#",
            "fedibird": "http://fedibird.com/ns#",
            "hg": HG,
            "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
            "sensitive": "as:sensitive",
            "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
            "movedTo": {"@id": "as:movedTo", "@type": "@id"},
            "Hashtag": "as:Hashtag",
            "discoverable": "toot:discoverable",
            "indexable": "toot:indexable",
            "searchableBy": {"@id": "fedibird:searchableBy", "@type": "@id"},
            "featured": {"@id": "toot:featured", "@type": "@id"},
            "Emoji": "toot:Emoji",
            "blurhash": "toot:blurhash",
            "lemmy": "https://join-lemmy.org/ns#",
            "postingRestrictedToMods": "lemmy:postingRestrictedToMods",
            "moderators": {"@id": "lemmy:moderators", "@type": "@id"},
            "Lock": "lemmy:Lock",
            "votersCount": "toot:votersCount",
            "PropertyValue": "schema:PropertyValue",
            "value": "schema:value",
            "Multikey": "https://w3id.org/security#Multikey",
            "assertionMethod": {
                "@id": "https://w3id.org/security#assertionMethod", "@type": "@id", "@container": "@set"
            },
            "publicKeyMultibase": "https://w3id.org/security#publicKeyMultibase",
            "dcterms": "http://purl.org/dc/terms/",
            "hg:friends": {"@id": "hg:friends", "@type": "http://www.w3.org/2001/XMLSchema#boolean"},
            "hg:private": {"@id": "hg:private", "@type": "http://www.w3.org/2001/XMLSchema#boolean"},
            "hg:original": {"@id": "hg:original", "@type": "http://www.w3.org/2001/XMLSchema#boolean"},
            "priority": "hg:priority",
            "confirmRequested": {"@id": "hg:confirmRequested", "@type": "http://www.w3.org/2001/XMLSchema#boolean"},
            "confirmBy": {"@id": "hg:confirmBy", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
            "expires": {"@id": "hg:expires", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
            "told": {"@id": "hg:told", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
            "office": "hg:office",
            "hg:remindsOf": {"@id": "hg:remindsOf", "@type": "@id"}
        }
    ])
}

/// Is this one of the two media types of ActivityPub (ActivityPub, section 3.2)? Nothing else counts: what a server serves
/// as anything else, its users may have uploaded.
pub fn is_activity_json(content_type: &str) -> bool {
    let (kind, parameters) = media_type(content_type);
    match kind.as_str() {
        ACTIVITY_JSON => true,
        "application/ld+json" => parameters
            .iter()
            .any(|(name, value)| name == "profile" && value.split_ascii_whitespace().any(|profile| profile == PROFILE)),
        _ => false,
    }
}

/// Does this `Accept` ask for ActivityPub rather than for a page (RFC 9110, section 12.5.1)? Of the two, the one with the
/// higher quality counts, and of equals the first. A browser's `*/*` asks for neither. `application/ld+json` asks for
/// ActivityPub without its profile too: asking is harmless.
pub fn wants_activity_json(accept: &str) -> bool {
    let (mut wanted, mut best) = (false, 0.0_f32);
    for range in split(accept, ',').into_iter().take(RANGES_MAX) {
        let (kind, parameters) = media_type(range);
        let quality = parameters.iter().find(|(name, _)| name == "q").map_or(1.0, |(_, q)| q.parse().unwrap_or(0.0));
        let is_activity = match kind.as_str() {
            ACTIVITY_JSON | "application/ld+json" => true,
            "text/html" | "application/xhtml+xml" => false,
            _ => continue,
        };
        if quality > best {
            (wanted, best) = (is_activity, quality);
        }
    }
    wanted
}

/// A media type in lower case and its parameters (RFC 9110, section 8.3.1).
fn media_type(text: &str) -> (String, Vec<(String, String)>) {
    let mut parts = split(text, ';').into_iter();
    let kind = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let parameters = parts
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned()));
    (kind, parameters.take(RANGES_MAX).collect())
}

/// Splits at a separator that doesn't stand within quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(|character| {
        quoted ^= character == '"';
        character == separator && !quoted
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_told_and_its_honest_twin_is_read() {
        let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        let items = |count: usize| format!("[{}1]", "1,".repeat(count - 1));
        let twins = [
            (nested(DEPTH_MAX + 1), TOO_DEEP, nested(DEPTH_MAX)),
            (nested(200_000), TOO_DEEP, nested(1)),
            ("{\"a\":".repeat(100_000), TOO_DEEP, "{\"a\":{}}".to_owned()),
            (items(ITEMS_MAX + 1), TOO_MANY, items(ITEMS_MAX)),
            (r#"{"a":1,"a":2}"#.to_owned(), TWICE, r#"{"a":1,"b":2}"#.to_owned()),
            (r#"{"a":[{"b":1,"b":1}]}"#.to_owned(), TWICE, r#"{"a":[{"b":1},{"b":1}]}"#.to_owned()),
            (r#"{"a":1,"\u0061":2}"#.to_owned(), TWICE, r#"{"a":1,"\u0062":2}"#.to_owned()),
            (r#"{"a":1,"a\u0000":2}"#.to_owned(), TWICE, r#"{"a\u0000":2}"#.to_owned()),
            (r#""\ud800""#.to_owned(), NOT_JSON, r#""\ud83d\ude00""#.to_owned()),
            (r#""\udc00\ud800""#.to_owned(), NOT_JSON, r#""\u4f1a""#.to_owned()),
            ("1e400".to_owned(), NOT_JSON, "1e300".to_owned()),
            ("-1e400".to_owned(), NOT_JSON, "-1e-400".to_owned()),
            ("{} {}".to_owned(), NOT_JSON, " {} \n".to_owned()),
            ("{\"a\":1,}".to_owned(), NOT_JSON, "{\"a\":1}".to_owned()),
            ("NaN".to_owned(), NOT_JSON, "null".to_owned()),
            ("\"a\0b\"".to_owned(), NOT_JSON, r#""a\u0000b""#.to_owned()),
            ("\u{feff}{}".to_owned(), NOT_JSON, "{}".to_owned()),
            (" ".repeat(BYTES_MAX + 1), TOO_LARGE, format!("{}0", " ".repeat(BYTES_MAX - 1))),
        ];
        for (bad, refusal, good) in twins {
            let (start, _) = bad.split_at(bad.len().min(20));
            assert_eq!(parse(bad.as_bytes()), Err(refusal), "{start}");
            assert!(parse(good.as_bytes()).is_ok(), "{start}");
        }
        for bad in ["", "{", "nul", "\u{0}", "[1 2]", "'a'"] {
            assert_eq!(parse(bad.as_bytes()), Err(NOT_JSON), "{bad}");
        }
        assert_eq!(parse(b"\xff\xfe"), Err(NOT_JSON));
        assert_eq!(parse(b"\"\xed\xa0\x80\""), Err(NOT_JSON), "a surrogate as UTF-8");
    }

    #[test]
    fn nul_is_taken_out() {
        let document = parse(br#"{"type":"Note","con\u0000tent":"a\u0000b","n":null,"x":[1,2.5,true]}"#).unwrap();
        assert_eq!(document, json!({"type": "Note", "content": "ab", "n": null, "x": [1, 2.5, true]}));
    }

    #[test]
    fn counts_are_whole_and_not_negative() {
        let document = json!({"a": 640, "b": 640.9, "c": -1, "d": 1e300, "e": "640", "f": null, "g": 4294967295_u64, "h": 4294967296_u64});
        let read: Vec<Option<u32>> = ["a", "b", "c", "d", "e", "f", "g", "h"].map(|key| count(&document, key)).into();
        assert_eq!(read, [Some(640), Some(640), None, None, None, None, Some(u32::MAX), None]);
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
        for kind in [
            "application/activity+json",
            "Application/Activity+JSON; charset=utf-8",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
            "application/ld+json;profile=https://www.w3.org/ns/activitystreams",
            "application/ld+json; charset=\"utf-8;x\"; profile=\"http://www.w3.org/ns/json-ld#compacted https://www.w3.org/ns/activitystreams\"",
        ] {
            assert!(is_activity_json(kind), "{kind}");
        }
        for other in [
            "",
            "application/json",
            "application/ld+json",
            "text/html",
            "application/ld+json; profile=\"x\"",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams#x\"",
            "application/ld+json; x=\"; profile=https://www.w3.org/ns/activitystreams\"",
            "text/plain; application/activity+json",
            "text/html, application/activity+json",
            "application/activity+json, text/html",
        ] {
            assert!(!is_activity_json(other), "{other}");
        }
    }

    #[test]
    fn activitypub_is_given_to_those_who_ask_for_it() {
        for accept in [
            ACCEPT,
            "application/activity+json",
            "application/activity+json, text/html;q=0.1",
            "text/html;q=0.1, application/ld+json;q=0.2",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams, x\"; q=0.9, */*;q=0.1",
        ] {
            assert!(wants_activity_json(accept), "{accept}");
        }
        for accept in [
            "",
            "*/*",
            "application/json",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "text/html, application/activity+json",
            "application/activity+json;q=0",
            "application/activity+json;q=0.5, text/html",
            "application/activity+json;q=x",
        ] {
            assert!(!wants_activity_json(accept), "{accept}");
        }
    }

    #[test]
    fn the_context_is_inline_and_stands_in_place_of_any_other() {
        let document = with_context(json!({"@context": "https://evil.example/", "id": "x"}));
        assert_eq!(document["@context"][0], PROFILE);
        assert_eq!(with_context(json!("x")), json!("x"));
    }
}
