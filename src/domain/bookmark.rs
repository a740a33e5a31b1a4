//! Bookmarks: posts that a member wants to find again. Nobody else learns of them, nothing is sent.
//!
//! Invariant: a bookmark opens no door. What the member may no longer see isn't listed.

use diesel::prelude::*;

use super::actor::Actor;
use super::audience::{Gate, Viewer};
use super::part::{self, Part};
use super::post::{self, Entry, Post};
use crate::db::schema::{actor as actor_table, bookmark, post as post_table};
use crate::db::{Among, Conn, IntoBoth, Range, paged};
use crate::error::Result;
use crate::id::{ActorId, BookmarkId, PostId};

/// Keeps a post for a member. Twice is the same as once.
///
/// Errors: `NotFound` if the member may not see it.
pub fn add(conn: &mut Conn, me: ActorId, post: PostId) -> Result<()> {
    post::show(conn, &Viewer::Member(me), post)?;
    part::mark(conn, post, Part::Bookmark)?;
    let id = BookmarkId(conn.id());
    diesel::insert_into(bookmark::table)
        .values((bookmark::id.eq(id), bookmark::actor_id.eq(me), bookmark::post_id.eq(post)))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Takes a post out of a member's bookmarks. What isn't there needn't be taken out.
pub fn remove(conn: &mut Conn, me: ActorId, post: PostId) -> Result<()> {
    let own = bookmark::table.filter(bookmark::actor_id.eq(me)).filter(bookmark::post_id.eq(post));
    diesel::delete(own).execute(conn.link())?;
    Ok(())
}

/// Has the member kept this post?
pub fn is_kept(conn: &mut Conn, me: ActorId, post: PostId) -> Result<bool> {
    let own = bookmark::table.filter(bookmark::actor_id.eq(me)).filter(bookmark::post_id.eq(post));
    Ok(diesel::select(diesel::dsl::exists(own)).get_result(conn.link())?)
}

/// Which of these posts the member has kept.
pub fn kept(conn: &mut Conn, me: ActorId, posts: &[PostId]) -> Result<Vec<PostId>> {
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(bookmark::table
        .filter(Among::new(bookmark::post_id, posts.iter().map(|id| id.0)))
        .filter(bookmark::actor_id.eq(me))
        .select(bookmark::post_id)
        .load(conn.link())?)
}

/// A member's bookmarks, the latest first.
pub fn list(conn: &mut Conn, me: ActorId, range: &Range) -> Result<Vec<(BookmarkId, Entry)>> {
    let query = bookmark::table
        .inner_join(post_table::table.on(post_table::id.eq(bookmark::post_id)))
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .filter(bookmark::actor_id.eq(me))
        .filter(Gate::before(&Viewer::Member(me)))
        .select((bookmark::id, Post::as_select(), Actor::as_select()));
    let rows: Vec<(BookmarkId, Post, Actor)> = paged!(query, bookmark::id, range, conn);
    Ok(rows.into_iter().map(|(id, post, author)| (id, Entry { post, author })).collect())
}
