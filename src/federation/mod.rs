//! ActivityPub at the edge: inboxes and documents for other servers, and what goes out to them.
//!
//! `inbox` verifies and stores, then works off by one `match`; `outbox` turns events into activities and deliveries;
//! each noun maps both directions in its own file.

pub mod actor;
mod account;
mod announcement;
mod article;
pub mod block;
mod boost;
pub mod discovery;
pub mod document;
pub mod friend;
mod group;
mod incoming;
pub mod inbox;
mod item;
pub mod comment;
pub mod mention;
pub mod moment;
pub mod reaction;
pub mod report;
mod roll_call;
pub mod outbox;
pub mod outgoing;
pub mod picture;
pub mod place;
pub mod partner;
pub mod poll;
pub mod profile;
pub mod quote;
pub mod request;

use crate::domain::moment::Received;
use crate::error::Error;

/// What became of an activity that was worked off.
#[derive(Debug)]
pub enum Outcome {
    /// It was applied.
    Done,
    /// It was understood and changes nothing.
    Ignored(String),
    /// It was refused.
    Rejected(String),
    /// It must be tried again.
    Later(String),
}

impl From<Received> for Outcome {
    fn from(received: Received) -> Self {
        match received {
            Received::Stored => Self::Done,
            Received::Ignored(why) => Self::Ignored(why.to_owned()),
        }
    }
}

impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        use crate::error::Retry;
        let reason = error.to_string();
        match error {
            Error::NotFound(_) => Self::Ignored(reason),
            Error::Forbidden | Error::Invalid(_) | Error::Conflict(_) => Self::Rejected(reason),
            Error::Remote { retry: Retry::Never, .. } => Self::Rejected(reason),
            Error::Remote { retry: Retry::Later, .. }
            | Error::TooMany(_)
            | Error::Unavailable(_)
            | Error::Broken(_) => Self::Later(reason),
        }
    }
}
