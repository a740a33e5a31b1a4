//! Deliveries: one activity to one inbox, durable, at least once, in order per (lane, inbox), with growing pauses.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::activity::Sent;
use crate::clock::{DAY, HOUR, MINUTE, Micros, SECOND};
use crate::db::schema::{activity, delivery};
use crate::db::{Conn, IntoBoth, Part, Statement};
use crate::error::Result;
use crate::id::{ActorId, DeliveryId, EventId};

/// How long a delivery may be under way before it is handed out again.
const CLAIM: Micros = 90 * SECOND;
/// A delivery older than this is given up.
pub const GIVE_UP_AFTER: Micros = 30 * DAY;

/// A delivery that was handed out, with what it carries.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// The activity that it carries.
    pub activity_id: EventId,
    /// Who sends it.
    pub actor_id: ActorId,
    /// Where to.
    pub inbox: String,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// Since when it waits.
    pub created_at: Micros,
    /// The signed document.
    pub body: std::sync::Arc<str>,
    /// Is the document made for each receiving server by itself? Then it isn't signed yet.
    pub per_host: bool,
    /// When it happened.
    pub happened_at: Micros,
}

/// Queues an activity for an inbox. Queueing the same twice is the same as once.
pub fn enqueue(conn: &mut Conn, activity_id: EventId, lane: &str, inbox: &str, host: &str) -> Result<()> {
    let now = conn.now();
    let id = DeliveryId(conn.id_at(now));
    diesel::insert_into(delivery::table)
        .values((
            delivery::id.eq(id),
            delivery::activity_id.eq(activity_id),
            delivery::inbox.eq(inbox),
            delivery::host.eq(host),
            delivery::lane.eq(lane),
            delivery::attempts.eq(0_i64),
            delivery::created_at.eq(now),
            delivery::due_at.eq(now),
            delivery::claimed_until.eq(0_i64),
            delivery::last_error.eq(""),
        ))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    conn.wake();
    Ok(())
}

/// Nothing older waits in the same lane for the same inbox: `d` may go without overtaking.
const IS_FIRST: &str =
    " AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.lane = d.lane AND e.inbox = d.inbox AND e.id < d.id)";

/// Hosts for which something can be claimed, at most `limit`; not those that are paused, resting or blocked.
pub fn due_hosts(conn: &mut Conn, limit: i64) -> Result<Vec<String>> {
    let now = conn.now();
    Ok(Statement::<Text>::new(vec![
        Part::Sql("SELECT DISTINCT d.host FROM delivery d WHERE d.due_at <= "),
        Part::Number(now),
        Part::Sql(" AND d.claimed_until < "),
        Part::Number(now),
        Part::Sql(
            " AND d.host NOT IN (SELECT p.host FROM peer p WHERE p.paused_at IS NOT NULL OR p.state = 'blocked' \
             OR p.resting_until > ",
        ),
        Part::Number(now),
        Part::Sql(")"),
        Part::Sql(IS_FIRST),
        Part::Sql(" LIMIT "),
        Part::Number(limit),
    ])
    .load(conn.link())?)
}

#[derive(Queryable)]
struct Claimed {
    id: DeliveryId,
    activity_id: EventId,
    inbox: String,
    attempts: i64,
    created_at: Micros,
}

