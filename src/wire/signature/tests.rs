//! Both forms both ways, and every refusal beside its honest twin.

use super::*;

/// 2026-11-23T11:00:00Z.
pub(super) const NOW: Micros = 1_795_431_600 * SECOND;
const KEY_ID: &str = "https://a.example/actors/mei#main-key";

pub(super) fn headers(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(super) fn header(list: &[(String, String)], name: &str) -> String {
    list.iter().find(|(other, _)| other == name).unwrap().1.clone()
}

/// The headers of a POST of ours to `https://b.example`.
pub(super) fn signed(form: Form, key: &SigningKey, target: &str, body: &[u8], now: Micros) -> Vec<(String, String)> {
    let url = url::Url::parse(&format!("https://b.example{target}")).unwrap();
    let digest = digest(body);
    sign(form, key, KEY_ID, &Sending { method: "POST", url: &url, digest: Some(&digest) }, now).unwrap()
}

/// The same as the other side receives it.
pub(super) fn received<'a>(target: &'a str, headers: &'a [(String, String)], body: &'a [u8]) -> Received<'a> {
    Received { method: "POST", target, scheme: "https", authority: "b.example", headers, body: Some(body) }
}

/// The headers with one value changed.
fn with(list: &[(String, String)], name: &str, change: impl Fn(&str) -> String) -> Vec<(String, String)> {
    let changed: Vec<_> = list
        .iter()
        .map(|(other, value)| (other.clone(), if other == name { change(value) } else { value.clone() }))
        .collect();
    assert_ne!(changed, list, "{name} has changed");
    changed
}

fn refusal(list: &[(String, String)]) -> Refusal {
    read(&received("/inbox", list, b"{}"), NOW).unwrap_err()
}

/// A cavage signature over these fields with these parameters, made by hand.
fn cavage(key: &SigningKey, fields: &[(&str, &str)], parameters: &str) -> Vec<(String, String)> {
    let text: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let signature = STANDARD.encode(key.sign(text.join("\n").as_bytes()).unwrap());
    let value = format!("keyId=\"{KEY_ID}\",headers=\"{}\",signature=\"{signature}\"{parameters}", names.join(" "));
    let mut list: Vec<_> = fields.iter().filter(|(name, _)| !name.starts_with('(')).copied().collect();
    list.push(("signature", &value));
    headers(&list)
}

#[test]
fn both_forms_verify_by_both_kinds_of_keys() {
    let other = SigningKey::make_ed25519().unwrap();
    for key in [SigningKey::make_rsa().unwrap(), SigningKey::make_ed25519().unwrap()] {
        for form in [Form::Cavage, Form::Rfc9421] {
            for target in ["/inbox", "/inbox?page=1&x=%20"] {
                let list = signed(form, &key, target, b"{}", NOW);
                let claim = read(&received(target, &list, b"{}"), NOW).unwrap();
                assert_eq!((claim.form, claim.key_id.as_str()), (form, KEY_ID));
                assert!(claim.verify(&key.public()));
                assert!(!claim.verify(&other.public()));
                assert_eq!(claim.expires_at, NOW + 13 * HOUR);
            }
        }
    }
}

#[test]
fn a_get_needs_no_digest_and_a_post_does() {
    let key = SigningKey::make_ed25519().unwrap();
    let url = url::Url::parse("https://b.example/objects/1").unwrap();
    for form in [Form::Cavage, Form::Rfc9421] {
        let list = sign(form, &key, KEY_ID, &Sending { method: "GET", url: &url, digest: None }, NOW).unwrap();
        let get = Received { method: "GET", body: None, ..received("/objects/1", &list, b"") };
        assert!(read(&get, NOW).unwrap().verify(&key.public()));
        assert_eq!(read(&Received { body: Some(b"x"), ..get }, NOW).unwrap_err(), DIGEST);
        assert_eq!(read(&Received { method: "POST", ..get }, NOW).unwrap_err(), DIGEST);
        // With the digest of nothing, a POST of nothing is fine.
        let list = signed(form, &key, "/inbox", b"", NOW);
        let post = Received { body: None, ..received("/inbox", &list, b"") };
        assert!(read(&post, NOW).unwrap().verify(&key.public()));
    }
}

