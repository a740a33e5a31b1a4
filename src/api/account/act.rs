//! What a member does about others: asks, parts, blocks, mutes, answers requests.

use actix_web::{HttpRequest, HttpResponse, web};

use super::entity::{Account, relationships};
use super::list::seen;
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::param::Params;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::actor::{self, Actor};
use crate::domain::block::{self, Kind, Mute};
use crate::domain::friend::{self, State};
use crate::domain::tag;
use crate::error::{Error, Result};
use crate::id::ActorId;

/// Does something about somebody, and answers how the member stands to them then.
async fn act(
    ctx: web::Data<Ctx>,
    caller: Caller,
    id: web::Path<ActorId>,
    what: impl FnOnce(&mut Conn, &Actor, &Actor) -> Result<()> + Send + 'static,
) -> Result<HttpResponse> {
    let (me, viewer, id) = (caller.me()?.clone(), caller.viewer(), *id);
    let stands = ctx
        .write(move |conn| {
            let other = seen(conn, &viewer, id)?;
            what(conn, &me, &other)?;
            relationships(conn, me.id, &[other])
        })
        .await?;
    answer::json(stands.first().ok_or(Error::NotFound("actor"))?)
}

/// `POST /api/v1/accounts/{id}/follow`: of somebody who knows friends it is a request to become one.
///
/// Errors: `Invalid` for what it can't do for one person, besides those of the request.
pub async fn follow(
    ctx: web::Data<Ctx>,
    caller: Caller,
    id: web::Path<ActorId>,
    params: Params,
) -> Result<HttpResponse> {
    let me = caller.id()?;
    if params.flag("notify") == Some(true) || params.list("languages").iter().any(|code| !code.is_empty()) {
        return Err(Error::invalid("", "problem-follow-option"));
    }
    let with_boosts = params.flag("reblogs");
    let answer = act(ctx.clone(), caller, id, move |conn, me, other| {
        if block::standing(conn, me.id, other)?.keeps_apart() {
            return Err(Error::invalid("", "problem-friend-blocked"));
        }
        friend::request(conn, me, other, "")?;
        with_boosts.map_or(Ok(()), |is_shown| friend::set_with_boosts(conn, me.id, other.id, is_shown))
    })
    .await;
    ctx.tallies.invalidate(&me);
    answer
}

/// `POST /api/v1/accounts/{id}/unfollow`: a tie ends on both sides; a request is taken back.
pub async fn unfollow(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    act(ctx, caller, id, friend::remove).await
}

/// `POST /api/v1/accounts/{id}/remove_from_followers`.
pub async fn remove_follower(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    act(ctx, caller, id, friend::remove).await
}

/// `POST /api/v1/accounts/{id}/block`.
pub async fn block(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    act(ctx, caller, id, |conn, me, other| block::set(conn, me, other, Kind::Block)).await
}

/// `POST /api/v1/accounts/{id}/unblock`.
pub async fn lift_block(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    act(ctx, caller, id, |conn, me, other| block::lift(conn, me, other, Kind::Block)).await
}

/// `POST /api/v1/accounts/{id}/mute`.
pub async fn mute(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>, params: Params) -> Result<HttpResponse> {
    let seconds = params.number("duration").unwrap_or(0);
    let how = Mute { seconds, spares_notices: params.flag("notifications") == Some(false) };
    act(ctx, caller, id, move |conn, me, other| block::mute(conn, me, other, how)).await
}

/// `POST /api/v1/accounts/{id}/unmute`.
pub async fn lift_mute(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    act(ctx, caller, id, |conn, me, other| block::lift(conn, me, other, Kind::Mute)).await
}

/// `POST /api/v1/accounts/{id}/note`: the member's own remark about somebody.
pub async fn note(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>, params: Params) -> Result<HttpResponse> {
    let comment = params.text("comment").to_owned();
    act(ctx, caller, id, move |conn, me, other| tag::set_remark(conn, me.id, other.id, &comment)).await
}

/// `POST /api/v1/accounts/{id}/pin`, `/endorse` and their opposites: the hall shows no friends on profiles.
pub async fn endorse(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    act(ctx, caller, id, |_, _, _| Ok(())).await
}

