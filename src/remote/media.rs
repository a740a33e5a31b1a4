//! Copies of other servers' files: fetched when somebody looks. A picture is checked and made anew like an upload; a film or sound
//! must be one by its own bytes, and is passed through.

use crate::ctx::Ctx;
use crate::domain::media::{self, Cached, Facts, Kind, Media, Variant};
use crate::domain::{actor, peer};
use crate::error::{Error, Result, Retry};
use crate::files::Writer;
use crate::net::Stream;
use crate::picture::Refused;
use crate::video;
use crate::wire::address::{host_of, read_url};

/// What is asked for.
const ACCEPT: &str = "image/webp,image/jpeg,image/png,image/gif,image/*;q=0.5";
/// The same for a film.
const ACCEPT_VIDEO: &str = "video/mp4,video/webm,video/*;q=0.5";
/// The same for a sound.
const ACCEPT_AUDIO: &str = "audio/mpeg,audio/mp4,audio/ogg,audio/webm,audio/*;q=0.5";
/// How long fetching a film or sound may take: shorter than the claim on it.
const VIDEO_TIME: std::time::Duration = std::time::Duration::from_secs(50);
/// How long a reader waits for their turn.
const WAIT: std::time::Duration = std::time::Duration::from_secs(15);

/// A picture, film or sound of another server with its copy, fetched if need be; `None` if it can't be had now.
pub async fn copy(ctx: &Ctx, picture: Media) -> Result<Option<Media>> {
    if !(picture.kind == Kind::Image || picture.is_played()) || ctx.config.media.cache_mb == 0 {
        return Ok(None);
    }
    if picture.is_ready() {
        return Ok(Some(picture));
    }
    let id = picture.id;
    // Readers of one page ask for the same picture together: one fetches, the others find it afterwards.
    let lock = ctx.fetch_turn(id);
    let fetches = if picture.is_played() { &ctx.film_fetches } else { &ctx.fetches };
    let turn = async {
        let one = lock.lock().await;
        (one, fetches.acquire().await)
    };
    let Ok((_one, Ok(_turn))) = tokio::time::timeout(WAIT, turn).await else { return Ok(None) };
    let found = ctx.read(move |conn| media::by_id(conn, id)).await?;
    match found {
        Some(found) if found.is_ready() => return Ok(Some(found)),
        Some(_) if ctx.write(move |conn| media::begin_fetch(conn, id)).await? == Cached::Fetch => {}
        _ => return Ok(None),
    }
    let fetched = match picture.kind {
        Kind::Video | Kind::Audio => in_time(fetch_played(ctx, &picture)).await,
        _ => fetch(ctx, &picture).await.map(|fetched| fetched.map_err(Refused::as_str)),
    };
    match fetched {
        Ok(Ok((stem, facts))) => {
            let room = i64::try_from(ctx.config.media.cache_mb.saturating_mul(1_000_000)).unwrap_or(i64::MAX);
            let kept = ctx.write(move |conn| {
                let kept = media::end_fetch(conn, id, &stem, &facts)?;
                media::evict(conn, room)?;
                Ok(kept)
            });
            Ok(kept.await?.filter(Media::is_ready))
        }
        Ok(Err(reason)) => {
            tracing::debug!(media = %id, reason, "a file of another server is not taken");
            ctx.write(move |conn| media::fetch_failed(conn, id, Some(reason))).await?;
            Ok(None)
        }
        Err(Error::Remote { host, reason, retry }) => {
            tracing::debug!(media = %id, %host, %reason, "a file of another server can't be had");
            let word = (retry == Retry::Never).then_some(Refused::Lost.as_str());
            ctx.write(move |conn| media::fetch_failed(conn, id, word)).await?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Fetches a picture, makes its forms and stores them.
async fn fetch(ctx: &Ctx, picture: &Media) -> Result<std::result::Result<(String, Facts), Refused>> {
    let url = may_be_fetched(ctx, picture).await?;
    let answer = ctx.net.get(&url, ACCEPT, ctx.config.limits.picture_bytes_max, &|_| Ok(Vec::new())).await?;
    may_be_asked(ctx, answer.url.as_str()).await?;
    if !answer.is_success() {
        return Err(failed(&url, answer.status));
    }
    let named = answer.header("content-type").unwrap_or_default().trim().to_ascii_lowercase();
    if !(named.is_empty() || named.starts_with("image/") || named.starts_with("application/octet-stream")) {
        return Ok(Err(Refused::Unknown));
    }
    let made = match ctx.prepare(answer.body.into(), picture.purpose.shape()).await? {
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

/// Where a file is, if it may be fetched from there.
async fn may_be_fetched(ctx: &Ctx, file: &Media) -> Result<url::Url> {
    let url = read_url(&file.remote_url).ok_or_else(|| Error::never("", "no web address"))?;
    let owner_id = file.owner_id;
    let owner = ctx.read(move |conn| actor::by_id(conn, owner_id)).await?;
    if !super::may_speak(ctx, &owner.host).await? {
        return Err(Error::never(owner.host, "this server is not spoken to"));
    }
    may_be_asked(ctx, url.as_str()).await?;
    Ok(url)
}

/// An answer that is none.
pub(super) fn failed(url: &url::Url, status: u16) -> Error {
    let (host, reason) = (host_of(url.as_str()).unwrap_or_default(), format!("answered {status}"));
    match status {
        408 | 425 | 429 | 500.. => Error::later(host, reason),
        _ => Error::never(host, reason),
    }
}

/// What comes of fetching a film or sound, if it comes in time. What was stored of it is announced, and goes.
async fn in_time<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(VIDEO_TIME, work).await.unwrap_or_else(|_| Err(Error::later("", "time is up")))
}

/// Fetches a film or sound into the store, piece by piece.
async fn fetch_played(ctx: &Ctx, film: &Media) -> Result<std::result::Result<(String, Facts), &'static str>> {
    let url = may_be_fetched(ctx, film).await?;
    let (limits, is_sound) = (&ctx.config.limits, film.kind == Kind::Audio);
    let (accept, most) =
        if is_sound { (ACCEPT_AUDIO, limits.audio_bytes_max) } else { (ACCEPT_VIDEO, limits.video_bytes_max) };
    let mut stream = ctx.net.open(&url, accept).await?;
    may_be_asked(ctx, stream.url().as_str()).await?;
    if !(200..300).contains(&stream.status()) {
        return Err(failed(&url, stream.status()));
    }
    // What is larger than all copies may be would go again at once.
    let room = ctx.config.media.cache_mb.saturating_mul(1_000_000);
    let max = (most as u64).min(room);
    if stream.header("content-length").and_then(|size| size.parse::<u64>().ok()).is_some_and(|size| size > max) {
        return Ok(Err(Refused::TooLarge.as_str()));
    }
    let mut head = Vec::new();
    while head.len() < video::HEAD_BYTES {
        let Some(piece) = stream.piece().await? else { break };
        head.extend_from_slice(&piece);
    }
    let format = match video::sniff(&head) {
        // Whether there is anything to see in it isn't looked up: its server has said.
        Ok(format) if is_sound => format.heard(),
        Ok(format) => format,
        Err(refused) => return Ok(Err(refused.as_str())),
    };
    let stem = media::stem();
    let announced = stem.clone();
    ctx.write(move |conn| media::reserve(conn, &announced, &[Variant::Display, Variant::Thumb])).await?;
    let mut writer = ctx.files.writer(&Variant::Display.key(&stem))?;
    let size = match pour(&mut stream, head, &mut writer, max).await {
        Ok(size) if size <= max => size,
        other => {
            writer.abort().await;
            return other.map(|_| Err(Refused::TooLarge.as_str()));
        }
    };
    writer.finish().await?;
    let (width, height) = film.size().unwrap_or_default();
    let facts = video::Facts { format, width, height, duration_ms: film.duration_ms, blanks: Vec::new() };
    Ok(Ok((stem, Facts::of_video(&facts, size, None))))
}

/// Pours what comes into the store; answers how much it was, at most a piece more than `max`.
async fn pour(stream: &mut Stream, head: Vec<u8>, writer: &mut Writer, max: u64) -> Result<u64> {
    let mut size = head.len() as u64;
    writer.write(head.into()).await?;
    while size <= max {
        let Some(piece) = stream.piece().await? else { break };
        size += piece.len() as u64;
        writer.write(piece).await?;
    }
    Ok(size)
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
