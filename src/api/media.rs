//! Files of posts (Mastodon's documentation, “MediaAttachment”): uploads with their state, and how they stand in a post.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::answer;
use super::caller::Caller;
use super::entity;
use super::param::{Params, Sent};
use crate::ctx::Ctx;
use crate::domain::audience::Viewer;
use crate::domain::media::{self, ALT_CHARS_MAX, Kind, Media, Purpose, State};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, MediaId};
use crate::picture::Refused;
use crate::upload::{self, Broken, FIELDS_BYTES_MAX};
use crate::video;

/// The field of the picture that stands for a film.
const THUMBNAIL: &str = "thumbnail";
/// What stands for a film without a picture: some programs leave out what has none, or the whole list that it is in.
const NO_POSTER: &str = "/static/0/film.png";
/// Parts of an upload: the file, its picture, its words and its focus, with some room.
const PARTS_MAX: usize = 20;
/// How often, and with which pause, an upload is looked at that somebody waits for: three seconds in all.
const LOOKS_MAX: usize = 30;
const LOOK_PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

/// A file of a post.
#[derive(Debug, Clone, Serialize)]
pub struct Attachment {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    url: Option<String>,
    preview_url: Option<String>,
    remote_url: Option<String>,
    preview_remote_url: Option<String>,
    text_url: Option<String>,
    meta: Meta,
    description: Option<String>,
    blurhash: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize)]
struct Meta {
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<Size>,
    #[serde(skip_serializing_if = "Option::is_none")]
    small: Option<Size>,
    /// Seconds that a sound lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<f64>,
}

#[derive(Debug, Clone, Serialize)]
struct Size {
    width: u32,
    height: u32,
    size: String,
    aspect: f64,
    /// Seconds that a film lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<f64>,
}

impl Size {
    fn of((width, height): (u32, u32)) -> Self {
        let aspect = f64::from(width) / f64::from(height.max(1));
        Self { width, height, size: format!("{width}x{height}"), aspect, duration: None }
    }

    fn lasting(self, ms: i64) -> Self {
        Self { duration: seconds(ms), ..self }
    }
}

/// How long something lasts, if it is known.
fn seconds(ms: i64) -> Option<f64> {
    (ms > 0).then_some(ms as f64 / 1e3)
}

/// The files of a post as its reader gets them, in their order. What can't be shown is left out. `is_public` says whether the
/// post is for everyone.
pub fn attachments(ctx: &Ctx, viewer: &Viewer, rows: &[Media], is_public: bool) -> Vec<Attachment> {
    let shown = |row: &&Media| row.purpose == Purpose::Post && (row.is_ready() || !row.is_local());
    rows.iter().filter(shown).map(|row| attachment(ctx, viewer, row, rows, is_public)).collect()
}

fn attachment(ctx: &Ctx, viewer: &Viewer, row: &Media, beside: &[Media], is_public: bool) -> Attachment {
    let is_open = is_public && row.is_local();
    let file = |id: MediaId, variant: &str| Some(entity::file(ctx, viewer, id, variant, is_open));
    let poster = beside.iter().find(|one| one.purpose == Purpose::Poster && one.place == row.place);
    let is_waiting = row.is_local() && !row.is_ready();
    let preview = match (row.kind, poster) {
        (Kind::Video, _) if is_waiting => Some(format!("{}{NO_POSTER}", ctx.origin)),
        _ if is_waiting => None,
        (Kind::Image, _) => file(row.id, "thumb"),
        (Kind::Video, Some(poster)) => file(poster.id, "thumb"),
        (Kind::Video, None) if row.has_poster() => file(row.id, "thumb"),
        (Kind::Video, None) => Some(format!("{}{NO_POSTER}", ctx.origin)),
        _ => None,
    };
    Attachment {
        id: row.id.to_string(),
        kind: match row.kind {
            Kind::Image => "image",
            Kind::Video => "video",
            Kind::Audio => "audio",
            Kind::Paper | Kind::Unknown => "unknown",
        },
        url: match row.kind {
            _ if is_waiting => None,
            Kind::Image | Kind::Video | Kind::Audio | Kind::Paper => file(row.id, "display"),
            // What the hall keeps no copy of stands where it is.
            Kind::Unknown => Some(row.remote_url.clone()),
        },
        preview_url: preview,
        remote_url: Some(row.remote_url.clone()).filter(|url| !url.is_empty()),
        preview_remote_url: None,
        text_url: None,
        meta: match row.size() {
            Some(size) => {
                let original = Some(Size::of(size).lasting(row.duration_ms));
                Meta { original, small: Some(Size::of(small(size))), duration: None }
            }
            None => Meta { duration: seconds(row.duration_ms), ..Meta::default() },
        },
        description: Some(row.alt.clone()).filter(|alt| !alt.is_empty()),
        blurhash: Some(row.blurhash.clone()).filter(|hash| !hash.is_empty()),
    }
}

