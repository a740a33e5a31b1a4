//! Announcements in lists: those of a group, what waits for a member, and for officers who has confirmed one.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::confirm::run_by;
use super::{Announcement, Way};
use crate::clock::Micros;
use crate::db::schema::{actor as actor_table, announcement, confirmation, membership, post as post_table};
use crate::db::{Among, Conn, Range, paged};
use crate::domain::actor::{self, Actor};
use crate::domain::audience::{Gate, Viewer};
use crate::domain::group::{self, State};
use crate::domain::post::{Entry, Post};
use crate::error::Result;
use crate::id::{ActorId, MembershipId, PostId};

/// How many were asked, and how many have confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Members, but for who wrote it.
    pub asked: i64,
    /// Those of them who have confirmed.
    pub confirmed: i64,
}

/// How a reader stands to an announcement.
#[derive(Debug, Clone)]
pub struct Standpoint {
    /// What it is.
    pub announcement: Announcement,
    /// Has the reader confirmed it?
    pub is_confirmed: bool,
    /// Does the reader belong to the group, so that they may?
    pub is_member: bool,
    /// For an officer of the group, if it asks: how many have.
    pub tally: Option<Tally>,
}

/// What the announcements among the posts of one page are, as `viewer` stands to them. The posts came through the gate.
pub fn of_posts(conn: &mut Conn, viewer: &Viewer, posts: &[PostId]) -> Result<BTreeMap<PostId, Standpoint>> {
    if posts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<Announcement> = announcement::table
        .filter(Among::new(announcement::post_id, posts.iter().map(|id| id.0)))
        .select(Announcement::as_select())
        .load(conn.link())?;
    let me = viewer.member();
    let confirmed: Vec<PostId> = match me {
        Some(me) if rows.iter().any(|row| row.asks) => confirmation::table
            .filter(Among::new(confirmation::post_id, posts.iter().map(|id| id.0)))
            .filter(confirmation::actor_id.eq(me))
            .select(confirmation::post_id)
            .load(conn.link())?,
        _ => Vec::new(),
    };
    let mut found = BTreeMap::new();
    for row in rows {
        let role = match me.filter(|_| row.asks) {
            Some(me) => group::role(conn, row.group_id, me)?,
            None => None,
        };
        let tally = match role.is_some_and(group::Role::is_officer) {
            true => Some(tally(conn, &row)?),
            false => None,
        };
        let is_member = row.asks && (role.is_some() || group::is_member(conn, row.group_id, viewer)?);
        let is_confirmed = confirmed.contains(&row.post_id);
        found.insert(row.post_id, Standpoint { announcement: row, is_confirmed, is_member, tally });
    }
    Ok(found)
}

/// The announcements of a group that `viewer` may see, newest first.
pub fn list(conn: &mut Conn, viewer: &Viewer, group: ActorId, range: &Range) -> Result<Vec<Entry>> {
    let query = announcement::table
        .inner_join(post_table::table.on(post_table::id.eq(announcement::post_id)))
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .filter(announcement::group_id.eq(group))
        .filter(Gate::before(viewer))
        .select((Post::as_select(), Actor::as_select()));
    let rows: Vec<(Post, Actor)> = paged!(query, announcement::post_id, range, conn);
    Ok(rows.into_iter().map(|(post, author)| Entry { post, author }).collect())
}

/// Announcements of a member's groups that they are asked to confirm and haven't yet, the most urgent first.
pub fn waiting(conn: &mut Conn, me: ActorId, limit: i64) -> Result<Vec<(Announcement, Entry)>> {
    let now = conn.now();
    let open: Vec<(PostId, ActorId)> = announcement::table
        .filter(announcement::asks_until.gt(now))
        .select((announcement::post_id, announcement::group_id))
        .load(conn.link())?;
    let mut mine = Vec::new();
    for (post, group) in open {
        if group::is_member(conn, group, &Viewer::Member(me))? {
            mine.push(post);
        }
    }
    if mine.is_empty() {
        return Ok(Vec::new());
    }
    let confirmed = confirmation::table.filter(confirmation::actor_id.eq(me)).select(confirmation::post_id);
    let mut rows: Vec<(Announcement, Post, Actor)> = announcement::table
        .inner_join(post_table::table.on(post_table::id.eq(announcement::post_id)))
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .filter(announcement::post_id.eq_any(mine))
        .filter(announcement::post_id.ne_all(confirmed))
        .filter(post_table::author_id.ne(me))
        .filter(Gate::before(&Viewer::Member(me)))
        .select((Announcement::as_select(), Post::as_select(), Actor::as_select()))
        .load(conn.link())?;
    rows.sort_by_key(|(row, post, _)| {
        (row.priority != super::Priority::Urgent, row.confirm_by.unwrap_or(i64::MAX), post.id)
    });
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows.into_iter().map(|(row, post, author)| (row, Entry { post, author })).collect())
}

