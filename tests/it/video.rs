//! Films: from a form into a friend's hall, played in parts, and out of the world again; and what is no film.

use super::gallery::{File, Poster, Seen, Text, is_of, jpeg, shade, thumbs};
use super::peer::Peer;
use super::server::{Person, Server, befriend, client, settle};
use super::wire::{document, signed_get};

/// A film that a browser recorded.
pub const MP4: &[u8] = include_bytes!("../../src/cli/demo/film/tangyuan.mp4");
const WEBM: &[u8] = include_bytes!("../fixtures/video/tangyuan.webm");

/// The address of the first film on a page.
pub fn film(page: &str) -> Option<String> {
    let of = page.split("<video").nth(1)?.split('>').next()?;
    Some(of.split(" src=\"").nth(1)?.split('"').next()?.to_owned())
}

impl Person {
    /// Asks for a part of a file.
    pub async fn part(&mut self, path: &str, range: &str) -> Seen {
        self.parts(path, &[("range", range)]).await
    }

    async fn parts(&mut self, path: &str, headers: &[(&str, &str)]) -> Seen {
        let mut request = self.client.get(format!("{}{path}", self.origin)).header("cookie", self.cookie_header());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Seen { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
    }
}

/// A box of MPEG-4.
fn made(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).unwrap();
    [&size.to_be_bytes()[..], name, content].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_for_friends_crosses_and_goes_and_nobody_else_sees_it() {
    let (a, b, c) = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("lima").await);
    let (mut mei, mut neighbour) = (a.sign_up("mei").await, a.sign_up("neighbour").await);
    let (mut lan, mut tom) = (b.sign_up("lan").await, b.sign_up("tom").await);
    c.sign_up("far").await;
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    // A place where it was taken, as telephones note it.
    let told = [MP4, &made(b"udta", &made(b"\xa9xyz", b"+05.4141+100.3288/"))].concat();
    let parts = [
        Text("body", "搓丸"),
        Text("audience", "friends"),
        Text("pictures", "yes"),
        Poster(&jpeg(480, 360, shade(3))),
        File("a.mp4", &told),
        Text("alt", "一碗汤圆"),
    ];
    assert_eq!(mei.post_files("/moments", &parts).await.status, 303);
    let page = mei.get("/@mei").await.links("/@mei/").first().unwrap().clone();
    assert!(mei.get(&page).await.body.contains("being prepared"));
    assert_eq!(film(&mei.get(&page).await.body), None, "nothing plays before it was looked through");
    settle(&[&a, &b]).await;
    assert_eq!(a.files().len(), 2, "the film and its picture: {:?}", a.files());

    let own = mei.get(&page).await.body;
    let src = film(&own).unwrap();
    assert!(own.contains("width=\"480\" height=\"360\" aria-label=\"Video: 一碗汤圆\""), "{own}");
    let poster = src.replace("/display", "/thumb");
    assert!(own.contains(&format!("poster=\"{poster}\"")), "{own}");
    assert_eq!(mei.opens(&poster).await.header("content-type"), "image/jpeg");
    let whole = mei.opens(&src).await;
    assert_eq!(
        (whole.status, whole.header("content-type"), whole.header("accept-ranges")),
        (200, "video/mp4", "bytes")
    );
    assert!(whole.header("content-security-policy").contains("sandbox"));
    assert_eq!(
        (whole.header("cache-control"), whole.header("x-content-type-options")),
        ("private, max-age=86400", "nosniff")
    );
    assert!(whole.bytes.starts_with(MP4) && whole.bytes.len() == told.len(), "it is the same film");
    assert!(!whole.bytes.windows(5).any(|five| five == b"+05.4"), "and says of no place");

    what_the_friend_sees(&b, &mut lan, &mut tom, &whole.bytes).await;
    for path in [&src, &poster] {
        assert_eq!(
            (neighbour.opens(path).await.status, Person::new(&a).opens(path).await.status),
            (404, 404),
            "{path}"
        );
        assert_eq!(neighbour.part(path, "bytes=0-9").await.status, 404, "{path}");
    }

