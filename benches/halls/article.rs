//! What a reader of an article costs: its page for a visitor, the same asked for again and by many at once, its feed.

use std::time::Duration;

use super::load::{Member, Meter, crowd, token_in};
use super::pictures::photograph;

/// Requests of each kind.
const REQUESTS: usize = 500;
/// Characters of the article.
const CHARS: usize = 5_000;
/// Its pictures, and how many of them one form takes.
const PICTURES: usize = 20;
const PICTURES_AT_ONCE: usize = 5;
/// Readers at once, and what they ask for together.
const READERS: usize = 32;
const CROWD: usize = 20_000;

impl Member {
    /// Opens an account, publishes an article of [`CHARS`] characters and [`PICTURES`] pictures with headings, tables and notes, and reads
    /// it.
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
        let pictures = self.upload(&draft, &token).await;
        let words = "从汕头到槟城，一封侨批走了四十天。".chars().cycle();
        let parts: Vec<String> = (1..=10)
            .map(|part| {
                let text: String = words.clone().take(CHARS / 10).collect();
                let shown: Vec<String> = pictures
                    .iter()
                    .skip((part - 1) * PICTURES / 10)
                    .take(PICTURES / 10)
                    .map(|id| format!("![一封批](/media/{id}/display \"批封\")"))
                    .collect();
                let shown = shown.join("\n\n");
                format!("# 第{part}节\n\n{text}[^{part}]\n\n{shown}\n\n| 年 | 封 |\n|--|--|\n| 193{part} | 12 |\n\n[^{part}]: 注")
            })
            .collect();
        let body = parts.join("\n\n");
        let fields = [
            ("form_token", token.as_str()),
            ("revision", &revision_in(&self.get(&draft).await)),
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
        crowd("an article's page, 32 readers at once", &url, READERS, |asked| asked >= CROWD).await;
        let start = meter.start();
        for _ in 0..REQUESTS {
            self.get(&format!("/accounts/{number}/feed.atom")).await;
        }
        meter.say("a feed of one article", start, REQUESTS);
    }

    /// Sends the pictures of a draft; answers their numbers once they are ready.
    async fn upload(&self, draft: &str, token: &str) -> Vec<String> {
        let pictures: Vec<Vec<u8>> = (0..PICTURES as u32).map(|seed| photograph(1_200, 800, seed)).collect();
        for some in pictures.chunks(PICTURES_AT_ONCE) {
            let revision = revision_in(&self.get(draft).await);
            let fields = [("form_token", token), ("revision", &revision), ("title", "批局往事"), ("act", "save")];
            let answer = self.send_files(draft, &fields, some).await;
            assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
        }
        for _ in 0..1_200 {
            let page = self.get(draft).await;
            if page.matches("/thumb\"").count() >= PICTURES {
                let numbers = page.split("![](/media/").skip(1).filter_map(|rest| rest.split_once('/'));
                return numbers.map(|(number, _)| number.to_owned()).collect();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the pictures don't become ready");
    }

    /// Bytes of a page as a browser gets it.
    async fn compressed(&self, url: &str) -> usize {
        let answer = self.client.get(url).header("accept-encoding", "gzip").send().await.unwrap();
        answer.bytes().await.unwrap().len()
    }
}

fn revision_in(page: &str) -> String {
    page.split("name=\"revision\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}
