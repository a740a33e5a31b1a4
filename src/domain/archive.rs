//! The archive of the hall: its actor, which others follow, and those who keep it.

use diesel::prelude::*;

use super::actor::{self, Actor, Keys, Kind};
use super::audience::{self, ARCHIVISTS, Viewer};
use crate::db::Conn;
use crate::db::schema::{actor as actor_table, viewer_token};
use crate::error::{Error, Result};
use crate::id::ActorId;

/// The name of its actor, which nobody else can have.
pub const NAME: &str = "archive";

/// Is its actor there?
pub fn is_founded(conn: &mut Conn) -> Result<bool> {
    Ok(actor::local_by_name(conn, NAME)?.is_some())
}

/// Makes its actor at the first start; once is the same as twice. `keys` were made before, outside the transaction.
pub fn found(conn: &mut Conn, keys: &Keys) -> Result<()> {
    if is_founded(conn)? {
        return Ok(());
    }
    let made = actor::create(conn, Kind::Organization, NAME, "典藏 Archive", keys)?;
    let url = format!("{}/archive", conn.origin());
    let row = actor_table::table.filter(actor_table::id.eq(made.id));
    diesel::update(row).set((actor_table::url.eq(url), actor_table::discoverable.eq(true))).execute(conn.link())?;
    Ok(())
}

/// Its actor.
pub fn actor(conn: &mut Conn) -> Result<Actor> {
    actor::local_by_name(conn, NAME)?.ok_or(Error::NotFound("archive"))
}

/// Does this one keep the archive?
pub fn is_archivist(conn: &mut Conn, who: ActorId) -> Result<bool> {
    audience::holds(conn, who, ARCHIVISTS)
}

/// Those who keep the archive.
pub fn archivists(conn: &mut Conn) -> Result<Vec<ActorId>> {
    let holders = viewer_token::table.filter(viewer_token::token.eq(ARCHIVISTS));
    Ok(holders.select(viewer_token::actor_id).load(conn.link())?)
}

/// Does whoever looks keep the archive?
pub fn keeps(conn: &mut Conn, viewer: &Viewer) -> Result<bool> {
    viewer.member().map_or(Ok(false), |me| is_archivist(conn, me))
}

/// Makes sure that this one keeps the archive.
///
/// Errors: `Forbidden`.
pub fn as_archivist(conn: &mut Conn, who: ActorId) -> Result<()> {
    if is_archivist(conn, who)? { Ok(()) } else { Err(Error::Forbidden) }
}
