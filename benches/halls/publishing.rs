//! What an article costs that goes to 10,000 followers on 500 other servers: until it is published, until it is queued, until all servers
//! have it, and how long readers wait meanwhile. The hall is a process of its own, on SQLite.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use huiguan::app;
use huiguan::config::Config;
use huiguan::ctx::Ctx;
use huiguan::domain::account::{self, Said, Settings};
use huiguan::domain::actor::{self, Actor, Incoming, Keys, Kind};
use huiguan::domain::{delivery, event, friend};

use super::load::{Member, Meter, crowd, token_in};
use super::peer::{Peers, reached};
use super::{Hall, PASSWORD, drained, member, serve};

const FOLLOWERS: usize = 10_000;
const HOSTS: usize = 500;
/// Readers at once.
const READERS: usize = 32;
/// What they ask for while nothing else goes on.
const CALM: usize = 5_000;

/// Measures it all.
pub async fn measure(signing_ms: f64) {
    let dir = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut config = Config::default();
    let origin = format!("http://127.0.0.1:{port}");
    config.server.origin = origin.clone();
    config.data.dir = dir.path().to_owned();
    config.federation.allow_networks = vec!["127.0.0.1/32".to_owned()];
    let ctx = tokio::task::spawn_blocking(move || app::open(config)).await.unwrap().unwrap();
    let account = found(&ctx).await;
    let peers = Peers::start_many(&origin, HOSTS);
    fill(&ctx, &account, &peers.hosts()).await;
    let hall = Hall(serve(dir.path(), port, ""));
    let meter = Meter { pid: Some(hall.0.id()), signing_ms };
    drained(&ctx).await;
    delivered(&ctx).await;
    println!("{FOLLOWERS} followers on {HOSTS} servers have been answered");

    let mei = Member::sign_in(&origin, "mei", PASSWORD).await;
    let first = mei.publish_article(account.id.0, "第一篇").await;
    let page = format!("{origin}{first}");
    reached(&peers.taken.creates, HOSTS).await;
    meter.rest().await;
    crowd("its page, 32 readers, nothing else", &page, READERS, |asked| asked >= CALM).await;

    let is_over = Arc::new(AtomicBool::new(false));
    let over = is_over.clone();
    let readers = tokio::spawn(async move {
        crowd("the same while it goes out", &page, READERS, move |_| over.load(Ordering::Relaxed)).await;
    });
    let start = meter.start();
    mei.publish_article(account.id.0, "第二篇").await;
    println!("published after                           {:>8.0} ms", start.0.elapsed().as_secs_f64() * 1e3);
    let began = Instant::now();
    drained(&ctx).await;
    println!("queued for {HOSTS} servers after another     {:>8.0} ms", began.elapsed().as_secs_f64() * 1e3);
    reached(&peers.taken.creates, 2 * HOSTS).await;
    println!("the last of {HOSTS} servers had it after     {:>8.0} ms", start.0.elapsed().as_secs_f64() * 1e3);
    is_over.store(true, Ordering::Relaxed);
    readers.await.unwrap();

    // By itself, for what a delivery costs.
    meter.rest().await;
    let start = meter.start();
    mei.publish_article(account.id.0, "第三篇").await;
    reached(&peers.taken.creates, 3 * HOSTS).await;
    meter.rest().await;
    meter.say("an article to one of 500 servers", start, HOSTS);
}

/// Waits, within limits, until nothing is left to be delivered.
async fn delivered(ctx: &Ctx) {
    for _ in 0..3_000 {
        if ctx.read(delivery::waiting).await.unwrap() == 0
            && ctx.read(|conn| event::waiting(conn, event::FEDERATION)).await.unwrap() == 0
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the answers don't go out");
}

async fn found(ctx: &Ctx) -> Actor {
    let said = Said {
        title: "侨报".to_owned(),
        kind: "subscription".to_owned(),
        talk: "selected".to_owned(),
        ..Said::default()
    };
    let (settings, keys) = (Settings::parse(&said).unwrap(), Keys::make().unwrap());
    let owner = member(ctx, "mei").await;
    ctx.write(move |conn| Ok(account::create(conn, &owner, "bao", &settings, &keys)?.actor)).await.unwrap()
}

async fn fill(ctx: &Ctx, account: &Actor, hosts: &[String]) {
    for chunk in (0..FOLLOWERS).collect::<Vec<_>>().chunks(500) {
        let (chunk, account, hosts) = (chunk.to_vec(), account.clone(), hosts.to_vec());
        ctx.write(move |conn| {
            for number in chunk {
                let who = actor::receive(conn, &elsewhere(&hosts[number % HOSTS], number))?;
                friend::receive_follow(conn, &who, &account, &format!("{}/follows/{number}", who.uri), "")?;
            }
            Ok(())
        })
        .await
        .unwrap();
    }
}

/// Somebody of one of the other servers.
fn elsewhere(host: &str, number: usize) -> Incoming {
    let (host, name) = (host.to_owned(), format!("u{number}"));
    let uri = format!("http://{host}/{name}");
    Incoming {
        kind: Kind::Person,
        display_name: name.clone(),
        names: BTreeMap::new(),
        hometown: String::new(),
        about_html: String::new(),
        url: uri.clone(),
        inbox: format!("{uri}/inbox"),
        shared_inbox: format!("http://{host}/inbox"),
        followers: format!("{uri}/followers"),
        outbox: format!("{uri}/outbox"),
        locked: false,
        friends: false,
        discoverable: false,
        keys: Vec::new(),
        address_host: host.clone(),
        uri,
        name,
        host,
    }
}

impl Member {
    /// Publishes an article at once; answers its page.
    async fn publish_article(&self, account: i64, title: &str) -> String {
        let token = token_in(&self.get("/accounts/new").await);
        let text = "从汕头到槟城，一封侨批走了四十天。".repeat(290);
        let fields = [("form_token", token.as_str()), ("title", title), ("body", &text)];
        let made = self.post(&format!("/accounts/{account}/drafts"), &fields).await;
        assert_eq!(made.status(), 303);
        let draft = made.headers()["location"].to_str().unwrap().to_owned();
        let fields =
            [("form_token", token.as_str()), ("revision", "1"), ("title", title), ("body", &text), ("act", "publish")];
        let out = self.post(&draft, &fields).await;
        assert_eq!(out.status(), 303, "{title} isn't out");
        out.headers()["location"].to_str().unwrap().to_owned()
    }
}
