//! Groups of one hall: founding, the ways in and out, topics, what officers do, and who sees what of a private one.

use huiguan::clock::{DAY, HOUR};

use super::server::{Answer, Person, Server, settle};

impl Person {
    /// Founds a group and answers the path of its page.
    pub async fn founds(&mut self, name: &str, title: &str, more: &[(&str, &str)]) -> String {
        let mut fields = vec![("name", name), ("title", title)];
        for (field, usual) in [("axis", "hometown"), ("entrance", "open"), ("posting", "members"), ("is_private", "no")]
        {
            let said = more.iter().find(|(one, _)| *one == field).map_or(usual, |(_, value)| value);
            fields.push((field, said));
        }
        let usual: Vec<&str> = fields.iter().map(|(field, _)| *field).collect();
        fields.extend(more.iter().filter(|(field, _)| !usual.contains(field)));
        let answer = self.post("/groups", &fields).await;
        assert_eq!((answer.status, answer.location()), (303, format!("/@{name}").as_str()), "{}", answer.body);
        answer.location().to_owned()
    }

    /// The number of a group, from a link of its page.
    pub async fn number_of(&mut self, group: &str) -> String {
        let page = self.get(group).await;
        let links = page.links("/groups/");
        let link = links.iter().find(|link| link.ends_with("/album")).expect("a group's page");
        link.split('/').nth(2).unwrap().to_owned()
    }

    /// Joins a group by its page's form.
    pub async fn joins(&mut self, group: &str, fields: &[(&str, &str)]) -> Answer {
        let number = self.number_of(group).await;
        self.post(&format!("/groups/{number}/membership"), fields).await
    }

    /// Makes a link into the group of this number, for so many; answers its token.
    pub async fn invites(&mut self, number: &str, uses: &str) -> String {
        let made = self.post(&format!("/groups/{number}/invitations"), &[("days", "3"), ("uses", uses)]).await;
        let (_, rest) = made.body.split_once("/groups/invitations/").expect("a link");
        rest.split(['<', '"', '/']).next().unwrap().to_owned()
    }

    /// Begins a topic and answers the path of its page.
    pub async fn begins(&mut self, group: &str, title: &str, body: &str) -> String {
        let number = self.number_of(group).await;
        let answer = self.post(&format!("/groups/{number}/posts"), &[("title", title), ("body", body)]).await;
        assert_eq!((answer.status, answer.location()), (303, group), "{}", answer.body);
        let prefix = format!("/@{}/", self.name);
        let page = self.get(group).await;
        let links = page.links(&prefix);
        links.into_iter().find(|link| link.matches('/').count() == 2).expect("the topic is on the group's page")
    }

    /// What an officer does about a post.
    pub async fn marks(&mut self, post: &str, mark: &str, reason: &str) -> Answer {
        let path = format!("/posts/{}/marks", post.rsplit('/').next().unwrap());
        self.post(&path, &[("mark", mark), ("reason", reason)]).await
    }

