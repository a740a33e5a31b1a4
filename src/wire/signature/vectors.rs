//! Signatures against the published vectors, and against independent implementations both ways.

use httpsig::prelude as oracle;
use httpsig::prelude::message_component::{HttpMessageComponent, HttpMessageComponentId};
use rsa::pkcs1v15;
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding, Signer, Verifier};
use sfv::{Dictionary, Parser};

use super::tests::{NOW, header, headers, received, signed};
use super::*;

/// draft-cavage-http-signatures-12, appendix C: the public key, of 1024 bits.
const CAVAGE_KEY: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----";
/// 2014-01-05T21:31:40Z, the date of the request in appendix C.
const CAVAGE_NOW: Micros = 1_388_957_500 * SECOND;
const BODY: &[u8] = b"{\"hello\": \"world\"}";

/// RFC 9421, appendix B.1.1: `test-key-rsa`.
const RFC_KEY_RSA: &str = "-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAhAKYdtoeoy8zcAcR874L8cnZxKzAGwd7v36APp7Pv6Q2jdsPBRrw
WEBnez6d0UDKDwGbc6nxfEXAy5mbhgajzrw3MOEt8uA5txSKobBpKDeBLOsdJKFq
MGmXCQvEG7YemcxDTRPxAleIAgYYRjTSd/QBwVW9OwNFhekro3RtlinV0a75jfZg
kne/YiktSvLG34lw2zqXBDTC5NHROUqGTlML4PlNZS5Ri2U4aCNx2rUPRcKIlE0P
uKxI4T+HIaFpv8+rdV6eUgOrB2xeI1dSFFn/nnv5OoZJEIB+VmuKn3DCUcCZSFlQ
PSXSfBDiUGhwOw76WuSSsf1D4b/vLoJ10wIDAQAB
-----END RSA PUBLIC KEY-----";
/// RFC 9421, appendix B.1.4: `test-key-ed25519`, both halves.
const RFC_KEY_ED25519: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----";
const RFC_PRIVATE_ED25519: &str = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF";

/// The request of appendix C with one of its signatures.
fn cavage_request(signature: &str) -> Vec<(String, String)> {
    headers(&[
        ("host", "example.com"),
        ("date", "Sun, 05 Jan 2014 21:31:40 GMT"),
        ("content-type", "application/json"),
        ("digest", "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="),
        ("content-length", "18"),
        ("signature", signature),
    ])
}

fn cavage_received(headers: &[(String, String)]) -> Received<'_> {
    Received {
        method: "POST",
        target: "/foo?param=value&pet=dog",
        scheme: "https",
        authority: "example.com",
        headers,
        body: Some(BODY),
    }
}

#[test]
fn draft_cavage_c3_all_headers() {
    let input = cavage_request(concat!(
        "keyId=\"Test\",algorithm=\"rsa-sha256\",",
        "headers=\"(request-target) host date content-type digest content-length\",",
        "signature=\"vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv1",
        "20V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE=\"",
    ));
    let claim = read(&cavage_received(&input), CAVAGE_NOW).unwrap();
    assert_eq!((claim.key_id.as_str(), claim.form), ("Test", Form::Cavage));
    // Its key is too short for us: what we rebuild is checked by the other implementation.
    let key = rsa::RsaPublicKey::from_public_key_pem(CAVAGE_KEY).unwrap();
    let signature = pkcs1v15::Signature::try_from(claim.signature.as_slice()).unwrap();
    pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(claim.messages[0].as_bytes(), &signature).unwrap();
    assert_eq!(PublicKey::from_pem(CAVAGE_KEY), None);
}

#[test]
fn draft_cavage_c1_and_c2_cover_less_than_we_ask_for() {
    let less = [
        ("", TARGET),
        ("headers=\"date\",", TARGET),
        ("headers=\"(request-target) host date\",", DIGEST),
        ("headers=\"(request-target) date digest\",", HOST),
        ("headers=\"(request-target) host digest\",", TIME),
    ];
    for (covered, refusal) in less {
        let input = cavage_request(&format!("keyId=\"Test\",algorithm=\"rsa-sha256\",{covered}signature=\"AAAA\""));
        assert_eq!(read(&cavage_received(&input), CAVAGE_NOW).unwrap_err(), refusal, "{covered}");
    }
}

