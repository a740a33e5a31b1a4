//! One page in the making: who looks at it, in which language, zone and type; what templates ask for, and answers.
//!
//! `frame` opens a [`Page`] for each request; handlers take it as an argument.

use std::cell::OnceCell;
use std::future::{Ready, ready};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::cookie::time::Duration as CookieAge;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::{Method, StatusCode, header};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use askama::Template;
use jiff::tz::TimeZone;

use super::Face;
use super::form::{Fields, Form, Wrong};
use super::session::{self, SignedIn};
use super::time::{self, When};
use crate::clock::Micros;
use crate::config::RegistrationMode;
use crate::ctx::Ctx;
use crate::domain::audience::Viewer;
use crate::domain::authority::VEIL;
use crate::domain::hall::Hall;
use crate::domain::login::{Officer, Role};
use crate::error::{Error, Problem, Result};
use crate::lang::Language;
use crate::limit::Limits;

/// How long a preference is kept in a cookie, in days.
const PREFERENCE_DAYS: i64 = 365;
/// Longest address that links of a page come back to, in bytes.
const BACK_BYTES_MAX: usize = 1_000;
/// The cookie with what was just done, until the next page says it.
pub const FLASH: &str = "flash";
/// Bytes that a page has at least; its buffer starts so large.
const PAGE_BYTES: usize = 16 * 1_024;

/// One page in the making.
#[derive(Clone)]
pub struct Page(Rc<Inner>);

/// What is known about the request.
pub struct Inner {
    /// The hall's handles.
    pub ctx: Ctx,
    /// The hall.
    pub hall: Arc<Hall>,
    /// The language of the page.
    pub language: Language,
    /// Who is signed in.
    pub member: Option<Arc<SignedIn>>,
    /// Where the request came from.
    pub address: IpAddr,
    /// The path of the request.
    pub path: String,
    /// Light or dark, if chosen.
    pub theme: Option<&'static str>,
    /// The size of type, if chosen.
    pub type_size: Option<&'static str>,
    /// What was just done, as a sentence.
    pub flash: Option<String>,
    face: web::Data<Face>,
    zone: TimeZone,
    now: Micros,
    query: Fields,
    back: String,
    form_cookie: Option<String>,
    form_token: OnceCell<String>,
    flash_came: bool,
}

impl std::ops::Deref for Page {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl FromRequest for Page {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or_else(|| Error::broken("a page outside the frame")))
    }
}

/// The values of preferences that are known.
pub fn theme(word: &str) -> Option<&'static str> {
    ["light", "dark"].into_iter().find(|known| *known == word)
}

/// The sizes of type that are known, besides the usual one.
pub fn type_size(word: &str) -> Option<&'static str> {
    ["large", "larger"].into_iter().find(|known| *known == word)
}

