//! Pictures made on the spot: honest ones, and every kind of other.

use image::codecs::gif::GifEncoder;
use image::{Delay, Frame, GenericImageView, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

/// A picture with a red left half and a blue right half, with some life in it.
fn sample(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let shade = u8::try_from((x * 7 + y * 13) % 32).unwrap();
        if x < width / 2 { Rgb([220, shade, shade]) } else { Rgb([shade, shade, 220]) }
    })
}

fn as_jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&sample(width, height)).unwrap();
    bytes
}

fn as_png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// An EXIF segment (TIFF, little-endian) with an orientation and a place on the map.
fn exif(orientation: u16) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    // Tag 0x0112 orientation, type SHORT, one value.
    tiff.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0]);
    tiff.extend_from_slice(&orientation.to_le_bytes());
    tiff.extend_from_slice(&[0, 0]);
    // Tag 0x8825 GPS directory, type LONG, its offset.
    tiff.extend_from_slice(&[0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0]);
    tiff.extend_from_slice(&[0, 0, 0, 0]);
    // One entry: GPSLatitudeRef "N".
    tiff.extend_from_slice(&[1, 0, 1, 0, 2, 0, 2, 0, 0, 0, b'N', 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend_from_slice(b"GPS-Jieyang-Yuhu");
    tiff
}

fn with_exif(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    let mut content = b"Exif\0\0".to_vec();
    content.extend(exif(orientation));
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend(length);
    bytes.extend(content);
    bytes.extend(&jpeg[2..]);
    bytes
}

fn contains(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|part| part == words)
}

fn colour_at(file: &File, x: u32, y: u32) -> Rgba<u8> {
    image::load_from_memory(&file.bytes).unwrap().get_pixel(x, y)
}

fn animation(frames: usize, side: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, 30);
    for number in 0..frames {
        let level = u8::try_from(number % 2 * 200).unwrap();
        let picture = RgbaImage::from_pixel(side, side, Rgba([level, 40, 40, 255]));
        encoder.encode_frame(Frame::from_parts(picture, 0, 0, Delay::from_numer_denom_ms(100, 1))).unwrap();
    }
    drop(encoder);
    bytes
}

#[test]
fn a_photograph_is_shrunk_and_its_small_form_is_small() {
    let picture = prepare(&as_jpeg(3_000, 2_000), Shape::Whole).unwrap();
    assert_eq!((picture.width, picture.height), (2_048, 1_365));
    assert_eq!(picture.display.media_type, "image/jpeg");
    let thumb = image::load_from_memory(&picture.thumb.bytes).unwrap();
    assert_eq!(thumb.dimensions(), thumb_size(3_000, 2_000));
    assert_eq!(thumb.dimensions(), (480, 320));
    assert!(picture.thumb.bytes.len() <= THUMB_BYTES_MAX, "{} bytes", picture.thumb.bytes.len());
    assert!(picture.blurhash.len() >= 20, "{}", picture.blurhash);
    let left = colour_at(&picture.display, 100, 600);
    assert!(left[0] > 180 && left[2] < 80, "{left:?}");
}

#[test]
fn place_and_camera_stay_behind_and_the_direction_is_applied() {
    // 6 means: turn it a quarter to the right before looking; the red half comes to stand on top.
    let bytes = with_exif(&as_jpeg(60, 40), 6);
    assert!(contains(&bytes, b"GPS-Jieyang"));
    let picture = prepare(&bytes, Shape::Whole).unwrap();
    assert_eq!((picture.width, picture.height), (40, 60));
    let (top, bottom) = (colour_at(&picture.display, 20, 5), colour_at(&picture.display, 20, 55));
    assert!(top[0] > 150 && bottom[2] > 150, "{top:?} {bottom:?}");
    for file in [&picture.display, &picture.thumb] {
        assert!(!contains(&file.bytes, b"Exif") && !contains(&file.bytes, b"GPS"), "{}", file.media_type);
    }
    let upright = prepare(&with_exif(&as_jpeg(60, 40), 1), Shape::Whole).unwrap();
    assert_eq!((upright.width, upright.height), (60, 40));
}

#[test]
fn only_what_is_to_be_read_closely_is_cut_into_tiles() {
    // A quarter to the right: it becomes high.
    let large = with_exif(&as_jpeg(2_100, 60), 6);
    let picture = prepare(&large, Shape::Tiled).unwrap();
    assert_eq!((picture.width, picture.height), (59, 2_048));
    let tiles = picture.tiles.unwrap();
    assert_eq!(tiles.tiling, Tiling { width: 60, height: 2_100 });
    assert!(!contains(&tiles.bytes, b"Exif") && !contains(&tiles.bytes, b"GPS"));
    assert!(prepare(&large, Shape::Whole).unwrap().tiles.is_none());
    assert!(prepare(&as_jpeg(2_048, 60), Shape::Tiled).unwrap().tiles.is_none());
}

