//! Articles: what a titled long text has beside its post, of this hall's accounts and of others' servers alike, and how it is read.
//! How one is written is `draft`'s business.
//!
//! Invariants: an article is a post like any other, so that the gate is asked for it. Of its readers nothing is kept but a digest
//! that is another one every day and goes with the day. What is said under an article of this hall waits for its editors if the account wants
//! that ([`Talk`]): until then it carries the tokens of its author and of the account's staff alone.

mod queries;
mod series;
mod talk;

pub use queries::{
    Folded, Mark, Neighbours, changed_at, in_series, list, mark, neighbours, of_post, of_posts, series, series_by_id,
    subscriptions,
};
pub use series::{SERIES_CHARS_MAX, arrange_series, begin_series, end_series, update_series};
pub use talk::{
    COMMENTS_PER_HOUR, Comment, PINNED_MAX, State, comments_of, is_held, pin, queue, queue_count, select, set_aside,
    states,
};
pub(super) use talk::{admit, may_comment};

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::account::{self, Talk};
use super::actor::Actor;
use super::media;
use super::post::Post;
use crate::clock::{DAY, HOUR, Micros};
use crate::config::Accounts;
use crate::db::schema::{article, article_read, article_script, series as series_table};
use crate::db::{Conn, IntoBoth};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, MediaId, PostId, SeriesId};

/// Longest digest that is kept of another server's article.
pub const DIGEST_CHARS_MAX: usize = 300;
/// Characters that are read in a minute.
pub const CHARS_PER_MINUTE: i64 = 400;

/// What an article has beside its post.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = article)]
pub struct Article {
    /// The post.
    pub post_id: PostId,
    /// Whose it is.
    pub author_id: ActorId,
    /// What stands under the title; may be empty.
    pub subtitle: String,
    /// What it is about, in short; may be empty.
    pub digest: String,
    /// Who wrote it, as readers see it; may be empty.
    pub bylines: String,
    /// Its cover.
    pub cover_id: Option<MediaId>,
    /// Is it said to be the account's own work?
    pub is_original: bool,
    /// Under which licence it may be used; may be empty.
    pub licence: String,
    /// Where it was first, in words; may be empty.
    pub source_name: String,
    /// Where it was first; may be empty.
    pub source_url: String,
    /// The series that it stands in.
    pub series_id: Option<SeriesId>,
    /// How long it is, in characters.
    pub chars: i64,
    /// When the broadcast began in which it went out.
    pub sent_at: Option<Micros>,
    /// How often it was read: each reader counts once a day.
    pub reads: i64,
    /// What the series of another server's article is called there; may be empty.
    pub series_title: String,
    /// The page of that series; may be empty.
    pub series_url: String,
    /// Where it stands in its series; of several with the same number the older one comes first.
    pub place: i64,
}

impl Article {
    /// How long it takes to read, in minutes.
    pub fn minutes(&self) -> i64 {
        (self.chars / CHARS_PER_MINUTE).max(1)
    }
}

/// A series of articles.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = series_table)]
pub struct Series {
    /// Its id.
    pub id: SeriesId,
    /// The account.
    pub account_id: ActorId,
    /// Its title.
    pub title: String,
    /// About it; may be empty.
    pub about: String,
    /// When it was begun.
    pub created_at: Micros,
}

/// The same article in another script or language.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = article_script)]
pub struct Script {
    /// Which.
    pub language: String,
    /// Its title.
    pub title: String,
    /// What it is about, in short.
    pub digest: String,
    /// Safe HTML.
    pub body_html: String,
}

/// What is to be written of an article beside its post.
#[derive(Debug, Clone, Default)]
pub struct Details {
    /// What stands under the title.
    pub subtitle: String,
    /// What it is about, in short.
    pub digest: String,
    /// Who wrote it.
    pub bylines: String,
    /// Its cover.
    pub cover_id: Option<MediaId>,
    /// Is it said to be the account's own work?
    pub is_original: bool,
    /// Under which licence it may be used.
    pub licence: String,
    /// Where it was first, in words.
    pub source_name: String,
    /// Where it was first.
    pub source_url: String,
    /// The series that it stands in.
    pub series_id: Option<SeriesId>,
    /// What the series of another server's article is called there, and its page.
    pub series: (String, String),
    /// How long it is, in characters.
    pub chars: i64,
}

