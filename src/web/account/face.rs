//! The face of an account and the picture across the top of its page.

use actix_web::{HttpResponse, web};

use super::run_by_me;
use crate::domain::media::{self, Purpose};
use crate::error::{Error, Problem, Result};
use crate::id::ActorId;
use crate::web::page::Page;
use crate::web::upload::Upload;

fn purpose(word: &str) -> Result<Purpose> {
    match word.parse() {
        Ok(purpose @ (Purpose::Avatar | Purpose::Cover)) => Ok(purpose),
        Ok(Purpose::Post | Purpose::Emoji | Purpose::Poster) | Err(()) => Err(Error::NotFound("page")),
    }
}

/// `POST /accounts/{id}/picture/{avatar|cover}`.
pub async fn create(page: Page, at: web::Path<(ActorId, String)>, upload: Upload) -> Result<HttpResponse> {
    let (id, which) = at.into_inner();
    let (_, _, standing) = run_by_me(&page, id).await?;
    if !standing.may_publish {
        return Err(Error::Forbidden);
    }
    let sent = upload.read_for(&page, id, purpose(&which)?).await?;
    let mut problems = sent.problems;
    if problems.is_empty() && sent.fields.text("media").is_empty() {
        problems.push(Problem::new("picture", "media-problem-none"));
    }
    if problems.is_empty() {
        return Ok(page.go(&format!("/accounts/{id}/settings"), "flash-face"));
    }
    let mut answer = super::refused(page, id, sent.fields, problems).await?;
    answer.head_mut().status = sent.status;
    Ok(answer)
}

/// `POST /accounts/{id}/picture/{avatar|cover}/removal`.
pub async fn delete(page: Page, at: web::Path<(ActorId, String)>) -> Result<HttpResponse> {
    let (id, which) = at.into_inner();
    let (_, _, standing) = run_by_me(&page, id).await?;
    if !standing.may_publish {
        return Err(Error::Forbidden);
    }
    let purpose = purpose(&which)?;
    page.ctx.write(move |conn| media::take_face(conn, id, purpose)).await?;
    Ok(page.go(&format!("/accounts/{id}/settings"), "flash-face-gone"))
}
