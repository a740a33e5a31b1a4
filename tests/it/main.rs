//! The integration tests: real halls over HTTP, two and more in one process, on the database that
//! `HUIGUAN_TEST_DATABASE` names (`sqlite`, `postgres` or `mixed`: every second hall on PostgreSQL).

mod accounts;
mod cluster;
mod command;
mod crash;
mod friends;
mod moments;
mod peer;
mod refusals;
mod server;
mod wire;