#[test]
fn drawings_stay_png_and_photographs_in_png_do_not() {
    let flat = DynamicImage::ImageRgb8(RgbImage::from_pixel(300, 200, Rgb([250, 240, 230])));
    assert_eq!(prepare(&as_png(&flat), Shape::Whole).unwrap().display.media_type, "image/png");
    let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(300, 200, Rgba([10, 200, 10, 80])));
    let picture = prepare(&as_png(&clear), Shape::Whole).unwrap();
    assert_eq!(picture.display.media_type, "image/png");
    assert_eq!(colour_at(&picture.display, 5, 5)[3], 80);
    // On the small form it lies on white.
    assert!(colour_at(&picture.thumb, 5, 5)[0] > 150);
    let mut random = 7_u32;
    let noise = RgbImage::from_fn(900, 900, |_, _| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([(random >> 24) as u8, (random >> 16) as u8, (random >> 8) as u8])
    });
    let picture = prepare(&as_png(&DynamicImage::ImageRgb8(noise)), Shape::Whole).unwrap();
    assert_eq!(picture.display.media_type, "image/jpeg");
}

#[test]
fn webp_and_sixteen_bits_and_grey_are_read() {
    let mut webp = Cursor::new(Vec::new());
    sample(90, 60).write_to(&mut webp, image::ImageFormat::WebP).unwrap();
    assert_eq!(prepare(webp.get_ref(), Shape::Whole).unwrap().display.media_type, "image/jpeg");
    let cut = &webp.get_ref()[..webp.get_ref().len() / 2];
    assert_eq!(prepare(cut, Shape::Whole).unwrap_err(), Refused::Truncated);
    for picture in [DynamicImage::new_rgb16(9, 9), DynamicImage::new_luma8(9, 9), DynamicImage::new_luma_a16(9, 9)] {
        assert_eq!(prepare(&as_png(&picture), Shape::Whole).unwrap().width, 9);
    }
}

#[test]
fn faces_are_square_and_covers_whole() {
    let face = prepare(&as_jpeg(900, 500), Shape::Face).unwrap();
    assert_eq!((face.width, face.height, face.display.media_type), (400, 400, "image/jpeg"));
    assert_eq!(image::load_from_memory(&face.thumb.bytes).unwrap().dimensions(), (128, 128));
    assert!(face.thumb.bytes.len() <= 6_000, "{}", face.thumb.bytes.len());
    let cover = prepare(&as_jpeg(3_000, 1_000), Shape::Cover).unwrap();
    assert_eq!((cover.width, cover.height), (1_500, 500));
}

#[test]
fn an_animation_is_kept_without_its_notes() {
    let mut bytes = animation(3, 40);
    // A comment and another program's note before the end.
    let end = bytes.pop().unwrap();
    bytes.extend(b"\x21\xfe\x0bGPS-Jieyang\0\x21\xff\x0bXMP DataXMP\x03gps\0");
    bytes.push(end);
    let picture = prepare(&bytes, Shape::Whole).unwrap();
    assert_eq!((picture.display.media_type, picture.thumb.media_type), ("image/gif", "image/jpeg"));
    assert!(!contains(&picture.display.bytes, b"GPS") && !contains(&picture.display.bytes, b"XMP"));
    let decoder = image::codecs::gif::GifDecoder::new(Cursor::new(&picture.display.bytes)).unwrap();
    assert_eq!(image::AnimationDecoder::into_frames(decoder).collect_frames().unwrap().len(), 3);
    // The small form is the first frame.
    assert!(colour_at(&picture.thumb, 5, 5)[0] < 60);
    // A face doesn't move.
    assert_eq!(prepare(&bytes, Shape::Face).unwrap().display.media_type, "image/jpeg");
    assert_eq!(prepare(&animation(1, 40), Shape::Whole).unwrap().display.media_type, "image/png");
    assert_eq!(prepare(&animation(gif::FRAMES_MAX + 1, 2), Shape::Whole).unwrap_err(), Refused::Animation);
    assert!(prepare(&animation(gif::FRAMES_MAX, 2), Shape::Whole).is_ok());
    let cut = animation(3, 40);
    assert_eq!(prepare(&cut[..cut.len() - 9], Shape::Whole).unwrap_err(), Refused::Truncated);
}