/// Finds one signature's input in a `Signature-Input`.
fn input(dictionary: &str, label: &str) -> sfv::InnerList {
    let dictionary: Dictionary = Parser::new(dictionary).parse().unwrap();
    match dictionary.get(label).unwrap() {
        sfv::ListEntry::InnerList(list) => list.clone(),
        sfv::ListEntry::Item(_) => panic!("an item"),
    }
}

/// RFC 9421, appendix B.2: the test request.
fn rfc_request(input: &str, signature: &str) -> Vec<(String, String)> {
    headers(&[
        ("host", "example.com"),
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("content-type", "application/json"),
        (
            "content-digest",
            "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
        ),
        ("content-length", "18"),
        ("signature-input", input),
        ("signature", signature),
    ])
}

fn rfc_received(headers: &[(String, String)]) -> Received<'_> {
    Received {
        method: "POST",
        target: "/foo?param=Value&Pet=dog",
        scheme: "https",
        authority: "example.com",
        headers,
        body: Some(BODY),
    }
}

const B26_INPUT: &str = concat!(
    "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")",
    ";created=1618884473;keyid=\"test-key-ed25519\""
);
const B26_SIGNATURE: &str =
    "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";

#[test]
fn rfc_9421_b26_ed25519() {
    let list = rfc_request(B26_INPUT, B26_SIGNATURE);
    // It covers no digest, so it can't count for a body.
    assert_eq!(read(&rfc_received(&list), 1_618_884_475 * SECOND).unwrap_err(), DIGEST);
    // The same without the body counts.
    let get = Received { body: None, method: "GET", ..rfc_received(&list) };
    assert!(read(&get, 1_618_884_475 * SECOND).is_ok());
    // The signature base is the published one, and its signature verifies and is the one we make.
    let base = rfc9421::base(&rfc_received(&list), &input(B26_INPUT, "sig-b26"), "/foo?param=Value&Pet=dog").unwrap();
    let published = concat!(
        "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n",
        "\"@method\": POST\n",
        "\"@path\": /foo\n",
        "\"@authority\": example.com\n",
        "\"content-type\": application/json\n",
        "\"content-length\": 18\n",
        "\"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")",
        ";created=1618884473;keyid=\"test-key-ed25519\""
    );
    assert_eq!(base, published);
    let signature = STANDARD.decode(B26_SIGNATURE.trim_start_matches("sig-b26=:").trim_end_matches(':')).unwrap();
    let key = PublicKey::from_pem(RFC_KEY_ED25519).unwrap();
    assert!(key.verify(base.as_bytes(), &signature));
    let private = STANDARD.decode(RFC_PRIVATE_ED25519).unwrap();
    let private = SigningKey::from_pkcs8(Algorithm::Ed25519, &private).unwrap();
    assert_eq!(private.public(), key);
    assert_eq!(private.sign(base.as_bytes()).unwrap(), signature);
}

