//! Announcements of one hall's groups: telling every member, confirming, what officers see, reminders, changes and the end.

use huiguan::clock::{DAY, HOUR};

use super::server::{Answer, Person, Server, settle};

impl Person {
    /// Announces something and answers the path of its page.
    pub async fn announces(&mut self, group: &str, title: &str, more: &[(&str, &str)]) -> String {
        let answer = self.tries_to_announce(group, title, more).await;
        assert_eq!((answer.status, answer.location()), (303, group), "{}", answer.body);
        let number = self.number_of(group).await;
        let page = self.get(&format!("/groups/{number}/announcements")).await;
        let links = page.links(&format!("/@{}/", self.name));
        links.into_iter().find(|link| link.matches('/').count() == 2).expect("it stands in the list")
    }

    /// The same, whatever is answered.
    pub async fn tries_to_announce(&mut self, group: &str, title: &str, more: &[(&str, &str)]) -> Answer {
        let number = self.number_of(group).await;
        let mut fields = vec![("title", title)];
        if !more.iter().any(|(field, _)| *field == "body") {
            fields.push(("body", "详情如下。"));
        }
        fields.extend(more);
        self.post(&format!("/groups/{number}/announcements"), &fields).await
    }

    /// Presses the button under an announcement.
    pub async fn confirms(&mut self, path: &str) -> Answer {
        self.post(&format!("/announcements/{}/confirmation", last(path)), &[]).await
    }

    /// How many notices are unread.
    async fn news(&mut self) -> usize {
        self.unread().await.parse().unwrap_or(0)
    }

    /// The rows of the table that officers take home, without their times.
    pub async fn confirmations(&mut self, path: &str) -> Vec<(String, String, String)> {
        let answer = self.get(&format!("/announcements/{}/confirmations.csv", last(path))).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.header("content-type").starts_with("text/csv"));
        let mut rows = csv::Reader::from_reader(answer.body.trim_start_matches('\u{feff}').as_bytes());
        // A cell that begins with @ stands behind an apostrophe, so that no program takes it for a formula.
        let row =
            |row: csv::StringRecord| (row[1].trim_start_matches('\'').to_owned(), row[2].to_owned(), row[4].to_owned());
        rows.records().map(|found| row(found.unwrap())).collect()
    }
}

