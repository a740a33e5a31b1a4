//! MPEG-4 files: boxes in boxes (ISO/IEC 14496-12). What telephones note of the place stands in `udta`, `meta` and `uuid` boxes,
//! which players do without.

use std::future::Future;
use std::ops::Range;

use bytes::Bytes;

use super::{Facts, Format, Refused};
use crate::error::Result;

/// Boxes on the outermost level that are looked at, each by a read of its own: a film cut into fragments has two for each,
/// and is believed from there on.
const BOXES_MAX: usize = 200;
/// Largest directory of a film: it grows with its length, some 100 kB for ten minutes.
const MOVIE_BYTES_MAX: u64 = 16_000_000;
/// Longest head of a box: size, name, and the long size.
const HEAD: u64 = 16;
/// Boxes that say where, with what and by whom a film was taken, or may say it (XMP lies in `uuid`).
const TELLING: [&[u8; 4]; 3] = [b"udta", b"meta", b"uuid"];

/// A box that is to be blanked: its size stays, its name becomes `free`, its content zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blank {
    /// Where it is in the film.
    whole: Range<u64>,
    /// Where its content begins.
    content: u64,
}

impl Blank {
    /// Does it to the part of it that lies in a piece, which begins at byte `at`.
    pub(super) fn apply(&self, at: u64, piece: &mut [u8]) {
        let end = at + piece.len() as u64;
        if self.whole.end <= at || end <= self.whole.start {
            return;
        }
        for (place, byte) in (at..).zip(piece.iter_mut()) {
            let name = self.whole.start + 4..self.whole.start + 8;
            if name.contains(&place) {
                *byte = usize::try_from(place - name.start).ok().and_then(|n| b"free".get(n)).copied().unwrap_or(0);
            } else if (self.content..self.whole.end).contains(&place) {
                *byte = 0;
            }
        }
    }
}

/// What a file is by its first box.
pub(super) fn sniff(head: &[u8]) -> std::result::Result<Format, Refused> {
    let name = head.get(4..8).unwrap_or_default();
    if name != b"ftyp" {
        // Before there was `ftyp`, QuickTime began with what it liked.
        let is_old = matches!(name, b"moov" | b"mdat" | b"wide" | b"pnot");
        return Err(if is_old { Refused::Camera } else { Refused::Unknown });
    }
    let major = head.get(8..12).unwrap_or_default();
    if major == b"qt  " {
        return Ok(Format::QuickTime);
    }
    if matches!(major, b"M4A " | b"M4B ") {
        return Ok(Format::Mp4Sound);
    }
    let size = head.get(..4).and_then(|four| <[u8; 4]>::try_from(four).ok()).map_or(0, u32::from_be_bytes);
    let end = usize::try_from(size).unwrap_or(0).clamp(16, head.len().max(16));
    let compatible = head.get(16..end.min(head.len())).unwrap_or_default().chunks_exact(4);
    let is_known = |brand: &[u8]| {
        matches!(brand, b"avc1" | b"M4V " | b"M4VH" | b"M4VP" | b"M4A " | b"MSNV" | b"dash" | b"cmfc" | b"mmp4")
            || [&b"iso"[..], b"mp4", b"3gp", b"3g2"].iter().any(|family| brand.starts_with(family))
    };
    if is_known(major) || compatible.into_iter().any(is_known) { Ok(Format::Mp4) } else { Err(Refused::Unknown) }
}

/// The head of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    name: [u8; 4],
    /// Bytes of the head itself.
    own: u64,
    /// Bytes of the whole box; `None` if it reaches to the end.
    whole: Option<u64>,
}

fn head(bytes: &[u8]) -> Option<Head> {
    let size = u64::from(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?));
    let name: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
    let (own, whole) = match size {
        0 => (8, None),
        1 => (16, Some(u64::from_be_bytes(bytes.get(8..16)?.try_into().ok()?))),
        size => (8, Some(size)),
    };
    whole.is_none_or(|whole| whole >= own).then_some(Head { name, own, whole })
}

