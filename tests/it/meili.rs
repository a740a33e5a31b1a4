//! A stand-in for a Meilisearch server: it answers in the shapes that the server's own answers have, keeps documents, and does
//! what filters, phrases and words ask for. And halls that search by one: what they do while it is away.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use huiguan::config::SearchEngine;
use serde_json::{Map, Value, json};

use super::server::{Person, Server, settle};

pub const KEY: &str = "a key that is long enough";

#[derive(Default)]
struct Shelf {
    version: &'static str,
    created: Option<String>,
    settings: Value,
    documents: BTreeMap<String, Map<String, Value>>,
    /// What was asked: method, path and body.
    asked: Vec<(String, String, Value)>,
    /// How often each task was asked after.
    tasks: Vec<(&'static str, usize)>,
    /// What the next task ends with.
    fails: Option<&'static str>,
}

/// The stand-in.
pub struct StandIn {
    pub url: String,
    shelf: Arc<Mutex<Shelf>>,
    handle: actix_web::dev::ServerHandle,
}

impl Drop for StandIn {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

fn refusal(status: u16, code: &str, kind: &str, message: &str) -> HttpResponse {
    let link = format!("https://docs.meilisearch.com/errors#{code}");
    HttpResponse::build(StatusCode::from_u16(status).unwrap())
        .json(json!({"message": message, "code": code, "type": kind, "link": link}))
}

impl Shelf {
    fn task(&mut self, kind: &'static str) -> HttpResponse {
        self.tasks.push((kind, 0));
        HttpResponse::Accepted().json(json!({
            "taskUid": self.tasks.len() - 1, "indexUid": "huiguan", "status": "enqueued", "type": kind,
            "enqueuedAt": "2026-11-26T18:00:00.000000Z",
        }))
    }

    fn told_of(&mut self, uid: &str) -> HttpResponse {
        let number: usize = uid.parse().unwrap();
        let fails = self.fails;
        let (kind, times) = &mut self.tasks[number];
        *times += 1;
        let status = match (*times, fails) {
            (1, _) => "processing",
            (_, Some(_)) => "failed",
            _ => "succeeded",
        };
        let error = match status {
            "failed" => json!({"message": fails, "code": "internal", "type": "internal", "link": ""}),
            _ => Value::Null,
        };
        if status == "failed" {
            self.fails = None;
        }
        HttpResponse::Ok().json(json!({
            "uid": number, "batchUid": number, "indexUid": "huiguan", "status": status, "type": *kind, "canceledBy": null,
            "details": {}, "error": error, "duration": "PT0.01S", "enqueuedAt": "2026-11-26T18:00:00.000000Z",
            "startedAt": "2026-11-26T18:00:00.000000Z", "finishedAt": null,
        }))
    }

    fn lists(&self, setting: &str, name: &str) -> bool {
        let list = self.settings[setting].as_array().cloned().unwrap_or_default();
        list.iter().any(|one| {
            let patterns = one["attributePatterns"].as_array().cloned().unwrap_or_default();
            one == name || patterns.iter().any(|pattern| pattern == name)
        })
    }

    fn matching(&self, filter: &str) -> Result<Vec<&Map<String, Value>>, String> {
        let condition = Condition::read(filter)?;
        for field in condition.fields() {
            if !self.lists("filterableAttributes", field) {
                return Err(format!("Attribute `{field}` is not filterable."));
            }
        }
        Ok(self.documents.values().filter(|document| condition.holds(document)).collect())
    }

