//! The nouns of a hall: types, rules and queries. Synchronous; no network, no HTML pages, no ActivityPub.
//!
//! The list goes from low to high: a noun imports only nouns above it in this list.

pub mod activity;
pub mod actor;
pub mod arrival;
pub mod audience;
pub mod audit;
pub mod delivery;
pub mod event;
pub mod friend;
pub mod hall;
pub mod invitation;
pub mod login;
pub mod moment;
pub mod peer;
pub mod post;
pub mod session;
