//! Uploads are made ready, and files that nothing needs any more are taken out of the store.

use super::video;
use crate::ctx::Ctx;
use crate::domain::media::{self, Facts, Kind, Media, Purpose, Variant};
use crate::domain::{hold, item};
use crate::error::{Error, Result};
use crate::picture::{Refused, Shape};

/// Makes the forms of one upload, or says why it can't be used.
pub(super) async fn prepare(ctx: &Ctx, upload: Media) -> Result<()> {
    let made = match (upload.attempts > media::ATTEMPTS_MAX, upload.kind) {
        (true, _) => Ok(Err(Refused::Lost.as_str())),
        (false, Kind::Video | Kind::Audio) => video::forms(ctx, &upload).await,
        (false, _) => forms(ctx, &upload).await.map(|made| made.map_err(Refused::as_str)),
    };
    match made {
        Ok(Ok(facts)) => finish(ctx, upload, facts).await,
        Ok(Err(reason)) => refuse(ctx, upload, reason).await,
        Err(error @ (Error::Unavailable(_) | Error::Broken(_))) => {
            tracing::warn!(media = %upload.id, %error, "an upload waits for another try");
            ctx.write(move |conn| media::postpone(conn, &upload)).await
        }
        Err(error) => Err(error),
    }
}

async fn forms(ctx: &Ctx, upload: &Media) -> Result<std::result::Result<Facts, Refused>> {
    let original = match ctx.files.read(&Variant::Original.key(&upload.stem)).await {
        Err(Error::NotFound(_)) => return Ok(Err(Refused::Lost)),
        original => original?,
    };
    let picture = match ctx.prepare(original, shape(ctx, upload).await?).await? {
        Ok(picture) => picture,
        Err(refused) => return Ok(Err(refused)),
    };
    let facts = Facts::of(&picture);
    let (stem, has_tiles) = (upload.stem.clone(), picture.tiles.is_some());
    ctx.write(move |conn| {
        media::reserve(conn, &stem, &[Variant::Display, Variant::Thumb])?;
        if has_tiles { media::reserve(conn, &stem, &[Variant::Tiles]) } else { Ok(()) }
    })
    .await?;
    ctx.files.put(&Variant::Display.key(&upload.stem), picture.display.bytes).await?;
    ctx.files.put(&Variant::Thumb.key(&upload.stem), picture.thumb.bytes).await?;
    if let Some(tiles) = picture.tiles {
        ctx.files.put(&Variant::Tiles.key(&upload.stem), tiles.bytes).await?;
    }
    Ok(Ok(facts))
}

/// What a picture is to become: one of the archive is read closely.
async fn shape(ctx: &Ctx, upload: &Media) -> Result<Shape> {
    let Some(post) = upload.post_id else { return Ok(upload.purpose.shape()) };
    match ctx.glance(move |conn| item::by_id(conn, post)).await {
        Ok(_) => Ok(Shape::Tiled),
        Err(Error::NotFound(_)) => Ok(upload.purpose.shape()),
        Err(error) => Err(error),
    }
}

async fn finish(ctx: &Ctx, upload: Media, facts: Facts) -> Result<()> {
    ctx.write(move |conn| match media::ready(conn, upload.id, &facts)? {
        Some(ready) if ready.purpose == Purpose::Post => hold::picture_done(conn, &ready),
        Some(ready) => media::set_face(conn, &ready),
        // Its owner has taken it back; what was just stored was announced and goes with it.
        None => media::drop_forms(conn, &upload),
    })
    .await
}

async fn refuse(ctx: &Ctx, upload: Media, reason: &'static str) -> Result<()> {
    tracing::info!(media = %upload.id, reason, "an upload can't be used");
    ctx.write(move |conn| match media::fail(conn, upload.id, reason)? {
        Some(failed) if failed.purpose == Purpose::Post => hold::picture_done(conn, &failed),
        _ => Ok(()),
    })
    .await
}

/// Takes one file out of the store; `Err` inside if it is to be tried again.
pub(super) async fn remove(ctx: &Ctx, removal: media::Removal) -> Result<()> {
    match ctx.files.delete(&removal.key).await {
        Ok(()) | Err(Error::NotFound(_)) => ctx.write(move |conn| media::removed(conn, &[removal.key])).await,
        Err(error) => {
            tracing::warn!(key = removal.key, %error, "a file waits to be removed");
            ctx.write(move |conn| media::postpone_removal(conn, &removal)).await
        }
    }
}
