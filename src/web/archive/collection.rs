//! Collections of the archive: the tree of fonds, series and files, and the free ones beside it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::view::Card;
use super::{PAGE, PAGES_MAX};
use crate::domain::archive as domain;
use crate::domain::collection::{self as collections, Collection, Draft, Level};
use crate::domain::item::{self as items, Facet, Filter};
use crate::error::Result;
use crate::id::CollectionId;
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};

/// The message of a level.
fn level_message(level: Level) -> &'static str {
    match level {
        Level::Fonds => "archive-level-fonds",
        Level::Series => "archive-level-series",
        Level::File => "archive-level-file",
        Level::Free => "archive-level-free",
    }
}

/// A collection as this reader reads of it.
fn in_words(page: &Page, one: Collection) -> Collection {
    Collection { title: page.in_words(one.title), description: page.in_words(one.description), ..one }
}

/// A collection in the tree.
struct Branch {
    id: i64,
    depth: usize,
    title: String,
    code: String,
    level: &'static str,
}

/// The tree, each behind what it stands in.
fn tree(all: &[Collection], parent: Option<CollectionId>, depth: usize, out: &mut Vec<Branch>) {
    if depth > collections::DEPTH_MAX {
        return;
    }
    for one in all.iter().filter(|one| one.parent_id == parent) {
        out.push(Branch {
            id: one.id.0,
            depth,
            title: one.title.clone(),
            code: one.code.clone(),
            level: level_message(one.level),
        });
        tree(all, Some(one.id), depth + 1, out);
    }
}

/// All collections.
#[derive(Template)]
#[template(path = "archive/collections.html")]
struct List {
    page: Page,
    branches: Vec<Branch>,
    keeps: bool,
}

/// `/archive/collections`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let viewer = page.viewer();
    let (all, keeps) = page
        .ctx
        .glance(move |conn| {
            let all = collections::all(conn)?;
            Ok((collections::veiled(conn, &viewer, all)?, domain::keeps(conn, &viewer)?))
        })
        .await?;
    let all: Vec<Collection> = all.into_iter().map(|one| in_words(&page, one)).collect();
    let mut branches = Vec::new();
    tree(&all, None, 0, &mut branches);
    page::ok(&List { branches, keeps, page })
}

