//! The page of one picture: whole, with what it shows as its caption.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::card::{self, Person};
use super::gallery::shown;
use super::page::{self, Page};
use crate::domain::media::{self, Media};
use crate::domain::post;
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::picture;

/// The page of one picture.
#[derive(Template)]
#[template(path = "moment/picture.html")]
struct Show {
    page: Page,
    author: Person,
    back: String,
    src: String,
    /// Where it lies elsewhere, if it is no picture of ours.
    original: Option<String>,
    alt: String,
    language: String,
    width: u32,
    height: u32,
    number: usize,
    count: usize,
    before: Option<usize>,
    after: Option<usize>,
}

/// `/@{name}/{id}/{n}`: one picture, whole, with what it shows as its caption.
pub async fn show(page: Page, path: web::Path<(String, String, String)>) -> Result<HttpResponse> {
    let (who, id, number) = path.into_inner();
    let not_found = || Error::NotFound("media");
    let id = id.parse::<PostId>().map_err(|_| not_found())?;
    let number = number.parse::<usize>().map_err(|_| not_found())?;
    let viewer = page.viewer();
    let (entry, rows) =
        page.ctx.glance(move |conn| Ok((post::show(conn, &viewer, id)?, media::of_post(conn, id)?))).await?;
    let author = &entry.author;
    let who = who.to_lowercase();
    let is_theirs = who == author.address.to_lowercase() || (author.is_local() && who == author.name);
    if !is_theirs || (!author.is_local() && page.member.is_none()) {
        return Err(not_found());
    }
    let shown: Vec<&Media> = shown(&rows).collect();
    let row = number.checked_sub(1).and_then(|index| shown.get(index)).ok_or_else(not_found)?;
    let (width, height) = row.size().unwrap_or((picture::DISPLAY_SIDE_MAX, picture::DISPLAY_SIDE_MAX));
    page::ok(&Show {
        back: format!("{}/{id}", card::path(author)),
        src: format!("/media/{}/display", row.id),
        // The address of what isn't public was made for this server, and is not to be passed on by its readers.
        original: (!row.is_local() && entry.post.audience.is_public()).then(|| row.remote_url.clone()),
        alt: row.alt.clone(),
        language: entry.post.language.clone(),
        width,
        height,
        number,
        count: shown.len(),
        before: (number > 1).then(|| number - 1),
        after: (number < shown.len()).then_some(number + 1),
        author: Person::of(author, page.language),
        page,
    })
}
