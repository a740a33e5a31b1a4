//! Reports: who can make them, who sees them and who never does, what officers do about them, and what goes to other servers.

use huiguan::domain::arrival::State;
use huiguan::domain::login::Role;
use serde_json::{Value, json};

use super::gallery::{png, thumbs};
use super::peer::Peer;
use super::program::{Program, each, id};
use super::server::{Answer, Person, Server, befriend, settle};

impl Person {
    /// Reports by the form that stands at `from`; answers what comes back.
    async fn reports(&mut self, from: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(from).await;
        assert_eq!(page.status, 200, "{from}: {}", page.body);
        let (_, rest) = page.body.split_once("name=\"actor\" value=\"").expect("the form says about whom");
        let actor = rest.split('"').next().unwrap().to_owned();
        let ticked = ticked(&page.body);
        let mut all = vec![("actor", actor.as_str())];
        all.extend(ticked.iter().map(|id| ("post", id.as_str())));
        all.extend_from_slice(fields);
        self.post("/reports", &all).await
    }

    /// The link to the form on a page.
    async fn way_to_report(&mut self, page: &str) -> String {
        self.get(page).await.links("/reports/new?").into_iter().next().unwrap_or_else(|| panic!("no way on {page}"))
    }

    /// The reports that stand in the office, newest first.
    async fn cases(&mut self) -> Vec<String> {
        let page = self.get("/office/reports").await;
        assert_eq!(page.status, 200);
        let links = page.links("/office/reports/");
        links.into_iter().filter(|link| link.matches('/').count() == 3).collect()
    }
}

