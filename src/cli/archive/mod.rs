//! `huiguan archive`: what the archive holds, whether its originals are whole, and the ways in and out.

mod bag;
mod export;
mod fixity;
mod import;
mod intake;
mod linked;
mod row;
mod rows;
mod shows;
mod words;

use std::io::IsTerminal;

use clap::Subcommand;
use indicatif::ProgressBar;

use super::Terminal;
use crate::app;
use crate::clock::Micros;
use crate::config::Config;
use crate::ctx::Ctx;
use crate::domain::item;
use crate::error::{Error, Result};
use crate::id::FileId;
use crate::upload::original;

/// Files that are looked up at a time.
const PAGE: i64 = 200;

/// What an export takes out, in the words of [`item::stats`].
const ITEMS: [&str; 3] = ["items", "drafts", "offered"];

/// What to do with the archive.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Bring items in from a sheet, a folder of files or a bag; called once more it goes on where it stopped
    Import(import::Options),
    /// Take the archive out as a sheet, as JSON-LD or as a bag that brings all of it back
    Export(export::Options),
    /// Compare every original with its SHA-256; prints what is wrong and fails if anything is
    Verify,
    /// Print what the archive holds, in numbers
    Stats {
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
}

/// Runs one of them.
///
/// # Errors
/// What went wrong, in one sentence. `verify` fails if an original isn't what it was.
pub(super) fn run(config: Config, action: &Action, terminal: &mut Terminal<'_>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let ctx =
            tokio::task::spawn_blocking(move || app::open(config)).await.map_err(|e| Error::Broken(Box::new(e)))??;
        match action {
            Action::Import(options) => import::run(&ctx, options, terminal).await,
            Action::Export(options) => export::run(&ctx, options, terminal).await,
            Action::Verify => verify(&ctx, terminal).await,
            Action::Stats { json } => stats(&ctx, *json, terminal).await,
        }
    })
}

/// A bar that shows how far something is, to people at a terminal alone.
fn bar(length: u64) -> ProgressBar {
    if std::io::stderr().is_terminal() { ProgressBar::new(length) } else { ProgressBar::hidden() }
}

/// The day of a moment, in UTC.
fn day(at: Micros) -> String {
    crate::clock::to_rfc3339(at).chars().take(10).collect()
}

/// How many of these there are, in the words of [`item::stats`].
async fn size(ctx: &Ctx, words: &[&str]) -> Result<u64> {
    let stats = ctx.read(item::stats).await?;
    let counted: i64 = stats.iter().filter(|(word, _)| words.contains(word)).map(|(_, count)| *count).sum();
    Ok(u64::try_from(counted).unwrap_or_default())
}

async fn verify(ctx: &Ctx, terminal: &mut Terminal<'_>) -> Result<()> {
    let (mut after, mut whole, mut wrong) = (FileId(0), 0_u64, 0_u64);
    let bar = bar(size(ctx, &["files"]).await?);
    loop {
        let files = ctx.read(move |conn| item::all_files(conn, after, PAGE)).await?;
        let Some(last) = files.last() else { break };
        after = last.id;
        for file in files {
            bar.inc(1);
            let fault = original::verify(ctx, &file).await?;
            let id = file.id;
            ctx.write(move |conn| item::mark_file(conn, id, fault)).await?;
            if fault.is_empty() {
                whole += 1;
            } else {
                wrong += 1;
                terminal.say(&format!("{}/archive/files/{}: {}: {fault}", ctx.origin, file.id, file.name))?;
            }
        }
    }
    bar.finish_and_clear();
    if wrong > 0 {
        return Err(Error::broken(format!("{wrong} of {} originals are not what they were", whole + wrong)));
    }
    terminal.say(&format!("{whole} originals are whole"))
}

async fn stats(ctx: &Ctx, json: bool, terminal: &mut Terminal<'_>) -> Result<()> {
    let stats = ctx.read(item::stats).await?;
    if json {
        let map: serde_json::Map<String, serde_json::Value> =
            stats.into_iter().map(|(word, count)| (word.replace(' ', "_"), count.into())).collect();
        return terminal.say(&serde_json::Value::Object(map).to_string());
    }
    stats.iter().try_for_each(|(word, count)| terminal.say(&format!("{count:12}  {word}")))
}