/// Takes up to `limit` due deliveries for `host`: of each (lane, inbox) only the first, so that order holds also when
/// several processes deliver.
pub fn claim(conn: &mut Conn, host: &str, limit: i64) -> Result<Vec<Delivery>> {
    let now = conn.now();
    let mut claimed: Vec<Claimed> = Statement::<(BigInt, BigInt, Text, BigInt, BigInt)>::new(vec![
        Part::Sql("UPDATE delivery SET attempts = attempts + 1, claimed_until = "),
        Part::Number(now + CLAIM),
        Part::Sql(" WHERE id IN (SELECT d.id FROM delivery d WHERE d.host = "),
        Part::Text(host),
        Part::Sql(" AND d.due_at <= "),
        Part::Number(now),
        Part::Sql(" AND d.claimed_until < "),
        Part::Number(now),
        Part::Sql(IS_FIRST),
        Part::Sql(" ORDER BY d.id LIMIT "),
        Part::Number(limit),
        Part::Sql(conn.skip_locked()),
        Part::Sql(") RETURNING id, activity_id, inbox, attempts, created_at"),
    ])
    .load(conn.link())?;
    claimed.sort_by_key(|c| c.id);
    let mut ids: Vec<EventId> = claimed.iter().map(|c| c.activity_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let bodies: Vec<Sent> =
        activity::table.filter(activity::id.eq_any(&ids)).select(Sent::as_select()).load(conn.link())?;
    let bodies: std::collections::HashMap<EventId, (Sent, std::sync::Arc<str>)> = bodies
        .into_iter()
        .map(|sent| (sent.id, (Sent { body: String::new(), ..sent.clone() }, sent.body.into())))
        .collect();
    Ok(claimed
        .into_iter()
        .filter_map(|c| {
            let (sent, body) = bodies.get(&c.activity_id)?;
            Some(Delivery {
                id: c.id,
                activity_id: c.activity_id,
                actor_id: sent.actor_id,
                inbox: c.inbox,
                attempts: c.attempts,
                created_at: c.created_at,
                body: body.clone(),
                per_host: sent.per_host,
                happened_at: sent.created_at,
            })
        })
        .collect())
}

/// Removes deliveries that are done, or given up.
pub fn complete(conn: &mut Conn, ids: &[DeliveryId]) -> Result<()> {
    diesel::delete(delivery::table.filter(delivery::id.eq_any(ids))).execute(conn.link())?;
    Ok(())
}

/// Puts a delivery back until `due_at`, with the reason.
pub fn postpone(conn: &mut Conn, id: DeliveryId, due_at: Micros, reason: &str) -> Result<()> {
    diesel::update(delivery::table.filter(delivery::id.eq(id)))
        .set((
            delivery::due_at.eq(due_at),
            delivery::claimed_until.eq(0_i64),
            delivery::last_error.eq(crate::text::excerpt(reason, 300)),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// Puts back at once, uncounted, what was handed out and not tried (the program is stopping).
pub fn release(conn: &mut Conn, ids: &[DeliveryId]) -> Result<()> {
    diesel::update(delivery::table.filter(delivery::id.eq_any(ids)))
        .set((delivery::claimed_until.eq(0_i64), delivery::attempts.eq(delivery::attempts - 1)))
        .execute(conn.link())?;
    Ok(())
}

/// Removes everything that waits for an inbox that answered 410: its actor is gone.
pub fn give_up_inbox(conn: &mut Conn, inbox: &str) -> Result<()> {
    diesel::delete(delivery::table.filter(delivery::inbox.eq(inbox))).execute(conn.link())?;
    Ok(())
}

/// Frees what a process held that was killed, so that it needn't wait for the claim to run out. Only for a hall whose
/// one process is just starting.
pub fn free_all(conn: &mut Conn) -> Result<()> {
    let held = delivery::table.filter(delivery::claimed_until.gt(0_i64));
    diesel::update(held).set(delivery::claimed_until.eq(0_i64)).execute(conn.link())?;
    Ok(())
}

/// How many deliveries wait.
pub fn waiting(conn: &mut Conn) -> Result<i64> {
    Ok(delivery::table.count().get_result(conn.link())?)
}

/// The pause before the next attempt after `attempts` of them: 30 s, 2 min, 10 min, 1 h, 3 h, then 6 to 12 h; each a
/// little longer by `jitter` (any number), so that a crowd doesn't come back together.
pub fn pause(attempts: i64, jitter: u64) -> Micros {
    let (base, spread) = match attempts {
        i64::MIN..=1 => (30 * SECOND, 10 * SECOND),
        2 => (2 * MINUTE, 30 * SECOND),
        3 => (10 * MINUTE, 2 * MINUTE),
        4 => (HOUR, 10 * MINUTE),
        5 => (3 * HOUR, 30 * MINUTE),
        _ => (6 * HOUR, 6 * HOUR),
    };
    base + i64::try_from(jitter % u64::try_from(spread).unwrap_or(1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_half_a_minute_to_half_a_day() {
        assert_eq!(pause(1, 0), 30 * SECOND);
        assert_eq!(pause(5, 0), 3 * HOUR);
        for attempts in 1..60 {
            assert!(pause(attempts, 0) <= pause(attempts + 1, 0));
            assert!(pause(attempts, u64::MAX) <= 12 * HOUR);
        }
    }
}