/// Looks through the boxes of a film.
pub(super) async fn look<R, F>(size: u64, format: Format, read: &R) -> Result<std::result::Result<Facts, Refused>>
where
    R: Fn(Range<u64>) -> F + Sync,
    F: Future<Output = Result<Bytes>> + Send,
{
    let (mut at, mut movie, mut has_content, mut blanks) = (0, None, false, Vec::new());
    for _ in 0..BOXES_MAX {
        if at >= size {
            break;
        }
        let bytes = read(at..size.min(at + HEAD)).await?;
        let Some(found) = head(&bytes) else {
            // Some programs leave a few bytes behind the last box.
            let is_enough = movie.is_some() && has_content && size - at < HEAD;
            if is_enough {
                break;
            }
            return Ok(Err(if size - at < HEAD { Refused::Truncated } else { Refused::Broken }));
        };
        let end = found.whole.map_or(Some(size), |whole| at.checked_add(whole)).unwrap_or(u64::MAX);
        if end > size {
            return Ok(Err(Refused::Truncated));
        }
        match &found.name {
            b"moov" => movie = Some(at + found.own..end),
            b"mdat" => has_content = true,
            name if TELLING.contains(&name) => blanks.push(Blank { whole: at..end, content: at + found.own }),
            _ => {}
        }
        at = end;
    }
    let (Some(movie), true) = (movie, has_content) else { return Ok(Err(Refused::Truncated)) };
    if movie.end - movie.start > MOVIE_BYTES_MAX {
        return Ok(Err(Refused::Broken));
    }
    let bytes = read(movie.clone()).await?;
    let Some(found) = Movie::of(&bytes, movie.start) else { return Ok(Err(Refused::Broken)) };
    let format = match (found.has_picture, format) {
        (false, _) if !found.has_sound => return Ok(Err(Refused::Broken)),
        (false, _) if !found.is_heard => return Ok(Err(Refused::Sound)),
        (false, _) => Format::Mp4Sound,
        (true, Format::QuickTime) if !found.is_common => return Ok(Err(Refused::Camera)),
        (true, Format::Mp4Sound) => Format::Mp4,
        (true, format) => format,
    };
    blanks.extend(found.blanks);
    blanks.sort_by_key(|blank| blank.whole.start);
    Ok(Ok(Facts { format, width: found.width, height: found.height, duration_ms: found.duration_ms, blanks }))
}

/// What the directory of a film says.
#[derive(Debug, Default)]
struct Movie {
    width: u32,
    height: u32,
    duration_ms: i64,
    has_picture: bool,
    /// Is its picture of the kind that every browser plays (H.264)?
    is_common: bool,
    has_sound: bool,
    /// Is its sound of a kind that browsers play?
    is_heard: bool,
    blanks: Vec<Blank>,
}

impl Movie {
    fn of(bytes: &[u8], at: u64) -> Option<Self> {
        let mut movie = Self::default();
        for part in boxes(bytes, at) {
            let part = part?;
            match &part.name {
                b"mvhd" => movie.duration_ms = duration_ms(part.content).unwrap_or(0),
                b"trak" => movie.track(&part)?,
                name if TELLING.contains(&name) => movie.blanks.push(part.blank()),
                _ => {}
            }
        }
        Some(movie)
    }

