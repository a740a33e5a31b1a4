//! What officers do about reports. Everything stands in the audit log, without the name of who reported.

use diesel::prelude::*;

use super::super::actor::{self, Actor};
use super::super::event::{self, Event};
use super::super::login::{self, Login, Officer, Role, State as LoginState};
use super::super::{audit, comment, media, moment, post};
use super::{Category, Report, State, queries};
use crate::clock::Micros;
use crate::db::Conn;
use crate::db::schema::{login as login_table, report, report_post};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId, ReportId};

/// May this officer act on that member? Owners reach everyone but themselves; moderators those who are no officers of the
/// house.
pub fn is_within_reach(officer: &Login, other: &Login) -> bool {
    officer.id != other.id && (officer.role == Role::Owner || !other.role.may(Role::Moderator))
}

/// The officer as an actor, and as the log names them.
fn begin(conn: &mut Conn, me: ActorId, id: ReportId) -> Result<(Report, Officer)> {
    let report = queries::show(conn, me, id)?;
    let (login, name): (crate::id::LoginId, String) = login_table::table
        .inner_join(crate::db::schema::actor::table.on(crate::db::schema::actor::id.eq(login_table::actor_id)))
        .filter(login_table::actor_id.eq(me))
        .select((login_table::id, crate::db::schema::actor::name))
        .first(conn.link())
        .optional()?
        .ok_or(Error::Forbidden)?;
    Ok((report, Officer { login_id: Some(login), who: name }))
}

/// Writes the line of an act: about which report, and about whom that is.
fn log(conn: &mut Conn, officer: &Officer, verb: &str, report: &Report) -> Result<()> {
    let target = actor::by_id(conn, report.target_id)?;
    let subject = format!("{} · @{}", report.id, target.address);
    audit::record(conn, officer.login_id, &officer.who, verb, &subject)
}

/// Ends a report. Twice is the same as once.
pub fn resolve(conn: &mut Conn, me: ActorId, id: ReportId) -> Result<Report> {
    let (old, officer) = begin(conn, me, id)?;
    if old.state == State::Resolved {
        return Ok(old);
    }
    let now = conn.now();
    diesel::update(report::table.filter(report::id.eq(id)))
        .set((
            report::state.eq(State::Resolved),
            report::acted_id.eq(Some(me)),
            report::acted_at.eq(Some(now)),
            report::updated_at.eq(now),
        ))
        .execute(conn.link())?;
    log(conn, &officer, "audit-report-resolved", &old)?;
    queries::show(conn, me, id)
}

/// Opens a report again.
pub fn reopen(conn: &mut Conn, me: ActorId, id: ReportId) -> Result<Report> {
    let (old, officer) = begin(conn, me, id)?;
    if old.state == State::Open {
        return Ok(old);
    }
    let now = conn.now();
    diesel::update(report::table.filter(report::id.eq(id)))
        .set((
            report::state.eq(State::Open),
            report::acted_id.eq(None::<ActorId>),
            report::acted_at.eq(None::<Micros>),
            report::updated_at.eq(now),
        ))
        .execute(conn.link())?;
    log(conn, &officer, "audit-report-reopened", &old)?;
    queries::show(conn, me, id)
}

/// The officer takes a report on.
pub fn assign(conn: &mut Conn, me: ActorId, id: ReportId) -> Result<Report> {
    set_assigned(conn, me, id, Some(me), "audit-report-taken")
}

/// Nobody has taken a report on any more.
pub fn unassign(conn: &mut Conn, me: ActorId, id: ReportId) -> Result<Report> {
    set_assigned(conn, me, id, None, "audit-report-left")
}

fn set_assigned(conn: &mut Conn, me: ActorId, id: ReportId, to: Option<ActorId>, verb: &str) -> Result<Report> {
    let (old, officer) = begin(conn, me, id)?;
    if old.assigned_id == to {
        return Ok(old);
    }
    let now = conn.now();
    diesel::update(report::table.filter(report::id.eq(id)))
        .set((report::assigned_id.eq(to), report::updated_at.eq(now)))
        .execute(conn.link())?;
    log(conn, &officer, verb, &old)?;
    queries::show(conn, me, id)
}

