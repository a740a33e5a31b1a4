//! Pictures: nine large ones at once, a feed full of thumbnails, and the thumbnails themselves.

use std::io::Cursor;
use std::time::{Duration, Instant};

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

use super::load::{Member, Meter, token_in};

/// A feed's page, and pictures on each of its Moments: 60 thumbnails.
const MOMENTS: usize = 20;
const PICTURES_EACH: usize = 3;
/// Feeds and thumbnails asked for.
const FEEDS: usize = 2_000;
const THUMBS: usize = 20_000;
/// Readers who ask for thumbnails at a time.
const READERS: usize = 16;

/// A photograph as a telephone makes it: soft shapes, and grain that JPEG can't fold away.
pub fn photograph(width: u32, height: u32, seed: u32) -> Vec<u8> {
    let mut grain = 0x2545_f491_u32 ^ (seed + 1);
    let picture = RgbImage::from_fn(width, height, |x, y| {
        grain ^= grain << 13;
        grain ^= grain >> 17;
        grain ^= grain << 5;
        let soft =
            |scale: f32| (((x + seed * 97) as f32 / scale).sin() * (y as f32 / scale).cos() * 90.0 + 128.0) as i32;
        let grained = |value: i32| (value + (grain & 31) as i32 - 16).clamp(0, 255) as u8;
        Rgb([grained(soft(190.0)), grained(soft(270.0)), grained(soft(330.0))])
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(Cursor::new(&mut bytes), 88).encode_image(&picture).unwrap();
    bytes
}

/// The largest memory that a process has held since it was asked to forget that, in MB.
struct Peak(Option<u32>);

impl Peak {
    /// Linux forgets the old peak for the word 5.
    fn begin(pid: Option<u32>) -> Self {
        if let Some(pid) = pid {
            drop(std::fs::write(format!("/proc/{pid}/clear_refs"), "5"));
        }
        Self(pid)
    }

    fn say(&self, what: &str) {
        let Some(pid) = self.0 else { return };
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let mb = line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap() / 1024.0;
        println!("{what:<42}{mb:>8.1} MB");
    }
}

impl Member {
    /// Publishes a Moment with pictures by the form for files; answers how long that took.
    async fn publish_pictures(&self, text: &str, pictures: &[Vec<u8>]) -> Duration {
        let token = token_in(&self.get("/moments/new").await);
        let fields = [("form_token", token.as_str()), ("body", text), ("audience", "friends")];
        let began = Instant::now();
        let answer = self.send_files("/moments", &fields, pictures).await;
        let took = began.elapsed();
        assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
        took
    }

    /// Sends a form with pictures.
    pub async fn send_files(&self, path: &str, fields: &[(&str, &str)], pictures: &[Vec<u8>]) -> reqwest::Response {
        let mut body = Vec::new();
        let mut part = |head: &str, content: &[u8]| {
            body.extend(format!("--the-border\r\ncontent-disposition: form-data; {head}\r\n\r\n").bytes());
            body.extend(content);
            body.extend(b"\r\n");
        };
        for (name, value) in fields {
            part(&format!("name=\"{name}\""), value.as_bytes());
        }
        for (number, picture) in pictures.iter().enumerate() {
            let head = format!("name=\"picture\"; filename=\"{number}.jpg\"\r\ncontent-type: image/jpeg");
            part(&head, picture);
        }
        body.extend(b"--the-border--\r\n");
        let request = self
            .client
            .post(format!("{}{path}", self.origin))
            .header("cookie", &self.cookie)
            .header("content-type", "multipart/form-data; boundary=the-border")
            .body(body);
        request.send().await.unwrap()
    }

    /// The thumbnails of the home feed once there are as many, within limits.
    async fn thumbs(&self, count: usize) -> Vec<String> {
        for _ in 0..1_200 {
            let home = self.get("/").await;
            let found: Vec<String> = home
                .split("src=\"/media/")
                .skip(1)
                .filter_map(|rest| rest.split_once("/thumb\""))
                .map(|(id, _)| format!("/media/{id}/thumb"))
                .collect();
            if found.len() >= count {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the pictures don't become ready");
    }

    /// Nine pictures of 12 megapixels in one Moment, then a feed of 60 thumbnails.
    pub async fn pictures(&self, meter: &Meter) {
        let photographs: Vec<Vec<u8>> = (0..9).map(|seed| photograph(4_000, 3_000, seed)).collect();
        let mb = photographs.iter().map(Vec::len).sum::<usize>() as f64 / 1e6;
        let (peak, start) = (Peak::begin(meter.pid), meter.start());
        let began = Instant::now();
        let accepted = self.publish_pictures("九张照片", &photographs).await;
        drop(photographs);
        self.thumbs(9).await;
        println!(
            "nine pictures of 12 megapixels, {mb:>3.0} MB: accepted after {:.0} ms, ready after {:.0} ms",
            accepted.as_secs_f64() * 1e3,
            began.elapsed().as_secs_f64() * 1e3
        );
        meter.say("  one of them", start, 9);
        peak.say("  peak of resident memory");

        let small: Vec<Vec<u8>> = (0..PICTURES_EACH as u32).map(|seed| photograph(800, 600, seed)).collect();
        for number in 0..MOMENTS {
            self.publish_pictures(&format!("第 {number} 组"), &small).await;
        }
        let thumbs = self.thumbs(MOMENTS * PICTURES_EACH).await;
        meter.rest().await;
        let start = meter.start();
        for _ in 0..FEEDS {
            assert!(self.get("/").await.len() > 10_000);
        }
        meter.say("home feed with 60 thumbnails", start, FEEDS);
        let (start, began) = (meter.start(), Instant::now());
        let readers = (0..READERS).map(|reader| {
            let (client, cookie) = (self.client.clone(), self.cookie.clone());
            let urls: Vec<String> = thumbs.iter().map(|path| format!("{}{path}", self.origin)).collect();
            tokio::spawn(async move {
                for number in 0..THUMBS / READERS {
                    let url = &urls[(number + reader) % urls.len()];
                    let answer = client.get(url).header("cookie", &cookie).send().await.unwrap();
                    assert_eq!(answer.status(), 200);
                    assert!(answer.bytes().await.unwrap().len() > 500);
                }
            })
        });
        for reader in readers.collect::<Vec<_>>() {
            reader.await.unwrap();
        }
        meter.say("a thumbnail", start, THUMBS);
        println!(
            "thumbnails                                {:>8.0} a second",
            THUMBS as f64 / began.elapsed().as_secs_f64()
        );
    }
}
