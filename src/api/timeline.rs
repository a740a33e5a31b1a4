//! Timelines (Mastodon's documentation, “timelines”): the home feed, what is for everyone, hashtags, and lists, which are the
//! member's tags.

use actix_web::{HttpRequest, HttpResponse, web};

use super::answer;
use super::caller::Caller;
use super::param::Params;
use super::status::{self, Item};
use crate::ctx::Ctx;
use crate::db::{Conn, Range};
use crate::domain::hashtag::{self, WANTED_MAX, Wanted};
use crate::domain::post::{self, Entry, Origin};
use crate::domain::tag;
use crate::error::Result;
use crate::id::TagId;
use crate::text;

/// Statuses on a page, unless it is said, and at most.
const USUAL: i64 = 20;
const MOST: i64 = 40;

/// The page of a list of posts that come through the gate, each with its place.
async fn page(
    ctx: web::Data<Ctx>,
    request: &HttpRequest,
    caller: &Caller,
    range: Range,
    context: &'static str,
    load: impl FnOnce(&mut Conn, &Range) -> Result<(Vec<i64>, Vec<Item>)> + Send + 'static,
) -> Result<HttpResponse> {
    let (viewer, shared) = (caller.viewer(), ctx.clone());
    let (places, statuses) = ctx
        .glance(move |conn| {
            let (places, items) = load(conn, &range)?;
            Ok((places, status::statuses(&shared, conn, &viewer, &items, context)?))
        })
        .await?;
    let ends = places.first().copied().zip(places.last().copied());
    answer::list(&ctx, request, &range, ends, &statuses)
}

fn alone(entries: Vec<Entry>) -> (Vec<i64>, Vec<Item>) {
    (entries.iter().map(|entry| entry.post.id.0).collect(), entries.into_iter().map(Item::from).collect())
}

/// `/api/v1/timelines/home`.
pub async fn home(ctx: web::Data<Ctx>, request: HttpRequest, caller: Caller, params: Params) -> Result<HttpResponse> {
    let me = caller.id()?;
    let range = answer::range(&params, USUAL, MOST);
    page(ctx, &request, &caller, range, "home", move |conn, range| {
        let feed = post::feed(conn, me, range)?;
        Ok((feed.iter().map(|fed| fed.place).collect(), status::items(conn, feed)?))
    })
    .await
}

/// `/api/v1/timelines/public`. Visitors read what other servers published over there.
pub async fn public(ctx: web::Data<Ctx>, request: HttpRequest, caller: Caller, params: Params) -> Result<HttpResponse> {
    let viewer = caller.viewer();
    let origin = match (params.flag("local"), params.flag("remote"), viewer.member()) {
        (Some(true), _, _) | (_, _, None) => Origin::Local,
        (_, Some(true), _) => Origin::Remote,
        _ => Origin::Any,
    };
    let is_pictures = params.flag("only_media").unwrap_or(false);
    let range = answer::range(&params, USUAL, MOST);
    page(ctx, &request, &caller, range, "public", move |conn, range| {
        let mut entries = post::listed(conn, &viewer, origin, range)?;
        if is_pictures {
            status::keep_pictures(conn, &mut entries)?;
        }
        Ok(alone(entries))
    })
    .await
}

/// What a call for a hashtag's list asks for, if it is one.
fn wanted(name: &str, params: &Params) -> Option<Wanted> {
    let folded = |list: &str| params.list(list).into_iter().filter_map(text::fold_hashtag).take(WANTED_MAX).collect();
    let says = |name: &str| params.flag(name).unwrap_or(false);
    Some(Wanted {
        any: folded("any"),
        all: folded("all"),
        none: folded("none"),
        origin: match (says("local"), says("remote")) {
            (true, _) => Origin::Local,
            (false, true) => Origin::Remote,
            (false, false) => Origin::Any,
        },
        with_media: says("only_media"),
        ..Wanted::only(text::fold_hashtag(name)?)
    })
}

/// `/api/v1/timelines/tag/{name}`.
pub async fn hashtag(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    name: web::Path<String>,
    params: Params,
) -> Result<HttpResponse> {
    let viewer = caller.viewer();
    let range = answer::range(&params, USUAL, MOST);
    let wanted = wanted(&name, &params);
    page(ctx, &request, &caller, range, "public", move |conn, range| match wanted {
        Some(wanted) => Ok(alone(hashtag::posts_wanted(conn, &viewer, &wanted, range)?)),
        None => Ok((Vec::new(), Vec::new())),
    })
    .await
}

/// `/api/v1/timelines/list/{id}`.
pub async fn list(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<TagId>,
    params: Params,
) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let range = answer::range(&params, USUAL, MOST);
    page(ctx, &request, &caller, range, "home", move |conn, range| {
        tag::own(conn, me, id)?;
        let feed = post::feed_of(conn, me, id, range)?;
        Ok((feed.iter().map(|fed| fed.place).collect(), status::items(conn, feed)?))
    })
    .await
}
