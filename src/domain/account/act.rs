//! What the staff of an account did: lines for each other to see. They are only added.

use diesel::prelude::*;

use crate::clock::Micros;
use crate::db::schema::{account_act, actor as actor_table};
use crate::db::{Conn, Range, paged, text_enum};
use crate::domain::actor::Actor;
use crate::error::Result;
use crate::id::{ActId, ActorId};

text_enum! {
    /// What one of the staff did.
    Act {
        /// Opened the account.
        Opened = "opened",
        /// Changed what the account is.
        Changed = "changed",
        /// Took somebody into the staff, or changed what they may do.
        Appointed = "appointed",
        /// Let somebody of the staff go.
        Dismissed = "dismissed",
        /// Handed the account over to somebody else.
        HandedOver = "handed-over",
        /// Closed the account.
        Closed = "closed",
        /// Closed the account and led its followers to another.
        Moved = "moved",
        /// Began a draft.
        Drafted = "drafted",
        /// Threw a draft away.
        Discarded = "discarded",
        /// Set the time at which an article comes out.
        Scheduled = "scheduled",
        /// Took that back.
        Unscheduled = "unscheduled",
        /// Published an article.
        Published = "published",
        /// Changed a published article.
        Edited = "edited",
        /// Took an article down.
        Unpublished = "unpublished",
        /// Put an article before the others, or no longer.
        Featured = "featured",
        /// Opened a draft to whoever has its link.
        Previewed = "previewed",
        /// Closed that link.
        Unpreviewed = "unpreviewed",
        /// Selected a comment.
        Selected = "selected",
        /// Set a comment aside.
        SetAside = "set-aside",
        /// Put a comment before the others, or no longer.
        Pinned = "pinned",
        /// Answered a comment in the account's name.
        Answered = "answered",
        /// Began a series.
        Series = "series",
        /// Changed what a series is called, or its order.
        SeriesChanged = "series-changed",
        /// Ended a series.
        SeriesEnded = "series-ended",
    }
}

/// Writes a line, in the transaction of the act itself. `title` is that of the article that it is about.
pub fn log(
    conn: &mut Conn,
    account: ActorId,
    by: ActorId,
    act: Act,
    subject: Option<ActorId>,
    title: &str,
) -> Result<()> {
    let now = conn.now();
    let id = ActId(conn.id_at(now));
    diesel::insert_into(account_act::table)
        .values((
            account_act::id.eq(id),
            account_act::account_id.eq(account),
            account_act::by_id.eq(by),
            account_act::kind.eq(act),
            account_act::subject_id.eq(subject),
            account_act::title.eq(title),
            account_act::created_at.eq(now),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// A line as the staff reads it.
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
    /// The title of the article that it is about.
    pub title: String,
    /// When.
    pub created_at: Micros,
}

/// The lines of an account, the newest first. Whether the reader is one of its staff is asked before.
pub fn acts(conn: &mut Conn, account: ActorId, range: &Range) -> Result<Vec<Line>> {
    type Row = (ActId, Act, Option<ActorId>, String, Micros, Actor);
    let query = account_act::table
        .inner_join(actor_table::table.on(actor_table::id.eq(account_act::by_id)))
        .filter(account_act::account_id.eq(account))
        .select((
            account_act::id,
            account_act::kind,
            account_act::subject_id,
            account_act::title,
            account_act::created_at,
            Actor::as_select(),
        ));
    let rows: Vec<Row> = paged!(query, account_act::id, range, conn);
    let line = |(id, act, subject, title, created_at, by): Row| Line { id, by, act, subject, title, created_at };
    Ok(rows.into_iter().map(line).collect())
}
