//! What members give to the archive, in five fields, and the queue in which those who keep it look at that.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::view::state_message;
use crate::domain::item::{self as items, Coming, Draft, Item, Said, State};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::record::Record;
use crate::text;
use crate::upload::original;
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};
use crate::web::time::When;
use crate::web::upload::Upload;

/// Rows of a list.
const LIST_MAX: i64 = 200;
/// Longest name of a giver, and longest way to reach them.
const GIVER_CHARS_MAX: usize = 120;

/// The form of what is given.
#[derive(Template)]
#[template(path = "archive/offer.html")]
struct New {
    page: Page,
    form: Form,
}

/// `/archive/offers/new`.
pub async fn new(page: Page) -> Result<HttpResponse> {
    page::ok(&New { form: Form::default(), page })
}

/// What the five fields say of a photograph.
fn draft(page: &Page, fields: &Fields) -> Result<Draft> {
    let what = text::name(fields.text("who"), 200);
    let place = fields.text("where").to_owned();
    if what.is_empty() {
        return Err(Error::invalid("who", "archive-problem-missing"));
    }
    if fields.text("permission") != "yes" {
        return Err(Error::invalid("permission", "archive-problem-permission"));
    }
    let said = Said { form: "photograph".to_owned(), ..Said::default() };
    let record: Record = page.ctx.forms.read(&said.form, |field| {
        let text = match field.code {
            "title" => what.clone(),
            "date" => fields.text("when").to_owned(),
            "place" => place.clone(),
            "description" => fields.text("story").to_owned(),
            _ => String::new(),
        };
        vec![(text, String::new())]
    })?;
    Draft::parse(&said, record)
}

/// `POST /archive/offers`.
pub async fn create(page: Page, upload: Upload) -> Result<HttpResponse> {
    let sent = upload.originals(&page).await?;
    let (fields, files, mut problems) = (sent.fields, sent.files, sent.problems);
    let me = page.me()?;
    let made = async {
        let draft = match draft(&page, &fields) {
            Err(Error::Invalid(found)) => {
                problems.extend(found);
                return Err(Error::Invalid(problems));
            }
            other => other?,
        };
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        if files.is_empty() {
            return Err(Error::invalid(original::FILE, "archive-problem-empty-file"));
        }
        let coming = Coming {
            contributor: Some(me.member.actor.id),
            contributor_name: me.member.actor.display_name.clone(),
            contact: text::name(fields.text("contact"), GIVER_CHARS_MAX),
            ..Coming::default()
        };
        page.ctx
            .write(move |conn| {
                let made = items::create(conn, &draft, State::Offered, &coming)?;
                files.into_iter().try_for_each(|stored| original::add(conn, made.id, stored).map(drop))?;
                Ok(made)
            })
            .await
    };
    match made.await {
        Ok(_) => Ok(page.go("/archive/offers", "flash-archive-offered")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            page::show(status, &New { form, page })
        }
    }
}

/// An item that waits, in a list.
struct Row {
    path: String,
    title: String,
    state: &'static str,
    giver: String,
    when: When,
}

fn rows(page: &Page, items: &[Item]) -> Vec<Row> {
    let row = |item: &Item| Row {
        path: item.path(),
        title: match item.state {
            State::Withdrawn => page.t("archive-untitled").to_owned(),
            _ => super::view::title(page, &item.record()),
        },
        state: state_message(item.state),
        giver: item.contributor_name.clone(),
        when: page.when(item.created_at),
    };
    items.iter().map(row).collect()
}

/// What a member has given.
#[derive(Template)]
#[template(path = "archive/offers.html")]
struct List {
    page: Page,
    rows: Vec<Row>,
}

/// `/archive/offers`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let me = page.me()?.member.actor.id;
    let found = page.ctx.glance(move |conn| items::mine(conn, me, LIST_MAX)).await?;
    page::ok(&List { rows: rows(&page, &found), page })
}

/// What waits to be looked at, and what is being described.
#[derive(Template)]
#[template(path = "archive/queue.html")]
struct Queue {
    page: Page,
    offered: Vec<Row>,
    drafts: Vec<Row>,
}

/// `/archive/queue`.
pub async fn queue(page: Page) -> Result<HttpResponse> {
    let (offered, drafts) = page
        .ctx
        .glance(|conn| Ok((items::queue(conn, State::Offered, LIST_MAX)?, items::queue(conn, State::Draft, LIST_MAX)?)))
        .await?;
    page::ok(&Queue { offered: rows(&page, &offered), drafts: rows(&page, &drafts), page })
}

/// `POST /archive/items/{id}/notes`: a question of the archivists, or an answer of who gave the item.
pub async fn note(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (id, me) = (*id, page.me()?);
    page.ctx.write(move |conn| items::add_note(conn, &me.member.actor, id, fields.text("body"))).await?;
    Ok(page.go(&format!("/archive/items/{id}"), "flash-archive-noted"))
}
