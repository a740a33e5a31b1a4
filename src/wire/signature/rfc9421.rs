//! RFC 9421 (HTTP Message Signatures) for requests: `Signature-Input` and `Signature`, with `Content-Digest` (RFC 9530).

use sfv::{BareItem, Dictionary, FieldType, InnerList, Item, Key, ListEntry, Parameters, Parser};

use super::{
    ALGORITHM, COVERS_ABSENT, Claim, Form, HEADER_BYTES_MAX, HOST, MALFORMED, NO_KEY_ID, NO_SIGNATURE, Received,
    Refusal, Sending, TARGET, check_covered, check_key_id, check_times, covers, read_date, write_date,
};
use crate::clock::{Micros, SECOND};
use crate::error::{Error, Result};
use crate::secret::{Algorithm, SigningKey};

/// Most signatures of one request that are looked at; proxies may add theirs.
const LABELS_MAX: usize = 4;
/// The label of our own signatures; any will do (section 4.1).
const LABEL: &str = "sig1";
pub(super) const COMPONENT: Refusal = Refusal("signature covers a component that is not supported");

/// Reads the first acceptable signature and checks all of it that needs no key.
pub(super) fn read(received: &Received, now: Micros) -> Result<Claim, Refusal> {
    let inputs = dictionary(received, "signature-input")?;
    let signatures = dictionary(received, "signature")?;
    let mut refused = NO_SIGNATURE;
    for (label, input) in inputs.iter().take(LABELS_MAX) {
        let ListEntry::InnerList(input) = input else { return Err(MALFORMED) };
        let signature = match signatures.get(label.as_str()) {
            Some(ListEntry::Item(Item { bare_item: BareItem::ByteSequence(signature), .. })) => signature,
            Some(_) => return Err(MALFORMED),
            None => continue,
        };
        match claim(received, input, signature, now) {
            Ok(claim) => return Ok(claim),
            Err(refusal) => refused = refusal,
        }
    }
    Err(refused)
}

/// Signs a request: `"@method" "@target-uri"`, and `"content-digest"` if there is a body, with the parameters in the order
/// `created`, `alg`, `keyid`, which some verifiers mind.
pub(super) fn sign(key: &SigningKey, key_id: &str, sending: &Sending, now: Micros) -> Result<Vec<(String, String)>> {
    let (host, target) = (sending.authority()?, sending.target());
    let mut headers = vec![("host".to_owned(), host.clone()), ("date".to_owned(), write_date(now)?)];
    headers.extend(sending.digest.map(|digest| ("content-digest".to_owned(), format!("sha-256=:{digest}:"))));
    let algorithm = match key.algorithm() {
        Algorithm::Rsa => "rsa-v1_5-sha256",
        Algorithm::Ed25519 => "ed25519",
    };
    let created = sfv::Integer::try_from(now.div_euclid(SECOND)).map_err(Error::broken)?;
    let mut input = InnerList::default();
    for name in ["@method", "@target-uri"].into_iter().chain(sending.digest.map(|_| "content-digest")) {
        input.items.push(Item::new(text(name)?));
    }
    for (name, value) in [("created", BareItem::Integer(created)), ("alg", text(algorithm)?), ("keyid", text(key_id)?)]
    {
        input.params.insert(Key::from_string(name.to_owned()).map_err(|(e, _)| Error::broken(e))?, value);
    }
    // What is signed is built as the receiver builds it, by the same function.
    let request = Received {
        method: sending.method,
        target: &target,
        authority: &host,
        scheme: sending.url.scheme(),
        headers: &headers,
        body: None,
    };
    let base = base(&request, &input, &target).map_err(Error::broken)?;
    let signature = Item::new(BareItem::ByteSequence(key.sign(base.as_bytes())?)).serialize();
    headers.push(("signature-input".to_owned(), format!("{LABEL}={}", written(&input).map_err(Error::broken)?)));
    headers.push(("signature".to_owned(), format!("{LABEL}={signature}")));
    Ok(headers)
}

fn text(value: &str) -> Result<BareItem> {
    sfv::String::from_string(value.to_owned()).map(BareItem::String).map_err(|(error, _)| Error::broken(error))
}

/// One of the two headers as a dictionary; several lines are one (RFC 9651, section 4.2).
fn dictionary(received: &Received, name: &str) -> Result<Dictionary, Refusal> {
    let value = received.covered(name)?;
    if value.len() > HEADER_BYTES_MAX {
        return Err(MALFORMED);
    }
    Parser::new(&value).parse().map_err(|_| MALFORMED)
}

