//! What is new by e-mail: a member's choice, and the way out that stands in each letter.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::form::Fields;
use super::page::{self, Page};
use super::setting;
use crate::domain::digest::{self, Rhythm};
use crate::error::{Error, Result};

/// `POST /settings/digest`.
pub async fn update(page: Page, fields: Fields) -> Result<HttpResponse> {
    if !page.ctx.mail.is_on() {
        return Err(Error::NotFound("digest"));
    }
    let me = page.me()?;
    let rhythm = fields.text("digest").parse::<Rhythm>().ok();
    let done = match rhythm {
        Some(_) if me.member.login.email.is_none() => Err(Error::invalid("digest", "digest-problem-email")),
        rhythm => page.ctx.write(move |conn| digest::choose(conn, &me.member, rhythm)).await,
    };
    setting::settle(page, fields, done, "flash-digest").await
}

/// The way out.
#[derive(Template)]
#[template(path = "setting/digest.html")]
struct Show {
    page: Page,
}

/// `/digest/{token}`: asks whether the letters are to end, whoever is signed in.
pub async fn show(page: Page, token: web::Path<String>) -> Result<HttpResponse> {
    let token = token.into_inner();
    match page.ctx.glance(move |conn| digest::is_wanted(conn, &token)).await? {
        true => page::ok(&Show { page }),
        false => Err(Error::NotFound("digest")),
    }
}

/// `POST /digest/{token}`: ends them.
pub async fn end(page: Page, token: web::Path<String>) -> Result<HttpResponse> {
    let token = token.into_inner();
    page.ctx.write(move |conn| digest::end(conn, &token)).await?;
    Ok(page.go("/", "flash-digest-ended"))
}
