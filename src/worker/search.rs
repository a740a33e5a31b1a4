//! Keeps the search index: what changed goes in at most a second later, and a new index is filled from the database. What was taken
//! up is done only when the index has it on disk, so that a stop at any time costs a repetition and nothing else.

use std::time::Duration;

use tokio::sync::watch;

use crate::ctx::Ctx;
use crate::domain::search::{self, State};
use crate::error::{Error, Result};
use crate::search::{Doc, Key, Noun};

/// Changes taken up at a time.
const CHANGES: i64 = 500;
/// Rows of a rebuilding taken up at a time.
const ROWS: i64 = 500;
/// How often what was written is looked at again.
const ROUNDS_MAX: usize = 4;
/// How often the queue is looked at without being woken: what comes from elsewhere is to be found within a second.
const LOOK: Duration = Duration::from_millis(300);
/// How long is waited when the index is away.
const AWAY: Duration = Duration::from_secs(10);

/// Runs until told to stop.
pub(super) async fn run(ctx: Ctx, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let woken = ctx.wake.notified();
        let pause = match step(&ctx).await {
            Ok(0) => LOOK,
            Ok(_) => continue,
            Err(error) => {
                note(&ctx, &error).await;
                AWAY
            }
        };
        tokio::select! {
            () = woken, if pause == LOOK => {}
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Says once why the index can't be used.
async fn note(ctx: &Ctx, error: &Error) {
    let reason = error.to_string();
    let said = reason.clone();
    match ctx.write(move |conn| search::note_error(conn, &said)).await {
        Ok(true) => tracing::error!(%reason, "the search index can't be used; it catches up when it can"),
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "the search stumbled and goes on"),
    }
}

/// Puts in what changed and goes on with a rebuilding; answers how many rows were looked at.
///
/// Errors: an index that is away or held by another process; nothing is lost by it.
pub async fn step(ctx: &Ctx) -> Result<usize> {
    let (due, state) = ctx.glance(|conn| Ok((search::is_due(conn)?, search::state(conn)?))).await?;
    let is_asked = state.asked_at.is_some() || state.identity.is_empty() || state.is_rebuilding();
    if !due && !is_asked && state.last_error.is_empty() {
        return Ok(0);
    }
    if !ctx.search.may_write().await? {
        // Another process has it, and does what is to be done.
        return Ok(0);
    }
    let state = settle(ctx, state).await?;
    let changed = if due { changes(ctx).await? } else { 0 };
    let rebuilt = if state.is_rebuilding() { rebuild(ctx, &state).await? } else { 0 };
    Ok(changed + rebuilt)
}

/// Begins to fill an index that is new, or that somebody asked to be filled.
async fn settle(ctx: &Ctx, state: State) -> Result<State> {
    let identity = ctx.search.identity().await?;
    if !state.last_error.is_empty() {
        ctx.write(|conn| search::note_error(conn, "")).await?;
    }
    if state.identity == identity && state.asked_at.is_none() {
        return Ok(state);
    }
    tracing::info!("the search index is being filled");
    ctx.write(move |conn| search::begin_rebuild(conn, &identity)).await
}

async fn changes(ctx: &Ctx) -> Result<usize> {
    let (changes, docs, gone) = ctx
        .read(|conn| {
            let changes = search::changes(conn, CHANGES)?;
            let (docs, gone) = search::docs(conn, changes.keys.iter().copied())?;
            Ok((changes, docs, gone))
        })
        .await?;
    let count = changes.keys.len();
    put(ctx, changes.keys.iter().copied().collect(), docs, gone).await?;
    ctx.write(move |conn| search::complete(conn, &changes)).await?;
    Ok(count.max(1))
}

/// Puts documents into the index. Where several processes write, one that read earlier may write later, so that each looks
/// again after it wrote: whoever writes last has seen the newest.
async fn put(ctx: &Ctx, keys: Vec<Key>, mut docs: Vec<Doc>, mut gone: Vec<Key>) -> Result<()> {
    if !ctx.search.is_shared() {
        return ctx.search.apply(docs, gone).await;
    }
    for _ in 0..ROUNDS_MAX {
        ctx.search.apply(docs.clone(), gone.clone()).await?;
        let asked = keys.clone();
        let now = ctx.read(move |conn| search::docs(conn, asked)).await?;
        if now == (docs, gone) {
            break;
        }
        (docs, gone) = now;
    }
    Ok(())
}

/// The next part of a rebuilding.
async fn rebuild(ctx: &Ctx, state: &State) -> Result<usize> {
    let noun = Noun::of_word(&state.noun).unwrap_or(Noun::Post);
    let after = state.after_id;
    let (keys, docs, gone) = ctx
        .read(move |conn| {
            let keys = search::keys_after(conn, noun, after, ROWS)?;
            let (docs, gone) = search::docs(conn, keys.iter().copied())?;
            Ok((keys, docs, gone))
        })
        .await?;
    let (count, last) = (keys.len(), keys.last().copied());
    if last.is_some() {
        put(ctx, keys, docs, gone).await?;
    }
    let done = i64::try_from(count).unwrap_or(0);
    let state = ctx.write(move |conn| search::advance(conn, last, done)).await?;
    if !state.is_rebuilding() {
        clear_out(ctx).await?;
        tracing::info!(rows = state.done, "the search index is filled");
    }
    Ok(count.max(1))
}

/// Takes out of the index what the database no longer has.
async fn clear_out(ctx: &Ctx) -> Result<()> {
    let keys: Vec<_> = ctx.search.digests().await?.into_iter().map(|(key, _)| key).collect();
    for part in keys.chunks(CHANGES.unsigned_abs() as usize) {
        let part = part.to_vec();
        let gone = ctx.read(move |conn| Ok(search::docs(conn, part)?.1)).await?;
        if !gone.is_empty() {
            ctx.search.apply(Vec::new(), gone).await?;
        }
    }
    Ok(())
}

/// What differs between the database and the index, one line each; empty if they agree. What waits to be taken up is told first.
pub async fn check(ctx: &Ctx) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let (waiting, state) = ctx.read(|conn| Ok((search::waiting(conn)?, search::state(conn)?))).await?;
    if waiting > 0 {
        lines.push(format!("{waiting} changes wait to be taken up"));
    }
    if state.is_rebuilding() || state.asked_at.is_some() {
        lines.push(format!("the index is being filled: {} of {}", state.done, state.total));
    }
    let mut there: std::collections::BTreeMap<_, _> = ctx.search.digests().await?.into_iter().collect();
    for noun in crate::search::NOUNS {
        let mut after = 0;
        loop {
            let (keys, docs) = ctx
                .read(move |conn| {
                    let keys = search::keys_after(conn, noun, after, ROWS)?;
                    let (docs, _) = search::docs(conn, keys.iter().copied())?;
                    Ok((keys, docs))
                })
                .await?;
            let Some(last) = keys.last() else { break };
            after = last.id;
            for doc in docs {
                match there.remove(&doc.key) {
                    None => lines.push(format!("{} is missing", doc.key)),
                    Some(digest) if digest != doc.digest() => lines.push(format!("{} is out of date", doc.key)),
                    Some(_) => {}
                }
            }
        }
    }
    lines.extend(there.into_keys().map(|key| format!("{key} should not be there")));
    Ok(lines)
}
