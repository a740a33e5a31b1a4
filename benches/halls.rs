//! What a hall costs: server CPU (user + system) per operation, beside this machine's RSA-2048 signing time in the same run.
//!
//! `cargo bench` builds a hall with 100,000 posts in a temporary directory, runs the program itself in a process of its own, and
//! drives it over loopback, within fixed counts. Numbers are for comparing with the signing time, never a pass or fail.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use huiguan::app;
use huiguan::config::Config;
use huiguan::ctx::Ctx;
use huiguan::domain::actor::{self, Actor, Incoming, Keys, Kind};
use huiguan::domain::login::{self, New, Role, State};
use huiguan::domain::{arrival, delivery, friend, moment, session};
use huiguan::secret::SigningKey;
use huiguan::wire::signature::{Form, Sending, digest, sign};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const FRIENDS: usize = 20;
const POSTS_EACH: usize = 5_000;
const HOSTS: usize = 50;
const INBOXES_PER_HOST: usize = 10;
const REQUESTS: usize = 4_000;
const ARRIVALS: usize = 2_000;

#[tokio::main]
async fn main() {
    // `cargo test --benches` only wants to know that it builds and starts.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let key = SigningKey::make_rsa().unwrap();
    let began = Instant::now();
    for _ in 0..500 {
        key.sign(b"(request-target): post /inbox").unwrap();
    }
    let signing_ms = began.elapsed().as_secs_f64() * 2.0;
    println!("RSA-2048 signing                      {signing_ms:>8.3} ms");

    let dir = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut config = Config::default();
    config.server.origin = format!("http://127.0.0.1:{port}");
    config.data.dir = dir.path().to_owned();
    config.federation.allow_networks = vec!["127.0.0.1/32".to_owned()];
    let ctx = tokio::task::spawn_blocking(move || app::open(config)).await.unwrap().unwrap();
    let taken = Arc::new(AtomicUsize::new(0));
    let hosts: Vec<u16> = (0..HOSTS).map(|_| sink(taken.clone())).collect();
    let bench = Bench { origin: format!("http://127.0.0.1:{port}"), key, ctx, signing_ms };
    let (cookie, path) = bench.fill(&hosts).await;

    let began = Instant::now();
    let mut hall = serve(dir.path(), port);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    while client.get(format!("{}/healthz", bench.origin)).send().await.is_err() {}
    println!("start to the first answer             {:>8.0} ms", began.elapsed().as_secs_f64() * 1e3);
    bench.drained().await;
    println!("resident memory idle                  {:>8.1} MB", resident_mb(&hall));
    bench.pages(&hall, &client, &cookie, &path).await;
    bench.inbox(&hall, &client).await;
    bench.deliveries(&hall, &client, &cookie, &taken).await;
    println!("resident memory after load            {:>8.1} MB", resident_mb(&hall));
    hall.kill().unwrap();
    hall.wait().unwrap();
}

struct Bench {
    origin: String,
    key: SigningKey,
    ctx: Ctx,
    signing_ms: f64,
}

impl Bench {
    /// Says what an operation costs, and how many signings that is.
    fn say(&self, what: &str, cpu_ms: f64, count: usize) {
        let each = cpu_ms / count as f64;
        println!("{what:<38}{each:>8.3} ms CPU  = {:>6.2} signings", each / self.signing_ms);
    }

    /// Makes members, friends here and elsewhere, and posts; answers mei's cookie and the page of a post.
    async fn fill(&self, hosts: &[u16]) -> (String, String) {
        let mei = self.member("mei").await;
        for number in 0..FRIENDS {
            let other = self.member(&format!("friend{number}")).await;
            let me = mei.clone();
            self.ctx
                .write(move |conn| {
                    friend::request(conn, &other, &me, "")?;
                    let request = friend::find(conn, other.id, me.id)?.unwrap();
                    friend::accept(conn, &me, request.id)?;
                    for post in 0..POSTS_EACH {
                        let text = format!("第 {post} 条。礼拜天冬节，阿嬷教我们搓丸，红白各半。");
                        let draft = moment::Draft::parse(&text, "friends", "zh-Hans", "", 5_000)?;
                        moment::publish(conn, &other, draft)?;
                    }
                    Ok(())
                })
                .await
                .unwrap();
        }
        let (me, key) = (mei.clone(), self.key.public());
        let hosts = hosts.to_vec();
        let post = self
            .ctx
            .write(move |conn| {
                for (index, port) in hosts.iter().enumerate() {
                    for number in 0..INBOXES_PER_HOST {
                        let key = (index == 0 && number == 0).then(|| key.clone());
                        let remote = actor::receive(conn, &elsewhere(*port, number, key))?;
                        friend::request(conn, &me, &remote, "")?;
                        let follow = friend::find(conn, me.id, remote.id)?.unwrap();
                        friend::receive_accept(conn, &remote, &follow.uri)?;
                        friend::receive_follow(conn, &remote, &me, &format!("{}#follow", remote.uri), "")?;
                    }
                }
                let draft = moment::Draft::parse("公开的一条", "everyone", "", "", 5_000)?;
                moment::publish(conn, &me, draft)
            })
            .await
            .unwrap();
        let id = mei.id;
        let token = self
            .ctx
            .write(move |conn| {
                let name = actor::by_id(conn, id)?.name;
                let login = login::find(conn, &name)?.unwrap().login.id;
                session::start(conn, login, "bench")
            })
            .await
            .unwrap();
        (format!("session={token}"), format!("/@mei/{}", post.id))
    }

