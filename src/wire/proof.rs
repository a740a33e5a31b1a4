//! Object integrity proofs: FEP-8b32 with the cryptosuite `eddsa-jcs-2022` of the W3C (Data Integrity EdDSA).
//!
//! A proof makes a document count wherever it comes from. The signed text is made by the JSON Canonicalization Scheme
//! (RFC 8785), written here since it is short and must hold for exactly the values that [`super::json::parse`] gives.

use serde_json::{Map, Value, json};

use super::json;
use crate::clock::{Micros, to_rfc3339};
use crate::error::{Error, Result};
use crate::secret::{Algorithm, PublicKey, SigningKey, sha256};

const TYPE: &str = "DataIntegrityProof";
const SUITE: &str = "eddsa-jcs-2022";
const PURPOSE: &str = "assertionMethod";
/// Most proofs of one document that are looked at.
const PROOFS_MAX: usize = 4;

/// Adds a proof by this Ed25519 key to a document, in the place of any that it has.
///
/// `verification_method` is the id of the key as the actor publishes it. The document must be complete, its `@context`
/// included: whatever is changed afterwards breaks the proof.
///
/// # Errors
/// [`Error::Broken`] if the key is none of Ed25519, the document no object, or the key can't sign.
pub fn add(document: &mut Value, key: &SigningKey, verification_method: &str, now: Micros) -> Result<()> {
    if key.algorithm() != Algorithm::Ed25519 {
        return Err(Error::broken("a proof needs an Ed25519 key"));
    }
    let Value::Object(map) = document else { return Err(Error::broken("a proof needs a JSON object")) };
    map.remove("proof");
    let mut proof = json!({
        "type": TYPE,
        "cryptosuite": SUITE,
        "verificationMethod": verification_method,
        "proofPurpose": PURPOSE,
        "created": to_rfc3339(now),
    });
    if let (Value::Object(options), Some(context)) = (&mut proof, map.get("@context")) {
        options.insert("@context".to_owned(), context.clone());
    }
    let signature = key.sign(&hashes(&proof, map))?;
    if let Value::Object(options) = &mut proof {
        options.insert("proofValue".to_owned(), format!("z{}", bs58::encode(signature).into_string()).into());
    }
    map.insert("proof".to_owned(), proof);
    Ok(())
}

/// Does the document have a proof by this key? Only Ed25519 keys make one; a proof of another suite is none.
///
/// Whether the key may speak for the document's actor, the caller decides by [`method`].
pub fn check(document: &Value, key: &PublicKey) -> bool {
    let Value::Object(map) = document else { return false };
    key.algorithm() == Algorithm::Ed25519 && proofs(document).any(|proof| is_right(map, proof, key))
}

/// The id of the key with which the document's first usable proof says that it was made.
pub fn method(document: &Value) -> Option<&str> {
    proofs(document).find_map(verification_method)
}

/// A verification method is given by its id, or as the key itself, of which only the id counts.
fn verification_method(proof: &Value) -> Option<&str> {
    proof.get("verificationMethod").and_then(json::id_of)
}

/// The usable proofs: of our suite and for assertion.
fn proofs(document: &Value) -> impl Iterator<Item = &Value> {
    json::items(document, "proof").into_iter().take(PROOFS_MAX).filter(|proof| {
        proof.get("type").and_then(Value::as_str) == Some(TYPE)
            && proof.get("cryptosuite").and_then(Value::as_str) == Some(SUITE)
            && proof.get("proofPurpose").and_then(Value::as_str) == Some(PURPOSE)
    })
}

