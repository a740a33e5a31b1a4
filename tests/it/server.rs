//! A hall under test, and persons who use it as a browser without script would.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

use huiguan::app::{self, Running, Work};
use huiguan::clock::Clock;
use huiguan::config::{Config, RegistrationMode};
use huiguan::ctx::Ctx;
use huiguan::domain::login::Role;
use huiguan::domain::{arrival, delivery, event};
use huiguan::worker;

/// A hall that runs in this process, with its worker driven by [`settle`].
pub struct Server {
    pub ctx: Ctx,
    pub origin: String,
    pub authority: String,
    pub clock: Clock,
    running: Option<Running>,
    _dir: tempfile::TempDir,
    pub database: String,
}

static STARTED: AtomicU32 = AtomicU32::new(0);

/// The database for the next hall: a URL, or nothing for SQLite.
fn database() -> String {
    let number = STARTED.fetch_add(1, Ordering::Relaxed);
    match std::env::var("HUIGUAN_TEST_DATABASE").as_deref() {
        Err(_) | Ok("" | "sqlite") => String::new(),
        Ok("postgres") => super::cluster::database(),
        Ok("mixed") if number.is_multiple_of(2) => String::new(),
        Ok("mixed") => super::cluster::database(),
        Ok(other) => panic!("HUIGUAN_TEST_DATABASE is {other}: write sqlite, postgres or mixed"),
    }
}

impl Server {
    pub async fn start(name: &str) -> Self {
        Self::start_with(name, |_| ()).await
    }

    /// Starts a hall with settings of its own.
    pub async fn start_with(name: &str, change: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let database = database();
        Self::start_on(name, listener, None, database, change).await
    }

    /// A second process of the same hall would be just this: the same origin and database, another port.
    pub async fn another(&self) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self::start_on("another", listener, Some(self.origin.clone()), self.database.clone(), |_| ()).await
    }

    async fn start_on(
        name: &str,
        listener: TcpListener,
        origin: Option<String>,
        database: String,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let dir = tempfile::Builder::new().prefix(name).tempdir().unwrap();
        let address = listener.local_addr().unwrap();
        let mut config = Config::default();
        config.server.origin = origin.unwrap_or_else(|| format!("http://{address}"));
        config.server.listen = address;
        config.data.dir = dir.path().to_owned();
        config.database.url = database.clone();
        config.registration.mode = RegistrationMode::Open;
        config.federation.allow_networks = vec!["127.0.0.1/32".to_owned()];
        config.limits.rate_limit = false;
        change(&mut config);
        let clock = Clock::default();
        let (opened, at) = (config.clone(), clock.clone());
        let ctx = tokio::task::spawn_blocking(move || app::open_at(opened, at)).await.unwrap().unwrap();
        let running = app::run(ctx.clone(), listener, Work::Elsewhere).unwrap();
        Self {
            origin: format!("http://{address}"),
            authority: address.to_string(),
            ctx,
            clock,
            running: Some(running),
            _dir: dir,
            database,
        }
    }

    /// The link of the first-run set-up.
    pub async fn setup_link(&self) -> Option<String> {
        self.running.as_ref().unwrap().setup_link().await.unwrap()
    }

    /// Signs somebody up through the pages.
    pub async fn sign_up(&self, name: &str) -> Person {
        let mut person = Person::new(self);
        let page = person.get("/sign-up").await;
        person.token = page.form_token();
        let password = format!("{name} und die Ihren");
        let answer = person
            .post("/sign-up", &[("name", name), ("display_name", name), ("password", &password), ("language", "en")])
            .await;
        assert_eq!((answer.status, answer.location()), (303, "/"), "{}", answer.body);
        person.name = name.to_owned();
        person.password = password;
        person.renew().await;
        person
    }

    /// The same with a role.
    pub async fn sign_up_as(&self, name: &str, role: Role) -> Person {
        let person = self.sign_up(name).await;
        let asked = name.to_owned();
        self.ctx
            .write(move |conn| {
                let id = huiguan::domain::login::find(conn, &asked)?.unwrap().login.id;
                let officer = huiguan::domain::login::Officer::command_line();
                huiguan::domain::login::set_role(conn, &officer, id, role)
            })
            .await
            .unwrap();
        person
    }

    /// Everything that waits in this hall.
    pub async fn waiting(&self) -> i64 {
        self.ctx
            .read(|conn| {
                Ok(event::waiting(conn, event::FEDERATION)? + delivery::waiting(conn)? + arrival::waiting(conn)?)
            })
            .await
            .unwrap()
    }

    /// Works off what is due here; answers how much was done.
    pub async fn work(&self) -> usize {
        let mut done = worker::events(&self.ctx).await.unwrap();
        done += worker::deliveries(&self.ctx).await.unwrap();
        done += worker::pushes(&self.ctx).await.unwrap();
        done += worker::arrivals(&self.ctx).await.unwrap();
        done += worker::pictures(&self.ctx).await.unwrap();
        done += worker::links(&self.ctx).await.unwrap();
        done += worker::texts(&self.ctx, std::path::Path::new(env!("CARGO_BIN_EXE_huiguan"))).await.unwrap();
        done += worker::removals(&self.ctx).await.unwrap();
        done += worker::letters(&self.ctx).await.unwrap();
        done += worker::partners(&self.ctx).await.unwrap();
        done + worker::profiles(&self.ctx).await.unwrap()
    }

    /// Arrivals that were set aside as failed.
    pub async fn failed(&self) -> i64 {
        self.ctx.read(arrival::failed).await.unwrap()
    }

    /// The newest outcome at the inbox.
    pub async fn last_outcome(&self) -> (arrival::State, String) {
        let latest = self.ctx.read(|conn| arrival::latest(conn, 1)).await.unwrap();
        latest.into_iter().next().map(|o| (o.state, o.reason)).expect("nothing has arrived")
    }

    pub async fn stop(mut self) {
        self.running.take().unwrap().stop().await;
    }
}

