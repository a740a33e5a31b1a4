//! The way from a program to its token, for those who aren't signed in yet, or as somebody else (RFC 6749, RFC 8252).

use huiguan::config::RegistrationMode;
use serde_json::json;

use super::oauth::{App, BACK, app};
use super::program::Program;
use super::server::{Answer, Person, Server};

const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-one-0123456789";

/// The text of an attribute, as a browser reads it.
fn plain(text: &str) -> String {
    text.replace("&amp;", "&").replace("&#38;", "&")
}

/// The first link of a page that begins so, as a browser follows it.
fn link(page: &Answer, prefix: &str) -> String {
    plain(page.links(prefix).first().unwrap_or_else(|| panic!("no {prefix}: {}", page.body)))
}

/// The value of the hidden field `back`.
fn back(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("name=\"back\" value=\"").expect("the way back is kept");
    plain(rest.split('"').next().unwrap())
}

/// A visitor who reads English.
async fn visitor(server: &Server) -> Person {
    let mut visitor = Person::new(server);
    assert_eq!(visitor.get("/preferences?language=en").await.status, 303);
    visitor
}

/// Goes to the page that asks, and from there to the page of joining.
async fn join(visitor: &mut Person, app: &App) -> Answer {
    let turned = visitor.get(&app.page(&[])).await;
    let door = visitor.get(turned.location()).await;
    let page = visitor.get(&link(&door, "/sign-up")).await;
    visitor.token = page.form_token();
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_on_the_way_comes_back_to_the_program() {
    let hall = Server::start("guangzhou").await;
    let app = app(&hall, "read write").await;
    let mut visitor = visitor(&hall).await;
    let page = join(&mut visitor, &app).await;
    assert!(page.body.contains("Then you let the program in"), "{}", page.body);
    let asked = back(&page);
    assert_eq!(asked, app.page(&[]));
    // Also after something was wrong.
    let again = visitor.post("/sign-up", &[("name", "mei"), ("password", "short"), ("back", &asked)]).await;
    assert_eq!((again.status, back(&again)), (422, asked.clone()));
    let joined =
        visitor.post("/sign-up", &[("name", "mei"), ("password", "mei und die Ihren"), ("back", &asked)]).await;
    assert_eq!((joined.status, joined.location()), (303, &*asked), "{}", joined.body);
    let consent = visitor.get(&asked).await;
    assert!(consent.status == 200 && consent.body.contains("Let Tea in"), "{}", consent.body);
    // Nowhere but within the hall.
    for elsewhere in ["https://evil.example/", "//evil.example", "javascript:alert(1)"] {
        let mut other = Person::new(&hall);
        let page = other.get(&format!("/sign-up?back={elsewhere}")).await;
        other.token = page.form_token();
        assert_eq!(back(&page), "/");
        let name = format!("n{}", elsewhere.len());
        let sent =
            other.post("/sign-up", &[("name", &name), ("password", "a long one it is"), ("back", elsewhere)]).await;
        assert_eq!((sent.status, sent.location()), (303, "/"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_must_wait_for_an_officer_is_told_what_becomes_of_the_program() {
    let hall = Server::start_with("guangzhou", |config| config.registration.mode = RegistrationMode::Approval).await;
    let app = app(&hall, "read write").await;
    let mut visitor = visitor(&hall).await;
    let page = join(&mut visitor, &app).await;
    assert!(page.body.contains("has to wait as well"), "{}", page.body);
    let asked = back(&page);
    let fields = [("name", "mei"), ("password", "mei und die Ihren"), ("reason", "a cousin"), ("back", &asked)];
    let applied = visitor.post("/sign-up", &fields).await;
    assert_eq!((applied.status, applied.location()), (303, "/"), "{}", applied.body);
    assert!(visitor.home().await.contains("go back to the program and sign in"));

    // Where nobody may join, the way back to signing in leads to the program too.
    let closed = Server::start_with("penang", |config| config.registration.mode = RegistrationMode::Invitation).await;
    let app = self::app(&closed, "read write").await;
    let mut visitor = self::visitor(&closed).await;
    let page = visitor.get(&format!("/sign-up?back={}", encode(&app.page(&[])))).await;
    assert!(link(&page, "/sign-in?back=").contains("oauth%2Fauthorize"), "{}", page.body);
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_let_in_for_another_member_too() {
    let hall = Server::start("guangzhou").await;
    let (mut mei, lan) = (hall.sign_up("mei").await, hall.sign_up("lan").await);
    let app = app(&hall, "read write").await;
    let page = mei.get(&app.page(&[])).await;
    assert!(page.body.contains("This isn’t me"), "{}", page.body);

    // “This isn't me” ends the session and asks for a name, then for leave again.
    let sent = app.asks(&mut mei, &[], "other").await;
    assert_eq!((sent.status, sent.location()), (303, &*format!("/sign-in?back={}", encode(&app.page(&[])))));
    assert_eq!(mei.get("/settings").await.status, 303, "the session stands still");
    let door = mei.get(sent.location()).await;
    let (name, asked) = (lan.name.clone(), back(&door));
    mei.token = door.form_token();
    let fields = [("name", &*name), ("password", &*lan.password), ("back", &*asked)];
    let entered = mei.post("/sign-in", &fields).await;
    assert_eq!((entered.status, entered.location()), (303, &*app.page(&[])));
    assert!(mei.get(&app.page(&[])).await.body.contains("You are @lan@"));

    // A program that wants another member asks so; the session ends only when somebody else has signed in.
    let turned = mei.get(&app.page(&[("force_login", "true")])).await;
    assert_eq!(turned.location(), format!("/sign-in?anew=1&back={}", encode(&app.page(&[]))));
    let door = mei.get(turned.location()).await;
    assert!(door.status == 200 && door.body.contains("You are signed in as @lan@"), "{}", door.body);
    assert_eq!(link(&door, "/oauth/authorize?"), app.page(&[]));
    mei.token = door.form_token();
    let wrong = mei.post("/sign-in", &[("name", "mei"), ("password", "guessed"), ("back", &asked)]).await;
    assert!(wrong.status == 422 && wrong.body.contains("You are signed in as @lan@"), "{}", wrong.body);
    let fields = [("name", "mei"), ("password", "mei und die Ihren"), ("back", &asked)];
    assert_eq!(mei.post("/sign-in", &fields).await.location(), app.page(&[]));
    assert!(mei.get(&app.page(&[])).await.body.contains("You are @mei@"));
    // Who isn't signed in signs in once.
    let turned = Person::new(&hall).get(&app.page(&[("force_login", "true")])).await;
    assert!(turned.location().starts_with("/sign-in?back="), "{}", turned.location());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_granted_is_said_before_a_password_is_asked_for() {
    let hall = Server::start("guangzhou").await;
    let app = app(&hall, "read").await;
    let mut visitor = visitor(&hall).await;
    for (changed, word) in [
        ([("scope", "write")], "invalid_scope"),
        ([("response_type", "token")], "unsupported_response_type"),
        ([("code_challenge_method", "plain")], "invalid_request"),
    ] {
        let mut changed = changed.to_vec();
        changed.push(("scope", if word == "invalid_scope" { "write" } else { "read" }));
        let page = visitor.get(&app.page(&changed)).await;
        // Nobody is sent on by the hall alone: anybody may register an address.
        assert_eq!((page.status, page.location()), (422, ""), "{word}");
        assert_eq!(link(&page, BACK), format!("{BACK}&error={word}&state=s%261"));
        assert!(page.body.contains("Tea asks for what it can’t have") && page.body.contains("app.example"));
    }
    for changed in [[("redirect_uri", "https://evil.example/")], [("client_id", "nobody")]] {
        let page = visitor.get(&app.page(&changed)).await;
        assert_eq!((page.status, page.location()), (422, ""), "{changed:?}");
        assert!(!page.body.contains("href=\"https://evil.example"), "{}", page.body);
    }
    assert!(visitor.get(&app.page(&[("scope", "read")])).await.location().starts_with("/sign-in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_in_a_browser_may_open_the_doors_in_a_window() {
    let hall = Server::start("guangzhou").await;
    let app = app(&hall, "read write").await;
    let opener = |answer: &Answer| answer.header("cross-origin-opener-policy").to_owned();
    let mut visitor = visitor(&hall).await;
    // Every answer on the way counts, what leads further as well.
    for path in [&*app.page(&[]), "/sign-in", "/sign-up", "/preferences?language=en&back=%2Fsign-in"] {
        assert_eq!(opener(&visitor.get(path).await), "unsafe-none", "{path}");
    }
    let mut mei = hall.sign_up("mei").await;
    assert_eq!(opener(&mei.get(&app.page(&[])).await), "unsafe-none");
    assert_eq!(opener(&app.asks(&mut mei, &[], "allow").await), "unsafe-none");
    for path in ["/", "/settings", "/about", "/settings/apps"] {
        assert_eq!(opener(&mei.get(path).await), "same-origin", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_on_the_same_machine_gets_its_code_at_any_port() {
    let hall = Server::start("guangzhou").await;
    let mut mei = hall.sign_up("mei").await;
    let stranger = hall.stranger();
    let fields = [
        ("client_name", "Tea"),
        ("redirect_uris", "http://127.0.0.1/cb\nhttp://[::1]/cb\nhttp://localhost/cb"),
        ("scopes", "read"),
    ];
    let made = stranger.does("/api/v1/apps", &fields).await;
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    let app = App::known(stranger, text("client_id"), text("client_secret"));
    let here = "http://127.0.0.1:8477/cb";
    for uri in [here, "http://[::1]:50123/cb", "http://127.0.0.1/cb"] {
        let sent = app.asks(&mut mei, &[("redirect_uri", uri), ("scope", "read")], "allow").await;
        assert!(
            sent.status == 302 && sent.location().starts_with(&format!("{uri}?code=")),
            "{uri}: {}",
            sent.location()
        );
    }
    for uri in
        ["http://localhost:8477/cb", "http://127.0.0.1:8477/", "https://127.0.0.1:8477/cb", "http://127.0.0.2/cb"]
    {
        let page = app.asks(&mut mei, &[("redirect_uri", uri), ("scope", "read")], "allow").await;
        assert_eq!((page.status, page.location()), (422, ""), "{uri}");
    }
    // The member is told where they go, with the port; the code counts for that address alone.
    let page = mei.get(&app.page(&[("redirect_uri", here), ("scope", "read")])).await;
    assert!(page.body.contains("you are taken to 127.0.0.1:8477."), "{}", page.body);
    for (uri, status) in [("http://127.0.0.1/cb", 400), ("http://127.0.0.1:8478/cb", 400), (here, 200)] {
        let sent = app.asks(&mut mei, &[("redirect_uri", here), ("scope", "read")], "allow").await;
        let code = url::Url::parse(sent.location()).unwrap().query_pairs().next().unwrap().1.into_owned();
        let changed = [("redirect_uri", uri), ("code_verifier", VERIFIER)];
        assert_eq!(app.exchanges(&code, &changed).await.status, status, "{uri}");
    }
}

/// A program that speaks for itself alone.
async fn itself(server: &Server, scopes: &str) -> Program {
    let bare = server.stranger();
    let fields = [("client_name", "Tea"), ("redirect_uris", "https://app.example/"), ("scopes", scopes)];
    let made = bare.does("/api/v1/apps", &fields).await;
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    let (id, secret) = (text("client_id"), text("client_secret"));
    let fields =
        [("grant_type", "client_credentials"), ("client_id", &*id), ("client_secret", &*secret), ("scope", scopes)];
    let token = bare.does("/oauth/token", &fields).await["access_token"].as_str().unwrap().to_owned();
    Program { token, ..bare }
}

const ACCOUNTS: &str = "/api/v1/accounts";
const OWN: &str = "/api/v1/accounts/verify_credentials";

#[tokio::test(flavor = "multi_thread")]
async fn somebody_joins_through_a_program_where_the_door_stands_open() {
    let hall = Server::start("guangzhou").await;
    let program = itself(&hall, "read write").await;
    let whole = json!({"username": "mei", "email": "mei@mail.example", "password": "mei und die Ihren",
        "agreement": true, "locale": "zh-CN", "reason": ""});
    for (name, value, word) in [
        ("agreement", json!(false), "Read the rules"),
        ("password", json!("short"), "Validation failed"),
        ("username", json!("a b"), "Validation failed"),
        ("email", json!("nonsense"), "Validation failed"),
    ] {
        let mut body = whole.clone();
        body[name] = value;
        let refused = program.json("POST", ACCOUNTS, &body).await;
        assert!(refused.status == 422 && refused.body.contains(word), "{name}: {}", refused.body);
    }
    let made = program.json("POST", ACCOUNTS, &whole).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let made = made.json();
    assert_eq!((&made["token_type"], &made["scope"]), (&json!("Bearer"), &json!("read write")));
    let token = made["access_token"].as_str().unwrap().to_owned();
    let own = Program { client: program.client.clone(), origin: hall.origin.clone(), token };
    assert_eq!(own.told(OWN).await["username"], "mei");
    assert_eq!(program.json("POST", ACCOUNTS, &whole).await.status, 422, "the name is taken");
    // Only a program that speaks for itself, and may write accounts.
    for other in [&own, &hall.stranger(), &itself(&hall, "read").await] {
        let answer = other.json("POST", ACCOUNTS, &whole).await;
        assert!(matches!(answer.status, 401 | 403), "{}: {}", answer.status, answer.body);
    }

    let asking = Server::start_with("penang", |config| config.registration.mode = RegistrationMode::Approval).await;
    let program = itself(&asking, "read write").await;
    assert_eq!(program.json("POST", ACCOUNTS, &whole).await.status, 422, "no reason was given");
    let mut body = whole.clone();
    body["reason"] = json!("a cousin of hua's");
    let made = program.json("POST", ACCOUNTS, &body).await.json();
    let token = made["access_token"].as_str().unwrap().to_owned();
    let own = Program { client: program.client.clone(), origin: asking.origin.clone(), token };
    // The token opens nothing until an officer has admitted its member.
    assert_eq!(own.get(OWN).await.status, 401);
    let admitted = asking.ctx.write(|conn| {
        let id = huiguan::domain::login::find(conn, "mei")?.unwrap().login.id;
        let officer = huiguan::domain::login::Officer::command_line();
        huiguan::domain::login::set_state(conn, &officer, id, huiguan::domain::login::State::Active)
    });
    admitted.await.unwrap();
    assert_eq!(own.told(OWN).await["username"], "mei");

    let closed = Server::start_with("malacca", |config| config.registration.mode = RegistrationMode::Invitation).await;
    let refused = itself(&closed, "read write").await.json("POST", ACCOUNTS, &whole).await;
    assert!(refused.status == 403 && refused.body.contains(&format!("{}/sign-up", closed.origin)), "{}", refused.body);
}