/// Writes what an article has beside its post, new or changed.
pub(super) fn write(conn: &mut Conn, post: &Post, details: &Details) -> Result<()> {
    let place = series::place_of(conn, post.id, details.series_id)?;
    let row = (
        article::subtitle.eq(&details.subtitle),
        article::digest.eq(&details.digest),
        article::bylines.eq(&details.bylines),
        article::cover_id.eq(details.cover_id),
        article::is_original.eq(details.is_original),
        article::licence.eq(&details.licence),
        article::source_name.eq(&details.source_name),
        article::source_url.eq(&details.source_url),
        article::series_id.eq(details.series_id),
        article::chars.eq(details.chars),
        article::series_title.eq(&details.series.0),
        article::series_url.eq(&details.series.1),
        article::place.eq(place),
    );
    let known = article::table.filter(article::post_id.eq(post.id));
    if diesel::update(known).set(row).execute(conn.link())? == 0 {
        diesel::insert_into(article::table)
            .values((
                article::post_id.eq(post.id),
                article::author_id.eq(post.author_id),
                row,
                article::reads.eq(0_i64),
            ))
            .execute(conn.link())?;
    }
    Ok(())
}

/// Puts these scripts in place of those that an article has.
pub(super) fn write_scripts(conn: &mut Conn, post: PostId, scripts: &[Script]) -> Result<()> {
    diesel::delete(article_script::table.filter(article_script::post_id.eq(post))).execute(conn.link())?;
    for script in scripts {
        diesel::insert_into(article_script::table)
            .values((
                article_script::post_id.eq(post),
                article_script::language.eq(&script.language),
                article_script::title.eq(&script.title),
                article_script::digest.eq(&script.digest),
                article_script::body_html.eq(&script.body_html),
            ))
            .execute(conn.link())?;
    }
    Ok(())
}

/// The scripts of an article. The post came through the gate.
pub fn scripts(conn: &mut Conn, post: PostId) -> Result<Vec<Script>> {
    Ok(article_script::table
        .filter(article_script::post_id.eq(post))
        .order(article_script::language)
        .select(Script::as_select())
        .load(conn.link())?)
}

/// What another server's article brings beside what every post has.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Its title.
    pub title: String,
    /// Its HTML as sent: it is cleaned when it is stored.
    pub html: String,
    /// What it is about, in short.
    pub digest: String,
    /// The address of its cover; may be empty.
    pub cover: String,
    /// What stands under its title; may be empty.
    pub subtitle: String,
    /// Who wrote it; may be empty.
    pub bylines: String,
    /// Is it said to be its author's own work?
    pub is_original: bool,
    /// Under which licence it may be used; may be empty.
    pub licence: String,
    /// Where it was first, in words and by its address; either may be empty.
    pub source: (String, String),
    /// What its series is called, and its page; both or neither.
    pub series: (String, String),
    /// The same in other scripts and languages, with their HTML as sent: it is cleaned when it is stored.
    pub scripts: Vec<Script>,
}

impl Incoming {
    /// Its safe HTML before its pictures are known.
    pub fn bare_html(&self) -> String {
        crate::text::sanitise_article(&self.html, &Default::default())
    }

    /// Writes another server's article, whose files are known by now; answers its safe HTML with its pictures.
    pub(super) fn write(&self, conn: &mut Conn, post: &Post) -> Result<String> {
        let files = media::of_post(conn, post.id)?;
        let pictures = files.iter().filter(|file| file.kind == media::Kind::Image);
        let numbers: BTreeMap<String, i64> = pictures.map(|file| (file.remote_url.clone(), file.id.0)).collect();
        let html = crate::text::sanitise_article(&self.html, &numbers);
        let cover = files.iter().find(|file| !self.cover.is_empty() && file.remote_url == self.cover);
        let plain = crate::text::plain_of_clean(&html);
        let (source_name, source_url) = self.source.clone();
        let details = Details {
            subtitle: self.subtitle.clone(),
            digest: self.digest.clone(),
            bylines: self.bylines.clone(),
            // What stands in the text isn't shown twice.
            cover_id: cover.filter(|file| !html.contains(&format!("/media/{}/", file.id))).map(|file| file.id),
            is_original: self.is_original,
            licence: self.licence.clone(),
            source_name,
            source_url,
            series_id: None,
            series: self.series.clone(),
            chars: i64::try_from(plain.chars().count()).unwrap_or(0),
        };
        let clean = |script: &Script| Script {
            body_html: crate::text::sanitise_article(&script.body_html, &numbers),
            ..script.clone()
        };
        let scripts: Vec<Script> = self.scripts.iter().map(clean).collect();
        write_scripts(conn, post.id, &scripts)?;
        write(conn, post, &details)?;
        Ok(html)
    }
}

