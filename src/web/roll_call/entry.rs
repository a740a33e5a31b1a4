//! The lines of a roll call, as forms: signing up, changing, taking back, striking.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Found, Head, filled, find, list, list_path, run_by_me};
use crate::domain::roll_call::{self as domain, Entry, FIELDS_MAX, Field, Said, State};
use crate::error::{Error, Result};
use crate::id::{EntryId, PostId};
use crate::web::comment;
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};

/// Checks the form of a line against what its list asks.
pub(super) fn said(fields: &Fields) -> impl FnOnce(&[Field]) -> Result<Said> + Send + 'static {
    let [name, heads, note] = ["name", "heads", "note"].map(|name| fields.text(name).to_owned());
    let answers: Vec<String> = (1..=FIELDS_MAX).map(|n| fields.text(&format!("answer{n}")).to_owned()).collect();
    move |asked| Said::parse(asked, &name, &heads, &note, &answers)
}

fn flash(state: State) -> &'static str {
    match state {
        State::Waiting => "flash-roll-waiting",
        State::Asked => "flash-roll-asked",
        State::In | State::Struck | State::Refused => "flash-roll-in",
    }
}

/// `POST /posts/{id}/roll-call`: signs the member up, or changes their line.
pub async fn join(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (id, me, said) = (*id, page.me()?, said(&fields));
    match page.ctx.write(move |conn| domain::join(conn, &me.member.actor, id, said)).await {
        // From the list under the post one comes back to it.
        Ok(state) if fields.holds("back") => Ok(page.go(&comment::back(&fields, id), flash(state))),
        Ok(state) => Ok(page.go(&list_path(id), flash(state))),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            let found = find(&page, id).await?;
            list(page, status, found, form).await
        }
    }
}

/// `POST /posts/{id}/roll-call/removal`: the member takes their line back.
pub async fn leave(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (id, me) = (*id, page.me()?);
    let which = fields.text("entry").parse::<EntryId>().ok();
    page.ctx.write(move |conn| domain::leave(conn, &me.member.actor, id, which)).await?;
    let back = if fields.holds("back") { comment::back(&fields, id) } else { list_path(id) };
    Ok(page.go(&back, "flash-roll-left"))
}

/// The form of a line that isn't the reader's own, or that they change by itself.
#[derive(Template)]
#[template(path = "roll_call/entry.html")]
pub(super) struct Editing {
    page: Page,
    head: Head,
    /// The line that is changed; none for a new one.
    entry: Option<EntryId>,
    /// Is it the reader's own?
    is_own: bool,
    form: Form,
}

pub(super) fn line(
    page: Page,
    status: StatusCode,
    found: &Found,
    entry: Option<EntryId>,
    form: Form,
) -> Result<HttpResponse> {
    let head = Head::of(&page, found);
    let is_own = entry.is_some_and(|entry| found.roll.mine.iter().any(|mine| mine.id == entry));
    page::show(status, &Editing { head, entry, is_own, form, page })
}

/// `/posts/{id}/roll-call/entries/new`: the form by which who runs the list writes somebody down.
pub async fn new(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let found = run_by_me(&page, *id).await?;
    line(page, StatusCode::OK, &found, None, Form::filled(Fields::of([("heads", "1".to_owned())])))
}

/// A line that the reader may change.
async fn entry_of(page: &Page, found: &Found, id: EntryId) -> Result<Entry> {
    let (post, me) = (found.said.post.id, page.me()?.member.actor.id);
    let entry = page.ctx.glance(move |conn| domain::entry(conn, id)).await?;
    let is_theirs = found.may_manage || entry.actor_id == Some(me);
    if entry.post_id == post && is_theirs { Ok(entry) } else { Err(Error::NotFound("entry")) }
}

/// `/posts/{id}/roll-call/entries/{entry}`.
pub async fn edit(page: Page, path: web::Path<(PostId, EntryId)>) -> Result<HttpResponse> {
    let (id, entry) = path.into_inner();
    let found = find(&page, id).await?;
    let old = entry_of(&page, &found, entry).await?;
    line(page, StatusCode::OK, &found, Some(entry), Form::filled(filled(&old)))
}

/// `POST /posts/{id}/roll-call/entries/{entry}`.
pub async fn update(page: Page, path: web::Path<(PostId, EntryId)>, fields: Fields) -> Result<HttpResponse> {
    let ((id, entry), me, said) = (path.into_inner(), page.me()?, said(&fields));
    match page.ctx.write(move |conn| domain::edit(conn, &me.member.actor, id, entry, said)).await {
        Ok(_) => Ok(page.go(&list_path(id), "flash-roll-edited")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            let found = find(&page, id).await?;
            line(page, status, &found, Some(entry), form)
        }
    }
}

/// Asks for the reason before a line is struck.
#[derive(Template)]
#[template(path = "roll_call/striking.html")]
struct Striking {
    page: Page,
    head: Head,
    entry: EntryId,
    name: String,
    form: Form,
}

/// `/posts/{id}/roll-call/entries/{entry}/striking`.
pub async fn ask_striking(page: Page, path: web::Path<(PostId, EntryId)>) -> Result<HttpResponse> {
    let (id, entry) = path.into_inner();
    striking(page, StatusCode::OK, id, entry, Form::default()).await
}

async fn striking(page: Page, status: StatusCode, id: PostId, entry: EntryId, form: Form) -> Result<HttpResponse> {
    let found = run_by_me(&page, id).await?;
    let name = entry_of(&page, &found, entry).await?.name;
    page::show(status, &Striking { head: Head::of(&page, &found), entry, name, form, page })
}

/// `POST /posts/{id}/roll-call/entries/{entry}/striking`.
pub async fn strike(page: Page, path: web::Path<(PostId, EntryId)>, fields: Fields) -> Result<HttpResponse> {
    let ((id, entry), me, reason) = (path.into_inner(), page.me()?, fields.text("reason").to_owned());
    match page.ctx.write(move |conn| domain::strike(conn, &me.member.actor, id, entry, &reason)).await {
        Ok(()) => Ok(page.go(&list_path(id), "flash-roll-struck")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            striking(page, status, id, entry, form).await
        }
    }
}

/// `POST /posts/{id}/roll-call/entries/{entry}/striking/removal`: puts a struck line back.
pub async fn restore(page: Page, path: web::Path<(PostId, EntryId)>) -> Result<HttpResponse> {
    let ((id, entry), me) = (path.into_inner(), page.me()?);
    page.ctx.write(move |conn| domain::restore(conn, &me.member.actor, id, entry)).await?;
    Ok(page.go(&list_path(id), "flash-roll-restored"))
}