/// Verifies one proof (Data Integrity EdDSA, section 3.3.2).
fn is_right(document: &Map<String, Value>, proof: &Value, key: &PublicKey) -> bool {
    let value = proof.get("proofValue").and_then(Value::as_str).and_then(|text| text.strip_prefix('z'));
    // 64 bytes are at most 88 characters of base58, and decoding takes quadratic time.
    let Some(value) = value.filter(|value| value.len() <= 88) else { return false };
    let Ok(signature) = bs58::decode(value).into_vec() else { return false };
    let mut options = proof.clone();
    if let Value::Object(options) = &mut options {
        options.remove("proofValue");
    }
    let mut unsecured = document.clone();
    unsecured.remove("proof");
    match (options.get("@context"), unsecured.get("@context")) {
        // A context in the proof is the one that was signed; the document's must begin with it (section 3.3.2, 4).
        (Some(signed), whole) => {
            if !begins_with(whole, signed) {
                return false;
            }
            unsecured.insert("@context".to_owned(), signed.clone());
            key.verify(&hashes(&options, &unsecured), &signature)
        }
        // Some sign the document's context with the options and don't publish it there.
        (None, Some(context)) => {
            let context = context.clone();
            key.verify(&hashes(&options, &unsecured), &signature) || {
                if let Value::Object(options) = &mut options {
                    options.insert("@context".to_owned(), context);
                }
                key.verify(&hashes(&options, &unsecured), &signature)
            }
        }
        (None, None) => key.verify(&hashes(&options, &unsecured), &signature),
    }
}

fn begins_with(whole: Option<&Value>, start: &Value) -> bool {
    let entries = |value: Option<&Value>| match value {
        Some(Value::Array(entries)) => entries.clone(),
        Some(single) => vec![single.clone()],
        None => Vec::new(),
    };
    entries(whole).starts_with(&entries(Some(start)))
}

/// What is signed: the digest of the options and the digest of the document, one after the other (section 3.3.4).
fn hashes(options: &Value, document: &Map<String, Value>) -> Vec<u8> {
    let mut text = String::new();
    write_object(document, &mut text);
    [sha256(canonical(options).as_bytes()), sha256(text.as_bytes())].concat()
}

/// The canonical text of a value (RFC 8785).
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        // Every number is a double, whatever it looked like (section 3.2.2.3 and appendix D).
        Value::Number(number) => write_number(number.as_f64().unwrap_or_default(), out),
        Value::String(text) => write_text(text, out),
        Value::Array(list) => {
            out.push('[');
            for (at, entry) in list.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(entry, out);
            }
            out.push(']');
        }
        Value::Object(map) => write_object(map, out),
    }
}

/// Properties in the order of their names as UTF-16 (section 3.2.3).
fn write_object(map: &Map<String, Value>, out: &mut String) {
    let mut entries: Vec<(&String, &Value)> = map.iter().collect();
    entries.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push('{');
    for (at, (name, value)) in entries.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_text(name, out);
        out.push(':');
        write(value, out);
    }
    out.push('}');
}

/// Texts with the fewest escapes, controls as `\u00xx` in lower case (section 3.2.2.2).
fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

/// The fewest digits that read back to the same double and, of those, the nearest to it; of two equally near the even
/// one (ECMA-262, Number::toString, step 5 and its note). Rust finds the number of digits, but may take the odd one.
fn shortest(number: f64) -> String {
    let found = format!("{number:e}");
    let digits = found.split('e').next().unwrap_or_default().chars().filter(char::is_ascii_digit).count();
    let nearest = format!("{number:.*e}", digits.saturating_sub(1));
    if nearest.parse() == Ok(number) { nearest } else { found }
}

