//! The table of all settings: how each is read from the file or the environment, and what is expected of it.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::IpNet;
use toml::de::DeValue;
use url::Url;

use super::{AccountsOpening, Config, FederationMode, LogFormat, MediaStore, RegistrationMode, SearchEngine};

/// The longest value that a fault repeats, in characters.
const SHOWN_CHARS_MAX: usize = 60;

/// A value as it was found: typed in the file, text in the environment.
pub(super) enum Given<'a> {
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

    fn number<T: FromStr + PartialOrd>(&self, range: std::ops::RangeInclusive<T>) -> Option<T> {
        let number: T = match self {
            Self::File(DeValue::Integer(whole)) if whole.radix() == 10 => whole.as_str().parse().ok()?,
            Self::File(_) => return None,
            Self::Variable(text) => text.trim().replace('_', "").parse().ok()?,
        };
        range.contains(&number).then_some(number)
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
    pub(super) fn shown(&self) -> String {
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
pub(super) fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// The text of a network, once it is known to be one.
fn network_text(text: &str) -> Option<String> {
    network(text).map(|_| text.trim().to_owned())
}

/// An origin: scheme, host and port. What goes beyond is refused rather than dropped.
pub(super) fn origin(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok()?;
    let rest = text.trim().split_once("://")?.1;
    let host = url.host_str().filter(|host| !host.is_empty() && !host.ends_with('.'));
    let bare = !rest.contains(['/', '\\', '?', '#', '@']) && !rest.contains(char::is_whitespace);
    (matches!(url.scheme(), "http" | "https") && bare && host.is_some()).then_some(url)
}

/// The address of a database: nothing (SQLite in the data directory) or PostgreSQL.
fn database(text: &str) -> Option<String> {
    let postgres = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    (text.is_empty() || postgres).then(|| text.to_owned())
}

/// May faults repeat the value?
pub(super) enum Secrecy {
    /// They help to find the fault.
    Plain,
    /// Logs and screens are read by others.
    Secret,
}

/// One setting: its name, how it is read, and what to say if that fails.
pub(super) struct Key {
    /// Section and key: `server.origin`.
    pub(super) name: &'static str,
    /// What a fault says is expected.
    pub(super) expected: &'static str,
    /// Whether a fault may repeat the value.
    pub(super) secret: Secrecy,
    /// Reads the value into the settings; `None` if it isn't what is expected.
    pub(super) set: fn(&mut Config, &Given<'_>) -> Option<()>,
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
const HUNDRED: &str = "a whole number from 1 to 100";
const BYTES: &str = "a whole number from 10000 to 10000000";

/// Every key there is, in the order of `config.toml`.
pub(super) const KEYS: &[Key] = &[
    key(
        "server.origin",
        "http:// or https://, a host and perhaps a port, such as \"https://hall.example\", and nothing after it",
        set!(server.origin, g => g.text().filter(|text| origin(text).is_some()).map(str::to_owned)),
    ),
    key(
        "server.listen",
        "an address with a port, such as \"127.0.0.1:8080\"",
        set!(server.listen, g => g.parsed::<SocketAddr>()),
    ),
    key("server.trusted_proxies", NETWORKS, set!(server.trusted_proxies, g => g.list(network_text))),
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
    key(
        "database.connections_max",
        "a whole number from 1 to 200",
        set!(database.connections_max, g => g.number(1..=200)),
    ),
    key(
        "registration.mode",
        "\"open\", \"approval\", \"invitation\" or \"closed\"",
        set!(registration.mode, g => g.choice(&[
            ("open", RegistrationMode::Open),
            ("approval", RegistrationMode::Approval),
            ("invitation", RegistrationMode::Invitation),
            ("closed", RegistrationMode::Closed),
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
    key("federation.allow_networks", NETWORKS, set!(federation.allow_networks, g => g.list(network_text))),
    key(
        "media.store",
        "\"local\" or \"s3\"",
        set!(media.store, g => g.choice(&[("local", MediaStore::Local), ("s3", MediaStore::S3)])),
    ),
    key("media.cache_mb", "a whole number from 0 to 10000000", set!(media.cache_mb, g => g.number(0..=10_000_000))),
    key("media.s3.endpoint", TEXT, set!(media.s3.endpoint, g => g.text().map(str::to_owned))),
    key("media.s3.bucket", TEXT, set!(media.s3.bucket, g => g.text().map(str::to_owned))),
    key("media.s3.region", TEXT, set!(media.s3.region, g => g.text().map(str::to_owned))),
    key("media.s3.access_key", TEXT, set!(media.s3.access_key, g => g.text().map(str::to_owned))),
    secret("media.s3.secret_key", TEXT, set!(media.s3.secret_key, g => g.text().map(str::to_owned))),
    key(
        "search.engine",
        "\"embedded\" or \"meilisearch\"",
        set!(search.engine, g => g.choice(&[
            ("embedded", SearchEngine::Embedded),
            ("meilisearch", SearchEngine::Meilisearch),
        ])),
    ),
    key(
        "search.url",
        "nothing or the address of a Meilisearch server, such as \"http://127.0.0.1:7700\"",
        set!(search.url, g => g.text().filter(|text| text.is_empty() || origin(text).is_some()).map(str::to_owned)),
    ),
    secret("search.key", TEXT, set!(search.key, g => g.text().map(str::to_owned))),
    key(
        "accounts.opening",
        "\"members\" or \"officers\"",
        set!(accounts.opening, g => g.choice(&[
            ("members", AccountsOpening::Members),
            ("officers", AccountsOpening::Officers),
        ])),
    ),
    key("accounts.subscription_per_day", HUNDRED, set!(accounts.subscription_per_day, g => g.number(1..=100))),
    key("accounts.service_per_month", HUNDRED, set!(accounts.service_per_month, g => g.number(1..=100))),
    key("accounts.broadcast_articles", HUNDRED, set!(accounts.broadcast_articles, g => g.number(1..=100))),
    key("mail.host", TEXT, set!(mail.host, g => g.text().map(str::to_owned))),
    key("mail.port", "a port between 1 and 65535", set!(mail.port, g => g.number(1..=u16::MAX))),
    key("mail.user", TEXT, set!(mail.user, g => g.text().map(str::to_owned))),
    secret("mail.password", TEXT, set!(mail.password, g => g.text().map(str::to_owned))),
    key(
        "mail.from",
        "a mail address such as \"hall@hall.example\"",
        set!(mail.from, g => g.text().filter(|from| from.is_empty() || from.contains('@')).map(str::to_owned)),
    ),
    key(
        "metrics.listen",
        "nothing (for off) or an address with a port, such as \"127.0.0.1:9090\"",
        set!(metrics.listen, g => g.text()
            .filter(|text| text.is_empty() || text.parse::<SocketAddr>().is_ok())
            .map(str::to_owned)),
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
    key(
        "limits.post_chars_max",
        "a whole number from 1 to 100000",
        set!(limits.post_chars_max, g => g.number(1..=100_000)),
    ),
    key("limits.inbox_bytes_max", BYTES, set!(limits.inbox_bytes_max, g => g.number(10_000..=10_000_000))),
    key(
        "limits.inbox_waiting_max",
        "a whole number from 10 to 1000000",
        set!(limits.inbox_waiting_max, g => g.number(10..=1_000_000)),
    ),
    key(
        "limits.request_timeout_s",
        "a whole number from 1 to 600",
        set!(limits.request_timeout_s, g => g.number(1..=600)),
    ),
    key("limits.fetch_bytes_max", BYTES, set!(limits.fetch_bytes_max, g => g.number(10_000..=10_000_000))),
    key("limits.fetch_timeout_s", "a whole number from 1 to 60", set!(limits.fetch_timeout_s, g => g.number(1..=60))),
    key(
        "limits.deliveries_at_once",
        "a whole number from 1 to 1000",
        set!(limits.deliveries_at_once, g => g.number(1..=1_000)),
    ),
    key(
        "limits.picture_bytes_max",
        "a whole number from 10000 to 200000000",
        set!(limits.picture_bytes_max, g => g.number(10_000..=200_000_000)),
    ),
    key(
        "limits.video_bytes_max",
        "a whole number from 10000 to 2000000000",
        set!(limits.video_bytes_max, g => g.number(10_000..=2_000_000_000)),
    ),
    key(
        "limits.audio_bytes_max",
        "a whole number from 10000 to 2000000000",
        set!(limits.audio_bytes_max, g => g.number(10_000..=2_000_000_000)),
    ),
    key(
        "limits.archive_bytes_max",
        "a whole number from 10000 to 100000000000",
        set!(limits.archive_bytes_max, g => g.number(10_000..=100_000_000_000)),
    ),
];
