//! The command line. What a command answers goes to standard output, everything else to standard error.

pub mod serve;
pub mod user;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, LogFormat};
use crate::error::{Error, Result};
use crate::lang::{Language, Messages};

/// The `huiguan` command.
#[derive(Debug, Parser)]
#[command(
    name = "huiguan",
    version,
    about = "Huiguan 会馆: the community server of an association.",
    long_about = "Huiguan 会馆: the community server of an association.\n\n\
        Without a command it runs the hall. At the first start it prints a link: open it in a browser to name the hall \
        and its owner. Everything is kept in one directory (data, unless config.toml says otherwise).",
    after_help = "Examples:\n  \
        huiguan                                    run the hall\n  \
        huiguan user add mei --role moderator      add a member; a password is made and printed\n  \
        huiguan user list                          who is in the hall\n  \
        huiguan user password mei                  give mei a new password\n  \
        huiguan config check                       is config.toml right?\n\n\
        Settings stand in config.toml; every key can also be set by the environment, such as\n\
        HUIGUAN__SERVER__ORIGIN=https://hall.example. All commands work beside a running hall."
)]
struct Command {
    /// Read the settings from this file instead of config.toml
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Run the hall (also what happens without a command)
    Serve,
    /// Add members, list them, change their password or role, suspend them
    User {
        #[command(subcommand)]
        action: user::Action,
    },
    /// Look at the settings
    Config {
        #[command(subcommand)]
        action: ConfigAction,
    },
}

#[derive(Debug, Subcommand)]
enum ConfigAction {
    /// Say what is wrong with the settings and where; exit code 1 if anything is
    Check,
}

/// Runs the program with the arguments that it was called with.
pub fn main() -> ExitCode {
    let command = match Command::try_parse() {
        Ok(command) => command,
        Err(error) => {
            // clap writes help to standard output and faults to standard error.
            drop(error.print());
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(lines) => {
            let mut out = std::io::stderr().lock();
            for line in lines {
                drop(writeln!(out, "huiguan: {line}"));
            }
            ExitCode::FAILURE
        }
    }
}

/// Runs one command; a failure is one or more lines for people.
fn run(command: Command) -> std::result::Result<(), Vec<String>> {
    let config = Config::load(command.config.as_deref(), environment())
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    if let Some(Action::Config { action: ConfigAction::Check }) = &command.action {
        return check(config);
    }
    let result = match command.action {
        None | Some(Action::Serve) => {
            start_log(&config);
            serve::run(config)
        }
        Some(Action::User { action }) => user::run(config, action),
        Some(Action::Config { .. }) => Ok(()),
    };
    result.map_err(|error| explain(&error))
}

/// The environment; what isn't UTF-8 stays visible as such, so that it is named as a wrong value rather than dropped.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
}

/// `huiguan config check`.
fn check(config: Config) -> std::result::Result<(), Vec<String>> {
    for warning in config.warnings() {
        say(&format!("warning: {warning}")).map_err(|e| vec![e.to_string()])?;
    }
    if !is_writable(&config.data.dir) {
        return Err(vec![format!("data.dir: {} cannot be written to", config.data.dir.display())]);
    }
    say(&format!("the settings are right; the hall is {}", config.origin())).map_err(|e| vec![e.to_string()])
}

/// Can the directory, or the nearest one above it that exists, be written to?
fn is_writable(dir: &Path) -> bool {
    let absolute = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let nearest = absolute.ancestors().find(|place| place.exists());
    nearest.and_then(|place| place.metadata().ok()).is_some_and(|meta| meta.is_dir() && !meta.permissions().readonly())
}

/// Writes one line of an answer to standard output.
pub(crate) fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// An error in words: problems of input by their messages, in English as the rest of the command line.
fn explain(error: &Error) -> Vec<String> {
    match (error, Messages::load()) {
        (Error::Invalid(problems), Ok(messages)) => problems
            .iter()
            .map(|problem| {
                format!("{}: {}", problem.field, messages.text(Language::En, problem.message, &problem.values))
            })
            .collect(),
        _ => vec![error.to_string()],
    }
}

/// Sends logs to standard error, as the settings have it.
fn start_log(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log.filter)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first one's log.
    match config.log.format {
        LogFormat::Text => drop(log.try_init()),
        LogFormat::Json => drop(log.json().try_init()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_well_formed_and_keep_their_names() {
        Command::command().debug_assert();
        for line in [
            "huiguan",
            "huiguan serve",
            "huiguan serve --config hall.toml",
            "huiguan user add mei --email mei@hall.example --password-stdin --role owner --language zh-Hant",
            "huiguan user list --json",
            "huiguan user password mei",
            "huiguan user role mei archivist",
            "huiguan user suspend mei",
            "huiguan config check --config hall.toml",
        ] {
            Command::try_parse_from(line.split(' ')).unwrap_or_else(|e| panic!("{line}: {e}"));
        }
        for line in [
            "huiguan user add",
            "huiguan user add mei --role king",
            "huiguan user role mei",
            "huiguan --port 1",
            "huiguan user add mei --password x --password-stdin",
        ] {
            assert!(Command::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
