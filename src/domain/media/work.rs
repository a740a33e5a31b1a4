//! Uploads on their way to being ready: handed out by a claim, like all work, so that several processes may share it.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{Kind, Media, State, Variant, by_id, removal, tile};
use crate::clock::{HOUR, MINUTE, Micros};
use crate::db::schema::media;
use crate::db::{Conn, Part, Statement};
use crate::error::Result;
use crate::id::MediaId;
use crate::picture::{Picture, Tiling};
use crate::video;

/// The forms that stay, if there are such.
const SERVED: [Variant; 3] = [Variant::Display, Variant::Thumb, Variant::Tiles];
/// How long a picture may be worked on before it is handed out again.
const CLAIM: Micros = 5 * MINUTE;
/// Attempts after which a picture is set aside: it may be what stops the program.
pub const ATTEMPTS_MAX: i64 = 12;

/// What was found out about a picture, film or sound that is ready.
#[derive(Debug, Clone)]
pub struct Facts {
    /// What kind of file it is by its bytes.
    pub kind: Kind,
    /// The type of its large form.
    pub media_type: &'static str,
    /// Width of the large form in pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// A blurred stand-in.
    pub blurhash: String,
    /// Bytes that its forms take.
    pub bytes: i64,
    /// How long a film or sound lasts, in thousandths of a second; 0 if unknown.
    pub duration_ms: i64,
    /// How it is cut into tiles, if it is.
    pub tiling: Option<Tiling>,
}

impl Facts {
    /// The facts about a picture whose forms lie in the store.
    pub fn of(picture: &Picture) -> Self {
        let tiles = picture.tiles.as_ref();
        let bytes =
            picture.display.bytes.len() + picture.thumb.bytes.len() + tiles.map_or(0, |tiles| tiles.bytes.len());
        Self {
            kind: Kind::Image,
            media_type: picture.display.media_type,
            width: picture.width,
            height: picture.height,
            blurhash: picture.blurhash.clone(),
            bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
            duration_ms: 0,
            tiling: tiles.map(|tiles| tiles.tiling),
        }
    }

    /// The facts about a film or sound of `bytes` bytes in the store, with the picture that stands for it.
    pub fn of_video(facts: &video::Facts, bytes: u64, poster: Option<&Picture>) -> Self {
        let all = bytes + poster.map_or(0, |poster| poster.thumb.bytes.len() as u64);
        Self {
            kind: if facts.format.is_sound() { Kind::Audio } else { Kind::Video },
            media_type: facts.format.media_type(),
            width: facts.width,
            height: facts.height,
            blurhash: poster.map(|poster| poster.blurhash.clone()).unwrap_or_default(),
            bytes: i64::try_from(all).unwrap_or(i64::MAX),
            duration_ms: facts.duration_ms,
            tiling: None,
        }
    }
}

/// Is there a picture to be made ready now?
pub fn is_due(conn: &mut Conn) -> Result<bool> {
    let now = conn.now();
    let due = media::table.filter(media::due_at.le(now)).filter(media::claimed_until.lt(now));
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn.link())?)
}

/// Takes up to `limit` pictures that are to be made ready.
pub fn claim(conn: &mut Conn, limit: i64) -> Result<Vec<Media>> {
    let now = conn.now();
    let claimed: Vec<(i64, i64)> = Statement::<(BigInt, BigInt)>::new(vec![
        Part::Sql("UPDATE media SET attempts = attempts + 1, claimed_until = "),
        Part::Number(now + CLAIM),
        Part::Sql(" WHERE id IN (SELECT m.id FROM media m WHERE m.due_at <= "),
        Part::Number(now),
        Part::Sql(" AND m.claimed_until < "),
        Part::Number(now),
        Part::Sql(" ORDER BY m.due_at, m.id LIMIT "),
        Part::Number(limit),
        Part::Sql(conn.skip_locked()),
        Part::Sql(") RETURNING id, attempts"),
    ])
    .load(conn.link())?;
    let mut rows = Vec::new();
    for (id, _) in claimed {
        rows.extend(by_id(conn, MediaId(id))?);
    }
    Ok(rows)
}

/// A picture is ready: its forms lie in the store under its stem, and its original goes. `None` if it is gone meanwhile.
pub fn ready(conn: &mut Conn, id: MediaId, facts: &Facts) -> Result<Option<Media>> {
    let Some(row) = by_id(conn, id)? else { return Ok(None) };
    diesel::update(media::table.filter(media::id.eq(id)))
        .set((
            media::kind.eq(facts.kind),
            media::state.eq(State::Ready),
            media::reason.eq(""),
            media::media_type.eq(facts.media_type),
            media::width.eq(i64::from(facts.width)),
            media::height.eq(i64::from(facts.height)),
            media::blurhash.eq(&facts.blurhash),
            media::bytes.eq(facts.bytes),
            media::duration_ms.eq(facts.duration_ms),
            media::due_at.eq(None::<Micros>),
            media::claimed_until.eq(0_i64),
        ))
        .execute(conn.link())?;
    removal::keep(conn, &row.stem, &SERVED)?;
    if let Some(tiling) = facts.tiling {
        tile::keep(conn, id, tiling)?;
    }
    let gone: Vec<Variant> = Variant::of(row.kind).iter().copied().filter(|form| !SERVED.contains(form)).collect();
    removal::put_down(conn, &row.stem, &gone)?;
    by_id(conn, id)
}

/// A picture or film can't be used; `reason` is a word of `picture::Refused` or `video::Refused`. Its original goes.
pub fn fail(conn: &mut Conn, id: MediaId, reason: &str) -> Result<Option<Media>> {
    let Some(row) = by_id(conn, id)? else { return Ok(None) };
    diesel::update(media::table.filter(media::id.eq(id)))
        .set((
            media::state.eq(State::Failed),
            media::reason.eq(reason),
            media::bytes.eq(0_i64),
            media::due_at.eq(None::<Micros>),
            media::claimed_until.eq(0_i64),
        ))
        .execute(conn.link())?;
    removal::put_down(conn, &row.stem, Variant::of(row.kind))?;
    by_id(conn, id)
}

/// The store couldn't be reached: again later.
pub fn postpone(conn: &mut Conn, picture: &Media) -> Result<()> {
    let pause = (10 * MINUTE / 60) << u32::try_from(picture.attempts.clamp(0, 10)).unwrap_or(0);
    let due_at = conn.now() + pause.min(HOUR);
    diesel::update(media::table.filter(media::id.eq(picture.id)))
        .set((media::due_at.eq(Some(due_at)), media::claimed_until.eq(0_i64)))
        .execute(conn.link())?;
    Ok(())
}

/// Frees what a process held that was killed. Only for a hall whose one process is just starting.
pub fn free_all(conn: &mut Conn) -> Result<()> {
    let held = media::table.filter(media::due_at.is_not_null()).filter(media::claimed_until.gt(0_i64));
    diesel::update(held).set(media::claimed_until.eq(0_i64)).execute(conn.link())?;
    super::removal::free_all(conn)
}
