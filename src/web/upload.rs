//! Forms with files. The form's own fields are read like any form's; each picture or film goes straight into the store, in pieces,
//! and becomes an upload of the member who sent it.
//!
//! `frame` has checked that the form is ours before a byte of a file is taken: the token is its first field.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use std::future::{Ready, ready};

use super::form::Fields;
use super::page::Page;
use crate::domain::media::{self, Kind, PICTURES_MAX, Purpose, Variant};
use crate::error::{Error, Problem, Result};
use crate::files::Writer;
use crate::id::{ActorId, MediaId};
use crate::{picture, video};

/// All fields of a form besides its files, in bytes.
const FIELDS_BYTES_MAX: usize = 256 * 1_024;
/// Parts of a form.
const PARTS_MAX: usize = 200;
/// Bytes of a file that are looked at before the rest has come.
const HEAD_BYTES: usize = 256 * 1_024;
/// How long a client may be silent in the middle of a form.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a form may take in all: nine photographs over a telephone in the country.
const WHOLE: Duration = Duration::from_secs(20 * 60);
/// The field of the pictures, and of the film.
const PICTURE: &str = "picture";
/// The field of a picture that stands for the film behind it.
const POSTER: &str = "poster";
/// Largest such picture: a browser makes it of one moment of the film.
const POSTER_BYTES_MAX: usize = 2_000_000;

/// The rest of a form with files, behind its token.
struct Rest(Multipart);

/// Is this the form with files?
pub fn is_multipart(request: &ServiceRequest) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("multipart/")
}

/// Opens a form with files and answers its first field; the rest waits for whoever takes it.
pub async fn open(request: &mut ServiceRequest) -> Option<(String, String)> {
    let payload = request.take_payload();
    let mut parts = Multipart::new(request.headers(), payload);
    let mut left = FIELDS_BYTES_MAX;
    let first = match next(&mut parts).await {
        Ok(Some(mut part)) if !is_file(&part) => {
            let name = part.field.name().unwrap_or_default().to_owned();
            text(&mut part, &mut left).await.ok().map(|value| (name, value))
        }
        _ => None,
    };
    request.extensions_mut().insert(Rest(parts));
    first
}

/// A form that may have files.
pub struct Upload {
    fields: Fields,
    rest: Option<Rest>,
}

/// What came of it.
pub struct Sent {
    /// The form's fields; each new picture is a `media` among them, with the words and number that came with it.
    pub fields: Fields,
    /// What is wrong with the pictures.
    pub problems: Vec<Problem>,
    /// What the answer says if anything is.
    pub status: StatusCode,
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut extensions = request.extensions_mut();
        let fields = extensions.remove::<Fields>().unwrap_or_default();
        ready(Ok(Self { fields, rest: extensions.remove::<Rest>() }))
    }
}

