//! Roll calls (接龙) in one hall: opened in a group and joined by a form; who waits moves up, and however many come at once, no line is
//! lost and there are never more people than there is room for.

use std::collections::BTreeSet;

use huiguan::clock::HOUR;
use huiguan::domain::actor;
use huiguan::domain::membership;
use huiguan::domain::roll_call::{self, Entry, RollCall, Said, State};
use huiguan::id::{ActorId, PostId};

use super::server::{Answer, Person, Server, settle};

impl Person {
    /// Opens a roll call in a group and answers the path of its post.
    pub async fn calls_roll(&mut self, group: &str, body: &str, more: &[(&str, &str)]) -> String {
        let number = self.number_of(group).await;
        let fields: Vec<(&str, &str)> = [("body", body), ("roll", "yes")].iter().chain(more).copied().collect();
        let answer = self.post(&format!("/groups/{number}/posts"), &fields).await;
        assert_eq!((answer.status, answer.location()), (303, group), "{}", answer.body);
        let prefix = format!("/@{}/", self.name);
        let links = self.get(group).await.links(&prefix);
        links.into_iter().find(|link| link.matches('/').count() == 2).expect("the post is on the group's page")
    }

    /// Signs up by the form.
    pub async fn signs(&mut self, post: &str, name: &str, heads: &str, more: &[(&str, &str)]) -> Answer {
        let fields: Vec<(&str, &str)> = [("name", name), ("heads", heads)].iter().chain(more).copied().collect();
        self.post(&list(post), &fields).await
    }
}

pub fn number(post: &str) -> PostId {
    post.rsplit('/').next().unwrap().parse().unwrap()
}

pub fn list(post: &str) -> String {
    format!("/posts/{}/roll-call", number(post))
}

/// The list as the database has it, with all lines that are in or wait.
pub async fn kept(server: &Server, post: PostId) -> RollCall {
    server.ctx.read(move |conn| Ok(roll_call::of_post(conn, None, post, 10_000)?.unwrap())).await.unwrap()
}

/// The lines in short: `陈 2`, in brackets if they wait.
pub fn said(roll: &RollCall) -> Vec<String> {
    let line = |entry: &Entry| match entry.state {
        State::Waiting => format!("({} {})", entry.name, entry.heads),
        _ => format!("{} {}", entry.name, entry.heads),
    };
    roll.lines.iter().map(line).collect()
}

