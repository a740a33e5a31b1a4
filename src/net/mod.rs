//! The one client for outgoing requests.
//!
//! Invariants: https to global addresses, plain http only into the networks that the settings allow; the address that
//! was checked is the address dialled, on every hop; redirects are followed by hand; time, bytes (after decompression)
//! and requests per host are bounded; no proxy, cookie or credential comes from the surroundings.

mod address;
mod host;

pub use address::is_global;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ipnet::IpNet;
use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Client, RequestBuilder, Response};
use url::{Host, Url};

use crate::error::{Error, Result, Retry};
use address::{Guard, Names, Reach, Refused};
use host::{Hosts, Slot};

/// Redirects that one request follows. Real servers need one or two.
const REDIRECTS_MAX: usize = 5;
/// Bytes of the answer to a delivery that are read; it matters only to officers.
const POST_ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Header fields of an answer.
const HEADERS_MAX: usize = 100;
/// How long an unused connection is kept: deliveries to the same host tend to come together.
const IDLE: Duration = Duration::from_secs(60);

/// How the client behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// What we call ourselves; other servers' officers read it.
    pub user_agent: String,
    /// Networks that are otherwise refused.
    pub allow_networks: Vec<IpNet>,
    /// The deadline of one request with all its redirects.
    pub timeout: Duration,
    /// Requests to one host and port at the same time.
    pub per_host_max: usize,
}

/// The client; clones share connections and limits.
#[derive(Clone)]
pub struct Net {
    inner: Arc<Inner>,
}

struct Inner {
    /// `None` when the machine has no certificate authorities: then no server can be trusted.
    https: Option<Client>,
    /// `None` when no network is allowed: then there is no plain http.
    http: Option<Client>,
    https_guard: Guard,
    http_guard: Guard,
    hosts: Hosts,
    timeout: Duration,
}

/// What a server answered, whatever the status.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The address that gave the answer, after all redirects.
    pub url: Url,
    /// The answer's body, decompressed, within the limit.
    pub body: Vec<u8>,
    headers: HeaderMap,
}

impl Answer {
    /// The first value of a header field, in any case of its name; `None` too if it is no readable text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// An answer whose content is asked for piece by piece.
pub struct Stream {
    response: Response,
    url: Url,
    /// One of the requests that its host may have at a time, until all is read.
    slot: Slot,
    timeout: Duration,
}

/// Gives the header fields for one hop: signatures cover the target, so that each hop needs its own.
pub type Headers<'a> = &'a (dyn Fn(&Url) -> Result<Vec<(String, String)>> + Send + Sync);

impl fmt::Debug for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Net").field("timeout", &self.inner.timeout).finish_non_exhaustive()
    }
}

impl Net {
    /// Builds the client.
    ///
    /// A machine without certificate authorities gets a client that can't speak https, and a line in the log.
    ///
    /// # Errors
    /// `Broken` if the client can't be set up, such as for a user agent that is no header value.
    pub fn new(options: Options) -> Result<Self> {
        Self::with_names(options, Names::System)
    }