/// The number at the end of a path.
pub fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn day(server: &Server, ahead: i64) -> String {
    huiguan::clock::to_rfc3339(server.clock.now() + ahead * DAY).split('T').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_reaches_every_member_and_waits_to_be_opened() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan) = (a.sign_up("mei").await, a.sign_up("lan").await);
    let (mut hua, mut eve) = (a.sign_up("hua").await, a.sign_up("eve").await);
    let group = mei.founds("panyu", "番禺同乡", &[]).await;
    lan.joins(&group, &[]).await;
    hua.joins(&group, &[]).await;
    let number = mei.number_of(&group).await;
    // Who doesn't run the group neither finds the form nor gets through it.
    for person in [&mut lan, &mut eve] {
        assert_eq!(person.get(&format!("/groups/{number}/announcements/new")).await.status, 404);
        assert_eq!(person.tries_to_announce(&group, "假的", &[]).await.status, 404);
    }
    for (title, more, said) in [
        ("  ", vec![], "give the announcement a title"),
        ("祭祖", vec![("body", " ")], "There is no text yet"),
        ("祭祖", vec![("asks", "yes"), ("confirm_by", "2020-01-01")], "Choose a day ahead"),
        ("祭祖", vec![("expires", "冬至")], "Choose a day ahead"),
        ("祭祖", vec![("office", LONG_OFFICE)], "40"),
    ] {
        let answer = mei.tries_to_announce(&group, title, &more).await;
        assert_eq!(answer.status, 422, "{title} {more:?}");
        assert!(answer.body.contains(said), "{title} {more:?}: {}", answer.body);
    }
    // Muting a group spares its calls, not its announcements.
    assert_eq!(hua.post(&format!("/groups/{number}/mute"), &[]).await.status, 303);
    let more = [("body", "正厅，九时。"), ("office", "秘书处"), ("urgent", "yes"), ("pinned", "yes")];
    let path = mei.announces(&group, "冬至祭祖", &more).await;
    let page = Person::new(&a).get(&path).await.body;
    assert!(page.contains("秘书处") && page.contains("紧急") && page.contains("冬至祭祖"), "{page}");
    assert!(!page.contains("/confirmation\""), "it doesn't ask to be confirmed: {page}");
    assert!(lan.get(&group).await.body.contains("Pinned"));
    assert!(!lan.home().await.contains("冬至祭祖"), "nothing waits for a word");
    for person in [&mut lan, &mut hua] {
        let told = person.told().await;
        assert!(told.contains("announces") && told.contains("冬至祭祖"), "{told}");
        // Marking all as read leaves it; opening it reads it.
        assert!(person.news().await >= 1);
        let notices = person.get("/notices").await;
        if let Some((_, rest)) = notices.body.split_once("name=\"until\" value=\"") {
            let until = rest.split('"').next().unwrap().to_owned();
            assert_eq!(person.post("/notices/reading", &[("until", &until)]).await.status, 303);
        }
        assert_eq!(person.news().await, 1, "{}", person.name);
        assert_eq!(person.get(&path).await.status, 200);
        assert_eq!(person.news().await, 0, "{}", person.name);
    }
    assert!(!eve.told().await.contains("冬至祭祖"));
    // A change stays in the history; a new notice only if it is asked for.
    let edit = format!("/announcements/{}", last(&path));
    let form = mei.get(&format!("{edit}/edit")).await;
    assert!(form.body.contains("value=\"秘书处\"") && form.body.contains("正厅，九时。"), "{}", form.body);
    assert_eq!(mei.get(&format!("/moments/{}/edit", last(&path))).await.location(), format!("{edit}/edit"));
    assert_eq!(lan.get(&format!("{edit}/edit")).await.status, 404);
    let fields = [("title", "冬至祭祖"), ("body", "正厅，十时。"), ("office", "秘书处")];
    assert_eq!(mei.post(&edit, &fields).await.status, 303);
    assert_eq!(lan.news().await, 0);
    let history = lan.get(&format!("{path}/history")).await.body;
    assert!(history.contains("九时") && history.contains("十时"), "{history}");
    assert!(!lan.get(&path).await.body.contains("Urgent"));
    let fields = [("title", "冬至祭祖改期"), ("body", "正厅，十一时。"), ("anew", "yes")];
    assert_eq!(mei.post(&edit, &fields).await.status, 303);
    assert_eq!((lan.news().await, eve.news().await), (1, 0));
    assert!(lan.told().await.contains("冬至祭祖改期"));
    assert!(mei.get(&format!("/groups/{number}/log")).await.body.contains("announced"));
    assert_eq!(mei.post(&format!("/moments/{}/delete", last(&path)), &[]).await.status, 303);
    assert_eq!(lan.get(&path).await.status, 404);
    assert!(!lan.told().await.contains("冬至祭祖"));
    settle(&[&a]).await;
}

const LONG_OFFICE: &str = "秘书处秘书处秘书处秘书处秘书处秘书处秘书处秘书处秘书处秘书处秘书处秘书处秘书处秘书处";

