//! Signing in and out, and joining the hall by the way that its settings allow.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::form::{Fields, Form};
use super::hall::Join;
use super::page::{self, Page, relative};
use super::session;
use crate::admission::{self, Asked, By};
use crate::config::RegistrationMode;
use crate::domain::login::{self, Member, PASSWORD_CHARS_MAX, State};
use crate::domain::{invitation, session as sessions};
use crate::error::{Error, Result};
use crate::secret;

/// The page of signing in.
#[derive(Template)]
#[template(path = "login/sign_in.html")]
struct SignIn {
    page: Page,
    form: Form,
    join: Join,
    /// Where the visitor joins, and comes back from.
    sign_up: String,
    /// As whom they are signed in already, and where they go on so.
    known: Option<(String, String)>,
}

/// The address of the page of signing in, from which one comes back to `back`. `anew` asks those too who are signed in.
pub fn address(back: &str, anew: bool) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if anew {
        query.append_pair("anew", "1");
    }
    if relative(back) != "/" {
        query.append_pair("back", back);
    }
    format!("/sign-in?{}", query.finish()).trim_end_matches('?').to_owned()
}

/// Does this address lead to a program that waits to be let in?
fn is_for_program(back: &str) -> bool {
    back.starts_with("/oauth/authorize?")
}

/// `/sign-in`.
pub async fn new_session(page: Page) -> Result<HttpResponse> {
    if page.member.is_some() && page.query("anew") != "1" {
        return Ok(page.turn(&relative(page.query("back"))));
    }
    let form = Form::filled(Fields::of([("back", page.query("back").to_owned())]));
    show_sign_in(page, StatusCode::OK, form)
}

fn show_sign_in(page: Page, status: StatusCode, form: Form) -> Result<HttpResponse> {
    let join = Join::of(page.ctx.config.registration.mode);
    let back = relative(form.value("back"));
    let back_there: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
    let sign_up = if back == "/" { "/sign-up".to_owned() } else { format!("/sign-up?back={back_there}") };
    let known = page.member.as_ref().map(|me| (format!("@{}", me.member.actor.address), back));
    page::show(status, &SignIn { page, form, join, sign_up, known })
}

/// `POST /sign-in`.
pub async fn create_session(page: Page, request: HttpRequest, fields: Fields) -> Result<HttpResponse> {
    match authenticate(&page, &fields).await {
        Ok(member) => enter(&page, &request, &member, page.turn(fields.text("back"))).await,
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            show_sign_in(page, status, form)
        }
    }
}

/// Sends a session's cookie along. The old session of this browser, if there is one, ends: a session never changes hands.
async fn enter(page: &Page, request: &HttpRequest, member: &Member, mut answer: HttpResponse) -> Result<HttpResponse> {
    if let Some(old) = &page.member {
        let hash = old.session.token_hash.clone();
        page.ctx.write(move |conn| sessions::end(conn, &hash)).await?;
    }
    let cookie = session::start(&page.ctx, request, member).await?;
    answer.add_cookie(&cookie).map_err(|e| Error::Broken(Box::new(e)))?;
    Ok(answer)
}

/// The member whose name and password these are. Unknown names cost as much time as wrong passwords.
async fn authenticate(page: &Page, fields: &Fields) -> Result<Member> {
    let (name, password) = (fields.text("name").to_owned(), fields.text("password").to_owned());
    page.limits().sign_in(page.address, &name)?;
    let found = page.ctx.read(move |conn| login::find(conn, &name)).await?;
    let permit = page.limits().hash().await?;
    let stored = found.as_ref().map(|member| member.login.password_hash.clone());
    let fits = page
        .ctx
        .slow(move || {
            let too_long = password.chars().count() > PASSWORD_CHARS_MAX;
            Ok(match stored {
                Some(stored) if !too_long => secret::password_matches(&password, &stored),
                _ => {
                    secret::password_waste(password.get(..PASSWORD_CHARS_MAX).unwrap_or_default());
                    false
                }
            })
        })
        .await?;
    drop(permit);
    let Some(member) = found.filter(|_| fits) else {
        return Err(Error::invalid("name", "problem-sign-in"));
    };
    match member.login.state {
        State::Active => Ok(member),
        State::Pending => Err(Error::invalid("", "problem-sign-in-pending")),
        State::Suspended => Err(Error::invalid("", "problem-sign-in-suspended")),
    }
}

/// `POST /sign-out`.
pub async fn end_session(page: Page) -> Result<HttpResponse> {
    leave(&page, page.go("/", "flash-signed-out")).await
}

/// Ends the session of this browser, if it has one, and answers that.
pub async fn leave(page: &Page, mut answer: HttpResponse) -> Result<HttpResponse> {
    if let Some(me) = &page.member {
        let hash = me.session.token_hash.clone();
        page.ctx.write(move |conn| sessions::end(conn, &hash)).await?;
    }
    answer.add_cookie(&session::ended_cookie(&page.ctx)).map_err(|e| Error::Broken(Box::new(e)))?;
    Ok(answer)
}

