//! HTTP signatures in both standards: draft-cavage-http-signatures-12, as most of the fediverse speaks it, and RFC 9421.
//!
//! What must be covered is our minimum, never the sender's choice: target, host, date (or `created`), and for a body its
//! digest. The algorithm comes from the key, never from a header.

mod cavage;
mod rfc9421;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Refusal;
use crate::clock::{HOUR, Micros, SECOND};
use crate::error::Result;
use crate::secret::{self, PublicKey, SigningKey};

/// How old a signature may be.
pub const AGE_MAX: Micros = 12 * HOUR;
/// How far ahead of us the sender's clock may run.
pub const AHEAD_MAX: Micros = HOUR;

/// The two standards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// draft-cavage-http-signatures-12.
    Cavage,
    /// RFC 9421 with RFC 9530 digests.
    Rfc9421,
}

impl Form {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cavage => "cavage",
            Self::Rfc9421 => "rfc9421",
        }
    }

    /// The form that a peer last took; the older one for a peer that we don't know.
    pub fn of_peer(word: &str) -> Self {
        if word == "rfc9421" { Self::Rfc9421 } else { Self::Cavage }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Cavage => Self::Rfc9421,
            Self::Rfc9421 => Self::Cavage,
        }
    }
}

/// A request that came in, as far as signatures are concerned.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    /// The method, upper case.
    pub method: &'a str,
    /// Path and query, as received.
    pub target: &'a str,
    /// Our own origin's scheme.
    pub scheme: &'a str,
    /// Our own origin's authority: what `Host` must say.
    pub authority: &'a str,
    /// All headers, names in lower case.
    pub headers: &'a [(String, String)],
    /// The body, for a request that has one.
    pub body: Option<&'a [u8]>,
}

impl Received<'_> {
    /// The one value of a header; a refusal if it is missing or stands twice.
    fn single(&self, name: &str) -> std::result::Result<&str, Refusal> {
        let mut values = self.headers.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
        let value = values.next().ok_or(Refusal("a header that must be signed is missing"))?;
        if values.next().is_some() {
            return Err(Refusal("a header that must be single stands twice"));
        }
        Ok(value.trim())
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(n, _)| n == name)
    }
}

/// A signature that is sound in everything but the key, which is yet to be found.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The URI of the key that the sender says it used.
    pub key_id: String,
    /// The standard.
    pub form: Form,
    /// Until when this signature could be sent again.
    pub expires_at: Micros,
    /// The texts of which one must be signed: with and without the query string.
    bases: Vec<Vec<u8>>,
    signature: Vec<u8>,
    /// The algorithm that the sender names, if it is one that ties the key's kind.
    named: Option<crate::secret::Algorithm>,
}

impl Claim {
    /// Did this key make the signature?
    pub fn verify(&self, key: &PublicKey) -> bool {
        if self.named.is_some_and(|named| named != key.algorithm()) {
            return false;
        }
        self.bases.iter().any(|base| key.verify(base, &self.signature))
    }

    /// What tells this signature from every other: for remembering that it was here.
    pub fn fingerprint(&self) -> [u8; 32] {
        secret::sha256(&[self.key_id.as_bytes(), &[0], &self.signature].concat())
    }
}

/// Checks everything about a request's signature that needs no key.
pub fn read(received: &Received<'_>, now: Micros) -> std::result::Result<Claim, Refusal> {
    let host = received.single("host").map_err(|_| Refusal("no Host header"))?;
    if super::address::canonical_host(host).as_deref() != super::address::canonical_host(received.authority).as_deref() {
        return Err(Refusal("the request is for another host"));
    }
    if received.has("signature-input") {
        rfc9421::read(received, now)
    } else if received.has("signature") {
        cavage::read(received, now)
    } else {
        Err(Refusal("no signature"))
    }
}

/// Checks the time of signing against our clock and answers until when the signature is good.
fn check_time(signed_at: Micros, expires_at: Option<Micros>, now: Micros) -> std::result::Result<Micros, Refusal> {
    if signed_at > now.saturating_add(AHEAD_MAX) {
        return Err(Refusal("signed in the future"));
    }
    if signed_at < now.saturating_sub(AGE_MAX) {
        return Err(Refusal("signed too long ago"));
    }
    if expires_at.is_some_and(|at| at < now) {
        return Err(Refusal("the signature has expired"));
    }
    Ok(signed_at + AGE_MAX + AHEAD_MAX)
}

/// Reads an HTTP date (RFC 9110 §5.6.7).
fn http_date(text: &str) -> Option<Micros> {
    // The obsolete forms are not sent by anyone; the usual one always says GMT.
    let text = text.strip_suffix(" GMT")?;
    let time = jiff::fmt::strtime::parse("%a, %d %b %Y %H:%M:%S", text).ok()?.to_datetime().ok()?;
    Some(jiff::tz::TimeZone::UTC.to_timestamp(time).ok()?.as_microsecond())
}

/// Writes an HTTP date.
fn to_http_date(at: Micros) -> String {
    jiff::Timestamp::from_second(at.div_euclid(SECOND))
        .map(|time| time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
        .unwrap_or_default()
}

/// SHA-256 of a body in base64, as both digest headers carry it. Computed once per body.
pub fn digest(body: &[u8]) -> String {
    STANDARD.encode(secret::sha256(body))
}

/// A request that goes out.
#[derive(Debug, Clone, Copy)]
pub struct Sending<'a> {
    /// The method, upper case.
    pub method: &'a str,
    /// Where to.
    pub url: &'a url::Url,
    /// [`digest`] of the body, for a request that has one.
    pub digest: Option<&'a str>,
}

impl Sending<'_> {
    /// The authority as it stands in `Host`.
    fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Path and query.
    fn target(&self) -> String {
        match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        }
    }
}

/// Signs a request and answers the headers to add: names in lower case, `host` among them.
pub fn sign(form: Form, key: &SigningKey, key_id: &str, sending: &Sending<'_>, now: Micros) -> Result<Vec<(String, String)>> {
    match form {
        Form::Cavage => cavage::sign(key, key_id, sending, now),
        Form::Rfc9421 => rfc9421::sign(key, key_id, sending, now),
    }
}

#[cfg(test)]
mod tests;
