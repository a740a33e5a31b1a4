//! Items of the archive on the wire: an `Article` with its title, a lede, what Dublin Core calls its parts, and its date as written and as
//! read. Only what everyone may see goes out, and living people are named nowhere in it.

use serde_json::{Map, Value, json};

use crate::clock::{Micros, to_rfc3339_ms};
use crate::db::Conn;
use crate::domain::activity::Sent;
use crate::domain::authority;
use crate::domain::item::{self, Item};
use crate::domain::partner::Incoming;
use crate::domain::post::{Kind, Post};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::record::{Forms, Record};
use crate::text;
use crate::wire::json as wire_json;
use crate::wire::object;

/// Characters of the lede.
const LEDE_CHARS: usize = 200;
/// Values of one term that are read of another archive's item, and characters of each.
const VALUES_MAX: usize = 30;
const VALUE_CHARS_MAX: usize = 2_000;

/// What an item says of itself.
pub struct Described {
    item: Item,
    record: Record,
}

/// What is said of the item behind a post of ours; `None` for every other post.
pub fn described(conn: &mut Conn, post: &Post) -> Result<Option<Described>> {
    if post.kind != Kind::Item {
        return Ok(None);
    }
    let item = item::by_id(conn, post.id)?;
    let veil = authority::veil(conn)?;
    let (record, date_text) = (veil.record(&item.record()), veil.text(&item.date_text));
    Ok(Some(Described { item: Item { date_text, ..item }, record }))
}

/// Makes the document of a post that of an item.
pub fn dress(document: &mut Value, post: &Post, described: Option<&Described>, forms: &Forms) {
    let (Some(Described { item, record }), Value::Object(map)) = (described, document) else { return };
    let lede = text::excerpt(&record.first("description").replace('\n', " "), LEDE_CHARS);
    map.insert("type".to_owned(), "Article".into());
    map.insert("name".to_owned(), post.title.clone().into());
    if !lede.is_empty() {
        map.insert("summary".to_owned(), lede.into());
    }
    map.remove("sensitive");
    let titles: Map<String, Value> = record
        .all("title")
        .iter()
        .filter(|value| !value.lang.is_empty())
        .map(|value| (value.lang.clone(), value.text.clone().into()))
        .collect();
    if !titles.is_empty() {
        map.insert("nameMap".to_owned(), titles.into());
    }
    for field in forms.fields(&item.form).filter(|field| !field.term.is_empty() && field.code != "title") {
        let mut texts: Vec<Value> = record.all(field.code).iter().map(|value| value.text.clone().into()).collect();
        match map.get_mut(&field.term) {
            Some(Value::Array(known)) => known.append(&mut texts),
            _ if texts.is_empty() => {}
            _ => drop(map.insert(field.term.clone(), texts.into())),
        }
    }
    map.insert("dcterms:identifier".to_owned(), json!([item.ark()]));
    map.insert("hg:itemForm".to_owned(), item.form.clone().into());
    for (term, said) in [("hg:dateText", &item.date_text), ("hg:edtf", &item.date_edtf)] {
        if !said.is_empty() {
            map.insert(term.to_owned(), said.clone().into());
        }
    }
}

/// What stands in the place of an item that is shown no more since then.
pub fn tombstone(id: &str, since: Micros) -> Value {
    let mut document = object::tombstone(id);
    if let Value::Object(map) = &mut document {
        map.insert("deleted".to_owned(), to_rfc3339_ms(since).into());
    }
    document
}

/// An activity about an item is kept with the item's id alone: what is said of it is written when the activity goes out or is asked for,
/// since it may name people who are named no more.
pub fn bare(activity: &mut Value) {
    if let Some(object) = activity.get_mut("object")
        && let Some(id) = object.get("id").cloned()
    {
        *object = id;
    }
}

/// An activity that was kept so, with the item that it is about; `None` for every other.
pub fn kept(origin: &str, sent: &Sent) -> Result<Option<(Map<String, Value>, PostId)>> {
    if !sent.per_host {
        return Ok(None);
    }
    let document: Value = serde_json::from_str(&sent.body).map_err(|e| Error::Broken(Box::new(e)))?;
    let is_about = wire_json::types(&document).iter().any(|kind| matches!(*kind, "Create" | "Update"));
    let number = || document.get("object")?.as_str()?.strip_prefix(origin)?.strip_prefix("/objects/")?.parse().ok();
    let id: Option<PostId> = if is_about { number() } else { None };
    match (document, id) {
        (Value::Object(map), Some(id)) => Ok(Some((map, id))),
        _ => Ok(None),
    }
}

/// What an item of another archive says of itself, in the fields of this hall's forms that have the same terms; `None` for what is no item,
/// or is given by its id alone.
pub fn incoming(document: &Value, forms: &Forms) -> Option<Incoming> {
    let form = wire_json::text(document, "hg:itemForm")?;
    let line = |key: &str| text::name(wire_json::text(document, key).unwrap_or_default(), VALUE_CHARS_MAX);
    let mut record = Record::default();
    if let Some(Value::Object(names)) = document.get("nameMap") {
        for (language, name) in names.iter().take(VALUES_MAX) {
            if let (Some(language), Some(name)) = (crate::lang::tag(language), name.as_str()) {
                record.push("title", &text::name(name, VALUE_CHARS_MAX), &language);
            }
        }
    }
    for field in forms.fields(form).filter(|field| !field.term.is_empty() && field.code != "title") {
        for value in wire_json::items(document, &field.term).into_iter().filter_map(Value::as_str).take(VALUES_MAX) {
            let value: String = text::body(value).chars().take(VALUE_CHARS_MAX).collect();
            if !value.trim().is_empty() {
                record.push(field.code, value.trim(), "");
            }
        }
    }
    Some(Incoming { form: text::name(form, 40), record, date_text: line("hg:dateText"), date_edtf: line("hg:edtf") })
}
