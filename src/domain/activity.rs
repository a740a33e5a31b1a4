//! Activities that this hall has sent: kept as they went out, for delivery, for `/activities/{id}` and for outboxes.

use diesel::prelude::*;

use super::audience::{Gate, Viewer};
use crate::clock::Micros;
use crate::db::schema::{activity, post};
use crate::db::{Conn, IntoBoth};
use crate::error::{Error, Result};
use crate::id::{ActorId, EventId, PostId};

/// The types that outboxes list: what somebody published, and the topics that a group handed on.
const LISTED: [&str; 2] = ["Create", "GroupTopic"];

/// An activity to be stored.
#[derive(Debug, Clone)]
pub struct New<'a> {
    /// The event that it comes from; its number names it.
    pub id: EventId,
    /// Its id on the wire.
    pub uri: &'a str,
    /// Its type, such as `Create`, or a word of ours for what has that type for one purpose.
    pub kind: &'a str,
    /// Who acts.
    pub actor_id: ActorId,
    /// The post that it is about, if it is about one: who may see the post may see the activity.
    pub post_id: Option<PostId>,
    /// The signed document; without a proof if it is made for each host.
    pub body: &'a str,
    /// Is the document made for each receiving server by itself?
    pub per_host: bool,
    /// When it happened.
    pub created_at: Micros,
}

/// An activity that was stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = activity)]
pub struct Sent {
    /// The event that it comes from.
    pub id: EventId,
    /// Who acts.
    pub actor_id: ActorId,
    /// The document.
    pub body: String,
    /// Is the document made for each receiving server by itself?
    pub per_host: bool,
    /// When it happened.
    pub created_at: Micros,
}

/// Stores an activity; once stored it stays as it is, so that every attempt sends the same. One about an item holds the item's id alone: what
/// is said of the item is put in when it is sent or asked for, since it may name people who are named no more.
pub fn store(conn: &mut Conn, new: &New<'_>) -> Result<()> {
    diesel::insert_into(activity::table)
        .values((
            activity::id.eq(new.id),
            activity::uri.eq(new.uri),
            activity::kind.eq(new.kind),
            activity::actor_id.eq(new.actor_id),
            activity::post_id.eq(new.post_id),
            activity::body.eq(new.body),
            activity::per_host.eq(new.per_host),
            activity::created_at.eq(new.created_at),
        ))
        .on_conflict(activity::id)
        .do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// An activity that is about a post which `viewer` may see.
///
/// Errors: `NotFound`, also for activities between two actors: those are nobody else's business.
pub fn show(conn: &mut Conn, viewer: &Viewer, id: EventId) -> Result<Sent> {
    activity::table
        .inner_join(post::table.on(activity::post_id.eq(post::id.nullable())))
        .filter(activity::id.eq(id))
        .filter(Gate::before(viewer))
        .select(Sent::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("activity"))
}

/// The address of the activity of this type about a post, whoever looks: for tests and tools, never for showing.
pub fn of_post(conn: &mut Conn, id: PostId, kind: &str) -> Result<Option<String>> {
    let found = activity::table.filter(activity::post_id.eq(id)).filter(activity::kind.eq(kind));
    Ok(found.order(activity::id).select(activity::uri).first(conn.link()).optional()?)
}

/// The last event that became an activity of this type by this actor about a post.
pub fn latest_of_post(conn: &mut Conn, actor_id: ActorId, id: PostId, kind: &str) -> Result<Option<EventId>> {
    let found = activity::table
        .filter(activity::post_id.eq(id))
        .filter(activity::kind.eq(kind))
        .filter(activity::actor_id.eq(actor_id));
    Ok(found.order(activity::id.desc()).select(activity::id).first(conn.link()).optional()?)
}

/// An actor's activities about posts that `viewer` may see: newest first, older than `before` if given.
///
/// Only the `Create` of each post: an outbox tells what there is, not its history.
pub fn outbox(
    conn: &mut Conn,
    viewer: &Viewer,
    actor_id: ActorId,
    before: Option<EventId>,
    limit: i64,
) -> Result<Vec<Sent>> {
    let before = before.unwrap_or(EventId(i64::MAX));
    Ok(activity::table
        .inner_join(post::table.on(activity::post_id.eq(post::id.nullable())))
        .filter(activity::actor_id.eq(actor_id))
        .filter(activity::kind.eq_any(LISTED))
        .filter(activity::id.lt(before))
        .filter(Gate::before(viewer))
        .order(activity::id.desc())
        .limit(limit)
        .select(Sent::as_select())
        .load(conn.link())?)
}

/// How many activities [`outbox`] would list in all.
pub fn outbox_count(conn: &mut Conn, viewer: &Viewer, actor_id: ActorId) -> Result<i64> {
    Ok(activity::table
        .inner_join(post::table.on(activity::post_id.eq(post::id.nullable())))
        .filter(activity::actor_id.eq(actor_id))
        .filter(activity::kind.eq_any(LISTED))
        .filter(Gate::before(viewer))
        .count()
        .get_result(conn.link())?)
}
