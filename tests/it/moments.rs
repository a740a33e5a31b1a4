//! Moments between halls: who gets them, when they change and when they go.

use super::server::{Person, Server, befriend, settle};

#[tokio::test(flavor = "multi_thread")]
async fn a_friends_moment_crosses_and_follows_its_author() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let path = mei.posts("冬至快乐 <b>&", "friends").await;
    settle(&[&a, &b]).await;
    let home = lan.home().await;
    assert!(home.contains("冬至快乐 &lt;b&gt;&amp;"), "{home}");
    assert!(home.contains(&format!("@{}", mei.address())));

    let id = path.rsplit('/').next().unwrap().to_owned();
    let edited = mei.post(&format!("/moments/{id}"), &[("body", "冬至快樂，改過了"), ("language", "zh-Hant")]).await;
    assert_eq!(edited.status, 303, "{}", edited.body);
    settle(&[&a, &b]).await;
    let home = lan.home().await;
    assert!(home.contains("冬至快樂，改過了") && !home.contains("冬至快乐"), "{home}");
    assert!(home.contains("lang=\"zh-Hant\""));

    let deleted = mei.post(&format!("/moments/{id}/delete"), &[]).await;
    assert_eq!(deleted.status, 303);
    settle(&[&a, &b]).await;
    assert!(!lan.home().await.contains("改過了"));
    assert_eq!(mei.get(&path).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_audience_reaches_whom_it_should_and_nobody_else() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let (mut lan, mut stranger) = (b.sign_up("lan").await, b.sign_up("stranger").await);
    let mut neighbour = a.sign_up("neighbour").await;
    let mut anonymous = Person::new(&a);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    befriend(&mut mei, &mut hua, &[&a]).await;
    // By audience: author, friend here, member here, anonymous here, friend there, stranger there.
    let table = [
        ("everyone", [true, true, true, true, true, true]),
        ("friends", [true, true, false, false, true, false]),
        ("me", [true, false, false, false, false, false]),
    ];
    for (audience, [author, friend, member, nobody, remote_friend, remote_stranger]) in table {
        let text = format!("for {audience}");
        let path = mei.posts(&text, audience).await;
        settle(&[&a, &b]).await;
        let sees = |answer: super::server::Answer| answer.status == 200 && answer.body.contains(&text);
        assert_eq!(sees(mei.get(&path).await), author, "{audience} author");
        assert_eq!(sees(hua.get(&path).await), friend, "{audience} friend");
        assert_eq!(sees(hua.get("/").await), friend, "{audience} friend's feed");
        assert_eq!(sees(hua.get("/@mei").await), friend, "{audience} friend on the profile");
        assert_eq!(sees(neighbour.get(&path).await), member, "{audience} member");
        assert_eq!(sees(neighbour.get("/@mei").await), member, "{audience} member on the profile");
        assert!(!sees(neighbour.get("/").await), "{audience}: no stranger's feed");
        assert_eq!(sees(anonymous.get(&path).await), nobody, "{audience} anonymous");
        assert_eq!(sees(anonymous.get("/").await), nobody, "{audience} front door");
        let there = format!("/@{}", mei.address());
        assert_eq!(sees(lan.get("/").await), remote_friend, "{audience} remote friend's feed");
        assert_eq!(sees(lan.get(&there).await), remote_friend, "{audience} remote friend");
        assert_eq!(sees(stranger.get(&there).await), remote_stranger, "{audience} remote stranger");
        assert!(!sees(stranger.get("/").await), "{audience}: no stranger's feed");
        // By an unsigned GET of the object, of the outbox, of the profile's document.
        let object = format!("/objects/{}", path.rsplit('/').next().unwrap());
        assert_eq!(document(&a, &object).await.contains(&text), nobody, "{audience} object");
        assert_eq!(document(&a, "/actors/mei/outbox").await.contains(&text), nobody, "{audience} outbox");
    }
}

/// An unsigned GET for ActivityPub.
async fn document(server: &Server, path: &str) -> String {
    let request = super::server::client().get(format!("{}{path}", server.origin));
    request.header("accept", "application/activity+json").send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_before_a_tie_is_whole_or_after_it_ended() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    mei.asks(&lan.address(), "hello").await;
    mei.posts("while asking", "friends").await;
    settle(&[&a, &b]).await;
    assert!(!lan.home().await.contains("while asking"));
    lan.answers("acceptance").await;
    settle(&[&a, &b]).await;
    mei.posts("as friends", "friends").await;
    settle(&[&a, &b]).await;
    assert!(lan.home().await.contains("as friends"));
    lan.removes(&mei).await;
    settle(&[&a, &b]).await;
    let path = mei.posts("after the end", "friends").await;
    settle(&[&a, &b]).await;
    let home = lan.home().await;
    assert!(!home.contains("after the end") && !home.contains("as friends"), "{home}");
    assert!(mei.friends_say("No friends yet").await);
    // What she had got is still deleted when its author deletes it: b holds a copy.
    let copy = mei.get("/@mei").await.links("/moments/").into_iter().filter(|l| l.ends_with("/delete")).nth(1).unwrap();
    assert!(!copy.contains(path.rsplit('/').next().unwrap()));
    mei.post(&copy, &[]).await;
    settle(&[&a, &b]).await;
    assert_eq!(b.last_outcome().await.0, huiguan::domain::arrival::State::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_posts_once() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    for _ in 0..2 {
        let sent = mei.post("/moments", &[("body", "only once"), ("audience", "me"), ("key", "k1")]).await;
        assert_eq!(sent.status, 303);
    }
    let page = mei.get("/@mei").await.body;
    assert_eq!(page.matches("only once").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_comes_back_with_what_was_typed() {
    let a = Server::start_with("guangzhou", |config| config.limits.post_chars_max = 10).await;
    let mut mei = a.sign_up("mei").await;
    for (body, audience, words) in [
        ("", "friends", "There is no text yet"),
        ("  \n ", "friends", "There is no text yet"),
        ("一二三四五六七八九十一", "friends", "11 characters, at most 10"),
        ("fine", "nobody", "Please choose who can see it"),
        ("fine", "", "Please choose who can see it"),
    ] {
        let answer = mei.post("/moments", &[("body", body), ("audience", audience)]).await;
        assert_eq!(answer.status, 422, "{body:?} {audience:?}");
        assert!(answer.body.contains(words), "{body:?}: {}", answer.body);
        assert!(answer.body.contains(body.trim()), "what was typed is kept");
    }
    assert_eq!(mei.get("/@mei").await.links("/@mei/").len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_author_may_edit_or_delete() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan) = (a.sign_up("mei").await, a.sign_up("lan").await);
    let path = mei.posts("mine", "everyone").await;
    let id = path.rsplit('/').next().unwrap();
    assert_eq!(lan.get(&format!("/moments/{id}/edit")).await.status, 404);
    assert_eq!(lan.post(&format!("/moments/{id}"), &[("body", "hers")]).await.status, 404);
    assert_eq!(lan.post(&format!("/moments/{id}/delete"), &[]).await.status, 404);
    assert!(mei.get(&path).await.body.contains("mine"));
    for odd in ["/@mei/0", "/@mei/x", "/@mei/99999999999999999999", "/@nobody", "/@nobody/1", "/moments/x/edit"] {
        assert_eq!(mei.get(odd).await.status, 404, "{odd}");
    }
}
