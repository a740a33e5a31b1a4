//! `huiguan archive`: what the archive holds, whether its originals are whole, and the ways in and out.

use clap::Subcommand;

use super::Terminal;
use crate::app;
use crate::config::Config;
use crate::ctx::Ctx;
use crate::domain::item;
use crate::error::{Error, Result};
use crate::id::FileId;
use crate::upload::original;

/// Files that are looked up at a time.
const PAGE: i64 = 200;

/// What to do with the archive.
#[derive(Debug, Subcommand)]
pub enum Action {
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
            Action::Verify => verify(&ctx, terminal).await,
            Action::Stats { json } => stats(&ctx, *json, terminal).await,
        }
    })
}

async fn verify(ctx: &Ctx, terminal: &mut Terminal<'_>) -> Result<()> {
    let (mut after, mut whole, mut wrong) = (FileId(0), 0_u64, 0_u64);
    loop {
        let files = ctx.read(move |conn| item::all_files(conn, after, PAGE)).await?;
        let Some(last) = files.last() else { break };
        after = last.id;
        for file in files {
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
