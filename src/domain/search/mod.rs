//! What the search index knows of the hall: which rows changed since (`search_work`, written by the database's own triggers in the
//! transaction of the change), what a row is as a document, who may find it, and whether a hit may be shown.

mod consent;
mod doc;
mod seen;

pub use consent::{Who, mark_post, of_actor, of_wire, receive, set, to_wire};
pub use doc::{doc, docs, keys_after};
pub use seen::{Standing, actors, entries, groups, people, reach, seen};

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::clock::Micros;
use crate::db::schema::{actor, post, search_state, search_work};
use crate::db::{Conn, IntoBoth};
use crate::error::Result;
use crate::search::{Key, Noun};

/// The number of the one row of the index's state.
const STATE: i64 = 1;

/// Rows that changed, taken from the queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The last number of each.
    ids: Vec<i64>,
    /// What changed, each once.
    pub keys: BTreeSet<Key>,
}

/// Has anything changed that the index doesn't know of?
pub fn is_due(conn: &mut Conn) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(search_work::table.select(search_work::id))).get_result(conn.link())?)
}

/// How many changes wait.
pub fn waiting(conn: &mut Conn) -> Result<i64> {
    Ok(search_work::table.count().get_result(conn.link())?)
}

/// The first `limit` changes that wait. They stay until [`complete`] is told that the index has them on disk.
pub fn changes(conn: &mut Conn, limit: i64) -> Result<Changes> {
    let rows: Vec<(i64, String, i64)> = search_work::table
        .order(search_work::id)
        .limit(limit)
        .select((search_work::id, search_work::noun, search_work::subject_id))
        .load(conn.link())?;
    let mut changes = Changes::default();
    for (id, noun, subject) in rows {
        changes.ids.push(id);
        changes.keys.extend(Noun::of_word(&noun).map(|noun| Key { noun, id: subject }));
    }
    Ok(changes)
}

/// Takes changes out of the queue that are in the index now.
pub fn complete(conn: &mut Conn, changes: &Changes) -> Result<()> {
    // By number, not up to one: on PostgreSQL a lower number may be committed later.
    for part in changes.ids.chunks(500) {
        diesel::delete(search_work::table.filter(search_work::id.eq_any(part))).execute(conn.link())?;
    }
    Ok(())
}

/// What the index is, and how far it is filled.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct State {
    /// The index that was filled.
    pub identity: String,
    /// When somebody asked that it be filled anew, if it isn't done yet.
    pub asked_at: Option<Micros>,
    /// The noun that is being gone through; empty when none is.
    pub noun: String,
    /// Its last number that is done.
    pub after_id: i64,
    /// Rows that are done.
    pub done: i64,
    /// Rows that there were at the beginning.
    pub total: i64,
    /// When it was last filled to the end.
    pub finished_at: Option<Micros>,
    /// Why the index couldn't be used last, or empty.
    pub last_error: String,
}

impl State {
    /// Is the index being filled?
    pub fn is_rebuilding(&self) -> bool {
        !self.noun.is_empty()
    }
}

/// How far the index is.
pub fn state(conn: &mut Conn) -> Result<State> {
    let found = search_state::table
        .filter(search_state::id.eq(STATE))
        .select((
            search_state::identity,
            search_state::asked_at,
            search_state::noun,
            search_state::after_id,
            search_state::done,
            search_state::total,
            search_state::finished_at,
            search_state::last_error,
        ))
        .first(conn.link())
        .optional()?;
    Ok(found.unwrap_or(State {
        identity: String::new(),
        asked_at: None,
        noun: String::new(),
        after_id: 0,
        done: 0,
        total: 0,
        finished_at: None,
        last_error: String::new(),
    }))
}

/// Keeps how far the index is.
pub fn keep(conn: &mut Conn, state: &State) -> Result<()> {
    let row = (
        search_state::identity.eq(&state.identity),
        search_state::asked_at.eq(state.asked_at),
        search_state::noun.eq(&state.noun),
        search_state::after_id.eq(state.after_id),
        search_state::done.eq(state.done),
        search_state::total.eq(state.total),
        search_state::finished_at.eq(state.finished_at),
        search_state::last_error.eq(&state.last_error),
    );
    diesel::insert_into(search_state::table)
        .values((search_state::id.eq(STATE), row))
        .on_conflict(search_state::id)
        .do_update()
        .set(row)
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Asks that the index be filled anew, by whoever writes it.
pub fn ask_rebuild(conn: &mut Conn) -> Result<()> {
    let now = conn.now();
    let state = state(conn)?;
    keep(conn, &State { asked_at: Some(now), ..state })?;
    conn.wake();
    Ok(())
}

/// Begins to fill an index, from the first row on.
pub fn begin_rebuild(conn: &mut Conn, identity: &str) -> Result<State> {
    let posts: i64 = post::table.count().get_result(conn.link())?;
    let actors: i64 = actor::table.count().get_result(conn.link())?;
    let state = State {
        identity: identity.to_owned(),
        asked_at: None,
        noun: Noun::Actor.word().to_owned(),
        after_id: 0,
        done: 0,
        total: posts + actors,
        ..state(conn)?
    };
    keep(conn, &state)?;
    Ok(state)
}

/// Notes that a part is done: `last` is its last row, if there was any; without one the next noun begins, or all is done.
pub fn advance(conn: &mut Conn, last: Option<Key>, count: i64) -> Result<State> {
    let mut state = state(conn)?;
    match last {
        Some(key) => {
            state.after_id = key.id;
            state.done += count;
        }
        None => {
            state.after_id = 0;
            state.noun = if state.noun == Noun::Actor.word() { Noun::Post.word().to_owned() } else { String::new() };
            if state.noun.is_empty() {
                state.finished_at = Some(conn.now());
            }
        }
    }
    keep(conn, &state)?;
    Ok(state)
}

/// Notes why the index can't be used, or that it can again; answers whether that is news.
pub fn note_error(conn: &mut Conn, reason: &str) -> Result<bool> {
    let state = state(conn)?;
    let is_news = state.last_error != reason;
    if is_news {
        keep(conn, &State { last_error: reason.to_owned(), ..state })?;
    }
    Ok(is_news)
}