    /// The number of somebody, from the list of a group's members.
    pub async fn number_in(&mut self, number: &str, name: &str) -> String {
        let page = self.get(&format!("/groups/{number}/members")).await;
        let (_, rest) = page.body.split_once(&format!("href=\"/@{name}\"")).expect("a member of that name");
        let (_, rest) = rest.split_once(&format!("/groups/{number}/members/")).expect("something can be done");
        rest.split('/').next().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_founded_found_joined_and_left() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan) = (a.sign_up("mei").await, a.sign_up("lan").await);
    for (fields, said) in [
        (vec![("name", "panyu"), ("title", " ")], "give the group a name"),
        (vec![("name", "admin"), ("title", "番禺")], "kept for the hall"),
        (vec![("name", "番禺"), ("title", "番禺")], "letters"),
        (vec![("name", "panyu"), ("title", "番禺"), ("axis", "colour")], "one of those listed"),
        (vec![("name", "mei"), ("title", "番禺")], "taken"),
    ] {
        let whole = [("axis", "hometown"), ("entrance", "open"), ("posting", "members"), ("is_private", "no")];
        let mut all = fields.clone();
        all.extend(whole.iter().filter(|(field, _)| !fields.iter().any(|(known, _)| known == field)));
        let answer = mei.post("/groups", &all).await;
        assert_eq!(answer.status, 422, "{fields:?}");
        assert!(answer.body.contains(said), "{fields:?}: {}", answer.body);
    }
    let group =
        mei.founds("panyu", "番禺同乡", &[("topic", "番禺"), ("name_en", "Panyu folk"), ("rules", "和气\n守时")]).await;
    let page = lan.get(&group).await.body;
    assert!(page.contains("Panyu folk") && page.contains("番禺同乡") && page.contains("守时"), "{page}");
    assert!(page.contains("1 member") && page.contains(">Join<"), "{page}");
    // The directory: by axis with counts, and by words.
    let list = lan.get("/groups?axis=hometown").await.body;
    assert!(list.contains("Hometown 1") && list.contains("Family 0") && list.contains("Panyu folk"), "{list}");
    assert!(!lan.get("/groups?axis=family").await.body.contains("Panyu folk"));
    assert!(lan.get("/groups?q=%E7%95%AA%E7%A6%BA").await.body.contains("Panyu folk"));
    assert!(Person::new(&a).get("/groups").await.body.contains("番禺同乡"), "visitors find it too");
    // Who doesn't belong to it doesn't write there.
    let number = mei.number_of(&group).await;
    assert_eq!(lan.get(&format!("/groups/{number}/posts/new")).await.status, 403);
    assert_eq!(lan.post(&format!("/groups/{number}/posts"), &[("body", "早")]).await.status, 403);
    assert_eq!(lan.joins(&group, &[]).await.status, 303);
    let topic = lan.begins(&group, "茶会", "周六喝茶").await;
    let page = mei.get(&topic).await.body;
    assert!(page.contains("茶会") && page.contains("周六喝茶") && page.contains("In <a"), "{page}");
    // It is read in the group, not in feeds nor on its author's page among the Moments.
    assert!(!mei.home().await.contains("周六喝茶") && !lan.home().await.contains("周六喝茶"));
    assert!(!lan.get("/@lan").await.body.contains("周六喝茶"));
    assert!(Person::new(&a).get(&topic).await.body.contains("周六喝茶"), "a public group is for everyone");
    let answer = mei.post(&format!("/posts/{}/comments", topic.rsplit('/').next().unwrap()), &[("body", "我来")]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(lan.get(&topic).await.body.contains("我来"));
    // Its author changes it, title and all.
    let edit = format!("/moments/{}", topic.rsplit('/').next().unwrap());
    assert_eq!(lan.post(&edit, &[("body", "周日喝茶"), ("title", "改期")]).await.status, 303);
    let page = mei.get(&topic).await.body;
    assert!(page.contains("改期") && page.contains("周日喝茶") && !page.contains("周六喝茶"), "{page}");
    // The owner stays, members go as they like.
    assert_eq!(mei.post(&format!("/groups/{number}/membership/removal"), &[]).await.status, 422);
    assert_eq!(lan.post(&format!("/groups/{number}/membership/removal"), &[]).await.status, 303);
    assert!(mei.get(&group).await.body.contains("1 member"));
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn officers_let_in_hand_over_and_send_away() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan) = (a.sign_up("mei").await, a.sign_up("lan").await);
    let (mut hua, mut eve) = (a.sign_up("hua").await, a.sign_up("eve").await);
    let group = mei.founds("doctors", "中医", &[("entrance", "approval"), ("questions", "哪里学的？")]).await;
    let number = mei.number_of(&group).await;
    let asked = lan.joins(&group, &[("answers", " ")]).await;
    assert_eq!(asked.status, 422);
    assert!(asked.body.contains("answer the group"), "{}", asked.body);
    assert_eq!(lan.joins(&group, &[("answers", "=广州中医药大学")]).await.status, 303);
    assert!(lan.get(&group).await.body.contains("an officer will decide"));
    assert!(mei.told().await.contains("wants to join 中医"));
    let page = mei.get(&format!("/groups/{number}/requests")).await;
    assert!(page.body.contains("广州中医药大学"), "{}", page.body);
    let link =
        page.links(&format!("/groups/{number}/requests/")).into_iter().find(|l| l.ends_with("acceptance")).unwrap();
    assert_eq!(eve.post(&link, &[]).await.status, 404, "no officer");
    assert_eq!(mei.post(&link, &[]).await.status, 303);
    assert!(lan.told().await.contains("let you into 中医"));
    assert!(!mei.told().await.contains("wants to join"), "what is answered is no news");
    // A link comes in without asking, as often as it says, until it ends.
    let token = mei.invites(&number, "1").await;
    let door = format!("/groups/invitations/{token}");
    assert!(hua.get(&door).await.body.contains(">Join<"));
    assert_eq!(hua.get(&format!("{door}/code.svg")).await.header("content-type"), "image/svg+xml");
    assert_eq!(hua.joins(&group, &[("invitation", &token)]).await.status, 303);
    assert_eq!(eve.get(&door).await.status, 404, "it was good for one");
    for (days, uses) in [("0", "1"), ("31", "1"), ("3", "0"), ("3", "x"), ("", "")] {
        let made = mei.post(&format!("/groups/{number}/invitations"), &[("days", days), ("uses", uses)]).await;
        assert_eq!(made.status, 422, "{days} {uses}");
    }
    // Roles: only the owner gives them, nobody touches the owner.
    let who = mei.number_in(&number, "lan").await;
    let member = |verb: &str| format!("/groups/{number}/members/{who}/{verb}");
    assert_eq!(hua.post(&member("role"), &[("role", "admin")]).await.status, 404);
    assert_eq!(mei.post(&member("role"), &[("role", "owner")]).await.status, 403);
    assert_eq!(mei.post(&member("role"), &[("role", "admin")]).await.status, 303);
    assert!(lan.told().await.contains("made you an officer of 中医"));
    let third = lan.number_in(&number, "hua").await;
    let roll = lan.get(&format!("/groups/{number}/members.csv")).await;
    assert!(
        roll.body.contains("'=广州中医药大学") && roll.header("content-type").starts_with("text/csv"),
        "{}",
        roll.body
    );
    assert_eq!(hua.get(&format!("/groups/{number}/members.csv")).await.status, 404);
    let ban = format!("/groups/{number}/members/{third}/ban");
    assert_eq!(lan.post(&ban, &[("reason", "广告")]).await.status, 303);
    let back = hua.joins(&group, &[("answers", "再来")]).await;
    assert_eq!(back.status, 422);
    assert!(back.body.contains("sent away"), "{}", back.body);
    assert!(lan.get(&format!("/groups/{number}/log")).await.body.contains("广告"));
    assert_eq!(hua.get(&format!("/groups/{number}/log")).await.status, 404);
    assert_eq!(lan.post(&format!("{ban}/removal"), &[]).await.status, 303);
    assert_eq!(hua.joins(&group, &[("answers", "再来")]).await.status, 303);
    // Handing over, once.
    assert_eq!(mei.post(&member("ownership"), &[]).await.status, 303);
    assert_eq!(mei.post(&member("ownership"), &[]).await.status, 404);
    assert_eq!(mei.post(&format!("/groups/{number}/membership/removal"), &[]).await.status, 303);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn officers_pin_lock_take_down_and_put_back() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan, mut hua) = (a.sign_up("mei").await, a.sign_up("lan").await, a.sign_up("hua").await);
    let group = mei.founds("opera", "粤剧", &[("axis", "interest")]).await;
    lan.joins(&group, &[]).await;
    hua.joins(&group, &[]).await;
    let topic = lan.begins(&group, "", "帝女花").await;
    let comments = format!("/posts/{}/comments", topic.rsplit('/').next().unwrap());
    assert_eq!(hua.marks(&topic, "pinned", "").await.status, 404, "no officer");
    assert_eq!(mei.marks(&topic, "pinned", "").await.status, 303);
    assert!(hua.get(&group).await.body.contains("Pinned"));
    assert_eq!(mei.marks(&topic, "locked", "").await.status, 303);
    let refused = hua.post(&comments, &[("body", "好听")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("closed this to comments") && refused.body.contains("好听"), "{}", refused.body);
    assert_eq!(mei.post(&comments, &[("body", "先到这里")]).await.status, 303, "officers still may");
    assert_eq!(mei.marks(&topic, "unlocked", "").await.status, 303);
    assert_eq!(hua.post(&comments, &[("body", "好听")]).await.status, 303);
    // Taken down: its author and the officers see it, with the reason, nobody else, nor what stands under it.
    assert_eq!(mei.marks(&topic, "taken-down", &"长".repeat(501)).await.status, 422);
    assert_eq!(mei.marks(&topic, "taken-down", "与粤剧无关").await.status, 303);
    let told = lan.told().await;
    assert!(told.contains("took down what you posted in 粤剧"));
    assert!(lan.get("/notices").await.body.contains(&format!("href=\"{topic}\"")), "it leads to what was taken down");
    for person in [&mut lan, &mut mei] {
        let page = person.get(&topic).await.body;
        assert!(page.contains("与粤剧无关") && page.contains("帝女花"), "{page}");
    }
    assert_eq!(hua.get(&topic).await.status, 404);
    assert_eq!(hua.post(&comments, &[("body", "咦")]).await.status, 404);
    assert!(!hua.get(&group).await.body.contains("帝女花"));
    assert_eq!(Person::new(&a).get(&topic).await.status, 404);
    assert_eq!(mei.marks(&topic, "restored", "").await.status, 303);
    assert!(hua.get(&topic).await.body.contains("好听"));
    // A comment too, by the officers' own way; its author reads why, and it can be put back.
    let door = mei.get(&topic).await.links("/posts/").into_iter().filter(|link| link.ends_with("/taking-down")).nth(1);
    let door = door.expect("officers find the way under each comment");
    assert!(!lan.get(&topic).await.body.contains("taking-down"), "nobody else does");
    assert!(mei.get(&door).await.body.contains("先到这里") || mei.get(&door).await.body.contains("好听"));
    let comment = format!("/@hua/{}", door.split('/').nth(2).unwrap());
    let (theirs, own) = (mei.get(&topic).await.links("/posts/"), door.clone());
    assert!(theirs.contains(&own), "{theirs:?}");
    assert_eq!(mei.marks(&comment, "taken-down", "跑题").await.status, 303);
    let page = mei.get(&topic).await.body;
    assert!(page.contains("跑题") && page.contains("restored"), "{page}");
    assert_eq!(mei.marks(&comment, "restored", "").await.status, 303);
    assert!(!mei.get(&topic).await.body.contains("跑题"));
    // Everybody is called by officers alone, and not all the time.
    let number = mei.number_of(&group).await;
    let posts = format!("/groups/{number}/posts");
    assert_eq!(lan.post(&posts, &[("body", "@all 来听")]).await.status, 422);
    assert_eq!(mei.post(&posts, &[("body", "@all 明晚排练")]).await.status, 303);
    assert!(hua.told().await.contains("is calling everyone in 粤剧"));
    let again = mei.post(&posts, &[("body", "@所有人 改到后晚")]).await;
    assert_eq!(again.status, 422);
    assert!(again.body.contains("改到后晚"), "what was typed is kept: {}", again.body);
    a.clock.advance(12 * HOUR);
    assert_eq!(hua.post(&format!("/groups/{number}/mute"), &[]).await.status, 303);
    assert_eq!(mei.post(&posts, &[("body", "@所有人 改到后晚")]).await.status, 303);
    assert!(!hua.told().await.contains("后晚"), "who has muted the group isn't called");
    settle(&[&a]).await;
}

