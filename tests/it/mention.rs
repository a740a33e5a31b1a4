//! What the words of a Moment point at: people, hashtags, emoji of other servers; and what stands before them. Between halls
//! and with other servers.

use serde_json::{Value, json};

use super::gallery::png;
use super::peer::Peer;
use super::server::{Person, Server, befriend, settle};
use super::wire::{document, signed_get};

/// The names in `tag` of a document, mentions and hashtags.
fn tags(document: &Value) -> Vec<String> {
    let tags = document["tag"].as_array().cloned().unwrap_or_default();
    tags.iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
}

/// The address of the document of a Moment by its page.
fn object(person: &Person, page: &str) -> String {
    format!("{}/objects/{}", person.origin, page.rsplit('/').next().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_named_in_a_public_moment_is_told_wherever_they_are() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut hua, mut lan) = (a.sign_up("mei").await, a.sign_up("hua").await, b.sign_up("lan").await);
    // Nobody in guangzhou knows lan, and nobody in penang follows mei.
    let text = format!("你好@hua，来#元宵节。@{} @ghost@{} mei@hall.example", lan.address(), b.authority);
    let own = mei.posts(&text, "everyone").await;
    settle(&[&a, &b]).await;
    let page = mei.reads(&own).await;
    for link in ["/@hua", &format!("/@{}", lan.address()), "/tags/%E5%85%83%E5%AE%B5%E8%8A%82"] {
        assert!(page.contains(&format!("<a href=\"{}{link}\"", a.origin)), "{link}: {page}");
    }
    assert!(page.contains(&format!("@ghost@{}", b.authority)) && page.contains("mei@hall.example"), "{page}");
    let seen = Person::new(&a).get(&own).await.body;
    assert!(seen.contains("/@hua\" class=\"u-url mention\"") && seen.contains("@<span>lan</span>"), "{seen}");
    assert!(
        !seen.contains(&format!("/@{}\"", lan.address())),
        "visitors aren't sent to members of other halls: {seen}"
    );
    for person in [&mut hua, &mut lan] {
        let told = person.told().await;
        assert!(told.contains("mei mentioned you") && told.contains("你好@hua"), "{told}");
    }
    assert_eq!(lan.get(&format!("/@{}", mei.address())).await.status, 200);
    let there = lan.page_of(&mei).await;
    let read = lan.reads(&there).await;
    for link in ["/@lan", &format!("/@{}", hua.address()), "/tags/%E5%85%83%E5%AE%B5%E8%8A%82"] {
        // penang has met mei alone: hua's own page is where her link leads.
        let known = link != format!("/@{}", hua.address());
        assert_eq!(read.contains(&format!("<a href=\"{}{link}\"", b.origin)), known, "{link}: {read}");
    }
    let sent = document(&object(&mei, &own), &[]).await.json();
    assert_eq!(tags(&sent), [format!("@{}", hua.address()), format!("@{}", lan.address()), "#元宵节".to_owned()]);
    assert!(sent["cc"].as_array().unwrap().contains(&json!(lan.actor())), "{sent}");
    let content = sent["content"].as_str().unwrap();
    assert!(content.contains(&format!("<a href=\"{}/@lan\" class=\"u-url mention\"", b.origin)), "{content}");
    assert_eq!(sent["tag"][2]["href"], format!("{}/tags/%E5%85%83%E5%AE%B5%E8%8A%82", a.origin));
    // The page of the hashtag has it in both halls, and whoever is named anew is told of the change.
    for person in [&mut hua, &mut lan] {
        assert!(person.reads("/tags/元宵节").await.contains("你好<a"));
    }
    let mut tom = b.sign_up("tom").await;
    let id = own.rsplit('/').next().unwrap();
    let body = format!("改了@{} #十五", tom.address());
    assert_eq!(mei.post(&format!("/moments/{id}"), &[("body", &body)]).await.status, 303);
    settle(&[&a, &b]).await;
    assert!(tom.told().await.contains("mei mentioned you"));
    assert!(lan.reads("/tags/十五").await.contains("改了") && !lan.reads("/tags/元宵节").await.contains("改了"));
    assert_eq!(mei.post(&format!("/moments/{id}/delete"), &[]).await.status, 303);
    settle(&[&a, &b]).await;
    assert!(!lan.reads("/tags/十五").await.contains("改了") && !tom.told().await.contains("mentioned"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_adds_nobody_to_an_audience() {
    let halls = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("lima").await);
    let (a, b, c) = (&halls.0, &halls.1, &halls.2);
    let (mut mei, mut hua, mut stranger) =
        (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("stranger").await);
    let (mut lan, mut tom, mut kim) = (b.sign_up("lan").await, b.sign_up("tom").await, c.sign_up("kim").await);
    befriend(&mut mei, &mut hua, &[a]).await;
    befriend(&mut mei, &mut lan, &[a, b]).await;
    befriend(&mut mei, &mut kim, &[a, c]).await;
    let names = format!("@stranger @{} @hua @{} @{}", tom.address(), lan.address(), kim.address());
    let own = mei.posts(&format!("家里的事 {names}"), "friends").await;
    settle(&[a, b, c]).await;
    for friend in [&mut hua, &mut lan, &mut kim] {
        let told = friend.told().await;
        assert!(told.contains("mei mentioned you") && told.contains("家里的事"), "{}: {told}", friend.name);
    }
    for other in [&mut stranger, &mut tom] {
        let (told, home) = (other.told().await, other.home().await);
        assert!(!told.contains("mentioned") && !told.contains("家里的事"), "{}: {told}", other.name);
        assert!(!home.contains("家里的事"), "{}", other.name);
    }
    assert_eq!(stranger.get(&own).await.status, 404);
    // Each server is told of its own people alone, and of those who may see it anyway.
    let object = object(&mei, &own);
    for (hall, who, named) in
        [(b, "lan", vec![format!("@{}", lan.address())]), (c, "kim", vec![format!("@{}", kim.address())])]
    {
        let sent = signed_get(&object, hall, who).await;
        assert_eq!((sent.status, tags(&sent.json())), (200, named), "{}", sent.body);
    }
    assert_eq!(signed_get(&object, b, "tom").await.status, 404);
    // Having become a friend, the stranger may read it and is still not told.
    befriend(&mut stranger, &mut mei, &[a]).await;
    assert_eq!(stranger.get(&own).await.status, 200);
    assert!(!stranger.told().await.contains("mentioned"));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_comments_too_and_never_twice() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut hua, mut lan) = (a.sign_up("mei").await, a.sign_up("hua").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let own = mei.posts("会馆老照片", "everyone").await;
    settle(&[&a, &b]).await;
    let there = lan.page_of(&mei).await;
    let words = format!("@{} 问问@{} #老照片", mei.address(), hua.address());
    assert_eq!(lan.says(&there, &words).await, 303);
    settle(&[&a, &b]).await;
    let told = mei.told().await;
    assert!(told.contains("lan commented on your Moment") && !told.contains("mentioned"), "{told}");
    assert!(hua.told().await.contains("lan mentioned you"));
    let page = hua.reads(&own).await;
    assert!(page.contains(&format!("<a href=\"{}/@hua\"", a.origin)), "{page}");
    // A comment's hashtag leads to the page, which lists Moments.
    assert!(page.contains(&format!("{}/tags/%E8%80%81%E7%85%A7%E7%89%87", a.origin)), "{page}");
    assert!(!hua.reads("/tags/老照片").await.contains("问问"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_handed_on_names_those_who_hear_it() {
    let halls = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("lima").await);
    let (a, b, c) = (&halls.0, &halls.1, &halls.2);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let (mut kim, mut zoe) = (c.sign_up("kim").await, c.sign_up("zoe").await);
    befriend(&mut mei, &mut lan, &[a, b]).await;
    befriend(&mut mei, &mut kim, &[a, c]).await;
    befriend(&mut mei, &mut zoe, &[a, c]).await;
    befriend(&mut kim, &mut lan, &[c, b]).await;
    mei.posts("冬至的丸子", "friends").await;
    settle(&[a, b, c]).await;
    let there = lan.page_of(&mei).await;
    assert_eq!(lan.says(&there, &format!("@{} @{} 你们吃了吗", kim.address(), zoe.address())).await, 303);
    settle(&[a, b, c]).await;
    // kim is a friend of both and hears it; zoe doesn't hear lan.
    let told = kim.told().await;
    assert!(told.contains("mentioned you") && told.contains("你们吃了吗"), "{told}");
    assert!(!zoe.told().await.contains("你们吃了吗"));
    assert!(mei.told().await.contains("commented on your Moment"));
}

#[tokio::test(flavor = "multi_thread")]
async fn other_servers_name_members_whom_nobody_follows() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let peer = Peer::start();
    let tom = peer.person("tom");
    let mention = json!({"type": "Mention", "href": mei.actor(), "name": format!("@{}", mei.address())});
    let mut named = tom.create(
        "named",
        &format!(
            "<p><span class=\"h-card\"><a href=\"{}/@mei\" class=\"u-url mention\">@<span>mei</span></a></span> tea? \
         <a href=\"{}/tags/Tea\" class=\"mention hashtag\" rel=\"tag\">#<span>Tea</span></a></p>",
            a.origin, peer.origin
        ),
    );
    named["object"]["tag"] = json!([mention, {"type": "Hashtag", "href": format!("{}/tags/Tea", peer.origin)}]);
    named["object"]["cc"] = json!([mei.actor()]);
    let mut by_tag = tom.create("by-tag", "<p>only in the tag</p>");
    by_tag["object"]["tag"] = mention.clone();
    let mut by_link = tom.create("by-link", &format!("<p><a href=\"{}/@mei\">@mei</a> only a link</p>", a.origin));
    by_link["object"]["tag"] = json!([]);
    for activity in [&named, &by_tag, &by_link] {
        assert_eq!(tom.sends(&a, activity).await, 202);
    }
    settle(&[&a]).await;
    let told = mei.told().await;
    assert!(told.contains("tom of elsewhere mentioned you") && told.contains("tea?"), "{told}");
    assert!(told.contains("only in the tag") && !told.contains("only a link"), "{told}");
    let tagged = mei.reads("/tags/TEA").await;
    assert!(tagged.contains("tea?") && tagged.contains(&format!("{}/tags/tea", a.origin)), "{tagged}");
    // What is not for her doesn't reach her by naming her.
    let mut hidden = tom.create("hidden", "<p>behind her back</p>");
    hidden["object"]["to"] = json!([format!("{}/followers", tom.uri)]);
    hidden["object"]["cc"] = json!([]);
    hidden["object"]["tag"] = mention;
    assert_eq!(tom.sends(&a, &hidden).await, 202);
    settle(&[&a]).await;
    assert!(!mei.told().await.contains("behind her back"));
    // Visitors read what other servers published over there.
    let seen = Person::new(&a).get("/tags/tea").await;
    assert!(seen.status == 200 && !seen.body.contains("tea?"), "{}", seen.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn emoji_of_other_servers_are_shown_from_our_copies() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let peer = Peer::start();
    let tom = peer.person("tom");
    let mut described = tom.document.clone();
    described["name"] = json!("Tom :tea: <b>");
    described["nameMap"] = json!({":tea:": "https://evil.example/x.png"});
    described["tag"] = json!([{"type": "Emoji", "name": ":tea:", "icon": {"url": format!("{}/tea.png", peer.origin)}}]);
    peer.serve("/users/tom", &described);
    assert_eq!(mei.asks(&format!("tom@{}", peer.authority), "").await.status, 303);
    settle(&[&a]).await;
    let follow = peer.taken("Follow").remove(0);
    assert_eq!(tom.sends(&a, &tom.activity("yes", "Accept", follow)).await, 202);
    peer.serve_bytes("/tea.png", "image/png", &png(200, 100));
    peer.serve_bytes("/page.png", "image/png", b"<html>");
    let emoji = |name: &str, path: &str| json!({"type": "Emoji", "name": name, "icon": {"type": "Image", "url": format!("{}{path}", peer.origin)}});
    let mut note = tom.create("emoji", "<p>喝:tea:吗 :broken: :none: <a href=\"https://x.example/:tea:\">x</a></p>");
    note["object"]["tag"] = json!([emoji(":tea:", "/tea.png"), emoji(":broken:", "/page.png"), emoji(":no good:", "/tea.png"),
        {"type": "Emoji", "name": ":js:", "icon": {"url": "javascript:alert(1)"}}]);
    assert_eq!(tom.sends(&a, &note).await, 202);
    settle(&[&a]).await;
    let home = mei.home().await;
    let shown: Vec<&str> =
        home.split("<img class=\"emoji\" src=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let [name, shown @ ..] = &shown[..] else { panic!("{home}") };
    assert!(home.contains("Tom <img class=\"emoji\"") && home.contains(" &lt;b&gt;</a></h2>"), "{home}");
    assert_eq!((shown.len(), *name, home.contains("evil.example")), (2, shown[0], false), "{home}");
    assert!(
        home.contains("alt=\":tea:\"") && home.contains(":none:") && home.contains("https://x.example/:tea:"),
        "{home}"
    );
    assert_eq!(peer.asked("/tea.png"), 0);
    let seen = mei.opens(shown[0]).await;
    assert_eq!((seen.status, seen.header("content-type")), (200, "image/png"));
    assert_eq!((seen.decoded().width(), seen.decoded().height()), (64, 32));
    assert_eq!((mei.opens(shown[1]).await.status, peer.asked("/tea.png")), (404, 1));
    assert_eq!(Person::new(&a).opens(shown[0]).await.status, 404, "the hall fetches for its members");
    // The same shortcode of the same server is the same picture, also in a comment, until that server has another.
    let page = mei.page_of_tom(&peer).await;
    assert_eq!(mei.says(&page, "喝").await, 303);
    for (number, path, same) in [("2", "/tea.png", true), ("3", "/page.png", false)] {
        let mut next = tom.create(number, "<p>:tea:</p>");
        next["object"]["inReplyTo"] = json!(format!("{}/notes/emoji", tom.uri));
        next["object"]["tag"] = emoji("tea", path);
        assert_eq!(tom.sends(&a, &next).await, 202);
        settle(&[&a]).await;
        let thread = mei.reads(&page).await;
        let last = thread.rsplit("<img class=\"emoji\" src=\"").next().unwrap().split('"').next().unwrap();
        assert_eq!(last == shown[0], same, "{number}: {thread}");
        assert!(mei.home().await.contains(":tea:</span>"), "as text where there is text alone");
    }
}

impl Person {
    /// The page here of the first Moment of tom, who is of another make of server.
    async fn page_of_tom(&mut self, peer: &Peer) -> String {
        let home = self.get("/").await;
        home.links(&format!("/@tom@{}/", peer.authority)).first().unwrap().split('#').next().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_stands_before_text_and_pictures_in_both_halls() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let long = "长".repeat(101);
    let refused = mei
        .post("/moments", &[("body", "说完了"), ("audience", "friends"), ("warning", &long), ("language", "zh-Hant")])
        .await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("at most 100 characters") && refused.body.contains("说完了"), "{}", refused.body);
    assert!(refused.body.contains("value=\"zh-Hant\" lang=\"zh-Hant\" selected"), "{}", refused.body);
    let fields = [("body", "结局是……"), ("audience", "friends"), ("warning", " 剧透\n大戏 "), ("language", "en")];
    assert_eq!(mei.post("/moments", &fields).await.status, 303);
    settle(&[&a, &b]).await;
    for page in [mei.home().await, lan.home().await] {
        assert!(
            page.contains("<details><summary>剧透 大戏</summary><div class=\"text\" lang=\"en\"><p>结局是……"),
            "{page}"
        );
    }
    let own = mei.get("/@mei").await.links("/@mei/").remove(0);
    let page = mei.reads(&own).await;
    let title = page.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    assert!(title.contains("剧透 大戏") && !title.contains("结局"), "{title}");
    let sent = signed_get(&object(&mei, &own), &b, "lan").await.json();
    assert_eq!((&sent["summary"], &sent["sensitive"]), (&json!("剧透 大戏"), &json!(true)));
    assert_eq!(sent["contentMap"]["en"], sent["content"]);
    let id = own.rsplit('/').next().unwrap().to_owned();
    let form = mei.reads(&format!("/moments/{id}/edit")).await;
    assert!(form.contains("value=\"剧透 大戏\"") && form.contains("value=\"en\" lang=\"en\" selected"), "{form}");
    // The warning alone is changed, then taken away.
    for (warning, shown) in [("结局", "<summary>结局</summary>"), ("", "<div class=\"text\" lang=\"en\"><p>结局是……")]
    {
        let fields = [("body", "结局是……"), ("warning", warning), ("language", "en")];
        assert_eq!(mei.post(&format!("/moments/{id}"), &fields).await.status, 303);
        settle(&[&a, &b]).await;
        for page in [mei.home().await, lan.home().await] {
            assert!(page.contains(shown) && !page.contains("剧透"), "{page}");
        }
    }
    assert_eq!(signed_get(&object(&mei, &own), &b, "lan").await.json()["sensitive"], json!(false));
    // With a warning nobody covers the pictures twice.
    let answer = mei
        .post_files(
            "/moments",
            &[
                super::gallery::Text("body", ""),
                super::gallery::Text("audience", "friends"),
                super::gallery::Text("warning", "蛇"),
                super::gallery::Text("pictures", "yes"),
                super::gallery::File("a.png", &png(9, 9)),
            ],
        )
        .await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    settle(&[&a, &b]).await;
    let home = lan.home().await;
    let (_, covered) = home.split_once("<summary>蛇</summary>").unwrap();
    let covered = covered.split("</details>").next().unwrap();
    assert!(covered.contains("<img") && !covered.contains("<summary"), "{home}");
}

#[tokio::test(flavor = "multi_thread")]
async fn hashtag_pages_list_what_is_listed() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua, mut ann) = (a.sign_up("mei").await, a.sign_up("hua").await, a.sign_up("ann").await);
    befriend(&mut mei, &mut hua, &[&a]).await;
    for (text, audience) in
        [("公开的#ＴＥＡ", "everyone"), ("不上榜的#tea", "quiet"), ("好友的#Tea#", "friends"), ("自己的#tea", "me")]
    {
        mei.posts(text, audience).await;
    }
    let mut visitor = Person::new(&a);
    for (reader, seen) in [(&mut mei, 4), (&mut hua, 3), (&mut ann, 1), (&mut visitor, 1)] {
        let page = reader.get("/tags/Tea").await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("<h1>#tea</h1>") && page.body.contains("content=\"noindex\""), "{}", page.body);
        assert_eq!(page.body.matches("<article").count(), seen, "{}: {}", reader.name, page.body);
    }
    let unused = visitor.get("/tags/没人用过").await;
    assert!(unused.status == 200 && unused.body.contains("<h1>#没人用过</h1>"), "{}", unused.body);
    for none in ["/tags/123", "/tags/a%20b", "/tags/%FF", "/tags/%00"] {
        assert_eq!(visitor.get(none).await.status, 404, "{none}");
    }
    // Whom one has muted isn't in one's lists.
    ann.shuns("mute", &mei).await;
    assert_eq!(ann.reads("/tags/tea").await.matches("<article").count(), 0);
    for number in 0..21 {
        hua.posts(&format!("第{number}杯 #茶"), "everyone").await;
    }
    let first = visitor.get("/tags/茶").await;
    assert_eq!(first.body.matches("<article").count(), 20);
    let older = first.links("?before=").remove(0);
    assert_eq!(visitor.get(&format!("/tags/茶{older}")).await.body.matches("<article").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_writing_one_is_offered_whom_one_may_find() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut linda, lin) = (a.sign_up("mei").await, a.sign_up("linda").await, a.sign_up("lin").await);
    let (mut far, unknown) = (b.sign_up("linfar").await, b.sign_up("linunknown").await);
    befriend(&mut mei, &mut far, &[&a, &b]).await;
    let offered = |page: &str| -> Vec<String> {
        page.split("data-value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let page = mei.reads("/people/suggestions?q=@LIN").await;
    assert_eq!(offered(&page), [format!("@{}", far.address()), "@lin".to_owned(), "@linda".to_owned()], "{page}");
    assert!(page.starts_with("<ul role=\"listbox\"") && !page.contains(&unknown.name), "{page}");
    for nothing in ["@nichts", "@", "", "@%25", "%23nichts", "%23"] {
        assert_eq!(mei.reads(&format!("/people/suggestions?q={nothing}")).await, "", "{nothing}");
    }
    mei.shuns("block", &lin).await;
    assert_eq!(
        offered(&mei.reads("/people/suggestions?q=@lin").await),
        [format!("@{}", far.address()), "@linda".to_owned()]
    );
    assert_eq!(Person::new(&a).get("/people/suggestions?q=@lin").await.status, 303, "for members");
    linda.posts("#会馆 #会员", "everyone").await;
    linda.posts("#会计", "friends").await;
    let page = mei.reads("/people/suggestions?q=%23会").await;
    assert_eq!(offered(&page), ["#会员", "#会馆"], "{page}");
    assert_eq!(offered(&linda.reads("/people/suggestions?q=%23会").await).first().map(String::as_str), Some("#会计"));
}
