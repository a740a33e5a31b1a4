//! HTTP signatures, both forms in use: draft-cavage-http-signatures-12 and RFC 9421 (HTTP Message Signatures).
//!
//! Reading has two steps. [`read`] checks everything that needs no key, so that a message which can't count costs no
//! fetch; [`Claim::verify`] checks the rest once the caller has the key. What a signature must cover is *our* minimum
//! (target, host, time and, with a body, its digest) and never the sender's choice; the algorithm is the key's and
//! never the header's.

mod cavage;
mod rfc9421;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};
use sfv::{BareItem, Dictionary, ListEntry, Parser};

use super::Refusal;
use super::address::host_of;
use crate::clock::{HOUR, Micros, SECOND};
use crate::error::{Error, Result};
use crate::secret::{Algorithm, PublicKey, SigningKey, sha256, sha512};

/// How far a signature's time may lie ahead of ours: clocks that are wrong by a time zone are common.
pub const AHEAD_MAX: Micros = HOUR;
/// How far it may lie back: some servers queue signed requests for hours. Replays are remembered for at least so long.
pub const BACK_MAX: Micros = 12 * HOUR;
/// Longest `Signature` or `Signature-Input` that is parsed; RSA-8192 takes some 1,400 characters.
const HEADER_BYTES_MAX: usize = 8192;
/// Longest key id that is taken; it is fetched and stored later.
const KEY_ID_BYTES_MAX: usize = 2048;
/// Most fields that one signature may cover.
const COVERED_MAX: usize = 32;

const NO_HOST: Refusal = Refusal("request names no host");
const NO_SIGNATURE: Refusal = Refusal("no signature");
const TWO_FORMS: Refusal = Refusal("more than one form of signature");
const MALFORMED: Refusal = Refusal("signature cannot be parsed");
const NO_KEY_ID: Refusal = Refusal("signature names no key");
const ALGORITHM: Refusal = Refusal("signature algorithm is not supported");
const COVERS_TWICE: Refusal = Refusal("signature covers a field twice");
const COVERS_ABSENT: Refusal = Refusal("signature covers a field that is not there");
const TARGET: Refusal = Refusal("signature does not cover the target");
const HOST: Refusal = Refusal("signature does not cover the host");
const TIME: Refusal = Refusal("signature does not cover a time");
const DIGEST: Refusal = Refusal("signature does not cover a digest of the body");
const OTHER_HOST: Refusal = Refusal("request is for another host");
const REPEATED: Refusal = Refusal("a single-valued header appears more than once");
const BAD_TIME: Refusal = Refusal("time of the signature cannot be read");
const AHEAD: Refusal = Refusal("signature is from the future");
const BACK: Refusal = Refusal("signature is too old");
const EXPIRED: Refusal = Refusal("signature has expired");
const BAD_DIGEST: Refusal = Refusal("digest cannot be read");
const WEAK_DIGEST: Refusal = Refusal("digest is not SHA-256 or better");
const WRONG_DIGEST: Refusal = Refusal("digest does not match the body");

/// The two forms of signing a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// draft-cavage-http-signatures-12, which nearly everybody reads.
    Cavage,
    /// RFC 9421.
    Rfc9421,
}

impl Form {
    /// The name as it is stored: `cavage` or `rfc9421`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cavage => "cavage",
            Self::Rfc9421 => "rfc9421",
        }
    }

    /// The form that a peer last took, by its stored name; the older one for a peer that took none yet.
    pub fn of_peer(name: &str) -> Self {
        if name == "rfc9421" { Self::Rfc9421 } else { Self::Cavage }
    }

    /// The form to try when this one was refused ("double-knocking").
    pub fn other(self) -> Self {
        match self {
            Self::Cavage => Self::Rfc9421,
            Self::Rfc9421 => Self::Cavage,
        }
    }
}

