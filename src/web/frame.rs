//! What stands around every page: it is opened, forms are checked, errors become pages, headers are set; and who may
//! enter which page.
//!
//! A form counts if the browser says that it comes from our own origin *and* if it carries the token of its session, or,
//! for visitors, of a cookie that only our own pages set.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::Cookie;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};

use super::form::Fields;
use super::page::{FLASH, Page};
use super::{Face, error, session, upload};
use crate::ctx::Ctx;
use crate::domain::login::Role;
use crate::error::Error;
use crate::{pack, secret};

/// Largest form, in bytes: the longest text of the hall in percent-encoded hanzi, several times over.
const FORM_BYTES_MAX: usize = 256 * 1_024;
/// Where questions are asked by POST that change nothing and that no page of ours asks (OAI-PMH 2.0, section 3.1.1.2): their handlers
/// read them.
const QUESTIONS: [&str; 1] = ["/archive/oai"];
/// The field that holds a form's token.
const TOKEN_FIELD: &str = "form_token";

/// Wraps all pages: counts, opens the page, checks forms, makes pages of errors, and sets the headers.
pub async fn frame(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let (Some(ctx), Some(face)) = (request.app_data::<web::Data<Ctx>>(), request.app_data::<web::Data<Face>>()) else {
        return Ok(request.into_response(error::bare(&Error::broken("no face"))));
    };
    let (address, face) = (ctx.limits.address(&request), face.clone());
    let admitted = ctx.limits.request(address);
    let page = match Page::open(&request, face, address).await {
        Ok(page) => page,
        Err(failure) => return Ok(request.into_response(error::bare(&failure))),
    };
    if let Err(failure) = admitted {
        return Ok(finish(request.into_response(error::page(&page, &failure)), &page));
    }
    if request.method() == Method::POST && !QUESTIONS.contains(&request.path()) {
        match check(&page, &mut request).await {
            Ok(fields) => drop(request.extensions_mut().insert(fields)),
            Err(answer) => return Ok(finish(request.into_response(answer), &page)),
        }
    }
    request.extensions_mut().insert(page.clone());
    let response = next.call(request).await?.map_into_boxed_body();
    let instead = match response.response().error() {
        Some(found) => Some(match found.as_error::<Error>() {
            Some(failure) => error::page(&page, failure),
            None => error::of_status(&page, response.status()),
        }),
        None if response.status() == StatusCode::METHOD_NOT_ALLOWED => {
            Some(error::of_status(&page, StatusCode::METHOD_NOT_ALLOWED))
        }
        None => None,
    };
    let response = match instead {
        Some(answer) => ServiceResponse::new(response.into_parts().0, answer),
        None => response,
    };
    Ok(finish(response, &page))
}

/// Sets what every page is sent with.
fn finish(mut response: ServiceResponse<BoxBody>, page: &Page) -> ServiceResponse<BoxBody> {
    if pack::takes(response.request().headers(), "gzip") {
        response = response.map_body(|head, body| pack::pack_body(&page.ctx.packer, &mut head.headers, body));
    }
    let shown = !response.status().is_redirection();
    let mut cookies = Vec::new();
    if let Some(token) = page.new_form_token() {
        cookies.push(session::form_cookie(&page.ctx, token));
    }
    if shown && page.flash_came() {
        let mut gone = Cookie::build(FLASH, "").path("/").finish();
        gone.make_removal();
        cookies.push(gone);
    }
    for cookie in cookies {
        if let Err(failure) = response.response_mut().add_cookie(&cookie) {
            tracing::error!(%failure, "a cookie can't be set");
        }
    }
    let kept = if page.member.is_some() { "private, no-store" } else { "private, no-cache" };
    let status = response.status();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    if status == StatusCode::SERVICE_UNAVAILABLE && !headers.contains_key(header::RETRY_AFTER) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(error::UNAVAILABLE_WAIT_S));
    }
    headers.append(header::VARY, HeaderValue::from_static("Accept, Cookie, Accept-Language, Accept-Encoding"));
    response
}

