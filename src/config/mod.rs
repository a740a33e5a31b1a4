//! The settings of one hall, as `config.toml` documents them.
//!
//! Everything has a default, so that an empty file (or none) starts a hall on this machine. Secrets never appear in
//! `Debug`, faults or warnings. `read.rs` holds the table of keys; a test holds it, the defaults and `config.toml`
//! together.

mod origin;
mod read;

pub use origin::Origin;
pub use read::Fault;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;

/// All settings, by section of `config.toml`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// Where the hall listens and what it is called from outside.
    pub server: Server,
    /// Where the hall keeps its things.
    pub data: Data,
    /// Which database it uses.
    pub database: Database,
    /// Who may become a member.
    pub registration: Registering,
    /// Which other servers it speaks with.
    pub federation: Federation,
    /// Where pictures and files are kept.
    pub media: Media,
    /// How it sends mail.
    pub mail: Mail,
    /// Where it shows its figures.
    pub metrics: Metrics,
    /// How it logs.
    pub log: Log,
    /// What is the most it takes.
    pub limits: Limits,
}

/// `[server]`
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// The address that people type; every link and id starts with it.
    pub origin: Origin,
    /// The address on which the program itself waits for connections.
    pub listen: SocketAddr,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

/// `[data]`
#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// The directory of the database, the files and the keys; relative to the working directory.
    pub dir: PathBuf,
}

/// `[database]`
#[derive(Clone, PartialEq)]
pub struct Database {
    /// Empty for SQLite in the data directory, else `postgres://…`. May hold a password, so `Debug` hides it.
    pub url: String,
    /// Most connections: to PostgreSQL altogether, with SQLite for reading (it writes through one).
    pub pool_max: u32,
}

/// `[registration]`
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Registering {
    /// Who may sign up.
    pub mode: Registration,
}

/// Who may sign up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Registration {
    /// Anybody.
    #[default]
    Open,
    /// Anybody, once an officer has agreed.
    Approval,
    /// Who holds an invitation.
    Invitation,
    /// Nobody; officers add members on the command line.
    Closed,
}

/// `[federation]`
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Federation {
    /// Which servers are spoken with.
    pub mode: FederationMode,
    /// Networks that are otherwise refused (loopback, private), where plain http is fine too.
    pub allow_networks: Vec<IpNet>,
}

/// Which servers are spoken with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FederationMode {
    /// All that aren't blocked.
    #[default]
    Open,
    /// Only those an officer has allowed.
    AllowList,
    /// None: the hall is an island.
    Off,
}

/// `[media]`
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Media {
    /// Disk or S3.
    pub store: MediaStore,
    /// `[media.s3]`, used when `store` is [`MediaStore::S3`].
    pub s3: S3,
}

/// Where files are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MediaStore {
    /// In the data directory.
    #[default]
    Local,
    /// In a bucket.
    S3,
}

/// `[media.s3]`
#[derive(Debug, Clone, PartialEq, Default)]
pub struct S3 {
    /// The service's address; empty for Amazon's own.
    pub endpoint: String,
    /// The bucket's name.
    pub bucket: String,
    /// The region's name.
    pub region: String,
    /// The access key's id.
    pub access_key: String,
    /// The access key's secret.
    pub secret_key: Hidden,
}

/// `[mail]`
#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    /// The SMTP server; empty when the hall sends no mail.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The name to sign in with; empty for none.
    pub user: String,
    /// The password to sign in with.
    pub password: Hidden,
    /// The sender of the hall's mail.
    pub from: String,
}

/// `[metrics]`
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metrics {
    /// Where Prometheus may read; `None` when off. An own address, since figures are nobody else's business.
    pub listen: Option<SocketAddr>,
}

/// `[log]`
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    /// Lines for people or JSON for machines.
    pub format: LogFormat,
    /// What is logged, as `tracing_subscriber::EnvFilter` reads it.
    pub filter: String,
}

/// The shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}

