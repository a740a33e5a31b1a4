//! Invitations: made by members, shown once as a link and a QR code.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::error::Fault;
use super::form::{Field, Form, Look};
use super::page::{Layout, Tab, html, see_with, without_flash};
use super::session::{Posted, Visitor};
use super::time;
use crate::config::RegistrationMode;
use crate::domain::invitation::{self, Invitation};
use crate::error::{Error, Result};
use crate::id::InvitationId;

/// Invitations on the page.
const LISTED_MAX: i64 = 100;

/// An invitation as the page shows it.
pub struct Row {
    /// Its id.
    pub id: String,
    /// For whom.
    pub note: String,
    /// When it was made.
    pub made: time::Shown,
    /// The message that says how it stands.
    pub state: &'static str,
    /// Can it be taken back?
    pub is_open: bool,
}

#[derive(Template)]
#[template(path = "invitations.html")]
struct InvitationsPage {
    page: Layout,
    form: Form,
    rows: Vec<Row>,
    problems: Vec<(String, String)>,
    link: Option<String>,
    is_closed: bool,
}

fn form(layout: &Layout) -> Form {
    let note = Field::new(layout, "note", Look::Text, "invitation-note").hint(layout.t("invitation-note-hint"));
    Form::new(layout, "/invitations", "invitation-make", vec![note])
}

async fn page(visitor: &Visitor, link: Option<String>) -> Result<InvitationsPage> {
    let by = visitor.signed_in()?.login.id;
    let list = visitor.ctx.read(move |conn| invitation::list(conn, Some(by), LISTED_MAX)).await?;
    let layout = visitor.layout("invitations", Tab::Me);
    let row = |i: Invitation| {
        let is_open = i.used_at.is_none() && i.expires_at > layout.now;
        let state = match (i.used_at, is_open) {
            (Some(_), _) => "invitation-used",
            (None, true) => "invitation-open",
            (None, false) => "invitation-expired",
        };
        Row { id: i.id.to_string(), note: i.note, made: layout.time(i.created_at), state, is_open }
    };
    Ok(InvitationsPage {
        form: form(&layout),
        rows: list.into_iter().map(row).collect(),
        problems: Vec::new(),
        link,
        is_closed: visitor.ctx.config.registration.mode == RegistrationMode::Closed,
        page: layout,
    })
}

/// `/invitations`.
pub async fn list(visitor: Visitor) -> Result<HttpResponse, Fault> {
    let page = page(&visitor, None).await?;
    let flash = page.page.flash.is_some();
    Ok(without_flash(html(StatusCode::OK, page.render()?), flash))
}

/// `POST /invitations`: the answer shows the link, this once.
pub async fn create(posted: Posted) -> Result<HttpResponse, Fault> {
    let Posted { visitor, fields } = posted;
    if visitor.ctx.config.registration.mode == RegistrationMode::Closed {
        return Err(Error::Forbidden.into());
    }
    let (by, note) = (visitor.signed_in()?.login.id, fields.get("note").to_owned());
    match visitor.ctx.write(move |conn| invitation::create(conn, by, &note)).await {
        Ok((_, token)) => {
            let link = format!("{}/sign-up?invitation={token}", visitor.ctx.origin);
            Ok(html(StatusCode::OK, page(&visitor, Some(link)).await?.render()?))
        }
        Err(Error::Invalid(problems)) => {
            let mut page = page(&visitor, None).await?;
            page.form = page.form.again(&page.page, &fields, &problems);
            page.problems = problems.iter().map(|p| (p.field.to_owned(), page.page.problem(p))).collect();
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, page.render()?))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /invitations/{id}/revocation`.
pub async fn revoke(posted: Posted, id: web::Path<String>) -> Result<HttpResponse, Fault> {
    let by = posted.visitor.signed_in()?.login.id;
    let id: InvitationId = id.parse().map_err(|_| Error::NotFound("invitation"))?;
    posted.visitor.ctx.write(move |conn| invitation::revoke(conn, by, id)).await?;
    Ok(see_with("/invitations", "flash-revoked"))
}

/// The QR code of an address, as a picture of its own (the page's policy lets no picture stand inside it).
#[derive(Debug, serde::Deserialize)]
pub struct Code {
    invitation: String,
}

/// `/invitations/code.svg?invitation=…`.
pub async fn code(visitor: Visitor, code: web::Query<Code>) -> Result<HttpResponse, Fault> {
    visitor.signed_in()?;
    let short = code.invitation.len() <= 64
        && code.invitation.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if !short {
        return Err(Error::NotFound("invitation").into());
    }
    let link = format!("{}/sign-up?invitation={}", visitor.ctx.origin, code.invitation);
    let drawn = fast_qr::QRBuilder::new(link).build().map_err(|e| Error::Broken(Box::new(e)))?;
    let svg = fast_qr::convert::Builder::margin(&mut fast_qr::convert::svg::SvgBuilder::default(), 4).to_str(&drawn);
    Ok(HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header(("cache-control", "no-store"))
        .insert_header(("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"))
        .body(svg))
}