    fn search(&self, query: &Value) -> Result<Value, String> {
        let list = |name: &str| query[name].as_array().cloned().unwrap_or_default();
        let names = |name: &str| list(name).iter().map(|v| v.as_str().unwrap().to_owned()).collect::<Vec<_>>();
        if query["indexUid"] != "huiguan" || query["matchingStrategy"] != "all" {
            return Err(format!("unexpected: {query}"));
        }
        let zones = names("attributesToSearchOn");
        if let Some(odd) = zones.iter().find(|zone| !self.lists("searchableAttributes", zone)) {
            return Err(format!("Attribute `{odd}` is not searchable."));
        }
        if names("sort") != ["published:desc"] || !self.lists("sortableAttributes", "published") {
            return Err("Attribute is not sortable.".to_owned());
        }
        let asked = query["q"].as_str().unwrap();
        let mut found = self.matching(query["filter"].as_str().unwrap())?;
        found.retain(|document| answers(document, &zones, asked));
        found.sort_by_key(|document| std::cmp::Reverse(document["published"].as_i64()));
        let limit = usize::try_from(query["limit"].as_u64().unwrap()).unwrap();
        let told = names("attributesToRetrieve");
        let total = found.len();
        let hits: Vec<Map<String, Value>> = found
            .into_iter()
            .take(limit)
            .map(|hit| {
                hit.iter().filter(|(name, _)| told.contains(name)).map(|(n, v)| (n.clone(), v.clone())).collect()
            })
            .collect();
        Ok(json!({
            "indexUid": "huiguan", "hits": hits, "query": asked, "processingTimeMs": 1, "limit": limit, "offset": 0,
            "estimatedTotalHits": total,
        }))
    }

    fn answer(&mut self, method: &str, path: &str, body: Value) -> HttpResponse {
        self.asked.push((method.to_owned(), path.to_owned(), body.clone()));
        let missing = || refusal(404, "index_not_found", "invalid_request", "Index `huiguan` not found.");
        match (method, path) {
            ("GET", "/version") => {
                let sha = "b46889b5f0f2f8b91438a08a358ba8f05fc09fc1";
                HttpResponse::Ok().json(json!({"commitSha": sha, "commitDate": "unknown", "pkgVersion": self.version}))
            }
            ("GET", path) if path.starts_with("/tasks/") => self.told_of(&path[7..]),
            ("POST", "/indexes") => {
                assert_eq!(body, json!({"uid": "huiguan", "primaryKey": "key"}));
                self.created = Some(format!("2026-11-26T18:00:00.{:06}Z", self.tasks.len()));
                self.task("indexCreation")
            }
            ("POST", "/multi-search") if self.created.is_some() => {
                let queries = body["queries"].as_array().unwrap();
                match queries.iter().map(|query| self.search(query)).collect::<Result<Vec<_>, _>>() {
                    Ok(results) => HttpResponse::Ok().json(json!({"results": results})),
                    Err(why) => refusal(400, "invalid_search_filter", "invalid_request", &why),
                }
            }
            _ if self.created.is_none() => missing(),
            ("GET", "/indexes/huiguan") => HttpResponse::Ok().json(json!({
                "uid": "huiguan", "createdAt": self.created, "updatedAt": self.created, "primaryKey": "key",
            })),
            ("PATCH", "/indexes/huiguan/settings") => {
                self.settings = body;
                self.task("settingsUpdate")
            }
            ("POST", "/indexes/huiguan/documents") => {
                for document in body.as_array().unwrap() {
                    let key = document["key"].as_str().unwrap().to_owned();
                    self.documents.insert(key, document.as_object().unwrap().clone());
                }
                self.task("documentAdditionOrUpdate")
            }
            ("POST", "/indexes/huiguan/documents/delete-batch") => {
                for key in body.as_array().unwrap() {
                    self.documents.remove(key.as_str().unwrap());
                }
                self.task("documentDeletion")
            }
            ("POST", "/indexes/huiguan/documents/fetch") => {
                let found = self.matching(body["filter"].as_str().unwrap()).unwrap();
                let total = found.len();
                let (offset, limit) = (body["offset"].as_u64().unwrap(), body["limit"].as_u64().unwrap());
                let skip = usize::try_from(offset).unwrap();
                let results: Vec<_> = found.into_iter().skip(skip).take(usize::try_from(limit).unwrap()).collect();
                HttpResponse::Ok().json(json!({"results": results, "offset": offset, "limit": limit, "total": total}))
            }
            _ => refusal(404, "not_found", "invalid_request", path),
        }
    }
}

/// Does a document have these words and phrases in one of these zones?
fn answers(document: &Map<String, Value>, zones: &[String], asked: &str) -> bool {
    let texts: Vec<Vec<&str>> =
        zones.iter().map(|zone| document[zone].as_str().unwrap().split(' ').collect()).collect();
    let goes_on = !asked.is_empty() && !asked.ends_with([' ', '"']);
    let parts: Vec<&str> = asked.split('"').collect();
    let phrases = parts.iter().skip(1).step_by(2).map(|phrase| phrase.split(' ').collect::<Vec<_>>());
    let mut words: Vec<&str> = parts.iter().step_by(2).flat_map(|part| part.split_whitespace()).collect();
    let last = if goes_on { words.pop() } else { None };
    let has = |fits: &dyn Fn(&str) -> bool| texts.iter().flatten().any(|word| fits(word));
    phrases.into_iter().all(|phrase| texts.iter().any(|text| text.windows(phrase.len()).any(|part| *part == *phrase)))
        && words.iter().all(|asked| has(&|word| nearly(asked, word)))
        && last.is_none_or(|asked| has(&|word| word.starts_with(asked) || nearly(asked, word)))
}

/// The same word, or from five letters on one that differs by one.
fn nearly(asked: &str, word: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (asked.chars().collect(), word.chars().collect());
    if a == b || a.len() < 5 || a.len().abs_diff(b.len()) > 1 {
        return a == b;
    }
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    let tail = |list: &[char], from: usize| list.get(from..).map(<[char]>::to_vec).unwrap_or_default();
    tail(a, 1) == tail(b, 1)
        || tail(a, 1) == b
        || a == tail(b, 1)
        || (a.len() > 1 && b.len() > 1 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..])
}

/// A filter, read.
enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    In(String, Vec<String>),
    From(String, i64),
    Below(String, i64),
    Exists(String),
}

