//! The command line. What a command answers goes to standard output, everything else to standard error; a failure is a
//! line of its own and an exit code other than 0.

pub mod account;
pub mod archive;
pub mod config;
pub mod date;
pub mod demo;
pub mod group;
mod pdf;
pub mod search;
pub mod serve;
pub mod token;
pub mod user;

use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use crate::config::{Config, LogFormat};
use crate::error::{Error, Result};
use crate::lang::{Language, Messages};

/// The exit code for a command line that makes no sense.
const EXIT_USAGE: u8 = 2;

/// The `huiguan` command.
#[derive(Debug, Parser)]
#[command(
    name = "huiguan",
    version,
    max_term_width = 100,
    about = "Huiguan 会馆: the community server of an association.",
    long_about = "Huiguan 会馆: the community server of an association.\n\n\
        Without a command it runs the hall. At the first start it prints a link: open it in a browser to name the hall \
        and to become its owner. Everything is kept in one directory (data, unless config.toml says otherwise).",
    after_help = "Examples:\n  \
        huiguan                                 run the hall; Ctrl+C stops it\n  \
        huiguan demo                            two halls to try out, gone when you stop them\n  \
        huiguan user add mei                    add a member; a password is made and printed\n  \
        huiguan user add lan --role moderator   add an officer\n  \
        huiguan user list                       who is in the hall\n  \
        huiguan user password mei               mei has forgotten her password: make a new one\n  \
        huiguan user suspend mei                keep mei out\n  \
        huiguan group add panyu --owner mei --title 番禺同乡\n                                          \
        found a group\n  \
        huiguan account add bao --owner mei --title 潮州侨报\n                                          \
        open a public account\n  \
        huiguan token mei                       an access token for a program that acts as mei\n  \
        huiguan search rebuild                  fill the search index anew\n  \
        huiguan archive import letters.csv      bring items in from a sheet\n  \
        huiguan archive verify                  are the archive's originals what they were?\n  \
        huiguan date < dates.txt                read wordings of dates, one a line: 光緒十三年\n  \
        huiguan config check                    is config.toml right?\n\n\
        Settings stand in config.toml, each with an explanation. Each can also be set by the environment, such as\n\
        HUIGUAN__SERVER__ORIGIN=https://hall.example. All commands may be used while the hall runs."
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
    /// Show two halls with invented people, to try everything out; Ctrl+C ends them
    Demo(demo::Options),
    /// Add members, list them, change their password or role, suspend them
    User {
        #[command(subcommand)]
        action: user::Action,
    },
    /// Open public accounts, list them
    Account {
        #[command(subcommand)]
        action: account::Action,
    },
    /// Found groups, list them
    Group {
        #[command(subcommand)]
        action: group::Action,
    },
    /// Bring items into the archive and out of it, check its originals
    Archive {
        #[command(subcommand)]
        action: archive::Action,
    },
    /// Print an access token for a client program
    Token(token::Options),
    /// Fill the search index anew, or compare it with the database
    Search {
        #[command(subcommand)]
        action: search::Action,
    },
    /// Read wordings of dates from standard input, one a line or as JSON lines with id, text and lang; answer each with a
    /// JSON line with its EDTF, its first and last day, what else it can mean, or why it can't be read
    Date,
    /// Read a PDF from standard input and answer its text; the hall starts it by itself
    #[command(name = "pdf-text", hide = true)]
    PdfText,
    /// Look at the settings
    Config {
        #[command(subcommand)]
        action: config::Action,
    },
}

/// Why a command failed: one or more lines for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(Vec<String>);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(explain(&error))
    }
}

/// Where a command reads and answers.
pub(crate) struct Terminal<'a> {
    input: &'a mut dyn Read,
    out: &'a mut dyn Write,
}

impl Terminal<'_> {
    /// Writes one line of an answer, at once: whoever waits for it in a pipe sees it.
    pub(crate) fn say(&mut self, line: &str) -> Result<()> {
        writeln!(self.out, "{line}")?;
        self.out.flush()?;
        Ok(())
    }

    /// The first line of the input, as far as a password can be long.
    pub(crate) fn read_line(&mut self) -> Result<String> {
        let mut text = String::new();
        // More than this is no password; the limit keeps a wrong pipe from filling memory.
        (&mut self.input).take(4_096).read_to_string(&mut text)?;
        Ok(text.lines().next().unwrap_or_default().to_owned())
    }
}

