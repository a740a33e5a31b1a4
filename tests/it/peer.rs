//! A server of another make, played by the test: it serves documents, takes what comes to its inboxes, and signs what it
//! is told to, honestly or not.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use huiguan::secret::SigningKey;
use huiguan::wire::signature::{Form, Sending, digest, sign};
use serde_json::{Value, json};

use super::server::Server;

#[derive(Default)]
struct Shelf {
    documents: HashMap<String, (String, Vec<u8>)>,
    taken: Vec<Value>,
    asked: Vec<String>,
    /// What inboxes answer instead of taking: a status, and after how many seconds to come back.
    refusing: Option<(u16, Option<u64>)>,
    /// How many times something came to its inboxes, taken or not.
    knocks: usize,
}

/// The other server.
pub struct Peer {
    pub origin: String,
    pub authority: String,
    shelf: Arc<Mutex<Shelf>>,
    handle: actix_web::dev::ServerHandle,
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn answer(shelf: web::Data<Arc<Mutex<Shelf>>>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let target = request.uri().path_and_query().unwrap().to_string();
    let mut shelf = shelf.lock().unwrap();
    if request.method() == "POST" {
        shelf.knocks += 1;
        if let Some((status, after_s)) = shelf.refusing {
            let mut answer = HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap());
            if let Some(after_s) = after_s {
                answer.insert_header(("retry-after", after_s.to_string()));
            }
            return answer.finish();
        }
        shelf.taken.push(serde_json::from_slice(&body).unwrap());
        return HttpResponse::Accepted().finish();
    }
    shelf.asked.push(target.clone());
    match shelf.documents.get(&target).cloned() {
        Some((kind, location)) if kind == "redirect" => {
            HttpResponse::Found().insert_header(("location", location)).finish()
        }
        Some((kind, content)) => HttpResponse::Ok().content_type(kind).body(content),
        None => HttpResponse::NotFound().finish(),
    }
}

impl Peer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let shelf = Arc::new(Mutex::new(Shelf::default()));
        let shared = shelf.clone();
        let server = HttpServer::new(move || {
            App::new().app_data(web::Data::new(shared.clone())).default_service(web::to(answer))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { origin: format!("http://{authority}"), authority, shelf, handle }
    }

    /// Puts a document on the shelf.
    pub fn serve(&self, path: &str, document: &Value) {
        self.serve_as(path, "application/activity+json", &document.to_string());
    }

    pub fn serve_as(&self, path: &str, kind: &str, text: &str) {
        self.serve_bytes(path, kind, text.as_bytes());
    }

    pub fn serve_bytes(&self, path: &str, kind: &str, content: &[u8]) {
        self.shelf.lock().unwrap().documents.insert(path.to_owned(), (kind.to_owned(), content.to_owned()));
    }

    /// Is there something on the shelf?
    pub fn serves(&self, path: &str) -> bool {
        self.shelf.lock().unwrap().documents.contains_key(path)
    }

    /// What came to its inboxes, by type.
    pub fn taken(&self, kind: &str) -> Vec<Value> {
        self.shelf.lock().unwrap().taken.iter().filter(|activity| activity["type"] == kind).cloned().collect()
    }

    /// From now on its inboxes answer so; `None`: they take what comes.
    pub fn refuse(&self, answer: Option<(u16, Option<u64>)>) {
        self.shelf.lock().unwrap().refusing = answer;
    }

    /// How often anybody knocked at its inboxes since this was asked last.
    pub fn knocks(&self) -> usize {
        std::mem::take(&mut self.shelf.lock().unwrap().knocks)
    }

    /// The types of what came to its inboxes, in order.
    pub fn order(&self) -> Vec<String> {
        let shelf = self.shelf.lock().unwrap();
        shelf.taken.iter().map(|activity| activity["type"].as_str().unwrap().to_owned()).collect()
    }

    /// How often a document was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.shelf.lock().unwrap().asked.iter().filter(|asked| *asked == path).count()
    }

    /// Makes a person of the kind that most servers have: no friends, followers as they come.
    pub fn person(&self, name: &str) -> Someone {
        let uri = format!("{}/users/{name}", self.origin);
        let key = SigningKey::make_rsa().unwrap();
        let document = json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": uri, "type": "Person", "preferredUsername": name, "name": format!("{name} of elsewhere"),
            "inbox": format!("{uri}/inbox"), "outbox": format!("{uri}/outbox"), "followers": format!("{uri}/followers"),
            "endpoints": {"sharedInbox": format!("{}/inbox", self.origin)}, "url": format!("{}/@{name}", self.origin),
            "publicKey": {"id": format!("{uri}#main-key"), "owner": uri, "publicKeyPem": key.public().to_pem()},
        });
        self.serve(&format!("/users/{name}"), &document);
        let jrd = json!({"subject": format!("acct:{name}@{}", self.authority), "links": [
            {"rel": "self", "type": "application/activity+json", "href": uri}]});
        let question =
            format!("/.well-known/webfinger?resource=acct%3A{name}%40{}", self.authority.replace(':', "%3A"));
        self.serve_as(&question, "application/jrd+json", &jrd.to_string());
        Someone { key_id: format!("{uri}#main-key"), uri, key, document }
    }
}

/// A person of the other server.
pub struct Someone {
    pub uri: String,
    pub key_id: String,
    pub key: SigningKey,
    pub document: Value,
}

impl Someone {
    /// The headers of a signed POST to a hall.
    pub fn signed(&self, server: &Server, path: &str, body: &[u8]) -> Vec<(String, String)> {
        let url = url::Url::parse(&format!("{}{path}", server.origin)).unwrap();
        let digest = digest(body);
        let sending = Sending { method: "POST", url: &url, digest: Some(&digest) };
        sign(Form::Cavage, &self.key, &self.key_id, &sending, server.ctx.now()).unwrap()
    }

    /// Sends an activity, signed, and answers the status.
    pub async fn sends(&self, server: &Server, activity: &Value) -> u16 {
        let body = activity.to_string();
        let headers = self.signed(server, "/inbox", body.as_bytes());
        post(server, "/inbox", &headers, body).await
    }

    /// A public Note with its Create.
    pub fn create(&self, number: &str, content: &str) -> Value {
        let note = json!({
            "id": format!("{}/notes/{number}", self.uri), "type": "Note", "attributedTo": self.uri, "content": content,
            "published": "2026-11-23T08:00:00Z", "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "cc": [format!("{}/followers", self.uri)],
        });
        json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{}/activities/{number}", self.uri),
            "type": "Create", "actor": self.uri, "object": note,
            "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": [format!("{}/followers", self.uri)],
        })
    }

    /// An activity of any type.
    pub fn activity(&self, number: &str, kind: &str, object: Value) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{}/activities/{number}", self.uri),
            "type": kind, "actor": self.uri, "object": object,
        })
    }
}

/// Posts a body with the given headers.
pub async fn post(server: &Server, path: &str, headers: &[(String, String)], body: String) -> u16 {
    let mut request = super::server::client().post(format!("{}{path}", server.origin)).body(body);
    if !headers.iter().any(|(name, _)| name == "content-type") {
        request = request.header("content-type", "application/activity+json");
    }
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.send().await.unwrap().status().as_u16()
}
