//! Push: a program is told of notices at a push service, which the test plays, and reads them with its own key.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use huiguan::clock::{DAY, HOUR, MINUTE, SECOND};
use huiguan::domain::login::{self, Officer, State};
use huiguan::domain::push;
use huiguan::worker;
use serde_json::{Value, json};

use super::program::Program;
use super::server::{Person, Server, befriend, settle};

const PATH: &str = "/api/v1/push/subscription";

/// What came for one address: head and body.
type Came = (String, HashMap<String, String>, Vec<u8>);

#[derive(Default)]
struct Shelf {
    came: Vec<Came>,
    /// What is answered instead of 201, to the first first.
    answers: Vec<(u16, String)>,
    /// Does it take its time?
    is_slow: bool,
}

/// A push service.
struct Service {
    origin: String,
    shelf: Arc<Mutex<Shelf>>,
    handle: actix_web::dev::ServerHandle,
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn take(shelf: web::Data<Arc<Mutex<Shelf>>>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let is_slow = shelf.lock().unwrap().is_slow;
    tokio::time::sleep(Duration::from_secs(if is_slow { 5 } else { 0 })).await;
    let mut shelf = shelf.lock().unwrap();
    let head = request.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    shelf.came.push((request.path().to_owned(), head.collect(), body.to_vec()));
    if shelf.answers.is_empty() {
        return HttpResponse::Created().finish();
    }
    let (status, wait) = shelf.answers.remove(0);
    let mut answer = HttpResponse::build(StatusCode::from_u16(status).unwrap());
    if !wait.is_empty() {
        answer.insert_header(("retry-after", wait));
    }
    answer.finish()
}

impl Service {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let shelf = Arc::new(Mutex::new(Shelf::default()));
        let shared = shelf.clone();
        let make = move || App::new().app_data(web::Data::new(shared.clone())).default_service(web::post().to(take));
        let server = HttpServer::new(make).workers(1).disable_signals().listen(listener).unwrap().run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { origin, shelf, handle }
    }

    /// What has come since this was asked last.
    fn came(&self) -> Vec<Came> {
        std::mem::take(&mut self.shelf.lock().unwrap().came)
    }

    /// Answers so, once each, and then takes again.
    fn will_answer(&self, answers: &[(u16, &str)]) {
        let answers = answers.iter().map(|(status, wait)| (*status, (*wait).to_owned()));
        self.shelf.lock().unwrap().answers = answers.collect();
    }
}

fn decoded(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// HKDF in the two steps that fit into one block (RFC 5869).
fn derive(salt: &[u8], secret: &[u8], info: &[&[u8]], length: usize) -> Vec<u8> {
    let mac = |key: &[u8], said: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), said).as_ref().to_vec();
    let said = [info.concat(), vec![1]].concat();
    mac(&mac(salt, secret), &said)[..length].to_vec()
}

/// A program's end of push: its key pair, and what it shares with the hall.
struct Phone {
    key: PrivateKey,
    auth: [u8; 16],
}

impl Phone {
    fn new() -> Self {
        Self { key: PrivateKey::generate(&ECDH_P256).unwrap(), auth: huiguan::secret::random() }
    }

    fn point(&self) -> Vec<u8> {
        self.key.compute_public_key().unwrap().as_ref().to_vec()
    }

    /// Subscribes with this endpoint, and whatever else.
    async fn subscribes(&self, program: &Program, endpoint: &str, more: &[(&str, &str)]) -> Value {
        let (point, auth) = (URL_SAFE_NO_PAD.encode(self.point()), URL_SAFE_NO_PAD.encode(self.auth));
        let mut fields = vec![
            ("subscription[endpoint]", endpoint),
            ("subscription[keys][p256dh]", &point),
            ("subscription[keys][auth]", &auth),
        ];
        fields.extend_from_slice(more);
        program.does(PATH, &fields).await
    }

