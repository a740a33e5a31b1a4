//! Settings: `config.toml`, overridden by the environment. Every key has a default; what is wrong is said in words.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Prefix of the environment's variables: `HUIGUAN__SECTION__KEY`.
const PREFIX: &str = "HUIGUAN__";
/// The file that is read from the working directory when none is named.
pub const FILE: &str = "config.toml";

/// All settings of a hall.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the hall is found.
    pub server: Server,
    /// Where its data lies.
    pub data: Data,
    /// Its database.
    pub database: Database,
    /// Who may join.
    pub registration: Registration,
    /// Other servers.
    pub federation: Federation,
    /// Pictures and files.
    pub media: Media,
    /// Outgoing mail.
    pub mail: Mail,
    /// Numbers for monitoring.
    pub metrics: Metrics,
    /// Logs.
    pub log: Log,
    /// Limits.
    pub limits: Limits,
}

/// Where the hall is found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// The address that people see, such as `https://hall.example`. It never changes once the hall is founded.
    pub origin: String,
    /// The address and port that the program listens on.
    pub listen: SocketAddr,
    /// Networks of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
}

/// Where the data lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Data {
    /// The directory that holds everything.
    pub dir: PathBuf,
}

/// The database.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// Empty for SQLite in the data directory, else `postgres://…`.
    pub url: String,
    /// Connections: for reading on SQLite, in all on PostgreSQL.
    pub connections_max: u32,
}

/// Who may join.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Registration {
    /// The way in.
    pub mode: RegistrationMode,
}

/// The ways into a hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegistrationMode {
    /// Anyone may sign up.
    Open,
    /// Anyone may apply; an officer admits.
    Approval,
    /// By a member's invitation.
    Invitation,
    /// Officers add members.
    Closed,
}

/// Other servers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Federation {
    /// With whom the hall speaks.
    pub mode: FederationMode,
    /// Networks that may be reached though they aren't public, over plain HTTP too.
    pub allow_networks: Vec<String>,
}

/// With whom a hall speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FederationMode {
    /// With everyone who isn't blocked.
    Open,
    /// With those whom officers allowed.
    AllowList,
    /// With nobody.
    Off,
}

/// Pictures and files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Media {
    /// Where they are kept.
    pub store: MediaStore,
    /// The S3 store, if that is chosen.
    pub s3: S3,
}

/// Where files are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MediaStore {
    /// In the data directory.
    Local,
    /// In an S3 bucket.
    S3,
}

/// An S3 store.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct S3 {
    /// The store's address.
    pub endpoint: String,
    /// The bucket.
    pub bucket: String,
    /// The region.
    pub region: String,
    /// The access key.
    pub access_key: String,
    /// The secret key.
    pub secret_key: String,
}

/// Outgoing mail.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// The SMTP server; empty sends no mail.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The user there.
    pub user: String,
    /// The password there.
    pub password: String,
    /// The sender's address.
    pub from: String,
}

/// Numbers for monitoring.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metrics {
    /// Address and port of the Prometheus page; empty for none.
    pub listen: String,
}

/// Logs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// How lines look.
    pub format: LogFormat,
    /// What is logged, in the language of `tracing`.
    pub filter: String,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Limits of sizes, counts and rates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Are requests counted per address?
    pub rate_limit: bool,
    /// Longest Moment, in characters.
    pub post_chars_max: usize,
    /// Largest activity taken at an inbox, in bytes.
    pub inbox_bytes_max: usize,
    /// Activities that may wait to be worked off; beyond it inboxes answer 503.
    pub inbox_waiting_max: usize,
    /// Largest document fetched from another server, in bytes.
    pub fetch_bytes_max: usize,
    /// How long one request to another server may take in all, in seconds.
    pub fetch_timeout_s: u64,
    /// Deliveries that may be under way at one time.
    pub deliveries_at_once: usize,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            origin: "http://localhost:8080".to_owned(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            trusted_proxies: Vec::new(),
        }
    }
}

impl Default for Data {
    fn default() -> Self {
        Self { dir: PathBuf::from("data") }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { url: String::new(), connections_max: 8 }
    }
}

impl Default for Registration {
    fn default() -> Self {
        Self { mode: RegistrationMode::Approval }
    }
}

