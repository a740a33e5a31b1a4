//! Documents as other software sends them (`tests/fixtures/`), and the same documents bent in every way.

use serde_json::{Value, json};

use super::address::{host_of, same_host};
use super::object::{Attachment, PUBLIC, Tag};
use super::{activity, actor, discovery, json, object, proof};
use crate::secret::Algorithm;

/// Every fixture by its name.
macro_rules! fixtures {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../tests/fixtures/", $name, ".json")))),*]
    };
}

const FIXTURES: &[(&str, &str)] = fixtures![
    "mastodon/actor",
    "mastodon/create",
    "gotosocial/actor",
    "gotosocial/create",
    "misskey/actor",
    "misskey/create",
    "lemmy/actor",
    "lemmy/group",
    "lemmy/create",
    "lemmy/announce",
    "wordpress/actor",
    "wordpress/create",
    "mitra/actor",
    "mitra/create",
    "pixelfed/actor",
    "pixelfed/create",
    "pixelfed/reply",
    "pleroma/actor",
    "pleroma/create",
    "mastodon/follow",
    "mastodon/accept",
    "mastodon/like",
    "mastodon/delete",
    "gotosocial/follow",
    "gotosocial/accept",
    "gotosocial/like",
    "gotosocial/delete",
    "misskey/follow",
    "misskey/accept",
    "misskey/like",
    "misskey/delete",
    "mitra/follow",
    "mitra/accept",
    "mitra/like",
    "mitra/delete",
    "pixelfed/follow",
    "pixelfed/accept",
    "pixelfed/like",
    "pixelfed/delete",
];

fn fixture(name: &str) -> Value {
    let (_, text) = FIXTURES.iter().find(|(other, _)| *other == name).unwrap();
    json::parse(text.as_bytes()).unwrap()
}

/// The post in a software's `Create`.
fn post(software: &str) -> object::Note {
    let create = activity::read(&fixture(&format!("{software}/create"))).unwrap();
    assert_eq!(create.kind, "Create");
    let post = object::read(&create.object).unwrap();
    assert_eq!(post.attributed_to, create.actor);
    assert!(post.published.is_some());
    post
}

/// Reads an actor and checks its id, names and shared inbox, and that its first key is RSA under this part of its id.
fn assert_actor(name: &str, id: &str, names: [&str; 2], shared_inbox: &str, key: &str) {
    let read = actor::read(&fixture(name)).unwrap();
    assert_eq!((read.id.as_str(), [read.username.as_str(), read.name.as_str()]), (id, names));
    assert_eq!(read.shared_inbox, shared_inbox, "{name}");
    assert!(same_host(&read.inbox, id) && same_host(&read.outbox, id), "{name}");
    let (uri, first) = read.keys.first().unwrap();
    assert_eq!((uri.as_str(), first.algorithm()), (format!("{id}{key}").as_str(), Algorithm::Rsa), "{name}");
    assert_eq!(read.locked, matches!(name, "mastodon/actor" | "gotosocial/actor"), "{name}");
    assert!(!read.friends, "{name}");
}

#[test]
fn actors_of_other_software_are_read() {
    let main = "#main-key";
    let wordpress = "https://blog.example/wp-json/activitypub/1.0/inbox";
    let (mastodon, misskey) = ("https://mastodon.example", "https://misskey.example");
    let (lemmy, pleroma) = ("https://lemmy.example", "https://pleroma.example");
    let shared = |origin: &str| format!("{origin}/inbox");
    let at = |origin: &str, path: &str| format!("{origin}{path}");
    assert_actor("mastodon/actor", &at(mastodon, "/users/lan"), ["lan", "林兰 Lan"], &shared(mastodon), main);
    assert_actor("gotosocial/actor", "https://gotosocial.example/users/wei", ["wei", "Wei"], "", "/main-key");
    assert_actor("misskey/actor", &at(misskey, "/users/9abcdefghi"), ["hana", ""], &shared(misskey), main);
    assert_actor("lemmy/actor", &at(lemmy, "/u/ahua"), ["ahua", "Ah Hua"], &shared(lemmy), main);
    assert_actor("lemmy/group", &at(lemmy, "/c/noodles"), ["noodles", "Noodles"], &shared(lemmy), main);
    assert_actor("wordpress/actor", "https://blog.example/?author=1", ["shu", "阿淑"], wordpress, main);
    assert_actor("mitra/actor", "https://mitra.example/users/qiao", ["qiao", ""], "", main);
    assert_actor(
        "pixelfed/actor",
        "https://pixelfed.example/users/ming",
        ["ming", "阿明"],
        "https://pixelfed.example/f/inbox",
        main,
    );
    assert_actor("pleroma/actor", &at(pleroma, "/users/tan"), ["tan", "Tan :kopi:"], &shared(pleroma), main);
    assert_eq!(actor::read(&fixture("lemmy/group")).unwrap().kind, actor::Kind::Group);
    assert_eq!(actor::read(&fixture("mastodon/actor")).unwrap().hometown, "汕头");
    let mitra = actor::read(&fixture("mitra/actor")).unwrap();
    assert_eq!(mitra.hometown, "泉州");
    // Its RSA key comes in two forms under one id and counts once.
    let kinds: Vec<Algorithm> = mitra.keys.iter().map(|(_, key)| key.algorithm()).collect();
    assert_eq!(kinds, [Algorithm::Rsa, Algorithm::Ed25519]);
}