/// RFC 9421, section 4.3: two signatures, the first by a kind of key that we don't have, the second by a proxy.
const TWO_INPUTS: &str = concat!(
    "sig1=(\"@method\" \"@authority\" \"@path\" \"content-digest\" \"content-type\" \"content-length\")",
    ";created=1618884475;keyid=\"test-key-ecc-p256\", ",
    "proxy_sig=(\"@method\" \"@authority\" \"@path\" \"content-digest\" \"content-type\" \"content-length\" \"forwarded\")",
    ";created=1618884480;keyid=\"test-key-rsa\";alg=\"rsa-v1_5-sha256\";expires=1618884540"
);
const PROXY_SIGNATURE: &str = concat!(
    "S6ZzPXSdAMOPjN/6KXfXWNO/f7V6cHm7BXYUh3YD/fRad4BCaRZxP+JH+8XY1I6+8Cy+CM5g92iHgxtRPz+MjniOaYmdkDcnL9cCpXJleXsOckpU",
    "Rl49GwiyUpZ10KHgOEe11sx3G2gxI8S0jnxQB+Pu68U9vVcasqOWAEObtNKKZd8tSFu7LB5YAv0RAGhB8tmpv7sFnIm9y+7X5kXQfi8NMaZaA8i2",
    "ZHwpBdg7a6CMfwnnrtflzvZdXAsD3LH2TwevU+/PBPv0B6NMNk93wUs/vfJvye+YuI87HU38lZHowtznbLVdp770I6VHR6WfgS9ddzirrswsE1w5",
    "o0LV/g=="
);

fn proxied(input: &str, signature: &str) -> Vec<(String, String)> {
    let mut list = rfc_request(input, signature);
    list[0].1 = "origin.host.internal.example".into();
    list.push(("forwarded".into(), "for=192.0.2.123;host=example.com;proto=https".into()));
    list
}

#[test]
fn rfc_9421_section_4_3_rsa() {
    let now = 1_618_884_481 * SECOND;
    let key = PublicKey::from_pem(RFC_KEY_RSA).unwrap();
    let first = format!("sig1=:AAAA:, proxy_sig=:{PROXY_SIGNATURE}:");
    let only = format!("proxy_sig=:{PROXY_SIGNATURE}:");
    let list = proxied(TWO_INPUTS, &only);
    let received = Received { authority: "origin.host.internal.example", ..rfc_received(&list) };
    let claim = read(&received, now).unwrap();
    assert_eq!(claim.key_id, "test-key-rsa");
    assert!(claim.verify(&key));
    // A minute later it has expired.
    assert_eq!(read(&received, 1_618_884_540 * SECOND).unwrap_err(), EXPIRED);
    // Where both are whole, the first that meets our minimum is taken.
    let list = proxied(TWO_INPUTS, &first);
    let both = Received { authority: "origin.host.internal.example", ..rfc_received(&list) };
    assert_eq!(read(&both, now).unwrap().key_id, "test-key-ecc-p256");
    // The same behind another host is none of ours.
    assert_eq!(read(&Received { authority: "example.com", ..both }, now).unwrap_err(), OTHER_HOST);
}

#[test]
fn digests_of_rfc_9421_and_the_draft_are_the_bodys() {
    assert_eq!(digest(BODY), "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=");
    let list = rfc_request("", "");
    let value = header(&list, "content-digest");
    assert_eq!(check_digests(content_digests(&value).unwrap(), BODY), Ok(()));
    assert_eq!(check_digests(content_digests(&value).unwrap(), b"{\"hello\": \"World\"}"), Err(WRONG_DIGEST));
}

/// The text under our cavage signature and the signature, built here and not by the code under test.
fn cavage_parts(list: &[(String, String)]) -> (String, Vec<u8>) {
    let value = header(list, "signature");
    let signature = value.split("signature=\"").nth(1).unwrap().trim_end_matches('"');
    let (date, digest) = (header(list, "date"), header(list, "digest"));
    let text = format!("(request-target): post /inbox?x=1\nhost: b.example\ndate: {date}\ndigest: {digest}");
    (text, STANDARD.decode(signature).unwrap())
}

