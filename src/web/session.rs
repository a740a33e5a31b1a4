//! Who is signed in: the session's cookie, who may enter which page, and the defence of forms against other sites.
//!
//! A form counts if the browser says that it comes from our own origin *and* if it carries the token of its session, or,
//! for visitors, of a cookie that only our own pages set.

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::time::Duration as CookieAge;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse};
use futures_util::StreamExt;

use super::error;
use super::form::Fields;
use super::page::Page;
use crate::clock::SECOND;
use crate::ctx::Ctx;
use crate::domain::login::{Member, Role};
use crate::domain::session::{self, Session};
use crate::domain::friend;
use crate::error::Result;
use crate::secret;

/// Largest form, in bytes: the longest text of the hall in percent-encoded hanzi, several times over.
const FORM_BYTES_MAX: usize = 256 * 1_024;

/// A member who is signed in.
pub struct SignedIn {
    /// Who it is.
    pub member: Member,
    /// The session.
    pub session: Session,
    /// Friend requests that wait for an answer.
    pub requests: i64,
}

/// The name of the session's cookie; on https no other host can set it.
pub fn cookie_name(ctx: &Ctx) -> &'static str {
    if ctx.config.is_https() { "__Host-session" } else { "session" }
}

/// The name of the cookie that holds the form token of visitors.
pub fn form_cookie_name(ctx: &Ctx) -> &'static str {
    if ctx.config.is_https() { "__Host-form" } else { "form" }
}

fn cookie(ctx: &Ctx, name: &'static str, value: &str) -> Cookie<'static> {
    Cookie::build(name, value.to_owned())
        .path("/")
        .http_only(true)
        .secure(ctx.config.is_https())
        .same_site(SameSite::Lax)
        .finish()
}

/// The cookie that holds a session's token.
pub fn session_cookie(ctx: &Ctx, token: &str) -> Cookie<'static> {
    let mut cookie = cookie(ctx, cookie_name(ctx), token);
    cookie.set_max_age(CookieAge::seconds(session::LIFETIME / SECOND));
    cookie
}

/// The cookie that ends the session in this browser.
pub fn ended_cookie(ctx: &Ctx) -> Cookie<'static> {
    let mut cookie = cookie(ctx, cookie_name(ctx), "");
    cookie.make_removal();
    cookie
}

/// The cookie with a visitor's form token; it lives as long as the browser.
pub fn form_cookie(ctx: &Ctx, token: &str) -> Cookie<'static> {
    cookie(ctx, form_cookie_name(ctx), token)
}

/// The member behind a cookie, if the session lives.
pub async fn find(ctx: &Ctx, token: String) -> Result<Option<Arc<SignedIn>>> {
    let found = ctx
        .read(move |conn| {
            let Some((session, member)) = session::find(conn, &token)? else { return Ok(None) };
            let requests = friend::request_count(conn, member.actor.id)?;
            Ok(Some(Arc::new(SignedIn { member, session, requests })))
        })
        .await?;
    if let Some(signed_in) = found.as_ref().filter(|found| session::is_stale(&found.session, ctx.now())) {
        let hash = signed_in.session.token_hash.clone();
        ctx.write(move |conn| session::touch(conn, &hash)).await?;
    }
    Ok(found)
}

/// Starts a session after a sign-in and answers its cookie.
pub async fn start(page: &Page, request: &actix_web::HttpRequest, member: &Member) -> Result<Cookie<'static>> {
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (agent, id) = (agent.to_owned(), member.login.id);
    let token = page.ctx.write(move |conn| session::start(conn, id, &agent)).await?;
    Ok(session_cookie(&page.ctx, &token))
}

/// Reads a form and makes sure that it is one of ours.
///
/// Errors: the page that says what is wrong.
pub async fn check(page: &Page, request: &mut ServiceRequest) -> Result<Fields, HttpResponse> {
    if !is_same_origin(request, &page.ctx.origin) {
        return Err(error::refuse(page, &page.with("error-form-origin", "origin", &page.ctx.origin)));
    }
    let mut payload = request.take_payload();
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let Ok(chunk) = chunk else { return Err(error::refuse(page, page.t("error-form-broken"))) };
        if body.len() + chunk.len() > FORM_BYTES_MAX {
            return Err(error::of_status(page, actix_web::http::StatusCode::PAYLOAD_TOO_LARGE));
        }
        body.extend_from_slice(&chunk);
    }
    let fields = Fields::parse(&body);
    if page.is_own_token(fields.text("token")) {
        Ok(fields)
    } else {
        Err(error::refuse(page, page.t("error-form-stale")))
    }
}

/// What browsers say of where a form comes from. What says nothing is no browser, so no other site can be behind it.
fn is_same_origin(request: &ServiceRequest, origin: &str) -> bool {
    let read = |name: HeaderName| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    let site = read(HeaderName::from_static("sec-fetch-site"));
    let from = read(header::ORIGIN);
    site.is_none_or(|site| matches!(site, "same-origin" | "none")) && from.is_none_or(|from| from == origin)
}

impl Page {
    /// Is this the token of the session, or of the visitor's cookie?
    fn is_own_token(&self, token: &str) -> bool {
        let expected = self.member.as_ref().map(|me| me.session.form_token.as_str()).or(self.visitor_token());
        expected.is_some_and(|expected| !token.is_empty() && secret::equal(expected.as_bytes(), token.as_bytes()))
    }
}

/// Lets only those in who may: visitors are asked to sign in, members without the role are refused.
async fn enter(
    least: Role,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let page = request.extensions().get::<Page>().cloned();
    let Some(page) = page else {
        return Ok(request.into_response(error::bare(&crate::error::Error::broken("a page outside the frame"))));
    };
    match &page.member {
        Some(me) if me.member.login.role.may(least) => Ok(next.call(request).await?.map_into_boxed_body()),
        Some(_) => Ok(request.into_response(error::page(&page, &crate::error::Error::Forbidden))),
        None => {
            let here = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let here = if request.method() == Method::GET { here } else { "/" };
            let next: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
            Ok(request.into_response(page.turn(&format!("/sign-in?next={next}"))))
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
            assert!(is_same_origin(&request(headers), ours), "{headers:?}");
        }
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[("origin", "http://hall.example")],
            &[("origin", "https://hall.example.evil.example")],
            &[("origin", "https://hall.example"), ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
        ] {
            assert!(!is_same_origin(&request(headers), ours), "{headers:?}");
        }
    }
}
