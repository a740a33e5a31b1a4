//! The integration tests: real halls over HTTP, two and more in one process, on the database that
//! `HUIGUAN_TEST_DATABASE` names (`sqlite`, `postgres` or `mixed`: every second hall on PostgreSQL).

// A test that finds something amiss ends by a panic; the cluster and the halls it starts are ended by others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout, clippy::zombie_processes)]

mod accounts;
mod answer;
mod api;
mod block;
mod bookmark;
mod boost;
mod browser;
mod bucket;
mod clients;
mod cluster;
mod command;
mod conversation;
mod copies;
mod cover;
mod crash;
mod delivery;
mod doors;
mod friends;
mod gallery;
mod group;
mod handed;
mod history;
mod leaks;
mod link;
mod machine;
mod manners;
mod media;
mod mention;
mod moments;
mod notice;
mod oauth;
mod peer;
mod place;
mod poll;
mod profiles;
mod program;
mod push;
mod redraft;
mod refusals;
mod report;
mod server;
mod shared;
mod software;
mod stage;
mod suites;
mod talk;
mod topics;
mod video;
mod wire;
