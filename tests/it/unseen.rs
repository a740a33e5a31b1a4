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

/// Every door that anything of the account comes through.
async fn doors(person: &mut Person, account: &str, number: &str, secret: &Secret) -> Vec<(String, String)> {
    let mut pages = vec![
        account.to_owned(),
        "/".to_owned(),
        "/accounts".to_owned(),
        "/notices".to_owned(),
        format!("/search?q={}", secret.words),
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
    mei.post(&format!("/accounts/{number}/staff"), &[("who", "qiang"), ("role", "editor")]).await;
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
    let (mut cells, mut leaks) = (0, Vec::new());
    let far = format!("/@{}", format_args!("bao@{}", a.authority));
    for secret in &secrets {
        let mut anonymous = Person::new(&a);
        let readers: [(&str, &mut Person); 5] = [
            ("mei", &mut mei),
            ("qiang", &mut qiang),
            ("hua", &mut hua),
            ("officer", &mut officer),
            ("", &mut anonymous),
        ];
        for (name, person) in readers {
            let is_insider = secret.seen_by.contains(&name);
            let mut is_seen = false;
            for (door, body) in doors(person, &bao, &number, secret).await {
                cells += 1;
                let here = body.contains(secret.words) && !door.starts_with("/search");
                is_seen |= here;
                if here && !is_insider {
                    leaks.push(format!("{}: {name} at {door}", secret.what));
                }
            }
            assert_eq!(is_seen, is_insider, "{} before {name}", secret.what);
        }
        for (name, person) in [("hua", &hua), ("officer", &officer)] {
            let program = person.program(&a).await;
            for (door, body) in calls(&program, "bao").await {
                cells += 1;
                if body.contains(secret.words) && !secret.seen_by.contains(&name) {
                    leaks.push(format!("{}: {name}'s program at {door}", secret.what));
                }
            }
        }
        // The other hall: its member who follows, and everything that it was ever told and still has.
        for door in [far.clone(), "/".to_owned(), "/accounts".to_owned()] {
            cells += 1;
            if lan.get(&door).await.body.contains(secret.words) {
                leaks.push(format!("{}: lan at {door}", secret.what));
            }
        }
    }
    assert!(leaks.is_empty(), "{} of {cells} cells:\n{}", leaks.len(), leaks.join("\n"));
    println!("{cells} cells of the articles' leak matrix held");
}
