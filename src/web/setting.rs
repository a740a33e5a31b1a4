//! Settings: profile, preferences, password, sessions; and 我.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::error::Fault;
use super::form::{Field, Form, Forms, Look};
use super::page::{Choice, Layout, Tab, html, preference_cookie, see, see_with, without_flash};
use super::person::Line;
use super::session::{Fields, Posted, Visitor};
use crate::domain::actor::{self, Profile};
use crate::domain::login::{self, Preferences};
use crate::domain::session;
use crate::error::{Error, Problem, Result};
use crate::lang::Language;
use crate::secret;

#[derive(Template)]
#[template(path = "me.html")]
struct MePage {
    page: Layout,
    line: Line,
}

/// `/me`.
pub async fn me(visitor: Visitor) -> Result<HttpResponse, Fault> {
    let layout = visitor.layout("me", Tab::Me);
    let flash = layout.flash.is_some();
    let page = MePage { line: Line::of(&visitor.signed_in()?.actor), page: layout };
    Ok(without_flash(html(StatusCode::OK, page.render()?), flash))
}

/// The fields of names in several scripts.
const NAMES: [(&str, &str, &str); 3] =
    [("name_hans", "name-hans", "zh-Hans"), ("name_hant", "name-hant", "zh-Hant"), ("name_en", "name-en", "en")];

fn forms(visitor: &Visitor) -> Result<Forms<'_>> {
    let member = visitor.signed_in()?;
    let mut page = Forms::new(visitor, "settings", Tab::Me);
    let layout = &page.layout;
    let names = member.actor.names();
    let mut profile = vec![
        Field::new(layout, "display_name", Look::Text, "display-name")
            .hint(layout.t("display-name-hint"))
            .value(&member.actor.display_name)
            .autocomplete("name"),
    ];
    for (field, label, code) in NAMES {
        let name = names.get(code).map_or("", String::as_str);
        profile.push(Field::new(layout, field, Look::Text, label).value(name));
    }
    profile.push(
        Field::new(layout, "hometown", Look::Text, "hometown")
            .hint(layout.t("hometown-hint"))
            .value(&member.actor.hometown),
    );
    profile.push(Field::new(layout, "about", Look::Area, "about-me").value(&member.actor.about));
    let login = &member.login;
    let language = login.language.as_deref().unwrap_or_default();
    let preferences = vec![
        Field::new(layout, "language", Look::Select, "language").choices(language_choices(layout)).value(language),
        Field::new(layout, "time_zone", Look::Text, "time-zone")
            .hint(&layout.with("time-zone-hint", "zone", &visitor.hall.time_zone))
            .value(login.time_zone.as_deref().unwrap_or_default()),
        Field::new(layout, "email", Look::Email, "email")
            .hint(layout.t("email-hint"))
            .value(login.email.as_deref().unwrap_or_default())
            .autocomplete("email"),
    ];
    let password = vec![
        Field::new(layout, "current", Look::Password, "password-current").autocomplete("current-password"),
        Field::new(layout, "password", Look::Password, "password-new")
            .hint(&layout.with("password-hint", "min", login::PASSWORD_CHARS_MIN))
            .autocomplete("new-password"),
    ];
    let forms = vec![
        Form::new(layout, "/settings/profile", "save", profile).under(layout, "settings-profile"),
        Form::new(layout, "/settings/preferences", "save", preferences).under(layout, "settings-preferences"),
        Form::new(layout, "/settings/password", "password-change", password).under(layout, "settings-password"),
        Form::new(layout, "/settings/sessions/end", "sign-out-everywhere", Vec::new())
            .under(layout, "settings-sessions")
            .quiet(),
    ];
    page.forms = forms;
    Ok(page)
}

fn language_choices(layout: &Layout) -> Vec<(String, String, String)> {
    let usual = (String::new(), layout.t("language-browser").to_owned(), String::new());
    let known = Language::ALL.map(|l| (l.code().to_owned(), l.name().to_owned(), String::new()));
    [usual].into_iter().chain(known).collect()
}

/// `/settings`.
pub async fn edit(visitor: Visitor) -> Result<HttpResponse, Fault> {
    forms(&visitor)?.show()
}