#[test]
fn a_query_may_be_left_out_by_the_signer_but_not_be_another() {
    let key = SigningKey::make_ed25519().unwrap();
    for form in [Form::Cavage, Form::Rfc9421] {
        let bare = signed(form, &key, "/inbox", b"{}", NOW);
        assert!(read(&received("/inbox?page=1", &bare, b"{}"), NOW).unwrap().verify(&key.public()));
        let full = signed(form, &key, "/inbox?page=1", b"{}", NOW);
        assert!(!read(&received("/inbox?page=2", &full, b"{}"), NOW).unwrap().verify(&key.public()));
        assert!(!read(&received("/inbox", &full, b"{}"), NOW).unwrap().verify(&key.public()));
    }
}

#[test]
fn another_target_or_method_was_not_signed() {
    let key = SigningKey::make_ed25519().unwrap();
    for form in [Form::Cavage, Form::Rfc9421] {
        let list = signed(form, &key, "/inbox", b"{}", NOW);
        assert!(!read(&received("/outbox", &list, b"{}"), NOW).unwrap().verify(&key.public()));
        let put = Received { method: "PUT", ..received("/inbox", &list, b"{}") };
        assert!(!read(&put, NOW).unwrap().verify(&key.public()));
    }
}

#[test]
fn times_are_ours_to_judge() {
    let key = SigningKey::make_ed25519().unwrap();
    for form in [Form::Cavage, Form::Rfc9421] {
        let list = signed(form, &key, "/inbox", b"{}", NOW);
        let post = received("/inbox", &list, b"{}");
        for now in [NOW - HOUR, NOW, NOW + 12 * HOUR] {
            assert!(read(&post, now).unwrap().verify(&key.public()));
        }
        assert_eq!(read(&post, NOW - HOUR - SECOND).unwrap_err(), AHEAD);
        assert_eq!(read(&post, NOW + 12 * HOUR + SECOND).unwrap_err(), BACK);
        assert!(read(&post, NOW + 12 * HOUR).unwrap().expires_at >= NOW + 12 * HOUR);
        assert_eq!(read(&post, Micros::MIN).unwrap_err(), AHEAD);
        assert_eq!(read(&post, Micros::MAX).unwrap_err(), BACK);
    }
}

#[test]
fn created_and_expires_of_the_draft_are_honoured() {
    let key = SigningKey::make_ed25519().unwrap();
    let now = NOW / SECOND;
    let digest = format!("SHA-256={}", digest(b"{}"));
    let make = |created: &str, expires: &str, quote: &str| {
        let fields = [
            ("(request-target)", "post /inbox"),
            ("(created)", created),
            ("(expires)", expires),
            ("host", "b.example"),
            ("digest", &digest),
        ];
        cavage(&key, &fields, &format!(",created={quote}{created}{quote},expires={quote}{expires}{quote}"))
    };
    for quote in ["", "\""] {
        for expires in [(now + 10).to_string(), format!("{}.5", now + 1)] {
            let list = make(&now.to_string(), &expires, quote);
            assert!(read(&received("/inbox", &list, b"{}"), NOW).unwrap().verify(&key.public()));
        }
    }
    for (created, expires, refused) in [
        (now.to_string(), now.to_string(), EXPIRED),
        ((now + 3601).to_string(), (now + 9999).to_string(), AHEAD),
        ((now - 43_201).to_string(), (now + 9999).to_string(), BACK),
        ("soon".to_owned(), (now + 1).to_string(), BAD_TIME),
        (now.to_string(), "1e9".to_owned(), BAD_TIME),
        (i64::MAX.to_string(), i64::MAX.to_string(), AHEAD),
        (i64::MIN.to_string(), i64::MAX.to_string(), BACK),
        ("99999999999999999999".to_owned(), "1".to_owned(), BAD_TIME),
    ] {
        assert_eq!(refusal(&make(&created, &expires, "")), refused, "{created} {expires}");
    }
    // Covered, but not there.
    let fields = [("(request-target)", "post /inbox"), ("(created)", "1"), ("host", "b.example"), ("digest", &digest)];
    assert_eq!(refusal(&cavage(&key, &fields, "")), TIME);
}

