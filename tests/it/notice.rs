//! Notices: what a member is told of, in which line, how often, and what stops being told.

use serde_json::json;

use super::peer::Peer;
use super::server::{Person, Server, befriend, settle};

impl Person {
    /// The number of unread notices in the frame; nothing for none.
    pub async fn unread(&mut self) -> String {
        let page = self.get("/about").await.body;
        let found = page.split_once("aria-label=\"Notices, ");
        found.map_or(String::new(), |(_, rest)| rest.split(' ').next().unwrap().to_owned())
    }

    /// The page of notices as text, without markup and with single spaces.
    pub async fn told(&mut self) -> String {
        let page = self.get("/notices").await;
        assert_eq!(page.status, 200);
        let main = page.body.split_once("<main").unwrap().1.split("</main>").next().unwrap().to_owned();
        main.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
    }

    /// The comment that this page offers first (or last) to be answered, as a path of its own.
    async fn comment_on(&mut self, page: &str) -> String {
        let links = self.get(page).await.links("?to=");
        format!("/{}", links.last().unwrap().trim_start_matches("?to=").split('#').next().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_in_groups_and_can_be_read() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let mut others = Vec::new();
    for name in ["hua", "ann", "lin"] {
        let mut other = a.sign_up(name).await;
        assert_eq!(mei.asks(name, "我是美玲").await.status, 303);
        assert_eq!(other.unread().await, "1");
        assert!(other.told().await.contains("我是美玲"));
        other.answers("acceptance").await;
        assert_eq!(other.unread().await, "", "an answered request is nothing new");
        others.push(other);
    }
    assert_eq!(mei.unread().await, "3");
    let told = mei.told().await;
    for name in ["hua", "ann", "lin"] {
        assert!(told.contains(&format!("{name} accepted your friend request")), "{told}");
    }
    let path = mei.get("/notices").await;
    let until = path.body.split_once("name=\"until\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let own = mei.posts("冬至快乐", "friends").await;
    for other in &mut others {
        assert_eq!(other.likes(&own).await, 303);
    }
    // All that the page knew is read; what came meanwhile is new.
    assert_eq!(mei.post("/notices/reading", &[("until", &until)]).await.location(), "/notices");
    assert_eq!(mei.unread().await, "3");
    let told = mei.told().await;
    assert!(told.contains("lin and 2 others liked your Moment") && told.contains("冬至快乐"), "{told}");
    assert!(told.contains("hua accepted your friend request"), "what is read stays: {told}");
    assert_eq!(others[0].says(&own, "汤圆吃了吗").await, 303);
    let comment = mei.comment_on(&own).await;
    assert_eq!(others[1].likes(&comment).await, 404, "ann doesn't hear hua");
    assert_eq!((mei.likes(&comment).await, mei.says(&comment, "吃了三碗").await), (303, 303));
    let told = mei.told().await;
    assert!(told.contains("hua commented on your Moment") && told.contains("汤圆吃了吗"), "{told}");
    let told = others[0].told().await;
    assert!(told.contains("mei liked your comment") && told.contains("mei answered your comment"), "{told}");
    assert!(told.contains("吃了三碗") && !told.contains("汤圆吃了吗and"), "{told}");
    assert_eq!((mei.unread().await.as_str(), others[0].unread().await.as_str()), ("4", "2"));
    // A line is read with all that stand in it, and leads to where it happened.
    let links = mei.get("/notices").await.links("/notices/");
    let line = links.iter().rfind(|link| link.ends_with("/reading")).unwrap().clone();
    assert_eq!(mei.post(&line, &[]).await.location(), "/notices");
    assert_eq!(mei.unread().await, "1");
    let lead = mei.get("/notices").await.links("/@hua/").first().unwrap().clone();
    assert!(mei.get(&lead).await.location().starts_with(&format!("{own}#c")), "{lead}");
    // Nobody reads another's, and nonsense is none.
    assert_eq!(others[2].post(&line, &[]).await.status, 404);
    assert_eq!(mei.post("/notices/reading", &[("until", "x")]).await.status, 404);
    assert_eq!(Person::new(&a).get("/notices").await.status, 303);
    assert_eq!(mei.get("/notices?before=1").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_no_longer_be_seen_is_no_longer_told() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua, mut ann) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("ann").await);
    befriend(&mut mei, &mut hua, &[&a]).await;
    befriend(&mut ann, &mut mei, &[&a]).await;
    befriend(&mut ann, &mut hua, &[&a]).await;
    let common = ann.posts("冬至搓丸", "friends").await;
    assert_eq!(hua.says(&common, "我也要").await, 303);
    let comment = hua.comment_on(&common).await;
    assert_eq!((mei.says(&comment, "给你留着").await, mei.likes(&comment).await), (303, 303));
    assert!(hua.told().await.contains("给你留着"));
    let before = hua.unread().await;
    // A like that is taken back, and one that is given again.
    assert_eq!(mei.unlikes(&comment).await, 303);
    assert!(!hua.told().await.contains("liked your comment"));
    assert_eq!(mei.likes(&comment).await, 303);
    assert!(hua.told().await.contains("mei liked your comment"));
    assert_eq!(hua.unread().await, before);
    // hua loses sight of the Moment, and of what is said under it.
    ann.removes(&hua).await;
    let told = hua.told().await;
    assert!(!told.contains("给你留着") && !told.contains("liked your comment"), "{told}");
    assert!(hua.unread().await < before);
    befriend(&mut ann, &mut hua, &[&a]).await;
    assert!(hua.told().await.contains("给你留着"));
    // mei deletes what she said; ann's Moment goes altogether.
    let said = mei.comment_on(&common).await;
    assert_eq!(mei.post(&format!("/comments{said}/removal"), &[]).await.status, 303);
    assert!(!hua.told().await.contains("给你留着"));
    let id = common.rsplit('/').next().unwrap();
    assert!(ann.told().await.contains("hua commented on your Moment"));
    assert_eq!(ann.post(&format!("/moments/{id}/delete"), &[]).await.status, 303);
    assert!(!ann.told().await.contains("commented") && !hua.told().await.contains("liked your comment"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_muted_and_the_blocked_cause_none() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua, mut ann) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("ann").await);
    let mut lin = a.sign_up("lin").await;
    befriend(&mut hua, &mut mei, &[&a]).await;
    befriend(&mut ann, &mut mei, &[&a]).await;
    let own = mei.posts("给大家", "everyone").await;
    assert_eq!((hua.likes(&own).await, ann.likes(&own).await, mei.unread().await.as_str()), (303, 303, "2"));
    mei.shuns("mute", &hua).await;
    mei.shuns("mute", &lin).await;
    assert_eq!(hua.says(&own, "在吗").await, 303);
    assert_eq!(lin.asks("mei", "认识一下").await.status, 303);
    let told = mei.told().await;
    assert!(told.contains("ann liked your Moment") && !told.contains("hua") && !told.contains("认识一下"), "{told}");
    assert_eq!(mei.unread().await, "1");
    assert!(!mei.home().await.contains("would like") && mei.reads("/@lin").await.contains("认识一下"));
    mei.shuns("block", &ann).await;
    assert_eq!((mei.unread().await.as_str(), mei.told().await.contains("ann")), ("", false));
    // What was told before is told again once they are spared; what they did meanwhile is not.
    mei.spares("block", &ann).await;
    mei.spares("mute", &hua).await;
    let told = mei.told().await;
    assert!(told.contains("and one other liked your Moment") && !told.contains("在吗"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_halls_and_servers_are_told_of_like_neighbours() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut lan, &mut mei, &[&a, &b]).await;
    assert!(lan.told().await.contains("mei accepted your friend request"));
    assert!(!mei.told().await.contains("accepted"), "who accepts isn't told that the other side does");
    let own = mei.posts("给好友", "friends").await;
    settle(&[&a, &b]).await;
    let there = lan.page_of(&mei).await;
    assert_eq!((lan.says(&there, "闻到香味了").await, lan.likes(&there).await), (303, 303));
    settle(&[&a, &b]).await;
    let told = mei.told().await;
    assert!(told.contains("lan liked your Moment") && told.contains("闻到香味了"), "{told}");
    let comment = mei.comment_on(&own).await;
    assert_eq!(mei.says(&comment, "来吃").await, 303);
    settle(&[&a, &b]).await;
    assert!(lan.told().await.contains("mei answered your comment"));
    // A server of another make: its person asks, and likes what is public.
    let peer = Peer::start();
    let tom = peer.person("tom");
    let public = mei.posts("给大家", "everyone").await;
    let object = format!("{}{}", a.origin, public.replace("/@mei/", "/objects/"));
    let before = mei.unread().await.parse::<i64>().unwrap();
    for _ in 0..2 {
        tom.sends(&a, &tom.activity("f", "Follow", json!(mei.actor()))).await;
        tom.sends(&a, &tom.activity("l", "Like", json!(object))).await;
        settle(&[&a]).await;
    }
    assert_eq!(mei.unread().await, (before + 2).to_string());
    assert!(mei.told().await.contains("tom of elsewhere liked your Moment"));
    tom.sends(&a, &tom.activity("u", "Undo", json!(format!("{}/activities/f", tom.uri)))).await;
    tom.sends(&a, &tom.activity("d", "Delete", json!(tom.uri))).await;
    settle(&[&a]).await;
    assert_eq!(mei.unread().await, before.to_string());
}
