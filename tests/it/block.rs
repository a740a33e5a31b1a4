//! Blocks and mutes: what they end, what they hide, what is said about them on the wire, and that they can be lifted.

use serde_json::json;

use super::peer::Peer;
use super::server::{Answer, Person, Server, befriend, settle};
use super::wire::{document, signed_by, signed_get};

impl Person {
    /// Where somebody's page stands in this person's hall.
    pub fn path_of(&self, other: &Person) -> String {
        if other.origin == self.origin { format!("/@{}", other.name) } else { format!("/@{}", other.address()) }
    }

    /// Blocks or mutes (`how`) somebody by the form on their page.
    pub async fn shuns(&mut self, how: &str, other: &Person) {
        let path = self.path_of(other);
        let id = self.number_on(&path).await;
        let answer = self.post("/settings/blocks", &[("actor", &id), ("kind", how), ("back", &path)]).await;
        assert_eq!((answer.status, answer.location()), (303, &*path), "{}", answer.body);
    }

    /// Takes that back.
    pub async fn spares(&mut self, how: &str, other: &Person) {
        let path = self.path_of(other);
        let id = self.number_on(&path).await;
        let answer = self.post("/settings/blocks/removal", &[("actor", &id), ("kind", how)]).await;
        assert_eq!((answer.status, answer.location()), (303, "/settings/blocks"), "{}", answer.body);
    }

    /// The number that the forms on a person's page carry.
    async fn number_on(&mut self, path: &str) -> String {
        let page = self.get(path).await;
        let (_, rest) =
            page.body.split_once("name=\"actor\" value=\"").unwrap_or_else(|| panic!("{path}: {}", page.body));
        rest.split('"').next().unwrap().to_owned()
    }
}

