//! The client API in stories: what programs read and do for their members, and what they are refused.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};

use super::gallery::png;
use super::program::{Program, each, id};
use super::server::{Person, Server, befriend, settle};

const STATUSES: &str = "/api/v1/statuses";
const HOME: &str = "/api/v1/timelines/home";

#[tokio::test(flavor = "multi_thread")]
async fn a_status_is_for_whom_it_says() {
    let hall = Server::start("guangzhou").await;
    let (mut mei, mut hua, lan) = (hall.sign_up("mei").await, hall.sign_up("hua").await, hall.sign_up("lan").await);
    befriend(&mut mei, &mut hua, &[&hall]).await;
    let (own, friend, other) = (mei.program(&hall).await, hua.program(&hall).await, lan.program(&hall).await);
    let visitor = hall.stranger();

    for (visibility, text, by_friend, by_other, by_visitor) in [
        ("public", "大家好", 200, 200, 200),
        ("unlisted", "悄悄的", 200, 200, 200),
        ("private", "给朋友", 200, 404, 404),
        ("direct", "只给你 @lan", 404, 200, 404),
        ("direct", "只给自己", 404, 404, 404),
    ] {
        let status = own.posts(text, visibility).await;
        assert_eq!(status["visibility"], visibility);
        let path = format!("{STATUSES}/{}", id(&status));
        for (reader, seen) in [(&own, 200), (&friend, by_friend), (&other, by_other), (&visitor, by_visitor)] {
            for door in ["", "/context", "/history", "/favourited_by", "/reblogged_by", "/card"] {
                assert_eq!(reader.get(&format!("{path}{door}")).await.status, seen, "{text} at {door}");
            }
        }
        let heard = other.told("/api/v1/notifications").await.to_string().contains(text.trim_end_matches("@lan"));
        assert_eq!(heard, text.ends_with("@lan"), "{text}");
        let public = visitor.told("/api/v1/timelines/public").await.to_string();
        assert_eq!(public.contains(text), visibility == "public");
        assert_eq!(friend.told(HOME).await.to_string().contains(text), by_friend == 200, "{text}");
    }
    // Without a word it is for friends, as on the page; the hall's own words count too.
    let usual = own.does(STATUSES, &[("status", "没说给谁")]).await;
    assert_eq!((&usual["visibility"], &usual["huiguan"]["audience"]), (&json!("private"), &json!("friends")));
    let quiet = own.json("POST", STATUSES, &json!({"status": "静", "huiguan": {"audience": "quiet"}})).await.json();
    assert_eq!((&quiet["visibility"], &quiet["huiguan"]["audience"]), (&json!("unlisted"), &json!("quiet")));
    // To others it isn't told which friends, only that it isn't for everyone.
    let seen = friend.told(&format!("{STATUSES}/{}", id(&usual))).await;
    assert_eq!(seen.get("huiguan"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_never_for_more_than_its_author_said() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut hua, kim) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("kim").await);
    let mut lan = b.sign_up("lan").await;
    befriend(&mut mei, &mut hua, &[&a]).await;
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let (own, friend, third) = (mei.program(&a).await, hua.program(&a).await, kim.program(&a).await);
    let root = id(&third.posts("公开的话", "public").await);

    let reply = |visibility: &'static str, text: &'static str| {
        let fields = [("status", text), ("visibility", visibility), ("in_reply_to_id", root.as_str())]
            .map(|(k, v)| (k, v.to_owned()));
        let own = &own;
        async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            own.does(STATUSES, &fields).await
        }
    };
    let aside = reply("direct", "@hua 悄悄说").await;
    assert_eq!((&aside["visibility"], &aside["in_reply_to_id"]), (&json!("direct"), &json!(root)));
    let narrow = reply("private", "朋友们看").await;
    assert_eq!(narrow["visibility"], "private");
    let open = reply("public", "大家看").await;
    assert_eq!(open["visibility"], "public");
    for (status, by_friend, by_third) in [(&aside, 200, 404), (&narrow, 200, 200), (&open, 200, 200)] {
        let path = format!("{STATUSES}/{}", id(status));
        assert_eq!((friend.get(&path).await.status, third.get(&path).await.status), (by_friend, by_third), "{path}");
        assert_eq!(a.stranger().get(&path).await.status, if status == &open { 200 } else { 404 }, "{path}");
    }
    let thread = third.told(&format!("{STATUSES}/{root}/context")).await.to_string();
    assert!(thread.contains("大家看") && !thread.contains("悄悄说"), "{thread}");

    // Who answers an aside aloud doesn't tell the others whose it was: to them the answer stands under the root.
    let aside_id = id(&aside);
    let fields = [("status", "好的"), ("visibility", "public"), ("in_reply_to_id", &*aside_id)];
    let aloud = id(&friend.does(STATUSES, &fields).await);
    let (by_mei, by_third) =
        (own.told(&format!("{STATUSES}/{aloud}")).await, third.told(&format!("{STATUSES}/{aloud}")).await);
    assert_eq!((&by_mei["in_reply_to_id"], &by_third["in_reply_to_id"]), (&json!(aside_id), &json!(root)));
    assert_ne!(by_mei["in_reply_to_account_id"], by_third["in_reply_to_account_id"]);

    // Under one's own post for everyone one may speak to friends alone, and they alone hear it, elsewhere too.
    let mine = id(&own.posts("我的话", "public").await);
    let to_friends =
        own.does(STATUSES, &[("status", "给朋友的补充"), ("visibility", "private"), ("in_reply_to_id", &mine)]).await;
    settle(&[&a, &b]).await;
    let path = format!("{STATUSES}/{}", id(&to_friends));
    assert_eq!((friend.get(&path).await.status, third.get(&path).await.status), (200, 404));
    let far = lan.program(&b).await;
    let there = far.told(HOME).await;
    let root_there =
        there.as_array().unwrap().iter().find(|one| one["content"].to_string().contains("我的话")).unwrap();
    let context = far.told(&format!("{STATUSES}/{}/context", id(root_there))).await.to_string();
    assert!(context.contains("给朋友的补充"), "{context}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_to_one_person_elsewhere_reaches_nobody_else() {
    let halls = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("lima").await);
    let (a, b, c) = (&halls.0, &halls.1, &halls.2);
    let mut mei = a.sign_up("mei").await;
    let (mut lan, tom, mut kim) = (b.sign_up("lan").await, b.sign_up("tom").await, c.sign_up("kim").await);
    befriend(&mut mei, &mut lan, &[a, b]).await;
    befriend(&mut mei, &mut kim, &[a, c]).await;
    let (own, far, beside, third) =
        (mei.program(a).await, lan.program(b).await, tom.program(b).await, kim.program(c).await);
    let both = format!("@{} @{} 就我们三个", lan.address(), kim.address());
    own.posts(&both, "direct").await;
    own.posts(&format!("@{} 就我们两个", lan.address()), "direct").await;
    settle(&[a, b, c]).await;

    let heard = far.told("/api/v1/notifications").await;
    assert_eq!(each(&heard, "type").iter().filter(|kind| **kind == "mention").count(), 2, "{heard}");
    let status = heard
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["status"])
        .find(|one| one["content"].to_string().contains("三个"));
    assert_eq!(status.unwrap()["visibility"], "direct");
    assert_eq!(
        each(&third.told("/api/v1/notifications").await, "type").iter().filter(|kind| **kind == "mention").count(),
        1
    );
    assert!(!beside.told(HOME).await.to_string().contains("我们"));
    // Neither server learns who of the other is meant, beyond what stands in the text.
    let stored = c.ctx.read(|conn| Ok(huiguan::domain::post::stored(conn, "")?.is_none())).await.unwrap();
    assert!(stored);

    // They answer, and it comes back to those who are meant.
    let there = far.told(HOME).await;
    let direct = there.as_array().unwrap().iter().find(|one| one["content"].to_string().contains("两个")).unwrap();
    let text = format!("@{} 收到", mei.address());
    far.does(STATUSES, &[("status", &text), ("visibility", "direct"), ("in_reply_to_id", &id(direct))]).await;
    settle(&[a, b, c]).await;
    let answers = own.told("/api/v1/notifications").await;
    let answer = answers.as_array().unwrap().iter().find(|one| one["status"]["content"].to_string().contains("收到"));
    assert_eq!(answer.unwrap_or_else(|| panic!("{answers}"))["status"]["visibility"], "direct");
    assert!(!third.told(HOME).await.to_string().contains("收到"));
}

