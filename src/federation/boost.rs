//! Boosts, both directions: `Announce` of somebody's public post, and its `Undo`.

use serde_json::{Value, json};

use super::outgoing::{Outgoing, current_inboxes, elsewhere, without_closed};
use super::{Outcome, incoming};
use crate::clock::{Micros, to_rfc3339_ms};
use crate::ctx::Ctx;
use crate::domain::actor::{self, Actor};
use crate::domain::boost;
use crate::domain::{friend, post};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::wire::activity::Activity;
use crate::wire::address::{host_of, same_host};
use crate::wire::json as wire_json;
use crate::wire::object::PUBLIC;

/// A member boosts a post at `at`, or takes a boost back (`undo` is the id of that activity): to the member's followers and the
/// post's author.
pub async fn about_boost(
    ctx: &Ctx,
    announce: &str,
    undo: Option<&str>,
    me: &Actor,
    id: PostId,
    at: Micros,
) -> Result<Option<Outgoing>> {
    let booster = me.id;
    let found = ctx
        .glance(move |conn| {
            let post = post::by_id(conn, id)?;
            let author = actor::by_id(conn, post.author_id)?;
            Ok((post, author, current_inboxes(conn, booster)?))
        })
        .await;
    let (post, author, mut inboxes) = match found {
        Ok(found) => found,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    inboxes.extend(elsewhere(&author));
    if undo.is_none() {
        if post.deleted_at.is_some() {
            return Ok(None);
        }
        inboxes = without_closed(ctx, me.id, inboxes).await?;
    }
    if inboxes.is_empty() {
        return Ok(None);
    }
    let (to, cc) = (json!([PUBLIC]), json!([me.followers, author.uri]));
    let announced = json!({
        "id": announce, "type": "Announce", "actor": me.uri, "published": to_rfc3339_ms(at), "to": to, "cc": cc, "object": post.uri,
    });
    let (kind, document) = match undo {
        None => ("Announce", announced),
        Some(id) => {
            ("Undo", json!({"id": id, "type": "Undo", "actor": me.uri, "to": to, "cc": cc, "object": announced}))
        }
    };
    let mut outgoing = Outgoing::new(kind, document, inboxes);
    outgoing.post_id = Some(post.id);
    Ok(Some(outgoing))
}

/// A remote actor boosts a post: kept if it is a post of ours, or if somebody here follows the booster. A post that isn't here
/// yet is fetched from its own server, whatever came along.
pub async fn on_announce(ctx: &Ctx, sender: &Actor, activity: &Activity) -> Result<Outcome> {
    let ignored = |why: &str| Ok(Outcome::Ignored(why.to_owned()));
    let uri = activity.object_id().to_owned();
    if host_of(&uri).is_none() {
        return ignored("no post is named");
    }
    let (asked, booster) = (uri.clone(), sender.id);
    let (known, is_heard) = ctx
        .glance(move |conn| Ok((post::stored(conn, &asked)?.is_some(), friend::is_followed_here(conn, booster)?)))
        .await?;
    let is_ours = same_host(&uri, &ctx.origin);
    if !is_ours && !is_heard {
        return ignored("nobody here follows who boosted it");
    }
    if !is_ours
        && !known
        && let Outcome::Rejected(why) = fetch(ctx, &uri).await?
    {
        return Ok(Outcome::Rejected(why));
    }
    let (booster, announce) = (sender.clone(), announce_uri(sender, activity));
    Ok(ctx.write(move |conn| boost::receive(conn, &booster, &announce, &uri)).await?.into())
}

/// The id of an `Announce`; some servers give theirs none.
pub(super) fn announce_uri(sender: &Actor, announce: &Activity) -> String {
    match announce.id.as_str() {
        "" => format!("{}#announce:{}", sender.uri, announce.object_id()),
        id => id.to_owned(),
    }
}

/// Fetches a public post that isn't here from its own server.
async fn fetch(ctx: &Ctx, uri: &str) -> Result<Outcome> {
    match incoming::fetched(ctx, uri).await? {
        Ok((author, document)) => incoming::on_pinned(ctx, &author, &document).await,
        Err(why) => Ok(Outcome::Rejected(why)),
    }
}

/// A remote actor takes a boost back: given as a document, or by its id alone.
pub async fn on_undo(ctx: &Ctx, sender: &Actor, object: &Value) -> Result<Outcome> {
    let booster = sender.clone();
    let uri = wire_json::id_of(object).unwrap_or_default().to_owned();
    let post = object.get("object").and_then(wire_json::id_of).unwrap_or_default().to_owned();
    Ok(ctx.write(move |conn| boost::receive_undo(conn, &booster, &uri, &post)).await?.into())
}

/// Is this the id of a boost by this actor that is here?
pub async fn is_boost(ctx: &Ctx, sender: &Actor, object: &Value) -> Result<bool> {
    let (id, uri) = (sender.id, wire_json::id_of(object).unwrap_or_default().to_owned());
    ctx.glance(move |conn| Ok(boost::by_uri(conn, id, &uri)?.is_some())).await
}
