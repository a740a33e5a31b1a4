//! Finding actors.

use diesel::prelude::*;

use super::Actor;
use crate::db::Conn;
use crate::db::schema::{actor, apart, login};
use crate::error::{Error, Result};
use crate::id::ActorId;

/// The actor with this id.
///
/// Errors: `NotFound`.
pub fn by_id(conn: &mut Conn, id: ActorId) -> Result<Actor> {
    actor::table
        .filter(actor::id.eq(id))
        .select(Actor::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("actor"))
}

/// The actors with these ids, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[ActorId]) -> Result<Vec<Actor>> {
    Ok(actor::table.filter(actor::id.eq_any(ids)).select(Actor::as_select()).load(conn.link())?)
}

/// The actor with this URI, if we know it.
pub fn by_uri(conn: &mut Conn, uri: &str) -> Result<Option<Actor>> {
    Ok(actor::table.filter(actor::uri.eq(uri)).select(Actor::as_select()).first(conn.link()).optional()?)
}

/// The local actor with this name, whatever its case.
pub fn local_by_name(conn: &mut Conn, name: &str) -> Result<Option<Actor>> {
    Ok(actor::table
        .filter(actor::host.eq(""))
        .filter(actor::name.eq(name.to_ascii_lowercase()))
        .select(Actor::as_select())
        .first(conn.link())
        .optional()?)
}

/// The remote actor with this address (`name@host`, without the first `@`), if we know it.
pub fn by_address(conn: &mut Conn, address: &str) -> Result<Option<Actor>> {
    Ok(actor::table
        .filter(actor::address.eq(address))
        .filter(actor::deleted_at.is_null())
        .order(actor::fetched_at.desc())
        .select(Actor::as_select())
        .first(conn.link())
        .optional()?)
}

/// How many persons this hall has.
pub fn local_count(conn: &mut Conn) -> Result<i64> {
    Ok(login::table.count().get_result(conn.link())?)
}

/// Persons of this hall whose name, display name or hometown contains `words`, as far as no block keeps them apart from `me`;
/// for members only.
pub fn search(conn: &mut Conn, me: ActorId, words: &str, limit: i64) -> Result<Vec<Actor>> {
    let pattern = format!("%{}%", words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    Ok(actor::table
        .inner_join(login::table.on(login::actor_id.eq(actor::id)))
        .filter(actor::suspended_at.is_null())
        .filter(actor::deleted_at.is_null())
        .filter(actor::id.ne_all(apart::table.filter(apart::one_id.eq(me)).select(apart::other_id)))
        .filter(
            actor::name
                .like(pattern.to_lowercase())
                .escape('\\')
                .or(actor::display_name.like(pattern.clone()).escape('\\'))
                .or(actor::names.like(pattern.clone()).escape('\\'))
                .or(actor::hometown.like(pattern).escape('\\')),
        )
        .order(actor::name)
        .limit(limit)
        .select(Actor::as_select())
        .load(conn.link())?)
}
