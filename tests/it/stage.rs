//! A software on the stage of `software.rs`: its server, which gives its documents and signs what it sends, and a member who
//! follows its people.

use std::path::{Path, PathBuf};

use huiguan::db::Conn;
use huiguan::domain::actor::{self, Actor};
use huiguan::domain::arrival::State;
use huiguan::domain::post::{self, Post};
use huiguan::secret::SigningKey;
use serde_json::{Value, json};

use super::peer::{Peer, Someone};
use super::server::{Person, Server, settle};

/// Where the documents are.
pub const ROOM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");

/// A software on the stage: its server, a member who follows its people, and what she has published.
pub struct Stage {
    pub name: String,
    pub folder: PathBuf,
    pub host: String,
    pub hall: Server,
    pub peer: Peer,
    pub other: Peer,
    pub mei: Person,
    pub moment: String,
    pub asked: String,
    pub they: Someone,
    pub group: Option<Someone>,
    pub reads: Value,
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub fn read(folder: &Path, name: &str) -> Value {
    let path = folder.join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

impl Stage {
    pub async fn set(name: &str) -> Self {
        let folder = Path::new(ROOM).join(name);
        let (hall, peer, other) = (Server::start("guangzhou").await, Peer::start(), Peer::start());
        let mut mei = hall.sign_up("mei").await;
        let own = mei.posts("会馆老照片", "everyone").await;
        let ballot = [("body", "汤圆要甜的还是咸的？"), ("audience", "everyone"), ("option1", "甜"), ("option2", "咸")];
        assert_eq!(mei.post("/moments", &ballot).await.status, 303);
        let second = mei.get("/@mei").await.links("/@mei/").into_iter().find(|link| !link.starts_with(&own)).unwrap();
        let number = |page: &str| page.rsplit('/').next().unwrap().to_owned();
        let actor = text(&read(&folder, "actor")["id"]);
        let host = url::Url::parse(&actor).unwrap().host_str().unwrap().to_owned();
        let key = SigningKey::make_rsa().unwrap();
        let nobody = Someone { uri: String::new(), key_id: String::new(), key, document: Value::Null };
        let reads = read(&folder, "reads");
        let (moment, asked) = (number(&own), number(&second));
        let mut stage = Self {
            name: name.to_owned(),
            folder,
            host,
            hall,
            peer,
            other,
            mei,
            moment,
            asked,
            they: nobody,
            group: None,
            reads,
        };
        stage.they = stage.someone("actor");
        stage.group = stage.has("group").then(|| stage.someone("group"));
        stage
    }

    pub fn has(&self, document: &str) -> bool {
        self.reads.get(document).is_some()
    }

    /// A document, brought to the servers of this test. `follow` is the id of our follow that it answers.
    pub fn document(&self, name: &str, follow: &str) -> Value {
        let raw = read(&self.folder, name).to_string();
        let object = |number: &str| format!("{}/objects/{number}", self.hall.origin);
        let brought = raw
            .replace(&format!("https://{}", self.host), &self.peer.origin)
            .replace(&self.host, &self.peer.authority)
            .replace("https://other.example", &self.other.origin)
            .replace("https://hall.example/objects/1", &object(&self.moment))
            .replace("https://hall.example/objects/2", &object(&self.asked))
            .replace("https://hall.example/@mei/1", &format!("{}/@mei/{}", self.hall.origin, self.moment))
            .replace("https://hall.example/activities/1", follow)
            .replace("https://hall.example", &self.hall.origin)
            .replace("hall.example", &self.hall.authority);
        let mut document: Value = serde_json::from_str(&brought).unwrap();
        // What a key of the fixture has signed doesn't hold for another host.
        let map = document.as_object_mut().unwrap();
        map.remove("proof");
        map.remove("signature");
        // A name may be the host's, which is no reason for it to have a port.
        let own = read(&self.folder, name);
        if own["preferredUsername"].is_string() {
            map.insert("preferredUsername".to_owned(), own["preferredUsername"].clone());
        }
        document
    }

    /// An actor of the folder, with a key of this test, served where it belongs.
    pub fn someone(&self, name: &str) -> Someone {
        self.enter(self.document(name, ""))
    }

    pub fn enter(&self, mut document: Value) -> Someone {
        let key = SigningKey::make_rsa().unwrap();
        document["publicKey"]["publicKeyPem"] = json!(key.public().to_pem());
        document.as_object_mut().unwrap().remove("assertionMethod");
        let (uri, key_id) = (text(&document["id"]), text(&document["publicKey"]["id"]));
        for url in [&uri, &key_id] {
            self.peer.serve(self.place(url).unwrap(), &document);
        }
        let name = text(&document["preferredUsername"]);
        let jrd = json!({"subject": format!("acct:{name}@{}", self.peer.authority), "links": [
            {"rel": "self", "type": "application/activity+json", "href": uri}]});
        let resource = format!("acct%3A{name}%40{}", self.peer.authority.replace(':', "%3A"));
        let asked = format!("/.well-known/webfinger?resource={resource}");
        self.peer.serve_as(&asked, "application/jrd+json", &jrd.to_string());
        Someone { uri, key_id, key, document }
    }

    /// Somebody of the same server whom the folder only names.
    pub fn extra(&self, uri: &str) -> Someone {
        let mut document = self.they.document.clone();
        let name = uri.rsplit(['/', '@', '=']).next().unwrap().to_owned();
        document["id"] = json!(uri);
        document["preferredUsername"] = json!(name);
        document["inbox"] = json!(format!("{}/of/{name}/inbox", self.peer.origin));
        document["publicKey"] = json!({"id": format!("{uri}#main-key"), "owner": uri});
        self.enter(document)
    }

    /// Where on the other server something is, without what is behind `#`.
    pub fn place<'a>(&self, url: &'a str) -> Option<&'a str> {
        url.strip_prefix(&self.peer.origin)?.split('#').next()
    }

