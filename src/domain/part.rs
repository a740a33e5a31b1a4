//! What posts carry and have about them, as bits on their rows, so that a list looks only where there is something: most posts
//! are words alone.
//!
//! Invariant: a bit is set in the transaction that adds the first of its kind, and never cleared. It says that something may be
//! there; whether it is, and who may know of it, is asked of its own table.

use diesel::RunQueryDsl;
use diesel::sql_types::BigInt;

use crate::db::{Conn, Part as Sql, Statement};
use crate::error::Result;
use crate::id::PostId;

/// A kind of what a post may carry or have about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub enum Part {
    /// Pictures, films and other files.
    Media = 1,
    /// A place.
    Place = 1 << 1,
    /// A link with a card.
    Link = 1 << 2,
    /// A poll.
    Poll = 1 << 3,
    /// A quote.
    Quote = 1 << 4,
    /// People whom its text names.
    Mention = 1 << 5,
    /// Hashtags.
    Hashtag = 1 << 6,
    /// Likes.
    Reaction = 1 << 7,
    /// Boosts.
    Boost = 1 << 8,
    /// Comments under it, or answers to it.
    Comment = 1 << 9,
    /// Bookmarks.
    Bookmark = 1 << 10,
    /// A roll call.
    RollCall = 1 << 11,
    /// What the officers of a group want of its members.
    Announcement = 1 << 13,
}

/// Keeps in mind that a post may have this from now on.
pub(super) fn mark(conn: &mut Conn, post: PostId, part: Part) -> Result<()> {
    Statement::<BigInt>::new(vec![
        Sql::Sql("UPDATE post SET parts = parts | "),
        Sql::Number(part as i64),
        Sql::Sql(" WHERE id = "),
        Sql::Number(post.0),
        Sql::Sql(" AND (parts & "),
        Sql::Number(part as i64),
        Sql::Sql(") = 0"),
    ])
    .execute(conn.link())?;
    Ok(())
}

/// Those posts that may have this, of some with their bits.
pub fn having(posts: &[(PostId, i64)], part: Part) -> Vec<PostId> {
    posts.iter().filter(|(_, parts)| parts & part as i64 != 0).map(|(id, _)| *id).collect()
}
