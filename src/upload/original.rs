//! Originals for the archive: taken into the store as they come, byte for byte, with their SHA-256; a picture goes in once more, to become
//! the form in which it is read.

use bytes::Bytes;

use super::Broken;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::archive;
use crate::domain::item::{self, File, NewFile};
use crate::domain::media::{self, Kind, Purpose, Variant};
use crate::domain::upload;
use crate::error::{Error, Problem, Result};
use crate::files::Writer;
use crate::id::{PostId, UploadId};
use crate::secret::Digest;
use crate::{picture, video};

/// The field of files: what is wrong with one is said of it.
pub const FILE: &str = "file";
/// Largest picture that gets a form for reading, in bytes: it is held in memory while that is made.
const READ_BYTES_MAX: usize = 200_000_000;
/// Bytes of a file by which it is told what it is.
pub const HEAD_BYTES: usize = 256 * 1_024;

/// An original that lies in the store and belongs to no item yet. If nothing becomes of it, it goes after a day.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The file.
    pub file: NewFile,
    /// The beginning of the keys of its picture, with its bytes.
    picture: Option<(String, i64)>,
    /// The upload in parts that it was, with its name on disk.
    upload: Option<(UploadId, String)>,
}

impl Stored {
    /// It was an upload in parts, which ends when an item has it.
    pub(super) fn of_upload(self, upload: UploadId, file: String) -> Self {
        Self { upload: Some((upload, file)), ..self }
    }

    /// Nothing became of it: what lies in the store goes at once.
    fn put_down(&self, conn: &mut Conn) -> Result<()> {
        media::drop_file(conn, &self.file.file_key)?;
        match &self.picture {
            Some((stem, _)) => media::drop_file(conn, &Variant::Original.key(stem)),
            None => Ok(()),
        }
    }

    /// The name on disk of the upload in parts that it was.
    pub fn part(&self) -> Option<String> {
        self.upload.as_ref().map(|(_, file)| file.clone())
    }
}

/// What a file is by its first bytes.
///
/// Errors: the problem, if it is a picture that nobody could look at, or something else than its name says.
pub fn media_type(name: &str, head: &[u8]) -> Result<&'static str, Problem> {
    let at = |from: usize, mark: &[u8]| head.get(from..from + mark.len()) == Some(mark);
    let found = match picture::inspect(head) {
        Ok(_) => Some(match picture::sniff(head) {
            Ok(picture::Format::Png) => "image/png",
            Ok(picture::Format::Gif) => "image/gif",
            Ok(picture::Format::WebP) => "image/webp",
            _ => "image/jpeg",
        }),
        Err(picture::Refused::Unknown | picture::Refused::Svg | picture::Refused::Heic | picture::Refused::Avif) => {
            None
        }
        Err(refused) => return Err(refused.problem(FILE)),
    };
    let found = found.or_else(|| audio(head));
    let found = found.or_else(|| video::sniff(head).ok().map(video::Format::media_type)).or_else(|| {
        let marks: [(usize, &[u8], &str); 4] = [
            (0, b"%PDF-", "application/pdf"),
            (0, b"II*\0", "image/tiff"),
            (0, b"MM\0*", "image/tiff"),
            (0, b"WEBVTT", "text/vtt"),
        ];
        marks.iter().find(|(from, mark, _)| at(*from, mark)).map(|(_, _, media_type)| *media_type)
    });
    let found = found.unwrap_or(if is_text(head) { "text/plain" } else { "application/octet-stream" });
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let said = match ending.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "tif" | "tiff" => "image/tiff",
        "pdf" => "application/pdf",
        "flac" => "audio/flac",
        "wav" => "audio/wav",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "vtt" => "text/vtt",
        _ => found,
    };
    if said == found { Ok(found) } else { Err(Problem::new(FILE, "archive-problem-lies").with("type", found)) }
}