#[test]
fn the_host_must_be_ours_in_any_spelling() {
    let key = SigningKey::make_ed25519().unwrap();
    for form in [Form::Cavage, Form::Rfc9421] {
        let list = signed(form, &key, "/inbox", b"{}", NOW);
        let elsewhere = Received { authority: "c.example", ..received("/inbox", &list, b"{}") };
        assert_eq!(read(&elsewhere, NOW).unwrap_err(), OTHER_HOST);
        for host in
            ["c.example", "b.example:8443", "b.example/x", "x@b.example", "", "b.example, b.example", "b.example?"]
        {
            assert_eq!(refusal(&with(&list, "host", |_| host.to_owned())), OTHER_HOST, "{host}");
        }
        let without: Vec<_> = list.iter().filter(|(name, _)| name != "host").cloned().collect();
        assert_eq!(refusal(&without), NO_HOST);
    }
    let digest = format!("SHA-256={}", digest(b"{}"));
    let date = write_date(NOW).unwrap();
    for host in ["B.Example", "b.example:443", "b.example."] {
        let fields = [("(request-target)", "post /inbox"), ("host", host), ("date", &date), ("digest", &digest)];
        let list = cavage(&key, &fields, "");
        assert!(read(&received("/inbox", &list, b"{}"), NOW).unwrap().verify(&key.public()), "{host}");
    }
    // A port that isn't the default one belongs to the host.
    let url = url::Url::parse("http://127.0.0.1:8081/inbox").unwrap();
    for form in [Form::Cavage, Form::Rfc9421] {
        let list = sign(form, &key, KEY_ID, &Sending { method: "GET", url: &url, digest: None }, NOW).unwrap();
        assert_eq!(header(&list, "host"), "127.0.0.1:8081");
        let get = Received {
            method: "GET",
            target: "/inbox",
            scheme: "http",
            authority: "127.0.0.1:8081",
            headers: &list,
            body: None,
        };
        assert!(read(&get, NOW).unwrap().verify(&key.public()));
        assert_eq!(read(&Received { authority: "127.0.0.1:8082", ..get }, NOW).unwrap_err(), OTHER_HOST);
    }
}

#[test]
fn what_must_be_single_may_not_stand_twice() {
    let key = SigningKey::make_ed25519().unwrap();
    for (form, names) in [
        (Form::Cavage, ["host", "date", "digest", "signature"]),
        (Form::Rfc9421, ["host", "content-digest", "host", "content-digest"]),
    ] {
        let list = signed(form, &key, "/inbox", b"{}", NOW);
        for name in names {
            let mut twice = list.clone();
            twice.push((name.to_owned(), header(&list, name)));
            assert_eq!(refusal(&twice), REPEATED, "{form:?} {name}");
            let mut twice = list.clone();
            twice.insert(0, (name.to_ascii_uppercase(), "x".to_owned()));
            assert_eq!(refusal(&twice), REPEATED, "{form:?} {name}");
        }
    }
    // A header that may have several lines is joined as the signer joined it.
    let fields = [
        ("(request-target)", "get /inbox"),
        ("host", "b.example"),
        ("date", &write_date(NOW).unwrap()),
        ("cache-control", "a, b"),
    ];
    let mut list = cavage(&key, &fields, "");
    list.retain(|(name, _)| name != "cache-control");
    list.extend(headers(&[("cache-control", " a "), ("cache-control", "b")]));
    let get = Received { method: "GET", body: None, ..received("/inbox", &list, b"") };
    assert!(read(&get, NOW).unwrap().verify(&key.public()));
}

