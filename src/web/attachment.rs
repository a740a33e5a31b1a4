//! What goes with the Moments of one page besides their text: pictures, places, cards, polls and quotes, loaded together for all of them.

use std::collections::BTreeMap;

use super::gallery;
use crate::db::Conn;
use crate::domain::audience::Viewer;
use crate::domain::link::{self, Card};
use crate::domain::media;
use crate::domain::place::{self, Place};
use crate::domain::poll::{self, Poll};
use crate::domain::quote::{self, Quoted};
use crate::error::Result;
use crate::id::PostId;

/// What goes with the Moments of one page.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Their files.
    pub pictures: gallery::Loaded,
    /// Their places.
    pub places: BTreeMap<PostId, Place>,
    /// The cards of their links.
    pub cards: BTreeMap<PostId, Card>,
    /// What they ask.
    pub polls: BTreeMap<PostId, Poll>,
    /// What they quote.
    pub quotes: BTreeMap<PostId, Quoted>,
}

impl Loaded {
    /// Of these posts, which came through the gate.
    pub fn of(conn: &mut Conn, viewer: &Viewer, posts: &[PostId]) -> Result<Self> {
        let (pictures, places) = (media::of_posts(conn, posts)?, place::of_posts(conn, posts)?);
        let (cards, polls) = (link::of_posts(conn, posts)?, poll::of_posts(conn, viewer.member(), posts)?);
        let quotes = quote::of_posts(conn, viewer, posts)?;
        Ok(Self { pictures, places, cards, polls, quotes })
    }
}
