//! Typed ids: a number per noun that cannot be mistaken for another noun's.
//!
//! An id is 42 bits of milliseconds since 2020 and 20 bits of a counter that starts at a random place, so that ids
//! grow with time, two processes of one hall do not meet, and one number orders a feed.

use std::sync::atomic::{AtomicU64, Ordering};

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;

use crate::clock::Micros;

/// 2020-01-01T00:00:00Z in milliseconds: where the ids' time begins.
const EPOCH_MS: i64 = 1_577_836_800_000;
/// Bits of an id below its time.
const COUNTER_BITS: u32 = 20;

/// Makes ids; each hall (and in tests each process) has its own.
#[derive(Debug)]
pub struct Ids {
    counter: AtomicU64,
}

impl Ids {
    /// A maker of ids that starts at the given place of the counter (a random one in use).
    pub fn starting_at(counter: u64) -> Self {
        Self { counter: AtomicU64::new(counter) }
    }

    /// A fresh number for something that happened at `at`.
    pub fn next(&self, at: Micros) -> i64 {
        let ms = (at.div_euclid(1_000) - EPOCH_MS).clamp(1, (1 << 42) - 1);
        let low = self.counter.fetch_add(1, Ordering::Relaxed) & ((1 << COUNTER_BITS) - 1);
        (ms << COUNTER_BITS) | i64::try_from(low).unwrap_or(0)
    }

    /// The number before `count` fresh ones in a row, for rows that the database writes by itself. So many that they don't fit into
    /// one millisecond run on into the next ones.
    pub fn row(&self, at: Micros, count: u64) -> i64 {
        let ms = (at.div_euclid(1_000) - EPOCH_MS).clamp(1, (1 << 42) - 1);
        let size = 1 << COUNTER_BITS;
        loop {
            let low = self.counter.fetch_add(count + 1, Ordering::Relaxed) & (size - 1);
            // A row that would run over the end of the counter begins anew behind it.
            if low + count < size || count + 1 >= size {
                return (ms << COUNTER_BITS) | i64::try_from(low).unwrap_or(0);
            }
        }
    }
}

/// When the number was made, to the millisecond, in microseconds.
pub fn time_of(id: i64) -> Micros {
    ((id >> COUNTER_BITS) + EPOCH_MS) * 1_000
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow,
            serde::Serialize, serde::Deserialize,
        )]
        #[diesel(sql_type = BigInt)]
        pub struct $name(pub i64);

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl<DB: Backend> ToSql<BigInt, DB> for $name
        where
            i64: ToSql<BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl<DB: Backend> FromSql<BigInt, DB> for $name
        where
            i64: FromSql<BigInt, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                i64::from_sql(bytes).map(Self)
            }
        }
    )+};
}

ids! {
    /// An actor: a person, an account, a group, a hall; local or remote.
    ActorId,
    /// A member's means of signing in.
    LoginId,
    /// An invitation to join the hall.
    InvitationId,
    /// A follow: one direction of a tie.
    FollowId,
    /// A post of any kind.
    PostId,
    /// A collection of the archive.
    CollectionId,
    /// An exhibition of the archive.
    ExhibitionId,
    /// A file of an item of the archive.
    FileId,
    /// A person or place of the archive.
    AuthorityId,
    /// A version of what stands on a page of an item.
    TranscriptId,
    /// A file that comes in parts.
    UploadId,
    /// What was said to archivists or by them about an item.
    NoteId,
    /// How somebody stands to a group.
    MembershipId,
    /// What an officer of a group did.
    ActId,
    /// A draft of an article.
    DraftId,
    /// A text that was kept beside a draft.
    CopyId,
    /// A series of articles.
    SeriesId,
    /// An answer that an account gives by itself.
    AnswerId,
    /// A line of a roll call.
    EntryId,
    /// A link into a group.
    GroupInvitationId,
    /// A reaction to a post: a like.
    ReactionId,
    /// A boost.
    BoostId,
    /// A leave to quote a post.
    LeaveId,
    /// A member's bookmark.
    BookmarkId,
    /// What a post said before an edit.
    VersionId,
    /// A picture or other file of a post or an actor.
    MediaId,
    /// An event: what must follow a change. Also the id of the activity that it becomes.
    EventId,
    /// A delivery: one activity to one inbox.
    DeliveryId,
    /// An activity that arrived.
    ArrivalId,
    /// A notice: what tells a member that something happened.
    NoticeId,
    /// A line of the audit log.
    AuditId,
    /// A client program.
    AppId,
    /// What a client program may do for somebody.
    TokenId,
    /// A member's private label for people.
    TagId,
    /// Words or posts that a member doesn't want to meet.
    FilterId,
    /// Where a client program is told of notices.
    PushId,
    /// A notice that waits to be told to one program.
    PushDeliveryId,
    /// What somebody tells the moderators.
    ReportId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_with_time_and_differ_within_a_millisecond() {
        let ids = Ids::starting_at(7);
        let at = 1_763_900_000_000_000;
        let (first, second, later) = (ids.next(at), ids.next(at), ids.next(at + 1_000));
        assert_ne!(first, second);
        assert!(later > first && later > second);
        assert_eq!((time_of(first), time_of(later)), (at, at + 1_000));
    }

    #[test]
    fn a_row_of_ids_is_nobody_elses() {
        let ids = Ids::starting_at((1 << COUNTER_BITS) - 10);
        let at = 1_763_900_000_000_000;
        let before = ids.next(at);
        let row = ids.row(at, 5_000);
        let after = ids.next(at);
        assert!(!(row..=row + 5_000).contains(&before) && !(row..=row + 5_000).contains(&after));
        assert_eq!(time_of(row + 1), time_of(row + 5_000));
    }

    #[test]
    fn ids_stay_positive_at_the_ends_of_time() {
        let ids = Ids::starting_at(0);
        assert!(ids.next(i64::MIN / 2) > 0);
        assert!(ids.next(i64::MAX / 2) > 0);
    }
}
