//! Following hashtags, and lists put together of several.

use serde_json::json;

use super::gallery::png;
use super::program::{Program, each, id};
use super::server::{Server, befriend, settle};

const HOME: &str = "/api/v1/timelines/home";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_everyone_with_a_followed_hashtag_comes_home() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut hua, lan) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("lan").await);
    let mut far = b.sign_up("far").await;
    befriend(&mut mei, &mut hua, &[&a]).await;
    // Somebody of this hall follows the other one's member, so that what they say arrives.
    befriend(&mut hua, &mut far, &[&a, &b]).await;
    let (own, friend, other, away) =
        (mei.program(&a).await, hua.program(&a).await, lan.program(&a).await, far.program(&b).await);
    let home = |text: &'static str| {
        let own = &own;
        async move { own.told(HOME).await.to_string().contains(text) }
    };
    other.posts("早先的 #Tea", "public").await;
    let followed = own.does("/api/v1/tags/TEA/follow", &[]).await;
    assert_eq!((&followed["name"], &followed["following"]), (&json!("tea"), &json!(true)));
    own.does("/api/v1/tags/茶/follow", &[]).await;
    assert_eq!(own.told("/api/v1/tags/tea").await["following"], true);
    assert_eq!(other.told("/api/v1/tags/tea").await["following"], false);
    assert_eq!(each(&own.told("/api/v1/followed_tags").await, "name"), ["茶", "tea"]);

    other.posts("陌生人的 #tea", "public").await;
    other.posts("两样都有 #tea #茶", "public").await;
    other.posts("悄悄的 #tea", "unlisted").await;
    other.posts("给朋友的 #tea", "private").await;
    friend.posts("朋友的 #tea", "public").await;
    away.posts("远方的 #Tea", "public").await;
    settle(&[&a, &b]).await;
    for (text, is_there) in [
        ("陌生人的", true),
        ("两样都有", true),
        ("朋友的", true),
        ("远方的", true),
        ("早先的", false),
        ("悄悄的", false),
        ("给朋友的", false),
    ] {
        assert_eq!(home(text).await, is_there, "{text}");
    }
    assert!(!friend.told(HOME).await.to_string().contains("陌生人的"), "it came to one who didn't ask");
    // A block closes this way too.
    let lans = id(&other.told("/api/v1/accounts/verify_credentials").await);
    own.does(&format!("/api/v1/accounts/{lans}/mute"), &[]).await;
    assert!(!home("陌生人的").await);
    own.does(&format!("/api/v1/accounts/{lans}/unmute"), &[]).await;

    // The page of a hashtag does the same.
    let page = mei.get("/tags/tea").await;
    assert!(page.body.contains(">Unfollow</button>"), "{}", page.body);
    let done = mei.post("/tags/tea/following/removal", &[]).await;
    assert_eq!((done.status, done.location()), (303, "/tags/tea"));
    let page = mei.get("/tags/tea").await;
    assert!(page.body.contains(">Follow</button>") && page.body.contains("You no longer follow #tea."));
    for (text, is_there) in [("陌生人的", false), ("两样都有", true), ("朋友的", true), ("远方的", false)]
    {
        assert_eq!(home(text).await, is_there, "{text}");
    }
    assert_eq!(mei.post("/tags/tea/following", &[]).await.status, 303);
    assert_eq!(own.does("/api/v1/tags/tea/unfollow", &[]).await["following"], false);
    for path in ["/api/v1/featured_tags", "/api/v1/tags/tea/feature"] {
        let refused = own.post(path, &[("name", "tea")]).await;
        assert!(refused.status == 422 && refused.body.contains("show no hashtags"), "{}", refused.body);
    }
    assert_eq!(own.does("/api/v1/tags/tea/unfeature", &[]).await["featuring"], false);
    drop((far, hua));
}

/// The texts of a list by hashtags.
async fn said(program: &Program, query: &str) -> String {
    let told = program.told(&format!("/api/v1/timelines/tag/{query}")).await;
    let texts: Vec<String> = each(&told, "content").into_iter().map(str::to_owned).collect();
    "甲乙丙丁戊".chars().filter(|name| texts.iter().any(|text| text.contains(*name))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_put_together_of_several_hashtags() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut far) = (a.sign_up("mei").await, b.sign_up("far").await);
    befriend(&mut mei, &mut far, &[&a, &b]).await;
    let (own, away) = (mei.program(&a).await, far.program(&b).await);
    own.posts("甲 #one", "public").await;
    own.posts("乙 #one #two", "public").await;
    own.posts("丙 #two #three", "public").await;
    away.posts("丁 #one #three", "public").await;
    let media = id(&own.sends_file("POST", "/api/v2/media", "file", &png(8, 8), &[]).await.json());
    own.does("/api/v1/statuses", &[("status", "戊 #one"), ("visibility", "public"), ("media_ids[]", &media)]).await;
    settle(&[&a, &b]).await;
    for (query, expected) in [
        ("one", "甲乙丁戊"),
        ("ONE?any[]=Two", "甲乙丙丁戊"),
        ("one?all[]=two", "乙"),
        ("one?all[]=two&all[]=three", ""),
        ("one?none[]=two&none[]=three", "甲戊"),
        ("one?any[]=two&none[]=three", "甲乙戊"),
        ("one?local=true", "甲乙戊"),
        ("one?remote=true", "丁"),
        ("one?only_media=true", "戊"),
        ("one?any[]=&all[]=", "甲乙丁戊"),
    ] {
        assert_eq!(said(&own, query).await, expected, "{query}");
    }
    let page = own.get("/api/v1/timelines/tag/one?any[]=two&limit=2").await;
    let (_, next) = Program::pages(&page);
    assert!(next.contains("any"), "{next}");
    assert_eq!(own.told(&next).await.as_array().unwrap().len(), 2);
}
