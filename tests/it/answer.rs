//! Pictures in comments: by programs and by the page's form, held until they are ready, for whom the comment is for, between three
//! halls, and gone with it.

use serde_json::{Value, json};

use super::gallery::{File, Text, is_of, jpeg, shade, thumbs};
use super::media::status;
use super::program::{Program, each, id};
use super::server::{Person, Server, befriend, settle};
use super::wire::{document, signed_get};

const STATUSES: &str = "/api/v1/statuses";

/// The only picture on a page, as this person sees it.
async fn sees(reader: &mut Person, page: &str, number: u8) -> String {
    let body = reader.reads(page).await;
    let thumbs = thumbs(&body);
    assert_eq!(thumbs.len(), 1, "{body}");
    let seen = reader.opens(&thumbs[0]).await;
    assert!(seen.status == 200 && is_of(&seen.decoded(), shade(number)), "{}: {}", thumbs[0], seen.status);
    thumbs[0].clone()
}

/// The comment with these words under a status.
async fn under(program: &Program, root: &str, words: &str) -> Option<Value> {
    let context = program.told(&format!("{STATUSES}/{root}/context")).await;
    let found =
        context["descendants"].as_array().unwrap().iter().find(|one| one["content"].to_string().contains(words));
    found.cloned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_in_an_answer_reaches_whom_the_answer_reaches() {
    let halls = (Server::start("guangzhou").await, Server::start("penang").await, Server::start("lima").await);
    let (a, b, c) = (&halls.0, &halls.1, &halls.2);
    let all = [a, b, c];
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let (mut lan, mut kim, mut zoe) = (b.sign_up("lan").await, c.sign_up("kim").await, c.sign_up("zoe").await);
    befriend(&mut mei, &mut hua, &[a]).await;
    befriend(&mut mei, &mut lan, &[a, b]).await;
    befriend(&mut mei, &mut kim, &[a, c]).await;
    befriend(&mut mei, &mut zoe, &[a, c]).await;
    // kim knows hua and lan too; zoe knows neither of them.
    befriend(&mut kim, &mut hua, &[c, a]).await;
    befriend(&mut kim, &mut lan, &[c, b]).await;
    let root = mei.posts("冬至的丸子", "friends").await;
    settle(&all).await;
    let (at_lan, at_kim, at_zoe) = (lan.page_of(&mei).await, kim.page_of(&mei).await, zoe.page_of(&mei).await);

    // From the author's own hall: it is handed on to the others, with addresses of each one's own and the commenter's proof.
    let number = root.rsplit('/').next().unwrap();
    let picture = jpeg(60, 40, shade(2));
    let parts = [Text("body", "我搓的"), Text("pictures", "yes"), File("a.jpg", &picture), Text("alt", "一盘丸子")];
    let sent = hua.post_files(&format!("/posts/{number}/comments"), &parts).await;
    assert_eq!((sent.status, sent.location().split('#').next()), (303, Some(&*root)), "{}", sent.body);
    let waiting = hua.reads(&root).await;
    assert!(waiting.contains("我搓的") && waiting.contains("being prepared"), "{waiting}");
    assert!(!mei.reads(&root).await.contains("我搓的") && !mei.reads("/notices").await.contains("commented"));
    settle(&all).await;
    sees(&mut mei, &root, 2).await;
    assert!(mei.reads("/notices").await.contains("commented"));
    sees(&mut hua, &root, 2).await;
    let there = sees(&mut kim, &at_kim, 2).await;
    assert!(kim.reads(&at_kim).await.contains("alt=\"一盘丸子\""));
    for (reader, page) in [(&mut zoe, &at_zoe), (&mut lan, &at_lan)] {
        let body = reader.reads(page).await;
        assert!(!body.contains("我搓的") && thumbs(&body).is_empty(), "{body}");
    }
    assert_eq!((zoe.opens(&there).await.status, Person::new(c).opens(&there).await.status), (404, 404));

    // From another hall: it goes to the root's, which hands it on as it came.
    let number = at_lan.rsplit('/').next().unwrap();
    let picture = jpeg(60, 40, shade(6));
    let parts = [Text("body", "隔海看"), Text("pictures", "yes"), File("a.jpg", &picture)];
    assert_eq!(lan.post_files(&format!("/posts/{number}/comments"), &parts).await.status, 303);
    settle(&all).await;
    for (reader, page) in [(&mut mei, &root), (&mut kim, &at_kim)] {
        let body = reader.reads(page).await;
        let thumbs = thumbs(&body);
        assert_eq!(thumbs.len(), 2, "{body}");
        assert!(is_of(&reader.opens(&thumbs[1]).await.decoded(), shade(6)));
    }
    assert!(thumbs(&zoe.reads(&at_zoe).await).is_empty());

    // It goes with its comment, everywhere.
    let page = hua.reads(&root).await;
    let comment = page.split("/comments/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(hua.post(&format!("/comments/{comment}/removal"), &[]).await.status, 303);
    settle(&all).await;
    assert_eq!(kim.opens(&there).await.status, 404);
    sees(&mut mei, &root, 6).await;
    sees(&mut kim, &at_kim, 6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_answer_with_pictures() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, hua, mut lan) = (a.sign_up("mei").await, a.sign_up("hua").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let (own, other, far) = (mei.program(&a).await, hua.program(&a).await, lan.program(&b).await);
    let root = id(&own.posts("公开的话", "public").await);
    settle(&[&a, &b]).await;
    let there = far.told("/api/v1/timelines/home").await[0]["id"].as_str().unwrap().to_owned();

    // A hall elsewhere: the answer is out as soon as it is sent, since its pictures are ready.
    let picture = id(&b.takes(&far, &jpeg(60, 40, shade(3))).await);
    let fields = json!({"status": "", "in_reply_to_id": there, "media_ids": [picture], "sensitive": true});
    let sent = far.json("POST", STATUSES, &fields).await;
    assert_eq!((sent.status, &sent.json()["sensitive"]), (200, &json!(true)), "{}", sent.body);
    settle(&[&a, &b]).await;
    let context = other.told(&format!("{STATUSES}/{root}/context")).await;
    let answer = &context["descendants"][0];
    assert_eq!((&answer["sensitive"], &answer["in_reply_to_id"]), (&json!(true), &json!(root)), "{context}");
    let file = answer["media_attachments"][0]["url"].as_str().unwrap();
    assert_eq!(other.opens(file).await, 200);
    let object = document(answer["uri"].as_str().unwrap(), &[]).await.json();
    assert_eq!(object["attachment"].as_array().unwrap().len(), 1, "{object}");
    assert!(mei.reads(&format!("/@mei/{root}")).await.contains("The author has covered"));
    assert!(mei.home().await.contains("(a picture or video)"), "a list says that there is something");

    // Changed, with another picture, and without any.
    let path = format!("{STATUSES}/{}", id(&sent.json()));
    let second = id(&b.takes(&far, &jpeg(60, 40, shade(4))).await);
    far.json("PUT", &path, &json!({"status": "两张", "media_ids": [picture, second]})).await;
    settle(&[&a, &b]).await;
    let two = under(&other, &root, "两张").await.unwrap();
    assert_eq!(two["media_attachments"].as_array().unwrap().len(), 2, "{two}");
    far.json("PUT", &path, &json!({"status": "没有了", "media_ids": []})).await;
    settle(&[&a, &b]).await;
    assert_eq!(under(&other, &root, "没有了").await.unwrap()["media_attachments"], json!([]));

    // For fewer than the root; written anew; as long as a post may be; without a poll.
    let picture = id(&a.takes(&own, &jpeg(60, 40, shade(5))).await);
    let text = format!("给朋友{}", "看".repeat(3_000));
    let fields = json!({"status": text, "in_reply_to_id": root, "media_ids": [picture], "visibility": "private"});
    let aside = own.json("POST", STATUSES, &fields).await.json();
    settle(&[&a, &b]).await;
    let seen = under(&far, &there, "给朋友").await.unwrap();
    assert_eq!(far.opens(seen["media_attachments"][0]["url"].as_str().unwrap()).await, 200);
    assert!(under(&other, &root, "给朋友").await.is_none());
    assert_eq!(status(&format!("{}/media/{picture}/display", a.origin)).await, 404);
    let granted = signed_get(aside["uri"].as_str().unwrap(), &b, "lan").await.json();
    let granted = granted["attachment"][0]["url"].as_str().unwrap().to_owned();
    let deleted = own.form("DELETE", &format!("{STATUSES}/{}", id(&aside)), &[]).await.json();
    assert_eq!(each(&deleted["media_attachments"], "id"), [&*picture]);
    settle(&[&a, &b]).await;
    assert_eq!((status(&granted).await, own.get(&format!("/api/v1/media/{picture}")).await.status), (404, 200));
    let asks = json!({"status": "?", "in_reply_to_id": root, "poll": {"options": ["甲", "乙"], "expires_in": 600}});
    assert_eq!(own.json("POST", STATUSES, &asks).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_of_a_comment_keeps_its_pictures() {
    let hall = Server::start("guangzhou").await;
    let (mut mei, mut hua) = (hall.sign_up("mei").await, hall.sign_up("hua").await);
    befriend(&mut mei, &mut hua, &[&hall]).await;
    let root = mei.posts("丸子", "friends").await;
    assert_eq!(hua.says(&root, "第一句").await, 303);
    let page = hua.reads(&root).await;
    let first = page.split("id=\"c").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let path = format!("/posts/{first}/comments");
    let picture = jpeg(60, 40, shade(2));
    // Sent ahead, to be described: the form comes back, still in answer to the same.
    let parts = [Text("body", "看"), Text("pictures", "yes"), File("a.jpg", &picture), Text("step", "pictures")];
    let ahead = mei.post_files(&path, &parts).await;
    assert_eq!(ahead.status, 200);
    assert!(ahead.body.contains(&format!("action=\"{path}#write\"")), "{}", ahead.body);
    let media = ahead.body.split("name=\"media\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let alt = format!("alt-{media}");
    let fields = [("body", ""), ("pictures", "yes"), ("media", &*media), (&*alt, "汤圆")];
    assert_eq!(mei.post(&path, &fields).await.status, 303);
    settle(&[&hall]).await;
    sees(&mut hua, &root, 2).await;

    // The form of a change has it; taken out, with words instead, it is gone.
    let page = mei.reads(&root).await;
    let ways = page.split("href=\"/comments/").skip(1).filter_map(|rest| rest.split('"').next());
    let own = ways.filter_map(|way| way.strip_suffix("/edit")).next().unwrap().to_owned();
    let form = mei.reads(&format!("/comments/{own}/edit")).await;
    assert!(form.contains(&format!("name=\"media\" value=\"{media}\"")) && form.contains("汤圆"), "{form}");
    let remove = format!("remove-{media}");
    let fields = [("body", "只有字"), ("pictures", "yes"), ("media", &*media), (&*remove, "yes")];
    assert_eq!(mei.post(&format!("/comments/{own}"), &fields).await.status, 303);
    settle(&[&hall]).await;
    let page = hua.reads(&root).await;
    assert!(page.contains("只有字") && thumbs(&page).is_empty() && hall.files().is_empty(), "{page}");

    // What is no picture is told to its author alone, and mended there.
    let broken = &picture[..picture.len() / 2];
    let parts = [Text("body", "坏的"), Text("pictures", "yes"), File("a.jpg", broken)];
    assert_eq!(mei.post_files(&path, &parts).await.status, 303);
    settle(&[&hall]).await;
    let page = mei.reads(&root).await;
    assert!(page.contains("坏的") && page.contains("class=\"error\"") && page.contains("/edit#picture"), "{page}");
    assert!(!hua.reads(&root).await.contains("坏的"));
}
