//! People and places of the archive: records of their own, kept by archivists, and a page of each for those who may open an item that
//! names it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde_json::{Value as Json, json};

use super::view::Card;
use super::{PAGE, PAGES_MAX, told};
use crate::date::{self, Answer};
use crate::domain::archive;
use crate::domain::authority::{self as domain, Authority, Kind, Said};
use crate::domain::item::{self as items, Named};
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
        ("born", one.born),
        ("died", one.died),
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
        born: text("born"),
        died: text("died"),
    }
}

/// Keeps what a form says.
async fn save(page: Page, id: Option<AuthorityId>, fields: Fields) -> Result<HttpResponse> {
    let said = said(&fields);
    let saved = page.ctx.write(move |conn| items::save_authority(conn, id, &said).map(drop));
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
    page.ctx.write(move |conn| items::delete_authority(conn, id)).await?;
    Ok(page.go("/archive/people", "flash-archive-changed"))
}

/// The page of a person or place.
#[derive(Template)]
#[template(path = "archive/authority.html")]
struct Show {
    page: Page,
    one: Authority,
    /// The message of what it is.
    kind: &'static str,
    /// What there is of a life: the message, the date as written and as read, if that says more.
    life: Vec<(&'static str, String, String)>,
    position: Option<(f64, f64)>,
    items: Vec<Card>,
    total: String,
    before: Option<usize>,
    next: Option<usize>,
    keeps: bool,
    json_ld: String,
}

/// What is read of it, in the words of the reader's language where somebody isn't named.
fn in_words(page: &Page, one: Authority) -> Authority {
    Authority {
        name: page.in_words(one.name),
        variants: page.in_words(one.variants),
        romanised: page.in_words(one.romanised),
        modern_name: page.in_words(one.modern_name),
        note: page.in_words(one.note),
        ..one
    }
}

/// What a date means, in EDTF, if that is one thing.
fn read(said: &str) -> Option<String> {
    match date::read(said, None) {
        Ok(Answer::Decided(one)) => Some(one.edtf),
        _ => None,
    }
}

/// The dates of a life.
fn life(one: &Authority) -> Vec<(&'static str, String, String)> {
    let said = [("archive-born", &one.born), ("archive-died", &one.died)];
    let line = |(message, said): (&'static str, &String)| {
        let read = read(said).filter(|read| read != said).unwrap_or_default();
        (message, said.clone(), read)
    };
    said.into_iter().filter(|(_, said)| !said.is_empty()).map(line).collect()
}

/// Where a place is: degrees north and east.
fn position(one: &Authority) -> Option<(f64, f64)> {
    one.position().filter(|_| one.kind == Kind::Place)
}

/// A person or place as schema.org has it.
fn json_ld(origin: &str, one: &Authority) -> Json {
    let url = format!("{origin}{}", one.path());
    let others = one.variants.lines().chain(one.romanised.lines()).chain([one.modern_name.as_str()]);
    let others: Vec<&str> = others.map(str::trim).filter(|name| !name.is_empty() && *name != one.name).collect();
    // Of dates it knows days, months and years alone.
    let day = |said: &str| read(said).filter(|read| read.chars().all(|c| c.is_ascii_digit() || c == '-'));
    let kind = match one.kind {
        Kind::Person => "Person",
        Kind::Place => "Place",
    };
    let geo =
        position(one).map(|(north, east)| json!({"@type": "GeoCoordinates", "latitude": north, "longitude": east}));
    let mut document = json!({
        "@context": "https://schema.org",
        "@type": kind,
        "@id": url,
        "url": url,
        "name": one.name,
        "alternateName": others,
        "description": one.note,
        "birthDate": day(&one.born),
        "deathDate": day(&one.died),
        "geo": geo,
    });
    if let Json::Object(map) = &mut document {
        map.retain(|_, value| {
            !(value.is_null() || value.as_str() == Some("") || value.as_array().is_some_and(Vec::is_empty))
        });
    }
    document
}

/// `/archive/authorities/{id}`: who or what it is, with the items that name it.
pub async fn show(page: Page, id: web::Path<AuthorityId>) -> Result<HttpResponse> {
    let (viewer, id) = (page.viewer(), *id);
    let number = page.query("page").parse().unwrap_or(1_usize).clamp(1, PAGES_MAX);
    let (named, covers, keeps) = page
        .ctx
        .read(move |conn| {
            let skip = i64::try_from((number - 1) * PAGE).unwrap_or(0);
            let named = items::show_authority(conn, &viewer, id, skip, PAGE as i64 + 1)?;
            let covers = items::covers(conn, &viewer, &named.items)?;
            Ok((named, covers, archive::keeps(conn, &viewer)?))
        })
        .await?;
    let Named { authority, items: mut found, total } = named;
    let one = in_words(&page, authority);
    let has_more = found.len() > PAGE && number < PAGES_MAX;
    found.truncate(PAGE);
    page::ok(&Show {
        kind: match one.kind {
            Kind::Person => "archive-authority-person",
            Kind::Place => "archive-authority-place",
        },
        life: life(&one),
        position: position(&one),
        json_ld: json_ld(&page.ctx.origin, &one).to_string().replace('<', "\\u003c"),
        items: Card::all(&page, &found, &covers),
        total: told(total),
        before: (number > 1).then(|| number - 1),
        next: has_more.then_some(number + 1),
        keeps,
        one,
        page,
    })
}
