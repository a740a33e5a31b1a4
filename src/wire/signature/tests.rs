//! The published vectors, both standards both ways, and every refusal beside its honest twin.

use super::*;
use crate::secret::Algorithm;

/// draft-cavage-http-signatures-12, appendix C: the key pair is of 1024 bits, which we refuse as a key; the signed text
/// is what the vector is about, so it is checked by the independent `rsa` crate over the text that we rebuild.
const CAVAGE_KEY: &str = "-----BEGIN PUBLIC KEY-----\nMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3\n6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6\nZ4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw\noYi+1hqp1fIekaxsyQIDAQAB\n-----END PUBLIC KEY-----\n";

/// 2014-01-05T21:31:40Z, the date of the vector.
const CAVAGE_NOW: Micros = 1_388_957_500 * SECOND;

fn headers(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}

#[test]
fn the_vector_of_draft_cavage_c3_holds() {
    use rsa::pkcs8::DecodePublicKey;
    use rsa::signature::Verifier;
    let signature = "vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE=";
    let input = headers(&[
        ("host", "example.com"),
        ("date", "Sun, 05 Jan 2014 21:31:40 GMT"),
        ("content-type", "application/json"),
        ("digest", "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="),
        ("content-length", "18"),
        (
            "signature",
            &format!(
                "keyId=\"Test\",algorithm=\"rsa-sha256\",headers=\"(request-target) host date content-type digest content-length\",signature=\"{signature}\""
            ),
        ),
    ]);
    let received = Received {
        method: "POST",
        target: "/foo?param=value&pet=dog",
        scheme: "https",
        authority: "example.com",
        headers: &input,
        body: Some(b"{\"hello\": \"world\"}"),
    };
    let claim = read(&received, CAVAGE_NOW).unwrap();
    let key = rsa::RsaPublicKey::from_public_key_pem(CAVAGE_KEY).unwrap();
    let verifier = rsa::pkcs1v15::VerifyingKey::<rsa::sha2::Sha256>::new(key);
    let signature = rsa::pkcs1v15::Signature::try_from(claim.signature.as_slice()).unwrap();
    verifier.verify(&claim.bases[0], &signature).unwrap();
}

#[test]
fn the_vector_of_rfc_9421_b26_holds() {
    // RFC 9421 appendix B.1.4 (key), B.2 (request), B.2.6 (signature): it covers less than our minimum, so it is the
    // rebuilding of the text that is checked, beneath the minimum.
    let raw = STANDARD.decode("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=").unwrap();
    let key = PublicKey::from_stored(Algorithm::Ed25519, &raw).unwrap();
    let input = headers(&[
        ("host", "example.com"),
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("content-type", "application/json"),
        ("content-length", "18"),
        (
            "signature-input",
            "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"",
        ),
        ("signature", "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"),
    ]);
    // Without the query, which B.2.6 leaves out too.
    let received =
        Received { method: "POST", target: "/foo", scheme: "https", authority: "example.com", headers: &input, body: None };
    let claim = read(&received, 1_618_884_475 * SECOND).unwrap();
    assert_eq!(claim.key_id, "test-key-ed25519");
    assert!(claim.verify(&key));
}

/// A signed POST of ours, as the other side receives it.
fn signed(form: Form, key: &SigningKey, target: &str, body: &[u8], now: Micros) -> Vec<(String, String)> {
    let url = url::Url::parse(&format!("https://b.example{target}")).unwrap();
    let digest = digest(body);
    let sending = Sending { method: "POST", url: &url, digest: Some(&digest) };
    sign(form, key, "https://a.example/actors/mei#main-key", &sending, now).unwrap()
}

fn received<'a>(target: &'a str, headers: &'a [(String, String)], body: &'a [u8]) -> Received<'a> {
    Received { method: "POST", target, scheme: "https", authority: "b.example", headers, body: Some(body) }
}

const NOW: Micros = 1_795_434_000 * SECOND;

#[test]
fn both_forms_verify_by_both_kinds_of_keys_with_and_without_a_query() {
    for key in [SigningKey::make_rsa().unwrap(), SigningKey::make_ed25519().unwrap()] {
        for form in [Form::Cavage, Form::Rfc9421] {
            for target in ["/inbox", "/inbox?page=1&x=%20"] {
                let headers = signed(form, &key, target, b"{}", NOW);
                let claim = read(&received(target, &headers, b"{}"), NOW).unwrap();
                assert_eq!((claim.form, claim.key_id.as_str()), (form, "https://a.example/actors/mei#main-key"));
                assert!(claim.verify(&key.public()));
                assert!(!claim.verify(&SigningKey::make_ed25519().unwrap().public()));
                let bare = signed(form, &key, "/inbox", b"{}", NOW);
                assert!(read(&received("/inbox?page=1", &bare, b"{}"), NOW).unwrap().verify(&key.public()));
            }
        }
    }
}

