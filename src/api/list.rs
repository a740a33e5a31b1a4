//! Lists: the member's tags, as programs see them (Mastodon's documentation, “List”).

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::account::Account;
use super::answer;
use super::caller::Caller;
use super::param::Params;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::tag::{self, Draft, Tag};
use crate::error::Result;
use crate::id::{ActorId, TagId};

/// A list.
#[derive(Serialize)]
pub struct Shown {
    id: String,
    title: String,
    replies_policy: String,
    exclusive: bool,
}

impl Shown {
    /// The list of a tag.
    pub fn of(tag: &Tag) -> Self {
        Self {
            id: tag.id.to_string(),
            title: tag.name.clone(),
            replies_policy: tag.replies.clone(),
            exclusive: tag.exclusive,
        }
    }
}

/// `/api/v1/lists`.
pub async fn list(ctx: web::Data<Ctx>, caller: Caller) -> Result<HttpResponse> {
    let me = caller.id()?;
    let tags = ctx.glance(move |conn| tag::list(conn, me)).await?;
    answer::json(&tags.iter().map(Shown::of).collect::<Vec<_>>())
}

/// `POST /api/v1/lists`.
pub async fn create(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let me = caller.id()?;
    let exclusive = params.flag("exclusive").unwrap_or(false);
    let draft = Draft::parse(params.text("title"), params.text("replies_policy"), exclusive)?;
    let tag = ctx.write(move |conn| tag::create(conn, me, &draft)).await?;
    answer::json(&Shown::of(&tag))
}

/// `/api/v1/lists/{id}`.
pub async fn show(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<TagId>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let tag = ctx.glance(move |conn| tag::own(conn, me, id)).await?;
    answer::json(&Shown::of(&tag))
}

/// `PUT /api/v1/lists/{id}`: what isn't said stays as it is.
pub async fn update(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<TagId>, params: Params) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let tag = ctx
        .write(move |conn| {
            let old = tag::own(conn, me, id)?;
            let name = if params.holds("title") { params.text("title") } else { &old.name };
            let replies = params.some("replies_policy").unwrap_or(&old.replies);
            let draft = Draft::parse(name, replies, params.flag("exclusive").unwrap_or(old.exclusive))?;
            tag::update(conn, me, id, &draft)
        })
        .await?;
    answer::json(&Shown::of(&tag))
}

/// `DELETE /api/v1/lists/{id}`.
pub async fn delete(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<TagId>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    ctx.write(move |conn| tag::delete(conn, me, id)).await?;
    answer::done()
}

/// `/api/v1/lists/{id}/accounts`: `limit=0` means all.
pub async fn accounts(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<TagId>,
    params: Params,
) -> Result<HttpResponse> {
    let (me, viewer, id, shared) = (caller.id()?, caller.viewer(), *id, ctx.clone());
    let mut range = answer::range(&params, 40, 80);
    if params.number("limit") == Some(0) {
        range.limit = tag::MEMBERS_MAX;
    }
    let after = params.number("max_id").map(ActorId);
    let accounts = ctx
        .glance(move |conn| {
            let people = tag::people(conn, me, id, after, range.limit)?;
            Account::list(&shared, conn, &viewer, &people)
        })
        .await?;
    answer::list(&ctx, &request, &range, None, &accounts)
}

async fn change(
    ctx: web::Data<Ctx>,
    caller: Caller,
    id: web::Path<TagId>,
    params: Params,
    how: fn(&mut Conn, ActorId, TagId, &[ActorId]) -> Result<()>,
) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let people: Vec<ActorId> = params.list("account_ids").into_iter().filter_map(|id| id.parse().ok()).collect();
    ctx.write(move |conn| how(conn, me, id, &people)).await?;
    answer::done()
}

/// `POST /api/v1/lists/{id}/accounts`.
pub async fn add(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<TagId>, params: Params) -> Result<HttpResponse> {
    change(ctx, caller, id, params, tag::add).await
}

/// `DELETE /api/v1/lists/{id}/accounts`.
pub async fn remove(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<TagId>, params: Params) -> Result<HttpResponse> {
    change(ctx, caller, id, params, tag::remove).await
}

/// `/api/v1/accounts/{id}/lists`: the member's own tags under which somebody stands.
pub async fn of_account(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let tags = ctx.glance(move |conn| tag::of(conn, me, id)).await?;
    answer::json(&tags.iter().map(Shown::of).collect::<Vec<_>>())
}