fn outcome(visitor: &Visitor, action: &str, fields: &Fields, result: Result<()>) -> Result<HttpResponse, Fault> {
    match result {
        Ok(()) => Ok(see_with("/settings", "flash-saved")),
        Err(Error::Invalid(problems)) => forms(visitor)?.again(action, fields, problems).show(),
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/profile`.
pub async fn profile(posted: Posted) -> Result<HttpResponse, Fault> {
    let Posted { visitor, fields } = posted;
    let (id, discoverable) = (visitor.signed_in()?.actor.id, visitor.signed_in()?.actor.discoverable);
    let profile = Profile {
        display_name: fields.get("display_name").to_owned(),
        names: NAMES.iter().map(|(field, _, code)| ((*code).to_owned(), fields.get(field).to_owned())).collect(),
        hometown: fields.get("hometown").to_owned(),
        about: fields.get("about").to_owned(),
        discoverable,
    };
    let result = visitor.ctx.write(move |conn| actor::update(conn, id, &profile).map(drop)).await;
    outcome(&visitor, "/settings/profile", &fields, result)
}

/// `POST /settings/preferences`.
pub async fn preferences(posted: Posted) -> Result<HttpResponse, Fault> {
    let Posted { visitor, fields } = posted;
    let login = visitor.signed_in()?.login.clone();
    let filled = |name: &str| Some(fields.get(name).trim().to_owned()).filter(|value| !value.is_empty());
    let preferences = Preferences {
        language: filled("language"),
        time_zone: filled("time_zone"),
        theme: login.theme,
        type_size: login.type_size,
    };
    let email = fields.get("email").to_owned();
    let result = visitor
        .ctx
        .write(move |conn| {
            login::set_email(conn, login.id, &email)?;
            login::set_preferences(conn, login.id, &preferences)
        })
        .await;
    outcome(&visitor, "/settings/preferences", &fields, result)
}

/// `POST /settings/password`: asks for the present one, and signs out everywhere else.
pub async fn password(posted: Posted) -> Result<HttpResponse, Fault> {
    let Posted { visitor, fields } = posted;
    let result = change_password(&visitor, &fields).await;
    outcome(&visitor, "/settings/password", &fields, result)
}

async fn change_password(visitor: &Visitor, fields: &Fields) -> Result<()> {
    let (session, member) = visitor.session.as_ref().ok_or(Error::Forbidden)?;
    visitor.face.limits.count(super::limit::Act::SignInAs, &member.actor.name)?;
    let (current, stored) = (fields.get("current").to_owned(), member.login.password_hash.clone());
    let fits = visitor.ctx.slow(move || Ok(secret::password_matches(&current, &stored))).await?;
    if !fits {
        return Err(Error::Invalid(vec![Problem::new("current", "problem-password-wrong")]));
    }
    let password = fields.get("password").to_owned();
    login::check_password(&password)?;
    let hash = visitor.ctx.slow(move || secret::password_hash(&password)).await?;
    let (id, keep) = (member.login.id, session.token_hash.clone());
    visitor.ctx.write(move |conn| login::set_password(conn, id, &hash, Some(&keep))).await
}

/// `POST /settings/sessions/end`: signs out everywhere, here too.
pub async fn end_sessions(posted: Posted) -> Result<HttpResponse, Fault> {
    let visitor = posted.visitor;
    let id = visitor.signed_in()?.login.id;
    visitor.ctx.write(move |conn| session::end_all(conn, id)).await?;
    Ok(see("/sign-in").cookie(super::session::cookie_of_goodbye(&visitor.ctx)).finish())
}

/// `/preferences?…`: language, type and theme, by a link; a member's choice is kept with the login.
pub async fn choose(visitor: Visitor, choice: web::Query<Choice>) -> Result<HttpResponse, Fault> {
    let mut answer = see(choice.back());
    for (name, value) in choice.named() {
        if let Some(value) = value {
            answer.cookie(preference_cookie(name, value));
        }
    }
    if let Some(member) = visitor.member() {
        let login = member.login.clone();
        let chosen = |value: Option<&str>, known: &[&str], old: Option<String>| match value {
            Some("") => None,
            Some(value) if known.contains(&value) => Some(value.to_owned()),
            _ => old,
        };
        let [(_, language), (_, type_size), (_, theme)] = choice.named();
        let preferences = Preferences {
            language: chosen(language, &["zh-Hans", "zh-Hant", "en"], login.language),
            type_size: chosen(type_size, &["large", "larger"], login.type_size),
            theme: chosen(theme, &["light", "dark"], login.theme),
            time_zone: login.time_zone,
        };
        visitor.ctx.write(move |conn| login::set_preferences(conn, login.id, &preferences)).await?;
    }
    Ok(answer.finish())
}
