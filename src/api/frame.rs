//! Wraps every call: finds out who speaks, counts, tells pages of other origins that they may ask (CORS, as Mastodon has it),
//! and answers every failure as JSON.

use std::rc::Rc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};

use super::answer;
use super::caller::Caller;
use crate::clock::{SECOND, to_rfc3339_ms};
use crate::ctx::Ctx;
use crate::domain::token;
use crate::error::{Error, Result};
use crate::lang::Language;
use crate::limit::Left;
use crate::pack;

/// What pages of other origins may read of an answer's head.
const EXPOSED: &str = "Link, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, Mastodon-Async-Refresh";
/// What they may do.
const METHODS: &str = "POST, PUT, DELETE, GET, PATCH, OPTIONS";
/// How long they may remember that, in seconds.
const REMEMBERED_S: &str = "86400";

/// The frame.
pub async fn frame(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(ctx) = request.app_data::<web::Data<Ctx>>().cloned() else {
        return Ok(request.into_response(HttpResponse::InternalServerError().finish()));
    };
    if request.method() == Method::OPTIONS {
        let answer = preflight(&request);
        return Ok(request.into_response(answer));
    }
    let address = ctx.limits.address(&request);
    let mut caller = Caller { bearer: None, is_refused: false, language: language_of(&request), address };
    let opened = open(&ctx, &request, &mut caller).await;
    let language = caller.language;
    let (answer, left) = match opened {
        Err(error) => (request.into_response(answer::of_error(&ctx, language, &error)), Left::none(&error)),
        Ok(left) => {
            request.extensions_mut().insert(caller);
            let answer = next.call(request).await?.map_into_boxed_body();
            // Who did one thing too often has calls left, but programs ask the head how long to wait.
            let refused = answer.response().error().and_then(|failure| failure.as_error()).and_then(Left::none);
            (answer, refused.or(Some(left)))
        }
    };
    Ok(finish(&ctx, language, answer, left))
}

/// Finds out who speaks and whether they may speak now.
async fn open(ctx: &Ctx, request: &ServiceRequest, caller: &mut Caller) -> Result<Left> {
    let address = caller.address;
    let Some(secret) = bearer_of(request.request()) else { return ctx.limits.call(address, None) };
    let found = ctx.glance(move |conn| token::find(conn, &secret)).await?;
    let Some(bearer) = found else {
        caller.is_refused = true;
        return ctx.limits.call(address, None);
    };
    if token::is_stale(&bearer.token, ctx.now()) {
        let id = bearer.token.id;
        ctx.write(move |conn| token::touch(conn, id)).await?;
    }
    let chosen = bearer.login.as_ref().and_then(|login| login.language.as_deref()).and_then(Language::parse);
    caller.language = chosen.unwrap_or(caller.language);
    let left = ctx.limits.call(address, Some(bearer.token.id))?;
    caller.bearer = Some(Rc::new(bearer));
    Ok(left)
}

/// The token in the head (RFC 6750 §2.1). One in the address or in a form counts for nothing: addresses stand in logs. Only
/// streams take it from the address, since a page can't set the head of a WebSocket; there it may stand in the protocol too.
pub(super) fn bearer_of(request: &HttpRequest) -> Option<String> {
    let text = |name: HeaderName| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(given) = text(header::AUTHORIZATION) {
        let (scheme, secret) = given.split_once(' ').unwrap_or((given, ""));
        return Some(if scheme.eq_ignore_ascii_case("bearer") { secret.trim().to_owned() } else { String::new() });
    }
    if !request.path().starts_with("/api/v1/streaming") {
        return None;
    }
    let query = super::param::Params::of_query(request.query_string()).ok()?;
    let asked = query.some("access_token").map(str::to_owned);
    asked.or_else(|| text(header::SEC_WEBSOCKET_PROTOCOL).map(str::to_owned)).filter(|secret| !secret.is_empty())
}

fn language_of(request: &ServiceRequest) -> Language {
    let accepts = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    accepts.and_then(Language::negotiate).unwrap_or(Language::En)
}

/// What a page of another origin asks before it asks.
fn preflight(request: &ServiceRequest) -> HttpResponse {
    let mut answer = HttpResponse::Ok().finish();
    let headers = answer.headers_mut();
    allow(headers);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(REMEMBERED_S));
    // A star wouldn't allow `Authorization`.
    if let Some(asked) = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    answer
}

/// The same for what is no call, but read by pages of other origins all the same: files, and how the hall is found.
pub async fn preflight_read() -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    answer.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"));
    answer.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "Accept, Range, If-None-Match, If-Range"));
    answer.insert_header((header::ACCESS_CONTROL_MAX_AGE, REMEMBERED_S)).finish()
}

/// Pages of every origin may ask: what they get depends on the token alone, never on a cookie.
fn allow(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
}

/// Makes a failure readable and sets what every answer is sent with.
fn finish(
    ctx: &Ctx,
    language: Language,
    answer: ServiceResponse<BoxBody>,
    left: Option<Left>,
) -> ServiceResponse<BoxBody> {
    let instead = match answer.response().error() {
        Some(failure) => Some(match failure.as_error::<Error>() {
            Some(error) => answer::of_error(ctx, language, error),
            None => of_status(answer.status()),
        }),
        None if answer.status() == StatusCode::METHOD_NOT_ALLOWED => Some(of_status(answer.status())),
        None => None,
    };
    let mut answer = match instead {
        Some(instead) => ServiceResponse::new(answer.into_parts().0, instead),
        None => answer,
    };
    if pack::takes(answer.request().headers(), "gzip") {
        answer = answer.map_body(|head, body| pack::pack_body(&ctx.packer, &mut head.headers, body));
    }
    let headers = answer.headers_mut();
    allow(headers);
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    headers.append(header::VARY, HeaderValue::from_static("Authorization, Origin, Accept-Encoding"));
    if let Some(left) = left {
        let numbers = [("x-ratelimit-limit", left.limit), ("x-ratelimit-remaining", left.remaining)];
        for (name, number) in numbers {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(number));
        }
        let whole_at = ctx.now() + i64::try_from(left.whole_after_s).unwrap_or(0) * SECOND;
        if let Ok(at) = HeaderValue::from_str(&to_rfc3339_ms(whole_at)) {
            headers.insert(HeaderName::from_static("x-ratelimit-reset"), at);
        }
    }
    answer
}

fn of_status(status: StatusCode) -> HttpResponse {
    // A number that is none leads nowhere.
    if status == StatusCode::NOT_FOUND {
        return answer::say(status, "Record not found");
    }
    answer::say(status, status.canonical_reason().unwrap_or("The request could not be read"))
}

/// Where no URL fits.
pub async fn not_found() -> Result<HttpResponse> {
    Err(Error::NotFound("call"))
}
