//! Statuses: posts as programs see them, and what a member does with them.

mod act;
mod entity;
mod poll;
mod read;
mod write;

pub use act::{
    bookmark, bookmarks, boost, favourite, favourites, mute, pin, unbookmark, unboost, unfavourite, unmute, unpin,
};
pub use entity::{Item, Status, items, one, statuses};
pub use poll::{show_poll, vote};
pub use read::{
    boosted_by, by_account, card, context, favourited_by, history, keep_pictures, keep_tagged, post_of, several, show,
    source,
};
pub use write::{create, delete, update};
