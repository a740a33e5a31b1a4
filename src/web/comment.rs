//! Commenting, liking and voting: the forms under a Moment.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::card::{Moment, path};
use super::form::{Fields, Form};
use super::gallery::{self, Slot};
use super::mention;
use super::moment::{self, Read, Takes};
use super::page::{self, Page};
use super::upload::Upload;
use crate::domain::article;
use crate::domain::audience::{Audience, Viewer};
use crate::domain::comment as domain;
use crate::domain::media;
use crate::domain::moment::Draft;
use crate::domain::poll;
use crate::domain::post;
use crate::domain::reaction;
use crate::error::{Error, Problem, Result};
use crate::id::PostId;

/// `POST /posts/{id}/comments`.
pub async fn create(page: Page, id: web::Path<PostId>, upload: Upload) -> Result<HttpResponse> {
    let id = *id;
    let (fields, draft) = match moment::receive(&page, upload, Some(Audience::Friends), Takes::Pictures).await? {
        Read::Draft(fields, draft) => (fields, draft),
        Read::Again(status, fields, problems) => return moment::with_form(page, status, id, fields, &problems).await,
    };
    match publish(&page, id, &fields, *draft).await {
        Ok((comment, root, is_held)) => {
            moment::drop_pictures(&page, &fields).await?;
            let waits = page.ctx.glance(move |conn| article::is_held(conn, comment)).await?;
            let said = match (is_held, waits) {
                (true, _) => "flash-published-pictures",
                (false, true) => "flash-comment-waits",
                (false, false) => "flash-comment",
            };
            Ok(page.go(&format!("{}/{}#c{comment}", path(&root.author), root.post.id), said))
        }
        Err(error) => {
            let (status, problems) = page.reasons(error)?;
            moment::with_form(page, status, id, fields, &problems).await
        }
    }
}

/// Answers the comment, the root of its thread, and whether it waits for its pictures.
async fn publish(page: &Page, answered: PostId, fields: &Fields, draft: Draft) -> Result<(PostId, post::Entry, bool)> {
    let me = page.me()?;
    mention::look_up(page, fields.text("body")).await?;
    page.ctx
        .write(move |conn| {
            let comment = domain::publish(conn, &me.member.actor, answered, draft)?;
            let root = post::show(conn, &Viewer::Member(me.member.actor.id), comment.thread_id())?;
            Ok((comment.id, root, media::is_held(conn, comment.id)?))
        })
        .await
}

/// `POST /posts/{id}/like`.
pub async fn like(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    page.ctx.write(move |conn| reaction::like(conn, &me.member.actor, id).map(drop)).await?;
    Ok(page.turn(&back(&fields, id)))
}

/// `POST /posts/{id}/like/removal`.
pub async fn unlike(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    page.ctx.write(move |conn| reaction::unlike(conn, &me.member.actor, id).map(drop)).await?;
    Ok(page.turn(&back(&fields, id)))
}

/// `POST /posts/{id}/vote`.
pub async fn vote(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let gone = |_| Error::invalid("choice", "poll-problem-gone");
    let places = fields.all("choice").map(|place| place.parse().map_err(gone)).collect::<Result<Vec<usize>>>()?;
    page.ctx.write(move |conn| poll::vote(conn, &me.member.actor, id, &places).map(drop)).await?;
    Ok(page.turn(&back(&fields, id)))
}

/// The place on the page where the form stood.
pub fn back(fields: &Fields, id: PostId) -> String {
    format!("{}#m{id}", page::relative(fields.text("back")).split('#').next().unwrap_or("/"))
}

/// The form of a change.
#[derive(Template)]
#[template(path = "comment/edit.html")]
struct Edit {
    page: Page,
    form: Form,
    slots: Vec<Slot>,
    id: PostId,
    back: String,
    chars_max: usize,
}

