//! What the server keeps of a document: the same folded words and terms as the embedded index has, so that no segmentation but
//! ours has a say.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::token::{self, Tokens, Zone};
use super::super::{Doc, FACETS, Facet, Found, Key, Noun, languages};
use crate::search::fold::is_han;

/// One hanzi.
pub(super) const LETTER: char = 'h';
/// A Latin word or a number as it stands.
pub(super) const LATIN: char = 'l';
/// Two hanzi with one between them.
pub(super) const SKIP: char = 'k';

/// What a hit tells of itself.
pub(super) const TOLD: [&str; 9] = ["noun", "id", "kind", "place", "surname", "form", "decade", "language", "hall"];

/// A document as the server gets it.
pub(super) fn record(doc: &Doc) -> Value {
    let title = token::tokens(&doc.title, &doc.language, Zone::Title);
    let text = token::tokens(&doc.text, &doc.language, Zone::Text);
    let mut title_terms = terms(&title);
    if let Some((from, to)) = doc.years {
        title_terms.extend((from..=to).take(400).map(|year| token::term(token::YEAR, &year.to_string())));
    }
    let mut record = json!({
        "key": doc.key.to_string(),
        "noun": doc.key.noun.word(),
        // Longer than numbers of JSON are exact.
        "id": doc.key.id.to_string(),
        "digest": doc.digest().to_string(),
        "kind": doc.kind,
        "reach": doc.reach,
        "author": doc.author.to_string(),
        "within": doc.within.to_string(),
        "tongue": languages(&doc.language),
        "published": doc.published_at,
        "title": spaced(&title),
        "text": spaced(&text),
        "title_terms": title_terms,
        "text_terms": terms(&text),
    });
    if let Value::Object(map) = &mut record {
        map.extend(FACETS.into_iter().map(|facet| (facet.word().to_owned(), facet.values(doc).into())));
    }
    record
}

/// A text word by word, each hanzi by itself, with a stop where punctuation parts it: no phrase reaches across.
fn spaced(tokens: &Tokens) -> String {
    let (mut out, mut next) = (String::new(), 0);
    for (text, place) in tokens.stream.iter() {
        if !out.is_empty() {
            out.push_str(if place > next { " . " } else { " " });
        }
        out.push_str(text);
        next = place + 1;
    }
    out
}

/// The terms that the embedded index has, with single words and hanzi, and pairs with one hanzi between.
fn terms(tokens: &Tokens) -> BTreeSet<String> {
    let mut terms: BTreeSet<String> = tokens.terms.iter().map(|(term, _)| term.to_owned()).collect();
    let stream: Vec<(&str, usize)> = tokens.stream.iter().collect();
    for (text, _) in &stream {
        terms.insert(token::term(if is_letter(text) { LETTER } else { LATIN }, text));
    }
    for three in stream.windows(3) {
        if let [(one, at), _, (other, behind)] = three
            && *behind == at + 2
            && three.iter().all(|(text, _)| is_letter(text))
        {
            terms.insert(token::term(SKIP, &format!("{one}{other}")));
        }
    }
    terms
}

/// Is this word of a stream one hanzi?
pub(super) fn is_letter(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(is_han) && letters.next().is_none()
}

/// The key that a record stands under.
pub(super) fn key(record: &Map<String, Value>) -> Option<Key> {
    let text = |name: &str| record.get(name).and_then(Value::as_str);
    Some(Key { noun: Noun::of_word(text("noun")?)?, id: text("id")?.parse().ok()? })
}

/// A hit.
pub(super) fn found(record: &Map<String, Value>, score: f32) -> Option<Found> {
    let values = |facet: Facet| {
        let list = record.get(facet.word()).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(move |value| (facet, value.to_owned()))
    };
    let kind = record.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(Found { key: key(record)?, kind, score, facets: FACETS.into_iter().flat_map(values).collect() })
}
