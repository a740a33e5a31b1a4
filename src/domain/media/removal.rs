//! Files that are to go. A row stands here before a file is written that nothing needs yet, and from the moment on at which
//! nothing needs it any more; so neither a crash nor a store that is away leaves a file behind.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::{Media, Variant};
use crate::clock::{DAY, HOUR, MINUTE, Micros};
use crate::db::schema::file_removal;
use crate::db::{Conn, IntoBoth, Part, Statement};
use crate::error::Result;

/// How long a file may take to come into use after it was announced: the slowest upload, with its form.
const UNUSED_AFTER: Micros = DAY;
/// How long a removal may be under way before it is handed out again.
const CLAIM: Micros = 5 * MINUTE;

/// A file that is to go.
#[derive(Debug, Clone, Queryable)]
pub struct Removal {
    /// Its key in the store.
    pub key: String,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

/// Announces files that are about to be written: if nothing takes them into use within a day, they go.
pub fn reserve(conn: &mut Conn, stem: &str, variants: &[Variant]) -> Result<()> {
    let due_at = conn.now() + UNUSED_AFTER;
    write(conn, stem, variants, due_at)
}

/// Puts files down that nothing needs any more.
pub(super) fn put_down(conn: &mut Conn, stem: &str, variants: &[Variant]) -> Result<()> {
    let due_at = conn.now();
    conn.wake();
    write(conn, stem, variants, due_at)
}

/// What was stored for an upload that is gone meanwhile goes too.
pub fn drop_forms(conn: &mut Conn, upload: &Media) -> Result<()> {
    put_down(conn, &upload.stem, Variant::of(upload.kind))
}

/// Files have come into use: they stay.
pub(super) fn keep(conn: &mut Conn, stem: &str, variants: &[Variant]) -> Result<()> {
    let keys: Vec<String> = variants.iter().map(|variant| variant.key(stem)).collect();
    diesel::delete(file_removal::table.filter(file_removal::key.eq_any(keys))).execute(conn.link())?;
    Ok(())
}

/// Announces a file with a key of its own, which is about to be written.
pub fn reserve_file(conn: &mut Conn, key: &str) -> Result<()> {
    let due_at = conn.now() + UNUSED_AFTER;
    write_key(conn, key, due_at)
}

/// Such a file has come into use.
pub fn keep_file(conn: &mut Conn, key: &str) -> Result<()> {
    diesel::delete(file_removal::table.filter(file_removal::key.eq(key))).execute(conn.link())?;
    Ok(())
}

/// Nothing needs such a file any more.
pub fn drop_file(conn: &mut Conn, key: &str) -> Result<()> {
    let due_at = conn.now();
    conn.wake();
    write_key(conn, key, due_at)
}

fn write(conn: &mut Conn, stem: &str, variants: &[Variant], due_at: Micros) -> Result<()> {
    variants.iter().try_for_each(|variant| write_key(conn, &variant.key(stem), due_at))
}

fn write_key(conn: &mut Conn, key: &str, due_at: Micros) -> Result<()> {
    diesel::insert_into(file_removal::table)
        .values((
            file_removal::key.eq(key),
            file_removal::attempts.eq(0_i64),
            file_removal::due_at.eq(due_at),
            file_removal::claimed_until.eq(0_i64),
        ))
        .on_conflict(file_removal::key)
        .do_update()
        .set(file_removal::due_at.eq(due_at))
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Is there a file that is due to go?
pub fn removals_due(conn: &mut Conn) -> Result<bool> {
    let now = conn.now();
    let due = file_removal::table.filter(file_removal::due_at.le(now)).filter(file_removal::claimed_until.lt(now));
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn.link())?)
}

/// Takes up to `limit` files that are due to go.
pub fn claim_removals(conn: &mut Conn, limit: i64) -> Result<Vec<Removal>> {
    let now = conn.now();
    Ok(Statement::<(Text, BigInt)>::new(vec![
        Part::Sql("UPDATE file_removal SET attempts = attempts + 1, claimed_until = "),
        Part::Number(now + CLAIM),
        Part::Sql(" WHERE key IN (SELECT r.key FROM file_removal r WHERE r.due_at <= "),
        Part::Number(now),
        Part::Sql(" AND r.claimed_until < "),
        Part::Number(now),
        Part::Sql(" ORDER BY r.due_at LIMIT "),
        Part::Number(limit),
        Part::Sql(conn.skip_locked()),
        Part::Sql(") RETURNING key, attempts"),
    ])
    .load(conn.link())?)
}

/// Files are gone.
pub fn removed(conn: &mut Conn, keys: &[String]) -> Result<()> {
    diesel::delete(file_removal::table.filter(file_removal::key.eq_any(keys))).execute(conn.link())?;
    Ok(())
}

/// The store couldn't be reached: again later, for as long as it takes.
pub fn postpone_removal(conn: &mut Conn, removal: &Removal) -> Result<()> {
    let pause = MINUTE << u32::try_from(removal.attempts.clamp(0, 8)).unwrap_or(0);
    let due_at = conn.now() + pause.min(6 * HOUR);
    diesel::update(file_removal::table.filter(file_removal::key.eq(&removal.key)))
        .set((file_removal::due_at.eq(due_at), file_removal::claimed_until.eq(0_i64)))
        .execute(conn.link())?;
    Ok(())
}

/// Frees what a process held that was killed.
pub(super) fn free_all(conn: &mut Conn) -> Result<()> {
    let held = file_removal::table.filter(file_removal::claimed_until.gt(0_i64));
    diesel::update(held).set(file_removal::claimed_until.eq(0_i64)).execute(conn.link())?;
    Ok(())
}
