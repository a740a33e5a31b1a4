//! RFC 9421 HTTP Message Signatures with RFC 9530 `Content-Digest`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sfv::{BareItem, Dictionary, FieldType, InnerList, ListEntry, Parser};

use super::{Claim, Form, Received, Refusal, Sending, check_time, http_date, to_http_date};
use crate::clock::{Micros, SECOND};
use crate::error::Result;
use crate::secret::{self, Algorithm, PublicKey, SigningKey};

/// Most signatures of one request that are looked at.
const LABELS_MAX: usize = 4;
/// Most components that a signature may cover.
const COVERED_MAX: usize = 32;

/// Finds the first signature that meets our minimum (§3.2).
pub(super) fn read(received: &Received<'_>, now: Micros) -> std::result::Result<Claim, Refusal> {
    let inputs = dictionary(received, "signature-input")?;
    let signatures = dictionary(received, "signature")?;
    let mut refusal = Refusal("no signature");
    for (label, entry) in inputs.iter().take(LABELS_MAX) {
        let (ListEntry::InnerList(covered), Some(ListEntry::Item(signature))) = (entry, signatures.get(label)) else {
            continue;
        };
        let BareItem::ByteSequence(signature) = &signature.bare_item else { continue };
        match claim(received, covered, signature, now) {
            Ok(claim) => return Ok(claim),
            Err(reason) => refusal = reason,
        }
    }
    Err(refusal)
}

fn dictionary(received: &Received<'_>, name: &str) -> std::result::Result<Dictionary, Refusal> {
    let header = received.single(name)?;
    Parser::new(header).parse().map_err(|_| Refusal("a signature header can't be read"))
}

fn claim(
    received: &Received<'_>,
    covered: &InnerList,
    signature: &[u8],
    now: Micros,
) -> std::result::Result<Claim, Refusal> {
    let names = names(covered)?;
    check_covered(received, &names)?;
    let text = |name: &str| covered.params.get(name).and_then(BareItem::as_string).map(|s| s.as_str());
    let seconds = |name: &str| {
        covered.params.get(name).map(|item| {
            item.as_integer().map(|n| i64::from(n).saturating_mul(SECOND)).ok_or(Refusal("a time of the signature is no number"))
        })
    };
    let key_id = text("keyid").filter(|id| !id.is_empty()).ok_or(Refusal("the signature names no key"))?;
    let created = seconds("created").transpose()?;
    let signed_at = match created {
        Some(at) => at,
        None if names.contains(&"date") => {
            http_date(received.single("date")?).ok_or(Refusal("the date can't be read"))?
        }
        None => return Err(Refusal("neither date nor created is signed")),
    };
    let expires_at = check_time(signed_at, seconds("expires").transpose()?, now)?;
    if let Some(body) = received.body {
        check_digest(received, body)?;
    }
    let named = match text("alg") {
        None => None,
        Some("rsa-v1_5-sha256") => Some(Algorithm::Rsa),
        Some("ed25519") => Some(Algorithm::Ed25519),
        Some(_) => return Err(Refusal("unknown algorithm")),
    };
    let path = received.target.split('?').next().unwrap_or_default();
    let mut bases = vec![base(received, covered, &names, received.target)?];
    if path != received.target {
        bases.push(base(received, covered, &names, path)?);
    }
    Ok(Claim { key_id: key_id.to_owned(), form: Form::Rfc9421, expires_at, bases, signature: signature.to_vec(), named })
}

/// The covered components by name. Components with parameters (`;sf`, `;req` …) aren't ours to rebuild.
fn names(covered: &InnerList) -> std::result::Result<Vec<&str>, Refusal> {
    let mut names = Vec::with_capacity(covered.items.len());
    for item in &covered.items {
        let name = item.bare_item.as_string().ok_or(Refusal("a covered component is no text"))?.as_str();
        if !item.params.is_empty() {
            return Err(Refusal("a covered component has parameters"));
        }
        if names.contains(&name) || names.len() >= COVERED_MAX {
            return Err(Refusal("too many covered components, or one twice"));
        }
        names.push(name);
    }
    Ok(names)
}

