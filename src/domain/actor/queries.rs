//! Finding actors.

use diesel::prelude::*;

use super::Actor;
use crate::db::Conn;
use crate::db::schema::{actor, apart, follow, login};
use crate::error::{Error, Result};
use crate::id::ActorId;

/// Followed people who are looked at before friends are put first.
const FOLLOWED_MAX: i64 = 100;

diesel::define_sql_function! {
    /// Lower case; of both databases.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

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
    let found = actor::table.filter(actor::uri.eq(uri)).select(Actor::as_select()).first(conn.link()).optional()?;
    if found.is_some() {
        return Ok(found);
    }
    // Some name a member by the address of their page.
    let page = uri.strip_prefix(&*conn.origin()).and_then(|path| path.strip_prefix("/@")).map(str::to_owned);
    page.map_or(Ok(None), |name| local_by_name(conn, &name))
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

/// The remote actor with this name (in lower case) at this host, whatever the case of its own, if we know it.
pub fn by_handle(conn: &mut Conn, name: &str, host: &str) -> Result<Option<Actor>> {
    if let Some(known) = by_address(conn, &format!("{name}@{host}"))? {
        return Ok(Some(known));
    }
    Ok(actor::table
        .filter(actor::host.eq(host))
        .filter(lower(actor::name).eq(name))
        .filter(actor::deleted_at.is_null())
        .order(actor::fetched_at.desc())
        .select(Actor::as_select())
        .first(conn.link())
        .optional()?)
}

/// People whose name or address contains `words` and whom `me` follows, friends first; those kept apart by a block left out.
pub fn suggest(conn: &mut Conn, me: ActorId, words: &str, limit: i64) -> Result<Vec<Actor>> {
    let pattern = format!("%{}%", words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let back = follow::table.filter(follow::followed_id.eq(me)).filter(follow::state.eq("accepted"));
    let theirs: Vec<ActorId> = back.select(follow::follower_id).load(conn.link())?;
    let mut found: Vec<Actor> = actor::table
        .inner_join(follow::table.on(follow::followed_id.eq(actor::id)))
        .filter(follow::follower_id.eq(me))
        .filter(follow::state.eq("accepted"))
        .filter(actor::suspended_at.is_null())
        .filter(actor::deleted_at.is_null())
        .filter(actor::id.ne_all(apart::table.filter(apart::one_id.eq(me)).select(apart::other_id)))
        .filter(
            lower(actor::address)
                .like(pattern.to_lowercase())
                .escape('\\')
                .or(actor::display_name.like(pattern.clone()).escape('\\'))
                .or(actor::names.like(pattern).escape('\\')),
        )
        .order(actor::name)
        .limit(FOLLOWED_MAX)
        .select(Actor::as_select())
        .load(conn.link())?;
    found.sort_by_key(|actor| !theirs.contains(&actor.id));
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
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
