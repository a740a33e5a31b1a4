//! The moderators' half of the client API (Mastodon's documentation, “admin”): people, reports, other servers. The table of URLs
//! lets only officers in, by their role and by the scope of their token.

mod account;
mod peer;
mod report;

pub use account::{act, approve, delete, keep, list, list_old, reject, show, unsuspend};
pub use peer::{allow, allow_is, allows, block, block_is, blocks, lift_allow, lift_block, update_block};
pub use report::{assign, list as reports, reopen, resolve, show as report, unassign, update};
