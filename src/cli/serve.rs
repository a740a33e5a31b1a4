//! `huiguan serve`: runs the hall until it is told to stop.

use tokio::signal::unix::{SignalKind, signal};

use super::Terminal;
use crate::app;
use crate::config::Config;
use crate::error::{Error, Result};

/// Database work and the like that the worker has under way at a time; each thread keeps memory.
const BLOCKING_MAX: usize = 16;

/// Runs the hall. Says where it listens and, while there is no owner, where to set it up; once each.
///
/// SIGTERM and SIGINT stop it: requests under way are finished, jobs are left for the next start.
///
/// # Errors
/// What kept it from starting, in one sentence.
pub(super) fn run(config: Config, terminal: &mut Terminal<'_>) -> Result<()> {
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(BLOCKING_MAX)
        .enable_all()
        .build()
        .map_err(|e| Error::Broken(Box::new(e)))?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let running = app::start(config).await?;
        let setup = running.setup_link().await?.map(|link| format!("set up: {link}"));
        for line in [Some(format!("listening on {}", running.ctx.origin)), setup].into_iter().flatten() {
            // A hall whose standard output is closed serves its members all the same.
            if let Err(error) = terminal.say(&line) {
                tracing::warn!(%error, "standard output is closed");
            }
        }
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        running.stop().await;
        Ok(())
    })
}
