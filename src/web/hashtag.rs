//! The page of a hashtag: the Moments with it that its reader may see. One that nobody uses has a page too, so that nothing can
//! be told from there being none.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::attachment;
use super::card::{Moment, PAGE_SIZE};
use super::page::{self, Page};
use super::talk;
use crate::db::Range;
use crate::domain::hashtag;
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::text;

/// The page of a hashtag.
#[derive(Template)]
#[template(path = "hashtag/show.html")]
struct Show {
    page: Page,
    name: String,
    moments: Vec<Moment>,
    older: Option<PostId>,
    is_first: bool,
    is_followed: bool,
}

impl Show {
    /// Where it is followed, or no more.
    fn following(&self) -> String {
        let end = if self.is_followed { "/removal" } else { "" };
        format!("/tags/{}/following{end}", text::in_path(&self.name))
    }
}

/// `/tags/{name}`.
///
/// Errors: `NotFound` for what can be no hashtag.
pub async fn show(page: Page, name: web::Path<String>) -> Result<HttpResponse> {
    let name = text::fold_hashtag(&name).ok_or(Error::NotFound("hashtag"))?;
    let before = page.query("before").parse::<PostId>().ok();
    let (viewer, asked) = (page.viewer(), name.clone());
    let (entries, talk, carried, is_followed) = page
        .ctx
        .glance(move |conn| {
            let entries = hashtag::posts(conn, &viewer, &asked, &Range::before(before, PAGE_SIZE + 1))?;
            let posts: Vec<_> = entries.iter().map(|entry| entry.post.bits()).collect();
            let is_followed = hashtag::is_followed(conn, &viewer, &asked)?;
            let carried = attachment::Loaded::of(conn, &viewer, &posts)?;
            Ok((entries, talk::Loaded::of(conn, &viewer, &posts)?, carried, is_followed))
        })
        .await?;
    let (entries, older) = page::cut(entries, PAGE_SIZE, |entry| entry.post.id);
    let card = |entry| Moment::in_list(&page, entry).carrying(&page, &carried);
    page::ok(&Show {
        moments: entries.iter().map(|entry| card(entry).with(talk.strip(&page, entry.post.id))).collect(),
        name,
        older,
        is_first: before.is_none(),
        is_followed,
        page,
    })
}

/// `POST /tags/{name}/following`.
pub async fn follow(page: Page, name: web::Path<String>) -> Result<HttpResponse> {
    let (me, name) = (page.me()?.member.actor.id, text::fold_hashtag(&name).ok_or(Error::NotFound("hashtag"))?);
    let asked = name.clone();
    page.ctx.write(move |conn| hashtag::follow(conn, me, &asked)).await?;
    Ok(page.go_saying(&format!("/tags/{}", text::in_path(&name)), "flash-hashtag-followed", &name))
}

/// `POST /tags/{name}/following/removal`.
pub async fn unfollow(page: Page, name: web::Path<String>) -> Result<HttpResponse> {
    let (me, name) = (page.me()?.member.actor.id, text::fold_hashtag(&name).ok_or(Error::NotFound("hashtag"))?);
    let asked = name.clone();
    page.ctx.write(move |conn| hashtag::unfollow(conn, me, &asked)).await?;
    Ok(page.go_saying(&format!("/tags/{}", text::in_path(&name)), "flash-hashtag-unfollowed", &name))
}
