//! Naming people while writing: who and which hashtags are offered for what was typed.

use actix_web::HttpResponse;
use askama::Template;

use super::card::Person;
use super::page::{self, Page};
use crate::domain::{actor, hashtag};
use crate::error::Result;
use crate::remote;
use crate::text;

/// What is offered at once.
const OFFERED_MAX: usize = 8;
/// Longest beginning that is looked for.
const ASKED_CHARS_MAX: usize = 60;

/// What is offered for `@…` or `#…`.
#[derive(Template)]
#[template(path = "mention/list.html")]
struct List {
    page: Page,
    people: Vec<(String, Person)>,
    hashtags: Vec<String>,
}

/// `/people/suggestions?q=`: friends first, then members, then whom one follows; or hashtags of what one may see.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let (viewer, me) = (page.viewer(), page.me()?.member.actor.id);
    let asked = text::name(page.query("q"), ASKED_CHARS_MAX);
    let mut offered = List { page: page.clone(), people: Vec::new(), hashtags: Vec::new() };
    if let Some(topic) = asked.strip_prefix(['#', '＃']) {
        if let Some(beginning) = text::fold_hashtag(topic) {
            let found = page.ctx.read(move |conn| hashtag::suggest(conn, &viewer, &beginning, OFFERED_MAX)).await?;
            offered.hashtags = found;
        }
    } else {
        let words = asked.trim_start_matches(['@', '＠']).to_owned();
        let max = i64::try_from(OFFERED_MAX).unwrap_or(0);
        let found = page.ctx.read(move |conn| {
            if words.is_empty() {
                return Ok(Vec::new());
            }
            let mut found = actor::suggest(conn, me, &words, max)?;
            for member in actor::search(conn, me, &words, max)? {
                if member.id != me && found.iter().all(|known| known.id != member.id) {
                    found.push(member);
                }
            }
            Ok(found)
        });
        let typed = |one: &actor::Actor| if one.is_local() { one.name.clone() } else { one.address.clone() };
        let people = found.await?.into_iter().take(OFFERED_MAX);
        offered.people = people.map(|one| (format!("@{}", typed(&one)), Person::of(&one, page.language))).collect();
    }
    page::ok(&offered)
}

/// Looks up people elsewhere whom a text names and nobody here knows.
pub async fn look_up(page: &Page, source: &str) -> Result<()> {
    remote::person::look_up_named(&page.ctx, page.me()?.member.actor.id, source).await
}
