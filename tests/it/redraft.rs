//! Deleting through a program: what is written anew keeps its files, and meanwhile they are nobody else's; boosts are taken back.

use serde_json::{Value, json};

use super::gallery::{jpeg, shade};
use super::media::status;
use super::program::{Program, id};
use super::server::{Server, befriend, settle};
use super::wire::signed_get;

const STATUSES: &str = "/api/v1/statuses";

impl Server {
    /// A picture or film that a program uploads while the worker works; what that answers.
    pub async fn takes(&self, program: &Program, file: &[u8]) -> Value {
        let is_done = std::sync::atomic::AtomicBool::new(false);
        let send = async {
            let answer = program.sends_file("POST", "/api/v2/media", "file", file, &[]).await;
            is_done.store(true, std::sync::atomic::Ordering::Relaxed);
            answer
        };
        let work = async {
            while !is_done.load(std::sync::atomic::Ordering::Relaxed) {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                self.work().await;
            }
        };
        let answer = tokio::join!(send, work).0;
        assert!(matches!(answer.status, 200 | 202), "{}", answer.body);
        answer.json()
    }
}

/// The address of the first file of a status.
fn file(status: &Value) -> String {
    status["media_attachments"][0]["url"].as_str().unwrap_or_else(|| panic!("no file: {status}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_anew_keeps_its_pictures_and_nobody_else_sees_them_meanwhile() {
    let (a, b) = (Server::start("guangzhou").await, Server::start("penang").await);
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    let mut lan = b.sign_up("lan").await;
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    befriend(&mut mei, &mut hua, &[&a]).await;
    let (own, friend) = (mei.program(&a).await, hua.program(&a).await);
    for visibility in ["private", "public"] {
        let ready = a.takes(&own, &jpeg(60, 40, shade(3))).await;
        assert!(ready["url"].is_string() && ready["preview_url"].is_string(), "a picture is waited for: {ready}");
        let picture = id(&ready);
        let fields = [("status", "写错了"), ("visibility", visibility), ("media_ids[]", &*picture)];
        let post = own.does(STATUSES, &fields).await;
        settle(&[&a, &b]).await;
        assert!(lan.home().await.contains("写错了"));
        let path = format!("{STATUSES}/{}", id(&post));
        let seen = file(&friend.told(&path).await);
        let object = signed_get(post["uri"].as_str().unwrap(), &b, "lan").await.json();
        let granted = object["attachment"][0]["url"].as_str().unwrap().to_owned();
        assert_eq!((status(&granted).await, status(&seen).await), (200, 200));

        let deleted = own.form("DELETE", &path, &[]).await;
        assert_eq!((deleted.status, &deleted.json()["text"]), (200, &json!("写错了")), "{}", deleted.body);
        settle(&[&a, &b]).await;
        let mine = file(&deleted.json());
        assert_eq!(status(&mine).await, 200, "its author goes on seeing it");
        for address in [&granted, &seen, &mine.split_once('?').unwrap().0.to_owned()] {
            assert_eq!(status(address).await, 404, "{visibility}: {address}");
        }
        assert_eq!(friend.get(&format!("/api/v1/media/{picture}")).await.status, 404);
        assert_eq!(friend.post(STATUSES, &[("status", "x"), ("media_ids[]", &picture)]).await.status, 422);

        // Anew, for its author alone: no old address opens it again.
        let fields = [("status", "写对了"), ("visibility", "direct"), ("media_ids[]", &*picture)];
        let anew = own.does(STATUSES, &fields).await;
        settle(&[&a, &b]).await;
        assert_eq!((status(&file(&anew)).await, status(&granted).await, status(&seen).await), (200, 404, 404));
        let gone = own.form("DELETE", &format!("{STATUSES}/{}?delete_media=true", id(&anew)), &[]).await;
        assert_eq!(gone.status, 200, "{}", gone.body);
        settle(&[&a, &b]).await;
        assert_eq!((a.files(), b.files()), (Vec::new(), Vec::new()));
        assert_eq!(own.get(&format!("/api/v1/media/{picture}")).await.status, 404);
    }
    what_is_not_written_anew_goes(&a, &own).await;
}

async fn what_is_not_written_anew_goes(hall: &Server, own: &Program) {
    let picture = id(&hall.takes(own, &jpeg(60, 40, shade(5))).await);
    let post = own.does(STATUSES, &[("status", "算了"), ("media_ids[]", &*picture)]).await;
    hall.clock.advance(2 * huiguan::clock::DAY);
    own.form("DELETE", &format!("{STATUSES}/{}", id(&post)), &[]).await;
    hall.ctx.write(huiguan::domain::media::sweep).await.unwrap();
    assert_eq!(own.get(&format!("/api/v1/media/{picture}")).await.status, 200, "it has a day from now on");
    hall.clock.advance(huiguan::clock::DAY + huiguan::clock::MINUTE);
    hall.ctx.write(huiguan::domain::media::sweep).await.unwrap();
    settle(&[hall]).await;
    assert_eq!(hall.files(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_takes_away_what_stands_there() {
    let hall = Server::start("guangzhou").await;
    let own = hall.sign_up("mei").await.program(&hall).await;
    let picture = id(&hall.takes(&own, &jpeg(60, 40, shade(3))).await);
    let post = own.does(STATUSES, &[("status", "有图"), ("media_ids[]", &picture)]).await;
    let path = format!("{STATUSES}/{}", id(&post));
    let kept = own.json("PUT", &path, &json!({"status": "还有图"})).await.json();
    assert_eq!(kept["media_attachments"].as_array().unwrap().len(), 1, "{kept}");
    let bare = own.json("PUT", &path, &json!({"status": "没图了", "media_ids": []})).await.json();
    assert_eq!(bare["media_attachments"], json!([]), "{bare}");
    settle(&[&hall]).await;
    assert_eq!(hall.files(), Vec::<String>::new());

    let credentials = "/api/v1/accounts/update_credentials";
    let some = json!({"fields_attributes": [{"name": "籍贯", "value": "番禺"}]});
    let account = own.json("PATCH", credentials, &some).await.json();
    assert_eq!(account["fields"].as_array().unwrap().len(), 1, "{account}");
    let account = own.json("PATCH", credentials, &json!({"display_name": "美"})).await.json();
    assert_eq!(account["fields"].as_array().unwrap().len(), 1, "{account}");
    let account = own.json("PATCH", credentials, &json!({"fields_attributes": []})).await.json();
    assert_eq!((&account["fields"], &account["display_name"]), (&json!([]), &json!("美")));
    let filter = json!({"title": "长", "context": ["home"], "keywords_attributes": [{"keyword": "长"}]});
    let filter = id(&own.json("POST", "/api/v2/filters", &filter).await.json());
    let bare = own.json("PUT", &format!("/api/v2/filters/{filter}"), &json!({"context": []})).await;
    assert_eq!(bare.status, 422, "a filter for nothing is none: {}", bare.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_ones_boost_takes_it_back() {
    let hall = Server::start("guangzhou").await;
    let (mei, hua) = (hall.sign_up("mei").await, hall.sign_up("hua").await);
    let (own, other) = (mei.program(&hall).await, hua.program(&hall).await);
    let post = id(&own.posts("公开的话", "public").await);
    let boost = other.does(&format!("{STATUSES}/{post}/reblog"), &[]).await;
    let path = format!("{STATUSES}/{}", id(&boost));
    assert_ne!(id(&boost), post);
    assert_eq!(own.form("DELETE", &path, &[]).await.status, 404, "it is somebody else's");
    let gone = other.form("DELETE", &path, &[]).await;
    assert_eq!((gone.status, &gone.json()["id"], &gone.json()["reblog"]["id"]), (200, &boost["id"], &json!(post)));
    assert_eq!((other.get(&path).await.status, other.form("DELETE", &path, &[]).await.status), (404, 404));
    let left = own.told(&format!("{STATUSES}/{post}")).await;
    assert_eq!((&left["reblogs_count"], &left["content"]), (&json!(0), &json!("<p>公开的话</p>")));
}
