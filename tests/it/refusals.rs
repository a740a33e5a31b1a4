//! What must be refused (security.md), each beside its honest twin, by a server of another make.

use huiguan::config::FederationMode;
use huiguan::domain::arrival::State;
use huiguan::wire::proof;
use serde_json::{Value, json};

use super::peer::{Peer, Someone, post};
use super::server::{Person, Server, befriend, settle};

/// A hall whose member mei follows tom of another server.
async fn acquainted() -> (Server, Person, Peer, Someone) {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let tom = peer.person("tom");
    let mut mei = a.sign_up("mei").await;
    let asked = mei.asks(&format!("tom@{}", peer.authority), "你好").await;
    assert_eq!(asked.status, 303, "{}", asked.body);
    settle(&[&a]).await;
    let follow = peer.taken("Follow").pop().expect("the follow arrived");
    assert_eq!((follow["object"].as_str(), follow["content"].as_str()), (Some(tom.uri.as_str()), Some("你好")));
    assert_eq!(tom.sends(&a, &tom.activity("accept", "Accept", follow)).await, 202);
    settle(&[&a]).await;
    assert!(mei.friends_say("Following").await);
    (a, mei, peer, tom)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_create_is_shown_edited_and_deleted() {
    let (a, mut mei, _peer, tom) = acquainted().await;
    let mut create = tom.create("1", "<p>Hello <script>alert(1)</script><b>all</b></p>");
    assert_eq!(tom.sends(&a, &create).await, 202);
    settle(&[&a]).await;
    let home = mei.home().await;
    assert!(home.contains("<p>Hello <b>all</b></p>"), "{home}");
    create["type"] = json!("Update");
    create["id"] = json!(format!("{}/activities/2", tom.uri));
    create["object"]["content"] = json!("<p>changed</p>");
    create["object"]["updated"] = json!("2026-11-23T09:00:00Z");
    assert_eq!(tom.sends(&a, &create).await, 202);
    settle(&[&a]).await;
    assert!(mei.home().await.contains("<p>changed</p>"));
    let delete = tom.activity("3", "Delete", json!({"id": create["object"]["id"], "type": "Tombstone"}));
    assert_eq!(tom.sends(&a, &delete).await, 202);
    settle(&[&a]).await;
    assert!(!mei.home().await.contains("changed"));
    // The same Create again doesn't bring it back, nor does a fresh one with the same object.
    create["type"] = json!("Create");
    create["id"] = json!(format!("{}/activities/4", tom.uri));
    assert_eq!(tom.sends(&a, &create).await, 202);
    settle(&[&a]).await;
    assert!(!mei.home().await.contains("changed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_speaking_is_checked() {
    let (a, mut mei, peer, tom) = acquainted().await;
    let eve = peer.person("eve");
    let create = tom.create("1", "forged");
    let body = create.to_string();
    let fine = tom.signed(&a, "/inbox", body.as_bytes());
    let without = |name: &str| fine.iter().filter(|(n, _)| n != name).cloned().collect::<Vec<_>>();
    let with = |name: &str, value: &str| {
        let mut list = without(name);
        list.push((name.to_owned(), value.to_owned()));
        list
    };
    let impostor =
        Someone { uri: tom.uri.clone(), key_id: tom.key_id.clone(), key: eve.key.clone(), document: json!({}) };
    let cases = vec![
        ("no signature", without("signature"), body.clone()),
        ("no digest", without("digest"), body.clone()),
        ("no date", without("date"), body.clone()),
        ("another body", fine.clone(), body.replace("forged", "forged!")),
        ("another digest", with("digest", "SHA-256=AAAA"), body.clone()),
        ("another date", with("date", "Mon, 23 Nov 2026 00:00:01 GMT"), body.clone()),
        ("another's key", impostor.signed(&a, "/inbox", body.as_bytes()), body.clone()),
        ("another actor's signature", eve.signed(&a, "/inbox", body.as_bytes()), body.clone()),
        (
            "a key that isn't there",
            with(
                "signature",
                "keyId=\"http://127.0.0.1:1/x#k\",headers=\"(request-target) host date digest\",signature=\"AAAA\"",
            ),
            body.clone(),
        ),
        ("for another path", tom.signed(&a, "/actors/mei/inbox", body.as_bytes()), body.clone()),
    ];
    for (what, headers, body) in cases {
        let status = post(&a, "/inbox", &headers, body).await;
        assert_eq!(status, 401, "{what}");
    }
    a.clock.advance(13 * huiguan::clock::HOUR);
    assert_eq!(post(&a, "/inbox", &fine, body.clone()).await, 401, "too old");
    settle(&[&a]).await;
    assert!(!mei.home().await.contains("forged"));
    // The honest twin.
    assert_eq!(tom.sends(&a, &tom.create("2", "honest")).await, 202);
    settle(&[&a]).await;
    assert!(mei.home().await.contains("honest"));
    // The very same request again changes nothing.
    let again = tom.create("3", "once");
    let body = again.to_string();
    let headers = tom.signed(&a, "/inbox", body.as_bytes());
    assert_eq!(post(&a, "/inbox", &headers, body.clone()).await, 202);
    assert_eq!(post(&a, "/inbox", &headers, body.clone()).await, 202);
    settle(&[&a]).await;
    assert_eq!(mei.home().await.matches("once").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_speaks_for_another_or_for_this_hall() {
    let (a, mut mei, peer, tom) = acquainted().await;
    let (other, eve) = (Peer::start(), peer.person("eve"));
    let mallory = other.person("mallory");
    assert_eq!(tom.sends(&a, &tom.create("1", "of tom")).await, 202);
    settle(&[&a]).await;
    let theirs = tom.create("1", "")["object"]["id"].clone();
    let note = |author: &Someone, id: Value, attributed: &str| {
        let mut create = author.create("x", "stolen");
        create["object"]["id"] = id;
        create["object"]["attributedTo"] = json!(attributed);
        create["id"] = json!(format!("{}/{}", author.uri, huiguan::secret::token()));
        create
    };
    let local = json!(format!("{}/objects/1", a.origin));
    let cases = vec![
        ("an object of another host", mallory.sends(&a, &note(&mallory, theirs.clone(), &mallory.uri)).await),
        (
            "an author of another host",
            mallory.sends(&a, &note(&mallory, json!(format!("{}/n", mallory.uri)), &tom.uri)).await,
        ),
        ("an author of the same host", eve.sends(&a, &note(&eve, json!(format!("{}/n", eve.uri)), &tom.uri)).await),
        ("an object of this hall", mallory.sends(&a, &note(&mallory, local, &mallory.uri)).await),
        ("a deletion by a neighbour", eve.sends(&a, &eve.activity("d", "Delete", theirs.clone())).await),
        ("a deletion by a stranger", mallory.sends(&a, &mallory.activity("d", "Delete", theirs.clone())).await),
        ("another's farewell", eve.sends(&a, &eve.activity("f", "Delete", json!(tom.uri))).await),
        ("another's profile", eve.sends(&a, &eve.activity("u", "Update", tom.document.clone())).await),
    ];
    for (what, status) in cases {
        assert!(status == 202 || (400..500).contains(&status), "{what}: {status}");
    }
    settle(&[&a]).await;
    let home = mei.home().await;
    assert!(home.contains("of tom") && !home.contains("stolen"), "{home}");
    // As an actor of this hall.
    let mut forged = tom.create("2", "in mei's name");
    forged["actor"] = json!(mei.actor());
    forged["id"] = json!(format!("{}/activities/1", a.origin));
    assert_eq!(tom.sends(&a, &forged).await, 403);
    // A change by a neighbour; then the honest one.
    let mut update = tom.create("1", "defaced");
    update["type"] = json!("Update");
    update["actor"] = json!(eve.uri);
    update["id"] = json!(format!("{}/u2", eve.uri));
    assert_eq!(eve.sends(&a, &update).await, 202);
    settle(&[&a]).await;
    assert!(!mei.home().await.contains("defaced"));
    assert_eq!(tom.sends(&a, &tom.activity("d", "Delete", theirs)).await, 202);
    settle(&[&a]).await;
    assert!(!mei.home().await.contains("of tom"));
}

#[tokio::test(flavor = "multi_thread")]
async fn friendship_cannot_be_forged() {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let (tom, eve) = (peer.person("tom"), peer.person("eve"));
    let mut mei = a.sign_up("mei").await;
    mei.asks(&format!("tom@{}", peer.authority), "").await;
    settle(&[&a]).await;
    let follow = peer.taken("Follow").pop().unwrap();
    // An acceptance of what was never asked, and of another's request.
    let invented =
        json!({"id": format!("{}/activities/9", a.origin), "type": "Follow", "actor": mei.actor(), "object": eve.uri});
    eve.sends(&a, &eve.activity("a1", "Accept", invented)).await;
    eve.sends(&a, &eve.activity("a2", "Accept", follow.clone())).await;
    eve.sends(&a, &eve.activity("a3", "Reject", follow.clone())).await;
    settle(&[&a]).await;
    assert!(mei.friends_say("Asked; waiting for their answer").await);
    // tom asks too: crossed requests meet. eve can't take tom's follow back; tom can.
    let asks = tom.activity("f1", "Follow", json!(mei.actor()));
    tom.sends(&a, &asks).await;
    tom.sends(&a, &tom.activity("a4", "Accept", follow)).await;
    settle(&[&a]).await;
    assert!(mei.friends_say(">Friend<").await);
    assert_eq!(peer.taken("Accept").len(), 1);
    eve.sends(&a, &eve.activity("u1", "Undo", asks.clone())).await;
    settle(&[&a]).await;
    assert!(mei.friends_say(">Friend<").await);
    mei.posts("for friends", "friends").await;
    settle(&[&a]).await;
    assert_eq!(peer.taken("Create").len(), 1);
    tom.sends(&a, &tom.activity("u2", "Undo", asks.clone())).await;
    settle(&[&a]).await;
    assert!(!mei.friends_say(">Friend<").await);
    // The old request, sent again as it was, is the same id under a new signature: a relation finds the state as it is,
    // and asking anew is honest. It shows as a request or a tie, but nothing non-public passes meanwhile.
    mei.posts("after the end", "friends").await;
    settle(&[&a]).await;
    assert_eq!(peer.taken("Create").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_activity_counts_by_its_proof_only() {
    let (a, mut mei, peer, tom) = acquainted().await;
    let courier = peer.person("courier");
    let ed = huiguan::secret::SigningKey::make_ed25519().unwrap();
    let method = format!("{}#ed25519-key", tom.uri);
    let mut document = tom.document.clone();
    document["assertionMethod"] = json!([{"id": method, "type": "Multikey", "controller": tom.uri,
        "publicKeyMultibase": ed.public().to_multikey()}]);
    peer.serve("/users/tom", &document);
    assert_eq!(tom.sends(&a, &tom.activity("up", "Update", document)).await, 202);
    settle(&[&a]).await;
    let mut forwarded = tom.create("1", "by courier");
    assert_eq!(courier.sends(&a, &forwarded).await, 401);
    proof::add(&mut forwarded, &ed, &method, a.ctx.now()).unwrap();
    let mut forged = forwarded.clone();
    forged["object"]["content"] = json!("not by tom");
    assert_eq!(courier.sends(&a, &forged).await, 401);
    assert_eq!(courier.sends(&a, &forwarded).await, 202);
    settle(&[&a]).await;
    let home = mei.home().await;
    assert!(home.contains("by courier") && !home.contains("not by tom"), "{home}");
    assert_eq!(a.last_outcome().await.0, State::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_bodies_get_a_4xx_and_never_a_5xx() {
    let (a, mut mei, _peer, tom) = acquainted().await;
    let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    for body in [
        "",
        "null",
        "[]",
        "{}",
        "7",
        "\"x\"",
        "{\"type\":\"Create\"}",
        "{\"a\":1,\"a\":2}",
        "\u{feff}{}",
        deep.as_str(),
        "{\"type\":\"Create\",\"actor\":\"x\"}",
        "{\"type\":[],\"actor\":{}}",
    ] {
        let headers = tom.signed(&a, "/inbox", body.as_bytes());
        let status = post(&a, "/inbox", &headers, body.to_owned()).await;
        assert!((400..500).contains(&status), "{body}: {status}");
    }
    let huge = format!("{{\"a\":\"{}\"}}", "x".repeat(1_100_000));
    let headers = tom.signed(&a, "/inbox", huge.as_bytes());
    assert_eq!(post(&a, "/inbox", &headers, huge).await, 413);
    let mut headers = tom.signed(&a, "/inbox", b"{}");
    headers.push(("content-type".to_owned(), "text/plain".to_owned()));
    assert_eq!(post(&a, "/inbox", &headers, "{}".to_owned()).await, 400);
    // Well-formed envelopes around nonsense: taken, and without effect.
    for (number, object) in [Value::Null, json!(7), json!([]), json!({}), json!("x"), json!({"type": "Note"}), json!({"id": tom.uri, "type": ["Note", {}]}), json!({"id": format!("{}/n", tom.uri), "type": "Note", "attributedTo": tom.uri, "content": {"a": 1}, "published": "99999-99-99", "to": 9})].into_iter().enumerate() {
        for kind in ["Create", "Update", "Delete", "Undo", "Accept", "Reject", "Follow", "Like", "Announce", "Nonsense"] {
            if kind == "Delete" && object["id"] == json!(tom.uri) {
                // That would be an honest farewell.
                continue;
            }
            let status = tom.sends(&a, &tom.activity(&format!("{kind}{number}"), kind, object.clone())).await;
            assert!(status == 202 || (400..500).contains(&status), "{kind} {object}: {status}");
        }
    }
    settle(&[&a]).await;
    assert_eq!(tom.sends(&a, &tom.create("fine", "still listening")).await, 202);
    settle(&[&a]).await;
    assert!(mei.home().await.contains("still listening"));
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_count_from_their_own_host_only() {
    let (a, peer, other) = (Server::start("guangzhou").await, Peer::start(), Peer::start());
    let mut mei = a.sign_up("mei").await;
    let (tom, mallory) = (peer.person("tom"), other.person("mallory"));
    // A document that names another host's actor; the wrong media type; a redirect to another host's document.
    other.serve("/users/mallory", &tom.document);
    let asked = mei.asks(&format!("mallory@{}", other.authority), "").await;
    assert_eq!(asked.status, 422, "{}", asked.body);
    other.serve_as("/users/mallory", "application/json", &mallory.document.to_string());
    assert_eq!(mei.asks(&format!("mallory@{}", other.authority), "").await.status, 422);
    other.serve_as("/users/mallory", "redirect", "http://10.0.0.1/x");
    assert_eq!(mei.asks(&format!("mallory@{}", other.authority), "").await.status, 422);
    other.serve("/users/mallory", &mallory.document);
    assert_eq!(mei.asks(&format!("mallory@{}", other.authority), "").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_peer_is_not_heard_and_not_spoken_to() {
    let (a, mut mei, peer, tom) = acquainted().await;
    let mut owner = a.sign_up_as("owner1", huiguan::domain::login::Role::Owner).await;
    let host = peer.authority.clone();
    assert_eq!(owner.post("/office/peers", &[("host", &host), ("decision", "blocked")]).await.status, 303);
    assert_eq!(tom.sends(&a, &tom.create("1", "unheard")).await, 403);
    let before = peer.asked("/users/tom");
    assert_eq!(mei.asks(&format!("tom@{host}"), "").await.status, 422);
    assert_eq!(peer.asked("/users/tom"), before);
    assert_eq!(owner.post("/office/peers", &[("host", &host), ("decision", "open")]).await.status, 303);
    assert_eq!(tom.sends(&a, &tom.create("2", "heard again")).await, 202);
    settle(&[&a]).await;
    let home = mei.home().await;
    assert!(home.contains("heard again") && !home.contains("unheard"), "{home}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_farewell_and_bad_signatures_cost_no_fetches() {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let nobody = peer.person("nobody");
    assert_eq!(nobody.sends(&a, &nobody.activity("bye", "Delete", json!(nobody.uri))).await, 202);
    assert_eq!(peer.asked("/users/nobody"), 0);
    let eve = peer.person("eve");
    let liar =
        Someone { key_id: nobody.key_id.clone(), uri: nobody.uri.clone(), key: eve.key.clone(), document: json!({}) };
    for number in 0..5 {
        assert_eq!(liar.sends(&a, &liar.create(&number.to_string(), "x")).await, 401);
    }
    assert!(peer.asked("/users/nobody") <= 2, "{}", peer.asked("/users/nobody"));
    let (mut mei, mut lan) = (a.sign_up("mei").await, a.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_inbox_says_when_to_come_back_and_takes_it_then() {
    let a = Server::start_with("guangzhou", |config| config.limits.inbox_waiting_max = 2).await;
    let mut mei = a.sign_up("mei").await;
    let peer = Peer::start();
    let tom = peer.person("tom");
    mei.asks(&format!("tom@{}", peer.authority), "").await;
    settle(&[&a]).await;
    let asked = peer.taken("Follow").pop().unwrap();
    tom.sends(&a, &tom.activity("acc", "Accept", asked["id"].clone())).await;
    settle(&[&a]).await;
    for number in ["1", "2"] {
        assert_eq!(tom.sends(&a, &tom.create(number, &format!("number {number}"))).await, 202);
    }
    let body = tom.create("3", "number 3").to_string();
    let mut request = super::server::client().post(format!("{}/inbox", a.origin)).body(body.clone());
    for (name, value) in tom.signed(&a, "/inbox", body.as_bytes()) {
        request = request.header(name, value);
    }
    let refused = request.header("content-type", "application/activity+json").send().await.unwrap();
    let after: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(refused.status() == 503 && after > 0, "{} {after}", refused.status());
    mei.posts("members go on", "everyone").await;
    assert!(mei.home().await.contains("members go on"));
    settle(&[&a]).await;
    assert_eq!(tom.sends(&a, &tom.create("3", "number 3")).await, 202);
    settle(&[&a]).await;
    let home = mei.home().await;
    assert!((1..=3).all(|number| home.contains(&format!("number {number}"))), "{home}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_that_federates_with_nobody_is_not_there_for_servers() {
    for (mode, says) in [(FederationMode::Open, true), (FederationMode::Off, false)] {
        let a = Server::start_with("guangzhou", |config| config.federation.mode = mode).await;
        let mut mei = a.sign_up("mei").await;
        let peer = Peer::start();
        let tom = peer.person("tom");
        let page = mei.posts("for everyone", "everyone").await;
        let number = page.rsplit('/').next().unwrap();
        let client = super::server::client();
        for path in [
            format!("/.well-known/webfinger?resource=acct:{}", mei.address()),
            "/.well-known/nodeinfo".to_owned(),
            "/nodeinfo/2.1".to_owned(),
            "/actors/mei".to_owned(),
            "/actors/mei/outbox".to_owned(),
            "/actor".to_owned(),
            format!("/objects/{number}"),
        ] {
            let request = client.get(format!("{}{path}", a.origin)).header("accept", "application/activity+json");
            let status = request.send().await.unwrap().status().as_u16();
            assert_eq!(status, if says { 200 } else { 404 }, "{path} {mode:?}");
        }
        let follow = tom.activity("f", "Follow", json!(mei.actor()));
        assert_eq!(tom.sends(&a, &follow).await, if says { 202 } else { 403 });
        mei.asks(&format!("tom@{}", peer.authority), "").await;
        settle(&[&a]).await;
        assert_eq!(peer.taken("Follow").len(), usize::from(says), "{mode:?}");
        assert_eq!(peer.asked("/users/tom") > 0, says, "{mode:?}");
        // For people it is the same hall.
        assert_eq!(Person::new(&a).get(&page).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_counts_until_its_owner_changes_it() {
    let (a, mut mei, peer, mut tom) = acquainted().await;
    let old = Someone { uri: tom.uri.clone(), key_id: tom.key_id.clone(), key: tom.key, document: json!({}) };
    tom.key = huiguan::secret::SigningKey::make_rsa().unwrap();
    // Not yet in the document: it is nobody's key.
    assert_eq!(tom.sends(&a, &tom.create("1", "before the change")).await, 401);
    let mut document = tom.document.clone();
    document["publicKey"]["publicKeyPem"] = json!(tom.key.public().to_pem());
    peer.serve("/users/tom", &document);
    // Keys that failed are left alone for some minutes, by the clock of the machine; an honest Update by the old key
    // tells at once.
    assert_eq!(old.sends(&a, &tom.activity("up", "Update", document)).await, 202);
    settle(&[&a]).await;
    assert_eq!(tom.sends(&a, &tom.create("2", "after the change")).await, 202);
    assert_eq!(old.sends(&a, &tom.create("3", "by the old key")).await, 401);
    settle(&[&a]).await;
    let home = mei.home().await;
    assert!(home.contains("after the change"), "{home}");
    assert!(!home.contains("before the change") && !home.contains("by the old key"), "{home}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_always_fails_is_set_aside_and_holds_nothing_up() {
    use diesel::RunQueryDsl;
    let (a, mut mei, _peer, tom) = acquainted().await;
    assert_eq!(tom.sends(&a, &tom.create("1", "broken on the way")).await, 202);
    let spoilt = a.ctx.write(|conn| {
        let statement = "UPDATE arrival SET body = '{' WHERE state = 'waiting'";
        Ok(diesel::sql_query(statement).execute(conn.link())?)
    });
    assert_eq!(spoilt.await.unwrap(), 1);
    assert_eq!(tom.sends(&a, &tom.create("2", "right behind it")).await, 202);
    settle(&[&a]).await;
    assert!(mei.home().await.contains("right behind it"));
    for _ in 0..10 {
        a.work().await;
        a.clock.advance(13 * huiguan::clock::HOUR);
    }
    assert_eq!(a.failed().await, 1);
    let waiting = a.ctx.read(huiguan::domain::arrival::waiting).await.unwrap();
    assert_eq!(waiting, 0, "it isn't tried for ever");
    let mut owner = a.sign_up_as("owner1", huiguan::domain::login::Role::Owner).await;
    let office = owner.get("/office").await.body;
    assert!(office.contains("1 set aside"), "officers see it: {office}");
}
