//! Reports: what a member, or another server, tells the moderators about somebody, and what the moderators do about it.
//!
//! Who reported is known to officers alone, and never to whom the report is about: an officer doesn't see reports about
//! themself, so every query takes the officer who looks. Inside a report officers see its posts, whoever those are for; that
//! is the one place where a post is shown past the gate ([`posts`]).

mod act;
mod people;
mod queries;

pub use act::{assign, delete_post, is_within_reach, lift, reopen, resolve, set_category, suspend, unassign};
pub use people::{Asked, Known, accounts, known};
pub use queries::{Filter, by_id, counts, list, media, open_count, posts, rules, show, show_own};

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::actor::{self, Actor};
use super::audience::Viewer;
use super::block;
use super::event::{self, Event};
use super::hall;
use super::login::{Role, State as LoginState};
use super::notice;
use super::post::{self, Received};
use crate::clock::{DAY, Micros};
use crate::db::schema::{login, report, report_post, report_rule};
use crate::db::{Conn, columns, text_enum};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, PostId, ReportId};

/// Longest comment, in characters; longer ones from elsewhere are cut.
pub const COMMENT_CHARS_MAX: usize = 1_000;
/// Posts of one report.
pub const POSTS_MAX: usize = 50;
/// Reports that one member may make in a day.
const MEMBER_DAY_MAX: i64 = 30;
/// Reports about the same person that one member may have open.
const MEMBER_OPEN_MAX: i64 = 5;
/// Reports that one server may make in a day.
const SERVER_DAY_MAX: i64 = 100;
/// Reports of one server that may be open.
const SERVER_OPEN_MAX: i64 = 200;
/// People whom one activity from elsewhere may be about.
const PEOPLE_MAX: usize = 5;

text_enum! {
    /// What is wrong.
    Category {
        /// Unwanted advertising, swindle, made-up accounts.
        Spam = "spam",
        /// Against the law.
        Legal = "legal",
        /// Against the rules of the house.
        Violation = "violation",
        /// Something else.
        Other = "other",
    }
}

text_enum! {
    /// How far it is.
    State {
        /// It waits for somebody to look at it, or to end it.
        Open = "open",
        /// Somebody has ended it.
        Resolved = "resolved",
    }
}

/// A report.
#[derive(Debug, Clone, Queryable)]
pub struct Report {
    /// Its id; newer ones have larger ones.
    pub id: ReportId,
    /// The id of the activity that brought it; empty for a member's.
    pub uri: String,
    /// The server that reported; empty for a member.
    pub host: String,
    /// The member who reported, or the actor that spoke for the server.
    pub reporter_id: ActorId,
    /// Whom it is about.
    pub target_id: ActorId,
    /// What is wrong.
    pub category: Category,
    /// In the reporter's words.
    pub comment: String,
    /// Was it told to the other's server?
    pub is_forwarded: bool,
    /// How far it is.
    pub state: State,
    /// The officer who has taken it on.
    pub assigned_id: Option<ActorId>,
    /// The officer who ended it.
    pub acted_id: Option<ActorId>,
    /// When that was.
    pub acted_at: Option<Micros>,
    /// When it was made.
    pub created_at: Micros,
    /// When it last changed.
    pub updated_at: Micros,
}

columns! {
    Report of report:
    id, uri, host, reporter_id, target_id, category, comment, is_forwarded, state, assigned_id, acted_id,
    acted_at, created_at, updated_at,
}

/// What a member wants to report, checked as far as it can be without looking.
#[derive(Debug, Clone)]
pub struct Draft {
    target: ActorId,
    posts: Vec<PostId>,
    category: Category,
    comment: String,
    rules: Vec<i64>,
    forward: bool,
}