/// The size of the small form.
fn small((width, height): (u32, u32)) -> (u32, u32) {
    let most = crate::picture::THUMB_SIDE_MAX;
    let largest = width.max(height).max(1);
    if largest <= most {
        return (width, height);
    }
    let scale = |side: u32| u32::try_from(u64::from(side) * u64::from(most) / u64::from(largest)).unwrap_or(1).max(1);
    (scale(width), scale(height))
}

/// `POST /api/v2/media`: a picture is waited for a while, as programs expect; a film is not, and nor is what takes longer: 202
/// then, since the worker makes it ready.
pub async fn create(ctx: web::Data<Ctx>, caller: Caller, sent: Sent) -> Result<HttpResponse> {
    let id = take(&ctx, &caller, sent).await?;
    let me = caller.id()?;
    let row = ctx.glance(move |conn| Ok(media::own(conn, me, &[id])?.pop())).await?;
    if row.is_some_and(|row| row.kind == Kind::Image) {
        wait(&ctx, me, &[id]).await?;
    }
    show_own(&ctx, &caller, id).await
}

/// `POST /api/v1/media`, which older programs use: they take it for ready, so it is waited for a while.
pub async fn create_at_once(ctx: web::Data<Ctx>, caller: Caller, sent: Sent) -> Result<HttpResponse> {
    let id = take(&ctx, &caller, sent).await?;
    wait(&ctx, caller.id()?, &[id]).await?;
    show_own(&ctx, &caller, id).await
}

/// Waits a while until these uploads are ready or have failed, or are gone.
pub async fn wait(ctx: &Ctx, owner: ActorId, ids: &[MediaId]) -> Result<()> {
    for _ in 0..LOOKS_MAX {
        let asked = ids.to_vec();
        let rows = ctx.glance(move |conn| media::own(conn, owner, &asked)).await?;
        if rows.iter().all(|row| row.state != State::Waiting) {
            break;
        }
        tokio::time::sleep(LOOK_PAUSE).await;
    }
    Ok(())
}

async fn take(ctx: &Ctx, caller: &Caller, sent: Sent) -> Result<MediaId> {
    let me = caller.id()?;
    let Some(parts) = sent.parts else { return Err(Error::invalid("file", "problem-file-missing")) };
    ctx.limits.upload(me)?;
    let (found, params) = receive(ctx, me, &[("file", Purpose::Post)], parts, sent.params).await?;
    let id = *found.first().ok_or(Error::invalid("file", "problem-file-missing"))?;
    describe(ctx, me, id, &params).await?;
    Ok(id)
}

/// The files of a call that were taken so far, and the picture that came for a film, before or behind it.
#[derive(Default)]
struct Files {
    taken: Vec<upload::Taken>,
    poster: Option<Vec<u8>>,
}

impl Files {
    /// Takes one, if one of its name is expected. The inner error is what is wrong with it.
    async fn take(
        &mut self,
        ctx: &Ctx,
        fields: &[(&str, Purpose)],
        name: &str,
        part: &mut upload::Part,
    ) -> std::result::Result<std::result::Result<(), Problem>, Broken> {
        let mut head = part.head().await?;
        let is_poster = name == THUMBNAIL && fields.iter().any(|(_, purpose)| *purpose == Purpose::Post);
        if is_poster && !head.bytes.is_empty() {
            let poster = upload::read_poster(ctx, part, &head).await?;
            return Ok(poster.map(|poster| self.poster = Some(poster)));
        }
        let purpose = fields.iter().find(|(field, _)| *field == name).map(|(_, purpose)| *purpose);
        let Some(purpose) = purpose.filter(|_| self.taken.len() < fields.len() && !head.bytes.is_empty()) else {
            part.drain(ctx, head.bytes.len()).await?;
            return Ok(Ok(()));
        };
        Ok(upload::take(ctx, purpose, part, &mut head).await?.map(|taken| self.taken.push(taken)))
    }

    /// Makes uploads of them.
    async fn settle(mut self, ctx: &Ctx, owner: ActorId) -> Result<Vec<MediaId>> {
        let mut ids = Vec::with_capacity(self.taken.len());
        for taken in std::mem::take(&mut self.taken) {
            ids.push(upload::settle(ctx, owner, taken, self.poster.take()).await?);
        }
        Ok(ids)
    }
}