    fn with_names(options: Options, names: Names) -> Result<Self> {
        let agent = HeaderValue::from_str(&options.user_agent).map_err(Error::broken)?;
        let https_guard = Guard::new(&options.allow_networks, names.clone(), Reach::Global);
        let http_guard = Guard::new(&options.allow_networks, names, Reach::Allowed);
        let builder = |guard: &Guard| {
            Client::builder()
                .user_agent(agent.clone())
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .no_proxy()
                .dns_resolver(Arc::new(guard.clone()))
                .connect_timeout(options.timeout)
                .pool_idle_timeout(IDLE)
                .pool_max_idle_per_host(options.per_host_max)
                .http1_max_headers(HEADERS_MAX)
        };
        let https = match builder(&https_guard).https_only(true).build() {
            Ok(client) => Some(client),
            Err(error) => {
                tracing::error!(
                    error = %Error::Broken(Box::new(error)),
                    "no https to other servers: this machine has no certificate authorities (package ca-certificates)"
                );
                None
            }
        };
        let http = match options.allow_networks.is_empty() {
            true => None,
            // No certificates for a client that never speaks TLS: reading the machine's takes time and memory.
            false => {
                Some(builder(&http_guard).tls_certs_only([]).build().map_err(|error| Error::Broken(Box::new(error)))?)
            }
        };
        let hosts = Hosts::new(options.per_host_max);
        let inner = Inner { https, http, https_guard, http_guard, hosts, timeout: options.timeout };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Fetches `url`, following at most five redirects; `headers` is asked anew for each hop.
    ///
    /// Any status is an answer; the body of one that is not 2xx is cut at `bytes_max`.
    ///
    /// # Errors
    /// `Remote … Later` for time-outs and broken connections; `Remote … Never` for refused addresses and schemes, too
    /// many redirects and bodies longer than `bytes_max`; whatever `headers` says.
    pub async fn get(&self, url: &Url, accept: &str, bytes_max: usize, headers: Headers<'_>) -> Result<Answer> {
        self.fetch(url, accept, Most::Refused(bytes_max), headers).await
    }

    /// The same for something whose beginning is enough: a longer body is cut at `bytes_max`.
    ///
    /// # Errors
    /// As [`Net::get`], but for long bodies.
    pub async fn get_beginning(
        &self,
        url: &Url,
        accept: &str,
        bytes_max: usize,
        headers: Headers<'_>,
    ) -> Result<Answer> {
        self.fetch(url, accept, Most::Cut(bytes_max), headers).await
    }

    async fn fetch(&self, url: &Url, accept: &str, most: Most, headers: Headers<'_>) -> Result<Answer> {
        in_time(self.inner.timeout, url, self.follow(url.clone(), accept, most, headers)).await
    }

    /// Begins to fetch something large, following redirects as [`Net::get`] does; its content is then asked for piece by piece.
    ///
    /// # Errors
    /// As [`Net::get`], but for the length, which is up to the caller.
    pub async fn open(&self, url: &Url, accept: &str) -> Result<Stream> {
        in_time(self.inner.timeout, url, self.opened(url.clone(), accept, &|_| Ok(Vec::new()))).await
    }

    /// Sends `body` to `url`; redirects are answers like any other. At most 64 kB of the answer's body are kept.
    ///
    /// # Errors
    /// As [`Net::get`].
    pub async fn post(&self, url: &Url, headers: Vec<(String, String)>, body: Vec<u8>) -> Result<Answer> {
        let work = async {
            let client = self.client(url)?;
            let _slot = self.inner.hosts.slot(&authority(url)).await;
            let request = client.post(bare(url)).headers(header_map(headers)?).body(body);
            read(send(url, request).await?, url, POST_ANSWER_BYTES_MAX).await.map(|(answer, _)| answer)
        };
        in_time(self.inner.timeout, url, work).await
    }

    /// May this address be asked at all, as far as its spelling tells? Names are checked when they are dialled.
    pub fn may_ask(&self, url: &Url) -> bool {
        match self.client(url) {
            Ok(_) => true,
            Err(error) => !matches!(error, Error::Remote { retry: Retry::Never, .. }),
        }
    }

    /// Which schemes may be tried, in this order, for a bare host (with or without a port) that somebody typed.
    ///
    /// Plain http only for hosts in the allowed networks; first where TLS is least likely: an explicit port, an
    /// address, `localhost`.
    pub async fn schemes(&self, host: &str) -> Vec<&'static str> {
        let Some(parsed) = Url::parse(&format!("http://{host}/")).ok() else { return vec!["https"] };
        let guard = &self.inner.http_guard;
        let (allowed, local) = match parsed.host() {
            _ if self.inner.http.is_none() => (false, false),
            None => (false, false),
            Some(Host::Ipv4(v4)) => (guard.allows(v4.into()), true),
            Some(Host::Ipv6(v6)) => (guard.allows(v6.into()), true),
            Some(Host::Domain(name)) => (guard.allows_name(name).await, name == "localhost"),
        };
        let port = host.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        match (allowed, local || port) {
            (false, _) => vec!["https"],
            (true, false) => vec!["https", "http"],
            (true, true) => vec!["http", "https"],
        }
    }

    async fn follow(&self, start: Url, accept: &str, most: Most, headers: Headers<'_>) -> Result<Answer> {
        let (Most::Refused(bytes_max) | Most::Cut(bytes_max)) = most;
        let Stream { response, url, slot, .. } = self.opened(start, accept, headers).await?;
        let (answer, whole) = read(response, &url, bytes_max).await?;
        drop(slot);
        if answer.is_success() && whole == Whole::No && matches!(most, Most::Refused(_)) {
            return Err(Error::never(host_of(&url), format!("answer of more than {bytes_max} bytes")));
        }
        Ok(answer)
    }

    /// The answer behind all redirects, with its body still to be read.
    async fn opened(&self, start: Url, accept: &str, headers: Headers<'_>) -> Result<Stream> {
        let mut url = bare(&start);
        for _ in 0..=REDIRECTS_MAX {
            let client = self.client(&url)?;
            let accept = HeaderValue::from_str(accept).map_err(Error::broken)?;
            let mut fields = header_map(headers(&url)?)?;
            fields.insert(ACCEPT, accept);
            let slot = self.inner.hosts.slot(&authority(&url)).await;
            let response = send(&url, client.get(url.clone()).headers(fields)).await?;
            match next_hop(&url, &response)? {
                Some(next) => url = next,
                None => return Ok(Stream { response, url, slot, timeout: self.inner.timeout }),
            }
        }
        Err(Error::never(host_of(&start), "too many redirects"))
    }

