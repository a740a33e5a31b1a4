//! What other servers find here: discovery, documents, signed GETs; and two processes of one hall.

use huiguan::secret::Algorithm;
use huiguan::wire::signature::{Form, Sending, sign};
use serde_json::Value;

use super::peer::Someone;
use super::server::{Answer, Person, Server, befriend, client, settle};

const ACTIVITY: &str = "application/activity+json";

async fn get(url: &str, accept: &str, headers: &[(String, String)]) -> Answer {
    let mut request = client().get(url).header("accept", accept);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.text().await.unwrap() }
}

/// A GET signed by a member of another hall.
pub async fn signed_get(url: &str, by: &Server, name: &str) -> Answer {
    let name = name.to_owned();
    let (key_id, key) = by
        .ctx
        .read(move |conn| {
            let actor = huiguan::domain::actor::local_by_name(conn, &name)?.unwrap();
            huiguan::domain::actor::signing_key(conn, actor.id, Algorithm::Rsa)
        })
        .await
        .unwrap();
    let parsed = url::Url::parse(url).unwrap();
    let sending = Sending { method: "GET", url: &parsed, digest: None };
    let headers = sign(Form::Rfc9421, &key, &key_id, &sending, by.ctx.now()).unwrap();
    get(url, ACTIVITY, &headers).await
}

/// A GET of a document with these headers.
pub async fn document(url: &str, headers: &[(String, String)]) -> Answer {
    get(url, ACTIVITY, headers).await
}

