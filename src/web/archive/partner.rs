//! Partners of the archive: with whom it is searched together, for those who keep it; and a partner's item as it is read here.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::view::{self, Fact};
use crate::domain::item::Names;
use crate::domain::partner::{self as domain, Partner, Standing};
use crate::domain::{archive, audit, media};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};
use crate::text;
use crate::web::form::{Fields, Form};
use crate::web::gallery::{Gallery, Reader};
use crate::web::page::{self, Page};
use crate::web::{card, person};

/// An archive in the list.
struct Line {
    id: ActorId,
    hall: String,
    address: String,
    url: String,
    /// The message of how it stands.
    standing: &'static str,
    asks: bool,
}

/// The page of partners.
#[derive(Template)]
#[template(path = "archive/partners.html")]
struct List {
    page: Page,
    form: Form,
    lines: Vec<Line>,
}

/// `/archive/partners`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    render(page, StatusCode::OK, Form::default()).await
}

async fn render(page: Page, status: StatusCode, form: Form) -> Result<HttpResponse> {
    let partners = page.ctx.read(domain::list).await?;
    let line = |one: &Partner| Line {
        id: one.actor.id,
        hall: if one.hall.is_empty() { one.actor.host.clone() } else { one.hall.clone() },
        address: one.actor.address.clone(),
        url: one.actor.url.clone(),
        standing: match one.standing {
            Standing::Open => "partner-open",
            Standing::Asked => "partner-asked",
            Standing::Asks(_) => "partner-asks",
        },
        asks: matches!(one.standing, Standing::Asks(_)),
    };
    page::show(status, &List { form, lines: partners.iter().map(line).collect(), page })
}

/// `POST /archive/partners`: asks another archive.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    match ask(&page, &fields).await {
        Ok(name) => Ok(page.go_saying("/archive/partners", "flash-partner-asked", &name)),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            render(page, status, form).await
        }
    }
}

async fn ask(page: &Page, fields: &Fields) -> Result<String> {
    let typed = fields.text("address").trim();
    if typed.is_empty() {
        return Err(Error::invalid("address", "problem-address-empty"));
    }
    // The hall alone is enough: every hall's archive has the same name.
    let is_hall = !typed.contains('@') && !typed.contains('/');
    let asked = if is_hall { format!("{}@{typed}", archive::NAME) } else { typed.to_owned() };
    let other = person::typed(page, &asked).await?;
    let (officer, address) = (page.officer()?, other.address.clone());
    page.ctx
        .write(move |conn| {
            domain::ask(conn, &other)?;
            audit::record(conn, officer.login_id, &officer.who, "audit-partner-asked", &other.address)
        })
        .await?;
    Ok(address)
}

/// `POST /archive/partners/{id}/acceptance`.
pub async fn accept(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (officer, id) = (page.officer()?, *id);
    let other = page
        .ctx
        .write(move |conn| {
            let other = domain::accept(conn, id)?;
            audit::record(conn, officer.login_id, &officer.who, "audit-partner-accepted", &other.address)?;
            Ok(other)
        })
        .await?;
    Ok(page.go_saying("/archive/partners", "flash-partner-accepted", &other.address))
}

/// `POST /archive/partners/{id}/removal`: no more, or not at all.
pub async fn delete(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (officer, id) = (page.officer()?, *id);
    let other = page
        .ctx
        .write(move |conn| {
            let other = domain::end(conn, id)?;
            audit::record(conn, officer.login_id, &officer.who, "audit-partner-ended", &other.address)?;
            Ok(other)
        })
        .await?;
    Ok(page.go_saying("/archive/partners", "flash-partner-ended", &other.address))
}

/// A partner's item.
#[derive(Template)]
#[template(path = "archive/other.html")]
struct Show {
    page: Page,
    title: String,
    language: String,
    form: String,
    date: String,
    edtf: String,
    html: String,
    facts: Vec<Fact>,
    gallery: Gallery,
    hall: String,
    url: String,
}

/// `/archive/others/{id}`: what this hall has of it, and where it is.
pub async fn show(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (viewer, id) = (page.viewer(), *id);
    // Pictures of other servers are copied for members alone.
    let is_member = viewer.member().is_some();
    let (one, rows) = page
        .ctx
        .glance(move |conn| {
            let one = domain::show(conn, &viewer, id)?;
            Ok((one, if is_member { media::of_post(conn, id)? } else { Vec::new() }))
        })
        .await?;
    let mut record = one.held.record();
    // What is read as the text of the post needn't stand twice.
    if !text::plain_of_clean(&one.post.body_html).trim().is_empty() {
        record.0.remove("description");
    }
    page::ok(&Show {
        title: page.in_words(one.post.title.as_str()),
        language: one.post.language.clone(),
        form: page.ctx.forms.name(&one.held.form, page.language).to_owned(),
        date: page.in_words(one.held.date_text.as_str()),
        edtf: one.held.date_edtf.clone(),
        html: page.in_words(card::body(&page, &one.post.body_html)),
        facts: view::facts(&page, &one.held.form, &record, &Names::default()),
        gallery: Gallery::beside(&page, &rows, Reader::Other),
        hall: one.hall,
        url: one.post.url,
        page,
    })
}