impl Default for Federation {
    fn default() -> Self {
        Self { mode: FederationMode::Open, allow_networks: Vec::new() }
    }
}

impl Default for Media {
    fn default() -> Self {
        Self { store: MediaStore::Local, s3: S3::default() }
    }
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            user: String::new(),
            password: String::new(),
            from: String::new(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".to_owned() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rate_limit: true,
            post_chars_max: 5_000,
            inbox_bytes_max: 1_000_000,
            inbox_waiting_max: 10_000,
            fetch_bytes_max: 1_000_000,
            fetch_timeout_s: 10,
            deliveries_at_once: 64,
        }
    }
}

/// Secrets are not shown.
macro_rules! hide_secrets {
    ($($name:ident: $shown:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).field(stringify!($shown), &self.$shown).finish_non_exhaustive()
            }
        }
    )+};
}

hide_secrets!(Database: connections_max, S3: bucket, Mail: host);

impl Config {
    /// Reads the settings: the named file, else `config.toml` in the working directory if there is one, then the
    /// environment.
    ///
    /// Errors: every fault found, each a sentence that names the key and where it stands.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<String>> {
        let path = file.unwrap_or(Path::new(FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if file.is_none() && e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(vec![format!("{}: cannot be read: {e}", path.display())]),
        };
        // The file alone first, so that a fault is shown with its line.
        if let Err(e) = toml::from_str::<Self>(&text) {
            return Err(vec![format!("{}: {}", path.display(), e.to_string().trim_end())]);
        }
        let mut table: toml::Table = text.parse().map_err(|e| vec![format!("{}: {e}", path.display())])?;
        let mut faults = Vec::new();
        for (variable, value) in environment.filter(|(name, _)| name.starts_with(PREFIX)) {
            if let Err(fault) = override_by(&mut table, &variable, &value) {
                faults.push(fault);
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let config: Self = table.try_into().map_err(|e| vec![format!("settings from the environment: {e}")])?;
        let faults = config.faults();
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }

    /// What is wrong with the values.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.authority().is_none() {
            faults.push(format!(
                "server.origin: «{}» is no origin; write http:// or https:// and a host name, with a port if it isn't \
                 the usual one, and nothing after it, such as https://hall.example",
                self.server.origin
            ));
        }
        let url = &self.database.url;
        if !(url.is_empty() || url.starts_with("postgres://") || url.starts_with("postgresql://")) {
            faults.push("database.url: write postgres://…, or leave it empty for SQLite".to_owned());
        }
        if !(1..=200).contains(&self.database.connections_max) {
            faults.push("database.connections_max: write a number from 1 to 200".to_owned());
        }
        for (key, networks) in [
            ("server.trusted_proxies", &self.server.trusted_proxies),
            ("federation.allow_networks", &self.federation.allow_networks),
        ] {
            for network in networks.iter().filter(|network| parse_network(network).is_none()) {
                faults.push(format!("{key}: «{network}» is no address range; write it like 10.0.0.0/8 or 127.0.0.1/32"));
            }
        }
        if !self.metrics.listen.is_empty() && self.metrics.listen.parse::<SocketAddr>().is_err() {
            faults.push("metrics.listen: write an address and a port such as 127.0.0.1:9090, or leave it empty".to_owned());
        }
        if self.media.store == MediaStore::S3 && (self.media.s3.endpoint.is_empty() || self.media.s3.bucket.is_empty()) {
            faults.push("media.s3: with media.store = \"s3\" the endpoint and the bucket must be set".to_owned());
        }
        if !self.mail.host.is_empty() && !self.mail.from.contains('@') {
            faults.push("mail.from: with mail.host set, write the sender's address".to_owned());
        }
        faults.extend(self.limits.faults());
        faults
    }