#[test]
fn one_form_is_enough_and_two_are_too_many() {
    let key = SigningKey::make_ed25519().unwrap();
    let old = signed(Form::Cavage, &key, "/inbox", b"{}", NOW);
    let new = signed(Form::Rfc9421, &key, "/inbox", b"{}", NOW);
    // The draft's signature may stand in `Authorization` (section 3.1).
    let mut moved: Vec<_> = old.iter().filter(|(name, _)| name != "signature").cloned().collect();
    assert_eq!(refusal(&moved), NO_SIGNATURE);
    moved.push(("authorization".to_owned(), format!("Signature {}", header(&old, "signature"))));
    assert!(read(&received("/inbox", &moved, b"{}"), NOW).unwrap().verify(&key.public()));
    // Any other `Authorization` is none of ours.
    let mut bearer = new.clone();
    bearer.push(("authorization".to_owned(), "Bearer x".to_owned()));
    assert!(read(&received("/inbox", &bearer, b"{}"), NOW).unwrap().verify(&key.public()));
    for list in [&old, &new] {
        let mut two = list.clone();
        two.push(("authorization".to_owned(), format!("Signature {}", header(&old, "signature"))));
        assert_eq!(refusal(&two), TWO_FORMS);
    }
    let half: Vec<_> = new.iter().filter(|(name, _)| name != "signature").cloned().collect();
    assert_eq!(refusal(&half), NO_SIGNATURE);
    let other: Vec<_> = new.iter().filter(|(name, _)| name != "signature-input").cloned().collect();
    assert!(read(&received("/inbox", &other, b"{}"), NOW).is_err());
}

#[test]
fn a_sender_may_not_choose_to_cover_less() {
    let key = SigningKey::make_ed25519().unwrap();
    let list = signed(Form::Cavage, &key, "/inbox", b"{}", NOW);
    for (less, refused) in [
        ("(request-target) host date", DIGEST),
        ("(request-target) date digest", HOST),
        ("host date digest", TARGET),
        ("(request-target) host digest", TIME),
        ("(request-target) host date digest x-absent", COVERS_ABSENT),
        ("(request-target) host date digest date", COVERS_TWICE),
        ("(request-target) host date digest HOST", COVERS_TWICE),
        ("(request-target) host date digest (expires)", COVERS_ABSENT),
        ("(request-target) host date digest content-digest", COVERS_ABSENT),
    ] {
        let weak = with(&list, "signature", |value| value.replace("(request-target) host date digest", less));
        assert_eq!(refusal(&weak), refused, "{less}");
    }
    let list = signed(Form::Rfc9421, &key, "/inbox", b"{}", NOW);
    let created = format!(";created={}", NOW / SECOND);
    for (full, less, refused) in [
        (" \"content-digest\"", "", DIGEST),
        ("\"@method\" ", "", TARGET),
        ("\"@target-uri\"", "\"@scheme\"", TARGET),
        ("\"@target-uri\"", "\"@path\"", HOST),
        ("\"@target-uri\"", "\"@request-target\" \"@query\"", HOST),
        (created.as_str(), "", TIME),
        ("\"@target-uri\"", "\"@target-uri\";req", rfc9421::COMPONENT),
        ("\"@target-uri\"", "\"@target-uri\" \"@status\"", rfc9421::COMPONENT),
        ("\"@target-uri\"", "\"@target-uri\" \"Date\"", rfc9421::COMPONENT),
        ("\"@target-uri\"", "\"@target-uri\" \"x-absent\"", COVERS_ABSENT),
        ("\"@target-uri\"", "\"@target-uri\" \"@target-uri\"", COVERS_TWICE),
        ("\"@target-uri\"", "token", MALFORMED),
    ] {
        let weak = with(&list, "signature-input", |value| value.replacen(full, less, 1));
        assert_eq!(refusal(&weak), refused, "{full} → {less}");
    }
}

