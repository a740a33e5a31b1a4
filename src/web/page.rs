//! The frame of every page: the hall, the reader's language and preferences, the way back, one line of news.

use std::sync::Arc;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use jiff::tz::TimeZone;

use super::{Face, icon, time};
use crate::clock::Micros;
use crate::ctx::Ctx;
use crate::domain::actor::{Actor, Kind};
use crate::domain::hall::Hall;
use crate::domain::login::{Member, Role};
use crate::error::Problem;
use crate::lang::Language;

/// The cookie that carries one line of news to the next page.
const FLASH: &str = "flash";
/// The cookies of visitors' preferences.
const PREFERENCES: [&str; 3] = ["language", "type", "theme"];

/// Which tab is lit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// None of them.
    None,
    /// 首页.
    Home,
    /// 好友.
    Friends,
    /// 我.
    Me,
}

/// The signed-in reader, as the frame shows them.
#[derive(Debug, Clone)]
pub struct Me {
    /// Their name for addresses.
    pub name: String,
    /// The face that stands for them.
    pub face: FaceView,
    /// Requests that wait for an answer.
    pub waiting: i64,
    /// May they see the office?
    pub is_officer: bool,
}

/// A letter face: shape by kind, colour by the actor's URI, one letter.
#[derive(Debug, Clone)]
pub struct FaceView {
    /// CSS classes.
    pub class: String,
    /// The letter.
    pub letter: String,
}

impl FaceView {
    /// The face of an actor.
    pub fn of(actor: &Actor) -> Self {
        let shape = match actor.kind {
            Kind::Organization | Kind::Service | Kind::Application => " account",
            Kind::Person | Kind::Group => "",
        };
        let hash = actor.uri.bytes().fold(7_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
        Self { class: format!("face c{}{shape}", hash % 6 + 1), letter: crate::text::first_letter(&actor.display_name) }
    }
}

/// Everything that the frame of a page needs.
pub struct Layout {
    ctx: Ctx,
    face: web::Data<Face>,
    /// The hall.
    pub hall: Arc<Hall>,
    /// The reader's language.
    pub language: Language,
    /// `light`, `dark` or empty.
    pub theme: String,
    /// `large`, `larger` or empty.
    pub type_size: String,
    /// The reader's zone.
    pub zone: TimeZone,
    /// Who is signed in.
    pub me: Option<Me>,
    /// The token that forms carry.
    pub form_token: String,
    /// The lit tab.
    pub tab: Tab,
    /// Path and query of this page, for coming back to it.
    pub here: String,
    /// The title, without the hall's name.
    pub title: String,
    /// One line of news.
    pub flash: Option<String>,
    /// The time at which the page is made.
    pub now: Micros,
    /// Is the page as wide as the screen allows?
    pub wide: bool,
}

impl Layout {
    /// The frame for a reader of whom nothing is known but the request.
    pub fn bare(
        ctx: Ctx,
        face: web::Data<Face>,
        hall: Arc<Hall>,
        language: Language,
        request: &HttpRequest,
        title: &str,
    ) -> Self {
        let preference = |name: &str| request.cookie(name).map(|c| c.value().to_owned()).unwrap_or_default();
        Self {
            language,
            theme: known(&preference("theme"), &["light", "dark"]),
            type_size: known(&preference("type"), &["large", "larger"]),
            zone: TimeZone::get(&hall.time_zone).unwrap_or(TimeZone::UTC),
            me: None,
            form_token: String::new(),
            tab: Tab::None,
            here: here(request),
            title: title.to_owned(),
            flash: None,
            now: ctx.now(),
            wide: false,
            ctx,
            face,
            hall,
        }
    }

    /// The frame for a signed-in member.
    pub fn welcome(&mut self, member: &Member, waiting: i64) {
        let login = &member.login;
        let zone = login.time_zone.as_deref().and_then(|zone| TimeZone::get(zone).ok());
        self.zone = zone.unwrap_or_else(|| self.zone.clone());
        self.theme = login.theme.clone().unwrap_or_default();
        self.type_size = login.type_size.clone().unwrap_or_default();
        self.me = Some(Me {
            name: member.actor.name.clone(),
            face: FaceView::of(&member.actor),
            waiting,
            is_officer: login.role.may(Role::Moderator),
        });
    }

    /// A message without placeholders.
    pub fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.ctx.messages.plain(self.language, key)
    }

    /// Is this tab lit? For templates.
    pub fn is_lit(&self, tab: &str) -> bool {
        match self.tab {
            Tab::None => false,
            Tab::Home => tab == "home",
            Tab::Friends => tab == "friends",
            Tab::Me => tab == "me",
        }
    }

    /// A message with one value.
    pub fn with(&self, key: &str, name: &'static str, value: impl ToString) -> String {
        self.ctx.messages.text(self.language, key, &[(name, value.to_string())])
    }

    /// What is wrong, in words.
    pub fn problem(&self, problem: &Problem) -> String {
        self.ctx.messages.text(self.language, problem.message, &problem.values)
    }

    /// An icon as safe HTML.
    pub fn icon(&self, name: &str) -> String {
        icon::svg(name)
    }