    fn track(&mut self, track: &Part<'_>) -> Option<()> {
        let mut size = (0, 0);
        let mut is_picture = false;
        for part in boxes(track.content, track.at) {
            let part = part?;
            match &part.name {
                b"tkhd" => size = shown_size(part.content).unwrap_or_default(),
                b"mdia" => {
                    let handler = inner(&part, b"hdlr").and_then(|hdlr| hdlr.content.get(8..12));
                    is_picture = handler == Some(b"vide");
                    let is_sound = handler == Some(b"soun");
                    let entry = inner(&part, b"minf")
                        .and_then(|minf| inner(&minf, b"stbl"))
                        .and_then(|stbl| inner(&stbl, b"stsd"));
                    // Version and flags, number of entries, then the first entry: its size and its name.
                    let coding = entry.and_then(|stsd| stsd.content.get(12..16));
                    self.is_common |= is_picture && matches!(coding, Some(b"avc1" | b"avc3"));
                    self.has_sound |= is_sound;
                    self.is_heard |= is_sound && matches!(coding, Some(b"mp4a" | b"Opus" | b"fLaC" | b".mp3"));
                }
                name if TELLING.contains(&name) => self.blanks.push(part.blank()),
                _ => {}
            }
        }
        if is_picture && !self.has_picture {
            (self.width, self.height) = size;
        }
        self.has_picture |= is_picture;
        Some(())
    }
}

/// How long a film lasts, by its head: behind version, flags and times, in 32 or 64 bits, the ticks of a second and their number.
fn duration_ms(mvhd: &[u8]) -> Option<i64> {
    let number = |part: Range<usize>| Some(mvhd.get(part)?.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte)));
    let is_long = mvhd.first()? == &1;
    let (ticks, lasts) = if is_long { (20..24, 24..32) } else { (12..16, 16..20) };
    let (ticks, lasts) = (number(ticks)?, number(lasts)?);
    // All ones say that it isn't known.
    let is_known = lasts != if is_long { u64::MAX } else { u64::from(u32::MAX) };
    let ms = u128::from(lasts) * 1_000;
    i64::try_from(ms.checked_div(u128::from(ticks))?).ok().filter(|_| is_known)
}

/// Width and height by a track's head, turned as it says.
fn shown_size(tkhd: &[u8]) -> Option<(u32, u32)> {
    // Behind version and flags: times, track, duration, in 32 or 64 bits; then 16 bytes, the matrix, width and height.
    let times = if tkhd.first()? == &1 { 32 } else { 20 };
    let matrix = 4 + times + 16;
    let number =
        |at: usize| tkhd.get(at..at + 4).and_then(|four| <[u8; 4]>::try_from(four).ok()).map(u32::from_be_bytes);
    let (width, height) = (number(matrix + 36)? >> 16, number(matrix + 40)? >> 16);
    // A quarter turn has nothing in the places of a and d.
    let is_turned = number(matrix)? == 0 && number(matrix + 16)? == 0;
    Some(if is_turned { (height, width) } else { (width, height) })
}

/// A box within bytes that are at hand.
struct Part<'a> {
    name: [u8; 4],
    start: u64,
    /// Where its content begins in the film.
    at: u64,
    content: &'a [u8],
}

impl Part<'_> {
    fn blank(&self) -> Blank {
        Blank { whole: self.start..self.at + self.content.len() as u64, content: self.at }
    }
}

/// The boxes one behind the other; `None` among them where that is broken off.
fn boxes(bytes: &[u8], at: u64) -> impl Iterator<Item = Option<Part<'_>>> {
    let mut left = bytes;
    let mut start = at;
    std::iter::from_fn(move || {
        // QuickTime ends a list by four zeros.
        if left.len() < 8 {
            return None;
        }
        let part = head(left).and_then(|head| {
            let whole = head.whole.map_or(Some(left.len()), |whole| usize::try_from(whole).ok())?;
            let content = left.get(usize::try_from(head.own).ok()?..whole)?;
            let part = Part { name: head.name, start, at: start + head.own, content };
            left = left.get(whole..)?;
            start += whole as u64;
            Some(part)
        });
        if part.is_none() {
            left = &[];
        }
        Some(part)
    })
}

/// The first box of that name within another.
fn inner<'a>(part: &Part<'a>, name: &[u8; 4]) -> Option<Part<'a>> {
    boxes(part.content, part.at).flatten().find(|inner| inner.name == *name)
}
