//! What goes with the Moments of one page besides their text: pictures and places, loaded together for all of them.

use std::collections::BTreeMap;

use super::gallery;
use crate::db::Conn;
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
}

impl Loaded {
    /// Of these posts, which came through the gate.
    pub fn of(conn: &mut Conn, posts: &[PostId]) -> Result<Self> {
        Ok(Self { pictures: media::of_posts(conn, posts)?, places: place::of_posts(conn, posts)? })
    }
}
