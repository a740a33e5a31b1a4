//! Push: where a client program wants to be told of notices (RFC 8030), and what waits to be told there.
//!
//! Invariants: a token has one subscription at most, which ends with it; what waits is written in the notice's transaction and
//! goes with the notice; nothing waits longer than [`KEPT`].

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::clock::{DAY, Micros, SECOND};
use crate::db::schema::{follow, push_delivery, push_subscription};
use crate::db::{Conn, IntoBoth, Part, Statement, text_enum};
use crate::error::{Error, Result};
use crate::id::{ActorId, NoticeId, PostId, PushDeliveryId, PushId, TokenId};

/// Longest address of a push service.
pub const ENDPOINT_BYTES_MAX: usize = 2_048;
/// A message older than this is given up: it is no news any more.
pub const KEPT: Micros = 2 * DAY;
/// As often a message is tried at most.
const ATTEMPTS_MAX: i64 = 60;
/// So many messages refused one after another end the subscription.
const REFUSALS_MAX: i64 = 10;
/// How long a message may be under way before it is handed out again: longer than any request may take.
const CLAIM: Micros = 90 * SECOND;

text_enum! {
    /// What a program may want to be told of, by the words that programs know. The hall doesn't tell of all of them.
    Alert {
        /// Somebody named the member, or answered.
        Mention = "mention",
        /// Somebody posted whose every post the member wants to hear of.
        Status = "status",
        /// Somebody boosted a post of the member's.
        Boost = "reblog",
        /// A new tie.
        Follow = "follow",
        /// Somebody asks for one.
        Request = "follow_request",
        /// Somebody likes a post of the member's.
        Like = "favourite",
        /// A poll is over.
        Poll = "poll",
        /// A post was edited that the member had boosted.
        Update = "update",
        /// Somebody quoted a post of the member's.
        Quote = "quote",
        /// Somebody signed up.
        SignUp = "admin.sign_up",
        /// Somebody reported something.
        Report = "admin.report",
    }
}

text_enum! {
    /// Of whose doings a program wants to be told.
    Policy {
        /// Everybody's.
        All = "all",
        /// Those whom the member follows.
        Followed = "followed",
        /// Those who follow the member.
        Follower = "follower",
        /// Nobody's.
        Nobody = "none",
    }
}

/// Where a program is told.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = push_subscription)]
pub struct Subscription {
    /// Its id.
    pub id: PushId,
    /// The token that it belongs to.
    pub token_id: TokenId,
    /// Whose notices are told.
    pub actor_id: ActorId,
    /// The address at the push service.
    pub endpoint: String,
    /// The program's public key.
    pub point: Vec<u8>,
    /// What it shares with the hall.
    pub auth: Vec<u8>,
    /// Does it read what RFC 8291 says, or the draft before it?
    pub standard: bool,
    alerts: String,
    /// Of whose doings it is told.
    pub policy: Policy,
    /// The token as the program holds it, locked away.
    pub locked_token: Vec<u8>,
}

impl Subscription {
    /// Is it told of this?
    pub fn tells(&self, alert: Alert) -> bool {
        has(&self.alerts, alert)
    }
}

fn has(alerts: &str, alert: Alert) -> bool {
    alerts.split(' ').any(|word| word == alert.as_str())
}

fn words(alerts: &[Alert]) -> String {
    alerts.iter().map(|alert| alert.as_str()).collect::<Vec<_>>().join(" ")
}

/// A subscription to be made.
#[derive(Debug, Clone)]
pub struct New {
    /// The token by which the program asks.
    pub token: TokenId,
    /// For whom it acts.
    pub actor: ActorId,
    /// The address at the push service.
    pub endpoint: String,
    /// The push service: host, and port if it isn't the scheme's own.
    pub host: String,
    /// The program's public key.
    pub point: Vec<u8>,
    /// What it shares with the hall.
    pub auth: Vec<u8>,
    /// Does it read what RFC 8291 says?
    pub standard: bool,
    /// What it wants to be told of.
    pub alerts: Vec<Alert>,
    /// Of whose doings.
    pub policy: Policy,
    /// The token as the program holds it, locked away.
    pub locked_token: Vec<u8>,
}

