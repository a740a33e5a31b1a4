//! What a member sets: how others see them, how pages look, how they sign in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::card::Person;
use super::form::{Fields, Form};
use super::page::{self, Page};
use super::session;
use super::time::When;
use crate::domain::actor::{self, Profile};
use crate::domain::digest::{self, Rhythm};
use crate::domain::login::{self, Preferences};
use crate::domain::media::{self, Purpose, State};
use crate::domain::profile;
use crate::domain::search::{self, Who};
use crate::domain::session as sessions;
use crate::error::{Error, Result};
use crate::lang::Language;
use crate::picture::Refused;
use crate::secret;

/// A browser that we don't know, as it calls itself, in characters.
const AGENT_CHARS_MAX: usize = 60;

/// Who may find what somebody writes by its words, with the messages for it.
const SEARCHABLE: [(&str, &str); 4] = [
    ("everyone", "searchable-everyone"),
    ("members", "searchable-members"),
    ("friends", "searchable-friends"),
    ("nobody", "searchable-nobody"),
];

/// A signed-in browser.
#[derive(Debug, Clone)]
pub struct Browser {
    /// What it is, as far as it says.
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
    fields_of_profile: [(&'static str, &'static str); profile::FIELDS_MAX],
    searchable: [(&'static str, &'static str); 4],
    browsers: Vec<Browser>,
    person: Person,
    avatar: Status,
    cover: Status,
}

/// A picture of somebody's own that is on its way.
#[derive(Debug, Clone, Default)]
struct Status {
    /// Is it being made ready?
    is_waiting: bool,
    /// Why it can't be used.
    failure: Option<String>,
}

/// How the latest upload for this purpose stands.
async fn picture_status(page: &Page, purpose: Purpose) -> Result<Status> {
    let me = page.me()?.member.actor.id;
    let upload = page.ctx.glance(move |conn| media::newest_upload(conn, me, purpose)).await?;
    let Some(upload) = upload else { return Ok(Status::default()) };
    let problem = Refused::of(&upload.reason).unwrap_or(Refused::Broken).problem("picture");
    Ok(match upload.state {
        State::Failed => Status { failure: Some(page.text(problem.message, &problem.values)), is_waiting: false },
        State::Waiting | State::Ready => Status { failure: None, is_waiting: upload.state == State::Waiting },
    })
}

/// What the forms hold as things stand.
async fn standing(page: &Page) -> Result<Fields> {
    let me = page.me()?;
    let id = me.member.actor.id;
    let author = me.member.actor.clone();
    let (actor, login) = (&me.member.actor, &me.member.login);
    let login_id = login.id;
    let (own, who, rhythm) = page
        .ctx
        .glance(move |conn| {
            let (own, who) = (profile::fields(conn, id)?, search::of_actor(conn, &author)?);
            Ok((own, who, digest::chosen(conn, login_id)?))
        })
        .await?;
    let names = actor.names();
    let name = |language: Language| names.get(language.code()).cloned().unwrap_or_default();
    let mut fields = Fields::of([
        ("display_name", actor.display_name.clone()),
        ("name_hans", name(Language::ZhHans)),
        ("name_hant", name(Language::ZhHant)),
        ("name_en", name(Language::En)),
        ("hometown", actor.hometown.clone()),
        ("about", actor.about.clone()),
        ("searchable", who.as_str().to_owned()),
        ("language", login.language.clone().unwrap_or_default()),
        ("time_zone", login.time_zone.clone().unwrap_or_default()),
        ("theme", login.theme.clone().unwrap_or_default()),
        ("type", login.type_size.clone().unwrap_or_default()),
        ("email", login.email.clone().unwrap_or_default()),
        ("digest", rhythm.map(Rhythm::as_str).unwrap_or_default().to_owned()),
    ]);
    if actor.discoverable {
        fields.push("discoverable", "yes");
    }
    for (field, (name, value)) in own.iter().zip(profile::INPUTS) {
        fields.push(name, &field.name);
        fields.push(value, &field.value);
    }
    Ok(fields)
}