/// Checks one signature against our minimum.
fn claim(received: &Received, input: &InnerList, signature: &[u8], now: Micros) -> Result<Claim, Refusal> {
    let covered = covered(input)?;
    check_covered(&covered)?;
    let algorithm = algorithm(&input.params)?;
    let key_id = check_key_id(parameter(&input.params, "keyid")?.ok_or(NO_KEY_ID)?)?;
    let has = |name: &str| covers(&covered, name);
    if !has("@method") || !(has("@target-uri") || has("@path") || has("@request-target")) {
        return Err(TARGET);
    }
    if !(has("@target-uri") || has("@authority") || has("host")) {
        return Err(HOST);
    }
    let expires_at = times(received, &covered, &input.params, now)?;
    received.check_body(&covered)?;
    let messages = received.targets().map(|target| base(received, input, target)).collect::<Result<_, _>>()?;
    Ok(Claim { key_id, form: Form::Rfc9421, expires_at, algorithm, messages, signature: signature.to_vec() })
}

/// The names of the covered components. Component parameters (`;sf`, `;key`, `;req` …) are not supported.
fn covered(input: &InnerList) -> Result<Vec<String>, Refusal> {
    input
        .items
        .iter()
        .map(|item| match &item.bare_item {
            BareItem::String(name) if item.params.is_empty() => Ok(name.as_str().to_owned()),
            BareItem::String(_) => Err(COMPONENT),
            _ => Err(MALFORMED),
        })
        .collect()
}

/// The signature base (section 2.5).
pub(super) fn base(received: &Received, input: &InnerList, target: &str) -> Result<String, Refusal> {
    let mut lines = Vec::new();
    for name in covered(input)? {
        lines.push(format!("\"{name}\": {}", component(received, &name, target)?));
    }
    lines.push(format!("\"@signature-params\": {}", written(input)?));
    Ok(lines.join("\n"))
}

/// The value of a component (sections 2.1 and 2.2).
fn component(received: &Received, name: &str, target: &str) -> Result<String, Refusal> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Ok(match name {
        "@method" => received.method.to_owned(),
        "@target-uri" => format!("{}://{}{target}", received.scheme, received.authority),
        "@authority" => received.authority.to_owned(),
        "@scheme" => received.scheme.to_owned(),
        "@request-target" => target.to_owned(),
        "@path" if path.is_empty() => "/".to_owned(),
        "@path" => path.to_owned(),
        "@query" => format!("?{query}"),
        _ if name.starts_with('@') || name.bytes().any(|byte| byte.is_ascii_uppercase()) => return Err(COMPONENT),
        _ => received.covered(name)?,
    })
}

/// The covered components and the parameters as the value of `@signature-params` (section 2.3).
fn written(input: &InnerList) -> Result<String, Refusal> {
    vec![ListEntry::InnerList(input.clone())].serialize().ok_or(MALFORMED)
}

/// `created`, or a `Date` that is covered, must be there; every time that is given must be right. Answers until when the
/// signature could be sent again.
fn times(received: &Received, covered: &[String], params: &Parameters, now: Micros) -> Result<Micros, Refusal> {
    let mut signed: Vec<Micros> = seconds(params, "created")?.into_iter().collect();
    if covers(covered, "date") {
        signed.push(read_date(received.single("date")?.ok_or(COVERS_ABSENT)?)?);
    }
    check_times(&signed, seconds(params, "expires")?, now)
}

/// A parameter in seconds since 1970, as microseconds.
fn seconds(params: &Parameters, name: &str) -> Result<Option<Micros>, Refusal> {
    match params.get(name) {
        None => Ok(None),
        Some(BareItem::Integer(seconds)) => Ok(Some(i64::from(*seconds).saturating_mul(SECOND))),
        Some(_) => Err(MALFORMED),
    }
}

fn parameter<'a>(params: &'a Parameters, name: &str) -> Result<Option<&'a str>, Refusal> {
    match params.get(name) {
        None => Ok(None),
        Some(BareItem::String(value)) => Ok(Some(value.as_str())),
        Some(_) => Err(MALFORMED),
    }
}

/// The kind of key that the parameter `alg` implies, if it is there (section 6.2).
fn algorithm(params: &Parameters) -> Result<Option<Algorithm>, Refusal> {
    match parameter(params, "alg")? {
        None => Ok(None),
        Some("rsa-v1_5-sha256") => Ok(Some(Algorithm::Rsa)),
        Some("ed25519") => Ok(Some(Algorithm::Ed25519)),
        Some(_) => Err(ALGORITHM),
    }
}
