//! Alliances in the hall office: groups of other halls whose announcements all members are told.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::card::Person;
use super::form::{Fields, Form};
use super::page::{self, Page};
use super::person;
use crate::domain::actor::Actor;
use crate::domain::{alliance, audit};
use crate::error::Result;
use crate::id::ActorId;

/// A group that the hall is allied with.
struct Line {
    id: ActorId,
    group: Person,
    /// Has it let the hall in?
    is_heard: bool,
}

/// The page of alliances.
#[derive(Template)]
#[template(path = "office/alliances.html")]
struct List {
    page: Page,
    form: Form,
    lines: Vec<Line>,
}

/// `/office/alliances`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    render(page, StatusCode::OK, Form::default()).await
}

async fn render(page: Page, status: StatusCode, form: Form) -> Result<HttpResponse> {
    let rows: Vec<(Actor, bool)> = page
        .ctx
        .read(|conn| {
            let groups = alliance::list(conn)?;
            groups
                .into_iter()
                .map(|group| {
                    let is_heard = alliance::is_heard(conn, group.id)?;
                    Ok((group, is_heard))
                })
                .collect()
        })
        .await?;
    let line = |(group, is_heard): &(Actor, bool)| Line {
        id: group.id,
        group: Person::of(group, page.language),
        is_heard: *is_heard,
    };
    page::show(status, &List { form, lines: rows.iter().map(line).collect(), page })
}

/// `POST /office/alliances`: the hall follows a group.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    match join(&page, &fields).await {
        Ok(name) => Ok(page.go_saying("/office/alliances", "flash-allied", &name)),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            render(page, status, form).await
        }
    }
}

async fn join(page: &Page, fields: &Fields) -> Result<String> {
    let group = person::typed(page, fields.text("address")).await?;
    let (officer, name) = (page.officer()?, group.display_name.clone());
    page.ctx
        .write(move |conn| {
            alliance::join(conn, &group)?;
            audit::record(conn, officer.login_id, &officer.who, "audit-allied", &group.address)
        })
        .await?;
    Ok(name)
}

/// `POST /office/alliances/{id}/removal`: no more.
pub async fn delete(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (officer, id) = (page.officer()?, *id);
    let group = page
        .ctx
        .write(move |conn| {
            let group = alliance::leave(conn, id)?;
            audit::record(conn, officer.login_id, &officer.who, "audit-unallied", &group.address)?;
            Ok(group)
        })
        .await?;
    Ok(page.go_saying("/office/alliances", "flash-unallied", &group.display_name))
}