/// Makes the subscription of a token, in place of the one before.
pub fn subscribe(conn: &mut Conn, new: &New) -> Result<Subscription> {
    conn.lock(&format!("push:{}", new.token))?;
    unsubscribe(conn, new.token)?;
    let now = conn.now();
    diesel::insert_into(push_subscription::table)
        .values((
            push_subscription::id.eq(PushId(conn.id_at(now))),
            push_subscription::token_id.eq(new.token),
            push_subscription::actor_id.eq(new.actor),
            push_subscription::endpoint.eq(&new.endpoint),
            push_subscription::host.eq(&new.host),
            push_subscription::point.eq(&new.point),
            push_subscription::auth.eq(&new.auth),
            push_subscription::standard.eq(new.standard),
            push_subscription::alerts.eq(words(&new.alerts)),
            push_subscription::policy.eq(new.policy),
            push_subscription::locked_token.eq(&new.locked_token),
            push_subscription::refusals.eq(0_i64),
            push_subscription::created_at.eq(now),
        ))
        .execute(conn.link())?;
    of_token(conn, new.token)
}

/// The subscription of a token.
///
/// Errors: `NotFound` if it has none.
pub fn of_token(conn: &mut Conn, token: TokenId) -> Result<Subscription> {
    let own = push_subscription::table.filter(push_subscription::token_id.eq(token));
    own.select(Subscription::as_select()).first(conn.link()).optional()?.ok_or(Error::NotFound("subscription"))
}

/// Changes what a token's subscription tells, as far as it is said.
///
/// Errors: `NotFound` if it has none.
pub fn change(
    conn: &mut Conn,
    token: TokenId,
    alerts: Option<&[Alert]>,
    policy: Option<Policy>,
) -> Result<Subscription> {
    let own = push_subscription::table.filter(push_subscription::token_id.eq(token));
    if let Some(alerts) = alerts {
        diesel::update(own).set(push_subscription::alerts.eq(words(alerts))).execute(conn.link())?;
    }
    if let Some(policy) = policy {
        diesel::update(own).set(push_subscription::policy.eq(policy)).execute(conn.link())?;
    }
    of_token(conn, token)
}

/// Ends the subscription of a token, and what waits for it. None is no error.
pub fn unsubscribe(conn: &mut Conn, token: TokenId) -> Result<()> {
    diesel::delete(push_subscription::table.filter(push_subscription::token_id.eq(token))).execute(conn.link())?;
    Ok(())
}

/// Which of a member's tokens are told.
pub fn tokens(conn: &mut Conn, actor: ActorId) -> Result<Vec<TokenId>> {
    let own = push_subscription::table.filter(push_subscription::actor_id.eq(actor));
    Ok(own.select(push_subscription::token_id).load(conn.link())?)
}

/// Lets a notice wait for the member's programs that are told of such. Part of the notice's transaction.
pub(super) fn enqueue(conn: &mut Conn, to: ActorId, notice: NoticeId, alert: Alert) -> Result<()> {
    let subscriptions: Vec<(PushId, String, Micros)> = Statement::<(BigInt, Text, BigInt)>::new(vec![
        // Where something waits for its next try, this waits with it.
        Part::Sql(
            "SELECT s.id, s.alerts, COALESCE((SELECT MIN(d.due_at) FROM push_delivery d WHERE d.subscription_id = s.id \
             AND d.attempts > 0), 0) FROM push_subscription s WHERE s.policy <> 'none' AND s.actor_id = ",
        ),
        Part::Number(to.0),
        // One that ends at this moment is waited for, and then isn't there: a row that points to it would be refused, and
        // with it whatever is told of.
        Part::Sql(if conn.is_pg() { " FOR KEY SHARE" } else { "" }),
    ])
    .load(conn.link())?;
    let now = conn.now();
    for (subscription, _, rest) in subscriptions.iter().filter(|(_, alerts, _)| has(alerts, alert)) {
        diesel::insert_into(push_delivery::table)
            .values((
                push_delivery::id.eq(PushDeliveryId(conn.id_at(now))),
                push_delivery::subscription_id.eq(*subscription),
                push_delivery::notice_id.eq(notice),
                push_delivery::attempts.eq(0_i64),
                push_delivery::created_at.eq(now),
                push_delivery::due_at.eq(now.max(*rest)),
                push_delivery::claimed_until.eq(0_i64),
            ))
            .on_conflict_do_nothing()
            .both()
            .execute(conn.link())?;
        conn.wake();
    }
    Ok(())
}