/// `/api/v1/follow_requests`.
pub async fn requests(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    params: Params,
) -> Result<HttpResponse> {
    let (me, viewer, shared) = (caller.id()?, caller.viewer(), ctx.clone());
    let range = answer::range(&params, 40, 80);
    let (ends, accounts) = ctx
        .glance(move |conn| {
            let asking = friend::request_page(conn, me, &range)?;
            let ends = asking.first().map(|tie| tie.follow.id.0).zip(asking.last().map(|tie| tie.follow.id.0));
            let asking: Vec<Actor> = asking.into_iter().map(|tie| tie.actor).collect();
            Ok((ends, Account::list(&shared, conn, &viewer, &asking)?))
        })
        .await?;
    answer::list(&ctx, &request, &range, ends, &accounts)
}

/// Answers the request of somebody.
async fn settle(
    ctx: web::Data<Ctx>,
    caller: Caller,
    id: web::Path<ActorId>,
    how: fn(&mut Conn, &Actor, crate::id::FollowId) -> Result<Actor>,
) -> Result<HttpResponse> {
    let (me, id) = (caller.me()?.clone(), *id);
    let stands = ctx
        .write(move |conn| {
            let other = actor::by_id(conn, id)?;
            let asked = friend::find(conn, id, me.id)?.filter(|follow| follow.state == State::Requested);
            how(conn, &me, asked.ok_or(Error::NotFound("request"))?.id)?;
            relationships(conn, me.id, &[other])
        })
        .await?;
    answer::json(stands.first().ok_or(Error::NotFound("actor"))?)
}

/// `POST /api/v1/follow_requests/{id}/authorize`.
pub async fn accept(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    settle(ctx, caller, id, friend::accept).await
}

/// `POST /api/v1/follow_requests/{id}/reject`.
pub async fn decline(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    settle(ctx, caller, id, friend::decline).await
}

/// Whom a member has blocked, or muted.
async fn kept_out(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    params: Params,
    kind: Kind,
) -> Result<HttpResponse> {
    let (me, viewer, shared) = (caller.id()?, caller.viewer(), ctx.clone());
    let range = answer::range(&params, 40, 80);
    let (ends, accounts) = ctx
        .glance(move |conn| {
            let (people, until): (Vec<Actor>, Vec<_>) = block::page(conn, me, kind, &range)?.into_iter().unzip();
            let ends = people.first().map(|actor| actor.id.0).zip(people.last().map(|actor| actor.id.0));
            let accounts = Account::list(&shared, conn, &viewer, &people)?.into_iter().zip(until);
            let told = accounts.map(|(account, until)| match kind {
                Kind::Mute => account.muted_until(until),
                Kind::Block => account,
            });
            Ok((ends, told.collect::<Vec<_>>()))
        })
        .await?;
    answer::list(&ctx, &request, &range, ends, &accounts)
}

/// `/api/v1/blocks`.
pub async fn blocks(ctx: web::Data<Ctx>, request: HttpRequest, caller: Caller, params: Params) -> Result<HttpResponse> {
    kept_out(ctx, request, caller, params, Kind::Block).await
}

/// `/api/v1/mutes`.
pub async fn mutes(ctx: web::Data<Ctx>, request: HttpRequest, caller: Caller, params: Params) -> Result<HttpResponse> {
    kept_out(ctx, request, caller, params, Kind::Mute).await
}

/// `/api/v1/domain_blocks`: the servers that a member has blocked.
pub async fn servers(ctx: web::Data<Ctx>, caller: Caller) -> Result<HttpResponse> {
    let me = caller.id()?;
    let servers = ctx.glance(move |conn| block::servers(conn, me)).await?;
    let blocked = servers.into_iter().filter(|(_, kind)| *kind == Kind::Block).map(|(host, _)| host);
    answer::json(&blocked.collect::<Vec<_>>())
}

/// The server that a call names.
fn server(ctx: &Ctx, params: &Params) -> Result<String> {
    let host = crate::wire::address::canonical_host(params.text("domain").trim());
    host.filter(|host| *host != ctx.authority).ok_or_else(|| Error::invalid("domain", "problem-block-host"))
}

/// `POST /api/v1/domain_blocks`.
pub async fn block_server(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let (me, host) = (caller.me()?.clone(), server(&ctx, &params)?);
    ctx.write(move |conn| block::set_server(conn, &me, &host, Kind::Block)).await?;
    answer::done()
}

/// `DELETE /api/v1/domain_blocks`.
pub async fn lift_server(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let (me, host) = (caller.me()?.clone(), server(&ctx, &params)?);
    ctx.write(move |conn| block::lift_server(conn, &me, &host, Kind::Block)).await?;
    answer::done()
}