/// What must hold of every list: the counts are those of the lines, there is room for all who are in, and nobody waits who would
/// fit.
pub fn assert_sound(roll: &RollCall) {
    let sum =
        |state: State| roll.lines.iter().filter(|entry| entry.state == state).map(|entry| entry.heads).sum::<i64>();
    assert_eq!((roll.heads, roll.waiting), (sum(State::In), sum(State::Waiting)));
    assert_eq!(roll.entries, i64::try_from(roll.lines.len()).unwrap());
    let room = roll.room().unwrap_or(i64::MAX);
    assert!(roll.capacity.is_none_or(|capacity| roll.heads <= capacity), "{} of {:?}", roll.heads, roll.capacity);
    let fits = roll.lines.iter().find(|entry| entry.state == State::Waiting && entry.heads <= room);
    assert_eq!(fits, None, "room for {room}");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_sign_up_wait_and_move_up() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan, mut hua) = (a.sign_up("mei").await, a.sign_up("lan").await, a.sign_up("hua").await);
    let mut eve = a.sign_up("eve").await;
    let group = mei.founds("panyu", "番禺同乡", &[]).await;
    for person in [&mut lan, &mut hua, &mut eve] {
        person.joins(&group, &[]).await;
    }
    let asked = [("roll_capacity", "５"), ("roll_fields", "餐食：荤、素\n电话")];
    let post = mei.calls_roll(&group, "中秋聚餐", &asked).await;
    let page = lan.get(&post).await.body;
    assert!(page.contains("Sign-up list") && page.contains("room for 5 more"), "{page}");
    assert_eq!(mei.signs(&post, "美", "", &[]).await.status, 303, "without a number one comes");
    assert_eq!(lan.signs(&post, "兰", "3", &[("answer1", "素"), ("note", "<b>带孩子")]).await.status, 303);
    let answer = hua.signs(&post, "华", "2", &[("answer1", "荤"), ("answer2", "123")]).await;
    assert_eq!((answer.status, answer.location()), (303, list(&post).as_str()));
    assert!(hua.get(&list(&post)).await.body.contains("You are on the waiting list"));
    assert_eq!(eve.signs(&post, "怡", "1", &[]).await.status, 303, "there is one seat left, and who fits it takes it");
    let roll = kept(&a, number(&post)).await;
    assert_eq!(said(&roll), ["美 1", "兰 3", "(华 2)", "怡 1"]);
    assert_sound(&roll);
    let page = hua.get(&post).await.body;
    for words in [
        "full",
        "2 waiting",
        "<span class=\"n\">2</span><span><b>兰</b> ×3",
        "素</span>",
        "&#60;b&#62;带孩子",
        "waiting</span>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // More than there is room for isn't let in; one's own line stays where it is.
    let more = lan.signs(&post, "兰", "4", &[]).await;
    assert_eq!(more.status, 422);
    assert!(more.body.contains("There is no more room."), "{}", more.body);
    // Fewer make room: who waits moves up and is told, in the order of the list.
    let own = format!("{}/entries/{}", list(&post), roll.lines[1].id);
    assert!(lan.get(&own).await.body.contains("带孩子"));
    assert_eq!(hua.post(&own, &[("name", "华"), ("heads", "1")]).await.status, 404);
    assert_eq!(lan.post(&own, &[("name", "阿兰"), ("heads", "1"), ("answer1", "素")]).await.status, 303);
    let roll = kept(&a, number(&post)).await;
    assert_eq!(said(&roll), ["美 1", "阿兰 1", "华 2", "怡 1"]);
    assert_sound(&roll);
    assert!(hua.told().await.contains("there is room for you now"));
    // Totals, for people and not for lines.
    let page = mei.get(&list(&post)).await.body;
    assert!(page.contains("荤 2 · 素 1 · not said 2"), "{page}");
    assert_eq!(eve.post(&format!("{}/removal", list(&post)), &[]).await.status, 303);
    assert_eq!(eve.post(&format!("{}/removal", list(&post)), &[]).await.status, 404, "once");
    let roll = kept(&a, number(&post)).await;
    assert_eq!(said(&roll), ["美 1", "阿兰 1", "华 2"]);
    // With the post the list goes.
    assert_eq!(mei.post(&format!("/moments/{}/delete", number(&post)), &[]).await.status, 303);
    assert_eq!((hua.get(&list(&post)).await.status, hua.signs(&post, "华", "1", &[]).await.status), (404, 404));
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_writes_ones_elders_down_too() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let group = mei.founds("panyu", "番禺同乡", &[]).await;
    hua.joins(&group, &[]).await;
    let post = mei.calls_roll(&group, "中秋聚餐", &[("roll_capacity", "5")]).await;
    // One may write one's elders down too, though not without end; the same name is the same line.
    assert_eq!(hua.signs(&post, "华", "4", &[]).await.status, 303);
    for name in ["七叔公", "七叔公", "姑婆"] {
        assert_eq!(hua.signs(&post, name, "1", &[]).await.status, 303);
    }
    let roll = kept(&a, number(&post)).await;
    assert_eq!(said(&roll), ["华 4", "七叔公 1", "(姑婆 1)"]);
    for n in 4..=10 {
        assert_eq!(hua.signs(&post, &format!("亲戚{n}"), "1", &[]).await.status, 303);
    }
    let answer = hua.signs(&post, "还有一位", "1", &[]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("One person may write 10 lines."), "{}", answer.body);
    let gone = roll.lines[0].id.to_string();
    assert_eq!(hua.post(&format!("{}/removal", list(&post)), &[("entry", gone.as_str())]).await.status, 303);
    let roll = kept(&a, number(&post)).await;
    assert_sound(&roll);
    assert!(roll.lines.iter().all(|entry| entry.name != "华"));
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_runs_a_list_enters_strikes_closes_and_counts() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan, mut hua) = (a.sign_up("mei").await, a.sign_up("lan").await, a.sign_up("hua").await);
    let group = mei.founds("panyu", "番禺同乡", &[]).await;
    lan.joins(&group, &[]).await;
    hua.joins(&group, &[]).await;
    // A member's list, run by its author and by the officers.
    let post = lan.calls_roll(&group, "包车去开平", &[("roll_capacity", "4"), ("roll_fields", "上车地点")]).await;
    let list = list(&post);
    assert_eq!(hua.signs(&post, "华", "2", &[("answer1", "=1+1")]).await.status, 303);
    let entries = format!("{list}/entries");
    for person in [&mut mei, &mut lan] {
        assert_eq!(person.get(&format!("{entries}/new")).await.status, 200);
        assert_eq!(person.get(&format!("{list}/settings")).await.status, 200);
    }
    for door in [format!("{entries}/new"), format!("{list}/settings"), format!("{list}.csv")] {
        assert_eq!(hua.get(&door).await.status, 404, "{door}");
    }
    let entered = mei.post(&entries, &[("name", "陈伯"), ("heads", "2"), ("note", "轮椅")]).await;
    assert_eq!(entered.status, 303);
    assert_eq!(hua.post(&entries, &[("name", "我舅"), ("heads", "1")]).await.status, 404);
    assert_eq!(lan.post(&entries, &[("name", "李婆"), ("heads", "1")]).await.status, 303);
    let roll = kept(&a, number(&post)).await;
    assert_eq!(said(&roll), ["华 2", "陈伯 2", "(李婆 1)"]);
    let [first, second] = [roll.lines[0].id, roll.lines[1].id];
    // Only whose it is, and who runs the list, change a line.
    assert_eq!(hua.post(&format!("{entries}/{second}"), &[("name", "x"), ("heads", "1")]).await.status, 404);
    assert_eq!(hua.get(&format!("{entries}/{second}")).await.status, 404);
    assert_eq!(lan.post(&format!("{entries}/{second}"), &[("name", "陈伯"), ("heads", "0")]).await.status, 422);
    let mended = [("name", "陈伯"), ("heads", "1"), ("note", "轮椅")];
    assert_eq!(lan.post(&format!("{entries}/{second}"), &mended).await.status, 303);
    assert_eq!(said(&kept(&a, number(&post)).await), ["华 2", "陈伯 1", "李婆 1"]);
    // Struck with a reason, which whose line it is gets to know; and put back.
    let striking = format!("{entries}/{first}/striking");
    assert_eq!(mei.post(&striking, &[("reason", " ")]).await.status, 422);
    assert_eq!(mei.post(&striking, &[("reason", &"长".repeat(501))]).await.status, 422);
    assert_eq!(hua.post(&striking, &[("reason", "不去了")]).await.status, 404);
    assert_eq!(mei.post(&striking, &[("reason", "未缴车费")]).await.status, 303);
    assert!(hua.told().await.contains("list doesn’t hold your line any more"));
    assert!(hua.get(&list).await.body.contains("未缴车费"));
    let again = hua.signs(&post, "华", "1", &[]).await;
    assert_eq!(again.status, 422);
    assert!(again.body.contains("An officer struck your line"), "{}", again.body);
    assert!(mei.get(&list).await.body.contains("Struck off"));
    let number_of_group = mei.number_of(&group).await;
    let log = mei.get(&format!("/groups/{number_of_group}/log")).await.body;
    assert!(log.contains("struck a line off a sign-up list") && log.contains("未缴车费"), "{log}");
    assert_eq!(lan.post(&format!("{striking}/removal"), &[]).await.status, 303);
    assert_eq!(lan.post(&format!("{striking}/removal"), &[]).await.status, 404);
    let roll = kept(&a, number(&post)).await;
    assert_eq!(said(&roll), ["华 2", "陈伯 1", "李婆 1"]);
    assert_sound(&roll);
    let sheet = mei.get(&format!("{list}.csv")).await;
    assert!(sheet.header("content-type").starts_with("text/csv"));
    let rows: Vec<&str> = sheet.body.lines().collect();
    assert!(rows[0].ends_with("number,name,heads,上车地点,note,state,address,entered by,time"), "{}", rows[0]);
    assert!(rows[1].starts_with(&format!("1,华,2,'=1+1,,in,'@hua@{}", a.authority)), "{}", rows[1]);
    assert!(rows[2].starts_with(&format!("2,陈伯,1,,轮椅,in,,'@mei@{}", a.authority)), "{}", rows[2]);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_closed_opened_again_and_given_other_room() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan, mut hua) = (a.sign_up("mei").await, a.sign_up("lan").await, a.sign_up("hua").await);
    let group = mei.founds("panyu", "番禺同乡", &[]).await;
    lan.joins(&group, &[]).await;
    hua.joins(&group, &[]).await;
    let post = lan.calls_roll(&group, "包车去开平", &[("roll_capacity", "4")]).await;
    let (list, entries) = (list(&post), format!("{}/entries", list(&post)));
    assert_eq!(hua.signs(&post, "华", "2", &[]).await.status, 303);
    for name in ["陈伯", "李婆"] {
        assert_eq!(lan.post(&entries, &[("name", name), ("heads", "1")]).await.status, 303);
    }
    // Closed: nobody signs up or changes anything, but one may take one's line back.
    assert_eq!(hua.post(&format!("{list}/state"), &[("state", "closed")]).await.status, 404);
    assert_eq!(lan.post(&format!("{list}/state"), &[("state", "closed")]).await.status, 303);
    let late = hua.signs(&post, "华", "1", &[]).await;
    assert_eq!(late.status, 422);
    assert!(late.body.contains("The list is closed."), "{}", late.body);
    assert_eq!(mei.post(&entries, &[("name", "黄叔"), ("heads", "1")]).await.status, 303, "who runs it still may");
    assert_eq!(hua.post(&format!("{list}/removal"), &[]).await.status, 303);
    assert_eq!(mei.post(&format!("{list}/state"), &[("state", "open")]).await.status, 303);
    assert_eq!(mei.post(&format!("{list}/state"), &[("state", "ajar")]).await.status, 404);
    assert_eq!(hua.signs(&post, "华", "2", &[]).await.status, 303);
    // Less room sends nobody away, more lets those in who wait.
    assert_eq!(lan.post(&format!("{list}/settings"), &[("roll_capacity", "0")]).await.status, 422);
    assert_eq!(lan.post(&format!("{list}/settings"), &[("roll_capacity", "2")]).await.status, 303);
    assert_eq!(said(&kept(&a, number(&post)).await), ["陈伯 1", "李婆 1", "黄叔 1", "(华 2)"]);
    assert_eq!(lan.post(&format!("{list}/settings"), &[("roll_capacity", "")]).await.status, 303);
    let roll = kept(&a, number(&post)).await;
    assert_eq!((said(&roll).join(" "), roll.capacity), ("陈伯 1 李婆 1 黄叔 1 华 2".to_owned(), None));
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_asked_for_wrongly_is_not_opened() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let group = mei.founds("panyu", "番禺同乡", &[]).await;
    let number_of_group = mei.number_of(&group).await;
    let long = "长".repeat(10_000);
    for (field, value, said) in [
        ("roll_capacity", "0", "a number from 1 to 100000"),
        ("roll_capacity", "-4", "a number from 1 to 100000"),
        ("roll_capacity", "viele", "a number from 1 to 100000"),
        ("roll_capacity", "99999999999999999999", "a number from 1 to 100000"),
        ("roll_end", "2020-01-01T08:00", "The end lies in the past."),
        ("roll_end", "2999-01-01T08:00", "two years ahead"),
        ("roll_end", "morgen", "no day and time"),
        ("roll_fields", "：荤、素", "a title before its colon"),
        ("roll_fields", long.as_str(), "may have 40 characters"),
        ("roll_fields", "1\n2\n3\n4\n5\n6\n7", "may have 6 questions"),
    ] {
        let path = format!("/groups/{number_of_group}/posts");
        let answer = mei.post(&path, &[("body", "中秋聚餐"), ("roll", "yes"), (field, value)]).await;
        assert_eq!(answer.status, 422, "{field}={value:.20}");
        assert!(answer.body.contains(said) && answer.body.contains("中秋聚餐"), "{field}={value:.20}: {}", answer.body);
    }
    assert!(!mei.get(&group).await.body.contains("中秋聚餐"), "nothing was posted");
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_no_line_comes_back_with_a_reason() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan) = (a.sign_up("mei").await, a.sign_up("lan").await);
    let group = mei.founds("panyu", "番禺同乡", &[]).await;
    lan.joins(&group, &[]).await;
    let long = "长".repeat(10_000);
    let post = mei.calls_roll(&group, "中秋聚餐", &[("roll_capacity", "9"), ("roll_fields", "餐：荤、素")]).await;
    for (field, value, said) in [
        ("name", "", "Please give a name."),
        ("name", "\u{202e}\u{0}", "Please give a name."),
        ("name", long.as_str(), "60"),
        ("note", long.as_str(), "300"),
        ("answer1", "鱼", "choose one of the answers"),
        ("answer1", long.as_str(), "100"),
        ("heads", "-1", "a number from 1 to 100"),
        ("heads", "0", "a number from 1 to 100"),
        ("heads", "101", "a number from 1 to 100"),
        ("heads", "2.5", "a number from 1 to 100"),
        ("heads", "10", "There is room for 9 in all."),
    ] {
        let mut fields = vec![(field, value)];
        fields.extend([("name", "兰"), ("heads", "1")].into_iter().filter(|(known, _)| *known != field));
        let answer = lan.post(&list(&post), &fields).await;
        assert_eq!(answer.status, 422, "{field}={value:.20}");
        assert!(answer.body.contains(said), "{field}={value:.20}: {}", answer.body);
    }
    // What has no list, what isn't there, and other people's lines.
    let plain = mei.begins(&group, "", "没有接龙").await;
    assert_eq!((lan.get(&list(&plain)).await.status, lan.signs(&plain, "兰", "1", &[]).await.status), (404, 404));
    for path in ["/posts/1/roll-call", "/posts/x/roll-call"] {
        assert_eq!(lan.get(path).await.status, 404, "{path}");
    }
    assert_eq!(mei.get(&format!("{}/entries/1", list(&post))).await.status, 404);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_belong_or_comes_too_late_stands_on_no_list() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan) = (a.sign_up("mei").await, a.sign_up("lan").await);
    let (mut left, mut banned, mut stranger) =
        (a.sign_up("left").await, a.sign_up("banned").await, a.sign_up("stranger").await);
    let group = mei.founds("panyu", "番禺同乡", &[]).await;
    let number_of_group = mei.number_of(&group).await;
    for person in [&mut lan, &mut left, &mut banned] {
        person.joins(&group, &[]).await;
    }
    let post = mei.calls_roll(&group, "中秋聚餐", &[]).await;
    // Who was sent away, has left, or never belonged to the group doesn't sign up, though they may read it.
    let member = {
        let page = mei.get(&format!("/groups/{number_of_group}/members")).await.body;
        let (_, rest) = page.split_once("href=\"/@banned\"").unwrap();
        let (_, rest) = rest.split_once(&format!("/groups/{number_of_group}/members/")).unwrap();
        rest.split('/').next().unwrap().to_owned()
    };
    assert_eq!(mei.post(&format!("/groups/{number_of_group}/members/{member}/ban"), &[]).await.status, 303);
    assert_eq!(left.post(&format!("/groups/{number_of_group}/membership/removal"), &[]).await.status, 303);
    for (person, said) in [
        (&mut left, "Only members of the group can sign up."),
        (&mut stranger, "Only members of the group can sign up."),
        (&mut banned, "You were sent away from this group."),
    ] {
        let answer = person.signs(&post, "我", "1", &[]).await;
        assert_eq!(answer.status, 422, "{}", person.name);
        assert!(answer.body.contains(said), "{}: {}", person.name, answer.body);
    }
    assert_ne!(Person::new(&a).get(&list(&post)).await.status, 200, "visitors don't sign up");
    assert_eq!(kept(&a, number(&post)).await.entries, 0);
    // After the end.
    let soon = (a.ctx.now() + 12 * HOUR) / 1_000_000;
    let soon = jiff::Timestamp::from_second(soon).unwrap().to_string().replace('Z', "");
    let ends = mei.calls_roll(&group, "明早饮茶", &[("roll_end", soon.as_str())]).await;
    assert_eq!(lan.signs(&ends, "兰", "1", &[]).await.status, 303);
    a.clock.advance(13 * HOUR);
    assert!(lan.get(&ends).await.body.contains("Closed"));
    let late = lan.signs(&ends, "兰", "2", &[]).await;
    assert_eq!(late.status, 422);
    assert!(late.body.contains("The list is closed."), "{}", late.body);
    let reopen = format!("{}/state", list(&ends));
    assert_eq!(mei.post(&reopen, &[("state", "open")]).await.status, 303);
    assert_eq!(lan.signs(&ends, "兰", "2", &[]).await.status, 303);
    settle(&[&a]).await;
}