/// One collection.
#[derive(Template)]
#[template(path = "archive/collection.html")]
struct Show {
    page: Page,
    id: CollectionId,
    title: String,
    code: String,
    level: &'static str,
    about: Vec<String>,
    path: Vec<(i64, String)>,
    inner: Vec<(i64, String, &'static str)>,
    items: Vec<Card>,
    before: Option<usize>,
    next: Option<usize>,
    keeps: bool,
    is_free: bool,
    protocol: String,
}

/// `/archive/collections/{id}`.
pub async fn show(page: Page, id: web::Path<CollectionId>) -> Result<HttpResponse> {
    let (viewer, id) = (page.viewer(), *id);
    let number = page.query("page").parse().unwrap_or(1_usize).clamp(1, PAGES_MAX);
    let (path, inner, mut found, covers, keeps) = page
        .ctx
        .read(move |conn| {
            let path = collections::path(conn, id)?;
            let path = collections::veiled(conn, &viewer, path)?;
            let inner = collections::inner(conn, id)?;
            let inner = collections::veiled(conn, &viewer, inner)?;
            let skip = i64::try_from((number - 1) * PAGE).unwrap_or(0);
            let found = match path.last() {
                Some(own) if own.level == Level::Free => items::gathered(conn, &viewer, id, skip, PAGE as i64 + 1)?,
                own => {
                    let code = own.map(|one| one.code.clone()).unwrap_or_default();
                    let filter = Filter { facets: vec![(Facet::Collection, code)], ..Filter::default() };
                    items::browse(conn, &viewer, &filter, skip, PAGE as i64 + 1)?
                }
            };
            let covers = items::covers(conn, &viewer, &found)?;
            Ok((path, inner, found, covers, domain::keeps(conn, &viewer)?))
        })
        .await?;
    let path: Vec<Collection> = path.into_iter().map(|one| in_words(&page, one)).collect();
    let own = path.last().cloned().ok_or(crate::error::Error::NotFound("collection"))?;
    let has_more = found.len() > PAGE && number < PAGES_MAX;
    found.truncate(PAGE);
    page::ok(&Show {
        id,
        title: own.title,
        code: own.code,
        level: level_message(own.level),
        about: own.description.lines().map(str::to_owned).filter(|line| !line.is_empty()).collect(),
        path: path.iter().take(path.len().saturating_sub(1)).map(|one| (one.id.0, one.title.clone())).collect(),
        inner: inner.into_iter().map(|one| (one.id.0, page.in_words(one.title), level_message(one.level))).collect(),
        items: Card::all(&page, &found, &covers),
        before: (number > 1).then(|| number - 1),
        next: has_more.then_some(number + 1),
        keeps,
        is_free: own.level == Level::Free,
        protocol: own.protocol,
        page,
    })
}

/// The form of a collection.
#[derive(Template)]
#[template(path = "archive/collection_edit.html")]
struct Edit {
    page: Page,
    id: Option<CollectionId>,
    form: Form,
    parents: Vec<(String, String)>,
}

async fn editor(page: Page, status: StatusCode, id: Option<CollectionId>, form: Form) -> Result<HttpResponse> {
    let all = page.ctx.read(collections::every).await?;
    let parents = all.iter().filter(|one| Some(one.id) != id && one.level != Level::Free);
    let parents = parents.map(|one| (one.code.clone(), format!("{} {}", one.code, one.title))).collect();
    page::show(status, &Edit { id, form, parents, page })
}

/// `/archive/collections/new`; `?level=free` for a free one.
pub async fn new(page: Page) -> Result<HttpResponse> {
    let level = page.query("level").parse().unwrap_or(Level::Fonds);
    let fields = Fields::of([("level", level.as_str().to_owned()), ("parent", page.query("in").to_owned())]);
    editor(page, StatusCode::OK, None, Form::filled(fields)).await
}

fn draft(fields: &Fields) -> Result<Draft> {
    let text = |name: &str| fields.text(name);
    Draft::parse(text("level"), text("code"), text("title"), text("description"), text("protocol"), text("parent"))
}

/// `POST /archive/collections`.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    let made = async {
        let draft = draft(&fields)?;
        page.ctx.write(move |conn| collections::create(conn, &draft)).await
    };
    match made.await {
        Ok(made) => Ok(page.go(&format!("/archive/collections/{}", made.id), "flash-archive-made")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            editor(page, status, None, form).await
        }
    }
}

/// `/archive/collections/{id}/edit`.
pub async fn edit(page: Page, id: web::Path<CollectionId>) -> Result<HttpResponse> {
    let id = *id;
    let path = page.ctx.glance(move |conn| collections::path(conn, id)).await?;
    let parent = path.iter().rev().nth(1).map(|one| one.code.clone()).unwrap_or_default();
    let own = path.last().cloned().ok_or(crate::error::Error::NotFound("collection"))?;
    let fields = Fields::of([
        ("level", own.level.as_str().to_owned()),
        ("code", own.code),
        ("title", own.title),
        ("description", own.description),
        ("protocol", own.protocol),
        ("parent", parent),
    ]);
    editor(page, StatusCode::OK, Some(id), Form::filled(fields)).await
}

/// `POST /archive/collections/{id}`: what takes its protocol from it is settled anew.
pub async fn update(page: Page, id: web::Path<CollectionId>, fields: Fields) -> Result<HttpResponse> {
    let id = *id;
    let changed = async {
        let draft = draft(&fields)?;
        page.ctx
            .write(move |conn| {
                let changed = collections::update(conn, id, &draft)?;
                for item in collections::dependants(conn, id)? {
                    items::settle(conn, item)?;
                }
                Ok(changed)
            })
            .await
    };
    match changed.await {
        Ok(changed) => Ok(page.go(&format!("/archive/collections/{}", changed.id), "flash-archive-changed")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            editor(page, status, Some(id), form).await
        }
    }
}

/// `POST /archive/collections/{id}/removal`: what stood in it stands in the one above.
pub async fn delete(page: Page, id: web::Path<CollectionId>) -> Result<HttpResponse> {
    let id = *id;
    page.ctx
        .write(move |conn| {
            let settled = collections::dependants(conn, id)?;
            collections::delete(conn, id)?;
            settled.into_iter().try_for_each(|item| items::settle(conn, item))
        })
        .await?;
    Ok(page.go("/archive/collections", "flash-archive-changed"))
}