/// How many members were asked, and how many have confirmed.
pub fn tally(conn: &mut Conn, known: &Announcement) -> Result<Tally> {
    let asked = || {
        membership::table
            .inner_join(actor_table::table.on(actor_table::id.eq(membership::actor_id)))
            .inner_join(post_table::table.on(post_table::id.eq(known.post_id)))
            .filter(membership::group_id.eq(known.group_id))
            .filter(membership::state.eq(State::Member))
            .filter(membership::actor_id.ne(post_table::author_id))
            .filter(actor_table::kind.ne(actor::Kind::Application))
            .filter(actor_table::deleted_at.is_null())
    };
    let confirmed = confirmation::table
        .filter(confirmation::post_id.eq(known.post_id))
        .filter(confirmation::actor_id.eq(membership::actor_id));
    Ok(Tally {
        asked: asked().count().get_result(conn.link())?,
        confirmed: asked().filter(diesel::dsl::exists(confirmed)).count().get_result(conn.link())?,
    })
}

/// Which members a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// All who were asked.
    All,
    /// Those who have confirmed.
    Confirmed,
    /// Those who haven't yet.
    Open,
}

/// A member in the table of an announcement.
#[derive(Debug, Clone)]
pub struct Line {
    /// The number of their membership, by which the table goes.
    pub id: MembershipId,
    /// Who.
    pub actor: Actor,
    /// When and how they confirmed, if they did.
    pub confirmed: Option<(Micros, Way)>,
}

/// A page of the members who were asked, for officers of the group, those who joined last first. Who wrote it isn't asked.
///
/// Errors: `NotFound` if `by` is none of them.
pub fn table(
    conn: &mut Conn,
    by: ActorId,
    post: PostId,
    answer: Answer,
    range: &Range,
) -> Result<(Announcement, Vec<Line>)> {
    let known = run_by(conn, by, post)?;
    // One text for each question: a number that every row is above, or none.
    let above = |leaves_out: bool| if leaves_out { i64::MAX } else { 0 };
    let query = membership::table
        .inner_join(actor_table::table.on(actor_table::id.eq(membership::actor_id)))
        .inner_join(post_table::table.on(post_table::id.eq(known.post_id)))
        .left_join(
            confirmation::table
                .on(confirmation::actor_id.eq(membership::actor_id).and(confirmation::post_id.eq(known.post_id))),
        )
        .filter(membership::group_id.eq(known.group_id))
        .filter(membership::state.eq(State::Member))
        .filter(membership::actor_id.ne(post_table::author_id))
        .filter(actor_table::kind.ne(actor::Kind::Application))
        .filter(actor_table::deleted_at.is_null())
        .filter(
            confirmation::post_id.is_not_null().or(membership::id.gt(MembershipId(above(answer == Answer::Confirmed)))),
        )
        .filter(confirmation::post_id.is_null().or(membership::id.gt(MembershipId(above(answer == Answer::Open)))))
        .select((
            membership::id,
            Actor::as_select(),
            confirmation::created_at.nullable(),
            confirmation::way.nullable(),
        ));
    type Row = (MembershipId, Actor, Option<Micros>, Option<Way>);
    let rows: Vec<Row> = paged!(query, membership::id, range, conn);
    let line = |(id, actor, at, way): Row| Line { id, actor, confirmed: at.zip(way) };
    Ok((known, rows.into_iter().map(line).collect()))
}

/// Everybody who was asked, as they joined: for the table that officers take home.
///
/// Errors: as [`table`].
pub fn roll(conn: &mut Conn, by: ActorId, post: PostId) -> Result<(Announcement, Vec<Line>)> {
    let (known, mut lines) = table(conn, by, post, Answer::All, &Range::before(None::<i64>, i64::MAX))?;
    lines.reverse();
    Ok((known, lines))
}
