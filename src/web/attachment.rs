//! What goes with the Moments of one page besides their text: pictures, places, cards and polls, loaded together for all of them.

use std::collections::BTreeMap;

use super::gallery;
use crate::db::Conn;
use crate::domain::link::{self, Card};
use crate::domain::media;
use crate::domain::place::{self, Place};
use crate::domain::poll::{self, Poll};
use crate::error::Result;
use crate::id::{ActorId, PostId};

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
}

impl Loaded {
    /// Of these posts, which came through the gate, for this member or a visitor.
    pub fn of(conn: &mut Conn, me: Option<ActorId>, posts: &[PostId]) -> Result<Self> {
        let (pictures, places) = (media::of_posts(conn, posts)?, place::of_posts(conn, posts)?);
        let (cards, polls) = (link::of_posts(conn, posts)?, poll::of_posts(conn, me, posts)?);
        Ok(Self { pictures, places, cards, polls })
    }
}
