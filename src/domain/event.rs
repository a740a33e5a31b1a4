//! Events: what must follow a change, written in the change's own transaction, so that a crash loses nothing.
//!
//! Each event has a completion row per consumer (`event_work`). The worker hands it over until that consumer says done;
//! one consumer's failure doesn't repeat another's work. Events of one lane are handed over in order.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde::{Deserialize, Serialize};

use crate::clock::{MINUTE, Micros};
use crate::db::schema::{event, event_work};
use crate::db::{Conn, Part, Statement};
use crate::error::{Error, Result};
use crate::id::{ActorId, DraftId, EventId, PostId, ReportId};

/// What happened. The JSON of it is stored; fields are added, never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A local post was published.
    Published(PostId),
    /// A local post was edited.
    Edited(PostId),
    /// A local post was deleted.
    Deleted(PostId),
    /// A local actor asked to follow.
    Requested {
        /// The id of the `Follow` on the wire.
        follow: String,
        /// Whom.
        followed: ActorId,
        /// The words that go with it.
        greeting: String,
    },
    /// A local actor accepted somebody's follow.
    Accepted {
        /// The id of the `Follow` that is accepted.
        follow: String,
        /// Whose it is.
        follower: ActorId,
    },
    /// A local actor refused or ended somebody's follow.
    Rejected {
        /// The id of the `Follow` that is refused.
        follow: String,
        /// Whose it was.
        follower: ActorId,
    },
    /// A local actor took its own follow back.
    Undone {
        /// The id of the `Follow` that is taken back.
        follow: String,
        /// Whom it had followed.
        followed: ActorId,
    },
    /// A local actor liked a post. The `Like` has the event's id.
    Liked {
        /// The post.
        post: PostId,
    },
    /// A local actor took a like back.
    Unliked {
        /// The post.
        post: PostId,
        /// The id of the `Like` that is taken back.
        like: String,
    },
    /// A local actor boosted a post. The `Announce` has the event's id.
    Boosted {
        /// The post.
        post: PostId,
    },
    /// A local actor took a boost back.
    Unboosted {
        /// The post.
        post: PostId,
        /// The id of the `Announce` that is taken back.
        announce: String,
    },
    /// What somebody said under a local actor's non-public post goes on to the other halls whose people see it.
    HandedOn {
        /// The post that everything stands under.
        root: PostId,
        /// Their activity with its proof.
        body: String,
    },
    /// A local actor removed somebody's comment from under their post.
    Removed {
        /// The post.
        root: PostId,
        /// The comment.
        comment: PostId,
    },
    /// Somebody answered the poll of a local post: what was counted since goes out together.
    Counted(PostId),
    /// A local actor answered the poll of a remote post.
    Voted {
        /// The post.
        post: PostId,
        /// The place of the option.
        place: usize,
    },
    /// The time of a poll is over, and those whom it concerns are to be told.
    PollEnded(PostId),
    /// The embargo of an item is over.
    EmbargoEnded(PostId),
    /// A local actor signed up on another server's list, or changed their line.
    RollJoined {
        /// The post with the list.
        post: PostId,
    },
    /// A local actor took their line back from another server's list.
    RollLeft {
        /// The post with the list.
        post: PostId,
    },
    /// Somebody of another server was not taken into a list of this hall.
    RollRefused {
        /// The post with the list.
        post: PostId,
        /// The id of their `Join`.
        join: String,
        /// Who.
        to: ActorId,
        /// The message that says why.
        why: String,
    },
    /// The time of a local actor's mute is over.
    MuteEnded {
        /// Of whom.
        muted: ActorId,
    },
    /// A local actor is asked whether a post of theirs may be quoted.
    QuoteAnswered {
        /// The id of the `QuoteRequest`.
        request: String,
        /// The post.
        quoted: PostId,
        /// The id of the post that quotes it.
        quoting: String,
        /// Who asks.
        by: ActorId,
        /// The leave, if it is given.
        leave: Option<i64>,
    },
    /// A local actor's profile changed.
    ProfileChanged,
    /// A local actor blocked a remote one.
    Blocked {
        /// The id of the `Block` on the wire.
        block: String,
        /// Whom.
        blocked: ActorId,
    },
    /// A local actor took a block back.
    Unblocked {
        /// The id of the `Block` that is taken back.
        block: String,
        /// Whom it was against.
        blocked: ActorId,
    },
    /// A member's report is to be told to the server of whom it is about. The hall speaks, not the member.
    Reported(ReportId),
    /// Something was said in a group of this hall: the group hands the activity on to its members' servers (FEP-1b12).
    GroupRelayed {
        /// The post that it is about, if it is about one; who may see it may see the activity.
        post: Option<PostId>,
        /// The activity, with its proof if it has one.
        body: String,
    },
    /// A local actor took note of an announcement of another server's group, and says so. The `Read` has the event's id.
    Confirmed(PostId),
    /// An officer reminds those of one server who haven't confirmed an announcement.
    Reminded {
        /// The announcement.
        post: PostId,
        /// The server.
        host: String,
    },
    /// The time of an announcement is over.
    AnnouncementEnded(PostId),
    /// A new topic in a public group of this hall goes by its id to servers that know no groups.
    GroupShared {
        /// The post.
        post: PostId,
    },
    /// That is taken back.
    GroupUnshared {
        /// The post.
        post: PostId,
        /// The event whose `Announce` is taken back.
        announce: EventId,
    },
    /// The owner of a group of this hall made a member an officer, or an officer a member.
    GroupOffice {
        /// Who.
        by: ActorId,
        /// Whom.
        person: ActorId,
        /// Is it one of the officers now?
        is_officer: bool,
    },
    /// An officer of a group of this hall did something about a post in it.
    GroupMarked {
        /// Who.
        by: ActorId,
        /// The post.
        post: PostId,
        /// What.
        mark: Mark,
        /// Why, for its author.
        reason: String,
    },
    /// An officer of a group of this hall sent somebody away for good.
    GroupBanned {
        /// Who.
        by: ActorId,
        /// Whom.
        person: ActorId,
        /// Why.
        reason: String,
    },
    /// The time of a draft has come.
    DraftDue(DraftId),
    /// An account of this hall has selected a comment of another server: its author's server is told.
    CommentSelected {
        /// The article.
        root: PostId,
        /// The comment.
        comment: PostId,
    },
    /// An account of this hall is closed.
    AccountClosed,
    /// An account of this hall is closed and leads its followers elsewhere.
    AccountMoved {
        /// Who it is from now on.
        to: ActorId,
    },
    /// Somebody has begun to follow an account of this hall that greets its followers.
    AccountFollowed {
        /// Who.
        follower: ActorId,
    },
    /// Somebody has named an account of this hall in a post.
    AccountNamed {
        /// The post.
        post: PostId,
    },
    /// An officer of a group of this hall let somebody come back.
    GroupUnbanned {
        /// Who.
        by: ActorId,
        /// Whom.
        person: ActorId,
    },
}

