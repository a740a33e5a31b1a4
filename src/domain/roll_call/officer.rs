//! What the author of a roll call and the officers of its group do about it.

use diesel::prelude::*;

use super::entry::{Manner, REASON_CHARS_MAX, Said, add, count, entry, locked, may_manage, set_state, settle, tell};
use super::{Field, Opening, RollCall, State, tell_count, tell_end};
use crate::clock::Micros;
use crate::db::Conn;
use crate::db::schema::roll_call;
use crate::domain::actor::Actor;
use crate::domain::audience::Viewer;
use crate::domain::group::{self, Act, Entry as Line};
use crate::domain::notice::Kind as Notice;
use crate::domain::post::Post;
use crate::error::{Error, Problem, Result};
use crate::id::{EntryId, PostId};
use crate::text;

/// The post and its list for its author or an officer of its group, on the author's hall.
///
/// Errors: `NotFound` for everybody else.
fn managed(conn: &mut Conn, by: &Actor, id: PostId) -> Result<(Post, RollCall)> {
    let (post, roll) = locked(conn, &Viewer::Member(by.id), id)?;
    match may_manage(conn, by.id, &post)? {
        true => Ok((post, roll)),
        false => Err(Error::NotFound("roll call")),
    }
}

/// The author or an officer writes a line for somebody, also when nobody can sign up any more.
///
/// Errors: `NotFound` if `by` doesn't run the list; `Invalid` naming a field.
pub fn enter(conn: &mut Conn, by: &Actor, id: PostId, said: impl FnOnce(&[Field]) -> Result<Said>) -> Result<State> {
    let (post, roll) = managed(conn, by, id)?;
    let said = said(&roll.fields)?;
    add(conn, &post, &roll, &said, &Manner { actor: None, by: Some(by.id), reply: None, uri: "" })
}

/// The author or an officer strikes a line with a reason, which whose line it is gets to know.
///
/// Errors: `NotFound` if `by` doesn't run the list; `Invalid` naming `reason`.
pub fn strike(conn: &mut Conn, by: &Actor, post: PostId, id: EntryId, reason: &str) -> Result<()> {
    let (post, _) = managed(conn, by, post)?;
    let old = entry(conn, id)?;
    if old.post_id != post.id || !matches!(old.state, State::In | State::Waiting) {
        return Err(Error::NotFound("entry"));
    }
    let reason = text::body(reason).trim().to_owned();
    if reason.chars().count() > REASON_CHARS_MAX {
        return Err(Error::Invalid(vec![Problem::new("reason", "problem-too-long").with("max", REASON_CHARS_MAX)]));
    }
    if reason.is_empty() {
        return Err(Error::invalid("reason", "roll-problem-reason"));
    }
    set_state(conn, id, State::Struck, &reason)?;
    count(conn, post.id, old.state, -old.heads, -1)?;
    settle(conn, &post)?;
    tell(conn, Notice::RollStruck, &post, by.id, old.actor_id)?;
    log(conn, by, &post, Act::Struck, &format!("{}: {reason}", old.name))?;
    tell_count(conn, &post)
}

/// Puts a struck line back: at its place if there is room for it, else it waits.
///
/// Errors: as [`strike`].
pub fn restore(conn: &mut Conn, by: &Actor, post: PostId, id: EntryId) -> Result<State> {
    let (post, roll) = managed(conn, by, post)?;
    let old = entry(conn, id)?;
    if old.post_id != post.id || old.state != State::Struck {
        return Err(Error::NotFound("entry"));
    }
    let state = match roll.room() {
        Some(room) if old.heads > room => State::Waiting,
        _ => State::In,
    };
    set_state(conn, id, state, "")?;
    count(conn, post.id, state, old.heads, 1)?;
    log(conn, by, &post, Act::Unstruck, &old.name)?;
    tell_count(conn, &post)?;
    Ok(state)
}

/// Lines of an officer's doings are for the officers; what an author does with their own list is no such.
fn log(conn: &mut Conn, by: &Actor, post: &Post, act: Act, reason: &str) -> Result<()> {
    let Some(group) = post.group_id else { return Ok(()) };
    match group::role(conn, group, by.id)?.is_some_and(group::Role::is_officer) {
        true => group::log(conn, group, by.id, &Line::about_post(act, post.id, reason)),
        false => Ok(()),
    }
}

/// Closes the list: nobody signs up any more.
///
/// Errors: `NotFound` if `by` doesn't run the list.
pub fn close(conn: &mut Conn, by: &Actor, id: PostId) -> Result<()> {
    let (post, roll) = managed(conn, by, id)?;
    if roll.closed_at.is_some() {
        return Ok(());
    }
    let now = conn.now();
    diesel::update(roll_call::table.filter(roll_call::post_id.eq(id)))
        .set(roll_call::closed_at.eq(Some(now)))
        .execute(conn.link())?;
    tell_count(conn, &post)
}

/// Opens the list again; an end that has passed holds no more.
///
/// Errors: `NotFound` if `by` doesn't run the list.
pub fn reopen(conn: &mut Conn, by: &Actor, id: PostId) -> Result<()> {
    let (post, roll) = managed(conn, by, id)?;
    let now = conn.now();
    if !roll.is_over(now) {
        return Ok(());
    }
    let ends_at = roll.ends_at.filter(|at| *at > now);
    diesel::update(roll_call::table.filter(roll_call::post_id.eq(id)))
        .set((roll_call::closed_at.eq(None::<Micros>), roll_call::ends_at.eq(ends_at)))
        .execute(conn.link())?;
    tell_count(conn, &post)
}

/// Changes for how many there is room and until when one can sign up. Who is in stays in; who waits moves up if there is more room.
///
/// Errors: `NotFound` if `by` doesn't run the list.
pub fn change(conn: &mut Conn, by: &Actor, id: PostId, opening: &Opening) -> Result<()> {
    let (post, _) = managed(conn, by, id)?;
    diesel::update(roll_call::table.filter(roll_call::post_id.eq(id)))
        .set((roll_call::capacity.eq(opening.capacity), roll_call::ends_at.eq(opening.ends_at)))
        .execute(conn.link())?;
    tell_end(conn, &post, opening.ends_at)?;
    settle(conn, &post)?;
    tell_count(conn, &post)
}