/// The headers of a GET signed by somebody of another make's server.
pub fn signed_by(url: &str, home: &Server, someone: &Someone) -> Vec<(String, String)> {
    let parsed = url::Url::parse(url).unwrap();
    let sending = Sending { method: "GET", url: &parsed, digest: None };
    sign(Form::Cavage, &someone.key, &someone.key_id, &sending, home.ctx.now()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn actors_are_found_by_address_and_by_page() {
    let a = Server::start("guangzhou").await;
    let mei = a.sign_up("mei").await;
    for resource in [
        format!("acct:mei@{}", a.authority),
        mei.actor(),
        format!("{}/@mei", a.origin),
        format!("acct:MEI@{}", a.authority),
    ] {
        let found =
            get(&format!("{}/.well-known/webfinger?resource={}", a.origin, resource.replace('@', "%40")), "*/*", &[])
                .await;
        assert_eq!(found.status, 200, "{resource}");
        assert!(found.header("content-type").starts_with("application/jrd+json"));
        let links = found.json()["links"].clone();
        assert!(links.as_array().unwrap().iter().any(|link| link["href"] == mei.actor()), "{links}");
    }
    for (query, status) in
        [("", 400), ("?resource=", 400), ("?resource=acct:nobody@x", 404), ("?resource=acct:mei@other.example", 404)]
    {
        assert_eq!(
            get(&format!("{}/.well-known/webfinger{query}", a.origin), "*/*", &[]).await.status,
            status,
            "{query}"
        );
    }
    let links = get(&format!("{}/.well-known/nodeinfo", a.origin), "*/*", &[]).await.json();
    let nodeinfo = get(links["links"][0]["href"].as_str().unwrap(), "*/*", &[]).await.json();
    assert_eq!((nodeinfo["version"].as_str(), nodeinfo["software"]["name"].as_str()), (Some("2.1"), Some("huiguan")));
    assert_eq!(nodeinfo["usage"]["users"]["total"], 1);
    assert!(
        get(&format!("{}/.well-known/host-meta", a.origin), "*/*", &[]).await.body.contains("webfinger?resource={uri}")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_and_pages_lead_to_each_other() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let path = mei.posts("for all", "everyone").await;
    let object = path.replace("/@mei/", "/objects/");
    let actor = get(&mei.actor(), ACTIVITY, &[]).await;
    assert!(actor.header("content-type").starts_with(ACTIVITY));
    let document = actor.json();
    assert_eq!((document["type"].as_str(), document["hg:friends"].as_bool()), (Some("Person"), Some(true)));
    assert_eq!(document["manuallyApprovesFollowers"], true);
    assert_eq!(document["publicKey"]["id"], format!("{}#main-key", mei.actor()));
    assert!(document["assertionMethod"][0]["publicKeyMultibase"].as_str().unwrap().starts_with("z6Mk"));
    assert_eq!(get(&mei.actor(), "text/html", &[]).await.location(), format!("{}/@mei", a.origin));
    assert_eq!(get(&format!("{}/@mei", a.origin), ACTIVITY, &[]).await.location(), mei.actor());
    assert_eq!(get(&format!("{}{path}", a.origin), ACTIVITY, &[]).await.location(), format!("{}{object}", a.origin));
    assert_eq!(get(&format!("{}{object}", a.origin), "text/html", &[]).await.location(), format!("{}{path}", a.origin));
    let note = get(&format!("{}{object}", a.origin), ACTIVITY, &[]).await.json();
    assert_eq!(note["content"], "<p>for all</p>");
    assert_eq!(note["to"][0], "https://www.w3.org/ns/activitystreams#Public");
    settle(&[&a]).await;
    let outbox = get(&format!("{}/outbox", mei.actor()), ACTIVITY, &[]).await.json();
    assert_eq!(outbox["totalItems"], 1);
    let create = get(outbox["orderedItems"][0]["id"].as_str().unwrap(), ACTIVITY, &[]).await.json();
    assert_eq!((create["type"].as_str(), create["object"]["id"].as_str()), (Some("Create"), note["id"].as_str()));
    assert_eq!(create["proof"]["cryptosuite"], "eddsa-jcs-2022");
    let followers = get(&format!("{}/followers", mei.actor()), ACTIVITY, &[]).await.json();
    assert_eq!((followers["totalItems"].as_i64(), followers.get("orderedItems")), (Some(0), None));
    for missing in ["/actors/nobody", "/objects/1", "/objects/x", "/activities/1", "/actors/mei/secrets"] {
        assert_eq!(get(&format!("{}{missing}", a.origin), ACTIVITY, &[]).await.status, 404, "{missing}");
    }
    let hall: Value = get(&format!("{}/actor", a.origin), ACTIVITY, &[]).await.json();
    assert_eq!(hall["type"], "Application");
    for collection in ["outbox", "followers", "following"] {
        let found = get(hall[collection].as_str().unwrap(), ACTIVITY, &[]).await.json();
        assert_eq!((found["id"].as_str(), found["totalItems"].as_i64()), (hall[collection].as_str(), Some(0)));
    }
    mei.posts("for nobody", "me").await;
    let nodeinfo = get(&format!("{}/nodeinfo/2.1", a.origin), "*/*", &[]).await.json();
    assert_eq!(nodeinfo["usage"]["localPosts"], 1, "what isn't public isn't counted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_get_shows_what_the_asker_may_see() {
    let (a, b, c) = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("lima").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    c.sign_up("stranger").await;
    b.sign_up("neighbour").await;
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    for (audience, friends_server, strangers_server) in
        [("everyone", 200, 200), ("friends", 200, 404), ("me", 404, 404)]
    {
        let path = mei.posts(audience, audience).await;
        settle(&[&a, &b]).await;
        let object = format!("{}{}", a.origin, path.replace("/@mei/", "/objects/"));
        assert_eq!(signed_get(&object, &b, "lan").await.status, friends_server, "{audience}");
        assert_eq!(signed_get(&object, &b, "hall").await.status, friends_server, "{audience} by the hall's actor");
        assert_eq!(signed_get(&object, &b, "neighbour").await.status, strangers_server, "{audience} by a neighbour");
        assert_eq!(signed_get(&object, &c, "stranger").await.status, strangers_server, "{audience}");
        assert_eq!(signed_get(&object, &c, "hall").await.status, strangers_server, "{audience} by a strange hall");
        assert_eq!(
            get(&object, ACTIVITY, &[]).await.status,
            if audience == "everyone" { 200 } else { 404 },
            "{audience}"
        );
    }
    // A signature that doesn't hold is told so, and sees nothing, not even what is public.
    let object = format!("{}/actors/mei/outbox", a.origin);
    let forged = vec![
        ("signature".to_owned(), "keyId=\"x\",headers=\"(request-target) host date\",signature=\"AAAA\"".to_owned()),
        ("date".to_owned(), "Mon, 23 Nov 2026 00:00:00 GMT".to_owned()),
    ];
    assert_eq!(get(&object, ACTIVITY, &forged).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_one_hall_on_postgresql() {
    if !matches!(std::env::var("HUIGUAN_TEST_DATABASE").as_deref(), Ok("postgres")) {
        println!("skipped: two processes share one hall on PostgreSQL only; set HUIGUAN_TEST_DATABASE=postgres");
        return;
    }
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let second = a.another().await;
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &second, &b]).await;
    // The session holds in the other process; what either posts, both and the other hall see, once.
    let mut elsewhere = Person::new(&second);
    elsewhere.cookies = mei.cookies.clone();
    elsewhere.token = mei.token.clone();
    elsewhere.name = "mei".to_owned();
    for number in 0..10 {
        let person = if number % 2 == 0 { &mut mei } else { &mut elsewhere };
        person.posts(&format!("number {number};"), "friends").await;
    }
    settle(&[&a, &second, &b]).await;
    let home = lan.home().await;
    let order: Vec<usize> =
        (0..10).map(|number| home.find(&format!("number {number};")).expect("each arrives")).collect();
    assert!(order.iter().rev().is_sorted(), "newest first: {order:?}");
    assert_eq!(home.matches("number ").count(), 10);
    assert_eq!((a.waiting().await, b.waiting().await), (0, 0));
    second.stop().await;
}