/// How reading a form ended early.
enum Broken {
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

impl Upload {
    /// Reads the form and stores its pictures.
    ///
    /// Errors: `TooMany`. What is wrong with the form, or that nothing can be stored just now, is among the problems.
    pub async fn read(self, page: &Page, purpose: Purpose) -> Result<Sent> {
        let mut sent = Sent { fields: self.fields, problems: Vec::new(), status: StatusCode::UNPROCESSABLE_ENTITY };
        let Some(Rest(mut parts)) = self.rest else { return Ok(sent) };
        let owner = page.me()?.member.actor.id;
        page.limits().upload(owner)?;
        let read = tokio::time::timeout(WHOLE, read_parts(page, owner, purpose, &mut parts, &mut sent)).await;
        match read {
            Ok(Ok(())) => {}
            Ok(Err(Broken::Ours(error))) => {
                let (status, problems) = page.reasons(error)?;
                sent.status = status;
                sent.problems.extend(problems);
                return Ok(sent);
            }
            Ok(Err(Broken::Form)) | Err(_) => sent.problems.push(Problem::new("", "media-problem-form")),
        }
        let limits = &page.ctx.config.limits;
        let room = limits.picture_bytes_max.saturating_mul(PICTURES_MAX).saturating_add(limits.video_bytes_max);
        page.ctx.write(move |conn| media::make_room(conn, owner, room)).await?;
        Ok(sent)
    }
}

async fn read_parts(
    page: &Page,
    owner: ActorId,
    purpose: Purpose,
    parts: &mut Multipart,
    sent: &mut Sent,
) -> Result<(), Broken> {
    let mut left = FIELDS_BYTES_MAX;
    let most = if purpose == Purpose::Post { PICTURES_MAX } else { 1 };
    let (mut files, mut latest, mut poster) = (sent.fields.all("media").count(), None, None);
    for _ in 0..PARTS_MAX {
        let Some(mut part) = next(parts).await? else { return Ok(()) };
        let name = part.field.name().unwrap_or_default().to_owned();
        if !is_file(&part) {
            let value = text(&mut part, &mut left).await?;
            match (name.as_str(), latest) {
                // The words and the number behind a file are that file's.
                ("alt" | "order", Some(id)) => sent.fields.push(&format!("{name}-{id}"), &value),
                ("alt" | "order", None) => {}
                ("media", _) => {
                    files += 1;
                    sent.fields.push(&name, &value);
                }
                (name, _) if name.starts_with("remove-") && value == "yes" => {
                    files = files.saturating_sub(1);
                    sent.fields.push(name, &value);
                }
                _ => sent.fields.push(&name, &value),
            }
            continue;
        }
        latest = None;
        let mut head = Head::of(&mut part).await?;
        if head.bytes.is_empty() {
            // Browsers send an empty part for a field in which nothing was chosen.
            continue;
        }
        if name == POSTER && purpose == Purpose::Post {
            poster = read_poster(page, &mut part, head, sent).await?;
            continue;
        }
        if name != PICTURE || files >= most {
            if files >= most {
                said_once(&mut sent.problems, Problem::new(PICTURE, "media-problem-many").with("max", most));
            }
            drain(page, &mut part, head.bytes.len()).await?;
            continue;
        }
        files += 1;
        let file = File { owner, purpose, poster: poster.take() };
        match store(page, file, &mut part, &mut head).await? {
            Ok(id) => {
                sent.fields.push("media", &id.to_string());
                latest = Some(id);
            }
            Err(problem) => {
                files -= 1;
                sent.problems.push(named(page, &head, &problem));
            }
        }
    }
    Err(Broken::Form)
}

fn said_once(problems: &mut Vec<Problem>, problem: Problem) {
    if !problems.contains(&problem) {
        problems.push(problem);
    }
}

/// A part of a form, as it comes. The library's own may not be asked again once it has ended.
struct Part {
    field: Field,
    has_ended: bool,
}

/// The next part of a form.
async fn next(parts: &mut Multipart) -> Result<Option<Part>, Broken> {
    match tokio::time::timeout(SILENCE, parts.next()).await {
        Ok(Some(Ok(field))) => Ok(Some(Part { field, has_ended: false })),
        Ok(None) => Ok(None),
        Ok(Some(Err(_))) | Err(_) => Err(Broken::Form),
    }
}

/// The next piece of a part.
async fn piece(part: &mut Part) -> Result<Option<bytes::Bytes>, Broken> {
    if part.has_ended {
        return Ok(None);
    }
    match tokio::time::timeout(SILENCE, part.field.next()).await {
        Ok(Some(Ok(piece))) => Ok(Some(piece)),
        Ok(None) => {
            part.has_ended = true;
            Ok(None)
        }
        Ok(Some(Err(_))) | Err(_) => Err(Broken::Form),
    }
}

/// Files have a name, which may be empty.
fn is_file(part: &Part) -> bool {
    part.field
        .content_disposition()
        .is_some_and(|named| named.get_filename().is_some() || named.get_filename_ext().is_some())
}

async fn text(part: &mut Part, left: &mut usize) -> Result<String, Broken> {
    let mut value = Vec::new();
    while let Some(piece) = piece(part).await? {
        *left = left.checked_sub(piece.len()).ok_or(Broken::Form)?;
        value.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&value).into_owned())
}

/// The beginning of a file, by which most of what can't be taken is known.
struct Head {
    name: String,
    bytes: Vec<u8>,
}

impl Head {
    async fn of(part: &mut Part) -> Result<Self, Broken> {
        let name =
            part.field.content_disposition().and_then(|named| named.get_filename()).unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while bytes.len() < HEAD_BYTES {
            let Some(piece) = piece(part).await? else { break };
            bytes.extend_from_slice(&piece);
        }
        Ok(Self { name, bytes })
    }
}

