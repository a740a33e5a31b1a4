//! Bookmarks: what a member wants to find again.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::attachment;
use super::card::{Moment, PAGE_SIZE};
use super::comment::back;
use super::form::Fields;
use super::page::{self, Page};
use super::talk;
use crate::db::Range;
use crate::domain::audience::Viewer;
use crate::domain::bookmark;
use crate::error::Result;
use crate::id::{BookmarkId, PostId};

/// A member's bookmarks.
#[derive(Template)]
#[template(path = "moment/bookmarks.html")]
struct List {
    page: Page,
    moments: Vec<Moment>,
    older: Option<BookmarkId>,
    is_first: bool,
}

/// `/me/bookmarks`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let me = page.me()?.member.actor.id;
    let before = page.query("before").parse::<BookmarkId>().ok();
    let (kept, talk, carried) = page
        .ctx
        .glance(move |conn| {
            let kept = bookmark::list(conn, me, &Range::before(before, PAGE_SIZE + 1))?;
            let posts: Vec<_> = kept.iter().map(|(_, entry)| entry.post.bits()).collect();
            Ok((
                kept,
                talk::Loaded::of(conn, &Viewer::Member(me), &posts)?,
                attachment::Loaded::of(conn, &Viewer::Member(me), &posts)?,
            ))
        })
        .await?;
    let (kept, older) = page::cut(kept, PAGE_SIZE, |(id, _)| *id);
    let card = |(_, entry): &(_, _)| {
        let card: Moment = Moment::in_list(&page, entry);
        let strip = talk.strip(&page, card.id);
        card.carrying(&page, &carried).with(strip)
    };
    page::ok(&List { moments: kept.iter().map(card).collect(), older, is_first: before.is_none(), page })
}

/// `POST /posts/{id}/bookmark`.
pub async fn create(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?.member.actor.id, *id);
    page.ctx.write(move |conn| bookmark::add(conn, me, id)).await?;
    Ok(page.go(&back(&fields, id), "flash-bookmarked"))
}

/// `POST /posts/{id}/bookmark/removal`.
pub async fn delete(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?.member.actor.id, *id);
    page.ctx.write(move |conn| bookmark::remove(conn, me, id)).await?;
    Ok(page.go(&back(&fields, id), "flash-unbookmarked"))
}
