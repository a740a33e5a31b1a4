//! What goes with the Moments of one page besides their text: pictures, places, cards, polls and quotes, loaded together for all of them.

use std::collections::BTreeMap;

use super::gallery;
use crate::db::Conn;
use crate::domain::announcement::{self, Standpoint};
use crate::domain::audience::Viewer;
use crate::domain::link::{self, Card};
use crate::domain::media;
use crate::domain::part::{self, Part};
use crate::domain::place::{self, Place};
use crate::domain::poll::{self, Poll};
use crate::domain::quote::{self, Quoted};
use crate::domain::roll_call::{self, RollCall};
use crate::error::Result;
use crate::id::PostId;

/// Lines of a roll call that are shown with its post; the rest stand on its own page.
const ROLL_LINES: i64 = 50;

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
    /// Their roll calls.
    pub rolls: BTreeMap<PostId, RollCall>,
    /// What they quote.
    pub quotes: BTreeMap<PostId, Quoted>,
    /// What makes announcements of them.
    pub announcements: BTreeMap<PostId, Standpoint>,
}

impl Loaded {
    /// Of these posts with their bits, which came through the gate.
    pub fn of(conn: &mut Conn, viewer: &Viewer, posts: &[(PostId, i64)]) -> Result<Self> {
        let with = |part| part::having(posts, part);
        Ok(Self {
            pictures: media::of_posts(conn, &with(Part::Media))?,
            places: place::of_posts(conn, &with(Part::Place))?,
            cards: link::of_posts(conn, &with(Part::Link))?,
            polls: poll::of_posts(conn, viewer.member(), &with(Part::Poll))?,
            rolls: roll_call::of_posts(conn, viewer.member(), &with(Part::RollCall), ROLL_LINES)?,
            quotes: quote::of_posts(conn, viewer, &with(Part::Quote))?,
            announcements: announcement::of_posts(conn, viewer, &with(Part::Announcement))?,
        })
    }
}