#[test]
fn what_is_changed_missing_doubled_or_out_of_time_is_refused() {
    let key = SigningKey::make_ed25519().unwrap();
    for form in [Form::Cavage, Form::Rfc9421] {
        let fine = signed(form, &key, "/inbox", b"{}", NOW);
        assert!(read(&received("/inbox", &fine, b"{}"), NOW).unwrap().verify(&key.public()));
        // Another body, another host, another time: refused without a key.
        assert!(read(&received("/inbox", &fine, b"{ }"), NOW).is_err());
        let elsewhere = Received { authority: "c.example", ..received("/inbox", &fine, b"{}") };
        assert!(read(&elsewhere, NOW).is_err());
        assert!(read(&received("/inbox", &fine, b"{}"), NOW + 13 * HOUR).is_err());
        assert!(read(&received("/inbox", &fine, b"{}"), NOW - 2 * HOUR).is_err());
        assert!(read(&received("/inbox", &fine, b"{}"), NOW + 11 * HOUR).is_ok());
        // Another target or method: the key says no.
        assert!(!read(&received("/outbox", &fine, b"{}"), NOW).unwrap().verify(&key.public()));
        let method = Received { method: "PUT", ..received("/inbox", &fine, b"{}") };
        assert!(!read(&method, NOW).unwrap().verify(&key.public()));
        // A header that is signed and stands twice, or is missing.
        for name in ["host", "signature", if form == Form::Cavage { "digest" } else { "content-digest" }] {
            let mut twice = fine.clone();
            let first = fine.iter().find(|(n, _)| n == name).unwrap().clone();
            twice.push(first);
            assert!(read(&received("/inbox", &twice, b"{}"), NOW).is_err(), "{form:?} {name} twice");
            let missing: Vec<_> = fine.iter().filter(|(n, _)| n != name).cloned().collect();
            assert!(read(&received("/inbox", &missing, b"{}"), NOW).is_err(), "{form:?} {name} missing");
        }
    }
}

#[test]
fn a_sender_may_not_choose_to_cover_less() {
    let key = SigningKey::make_ed25519().unwrap();
    let fine = signed(Form::Cavage, &key, "/inbox", b"{}", NOW);
    for less in ["(request-target) host date", "(request-target) date digest", "host date digest", "(request-target) host digest", "date"] {
        let weak: Vec<_> = fine
            .iter()
            .map(|(n, v)| (n.clone(), v.replace("headers=\"(request-target) host date digest\"", &format!("headers=\"{less}\""))))
            .collect();
        assert!(read(&received("/inbox", &weak, b"{}"), NOW).is_err(), "{less}");
    }
    let fine = signed(Form::Rfc9421, &key, "/inbox", b"{}", NOW);
    for (full, less) in [
        (" \"content-digest\"", ""),
        ("\"@method\" ", ""),
        ("\"@target-uri\"", "\"@scheme\""),
        (";created=1795434000", ""),
        ("\"@target-uri\"", "\"@target-uri\";req"),
    ] {
        let weak: Vec<_> = fine
            .iter()
            .map(|(n, v)| (n.clone(), if n == "signature-input" { v.replacen(full, less, 1) } else { v.clone() }))
            .collect();
        assert_ne!(weak, fine, "{full}");
        assert!(read(&received("/inbox", &weak, b"{}"), NOW).is_err(), "{full} → {less}");
    }
}

#[test]
fn odd_headers_are_refused_without_panic() {
    for odd in ["", "=", "keyId", "keyId=\"", "keyId=\"a\",keyId=\"b\"", "sig1=:!!:", "\u{0}", "a=1;b", "((((", "keyId=\"a\",signature=\"===\"", &"x".repeat(20_000)] {
        for name in ["signature", "signature-input"] {
            let list = headers(&[("host", "b.example"), ("signature", "sig1=:AA==:"), (name, odd)]);
            assert!(read(&received("/inbox", &list, b"{}"), NOW).is_err(), "{name}: {odd}");
            let list = headers(&[("host", "b.example"), (name, odd)]);
            assert!(read(&received("/inbox", &list, b"{}"), NOW).is_err(), "{name}: {odd}");
        }
    }
}

#[test]
fn dates_are_written_and_read_as_http_has_them() {
    let text = to_http_date(784_111_777 * SECOND);
    assert_eq!(text, "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(http_date(&text), Some(784_111_777 * SECOND));
    for bad in ["", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 99 Nov 1994 08:49:37 GMT"] {
        assert_eq!(http_date(bad), None, "{bad}");
    }
}

#[test]
fn our_signatures_verify_in_an_independent_implementation() {
    use rsa::pkcs8::DecodePublicKey;
    use rsa::signature::Verifier;
    let key = SigningKey::make_rsa().unwrap();
    let headers = signed(Form::Cavage, &key, "/inbox", b"{}", NOW);
    let get = |name: &str| headers.iter().find(|(n, _)| n == name).unwrap().1.clone();
    let text = format!(
        "(request-target): post /inbox\nhost: b.example\ndate: {}\ndigest: {}",
        get("date"),
        get("digest")
    );
    let header = get("signature");
    let signature = header.split("signature=\"").nth(1).unwrap().trim_end_matches('"');
    let oracle = rsa::RsaPublicKey::from_public_key_pem(&key.public().to_pem()).unwrap();
    let signature = rsa::pkcs1v15::Signature::try_from(STANDARD.decode(signature).unwrap().as_slice()).unwrap();
    rsa::pkcs1v15::VerifyingKey::<rsa::sha2::Sha256>::new(oracle).verify(text.as_bytes(), &signature).unwrap();
}
