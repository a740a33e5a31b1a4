//! Partners of the archive: their lists of items, read page by page, so that what was there before both sides agreed is found too.

use serde_json::Value;

use super::{Outcome, moment};
use crate::clock::from_rfc3339;
use crate::ctx::Ctx;
use crate::domain::comment::Way;
use crate::domain::partner::{self, Reading};
use crate::domain::post;
use crate::error::{Error, Result};
use crate::remote;
use crate::wire::address::same_host;
use crate::wire::json;
use crate::wire::quote;

/// Items of one page that are taken.
const ITEMS_MAX: usize = 100;
/// Of those, how many may cost a fetch of their own: what is given by its id alone, or quotes something.
const FETCHES_MAX: usize = 30;

/// Reads a page and keeps where it goes on. One that can't be read is tried again later.
pub async fn read(ctx: &Ctx, reading: Reading) -> Result<()> {
    let page = match remote::document(ctx, &reading.page).await {
        Ok(page) => page,
        Err(error @ (Error::Remote { .. } | Error::NotFound(_) | Error::Forbidden)) => {
            tracing::debug!(archive = %reading.archive.uri, %error, "a partner's items can't be read now");
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let mut fetches = 0;
    for item in json::items(&page, "orderedItems").into_iter().take(ITEMS_MAX) {
        if json::types(item).contains(&"Tombstone") {
            take_back(ctx, &reading, item).await?;
            continue;
        }
        if is_held(ctx, &reading, item).await? {
            continue;
        }
        let is_costly = item.is_string() || !quote::read(item).is_empty();
        fetches += usize::from(is_costly);
        if !is_costly || fetches <= FETCHES_MAX {
            take(ctx, &reading, item).await?;
        }
    }
    let next = json::text(&page, "next").filter(|next| same_host(next, &reading.archive.uri) && *next != reading.page);
    let next = next.unwrap_or_default().to_owned();
    ctx.write(move |conn| partner::keep(conn, &reading, &next)).await
}

/// Takes away an item that its archive shows no more, if it is here and wasn't changed there later.
async fn take_back(ctx: &Ctx, reading: &Reading, tombstone: &Value) -> Result<()> {
    let uri = json::id_of(tombstone).unwrap_or_default().to_owned();
    let since = json::text(tombstone, "deleted").and_then(from_rfc3339);
    let author = reading.archive.id;
    let is_held = ctx.glance(move |conn| {
        let known = post::stored(conn, &uri)?.filter(|known| known.author_id == author && known.deleted_at.is_none());
        Ok(known.is_some_and(|known| since.is_none() || known.edited_at <= since))
    });
    if is_held.await? {
        moment::on_tombstone(ctx, &reading.archive, tombstone, Way::Direct(None)).await?;
    }
    Ok(())
}

/// Is an item that is given by its id alone here already? Of what becomes of it its archive tells, so that those behind it have their turn.
async fn is_held(ctx: &Ctx, reading: &Reading, item: &Value) -> Result<bool> {
    let Some(uri) = item.as_str().map(str::to_owned) else { return Ok(false) };
    let author = reading.archive.id;
    ctx.glance(move |conn| match post::stored(conn, &uri)? {
        Some(known) if known.author_id == author && known.deleted_at.is_none() => {
            Ok(partner::held(conn, &known)?.is_some())
        }
        _ => Ok(false),
    })
    .await
}

/// Stores an item that isn't here yet, or as it stands there now.
async fn take(ctx: &Ctx, reading: &Reading, item: &Value) -> Result<()> {
    let left_out = |reason: String| {
        tracing::debug!(archive = %reading.archive.uri, %reason, "an item of a partner is left out");
    };
    match read_item(ctx, reading, item).await {
        Ok(Outcome::Done | Outcome::Ignored(_)) => {}
        Ok(Outcome::Rejected(reason) | Outcome::Later(reason)) => left_out(reason),
        Err(error @ (Error::Remote { .. } | Error::NotFound(_) | Error::Forbidden)) => left_out(error.to_string()),
        Err(error) => return Err(error),
    }
    Ok(())
}

/// The same, by the whole of it: what an item says of itself beside its text stands nowhere else.
async fn read_item(ctx: &Ctx, reading: &Reading, item: &Value) -> Result<Outcome> {
    let way = Way::Direct(None);
    match item.as_str().filter(|id| same_host(id, &reading.archive.uri)) {
        Some(id) => moment::on_update(ctx, &reading.archive, &remote::document(ctx, id).await?, way).await,
        None => moment::on_update(ctx, &reading.archive, item, way).await,
    }
}
