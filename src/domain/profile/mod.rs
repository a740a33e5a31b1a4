//! What an actor says of itself beyond its row: up to four fields, links among them that are known to link back, the
//! names it goes by elsewhere, and (in `pin.rs`) its pinned posts. Local and remote actors are twins here too.
//!
//! Invariant: `verified_at` is only ever set by us, after our own look at the page that a field links to, and a changed
//! link loses it.

mod check;
mod pin;

pub use check::{Check, Reading, claim_checks, claim_readings, is_due, put_off, put_off_reading, settle, stop_reading};
pub use pin::{PINS_MAX, is_pinned, pin, pinned, pins, receive_pins, unpin};

use diesel::prelude::*;

use crate::clock::{MINUTE, Micros};
use crate::db::schema::{pin as pin_table, profile, profile_field};
use crate::db::{Conn, IntoBoth};
use crate::error::{Error, Problem, Result};
use crate::id::ActorId;

/// Fields of one actor; more from elsewhere are left out.
pub const FIELDS_MAX: usize = 4;
/// Longest name of a field, in characters.
pub const FIELD_NAME_CHARS_MAX: usize = 40;
/// Longest value of a field, in characters: a long web address.
pub const FIELD_VALUE_CHARS_MAX: usize = 200;
/// Names elsewhere that are kept.
const KNOWN_AS_MAX: usize = 10;
/// The names of the inputs, in their order.
pub const INPUTS: [(&str, &str); FIELDS_MAX] = [
    ("field_name_1", "field_value_1"),
    ("field_name_2", "field_value_2"),
    ("field_name_3", "field_value_3"),
    ("field_name_4", "field_value_4"),
];
/// The links and pins of one remote actor are looked at again no sooner than this, however often it changes.
const LOOK_PAUSE: Micros = 5 * MINUTE;

/// A field of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = profile_field)]
pub struct Field {
    /// What it is about.
    pub name: String,
    /// The text as typed (local actors only).
    pub value: String,
    /// The value as safe HTML.
    pub value_html: String,
    /// The address, if the value is nothing but a link; else empty.
    pub link: String,
    /// Since when the page behind the link is known to link back.
    pub verified_at: Option<Micros>,
}

/// The fields of an actor, in their order.
pub fn fields(conn: &mut Conn, actor: ActorId) -> Result<Vec<Field>> {
    Ok(profile_field::table
        .filter(profile_field::actor_id.eq(actor))
        .order(profile_field::place)
        .select(Field::as_select())
        .load(conn.link())?)
}

