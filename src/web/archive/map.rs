//! The map of the archive: places of which there are items, and items that have coordinates of their own, drawn by the hall itself on a
//! sketch of the coasts, so that nobody's reader asks another server for a map. Whoever doesn't see it has the same as lists.
//!
//! An item may be at its place and at its own coordinates: so both are drawn apart, and never counted together.

use actix_web::HttpResponse;
use askama::Template;

use super::address;
use super::view::title;
use crate::db::Conn;
use crate::domain::archive as domain;
use crate::domain::audience::Viewer;
use crate::domain::item::{self as items, Area, Filter, Listed, Patch, Place};
use crate::error::Result;
use crate::id::PostId;
use crate::web::page::{self, Page};

/// The coasts of the world by a few hundred points, as a path of SVG in degrees east and north.
const COASTS: &str = include_str!("coast.txt");
/// The drawing's width.
const WIDTH: f64 = 720.0;
/// Its height where it doesn't show the whole world.
const HEIGHT: f64 = 480.0;
/// Degrees of longitude that the drawing shows at least by itself.
const SPAN_USUAL: f64 = 10.0;
/// Degrees that it shows at least when somebody looks nearer.
const SPAN_MIN: f64 = 0.5;
/// Degrees below which the sketch of the coasts says more than it knows.
const SPAN_COASTS: f64 = 6.0;
/// Degrees above which the whole world is shown.
const SPAN_MAX: f64 = 240.0;
/// Places nearer to each other than this are one mark.
const APART: f64 = 34.0;
/// Marks that have their names beside them.
const LABELS_MAX: usize = 14;
/// Degrees that squares are wide by which it is found out where in the world there are items with coordinates of their own.
const AREA_SPAN: f64 = 3.0;
/// Squares of such items that there is room for beside each other, at least.
const AREAS_ACROSS: f64 = 12.0;
/// Such squares that are shown, those with the most items first.
const AREAS_MAX: usize = 200;
/// Items nearer to each other than this don't come apart by looking nearer.
const TOGETHER: f64 = 3.0;

/// What the drawing shows.
#[derive(Debug, Clone, Copy, PartialEq)]
struct View {
    west: f64,
    north: f64,
    span: f64,
    height: f64,
}

impl View {
    /// All of it.
    const WORLD: Self = Self { west: -180.0, north: 90.0, span: 360.0, height: WIDTH / 2.0 };

    /// So many degrees around a point, moved so that it stays in the world.
    fn around(east: f64, north: f64, span: f64) -> Self {
        if span > SPAN_MAX {
            return Self::WORLD;
        }
        let tall = span * HEIGHT / WIDTH;
        Self {
            west: (east - span / 2.0).clamp(-180.0, 180.0 - span),
            north: (north + tall / 2.0).clamp(tall - 90.0, 90.0),
            span,
            height: HEIGHT,
        }
    }

    /// What has all these points (east, north) in it with room around them.
    fn of(points: &[(f64, f64)], least: f64) -> Self {
        let over = |pick: fn(&(f64, f64)) -> f64| {
            let all = points.iter().map(pick);
            all.fold((f64::MAX, f64::MIN), |(low, high), one| (low.min(one), high.max(one)))
        };
        let ((west, east), (south, north)) = (over(|point| point.0), over(|point| point.1));
        if points.is_empty() {
            return Self::WORLD;
        }
        let span = ((east - west) * 1.3).max((north - south) * 1.3 * WIDTH / HEIGHT).max(least);
        Self::around(f64::midpoint(west, east), f64::midpoint(south, north), span)
    }

    /// Units of the drawing for one degree.
    fn scale(&self) -> f64 {
        WIDTH / self.span
    }

    /// Where a point (east, north) is in the drawing.
    fn put(&self, east: f64, north: f64) -> (f64, f64) {
        ((east - self.west) * self.scale(), (self.north - north) * self.scale())
    }

    /// Is a point in the drawing?
    fn has(&self, east: f64, north: f64) -> bool {
        let (x, y) = self.put(east, north);
        let about = 0.01;
        (-about..=WIDTH + about).contains(&x) && (-about..=self.height + about).contains(&y)
    }

    /// Is a part of a square in the drawing?
    fn meets(&self, area: Area) -> bool {
        let (west, north, width) = area.bounds();
        let south = self.north - self.height / self.scale();
        west <= self.west + self.span && west + width >= self.west && north >= south && north - width <= self.north
    }
}

/// A line of the net of degrees.
struct Line {
    x1: String,
    y1: String,
    x2: String,
    y2: String,
    /// Where its degrees stand.
    at: (String, String),
    /// Its degrees.
    label: String,
}