/// Our minimum: method, target, host, and the digest of a body.
fn check_covered(received: &Received<'_>, names: &[&str]) -> std::result::Result<(), Refusal> {
    let has = |name: &str| names.contains(&name);
    let query = received.target.contains('?');
    let target = has("@target-uri") || has("@request-target") || (has("@path") && (has("@query") || !query));
    if !has("@method") || !target {
        return Err(Refusal("method and target must be signed"));
    }
    if !(has("@target-uri") || has("@authority") || has("host")) {
        return Err(Refusal("the host must be signed"));
    }
    if received.body.is_some() && !has("content-digest") {
        return Err(Refusal("the digest must be signed"));
    }
    Ok(())
}

/// RFC 9530 §2: one of the values must be SHA-256 or SHA-512, and all of those must match.
fn check_digest(received: &Received<'_>, body: &[u8]) -> std::result::Result<(), Refusal> {
    let mut matched = false;
    for (algorithm, entry) in &dictionary(received, "content-digest")? {
        let ListEntry::Item(item) = entry else { continue };
        let given = item.bare_item.as_byte_sequence().unwrap_or_default();
        let fits = match algorithm.as_str() {
            "sha-256" => secret::equal(given, &secret::sha256(body)),
            "sha-512" => secret::equal(given, &secret::sha512(body)),
            _ => continue,
        };
        if !fits {
            return Err(Refusal("the digest doesn't match the body"));
        }
        matched = true;
    }
    if matched { Ok(()) } else { Err(Refusal("no SHA-256 digest")) }
}

/// §2.5: the signature base.
fn base(
    received: &Received<'_>,
    covered: &InnerList,
    names: &[&str],
    target: &str,
) -> std::result::Result<Vec<u8>, Refusal> {
    let mut text = String::new();
    for name in names {
        let value = component(received, name, target)?;
        text.push_str(&format!("\"{name}\": {value}\n"));
    }
    let parameters = vec![ListEntry::InnerList(covered.clone())];
    let parameters = FieldType::serialize(&parameters).ok_or(Refusal("the signature's parameters can't be written"))?;
    text.push_str(&format!("\"@signature-params\": {parameters}"));
    Ok(text.into_bytes())
}

/// §2.1, §2.2: the value of one component.
fn component(received: &Received<'_>, name: &str, target: &str) -> std::result::Result<String, Refusal> {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    Ok(match name {
        "@method" => received.method.to_owned(),
        "@target-uri" => format!("{}://{}{target}", received.scheme, received.authority),
        "@authority" => received.authority.to_ascii_lowercase(),
        "@scheme" => received.scheme.to_owned(),
        "@request-target" => target.to_owned(),
        "@path" => if path.is_empty() { "/" } else { path }.to_owned(),
        "@query" => format!("?{}", query.unwrap_or_default()),
        name if name.starts_with('@') => return Err(Refusal("a covered component is unknown")),
        name => {
            let values: Vec<&str> =
                received.headers.iter().filter(|(n, _)| n == name).map(|(_, value)| value.trim()).collect();
            if values.is_empty() {
                return Err(Refusal("a header that must be signed is missing"));
            }
            values.join(", ")
        }
    })
}

/// Signs `@method`, `@target-uri` and the digest of a body. Parameters stand in the order created, keyid: some
/// verifiers mind it.
pub(super) fn sign(key: &SigningKey, key_id: &str, sending: &Sending<'_>, now: Micros) -> Result<Vec<(String, String)>> {
    let mut headers = vec![("host".to_owned(), sending.authority()), ("date".to_owned(), to_http_date(now))];
    let target = format!("{}://{}{}", sending.url.scheme(), sending.authority(), sending.target());
    let mut text = format!("\"@method\": {}\n\"@target-uri\": {target}\n", sending.method);
    let mut covered = "\"@method\" \"@target-uri\"".to_owned();
    if let Some(digest) = sending.digest {
        let digest = format!("sha-256=:{digest}:");
        text.push_str(&format!("\"content-digest\": {digest}\n"));
        covered.push_str(" \"content-digest\"");
        headers.push(("content-digest".to_owned(), digest));
    }
    let algorithm = match key.public() {
        PublicKey::Rsa(_) => "rsa-v1_5-sha256",
        PublicKey::Ed25519(_) => "ed25519",
    };
    let created = now.div_euclid(SECOND);
    let parameters = format!("({covered});created={created};alg=\"{algorithm}\";keyid=\"{key_id}\"");
    text.push_str(&format!("\"@signature-params\": {parameters}"));
    let signature = STANDARD.encode(key.sign(text.as_bytes())?);
    headers.push(("signature-input".to_owned(), format!("sig1={parameters}")));
    headers.push(("signature".to_owned(), format!("sig1=:{signature}:")));
    Ok(headers)
}
