//! Settings: `config.toml`, overridden by the environment. Every key has a default; what is wrong is said in words.
//!
//! Secrets never show in `Debug`, faults or warnings. `keys.rs` holds the table of keys; a test holds it, the
//! defaults and the repository's `config.toml` together.

mod keys;
mod read;

pub use read::Fault;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use url::{Host, Url};

/// All settings of a hall.
#[derive(Debug, Clone, Default, PartialEq)]
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
    /// Full-text search.
    pub search: Search,
    /// Public accounts.
    pub accounts: Accounts,
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
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// The address that people see, such as `https://hall.example`. It never changes once the hall is founded.
    pub origin: String,
    /// The address and port that the program listens on.
    pub listen: SocketAddr,
    /// Networks of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
}

/// Where the data lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// The directory that holds everything.
    pub dir: PathBuf,
}

/// The database.
#[derive(Clone, PartialEq)]
pub struct Database {
    /// Empty for SQLite in the data directory, else `postgres://…`.
    pub url: String,
    /// Connections: for reading on SQLite, in all on PostgreSQL.
    pub connections_max: u32,
}

/// Who may join.
#[derive(Debug, Clone, PartialEq)]
pub struct Registration {
    /// The way in.
    pub mode: RegistrationMode,
}

/// The ways into a hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq)]
pub struct Federation {
    /// With whom the hall speaks.
    pub mode: FederationMode,
    /// Networks that may be reached though they aren't public, over plain HTTP too.
    pub allow_networks: Vec<String>,
}

/// With whom a hall speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FederationMode {
    /// With everyone who isn't blocked.
    Open,
    /// With those whom officers allowed.
    AllowList,
    /// With nobody.
    Off,
}

/// Pictures and files.
#[derive(Debug, Clone, PartialEq)]
pub struct Media {
    /// Where they are kept.
    pub store: MediaStore,
    /// Room for copies of other servers' pictures, in megabytes; 0 keeps none.
    pub cache_mb: u64,
    /// The S3 store, if that is chosen.
    pub s3: S3,
}

/// Where files are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaStore {
    /// In the data directory.
    Local,
    /// In an S3 bucket.
    S3,
}

/// An S3 store.
#[derive(Clone, Default, PartialEq)]
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

/// Full-text search.
#[derive(Clone, PartialEq)]
pub struct Search {
    /// What holds the index.
    pub engine: SearchEngine,
    /// The address of the Meilisearch server, if that is chosen.
    pub url: String,
    /// Its key.
    pub key: String,
}

/// What holds the search index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchEngine {
    /// This program, in the data directory.
    Embedded,
    /// A Meilisearch server.
    Meilisearch,
}

/// Public accounts.
#[derive(Debug, Clone, PartialEq)]
pub struct Accounts {
    /// Who may open one.
    pub opening: AccountsOpening,
    /// Broadcasts of one subscription account in 24 hours.
    pub subscription_per_day: u32,
    /// Broadcasts of one service account in 30 days.
    pub service_per_month: u32,
    /// Articles that go out together in one broadcast.
    pub broadcast_articles: u32,
}

/// Who may open a public account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountsOpening {
    /// Every member.
    Members,
    /// Moderators and owners of the hall.
    Officers,
}

/// Outgoing mail.
#[derive(Clone, PartialEq)]
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
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metrics {
    /// Address and port of the Prometheus page; empty for none.
    pub listen: String,
}

/// Logs.
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    /// How lines look.
    pub format: LogFormat,
    /// What is logged, in the language of `tracing`.
    pub filter: String,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Limits of sizes, counts and rates.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Are requests counted per address?
    pub rate_limit: bool,
    /// Longest Moment, in characters.
    pub post_chars_max: usize,
    /// Largest activity taken at an inbox, in bytes.
    pub inbox_bytes_max: usize,
    /// Activities that may wait to be worked off; beyond it inboxes answer 503.
    pub inbox_waiting_max: usize,
    /// How long a client may take to send one request in all, in seconds.
    pub request_timeout_s: u64,
    /// Largest document fetched from another server, in bytes.
    pub fetch_bytes_max: usize,
    /// How long one request to another server may take in all, in seconds.
    pub fetch_timeout_s: u64,
    /// Deliveries that may be under way at one time.
    pub deliveries_at_once: usize,
    /// Largest picture, uploaded or fetched, in bytes.
    pub picture_bytes_max: usize,
    /// Largest film, uploaded or fetched, in bytes.
    pub video_bytes_max: usize,
    /// Largest sound, uploaded or fetched, in bytes.
    pub audio_bytes_max: usize,
    /// Largest file that comes to the archive in parts, in bytes.
    pub archive_bytes_max: usize,
}

impl Limits {
    /// How long a client may take to send one request in all.
    pub fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.request_timeout_s)
    }
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
        Self { store: MediaStore::Local, cache_mb: 1_000, s3: S3::default() }
    }
}

impl Default for Search {
    fn default() -> Self {
        Self { engine: SearchEngine::Embedded, url: String::new(), key: String::new() }
    }
}

impl Default for Accounts {
    fn default() -> Self {
        Self { opening: AccountsOpening::Members, subscription_per_day: 1, service_per_month: 4, broadcast_articles: 8 }
    }
}

