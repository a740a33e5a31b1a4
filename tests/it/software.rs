//! Other software in its own shapes (`tests/fixtures/`): what it sends is understood, and what it gets in answer is what it
//! takes.

use huiguan::secret::SigningKey;
use serde_json::{Value, json};

use super::peer::{Peer, Someone};
use super::server::{Person, Server, settle};

/// One software: its documents, and what a reader here should see of its post.
struct Software {
    host: &'static str,
    actor: &'static str,
    create: &'static str,
    follow: &'static str,
    accept: &'static str,
    like: &'static str,
    delete: &'static str,
    shows: &'static str,
}

macro_rules! software {
    ($($name:literal shows $shows:literal),* $(,)?) => {
        [$(Software {
            host: concat!($name, ".example"),
            actor: include_str!(concat!("../fixtures/", $name, "/actor.json")),
            create: include_str!(concat!("../fixtures/", $name, "/create.json")),
            follow: include_str!(concat!("../fixtures/", $name, "/follow.json")),
            accept: include_str!(concat!("../fixtures/", $name, "/accept.json")),
            like: include_str!(concat!("../fixtures/", $name, "/like.json")),
            delete: include_str!(concat!("../fixtures/", $name, "/delete.json")),
            shows: $shows,
        }),*]
    };
}

/// A document of a software, brought to the two servers of this test.
struct Brought<'a> {
    software: &'a Software,
    peer: &'a Peer,
    hall: &'a Server,
    post: String,
    follow: String,
}

impl Brought<'_> {
    fn document(&self, text: &str) -> Value {
        let text = text
            .replace(&format!("https://{}", self.software.host), &self.peer.origin)
            .replace("https://hall.example/objects/1", &self.post)
            .replace("https://hall.example/activities/1", &self.follow)
            .replace("https://hall.example", &self.hall.origin);
        let mut document: Value = serde_json::from_str(&text).unwrap();
        // What a key of the fixture has signed doesn't hold for another host.
        let map = document.as_object_mut().unwrap();
        map.remove("proof");
        map.remove("signature");
        document
    }

    /// The actor with a key of this test, served where it belongs.
    fn someone(&self) -> Someone {
        let mut document = self.document(self.software.actor);
        let key = SigningKey::make_rsa().unwrap();
        document["publicKey"]["publicKeyPem"] = json!(key.public().to_pem());
        document.as_object_mut().unwrap().remove("assertionMethod");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (uri, key_id) = (text(&document["id"]), text(&document["publicKey"]["id"]));
        for url in [&uri, &key_id] {
            let path = url.strip_prefix(&self.peer.origin).unwrap().split('#').next().unwrap();
            self.peer.serve(path, &document);
        }
        let name = text(&document["preferredUsername"]);
        let jrd = json!({"subject": format!("acct:{name}@{}", self.peer.authority), "links": [
            {"rel": "self", "type": "application/activity+json", "href": uri}]});
        let resource = format!("acct%3A{name}%40{}", self.peer.authority.replace(':', "%3A"));
        self.peer.serve_as(
            &format!("/.well-known/webfinger?resource={resource}"),
            "application/jrd+json",
            &jrd.to_string(),
        );
        Someone { uri, key_id, key, document }
    }
}

/// A member who is friends with somebody of a software, and a post of hers.
struct Tied<'a> {
    brought: Brought<'a>,
    mei: Person,
    own: String,
    they: Someone,
    address: String,
}

/// Follows in both directions, in one software's shapes.
async fn tie<'a>(software: &'a Software, a: &'a Server, peer: &'a Peer) -> Tied<'a> {
    let name = software.host;
    let mut mei = a.sign_up("mei").await;
    let own = mei.posts("会馆老照片", "everyone").await;
    let post = format!("{}{}", a.origin, own.replace("/@mei/", "/objects/"));
    let mut brought = Brought { software, peer, hall: a, post, follow: String::new() };
    let they = brought.someone();
    let address = format!("{}@{}", they.document["preferredUsername"].as_str().unwrap(), peer.authority);

    // We ask, and they say yes in their way.
    let asked = mei.asks(&address, "").await;
    assert_eq!(asked.status, 303, "{name}: {}", asked.body);
    settle(&[a]).await;
    let follow = peer.taken("Follow").pop().unwrap();
    assert_eq!((&follow["actor"], &follow["object"]), (&json!(mei.actor()), &json!(they.uri)), "{name}");
    brought.follow = follow["id"].as_str().unwrap().to_owned();
    assert_eq!(they.sends(a, &brought.document(software.accept)).await, 202, "{name}");
    settle(&[a]).await;
    assert!(mei.friends_say("You follow them: ").await, "{name}: {}", mei.get("/friends").await.body);

    // They ask; what they get back has their own follow inside.
    assert_eq!(they.sends(a, &brought.document(software.follow)).await, 202, "{name}");
    settle(&[a]).await;
    let accept = peer.taken("Accept").pop().unwrap();
    let inner = &accept["object"];
    assert_eq!((&accept["actor"], &inner["type"]), (&json!(mei.actor()), &json!("Follow")), "{name}: {accept}");
    assert_eq!((&inner["actor"], &inner["object"]), (&json!(they.uri), &json!(mei.actor())), "{name}: {accept}");
    assert!(inner["id"].as_str().is_some_and(|id| !id.is_empty()), "{name}: {accept}");
    assert!(mei.friends_say(">Friend<").await, "{name}");
    Tied { brought, mei, own, they, address }
}