/// What an officer of a group does about a post in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    /// Puts it before the others.
    Pinned,
    /// No longer.
    Unpinned,
    /// Closes it to comments.
    Locked,
    /// Opens it again.
    Unlocked,
    /// Takes it down.
    TakenDown,
    /// Puts it back.
    Restored,
}

/// Who consumes events. Notices and search join when they come.
pub const CONSUMERS: [&str; 1] = [FEDERATION];
/// The consumer that maps events to activities and deliveries.
pub const FEDERATION: &str = "federation";

/// How long a consumer may work on an event before it is handed out again.
const CLAIM: Micros = MINUTE;

/// An event handed to a consumer.
#[derive(Debug, Clone)]
pub struct Work {
    /// The event; also the id of the activity that it becomes.
    pub id: EventId,
    /// Who did it.
    pub actor_id: ActorId,
    /// What happened.
    pub event: Event,
    /// When.
    pub created_at: Micros,
    /// Its order: events and deliveries of one lane keep it.
    pub lane: String,
    /// How often it was handed over, this time included.
    pub attempts: i64,
}

/// The URI of the activity that an event becomes.
pub fn activity_uri(conn: &Conn, id: EventId) -> String {
    format!("{}/activities/{id}", conn.origin())
}

/// A fresh id, for an event whose URI is needed before it is recorded.
pub fn id(conn: &Conn) -> EventId {
    EventId(conn.id())
}

