//! Partners of the archive: their lists of items, read page by page, so that what was there before both sides agreed is found too.

use serde_json::Value;

use super::{Outcome, moment};
use crate::ctx::Ctx;
use crate::domain::comment::Way;
use crate::domain::partner::{self, Reading};
use crate::error::{Error, Result};
use crate::remote;
use crate::wire::address::same_host;
use crate::wire::json;

/// Items of one page that are taken.
const ITEMS_MAX: usize = 100;

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
    for item in json::items(&page, "orderedItems").into_iter().take(ITEMS_MAX) {
        take(ctx, &reading, item).await?;
    }
    let next = json::text(&page, "next").filter(|next| same_host(next, &reading.archive.uri) && *next != reading.page);
    let next = next.unwrap_or_default().to_owned();
    ctx.write(move |conn| partner::keep(conn, &reading, &next)).await
}

/// Stores an item that isn't here yet, or as it stands there now.
async fn take(ctx: &Ctx, reading: &Reading, item: &Value) -> Result<()> {
    let left_out = |reason: String| {
        tracing::debug!(archive = %reading.archive.uri, %reason, "an item of a partner is left out");
    };
    match moment::on_update(ctx, &reading.archive, item, Way::Direct(None)).await {
        Ok(Outcome::Done | Outcome::Ignored(_)) => {}
        Ok(Outcome::Rejected(reason) | Outcome::Later(reason)) => left_out(reason),
        Err(error @ (Error::Remote { .. } | Error::NotFound(_) | Error::Forbidden)) => left_out(error.to_string()),
        Err(error) => return Err(error),
    }
    Ok(())
}
