//! What a member sets: how others see them, how pages look, how they sign in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::form::{Fields, Form};
use super::page::{self, Page};
use super::session;
use super::time::When;
use crate::domain::actor::{self, Profile};
use crate::domain::login::{self, Preferences};
use crate::domain::session as sessions;
use crate::error::{Error, Result};
use crate::lang::Language;
use crate::secret;

/// A signed-in browser.
#[derive(Debug, Clone)]
pub struct Browser {
    /// As it calls itself.
    pub agent: String,
    /// When it was last used.
    pub seen: When,
    /// Is it this one?
    pub is_this: bool,
}

/// The page of settings: one page with headings; each part is a form of its own.
#[derive(Template)]
#[template(path = "setting/show.html")]
struct Show {
    page: Page,
    form: Form,
    browsers: Vec<Browser>,
}

/// What the forms hold as things stand.
fn standing(page: &Page) -> Result<Fields> {
    let me = page.me()?;
    let (actor, login) = (&me.member.actor, &me.member.login);
    let names = actor.names();
    let name = |language: Language| names.get(language.code()).cloned().unwrap_or_default();
    let mut fields = Fields::of([
        ("display_name", actor.display_name.clone()),
        ("name_hans", name(Language::ZhHans)),
        ("name_hant", name(Language::ZhHant)),
        ("name_en", name(Language::En)),
        ("hometown", actor.hometown.clone()),
        ("about", actor.about.clone()),
        ("language", login.language.clone().unwrap_or_default()),
        ("time_zone", login.time_zone.clone().unwrap_or_default()),
        ("theme", login.theme.clone().unwrap_or_default()),
        ("type", login.type_size.clone().unwrap_or_default()),
        ("email", login.email.clone().unwrap_or_default()),
    ]);
    if actor.discoverable {
        fields.push("discoverable", "yes");
    }
    Ok(fields)
}

/// `/settings`.
pub async fn show(page: Page) -> Result<HttpResponse> {
    let form = Form::filled(standing(&page)?);
    render(page, StatusCode::OK, form).await
}

async fn render(page: Page, status: StatusCode, form: Form) -> Result<HttpResponse> {
    let me = page.me()?;
    let id = me.member.login.id;
    let rows = page.ctx.read(move |conn| sessions::list(conn, id)).await?;
    let browsers = rows
        .iter()
        .map(|row| Browser {
            agent: row.agent.clone(),
            seen: page.when(row.seen_at),
            is_this: row.token_hash == me.session.token_hash,
        })
        .collect();
    page::show(status, &Show { page, form, browsers })
}

/// Goes back to the settings, or shows them again with what is wrong in one of their forms.
async fn settle(page: Page, fields: Fields, done: Result<()>, flash: &'static str) -> Result<HttpResponse> {
    match done {
        Ok(()) => Ok(page.go("/settings", flash)),
        Err(Error::Invalid(problems)) => {
            // What was typed stands before what is stored.
            let mut shown = fields;
            for (name, value) in standing(&page)?.into_pairs() {
                if !shown.holds(&name) {
                    shown.push(&name, &value);
                }
            }
            let form = page.again(shown, &problems);
            render(page, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(error) => Err(error),
    }
}

/// `POST /settings/profile`.
pub async fn update_profile(page: Page, fields: Fields) -> Result<HttpResponse> {
    let id = page.me()?.member.actor.id;
    let names = [(Language::ZhHans, "name_hans"), (Language::ZhHant, "name_hant"), (Language::En, "name_en")];
    let names = names.map(|(language, field)| (language.code().to_owned(), fields.text(field).to_owned()));
    let profile = Profile {
        display_name: fields.text("display_name").to_owned(),
        names: names.into(),
        hometown: fields.text("hometown").to_owned(),
        about: fields.text("about").to_owned(),
        discoverable: fields.text("discoverable") == "yes",
    };
    let done = page.ctx.write(move |conn| actor::update(conn, id, &profile).map(drop)).await;
    settle(page, fields, done, "flash-profile").await
}

/// `POST /settings/preferences`.
pub async fn update_preferences(page: Page, fields: Fields) -> Result<HttpResponse> {
    let id = page.me()?.member.login.id;
    let preferences = Preferences {
        language: fields.choice("language"),
        time_zone: fields.choice("time_zone"),
        theme: page::theme(fields.text("theme")).map(str::to_owned),
        type_size: page::type_size(fields.text("type")).map(str::to_owned),
    };
    let done = page.ctx.write(move |conn| login::set_preferences(conn, id, &preferences)).await;
    settle(page, fields, done, "flash-preferences").await
}

/// `POST /settings/email`.
pub async fn update_email(page: Page, fields: Fields) -> Result<HttpResponse> {
    let (id, email) = (page.me()?.member.login.id, fields.text("email").to_owned());
    let done = page.ctx.write(move |conn| login::set_email(conn, id, &email)).await;
    settle(page, fields, done, "flash-email").await
}

/// `POST /settings/password`: ends all other sessions.
pub async fn update_password(page: Page, fields: Fields) -> Result<HttpResponse> {
    let done = change_password(&page, &fields).await;
    settle(page, fields, done, "flash-password").await
}

async fn change_password(page: &Page, fields: &Fields) -> Result<()> {
    let me = page.me()?;
    let (old, new) = (fields.text("current").to_owned(), fields.text("password").to_owned());
    login::check_password(&new)?;
    page.limits().sign_in(page.address, &me.member.actor.name)?;
    let permit = page.limits().hash().await?;
    let stored = me.member.login.password_hash.clone();
    let hash = page
        .ctx
        .slow(move || {
            if !secret::password_matches(&old, &stored) {
                return Err(Error::invalid("current", "problem-password-old"));
            }
            secret::password_hash(&new)
        })
        .await?;
    drop(permit);
    let (id, keep) = (me.member.login.id, me.session.token_hash.clone());
    page.ctx.write(move |conn| login::set_password(conn, id, &hash, Some(&keep))).await
}

/// `POST /settings/sessions/end`: signs out everywhere, here too.
pub async fn end_sessions(page: Page) -> Result<HttpResponse> {
    let id = page.me()?.member.login.id;
    page.ctx.write(move |conn| sessions::end_all(conn, id)).await?;
    let mut answer = page.go("/sign-in", "flash-signed-out-everywhere");
    answer.add_cookie(&session::ended_cookie(&page.ctx)).map_err(|e| Error::Broken(Box::new(e)))?;
    Ok(answer)
}
