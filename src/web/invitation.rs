//! Invitations as pages: a member makes a link, hands it on, or takes it back.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::form::{Fields, Form};
use super::page::{self, Page};
use super::time::When;
use crate::domain::invitation::{self, Invitation};
use crate::error::{Error, Result};
use crate::id::InvitationId;

/// Longest token in a link.
const TOKEN_BYTES_MAX: usize = 64;
/// White modules around a code, so that cameras find it (ISO/IEC 18004 §5.3.8).
const QUIET_ZONE: usize = 4;
/// The picture carries its colours in itself and does nothing.
const CODE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
/// Invitations on the page.
const LIST_MAX: i64 = 100;

/// An invitation as the list shows it.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its number.
    pub id: InvitationId,
    /// For whom.
    pub note: String,
    /// When it was made.
    pub made: When,
    /// How it stands: `open used expired`.
    pub state: &'static str,
    /// Until when it is good, or when it was used.
    pub until: When,
}

impl Line {
    fn of(page: &Page, one: &Invitation) -> Self {
        let state = match one.used_at {
            Some(_) => "used",
            None if one.expires_at <= page.ctx.now() => "expired",
            None => "open",
        };
        Self {
            id: one.id,
            note: one.note.clone(),
            made: page.when(one.created_at),
            state,
            until: page.when(one.used_at.unwrap_or(one.expires_at)),
        }
    }
}

/// The page of invitations.
#[derive(Template)]
#[template(path = "login/invitations.html")]
struct List {
    page: Page,
    form: Form,
    made: Option<Made>,
    lines: Vec<Line>,
}

/// A fresh invitation: its link is shown once.
struct Made {
    link: String,
    token: String,
}

/// `/invitations`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    render(page, StatusCode::OK, Form::default(), None).await
}

async fn render(page: Page, status: StatusCode, form: Form, made: Option<Made>) -> Result<HttpResponse> {
    if !page.may_invite() {
        return Err(Error::Forbidden);
    }
    let me = page.me()?.member.login.id;
    let rows = page.ctx.glance(move |conn| invitation::list(conn, Some(me), LIST_MAX)).await?;
    let lines = rows.iter().map(|one| Line::of(&page, one)).collect();
    page::show(status, &List { page, form, made, lines })
}

/// `POST /invitations`: makes a link and shows it, once.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    if !page.may_invite() {
        return Err(Error::Forbidden);
    }
    let (me, note) = (page.me()?.member.login.id, fields.text("note").to_owned());
    match page.ctx.write(move |conn| invitation::create(conn, me, &note)).await {
        Ok((_, token)) => {
            let made = Made { link: link(&page, &token), token };
            render(page, StatusCode::OK, Form::default(), Some(made)).await
        }
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            render(page, status, form, None).await
        }
    }
}

/// `POST /invitations/{id}/revocation`.
pub async fn revoke(page: Page, id: web::Path<InvitationId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?.member.login.id, *id);
    page.ctx.write(move |conn| invitation::revoke(conn, me, id)).await?;
    Ok(page.go("/invitations", "flash-revoked"))
}

fn link(page: &Page, token: &str) -> String {
    format!("{}/sign-up?invitation={token}", page.ctx.origin)
}

/// `/invitations/code.svg?invitation=…`: the link as a QR code, a picture of its own, since no picture may stand inside
/// a page.
pub async fn code(page: Page) -> Result<HttpResponse> {
    draw(page.query("invitation"), |token| link(&page, token))
}

/// The link with this token as a QR code.
///
/// Errors: `NotFound` if it can't be a token.
pub fn draw(token: &str, link: impl Fn(&str) -> String) -> Result<HttpResponse> {
    let plain = token.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if !plain || !(1..=TOKEN_BYTES_MAX).contains(&token.len()) {
        return Err(Error::NotFound("invitation"));
    }
    let drawn = fast_qr::QRBuilder::new(link(token)).build().map_err(|e| Error::Broken(Box::new(e)))?;
    let mut svg = fast_qr::convert::svg::SvgBuilder::default();
    let svg = fast_qr::convert::Builder::margin(&mut svg, QUIET_ZONE).to_str(&drawn);
    Ok(HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header(("content-security-policy", CODE_POLICY))
        .body(svg))
}
