//! Conversations (Mastodon's documentation, “Conversation”): what is for few, by thread.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::account::Account;
use super::answer;
use super::caller::Caller;
use super::param::Params;
use super::status::{self, Item, Status};
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::actor;
use crate::domain::audience::Viewer;
use crate::domain::conversation::{self, Conversation};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};

/// A conversation.
#[derive(Debug, Clone, Serialize)]
struct Shown {
    id: String,
    unread: bool,
    accounts: Vec<Account>,
    last_status: Option<Status>,
}

/// Conversations in their order. What the member's filters hide has no last status.
fn shown(ctx: &Ctx, conn: &mut Conn, me: ActorId, found: &[Conversation]) -> Result<Vec<Shown>> {
    let viewer = Viewer::Member(me);
    let items: Vec<Item> = found.iter().map(|one| one.last.clone().into()).collect();
    let mut statuses = status::statuses(ctx, conn, &viewer, &items, "home")?;
    let mut all = Vec::with_capacity(found.len());
    for one in found {
        let id = one.last.post.id.to_string();
        let place = statuses.iter().position(|status| status.id == id);
        // Who speaks to nobody else speaks to themself.
        let people = if one.people.is_empty() { vec![actor::by_id(conn, me)?] } else { one.people.clone() };
        all.push(Shown {
            id: one.id.to_string(),
            unread: one.is_unread,
            accounts: Account::list(ctx, conn, &viewer, &people)?,
            last_status: place.map(|place| statuses.swap_remove(place)),
        });
    }
    Ok(all)
}

/// `/api/v1/conversations`.
pub async fn list(ctx: web::Data<Ctx>, request: HttpRequest, caller: Caller, params: Params) -> Result<HttpResponse> {
    let (me, range, shared) = (caller.id()?, answer::range(&params, 20, 40), ctx.clone());
    let (ends, all) = ctx
        .read(move |conn| {
            let found = conversation::list(conn, me, &range)?;
            let number = |one: &Conversation| one.last.post.id.0;
            let ends = found.first().map(number).zip(found.last().map(number));
            Ok((ends, shown(&shared, conn, me, &found)?))
        })
        .await?;
    answer::list(&ctx, &request, &range, ends, &all)
}

/// `POST /api/v1/conversations/{id}/read`.
pub async fn read(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (me, id, shared) = (caller.id()?, *id, ctx.clone());
    let told = ctx
        .write(move |conn| {
            conversation::read(conn, me, id)?;
            let found = conversation::one(conn, me, id)?;
            Ok(shown(&shared, conn, me, &[found])?.pop())
        })
        .await?;
    answer::json(&told.ok_or(Error::NotFound("conversation"))?)
}

/// `DELETE /api/v1/conversations/{id}`.
pub async fn delete(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    ctx.write(move |conn| conversation::put_away(conn, me, id)).await?;
    answer::done()
}
