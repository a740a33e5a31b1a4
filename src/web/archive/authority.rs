//! People and places of the archive: records of their own, for those who keep it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::domain::authority::{self as domain, Authority, Kind, Said};
use crate::domain::item as items;
use crate::error::Result;
use crate::id::AuthorityId;
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};

/// All of them, with the form of a new one.
#[derive(Template)]
#[template(path = "archive/authorities.html")]
struct List {
    page: Page,
    people: Vec<Authority>,
    places: Vec<Authority>,
    id: Option<AuthorityId>,
    form: Form,
}

async fn listed(page: Page, status: StatusCode, id: Option<AuthorityId>, form: Form) -> Result<HttpResponse> {
    let all = page.ctx.glance(domain::all).await?;
    let (people, places) = all.into_iter().partition(|one| one.kind == Kind::Person);
    page::show(status, &List { people, places, id, form, page })
}

/// `/archive/people`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let fields = Fields::of([("kind", Kind::Person.as_str().to_owned())]);
    listed(page, StatusCode::OK, None, Form::filled(fields)).await
}

/// `/archive/people/{id}`.
pub async fn edit(page: Page, id: web::Path<AuthorityId>) -> Result<HttpResponse> {
    let id = *id;
    let one = page.ctx.glance(move |conn| domain::get(conn, id)).await?;
    let fields = Fields::of([
        ("kind", one.kind.as_str().to_owned()),
        ("name", one.name),
        ("variants", one.variants),
        ("romanised", one.romanised),
        ("modern_name", one.modern_name),
        ("latitude", one.latitude),
        ("longitude", one.longitude),
        ("note", one.note),
        ("is_living", if one.is_living { "yes" } else { "" }.to_owned()),
    ]);
    listed(page, StatusCode::OK, Some(id), Form::filled(fields)).await
}

fn said(fields: &Fields) -> Said {
    let text = |name: &str| fields.text(name).to_owned();
    Said {
        kind: text("kind"),
        name: text("name"),
        variants: text("variants"),
        romanised: text("romanised"),
        modern_name: text("modern_name"),
        latitude: text("latitude"),
        longitude: text("longitude"),
        note: text("note"),
        is_living: fields.text("is_living") == "yes",
    }
}

/// Keeps what a form says; where a living person was named or no longer is, items are written anew.
async fn save(page: Page, id: Option<AuthorityId>, fields: Fields) -> Result<HttpResponse> {
    let said = said(&fields);
    let saved = page.ctx.write(move |conn| {
        let old = id.map(|id| domain::get(conn, id)).transpose()?;
        let saved = domain::save(conn, id, &said)?;
        let was_living = old.as_ref().is_some_and(|old| old.is_living);
        if was_living || saved.is_living {
            let names = old.iter().flat_map(Authority::names).chain(saved.names());
            let names: Vec<String> = names.map(str::to_owned).collect();
            items::rewrite_naming(conn, &names)?;
        }
        Ok(())
    });
    match saved.await {
        Ok(()) => Ok(page.go("/archive/people", "flash-archive-changed")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            listed(page, status, id, form).await
        }
    }
}

/// `POST /archive/people`.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    save(page, None, fields).await
}

/// `POST /archive/people/{id}`.
pub async fn update(page: Page, id: web::Path<AuthorityId>, fields: Fields) -> Result<HttpResponse> {
    save(page, Some(*id), fields).await
}

/// `POST /archive/people/{id}/removal`.
pub async fn delete(page: Page, id: web::Path<AuthorityId>) -> Result<HttpResponse> {
    let id = *id;
    page.ctx
        .write(move |conn| {
            let old = domain::get(conn, id)?;
            domain::delete(conn, id)?;
            let names: Vec<String> = old.names().into_iter().map(str::to_owned).collect();
            if old.is_living { items::rewrite_naming(conn, &names) } else { Ok(()) }
        })
        .await?;
    Ok(page.go("/archive/people", "flash-archive-changed"))
}
