//! What a member does with a status: favourite, boost, bookmark, pin; and the lists of it.

use actix_web::{HttpRequest, HttpResponse, web};

use super::entity::{self, Item};
use super::read::{find, post_of};
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::param::Params;
use crate::ctx::Ctx;
use crate::db::{Conn, Range};
use crate::domain::actor::Actor;
use crate::domain::audience::Viewer;
use crate::domain::post::Entry;
use crate::domain::{bookmark, boost, profile, reaction};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};

/// Does something with the post behind a status, and answers the status as it is then.
async fn act(
    ctx: web::Data<Ctx>,
    caller: Caller,
    id: web::Path<PostId>,
    what: impl FnOnce(&mut Conn, &Actor, PostId) -> Result<()> + Send + 'static,
) -> Result<HttpResponse> {
    let (me, viewer, id, shared) = (caller.me()?.clone(), caller.viewer(), *id, ctx.clone());
    let status = ctx
        .write(move |conn| {
            let post = post_of(conn, &viewer, id)?;
            what(conn, &me, post)?;
            let item = find(conn, &viewer, post)?;
            entity::one(&shared, conn, &viewer, item)
        })
        .await?;
    answer::json(&status)
}

/// `POST /api/v1/statuses/{id}/favourite`.
pub async fn favourite(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    act(ctx, caller, id, |conn, me, post| reaction::like(conn, me, post).map(drop)).await
}

/// `POST /api/v1/statuses/{id}/unfavourite`.
pub async fn unfavourite(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    act(ctx, caller, id, |conn, me, post| reaction::unlike(conn, me, post).map(drop)).await
}

/// `POST /api/v1/statuses/{id}/reblog`: answers the boost, around the status.
pub async fn boost(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (me, viewer, id, shared) = (caller.me()?.clone(), caller.viewer(), *id, ctx.clone());
    let status = ctx
        .write(move |conn| {
            let post = post_of(conn, &viewer, id)?;
            boost::boost(conn, &me, post)?;
            let boost = boost::find(conn, me.id, post)?.ok_or(Error::NotFound("boost"))?;
            let entry = find(conn, &viewer, post)?.entry;
            entity::one(&shared, conn, &viewer, Item { entry, boost: Some((boost.id.0, me)) })
        })
        .await;
    match status {
        Ok(status) => answer::json(&status),
        Err(Error::Forbidden) => Err(Error::invalid("", "problem-boost-audience")),
        Err(error) => Err(error),
    }
}

/// `POST /api/v1/statuses/{id}/unreblog`.
pub async fn unboost(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    act(ctx, caller, id, |conn, me, post| boost::unboost(conn, me, post).map(drop)).await
}

/// `POST /api/v1/statuses/{id}/bookmark`.
pub async fn bookmark(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    act(ctx, caller, id, |conn, me, post| bookmark::add(conn, me.id, post)).await
}

/// `POST /api/v1/statuses/{id}/unbookmark`.
pub async fn unbookmark(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    act(ctx, caller, id, |conn, me, post| bookmark::remove(conn, me.id, post)).await
}

/// `POST /api/v1/statuses/{id}/pin`.
pub async fn pin(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    act(ctx, caller, id, profile::pin).await
}

/// `POST /api/v1/statuses/{id}/unpin`.
pub async fn unpin(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    act(ctx, caller, id, profile::unpin).await
}

/// `POST /api/v1/statuses/{id}/mute`: the hall has no mutes of single talks; the status is answered as it is.
pub async fn mute(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    act(ctx, caller, id, |_, _, _| Ok(())).await
}

/// `POST /api/v1/statuses/{id}/unmute`.
pub async fn unmute(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    act(ctx, caller, id, |_, _, _| Ok(())).await
}

/// The page of a list of posts that a member has kept in one way or another, each under a number of its own.
async fn kept(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    params: Params,
    load: impl FnOnce(&mut Conn, ActorId, &Range) -> Result<Vec<(i64, Entry)>> + Send + 'static,
) -> Result<HttpResponse> {
    let (me, range, shared) = (caller.id()?, answer::range(&params, 20, 40), ctx.clone());
    let (ends, statuses) = ctx
        .glance(move |conn| {
            let rows = load(conn, me, &range)?;
            let ends = rows.first().map(|row| row.0).zip(rows.last().map(|row| row.0));
            let items: Vec<Item> = rows.into_iter().map(|(_, entry)| entry.into()).collect();
            Ok((ends, entity::statuses(&shared, conn, &Viewer::Member(me), &items, "")?))
        })
        .await?;
    answer::list(&ctx, &request, &range, ends, &statuses)
}

/// `/api/v1/favourites`.
pub async fn favourites(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    params: Params,
) -> Result<HttpResponse> {
    kept(ctx, request, caller, params, |conn, me, range| {
        Ok(reaction::liked(conn, me, range)?.into_iter().map(|(id, entry)| (id.0, entry)).collect())
    })
    .await
}

/// `/api/v1/bookmarks`.
pub async fn bookmarks(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    params: Params,
) -> Result<HttpResponse> {
    kept(ctx, request, caller, params, |conn, me, range| {
        Ok(bookmark::list(conn, me, range)?.into_iter().map(|(id, entry)| (id.0, entry)).collect())
    })
    .await
}
