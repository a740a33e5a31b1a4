//! Groups across halls: what is kept of other halls' groups, who of ours is of another server, and what a group hands on to them.

use diesel::prelude::*;

use super::{Axis, Entrance, Posting, Role, State};
use crate::db::schema::{actor as actor_table, group_detail, group_mark, membership};
use crate::db::{Conn, IntoBoth};
use crate::domain::actor::{self, Actor};
use crate::domain::audience::{self, Viewer};
use crate::domain::event::{self, Event};
use crate::error::Result;
use crate::id::{ActorId, EventId, PostId};

/// What a group of another server says of itself, cut to length.
#[derive(Debug, Clone)]
pub struct Told {
    /// By what its members belong together.
    pub axis: Axis,
    /// The place, profession, interest or family name; may be empty.
    pub topic: String,
    /// How one joins.
    pub entrance: Entrance,
    /// Is what is said in it for its members alone?
    pub is_private: bool,
    /// Who may begin a topic.
    pub posting: Posting,
    /// Its rules, one a line.
    pub rules: String,
    /// What those who want to join are asked, one a line.
    pub questions: String,
}

/// Keeps what a group of another server says of itself.
pub fn receive(conn: &mut Conn, group: &Actor, told: &Told) -> Result<()> {
    if group.is_local() || group.kind != actor::Kind::Group {
        return Ok(());
    }
    let now = conn.now();
    let row = (
        group_detail::axis.eq(told.axis),
        group_detail::topic.eq(&told.topic),
        group_detail::entrance.eq(told.entrance),
        group_detail::is_private.eq(told.is_private),
        group_detail::posting.eq(told.posting),
        group_detail::rules.eq(&told.rules),
        group_detail::questions.eq(&told.questions),
    );
    let known = group_detail::table.filter(group_detail::actor_id.eq(group.id));
    if diesel::update(known).set(row).execute(conn.link())? > 0 {
        return Ok(());
    }
    let fixed =
        (group_detail::actor_id.eq(group.id), group_detail::called_at.eq(0_i64), group_detail::created_at.eq(now));
    diesel::insert_into(group_detail::table)
        .values((fixed, row))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// The members of a group of this hall who are of other servers.
pub fn elsewhere(conn: &mut Conn, group: ActorId) -> Result<Vec<Actor>> {
    Ok(membership::table
        .inner_join(actor_table::table.on(actor_table::id.eq(membership::actor_id)))
        .filter(membership::group_id.eq(group))
        .filter(membership::state.eq(State::Member))
        .filter(actor_table::host.ne(""))
        .filter(actor_table::deleted_at.is_null())
        .select(Actor::as_select())
        .load(conn.link())?)
}

/// May who asks see what concerns the members of a group of this hall alone: a member, or a server that has one?
pub fn admits(conn: &mut Conn, group: ActorId, viewer: &Viewer) -> Result<bool> {
    match viewer {
        Viewer::Anonymous => Ok(false),
        Viewer::Member(id) | Viewer::Remote(id) => audience::holds(conn, *id, &audience::followers_token(group)),
        Viewer::Peer(host) => {
            let theirs = membership::table
                .inner_join(actor_table::table.on(actor_table::id.eq(membership::actor_id)))
                .filter(membership::group_id.eq(group))
                .filter(membership::state.eq(State::Member))
                .filter(actor_table::host.eq(host))
                .filter(actor_table::deleted_at.is_null());
            Ok(diesel::select(diesel::dsl::exists(theirs)).get_result(conn.link())?)
        }
    }
}

/// Does somebody run a group of this hall?
pub fn is_run_by(conn: &mut Conn, group: ActorId, who: ActorId) -> Result<bool> {
    Ok(super::role(conn, group, who)?.is_some_and(Role::is_officer))
}

/// Is it a group of this hall that is there?
pub fn is_ours(conn: &mut Conn, group: ActorId) -> Result<bool> {
    let found = actor::by_id(conn, group)?;
    Ok(found.is_local() && found.kind == actor::Kind::Group && found.suspended_at.is_none())
}

/// Must somebody not come back to a group of this hall?
pub fn is_banned(conn: &mut Conn, group: ActorId, who: ActorId) -> Result<bool> {
    Ok(super::standing(conn, group, who)?.is_some_and(|standing| standing.state == State::Banned))
}

/// Is a post taken down, or what it stands under?
pub fn is_taken_down(conn: &mut Conn, spot: Spot) -> Result<bool> {
    let rows = group_mark::table
        .filter(group_mark::post_id.eq_any([spot.post, spot.thread]))
        .filter(group_mark::removed_at.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(rows)).get_result(conn.link())?)
}

/// What stands in a group: a post, and the root of its thread.
#[derive(Debug, Clone, Copy)]
pub struct Spot {
    /// The post.
    pub post: PostId,
    /// The root of its thread.
    pub thread: PostId,
}

impl Spot {
    /// The lane in which a thread's events keep their order.
    pub fn lane(self) -> String {
        format!("post:{}", self.thread)
    }
}

/// A group of this hall hands an activity about a post on to its members' servers.
pub fn relay(conn: &mut Conn, group: ActorId, spot: Spot, body: String) -> Result<()> {
    let id = event::id(conn);
    let what = Event::GroupRelayed { post: Some(spot.post), body };
    event::record(conn, id, group, &spot.lane(), &what)
}

/// A group of this hall hands an activity on that is about no post: who runs it, who must not come back.
pub fn pass_on(conn: &mut Conn, group: ActorId, body: String) -> Result<()> {
    let id = event::id(conn);
    event::record(conn, id, group, &format!("actor:{group}"), &Event::GroupRelayed { post: None, body })
}

/// A new topic goes by its id alone to servers that know no groups, which take it for a boost.
pub fn share(conn: &mut Conn, group: ActorId, spot: Spot) -> Result<()> {
    let id = event::id(conn);
    event::record(conn, id, group, &spot.lane(), &Event::GroupShared { post: spot.post })
}

/// The same is taken back: what was shared under `announce`.
pub fn unshare(conn: &mut Conn, group: ActorId, spot: Spot, announce: EventId) -> Result<()> {
    let id = event::id(conn);
    let what = Event::GroupUnshared { post: spot.post, announce };
    event::record(conn, id, group, &spot.lane(), &what)
}
