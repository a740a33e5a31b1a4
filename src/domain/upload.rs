//! Files that come in parts: how much of each has come. What has come lies in the data directory; this is what counts of it.
//!
//! Invariant: `received` is never more than what lies on disk, so that a stop at any time costs at most what came since it was written.

use diesel::prelude::*;

use crate::clock::{DAY, MINUTE, Micros};
use crate::db::schema::upload;
use crate::db::{Conn, columns};
use crate::error::{Error, Result};
use crate::id::{ActorId, UploadId};
use crate::text;

/// How long an upload waits for its next part.
pub const LIFETIME: Micros = DAY;
/// Uploads that one member may have under way.
pub const UPLOADS_MAX: i64 = 50;
/// How long somebody may write to an upload before another may, unless they go on.
const CLAIM: Micros = MINUTE;
/// Longest name of a file, in characters.
const NAME_CHARS_MAX: usize = 300;
/// Rows that one sweep removes.
const SWEPT_MAX: i64 = 500;

/// A file that comes in parts.
#[derive(Debug, Clone, Queryable)]
pub struct Upload {
    /// Its number.
    pub id: UploadId,
    /// Whose it is.
    pub owner_id: ActorId,
    /// Its name.
    pub name: String,
    /// Its name in the directory of uploads.
    pub file: String,
    /// How large it is to become.
    pub bytes: i64,
    /// How much of it has come.
    pub received: i64,
    /// Until when somebody writes to it.
    pub claimed_until: Micros,
    /// When it goes, unless more comes.
    pub expires_at: Micros,
    /// When it was begun.
    pub created_at: Micros,
}

columns! {
    Upload of upload:
    id, owner_id, name, file, bytes, received, claimed_until, expires_at, created_at,
}

impl Upload {
    /// Has all of it come?
    pub fn is_whole(&self) -> bool {
        self.received >= self.bytes
    }
}

/// Begins an upload.
///
/// Errors: `TooMany` if this member has too many under way, or more bytes than `room` allows.
pub fn begin(conn: &mut Conn, owner: ActorId, name: &str, file: &str, bytes: i64, room: i64) -> Result<Upload> {
    let now = conn.now();
    let own = upload::table.filter(upload::owner_id.eq(owner)).filter(upload::expires_at.gt(now));
    let sizes: Vec<i64> = own.select(upload::bytes).limit(UPLOADS_MAX).load(conn.link())?;
    let taken = sizes.iter().fold(0_i64, |all, size| all.saturating_add(*size));
    if sizes.len() as i64 >= UPLOADS_MAX || taken.saturating_add(bytes) > room {
        return Err(Error::TooMany(LIFETIME.unsigned_abs() / 1_000_000));
    }
    let id = UploadId(conn.id_at(now));
    diesel::insert_into(upload::table)
        .values((
            upload::id.eq(id),
            upload::owner_id.eq(owner),
            upload::name.eq(text::name(name, NAME_CHARS_MAX)),
            upload::file.eq(file),
            upload::bytes.eq(bytes),
            upload::received.eq(0_i64),
            upload::claimed_until.eq(0_i64),
            upload::expires_at.eq(now + LIFETIME),
            upload::created_at.eq(now),
        ))
        .execute(conn.link())?;
    own_one(conn, owner, id)
}

/// An upload of this member's.
///
/// Errors: `NotFound`, also for one that has waited too long.
pub fn own_one(conn: &mut Conn, owner: ActorId, id: UploadId) -> Result<Upload> {
    let now = conn.now();
    let row = upload::table.filter(upload::id.eq(id)).filter(upload::owner_id.eq(owner));
    let row = row.filter(upload::expires_at.gt(now)).select(Upload::as_select());
    row.first(conn.link()).optional()?.ok_or(Error::NotFound("upload"))
}

/// What became of wanting to write to an upload.
#[derive(Debug)]
pub enum Claim {
    /// It may be written to.
    Taken(Upload),
    /// What has come ends elsewhere.
    Elsewhere,
    /// Somebody is writing to it.
    Busy,
}

