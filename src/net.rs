//! The one client for requests to other servers.
//!
//! Invariants (security.md, “Reaching out”): http(s) only; a host is resolved once and the address that was checked is
//! the address dialled; only global unicast addresses, unless the hall's owner allowed a network; redirects are followed
//! by hand, at most five, each checked anew; time and decompressed bytes are counted.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use ipnet::IpNet;
use moka::sync::Cache;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::Semaphore;
use url::Url;

use crate::error::{Error, Result};

/// Redirects that one GET may follow.
const REDIRECTS_MAX: usize = 5;
/// Bytes of a POST's answer that are read: only its status counts, a little of its text helps officers.
const POST_ANSWER_BYTES_MAX: usize = 4_096;
/// Hosts whose state is kept, and for how long without use.
const HOSTS_MAX: u64 = 10_000;
const HOST_IDLE: Duration = Duration::from_secs(600);

/// What the client is made with.
#[derive(Debug, Clone)]
pub struct Options {
    /// How we introduce ourselves; some servers refuse requests without it.
    pub user_agent: String,
    /// Networks that may be reached though they aren't public, over plain HTTP too.
    pub allow_networks: Vec<IpNet>,
    /// How long one request may take in all, redirects included.
    pub timeout: Duration,
    /// Requests to one host at a time.
    pub per_host_max: usize,
}

/// The client. Clones share connections and limits.
#[derive(Clone)]
pub struct Net {
    client: reqwest::Client,
    allowed: Arc<Vec<IpNet>>,
    timeout: Duration,
    per_host_max: usize,
    hosts: Cache<String, Arc<Semaphore>>,
}

/// What another server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The URL that answered: after redirects, the last one.
    pub url: Url,
    /// The body, within the limit.
    pub body: Vec<u8>,
    headers: HeaderMap,
}

impl Answer {
    /// The value of a header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Was it a success (2xx)?
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Makes the headers for one hop of a request: each hop is signed for its own URL.
pub type Headers<'a> = &'a (dyn Fn(&Url) -> Result<Vec<(String, String)>> + Send + Sync);

impl Net {
    /// Makes the client.
    pub fn new(options: Options) -> Result<Self> {
        let allowed = Arc::new(options.allow_networks);
        let client = reqwest::Client::builder()
            .user_agent(&options.user_agent)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(Resolver { allowed: allowed.clone() }))
            .connect_timeout(options.timeout.min(Duration::from_secs(5)))
            .timeout(options.timeout)
            .pool_idle_timeout(Duration::from_secs(60))
            .pool_max_idle_per_host(options.per_host_max)
            .tcp_nodelay(true)
            .build()
            .map_err(|e| Error::Broken(Box::new(e)))?;
        let hosts = Cache::builder().max_capacity(HOSTS_MAX).time_to_idle(HOST_IDLE).build();
        Ok(Self { client, allowed, timeout: options.timeout, per_host_max: options.per_host_max, hosts })
    }

