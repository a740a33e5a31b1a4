//! Who is signed in: the member behind the session's cookie, and the cookies themselves.

use std::sync::Arc;

use actix_web::cookie::time::Duration as CookieAge;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;

use crate::clock::SECOND;
use crate::ctx::Ctx;
use crate::domain::login::{Member, Role};
use crate::domain::notice::{self, UNREAD_COUNTED_MAX};
use crate::domain::report;
use crate::domain::session::{self, Session};
use crate::error::Result;

/// A member who is signed in.
pub struct SignedIn {
    /// Who it is.
    pub member: Member,
    /// The session.
    pub session: Session,
    /// Notices that aren't read yet, as far as they are counted.
    pub unread: i64,
    /// To an officer: reports that are open.
    pub reports: i64,
}

impl SignedIn {
    /// The number of unread notices as the frame shows it.
    pub fn unread_shown(&self) -> String {
        if self.unread > UNREAD_COUNTED_MAX { format!("{UNREAD_COUNTED_MAX}+") } else { self.unread.to_string() }
    }
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
        .glance(move |conn| {
            let Some((session, member)) = session::find(conn, &token)? else { return Ok(None) };
            let unread = notice::unread(conn, member.actor.id)?;
            let is_officer = member.login.role.may(Role::Moderator);
            let reports = if is_officer { report::open_count(conn, member.actor.id)? } else { 0 };
            Ok(Some(Arc::new(SignedIn { member, session, unread, reports })))
        })
        .await?;
    if let Some(signed_in) = found.as_ref().filter(|found| session::is_stale(&found.session, ctx.now())) {
        let hash = signed_in.session.token_hash.clone();
        ctx.write(move |conn| session::touch(conn, &hash)).await?;
    }
    Ok(found)
}

/// Starts a session after a sign-in and answers its cookie.
pub async fn start(ctx: &Ctx, request: &actix_web::HttpRequest, member: &Member) -> Result<Cookie<'static>> {
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (agent, id) = (agent.to_owned(), member.login.id);
    let token = ctx.write(move |conn| session::start(conn, id, &agent)).await?;
    Ok(session_cookie(ctx, &token))
}
