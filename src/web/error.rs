//! Errors as pages with a way back; the headers that every answer carries; the numbers of requests.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use askama::Template;

use super::Face;
use super::page::{Layout, language_of};
use crate::ctx::Ctx;
use crate::error::Error;

/// An error on its way to a page.
#[derive(Debug)]
pub struct Fault(pub Error);

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<askama::Error> for Fault {
    fn from(error: askama::Error) -> Self {
        Self(Error::Broken(Box::new(error)))
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        match &self.0 {
            Error::NotFound(_) => StatusCode::NOT_FOUND,
            Error::Forbidden => StatusCode::FORBIDDEN,
            Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::Conflict(_) => StatusCode::CONFLICT,
            Error::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Error::Remote { .. } => StatusCode::BAD_GATEWAY,
            Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Error::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// A form that can't be read: too large, or not a form.
pub fn form_error(error: actix_web::error::UrlencodedError, _request: &HttpRequest) -> actix_web::Error {
    tracing::debug!(%error, "a form can't be read");
    Fault(Error::invalid("form", "problem-form")).into()
}

/// The page for an address that doesn't exist.
pub async fn not_found() -> Result<HttpResponse, Fault> {
    Err(Fault(Error::NotFound("page")))
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Layout,
    heading: String,
    words: String,
    reference: String,
}

/// Turns errors into pages, adds the headers of security.md to every answer, counts.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let began = std::time::Instant::now();
    let mut request = request;
    if request.method() == Method::HEAD {
        // HEAD is GET without its body (RFC 9110 §9.3.2); the server leaves the body out by itself.
        request.head_mut().method = Method::GET;
    }
    let ctx = request.app_data::<web::Data<Ctx>>().cloned();
    let response = next.call(request).await?.map_into_boxed_body();
    let is_fault = response.response().error().is_some_and(|e| e.as_error::<Fault>().is_some());
    let mut response = if is_fault || is_bare_failure(&response) { render(response).await } else { response };
    if let Some(ctx) = ctx {
        let class = match response.status().as_u16() {
            100..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        };
        ctx.metrics.requests.with_label_values(&[class]).inc();
        ctx.metrics.request_seconds.observe(began.elapsed().as_secs_f64());
        protect(response.headers_mut(), ctx.config.is_https());
    }
    Ok(response)
}

/// A failure of the framework's own (an unreadable path or query), which has no page yet.
fn is_bare_failure(response: &ServiceResponse<BoxBody>) -> bool {
    response.status().is_client_error() && response.response().error().is_some()
}

/// The page for an error.
async fn render(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let (request, response) = response.into_parts();
    let status = response.status();
    let fault = response.error().and_then(|e| e.as_error::<Fault>());
    let reference = reference();
    let mut after_s = None;
    match fault.map(|fault| &fault.0) {
        Some(error @ Error::Broken(_)) => {
            tracing::error!(%error, %reference, path = request.path(), "a request failed")
        }
        Some(error @ Error::Unavailable(_)) => {
            after_s = Some(30);
            tracing::warn!(%error, path = request.path(), "a request could not be served just now");
        }
        Some(Error::TooMany(wait_s)) => after_s = Some(*wait_s),
        _ => {}
    }
    let mut answer = HttpResponse::build(status);
    if let Some(after_s) = after_s {
        answer.insert_header(("retry-after", after_s.to_string()));
    }
    answer.insert_header(("cache-control", "no-store"));
    let html = page(&request, status, reference).await;
    let answer = match html {
        Some(html) => answer.content_type("text/html; charset=utf-8").body(html),
        None => answer.body("error"),
    };
    ServiceResponse::new(request, answer)
}

async fn page(request: &HttpRequest, status: StatusCode, reference: String) -> Option<String> {
    let ctx = request.app_data::<web::Data<Ctx>>()?;
    let face = request.app_data::<web::Data<Face>>()?;
    let (heading, words) = match status.as_u16() {
        401 | 403 => ("error-forbidden", "error-forbidden-words"),
        404 => ("error-missing", "error-missing-words"),
        409 => ("error-conflict", "error-conflict-words"),
        400 | 422 => ("error-form", "error-form-words"),
        413 => ("error-large", "error-large-words"),
        429 => ("error-many", "error-many-words"),
        502 => ("error-remote", "error-remote-words"),
        503 => ("error-busy", "error-busy-words"),
        400..=499 => ("error-form", "error-form-words"),
        _ => ("error-broken", "error-broken-words"),
    };
    let reference = if status.is_server_error() { reference } else { String::new() };
    let hall = face.hall(ctx).await.ok()?;
    let language = language_of(request, None, &hall);
    let text = |key: &str| ctx.messages.plain(language, key).to_owned();
    let page = Layout::bare(ctx.get_ref().clone(), face.clone(), hall.clone(), language, request, &text(heading));
    let page = ErrorPage { heading: text(heading), words: text(words), reference, page };
    page.render().ok()
}

/// A number by which an officer finds the line in the log.
fn reference() -> String {
    let [a, b, c, d] = crate::secret::random::<4>();
    format!("{a:02x}{b:02x}-{c:02x}{d:02x}")
}

/// Headers that every answer carries; none overrides what a handler has set.
fn protect(headers: &mut HeaderMap, is_https: bool) {
    let mut set = |name: &'static str, value: &'static str| {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "same-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("permissions-policy", "camera=(), microphone=(), geolocation=()");
    if is_https {
        set("strict-transport-security", "max-age=31536000");
    }
}
