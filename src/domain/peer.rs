//! Peers: the other servers that this hall knows, whether they may speak here, and how they fare.
//!
//! A peer that takes nothing is *resting*: left alone until the delivery that found out is due again, so that a server
//! that is away costs one knock and not one for everything that waits; after [`RESTING_AFTER`] one a day. Its first
//! success, or its own valid activity, wakes everything that waits for it.

use diesel::prelude::*;

use crate::clock::{DAY, MINUTE, Micros};
use crate::db::schema::{delivery, peer};
use crate::db::{Conn, IntoBoth, Range, paged, text_enum};
use crate::error::Result;

/// After so long without any success a peer is asked only once a day.
pub const RESTING_AFTER: Micros = 7 * DAY;
/// How long a resting peer is left alone between two probes.
pub const PROBE_PAUSE: Micros = DAY;
/// A success younger than this isn't written again: health needs minutes, not every delivery.
const SUCCESS_GRAIN: Micros = MINUTE;

text_enum! {
    /// What officers decided about a peer.
    State {
        /// Nothing was decided: the mode of federation counts.
        Open = "open",
        /// May speak here also when the hall has an allow-list.
        Allowed = "allowed",
        /// May neither speak here nor be spoken to.
        Blocked = "blocked",
    }
}

/// Another server.
#[derive(Debug, Clone, Queryable)]
pub struct Peer {
    /// Its canonical host, with a port if that isn't the usual one.
    pub host: String,
    /// What officers decided.
    pub state: State,
    /// The form of signature that it last took (`cavage`, `rfc9421`), empty if unknown.
    pub signature: String,
    /// When we first met.
    pub created_at: Micros,
    /// The last delivery that it took.
    pub last_success_at: Option<Micros>,
    /// The last activity that it sent us.
    pub last_arrival_at: Option<Micros>,
    /// Since when nothing got through; `None` while it is well.
    pub failing_since: Option<Micros>,
    /// What it said last when it failed.
    pub last_error: String,
    /// Until when it is left alone.
    pub resting_until: Micros,
    /// Since when officers hold deliveries to it back.
    pub paused_at: Option<Micros>,
}

/// The peer of this host, if we have met.
pub fn find(conn: &mut Conn, host: &str) -> Result<Option<Peer>> {
    Ok(peer::table.filter(peer::host.eq(host)).first(conn.link()).optional()?)
}

