//! Pixels, made fewer: each new one is the mean of what it covers, so that nothing flickers or is left out. Works row by
//! row, without a second copy of the large picture.

use std::ops::Range;

use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, RgbImage, RgbaImage};

/// A decoded picture: red, green, blue, and transparency if it has any.
#[derive(Debug, Clone)]
pub(super) struct Pixels {
    /// Row by row.
    pub bytes: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    channels: usize,
}

/// Width and height that fit into a square, in the same proportion; never larger than they are, never nothing.
pub(super) fn fitted(width: u32, height: u32, side: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= side {
        return (width, height);
    }
    let scaled = |length: u32| {
        let scaled = (u64::from(length) * u64::from(side) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(scaled).unwrap_or(side).max(1)
    };
    (scaled(width), scaled(height))
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl Pixels {
    /// The pixels of a decoded picture, eight bits a colour.
    pub fn of(picture: DynamicImage) -> Self {
        let (width, height) = (picture.width(), picture.height());
        if picture.color().has_alpha() {
            Self { bytes: picture.into_rgba8().into_raw(), width, height, channels: 4 }
        } else {
            Self { bytes: picture.into_rgb8().into_raw(), width, height, channels: 3 }
        }
    }

    /// How the bytes are to be read.
    pub fn colours(&self) -> ExtendedColorType {
        if self.channels == 4 { ExtendedColorType::Rgba8 } else { ExtendedColorType::Rgb8 }
    }

    /// Can one see through any part of it?
    pub fn is_transparent(&self) -> bool {
        self.channels == 4 && self.bytes.chunks_exact(4).any(|pixel| pixel.last().is_some_and(|alpha| *alpha < 255))
    }

    /// Without transparency, as if it lay on white paper.
    pub fn on_white(&self) -> Self {
        if self.channels == 3 {
            return self.clone();
        }
        let mut bytes = Vec::with_capacity(self.bytes.len() / 4 * 3);
        for pixel in self.bytes.chunks_exact(4) {
            let [red, green, blue, alpha] = *pixel else { continue };
            let alpha = u16::from(alpha);
            let mixed = [red, green, blue].map(|colour| (u16::from(colour) * alpha + 255 * (255 - alpha) + 127) / 255);
            bytes.extend(mixed.map(|colour| u8::try_from(colour).unwrap_or(255)));
        }
        Self { bytes, width: self.width, height: self.height, channels: 3 }
    }

    /// Some pixels of a row; empty if they aren't all there.
    pub fn row(&self, y: u32, columns: Range<u32>) -> &[u8] {
        let start = size(y) * size(self.width);
        let (from, to) = (start + size(columns.start), start + size(columns.end));
        let fits = y < self.height && columns.end <= self.width;
        let bytes = fits.then(|| self.bytes.get(from * self.channels..to * self.channels)).flatten();
        bytes.unwrap_or_default()
    }

    /// The part of it that begins at a place, so wide and so high; it lies within the picture.
    pub fn part(&self, (x, y): (u32, u32), (width, height): (u32, u32)) -> Self {
        let mut bytes = Vec::with_capacity(size(width) * size(height) * self.channels);
        (y..y + height).for_each(|y| bytes.extend_from_slice(self.row(y, x..x + width)));
        Self { bytes, width, height, channels: self.channels }
    }

    /// The square in its middle.
    pub fn square(self) -> Self {
        let side = self.width.min(self.height);
        self.part(((self.width - side) / 2, (self.height - side) / 2), (side, side))
    }

    /// As it was meant to be looked at.
    pub fn turned(self, orientation: Orientation) -> Self {
        if orientation == Orientation::NoTransforms {
            return self;
        }
        let raw = (self.width, self.height, self.bytes);
        let picture = match self.channels {
            4 => RgbaImage::from_raw(raw.0, raw.1, raw.2).map(DynamicImage::ImageRgba8),
            _ => RgbImage::from_raw(raw.0, raw.1, raw.2).map(DynamicImage::ImageRgb8),
        };
        let mut picture = picture.unwrap_or_default();
        picture.apply_orientation(orientation);
        Self::of(picture)
    }

    /// Made so small that it fits into a square of this side.
    pub fn fit(&self, side: u32) -> Self {
        let (width, height) = fitted(self.width, self.height, side);
        if (width, height) == (self.width, self.height) {
            return self.clone();
        }
        self.shrunk(width, height)
    }

    /// Half as wide and half as high; what is left over counts as whole.
    pub fn halved(&self) -> Self {
        self.shrunk(self.width.div_ceil(2), self.height.div_ceil(2))
    }

    fn shrunk(&self, width: u32, height: u32) -> Self {
        if self.channels == 4 { self.shrink::<4>(width, height) } else { self.shrink::<3>(width, height) }
    }

    fn shrink<const N: usize>(&self, width: u32, height: u32) -> Self {
        let mut shrinker = Shrinker::<N>::new((self.width, self.height), (width, height));
        for row in self.bytes.chunks_exact((size(self.width) * N).max(1)) {
            shrinker.add(row);
        }
        shrinker.done()
    }
}

/// Makes pixels fewer whose rows come one by one, from above.
pub(super) struct Shrinker<const N: usize> {
    columns: Vec<Span>,
    total: u64,
    /// Parts of which each new row is made.
    given: u64,
    /// Parts that each row has.
    wanted: u64,
    /// Parts that the new row still lacks.
    missing: u64,
    line: Vec<[u64; N]>,
    sums: Vec<[u64; N]>,
    made: Pixels,
}

impl<const N: usize> Shrinker<N> {
    /// From this width and height to those, which are no larger and not nothing.
    pub fn new(from: (u32, u32), to: (u32, u32)) -> Self {
        let given = u64::from(from.1);
        Self {
            columns: spans(from.0, to.0),
            total: u64::from(from.0) * given,
            given,
            wanted: u64::from(to.1),
            missing: given,
            line: vec![[0; N]; size(to.0)],
            sums: vec![[0; N]; size(to.0)],
            made: Pixels {
                bytes: Vec::with_capacity(size(to.0) * size(to.1) * N),
                width: to.0,
                height: to.1,
                channels: N,
            },
        }
    }

    /// Adds the next row.
    pub fn add(&mut self, row: &[u8]) {
        add_up(row, &self.columns, &mut self.line);
        let first = self.wanted.min(self.missing);
        gather(&mut self.sums, &self.line, first);
        self.missing -= first;
        if self.missing == 0 {
            let (total, bytes) = (self.total, &mut self.made.bytes);
            self.sums.iter().for_each(|sum| bytes.extend(mean(sum, total)));
            self.sums.iter_mut().for_each(|sum| *sum = [0; N]);
            gather(&mut self.sums, &self.line, self.wanted - first);
            self.missing = self.given - (self.wanted - first);
        }
    }

    /// What was made; `None` if rows were missing.
    pub fn whole(self) -> Option<Pixels> {
        let bytes = size(self.made.width) * size(self.made.height) * N;
        (self.made.bytes.len() == bytes).then_some(self.made)
    }

    fn done(self) -> Pixels {
        self.made
    }
}

/// Which pixels of a row one new pixel covers, and with how many parts each.
struct Span {
    from: usize,
    weights: Vec<u64>,
}

/// The spans of all new pixels of a row: a given pixel has `wanted` parts, a new one takes `given` of them.
fn spans(given: u32, wanted: u32) -> Vec<Span> {
    let (given, wanted) = (u64::from(given), u64::from(wanted).max(1));
    let span = |new: u64| {
        let (start, end) = (new * given, (new + 1) * given);
        let (first, last) = (start / wanted, end.div_ceil(wanted));
        let part = |pixel: u64| (end.min((pixel + 1) * wanted)) - start.max(pixel * wanted);
        Span { from: usize::try_from(first).unwrap_or(0), weights: (first..last).map(part).collect() }
    };
    (0..wanted).map(span).collect()
}

/// Adds up a row by columns. What one can see through counts less.
fn add_up<const N: usize>(row: &[u8], columns: &[Span], line: &mut [[u64; N]]) {
    for (sum, span) in line.iter_mut().zip(columns) {
        *sum = [0; N];
        let pixels = row.get(span.from * N..).unwrap_or_default().chunks_exact(N);
        for (pixel, weight) in pixels.zip(&span.weights) {
            let seen = if N == 4 { weight * pixel.last().map_or(0, |alpha| u64::from(*alpha)) } else { *weight };
            for (sum, colour) in sum.iter_mut().zip(pixel).take(3) {
                *sum += seen * u64::from(*colour);
            }
            if let Some(alpha) = sum.get_mut(3) {
                *alpha += seen;
            }
        }
    }
}

fn gather<const N: usize>(sums: &mut [[u64; N]], line: &[[u64; N]], weight: u64) {
    for (sum, part) in sums.iter_mut().flatten().zip(line.iter().flatten()) {
        *sum += part * weight;
    }
}

/// The mean of what was added up.
fn mean<const N: usize>(sum: &[u64; N], total: u64) -> [u8; N] {
    let seen = sum.get(3).copied().unwrap_or(total).max(1);
    let mut pixel = sum.map(|colour| u8::try_from((colour + seen / 2) / seen).unwrap_or(255));
    if let (Some(alpha), Some(sum)) = (pixel.get_mut(3), sum.get(3)) {
        *alpha = u8::try_from((sum + total / 2) / total.max(1)).unwrap_or(255);
    }
    pixel
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(width: u32, height: u32, channels: usize, bytes: Vec<u8>) -> Pixels {
        assert_eq!(bytes.len(), size(width) * size(height) * channels);
        Pixels { bytes, width, height, channels }
    }

    #[test]
    fn each_new_pixel_is_the_mean_of_what_it_covers() {
        let grey = |levels: &[u8]| levels.iter().flat_map(|level| [*level; 3]).collect::<Vec<_>>();
        let two = of(4, 2, 3, grey(&[0, 100, 200, 40, 20, 40, 60, 100])).fit(2);
        assert_eq!((two.width, two.height, two.bytes), (2, 1, grey(&[40, 100])));
        // Three columns become two: the middle one counts half on either side.
        let uneven = of(3, 1, 3, grey(&[0, 90, 255])).fit(2);
        assert_eq!((uneven.width, uneven.height, uneven.bytes), (2, 1, grey(&[30, 200])));
        // A level surface stays level, whatever the proportion.
        for (width, height, side) in [(997, 31, 100), (31, 997, 100), (480, 479, 479), (5_000, 1, 7)] {
            let level = of(width, height, 3, vec![137; size(width) * size(height) * 3]).fit(side);
            assert_eq!((level.width, level.height), fitted(width, height, side));
            assert_eq!(level.bytes.len(), size(level.width) * size(level.height) * 3);
            assert!(level.bytes.iter().all(|byte| *byte == 137), "{width}×{height}");
        }
    }

    #[test]
    fn what_is_seen_through_lends_no_colour() {
        let half = of(2, 1, 4, vec![200, 100, 0, 255, 0, 255, 255, 0]).fit(1);
        assert_eq!(half.bytes, [200, 100, 0, 128]);
        assert!(half.is_transparent());
        assert_eq!(half.on_white().bytes, [227, 177, 127]);
        assert!(!of(1, 1, 4, vec![1, 2, 3, 255]).is_transparent());
    }

    #[test]
    fn sizes_keep_their_proportion_and_never_vanish() {
        assert_eq!(fitted(4_000, 3_000, 2_048), (2_048, 1_536));
        assert_eq!(fitted(100, 50, 2_048), (100, 50));
        assert_eq!(fitted(65_000, 1, 480), (480, 1));
    }

    #[test]
    fn the_square_is_cut_from_the_middle() {
        let wide = of(4, 2, 3, (0..24).collect()).square();
        assert_eq!((wide.width, wide.height), (2, 2));
        assert_eq!(wide.bytes, [3, 4, 5, 6, 7, 8, 15, 16, 17, 18, 19, 20]);
    }
}