    /// Reads what came, and checks who sent it against the key that the hall has told.
    fn reads(&self, server: &Server, server_key: &str, (_, head, body): &Came) -> Value {
        let text = match head["content-encoding"].as_str() {
            "aes128gcm" => {
                let (word, key) = head["authorization"].strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
                assert_eq!(key, server_key);
                check_word(server, word, server_key, &format!("http://{}", head["host"]));
                self.reads_standard(body)
            }
            "aesgcm" => {
                let word = head["authorization"].strip_prefix("WebPush ").unwrap();
                let (dh, key) = head["crypto-key"].split_once(";p256ecdsa=").unwrap();
                assert_eq!(key, server_key);
                check_word(server, word, server_key, &format!("http://{}", head["host"]));
                let salt = decoded(head["encryption"].strip_prefix("salt=").unwrap());
                self.reads_old(body, &salt, &decoded(dh.strip_prefix("dh=").unwrap()))
            }
            other => panic!("{other}"),
        };
        assert!(body.len() <= 4_096);
        assert_eq!((&*head["content-type"], &*head["urgency"]), ("application/octet-stream", "normal"));
        let left: i64 = head["ttl"].parse().unwrap();
        assert!(left > 0 && left <= 2 * 86_400, "{left}");
        serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&text)))
    }

    fn shared(&self, theirs: &[u8]) -> Vec<u8> {
        let theirs = agreement::UnparsedPublicKey::new(&ECDH_P256, theirs);
        agreement::agree(&self.key, theirs, (), |shared| Ok(shared.to_vec())).unwrap()
    }

    fn reads_standard(&self, body: &[u8]) -> Vec<u8> {
        let (salt, rest) = body.split_at(16);
        assert_eq!((&rest[..4], rest[4]), (&4_096_u32.to_be_bytes()[..], 65));
        let (theirs, record) = rest[5..].split_at(65);
        let key = derive(&self.auth, &self.shared(theirs), &[b"WebPush: info\0", &self.point(), theirs], 32);
        let cek = derive(salt, &key, &[b"Content-Encoding: aes128gcm\0"], 16);
        let mut text = opened(&cek, &derive(salt, &key, &[b"Content-Encoding: nonce\0"], 12), record);
        assert_eq!(text.pop(), Some(2));
        text
    }

    fn reads_old(&self, body: &[u8], salt: &[u8], theirs: &[u8]) -> Vec<u8> {
        let key = derive(&self.auth, &self.shared(theirs), &[b"Content-Encoding: auth\0"], 32);
        let context = [b"P-256\0\0\x41", &self.point()[..], b"\0\x41", theirs].concat();
        let cek = derive(salt, &key, &[b"Content-Encoding: aesgcm\0", &context], 16);
        let text = opened(&cek, &derive(salt, &key, &[b"Content-Encoding: nonce\0", &context], 12), body);
        assert_eq!(text[..2], [0, 0]);
        text[2..].to_vec()
    }
}

fn opened(key: &[u8], nonce: &[u8], sealed: &[u8]) -> Vec<u8> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key).unwrap());
    let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
    let mut text = sealed.to_vec();
    key.open_in_place(nonce, Aad::empty(), &mut text).unwrap().to_vec()
}

/// The hall's word for this push service, signed with the key that it has told.
fn check_word(server: &Server, word: &str, server_key: &str, audience: &str) {
    let (said, signature) = word.rsplit_once('.').unwrap();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decoded(server_key));
    key.verify(said.as_bytes(), &decoded(signature)).unwrap();
    let (head, claims) = said.split_once('.').unwrap();
    let read = |part: &str| serde_json::from_slice::<Value>(&decoded(part)).unwrap();
    assert_eq!(read(head), json!({"typ": "JWT", "alg": "ES256"}));
    let claims = read(claims);
    assert_eq!((&claims["aud"], &claims["sub"]), (&json!(audience), &json!(server.origin)));
    let left = claims["exp"].as_i64().unwrap() - server.ctx.now() / SECOND;
    assert!(left > 3_600 && left <= 86_400, "{left}");
}

/// A hall with two friends, a program of the first one's, and a push service.
async fn scene() -> (Server, Person, Person, Program, Service) {
    let a = Server::start("guangzhou").await;
    let (mut mei, mut hua) = (a.sign_up("mei").await, a.sign_up("hua").await);
    befriend(&mut hua, &mut mei, &[&a]).await;
    let program = mei.program(&a).await;
    (a, mei, hua, program, Service::start())
}

async fn waiting(server: &Server) -> i64 {
    server.ctx.read(push::waiting).await.unwrap()
}

