//! What an article says beside its text: what stands under its title, who wrote it, whose work it is, where it was first, its series, and
//! the same text in other scripts and languages (FEDERATION.md, “Public accounts and articles”).

use serde_json::{Map, Value, json};

use super::json;
use super::object::Note;

/// Other scripts and languages of one article that are looked at.
const VARIANTS_MAX: usize = 6;

/// What an article says beside its text. What is empty isn't said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// What stands under its title (`schema:alternativeHeadline`).
    pub subtitle: String,
    /// Who wrote it, as readers see it (`schema:creditText`).
    pub bylines: String,
    /// Is it said to be its author's own work (`hg:original`)?
    pub is_original: bool,
    /// Under which licence it may be used, in words or by its address (`schema:license`).
    pub licence: String,
    /// Where it was first, if it is a reprint (`schema:isBasedOn`).
    pub source: Named,
    /// The series that it stands in (`hg:series`).
    pub series: Named,
    /// The same in other scripts and languages (`contentMap`, `nameMap`, `summaryMap`). Only read.
    pub variants: Vec<Variant>,
}

/// Something elsewhere: what it is called, and its web address. Either may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// What it is called.
    pub name: String,
    /// Its address.
    pub url: String,
}

/// An article in another script or language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variant {
    /// Which, as sent.
    pub language: String,
    /// Its title; may be empty.
    pub name: String,
    /// What it is about, in HTML as sent; may be empty.
    pub summary: String,
    /// HTML as sent: not safe yet.
    pub content: String,
}

/// Reads what the document of an article says beside what `note` has of it; nothing of other posts.
pub fn read(document: &Value, note: &Note) -> Facts {
    if note.kind != "Article" {
        return Facts::default();
    }
    let line = |key: &str| json::text(document, key).unwrap_or_default().to_owned();
    let licence = named(document, "schema:license");
    Facts {
        subtitle: line("schema:alternativeHeadline"),
        bylines: line("schema:creditText"),
        is_original: json::truth(document, "hg:original"),
        licence: if licence.name.is_empty() { licence.url } else { licence.name },
        source: named(document, "schema:isBasedOn"),
        series: named(document, "hg:series"),
        variants: variants(document, note),
    }
}

/// What stands under a key: words, an address, or a thing with both.
fn named(document: &Value, key: &str) -> Named {
    let Some(item) = json::items(document, key).into_iter().next() else { return Named::default() };
    let url = json::href(item).map(str::to_owned).or_else(|| json::url(item)).unwrap_or_default();
    let name = match item {
        Value::String(text) if url.is_empty() => text.as_str(),
        other => json::text(other, "name").unwrap_or_default(),
    };
    Named { name: name.to_owned(), url }
}

/// The texts of `contentMap` that aren't the one that `note` has.
fn variants(document: &Value, note: &Note) -> Vec<Variant> {
    let Some(map) = document.get("contentMap").and_then(Value::as_object) else { return Vec::new() };
    let beside = |key: &str, language: &str| {
        document.get(key).and_then(|map| json::text(map, language)).unwrap_or_default().to_owned()
    };
    let texts = map.iter().filter_map(|(language, text)| Some((language, text.as_str()?)));
    let others = texts.filter(|(language, text)| **language != note.language && *text != note.content);
    let variant = |(language, text): (&String, &str)| Variant {
        language: language.clone(),
        name: beside("nameMap", language),
        summary: beside("summaryMap", language),
        content: text.to_owned(),
    };
    others.filter(|(_, text)| !text.trim().is_empty()).take(VARIANTS_MAX).map(variant).collect()
}

/// Says in the document of one of our own articles what it is beside its text.
pub fn write(map: &mut Map<String, Value>, facts: &Facts) {
    let mut put = |key: &str, value: Value| drop(map.insert(key.to_owned(), value));
    for (key, text) in [
        ("schema:alternativeHeadline", &facts.subtitle),
        ("schema:creditText", &facts.bylines),
        ("schema:license", &facts.licence),
    ] {
        if !text.is_empty() {
            put(key, text.clone().into());
        }
    }
    if facts.is_original {
        put("hg:original", true.into());
    }
    for (key, thing) in [("schema:isBasedOn", &facts.source), ("hg:series", &facts.series)] {
        let mut item = json!({"name": thing.name, "url": thing.url});
        if let Value::Object(item) = &mut item {
            item.retain(|_, value| value.as_str() != Some(""));
            if !item.is_empty() {
                put(key, Value::Object(std::mem::take(item)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note() -> Note {
        Note { kind: "Article".into(), content: "<p>头发</p>".into(), language: "zh-Hans".into(), ..Note::default() }
    }

    #[test]
    fn what_we_write_we_read() {
        let link = |name: &str, url: &str| Named { name: name.into(), url: url.into() };
        let facts = Facts {
            subtitle: "从水客到批局".into(),
            bylines: "文／美玲".into(),
            is_original: true,
            licence: "CC BY-SA 4.0".into(),
            source: link("南洋商报", "https://paper.example/1"),
            series: link("家乡味", "https://a.example/accounts/1/series/2"),
            variants: Vec::new(),
        };
        let mut map = Map::new();
        write(&mut map, &facts);
        assert_eq!(read(&Value::Object(map.clone()), &note()), facts);
        assert_eq!(read(&Value::Object(map), &Note { kind: "Note".into(), ..note() }), Facts::default());
        let mut bare = Map::new();
        write(&mut bare, &Facts::default());
        assert!(bare.is_empty(), "{bare:?}");
    }

    #[test]
    fn other_scripts_are_read_once_each_and_not_all_of_them() {
        let document = json!({
            "content": "<p>头发</p>",
            "contentMap": {"zh-Hans": "<p>头发</p>", "zh": "<p>头发</p>", "zh-Hant": "<p>頭髮</p>", "en": " ", "fr": 7},
            "nameMap": {"zh-Hant": "頭"}, "summaryMap": {"zh-Hant": "髮"}
        });
        let found = read(&document, &note()).variants;
        let one = Variant {
            language: "zh-Hant".into(),
            name: "頭".into(),
            summary: "髮".into(),
            content: "<p>頭髮</p>".into(),
        };
        assert_eq!(found, [one]);
        let many: Map<String, Value> =
            (0..50).map(|number| (format!("x{number}"), format!("{number}").into())).collect();
        assert_eq!(read(&json!({"contentMap": many}), &note()).variants.len(), VARIANTS_MAX);
    }

    #[test]
    fn odd_facts_are_read_without_panic() {
        for odd in [
            json!({"hg:series": "javascript:alert(1)", "schema:isBasedOn": [], "contentMap": [], "hg:original": "yes"}),
            json!({"hg:series": {"name": 5, "url": "javascript:alert(1)"}, "schema:isBasedOn": [null], "contentMap": 3}),
        ] {
            let facts = read(&odd, &note());
            assert!(facts.series.url.is_empty() && facts.source == Named::default() && !facts.is_original, "{facts:?}");
        }
        let told = json!({
            "schema:license": "https://creativecommons.org/licenses/by/4.0/",
            "schema:isBasedOn": "https://paper.example/1"
        });
        let facts = read(&told, &note());
        assert_eq!(facts.licence, "https://creativecommons.org/licenses/by/4.0/");
        assert_eq!((facts.source.name.as_str(), facts.source.url.as_str()), ("", "https://paper.example/1"));
    }
}