/// Reads a call with files: its fields, and one file for each of these fields at most.
pub async fn receive(
    ctx: &Ctx,
    owner: ActorId,
    fields: &[(&str, Purpose)],
    mut parts: actix_multipart::Multipart,
    mut params: Params,
) -> Result<(Vec<MediaId>, Params)> {
    let broken = |broken| match broken {
        Broken::Form => Error::invalid("file", "problem-form-broken"),
        Broken::Ours(error) => error,
    };
    let (mut left, mut files) = (FIELDS_BYTES_MAX, Files::default());
    let read = async {
        for _ in 0..PARTS_MAX {
            let Some(mut part) = upload::next(&mut parts).await? else { return Ok(Ok(())) };
            let name = part.name().to_owned();
            if !part.is_file() {
                let value = part.text(&mut left).await?;
                params.push(name, value.replace('\0', ""));
                continue;
            }
            if let Err(problem) = files.take(ctx, fields, &name, &mut part).await? {
                return Ok(Err(problem));
            }
        }
        Err(Broken::Form)
    };
    match tokio::time::timeout(upload::WHOLE, read).await {
        Ok(Ok(Ok(()))) => {
            let found = files.settle(ctx, owner).await?;
            upload::make_room(ctx, owner).await?;
            Ok((found, params))
        }
        Ok(Ok(Err(problem))) => Err(Error::Invalid(vec![problem])),
        Ok(Err(failure)) => Err(broken(failure)),
        Err(_) => Err(Error::invalid("file", "problem-form-broken")),
    }
}

/// Keeps what an upload shows, as far as that is said.
async fn describe(ctx: &Ctx, me: ActorId, id: MediaId, params: &Params) -> Result<()> {
    if !params.holds("description") {
        return Ok(());
    }
    let alt = crate::text::body(params.text("description")).trim().to_owned();
    if alt.chars().count() > ALT_CHARS_MAX {
        let problem = Problem::new("description", "media-problem-alt-long").with("max", ALT_CHARS_MAX);
        return Err(Error::Invalid(vec![problem]));
    }
    ctx.write(move |conn| media::describe(conn, me, id, &alt)).await
}

/// An upload of one's own: 202 or 206 while it is being made ready, and what is wrong with it if it can't be.
async fn show_own(ctx: &Ctx, caller: &Caller, id: MediaId) -> Result<HttpResponse> {
    let me = caller.id()?;
    let row = ctx.glance(move |conn| Ok(media::own(conn, me, &[id])?.pop())).await?;
    let row = row.filter(|row| row.purpose == Purpose::Post).ok_or(Error::NotFound("media"))?;
    let status = match row.state {
        State::Ready => StatusCode::OK,
        State::Waiting => StatusCode::ACCEPTED,
        State::Failed => {
            let problem = match video::Refused::of(&row.reason) {
                Some(refused) => refused.problem(upload::PICTURE),
                None => Refused::of(&row.reason).unwrap_or(Refused::Broken).problem(upload::PICTURE),
            };
            return Err(Error::Invalid(vec![problem]));
        }
    };
    answer::json_as(status, &attachment(ctx, &caller.viewer(), &row, &[], false))
}

/// `/api/v1/media/{id}`: 206 while it is being made ready.
pub async fn show(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<MediaId>) -> Result<HttpResponse> {
    let mut answer = show_own(&ctx, &caller, *id).await?;
    if answer.status() == StatusCode::ACCEPTED {
        *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(answer)
}

/// `PUT /api/v1/media/{id}`: what it shows, until it belongs to a post.
pub async fn update(
    ctx: web::Data<Ctx>,
    caller: Caller,
    id: web::Path<MediaId>,
    params: Params,
) -> Result<HttpResponse> {
    describe(&ctx, caller.id()?, *id, &params).await?;
    let mut answer = show_own(&ctx, &caller, *id).await?;
    if answer.status() == StatusCode::ACCEPTED {
        *answer.status_mut() = StatusCode::OK;
    }
    Ok(answer)
}

/// `DELETE /api/v1/media/{id}`: one that belongs to no post.
pub async fn delete(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<MediaId>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    ctx.write(move |conn| {
        let row = media::own(conn, me, &[id])?.pop().ok_or(Error::NotFound("media"))?;
        if row.post_id.is_some() {
            return Err(Error::invalid("file", "problem-file-used"));
        }
        media::drop_loose(conn, me, &[id])
    })
    .await?;
    answer::done()
}