/// Lets what everybody was just told of a post wait for their programs, in one statement. Part of the notices' transaction.
pub(super) fn enqueue_all(conn: &mut Conn, kind: &str, post: PostId, alert: Alert) -> Result<()> {
    let now = conn.now();
    let subscriptions: i64 = push_subscription::table.count().get_result(conn.link())?;
    if subscriptions == 0 {
        return Ok(());
    }
    let (first, word) = (conn.row_of_ids(subscriptions), format!("% {} %", alert.as_str()));
    let told = Statement::<BigInt>::new(vec![
        Part::Sql(
            "INSERT INTO push_delivery (id, subscription_id, notice_id, attempts, created_at, due_at, claimed_until) \
             SELECT ROW_NUMBER() OVER (ORDER BY q.subscription_id) + ",
        ),
        Part::Number(first),
        Part::Sql(", q.subscription_id, q.notice_id, 0, "),
        Part::Number(now),
        // Where something waits for its next try, this waits with it.
        Part::Sql(
            ", COALESCE((SELECT MIN(d.due_at) FROM push_delivery d WHERE d.subscription_id = q.subscription_id \
             AND d.attempts > 0 AND d.due_at > ",
        ),
        Part::Number(now),
        Part::Sql("), "),
        Part::Number(now),
        Part::Sql(
            "), 0 FROM (SELECT s.id AS subscription_id, n.id AS notice_id FROM notice n INNER JOIN push_subscription s \
             ON s.actor_id = n.actor_id WHERE s.policy <> 'none' AND (' ' || s.alerts || ' ') LIKE ",
        ),
        Part::Text(&word),
        Part::Sql(" AND n.read_at IS NULL AND n.kind = "),
        Part::Text(kind),
        Part::Sql(" AND n.post_id = "),
        Part::Number(post.0),
        Part::Sql(if conn.is_pg() { " FOR KEY SHARE OF s" } else { "" }),
        Part::Sql(") q WHERE 1 = 1 ON CONFLICT DO NOTHING"),
    ])
    .execute(conn.link())?;
    if told > 0 {
        conn.wake();
    }
    Ok(())
}

/// Is a subscription told of what `by` does? Asked when a message is sent, since ties come and go.
pub fn heeds(conn: &mut Conn, subscription: &Subscription, by: ActorId) -> Result<bool> {
    let me = subscription.actor_id;
    let (follower, followed) = match subscription.policy {
        Policy::All => return Ok(true),
        Policy::Nobody => return Ok(false),
        Policy::Followed => (me, by),
        Policy::Follower => (by, me),
    };
    let tie = follow::table.filter(follow::follower_id.eq(follower)).filter(follow::followed_id.eq(followed));
    Ok(diesel::select(diesel::dsl::exists(tie.filter(follow::state.eq("accepted")))).get_result(conn.link())?)
}

/// A message that was handed out.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Delivery {
    /// Its id.
    pub id: PushDeliveryId,
    /// Where to.
    pub subscription_id: PushId,
    /// What it tells of.
    pub notice_id: NoticeId,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// Since when it waits.
    pub created_at: Micros,
}

/// Push services for which something can be claimed, at most `limit`, those first that wait for longest.
pub fn due_hosts(conn: &mut Conn, limit: i64) -> Result<Vec<String>> {
    let now = conn.now();
    Ok(Statement::<Text>::new(vec![
        Part::Sql(
            "SELECT s.host FROM push_delivery d JOIN push_subscription s ON s.id = d.subscription_id WHERE d.due_at <= ",
        ),
        Part::Number(now),
        Part::Sql(" AND d.claimed_until < "),
        Part::Number(now),
        Part::Sql(" GROUP BY s.host ORDER BY MIN(d.due_at) LIMIT "),
        Part::Number(limit),
    ])
    .load(conn.link())?)
}

