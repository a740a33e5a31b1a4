//! Large files in parts, by the tus protocol (1.0.0: core, creation, termination, expiration). A script of ours on the form uses it; the
//! form itself works without.
//!
//! These addresses stand outside the frame of pages, which reads forms: that a request is a member's own is shown by the session's cookie
//! together with the token of the session's forms in a header, which no other site can know or send.

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use base64::Engine;

use crate::clock::Micros;
use crate::ctx::Ctx;
use crate::domain::upload::{self, Upload};
use crate::error::{Error, Result};
use crate::id::{ActorId, UploadId};
use crate::upload::resumable::{self, Appended};
use crate::web::{error, frame, session};
use crate::{domain, secret};

/// The version of the protocol that is spoken.
const VERSION: &str = "1.0.0";
/// What of it beyond its core.
const EXTENSIONS: &str = "creation,termination,expiration";
/// The type of a part.
const PART: &str = "application/offset+octet-stream";
/// The header that holds the token of the session's forms.
pub const TOKEN: &str = "x-form-token";

/// An answer of the protocol, never kept.
fn answer(status: StatusCode) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer.insert_header(("tus-resumable", VERSION)).insert_header((header::CACHE_CONTROL, "no-store"));
    answer
}

/// A refusal, with a word for whoever reads it.
fn refused(status: StatusCode, why: &'static str) -> HttpResponse {
    answer(status).content_type("text/plain; charset=utf-8").body(why)
}

fn text<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim()
}

/// A number of bytes that a header tells.
fn bytes(request: &HttpRequest, name: &str) -> Option<i64> {
    text(request, name).parse().ok().filter(|bytes| *bytes >= 0)
}

/// Whose request this is, and that it speaks this version.
async fn owner(ctx: &Ctx, request: &HttpRequest) -> Result<ActorId, HttpResponse> {
    if text(request, "tus-resumable") != VERSION {
        let mut wrong = answer(StatusCode::PRECONDITION_FAILED);
        return Err(wrong.insert_header(("tus-version", VERSION)).finish());
    }
    let token = request.cookie(session::cookie_name(ctx)).map(|cookie| cookie.value().to_owned());
    let found = match token {
        Some(token) => ctx.glance(move |conn| domain::session::find(conn, &token)).await.map_err(|e| failed(&e))?,
        None => None,
    };
    let Some((session, member)) = found else {
        return Err(refused(StatusCode::UNAUTHORIZED, "sign in first"));
    };
    let is_own = secret::equal(session.form_token.as_bytes(), text(request, TOKEN).as_bytes());
    if !is_own || !frame::comes_from(request.headers(), &ctx.origin) {
        return Err(refused(StatusCode::FORBIDDEN, "this is not a request of one of our pages"));
    }
    Ok(member.actor.id)
}

