//! Pieces of pictures: out of their tiles, if they have such, else out of their large form. No original is opened for it.

use std::ops::Range;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::ctx::Ctx;
use crate::domain::media::{Media, Variant};
use crate::error::{Error, Result};
use crate::picture::{self, Cut, Index, Refused, Tiling};

/// Pictures are cut one at a time: that takes a processor, which pages need too.
static TURNS: Semaphore = Semaphore::const_new(1);
/// How long somebody waits for their turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// The file of a picture's tiles.
struct Pack {
    key: String,
    index: Index,
}

impl Pack {
    /// Reads its index.
    async fn open(ctx: &Ctx, picture: &Media, tiling: Tiling) -> Result<Self> {
        let key = Variant::Tiles.key(&picture.stem);
        let index = Index::read(&read(ctx, &key, tiling.index()).await?).ok_or_else(damaged)?;
        Ok(Self { key, index })
    }

    /// The tile with this number.
    async fn tile(&self, ctx: &Ctx, number: usize) -> Result<Bytes> {
        read(ctx, &self.key, self.index.tile(number).ok_or_else(damaged)?).await
    }
}

fn damaged() -> Error {
    Error::broken("a file of tiles is damaged")
}

/// Some bytes of a file.
async fn read(ctx: &Ctx, key: &str, part: Range<u64>) -> Result<Bytes> {
    let mut found = ctx.files.get(key, Some(part)).await?.content;
    let mut all = BytesMut::new();
    while let Some(piece) = found.try_next().await? {
        all.extend_from_slice(&piece);
    }
    Ok(all.freeze())
}

/// One tile of a picture, as it lies in the store: a JPEG.
///
/// Errors: `NotFound` if there is no such tile; `Unavailable` if the store is away.
pub(super) async fn tile(ctx: &Ctx, picture: &Media, tiling: Tiling, at: (u32, u32, u32)) -> Result<Bytes> {
    let number = tiling.number(at.0, at.1, at.2).ok_or(Error::NotFound("tile"))?;
    Pack::open(ctx, picture, tiling).await?.tile(ctx, number).await
}

/// A part of a picture as a JPEG. With tiles it is counted in pixels of the full size, else in those of the large form.
///
/// Errors: `NotFound` if that is more than is served; `Unavailable` if the store is away, or too many wait for their parts.
pub(super) async fn part(ctx: &Ctx, picture: &Media, tiling: Option<Tiling>, cut: Cut) -> Result<Bytes> {
    let Some(tiling) = tiling else {
        let _turn = turn().await?;
        let bytes = ctx.files.read(&Variant::Display.key(&picture.stem)).await?;
        return made(move || picture::cut(&bytes, cut)).await;
    };
    let is_whole = (cut.x, cut.y, cut.width, cut.height) == (0, 0, tiling.width, tiling.height);
    let is_large_form = is_whole && picture.size() == Some((cut.to_width, cut.to_height));
    if is_large_form && picture.media_type == "image/jpeg" {
        return ctx.files.read(&Variant::Display.key(&picture.stem)).await;
    }
    let pack = Pack::open(ctx, picture, tiling).await?;
    if let Some(number) = tiling.find(cut) {
        return pack.tile(ctx, number).await;
    }
    let plan = tiling.plan(cut).ok_or(Error::NotFound("part"))?;
    let places = pack.index.bands(tiling, &plan).ok_or_else(damaged)?;
    let _turn = turn().await?;
    let mut bands = Vec::with_capacity(places.len());
    for band in places {
        bands.push(side_by_side(ctx, &pack.key, &band).await?);
    }
    made(move || picture::compose(&plan, &bands)).await
}

/// Tiles that stand one behind the other in their file: it is asked once for all of them.
async fn side_by_side(ctx: &Ctx, key: &str, places: &[Range<u64>]) -> Result<Vec<Bytes>> {
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return Ok(Vec::new()) };
    let start = first.start;
    let all = read(ctx, key, start..last.end).await?;
    let within = |at: u64| usize::try_from(at.saturating_sub(start)).unwrap_or(usize::MAX).min(all.len());
    let tile = |place: &Range<u64>| {
        let from = within(place.start);
        all.slice(from..within(place.end).max(from))
    };
    Ok(places.iter().map(tile).collect())
}

async fn turn() -> Result<SemaphorePermit<'static>> {
    let busy = || Error::Unavailable("as many pictures as this hall can cut at a time are being cut".to_owned());
    let turn = tokio::time::timeout(PATIENCE, TURNS.acquire()).await.map_err(|_| busy())?;
    turn.map_err(|e| Error::Broken(Box::new(e)))
}

/// Makes a picture on a thread of its own.
async fn made(make: impl FnOnce() -> Result<Vec<u8>, Refused> + Send + 'static) -> Result<Bytes> {
    let made = tokio::task::spawn_blocking(make).await.map_err(|e| Error::Broken(Box::new(e)))?;
    made.map(Bytes::from).map_err(|refused| Error::broken(refused.as_str()))
}
