//! Pinned posts: public ones that their author puts before the others. Shown through the gate like any post.

use diesel::prelude::*;

use crate::db::schema::{pin, post};
use crate::db::{Conn, IntoBoth};
use crate::domain::actor::Actor;
use crate::domain::audience::{Audience, Gate, Viewer};
use crate::domain::event::{self, Event};
use crate::domain::post::Post;
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, PostId};

/// Pinned posts of one actor.
pub const PINS_MAX: usize = 5;

/// Pins a member's own post before the others.
///
/// Errors: `NotFound` if it isn't the member's own; `Invalid` if it isn't for everyone, or [`PINS_MAX`] are pinned.
pub fn pin(conn: &mut Conn, me: &Actor, id: PostId) -> Result<()> {
    conn.lock(&format!("pin:{}", me.id))?;
    let post = crate::domain::post::own(conn, me.id, id)?;
    if post.deleted_at.is_some() {
        return Err(Error::NotFound("post"));
    }
    if !post.audience.is_public() {
        return Err(Error::invalid("", "problem-pin-audience"));
    }
    if is_pinned(conn, id)? {
        return Ok(());
    }
    let pins = living(conn, me.id)?;
    if pins.len() >= PINS_MAX {
        return Err(Error::Invalid(vec![Problem::new("", "problem-pins-many").with("max", PINS_MAX)]));
    }
    write(conn, me.id, [id].into_iter().chain(pins))?;
    changed(conn, me)
}

/// Unpins it. Nothing happens if it isn't pinned.
pub fn unpin(conn: &mut Conn, me: &Actor, id: PostId) -> Result<()> {
    let gone =
        diesel::delete(pin::table.filter(pin::actor_id.eq(me.id)).filter(pin::post_id.eq(id))).execute(conn.link())?;
    if gone == 0 { Ok(()) } else { changed(conn, me) }
}

/// Friends' servers read the pinned posts again when the actor changes.
fn changed(conn: &mut Conn, me: &Actor) -> Result<()> {
    let id = event::id(conn);
    event::record(conn, id, me.id, &format!("actor:{}", me.id), &Event::ProfileChanged)
}

/// Is this post pinned by its author?
pub fn is_pinned(conn: &mut Conn, id: PostId) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(pin::table.filter(pin::post_id.eq(id)))).get_result(conn.link())?)
}

/// Which posts an actor has pinned.
pub fn pins(conn: &mut Conn, author: ActorId) -> Result<Vec<PostId>> {
    living(conn, author)
}

/// What `viewer` may see of the pinned posts of an actor, in their order.
pub fn pinned(conn: &mut Conn, viewer: &Viewer, author: ActorId) -> Result<Vec<Post>> {
    Ok(pin::table
        .inner_join(post::table.on(post::id.eq(pin::post_id)))
        .filter(pin::actor_id.eq(author))
        .filter(Gate::before(viewer))
        .order(pin::place)
        .select(Post::as_select())
        .load(conn.link())?)
}

/// Puts what a remote actor has pinned in place of what was known: its own posts for everyone, as far as we have them.
pub fn receive_pins(conn: &mut Conn, author: &Actor, uris: &[String]) -> Result<()> {
    if author.is_local() {
        return Err(Error::Forbidden);
    }
    let theirs: Vec<(PostId, String)> = post::table
        .filter(post::author_id.eq(author.id))
        .filter(post::uri.eq_any(uris))
        .filter(post::deleted_at.is_null())
        .filter(post::audience.eq_any([Audience::Everyone, Audience::Quiet]))
        .select((post::id, post::uri))
        .load(conn.link())?;
    let of = |uri: &String| theirs.iter().find(|(_, one)| one == uri).map(|(id, _)| *id);
    let ids: Vec<PostId> = uris.iter().filter_map(of).take(PINS_MAX).collect();
    write(conn, author.id, ids.into_iter())
}

/// Pins of posts that still stand, in their order.
fn living(conn: &mut Conn, author: ActorId) -> Result<Vec<PostId>> {
    Ok(pin::table
        .inner_join(post::table.on(post::id.eq(pin::post_id)))
        .filter(pin::actor_id.eq(author))
        .filter(post::deleted_at.is_null())
        .order(pin::place)
        .select(pin::post_id)
        .load(conn.link())?)
}

fn write(conn: &mut Conn, author: ActorId, ids: impl Iterator<Item = PostId>) -> Result<()> {
    diesel::delete(pin::table.filter(pin::actor_id.eq(author))).execute(conn.link())?;
    for (place, id) in (0_i64..).zip(ids) {
        diesel::insert_into(pin::table)
            .values((pin::actor_id.eq(author), pin::post_id.eq(id), pin::place.eq(place)))
            .on_conflict_do_nothing()
            .both()
            .execute(conn.link())?;
    }
    Ok(())
}
