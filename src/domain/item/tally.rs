//! How many items there are of which decade and at which place, and what they look like: for the timeline and the map.
//!
//! Everything is counted through the gate, so far and no further for each value, along the indexes of `item_facet` and `item_point`: what
//! is asked for grows with the number of decades, places and squares of the map, not with that of items. A decade, place or square of
//! which a viewer may see nothing isn't told of.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;

use super::State;
use super::browse::{COUNTED_MAX, Listed, Spot, of_ids};
use super::facet::{Facet, UNDATED};
use super::point::{self, Area};
use crate::db::schema::{item, item_facet, item_point, media, post as post_table};
use crate::db::{Conn, MultiBackend, condition};
use crate::domain::archive;
use crate::domain::audience::{FileGate, Gate, Viewer};
use crate::domain::authority::{self, Kind};
use crate::domain::media::{Media, State as MediaState};
use crate::error::{Error, Result};
use crate::id::{AuthorityId, MediaId, PostId};

/// Items of one place that are counted: there may be hundreds of places on one page.
const PLACE_COUNTED_MAX: i64 = 100;
/// Items of one square of the map that are counted.
const AREA_COUNTED_MAX: usize = 50;

/// Ten years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decade {
    /// Its first year.
    pub year: i64,
    /// How many items it has.
    pub count: i64,
}

/// The decades of the archive, the first first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Those of which there are items.
    pub decades: Vec<Decade>,
    /// How many items have no date.
    pub undated: i64,
}

/// A place of the archive on the map.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its record.
    pub id: AuthorityId,
    /// What it is called.
    pub name: String,
    /// What it is called today, if that is something else.
    pub modern_name: String,
    /// Degrees north.
    pub north: f64,
    /// Degrees east.
    pub east: f64,
    /// How many items are of it, as far as was counted.
    pub count: i64,
    /// Are there more?
    pub is_more: bool,
}

/// Items of one square of the map, by their own coordinates.
#[derive(Debug, Clone)]
pub struct Patch {
    /// The square.
    pub area: Area,
    /// Each with its degrees north and east, as far as was counted; at least one.
    pub points: Vec<(PostId, f64, f64)>,
    /// Are there more?
    pub is_more: bool,
}

/// A picture that stands for an item.
#[derive(Debug, Clone)]
pub struct Cover {
    /// The file.
    pub media: MediaId,
    /// Its width in pixels.
    pub width: i64,
    /// Its height in pixels.
    pub height: i64,
    /// What it shows, in words; may be empty.
    pub words: String,
}

/// Published items that have one of these values and that `viewer` may see, each once; of one value the newest first.
fn having(conn: &mut Conn, viewer: &Viewer, facet: Facet, values: &[String], limit: i64) -> Result<Vec<PostId>> {
    let query = item_facet::table
        .inner_join(item::table.on(item::id.eq(item_facet::item_id)))
        .inner_join(post_table::table.on(post_table::id.eq(item_facet::item_id)))
        .filter(item_facet::facet.eq(facet))
        .filter(item::state.eq(State::Published))
        .filter(Gate::before(viewer))
        .limit(limit)
        .select(item_facet::item_id);
    // One value is what is mostly asked for: the index has them in order, and the statement is prepared once. Of several an order would
    // have the gate asked about all of them first.
    Ok(match values {
        [only] => query.filter(item_facet::value.eq(only)).order(item_facet::item_id.desc()).load(conn.link())?,
        _ => query.filter(item_facet::value.eq_any(values)).distinct().load(conn.link())?,
    })
}

fn count(conn: &mut Conn, viewer: &Viewer, facet: Facet, values: &[String], most: i64) -> Result<i64> {
    let found = having(conn, viewer, facet, values, most)?;
    Ok(i64::try_from(found.len()).unwrap_or(most))
}

/// The values that there are of a facet, whoever looks.
fn values(conn: &mut Conn, facet: Facet) -> Result<BTreeSet<String>> {
    let rows = item_facet::table.filter(item_facet::facet.eq(facet)).select(item_facet::value).distinct();
    Ok(rows.load::<String>(conn.link())?.into_iter().collect())
}

/// How many items of each decade `viewer` may see. An item that may be of several decades counts in each.
pub fn timeline(conn: &mut Conn, viewer: &Viewer) -> Result<Timeline> {
    let mut found = Timeline::default();
    for value in values(conn, Facet::Decade)? {
        let year = value.parse::<i64>();
        let count = count(conn, viewer, Facet::Decade, &[value], COUNTED_MAX)?;
        match year {
            Ok(year) if count > 0 => found.decades.push(Decade { year, count }),
            Ok(_) => {}
            Err(_) => found.undated += count,
        }
    }
    found.decades.sort_by_key(|decade| decade.year);
    Ok(found)
}

/// The newest items of a decade (`None`: of those without a date) that `viewer` may see.
pub fn decade(conn: &mut Conn, viewer: &Viewer, year: Option<i64>, limit: i64) -> Result<Vec<Listed>> {
    let value = year.map_or_else(|| UNDATED.to_owned(), |year| year.to_string());
    let ids = having(conn, viewer, Facet::Decade, &[value], limit)?;
    of_ids(conn, viewer, &ids)
}

/// The places with coordinates of which `viewer` may see items, those with the most first.
pub fn places(conn: &mut Conn, viewer: &Viewer) -> Result<Vec<Place>> {
    let said = values(conn, Facet::Place)?;
    let mut found = Vec::new();
    for place in authority::located(conn)? {
        let Some((north, east)) = place.position() else { continue };
        let mut names = place.spellings();
        names.retain(|name| said.contains(name));
        let most = PLACE_COUNTED_MAX;
        let count = if names.is_empty() { 0 } else { count(conn, viewer, Facet::Place, &names, most + 1)? };
        if count > 0 {
            let modern_name = if place.modern_name == place.name { String::new() } else { place.modern_name };
            let (count, is_more) = (count.min(most), count > most);
            found.push(Place { id: place.id, name: place.name, modern_name, north, east, count, is_more });
        }
    }
    found.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name)));
    Ok(found)
}

