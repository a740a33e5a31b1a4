//! The worker: the only loop. It hands arrivals to the inbox, events to their consumers, and what is due to the outbox.
//!
//! Every step claims its work in the database, so several processes of one hall may run it; a stop or a crash leaves the
//! rest for the next start.

mod letter;
mod picture;
mod push;
pub mod search;
mod text;
mod video;

use std::collections::{BTreeMap, HashSet};
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;

use crate::clock::{HOUR, Micros};
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::arrival::{self, Arrival};
use crate::domain::{
    app, delivery, digest, event, hall, item, link, media, notice, partner, profile, push as waiting, session, token,
    upload,
};
use crate::error::Result;
use crate::federation::{self, inbox, outbox};
use crate::remote;
use crate::upload::resumable;

/// Arrivals worked off at a time.
const ARRIVALS: i64 = 64;
/// How long one actor's arrivals are worked off before the others have their turn again.
const LANE_TIME: Duration = Duration::from_secs(3);
/// Events handed out at a time.
const EVENTS: i64 = 32;
/// Deliveries taken for one host at a time: as many as even a slow host takes before the claim runs out.
const PER_HOST: i64 = 8;
/// Hosts delivered to at a time.
const HOSTS: i64 = 64;
/// Links and collections of profiles looked at a time.
const PROFILES: i64 = 8;
/// Pages that Moments link to, looked at at a time.
const LINKS: i64 = 4;
/// Uploads made ready at a time: each is held in memory.
const PICTURES: i64 = 2;
/// Files read at a time: each in a process of its own.
const TEXTS: i64 = 1;
/// Files removed at a time.
const REMOVALS: i64 = 32;
/// How often the database is looked at without being woken: for what falls due, and for other processes' work.
const TICK: Duration = Duration::from_secs(1);
/// How long after an error the loop waits before it goes on.
const BREATH: Duration = Duration::from_secs(2);

/// The kinds of work.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Arrivals,
    Events,
    Deliveries,
    Pushes,
    Profiles,
    Links,
    Pictures,
    Texts,
    Removals,
    Letters,
    Partners,
}

/// Runs until told to stop; finishes what is under way.
pub async fn run(ctx: Ctx, stop: watch::Receiver<bool>) {
    if let Err(error) = ctx.write(free_all).await {
        tracing::warn!(%error, "what a killed process held waits until its claims run out");
    }
    let mut loops = JoinSet::new();
    let kinds = [
        Kind::Arrivals,
        Kind::Events,
        Kind::Deliveries,
        Kind::Pushes,
        Kind::Profiles,
        Kind::Links,
        Kind::Pictures,
        Kind::Texts,
        Kind::Removals,
        Kind::Letters,
        Kind::Partners,
    ];
    for kind in kinds {
        loops.spawn(turn(ctx.clone(), kind, stop.clone()));
    }
    loops.spawn(search::run(ctx.clone(), stop.clone()));
    loops.spawn(tidy_up(ctx, stop));
    while loops.join_next().await.is_some() {}
}

/// On SQLite this process is the hall's only one, so whatever is claimed was claimed by one that is gone. On PostgreSQL
/// another process may be at it; there the claims run out by themselves.
fn free_all(conn: &mut Conn) -> Result<()> {
    if conn.is_pg() {
        return Ok(());
    }
    arrival::free_all(conn)?;
    event::free_all(conn)?;
    media::free_all(conn)?;
    item::free_texts(conn)?;
    upload::free_all(conn)?;
    waiting::free_all(conn)?;
    digest::free_all(conn)?;
    delivery::free_all(conn)
}