    /// The seal as safe HTML.
    pub fn seal(&self) -> &'static str {
        icon::SEAL
    }

    /// The address of a static file.
    pub fn asset(&self, path: &str) -> &str {
        self.face.assets.address(path)
    }

    /// A time as it is said now.
    pub fn time(&self, at: Micros) -> time::Shown {
        time::show(at, self.now, &self.zone, self.language)
    }

    /// The languages that the hall offers.
    pub fn languages(&self) -> Vec<Language> {
        self.hall.languages.split(',').filter_map(Language::parse).collect()
    }

    /// The hall's rules, one each.
    pub fn rules(&self) -> Vec<&str> {
        self.hall.rules.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
    }

    /// `@hall@host`, by which other servers follow the hall.
    pub fn hall_address(&self) -> String {
        format!("@hall@{}", self.ctx.authority)
    }

    /// The hall's origin.
    pub fn origin(&self) -> &str {
        &self.ctx.origin
    }

    /// This page's address in a query string.
    pub fn back(&self) -> String {
        url::form_urlencoded::byte_serialize(self.here.as_bytes()).collect()
    }
}

fn known(value: &str, values: &[&str]) -> String {
    if values.contains(&value) { value.to_owned() } else { String::new() }
}

/// Path and query of a request, if it can be come back to.
fn here(request: &HttpRequest) -> String {
    if request.method() == actix_web::http::Method::GET {
        request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
    } else {
        "/".to_owned()
    }
}

/// The language for a request: the member's choice, the visitor's, the browser's, the hall's.
pub fn language_of(request: &HttpRequest, member: Option<&Member>, hall: &Hall) -> Language {
    let chosen = member.and_then(|member| member.login.language.as_deref()).and_then(Language::parse);
    let cookie = || request.cookie("language").and_then(|c| Language::parse(c.value()));
    let browser = || {
        let header = request.headers().get("accept-language").and_then(|value| value.to_str().ok());
        header.and_then(Language::negotiate)
    };
    chosen.or_else(cookie).or_else(browser).or_else(|| Language::parse(&hall.language)).unwrap_or(Language::ZhHans)
}

/// A relative address to go back to; anything else leads home.
pub fn relative(path: &str) -> &str {
    let fine = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\n', '\r']);
    if fine { path } else { "/" }
}

/// A page as the answer. What a member sees isn't kept by anyone.
pub fn html(status: actix_web::http::StatusCode, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header(("cache-control", "private, no-store"))
        .insert_header(("vary", "Accept, Accept-Language, Cookie"))
        .body(body)
}

/// Leads on to another page after a form.
pub fn see(path: &str) -> HttpResponseBuilder {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header(("location", path.to_owned())).insert_header(("cache-control", "no-store"));
    answer
}

/// Leads on, with one line of news for the next page: the key of a message.
pub fn see_with(path: &str, message: &'static str) -> HttpResponse {
    let cookie =
        Cookie::build(FLASH, message).path("/").http_only(true).same_site(SameSite::Lax).max_age(Duration::minutes(1));
    see(path).cookie(cookie.finish()).finish()
}

/// The news that a request brings.
pub fn flash_of(request: &HttpRequest) -> Option<String> {
    request.cookie(FLASH).map(|cookie| cookie.value().to_owned()).filter(|key| key.starts_with("flash-"))
}

/// Takes the news away once it has been shown.
pub fn without_flash(mut answer: HttpResponse, shown: bool) -> HttpResponse {
    if shown {
        let mut cookie = Cookie::build(FLASH, "").path("/").finish();
        cookie.make_removal();
        // A cookie of our own making is always a valid header.
        drop(answer.add_cookie(&cookie));
    }
    answer
}

/// What a visitor chose, in a query string.
#[derive(Debug, serde::Deserialize)]
pub struct Choice {
    language: Option<String>,
    #[serde(rename = "type")]
    type_size: Option<String>,
    theme: Option<String>,
    back: Option<String>,
}

impl Choice {
    /// The choices by name; an empty value takes one back.
    pub fn named(&self) -> [(&'static str, Option<&str>); 3] {
        let [language, type_size, theme] = PREFERENCES;
        [(language, self.language.as_deref()), (type_size, self.type_size.as_deref()), (theme, self.theme.as_deref())]
    }

    /// Where to go back to.
    pub fn back(&self) -> &str {
        relative(self.back.as_deref().unwrap_or("/"))
    }
}

/// A cookie that keeps a visitor's choice for a year.
pub fn preference_cookie(name: &'static str, value: &str) -> Cookie<'static> {
    Cookie::build(name, known(value, &["zh-Hans", "zh-Hant", "en", "large", "larger", "light", "dark"]))
        .path("/")
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365))
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_relative_addresses_are_gone_back_to() {
        assert_eq!(relative("/friends?a=b"), "/friends?a=b");
        for bad in ["//evil.example", "https://evil.example", "/\\evil.example", "", "friends", "/a\r\nb"] {
            assert_eq!(relative(bad), "/", "{bad}");
        }
    }
}
