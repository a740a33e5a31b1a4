//! What members give to the archive, in five fields, and visitors if the hall lets them; and the queue in which those who keep it look at that.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::view::state_message;
use crate::domain::item::{self as items, Coming, Draft, Item, Said, State};
use crate::error::{Error, Problem, Result};
use crate::id::{FileId, PostId};
use crate::record::Record;
use crate::text;
use crate::upload::{original, resumable};
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};
use crate::web::time::When;
use crate::web::upload::Upload;

/// Rows of a list.
const LIST_MAX: i64 = 200;
/// Longest name of a giver, and longest way to reach them.
const GIVER_CHARS_MAX: usize = 120;
/// A field that no person sees; programs that fill in every form fill in this one.
const TRAP: &str = "website";

/// The form of what is given.
#[derive(Template)]
#[template(path = "archive/offer.html")]
struct New {
    page: Page,
    form: Form,
}

/// Sends a visitor to the door, unless the hall takes gifts of visitors.
fn to_the_door(page: &Page) -> Option<HttpResponse> {
    let is_let_in = page.member.is_some() || page.hall.takes_gifts;
    (!is_let_in).then(|| page.turn("/sign-in?back=%2Farchive%2Foffers%2Fnew"))
}

/// `/archive/offers/new`: for members, and for visitors if the hall takes what they give.
pub async fn new(page: Page) -> Result<HttpResponse> {
    if let Some(door) = to_the_door(&page) {
        return Ok(door);
    }
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

/// What the fields say, if nothing is wrong with them or with the files.
///
/// Errors: `Invalid`, with everything that is wrong.
fn whole_draft(page: &Page, fields: &Fields, mut problems: Vec<Problem>, is_without_file: bool) -> Result<Draft> {
    if is_without_file && problems.iter().all(|problem| problem.field != original::FILE) {
        problems.push(Problem::new(original::FILE, "archive-problem-empty-file"));
    }
    match draft(page, fields) {
        Ok(draft) if problems.is_empty() => Ok(draft),
        Err(Error::Invalid(found)) => {
            problems.extend(found);
            Err(Error::Invalid(problems))
        }
        Ok(_) => Err(Error::Invalid(problems)),
        Err(other) => Err(other),
    }
}

async fn give(page: Page, upload: Upload) -> Result<HttpResponse> {
    match make(&page, upload).await {
        Ok(path) => Ok(page.go(&path, "flash-archive-given")),
        Err((fields, error)) => {
            let (status, form) = page.retry(fields, error)?;
            page::show(status, &New { form, page })
        }
    }
}

/// `POST /archive/offers`.
pub async fn create(page: Page, upload: Upload) -> Result<HttpResponse> {
    if let Some(door) = to_the_door(&page) {
        return Ok(door);
    }
    if page.member.is_none() {
        return give(page, upload).await;
    }
    let sent = upload.originals(&page).await?;
    let (fields, files, problems) = (sent.fields, sent.files, sent.problems);
    let parts: Vec<String> = files.iter().filter_map(original::Stored::part).collect();
    let (me, stored) = (page.me()?, files.clone());
    let made = async {
        let draft = whole_draft(&page, &fields, problems, files.is_empty())?;
        let coming = Coming {
            contributor: Some(me.member.actor.id),
            contributor_name: me.member.actor.display_name.clone(),
            contact: text::name(fields.text("contact"), GIVER_CHARS_MAX),
            ..Coming::default()
        };
        page.ctx
            .write(move |conn| {
                items::check_room_for_offers(conn, coming.contributor)?;
                let made = items::create(conn, &draft, State::Offered, &coming)?;
                files.into_iter().try_for_each(|stored| original::add(conn, made.id, stored).map(drop))?;
                Ok(made)
            })
            .await
    };
    match made.await {
        Ok(_) => {
            resumable::clear(&page.ctx, parts).await;
            Ok(page.go("/archive/offers", "flash-archive-offered"))
        }
        Err(error) => {
            // What can't be put down now goes after a day.
            drop(original::put_down(&page.ctx, stored).await);
            let (status, form) = page.retry(fields, error)?;
            page::show(status, &New { form, page })
        }
    }
}

/// Makes an item of what a visitor gives; answers the path of the giver's page. What is wrong with the form comes with the form.
async fn make(page: &Page, upload: Upload) -> Result<String, (Fields, Error)> {
    match page.ctx.read(items::has_room_for_gifts).await {
        Ok(true) => {}
        Ok(false) => return Err((Fields::default(), Error::invalid("", "archive-problem-gifts-full"))),
        Err(error) => return Err((Fields::default(), error)),
    }
    let sent = upload.gifts(page).await.map_err(|error| (Fields::default(), error))?;
    let (fields, files, problems) = (sent.fields, sent.files, sent.problems);
    let stored = files.clone();
    let made = make_checked(page, &fields, files, problems).await;
    if made.is_err() {
        // What can't be put down now goes after a day.
        drop(original::put_down(&page.ctx, stored).await);
    }
    made.map_err(|error| (fields, error))
}

async fn make_checked(
    page: &Page,
    fields: &Fields,
    files: Vec<original::Stored>,
    mut problems: Vec<Problem>,
) -> Result<String> {
    let giver = text::name(fields.text("giver"), GIVER_CHARS_MAX);
    let contact = text::name(fields.text("contact"), GIVER_CHARS_MAX);
    let missing = [("giver", giver.is_empty()), ("contact", contact.is_empty())];
    problems
        .extend(missing.iter().filter(|(_, is)| *is).map(|(field, _)| Problem::new(field, "archive-problem-missing")));
    if !fields.text(TRAP).is_empty() {
        problems.push(Problem::new(TRAP, "archive-problem-trap"));
    }
    let draft = whole_draft(page, fields, problems, files.is_empty())?;
    let coming = Coming { contributor_name: giver, contact, ..Coming::default() };
    let token = page
        .ctx
        .write(move |conn| {
            let (made, token) = items::give(conn, &draft, &coming)?;
            files.into_iter().try_for_each(|stored| original::add(conn, made.id, stored).map(drop))?;
            Ok(token)
        })
        .await?;
    Ok(format!("/archive/gifts/{token}"))
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
    /// Pages whose text waits to be approved, each with the title of its item.
    reads: Vec<(FileId, String)>,
}

/// `/archive/queue`.
pub async fn queue(page: Page) -> Result<HttpResponse> {
    let (offered, drafts, reads) = page
        .ctx
        .glance(|conn| {
            let (offered, drafts) =
                (items::queue(conn, State::Offered, LIST_MAX)?, items::queue(conn, State::Draft, LIST_MAX)?);
            let waiting = items::awaiting(conn, LIST_MAX)?;
            let item = |(file, item)| Ok((file, items::by_id(conn, item)?.record()));
            let reads = waiting.into_iter().map(item).collect::<Result<Vec<_>>>()?;
            Ok((offered, drafts, reads))
        })
        .await?;
    let reads = reads.iter().map(|(file, record)| (*file, super::view::title(&page, record))).collect();
    page::ok(&Queue { offered: rows(&page, &offered), drafts: rows(&page, &drafts), reads, page })
}

/// `POST /archive/items/{id}/notes`: a question of the archivists, or an answer of who gave the item.
pub async fn note(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (id, me) = (*id, page.me()?);
    page.ctx.write(move |conn| items::add_note(conn, &me.member.actor, id, fields.text("body"))).await?;
    Ok(page.go(&format!("/archive/items/{id}"), "flash-archive-noted"))
}