/// One or several places that are near to each other.
struct Mark {
    x: String,
    y: String,
    radius: String,
    url: String,
    /// What it is called, and how many items there are.
    title: String,
    /// Its name with its place and the side that it begins from, if there is room.
    label: Option<(String, String, &'static str)>,
    name: String,
}

/// A place, an item or several in a list.
struct Row {
    url: String,
    name: String,
    modern_name: String,
    count: String,
}

/// The page.
#[derive(Template)]
#[template(path = "archive/map.html")]
struct Show {
    page: Page,
    rows: Vec<Row>,
    marks: Vec<Mark>,
    /// Items with coordinates of their own, in the list and in the drawing.
    own_rows: Vec<Row>,
    own_marks: Vec<Mark>,
    lines: Vec<Line>,
    coasts: Option<(&'static str, String)>,
    height: String,
    is_near: bool,
    keeps: bool,
}

/// A number of the drawing.
fn units(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The view that a link asks for, if it does.
fn asked(page: &Page) -> Option<View> {
    let number = |name: &str| page.query(name).parse::<f64>().ok().filter(|number| number.is_finite());
    let (north, east, span) = (number("lat")?, number("lon")?, number("span")?);
    (north.abs() <= 90.0 && east.abs() <= 180.0).then(|| View::around(east, north, span.clamp(SPAN_MIN, 360.0)))
}

/// How many items there are of these places, with a sign if there are more.
fn told(places: &[&Place]) -> String {
    let count = places.iter().map(|place| place.count).fold(0_i64, i64::saturating_add);
    let sign = if places.iter().any(|place| place.is_more) { "+" } else { "" };
    format!("{count}{sign}")
}

fn place_url(place: &Place) -> String {
    format!("/archive/items?at={}", place.id)
}

/// What there is to be drawn.
struct Drawn {
    view: View,
    places: Vec<Place>,
    /// Items with coordinates of their own, by squares, each with the item that stands for them.
    own: Vec<(Patch, Listed)>,
}

/// What the reader may see of the archive in this view, or in all of the world.
fn drawn(conn: &mut Conn, viewer: &Viewer, near: Option<View>) -> Result<Drawn> {
    let mut places = items::places(conn, viewer)?;
    let view = match near {
        Some(view) => view,
        None => {
            let mut points: Vec<(f64, f64)> = places.iter().map(|place| (place.east, place.north)).collect();
            for area in items::areas(conn, viewer, Area::depth_of(AREA_SPAN))? {
                let (west, north, width) = area.bounds();
                points.extend([(west, north), (west + width, north - width)]);
            }
            View::of(&points, SPAN_USUAL)
        }
    };
    places.retain(|place| view.has(place.east, place.north));
    let depth = Area::depth_of(view.span / AREAS_ACROSS);
    let mut patches = items::patches(conn, viewer, depth, |area| view.meets(area))?;
    // Of a square at the edge a part may be outside.
    patches.retain(|patch| first_in(&view, patch).is_some());
    patches.truncate(AREAS_MAX);
    let ids: Vec<PostId> = patches.iter().filter_map(|patch| Some(first_in(&view, patch)?.0)).collect();
    let firsts = items::of_ids(conn, viewer, &ids)?;
    let with_first = |patch: Patch| {
        let id = first_in(&view, &patch)?.0;
        let first = firsts.iter().find(|one| one.item.id == id)?.clone();
        Some((patch, first))
    };
    Ok(Drawn { view, own: patches.into_iter().filter_map(with_first).collect(), places })
}

/// The first item of a square that is in the drawing, with its degrees north and east.
fn first_in(view: &View, patch: &Patch) -> Option<(PostId, f64, f64)> {
    patch.points.iter().find(|(_, north, east)| view.has(*east, *north)).copied()
}

/// `/archive/map`; `?lat=&lon=&span=` for a nearer look.
pub async fn show(page: Page) -> Result<HttpResponse> {
    let (viewer, near) = (page.viewer(), asked(&page));
    let (Drawn { view, places, own }, keeps) =
        page.ctx.read(move |conn| Ok((drawn(conn, &viewer, near)?, domain::keeps(conn, &viewer)?))).await?;
    let scale = view.scale();
    let (left, down) = (units(-view.west * scale), units(view.north * scale));
    let bend = format!("matrix({0} 0 0 -{0} {left} {down})", units(scale));
    let row = |place: &Place| Row {
        url: place_url(place),
        name: place.name.clone(),
        modern_name: place.modern_name.clone(),
        count: told(&[place]),
    };
    let by_themselves = own.iter().filter_map(|(patch, first)| lone(&page, &view, patch, first));
    let (own_rows, own_marks): (Vec<Row>, Vec<Mark>) = by_themselves.unzip();
    page::ok(&Show {
        rows: places.iter().map(row).collect(),
        marks: marks(&page, &view, &places),
        own_rows,
        own_marks,
        lines: lines(&view),
        coasts: (view.span >= SPAN_COASTS).then_some((COASTS, bend)),
        height: units(view.height),
        is_near: near.is_some(),
        keeps,
        page,
    })
}

/// Degrees with the letter of the side on which they are.
fn degrees(degrees: f64, letters: (char, char)) -> String {
    match units(degrees.abs()).as_str() {
        "0" => "0°".to_owned(),
        number => format!("{number}°{}", if degrees < 0.0 { letters.1 } else { letters.0 }),
    }
}

/// What a square of the map is called: by its middle.
pub(super) fn around(page: &Page, area: Area) -> String {
    let (west, north, width) = area.bounds();
    let middle = (degrees(north - width / 2.0, ('N', 'S')), degrees(west + width / 2.0, ('E', 'W')));
    page.with("archive-map-around", "name", format!("{} {}", middle.0, middle.1))
}

/// The net of degrees.
fn lines(view: &View) -> Vec<Line> {
    let steps = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0];
    let step = steps.into_iter().find(|step| view.span / step <= 7.0).unwrap_or(60.0);
    let between = |from: f64, to: f64| {
        let first = (from / step).ceil();
        (0..60).map(move |number| (first + f64::from(number)) * step).take_while(move |degrees| *degrees < to)
    };
    let (bottom, south) = (units(view.height), view.north - view.height / view.scale());
    let meridians = between(view.west, view.west + view.span).map(|east| {
        let x = view.put(east, 0.0).0;
        let at = (units(x + 4.0), units(view.height - 6.0));
        // At the right edge there is no room.
        let label = if x + 60.0 > WIDTH { String::new() } else { degrees(east, ('E', 'W')) };
        Line { x1: units(x), y1: "0".to_owned(), x2: units(x), y2: bottom.clone(), at, label }
    });
    let parallels = between(south, view.north).map(|north| {
        let y = view.put(0.0, north).1;
        let (at, label) = (("4".to_owned(), units(y - 4.0)), degrees(north, ('N', 'S')));
        Line { x1: "0".to_owned(), y1: units(y), x2: units(WIDTH), y2: units(y), at, label }
    });
    meridians.chain(parallels).collect()
}

/// Places that are near to each other in this view, together; those with the most items first.
fn together<'a>(view: &View, places: &'a [Place]) -> Vec<Vec<&'a Place>> {
    let mut groups: Vec<((f64, f64), Vec<&Place>)> = Vec::new();
    for place in places {
        let (x, y) = view.put(place.east, place.north);
        match groups.iter_mut().find(|((gx, gy), _)| (gx - x).hypot(gy - y) < APART) {
            Some((_, group)) => group.push(place),
            None => groups.push(((x, y), vec![place])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Where a mark leads: to the items of its place, or to a nearer look at its places.
fn leads(view: &View, group: &[&Place]) -> String {
    let points: Vec<(f64, f64)> = group.iter().map(|place| (place.east, place.north)).collect();
    match group {
        [only] => place_url(only),
        _ if view.span <= SPAN_MIN => "#places".to_owned(),
        _ => nearer(view, &points),
    }
}

/// The address of a nearer look at these points.
fn nearer(view: &View, points: &[(f64, f64)]) -> String {
    let near = View::of(points, SPAN_MIN);
    let span = near.span.min(view.span / 3.0).max(SPAN_MIN);
    let (east, tall) = (near.west + near.span / 2.0, near.height / near.scale());
    let north = near.north - tall / 2.0;
    format!("/archive/map?lat={}&lon={}&span={}", units(north), units(east), units(span))
}

/// Items of one square with coordinates of their own, in the list and in the drawing; `first` is the item that stands for them.
fn lone(page: &Page, view: &View, patch: &Patch, first: &Listed) -> Option<(Row, Mark)> {
    let (_, north, east) = first_in(view, patch)?;
    let (x, y) = view.put(east, north);
    let count = format!("{}{}", patch.points.len(), if patch.is_more { "+" } else { "" });
    let (name, url) = if patch.points.len() == 1 {
        (title(page, &first.record), first.item.path())
    } else {
        let name = match first.record.first("place") {
            "" => around(page, patch.area),
            place => page.with("archive-map-around", "name", page.in_words(place)),
        };
        (name, address(&Filter { area: Some(patch.area), ..Filter::default() }, 1))
    };
    let points: Vec<(f64, f64)> = patch.points.iter().map(|(_, north, east)| (*east, *north)).collect();
    let is_apart = |point: &(f64, f64)| {
        let (other_x, other_y) = view.put(point.0, point.1);
        (other_x - x).hypot(other_y - y) > TOGETHER
    };
    let comes_apart = view.span > SPAN_MIN && points.iter().any(is_apart);
    let mark = Mark {
        x: units(x),
        y: units(y),
        radius: radius(5.0, patch.points.len()),
        url: if comes_apart { nearer(view, &points) } else { url.clone() },
        title: format!("{name} · {}", page.with("archive-total", "count", count.as_str())),
        label: None,
        name: name.clone(),
    };
    Some((Row { url, name, modern_name: String::new(), count }, mark))
}

/// How large the mark of so many items is.
fn radius(least: f64, count: usize) -> String {
    units(least + 3.0 * f64::from(u32::try_from(count).unwrap_or(u32::MAX).max(1)).log10())
}

fn marks(page: &Page, view: &View, places: &[Place]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    // What is written already: left, right, and the line.
    let mut written: Vec<(f64, f64, f64)> = Vec::new();
    for group in together(view, places) {
        let Some(first) = group.first() else { continue };
        let (x, y) = view.put(first.east, first.north);
        let count = group.iter().map(|place| place.count).fold(0_i64, i64::saturating_add);
        let name = match group.len() {
            1 => first.name.clone(),
            several => {
                page.text("archive-map-several", &[("name", first.name.clone()), ("count", several.to_string())])
            }
        };
        // A hanzi is as wide as a line is high, two letters as one hanzi.
        let wide: f64 = name.chars().map(|c| if c.is_ascii() { 11.0 } else { 21.0 }).sum();
        let (from, side) = if x + wide + 24.0 > WIDTH { (x - wide - 18.0, "end") } else { (x + 18.0, "start") };
        let is_free =
            |(left, right, line): &(f64, f64, f64)| *right < from || *left > from + wide || (line - y).abs() > 30.0;
        let label = (written.len() < LABELS_MAX && written.iter().all(is_free)).then(|| {
            written.push((from.min(x), (from + wide).max(x), y));
            (units(if side == "end" { x - 18.0 } else { x + 18.0 }), units(y + 7.0), side)
        });
        marks.push(Mark {
            x: units(x),
            y: units(y),
            radius: radius(8.0, usize::try_from(count).unwrap_or_default()),
            url: leads(view, &group),
            title: format!("{name} · {}", page.with("archive-total", "count", told(&group))),
            label,
            name,
        });
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::AuthorityId;

    fn place(id: i64, east: f64, north: f64) -> Place {
        Place {
            id: AuthorityId(id),
            name: id.to_string(),
            modern_name: String::new(),
            north,
            east,
            count: 1,
            is_more: false,
        }
    }

    #[test]
    fn a_view_has_its_places_in_it_and_stays_in_the_world() {
        for points in [
            vec![(116.7, 23.4)],
            vec![(116.7, 23.4), (103.8, 1.3)],
            vec![(116.7, 23.4), (-123.1, 49.3), (151.2, -33.9)],
            vec![(179.9, 89.9), (-179.9, -89.9)],
            vec![(180.0, 90.0)],
            vec![(-180.0, -90.0)],
            vec![],
        ] {
            let view = View::of(&points, SPAN_USUAL);
            assert!(points.iter().all(|(east, north)| view.has(*east, *north)), "{points:?}: {view:?}");
            assert!(view.west >= -180.0 && view.west + view.span <= 180.0 + 1e-9, "{view:?}");
            assert!(view.north <= 90.0 && view.north - view.height / view.scale() >= -90.0 - 1e-9, "{view:?}");
            assert!(lines(&view).len() >= 4, "{view:?}");
        }
    }

    #[test]
    fn near_places_are_one_mark_that_leads_nearer_until_they_stand_apart() {
        let places = [place(1, 116.7, 23.4), place(2, 116.6, 23.5), place(3, 103.8, 1.3)];
        let points: Vec<_> = places.iter().map(|place| (place.east, place.north)).collect();
        let view = View::of(&points, SPAN_USUAL);
        let groups = together(&view, &places);
        assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(leads(&view, &groups[1]), "/archive/items?at=3");
        assert!(leads(&view, &groups[0]).starts_with("/archive/map?lat=23.45&lon=116.65&span=0.5"));
        let near = View::around(116.65, 23.45, 0.5);
        assert_eq!(together(&near, &places[..2]).len(), 2);
        let same = [place(1, 116.7, 23.4), place(2, 116.7, 23.4)];
        assert_eq!(leads(&View::around(116.7, 23.4, SPAN_MIN), &together(&near, &same)[0]), "#places");
    }

    #[test]
    fn the_coasts_are_a_path_of_places_in_the_world() {
        for shape in COASTS.lines() {
            let points = shape.strip_prefix('M').and_then(|shape| shape.strip_suffix('Z')).unwrap();
            let numbers: Vec<f64> = points.split(' ').map(|number| number.parse().unwrap()).collect();
            assert!(numbers.len() >= 6 && numbers.len().is_multiple_of(2), "{shape}");
            assert!(numbers.chunks(2).all(|point| point[0].abs() <= 180.0 && point[1].abs() <= 90.0), "{shape}");
        }
    }
}
