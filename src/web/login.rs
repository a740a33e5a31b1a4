//! Logins: signing in and out, signing up.

use actix_web::{HttpResponse, web};

use super::error::Fault;
use super::form::{Field, Form, Forms, Look};
use super::limit::Act;
use super::page::{Tab, relative, see, see_with};
use super::session::{Fields, Posted, Visitor, cookie, cookie_of_goodbye};
use crate::config::RegistrationMode;
use crate::domain::actor::Keys;
use crate::domain::login::{self, Member, New, Role, State};
use crate::domain::{invitation, session};
use crate::error::{Error, Result};
use crate::lang::Language;
use crate::secret;

/// Where to go after signing in.
#[derive(Debug, serde::Deserialize)]
pub struct Back {
    back: Option<String>,
}

fn sign_in_form<'a>(visitor: &'a Visitor, back: &str) -> Forms<'a> {
    let mut page = Forms::new(visitor, "sign-in", Tab::None);
    let layout = &page.layout;
    let fields = vec![
        Field::hidden("back", relative(back)),
        Field::new(layout, "name", Look::Text, "name-or-email").autocomplete("username"),
        Field::new(layout, "password", Look::Password, "password").autocomplete("current-password"),
    ];
    page.forms.push(Form::new(layout, "/sign-in", "enter", fields));
    page
}

/// `/sign-in`.
pub async fn new(visitor: Visitor, back: web::Query<Back>) -> Result<HttpResponse, Fault> {
    let back = back.back.as_deref().unwrap_or("/");
    if visitor.member().is_some() {
        return Ok(see(relative(back)).finish());
    }
    sign_in_form(&visitor, back).show()
}

/// `POST /sign-in`.
pub async fn create(posted: Posted) -> Result<HttpResponse, Fault> {
    let Posted { visitor, fields } = posted;
    let (name, password) = (fields.get("name").to_owned(), fields.get("password").to_owned());
    visitor.face.limits.count(Act::SignInFrom, &visitor.address())?;
    visitor.face.limits.count(Act::SignInAs, &name)?;
    match check(&visitor, name, password).await {
        Ok(member) => {
            let token = start(&visitor, &member).await?;
            Ok(see(relative(fields.get("back"))).cookie(cookie(&visitor.ctx, token)).finish())
        }
        Err(Error::Invalid(problems)) => {
            sign_in_form(&visitor, fields.get("back")).again("/sign-in", &fields, problems).show()
        }
        Err(error) => Err(error.into()),
    }
}

/// The member with this name and password. An unknown name costs as much as a wrong password, and says the same.
async fn check(visitor: &Visitor, name: String, password: String) -> Result<Member> {
    let found = visitor.ctx.read(move |conn| login::find(conn, &name)).await?;
    let known = found.clone();
    let password: String = password.chars().take(login::PASSWORD_CHARS_MAX + 1).collect();
    let fits = visitor
        .ctx
        .slow(move || match known {
            Some(member) => Ok(secret::password_matches(&password, &member.login.password_hash)),
            None => {
                secret::password_waste(&password);
                Ok(false)
            }
        })
        .await?;
    let member = found.filter(|_| fits).ok_or_else(|| Error::invalid("name", "problem-sign-in"))?;
    match member.login.state {
        State::Active => Ok(member),
        State::Pending => Err(Error::invalid("name", "problem-pending")),
        State::Suspended => Err(Error::invalid("name", "problem-suspended")),
    }
}

/// Starts a session; the browser's old one ends, so that no id is carried over.
pub async fn start(visitor: &Visitor, member: &Member) -> Result<String> {
    let (id, agent) = (member.login.id, visitor.agent());
    let old = visitor.session.as_ref().map(|(session, _)| session.token_hash.clone());
    visitor
        .ctx
        .write(move |conn| {
            if let Some(old) = old {
                session::end(conn, &old)?;
            }
            session::start(conn, id, &agent)
        })
        .await
}

/// `POST /sign-out`.
pub async fn delete(posted: Posted) -> Result<HttpResponse, Fault> {
    let visitor = posted.visitor;
    if let Some((session, _)) = &visitor.session {
        let hash = session.token_hash.clone();
        visitor.ctx.write(move |conn| session::end(conn, &hash)).await?;
    }
    Ok(see("/").cookie(cookie_of_goodbye(&visitor.ctx)).finish())
}

/// An invitation in the address.
#[derive(Debug, serde::Deserialize)]
pub struct Invited {
    invitation: Option<String>,
}

/// `/sign-up`.
pub async fn sign_up(visitor: Visitor, invited: web::Query<Invited>) -> Result<HttpResponse, Fault> {
    let token = invited.invitation.clone().unwrap_or_default();
    sign_up_form(&visitor, &token).await?.show()
}

/// How somebody may join: at once, by approval, or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Apply,
    Closed,
}

