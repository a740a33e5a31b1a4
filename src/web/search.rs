//! The search box: persons, by address or by a part of their name. More comes with full-text search.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::error::Fault;
use super::limit::Act;
use super::page::{Layout, Tab, html, see};
use super::person::Line;
use super::session::Visitor;
use crate::domain::actor;
use crate::error::Error;
use crate::remote;
use crate::wire::address::Address;

/// Persons on one page.
const FOUND_MAX: i64 = 50;
/// Longest question.
const WORDS_CHARS_MAX: usize = 100;

/// A question.
#[derive(Debug, serde::Deserialize)]
pub struct Question {
    q: Option<String>,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    page: Layout,
    words: String,
    found: Vec<Line>,
    problem: &'static str,
}

/// `/search?q=…`: an address leads straight to the person's page.
pub async fn show(visitor: Visitor, question: web::Query<Question>) -> Result<HttpResponse, Fault> {
    let words = crate::text::name(question.q.as_deref().unwrap_or_default(), WORDS_CHARS_MAX);
    let mut problem = "";
    let mut found = Vec::new();
    if let Some(address) = Address::parse(&words) {
        visitor.face.limits.count(Act::LookUp, &visitor.signed_in()?.actor.name)?;
        match remote::webfinger::find(&visitor.ctx, &address).await {
            Ok(actor) => return Ok(see(&super::moment::page_of(&actor)).finish()),
            Err(Error::NotFound(_)) => problem = "search-no-such-person",
            Err(Error::Remote { .. }) => problem = "search-unreachable",
            Err(error) => return Err(error.into()),
        }
    } else if !words.is_empty() {
        let asked = words.trim_start_matches('@').to_owned();
        let actors = visitor.ctx.read(move |conn| actor::search(conn, &asked, FOUND_MAX)).await?;
        found = actors.iter().map(Line::of).collect();
    }
    let page = SearchPage { page: visitor.layout("search", Tab::None), words, found, problem };
    Ok(html(StatusCode::OK, page.render()?))
}
