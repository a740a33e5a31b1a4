//! What the accounts of this hall do besides publishing: articles whose time has come, comments that were selected, greetings and
//! replies, and the end of one.

use std::collections::BTreeSet;

use super::article;
use super::friend::lead;
use super::outgoing::{Outgoing, current_inboxes};
use crate::ctx::Ctx;
use crate::domain::actor::{self, Actor};
use crate::domain::draft as drafts;
use crate::domain::event::Event;
use crate::domain::{greeting, post};
use crate::error::Result;
use crate::id::{ActorId, DraftId, PostId};
use crate::wire::activity;

/// What an event of an account means to other servers; some are the account's own to do.
pub async fn act(ctx: &Ctx, id: &str, me: &Actor, event: &Event) -> Result<Option<Outgoing>> {
    match event {
        Event::DraftDue(draft) => due(ctx, *draft).await,
        Event::CommentSelected { root, comment } => selected(ctx, id, me, *root, *comment).await,
        Event::AccountClosed => closed(ctx, id, me).await,
        Event::AccountMoved { to } => moved(ctx, id, me, *to).await,
        Event::AccountFollowed { follower } => {
            let (account, follower) = (me.id, *follower);
            ctx.write(move |conn| greeting::greet(conn, account, follower)).await.map(|()| None)
        }
        Event::AccountNamed { post } => {
            let (account, post) = (me.id, *post);
            ctx.write(move |conn| greeting::answer(conn, account, post)).await.map(|()| None)
        }
        _ => Ok(None),
    }
}

/// The time of a draft has come.
async fn due(ctx: &Ctx, draft: DraftId) -> Result<Option<Outgoing>> {
    let rule = ctx.config.accounts.clone();
    ctx.write(move |conn| drafts::due(conn, draft, &rule)).await.map(|()| None)
}

/// An account is closed: those who follow it from elsewhere are told.
async fn closed(ctx: &Ctx, id: &str, me: &Actor) -> Result<Option<Outgoing>> {
    let account = me.id;
    let inboxes = ctx.glance(move |conn| current_inboxes(conn, account)).await?;
    let document = activity::delete(id, &me.uri, &me.uri, &[crate::wire::object::PUBLIC.to_owned()]);
    Ok((!inboxes.is_empty()).then(|| Outgoing::new("Delete", document, inboxes)))
}

/// An account has moved: its followers elsewhere are told, and those here go along.
async fn moved(ctx: &Ctx, id: &str, me: &Actor, to: ActorId) -> Result<Option<Outgoing>> {
    let account = me.id;
    let (target, inboxes) =
        ctx.glance(move |conn| Ok((actor::by_id(conn, to)?, current_inboxes(conn, account)?))).await?;
    lead(ctx, me, &target).await?;
    let document = activity::moved(id, &me.uri, &target.uri, std::slice::from_ref(&me.followers));
    Ok((!inboxes.is_empty()).then(|| Outgoing::new("Move", document, inboxes)))
}

/// An account has selected what somebody elsewhere said.
async fn selected(ctx: &Ctx, id: &str, me: &Actor, root: PostId, comment: PostId) -> Result<Option<Outgoing>> {
    let (root, comment, by) = ctx
        .glance(move |conn| {
            let (root, comment) = (post::by_id(conn, root)?, post::by_id(conn, comment)?);
            let by = actor::by_id(conn, comment.author_id)?;
            Ok((root, comment, by))
        })
        .await?;
    if by.is_local() || by.deleted_at.is_some() || comment.deleted_at.is_some() {
        return Ok(None);
    }
    let document = article::selected(id, me, &comment.uri, &by.uri, &root.uri);
    Ok(Some(Outgoing::new("Accept", document, BTreeSet::from([by.inbox.clone()]))))
}
