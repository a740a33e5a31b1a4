//! The page on which a member lets a client program in (RFC 6749 §4.1.1; Mastodon's documentation, “Authorize a user”).
//!
//! Invariant: nobody is sent anywhere but to an address that the program has registered, letter by letter (`App::comes_back_to`),
//! and a visitor nowhere at all unless they choose to go.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, web};
use askama::Template;

use super::form::Fields;
use super::page::{self, Page};
use super::time::When;
use super::{error, login};
use crate::domain::app::{self, App, OUT_OF_BAND};
use crate::domain::login::Role;
use crate::domain::push;
use crate::domain::scope::Scopes;
use crate::domain::token::{self, Grant};
use crate::error::{Error, Problem, Result};
use crate::id::TokenId;

/// Longest word of the program's own that it gets back.
const STATE_BYTES_MAX: usize = 2_000;
/// Lengths of the digest of a proof (RFC 7636 §4.2: SHA-256 in base64url).
const CHALLENGE_BYTES: usize = 43;
/// As for every page, but the form may lead to where the program is: browsers look at that too.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
     base-uri 'none'; frame-ancestors 'none'";
/// What the form takes along.
const ASKED: [&str; 8] =
    ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method", "lang"];

/// What a program asks for, checked.
struct Asked {
    app: App,
    redirect_uri: String,
    scopes: Scopes,
    state: String,
    challenge: String,
}

/// Why a program isn't let in.
enum Refused {
    /// It isn't known, or its address isn't its own: the member is told, nobody is sent anywhere.
    Here(Problem),
    /// It asks for what it can't have: it is told at its own address.
    There(App, String, String, &'static str),
}

/// The page that asks.
#[derive(Template)]
#[template(path = "authorization/new.html")]
struct New {
    page: Page,
    name: String,
    site: String,
    /// Where the member is sent, or nothing if they carry the code themselves.
    host: String,
    sentences: Vec<&'static str>,
    fields: Vec<(String, String)>,
    me: String,
}

/// The page with a code that the member carries to the program.
#[derive(Template)]
#[template(path = "authorization/code.html")]
struct Code {
    page: Page,
    name: String,
    code: String,
}

/// The page for a visitor whose program asks for what it can't have.
#[derive(Template)]
#[template(path = "authorization/refused.html")]
struct Turned {
    page: Page,
    name: String,
    /// Where the program is told of it, and what its member is shown of that address.
    back: String,
    host: String,
}

/// The address of the page that asks, with what a program asks for.
fn address(fields: &Fields) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(ASKED.iter().map(|name| (name, fields.text(name))).filter(|(_, value)| !value.is_empty()));
    format!("/oauth/authorize?{}", query.finish())
}

/// `/oauth/authorize`: for visitors too, since what can't be granted needs no password.
pub async fn new(page: Page) -> Result<HttpResponse> {
    let given = ASKED.map(|name| (name, page.query(name).to_owned()));
    let fields = Fields::of(given);
    let asked = match read(&page, &fields).await? {
        Ok(asked) => asked,
        Err(refused) if page.member.is_none() => return turn(page, refused),
        Err(refused) => return refuse(&page, refused),
    };
    // A page elsewhere can't end a session: whoever is to be somebody else signs in as them, and only then it ends.
    let is_anew = matches!(page.query("force_login"), "true" | "1");
    if page.member.is_none() || is_anew {
        return Ok(page.turn(&login::address(&address(&fields), is_anew && page.member.is_some())));
    }
    let host = match asked.redirect_uri.as_str() {
        OUT_OF_BAND => String::new(),
        uri => url::Url::parse(uri).map_or_else(|_| uri.to_owned(), |url| shown_address(&url)),
    };
    let shown = New {
        name: asked.app.name.clone(),
        site: asked.app.website.clone(),
        host,
        sentences: sentences(&asked.scopes),
        me: format!("@{}", page.me()?.member.actor.address),
        fields: fields.into_pairs().into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        page,
    };
    Ok(with_policy(page::ok(&shown)?))
}

