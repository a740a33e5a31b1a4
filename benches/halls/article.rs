//! What a reader of an article costs: its page for a visitor, the same asked for again, its feed.

use std::time::Duration;

use super::load::{Member, Meter, token_in};

/// Requests of each kind.
const REQUESTS: usize = 500;
/// Characters of the article.
const CHARS: usize = 5_000;

impl Member {
    /// Opens an account, publishes an article of [`CHARS`] characters with headings, a table and notes, and reads it.
    pub async fn articles(&self, meter: &Meter) {
        let token = token_in(&self.get("/accounts/new").await);
        let name = format!("bao{}", std::process::id());
        let fields = [
            ("form_token", token.as_str()),
            ("name", &name),
            ("title", "侨报"),
            ("kind", "subscription"),
            ("talk", "selected"),
        ];
        assert_eq!(self.post("/accounts", &fields).await.status(), 303);
        let page = self.get(&format!("/@{name}")).await;
        let number = page.split("/accounts/").find_map(|part| part.split_once("/drafts")).unwrap().0.to_owned();
        let fields = [("form_token", token.as_str()), ("title", "批局往事")];
        let made = self.post(&format!("/accounts/{number}/drafts"), &fields).await;
        let draft = made.headers()["location"].to_str().unwrap().to_owned();
        let words = "从汕头到槟城，一封侨批走了四十天。".chars().cycle();
        let parts: Vec<String> = (1..=10)
            .map(|part| {
                let text: String = words.clone().take(CHARS / 10).collect();
                format!("# 第{part}节\n\n{text}[^{part}]\n\n| 年 | 封 |\n|--|--|\n| 193{part} | 12 |\n\n[^{part}]: 注")
            })
            .collect();
        let body = parts.join("\n\n");
        let fields = [
            ("form_token", token.as_str()),
            ("revision", "1"),
            ("title", "批局往事"),
            ("body", &body),
            ("act", "publish"),
        ];
        let out = self.post(&draft, &fields).await;
        assert_eq!(out.status(), 303, "the article isn't out");
        let article = out.headers()["location"].to_str().unwrap().to_owned();
        meter.rest().await;
        let url = format!("{}{article}", self.origin);
        let first = self.client.get(&url).send().await.unwrap();
        let tag = first.headers()["etag"].clone();
        println!("an article's page, compressed               {:>8} bytes", self.compressed(&url).await);
        for (what, known, status) in [("an article's page", None, 200), ("the same, unchanged", Some(&tag), 304)] {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let start = meter.start();
            for _ in 0..REQUESTS {
                let mut request = self.client.get(&url);
                if let Some(tag) = known {
                    request = request.header("if-none-match", tag);
                }
                let answer = request.send().await.unwrap();
                assert_eq!(answer.status(), status);
                answer.bytes().await.unwrap();
            }
            meter.say(what, start, REQUESTS);
        }
        let start = meter.start();
        for _ in 0..REQUESTS {
            self.get(&format!("/accounts/{number}/feed.atom")).await;
        }
        meter.say("a feed of one article", start, REQUESTS);
    }

    /// Bytes of a page as a browser gets it.
    async fn compressed(&self, url: &str) -> usize {
        let answer = self.client.get(url).header("accept-encoding", "gzip").send().await.unwrap();
        answer.bytes().await.unwrap().len()
    }
}