/// Reads a form and makes sure that it is one of ours.
///
/// Errors: the page that says what is wrong.
pub async fn check(page: &Page, request: &mut ServiceRequest) -> Result<Fields, HttpResponse> {
    if !comes_from(request.headers(), &page.ctx.origin) {
        return Err(error::refuse(page, &page.with("error-form-origin", "origin", &page.ctx.origin)));
    }
    if upload::is_multipart(request) {
        // Its token comes first, so that nothing of a form of somebody else's is stored.
        return match upload::open(request).await {
            Some((name, token)) if name == TOKEN_FIELD && is_own(page, &token) => {
                Ok(Fields::of([(TOKEN_FIELD, token)]))
            }
            Some(_) => Err(error::refuse(page, page.t("error-form-stale"))),
            None => Err(error::refuse(page, page.t("error-form-broken"))),
        };
    }
    let Ok(payload) = request.extract::<web::Payload>().await else {
        return Err(error::refuse(page, page.t("error-form-broken")));
    };
    let body = payload.to_bytes_limited(FORM_BYTES_MAX);
    let fields = match tokio::time::timeout(page.ctx.config.limits.request_timeout(), body).await {
        Ok(Ok(Ok(body))) => Fields::parse(&body),
        Ok(Ok(Err(_))) => return Err(error::refuse(page, page.t("error-form-broken"))),
        Ok(Err(_)) => return Err(error::of_status(page, StatusCode::PAYLOAD_TOO_LARGE)),
        Err(_) => return Err(error::of_status(page, StatusCode::REQUEST_TIMEOUT)),
    };
    if is_own(page, fields.text(TOKEN_FIELD)) {
        Ok(fields)
    } else {
        Err(error::refuse(page, page.t("error-form-stale")))
    }
}

/// What browsers say of where a form comes from. What says nothing is no browser, so no other site can be behind it.
pub(super) fn comes_from(headers: &header::HeaderMap, origin: &str) -> bool {
    let read = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let site = read(HeaderName::from_static("sec-fetch-site"));
    let from = read(header::ORIGIN);
    site.is_none_or(|site| matches!(site, "same-origin" | "none")) && from.is_none_or(|from| from == origin)
}

/// Is this the token of the session, or of the visitor's cookie?
fn is_own(page: &Page, token: &str) -> bool {
    let expected = page.member.as_ref().map(|me| me.session.form_token.as_str()).or(page.visitor_token());
    expected.is_some_and(|expected| !token.is_empty() && secret::equal(expected.as_bytes(), token.as_bytes()))
}

/// Lets only those in who may: visitors are asked to sign in, members without the role are refused.
async fn enter(
    least: Role,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let page = request.extensions().get::<Page>().cloned();
    let Some(page) = page else {
        return Ok(request.into_response(error::bare(&Error::broken("a page outside the frame"))));
    };
    match &page.member {
        Some(me) if me.member.login.role.may(least) => Ok(next.call(request).await?.map_into_boxed_body()),
        Some(_) => Ok(request.into_response(error::page(&page, &Error::Forbidden))),
        None => {
            let here = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let here = if request.method() == Method::GET { here } else { "/" };
            let back: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
            Ok(request.into_response(page.turn(&format!("/sign-in?back={back}"))))
        }
    }
}

/// For members.
pub async fn member(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    enter(Role::Member, request, next).await
}

/// For those who keep the archive.
pub async fn archivist(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    enter(Role::Archivist, request, next).await
}

/// For moderators and owners.
pub async fn moderator(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    enter(Role::Moderator, request, next).await
}

/// For owners.
pub async fn owner(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    enter(Role::Owner, request, next).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn forms_of_other_sites_are_told_by_their_headers() {
        let ours = "https://hall.example";
        let request = |headers: &[(&'static str, &'static str)]| {
            headers.iter().fold(TestRequest::post(), |request, header| request.insert_header(*header)).to_srv_request()
        };
        for headers in [
            &[("origin", "https://hall.example"), ("sec-fetch-site", "same-origin")][..],
            &[("origin", "https://hall.example")],
            &[("sec-fetch-site", "none")],
            &[],
        ] {
            assert!(comes_from(request(headers).headers(), ours), "{headers:?}");
        }
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[("origin", "http://hall.example")],
            &[("origin", "https://hall.example.evil.example")],
            &[("origin", "https://hall.example"), ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
        ] {
            assert!(!comes_from(request(headers).headers(), ours), "{headers:?}");
        }
    }
}
