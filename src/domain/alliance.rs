//! Alliances: public groups of other halls whose announcements this hall tells all its members (联盟公告), with whose they are.
//!
//! Invariants: an officer of this hall chooses each. Nothing is sent on: a hall tells its own members of what came from the group's own
//! server, so that no announcement goes round. Who isn't a member of the group isn't asked to confirm.

use diesel::prelude::*;

use super::actor::{self, Actor};
use super::announcement;
use super::friend;
use super::group;
use super::notice::{self, Kind as Notice};
use super::post;
use crate::db::schema::{actor as actor_table, alliance};
use crate::db::{Conn, IntoBoth};
use crate::error::{Error, Problem, Result};
use crate::id::ActorId;

/// Groups of which one hall tells its members.
const MAX: usize = 100;

/// The hall follows a group of another hall, to tell its members what it announces. Twice is the same as once.
///
/// Errors: `Invalid` naming `address` if it is no public group of another hall, or there are too many.
pub fn join(conn: &mut Conn, other: &Actor) -> Result<()> {
    conn.lock("alliances")?;
    let detail = group::detail(conn, other.id)?;
    if other.is_local() || other.kind != actor::Kind::Group || detail.as_ref().is_none_or(|detail| detail.is_private) {
        return Err(Error::invalid("address", "alliance-problem-group"));
    }
    if list(conn)?.len() >= MAX {
        return Err(Error::Invalid(vec![Problem::new("address", "alliance-problem-many").with("max", MAX)]));
    }
    let hall = actor::hall(conn)?.ok_or(Error::NotFound("hall"))?;
    friend::request(conn, &hall, other, "")?;
    let now = conn.now();
    diesel::insert_into(alliance::table)
        .values((alliance::group_id.eq(other.id), alliance::created_at.eq(now)))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// The hall follows the group no more.
///
/// Errors: `NotFound` if it didn't.
pub fn leave(conn: &mut Conn, id: ActorId) -> Result<Actor> {
    conn.lock("alliances")?;
    if diesel::delete(alliance::table.filter(alliance::group_id.eq(id))).execute(conn.link())? == 0 {
        return Err(Error::NotFound("alliance"));
    }
    let (hall, other) = (actor::hall(conn)?.ok_or(Error::NotFound("hall"))?, actor::by_id(conn, id)?);
    friend::remove(conn, &hall, &other)?;
    Ok(other)
}

/// The groups whose announcements this hall tells its members, by address.
pub fn list(conn: &mut Conn) -> Result<Vec<Actor>> {
    Ok(alliance::table
        .inner_join(actor_table::table.on(actor_table::id.eq(alliance::group_id)))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .order(actor_table::address)
        .select(Actor::as_select())
        .load(conn.link())?)
}

/// Has the group let the hall in?
pub fn is_heard(conn: &mut Conn, id: ActorId) -> Result<bool> {
    let hall = actor::hall(conn)?.ok_or(Error::NotFound("hall"))?;
    Ok(friend::find(conn, hall.id, id)?.is_some_and(|follow| follow.state == friend::State::Accepted))
}

/// A group has announced something, or tells its members anew: if the hall is allied with it, all members of this hall are told who
/// aren't told as members of the group.
pub fn relay(conn: &mut Conn, uri: &str) -> Result<()> {
    let Some(post) = post::stored(conn, uri)?.filter(|post| post.audience.is_public()) else { return Ok(()) };
    let Some(known) = announcement::find(conn, post.id)? else { return Ok(()) };
    let allied = alliance::table.filter(alliance::group_id.eq(known.group_id));
    let now = conn.now();
    let is_allied: bool = diesel::select(diesel::dsl::exists(allied)).get_result(conn.link())?;
    if !is_allied || known.is_over(now) {
        return Ok(());
    }
    notice::tell_hall(conn, Notice::Alliance, known.group_id, post.id, post.author_id)
}
