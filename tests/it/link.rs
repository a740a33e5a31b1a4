//! Link cards: made after publishing, from what a page says of itself, politely and within bounds.

use super::peer::Peer;
use super::server::{Server, befriend, settle};

/// The card on a page: its text and where it leads.
fn card(page: &str) -> Option<(String, String)> {
    let rest = page.split("<a class=\"link\" href=\"").nth(1)?;
    let text = rest.split("<b>").nth(1)?.split("</a>").next()?;
    Some((text.replace("</b>", "|").split('<').next().unwrap().to_owned(), rest.split('"').next()?.to_owned()))
}

const PAGE: &str = "<!DOCTYPE html><html><head><title>not this</title><meta property=og:title content='Winter &lt;solstice&gt;'>\
    <meta property=og:description content='How to make <b>tangyuan</b>'><meta property=og:site_name content='Kitchen'></head>";

#[tokio::test(flavor = "multi_thread")]
async fn a_link_gets_a_card_once_for_all_posts() {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    befriend(&mut mei, &mut hua, &[&a]).await;
    let peer = Peer::start();
    peer.serve_as("/tangyuan?a=1&b=2", "text/html; charset=utf-8", PAGE);
    let url = format!("{}/tangyuan?a=1&b=2", peer.origin);
    let first = mei.posts(&format!("own {}/about and {url}", a.origin), "friends").await;
    assert_eq!((card(&mei.home().await), peer.asked("/tangyuan?a=1&b=2")), (None, 0), "never while somebody waits");
    settle(&[&a]).await;
    let (text, href) = card(&hua.home().await).unwrap();
    assert_eq!((text.as_str(), href.replace("&#38;", "&")), ("Winter &#60;solstice&#62;|", url.clone()));
    let page = hua.get(&first).await.body;
    assert!(page.contains("rel=\"nofollow noopener ugc\"") && page.contains("How to make tangyuan"), "{page}");
    assert!(page.contains("Kitchen"));
    hua.posts(&format!("me too {url}"), "everyone").await;
    settle(&[&a]).await;
    assert_eq!(hua.home().await.matches("<a class=\"link\"").count(), 2);
    assert_eq!(peer.asked("/tangyuan?a=1&b=2"), 1, "looked at once");
    // After a week it is looked at anew, once somebody links there again.
    a.clock.advance(huiguan::clock::DAY * 8);
    settle(&[&a]).await;
    assert_eq!(peer.asked("/tangyuan?a=1&b=2"), 1);
    hua.renew().await;
    hua.posts(&format!("again {url}"), "everyone").await;
    settle(&[&a]).await;
    assert_eq!(peer.asked("/tangyuan?a=1&b=2"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_may_do_without_and_what_is_for_oneself_is_never_looked_at() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let peer = Peer::start();
    peer.serve_as("/x", "text/html", PAGE);
    let body = format!("see {}/x", peer.origin);
    mei.posts(&body, "me").await;
    settle(&[&a]).await;
    let without = [("body", &*body), ("audience", "everyone"), ("link", "yes"), ("link_none", "yes")];
    assert_eq!(mei.post("/moments", &without).await.status, 303);
    settle(&[&a]).await;
    assert_eq!((card(&mei.home().await), peer.asked("/x")), (None, 0));
    let edit = mei.get("/").await.links("/moments/").into_iter().find(|link| link.ends_with("/edit")).unwrap();
    assert!(mei.get(&edit).await.body.contains("name=\"link_none\" value=\"yes\" checked"));
    let path = edit.trim_end_matches("/edit");
    // A form that says nothing of it leaves it; one that wants the card gets it.
    assert_eq!(mei.post(path, &[("body", &body)]).await.status, 303);
    settle(&[&a]).await;
    assert_eq!(card(&mei.home().await), None);
    assert_eq!(mei.post(path, &[("body", &body), ("link", "yes")]).await.status, 303);
    settle(&[&a]).await;
    assert!(card(&mei.home().await).is_some());
    assert_eq!(mei.post(path, &[("body", "no link any more"), ("link", "yes")]).await.status, 303);
    assert_eq!(card(&mei.home().await), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_read_in_their_charset_cut_and_refused() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let peer = Peer::start();
    // “冬至” in GB 18030, named in the page alone.
    peer.serve_bytes("/gb", "text/html", b"<meta charset=gb18030><title>\xb6\xac\xd6\xc1</title>");
    let huge = format!("{PAGE}{}", "x".repeat(3_000_000));
    peer.serve_as("/huge", "text/html", &huge);
    peer.serve_as("/away", "redirect", "http://10.0.0.1/secret");
    peer.serve_as("/json", "application/json", PAGE);
    peer.serve_as("/empty", "text/html", "<p>nothing");
    for (path, title) in [
        ("/gb", Some("冬至|")),
        ("/huge", Some("Winter &#60;solstice&#62;|")),
        ("/away", None),
        ("/json", None),
        ("/empty", None),
        ("/missing", None),
    ] {
        let page = mei.posts(&format!("see {}{path}", peer.origin), "everyone").await;
        settle(&[&a]).await;
        assert_eq!(card(&mei.get(&page).await.body).map(|(title, _)| title).as_deref(), title, "{path}");
        assert_eq!(peer.asked(path), 1, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_leaves_out_its_oembed_provider_may_say() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let peer = Peer::start();
    let says = r#"{"version": "1.0", "type": "video", "title": "not this", "author_name": "Ah <b>Lin</b>",
        "provider_name": "Harbour Films", "html": "<script>alert(1)</script>", "width": 480}"#;
    for (name, kind, text) in [
        ("good", "application/json; charset=utf-8", says.to_owned()),
        ("html", "text/html", says.to_owned()),
        ("broken", "application/json", says[..40].to_owned()),
        ("numbers", "application/json", r#"{"title": 5}"#.to_owned()),
        ("huge", "application/json", format!("{{\"provider_name\": \"{}\"}}", "x".repeat(100_000))),
        ("away", "redirect", "http://10.0.0.1/oembed".to_owned()),
    ] {
        peer.serve_as(&format!("/oembed/{name}"), kind, &text);
        let head =
            format!("<title>{name}</title><link rel=alternate type=application/json+oembed href='/oembed/{name}'>");
        peer.serve_as(&format!("/page/{name}"), "text/html", &head);
        let page = mei.posts(&format!("see {}/page/{name}", peer.origin), "everyone").await;
        settle(&[&a]).await;
        let shown = mei.get(&page).await.body;
        assert_eq!(card(&shown).unwrap().0, format!("{name}|"), "the card is there whatever the provider says");
        assert_eq!(shown.contains("Harbour Films"), name == "good", "{name}");
        assert_eq!(shown.contains("Ah Lin"), name == "good", "{name}");
        assert!(!shown.contains("alert(1)"));
        assert_eq!(peer.asked(&format!("/oembed/{name}")), 1);
    }
    // A page that says all by itself needs no other word.
    peer.serve_as(
        "/page/all",
        "text/html",
        &format!("{PAGE}<link rel=alternate type=application/json+oembed href=/oembed/good>"),
    );
    mei.posts(&format!("see {}/page/all", peer.origin), "everyone").await;
    settle(&[&a]).await;
    assert_eq!((peer.asked("/page/all"), peer.asked("/oembed/good")), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_that_speaks_with_some_looks_at_their_pages_alone() {
    use FederationMode::{AllowList, Off, Open};
    use huiguan::config::FederationMode;
    use huiguan::domain::peer::{State, decide};
    let table = [
        (Off, None, 0),
        (AllowList, None, 0),
        (AllowList, Some(State::Allowed), 1),
        (Open, None, 1),
        (Open, Some(State::Blocked), 0),
    ];
    for (mode, decided, expected) in table {
        let a = Server::start_with("guangzhou", |config| config.federation.mode = mode).await;
        let mut mei = a.sign_up("mei").await;
        let peer = Peer::start();
        if let Some(decided) = decided {
            let host = peer.authority.clone();
            a.ctx.write(move |conn| decide(conn, &host, decided)).await.unwrap();
        }
        peer.serve_as("/x", "text/html", PAGE);
        let page = mei.posts(&format!("see {}/x", peer.origin), "everyone").await;
        settle(&[&a]).await;
        let shown = card(&mei.get(&page).await.body).is_some();
        assert_eq!((peer.asked("/x"), shown), (expected, expected == 1), "{mode:?}, {decided:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_never_ends_is_given_up_and_asked_again_later() {
    let a = Server::start_with("guangzhou", |config| config.limits.fetch_timeout_s = 1).await;
    let mut mei = a.sign_up("mei").await;
    // It takes what is asked, and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let asked = tokio::spawn(async move {
        let mut held = Vec::new();
        for _ in 0..2 {
            held.push(silent.accept().await.unwrap());
        }
    });
    let page = mei.posts(&format!("see http://{address}/slow"), "everyone").await;
    settle(&[&a]).await;
    assert_eq!(card(&mei.get(&page).await.body), None);
    assert!(!asked.is_finished(), "once so far");
    a.clock.advance(11 * huiguan::clock::MINUTE);
    settle(&[&a]).await;
    asked.await.unwrap();
}
