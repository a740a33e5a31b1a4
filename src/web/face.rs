//! One's own face, and the picture across the top of one's page: chosen in the settings, prepared like any picture.

use actix_web::{HttpResponse, web};

use super::page::Page;
use super::setting;
use super::upload::Upload;
use crate::domain::media::{self, Purpose, State};
use crate::error::{Error, Problem, Result};
use crate::picture::Refused;

/// What the settings say of a picture that is on its way.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// Is it being made ready?
    pub is_waiting: bool,
    /// Why it can't be used.
    pub failure: Option<String>,
}

/// How the latest upload for this purpose stands.
pub async fn status(page: &Page, purpose: Purpose) -> Result<Status> {
    let me = page.me()?.member.actor.id;
    let upload = page.ctx.read(move |conn| media::newest_upload(conn, me, purpose)).await?;
    let Some(upload) = upload else { return Ok(Status::default()) };
    let problem = Refused::of(&upload.reason).unwrap_or(Refused::Broken).problem("picture");
    Ok(match upload.state {
        State::Failed => Status { failure: Some(page.text(problem.message, &problem.values)), is_waiting: false },
        State::Waiting | State::Ready => Status { failure: None, is_waiting: upload.state == State::Waiting },
    })
}

/// Which picture an address means.
fn purpose(word: &str) -> Result<Purpose> {
    match word.parse() {
        Ok(purpose @ (Purpose::Avatar | Purpose::Cover)) => Ok(purpose),
        Ok(Purpose::Post) | Err(()) => Err(Error::NotFound("page")),
    }
}

/// `POST /settings/picture/{avatar|cover}`.
pub async fn create(page: Page, which: web::Path<String>, upload: Upload) -> Result<HttpResponse> {
    let sent = upload.read(&page, purpose(&which)?).await?;
    let mut problems = sent.problems;
    if problems.is_empty() && sent.fields.text("media").is_empty() {
        problems.push(Problem::new("picture", "media-problem-none"));
    }
    let done = if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) };
    setting::settle(page, sent.fields, done, "flash-face").await
}

/// `POST /settings/picture/{avatar|cover}/removal`.
pub async fn delete(page: Page, which: web::Path<String>) -> Result<HttpResponse> {
    let (me, purpose) = (page.me()?.member.actor.id, purpose(&which)?);
    page.ctx.write(move |conn| media::take_face(conn, me, purpose)).await?;
    Ok(page.go("/settings", "flash-face-gone"))
}