/// Makes sure that there is a row for `host`.
pub fn meet(conn: &mut Conn, host: &str) -> Result<()> {
    let now = conn.now();
    diesel::insert_into(peer::table)
        .values((
            peer::host.eq(host),
            peer::state.eq(State::Open),
            peer::signature.eq(""),
            peer::created_at.eq(now),
            peer::last_error.eq(""),
            peer::resting_until.eq(0_i64),
        ))
        .on_conflict(peer::host)
        .do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// A peer with the number of deliveries that wait for it.
#[derive(Debug, Clone)]
pub struct Health {
    /// The peer.
    pub peer: Peer,
    /// Deliveries that wait.
    pub waiting: i64,
}

/// All peers with their queues, the troubled first.
pub fn list(conn: &mut Conn, limit: i64) -> Result<Vec<Health>> {
    let peers: Vec<Peer> =
        peer::table.order((peer::failing_since.is_null(), peer::host)).limit(limit).load(conn.link())?;
    let waiting: Vec<(String, i64)> = delivery::table
        .group_by(delivery::host)
        .select((delivery::host, diesel::dsl::count_star()))
        .load(conn.link())?;
    let waiting: std::collections::HashMap<_, _> = waiting.into_iter().collect();
    Ok(peers.into_iter().map(|peer| Health { waiting: waiting.get(&peer.host).copied().unwrap_or(0), peer }).collect())
}

/// The servers about which this was decided, by when they were met: those that were met last first.
pub fn decided(conn: &mut Conn, state: State, range: &Range) -> Result<Vec<Peer>> {
    Ok(paged!(peer::table.filter(peer::state.eq(state)), peer::created_at, range, conn))
}

/// How many servers this hall has met.
pub fn count(conn: &mut Conn) -> Result<i64> {
    Ok(peer::table.count().get_result(conn.link())?)
}

/// Sets what officers decided.
pub fn decide(conn: &mut Conn, host: &str, state: State) -> Result<()> {
    meet(conn, host)?;
    diesel::update(peer::table.filter(peer::host.eq(host))).set(peer::state.eq(state)).execute(conn.link())?;
    if state == State::Blocked {
        diesel::delete(delivery::table.filter(delivery::host.eq(host))).execute(conn.link())?;
    }
    Ok(())
}

/// Holds deliveries to a peer back.
pub fn pause(conn: &mut Conn, host: &str) -> Result<()> {
    let now = conn.now();
    meet(conn, host)?;
    diesel::update(peer::table.filter(peer::host.eq(host))).set(peer::paused_at.eq(Some(now))).execute(conn.link())?;
    Ok(())
}

/// Lets deliveries to a peer go again, at once, with everything that waits for it.
pub fn resume(conn: &mut Conn, host: &str) -> Result<()> {
    diesel::update(peer::table.filter(peer::host.eq(host)))
        .set((peer::paused_at.eq(None::<Micros>), peer::resting_until.eq(0_i64)))
        .execute(conn.link())?;
    wake(conn, host)
}

/// Notes that a delivery got through in the given form of signature, and wakes what waited if the peer was in trouble.
pub fn succeeded(conn: &mut Conn, host: &str, signature: &str) -> Result<()> {
    let now = conn.now();
    let known = find(conn, host)?;
    let was_failing = known.as_ref().is_some_and(|known| known.failing_since.is_some());
    let was_resting = known.as_ref().is_some_and(|known| known.resting_until > 0);
    let fresh = |known: &Peer| known.last_success_at.is_some_and(|at| now - at < SUCCESS_GRAIN);
    if known.is_some_and(|known| fresh(&known) && !was_failing && known.signature == signature) {
        return Ok(());
    }
    meet(conn, host)?;
    diesel::update(peer::table.filter(peer::host.eq(host)))
        .set((
            peer::last_success_at.eq(Some(now)),
            peer::signature.eq(signature),
            peer::failing_since.eq(None::<Micros>),
            peer::last_error.eq(""),
            peer::resting_until.eq(0_i64),
        ))
        .execute(conn.link())?;
    if was_resting { wake(conn, host) } else { Ok(()) }
}

/// Notes that a delivery failed. If the whole peer is away, it rests until `away_until`; after [`RESTING_AFTER`] without
/// success for a day.
pub fn failed(conn: &mut Conn, host: &str, reason: &str, away_until: Option<Micros>) -> Result<()> {
    meet(conn, host)?;
    let now = conn.now();
    let Some(known) = find(conn, host)? else { return Ok(()) };
    let since = known.failing_since.unwrap_or(now);
    let until =
        if now - since >= RESTING_AFTER { now + PROBE_PAUSE } else { away_until.unwrap_or(known.resting_until) };
    diesel::update(peer::table.filter(peer::host.eq(host)))
        .set((peer::failing_since.eq(Some(since)), peer::last_error.eq(reason), peer::resting_until.eq(until)))
        .execute(conn.link())?;
    Ok(())
}

/// Notes that the peer sent us something valid: it lives, so what waits for it may go.
pub fn arrived(conn: &mut Conn, host: &str) -> Result<()> {
    let now = conn.now();
    let known = find(conn, host)?;
    if known
        .as_ref()
        .is_some_and(|p| p.failing_since.is_none() && p.last_arrival_at.is_some_and(|at| now - at < SUCCESS_GRAIN))
    {
        return Ok(());
    }
    meet(conn, host)?;
    diesel::update(peer::table.filter(peer::host.eq(host)))
        .set((peer::last_arrival_at.eq(Some(now)), peer::resting_until.eq(0_i64)))
        .execute(conn.link())?;
    if known.is_some_and(|p| p.failing_since.is_some()) { wake(conn, host) } else { Ok(()) }
}

/// Makes everything that waits for a peer due now; order within a lane is kept by the claim.
fn wake(conn: &mut Conn, host: &str) -> Result<()> {
    let now = conn.now();
    diesel::update(delivery::table.filter(delivery::host.eq(host)).filter(delivery::due_at.gt(now)))
        .set(delivery::due_at.eq(now))
        .execute(conn.link())?;
    conn.wake();
    Ok(())
}
