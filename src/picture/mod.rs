//! Pictures as bytes: what they really are, whether they may be decoded, and the forms in which pages show them.
//!
//! Invariants: size is known before a pixel is decoded; whatever leaves is encoded anew (EXIF, GPS and comments stay
//! behind; only the colour profile and an animation's frames are kept); the eye's direction (EXIF orientation) is
//! applied. Pure: no store, no network.

mod cut;
mod gif;
mod shrink;
mod sniff;
mod tile;

pub use cut::{Cut, cut};
pub use sniff::{Format, complete, inspect, sniff};
pub use tile::{CUT_SIDE_MAX, Index, Plan, TILE_SIDE, Tiles, Tiling, compose, cut_size};

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageReader, Limits};

use crate::error::Problem;
use shrink::Pixels;

/// Most pixels of a picture that is decoded: a telephone's best camera, and a bomb's worst.
pub const PIXELS_MAX: u64 = 80_000_000;
/// The same for a progressive JPEG, all of whose coefficients are in memory beside its pixels.
pub const PROGRESSIVE_PIXELS_MAX: u64 = PIXELS_MAX / 2;
/// Longest side of a picture as its own page shows it.
pub const DISPLAY_SIDE_MAX: u32 = 2_048;
/// Longest side of a picture in a list.
pub const THUMB_SIDE_MAX: u32 = 480;
/// Side of a face as it is kept.
const FACE_SIDE: u32 = 400;
/// Side of a face in a list, on a fine screen.
const FACE_THUMB_SIDE: u32 = 128;
/// Longest side of the picture across the top of a profile.
const COVER_SIDE_MAX: u32 = 1_500;
/// The same as its small form.
const COVER_THUMB_SIDE_MAX: u32 = 640;
/// Longest side of a picture between words, on a fine screen.
const EMOJI_SIDE_MAX: u32 = 64;
/// Longest side of the picture of a film.
const POSTER_SIDE_MAX: u32 = 960;
/// Bytes that one decoded picture may take in memory.
const DECODED_BYTES_MAX: u64 = 400_000_000;
/// JPEG quality of the large form.
const QUALITY: u8 = 82;
/// JPEG qualities of the small form, tried until it is within [`THUMB_BYTES_MAX`].
const THUMB_QUALITIES: [u8; 4] = [76, 66, 56, 46];
/// Bytes of the small form, if the qualities allow it: nine of them load on a bad network.
const THUMB_BYTES_MAX: usize = 25_000;
/// A drawing or screenshot without transparent parts stays PNG if that takes no more than this.
const PNG_BYTES_MAX: usize = 400_000;
/// A picture with transparent parts stays PNG up to here; beyond, it is put on white.
const PNG_ALPHA_BYTES_MAX: usize = 3_000_000;
/// Longest colour profile that is kept: those of cameras take some hundred bytes.
const PROFILE_BYTES_MAX: usize = 4_096;
/// Sides of the small copy that the blurred stand-in is computed from.
const BLUR_SIDE: u32 = 32;

/// Why a picture is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is no picture of a kind that is known, whatever it is called.
    Unknown,
    /// A drawing as text: it may carry programs.
    Svg,
    /// An iPhone's own format.
    Heic,
    /// A newer format that we can't read.
    Avif,
    /// More than [`PIXELS_MAX`], or more memory than a picture may take.
    TooLarge,
    /// An animation with too many or too large frames.
    Animation,
    /// It ends before its end.
    Truncated,
    /// It can't be decoded.
    Broken,
    /// It could not be fetched or stored.
    Lost,
}

