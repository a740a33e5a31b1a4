//! What is for few, by thread.

use serde_json::json;

use super::program::{Program, each, id};
use super::server::{Server, befriend, settle};

const LIST: &str = "/api/v1/conversations";

async fn answers(program: &Program, to: &str, text: &str) -> String {
    let fields = [("status", text), ("visibility", "direct"), ("in_reply_to_id", to)];
    id(&program.does("/api/v1/statuses", &fields).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_few_stands_by_thread() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let third = a.sign_up("kim").await;
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let (own, away, other) = (mei.program(&a).await, lan.program(&b).await, third.program(&a).await);
    assert_eq!(own.told(LIST).await, json!([]));
    own.posts("不在此列 @kim", "public").await;
    let first = id(&own.posts("先说的 @kim", "direct").await);
    let second = id(&own.posts(&format!("后说的 @lan@{}", b.authority), "direct").await);
    settle(&[&a, &b]).await;

    let mine = own.told(LIST).await;
    assert_eq!(each(&mine, "id"), [&*second, &first]);
    assert_eq!((&mine[0]["unread"], &mine[0]["accounts"][0]["username"]), (&json!(false), &json!("lan")));
    assert_eq!(mine[1]["last_status"]["id"], json!(first));
    let hers = other.told(LIST).await;
    assert_eq!(each(&hers, "id"), [&*first]);
    assert_eq!((&hers[0]["unread"], &hers[0]["accounts"][0]["username"]), (&json!(true), &json!("mei")));

    // An answer brings it up and makes it unread for the other side, here and elsewhere.
    let reply = answers(&other, &first, "@mei 好").await;
    let theirs = away.told(LIST).await;
    let there = id(&theirs[0]["last_status"]);
    answers(&away, &there, &format!("@mei@{} 收到", a.authority)).await;
    settle(&[&a, &b]).await;
    let mine = own.told(LIST).await;
    assert_eq!(each(&mine, "id"), [&*second, &first]);
    assert!(mine[0]["last_status"]["content"].as_str().unwrap().contains("收到"));
    assert_eq!((&mine[1]["last_status"]["id"], &mine[1]["unread"]), (&json!(reply), &json!(true)));
    let page = own.get(&format!("{LIST}?limit=1")).await;
    let (_, next) = Program::pages(&page);
    assert_eq!(each(&own.told(&next).await, "id"), [&*first]);

    // Read it is read, put away it is gone until somebody says more; no post goes.
    let read = own.does(&format!("{LIST}/{first}/read"), &[]).await;
    assert_eq!((&read["id"], &read["unread"]), (&json!(first), &json!(false)));
    assert_eq!(own.form("DELETE", &format!("{LIST}/{first}"), &[]).await.json(), json!({}));
    assert_eq!(each(&own.told(LIST).await, "id"), [&*second]);
    assert_eq!(own.get(&format!("/api/v1/statuses/{reply}")).await.status, 200);
    answers(&other, &first, "@mei 还在吗").await;
    assert_eq!(each(&own.told(LIST).await, "id"), [&*first, &second]);
    // Nobody else's.
    for program in [&away, &other] {
        let foreign = program.post(&format!("{LIST}/{second}/read"), &[]).await;
        assert_eq!(foreign.status, 404, "{}", foreign.body);
    }
    // Who is blocked is gone from here as from everywhere.
    let kims = id(&other.told("/api/v1/accounts/verify_credentials").await);
    own.does(&format!("/api/v1/accounts/{kims}/block"), &[]).await;
    assert!(!own.told(LIST).await.to_string().contains("还在吗"));
    drop((mei, lan));
}