/// Takes up to `limit` due messages for a push service.
pub fn claim(conn: &mut Conn, host: &str, limit: i64) -> Result<Vec<Delivery>> {
    let now = conn.now();
    Ok(Statement::<(BigInt, BigInt, BigInt, BigInt, BigInt)>::new(vec![
        Part::Sql("UPDATE push_delivery SET attempts = attempts + 1, claimed_until = "),
        Part::Number(now + CLAIM),
        Part::Sql(
            " WHERE id IN (SELECT d.id FROM push_delivery d WHERE d.subscription_id IN \
             (SELECT s.id FROM push_subscription s WHERE s.host = ",
        ),
        Part::Text(host),
        Part::Sql(") AND d.due_at <= "),
        Part::Number(now),
        Part::Sql(" AND d.claimed_until < "),
        Part::Number(now),
        Part::Sql(" ORDER BY d.due_at, d.id LIMIT "),
        Part::Number(limit),
        Part::Sql(conn.skip_locked()),
        Part::Sql(") RETURNING id, subscription_id, notice_id, attempts, created_at"),
    ])
    .load(conn.link())?)
}

/// The subscription that a message is for; `None` if it has ended.
pub fn of_delivery(conn: &mut Conn, delivery: &Delivery) -> Result<Option<Subscription>> {
    let own = push_subscription::table.filter(push_subscription::id.eq(delivery.subscription_id));
    Ok(own.select(Subscription::as_select()).first(conn.link()).optional()?)
}

/// How a message fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The push service took it.
    Taken,
    /// There is nothing to be told any more.
    Idle,
    /// The push service doesn't know the address any more.
    Gone,
    /// It won't be taken, however often it is tried.
    Refused,
    /// It may be taken from this time on.
    Later(Micros),
}

/// Keeps how a message fared.
pub fn settle(conn: &mut Conn, delivery: &Delivery, outcome: Outcome) -> Result<()> {
    let id = delivery.subscription_id;
    let subscription = push_subscription::table.filter(push_subscription::id.eq(id));
    match outcome {
        Outcome::Gone => {
            diesel::delete(subscription).execute(conn.link())?;
            return Ok(());
        }
        Outcome::Later(due_at) => return postpone(conn, delivery, due_at),
        Outcome::Taken => {
            let blamed = subscription.filter(push_subscription::refusals.gt(0_i64));
            diesel::update(blamed).set(push_subscription::refusals.eq(0_i64)).execute(conn.link())?;
        }
        Outcome::Refused => {
            let refusals = push_subscription::refusals;
            diesel::update(subscription).set(refusals.eq(refusals + 1)).execute(conn.link())?;
            diesel::delete(subscription.filter(refusals.ge(REFUSALS_MAX))).execute(conn.link())?;
        }
        Outcome::Idle => {}
    }
    drop_delivery(conn, delivery.id)
}

/// Puts a message back, and with it what else is due there: one knock is enough to find out. Too old, or tried too often, it
/// is given up.
fn postpone(conn: &mut Conn, delivery: &Delivery, due_at: Micros) -> Result<()> {
    let own = push_delivery::table.filter(push_delivery::subscription_id.eq(delivery.subscription_id));
    diesel::update(own.filter(push_delivery::due_at.lt(due_at)))
        .set(push_delivery::due_at.eq(due_at))
        .execute(conn.link())?;
    if due_at - delivery.created_at > KEPT || delivery.attempts >= ATTEMPTS_MAX {
        return drop_delivery(conn, delivery.id);
    }
    diesel::update(push_delivery::table.filter(push_delivery::id.eq(delivery.id)))
        .set(push_delivery::claimed_until.eq(0_i64))
        .execute(conn.link())?;
    Ok(())
}

fn drop_delivery(conn: &mut Conn, id: PushDeliveryId) -> Result<()> {
    diesel::delete(push_delivery::table.filter(push_delivery::id.eq(id))).execute(conn.link())?;
    Ok(())
}

/// Frees what a process held that was killed. Only for a hall whose one process is just starting.
pub fn free_all(conn: &mut Conn) -> Result<()> {
    let held = push_delivery::table.filter(push_delivery::claimed_until.gt(0_i64));
    diesel::update(held).set(push_delivery::claimed_until.eq(0_i64)).execute(conn.link())?;
    Ok(())
}

/// Removes what has waited too long all the same.
pub fn prune(conn: &mut Conn) -> Result<()> {
    let before = conn.now() - KEPT;
    diesel::delete(push_delivery::table.filter(push_delivery::created_at.lt(before))).execute(conn.link())?;
    Ok(())
}

/// How many messages wait.
pub fn waiting(conn: &mut Conn) -> Result<i64> {
    Ok(push_delivery::table.count().get_result(conn.link())?)
}