impl Page {
    /// Finds out who asks for what, and how they want it.
    pub async fn open(request: &ServiceRequest, face: web::Data<Face>, address: IpAddr) -> Result<Self> {
        let ctx = request.app_data::<web::Data<Ctx>>().ok_or_else(|| Error::broken("no hall behind the page"))?;
        let ctx = Ctx::clone(ctx);
        let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned());
        let hall = face.hall(&ctx).await?;
        let member = match cookie(session::cookie_name(&ctx)) {
            Some(token) => session::find(&ctx, token).await?,
            None => None,
        };
        let login = member.as_ref().map(|signed_in| &signed_in.member.login);
        let accepts = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let chosen = login.and_then(|login| login.language.clone()).or_else(|| cookie("language"));
        let theme_chosen = login.and_then(|login| login.theme.clone()).or_else(|| cookie("theme"));
        let type_chosen = login.and_then(|login| login.type_size.clone()).or_else(|| cookie("type"));
        let zone_chosen = login.and_then(|login| login.time_zone.as_deref());
        let language = language_for(&hall, chosen.as_deref(), accepts);
        let flash_cookie = cookie(FLASH);
        Ok(Self(Rc::new(Inner {
            zone: time::zone(zone_chosen.or(Some(&hall.time_zone))),
            theme: theme_chosen.as_deref().and_then(theme),
            type_size: type_chosen.as_deref().and_then(type_size),
            flash: flash_cookie.as_deref().and_then(|value| read_flash(&ctx, language, value)),
            flash_came: flash_cookie.is_some(),
            now: ctx.now(),
            query: Fields::parse(request.query_string().as_bytes()),
            path: request.path().to_owned(),
            back: back_address(request),
            form_cookie: cookie(session::form_cookie_name(&ctx)),
            form_token: OnceCell::new(),
            ctx,
            hall,
            language,
            member,
            address,
            face,
        })))
    }

    /// The member who is signed in.
    ///
    /// Errors: `Forbidden`; pages for members only are reached by members only, as the table of URLs has it.
    pub fn me(&self) -> Result<Arc<SignedIn>> {
        self.member.clone().ok_or(Error::Forbidden)
    }

    /// The officer who acts, for the log.
    pub fn officer(&self) -> Result<Officer> {
        Ok(Officer::member(&self.me()?.member))
    }

    /// May members invite? Not into a hall that is closed: officers add its members.
    pub fn may_invite(&self) -> bool {
        self.ctx.config.registration.mode != RegistrationMode::Closed
    }

    /// Is the reader an owner?
    pub fn is_owner(&self) -> bool {
        self.member.as_ref().is_some_and(|me| me.member.login.role == Role::Owner)
    }

    /// Who looks, for the gate.
    pub fn viewer(&self) -> Viewer {
        self.member.as_ref().map_or(Viewer::Anonymous, |me| Viewer::Member(me.member.actor.id))
    }

    /// A form to be shown again as it was left, with what is wrong in the reader's words.
    pub fn again(&self, fields: Fields, problems: &[Problem]) -> Form {
        let said =
            |problem: &Problem| Wrong { field: problem.field, text: self.text(problem.message, &problem.values) };
        Form::wrong(fields, problems.iter().map(said).collect())
    }

    /// Why a form wasn't taken, to be said over the form as it was left: what is wrong with it (422), or that nothing can
    /// be saved just now (503).
    ///
    /// Errors: every other error, as it came.
    pub fn reasons(&self, error: Error) -> Result<(StatusCode, Vec<Problem>)> {
        match error {
            Error::Invalid(problems) => Ok((StatusCode::UNPROCESSABLE_ENTITY, problems)),
            Error::Unavailable(reason) => {
                tracing::warn!(%reason, "a form could not be saved");
                Ok((StatusCode::SERVICE_UNAVAILABLE, vec![Problem::new("", "problem-unsaved")]))
            }
            error => Err(error),
        }
    }

    /// The same with the form as it is to be shown again.
    ///
    /// Errors: as [`Page::reasons`].
    pub fn retry(&self, fields: Fields, error: Error) -> Result<(StatusCode, Form)> {
        let (status, problems) = self.reasons(error)?;
        Ok((status, self.again(fields, &problems)))
    }

    /// The hall's row has changed.
    pub fn forget_hall(&self) {
        self.face.forget_hall();
    }

    /// The limits of this hall.
    pub fn limits(&self) -> &Limits {
        &self.ctx.limits
    }

    /// A value of the query string; empty if it isn't there.
    pub fn query(&self, name: &str) -> &str {
        self.query.text(name)
    }

    /// A message without values.
    pub fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.ctx.messages.plain(self.language, key)
    }

    /// A message with values.
    pub fn text(&self, key: &str, values: &[(&'static str, String)]) -> String {
        self.ctx.messages.text(self.language, key, values)
    }

    /// A message with one value.
    pub fn with(&self, key: &str, name: &'static str, value: impl std::fmt::Display) -> String {
        self.text(key, &[(name, value.to_string())])
    }

    /// A text of the archive in this reader's language: where somebody isn't named, it says so. What is kept, sent out and put in forms
    /// keeps the one wording ([`VEIL`]).
    pub fn in_words(&self, text: impl Into<String>) -> String {
        let text = text.into();
        if text.contains(VEIL) { text.replace(VEIL, self.t("archive-living-unnamed")) } else { text }
    }

    /// The zone of this reader's days.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The hall's name as far as sixteen characters go, for browsers that list it.
    pub fn short_name(&self) -> String {
        self.hall.name.chars().take(16).collect()
    }

    /// A time as it is said to this reader.
    pub fn when(&self, at: Micros) -> When {
        time::when(at, self.now, &self.zone, self.language, &self.ctx.messages)
    }

    /// Today in words: the weekday's message key, the day, and the month.
    pub fn today(&self) -> time::Day {
        time::day(self.now, &self.zone, self.language)
    }

    /// The address of a static file.
    pub fn asset<'a>(&'a self, name: &'a str) -> &'a str {
        self.face.assets.url(name)
    }

    /// Does the request's path stand under this tab?
    pub fn is_tab(&self, tab: &str) -> bool {
        let own = self.member.as_ref().map(|me| format!("/@{}", me.member.actor.name));
        let mine = ["/me", "/settings", "/invitations", "/office"];
        match tab {
            "/me" => mine.iter().any(|start| self.path.starts_with(start)) || own.as_deref() == Some(&*self.path),
            "/friends" | "/groups" | "/accounts" | "/archive" => self.path.starts_with(tab),
            _ => self.path == tab,
        }
    }

    /// The token that each form of this page carries.
    pub fn token(&self) -> &str {
        if let Some(me) = &self.member {
            return &me.session.form_token;
        }
        match &self.form_cookie {
            Some(token) => token,
            None => self.form_token.get_or_init(crate::secret::token),
        }
    }

    /// The form token that was made for this page, if it needed a new one.
    pub fn new_form_token(&self) -> Option<&str> {
        self.form_token.get().map(String::as_str)
    }

    /// Did the browser bring what was just done?
    pub fn flash_came(&self) -> bool {
        self.flash_came
    }

    /// The form token that the browser sent along, if nobody is signed in.
    pub fn visitor_token(&self) -> Option<&str> {
        self.form_cookie.as_deref().filter(|_| self.member.is_none())
    }

    /// The link that sets a preference and comes back here.
    pub fn prefer(&self, name: &str, value: &str) -> String {
        format!("/preferences?{name}={value}&back={}", self.back)
    }

    /// The languages that the hall offers.
    pub fn languages(&self) -> Vec<Language> {
        offered(&self.hall)
    }

    /// Is this the tag of a language that the hall doesn't offer, such as a client program may say?
    pub fn is_foreign(&self, tag: &str) -> bool {
        !tag.is_empty() && self.languages().iter().all(|language| language.code() != tag)
    }

    /// The name of the hall for a seal: two or four hanzi in lines of two, if it is that short.
    pub fn seal_lines(&self) -> Option<(String, String)> {
        let letters: Vec<char> = self.hall.name.chars().collect();
        let hanzi = letters.iter().all(|c| matches!(c, '\u{3400}'..='\u{9FFF}'));
        let part = |range: std::ops::Range<usize>| letters.get(range).map(|part| part.iter().collect::<String>());
        match letters.len() {
            2 if hanzi => Some((part(0..1)?, part(1..2)?)),
            4 if hanzi => Some((part(0..2)?, part(2..4)?)),
            _ => None,
        }
    }

    /// Goes to another page of the hall, which will say what was done.
    pub fn go(&self, path: &str, flash: &'static str) -> HttpResponse {
        self.go_saying(path, flash, "")
    }

    /// The same with a name that the sentence tells.
    pub fn go_saying(&self, path: &str, flash: &'static str, name: &str) -> HttpResponse {
        let value = url::form_urlencoded::Serializer::new(String::new()).append_pair(flash, name).finish();
        let cookie = Cookie::build(FLASH, value).path("/").http_only(true).same_site(SameSite::Lax);
        let cookie = cookie.secure(self.ctx.config.is_https()).finish();
        HttpResponse::SeeOther().insert_header((header::LOCATION, relative(path))).cookie(cookie).finish()
    }

    /// Goes to another page of the hall without a word.
    pub fn turn(&self, path: &str) -> HttpResponse {
        HttpResponse::SeeOther().insert_header((header::LOCATION, relative(path))).finish()
    }

    /// A cookie that keeps a preference of this browser; without a value it forgets it.
    pub fn preference(&self, name: &'static str, value: Option<&str>) -> Cookie<'static> {
        let mut cookie = Cookie::build(name, value.unwrap_or_default().to_owned())
            .path("/")
            .http_only(true)
            .secure(self.ctx.config.is_https())
            .same_site(SameSite::Lax)
            .max_age(CookieAge::days(PREFERENCE_DAYS))
            .finish();
        if value.is_none() {
            cookie.make_removal();
        }
        cookie
    }
}

/// A page with its status.
pub fn show(status: StatusCode, template: &impl Template) -> Result<HttpResponse> {
    let mut html = String::with_capacity(PAGE_BYTES);
    template.render_into(&mut html).map_err(|e| Error::Broken(Box::new(e)))?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
}

/// A page that is as it should be.
pub fn ok(template: &impl Template) -> Result<HttpResponse> {
    show(StatusCode::OK, template)
}

/// Takes the row that only tells that there is more off a page of a list; answers where the next page begins.
pub fn cut<T, Id>(mut rows: Vec<T>, size: i64, id: impl Fn(&T) -> Id) -> (Vec<T>, Option<Id>) {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let is_more = rows.len() > size;
    rows.truncate(size);
    let older = rows.last().filter(|_| is_more).map(id);
    (rows, older)
}

/// The languages that a hall offers, in the usual order.
pub fn offered(hall: &Hall) -> Vec<Language> {
    let codes: Vec<&str> = hall.languages.split(',').collect();
    Language::ALL.into_iter().filter(|language| codes.contains(&language.code())).collect()
}

/// The language of a page: chosen, else as the browser asks, else the hall's; always one that the hall offers.
fn language_for(hall: &Hall, chosen: Option<&str>, accepts: Option<&str>) -> Language {
    let offers = offered(hall);
    let is_offered = |language: &Language| offers.contains(language);
    let chosen = chosen.and_then(Language::parse).filter(is_offered);
    let asked = || accepts.and_then(Language::negotiate).filter(is_offered);
    chosen.or_else(asked).or_else(|| Language::parse(&hall.language)).unwrap_or(Language::ZhHans)
}

/// Where a preference link comes back to: this page, if it can be asked for by GET.
fn back_address(request: &ServiceRequest) -> String {
    let whole = request.uri().path_and_query().map_or("/", |path| path.as_str());
    // It stands in a dozen links of the page: a very long question isn't come back to.
    let here = if whole.len() > BACK_BYTES_MAX { request.uri().path() } else { whole };
    let here = if request.method() == Method::GET { here } else { "/" };
    url::form_urlencoded::byte_serialize(here.as_bytes()).collect()
}

/// A path of this hall, whatever is handed in: anything else becomes the home page.
pub fn relative(path: &str) -> String {
    let plain = path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let local = path.starts_with('/') && !path.starts_with("//");
    if plain && local { path.to_owned() } else { "/".to_owned() }
}

/// What the last page left to be said: only sentences that are meant for it.
fn read_flash(ctx: &Ctx, language: Language, value: &str) -> Option<String> {
    let (key, name) = url::form_urlencoded::parse(value.as_bytes()).next()?;
    let name = crate::text::name(&name, 100);
    let text = ctx.messages.text(language, &key, &[("name", name)]);
    (key.starts_with("flash-") && text != key).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_hall_are_gone_to() {
        for path in ["/", "/@mei/1?x=y", "/search?q=%E5%86%AC"] {
            assert_eq!(relative(path), path);
        }
        for path in
            ["", "//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\r\nb", "/ x", "javascript:1"]
        {
            assert_eq!(relative(path), "/", "{path}");
        }
    }

    #[test]
    fn a_page_of_a_list_tells_where_the_next_begins() {
        let ids = |count: i64| (0..count).rev().collect::<Vec<_>>();
        assert_eq!(cut(ids(20), 20, |id| *id).1, None);
        let (rows, older) = cut(ids(21), 20, |id| *id);
        assert_eq!((rows.len(), older), (20, Some(1)));
    }

    #[test]
    fn the_language_is_one_that_the_hall_offers() {
        let hall = |languages: &str, language: &str| Hall {
            id: 1,
            origin: String::new(),
            name: String::new(),
            motto: String::new(),
            about: String::new(),
            rules: String::new(),
            language: language.to_owned(),
            languages: languages.to_owned(),
            time_zone: String::new(),
            setup_token: None,
            created_at: 0,
            takes_gifts: false,
        };
        let both = hall("zh-Hans,en", "zh-Hans");
        assert_eq!(language_for(&both, Some("en"), Some("zh-CN")), Language::En);
        assert_eq!(language_for(&both, Some("zh-Hant"), Some("en")), Language::En);
        assert_eq!(language_for(&both, None, Some("zh-TW")), Language::ZhHans);
        assert_eq!(language_for(&both, Some("xx"), None), Language::ZhHans);
        assert_eq!(language_for(&hall("zh-Hant", "zh-Hant"), None, Some("en")), Language::ZhHant);
    }
}