impl Condition {
    fn read(filter: &str) -> Result<Self, String> {
        let mut words = words_of(filter)?;
        words.reverse();
        let read = Self::any(&mut words)?;
        if words.is_empty() { Ok(read) } else { Err(format!("the end is not understood: {words:?}")) }
    }

    fn any(words: &mut Vec<String>) -> Result<Self, String> {
        let mut parts = vec![Self::all(words)?];
        while words.last().is_some_and(|word| word == "OR") {
            words.pop();
            parts.push(Self::all(words)?);
        }
        Ok(Self::Any(parts))
    }

    fn all(words: &mut Vec<String>) -> Result<Self, String> {
        let mut parts = vec![Self::one(words)?];
        while words.last().is_some_and(|word| word == "AND") {
            words.pop();
            parts.push(Self::one(words)?);
        }
        Ok(Self::All(parts))
    }

    fn one(words: &mut Vec<String>) -> Result<Self, String> {
        let mut next = || words.pop().ok_or_else(|| "it ends too soon".to_owned());
        let field = next()?;
        match field.as_str() {
            "NOT" => return Ok(Self::Not(Box::new(Self::one(words)?))),
            "(" => {
                let inner = Self::any(words)?;
                return match words.pop().as_deref() {
                    Some(")") => Ok(inner),
                    other => Err(format!("no bracket but {other:?}")),
                };
            }
            _ => {}
        }
        let value = |word: String| word.strip_prefix('"').map(str::to_lowercase).ok_or(format!("no value: {word}"));
        let number = |word: String| word.parse().map_err(|_| format!("no number: {word}"));
        match next()?.as_str() {
            "=" => Ok(Self::In(field, vec![value(next()?)?])),
            ">=" => Ok(Self::From(field, number(next()?)?)),
            "<" => Ok(Self::Below(field, number(next()?)?)),
            "EXISTS" => Ok(Self::Exists(field)),
            "IN" => {
                let mut values = Vec::new();
                next()?;
                loop {
                    match next()?.as_str() {
                        "]" => return Ok(Self::In(field, values)),
                        "," => {}
                        word => values.push(value(word.to_owned())?),
                    }
                }
            }
            other => Err(format!("no operator: {other}")),
        }
    }

    fn fields(&self) -> Vec<&str> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::fields).collect(),
            Self::Not(part) => part.fields(),
            Self::In(field, _) | Self::From(field, _) | Self::Below(field, _) | Self::Exists(field) => vec![field],
        }
    }

    fn holds(&self, document: &Map<String, Value>) -> bool {
        let number = |field: &str| document.get(field).and_then(Value::as_i64);
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(document)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(document)),
            Self::Not(part) => !part.holds(document),
            Self::From(field, at) => number(field).is_some_and(|number| number >= *at),
            Self::Below(field, at) => number(field).is_some_and(|number| number < *at),
            Self::Exists(field) => document.contains_key(field),
            Self::In(field, values) => {
                let has = |value: &Value| value.as_str().is_some_and(|text| values.contains(&text.to_lowercase()));
                match document.get(field) {
                    Some(Value::Array(list)) => list.iter().any(has),
                    Some(value) => has(value),
                    None => false,
                }
            }
        }
    }
}