/// A request as it reached us.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    /// The method, as received.
    pub method: &'a str,
    /// Path and query, as received (the request target in origin form).
    pub target: &'a str,
    /// The authority of our own origin, from the settings and never from the request.
    pub authority: &'a str,
    /// The scheme of our own origin, likewise.
    pub scheme: &'a str,
    /// All header lines in order, names in lower case; a header that came twice stands here twice.
    pub headers: &'a [(String, String)],
    /// The very bytes of the body; `None` if the request has none.
    pub body: Option<&'a [u8]>,
}

/// What a signature claims, after everything that needs no key was checked.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The id of the key as the signature names it. Not yet to be believed.
    pub key_id: String,
    /// The form of the signature.
    pub form: Form,
    /// Until when this signature could be sent again, and its fingerprint must be remembered.
    pub expires_at: Micros,
    /// The algorithm that the header names, if it names one that implies a kind of key.
    algorithm: Option<Algorithm>,
    /// The texts of which one must be signed: with and without the query string.
    messages: Vec<String>,
    signature: Vec<u8>,
}

impl Claim {
    /// Did this key sign the request? A header that names another algorithm than the key's makes it false.
    pub fn verify(&self, key: &PublicKey) -> bool {
        self.algorithm.is_none_or(|named| named == key.algorithm())
            && self.messages.iter().any(|message| key.verify(message.as_bytes(), &self.signature))
    }

    /// The identity of this signature, for remembering until [`Claim::expires_at`] that it was used.
    ///
    /// It depends on the signature's bytes only: the key id and the order of parameters aren't signed in either form, so
    /// that another spelling of them must not make an old signature a new one. Remember it after it verified, and for
    /// requests that change something: two equal GETs within one second share it.
    pub fn fingerprint(&self) -> [u8; 32] {
        sha256(&self.signature)
    }
}

/// Reads the signature of a request and checks all that needs no key.
///
/// Both forms are looked for: exactly one must be there. Of several RFC 9421 signatures the first acceptable counts.
///
/// # Errors
/// A [`Refusal`] with a reason that is stable.
pub fn read(received: &Received, now: Micros) -> Result<Claim, Refusal> {
    received.check_host()?;
    let authorization = received
        .single("authorization")?
        .and_then(|value| value.split_once(' '))
        .and_then(|(scheme, parameters)| scheme.eq_ignore_ascii_case("signature").then_some(parameters));
    let has_input = received.values("signature-input").next().is_some();
    let has_signature = received.values("signature").next().is_some();
    match (has_input, has_signature, authorization) {
        (false, false, None) | (true, false, None) => Err(NO_SIGNATURE),
        (true, true, None) => rfc9421::read(received, now),
        (false, true, None) => cavage::read(received, received.single("signature")?.ok_or(NO_SIGNATURE)?, now),
        (false, false, Some(parameters)) => cavage::read(received, parameters, now),
        _ => Err(TWO_FORMS),
    }
}

/// A request that is to be signed.
#[derive(Debug, Clone, Copy)]
pub struct Sending<'a> {
    /// The method in upper case.
    pub method: &'a str,
    /// Where it goes.
    pub url: &'a url::Url,
    /// What [`digest`] gave for the body, if there is a body; computed once, however many inboxes it goes to.
    pub digest: Option<&'a str>,
}

/// The SHA-256 of a body in base64, for [`Sending::digest`].
pub fn digest(body: &[u8]) -> String {
    STANDARD.encode(sha256(body))
}

/// Signs a request and returns the headers to add to it, names in lower case: `host`, `date`, `digest` and `signature`,
/// or `host`, `date`, `content-digest`, `signature-input` and `signature`.
///
/// # Errors
/// [`Error::Broken`] if the URL has no host, the key id can't stand in a header, or the key can't sign.
pub fn sign(
    form: Form,
    key: &SigningKey,
    key_id: &str,
    sending: &Sending,
    now: Micros,
) -> Result<Vec<(String, String)>> {
    if !key_id.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\')) {
        return Err(Error::broken("a key id has characters that cannot stand in a header"));
    }
    match form {
        Form::Cavage => cavage::sign(key, key_id, sending, now),
        Form::Rfc9421 => rfc9421::sign(key, key_id, sending, now),
    }
}

