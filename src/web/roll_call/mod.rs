//! Roll calls as pages: the whole list, and what one may do about it.

mod entry;
mod officer;

pub use entry::{ask_striking, edit, join, leave, new, restore, strike, update};
pub use officer::{change, enter, set_state, settings, sheet};

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::card::{Person, path};
use super::form::{Fields, Form};
use super::page::{self, Page};
use super::roll::{Roll, Row};
use crate::domain::actor::Actor;
use crate::domain::post::{self, Entry as Said};
use crate::domain::roll_call::{self as domain, Entry, RollCall};
use crate::error::{Error, Result};
use crate::id::{ActorId, EntryId, PostId};
use crate::text;

/// Lines on one page of a list.
const PAGE: i64 = 50;
/// Struck lines that are shown to who runs the list.
const STRUCK_MAX: i64 = 50;
/// Characters of a post without a title by which its list is known.
const TITLE_CHARS_MAX: usize = 40;

/// A field of the author's own, as the form of a line has it.
struct Ask {
    /// The name of the field in the form.
    name: String,
    title: String,
    choices: Vec<String>,
}

/// A line with whose it is.
struct Line {
    row: Row,
    /// Whose it is, if that is known.
    person: Option<Person>,
    /// Who wrote it for them, if that was another.
    by: Option<String>,
}

impl Line {
    fn of(page: &Page, number: i64, entry: &Entry, people: &BTreeMap<ActorId, Actor>) -> Self {
        let by = entry.by_id.filter(|by| Some(*by) != entry.actor_id).and_then(|by| people.get(&by));
        Self {
            row: Row::of(page, number, entry),
            person: entry.actor_id.and_then(|who| people.get(&who)).map(|who| Person::of(who, page.language)),
            by: by.map(|by| Person::of(by, page.language).name),
        }
    }
}

/// The total of a field.
struct Total {
    title: String,
    counts: String,
}

/// What all pages of one list show above.
struct Head {
    id: PostId,
    /// The page of the post.
    post: String,
    /// By what the list is known.
    title: String,
    roll: Roll,
    asks: Vec<Ask>,
    /// Does the reader run it?
    may_manage: bool,
}

/// The post and its list, for the page's reader.
struct Found {
    said: Said,
    roll: RollCall,
    may_manage: bool,
}

/// Errors: `NotFound` if the reader may not see the post or it has no list.
async fn find(page: &Page, id: PostId) -> Result<Found> {
    let (viewer, me) = (page.viewer(), page.me()?.member.actor.id);
    page.ctx
        .glance(move |conn| {
            let said = post::show(conn, &viewer, id)?;
            let roll = domain::of_post(conn, Some(me), id, 0)?.ok_or(Error::NotFound("roll call"))?;
            let may_manage = domain::may_manage(conn, me, &said.post)?;
            Ok(Found { said, roll, may_manage })
        })
        .await
}

/// The same for who runs the list.
///
/// Errors: `NotFound` for everybody else.
async fn run_by_me(page: &Page, id: PostId) -> Result<Found> {
    let found = find(page, id).await?;
    if found.may_manage { Ok(found) } else { Err(Error::NotFound("roll call")) }
}

impl Head {
    fn of(page: &Page, found: &Found) -> Self {
        let Found { said, roll, may_manage } = found;
        let plain = || text::plain_of_clean(&said.post.body_html).replace('\n', " ");
        let title = match said.post.title.as_str() {
            "" if said.post.warning.is_empty() => text::excerpt(&plain(), TITLE_CHARS_MAX),
            "" => text::excerpt(&said.post.warning, TITLE_CHARS_MAX),
            title => title.to_owned(),
        };
        let ask = |(place, field): (usize, &domain::Field)| Ask {
            name: format!("answer{}", place + 1),
            title: field.title.clone(),
            choices: field.choices.clone(),
        };
        Self {
            id: said.post.id,
            post: format!("{}/{}", path(&said.author), said.post.id),
            title,
            roll: Roll::of(page, roll),
            asks: roll.fields.iter().enumerate().map(ask).collect(),
            may_manage: *may_manage,
        }
    }
}

fn list_path(id: PostId) -> String {
    format!("/posts/{id}/roll-call")
}

/// A list with everything that one may do about it.
#[derive(Template)]
#[template(path = "roll_call/show.html")]
struct Show {
    page: Page,
    head: Head,
    lines: Vec<Line>,
    next: Option<EntryId>,
    totals: Vec<Total>,
    struck: Vec<Row>,
    form: Form,
}

/// `/posts/{id}/roll-call`.
pub async fn show(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let found = find(&page, *id).await?;
    let fields = match found.roll.mine.first() {
        // Of another hall's list one has one line; here one may write one's elders down too.
        Some(mine) if !found.roll.is_ours => filled(mine),
        Some(_) => Fields::of([("heads", "1".to_owned())]),
        None => Fields::of([("name", page.me()?.member.actor.display_name.clone()), ("heads", "1".to_owned())]),
    };
    list(page, StatusCode::OK, found, Form::filled(fields)).await
}

/// A line as fields of the form that changes it.
fn filled(entry: &Entry) -> Fields {
    let mut fields =
        Fields::of([("name", entry.name.clone()), ("heads", entry.heads.to_string()), ("note", entry.note.clone())]);
    for (place, answer) in entry.answers().into_iter().enumerate() {
        fields.push(&format!("answer{}", place + 1), answer);
    }
    fields
}

async fn list(page: Page, status: StatusCode, found: Found, form: Form) -> Result<HttpResponse> {
    let (id, after, may_manage) = (found.said.post.id, page.query("after").parse().ok(), found.may_manage);
    let roll = found.roll.clone();
    let (lines, before, totals, struck, people) = page
        .ctx
        .read(move |conn| {
            let lines = domain::lines(conn, id, after, PAGE + 1)?;
            let before = after.map(|after| domain::number_of(conn, id, after)).transpose()?.unwrap_or(0);
            let totals = domain::totals(conn, &roll)?;
            let struck = if may_manage { domain::struck(conn, id, STRUCK_MAX)? } else { Vec::new() };
            let all: Vec<Entry> = lines.iter().chain(&struck).cloned().collect();
            let people = domain::people(conn, &all)?;
            Ok((lines, before, totals, struck, people))
        })
        .await?;
    let (lines, next) = page::cut(lines, PAGE, |entry| entry.id);
    let lines = (before + 1..).zip(&lines).map(|(number, entry)| Line::of(&page, number, entry, &people)).collect();
    let struck = struck.iter().map(|entry| Row::of(&page, 0, entry)).collect();
    let totals = totals.iter().map(|total| total_of(&page, total)).collect();
    page::show(status, &Show { head: Head::of(&page, &found), lines, next, totals, struck, form, page })
}

fn total_of(page: &Page, (field, counts, unsaid): &(domain::Field, Vec<i64>, i64)) -> Total {
    let mut words: Vec<String> =
        field.choices.iter().zip(counts).map(|(choice, count)| format!("{choice} {count}")).collect();
    if *unsaid > 0 {
        words.push(format!("{} {unsaid}", page.t("roll-unsaid")));
    }
    Total { title: field.title.clone(), counts: words.join(" · ") }
}
