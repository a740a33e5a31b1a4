//! What visitors give to the archive: an item like any other that is offered, with a link by which whoever gave it looks after it. The link
//! is all that is known of them besides what they wrote.

use diesel::prelude::*;

use super::{Coming, Draft, Item, State, by_id, note};
use crate::db::Conn;
use crate::db::schema::{gift, item};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};
use crate::secret;

/// Gifts of visitors that may wait to be looked at: more than that nobody looks at soon.
const WAITING_MAX: i64 = 200;

/// The same of one member.
const WAITING_EACH_MAX: i64 = 50;

/// Is there room for another offer of this member's?
///
/// Errors: `Invalid` if there is none.
pub fn check_room_for_offers(conn: &mut Conn, member: Option<ActorId>) -> Result<()> {
    let waiting = item::table.filter(item::state.eq(State::Offered)).filter(item::contributor_id.eq(member));
    let waiting: i64 = waiting.count().get_result(conn.link())?;
    if waiting < WAITING_EACH_MAX { Ok(()) } else { Err(Error::invalid("", "archive-problem-gifts-full")) }
}

/// Is there room for another gift of a visitor's?
pub fn has_room(conn: &mut Conn) -> Result<bool> {
    let waiting = gift::table.inner_join(item::table.on(item::id.eq(gift::item_id)));
    let waiting: i64 = waiting.filter(item::state.eq(State::Offered)).count().get_result(conn.link())?;
    Ok(waiting < WAITING_MAX)
}

/// Makes an item of a visitor's gift; answers it with the token of its link, of which only a digest is kept.
///
/// Errors: as [`super::create`]; `Invalid` if there is no room for it any more.
pub fn give(conn: &mut Conn, draft: &Draft, coming: &Coming) -> Result<(Item, String)> {
    if !has_room(conn)? {
        return Err(Error::invalid("", "archive-problem-gifts-full"));
    }
    let made = super::create(conn, draft, State::Offered, coming)?;
    let (token, now) = (secret::token(), conn.now());
    diesel::insert_into(gift::table)
        .values((gift::item_id.eq(made.id), gift::token_hash.eq(secret::token_hash(&token)), gift::created_at.eq(now)))
        .execute(conn.link())?;
    Ok((made, token))
}

/// What was given under this link.
///
/// Errors: `NotFound`.
pub fn given(conn: &mut Conn, token: &str) -> Result<Item> {
    let row = gift::table.filter(gift::token_hash.eq(secret::token_hash(token))).select(gift::item_id);
    let id: Option<PostId> = row.first(conn.link()).optional()?;
    by_id(conn, id.ok_or(Error::NotFound("gift"))?)
}

/// An answer of the giver's to those who keep the archive.
///
/// Errors: `NotFound`, also once it is withdrawn; `Invalid` for `body`.
pub fn answer(conn: &mut Conn, token: &str, body: &str) -> Result<()> {
    let found = given(conn, token)?;
    if found.state == State::Withdrawn {
        return Err(Error::NotFound("gift"));
    }
    note::add_giver_note(conn, &found, body)
}

/// The giver takes back what waits to be looked at. What was taken in once stays, also while it is out to be mended.
///
/// Errors: `NotFound`, also once it is withdrawn; `Conflict` for what is in the archive.
pub fn take_back(conn: &mut Conn, token: &str) -> Result<()> {
    let found = given(conn, token)?;
    match found.state {
        State::Offered => super::withdraw(conn, found.id),
        State::Draft | State::Published => Err(Error::Conflict("item")),
        State::Withdrawn => Err(Error::NotFound("gift")),
    }
}