/// One kind of work, over and over: at once while there is some, else when woken or at the next tick.
async fn turn(ctx: Ctx, kind: Kind, mut stop: watch::Receiver<bool>) {
    let (busy, mut hosts) = (Arc::new(Mutex::new(HashSet::new())), JoinSet::new());
    while !*stop.borrow() {
        // Asked for before looking, so that what comes in between isn't missed.
        let woken = ctx.wake.notified();
        let done = match kind {
            Kind::Arrivals => arrivals(&ctx).await,
            Kind::Events => events(&ctx).await,
            Kind::Deliveries => spread_deliveries(&ctx, &busy, &mut hosts).await,
            Kind::Pushes => push::spread(&ctx, &busy, &mut hosts).await,
            Kind::Profiles => profiles(&ctx).await,
            Kind::Links => links(&ctx).await,
            Kind::Pictures => pictures(&ctx).await,
            Kind::Texts => own_texts(&ctx).await,
            Kind::Removals => removals(&ctx).await,
            Kind::Letters => letters(&ctx).await,
            Kind::Partners => partners(&ctx).await,
        };
        while hosts.try_join_next().is_some() {}
        let pause = match done {
            Ok(0) => TICK,
            Ok(_) => continue,
            Err(error) => {
                tracing::error!(?kind, %error, "the worker stumbled and goes on");
                BREATH
            }
        };
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
    while hosts.join_next().await.is_some() {}
}

/// Works off arrivals that are due; answers how many.
pub async fn arrivals(ctx: &Ctx) -> Result<usize> {
    // Looking costs no turn of the writer; claiming does.
    let due = ctx.glance(arrival::is_due).await?;
    let claimed = if due { ctx.write(|conn| arrival::claim(conn, ARRIVALS)).await? } else { Vec::new() };
    let count = claimed.len();
    let mut lanes: BTreeMap<String, Vec<Arrival>> = BTreeMap::new();
    for arrival in claimed {
        lanes.entry(arrival.lane.clone()).or_default().push(arrival);
    }
    together(lanes.into_values().map(|lane| {
        let ctx = ctx.clone();
        async move { work_lane(&ctx, lane).await }
    }))
    .await?;
    if count == 0 {
        let waiting = ctx.read(arrival::waiting).await?;
        ctx.metrics.arrivals_waiting.set(waiting);
    }
    Ok(count)
}

/// Works off what one actor sent, in order, for a while; what is left then goes back, so that an actor whose server is slow
/// doesn't hold up the others. What became of it all is kept in one transaction at the end.
async fn work_lane(ctx: &Ctx, lane: Vec<Arrival>) -> Result<()> {
    let began = Instant::now();
    let mut lane = lane.into_iter();
    let mut settled = Vec::with_capacity(lane.len());
    while began.elapsed() < LANE_TIME {
        let Some(arrival) = lane.next() else { break };
        settled.push(inbox::work(ctx, &arrival).await);
    }
    let left: Vec<_> = lane.map(|arrival| arrival.id).collect();
    ctx.write(move |conn| {
        arrival::keep(conn, &settled)?;
        if left.is_empty() { Ok(()) } else { arrival::release(conn, &left) }
    })
    .await
}

/// Hands events that are due to their consumer; answers how many.
pub async fn events(ctx: &Ctx) -> Result<usize> {
    let due = ctx.glance(|conn| event::is_due(conn, event::FEDERATION)).await?;
    let claim = |conn: &mut Conn| event::claim(conn, event::FEDERATION, EVENTS);
    let claimed = if due { ctx.write(claim).await? } else { Vec::new() };
    let count = claimed.len();
    together(claimed.into_iter().map(|work| {
        let ctx = ctx.clone();
        async move { outbox::work(&ctx, work).await }
    }))
    .await?;
    Ok(count)
}

/// Delivers what is due, each host on its own and all to the end; answers how many hosts. For tests and small halls' tools.
pub async fn deliveries(ctx: &Ctx) -> Result<usize> {
    let hosts = ctx.read(|conn| delivery::due_hosts(conn, HOSTS)).await?;
    let count = hosts.len();
    together(hosts.into_iter().map(|host| serve(ctx.clone(), host))).await?;
    Ok(count)
}

/// Sends push messages that are due, all to the end; answers to how many push services. For tests and small halls' tools.
pub async fn pushes(ctx: &Ctx) -> Result<usize> {
    push::all(ctx).await
}

/// Sends what is new by e-mail to those who want it so; answers to how many.
pub async fn letters(ctx: &Ctx) -> Result<usize> {
    letter::all(ctx).await
}

/// Looks at what profiles link to, and reads pinned posts of others; answers how many.
pub async fn profiles(ctx: &Ctx) -> Result<usize> {
    let due = ctx.glance(profile::is_due).await?;
    if !due {
        return Ok(0);
    }
    let claim =
        |conn: &mut Conn| Ok((profile::claim_checks(conn, PROFILES)?, profile::claim_readings(conn, PROFILES)?));
    let (checks, readings) = ctx.write(claim).await?;
    let count = checks.len() + readings.len();
    let looks = together(checks.into_iter().map(|check| {
        let ctx = ctx.clone();
        async move { remote::profile::look(&ctx, check).await }
    }));
    let reads = together(readings.into_iter().map(|reading| {
        let ctx = ctx.clone();
        async move { federation::profile::read(&ctx, reading).await }
    }));
    looks.await.and(reads.await)?;
    Ok(count)
}

/// Looks at pages that Moments link to; answers how many.
pub async fn links(ctx: &Ctx) -> Result<usize> {
    if !ctx.glance(link::is_due).await? {
        return Ok(0);
    }
    let claimed = ctx.write(|conn| link::claim(conn, LINKS)).await?;
    let count = claimed.len();
    together(claimed.into_iter().map(|look| {
        let ctx = ctx.clone();
        async move { remote::link::look(&ctx, look).await }
    }))
    .await?;
    Ok(count)
}

/// Makes uploads ready; answers how many.
pub async fn pictures(ctx: &Ctx) -> Result<usize> {
    if !ctx.read(media::is_due).await? {
        return Ok(0);
    }
    let claimed = ctx.write(|conn| media::claim(conn, PICTURES)).await?;
    let count = claimed.len();
    together(claimed.into_iter().map(|upload| {
        let ctx = ctx.clone();
        async move { picture::prepare(&ctx, upload).await }
    }))
    .await?;
    Ok(count)
}

/// Reads what files say, by this program; answers how many.
async fn own_texts(ctx: &Ctx) -> Result<usize> {
    if !ctx.glance(item::texts_due).await? {
        return Ok(0);
    }
    texts(ctx, &std::env::current_exe()?).await
}

/// Reads what files say, by the program at this path; answers how many.
pub async fn texts(ctx: &Ctx, program: &Path) -> Result<usize> {
    if !ctx.read(item::texts_due).await? {
        return Ok(0);
    }
    let claimed = ctx.write(|conn| item::claim_texts(conn, TEXTS)).await?;
    let count = claimed.len();
    for (id, attempts) in claimed {
        text::read(ctx, program, id, attempts).await?;
    }
    Ok(count)
}

/// Takes files that nothing needs any more out of the store; answers how many.
pub async fn removals(ctx: &Ctx) -> Result<usize> {
    if !ctx.read(media::removals_due).await? {
        return Ok(0);
    }
    let claimed = ctx.write(|conn| media::claim_removals(conn, REMOVALS)).await?;
    let count = claimed.len();
    together(claimed.into_iter().map(|removal| {
        let ctx = ctx.clone();
        async move { picture::remove(&ctx, removal).await }
    }))
    .await?;
    Ok(count)
}

/// Reads on in what partners of the archive have; answers how many pages.
pub async fn partners(ctx: &Ctx) -> Result<usize> {
    if ctx.glance(partner::due).await?.is_none() {
        return Ok(0);
    }
    let Some(reading) = ctx.write(partner::claim).await? else { return Ok(0) };
    federation::partner::read(ctx, reading).await?;
    Ok(1)
}

/// Removes what has ended.
pub async fn sweep(ctx: &Ctx) -> Result<()> {
    resumable::sweep(ctx).await?;
    let room = i64::try_from(ctx.config.media.cache_mb.saturating_mul(1_000_000)).unwrap_or(i64::MAX);
    ctx.write(move |conn| {
        arrival::prune(conn)?;
        session::prune(conn)?;
        token::prune(conn)?;
        app::prune(conn)?;
        notice::prune(conn)?;
        waiting::prune(conn)?;
        link::prune(conn)?;
        media::sweep(conn)?;
        media::evict(conn, room)
    })
    .await
}

/// Runs futures side by side and answers the first error after all have ended.
async fn together<F>(work: impl Iterator<Item = F>) -> Result<()>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let mut running: JoinSet<Result<()>> = work.collect();
    let mut result = Ok(());
    while let Some(ended) = running.join_next().await {
        let ended = ended.unwrap_or_else(|e| Err(crate::error::Error::Broken(Box::new(e))));
        result = result.and(ended);
    }
    result
}