/// Works off all queues of all halls until nothing is due anywhere; bounded.
pub async fn settle(servers: &[&Server]) {
    for _ in 0..300 {
        let mut done = 0;
        for server in servers {
            done += server.work().await;
        }
        if done == 0 {
            for server in servers {
                assert_eq!(server.failed().await, 0, "an arrival failed");
            }
            return;
        }
    }
    panic!("the halls don't come to rest");
}

/// What a page or document answered.
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub headers: reqwest::header::HeaderMap,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    /// The token in the page's forms.
    pub fn form_token(&self) -> String {
        let (_, rest) = self.body.split_once("name=\"form_token\" value=\"").expect("a form with a token");
        rest.split('"').next().unwrap().to_owned()
    }

    /// The addresses in the page that begin so.
    pub fn links(&self, prefix: &str) -> Vec<String> {
        let mut found: Vec<String> = ["href=\"", "action=\""]
            .iter()
            .flat_map(|attribute| self.body.split(attribute).skip(1))
            .filter_map(|rest| rest.split('"').next())
            .filter(|link| link.starts_with(prefix))
            .map(str::to_owned)
            .collect();
        found.dedup();
        found
    }

    /// The fields of the form that this selector names, as a browser would send them, without its files and its token.
    pub fn fields(&self, form: &str) -> Vec<(String, String)> {
        let page = scraper::Html::parse_document(&self.body);
        let all = scraper::Selector::parse(&format!("{form} input, {form} textarea, {form} select")).unwrap();
        let chosen = scraper::Selector::parse("option[selected]").unwrap();
        let mut fields = Vec::new();
        for one in page.select(&all) {
            let (name, kind) = (one.attr("name").unwrap_or_default(), one.attr("type").unwrap_or_default());
            let is_unchecked = matches!(kind, "radio" | "checkbox") && one.attr("checked").is_none();
            if is_unchecked || kind == "file" || matches!(name, "" | "form_token") {
                continue;
            }
            let value = match one.value().name() {
                "textarea" => one.text().collect::<String>().trim_start_matches('\n').to_owned(),
                "select" => one.select(&chosen).next().and_then(|one| one.attr("value")).unwrap_or_default().to_owned(),
                _ => one.attr("value").unwrap_or_default().to_owned(),
            };
            fields.push((name.to_owned(), value));
        }
        fields
    }
}

/// The number at the end of a path.
pub fn number(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// A client that keeps cookies, follows nothing by itself, and speaks to one hall.
pub struct Person {
    pub client: reqwest::Client,
    pub origin: String,
    pub authority: String,
    pub name: String,
    pub password: String,
    pub token: String,
    pub cookies: std::collections::BTreeMap<String, String>,
}

pub fn client() -> reqwest::Client {
    // A connection is given up before the hall gives it up, or a request now and then meets a door that is just closing.
    let idle = std::time::Duration::from_secs(1);
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).pool_idle_timeout(idle);
    builder.no_proxy().build().unwrap()
}

