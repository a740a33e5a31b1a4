//! The small things by which programs with strict types, or in browsers, stumble.

use serde_json::json;

use super::program::{Program, id};
use super::server::{Server, befriend, settle};

#[tokio::test(flavor = "multi_thread")]
async fn groups_of_notices_are_numbered_as_programs_read_them() {
    let hall = Server::start("guangzhou").await;
    let (mei, lan) = (hall.sign_up("mei").await, hall.sign_up("lan").await);
    let (own, other) = (mei.program(&hall).await, lan.program(&hall).await);
    let post = id(&own.posts("大家好", "public").await);
    other.does(&format!("/api/v1/statuses/{post}/favourite"), &[]).await;
    let groups = own.told("/api/v2/notifications").await;
    let group = &groups["notification_groups"][0];
    let notice = own.told("/api/v1/notifications").await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(group["most_recent_notification_id"], json!(notice.parse::<i64>().unwrap()));
    assert_eq!((&group["page_min_id"], &group["page_max_id"]), (&json!(notice), &json!(notice)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_is_not_kept_is_not_taken() {
    let hall = Server::start("guangzhou").await;
    let own = hall.sign_up("mei").await.program(&hall).await;
    let (old, new) = ("/api/v1/notifications/policy", "/api/v2/notifications/policy");
    let told = own.told(old).await;
    for name in ["not_following", "not_followers", "new_accounts", "private_mentions"] {
        assert_eq!(told[format!("filter_{name}")], false, "{told}");
        assert_eq!(told.get(format!("for_{name}")), None);
        assert_eq!(own.told(new).await[format!("for_{name}")], "accept");
        for (method, path, key, value, status) in [
            ("PUT", old, format!("filter_{name}"), "false", 200),
            ("PUT", old, format!("filter_{name}"), "true", 422),
            ("PATCH", new, format!("for_{name}"), "accept", 200),
            ("PATCH", new, format!("for_{name}"), "drop", 422),
            ("PATCH", new, format!("for_{name}"), "filter", 422),
        ] {
            let answer = own.json(method, path, &json!({key: value})).await;
            assert_eq!(answer.status, status, "{method} {name} {value}: {}", answer.body);
            assert_eq!(status == 422, answer.body.contains("muted or blocked"), "{}", answer.body);
        }
    }
    assert_eq!(told["summary"]["pending_requests_count"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_that_a_schema_does_not_know() {
    let hall = Server::start("guangzhou").await;
    let own = hall.sign_up("mei").await.program(&hall).await;
    assert_eq!(own.told("/api/v1/preferences").await.get("posting:default:quote_policy"), None);
    let hall_told = own.told("/api/v2/instance").await;
    assert_eq!(hall_told["configuration"]["timelines_access"]["trending_link_feeds"]["local"], "authenticated");
    let scopes = own.told("/.well-known/oauth-authorization-server").await["scopes_supported"].to_string();
    assert!(!scopes.contains("read:me") && !scopes.contains("crypto") && scopes.contains("\"profile\""), "{scopes}");
    // A token that was made by hand has a program too.
    let app = own.told("/api/v1/apps/verify_credentials").await;
    assert_eq!((&app["name"], &app["scopes"][0]), (&json!("Huiguan"), &json!("read")));
    for path in ["/api/v1/timelines/link?url=https://a.example/", "/api/v1/notifications/requests"] {
        assert_eq!(own.told(path).await, json!([]), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrower_limit_leaves_nothing() {
    let hall = Server::start_with("guangzhou", |config| config.limits.rate_limit = true).await;
    let program = hall.stranger();
    let fields = [("client_name", "Tea"), ("redirect_uris", "https://app.example/"), ("scopes", "read")];
    for _ in 0..31 {
        let answer = program.post("/api/v1/apps", &fields).await;
        let left: u32 = answer.header("x-ratelimit-remaining").parse().unwrap();
        match answer.status {
            200 => assert!(left > 0),
            status => {
                assert_eq!((status, left), (429, 0));
                assert_ne!(answer.header("retry-after"), "");
                return;
            }
        }
    }
    panic!("nobody was refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_origins_read_what_everybody_may() {
    let hall = Server::start("guangzhou").await;
    let (mut mei, mut hua) = (hall.sign_up("mei").await, hall.sign_up("hua").await);
    befriend(&mut mei, &mut hua, &[&hall]).await;
    let (own, visitor) = (mei.program(&hall).await, hall.stranger());
    let address = |program: &Program, audience: &'static str| {
        let (client, origin, token) = (program.client.clone(), program.origin.clone(), program.token.clone());
        let (program, hall) = (Program { client, origin, token }, &hall);
        async move {
            let file = super::gallery::png(8, 8);
            let media = id(&program.sends_file("POST", "/api/v2/media", "file", &file, &[]).await.json());
            let fields = [("status", "看"), ("visibility", audience), ("media_ids[]", &*media)];
            let post = id(&program.does("/api/v1/statuses", &fields).await);
            settle(&[hall]).await;
            let told = program.told(&format!("/api/v1/statuses/{post}")).await;
            told["media_attachments"][0]["url"].as_str().unwrap().to_owned()
        }
    };
    let (open, narrow) = (address(&own, "public").await, address(&own, "private").await);
    for path in
        [&*open, &narrow, "/static/0/face.png", "/.well-known/host-meta", "/.well-known/nodeinfo", "/nodeinfo/2.1"]
    {
        let asked = visitor.request("GET", path).header("origin", "https://web.example");
        let answer = visitor.call_bytes(asked).await;
        assert_eq!(answer, (200, "*".to_owned()), "{path}");
        let asked = visitor.request("OPTIONS", path).header("origin", "https://web.example");
        let answer = visitor.call(asked.header("access-control-request-method", "GET")).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"), "{path}");
    }
    let found = format!("/.well-known/webfinger?resource=acct:mei@{}", hall.authority);
    let answer = visitor.call(visitor.request("OPTIONS", &found)).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"));
    // What is shown by a cookie alone is for our own pages.
    let bare = narrow.split('?').next().unwrap().trim_start_matches(&hall.origin).to_owned();
    let cookie = mei.cookie_header();
    let asked = visitor.request("GET", &bare).header("origin", "https://web.example").header("cookie", cookie);
    assert_eq!(visitor.call_bytes(asked).await, (200, String::new()));
    drop(hua);
}

/// How somebody stands to one other.
async fn stands(program: &Program, other: &str) -> serde_json::Value {
    program.told(&format!("/api/v1/accounts/relationships?id[]={other}")).await[0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mute_ends_when_its_time_is_over() {
    let hall = Server::start("guangzhou").await;
    let (mut mei, mut hua) = (hall.sign_up("mei").await, hall.sign_up("hua").await);
    befriend(&mut mei, &mut hua, &[&hall]).await;
    let (own, other) = (mei.program(&hall).await, hua.program(&hall).await);
    let hers = id(&other.told("/api/v1/accounts/verify_credentials").await);
    let post = id(&own.posts("大家好", "public").await);
    id(&other.posts("我来了", "public").await);
    let mute = format!("/api/v1/accounts/{hers}/mute");
    let home = || async { own.told("/api/v1/timelines/home").await.to_string().contains("我来了") };
    assert!(home().await);

    let muted = own.json("POST", &mute, &json!({"duration": 3600, "notifications": false})).await.json();
    assert_eq!((&muted["muting"], &muted["muting_notifications"]), (&json!(true), &json!(false)));
    let until = muted["muting_expires_at"].as_str().expect("it ends").to_owned();
    let listed = own.told("/api/v1/mutes").await;
    assert_eq!((&listed[0]["id"], &listed[0]["mute_expires_at"]), (&json!(hers), &json!(until)));
    assert!(!home().await);
    // What they do is told all the same, since that was asked for; the usual mute tells nothing.
    other.does(&format!("/api/v1/statuses/{post}/favourite"), &[]).await;
    let kinds = || async { own.told("/api/v1/notifications?types[]=favourite").await.as_array().unwrap().len() };
    assert_eq!(kinds().await, 1);
    let again = own.does(&mute, &[("duration", "7200")]).await;
    assert_eq!((&again["muting_notifications"], kinds().await), (&json!(true), 0));

    // The first time is over, but the mute was set anew; then it ends by itself.
    for (minutes, is_muted) in [(61, true), (60, false)] {
        hall.clock.advance(minutes * 60 * 1_000_000);
        settle(&[&hall]).await;
        assert_eq!(stands(&own, &hers).await["muting"], is_muted, "after {minutes} more minutes");
        assert_eq!(home().await, !is_muted);
    }
    assert_eq!(kinds().await, 1);
    // Without a time it stays, also if one was set before.
    own.does(&mute, &[("duration", "60")]).await;
    assert_eq!(own.does(&mute, &[]).await["muting_expires_at"], json!(null));
    hall.clock.advance(24 * 3_600 * 1_000_000);
    settle(&[&hall]).await;
    assert_eq!(stands(&own, &hers).await["muting"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn boosts_of_one_friend_are_hidden_and_what_cannot_be_done_is_said() {
    let hall = Server::start("guangzhou").await;
    let (mut mei, mut hua, lan) = (hall.sign_up("mei").await, hall.sign_up("hua").await, hall.sign_up("lan").await);
    befriend(&mut mei, &mut hua, &[&hall]).await;
    let (own, friend, third) = (mei.program(&hall).await, hua.program(&hall).await, lan.program(&hall).await);
    let hers = id(&friend.told("/api/v1/accounts/verify_credentials").await);
    let follow = format!("/api/v1/accounts/{hers}/follow");
    let post = id(&third.posts("第三个人的话", "public").await);
    friend.does(&format!("/api/v1/statuses/{post}/reblog"), &[]).await;
    let home = || async { own.told("/api/v1/timelines/home").await.to_string().contains("第三个人的话") };
    assert!(home().await);
    let hidden = own.json("POST", &follow, &json!({"reblogs": false, "notify": false})).await.json();
    assert_eq!((&hidden["following"], &hidden["showing_reblogs"]), (&json!(true), &json!(false)));
    assert!(!home().await);
    // What isn't said stays as it is.
    assert_eq!(own.does(&follow, &[]).await["showing_reblogs"], false);
    assert_eq!(own.json("POST", &follow, &json!({"reblogs": true})).await.json()["showing_reblogs"], true);
    assert!(home().await);
    for body in [json!({"notify": true}), json!({"languages": ["fr"]})] {
        let refused = own.json("POST", &follow, &body).await;
        assert!(refused.status == 422 && refused.body.contains("each of their posts"), "{}", refused.body);
    }
    drop((mei, hua));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_people_lead_further() {
    let hall = Server::start("guangzhou").await;
    let own = hall.sign_up("mei").await.program(&hall).await;
    let me = id(&own.told("/api/v1/accounts/verify_credentials").await);
    for name in ["a1", "b2", "c3"] {
        let other = hall.sign_up(name).await.program(&hall).await;
        let hers = id(&other.told("/api/v1/accounts/verify_credentials").await);
        other.does(&format!("/api/v1/accounts/{me}/follow"), &[]).await;
        own.does(&format!("/api/v1/accounts/{hers}/mute"), &[("notifications", "false")]).await;
        let away = hall.sign_up(&format!("x{name}")).await.program(&hall).await;
        let hers = id(&away.told("/api/v1/accounts/verify_credentials").await);
        own.does(&format!("/api/v1/accounts/{hers}/block"), &[]).await;
    }
    for (list, names) in [
        ("/api/v1/follow_requests", ["c3", "b2", "a1"]),
        ("/api/v1/mutes", ["c3", "b2", "a1"]),
        ("/api/v1/blocks", ["xc3", "xb2", "xa1"]),
    ] {
        let mut path = format!("{list}?limit=2");
        let mut seen = Vec::new();
        for _ in 0..3 {
            let page = own.get(&path).await;
            let found = page.json();
            seen.extend(super::program::each(&found, "username").into_iter().map(str::to_owned));
            path = Program::pages(&page).1;
            if path.is_empty() {
                break;
            }
        }
        assert_eq!(seen, names, "{list}");
        let (newer, _) = Program::pages(&own.get(&format!("{list}?limit=1&max_id=9000000000000000000")).await);
        assert_ne!(newer, "", "{list}");
    }
}