/// What a member is shown of an address: host and port, or for a program on the same machine its scheme.
fn shown_address(url: &url::Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) if matches!(url.scheme(), "http" | "https") => format!("{host}:{port}"),
        (Some(host), None) if matches!(url.scheme(), "http" | "https") => host.to_owned(),
        _ => format!("{}:", url.scheme()),
    }
}

fn with_policy(mut answer: HttpResponse) -> HttpResponse {
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY));
    answer
}

/// `POST /oauth/authorize`.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    let asked = match read(&page, &fields).await? {
        Ok(asked) => asked,
        Err(refused) => return refuse(&page, refused),
    };
    if fields.text("choice") == "other" {
        let answer = page.turn(&login::address(&address(&fields), false));
        return login::leave(&page, answer).await;
    }
    if fields.text("choice") != "allow" {
        return refuse(&page, Refused::There(asked.app, asked.redirect_uri, asked.state, "access_denied"));
    }
    let grant = Grant {
        app: asked.app.id,
        actor: page.me()?.member.actor.id,
        redirect_uri: asked.redirect_uri.clone(),
        scopes: asked.scopes,
        challenge: asked.challenge,
    };
    let code = page.ctx.write(move |conn| token::authorise(conn, &grant)).await?;
    if asked.redirect_uri == OUT_OF_BAND {
        return page::ok(&Code { name: asked.app.name, code, page });
    }
    Ok(send(&asked.redirect_uri, &[("code", &code), ("state", &asked.state)]))
}

/// Reads what a program asks for.
async fn read(page: &Page, fields: &Fields) -> Result<std::result::Result<Asked, Refused>> {
    let here = |message| Ok(Err(Refused::Here(Problem::new("", message))));
    let client_id = fields.text("client_id").to_owned();
    let Some(app) = page.ctx.glance(move |conn| app::by_client_id(conn, &client_id)).await? else {
        return here("authorization-unknown-app");
    };
    let redirect_uri = fields.text("redirect_uri").to_owned();
    if !app.comes_back_to(&redirect_uri) {
        return here("authorization-wrong-address");
    }
    let state = fields.text("state").to_owned();
    if state.len() > STATE_BYTES_MAX {
        return here("authorization-wrong-address");
    }
    let (challenge, method) = (fields.text("code_challenge"), fields.text("code_challenge_method"));
    let is_bare = challenge.is_empty() && method.is_empty();
    let is_digest = challenge.len() == CHALLENGE_BYTES && method == "S256";
    let scopes = Scopes::parse(fields.text("scope")).ok().filter(|scopes| scopes.are_within(&app.scopes()));
    // Who isn't signed in yet may turn out to be an officer; then it is asked again.
    let is_officer = page.member.as_ref().is_none_or(|me| me.member.login.role.may(Role::Moderator));
    let scopes = scopes.and_then(|scopes| scopes.given_by(is_officer));
    let there = |app, word| Ok(Err(Refused::There(app, redirect_uri.clone(), state.clone(), word)));
    match scopes {
        _ if fields.text("response_type") != "code" => there(app, "unsupported_response_type"),
        None => there(app, "invalid_scope"),
        Some(_) if !is_digest && !is_bare => there(app, "invalid_request"),
        Some(scopes) => Ok(Ok(Asked { app, scopes, challenge: challenge.to_owned(), state, redirect_uri })),
    }
}

fn refuse(page: &Page, refused: Refused) -> Result<HttpResponse> {
    match refused {
        Refused::Here(problem) => Err(Error::Invalid(vec![problem])),
        Refused::There(app, uri, _, word) if uri == OUT_OF_BAND => {
            let message = if word == "access_denied" { "authorization-denied" } else { "authorization-wrong-request" };
            let problem = Problem::new("", message).with("name", app.name);
            Ok(error::page(page, &Error::Invalid(vec![problem])))
        }
        Refused::There(_, uri, state, word) => Ok(send(&uri, &[("error", word), ("state", &state)])),
    }
}

