//! Reads the settings: defaults, then the file, then the environment, each over the one before.
//!
//! One table, [`KEYS`], says for every key how it is read and what is expected. A fault names the key, the place and
//! the expectation in words; all faults are gathered, so that one look at the list is enough to mend them.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use ipnet::IpNet;
use toml::de::{DeTable, DeValue};

use super::{Config, FederationMode, Hidden, LogFormat, MediaStore, Origin, Registration};

/// What every setting in the environment begins with.
const PREFIX: &str = "HUIGUAN__";
/// The file that is read from the working directory when none is named.
const FILE: &str = "config.toml";
/// The longest value that a fault repeats, in characters.
const SHOWN_CHARS_MAX: usize = 60;

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

/// A value as it was found: typed in the file, text in the environment.
enum Given<'a> {
    /// From the file.
    File(&'a DeValue<'a>),
    /// From the environment.
    Variable(&'a str),
}

impl Given<'_> {
    fn text(&self) -> Option<&str> {
        match self {
            Self::File(value) => value.as_str(),
            Self::Variable(text) => Some(text.trim()),
        }
    }

    fn parsed<T: FromStr>(&self) -> Option<T> {
        self.text()?.trim().parse().ok()
    }

    fn number<T: FromStr>(&self, least: T) -> Option<T>
    where
        T: PartialOrd,
    {
        let number: T = match self {
            Self::File(DeValue::Integer(whole)) if whole.radix() == 10 => whole.as_str().parse().ok()?,
            Self::File(_) => return None,
            Self::Variable(text) => text.trim().replace('_', "").parse().ok()?,
        };
        (number >= least).then_some(number)
    }

    fn switch(&self) -> Option<bool> {
        match self {
            Self::File(value) => value.as_bool(),
            Self::Variable(text) => text.trim().parse().ok(),
        }
    }

    fn list<T>(&self, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
        match self {
            Self::File(value) => value.as_array()?.iter().map(|one| read(one.get_ref().as_str()?)).collect(),
            Self::Variable(text) => text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(read).collect(),
        }
    }

    fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value)
    }

    /// The value as a fault repeats it.
    fn shown(&self) -> String {
        let whole = match self {
            Self::Variable(text) => format!("\"{text}\""),
            Self::File(DeValue::String(text)) => format!("\"{text}\""),
            Self::File(DeValue::Integer(whole)) => whole.to_string(),
            Self::File(DeValue::Float(number)) => number.to_string(),
            Self::File(DeValue::Boolean(yes)) => yes.to_string(),
            Self::File(DeValue::Datetime(_)) => "a date".to_owned(),
            Self::File(DeValue::Array(list)) => {
                let items: Vec<String> = list.iter().map(|one| Self::shown(&Given::File(one.get_ref()))).collect();
                format!("[{}]", items.join(", "))
            }
            Self::File(DeValue::Table(_)) => "a section".to_owned(),
        };
        match whole.char_indices().nth(SHOWN_CHARS_MAX) {
            Some((cut, _)) => format!("{}…", whole.get(..cut).unwrap_or_default()),
            None => whole,
        }
    }
}

/// A network, or one address as the network of itself.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// The address of a database: nothing (SQLite in the data directory) or PostgreSQL.
fn database(text: &str) -> Option<String> {
    let postgres = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    (text.is_empty() || postgres).then(|| text.to_owned())
}

/// May faults repeat the value?
enum Secrecy {
    Plain,
    Secret,
}

