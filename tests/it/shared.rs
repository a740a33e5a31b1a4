//! What somebody boosted, among their own posts: in the list that programs read, and on their page.

use serde_json::{Value, json};

use super::program::{Program, each, id};
use super::server::{Server, befriend, settle};

const STATUSES: &str = "/api/v1/statuses";

/// What each status says, a boost with `+` before what it is of.
fn said(list: &Value) -> Vec<String> {
    let text = |status: &Value| status["content"].as_str().unwrap().replace("<p>", "").replace("</p>", "");
    let one = |status: &Value| match &status["reblog"] {
        Value::Null => text(status),
        of => format!("+{}", text(of)),
    };
    list.as_array().unwrap().iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_s_statuses_have_its_boosts_among_them() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, hua, mut kim) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("kim").await);
    let mut lan = b.sign_up("lan").await;
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let (own, other, third, far) =
        (mei.program(&a).await, hua.program(&a).await, kim.program(&a).await, lan.program(&b).await);
    far.posts("远方", "public").await;
    settle(&[&a, &b]).await;
    let there = own.told("/api/v1/timelines/home").await[0]["id"].as_str().unwrap().to_owned();
    let theirs = id(&other.posts("华的话", "public").await);
    own.posts("一", "public").await;
    own.does(&format!("{STATUSES}/{theirs}/reblog"), &[]).await;
    own.posts("二", "public").await;
    own.does(&format!("{STATUSES}/{there}/reblog"), &[]).await;
    own.posts("三", "private").await;

    let me = own.told("/api/v1/accounts/verify_credentials").await;
    let path = format!("/api/v1/accounts/{}/statuses", id(&me));
    assert_eq!(said(&own.told(&path).await), ["三", "+远方", "二", "+华的话", "一"]);
    assert_eq!(said(&third.told(&path).await), ["+远方", "二", "+华的话", "一"]);
    assert_eq!(said(&a.stranger().told(&path).await), ["二", "+华的话", "一"], "visitors read others over there");
    assert_eq!(said(&own.told(&format!("{path}?exclude_reblogs=true")).await), ["三", "二", "一"]);
    assert_eq!(said(&own.told(&format!("{path}?only_media=true")).await), Vec::<String>::new());

    // By pages, from either end, with nothing twice and nothing left out.
    let mut all = Vec::new();
    let mut next = format!("{path}?limit=2");
    while !next.is_empty() {
        let page = own.get(&next).await;
        all.extend(said(&page.json()));
        next = Program::pages(&page).1;
    }
    assert_eq!(all, ["三", "+远方", "二", "+华的话", "一"]);
    let ids: Vec<String> = each(&own.told(&path).await, "id").into_iter().map(str::to_owned).collect();
    let above = own.told(&format!("{path}?min_id={}&limit=2", ids[4])).await;
    assert_eq!(said(&above), ["二", "+华的话"]);

    // The page says whose boost it is.
    let page = kim.get("/@mei").await.body;
    for words in ["远方", "华的话", "boosted"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("三</p>"));
    let visitor = super::server::Person::new(&a).get("/@mei").await.body;
    assert!(visitor.contains("华的话") && !visitor.contains("远方"), "{visitor}");

    // The gate is asked each time: who is apart from the author sees nothing, and what is gone is gone.
    let blocked = id(&other.told("/api/v1/accounts/verify_credentials").await);
    third.does(&format!("/api/v1/accounts/{blocked}/block"), &[]).await;
    assert_eq!(said(&third.told(&path).await), ["+远方", "二", "一"]);
    assert!(!kim.get("/@mei").await.body.contains("华的话"));
    assert_eq!(other.form("DELETE", &format!("{STATUSES}/{theirs}"), &[]).await.status, 200);
    assert_eq!(said(&own.told(&path).await), ["三", "+远方", "二", "一"]);
    assert_eq!(own.told(&path).await[1]["account"]["id"], json!(id(&me)));
}
