//! Polls: asked on a page and by a program, answered in both halls and from elsewhere, counted once, ended and told.

use huiguan::clock::{DAY, MINUTE};
use serde_json::{Value, json};

use super::peer::{Peer, Someone};
use super::program::id;
use super::server::{Person, Server, befriend, settle};

const ASKED: [(&str, &str); 5] =
    [("body", "冬至吃什么？"), ("option1", "汤圆"), ("option2", "饺子"), ("option3", " "), ("poll_time", "86400")];

impl Person {
    /// Asks and answers where the post stands.
    pub async fn asks_all(&mut self, audience: &str, more: &[(&str, &str)]) -> String {
        let fields: Vec<(&str, &str)> = ASKED.iter().chain(&[("audience", audience)]).chain(more).copied().collect();
        let answer = self.post("/moments", &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let prefix = format!("/@{}/", self.name);
        self.get("/").await.links(&prefix).into_iter().find(|link| !link.contains("/history")).unwrap()
    }

    /// Chooses on a ballot.
    pub async fn votes(&mut self, page: &str, choices: &[&str]) -> u16 {
        let fields: Vec<(&str, &str)> = choices.iter().map(|choice| ("choice", *choice)).collect();
        let path = format!("/posts/{}/vote", page.rsplit('/').next().unwrap());
        self.post(&path, &fields).await.status
    }

    /// The votes that a page tells, in the order of the options; nothing where it tells none.
    async fn counted(&mut self, page: &str) -> Vec<String> {
        let body = self.get(page).await.body;
        assert!(body.contains("class=\"poll\""), "{body}");
        let parts = body.split(" vote").filter_map(|part| part.rsplit('>').next());
        parts.filter(|part| part.parse::<u32>().is_ok()).map(str::to_owned).collect()
    }
}

/// What goes out when the count has been gathered.
async fn counted(servers: &[&Server]) {
    settle(servers).await;
    servers.iter().for_each(|server| server.clock.advance(MINUTE));
    settle(servers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_crosses_is_answered_once_and_ends() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let (mut lan, mut eve) = (b.sign_up("lan").await, b.sign_up("eve").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    befriend(&mut mei, &mut hua, &[&a]).await;
    let own = mei.asks_all("friends", &[]).await;
    settle(&[&a, &b]).await;
    let there = lan.get("/").await.links("/@mei@").into_iter().find(|link| link.matches('/').count() == 2).unwrap();
    let page = lan.get(&there).await.body;
    assert!(
        page.contains("type=\"radio\"") && page.contains("汤圆") && page.contains("Nobody has voted yet"),
        "{page}"
    );

    // Not what isn't there, not two of one, not nothing, and not who doesn't see it.
    for choices in [&["2"][..], &["0", "1"], &[], &["x"], &["-1"]] {
        assert_eq!(lan.votes(&there, choices).await, 422, "{choices:?}");
    }
    assert_eq!(eve.votes(&there, &["0"]).await, 404);
    assert_eq!((lan.votes(&there, &["0"]).await, hua.votes(&own, &["1"]).await), (303, 303));
    // Once is once: the same again is no fault, another choice is.
    assert_eq!((lan.votes(&there, &["0"]).await, lan.votes(&there, &["1"]).await), (303, 422));
    assert_eq!(lan.counted(&there).await, ["1", "0"], "one's own counts at once");
    counted(&[&a, &b]).await;
    assert_eq!(mei.counted(&own).await, ["1", "1"]);
    assert_eq!(lan.counted(&there).await, ["1", "1"], "the count went round");
    let page = lan.get(&there).await.body;
    assert!(page.contains("Your choice") && !page.contains("type=\"radio\"") && page.contains("50%"), "{page}");
    assert!(!page.contains("/history"), "a count is no edit");

    // A vote stands nowhere as a comment, and an edit leaves the poll.
    assert!(!mei.get(&own).await.body.contains("One comment"));
    let edit = format!("/moments/{}", own.rsplit('/').next().unwrap());
    assert_eq!(mei.post(&edit, &[("body", "冬至那天吃什么？")]).await.status, 303);
    counted(&[&a, &b]).await;
    let page = lan.get(&there).await.body;
    assert!(page.contains("冬至那天") && page.contains("Your choice") && page.contains("50%"), "{page}");

    a.clock.advance(DAY);
    b.clock.advance(DAY);
    settle(&[&a, &b]).await;
    assert_eq!(mei.votes(&own, &["0"]).await, 422);
    assert!(mei.get(&own).await.body.contains("The poll is over"));
    for person in [&mut mei, &mut hua, &mut lan] {
        let told = person.told().await;
        assert!(told.contains("poll is over"), "{told}");
    }
    assert!(!eve.told().await.contains("poll is over"));

    // With the post everything goes.
    assert_eq!(mei.post(&format!("{edit}/delete"), &[]).await.status, 303);
    settle(&[&a, &b]).await;
    assert_eq!((lan.get(&there).await.status, lan.votes(&there, &["1"]).await), (404, 404));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_asks_wrongly_comes_back_whole() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let audience = ("audience", "everyone");
    for (fields, said) in [
        (vec![("body", "问"), audience, ("option1", "汤圆")], "A poll needs 2 to 10 options."),
        (vec![("body", "问"), audience, ("option1", "汤圆"), ("option7", "汤圆")], "Two options say the same."),
        (
            vec![("body", "问"), audience, ("option1", "汤圆"), ("option2", "饺子"), ("poll_time", "1")],
            "five minutes at least",
        ),
    ] {
        let answer = mei.post("/moments", &fields).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(said) && answer.body.contains("value=\"汤圆\""), "{}", answer.body);
    }
    assert!(mei.get("/").await.links("/@mei/").is_empty(), "nothing was published");
    let page = mei.asks_all("everyone", &[("poll_many", "yes"), ("poll_secret", "yes")]).await;
    assert!(mei.get(&page).await.body.contains("type=\"checkbox\""));
    assert_eq!(mei.votes(&page, &["0", "1"]).await, 303);
    let body = mei.get(&page).await.body;
    assert!(body.contains("The result is shown at the end") && !body.contains("%<"), "{body}");
    a.clock.advance(2 * DAY);
    assert_eq!(mei.counted(&page).await, ["1", "1"]);
}

/// A vote in the field's shape.
fn vote(from: &Someone, number: &str, question: &str, title: &str) -> Value {
    let note = json!({"id": format!("{}#votes/{number}", from.uri), "type": "Note", "name": title,
        "attributedTo": from.uri, "to": [question], "inReplyTo": question});
    from.activity(number, "Create", note)
}

/// A member with two friends on another server.
async fn tied(a: &Server, peer: &Peer) -> (Person, Someone, Someone) {
    let mut mei = a.sign_up("mei").await;
    let (bob, ann) = (peer.person("bob"), peer.person("ann"));
    for (number, who) in [("1", &bob), ("2", &ann)] {
        assert_eq!(who.sends(a, &who.activity(number, "Follow", json!(mei.actor()))).await, 202);
    }
    settle(&[a]).await;
    for _ in 0..2 {
        mei.answers("acceptance").await;
    }
    settle(&[a]).await;
    for (number, who) in [("3", &bob), ("4", &ann)] {
        let follow = peer.taken("Follow").into_iter().find(|follow| follow["object"] == json!(who.uri)).unwrap();
        assert_eq!(who.sends(a, &who.activity(number, "Accept", follow)).await, 202);
    }
    settle(&[a]).await;
    (mei, bob, ann)
}

#[tokio::test(flavor = "multi_thread")]
async fn other_servers_vote() {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let (mut mei, bob, ann) = tied(&a, &peer).await;
    let own = mei.asks_all("everyone", &[]).await;
    settle(&[&a]).await;
    let create = peer.taken("Create").pop().unwrap();
    let question = &create["object"];
    assert_eq!(question["type"], "Question");
    let titles: Vec<&Value> = question["oneOf"].as_array().unwrap().iter().map(|option| &option["name"]).collect();
    assert_eq!(titles, [&json!("汤圆"), &json!("饺子")]);
    assert!(question["endTime"].is_string() && question["closed"].is_null(), "{question}");

    let uri = question["id"].as_str().unwrap();
    let friends_only = mei.asks_all("me", &[]).await;
    let closed = format!("{}{}", a.origin, friends_only.replace("/@mei/", "/objects/"));
    for (number, who, at, title, kept) in [
        ("10", &bob, uri, "饺子", true),
        ("11", &bob, uri, "汤圆", false),
        ("12", &ann, uri, "馒头", false),
        ("13", &ann, &closed, "汤圆", false),
        ("14", &ann, uri, "饺子", true),
    ] {
        assert_eq!(who.sends(&a, &vote(who, number, at, title)).await, 202, "{number}");
        settle_or_refused(&a).await;
        let (state, reason) = a.last_outcome().await;
        assert_eq!(state == huiguan::domain::arrival::State::Done, kept, "{number}: {state:?} {reason}");
    }
    // In somebody else's name.
    let mut forged = vote(&ann, "15", uri, "汤圆");
    forged["object"]["attributedTo"] = json!(bob.uri);
    assert_eq!(ann.sends(&a, &forged).await, 202);
    counted(&[&a]).await;
    assert_eq!(mei.counted(&own).await, ["0", "2"]);
    let update = peer.taken("Update").pop().unwrap();
    let counts: Vec<&Value> =
        update["object"]["oneOf"].as_array().unwrap().iter().map(|option| &option["replies"]["totalItems"]).collect();
    assert_eq!(counts, [&json!(0), &json!(2)]);
    assert_eq!((&update["object"]["votersCount"], &update["object"]["updated"]), (&json!(2), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_other_servers_ask_they_count() {
    let (a, peer) = (Server::start("guangzhou").await, Peer::start());
    let (mut mei, bob, ann) = tied(&a, &peer).await;
    let mut asked = bob.create("21", "<p>茶还是咖啡？</p>");
    asked["object"]["type"] = json!("Question");
    asked["object"]["anyOf"] = json!([
        {"type": "Note", "name": "茶", "replies": {"type": "Collection", "totalItems": 3}},
        {"type": "Note", "name": "<b>咖啡</b>", "replies": {"type": "Collection", "totalItems": 1}}]);
    asked["object"]["endTime"] = json!("2099-12-22T08:00:00Z");
    assert_eq!(bob.sends(&a, &asked).await, 202);
    settle(&[&a]).await;
    let there = mei.get("/").await.links("/@bob@").into_iter().find(|link| link.matches('/').count() == 2).unwrap();
    let page = mei.get(&there).await.body;
    assert!(page.contains("type=\"checkbox\"") && page.contains("&#60;b&#62;咖啡"), "{page}");
    assert_eq!(mei.votes(&there, &["0", "1"]).await, 303);
    settle(&[&a]).await;
    let votes: Vec<Value> = peer.taken("Create").into_iter().filter(|one| one["object"]["name"].is_string()).collect();
    assert_eq!(votes.len(), 2, "{votes:?}");
    for (vote, title) in votes.iter().zip(["茶", "<b>咖啡</b>"]) {
        let object = &vote["object"];
        assert_eq!((&object["type"], &object["name"]), (&json!("Note"), &json!(title)));
        assert_eq!((&object["inReplyTo"], &object["to"]), (&asked["object"]["id"], &json!([bob.uri])));
        assert!(object.get("content").is_none(), "{object}");
    }
    // Another's word on it is nothing, the owner's stands.
    let mut update = bob.activity("22", "Update", asked["object"].clone());
    update["object"]["anyOf"][0]["replies"]["totalItems"] = json!(40);
    update["object"]["votersCount"] = json!(41);
    let mut stolen = update.clone();
    (stolen["actor"], stolen["id"]) = (json!(ann.uri), json!(format!("{}/activities/23", ann.uri)));
    assert_eq!(ann.sends(&a, &stolen).await, 202);
    settle_or_refused(&a).await;
    assert_eq!(mei.counted(&there).await, ["4", "2"]);
    assert_eq!(bob.sends(&a, &update).await, 202);
    settle(&[&a]).await;
    assert_eq!(mei.counted(&there).await, ["40", "1"]);
}

/// Works off what may be refused.
async fn settle_or_refused(server: &Server) {
    while server.work().await > 0 {}
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_ask_and_vote() {
    let hall = Server::start("guangzhou").await;
    let (mut mei, mut hua, lan) = (hall.sign_up("mei").await, hall.sign_up("hua").await, hall.sign_up("lan").await);
    befriend(&mut mei, &mut hua, &[&hall]).await;
    let (own, friend, other) = (mei.program(&hall).await, hua.program(&hall).await, lan.program(&hall).await);
    let fields = [
        ("status", "冬至吃什么？"),
        ("visibility", "private"),
        ("poll[options][]", "汤圆"),
        ("poll[options][]", "饺子"),
        ("poll[expires_in]", "3600"),
        ("poll[hide_totals]", "true"),
    ];
    let status = own.does("/api/v1/statuses", &fields).await;
    let poll = &status["poll"];
    assert_eq!((&poll["multiple"], &poll["expired"], &poll["voted"]), (&json!(false), &json!(false), &json!(false)));
    assert_eq!(
        poll["options"],
        json!([
        {"title": "汤圆", "votes_count": null}, {"title": "饺子", "votes_count": null}])
    );
    let path = format!("/api/v1/polls/{}", id(poll));
    assert_eq!((other.get(&path).await.status, hall.stranger().get(&path).await.status), (404, 404));
    let votes = format!("{path}/votes");
    assert_eq!(other.post(&votes, &[("choices[]", "0")]).await.status, 404);
    for wrong in [&[][..], &[("choices[]", "7")], &[("choices[]", "x")], &[("choices[]", "0"), ("choices[]", "1")]] {
        let answer = friend.post(&votes, wrong).await;
        assert!(answer.status == 422 && answer.json()["error"].is_string(), "{wrong:?}: {}", answer.body);
    }
    let voted = friend.does(&votes, &[("choices[]", "1")]).await;
    assert_eq!((&voted["voted"], &voted["own_votes"], &voted["voters_count"]), (&json!(true), &json!([1]), &json!(1)));
    assert_eq!(voted["options"][1]["votes_count"], Value::Null, "secret until the end");
    assert_eq!(friend.post(&votes, &[("choices[]", "0")]).await.status, 422);

    // An edit may send the same along, and no other; a comment asks nothing.
    let edit = format!("/api/v1/statuses/{}", id(&status));
    let mut changed = fields;
    changed[0].1 = "冬至呢？";
    assert_eq!(own.form("PUT", &edit, &changed).await.status, 200);
    changed[2].1 = "馒头";
    assert_eq!(own.form("PUT", &edit, &changed).await.status, 422);
    let mut comment = fields.to_vec();
    let parent = id(&status);
    comment.push(("in_reply_to_id", &parent));
    assert_eq!(own.post("/api/v1/statuses", &comment).await.status, 422);
    let one = [("status", "问"), ("poll[options][]", "汤圆"), ("poll[expires_in]", "3600")];
    assert_eq!(own.post("/api/v1/statuses", &one).await.status, 422);

    hall.clock.advance(DAY);
    settle(&[&hall]).await;
    let ended = friend.told(&path).await;
    assert_eq!((&ended["expired"], &ended["options"][1]["votes_count"]), (&json!(true), &json!(1)));
    for program in [&own, &friend] {
        let told = program.told("/api/v1/notifications?types[]=poll").await;
        assert_eq!((told[0]["type"].as_str(), &told[0]["status"]["id"]), (Some("poll"), &status["id"]), "{told}");
    }
    assert_eq!(other.told("/api/v1/notifications").await, json!([]));
}
