//! Files that people send, by a page's form or a client program: they go straight into the store, in pieces, and become
//! uploads of the member who sent them.

pub mod original;
pub mod paper;
pub mod resumable;

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use futures_util::StreamExt;

use crate::ctx::Ctx;
use crate::domain::media::{self, Kind, PICTURES_MAX, Purpose, Variant};
use crate::error::{Error, Problem, Result};
use crate::files::Writer;
use crate::id::{ActorId, MediaId};
use crate::{picture, video};

/// All fields of a form besides its files, in bytes.
pub const FIELDS_BYTES_MAX: usize = 256 * 1_024;
/// The field of the pictures, and of the film or sound, of a page's form: what is wrong with a file is said of it.
pub const PICTURE: &str = "picture";
/// How long a form may take in all: nine photographs over a telephone in the country.
pub const WHOLE: Duration = Duration::from_secs(20 * 60);
/// Bytes of a file that are looked at before the rest has come.
const HEAD_BYTES: usize = 256 * 1_024;
/// How long a client may be silent in the middle of a form.
const SILENCE: Duration = Duration::from_secs(30);
/// Largest picture that stands for a film: a browser makes it of one moment of the film.
const POSTER_BYTES_MAX: usize = 2_000_000;

/// How reading a form ended early.
#[derive(Debug)]
pub enum Broken {
    /// It came to no end, or isn't one.
    Form,
    /// Something of ours.
    Ours(Error),
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// A part of a form, as it comes. The library's own may not be asked again once it has ended.
pub struct Part {
    field: Field,
    has_ended: bool,
}

/// The next part of a form.
pub async fn next(parts: &mut Multipart) -> Result<Option<Part>, Broken> {
    match tokio::time::timeout(SILENCE, parts.next()).await {
        Ok(Some(Ok(field))) => Ok(Some(Part { field, has_ended: false })),
        Ok(None) => Ok(None),
        Ok(Some(Err(_))) | Err(_) => Err(Broken::Form),
    }
}

impl Part {
    /// The name of its field.
    pub fn name(&self) -> &str {
        self.field.name().unwrap_or_default()
    }

    /// Is it a file? Files have a name, which may be empty.
    pub fn is_file(&self) -> bool {
        let named = self.field.content_disposition();
        named.is_some_and(|named| named.get_filename().is_some() || named.get_filename_ext().is_some())
    }

    /// The next piece of it.
    pub async fn piece(&mut self) -> Result<Option<bytes::Bytes>, Broken> {
        if self.has_ended {
            return Ok(None);
        }
        match tokio::time::timeout(SILENCE, self.field.next()).await {
            Ok(Some(Ok(piece))) => Ok(Some(piece)),
            Ok(None) => {
                self.has_ended = true;
                Ok(None)
            }
            Ok(Some(Err(_))) | Err(_) => Err(Broken::Form),
        }
    }

    /// Its text; `left` bytes are left to all fields of the form.
    pub async fn text(&mut self, left: &mut usize) -> Result<String, Broken> {
        let mut value = Vec::new();
        while let Some(piece) = self.piece().await? {
            *left = left.checked_sub(piece.len()).ok_or(Broken::Form)?;
            value.extend_from_slice(&piece);
        }
        Ok(String::from_utf8_lossy(&value).into_owned())
    }

    /// The beginning of a file.
    pub async fn head(&mut self) -> Result<Head, Broken> {
        let name =
            self.field.content_disposition().and_then(|named| named.get_filename()).unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while bytes.len() < HEAD_BYTES {
            let Some(piece) = self.piece().await? else { break };
            bytes.extend_from_slice(&piece);
        }
        Ok(Head { name, bytes })
    }

