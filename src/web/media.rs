//! Files as they are served: each through the gate, each as what it is and nothing else.
//!
//! Outside the frame of pages: no form, no language, no count of requests; a page has many of them.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::TryStreamExt;

use super::{error, session};
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain;
use crate::domain::audience::Viewer;
use crate::domain::media::{self, Media, Variant};
use crate::error::{Error, Result};
use crate::id::MediaId;
use crate::remote;

/// A file no larger than this is read whole.
const WHOLE_BYTES_MAX: i64 = 1_000_000;
/// What a file may do where it is opened: be looked at.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
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
    /// Those of the server that was given its address: many let the browser fetch it by itself.
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
        let (viewer, seen) = ctx
            .glance(move |conn| {
                let viewer = viewer(conn, token.as_deref())?;
                Ok((viewer.clone(), media::show(conn, &viewer, id)?))
            })
            .await?;
        let is_ours = seen.media.is_local();
        let shown = if seen.is_public && is_ours { Shown::Everywhere } else { Shown::Here };
        let file = if is_ours { seen.media } else { copy(&ctx, &viewer, seen.media).await? };
        serve(&ctx, &request, &file, variant, shown).await
    };
    found.await.unwrap_or_else(|failure| refused(&failure))
}

/// `/media/shared/{token}`: the address of a non-public picture that one other server was given.
pub async fn show_shared(ctx: web::Data<Ctx>, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    let token = token.into_inner();
    let found = async {
        let (file, host) = ctx.glance(move |conn| media::by_token(conn, &token)).await?;
        if !remote::may_speak(&ctx, &host).await? {
            return Err(Error::NotFound("media"));
        }
        serve(&ctx, &request, &file, Variant::Display, Shown::Shared).await
    };
    found.await.unwrap_or_else(|failure| refused(&failure))
}

/// The forms that are served; an original never is.
fn served(word: &str) -> Option<Variant> {
    [Variant::Display, Variant::Thumb].into_iter().find(|variant| variant.as_str() == word)
}

/// Whose session this is. A page has many files, so nothing else is asked that pages show of their reader.
fn viewer(conn: &mut Conn, token: Option<&str>) -> Result<Viewer> {
    let found = token.map(|token| domain::session::find(conn, token)).transpose()?.flatten();
    Ok(found.map_or(Viewer::Anonymous, |(_, member)| Viewer::Member(member.actor.id)))
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
    let asked = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut answer = if asked == Some(tag.as_str()) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::CACHE_CONTROL, shown.cache()))
        .insert_header((header::ETAG, tag.as_str()))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((HeaderName::from_static("cross-origin-resource-policy"), shown.policy()));
    if shown == Shown::Here {
        answer.insert_header((header::VARY, "Cookie"));
    }
    if asked == Some(tag.as_str()) {
        return Ok(answer.finish());
    }
    // Always one of ours: whatever a server says of its file, what lies in the store was made here.
    let media_type = match (variant, file.media_type.as_str()) {
        (Variant::Thumb, _) => "image/jpeg",
        (_, known @ ("image/png" | "image/gif")) => known,
        _ => "image/jpeg",
    };
    answer.insert_header((header::CONTENT_TYPE, media_type)).insert_header((header::CONTENT_DISPOSITION, "inline"));
    let key = variant.key(&file.stem);
    if variant == Variant::Thumb || file.bytes <= WHOLE_BYTES_MAX {
        return Ok(answer.body(ctx.files.read(&key).await?));
    }
    let found = ctx.files.get(&key, None).await?;
    let content = found.content.map_err(|failure| {
        tracing::warn!(error = %failure, "a file broke off");
        actix_web::error::ErrorInternalServerError("the file broke off")
    });
    Ok(answer.body(actix_web::body::SizedStream::new(found.size, content)))
}

/// A refusal isn't kept: the file may be there in a moment.
fn refused(failure: &Error) -> HttpResponse {
    let mut answer = error::bare(failure);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