/// What kind of sound this is, if it is one that browsers play.
fn audio(head: &[u8]) -> Option<&'static str> {
    let at = |from: usize, mark: &[u8]| head.get(from..from + mark.len()) == Some(mark);
    // Programs that cut sound leave zeros before the first frame.
    let frame = head.iter().position(|byte| *byte != 0).and_then(|from| head.get(from..from + 2));
    match frame {
        _ if at(0, b"fLaC") => Some("audio/flac"),
        _ if at(0, b"OggS") => Some("audio/ogg"),
        _ if at(0, b"RIFF") && at(8, b"WAVE") => Some("audio/wav"),
        _ if at(4, b"ftypM4A ") || at(4, b"ftypM4B ") => Some("audio/mp4"),
        _ if at(0, b"ID3") => Some("audio/mpeg"),
        // Eleven bits are set, then come a version and the third layer (ISO 11172-3, §2.4.1.3), or those of AAC (ISO 13818-7, §6.2).
        Some([0xff, second]) if second & 0xf6 == 0xf0 => Some("audio/aac"),
        Some([0xff, second]) if second & 0xe6 == 0xe2 && second & 0x18 != 0x08 => Some("audio/mpeg"),
        _ => None,
    }
}

fn is_text(head: &[u8]) -> bool {
    let is_plain = |text: &str| !text.is_empty() && !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    match std::str::from_utf8(head) {
        Ok(text) => is_plain(text),
        // The beginning may end within a letter.
        Err(error) if error.error_len().is_none() => {
            head.get(..error.valid_up_to()).and_then(|whole| std::str::from_utf8(whole).ok()).is_some_and(is_plain)
        }
        Err(_) => false,
    }
}

/// Takes a file into the store: `head` is its beginning (all of it, if it is short), `next` answers what follows. The inner error is what is
/// wrong with it; then nothing of it is left.
pub async fn store(
    ctx: &Ctx,
    name: &str,
    head: Vec<u8>,
    bytes_max: usize,
    mut next: impl AsyncFnMut() -> Result<Option<Bytes>, Broken>,
) -> Result<Result<Stored, Problem>, Broken> {
    let media_type = match media_type(name, &head) {
        Ok(media_type) => media_type,
        Err(problem) => return Ok(Err(problem)),
    };
    let is_picture = picture::sniff(&head).is_ok();
    let (key, stem) = (format!("{}.archive", media::stem()), media::stem());
    let announced = (key.clone(), stem.clone());
    ctx.write(move |conn| {
        media::reserve_file(conn, &announced.0)?;
        if is_picture { media::reserve(conn, &announced.1, &[Variant::Original]) } else { Ok(()) }
    })
    .await?;
    let (mut writers, mut is_read) = (vec![ctx.files.writer(&key)?], is_picture);
    if is_picture {
        writers.push(ctx.files.writer(&Variant::Original.key(&stem))?);
    }
    let (mut digest, mut size, mut piece) = (Digest::default(), 0_usize, Some(Bytes::from(head)));
    while let Some(bytes) = piece {
        size += bytes.len();
        if size > bytes_max {
            break;
        }
        if size > READ_BYTES_MAX && writers.len() > 1 {
            is_read = false;
            leave(writers.split_off(1)).await;
        }
        digest.add(&bytes);
        for writer in &mut writers {
            writer.write(bytes.clone()).await?;
        }
        piece = match next().await {
            Ok(piece) => piece,
            Err(broken) => {
                leave(writers).await;
                return Err(broken);
            }
        };
    }
    if size > bytes_max || size == 0 {
        leave(writers).await;
        let problem = Problem::new(FILE, "media-problem-bytes").with("max", bytes_max / 1_000_000);
        return Ok(Err(if size == 0 { Problem::new(FILE, "archive-problem-empty-file") } else { problem }));
    }
    for writer in writers {
        writer.finish().await?;
    }
    let bytes = i64::try_from(size).unwrap_or(i64::MAX);
    let file = NewFile {
        name: name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
        label: String::new(),
        media_type: media_type.to_owned(),
        bytes,
        sha256: digest.hex(),
        file_key: key,
        protocol: String::new(),
        media: None,
    };
    Ok(Ok(Stored { file, picture: is_read.then_some((stem, bytes)), upload: None }))
}

