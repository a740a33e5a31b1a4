//! What is said under Moments: who hears it, between three halls, and what is refused.

use huiguan::domain::arrival::State;
use huiguan::domain::post;
use serde_json::json;

use super::copies::followed;
use super::group_federation::sent;
use super::peer::Peer;
use super::server::{Person, Server, befriend, settle};

impl Person {
    /// Comments on a post by its page here; answers the status.
    pub async fn says(&mut self, page: &str, words: &str) -> u16 {
        let id = page.rsplit('/').next().unwrap();
        self.post(&format!("/posts/{id}/comments"), &[("body", words)]).await.status
    }

    pub async fn likes(&mut self, page: &str) -> u16 {
        let id = page.rsplit('/').next().unwrap();
        self.post(&format!("/posts/{id}/like"), &[("back", "/")]).await.status
    }

    pub async fn unlikes(&mut self, page: &str) -> u16 {
        let id = page.rsplit('/').next().unwrap();
        self.post(&format!("/posts/{id}/like/removal"), &[("back", "/")]).await.status
    }

    /// Where somebody's latest Moment stands in this hall.
    pub async fn page_of(&mut self, author: &Person) -> String {
        let profile = self.get(&format!("/@{}", author.address())).await;
        let prefix = format!("/@{}/", author.address());
        // Its pictures have pages of their own, below its own.
        let pages = profile.links(&prefix).into_iter().find(|link| !link[prefix.len()..].contains('/'));
        pages.unwrap_or_else(|| panic!("no Moment: {}", profile.body))
    }

