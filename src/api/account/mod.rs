//! Accounts: people and other actors, how a member stands to them, and what they may do about it.

mod act;
mod entity;
mod list;
mod own;

pub use act::{
    accept, block, block_server, blocks, decline, endorse, follow, lift_block, lift_mute, lift_server, mute, mutes,
    note, remove_follower, requests, servers, unfollow,
};
pub use entity::{Account, Relationship, Role, relationships, tally};
pub use list::{
    endorsements, familiar, featured_hashtags, find, followed, followers, matching, relations, search, seen, several,
    show,
};
pub use own::{create, delete_picture, preferences, update, verify};
