//! `huiguan config check`: what is wrong with the settings, and where.

use std::path::Path;

use clap::Subcommand;

use super::{Failure, Terminal};
use crate::config::Config;

/// What can be done with the settings.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Action {
    /// Say what is wrong with the settings and where; exit code 1 if anything is
    #[command(after_help = "Nothing is changed. Warnings are about what works but is likely not meant.")]
    Check,
}

/// Says that the settings are right, with warnings; or fails with one line for each fault.
pub(super) fn check(config: &Config, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
    for warning in config.warnings() {
        terminal.say(&format!("warning: {warning}"))?;
    }
    let dir = &config.data.dir;
    can_write(dir).map_err(|e| Failure(vec![format!("data.dir: {} can't be written to: {e}", dir.display())]))?;
    Ok(terminal.say(&format!("the settings are right; the hall is {}", config.origin()))?)
}

/// Whether the directory, or the nearest one above it that exists, can be written to: by trying, since rights alone
/// don't tell (read-only disks, other users, access lists). What was tried is removed again.
fn can_write(dir: &Path) -> std::io::Result<()> {
    let absolute = std::path::absolute(dir)?;
    let nearest = absolute.ancestors().find(|place| place.exists()).unwrap_or(&absolute);
    let trial = nearest.join(format!(".huiguan-check-{}", std::process::id()));
    std::fs::OpenOptions::new().write(true).create_new(true).open(&trial)?;
    std::fs::remove_file(&trial)
}
