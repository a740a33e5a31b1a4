//! Where items are by their own coordinates, each as one number, so that all of a square of the map lie in one range of an index.
//!
//! The world lies in a square of 360 degrees, of which it fills the upper half. That is halved again and again in both directions, and
//! the squares are numbered by the bits of their columns and rows in turn (Z-order), from the north-western corner.

use std::fmt;
use std::str::FromStr;

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::item_point;
use crate::error::Result;
use crate::id::PostId;
use crate::record::Record;

/// How often the square is halved at most: the smallest squares are some forty metres wide. Migrations know it too.
const DEPTH: u32 = 20;
/// Degrees of the sides of the whole square.
const SIDE: f64 = 360.0;
/// How the bits of a number are moved apart, so that there is one place between each two.
const APART: [(u32, i64); 5] = [
    (16, 0x0000_FFFF_0000_FFFF),
    (8, 0x00FF_00FF_00FF_00FF),
    (4, 0x0F0F_0F0F_0F0F_0F0F),
    (2, 0x3333_3333_3333_3333),
    (1, 0x5555_5555_5555_5555),
];
/// How they are moved together again.
const TOGETHER: [(u32, i64); 5] = [
    (1, 0x3333_3333_3333_3333),
    (2, 0x0F0F_0F0F_0F0F_0F0F),
    (4, 0x00FF_00FF_00FF_00FF),
    (8, 0x0000_FFFF_0000_FFFF),
    (16, 0x0000_0000_FFFF_FFFF),
];

/// A square of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    depth: u32,
    number: i64,
}

impl Area {
    /// The depth at which squares are at most so many degrees wide.
    pub fn depth_of(degrees: f64) -> u32 {
        (0..DEPTH).find(|depth| SIDE / f64::from(1_u32 << depth) <= degrees).unwrap_or(DEPTH)
    }

    /// The square of this depth with this number.
    pub(super) fn of(depth: u32, number: i64) -> Self {
        Self { depth: depth.min(DEPTH), number }
    }

    /// Bits by which the numbers of points in a square of this depth differ.
    pub(super) fn bits(depth: u32) -> u32 {
        2 * DEPTH.saturating_sub(depth)
    }

    /// The first and the last number of a point in it.
    pub(super) fn cells(self) -> (i64, i64) {
        let bits = Self::bits(self.depth);
        let first = self.number << bits;
        (first, first + ((1 << bits) - 1))
    }

    /// Its western and its northern edge, and how wide it is: degrees east, degrees north, degrees.
    pub fn bounds(self) -> (f64, f64, f64) {
        let width = SIDE / f64::from(1_u32 << self.depth);
        let (column, row) = (gathered(self.number), gathered(self.number >> 1));
        (f64::from(column) * width - 180.0, 90.0 - f64::from(row) * width, width)
    }
}

impl fmt::Display for Area {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", self.depth, self.number)
    }
}

impl FromStr for Area {
    type Err = ();

    fn from_str(said: &str) -> Result<Self, ()> {
        let (depth, number) = said.split_once('-').ok_or(())?;
        let (depth, number) = (depth.parse::<u32>().map_err(drop)?, number.parse::<i64>().map_err(drop)?);
        let is_one = depth <= DEPTH && (0..1_i64 << (2 * depth.min(DEPTH))).contains(&number);
        is_one.then_some(Self { depth, number }).ok_or(())
    }
}

fn spread(number: i64) -> i64 {
    APART.iter().fold(number, |bits, &(by, mask)| (bits | (bits << by)) & mask)
}

/// Every other bit of a number, from the last on.
fn gathered(number: i64) -> u32 {
    let own = number & 0x5555_5555_5555_5555;
    let bits = TOGETHER.iter().fold(own, |bits, &(by, mask)| (bits | (bits >> by)) & mask);
    u32::try_from(bits).unwrap_or_default()
}

/// The number of the point at these degrees, if they are in the world.
fn cell(north: f64, east: f64) -> Option<i64> {
    let whole = f64::from(1_u32 << DEPTH);
    let half = |degrees: f64, most: i64| ((degrees / SIDE * whole) as i64).clamp(0, most);
    let column = || half(east + 180.0, (1 << DEPTH) - 1);
    let row = || half(90.0 - north, (1 << (DEPTH - 1)) - 1);
    (north.abs() <= 90.0 && east.abs() <= 180.0).then(|| spread(column()) | (spread(row()) << 1))
}

/// The degrees north and east of a point, as nearly as its number tells.
pub(super) fn position(cell: i64) -> (f64, f64) {
    let (west, north, width) = Area::of(DEPTH, cell).bounds();
    (north - width / 2.0, west + width / 2.0)
}

/// Writes anew where an item is.
pub(super) fn write(conn: &mut Conn, id: PostId, record: &Record) -> Result<()> {
    clear(conn, id)?;
    let degrees = |code: &str| record.first(code).trim().parse::<f64>().ok();
    let own = degrees("latitude").zip(degrees("longitude"));
    if let Some(cell) = own.and_then(|(north, east)| cell(north, east)) {
        diesel::insert_into(item_point::table)
            .values((item_point::item_id.eq(id), item_point::cell.eq(cell)))
            .execute(conn.link())?;
    }
    Ok(())
}

/// Takes an item off the map.
pub(super) fn clear(conn: &mut Conn, id: PostId) -> Result<()> {
    diesel::delete(item_point::table.filter(item_point::item_id.eq(id))).execute(conn.link())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_lies_in_its_squares_and_nowhere_else() {
        for (north, east) in
            [(23.53, 116.72), (-33.9, 151.2), (1.29, 103.85), (90.0, 180.0), (-90.0, -180.0), (0.0, 0.0)]
        {
            let cell = cell(north, east).unwrap();
            let (near_north, near_east) = position(cell);
            assert!((near_north - north).abs() < 0.001 && (near_east - east).abs() < 0.001, "{north} {east}");
            for depth in 0..=DEPTH {
                let area = Area::of(depth, cell >> Area::bits(depth));
                let ((first, last), (west, top, width)) = (area.cells(), area.bounds());
                assert!((first..=last).contains(&cell), "{area}");
                assert!((west..=west + width).contains(&near_east), "{area}");
                assert!((top - width..=top).contains(&near_north), "{area}");
                assert_eq!(area.to_string().parse(), Ok(area));
            }
        }
        // What the migrations write.
        assert_eq!((cell(23.53, 116.72), cell(90.0, 180.0)), (Some(385_190_207_535), Some(366_503_875_925)));
        for (north, east) in [(90.1, 0.0), (0.0, -180.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(cell(north, east), None, "{north} {east}");
        }
    }

    #[test]
    fn squares_are_as_small_as_is_asked_for() {
        assert_eq!([360.0, 359.0, 3.0, 0.0].map(Area::depth_of), [0, 1, 7, DEPTH]);
        for wrong in ["", "3", "3-", "-3", "x-1", "3-64", "3--1", "21-1", "4294967295-0", "1-9223372036854775808"] {
            assert_eq!(wrong.parse::<Area>(), Err(()), "{wrong}");
        }
    }
}
