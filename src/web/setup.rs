//! The first run: whoever holds the link that the program printed names the hall and its owner.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::form::{Fields, Form};
use super::page::{self, Page};
use super::session;
use crate::domain::actor::Keys;
use crate::domain::hall::{self, Settings};
use crate::domain::login::{self, Member, New, Role, State};
use crate::error::{Error, Problem, Result};
use crate::lang::Language;
use crate::secret;

/// The page of the first run.
#[derive(Template)]
#[template(path = "hall/setup.html")]
struct Setup {
    page: Page,
    form: Form,
}

/// Does this token open the set-up? Without an owner only.
fn check(page: &Page, token: &str) -> Result<()> {
    let expected = page.hall.setup_token.as_deref().unwrap_or_default();
    let fits = !expected.is_empty() && secret::equal(expected.as_bytes(), token.as_bytes());
    if fits { Ok(()) } else { Err(Error::NotFound("page")) }
}

/// `/setup?token=…`.
pub async fn show(page: Page) -> Result<HttpResponse> {
    let token = page.query("token").to_owned();
    check(&page, &token)?;
    let mut fields = Fields::of([
        ("token", token),
        ("default_language", page.language.code().to_owned()),
        ("time_zone", "Asia/Singapore".to_owned()),
        ("rules", page.t("setup-rules-suggested").to_owned()),
    ]);
    Language::ALL.iter().for_each(|language| fields.push("languages", language.code()));
    page::ok(&Setup { form: Form::filled(fields), page })
}

/// `POST /setup`.
pub async fn create(page: Page, request: HttpRequest, fields: Fields) -> Result<HttpResponse> {
    check(&page, fields.text("token"))?;
    match found(&page, &fields).await {
        Ok(owner) => {
            page.forget_hall();
            let mut answer = page.go("/", "flash-set-up");
            if let Err(failure) = answer.add_cookie(&session::start(&page.ctx, &request, &owner).await?) {
                return Err(Error::Broken(Box::new(failure)));
            }
            Ok(answer)
        }
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            page::show(status, &Setup { page, form })
        }
    }
}

/// The settings of the hall as a form holds them.
pub fn settings(fields: &Fields) -> Settings {
    Settings {
        name: crate::text::name(fields.text("hall_name"), hall::NAME_CHARS_MAX + 1),
        motto: crate::text::name(fields.text("motto"), hall::MOTTO_CHARS_MAX + 1),
        about: crate::text::body(fields.text("about")),
        rules: crate::text::body(fields.text("rules")),
        language: fields.text("default_language").to_owned(),
        languages: Language::ALL
            .iter()
            .map(|language| language.code().to_owned())
            .filter(|code| fields.all("languages").any(|chosen| chosen == code))
            .collect(),
        time_zone: fields.text("time_zone").to_owned(),
        takes_gifts: fields.text("takes_gifts") == "yes",
    }
}

async fn found(page: &Page, fields: &Fields) -> Result<Member> {
    let (settings, password) = (settings(fields), fields.text("password").to_owned());
    let problems: Vec<Problem> = match login::check_password(&password) {
        Err(Error::Invalid(problems)) => problems,
        _ => Vec::new(),
    };
    let permit = page.limits().hash().await?;
    let (password_hash, keys) = page.ctx.slow(move || Ok((secret::password_hash(&password)?, Keys::make()?))).await?;
    drop(permit);
    let owner = New {
        name: fields.text("name").to_owned(),
        display_name: fields.text("display_name").to_owned(),
        email: fields.text("email").to_owned(),
        password_hash,
        role: Role::Owner,
        state: State::Active,
        language: Some(page.language.code().to_owned()),
        time_zone: None,
        reason: String::new(),
    };
    let token = fields.text("token").to_owned();
    page.ctx
        .write(move |conn| {
            conn.lock("hall")?;
            if hall::get(conn)?.setup_token.as_deref() != Some(&token) {
                return Err(Error::NotFound("page"));
            }
            let mut all = problems;
            let mut keep = |result: Result<()>| match result {
                Err(Error::Invalid(found)) => {
                    all.extend(found);
                    Ok(())
                }
                other => other,
            };
            // Both are tried, so that everything that is wrong is said at once.
            keep(hall::update(conn, &settings).map(drop))?;
            let mut made = None;
            keep(login::add(conn, &owner, &keys).map(|member| made = Some(member)))?;
            match made {
                Some(member) if all.is_empty() => Ok(member),
                _ => Err(Error::Invalid(all)),
            }
        })
        .await
}