fn sees(answer: &Answer, words: &str) -> bool {
    answer.status == 200 && answer.body.contains(words)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_blocked_is_met_nowhere_and_comes_back_when_unblocked() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua, mut ann) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("ann").await);
    let mut anonymous = Person::new(&a);
    befriend(&mut mei, &mut hua, &[&a]).await;
    befriend(&mut ann, &mut mei, &[&a]).await;
    befriend(&mut ann, &mut hua, &[&a]).await;
    let own = mei.posts("会馆老照片", "everyone").await;
    assert_eq!((hua.says(&own, "前排是我阿公").await, hua.likes(&own).await), (303, 303));
    let to = mei.get(&own).await.links("?to=").first().unwrap().clone();
    let answered = format!("/{}", to.trim_start_matches("?to=").split('#').next().unwrap());
    assert_eq!(mei.says(&answered, "真像他").await, 303);
    let theirs = hua.posts("今天收了旧书", "friends").await;
    let common = ann.posts("冬至搓丸", "friends").await;
    assert_eq!((mei.says(&common, "给我留一碗").await, hua.says(&common, "我也要").await), (303, 303));
    assert_eq!((mei.likes(&common).await, hua.likes(&common).await), (303, 303));

    mei.shuns("block", &hua).await;
    // To the blocked there is no mei any more.
    for path in ["/@mei".to_owned(), own.clone()] {
        assert_eq!(hua.get(&path).await.status, 404, "{path}");
    }
    let home = hua.home().await;
    assert!(!home.contains("会馆老照片") && !home.contains("给我留一碗"), "{home}");
    assert!(!hua.get("/search?q=mei").await.body.contains("href=\"/@mei\""));
    assert!(hua.asks("mei", "又是我").await.body.contains("Nobody was found"));
    assert_eq!((hua.says(&own, "喂").await, hua.likes(&own).await, hua.says(&answered, "喂").await), (404, 404, 404));
    let page = hua.reads(&common).await;
    assert!(page.contains("我也要") && !page.contains("给我留一碗") && page.contains("One comment"), "{page}");
    assert!(!hua.friends_say("href=\"/@mei\"").await && !mei.friends_say("href=\"/@hua\"").await);
    // To mei neither; what hua said under her Moment is gone for all, and her own answer stays.
    assert_eq!(mei.get(&theirs).await.status, 404);
    assert!(!mei.home().await.contains("旧书"));
    let page = mei.reads(&common).await;
    assert!(page.contains("给我留一碗") && !page.contains("我也要") && page.contains("One comment"), "{page}");
    assert_eq!(page.matches("class=\"who\" href=\"/@hua\"").count(), 0, "{page}");
    for page in [mei.reads(&own).await, ann.reads(&own).await, anonymous.reads(&own).await] {
        assert!(
            page.contains("真像他") && !page.contains("前排是我阿公") && !page.contains("class=\"likes\""),
            "{page}"
        );
    }
    assert!(ann.reads(&common).await.contains("2 comments"), "others go on as before");
    // Her page says so, and there is nothing else to be done there.
    let page = mei.reads("/@hua").await;
    assert!(page.contains("Unblock") && !page.contains("旧书") && !page.contains("/friends/requests\""), "{page}");
    assert!(mei.asks("hua", "").await.body.contains("You have blocked them"));
    assert!(mei.reads("/settings/blocks").await.contains("Blocked people"));

    mei.spares("block", &hua).await;
    assert!(mei.reads("/settings/blocks").await.contains("Nobody"));
    assert!(ann.reads(&own).await.contains("前排是我阿公") && mei.reads(&own).await.contains("class=\"likes\""));
    assert!(sees(&hua.get(&own).await, "会馆老照片"));
    assert_eq!(mei.get(&theirs).await.status, 404, "the tie has ended");
    befriend(&mut hua, &mut mei, &[&a]).await;
    assert!(sees(&mei.get(&theirs).await, "旧书"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mute_spares_its_owner_and_nobody_learns_of_it() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua, mut ann) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("ann").await);
    befriend(&mut mei, &mut hua, &[&a]).await;
    befriend(&mut ann, &mut mei, &[&a]).await;
    befriend(&mut ann, &mut hua, &[&a]).await;
    let theirs = hua.posts("今天收了旧书", "friends").await;
    assert_eq!(hua.says(&theirs, "有三本").await, 303);
    let common = ann.posts("冬至搓丸", "friends").await;
    assert_eq!((hua.says(&common, "我也要").await, hua.likes(&common).await), (303, 303));
    mei.shuns("mute", &hua).await;
    let home = mei.home().await;
    assert!(home.contains("冬至搓丸") && !home.contains("旧书") && !home.contains("我也要"), "{home}");
    let page = mei.reads(&common).await;
    assert!(
        !page.contains("我也要") && page.contains("No comments yet") && !page.contains("class=\"likes\""),
        "{page}"
    );
    // Whoever goes there sees them.
    assert!(mei.reads("/@hua").await.contains("旧书"));
    assert!(mei.reads(&theirs).await.contains("有三本"));
    assert!(mei.friends_say(">Friend<").await && hua.friends_say(">Friend<").await);
    let near = mei.posts("只给好友", "friends").await;
    assert!(sees(&hua.get(&near).await, "只给好友"));
    mei.spares("mute", &hua).await;
    let home = mei.home().await;
    assert!(home.contains("旧书") && home.contains("我也要"), "{home}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_crosses_to_another_hall_and_back() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let own = mei.posts("给大家", "everyone").await;
    settle(&[&a, &b]).await;
    let there = lan.page_of(&mei).await;
    let object = format!("{}{}", a.origin, own.replace("/@mei/", "/objects/"));
    assert_eq!(signed_get(&object, &b, "lan").await.status, 200);
    mei.shuns("block", &lan).await;
    settle(&[&a, &b]).await;
    assert!(lan.friends_say("No friends yet").await && mei.friends_say("No friends yet").await);
    assert_eq!((lan.get(&there).await.status, lan.get(&lan.path_of(&mei)).await.status), (404, 404));
    assert!(!lan.home().await.contains("给大家"));
    assert!(lan.asks(&mei.address(), "").await.body.contains("Nobody was found"));
    assert_eq!(signed_get(&object, &b, "lan").await.status, 404);
    assert_eq!(signed_get(&object, &b, "hall").await.status, 200, "others there may read what is public");
    lan.posts("没人听", "everyone").await;
    settle(&[&a, &b]).await;
    assert!(!mei.home().await.contains("没人听"));
    mei.spares("block", &lan).await;
    settle(&[&a, &b]).await;
    assert!(sees(&lan.get(&there).await, "给大家"));
    assert_eq!(signed_get(&object, &b, "lan").await.status, 200);
    befriend(&mut lan, &mut mei, &[&a, &b]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_servers_are_told_of_blocks_alone_and_theirs_count() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let peer = Peer::start();
    let (tom, stranger) = (peer.person("tom"), peer.person("stranger"));
    let tie = async |mei: &mut Person, number: &str| {
        tom.sends(&a, &tom.activity(&format!("f{number}"), "Follow", json!(mei.actor()))).await;
        settle(&[&a]).await;
        mei.answers("acceptance").await;
        settle(&[&a]).await;
        let asked = peer.taken("Follow").pop().unwrap();
        tom.sends(&a, &tom.activity(&format!("acc{number}"), "Accept", asked["id"].clone())).await;
        settle(&[&a]).await;
        assert!(mei.friends_say(">Friend<").await);
    };
    tie(&mut mei, "1").await;
    let own = mei.posts("给大家", "everyone").await;
    let object = format!("{}{}", a.origin, own.replace("/@mei/", "/objects/"));
    let page = format!("/@tom@{}", peer.authority);
    let id = mei.number_on(&page).await;
    for kind in ["mute", "block", "block"] {
        assert_eq!(mei.post("/settings/blocks", &[("actor", &id), ("kind", kind)]).await.status, 303);
    }
    settle(&[&a]).await;
    let blocks = peer.taken("Block");
    assert_eq!(blocks.len(), 1, "{blocks:?}");
    assert_eq!((&blocks[0]["actor"], &blocks[0]["object"]), (&json!(mei.actor()), &json!(tom.uri)));
    assert_eq!((peer.taken("Undo").len(), peer.taken("Reject").len()), (0, 0));
    assert_eq!(document(&object, &signed_by(&object, &a, &tom)).await.status, 404);
    assert_eq!(document(&object, &signed_by(&object, &a, &stranger)).await.status, 200);
    // What the blocked sends has no effect; a request neither.
    tom.sends(&a, &tom.activity("l1", "Like", json!(object))).await;
    tom.sends(&a, &tom.activity("f9", "Follow", json!(mei.actor()))).await;
    settle(&[&a]).await;
    assert!(!mei.reads(&own).await.contains("class=\"likes\"") && !mei.friends_say("/acceptance").await);
    for kind in ["mute", "block", "block"] {
        assert_eq!(mei.post("/settings/blocks/removal", &[("actor", &id), ("kind", kind)]).await.status, 303);
    }
    settle(&[&a]).await;
    let undone = peer.taken("Undo");
    assert_eq!((undone.len(), &undone[0]["object"]["type"]), (1, &json!("Block")));
    assert_eq!(undone[0]["object"]["id"], blocks[0]["id"]);

    // Now the other way round.
    tie(&mut mei, "2").await;
    assert_eq!(tom.sends(&a, &tom.activity("b1", "Block", json!(mei.actor()))).await, 202);
    settle(&[&a]).await;
    assert!(mei.friends_say("No friends yet").await);
    assert_eq!(mei.get(&page).await.status, 404);
    assert_eq!(document(&object, &signed_by(&object, &a, &tom)).await.status, 404);
    // Only whose block it is takes it back, and nobody blocks in another's name.
    let theirs =
        json!({"id": format!("{}/activities/b1", tom.uri), "type": "Block", "actor": tom.uri, "object": mei.actor()});
    stranger.sends(&a, &stranger.activity("u0", "Undo", theirs.clone())).await;
    stranger.sends(&a, &stranger.activity("u1", "Undo", theirs["id"].clone())).await;
    settle(&[&a]).await;
    assert_eq!(mei.get(&page).await.status, 404);
    tom.sends(&a, &tom.activity("u2", "Undo", theirs["id"].clone())).await;
    settle(&[&a]).await;
    assert_eq!(mei.get(&page).await.status, 200);
    assert_eq!(document(&object, &signed_by(&object, &a, &tom)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_server_can_be_kept_out() {
    let (a, b, c) = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("lima").await);
    let (mut mei, mut hua, mut lan) = (a.sign_up("mei").await, a.sign_up("hua").await, b.sign_up("lan").await);
    c.sign_up("kim").await;
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    befriend(&mut hua, &mut lan, &[&a, &b]).await;
    let own = mei.posts("给大家", "everyone").await;
    let of_hua = hua.posts("华的照片", "everyone").await;
    settle(&[&a, &b]).await;
    let there = lan.page_of(&hua).await;
    assert_eq!(lan.says(&there, "真好看").await, 303);
    settle(&[&a, &b]).await;
    for (host, kind, words) in [
        ("", "block", "no server name"),
        ("a b", "mute", "no server name"),
        (a.authority.as_str(), "block", "no server name"),
        (b.authority.as_str(), "hate", "whether to mute or to block"),
    ] {
        let answer = mei.post("/settings/blocks", &[("host", host), ("kind", kind)]).await;
        assert_eq!(answer.status, 422, "{host} {kind}");
        assert!(answer.body.contains(words) && answer.body.contains(&format!("value=\"{host}\"")), "{}", answer.body);
    }
    let host = b.authority.to_uppercase();
    assert_eq!(mei.post("/settings/blocks", &[("host", &host), ("kind", "block")]).await.status, 303);
    settle(&[&a, &b, &c]).await;
    assert!(mei.friends_say("No friends yet").await && !lan.friends_say(&mei.address()).await);
    let object = format!("{}{}", a.origin, own.replace("/@mei/", "/objects/"));
    for (hall, who, status) in [(&b, "lan", 404), (&b, "hall", 404), (&c, "kim", 200), (&c, "hall", 200)] {
        assert_eq!(signed_get(&object, hall, who).await.status, status, "{who}");
    }
    assert!(!mei.reads(&of_hua).await.contains("真好看") && hua.reads(&of_hua).await.contains("真好看"));
    // An edit doesn't go where the old copy stands.
    let number = own.rsplit('/').next().unwrap();
    assert_eq!(mei.post(&format!("/moments/{number}"), &[("body", "改过的")]).await.status, 303);
    settle(&[&a, &b, &c]).await;
    let uri = object.clone();
    let copy = b.ctx.read(move |conn| huiguan::domain::post::stored(conn, &uri)).await.unwrap().unwrap();
    assert!(copy.body_html.contains("给大家"), "{}", copy.body_html);
    // lan's hall isn't told that it is blocked, so she may ask; nobody hears her.
    lan.asks(&mei.address(), "在吗").await;
    settle(&[&a, &b, &c]).await;
    assert!(!mei.friends_say("在吗").await);
    assert_eq!(mei.post("/settings/blocks/removal", &[("host", &b.authority), ("kind", "block")]).await.status, 303);
    assert_eq!(signed_get(&object, &b, "lan").await.status, 200);
    assert!(mei.reads(&of_hua).await.contains("真好看"));
    // A muted server's people are spared its owner only.
    assert_eq!(mei.post("/settings/blocks", &[("host", &b.authority), ("kind", "mute")]).await.status, 303);
    assert!(!mei.reads(&of_hua).await.contains("真好看") && hua.reads(&of_hua).await.contains("真好看"));
    assert_eq!(signed_get(&object, &b, "lan").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_handed_on_goes_round_a_server_that_its_author_has_blocked() {
    let (a, b, c) = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("lima").await);
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let (mut lan, mut kim) = (b.sign_up("lan").await, c.sign_up("kim").await);
    let all = [&a, &b, &c];
    befriend(&mut hua, &mut mei, &all).await;
    befriend(&mut hua, &mut lan, &all).await;
    befriend(&mut hua, &mut kim, &all).await;
    befriend(&mut mei, &mut kim, &all).await;
    let common = hua.posts("冬至搓丸", "friends").await;
    settle(&all).await;
    let holds = async |hall: &Server, words: &'static str| {
        let is_blocked = hall.origin == b.origin;
        let comments = hall.ctx.read(move |conn| {
            let there = huiguan::domain::actor::local_by_name(conn, if is_blocked { "lan" } else { "kim" })?.unwrap();
            let viewer = huiguan::domain::audience::Viewer::Member(there.id);
            let root = huiguan::domain::post::feed(conn, there.id, &huiguan::db::Range::before(None::<i64>, 1))?
                .remove(0)
                .entry
                .post
                .id;
            huiguan::domain::comment::under(conn, &viewer, root, None, 10)
        });
        comments.await.unwrap().iter().any(|entry| entry.post.body_html.contains(words))
    };
    assert_eq!(hua.says(&common, "都来吃").await, 303);
    assert_eq!(mei.says(&common, "第一句").await, 303);
    settle(&all).await;
    assert!(holds(&b, "都来吃").await && holds(&c, "第一句").await);
    let arrivals = async || b.ctx.read(|conn| huiguan::domain::arrival::latest(conn, 100)).await.unwrap().len();
    let before = arrivals().await;
    assert_eq!(mei.post("/settings/blocks", &[("host", &b.authority), ("kind", "block")]).await.status, 303);
    assert_eq!(mei.says(&common, "第二句").await, 303);
    settle(&all).await;
    assert!(holds(&c, "第二句").await);
    assert_eq!(arrivals().await, before, "nothing new has come to the blocked server");
}