impl Person {
    /// A visitor with a fresh browser.
    pub fn new(server: &Server) -> Self {
        Self {
            client: client(),
            origin: server.origin.clone(),
            authority: server.authority.clone(),
            name: String::new(),
            password: String::new(),
            token: String::new(),
            cookies: Default::default(),
        }
    }

    pub fn cookie_header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub async fn send(&mut self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.header("cookie", self.cookie_header()).send().await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let text = cookie.to_str().unwrap();
            let (name, rest) = text.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() || text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.text().await.unwrap() }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.client.get(format!("{}{path}", self.origin)).header("accept", "text/html");
        self.send(request).await
    }

    /// Sends a form with this person's token.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token.clone();
        let mut all = vec![("form_token", token.as_str())];
        all.extend_from_slice(fields);
        self.post_raw(path, &all, &[]).await
    }

    /// The same of fields as they were on a page.
    pub async fn sends_form(&mut self, path: &str, fields: &[(String, String)]) -> Answer {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(path, &fields).await
    }

    /// Sends a form as it is, with further headers.
    pub async fn post_raw(&mut self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = self
            .client
            .post(format!("{}{path}", self.origin))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request).await
    }

    /// Looks up the token of the present session.
    pub async fn renew(&mut self) {
        let page = self.get("/settings").await;
        self.token = page.form_token();
    }

    pub async fn sign_in(&mut self) -> Answer {
        let page = self.get("/sign-in").await;
        self.token = page.form_token();
        let (name, password) = (self.name.clone(), self.password.clone());
        let answer = self.post("/sign-in", &[("name", &name), ("password", &password)]).await;
        if answer.status == 303 {
            self.renew().await;
        }
        answer
    }

    /// Signs in once more by this session's token; answers the status.
    pub async fn sign_in_again(&mut self) -> u16 {
        let (name, password) = (self.name.clone(), self.password.clone());
        let answer = self.post("/sign-in", &[("name", &name), ("password", &password)]).await;
        self.renew().await;
        answer.status
    }

    /// `name@host`, as others write it.
    pub fn address(&self) -> String {
        format!("{}@{}", self.name, self.authority)
    }

    pub fn actor(&self) -> String {
        format!("{}/actors/{}", self.origin, self.name)
    }

    /// Publishes a Moment and answers its page's path.
    pub async fn posts(&mut self, body: &str, audience: &str) -> String {
        let answer = self.post("/moments", &[("body", body), ("audience", audience)]).await;
        assert_eq!((answer.status, answer.location()), (303, "/"), "{}", answer.body);
        let name = self.name.clone();
        let page = self.get(&format!("/@{name}")).await;
        let links = page.links(&format!("/@{name}/"));
        links.into_iter().next().expect("the Moment is on its author's page")
    }

    /// The home feed.
    pub async fn home(&mut self) -> String {
        self.get("/").await.body
    }

    /// Asks somebody by address.
    pub async fn asks(&mut self, address: &str, greeting: &str) -> Answer {
        self.post("/friends/requests", &[("address", address), ("greeting", greeting)]).await
    }

    /// Answers the first request that waits: `acceptance` or `refusal`.
    pub async fn answers(&mut self, how: &str) {
        let page = self.get("/friends").await;
        let links = page.links("/friends/requests/");
        let link = links.iter().find(|link| link.ends_with(how)).expect("a request waits");
        let answer = self.post(link, &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }

    /// Ends what binds this person to another.
    pub async fn removes(&mut self, other: &Person) {
        let path =
            if other.origin == self.origin { format!("/@{}", other.name) } else { format!("/@{}", other.address()) };
        let page = self.get(&path).await;
        let links = page.links("/friends/");
        let link = links.iter().find(|link| link.ends_with("/removal")).expect("there is something to end");
        assert_eq!(self.post(link, &[]).await.status, 303);
    }

    /// Does the person's page of friends say this?
    pub async fn friends_say(&mut self, words: &str) -> bool {
        self.get("/friends").await.body.contains(words)
    }
}

/// Makes two persons of (mostly) different halls friends, by request and acceptance.
pub async fn befriend(one: &mut Person, other: &mut Person, servers: &[&Server]) {
    let asked = one.asks(&other.address(), "hello").await;
    assert_eq!(asked.status, 303, "{}", asked.body);
    settle(servers).await;
    other.answers("acceptance").await;
    settle(servers).await;
    assert!(one.friends_say(">Friend<").await, "{} isn't {}'s friend", other.name, one.name);
    assert!(other.friends_say(">Friend<").await, "{} isn't {}'s friend", one.name, other.name);
}
