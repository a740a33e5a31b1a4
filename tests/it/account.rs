//! Public accounts of one hall and across two: opening, staff, following, drafts with what meets another's text, publishing, selected
//! comments, closing.

use huiguan::clock::{DAY, HOUR};

use super::server::{Answer, Person, Server, settle};

impl Person {
    /// Opens an account and answers the path of its page.
    pub async fn opens_account(&mut self, name: &str, title: &str, more: &[(&str, &str)]) -> String {
        let mut fields = vec![("name", name), ("title", title)];
        for (field, usual) in [("kind", "subscription"), ("talk", "selected")] {
            let said = more.iter().find(|(one, _)| *one == field).map_or(usual, |(_, value)| value);
            fields.push((field, said));
        }
        fields.extend(more.iter().filter(|(field, _)| !matches!(*field, "kind" | "talk")));
        let answer = self.post("/accounts", &fields).await;
        assert_eq!((answer.status, answer.location()), (303, format!("/@{name}").as_str()), "{}", answer.body);
        answer.location().to_owned()
    }

    /// The number of an account that the person runs.
    pub async fn account_number(&mut self, account: &str) -> String {
        let page = self.get(account).await;
        let links = page.links("/accounts/");
        let link = links.iter().find(|link| link.ends_with("/drafts")).expect("an account that is one's own");
        link.split('/').nth(2).unwrap().to_owned()
    }

    /// Takes somebody on the staff of the account of this number.
    pub async fn takes_on(&mut self, number: &str, who: &str, role: &str) -> Answer {
        self.post(&format!("/accounts/{number}/staff"), &[("who", who), ("role", role)]).await
    }

    /// Begins a series of the account of this number and answers its path.
    pub async fn begins_series(&mut self, number: &str, title: &str) -> String {
        let series = format!("/accounts/{number}/series");
        assert_eq!(self.post(&series, &[("series_title", title)]).await.status, 303);
        self.get(&series).await.links(&format!("{series}/")).remove(0)
    }

