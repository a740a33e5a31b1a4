//! Huiguan: a federated community server for diaspora associations.
//!
//! ARCHITECTURE.md says which floor each module stands on; `tests/tidy.rs` keeps it so.

pub mod admission;
pub mod api;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod ctx;
pub mod cue;
pub mod date;
pub mod db;
pub mod domain;
pub mod error;
pub mod files;
pub mod federation;
pub mod id;
pub mod lang;
pub mod limit;
pub mod lookup;
pub mod mail;
pub mod metrics;
pub mod net;
pub mod pack;
pub mod pdf;
pub mod picture;
pub mod record;
pub mod remote;
pub mod routes;
pub mod search;
pub mod secret;
pub mod text;
pub mod upload;
pub mod video;
pub mod web;
pub mod wire;
pub mod worker;
