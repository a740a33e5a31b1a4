//! The collections of a group of this hall (FEP-1b12): who runs it, what stands before the rest, how many belong to it. Of a private
//! group none of them is there for anybody but its members' servers.

use serde_json::{Value, json};

use crate::ctx::Ctx;
use crate::domain::actor::Actor;
use crate::domain::audience::Viewer;
use crate::domain::post::Entry;
use crate::domain::{group, media, place as spot, poll as votes, topic};
use crate::error::Result;
use crate::federation::{comment, mention, picture, place, poll, roll_call};

/// May who asks see the collections of a group of this hall?
pub async fn shows(ctx: &Ctx, viewer: &Viewer, owner: &Actor) -> Result<bool> {
    let (id, viewer) = (owner.id, viewer.clone());
    ctx.glance(move |conn| {
        let is_private = group::detail(conn, id)?.is_some_and(|detail| detail.is_private);
        if is_private { group::admits(conn, id, &viewer) } else { Ok(true) }
    })
    .await
}

fn collection(owner: &Actor, name: &str, items: &[Value]) -> Value {
    json!({
        "id": format!("{}/{name}", owner.uri), "type": "OrderedCollection", "totalItems": items.len(),
        "orderedItems": items, "attributedTo": owner.uri,
    })
}

/// `/actors/{group}/moderators`: who runs it, the owner first.
pub async fn moderators(ctx: &Ctx, owner: &Actor) -> Result<Value> {
    let id = owner.id;
    let officers = ctx.glance(move |conn| group::officers(conn, id)).await?;
    let there = officers.into_iter().filter(|(_, officer)| officer.deleted_at.is_none());
    let items: Vec<Value> = there.map(|(_, officer)| officer.uri.into()).collect();
    Ok(collection(owner, "moderators", &items))
}

/// `/actors/{group}/followers`: how many belong to it.
pub async fn followers(ctx: &Ctx, owner: &Actor) -> Result<Value> {
    let id = owner.id;
    let total = ctx.glance(move |conn| group::member_count(conn, id)).await?;
    Ok(json!({"id": owner.followers, "type": "OrderedCollection", "totalItems": total, "attributedTo": owner.uri}))
}

/// `/actors/{group}/featured`: what stands before the rest, as far as who asks may see it: of members of this hall whole, of others by
/// its id.
pub async fn featured(ctx: &Ctx, viewer: &Viewer, owner: &Actor) -> Result<Value> {
    let (id, viewer) = (owner.id, viewer.clone());
    let pinned = ctx.glance(move |conn| topic::pinned(conn, &viewer, id)).await?;
    let mut items = Vec::with_capacity(pinned.len());
    for entry in pinned {
        items.push(match entry.author.is_local() && entry.post.audience.is_public() {
            true => whole(ctx, entry).await?,
            false => entry.post.uri.into(),
        });
    }
    Ok(collection(owner, "featured", &items))
}

async fn whole(ctx: &Ctx, entry: Entry) -> Result<Value> {
    let asked = entry.post.clone();
    let (setting, words, pictures, spot, asks) = ctx
        .glance(move |conn| {
            let (setting, words) = (comment::setting(conn, &asked)?, mention::of(conn, &asked)?);
            let asks = votes::of_post(conn, None, asked.id)?;
            Ok((setting, words, media::of_post(conn, asked.id)?, spot::of_post(conn, asked.id)?, asks))
        })
        .await?;
    let mut document = comment::document(&entry.post, &entry.author, &setting, &words);
    place::add(&mut document, &spot);
    poll::add(&mut document, asks.as_ref(), ctx.now());
    roll_call::add(ctx, &mut document, &entry.post).await?;
    picture::add(&mut document, &ctx.origin, &pictures);
    Ok(document)
}