fn failed(failure: &Error) -> HttpResponse {
    let mut answer = error::bare(failure);
    answer.headers_mut().insert(HeaderName::from_static("tus-resumable"), HeaderValue::from_static(VERSION));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// A time as HTTP has it (RFC 9110, §5.6.7).
fn http_date(at: Micros) -> String {
    let second = std::time::Duration::from_micros(at.unsigned_abs());
    header::HttpDate::from(std::time::UNIX_EPOCH + second).to_string()
}

/// `OPTIONS /archive/uploads`: what is spoken here.
pub async fn about(ctx: web::Data<Ctx>) -> HttpResponse {
    let mut answer = answer(StatusCode::NO_CONTENT);
    answer.insert_header(("tus-version", VERSION)).insert_header(("tus-extension", EXTENSIONS));
    answer.insert_header(("tus-max-size", ctx.config.limits.archive_bytes_max)).finish()
}

/// The name of the file, out of `Upload-Metadata`.
fn name(request: &HttpRequest) -> Option<String> {
    let mut pairs = text(request, "upload-metadata").split(',').filter_map(|pair| pair.trim().split_once(' '));
    let (_, value) = pairs.find(|(key, _)| *key == "filename")?;
    let raw = base64::engine::general_purpose::STANDARD.decode(value.trim()).ok()?;
    String::from_utf8(raw).ok()
}

/// `POST /archive/uploads`: begins an upload.
pub async fn begin(ctx: web::Data<Ctx>, request: HttpRequest) -> HttpResponse {
    let owner = match owner(&ctx, &request).await {
        Ok(owner) => owner,
        Err(refusal) => return refusal,
    };
    let Some(length) = bytes(&request, "upload-length") else {
        return refused(StatusCode::BAD_REQUEST, "Upload-Length is missing or no number");
    };
    if usize::try_from(length).map_or(true, |length| length > ctx.config.limits.archive_bytes_max) {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "the file is larger than this hall takes");
    }
    let begun = async {
        ctx.limits.upload(owner)?;
        resumable::begin(&ctx, owner, &name(&request).unwrap_or_default(), length).await
    };
    match begun.await {
        Ok(upload) => answer(StatusCode::CREATED)
            .insert_header((header::LOCATION, format!("{}/archive/uploads/{}", ctx.origin, upload.id)))
            .insert_header(("upload-expires", http_date(upload.expires_at)))
            .finish(),
        Err(failure) => failed(&failure),
    }
}

fn standing(status: StatusCode, received: i64, upload: &Upload) -> HttpResponse {
    let mut answer = answer(status);
    answer.insert_header(("upload-offset", received.to_string()));
    if status == StatusCode::OK {
        answer.insert_header(("upload-length", upload.bytes.to_string()));
    }
    answer.insert_header(("upload-expires", http_date(upload.expires_at))).finish()
}

/// `/archive/uploads/{id}`: how much has come, another part, or the end.
pub async fn go_on(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    id: web::Path<UploadId>,
    body: web::Payload,
) -> HttpResponse {
    let owner = match owner(&ctx, &request).await {
        Ok(owner) => owner,
        Err(refusal) => return refusal,
    };
    // Some networks let nothing through but GET and POST.
    let instead = text(&request, "x-http-method-override");
    let method = if request.method() == Method::POST { instead } else { request.method().as_str() };
    let id = *id;
    let done = match method {
        // A HEAD comes as the GET that it stands for.
        "HEAD" | "GET" => ctx
            .glance(move |conn| upload::own_one(conn, owner, id))
            .await
            .map(|found| standing(StatusCode::OK, found.received, &found)),
        "PATCH" => part(&ctx, &request, owner, id, body).await,
        "DELETE" => resumable::end(&ctx, owner, id).await.map(|()| answer(StatusCode::NO_CONTENT).finish()),
        _ => Ok(refused(StatusCode::METHOD_NOT_ALLOWED, "HEAD, PATCH or DELETE")),
    };
    done.unwrap_or_else(|failure| failed(&failure))
}

async fn part(
    ctx: &Ctx,
    request: &HttpRequest,
    owner: ActorId,
    id: UploadId,
    body: web::Payload,
) -> Result<HttpResponse> {
    if text(request, "content-type") != PART {
        return Ok(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "a part is application/offset+octet-stream"));
    }
    let Some(offset) = bytes(request, "upload-offset") else {
        return Ok(refused(StatusCode::BAD_REQUEST, "Upload-Offset is missing or no number"));
    };
    Ok(match resumable::append(ctx, owner, id, offset, body).await? {
        Appended::Up(received, upload) => standing(StatusCode::NO_CONTENT, received, &upload),
        Appended::Elsewhere => refused(StatusCode::CONFLICT, "what has come ends elsewhere: ask with HEAD"),
        Appended::Busy => refused(StatusCode::LOCKED, "a part is under way: ask again in a moment"),
        Appended::TooMuch => refused(StatusCode::PAYLOAD_TOO_LARGE, "more came than Upload-Length says"),
    })
}
