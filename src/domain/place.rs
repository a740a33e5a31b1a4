//! Where a Moment was written, or what it is about: words, coordinates, or both.
//!
//! Coordinates are kept in millionths of a degree, so that what was written is what is read. Who sees a place is who sees
//! its post.

use std::collections::BTreeMap;

use diesel::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::part::{self, Part};
use crate::db::schema::post_place;
use crate::db::{Among, Conn, IntoBoth};
use crate::error::{Error, Problem, Result};
use crate::id::PostId;

/// Longest name of a place, in characters; longer ones from elsewhere are cut.
pub const NAME_CHARS_MAX: usize = 100;
/// Longest text of coordinates that is looked at, in characters.
pub const COORDINATES_CHARS_MAX: usize = 60;
/// Millionths of a degree.
const UNIT: f64 = 1_000_000.0;
/// What coordinates are rounded to if they are to be rough: a thousandth of a degree, some 100 metres.
const ROUGH_E6: i64 = 1_000;

/// A point on the map, in millionths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coordinates {
    latitude_e6: i64,
    longitude_e6: i64,
}

/// How exactly somebody wants to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// To some 100 metres.
    Rough,
    /// As typed.
    Exact,
}

impl Coordinates {
    /// Degrees north and east; `None` for what is not on earth.
    pub fn of_degrees(latitude: f64, longitude: f64) -> Option<Self> {
        let on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        on_earth.then(|| Self { latitude_e6: millionths(latitude), longitude_e6: millionths(longitude) })
    }

    /// Reads “5.4141, 100.3288” as maps write it, in letters of any width.
    pub fn parse(raw: &str) -> Option<Self> {
        let plain: String = raw.nfkc().filter(|c| *c != '°').map(|c| if c == '、' { ',' } else { c }).collect();
        let mut parts = plain.split(|c: char| c == ',' || c.is_whitespace()).filter(|part| !part.is_empty());
        let (latitude, longitude) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        if parts.next().is_some() { None } else { Self::of_degrees(latitude, longitude) }
    }

    /// The same, so exactly.
    pub fn to(self, precision: Precision) -> Self {
        match precision {
            Precision::Exact => self,
            Precision::Rough => {
                Self { latitude_e6: rounded(self.latitude_e6), longitude_e6: rounded(self.longitude_e6) }
            }
        }
    }

    /// Is it rounded already?
    pub fn is_rough(self) -> bool {
        self.to(Precision::Rough) == self
    }

    /// Degrees north and east.
    pub fn degrees(self) -> (f64, f64) {
        (self.latitude_e6 as f64 / UNIT, self.longitude_e6 as f64 / UNIT)
    }
}

impl std::fmt::Display for Coordinates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (latitude, longitude) = self.degrees();
        write!(f, "{latitude}, {longitude}")
    }
}

fn millionths(degrees: f64) -> i64 {
    (degrees * UNIT).round() as i64
}

fn rounded(e6: i64) -> i64 {
    let half = if e6 < 0 { -ROUGH_E6 / 2 } else { ROUGH_E6 / 2 };
    (e6 + half) / ROUGH_E6 * ROUGH_E6
}

/// A place; empty for none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// In words; may be empty.
    pub name: String,
    /// On the map.
    pub coordinates: Option<Coordinates>,
}

impl Place {
    /// Reads what a form says.
    ///
    /// Errors: `Invalid` naming `place` or `coordinates`.
    pub fn parse(name: &str, coordinates: &str, precision: Precision) -> Result<Self> {
        let mut problems = Vec::new();
        let cut = crate::text::name(name, NAME_CHARS_MAX + 1);
        if cut.chars().count() > NAME_CHARS_MAX {
            problems.push(Problem::new("place", "place-problem-long").with("max", NAME_CHARS_MAX));
        }
        let typed = coordinates.trim();
        let is_long = typed.chars().count() > COORDINATES_CHARS_MAX;
        let found = if is_long { None } else { Coordinates::parse(typed) };
        if found.is_none() && !typed.is_empty() {
            problems.push(Problem::new("coordinates", "place-problem-coordinates"));
        }
        if problems.is_empty() {
            Ok(Self { name: cut, coordinates: found.map(|found| found.to(precision)) })
        } else {
            Err(Error::Invalid(problems))
        }
    }

