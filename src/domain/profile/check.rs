//! What profiles make the worker look at: pages that fields link to, and collections of pinned posts. Each is looked at
//! once per change, with a few more tries if it can't be reached; a claim that a killed process held runs out.

use diesel::prelude::*;

use crate::clock::{HOUR, MINUTE, Micros};
use crate::db::Conn;
use crate::db::schema::{actor, profile, profile_field};
use crate::domain::actor::Actor;
use crate::error::Result;
use crate::id::ActorId;

/// How long a process may take over one look.
const CLAIM: Micros = 5 * MINUTE;
/// Tries until something that can't be reached is left alone.
const ATTEMPTS_MAX: i64 = 5;
/// Pause before the next try; it grows with the tries.
const RETRY_PAUSE: Micros = HOUR;

/// A link to be looked at.
#[derive(Debug, Clone)]
pub struct Check {
    /// Whose field it is.
    pub actor: Actor,
    /// The page that it links to.
    pub link: String,
    /// Tries, this one included.
    attempts: i64,
}

/// A collection of pinned posts to be read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Whose posts they are.
    pub actor: Actor,
    /// The collection's id.
    pub featured: String,
    /// Tries, this one included.
    attempts: i64,
}

/// Is there anything to be looked at now?
pub fn is_due(conn: &mut Conn) -> Result<bool> {
    let now = conn.now();
    let links = profile_field::table.filter(profile_field::due_at.le(now));
    let collections = profile::table.filter(profile::due_at.le(now));
    Ok(diesel::select(diesel::dsl::exists(links)).get_result(conn.link())?
        || diesel::select(diesel::dsl::exists(collections)).get_result(conn.link())?)
}

/// Takes links that are due.
pub fn claim_checks(conn: &mut Conn, limit: i64) -> Result<Vec<Check>> {
    let now = conn.now();
    let due: Vec<(Actor, i64, String, i64)> = profile_field::table
        .inner_join(actor::table.on(actor::id.eq(profile_field::actor_id)))
        .filter(profile_field::due_at.le(now))
        .order((profile_field::due_at, profile_field::actor_id, profile_field::place))
        .limit(limit)
        .select((Actor::as_select(), profile_field::place, profile_field::link, profile_field::attempts))
        .load(conn.link())?;
    due.into_iter()
        .map(|(actor, place, link, attempts)| {
            let row = profile_field::table
                .filter(profile_field::actor_id.eq(actor.id))
                .filter(profile_field::place.eq(place));
            diesel::update(row)
                .set((profile_field::due_at.eq(Some(now + CLAIM)), profile_field::attempts.eq(attempts + 1)))
                .execute(conn.link())?;
            Ok(Check { actor, link, attempts: attempts + 1 })
        })
        .collect()
}

/// Says how a look ended: since when the page is known to link back, or that it doesn't. The field may have changed
/// meanwhile; then nothing happens.
pub fn settle(conn: &mut Conn, check: &Check, verified_at: Option<Micros>) -> Result<()> {
    diesel::update(row_of(check))
        .set((profile_field::verified_at.eq(verified_at), profile_field::due_at.eq(None::<Micros>)))
        .execute(conn.link())?;
    Ok(())
}

/// The page could not be reached: it is looked at once more later, or left alone.
pub fn put_off(conn: &mut Conn, check: &Check) -> Result<()> {
    let due_at = next(conn.now(), check.attempts);
    diesel::update(row_of(check)).set(profile_field::due_at.eq(due_at)).execute(conn.link())?;
    Ok(())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn row_of<'a>(check: &'a Check) -> _ {
    let (id, link): (ActorId, &'a str) = (check.actor.id, &check.link);
    profile_field::table.filter(profile_field::actor_id.eq(id)).filter(profile_field::link.eq(link))
}

fn next(now: Micros, attempts: i64) -> Option<Micros> {
    (attempts < ATTEMPTS_MAX).then(|| now + attempts * RETRY_PAUSE)
}

/// Takes collections of pinned posts that are due.
pub fn claim_readings(conn: &mut Conn, limit: i64) -> Result<Vec<Reading>> {
    let now = conn.now();
    let due: Vec<(Actor, String, i64)> = profile::table
        .inner_join(actor::table.on(actor::id.eq(profile::actor_id)))
        .filter(profile::due_at.le(now))
        .order((profile::due_at, profile::actor_id))
        .limit(limit)
        .select((Actor::as_select(), profile::featured, profile::attempts))
        .load(conn.link())?;
    due.into_iter()
        .map(|(actor, featured, attempts)| {
            diesel::update(profile::table.filter(profile::actor_id.eq(actor.id)))
                .set((profile::due_at.eq(Some(now + CLAIM)), profile::attempts.eq(attempts + 1)))
                .execute(conn.link())?;
            Ok(Reading { actor, featured, attempts: attempts + 1 })
        })
        .collect()
}

/// The collection is read, or there is nothing to be read.
pub fn stop_reading(conn: &mut Conn, reading: &Reading) -> Result<()> {
    schedule(conn, reading, None)
}

/// The collection could not be reached: it is read later, or left alone.
pub fn put_off_reading(conn: &mut Conn, reading: &Reading) -> Result<()> {
    let due_at = next(conn.now(), reading.attempts);
    schedule(conn, reading, due_at)
}

/// Sets when the collection is read next, unless the actor has changed meanwhile and has a time of its own.
fn schedule(conn: &mut Conn, reading: &Reading, due_at: Option<Micros>) -> Result<()> {
    let row = profile::table
        .filter(profile::actor_id.eq(reading.actor.id))
        .filter(profile::attempts.eq(reading.attempts))
        .filter(profile::featured.eq(&reading.featured));
    diesel::update(row).set(profile::due_at.eq(due_at)).execute(conn.link())?;
    Ok(())
}
