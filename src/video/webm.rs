//! WebM files: EBML elements (RFC 8794) as Matroska names them (RFC 9559). They have no place for where a film was taken that
//! cameras would fill; browsers, which record them, write none.

use std::future::Future;
use std::ops::Range;

use bytes::Bytes;

use super::{Facts, Format, Refused};
use crate::error::Result;

/// The id of the first element of every EBML file.
pub(super) const MARK: [u8; 4] = [0x1a, 0x45, 0xdf, 0xa3];
const DOC_TYPE: u64 = 0x4282;
const SEGMENT: u64 = 0x1853_8067;
const TRACKS: u64 = 0x1654_ae6b;
const CLUSTER: u64 = 0x1f43_b675;
const INFO: u64 = 0x1549_a966;
const TIMESTAMP_SCALE: u64 = 0x2a_d7b1;
const DURATION: u64 = 0x4489;
const TRACK_ENTRY: u64 = 0xae;
const VIDEO: u64 = 0xe0;
const AUDIO: u64 = 0xe1;
const PIXEL_WIDTH: u64 = 0xb0;
const PIXEL_HEIGHT: u64 = 0xba;

/// Longest head of an element: four bytes of id, eight of size.
const HEAD: u64 = 12;
/// Elements before the first pictures that are looked at.
const ELEMENTS_MAX: usize = 64;
/// Nanoseconds of a tick unless it is said otherwise.
const TICK_NS: u32 = 1_000_000;
/// Longest description of the whole.
const INFO_BYTES_MAX: u64 = 100_000;
/// Longest description of the tracks.
const TRACKS_BYTES_MAX: u64 = 1_000_000;

/// Is it WebM, or Matroska with something else in it?
pub(super) fn sniff(head: &[u8]) -> std::result::Result<Format, Refused> {
    let Some(first) = element(head) else { return Err(Refused::Unknown) };
    let content = head.get(first.own..).unwrap_or_default();
    let doc_type = elements(content).find(|(id, _)| *id == DOC_TYPE).map(|(_, value)| value);
    match doc_type {
        Some(name) if name.strip_suffix(b"\0").unwrap_or(name) == b"webm" => Ok(Format::WebM),
        Some(name) if name.starts_with(b"matroska") => Err(Refused::Camera),
        _ => Err(Refused::Unknown),
    }
}

/// The head of an element.
#[derive(Debug, Clone, Copy)]
struct Element {
    id: u64,
    /// Bytes of the head itself.
    own: usize,
    /// Bytes of its content; `None` if it isn't said, as in what is recorded live.
    size: Option<u64>,
}

/// A number whose length stands in its own first bits; its mark is kept for ids.
fn number(bytes: &[u8], length_max: u32) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let length = first.leading_zeros() + 1;
    if length > length_max {
        return None;
    }
    let length = usize::try_from(length).ok()?;
    let value = bytes.get(..length)?.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    Some((value, length))
}

fn element(bytes: &[u8]) -> Option<Element> {
    let (id, id_bytes) = number(bytes, 4)?;
    let (marked, size_bytes) = number(bytes.get(id_bytes..)?, 8)?;
    let bits = 7 * u32::try_from(size_bytes).ok()?;
    let mask = (1_u64 << bits) - 1;
    let size = marked & mask;
    Some(Element { id, own: id_bytes + size_bytes, size: (size != mask).then_some(size) })
}

/// The elements one behind the other in bytes that are at hand; the last may be cut.
fn elements(bytes: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut left = bytes;
    std::iter::from_fn(move || {
        let found = element(left)?;
        let content = left.get(found.own..)?;
        let size = found.size.and_then(|size| usize::try_from(size).ok()).unwrap_or(content.len()).min(content.len());
        let (value, rest) = content.split_at_checked(size)?;
        left = rest;
        Some((found.id, value))
    })
}

fn inner(bytes: &[u8], id: u64) -> impl Iterator<Item = &[u8]> {
    elements(bytes).filter(move |(found, _)| *found == id).map(|(_, value)| value)
}

fn unsigned(bytes: &[u8]) -> u32 {
    let value = bytes.iter().take(8).fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    u32::try_from(value).unwrap_or(0)
}

/// Looks through the elements of a film up to its first pictures.
pub(super) async fn look<R, F>(size: u64, read: &R) -> Result<std::result::Result<Facts, Refused>>
where
    R: Fn(Range<u64>) -> F + Sync,
    F: Future<Output = Result<Bytes>> + Send,
{
    let (mut at, mut duration_ms) = (0, 0);
    for _ in 0..ELEMENTS_MAX {
        if at >= size {
            return Ok(Err(Refused::Truncated));
        }
        let bytes = read(at..size.min(at + HEAD)).await?;
        let Some(found) = element(&bytes) else { return Ok(Err(Refused::Broken)) };
        let start = at + found.own as u64;
        let end = found.size.and_then(|length| start.checked_add(length));
        if end.is_some_and(|end| end > size) {
            return Ok(Err(Refused::Truncated));
        }
        if let (INFO, Some(end)) = (found.id, end.filter(|end| end - start <= INFO_BYTES_MAX)) {
            duration_ms = lasts(&read(start..end).await?);
        }
        at = match (found.id, end) {
            // What is in the segment is looked at, whether or not its length is said.
            (SEGMENT, _) => start,
            (TRACKS, Some(end)) if end - start <= TRACKS_BYTES_MAX => {
                return Ok(facts(&read(start..end).await?, duration_ms));
            }
            (CLUSTER, _) => return Ok(Err(Refused::Broken)),
            (_, Some(end)) => end,
            (_, None) => return Ok(Err(Refused::Broken)),
        };
    }
    Ok(Err(Refused::Broken))
}

/// How long a film lasts, in thousandths of a second: a number of ticks, each of so many nanoseconds.
fn lasts(info: &[u8]) -> i64 {
    let tick = inner(info, TIMESTAMP_SCALE).next().map_or(TICK_NS, unsigned);
    let ticks = inner(info, DURATION).next().and_then(|bytes| match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(|four| f64::from(f32::from_be_bytes(four))),
        _ => <[u8; 8]>::try_from(bytes).ok().map(f64::from_be_bytes),
    });
    let ms = ticks.unwrap_or(0.0) * f64::from(tick) / 1e6;
    // A film of more than some years is a mistake.
    if (0.0..1e12).contains(&ms) { ms as i64 } else { 0 }
}

fn facts(tracks: &[u8], duration_ms: i64) -> std::result::Result<Facts, Refused> {
    let video = inner(tracks, TRACK_ENTRY).find_map(|entry| inner(entry, VIDEO).next());
    let Some(video) = video else {
        let is_sound = inner(tracks, TRACK_ENTRY).any(|entry| inner(entry, AUDIO).next().is_some());
        let facts = Facts { format: Format::WebMSound, width: 0, height: 0, duration_ms, blanks: Vec::new() };
        return if is_sound { Ok(facts) } else { Err(Refused::Broken) };
    };
    let side = |id: u64| inner(video, id).next().map_or(0, unsigned);
    Ok(Facts {
        format: Format::WebM,
        width: side(PIXEL_WIDTH),
        height: side(PIXEL_HEIGHT),
        duration_ms,
        blanks: Vec::new(),
    })
}
