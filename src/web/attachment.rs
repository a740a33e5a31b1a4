//! What goes with the Moments of one page besides their text: pictures, places and cards, loaded together for all of them.

use std::collections::BTreeMap;

use super::gallery;
use crate::db::Conn;
use crate::domain::link::{self, Card};
use crate::domain::media;
use crate::domain::place::{self, Place};
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
}

impl Loaded {
    /// Of these posts, which came through the gate.
    pub fn of(conn: &mut Conn, posts: &[PostId]) -> Result<Self> {
        let (pictures, places) = (media::of_posts(conn, posts)?, place::of_posts(conn, posts)?);
        Ok(Self { pictures, places, cards: link::of_posts(conn, posts)? })
    }
}
