//! Reads the settings: defaults, then the file, then the environment, each over the one before.
//!
//! A fault names the key, the place and the expectation in words; all faults are gathered, so that one look at the list
//! is enough to mend them.

use std::fmt;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::keys::{Given, KEYS, Secrecy};
use super::{Config, MediaStore};

/// What every setting in the environment begins with.
const PREFIX: &str = "HUIGUAN__";
/// The file that is read from the working directory when none is named.
const FILE: &str = "config.toml";

/// One thing that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The key, such as `server.listen`; empty when the whole file is meant.
    pub key: String,
    /// Where it was read: `config.toml line 4` or the name of a variable.
    pub place: String,
    /// What is wrong and what is expected, in words.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key.as_str() {
            "" => write!(f, "{}: {}", self.place, self.problem),
            key => write!(f, "{}: {key}: {}", self.place, self.problem),
        }
    }
}

impl Config {
    /// Reads the settings from `file` (else from `config.toml` in the working directory, if there is one) and from
    /// the variables of `environment` that begin with `HUIGUAN__`.
    ///
    /// # Errors
    /// All faults: a named file that can't be read, unknown keys, wrong values, settings that need another one.
    pub fn load(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Self, Vec<Fault>> {
        let mut config = Self::default();
        let mut faults = Vec::new();
        let path = file.unwrap_or(Path::new(FILE));
        match std::fs::read_to_string(path) {
            Ok(text) => read_text(&mut config, &text, path, &mut faults),
            Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => faults.push(Fault {
                key: String::new(),
                place: path.display().to_string(),
                problem: format!("the file can't be read: {error}"),
            }),
        }
        for (name, value) in environment {
            if let Some(rest) = name.strip_prefix(PREFIX) {
                let key = rest.to_ascii_lowercase().replace("__", ".");
                set(&mut config, &key, &Given::Variable(&value), || format!("variable {name}"), &mut faults);
            }
        }
        if faults.is_empty() {
            faults.extend(needs(&config));
        }
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }
}

/// Reads the text of a settings file over `config`.
fn read_text(config: &mut Config, text: &str, path: &Path, faults: &mut Vec<Fault>) {
    let place = |at: usize| {
        let line = 1 + text.get(..at).unwrap_or(text).matches('\n').count();
        format!("{} line {line}", path.display())
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let at = error.span().map_or(0, |span| span.start);
        faults.push(Fault { key: String::new(), place: place(at), problem: error.message().to_owned() });
    }
    if errors.is_empty() {
        read_table(config, table.get_ref(), "", &place, faults);
    }
}

/// Reads one table and, recursively, the tables in it. The depth is bounded by TOML's own parser.
fn read_table(
    config: &mut Config,
    table: &DeTable<'_>,
    section: &str,
    place: &dyn Fn(usize) -> String,
    faults: &mut Vec<Fault>,
) {
    for (name, value) in table {
        let key = if section.is_empty() { name.get_ref().to_string() } else { format!("{section}.{}", name.get_ref()) };
        let at = name.span().start;
        let is_section = KEYS.iter().any(|known| known.name.starts_with(&format!("{key}.")));
        match value.get_ref() {
            DeValue::Table(inner) if is_section => read_table(config, inner, &key, place, faults),
            other => set(config, &key, &Given::File(other), || place(at), faults),
        }
    }
}

/// Sets one key or says what is wrong with it.
fn set(config: &mut Config, key: &str, given: &Given<'_>, place: impl Fn() -> String, faults: &mut Vec<Fault>) {
    let problem = match KEYS.iter().find(|known| known.name == key) {
        None => unknown(key),
        Some(known) if (known.set)(config, given).is_some() => return,
        Some(known) => match known.secret {
            Secrecy::Secret => format!("expected {}", known.expected),
            Secrecy::Plain => format!("expected {}, found {}", known.expected, given.shown()),
        },
    };
    faults.push(Fault { key: key.to_owned(), place: place(), problem });
}

/// Says that a key is unknown, and which known one may have been meant.
fn unknown(key: &str) -> String {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let section = |name: &str| name.rsplit_once('.').map_or(String::new(), |(section, _)| section.to_owned());
    let meant = KEYS
        .iter()
        .filter(|known| distance(key, known.name) <= 2 || last(known.name) == last(key))
        .min_by_key(|known| distance(key, known.name));
    let listed: Vec<String> = KEYS.iter().filter(|k| section(k.name) == section(key)).map(|k| last(k.name)).collect();
    match meant {
        Some(known) => format!("there is no such setting; did you mean {}?", known.name),
        None if listed.is_empty() => "there is no such setting; config.toml of the program lists them all".to_owned(),
        None => format!("there is no such setting; [{}] has {}", section(key), listed.join(", ")),
    }
}

/// How many letters must be added, dropped or changed to make `a` of `b`.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((to, above), diagonal) in b.chars().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or_default();
            next.push((diagonal + usize::from(from != to)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// Settings that make sense only together.
fn needs(config: &Config) -> Vec<Fault> {
    let missing = |key: &str, because: &str| Fault {
        key: key.to_owned(),
        place: "settings".to_owned(),
        problem: format!("must be set, because {because}"),
    };
    let mut faults = Vec::new();
    if config.media.store == MediaStore::S3 {
        let s3 = &config.media.s3;
        for (key, empty) in [
            ("media.s3.endpoint", s3.endpoint.is_empty()),
            ("media.s3.bucket", s3.bucket.is_empty()),
            ("media.s3.region", s3.region.is_empty()),
            ("media.s3.access_key", s3.access_key.is_empty()),
            ("media.s3.secret_key", s3.secret_key.is_empty()),
        ] {
            faults.extend(empty.then(|| missing(key, "media.store is \"s3\"")));
        }
    }
    if !config.mail.host.is_empty() && config.mail.from.is_empty() {
        faults.push(missing("mail.from", "mail.host is set"));
    }
    faults
}

#[cfg(test)]
mod tests;