#[test]
fn a_multikey_and_a_pem_of_one_key_are_the_same_key() {
    let mut document = fixture("mitra/actor");
    let both = actor::read(&document).unwrap();
    document.as_object_mut().unwrap().remove("publicKey");
    assert_eq!(actor::read(&document).unwrap().keys, both.keys);
}

#[test]
fn posts_of_other_software_are_read() {
    let mastodon = post("mastodon");
    assert_eq!((mastodon.kind.as_str(), mastodon.language.as_str()), ("Note", "zh"));
    assert_eq!((mastodon.summary.as_str(), mastodon.in_reply_to.as_str()), ("", ""));
    assert_eq!(mastodon.to, [PUBLIC]);
    assert_eq!(mastodon.url, "https://mastodon.example/@lan/115600000000000001");
    assert!(mastodon.updated > mastodon.published);
    let sizes: Vec<_> =
        mastodon.attachments.iter().map(|a| (a.media_type.as_str(), a.name.as_str(), a.width)).collect();
    assert_eq!(sizes, [("image/jpeg", "一碗汤圆", Some(1600)), ("video/mp4", "", None)]);
    assert_eq!(
        mastodon.tags,
        [
            Tag::Mention { href: "https://hall.example/actors/mei".into(), name: "@mei@hall.example".into() },
            Tag::Hashtag { name: "冬至".into(), href: "https://mastodon.example/tags/冬至".into() },
            Tag::Emoji { name: "tangyuan".into(), url: "https://mastodon.example/system/custom_emojis/1.png".into() },
        ]
    );

    let gotosocial = post("gotosocial");
    assert_eq!(gotosocial.to, [PUBLIC]);
    assert_eq!((gotosocial.summary.as_str(), gotosocial.sensitive), ("kettles", true));
    assert_eq!(gotosocial.in_reply_to, "https://hall.example/objects/1");
    assert_eq!(gotosocial.attachments[0].name, "a kettle on a stove");
    assert_eq!(gotosocial.tags.len(), 1);
    assert_eq!(gotosocial.published, crate::clock::from_rfc3339("2025-12-21T05:32:16Z"));

    let misskey = post("misskey");
    assert_eq!((misskey.summary.as_str(), misskey.sensitive), ("\u{200b}", true));
    assert!(misskey.cc.iter().any(|uri| object::is_public(uri)));
    assert_eq!(misskey.attachments[0].media_type, "image/webp");

    let lemmy = post("lemmy");
    assert_eq!(
        (lemmy.kind.as_str(), lemmy.name.as_str(), lemmy.language.as_str()),
        ("Page", "哪里有好吃的粿条？", "zh")
    );
    assert_eq!(lemmy.attachments.len(), 1, "a link is no file");

    let wordpress = post("wordpress");
    assert_eq!((wordpress.kind.as_str(), wordpress.id.as_str()), ("Article", "https://blog.example/?p=27948"));
    assert_eq!((wordpress.name.as_str(), wordpress.summary.as_str()), ("姓氏桥", "一篇短文。"));

    let mitra = post("mitra");
    assert!(mitra.context.starts_with("https://mitra.example/collections/"));

    let pixelfed = post("pixelfed");
    assert_eq!((pixelfed.content.as_str(), pixelfed.attachments[0].width), ("", Some(1080)));
    let reply = activity::read(&fixture("pixelfed/reply")).unwrap();
    let mention = Tag::Mention { href: "https://hall.example/actors/mei".into(), name: "@mei@hall.example".into() };
    assert_eq!(object::read(&reply.object).unwrap().tags, [mention], "an object with a number among its keys");

    let pleroma = post("pleroma");
    let picture = Attachment {
        kind: "Document".into(),
        url: "https://pleroma.example/media/3.png".into(),
        media_type: "image/png".into(),
        width: Some(800),
        height: Some(600),
        blurhash: "eIIE|gRj00WB".into(),
        ..Attachment::default()
    };
    assert_eq!((pleroma.attachments, pleroma.sensitive), (vec![picture], false));
}

#[test]
fn an_announced_activity_is_read_within_its_announce() {
    let announce = activity::read(&fixture("lemmy/announce")).unwrap();
    assert_eq!((announce.kind.as_str(), announce.actor.as_str()), ("Announce", "https://lemmy.example/c/noodles"));
    let create = activity::read(&announce.object).unwrap();
    assert_eq!((create.kind.as_str(), create.actor.as_str()), ("Create", "https://lemmy.example/u/ahua"));
    assert_eq!(object::read(&create.object).unwrap().in_reply_to, "https://hall.example/objects/1");
}

