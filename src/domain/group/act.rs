//! What the officers of a group did: lines for each other to see. They are only added.

use diesel::prelude::*;

use crate::clock::Micros;
use crate::db::schema::{actor as actor_table, group_act};
use crate::db::{Conn, Range, paged, text_enum};
use crate::domain::actor::Actor;
use crate::error::Result;
use crate::id::{ActId, ActorId, PostId};

text_enum! {
    /// What an officer did.
    Act {
        /// Changed what the group is.
        Changed = "changed",
        /// Let somebody in.
        Admitted = "admitted",
        /// Didn't let somebody in.
        Refused = "refused",
        /// Sent a member away.
        Removed = "removed",
        /// Sent somebody away for good.
        Banned = "banned",
        /// Let somebody come back.
        Unbanned = "unbanned",
        /// Made a member an officer.
        Promoted = "promoted",
        /// Made an officer a member again.
        Demoted = "demoted",
        /// Handed the group over to somebody else.
        HandedOver = "handed-over",
        /// Put a post before the others.
        Pinned = "pinned",
        /// No longer.
        Unpinned = "unpinned",
        /// Closed a post to comments.
        Locked = "locked",
        /// Opened it again.
        Unlocked = "unlocked",
        /// Took a post down.
        TookDown = "took-down",
        /// Put it back.
        Restored = "restored",
        /// Struck a line of a roll call.
        Struck = "struck",
        /// Put it back.
        Unstruck = "unstruck",
        /// Announced something.
        Announced = "announced",
        /// Reminded those who hadn't confirmed an announcement.
        Reminded = "reminded",
    }
}

/// A line to be written.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// What was done.
    pub act: Act,
    /// To whom.
    pub subject: Option<ActorId>,
    /// To which post.
    pub post: Option<PostId>,
    /// Why.
    pub reason: &'a str,
}

impl<'a> Entry<'a> {
    /// Something about the group itself.
    pub fn of(act: Act) -> Self {
        Self { act, subject: None, post: None, reason: "" }
    }

    /// Something about a person.
    pub fn about(act: Act, subject: ActorId, reason: &'a str) -> Self {
        Self { act, subject: Some(subject), post: None, reason }
    }

    /// Something about a post.
    pub fn about_post(act: Act, post: PostId, reason: &'a str) -> Self {
        Self { act, subject: None, post: Some(post), reason }
    }
}

/// Writes a line, in the transaction of the act itself.
pub fn log(conn: &mut Conn, group: ActorId, by: ActorId, entry: &Entry<'_>) -> Result<()> {
    let now = conn.now();
    let id = ActId(conn.id_at(now));
    diesel::insert_into(group_act::table)
        .values((
            group_act::id.eq(id),
            group_act::group_id.eq(group),
            group_act::by_id.eq(by),
            group_act::kind.eq(entry.act),
            group_act::subject_id.eq(entry.subject),
            group_act::post_id.eq(entry.post),
            group_act::reason.eq(entry.reason),
            group_act::created_at.eq(now),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// A line as officers read it.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its id; lines are ordered by it.
    pub id: ActId,
    /// Who did it.
    pub by: Actor,
    /// What.
    pub act: Act,
    /// To whom.
    pub subject: Option<ActorId>,
    /// To which post.
    pub post: Option<PostId>,
    /// Why.
    pub reason: String,
    /// When.
    pub created_at: Micros,
}

/// The lines of a group, the newest first. Whether the reader is one of its officers is asked before.
pub fn acts(conn: &mut Conn, group: ActorId, range: &Range) -> Result<Vec<Line>> {
    type Row = (ActId, Act, Option<ActorId>, Option<PostId>, String, Micros, Actor);
    let query = group_act::table
        .inner_join(actor_table::table.on(actor_table::id.eq(group_act::by_id)))
        .filter(group_act::group_id.eq(group))
        .select((
            group_act::id,
            group_act::kind,
            group_act::subject_id,
            group_act::post_id,
            group_act::reason,
            group_act::created_at,
            Actor::as_select(),
        ));
    let rows: Vec<Row> = paged!(query, group_act::id, range, conn);
    let line =
        |(id, act, subject, post, reason, created_at, by): Row| Line { id, by, act, subject, post, reason, created_at };
    Ok(rows.into_iter().map(line).collect())
}
