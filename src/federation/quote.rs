//! Quotes, both directions (FEP-044f): what another server's post quotes, and whether it may; and the leave that our posts give.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::outgoing::{Outgoing, elsewhere};
use super::{Outcome, incoming};
use crate::ctx::Ctx;
use crate::domain::actor::{self, Actor};
use crate::domain::post::{self, Entry};
use crate::domain::quote::{self, Incoming};
use crate::error::{Error, Result};
use crate::id::{ActorId, LeaveId, PostId};
use crate::remote;
use crate::wire::address::same_host;
use crate::wire::quote as wire;

/// Finds out what a post of `author` quotes: fetches it if it isn't here, and looks at the leave. What can't be had is no
/// reason not to take the post.
pub async fn look(ctx: &Ctx, author: &Actor, quoting: &str, incoming: &mut Incoming) -> Result<()> {
    let quoted = match find(ctx, &incoming.uri).await {
        Ok(quoted) => quoted,
        Err(Error::Remote { .. } | Error::NotFound(_) | Error::Forbidden) => return Ok(()),
        Err(error) => return Err(error),
    };
    let Some(Entry { post, author: quoted_author }) = quoted else { return Ok(()) };
    // The id under which it is known here: some quote by the address of its page.
    incoming.uri = post.uri.clone();
    incoming.is_approved = if quoted_author.id == author.id {
        true
    } else if quoted_author.is_local() {
        let by = author.id;
        ctx.glance(move |conn| quote::may_be_quoted(conn, &post, by)).await?
    } else {
        has_leave(ctx, &quoted_author, &incoming.uri, quoting, &incoming.leave).await?
    };
    Ok(())
}

/// A quoted post, fetched from its own server if it is public there and not here yet.
async fn find(ctx: &Ctx, uri: &str) -> Result<Option<Entry>> {
    if let Some(known) = stored(ctx, uri).await? {
        return Ok(Some(known));
    }
    if same_host(uri, &ctx.origin) {
        return Ok(None);
    }
    let Ok((author, document)) = incoming::fetched(ctx, uri).await? else { return Ok(None) };
    incoming::on_pinned(ctx, &author, &document).await?;
    let id = crate::wire::json::id_of(&document).unwrap_or_default();
    stored(ctx, id).await
}

async fn stored(ctx: &Ctx, uri: &str) -> Result<Option<Entry>> {
    let uri = uri.to_owned();
    ctx.glance(move |conn| {
        let Some(post) = post::stored(conn, &uri)?.filter(|post| post.deleted_at.is_none()) else { return Ok(None) };
        let author = actor::by_id(conn, post.author_id)?;
        Ok(Some(Entry { post, author }))
    })
    .await
}

/// Does the quoted author's own server give this leave?
async fn has_leave(ctx: &Ctx, author: &Actor, quoted: &str, quoting: &str, leave: &str) -> Result<bool> {
    if leave.is_empty() || !same_host(leave, &author.uri) {
        return Ok(false);
    }
    match remote::document(ctx, leave).await {
        Ok(document) => Ok(wire::is_leave(&document, &author.uri, quoted, quoting)),
        Err(Error::Remote { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Somebody asks whether they may quote a post of ours.
pub async fn on_request(ctx: &Ctx, sender: &Actor, document: &Value) -> Result<Outcome> {
    let request = match wire::read_request(document) {
        Ok(request) => request,
        Err(refusal) => return Ok(Outcome::Rejected(refusal.0.to_owned())),
    };
    let (by, id) = (sender.clone(), crate::wire::json::id_of(document).unwrap_or_default().to_owned());
    ctx.write(move |conn| quote::receive_request(conn, &by, &id, &request.quoted, &request.quoting)).await?;
    Ok(Outcome::Done)
}

/// The question that is answered.
pub struct Asked<'a> {
    /// The id of the `QuoteRequest`.
    pub request: &'a str,
    /// The post of ours.
    pub quoted: PostId,
    /// The id of the post that quotes it.
    pub quoting: &'a str,
    /// Who asks.
    pub by: ActorId,
    /// The leave, if it is given.
    pub leave: Option<LeaveId>,
}

/// The answer: `Accept` with the leave, or `Reject`.
pub async fn answer(ctx: &Ctx, id: &str, me: &Actor, asked: &Asked<'_>) -> Result<Option<Outgoing>> {
    let (quoted, by) = (asked.quoted, asked.by);
    let (post, other) = ctx.glance(move |conn| Ok((post::by_id(conn, quoted)?, actor::by_id(conn, by)?))).await?;
    if elsewhere(&other).is_none() {
        return Ok(None);
    }
    let request = json!({
        "id": asked.request, "type": "QuoteRequest", "actor": other.uri, "object": post.uri, "instrument": asked.quoting,
    });
    let kind = if asked.leave.is_some() { "Accept" } else { "Reject" };
    let mut document = json!({"id": id, "type": kind, "actor": me.uri, "to": [other.uri], "object": request});
    if let (Value::Object(map), Some(leave)) = (&mut document, asked.leave) {
        map.insert("result".to_owned(), leave_uri(&post.uri, leave).into());
    }
    Ok(Some(Outgoing::new(kind, document, BTreeSet::from([other.inbox]))))
}

fn leave_uri(post: &str, leave: LeaveId) -> String {
    format!("{post}/leaves/{leave}")
}

/// The document of a leave that stands.
///
/// Errors: `NotFound`.
pub async fn leave(ctx: &Ctx, post: PostId, id: LeaveId) -> Result<Value> {
    let (entry, quoting) = ctx.glance(move |conn| quote::leave(conn, post, id)).await?;
    let Entry { post, author } = entry;
    Ok(wire::leave(&leave_uri(&post.uri, id), &author.uri, &post.uri, &quoting))
}