    /// What is allowed but likely not meant on a public server.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if !self.federation.allow_networks.is_empty() {
            warnings.push(format!(
                "federation.allow_networks is set ({}): requests from outside can make this hall reach those addresses; \
                 meant for tests and intranets",
                self.federation.allow_networks.join(", ")
            ));
        }
        let host = self.authority().unwrap_or_default();
        let local = host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
        if !self.is_https() && !local {
            warnings.push("server.origin is plain http: passwords and letters travel open; put a TLS proxy in front".to_owned());
        }
        warnings
    }

    /// The origin's canonical authority, such as `hall.example` or `localhost:8080`; `None` if the origin is none.
    pub fn authority(&self) -> Option<String> {
        let url = url::Url::parse(&self.server.origin).ok()?;
        let rest = self.server.origin.split_once("://")?.1;
        let bare = !rest.contains(['/', '?', '#', '@', ' ']);
        let host = url.host_str().filter(|host| !host.is_empty())?;
        if !bare || !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    }

    /// The origin in its canonical spelling: what everything of this hall is named under.
    pub fn origin(&self) -> String {
        let scheme = if self.is_https() { "https" } else { "http" };
        format!("{scheme}://{}", self.authority().unwrap_or_default())
    }

    /// Do people reach the hall over https?
    pub fn is_https(&self) -> bool {
        self.server.origin.to_ascii_lowercase().starts_with("https://")
    }

    /// The networks whose proxies are believed.
    pub fn trusted_proxies(&self) -> Vec<IpNet> {
        self.server.trusted_proxies.iter().filter_map(|network| parse_network(network)).collect()
    }

    /// The networks that may be reached though they aren't public.
    pub fn allow_networks(&self) -> Vec<IpNet> {
        self.federation.allow_networks.iter().filter_map(|network| parse_network(network)).collect()
    }
}

impl Limits {
    fn faults(&self) -> Vec<String> {
        let ranges = [
            ("post_chars_max", self.post_chars_max, 1, 100_000),
            ("inbox_bytes_max", self.inbox_bytes_max, 10_000, 10_000_000),
            ("inbox_waiting_max", self.inbox_waiting_max, 10, 1_000_000),
            ("fetch_bytes_max", self.fetch_bytes_max, 10_000, 10_000_000),
            ("fetch_timeout_s", usize::try_from(self.fetch_timeout_s).unwrap_or(usize::MAX), 1, 60),
            ("deliveries_at_once", self.deliveries_at_once, 1, 1_000),
        ];
        ranges
            .into_iter()
            .filter(|(_, value, least, most)| value < least || value > most)
            .map(|(key, _, least, most)| format!("limits.{key}: write a number from {least} to {most}"))
            .collect()
    }
}

/// Reads an address range, or a single address as a range of one.
fn parse_network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from))
}