/// Numbers as ECMAScript writes them (section 3.2.2.3): the shortest digits, laid out by its rules for the exponent.
fn write_number(number: f64, out: &mut String) {
    if number == 0.0 {
        return out.push('0');
    }
    if number < 0.0 {
        out.push('-');
    }
    let scientific = shortest(number.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let exponent: i32 = exponent.parse().unwrap_or_default();
    // The decimal point stands after so many digits.
    let point = exponent + 1;
    let count = i32::try_from(digits.len()).unwrap_or_default();
    let zeros = |n: i32| "0".repeat(usize::try_from(n).unwrap_or_default());
    match point {
        _ if count <= point && point <= 21 => {
            out.push_str(&digits);
            out.push_str(&zeros(point - count));
        }
        1..=21 => {
            let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or_default().min(digits.len()));
            out.push_str(&format!("{whole}.{fraction}"));
        }
        -5..=0 => out.push_str(&format!("0.{}{digits}", zeros(-point))),
        _ => {
            let (first, rest) = digits.split_at(1.min(digits.len()));
            let dot = if rest.is_empty() { "" } else { "." };
            let sign = if exponent < 0 { '-' } else { '+' };
            out.push_str(&format!("{first}{dot}{rest}e{sign}{}", exponent.abs()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY_ID: &str = "https://server.example/users/alice#ed25519-key";

    /// FEP-8b32, the secret key of its test vectors: a Multikey of the private half (multicodec 0x8026 as a varint).
    fn fep_key() -> SigningKey {
        let bytes = bs58::decode("3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq").into_vec().unwrap();
        let head = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
        SigningKey::from_pkcs8(Algorithm::Ed25519, &[&head[..], &bytes[2..]].concat()).unwrap()
    }

    /// FEP-8b32, the activity of its test vectors.
    fn fep_activity() -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"],
            "id": "https://server.example/activities/1",
            "type": "Create",
            "actor": "https://server.example/users/alice",
            "object": {
                "id": "https://server.example/objects/1",
                "type": "Note",
                "attributedTo": "https://server.example/users/alice",
                "content": "Hello world",
                "location": {"type": "Place", "longitude": -71.184902, "latitude": 25.273962}
            }
        })
    }

    fn signed() -> (Value, PublicKey) {
        let (mut document, key) = (fep_activity(), fep_key());
        // 2023-02-24T23:36:38Z.
        add(&mut document, &key, KEY_ID, 1_677_281_798_000_000).unwrap();
        (document, key.public())
    }

    #[test]
    fn the_vector_of_fep_8b32_holds_both_ways() {
        let (document, key) = signed();
        let proof = json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"],
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "verificationMethod": KEY_ID,
            "proofPurpose": "assertionMethod",
            "proofValue": "zLaewdp4H9kqtwyrLatK4cjY5oRHwVcw4gibPSUDYDMhi4M49v8pcYk3ZB6D69dNpAPbUmY8ocuJ3m9KhKJEEg7z",
            "created": "2023-02-24T23:36:38Z"
        });
        assert_eq!(document["proof"], proof);
        assert_eq!(method(&document), Some(KEY_ID));
        assert!(check(&document, &key));
        // As it comes from the wire.
        assert!(check(&json::parse(document.to_string().as_bytes()).unwrap(), &key));
    }

    #[test]
    fn a_proof_holds_for_its_document_and_no_other() {
        let (document, key) = signed();
        assert!(!check(&document, &SigningKey::make_ed25519().unwrap().public()));
        for (path, value) in [
            ("/object/content", json!("Hello World")),
            ("/object/location/latitude", json!(25.273963)),
            ("/actor", json!("https://server.example/users/bob")),
            ("/@context/0", json!("https://evil.example/")),
            ("/proof/@context/0", json!("https://evil.example/")),
            ("/proof/@context", json!([])),
            ("/proof/verificationMethod", json!("https://server.example/users/bob#ed25519-key")),
            ("/proof/created", json!("2024-02-24T23:36:38Z")),
            ("/proof/proofPurpose", json!("authentication")),
            ("/proof/cryptosuite", json!("eddsa-rdfc-2022")),
            ("/proof/type", json!("Ed25519Signature2020")),
            ("/proof/proofValue", json!("z")),
            ("/proof/proofValue", json!("z1111111111111111111111111111111111111111111111111111111111111111")),
            ("/proof/proofValue", json!("z".repeat(100_000))),
            ("/proof/proofValue", json!(7)),
            ("/proof", json!([])),
            ("/proof", json!("x")),
            ("/proof", Value::Null),
        ] {
            let mut changed = document.clone();
            *changed.pointer_mut(path).unwrap() = value.clone();
            assert!(!check(&changed, &key), "{path} {value}");
        }
        let mut more = document.clone();
        more["published"] = json!("2023-02-24T23:36:38Z");
        assert!(!check(&more, &key), "nothing may be added");
        assert!(!check(&json!([document]), &key));
        assert_eq!(method(&Value::Null), None);
    }

    #[test]
    fn a_proof_is_found_among_others() {
        let (mut document, key) = signed();
        let right = document["proof"].clone();
        document["proof"] = json!([{"type": "Ed25519Signature2020", "verificationMethod": "x"}, 3, right.clone()]);
        assert_eq!(method(&document), Some(KEY_ID));
        assert!(check(&document, &key));
        document["proof"] = json!([1, 2, 3, 4, right]);
        assert!(!check(&document, &key), "beyond the limit");
    }

    #[test]
    fn a_context_may_be_in_the_document_alone_and_be_longer_than_the_proofs() {
        let (document, key) = signed();
        // The proof's context begins the document's, which a hub may have extended.
        let mut longer = document.clone();
        longer["@context"] = json!([document["@context"][0], document["@context"][1], "https://more.example/"]);
        assert!(check(&longer, &key));
        longer["@context"] = json!(["https://more.example/", document["@context"][0], document["@context"][1]]);
        assert!(!check(&longer, &key));
        // Signed with the options, but not published there.
        let mut inside = document.clone();
        inside["proof"].as_object_mut().unwrap().remove("@context");
        assert!(check(&inside, &key));
        // Not signed with the options at all.
        let mut bare = fep_activity();
        let context = bare.as_object_mut().unwrap().remove("@context").unwrap();
        let mut options =
            json!({"type": TYPE, "cryptosuite": SUITE, "verificationMethod": KEY_ID, "proofPurpose": PURPOSE});
        bare["@context"] = context;
        let signature = fep_key().sign(&hashes(&options, bare.as_object().unwrap())).unwrap();
        options["proofValue"] = json!(format!("z{}", bs58::encode(signature).into_string()));
        bare["proof"] = options;
        assert!(check(&bare, &key));
        // And a document without any context.
        let mut none = json!({"id": "https://a.example/1"});
        add(&mut none, &fep_key(), KEY_ID, 0).unwrap();
        assert!(check(&none, &key));
    }

    #[test]
    fn only_an_object_is_signed_and_only_by_ed25519() {
        assert!(add(&mut json!([]), &fep_key(), KEY_ID, 0).is_err());
        let rsa = SigningKey::make_rsa().unwrap();
        assert!(add(&mut json!({}), &rsa, KEY_ID, 0).is_err());
        let (document, _) = signed();
        assert!(!check(&document, &rsa.public()));
        // A second proof takes the place of the first.
        let mut twice = document.clone();
        add(&mut twice, &fep_key(), KEY_ID, 1_677_281_798_000_000).unwrap();
        assert_eq!(twice, document);
    }

    #[test]
    fn canonical_text_is_that_of_rfc_8785() {
        // Section 3.2.2 and 3.2.3.
        let value = json::parse(
            br#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#,
        )
        .unwrap();
        assert_eq!(
            canonical(&value),
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#.to_owned()
                + r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        );
        let keys = json::parse(
            br#"{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
                "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}"#,
        )
        .unwrap();
        let text = canonical(&keys);
        let order =
            ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"].map(|word| text.find(word).unwrap());
        assert!(order.is_sorted(), "{order:?}");
    }

    #[test]
    fn numbers_are_written_as_ecmascript_writes_them() {
        // RFC 8785, appendix B: doubles by their bits.
        for (bits, text) in [
            (0x0000_0000_0000_0000_u64, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            assert_eq!(canonical(&json!(f64::from_bits(bits))), text);
        }
        // Whole numbers are doubles too.
        assert_eq!(canonical(&json!(9_007_199_254_740_993_i64)), "9007199254740992");
        assert_eq!(canonical(&json!(u64::MAX)), "18446744073709552000");
        assert_eq!(canonical(&json!(-42)), "-42");
        assert_eq!(canonical(&json!(0)), "0");
    }
}