    /// What another server says, cut and checked.
    pub fn received(name: &str, degrees: Option<(f64, f64)>) -> Self {
        let coordinates = degrees.and_then(|(latitude, longitude)| Coordinates::of_degrees(latitude, longitude));
        Self { name: crate::text::name(name, NAME_CHARS_MAX), coordinates }
    }

    /// Is it nowhere?
    pub fn is_empty(&self) -> bool {
        self.name.is_empty() && self.coordinates.is_none()
    }
}

/// Puts a post there, or nowhere; answers whether that changed anything.
pub fn set(conn: &mut Conn, post: PostId, place: &Place) -> Result<bool> {
    if of_post(conn, post)? == *place {
        return Ok(false);
    }
    diesel::delete(post_place::table.filter(post_place::post_id.eq(post))).execute(conn.link())?;
    if !place.is_empty() {
        part::mark(conn, post, Part::Place)?;
        diesel::insert_into(post_place::table)
            .values((
                post_place::post_id.eq(post),
                post_place::name.eq(&place.name),
                post_place::latitude_e6.eq(place.coordinates.map(|there| there.latitude_e6)),
                post_place::longitude_e6.eq(place.coordinates.map(|there| there.longitude_e6)),
            ))
            .both()
            .execute(conn.link())?;
    }
    Ok(true)
}

/// The places of the posts of one page. The posts themselves came through the gate.
pub fn of_posts(conn: &mut Conn, posts: &[PostId]) -> Result<BTreeMap<PostId, Place>> {
    if posts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(PostId, String, Option<i64>, Option<i64>)> = post_place::table
        .filter(Among::new(post_place::post_id, posts.iter().map(|id| id.0)))
        .select((post_place::post_id, post_place::name, post_place::latitude_e6, post_place::longitude_e6))
        .load(conn.link())?;
    let place = |(post, name, latitude, longitude): (PostId, String, Option<i64>, Option<i64>)| {
        let both = latitude.zip(longitude);
        let coordinates = both.map(|(latitude_e6, longitude_e6)| Coordinates { latitude_e6, longitude_e6 });
        (post, Place { name, coordinates })
    };
    Ok(rows.into_iter().map(place).collect())
}

/// Where a post was written; an empty place for nowhere.
pub fn of_post(conn: &mut Conn, post: PostId) -> Result<Place> {
    Ok(of_posts(conn, &[post])?.remove(&post).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_read_as_maps_write_them() {
        for typed in [
            "5.4141, 100.3288",
            "5.4141,100.3288",
            " 5.4141°  100.3288° ",
            "５.４１４１，１００.３２８８",
            "5.4141、100.3288",
        ] {
            assert_eq!(Coordinates::parse(typed).unwrap().to_string(), "5.4141, 100.3288", "{typed}");
        }
        let south = Coordinates::parse("-37.8136, 144.9631").unwrap();
        assert_eq!(south.degrees(), (-37.8136, 144.9631));
        assert_eq!(south.to(Precision::Rough).to_string(), "-37.814, 144.963");
        assert!(!south.is_rough() && south.to(Precision::Rough).is_rough());
        for odd in ["", "5.4", "5.4, ", "91, 0", "0, 180.5", "NaN, 0", "inf, 0", "1, 2, 3", "a, b", "1e300, 0"] {
            assert_eq!(Coordinates::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_form_is_read_or_refused_by_field() {
        let place = Place::parse(" 槟城\n乔治市 ", "5.41412, 100.32881", Precision::Rough).unwrap();
        assert_eq!((place.name.as_str(), place.coordinates.unwrap().degrees()), ("槟城 乔治市", (5.414, 100.329)));
        assert!(Place::parse("", " ", Precision::Rough).unwrap().is_empty());
        let fields = |name: &str, coordinates: &str| match Place::parse(name, coordinates, Precision::Exact) {
            Err(Error::Invalid(problems)) => problems.iter().map(|problem| problem.field).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(fields(&"城".repeat(101), "x"), ["place", "coordinates"]);
        assert_eq!(fields("", &"1".repeat(61)), ["coordinates"]);
        assert!(Place::parse(&"城".repeat(100), "", Precision::Exact).is_ok());
    }

    #[test]
    fn what_others_send_is_cut() {
        let place = Place::received(&format!("\u{202e}{}", "a".repeat(300)), Some((95.0, 0.0)));
        assert_eq!((place.name.chars().count(), place.coordinates), (100, None));
        assert!(Place::received("\u{200b}", Some((f64::NAN, 0.0))).is_empty());
    }
}
