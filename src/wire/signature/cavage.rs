//! draft-cavage-http-signatures-12: the `Signature` header with `(request-target)`, `host`, `date`, `digest`.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Claim, Form, Received, Refusal, Sending, check_time, http_date, to_http_date};
use crate::clock::{Micros, SECOND};
use crate::error::Result;
use crate::secret::{self, Algorithm, PublicKey, SigningKey};

/// Longest `Signature` header that is read.
const HEADER_BYTES_MAX: usize = 8_192;
/// Most headers that a signature may cover.
const COVERED_MAX: usize = 32;

/// §2.1, §2.3: reads the header and rebuilds the signed text.
pub(super) fn read(received: &Received<'_>, now: Micros) -> std::result::Result<Claim, Refusal> {
    let header = received.single("signature")?;
    let parameters = parameters(header)?;
    let get = |name: &str| parameters.get(name).map(String::as_str);
    let key_id = get("keyId").filter(|id| !id.is_empty()).ok_or(Refusal("the signature names no key"))?;
    let signature = get("signature").and_then(|s| STANDARD.decode(s).ok()).ok_or(Refusal("the signature can't be read"))?;
    let covered: Vec<String> = get("headers").unwrap_or("date").split(' ').map(str::to_ascii_lowercase).collect();
    check_covered(received, &covered)?;
    let number = |name: &str| get(name).map(|n| n.parse::<i64>().map_err(|_| Refusal("created or expires is no number")));
    let created = number("created").transpose()?.map(|at| at.saturating_mul(SECOND));
    let expires = number("expires").transpose()?.map(|at| at.saturating_mul(SECOND));
    let covers = |name: &str| covered.iter().any(|c| c == name);
    let signed_at = if covers("date") {
        http_date(received.single("date")?).ok_or(Refusal("the date can't be read"))?
    } else {
        created.ok_or(Refusal("neither date nor created is signed"))?
    };
    let expires_at = check_time(signed_at, expires, now)?;
    if let Some(body) = received.body {
        check_digest(received.single("digest")?, body)?;
    }
    let named = match get("algorithm").unwrap_or("hs2019").to_ascii_lowercase().as_str() {
        "rsa-sha256" => Some(Algorithm::Rsa),
        "ed25519" => Some(Algorithm::Ed25519),
        "hs2019" => None,
        _ => return Err(Refusal("unknown algorithm")),
    };
    let path = received.target.split('?').next().unwrap_or_default();
    let mut bases = vec![base(received, &covered, received.target, created, expires)?];
    if path != received.target {
        // Some senders sign the path alone.
        bases.push(base(received, &covered, path, created, expires)?);
    }
    Ok(Claim { key_id: key_id.to_owned(), form: Form::Cavage, expires_at, bases, signature, named })
}

/// Our minimum: target, host, date or created, and the digest of a body; nothing covered twice.
fn check_covered(received: &Received<'_>, covered: &[String]) -> std::result::Result<(), Refusal> {
    let covers = |name: &str| covered.iter().any(|c| c == name);
    let unique: std::collections::HashSet<_> = covered.iter().collect();
    if covered.len() > COVERED_MAX || unique.len() != covered.len() {
        return Err(Refusal("too many signed headers, or one twice"));
    }
    if !covers("(request-target)") || !covers("host") {
        return Err(Refusal("target and host must be signed"));
    }
    if !covers("date") && !covers("(created)") {
        return Err(Refusal("neither date nor created is signed"));
    }
    if received.body.is_some() && !covers("digest") {
        return Err(Refusal("the digest must be signed"));
    }
    Ok(())
}

/// RFC 3230 `Digest`: one of the values must be SHA-256 or SHA-512, and all of those must match.
fn check_digest(header: &str, body: &[u8]) -> std::result::Result<(), Refusal> {
    let mut matched = false;
    for part in header.split(',') {
        let Some((algorithm, value)) = part.trim().split_once('=') else { continue };
        let given = STANDARD.decode(value).unwrap_or_default();
        let fits = match algorithm.to_ascii_uppercase().as_str() {
            "SHA-256" => secret::equal(&given, &secret::sha256(body)),
            "SHA-512" => secret::equal(&given, &secret::sha512(body)),
            _ => continue,
        };
        if !fits {
            return Err(Refusal("the digest doesn't match the body"));
        }
        matched = true;
    }
    if matched { Ok(()) } else { Err(Refusal("no SHA-256 digest")) }
}

/// §2.3: the text that is signed.
fn base(
    received: &Received<'_>,
    covered: &[String],
    target: &str,
    created: Option<Micros>,
    expires: Option<Micros>,
) -> std::result::Result<Vec<u8>, Refusal> {
    let mut lines = Vec::with_capacity(covered.len());
    for name in covered {
        let seconds = |at: Option<Micros>| {
            at.map(|at| at.div_euclid(SECOND).to_string()).ok_or(Refusal("created or expires is signed but missing"))
        };
        let value = match name.as_str() {
            "(request-target)" => format!("{} {target}", received.method.to_ascii_lowercase()),
            "(created)" => seconds(created)?,
            "(expires)" => seconds(expires)?,
            name => received.single(name)?.to_owned(),
        };
        lines.push(format!("{name}: {value}"));
    }
    Ok(lines.join("\n").into_bytes())
}

/// Reads `name="value",…`; values may be bare numbers.
fn parameters(header: &str) -> std::result::Result<HashMap<String, String>, Refusal> {
    if header.len() > HEADER_BYTES_MAX {
        return Err(Refusal("the signature header is too long"));
    }
    let mut parameters = HashMap::new();
    let mut rest = header.strip_prefix("Signature ").unwrap_or(header).trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or(Refusal("the signature header can't be read"))?;
        let (value, after) = if let Some(quoted) = after.trim_start().strip_prefix('"') {
            quoted.split_once('"').ok_or(Refusal("the signature header can't be read"))?
        } else {
            let end = after.find(',').unwrap_or(after.len());
            after.split_at(end)
        };
        if parameters.insert(name.trim().to_owned(), value.trim().to_owned()).is_some() {
            return Err(Refusal("a signature parameter stands twice"));
        }
        rest = after.trim_start().strip_prefix(',').unwrap_or(after).trim_start();
    }
    Ok(parameters)
}

/// Signs `(request-target) host date` and the digest of a body.
pub(super) fn sign(key: &SigningKey, key_id: &str, sending: &Sending<'_>, now: Micros) -> Result<Vec<(String, String)>> {
    let (host, date) = (sending.authority(), to_http_date(now));
    let mut covered = "(request-target) host date".to_owned();
    let mut text = format!(
        "(request-target): {} {}\nhost: {host}\ndate: {date}",
        sending.method.to_ascii_lowercase(),
        sending.target()
    );
    let mut headers = vec![("host".to_owned(), host), ("date".to_owned(), date)];
    if let Some(digest) = sending.digest {
        let digest = format!("SHA-256={digest}");
        covered.push_str(" digest");
        text.push_str(&format!("\ndigest: {digest}"));
        headers.push(("digest".to_owned(), digest));
    }
    let algorithm = match key.public() {
        PublicKey::Rsa(_) => "rsa-sha256",
        PublicKey::Ed25519(_) => "hs2019",
    };
    let signature = STANDARD.encode(key.sign(text.as_bytes())?);
    headers.push((
        "signature".to_owned(),
        format!("keyId=\"{key_id}\",algorithm=\"{algorithm}\",headers=\"{covered}\",signature=\"{signature}\""),
    ));
    Ok(headers)
}
