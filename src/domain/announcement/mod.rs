//! Announcements: what the officers of a group tell all its members, who may be asked to confirm that they took note. A post like a
//! topic, with a row beside it. Those of groups of this hall and those that other halls tell us of are twins: [`publish`] and
//! [`receive`] share one row and one way of telling.
//!
//! Invariants: every member of this hall is told in the transaction of the announcement itself (or of its pictures being ready), by
//! one statement; the notice stays unread until it is opened. Only who says so has confirmed: that somebody opened it stands nowhere
//! but in their own notice.

mod confirm;
mod queries;

pub use confirm::{
    REMINDER_PAUSE, Way, confirm, heed_like, heed_reply, heed_unlike, heed_unlike_of, is_confirmation,
    receive_confirmation, receive_reminder, remind, unconfirmed_of,
};
pub use queries::{Answer, Line, Standpoint, Tally, list, of_posts, roll, table, tally, waiting};

use diesel::prelude::*;

use super::actor::{self, Actor};
use super::event::{self, Event, Mark};
use super::group::{self, Act, Entry as Record};
use super::media;
use super::moment::{self, Draft};
use super::notice::{self, Kind as Notice, Told};
use super::part::{self, Part};
use super::post::{self, Kind, Post};
use super::topic;
use crate::clock::{DAY, Micros};
use crate::db::schema::announcement;
use crate::db::{Conn, IntoBoth, text_enum};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, PostId};

/// Longest name of an office under an announcement.
pub const OFFICE_CHARS_MAX: usize = 40;
/// How long after the day by which it is to be confirmed a member is still asked to on their first page.
const ASKED_AFTER: Micros = 30 * DAY;
/// How long after its publishing, if there is no such day.
const ASKED_FOR: Micros = 90 * DAY;
/// Furthest ahead that a day may be named.
const AHEAD_MAX: Micros = 5 * 366 * DAY;

text_enum! {
    /// How much it matters.
    Priority {
        /// As announcements do.
        Usual = "usual",
        /// More than others.
        Urgent = "urgent",
    }
}

/// What an announcement is, beside its post.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = announcement)]
pub struct Announcement {
    /// The post.
    pub post_id: PostId,
    /// The group.
    pub group_id: ActorId,
    /// The office that signs it besides its author; empty for none.
    pub office: String,
    /// How much it matters.
    pub priority: Priority,
    /// Are its readers asked to confirm it?
    pub asks: bool,
    /// By when.
    pub confirm_by: Option<Micros>,
    /// When its time is over.
    pub expires_at: Option<Micros>,
    /// When its members were told; 0 if they weren't yet.
    pub told_at: Micros,
    /// When those who hadn't confirmed it were last reminded; 0 for never.
    pub reminded_at: Micros,
}

impl Announcement {
    /// Is its time over?
    pub fn is_over(&self, now: Micros) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// Does it ask to be confirmed, still?
    pub fn asks_now(&self, now: Micros) -> bool {
        self.asks && !self.is_over(now)
    }
}

/// What an announcement is to be, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    office: String,
    priority: Priority,
    asks: bool,
    confirm_by: Option<Micros>,
    expires_at: Option<Micros>,
}

/// What a form says of an announcement, besides its text.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// The office that signs it; may be empty.
    pub office: String,
    /// Does it matter more than others?
    pub is_urgent: bool,
    /// Is it to be confirmed?
    pub asks: bool,
    /// By when.
    pub confirm_by: Option<Micros>,
    /// When its time is over.
    pub expires_at: Option<Micros>,
    /// When its members were told, as another hall says.
    pub told_at: Option<Micros>,
}

