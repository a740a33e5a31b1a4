//! Pinned posts, both directions: our collection of them, and reading those of others.

use serde_json::{Value, json};

use super::{Outcome, comment, incoming, mention, picture, place};
use crate::ctx::Ctx;
use crate::domain::actor::Actor;
use crate::domain::audience::Viewer;
use crate::domain::post::{Kind, Post};
use crate::domain::profile::{self, PINS_MAX, Reading};
use crate::domain::{media, place as spot};
use crate::error::{Error, Result, Retry};
use crate::remote;
use crate::wire::activity::Activity;
use crate::wire::json;

/// `/actors/{name}/featured`: what the asking server may see of the pinned posts, whole.
pub async fn featured(ctx: &Ctx, viewer: &Viewer, owner: &Actor) -> Result<Value> {
    let (id, viewer) = (owner.id, viewer.clone());
    let (posts, words, pictures, spots) = ctx
        .glance(move |conn| {
            let posts = profile::pinned(conn, &viewer, id)?;
            let ids: Vec<_> = posts.iter().map(|post| post.id).collect();
            let words = posts.iter().map(|post| mention::of(conn, post)).collect::<Result<Vec<_>>>()?;
            Ok((posts, words, media::of_posts(conn, &ids)?, spot::of_posts(conn, &ids)?))
        })
        .await?;
    let nowhere = spot::Place::default();
    let write = |(post, words): (&Post, &mention::Words)| {
        // An article is long: who wants it asks for it.
        if post.kind == Kind::Article {
            return json!(post.uri);
        }
        let mut document = comment::document(post, owner, &comment::Setting::default(), words);
        place::add(&mut document, spots.get(&post.id).unwrap_or(&nowhere));
        // What is pinned is for everyone.
        picture::add(&mut document, &ctx.origin, pictures.get(&post.id).map_or(&[], Vec::as_slice));
        document
    };
    let items: Vec<Value> = posts.iter().zip(&words).map(write).collect();
    Ok(json!({
        "id": format!("{}/featured", owner.uri), "type": "OrderedCollection",
        "totalItems": items.len(), "orderedItems": items,
    }))
}

/// A remote actor pinned or unpinned something: the collection is read again, since it alone says what counts.
pub async fn on_change(ctx: &Ctx, sender: &Actor, activity: &Activity, target: &str) -> Result<Outcome> {
    let (id, target) = (sender.id, target.to_owned());
    if ctx.write(move |conn| profile::read_again(conn, id, &target)).await? {
        Ok(Outcome::Done)
    } else {
        Ok(Outcome::Ignored(format!("{} to something that isn't its pinned posts", activity.kind)))
    }
}

/// Reads the pinned posts of a remote actor and keeps them.
pub async fn read(ctx: &Ctx, reading: Reading) -> Result<()> {
    let gone = reading.actor.deleted_at.is_some() || reading.actor.suspended_at.is_some();
    let found = if gone { Ok(Vec::new()) } else { collect(ctx, &reading).await };
    let end = match found {
        Ok(uris) => End::Read(uris),
        Err(Error::Remote { retry: Retry::Later, host, reason }) => {
            tracing::debug!(%host, %reason, "pinned posts can't be read now");
            End::Later
        }
        Err(Error::Remote { .. } | Error::NotFound(_) | Error::Forbidden) => End::Never,
        Err(error) => return Err(error),
    };
    ctx.write(move |conn| match &end {
        End::Read(uris) => {
            profile::receive_pins(conn, &reading.actor, uris)?;
            profile::stop_reading(conn, &reading)
        }
        End::Later => profile::put_off_reading(conn, &reading),
        End::Never => profile::stop_reading(conn, &reading),
    })
    .await
}

/// How reading a collection ended.
enum End {
    Read(Vec<String>),
    Later,
    Never,
}

/// The ids of the first [`PINS_MAX`] posts, each stored if it is its actor's own and for everyone.
async fn collect(ctx: &Ctx, reading: &Reading) -> Result<Vec<String>> {
    let collection = remote::document(ctx, &reading.featured).await?;
    let mut items = json::items(&collection, "orderedItems");
    if items.is_empty() {
        items = json::items(&collection, "items");
    }
    let mut uris = Vec::new();
    for item in items.into_iter().take(PINS_MAX) {
        match incoming::on_pinned(ctx, &reading.actor, item).await {
            Ok(Outcome::Done | Outcome::Ignored(_)) => uris.extend(json::id_of(item).map(str::to_owned)),
            Ok(Outcome::Rejected(reason) | Outcome::Later(reason)) => {
                tracing::debug!(actor = %reading.actor.uri, %reason, "a pinned post is left out");
            }
            Err(error @ Error::Remote { .. }) => {
                tracing::debug!(actor = %reading.actor.uri, %error, "a pinned post is left out");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(uris)
}
