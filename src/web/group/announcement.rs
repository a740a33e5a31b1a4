//! Announcements of a group, as pages: their list, the form of one, the form of its change.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Card, Shown, Standing, run_by_me};
use crate::db::Range;
use crate::domain::announcement::{self as domain, Terms};
use crate::domain::audience::Audience;
use crate::domain::group::{self, Group};
use crate::domain::media;
use crate::domain::moment::Draft;
use crate::domain::post::{self, Post};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, PostId};
use crate::web::card::{Moment, PAGE_SIZE, path};
use crate::web::form::{Fields, Form};
use crate::web::gallery::{self, Slot};
use crate::web::moment::{self, Read, Takes};
use crate::web::page::{self, Page};
use crate::web::upload::Upload;
use crate::web::{announcement, mention};

/// The announcements of a group.
#[derive(Template)]
#[template(path = "group/announcements.html")]
struct List {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    announcements: Vec<Moment>,
    older: Option<PostId>,
}

/// `/groups/{id}/announcements`.
pub async fn list(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (viewer, id, before) = (page.viewer(), *id, page.query("before").parse::<PostId>().ok());
    let (group, standing, rows, loaded) = page
        .ctx
        .read(move |conn| {
            let group = group::get(conn, id)?;
            let standing = Standing::of(conn, &viewer, &group)?;
            let rows = domain::list(conn, &viewer, id, &Range::before(before, PAGE_SIZE + 1))?;
            let loaded = Shown::of(conn, &viewer, rows.iter())?;
            Ok((group, standing, rows, loaded))
        })
        .await?;
    let (rows, older) = page::cut(rows, PAGE_SIZE, |entry| entry.post.id);
    let card = Card::of(&page, &group.actor, &group.detail, None);
    let announcements = rows.iter().map(|entry| loaded.card(&page, entry, standing.is_officer)).collect();
    page::ok(&List { id, card, standing, announcements, older, page })
}

/// The form of an announcement, a new one or one that is changed.
#[derive(Template)]
#[template(path = "group/announcement.html")]
struct Edit {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    form: Form,
    slots: Vec<Slot>,
    chars_max: usize,
    /// The announcement that is changed.
    post: Option<(PostId, String)>,
}

/// `/groups/{id}/announcements/new`.
pub async fn new(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let fields = Fields::of([("key", crate::secret::token()), ("pinned", "yes".to_owned())]);
    compose(page, StatusCode::OK, *id, None, fields, &[]).await
}

async fn compose(
    page: Page,
    status: StatusCode,
    id: ActorId,
    post: Option<&Post>,
    fields: Fields,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let (group, standing, _) = run_by_me(&page, id).await?;
    let Group { actor, detail } = &group;
    let card = Card::of(&page, actor, detail, None);
    let slots = gallery::slots(&page, &fields).await?;
    let form = page.again(fields, problems);
    let chars_max = page.ctx.config.limits.post_chars_max;
    let post = match post {
        Some(post) => Some((post.id, own_path(&page, post.id)?)),
        None => None,
    };
    page::show(status, &Edit { page, id, card, standing, form, slots, chars_max, post })
}

fn own_path(page: &Page, id: PostId) -> Result<String> {
    Ok(format!("/@{}/{id}", page.me()?.member.actor.name))
}

/// A form as it was read: whole, or to be shown again.
enum Whole {
    Draft(Fields, Box<Draft>, String, Terms),
    Again(StatusCode, Fields, Vec<Problem>),
}