/// A member's own comment, as far as the member sees it still.
async fn own(page: &Page, id: PostId) -> Result<post::Entry> {
    let viewer = page.viewer();
    let entry = page.ctx.glance(move |conn| post::show(conn, &viewer, id)).await?;
    let is_own = page.viewer().member() == Some(entry.author.id);
    if is_own && entry.post.root_id.is_some() { Ok(entry) } else { Err(Error::NotFound("comment")) }
}

async fn revise(
    page: Page,
    status: StatusCode,
    fields: Fields,
    problems: &[Problem],
    entry: &post::Entry,
) -> Result<HttpResponse> {
    let id = entry.post.id;
    // The comment's own address leads to where it stands.
    let back = format!("{}/{id}", path(&entry.author));
    let slots = gallery::slots(&page, &fields).await?;
    let (form, chars_max) = (page.again(fields, problems), page.ctx.config.limits.post_chars_max);
    page::show(status, &Edit { form, slots, id, back, chars_max, page })
}

/// `/comments/{id}/edit`.
pub async fn edit(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let entry = own(&page, *id).await?;
    let id = entry.post.id;
    let rows = page.ctx.glance(move |conn| media::of_post(conn, id)).await?;
    let mut fields = Fields::of([("body", entry.post.source.clone()), ("language", entry.post.language.clone())]);
    gallery::fill(&mut fields, &rows);
    revise(page, StatusCode::OK, fields, &[], &entry).await
}

/// `POST /comments/{id}`.
pub async fn update(page: Page, id: web::Path<PostId>, upload: Upload) -> Result<HttpResponse> {
    let (me, entry) = (page.me()?, own(&page, *id).await?);
    let (fields, draft) = match moment::receive(&page, upload, Some(Audience::Friends), Takes::Pictures).await? {
        Read::Draft(fields, draft) => (fields, draft),
        Read::Again(status, fields, problems) => return revise(page, status, fields, &problems, &entry).await,
    };
    let (id, draft) = (entry.post.id, draft.warned(entry.post.warning.clone()));
    mention::look_up(&page, fields.text("body")).await?;
    match page.ctx.write(move |conn| domain::edit(conn, &me.member.actor, id, draft).map(drop)).await {
        Ok(()) => {
            moment::drop_pictures(&page, &fields).await?;
            Ok(page.go(&format!("{}/{id}", path(&entry.author)), "flash-edited"))
        }
        Err(error) => {
            let (status, problems) = page.reasons(error)?;
            revise(page, status, fields, &problems, &entry).await
        }
    }
}

/// Asks before a comment goes.
#[derive(Template)]
#[template(path = "comment/removal.html")]
struct Removal {
    page: Page,
    comment: Moment,
    back: String,
    is_own: bool,
}

/// `/comments/{id}/removal`.
pub async fn ask_removal(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (viewer, id) = (page.viewer(), *id);
    let me = page.me()?.member.actor.id;
    let (entry, root) = page
        .ctx
        .glance(move |conn| {
            let entry = post::show(conn, &viewer, id)?;
            let root = entry.post.root_id.ok_or(Error::NotFound("comment"))?;
            let root = post::show(conn, &viewer, root)?;
            Ok((entry, root))
        })
        .await?;
    let is_own = entry.author.id == me;
    if !is_own && root.author.id != me {
        return Err(Error::NotFound("comment"));
    }
    let back = format!("{}/{}#c{id}", path(&root.author), root.post.id);
    page::ok(&Removal { comment: Moment::in_list(&page, &entry), back, is_own, page })
}

/// `POST /comments/{id}/removal`.
pub async fn remove(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let root = page
        .ctx
        .write(move |conn| {
            let root = domain::remove(conn, &me.member.actor, id)?;
            post::show(conn, &Viewer::Member(me.member.actor.id), root)
        })
        .await?;
    Ok(page.go(&format!("{}/{}", path(&root.author), root.post.id), "flash-comment-removed"))
}
