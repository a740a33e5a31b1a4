//! `huiguan demo`: two halls side by side, with people who know each other and something to see. All of it is made through the
//! code that members' own doings go through, and federated between the two over HTTP.

mod account;
mod album;
mod archive;
mod group;
mod paper;
mod partner;
mod play;
mod stage;
mod tune;

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use tokio::signal::unix::{SignalKind, signal};

use super::Terminal;
use crate::app::{self, Running, Work};
use crate::config::Config;
use crate::error::{Error, Result};
use stage::Hall;

/// The file in a kept directory that tells who is there, as it was printed.
const PEOPLE_FILE: &str = "people.txt";

/// What `demo` is told.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The port of the first hall; the second has the next one
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..=65_534))]
    port: u16,
    /// Keep the halls in this directory, and go on with those that are there
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Runs the two halls until Ctrl-C. Says `ORIGIN NAME PASSWORD` for each person once everything is there to be seen.
///
/// # Errors
/// What kept it from starting, in one sentence.
pub(super) fn run(options: &Options, terminal: &mut Terminal<'_>) -> Result<()> {
    // A temporary directory goes with this value, also when something fails.
    let (_temporary, dir) = match &options.keep {
        Some(dir) => (None, dir.clone()),
        None => {
            let temporary = tempfile::Builder::new().prefix("huiguan-demo-").tempdir()?;
            let dir = temporary.path().to_owned();
            (Some(temporary), dir)
        }
    };
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&dir)
        .map_err(|e| Error::broken(format!("{} cannot be made: {e}", dir.display())))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| Error::Broken(Box::new(e)))?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        // A browser keeps cookies by host, whatever the port: two names, so that one can be signed in to both.
        let first = listen(options.port)?;
        let second = listen(options.port + 1)?;
        let first = open(&dir.join("first"), "localhost", first).await?;
        let second = open(&dir.join("second"), "127.0.0.1", second).await?;
        let told = tokio::select! {
            played = show(&dir, &first, &second) => Some(played),
            _ = terminate.recv() => None,
            _ = interrupt.recv() => None,
        };
        let result = match told {
            Some(Ok(lines)) => {
                lines.iter().try_for_each(|line| terminal.say(line))?;
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                Ok(())
            }
            Some(Err(error)) => Err(error),
            None => Ok(()),
        };
        first.stop().await;
        second.stop().await;
        result
    })
}

fn listen(port: u16) -> Result<TcpListener> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).map_err(|e| Error::broken(format!("cannot listen on {address}: {e}")))
}

/// A hall in a directory of its own, which may speak to the other one.
async fn open(dir: &Path, host: &str, listener: TcpListener) -> Result<Running> {
    let mut config = Config::default();
    config.server.listen = listener.local_addr()?;
    config.server.origin = format!("http://{host}:{}", config.server.listen.port());
    config.data.dir = dir.to_owned();
    config.federation.allow_networks = vec!["127.0.0.1/32".to_owned(), "::1/128".to_owned()];
    // Whoever tries it out signs in and out as everyone.
    config.limits.rate_limit = false;
    let ctx =
        tokio::task::spawn_blocking(move || app::open(config)).await.map_err(|e| Error::Broken(Box::new(e)))??;
    app::run(ctx, listener, Work::Here)
}

/// Plays what is to be seen, unless a kept directory has it already; answers the lines about the people.
async fn show(dir: &Path, first: &Running, second: &Running) -> Result<Vec<String>> {
    let file = dir.join(PEOPLE_FILE);
    match std::fs::read_to_string(&file) {
        Ok(kept) => return Ok(kept.lines().map(str::to_owned).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(Error::broken(format!("{} cannot be read: {error}", file.display()))),
    }
    let lines = play::all(&Hall::of(first), &Hall::of(second)).await?;
    // Passwords: for the eyes of whoever runs the demo.
    let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file)?;
    for line in &lines {
        writeln!(out, "{line}")?;
    }
    Ok(lines)
}
