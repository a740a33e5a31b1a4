//! How programs are let in, and how they are kept out (RFC 6749, RFC 7636; security.md, “Web and accounts”).

use base64::Engine;
use serde_json::json;

use super::program::Program;
use super::server::{Answer, Person, Server};

pub const BACK: &str = "https://app.example/back?x=1";
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";
const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-one-0123456789";

/// A program that has made itself known.
pub struct App {
    pub program: Program,
    pub id: String,
    secret: String,
}

fn challenge() -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(huiguan::secret::sha256(VERIFIER.as_bytes()))
}

pub async fn app(server: &Server, scopes: &str) -> App {
    let program = server.stranger();
    let fields = [("client_name", "Tea"), ("redirect_uris", &*format!("{BACK}\n{OUT_OF_BAND}")), ("scopes", scopes)];
    let made = program.does("/api/v1/apps", &fields).await;
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    assert_eq!(made["redirect_uris"], json!([BACK, OUT_OF_BAND]));
    App { id: text("client_id"), secret: text("client_secret"), program }
}

impl App {
    /// A program that made itself known in a way of its own.
    pub fn known(program: Program, id: String, secret: String) -> Self {
        Self { program, id, secret }
    }

    /// The address of the page that asks.
    pub fn page(&self, changed: &[(&str, &str)]) -> String {
        let challenge = challenge();
        let mut asked = vec![
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", BACK),
            ("scope", "read write"),
            ("state", "s&1"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changed {
            asked.retain(|(known, _)| known != name);
            if !value.is_empty() {
                asked.push((name, value));
            }
        }
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(asked).finish();
        format!("/oauth/authorize?{query}")
    }

    /// Somebody says yes or no; answers where they are sent.
    pub async fn asks(&self, person: &mut Person, changed: &[(&str, &str)], choice: &str) -> Answer {
        let page = person.get(&self.page(changed)).await;
        if page.status != 200 {
            return page;
        }
        let inputs: Vec<(String, String)> =
            page.body.split("<input type=\"hidden\" name=\"").skip(1).map(field).collect();
        let mut fields: Vec<(&str, &str)> = inputs.iter().map(|(name, value)| (&**name, &**value)).collect();
        fields.push(("choice", choice));
        person.post_raw("/oauth/authorize", &fields, &[]).await
    }

    /// A code that somebody has granted.
    async fn code(&self, person: &mut Person, changed: &[(&str, &str)]) -> String {
        let sent = self.asks(person, changed, "allow").await;
        assert_eq!(sent.status, 302, "{}", sent.body);
        let url = url::Url::parse(sent.location()).unwrap();
        assert!(sent.location().starts_with(&format!("{BACK}&")), "{}", sent.location());
        let told: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        assert!(told.contains(&("state".to_owned(), "s&1".to_owned())));
        told.into_iter().find(|(name, _)| name == "code").unwrap().1
    }

    pub async fn exchanges(&self, code: &str, changed: &[(&str, &str)]) -> Answer {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("client_id", &*self.id),
            ("client_secret", &*self.secret),
            ("redirect_uri", BACK),
            ("code", code),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in changed {
            fields.retain(|(known, _)| known != name);
            if !value.is_empty() {
                fields.push((name, value));
            }
        }
        self.program.post("/oauth/token", &fields).await
    }

    async fn token(&self, person: &mut Person) -> Program {
        let code = self.code(person, &[]).await;
        let issued = self.exchanges(&code, &[]).await;
        assert_eq!(issued.status, 200, "{}", issued.body);
        let token = issued.json()["access_token"].as_str().unwrap().to_owned();
        Program { client: self.program.client.clone(), origin: self.program.origin.clone(), token }
    }
}

/// Name and value of a hidden input.
fn field(rest: &str) -> (String, String) {
    let (name, rest) = rest.split_once("\" value=\"").unwrap();
    let value = rest.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
    (name.to_owned(), value)
}

const OWN: &str = "/api/v1/accounts/verify_credentials";

#[tokio::test(flavor = "multi_thread")]
async fn a_member_lets_a_program_in_and_turns_it_out_again() {
    let hall = Server::start("guangzhou").await;
    let mut mei = hall.sign_up("mei").await;
    let app = app(&hall, "read write follow").await;
    // Who isn't signed in signs in first, and comes back to the question.
    let mut visitor = Person::new(&hall);
    let turned = visitor.get(&app.page(&[])).await;
    assert!(
        turned.status == 303 && turned.location().starts_with("/sign-in?back=%2Foauth%2Fauthorize"),
        "{}",
        turned.location()
    );

    let page = mei.get(&app.page(&[])).await;
    assert!(page.body.contains("Let Tea in") && page.body.contains("app.example"), "{}", page.body);
    assert!(!page.header("content-security-policy").contains("form-action"), "the form leads out of the hall");
    let program = app.token(&mut mei).await;
    let own = program.told(OWN).await;
    assert_eq!((&own["username"], &own["acct"]), (&json!("mei"), &json!("mei")));
    assert_eq!(program.told("/api/v1/apps/verify_credentials").await["name"], "Tea");

    // Who says no is told so there; nothing is granted.
    let refused = app.asks(&mut mei, &[], "deny").await;
    assert!(refused.status == 302 && refused.location().contains("error=access_denied"), "{}", refused.location());

    // A program that can't be called back gets its code by hand.
    let shown = app.asks(&mut mei, &[("redirect_uri", OUT_OF_BAND)], "allow").await;
    let (_, rest) = shown.body.split_once("<code id=\"code\">").expect("the code is shown");
    let code = rest.split('<').next().unwrap();
    let issued = app.exchanges(code, &[("redirect_uri", OUT_OF_BAND)]).await;
    assert_eq!(issued.json()["scope"], "read write", "{}", issued.body);

    let apps = mei.get("/settings/apps").await;
    assert_eq!(apps.body.matches("<h2>Tea</h2>").count(), 2, "{}", apps.body);
    for removal in apps.links("/settings/apps/") {
        assert_eq!(mei.post(&removal, &[]).await.status, 303);
    }
    let gone = program.get(OWN).await;
    assert_eq!((gone.status, &gone.json()["error"]), (401, &json!("The access token is invalid")));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_a_token_who_was_not_given_one() {
    let hall = Server::start("guangzhou").await;
    let mut mei = hall.sign_up("mei").await;
    let (app, other) = (app(&hall, "read write").await, app(&hall, "read write").await);

    // Nobody is sent to an address that isn't registered, letter by letter.
    for uri in [
        "https://app.example/back",
        "https://app.example/back?x=1&y=2",
        "https://evil.example/",
        "https://app.example/back?X=1",
    ] {
        let page = app.asks(&mut mei, &[("redirect_uri", uri)], "allow").await;
        assert_eq!((page.status, page.location()), (422, ""), "{uri}");
        assert!(page.body.contains("return address"), "{}", page.body);
    }
    assert_eq!(app.asks(&mut mei, &[("client_id", "nobody")], "allow").await.status, 422);
    // Nothing wider than what was registered, nothing but codes, no proof in the clear.
    for (changed, word) in [
        ([("scope", "read write follow")], "invalid_scope"),
        ([("scope", "admin:read")], "invalid_scope"),
        ([("response_type", "token")], "unsupported_response_type"),
        ([("code_challenge_method", "plain")], "invalid_request"),
    ] {
        let sent = app.asks(&mut mei, &changed, "allow").await;
        assert!(sent.location().starts_with(BACK) && sent.location().contains(word), "{word}: {}", sent.location());
    }

    let refused = |answer: &Answer| (answer.status, answer.json()["error"].as_str().unwrap_or_default().to_owned());
    let no_grant = (400, "invalid_grant".to_owned());
    // The proof that was promised, for the address that was said, by the program that asked.
    for changed in [("code_verifier", ""), ("code_verifier", "another"), ("redirect_uri", OUT_OF_BAND)] {
        let code = app.code(&mut mei, &[]).await;
        assert_eq!(refused(&app.exchanges(&code, &[changed]).await), no_grant, "{changed:?}");
    }
    let unpromised = app.code(&mut mei, &[("code_challenge", ""), ("code_challenge_method", "")]).await;
    assert_eq!(refused(&app.exchanges(&unpromised, &[]).await), no_grant, "a proof that nobody asked for");
    assert_eq!(app.exchanges(&unpromised, &[("code_verifier", "")]).await.status, 200);
    let code = app.code(&mut mei, &[]).await;
    assert_eq!(refused(&other.exchanges(&code, &[]).await), no_grant);
    let wrong = app.exchanges(&code, &[("client_secret", "guessed")]).await;
    assert_eq!(refused(&wrong), (401, "invalid_client".to_owned()));

    // A code is used once; whoever uses it again ends what came of it.
    let issued = app.exchanges(&code, &[]).await;
    assert_eq!(issued.status, 200, "{}", issued.body);
    let token = issued.json()["access_token"].as_str().unwrap().to_owned();
    let program = Program { client: app.program.client.clone(), origin: hall.origin.clone(), token };
    assert_eq!(program.get(OWN).await.status, 200);
    assert_eq!(refused(&app.exchanges(&code, &[]).await), no_grant);
    assert_eq!(program.get(OWN).await.status, 401);
    // It is good for ten minutes.
    let late = app.code(&mut mei, &[]).await;
    hall.clock.advance(11 * 60 * 1_000_000);
    assert_eq!(refused(&app.exchanges(&late, &[]).await), no_grant);
    for grant in ["password", ""] {
        assert_eq!(app.exchanges("x", &[("grant_type", grant)]).await.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_what_it_says_and_as_long_as_it_stands() {
    let hall = Server::start("guangzhou").await;
    let mut mei = hall.sign_up("mei").await;
    let app = app(&hall, "read write").await;
    let program = app.token(&mut mei).await;

    // Not in the address, where it would stand in logs; not by another scheme.
    let bare = hall.stranger();
    assert_eq!(bare.get(&format!("{OWN}?access_token={}", program.token)).await.status, 401);
    let form = [("access_token", &*program.token), ("status", "x")];
    assert_eq!(bare.post("/api/v1/statuses", &form).await.status, 401);
    let basic = bare.request("GET", OWN).header("authorization", format!("Basic {}", program.token));
    assert_eq!(bare.call(basic).await.status, 401);
    // A cookie opens pages, never calls: pages of every origin may ask here.
    assert_eq!(mei.get(OWN).await.status, 401);

    // Scopes are kept, and reading isn't writing.
    let reading = hall.program("mei", "read:statuses").await;
    assert_eq!(reading.get("/api/v1/timelines/home").await.status, 200);
    for (method, path) in [("POST", "/api/v1/statuses"), ("GET", "/api/v1/notifications"), ("GET", "/api/v1/lists")] {
        let answer = reading.form(method, path, &[]).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (403, &json!("This action is outside the authorized scopes")),
            "{path}"
        );
    }
    // A program for itself is nobody.
    let own = [("grant_type", "client_credentials"), ("client_id", &*app.id), ("client_secret", &*app.secret)];
    let issued = app.program.does("/oauth/token", &own).await;
    let token = issued["access_token"].as_str().unwrap().to_owned();
    let itself = Program { client: bare.client.clone(), origin: hall.origin.clone(), token };
    assert_eq!(itself.get("/api/v1/apps/verify_credentials").await.status, 200);
    assert_eq!(itself.get(OWN).await.status, 422);
    let wide = [own.as_slice(), &[("scope", "read write follow")]].concat();
    assert_eq!(app.program.post("/oauth/token", &wide).await.json()["error"], "invalid_scope");

    // Given back, it opens nothing; another program can't give it back.
    let stranger = self::app(&hall, "read").await;
    let give = |by: &App| {
        vec![("client_id", by.id.clone()), ("client_secret", by.secret.clone()), ("token", program.token.clone())]
    };
    for (by, status) in [(&stranger, 200), (&app, 401)] {
        let fields = give(by);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        by.program.does("/oauth/revoke", &fields).await;
        assert_eq!(program.get(OWN).await.status, status);
    }
    // A new password ends them all, and so does an officer.
    let again = app.token(&mut mei).await;
    let fields = [("current", &*mei.password.clone()), ("password", "another long one")];
    assert_eq!(mei.post("/settings/password", &fields).await.status, 303);
    assert_eq!(again.get(OWN).await.status, 401);
    let last = app.token(&mut mei).await;
    assert_eq!(last.get(OWN).await.status, 200);
    hall.ctx
        .write(|conn| {
            let id = huiguan::domain::login::find(conn, "mei")?.unwrap().login.id;
            let officer = huiguan::domain::login::Officer::command_line();
            huiguan::domain::login::set_state(conn, &officer, id, huiguan::domain::login::State::Suspended)
        })
        .await
        .unwrap();
    assert_eq!(last.get(OWN).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_origins_may_ask_and_are_told_where() {
    let hall = Server::start("guangzhou").await;
    let program = hall.stranger();
    let found = program.told("/.well-known/oauth-authorization-server").await;
    assert_eq!(found["issuer"], format!("{}/", hall.origin));
    assert_eq!(found["code_challenge_methods_supported"], json!(["S256"]));
    assert!(found["scopes_supported"].as_array().unwrap().contains(&json!("write:statuses")));
    for path in ["/api/v1/instance", "/oauth/token", "/.well-known/oauth-authorization-server"] {
        let asked = program.request("OPTIONS", path).header("origin", "https://web.example");
        let asked = asked.header("access-control-request-method", "POST");
        let answer =
            program.call(asked.header("access-control-request-headers", "authorization, idempotency-key")).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"), "{path}");
        assert_eq!(answer.header("access-control-allow-headers"), "authorization, idempotency-key");
        assert!(answer.header("access-control-allow-methods").contains("PATCH"));
    }
    let answer = program.get("/api/v2/instance/").await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"));
    assert!(answer.header("access-control-expose-headers").contains("Link"));
    assert!(answer.json()["version"].as_str().unwrap().contains("(compatible; Huiguan "));
    let missing = program.get("/api/v1/nonsense").await;
    assert_eq!((missing.status, &missing.json()["error"]), (404, &json!("Record not found")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_officers_is_granted_by_officers_alone() {
    let hall = Server::start("guangzhou").await;
    let mut mei = hall.sign_up("mei").await;
    let mut su = hall.sign_up_as("su", huiguan::domain::login::Role::Moderator).await;
    let app = app(&hall, "read admin:read admin:write").await;
    for (person, granted) in [(&mut mei, "read"), (&mut su, "read admin:read")] {
        let page = person.get(&app.page(&[("scope", "read admin:read")])).await.body;
        assert_eq!(page.contains("do what you may do in the hall office"), granted.contains("admin"), "{page}");
        let code = app.code(person, &[("scope", "read admin:read")]).await;
        let issued = app.exchanges(&code, &[]).await;
        assert_eq!(issued.json()["scope"], granted, "{}", issued.body);
    }
    let nothing = app.asks(&mut mei, &[("scope", "admin:read")], "allow").await;
    assert!(nothing.location().contains("error=invalid_scope"), "{}", nothing.location());
}