/// The words of a filter; values keep the mark before them.
fn words_of(filter: &str) -> Result<Vec<String>, String> {
    let (mut words, mut chars) = (Vec::new(), filter.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            ' ' => {}
            '(' | ')' | '[' | ']' | ',' => words.push(c.to_string()),
            '"' => {
                let mut word = "\"".to_owned();
                loop {
                    match chars.next().ok_or("a value without an end")? {
                        '"' => break,
                        '\\' => word.extend(chars.next()),
                        c => word.push(c),
                    }
                }
                words.push(word);
            }
            c => {
                let mut word = c.to_string();
                while let Some(c) = chars.next_if(|c| !" ()[],\"".contains(*c)) {
                    word.push(c);
                }
                words.push(word);
            }
        }
    }
    Ok(words)
}

async fn answer(shelf: web::Data<Arc<Mutex<Shelf>>>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let mut shelf = shelf.lock().unwrap();
    let key = request.headers().get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if key.is_empty() {
        let message = "The Authorization header is missing. It must use the bearer authorization method.";
        return refusal(401, "missing_authorization_header", "auth", message);
    }
    if key != format!("Bearer {KEY}") {
        return refusal(403, "invalid_api_key", "auth", "The provided API key is invalid.");
    }
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
    shelf.answer(request.method().as_str(), request.path(), body)
}

