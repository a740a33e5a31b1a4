//! Large pictures in tiles: cut once, at full size and at half, a quarter … of it, so that any part is put together again without
//! decoding the whole. All tiles of a picture stand in one file, behind an index of where each begins.
//!
//! Invariants: a level is half as wide and half as high as the one before, rounded up, and the last is one tile. Tiles stand level by
//! level, row by row. The whole picture lies as it is to be looked at (EXIF orientation).

use std::io::Cursor;
use std::ops::Range;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::shrink::{Pixels, Shrinker, fitted};
use super::{Cut, DECODED_BYTES_MAX, DISPLAY_SIDE_MAX, Refused, jpeg, refused};

/// Side of a tile, in pixels.
pub const TILE_SIDE: u32 = 512;
/// Longest side of what is put together of tiles.
pub const CUT_SIDE_MAX: u32 = DISPLAY_SIDE_MAX;
/// Longest side of a picture that is cut into tiles: that of a JPEG. Longer ones would be strips without end.
const SIDE_MAX: u32 = 65_535;
/// Most pixels of a level that are looked at for one part: twice as many each way as it may get, and what is rounded.
const LEVEL_PIXELS_MAX: u64 = 17_000_000;
/// Quality of tiles and of what is put together of them.
const QUALITY: u8 = 85;
/// What the file of tiles begins with.
const MARK: &[u8; 8] = b"hgtiles1";
/// Bytes of a place in the index.
const PLACE_BYTES: u64 = 4;
/// Longest side of a part, for those who look at a picture part by part; its neighbours show the rest.
const PART_SIDE: u32 = 1_920;
/// How far a part goes into its neighbours on each side, so that no character is cut in two. Both together fit into [`CUT_SIDE_MAX`].
const PART_OVERLAP: u32 = 64;

/// How a picture of this size, which is not nothing, is cut into tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tiling {
    /// Its width, in pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
}

/// All tiles of a picture.
#[derive(Debug, Clone)]
pub struct Tiles {
    /// How it is cut.
    pub tiling: Tiling,
    /// The file: its mark, the places of the tiles and of the end (32 bits each, little-endian), and the tiles as JPEGs.
    pub bytes: Vec<u8>,
}

/// Where the tiles of a picture stand in their file.
#[derive(Debug, Clone)]
pub struct Index(Vec<u64>);

/// What is needed of which level to make a part ([`Tiling::plan`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    level: u32,
    columns: Range<u32>,
    rows: Range<u32>,
    /// The part, in pixels of the level.
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    to: (u32, u32),
}

impl Tiling {
    /// How many levels there are.
    pub fn levels(self) -> u32 {
        let mut level = 0;
        while self.width.max(self.height).div_ceil(1 << level) > TILE_SIDE {
            level += 1;
        }
        level + 1
    }

    /// Width and height of a level.
    pub fn size(self, level: u32) -> (u32, u32) {
        (self.width.div_ceil(1 << level), self.height.div_ceil(1 << level))
    }

    /// Columns and rows of a level.
    fn grid(self, level: u32) -> (u32, u32) {
        let (width, height) = self.size(level);
        (width.div_ceil(TILE_SIDE), height.div_ceil(TILE_SIDE))
    }

    /// The place of a tile among all; `None` if there is no such tile. Its level makes the picture 1, 2, 4 … times as small.
    pub fn number(self, level: u32, column: u32, row: u32) -> Option<usize> {
        if level >= self.levels() {
            return None;
        }
        let (columns, rows) = self.grid(level);
        let number = self.before(level) + u64::from(row) * u64::from(columns) + u64::from(column);
        (column < columns && row < rows).then(|| usize::try_from(number).ok()).flatten()
    }

    /// How many tiles stand before a level.
    fn before(self, level: u32) -> u64 {
        (0..level).map(|level| self.grid(level)).map(|(columns, rows)| u64::from(columns) * u64::from(rows)).sum()
    }

    /// The bytes of the file that are its index.
    pub fn index(self) -> Range<u64> {
        0..MARK.len() as u64 + PLACE_BYTES * (self.before(self.levels()) + 1)
    }

    /// Where a tile lies in its level: from the left, from above, its width and height.
    fn place(self, level: u32, column: u32, row: u32) -> (u32, u32, u32, u32) {
        let ((width, height), (x, y)) = (self.size(level), (column * TILE_SIDE, row * TILE_SIDE));
        (x, y, TILE_SIDE.min(width.saturating_sub(x)), TILE_SIDE.min(height.saturating_sub(y)))
    }