    /// Gets a document, following redirects by hand.
    ///
    /// Errors: `Remote(Never)` for an address that may not be reached, too many redirects, too large a body;
    /// `Remote(Later)` for connections and time. An answer that is no success is an answer.
    pub async fn get(&self, url: &Url, accept: &str, bytes_max: usize, headers: Headers<'_>) -> Result<Answer> {
        let host = host_label(url);
        let work = async {
            let mut url = url.clone();
            for _ in 0..=REDIRECTS_MAX {
                let mut list = headers(&url)?;
                list.push(("accept".to_owned(), accept.to_owned()));
                let answer = self.send(reqwest::Method::GET, &url, list, None, bytes_max).await?;
                if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
                    return Ok(answer);
                }
                let next = answer.header("location").and_then(|location| url.join(location).ok());
                url = next.ok_or_else(|| Error::never(host_label(&url), "redirects nowhere"))?;
            }
            Err(Error::never(host_label(&url), "redirects too often"))
        };
        tokio::time::timeout(self.timeout, work).await.map_err(|_| Error::later(host, "took too long"))?
    }

    /// Posts a body. Redirects are not followed.
    ///
    /// Errors: as for [`Net::get`].
    pub async fn post(&self, url: &Url, headers: Vec<(String, String)>, body: Arc<str>) -> Result<Answer> {
        self.send(reqwest::Method::POST, url, headers, Some(body), POST_ANSWER_BYTES_MAX).await
    }

    async fn send(
        &self,
        method: reqwest::Method,
        url: &Url,
        headers: Vec<(String, String)>,
        body: Option<Arc<str>>,
        bytes_max: usize,
    ) -> Result<Answer> {
        self.check(url)?;
        let host = host_label(url);
        let turn = self.hosts.get_with(host.clone(), || Arc::new(Semaphore::new(self.per_host_max)));
        let _turn = turn.acquire_owned().await.map_err(|_| Error::later(&host, "closed"))?;
        let cut = body.is_some();
        let mut request = self.client.request(method, url.clone()).headers(header_map(headers)?);
        if let Some(body) = body {
            request = request.body(bytes_of(&body));
        }
        let response = request.send().await.map_err(|e| failure(&host, &e))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut read = Vec::new();
        let mut stream = response.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|e| failure(&host, &e))?;
            if read.len() + chunk.len() > bytes_max {
                if cut {
                    break;
                }
                return Err(Error::never(host, format!("the answer is larger than {bytes_max} bytes")));
            }
            read.extend_from_slice(&chunk);
        }
        Ok(Answer { status, url: url.clone(), body: read, headers })
    }

    /// May this URL be asked at all? Addresses written as numbers are checked here, names when they are resolved.
    fn check(&self, url: &Url) -> Result<()> {
        let refused = |why: &str| Err(Error::never(host_label(url), why));
        if !url.username().is_empty() || url.password().is_some() {
            return refused("an address with user information is not asked");
        }
        let literal = match url.host() {
            Some(url::Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(url::Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            Some(url::Host::Domain(_)) => None,
            None => return refused("an address without a host"),
        };
        if literal.is_some_and(|ip| !may_reach(ip, &self.allowed)) {
            return refused("not a public address");
        }
        match url.scheme() {
            "https" => Ok(()),
            "http" if self.is_near(url, literal) => Ok(()),
            "http" => refused("plain http is only for allowed networks"),
            _ => refused("neither http nor https"),
        }
    }

    /// Does the host lie in an allowed network? Only then is plain HTTP spoken, and only with its allowed addresses.
    fn is_near(&self, url: &Url, literal: Option<IpAddr>) -> bool {
        if self.allowed.is_empty() {
            return false;
        }
        // A name is resolved again when it is dialled; the resolver then lets only allowed or public addresses pass.
        literal.map_or_else(|| url.host_str().is_some_and(is_local_name), |ip| is_allowed(ip, &self.allowed))
            || literal.is_none() && url.host_str().is_some_and(|host| self.resolves_near(host))
    }

    fn resolves_near(&self, host: &str) -> bool {
        use std::net::ToSocketAddrs;
        (host, 0).to_socket_addrs().is_ok_and(|mut found| found.all(|address| is_allowed(address.ip(), &self.allowed)))
    }

    /// The schemes to try for a bare host, in order: plain HTTP only where a network was allowed.
    pub fn schemes(&self, host: &str) -> Vec<&'static str> {
        let near = Url::parse(&format!("http://{host}/")).is_ok_and(|url| self.check(&url).is_ok());
        if near { vec!["http", "https"] } else { vec!["https"] }
    }
}

/// `localhost` and its kin.
fn is_local_name(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

fn host_label(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn bytes_of(body: &Arc<str>) -> Vec<u8> {
    body.as_bytes().to_vec()
}

fn header_map(list: Vec<(String, String)>) -> Result<HeaderMap> {
    let mut map = HeaderMap::with_capacity(list.len());
    for (name, value) in list {
        let name = HeaderName::try_from(name).map_err(|e| Error::Broken(Box::new(e)))?;
        let value = HeaderValue::try_from(value).map_err(|e| Error::Broken(Box::new(e)))?;
        map.insert(name, value);
    }
    Ok(map)
}

/// What went wrong on the way, in a sentence without the URL (it may hold a secret address).
fn failure(host: &str, error: &reqwest::Error) -> Error {
    let mut reason = String::new();
    let mut next: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(source) = next {
        reason = source.to_string();
        next = source.source();
    }
    if reason == REFUSED {
        return Error::never(host, REFUSED);
    }
    if error.is_timeout() {
        return Error::later(host, "took too long");
    }
    Error::later(host, if reason.is_empty() { "no connection".to_owned() } else { reason })
}

const REFUSED: &str = "the name has no public address";

/// Resolves names and lets only those addresses through that may be reached: what is checked is what is dialled.
struct Resolver {
    allowed: Arc<Vec<IpNet>>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.allowed.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let fine: Vec<SocketAddr> = found.filter(|address| may_reach(address.ip(), &allowed)).collect();
            if fine.is_empty() {
                return Err(std::io::Error::other(REFUSED).into());
            }
            Ok(Box::new(fine.into_iter()) as Addrs)
        })
    }
}

fn is_allowed(ip: IpAddr, allowed: &[IpNet]) -> bool {
    allowed.iter().any(|network| network.contains(&ip))
}

fn may_reach(ip: IpAddr, allowed: &[IpNet]) -> bool {
    is_allowed(ip, allowed) || is_global(ip)
}

/// Is this a global unicast address (IANA special-purpose registries)?
pub fn is_global(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_global_v4(ip),
        IpAddr::V6(ip) => is_global_v6(ip),
    }
}

fn is_global_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = a == 0
        || a == 10
        || a == 127
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 169 && b == 254)
        || (a == 172 && (16..32).contains(&b))
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 192 && b == 168)
        || (a == 198 && (b == 18 || b == 19))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113);
    !special
}

fn is_global_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    // 2000::/3 is all that is given out; inside it some ranges carry other addresses or are for documents.
    let unicast = a & 0xe000 == 0x2000;
    let special = (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || a == 0x2002 || (a == 0x3fff && b < 0x1000);
    unicast && !special
}

#[cfg(test)]
mod tests;
