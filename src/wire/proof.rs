//! FEP-8b32 object integrity proofs, cryptosuite `eddsa-jcs-2022`: a document that proves its actor wherever it is found.

use serde_json::{Map, Value, json};

use crate::clock::Micros;
use crate::error::{Error, Result};
use crate::secret::{self, PublicKey, SigningKey};

/// Adds a proof by `key`, whose URI is `verification_method`, to a document that has its `@context` already.
pub fn add(document: &mut Value, key: &SigningKey, verification_method: &str, now: Micros) -> Result<()> {
    let mut options = json!({
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
        "created": crate::clock::to_rfc3339(now),
    });
    if let Some(context) = document.get("@context") {
        set(&mut options, "@context", context.clone());
    }
    let signature = key.sign(&hash_data(document, &options))?;
    set(&mut options, "proofValue", Value::String(format!("z{}", bs58::encode(signature).into_string())));
    if !document.is_object() {
        return Err(Error::broken("only an object can carry a proof"));
    }
    set(document, "proof", options);
    Ok(())
}

/// The URI of the key that a document's proof names, if it has one proof that we can check.
pub fn method(document: &Value) -> Option<&str> {
    let proof = document.get("proof").filter(|proof| proof.is_object())?;
    let suite = proof.get("cryptosuite").and_then(Value::as_str)?;
    (suite == "eddsa-jcs-2022").then(|| proof.get("verificationMethod").and_then(Value::as_str)).flatten()
}

/// Is the document's proof a signature of it by `key`?
pub fn check(document: &Value, key: &PublicKey) -> bool {
    let Some(Value::Object(proof)) = document.get("proof") else { return false };
    let signature = proof.get("proofValue").and_then(Value::as_str).and_then(|value| value.strip_prefix('z'));
    let Some(signature) = signature.and_then(|value| bs58::decode(value).into_vec().ok()) else { return false };
    let purpose = proof.get("proofPurpose").and_then(Value::as_str) == Some("assertionMethod");
    if !purpose || method(document).is_none() || !matches!(key, PublicKey::Ed25519(_)) {
        return false;
    }
    let mut options = proof.clone();
    options.remove("proofValue");
    let mut bare = document.clone();
    if let Value::Object(map) = &mut bare {
        map.remove("proof");
    }
    key.verify(&hash_data(&bare, &Value::Object(options)), &signature)
}

/// Data Integrity EdDSA §3.3.4: the hash of the options, then the hash of the document.
fn hash_data(document: &Value, options: &Value) -> Vec<u8> {
    [secret::sha256(canonical(options).as_bytes()), secret::sha256(canonical(document).as_bytes())].concat()
}

fn set(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(map) = object {
        map.insert(key.to_owned(), value);
    }
}

/// RFC 8785 (JCS): keys in the order of their UTF-16 units, no space, shortest strings and numbers.
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => write_object(map, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Number(number) => out.push_str(&number_text(number)),
        // serde_json escapes exactly what JCS escapes.
        other => out.push_str(&other.to_string()),
    }
}

fn write_object(map: &Map<String, Value>, out: &mut String) {
    let mut entries: Vec<(&String, &Value)> = map.iter().collect();
    entries.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push('{');
    for (index, (key, value)) in entries.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(&Value::String(key.clone()).to_string());
        out.push(':');
        write(value, out);
    }
    out.push('}');
}

/// ECMAScript's text of a number (RFC 8785 §3.2.2.3).
fn number_text(number: &serde_json::Number) -> String {
    if number.is_i64() || number.is_u64() {
        return number.to_string();
    }
    let Some(float) = number.as_f64() else { return number.to_string() };
    if float == 0.0 {
        return "0".to_owned();
    }
    let magnitude = float.abs();
    if (1e-6..1e21).contains(&magnitude) {
        // Rust writes the shortest digits that read back the same, without an exponent.
        return float.to_string();
    }
    let text = format!("{float:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_text_follows_the_rfcs_examples() {
        // RFC 8785 §3.2.2 and §3.2.3.
        let value: Value = serde_json::from_str(
            "{\"numbers\":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],\
             \"string\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\"literals\":[null,true,false]}",
        )
        .unwrap();
        assert_eq!(
            canonical(&value),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
             \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
        let keys: Value = serde_json::from_str(
            "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\
             \"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\",\
             \"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}",
        )
        .unwrap();
        let order: Vec<usize> = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"]
            .iter()
            .map(|w| canonical(&keys).find(w).unwrap())
            .collect();
        assert!(order.is_sorted(), "{order:?}");
    }

    #[test]
    fn a_proof_holds_for_its_document_and_no_other() {
        let key = SigningKey::make_ed25519().unwrap();
        let mut document =
            crate::wire::json::with_context(json!({"id": "https://a.example/1", "type": "Note", "content": "冬至"}));
        add(&mut document, &key, "https://a.example/actors/mei#ed25519-key", 1_763_900_000_000_000).unwrap();
        assert_eq!(method(&document), Some("https://a.example/actors/mei#ed25519-key"));
        assert!(check(&document, &key.public()));
        let again: Value = serde_json::from_str(&document.to_string()).unwrap();
        assert!(check(&again, &key.public()), "the order of keys doesn't matter");
        assert!(!check(&document, &SigningKey::make_ed25519().unwrap().public()));
        for (path, value) in [
            ("/content", json!("夏至")),
            ("/proof/verificationMethod", json!("https://b.example/#k")),
            ("/proof/created", json!("2020-01-01T00:00:00Z")),
        ] {
            let mut changed = document.clone();
            *changed.pointer_mut(path).unwrap() = value;
            assert!(!check(&changed, &key.public()), "{path}");
        }
    }
}