/// The way in that the settings leave, with or without a good invitation.
async fn way(visitor: &Visitor, token: &str) -> Result<Way> {
    let mode = visitor.ctx.config.registration.mode;
    if mode == RegistrationMode::Closed {
        return Ok(Way::Closed);
    }
    if !token.is_empty() {
        let token = token.to_owned();
        match visitor.ctx.read(move |conn| invitation::find(conn, &token)).await {
            Ok(_) => return Ok(Way::In),
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(match mode {
        RegistrationMode::Open => Way::In,
        RegistrationMode::Approval => Way::Apply,
        RegistrationMode::Invitation | RegistrationMode::Closed => Way::Closed,
    })
}

async fn sign_up_form<'a>(visitor: &'a Visitor, token: &str) -> Result<Forms<'a>> {
    let way = way(visitor, token).await?;
    let mut page = Forms::new(visitor, "sign-up", Tab::None);
    let layout = &page.layout;
    let intro = match (way, visitor.ctx.config.registration.mode) {
        (Way::In, _) => "sign-up-words",
        (Way::Apply, _) => "sign-up-apply",
        (Way::Closed, RegistrationMode::Invitation) => "sign-up-invitation",
        (Way::Closed, _) => "sign-up-closed",
    };
    let intro = layout.t(intro).to_owned();
    if way != Way::Closed {
        let mut fields = vec![Field::hidden("invitation", token)];
        fields.extend(account_fields(&page));
        if way == Way::Apply {
            fields
                .push(Field::new(layout, "reason", Look::Area, "sign-up-reason").hint(layout.t("sign-up-reason-hint")));
        }
        let button = if way == Way::Apply { "apply" } else { "join" };
        let form = Form::new(layout, "/sign-up", button, fields);
        page.forms.push(form);
    }
    page.intro.push(intro);
    Ok(page)
}

/// The fields by which a person gets a login: for signing up and for the first owner.
pub fn account_fields(page: &Forms<'_>) -> Vec<Field> {
    let layout = &page.layout;
    vec![
        Field::new(layout, "name", Look::Text, "sign-up-name")
            .hint(layout.t("sign-up-name-hint"))
            .autocomplete("username"),
        Field::new(layout, "display_name", Look::Text, "display-name")
            .hint(layout.t("display-name-hint"))
            .autocomplete("name"),
        Field::new(layout, "email", Look::Email, "email").hint(layout.t("email-hint")).autocomplete("email"),
        Field::new(layout, "password", Look::Password, "password")
            .hint(&layout.with("password-hint", "min", login::PASSWORD_CHARS_MIN))
            .autocomplete("new-password"),
    ]
}

/// What an account's fields hold.
pub async fn account(visitor: &Visitor, fields: &Fields, role: Role, state: State) -> Result<New> {
    let password = fields.get("password").to_owned();
    login::check_password(&password)?;
    let language = visitor.layout("sign-up", Tab::None).language;
    let language = Language::parse(fields.get("language")).unwrap_or(language);
    Ok(New {
        name: fields.get("name").to_owned(),
        display_name: fields.get("display_name").to_owned(),
        email: fields.get("email").to_owned(),
        password_hash: visitor.ctx.slow(move || secret::password_hash(&password)).await?,
        role,
        state,
        language: Some(language.code().to_owned()),
        time_zone: None,
        reason: fields.get("reason").to_owned(),
    })
}

/// `POST /sign-up`.
pub async fn join(posted: Posted) -> Result<HttpResponse, Fault> {
    let Posted { visitor, fields } = posted;
    visitor.face.limits.count(Act::SignUp, &visitor.address())?;
    let token = fields.get("invitation").to_owned();
    let state = match way(&visitor, &token).await? {
        Way::In => State::Active,
        Way::Apply => State::Pending,
        Way::Closed => return sign_up_form(&visitor, &token).await?.show(),
    };
    match add(&visitor, &fields, state, token.clone()).await {
        Ok(member) if state == State::Active => {
            let session = start(&visitor, &member).await?;
            Ok(see("/").cookie(cookie(&visitor.ctx, session)).finish())
        }
        Ok(_) => Ok(see_with("/", "flash-applied")),
        Err(Error::Invalid(problems)) => {
            sign_up_form(&visitor, &token).await?.again("/sign-up", &fields, problems).show()
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes the member; a good invitation is used up in the same transaction.
async fn add(visitor: &Visitor, fields: &Fields, state: State, token: String) -> Result<Member> {
    let new = account(visitor, fields, Role::Member, state).await?;
    let keys = visitor.ctx.slow(Keys::make).await?;
    visitor
        .ctx
        .write(move |conn| {
            let invited = !token.is_empty() && invitation::find(conn, &token).is_ok();
            let member = login::add(conn, &new, &keys)?;
            if invited {
                invitation::redeem(conn, &token, member.login.id)?;
            }
            Ok(member)
        })
        .await
}