    /// The number of the tile that is just this part, in just this size.
    pub fn find(self, cut: Cut) -> Option<usize> {
        (0..self.levels()).find_map(|level| {
            let step = TILE_SIDE << level;
            let (column, row) = (cut.x / step, cut.y / step);
            let number = self.number(level, column, row)?;
            let (.., width, height) = self.place(level, column, row);
            let part = (step.min(self.width - column * step), step.min(self.height - row * step));
            let is_it = (cut.x, cut.y) == (column * step, row * step)
                && (cut.width, cut.height) == part
                && (cut.to_width, cut.to_height) == (width, height);
            is_it.then_some(number)
        })
    }

    /// What is needed for a part, which lies within the picture and gets no larger: of the smallest level that is large enough. `None` if
    /// that were more than is looked at for one part.
    pub fn plan(self, cut: Cut) -> Option<Plan> {
        let along = |level: u32, from: u32, length: u32, whole: u32| {
            let (first, end) = (from >> level, (from + length).div_ceil(1 << level).min(whole));
            (first, end.saturating_sub(first))
        };
        let within = |level: u32| {
            let (width, height) = self.size(level);
            (along(level, cut.x, cut.width, width), along(level, cut.y, cut.height, height))
        };
        let is_enough = |level: &u32| {
            let ((_, width), (_, height)) = within(*level);
            width >= cut.to_width && height >= cut.to_height
        };
        let level = (0..self.levels()).rev().find(is_enough)?;
        let ((x, width), (y, height)) = within(level);
        let fits = cut.to_width.max(cut.to_height) <= CUT_SIDE_MAX
            && u64::from(width) * u64::from(height) <= LEVEL_PIXELS_MAX
            && width.min(height).min(cut.to_width).min(cut.to_height) > 0;
        fits.then(|| Plan {
            level,
            columns: x / TILE_SIDE..(x + width).div_ceil(TILE_SIDE),
            rows: y / TILE_SIDE..(y + height).div_ceil(TILE_SIDE),
            x,
            y,
            width,
            height,
            to: (cut.to_width, cut.to_height),
        })
    }

    /// The picture in parts at full size, row by row, for those who see it without a program. Neighbours overlap a little.
    pub fn parts(self) -> Vec<Cut> {
        let along = |length: u32| {
            let step = length.div_ceil(length.div_ceil(PART_SIDE).max(1)).max(1);
            (0..length.div_ceil(step)).map(move |number| {
                let from = (number * step).saturating_sub(PART_OVERLAP);
                (from, ((number + 1) * step + PART_OVERLAP).min(length) - from)
            })
        };
        let mut parts = Vec::new();
        for (y, height) in along(self.height) {
            for (x, width) in along(self.width) {
                parts.push(Cut { x, y, width, height, to_width: width, to_height: height });
            }
        }
        parts
    }
}

impl Index {
    /// Reads it; `None` for anything else.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let places = bytes.strip_prefix(MARK)?.chunks_exact(4).filter_map(|four| <[u8; 4]>::try_from(four).ok());
        Some(Self(places.map(|place| u64::from(u32::from_le_bytes(place))).collect()))
    }

    /// The bytes of a tile in the file.
    pub fn tile(&self, number: usize) -> Option<Range<u64>> {
        let (start, end) = (*self.0.get(number)?, *self.0.get(number + 1)?);
        (start < end).then_some(start..end)
    }

    /// The bytes of the tiles that a plan needs: row by row, within which they stand side by side.
    pub fn bands(&self, tiling: Tiling, plan: &Plan) -> Option<Vec<Vec<Range<u64>>>> {
        let tile = |column, row| self.tile(tiling.number(plan.level, column, row)?);
        plan.rows.clone().map(|row| plan.columns.clone().map(|column| tile(column, row)).collect()).collect()
    }
}

