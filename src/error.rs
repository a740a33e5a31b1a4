//! The one error type. Its variants are what a caller can act on; everything else is `Broken`.
//!
//! `web` makes a page of it, `federation` a status and retry-or-never, `cli` a line and an exit code.

use std::fmt;

/// What every fallible function of Huiguan answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One thing that is wrong with one field of a form (or of a command), as a message key with its values.
///
/// The text itself lives in `templates/lang/*.ftl`, so that the same rule speaks three languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The name of the field as the form has it; empty when the whole form is meant.
    pub field: &'static str,
    /// The key of the message in `templates/lang/*.ftl`.
    pub message: &'static str,
    /// Values that the message names.
    pub values: Vec<(&'static str, String)>,
}

impl Problem {
    /// A problem whose message names no values.
    pub fn new(field: &'static str, message: &'static str) -> Self {
        Self { field, message, values: Vec::new() }
    }

    /// Adds a value that the message names.
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }
}

/// May the same request to another server be made again later?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// The failure is of the moment (time-out, 5xx, no connection).
    Later,
    /// The answer will not change (4xx, wrong document, refused address).
    Never,
}

/// What went wrong, by what can be done about it.
#[derive(Debug)]
pub enum Error {
    /// The noun is not there, or not for this viewer: the two are never told apart.
    NotFound(&'static str),
    /// The caller is known and may not do this.
    Forbidden,
    /// The input is wrong; each problem names its field.
    Invalid(Vec<Problem>),
    /// The noun is there already, or has changed meanwhile.
    Conflict(&'static str),
    /// Too many requests; try again after so many seconds.
    TooMany(u64),
    /// Another server did not do its part.
    Remote {
        /// The host that was asked.
        host: String,
        /// What it did, for officers and logs.
        reason: String,
        /// Whether asking again can help.
        retry: Retry,
    },
    /// The hall cannot take writes just now (disk full, database away); reading may still work.
    Unavailable(String),
    /// A fault of ours or of the machine. Logged once with its chain; people see a reference number.
    Broken(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// One problem of one field.
    pub fn invalid(field: &'static str, message: &'static str) -> Self {
        Self::Invalid(vec![Problem::new(field, message)])
    }

    /// A remote failure that may pass.
    pub fn later(host: impl Into<String>, reason: impl fmt::Display) -> Self {
        Self::Remote { host: host.into(), reason: reason.to_string(), retry: Retry::Later }
    }

    /// A remote failure that will not pass.
    pub fn never(host: impl Into<String>, reason: impl fmt::Display) -> Self {
        Self::Remote { host: host.into(), reason: reason.to_string(), retry: Retry::Never }
    }

    /// A fault described by a sentence.
    pub fn broken(reason: impl fmt::Display) -> Self {
        Self::Broken(reason.to_string().into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(noun) => write!(f, "{noun} not found"),
            Self::Forbidden => write!(f, "not allowed"),
            Self::Invalid(problems) => {
                write!(f, "invalid:")?;
                problems.iter().try_for_each(|p| write!(f, " {}={}", p.field, p.message))
            }
            Self::Conflict(noun) => write!(f, "{noun} exists or has changed"),
            Self::TooMany(after_s) => write!(f, "too many requests, again after {after_s} s"),
            Self::Remote { host, reason, .. } => write!(f, "{host}: {reason}"),
            Self::Unavailable(reason) => write!(f, "unavailable: {reason}"),
            Self::Broken(source) => {
                write!(f, "{source}")?;
                let mut next = source.source();
                while let Some(cause) = next {
                    write!(f, ": {cause}")?;
                    next = cause.source();
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(source: std::io::Error) -> Self {
        Self::Broken(Box::new(source))
    }
}
