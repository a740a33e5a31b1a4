//! Confirming an announcement, as pages: the button, and for officers the table of who has, as a page and to take home.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Card, Standing, run_by_me};
use crate::clock::to_rfc3339;
use crate::db::Range;
use crate::domain::actor::Actor;
use crate::domain::announcement::{self as domain, Answer, Tally, Way};
use crate::domain::audience::Viewer;
use crate::domain::post::{self, Entry};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};
use crate::web::card::{Person, path};
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};
use crate::web::time::When;

/// Members on one page of the table.
const PAGE: i64 = 100;

/// `POST /announcements/{id}/confirmation`: the reader took note.
pub async fn create(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let entry = page
        .ctx
        .write(move |conn| {
            domain::confirm(conn, &me.member.actor, id)?;
            post::show(conn, &Viewer::Member(me.member.actor.id), id)
        })
        .await?;
    let back = match fields.text("back") {
        "" => format!("{}/{}", path(&entry.author), entry.post.id),
        back => back.to_owned(),
    };
    Ok(page.go(&back, "flash-confirmed"))
}

/// A member in the table.
struct Line {
    person: Person,
    confirmed: Option<(When, &'static str)>,
}

fn way_message(way: Way) -> &'static str {
    match way {
        Way::Button => "confirmation-by-button",
        Way::Reply => "confirmation-by-reply",
        Way::Like => "confirmation-by-like",
    }
}

/// Who has confirmed an announcement.
#[derive(Template)]
#[template(path = "group/confirmations.html")]
struct List {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    form: Form,
    post: PostId,
    title: String,
    href: String,
    tally: Tally,
    confirm_by: Option<String>,
    reminded: Option<When>,
    may_remind: bool,
    asks: bool,
    answer: &'static str,
    lines: Vec<Line>,
    older: Option<i64>,
}

fn answer_of(word: &str) -> (Answer, &'static str) {
    match word {
        "confirmed" => (Answer::Confirmed, "confirmed"),
        "open" => (Answer::Open, "open"),
        _ => (Answer::All, ""),
    }
}

/// `/announcements/{id}/confirmations`: for officers of the group.
pub async fn list(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    show(page, StatusCode::OK, *id, Form::default()).await
}

async fn show(page: Page, status: StatusCode, id: PostId, form: Form) -> Result<HttpResponse> {
    let me = page.me()?.member.actor.id;
    let before = page.query("before").parse::<i64>().ok();
    let (asked, answer) = answer_of(page.query("show"));
    let (known, entry, tally, lines) = page
        .ctx
        .read(move |conn| {
            let (known, lines) = domain::table(conn, me, id, asked, &Range::before(before, PAGE + 1))?;
            Ok((known.clone(), post::show(conn, &Viewer::Member(me), id)?, domain::tally(conn, &known)?, lines))
        })
        .await?;
    let Entry { post, author } = entry;
    let (group, standing, members) = run_by_me(&page, known.group_id).await?;
    let (lines, older) = page::cut(lines, PAGE, |line| line.id.0);
    let now = page.ctx.now();
    let line = |line: &domain::Line| Line {
        person: Person::of(&line.actor, page.language),
        confirmed: line.confirmed.map(|(at, way)| (page.when(at), way_message(way))),
    };
    let is_free = known.reminded_at == 0 || now - known.reminded_at >= domain::REMINDER_PAUSE;
    page::show(
        status,
        &List {
            id: known.group_id,
            card: Card::of(&page, &group.actor, &group.detail, Some(members)),
            standing,
            form,
            post: id,
            title: post.title,
            href: format!("{}/{id}", path(&author)),
            confirm_by: known.confirm_by.map(|at| page.when(at).exact),
            reminded: (known.reminded_at > 0).then(|| page.when(known.reminded_at)),
            asks: known.asks_now(now),
            may_remind: known.asks_now(now) && is_free && tally.confirmed < tally.asked,
            tally,
            answer,
            lines: lines.iter().map(line).collect(),
            older,
            page,
        },
    )
}

/// `/announcements/{id}/confirmations.csv`: the whole table, for officers.
pub async fn roll(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?.member.actor.id, *id);
    let (_, lines) = page.ctx.read(move |conn| domain::roll(conn, me, id)).await?;
    let head = ["name", "address", "state", "confirmed", "by"].map(str::to_owned);
    let row = |line: &domain::Line| {
        let Actor { display_name, address, .. } = &line.actor;
        let (at, way) = line.confirmed.map_or((String::new(), ""), |(at, way)| (to_rfc3339(at), way.as_str()));
        let state = if line.confirmed.is_some() { "confirmed" } else { "open" };
        [display_name.clone(), format!("@{address}"), state.to_owned(), at, way.to_owned()]
    };
    let text = crate::text::csv(std::iter::once(head).chain(lines.iter().map(row)));
    let name = format!("attachment; filename=\"confirmations-{id}.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header(("cache-control", "no-store"))
        .body(text))
}

/// `POST /announcements/{id}/reminder`: those who haven't confirmed are told once more.
pub async fn remind(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    match page.ctx.write(move |conn| domain::remind(conn, &me.member.actor, id)).await {
        Ok(_) => Ok(page.go(&format!("/announcements/{id}/confirmations"), "flash-reminded")),
        Err(error @ Error::Invalid(_)) => {
            let (status, form) = page.retry(fields, error)?;
            show(page, status, id, form).await
        }
        Err(error) => Err(error),
    }
}
