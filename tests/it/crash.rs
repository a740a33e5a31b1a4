//! `kill -9` at random instants: every accepted Moment arrives exactly once.

use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::command::{free_port, huiguan, serve};
use super::server::Person;

/// How often a hall is killed.
const KILLS: usize = 50;
/// How long the last Moments may take to arrive after the last kill.
const PATIENCE: Duration = Duration::from_secs(240);

/// A hall in a process of its own.
pub struct Process {
    dir: tempfile::TempDir,
    port: u16,
    database: String,
    settings: Vec<(&'static str, String)>,
    child: Option<Child>,
}

impl Process {
    pub fn found(owner: &str) -> Self {
        Self::found_with(owner, Vec::new())
    }

    /// With settings of its own, by their names in the environment.
    pub fn found_with(owner: &str, settings: Vec<(&'static str, String)>) -> Self {
        let database = match std::env::var("HUIGUAN_TEST_DATABASE").as_deref() {
            Ok("postgres" | "mixed") => super::cluster::database(),
            _ => String::new(),
        };
        let dir = tempfile::tempdir().unwrap();
        let mut process = Self { dir, port: free_port(), database, settings, child: None };
        let added = process
            .command()
            .args(["user", "add", owner, "--password", "correct horse", "--role", "owner", "--language", "en"])
            .output()
            .unwrap();
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        process.start();
        process
    }

    pub fn command(&self) -> std::process::Command {
        let mut command = huiguan(self.dir.path(), self.port);
        command.env("HUIGUAN__DATABASE__URL", &self.database).env("HUIGUAN__LOG__FILTER", "error");
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn start(&mut self) {
        self.child = Some(serve(&mut self.command()).0);
    }

    pub fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub fn person(&self, name: &str) -> Person {
        let origin = format!("http://127.0.0.1:{}", self.port);
        Person {
            client: super::server::client(),
            authority: origin.trim_start_matches("http://").to_owned(),
            origin,
            name: name.to_owned(),
            password: "correct horse".to_owned(),
            token: String::new(),
            cookies: Default::default(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

/// Waits, within limits, until the check says yes.
pub async fn until(what: &str, patience: Duration, mut check: impl AsyncFnMut() -> bool) {
    let end = std::time::Instant::now() + patience;
    while !check().await {
        assert!(std::time::Instant::now() < end, "{what} takes too long");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Posts numbered Moments, each under its own key until it is accepted, until told to stop; answers how many.
async fn post_on(mut mei: Person, stop: Arc<AtomicBool>) -> usize {
    let mut accepted = 0;
    let mut failures = 0;
    while !stop.load(Ordering::Relaxed) || failures > 0 {
        let (body, key) = (format!("number {accepted};"), format!("key-{accepted}"));
        let token = mei.token.clone();
        let fields = [("form_token", token.as_str()), ("body", &body), ("audience", "friends"), ("key", &key)];
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let cookie = mei.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join("; ");
        let sent = mei
            .client
            .post(format!("{}/moments", mei.origin))
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .timeout(Duration::from_secs(5))
            .send()
            .await;
        match sent {
            Ok(answer) if answer.status() == 303 => {
                accepted += 1;
                failures = 0;
            }
            other => {
                failures += 1;
                assert!(failures < 400, "the hall doesn't come back: {other:?}");
                mei.client = super::server::client();
            }
        }
        tokio::time::sleep(Duration::from_millis(if failures == 0 { 20 } else { 50 })).await;
    }
    accepted
}

/// All numbers in a reader's feed, page by page.
async fn numbers(reader: &mut Person) -> Vec<usize> {
    let (mut found, mut path) = (Vec::new(), "/".to_owned());
    for _ in 0..500 {
        let page = reader.get(&path).await.body;
        found.extend(page.split("number ").skip(1).filter_map(|rest| rest.split(';').next()?.parse::<usize>().ok()));
        match super::server::Answer::links(
            &super::server::Answer { status: 200, body: page, headers: Default::default() },
            "/?before=",
        )
        .pop()
        {
            Some(older) => path = older,
            None => break,
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_at_any_instant_loses_no_accepted_moment_and_doubles_none() {
    let (mut a, mut b) = (Process::found("mei"), Process::found("lan"));
    let (mut mei, mut lan) = (a.person("mei"), b.person("lan"));
    assert_eq!(mei.sign_in().await.status, 303);
    assert_eq!(lan.sign_in().await.status, 303);
    assert_eq!(mei.asks(&lan.address(), "").await.status, 303);
    until("the request", Duration::from_secs(20), async || lan.get("/friends").await.body.contains("/acceptance"))
        .await;
    lan.answers("acceptance").await;
    until("the tie", Duration::from_secs(20), async || {
        mei.friends_say(">Friend<").await && lan.friends_say(">Friend<").await
    })
    .await;

    let stop = Arc::new(AtomicBool::new(false));
    let (token, cookies) = (mei.token.clone(), mei.cookies.clone());
    let mut poster = a.person("mei");
    poster.token = token;
    poster.cookies = cookies;
    let posting = tokio::spawn(post_on(poster, stop.clone()));
    for _ in 0..KILLS {
        let [pause, side] = huiguan::secret::random::<2>();
        tokio::time::sleep(Duration::from_millis(u64::from(pause))).await;
        let victim = if side % 2 == 0 { &mut a } else { &mut b };
        victim.kill();
        tokio::task::block_in_place(|| victim.start());
    }
    stop.store(true, Ordering::Relaxed);
    let accepted = posting.await.unwrap();
    assert!(accepted > KILLS / 2, "only {accepted} Moments were accepted");

    let (mut mei, mut lan) = (renewed(&a, mei), renewed(&b, lan));
    let host = lan.authority.clone();
    let expected: Vec<usize> = (0..accepted).collect();
    let mut last = Vec::new();
    until("the last Moment", PATIENCE, async || {
        // What an officer does who doesn't want to wait for the next attempt.
        mei.post("/office/peers", &[("host", &host), ("decision", "resumed")]).await;
        last = numbers(&mut lan).await;
        last.sort_unstable();
        last == expected
    })
    .await;
    assert_eq!(last, expected);
    println!("{KILLS} kills, {accepted} accepted Moments, each of them arrived once");
}

/// The same person with fresh connections: the old ones went with the killed process.
pub fn renewed(process: &Process, old: Person) -> Person {
    let mut fresh = process.person(&old.name);
    fresh.token = old.token;
    fresh.cookies = old.cookies;
    fresh
}
