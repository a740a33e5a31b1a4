//! The place of a Moment: the line under its text, and its part of the form.

use super::form::Fields;
use crate::domain::place::{Place, Precision};
use crate::error::Result;

/// A place as pages show it.
#[derive(Debug, Clone)]
pub struct Spot {
    /// In words, or its coordinates.
    pub name: String,
    /// A map of it elsewhere: a plain link, nothing is loaded from there.
    pub map: Option<String>,
}

impl Spot {
    /// The line of a place; `None` for nowhere.
    pub fn of(place: &Place) -> Option<Self> {
        if place.is_empty() {
            return None;
        }
        let map = place.coordinates.map(|there| {
            let (latitude, longitude) = there.degrees();
            let point = format!("?mlat={latitude}&mlon={longitude}#map=15/{latitude}/{longitude}");
            format!("https://www.openstreetmap.org/{point}")
        });
        let shown = || place.coordinates.map(|there| there.to_string()).unwrap_or_default();
        Some(Self { name: if place.name.is_empty() { shown() } else { place.name.clone() }, map })
    }
}

/// What a form says of the place; `None` for a form that doesn't speak of it.
///
/// Errors: `Invalid`.
pub fn read(fields: &Fields) -> Result<Option<Place>> {
    if !fields.holds("place") {
        return Ok(None);
    }
    let precision = if fields.text("place_rough") == "yes" { Precision::Rough } else { Precision::Exact };
    Place::parse(fields.text("place"), fields.text("coordinates"), precision).map(Some)
}

/// A place as fields of the form that changes it. Rough unless somebody has chosen otherwise.
pub fn fill(fields: &mut Fields, place: &Place) {
    fields.push("place", &place.name);
    fields.push("coordinates", &place.coordinates.map(|there| there.to_string()).unwrap_or_default());
    if place.coordinates.is_none_or(|there| there.is_rough()) {
        fields.push("place_rough", "yes");
    }
}
