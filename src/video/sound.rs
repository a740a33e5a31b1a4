//! Sounds: MP3 (ISO/IEC 11172-3, 13818-3), Ogg with Opus, Vorbis or FLAC (RFC 3533, RFC 7845), FLAC (RFC 9639) and WAVE. What is
//! looked at is whether a file is what it seems, whether it is whole, and how long it lasts. Tags (ID3, Vorbis comments) stay as they came.

use std::future::Future;
use std::ops::Range;

use bytes::Bytes;

use super::{Facts, Format, Refused};
use crate::error::Result;

/// Bytes from which a header is read.
const HEADER_BYTES: u64 = 4_096;
/// Bytes at the end in which the last page of an Ogg file begins: a page has at most some 65 kB.
const LAST_BYTES: u64 = 66_000;
/// Largest tag before the sound: pictures of a cover lie in it.
const TAG_BYTES_MAX: u64 = 16_000_000;
/// Bytes behind a tag in which the first frame must begin.
const FRAME_WITHIN: usize = 2_048;
/// Ticks of a second in Opus, whatever was recorded (RFC 7845, §4).
const OPUS_HZ: u64 = 48_000;

/// What a sound is by its first bytes; `None` if it is none of these.
pub(super) fn sniff(head: &[u8]) -> Option<std::result::Result<Format, Refused>> {
    let is_wave = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WAVE");
    if head.starts_with(b"ID3") || Frame::of(head).is_some() {
        return Some(Ok(Format::Mp3));
    }
    if head.starts_with(b"fLaC") {
        return Some(Ok(Format::Flac));
    }
    if head.starts_with(b"OggS") {
        let known = packet(head).is_some_and(|packet| coding(packet).is_some());
        return Some(if known { Ok(Format::Ogg) } else { Err(Refused::Sound) });
    }
    is_wave.then_some(Ok(Format::Wave))
}

/// Looks through a sound of a kind that [`sniff`] has found.
pub(super) async fn look<R, F>(size: u64, format: Format, read: &R) -> Result<std::result::Result<Facts, Refused>>
where
    R: Fn(Range<u64>) -> F + Sync,
    F: Future<Output = Result<Bytes>> + Send,
{
    let head = read(0..size.min(HEADER_BYTES)).await?;
    let lasts = match format {
        Format::Flac => flac(&head),
        Format::Wave => wave(&head, size),
        Format::Ogg => ogg(&head, &read(size.saturating_sub(LAST_BYTES)..size).await?),
        _ => mp3(&head, size, read).await?,
    };
    let facts = |duration_ms| Facts { format, width: 0, height: 0, duration_ms, blanks: Vec::new() };
    Ok(lasts.map(facts))
}

fn big(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |value, byte| value << 8 | u64::from(*byte))
}

fn little(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// Thousandths of a second that so many of `each` a second last; 0 if that can't be said.
fn ms(count: u64, each: u64) -> i64 {
    let ms = (u128::from(count) * 1_000).checked_div(u128::from(each)).unwrap_or(0);
    i64::try_from(ms).unwrap_or(0)
}

/// The first block says the rate in 20 bits and, 16 bits on, the number of samples in 36 (RFC 9639, §8.2).
fn flac(head: &[u8]) -> std::result::Result<i64, Refused> {
    let first = head.get(8..42).ok_or(Refused::Truncated)?;
    if head.get(4).is_none_or(|kind| kind & 0x7f != 0) {
        return Err(Refused::Broken);
    }
    let numbers = first.get(10..18).map(big).ok_or(Refused::Broken)?;
    let (rate, samples) = (numbers >> 44, numbers & 0xf_ffff_ffff);
    if rate == 0 { Err(Refused::Broken) } else { Ok(ms(samples, rate)) }
}

/// Chunks one behind the other: `fmt ` says the coding and the bytes of a second, `data` has the sound.
fn wave(head: &[u8], size: u64) -> std::result::Result<i64, Refused> {
    let (mut at, mut each) = (12_usize, 0);
    while let Some(chunk) = head.get(at..at.saturating_add(8)) {
        let length = little(chunk.get(4..).unwrap_or_default());
        if chunk.starts_with(b"fmt ") {
            let told = head.get(at + 8..at + 24).ok_or(Refused::Truncated)?;
            // PCM, in whole numbers or fractions, as such or by the longer form.
            if !matches!(told.get(..2).map(little), Some(1 | 3 | 0xfffe)) {
                return Err(Refused::Sound);
            }
            each = told.get(8..12).map(little).unwrap_or(0);
        }
        if chunk.starts_with(b"data") {
            let left = size.saturating_sub(at as u64 + 8);
            // What is recorded live doesn't know its length yet.
            let is_open = length == 0 || length == u64::from(u32::MAX);
            return match (each, length > left && !is_open) {
                (0, _) => Err(Refused::Broken),
                (_, true) => Err(Refused::Truncated),
                (each, false) => Ok(ms(if is_open { left } else { length }, each)),
            };
        }
        at = usize::try_from(length)
            .ok()
            .and_then(|length| at.checked_add(8 + length + length % 2))
            .unwrap_or(usize::MAX);
    }
    match (each, at as u64 >= size) {
        (_, true) => Err(Refused::Truncated),
        (0, false) => Err(Refused::Broken),
        // So much is told before the sound that its length isn't looked for.
        (_, false) => Ok(0),
    }
}

/// The content of the page of Ogg that begins here, as far as it is at hand (RFC 3533, §6).
fn packet(page: &[u8]) -> Option<&[u8]> {
    let segments = usize::from(*page.get(26)?);
    page.get(27 + segments..)
}

/// The ticks of a second, and how many come before the sound, by the first packet of an Ogg file.
fn coding(packet: &[u8]) -> Option<(u64, u64)> {
    if packet.starts_with(b"OpusHead") {
        return Some((OPUS_HZ, packet.get(10..12).map(little).unwrap_or(0)));
    }
    if packet.starts_with(b"\x01vorbis") {
        return Some((packet.get(12..16).map(little).unwrap_or(0), 0));
    }
    // FLAC in Ogg: its own header stands behind nine bytes.
    let rate = packet.get(27..30).map(|rate| big(rate) >> 4).unwrap_or(0);
    packet.starts_with(b"\x7fFLAC").then_some((rate, 0))
}

/// The last page says at which tick it ends.
fn ogg(head: &[u8], tail: &[u8]) -> std::result::Result<i64, Refused> {
    let (rate, before) = packet(head).and_then(coding).ok_or(Refused::Broken)?;
    let start = tail.windows(4).rposition(|four| four == b"OggS").ok_or(Refused::Truncated)?;
    let page = tail.get(start..).unwrap_or_default();
    let segments = page.get(26).map_or(0, |count| usize::from(*count));
    let table = page.get(27..27 + segments).ok_or(Refused::Truncated)?;
    let content: usize = table.iter().map(|length| usize::from(*length)).sum();
    if page.len() < 27 + segments + content {
        return Err(Refused::Truncated);
    }
    let end = page.get(6..14).map(little).unwrap_or(u64::MAX);
    // All ones say that nothing ends on this page.
    Ok(if end == u64::MAX { 0 } else { ms(end.saturating_sub(before), rate) })
}

/// The header of a frame of MP3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Frame {
    /// Bits of a second.
    bits: u64,
    /// Samples of a second.
    rate: u64,
    /// Samples in the frame.
    samples: u64,
    /// Bytes of the frame.
    bytes: usize,
    /// Bytes between the header and what an encoder may have written of the whole.
    side: usize,
}

