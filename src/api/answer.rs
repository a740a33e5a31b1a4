//! What is told: entities as JSON, pages of lists with their `Link`, and errors in the shape that programs know.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;

use super::param::Params;
use crate::ctx::Ctx;
use crate::db::{End, Range};
use crate::error::{Error, Result};
use crate::lang::Language;

/// Bytes that an answer is expected to have.
const BYTES: usize = 16 * 1_024;
/// How long a program is asked to wait while the hall can't take writes, in seconds.
const UNAVAILABLE_WAIT_S: u64 = 60;

/// An entity.
pub fn json(entity: &impl Serialize) -> Result<HttpResponse> {
    json_as(StatusCode::OK, entity)
}

/// The same with another status.
pub fn json_as(status: StatusCode, entity: &impl Serialize) -> Result<HttpResponse> {
    let mut body = Vec::with_capacity(BYTES);
    serde_json::to_writer(&mut body, entity).map_err(|e| Error::Broken(Box::new(e)))?;
    Ok(HttpResponse::build(status).content_type("application/json; charset=utf-8").body(body))
}

/// `{}`: it is done, and there is nothing to tell.
pub fn done() -> Result<HttpResponse> {
    json(&serde_json::json!({}))
}

/// A list of nothing, of what the hall doesn't have.
pub async fn none() -> Result<HttpResponse> {
    json(&[(); 0])
}

/// The part of a list that is asked for (Mastodon's documentation, “Pagination”): `max_id`, `since_id`, `min_id`, `limit`.
pub fn range(params: &Params, usual: i64, most: i64) -> Range {
    let before = params.number("max_id").unwrap_or(i64::MAX);
    let limit = params.limit(usual, most);
    match params.number("min_id") {
        Some(after) => Range { before, after, end: End::Oldest, limit },
        None => Range { before, after: params.number("since_id").unwrap_or(0), end: End::Newest, limit },
    }
}

/// A page of a list, with the addresses of the pages before and behind it. `first` and `last` are the numbers by which its
/// newest and oldest rows stand in the list.
pub fn list(
    ctx: &Ctx,
    request: &HttpRequest,
    range: &Range,
    ends: Option<(i64, i64)>,
    entities: &impl Serialize,
) -> Result<HttpResponse> {
    let mut answer = json(entities)?;
    let Some((first, last)) = ends else { return Ok(answer) };
    let kept = Params::of_query(request.query_string())?;
    let address = |name: &str, id: i64| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let others = kept.pairs().filter(|(key, _)| !matches!(*key, "max_id" | "since_id" | "min_id" | "limit"));
        query.extend_pairs(others).append_pair("limit", &range.limit.to_string()).append_pair(name, &id.to_string());
        format!("{}{}?{}", ctx.origin, request.path(), query.finish())
    };
    let link = format!("<{}>; rel=\"next\", <{}>; rel=\"prev\"", address("max_id", last), address("min_id", first));
    if let Ok(link) = HeaderValue::from_str(&link) {
        answer.headers_mut().insert(header::LINK, link);
    }
    Ok(answer)
}

/// Why a call wasn't answered.
#[derive(Debug, Serialize)]
struct Failure<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<&'a str>,
}

/// A refusal by the rules of OAuth (RFC 6749 §5.2): a word for programs and a sentence for people.
pub fn refuse(status: StatusCode, word: &str, sentence: &str) -> HttpResponse {
    plain(status, &Failure { error: word, error_description: Some(sentence) })
}

/// A refusal in one sentence.
pub fn say(status: StatusCode, sentence: &str) -> HttpResponse {
    plain(status, &Failure { error: sentence, error_description: None })
}

fn plain(status: StatusCode, failure: &Failure<'_>) -> HttpResponse {
    json_as(status, failure).unwrap_or_else(|_| HttpResponse::build(status).finish())
}

/// An error, in the language of whoever asks.
pub fn of_error(ctx: &Ctx, language: Language, error: &Error) -> HttpResponse {
    let status = error.status_code();
    let word = |key: &str| ctx.messages.plain(language, key).to_owned();
    let sentence = match error {
        Error::NotFound(_) => "Record not found".to_owned(),
        Error::Forbidden => "This action is not allowed".to_owned(),
        Error::Conflict(_) => word("error-conflict"),
        Error::Invalid(problems) => {
            let said = problems.iter().map(|problem| ctx.messages.text(language, problem.message, &problem.values));
            format!("Validation failed: {}", said.collect::<Vec<_>>().join(" "))
        }
        Error::TooMany(_) => "Too many requests".to_owned(),
        Error::Remote { host, .. } => ctx.messages.text(language, "error-remote", &[("host", host.clone())]),
        Error::Unavailable(reason) => {
            tracing::warn!(%reason, "the hall is not available");
            word("problem-unsaved")
        }
        Error::Broken(_) => {
            let [a, b, c, d] = crate::secret::random::<4>();
            let reference = format!("{a:02x}{b:02x}-{c:02x}{d:02x}");
            tracing::error!(%reference, %error, "a call failed");
            format!("{} ({reference})", word("error-broken"))
        }
    };
    let mut answer = say(status, &sentence);
    let wait = match error {
        Error::TooMany(after_s) => Some(*after_s),
        Error::Unavailable(_) => Some(UNAVAILABLE_WAIT_S),
        _ => None,
    };
    if let Some(wait_s) = wait {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
    }
    answer
}