impl Sending<'_> {
    /// The value of `Host`: the URL's host and its port, if that isn't the default one.
    fn authority(&self) -> Result<String> {
        let host = self.url.host_str().ok_or_else(|| Error::broken("a URL to sign for has no host"))?;
        Ok(match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        })
    }

    /// Path and query as they will be sent.
    fn target(&self) -> String {
        match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        }
    }
}

impl<'a> Received<'a> {
    /// All values of a header, trimmed (RFC 9110, section 5.5).
    fn values(&self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The one value of a header that may appear once.
    fn single(&self, name: &'a str) -> Result<Option<&'a str>, Refusal> {
        let mut values = self.values(name);
        let first = values.next();
        if values.next().is_some() { Err(REPEATED) } else { Ok(first) }
    }

    /// The value of a covered header, as both forms put it into the text that is signed: several lines are joined by
    /// a comma, but those that have a single value by their meaning must be single.
    fn covered(&self, name: &str) -> Result<String, Refusal> {
        let found: Vec<&str> = self
            .headers
            .iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .collect();
        let single = matches!(name, "host" | "date" | "digest" | "content-digest" | "content-type" | "content-length");
        match found.as_slice() {
            [] => Err(COVERS_ABSENT),
            [_, _, ..] if single => Err(REPEATED),
            values if values.iter().any(|value| value.contains(['\r', '\n'])) => Err(MALFORMED),
            values => Ok(values.join(", ")),
        }
    }

    /// The target, and the target without its query string if it has one: some servers leave it out when they sign.
    fn targets(&self) -> impl Iterator<Item = &'a str> {
        let without = self.target.split_once('?').map(|(path, _)| path);
        std::iter::once(self.target).chain(without)
    }

    /// The `Host` header must be there, single and ours.
    fn check_host(&self) -> Result<(), Refusal> {
        let host = self.single("host")?.ok_or(NO_HOST)?;
        let canonical = |authority: &str| {
            // Only an authority may stand here; a path or a query would be cut off unseen.
            (!authority.contains(['/', '?', '#'])).then(|| host_of(&format!("{}://{authority}/", self.scheme)))?
        };
        match (canonical(host), canonical(self.authority)) {
            (Some(theirs), Some(ours)) if theirs == ours => Ok(()),
            _ => Err(OTHER_HOST),
        }
    }

    /// A body must have a digest that is covered, strong enough and right. GET and HEAD may go without.
    fn check_body(&self, covered: &[String]) -> Result<(), Refusal> {
        if self.body.is_none() && matches!(self.method, "GET" | "HEAD") {
            return Ok(());
        }
        let body = self.body.unwrap_or_default();
        let (old, new) = (covers(covered, "digest"), covers(covered, "content-digest"));
        if !old && !new {
            return Err(DIGEST);
        }
        if old {
            check_digests(digests(self.single("digest")?.ok_or(COVERS_ABSENT)?)?, body)?;
        }
        if new {
            check_digests(content_digests(self.single("content-digest")?.ok_or(COVERS_ABSENT)?)?, body)?;
        }
        Ok(())
    }
}

fn covers(covered: &[String], name: &str) -> bool {
    covered.iter().any(|other| other == name)
}

/// Refuses a list of covered fields that is too long or names one twice.
fn check_covered(covered: &[String]) -> Result<(), Refusal> {
    if covered.len() > COVERED_MAX {
        return Err(MALFORMED);
    }
    let twice = covered.iter().enumerate().any(|(at, name)| covered.iter().skip(at + 1).any(|other| other == name));
    if twice { Err(COVERS_TWICE) } else { Ok(()) }
}

/// Pairs of a digest algorithm's name in lower case and the digest.
type Digests = Vec<(String, Vec<u8>)>;

/// Reads `Digest` (RFC 3230, section 4.3.2).
fn digests(value: &str) -> Result<Digests, Refusal> {
    value
        .split(',')
        .map(|part| {
            let (name, encoded) = part.trim().split_once('=').ok_or(BAD_DIGEST)?;
            let name = name.to_ascii_lowercase();
            // Digests by other algorithms have other encodings (checksums are decimal) and say nothing to us.
            let known = matches!(name.as_str(), "sha-256" | "sha-512");
            let bytes = if known { STANDARD.decode(encoded).map_err(|_| BAD_DIGEST)? } else { Vec::new() };
            Ok((name, bytes))
        })
        .collect()
}

/// Reads `Content-Digest` (RFC 9530, section 2).
fn content_digests(value: &str) -> Result<Digests, Refusal> {
    let dictionary: Dictionary = Parser::new(value).parse().map_err(|_| BAD_DIGEST)?;
    dictionary
        .into_iter()
        .map(|(name, entry)| match entry {
            ListEntry::Item(item) => match item.bare_item {
                BareItem::ByteSequence(bytes) => Ok((name.as_str().to_owned(), bytes)),
                _ => Err(BAD_DIGEST),
            },
            ListEntry::InnerList(_) => Err(BAD_DIGEST),
        })
        .collect()
}

/// Every SHA-256 and SHA-512 in the list must be the body's, and one of them must be there; none may be there twice.
fn check_digests(digests: Digests, body: &[u8]) -> Result<(), Refusal> {
    let (mut short, mut long) = (0, 0);
    for (name, bytes) in digests {
        let right = match name.as_str() {
            "sha-256" => {
                short += 1;
                bytes == sha256(body)
            }
            "sha-512" => {
                long += 1;
                bytes == sha512(body)
            }
            _ => continue,
        };
        if !right {
            return Err(WRONG_DIGEST);
        }
    }
    match (short, long) {
        (0, 0) => Err(WEAK_DIGEST),
        (0 | 1, 0 | 1) => Ok(()),
        _ => Err(REPEATED),
    }
}

/// Refuses times of signing that are too far from now, and an expiry that has passed. Answers until when the signature
/// could be sent again.
fn check_times(signed: &[Micros], expires: Option<Micros>, now: Micros) -> Result<Micros, Refusal> {
    for &at in signed {
        if at > now.saturating_add(AHEAD_MAX) {
            return Err(AHEAD);
        }
        if at < now.saturating_sub(BACK_MAX) {
            return Err(BACK);
        }
    }
    if expires.is_some_and(|at| at <= now) {
        return Err(EXPIRED);
    }
    let last = signed.iter().copied().max().ok_or(TIME)?;
    Ok(last.saturating_add(BACK_MAX).saturating_add(AHEAD_MAX))
}

/// Reads an HTTP date (RFC 9110, section 5.6.7).
fn read_date(value: &str) -> Result<Micros, Refusal> {
    let at = DateTimeParser::new().relaxed_weekday(true).parse_timestamp(value).map_err(|_| BAD_TIME)?;
    Ok(at.as_microsecond())
}

/// Writes an HTTP date.
fn write_date(at: Micros) -> Result<String> {
    let at = jiff::Timestamp::from_second(at.div_euclid(SECOND)).map_err(Error::broken)?;
    DateTimePrinter::new().timestamp_to_rfc9110_string(&at).map_err(Error::broken)
}

/// Refuses an empty or overlong key id.
fn check_key_id(key_id: &str) -> Result<String, Refusal> {
    if key_id.is_empty() || key_id.len() > KEY_ID_BYTES_MAX { Err(NO_KEY_ID) } else { Ok(key_id.to_owned()) }
}