    let url = format!("{}/objects/{}", a.origin, page.rsplit('/').next().unwrap());
    let (address, icon) = what_the_friend_s_server_gets(&url, &b).await;
    assert_eq!(signed_get(&url, &c, "far").await.status, 404);
    assert_eq!(document(&url, &[]).await.status, 404);

    let number = page.rsplit('/').next().unwrap();
    assert_eq!(mei.post(&format!("/moments/{number}/delete"), &[]).await.status, 303);
    settle(&[&a, &b]).await;
    assert_eq!((a.files(), b.files()), (Vec::new(), Vec::new()));
    for address in [&address, &icon] {
        assert_eq!(client().get(address).send().await.unwrap().status(), 404);
    }
}

/// The film and its picture in the friend's hall, for the friend alone.
async fn what_the_friend_sees(b: &Server, lan: &mut Person, tom: &mut Person, whole: &[u8]) {
    let home = lan.home().await;
    let there = film(&home).unwrap();
    assert!(home.contains("preload=\"none\""), "what lies elsewhere waits until it is wanted: {home}");
    let seen = home.split("poster=\"").nth(1).unwrap().split('"').next().unwrap();
    let poster_there = lan.opens(seen).await;
    assert!(poster_there.status == 200 && is_of(&poster_there.decoded(), shade(3)), "its picture came along");
    assert_eq!((tom.opens(seen).await.status, Person::new(b).opens(seen).await.status), (404, 404));
    let copy = lan.opens(&there).await;
    assert!((copy.status, copy.header("content-type")) == (200, "video/mp4") && copy.bytes == whole);
    assert_eq!((tom.opens(&there).await.status, Person::new(b).opens(&there).await.status), (404, 404));
}

