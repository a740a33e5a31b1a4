//! The load: what people and other servers do with a hall, over HTTP alone, so that it drives any hall that speaks plain
//! HTTP on loopback, allows `127.0.0.1/32` and has `limits.rate_limit = false`.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use serde_json::json;

use super::peer::{HOSTS, PEOPLE_PER_HOST, Peers, reached};

const REQUESTS: usize = 4_000;
const ARRIVALS: usize = 2_000;
/// First contacts under way at a time, as many as the 50 hosts would cause.
const AT_ONCE: usize = 8;

/// A member of the hall under load.
pub struct Member {
    pub origin: String,
    pub name: String,
    pub cookie: String,
    pub client: reqwest::Client,
}

/// Where the figures go.
pub struct Meter {
    pub pid: Option<u32>,
    pub signing_ms: f64,
}

impl Meter {
    /// The CPU time that the hall has used, user and system, in milliseconds (100 ticks a second, as Linux has it).
    fn cpu_ms(&self) -> Option<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid?)).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        Some((fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) * 10.0)
    }

    pub fn start(&self) -> (Instant, Option<f64>) {
        (Instant::now(), self.cpu_ms())
    }

    /// Waits, within limits, until the hall does nothing any more.
    pub async fn rest(&self) {
        for _ in 0..600 {
            let before = self.cpu_ms();
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            if self.cpu_ms() == before {
                return;
            }
        }
    }

    /// Says what one of `count` operations since `start` cost.
    pub fn say(&self, what: &str, (began, before): (Instant, Option<f64>), count: usize) {
        let wall = began.elapsed().as_secs_f64() * 1e3 / count as f64;
        let cpu = match (self.cpu_ms(), before) {
            (Some(now), Some(before)) => {
                let each = (now - before) / count as f64;
                format!("{each:>8.3} ms CPU  = {:>6.2} signings", each / self.signing_ms)
            }
            _ => "no --pid, no CPU time".to_owned(),
        };
        println!("{what:<42}{cpu}   ({wall:.3} ms apart)");
    }

    /// Says how much memory the hall holds.
    pub fn say_memory(&self, when: &str) {
        let Some(pid) = self.pid else { return };
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let mb = line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap() / 1024.0;
        println!("resident memory {when:<26}{mb:>8.1} MB");
    }
}

impl Member {
    /// Signs in by the form.
    pub async fn sign_in(origin: &str, name: &str, password: &str) -> Self {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut me = Self { origin: origin.to_owned(), name: name.to_owned(), cookie: String::new(), client };
        let page = me.client.get(format!("{origin}/sign-in")).send().await.unwrap();
        me.keep_cookies(&page);
        let token = token_in(&page.text().await.unwrap());
        let answer = me.post("/sign-in", &[("form_token", &token), ("name", name), ("password", password)]).await;
        assert_eq!(answer.status(), 303, "{name} can't sign in");
        me.keep_cookies(&answer);
        me
    }

