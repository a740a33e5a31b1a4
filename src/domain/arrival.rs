//! Arrivals: activities that other servers sent, stored raw before they are answered, worked off in order, with their
//! outcome kept for officers.
//!
//! An arrival is accepted once: by the activity's id for what makes or changes an object, by its very signature for
//! relations (`Follow`, `Like`, `Undo` …), whose ids some servers use again.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::clock::{DAY, MINUTE, Micros};
use crate::db::schema::{arrival, signature_seen};
use crate::db::{Conn, IntoBoth, Part, Statement, text_enum};
use crate::error::Result;
use crate::id::ArrivalId;

/// How long an arrival may be worked on before it is handed out again.
const CLAIM: Micros = MINUTE;
/// How long outcomes are kept.
const KEPT: Micros = 30 * DAY;
/// Attempts after which an arrival is set aside as failed.
pub const ATTEMPTS_MAX: i64 = 8;

text_enum! {
    /// What became of an arrival.
    State {
        /// To be worked off.
        Waiting = "waiting",
        /// Applied.
        Done = "done",
        /// Understood and without effect.
        Ignored = "ignored",
        /// Refused.
        Rejected = "rejected",
        /// Set aside after too many attempts: a fault of ours.
        Failed = "failed",
    }
}

/// An activity to be stored. Its sender is verified.
#[derive(Debug, Clone)]
pub struct New {
    /// What makes it the same as another: see the module's words.
    pub dedupe: String,
    /// The activity's id, or empty.
    pub uri: String,
    /// Its type.
    pub kind: String,
    /// Its actor, who is the signer.
    pub actor_uri: String,
    /// The actor's host.
    pub host: String,
    /// The document as it came.
    pub body: String,
    /// What must keep its order: what one actor says.
    pub lane: String,
    /// The signature's fingerprint.
    pub fingerprint: [u8; 32],
    /// Until when the signature could come again.
    pub fingerprint_expires_at: Micros,
}

/// An arrival that was handed out to be worked off.
#[derive(Debug, Clone, Queryable)]
pub struct Arrival {
    /// Its id.
    pub id: ArrivalId,
    /// What keeps its order with it.
    pub lane: String,
    /// Its actor.
    pub actor_uri: String,
    /// The actor's host.
    pub host: String,
    /// The document.
    pub body: String,
    /// How often it was handed out, this time included.
    pub attempts: i64,
}

/// Stores an arrival. `false` if it (or its very signature) was here before: then nothing changes.
pub fn store(conn: &mut Conn, new: &New) -> Result<bool> {
    let fresh = diesel::insert_into(signature_seen::table)
        .values((
            signature_seen::fingerprint.eq(&new.fingerprint[..]),
            signature_seen::expires_at.eq(new.fingerprint_expires_at),
        ))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    if fresh == 0 {
        return Ok(false);
    }
    let now = conn.now();
    let id = ArrivalId(conn.id_at(now));
    let stored = diesel::insert_into(arrival::table)
        .values((
            arrival::id.eq(id),
            arrival::dedupe.eq(&new.dedupe),
            arrival::uri.eq(&new.uri),
            arrival::kind.eq(&new.kind),
            arrival::actor_uri.eq(&new.actor_uri),
            arrival::host.eq(&new.host),
            arrival::body.eq(&new.body),
            arrival::lane.eq(&new.lane),
            arrival::state.eq(State::Waiting),
            arrival::reason.eq(""),
            arrival::attempts.eq(0_i64),
            arrival::received_at.eq(now),
            arrival::due_at.eq(now),
            arrival::claimed_until.eq(0_i64),
        ))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    super::peer::arrived(conn, &new.host)?;
    if stored == 1 {
        conn.wake();
    }
    Ok(stored == 1)
}

/// Is there an arrival to be worked off now?
pub fn is_due(conn: &mut Conn) -> Result<bool> {
    let now = conn.now();
    let due = arrival::table
        .filter(arrival::state.eq(State::Waiting))
        .filter(arrival::due_at.le(now))
        .filter(arrival::claimed_until.lt(now));
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn.link())?)
}

