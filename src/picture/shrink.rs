//! Pixels, made fewer: each new one is the mean of what it covers, so that nothing flickers or is left out. Works row by
//! row, without a second copy of the large picture.

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

    /// The square in its middle.
    pub fn square(self) -> Self {
        let side = self.width.min(self.height);
        let (left, top) = (size((self.width - side) / 2), size((self.height - side) / 2));
        let row = size(self.width) * self.channels;
        let (from, to) = (left * self.channels, (left + size(side)) * self.channels);
        let rows = self.bytes.chunks_exact(row.max(1)).skip(top).take(size(side));
        let bytes = rows.filter_map(|row| row.get(from..to)).flatten().copied().collect();
        Self { bytes, width: side, height: side, channels: self.channels }
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
        if self.channels == 4 { self.shrink::<4>(width, height) } else { self.shrink::<3>(width, height) }
    }

    fn shrink<const N: usize>(&self, width: u32, height: u32) -> Self {
        let columns = spans(self.width, width);
        let total = u64::from(self.width) * u64::from(self.height);
        let (given, wanted) = (u64::from(self.height), u64::from(height));
        let mut bytes = Vec::with_capacity(size(width) * size(height) * N);
        let mut line = vec![[0_u64; N]; size(width)];
        let mut sums = vec![[0_u64; N]; size(width)];
        // Each row of ours is so many parts high; each new row takes `given` parts.
        let mut missing = given;
        for row in self.bytes.chunks_exact((size(self.width) * N).max(1)) {
            add_up(row, &columns, &mut line);
            let first = wanted.min(missing);
            gather(&mut sums, &line, first);
            missing -= first;
            if missing == 0 {
                sums.iter().for_each(|sum| bytes.extend(mean(sum, total)));
                sums.iter_mut().for_each(|sum| *sum = [0; N]);
                gather(&mut sums, &line, wanted - first);
                missing = given - (wanted - first);
            }
        }
        Self { bytes, width, height, channels: N }
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