/// Records what happened, under `id`, for every consumer.
///
/// `lane` names what must keep its order: a post, a pair of actors, an actor.
pub fn record(conn: &mut Conn, id: EventId, actor_id: ActorId, lane: &str, what: &Event) -> Result<()> {
    let now = conn.now();
    record_at(conn, id, actor_id, lane, what, now)
}

/// Is there an event in this lane that nobody works on yet?
pub fn is_waiting(conn: &mut Conn, lane: &str) -> Result<bool> {
    let rest = event_work::table.filter(event_work::lane.eq(lane)).filter(event_work::claimed_until.eq(0_i64));
    Ok(diesel::select(diesel::dsl::exists(rest)).get_result(conn.link())?)
}

/// The same for later: it is handed over at `due_at`. Until then it holds up whatever else is recorded in its lane.
pub fn record_at(
    conn: &mut Conn,
    id: EventId,
    actor_id: ActorId,
    lane: &str,
    what: &Event,
    due_at: Micros,
) -> Result<()> {
    let subject = serde_json::to_string(what).map_err(|e| Error::Broken(Box::new(e)))?;
    let now = conn.now();
    diesel::insert_into(event::table)
        .values((
            event::id.eq(id),
            event::kind.eq(kind(what)),
            event::actor_id.eq(actor_id),
            event::subject.eq(subject),
            event::created_at.eq(now),
        ))
        .execute(conn.link())?;
    for consumer in CONSUMERS {
        diesel::insert_into(event_work::table)
            .values((
                event_work::consumer.eq(consumer),
                event_work::event_id.eq(id),
                event_work::lane.eq(lane),
                event_work::attempts.eq(0_i64),
                event_work::due_at.eq(due_at),
                event_work::claimed_until.eq(0_i64),
                event_work::last_error.eq(""),
            ))
            .execute(conn.link())?;
    }
    conn.wake();
    Ok(())
}

#[derive(Queryable)]
struct Claimed {
    event_id: EventId,
    lane: String,
    attempts: i64,
}

/// Is there an event for `consumer` to be handed out now?
pub fn is_due(conn: &mut Conn, consumer: &str) -> Result<bool> {
    let now = conn.now();
    let due = event_work::table
        .filter(event_work::consumer.eq(consumer))
        .filter(event_work::due_at.le(now))
        .filter(event_work::claimed_until.lt(now));
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn.link())?)
}

/// Takes up to `limit` due events for `consumer`: only the first of each lane, so that order holds across processes.
pub fn claim(conn: &mut Conn, consumer: &str, limit: i64) -> Result<Vec<Work>> {
    let now = conn.now();
    let claimed: Vec<Claimed> = Statement::<(BigInt, Text, BigInt)>::new(vec![
        Part::Sql("UPDATE event_work SET attempts = attempts + 1, claimed_until = "),
        Part::Number(now + CLAIM),
        Part::Sql(" WHERE consumer = "),
        Part::Text(consumer),
        Part::Sql(" AND event_id IN (SELECT w.event_id FROM event_work w WHERE w.consumer = "),
        Part::Text(consumer),
        Part::Sql(" AND w.due_at <= "),
        Part::Number(now),
        Part::Sql(" AND w.claimed_until < "),
        Part::Number(now),
        Part::Sql(
            " AND NOT EXISTS (SELECT 1 FROM event_work e WHERE e.lane = w.lane AND e.consumer = w.consumer \
             AND e.event_id < w.event_id) ORDER BY w.event_id LIMIT ",
        ),
        Part::Number(limit),
        Part::Sql(conn.skip_locked()),
        Part::Sql(") RETURNING event_id, lane, attempts"),
    ])
    .load(conn.link())?;
    claimed.into_iter().map(|row| load(conn, row)).collect()
}

fn load(conn: &mut Conn, row: Claimed) -> Result<Work> {
    let (actor_id, subject, created_at): (ActorId, String, Micros) = event::table
        .filter(event::id.eq(row.event_id))
        .select((event::actor_id, event::subject, event::created_at))
        .first(conn.link())?;
    let event = serde_json::from_str(&subject).map_err(|e| Error::Broken(Box::new(e)))?;
    Ok(Work { id: row.event_id, actor_id, event, created_at, lane: row.lane, attempts: row.attempts })
}