    /// Lets the other server give every object and activity in a document under its id, and everybody whom it names.
    pub fn serve(&self, document: &Value) {
        match document {
            Value::Array(items) => items.iter().for_each(|item| self.serve(item)),
            Value::Object(map) => {
                map.values().for_each(|value| self.serve(value));
                for key in ["actor", "attributedTo"] {
                    let named = map.get(key).and_then(|one| one.as_str().or(one["id"].as_str())).unwrap_or_default();
                    let is_known = [Some(&self.they), self.group.as_ref()].iter().flatten().any(|one| one.uri == named);
                    if self.place(named).is_some_and(|path| !is_known && !self.peer.serves(path)) {
                        self.extra(named);
                    }
                }
                let id = map.get("id").and_then(Value::as_str).unwrap_or_default();
                let is_actor = ["Person", "Group", "Service", "Application", "Organization"];
                let kind = map.get("type").and_then(Value::as_str).unwrap_or_default();
                let is_free = !is_actor.contains(&kind) && !id.contains('#') && id != self.they.uri;
                if let Some(path) = self.place(id).filter(|_| is_free) {
                    self.peer.serve(path, document);
                }
                if kind == "Delete"
                    && let Some(path) = map["object"].as_str().and_then(|gone| self.place(gone))
                {
                    self.peer.serve(path, &json!({"id": map["object"], "type": "Tombstone"}));
                }
            }
            _ => {}
        }
    }

    /// Sends a document in the name of its actor; answers what became of it.
    pub async fn send(&self, document: &Value) -> (State, String) {
        self.serve(document);
        let by = document["actor"].as_str().or(document["actor"]["id"].as_str()).unwrap().to_owned();
        let status = match [Some(&self.they), self.group.as_ref()].into_iter().flatten().find(|one| one.uri == by) {
            Some(one) => one.sends(&self.hall, document).await,
            None => self.extra(&by).sends(&self.hall, document).await,
        };
        if status != 202 {
            return (State::Rejected, format!("answered {status}"));
        }
        settle(&[&self.hall]).await;
        self.hall.last_outcome().await
    }

    pub async fn ask<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> huiguan::error::Result<T> + Send + 'static,
    ) -> T {
        self.hall.ctx.read(f).await.unwrap()
    }

    pub async fn known(&self, uri: &str) -> Option<Actor> {
        let uri = uri.to_owned();
        self.ask(move |conn| actor::by_uri(conn, &uri)).await
    }

    pub async fn actor(&self, uri: &str) -> Actor {
        self.known(uri).await.unwrap_or_else(|| panic!("{}: {uri} isn't known here", self.name))
    }

    pub async fn post(&self, uri: &str) -> Option<Post> {
        let uri = uri.to_owned();
        self.ask(move |conn| Ok(post::stored(conn, &uri)?.filter(|post| post.deleted_at.is_none()))).await
    }

    pub fn own_moment(&self) -> huiguan::id::PostId {
        self.moment.parse().unwrap()
    }

    /// mei asks somebody, who accepts in their way.
    pub async fn follow(&mut self, who: &str, accept: &str) {
        let document = if who == "group" { &self.group.as_ref().unwrap().document } else { &self.they.document };
        let (uri, name) = (text(&document["id"]), text(&document["preferredUsername"]));
        let address = format!("{name}@{}", self.peer.authority);
        let asked = self.mei.asks(&address, "").await;
        assert_eq!(asked.status, 303, "{} {who}: {}", self.name, asked.body);
        settle(&[&self.hall]).await;
        let follow = self.peer.taken("Follow").pop().unwrap();
        assert_eq!((&follow["actor"], &follow["object"]), (&json!(self.mei.actor()), &json!(uri)), "{}", self.name);
        let accept = match self.has(accept) {
            true => self.document(accept, follow["id"].as_str().unwrap()),
            // People of this software can't be followed; so that their posts are read all the same, this one can.
            false => json!({"id": format!("{uri}/accepts"), "type": "Accept", "actor": uri, "object": follow}),
        };
        let outcome = self.send(&accept).await;
        assert_eq!(outcome.0, State::Done, "{} {who}: {}", self.name, outcome.1);
    }
}
