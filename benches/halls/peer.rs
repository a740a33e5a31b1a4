//! Servers of another make, played by the bench: fifty hosts on loopback with ten people each. They serve their people's
//! documents, take what comes to their inboxes, count it, and answer a `Follow` by an `Accept`.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use huiguan::clock::Clock;
use huiguan::secret::SigningKey;
use huiguan::wire::signature::{Form, Sending, digest, sign};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

pub const HOSTS: usize = 50;
pub const PEOPLE_PER_HOST: usize = 10;

/// What came to the inboxes.
#[derive(Default)]
pub struct Taken {
    pub creates: AtomicUsize,
    pub accepts: AtomicUsize,
    /// Our `Accept`s of the hall's `Follow`s that the hall has taken.
    pub accepted: AtomicUsize,
}

/// All the other servers together. One key serves all their people: how they sign is not what is measured.
pub struct Peers {
    pub key: SigningKey,
    pub taken: Taken,
    pub client: reqwest::Client,
    ports: Vec<u16>,
    hall: String,
}

impl Peers {
    /// Opens the hosts, which will speak with the hall at this origin.
    pub fn start(hall: &str) -> Arc<Self> {
        Self::start_many(hall, HOSTS)
    }

    /// The same with so many hosts.
    pub fn start_many(hall: &str, hosts: usize) -> Arc<Self> {
        let listeners: Vec<TcpListener> = (0..hosts).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let ports = listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect();
        let peers = Arc::new(Self {
            key: SigningKey::make_rsa().unwrap(),
            taken: Taken::default(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            ports,
            hall: hall.to_owned(),
        });
        for listener in listeners {
            listener.set_nonblocking(true).unwrap();
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let peers = peers.clone();
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(converse(peers.clone(), stream));
                }
            });
        }
        peers
    }

    /// The authorities of all hosts.
    pub fn hosts(&self) -> Vec<String> {
        self.ports.iter().map(|port| format!("127.0.0.1:{port}")).collect()
    }

    /// The addresses of all people.
    pub fn people(&self) -> Vec<String> {
        let on = |port: &u16| {
            (0..PEOPLE_PER_HOST)
                .map(move |number| format!("u{number}"))
                .map({
                    let port = *port;
                    move |name| format!("http://127.0.0.1:{port}/{name}")
                })
                .collect::<Vec<_>>()
        };
        self.ports.iter().flat_map(on).collect()
    }

    /// Sends an activity, signed, and answers the status.
    pub async fn send(&self, actor: &str, activity: &Value) -> u16 {
        let (headers, body) = self.signed(actor, activity);
        self.post(headers, body).await
    }

    /// An activity ready to be sent: its headers and its body.
    pub fn signed(&self, actor: &str, activity: &Value) -> (Vec<(String, String)>, String) {
        let url = url::Url::parse(&format!("{}/inbox", self.hall)).unwrap();
        let body = activity.to_string();
        let digest = digest(body.as_bytes());
        let sending = Sending { method: "POST", url: &url, digest: Some(&digest) };
        (sign(Form::Cavage, &self.key, &format!("{actor}#main-key"), &sending, Clock::default().now()).unwrap(), body)
    }

    /// Posts what is signed to the hall's shared inbox.
    pub async fn post(&self, headers: Vec<(String, String)>, body: String) -> u16 {
        let mut request = self.client.post(format!("{}/inbox", self.hall)).body(body);
        request = request.header("content-type", "application/activity+json");
        for (name, value) in headers.iter().filter(|(name, _)| name != "host") {
            request = request.header(name, value);
        }
        request.send().await.unwrap().status().as_u16()
    }

    fn document(&self, origin: &str, name: &str) -> Value {
        let uri = format!("{origin}/{name}");
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": uri, "type": "Person", "preferredUsername": name, "name": name, "inbox": format!("{uri}/inbox"),
            "outbox": format!("{uri}/outbox"), "followers": format!("{uri}/followers"), "url": uri,
            "publicKey": {"id": format!("{uri}#main-key"), "owner": uri, "publicKeyPem": self.key.public().to_pem()},
        })
    }

    /// Counts what came; a `Follow` is accepted.
    fn take(self: Arc<Self>, body: &[u8]) {
        let activity: Value = serde_json::from_slice(body).unwrap();
        match activity["type"].as_str() {
            Some("Create") => _ = self.taken.creates.fetch_add(1, Ordering::Relaxed),
            Some("Accept") => _ = self.taken.accepts.fetch_add(1, Ordering::Relaxed),
            Some("Follow") => {
                let me = activity["object"].as_str().unwrap().to_owned();
                let answer = json!({
                    "@context": "https://www.w3.org/ns/activitystreams", "type": "Accept", "actor": me,
                    "id": format!("{me}/accept"), "object": activity["id"],
                });
                tokio::spawn(async move {
                    assert_eq!(self.send(&me, &answer).await, 202);
                    self.taken.accepted.fetch_add(1, Ordering::Relaxed);
                });
            }
            _ => {}
        }
    }

    fn answer(self: &Arc<Self>, origin: &str, head: &str, body: &[u8]) -> String {
        let mut words = head.split(' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        if method == "POST" {
            self.clone().take(body);
            return "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".to_owned();
        }
        let (kind, document) = match path.split_once("resource=acct%3A") {
            Some((_, account)) => {
                let name = account.split(['%', '@']).next().unwrap();
                let link =
                    json!({"rel": "self", "type": "application/activity+json", "href": format!("{origin}/{name}")});
                let subject = format!("acct:{name}@{}", origin.trim_start_matches("http://"));
                ("application/jrd+json", json!({"subject": subject, "links": [link]}))
            }
            None => ("application/activity+json", self.document(origin, path.trim_start_matches('/'))),
        };
        let text = document.to_string();
        format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{text}", text.len())
    }
}

/// One connection: requests one after the other, until the other side hangs up.
async fn converse(peers: Arc<Peers>, mut stream: tokio::net::TcpStream) {
    let origin = format!("http://{}", stream.local_addr().unwrap());
    let mut data = Vec::new();
    loop {
        if let Some(end) = data.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4) {
            let head = String::from_utf8_lossy(&data[..end]).into_owned();
            let small = head.to_ascii_lowercase();
            let told = small.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
            let length = end + told.unwrap_or(0_usize);
            if data.len() >= length {
                let answer = peers.answer(&origin, &head, &data[end..length]);
                data.drain(..length);
                if stream.write_all(answer.as_bytes()).await.is_err() {
                    return;
                }
                continue;
            }
        }
        let mut more = [0; 8_192];
        match stream.read(&mut more).await {
            Ok(read) if read > 0 => data.extend_from_slice(&more[..read]),
            _ => return,
        }
    }
}

/// Waits, within limits, until `count` reaches `all`.
pub async fn reached(count: &AtomicUsize, all: usize) {
    for _ in 0..12_000 {
        if count.load(Ordering::Relaxed) >= all {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("only {} of {all} came", count.load(Ordering::Relaxed));
}
