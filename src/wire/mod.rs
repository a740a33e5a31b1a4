//! ActivityPub as bytes and documents: pure functions, no database, no network, no settings.

pub mod activity;
pub mod actor;
pub mod address;
pub mod article;
pub mod discovery;
pub mod group;
pub mod json;
pub mod notice;
pub mod object;
pub mod poll;
pub mod proof;
pub mod quote;
pub mod roll_call;
pub mod signature;

#[cfg(test)]
mod tests;

use std::fmt;

/// Why a document or a request is not taken: a short, stable sentence for logs, officers and the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal(pub &'static str);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Refusal {}
