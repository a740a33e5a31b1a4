//! Looking at reports: each query for the officer who looks, who doesn't see what is about themself.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::super::actor::Actor;
use super::super::media::{self as files, Media};
use super::super::post::{Entry, Post};
use super::{Report, State};
use crate::clock::Micros;
use crate::db::schema::{actor, post, report, report_post, report_rule};
use crate::db::{Conn, Range, paged};
use crate::error::{Error, Result};
use crate::id::{ActorId, MediaId, PostId, ReportId};

/// Which reports are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// How far they are.
    pub state: Option<State>,
    /// By whom.
    pub reporter: Option<ActorId>,
    /// About whom.
    pub target: Option<ActorId>,
}

impl Filter {
    fn states(self) -> Vec<State> {
        self.state.map_or_else(|| State::ALL.to_vec(), |state| vec![state])
    }
}

/// From and up to where an id is asked for: one, or any.
fn span(id: Option<ActorId>) -> (ActorId, ActorId) {
    id.map_or((ActorId(0), ActorId(i64::MAX)), |id| (id, id))
}

/// Reports, newest first.
pub fn list(conn: &mut Conn, officer: ActorId, filter: &Filter, range: &Range) -> Result<Vec<Report>> {
    let (reporter, target) = (span(filter.reporter), span(filter.target));
    let query = report::table
        .filter(report::target_id.ne(officer))
        .filter(report::state.eq_any(filter.states()))
        .filter(report::reporter_id.between(reporter.0, reporter.1))
        .filter(report::target_id.between(target.0, target.1))
        .select(Report::as_select());
    Ok(paged!(query, report::id, range, conn))
}

/// How many there are that were made since then, whoever looks: for limits.
pub(super) fn count(conn: &mut Conn, filter: &Filter, since: Micros) -> Result<i64> {
    let (reporter, target) = (span(filter.reporter), span(filter.target));
    Ok(report::table
        .filter(report::state.eq_any(filter.states()))
        .filter(report::reporter_id.between(reporter.0, reporter.1))
        .filter(report::target_id.between(target.0, target.1))
        .filter(report::created_at.ge(since))
        .count()
        .get_result(conn.link())?)
}

/// How many of a server are open, and how many it has made since then.
pub(super) fn count_of_server(conn: &mut Conn, host: &str, since: Micros) -> Result<(i64, i64)> {
    let theirs = report::table.filter(report::host.eq(host));
    let open = theirs.filter(report::state.eq(State::Open)).count().get_result(conn.link())?;
    Ok((open, theirs.filter(report::created_at.ge(since)).count().get_result(conn.link())?))
}

/// How many wait for this officer and the others.
pub fn open_count(conn: &mut Conn, officer: ActorId) -> Result<i64> {
    let open = report::table.filter(report::state.eq(State::Open)).filter(report::target_id.ne(officer));
    Ok(open.count().get_result(conn.link())?)
}

/// How many are open and how many resolved; about one person, or in all.
pub fn counts(conn: &mut Conn, officer: ActorId, target: Option<ActorId>) -> Result<(i64, i64)> {
    let target = span(target);
    let mut count = |state: State| {
        report::table
            .filter(report::state.eq(state))
            .filter(report::target_id.ne(officer))
            .filter(report::target_id.between(target.0, target.1))
            .count()
            .get_result::<i64>(conn.link())
    };
    Ok((count(State::Open)?, count(State::Resolved)?))
}

/// One report.
///
/// Errors: `NotFound`, also for one about the officer who looks.
pub fn show(conn: &mut Conn, officer: ActorId, id: ReportId) -> Result<Report> {
    report::table
        .filter(report::id.eq(id))
        .filter(report::target_id.ne(officer))
        .select(Report::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("report"))
}

/// A report by the one who made it.
///
/// Errors: `NotFound`.
pub fn show_own(conn: &mut Conn, me: ActorId, id: ReportId) -> Result<Report> {
    report::table
        .filter(report::id.eq(id))
        .filter(report::reporter_id.eq(me))
        .select(Report::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("report"))
}

/// The report behind an event, whoever looks: for sending it, never for showing.
pub fn by_id(conn: &mut Conn, id: ReportId) -> Result<Option<Report>> {
    Ok(report::table.filter(report::id.eq(id)).select(Report::as_select()).first(conn.link()).optional()?)
}

/// The posts of reports that an officer has been shown, whoever the posts are for: those that were deleted too, without
/// their texts. Never for anybody else.
pub fn posts(conn: &mut Conn, reports: &[ReportId]) -> Result<BTreeMap<ReportId, Vec<Entry>>> {
    let rows: Vec<(ReportId, Post, Actor)> = report_post::table
        .inner_join(post::table.on(post::id.eq(report_post::post_id)))
        .inner_join(actor::table.on(actor::id.eq(post::author_id)))
        .filter(report_post::report_id.eq_any(reports))
        .order((report_post::report_id, post::id))
        .select((report_post::report_id, Post::as_select(), Actor::as_select()))
        .load(conn.link())?;
    let mut found: BTreeMap<ReportId, Vec<Entry>> = BTreeMap::new();
    for (report, post, author) in rows {
        found.entry(report).or_default().push(Entry { post, author });
    }
    Ok(found)
}

/// A file of a post of a report that an officer may see.
///
/// Errors: `NotFound`.
pub fn media(conn: &mut Conn, officer: ActorId, id: ReportId, file: MediaId) -> Result<Media> {
    show(conn, officer, id)?;
    let not_here = Error::NotFound("media");
    let found = files::by_id(conn, file)?.ok_or(Error::NotFound("media"))?;
    let post: PostId = found.post_id.ok_or(Error::NotFound("media"))?;
    let row = report_post::table.filter(report_post::report_id.eq(id)).filter(report_post::post_id.eq(post));
    let is_of: bool = diesel::select(diesel::dsl::exists(row)).get_result(conn.link())?;
    if is_of { Ok(found) } else { Err(not_here) }
}

/// The rules that reports name: place and words.
pub fn rules(conn: &mut Conn, reports: &[ReportId]) -> Result<BTreeMap<ReportId, Vec<(i64, String)>>> {
    let rows: Vec<(ReportId, i64, String)> = report_rule::table
        .filter(report_rule::report_id.eq_any(reports))
        .order((report_rule::report_id, report_rule::place))
        .select((report_rule::report_id, report_rule::place, report_rule::text))
        .load(conn.link())?;
    let mut found: BTreeMap<ReportId, Vec<(i64, String)>> = BTreeMap::new();
    for (report, place, text) in rows {
        found.entry(report).or_default().push((place, text));
    }
    Ok(found)
}
