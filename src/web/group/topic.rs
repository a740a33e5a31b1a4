//! What is said in a group, as pages: the form of a topic, what officers do about one, the album.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Card, Standing};
use crate::domain::actor;
use crate::domain::audience::Audience;
use crate::domain::event::Mark;
use crate::domain::group::{self, Group};
use crate::domain::media;
use crate::domain::place as spot;
use crate::domain::post;
use crate::domain::topic as topics;
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, MediaId, PostId};
use crate::web::card::{Moment, path};
use crate::web::form::{Fields, Form};
use crate::web::gallery::{self, Slot};
use crate::web::moment::{self, Read, Takes};
use crate::web::page::{self, Page};
use crate::web::upload::Upload;
use crate::web::{mention, place};

/// Pictures on one page of an album.
const ALBUM_PAGE: i64 = 60;

/// The form of a new topic.
#[derive(Template)]
#[template(path = "group/topic.html")]
struct New {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    form: Form,
    slots: Vec<Slot>,
    chars_max: usize,
}

/// `/groups/{id}/posts/new`.
pub async fn new(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let mut fields = Fields::of([("key", crate::secret::token())]);
    place::fill(&mut fields, &spot::Place::default());
    compose(page, StatusCode::OK, *id, fields, &[]).await
}

async fn compose(
    page: Page,
    status: StatusCode,
    id: ActorId,
    fields: Fields,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let viewer = page.viewer();
    let (group, standing) = page
        .ctx
        .glance(move |conn| {
            let group = group::get(conn, id)?;
            let standing = Standing::of(conn, &viewer, &group)?;
            Ok((group, standing))
        })
        .await?;
    if !standing.may_write {
        return Err(Error::Forbidden);
    }
    let Group { actor, detail } = &group;
    let card = Card::of(&page, actor, detail, None);
    let slots = gallery::slots(&page, &fields).await?;
    let form = page.again(fields, problems);
    let chars_max = page.ctx.config.limits.post_chars_max;
    page::show(status, &New { page, id, card, standing, form, slots, chars_max })
}

/// `POST /groups/{id}/posts`.
pub async fn create(page: Page, id: web::Path<ActorId>, upload: Upload) -> Result<HttpResponse> {
    let id = *id;
    // Whom it is for is the group's business, not the form's.
    let (fields, draft) = match moment::receive(&page, upload, Some(Audience::Friends), Takes::Papers).await? {
        Read::Draft(fields, draft) => (fields, draft),
        Read::Again(status, fields, problems) => return compose(page, status, id, fields, &problems).await,
    };
    mention::look_up(&page, fields.text("body")).await?;
    let (me, title) = (page.me()?, fields.text("title").to_owned());
    let written = page.ctx.write(move |conn| {
        let post = topics::publish(conn, &me.member.actor, id, &title, *draft)?;
        Ok((media::is_held(conn, post.id)?, actor::by_id(conn, id)?))
    });
    let (held, group) = match written.await {
        Ok(written) => written,
        Err(error) => {
            let (status, problems) = page.reasons(error)?;
            return compose(page, status, id, fields, &problems).await;
        }
    };
    moment::drop_pictures(&page, &fields).await?;
    let flash = if held { "flash-published-pictures" } else { "flash-group-posted" };
    Ok(page.go(&path(&group), flash))
}

/// Asks for the reason before a post is taken down.
#[derive(Template)]
#[template(path = "group/removal.html")]
struct Removal {
    page: Page,
    moment: Moment,
    form: Form,
}

/// `/posts/{id}/taking-down`.
pub async fn ask_removal(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    removal(page, StatusCode::OK, *id, Form::default()).await
}

async fn removal(page: Page, status: StatusCode, id: PostId, form: Form) -> Result<HttpResponse> {
    let (viewer, me) = (page.viewer(), page.me()?.member.actor.id);
    let entry = page
        .ctx
        .glance(move |conn| {
            let entry = post::show(conn, &viewer, id)?;
            let group = entry.post.group_id.ok_or(Error::NotFound("post"))?;
            group::as_officer(conn, me, group)?;
            Ok(entry)
        })
        .await?;
    page::show(status, &Removal { moment: Moment::in_list(&page, &entry), form, page })
}

/// `POST /posts/{id}/marks`: an officer pins, locks, takes down, or the other way round.
pub async fn mark(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let mark = match fields.text("mark") {
        "pinned" => Mark::Pinned,
        "unpinned" => Mark::Unpinned,
        "locked" => Mark::Locked,
        "unlocked" => Mark::Unlocked,
        "taken-down" => Mark::TakenDown,
        "restored" => Mark::Restored,
        _ => return Err(Error::NotFound("mark")),
    };
    let (id, me, reason) = (*id, page.me()?, fields.text("reason").to_owned());
    let marked = page.ctx.write(move |conn| {
        let post = topics::mark(conn, &me.member.actor, id, mark, &reason)?;
        let group = post.group_id.ok_or(Error::NotFound("post"))?;
        actor::by_id(conn, group)
    });
    let flash = match mark {
        Mark::Pinned => "flash-group-pinned",
        Mark::Unpinned => "flash-group-unpinned",
        Mark::Locked => "flash-group-locked",
        Mark::Unlocked => "flash-group-unlocked",
        Mark::TakenDown => "flash-group-taken-down",
        Mark::Restored => "flash-group-restored",
    };
    match marked.await {
        Ok(group) => Ok(page.go(&path(&group), flash)),
        Err(error @ Error::Invalid(_)) => {
            let (status, form) = page.retry(fields, error)?;
            removal(page, status, id, form).await
        }
        Err(error) => Err(error),
    }
}

/// A picture of the album.
struct Leaf {
    id: MediaId,
    alt: String,
    path: String,
}

/// The pictures of a group.
#[derive(Template)]
#[template(path = "group/album.html")]
struct Album {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    leaves: Vec<Leaf>,
    older: Option<MediaId>,
}

/// `/groups/{id}/album`.
pub async fn album(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (viewer, id, before) = (page.viewer(), *id, page.query("before").parse::<MediaId>().ok());
    let (group, standing, rows, authors) = page
        .ctx
        .read(move |conn| {
            let group = group::get(conn, id)?;
            let standing = Standing::of(conn, &viewer, &group)?;
            let rows = topics::album(conn, &viewer, id, before, ALBUM_PAGE + 1)?;
            let authors: Vec<ActorId> = rows.iter().map(|leaf| leaf.post.author_id).collect();
            Ok((group, standing, rows, actor::by_ids(conn, &authors)?))
        })
        .await?;
    let (rows, older) = page::cut(rows, ALBUM_PAGE, |leaf| leaf.media.id);
    let leaf = |leaf: &topics::Leaf| {
        let author = authors.iter().find(|author| author.id == leaf.post.author_id)?;
        let path = format!("{}/{}", path(author), leaf.post.id);
        Some(Leaf { id: leaf.media.id, alt: leaf.media.alt.clone(), path })
    };
    let leaves = rows.iter().filter_map(leaf).collect();
    let card = Card::of(&page, &group.actor, &group.detail, None);
    page::ok(&Album { id, card, standing, leaves, older, page })
}