/// Gives each of these hosts that isn't served yet a task of its own: a slow host delays nobody.
/// Answers how many were started.
async fn spread<F>(
    ctx: &Ctx,
    hosts: Vec<String>,
    busy: &Arc<Mutex<HashSet<String>>>,
    tasks: &mut JoinSet<()>,
    serve: fn(Ctx, String) -> F,
) -> Result<usize>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let mut started = 0;
    for host in hosts {
        if tasks.len() >= ctx.config.limits.deliveries_at_once || !busy.lock().await.insert(host.clone()) {
            continue;
        }
        started += 1;
        let (ctx, busy) = (ctx.clone(), busy.clone());
        tasks.spawn(async move {
            if let Err(error) = serve(ctx.clone(), host.clone()).await {
                tracing::error!(%host, %error, "sending to a host stumbled");
            }
            busy.lock().await.remove(&host);
            ctx.wake.notify_waiters();
        });
    }
    Ok(started)
}

/// Gives each host that has a delivery due a task of its own.
async fn spread_deliveries(ctx: &Ctx, busy: &Arc<Mutex<HashSet<String>>>, tasks: &mut JoinSet<()>) -> Result<usize> {
    let hosts = ctx.read(|conn| delivery::due_hosts(conn, HOSTS * 4)).await?;
    spread(ctx, hosts, busy, tasks, serve).await
}

/// Delivers to one host until nothing is due there, or it takes nothing more.
async fn serve(ctx: Ctx, host: String) -> Result<()> {
    loop {
        let asked = host.clone();
        let batch = ctx.write(move |conn| delivery::claim(conn, &asked, PER_HOST)).await?;
        if batch.is_empty() {
            return Ok(());
        }
        if !outbox::deliver(&ctx, host.clone(), batch).await? {
            return Ok(());
        }
    }
}

/// Once an hour: what has ended goes.
async fn tidy_up(ctx: Ctx, mut stop: watch::Receiver<bool>) {
    let mut last: Micros = 0;
    while !*stop.borrow() {
        if ctx.now() - last > HOUR {
            last = ctx.now();
            if let Err(error) = sweep(&ctx).await {
                tracing::warn!(%error, "tidying up stumbled");
            }
        }
        if ctx.is_unsaved() {
            // Nobody may be writing any more, so that somebody has to find out when it works again.
            drop(ctx.write(hall::touch).await);
        }
        let waiting = ctx.read(delivery::waiting).await.unwrap_or(0);
        ctx.metrics.deliveries_waiting.set(waiting);
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(15)) => {}
            _ = stop.changed() => {}
        }
    }
}