/// Sets a member's fields as they were typed, in the order of [`INPUTS`]; empty ones are left out.
///
/// Errors: `Invalid` naming the inputs that are too long, or empty beside their other half.
pub fn set_fields(conn: &mut Conn, actor: ActorId, typed: &[(String, String)]) -> Result<()> {
    let (mut problems, mut rows) = (Vec::new(), Vec::new());
    for ((name, value), (name_input, value_input)) in typed.iter().zip(INPUTS) {
        let name = crate::text::name(name, FIELD_NAME_CHARS_MAX + 1);
        let value = crate::text::name(value, FIELD_VALUE_CHARS_MAX + 1);
        if name.is_empty() && value.is_empty() {
            continue;
        }
        if name.is_empty() {
            problems.push(Problem::new(name_input, "problem-field-name-empty"));
        }
        if value.is_empty() {
            problems.push(Problem::new(value_input, "problem-field-value-empty"));
        }
        for (input, text, max) in
            [(name_input, &name, FIELD_NAME_CHARS_MAX), (value_input, &value, FIELD_VALUE_CHARS_MAX)]
        {
            if text.chars().count() > max {
                problems.push(Problem::new(input, "problem-too-long").with("max", max));
            }
        }
        rows.push(Field { name, value_html: html_of(&value), link: link_of(&value), value, verified_at: None });
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let now = conn.now();
    replace(conn, actor, rows, now)
}

/// The HTML of what a member typed: a link says that it is theirs, so that the page behind it can check that too.
fn html_of(value: &str) -> String {
    let escaped = crate::text::escaped(value);
    if link_of(value).is_empty() {
        return escaped;
    }
    format!("<a href=\"{escaped}\" rel=\"me nofollow noopener ugc\">{escaped}</a>")
}

/// The address that a text is, if it is nothing else.
fn link_of(value: &str) -> String {
    let is_web = value.starts_with("https://") || value.starts_with("http://");
    let is_link = is_web && !value.contains(char::is_whitespace) && url::Url::parse(value).is_ok();
    if is_link { value.to_owned() } else { String::new() }
}

/// What a remote actor's own server says of it, cut and cleaned.
#[derive(Debug, Clone, Default)]
pub struct Incoming {
    /// Name, safe HTML, and the link that the value is (or nothing).
    pub fields: Vec<(String, String, String)>,
    /// The collection of its pinned posts, or nothing.
    pub featured: String,
    /// Its ids elsewhere, as it claims.
    pub also_known_as: Vec<String>,
}

/// Stores it. What changed is looked at soon: links whether they link back, and the pinned posts.
pub fn receive(conn: &mut Conn, actor: ActorId, mut incoming: Incoming) -> Result<()> {
    let now = conn.now();
    let known: Option<Micros> =
        profile::table.filter(profile::actor_id.eq(actor)).select(profile::read_at).first(conn.link()).optional()?;
    let look_at = next_look(now, known);
    let rows = incoming.fields.into_iter().take(FIELDS_MAX).map(|(name, value_html, link)| Field {
        name,
        value: String::new(),
        value_html,
        link,
        verified_at: None,
    });
    replace(conn, actor, rows.collect(), look_at)?;
    incoming.also_known_as.truncate(KNOWN_AS_MAX);
    let row = (
        profile::featured.eq(&incoming.featured),
        profile::also_known_as.eq(serde_json::to_string(&incoming.also_known_as).unwrap_or_default()),
        profile::due_at.eq((!incoming.featured.is_empty()).then_some(look_at)),
        profile::attempts.eq(0_i64),
        profile::read_at.eq(look_at),
    );
    let new = (profile::actor_id.eq(actor), row.clone());
    diesel::insert_into(profile::table)
        .values(new)
        .on_conflict(profile::actor_id)
        .do_nothing()
        .both()
        .execute(conn.link())?;
    diesel::update(profile::table.filter(profile::actor_id.eq(actor))).set(row).execute(conn.link())?;
    conn.wake();
    Ok(())
}

/// When a remote actor is looked at again: at once the first time, and then with a pause that more changes don't stretch.
fn next_look(now: Micros, last: Option<Micros>) -> Micros {
    match last {
        None => now,
        Some(planned) if planned > now => planned,
        Some(done) => now.max(done + LOOK_PAUSE),
    }
}

/// Its pinned posts may have changed: they are read again soon. Nothing happens for a collection that isn't its own.
pub fn read_again(conn: &mut Conn, actor: ActorId, featured: &str) -> Result<bool> {
    let now = conn.now();
    let own = profile::table.filter(profile::actor_id.eq(actor)).filter(profile::featured.eq(featured));
    let read_at: Option<Micros> = own.select(profile::read_at).first(conn.link()).optional()?;
    let Some(read_at) = read_at.filter(|_| !featured.is_empty()) else { return Ok(false) };
    let due_at = next_look(now, Some(read_at));
    diesel::update(own)
        .set((profile::due_at.eq(Some(due_at)), profile::read_at.eq(due_at), profile::attempts.eq(0_i64)))
        .execute(conn.link())?;
    conn.wake();
    Ok(true)
}

/// The ids by which an actor says it is known elsewhere. A claim only: the other one must say the same.
pub fn also_known_as(conn: &mut Conn, actor: ActorId) -> Result<Vec<String>> {
    let stored: Option<String> = profile::table
        .filter(profile::actor_id.eq(actor))
        .select(profile::also_known_as)
        .first(conn.link())
        .optional()?;
    Ok(stored.and_then(|list| serde_json::from_str(&list).ok()).unwrap_or_default())
}

/// Which actors elsewhere one of ours was before, by their ids, in place of what it said until now.
pub fn claim(conn: &mut Conn, actor: ActorId, uris: &[String]) -> Result<()> {
    let known_as = profile::also_known_as.eq(serde_json::to_string(uris).unwrap_or_default());
    let new = (
        profile::actor_id.eq(actor),
        profile::featured.eq(""),
        known_as.clone(),
        profile::due_at.eq(None::<Micros>),
        profile::attempts.eq(0_i64),
        profile::read_at.eq(0_i64),
    );
    diesel::insert_into(profile::table)
        .values(new)
        .on_conflict(profile::actor_id)
        .do_nothing()
        .both()
        .execute(conn.link())?;
    diesel::update(profile::table.filter(profile::actor_id.eq(actor))).set(known_as).execute(conn.link())?;
    Ok(())
}

/// Forgets what an actor said of itself, who is gone.
pub fn forget(conn: &mut Conn, actor: ActorId) -> Result<()> {
    diesel::delete(profile_field::table.filter(profile_field::actor_id.eq(actor))).execute(conn.link())?;
    diesel::delete(pin_table::table.filter(pin_table::actor_id.eq(actor))).execute(conn.link())?;
    diesel::delete(profile::table.filter(profile::actor_id.eq(actor))).execute(conn.link())?;
    Ok(())
}

/// Puts rows in place of an actor's fields. A link that was there before keeps its mark; a new one is looked at then.
fn replace(conn: &mut Conn, actor: ActorId, rows: Vec<Field>, look_at: Micros) -> Result<()> {
    let before: Vec<(String, Option<Micros>, Option<Micros>, i64)> = profile_field::table
        .filter(profile_field::actor_id.eq(actor))
        .select((profile_field::link, profile_field::verified_at, profile_field::due_at, profile_field::attempts))
        .load(conn.link())?;
    diesel::delete(profile_field::table.filter(profile_field::actor_id.eq(actor))).execute(conn.link())?;
    for (place, row) in (0_i64..).zip(rows) {
        let known = before.iter().find(|(link, ..)| *link == row.link && !link.is_empty());
        let due_at = (!row.link.is_empty()).then_some(look_at);
        let (verified_at, due_at, attempts) =
            known.map_or((None, due_at, 0), |(_, verified_at, due_at, attempts)| (*verified_at, *due_at, *attempts));
        diesel::insert_into(profile_field::table)
            .values((
                profile_field::actor_id.eq(actor),
                profile_field::place.eq(place),
                profile_field::name.eq(row.name),
                profile_field::value.eq(row.value),
                profile_field::value_html.eq(row.value_html),
                profile_field::link.eq(row.link),
                profile_field::verified_at.eq(verified_at),
                profile_field::due_at.eq(due_at),
                profile_field::attempts.eq(attempts),
            ))
            .execute(conn.link())?;
    }
    conn.wake();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_in_a_row_neither_hurry_nor_stretch_the_next_look() {
        assert_eq!(next_look(7, None), 7);
        let planned = next_look(8, Some(7));
        assert_eq!(planned, 7 + LOOK_PAUSE);
        assert_eq!(next_look(9, Some(planned)), planned);
        assert_eq!(next_look(planned + 2 * LOOK_PAUSE, Some(planned)), planned + 2 * LOOK_PAUSE);
    }

    #[test]
    fn only_what_is_nothing_but_an_address_is_a_link() {
        for link in ["https://mei.example/", "http://mei.example/a?b=c&d"] {
            assert_eq!(link_of(link), link);
        }
        for text in ["mei.example", "see https://mei.example", "https://a b", "javascript:alert(1)", "https://", ""] {
            assert_eq!(link_of(text), "", "{text}");
        }
        assert_eq!(html_of("<b>&"), "&lt;b&gt;&amp;");
        let html = html_of("https://mei.example/?a=\"><script>");
        assert!(!html.contains("<script") && !html.contains("=\"\">"), "{html}");
    }
}