/// How somebody comes to join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// At once.
    Open,
    /// An officer decides.
    Approval,
    /// By a good invitation: at once.
    Invited,
    /// The link's invitation is used or too old.
    Spent,
    /// Not without an invitation.
    ByInvitation,
    /// Not at all.
    Closed,
}

impl Way {
    fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Approval | Self::Invited)
    }
}

/// The page of joining.
#[derive(Template)]
#[template(path = "login/sign_up.html")]
struct SignUp {
    page: Page,
    form: Form,
    is_open: bool,
    with_reason: bool,
    lead: &'static str,
    rules: Vec<String>,
    /// Where the visitor signs in instead.
    sign_in: String,
    /// What becomes of the program that waits to be let in.
    then: Option<&'static str>,
}

async fn way(page: &Page, token: &str) -> Result<Way> {
    if page.ctx.config.registration.mode == RegistrationMode::Closed {
        return Ok(Way::Closed);
    }
    if !token.is_empty() {
        let token = token.to_owned();
        let found = page.ctx.read(move |conn| invitation::find(conn, &token)).await;
        return match found {
            Ok(_) => Ok(Way::Invited),
            Err(Error::NotFound(_)) => Ok(Way::Spent),
            Err(error) => Err(error),
        };
    }
    Ok(match page.ctx.config.registration.mode {
        RegistrationMode::Open => Way::Open,
        RegistrationMode::Approval => Way::Approval,
        RegistrationMode::Invitation => Way::ByInvitation,
        RegistrationMode::Closed => Way::Closed,
    })
}

fn show_sign_up(page: Page, status: StatusCode, form: Form, way: Way) -> Result<HttpResponse> {
    let lead = match way {
        Way::Open => "join-open",
        Way::Approval => "join-approval",
        Way::Invited => "join-invited",
        Way::Spent => "join-spent",
        Way::ByInvitation => "join-invitation",
        Way::Closed => "join-closed",
    };
    let rules = super::hall::rules(&page);
    let back = form.value("back");
    let then = match way {
        _ if !is_for_program(back) => None,
        Way::Open | Way::Invited => Some("sign-up-then-program"),
        Way::Approval => Some("sign-up-then-wait"),
        Way::Spent | Way::ByInvitation | Way::Closed => None,
    };
    let sign_in = address(back, false);
    let with_reason = way == Way::Approval;
    let shown = SignUp { page, is_open: way.is_open(), form, with_reason, lead, rules, sign_in, then };
    page::show(status, &shown)
}

/// `/sign-up`, also `/sign-up?invitation=…`.
pub async fn new(page: Page) -> Result<HttpResponse> {
    if page.member.is_some() {
        return Ok(page.turn(page.query("back")));
    }
    let token = page.query("invitation").to_owned();
    let way = way(&page, &token).await?;
    let status = if way == Way::Spent { StatusCode::GONE } else { StatusCode::OK };
    let language = page.language.code().to_owned();
    let back = relative(page.query("back"));
    let fields = Fields::of([("invitation", token), ("language", language), ("back", back)]);
    show_sign_up(page, status, Form::filled(fields), way)
}

/// `POST /sign-up`.
pub async fn create(page: Page, request: HttpRequest, fields: Fields) -> Result<HttpResponse> {
    let way = way(&page, fields.text("invitation")).await?;
    if !way.is_open() {
        return show_sign_up(page, StatusCode::FORBIDDEN, kept(&fields), way);
    }
    match join(&page, &fields, way).await {
        Ok(member) if member.login.state == State::Active => {
            enter(&page, &request, &member, page.go(fields.text("back"), "flash-joined")).await
        }
        Ok(_) if is_for_program(fields.text("back")) => Ok(page.go("/", "flash-applied-program")),
        Ok(_) => Ok(page.go("/", "flash-applied")),
        // Somebody else was faster with the invitation.
        Err(Error::NotFound("invitation")) => show_sign_up(page, StatusCode::GONE, kept(&fields), Way::Spent),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            show_sign_up(page, status, form, way)
        }
    }
}

/// What is kept of a form that is of no use any more: where its visitor wanted to go.
fn kept(fields: &Fields) -> Form {
    Form::filled(Fields::of([("back", fields.text("back").to_owned())]))
}

async fn join(page: &Page, fields: &Fields, way: Way) -> Result<Member> {
    let asked = Asked {
        name: fields.text("name").to_owned(),
        display_name: fields.text("display_name").to_owned(),
        email: fields.text("email").to_owned(),
        password: fields.text("password").to_owned(),
        language: fields.choice("language"),
        time_zone: fields.choice("time_zone"),
        reason: fields.text("reason").to_owned(),
    };
    let by = match way {
        Way::Approval => By::Approval,
        Way::Invited => By::Invitation(fields.text("invitation").to_owned()),
        Way::Open | Way::Spent | Way::ByInvitation | Way::Closed => By::Oneself,
    };
    admission::admit(&page.ctx, page.address, asked, by).await
}
