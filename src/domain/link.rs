//! Link cards: what the page behind the first link of a Moment says of itself.
//!
//! A page is looked at once for all posts that link there, and kept for some days. A card isn't put on the wire: each hall
//! makes its own. What is for its author alone makes no card, since looking tells the page that somebody here links to it.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::part::{self, Part};
use crate::clock::{DAY, MINUTE, Micros};
use crate::db::schema::{link_page, post_link};
use crate::db::{Among, Conn, IntoBoth, text_enum};
use crate::error::Result;
use crate::id::PostId;

/// Longest address that a card is made for, in bytes.
const URL_BYTES_MAX: usize = 2_000;
/// Longest title, in characters.
const TITLE_CHARS_MAX: usize = 150;
/// Longest description, in characters: two lines show less.
const DESCRIPTION_CHARS_MAX: usize = 300;
/// Longest name of a site, in characters.
const SITE_CHARS_MAX: usize = 60;
/// How long what a page said counts, and is kept once no post links there.
const KEPT: Micros = 7 * DAY;
/// How long a look may take before another process may try.
const CLAIM: Micros = 2 * MINUTE;
/// Looks at a page that doesn't answer.
const ATTEMPTS_MAX: i64 = 3;
/// Pause before the next look; it grows with the tries.
const RETRY_PAUSE: Micros = 10 * MINUTE;
/// Pages that one go forgets.
const PRUNED_MAX: i64 = 500;

text_enum! {
    /// What is known of a page.
    State {
        /// Nothing yet.
        Waiting = "waiting",
        /// What it says of itself.
        Ready = "ready",
        /// It says nothing, or can't be had.
        Failed = "failed",
    }
}

/// Does the author of a Moment want a card?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// For its first link, if it has one.
    Card,
    /// None.
    NoCard,
}

/// A page to be looked at.
#[derive(Debug, Clone)]
pub struct Look {
    id: i64,
    /// Where it is.
    pub url: String,
    attempts: i64,
}

/// What a card shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// Where it leads.
    pub url: String,
    /// The page's title.
    pub title: String,
    /// What the page is about; may be empty.
    pub description: String,
    /// The site; may be empty.
    pub site: String,
}

/// What the author of a post wishes, if that was said.
pub fn wish(conn: &mut Conn, post: PostId) -> Result<Wish> {
    let row: Option<Option<i64>> = post_link::table
        .filter(post_link::post_id.eq(post))
        .select(post_link::page_id)
        .first(conn.link())
        .optional()?;
    Ok(if row == Some(None) { Wish::NoCard } else { Wish::Card })
}

/// Gives a post the card of its first link that leads out of this hall; none if there is none, or none is wished for.
pub fn set(conn: &mut Conn, post: PostId, body_html: &str, wish: Wish) -> Result<()> {
    remove(conn, post)?;
    let page = match wish {
        Wish::NoCard => None,
        Wish::Card => {
            let own = format!("{}/", conn.origin());
            let fits =
                |url: &&String| url.len() <= URL_BYTES_MAX && !url.starts_with(&own) && !own.eq(&format!("{url}/"));
            let links = crate::text::links(body_html);
            let Some(url) = links.iter().find(fits) else { return Ok(()) };
            Some(page(conn, url)?)
        }
    };
    part::mark(conn, post, Part::Link)?;
    diesel::insert_into(post_link::table)
        .values((post_link::post_id.eq(post), post_link::page_id.eq(page)))
        .execute(conn.link())?;
    Ok(())
}

/// The row of a page; it is to be looked at if that wasn't done lately.
fn page(conn: &mut Conn, url: &str) -> Result<i64> {
    let now = conn.now();
    conn.lock(&format!("link:{url}"))?;
    let known: Option<(i64, Micros)> = link_page::table
        .filter(link_page::url.eq(url))
        .select((link_page::id, link_page::looked_at))
        .first(conn.link())
        .optional()?;
    if let Some((id, looked_at)) = known {
        let stale = link_page::table.filter(link_page::id.eq(id)).filter(link_page::due_at.is_null());
        if looked_at < now - KEPT {
            diesel::update(stale)
                .set((link_page::due_at.eq(Some(now)), link_page::attempts.eq(0_i64)))
                .execute(conn.link())?;
        }
        return Ok(id);
    }
    let id = conn.id();
    diesel::insert_into(link_page::table)
        .values((
            link_page::id.eq(id),
            link_page::url.eq(url),
            link_page::state.eq(State::Waiting),
            link_page::title.eq(""),
            link_page::description.eq(""),
            link_page::site.eq(""),
            link_page::attempts.eq(0_i64),
            link_page::due_at.eq(Some(now)),
            link_page::looked_at.eq(now),
        ))
        .execute(conn.link())?;
    Ok(id)
}