/// Reads the form: text and pictures as of every post, and what makes an announcement of it.
async fn receive(page: &Page, upload: Upload) -> Result<Whole> {
    // Whom it is for is the group's business, not the form's.
    let (fields, draft, mut problems, mut status) =
        match moment::receive(page, upload, Some(Audience::Friends), Takes::Papers).await? {
            Read::Draft(fields, draft) => (fields, Some(draft), Vec::new(), StatusCode::OK),
            Read::Again(status, fields, problems) => (fields, None, problems, status),
        };
    if draft.is_none() && problems.is_empty() {
        // The pictures were sent ahead.
        return Ok(Whole::Again(status, fields, problems));
    }
    let terms = announcement::read(page, &fields).and_then(|said| Terms::parse(&said, page.ctx.now()));
    let title = domain::check_title(fields.text("title"));
    let mut find = |error: Error| match error {
        Error::Invalid(found) => {
            status = StatusCode::UNPROCESSABLE_ENTITY;
            problems.extend(found.into_iter().filter(|one| one.message != "problem-too-long" || one.field != "title"));
            Ok(())
        }
        error => Err(error),
    };
    match (draft, title, terms) {
        (Some(draft), Ok(title), Ok(terms)) => Ok(Whole::Draft(fields, draft, title, terms)),
        (_, title, terms) => {
            title.map(drop).or_else(&mut find)?;
            terms.map(drop).or_else(&mut find)?;
            Ok(Whole::Again(status, fields, problems))
        }
    }
}

/// `POST /groups/{id}/announcements`.
pub async fn create(page: Page, id: web::Path<ActorId>, upload: Upload) -> Result<HttpResponse> {
    let id = *id;
    let (group, ..) = run_by_me(&page, id).await?;
    let (fields, draft, title, terms) = match receive(&page, upload).await? {
        Whole::Draft(fields, draft, title, terms) => (fields, draft, title, terms),
        Whole::Again(status, fields, problems) => return compose(page, status, id, None, fields, &problems).await,
    };
    mention::look_up(&page, fields.text("body")).await?;
    let (me, is_pinned) = (page.me()?, fields.text("pinned") == "yes");
    let written = page.ctx.write(move |conn| {
        let post = domain::publish(conn, &me.member.actor, id, &title, *draft, &terms, is_pinned)?;
        media::is_held(conn, post.id)
    });
    let held = match written.await {
        Ok(held) => held,
        Err(error) => {
            let (status, problems) = page.reasons(error)?;
            return compose(page, status, id, None, fields, &problems).await;
        }
    };
    moment::drop_pictures(&page, &fields).await?;
    let flash = if held { "flash-published-pictures" } else { "flash-announced" };
    Ok(page.go(&path(&group.actor), flash))
}

/// A member's own announcement with what it is.
async fn own(page: &Page, id: PostId) -> Result<(Post, domain::Announcement)> {
    let me = page.me()?.member.actor.id;
    page.ctx
        .glance(move |conn| {
            let post = post::own(conn, me, id)?;
            let known = domain::find(conn, id)?.filter(|_| post.deleted_at.is_none());
            Ok((post, known.ok_or(Error::NotFound("announcement"))?))
        })
        .await
}

/// `/announcements/{id}/edit`: for who wrote it.
pub async fn edit(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (post, known) = own(&page, *id).await?;
    let id = post.id;
    let rows = page.ctx.glance(move |conn| media::of_post(conn, id)).await?;
    let mut fields =
        Fields::of([("title", post.title.clone()), ("body", post.source.clone()), ("language", post.language.clone())]);
    announcement::fill(&page, &mut fields, &known);
    gallery::fill(&mut fields, &rows);
    compose(page, StatusCode::OK, known.group_id, Some(&post), fields, &[]).await
}

/// `POST /announcements/{id}`.
pub async fn update(page: Page, id: web::Path<PostId>, upload: Upload) -> Result<HttpResponse> {
    let (old, known) = own(&page, *id).await?;
    let (id, group) = (old.id, known.group_id);
    let (fields, draft, title, terms) = match receive(&page, upload).await? {
        Whole::Draft(fields, draft, title, terms) => (fields, draft, title, terms),
        Whole::Again(status, fields, problems) => {
            return compose(page, status, group, Some(&old), fields, &problems).await;
        }
    };
    mention::look_up(&page, fields.text("body")).await?;
    let (me, is_told_anew) = (page.me()?, fields.text("anew") == "yes");
    let edited = page
        .ctx
        .write(move |conn| domain::edit(conn, &me.member.actor, id, *draft, &title, &terms, is_told_anew))
        .await;
    if let Err(error) = edited {
        let (status, problems) = page.reasons(error)?;
        return compose(page, status, group, Some(&old), fields, &problems).await;
    }
    moment::drop_pictures(&page, &fields).await?;
    Ok(page.go(&own_path(&page, id)?, "flash-edited"))
}