/// How often an account may still send to its followers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Broadcasts that are left.
    pub left: i64,
    /// Of how many.
    pub of: i64,
    /// The message that says in which time.
    pub within: &'static str,
    /// Articles that may still join the broadcast that is under way.
    pub joining: i64,
    /// When the next broadcast may begin, if none is left.
    pub next_at: Option<Micros>,
}

/// How often an account may still send to its followers.
pub fn allowance(conn: &mut Conn, detail: &account::Detail, rule: &Accounts) -> Result<Allowance> {
    let (of, window, within) = match detail.kind {
        account::Kind::Subscription => (rule.subscription_per_day, DAY, "account-within-day"),
        account::Kind::Service => (rule.service_per_month, 30 * DAY, "account-within-month"),
    };
    let now = conn.now();
    let sent: Vec<Option<Micros>> = article::table
        .filter(article::author_id.eq(detail.actor_id))
        .filter(article::sent_at.gt(now - window))
        .order(article::sent_at.desc())
        .select(article::sent_at)
        .load(conn.link())?;
    let sent: Vec<Micros> = sent.into_iter().flatten().collect();
    let mut begun = sent.clone();
    begun.dedup();
    let latest = begun.first().copied().filter(|at| *at > now - HOUR);
    let joined = sent.iter().filter(|at| Some(**at) == latest).count();
    let joining = latest.map_or(0, |_| i64::from(rule.broadcast_articles) - i64::try_from(joined).unwrap_or(i64::MAX));
    let left = (i64::from(of) - i64::try_from(begun.len()).unwrap_or(i64::MAX)).max(0);
    let oldest = begun.get(usize::try_from(of).unwrap_or(1).saturating_sub(1)).copied();
    let next_at = if left == 0 { oldest.map(|at| at + window) } else { None };
    Ok(Allowance { left, of: i64::from(of), within, joining: joining.max(0), next_at })
}

/// Sends an article out with a broadcast: the one that is under way, or a new one.
///
/// Errors: `Invalid` for the field "" if the account has sent as often as it may.
pub(super) fn send(conn: &mut Conn, detail: &account::Detail, rule: &Accounts, post: PostId) -> Result<()> {
    let allowance = allowance(conn, detail, rule)?;
    let now = conn.now();
    let begun: Option<Option<Micros>> = article::table
        .filter(article::author_id.eq(detail.actor_id))
        .filter(article::sent_at.gt(now - HOUR))
        .order(article::sent_at.desc())
        .select(article::sent_at)
        .first(conn.link())
        .optional()?;
    let sent_at = match begun.flatten() {
        Some(begun) if allowance.joining > 0 => begun,
        _ if allowance.left > 0 => now,
        _ => {
            let problem = Problem::new("", "draft-problem-limit").with("max", allowance.of);
            return Err(Error::Invalid(vec![problem]));
        }
    };
    diesel::update(article::table.filter(article::post_id.eq(post)))
        .set(article::sent_at.eq(Some(sent_at)))
        .execute(conn.link())?;
    Ok(())
}

/// Counts somebody who reads an article. `reader` is a digest that changes every day.
pub fn read(conn: &mut Conn, post: PostId, reader: &str) -> Result<()> {
    let day = conn.now() / DAY;
    diesel::delete(article_read::table.filter(article_read::day.lt(day))).execute(conn.link())?;
    let is_new = diesel::insert_into(article_read::table)
        .values((article_read::post_id.eq(post), article_read::reader.eq(reader), article_read::day.eq(day)))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    if is_new > 0 {
        diesel::update(article::table.filter(article::post_id.eq(post)))
            .set(article::reads.eq(article::reads + 1))
            .execute(conn.link())?;
    }
    Ok(())
}

/// Was this reader counted today?
pub fn is_read(conn: &mut Conn, post: PostId, reader: &str) -> Result<bool> {
    let row = article_read::table.filter(article_read::post_id.eq(post)).filter(article_read::reader.eq(reader));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn.link())?)
}

/// How many readers are remembered today, by nothing but digests.
pub fn reads_kept(conn: &mut Conn) -> Result<i64> {
    Ok(article_read::table.count().get_result(conn.link())?)
}

/// What becomes of comments under this post, if it is an article of this hall.
fn talk_of(conn: &mut Conn, root: &Post, author: &Actor) -> Result<Option<Talk>> {
    if root.kind != super::post::Kind::Article || !author.is_local() {
        return Ok(None);
    }
    Ok(account::detail(conn, author.id)?.map(|detail| detail.talk()))
}
