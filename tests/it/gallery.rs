//! Pictures made on the spot, forms with files, and what of them lies in a hall's store: for the stories in which there are
//! pictures.

use std::io::Cursor;
use std::path::Path;

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{Delay, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::server::{Answer, Person, Server};

/// One part of a form with files.
#[derive(Clone, Copy)]
pub enum Part<'a> {
    Text(&'a str, &'a str),
    File(&'a str, &'a [u8]),
    /// The picture of the film behind it.
    Poster(&'a [u8]),
}

pub use Part::{File, Poster, Text};

/// A file as a browser gets it.
pub struct Seen {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn decoded(&self) -> image::DynamicImage {
        image::load_from_memory(&self.bytes).unwrap()
    }
}

impl Person {
    /// Sends a form with files, this person's token first.
    pub async fn post_files(&mut self, path: &str, parts: &[Part<'_>]) -> Answer {
        let body = self.form(parts);
        self.post_form(path, body).await
    }

    /// The body of a form with files.
    pub fn form(&self, parts: &[Part<'_>]) -> Vec<u8> {
        let token = self.token.clone();
        let mut body = Vec::new();
        for part in [Text("form_token", &token)].iter().chain(parts) {
            body.extend(b"--a-border-between\r\ncontent-disposition: form-data; ");
            match part {
                Text(name, value) => body.extend(format!("name=\"{name}\"\r\n\r\n{value}").bytes()),
                File(_, content) | Poster(content) => {
                    let (field, name) = if let File(name, _) = part { ("picture", *name) } else { ("poster", "p.jpg") };
                    let head = format!("name=\"{field}\"; filename=\"{name}\"\r\ncontent-type: image/jpeg\r\n\r\n");
                    body.extend(head.bytes());
                    body.extend(*content);
                }
            }
            body.extend(b"\r\n");
        }
        body.extend(b"--a-border-between--\r\n");
        body
    }

    /// Sends the body of a form with files as it is.
    pub async fn post_form(&mut self, path: &str, body: Vec<u8>) -> Answer {
        let request = self
            .client
            .post(format!("{}{path}", self.origin))
            .header("content-type", "multipart/form-data; boundary=a-border-between")
            .body(body);
        self.send(request).await
    }

    /// Sends a Moment with pictures, each with its words; answers the answer.
    pub async fn sends(&mut self, text: &str, audience: &str, pictures: &[(&str, &[u8])]) -> Answer {
        let mut parts = vec![Text("body", text), Text("audience", audience), Text("pictures", "yes")];
        for (words, content) in pictures {
            parts.extend([File("a.jpg", content), Text("alt", words)]);
        }
        self.post_files("/moments", &parts).await
    }

    /// Publishes a Moment with pictures and answers its page's path. The pictures are made ready when halls settle.
    pub async fn shares(&mut self, text: &str, audience: &str, pictures: &[(&str, &[u8])]) -> String {
        let answer = self.sends(text, audience, pictures).await;
        assert_eq!((answer.status, answer.location()), (303, "/"), "{}", answer.body);
        let prefix = format!("/@{}/", self.name);
        let profile = self.get(&format!("/@{}", self.name)).await;
        // Numbers grow; a pinned Moment stands on top, and pictures have pages below their Moment's.
        let links = profile.links(&prefix);
        let numbers = links.iter().filter_map(|link| link[prefix.len()..].parse::<i64>().ok());
        format!("{prefix}{}", numbers.max().expect("the Moment is on its author's page"))
    }

    /// Opens a file by its path or its whole address.
    pub async fn opens(&mut self, address: &str) -> Seen {
        let url = if address.starts_with('/') { format!("{}{address}", self.origin) } else { address.to_owned() };
        let response = self.client.get(url).header("cookie", self.cookie_header()).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Seen { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
    }
}

/// The paths of the small forms on a page, as they stand in grids.
pub fn thumbs(page: &str) -> Vec<String> {
    let sources = page.split("<img src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    sources.filter(|source| source.starts_with("/media/") && source.ends_with("/thumb")).map(str::to_owned).collect()
}

/// The large form of what a small one shows.
pub fn large(thumb: &str) -> String {
    thumb.replace("/thumb", "/display")
}

impl Server {
    /// What lies in the hall's store on this machine.
    pub fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        list(&self.ctx.config.data.dir.join("media"), &mut found);
        found.sort();
        found
    }
}

fn list(dir: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, found);
        } else {
            found.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
    }
}

/// A picture whose left half is of this colour, and whose right half is white.
pub fn jpeg(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let picture =
        RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb(colour) } else { Rgb([250, 250, 250]) });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 85).encode_image(&picture).unwrap();
    bytes
}

/// Nine pictures that can be told apart by the colour of their left halves.
pub fn nine() -> Vec<Vec<u8>> {
    (0..9).map(|number| jpeg(64, 48, shade(number))).collect()
}

/// The colour of one of [`nine`].
pub fn shade(number: u8) -> [u8; 3] {
    [20 + 25 * number, 60, 220 - 20 * number]
}

/// Is the left half of the picture of this colour, as far as JPEG keeps it?
pub fn is_of(picture: &image::DynamicImage, colour: [u8; 3]) -> bool {
    let picture = picture.to_rgb8();
    let seen = picture.get_pixel(picture.width() / 5, picture.height() / 2).0;
    seen.iter().zip(colour).all(|(seen, given)| seen.abs_diff(given) < 9)
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(width, height, Rgb([250, 240, 230])).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A picture that can't be made small: every pixel is another.
pub fn noise(side: u32) -> Vec<u8> {
    let mut random = 7_u32;
    let picture = RgbImage::from_fn(side, side, |_, _| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([(random >> 24) as u8, (random >> 16) as u8, (random >> 8) as u8])
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&picture).unwrap();
    bytes
}

pub fn animation(frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, 30);
    for number in 0..frames {
        let level = u8::try_from(number % 2 * 200).unwrap();
        let picture = RgbaImage::from_pixel(8, 8, Rgba([level, 40, 40, 255]));
        encoder.encode_frame(Frame::from_parts(picture, 0, 0, Delay::from_numer_denom_ms(100, 1))).unwrap();
    }
    drop(encoder);
    bytes
}

/// The same JPEG with an EXIF segment (TIFF, little-endian): an orientation and a place on the map.
pub fn with_place(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    exif.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend([1, 0, 1, 0, 2, 0, 2, 0, 0, 0, b'N', 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"GPS-Jieyang-Yuhu");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

/// A PNG of some bytes whose header announces this many pixels.
pub fn png_bomb(side: u32) -> Vec<u8> {
    let mut bytes = png(4, 4);
    bytes[16..20].copy_from_slice(&side.to_be_bytes());
    bytes[20..24].copy_from_slice(&side.to_be_bytes());
    // The check sum of the chunk (PNG §5.5).
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    };
    let sum = !bytes[12..29].iter().fold(u32::MAX, step);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// A JPEG of some bytes whose frame header announces this many pixels.
pub fn jpeg_bomb(side: u16) -> Vec<u8> {
    let mut bytes = jpeg(64, 64, [9, 9, 9]);
    let at = bytes.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    bytes[at + 5..at + 7].copy_from_slice(&side.to_be_bytes());
    bytes[at + 7..at + 9].copy_from_slice(&side.to_be_bytes());
    bytes
}
