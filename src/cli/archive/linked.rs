//! Items as linked data (JSON-LD): what Dublin Core has a term for by that term, everything else under words of our own, so that nothing that
//! a record says is left out.

use serde_json::{Map, Value, json};

use crate::ctx::Ctx;
use crate::domain::collection::Collection;
use crate::domain::item::Item;
use crate::record::{self, Record};
use crate::wire::json::HG;

/// The type of a date in EDTF (ISO 8601-2).
const EDTF: &str = "http://id.loc.gov/datatypes/edtf/EDTF";

/// An item; `protocol` is what holds for it, its own or its collection's.
pub(super) fn linked(ctx: &Ctx, item: &Item, record: &Record, within: Option<&Collection>, protocol: &str) -> Value {
    let mut map = Map::new();
    let context = json!({
        "dcterms": "http://purl.org/dc/terms/",
        "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
        "edtf": EDTF,
        "huiguan": HG,
    });
    map.insert("@context".to_owned(), context);
    map.insert("@id".to_owned(), format!("{}{}", ctx.origin, item.path()).into());
    if let Some(form) = ctx.forms.form(&item.form) {
        map.insert("@type".to_owned(), format!("http://purl.org/dc/dcmitype/{}", form.kind).into());
    }
    add(&mut map, "dcterms:identifier", json!({"@value": item.ark()}));
    for (code, values) in &record.0 {
        let field = ctx.forms.fields(&item.form).find(|field| field.code == code);
        let term = match (code.as_str(), field) {
            ("latitude", _) => "geo:lat".to_owned(),
            ("longitude", _) => "geo:long".to_owned(),
            (_, Some(field)) if !field.term.is_empty() => field.term.clone(),
            _ => format!("huiguan:{code}"),
        };
        values.iter().for_each(|value| add(&mut map, &term, literal(value)));
    }
    if !item.date_edtf.is_empty() {
        add(&mut map, "dcterms:date", json!({"@value": item.date_edtf, "@type": "edtf"}));
    }
    if let Some(within) = within {
        add(&mut map, "dcterms:isPartOf", json!({"@value": within.title}));
        add(&mut map, "huiguan:collection", json!({"@value": within.code}));
    }
    let embargo = item.embargo_until.map(super::day).unwrap_or_default();
    for (term, said) in [
        ("huiguan:form", item.form.as_str()),
        ("huiguan:state", item.state.as_str()),
        ("huiguan:protocol", if protocol.is_empty() { "public" } else { protocol }),
        ("huiguan:embargo", &embargo),
        ("huiguan:living", item.living.as_str()),
    ] {
        if !said.is_empty() {
            add(&mut map, term, json!({"@value": said}));
        }
    }
    item.labels().iter().for_each(|label| add(&mut map, "huiguan:label", json!({"@value": label})));
    map.into()
}

fn literal(value: &record::Value) -> Value {
    match value.lang.as_str() {
        "" => json!({"@value": value.text}),
        language => json!({"@value": value.text, "@language": language}),
    }
}

/// Puts a value behind those of a term.
fn add(map: &mut Map<String, Value>, term: &str, value: Value) {
    match map.get_mut(term) {
        Some(Value::Array(known)) => known.push(value),
        _ => drop(map.insert(term.to_owned(), Value::Array(vec![value]))),
    }
}
