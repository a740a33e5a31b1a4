//! Deliveries to a server that is in trouble: again after growing pauses, in order, once; until it is gone for good.

use huiguan::clock::{DAY, HOUR, MINUTE, SECOND};
use huiguan::domain::login::Role;
use serde_json::json;

use super::peer::{Peer, Someone};
use super::server::{Person, Server, number, settle};

/// A hall whose member mei is friends with tom of another server; nothing has been said yet.
async fn friends() -> (Server, Person, Peer, Someone) {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let tom = peer.person("tom");
    let mut mei = a.sign_up("mei").await;
    mei.asks(&format!("tom@{}", peer.authority), "").await;
    settle(&[&a]).await;
    let asked = peer.taken("Follow").pop().unwrap();
    tom.sends(&a, &tom.activity("f1", "Follow", json!(mei.actor()))).await;
    tom.sends(&a, &tom.activity("a1", "Accept", asked)).await;
    settle(&[&a]).await;
    assert!(mei.friends_say(">Friend<").await);
    peer.knocks();
    (a, mei, peer, tom)
}

async fn edits(mei: &mut Person, path: &str, body: &str) {
    assert_eq!(mei.post(&format!("/moments/{}", number(path)), &[("body", body)]).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_delivered_comes_again_in_order_and_once() {
    let (a, mut mei, peer, _tom) = friends().await;
    peer.refuse(Some((500, None)));
    let moment = mei.posts("said", "friends").await;
    settle(&[&a]).await;
    assert_eq!(peer.knocks(), 1);
    edits(&mut mei, &moment, "said better").await;
    settle(&[&a]).await;
    // The edit waits behind what it edits, and that for its pause.
    assert_eq!(peer.knocks(), 0);
    a.clock.advance(45 * SECOND);
    settle(&[&a]).await;
    assert_eq!(peer.knocks(), 1, "the first pause is over");
    a.clock.advance(45 * SECOND);
    settle(&[&a]).await;
    assert_eq!(peer.knocks(), 0, "the second is longer");
    peer.refuse(None);
    a.clock.advance(3 * MINUTE);
    settle(&[&a]).await;
    assert_eq!(peer.order().split_off(peer.order().len() - 2), ["Create", "Update"]);
    let created = peer.taken("Create");
    assert_eq!((created.len(), &created[0]["object"]["content"]), (1, &json!("<p>said</p>")), "as it was said then");
    assert_eq!(peer.taken("Update").pop().unwrap()["object"]["content"], "<p>said better</p>");
    a.clock.advance(DAY);
    settle(&[&a]).await;
    assert_eq!((peer.taken("Create").len(), peer.taken("Update").len(), a.waiting().await), (1, 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_while_it_waited_is_said_to_nobody_any_more() {
    let (a, mut mei, peer, _tom) = friends().await;
    peer.refuse(Some((500, None)));
    for audience in ["everyone", "friends"] {
        let moment = mei.posts("said in haste", audience).await;
        settle(&[&a]).await;
        edits(&mut mei, &moment, "said in anger").await;
        settle(&[&a]).await;
        assert_eq!(mei.post(&format!("/moments/{}/delete", number(&moment)), &[]).await.status, 303);
    }
    settle(&[&a]).await;
    peer.refuse(None);
    a.clock.advance(10 * MINUTE);
    settle(&[&a]).await;
    assert!(peer.taken("Create").is_empty() && peer.taken("Update").is_empty(), "{:?}", peer.order());
    assert_eq!(peer.taken("Delete").len(), 2, "it may have come all the same");
    assert_eq!(a.waiting().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_names_a_time_is_left_alone_until_then() {
    let (a, mut mei, peer, _tom) = friends().await;
    peer.refuse(Some((429, Some(3_600))));
    mei.posts("said", "friends").await;
    settle(&[&a]).await;
    assert_eq!(peer.knocks(), 1);
    peer.refuse(None);
    a.clock.advance(59 * MINUTE);
    settle(&[&a]).await;
    assert_eq!(peer.knocks(), 0);
    a.clock.advance(2 * MINUTE);
    settle(&[&a]).await;
    assert_eq!((peer.knocks(), peer.taken("Create").len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_that_is_gone_is_not_tried_again() {
    let (a, mut mei, peer, _tom) = friends().await;
    peer.refuse(Some((410, None)));
    mei.posts("said", "friends").await;
    settle(&[&a]).await;
    assert_eq!((peer.knocks(), a.waiting().await), (1, 0));
    a.clock.advance(DAY);
    settle(&[&a]).await;
    assert_eq!(peer.knocks(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_week_one_knock_a_day_and_a_sign_of_life_wakes_all() {
    let (a, mut mei, peer, tom) = friends().await;
    peer.refuse(Some((503, None)));
    mei.posts("first", "friends").await;
    settle(&[&a]).await;
    mei.posts("second", "friends").await;
    // Seven days of trying.
    for _ in 0..20 {
        settle(&[&a]).await;
        a.clock.advance(12 * HOUR);
    }
    settle(&[&a]).await;
    peer.knocks();
    for day in 0..3 {
        a.clock.advance(DAY + HOUR);
        settle(&[&a]).await;
        assert_eq!(peer.knocks(), 1, "day {day}");
        settle(&[&a]).await;
        assert_eq!(peer.knocks(), 0, "day {day}");
    }
    // It is well again and says something: what waited comes at once, in order.
    peer.refuse(None);
    a.clock.advance(HOUR);
    settle(&[&a]).await;
    assert_eq!(peer.knocks(), 0);
    assert_eq!(tom.sends(&a, &tom.create("1", "back again")).await, 202);
    settle(&[&a]).await;
    let contents: Vec<_> = peer.taken("Create").iter().map(|create| create["object"]["content"].to_string()).collect();
    assert!(contents.len() == 2 && contents[0].contains("first") && contents[1].contains("second"), "{contents:?}");
    assert_eq!(a.waiting().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_thirty_days_it_is_given_up() {
    let (a, mut mei, peer, _tom) = friends().await;
    peer.refuse(Some((503, None)));
    mei.posts("said", "friends").await;
    for _ in 0..40 {
        settle(&[&a]).await;
        a.clock.advance(DAY);
    }
    assert_eq!(a.waiting().await, 0);
    assert!(peer.taken("Create").is_empty());
    // Later ones are tried as ever.
    peer.refuse(None);
    mei.posts("again", "friends").await;
    a.clock.advance(2 * DAY);
    settle(&[&a]).await;
    assert_eq!(peer.taken("Create").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_of_the_archive_that_waited_goes_as_it_is_by_then_or_not_at_all() {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let (tom, mut keeper) = (peer.person("tom"), a.sign_up_as("keeper", Role::Archivist).await);
    let follow = tom.activity("f1", "Follow", json!(format!("{}/actors/archive", a.origin)));
    assert_eq!(tom.sends(&a, &follow).await, 202);
    settle(&[&a]).await;
    assert_eq!(peer.taken("Accept").len(), 1);
    peer.refuse(Some((500, None)));
    peer.knocks();
    let kept = keeper.describes("公开的信", &[("description", "家中平安")], "publish").await;
    let closed = keeper.describes("收回的信", &[("description", "勿与人知")], "publish").await;
    settle(&[&a]).await;
    assert!(peer.knocks() > 0 && peer.taken("Create").is_empty());
    // While both wait one is corrected, and the other is for members alone.
    let corrected = [("form", "letter"), ("title", "更正的信"), ("living", "no")];
    assert_eq!(keeper.post(&kept, &corrected).await.status, 303);
    let few = [("form", "letter"), ("title", "收回的信"), ("living", "no"), ("protocol", "members")];
    assert_eq!(keeper.post(&closed, &few).await.status, 303);
    settle(&[&a]).await;
    peer.refuse(None);
    a.clock.advance(MINUTE);
    settle(&[&a]).await;
    let (created, deleted) = (peer.taken("Create"), peer.taken("Delete"));
    assert_eq!((created.len(), &created[0]["object"]["name"]), (1, &json!("更正的信")), "{created:#?}");
    assert!(!created[0].to_string().contains("家中平安"), "what it said before goes nowhere");
    assert_eq!((peer.taken("Update").len(), deleted.len()), (1, 1));
    assert!(deleted[0]["object"]["id"].as_str().unwrap().ends_with(number(&closed)), "{deleted:#?}");
    assert!(!deleted[0].to_string().contains("收回的信"));
    assert_eq!(a.waiting().await, 0, "what went nowhere waits no more");
}