    pub async fn reads(&mut self, page: &str) -> String {
        let answer = self.get(page).await;
        assert_eq!(answer.status, 200, "{page}");
        answer.body
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_and_likes_cross_and_are_heard_by_friends_only() {
    let halls = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("lima").await);
    let (a, b, c) = (&halls.0, &halls.1, &halls.2);
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let (mut lan, mut kim, mut zoe) = (b.sign_up("lan").await, c.sign_up("kim").await, c.sign_up("zoe").await);
    befriend(&mut mei, &mut hua, &[a]).await;
    befriend(&mut mei, &mut lan, &[a, b]).await;
    befriend(&mut mei, &mut kim, &[a, c]).await;
    befriend(&mut mei, &mut zoe, &[a, c]).await;
    // kim knows lan too; zoe and hua don't.
    befriend(&mut kim, &mut lan, &[c, b]).await;
    let own = mei.posts("冬至的丸子", "friends").await;
    settle(&[a, b, c]).await;

    let there = lan.page_of(&mei).await;
    assert_eq!((lan.says(&there, "闻到香味了").await, lan.likes(&there).await), (303, 303));
    assert!(lan.reads(&there).await.contains("闻到香味了"));
    settle(&[a, b, c]).await;

    let page = mei.reads(&own).await;
    assert!(page.contains("闻到香味了") && page.contains("One comment"), "{page}");
    assert!(page.contains("class=\"likes\"") && page.contains(&lan.address()), "{page}");
    assert!(mei.home().await.contains("闻到香味了"), "the feed shows what is said");
    let (kims, zoes) = (kim.page_of(&mei).await, zoe.page_of(&mei).await);
    let page = kim.reads(&kims).await;
    assert!(page.contains("闻到香味了") && page.contains("class=\"likes\""), "{page}");
    for page in [zoe.reads(&zoes).await, hua.reads(&own).await] {
        assert!(!page.contains("闻到香味了") && page.contains("No comments yet"), "{page}");
        assert!(!page.contains("class=\"likes\"") && !page.contains(&lan.address()), "{page}");
    }
    assert!(!zoe.home().await.contains("闻到香味了") && !hua.home().await.contains("闻到香味了"));

    // The author's own word is for all who see the Moment, and so is theirs for their friends at home.
    let id = own.rsplit('/').next().unwrap().to_owned();
    assert_eq!(mei.says(&own, "给你们留了").await, 303);
    assert_eq!(hua.says(&own, "我来搓").await, 303);
    settle(&[a, b, c]).await;
    for page in [lan.reads(&there).await, kim.reads(&kims).await, zoe.reads(&zoes).await] {
        assert!(page.contains("给你们留了") && !page.contains("我来搓"), "{page}");
    }
    assert!(mei.reads(&own).await.contains("3 comments"));

    // Taken back, removed by its author, removed by the Moment's author.
    assert_eq!(lan.unlikes(&there).await, 303);
    let mine = lan.get(&there).await.links("/comments/").pop().unwrap();
    assert_eq!(lan.get(&mine).await.status, 200);
    assert_eq!(lan.post(&mine, &[]).await.status, 303);
    settle(&[a, b, c]).await;
    for page in [mei.reads(&own).await, kim.reads(&kims).await, lan.reads(&there).await] {
        assert!(!page.contains("闻到香味了") && !page.contains("class=\"likes\""), "{page}");
    }
    assert_eq!(kim.says(&kims, "第二句").await, 303);
    settle(&[a, b, c]).await;
    assert!(lan.reads(&there).await.contains("第二句"));
    let page = mei.get(&own).await;
    let removal = page.links("/comments/").last().unwrap().clone();
    assert_eq!(mei.post(&removal, &[]).await.status, 303);
    settle(&[a, b, c]).await;
    for page in [mei.reads(&own).await, kim.reads(&kims).await, lan.reads(&there).await] {
        assert!(!page.contains("第二句"), "{page}");
    }
    assert_eq!(hua.post(&format!("/comments/{id}/removal"), &[]).await.status, 404, "a Moment is no comment");
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_public_moment_everyone_hears_and_a_stranger_may_speak() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut neighbour) = (a.sign_up("mei").await, a.sign_up("neighbour").await);
    let mut lan = b.sign_up("lan").await;
    let mut anonymous = Person::new(&a);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let own = mei.posts("会馆老照片", "everyone").await;
    settle(&[&a, &b]).await;
    let there = lan.page_of(&mei).await;
    assert_eq!((lan.says(&there, "前排左三是我阿公").await, lan.likes(&there).await), (303, 303));
    assert_eq!(neighbour.says(&own, "真的吗").await, 303);
    settle(&[&a, &b]).await;
    for page in [mei.reads(&own).await, neighbour.reads(&own).await] {
        assert!(page.contains("前排左三是我阿公") && page.contains("真的吗") && page.contains("2 comments"), "{page}");
    }
    let page = anonymous.reads(&own).await;
    assert!(page.contains("前排左三是我阿公") && page.contains("2 条评论") && page.contains("1 位赞过"), "{page}");
    assert!(!page.contains(&format!("href=\"/@{}", lan.address())), "visitors aren't sent to members of other halls");
    assert!(!anonymous.reads(&own).await.contains("name=\"body\""), "a visitor has no form");
    // An answer names whom it answers; an empty one is answered in words; the same form posts once.
    let to = mei.get(&own).await.links("?to=").first().unwrap().clone();
    assert!(mei.reads(&format!("{own}{}", to.split('#').next().unwrap())).await.contains("In answer to"));
    let comment = to.trim_start_matches("?to=").split('#').next().unwrap().to_owned();
    for _ in 0..2 {
        let sent = mei.post(&format!("/posts/{comment}/comments"), &[("body", "是他"), ("key", "once")]).await;
        assert_eq!(sent.status, 303);
    }
    let empty = mei.post(&format!("/posts/{comment}/comments"), &[("body", " ")]).await;
    assert_eq!(empty.status, 422);
    assert!(empty.body.contains("There is no text yet."), "{}", empty.body);
    let page = mei.reads(&own).await;
    assert!(page.matches("是他").count() == 1 && page.contains("</a> to <a"), "{page}");
    assert_eq!(mei.get(&format!("/@mei/{comment}")).await.status, 404, "a comment has its author's address");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_speaks_where_they_see_nothing_or_for_somebody_else() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua, mut neighbour) =
        (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("neighbour").await);
    befriend(&mut mei, &mut hua, &[&a]).await;
    let peer = Peer::start();
    let (friend, stranger) = (peer.person("friend"), peer.person("stranger"));
    friend.sends(&a, &friend.activity("f", "Follow", json!(mei.actor()))).await;
    settle(&[&a]).await;
    mei.answers("acceptance").await;
    settle(&[&a]).await;
    let asked = peer.taken("Follow").pop().unwrap();
    friend.sends(&a, &friend.activity("acc", "Accept", asked["id"].clone())).await;
    settle(&[&a]).await;

    let secret = mei.posts("给好友", "friends").await;
    let object = format!("{}{}", a.origin, secret.replace("/@mei/", "/objects/"));
    settle(&[&a]).await;
    assert_eq!((neighbour.says(&secret, "偷听").await, neighbour.likes(&secret).await), (404, 404));
    let reply = |who: &super::peer::Someone, number: &str, words: &str, to: serde_json::Value| {
        let mut create = who.create(number, words);
        create["object"]["inReplyTo"] = json!(object);
        create["object"]["to"] = to.clone();
        create["object"]["cc"] = json!([]);
        create["to"] = to;
        create
    };
    // A stranger on the friend's server sees nothing and says nothing, whatever it claims.
    assert_eq!(stranger.sends(&a, &reply(&stranger, "s1", "stranger's", json!([mei.actor()]))).await, 202);
    assert_eq!(stranger.sends(&a, &stranger.activity("l1", "Like", json!(object))).await, 202);
    // A friend whose server knows nothing of halls answers mei alone: others don't hear it, friends of theirs or not.
    assert_eq!(friend.sends(&a, &reply(&friend, "r1", "from afar", json!([mei.actor()]))).await, 202);
    assert_eq!(friend.sends(&a, &friend.activity("l2", "Like", json!(object))).await, 202);
    settle(&[&a]).await;
    let page = mei.reads(&secret).await;
    assert!(page.contains("from afar") && !page.contains("stranger"), "{page}");
    assert!(page.contains("class=\"likes\"") && page.matches("class=\"who\"").count() == 2, "{page}");
    let page = hua.reads(&secret).await;
    assert!(!page.contains("from afar") && !page.contains("class=\"likes\""), "{page}");

    // Nobody takes back, edits, deletes or removes what is another's.
    let like =
        json!({"type": "Like", "id": format!("{}/activities/l2", friend.uri), "actor": friend.uri, "object": object});
    stranger.sends(&a, &stranger.activity("u1", "Undo", like.clone())).await;
    let note = format!("{}/notes/r1", friend.uri);
    stranger.sends(&a, &stranger.activity("d1", "Delete", json!(note))).await;
    stranger.sends(&a, &stranger.activity("x1", "Remove", json!(note))).await;
    friend.sends(&a, &friend.activity("x2", "Remove", json!(note))).await;
    // What is handed on needs its author's proof, and comes from the author of the root.
    let forged = stranger.activity("a1", "Add", reply(&friend, "r9", "forged", json!([mei.actor()])));
    stranger.sends(&a, &forged).await;
    settle(&[&a]).await;
    let page = mei.reads(&secret).await;
    assert!(page.contains("from afar") && page.contains("class=\"likes\"") && !page.contains("forged"), "{page}");
    // Whose it is may.
    friend.sends(&a, &friend.activity("u2", "Undo", like)).await;
    friend.sends(&a, &friend.activity("d2", "Delete", json!({"type": "Tombstone", "id": note}))).await;
    settle(&[&a]).await;
    let page = mei.reads(&secret).await;
    assert!(!page.contains("from afar") && !page.contains("class=\"likes\""), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_was_taken_away_comes_back_by_no_word_of_its_server() {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    let tom = followed(&a, &mut mei, &peer).await;
    let own = mei.posts("会馆老照片", "everyone").await;
    let said = |number: &str, kind: &str, words: &str| {
        let mut said = tom.create("1", words);
        (said["id"], said["type"]) = (json!(format!("{}/activities/{number}", tom.uri)), json!(kind));
        said["object"]["inReplyTo"] = json!(format!("{}{}", a.origin, own.replace("/@mei/", "/objects/")));
        said
    };
    let first = said("1", "Create", "<p>卖药的来了</p>");
    let uri = first["object"]["id"].clone();
    assert_eq!(sent(&a, &tom, &first).await.0, State::Done);
    assert!(visitor.reads(&own).await.contains("卖药的来了"));
    let removal = mei.get(&own).await.links("/comments/").pop().unwrap();
    assert_eq!(mei.post(&removal, &[]).await.status, 303);
    settle(&[&a]).await;
    let mut edit = said("2", "Update", "<p>卖药的又来</p>");
    edit["object"]["updated"] = json!("2026-11-24T08:00:00Z");
    peer.serve("/users/tom/notes/1", &edit["object"]);
    for word in [
        edit,
        said("3", "Create", "<p>卖药的又来</p>"),
        tom.activity("4", "Announce", uri.clone()),
        tom.activity("5", "Update", uri.clone()),
        tom.activity("6", "Create", uri.clone()),
    ] {
        let (state, why) = sent(&a, &tom, &word).await;
        assert_eq!(state, State::Ignored, "{word}: {why}");
        for page in [mei.reads(&own).await, visitor.reads(&own).await, mei.home().await] {
            assert!(!page.contains("卖药的"), "after {word}: {page}");
        }
        let asked = uri.as_str().unwrap().to_owned();
        let kept = a.ctx.read(move |conn| post::stored(conn, &asked)).await.unwrap().unwrap();
        assert!(kept.deleted_at.is_some() && kept.body_html.is_empty(), "nothing of it is kept after {word}");
    }
}
