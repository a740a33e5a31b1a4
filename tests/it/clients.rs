//! Sessions of real client programs against running halls: Mastodon.py, toot, megalodon, masto.js (`tests/clients/`). Each counts
//! its calls, and all of them must hold.
//!
//! Python with the packages of `requirements.txt` is looked for where `HUIGUAN_TEST_CLIENTS` says, or on the PATH; the others need
//! Node and `npm ci` in `tests/clients`.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use super::server::Server;

pub const ROOM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");

/// The Python that has the packages; `None`, said aloud, if there is none. In CI there must be one.
pub fn python() -> Option<String> {
    let python = std::env::var("HUIGUAN_TEST_CLIENTS").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python)
        .args(["-c", "import mastodon, toot, fediverse_pasture_inputs, funfedi_parsing_test_cases"])
        .output();
    found(has.is_ok_and(|ran| ran.status.success()), "pip install -r tests/clients/requirements.txt").then_some(python)
}

/// Node with the packages, likewise.
fn node() -> Option<String> {
    let has = Command::new("node").arg("--version").output().is_ok_and(|ran| ran.status.success());
    let has = has && Path::new(ROOM).join("node_modules/masto").is_dir();
    found(has, "npm ci in tests/clients").then(|| "node".to_owned())
}

fn found(is_there: bool, how: &str) -> bool {
    assert!(is_there || std::env::var_os("CI").is_none(), "in CI the client programs must be there: {how}");
    if !is_there {
        println!("skipped: the client program is not on this machine: {how}");
    }
    is_there
}

/// Plays one session: the halls work while it runs.
async fn session(program: Option<String>, script: &str) {
    let Some(program) = program else { return };
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mei, lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let token = lan.program(&b).await.token;
    let mut command = Command::new(program);
    command.current_dir(ROOM).arg(script);
    for (name, value) in [
        ("HALL", &a.origin),
        ("NAME", &mei.name),
        ("PASSWORD", &mei.password),
        ("OTHER_HALL", &b.origin),
        ("OTHER_NAME", &lan.name),
        ("OTHER_TOKEN", &token),
    ] {
        command.env(name, value);
    }
    let running = tokio::task::spawn_blocking(move || command.output());
    tokio::pin!(running);
    let ran: Output = loop {
        tokio::select! {
            ran = &mut running => break ran.unwrap().unwrap(),
            () = tokio::time::sleep(Duration::from_millis(50)) => {
                a.work().await;
                b.work().await;
            }
        }
    };
    let (said, wrong) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    let missed: Vec<&str> = said.lines().filter(|line| line.starts_with("miss ")).collect();
    assert!(ran.status.success() && missed.is_empty(), "{}\n{wrong}", missed.join("\n"));
    println!("{}", said.lines().last().unwrap_or_default());
}

#[tokio::test(flavor = "multi_thread")]
async fn mastodon_py_plays_its_session() {
    session(python(), "mastodon_py.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn toot_plays_its_session() {
    session(python(), "toot.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn megalodon_plays_its_session() {
    session(node(), "megalodon.mjs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn masto_plays_its_session() {
    session(node(), "masto.mjs").await;
}
