//! Films and sounds as bytes: what they really are, whether they are whole, how large their picture is, how long they last, and where
//! in them stands where they were taken. They are passed through as they came, but for that. Pure: no store, no network.

mod mp4;
mod sound;
mod webm;

use std::future::Future;
use std::ops::Range;

use bytes::Bytes;

use crate::error::{Problem, Result};

pub use mp4::Blank;

/// Bytes by which a film is known.
pub const HEAD_BYTES: usize = 64;

/// A kind of film or sound that browsers play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// MPEG-4 and its kin (ISO/IEC 14496-12, -14).
    Mp4,
    /// Apple's QuickTime file, from which MPEG-4 came; browsers play it if what is inside is the same.
    QuickTime,
    /// WebM (Matroska, of which it is a part: RFC 9559).
    WebM,
    /// MPEG-4 with sound alone.
    Mp4Sound,
    /// WebM with sound alone, as browsers record it.
    WebMSound,
    /// MPEG audio, layer III.
    Mp3,
    /// Ogg with Opus, Vorbis or FLAC.
    Ogg,
    /// FLAC by itself.
    Flac,
    /// WAVE with PCM.
    Wave,
}

impl Format {
    /// The media type under which it is served.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Mp4 | Self::QuickTime => "video/mp4",
            Self::WebM => "video/webm",
            Self::Mp4Sound => "audio/mp4",
            Self::WebMSound => "audio/webm",
            Self::Mp3 => "audio/mpeg",
            Self::Ogg => "audio/ogg",
            Self::Flac => "audio/flac",
            Self::Wave => "audio/wav",
        }
    }

    /// Is there nothing to see in it?
    pub fn is_sound(self) -> bool {
        !matches!(self, Self::Mp4 | Self::QuickTime | Self::WebM)
    }

    /// The same container with sound alone.
    pub fn heard(self) -> Self {
        match self {
            Self::Mp4 | Self::QuickTime => Self::Mp4Sound,
            Self::WebM => Self::WebMSound,
            sound => sound,
        }
    }
}

/// Why a film or sound is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is no film or sound of a kind that is known, whatever it is called.
    Unknown,
    /// A telephone's or camera's own format, which few browsers play.
    Camera,
    /// A sound in a format that few browsers play.
    Sound,
    /// It ends before its end.
    Truncated,
    /// It can't be read.
    Broken,
}

impl Refused {
    /// Every reason.
    pub const ALL: [Self; 5] = [Self::Unknown, Self::Camera, Self::Sound, Self::Truncated, Self::Broken];

    /// The word that stands for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "video-unknown",
            Self::Camera => "video-camera",
            Self::Sound => "video-sound",
            Self::Truncated => "video-truncated",
            Self::Broken => "video-broken",
        }
    }

    /// The reason behind a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// The sentence that people read, for a field of a form.
    pub fn problem(self, field: &'static str) -> Problem {
        let message = match self {
            Self::Unknown => "media-problem-unknown-video",
            Self::Camera => "media-problem-camera",
            Self::Sound => "media-problem-sound",
            Self::Truncated => "media-problem-truncated",
            Self::Broken => "media-problem-broken",
        };
        Problem::new(field, message)
    }
}

/// What was found out about a film or sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its kind.
    pub format: Format,
    /// Width of its picture as it is shown, in pixels; 0 if that isn't said.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// How long it lasts, in thousandths of a second; 0 if that isn't said.
    pub duration_ms: i64,
    /// What is to be blanked before anybody gets it, in the order in which it comes.
    pub blanks: Vec<Blank>,
}

/// What a file is by its first bytes ([`HEAD_BYTES`] are enough).
///
/// Errors: `Unknown`, `Camera`, `Sound`.
///
/// Whether MPEG-4 and WebM have a picture, only [`look`] tells.
pub fn sniff(head: &[u8]) -> std::result::Result<Format, Refused> {
    match sound::sniff(head) {
        Some(found) => found,
        None if head.starts_with(&webm::MARK) => webm::sniff(head),
        None => mp4::sniff(head),
    }
}

/// Looks through a film or sound of `size` bytes, of which `read` answers parts. No more than some megabytes are read of it.
///
/// The inner error is why it is not taken; the outer one is what `read` says.
pub async fn look<R, F>(size: u64, read: R) -> Result<std::result::Result<Facts, Refused>>
where
    R: Fn(Range<u64>) -> F + Sync,
    F: Future<Output = Result<Bytes>> + Send,
{
    let head = read(0..size.min(HEAD_BYTES as u64)).await?;
    match sniff(&head) {
        Ok(Format::WebM | Format::WebMSound) => webm::look(size, &read).await,
        Ok(format @ (Format::Mp4 | Format::QuickTime | Format::Mp4Sound)) => mp4::look(size, format, &read).await,
        Ok(format) => sound::look(size, format, &read).await,
        Err(refused) => Ok(Err(refused)),
    }
}

/// Blanks what is to be blanked in a piece of a film that begins at byte `at`.
pub fn blank(at: u64, piece: &mut [u8], blanks: &[Blank]) {
    blanks.iter().for_each(|blank| blank.apply(at, piece));
}

#[cfg(test)]
mod tests;
