//! Files as they are served: each through the gate, each as what it is and nothing else.
//!
//! Outside the frame of pages: no form, no language, no count of requests; a page has many of them.

use actix_web::body::{MessageBody, SizedStream};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    self, Charset, ContentDisposition, ContentRange, ContentRangeSpec, DispositionParam, DispositionType,
    ExtendedValue, HeaderName, HeaderValue, Range,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use futures_util::TryStreamExt;

use super::page::Page;
use super::{error, session, tile};
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain;
use crate::domain::audience::Viewer;
use crate::domain::media::{self, Kind, Media, Variant};
use crate::error::{Error, Result};
use crate::files::Found;
use crate::id::{ActorId, MediaId, ReportId};
use crate::remote;
use crate::upload::paper;

/// A file no larger than this is read whole.
const WHOLE_BYTES_MAX: i64 = 1_000_000;
/// What a file may do where it is opened: be looked at.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
/// What a film or sound may do there: be played. It keeps its origin, or a browser would not load it by itself.
pub(super) const FILM_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox allow-same-origin";
/// For everyone, wherever it is kept on the way; for a day, since what is deleted here must go there too. A file never
/// changes, so asking again costs no more than a word.
const PUBLIC: &str = "public, max-age=86400";
/// For this reader alone.
const PRIVATE: &str = "private, max-age=86400";

/// Whose pages may show a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Everybody's: it is public.
    Everywhere,
    /// Those of whoever was given its address: many servers let the browser fetch it by itself, and client programs are pages of
    /// other origins.
    Shared,
    /// Ours alone.
    Here,
}

impl Shown {
    fn cache(self) -> &'static str {
        if self == Self::Everywhere { PUBLIC } else { PRIVATE }
    }

    /// `Cross-Origin-Resource-Policy` (Fetch, §3.7).
    fn policy(self) -> HeaderValue {
        HeaderValue::from_static(if self == Self::Here { "same-origin" } else { "cross-origin" })
    }
}

/// `/media/{id}/{variant}`.
pub async fn show(ctx: web::Data<Ctx>, request: HttpRequest, path: web::Path<(String, String)>) -> HttpResponse {
    let (id, variant) = path.into_inner();
    let found = async {
        let (Ok(id), Some(variant)) = (id.parse::<MediaId>(), served(&variant)) else {
            return Err(Error::NotFound("media"));
        };
        let token = request.cookie(session::cookie_name(&ctx)).map(|cookie| cookie.value().to_owned());
        let holder = holder(&ctx, &request, id);
        let (viewer, seen) = ctx
            .glance(move |conn| {
                let viewer = match holder {
                    Some(holder) => by_pass(conn, holder)?,
                    None => viewer(conn, token.as_deref())?,
                };
                Ok((viewer.clone(), media::show(conn, &viewer, id)?))
            })
            .await?;
        let is_ours = seen.media.is_local();
        if !has(&seen.media, variant) {
            return Err(Error::NotFound("media"));
        }
        let shown = match (seen.is_public && is_ours, holder) {
            (true, _) => Shown::Everywhere,
            (false, Some(_)) => Shown::Shared,
            (false, None) => Shown::Here,
        };
        let file = if is_ours { seen.media } else { copy(&ctx, &viewer, seen.media).await? };
        serve(&ctx, &request, &file, variant, shown).await
    };
    found.await.unwrap_or_else(|failure| refused(&failure))
}

/// `/media/{id}/tiles/{level}/{column}/{row}`: a tile of a picture of the archive, for whoever may see the picture.
pub async fn show_tile(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    path: web::Path<(String, String, String, String)>,
) -> HttpResponse {
    let (id, level, column, row) = path.into_inner();
    let found = async {
        let (Ok(id), Ok(level), Ok(column), Ok(row)) =
            (id.parse::<MediaId>(), level.parse::<u32>(), column.parse::<u32>(), row.parse::<u32>())
        else {
            return Err(Error::NotFound("media"));
        };
        let token = request.cookie(session::cookie_name(&ctx)).map(|cookie| cookie.value().to_owned());
        let (seen, tiling) = ctx
            .glance(move |conn| {
                let viewer = viewer(conn, token.as_deref())?;
                Ok((media::show(conn, &viewer, id)?, media::tiling(conn, id)?))
            })
            .await?;
        let tiling = tiling.filter(|_| seen.media.is_ready()).ok_or(Error::NotFound("media"))?;
        let shown = if seen.is_public { Shown::Everywhere } else { Shown::Here };
        let tag = format!("\"{}.{level}.{column}.{row}\"", seen.media.stem.rsplit('/').next().unwrap_or_default());
        let (mut answer, is_known) = begin(&request, &tag, POLICY, shown);
        if is_known {
            return Ok(answer.finish());
        }
        let bytes = tile::tile(&ctx, &seen.media, tiling, (level, column, row)).await?;
        Ok(answer.insert_header((header::CONTENT_TYPE, "image/jpeg")).body(bytes))
    };
    found.await.unwrap_or_else(|failure| refused(&failure))
}

