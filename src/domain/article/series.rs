//! 合集: articles of an account in an order. An article stands where its editors have put it, a new one behind the others; whoever ends a
//! series leaves its articles where they are.

use diesel::dsl::max;
use diesel::prelude::*;

use super::{DIGEST_CHARS_MAX, Series, series_by_id};
use crate::db::Conn;
use crate::db::schema::{article, post as post_table, series as series_table};
use crate::domain::account::{self, Act};
use crate::domain::event::{self, Event};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, PostId, SeriesId};

/// Longest title of a series.
pub const SERIES_CHARS_MAX: usize = 60;

/// Begins a series.
///
/// Errors: `Invalid` naming `series_title` or `series_about`; `NotFound` and `Forbidden` for those who may not.
pub fn begin_series(conn: &mut Conn, by: ActorId, id: ActorId, title: &str, about: &str) -> Result<Series> {
    account::as_editor(conn, by, id)?;
    let (title, about) = check(title, about)?;
    let now = conn.now();
    let row = SeriesId(conn.id_at(now));
    diesel::insert_into(series_table::table)
        .values((
            series_table::id.eq(row),
            series_table::account_id.eq(id),
            series_table::title.eq(&title),
            series_table::about.eq(&about),
            series_table::created_at.eq(now),
        ))
        .execute(conn.link())?;
    account::log(conn, id, by, Act::Series, None, &title)?;
    series_by_id(conn, row)
}

fn check(title: &str, about: &str) -> Result<(String, String)> {
    let title = crate::text::name(title, SERIES_CHARS_MAX + 1);
    let about = crate::text::name(about, DIGEST_CHARS_MAX + 1);
    if title.is_empty() {
        return Err(Error::invalid("series_title", "account-problem-title-empty"));
    }
    for (field, text, max) in [("series_title", &title, SERIES_CHARS_MAX), ("series_about", &about, DIGEST_CHARS_MAX)] {
        if text.chars().count() > max {
            return Err(Error::Invalid(vec![Problem::new(field, "problem-too-long").with("max", max)]));
        }
    }
    Ok((title, about))
}

/// The series, if `by` may change it.
fn as_editor(conn: &mut Conn, by: ActorId, account: ActorId, id: SeriesId) -> Result<Series> {
    account::as_editor(conn, by, account)?;
    conn.lock(&format!("account:{account}"))?;
    let series = series_by_id(conn, id)?;
    if series.account_id == account { Ok(series) } else { Err(Error::NotFound("series")) }
}

/// Changes what a series is called and says; other servers are told of another title with its articles.
///
/// Errors: as [`begin_series`].
pub fn update_series(
    conn: &mut Conn,
    by: ActorId,
    account: ActorId,
    id: SeriesId,
    title: &str,
    about: &str,
) -> Result<Series> {
    let known = as_editor(conn, by, account, id)?;
    let (title, about) = check(title, about)?;
    if (&known.title, &known.about) == (&title, &about) {
        return Ok(known);
    }
    diesel::update(series_table::table.filter(series_table::id.eq(id)))
        .set((series_table::title.eq(&title), series_table::about.eq(&about)))
        .execute(conn.link())?;
    account::log(conn, account, by, Act::SeriesChanged, None, &title)?;
    if known.title != title {
        let named = articles(conn, id)?;
        tell(conn, account, &named)?;
    }
    series_by_id(conn, id)
}

/// Puts the articles of a series in this order; those that aren't named stay behind those that are, as they stood.
///
/// Errors: `NotFound` and `Forbidden` for those who may not.
pub fn arrange_series(conn: &mut Conn, by: ActorId, account: ActorId, id: SeriesId, order: &[PostId]) -> Result<()> {
    let known = as_editor(conn, by, account, id)?;
    let before = articles(conn, id)?;
    let mut after: Vec<PostId> = Vec::new();
    for post in order.iter().chain(&before) {
        if before.contains(post) && !after.contains(post) {
            after.push(*post);
        }
    }
    if after == before {
        return Ok(());
    }
    for (place, post) in (1_i64..).zip(&after) {
        diesel::update(article::table.filter(article::post_id.eq(*post)))
            .set(article::place.eq(place))
            .execute(conn.link())?;
    }
    account::log(conn, account, by, Act::SeriesChanged, None, &known.title)
}

/// Ends a series. Its articles stay, in none.
///
/// Errors: `NotFound` and `Forbidden` for those who may not.
pub fn end_series(conn: &mut Conn, by: ActorId, account: ActorId, id: SeriesId) -> Result<Series> {
    let known = as_editor(conn, by, account, id)?;
    let left = articles(conn, id)?;
    diesel::update(article::table.filter(article::series_id.eq(id)))
        .set((article::series_id.eq(None::<SeriesId>), article::place.eq(0_i64)))
        .execute(conn.link())?;
    diesel::delete(series_table::table.filter(series_table::id.eq(id))).execute(conn.link())?;
    account::log(conn, account, by, Act::SeriesEnded, None, &known.title)?;
    tell(conn, account, &left)?;
    Ok(known)
}

/// The articles of a series that are out, in their order.
fn articles(conn: &mut Conn, id: SeriesId) -> Result<Vec<PostId>> {
    Ok(article::table
        .inner_join(post_table::table.on(post_table::id.eq(article::post_id)))
        .filter(article::series_id.eq(id))
        .filter(post_table::deleted_at.is_null())
        .order((article::place, article::post_id))
        .select(article::post_id)
        .load(conn.link())?)
}

/// Sends articles out once more, in which nothing has changed but the name of their series: for their readers here they aren't edited.
fn tell(conn: &mut Conn, account: ActorId, posts: &[PostId]) -> Result<()> {
    for post in posts {
        let id = event::id(conn);
        event::record(conn, id, account, &format!("post:{post}"), &Event::Edited(*post))?;
    }
    Ok(())
}

/// Where an article stands in its series: where it stood, or, once the others have been put in an order, behind them.
pub(super) fn place_of(conn: &mut Conn, post: PostId, series: Option<SeriesId>) -> Result<i64> {
    let Some(series) = series else { return Ok(0) };
    let own = article::table.filter(article::post_id.eq(post)).filter(article::series_id.eq(series));
    let known: Option<i64> = own.select(article::place).first(conn.link()).optional()?;
    if let Some(known) = known {
        return Ok(known);
    }
    let others = article::table.filter(article::series_id.eq(series));
    let last: Option<i64> = others.select(max(article::place)).first(conn.link())?;
    Ok(last.filter(|last| *last > 0).map_or(0, |last| last + 1))
}