/// The posts that are ticked on a form.
fn ticked(page: &str) -> Vec<String> {
    let boxes = page.split("name=\"post\" value=\"").skip(1);
    let ticked = boxes.filter(|rest| rest.split('>').next().is_some_and(|tag| tag.ends_with("checked")));
    ticked.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

const SPAM: [(&str, &str); 2] = [("category", "spam"), ("comment", "卖假药的，夜里发")];

/// Every path of the office about a report, and what is sent there.
fn doors(report: &str, post: &str) -> Vec<(bool, String)> {
    vec![
        (false, "/office/reports".to_owned()),
        (false, report.to_owned()),
        (false, format!("{report}/media/1/thumb")),
        (true, format!("{report}/state")),
        (true, format!("{report}/assignment")),
        (true, format!("{report}/suspension")),
        (true, format!("{report}/posts/{post}/removal")),
    ]
}

/// What can't be reported, and a form that says too little; answers where the form stands.
async fn refused_first(a: &Server, [mei, hua, ann]: [&mut Person; 3], own: &str) -> String {
    let post = own.rsplit('/').next().unwrap();
    // Whoever doesn't see it can't report it, and nobody reports themself.
    let form = hua.way_to_report(own).await;
    assert_eq!((ann.get(&form).await.status, mei.get(&form).await.status), (404, 404));
    assert_eq!(Person::new(a).get(&form).await.status, 303);
    let form_of_mei = ann.way_to_report("/@mei").await;
    let stolen = [("category", "spam"), ("post", post)];
    assert_eq!(ann.reports(&form_of_mei, &stolen).await.status, 404);
    // A post of somebody else is no post of theirs.
    let of_hua = hua.posts("花的", "everyone").await;
    let mixed = [("category", "spam"), ("post", of_hua.rsplit('/').next().unwrap())];
    assert_eq!(ann.reports(&form_of_mei, &mixed).await.status, 404);
    // A form that says too little comes back as it was.
    let wrong = hua.reports(&form, &[("comment", "说不清楚")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Choose what is wrong") && wrong.body.contains("说不清楚"), "{}", wrong.body);
    assert_eq!(ticked(&wrong.body), [post]);
    form
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_seen_by_officers_alone_and_so_is_what_it_shows() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua, mut ann) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("ann").await);
    let mut su = a.sign_up_as("su", Role::Moderator).await;
    befriend(&mut mei, &mut hua, &[&a]).await;
    let own = mei.shares("只给好友的药方", "friends", &[("一瓶药", &png(30, 20))]).await;
    settle(&[&a]).await;
    let other = mei.posts("另一条，谁也没举报", "friends").await;
    let post = own.rsplit('/').next().unwrap().to_owned();

    let form = refused_first(&a, [&mut mei, &mut hua, &mut ann], &own).await;
    assert_eq!(su.cases().await, Vec::<String>::new());

    let sent = hua.reports(&form, &SPAM).await;
    let done = sent.location().to_owned();
    assert!(sent.status == 303 && done.starts_with("/reports/"), "{}", sent.body);
    assert_eq!(hua.reports(&form, &SPAM).await.location(), done, "twice is once");
    let page = hua.get(&done).await;
    assert!(page.body.contains("Thank you") && page.body.contains("value=\"mute\""), "{}", page.body);
    for person in [&mut mei, &mut ann, &mut su] {
        assert_eq!(person.get(&done).await.status, 404, "{}", person.name);
    }

    // Officers find it, with what isn't public; inside it and nowhere else.
    let case = su.cases().await.pop().unwrap();
    assert!(su.told().await.contains("there is a new report"));
    assert!(su.get("/office").await.body.contains("One open report"));
    let page = su.get(&case).await.body;
    for words in ["卖假药的", "只给好友的药方", "一瓶药", "/@hua", "All friends"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("另一条"), "{page}");
    let thumb = page.split("<img src=\"").filter_map(|rest| rest.split('"').next()).find(|src| src.starts_with(&case));
    let thumb = thumb.expect("the picture stands there").to_owned();
    assert!(thumbs(&page).iter().all(|src| !src.contains(&post)));
    assert_eq!(su.opens(&thumb).await.status, 200);
    let plain = format!("/media/{}", thumb.split("/media/").nth(1).unwrap());
    for path in [&own, &other, &plain, &format!("/objects/{post}")] {
        assert_eq!(su.opens(path).await.status, 404, "{path}");
    }
    assert!(!su.get("/@mei").await.body.contains("药方"));
    // A file of what isn't reported isn't shown through a report, and a report is no other's.
    assert_eq!(su.opens(&thumb.replace(&case, "/office/reports/1")).await.status, 404);
    assert_eq!(su.opens(&format!("{case}/media/1/thumb")).await.status, 404);

    // Nobody else comes through any of these doors, the two of them least of all.
    for person in [&mut mei, &mut hua, &mut ann] {
        for (is_form, path) in doors(&case, &post) {
            let answer = if is_form {
                person.post(&path, &[("state", "resolved"), ("take", "yes")]).await
            } else {
                person.get(&path).await
            };
            assert_eq!(answer.status, 403, "{path} for {}", person.name);
        }
        assert_eq!(person.opens(&thumb).await.status, 403);
        assert!(!person.told().await.contains("report"));
    }
    for (is_form, path) in doors(&case, &post) {
        if !is_form {
            assert!(Person::new(&a).get(&path).await.location().starts_with("/sign-in"), "{path}");
        }
    }
    assert!(mei.get(&own).await.body.contains("只给好友的药方"));
}

#[tokio::test(flavor = "multi_thread")]
async fn officers_take_it_on_act_and_end_it() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let mut su = a.sign_up_as("su", Role::Moderator).await;
    let mut guo = a.sign_up_as("guo", Role::Owner).await;
    let own = mei.posts("加我发财", "everyone").await;
    let form = hua.way_to_report(&own).await;
    assert_eq!(hua.reports(&form, &SPAM).await.status, 303);
    let again = [("category", "other"), ("comment", "又来了")];
    assert_eq!(hua.reports(&form, &again).await.status, 303);
    let cases = su.cases().await;
    assert_eq!(cases.len(), 2);
    let case = cases[1].clone();
    assert!(su.get(&case).await.body.contains("Other reports about mei"), "one page names the other");

    assert_eq!(su.post(&format!("{case}/assignment"), &[("take", "yes")]).await.location(), case);
    assert!(guo.get(&case).await.body.contains("taken on by"));
    let post = own.rsplit('/').next().unwrap();
    let removal = format!("{case}/posts/{post}/removal");
    assert_eq!(su.post(&removal, &[]).await.location(), case);
    assert_eq!((su.post(&removal, &[]).await.status, mei.get(&own).await.status), (404, 404));
    assert!(su.get(&case).await.body.contains("It has been deleted"));
    assert_eq!(su.post(&format!("{case}/suspension"), &[("state", "suspended")]).await.location(), case);
    assert_eq!((hua.get("/@mei").await.status, mei.get("/settings").await.status), (404, 303));
    assert!(su.get(&case).await.body.contains("Let back in"));
    assert_eq!(su.post(&format!("{case}/suspension"), &[("state", "active")]).await.location(), case);
    assert_eq!(hua.get("/@mei").await.status, 200);
    assert_eq!(su.post(&format!("{case}/state"), &[("state", "resolved")]).await.location(), case);
    assert_eq!(su.cases().await.len(), 1);
    assert!(su.get("/office/reports?state=resolved").await.body.contains(&case));
    assert_eq!(guo.post(&format!("{case}/state"), &[("state", "open")]).await.location(), case);
    assert_eq!(guo.cases().await.len(), 2);
    for (path, fields) in [("state", ("state", "nonsense")), ("suspension", ("state", "nonsense"))] {
        assert_eq!(su.post(&format!("{case}/{path}"), &[fields]).await.status, 422);
    }
    // Everything stands in the log, and nothing of who reported.
    let log = guo.get("/office/log").await.body;
    for words in [
        "took on the report",
        "deleted what was reported",
        "suspended",
        "admitted",
        "resolved the report",
        "opened again",
    ] {
        assert!(log.contains(words), "{words}: {log}");
    }
    assert!(!log.contains("hua"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_never_meets_a_report_about_themself() {
    let a = Server::start("guangzhou").await;
    let mut hua = a.sign_up("hua").await;
    let mut su = a.sign_up_as("su", Role::Moderator).await;
    let mut guo = a.sign_up_as("guo", Role::Owner).await;
    let form = hua.way_to_report("/@su").await;
    assert_eq!(hua.reports(&form, &SPAM).await.status, 303);
    let case = guo.cases().await.pop().unwrap();
    assert_eq!(su.cases().await, Vec::<String>::new());
    assert_eq!(su.get(&case).await.status, 404);
    for (path, fields) in [("state", ("state", "resolved")), ("assignment", ("take", "yes"))] {
        assert_eq!(su.post(&format!("{case}/{path}"), &[fields]).await.status, 404, "{path}");
    }
    assert!(!su.told().await.contains("report") && guo.told().await.contains("there is a new report"));
    assert!(!su.get("/office").await.body.contains("open report"));
    let program = a.program("su", "read admin:read admin:write").await;
    assert_eq!(program.told("/api/v1/admin/reports").await, json!([]));
    let number = case.rsplit('/').next().unwrap();
    assert_eq!(program.get(&format!("/api/v1/admin/reports/{number}")).await.status, 404);
    assert_eq!(program.told("/api/v1/notifications").await, json!([]));
    // A moderator doesn't reach an officer, an owner does.
    let actor = a.program("guo", "read admin:read admin:write").await;
    let target = actor.told(&format!("/api/v1/admin/reports/{number}")).await["target_account"].clone();
    assert_eq!(target["role"]["name"], "moderator");
    let action = format!("/api/v1/admin/accounts/{}/action", id(&target));
    assert_eq!(actor.post(&action, &[("type", "suspend"), ("report_id", number)]).await.status, 200);
    assert_eq!(guo.cases().await, Vec::<String>::new(), "the act settles it");
}

/// The calls of officers, each with a method.
fn calls(person: &str, report: &str) -> Vec<(&'static str, String)> {
    let mut calls = vec![
        ("GET", "/api/v1/admin/accounts".to_owned()),
        ("GET", "/api/v2/admin/accounts".to_owned()),
        ("GET", format!("/api/v1/admin/accounts/{person}")),
        ("DELETE", format!("/api/v1/admin/accounts/{person}")),
        ("GET", "/api/v1/admin/reports".to_owned()),
        ("GET", format!("/api/v1/admin/reports/{report}")),
        ("PUT", format!("/api/v1/admin/reports/{report}")),
    ];
    for act in ["action", "approve", "reject", "enable", "unsilence", "unsensitive", "unsuspend"] {
        calls.push(("POST", format!("/api/v1/admin/accounts/{person}/{act}")));
    }
    for act in ["assign_to_self", "unassign", "resolve", "reopen"] {
        calls.push(("POST", format!("/api/v1/admin/reports/{report}/{act}")));
    }
    for list in ["domain_blocks", "domain_allows"] {
        let path = format!("/api/v1/admin/{list}");
        calls.extend([("GET", path.clone()), ("POST", path.clone())]);
        calls.extend([("GET", format!("{path}/a.example")), ("DELETE", format!("{path}/a.example"))]);
    }
    calls.push(("PUT", "/api/v1/admin/domain_blocks/a.example".to_owned()));
    calls
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_report_and_officers_programs_settle_it() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua, ann) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("ann").await);
    let su = a.sign_up_as("su", Role::Moderator).await;
    befriend(&mut mei, &mut hua, &[&a]).await;
    let (of_mei, of_hua, of_ann) = (mei.program(&a).await, hua.program(&a).await, ann.program(&a).await);
    let status = of_mei.posts("只给好友", "private").await;
    let account = status["account"]["id"].as_str().unwrap().to_owned();
    let (number, me) = (id(&status), id(&of_hua.told("/api/v1/accounts/verify_credentials").await));
    let said =
        [("account_id", account.as_str()), ("status_ids[]", &number), ("comment", "不对劲"), ("category", "spam")];
    for wrong in [
        vec![("account_id", me.as_str())],
        vec![("account_id", account.as_str()), ("category", "nonsense")],
        vec![("account_id", account.as_str()), ("comment", &"长".repeat(1_001))],
    ] {
        assert_eq!(of_hua.post("/api/v1/reports", &wrong).await.status, 422, "{wrong:?}");
    }
    assert_eq!(of_hua.post("/api/v1/reports", &[("account_id", "1")]).await.status, 404);
    assert_eq!(of_ann.post("/api/v1/reports", &said).await.status, 404, "what she doesn't see");
    let reader = a.program("hua", "read").await;
    assert_eq!(reader.post("/api/v1/reports", &said).await.status, 403);
    let told = of_hua.does("/api/v1/reports", &said).await;
    assert_eq!(
        (&told["category"], &told["comment"], &told["action_taken"]),
        (&json!("spam"), &json!("不对劲"), &json!(false))
    );
    assert_eq!((&told["status_ids"], &told["forwarded"]), (&json!([number]), &json!(false)));
    assert_eq!(told["target_account"]["acct"], "mei");
    let report = id(&told);

    // A role without the scope is nothing, a scope without the role neither.
    let (all, weak) = (a.program("su", "admin:read admin:write read").await, su.program(&a).await);
    for name in ["mei", "hua", "ann"] {
        let member = a.program(name, "admin:read admin:write read write").await;
        for (method, path) in calls(&account, &report) {
            assert_eq!(member.form(method, &path, &[]).await.status, 403, "{method} {path} for {name}");
        }
    }
    for (method, path) in calls(&account, &report) {
        assert_eq!(weak.form(method, &path, &[]).await.status, 403, "{method} {path}");
        assert_eq!(a.stranger().form(method, &path, &[]).await.status, 401, "{method} {path}");
    }
    settles(&all, &report, &number).await;
    people(&all, &account, &report).await;
    servers(&all).await;
    let notices = weak.told("/api/v1/notifications").await;
    assert_eq!((&notices[0]["type"], &notices[0]["account"]["acct"]), (&json!("admin.report"), &json!("hua")));
    assert_eq!(notices[0]["report"]["id"], json!(report));
    // The suspension has ended her programs.
    assert_eq!(of_mei.get("/api/v1/notifications").await.status, 401);
    assert!(!mei.program(&a).await.told("/api/v1/notifications").await.to_string().contains("report"));
}

/// A report by an officer's program, from its list to its end.
async fn settles(all: &Program, report: &str, status: &str) {
    let list = all.told("/api/v1/admin/reports").await;
    assert_eq!(each(&list, "id"), [report]);
    assert_eq!((&list[0]["account"]["username"], &list[0]["statuses"][0]["id"]), (&json!("hua"), &json!(status)));
    assert!(list[0]["statuses"][0]["content"].as_str().unwrap().contains("只给好友"));
    assert_eq!(all.get(&format!("/api/v1/statuses/{status}")).await.status, 404, "inside the report only");
    let path = format!("/api/v1/admin/reports/{report}");
    let target = list[0]["target_account"]["id"].as_str().unwrap();
    for (query, found) in [
        ("resolved=true".to_owned(), 0),
        (format!("target_account_id={target}"), 1),
        (format!("account_id={target}"), 0),
        (format!("max_id={report}"), 0),
    ] {
        let list = all.told(&format!("/api/v1/admin/reports?{query}")).await;
        assert_eq!(list.as_array().unwrap().len(), found, "{query}");
    }
    let taken = all.does(&format!("{path}/assign_to_self"), &[]).await;
    assert_eq!(taken["assigned_account"]["username"], "su");
    assert_eq!(all.does(&format!("{path}/unassign"), &[]).await["assigned_account"], Value::Null);
    let changed = all.form("PUT", &path, &[("category", "legal")]).await;
    assert_eq!(changed.json()["category"], "legal");
    assert_eq!(all.form("PUT", &path, &[("category", "nonsense")]).await.status, 422);
    let ended = all.does(&format!("{path}/resolve"), &[]).await;
    assert_eq!((&ended["action_taken"], &ended["action_taken_by_account"]["username"]), (&json!(true), &json!("su")));
    assert_eq!(each(&all.told("/api/v1/admin/reports?resolved=true").await, "id"), [report]);
    assert_eq!(all.does(&format!("{path}/reopen"), &[]).await["action_taken"], false);
}

/// People by an officer's program.
async fn people(all: &Program, mei: &str, report: &str) {
    let names = |list: &Value| each(list, "username").into_iter().map(str::to_owned).collect::<Vec<_>>();
    let everyone = all.told("/api/v1/admin/accounts").await;
    assert_eq!(names(&everyone).len(), 4);
    for (query, found) in [
        ("origin=local&username=EI", vec!["mei"]),
        ("status=suspended", vec![]),
        ("status=disabled", vec![]),
        ("permissions=staff", vec!["su"]),
        ("origin=remote", vec![]),
        ("by_domain=a.example", vec![]),
        ("email=nobody@x.example", vec![]),
        ("display_name=hua", vec!["hua"]),
        ("username=%25", vec![]),
    ] {
        assert_eq!(names(&all.told(&format!("/api/v2/admin/accounts?{query}")).await), found, "{query}");
    }
    let page = all.get("/api/v2/admin/accounts?limit=3&origin=local").await;
    assert_eq!(names(&page.json()).len(), 3);
    let next = Program::pages(&page).1;
    assert_eq!(names(&all.told(&next).await).len(), 1, "{next}");
    let path = format!("/api/v1/admin/accounts/{mei}");
    let one = all.told(&path).await;
    assert_eq!(
        (&one["username"], &one["domain"], &one["approved"], &one["ip"]),
        (&json!("mei"), &Value::Null, &json!(true), &Value::Null)
    );
    for kind in ["silence", "disable", "sensitive", "nonsense", ""] {
        let answer = all.post(&format!("{path}/action"), &[("type", kind)]).await;
        assert!(answer.status == 422 && answer.json()["error"].is_string(), "{kind}: {}", answer.body);
    }
    assert_eq!(all.post(&format!("{path}/action"), &[("type", "none"), ("report_id", "1")]).await.status, 404);
    all.does(&format!("{path}/action"), &[("type", "suspend"), ("report_id", report)]).await;
    assert_eq!(all.told(&path).await["suspended"], true);
    assert_eq!(names(&all.told("/api/v1/admin/accounts?suspended=true").await), ["mei"]);
    assert_eq!(each(&all.told("/api/v1/admin/reports?resolved=true").await, "id"), [report]);
    assert_eq!(
        (all.post(&format!("{path}/approve"), &[]).await.status, all.post(&format!("{path}/reject"), &[]).await.status),
        (403, 403)
    );
    assert_eq!(all.does(&format!("{path}/unsuspend"), &[]).await["suspended"], false);
    for nothing in ["enable", "unsilence", "unsensitive"] {
        assert_eq!(all.does(&format!("{path}/{nothing}"), &[]).await["username"], "mei");
    }
    assert_eq!(all.form("DELETE", &path, &[]).await.status, 422);
    assert_eq!(all.get("/api/v1/admin/accounts/1").await.status, 404);
}

/// Servers by an officer's program.
async fn servers(all: &Program) {
    let blocks = "/api/v1/admin/domain_blocks";
    for wrong in [
        vec![("domain", "?")],
        vec![("domain", "spam.example")],
        vec![("domain", "spam.example"), ("severity", "silence")],
    ] {
        assert_eq!(all.post(blocks, &wrong).await.status, 422, "{wrong:?}");
    }
    let made = all.does(blocks, &[("domain", "SPAM.example"), ("severity", "suspend")]).await;
    assert_eq!(
        (&made["id"], &made["domain"], &made["severity"]),
        (&json!("spam.example"), &json!("spam.example"), &json!("suspend"))
    );
    assert_eq!(each(&all.told(blocks).await, "domain"), ["spam.example"]);
    let path = format!("{blocks}/spam.example");
    assert_eq!(all.told(&path).await["domain"], "spam.example");
    assert_eq!(all.form("PUT", &path, &[("severity", "noop")]).await.status, 422);
    assert_eq!(all.form("PUT", &path, &[("private_comment", "x")]).await.status, 200);
    assert_eq!((all.form("DELETE", &path, &[]).await.status, all.get(&path).await.status), (200, 404));
    let allows = "/api/v1/admin/domain_allows";
    all.does(allows, &[("domain", "friend.example")]).await;
    assert_eq!(each(&all.told(allows).await, "domain"), ["friend.example"]);
    assert_eq!(all.form("DELETE", &format!("{allows}/friend.example"), &[]).await.status, 200);
    assert_eq!(all.told(allows).await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_reports_ends() {
    let a = Server::start("guangzhou").await;
    let (mei, hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let (of_mei, of_hua) = (mei.program(&a).await, hua.program(&a).await);
    let account = id(&of_mei.told("/api/v1/accounts/verify_credentials").await);
    for number in 0..7 {
        let comment = number.to_string();
        let sent = of_hua.post("/api/v1/reports", &[("account_id", &account), ("comment", &comment)]).await;
        assert_eq!(sent.status, if number < 5 { 200 } else { 422 }, "{number}");
    }
    let again = of_hua.post("/api/v1/reports", &[("account_id", &account), ("comment", "0")]).await;
    assert_eq!(again.status, 200, "what was said already is no further report");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_crosses_in_the_name_of_the_hall() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let mut su = a.sign_up_as("su", Role::Moderator).await;
    let mut far = b.sign_up_as("far", Role::Moderator).await;
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let theirs = lan.posts("谣言一条", "friends").await;
    settle(&[&a, &b]).await;
    let there = mei.page_of(&lan).await;
    let form = mei.way_to_report(&there).await;
    assert!(mei.get(&form).await.body.contains(&format!("Tell {} too", b.authority)));
    let sent = mei.reports(&form, &[("category", "other"), ("comment", "这是谣言"), ("forward", "yes")]).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    settle(&[&a, &b]).await;
    let case = far.cases().await.pop().unwrap();
    let page = far.get(&case).await.body;
    for words in ["这是谣言", "谣言一条", &a.authority] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("mei"), "{page}");
    let body: Vec<String> = b
        .ctx
        .read(|conn| Ok(huiguan::domain::arrival::latest(conn, 50)?.into_iter().map(|one| one.reason).collect()))
        .await
        .unwrap();
    assert!(body.iter().all(|reason| !reason.contains("mei")));
    // Whom it is about doesn't learn of it, at home or here, and the activity isn't there for anybody to fetch.
    assert!(!lan.told().await.contains("report"));
    assert_eq!(lan.get(&case).await.status, 403);
    let here = su.cases().await.pop().unwrap();
    assert!(su.get(&here).await.body.contains(&format!("{} was told", b.authority)));
    // The other hall deletes it, and it goes here too.
    let post = theirs.rsplit('/').next().unwrap();
    assert_eq!(far.post(&format!("{case}/posts/{post}/removal"), &[]).await.status, 303);
    settle(&[&a, &b]).await;
    assert_eq!(mei.get(&there).await.status, 404);
    // Suspended here, nothing of hers is seen here, though she is another hall's.
    assert_eq!(su.post(&format!("{here}/suspension"), &[("state", "suspended")]).await.status, 303);
    lan.posts("还有一条", "friends").await;
    b.work().await;
    b.work().await;
    a.work().await;
    assert!(!mei.home().await.contains("还有一条"));
    assert_eq!(mei.get(&format!("/@{}", lan.address())).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_servers_report_in_their_own_shapes() {
    let (a, peer, eve) = (Server::start("guangzhou").await, Peer::start(), Peer::start());
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let mut su = a.sign_up_as("su", Role::Moderator).await;
    let (server, bob, mallory) = (peer.person("instance"), peer.person("bob"), eve.person("mallory"));
    let object = |path: &str| format!("{}/objects/{}", a.origin, path.rsplit('/').next().unwrap());
    let own = object(&mei.posts("一条公开的", "everyone").await);
    let closed = object(&mei.posts("只给好友", "friends").await);
    let of_hua = object(&hua.posts("花的", "everyone").await);
    let page = format!("Note: {}/@mei/{}\n-----\n不好", a.origin, own.rsplit('/').next().unwrap());
    let actor = mei.actor();
    for (number, object, content, posts) in [
        ("1", json!([actor, own]), "mastodon", 1),
        ("2", json!(actor), page.as_str(), 1),
        ("3", json!(own), "lemmy", 1),
        ("4", json!({"id": own, "type": "Note"}), "as a document", 1),
        ("5", json!([actor, closed]), "what that server doesn't see", 0),
        // Named with somebody else's post: that one isn't hers.
        ("6", json!([actor, of_hua]), "mixed", 0),
        ("7", json!([{"type": "Link"}, 7, null, actor]), "<p>a &lt; b</p>", 0),
    ] {
        let mut flag = server.activity(number, "Flag", object);
        flag["content"] = json!(content);
        assert_eq!(server.sends(&a, &flag).await, 202);
        settle(&[&a]).await;
        assert_eq!(a.last_outcome().await.0, State::Done, "{number}");
        let case = su.cases().await.remove(0);
        let page = su.get(&case).await.body;
        assert!(page.contains(&peer.authority) && page.contains("Report about mei"), "{number}: {page}");
        assert_eq!(page.matches("class=\"said\" id=\"p").count(), posts, "{number}: {page}");
        assert!(!page.contains("只给好友"), "{page}");
    }
    assert_eq!(su.cases().await.len(), 7);
    // The same activity is done once; what isn't ours, isn't there or isn't seen is nothing.
    let mut again = server.activity("1", "Flag", json!([actor, own]));
    again["content"] = json!("mastodon");
    assert_eq!(server.sends(&a, &again).await, 202);
    settle(&[&a]).await;
    assert_eq!(su.cases().await.len(), 7);
    for (number, object) in [
        ("20", json!(bob.uri)),
        ("21", json!(closed)),
        ("22", json!(format!("{}/actors/nobody", a.origin))),
        ("23", json!([])),
        ("24", json!(format!("{}/actor", a.origin))),
        ("25", Value::Null),
    ] {
        assert_eq!(server.sends(&a, &server.activity(number, "Flag", object)).await, 202, "{number}");
        settle(&[&a]).await;
        let (state, reason) = a.last_outcome().await;
        assert!(state == State::Ignored && !reason.is_empty(), "{number}: {state:?} {reason}");
    }
    // In somebody else's name, and by a server that isn't spoken to.
    let forged = server.activity("30", "Flag", json!([actor, own]));
    assert_eq!(mallory.sends(&a, &forged).await, 401);
    let host = eve.authority.clone();
    let blocked = huiguan::domain::peer::State::Blocked;
    a.ctx.write(move |conn| huiguan::domain::peer::decide(conn, &host, blocked)).await.unwrap();
    a.ctx.spoken_to.invalidate(&eve.authority);
    assert_eq!(mallory.sends(&a, &mallory.activity("31", "Flag", json!([actor, own]))).await, 403);
    settle(&[&a]).await;
    assert_eq!(su.cases().await.len(), 7);
    assert!(!mei.told().await.contains("report"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_server_does_not_flood_the_office() {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let mei = a.sign_up("mei").await;
    let bob = peer.person("bob");
    for number in 0..102 {
        assert_eq!(bob.sends(&a, &bob.activity(&format!("f{number}"), "Flag", json!(mei.actor()))).await, 202);
    }
    settle(&[&a]).await;
    let latest = a.ctx.read(|conn| huiguan::domain::arrival::latest(conn, 200)).await.unwrap();
    let kept = latest.iter().filter(|one| one.state == State::Done).count();
    assert_eq!(kept, 100);
    assert!(latest.iter().filter(|one| one.state == State::Ignored).all(|one| one.reason.contains("too many")));
}

#[tokio::test]
async fn a_paper_of_a_private_group_opens_in_the_office_once_it_is_reported() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut bo) = (a.sign_up("mei").await, a.sign_up("bo").await);
    let mut su = a.sign_up_as("su", Role::Moderator).await;
    let mut eve = a.sign_up("eve").await;
    let group = mei.founds("council", "理事会", &[("entrance", "invitation"), ("is_private", "yes")]).await;
    let number = mei.number_of(&group).await;
    let token = mei.invites(&number, "9").await;
    assert_eq!(bo.joins(&group, &[("invitation", &token)]).await.status, 303);
    let (fields, csv) =
        ([("title", "名单"), ("body", "见附件"), ("pictures", "yes")], "姓名,电话\n".as_bytes().to_vec());
    let sent = mei
        .sends_files(&format!("/groups/{number}/announcements"), &fields, "picture", &[("名单.csv", csv.clone())])
        .await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let page = mei.get(&group).await;
    let (_, rest) = page.body.split_once("href=\"/media/").expect("the paper");
    let paper = format!("/media/{}", rest.split('"').next().unwrap());
    assert_eq!((bo.get(&paper).await.status, su.get(&paper).await.status), (200, 404));
    let post = page.links("/@mei/").into_iter().next().unwrap();
    let form = bo.way_to_report(&post).await;
    assert_eq!(bo.reports(&form, &SPAM).await.status, 303);
    let case = su.cases().await.remove(0);
    let shown = su.get(&case).await.body;
    let door = format!("{case}{paper}");
    assert!(shown.contains(&format!("href=\"{door}\"")) && shown.contains("名单.csv"), "{shown}");
    let opened = su.get(&door).await;
    assert_eq!((opened.status, opened.body.as_bytes()), (200, csv.as_slice()));
    assert!(opened.header("content-disposition").starts_with("attachment; "));
    assert_ne!(eve.get(&door).await.status, 200);
}
