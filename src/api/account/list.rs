//! Looking at accounts: one, several, and one's own followers.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::entity::{Account, relationships};
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::param::Params;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::actor::{self, Actor};
use crate::domain::audience::Viewer;
use crate::domain::block;
use crate::domain::friend::{self, Side};
use crate::error::{Error, Result};
use crate::id::ActorId;
use crate::remote;

/// Accounts asked for by their numbers in one call.
const SEVERAL_MAX: usize = 40;

/// An actor by its number, as far as the viewer may see it. Members of other servers are shown to members only.
pub fn seen(conn: &mut Conn, viewer: &Viewer, id: ActorId) -> Result<Actor> {
    let found = actor::by_id(conn, id)?;
    let is_there = found.suspended_at.is_none() && found.deleted_at.is_none();
    if !is_there || (!found.is_local() && viewer.member().is_none()) {
        return Err(Error::NotFound("actor"));
    }
    block::unhidden(conn, viewer, found)
}

/// `/api/v1/accounts/{id}`.
pub async fn show(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (viewer, id, shared) = (caller.viewer(), *id, ctx.clone());
    let account = ctx
        .glance(move |conn| {
            let actor = seen(conn, &viewer, id)?;
            Account::load(&shared, conn, &viewer, &actor)
        })
        .await?;
    answer::json(&account)
}

/// `/api/v1/accounts?id[]=`.
pub async fn several(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let ids = ids(&params);
    let (viewer, shared) = (caller.viewer(), ctx.clone());
    let accounts = ctx
        .glance(move |conn| {
            let actors = those(conn, &viewer, &ids)?;
            Account::list(&shared, conn, &viewer, &actors)
        })
        .await?;
    answer::json(&accounts)
}

fn ids(params: &Params) -> Vec<ActorId> {
    params.list("id").into_iter().filter_map(|id| id.parse().ok()).take(SEVERAL_MAX).collect()
}

/// Those of these actors whom the viewer may see, in their order.
fn those(conn: &mut Conn, viewer: &Viewer, ids: &[ActorId]) -> Result<Vec<Actor>> {
    let mut found = Vec::new();
    for id in ids {
        match seen(conn, viewer, *id) {
            Ok(actor) => found.push(actor),
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// `/api/v1/accounts/lookup?acct=`: nobody is asked elsewhere for it.
pub async fn find(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let (viewer, shared) = (caller.viewer(), ctx.clone());
    let actor = remote::person::find(&ctx, &viewer, params.text("acct").trim_start_matches('@')).await?;
    let account = ctx.glance(move |conn| Account::load(&shared, conn, &viewer, &actor)).await?;
    answer::json(&account)
}

/// `/api/v1/accounts/search`.
pub async fn search(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let actors = matching(&ctx, &caller, &params).await?;
    let (viewer, shared) = (caller.viewer(), ctx.clone());
    let accounts = ctx.glance(move |conn| Account::list(&shared, conn, &viewer, &actors)).await?;
    answer::json(&accounts)
}

/// Those whom words or an address mean: whom one follows first, then members; with `resolve`, whoever has that address.
pub async fn matching(ctx: &Ctx, caller: &Caller, params: &Params) -> Result<Vec<Actor>> {
    let me = caller.id()?;
    let asked = crate::text::name(params.text("q"), 300);
    let limit = params.limit(40, 80);
    let offset = usize::try_from(params.number("offset").unwrap_or(0)).unwrap_or(0);
    if asked.is_empty() || offset > 0 {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    if remote::person::is_address(&asked) {
        let looked_up = match params.flag("resolve") {
            Some(true) => remote::person::look_up(ctx, me, &asked).await,
            _ => remote::person::find(ctx, &caller.viewer(), asked.trim_start_matches('@')).await,
        };
        match looked_up {
            Ok(actor) => found.push(actor),
            Err(Error::NotFound(_) | Error::Remote { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let words = asked.trim_start_matches('@').to_owned();
    let only_followed = params.flag("following").unwrap_or(false);
    let more = ctx.read(move |conn| {
        let mut more = actor::suggest(conn, me, &words, limit)?;
        if !only_followed {
            more.extend(actor::search(conn, me, &words, limit)?);
        }
        Ok(more)
    });
    for actor in more.await? {
        if found.iter().all(|known| known.id != actor.id) {
            found.push(actor);
        }
    }
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

/// Who follows an account, or whom it follows. A friend list is nobody's business but its owner's: others get nobody.
async fn side(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    id: ActorId,
    params: Params,
    side: Side,
) -> Result<HttpResponse> {
    let (viewer, shared) = (caller.viewer(), ctx.clone());
    let range = answer::range(&params, 40, 80);
    let (ends, accounts) = ctx
        .read(move |conn| {
            seen(conn, &viewer, id)?;
            let rows = match viewer.member() {
                Some(me) if me == id => friend::own_side(conn, me, side, &range)?,
                _ => Vec::new(),
            };
            let ends = rows.first().map(|row| row.0.0).zip(rows.last().map(|row| row.0.0));
            let actors: Vec<Actor> = rows.into_iter().map(|(_, actor)| actor).collect();
            Ok((ends, Account::list(&shared, conn, &viewer, &actors)?))
        })
        .await?;
    answer::list(&ctx, &request, &range, ends, &accounts)
}

/// `/api/v1/accounts/{id}/followers`.
pub async fn followers(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<ActorId>,
    params: Params,
) -> Result<HttpResponse> {
    side(ctx, request, caller, *id, params, Side::Followers).await
}

/// `/api/v1/accounts/{id}/following`.
pub async fn followed(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<ActorId>,
    params: Params,
) -> Result<HttpResponse> {
    side(ctx, request, caller, *id, params, Side::Followed).await
}

/// `/api/v1/accounts/relationships?id[]=`.
pub async fn relations(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let (me, viewer, ids) = (caller.id()?, caller.viewer(), ids(&params));
    let found = ctx
        .glance(move |conn| {
            let others = those(conn, &viewer, &ids)?;
            let parts: Result<Vec<_>> =
                others.chunks(crate::db::AMONG_MAX).map(|part| relationships(conn, me, part)).collect();
            Ok(parts?.concat())
        })
        .await?;
    answer::json(&found)
}

/// `/api/v1/accounts/familiar_followers?id[]=`: nobody is shown who follows whom.
pub async fn familiar(params: Params) -> Result<HttpResponse> {
    let of = |id: ActorId| json!({"id": id.to_string(), "accounts": []});
    answer::json(&ids(&params).into_iter().map(of).collect::<Vec<_>>())
}

/// `/api/v1/accounts/{id}/featured_tags`: the hall has none.
pub async fn featured_hashtags(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (viewer, id) = (caller.viewer(), *id);
    ctx.glance(move |conn| seen(conn, &viewer, id).map(drop)).await?;
    answer::none().await
}

/// `/api/v1/accounts/{id}/endorsements`: the hall has none.
pub async fn endorsements(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    featured_hashtags(ctx, caller, id).await
}