    /// The client for a URL, if it may be asked at all. Names are checked again, by the resolver, when dialled.
    fn client(&self, url: &Url) -> Result<&Client> {
        let host = host_of(url);
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::never(host, "refused: credentials in the address"));
        }
        let (client, guard) = match url.scheme() {
            "https" => (&self.inner.https, &self.inner.https_guard),
            "http" => (&self.inner.http, &self.inner.http_guard),
            scheme => return Err(Error::never(host, format!("refused scheme {scheme}"))),
        };
        let permitted = match url.host() {
            Some(Host::Ipv4(v4)) => guard.permits(v4.into()),
            Some(Host::Ipv6(v6)) => guard.permits(v6.into()),
            Some(Host::Domain(name)) => !name.is_empty(),
            None => false,
        };
        if !permitted {
            return Err(Error::never(host, Refused));
        }
        match client {
            Some(client) => Ok(client),
            None if url.scheme() == "http" => Err(Error::never(host, "refused: plain http")),
            None => Err(Error::later(host, "this machine has no certificate authorities")),
        }
    }
}

impl Stream {
    /// The status code.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// Where the answer came from, behind all redirects.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// A header's value, if it is there and readable.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// The next piece of the content; `None` at its end.
    ///
    /// # Errors
    /// `Remote … Later` if none comes in time.
    pub async fn piece(&mut self) -> Result<Option<Bytes>> {
        let (timeout, url) = (self.timeout, &self.url);
        let piece = self.response.chunk();
        in_time(timeout, url, async { piece.await.map_err(|error| failure(url, error)) }).await
    }
}

/// What comes of work with a server, if it comes in time.
async fn in_time<T>(timeout: Duration, url: &Url, work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(timeout, work).await.unwrap_or_else(|_| Err(Error::later(host_of(url), "time is up")))
}

/// The URL without its fragment, which is nobody's business but the reader's.
fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

/// The host for messages, with its port if that is not the scheme's own.
fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Host and port: what one server is.
fn authority(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

fn header_map(fields: Vec<(String, String)>) -> Result<HeaderMap> {
    let mut map = HeaderMap::with_capacity(fields.len() + 2);
    for (name, value) in fields {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(Error::broken)?;
        map.append(name, HeaderValue::from_str(&value).map_err(Error::broken)?);
    }
    Ok(map)
}

async fn send(url: &Url, request: RequestBuilder) -> Result<Response> {
    request.send().await.map_err(|error| failure(url, error))
}

/// Where a redirect leads; `None` if the answer is none. A redirect without a readable target is an answer too.
fn next_hop(url: &Url, response: &Response) -> Result<Option<Url>> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = response.headers().get(LOCATION) else { return Ok(None) };
    let wrong = || Error::never(host_of(url), "redirect to no address");
    let target = std::str::from_utf8(location.as_bytes()).map_err(|_| wrong())?;
    let next = url.join(target).map_err(|_| wrong())?;
    Ok(Some(bare(&next)))
}

/// Bytes of a body that are read, and what becomes of a longer one.
#[derive(Debug, Clone, Copy)]
enum Most {
    /// It is refused.
    Refused(usize),
    /// Its beginning counts.
    Cut(usize),
}

/// Whether the body was read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whole {
    Yes,
    No,
}

/// Reads the body as it comes, decompressed, and stops at `bytes_max`.
async fn read(mut response: Response, url: &Url, bytes_max: usize) -> Result<(Answer, Whole)> {
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    let mut body = Vec::new();
    let mut whole = Whole::Yes;
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(url, error))? {
        let room = bytes_max.saturating_sub(body.len());
        if chunk.len() > room {
            body.extend(chunk.iter().take(room));
            whole = Whole::No;
            break;
        }
        body.extend_from_slice(&chunk);
    }
    Ok((Answer { status, url: url.clone(), headers, body }, whole))
}

/// Translates the client's error: what we refused stays refused, all else may pass.
fn failure(url: &Url, error: reqwest::Error) -> Error {
    let host = host_of(url);
    let mut reason = String::new();
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(one) = cause {
        if one.is::<Refused>() {
            return Error::never(host, Refused);
        }
        // The URL is left out: it may be long, and the host is named already.
        if !one.is::<reqwest::Error>() {
            reason = one.to_string();
        }
        cause = one.source();
    }
    if reason.is_empty() {
        reason = error.without_url().to_string();
    }
    Error::later(host, reason)
}

#[cfg(test)]
mod tests;
