//! Friends: requests, answers, crossed requests, endings, here and across halls.

use super::server::{Server, befriend, settle};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_carries_its_greeting_and_can_be_accepted() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let asked = mei.asks(&format!("@{}", lan.address()), "我是夜学的美玲 <i>").await;
    assert_eq!((asked.status, asked.location()), (303, "/friends"));
    assert!(mei.friends_say("Asked; waiting for their answer").await);
    settle(&[&a, &b]).await;
    let notices = lan.get("/notices").await.body;
    assert!(notices.contains("我是夜学的美玲"), "{notices}");
    assert!(lan.home().await.contains("1 person would like"));
    lan.answers("acceptance").await;
    settle(&[&a, &b]).await;
    assert!(mei.friends_say(">Friend<").await && lan.friends_say(">Friend<").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_can_be_declined_and_taken_back() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    mei.asks(&lan.address(), "").await;
    settle(&[&a, &b]).await;
    lan.answers("refusal").await;
    settle(&[&a, &b]).await;
    assert!(mei.friends_say("No friends yet").await && lan.friends_say("No friends yet").await);

    mei.asks(&lan.address(), "").await;
    settle(&[&a, &b]).await;
    assert!(lan.get("/friends").await.body.contains("/acceptance"));
    mei.removes(&lan).await;
    settle(&[&a, &b]).await;
    assert!(!lan.get("/friends").await.body.contains("/acceptance"));
}

#[tokio::test(flavor = "multi_thread")]
async fn crossed_requests_meet() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    assert_eq!(mei.asks(&lan.address(), "").await.status, 303);
    assert_eq!(lan.asks(&mei.address(), "").await.status, 303);
    settle(&[&a, &b]).await;
    assert!(mei.friends_say(">Friend<").await && lan.friends_say(">Friend<").await);
    // Within one hall too.
    let mut hua = a.sign_up("hua").await;
    mei.asks("hua", "").await;
    hua.asks("@mei", "").await;
    assert!(hua.friends_say(">Friend<").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn either_side_can_end_it_and_both_can_begin_again() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    for round in 0..2 {
        befriend(&mut mei, &mut lan, &[&a, &b]).await;
        let (one, other) = if round == 0 { (&mut mei, &mut lan) } else { (&mut lan, &mut mei) };
        one.removes(other).await;
        settle(&[&a, &b]).await;
        assert!(mei.friends_say("No friends yet").await, "round {round}");
        assert!(lan.friends_say("No friends yet").await, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_answered_in_words() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let mut mei = a.sign_up("mei").await;
    let long = "x".repeat(201);
    let nowhere = "lan@127.0.0.1:1";
    let unknown = format!("nobody@{}", b.authority);
    for (address, greeting, words) in [
        ("mei", "", "That is yourself"),
        ("", "", "Please write their address"),
        ("nobody", "", "Nobody was found there"),
        (unknown.as_str(), "", "Nobody was found there"),
        (nowhere, "", "can’t be reached just now"),
        ("hall", "", "They are not there any more"),
    ] {
        let answer = mei.asks(address, greeting).await;
        assert_eq!(answer.status, 422, "{address}: {}", answer.body);
        assert!(answer.body.contains(words), "{address}: {}", answer.body);
    }
    let mut lan = b.sign_up("lan").await;
    let answer = mei.asks(&lan.address(), &long).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("at most 200"), "{}", answer.body);
    assert!(lan.friends_say("No friends yet").await);
    // A request to somebody else's can't be answered.
    let mut hua = b.sign_up("hua").await;
    mei.asks(&lan.address(), "").await;
    settle(&[&a, &b]).await;
    let link =
        lan.get("/friends").await.links("/friends/requests/").into_iter().find(|l| l.ends_with("acceptance")).unwrap();
    assert_eq!(hua.post(&link, &[]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_box_leads_to_people_here_and_elsewhere() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let found = mei.get(&format!("/search?q=%40{}", lan.address().replace('@', "%40"))).await;
    assert_eq!((found.status, found.location()), (303, format!("/@{}", lan.address()).as_str()));
    let page = mei.get(&format!("/@{}", lan.address())).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Add a friend"), "{}", page.body);
    assert!(mei.get("/search?q=me").await.body.contains("href=\"/@mei\""));
    assert!(mei.get("/search?q=%25").await.body.contains("Nothing that you can see matches"));
    assert!(mei.get("/search?q=x%40127.0.0.1%3A1").await.body.contains("can’t be reached"));
}
