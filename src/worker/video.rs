//! Films and sounds that were uploaded: looked through, rid of where they were taken; a film is given its picture.

use futures_util::TryStreamExt;

use crate::ctx::Ctx;
use crate::domain::media::{self, Facts, Media, Variant};
use crate::error::{Error, Result};
use crate::picture::{Picture, Refused, Shape};
use crate::video;

/// Stores a film or sound as it is served, with its picture if one was sent along. The inner error is the word for why it can't be used.
pub(super) async fn forms(ctx: &Ctx, upload: &Media) -> Result<std::result::Result<Facts, &'static str>> {
    let original = Variant::Original.key(&upload.stem);
    let size = match ctx.files.size(&original).await {
        Err(Error::NotFound(_)) => return Ok(Err(Refused::Lost.as_str())),
        size => size?,
    };
    let read = |part: std::ops::Range<u64>| {
        let (files, key) = (ctx.files.clone(), original.clone());
        async move {
            let pieces: Vec<bytes::Bytes> = files.get(&key, Some(part)).await?.content.try_collect().await?;
            Ok(pieces.concat().into())
        }
    };
    let facts = match video::look(size, read).await? {
        Ok(facts) => facts,
        Err(refused) => return Ok(Err(refused.as_str())),
    };
    let poster = if facts.format.is_sound() { None } else { poster(ctx, upload).await? };
    let stem = upload.stem.clone();
    ctx.write(move |conn| media::reserve(conn, &stem, &[Variant::Display, Variant::Thumb])).await?;
    copy(ctx, upload, &facts).await?;
    let made = Facts::of_video(&facts, size, poster.as_ref());
    if let Some(poster) = poster {
        ctx.files.put(&Variant::Thumb.key(&upload.stem), poster.thumb.bytes).await?;
    }
    Ok(Ok(made))
}

/// The picture that was sent along, made anew. Without one, or with one that is none, the film's first moment is shown.
async fn poster(ctx: &Ctx, upload: &Media) -> Result<Option<Picture>> {
    let sent = match ctx.files.read(&Variant::Poster.key(&upload.stem)).await {
        Err(Error::NotFound(_)) => return Ok(None),
        sent => sent?,
    };
    let made = ctx.prepare(sent, Shape::Poster).await?;
    Ok(made.inspect_err(|refused| tracing::info!(media = %upload.id, ?refused, "a film goes without its picture")).ok())
}

/// Copies the file piece by piece, without what it says of where it was taken.
async fn copy(ctx: &Ctx, upload: &Media, facts: &video::Facts) -> Result<()> {
    let mut content = ctx.files.get(&Variant::Original.key(&upload.stem), None).await?.content;
    let mut writer = ctx.files.writer(&Variant::Display.key(&upload.stem))?;
    let mut at = 0;
    loop {
        let piece = match content.try_next().await {
            Ok(Some(piece)) => piece,
            Ok(None) => return writer.finish().await,
            Err(error) => {
                writer.abort().await;
                return Err(error);
            }
        };
        let mut piece = Vec::from(piece);
        video::blank(at, &mut piece, &facts.blanks);
        at += piece.len() as u64;
        if let Err(error) = writer.write(piece.into()).await {
            writer.abort().await;
            return Err(error);
        }
    }
}
