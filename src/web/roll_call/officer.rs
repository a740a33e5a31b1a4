//! What the author of a roll call and the officers of its group do about the list as a whole.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::entry::{line, said};
use super::{Found, Head, list_path, run_by_me};
use crate::clock::to_rfc3339;
use crate::domain::roll_call::{self as domain, ENTRIES_MAX};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};
use crate::web::roll::opening;
use crate::web::time;

/// `POST /posts/{id}/roll-call/entries`: writes somebody down.
pub async fn enter(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (id, me, said) = (*id, page.me()?, said(&fields));
    match page.ctx.write(move |conn| domain::enter(conn, &me.member.actor, id, said)).await {
        Ok(_) => Ok(page.go_saying(&list_path(id), "flash-roll-entered", fields.text("name").trim())),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            let found = run_by_me(&page, id).await?;
            line(page, status, &found, None, form)
        }
    }
}

/// `POST /posts/{id}/roll-call/state`: closes the list or opens it again.
pub async fn set_state(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (id, me) = (*id, page.me()?);
    match fields.text("state") {
        "closed" => {
            page.ctx.write(move |conn| domain::close(conn, &me.member.actor, id)).await?;
            Ok(page.go(&list_path(id), "flash-roll-closed"))
        }
        "open" => {
            page.ctx.write(move |conn| domain::reopen(conn, &me.member.actor, id)).await?;
            Ok(page.go(&list_path(id), "flash-roll-opened"))
        }
        _ => Err(Error::NotFound("state")),
    }
}

/// The form of for how many there is room and until when.
#[derive(Template)]
#[template(path = "roll_call/settings.html")]
struct Settings {
    page: Page,
    head: Head,
    form: Form,
}

fn ask(page: Page, status: StatusCode, found: &Found, form: Form) -> Result<HttpResponse> {
    page::show(status, &Settings { head: Head::of(&page, found), form, page })
}

/// `/posts/{id}/roll-call/settings`.
pub async fn settings(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let found = run_by_me(&page, *id).await?;
    let fields = Fields::of([
        ("roll_capacity", found.roll.capacity.map(|capacity| capacity.to_string()).unwrap_or_default()),
        ("roll_end", found.roll.ends_at.map(|at| time::to_field(at, page.zone())).unwrap_or_default()),
    ]);
    ask(page, StatusCode::OK, &found, Form::filled(fields))
}

/// `POST /posts/{id}/roll-call/settings`.
pub async fn change(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (id, me) = (*id, page.me()?);
    let changed = match opening(&page, &fields) {
        Ok(opening) => page.ctx.write(move |conn| domain::change(conn, &me.member.actor, id, &opening)).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(()) => Ok(page.go(&list_path(id), "flash-roll-changed")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            let found = run_by_me(&page, id).await?;
            ask(page, status, &found, form)
        }
    }
}

/// `/posts/{id}/roll-call.csv`: the list as a sheet, for who runs it.
pub async fn sheet(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let id = *id;
    let found = run_by_me(&page, id).await?;
    let (lines, people) = page
        .ctx
        .read(move |conn| {
            let lines = domain::lines(conn, id, None, ENTRIES_MAX)?;
            let people = domain::people(conn, &lines)?;
            Ok((lines, people))
        })
        .await?;
    let titles = found.roll.fields.iter().map(|field| field.title.clone());
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    let mut head = words(&["number", "name", "heads"]);
    head.extend(titles);
    head.extend(words(&["note", "state", "address", "entered by", "time"]));
    let address = |who: Option<crate::id::ActorId>| {
        who.and_then(|who| people.get(&who)).map(|who| format!("@{}", who.address)).unwrap_or_default()
    };
    let rows = (1_i32..).zip(&lines).map(|(number, entry)| {
        let mut row = vec![number.to_string(), entry.name.clone(), entry.heads.to_string()];
        let answers = entry.answers();
        row.extend((0..found.roll.fields.len()).map(|n| answers.get(n).map_or("", |answer| *answer).to_owned()));
        row.extend([
            entry.note.clone(),
            entry.state.as_str().to_owned(),
            address(entry.actor_id),
            address(entry.by_id),
            to_rfc3339(entry.created_at),
        ]);
        row
    });
    let text = crate::text::csv(std::iter::once(head).chain(rows));
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"roll-call-{id}.csv\"")))
        .insert_header(("cache-control", "no-store"))
        .body(text))
}