/// Makes members of a group without their pages.
async fn crowd(a: &Server, group: &str, count: usize) -> Vec<ActorId> {
    let group = group.trim_start_matches("/@").to_owned();
    let keys = huiguan::domain::actor::Keys::make().unwrap();
    let mut people = Vec::new();
    for number in 0..count {
        let (group, keys) = (group.clone(), keys.clone());
        let made = a.ctx.write(move |conn| {
            let id = actor::local_by_name(conn, &group)?.unwrap().id;
            let name = format!("guest{number}");
            let made = actor::create(conn, actor::Kind::Person, &name, &name, &keys)?;
            membership::join(conn, &made, id, "", "")?;
            Ok(made.id)
        });
        people.push(made.await.unwrap());
    }
    people
}

/// Two hundred at once, on a list for ninety; then half of them leave at once. On PostgreSQL in two processes of the same hall.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_at_once_lose_no_line_and_never_pass_the_capacity() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let group = mei.founds("panyu", "番禺同乡", &[]).await;
    let post = number(&mei.calls_roll(&group, "中秋聚餐", &[("roll_capacity", "90")]).await);
    let people = crowd(&a, &group, 200).await;
    let second = if a.database.is_empty() { None } else { Some(a.another().await) };
    let contexts: Vec<_> = std::iter::once(&a).chain(&second).map(|server| server.ctx.clone()).collect();
    let mut joining = Vec::new();
    for (n, who) in people.iter().copied().enumerate() {
        let ctx = contexts[n % contexts.len()].clone();
        joining.push(tokio::spawn(async move {
            ctx.write(move |conn| {
                let me = actor::by_id(conn, who)?;
                let heads = i64::try_from(n % 3 + 1).unwrap();
                let name = me.name.clone();
                roll_call::join(conn, &me, post, move |_| Ok(Said { name, heads, ..Said::default() }))
            })
            .await
        }));
    }
    for one in joining {
        one.await.unwrap().unwrap();
    }
    let roll = kept(&a, post).await;
    let names: BTreeSet<&str> = roll.lines.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!((roll.lines.len(), names.len()), (200, 200), "no line is lost and none is there twice");
    assert_eq!(roll.heads + roll.waiting, (0..200).map(|n| n % 3 + 1).sum::<i64>());
    assert_sound(&roll);
    let mut leaving = Vec::new();
    for (n, who) in people.iter().copied().enumerate().filter(|(n, _)| n % 2 == 0) {
        let ctx = contexts[n % contexts.len()].clone();
        leaving.push(tokio::spawn(async move {
            ctx.write(move |conn| {
                let me = actor::by_id(conn, who)?;
                roll_call::leave(conn, &me, post, None)
            })
            .await
        }));
    }
    for one in leaving {
        one.await.unwrap().unwrap();
    }
    let roll = kept(&a, post).await;
    assert_eq!(roll.lines.len(), 100);
    assert_sound(&roll);
    assert_eq!(roll.heads, 90, "those who waited moved up");
}