/// Takes up to `limit` due arrivals, oldest first. Those of one lane must be worked off in this order; of a lane that
/// somebody else is at, none is taken.
pub fn claim(conn: &mut Conn, limit: i64) -> Result<Vec<Arrival>> {
    conn.lock("arrivals")?;
    let now = conn.now();
    let mut claimed: Vec<Arrival> = Statement::<(BigInt, Text, Text, Text, Text, BigInt)>::new(vec![
        Part::Sql("UPDATE arrival SET attempts = attempts + 1, claimed_until = "),
        Part::Number(now + CLAIM),
        Part::Sql(" WHERE id IN (SELECT a.id FROM arrival a WHERE a.state = 'waiting' AND a.due_at <= "),
        Part::Number(now),
        Part::Sql(" AND a.claimed_until < "),
        Part::Number(now),
        Part::Sql(" AND a.lane NOT IN (SELECT c.lane FROM arrival c WHERE c.state = 'waiting' AND c.claimed_until >= "),
        Part::Number(now),
        Part::Sql(") ORDER BY a.id LIMIT "),
        Part::Number(limit),
        Part::Sql(conn.skip_locked()),
        Part::Sql(") RETURNING id, lane, actor_uri, host, body, attempts"),
    ])
    .load(conn.link())?;
    claimed.sort_by_key(|a| a.id);
    Ok(claimed)
}

/// Notes what became of an arrival. The document is dropped; id, sender, outcome and reason stay for a while.
pub fn finish(conn: &mut Conn, id: ArrivalId, state: State, reason: &str) -> Result<()> {
    diesel::update(arrival::table.filter(arrival::id.eq(id)))
        .set((arrival::state.eq(state), arrival::reason.eq(crate::text::excerpt(reason, 300)), arrival::body.eq("")))
        .execute(conn.link())?;
    conn.wake();
    Ok(())
}

/// Puts an arrival back until `due_at`, with the reason. What has to wait leaves its lane, so that it holds nothing else up.
pub fn postpone(conn: &mut Conn, id: ArrivalId, due_at: Micros, reason: &str) -> Result<()> {
    diesel::update(arrival::table.filter(arrival::id.eq(id)))
        .set((
            arrival::due_at.eq(due_at),
            arrival::lane.eq(format!("late:{id}")),
            arrival::claimed_until.eq(0_i64),
            arrival::reason.eq(crate::text::excerpt(reason, 300)),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// Puts back at once, uncounted, what was handed out and not begun.
pub fn release(conn: &mut Conn, ids: &[ArrivalId]) -> Result<()> {
    diesel::update(arrival::table.filter(arrival::id.eq_any(ids)))
        .set((arrival::claimed_until.eq(0_i64), arrival::attempts.eq(arrival::attempts - 1)))
        .execute(conn.link())?;
    Ok(())
}

/// Frees what a process held that was killed, so that it needn't wait for the claim to run out. Only for a hall whose
/// one process is just starting.
pub fn free_all(conn: &mut Conn) -> Result<()> {
    let held = arrival::table.filter(arrival::claimed_until.gt(0_i64));
    diesel::update(held).set(arrival::claimed_until.eq(0_i64)).execute(conn.link())?;
    Ok(())
}

/// How many arrivals wait.
pub fn waiting(conn: &mut Conn) -> Result<i64> {
    Ok(arrival::table.filter(arrival::state.eq(State::Waiting)).count().get_result(conn.link())?)
}

/// How many arrivals were set aside as failed.
pub fn failed(conn: &mut Conn) -> Result<i64> {
    Ok(arrival::table.filter(arrival::state.eq(State::Failed)).count().get_result(conn.link())?)
}

/// A line of the list of outcomes.
#[derive(Debug, Clone, Queryable)]
pub struct Outcome {
    /// The arrival.
    pub id: ArrivalId,
    /// The activity's type.
    pub kind: String,
    /// Who sent it.
    pub actor_uri: String,
    /// What became of it.
    pub state: State,
    /// Why.
    pub reason: String,
    /// When it came.
    pub received_at: Micros,
}

/// The newest outcomes, for officers.
pub fn latest(conn: &mut Conn, limit: i64) -> Result<Vec<Outcome>> {
    Ok(arrival::table
        .order(arrival::id.desc())
        .limit(limit)
        .select((arrival::id, arrival::kind, arrival::actor_uri, arrival::state, arrival::reason, arrival::received_at))
        .load(conn.link())?)
}

/// Removes old outcomes and signatures that can't come again.
pub fn prune(conn: &mut Conn) -> Result<()> {
    let now = conn.now();
    diesel::delete(
        arrival::table.filter(arrival::received_at.lt(now - KEPT)).filter(arrival::state.ne(State::Waiting)),
    )
    .execute(conn.link())?;
    diesel::delete(signature_seen::table.filter(signature_seen::expires_at.lt(now))).execute(conn.link())?;
    Ok(())
}