/// Every door of a private group, for everybody who isn't in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_private_group_is_for_its_members_alone() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let mut people = Vec::new();
    for name in ["member", "left", "banned", "waits", "stranger"] {
        people.push(a.sign_up(name).await);
    }
    let group = mei.founds("council", "理事会", &[("entrance", "approval"), ("is_private", "yes")]).await;
    let number = mei.number_of(&group).await;
    for person in people.iter_mut().take(4) {
        person.joins(&group, &[("answers", "我")]).await;
    }
    let page = mei.get(&format!("/groups/{number}/requests")).await;
    let links = page.links(&format!("/groups/{number}/requests/"));
    let doors: Vec<_> = links.iter().filter(|link| link.ends_with("acceptance")).take(3).cloned().collect();
    for door in doors {
        assert_eq!(mei.post(&door, &[]).await.status, 303);
    }
    let topic = people[0].begins(&group, "账目", "密议二字").await;
    let id = topic.rsplit('/').next().unwrap().to_owned();
    assert_eq!(mei.post(&format!("/posts/{id}/comments"), &[("body", "附议三字")]).await.status, 303);
    assert_eq!(people[1].post(&format!("/posts/{id}/like"), &[]).await.status, 303);
    assert!(people[0].get(&topic).await.body.contains("附议三字"), "members hear all of it, friends or not");
    assert!(people[2].get(&format!("{topic}/likes")).await.body.contains("left"), "and who likes it");
    assert_eq!(people[1].post(&format!("/groups/{number}/membership/removal"), &[]).await.status, 303);
    let banned = mei.number_in(&number, "banned").await;
    assert_eq!(mei.post(&format!("/groups/{number}/members/{banned}/ban"), &[]).await.status, 303);
    settle(&[&a]).await;
    let secret = ["密议二字", "附议三字", "账目"];
    let mut visitor = Person::new(&a);
    visitor.name = "visitor".to_owned();
    people.push(visitor);
    for person in people.iter_mut().skip(1) {
        let name = person.name.clone();
        assert_eq!(person.get(&topic).await.status, 404, "{name}");
        for path in [
            format!("/groups/{number}/members"),
            format!("/groups/{number}/members.csv"),
            format!("/groups/{number}/log"),
        ] {
            let status = person.get(&path).await.status;
            assert!(matches!(status, 404 | 303), "{name} {path}: {status}");
        }
        for path in ["/groups", &group, &format!("/groups/{number}/album"), "/", "/@member", "/notices"] {
            let page = person.get(path).await;
            assert!(secret.iter().all(|words| !page.body.contains(words)), "{name} {path}: {}", page.body);
        }
        assert!(!person.get(&group).await.body.contains("3 members"), "{name} hears how many they are");
        assert!(
            !person.get("/groups").await.body.contains("理事会") || name == "waits",
            "{name} finds it in the directory"
        );
        let request =
            person.client.get(format!("{}/objects/{id}", a.origin)).header("accept", "application/activity+json");
        let object = person.send(request).await;
        assert!(matches!(object.status, 401 | 404), "{name}: {}", object.status);
        for verb in ["comments", "like", "boost", "bookmark"] {
            let status = person.post(&format!("/posts/{id}/{verb}"), &[("body", "混")]).await.status;
            assert!(matches!(status, 303 | 403 | 404), "{name} {verb}: {status}");
        }
    }
    assert!(!mei.get(&topic).await.body.contains("混"));
    let member = &mut people[0];
    let page = member.get(&topic).await.body;
    assert!(secret.iter().all(|words| page.contains(words)), "{page}");
    assert_eq!(member.post(&format!("/posts/{id}/boost"), &[]).await.status, 403, "what is for members isn't boosted");
    a.clock.advance(DAY);
    settle(&[&a]).await;
}