/// Says anew what is wrong. Rules belong to a violation alone.
pub fn set_category(conn: &mut Conn, me: ActorId, id: ReportId, category: Category, rules: &[i64]) -> Result<Report> {
    let (old, officer) = begin(conn, me, id)?;
    let now = conn.now();
    diesel::update(report::table.filter(report::id.eq(id)))
        .set((report::category.eq(category), report::updated_at.eq(now)))
        .execute(conn.link())?;
    super::write_rules(conn, id, if category == Category::Violation { rules } else { &[] })?;
    log(conn, &officer, "audit-report-changed", &old)?;
    queries::show(conn, me, id)
}

/// Deletes a reported post of this hall, here and wherever it went, as if its author did.
///
/// Errors: `NotFound` if it doesn't stand in the report, is another server's, or is deleted already.
pub fn delete_post(conn: &mut Conn, me: ActorId, id: ReportId, of: PostId) -> Result<()> {
    let (report, officer) = begin(conn, me, id)?;
    let row = report_post::table.filter(report_post::report_id.eq(id)).filter(report_post::post_id.eq(of));
    let is_reported: bool = diesel::select(diesel::dsl::exists(row)).get_result(conn.link())?;
    let post = post::by_id(conn, of)?;
    let author = actor::by_id(conn, post.author_id)?;
    if !is_reported || !author.is_local() || post.deleted_at.is_some() {
        return Err(Error::NotFound("post"));
    }
    let by = login::by_actor(conn, me)?.login;
    match login::by_actor(conn, author.id) {
        Ok(theirs) if !is_within_reach(&by, &theirs.login) => return Err(Error::Forbidden),
        Ok(_) | Err(Error::NotFound(_)) => {}
        Err(error) => return Err(error),
    }
    let was_held = media::is_held(conn, of)?;
    moment::erase(conn, of)?;
    // What was still waiting for its pictures has gone nowhere.
    if !was_held {
        let event = event::id(conn);
        event::record(conn, event, author.id, &comment::lane(post.thread_id()), &Event::Deleted(of))?;
    }
    log(conn, &officer, "audit-report-post", &report)
}

/// Keeps somebody out: a member as the page of members does, somebody elsewhere by hiding what they wrote and taking nothing
/// more from them.
///
/// Errors: `Forbidden` for a member out of the officer's reach; `Invalid` for the last owner.
pub fn suspend(conn: &mut Conn, officer: &Login, who: ActorId) -> Result<Actor> {
    set_suspended(conn, officer, who, true)
}

/// Lets them in again.
///
/// Errors: as [`suspend`].
pub fn lift(conn: &mut Conn, officer: &Login, who: ActorId) -> Result<Actor> {
    set_suspended(conn, officer, who, false)
}

fn set_suspended(conn: &mut Conn, officer: &Login, who: ActorId, is_out: bool) -> Result<Actor> {
    let target = actor::by_id(conn, who)?;
    let by = Officer { login_id: Some(officer.id), who: actor::by_id(conn, officer.actor_id)?.name };
    if !target.is_local() {
        let now = conn.now();
        if target.suspended_at.is_some() != is_out {
            actor::suspend(conn, who, is_out.then_some(now))?;
            let verb = if is_out { "audit-suspend" } else { "audit-admit" };
            audit::record(conn, by.login_id, &by.who, verb, &format!("@{}", target.address))?;
        }
        return actor::by_id(conn, who);
    }
    let member = login::by_actor(conn, who)?;
    if !is_within_reach(officer, &member.login) {
        return Err(Error::Forbidden);
    }
    let state = if is_out { LoginState::Suspended } else { LoginState::Active };
    if member.login.state != state {
        login::set_state(conn, &by, member.login.id, state)?;
    }
    actor::by_id(conn, who)
}