const ALL: [(&str, &str); 4] = [
    ("data[alerts][mention]", "true"),
    ("data[alerts][favourite]", "1"),
    ("data[alerts][follow_request]", "true"),
    ("data[alerts][follow]", "true"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_told_in_either_coding_and_knows_who_speaks() {
    let (a, mut mei, mut hua, program, service) = scene().await;
    let own = mei.posts("冬至快乐", "friends").await;
    let key = program.told("/api/v2/instance").await["configuration"]["vapid"]["public_key"].clone();
    let key = key.as_str().unwrap();
    assert_eq!(decoded(key).len(), 65);
    let made =
        program.does("/api/v1/apps", &[("client_name", "x"), ("redirect_uris", "urn:ietf:wg:oauth:2.0:oob")]).await;
    assert_eq!(made["vapid_key"], *key);
    assert_eq!(program.told("/api/v1/instance").await["configuration"]["vapid"]["public_key"], *key);

    let (old, new) = (Phone::new(), Phone::new());
    let shown = old.subscribes(&program, &format!("{}/old", service.origin), &ALL).await;
    assert_eq!(
        (&shown["server_key"], &shown["standard"], &shown["policy"]),
        (&json!(key), &json!(false), &json!("all"))
    );
    assert_eq!((&shown["alerts"]["mention"], &shown["alerts"]["reblog"]), (&json!(true), &json!(false)));
    assert_eq!(shown["alerts"].as_object().unwrap().len(), 11);
    assert!(shown["id"].as_i64().is_some_and(|id| id <= i64::from(i32::MAX)), "{shown}");
    let second = mei.program(&a).await;
    let more = [&ALL[..], &[("subscription[standard]", "true")]].concat();
    assert_eq!(new.subscribes(&second, &format!("{}/new", service.origin), &more).await["standard"], true);

    assert_eq!((hua.likes(&own).await, waiting(&a).await), (303, 2));
    settle(&[&a]).await;
    assert_eq!(waiting(&a).await, 0);
    let mut came = service.came();
    came.sort_by(|one, other| one.0.cmp(&other.0));
    let notice = program.told("/api/v1/notifications").await[0].clone();
    for (came, phone, path, token) in
        [(&came[0], &new, "/new", &second.token), (&came[1], &old, "/old", &program.token)]
    {
        assert_eq!(came.0, path);
        let told = phone.reads(&a, key, came);
        assert_eq!(told["access_token"], **token);
        assert_eq!((&told["notification_type"], &told["preferred_locale"]), (&json!("favourite"), &json!("en")));
        assert_eq!(told["notification_id"].to_string(), notice["id"].as_str().unwrap());
        assert_eq!((&told["title"], &told["body"]), (&json!("hua liked your Moment"), &json!("冬至快乐")));
        assert_eq!(told["icon"], notice["account"]["avatar"]);
    }
    assert_eq!(came.len(), 2);
    // A friend request and a long mention, and nothing of what wasn't asked for.
    let mut ann = a.sign_up("ann").await;
    assert_eq!(ann.asks("mei", "认识一下").await.status, 303);
    hua.posts(&format!("@mei {}", "冬".repeat(900)), "everyone").await;
    second.call(second.request("DELETE", PATH)).await;
    settle(&[&a]).await;
    let told: Vec<Value> = service.came().iter().map(|came| old.reads(&a, key, came)).collect();
    let titles: Vec<&str> = told.iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(titles.contains(&"ann wants to be your friend") && titles.contains(&"hua mentioned you"), "{titles:?}");
    let long = told.iter().find(|one| one["notification_type"] == "mention").unwrap();
    assert_eq!(long["body"].as_str().unwrap().chars().count(), 140);
    // The page of programs says which of them is told.
    let page = mei.get("/settings/apps").await.body;
    assert_eq!(page.matches("told of your notices by push").count(), 1, "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_and_policy_say_what_is_told() {
    let (a, mut mei, mut hua, program, service) = scene().await;
    let mut eve = a.sign_up("eve").await;
    let own = mei.posts("给大家", "everyone").await;
    let phone = Phone::new();
    let endpoint = format!("{}/p", service.origin);
    let shown = phone.subscribes(&program, &endpoint, &[]).await;
    assert!(shown["alerts"].as_object().unwrap().values().all(|told| *told == false), "{shown}");
    assert_eq!(hua.likes(&own).await, 303);
    assert_eq!(waiting(&a).await, 0);
    // JSON says the same as a form; what isn't said of the other half stays.
    let body = json!({"data": {"alerts": {"mention": true, "favourite": false, "admin.report": true}}});
    let shown = program.json("PUT", PATH, &body).await.json();
    assert_eq!((&shown["alerts"]["mention"], &shown["alerts"]["admin.report"]), (&json!(true), &json!(true)));
    for (policy, told) in [("followed", 1), ("follower", 1), ("none", 0), ("all", 2)] {
        let shown = program.form("PUT", PATH, &[("data[policy]", policy)]).await.json();
        assert_eq!((&shown["policy"], &shown["alerts"]["mention"]), (&json!(policy), &json!(true)));
        hua.posts("@mei 一", "everyone").await;
        eve.posts("@mei 二", "everyone").await;
        settle(&[&a]).await;
        assert_eq!(service.came().len(), told, "{policy}");
    }
    // What waits is asked again: the alert is gone when it would be sent.
    hua.posts("@mei 三", "everyone").await;
    assert_eq!(waiting(&a).await, 1);
    program.form("PUT", PATH, &[("data[alerts][mention]", "false")]).await;
    settle(&[&a]).await;
    assert_eq!((service.came().len(), waiting(&a).await), (0, 0));
    // Another subscription by the same token takes the place of the first.
    let other = Phone::new();
    other.subscribes(&program, &format!("{}/other", service.origin), &ALL).await;
    hua.posts("@mei 四", "everyone").await;
    settle(&[&a]).await;
    let came = service.came();
    assert_eq!((came.len(), came[0].0.as_str()), (1, "/other"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_no_longer_be_seen_isnt_told() {
    let (a, mut mei, mut hua, program, service) = scene().await;
    let phone = Phone::new();
    phone.subscribes(&program, &format!("{}/p", service.origin), &ALL).await;
    // Deleted before it was sent.
    let said = hua.posts("@mei 秘密", "friends").await;
    assert_eq!(waiting(&a).await, 1);
    let id = said.rsplit('/').next().unwrap();
    assert_eq!(hua.post(&format!("/moments/{id}/delete"), &[]).await.status, 303);
    settle(&[&a]).await;
    assert_eq!((service.came().len(), waiting(&a).await), (0, 0));
    // Muted, or the tie ended, meanwhile.
    hua.posts("@mei 一", "everyone").await;
    mei.shuns("mute", &hua).await;
    settle(&[&a]).await;
    mei.spares("mute", &hua).await;
    hua.posts("@mei 二", "friends").await;
    mei.removes(&hua).await;
    settle(&[&a]).await;
    // A request that was taken back.
    assert_eq!(hua.asks("mei", "").await.status, 303);
    assert_eq!(waiting(&a).await, 1);
    hua.removes(&mei).await;
    settle(&[&a]).await;
    assert_eq!((service.came().len(), waiting(&a).await), (0, 0));
    // What a filter of the member's hides.
    let hide = [("title", "茶"), ("context[]", "notifications"), ("filter_action", "hide")];
    let made =
        program.does("/api/v2/filters", &[&hide[..], &[("keywords_attributes[][keyword]", "喝茶")]].concat()).await;
    hua.posts("@mei 喝茶", "everyone").await;
    settle(&[&a]).await;
    assert_eq!((service.came().len(), waiting(&a).await), (0, 0));
    program.form("DELETE", &format!("/api/v2/filters/{}", made["id"].as_str().unwrap()), &[]).await;
    // The same without all that is told.
    hua.posts("@mei 三", "everyone").await;
    settle(&[&a]).await;
    assert_eq!(service.came().len(), 1);
    // Blocked.
    hua.posts("@mei 四", "everyone").await;
    mei.shuns("block", &hua).await;
    settle(&[&a]).await;
    assert_eq!((service.came().len(), waiting(&a).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_service_in_trouble_gets_it_later_and_once() {
    let (a, _mei, mut hua, program, service) = scene().await;
    let phone = Phone::new();
    let endpoint = format!("{}/p", service.origin);
    phone.subscribes(&program, &endpoint, &ALL).await;
    let key = program.told(PATH).await["server_key"].as_str().unwrap().to_owned();
    service.will_answer(&[(503, ""), (429, "7200")]);
    hua.posts("@mei 一", "everyone").await;
    for (pause, knocks) in [(0, 1), (20 * SECOND, 0), (30 * SECOND, 1), (HOUR, 0), (HOUR + MINUTE, 1), (DAY, 0)] {
        a.clock.advance(pause);
        settle(&[&a]).await;
        let came = service.came();
        assert_eq!(came.len(), knocks, "{pause}");
        came.iter().for_each(|came| assert_eq!(phone.reads(&a, &key, came)["body"], "@mei 一"));
    }
    // Who is told to wait waits with what comes meanwhile, too.
    service.will_answer(&[(429, "7200")]);
    for (words, knocks) in [("@mei 甲", 1), ("@mei 乙", 0)] {
        hua.posts(words, "everyone").await;
        settle(&[&a]).await;
        assert_eq!(service.came().len(), knocks, "{words}");
    }
    for (pause, knocks) in [(HOUR, 0), (HOUR + MINUTE, 2)] {
        a.clock.advance(pause);
        settle(&[&a]).await;
        assert_eq!(service.came().len(), knocks, "{pause}");
    }
    // Refused once, it is given up, and the next one isn't.
    service.will_answer(&[(400, "")]);
    for words in ["@mei 二", "@mei 三"] {
        hua.posts(words, "everyone").await;
        settle(&[&a]).await;
        assert_eq!((service.came().len(), waiting(&a).await), (1, 0));
    }
    // For two days and no longer.
    service.will_answer(&[(500, ""); 100]);
    hua.posts("@mei 四", "everyone").await;
    let mut knocks = 0;
    for _ in 0..60 {
        settle(&[&a]).await;
        knocks += service.came().len();
        a.clock.advance(HOUR);
    }
    assert_eq!(waiting(&a).await, 0);
    assert!((20..=60).contains(&knocks), "{knocks}");
    // Nobody there.
    let away = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    phone.subscribes(&program, &format!("http://{away}/p"), &ALL).await;
    hua.posts("@mei 五", "everyone").await;
    settle(&[&a]).await;
    assert_eq!(waiting(&a).await, 1);
    // Refused ten times one after another, it ends.
    phone.subscribes(&program, &endpoint, &ALL).await;
    service.will_answer(&[(403, ""); 10]);
    for number in 0..10 {
        assert_eq!(program.get(PATH).await.status, 200, "{number}");
        hua.posts(&format!("@mei 六 {number}"), "everyone").await;
        settle(&[&a]).await;
    }
    assert_eq!((service.came().len(), program.get(PATH).await.status), (10, 404));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_push_service_holds_up_no_other() {
    let (a, mei, mut hua, program, service) = scene().await;
    let (phone, slow) = (Phone::new(), Service::start());
    slow.shelf.lock().unwrap().is_slow = true;
    phone.subscribes(&mei.program(&a).await, &format!("{}/slow", slow.origin), &ALL).await;
    phone.subscribes(&program, &format!("{}/p", service.origin), &ALL).await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let working = tokio::spawn(worker::run(a.ctx.behind_pages(), stopped));
    for number in 0..3 {
        hua.posts(&format!("@mei {number}"), "everyone").await;
    }
    let mut came = 0;
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        came += service.came().len();
        if came == 3 {
            break;
        }
    }
    assert_eq!((came, slow.came().len()), (3, 0));
    stop.send_replace(true);
    working.await.unwrap();
    assert!(!slow.came().is_empty(), "what was under way came to its end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_ends_with_its_address_its_token_and_its_member() {
    let (a, mut mei, mut hua, program, service) = scene().await;
    let phone = Phone::new();
    let endpoint = format!("{}/p", service.origin);
    // The push service doesn't know it any more.
    for gone in [410, 404] {
        phone.subscribes(&program, &endpoint, &ALL).await;
        service.will_answer(&[(gone, "")]);
        hua.posts("@mei 一", "everyone").await;
        settle(&[&a]).await;
        assert_eq!((service.came().len(), program.get(PATH).await.status, waiting(&a).await), (1, 404, 0));
    }
    // The member turns the program out while a message waits.
    phone.subscribes(&program, &endpoint, &ALL).await;
    hua.posts("@mei 二", "everyone").await;
    assert_eq!(waiting(&a).await, 1);
    let removal = mei.get("/settings/apps").await.links("/settings/apps/").pop().unwrap();
    assert_eq!(mei.post(&removal, &[]).await.status, 303);
    assert_eq!((waiting(&a).await, program.get(PATH).await.status), (0, 401));
    // A new password.
    let program = mei.program(&a).await;
    phone.subscribes(&program, &endpoint, &ALL).await;
    hua.posts("@mei 三", "everyone").await;
    let id = a.ctx.read(|conn| Ok(login::find(conn, "mei")?.unwrap().login.id)).await.unwrap();
    a.ctx.write(move |conn| login::set_password(conn, id, "x", None)).await.unwrap();
    assert_eq!((waiting(&a).await, program.get(PATH).await.status), (0, 401));
    // Suspended.
    let program = mei.program(&a).await;
    phone.subscribes(&program, &endpoint, &ALL).await;
    hua.posts("@mei 四", "everyone").await;
    let suspend = move |conn: &mut huiguan::db::Conn| {
        login::set_state(conn, &Officer::command_line(), id, State::Suspended).map(drop)
    };
    a.ctx.write(suspend).await.unwrap();
    settle(&[&a]).await;
    assert_eq!((service.came().len(), waiting(&a).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_none_is_refused_and_nobody_reads_anothers() {
    let (a, mei, hua, program, service) = scene().await;
    let phone = Phone::new();
    let endpoint = format!("{}/p", service.origin);
    for method in ["GET", "PUT"] {
        assert_eq!(program.form(method, PATH, &[]).await.status, 404);
    }
    assert_eq!(program.form("DELETE", PATH, &[]).await.json(), json!({}));
    let (point, auth) = (STANDARD.encode(phone.point()), STANDARD.encode(phone.auth));
    let mut beside = phone.point();
    beside[64] ^= 1;
    let (beside, short) = (STANDARD.encode(beside), STANDARD.encode(&phone.auth[1..]));
    let long = format!("{endpoint}/{}", "x".repeat(2_100));
    let good = [
        ("subscription[endpoint]", endpoint.as_str()),
        ("subscription[keys][p256dh]", point.as_str()),
        ("subscription[keys][auth]", auth.as_str()),
    ];
    for (place, wrong) in [
        (0, ""),
        (0, "push.example"),
        (0, "ftp://push.example/"),
        (0, "http://push.example:x/"),
        (0, "http://10.0.0.1/p"),
        (0, "https://192.168.1.1/p"),
        (0, "https://user:word@push.example/p"),
        (0, "https://push.example/a b"),
        (0, &long),
        (1, ""),
        (1, "AAAA"),
        (1, &beside),
        (1, "!!"),
        (2, ""),
        (2, &short),
    ] {
        let mut fields = good;
        fields[place].1 = wrong;
        let answer = program.post(PATH, &fields).await;
        assert_eq!(answer.status, 422, "{wrong}: {}", answer.body);
        assert!(answer.json()["error"].as_str().is_some_and(|said| said.starts_with("Validation failed: ")), "{wrong}");
    }
    assert_eq!(program.post(PATH, &[&good[..], &[("data[policy]", "some")]].concat()).await.status, 422);
    assert_eq!(program.get(PATH).await.status, 404, "nothing of all that was kept");
    // In the other alphabet, padded, as JSON.
    let body = json!({"subscription": {"endpoint": endpoint, "keys": {"p256dh": point, "auth": auth}, "standard": true},
        "data": {"alerts": {"poll": true}, "policy": "followed"}});
    let shown = program.json("POST", PATH, &body).await.json();
    assert_eq!((&shown["endpoint"], &shown["standard"]), (&json!(endpoint), &json!(true)));
    assert_eq!((&shown["alerts"]["poll"], &shown["policy"]), (&json!(true), &json!("followed")));
    assert_eq!(program.told(PATH).await, shown);
    // By another token, without the scope, or by nobody.
    for (other, status) in [
        (mei.program(&a).await, 404),
        (hua.program(&a).await, 404),
        (a.program("mei", "read write").await, 403),
        (a.stranger(), 401),
    ] {
        assert_eq!(other.get(PATH).await.status, status);
        assert_eq!(other.form("PUT", PATH, &[("data[policy]", "none")]).await.status, status);
        other.form("DELETE", PATH, &[]).await;
    }
    assert_eq!(program.told(PATH).await, shown);
    // Where no network is allowed, only https is.
    let b = Server::start_with("penang", |config| config.federation.allow_networks.clear()).await;
    let lan = b.sign_up("lan").await.program(&b).await;
    assert_eq!(lan.post(PATH, &good).await.status, 422);
    let fields = [("subscription[endpoint]", "https://push.example/p"), good[1], good[2]];
    assert_eq!(lan.post(PATH, &fields).await.status, 200);
}
