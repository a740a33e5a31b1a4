//! The client API, as Mastodon documents it (docs.joinmastodon.org, “REST API”): the third edge beside pages and federation, for
//! the programs that members like.
//!
//! `frame` stands around every call (who speaks, how often, from which page, and errors as JSON), `param` reads what is sent,
//! `answer` writes what is told. Each noun has its handlers beside the structs that it answers. Everything passes the same gate
//! as the pages do.

pub mod account;
pub mod admin;
pub mod answer;
pub mod caller;
pub mod conversation;
pub mod entity;
pub mod filter;
pub mod frame;
pub mod hashtag;
pub mod instance;
pub mod list;
pub mod marker;
pub mod media;
pub mod notification;
pub mod oauth;
pub mod param;
pub mod push;
pub mod report;
pub mod search;
pub mod status;
pub mod stream;
pub mod timeline;