#[tokio::test(flavor = "multi_thread")]
async fn members_confirm_by_one_click_and_officers_remind_the_rest() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let (mut lan, mut hua, mut eve) = (a.sign_up("lan").await, a.sign_up("hua").await, a.sign_up("eve").await);
    let group = mei.founds("council", "理事会", &[("is_private", "yes")]).await;
    lan.joins(&group, &[]).await;
    hua.joins(&group, &[]).await;
    let by = day(&a, 3);
    let over = day(&a, 10);
    let more = [("asks", "yes"), ("confirm_by", by.as_str()), ("expires", over.as_str()), ("pinned", "yes")];
    let path = mei.announces(&group, "章程表决", &more).await;
    let (table, id) = (format!("/announcements/{}/confirmations", last(&path)), last(&path).to_owned());
    // It waits at home, with the button; also on its page.
    let home = lan.home().await;
    assert!(home.contains("章程表决") && home.contains(&format!("/announcements/{id}/confirmation\"")), "{home}");
    assert!(lan.get(&path).await.body.contains("Received"));
    assert!(!mei.home().await.contains("章程表决"), "who wrote it isn't asked");
    // Opening it confirms nothing, an answer or a like of a member of a hall neither.
    let comments = format!("/posts/{id}/comments");
    assert_eq!(lan.post(&comments, &[("body", "收到")]).await.status, 303);
    assert_eq!(lan.post(&format!("/posts/{id}/like"), &[]).await.status, 303);
    let open = |name: &str| (format!("@{name}@{}", a.authority), "open".to_owned(), String::new());
    assert_eq!(mei.confirmations(&path).await, [open("lan"), open("hua")]);
    // Who is no member can't, and doesn't learn that it is there.
    assert_eq!(eve.confirms(&path).await.status, 404);
    assert_eq!(eve.get(&table).await.status, 404);
    assert_eq!(lan.get(&table).await.status, 404);
    assert_eq!(lan.get(&format!("{table}.csv")).await.status, 404);
    assert_eq!(lan.post(&format!("/announcements/{id}/reminder"), &[]).await.status, 404);
    assert_eq!(lan.confirms(&path).await.status, 303);
    assert_eq!(lan.confirms(&path).await.status, 303, "twice is the same as once");
    assert!(lan.get(&path).await.body.contains("You confirmed it"));
    assert!(!lan.home().await.contains("章程表决"));
    let done = |name: &str| (format!("@{name}@{}", a.authority), "confirmed".to_owned(), "button".to_owned());
    assert_eq!(mei.confirmations(&path).await, [done("lan"), open("hua")]);
    let page = mei.get(&table).await.body;
    assert!(page.contains("1 / 2") && page.contains("/@lan") && page.contains("/@hua"), "{page}");
    let page = mei.get(&format!("{table}?show=open")).await.body;
    assert!(!page.contains("href=\"/@lan\"") && page.contains("href=\"/@hua\""), "{page}");
    let page = mei.get(&format!("{table}?show=confirmed")).await.body;
    assert!(page.contains("href=\"/@lan\"") && !page.contains("href=\"/@hua\""), "{page}");
    // Reminders reach the rest alone, once a day at most.
    assert_eq!(mei.post(&format!("/announcements/{id}/reminder"), &[]).await.status, 303);
    assert!(hua.told().await.contains("reminds you to confirm"));
    assert!(!lan.told().await.contains("reminds you"));
    let again = mei.post(&format!("/announcements/{id}/reminder"), &[]).await;
    assert_eq!(again.status, 422);
    assert!(again.body.contains("once in 24 hours"), "{}", again.body);
    assert_eq!(hua.get(&path).await.status, 200);
    a.clock.advance(DAY);
    assert_eq!(mei.post(&format!("/announcements/{id}/reminder"), &[]).await.status, 303);
    assert_eq!(hua.news().await, 1, "a new reminder in place of the old one");
    // Its time is over: no longer pinned, nobody is asked.
    settle(&[&a]).await;
    assert!(hua.get(&group).await.body.contains("Pinned"));
    a.clock.advance(10 * DAY + HOUR);
    settle(&[&a]).await;
    let page = hua.get(&group).await.body;
    assert!(!page.contains("Pinned") && page.contains("Over"), "{page}");
    assert!(!hua.home().await.contains("章程表决"));
    assert_eq!(hua.confirms(&path).await.status, 404);
    let late = mei.post(&format!("/announcements/{id}/reminder"), &[]).await;
    assert_eq!(late.status, 422);
    assert_eq!(mei.confirmations(&path).await, [done("lan"), open("hua")], "what was said stays");
    // Who leaves is in the table no more.
    let number = hua.number_of(&group).await;
    assert_eq!(hua.post(&format!("/groups/{number}/membership/removal"), &[]).await.status, 303);
    assert_eq!(mei.confirmations(&path).await, [done("lan")]);
    settle(&[&a]).await;
}

