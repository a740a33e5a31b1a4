//! The database: SQLite by default, PostgreSQL by choice, one set of queries for both.
//!
//! Invariants: every write runs in a transaction; on SQLite one thread writes and many connections read; an
//! acknowledged write is on disk. A [`Conn`] carries the hall's clock, ids and origin, so that the domain needs no globals.

mod among;
mod both;
mod columns;
mod condition;
mod link;
mod migration;
mod pool;
mod range;
mod statement;
mod text_enum;
mod writer;

pub mod schema;

pub use among::{AMONG_MAX, Among};
pub use both::{Both, IntoBoth};
pub(crate) use columns::columns;
pub use columns::{Columns, Listed};
pub(crate) use condition::condition;
pub use link::{Conn, Link, MultiBackend};
pub use pool::{Db, Options};
pub(crate) use range::paged;
pub use range::{End, Range};
pub use statement::{Part, Statement};
pub(crate) use text_enum::text_enum;
pub use writer::Turn;

use diesel::result::{DatabaseErrorKind, Error as Diesel};

use crate::error::Error;

impl From<Diesel> for Error {
    fn from(source: Diesel) -> Self {
        match source {
            Diesel::NotFound => Self::NotFound("row"),
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Conflict("row"),
            Diesel::DatabaseError(DatabaseErrorKind::ClosedConnection, info) => {
                Self::Unavailable(info.message().to_owned())
            }
            Diesel::DatabaseError(kind, info) => {
                let text = info.message().to_owned();
                if is_passing(&text) { Self::Unavailable(text) } else { Self::broken(format!("{kind:?}: {text}")) }
            }
            other => Self::Broken(Box::new(other)),
        }
    }
}

/// Is it the machine's trouble (no room, locked, restarting) rather than a wrong query?
fn is_passing(message: &str) -> bool {
    const SIGNS: [&str; 12] = [
        "disk is full",
        "No space left on device",
        "could not extend file",
        "read-only transaction",
        "disk I/O error",
        "readonly database",
        "database is locked",
        "deadlock detected",
        "could not serialize",
        "terminating connection",
        "server closed the connection",
        "the database system is",
    ];
    SIGNS.iter().any(|sign| message.contains(sign))
}