/// Runs the program with the arguments that it was called with.
pub fn main() -> ExitCode {
    let command = match Command::try_parse() {
        Ok(command) => command,
        Err(error) => return refuse(&error),
    };
    let mut terminal = Terminal { input: &mut std::io::stdin(), out: &mut std::io::stdout() };
    match run(command, environment(), &mut terminal) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(lines)) => {
            complain(&lines);
            ExitCode::FAILURE
        }
    }
}

/// Runs one command.
fn run(
    command: Command,
    environment: impl Iterator<Item = (String, String)>,
    terminal: &mut Terminal<'_>,
) -> Result<(), Failure> {
    let config = Config::load(command.config.as_deref(), environment)
        .map_err(|faults| Failure(faults.iter().map(ToString::to_string).collect()))?;
    match command.action {
        Some(Action::Config { action: config::Action::Check }) => config::check(&config, terminal),
        Some(Action::User { action }) => Ok(user::run(config, action, terminal)?),
        Some(Action::Group { action }) => Ok(group::run(config, action, terminal)?),
        Some(Action::Account { action }) => Ok(account::run(config, action, terminal)?),
        Some(Action::Archive { action }) => Ok(archive::run(config, &action, terminal)?),
        Some(Action::Search { action }) => Ok(search::run(config, &action, terminal)?),
        Some(Action::PdfText) => Ok(pdf::text(terminal)?),
        Some(Action::Date) => Ok(date::run(terminal)?),
        Some(Action::Token(options)) => Ok(token::run(config, &options, terminal)?),
        Some(Action::Demo(options)) => {
            start_log(&config);
            Ok(demo::run(&options, terminal)?)
        }
        None | Some(Action::Serve) => {
            start_log(&config);
            Ok(serve::run(config, terminal)?)
        }
    }
}

/// The environment; what isn't UTF-8 is kept as far as it goes, so that it is named as a wrong value, not dropped.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
}

/// Answers a command line that isn't one: help where it was asked for, else one line that says what is wrong.
fn refuse(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Nobody is left to be told when standard output is closed.
            drop(error.print());
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            drop(error.print());
            ExitCode::from(EXIT_USAGE)
        }
        _ => {
            complain(&[usage_fault(error)]);
            ExitCode::from(EXIT_USAGE)
        }
    }
}

/// What is wrong with the command line, on one line.
fn usage_fault(error: &clap::Error) -> String {
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    format!("{} (huiguan --help shows what there is)", one_line(first.strip_prefix("error: ").unwrap_or(first)))
}

/// Writes lines about a failure to standard error.
fn complain(lines: &[String]) {
    let mut out = std::io::stderr().lock();
    for line in lines {
        // Nobody is left to be told when standard error is closed.
        drop(writeln!(out, "huiguan: {line}"));
    }
}

/// An error in words: problems of input by their messages, in English as the rest of the command line.
pub(crate) fn explain(error: &Error) -> Vec<String> {
    match (error, Messages::load()) {
        (Error::Invalid(problems), Ok(messages)) => problems
            .iter()
            .map(|problem| {
                format!("{}: {}", problem.field, messages.text(Language::En, problem.message, &problem.values))
            })
            .collect(),
        _ => vec![one_line(&error.to_string())],
    }
}

/// Text of others (the database's, the system's) without its line breaks.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Sends logs to standard error, as the settings have it.
fn start_log(config: &Config) {
    // The web server's own account of its threads is of use only to those who ask for it by name.
    let filter = format!("actix_server=warn,{}", config.log.filter);
    let filter = tracing_subscriber::EnvFilter::try_new(filter)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("actix_server=warn,info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // A second start in one process (tests) keeps the first one's log.
    match config.log.format {
        LogFormat::Text => drop(log.try_init()),
        LogFormat::Json => drop(log.json().try_init()),
    }
}

#[cfg(test)]
mod tests;
