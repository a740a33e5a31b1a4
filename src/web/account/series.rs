//! 合集: series of articles, as their staff makes them and as readers see them.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Card, Entry, Standing, run_by_me};
use crate::domain::account;
use crate::domain::article;
use crate::error::{Error, Result};
use crate::id::{ActorId, SeriesId};
use crate::web::card::path;
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};

/// Articles of one series that its page lists.
const LIST_MAX: i64 = 500;

/// The series of an account, for its staff.
#[derive(Template)]
#[template(path = "account/series_list.html")]
struct List {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    series: Vec<article::Series>,
    form: Form,
}

async fn shown(page: Page, status: StatusCode, id: ActorId, form: Form) -> Result<HttpResponse> {
    let (_, card, standing) = run_by_me(&page, id).await?;
    let series = page.ctx.glance(move |conn| article::series(conn, id)).await?;
    page::show(status, &List { id, card, standing, series, form, page })
}

/// `/accounts/{id}/series`.
pub async fn list(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    shown(page, StatusCode::OK, *id, Form::default()).await
}

/// `POST /accounts/{id}/series`.
pub async fn create(page: Page, id: web::Path<ActorId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?.member.actor.id, *id);
    let (title, about) = (fields.text("series_title").to_owned(), fields.text("series_about").to_owned());
    match page.ctx.write(move |conn| article::begin_series(conn, me, id, &title, &about)).await {
        Ok(made) => Ok(page.go_saying(&format!("/accounts/{id}/series"), "flash-account-series", &made.title)),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            shown(page, status, id, form).await
        }
    }
}

/// A series as readers see it.
#[derive(Template)]
#[template(path = "account/series.html")]
struct Show {
    page: Page,
    card: Card,
    series: article::Series,
    articles: Vec<Entry>,
}

/// `/accounts/{id}/series/{series}`.
pub async fn show(page: Page, ids: web::Path<(ActorId, SeriesId)>) -> Result<HttpResponse> {
    let (id, series) = *ids;
    let viewer = page.viewer();
    let (account, series, rows, followers) = page
        .ctx
        .glance(move |conn| {
            let account = account::get(conn, id)?;
            let series = article::series_by_id(conn, series)?;
            if series.account_id != id {
                return Err(Error::NotFound("series"));
            }
            let rows = article::in_series(conn, &viewer, series.id, LIST_MAX)?;
            Ok((account, series, rows, account::followers(conn, id)?))
        })
        .await?;
    let at = path(&account.actor);
    page::ok(&Show {
        card: Card::of(&page, &account.actor, &account.detail, followers),
        articles: rows.iter().map(|(post, article)| Entry::of(&page, &at, post, article)).collect(),
        series,
        page,
    })
}