impl StandIn {
    pub fn start() -> Self {
        Self::start_on(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    pub fn start_on(listener: TcpListener) -> Self {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shelf = Arc::new(Mutex::new(Shelf { version: "1.15.2", ..Shelf::default() }));
        let shared = shelf.clone();
        let server = HttpServer::new(move || {
            let limit = web::PayloadConfig::new(100_000_000);
            App::new().app_data(limit).app_data(web::Data::new(shared.clone())).default_service(web::to(answer))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, shelf, handle }
    }

    /// What was asked of it: methods and paths.
    fn asked(&self) -> Vec<String> {
        self.shelf.lock().unwrap().asked.iter().map(|(method, path, _)| format!("{method} {path}")).collect()
    }

    fn change(&self, change: impl FnOnce(&mut Shelf)) {
        change(&mut self.shelf.lock().unwrap());
    }
}

async fn hall_with(url: &str, key: &str) -> Server {
    let (url, key) = (url.to_owned(), key.to_owned());
    Server::start_with("guangzhou", move |config| {
        config.search.engine = SearchEngine::Meilisearch;
        config.search.url = url;
        config.search.key = key;
    })
    .await
}

/// Why the index can't be filled, in the words of the log.
async fn trouble(hall: &Server) -> String {
    huiguan::worker::search::step(&hall.ctx).await.unwrap_err().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_searches_by_a_server_and_says_what_it_needs() {
    let server = StandIn::start();
    let hall = hall_with(&server.url, KEY).await;
    let mut mei = hall.sign_up("mei").await;
    let page = mei.posts("本會館藏有僑批", "everyone").await;
    let own = mei.posts("只給自己的僑批", "me").await;
    settle(&[&hall]).await;
    hall.index().await;
    let asked = server.asked();
    let first: Vec<&str> = asked.iter().map(String::as_str).filter(|path| !path.contains("/tasks/")).take(6).collect();
    let expected = [
        "GET /indexes/huiguan",
        "GET /version",
        "POST /indexes",
        "GET /indexes/huiguan",
        "PATCH /indexes/huiguan/settings",
    ];
    assert_eq!(first[..5], expected);
    assert!(first[5].starts_with("POST /indexes/huiguan/documents"), "{first:?}");
    let tasks = server.shelf.lock().unwrap().tasks.clone();
    assert!(tasks.iter().all(|(_, times)| *times == 2), "each task is waited for: {tasks:?}");
    let settings = server.shelf.lock().unwrap().settings.clone();
    assert_eq!(settings["searchableAttributes"], json!(["title", "text"]));
    assert_eq!(settings["rankingRules"][0], "sort");
    assert_eq!(settings["typoTolerance"]["minWordSizeForTypos"]["oneTypo"], 5);
    assert_eq!(settings["filterableAttributes"][0]["features"]["facetSearch"], false);
    // What is sent is folded, with the tokens of who may find it.
    let id: i64 = page.rsplit('/').next().unwrap().parse().unwrap();
    let record = server.shelf.lock().unwrap().documents[&format!("post-{id}")].clone();
    assert_eq!(record["text"], "本 会 馆 藏 有 侨 批");
    assert_eq!(record["id"], id.to_string(), "numbers are too long for JSON");
    assert!(record["reach"].as_array().unwrap().contains(&json!("members")), "{record:?}");
    let terms = record["text_terms"].as_array().unwrap();
    assert!(
        ["x僑批", "w侨批", "g会馆", "h馆", "phui guan"].iter().all(|term| terms.contains(&json!(term))),
        "{terms:?}"
    );
    // The page, counts and all; nobody asks for what they may not see.
    for words in ["会馆", "会馆 侨批", "\"藏有侨批\"", "huiguan"] {
        assert_eq!(mei.hits_of(words).await, std::slice::from_ref(&page), "{words}");
    }
    assert_eq!(mei.hits_of("僑批 -會館").await, [own]);
    let mut visitor = Person::new(&hall);
    assert_eq!(visitor.hits_of("会馆").await, [""; 0]);
    assert_eq!(huiguan::worker::search::check(&hall.ctx).await.unwrap(), [""; 0]);
    // Over there somebody throws the index away: it is made and filled anew.
    server.change(|shelf| {
        shelf.created = None;
        shelf.documents.clear();
        shelf.settings = Value::Null;
    });
    assert!(mei.seeks("会馆").await.body.contains("The search is away"));
    hall.ctx.write(huiguan::domain::search::ask_rebuild).await.unwrap();
    hall.index().await;
    assert_eq!(mei.hits_of("会馆").await, [page]);
    assert_eq!(huiguan::worker::search::check(&hall.ctx).await.unwrap(), [""; 0]);
    hall.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_is_away_pages_work_and_the_index_catches_up() {
    let port = super::command::free_port();
    let hall = hall_with(&format!("http://127.0.0.1:{port}"), KEY).await;
    let mut mei = hall.sign_up("mei").await;
    let page = mei.posts("本會館藏有僑批", "everyone").await;
    settle(&[&hall]).await;
    assert!(trouble(&hall).await.contains("can't be reached"));
    assert_eq!(mei.get(&page).await.status, 200);
    assert!(mei.get("/").await.body.contains("僑批"));
    for path in ["/search?q=a", "/search?q=%E4%BC%9A%E9%A6%86&kind=moment"] {
        let answer = mei.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.body.contains("The search is away"), "{path}: {}", answer.body);
    }
    assert_eq!(mei.get("/search/suggestions?q=a").await.status, 200);
    let found = mei.program(&hall).await.get("/api/v2/search?q=mei&type=accounts").await;
    assert_eq!(found.status, 200, "{}", found.body);

    let server = StandIn::start_on(TcpListener::bind(format!("127.0.0.1:{port}")).unwrap());
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    // It may be there and too old, or refuse to do a task: nothing is lost by either.
    server.change(|shelf| shelf.version = "1.5.0");
    assert!(trouble(&hall).await.contains("Meilisearch is 1.5.0; 1.14 is needed"));
    server.change(|shelf| shelf.version = "1.15.2");
    server.change(|shelf| shelf.fails = Some("no space left on device"));
    assert!(trouble(&hall).await.contains("no space left on device"));
    hall.index().await;
    assert_eq!(mei.hits_of("会馆").await, [page]);
    assert_eq!(huiguan::worker::search::check(&hall.ctx).await.unwrap(), [""; 0]);
    hall.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_said_and_nothing_else_stops() {
    let server = StandIn::start();
    for key in ["wrong", ""] {
        let hall = hall_with(&server.url, key).await;
        let mut mei = hall.sign_up("mei").await;
        mei.posts("本會館藏有僑批", "everyone").await;
        settle(&[&hall]).await;
        let reason = trouble(&hall).await;
        assert!(reason.contains("refuses search.key") && !reason.contains("wrong"), "{reason}");
        assert!(mei.seeks("会馆").await.body.contains("The search is away"));
        assert!(mei.get("/").await.body.contains("僑批"));
        hall.stop().await;
    }
}
