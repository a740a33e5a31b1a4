//! `huiguan config check`: what is wrong with the settings, and where.

use std::path::Path;

use clap::Subcommand;

use super::{Failure, Terminal};
use crate::config::{Config, Fault};

/// What can be done with the settings.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Action {
    /// Say what is wrong with the settings and where; exit code 1 if anything is
    #[command(after_help = "Nothing is changed. Warnings are about what works but is likely not meant.")]
    Check,
}

/// Says what is wrong with the settings: the faults are the answer, so that they go to standard output.
pub(super) fn check(settings: Result<Config, Vec<Fault>>, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
    let faults = match settings {
        Ok(config) => {
            for warning in config.warnings() {
                terminal.say(&format!("warning: {warning}"))?;
            }
            match can_write(&config.data.dir) {
                Ok(()) => return Ok(terminal.say(&format!("the settings are right; the hall is {}", config.origin()))?),
                Err(error) => vec![format!("data.dir: {} can't be written to: {error}", config.data.dir.display())],
            }
        }
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    };
    for fault in &faults {
        terminal.say(fault)?;
    }
    let count = if faults.len() == 1 { "one thing is".to_owned() } else { format!("{} things are", faults.len()) };
    Err(Failure(vec![format!("{count} wrong with the settings")]))
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