/// The addresses of the film and of its picture, made for the friend's server and open to nobody who doesn't know them.
async fn what_the_friend_s_server_gets(url: &str, b: &Server) -> (String, String) {
    let attachment = signed_get(url, b, "lan").await.json()["attachment"][0].clone();
    assert_eq!((attachment["type"].as_str(), attachment["mediaType"].as_str()), (Some("Video"), Some("video/mp4")));
    assert_eq!((attachment["width"].as_i64(), attachment["name"].as_str()), (Some(480), Some("一碗汤圆")));
    let (address, icon) = (attachment["url"].as_str().unwrap(), attachment["icon"]["url"].as_str().unwrap());
    assert_eq!(icon, format!("{address}/thumb"));
    for (address, kind) in [(address, "video/mp4"), (icon, "image/jpeg")] {
        let seen = client().get(address).send().await.unwrap();
        assert_eq!((seen.status().as_u16(), &seen.headers()["content-type"]), (200, &kind.parse().unwrap()));
    }
    (address.to_owned(), icon.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_is_played_in_parts() {
    let a = Server::start("guangzhou").await;
    let mut mei = a.sign_up("mei").await;
    let page = mei.shares("短片", "everyone", &[("", WEBM)]).await;
    settle(&[&a]).await;
    let own = mei.get(&page).await.body;
    let (src, size) = (film(&own).unwrap(), WEBM.len());
    assert!(own.contains("preload=\"metadata\"") && !own.contains("poster=\""), "its first moment is shown: {own}");
    assert!(thumbs(&own).is_empty());
    assert_eq!(mei.opens(&src.replace("/display", "/thumb")).await.status, 404, "no picture was sent along");
    let whole = mei.opens(&src).await;
    assert_eq!((whole.status, whole.header("content-type"), whole.bytes.len()), (200, "video/webm", size));
    assert_eq!(whole.header("cache-control"), "public, max-age=86400");
    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, size),
        ("bytes=1000-1999", 1_000, 2_000),
        ("bytes=1000-999999999", 1_000, size),
        ("bytes=-500", size - 500, size),
    ] {
        let part = mei.part(&src, range).await;
        assert_eq!(part.status, 206, "{range}");
        assert_eq!(part.header("content-range"), format!("bytes {from}-{}/{size}", to - 1));
        assert_eq!(part.header("content-length"), (to - from).to_string());
        assert!(part.bytes == WEBM[from..to], "{range}");
    }
    for range in [format!("bytes={size}-"), "bytes=999999999-".to_owned(), "bytes=-0".to_owned()] {
        let none = mei.part(&src, &range).await;
        assert_eq!((none.status, none.header("content-range")), (416, format!("bytes */{size}").as_str()), "{range}");
    }
    // What isn't understood, and several parts at once, get the whole.
    for range in ["bytes=5-2", "lines=1-2", "bytes=a-b", "bytes=0-1,5-6", "bytes="] {
        let all = mei.part(&src, range).await;
        assert_eq!((all.status, all.bytes.len()), (200, size), "{range}");
    }
    let tag = whole.header("etag");
    let same = mei.parts(&src, &[("range", "bytes=0-9"), ("if-range", tag)]).await;
    let other = mei.parts(&src, &[("range", "bytes=0-9"), ("if-range", "\"another\"")]).await;
    assert_eq!((same.status, other.status), (206, 200));
    assert_eq!(mei.parts(&src, &[("if-none-match", tag)]).await.status, 304);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_film_is_said_and_stores_nothing() {
    let a = Server::start_with("guangzhou", |config| config.limits.video_bytes_max = 2_000_000).await;
    let mut mei = a.sign_up("mei").await;
    let too_large = [MP4, &made(b"free", &vec![0; 2_000_000])].concat();
    let mut matroska = WEBM.to_vec();
    let at = matroska.windows(4).position(|four| four == b"webm").unwrap();
    matroska.splice(at - 3..at + 4, *b"\x42\x82\x88matroska");
    let table: [(&[u8], &str); 5] = [
        (b"\0\0\0\x14moov\0\0\0\0\0\0\0\0\0\0\0\0", "a format of the camera"),
        (&matroska, "a format of the camera"),
        (b"\0\0\0\x14ftypxxxx\0\0\0\0xxxx", "neither a picture nor a video"),
        (&too_large, "larger than 2 MB"),
        (b"RIFF\0\0\0\0AVI LIST", "neither a picture nor a video"),
    ];
    for (content, words) in table {
        let answer = mei.sends("看片", "me", &[("", content)]).await;
        assert!(answer.status == 422 && answer.body.contains(words), "{words}: {}", answer.body);
        assert!(answer.body.contains("看片"), "what was typed is kept");
    }
    assert_eq!((a.files(), mei.get("/@mei").await.links("/@mei/").len()), (Vec::new(), 0));
    // Nobody wears a film.
    let worn = mei.post_files("/settings/picture/avatar", &[File("me.mp4", MP4)]).await;
    assert!(worn.status == 422 && worn.body.contains("no picture that can be read here"), "{}", worn.body);
    // A picture for it that is none.
    let parts =
        [Text("body", "看片"), Text("audience", "me"), Text("pictures", "yes"), Poster(b"<svg/>"), File("a.mp4", MP4)];
    let answer = mei.post_files("/moments", &parts).await;
    assert!(answer.status == 422 && answer.body.contains("SVG drawing"), "{}", answer.body);
    // Either pictures or one film.
    let picture = jpeg(40, 30, shade(1));
    for pair in [[MP4, &picture], [&picture, WEBM], [MP4, WEBM]] {
        let answer = mei.sends("两样", "me", &[("", pair[0]), ("", pair[1])]).await;
        assert!(answer.status == 422 && answer.body.contains("either pictures or one video"), "{}", answer.body);
        assert_eq!(answer.body.matches("name=\"media\"").count(), 2, "both are still in the form");
    }
    assert_eq!(mei.get("/@mei").await.links("/@mei/").len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_that_breaks_off_is_its_author_s_to_mend() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let page = mei.shares("半截", "friends", &[("", &MP4[..MP4.len() / 2])]).await;
    settle(&[&a, &b]).await;
    let own = mei.get(&page).await.body;
    assert!(own.contains("Video: The file breaks off in the middle"), "{own}");
    assert!(a.files().is_empty() && !lan.home().await.contains("半截"), "it has gone nowhere");
    let edit = format!("/moments/{}/edit", page.rsplit('/').next().unwrap());
    let form = mei.get(&edit).await.body;
    let broken = form.split("name=\"media\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let remove = format!("remove-{broken}");
    let parts = [
        Text("body", "整段"),
        Text("pictures", "yes"),
        Text("media", &broken),
        Text(&remove, "yes"),
        File("b.webm", WEBM),
        Text("alt", "又拍了一次"),
    ];
    let answer = mei.post_files(edit.trim_end_matches("/edit"), &parts).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    settle(&[&a, &b]).await;
    let home = lan.home().await;
    assert!(home.contains("整段") && home.contains("又拍了一次"), "{home}");
    assert!(lan.opens(&film(&home).unwrap()).await.bytes == WEBM);
}

#[tokio::test(flavor = "multi_thread")]
async fn films_of_other_servers_are_fetched_once_and_only_if_they_are_films() {
    let a = Server::start_with("guangzhou", |config| config.limits.video_bytes_max = 100_000).await;
    let mut mei = a.sign_up("mei").await;
    let peer = Peer::start();
    let tom = super::copies::followed(&a, &mut mei, &peer).await;
    let large = [MP4, &made(b"free", &vec![0; 100_000])].concat();
    let shelf: [(&str, &str, &[u8], u16); 5] = [
        ("/film.mp4", "video/mp4", MP4, 200),
        ("/untold", "application/octet-stream", WEBM, 200),
        (
            "/page.mp4",
            "video/mp4",
            b"<html><script>alert(1)</script></html><!-- and much more of the kind here -->",
            404,
        ),
        ("/picture.mp4", "video/mp4", &jpeg(60, 40, shade(5)), 404),
        ("/large.mp4", "video/mp4", &large, 404),
    ];
    let mut note = tom.create("films", "<p>many</p>");
    note["object"]["attachment"] = super::copies::shelved(&peer, "video/mp4", &shelf);
    assert_eq!(tom.sends(&a, &note).await, 202);
    settle(&[&a]).await;
    let home = mei.home().await;
    let sources: Vec<&str> =
        home.split("<video").skip(1).filter_map(|rest| rest.split(" src=\"").nth(1)?.split('"').next()).collect();
    assert_eq!(sources.len(), 5, "{home}");
    assert!(!home.contains("poster=\""), "a blurred stand-in of another server is no picture of ours");
    for (src, (path, _, content, expected)) in sources.iter().zip(shelf) {
        assert_eq!(peer.asked(path), 0, "nobody has looked yet");
        assert_eq!(Person::new(&a).opens(src).await.status, 404, "for members only");
        for _ in 0..2 {
            let seen = mei.opens(src).await;
            assert_eq!(seen.status, expected, "{path}");
            assert!(expected == 404 || seen.bytes == content, "{path}");
        }
        let part = mei.part(src, "bytes=10-19").await;
        assert_eq!(part.status, if expected == 200 { 206 } else { 404 });
        assert_eq!(peer.asked(path), 1, "{path} is fetched once, whatever came of it");
    }
    // What can't be played here is a link from now on.
    let home = mei.home().await;
    assert_eq!(home.matches("<video").count(), 2);
    assert!(home.contains("/large.mp4\" rel=\"nofollow noopener\">Video: /large.mp4</a>"), "{home}");
}
