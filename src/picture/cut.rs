//! A part of a picture at another size, for viewers that look closely.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{ImageReader, Limits};

use super::{DECODED_BYTES_MAX, Refused, refused, sniff};

/// Quality of the JPEGs that are made.
const QUALITY: u8 = 85;

/// Which part of a picture, and how large it becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// From the left, in pixels.
    pub x: u32,
    /// From above.
    pub y: u32,
    /// The width of the part.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// The width that it becomes.
    pub to_width: u32,
    /// The height.
    pub to_height: u32,
}

/// The part as a JPEG.
///
/// Errors: why it can't be made.
pub fn cut(bytes: &[u8], cut: Cut) -> Result<Vec<u8>, Refused> {
    let format = sniff(bytes)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.of_library());
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    reader.limits(limits);
    let part = reader.decode().map_err(refused)?.crop_imm(cut.x, cut.y, cut.width, cut.height);
    let part = match (part.width(), part.height()) == (cut.to_width, cut.to_height) {
        true => part,
        false => part.resize_exact(cut.to_width, cut.to_height, FilterType::Triangle),
    };
    let mut made = Vec::new();
    JpegEncoder::new_with_quality(&mut made, QUALITY).encode_image(&part.to_rgb8()).map_err(refused)?;
    Ok(made)
}