/// Takes an upload to write to it from byte `offset` on.
///
/// Errors: `NotFound`.
pub fn claim(conn: &mut Conn, owner: ActorId, id: UploadId, offset: i64) -> Result<Claim> {
    let found = own_one(conn, owner, id)?;
    let now = conn.now();
    if found.claimed_until > now {
        return Ok(Claim::Busy);
    }
    if found.received != offset {
        return Ok(Claim::Elsewhere);
    }
    // Two may have looked at the same time; one of them changes the row.
    let row = upload::table
        .filter(upload::id.eq(id))
        .filter(upload::claimed_until.le(now))
        .filter(upload::received.eq(offset));
    let changed = diesel::update(row).set(upload::claimed_until.eq(now + CLAIM)).execute(conn.link())?;
    let found = Upload { claimed_until: now + CLAIM, ..found };
    Ok(if changed == 1 { Claim::Taken(found) } else { Claim::Busy })
}

/// So much of an upload lies on disk; whoever claimed it until `held` goes on. Answers until when they may.
///
/// Errors: `Conflict` if somebody else writes to it meanwhile: then what was written since doesn't count.
pub fn advance(conn: &mut Conn, id: UploadId, received: i64, held: Micros) -> Result<Micros> {
    let until = conn.now() + CLAIM;
    settle(conn, id, received, held, until)?;
    Ok(until)
}

/// So much of an upload lies on disk, and whoever claimed it until `held` writes to it no more.
///
/// Errors: as [`advance`].
pub fn release(conn: &mut Conn, id: UploadId, received: i64, held: Micros) -> Result<()> {
    settle(conn, id, received, held, 0)
}

fn settle(conn: &mut Conn, id: UploadId, received: i64, held: Micros, claimed_until: Micros) -> Result<()> {
    let expires_at = conn.now() + LIFETIME;
    // A claim that ran out is another's.
    let own = upload::table.filter(upload::id.eq(id)).filter(upload::claimed_until.eq(held));
    let changed = diesel::update(own)
        .set((
            upload::received.eq(received),
            upload::claimed_until.eq(claimed_until),
            upload::expires_at.eq(expires_at),
        ))
        .execute(conn.link())?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict("upload")) }
}

/// An upload goes: it was taken into use, or its owner ends it.
pub fn end(conn: &mut Conn, id: UploadId) -> Result<()> {
    diesel::delete(upload::table.filter(upload::id.eq(id))).execute(conn.link())?;
    Ok(())
}

/// Ends what has waited too long; answers the names of their files.
pub fn sweep(conn: &mut Conn) -> Result<Vec<String>> {
    let now = conn.now();
    let late = upload::table.filter(upload::expires_at.le(now)).filter(upload::claimed_until.le(now));
    let late: Vec<(UploadId, String)> = late.select((upload::id, upload::file)).limit(SWEPT_MAX).load(conn.link())?;
    let ids: Vec<UploadId> = late.iter().map(|(id, _)| *id).collect();
    diesel::delete(upload::table.filter(upload::id.eq_any(ids))).execute(conn.link())?;
    Ok(late.into_iter().map(|(_, file)| file).collect())
}

/// Of these names of files, those that no upload has.
pub fn strangers(conn: &mut Conn, files: Vec<String>) -> Result<Vec<String>> {
    let known: Vec<String> =
        upload::table.filter(upload::file.eq_any(&files)).select(upload::file).load(conn.link())?;
    Ok(files.into_iter().filter(|file| !known.contains(file)).collect())
}

/// Frees what a process held that was killed. Only for a hall whose one process is just starting.
pub fn free_all(conn: &mut Conn) -> Result<()> {
    let held = upload::table.filter(upload::claimed_until.gt(0_i64));
    diesel::update(held).set(upload::claimed_until.eq(0_i64)).execute(conn.link())?;
    Ok(())
}
