//! Boosts: who sees what somebody boosts, between three halls, and what can't be boosted.

use serde_json::json;

use super::peer::Peer;
use super::server::{Person, Server, befriend, settle};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

impl Person {
    /// Boosts a post by its page here; answers the status.
    pub async fn boosts(&mut self, page: &str) -> u16 {
        let id = page.rsplit('/').next().unwrap();
        self.post(&format!("/posts/{id}/boost"), &[("back", "/")]).await.status
    }

    pub async fn unboosts(&mut self, page: &str) -> u16 {
        let id = page.rsplit('/').next().unwrap();
        self.post(&format!("/posts/{id}/boost/removal"), &[("back", "/")]).await.status
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boost_brings_a_public_moment_to_the_boosters_friends() {
    let halls = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("lima").await);
    let (a, b, c) = (&halls.0, &halls.1, &halls.2);
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let (mut lan, mut kim) = (b.sign_up("lan").await, c.sign_up("kim").await);
    befriend(&mut mei, &mut lan, &[a, b]).await;
    befriend(&mut mei, &mut hua, &[a]).await;
    befriend(&mut mei, &mut kim, &[a, c]).await;
    let own = lan.posts("会馆老照片", "everyone").await;
    settle(&[a, b, c]).await;
    assert!(!kim.home().await.contains("会馆老照片") && !hua.home().await.contains("会馆老照片"));

    let there = mei.page_of(&lan).await;
    for _ in 0..2 {
        assert_eq!(mei.boosts(&there).await, 303);
    }
    settle(&[a, b, c]).await;
    for reader in [&mut kim, &mut hua] {
        let home = reader.home().await;
        assert!(home.matches("会馆老照片").count() == 1 && home.contains("boosted"), "{home}");
    }
    assert!(mei.home().await.matches("会馆老照片").count() == 1, "what stands in a feed isn't brought once more");
    let page = lan.reads(&own).await;
    assert!(page.contains("One boost"), "{page}");
    assert!(lan.reads(&format!("{own}/boosts")).await.contains(&mei.address()));
    let notices = lan.reads("/notices").await;
    assert!(notices.contains("boosted your Moment") && notices.matches("boosted your").count() <= 3, "{notices}");

    // Taken back it goes from those into whose feed it alone brought the Moment.
    assert_eq!(mei.unboosts(&there).await, 303);
    settle(&[a, b, c]).await;
    assert!(!kim.home().await.contains("会馆老照片") && !hua.home().await.contains("会馆老照片"));
    assert!(mei.home().await.contains("会馆老照片") && !lan.reads(&own).await.contains("One boost"));
    assert!(!lan.reads("/notices").await.contains("boosted your Moment"));

    // Once more; then a block, an end of the tie, and the deletion of what was boosted.
    assert_eq!(mei.boosts(&there).await, 303);
    settle(&[a, b, c]).await;
    assert!(kim.home().await.contains("会馆老照片") && hua.home().await.contains("会馆老照片"));
    hua.removes(&mei).await;
    settle(&[a, b, c]).await;
    assert!(!hua.home().await.contains("会馆老照片"), "what only she had brought goes with her");
    let deletion = format!("/moments/{}/delete", own.rsplit('/').next().unwrap());
    assert_eq!(lan.post(&deletion, &[]).await.status, 303);
    settle(&[a, b, c]).await;
    assert!(!mei.home().await.contains("会馆老照片"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_for_everyone_is_boosted() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let mut lan = b.sign_up("lan").await;
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    befriend(&mut mei, &mut hua, &[&a]).await;
    for (audience, allowed) in [("everyone", true), ("quiet", true), ("friends", false), ("me", false)] {
        let own = mei.posts(&format!("给 {audience}"), audience).await;
        settle(&[&a, &b]).await;
        let expected = if allowed { 303 } else { 403 };
        assert_eq!(mei.boosts(&own).await, expected, "{audience}");
        if audience != "me" {
            assert_eq!(hua.boosts(&own).await, expected, "{audience}");
            let there = lan.page_of(&mei).await;
            assert_eq!(lan.boosts(&there).await, expected, "{audience}");
            assert!(!lan.reads(&there).await.contains("/boost\""), "{audience}: pressed, or not to be had");
        }
        settle(&[&a, &b]).await;
        let page = mei.reads(&own).await;
        assert_eq!(page.contains("3 boosts"), allowed, "{audience}: {page}");
    }
    let mut stranger = b.sign_up("stranger").await;
    let secret = mei.posts("秘密", "friends").await;
    settle(&[&a, &b]).await;
    let there = lan.page_of(&mei).await;
    assert_eq!((stranger.boosts(&there).await, a.sign_up("far").await.boosts(&secret).await), (404, 404));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_other_servers_boost_comes_from_its_own_origin_only() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    befriend(&mut mei, &mut hua, &[&a]).await;
    let (peer, origin) = (Peer::start(), Peer::start());
    let (tom, stranger, eve) = (peer.person("tom"), peer.person("stranger"), origin.person("eve"));
    mei.asks(&format!("tom@{}", peer.authority), "").await;
    settle(&[&a]).await;
    tom.sends(&a, &tom.activity("acc", "Accept", peer.taken("Follow")[0]["id"].clone())).await;
    settle(&[&a]).await;

    // A post of a third server: what stands in the activity is a hint, what its own server says counts.
    let note = |number: &str, content: &str, to: &str| {
        let mut note = eve.create(number, content)["object"].clone();
        note["to"] = json!([to]);
        note["cc"] = json!([]);
        note["@context"] = json!("https://www.w3.org/ns/activitystreams");
        origin.serve(&format!("/users/eve/notes/{number}"), &note);
        note
    };
    let public = note("1", "三个字的真话", PUBLIC);
    let private = note("2", "三个字的私话", &format!("{}/followers", eve.uri));
    let mut lie = public.clone();
    lie["content"] = json!("三个字的假话");
    let announce = |who: &super::peer::Someone, number: &str, object: &serde_json::Value| {
        let mut announce = who.activity(number, "Announce", object.clone());
        announce["to"] = json!([PUBLIC]);
        announce
    };
    assert_eq!(stranger.sends(&a, &announce(&stranger, "s", &public["id"])).await, 202);
    settle(&[&a]).await;
    assert!(!mei.home().await.contains("三个字"), "nobody here follows the stranger");
    assert_eq!(origin.asked("/users/eve/notes/1"), 0);
    assert_eq!(tom.sends(&a, &announce(&tom, "2", &private["id"])).await, 202);
    assert_eq!(tom.sends(&a, &announce(&tom, "1", &lie)).await, 202);
    settle(&[&a]).await;
    let home = mei.home().await;
    assert!(home.contains("三个字的真话") && home.contains("tom of elsewhere"), "{home}");
    assert!(!home.contains("私话") && !home.contains("假话"), "{home}");
    assert!(!hua.home().await.contains("三个字"), "hua doesn't follow tom");

    // Somebody else's Undo has no effect; tom's own has, and the old boost doesn't come back.
    let undo = |who: &super::peer::Someone, number: &str| {
        let object = json!({"id": format!("{}/activities/1", tom.uri), "type": "Announce", "actor": tom.uri, "object": public["id"]});
        who.activity(number, "Undo", object)
    };
    stranger.sends(&a, &undo(&stranger, "u")).await;
    settle(&[&a]).await;
    assert!(mei.home().await.contains("三个字的真话"));
    tom.sends(&a, &undo(&tom, "u")).await;
    settle(&[&a]).await;
    assert!(!mei.home().await.contains("三个字的真话"));
    tom.sends(&a, &announce(&tom, "1", &public["id"])).await;
    settle(&[&a]).await;
    assert!(!mei.home().await.contains("三个字的真话"), "an activity is done once");
    tom.sends(&a, &announce(&tom, "3", &public["id"])).await;
    settle(&[&a]).await;
    assert!(mei.home().await.contains("三个字的真话"));

    // Our own: a non-public post can't be boosted, whoever saw it; a public one can, by a stranger too.
    let object = |page: &str| json!(format!("{}{}", a.origin, page.replace("/@mei/", "/objects/")));
    let (secret, open) = (mei.posts("给好友", "friends").await, mei.posts("给大家", "everyone").await);
    settle(&[&a]).await;
    tom.sends(&a, &announce(&tom, "4", &object(&secret))).await;
    stranger.sends(&a, &announce(&stranger, "5", &object(&open))).await;
    settle(&[&a]).await;
    assert!(!mei.reads(&secret).await.contains("One boost"));
    assert!(mei.reads(&open).await.contains("One boost"));
    assert!(mei.reads("/notices").await.contains("boosted your Moment"));
}
