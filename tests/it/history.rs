//! What posts said before they were edited: here, on other halls, and for nobody who may not see the post.

use super::server::{Person, Server, befriend, settle};

async fn edits(person: &mut Person, page: &str, body: &str) {
    let id = page.rsplit('/').next().unwrap();
    let edited = person.post(&format!("/moments/{id}"), &[("body", body), ("audience", "friends")]).await;
    assert_eq!(edited.status, 303, "{}", edited.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_keeps_what_was_said_for_those_who_may_see_it() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let (mut stranger, mut neighbour) = (b.sign_up("stranger").await, a.sign_up("neighbour").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let own = mei.posts("第一稿", "friends").await;
    settle(&[&a, &b]).await;
    assert!(!mei.reads(&own).await.contains("/history"), "nothing was edited");
    for body in ["第二稿", "第三稿", "第三稿"] {
        a.clock.advance(huiguan::clock::MINUTE);
        edits(&mut mei, &own, body).await;
        settle(&[&a, &b]).await;
    }
    let there = lan.page_of(&mei).await;
    for (reader, page) in [(&mut mei, &own), (&mut lan, &there)] {
        assert!(reader.reads(page).await.contains(&format!("{page}/history")));
        let history = reader.reads(&format!("{page}/history")).await;
        let at = |words: &str| history.find(words).unwrap_or_else(|| panic!("{words}: {history}"));
        assert!(at("第三稿") < at("第二稿") && at("第二稿") < at("第一稿"), "the latest first");
        assert_eq!(history.matches("第三稿").count(), 1, "the same once more is no edit");
    }
    assert_eq!(stranger.get(&format!("{there}/history")).await.status, 404);
    assert_eq!(neighbour.get(&format!("{own}/history")).await.status, 404);
    assert_eq!(Person::new(&a).get(&format!("{own}/history")).await.status, 404);

    // What is deleted leaves nothing behind, in either hall.
    let deletion = format!("/moments/{}/delete", own.rsplit('/').next().unwrap());
    assert_eq!(mei.post(&deletion, &[]).await.status, 303);
    settle(&[&a, &b]).await;
    for (reader, page, hall) in [(&mut mei, &own, &a), (&mut lan, &there, &b)] {
        assert_eq!(reader.get(&format!("{page}/history")).await.status, 404);
        let id = page.rsplit('/').next().unwrap().parse().unwrap();
        let left =
            hall.ctx.read(move |conn| huiguan::domain::version::of(conn, huiguan::id::PostId(id))).await.unwrap();
        assert!(left.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_edits_the_first_and_the_latest_are_kept() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let own = mei.posts("第 0 稿。", "everyone").await;
    for number in 1..=60 {
        edits(&mut mei, &own, &format!("第 {number} 稿。")).await;
    }
    let history = mei.reads(&format!("{own}/history")).await;
    assert!(history.contains("第 60 稿。") && history.contains("第 59 稿。") && history.contains("第 0 稿。"));
    assert!(!history.contains("第 1 稿。") && history.matches(" 稿。").count() == 51);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_is_edited_wherever_it_is_heard() {
    let halls = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("lima").await);
    let (a, b, c) = (&halls.0, &halls.1, &halls.2);
    let mut mei = a.sign_up("mei").await;
    let (mut lan, mut kim) = (b.sign_up("lan").await, c.sign_up("kim").await);
    befriend(&mut mei, &mut lan, &[a, b]).await;
    befriend(&mut mei, &mut kim, &[a, c]).await;
    befriend(&mut kim, &mut lan, &[c, b]).await;
    for audience in ["friends", "everyone"] {
        let own = mei.posts("冬至的丸子", audience).await;
        settle(&[a, b, c]).await;
        let (there, kims) = (lan.page_of(&mei).await, kim.page_of(&mei).await);
        assert_eq!(lan.says(&there, "闻到香味了").await, 303);
        settle(&[a, b, c]).await;
        let edit = lan.get(&there).await.links("/comments/").into_iter().find(|link| link.ends_with("/edit")).unwrap();
        assert!(lan.reads(&edit).await.contains("闻到香味了"));
        let path = edit.trim_end_matches("/edit").to_owned();
        for stranger in [&mut mei, &mut kim] {
            assert_eq!(stranger.get(&edit).await.status, 404);
            assert_eq!(stranger.post(&path, &[("body", "假话")]).await.status, 404);
        }
        let empty = lan.post(&path, &[("body", " ")]).await;
        assert!(empty.status == 422 && empty.body.contains("There is no text yet."), "{}", empty.body);
        b.clock.advance(huiguan::clock::MINUTE);
        assert_eq!(lan.post(&path, &[("body", "香味没有了")]).await.status, 303);
        settle(&[a, b, c]).await;
        for (reader, page) in [(&mut mei, &own), (&mut lan, &there), (&mut kim, &kims)] {
            let page = reader.reads(page).await;
            assert!(page.contains("香味没有了") && !page.contains("闻到香味了"), "{audience}: {page}");
            let history = page.split("href=\"").find(|rest| rest.contains("/history\"")).unwrap();
            let history = reader.reads(history.split('"').next().unwrap()).await;
            assert!(history.contains("香味没有了") && history.contains("闻到香味了"), "{audience}: {history}");
        }
    }
}