    /// Begins a draft and answers its path.
    pub async fn drafts(&mut self, account: &str, title: &str, body: &str) -> String {
        let number = self.account_number(account).await;
        let answer = self.post(&format!("/accounts/{number}/drafts"), &[("title", title), ("body", body)]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.location().to_owned()
    }

    /// Saves a draft, as its form stands, with these fields, and presses a button.
    pub async fn saves(&mut self, draft: &str, act: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = self.get(draft).await.fields("#draft");
        for (name, value) in fields {
            all.retain(|(one, _)| one != name);
            all.push(((*name).to_owned(), (*value).to_owned()));
        }
        all.push(("act".to_owned(), act.to_owned()));
        self.sends_form(draft, &all).await
    }

    /// Writes and publishes an article at once; answers the path of its page.
    pub async fn publishes(&mut self, account: &str, title: &str, body: &str) -> String {
        let draft = self.drafts(account, title, body).await;
        let answer = self.saves(&draft, "publish", &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.location().to_owned()
    }

    /// Says something under an article.
    pub async fn says_under(&mut self, article: &str, body: &str) -> Answer {
        let path = format!("/posts/{}/comments", article.rsplit('/').next().unwrap());
        self.post(&path, &[("body", body)]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_opened_found_and_run_by_several() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan, mut qiang) = (a.sign_up("mei").await, a.sign_up("lan").await, a.sign_up("qiang").await);
    for (fields, said) in [
        (vec![("name", "bao"), ("title", " ")], "give it a name"),
        (vec![("name", "accounts"), ("title", "侨报")], "kept for the hall"),
        (vec![("name", "mei"), ("title", "侨报")], "taken"),
        (vec![("name", "bao"), ("title", "侨报"), ("kind", "radio")], "one of those listed"),
        (vec![("name", "bao"), ("title", "侨报"), ("topics", "1 2 3 4 5 6 7 8 9")], "At most 8"),
    ] {
        let answer = mei.post("/accounts", &fields).await;
        assert_eq!(answer.status, 422, "{fields:?}");
        assert!(answer.body.contains(said), "{fields:?}: {}", answer.body);
    }
    let bao = mei.opens_account("bao", "潮州侨报", &[("topics", "侨批 潮菜"), ("name_en", "Teochew Gazette")]).await;
    let number = mei.account_number(&bao).await;
    // Anybody finds it: by topic, by words.
    let list = Person::new(&a).get("/accounts?topic=%E4%BE%A8%E6%89%B9").await.body;
    assert!(list.contains("潮州侨报") && list.contains("侨批 1"), "{list}");
    assert!(!lan.get("/accounts?q=nothing").await.body.contains("Teochew Gazette"));
    // The staff: taken in, with less to do, sent away; each act with its person.
    assert_eq!(lan.get(&format!("/accounts/{number}/drafts")).await.status, 404);
    assert_eq!(lan.takes_on(&number, "lan", "editor").await.status, 404);
    for (who, role, status) in [
        ("nobody", "editor", 422),
        ("lan", "king", 422),
        ("lan", "owner", 422),
        ("lan", "editor", 303),
        ("@qiang", "contributor", 303),
    ] {
        let answer = mei.takes_on(&number, who, role).await;
        assert_eq!(answer.status, status, "{who} {role}: {}", answer.body);
    }
    let draft = qiang.drafts(&bao, "红桃粿", "米饭做馅。").await;
    assert_eq!(qiang.saves(&draft, "publish", &[]).await.status, 403, "contributors don't publish");
    assert_eq!(qiang.get(&format!("/accounts/{number}/settings")).await.status, 403);
    assert_eq!(lan.get(&draft).await.status, 200);
    // The menu and what is wrong with one; settings by an editor.
    let settings = [("title", "潮州侨报"), ("kind", "subscription"), ("talk", "selected"), ("about", "一份侨报")];
    let with = |menu: &'static str| [&settings[..], &[("menu", menu)]].concat();
    assert_eq!(lan.post(&format!("/accounts/{number}"), &with("资料")).await.status, 422);
    let menu = with("资料\n- 章程 https://hall.example/rules\n活动 /@bao");
    assert_eq!(lan.post(&format!("/accounts/{number}"), &menu).await.status, 303);
    let page = Person::new(&a).get(&bao).await.body;
    assert!(
        page.contains("章程") && page.contains("https://hall.example/rules") && page.contains("一份侨报"),
        "{page}"
    );
    let log = mei.get(&format!("/accounts/{number}/log")).await.body;
    assert!(log.contains("changed the settings") && log.contains("gave a role to") && log.contains("红桃粿"), "{log}");
    // Handed over: the one before is an editor, and may be sent away.
    let staff = mei.get(&format!("/accounts/{number}/staff")).await;
    let to_lan = staff.body.split("/ownership").next().unwrap().rsplit('/').next().unwrap().to_owned();
    assert_eq!(mei.post(&format!("/accounts/{number}/staff/{to_lan}/ownership"), &[]).await.status, 303);
    assert_eq!(mei.get(&format!("/accounts/{number}/closing")).await.status, 403);
    // What somebody writes who was sent away meanwhile isn't lost.
    let qiang_number = lan.get(&format!("/accounts/{number}/staff")).await.body;
    let qiang_number = qiang_number.rsplit("/removal").nth(1).unwrap().rsplit('/').next().unwrap().to_owned();
    let before = qiang.get(&draft).await;
    assert_eq!(lan.post(&format!("/accounts/{number}/staff/{qiang_number}/removal"), &[]).await.status, 303);
    assert!(before.body.contains("米饭做馅"));
    let answer = qiang.post(&draft, &[("revision", "1"), ("title", "红桃粿"), ("body", "我写了一下午")]).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("我写了一下午"), "{}", answer.body);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_editors_draft_conflict_schedule_publish_and_edit() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan, mut qiang) = (a.sign_up("mei").await, a.sign_up("lan").await, a.sign_up("qiang").await);
    let bao = mei.opens_account("bao", "潮州侨报", &[]).await;
    let number = mei.account_number(&bao).await;
    for who in ["lan", "qiang"] {
        mei.takes_on(&number, who, "editor").await;
    }
    let draft = mei.drafts(&bao, "", "").await;
    // By the script that saves by itself, and by the button.
    let answer =
        mei.post(&draft, &[("revision", "1"), ("title", "侨批里的家书"), ("body", "第一稿"), ("quiet", "yes")]).await;
    assert_eq!((answer.status, answer.json()["revision"].as_i64()), (200, Some(2)), "{}", answer.body);
    // Two at once: lan saves first; qiang's text is kept beside hers, and both are shown.
    let lan_says = [("revision", "2"), ("title", "侨批里的家书"), ("body", "兰的一稿"), ("act", "save")];
    assert_eq!(lan.post(&draft, &lan_says).await.status, 303);
    let qiang_says = [("revision", "2"), ("title", "侨批里的家书"), ("body", "强的一稿"), ("act", "save")];
    let conflict = qiang.post(&draft, &qiang_says).await;
    assert_eq!(conflict.status, 409);
    assert!(conflict.body.contains("兰的一稿") && conflict.body.contains("强的一稿"), "{}", conflict.body);
    let page = mei.get(&draft).await;
    assert!(page.body.contains("兰的一稿") && page.body.contains("强的一稿"), "both stay for everybody");
    let copy = page.body.split("/copies/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(mei.post(&format!("{draft}/copies/{copy}"), &[("act", "use")]).await.status, 303);
    let page = mei.get(&draft).await.body;
    let (form, beside) = (page.split("id=\"draft\"").nth(1).unwrap(), page.split("id=\"draft\"").next().unwrap());
    assert!(form.contains("强的一稿") && beside.contains("兰的一稿"), "they changed places");
    assert_eq!(mei.post(&format!("{draft}/copies/{copy}"), &[("act", "drop")]).await.status, 303);
    // A preview without script.
    let preview = mei.saves(&draft, "preview", &[("body", "# 批脚\n\n{侨批|qiáo pī}\n\n```诗\n一\n二\n```")]).await;
    assert_eq!(preview.status, 200);
    assert!(
        preview.body.contains("<h2 id=\"h-1\">批脚</h2>") && preview.body.contains("<rt>qiáo</rt>"),
        "{}",
        preview.body
    );
    // The link for outsiders: unguessable, revocable.
    let made = mei.post(&format!("{draft}/link"), &[]).await;
    let link = made.body.split("/previews/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(link.len() >= 32, "{link}");
    let mut visitor = Person::new(&a);
    assert!(visitor.get(&format!("/previews/{link}")).await.body.contains("批脚"));
    assert_eq!(visitor.get(&draft).await.status, 303, "the draft itself asks to sign in");
    assert_eq!(mei.post(&format!("{draft}/link/removal"), &[]).await.status, 303);
    assert_eq!(visitor.get(&format!("/previews/{link}")).await.status, 404);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_comes_out_at_its_time_and_its_edits_have_a_history() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut visitor) = (a.sign_up("mei").await, Person::new(&a));
    let bao = mei.opens_account("bao", "潮州侨报", &[]).await;
    let draft = mei.drafts(&bao, "侨批里的家书", "草稿").await;
    // Scheduled: not in the past; out when its time comes, and by nobody seen before.
    let answer = mei.saves(&draft, "schedule", &[("due", "2001-01-01T08:00")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("past"), "{}", answer.body);
    assert_eq!(mei.saves(&draft, "schedule", &[("due", "soon")]).await.status, 422);
    let soon = jiff::Timestamp::from_microsecond(a.ctx.now() + 2 * HOUR).unwrap();
    let soon = soon
        .to_zoned_datetime(jiff::tz::TimeZone::get("Asia/Shanghai").unwrap())
        .strftime("%Y-%m-%dT%H:%M")
        .to_string();
    let answer = mei.saves(&draft, "schedule", &[("title", "侨批里的家书"), ("body", "正文甲"), ("due", &soon)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    settle(&[&a]).await;
    assert!(!visitor.get(&bao).await.body.contains("侨批里的家书"));
    a.clock.advance(12 * HOUR);
    settle(&[&a]).await;
    let page = visitor.get(&bao).await;
    assert!(page.body.contains("侨批里的家书"), "{}", page.body);
    let article = page.links("/@bao/").remove(0);
    // An edit has a public history.
    let answer = mei.saves(&draft, "publish", &[("body", "正文乙"), ("subtitle", "从汕头到槟城")]).await;
    assert_eq!((answer.status, answer.location()), (303, article.as_str()), "{}", answer.body);
    let page = visitor.get(&article).await.body;
    assert!(page.contains("正文乙") && page.contains("从汕头到槟城") && page.contains("改于"), "{page}");
    assert!(visitor.get(&format!("{article}/history")).await.body.contains("正文甲"));
    // Taken down: gone for everybody, and the draft is there again.
    assert_eq!(mei.post(&format!("{draft}/unpublishing"), &[]).await.status, 303);
    assert_eq!(visitor.get(&article).await.status, 404);
    assert!(!visitor.get(&bao).await.body.contains("侨批里的家书"));
    assert!(mei.get(&draft).await.body.contains("正文乙"));
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_wait_until_an_editor_selects_them() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut lan, mut qiang) = (a.sign_up("mei").await, a.sign_up("lan").await, a.sign_up("qiang").await);
    let bao = mei.opens_account("bao", "潮州侨报", &[]).await;
    let number = mei.account_number(&bao).await;
    let article = mei.publishes(&bao, "阿嬷的红桃粿", "端午前后。").await;
    assert_eq!(lan.says_under(&article, "我家也做").await.status, 303);
    assert!(lan.get(&article).await.body.contains("我家也做"), "its author sees it");
    for reader in [&mut qiang, &mut Person::new(&a)] {
        assert!(!reader.get(&article).await.body.contains("我家也做"));
    }
    let queue = mei.get(&format!("/accounts/{number}/comments")).await;
    assert!(queue.body.contains("我家也做"), "{}", queue.body);
    assert_eq!(qiang.get(&format!("/accounts/{number}/comments")).await.status, 404);
    let id = queue.body.split("/posts/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(qiang.post(&format!("/posts/{id}/selection"), &[("act", "select")]).await.status, 404);
    assert_eq!(mei.post(&format!("/posts/{id}/selection"), &[("act", "select")]).await.status, 303);
    assert!(Person::new(&a).get(&article).await.body.contains("我家也做"));
    // Pinned before the others, at most five.
    for words in ["一", "二", "三", "四", "五", "六"] {
        assert_eq!(qiang.says_under(&article, &format!("第{words}条")).await.status, 303);
    }
    let queue = mei.get(&format!("/accounts/{number}/comments")).await.body;
    let mut ids: Vec<String> =
        queue.split("/posts/").skip(1).filter_map(|part| Some(part.split_once("/selection")?.0.to_owned())).collect();
    ids.dedup();
    assert_eq!(ids.len(), 6);
    for id in &ids {
        assert_eq!(mei.post(&format!("/posts/{id}/selection"), &[("act", "select")]).await.status, 303);
    }
    for id in ids.iter().take(5) {
        assert_eq!(mei.post(&format!("/posts/{id}/selection"), &[("act", "pin")]).await.status, 303);
    }
    assert_eq!(mei.post(&format!("/posts/{}/selection", ids[5]), &[("act", "pin")]).await.status, 422);
    let page = Person::new(&a).get(&article).await.body;
    assert!(page.find("第六条").unwrap() < page.find("我家也做").unwrap(), "a pinned one stands first");
    // The account answers; set aside again, a comment is gone for others.
    let answer = mei.post(&format!("/posts/{id}/answer"), &[("body", "欢迎投稿")]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(Person::new(&a).get(&article).await.body.contains("欢迎投稿"));
    assert_eq!(mei.post(&format!("/posts/{}/selection", ids[0]), &[("act", "aside")]).await.status, 303);
    assert!(!Person::new(&a).get(&article).await.body.contains("第六条"));
    assert!(mei.get(&format!("/accounts/{number}/comments?aside=yes")).await.body.contains("第六条"));
    // A flood is told so, and what was typed is still there.
    for turn in 0..4 {
        lan.says_under(&article, &format!("又一条{turn}")).await;
    }
    let mut last = lan.says_under(&article, "还有").await;
    for _ in 0..6 {
        last = lan.says_under(&article, "还有话说").await;
    }
    assert_eq!(last.status, 422);
    assert!(last.body.contains("take a rest") && last.body.contains("还有话说"), "{}", last.body);
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_elsewhere_follow_read_and_comment() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let bao = mei.opens_account("bao", "潮州侨报", &[]).await;
    let number = mei.account_number(&bao).await;
    // One-way, and at once.
    let asked = lan.asks(&format!("@bao@{}", a.authority), "").await;
    assert_eq!(asked.status, 303, "{}", asked.body);
    settle(&[&a, &b]).await;
    assert!(mei.get(&bao).await.body.contains("1 follower"));
    let article =
        mei.publishes(&bao, "批局往事", "# 水客\n\n从**汕头**到槟城。\n\n| 年 | 封 |\n|--|--|\n| 1931 | 12 |").await;
    settle(&[&a, &b]).await;
    // In the box, unread; not among the Moments; whole on its page.
    let list = lan.get("/accounts").await;
    assert!(list.body.contains("批局往事") && list.body.contains("1 unread"), "{}", list.body);
    let there = list.links("/@bao").into_iter().find(|link| link.matches('/').count() == 2).unwrap();
    let page = lan.get(&there).await.body;
    assert!(page.contains("<h2 id=\"h-1\">水客</h2>") && page.contains("<td>1931</td>"), "{page}");
    assert!(!lan.get("/accounts").await.body.contains("1 unread"));
    // A comment from there waits in the same queue.
    let post = there.rsplit('/').next().unwrap().to_owned();
    assert_eq!(lan.post(&format!("/posts/{post}/comments"), &[("body", "我阿公是水客")]).await.status, 303);
    settle(&[&a, &b]).await;
    assert!(!Person::new(&a).get(&article).await.body.contains("我阿公是水客"));
    let queue = mei.get(&format!("/accounts/{number}/comments")).await.body;
    assert!(queue.contains("我阿公是水客"), "{queue}");
    let id = queue.split("/posts/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(mei.post(&format!("/posts/{id}/selection"), &[("act", "select")]).await.status, 303);
    assert!(Person::new(&a).get(&article).await.body.contains("我阿公是水客"));
    settle(&[&a, &b]).await;
    // An edit and a deletion arrive.
    let draft = mei.get(&article).await.links("/drafts/").remove(0);
    assert_eq!(mei.saves(&draft, "publish", &[("title", "批局旧事")]).await.status, 303);
    settle(&[&a, &b]).await;
    assert!(lan.get(&there).await.body.contains("批局旧事"));
    assert_eq!(mei.post(&format!("{draft}/unpublishing"), &[]).await.status, 303);
    settle(&[&a, &b]).await;
    assert_eq!(lan.get(&there).await.status, 404);
    // Closed: gone here and there.
    assert_eq!(mei.post(&format!("/accounts/{number}/closing"), &[("name", "bau")]).await.status, 422);
    assert_eq!(mei.post(&format!("/accounts/{number}/closing"), &[("name", "bao")]).await.status, 303);
    settle(&[&a, &b]).await;
    assert_eq!(Person::new(&a).get(&bao).await.status, 404);
    assert!(!lan.get("/accounts").await.body.contains("潮州侨报"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_draft_is_said_and_nothing_is_lost() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let bao = mei.opens_account("bao", "潮州侨报", &[]).await;
    let draft = mei.drafts(&bao, "侨批", "正文").await;
    let long = "长".repeat(10_000);
    let answer = mei.saves(&draft, "publish", &[("title", &long)]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains(&long) && answer.body.contains("120"), "the long title is still there");
    for (fields, said) in [
        (vec![("title", "")], "give it a title"),
        (vec![("title", "侨批"), ("source_name", "星洲日报")], "who has allowed"),
        (
            vec![("title", "侨批"), ("source_url", "javascript:alert(1)"), ("consent", "x"), ("source_name", "")],
            "begin with https",
        ),
        (vec![("title", "侨批"), ("source_url", ""), ("body", "![没有](/media/1/display)")], ""),
    ] {
        let answer = mei.saves(&draft, if said.is_empty() { "save" } else { "publish" }, &fields).await;
        assert_eq!(answer.status, if said.is_empty() { 303 } else { 422 }, "{fields:?}");
        assert!(answer.body.contains(said), "{fields:?}: {}", answer.body);
    }
    settle(&[&a]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_sends_as_often_as_the_hall_lets_it() {
    let a = Server::start("guangzhou").await;
    let mut qiang = a.sign_up("qiang").await;
    let bao = qiang.opens_account("bao", "潮州侨报", &[]).await;
    qiang.publishes(&bao, "第一篇", "一").await;
    // The limit of a subscription account: one broadcast a day, with several articles.
    let second = qiang.publishes(&bao, "同一次群发", "二").await;
    assert_eq!(qiang.get(&second).await.status, 200);
    a.clock.advance(2 * HOUR);
    let third = qiang.drafts(&bao, "今天的第二次", "三").await;
    let answer = qiang.saves(&third, "publish", &[]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("All broadcasts are used"), "{}", answer.body);
    a.clock.advance(DAY);
    assert_eq!(qiang.saves(&third, "publish", &[]).await.status, 303);
    settle(&[&a]).await;
}
