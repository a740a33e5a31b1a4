//! Halls whose pictures lie in an S3 bucket, played by `moto_server` (PyPI: `moto[server]`), which is looked for on the PATH or
//! where `HUIGUAN_TEST_MOTO` says.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use huiguan::config::{Config, MediaStore};

use super::archive_files::wav;
use super::crash::{Process, renewed, until};
use super::gallery::{is_of, large, nine, shade, thumbs};
use super::server::{Server, befriend, client, settle};

/// Starts the store, or says that the test is skipped; in CI it may not be.
fn store() -> Option<Store> {
    let store = tokio::task::block_in_place(Store::start);
    if store.is_none() {
        assert!(std::env::var_os("CI").is_none(), "in CI the store must be there");
        println!(
            "skipped: moto_server is not on this machine: pip install 'moto[server]', or say where it is in HUIGUAN_TEST_MOTO"
        );
    }
    store
}

/// The store, in a process of its own.
struct Store {
    child: Child,
    endpoint: String,
}

impl Drop for Store {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Store {
    /// Starts it, on a port that it chooses; `None` if it isn't on this machine.
    fn start() -> Option<Self> {
        let program = std::env::var("HUIGUAN_TEST_MOTO").unwrap_or_else(|_| "moto_server".to_owned());
        let mut command = Command::new(program);
        command.args(["-H", "127.0.0.1", "-p", "0"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().ok()?;
        let mut lines = BufReader::new(child.stderr.take()?).lines();
        let mut store = Self { child, endpoint: String::new() };
        while let Some(Ok(line)) = lines.next() {
            if let Some((_, address)) = line.split_once("Running on ") {
                store.endpoint = address.trim().to_owned();
                // What it says of each request is read on, or it would stop some day.
                std::thread::spawn(move || lines.for_each(drop));
                return Some(store);
            }
        }
        None
    }

    async fn make(&self, bucket: &str) {
        let made = client().put(format!("{}/{bucket}", self.endpoint)).send().await.unwrap();
        assert_eq!(made.status(), 200);
    }

    /// The keys in a bucket.
    async fn keys(&self, bucket: &str) -> Vec<String> {
        let list = client().get(format!("{}/{bucket}?list-type=2", self.endpoint)).send().await.unwrap();
        let list = list.text().await.unwrap();
        list.split("<Key>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
    }

    fn settings(&self, bucket: &str) -> impl FnOnce(&mut Config) {
        let (endpoint, bucket) = (self.endpoint.clone(), bucket.to_owned());
        move |config| {
            config.media.store = MediaStore::S3;
            config.media.s3.endpoint = endpoint;
            config.media.s3.bucket = bucket;
            config.media.s3.region = "us-east-1".to_owned();
            config.media.s3.access_key = "key".to_owned();
            config.media.s3.secret_key = "secret".to_owned();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_in_buckets_cross_and_go() {
    let Some(store) = store() else { return };
    store.make("guangzhou").await;
    store.make("penang").await;
    let a = Server::start_with("guangzhou", store.settings("guangzhou")).await;
    let b = Server::start_with("penang", store.settings("penang")).await;
    let (mut mei, mut lan) = (a.sign_up("mei").await, b.sign_up("lan").await);
    befriend(&mut mei, &mut lan, &[&a, &b]).await;
    let pictures = nine();
    let page = mei.shares("存在桶里", "friends", &[("甲", &pictures[0]), ("乙", &pictures[1])]).await;
    assert_eq!(store.keys("guangzhou").await.len(), 2, "as they were sent");
    settle(&[&a, &b]).await;
    let keys = store.keys("guangzhou").await;
    assert_eq!(keys.len(), 4, "{keys:?}");
    assert!(keys.iter().all(|key| key.len() > 32 && !key.ends_with("original")), "{keys:?}");
    let copies = thumbs(&lan.home().await);
    for (number, copy) in (0..).zip(&copies) {
        for path in [copy.clone(), large(copy)] {
            assert!(is_of(&lan.opens(&path).await.decoded(), shade(number)), "{path}");
        }
    }
    assert_eq!((copies.len(), store.keys("penang").await.len()), (2, 4));
    assert!(a.ctx.config.data.dir.join("media").read_dir().map_or(0, Iterator::count) == 0, "nothing lies on the disk");
    let film = mei.shares("桶里的视频", "friends", &[("", super::video::MP4)]).await;
    settle(&[&a, &b]).await;
    assert_eq!(store.keys("guangzhou").await.len(), 5);
    let src = super::video::film(&lan.home().await).unwrap();
    assert!(lan.opens(&src).await.bytes == super::video::MP4, "through two buckets it is the same film");
    let part = lan.part(&src, "bytes=100-199").await;
    assert_eq!((part.status, part.bytes.as_slice()), (206, &super::video::MP4[100..200]));
    for page in [&page, &film] {
        let number = page.rsplit('/').next().unwrap();
        assert_eq!(mei.post(&format!("/moments/{number}/delete"), &[]).await.status, 303);
    }
    settle(&[&a, &b]).await;
    assert_eq!(store.keys("guangzhou").await, Vec::<String>::new());
    assert_eq!(store.keys("penang").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_away_loses_nothing_and_says_so() {
    let Some(store) = store() else { return };
    // No bucket yet: the store refuses.
    let a = Server::start_with("guangzhou", store.settings("late")).await;
    let mut mei = a.sign_up("mei").await;
    let pictures = nine();
    let answer = mei.sends("等桶来", "me", &[("", &pictures[0])]).await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.body.contains("等桶来") && answer.body.contains("name=\"key\""), "what was typed is kept");
    assert_eq!(mei.get("/@mei").await.links("/@mei/").len(), 0, "nothing half-written");
    let face = mei.post_files("/settings/picture/avatar", &[super::gallery::File("me.jpg", &pictures[0])]).await;
    assert_eq!(face.status, 503, "{}", face.body);
    store.make("late").await;
    mei.shares("等桶来", "me", &[("", &pictures[0])]).await;
    settle(&[&a]).await;
    let shown = thumbs(&mei.get("/@mei").await.body);
    assert!(is_of(&mei.opens(&shown[0]).await.decoded(), shade(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_parts_outlives_a_kill_and_goes_into_its_bucket() {
    let Some(store) = store() else { return };
    store.make("archive").await;
    let settings = vec![
        ("HUIGUAN__MEDIA__STORE", "s3".to_owned()),
        ("HUIGUAN__MEDIA__S3__ENDPOINT", store.endpoint.clone()),
        ("HUIGUAN__MEDIA__S3__BUCKET", "archive".to_owned()),
        ("HUIGUAN__MEDIA__S3__REGION", "us-east-1".to_owned()),
        ("HUIGUAN__MEDIA__S3__ACCESS_KEY", "key".to_owned()),
        ("HUIGUAN__MEDIA__S3__SECRET_KEY", "secret".to_owned()),
    ];
    let mut hall = tokio::task::block_in_place(|| Process::found_with("mei", settings));
    let mut mei = hall.person("mei");
    assert_eq!(mei.sign_in().await.status, 303);
    let path = mei.describes("口述录音", &[("form", "performance")], "publish").await;
    let bytes = wav();
    let url = mei.begins_upload(bytes.len()).await;
    assert_eq!(mei.sends_part(&url, 0, &bytes[..3_000]).await.status, 204);
    hall.kill();
    tokio::task::block_in_place(|| hall.start());
    let mut mei = renewed(&hall, mei);
    let head = mei.tus("HEAD", &url, &[], Vec::new()).await;
    assert_eq!((head.status, head.header("upload-offset")), (200, "3000"), "{}", head.body);
    assert_eq!(mei.sends_part(&url, 3_000, &bytes[3_000..]).await.status, 204);
    let number = url.rsplit('/').next().unwrap();
    mei.adds(&path, &[("upload", number), ("label", "乐")], &[]).await;
    let mut file = String::new();
    until("the file", Duration::from_secs(30), async || {
        file = mei.get(&path).await.links("/archive/files/").pop().unwrap_or_default();
        !file.is_empty()
    })
    .await;
    let original = mei.client.get(format!("{}{file}/original", mei.origin)).send().await.unwrap();
    assert_eq!(original.bytes().await.unwrap(), bytes, "byte for byte");
    assert_eq!(store.keys("archive").await.len(), 1, "in the bucket");
    assert_eq!(mei.tus("HEAD", &url, &[], Vec::new()).await.status, 404, "it is over");
}