impl Draft {
    /// Checks a form. Rules are named by their places; naming one makes it a violation, if nothing else is said.
    ///
    /// Errors: `Invalid` naming `category`, `comment` or `post`.
    pub fn parse(
        target: ActorId,
        posts: &[PostId],
        category: &str,
        comment: &str,
        rules: &[i64],
        forward: bool,
    ) -> Result<Self> {
        let mut problems = Vec::new();
        let category = match category.parse() {
            Ok(category) => category,
            Err(()) if category.is_empty() && rules.is_empty() => Category::Other,
            Err(()) if category.is_empty() => Category::Violation,
            Err(()) => {
                problems.push(Problem::new("category", "report-problem-category"));
                Category::Other
            }
        };
        let comment = crate::text::body(comment).trim_start().to_owned();
        if comment.chars().count() > COMMENT_CHARS_MAX {
            problems.push(Problem::new("comment", "problem-too-long").with("max", COMMENT_CHARS_MAX));
        }
        let posts: BTreeSet<PostId> = posts.iter().copied().collect();
        if posts.len() > POSTS_MAX {
            problems.push(Problem::new("post", "report-problem-posts").with("max", POSTS_MAX));
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let rules = if category == Category::Violation { rules.to_vec() } else { Vec::new() };
        Ok(Self { target, posts: posts.into_iter().collect(), category, comment, rules, forward })
    }
}

/// A member reports somebody. Whoever reports the same person again makes another report, since it may be about other posts,
/// go to the other's server or not, and come after officers have begun on the first; their pages name each other. The very same
/// said twice while it is open is one, so that a form sent off twice does no harm.
///
/// Errors: `Invalid` for oneself and for too many; `NotFound` for whom or what the member doesn't see, and for posts of others.
pub fn file(conn: &mut Conn, me: &Actor, draft: &Draft) -> Result<Report> {
    if me.id == draft.target {
        return Err(Error::invalid("", "report-problem-self"));
    }
    let viewer = Viewer::Member(me.id);
    let target = block::unhidden_by(conn, me.id, draft.target)?;
    let is_there = target.suspended_at.is_none() && target.deleted_at.is_none();
    if !is_there || target.kind == actor::Kind::Application {
        return Err(Error::NotFound("actor"));
    }
    for id in &draft.posts {
        if post::show(conn, &viewer, *id)?.post.author_id != target.id {
            return Err(Error::NotFound("post"));
        }
    }
    conn.lock(&format!("reports of {}", me.id))?;
    if let Some(same) = same(conn, me.id, draft)? {
        return Ok(same);
    }
    let open =
        queries::count(conn, &Filter { reporter: Some(me.id), target: Some(target.id), state: Some(State::Open) }, 0)?;
    let since = conn.now() - DAY;
    let lately = queries::count(conn, &Filter { reporter: Some(me.id), ..Filter::default() }, since)?;
    if open >= MEMBER_OPEN_MAX || lately >= MEMBER_DAY_MAX {
        return Err(Error::invalid("", "report-problem-many"));
    }
    let new = New {
        uri: "",
        host: "",
        reporter: me.id,
        target: target.id,
        category: draft.category,
        comment: &draft.comment,
        is_forwarded: draft.forward && !target.is_local(),
        posts: &draft.posts,
        rules: &draft.rules,
    };
    let report = insert(conn, &new)?;
    if report.is_forwarded {
        let hall = actor::hall(conn)?.ok_or(Error::NotFound("hall"))?;
        let id = event::id(conn);
        event::record(conn, id, hall.id, &format!("report:{}", report.id), &Event::Reported(report.id))?;
    }
    Ok(report)
}

/// The open report of a member that says just this.
fn same(conn: &mut Conn, me: ActorId, draft: &Draft) -> Result<Option<Report>> {
    let found: Vec<Report> = report::table
        .filter(report::reporter_id.eq(me))
        .filter(report::target_id.eq(draft.target))
        .filter(report::state.eq(State::Open))
        .filter(report::category.eq(draft.category))
        .filter(report::comment.eq(&draft.comment))
        .order(report::id)
        .limit(MEMBER_OPEN_MAX)
        .select(Report::as_select())
        .load(conn.link())?;
    for one in found {
        let posts: Vec<PostId> = report_post::table
            .filter(report_post::report_id.eq(one.id))
            .order(report_post::post_id)
            .select(report_post::post_id)
            .load(conn.link())?;
        if posts == draft.posts && (one.is_forwarded || !draft.forward) {
            return Ok(Some(one));
        }
    }
    Ok(None)
}

/// What another server reports, read and cut.
#[derive(Debug, Clone, Default)]
pub struct Incoming {
    /// The id of the activity; may be empty.
    pub uri: String,
    /// The ids of what it is about: people and posts.
    pub objects: Vec<String>,
    /// In its words.
    pub comment: String,
}

/// Stores what another server reports: one report for each of our people whom it names, with those of their posts that it
/// names; without people, for the authors of the posts. Posts count only as far as that server may see them.
pub fn receive(conn: &mut Conn, sender: &Actor, incoming: &Incoming) -> Result<Received> {
    if sender.is_local() {
        return Err(Error::Forbidden);
    }
    let (people, posts) = meant(conn, sender, &incoming.objects)?;
    if people.is_empty() {
        return Ok(Received::Ignored("a report about nobody and nothing here"));
    }
    conn.lock(&format!("reports of {}", sender.host))?;
    let since = conn.now() - DAY;
    let (open, lately) = queries::count_of_server(conn, &sender.host, since)?;
    if open >= SERVER_OPEN_MAX || lately >= SERVER_DAY_MAX {
        return Ok(Received::Ignored("too many reports by this server"));
    }
    let comment: String = crate::text::body(&incoming.comment).chars().take(COMMENT_CHARS_MAX).collect();
    let mut is_new = false;
    for target in people {
        let theirs: Vec<PostId> = posts.iter().filter(|(_, by)| *by == target).map(|(id, _)| *id).collect();
        if is_known(conn, &incoming.uri, target)? {
            continue;
        }
        let new = New {
            uri: &incoming.uri,
            host: &sender.host,
            reporter: sender.id,
            target,
            category: Category::Other,
            comment: &comment,
            is_forwarded: false,
            posts: &theirs,
            rules: &[],
        };
        insert(conn, &new)?;
        is_new = true;
    }
    Ok(if is_new { Received::Stored } else { Received::Ignored("known already") })
}

fn is_known(conn: &mut Conn, uri: &str, target: ActorId) -> Result<bool> {
    let known = report::table.filter(report::uri.eq(uri)).filter(report::target_id.eq(target));
    let is_there: bool = diesel::select(diesel::dsl::exists(known)).get_result(conn.link())?;
    Ok(!uri.is_empty() && is_there)
}

/// The members whom these ids name, and the posts with their authors.
type Meant = (Vec<ActorId>, Vec<(PostId, ActorId)>);

fn meant(conn: &mut Conn, sender: &Actor, objects: &[String]) -> Result<Meant> {
    let viewer = Viewer::Peer(sender.host.clone());
    let (mut people, mut posts): Meant = (Vec::new(), Vec::new());
    for uri in objects {
        if let Some(actor) = actor::by_uri(conn, uri)? {
            let is_person = actor.is_local() && actor.kind != actor::Kind::Application && actor.deleted_at.is_none();
            if is_person && !people.contains(&actor.id) {
                people.push(actor.id);
            }
            continue;
        }
        match post::by_address(conn, &viewer, uri) {
            Ok(entry) if entry.author.is_local() && posts.len() < POSTS_MAX => {
                let one = (entry.post.id, entry.author.id);
                if !posts.contains(&one) {
                    posts.push(one);
                }
            }
            Ok(_) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    if people.is_empty() {
        for (_, author) in &posts {
            if !people.contains(author) {
                people.push(*author);
            }
        }
    }
    people.truncate(PEOPLE_MAX);
    Ok((people, posts))
}

/// A report to be written.
struct New<'a> {
    uri: &'a str,
    host: &'a str,
    reporter: ActorId,
    target: ActorId,
    category: Category,
    comment: &'a str,
    is_forwarded: bool,
    posts: &'a [PostId],
    rules: &'a [i64],
}

fn insert(conn: &mut Conn, new: &New<'_>) -> Result<Report> {
    let now = conn.now();
    let id = ReportId(conn.id_at(now));
    diesel::insert_into(report::table)
        .values((
            report::id.eq(id),
            report::uri.eq(new.uri),
            report::host.eq(new.host),
            report::reporter_id.eq(new.reporter),
            report::target_id.eq(new.target),
            report::category.eq(new.category),
            report::comment.eq(new.comment),
            report::is_forwarded.eq(new.is_forwarded),
            report::state.eq(State::Open),
            report::created_at.eq(now),
            report::updated_at.eq(now),
        ))
        .execute(conn.link())?;
    for post in new.posts {
        diesel::insert_into(report_post::table)
            .values((report_post::report_id.eq(id), report_post::post_id.eq(post)))
            .execute(conn.link())?;
    }
    write_rules(conn, id, new.rules)?;
    tell(conn, id, new.target)?;
    report::table.filter(report::id.eq(id)).select(Report::as_select()).first(conn.link()).map_err(Error::from)
}

/// Keeps which rules are meant, in their words of today. A rule that isn't there is none.
fn write_rules(conn: &mut Conn, id: ReportId, places: &[i64]) -> Result<()> {
    diesel::delete(report_rule::table.filter(report_rule::report_id.eq(id))).execute(conn.link())?;
    if places.is_empty() {
        return Ok(());
    }
    for (place, text) in (1_i64..).zip(hall::get(conn)?.rules()) {
        if places.contains(&place) {
            diesel::insert_into(report_rule::table)
                .values((report_rule::report_id.eq(id), report_rule::place.eq(place), report_rule::text.eq(text)))
                .execute(conn.link())?;
        }
    }
    Ok(())
}

/// Officers are told, but for the one whom it is about.
fn tell(conn: &mut Conn, id: ReportId, target: ActorId) -> Result<()> {
    let Some(hall) = actor::hall(conn)? else { return Ok(()) };
    let officers: Vec<ActorId> = login::table
        .filter(login::role.eq_any([Role::Owner, Role::Moderator]))
        .filter(login::state.eq(LoginState::Active))
        .filter(login::actor_id.ne(target))
        .select(login::actor_id)
        .load(conn.link())?;
    let new = notice::New::about_report(hall.id, id);
    officers.into_iter().try_for_each(|officer| notice::tell(conn, officer, &new))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(posts: usize, category: &str, comment: &str, rules: &[i64]) -> Result<Draft> {
        let posts: Vec<PostId> = (0..posts).map(|number| PostId(i64::try_from(number).unwrap())).collect();
        Draft::parse(ActorId(1), &posts, category, comment, rules, false)
    }

    #[test]
    fn reports_are_checked() {
        let fine = draft(POSTS_MAX, "spam", " 卖药的 ", &[1]).unwrap();
        assert_eq!((fine.comment.as_str(), fine.category, fine.rules.len()), ("卖药的", Category::Spam, 0));
        assert_eq!(draft(0, "", "", &[]).unwrap().category, Category::Other);
        assert_eq!(draft(0, "", "", &[2]).unwrap().category, Category::Violation);
        for wrong in [
            draft(POSTS_MAX + 1, "spam", "", &[]),
            draft(0, "nonsense", "", &[]),
            draft(0, "other", &"长".repeat(COMMENT_CHARS_MAX + 1), &[]),
        ] {
            assert!(matches!(wrong, Err(Error::Invalid(_))));
        }
    }
}