/// One setting: its name, how it is read, and what to say if that fails.
struct Key {
    name: &'static str,
    expected: &'static str,
    secret: Secrecy,
    set: fn(&mut Config, &Given<'_>) -> Option<()>,
}

const fn key(name: &'static str, expected: &'static str, set: fn(&mut Config, &Given<'_>) -> Option<()>) -> Key {
    Key { name, expected, secret: Secrecy::Plain, set }
}

const fn secret(name: &'static str, expected: &'static str, set: fn(&mut Config, &Given<'_>) -> Option<()>) -> Key {
    Key { name, expected, secret: Secrecy::Secret, set }
}

/// `|config, given| Some(config.section.name = <read of given>)`, written once.
macro_rules! set {
    ($($field:ident).+, $given:ident => $read:expr) => {
        |config, $given| {
            config.$($field).+ = $read?;
            Some(())
        }
    };
}

const TEXT: &str = "a text in quotation marks";
const NETWORKS: &str = "a list of addresses or networks such as [\"127.0.0.1\", \"10.0.0.0/8\"]";
const COUNT: &str = "a whole number of at least 1";

/// Every key there is, in the order of `config.toml`.
const KEYS: &[Key] = &[
    key(
        "server.origin",
        "http:// or https://, a host and perhaps a port, such as \"https://hall.example\", and nothing after it",
        set!(server.origin, g => g.parsed::<Origin>()),
    ),
    key(
        "server.listen",
        "an address with a port, such as \"127.0.0.1:8080\"",
        set!(server.listen, g => g.parsed::<SocketAddr>()),
    ),
    key("server.trusted_proxies", NETWORKS, set!(server.trusted_proxies, g => g.list(network))),
    key(
        "data.dir",
        "the path of a directory, such as \"data\"",
        set!(data.dir, g => g.text().filter(|path| !path.is_empty()).map(PathBuf::from)),
    ),
    secret(
        "database.url",
        "nothing (for SQLite in the data directory) or a PostgreSQL address beginning with postgres://",
        set!(database.url, g => database(g.text()?)),
    ),
    key("database.pool_max", COUNT, set!(database.pool_max, g => g.number(1))),
    key(
        "registration.mode",
        "\"open\", \"approval\", \"invitation\" or \"closed\"",
        set!(registration.mode, g => g.choice(&[
            ("open", Registration::Open),
            ("approval", Registration::Approval),
            ("invitation", Registration::Invitation),
            ("closed", Registration::Closed),
        ])),
    ),
    key(
        "federation.mode",
        "\"open\", \"allow-list\" or \"off\"",
        set!(federation.mode, g => g.choice(&[
            ("open", FederationMode::Open),
            ("allow-list", FederationMode::AllowList),
            ("off", FederationMode::Off),
        ])),
    ),
    key("federation.allow_networks", NETWORKS, set!(federation.allow_networks, g => g.list(network))),
    key(
        "media.store",
        "\"local\" or \"s3\"",
        set!(media.store, g => g.choice(&[("local", MediaStore::Local), ("s3", MediaStore::S3)])),
    ),
    key("media.s3.endpoint", TEXT, set!(media.s3.endpoint, g => g.text().map(str::to_owned))),
    key("media.s3.bucket", TEXT, set!(media.s3.bucket, g => g.text().map(str::to_owned))),
    key("media.s3.region", TEXT, set!(media.s3.region, g => g.text().map(str::to_owned))),
    key("media.s3.access_key", TEXT, set!(media.s3.access_key, g => g.text().map(str::to_owned))),
    secret("media.s3.secret_key", TEXT, set!(media.s3.secret_key, g => g.text().map(Hidden::new))),
    key("mail.host", TEXT, set!(mail.host, g => g.text().map(str::to_owned))),
    key("mail.port", "a port between 1 and 65535", set!(mail.port, g => g.number(1))),
    key("mail.user", TEXT, set!(mail.user, g => g.text().map(str::to_owned))),
    secret("mail.password", TEXT, set!(mail.password, g => g.text().map(Hidden::new))),
    key(
        "mail.from",
        "a mail address such as \"hall@hall.example\"",
        set!(mail.from, g => g.text().filter(|from| from.is_empty() || from.contains('@')).map(str::to_owned)),
    ),
    key(
        "metrics.listen",
        "nothing (for off) or an address with a port, such as \"127.0.0.1:9090\"",
        set!(metrics.listen, g => match g.text()? {
            "" => Some(None),
            text => text.parse().ok().map(Some),
        }),
    ),
    key(
        "log.format",
        "\"text\" or \"json\"",
        set!(log.format, g => g.choice(&[("text", LogFormat::Text), ("json", LogFormat::Json)])),
    ),
    key(
        "log.filter",
        "\"error\", \"warn\", \"info\", \"debug\", or modules with levels such as \"warn,huiguan=debug\"",
        set!(log.filter, g => g.text()
            .filter(|text| tracing_subscriber::EnvFilter::try_new(text).is_ok())
            .map(str::to_owned)),
    ),
    key("limits.rate_limit", "true or false", set!(limits.rate_limit, g => g.switch())),
    key("limits.post_chars_max", COUNT, set!(limits.post_chars_max, g => g.number(1))),
    key(
        "limits.inbox_bytes_max",
        "a whole number of at least 65536",
        set!(limits.inbox_bytes_max, g => g.number(65_536)),
    ),
    key(
        "limits.fetch_bytes_max",
        "a whole number of at least 65536",
        set!(limits.fetch_bytes_max, g => g.number(65_536)),
    ),
    key("limits.fetch_timeout_s", COUNT, set!(limits.fetch_timeout_s, g => g.number(1))),
    key("limits.fetches_per_host_max", COUNT, set!(limits.fetches_per_host_max, g => g.number(1))),
    key("limits.queue_max", COUNT, set!(limits.queue_max, g => g.number(1))),
];

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTED: &str = include_str!("../../config.toml");

    fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, Vec<Fault>> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("hall.toml");
        std::fs::write(&path, text).unwrap();
        Config::load(Some(&path), environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    fn faults(text: &str, environment: &[(&str, &str)]) -> Vec<String> {
        let root = std::env::temp_dir();
        let strip = |fault: Fault| {
            let shown = fault.to_string();
            match shown.strip_prefix(&root.display().to_string()) {
                Some(rest) => rest.split_once("hall.toml").map(|(_, rest)| rest.to_owned()).unwrap_or_default(),
                None => shown,
            }
        };
        load(text, environment).unwrap_err().into_iter().map(strip).collect()
    }

    /// The keys of a settings file with the number of the line on which each stands.
    fn keys_of(text: &str) -> Vec<(String, usize)> {
        let mut section = String::new();
        let mut keys = Vec::new();
        for (number, line) in text.lines().enumerate() {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end_matches(']').to_owned();
            } else if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
                keys.push((format!("{section}.{name}"), number));
            }
        }
        keys
    }

    #[test]
    fn the_documented_file_holds_every_key_with_its_default() {
        let documented: Vec<String> = keys_of(DOCUMENTED).into_iter().map(|(key, _)| key).collect();
        let known: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        assert_eq!(documented, known, "config.toml and KEYS must list the same keys in the same order");
        assert_eq!(load(DOCUMENTED, &[]).unwrap(), Config::default());
    }

    #[test]
    fn every_documented_key_has_a_comment() {
        let lines: Vec<&str> = DOCUMENTED.lines().collect();
        for (key, number) in keys_of(DOCUMENTED) {
            assert!(number > 0 && lines[number - 1].starts_with("# "), "{key} has no comment");
        }
    }

    #[test]
    fn every_key_reads_from_the_environment() {
        let environment: Vec<(String, String)> = KEYS
            .iter()
            .map(|key| {
                let value = match key.name {
                    "server.origin" => "https://hall.example",
                    "server.listen" | "metrics.listen" => "127.0.0.1:9999",
                    "server.trusted_proxies" | "federation.allow_networks" => "127.0.0.1, 10.0.0.0/8,::1",
                    "database.url" => "postgres://hall",
                    "registration.mode" => "closed",
                    "federation.mode" => "allow-list",
                    "media.store" => "s3",
                    "mail.from" => "hall@hall.example",
                    "log.format" => "json",
                    "log.filter" => "warn,huiguan=debug",
                    "limits.rate_limit" => "false",
                    "limits.inbox_bytes_max" | "limits.fetch_bytes_max" => "70000",
                    name if name.starts_with("limits.") || name.ends_with("port") => "77",
                    "database.pool_max" => "77",
                    _ => "something",
                };
                (format!("HUIGUAN__{}", key.name.replace('.', "__").to_uppercase()), value.to_owned())
            })
            .collect();
        let config = Config::load(None, environment.into_iter()).unwrap();
        assert_eq!(config.server.origin.as_str(), "https://hall.example");
        assert_eq!(config.federation.allow_networks.len(), 3);
        assert_eq!(config.federation.allow_networks[0].to_string(), "127.0.0.1/32");
        assert_eq!(config.media.s3.bucket, "something");
        assert_eq!(config.media.s3.secret_key.reveal(), "something");
        assert_eq!(config.metrics.listen, "127.0.0.1:9999".parse().ok());
        assert!(!config.limits.rate_limit);
        assert_eq!(config.limits.queue_max, 77);
        assert_eq!(config.registration.mode, Registration::Closed);
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let config =
            load("[server]\nlisten = \"127.0.0.1:1\"\n", &[("HUIGUAN__SERVER__LISTEN", "127.0.0.1:2")]).unwrap();
        assert_eq!(config.server.listen.port(), 2);
    }

    #[test]
    fn all_faults_are_gathered_with_key_place_and_expectation() {
        let found = faults(
            "[server]\norigin = \"hall.example\"\nlisten = 8080\nlistn = \"x\"\n\n[limits]\nqueue_max = 0\n",
            &[("HUIGUAN__MAIL__PORT", "many"), ("HUIGUAN__SEVER__ORIGIN", "x"), ("PATH", "/bin")],
        );
        assert_eq!(found.len(), 6, "{found:#?}");
        let all = found.join("\n");
        for part in [
            " line 2: server.origin: expected http:// or https://",
            ", found \"hall.example\"",
            " line 3: server.listen: expected an address with a port",
            ", found 8080",
            " line 4: server.listn: there is no such setting; did you mean server.listen?",
            " line 7: limits.queue_max: expected a whole number of at least 1, found 0",
            "variable HUIGUAN__MAIL__PORT: mail.port: expected a port between 1 and 65535, found \"many\"",
            "variable HUIGUAN__SEVER__ORIGIN: sever.origin: there is no such setting; did you mean server.origin?",
        ] {
            assert!(all.contains(part), "{part} is missing in\n{all}");
        }
    }

    #[test]
    fn a_file_that_is_no_toml_is_one_clear_line_with_its_number() {
        let found = faults("[server]\norigin = hall\n", &[]);
        assert!(found.iter().any(|fault| fault.starts_with(" line 2: ")), "{found:?}");
    }

    #[test]
    fn a_named_file_must_exist() {
        let missing = Config::load(Some(Path::new("/nowhere/hall.toml")), std::iter::empty()).unwrap_err();
        assert_eq!(missing.len(), 1);
        assert!(missing[0].to_string().starts_with("/nowhere/hall.toml: the file can't be read"), "{}", missing[0]);
    }

    #[test]
    fn sqlite_and_other_addresses_are_refused_with_words() {
        for url in ["sqlite:data/hall.db", "mysql://hall", "data/hall.db"] {
            let found = faults("", &[("HUIGUAN__DATABASE__URL", url)]);
            assert!(found[0].contains("for SQLite in the data directory"), "{found:?}");
            assert!(!found[0].contains(url), "the value may hold a password: {found:?}");
        }
    }

    #[test]
    fn settings_that_need_others_say_so() {
        let found = faults("[media]\nstore = \"s3\"\n[mail]\nhost = \"mail.example\"\n", &[]);
        assert_eq!(found.len(), 5, "{found:?}");
        assert!(found.iter().any(|f| f.contains("media.s3.bucket: must be set, because media.store is \"s3\"")));
    }

    #[test]
    fn sections_and_values_are_not_taken_for_each_other() {
        assert!(faults("server = 5\n", &[])[0].contains("server: there is no such setting"));
        assert!(faults("[data.dir]\nx = 1\n", &[])[0].contains("expected the path of a directory, such as \"data\", found a section"));
        assert!(faults("[media]\ns4 = {}\n", &[])[0].contains("there is no such setting"));
    }

    #[test]
    fn secrets_never_show() {
        let config = load(
            "[database]\nurl = \"postgres://me:hunter2@db\"\n[mail]\npassword = \"hunter2\"\n\
             [media.s3]\nsecret_key = \"hunter2\"\n",
            &[],
        )
        .unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
        assert_eq!(config.mail.password.reveal(), "hunter2");
        let found = faults("[mail]\npassword = 2468\n", &[]);
        assert!(!found[0].contains("2468"), "{found:?}");
    }
}
