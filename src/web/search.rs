//! The search box: people of this hall by name or hometown, people anywhere by address or link.

use actix_web::HttpResponse;
use askama::Template;

use super::card::{self, Person};
use super::page::{self, Page};
use super::person;
use crate::domain::actor;
use crate::error::{Error, Result};
use crate::remote;

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
    found: Vec<Person>,
    missing: Option<String>,
}

/// `/search?q=`: an address or link leads to the person's page, words to a list.
pub async fn show(page: Page) -> Result<HttpResponse> {
    let asked = crate::text::name(page.query("q"), ASKED_CHARS_MAX);
    let (mut found, mut missing) = (Vec::new(), None);
    if remote::person::is_address(&asked) {
        match person::look_up(&page, &asked).await {
            Ok(actor) => return Ok(page.turn(&card::path(&actor))),
            Err(Error::NotFound(_)) => missing = Some(page.t("problem-address-unknown").to_owned()),
            Err(Error::Remote { host, reason, .. }) => {
                tracing::info!(%host, %reason, "a person could not be looked up");
                missing = Some(page.with("problem-address-unreachable", "host", host));
            }
            Err(error) => return Err(error),
        }
    } else if !asked.is_empty() {
        let (me, words) = (page.me()?.member.actor.id, asked.clone());
        let actors = page.ctx.read(move |conn| actor::search(conn, me, &words, RESULTS_MAX)).await?;
        found = actors.iter().map(|actor| Person::of(actor, page.language)).collect();
    }
    page::ok(&Show { page, asked, found, missing })
}