/// `/media/shared/{token}`: the address of a non-public file that one other server was given.
pub async fn show_shared(ctx: web::Data<Ctx>, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    shared(&ctx, &request, token.into_inner(), Variant::Display).await
}

/// `/media/shared/{token}/thumb`: the picture of a film behind such an address.
pub async fn show_shared_poster(ctx: web::Data<Ctx>, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    shared(&ctx, &request, token.into_inner(), Variant::Thumb).await
}

async fn shared(ctx: &Ctx, request: &HttpRequest, token: String, variant: Variant) -> HttpResponse {
    let found = async {
        let (file, host) = ctx.glance(move |conn| media::by_token(conn, &token)).await?;
        let is_given = variant == Variant::Display || file.has_poster();
        if !is_given || !remote::may_speak(ctx, &host).await? {
            return Err(Error::NotFound("media"));
        }
        serve(ctx, request, &file, variant, Shown::Shared).await
    };
    found.await.unwrap_or_else(|failure| refused(&failure))
}

/// `/office/reports/{id}/media/{media}/{variant}`: a file of a reported post, for the officers whom the report is for.
pub async fn show_reported(
    page: Page,
    request: HttpRequest,
    path: web::Path<(ReportId, MediaId, String)>,
) -> Result<HttpResponse> {
    let (report, id, variant) = path.into_inner();
    let variant = served(&variant).ok_or(Error::NotFound("media"))?;
    let me = page.me()?.member.actor.id;
    let file = page.ctx.glance(move |conn| domain::report::media(conn, me, report, id)).await?;
    if !has(&file, variant) {
        return Err(Error::NotFound("media"));
    }
    let file = if file.is_local() { file } else { copy(&page.ctx, &Viewer::Member(me), file).await? };
    serve(&page.ctx, &request, &file, variant, Shown::Here).await
}

/// The forms that are served; an original never is.
fn served(word: &str) -> Option<Variant> {
    [Variant::Display, Variant::Thumb].into_iter().find(|variant| variant.as_str() == word)
}

/// Does a file have this form?
fn has(file: &Media, variant: Variant) -> bool {
    let has_thumb = match file.kind {
        Kind::Paper | Kind::Audio => false,
        Kind::Video => file.has_poster(),
        Kind::Image | Kind::Unknown => true,
    };
    variant == Variant::Display || has_thumb
}

/// Whose session this is. A page has many files, so nothing else is asked that pages show of their reader.
fn viewer(conn: &mut Conn, token: Option<&str>) -> Result<Viewer> {
    let found = token.map(|token| domain::session::find(conn, token)).transpose()?.flatten();
    Ok(found.map_or(Viewer::Anonymous, |(_, member)| Viewer::Member(member.actor.id)))
}

/// For whom the address is that a client program opens.
fn holder(ctx: &Ctx, request: &HttpRequest, id: MediaId) -> Option<ActorId> {
    let pass = request.query_string().strip_prefix("pass=")?;
    media::holder(&ctx.secret, id, pass, ctx.now())
}

/// The member whose program it is, if they are still let in.
fn by_pass(conn: &mut Conn, holder: ActorId) -> Result<Viewer> {
    let actor = domain::actor::by_id(conn, holder)?;
    let is_in = actor.is_local() && actor.suspended_at.is_none() && actor.deleted_at.is_none();
    Ok(if is_in { Viewer::Member(holder) } else { Viewer::Anonymous })
}

/// A copy of another server's file. For members only: the hall fetches for them, not for the world.
async fn copy(ctx: &Ctx, viewer: &Viewer, file: Media) -> Result<Media> {
    let not_here = Error::NotFound("media");
    if viewer.member().is_none() {
        return Err(not_here);
    }
    let id = file.id;
    let file = remote::media::copy(ctx, file).await?.ok_or(not_here)?;
    if ctx.now() - file.seen_at > media::SEEN_GRAIN {
        ctx.write(move |conn| media::touch(conn, id)).await?;
    }
    Ok(file)
}