    /// Takes the rest of a file, of which `taken` bytes have come, without keeping it, so that whoever sends it gets to hear
    /// the answer.
    pub async fn drain(&mut self, ctx: &Ctx, taken: usize) -> Result<(), Broken> {
        let mut taken = taken;
        let limits = &ctx.config.limits;
        let played = limits.video_bytes_max.max(limits.audio_bytes_max);
        let max = limits.picture_bytes_max.saturating_mul(4).max(played.saturating_mul(2));
        while let Some(piece) = self.piece().await? {
            taken += piece.len();
            if taken > max {
                return Err(Broken::Form);
            }
        }
        Ok(())
    }
}

/// The beginning of a file, by which most of what can't be taken is known.
pub struct Head {
    /// The file's name, as its sender calls it.
    pub name: String,
    /// Its first bytes.
    pub bytes: Vec<u8>,
}

fn too_many_bytes(max: usize) -> Problem {
    Problem::new(PICTURE, "media-problem-bytes").with("max", max / 1_000_000)
}

/// The picture that stands for a film: small enough to be held until that has come. The inner error is what is wrong with it.
pub async fn read_poster(ctx: &Ctx, part: &mut Part, head: &Head) -> Result<Result<Vec<u8>, Problem>, Broken> {
    let mut bytes = head.bytes.clone();
    while let Some(piece) = part.piece().await? {
        if bytes.len() + piece.len() > POSTER_BYTES_MAX {
            part.drain(ctx, bytes.len()).await?;
            return Ok(Err(too_many_bytes(POSTER_BYTES_MAX)));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(picture::inspect(&bytes).map(|_| bytes).map_err(|refused| refused.problem(PICTURE)))
}

/// What is sent, by its beginning: a picture, or in a post a film or sound.
fn kind_of(head: &[u8], purpose: Purpose) -> Result<Kind, Problem> {
    match picture::inspect(head) {
        Ok(_) => Ok(Kind::Image),
        Err(picture::Refused::Unknown) if purpose == Purpose::Post => {
            let kind = |format: video::Format| if format.is_sound() { Kind::Audio } else { Kind::Video };
            video::sniff(head).map(kind).map_err(|refused| refused.problem(PICTURE))
        }
        Err(refused) => Err(refused.problem(PICTURE)),
    }
}

/// A file on its way into the store.
pub struct File {
    /// Whose it is.
    pub owner: ActorId,
    /// What it is for.
    pub purpose: Purpose,
    /// The picture that came before it, for a film.
    pub poster: Option<Vec<u8>>,
    /// May it be a paper, too?
    pub papers: bool,
}

/// A file that lies in the store and is nobody's upload yet: what goes with it may come behind it. If nothing becomes of it,
/// it goes after a day.
pub struct Taken {
    purpose: Purpose,
    kind: Kind,
    stem: String,
    bytes: i64,
}

/// Stores one picture, film or sound, or where they are taken a paper, as an upload. The inner error is what is wrong with it.
pub async fn store(
    ctx: &Ctx,
    file: File,
    part: &mut Part,
    head: &mut Head,
) -> Result<Result<MediaId, Problem>, Broken> {
    match file.papers.then(|| paper::media_type(&head.name, &head.bytes)).flatten() {
        Some(Ok(media_type)) => return paper::store(ctx, file.owner, media_type, part, head).await,
        Some(Err(problem)) => {
            part.drain(ctx, head.bytes.len()).await?;
            return Ok(Err(problem));
        }
        None => {}
    }
    let taken = match take(ctx, file.purpose, part, head).await? {
        Ok(taken) => taken,
        Err(problem) => return Ok(Err(problem)),
    };
    Ok(Ok(settle(ctx, file.owner, taken, file.poster).await?))
}

/// Makes an upload of what lies in the store, with the picture that stands for it if it is a film.
pub async fn settle(ctx: &Ctx, owner: ActorId, taken: Taken, poster: Option<Vec<u8>>) -> Result<MediaId> {
    let Taken { purpose, kind, stem, bytes } = taken;
    if let (Kind::Video, Some(poster)) = (kind, poster) {
        ctx.files.put(&Variant::Poster.key(&stem), poster).await?;
    }
    ctx.write(move |conn| media::create(conn, owner, purpose, kind, &stem, bytes)).await
}

/// Takes one picture, film or sound into the store. The inner error is what is wrong with it.
pub async fn take(
    ctx: &Ctx,
    purpose: Purpose,
    part: &mut Part,
    head: &mut Head,
) -> Result<Result<Taken, Problem>, Broken> {
    let kind = match kind_of(&head.bytes, purpose) {
        Ok(kind) => kind,
        Err(problem) => {
            part.drain(ctx, head.bytes.len()).await?;
            return Ok(Err(problem));
        }
    };
    let limits = &ctx.config.limits;
    let max = match kind {
        Kind::Video => limits.video_bytes_max,
        Kind::Audio => limits.audio_bytes_max,
        _ => limits.picture_bytes_max,
    };
    let stored = put_in(ctx, &[Variant::Original, Variant::Poster], part, head, max).await?;
    Ok(stored.map(|(stem, bytes)| Taken { purpose, kind, stem, bytes }))
}

/// Puts a file into the store as the first of these forms; the others may be made of it. Answers the stem of their keys and its bytes. The
/// inner error says that it is too large.
async fn put_in(
    ctx: &Ctx,
    forms: &'static [Variant],
    part: &mut Part,
    head: &mut Head,
    max: usize,
) -> Result<Result<(String, i64), Problem>, Broken> {
    let stem = media::stem();
    let announced = stem.clone();
    ctx.write(move |conn| media::reserve(conn, &announced, forms)).await?;
    let form = forms.first().copied().unwrap_or(Variant::Original);
    let mut writer = ctx.files.writer(&form.key(&stem))?;
    let size = match pour(ctx, part, std::mem::take(&mut head.bytes), &mut writer, max).await {
        Ok(size) => size,
        Err(broken) => {
            writer.abort().await;
            return Err(broken);
        }
    };
    if size > max {
        writer.abort().await;
        return Ok(Err(too_many_bytes(max)));
    }
    writer.finish().await?;
    Ok(Ok((stem, i64::try_from(size).unwrap_or(i64::MAX))))
}

/// Pours a file into the store; answers its size, which may be more than what is kept.
async fn pour(ctx: &Ctx, part: &mut Part, head: Vec<u8>, writer: &mut Writer, max: usize) -> Result<usize, Broken> {
    let mut size = head.len();
    if size <= max {
        writer.write(head.into()).await?;
    }
    while let Some(piece) = part.piece().await? {
        size += piece.len();
        if size > max {
            part.drain(ctx, size).await?;
            break;
        }
        writer.write(piece).await?;
    }
    Ok(size)
}

/// Makes room for further uploads of a member, after some have come.
pub async fn make_room(ctx: &Ctx, owner: ActorId) -> Result<()> {
    let limits = &ctx.config.limits;
    let played = limits.video_bytes_max.max(limits.audio_bytes_max);
    let room = limits.picture_bytes_max.saturating_mul(PICTURES_MAX).saturating_add(played);
    ctx.write(move |conn| media::make_room(conn, owner, room)).await
}
