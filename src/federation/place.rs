//! Places, both directions: `location` of a post, a `Place` (Activity Vocabulary §3.3).

use serde_json::Value;

use crate::domain::place::Place;
use crate::wire::object::{self, Note};

/// Says in the document of a post of ours where it was written; nothing for an empty place.
pub fn add(document: &mut Value, place: &Place) {
    if !place.is_empty() {
        let degrees = place.coordinates.map(|there| there.degrees());
        object::locate(document, &object::Place { name: place.name.clone(), degrees });
    }
}

/// Where another server's post was written.
pub fn incoming(note: &Note) -> Place {
    note.place.as_ref().map(|place| Place::received(&place.name, place.degrees)).unwrap_or_default()
}