/// The cards of the posts of one page. The posts themselves came through the gate.
pub fn of_posts(conn: &mut Conn, posts: &[PostId]) -> Result<BTreeMap<PostId, Card>> {
    if posts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(PostId, String, String, String, String)> = post_link::table
        .inner_join(link_page::table.on(post_link::page_id.eq(link_page::id.nullable())))
        .filter(Among::new(post_link::post_id, posts.iter().map(|id| id.0)))
        .filter(link_page::state.eq(State::Ready))
        .select((post_link::post_id, link_page::url, link_page::title, link_page::description, link_page::site))
        .load(conn.link())?;
    let card = |(post, url, title, description, site)| (post, Card { url, title, description, site });
    Ok(rows.into_iter().map(card).collect())
}

/// Is there a page to be looked at now?
pub fn is_due(conn: &mut Conn) -> Result<bool> {
    let now = conn.now();
    let due = link_page::table.filter(link_page::due_at.le(now));
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn.link())?)
}

/// Takes pages that are due. One that no post links to any more isn't looked at.
pub fn claim(conn: &mut Conn, limit: i64) -> Result<Vec<Look>> {
    let now = conn.now();
    conn.lock("link:claim")?;
    let due: Vec<(i64, String, i64)> = link_page::table
        .filter(link_page::due_at.le(now))
        .order((link_page::due_at, link_page::id))
        .limit(limit)
        .select((link_page::id, link_page::url, link_page::attempts))
        .load(conn.link())?;
    let mut looks = Vec::with_capacity(due.len());
    for (id, url, attempts) in due {
        let linked = post_link::table.filter(post_link::page_id.eq(Some(id)));
        let is_linked: bool = diesel::select(diesel::dsl::exists(linked)).get_result(conn.link())?;
        diesel::update(link_page::table.filter(link_page::id.eq(id)))
            .set((
                link_page::due_at.eq(is_linked.then_some(now + CLAIM)),
                link_page::attempts.eq(attempts + 1),
                // Looked at anew as soon as somebody links there again.
                link_page::looked_at.eq(if is_linked { now } else { 0 }),
            ))
            .execute(conn.link())?;
        if is_linked {
            looks.push(Look { id, url, attempts: attempts + 1 });
        }
    }
    Ok(looks)
}

/// What a page says of itself; without a title there is no card.
pub fn settle(conn: &mut Conn, look: &Look, title: &str, description: &str, site: &str) -> Result<()> {
    let title = crate::text::name(title, TITLE_CHARS_MAX);
    let state = if title.is_empty() { State::Failed } else { State::Ready };
    diesel::update(link_page::table.filter(link_page::id.eq(look.id)))
        .set((
            link_page::state.eq(state),
            link_page::title.eq(title),
            link_page::description.eq(crate::text::name(description, DESCRIPTION_CHARS_MAX)),
            link_page::site.eq(crate::text::name(site, SITE_CHARS_MAX)),
            link_page::due_at.eq(None::<Micros>),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// A page can't be had now: it is looked at a few times more. What it said before stays until then.
pub fn put_off(conn: &mut Conn, look: &Look) -> Result<()> {
    let due_at = (look.attempts < ATTEMPTS_MAX).then(|| conn.now() + look.attempts * RETRY_PAUSE);
    diesel::update(link_page::table.filter(link_page::id.eq(look.id)))
        .set(link_page::due_at.eq(due_at))
        .execute(conn.link())?;
    Ok(())
}

/// Takes the card from a post.
pub fn remove(conn: &mut Conn, post: PostId) -> Result<()> {
    diesel::delete(post_link::table.filter(post_link::post_id.eq(post))).execute(conn.link())?;
    Ok(())
}

/// Forgets pages that no post links to.
pub fn prune(conn: &mut Conn) -> Result<()> {
    let before = conn.now() - KEPT;
    let linked = post_link::table.filter(post_link::page_id.eq(link_page::id.nullable()));
    let idle: Vec<i64> = link_page::table
        .filter(link_page::looked_at.lt(before))
        .filter(diesel::dsl::not(diesel::dsl::exists(linked)))
        .limit(PRUNED_MAX)
        .select(link_page::id)
        .load(conn.link())?;
    diesel::delete(link_page::table.filter(link_page::id.eq_any(idle))).both().execute(conn.link())?;
    Ok(())
}