/// Every door to an announcement of a private group, for everybody who isn't in it (any more).
#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_of_a_private_group_leaks_through_no_door() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let mut mei = a.sign_up("mei").await;
    let mut member = a.sign_up("member").await;
    let mut readers = Vec::new();
    for name in ["left", "banned", "invited", "stranger"] {
        readers.push(a.sign_up(name).await);
    }
    readers.push(a.sign_up_as("overseer", huiguan::domain::login::Role::Moderator).await);
    b.sign_up("far").await;
    let group = mei.founds("council", "理事会", &[("entrance", "invitation"), ("is_private", "yes")]).await;
    let number = mei.number_of(&group).await;
    let token = mei.invites(&number, "9").await;
    for person in [&mut member].into_iter().chain(readers.iter_mut().take(2)) {
        assert_eq!(person.joins(&group, &[("invitation", &token)]).await.status, 303);
    }
    let more = [("asks", "yes"), ("pinned", "yes"), ("office", "密署二字"), ("body", "密文二字")];
    let path = mei.announces(&group, "密题二字", &more).await;
    settle(&[&a]).await;
    // Both had the notice; then one leaves and the other is sent away.
    assert!(readers[0].told().await.contains("密题二字") && readers[1].told().await.contains("密题二字"));
    assert_eq!(readers[0].post(&format!("/groups/{number}/membership/removal"), &[]).await.status, 303);
    let who = mei.number_in(&number, "banned").await;
    assert_eq!(mei.post(&format!("/groups/{number}/members/{who}/ban"), &[("reason", "泄密")]).await.status, 303);
    assert_eq!(
        readers[2].get(&format!("/groups/invitations/{token}")).await.status,
        200,
        "the link alone lets nobody in"
    );
    let (id, name) = (last(&path).to_owned(), member.name.clone());
    assert!(member.get(&path).await.body.contains("密文二字"), "{name} sees it");
    assert!(member.get(&format!("/groups/{number}/announcements")).await.body.contains("密题二字"));
    for person in &mut readers {
        let mut seen = String::new();
        for door in ["/", "/notices", "/groups", &group, &path, "/search?q=%E5%AF%86%E9%A2%98", "/@mei", "/settings"] {
            seen.push_str(&person.get(door).await.body);
        }
        for door in ["/announcements", "/album", "/announcements/new", "/members"] {
            seen.push_str(&person.get(&format!("/groups/{number}{door}")).await.body);
        }
        let program = person.program(&a).await;
        for door in [format!("/api/v1/statuses/{id}"), "/api/v1/notifications?limit=80".to_owned()] {
            seen.push_str(&program.get(&door).await.body);
        }
        for (door, is_get) in [
            ("edit", true),
            ("confirmations", true),
            ("confirmations.csv", true),
            ("confirmation", false),
            ("reminder", false),
        ] {
            let address = format!("/announcements/{id}/{door}");
            let answer = if is_get { person.get(&address).await } else { person.post(&address, &[]).await };
            assert_eq!(answer.status, 404, "{door} for {}", person.name);
            seen.push_str(&answer.body);
        }
        assert_eq!(person.get(&path).await.status, 404, "{}", person.name);
        for word in ["密题二字", "密文二字", "密署二字"] {
            assert!(!seen.contains(word), "{word} is seen by {}", person.name);
        }
    }
    assert!(!Person::new(&a).get(&format!("/groups/{number}/announcements")).await.body.contains("密题二字"));
    let object = format!("{}/objects/{id}", a.origin);
    assert_eq!(super::wire::document(&object, &[]).await.status, 404);
    assert_eq!(super::wire::signed_get(&object, &b, "hall").await.status, 404, "a server without a member");
    assert_eq!(mei.confirmations(&path).await.len(), 1);
}
