//! Other archives that read what is public here without being told of it: they hear of what becomes of it.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::db::schema::{follow, item, partner};
use crate::db::{Conn, Part, Statement};
use crate::domain::actor::{self, Actor};
use crate::domain::archive;
use crate::domain::post;
use crate::error::Result;
use crate::id::{ActorId, PostId};

/// From now on another archive hears of what becomes of everything that is public: it reads that without being told.
pub(in crate::domain) fn announce_all(conn: &mut Conn, reader: &Actor) -> Result<()> {
    let silent = item::table.filter(item::is_public.eq(true)).filter(item::is_announced.eq(false));
    diesel::update(silent).set(item::is_announced.eq(true)).execute(conn.link())?;
    Statement::<BigInt>::new(vec![
        Part::Sql("INSERT INTO post_copy (post_id, inbox) SELECT item.id, "),
        Part::Text(reader.delivery_inbox()),
        Part::Sql(" FROM item WHERE item.is_public ON CONFLICT DO NOTHING"),
    ])
    .execute(conn.link())?;
    Ok(())
}

/// Do other archives read what is public here? Then this item is among it, and they hear of what becomes of it.
pub(super) fn is_read_elsewhere(conn: &mut Conn, id: PostId) -> Result<bool> {
    let readers = readers(conn)?;
    for reader in &readers {
        post::add_copy(conn, id, reader.delivery_inbox())?;
    }
    Ok(!readers.is_empty())
}

/// Archives elsewhere that may read what is public here into their search: those that follow this one.
fn readers(conn: &mut Conn) -> Result<Vec<Actor>> {
    let own = archive::actor(conn)?;
    let ids: Vec<ActorId> = follow::table
        .filter(follow::followed_id.eq(own.id))
        .filter(follow::state.eq("accepted"))
        .filter(follow::follower_id.eq_any(partner::table.select(partner::actor_id)))
        .select(follow::follower_id)
        .load(conn.link())?;
    let readers = actor::by_ids(conn, &ids)?;
    Ok(readers.into_iter().filter(|one| one.suspended_at.is_none() && one.deleted_at.is_none()).collect())
}
