//! Naming people while writing: who and which hashtags are offered for what was typed, and looking up those whom nobody here
//! knows yet, before what names them is stored.

use actix_web::HttpResponse;
use askama::Template;
use futures_util::future::join_all;

use super::card::Person;
use super::page::{self, Page};
use crate::domain::{actor, hashtag, mention};
use crate::error::Result;
use crate::remote;
use crate::text;
use crate::wire::address::Address;

/// What is offered at once.
const OFFERED_MAX: usize = 8;
/// Longest beginning that is looked for.
const ASKED_CHARS_MAX: usize = 60;
/// Unknown addresses of one post that are looked up.
const LOOK_UPS_MAX: usize = 5;
/// How long whoever writes waits for that; who isn't found by then stays text.
const LOOK_UP_WAIT: std::time::Duration = std::time::Duration::from_secs(4);

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

/// Looks up people elsewhere whom a text names and nobody here knows. Whatever goes wrong, they just stay text.
pub async fn look_up(page: &Page, source: &str) -> Result<()> {
    let me = page.me()?.member.actor.id;
    let far: Vec<_> = text::people(source).into_iter().filter(|handle| !handle.host.is_empty()).collect();
    if far.is_empty() {
        return Ok(());
    }
    let unknown = page
        .ctx
        .glance(move |conn| {
            let mut unknown = Vec::new();
            for handle in far {
                if mention::find(conn, &handle)?.is_none() {
                    unknown.push(format!("@{}@{}", handle.name, handle.host));
                }
            }
            Ok(unknown)
        })
        .await?;
    let addresses = unknown.iter().filter_map(|address| Address::parse(address));
    let elsewhere = addresses.filter(|address| address.host != page.ctx.authority).take(LOOK_UPS_MAX);
    let allowed: Vec<Address> = elsewhere.filter(|_| page.limits().look_up(me).is_ok()).collect();
    let finds = allowed.iter().map(|address| async {
        if let Err(error) = remote::webfinger::find(&page.ctx, address).await {
            tracing::debug!(host = %address.host, %error, "somebody named in a text could not be looked up");
        }
    });
    // What takes longer is given up: the text goes out, and the name in it is no link.
    drop(tokio::time::timeout(LOOK_UP_WAIT, join_all(finds)).await);
    Ok(())
}
