//! 合集: series of articles, as their staff makes them and as readers see them.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Card, Entry, Standing, run_by_me};
use crate::domain::account;
use crate::domain::article::{self, Article};
use crate::domain::audience::Viewer;
use crate::domain::post::Post;
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId, SeriesId};
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
    may_publish: bool,
}

/// A series of this account with its articles that `viewer` may see, in their order.
///
/// Errors: `NotFound`.
async fn load(
    page: &Page,
    viewer: Viewer,
    id: ActorId,
    series: SeriesId,
) -> Result<(article::Series, Vec<(Post, Article)>)> {
    page.ctx
        .glance(move |conn| {
            let series = article::series_by_id(conn, series)?;
            if series.account_id != id {
                return Err(Error::NotFound("series"));
            }
            let rows = article::in_series(conn, &viewer, series.id, LIST_MAX)?;
            Ok((series, rows))
        })
        .await
}

/// `/accounts/{id}/series/{series}`.
pub async fn show(page: Page, ids: web::Path<(ActorId, SeriesId)>) -> Result<HttpResponse> {
    let (id, series) = *ids;
    let me = page.viewer().member();
    let (account, standing, followers) = page
        .ctx
        .glance(move |conn| {
            let account = account::get(conn, id)?;
            Ok((account, Standing::of(conn, me, id)?, account::followers(conn, id)?))
        })
        .await?;
    let (series, rows) = load(&page, page.viewer(), id, series).await?;
    let at = path(&account.actor);
    page::ok(&Show {
        card: Card::of(&page, &account.actor, &account.detail, followers),
        articles: rows.iter().map(|(post, article)| Entry::of(&page, &at, post, article)).collect(),
        may_publish: standing.may_publish,
        series,
        page,
    })
}

/// A series as its editors change it.
#[derive(Template)]
#[template(path = "account/series_edit.html")]
struct Edit {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    series: article::Series,
    form: Form,
    /// The articles in their order.
    articles: Vec<(PostId, String)>,
}

/// The form of a series; `form` is one that wasn't taken.
async fn changed(
    page: Page,
    status: StatusCode,
    (id, series): (ActorId, SeriesId),
    form: Option<Form>,
) -> Result<HttpResponse> {
    let (_, card, standing) = run_by_me(&page, id).await?;
    if !standing.may_publish {
        return Err(Error::Forbidden);
    }
    // What everybody sees: an editor's own blocks leave nothing out of the order.
    let (series, rows) = load(&page, Viewer::Anonymous, id, series).await?;
    let filled = || {
        let fields = [("series_title", series.title.clone()), ("series_about", series.about.clone())];
        Form::filled(Fields::of(fields))
    };
    let form = form.unwrap_or_else(filled);
    let articles = rows.into_iter().map(|(post, _)| (post.id, post.title)).collect();
    page::show(status, &Edit { id, card, standing, series, form, articles, page })
}

/// `/accounts/{id}/series/{series}/edit`.
pub async fn edit(page: Page, ids: web::Path<(ActorId, SeriesId)>) -> Result<HttpResponse> {
    changed(page, StatusCode::OK, *ids, None).await
}

/// `POST /accounts/{id}/series/{series}/edit`: another title, another sentence about it.
pub async fn update(page: Page, ids: web::Path<(ActorId, SeriesId)>, fields: Fields) -> Result<HttpResponse> {
    let (me, (id, series)) = (page.me()?.member.actor.id, *ids);
    let (title, about) = (fields.text("series_title").to_owned(), fields.text("series_about").to_owned());
    match page.ctx.write(move |conn| article::update_series(conn, me, id, series, &title, &about)).await {
        Ok(made) => Ok(page.go_saying(&format!("/accounts/{id}/series/{series}"), "flash-series-changed", &made.title)),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            changed(page, status, (id, series), Some(form)).await
        }
    }
}

/// `POST /accounts/{id}/series/{series}/order`: every article with the number at which it is to stand.
pub async fn arrange(page: Page, ids: web::Path<(ActorId, SeriesId)>, fields: Fields) -> Result<HttpResponse> {
    let (me, (id, series)) = (page.me()?.member.actor.id, *ids);
    let listed = fields.all("article").filter_map(|number| number.parse::<PostId>().ok());
    let numbered = listed.map(|post| (post, fields.text(&format!("place-{post}")).parse::<i64>().ok()));
    let order = in_order(numbered.collect());
    page.ctx.write(move |conn| article::arrange_series(conn, me, id, series, &order)).await?;
    Ok(page.go(&format!("/accounts/{id}/series/{series}"), "flash-series-arranged"))
}

/// Articles by the numbers that were typed, given in their old order. Whichever moved goes before the one at whose number it is put if it
/// comes from behind, and behind it if it comes from before; what has no number stays.
fn in_order(listed: Vec<(PostId, Option<i64>)>) -> Vec<PostId> {
    let key = |(was, (post, typed)): (i64, (PostId, Option<i64>))| {
        let is = typed.unwrap_or(was);
        (is, is.saturating_sub(was).signum(), was, post)
    };
    let mut rows: Vec<(i64, i64, i64, PostId)> = (1_i64..).zip(listed).map(key).collect();
    rows.sort_unstable_by_key(|(is, moved, was, _)| (*is, *moved, *was));
    rows.into_iter().map(|(.., post)| post).collect()
}

/// `POST /accounts/{id}/series/{series}/removal`: ends a series; its articles stay.
pub async fn delete(page: Page, ids: web::Path<(ActorId, SeriesId)>) -> Result<HttpResponse> {
    let (me, (id, series)) = (page.me()?.member.actor.id, *ids);
    let ended = page.ctx.write(move |conn| article::end_series(conn, me, id, series)).await?;
    Ok(page.go_saying(&format!("/accounts/{id}/series"), "flash-series-ended", &ended.title))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_stand_where_their_numbers_say() {
        let ordered = |typed: &[i64]| {
            let listed = (1..).zip(typed).map(|(post, typed)| (PostId(post), Some(*typed).filter(|typed| *typed != 0)));
            in_order(listed.collect()).into_iter().map(|post| post.0).collect::<Vec<_>>()
        };
        assert_eq!(ordered(&[1, 2, 3, 4]), [1, 2, 3, 4]);
        assert_eq!(ordered(&[1, 2, 3, 2]), [1, 4, 2, 3], "from behind it goes before");
        assert_eq!(ordered(&[3, 2, 3, 4]), [2, 3, 1, 4], "from before it goes behind");
        assert_eq!(ordered(&[4, 3, 2, 1]), [4, 3, 2, 1]);
        assert_eq!(ordered(&[0, 0, 1, 0]), [3, 1, 2, 4], "what has no number stays");
        assert_eq!(ordered(&[i64::MAX, 2, 3, i64::MIN + 1]), [4, 2, 3, 1]);
    }
}
