//! What client programs ask for: the home timeline, alone and by many at once, streams that are listened to, and posting.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::load::{Member, Meter, token_in};
use super::peer::{HOSTS, PEOPLE_PER_HOST, Peers};

/// Timelines asked for, one after the other.
const REQUESTS: usize = 2_000;
/// Connections that ask at the same time, and how often each.
const CONNECTIONS: usize = 32;
const EACH: usize = 60;
/// Streams listened to.
const STREAMS: usize = 500;
/// One member may listen to no more.
const STREAMS_EACH: usize = 25;
/// Deliveries of a fan-out.
const FAN_OUT: usize = 10_000;
/// Statuses posted.
const POSTS: usize = 200;

impl Member {
    /// Lets a program in and answers its token.
    pub async fn token(&self) -> String {
        let back = "urn:ietf:wg:oauth:2.0:oob";
        let scopes = "read write follow";
        let send = |path: &str, fields: &[(&str, &str)]| {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let request = self.client.post(format!("{}{path}", self.origin)).header("cookie", &self.cookie);
            request.header("content-type", "application/x-www-form-urlencoded").body(body).send()
        };
        let app = [("client_name", "load"), ("redirect_uris", back), ("scopes", scopes)];
        let app: Value = send("/api/v1/apps", &app).await.unwrap().json().await.unwrap();
        let (id, secret) = (app["client_id"].as_str().unwrap(), app["client_secret"].as_str().unwrap());
        let form = token_in(&self.get("/settings").await);
        let yes = [
            ("form_token", &*form),
            ("response_type", "code"),
            ("client_id", id),
            ("redirect_uri", back),
            ("scope", scopes),
            ("choice", "allow"),
        ];
        let page = send("/oauth/authorize", &yes).await.unwrap().text().await.unwrap();
        let code = page.split("<code id=\"code\">").nth(1).unwrap().split('<').next().unwrap();
        let asked = [
            ("grant_type", "authorization_code"),
            ("client_id", id),
            ("client_secret", secret),
            ("redirect_uri", back),
            ("code", code),
        ];
        let token: Value = send("/oauth/token", &asked).await.unwrap().json().await.unwrap();
        token["access_token"].as_str().unwrap().to_owned()
    }

    /// The home timeline of 20 statuses: plain and packed, one after the other, then by many at once.
    pub async fn timelines(&self, meter: &Meter, token: &str) {
        let url = format!("{}/api/v1/timelines/home", self.origin);
        let plain = reqwest::Client::builder().no_proxy().no_gzip().build().unwrap();
        for (what, client) in [("home timeline, JSON", &plain), ("home timeline, packed", &self.client)] {
            let start = meter.start();
            for _ in 0..REQUESTS {
                let answer = client.get(&url).bearer_auth(token).send().await.unwrap();
                assert_eq!(answer.status(), 200);
                assert!(answer.bytes().await.unwrap().len() > 10_000);
            }
            meter.say(what, start, REQUESTS);
        }
        let (plain, url, token) = (Arc::new(plain), Arc::new(url), Arc::new(token.to_owned()));
        let asking: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                let (client, url, token) = (plain.clone(), url.clone(), token.clone());
                tokio::spawn(async move {
                    let mut took = Vec::with_capacity(EACH);
                    for _ in 0..EACH {
                        let began = Instant::now();
                        let answer = client.get(&*url).bearer_auth(&*token).send().await.unwrap();
                        assert!(answer.bytes().await.unwrap().len() > 10_000);
                        took.push(began.elapsed());
                    }
                    took
                })
            })
            .collect();
        let mut took = Vec::new();
        for one in asking {
            took.extend(one.await.unwrap());
        }
        say_p99("home timeline at 32 connections, p99", took);
    }

    /// Many listen, by the tokens of several members; what that takes in memory.
    pub async fn streams(&self, meter: &Meter, tokens: &[String]) {
        meter.say_memory("before the streams");
        let mut open = Vec::with_capacity(STREAMS);
        for (number, token) in (0..STREAMS).zip(tokens.iter().flat_map(|token| [token; STREAMS_EACH])) {
            let url = format!("{}/api/v1/streaming/user", self.origin);
            let answer = self.client.get(url).bearer_auth(token).send().await.unwrap();
            assert_eq!(answer.status(), 200, "stream {number}");
            open.push(answer);
        }
        assert_eq!(open.len(), STREAMS, "tokens are missing");
        tokio::time::sleep(Duration::from_secs(3)).await;
        meter.say_memory("with 500 streams");
    }

    /// Posting, one status after the other.
    pub async fn statuses(&self, meter: &Meter, token: &str) {
        let url = format!("{}/api/v1/statuses", self.origin);
        let (start, mut took) = (meter.start(), Vec::with_capacity(POSTS));
        for number in 0..POSTS {
            let began = Instant::now();
            let body = format!("status=status+{number}&visibility=private");
            let request = self.client.post(&url).bearer_auth(token).body(body);
            let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
            assert_eq!(answer.status(), 200);
            took.push(began.elapsed());
        }
        meter.say("posting a status", start, POSTS);
        say_p99("posting a status, p99", took);
    }
}

impl Member {
    /// The same while a fan-out is on its way: as many Moments to all friends elsewhere as make 10,000 deliveries, and behind
    /// them, one after the other, statuses that go nowhere.
    pub async fn statuses_meanwhile(&self, meter: &Meter, token: &str, peers: &Arc<Peers>) {
        let all = HOSTS * PEOPLE_PER_HOST;
        let already = peers.taken.creates.load(Ordering::Relaxed);
        let rounds = FAN_OUT / all;
        let url = format!("{}/api/v1/statuses", self.origin);
        let post = |text: String, visibility: &'static str| {
            let body = format!("status={text}&visibility={visibility}");
            let request = self.client.post(&url).bearer_auth(token).body(body);
            request.header("content-type", "application/x-www-form-urlencoded").send()
        };
        for number in 0..rounds {
            assert_eq!(post(format!("fan-out+{number}"), "private").await.unwrap().status(), 200);
        }
        let (began, mut took) = (Instant::now(), Vec::new());
        while peers.taken.creates.load(Ordering::Relaxed) < already + rounds * all && took.len() < POSTS * 10 {
            let one = Instant::now();
            assert_eq!(post(format!("meanwhile+{}", took.len()), "direct").await.unwrap().status(), 200);
            took.push(one.elapsed());
        }
        let left = already + rounds * all - peers.taken.creates.load(Ordering::Relaxed);
        println!(
            "{} posted, {left} of {} deliveries left after {:.1} s",
            took.len(),
            rounds * all,
            began.elapsed().as_secs_f64()
        );
        say_p99("posting during a fan-out of 10,000, p99", took);
        meter.rest().await;
    }
}

fn say_p99(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let p99 = took[took.len() * 99 / 100];
    println!("{what:<42}{:>8.1} ms", p99.as_secs_f64() * 1e3);
}