#[test]
fn bombs_are_refused_before_they_are_decoded() {
    // 10,000 × 10,000 pixels announced by a header of some bytes.
    let mut png = as_png(&DynamicImage::new_rgb8(4, 4));
    png[16..20].copy_from_slice(&10_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&10_000_u32.to_be_bytes());
    let sum = crc(&png[12..29]);
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    assert_eq!(inspect(&png), Err(Refused::TooLarge));
    assert_eq!(prepare(&png, Shape::Whole).unwrap_err(), Refused::TooLarge);
    // The size stands behind the marker of a baseline frame.
    let mut jpeg = as_jpeg(64, 64);
    let at = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    jpeg[at + 5..at + 7].copy_from_slice(&9_000_u16.to_be_bytes());
    jpeg[at + 7..at + 9].copy_from_slice(&9_000_u16.to_be_bytes());
    assert_eq!(inspect(&jpeg), Err(Refused::TooLarge));
    assert_eq!(prepare(&jpeg, Shape::Whole).unwrap_err(), Refused::TooLarge);
    // 7,000 × 7,000 are fine for a plain JPEG, and too many for a progressive one.
    let frame = at + 5..at + 9;
    jpeg[frame.clone()].copy_from_slice(&[0x1b, 0x58, 0x1b, 0x58]);
    assert_eq!(inspect(&jpeg), Ok(Some(49_000_000)));
    jpeg[at + 1] = 0xc2;
    assert_eq!(inspect(&jpeg), Err(Refused::TooLarge));
    jpeg[frame].copy_from_slice(&[0, 64, 0, 64]);
    assert_eq!(inspect(&jpeg), Ok(Some(64 * 64)));
    assert_eq!(inspect(&as_jpeg(64, 48)), Ok(Some(64 * 48)));
    assert_eq!((shares(Some(12_000_000)), shares(Some(2_000_000)), shares(None)), (2, 1, 2));
}

/// The check sum of a PNG chunk (PNG §5.5).
fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[test]
fn what_is_no_picture_is_told_by_what_it_is() {
    for (bytes, why) in [
        (&b"<?xml version=\"1.0\"?>\n<!-- x -->\n<SVG xmlns=\"http://www.w3.org/2000/svg\"/>"[..], Refused::Svg),
        (b"<html><script>alert(1)</script></html>", Refused::Unknown),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Refused::Heic),
        (b"\0\0\0\x18ftypavif\0\0\0\0avifmif1", Refused::Avif),
        (b"\0\0\0\x18ftypisom\0\0\0\0", Refused::Unknown),
        (b"%PDF-1.7", Refused::Unknown),
        (b"", Refused::Unknown),
        (b"GIF", Refused::Unknown),
    ] {
        assert_eq!(prepare(bytes, Shape::Whole).unwrap_err(), why, "{}", String::from_utf8_lossy(bytes));
        assert_eq!(inspect(bytes), Err(why));
    }
    for (head, format) in [
        (&b"\xff\xd8\xff\xe0"[..], Format::Jpeg),
        (b"\x89PNG\r\n\x1a\n", Format::Png),
        (b"GIF89a", Format::Gif),
        (b"RIFF\0\0\0\0WEBPVP8 ", Format::WebP),
    ] {
        assert_eq!(sniff(head), Ok(format));
        // A right beginning alone is no picture.
        assert!(prepare(head, Shape::Whole).is_err());
    }
}

#[test]
fn half_a_picture_is_said_to_be_half() {
    let jpeg = with_exif(&as_jpeg(300, 200), 1);
    let png = as_png(&DynamicImage::ImageRgb8(sample(300, 200)));
    for part in 2..10 {
        let half = |bytes: &[u8]| prepare(&bytes[..bytes.len() * part / 10], Shape::Whole).unwrap_err();
        assert_eq!(half(&jpeg), Refused::Truncated, "JPEG {part}");
        assert_eq!(half(&png), Refused::Truncated, "PNG {part}");
    }
    // What a telephone appends does no harm.
    let mut motion = jpeg.clone();
    motion.extend(b"\0\0\0\x18ftypmp42 a film");
    assert!(prepare(&motion, Shape::Whole).is_ok());
}

#[test]
fn nonsense_never_panics() {
    let mut random = 99_u64;
    let mut next = move || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap()
    };
    let samples = [as_jpeg(40, 30), as_png(&DynamicImage::ImageRgb8(sample(40, 30))), animation(2, 20)];
    for round in 0..300 {
        let mut bytes = samples[round % 3].clone();
        for _ in 0..1 + next() % 8 {
            let at = next() % bytes.len();
            bytes[at] = u8::try_from(next() % 256).unwrap();
        }
        if let Ok(picture) = prepare(&bytes, Shape::Whole) {
            assert!(picture.width <= DISPLAY_SIDE_MAX && picture.height <= DISPLAY_SIDE_MAX);
        }
    }
}

#[test]
fn every_reason_has_its_word() {
    for reason in Refused::ALL {
        assert_eq!(Refused::of(reason.as_str()), Some(reason));
        assert!(reason.problem("picture").message.starts_with("media-problem-"));
    }
}