impl Frame {
    /// Thousands of bits of a second by their number in a header: MPEG-1, and the versions with half the rate.
    const KBITS: [[u64; 16]; 2] = [
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0],
    ];
    /// Samples of a second by their number.
    const RATES: [u64; 4] = [44_100, 48_000, 32_000, 0];

    fn of(bytes: &[u8]) -> Option<Self> {
        let &[first, second, third, fourth, ..] = bytes else { return None };
        let is_layer_3 = first == 0xff && second & 0xe6 == 0xe2;
        let version = second >> 3 & 3;
        if !is_layer_3 || version == 1 {
            return None;
        }
        let is_first = version == 3;
        let kbits = Self::KBITS.get(usize::from(!is_first))?.get(usize::from(third >> 4)).copied()?;
        let rate = Self::RATES.get(usize::from(third >> 2 & 3)).copied()? >> [2, 0, 1, 0].get(usize::from(version))?;
        if kbits == 0 || rate == 0 {
            return None;
        }
        let samples = if is_first { 1_152 } else { 576 };
        let padding = u64::from(third >> 1 & 1);
        let bytes = usize::try_from(samples / 8 * kbits * 1_000 / rate + padding).ok()?;
        let is_mono = fourth >> 6 == 3;
        let side = match (is_first, is_mono) {
            (true, false) => 32,
            (false, true) => 9,
            _ => 17,
        };
        Some(Self { bits: kbits * 1_000, rate, samples, bytes, side })
    }
}

/// Behind a tag, if there is one, frames follow each other; the first may say how many there are.
async fn mp3<R, F>(head: &[u8], size: u64, read: &R) -> Result<std::result::Result<i64, Refused>>
where
    R: Fn(Range<u64>) -> F + Sync,
    F: Future<Output = Result<Bytes>> + Send,
{
    let tag = match head.get(6..10) {
        // Seven bits of each byte (ID3v2.4, §3.1).
        Some(length) if head.starts_with(b"ID3") => 10 + length.iter().fold(0, |sum, b| sum << 7 | u64::from(b & 0x7f)),
        _ => 0,
    };
    if tag > TAG_BYTES_MAX {
        return Ok(Err(Refused::Broken));
    }
    if tag >= size {
        return Ok(Err(Refused::Truncated));
    }
    let bytes = read(tag..size.min(tag + HEADER_BYTES)).await?;
    let follows = |at: usize, frame: &Frame| {
        let next = bytes.get(at + frame.bytes..).unwrap_or_default();
        next.len() < 4 || Frame::of(next).is_some()
    };
    let mut within = (0..bytes.len().min(FRAME_WITHIN)).filter_map(|at| Some((at, Frame::of(bytes.get(at..)?)?)));
    let Some((at, frame)) = within.find(|(at, frame)| follows(*at, frame)) else { return Ok(Err(Refused::Broken)) };
    let told = bytes.get(at + 4 + frame.side..).unwrap_or_default();
    let is_told =
        (told.starts_with(b"Xing") || told.starts_with(b"Info")) && told.get(7).is_some_and(|has| has & 1 == 1);
    let frames = told.get(8..12).filter(|_| is_told).map(big);
    let lasts = match frames {
        Some(frames) => ms(frames * frame.samples, frame.rate),
        None => ms((size - tag).saturating_sub(at as u64) * 8, frame.bits),
    };
    Ok(Ok(lasts))
}