impl Tied<'_> {
    /// Their post is shown, and so is their like of ours; answers where the post stands here.
    async fn hear(&mut self) -> String {
        let (a, software) = (self.brought.hall, self.brought.software);
        let name = software.host;
        assert_eq!(self.they.sends(a, &self.brought.document(software.create)).await, 202, "{name}");
        assert_eq!(self.they.sends(a, &self.brought.document(software.like)).await, 202, "{name}");
        settle(&[a]).await;
        let page = match self.note()["inReplyTo"].is_string() {
            true => self.own.clone(),
            false => {
                let prefix = format!("/@{}/", self.address);
                let links = self.mei.get(&format!("/@{}", self.address)).await.links(&prefix);
                // Its pictures have pages of their own, below its own.
                let page = links.into_iter().find(|link| !link[prefix.len()..].contains('/')).unwrap();
                assert!(self.mei.home().await.contains(&page), "{name}");
                page
            }
        };
        let seen = self.mei.get(&page).await.body;
        assert!(seen.contains(software.shows) && seen.contains(&self.address), "{name}: {seen}");
        let liked = self.mei.get(&self.own).await.body;
        let who = format!("/@{}", self.address);
        assert!(liked.contains("class=\"likes\"") && liked.contains(&who), "{name}: {liked}");
        page
    }

    fn note(&self) -> Value {
        self.brought.document(self.brought.software.create)["object"].clone()
    }

    /// What we say to their post names it and its author; a like and its end name the post.
    async fn answer(&mut self, page: &str) {
        let (peer, name, note) = (self.brought.peer, self.brought.software.host, self.note());
        let id = page.rsplit('/').next().unwrap();
        for (path, field) in [("comments", ("body", "好看")), ("like", ("back", "/")), ("like/removal", ("back", "/"))]
        {
            assert_eq!(self.mei.post(&format!("/posts/{id}/{path}"), &[field]).await.status, 303, "{name}");
        }
        settle(&[self.brought.hall]).await;
        let reply = peer.taken("Create").into_iter().find(|create| create["object"]["inReplyTo"] == note["id"]);
        let reply = reply.unwrap_or_else(|| panic!("{name}: no answer came"));
        let mention = &reply["object"]["tag"][0];
        assert_eq!((&mention["type"], &mention["href"]), (&json!("Mention"), &json!(self.they.uri)), "{name}: {reply}");
        let named: Vec<&Value> = ["to", "cc"].iter().flat_map(|key| reply["object"][key].as_array().unwrap()).collect();
        assert!(named.contains(&&json!(self.they.uri)), "{name}: {reply}");
        assert_eq!(peer.taken("Like")[0]["object"], note["id"], "{name}");
        assert_eq!(peer.taken("Undo")[0]["object"]["object"], note["id"], "{name}");
    }

    /// A Moment of ours is a Note as they all take it; what is deleted is gone on both sides.
    async fn end(&mut self, page: &str) {
        let (a, peer, software) = (self.brought.hall, self.brought.peer, self.brought.software);
        let name = software.host;
        let later = self.mei.posts("晚上还有", "everyone").await;
        settle(&[a]).await;
        let object = json!(format!("{}{}", a.origin, later.replace("/@mei/", "/objects/")));
        let create = peer.taken("Create").into_iter().find(|create| create["object"]["id"] == object).unwrap();
        let public = json!(["https://www.w3.org/ns/activitystreams#Public"]);
        assert_eq!((&create["to"], &create["object"]["to"]), (&public, &public), "{name}");
        assert_eq!(create["object"]["attributedTo"], json!(self.mei.actor()), "{name}");
        assert!(create["object"]["content"].as_str().unwrap().contains("晚上还有"), "{name}");
        assert!(create["published"].is_string() && create["object"]["published"].is_string(), "{name}");
        let deletion = format!("/moments/{}/delete", later.rsplit('/').next().unwrap());
        assert_eq!(self.mei.post(&deletion, &[]).await.status, 303);
        assert_eq!(self.they.sends(a, &self.brought.document(software.delete)).await, 202, "{name}");
        settle(&[a]).await;
        let tombstone = peer.taken("Delete").pop().unwrap()["object"].clone();
        assert_eq!((&tombstone["type"], &tombstone["id"]), (&json!("Tombstone"), &object), "{name}");
        let gone = self.mei.get(page).await;
        assert!(gone.status == 404 || !gone.body.contains(software.shows), "{name}: {}", gone.body);
        let profile = self.mei.get(&format!("/@{}", self.address)).await;
        assert!(profile.links(&format!("/@{}/", self.address)).is_empty(), "{name}: {}", profile.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_software_gets_on_with_a_hall_in_its_own_shapes() {
    let all = software![
        "mastodon" shows "冬至快乐",
        "gotosocial" shows "hi ",
        "misskey" shows "ゆず湯",
        "pixelfed" shows "class=\"nine n1\"",
        "mitra" shows "洛阳桥",
    ];
    for software in &all {
        let (a, peer) = (Server::start("guangzhou").await, Peer::start());
        let mut tied = tie(software, &a, &peer).await;
        let page = tied.hear().await;
        if page != tied.own {
            tied.answer(&page).await;
        }
        tied.end(&page).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_is_one_object_of_odd_keys_is_read() {
    let all = software!["pixelfed" shows "好看"];
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let own = mei.posts("会馆老照片", "everyone").await;
    let object = format!("{}{}", a.origin, own.replace("/@mei/", "/objects/"));
    let peer = Peer::start();
    let brought = Brought { software: &all[0], peer: &peer, hall: &a, post: object, follow: String::new() };
    let they = brought.someone();
    let reply = brought.document(include_str!("../fixtures/pixelfed/reply.json"));
    assert_eq!(they.sends(&a, &reply).await, 202);
    settle(&[&a]).await;
    let page = mei.get(&own).await.body;
    assert!(page.contains("好看") && page.contains("One comment"), "{page}");
}
