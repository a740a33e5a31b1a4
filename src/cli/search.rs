//! `huiguan search`: fill the index anew, and compare it with the database.

use std::time::Duration;

use clap::Subcommand;

use super::Terminal;
use crate::app;
use crate::config::Config;
use crate::ctx::Ctx;
use crate::domain::search;
use crate::error::{Error, Result};
use crate::worker;

/// How often progress is told.
const PROGRESS: Duration = Duration::from_secs(1);
/// How long a running hall is waited for that should take up the work, in turns of [`PROGRESS`].
const TURNS_MAX: u32 = 30;

/// What to do with the search index.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Fill the index anew from the database; the running hall does it if there is one
    Rebuild,
    /// Compare the index with the database and print what differs; nothing if they agree
    Check,
}

/// Runs one of them.
///
/// # Errors
/// What went wrong, in one sentence. `check` fails if anything differs.
pub(super) fn run(config: Config, action: &Action, terminal: &mut Terminal<'_>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let ctx =
            tokio::task::spawn_blocking(move || app::open(config)).await.map_err(|e| Error::Broken(Box::new(e)))??;
        match action {
            Action::Rebuild => rebuild(&ctx, terminal).await,
            Action::Check => check(&ctx, terminal).await,
        }
    })
}

async fn rebuild(ctx: &Ctx, terminal: &mut Terminal<'_>) -> Result<()> {
    let began = ctx.now();
    ctx.write(search::ask_rebuild).await?;
    let (mut told, mut idle) = (-1, 0);
    loop {
        // Whoever holds the index fills it: the running hall, or this command if there is none.
        if ctx.search.may_write().await? {
            worker::search::step(ctx).await?;
        } else {
            tokio::time::sleep(PROGRESS).await;
        }
        let state = ctx.read(search::state).await?;
        if state.asked_at.is_none() && !state.is_rebuilding() && state.finished_at.is_some_and(|at| at >= began) {
            return terminal.say(&format!("the search index is filled: {} rows", state.done));
        }
        idle = if state.done == told { idle + 1 } else { 0 };
        if state.is_rebuilding() && state.done != told {
            terminal.say(&format!("{} of {}", state.done, state.total))?;
            told = state.done;
        }
        if idle > TURNS_MAX {
            let reason =
                if state.last_error.is_empty() { "the running hall doesn't get on with it" } else { &state.last_error };
            return Err(Error::broken(format!("the search index is not filled yet: {reason}")));
        }
    }
}

async fn check(ctx: &Ctx, terminal: &mut Terminal<'_>) -> Result<()> {
    let lines = worker::search::check(ctx).await?;
    for line in &lines {
        terminal.say(line)?;
    }
    match lines.len() {
        0 => Ok(()),
        count => Err(Error::broken(format!("{count} differences between the database and the search index"))),
    }
}