#[test]
fn a_proof_of_other_software_holds() {
    let (document, author) = (fixture("mitra/create"), actor::read(&fixture("mitra/actor")).unwrap());
    let method = proof::method(&document).unwrap();
    let (_, key) = author.keys.iter().find(|(uri, _)| uri == method).unwrap();
    assert!(proof::check(&document, key));
    let mut bent = document.clone();
    bent["object"]["content"] = json!("<p>another</p>");
    assert!(!proof::check(&bent, key));
}

/// All readers over one document. Whatever they take must keep what is promised of it.
fn read_all(document: &Value) -> usize {
    let mut taken = 0;
    if let Ok(read) = actor::read(document) {
        taken += 1;
        assert!(same_host(&read.inbox, &read.id));
        assert!(read.keys.iter().all(|(uri, _)| same_host(uri, &read.id)));
        for url in [&read.shared_inbox, &read.outbox, &read.followers, &read.following] {
            assert!(url.is_empty() || same_host(url, &read.id));
        }
        assert!(!read.username.is_empty() && !read.username.contains(['@', '/', ' ', '\n']));
        assert!(read.keys.len() <= 10 && read.names.len() <= 10);
        actor::write(&read);
    }
    if let Ok(note) = object::read(document) {
        taken += 1;
        assert!(same_host(&note.id, &note.attributed_to));
        assert!(note.to.len() <= json::LIST_MAX && note.tags.len() <= json::LIST_MAX);
        assert_eq!(object::read(&object::write(&note)).unwrap().id, note.id);
    }
    if let Ok(read) = activity::read(document) {
        taken += 1;
        assert!(read.id.is_empty() || same_host(&read.id, &read.actor));
        assert!(host_of(&read.actor).is_some());
        taken += object::read(&read.object).is_ok() as usize;
    }
    if let Some(jrd) = discovery::read_jrd(document) {
        assert!(host_of(&jrd.actor).is_some());
    }
    let _ = (proof::method(document), proof::canonical(document), json::url(document), json::types(document).len());
    taken
}

/// Values as nobody should send them.
fn odd_values() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("\u{202e}\u{200b}\u{feff}"),
        json!("+99999-01-01T00:00:00Z"),
        json!("https://"),
        json!("https://evil.example/x"),
        json!("javascript:alert(1)"),
        json!([]),
        json!({}),
        json!([[[]]]),
        json!([null, 1, "a", {"id": 3}, {"id": ["x"]}, {"href": {}}]),
        json!({"id": {"id": {"id": "x"}}, "type": {"type": []}, "url": {"href": {"href": 1}}}),
        json!({"@id": "https://evil.example", "@type": "Person"}),
    ]
}

/// The same, large.
fn large_values() -> Vec<Value> {
    let mut deep = json!("x");
    for _ in 0..60 {
        deep = json!([{ "id": deep, "url": "https://a.example" }]);
    }
    let many = vec![json!({"id": "https://a.example/1", "type": "Hashtag", "name": "a"}); 2 * json::LIST_MAX];
    vec![json!("x".repeat(100_000)), json!("z".repeat(100_000)), json!(many), deep]
}

/// The path of every value within a document.
fn paths(document: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match document {
        Value::Object(map) => {
            for (key, value) in map {
                paths(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                paths(value, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn bent_documents_are_read_or_refused_and_keep_their_promises() {
    let (odd, large) = (odd_values(), large_values());
    let (mut read, mut refused) = (0, 0);
    for (name, _) in FIXTURES {
        let whole = fixture(name);
        assert!(read_all(&whole) > 0, "{name}");
        let mut found = Vec::new();
        paths(&whole, "", &mut found);
        // A context is never looked at.
        for (index, path) in found.iter().filter(|path| !path.starts_with("/@context/")).enumerate() {
            // Not every value at every place, or it would take a minute: each value at every fifth, the large at every
            // twentieth.
            let odd = odd.iter().enumerate().filter(|(at, _)| (at + index) % 5 == 0);
            let large = large.iter().enumerate().filter(|(at, _)| (at * 5 + index) % 20 == 0);
            for (_, value) in odd.chain(large) {
                let mut bent = whole.clone();
                *bent.pointer_mut(path).unwrap() = value.clone();
                match read_all(&bent) {
                    0 => refused += 1,
                    _ => read += 1,
                }
            }
            // A document that has itself within itself.
            if index % 5 == 0 {
                let mut bent = whole.clone();
                *bent.pointer_mut(path).unwrap() = whole.clone();
                read_all(&bent);
            }
        }
    }
    assert!(read > 500 && refused > 50, "{read} read, {refused} refused");
}

#[test]
fn cut_and_flipped_bytes_are_refused_or_read() {
    for (name, text) in FIXTURES {
        let bytes = text.trim_end().as_bytes();
        for end in (0..bytes.len()).step_by(11) {
            assert!(json::parse(&bytes[..end]).is_err(), "{name} cut at {end}");
        }
        for at in (0..bytes.len()).step_by(13) {
            for flip in [0x01, 0x20, 0x80] {
                let mut bent = bytes.to_vec();
                bent[at] ^= flip;
                if let Ok(document) = json::parse(&bent) {
                    read_all(&document);
                }
            }
        }
    }
}
