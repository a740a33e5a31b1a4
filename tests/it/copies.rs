//! What of other servers is kept here for a while: faces, covers, pictures; and what of it is only said to be a picture.

use serde_json::{Value, json};

use super::gallery::{File, is_of, jpeg, noise, png, png_bomb, shade, thumbs, with_place};
use super::media::status;
use super::peer::{Peer, Someone};
use super::server::{Person, Server, befriend, settle};
use super::wire::document;

/// The path of the picture in somebody's face on a page, if there is one.
fn face(page: &str) -> Option<String> {
    let faces = page.split("class=\"face ").skip(1).filter_map(|face| face.split("</span>").next());
    faces.filter_map(|face| face.split("src=\"").nth(1)).map(|src| src.split('"').next().unwrap().to_owned()).next()
}

#[tokio::test(flavor = "multi_thread")]
async fn faces_and_covers_are_seen_by_friends_elsewhere_and_go_when_they_are_taken_down() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let of_mei = format!("/@{}", mei.address());
    assert_eq!(face(&lan.get(&of_mei).await.body), None);
    for (colour, which) in [(1, "avatar"), (2, "cover"), (3, "avatar")] {
        let answer = mei
            .post_files(&format!("/settings/picture/{which}"), &[File("me.jpg", &jpeg(900, 600, shade(colour)))])
            .await;
        assert_eq!((answer.status, answer.location()), (303, "/settings"), "{}", answer.body);
        assert!(mei.get("/settings").await.body.contains("Being prepared"));
        settle(&[&a, &b]).await;
        let settings = mei.get("/settings").await.body;
        assert!(!settings.contains("Being prepared"));
        let there = lan.get(&of_mei).await.body;
        let seen = lan.opens(&face(&there).unwrap()).await;
        assert_eq!(seen.status, 200);
        assert!(is_of(&seen.decoded(), shade(if colour == 3 { 3 } else { 1 })));
        assert_eq!((seen.decoded().width(), seen.decoded().height()), (128, 128));
        // Those who aren't members there aren't fetched for.
        assert_eq!(Person::new(&b).opens(&face(&there).unwrap()).await.status, 404);
        if colour > 1 {
            let cover = there.split("class=\"cover\" src=\"").nth(1).unwrap().split('"').next().unwrap();
            assert!(is_of(&lan.opens(cover).await.decoded(), shade(2)));
        }
    }
    assert_eq!((a.files().len(), b.files().len()), (4, 4), "the first face is gone from both halls");
    let actor = document(&mei.actor(), &[]).await.json();
    for key in ["icon", "image"] {
        assert_eq!(actor[key]["type"], "Image");
        assert_eq!(status(actor[key]["url"].as_str().unwrap()).await, 200, "{key} is for everybody");
    }
    for (which, content, words) in
        [("avatar", b"<svg/>".as_slice(), "an SVG drawing"), ("cover", b"", "choose a picture first")]
    {
        let answer = mei.post_files(&format!("/settings/picture/{which}"), &[File("x.svg", content)]).await;
        assert!(answer.status == 422 && answer.body.contains(words), "{}", answer.body);
    }
    assert_eq!(mei.post_files("/settings/picture/post", &[]).await.status, 404);
    for which in ["avatar", "cover"] {
        assert_eq!(mei.post(&format!("/settings/picture/{which}/removal"), &[]).await.status, 303);
    }
    settle(&[&a, &b]).await;
    assert_eq!((a.files(), b.files()), (Vec::new(), Vec::new()));
    let there = lan.get(&of_mei).await.body;
    assert!(face(&there).is_none() && !there.contains("class=\"cover\""));
    assert_eq!(document(&mei.actor(), &[]).await.json().get("icon"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_take_no_more_room_than_they_may_and_the_longest_unseen_go_first() {
    let (a, b) =
        (Server::start("guangzhou").await, Server::start_with("penang", |config| config.media.cache_mb = 1).await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    let mut officer = b.sign_up_as("officer", huiguan::domain::login::Role::Moderator).await;
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    mei.post_files("/settings/picture/avatar", &[File("me.jpg", &png(50, 50))]).await;
    let large_one = noise(600);
    for text in ["一", "二", "三"] {
        mei.shares(text, "friends", &[("", &large_one)]).await;
    }
    settle(&[&a, &b]).await;
    let home = lan.home().await;
    let (copies, avatar) = (thumbs(&home), face(&lan.get(&format!("/@{}", mei.address())).await.body).unwrap());
    let copies: Vec<&String> = copies.iter().filter(|copy| **copy != avatar).collect();
    assert_eq!(copies.len(), 3);
    assert_eq!(lan.opens(&avatar).await.status, 200);
    for copy in &copies {
        assert_eq!(lan.opens(copy).await.status, 200);
        b.clock.advance(2 * huiguan::clock::HOUR);
    }
    settle(&[&b]).await;
    let bytes = b.ctx.read(huiguan::domain::media::cached_bytes).await.unwrap();
    assert!(bytes > 0 && bytes <= 1_000_000, "{bytes}");
    let kept: usize = b.files().len();
    assert!((2..6).contains(&kept), "the oldest are gone: {:?}", b.files());
    let office = officer.get("/office").await.body;
    assert!(office.contains("of 1 MB"), "{office}");
    // What went is fetched again for who looks.
    assert_eq!((lan.opens(copies[0]).await.status, lan.opens(&avatar).await.status), (200, 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_that_keeps_no_copies_shows_where_pictures_are() {
    let (a, b) =
        (Server::start("guangzhou").await, Server::start_with("penang", |config| config.media.cache_mb = 0).await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    mei.shares("看图", "friends", &[("一碗", &png(30, 20))]).await;
    settle(&[&a, &b]).await;
    let home = lan.get("/").await;
    assert!(home.body.contains("Picture on another server") && home.body.contains("一碗"), "{}", home.body);
    assert_eq!(thumbs(&home.body), Vec::<String>::new());
    let links = home.links(&format!("{}/media/shared/", a.origin));
    assert_eq!((links.len(), status(&links[0]).await), (1, 200));
    assert_eq!(b.files(), Vec::<String>::new());
}

/// Serves files, each as the type that stands beside it, and answers them as attachments that are all said to be of one type.
pub fn shelved(peer: &Peer, said: &str, shelf: &[(&str, &str, &[u8], u16)]) -> Value {
    let attachment = |(path, kind, content, _): &(&str, &str, &[u8], u16)| {
        peer.serve_bytes(path, kind, content);
        json!({"type": "Document", "mediaType": said, "url": format!("{}{path}", peer.origin),
            "name": path, "width": 60, "height": 40, "blurhash": "eIIE|gRj00WB"})
    };
    shelf.iter().map(attachment).collect()
}

/// Follows somebody of another make of server; answers who it is.
pub async fn followed(a: &Server, mei: &mut Person, peer: &Peer) -> Someone {
    let tom = peer.person("tom");
    assert_eq!(mei.asks(&format!("tom@{}", peer.authority), "").await.status, 303);
    settle(&[a]).await;
    let follow = peer.taken("Follow").remove(0);
    assert_eq!(tom.sends(a, &tom.activity("yes", "Accept", follow)).await, 202);
    settle(&[a]).await;
    tom
}

#[tokio::test(flavor = "multi_thread")]
async fn what_other_servers_say_is_a_picture_is_looked_at_before_it_is_shown() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let peer = Peer::start();
    let tom = followed(&a, &mut mei, &peer).await;
    let good = with_place(&jpeg(60, 40, shade(5)), 1);
    let shelf: [(&str, &str, &[u8], u16); 9] = [
        ("/good", "image/jpeg", &good, 200),
        ("/untold", "application/octet-stream", &good, 200),
        ("/a-lie-that-harms-nobody", "image/png", &good, 200),
        ("/page", "image/jpeg", b"<html><script>alert(1)</script></html>", 404),
        ("/called-html", "text/html", &good, 404),
        ("/drawing", "image/svg+xml", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", 404),
        ("/bomb", "image/png", &png_bomb(10_000), 404),
        ("/half", "image/jpeg", &good[..good.len() / 2], 404),
        ("/actor", "application/activity+json", b"{\"type\": \"Person\"}", 404),
    ];
    let mut note = tom.create("pictures", "<p>many</p>");
    note["object"]["attachment"] = shelved(&peer, "image/jpeg", &shelf);
    assert_eq!(tom.sends(&a, &note).await, 202);
    settle(&[&a]).await;
    let home = mei.home().await;
    let shown = thumbs(&home);
    assert_eq!(shown.len(), 9, "{home}");
    for (thumb, (path, _, _, expected)) in shown.iter().zip(shelf) {
        assert_eq!(peer.asked(path), 0, "nobody has looked yet");
        for _ in 0..2 {
            let seen = mei.opens(thumb).await;
            assert_eq!(seen.status, expected, "{path}");
            if expected == 200 {
                assert_eq!(seen.header("content-type"), "image/jpeg");
                assert!(!seen.bytes.windows(3).any(|part| part == b"GPS"));
            }
        }
        assert_eq!(peer.asked(path), 1, "{path} is fetched once, whatever came of it");
    }
    // Once the author's server is blocked, nothing more is fetched from there.
    let (first, host) = (shown[0].clone(), peer.authority.clone());
    a.ctx
        .write(move |conn| {
            huiguan::domain::media::evict(conn, 0)?;
            huiguan::domain::peer::decide(conn, &host, huiguan::domain::peer::State::Blocked)
        })
        .await
        .unwrap();
    assert_eq!((mei.opens(&first).await.status, peer.asked("/good")), (404, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn sounds_of_others_play_here_and_what_they_cover_is_asked_for() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let peer = Peer::start();
    let tom = followed(&a, &mut mei, &peer).await;
    let mut note = tom.create("film", "<p>film</p>");
    note["object"]["sensitive"] = json!(true);
    note["object"]["attachment"] = json!([
        {"type": "Document", "mediaType": "audio/ogg", "url": format!("{}/drums.ogg", peer.origin), "name": "龙舟鼓"},
        {"type": "Image", "url": [{"type": "Link", "mediaType": "image/png", "href": format!("{}/covered", peer.origin)}]},
        {"type": "Image", "url": "javascript:alert(1)"},
        {"type": "Image", "url": format!("{}/media/1/display", a.origin), "name": "ours"},
    ]);
    assert_eq!(tom.sends(&a, &note).await, 202);
    settle(&[&a]).await;
    let home = mei.home().await;
    assert!(
        home.contains("<audio controls preload=\"none\" src=\"/media/") && home.contains("龙舟鼓</figcaption>"),
        "{home}"
    );
    assert!(home.contains("The author has covered what is here") && !home.contains("javascript:"));
    let shown = thumbs(&home);
    assert_eq!(shown.len(), 2);
    peer.serve_bytes("/covered", "image/png", &png(9, 9));
    assert_eq!(mei.opens(&shown[0]).await.status, 200);
    assert_eq!(mei.opens(&shown[1]).await.status, 404, "we don't ask ourselves in another's name");
}
