//! What a hall costs: server CPU (user + system) per operation, beside this machine's RSA-2048 signing time in the same run.
//!
//! `cargo bench` fills a hall with 100,000 posts in a temporary directory, runs the program itself in a process of its own, and
//! drives it over loopback, within fixed counts. `cargo bench --bench halls -- --hall ORIGIN NAME PASSWORD [PID]` drives a
//! hall that runs already; it makes friends and posts there, so let it be one to throw away. `--pictures ORIGIN NAME PASSWORD PID` does
//! no more than what has to do with pictures, `--articles` the same of articles, `--publishing` what an article to 10,000 followers costs, `--announcement [DATABASE]` what an announcement to a large group costs, `--roll-call [DATABASE]` what
//! signing up on a list does, `--archive [DATABASE]` what an archive of 100,000 items costs. Numbers are for comparing with the
//! signing time, never a pass or fail.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

mod announcement;
mod article;
mod holdings;
mod load;
mod peer;
mod pictures;
mod program;
mod publishing;
mod roll;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use huiguan::app;
use huiguan::config::Config;
use huiguan::ctx::Ctx;
use huiguan::domain::actor::{Actor, Keys};
use huiguan::domain::login::{self, New, Role, State};
use huiguan::domain::{event, friend, moment};
use huiguan::secret::{SigningKey, password_hash};
use load::{Member, Meter};
use peer::Peers;

const FRIENDS: usize = 20;
const POSTS_EACH: usize = 5_000;
const PASSWORD: &str = "zehntausend Beiträge";

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let signing_ms = signing_ms();
    match words.as_slice() {
        // `cargo test --benches` only wants to know that it builds and starts.
        ["--test", ..] => {}
        ["--hall", origin, name, password] => drive(origin, name, password, &Meter { pid: None, signing_ms }).await,
        ["--hall", origin, name, password, pid] => {
            drive(origin, name, password, &Meter { pid: Some(pid.parse().unwrap()), signing_ms }).await;
        }
        ["--pictures", origin, name, password, pid] => {
            let me = Member::sign_in(origin, name, password).await;
            me.pictures(&Meter { pid: Some(pid.parse().unwrap()), signing_ms }).await;
        }
        ["--articles", origin, name, password, pid] => {
            let me = Member::sign_in(origin, name, password).await;
            me.articles(&Meter { pid: Some(pid.parse().unwrap()), signing_ms }).await;
        }
        ["--roll-call"] => alone("").await,
        ["--roll-call", database] => alone(database).await,
        ["--publishing"] => publishing::measure(signing_ms).await,
        ["--archive"] => holdings::measure("", signing_ms).await,
        ["--archive", database] => holdings::measure(database, signing_ms).await,
        ["--announcement"] => announcement::measure("").await,
        ["--announcement", database] => announcement::measure(database).await,
        _ => own(signing_ms).await,
    }
}

/// Signs up on a list in a hall of our own, and nothing else.
async fn alone(database: &str) {
    let dir = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.data.dir = dir.path().to_owned();
    config.database.url = database.to_owned();
    let ctx = tokio::task::spawn_blocking(move || app::open(config)).await.unwrap().unwrap();
    let mei = member(&ctx, "mei").await;
    roll::sign_up(&ctx, &mei).await;
}

/// How long one signature takes here.
fn signing_ms() -> f64 {
    let key = SigningKey::make_rsa().unwrap();
    let began = Instant::now();
    for _ in 0..500 {
        key.sign(b"(request-target): post /inbox").unwrap();
    }
    let signing_ms = began.elapsed().as_secs_f64() * 2.0;
    println!("RSA-2048 signing                          {signing_ms:>8.3} ms");
    signing_ms
}