/// Says that `consumer` is done with an event; the last consumer's word removes it.
pub fn complete(conn: &mut Conn, consumer: &str, id: EventId) -> Result<()> {
    diesel::delete(event_work::table.filter(event_work::consumer.eq(consumer)).filter(event_work::event_id.eq(id)))
        .execute(conn.link())?;
    let rest = event_work::table.filter(event_work::event_id.eq(id));
    let open: bool = diesel::select(diesel::dsl::exists(rest)).get_result(conn.link())?;
    if !open {
        diesel::delete(event::table.filter(event::id.eq(id))).execute(conn.link())?;
    }
    // The next event of the lane may go now.
    conn.wake();
    Ok(())
}

/// Puts an event back until `due_at`, with the reason.
pub fn postpone(conn: &mut Conn, consumer: &str, id: EventId, due_at: Micros, reason: &str) -> Result<()> {
    diesel::update(event_work::table.filter(event_work::consumer.eq(consumer)).filter(event_work::event_id.eq(id)))
        .set((event_work::due_at.eq(due_at), event_work::claimed_until.eq(0_i64), event_work::last_error.eq(reason)))
        .execute(conn.link())?;
    Ok(())
}

/// Takes back what waits in a lane: what it was for is decided anew.
pub(super) fn withdraw(conn: &mut Conn, lane: &str) -> Result<()> {
    diesel::delete(event_work::table.filter(event_work::lane.eq(lane))).execute(conn.link())?;
    Ok(())
}

/// Frees what a process held that was killed, so that it needn't wait for the claim to run out. Only for a hall whose
/// one process is just starting.
pub fn free_all(conn: &mut Conn) -> Result<()> {
    let held = event_work::table.filter(event_work::claimed_until.gt(0_i64));
    diesel::update(held).set(event_work::claimed_until.eq(0_i64)).execute(conn.link())?;
    Ok(())
}

/// How many events wait for `consumer`.
pub fn waiting(conn: &mut Conn, consumer: &str) -> Result<i64> {
    Ok(event_work::table.filter(event_work::consumer.eq(consumer)).count().get_result(conn.link())?)
}

fn kind(what: &Event) -> &'static str {
    match what {
        Event::Published(_) => "published",
        Event::Edited(_) => "edited",
        Event::Deleted(_) => "deleted",
        Event::Requested { .. } => "requested",
        Event::Accepted { .. } => "accepted",
        Event::Rejected { .. } => "rejected",
        Event::Undone { .. } => "undone",
        Event::Liked { .. } => "liked",
        Event::Unliked { .. } => "unliked",
        Event::Boosted { .. } => "boosted",
        Event::Unboosted { .. } => "unboosted",
        Event::HandedOn { .. } => "handed-on",
        Event::Removed { .. } => "removed",
        Event::Counted(_) => "counted",
        Event::Voted { .. } => "voted",
        Event::PollEnded(_) => "poll-ended",
        Event::EmbargoEnded(_) => "embargo-ended",
        Event::RollJoined { .. } => "roll-joined",
        Event::RollLeft { .. } => "roll-left",
        Event::RollRefused { .. } => "roll-refused",
        Event::MuteEnded { .. } => "mute-ended",
        Event::QuoteAnswered { .. } => "quote-answered",
        Event::ProfileChanged => "profile-changed",
        Event::Blocked { .. } => "blocked",
        Event::Unblocked { .. } => "unblocked",
        Event::Reported(_) => "reported",
        Event::GroupRelayed { .. } => "group-relayed",
        Event::Confirmed(_) => "confirmed",
        Event::Reminded { .. } => "reminded",
        Event::AnnouncementEnded(_) => "announcement-ended",
        Event::GroupShared { .. } => "group-shared",
        Event::GroupUnshared { .. } => "group-unshared",
        Event::GroupOffice { .. } => "group-office",
        Event::GroupMarked { .. } => "group-marked",
        Event::GroupBanned { .. } => "group-banned",
        Event::GroupUnbanned { .. } => "group-unbanned",
        Event::DraftDue(_) => "draft-due",
        Event::CommentSelected { .. } => "comment-selected",
        Event::AccountClosed => "account-closed",
        Event::AccountMoved { .. } => "account-moved",
        Event::AccountFollowed { .. } => "account-followed",
        Event::AccountNamed { .. } => "account-named",
    }
}
