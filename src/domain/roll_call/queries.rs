//! Reading roll calls and their lines.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{Entry, Field, RollCall, Row, State};
use crate::db::schema::{actor as actor_table, roll_call, roll_call_entry, roll_call_field};
use crate::db::{Among, Conn};
use crate::domain::actor::Actor;
use crate::error::Result;
use crate::id::{ActorId, EntryId, PostId};

/// The roll calls of the posts of one page with their first `limit` lines, as `me` finds them. The posts themselves came through
/// the gate.
pub fn of_posts(
    conn: &mut Conn,
    me: Option<ActorId>,
    posts: &[PostId],
    limit: i64,
) -> Result<BTreeMap<PostId, RollCall>> {
    if posts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<Row> = roll_call::table
        .filter(Among::new(roll_call::post_id, posts.iter().map(|id| id.0)))
        .select(Row::as_select())
        .load(conn.link())?;
    let mut found = BTreeMap::new();
    for row in rows {
        let mut roll = row.into_roll();
        roll.fields = fields(conn, roll.post_id)?;
        if limit > 0 {
            roll.lines = lines(conn, roll.post_id, None, limit)?;
        }
        if let Some(me) = me {
            roll.mine = own(conn, me, roll.post_id)?;
        }
        found.insert(roll.post_id, roll);
    }
    Ok(found)
}

/// The roll call of one post, if it has one.
pub fn of_post(conn: &mut Conn, me: Option<ActorId>, post: PostId, limit: i64) -> Result<Option<RollCall>> {
    Ok(of_posts(conn, me, &[post], limit)?.remove(&post))
}

fn fields(conn: &mut Conn, post: PostId) -> Result<Vec<Field>> {
    let rows: Vec<(String, String)> = roll_call_field::table
        .filter(roll_call_field::post_id.eq(post))
        .order(roll_call_field::place)
        .select((roll_call_field::title, roll_call_field::choices))
        .load(conn.link())?;
    let field = |(title, choices): (String, String)| {
        let choices = choices.lines().map(str::to_owned).collect();
        Field { title, choices }
    };
    Ok(rows.into_iter().map(field).collect())
}

/// Lines that are in or wait, in order, from behind `after` if given.
pub fn lines(conn: &mut Conn, post: PostId, after: Option<EntryId>, limit: i64) -> Result<Vec<Entry>> {
    Ok(roll_call_entry::table
        .filter(roll_call_entry::post_id.eq(post))
        .filter(roll_call_entry::state.eq_any([State::In, State::Waiting]))
        .filter(roll_call_entry::id.gt(after.unwrap_or(EntryId(0))))
        .order(roll_call_entry::id)
        .limit(limit)
        .select(Entry::as_select())
        .load(conn.link())?)
}

/// How many lines stand before this one and itself: its number.
pub fn number_of(conn: &mut Conn, post: PostId, entry: EntryId) -> Result<i64> {
    Ok(roll_call_entry::table
        .filter(roll_call_entry::post_id.eq(post))
        .filter(roll_call_entry::state.eq_any([State::In, State::Waiting]))
        .filter(roll_call_entry::id.le(entry))
        .count()
        .get_result(conn.link())?)
}

/// What was struck, newest first: for the author and the officers.
pub fn struck(conn: &mut Conn, post: PostId, limit: i64) -> Result<Vec<Entry>> {
    Ok(roll_call_entry::table
        .filter(roll_call_entry::post_id.eq(post))
        .filter(roll_call_entry::state.eq(State::Struck))
        .order(roll_call_entry::id.desc())
        .limit(limit)
        .select(Entry::as_select())
        .load(conn.link())?)
}

/// The lines of somebody under a post, whatever their state.
pub(super) fn own(conn: &mut Conn, who: ActorId, post: PostId) -> Result<Vec<Entry>> {
    Ok(roll_call_entry::table
        .filter(roll_call_entry::actor_id.eq(who))
        .filter(roll_call_entry::post_id.eq(post))
        .order(roll_call_entry::id)
        .select(Entry::as_select())
        .load(conn.link())?)
}

/// Whose lines these are and who wrote them, as far as it is known.
pub fn people(conn: &mut Conn, entries: &[Entry]) -> Result<BTreeMap<ActorId, Actor>> {
    let mut ids: Vec<ActorId> = entries.iter().flat_map(|entry| [entry.actor_id, entry.by_id]).flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = BTreeMap::new();
    for some in ids.chunks(200) {
        let rows: Vec<Actor> = actor_table::table
            .filter(actor_table::id.eq_any(some.to_vec()))
            .select(Actor::as_select())
            .load(conn.link())?;
        found.extend(rows.into_iter().map(|actor| (actor.id, actor)));
    }
    Ok(found)
}

/// How many of those who are in answered what, per field with choices; the last of each for those who said nothing.
pub fn totals(conn: &mut Conn, roll: &RollCall) -> Result<Vec<(Field, Vec<i64>, i64)>> {
    let asked: Vec<(usize, &Field)> =
        roll.fields.iter().enumerate().filter(|(_, field)| !field.choices.is_empty()).collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, i64)> = roll_call_entry::table
        .filter(roll_call_entry::post_id.eq(roll.post_id))
        .filter(roll_call_entry::state.eq(State::In))
        .group_by(roll_call_entry::answers)
        .select((roll_call_entry::answers, diesel::dsl::sql::<diesel::sql_types::BigInt>("CAST(SUM(heads) AS BIGINT)")))
        .load(conn.link())?;
    let total = |(place, field): (usize, &Field)| {
        let mut counts = vec![0; field.choices.len()];
        let mut unsaid = 0;
        for (answers, heads) in &rows {
            let answer = answers.split('\n').nth(place).unwrap_or_default();
            match field.choices.iter().position(|choice| choice == answer).and_then(|n| counts.get_mut(n)) {
                Some(count) => *count += heads,
                None => unsaid += heads,
            }
        }
        (field.clone(), counts, unsaid)
    };
    Ok(asked.into_iter().map(total).collect())
}