#[test]
fn other_components_that_say_the_same_are_taken() {
    let key = SigningKey::make_ed25519().unwrap();
    let created = NOW / SECOND;
    let content_digest = format!("sha-256=:{}:", digest(b"{}"));
    let date = write_date(NOW).unwrap();
    for (components, lines, params) in [
        (
            "\"@method\" \"@path\" \"@authority\" \"content-digest\"",
            "POST\n/inbox\nb.example",
            format!(";created={created}"),
        ),
        (
            "\"@method\" \"@request-target\" \"host\" \"content-digest\"",
            "POST\n/inbox?x=1\nb.example",
            format!(";created={created}"),
        ),
        (
            "\"@method\" \"@path\" \"@query\" \"@authority\" \"content-digest\"",
            "POST\n/inbox\n?x=1\nb.example",
            format!(";created={created};nonce=\"n\";tag=\"t\""),
        ),
        (
            "\"@method\" \"@target-uri\" \"@scheme\" \"date\" \"content-digest\"",
            "POST\nhttps://b.example/inbox?x=1\nhttps\n{date}",
            String::new(),
        ),
    ] {
        let params = format!("({components}){params};keyid=\"{KEY_ID}\"");
        let names = components.split(' ');
        let values = lines.split('\n').map(|line| line.replace("{date}", &date)).chain([content_digest.clone()]);
        let mut base: Vec<String> = names.zip(values).map(|(name, value)| format!("{name}: {value}")).collect();
        base.push(format!("\"@signature-params\": {params}"));
        let signature = STANDARD.encode(key.sign(base.join("\n").as_bytes()).unwrap());
        let list = headers(&[
            ("host", "b.example"),
            ("date", &date),
            ("content-digest", &content_digest),
            ("signature-input", &format!("a={params}")),
            ("signature", &format!("a=:{signature}:")),
        ]);
        let claim = read(&received("/inbox?x=1", &list, b"{}"), NOW).unwrap();
        assert!(claim.verify(&key.public()), "{components}");
    }
}

#[test]
fn digests_must_be_strong_single_and_right() {
    let key = SigningKey::make_ed25519().unwrap();
    let (old, new) =
        (signed(Form::Cavage, &key, "/inbox", b"{}", NOW), signed(Form::Rfc9421, &key, "/inbox", b"{}", NOW));
    for list in [&old, &new] {
        assert_eq!(read(&received("/inbox", list, b"{ }"), NOW).unwrap_err(), WRONG_DIGEST);
        assert_eq!(read(&received("/inbox", list, b""), NOW).unwrap_err(), WRONG_DIGEST);
    }
    let (short, long) = (digest(b"{}"), STANDARD.encode(sha512(b"{}")));
    let wrong = digest(b"x");
    for (value, refused) in [
        ("MD5=mZFLkyvTelC5g8XnyQrpOw==".to_owned(), WEAK_DIGEST),
        ("SHA=v4Ss3Ug=".to_owned(), WEAK_DIGEST),
        ("unixsum=30637".to_owned(), WEAK_DIGEST),
        (format!("SHA-256={wrong}"), WRONG_DIGEST),
        (format!("SHA-256={short},SHA-512={wrong}"), WRONG_DIGEST),
        (format!("SHA-256={short},SHA-256={short}"), REPEATED),
        (format!("SHA-256={short},sha-256={wrong}"), WRONG_DIGEST),
        ("SHA-256=???".to_owned(), BAD_DIGEST),
        ("SHA-256".to_owned(), BAD_DIGEST),
        (String::new(), BAD_DIGEST),
    ] {
        assert_eq!(refusal(&with(&old, "digest", |_| value.clone())), refused, "{value}");
    }
    for value in
        [format!("sha-256={short}"), format!("SHA-512={long}"), format!("MD5=x, SHA-256={short},SHA-512={long}")]
    {
        // The signature doesn't hold for the changed header, but the digest is as good.
        let list = if value.starts_with("SHA-256") { old.clone() } else { with(&old, "digest", |_| value.clone()) };
        assert!(read(&received("/inbox", &list, b"{}"), NOW).is_ok(), "{value}");
    }
    for (value, refused) in [
        ("md5=:mZFLkyvTelC5g8XnyQrpOw==:".to_owned(), WEAK_DIGEST),
        (format!("sha-256=:{wrong}:"), WRONG_DIGEST),
        (format!("sha-256=:{short}:, sha-512=:{wrong}:"), WRONG_DIGEST),
        (format!("sha-256={short}"), BAD_DIGEST),
        ("sha-256".to_owned(), BAD_DIGEST),
        ("sha-256=(1 2)".to_owned(), BAD_DIGEST),
        (String::new(), WEAK_DIGEST),
    ] {
        assert_eq!(refusal(&with(&new, "content-digest", |_| value.clone())), refused, "{value}");
    }
    for value in [format!("sha-512=:{long}:"), format!("md5=:AAAA:, sha-256=:{short}:;x=1,sha-512=:{long}:")] {
        let list = with(&new, "content-digest", |_| value.clone());
        assert!(read(&received("/inbox", &list, b"{}"), NOW).is_ok(), "{value}");
    }
}