impl Terms {
    /// Checks what a form says, at `now`.
    ///
    /// Errors: `Invalid` naming `office`, `confirm_by` or `expires`.
    pub fn parse(said: &Said, now: Micros) -> Result<Self> {
        let office = crate::text::name(&said.office, OFFICE_CHARS_MAX + 1);
        let mut problems = Vec::new();
        if office.chars().count() > OFFICE_CHARS_MAX {
            problems.push(Problem::new("office", "problem-too-long").with("max", OFFICE_CHARS_MAX));
        }
        let is_ahead = |at: Micros| at > now && at < now + AHEAD_MAX;
        let confirm_by = said.confirm_by.filter(|_| said.asks);
        if confirm_by.is_some_and(|at| !is_ahead(at)) {
            problems.push(Problem::new("confirm_by", "announcement-problem-day"));
        }
        if said.expires_at.is_some_and(|at| !is_ahead(at)) {
            problems.push(Problem::new("expires", "announcement-problem-day"));
        }
        if let (Some(by), Some(over)) = (confirm_by, said.expires_at)
            && over < by
        {
            problems.push(Problem::new("expires", "announcement-problem-order"));
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let priority = if said.is_urgent { Priority::Urgent } else { Priority::Usual };
        Ok(Self { office, priority, asks: said.asks, confirm_by, expires_at: said.expires_at })
    }

    /// What another hall says, cut to what can be.
    pub fn received(said: &Said) -> Self {
        Self {
            office: crate::text::name(&said.office, OFFICE_CHARS_MAX),
            priority: if said.is_urgent { Priority::Urgent } else { Priority::Usual },
            asks: said.asks,
            confirm_by: said.confirm_by.filter(|_| said.asks),
            expires_at: said.expires_at,
        }
    }

    /// Until when members are asked to confirm it on their first page.
    fn asks_until(&self, published_at: Micros) -> Micros {
        let usual = self.confirm_by.map_or(published_at + ASKED_FOR, |by| by + ASKED_AFTER);
        match self.asks {
            true => self.expires_at.map_or(usual, |over| over.min(usual)),
            false => 0,
        }
    }
}

/// Checks the title of an announcement: one line, and not empty.
///
/// Errors: `Invalid` naming `title`.
pub fn check_title(raw: &str) -> Result<String> {
    let title = topic::check_title(raw)?;
    if title.is_empty() { Err(Error::invalid("title", "announcement-problem-title")) } else { Ok(title) }
}

/// An officer announces something to a group of this hall. `is_pinned`: it stands before what else is said there, as long as its time
/// isn't over.
///
/// Errors: `NotFound` if the member doesn't run the group; `Invalid` naming `title`, `body`, or "" if too much is pinned.
pub fn publish(
    conn: &mut Conn,
    me: &Actor,
    group: ActorId,
    title: &str,
    draft: Draft,
    terms: &Terms,
    is_pinned: bool,
) -> Result<Post> {
    group::as_officer(conn, me.id, group)?;
    let title = check_title(title)?;
    let post = topic::publish_as(conn, me, group, Kind::Announcement, &title, draft)?;
    if !insert(conn, &post, group, terms)? {
        // The form was sent off twice.
        return Ok(post);
    }
    group::log(conn, group, me.id, &Record::about_post(Act::Announced, post.id, ""))?;
    if is_pinned {
        topic::mark(conn, me, post.id, Mark::Pinned, "")?;
    }
    watch_end(conn, &post, terms.expires_at)?;
    if !media::is_held(conn, post.id)? {
        tell(conn, post.id)?;
    }
    Ok(post)
}

/// Writes the row; answers whether it wasn't there.
fn insert(conn: &mut Conn, post: &Post, group: ActorId, terms: &Terms) -> Result<bool> {
    let is_new = diesel::insert_into(announcement::table)
        .values((
            announcement::post_id.eq(post.id),
            announcement::group_id.eq(group),
            announcement::office.eq(&terms.office),
            announcement::priority.eq(terms.priority),
            announcement::asks.eq(terms.asks),
            announcement::confirm_by.eq(terms.confirm_by),
            announcement::expires_at.eq(terms.expires_at),
            announcement::asks_until.eq(terms.asks_until(post.published_at)),
            announcement::told_at.eq(0_i64),
            announcement::reminded_at.eq(0_i64),
        ))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?
        > 0;
    part::mark(conn, post.id, Part::Announcement)?;
    Ok(is_new)
}

/// What an announcement is, whoever looks: for applying and sending, never for showing.
pub fn find(conn: &mut Conn, post: PostId) -> Result<Option<Announcement>> {
    Ok(announcement::table
        .filter(announcement::post_id.eq(post))
        .select(Announcement::as_select())
        .first(conn.link())
        .optional()?)
}

/// Did an announcement wait for its pictures, so that nobody was told?
pub fn is_untold(conn: &mut Conn, post: PostId) -> Result<bool> {
    Ok(find(conn, post)?.is_some_and(|known| known.told_at == 0))
}

/// Tells the members of this hall, once: at once, or when the pictures of the announcement are ready.
pub fn tell(conn: &mut Conn, id: PostId) -> Result<()> {
    let Some(known) = find(conn, id)?.filter(|known| known.told_at == 0) else { return Ok(()) };
    let post = post::by_id(conn, id)?;
    let now = conn.now();
    let row = announcement::table.filter(announcement::post_id.eq(id));
    diesel::update(row).set(announcement::told_at.eq(now)).execute(conn.link())?;
    notice::tell_members(conn, Notice::Announcement, known.group_id, id, post.author_id, Told::All)?;
    Ok(())
}

/// Its author changes an announcement: what it said stays in its history. `is_told_anew`: the members get a new notice.
///
/// Errors: `NotFound` if it isn't the member's own; otherwise as [`publish`].
pub fn edit(
    conn: &mut Conn,
    me: &Actor,
    id: PostId,
    draft: Draft,
    title: &str,
    terms: &Terms,
    is_told_anew: bool,
) -> Result<Post> {
    let old = post::own(conn, me.id, id)?;
    let known = find(conn, id)?.ok_or(Error::NotFound("post"))?;
    group::as_officer(conn, me.id, known.group_id)?;
    let title = check_title(title)?;
    let before = (old.edited_at, old.title.clone());
    let post = moment::edit(conn, me, id, &draft.titled(title))?;
    let is_other = rewrite(conn, &post, &known, terms)?;
    if known.expires_at != terms.expires_at {
        watch_end(conn, &post, terms.expires_at)?;
    }
    let is_held = media::is_held(conn, id)?;
    if is_told_anew && !is_held {
        tell_anew(conn, id)?;
    }
    let is_silent = before == (post.edited_at, post.title.clone());
    if (is_other || is_told_anew) && is_silent && !is_held {
        post::mark_edited(conn, id)?;
        let event = event::id(conn);
        event::record(conn, event, me.id, &format!("post:{id}"), &Event::Edited(id))?;
    }
    post::own(conn, me.id, id)
}

/// Writes the changed terms; answers whether they are others than before.
fn rewrite(conn: &mut Conn, post: &Post, known: &Announcement, terms: &Terms) -> Result<bool> {
    let old = Terms {
        office: known.office.clone(),
        priority: known.priority,
        asks: known.asks,
        confirm_by: known.confirm_by,
        expires_at: known.expires_at,
    };
    if old == *terms {
        return Ok(false);
    }
    diesel::update(announcement::table.filter(announcement::post_id.eq(post.id)))
        .set((
            announcement::office.eq(&terms.office),
            announcement::priority.eq(terms.priority),
            announcement::asks.eq(terms.asks),
            announcement::confirm_by.eq(terms.confirm_by),
            announcement::expires_at.eq(terms.expires_at),
            announcement::asks_until.eq(terms.asks_until(post.published_at)),
        ))
        .execute(conn.link())?;
    Ok(true)
}

/// Members get a new notice in place of the old one.
fn tell_anew(conn: &mut Conn, id: PostId) -> Result<()> {
    notice::withdraw_of_post(conn, Notice::Announcement, id)?;
    let row = announcement::table.filter(announcement::post_id.eq(id));
    diesel::update(row).set(announcement::told_at.eq(0_i64)).execute(conn.link())?;
    tell(conn, id)
}

/// Lets the end of an announcement of this hall come at its time.
fn watch_end(conn: &mut Conn, post: &Post, expires_at: Option<Micros>) -> Result<()> {
    let lane = format!("announcement:{}", post.id);
    event::withdraw(conn, &lane)?;
    let Some(at) = expires_at else { return Ok(()) };
    let id = event::id(conn);
    event::record_at(conn, id, post.author_id, &lane, &Event::AnnouncementEnded(post.id), at)
}

/// The time of an announcement is over: it no longer stands before what else is said. Its author is taken to have said so.
pub fn end(conn: &mut Conn, id: PostId) -> Result<()> {
    let now = conn.now();
    let Some(known) = find(conn, id)?.filter(|known| known.is_over(now)) else { return Ok(()) };
    let post = post::by_id(conn, id)?;
    let is_pinned = topic::marks(conn, &[id])?.first().is_some_and(|marks| marks.pinned_at.is_some());
    if post.deleted_at.is_some() || !is_pinned {
        return Ok(());
    }
    topic::apply(conn, known.group_id, &post, Mark::Unpinned, None, "")?;
    let event = event::id(conn);
    let what = Event::GroupMarked { by: post.author_id, post: id, mark: Mark::Unpinned, reason: String::new() };
    event::record(conn, event, known.group_id, &format!("post:{id}"), &what)
}

/// Somebody of another server announces something to a group, and has just posted it there. To a group of this hall only who runs it
/// does; of another's group that is asked before. Who may not has posted a topic, and no more.
pub fn receive(conn: &mut Conn, uri: &str, group: ActorId, said: &Said) -> Result<()> {
    let Some(post) = post::stored(conn, uri)?.filter(|post| post.group_id == Some(group) && post.root_id.is_none())
    else {
        return Ok(());
    };
    let is_ours = actor::by_id(conn, group)?.is_local();
    if post.title.is_empty() || (is_ours && !group::is_run_by(conn, group, post.author_id)?) {
        return Ok(());
    }
    let terms = Terms::received(said);
    post::announce(conn, post.id)?;
    if !insert(conn, &post, group, &terms)? {
        return Ok(());
    }
    if is_ours {
        watch_end(conn, &post, terms.expires_at)?;
    }
    let now = conn.now();
    // What comes late is no news any more.
    let is_news = terms.expires_at.is_none_or(|at| at > now) && post.published_at > now - ASKED_FOR;
    if is_news {
        tell(conn, post.id)?;
    }
    told(conn, post.id, said.told_at.unwrap_or(now).min(now))
}

/// Its author's server says that an announcement is another than before. Whom it wants to have told anew is.
pub fn receive_change(conn: &mut Conn, uri: &str, said: &Said) -> Result<()> {
    let Some(post) = post::stored(conn, uri)? else { return Ok(()) };
    let Some(known) = find(conn, post.id)? else { return Ok(()) };
    let terms = Terms::received(said);
    rewrite(conn, &post, &known, &terms)?;
    if known.expires_at != terms.expires_at && actor::by_id(conn, known.group_id)?.is_local() {
        watch_end(conn, &post, terms.expires_at)?;
    }
    let now = conn.now();
    match said.told_at.filter(|at| *at > known.told_at && *at <= now + ASKED_AFTER) {
        Some(at) => {
            tell_anew(conn, post.id)?;
            told(conn, post.id, at)
        }
        None => Ok(()),
    }
}

/// Keeps when another hall told its members, so that the same isn't told twice.
fn told(conn: &mut Conn, id: PostId, at: Micros) -> Result<()> {
    let row = announcement::table.filter(announcement::post_id.eq(id));
    diesel::update(row).set(announcement::told_at.eq(at)).execute(conn.link())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Micros = 1_790_000_000_000_000;

    #[test]
    fn days_lie_ahead_and_in_order() {
        let said = |confirm_by: i64, expires: i64| Said {
            asks: true,
            confirm_by: Some(NOW + confirm_by * DAY),
            expires_at: Some(NOW + expires * DAY),
            ..Said::default()
        };
        let fields = |said: &Said| match Terms::parse(said, NOW) {
            Err(Error::Invalid(problems)) => problems.iter().map(|problem| problem.field).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        assert!(fields(&said(3, 7)).is_empty());
        assert_eq!(fields(&said(0, 7)), ["confirm_by"]);
        assert_eq!(fields(&said(3, -1)), ["expires", "expires"]);
        assert_eq!(fields(&said(7, 3)), ["expires"]);
        assert_eq!(fields(&said(3, 4_000)), ["expires"]);
        let long = Said { office: "会".repeat(OFFICE_CHARS_MAX + 1), ..Said::default() };
        assert_eq!(fields(&long), ["office"]);
        // What isn't asked for has no day.
        let terms = Terms::parse(&Said { asks: false, ..said(3, 7) }, NOW).unwrap();
        assert_eq!((terms.confirm_by, terms.asks_until(NOW)), (None, 0));
    }

    #[test]
    fn members_are_asked_for_some_time() {
        let terms = |confirm_by: Option<i64>, expires: Option<i64>| Terms {
            office: String::new(),
            priority: Priority::Usual,
            asks: true,
            confirm_by: confirm_by.map(|days| NOW + days * DAY),
            expires_at: expires.map(|days| NOW + days * DAY),
        };
        assert_eq!(terms(None, None).asks_until(NOW), NOW + ASKED_FOR);
        assert_eq!(terms(Some(3), None).asks_until(NOW), NOW + 3 * DAY + ASKED_AFTER);
        assert_eq!(terms(Some(3), Some(5)).asks_until(NOW), NOW + 5 * DAY);
    }
}