/// Tells a visitor what is wrong. They aren't sent on: anybody may register an address, and a hall's good name must not lead
/// there by itself (RFC 9700 §4.11.2).
fn turn(page: Page, refused: Refused) -> Result<HttpResponse> {
    let (app, uri, state, word) = match refused {
        Refused::There(app, uri, state, word) if uri != OUT_OF_BAND => (app, uri, state, word),
        other => return refuse(&page, other),
    };
    let host = url::Url::parse(&uri).map_or_else(|_| uri.clone(), |url| shown_address(&url));
    let back = told_at(&uri, &[("error", word), ("state", &state)]);
    let mut answer = page::show(StatusCode::UNPROCESSABLE_ENTITY, &Turned { page, name: app.name, back, host })?;
    answer.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(answer)
}

/// The program's address with something to tell. It stays as the program wrote it, down to the letter.
fn told_at(uri: &str, told: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(told.iter().filter(|(_, value)| !value.is_empty()));
    let mark = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{mark}{}", query.finish())
}

/// Sends the browser to the program, with something to tell.
fn send(uri: &str, told: &[(&str, &str)]) -> HttpResponse {
    let mut answer = HttpResponse::Found();
    answer.insert_header((header::LOCATION, told_at(uri, told)));
    with_policy(answer.insert_header((header::REFERRER_POLICY, "no-referrer")).finish())
}

/// What a program may do, in sentences for its member.
fn sentences(scopes: &Scopes) -> Vec<&'static str> {
    let begins = |start: &str| scopes.iter().any(|scope| scope == start || scope.starts_with(&format!("{start}:")));
    let mut sentences = Vec::new();
    if begins("read") {
        sentences.push("authorization-read");
    } else if begins("profile") {
        sentences.push("authorization-profile");
    }
    if begins("write") {
        sentences.push("authorization-write");
    }
    if begins("follow") && !begins("write") {
        sentences.push("authorization-follow");
    }
    if begins("push") {
        sentences.push("authorization-push");
    }
    if scopes.iter().any(|scope| scope.starts_with("admin")) {
        sentences.push("authorization-admin");
    }
    sentences
}

/// A program as its member sees it.
struct Line {
    id: TokenId,
    name: Option<String>,
    sentences: Vec<&'static str>,
    since: When,
    seen: When,
    /// Is it told of notices by push?
    is_told: bool,
}

impl Line {
    /// Where it is turned out.
    fn removal(&self) -> String {
        format!("/settings/apps/{}/removal", self.id)
    }
}

/// The programs that are let in.
#[derive(Template)]
#[template(path = "authorization/list.html")]
struct List {
    page: Page,
    lines: Vec<Line>,
}

/// `/settings/apps`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let me = page.me()?.member.actor.id;
    let (held, told) = page.ctx.glance(move |conn| Ok((token::list(conn, me)?, push::tokens(conn, me)?))).await?;
    let line = |held: token::Held| Line {
        id: held.token.id,
        is_told: told.contains(&held.token.id),
        sentences: sentences(&Scopes::stored(&held.token.scopes)),
        since: page.when(held.token.created_at),
        seen: page.when(held.token.seen_at),
        name: held.app,
    };
    let lines = held.into_iter().map(line).collect();
    page::ok(&List { lines, page })
}

/// `POST /settings/apps/{id}/removal`.
pub async fn delete(page: Page, id: web::Path<TokenId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?.member.actor.id, *id);
    page.ctx.write(move |conn| token::end(conn, me, id)).await?;
    Ok(page.go("/settings/apps", "flash-app-removed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_where_it_said() {
        let location = |uri: &str, told: &[(&str, &str)]| {
            let answer = send(uri, told);
            answer.headers().get("location").unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(
            location("https://app.example/cb", &[("code", "a b"), ("state", "")]),
            "https://app.example/cb?code=a+b"
        );
        assert_eq!(
            location("ivory://auth?x=1", &[("code", "c"), ("state", "&=")]),
            "ivory://auth?x=1&code=c&state=%26%3D"
        );
    }

    #[test]
    fn each_power_is_told_once() {
        let of = |text: &str| sentences(&Scopes::parse(text).unwrap());
        assert_eq!(of("read:accounts read:search"), ["authorization-read"]);
        assert_eq!(of("read write follow push"), ["authorization-read", "authorization-write", "authorization-push"]);
        assert_eq!(of("profile follow"), ["authorization-profile", "authorization-follow"]);
        assert_eq!(of("admin:read:accounts"), ["authorization-admin"]);
    }
}