/// `[limits]`
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Whether visitors are slowed down; off only in tests.
    pub rate_limit: bool,
    /// Characters of a Moment written here.
    pub post_chars_max: usize,
    /// Bytes of an activity that another server sends.
    pub inbox_bytes_max: usize,
    /// Bytes of a document fetched from another server, after decompression.
    pub fetch_bytes_max: usize,
    /// Seconds that one request to another server may take with all its redirects.
    pub fetch_timeout_s: u64,
    /// Requests to one other server at the same time.
    pub fetches_per_host_max: usize,
    /// Activities waiting to be worked on before the inbox says 503.
    pub queue_max: usize,
}

impl Default for Server {
    fn default() -> Self {
        let listen = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
        Self { origin: Origin::default(), listen, trusted_proxies: Vec::new() }
    }
}

impl Default for Data {
    fn default() -> Self {
        Self { dir: PathBuf::from("data") }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { url: String::new(), pool_max: 8 }
    }
}

impl Default for Mail {
    fn default() -> Self {
        Self { host: String::new(), port: 587, user: String::new(), password: Hidden::default(), from: String::new() }
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
            fetch_bytes_max: 1_000_000,
            fetch_timeout_s: 10,
            fetches_per_host_max: 4,
            queue_max: 10_000,
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = if self.url.is_empty() { "" } else { "postgres://…" };
        f.debug_struct("Database").field("url", &url).field("pool_max", &self.pool_max).finish()
    }
}

/// A secret of the settings: readable by [`Hidden::reveal`] only, never printed.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Hidden(String);

impl Hidden {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for whoever must send it on.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether none is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "\"\"" } else { "\"…\"" })
    }
}

impl Config {
    /// What works but deserves a second look, in words; said at start and by `huiguan config check`.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let networks: Vec<String> = self.federation.allow_networks.iter().map(IpNet::to_string).collect();
        if !networks.is_empty() {
            warnings.push(format!(
                "federation.allow_networks lets other servers make this hall call addresses in {}; \
                 that is for tests and private networks only",
                networks.join(", ")
            ));
        }
        if !self.server.origin.is_https() && !self.server.origin.is_private() {
            warnings.push(format!(
                "server.origin is {}: without https, passwords cross the internet in the open and other servers \
                 refuse to speak with this hall",
                self.server.origin
            ));
        }
        if self.server.origin.is_https() && self.server.trusted_proxies.is_empty() {
            warnings.push(
                "server.trusted_proxies is empty: behind the web server that gives https, all visitors look like one"
                    .to_owned(),
            );
        }
        if self.server.listen.ip().is_unspecified() && self.server.origin.is_https() {
            warnings.push(format!(
                "server.listen is {}: the whole network reaches the hall without https; \
                 127.0.0.1 is enough for a web server on this machine",
                self.server.listen
            ));
        }
        if self.metrics.listen.is_some_and(|listen| listen.ip().is_unspecified()) {
            warnings.push("metrics.listen is open to the whole network".to_owned());
        }
        if !self.limits.rate_limit {
            warnings.push("limits.rate_limit is false: nobody who guesses passwords is slowed down".to_owned());
        }
        warnings
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
        config.federation.allow_networks = vec!["127.0.0.0/8".parse().unwrap()];
        config.server.origin = "http://hall.example".parse().unwrap();
        config.limits.rate_limit = false;
        config.metrics.listen = "0.0.0.0:9090".parse().ok();
        let said = config.warnings().join("\n");
        for part in ["127.0.0.0/8", "without https, passwords", "metrics.listen", "limits.rate_limit"] {
            assert!(said.contains(part), "{part} is missing in {said}");
        }
        config.server.origin = "https://hall.example".parse().unwrap();
        config.server.listen = "0.0.0.0:8080".parse().unwrap();
        let said = config.warnings().join("\n");
        assert!(said.contains("server.listen is 0.0.0.0:8080"), "{said}");
        assert!(said.contains("server.trusted_proxies is empty"), "{said}");
    }
}
