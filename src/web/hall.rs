//! The hall itself: its front for visitors, what it says of itself, what it keeps of people, and how its pages look.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::card::{Moment, Person};
use super::form::Form;
use super::page::{self, Page};
use super::{Face, attachment, member, moment};
use crate::config::RegistrationMode;
use crate::domain::audience::Viewer;
use crate::domain::{actor, login, post};
use crate::error::Result;
use crate::lang::Language;

/// Characters of what the hall says of itself that other sites show.
const DESCRIPTION_CHARS_MAX: usize = 200;
/// Public Moments at the front.
const PUBLIC_MAX: i64 = 5;

/// The front of the hall, for visitors.
#[derive(Template)]
#[template(path = "hall/front.html")]
struct Front {
    page: Page,
    members: i64,
    about: String,
    rules: Vec<String>,
    moments: Vec<Moment>,
    form: Form,
    join: Join,
    is_unopened: bool,
}

/// What the front says about joining.
pub struct Join {
    /// The sentence.
    pub sentence: &'static str,
    /// The word on the button, if there is a way in.
    pub button: Option<&'static str>,
}

impl Join {
    /// By the way in that the settings allow.
    pub fn of(mode: RegistrationMode) -> Self {
        match mode {
            RegistrationMode::Open => Self { sentence: "join-open", button: Some("join-open-button") },
            RegistrationMode::Approval => Self { sentence: "join-approval", button: Some("join-approval-button") },
            RegistrationMode::Invitation => Self { sentence: "join-invitation", button: None },
            RegistrationMode::Closed => Self { sentence: "join-closed", button: None },
        }
    }
}

/// `/`: the feed for members, the front for visitors.
pub async fn home(page: Page) -> Result<HttpResponse> {
    if page.member.is_some() {
        return moment::feed(page).await;
    }
    let (members, posts, loaded) = page
        .ctx
        .read(|conn| {
            let posts = post::public(conn, PUBLIC_MAX)?;
            let bits: Vec<_> = posts.iter().map(|entry| entry.post.bits()).collect();
            Ok((actor::local_count(conn)?, posts, attachment::Loaded::of(conn, &Viewer::Anonymous, &bits)?))
        })
        .await?;
    page::ok(&Front {
        members,
        about: crate::text::moment_html(&page.hall.about),
        rules: rules(&page),
        moments: posts.iter().map(|entry| Moment::in_list(&page, entry).carrying(&page, &loaded)).collect(),
        form: Form::default(),
        join: Join::of(page.ctx.config.registration.mode),
        is_unopened: page.hall.setup_token.is_some(),
        page,
    })
}

/// The rules of the house, one by one.
pub fn rules(page: &Page) -> Vec<String> {
    page.hall.rules()
}

/// What the hall says of itself.
#[derive(Template)]
#[template(path = "hall/about.html")]
struct About {
    page: Page,
    about: String,
    /// What other sites show of it.
    description: String,
    rules: Vec<String>,
    officers: Vec<(Person, &'static str)>,
    version: &'static str,
}

/// `/about`.
pub async fn about(page: Page) -> Result<HttpResponse> {
    let everyone = page.ctx.read(login::list).await?;
    let officers = everyone
        .iter()
        .filter(|one| one.login.state == login::State::Active && one.login.role != login::Role::Member)
        .map(|one| (Person::of(&one.actor, page.language), member::role_message(one.login.role)))
        .collect();
    page::ok(&About {
        description: crate::text::excerpt(&page.hall.about.replace('\n', " "), DESCRIPTION_CHARS_MAX),
        about: crate::text::moment_html(&page.hall.about),
        rules: rules(&page),
        officers,
        version: env!("CARGO_PKG_VERSION"),
        page,
    })
}

/// What the hall keeps of people and who sees it.
#[derive(Template)]
#[template(path = "hall/privacy.html")]
struct Privacy {
    page: Page,
}

/// `/privacy`.
pub async fn privacy(page: Page) -> Result<HttpResponse> {
    page::ok(&Privacy { page })
}

/// `/preferences?language=…&theme=…&type=…&back=…`: sets what is named and goes back. A cookie keeps it in this
/// browser; a member's choice also goes along to other devices.
pub async fn prefer(page: Page, request: HttpRequest) -> Result<HttpResponse> {
    let mut answer = page.turn(page.query("back"));
    let site = request.headers().get("sec-fetch-site").map(|value| value.to_str().unwrap_or_default());
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        // Another site's link or picture changes nothing.
        return Ok(answer);
    }
    let asked: Vec<&str> = request.query_string().split('&').filter_map(|pair| pair.split('=').next()).collect();
    let mut preferences = page.member.as_ref().map(|me| login::Preferences {
        language: me.member.login.language.clone(),
        time_zone: me.member.login.time_zone.clone(),
        theme: me.member.login.theme.clone(),
        type_size: me.member.login.type_size.clone(),
    });
    let language = Language::parse(page.query("language")).map(Language::code);
    let choices = [
        ("language", language),
        ("theme", page::theme(page.query("theme"))),
        ("type", page::type_size(page.query("type"))),
    ];
    for (name, value) in choices.into_iter().filter(|(name, _)| asked.contains(name)) {
        if let Err(failure) = answer.add_cookie(&page.preference(name, value)) {
            tracing::error!(%failure, "a cookie can't be set");
        }
        if let Some(preferences) = &mut preferences {
            let place = match name {
                "language" => &mut preferences.language,
                "theme" => &mut preferences.theme,
                _ => &mut preferences.type_size,
            };
            *place = value.map(str::to_owned);
        }
    }
    if let (Some(preferences), Some(me)) = (preferences, &page.member) {
        let id = me.member.login.id;
        page.ctx.write(move |conn| login::set_preferences(conn, id, &preferences)).await?;
    }
    Ok(answer)
}

/// `/favicon.ico`, which browsers ask for without being told to.
pub async fn favicon(face: web::Data<Face>) -> HttpResponse {
    HttpResponse::MovedPermanently()
        .insert_header(("location", face.assets.url("seal.svg").to_owned()))
        .insert_header(("cache-control", "public, max-age=86400"))
        .finish()
}