/// The squares of this depth in which there are items, whoever looks: a scan of one index.
fn squares(conn: &mut Conn, depth: u32) -> Result<Vec<Area>> {
    let number = diesel::dsl::sql::<BigInt>(&format!("item_point.cell >> {}", Area::bits(depth)));
    let mut numbers: Vec<i64> = item_point::table.select(number).distinct().load(conn.link())?;
    numbers.sort_unstable();
    Ok(numbers.into_iter().map(|number| Area::of(depth, number)).collect())
}

/// The condition, on a query that names `item`, that it is in the archive. It is said so that no index of states is gone along: SQLite takes
/// few items for published, and would go through all of them for each square.
#[derive(Debug, Clone, Copy)]
struct Published;

impl QueryFragment<MultiBackend> for Published {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("COALESCE(item.state, '') = 'published'");
        Ok(())
    }
}

condition!(Published);

/// Published items in a square that `viewer` may see, each with the number of its point, in the order of the index.
fn inside(conn: &mut Conn, viewer: &Viewer, area: Area, limit: usize) -> Result<Vec<(PostId, i64)>> {
    let (first, last) = area.cells();
    Ok(item_point::table
        .inner_join(item::table.on(item::id.eq(item_point::item_id)))
        .inner_join(post_table::table.on(post_table::id.eq(item_point::item_id)))
        .filter(item_point::cell.between(first, last))
        .filter(Published)
        .filter(Gate::before(viewer))
        .order((item_point::cell, item_point::item_id))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select((item_point::item_id, item_point::cell))
        .load(conn.link())?)
}

/// The squares of this depth in which there are items with coordinates of their own that `viewer` may see.
pub fn areas(conn: &mut Conn, viewer: &Viewer, depth: u32) -> Result<Vec<Area>> {
    let mut found = Vec::new();
    for area in squares(conn, depth)? {
        if !inside(conn, viewer, area, 1)?.is_empty() {
            found.push(area);
        }
    }
    Ok(found)
}

/// The items with coordinates of their own that `viewer` may see, by squares of this depth, of which those are left out that aren't asked
/// for; the squares with the most first.
pub fn patches(conn: &mut Conn, viewer: &Viewer, depth: u32, is_asked: impl Fn(Area) -> bool) -> Result<Vec<Patch>> {
    let mut found = Vec::new();
    for area in squares(conn, depth)?.into_iter().filter(|area| is_asked(*area)) {
        let rows = inside(conn, viewer, area, AREA_COUNTED_MAX + 1)?;
        let is_more = rows.len() > AREA_COUNTED_MAX;
        let place = |(id, cell): (PostId, i64)| {
            let (north, east) = point::position(cell);
            (id, north, east)
        };
        let points: Vec<_> = rows.into_iter().take(AREA_COUNTED_MAX).map(place).collect();
        if !points.is_empty() {
            found.push(Patch { area, points, is_more });
        }
    }
    found.sort_by_key(|patch| std::cmp::Reverse(patch.points.len()));
    Ok(found)
}

/// A place to narrow a list by, if `viewer` may see anything of it or keeps the archive.
///
/// Errors: `NotFound`, also for what has no item that the viewer may see.
pub fn spot(conn: &mut Conn, viewer: &Viewer, id: AuthorityId) -> Result<Spot> {
    let place = authority::get(conn, id)?;
    let names = place.spellings();
    let is_seen = archive::keeps(conn, viewer)? || !having(conn, viewer, Facet::Place, &names, 1)?.is_empty();
    if place.kind != Kind::Place || !is_seen {
        return Err(Error::NotFound("place"));
    }
    Ok(Spot { id, name: place.name, names })
}

/// The first picture of an item that `viewer` may see; the item came through the gate.
pub fn cover(conn: &mut Conn, viewer: &Viewer, item: PostId) -> Result<Option<Cover>> {
    let first: Option<Media> = media::table
        .filter(media::post_id.eq(item))
        .filter(media::state.eq(MediaState::Ready))
        .filter(media::stem.ne(""))
        .filter(FileGate::before(viewer))
        .order((media::place, media::id))
        .select(Media::as_select())
        .first(conn.link())
        .optional()?;
    let of = |one: Media| Cover { media: one.id, width: one.width, height: one.height, words: one.alt };
    Ok(first.map(of).filter(|cover| cover.width > 0 && cover.height > 0))
}

/// The pictures that stand for these items, in their order; people who live are named to archivists alone.
pub fn covers<'a>(
    conn: &mut Conn,
    viewer: &Viewer,
    items: impl IntoIterator<Item = &'a Listed>,
) -> Result<Vec<Option<Cover>>> {
    let veil = if archive::keeps(conn, viewer)? { authority::Veil::default() } else { authority::veil(conn)? };
    // One question for each item along the index: all pictures of some books are more than all lists show.
    let mut known: BTreeMap<PostId, Option<Cover>> = BTreeMap::new();
    let mut found = Vec::new();
    for one in items {
        let cover = match known.entry(one.item.id) {
            Entry::Occupied(cover) => cover.get().clone(),
            Entry::Vacant(place) => {
                let cover = cover(conn, viewer, one.item.id)?;
                place.insert(cover.map(|cover| Cover { words: veil.text(&cover.words), ..cover })).clone()
            }
        };
        found.push(cover);
    }
    Ok(found)
}