#[test]
fn the_algorithm_is_the_keys() {
    let (rsa, ed25519) = (SigningKey::make_rsa().unwrap(), SigningKey::make_ed25519().unwrap());
    let fields = [("(request-target)", "get /inbox"), ("host", "b.example"), ("date", &write_date(NOW).unwrap())];
    for (key, named, holds) in [
        (&rsa, ",algorithm=\"rsa-sha256\"", true),
        (&rsa, ",algorithm=\"RSA-SHA256\"", true),
        (&rsa, ",algorithm=\"hs2019\"", true),
        (&rsa, "", true),
        (&rsa, ",algorithm=\"ed25519\"", false),
        (&ed25519, ",algorithm=\"hs2019\"", true),
        (&ed25519, ",algorithm=\"ed25519\"", true),
        (&ed25519, "", true),
        (&ed25519, ",algorithm=\"rsa-sha256\"", false),
    ] {
        let list = cavage(key, &fields, named);
        let get = Received { method: "GET", body: None, ..received("/inbox", &list, b"") };
        assert_eq!(read(&get, NOW).unwrap().verify(&key.public()), holds, "{key:?} {named}");
    }
    for named in ["rsa-sha1", "rsa-sha512", "hmac-sha256", "ecdsa-sha256", "none", ""] {
        let list = cavage(&rsa, &fields, &format!(",algorithm=\"{named}\""));
        let get = Received { method: "GET", body: None, ..received("/inbox", &list, b"") };
        assert_eq!(read(&get, NOW).unwrap_err(), ALGORITHM, "{named}");
    }
    let list = signed(Form::Rfc9421, &ed25519, "/inbox", b"{}", NOW);
    for named in ["hmac-sha256", "rsa-pss-sha512", "ecdsa-p256-sha256", "none"] {
        let other =
            with(&list, "signature-input", |value| value.replace("alg=\"ed25519\"", &format!("alg=\"{named}\"")));
        assert_eq!(refusal(&other), ALGORITHM, "{named}");
    }
    let contradicts = with(&list, "signature-input", |value| value.replace("ed25519", "rsa-v1_5-sha256"));
    assert!(!read(&received("/inbox", &contradicts, b"{}"), NOW).unwrap().verify(&ed25519.public()));
}

#[test]
fn another_spelling_of_a_signature_is_the_same_signature() {
    let key = SigningKey::make_ed25519().unwrap();
    let list = signed(Form::Cavage, &key, "/inbox", b"{}", NOW);
    let claim = read(&received("/inbox", &list, b"{}"), NOW).unwrap();
    for (from, to) in
        [("#main-key", "?#main-key"), (",algorithm=\"hs2019\"", ""), (",", " , "), ("keyId=\"https", "keyId=\"HTTPS")]
    {
        let other = with(&list, "signature", |value| value.replace(from, to));
        let again = read(&received("/inbox", &other, b"{}"), NOW).unwrap();
        assert_eq!(again.fingerprint(), claim.fingerprint(), "{from} → {to}");
    }
    let later = signed(Form::Cavage, &key, "/inbox", b"{}", NOW + SECOND);
    assert_ne!(read(&received("/inbox", &later, b"{}"), NOW).unwrap().fingerprint(), claim.fingerprint());
}

