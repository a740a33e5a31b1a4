//! Copies of other servers' pictures: fetched when the first reader looks, kept as long as there is room, those unseen for
//! longest going first.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{Facts, Media, MediaId, State, Variant, removal};
use crate::clock::{HOUR, MINUTE, Micros};
use crate::db::schema::media;
use crate::db::{Conn, Statement};
use crate::error::Result;

/// How long a fetch may be under way before another reader may try.
const CLAIM: Micros = MINUTE;
/// How stale the time of the last look may get.
pub const SEEN_GRAIN: Micros = HOUR;
/// How long a picture that can't be had just now is left alone.
const AGAIN_AFTER: Micros = 10 * MINUTE;
/// How long one that its server refuses, or that is no picture, is left alone.
const REFUSED_AFTER: Micros = 24 * HOUR;
/// Copies that one go removes.
const EVICTED_MAX: i64 = 200;

/// How a copy stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cached {
    /// This caller is to fetch it.
    Fetch,
    /// It can't be had now.
    Leave,
}

/// May the caller fetch a copy now? Others wait then.
pub fn begin_fetch(conn: &mut Conn, id: MediaId) -> Result<Cached> {
    let now = conn.now();
    let free = media::table.filter(media::id.eq(id)).filter(media::claimed_until.lt(now)).filter(media::stem.eq(""));
    let claimed = diesel::update(free).set(media::claimed_until.eq(now + CLAIM)).execute(conn.link())?;
    Ok(if claimed > 0 { Cached::Fetch } else { Cached::Leave })
}

/// A copy lies in the store under `stem`. If the file is gone meanwhile, or another reader was faster, the copy goes.
pub fn end_fetch(conn: &mut Conn, id: MediaId, stem: &str, facts: &Facts) -> Result<Option<Media>> {
    let now = conn.now();
    let waiting = media::table.filter(media::id.eq(id)).filter(media::stem.eq(""));
    let taken = diesel::update(waiting)
        .set((
            media::kind.eq(facts.kind),
            media::state.eq(State::Ready),
            media::reason.eq(""),
            media::stem.eq(stem),
            media::bytes.eq(facts.bytes),
            media::duration_ms.eq(facts.duration_ms),
            media::media_type.eq(facts.media_type),
            media::width.eq(i64::from(facts.width)),
            media::height.eq(i64::from(facts.height)),
            media::blurhash.eq(&facts.blurhash),
            media::claimed_until.eq(0_i64),
            media::seen_at.eq(now),
        ))
        .execute(conn.link())?;
    if taken > 0 {
        removal::keep(conn, stem, &[Variant::Display, Variant::Thumb])?;
    } else {
        removal::put_down(conn, stem, &[Variant::Display, Variant::Thumb])?;
    }
    super::by_id(conn, id)
}

/// How a fetch failed.
pub fn fetch_failed(conn: &mut Conn, id: MediaId, reason: Option<&str>) -> Result<()> {
    // A reason is final for a good while; without one it may pass.
    let pause = if reason.is_some() { REFUSED_AFTER } else { AGAIN_AFTER };
    let until = conn.now() + pause;
    diesel::update(media::table.filter(media::id.eq(id)).filter(media::stem.eq("")))
        .set((
            media::state.eq(if reason.is_some() { State::Failed } else { State::Waiting }),
            media::reason.eq(reason.unwrap_or_default()),
            media::claimed_until.eq(until),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// Notes that a copy was looked at, if that was last noted a while ago.
pub fn touch(conn: &mut Conn, id: MediaId) -> Result<()> {
    let now = conn.now();
    let stale = media::table.filter(media::id.eq(id)).filter(media::seen_at.lt(now - SEEN_GRAIN));
    diesel::update(stale).set(media::seen_at.eq(now)).execute(conn.link())?;
    Ok(())
}

/// Bytes that copies take.
pub fn cached_bytes(conn: &mut Conn) -> Result<i64> {
    use crate::db::Part;
    let sum: Vec<(i64,)> = Statement::<(BigInt,)>::new(vec![Part::Sql(
        "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM media WHERE remote_url <> '' AND bytes > 0",
    )])
    .load(conn.link())?;
    Ok(sum.first().map_or(0, |(sum,)| *sum))
}

/// Removes the copies that were not looked at for longest, until the rest takes no more than `bytes_max`.
pub fn evict(conn: &mut Conn, bytes_max: i64) -> Result<()> {
    let mut over = cached_bytes(conn)? - bytes_max;
    if over <= 0 {
        return Ok(());
    }
    let oldest: Vec<Media> = media::table
        .filter(media::remote_url.ne(""))
        .filter(media::bytes.gt(0_i64))
        .order(media::seen_at)
        .limit(EVICTED_MAX)
        .select(Media::as_select())
        .load(conn.link())?;
    for row in oldest {
        if over <= 0 {
            break;
        }
        over -= row.bytes;
        removal::put_down(conn, &row.stem, &[Variant::Display, Variant::Thumb])?;
        diesel::update(media::table.filter(media::id.eq(row.id)))
            .set((media::state.eq(State::Waiting), media::stem.eq(""), media::bytes.eq(0_i64)))
            .execute(conn.link())?;
    }
    Ok(())
}
