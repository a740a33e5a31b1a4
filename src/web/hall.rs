//! The hall: its front door, the first-run set-up, about.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::error::Fault;
use super::form::{Field, Form, Forms, Look};
use super::limit::Act;
use super::login::{account, account_fields, start};
use super::moment::{Before, Card};
use super::page::{Layout, Tab, html, see, without_flash};
use super::session::{Fields, Posted, Visitor, cookie, give_form_token, with_cookie};
use crate::config::RegistrationMode;
use crate::domain::actor::Keys;
use crate::domain::hall::{self, Settings};
use crate::domain::login::{self, Member, Role, State};
use crate::domain::post;
use crate::error::{Error, Problem, Result};
use crate::lang::Language;
use crate::secret;

/// Public Moments at the front door.
const PUBLIC_MAX: i64 = 10;

#[derive(Template)]
#[template(path = "front.html")]
struct FrontPage {
    page: Layout,
    cards: Vec<Card>,
    is_closed: bool,
}

/// `/`: the feed for members, the front door for visitors.
pub async fn front(visitor: Visitor, before: web::Query<Before>) -> Result<HttpResponse, Fault> {
    if visitor.member().is_some() {
        return super::moment::home(visitor, &before).await;
    }
    let entries = visitor.ctx.read(|conn| post::public(conn, PUBLIC_MAX)).await?;
    let mut layout = visitor.layout("front", Tab::None);
    let cookie = give_form_token(&mut layout, &visitor);
    let flash = layout.flash.is_some();
    let cards = entries.into_iter().map(|entry| Card::new(&layout, entry.post, &entry.author)).collect();
    let is_closed = visitor.ctx.config.registration.mode == RegistrationMode::Closed;
    let page = FrontPage { page: layout, cards, is_closed };
    Ok(with_cookie(without_flash(html(StatusCode::OK, page.render()?), flash), cookie))
}

#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage {
    page: Layout,
    paragraphs: Vec<String>,
}

/// `/about`: the hall, its rules, what it keeps of people.
pub async fn about(visitor: Visitor) -> Result<HttpResponse, Fault> {
    let layout = visitor.layout("about-hall", Tab::None);
    let paragraphs = layout.hall.about.split("\n\n").map(str::to_owned).filter(|p| !p.trim().is_empty()).collect();
    Ok(html(StatusCode::OK, AboutPage { page: layout, paragraphs }.render()?))
}

/// The token in the set-up link.
#[derive(Debug, serde::Deserialize)]
pub struct Token {
    token: Option<String>,
}

/// Is this the link that the program printed, and is there no owner yet?
///
/// Errors: `NotFound` otherwise: nobody learns whether the hall is set up.
async fn check_token(visitor: &Visitor, given: &str) -> Result<()> {
    let token =
        visitor.ctx.read(|conn| Ok(if login::has_owner(conn)? { None } else { hall::get(conn)?.setup_token })).await?;
    let fits = token.is_some_and(|token| secret::equal(token.as_bytes(), given.as_bytes()));
    if fits { Ok(()) } else { Err(Error::NotFound("page")) }
}

/// The fields of the hall's own settings.
pub fn hall_fields(layout: &Layout) -> Vec<Field> {
    let hall = &layout.hall;
    let languages = || Language::ALL.map(|l| (l.code().to_owned(), l.name().to_owned(), String::new())).to_vec();
    let name = if hall.setup_token.is_some() { "" } else { hall.name.as_str() };
    vec![
        Field::new(layout, "hall_name", Look::Text, "hall-name").hint(layout.t("hall-name-hint")).value(name),
        Field::new(layout, "motto", Look::Text, "hall-motto").hint(layout.t("hall-motto-hint")).value(&hall.motto),
        Field::new(layout, "about", Look::Area, "hall-about").value(&hall.about),
        Field::new(layout, "rules", Look::Area, "rules").hint(layout.t("hall-rules-hint")).value(&hall.rules),
        Field::new(layout, "languages", Look::Checks, "hall-languages").choices(languages()).value(&hall.languages),
        Field::new(layout, "default_language", Look::Select, "hall-language")
            .choices(languages())
            .value(&hall.language),
        Field::new(layout, "time_zone", Look::Text, "time-zone")
            .hint(layout.t("hall-time-zone-hint"))
            .value(&hall.time_zone),
    ]
}

