//! Copies of other servers' pictures: fetched when somebody looks, checked and made anew like an upload.

use crate::ctx::Ctx;
use crate::domain::media::{self, Cached, Facts, Kind, Media, Purpose, Variant};
use crate::domain::{actor, peer};
use crate::error::{Error, Result, Retry};
use crate::picture::{Refused, Shape};
use crate::wire::address::{host_of, read_url};

/// What is asked for.
const ACCEPT: &str = "image/webp,image/jpeg,image/png,image/gif,image/*;q=0.5";
/// How long a reader waits for their turn.
const WAIT: std::time::Duration = std::time::Duration::from_secs(15);

/// A picture of another server with its copy, fetched if need be; `None` if it can't be had now.
pub async fn copy(ctx: &Ctx, picture: Media) -> Result<Option<Media>> {
    if picture.kind != Kind::Image || ctx.config.media.cache_mb == 0 {
        return Ok(None);
    }
    if picture.is_ready() {
        return Ok(Some(picture));
    }
    let id = picture.id;
    // Readers of one page ask for the same picture together: one fetches, the others find it afterwards.
    let lock = ctx.fetch_turn(id);
    let turn = async {
        let one = lock.lock().await;
        (one, ctx.fetches.acquire().await)
    };
    let Ok((_one, Ok(_turn))) = tokio::time::timeout(WAIT, turn).await else { return Ok(None) };
    let found = ctx.read(move |conn| media::by_id(conn, id)).await?;
    match found {
        Some(found) if found.is_ready() => return Ok(Some(found)),
        Some(_) if ctx.write(move |conn| media::begin_fetch(conn, id)).await? == Cached::Fetch => {}
        _ => return Ok(None),
    }
    match fetch(ctx, &picture).await {
        Ok(Ok((stem, facts))) => {
            let room = i64::try_from(ctx.config.media.cache_mb.saturating_mul(1_000_000)).unwrap_or(i64::MAX);
            let kept = ctx.write(move |conn| {
                let kept = media::end_fetch(conn, id, &stem, &facts)?;
                media::evict(conn, room)?;
                Ok(kept)
            });
            Ok(kept.await?.filter(Media::is_ready))
        }
        Ok(Err(refused)) => {
            tracing::debug!(media = %id, reason = refused.as_str(), "a picture of another server is not taken");
            ctx.write(move |conn| media::fetch_failed(conn, id, Some(refused.as_str()))).await?;
            Ok(None)
        }
        Err(Error::Remote { host, reason, retry }) => {
            tracing::debug!(media = %id, %host, %reason, "a picture of another server can't be had");
            let word = (retry == Retry::Never).then_some(Refused::Lost.as_str());
            ctx.write(move |conn| media::fetch_failed(conn, id, word)).await?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Fetches a picture, makes its forms and stores them.
async fn fetch(ctx: &Ctx, picture: &Media) -> Result<std::result::Result<(String, Facts), Refused>> {
    let url = read_url(&picture.remote_url).ok_or_else(|| Error::never("", "no web address"))?;
    let owner_id = picture.owner_id;
    let owner = ctx.read(move |conn| actor::by_id(conn, owner_id)).await?;
    if !super::may_speak(ctx, &owner.host).await? {
        return Err(Error::never(owner.host, "this server is not spoken to"));
    }
    may_be_asked(ctx, url.as_str()).await?;
    let answer = ctx.net.get(&url, ACCEPT, ctx.config.limits.picture_bytes_max, &|_| Ok(Vec::new())).await?;
    may_be_asked(ctx, answer.url.as_str()).await?;
    if !answer.is_success() {
        let (host, reason) = (host_of(url.as_str()).unwrap_or_default(), format!("answered {}", answer.status));
        return Err(match answer.status {
            408 | 425 | 429 | 500.. => Error::later(host, reason),
            _ => Error::never(host, reason),
        });
    }
    let named = answer.header("content-type").unwrap_or_default().trim().to_ascii_lowercase();
    if !(named.is_empty() || named.starts_with("image/") || named.starts_with("application/octet-stream")) {
        return Ok(Err(Refused::Unknown));
    }
    let shape = match picture.purpose {
        Purpose::Post => Shape::Whole,
        Purpose::Avatar => Shape::Face,
        Purpose::Cover => Shape::Cover,
        Purpose::Emoji => Shape::Emoji,
    };
    let made = match ctx.prepare(answer.body.into(), shape).await? {
        Ok(made) => made,
        Err(refused) => return Ok(Err(refused)),
    };
    let (stem, facts) = (media::stem(), Facts::of(&made));
    let announced = stem.clone();
    ctx.write(move |conn| media::reserve(conn, &announced, &[Variant::Display, Variant::Thumb])).await?;
    ctx.files.put(&Variant::Display.key(&stem), made.display.bytes).await?;
    ctx.files.put(&Variant::Thumb.key(&stem), made.thumb.bytes).await?;
    Ok(Ok((stem, facts)))
}

/// Files may lie with somebody else than their post; but not here, and not with somebody who is blocked.
pub(super) async fn may_be_asked(ctx: &Ctx, url: &str) -> Result<()> {
    let host = host_of(url).unwrap_or_default();
    let asked = host.clone();
    let known = ctx.read(move |conn| peer::find(conn, &asked)).await?;
    if host == ctx.authority || known.is_some_and(|peer| peer.state == peer::State::Blocked) {
        return Err(Error::never(host, "not to be asked"));
    }
    Ok(())
}