impl Refused {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::Unknown,
        Self::Svg,
        Self::Heic,
        Self::Avif,
        Self::TooLarge,
        Self::Animation,
        Self::Truncated,
        Self::Broken,
        Self::Lost,
    ];

    /// The word that stands for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Svg => "svg",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::TooLarge => "too-large",
            Self::Animation => "animation",
            Self::Truncated => "truncated",
            Self::Broken => "broken",
            Self::Lost => "lost",
        }
    }

    /// The reason behind a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// The sentence that people read, for a field of a form.
    pub fn problem(self, field: &'static str) -> Problem {
        let message = match self {
            Self::Unknown => "media-problem-unknown",
            Self::Svg => "media-problem-svg",
            Self::Heic => "media-problem-heic",
            Self::Avif => "media-problem-avif",
            Self::TooLarge => "media-problem-too-large",
            Self::Animation => "media-problem-animation",
            Self::Truncated => "media-problem-truncated",
            Self::Broken => "media-problem-broken",
            Self::Lost => "media-problem-lost",
        };
        match self {
            Self::TooLarge => Problem::new(field, message).with("max", PIXELS_MAX / 1_000_000),
            Self::Animation => {
                Problem::new(field, message).with("frames", gif::FRAMES_MAX).with("side", DISPLAY_SIDE_MAX)
            }
            _ => Problem::new(field, message),
        }
    }
}

/// What a picture is to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A picture of a post, whole.
    Whole,
    /// The same, and in tiles at its full size if that is larger: a page to be read.
    Tiled,
    /// A face: the square in its middle.
    Face,
    /// The picture across the top of a profile.
    Cover,
    /// A small picture between words; transparent parts stay so.
    Emoji,
    /// What stands for a film until it is played: its small form.
    Poster,
}

/// A file in a form in which it is served.
#[derive(Debug, Clone)]
pub struct File {
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A picture that is ready to be shown.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The large form.
    pub display: File,
    /// The small form: always JPEG.
    pub thumb: File,
    /// Width of the large form, in pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// A blurred stand-in of some thirty letters.
    pub blurhash: String,
    /// Its tiles, if it is larger than its large form and they were asked for.
    pub tiles: Option<Tiles>,
}

/// How much of the machine decoding takes: of two shares, a large picture needs both.
pub fn shares(pixels: Option<u64>) -> u32 {
    if pixels.is_some_and(|pixels| pixels <= 6_000_000) { 1 } else { 2 }
}

/// Makes the forms in which a picture is shown.
///
/// Errors: why it is not taken.
pub fn prepare(bytes: &[u8], shape: Shape) -> Result<Picture, Refused> {
    let format = sniff(bytes)?;
    inspect(bytes)?;
    complete(bytes, format)?;
    let animation = match format {
        Format::Gif => gif::read(bytes)?,
        _ => None,
    };
    let Decoded { pixels, profile, tiles } = decode(bytes, format, shape)?;
    let thumb = thumb(&pixels, profile.as_deref(), shape)?;
    let blurhash = blurred(&pixels);
    let (width, height) = (pixels.width, pixels.height);
    let display = match animation.filter(|_| matches!(shape, Shape::Whole | Shape::Tiled)) {
        Some(bytes) => File { media_type: "image/gif", bytes },
        None => display(pixels, profile, format, bytes.len(), shape)?,
    };
    Ok(Picture { display, thumb, width, height, blurhash, tiles })
}

/// A picture that was decoded, shrunk and turned.
struct Decoded {
    pixels: Pixels,
    /// Its colour profile, if that still fits.
    profile: Option<Vec<u8>>,
    /// Its tiles, if they were asked for and there is more of it.
    tiles: Option<Tiles>,
}

/// Decodes, shrinks and turns a picture.
fn decode(bytes: &[u8], format: Format, shape: Shape) -> Result<Decoded, Refused> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.of_library());
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > DECODED_BYTES_MAX {
        return Err(Refused::TooLarge);
    }
    if width == 0 || height == 0 {
        return Err(Refused::Broken);
    }
    let is_rgb = !matches!(decoder.original_color_type(), ExtendedColorType::Cmyk8);
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| is_rgb && is_kept(profile));
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let decoded = DynamicImage::from_decoder(decoder).map_err(refused)?;
    let whole = Pixels::of(decoded);
    let whole = if shape == Shape::Face { whole.square() } else { whole };
    let side = match shape {
        Shape::Whole | Shape::Tiled => DISPLAY_SIDE_MAX,
        Shape::Face => FACE_SIDE,
        Shape::Cover => COVER_SIDE_MAX,
        Shape::Emoji => EMOJI_SIDE_MAX,
        Shape::Poster => POSTER_SIDE_MAX,
    };
    let tiles = match shape {
        Shape::Tiled => tile::cut_up(&whole, orientation, profile.as_deref())?,
        _ => None,
    };
    Ok(Decoded { pixels: whole.fit(side).turned(orientation), profile, tiles })
}

