//! The leak matrix of articles: what is a draft, scheduled, waiting for an editor, or taken down, before every reader and at every
//! door that an article has.

use huiguan::clock::HOUR;

use super::program::Program;
use super::server::{Person, Server, settle};

/// A thing that few may see, by the words that stand in it.
struct Secret {
    what: &'static str,
    words: &'static str,
    /// Who sees it all the same: the names of members of the account's hall.
    seen_by: &'static [&'static str],
    /// Pages of its own.
    pages: Vec<String>,
}

/// What was looked at, and where something was seen that shouldn't be.
#[derive(Default)]
struct Matrix {
    cells: usize,
    leaks: Vec<String>,
}

impl Matrix {
    /// Looks for a secret in what somebody was shown; answers whether it was anywhere.
    fn look(&mut self, secret: &Secret, name: &str, shown: Vec<(String, String)>) -> bool {
        let mut is_seen = false;
        for (door, body) in shown {
            self.cells += 1;
            let here = body.contains(secret.words);
            is_seen |= here;
            if here && !secret.seen_by.contains(&name) {
                self.leaks.push(format!("{}: {name} at {door}", secret.what));
            }
        }
        is_seen
    }
}

/// Every door that anything of the account comes through.
async fn doors(person: &mut Person, account: &str, number: &str, secret: &Secret) -> Vec<(String, String)> {
    let mut pages = vec![
        account.to_owned(),
        "/".to_owned(),
        "/accounts".to_owned(),
        "/notices".to_owned(),
        format!("/accounts/{number}/drafts"),
        format!("/accounts/{number}/comments"),
        format!("/accounts/{number}/log"),
        format!("/accounts/{number}/feed.rss"),
        format!("/accounts/{number}/feed.atom"),
        format!("/accounts/{number}/feed.json"),
    ];
    pages.extend(secret.pages.iter().cloned());
    let mut seen = Vec::new();
    for page in pages {
        let body = person.get(&page).await.body;
        seen.push((page, body));
    }
    seen
}

/// What programs are told.
async fn calls(program: &Program, name: &str) -> Vec<(String, String)> {
    let found = program.get(&format!("/api/v1/accounts/lookup?acct={name}")).await.json();
    let id = found["id"].as_str().unwrap_or("0").to_owned();
    let mut seen = Vec::new();
    for path in [
        format!("/api/v1/accounts/{id}/statuses"),
        "/api/v1/timelines/public".to_owned(),
        "/api/v1/timelines/home".to_owned(),
        "/api/v1/notifications".to_owned(),
    ] {
        let body = program.get(&path).await.body;
        seen.push((path, body));
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_an_account_is_seen_before_its_time_or_after() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut qiang, mut hua) = (a.sign_up("mei").await, a.sign_up("qiang").await, a.sign_up("hua").await);
    let mut officer = a.sign_up_as("officer", huiguan::domain::login::Role::Moderator).await;
    let mut lan = b.sign_up("lan").await;
    let bao = mei.opens_account("bao", "潮州侨报", &[]).await;
    let number = mei.account_number(&bao).await;
    mei.takes_on(&number, "qiang", "editor").await;
    for reader in [&mut hua, &mut lan] {
        assert_eq!(reader.asks(&format!("@bao@{}", a.authority), "").await.status, 303);
    }
    settle(&[&a, &b]).await;
    let article = mei.publishes(&bao, "公开的一篇", "谁都看得到。").await;
    let draft = mei.drafts(&bao, "未发表甲", "草稿的文字甲").await;
    let planned = mei.drafts(&bao, "未到时乙", "定时的文字乙").await;
    let soon = jiff::Timestamp::from_microsecond(a.ctx.now() + 40 * HOUR).unwrap();
    let soon = soon.to_zoned_datetime(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%dT%H:%M").to_string();
    assert_eq!(mei.saves(&planned, "schedule", &[("due", &soon)]).await.status, 303);
    assert_eq!(hua.says_under(&article, "还没选上丙").await.status, 303);
    let gone_article = mei.publishes(&bao, "撤下的丁", "撤下的文字丁").await;
    settle(&[&a, &b]).await;
    let gone = mei.get(&gone_article).await.links("/drafts/").remove(0);
    assert_eq!(mei.post(&format!("{gone}/unpublishing"), &[]).await.status, 303);
    settle(&[&a, &b]).await;
    let secrets = [
        Secret { what: "draft", words: "草稿的文字甲", seen_by: &["mei", "qiang"], pages: vec![draft] },
        Secret { what: "scheduled", words: "定时的文字乙", seen_by: &["mei", "qiang"], pages: vec![planned] },
        Secret {
            what: "held comment",
            words: "还没选上丙",
            seen_by: &["mei", "qiang", "hua"],
            pages: vec![article.clone()],
        },
        Secret {
            what: "unpublished",
            words: "撤下的文字丁",
            seen_by: &["mei", "qiang"],
            pages: vec![gone, gone_article],
        },
    ];
    let mut matrix = Matrix::default();
    for secret in &secrets {
        let mut anonymous = Person::new(&a);
        for (name, person) in [
            ("mei", &mut mei),
            ("qiang", &mut qiang),
            ("hua", &mut hua),
            ("officer", &mut officer),
            ("", &mut anonymous),
        ] {
            let seen = doors(person, &bao, &number, secret).await;
            let is_seen = matrix.look(secret, name, seen);
            assert_eq!(is_seen, secret.seen_by.contains(&name), "{} before {name}", secret.what);
        }
        for (name, person) in [("hua", &hua), ("officer", &officer)] {
            let told = calls(&person.program(&a).await, "bao").await;
            matrix.look(secret, name, told);
        }
        // The other hall: its member who follows, and everything that it was ever told and still has.
        let far = format!("/@bao@{}", a.authority);
        for door in [far, "/".to_owned(), "/accounts".to_owned()] {
            let body = lan.get(&door).await.body;
            matrix.look(secret, "lan", vec![(door, body)]);
        }
    }
    let Matrix { cells, leaks } = matrix;
    assert!(leaks.is_empty(), "{} of {cells} cells:\n{}", leaks.len(), leaks.join("\n"));
    println!("{cells} cells of the articles' leak matrix held");
}