impl Default for Mail {
    fn default() -> Self {
        Self { host: String::new(), port: 587, user: String::new(), password: String::new(), from: String::new() }
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
            request_timeout_s: 30,
            fetch_bytes_max: 1_000_000,
            fetch_timeout_s: 10,
            deliveries_at_once: 64,
            picture_bytes_max: 20_000_000,
            video_bytes_max: 64_000_000,
            audio_bytes_max: 32_000_000,
            archive_bytes_max: 2_000_000_000,
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

hide_secrets!(Database: connections_max, S3: bucket, Search: engine, Mail: host);

impl Config {
    /// What is allowed but likely not meant on a public server, in words; said at start and by `huiguan config check`.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let mut warn = |applies: bool, text: String| warnings.extend(applies.then_some(text));
        warn(
            !self.federation.allow_networks.is_empty(),
            format!(
                "federation.allow_networks is set ({}): requests from outside can make this hall reach those \
                 addresses; meant for tests and intranets",
                self.federation.allow_networks.join(", ")
            ),
        );
        warn(
            !self.is_https() && !is_private(&self.server.origin),
            format!(
                "server.origin is {}: without https, passwords and letters travel open, and other servers don't speak \
                 with this hall; put a web server with https in front",
                self.server.origin
            ),
        );
        warn(
            self.is_https() && self.server.trusted_proxies.is_empty(),
            "server.trusted_proxies is empty: all visitors who come through the web server in front look like one, \
             and are slowed down together"
                .to_owned(),
        );
        warn(
            self.is_https() && self.server.listen.ip().is_unspecified(),
            format!(
                "server.listen is {}: the whole network reaches the hall without https; 127.0.0.1 is enough for a web \
                 server on the same machine",
                self.server.listen
            ),
        );
        let metrics = self.metrics.listen.parse::<SocketAddr>();
        warn(
            metrics.is_ok_and(|listen| listen.ip().is_unspecified()),
            "metrics.listen is open to the whole network".to_owned(),
        );
        warn(
            self.search.engine == SearchEngine::Meilisearch && self.search.url.is_empty(),
            "search.engine is \"meilisearch\", but search.url is empty: nothing is found until it is set".to_owned(),
        );
        warn(
            !self.limits.rate_limit,
            "limits.rate_limit is false: nobody who guesses passwords is slowed down".to_owned(),
        );
        warnings
    }

    /// The origin's canonical authority, such as `hall.example` or `localhost:8080`; `None` if the origin is none.
    pub fn authority(&self) -> Option<String> {
        let url = keys::origin(&self.server.origin)?;
        let host = url.host_str()?;
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
        self.server.trusted_proxies.iter().filter_map(|network| keys::network(network)).collect()
    }

    /// The networks that may be reached though they aren't public.
    pub fn allow_networks(&self) -> Vec<IpNet> {
        self.federation.allow_networks.iter().filter_map(|network| keys::network(network)).collect()
    }
}

/// Whether an origin's host is this machine or in a private network, where plain http harms nobody.
fn is_private(origin: &str) -> bool {
    match Url::parse(origin).ok().as_ref().and_then(Url::host) {
        Some(Host::Ipv4(v4)) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        Some(Host::Ipv6(v6)) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
        Some(Host::Domain(name)) => {
            let last = name.rsplit('.').next().unwrap_or(name);
            !name.contains('.') || matches!(last, "localhost" | "local" | "internal" | "test" | "lan" | "home")
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_nothing_to_worry_about() {
        assert_eq!(Config::default().warnings(), Vec::<String>::new());
    }

    #[test]
    fn what_deserves_a_second_look_is_said() {
        let mut config = Config::default();
        config.federation.allow_networks = vec!["127.0.0.0/8".to_owned()];
        config.server.origin = "http://hall.example".to_owned();
        config.limits.rate_limit = false;
        config.metrics.listen = "0.0.0.0:9090".to_owned();
        let said = config.warnings().join("\n");
        for part in ["127.0.0.0/8", "without https, passwords", "metrics.listen", "limits.rate_limit"] {
            assert!(said.contains(part), "{part} is missing in {said}");
        }
        config.server.origin = "https://hall.example".to_owned();
        config.server.listen = "0.0.0.0:8080".parse().unwrap();
        let said = config.warnings().join("\n");
        assert!(said.contains("server.listen is 0.0.0.0:8080"), "{said}");
        assert!(said.contains("server.trusted_proxies is empty"), "{said}");
    }

    #[test]
    fn plain_http_is_fine_at_home_only() {
        for (origin, warned) in [
            ("http://localhost:8080", false),
            ("http://127.0.0.1", false),
            ("http://192.168.1.5", false),
            ("http://[::1]", false),
            ("http://[fd00::1]:80", false),
            ("http://nas.local", false),
            ("http://hall.example", true),
            ("http://203.0.113.9", true),
        ] {
            let mut config = Config::default();
            config.server.origin = origin.to_owned();
            assert_eq!(!config.warnings().is_empty(), warned, "{origin}");
        }
    }

    #[test]
    fn origins_are_spelled_one_way() {
        for (given, origin, authority) in [
            ("http://localhost:8080", "http://localhost:8080", "localhost:8080"),
            ("HTTPS://Hall.Example:443", "https://hall.example", "hall.example"),
            ("http://[0:0::1]:81", "http://[::1]:81", "[::1]:81"),
            ("https://bücher.example", "https://xn--bcher-kva.example", "xn--bcher-kva.example"),
        ] {
            let mut config = Config::default();
            config.server.origin = given.to_owned();
            assert_eq!((config.origin().as_str(), config.authority().as_deref()), (origin, Some(authority)));
        }
    }
}
