//! Pictures that their author covers: by a program and by the page's form, at home and in another hall; films' pictures; and
//! languages that only a program names.

use serde_json::{Value, json};

use super::gallery::{File, Text, is_of, jpeg, shade};
use super::program::{Program, id};
use super::server::{Person, Server, befriend, settle};
use super::video::MP4;
use super::wire::signed_get;

const STATUSES: &str = "/api/v1/statuses";
const COVERED: &str = "The author has covered what is here";

/// The status with these words in somebody's home feed.
async fn at_home(program: &Program, words: &str) -> Value {
    let home = program.told("/api/v1/timelines/home").await;
    let found = home.as_array().unwrap().iter().find(|one| one["content"].to_string().contains(words)).cloned();
    found.unwrap_or_else(|| panic!("{words} isn't in {home}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn covered_pictures_are_covered_here_and_elsewhere() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let (own, far) = (mei.program(&a).await, lan.program(&b).await);
    let picture = id(&a.takes(&own, &jpeg(60, 40, shade(3))).await);
    let sent = json!({"status": "手术后", "visibility": "private", "media_ids": [picture], "sensitive": true});
    let post = own.json("POST", STATUSES, &sent).await.json();
    assert_eq!(post["sensitive"], true, "{post}");
    settle(&[&a, &b]).await;
    assert_eq!(at_home(&far, "手术后").await["sensitive"], true);
    assert!(mei.home().await.contains(COVERED) && lan.home().await.contains(COVERED));
    let document = signed_get(post["uri"].as_str().unwrap(), &b, "lan").await.json();
    assert_eq!(document["sensitive"], true, "{document}");

    // An edit that says nothing of it leaves it, also for a picture that joins; one that says so uncovers them all.
    let path = format!("{STATUSES}/{}", id(&post));
    let more = id(&a.takes(&own, &jpeg(60, 40, shade(4))).await);
    let kept = own.json("PUT", &path, &json!({"status": "手术后第二天", "media_ids": [picture, more]})).await.json();
    assert_eq!((&kept["sensitive"], kept["media_attachments"].as_array().unwrap().len()), (&json!(true), 2));
    let open = own.json("PUT", &path, &json!({"status": "手术后第二天", "sensitive": false})).await.json();
    assert_eq!(open["sensitive"], false, "{open}");
    settle(&[&a, &b]).await;
    assert_eq!(at_home(&far, "第二天").await["sensitive"], false);
    assert!(!mei.home().await.contains(COVERED) && !lan.home().await.contains(COVERED));
    by_the_page(&a, &b, &mut mei, &mut lan).await;
}

/// The tick in the form does the same, and stands there as it was when the form is shown again.
async fn by_the_page(a: &Server, b: &Server, mei: &mut Person, lan: &mut Person) {
    let picture = jpeg(60, 40, shade(5));
    let parts = [Text("body", "伤口"), Text("audience", "friends"), Text("pictures", "yes"), Text("covered", "yes")];
    let parts = [&parts[..], &[File("a.jpg", &picture)]].concat();
    let ahead = mei.post_files("/moments", &[&parts[..], &[Text("step", "pictures")]].concat()).await;
    assert!(ahead.body.contains("name=\"covered\" value=\"yes\" checked"), "{}", ahead.body);
    assert_eq!(mei.post_files("/moments", &parts).await.status, 303);
    settle(&[a, b]).await;
    assert!(mei.home().await.contains(COVERED) && lan.home().await.contains(COVERED));
    let links = mei.get("/@mei").await.links("/@mei/");
    let number = links.iter().filter_map(|link| link["/@mei/".len()..].parse::<i64>().ok()).max().unwrap();
    let form = mei.get(&format!("/moments/{number}/edit")).await;
    assert!(form.body.contains("name=\"covered\" value=\"yes\" checked"), "{}", form.body);
    let media = form.body.split("name=\"media\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields = [("body", "伤口"), ("pictures", "yes"), ("media", media)];
    assert_eq!(mei.post(&format!("/moments/{number}"), &fields).await.status, 303);
    settle(&[a, b]).await;
    assert!(!mei.home().await.contains(COVERED) && !lan.home().await.contains(COVERED));
}

/// Sends a film and, behind it, the picture that stands for it.
async fn sends_film(own: &Program, thumbnail: &[u8]) -> super::server::Answer {
    let mut body = Vec::new();
    for (field, file) in [("file", MP4), ("thumbnail", thumbnail)] {
        let head = format!("--between\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"a\"\r\n\r\n");
        body.extend([head.as_bytes(), file, b"\r\n"].concat());
    }
    body.extend(b"--between--\r\n");
    let request = own.request("POST", "/api/v2/media").header("content-type", "multipart/form-data; boundary=between");
    own.call(request.body(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_always_has_a_picture() {
    let hall = Server::start("guangzhou").await;
    let own = hall.sign_up("mei").await.program(&hall).await;
    let neutral = format!("{}/static/0/film.png", hall.origin);
    let bare = hall.takes(&own, MP4).await;
    assert_eq!((&bare["preview_url"], &bare["type"]), (&json!(neutral), &json!("video")), "while it waits");
    settle(&[&hall]).await;
    let ready = own.told(&format!("/api/v1/media/{}", id(&bare))).await;
    assert_eq!((&ready["preview_url"], ready["url"].is_string()), (&json!(neutral), true), "{ready}");
    let seen = own.client.get(&neutral).send().await.unwrap();
    assert_eq!((seen.status().as_u16(), seen.headers()["content-type"].to_str().unwrap()), (200, "image/png"));
    assert_eq!(ready["meta"]["original"]["duration"], json!(3.153), "{ready}");
    let post = own.does(STATUSES, &[("status", "影片"), ("media_ids[]", &*id(&bare))]).await;
    assert_eq!(post["media_attachments"][0]["preview_url"], json!(neutral));

    let sent = sends_film(&own, &jpeg(480, 360, shade(3))).await;
    assert_eq!(sent.status, 202, "a film isn't waited for: {}", sent.body);
    settle(&[&hall]).await;
    let ready = own.told(&format!("/api/v1/media/{}", id(&sent.json()))).await;
    let poster = own.client.get(ready["preview_url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(poster.status().as_u16(), 200, "{ready}");
    let bytes = poster.bytes().await.unwrap();
    assert!(is_of(&image::load_from_memory(&bytes).unwrap(), shade(3)) && ready["blurhash"].is_string(), "{ready}");
    assert_eq!(sends_film(&own, b"no picture").await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_new_face_is_in_the_answer() {
    let hall = Server::start("guangzhou").await;
    let own = hall.sign_up("mei").await.program(&hall).await;
    let face = jpeg(60, 60, shade(3));
    let work = async {
        for _ in 0..40 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            hall.work().await;
        }
    };
    let send = own.sends_file("PATCH", "/api/v1/accounts/update_credentials", "avatar", &face, &[]);
    let (sent, ()) = tokio::join!(send, work);
    let avatar = sent.json()["avatar"].as_str().unwrap().to_owned();
    assert!(avatar.contains("/media/"), "{}", sent.body);
    assert_eq!(own.opens(&avatar).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_is_kept_whichever_it_is() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let (own, far) = (mei.program(&a).await, lan.program(&b).await);
    for (said, kept) in [("fr", "fr"), ("pt-br", "pt-BR"), ("zh-TW", "zh-Hant"), ("ms", "ms")] {
        let words = format!("bonjour {said}");
        let post = own.does(STATUSES, &[("status", &*words), ("language", said)]).await;
        assert_eq!(post["language"], kept);
        settle(&[&a, &b]).await;
        assert_eq!(at_home(&far, &words).await["language"], kept);
        assert!(lan.home().await.contains(&format!("lang=\"{kept}\"")));
    }
    let post = own.does(STATUSES, &[("status", "bonjour"), ("language", "fr")]).await;
    // The page's form offers it along with the hall's own, so that it stays.
    let form = mei.get(&format!("/moments/{}/edit", id(&post))).await.body;
    assert!(form.contains("<option value=\"fr\" selected>fr</option>"), "{form}");
    let fields = [("body", "bonsoir"), ("language", "fr")];
    assert_eq!(mei.post(&format!("/moments/{}", id(&post)), &fields).await.status, 303);
    assert_eq!(own.told(&format!("{STATUSES}/{}", id(&post))).await["language"], "fr");
    assert_eq!(own.does(STATUSES, &[("status", "你们好"), ("language", "<b>")]).await["language"], "zh-Hans");
}