#[test]
fn another_rsa_implementation_verifies_ours_and_we_verify_its() {
    let ours = SigningKey::make_rsa().unwrap();
    let (text, signature) = cavage_parts(&signed(Form::Cavage, &ours, "/inbox?x=1", b"{}", NOW));
    let key = rsa::RsaPublicKey::from_public_key_pem(&ours.public().to_pem()).unwrap();
    let signature = pkcs1v15::Signature::try_from(signature.as_slice()).unwrap();
    pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(text.as_bytes(), &signature).unwrap();

    // A private key of ours, read there, signs what we verify.
    let theirs = rsa::RsaPrivateKey::from_pkcs8_der(&ours.to_pkcs8().unwrap()).unwrap();
    let signature = pkcs1v15::SigningKey::<Sha256>::new(theirs.clone()).sign(text.as_bytes()).to_vec();
    let value = format!(
        "keyId=\"https://a.example/k\",algorithm=\"rsa-sha256\",headers=\"(request-target) host date digest\",signature=\"{}\"",
        STANDARD.encode(signature)
    );
    let mut list = signed(Form::Cavage, &ours, "/inbox?x=1", b"{}", NOW);
    list.last_mut().unwrap().1 = value;
    assert!(read(&received("/inbox?x=1", &list, b"{}"), NOW).unwrap().verify(&ours.public()));

    // And a key of theirs, read here, is the same key.
    let again = SigningKey::from_pkcs8(Algorithm::Rsa, theirs.to_pkcs8_der().unwrap().as_bytes()).unwrap();
    assert_eq!(again.public(), ours.public());
    let pem = theirs.to_public_key().to_public_key_pem(LineEnding::CRLF).unwrap();
    assert_eq!(PublicKey::from_pem(&pem), Some(ours.public()));
}

/// The components of our RFC 9421 signature as the other implementation takes them.
fn oracle_lines(list: &[(String, String)]) -> Vec<HttpMessageComponent> {
    let digest = header(list, "content-digest");
    [
        ("\"@method\"", "POST".to_owned()),
        ("\"@target-uri\"", "https://b.example/inbox?x=1".to_owned()),
        ("\"content-digest\"", digest),
    ]
    .map(|(name, value)| {
        HttpMessageComponent::try_from((&HttpMessageComponentId::try_from(name).unwrap(), &[value][..])).unwrap()
    })
    .into()
}

#[test]
fn another_rfc_9421_implementation_verifies_ours_and_we_verify_its() {
    let ours = SigningKey::make_ed25519().unwrap();
    let mut list = signed(Form::Rfc9421, &ours, "/inbox?x=1", b"{}", NOW);
    let lines = oracle_lines(&list);
    let parsed =
        oracle::HttpSignatureHeaders::try_parse(&header(&list, "signature"), &header(&list, "signature-input"))
            .unwrap();
    let ours_parsed = parsed.get("sig1").unwrap();
    let base = oracle::HttpSignatureBase::try_new(&lines, ours_parsed.signature_params()).unwrap();
    let public = oracle::PublicKey::from_bytes(&oracle::AlgorithmName::Ed25519, ours.public().stored()).unwrap();
    base.verify_signature_headers(&public, ours_parsed).unwrap();

    // RFC 9421, appendix B.1.4, signs there and is verified here.
    let private = STANDARD.decode(RFC_PRIVATE_ED25519).unwrap();
    let theirs = oracle::SecretKey::from_der(&oracle::AlgorithmName::Ed25519, &private).unwrap();
    let covered: Vec<_> = lines.iter().map(|line| line.id.clone()).collect();
    let mut params = oracle::HttpSignatureParams::try_new(&covered).unwrap();
    params.set_created(u64::try_from(NOW / SECOND).unwrap()).set_keyid("https://a.example/k").set_random_nonce();
    let made = oracle::HttpSignatureBase::try_new(&lines, &params)
        .unwrap()
        .build_signature_headers(&theirs, Some("theirs"))
        .unwrap();
    for (name, value) in &mut list {
        match name.as_str() {
            "signature-input" => *value = made.signature_input_header_value(),
            "signature" => *value = made.signature_header_value(),
            _ => {}
        }
    }
    let claim = read(&received("/inbox?x=1", &list, b"{}"), NOW).unwrap();
    assert_eq!(claim.key_id, "https://a.example/k");
    assert!(claim.verify(&PublicKey::from_pem(RFC_KEY_ED25519).unwrap()));
    assert!(!claim.verify(&ours.public()));
}