/// Sets one key by a variable of the environment. The default's type says how its text is read.
fn override_by(table: &mut toml::Table, variable: &str, text: &str) -> Result<(), String> {
    let defaults = toml::Table::try_from(Config::default()).map_err(|e| e.to_string())?;
    let path: Vec<String> =
        variable.trim_start_matches(PREFIX).split("__").map(str::to_ascii_lowercase).collect();
    let mut known = Some(&toml::Value::Table(defaults)).cloned();
    for part in &path {
        known = known.and_then(|value| value.get(part).cloned());
    }
    let value = match known {
        None | Some(toml::Value::Table(_)) => {
            return Err(format!("{variable}: there is no setting {}", path.join(".")));
        }
        Some(toml::Value::Integer(_)) => {
            let number = text.trim().parse().map_err(|_| format!("{variable}: «{text}» is no whole number"))?;
            toml::Value::Integer(number)
        }
        Some(toml::Value::Boolean(_)) => {
            let truth = text.trim().parse().map_err(|_| format!("{variable}: write true or false, not «{text}»"))?;
            toml::Value::Boolean(truth)
        }
        Some(toml::Value::Array(_)) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            toml::Value::Array(items.map(|item| toml::Value::String(item.to_owned())).collect())
        }
        Some(_) => toml::Value::String(text.to_owned()),
    };
    let Some((key, sections)) = path.split_last() else { return Ok(()) };
    let mut place = table;
    for section in sections {
        let entry = place.entry(section.clone()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        let toml::Value::Table(inner) = entry else { return Err(format!("{variable}: {section} is no section")) };
        place = inner;
    }
    place.insert(key.clone(), value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("empty.toml");
        std::fs::write(&file, "").unwrap();
        Config::load(Some(&file), variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_file_in_the_repository_says_the_defaults_and_explains_every_key() {
        let text = include_str!("../config.toml");
        assert_eq!(toml::from_str::<Config>(text).unwrap(), Config::default());
        let written: toml::Table = text.parse().unwrap();
        assert_eq!(written, toml::Table::try_from(Config::default()).unwrap(), "a key is missing");
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate().filter(|(_, line)| line.contains(" = ") && !line.starts_with('#')) {
            assert!(lines[number - 1].starts_with('#'), "no comment above line {}: {line}", number + 1);
        }
    }

    #[test]
    fn the_environment_overrides_by_type() {
        let config = with(&[
            ("HUIGUAN__SERVER__ORIGIN", "http://127.0.0.1:9000"),
            ("HUIGUAN__SERVER__LISTEN", "127.0.0.1:9000"),
            ("HUIGUAN__FEDERATION__ALLOW_NETWORKS", "127.0.0.1/32, 10.0.0.0/8"),
            ("HUIGUAN__LIMITS__RATE_LIMIT", "false"),
            ("HUIGUAN__MEDIA__S3__BUCKET", "hall"),
            ("HUIGUAN__REGISTRATION__MODE", "open"),
            ("PATH", "/bin"),
        ])
        .unwrap();
        assert_eq!(config.origin(), "http://127.0.0.1:9000");
        assert_eq!(config.allow_networks().len(), 2);
        assert!(!config.limits.rate_limit);
        assert_eq!(config.media.s3.bucket, "hall");
        assert_eq!(config.registration.mode, RegistrationMode::Open);
        assert_eq!(config.warnings().len(), 1);
    }

    #[test]
    fn faults_are_said_in_words_that_name_the_key() {
        for (variable, value, word) in [
            ("HUIGUAN__SERVER__ORIGN", "x", "server.orign"),
            ("HUIGUAN__SERVER", "x", "server"),
            ("HUIGUAN__SERVER__ORIGIN", "hall.example", "server.origin"),
            ("HUIGUAN__SERVER__ORIGIN", "https://hall.example/", "server.origin"),
            ("HUIGUAN__SERVER__ORIGIN", "ftp://hall.example", "server.origin"),
            ("HUIGUAN__SERVER__ORIGIN", "https://me@hall.example", "server.origin"),
            ("HUIGUAN__LIMITS__RATE_LIMIT", "maybe", "RATE_LIMIT"),
            ("HUIGUAN__LIMITS__POST_CHARS_MAX", "0", "limits.post_chars_max"),
            ("HUIGUAN__LIMITS__POST_CHARS_MAX", "many", "POST_CHARS_MAX"),
            ("HUIGUAN__DATABASE__URL", "mysql://x", "database.url"),
            ("HUIGUAN__REGISTRATION__MODE", "ajar", "ajar"),
            ("HUIGUAN__FEDERATION__ALLOW_NETWORKS", "localhost", "federation.allow_networks"),
            ("HUIGUAN__METRICS__LISTEN", "9090", "metrics.listen"),
            ("HUIGUAN__SERVER__LISTEN", "here", "listen"),
        ] {
            let faults = with(&[(variable, value)]).unwrap_err().join("\n");
            assert!(faults.contains(word), "{variable}={value}: {faults}");
        }
    }

    #[test]
    fn a_file_with_an_unknown_key_or_a_missing_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("hall.toml");
        let missing = Config::load(Some(&file), std::iter::empty()).unwrap_err().join("");
        assert!(missing.contains("hall.toml"), "{missing}");
        std::fs::write(&file, "[server]\norigin = \"https://hall.example\"\nlisten_on = \"x\"\n").unwrap();
        let faults = Config::load(Some(&file), std::iter::empty()).unwrap_err().join("");
        assert!(faults.contains("listen_on") && faults.contains("line 3"), "{faults}");
    }

    #[test]
    fn secrets_stay_out_of_debug_output() {
        let config = with(&[("HUIGUAN__MAIL__PASSWORD", "hush"), ("HUIGUAN__DATABASE__URL", "postgres://u:hush@h/d")]);
        assert!(!format!("{config:?}").contains("hush"));
    }

    #[test]
    fn origins_are_spelled_one_way() {
        let config = with(&[("HUIGUAN__SERVER__ORIGIN", "HTTPS://Hall.Example:443")]).unwrap();
        assert_eq!(config.origin(), "https://hall.example");
    }
}
