//! The search box: people of this hall by name or hometown, people anywhere by address or link.

use actix_web::HttpResponse;
use askama::Template;

use super::friend::Tie;
use super::page::{self, Page};
use super::person;
use crate::domain::{actor, friend};
use crate::error::{Error, Result};

/// People on one page of results.
const RESULTS_MAX: i64 = 30;
/// Longest question.
const ASKED_CHARS_MAX: usize = 300;

/// The page of results.
#[derive(Template)]
#[template(path = "search/show.html")]
struct Show {
    page: Page,
    asked: String,
    found: Vec<person::Card>,
    one: Option<(person::Card, Tie)>,
    missing: Option<String>,
}

/// `/search?q=`.
pub async fn show(page: Page) -> Result<HttpResponse> {
    let asked = crate::text::name(page.query("q"), ASKED_CHARS_MAX);
    let mut shown = Show { asked: asked.clone(), found: Vec::new(), one: None, missing: None, page: page.clone() };
    if asked.is_empty() {
        return page::ok(&shown);
    }
    if !person::is_address(&asked) {
        let found = page.ctx.read(move |conn| actor::search(conn, &asked, RESULTS_MAX)).await?;
        shown.found = found.iter().map(|actor| person::Card::of(actor, page.language)).collect();
        return page::ok(&shown);
    }
    match person::look_up(&page, &asked).await {
        Ok(other) => {
            let me = page.me()?.member.actor.id;
            let (other, relation) = page
                .ctx
                .read(move |conn| {
                    let relation = friend::relation(conn, me, &other)?;
                    Ok((other, relation))
                })
                .await?;
            shown.one = Some((person::Card::of(&other, page.language), Tie::of(&relation, &other)));
        }
        Err(Error::NotFound(_)) => shown.missing = Some(page.t("problem-address-unknown").to_owned()),
        Err(Error::Remote { host, reason, .. }) => {
            tracing::info!(%host, %reason, "a person could not be looked up");
            shown.missing = Some(page.with("problem-address-unreachable", "host", host));
        }
        Err(error) => return Err(error),
    }
    page::ok(&shown)
}