/// What those fields hold.
pub fn hall_settings(fields: &Fields) -> Settings {
    Settings {
        name: crate::text::name(fields.get("hall_name"), hall::NAME_CHARS_MAX + 1),
        motto: crate::text::name(fields.get("motto"), hall::MOTTO_CHARS_MAX + 1),
        about: crate::text::body(fields.get("about")),
        rules: crate::text::body(fields.get("rules")),
        language: fields.get("default_language").to_owned(),
        languages: Language::ALL
            .iter()
            .map(|l| l.code().to_owned())
            .filter(|code| fields.all("languages").contains(code))
            .collect(),
        time_zone: fields.get("time_zone").trim().to_owned(),
    }
}

fn setup_form<'a>(visitor: &'a Visitor, token: &str) -> Forms<'a> {
    let mut page = Forms::new(visitor, "setup", Tab::None);
    let layout = &page.layout;
    let mut fields = vec![Field::hidden("token", token)];
    fields.extend(hall_fields(layout));
    fields.extend(account_fields(&page));
    let form = Form::new(layout, "/setup", "setup-finish", fields);
    page.intro.push(layout.t("setup-words").to_owned());
    page.forms.push(form);
    page
}

/// `/setup?token=…`.
pub async fn setup(visitor: Visitor, token: web::Query<Token>) -> Result<HttpResponse, Fault> {
    let token = token.token.clone().unwrap_or_default();
    check_token(&visitor, &token).await?;
    setup_form(&visitor, &token).show()
}

/// `POST /setup`: the hall gets its name and its owner, who is signed in at once.
pub async fn set_up(posted: Posted) -> Result<HttpResponse, Fault> {
    let Posted { visitor, fields } = posted;
    let token = fields.get("token").to_owned();
    if let Err(error) = check_token(&visitor, &token).await {
        // Guessing is counted; an owner who mistypes a field isn't.
        visitor.face.limits.count(Act::SignUp, &visitor.address())?;
        return Err(error.into());
    }
    match finish(&visitor, &fields).await {
        Ok(member) => {
            visitor.face.forget_hall();
            let session = start(&visitor, &member).await?;
            Ok(see("/").cookie(cookie(&visitor.ctx, session)).finish())
        }
        Err(Error::Invalid(problems)) => setup_form(&visitor, &token).again("/setup", &fields, problems).show(),
        Err(error) => Err(error.into()),
    }
}

async fn finish(visitor: &Visitor, fields: &Fields) -> Result<Member> {
    let settings = hall_settings(fields);
    let new = match account(visitor, fields, Role::Owner, State::Active).await {
        Ok(new) => new,
        // Everything that is wrong is said at once, not one thing after the other.
        Err(Error::Invalid(mut problems)) => {
            problems.extend(problems_of(hall::check(&settings)));
            return Err(Error::Invalid(problems));
        }
        Err(error) => return Err(error),
    };
    let keys = visitor.ctx.slow(Keys::make).await?;
    visitor
        .ctx
        .write(move |conn| {
            conn.lock("owners")?;
            if login::has_owner(conn)? {
                return Err(Error::NotFound("page"));
            }
            let mut problems = problems_of(hall::update(conn, &settings).map(drop));
            let member = match conn.nested(|conn| login::add(conn, &new, &keys)) {
                Ok(member) => member,
                Err(Error::Invalid(more)) => {
                    problems.extend(more);
                    return Err(Error::Invalid(problems));
                }
                Err(error) => return Err(error),
            };
            if problems.is_empty() { Ok(member) } else { Err(Error::Invalid(problems)) }
        })
        .await
}

fn problems_of(result: Result<()>) -> Vec<Problem> {
    match result {
        Err(Error::Invalid(problems)) => problems,
        _ => Vec::new(),
    }
}
