//! Errors as pages with a way back; a fault of ours is logged once with its whole chain and shown as a reference number.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, ResponseError, web};
use askama::Template;

use super::page::{self, Page};
use crate::ctx::Ctx;
use crate::error::Error;

/// What a page may load and do: only what the hall itself serves.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self' blob:; script-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The pages between a program and its token: programs in browsers open them in a window of their own, and wait to hear from
/// it, which no other page of the hall lets them.
const DOORS: [&str; 4] = ["/oauth/authorize", "/sign-in", "/sign-up", "/preferences"];
/// How long a client is asked to wait while the hall can't take writes, in seconds.
pub const UNAVAILABLE_WAIT_S: u64 = 60;

/// The page that stands where another can't be shown.
#[derive(Template)]
#[template(path = "error/show.html")]
struct Show {
    page: Page,
    title: String,
    sentences: Vec<String>,
    reference: String,
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Remote { .. } => StatusCode::BAD_GATEWAY,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The frame of the pages puts a page in its place.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).finish()
    }
}

/// An answer without a page, for where no page can be made.
pub fn bare(error: &Error) -> HttpResponse {
    let reference = note(error);
    let mut answer = HttpResponse::build(error.status_code());
    if let Some(wait_s) = wait(error) {
        answer.insert_header((header::RETRY_AFTER, wait_s));
    }
    let status = error.status_code();
    answer.content_type("text/plain; charset=utf-8").body(format!("{status} {reference}\n"))
}

/// The page of an error.
pub fn page(page: &Page, error: &Error) -> HttpResponse {
    let (title, sentences) = match error {
        Error::Invalid(problems) => {
            let sentences = problems.iter().map(|problem| page.text(problem.message, &problem.values)).collect();
            (page.t("error-invalid-title").to_owned(), sentences)
        }
        Error::TooMany(wait_s) => {
            let sentence = page.with("error-too-many", "seconds", wait_s);
            (page.t("error-too-many-title").to_owned(), vec![sentence])
        }
        Error::Remote { host, .. } => {
            let sentence = page.with("error-remote", "host", host);
            (page.t("error-remote-title").to_owned(), vec![sentence])
        }
        other => words(page, other.status_code()),
    };
    render(page, error.status_code(), title, sentences, note(error), wait(error))
}

/// The page of a refusal that is no [`Error`]: of a form that isn't ours.
pub fn refuse(page: &Page, sentence: &str) -> HttpResponse {
    let title = page.t("error-form-title").to_owned();
    render(page, StatusCode::FORBIDDEN, title, vec![sentence.to_owned()], String::new(), None)
}

/// The page of a bare status, as extractors and the router make it.
pub fn of_status(page: &Page, status: StatusCode) -> HttpResponse {
    let (title, sentences) = words(page, status);
    render(page, status, title, sentences, String::new(), None)
}

fn words(page: &Page, status: StatusCode) -> (String, Vec<String>) {
    let (title, sentence) = match status {
        StatusCode::FORBIDDEN => ("error-forbidden-title", "error-forbidden"),
        StatusCode::CONFLICT => ("error-conflict-title", "error-conflict"),
        StatusCode::SERVICE_UNAVAILABLE => ("error-unavailable-title", "error-unavailable"),
        StatusCode::PAYLOAD_TOO_LARGE => ("error-invalid-title", "error-too-large"),
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => ("error-invalid-title", "error-bad-request"),
        StatusCode::REQUEST_TIMEOUT => ("error-invalid-title", "error-too-slow"),
        status if status.is_server_error() => ("error-broken-title", "error-broken"),
        _ => ("error-not-found-title", "error-not-found"),
    };
    (page.t(title).to_owned(), vec![page.t(sentence).to_owned()])
}

fn render(
    page: &Page,
    status: StatusCode,
    title: String,
    sentences: Vec<String>,
    reference: String,
    wait_s: Option<u64>,
) -> HttpResponse {
    let shown = page::show(status, &Show { page: page.clone(), title, sentences, reference });
    let mut answer = shown.unwrap_or_else(|failure| {
        tracing::error!(error = %failure, "the page of an error can't be shown");
        HttpResponse::build(status).finish()
    });
    if let Some(wait_s) = wait_s {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
    }
    answer
}

/// When it is worth coming back, in seconds.
fn wait(error: &Error) -> Option<u64> {
    match error {
        Error::TooMany(after_s) => Some(*after_s),
        Error::Unavailable(_) => Some(UNAVAILABLE_WAIT_S),
        _ => None,
    }
}

/// Logs what officers must know of and answers the number that stands in the log; empty for what is no fault.
fn note(error: &Error) -> String {
    match error {
        Error::Broken(_) => {
            let [a, b, c, d] = crate::secret::random::<4>();
            let reference = format!("{a:02x}{b:02x}-{c:02x}{d:02x}");
            tracing::error!(%reference, %error, "a page failed");
            reference
        }
        Error::Unavailable(_) => {
            tracing::warn!(%error, "the hall is not available");
            String::new()
        }
        _ => String::new(),
    }
}

/// Where no URL fits.
pub async fn not_found() -> Result<HttpResponse, Error> {
    Err(Error::NotFound("page"))
}

/// Wraps everything: counts and times requests, and puts on the armour that every answer carries.
pub async fn observe(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let ctx = request.app_data::<web::Data<Ctx>>().cloned();
    let started = std::time::Instant::now();
    if request.method() == Method::HEAD {
        // HEAD is GET without its body (RFC 9110 §9.3.2); the server leaves the body out by itself.
        request.head_mut().method = Method::GET;
    }
    trim_slash(&mut request);
    let is_door = DOORS.contains(&request.path());
    let mut response = next.call(request).await?;
    let Some(ctx) = ctx else { return Ok(response) };
    protect(response.headers_mut(), ctx.config.is_https(), is_door);
    let class = match response.status().as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    };
    ctx.metrics.requests.with_label_values(&[class]).inc();
    ctx.metrics.request_seconds.observe(started.elapsed().as_secs_f64());
    Ok(response)
}

/// Programs write some addresses of the client API with a slash at the end; they mean the same.
fn trim_slash(request: &mut ServiceRequest) {
    let path = request.path();
    let is_call = path.starts_with("/api/") || path.starts_with("/oauth/");
    let Some(shorter) = path.strip_suffix('/').filter(|_| is_call).map(str::to_owned) else { return };
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    if let Ok(uri) = format!("{shorter}{query}").parse::<actix_web::http::Uri>() {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
}

/// Headers that every answer carries; none overrides what a handler has set.
fn protect(headers: &mut HeaderMap, is_https: bool, is_door: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    let opener = if is_door { "unsafe-none" } else { "same-origin" };
    set(HeaderName::from_static("cross-origin-opener-policy"), opener);
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(self)");
    if is_https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}