    fn keep_cookies(&mut self, answer: &reqwest::Response) {
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            if !pair.ends_with('=') {
                self.cookie =
                    [pair, &self.cookie].iter().filter(|c| !c.is_empty()).copied().collect::<Vec<_>>().join("; ");
            }
        }
    }

    pub async fn get(&self, path: &str) -> String {
        let answer =
            self.client.get(format!("{}{path}", self.origin)).header("cookie", &self.cookie).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> reqwest::Response {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.client
            .post(format!("{}{path}", self.origin))
            .header("cookie", &self.cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap()
    }

    /// Publishes a Moment and answers its page.
    pub async fn publish(&self, text: &str, audience: &str) -> String {
        let token = token_in(&self.get("/moments/new").await);
        let fields = [("form_token", token.as_str()), ("body", text), ("audience", audience)];
        assert_eq!(self.post("/moments", &fields).await.status(), 303);
        let profile = self.get(&format!("/@{}", self.name)).await;
        let mark = format!("href=\"/@{}/", self.name);
        let number = profile.split(&mark).nth(1).unwrap().split(['"', '/', '#', '?']).next().unwrap();
        format!("/@{}/{number}", self.name)
    }

    /// The pages that are looked at most.
    pub async fn pages(&self, meter: &Meter, post: &str) {
        let profile = format!("/@{}", self.name);
        for (what, path, cookie) in [
            ("home feed", "/", self.cookie.as_str()),
            ("a post's page", post, ""),
            ("a profile", profile.as_str(), ""),
            ("a post's page, signed in", post, self.cookie.as_str()),
        ] {
            let start = meter.start();
            for _ in 0..REQUESTS {
                let request = self.client.get(format!("{}{path}", self.origin)).header("cookie", cookie);
                let answer = request.send().await.unwrap();
                assert_eq!(answer.status(), 200, "{path}");
                assert!(answer.bytes().await.unwrap().len() > 1_000);
            }
            meter.say(what, start, REQUESTS);
        }
    }

    /// Strangers on 50 hosts that the hall has never heard of ask to be friends and are accepted. Counted from their
    /// `Follow` until both follows stand: the hall fetches each of them, answers, asks back and takes the answer.
    pub async fn first_contacts(&self, meter: &Meter, peers: &Arc<Peers>) {
        let me = format!("{}/actors/{}", self.origin, self.name);
        let people = peers.people();
        let start = meter.start();
        for chunk in people.chunks(AT_ONCE) {
            let senders = chunk.iter().cloned().map(|uri| {
                let (peers, me) = (peers.clone(), me.clone());
                tokio::spawn(async move {
                    let follow = json!({
                        "@context": "https://www.w3.org/ns/activitystreams", "type": "Follow", "actor": uri,
                        "id": format!("{uri}/follow"), "object": me,
                    });
                    assert_eq!(peers.send(&uri, &follow).await, 202);
                })
            });
            for sender in senders.collect::<Vec<_>>() {
                sender.await.unwrap();
            }
        }
        let asked = self.requests(people.len()).await;
        let token = token_in(&self.get("/friends/requests/new").await);
        for request in &asked {
            let path = format!("/friends/requests/{request}/acceptance");
            assert_eq!(self.post(&path, &[("form_token", &token)]).await.status(), 303);
        }
        reached(&peers.taken.accepts, people.len()).await;
        reached(&peers.taken.accepted, people.len()).await;
        meter.rest().await;
        meter.say("first contact: Follow to both Accepts", start, people.len());
        assert!(!self.get("/friends").await.contains("id=\"waiting\""), "nobody is provisional any more");
    }

    /// Waits until as many requests stand on the friends' page, and answers their numbers.
    async fn requests(&self, all: usize) -> Vec<String> {
        for _ in 0..100 {
            let page = self.get("/friends").await;
            let found: Vec<String> = page
                .split("action=\"/friends/requests/")
                .skip(1)
                .filter_map(|rest| rest.split_once("/acceptance\"").filter(|(id, _)| id.len() < 24))
                .map(|(id, _)| id.to_owned())
                .collect();
            if found.len() >= all {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        panic!("the requests don't come");
    }

    /// Signed `Create`s for followers, accepted and worked off: the last of them stands in the feed.
    pub async fn inbox(&self, meter: &Meter, peers: &Arc<Peers>) {
        let sender = peers.people().swap_remove(0);
        let notes = (0..ARRIVALS).map(|number| {
            json!({
                "@context": "https://www.w3.org/ns/activitystreams", "type": "Create", "actor": sender,
                "id": format!("{sender}/activities/{number}"),
                "object": {"id": format!("{sender}/notes/{number}"), "type": "Note", "attributedTo": sender,
                    "content": format!("<p>礼拜天冬节，阿嬷教我们搓丸。第 {number} 份。</p>"),
                    "to": [format!("{sender}/followers")], "cc": []},
            })
        });
        let queue: Vec<_> = notes.map(|note| peers.signed(&sender, &note)).collect();
        let queue = Arc::new(std::sync::Mutex::new(queue));
        let start = meter.start();
        let senders: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let (queue, peers) = (queue.clone(), peers.clone());
                tokio::spawn(async move {
                    loop {
                        let Some((headers, body)) = queue.lock().unwrap().pop() else { return };
                        assert_eq!(peers.post(headers, body).await, 202);
                    }
                })
            })
            .collect();
        for sender in senders {
            sender.await.unwrap();
        }
        meter.rest().await;
        meter.say("inbox: a Create accepted and processed", start, ARRIVALS);
        assert_eq!(self.count(&sender).await, ARRIVALS, "all of them are here");
    }

    /// How many Moments of somebody elsewhere are here, counted page by page.
    async fn count(&self, uri: &str) -> usize {
        let (host, name) = uri.trim_start_matches("http://").split_once('/').unwrap();
        let first = format!("/@{name}@{host}");
        let (mut path, mut count) = (first.clone(), 0);
        // Twenty on a page.
        for _ in 0..ARRIVALS {
            let page = self.get(&path).await;
            count += page.matches("<article").count();
            let Some(rest) = page.split("?before=").nth(1) else { return count };
            path = format!("{first}?before={}", rest.split('"').next().unwrap());
        }
        panic!("the pages have no end");
    }

    /// One Moment for all friends to all inboxes elsewhere.
    pub async fn deliveries(&self, meter: &Meter, peers: &Arc<Peers>) {
        let all = HOSTS * PEOPLE_PER_HOST;
        let already = peers.taken.creates.load(Ordering::Relaxed);
        let start = meter.start();
        self.publish("给所有好友", "friends").await;
        reached(&peers.taken.creates, already + all).await;
        println!("the last of 500 was taken after           {:>8.0} ms", start.0.elapsed().as_secs_f64() * 1e3);
        meter.rest().await;
        meter.say("delivery, one of 500 on 50 hosts", start, all);
    }
}

/// Asks for a page over so many connections, each again as soon as it is answered, until `is_done`; says how long answers took.
pub async fn crowd(what: &str, url: &str, connections: usize, is_done: impl Fn(usize) -> bool + Send + Sync + 'static) {
    let (asked, is_done) = (Arc::new(std::sync::atomic::AtomicUsize::new(0)), Arc::new(is_done));
    let began = Instant::now();
    let readers = (0..connections).map(|_| {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let (url, asked, is_done) = (url.to_owned(), asked.clone(), is_done.clone());
        tokio::spawn(async move {
            let mut took = Vec::new();
            while !is_done(asked.fetch_add(1, Ordering::Relaxed)) {
                let began = Instant::now();
                let answer = client.get(&url).header("accept-encoding", "gzip").send().await.unwrap();
                assert_eq!(answer.status(), 200, "{url}");
                answer.bytes().await.unwrap();
                took.push(began.elapsed().as_secs_f64() * 1e3);
            }
            took
        })
    });
    let mut took = Vec::new();
    for reader in readers.collect::<Vec<_>>() {
        took.extend(reader.await.unwrap());
    }
    took.sort_by(f64::total_cmp);
    let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize];
    let each = took.len() as f64 / began.elapsed().as_secs_f64();
    println!(
        "{what:<42}p50 {:>6.1} ms, p99 {:>6.1} ms, longest {:>6.1} ms, {each:.0} a second",
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

pub fn token_in(page: &str) -> String {
    page.split("form_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}
