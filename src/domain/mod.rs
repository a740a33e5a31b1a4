//! The nouns of a hall: types, rules and queries. Synchronous; no network, no HTML pages, no ActivityPub.
//!
//! The list goes from low to high: a noun imports only nouns above it in this list.

pub mod audit;
pub mod event;
pub mod hall;
pub mod peer;
pub mod actor;
pub mod audience;
pub mod part;
pub mod media;
pub mod version;
pub mod emoji;
pub mod place;
pub mod link;
pub mod post;
pub mod hashtag;
pub mod push;
pub mod notice;
pub mod poll;
pub mod quote;
pub mod mention;
pub mod hold;
pub mod profile;
pub mod friend;
pub mod block;
pub mod moment;
pub mod comment;
pub mod conversation;
pub mod reaction;
pub mod boost;
pub mod bookmark;
pub mod tag;
pub mod filter;
pub mod marker;
pub mod login;
pub mod report;
pub mod session;
pub mod scope;
pub mod app;
pub mod token;
pub mod invitation;
pub mod activity;
pub mod delivery;
pub mod arrival;