/// `/settings`.
pub async fn show(page: Page) -> Result<HttpResponse> {
    let form = Form::filled(standing(&page).await?);
    render(page, StatusCode::OK, form).await
}

async fn render(page: Page, status: StatusCode, form: Form) -> Result<HttpResponse> {
    let me = page.me()?;
    let id = me.member.login.id;
    let rows = page.ctx.glance(move |conn| sessions::list(conn, id)).await?;
    let browsers = rows
        .iter()
        .map(|row| Browser {
            agent: browser_name(&row.agent),
            seen: page.when(row.seen_at),
            is_this: row.token_hash == me.session.token_hash,
        })
        .collect();
    let show = Show {
        form,
        fields_of_profile: profile::INPUTS,
        searchable: SEARCHABLE,
        browsers,
        person: Person::of(&me.member.actor, page.language),
        avatar: picture_status(&page, Purpose::Avatar).await?,
        cover: picture_status(&page, Purpose::Cover).await?,
        page,
    };
    page::show(status, &show)
}

/// What people call a browser and its system, out of what it says of itself. Each claims to be some of the others, so
/// the more special names stand first.
fn browser_name(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 9] = [
        ("MicroMessenger", "WeChat"),
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("FxiOS", "Firefox"),
        ("Firefox", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Macintosh", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let name_in =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (name_in(&BROWSERS), name_in(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => crate::text::excerpt(agent, AGENT_CHARS_MAX),
    }
}

/// Goes back to the settings, or shows them again with what is wrong in one of their forms.
pub async fn settle(page: Page, fields: Fields, done: Result<()>, flash: &'static str) -> Result<HttpResponse> {
    match done {
        Ok(()) => Ok(page.go("/settings", flash)),
        Err(Error::Invalid(problems)) => {
            // What was typed stands before what is stored.
            let mut shown = fields;
            for (name, value) in standing(&page).await?.into_pairs() {
                if !shown.holds(&name) {
                    shown.push(&name, &value);
                }
            }
            let (status, form) = page.retry(shown, Error::Invalid(problems))?;
            render(page, status, form).await
        }
        Err(error) => Err(error),
    }
}

/// `POST /settings/profile`.
pub async fn update_profile(page: Page, fields: Fields) -> Result<HttpResponse> {
    let id = page.me()?.member.actor.id;
    let names = [(Language::ZhHans, "name_hans"), (Language::ZhHant, "name_hant"), (Language::En, "name_en")];
    let names = names.map(|(language, field)| (language.code().to_owned(), fields.text(field).to_owned()));
    let said = profile::INPUTS.map(|(name, value)| (fields.text(name).to_owned(), fields.text(value).to_owned()));
    let profile = Profile {
        display_name: fields.text("display_name").to_owned(),
        names: names.into(),
        hometown: fields.text("hometown").to_owned(),
        about: fields.text("about").to_owned(),
        discoverable: fields.text("discoverable") == "yes",
    };
    let who = fields.text("searchable").parse::<Who>().ok();
    if who.is_none() && !fields.text("searchable").is_empty() {
        let done = Err(Error::invalid("searchable", "problem-choice"));
        return settle(page, fields, done, "flash-profile").await;
    }
    let done = page
        .ctx
        .write(move |conn| {
            if let Some(who) = who {
                search::set(conn, id, who)?;
            }
            let mut problems = Vec::new();
            // Both are tried, so that everything that is wrong is said at once. The event of the update comes last.
            for part in [profile::set_fields(conn, id, &said), actor::update(conn, id, &profile).map(drop)] {
                match part {
                    Err(Error::Invalid(found)) => problems.extend(found),
                    other => other?,
                }
            }
            if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
        })
        .await;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_as_people_call_them() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/17.0 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0 \
                 Mobile Safari/537.36 MicroMessenger/8.0",
                "WeChat · Android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0",
                "Edge · Windows",
            ),
            ("curl/8.0", "curl/8.0"),
            ("", ""),
        ] {
            assert_eq!(browser_name(agent), name);
        }
    }
}