    async fn member(&self, name: &str) -> Actor {
        let keys = Keys::make().unwrap();
        let new = New {
            name: name.to_owned(),
            display_name: String::new(),
            email: String::new(),
            password_hash: String::new(),
            role: Role::Member,
            state: State::Active,
            language: None,
            time_zone: None,
            reason: String::new(),
        };
        self.ctx.write(move |conn| login::add(conn, &new, &keys)).await.unwrap().actor
    }

    /// Waits, within limits, until nothing waits in the hall.
    async fn drained(&self) {
        for _ in 0..3_000 {
            let waiting = self.ctx.read(|conn| {
                Ok(delivery::waiting(conn)?
                    + arrival::waiting(conn)?
                    + huiguan::domain::event::waiting(conn, "federation")?)
            });
            if waiting.await.unwrap() == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the hall doesn't come to rest");
    }

    async fn pages(&self, hall: &Child, client: &reqwest::Client, cookie: &str, path: &str) {
        for (what, path, cookie) in [
            ("home feed of 20 out of 100,000", "/", cookie),
            ("a post's page", path, ""),
            ("a profile", "/@mei", ""),
            ("a post's page, signed in", path, cookie),
        ] {
            let before = cpu_ms(hall);
            for _ in 0..REQUESTS {
                let answer =
                    client.get(format!("{}{path}", self.origin)).header("cookie", cookie).send().await.unwrap();
                assert_eq!(answer.status(), 200, "{path}");
                assert!(answer.bytes().await.unwrap().len() > 1_000);
            }
            self.say(what, cpu_ms(hall) - before, REQUESTS);
        }
    }

    /// Signed Creates, accepted and worked off.
    async fn inbox(&self, hall: &Child, client: &reqwest::Client) {
        let sender = self
            .ctx
            .read(|conn| {
                let mei = actor::local_by_name(conn, "mei")?.unwrap().id;
                let keys = friend::remote_followers(conn, mei)?;
                for actor in keys {
                    if !actor::keys(conn, actor.id)?.is_empty() {
                        return Ok(actor);
                    }
                }
                panic!("nobody has a key")
            })
            .await
            .unwrap();
        let url = url::Url::parse(&format!("{}/inbox", self.origin)).unwrap();
        let requests: Vec<_> = (0..ARRIVALS)
            .map(|number| {
                let body = serde_json::json!({
                    "@context": "https://www.w3.org/ns/activitystreams", "type": "Create", "actor": sender.uri,
                    "id": format!("{}/activities/{number}", sender.uri),
                    "object": {"id": format!("{}/notes/{number}", sender.uri), "type": "Note", "attributedTo": sender.uri,
                        "content": "<p>礼拜天冬节，阿嬷教我们搓丸。</p>", "to": [sender.followers], "cc": []},
                })
                .to_string();
                let digest = digest(body.as_bytes());
                let sending = Sending { method: "POST", url: &url, digest: Some(&digest) };
                let key_id = format!("{}#main-key", sender.uri);
                let headers = sign(Form::Cavage, &self.key, &key_id, &sending, self.ctx.now()).unwrap();
                (headers, body)
            })
            .collect();
        let before = cpu_ms(hall);
        let queue = Arc::new(std::sync::Mutex::new(requests));
        let senders: Vec<_> = (0..8)
            .map(|_| {
                let (queue, client, url) = (queue.clone(), client.clone(), url.clone());
                tokio::spawn(async move {
                    loop {
                        let Some((headers, body)) = queue.lock().unwrap().pop() else { return };
                        let mut request =
                            client.post(url.clone()).body(body).header("content-type", "application/activity+json");
                        for (name, value) in headers.iter().filter(|(name, _)| name != "host") {
                            request = request.header(name, value);
                        }
                        assert_eq!(request.send().await.unwrap().status(), 202);
                    }
                })
            })
            .collect();
        for sender in senders {
            sender.await.unwrap();
        }
        self.drained().await;
        self.say("inbox: a Create accepted and processed", cpu_ms(hall) - before, ARRIVALS);
    }

    /// One Moment to all inboxes elsewhere.
    async fn deliveries(&self, hall: &Child, client: &reqwest::Client, cookie: &str, taken: &AtomicUsize) {
        let page = client.get(format!("{}/moments/new", self.origin)).header("cookie", cookie).send().await.unwrap();
        let text = page.text().await.unwrap();
        let token = text.split("form_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let (before, already) = (cpu_ms(hall), taken.load(Ordering::Relaxed));
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("form_token", token.as_str()), ("body", "给所有好友"), ("audience", "friends")])
            .finish();
        let sent = client
            .post(format!("{}/moments", self.origin))
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let began = Instant::now();
        sent.send().await.unwrap();
        let all = HOSTS * INBOXES_PER_HOST;
        for _ in 0..6_000 {
            if taken.load(Ordering::Relaxed) - already >= all {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(taken.load(Ordering::Relaxed) - already, all);
        let wall = began.elapsed();
        self.drained().await;
        self.say("delivery, one of 500 on 50 hosts", cpu_ms(hall) - before, all);
        println!("the last of 500 was taken after       {:>8.0} ms", wall.as_secs_f64() * 1e3);
    }
}

/// An actor of another server that lives at a sink.
fn elsewhere(port: u16, number: usize, key: Option<huiguan::secret::PublicKey>) -> Incoming {
    let uri = format!("http://127.0.0.1:{port}/u/{number}");
    Incoming {
        kind: Kind::Person,
        name: format!("u{number}"),
        host: format!("127.0.0.1:{port}"),
        address_host: format!("127.0.0.1:{port}"),
        display_name: format!("u{number}"),
        names: Default::default(),
        hometown: String::new(),
        about_html: String::new(),
        url: uri.clone(),
        inbox: format!("{uri}/inbox"),
        shared_inbox: String::new(),
        followers: format!("{uri}/followers"),
        outbox: String::new(),
        locked: true,
        friends: true,
        discoverable: false,
        keys: key.map(|key| (format!("{uri}#main-key"), key)).into_iter().collect(),
        uri,
    }
}

/// A server that takes everything, counts, and says 202. Answers its port.
fn sink(taken: Arc<AtomicUsize>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let taken = taken.clone();
            tokio::spawn(async move {
                let mut data = Vec::new();
                loop {
                    let head = data.windows(4).position(|w| w == b"\r\n\r\n").map(|at| at + 4);
                    let length = head.map(|head| {
                        let text = String::from_utf8_lossy(&data[..head]).to_ascii_lowercase();
                        let length = text
                            .split("content-length: ")
                            .nth(1)
                            .and_then(|rest| rest.split("\r\n").next()?.parse().ok());
                        head + length.unwrap_or(0_usize)
                    });
                    if let Some(length) = length.filter(|length| data.len() >= *length) {
                        data.drain(..length);
                        taken.fetch_add(1, Ordering::Relaxed);
                        if stream.write_all(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n").await.is_err() {
                            return;
                        }
                        continue;
                    }
                    let mut more = [0; 8_192];
                    match stream.read(&mut more).await {
                        Ok(read) if read > 0 => data.extend_from_slice(&more[..read]),
                        _ => return,
                    }
                }
            });
        }
    });
    port
}

fn serve(dir: &std::path::Path, port: u16) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_huiguan"))
        .env("HUIGUAN__SERVER__ORIGIN", format!("http://127.0.0.1:{port}"))
        .env("HUIGUAN__SERVER__LISTEN", format!("127.0.0.1:{port}"))
        .env("HUIGUAN__DATA__DIR", dir)
        .env("HUIGUAN__FEDERATION__ALLOW_NETWORKS", "127.0.0.1/32")
        .env("HUIGUAN__LIMITS__RATE_LIMIT", "false")
        .env("HUIGUAN__LOG__FILTER", "error")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    child
}

/// CPU time of a process, user and system, in milliseconds (100 ticks a second, as Linux has it).
fn cpu_ms(child: &Child) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks * 10.0
}

fn resident_mb(child: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap() / 1024.0
}
