//! Who may see an item and its files as it stands, decided anew whenever something changes that this hangs on, or a day comes.

use diesel::prelude::*;

use super::{Item, Living, State, by_id, embargo, file, keepers, record, told};
use crate::db::Conn;
use crate::db::schema::item;
use crate::domain::actor;
use crate::domain::audience::{Audience, PUBLIC};
use crate::domain::collection;
use crate::domain::event::Event;
use crate::domain::post;
use crate::domain::protocol::Protocol;
use crate::error::Result;
use crate::id::{ActorId, PostId};

/// The clauses by which an item is seen as it stands.
fn clauses(conn: &mut Conn, item: &Item) -> Result<Vec<Vec<String>>> {
    let (keepers, now) = (keepers(item), conn.now());
    let is_early = item.embargo_until.is_some_and(|until| until > now);
    if item.state != State::Published || item.living == Living::Yes || is_early {
        return Ok(vec![keepers]);
    }
    let own = Protocol::parse(&item.protocol).unwrap_or_else(|_| Some(Protocol::closed()));
    let protocol = match (own.filter(|own| own.holds(now)), item.collection_id) {
        (Some(own), _) => Some(own),
        (None, Some(collection)) => collection::protocol(conn, collection)?,
        (None, None) => None,
    };
    protocol.unwrap_or_else(Protocol::usual).clauses(conn, &keepers)
}

/// Decides anew who may see an item and its files, and tells others what follows of that.
pub fn settle(conn: &mut Conn, id: PostId) -> Result<()> {
    settle_telling(conn, id, true)
}

/// A day has come on which an item, or one of its files, may open.
pub fn end_embargo(conn: &mut Conn, id: PostId) -> Result<()> {
    file::open_due(conn, id)?;
    settle(conn, id)
}

/// The same; `is_told` says whether others hear of an item that is new.
pub(super) fn settle_telling(conn: &mut Conn, id: PostId, is_told: bool) -> Result<()> {
    let item = by_id(conn, id)?;
    if item.state == State::Withdrawn {
        return Ok(());
    }
    let clauses = clauses(conn, &item)?;
    let is_public = matches!(clauses.as_slice(), [only] if only.iter().any(|token| token == PUBLIC));
    let audience = if is_public { Audience::Everyone } else { Audience::Protocol };
    let post = post::by_id(conn, id)?;
    post::reach(conn, &post, audience, &clauses)?;
    file::settle(conn, &item)?;
    embargo::await_day(conn, &item)?;
    tell(conn, &item, post.author_id, is_public, is_told)
}

/// Keeps for everyone what is for everyone by now, and takes back what no longer is.
fn tell(conn: &mut Conn, item: &Item, author: ActorId, is_public: bool, is_told: bool) -> Result<()> {
    let (id, now) = (item.id, conn.now());
    // What is for everyone already without having been told of stays untold.
    let tells = is_public && !item.is_public && !item.is_announced && is_told;
    let takes_back = !is_public && item.is_announced;
    let row = item::table.filter(item::id.eq(id));
    if is_public != item.is_public {
        diesel::update(row)
            .set((
                item::is_public.eq(is_public),
                item::was_public.eq(item.was_public || is_public),
                item::updated_at.eq(now),
            ))
            .execute(conn.link())?;
        if is_public && item.was_public {
            // Elsewhere it was taken back: what is dated later shows it again.
            post::mark_edited(conn, id)?;
        }
    }
    if tells {
        diesel::update(row).set(item::is_announced.eq(true)).execute(conn.link())?;
        let archive = actor::by_id(conn, author)?;
        post::make_known(conn, &archive, id)?;
        record(conn, id, &Event::Published(id))?;
    } else if is_public && !item.is_announced && told::is_read_elsewhere(conn, id)? {
        // Nobody is told now, but of what becomes of it.
        diesel::update(row).set(item::is_announced.eq(true)).execute(conn.link())?;
    } else if takes_back {
        diesel::update(row).set(item::is_announced.eq(false)).execute(conn.link())?;
        record(conn, id, &Event::Deleted(id))?;
    }
    Ok(())
}
