//! `huiguan serve`: runs the hall until it is told to stop.

use tokio::signal::unix::{SignalKind, signal};

use super::say;
use crate::app;
use crate::config::Config;
use crate::error::{Error, Result};

/// Runs the hall. Prints where it listens and, while there is no owner, where to set it up.
pub fn run(config: Config) -> Result<()> {
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| Error::Broken(Box::new(e)))?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let running = app::start(config).await?;
        say(&format!("listening on {}", running.ctx.origin))?;
        if let Some(link) = running.setup_link().await? {
            say(&format!("set up: {link}"))?;
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
