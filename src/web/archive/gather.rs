//! What is gathered in free collections: put in, taken out and put in order, there or from an item's own page.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::view::Card;
use crate::domain::collection as collections;
use crate::domain::collection::Level;
use crate::domain::item as items;
use crate::error::{Error, Result};
use crate::id::{CollectionId, PostId};
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};

/// Items that the form offers by themselves: those that came last.
const OFFERED_MAX: i64 = 30;

/// An item of a free collection, for archivists.
struct Line {
    id: i64,
    card: Card,
}

/// What is in a free collection, for archivists.
#[derive(Template)]
#[template(path = "archive/gather.html")]
struct Show {
    page: Page,
    id: CollectionId,
    title: String,
    lines: Vec<Line>,
    offered: Vec<(String, String)>,
    form: Form,
}

async fn shown(page: Page, status: StatusCode, id: CollectionId, form: Form) -> Result<HttpResponse> {
    let viewer = page.viewer();
    let (own, found, newest) = page
        .ctx
        .read(move |conn| {
            let own = collections::get(conn, id)?;
            if own.level != Level::Free {
                return Err(Error::NotFound("collection"));
            }
            let ids = collections::gathered(conn, id)?;
            Ok((own, items::of_ids(conn, &viewer, &ids)?, items::newest(conn, &viewer, OFFERED_MAX)?.1))
        })
        .await?;
    let lines = found.iter().map(|one| Line { id: one.item.id.0, card: Card::of(&page, one) }).collect();
    let offered = newest.iter().map(|one| (one.item.id.to_string(), super::view::title(&page, &one.record))).collect();
    page::show(status, &Show { id, title: own.title, lines, offered, form, page })
}

/// `/archive/collections/{id}/items`.
pub async fn show(page: Page, id: web::Path<CollectionId>) -> Result<HttpResponse> {
    shown(page, StatusCode::OK, *id, Form::default()).await
}

/// `POST /archive/collections/{id}/items`: puts an item in, takes one out, or moves one up or down.
pub async fn arrange(page: Page, id: web::Path<CollectionId>, fields: Fields) -> Result<HttpResponse> {
    let id = *id;
    let (act, said) = (fields.text("act").to_owned(), fields.text("item").to_owned());
    let done = page.ctx.write(move |conn| match act.rsplit_once('-') {
        Some((word, item)) => {
            let item: PostId = item.parse().map_err(|_| Error::invalid("item", "archive-problem-link"))?;
            match word {
                "up" => collections::shift(conn, id, item, true),
                "down" => collections::shift(conn, id, item, false),
                "out" => collections::scatter(conn, id, item),
                _ => Err(Error::invalid("item", "archive-problem-choice")),
            }
        }
        None => {
            let found = items::named(conn, &said)?.filter(|item| item.state != items::State::Withdrawn);
            let found = found.ok_or(Error::invalid("item", "archive-problem-link"))?;
            collections::gather(conn, id, found.id)
        }
    });
    match done.await {
        Ok(()) => Ok(page.go(&format!("/archive/collections/{id}/items"), "flash-archive-changed")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            shown(page, status, id, form).await
        }
    }
}

/// `POST /archive/items/{id}/gathering`: puts the item into a free collection, or takes it out.
pub async fn gather(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let id = *id;
    let wrong = || Error::invalid("collection", "archive-problem-collection");
    let collection: CollectionId = fields.text("collection").parse().map_err(|_| wrong())?;
    let is_out = fields.text("act") == "out";
    page.ctx
        .write(move |conn| {
            if items::by_id(conn, id)?.state == items::State::Withdrawn {
                return Err(Error::NotFound("item"));
            }
            if is_out { collections::scatter(conn, collection, id) } else { collections::gather(conn, collection, id) }
        })
        .await?;
    Ok(page.go(&format!("/archive/items/{id}"), "flash-archive-changed"))
}