/// What is wrong with a file, with the file's name.
fn named(page: &Page, head: &Head, problem: &Problem) -> Problem {
    let reason = page.text(problem.message, &problem.values);
    let named = Problem::new(PICTURE, "media-problem-file").with("reason", reason);
    named.with("name", crate::text::name(&head.name, 60))
}

fn too_many_bytes(max: usize) -> Problem {
    Problem::new(PICTURE, "media-problem-bytes").with("max", max / 1_000_000)
}

/// Takes the rest of a file without keeping it, so that the browser gets to hear the answer.
async fn drain(page: &Page, part: &mut Part, taken: usize) -> Result<(), Broken> {
    let mut taken = taken;
    let limits = &page.ctx.config.limits;
    let max = limits.picture_bytes_max.saturating_mul(4).max(limits.video_bytes_max.saturating_mul(2));
    while let Some(piece) = piece(part).await? {
        taken += piece.len();
        if taken > max {
            return Err(Broken::Form);
        }
    }
    Ok(())
}

/// The picture that stands for the film behind it: small enough to be held until that has come.
async fn read_poster(page: &Page, part: &mut Part, head: Head, sent: &mut Sent) -> Result<Option<Vec<u8>>, Broken> {
    let mut bytes = head.bytes.clone();
    while let Some(piece) = piece(part).await? {
        if bytes.len() + piece.len() > POSTER_BYTES_MAX {
            drain(page, part, bytes.len()).await?;
            sent.problems.push(named(page, &head, &too_many_bytes(POSTER_BYTES_MAX)));
            return Ok(None);
        }
        bytes.extend_from_slice(&piece);
    }
    match picture::inspect(&bytes) {
        Ok(_) => Ok(Some(bytes)),
        Err(refused) => {
            sent.problems.push(named(page, &head, &refused.problem(PICTURE)));
            Ok(None)
        }
    }
}

/// What is sent, by its beginning: a picture, or in a post a film.
fn kind_of(head: &[u8], purpose: Purpose) -> Result<Kind, Problem> {
    match picture::inspect(head) {
        Ok(_) => Ok(Kind::Image),
        Err(picture::Refused::Unknown) if purpose == Purpose::Post => {
            video::sniff(head).map(|_| Kind::Video).map_err(|refused| refused.problem(PICTURE))
        }
        Err(refused) => Err(refused.problem(PICTURE)),
    }
}

/// A file on its way into the store.
struct File {
    owner: ActorId,
    purpose: Purpose,
    /// The picture that came before it.
    poster: Option<Vec<u8>>,
}

/// Stores one picture or film as an upload. The inner error is what the form says.
async fn store(
    page: &Page,
    file: File,
    part: &mut Part,
    head: &mut Head,
) -> Result<std::result::Result<MediaId, Problem>, Broken> {
    let kind = match kind_of(&head.bytes, file.purpose) {
        Ok(kind) => kind,
        Err(problem) => {
            drain(page, part, head.bytes.len()).await?;
            return Ok(Err(problem));
        }
    };
    let ctx = &page.ctx;
    let limits = &ctx.config.limits;
    let max = if kind == Kind::Video { limits.video_bytes_max } else { limits.picture_bytes_max };
    let stem = media::stem();
    let announced = stem.clone();
    ctx.write(move |conn| media::reserve(conn, &announced, &[Variant::Original, Variant::Poster])).await?;
    let mut writer = ctx.files.writer(&Variant::Original.key(&stem))?;
    let size = match pour(page, part, std::mem::take(&mut head.bytes), &mut writer, max).await {
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
    if let (Kind::Video, Some(poster)) = (kind, file.poster) {
        ctx.files.put(&Variant::Poster.key(&stem), poster).await?;
    }
    let bytes = i64::try_from(size).unwrap_or(i64::MAX);
    let (owner, purpose) = (file.owner, file.purpose);
    Ok(Ok(ctx.write(move |conn| media::create(conn, owner, purpose, kind, &stem, bytes)).await?))
}

/// Pours a file into the store; answers its size, which may be more than what is kept.
async fn pour(page: &Page, part: &mut Part, head: Vec<u8>, writer: &mut Writer, max: usize) -> Result<usize, Broken> {
    let mut size = head.len();
    if size <= max {
        writer.write(head.into()).await?;
    }
    while let Some(piece) = piece(part).await? {
        size += piece.len();
        if size > max {
            drain(page, part, size).await?;
            break;
        }
        writer.write(piece).await?;
    }
    Ok(size)
}