/// Drives a hall by everything that is measured.
async fn drive(origin: &str, name: &str, password: &str, meter: &Meter) {
    let me = Member::sign_in(origin, name, password).await;
    let post = me.publish("公开的一条", "everyone").await;
    me.pages(meter, &post).await;
    me.articles(meter).await;
    let token = me.token().await;
    me.timelines(meter, &token).await;
    me.statuses(meter, &token).await;
    let peers = Peers::start(origin);
    me.first_contacts(meter, &peers).await;
    me.inbox(meter, &peers).await;
    me.deliveries(meter, &peers).await;
    me.statuses_meanwhile(meter, &token, &peers).await;
    meter.say_memory("after load");
    me.pictures(meter).await;
}

/// Twenty members listen to streams by their programs.
async fn listen(origin: &str, meter: &Meter) {
    let mut tokens = Vec::new();
    for number in 0..20 {
        tokens.push(Member::sign_in(origin, &format!("friend{number}"), PASSWORD).await.token().await);
    }
    let me = Member::sign_in(origin, "mei", PASSWORD).await;
    me.streams(meter, &tokens).await;
}

/// Fills a hall of our own, starts it, and drives it.
async fn own(signing_ms: f64) {
    let dir = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let origin = format!("http://127.0.0.1:{port}");
    let mut config = Config::default();
    config.server.origin = origin.clone();
    config.data.dir = dir.path().to_owned();
    config.federation.allow_networks = vec!["127.0.0.1/32".to_owned()];
    let ctx = tokio::task::spawn_blocking(move || app::open(config)).await.unwrap().unwrap();
    fill(&ctx).await;
    let mei = ctx.read(|conn| huiguan::domain::actor::local_by_name(conn, "mei")).await.unwrap().unwrap();
    roll::sign_up(&ctx, &mei).await;

    let mut hall = Hall(serve(dir.path(), port, ""));
    let first = Instant::now();
    drained(&ctx).await;
    println!("100,000 events handed to the outbox       {:>8.0} ms", first.elapsed().as_secs_f64() * 1e3);
    hall.0.kill().unwrap();
    hall.0.wait().unwrap();

    // Started again: on an existing database, with nothing to do.
    let began = Instant::now();
    let hall = Hall(serve(dir.path(), port, ""));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    while client.get(format!("{origin}/healthz")).send().await.is_err() {}
    println!("start to the first answer                 {:>8.0} ms", began.elapsed().as_secs_f64() * 1e3);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let meter = Meter { pid: Some(hall.0.id()), signing_ms };
    meter.say_memory("idle");
    listen(&origin, &meter).await;
    drive(&origin, "mei", PASSWORD, &meter).await;
}

/// Makes members who are friends, and their posts: 100,000 in the feed of mei.
async fn fill(ctx: &Ctx) {
    let mei = member(ctx, "mei").await;
    for number in 0..FRIENDS {
        let other = member(ctx, &format!("friend{number}")).await;
        let me = mei.clone();
        ctx.write(move |conn| {
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
}

async fn member(ctx: &Ctx, name: &str) -> Actor {
    let keys = Keys::make().unwrap();
    let new = New {
        name: name.to_owned(),
        display_name: String::new(),
        email: String::new(),
        password_hash: password_hash(PASSWORD).unwrap(),
        role: Role::Member,
        state: State::Active,
        language: None,
        time_zone: None,
        reason: String::new(),
    };
    ctx.write(move |conn| login::add(conn, &new, &keys)).await.unwrap().actor
}

/// Waits, within limits, until all events of the hall are handed out.
async fn drained(ctx: &Ctx) {
    for _ in 0..6_000 {
        if ctx.read(|conn| event::waiting(conn, event::FEDERATION)).await.unwrap() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the hall doesn't come to rest");
}

/// The process of a hall, ended with it.
struct Hall(Child);

impl Drop for Hall {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn serve(dir: &std::path::Path, port: u16, database: &str) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_huiguan"))
        .env("HUIGUAN__SERVER__ORIGIN", format!("http://127.0.0.1:{port}"))
        .env("HUIGUAN__SERVER__LISTEN", format!("127.0.0.1:{port}"))
        .env("HUIGUAN__DATA__DIR", dir)
        .env("HUIGUAN__DATABASE__URL", database)
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