/// Cuts a picture into tiles that is larger than the form in which it is shown; `None` for any other.
pub(super) fn cut_up(
    whole: &Pixels,
    orientation: Orientation,
    profile: Option<&[u8]>,
) -> Result<Option<Tiles>, Refused> {
    let longest = whole.width.max(whole.height);
    if longest <= DISPLAY_SIDE_MAX || longest > SIDE_MAX {
        return Ok(None);
    }
    let (is_turned, ..) = turn(orientation);
    let (width, height) = if is_turned { (whole.height, whole.width) } else { (whole.width, whole.height) };
    let tiling = Tiling { width, height };
    let mut bytes = vec![0_u8; usize::try_from(tiling.index().end).map_err(|_| Refused::TooLarge)?];
    let (mut places, mut smaller) = (vec![bytes.len()], None);
    for level in 0..tiling.levels() {
        let pixels = smaller.as_ref().unwrap_or(whole);
        let (columns, rows) = tiling.grid(level);
        for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
            let (at, size) = source(orientation, tiling.place(level, column, row), (pixels.width, pixels.height));
            bytes.extend(jpeg(&pixels.part(at, size).turned(orientation).on_white(), profile, QUALITY)?);
            places.push(bytes.len());
        }
        smaller = (level + 1 < tiling.levels()).then(|| pixels.halved());
    }
    let mut head = MARK.to_vec();
    for place in places {
        head.extend(u32::try_from(place).map_err(|_| Refused::TooLarge)?.to_le_bytes());
    }
    // It is as long as what was left free for it.
    drop(bytes.splice(..head.len(), head));
    Ok(Some(Tiles { tiling, bytes }))
}

/// How a picture is turned: do rows become columns, and is what was right or below counted from there?
fn turn(orientation: Orientation) -> (bool, bool, bool) {
    match orientation {
        Orientation::NoTransforms => (false, false, false),
        Orientation::Rotate90 => (true, false, true),
        Orientation::Rotate180 => (false, true, true),
        Orientation::Rotate270 => (true, true, false),
        Orientation::FlipHorizontal => (false, true, false),
        Orientation::FlipVertical => (false, false, true),
        Orientation::Rotate90FlipH => (true, false, false),
        Orientation::Rotate270FlipH => (true, true, true),
    }
}

/// Where a part of the turned picture (from the left, from above, width, height) lies in one of this size that isn't turned yet: its
/// place and size.
fn source(
    orientation: Orientation,
    (x, y, width, height): (u32, u32, u32, u32),
    whole: (u32, u32),
) -> ((u32, u32), (u32, u32)) {
    let (is_turned, from_right, from_below) = turn(orientation);
    let ((x, y), (width, height)) = if is_turned { ((y, x), (height, width)) } else { ((x, y), (width, height)) };
    let x = if from_right { whole.0.saturating_sub(x + width) } else { x };
    let y = if from_below { whole.1.saturating_sub(y + height) } else { y };
    ((x, y), (width, height))
}

/// A tile, with its colour profile.
fn open(tile: &[u8]) -> Result<(Pixels, Option<Vec<u8>>), Refused> {
    let mut reader = ImageReader::with_format(Cursor::new(tile), ImageFormat::Jpeg);
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > TILE_SIDE {
        return Err(Refused::Broken);
    }
    let profile = decoder.icc_profile().ok().flatten();
    Ok((Pixels::of(DynamicImage::from_decoder(decoder).map_err(refused)?), profile))
}

/// Puts a part together: `bands` are the tiles that [`Index::bands`] names. Answers a JPEG.
///
/// Errors: `Broken` if they aren't those.
pub fn compose<B: AsRef<[u8]>>(plan: &Plan, bands: &[Vec<B>]) -> Result<Vec<u8>, Refused> {
    let mut shrinker = Shrinker::<3>::new((plan.width, plan.height), plan.to);
    let (mut profile, mut line) = (None, Vec::new());
    for (row, band) in plan.rows.clone().zip(bands) {
        let mut tiles = Vec::with_capacity(band.len());
        for tile in band {
            let (pixels, its) = open(tile.as_ref())?;
            profile = profile.or(its);
            tiles.push(pixels);
        }
        let top = row * TILE_SIDE;
        for y in plan.y.max(top)..(plan.y + plan.height).min(top + TILE_SIDE) {
            line.clear();
            for (column, tile) in plan.columns.clone().zip(&tiles) {
                let left = column * TILE_SIDE;
                let end = (plan.x + plan.width).min(left + tile.width).saturating_sub(left);
                line.extend_from_slice(tile.row(y - top, plan.x.saturating_sub(left)..end));
            }
            if usize::try_from(plan.width).ok().map(|width| width * 3) != Some(line.len()) {
                return Err(Refused::Broken);
            }
            shrinker.add(&line);
        }
    }
    jpeg(&shrinker.whole().ok_or(Refused::Broken)?, profile.as_deref(), QUALITY)
}

