//! Requests of other servers: their headers as signatures need them, who signed a GET, and answers in their form.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use crate::ctx::Ctx;
use crate::domain::audience::Viewer;
use crate::error::Error;
use crate::remote;
use crate::wire::json;
use crate::wire::signature::{self, Received};

/// All headers of a request, names in lower case; values that are no text are left out.
pub fn headers(request: &HttpRequest) -> Vec<(String, String)> {
    let text = |value: &actix_web::http::header::HeaderValue| String::from_utf8(value.as_bytes().to_vec()).ok();
    request.headers().iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?))).collect()
}

/// Path and query as received.
pub fn target(request: &HttpRequest) -> String {
    request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// The scheme of our own origin.
pub fn scheme(ctx: &Ctx) -> &'static str {
    if ctx.config.is_https() { "https" } else { "http" }
}

/// Who asks for a document: a server or one of its people, by whose key signed it; or nobody we know.
///
/// Errors: the answer to give: 401 for a signature that doesn't hold, 403 for a server that isn't spoken to.
pub async fn viewer(ctx: &Ctx, request: &HttpRequest) -> Result<Viewer, HttpResponse> {
    if ctx.config.federation.mode == crate::config::FederationMode::Off {
        return Err(refuse(StatusCode::NOT_FOUND, "not found"));
    }
    let headers = headers(request);
    let allow_list = ctx.config.federation.mode == crate::config::FederationMode::AllowList;
    if !headers.iter().any(|(name, _)| name == "signature") {
        return if allow_list {
            Err(refuse(StatusCode::UNAUTHORIZED, "sign your request"))
        } else {
            Ok(Viewer::Anonymous)
        };
    }
    let target = target(request);
    let received = Received {
        method: request.method().as_str(),
        target: &target,
        scheme: scheme(ctx),
        authority: &ctx.authority,
        headers: &headers,
        body: None,
    };
    let claim = signature::read(&received, ctx.now()).map_err(|why| refuse(StatusCode::UNAUTHORIZED, why.0))?;
    let host = crate::wire::address::host_of(&claim.key_id).unwrap_or_default();
    match remote::may_speak(ctx, &host).await {
        Ok(true) => {}
        Ok(false) => return Err(refuse(StatusCode::FORBIDDEN, "this server is not spoken to")),
        Err(error) => return Err(failed(&error)),
    }
    let known = remote::key::find(ctx, &claim.key_id).await;
    let known = match known {
        Ok(known) if claim.verify(&known.key) => known,
        Ok(_) => match remote::key::refetch(ctx, &claim.key_id).await {
            Ok(known) if claim.verify(&known.key) => known,
            _ => return Err(refuse(StatusCode::UNAUTHORIZED, "the signature doesn't hold")),
        },
        Err(_) => return Err(refuse(StatusCode::UNAUTHORIZED, "the key can't be had")),
    };
    Ok(if known.is_server { Viewer::Peer(known.host) } else { Viewer::Remote(known.actor_id) })
}

/// An ActivityPub document as the answer.
pub fn activity_json(document: Value) -> HttpResponse {
    text(json::with_context(document).to_string())
}

/// A stored document that has its `@context` already.
pub fn text(document: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(json::ACTIVITY_JSON)
        .insert_header(("vary", "Accept, Signature"))
        .insert_header(("cache-control", "private, max-age=0"))
        .body(document)
}

/// A refusal with its reason in a form that programs and their keepers can read.
pub fn refuse(status: StatusCode, reason: &str) -> HttpResponse {
    HttpResponse::build(status).json(serde_json::json!({"error": reason}))
}

/// What an error means to another server.
pub fn failed(error: &Error) -> HttpResponse {
    match error {
        Error::NotFound(_) => refuse(StatusCode::NOT_FOUND, "not found"),
        Error::Forbidden => refuse(StatusCode::FORBIDDEN, "not allowed"),
        Error::Invalid(_) | Error::Conflict(_) | Error::Remote { .. } => {
            refuse(StatusCode::BAD_REQUEST, "not understood")
        }
        Error::TooMany(after_s) => later(StatusCode::TOO_MANY_REQUESTS, *after_s),
        Error::Unavailable(reason) => {
            tracing::warn!(%reason, "cannot answer another server just now");
            later(StatusCode::SERVICE_UNAVAILABLE, 60)
        }
        Error::Broken(_) => {
            tracing::error!(%error, "a request of another server failed");
            refuse(StatusCode::INTERNAL_SERVER_ERROR, "a fault of ours")
        }
    }
}

/// “Come back later.”
pub fn later(status: StatusCode, after_s: u64) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header(("retry-after", after_s.to_string()))
        .json(serde_json::json!({"error": "come back later"}))
}