/// Leaves nothing of files in the making.
async fn leave(writers: Vec<Writer>) {
    for writer in writers {
        writer.abort().await;
    }
}

/// Puts originals down of which nothing became.
///
/// Errors: the database's; then they go after a day.
pub async fn put_down(ctx: &Ctx, files: Vec<Stored>) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    ctx.write(move |conn| files.iter().try_for_each(|file| file.put_down(conn))).await
}

/// Gives an item an original. What the item has already, by its digest, isn't added again.
///
/// Errors: as [`item::add_file`].
pub fn add(conn: &mut Conn, item: PostId, stored: Stored) -> Result<File> {
    if let Some((upload, _)) = stored.upload {
        upload::end(conn, upload)?;
    }
    if let Some(known) = item::file_by_digest(conn, item, &stored.file.sha256)? {
        return Ok(known);
    }
    let mut file = stored.file;
    if let Some((stem, bytes)) = stored.picture {
        let owner = archive::actor(conn)?.id;
        file.media = Some(media::create(conn, owner, Purpose::Post, Kind::Image, &stem, bytes)?);
    }
    item::add_file(conn, item, &file)
}

/// What comparing an original with its SHA-256 finds; empty for nothing wrong.
///
/// Errors: `Unavailable` if the store is away.
pub async fn verify(ctx: &Ctx, file: &File) -> Result<&'static str> {
    use futures_util::StreamExt;
    let mut found = match ctx.files.get(&file.file_key, None).await {
        Ok(found) => found,
        Err(Error::NotFound(_)) => return Ok("missing"),
        Err(error) => return Err(error),
    };
    let (mut digest, mut size) = (Digest::default(), 0_u64);
    while let Some(piece) = found.content.next().await {
        let piece = piece?;
        size += piece.len() as u64;
        digest.add(&piece);
    }
    Ok(match (i64::try_from(size) == Ok(file.bytes), digest.hex() == file.sha256) {
        (true, true) => "",
        (false, _) => "another size",
        (true, false) => "another SHA-256",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(media_type("a.pdf", b"%PDF-1.7 x").unwrap(), "application/pdf");
        assert_eq!(media_type("a.txt", "批信".as_bytes()).unwrap(), "text/plain");
        assert_eq!(media_type("a.bin", b"\0\x01").unwrap(), "application/octet-stream");
        for (name, head, media_type_said) in [
            ("a.mp3", &b"ID3\x04"[..], "audio/mpeg"),
            ("a.mp3", b"\0\0\0\xff\xf3\x90", "audio/mpeg"),
            ("a.aac", b"\xff\xf1\x50", "audio/aac"),
            ("a.opus", b"OggS\0\x02", "audio/ogg"),
            ("a.flac", b"fLaC\0", "audio/flac"),
            ("a.wav", b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
            ("a.m4a", b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42", "audio/mp4"),
            ("a.vtt", b"WEBVTT\n\n", "text/vtt"),
            ("odd.txt", b"\xff\xfe\x20", "application/octet-stream"),
        ] {
            assert_eq!(media_type(name, head).unwrap(), media_type_said, "{name}");
        }
        assert!(media_type("a.mp3", b"MZ\x90\0").is_err());
        for (name, head) in [("a.jpg", &b"%PDF-1.7"[..]), ("a.pdf", b"MZ\x90\0"), ("a.png", b"<svg onload=x>")] {
            assert_eq!(media_type(name, head).unwrap_err().message, "archive-problem-lies", "{name}");
        }
    }
}