async fn serve(ctx: &Ctx, request: &HttpRequest, file: &Media, variant: Variant, shown: Shown) -> Result<HttpResponse> {
    if !file.is_ready() {
        return Err(Error::NotFound("media"));
    }
    // A copy that was fetched anew has other keys, so its tag differs too.
    let tag = format!("\"{}.{}\"", file.stem.rsplit('/').next().unwrap_or_default(), variant.as_str());
    let is_played = file.is_played() && variant == Variant::Display;
    let (mut answer, is_known) = begin(request, &tag, if is_played { FILM_POLICY } else { POLICY }, shown);
    if is_known {
        return Ok(answer.finish());
    }
    // Always one of ours: whatever a server says of its file, what lies in the store was made here, or is the film or
    // sound that its own bytes say it is.
    let media_type = match (variant, file.media_type.as_str()) {
        (Variant::Thumb, _) => "image/jpeg",
        (_, known @ ("image/png" | "image/gif" | "video/mp4" | "video/webm")) => known,
        (_, known @ ("audio/mpeg" | "audio/mp4" | "audio/ogg" | "audio/webm" | "audio/flac" | "audio/wav")) => known,
        _ => "image/jpeg",
    };
    if file.kind == Kind::Paper {
        answer
            .insert_header((header::CONTENT_TYPE, file.media_type.as_str()))
            .insert_header(saved_as(&paper_name(file)));
    } else {
        answer.insert_header((header::CONTENT_TYPE, media_type)).insert_header((header::CONTENT_DISPOSITION, "inline"));
    }
    let key = variant.key(&file.stem);
    if is_played {
        return ranged(ctx, request, &key, &tag, answer).await;
    }
    if variant == Variant::Thumb || file.bytes <= WHOLE_BYTES_MAX {
        return Ok(answer.body(ctx.files.read(&key).await?));
    }
    Ok(answer.body(poured(ctx.files.get(&key, None).await?)))
}

/// Begins the answer with a file under this tag; and whether whoever asks has it already, so that nothing follows.
fn begin(request: &HttpRequest, tag: &str, policy: &'static str, shown: Shown) -> (HttpResponseBuilder, bool) {
    let asked = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = asked == Some(tag);
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::CACHE_CONTROL, shown.cache()))
        .insert_header((header::ETAG, tag))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((HeaderName::from_static("cross-origin-resource-policy"), shown.policy()));
    if shown == Shown::Here {
        answer.insert_header((header::VARY, "Cookie"));
    } else {
        // What may be shown there may be read there: programs in browsers fetch pictures to scale and to keep them. No cookie
        // counts for it, since a star goes without.
        answer.insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    }
    (answer, is_known)
}

/// The name under which a paper is saved: with the ending by which people know what opens it.
fn paper_name(file: &Media) -> String {
    let ending = format!(".{}", paper::ending(&file.media_type));
    if file.alt.to_lowercase().ends_with(&ending) { file.alt.clone() } else { format!("{}{ending}", file.alt) }
}

/// What makes browsers save a file under this name (RFC 6266), never open it.
pub(super) fn saved_as(name: &str) -> ContentDisposition {
    let (language_tag, value) = (None, name.replace(['/', '\\', ':'], "_").into_bytes());
    let name = ExtendedValue { charset: Charset::Ext("UTF-8".to_owned()), language_tag, value };
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::FilenameExt(name)],
    }
}

/// A file, or a part of it, as it comes.
fn poured(found: Found) -> impl MessageBody {
    let content = found.content.map_err(|failure| {
        tracing::warn!(error = %failure, "a file broke off");
        actix_web::error::ErrorInternalServerError("the file broke off")
    });
    SizedStream::new(found.bytes, content)
}

/// A file, or the part of it that is asked for: players ask for the piece that they need next (RFC 9110, §14).
pub(super) async fn ranged(
    ctx: &Ctx,
    request: &HttpRequest,
    key: &str,
    tag: &str,
    mut answer: HttpResponseBuilder,
) -> Result<HttpResponse> {
    answer.insert_header((header::ACCEPT_RANGES, "bytes"));
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    // A part of what has changed meanwhile fits nothing.
    let is_same = text(header::IF_RANGE).is_none_or(|known| known == tag);
    let range = text(header::RANGE).filter(|_| is_same).and_then(|range| range.parse::<Range>().ok());
    // Several parts in one answer nobody needs; then all is sent, as is allowed.
    let Some(Range::Bytes(parts)) = range.filter(|range| matches!(range, Range::Bytes(parts) if parts.len() == 1))
    else {
        return Ok(answer.body(poured(ctx.files.get(key, None).await?)));
    };
    let size = ctx.files.size(key).await?;
    let Some((first, last)) = parts.first().and_then(|part| part.to_satisfiable_range(size)) else {
        let content = ContentRange(ContentRangeSpec::Bytes { range: None, instance_length: Some(size) });
        return Ok(answer.status(StatusCode::RANGE_NOT_SATISFIABLE).insert_header(content).finish());
    };
    let content = ContentRange(ContentRangeSpec::Bytes { range: Some((first, last)), instance_length: Some(size) });
    answer.status(StatusCode::PARTIAL_CONTENT).insert_header(content);
    Ok(answer.body(poured(ctx.files.get(key, Some(first..last + 1)).await?)))
}

/// A refusal isn't kept: the file may be there in a moment.
fn refused(failure: &Error) -> HttpResponse {
    let mut answer = error::bare(failure);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
