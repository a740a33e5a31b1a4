//! The pages in a real browser: every flow with and without script, in three languages, at 390 and 1280 px; axe and overflow.

use std::path::Path;
use std::process::Command;

use huiguan::domain::login::Role;

use super::server::{Server, befriend, settle};

/// Chromium and what drives it, or what is missing.
fn driver() -> Result<&'static Path, &'static str> {
    let here = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser"));
    if !["/usr/bin/chromium", "/usr/bin/chromium-browser"].iter().any(|path| Path::new(path).exists()) {
        return Err("Chromium is not on this machine");
    }
    if Command::new("node").arg("--version").output().is_err() {
        return Err("Node is not on this machine");
    }
    if !here.join("node_modules/playwright-core").exists() {
        return Err("its packages are not installed: run npm ci in tests/browser");
    }
    Ok(here)
}

#[tokio::test(flavor = "multi_thread")]
async fn people_can_use_every_page_in_a_browser() {
    let here = match driver() {
        Ok(here) => here,
        Err(missing) => {
            assert!(std::env::var_os("CI").is_none(), "in CI the browser test must run: {missing}");
            println!("skipped: {missing}");
            return;
        }
    };
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan, mut hua) = (a.sign_up("mei").await, b.sign_up("lan").await, a.sign_up("hua").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    hua.asks("mei", "我是夜学的华姑，记得吗？").await;
    mei.posts("礼拜天冬节，阿嬷教我们搓丸。红白各半，说是“金丸银丸，食了大一岁”。\n\nhttps://hall.example/a/rather/long/address/that/has/to/break/somewhere?or=else&it=overflows", "everyone").await;
    lan.posts("搬家第三周，终于找到一家会做粿条汤的店。", "friends").await;
    settle(&[&a, &b]).await;
    a.sign_up_as("guodong", Role::Owner).await;
    let made = tokio::task::spawn_blocking({
        let (origin, remote) = (a.origin.clone(), lan.address());
        let here = here.to_owned();
        move || {
            Command::new("node")
                .arg("run.mjs")
                .current_dir(here)
                .env("HALL", origin)
                .env("REMOTE", remote)
                .output()
                .unwrap()
        }
    })
    .await
    .unwrap();
    println!("{}", String::from_utf8_lossy(&made.stdout));
    assert!(
        made.status.success(),
        "{}{}",
        String::from_utf8_lossy(&made.stdout),
        String::from_utf8_lossy(&made.stderr)
    );
}
