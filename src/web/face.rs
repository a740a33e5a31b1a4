//! One's own face, and the picture across the top of one's page: chosen in the settings, prepared like any picture.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::page::Page;
use super::setting;
use super::upload::Upload;
use crate::domain::media::{self, Purpose};
use crate::error::{Error, Problem, Result};

/// Which picture an address means.
fn purpose(word: &str) -> Result<Purpose> {
    match word.parse() {
        Ok(purpose @ (Purpose::Avatar | Purpose::Cover)) => Ok(purpose),
        Ok(Purpose::Post | Purpose::Emoji | Purpose::Poster) | Err(()) => Err(Error::NotFound("page")),
    }
}

/// `POST /settings/picture/{avatar|cover}`.
pub async fn create(page: Page, which: web::Path<String>, upload: Upload) -> Result<HttpResponse> {
    let sent = upload.read(&page, purpose(&which)?).await?;
    let mut problems = sent.problems;
    if problems.is_empty() && sent.fields.text("media").is_empty() {
        problems.push(Problem::new("picture", "media-problem-none"));
    }
    let (done, status) = if problems.is_empty() {
        (Ok(()), StatusCode::SEE_OTHER)
    } else {
        (Err(Error::Invalid(problems)), sent.status)
    };
    let mut answer = setting::settle(page, sent.fields, done, "flash-face").await?;
    answer.head_mut().status = status;
    Ok(answer)
}

/// `POST /settings/picture/{avatar|cover}/removal`.
pub async fn delete(page: Page, which: web::Path<String>) -> Result<HttpResponse> {
    let (me, purpose) = (page.me()?.member.actor.id, purpose(&which)?);
    page.ctx.write(move |conn| media::take_face(conn, me, purpose)).await?;
    Ok(page.go("/settings", "flash-face-gone"))
}