/// The largest size in which a part of this size is served.
pub fn cut_size(width: u32, height: u32) -> (u32, u32) {
    fitted(width, height, CUT_SIDE_MAX)
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    const LARGE: Tiling = Tiling { width: 5_001, height: 3_000 };

    fn cut(region: (u32, u32, u32, u32), to: (u32, u32)) -> Cut {
        Cut { x: region.0, y: region.1, width: region.2, height: region.3, to_width: to.0, to_height: to.1 }
    }

    /// A picture whose colours say where one is, in steps of 32 pixels: red from the left, green from above.
    fn sample(width: u32, height: u32) -> RgbImage {
        let shade = |at: u32| u8::try_from(at / 32 * 2 % 256).unwrap();
        RgbImage::from_fn(width, height, |x, y| Rgb([shade(x), shade(y), 90]))
    }

    fn tiles(picture: RgbImage, orientation: Orientation) -> Tiles {
        cut_up(&Pixels::of(DynamicImage::ImageRgb8(picture)), orientation, None).unwrap().unwrap()
    }

    fn bytes(tiles: &Tiles, part: Range<u64>) -> &[u8] {
        &tiles.bytes[usize::try_from(part.start).unwrap()..usize::try_from(part.end).unwrap()]
    }

    fn tile(tiles: &Tiles, level: u32, column: u32, row: u32) -> RgbImage {
        let index = Index::read(bytes(tiles, tiles.tiling.index())).unwrap();
        let part = index.tile(tiles.tiling.number(level, column, row).unwrap()).unwrap();
        image::load_from_memory(bytes(tiles, part)).unwrap().into_rgb8()
    }

    fn made(tiles: &Tiles, cut: Cut) -> RgbImage {
        let index = Index::read(&tiles.bytes).unwrap();
        let plan = tiles.tiling.plan(cut).unwrap();
        let bands = index.bands(tiles.tiling, &plan).unwrap().into_iter();
        let bands: Vec<Vec<&[u8]>> =
            bands.map(|band| band.into_iter().map(|part| bytes(tiles, part)).collect()).collect();
        image::load_from_memory(&compose(&plan, &bands).unwrap()).unwrap().into_rgb8()
    }

    fn is_like(one: &RgbImage, other: &RgbImage) -> bool {
        let near = |(one, other): (&u8, &u8)| one.abs_diff(*other) < 16;
        let far = one.as_raw().iter().zip(other.as_raw()).filter(|pair| !near(*pair)).count();
        one.dimensions() == other.dimensions() && far * 50 < one.as_raw().len()
    }

    #[test]
    fn levels_are_halves_up_to_one_tile() {
        let sizes: Vec<_> = (0..LARGE.levels()).map(|level| LARGE.size(level)).collect();
        assert_eq!(sizes, [(5_001, 3_000), (2_501, 1_500), (1_251, 750), (626, 375), (313, 188)]);
        let numbers = [(0, 0, 0), (0, 9, 5), (1, 0, 0), (4, 0, 0)].map(|(level, x, y)| LARGE.number(level, x, y));
        assert_eq!((numbers, LARGE.index()), ([Some(0), Some(59), Some(60), Some(83)], 0..8 + 4 * 85));
        let most = u32::MAX;
        for (level, column, row) in [(0, 10, 0), (0, 0, 6), (4, 1, 0), (5, 0, 0), (most, 0, 0), (0, most, most)] {
            assert_eq!(LARGE.number(level, column, row), None, "{level}/{column}/{row}");
        }
        assert_eq!(LARGE.find(cut((512, 1_024, 512, 512), (512, 512))), LARGE.number(0, 1, 2));
        assert_eq!(LARGE.find(cut((4_096, 2_048, 905, 952), (453, 476))), LARGE.number(1, 4, 2));
        assert_eq!(LARGE.find(cut((0, 0, 5_001, 3_000), (313, 188))), LARGE.number(4, 0, 0));
        for (region, to) in
            [((0, 0, 512, 512), (256, 256)), ((1, 0, 512, 512), (512, 512)), ((0, 0, 900, 512), (450, 256))]
        {
            assert_eq!(LARGE.find(cut(region, to)), None, "{region:?}");
        }
    }

    #[test]
    fn a_part_takes_the_smallest_level_that_is_large_enough() {
        let level = |region, to| LARGE.plan(cut(region, to)).map(|plan| plan.level);
        assert_eq!(level((0, 0, 5_001, 3_000), (2_048, 1_229)), Some(1));
        assert_eq!(level((0, 0, 5_001, 3_000), (300, 180)), Some(4));
        assert_eq!(level((100, 100, 700, 700), (700, 700)), Some(0));
        assert_eq!(level((100, 100, 700, 700), (350, 350)), Some(1));
        // Larger than is served, or drawn out so far that all of the picture would have to be looked at.
        assert_eq!(level((0, 0, 5_001, 3_000), (2_049, 1_229)), None);
        let strip = Tiling { width: 40_000, height: 2_000 };
        assert_eq!(strip.plan(cut((0, 0, 40_000, 2_000), (1, 2_000))), None);
        let parts = LARGE.parts();
        assert_eq!(parts.len(), 6);
        assert!(parts.iter().all(|part| part.width.max(part.height) <= CUT_SIDE_MAX && LARGE.plan(*part).is_some()));
        assert_eq!((parts[0].x, parts[0].y), (0, 0));
        assert!(parts[1].x < parts[0].width, "they overlap: {parts:?}");
        assert_eq!((parts[5].x + parts[5].width, parts[5].y + parts[5].height), (5_001, 3_000));
    }

    #[test]
    fn tiles_are_the_picture_at_every_level_and_any_part_comes_out_of_them() {
        let picture = sample(2_101, 1_030);
        let tiles = tiles(picture.clone(), Orientation::NoTransforms);
        let part = |x, y, width, height| image::imageops::crop_imm(&picture, x, y, width, height).to_image();
        assert!(is_like(&tile(&tiles, 0, 1, 1), &part(512, 512, 512, 512)));
        // What is left over at the edges is no multiple of a tile.
        assert!(is_like(&tile(&tiles, 0, 4, 2), &part(2_048, 1_024, 53, 6)));
        let filter = image::imageops::FilterType::Triangle;
        let half = image::imageops::resize(&picture, 1_051, 515, filter);
        assert!(is_like(&tile(&tiles, 1, 2, 1), &image::imageops::crop_imm(&half, 1_024, 512, 27, 3).to_image()));
        assert!(is_like(&tile(&tiles, 3, 0, 0), &image::imageops::resize(&picture, 263, 129, filter)));
        assert!(is_like(&made(&tiles, cut((500, 300, 700, 730), (700, 730))), &part(500, 300, 700, 730)));
        let small = image::imageops::resize(&part(500, 300, 700, 730), 233, 243, filter);
        assert!(is_like(&made(&tiles, cut((500, 300, 700, 730), (233, 243))), &small));
        let whole = made(&tiles, cut((0, 0, 2_101, 1_030), (2_048, 1_004)));
        assert!(is_like(&whole, &image::imageops::resize(&picture, 2_048, 1_004, filter)));
        // What fits into the form for reading needs no tiles.
        let fits = Pixels::of(DynamicImage::ImageRgb8(sample(2_048, 40)));
        assert!(cut_up(&fits, Orientation::NoTransforms, None).unwrap().is_none());
    }

    #[test]
    fn tiles_lie_as_the_picture_is_to_be_looked_at() {
        let given = sample(2_100, 600);
        for number in 1..=8 {
            let orientation = Orientation::from_exif(number).unwrap();
            let mut turned = DynamicImage::ImageRgb8(given.clone());
            turned.apply_orientation(orientation);
            let tiles = tiles(given.clone(), orientation);
            let (width, height) = (tiles.tiling.width, tiles.tiling.height);
            assert_eq!((width, height), (turned.width(), turned.height()));
            for (level, column, row) in [(0, 0, 0), (0, (width - 1) / 512, 0), (0, 0, (height - 1) / 512)] {
                let (x, y, width, height) = tiles.tiling.place(level, column, row);
                let there = turned.crop_imm(x, y, width, height).into_rgb8();
                assert!(is_like(&tile(&tiles, level, column, row), &there), "{number}: {column}/{row}");
            }
        }
    }

    #[test]
    fn what_is_no_file_of_tiles_is_not_taken_for_one() {
        let tiles = tiles(sample(2_100, 40), Orientation::NoTransforms);
        let plan = tiles.tiling.plan(cut((0, 0, 1_000, 40), (1_000, 40))).unwrap();
        assert!(Index::read(b"").is_none() && Index::read(b"hgtiles2\0\0\0\0").is_none());
        let short = Index::read(&tiles.bytes[..12]).unwrap();
        assert!(short.tile(0).is_none() && short.bands(tiles.tiling, &plan).is_none());
        for bands in [vec![], vec![vec![]], vec![vec![&b"x"[..], b"y"]]] {
            assert!(compose(&plan, &bands).is_err());
        }
    }
}