#[test]
fn odd_headers_are_refused_without_panic() {
    let long = "x".repeat(20_000);
    let many: String = (0..20).map(|n| format!("p{n}=1,")).collect();
    let covered =
        format!("keyId=\"a\",signature=\"AA==\",headers=\"{}\"", (0..50).map(|n| format!("h{n} ")).collect::<String>());
    let key_id = format!("keyId=\"{}\",signature=\"AA==\"", "k".repeat(3000));
    for odd in [
        "",
        "=",
        ",",
        "\"",
        "keyId",
        "keyId=",
        "keyId=\"",
        "keyId=\"a\\",
        "keyId=\"a\" x",
        "keyId=\"a\",keyId=\"b\"",
        "keyId=\"a\",,signature=\"AA==\"",
        "keyId=\"a\",signature=\"AA==\",",
        "keyId=\"\",signature=\"AA==\"",
        "keyId=\"a\",signature=\"===\"",
        "keyId=\"a\",signature=\"AA==\",created=1,created=2",
        "key id=\"a\"",
        "sig1=:!!:",
        "sig1=:AA==:",
        "sig1=1",
        "sig1=()",
        "sig1=(",
        "((((",
        "\u{0}",
        "a=1;b",
        "会馆",
        "sig1=(\"@method\");created=\"1\"",
        "sig1=(\"@method\" \"@target-uri\");created=1;keyid=1",
        "sig1=(\"@method\" \"@target-uri\");created=1;keyid=\"\"",
        "sig1=(\"@method\" \"@target-uri\");created=1.5;keyid=\"a\"",
        "sig1=(\"@method\" 1);keyid=\"a\"",
        "sig1=?1",
        &long,
        &many,
        &covered,
        &key_id,
    ] {
        for name in ["signature", "signature-input", "authorization"] {
            for more in [&[][..], &[("signature", "sig1=:AA==:")], &[("signature-input", "sig1=(\"@method\")")]] {
                let list = [&[("host", "b.example"), ("date", "x"), (name, odd)], more].concat();
                assert!(read(&received("/inbox", &headers(&list), b"{}"), NOW).is_err(), "{name}: {odd}");
            }
        }
    }
}

#[test]
fn a_key_id_that_breaks_the_header_is_not_signed_with() {
    let key = SigningKey::make_ed25519().unwrap();
    let url = url::Url::parse("https://b.example/inbox").unwrap();
    let sending = Sending { method: "GET", url: &url, digest: None };
    for form in [Form::Cavage, Form::Rfc9421] {
        for bad in ["a\"b", "a\\b", "a b", "a\nb", "会馆"] {
            assert!(sign(form, &key, bad, &sending, NOW).is_err(), "{bad}");
        }
        assert!(sign(form, &key, KEY_ID, &sending, NOW).is_ok());
    }
}

#[test]
fn dates_are_written_and_read_as_http_has_them() {
    let text = write_date(784_111_777 * SECOND).unwrap();
    assert_eq!(text, "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(read_date(&text), Ok(784_111_777 * SECOND));
    assert_eq!(write_date(NOW).unwrap(), "Mon, 23 Nov 2026 11:00:00 GMT");
    for bad in
        ["", "now", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 99999 08:49:37 GMT", "1994-11-06T08:49:37Z", "0"]
    {
        assert_eq!(read_date(bad), Err(BAD_TIME), "{bad}");
    }
    assert!(write_date(Micros::MAX).is_err());
}

#[test]
fn forms_keep_their_names() {
    for form in [Form::Cavage, Form::Rfc9421] {
        assert_eq!(Form::of_peer(form.as_str()), form);
        assert_eq!(form.other().other(), form);
        assert_ne!(form.other(), form);
    }
    assert_eq!(Form::of_peer(""), Form::Cavage);
}
