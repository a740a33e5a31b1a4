//! What a file is by its own first bytes, whatever it is called, and whether it is whole.

use std::io::Cursor;

use image::{ImageFormat, ImageReader};

use super::{PIXELS_MAX, PROGRESSIVE_PIXELS_MAX, Refused};

/// How far a file is looked into for the mark of a drawing as text.
const TEXT_BYTES: usize = 1_024;

/// A kind of picture that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF.
    Gif,
    /// WebP.
    WebP,
}

impl Format {
    /// The library's name for it.
    pub(super) fn of_library(self) -> ImageFormat {
        match self {
            Self::Jpeg => ImageFormat::Jpeg,
            Self::Png => ImageFormat::Png,
            Self::Gif => ImageFormat::Gif,
            Self::WebP => ImageFormat::WebP,
        }
    }
}

/// What a file is by its first bytes (a kilobyte is enough).
///
/// Errors: what else it is, if that can be said.
pub fn sniff(head: &[u8]) -> Result<Format, Refused> {
    let at = |from: usize, mark: &[u8]| head.get(from..from + mark.len()) == Some(mark);
    if at(0, b"\xff\xd8\xff") {
        return Ok(Format::Jpeg);
    }
    if at(0, b"\x89PNG\r\n\x1a\n") {
        return Ok(Format::Png);
    }
    if at(0, b"GIF87a") || at(0, b"GIF89a") {
        return Ok(Format::Gif);
    }
    if at(0, b"RIFF") && at(8, b"WEBP") {
        return Ok(Format::WebP);
    }
    if at(4, b"ftyp") {
        // ISO base media: the brand tells pictures from films (ISO/IEC 23008-12, 23000-22).
        return Err(match head.get(8..12) {
            Some(b"avif" | b"avis") => Refused::Avif,
            Some(b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1") => Refused::Heic,
            _ => Refused::Unknown,
        });
    }
    let start = head.get(..head.len().min(TEXT_BYTES)).unwrap_or_default().to_ascii_lowercase();
    let is_drawing = start.windows(4).any(|four| four == b"<svg");
    Err(if is_drawing { Refused::Svg } else { Refused::Unknown })
}

/// Looks at the beginning of a file: how many pixels it has, if that stands there already.
///
/// Errors: what can be refused at once.
pub fn inspect(head: &[u8]) -> Result<Option<u64>, Refused> {
    let format = sniff(head)?;
    let size = ImageReader::with_format(Cursor::new(head), format.of_library()).into_dimensions();
    // What isn't found in the beginning may stand further on: the whole file decides.
    let Ok((width, height)) = size else { return Ok(None) };
    let pixels = u64::from(width) * u64::from(height);
    let is_progressive = format == Format::Jpeg && is_progressive(head);
    let max = if is_progressive { PROGRESSIVE_PIXELS_MAX } else { PIXELS_MAX };
    if pixels > max { Err(Refused::TooLarge) } else { Ok(Some(pixels)) }
}

/// Does the first frame header announce a progressive JPEG (SOF2 and its kin; ITU-T T.81, table B.1)?
fn is_progressive(head: &[u8]) -> bool {
    let mut rest = head.get(2..).unwrap_or_default();
    loop {
        match rest {
            [0xff, 0xff, ..] => rest = rest.get(1..).unwrap_or_default(),
            [0xff, 0xc2 | 0xc6 | 0xca | 0xce, ..] => return true,
            // Another kind of frame, or the scan without one.
            [0xff, 0xc0 | 0xc1 | 0xc3 | 0xc5 | 0xc7 | 0xc9 | 0xcb | 0xcd | 0xcf | 0xda, ..] => return false,
            [0xff, _, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest = rest.get(2 + length..).unwrap_or_default();
            }
            _ => return false,
        }
    }
}

/// Does the file reach its own end? Decoders paint grey what is missing; people should be told instead.
pub fn complete(bytes: &[u8], format: Format) -> Result<(), Refused> {
    let whole = match format {
        Format::Jpeg => jpeg_ends(bytes),
        // The last chunk has no content: length, name and check sum (PNG §11.2.5). Some programs append to it.
        Format::Png => bytes.windows(8).any(|eight| eight == b"\0\0\0\0IEND"),
        Format::WebP => bytes.get(4..8).and_then(|size| <[u8; 4]>::try_from(size).ok()).is_some_and(|size| {
            usize::try_from(u32::from_le_bytes(size)).is_ok_and(|size| size.saturating_add(8) <= bytes.len() + 1)
        }),
        // Its reader goes through it block by block.
        Format::Gif => true,
    };
    if whole { Ok(()) } else { Err(Refused::Truncated) }
}

/// Is there an end-of-image marker after the scan (ITU-T T.81, B.1.1)? Telephones append films behind it.
fn jpeg_ends(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(2..).unwrap_or_default();
    loop {
        // Up to the next marker: within a scan, 0xFF is followed by a zero or a restart marker.
        let Some(at) = rest
            .windows(2)
            .position(|two| matches!(two, [0xff, marker] if !matches!(marker, 0x00 | 0x01 | 0xd0..=0xd7 | 0xff)))
        else {
            return false;
        };
        let Some([_, marker, after @ ..]) = rest.get(at..) else { return false };
        if *marker == 0xd9 {
            return true;
        }
        let Some([high, low, ..]) = after.get(..2) else { return false };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some(next) = after.get(length..) else { return false };
        rest = next;
    }
}
