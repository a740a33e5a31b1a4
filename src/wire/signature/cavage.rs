//! draft-cavage-http-signatures-12: the `Signature` header (or `Authorization: Signature`) of most of the fediverse.
//!
//! The parameters are parsed here and not by a library, since a parameter that appears twice, or a field that is
//! covered but absent, must be refused and not passed over.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{
    ALGORITHM, BAD_TIME, COVERS_ABSENT, Claim, Form, HEADER_BYTES_MAX, HOST, MALFORMED, NO_KEY_ID, NO_SIGNATURE,
    Received, Refusal, Sending, TARGET, TIME, check_covered, check_key_id, check_times, covers, read_date, write_date,
};
use crate::clock::{Micros, SECOND};
use crate::error::Result;
use crate::secret::{Algorithm, SigningKey};

/// Most parameters that a signature may have; the draft knows seven.
const PARAMETERS_MAX: usize = 16;

/// Reads the parameters of a signature (section 2.1) and checks all that needs no key.
pub(super) fn read(received: &Received, parameters: &str, now: Micros) -> Result<Claim, Refusal> {
    let parameters = parse(parameters)?;
    let get = |name: &str| parameters.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
    let key_id = check_key_id(get("keyId").ok_or(NO_KEY_ID)?)?;
    let algorithm = algorithm(get("algorithm"))?;
    let signature = STANDARD.decode(get("signature").ok_or(NO_SIGNATURE)?).map_err(|_| MALFORMED)?;
    // Without `headers`, only `(created)` is covered (section 2.1.6), which is never enough.
    let covered: Vec<String> =
        get("headers").unwrap_or("(created)").split_ascii_whitespace().map(str::to_ascii_lowercase).collect();
    check_covered(&covered)?;
    if !covers(&covered, "(request-target)") {
        return Err(TARGET);
    }
    if !covers(&covered, "host") {
        return Err(HOST);
    }
    let times = Times { created: get("created"), expires: get("expires") };
    let expires_at = times.check(received, &covered, now)?;
    received.check_body(&covered)?;
    let messages =
        received.targets().map(|target| message(received, &covered, target, &times)).collect::<Result<_, _>>()?;
    Ok(Claim { key_id, form: Form::Cavage, expires_at, algorithm, messages, signature })
}

/// Signs a request: `(request-target) host date`, and `digest` if there is a body.
pub(super) fn sign(key: &SigningKey, key_id: &str, sending: &Sending, now: Micros) -> Result<Vec<(String, String)>> {
    let target = format!("{} {}", sending.method.to_ascii_lowercase(), sending.target());
    let mut headers = vec![("host".to_owned(), sending.authority()?), ("date".to_owned(), write_date(now)?)];
    headers.extend(sending.digest.map(|digest| ("digest".to_owned(), format!("SHA-256={digest}"))));
    let mut message = format!("(request-target): {target}");
    let mut covered = "(request-target)".to_owned();
    for (name, value) in &headers {
        message.push_str(&format!("\n{name}: {value}"));
        covered.push_str(&format!(" {name}"));
    }
    let signature = STANDARD.encode(key.sign(message.as_bytes())?);
    let algorithm = match key.algorithm() {
        Algorithm::Rsa => "rsa-sha256",
        Algorithm::Ed25519 => "hs2019",
    };
    let value = format!("keyId=\"{key_id}\",algorithm=\"{algorithm}\",headers=\"{covered}\",signature=\"{signature}\"");
    headers.push(("signature".to_owned(), value));
    Ok(headers)
}

/// The parameters `created` and `expires` as they were sent, since they are signed as they were sent.
struct Times<'a> {
    created: Option<&'a str>,
    expires: Option<&'a str>,
}

impl Times<'_> {
    /// `Date` or `(created)` must be covered; every time that is given must be right, covered or not. Answers until
    /// when the signature could be sent again.
    fn check(&self, received: &Received, covered: &[String], now: Micros) -> Result<Micros, Refusal> {
        let mut signed = Vec::new();
        if covers(covered, "date") {
            signed.push(read_date(received.single("date")?.ok_or(COVERS_ABSENT)?)?);
        }
        if signed.is_empty() && !covers(covered, "(created)") {
            return Err(TIME);
        }
        if let Some(created) = self.created {
            signed.push(seconds(created)?);
        }
        check_times(&signed, self.expires.map(seconds).transpose()?, now)
    }
}

/// The text that is signed (section 2.3).
fn message(received: &Received, covered: &[String], target: &str, times: &Times) -> Result<String, Refusal> {
    let lines: Vec<String> = covered
        .iter()
        .map(|name| {
            let value = match name.as_str() {
                "(request-target)" => format!("{} {target}", received.method.to_ascii_lowercase()),
                "(created)" => times.created.ok_or(COVERS_ABSENT)?.to_owned(),
                "(expires)" => times.expires.ok_or(COVERS_ABSENT)?.to_owned(),
                _ => received.covered(name)?,
            };
            Ok(format!("{name}: {value}"))
        })
        .collect::<Result<_, Refusal>>()?;
    Ok(lines.join("\n"))
}

/// Seconds since 1970, whole or with a fraction (section 2.1.5), as microseconds.
fn seconds(text: &str) -> Result<Micros, Refusal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(BAD_TIME);
    }
    Ok(whole.parse::<i64>().map_err(|_| BAD_TIME)?.saturating_mul(SECOND))
}

/// The kind of key that a named algorithm implies; `hs2019` and no name at all imply none.
fn algorithm(name: Option<&str>) -> Result<Option<Algorithm>, Refusal> {
    match name.map(str::to_ascii_lowercase).as_deref() {
        None | Some("hs2019") => Ok(None),
        Some("rsa-sha256") => Ok(Some(Algorithm::Rsa)),
        Some("ed25519" | "ed25519-sha512") => Ok(Some(Algorithm::Ed25519)),
        Some(_) => Err(ALGORITHM),
    }
}

/// Splits `name="value",name=123` into its parts; quoted values may hold commas and escaped quotes.
fn parse(text: &str) -> Result<Vec<(String, String)>, Refusal> {
    if text.len() > HEADER_BYTES_MAX {
        return Err(MALFORMED);
    }
    let mut parameters: Vec<(String, String)> = Vec::new();
    let mut rest = text.trim();
    loop {
        let (name, after) = rest.split_once('=').ok_or(MALFORMED)?;
        let (name, after) = (name.trim(), after.trim_start());
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted)?,
            None => {
                let end = after.find(',').unwrap_or(after.len());
                let (value, after) = after.split_at_checked(end).ok_or(MALFORMED)?;
                (value.trim().to_owned(), after)
            }
        };
        let known = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !known || parameters.len() >= PARAMETERS_MAX || parameters.iter().any(|(other, _)| other == name) {
            return Err(MALFORMED);
        }
        parameters.push((name.to_owned(), value));
        let after = after.trim_start();
        match after.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None if after.is_empty() => return Ok(parameters),
            None => return Err(MALFORMED),
        }
    }
}

/// The text up to the closing quote, without escapes, and what follows the quote (RFC 9110, section 5.6.4).
fn quoted_value(text: &str) -> Result<(String, &str), Refusal> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((value, text.get(at + 1..).unwrap_or_default())),
            '\\' => value.push(characters.next().ok_or(MALFORMED)?.1),
            other => value.push(other),
        }
    }
    Err(MALFORMED)
}