/// Is this the profile of a camera or screen: small, and for the colours that we write?
fn is_kept(profile: &[u8]) -> bool {
    profile.len() <= PROFILE_BYTES_MAX && profile.get(16..20) == Some(b"RGB ")
}

/// The library's word for why it can't.
fn refused(error: image::ImageError) -> Refused {
    match error {
        image::ImageError::Limits(_) => Refused::TooLarge,
        image::ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Refused::Truncated,
        _ => Refused::Broken,
    }
}

fn display(
    pixels: Pixels,
    profile: Option<Vec<u8>>,
    format: Format,
    given_bytes: usize,
    shape: Shape,
) -> Result<File, Refused> {
    let drawn = matches!(format, Format::Png | Format::Gif) && given_bytes <= PNG_BYTES_MAX * 2;
    let max = match (pixels.is_transparent(), drawn) {
        _ if !matches!(shape, Shape::Whole | Shape::Tiled | Shape::Emoji) => None,
        (true, _) => Some(PNG_ALPHA_BYTES_MAX),
        (false, true) => Some(PNG_BYTES_MAX),
        (false, false) => None,
    };
    if let Some(max) = max {
        let bytes = png(&pixels, profile.as_deref())?;
        if bytes.len() <= max {
            return Ok(File { media_type: "image/png", bytes });
        }
    }
    let bytes = jpeg(&pixels.on_white(), profile.as_deref(), QUALITY)?;
    Ok(File { media_type: "image/jpeg", bytes })
}

fn thumb(pixels: &Pixels, profile: Option<&[u8]>, shape: Shape) -> Result<File, Refused> {
    let side = match shape {
        Shape::Whole | Shape::Tiled => THUMB_SIDE_MAX,
        Shape::Face => FACE_THUMB_SIDE,
        Shape::Cover => COVER_THUMB_SIDE_MAX,
        Shape::Emoji => EMOJI_SIDE_MAX,
        Shape::Poster => POSTER_SIDE_MAX,
    };
    let small = pixels.fit(side).on_white();
    let mut bytes = Vec::new();
    for quality in THUMB_QUALITIES {
        bytes = jpeg(&small, profile, quality)?;
        if bytes.len() <= THUMB_BYTES_MAX {
            break;
        }
    }
    Ok(File { media_type: "image/jpeg", bytes })
}

/// Width and height of the small form of a picture.
pub fn thumb_size(width: u32, height: u32) -> (u32, u32) {
    shrink::fitted(width, height, THUMB_SIDE_MAX)
}

fn jpeg(pixels: &Pixels, profile: Option<&[u8]>, quality: u8) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    if let Some(profile) = profile {
        // An encoder that can't take it writes plain colours.
        drop(encoder.set_icc_profile(profile.to_vec()));
    }
    encoder.write_image(&pixels.bytes, pixels.width, pixels.height, pixels.colours()).map_err(refused)?;
    Ok(bytes)
}

fn png(pixels: &Pixels, profile: Option<&[u8]>) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    if let Some(profile) = profile {
        drop(encoder.set_icc_profile(profile.to_vec()));
    }
    encoder.write_image(&pixels.bytes, pixels.width, pixels.height, pixels.colours()).map_err(refused)?;
    Ok(bytes)
}

/// The blurred stand-in; empty if it can't be made, which harms nobody.
fn blurred(pixels: &Pixels) -> String {
    let small = pixels.fit(BLUR_SIDE).on_white();
    let rgba: Vec<u8> = small.bytes.chunks_exact(3).flat_map(|rgb| rgb.iter().copied().chain([255])).collect();
    blurhash::encode(4, 3, small.width, small.height, &rgba).unwrap_or_default()
}

#[cfg(test)]
mod tests;