#[tokio::test(flavor = "multi_thread")]
async fn statuses_are_written_once_changed_and_taken_back() {
    let hall = Server::start("guangzhou").await;
    let mei = hall.sign_up("mei").await;
    let own = mei.program(&hall).await;
    let send = || own.request("POST", STATUSES).header("idempotency-key", "一次");
    let body = [("status", "冬至 #搓丸"), ("spoiler_text", "吃的"), ("language", "zh-TW"), ("visibility", "public")];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(body).finish();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let request = send().header("content-type", "application/x-www-form-urlencoded").body(body.clone());
        ids.push(id(&own.call(request).await.json()));
    }
    assert_eq!(ids[0], ids[1], "the same key posts once");
    let path = format!("{STATUSES}/{}", ids[0]);
    let status = own.told(&path).await;
    assert_eq!(
        (&status["spoiler_text"], &status["sensitive"], &status["language"]),
        (&json!("吃的"), &json!(true), &json!("zh-Hant"))
    );
    assert_eq!(status["tags"][0]["name"], "搓丸");
    assert!(status["created_at"].as_str().unwrap().ends_with('Z') && status["edited_at"].is_null());

    let source = own.told(&format!("{path}/source")).await;
    assert_eq!((&source["text"], &source["spoiler_text"]), (&json!("冬至 #搓丸"), &json!("吃的")));
    hall.clock.advance(1_000_000);
    let edited = own.form("PUT", &path, &[("status", "冬至快乐")]).await.json();
    assert_eq!((&edited["content"], &edited["spoiler_text"]), (&json!("<p>冬至快乐</p>"), &json!("吃的")));
    assert!(edited["edited_at"].is_string());
    let history = own.told(&format!("{path}/history")).await;
    assert_eq!(history.as_array().unwrap().len(), 2);
    assert!(
        history[0]["content"].to_string().contains("搓丸") && history[1]["content"] == "<p>冬至快乐</p>",
        "{history}"
    );

    for (act, property) in [("favourite", "favourited"), ("bookmark", "bookmarked"), ("pin", "pinned")] {
        assert_eq!(own.does(&format!("{path}/{act}"), &[]).await[property], true, "{act}");
    }
    assert_eq!(id(&own.told("/api/v1/favourites").await[0]), ids[0]);
    assert_eq!(id(&own.told("/api/v1/bookmarks").await[0]), ids[0]);
    let me = id(&own.told("/api/v1/accounts/verify_credentials").await);
    assert_eq!(id(&own.told(&format!("/api/v1/accounts/{me}/statuses?pinned=true")).await[0]), ids[0]);
    for (act, property) in [("unfavourite", "favourited"), ("unbookmark", "bookmarked"), ("unpin", "pinned")] {
        assert_eq!(own.does(&format!("{path}/{act}"), &[]).await[property], false, "{act}");
    }
    let deleted = own.form("DELETE", &path, &[]).await.json();
    assert_eq!(deleted["text"], "冬至快乐");
    assert_eq!(own.get(&path).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_go_along_and_open_for_their_readers_alone() {
    let hall = Server::start("guangzhou").await;
    let (mut mei, mut hua, lan) = (hall.sign_up("mei").await, hall.sign_up("hua").await, hall.sign_up("lan").await);
    befriend(&mut mei, &mut hua, &[&hall]).await;
    let (own, friend, other) = (mei.program(&hall).await, hua.program(&hall).await, lan.program(&hall).await);
    let sent = own.sends_file("POST", "/api/v2/media", "file", &png(40, 30), &[("description", "一碗汤圆")]).await;
    assert_eq!((sent.status, &sent.json()["url"]), (202, &Value::Null), "{}", sent.body);
    let media = id(&sent.json());
    let path = format!("/api/v1/media/{media}");
    assert_eq!(own.get(&path).await.status, 206);
    settle(&[&hall]).await;
    let ready = own.told(&path).await;
    assert_eq!((&ready["type"], &ready["description"]), (&json!("image"), &json!("一碗汤圆")));
    assert_eq!(ready["meta"]["original"]["width"], 40);
    assert_eq!(own.form("PUT", &path, &[("description", "两碗汤圆")]).await.json()["description"], "两碗汤圆");
    assert_eq!(other.get(&path).await.status, 404);

    let fields = [("status", "热的"), ("visibility", "private"), ("media_ids[]", &*media)];
    let status = own.does(STATUSES, &fields).await;
    let shown = format!("{STATUSES}/{}", id(&status));
    let file = |status: &Value| status["media_attachments"][0]["url"].as_str().unwrap().to_owned();
    assert_eq!(status["media_attachments"][0]["description"], "两碗汤圆");
    let (mine, theirs) = (file(&status), file(&friend.told(&shown).await));
    for address in [&mine, &theirs, &theirs.replace("display", "thumb")] {
        assert_eq!(own.opens(address).await, 200, "{address}");
    }
    // The address is for that reader and that file; without the pass it is nobody's.
    let (bare, pass) = theirs.split_once("?pass=").unwrap();
    let mut forged = pass.to_owned();
    forged.replace_range(4..5, if &pass[4..5] == "A" { "B" } else { "A" });
    for address in
        [bare.to_owned(), format!("{bare}?pass={forged}"), format!("{bare}?pass="), format!("{bare}?x=1&pass={pass}")]
    {
        assert_eq!(own.opens(&address).await, 404, "{address}");
    }
    // It opens as long as its holder may see the post.
    mei.removes(&hua).await;
    settle(&[&hall]).await;
    assert_eq!((own.opens(&theirs).await, own.opens(&mine).await), (404, 200));

    // The words change with the status; older programs wait for the picture; other's files stay where they are.
    let alts =
        json!({"status": "凉了", "media_ids": [media], "media_attributes": [{"id": media, "description": "空碗"}]});
    let changed = own.json("PUT", &shown, &alts).await.json();
    assert_eq!(changed["media_attachments"][0]["description"], "空碗", "{changed}");
    let stolen = other.post(STATUSES, &[("status", "x"), ("media_ids[]", &media)]).await;
    assert_eq!(stolen.status, 422, "{}", stolen.body);
    let avatar = own
        .sends_file(
            "PATCH",
            "/api/v1/accounts/update_credentials",
            "avatar",
            &png(50, 50),
            &[("display_name", "陈美玲")],
        )
        .await;
    assert_eq!((avatar.status, &avatar.json()["display_name"]), (200, &json!("陈美玲")), "{}", avatar.body);
    settle(&[&hall]).await;
    let own_face = own.told("/api/v1/accounts/verify_credentials").await["avatar"].as_str().unwrap().to_owned();
    assert!(own_face.contains("/media/"), "{own_face}");
    assert_eq!(own.opens(&own_face).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_turned_in_both_directions() {
    let hall = Server::start("guangzhou").await;
    let mei = hall.sign_up("mei").await;
    let own = mei.program(&hall).await;
    let mut all = Vec::new();
    for number in 0..7 {
        all.push(id(&own.posts(&format!("第{number}条 #冬至"), "public").await));
    }
    all.reverse();
    for path in [HOME, "/api/v1/timelines/public", "/api/v1/timelines/tag/%E5%86%AC%E8%87%B3"] {
        let first = own.get(&format!("{path}?limit=3")).await;
        assert_eq!(each(&first.json(), "id"), all[..3], "{path}");
        let next = Program::pages(&first).1;
        assert!(next.starts_with(&format!("{}{path}?", hall.origin)), "{next}");
        let second = own.get(&next).await;
        assert_eq!(each(&second.json(), "id"), all[3..6], "{next}");
        let back = own.get(&Program::pages(&second).0).await;
        assert_eq!(each(&back.json(), "id"), all[..3], "{path}");
        assert_eq!(each(&own.told(&format!("{path}?since_id={}", all[2])).await, "id"), all[..2]);
        assert_eq!(each(&own.told(&format!("{path}?min_id={}&limit=2", all[6])).await, "id"), all[4..6]);
        assert_eq!(own.told(&format!("{path}?max_id={}", all[6])).await, json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_two_halls_meet_by_their_programs() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mei, lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let (own, far) = (mei.program(&a).await, lan.program(&b).await);
    let found = own.told(&format!("/api/v2/search?q=%40{}&resolve=true&type=accounts", lan.address())).await;
    let account = &found["accounts"][0];
    assert_eq!((&account["acct"], &account["locked"]), (&json!(lan.address()), &json!(true)), "{found}");
    let lan_here = id(account);
    let stands = own.does(&format!("/api/v1/accounts/{lan_here}/follow"), &[]).await;
    assert_eq!((&stands["requested"], &stands["following"]), (&json!(true), &json!(false)));
    settle(&[&a, &b]).await;

    let asking = far.told("/api/v1/follow_requests").await;
    assert_eq!(each(&asking, "acct"), [mei.address()]);
    assert_eq!(each(&far.told("/api/v1/notifications").await, "type"), ["follow_request"]);
    far.does(&format!("/api/v1/follow_requests/{}/authorize", id(&asking[0])), &[]).await;
    settle(&[&a, &b]).await;
    let stands = own.told(&format!("/api/v1/accounts/relationships?id[]={lan_here}")).await;
    assert_eq!((&stands[0]["following"], &stands[0]["followed_by"]), (&json!(true), &json!(true)), "{stands}");
    assert_eq!(
        each(&own.told(&format!("/api/v1/accounts/lookup?acct={}", lan.address())).await["fields"], "name").len(),
        0
    );

    far.posts("槟城下雨了", "private").await;
    settle(&[&a, &b]).await;
    let there = own.told(HOME).await;
    assert!(there[0]["content"].to_string().contains("槟城下雨了"), "{there}");
    let path = format!("{STATUSES}/{}", id(&there[0]));
    own.does(&format!("{path}/favourite"), &[]).await;
    let fields = [("status", "这边也是"), ("in_reply_to_id", &*id(&there[0])), ("visibility", "private")];
    let reply = own.does(STATUSES, &fields).await;
    assert_eq!((&reply["in_reply_to_account_id"], &reply["visibility"]), (&json!(lan_here), &json!("private")));
    settle(&[&a, &b]).await;
    let heard = far.told("/api/v1/notifications?exclude_types[]=follow_request").await;
    let mut kinds = each(&heard, "type");
    kinds.sort_unstable();
    assert_eq!(kinds, ["favourite", "mention"], "{heard}");
    let grouped = far.told("/api/v2/notifications?types[]=favourite").await;
    let group = &grouped["notification_groups"][0];
    assert_eq!((&group["type"], &group["notifications_count"]), (&json!("favourite"), &json!(1)), "{grouped}");
    assert_eq!(group["status_id"], grouped["statuses"][0]["id"]);
    assert_eq!(far.told("/api/v1/notifications/unread_count").await["count"], 2);
    let marked = [("notifications[last_read_id]", &*id(&heard[0]))];
    assert_eq!(far.does("/api/v1/markers", &marked).await["notifications"]["version"], 1);
    assert_eq!(far.told("/api/v1/notifications/unread_count").await["count"], 0);
    assert_eq!(own.post(&format!("{path}/reblog"), &[]).await.status, 422, "what is for friends isn't boosted");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_everyone_is_boosted_and_nothing_else() {
    let hall = Server::start("guangzhou").await;
    let (mut mei, mut hua) = (hall.sign_up("mei").await, hall.sign_up("hua").await);
    befriend(&mut mei, &mut hua, &[&hall]).await;
    let (own, friend) = (mei.program(&hall).await, hua.program(&hall).await);
    let private = id(&own.posts("给朋友", "private").await);
    assert_eq!(friend.post(&format!("{STATUSES}/{private}/reblog"), &[]).await.status, 422);
    let public = id(&own.posts("给大家", "public").await);
    let boost = friend.does(&format!("{STATUSES}/{public}/reblog"), &[]).await;
    assert_eq!((&boost["reblog"]["id"], &boost["account"]["acct"]), (&json!(public), &json!("hua")));
    // The boost has a number of its own, and leads to the status.
    assert_ne!(boost["id"], boost["reblog"]["id"]);
    let seen = own.told(&format!("{STATUSES}/{}", id(&boost))).await;
    assert_eq!((&seen["reblog"]["id"], &seen["reblog"]["reblogs_count"]), (&json!(public), &json!(1)));
    assert_eq!(each(&own.told(&format!("{STATUSES}/{public}/reblogged_by")).await, "acct"), ["hua"]);
    assert_eq!(each(&own.told("/api/v1/notifications?types[]=reblog").await, "type"), ["reblog"]);
    let undone = friend.does(&format!("{STATUSES}/{public}/unreblog"), &[]).await;
    assert_eq!((&undone["reblogged"], &undone["reblogs_count"]), (&json!(false), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_lists_and_filters_warn() {
    let hall = Server::start("guangzhou").await;
    let (mut mei, mut hua, mut lan) = (hall.sign_up("mei").await, hall.sign_up("hua").await, hall.sign_up("lan").await);
    befriend(&mut mei, &mut hua, &[&hall]).await;
    befriend(&mut mei, &mut lan, &[&hall]).await;
    let (own, one, other) = (mei.program(&hall).await, hua.program(&hall).await, lan.program(&hall).await);
    let list = own.does("/api/v1/lists", &[("title", "老同学")]).await;
    let path = format!("/api/v1/lists/{}", id(&list));
    let hua_here = id(&own.told("/api/v1/accounts/lookup?acct=hua").await);
    assert_eq!(own.post(&format!("{path}/accounts"), &[("account_ids[]", &hua_here)]).await.status, 200);
    one.posts("同学的喝茶", "private").await;
    other.posts("别人的", "private").await;
    let shown = own.told(&format!("/api/v1/timelines/list/{}", id(&list))).await;
    assert_eq!(shown.as_array().unwrap().len(), 1);
    assert!(shown[0]["content"].to_string().contains("同学的"));
    assert_eq!(each(&own.told(&format!("{path}/accounts")).await, "acct"), ["hua"]);
    assert_eq!(each(&own.told(&format!("/api/v1/accounts/{hua_here}/lists")).await, "title"), ["老同学"]);
    assert_eq!(own.form("PUT", &path, &[("title", "同窗")]).await.json()["title"], "同窗");
    for door in ["", "/accounts"] {
        assert_eq!(one.get(&format!("{path}{door}")).await.status, 404, "another's list");
    }
    assert_eq!(one.get(&format!("/api/v1/timelines/list/{}", id(&list))).await.status, 404);

    let filter = json!({"title": "茶", "context": ["home"], "filter_action": "warn",
        "keywords_attributes": [{"keyword": "喝茶", "whole_word": true}]});
    let made = own.json("POST", "/api/v2/filters", &filter).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let own_filter = format!("/api/v2/filters/{}", id(&made.json()));
    let home = own.told(HOME).await;
    let found = home.as_array().unwrap().iter().find(|status| status["content"].to_string().contains("喝茶")).unwrap();
    assert_eq!(found["filtered"][0]["keyword_matches"], json!(["喝茶"]), "{found}");
    assert_eq!(found["filtered"][0]["filter"]["title"], "茶");
    let hidden = own.json("PUT", &own_filter, &json!({"filter_action": "hide"})).await.json();
    assert_eq!((&hidden["filter_action"], &hidden["keywords"][0]["keyword"]), (&json!("hide"), &json!("喝茶")));
    assert!(!own.told(HOME).await.to_string().contains("喝茶"));
    assert_eq!(one.get(&own_filter).await.status, 404);
    assert_eq!(own.form("DELETE", &own_filter, &[]).await.status, 200);
    assert!(own.told(HOME).await.to_string().contains("喝茶"));
    assert_eq!(own.form("DELETE", &path, &[]).await.status, 200);
    assert_eq!(own.told("/api/v1/lists").await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_answered_with_a_reason() {
    let hall = Server::start("guangzhou").await;
    let mei = hall.sign_up("mei").await;
    let own = mei.program(&hall).await;
    let send =
        |kind: &'static str, body: Vec<u8>| own.request("POST", STATUSES).header("content-type", kind).body(body);
    for (kind, body) in [
        ("application/json", b"{\"status\":".to_vec()),
        ("application/json", b"[1, 2]".to_vec()),
        ("application/json", b"{\"status\": \"\xff\"}".to_vec()),
        ("application/x-www-form-urlencoded", b"status=%zz".to_vec()),
        ("application/x-www-form-urlencoded", b"status=%ff".to_vec()),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense".to_vec()),
        ("multipart/form-data", b"status=x".to_vec()),
        ("text/plain", b"status=x".to_vec()),
        ("application/json", vec![b' '; 300 * 1_024]),
    ] {
        let answer = own.call(send(kind, body.clone())).await;
        let reason = answer.json()["error"].as_str().unwrap_or_default().to_owned();
        assert!(
            (400..500).contains(&answer.status) && reason.len() > 20,
            "{kind} {}: {}",
            String::from_utf8_lossy(&body[..20.min(body.len())]),
            answer.body
        );
    }
    let long = "字".repeat(5_001);
    for fields in [
        &[("status", "")][..],
        &[("status", &*long)],
        &[("status", "x"), ("visibility", "everyone")],
        &[("status", "x"), ("media_ids[]", "abc")],
        &[("status", "x"), ("media_ids[]", "1")],
        &[("status", "x"), ("scheduled_at", "2030-01-01")],
    ] {
        let answer = own.post(STATUSES, fields).await;
        let reason = answer.json()["error"].as_str().unwrap_or_default().to_owned();
        assert!(answer.status == 422 && reason.starts_with("Validation failed: "), "{}", answer.body);
    }
    for path in [
        "/api/v1/statuses/x",
        "/api/v1/statuses/99999999999999999999",
        "/api/v1/accounts/-1",
        "/api/v1/lists/0",
        "/api/v1/media/1",
        "/api/v1/notifications/1",
    ] {
        let answer = own.get(path).await;
        assert_eq!((answer.status, &answer.json()["error"]), (404, &json!("Record not found")), "{path}");
    }
    for path in [HOME, "/api/v1/notifications", "/api/v2/notifications"] {
        for query in ["limit=-5", "limit=99999", "max_id=x", "min_id=-1", "max_id=9223372036854775808", "limit[]=1"] {
            assert_eq!(own.get(&format!("{path}?{query}")).await.status, 200, "{path}?{query}");
        }
        assert_eq!(hall.stranger().get(path).await.status, 401);
    }
    assert_eq!(own.sends_file("POST", "/api/v2/media", "file", b"no picture", &[]).await.status, 422);
    assert_eq!(own.post("/api/v2/media", &[("description", "x")]).await.status, 422);
    // What the hall has nothing of is an empty list.
    for path in [
        "/api/v1/trends",
        "/api/v1/conversations",
        "/api/v1/custom_emojis",
        "/api/v1/suggestions",
        "/api/v1/announcements",
    ] {
        assert_eq!(own.told(path).await, json!([]), "{path}");
    }
}

/// The lines of a stream, as they come.
pub async fn hears(
    program: &Program,
    path: &str,
) -> impl FnMut(Duration) -> futures_util::future::BoxFuture<'static, String> + use<> {
    let response = program.request("GET", path).bearer_auth(&program.token).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), response.headers()["content-type"].to_str().unwrap()),
        (200, "text/event-stream")
    );
    let lines = std::sync::Arc::new(tokio::sync::Mutex::new(response.bytes_stream()));
    move |wait| {
        let lines = lines.clone();
        Box::pin(async move {
            let (mut lines, mut heard) = (lines.lock().await, String::new());
            while let Ok(Some(Ok(bytes))) = tokio::time::timeout(wait, lines.next()).await {
                heard.push_str(&String::from_utf8_lossy(&bytes));
                if heard.contains("\ndata: ") {
                    break;
                }
            }
            heard
        })
    }
}

/// Listens until all of these are heard, for ten seconds at most.
async fn until(
    hears: &mut impl FnMut(Duration) -> futures_util::future::BoxFuture<'static, String>,
    words: &[&str],
) -> String {
    let mut heard = String::new();
    for _ in 0..20 {
        heard.push_str(&hears(Duration::from_millis(500)).await);
        if words.iter().all(|word| heard.contains(word)) {
            return heard;
        }
    }
    panic!("{words:?} not heard: {heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_tell_what_their_reader_may_see() {
    let hall = Server::start("guangzhou").await;
    let (mut mei, mut hua, lan) = (hall.sign_up("mei").await, hall.sign_up("hua").await, hall.sign_up("lan").await);
    befriend(&mut mei, &mut hua, &[&hall]).await;
    let (own, friend, other) = (mei.program(&hall).await, hua.program(&hall).await, lan.program(&hall).await);
    let (mut by_friend, mut by_other) =
        (hears(&friend, "/api/v1/streaming/user").await, hears(&other, "/api/v1/streaming/user").await);
    let mut by_public = hears(&other, "/api/v1/streaming?stream=public:local").await;
    assert_eq!(hall.stranger().get("/api/v1/streaming/user").await.status, 401);
    assert_eq!(other.get("/api/v1/streaming/nonsense").await.status, 422);

    let private = own.posts("给朋友 @hua", "private").await;
    let heard = until(&mut by_friend, &["event: update", "event: notification", "给朋友"]).await;
    assert!(heard.starts_with(":)"), "{heard}");
    let path = format!("{STATUSES}/{}", id(&private));
    hall.clock.advance(1_000_000);
    own.form("PUT", &path, &[("status", "改过了")]).await;
    until(&mut by_friend, &["event: status.update", "改过了"]).await;
    own.posts("给大家", "public").await;
    until(&mut by_public, &["event: update", "给大家"]).await;
    own.form("DELETE", &path, &[]).await;
    until(&mut by_friend, &["event: delete", &format!("data: {}", id(&private))]).await;
    // A block is like a deletion to whom it shuts out.
    let last = own.posts("再见", "private").await;
    until(&mut by_friend, &["再见"]).await;
    mei.shuns("block", &hua).await;
    until(&mut by_friend, &["event: delete", &format!("data: {}", id(&last))]).await;
    let heard = by_other(Duration::from_millis(600)).await + &by_public(Duration::from_millis(600)).await;
    assert!(!heard.contains("给朋友") && !heard.contains("改过了") && !heard.contains("再见"), "{heard}");
    // Whoever is turned out hears nothing more: the stream ends.
    let mut page = Person::new(&hall);
    (page.name, page.password) = (lan.name.clone(), lan.password.clone());
    page.sign_in().await;
    for removal in page.get("/settings/apps").await.links("/settings/apps/") {
        assert_eq!(page.post(&removal, &[]).await.status, 303);
    }
    own.posts("之后", "public").await;
    let heard = by_public(Duration::from_secs(2)).await;
    assert!(!heard.contains("之后"), "{heard}");
}
