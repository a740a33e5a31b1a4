//! The office (馆务): numbers at a glance, members, the hall's settings, the log of what officers did.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::error::Fault;
use super::form::{Form, Forms};
use super::hall::{hall_fields, hall_settings};
use super::page::{Layout, Tab, html, see_with, without_flash};
use super::person::Line;
use super::session::{Posted, Visitor};
use super::time;
use crate::domain::login::{self, Member, Officer, Role, State};
use crate::domain::{actor, arrival, audit, delivery, hall};
use crate::error::{Error, Result};
use crate::id::{AuditId, LoginId};

/// Lines of the log on one page.
const LOG_PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "office.html")]
struct OfficePage {
    page: Layout,
    members: i64,
    pending: i64,
    waiting: i64,
    arrivals: i64,
    failed: i64,
    is_owner: bool,
    version: &'static str,
}

/// `/office`.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, Fault> {
    let [members, pending, waiting, arrivals, failed] = visitor
        .ctx
        .read(|conn| {
            Ok([
                actor::local_count(conn)?,
                login::pending_count(conn)?,
                delivery::waiting(conn)?,
                arrival::waiting(conn)?,
                arrival::failed(conn)?,
            ])
        })
        .await?;
    let mut layout = visitor.layout("office", Tab::Me);
    layout.wide = true;
    let flash = layout.flash.is_some();
    let is_owner = visitor.signed_in()?.login.role == Role::Owner;
    let version = env!("CARGO_PKG_VERSION");
    let page = OfficePage { page: layout, members, pending, waiting, arrivals, failed, is_owner, version };
    Ok(without_flash(html(StatusCode::OK, page.render()?), flash))
}

/// A member as the office shows them.
pub struct Row {
    /// Their login's id.
    pub id: String,
    /// Who they are.
    pub line: Line,
    /// The message of their role.
    pub role: &'static str,
    /// The word of their role, for the list of choices.
    pub role_word: &'static str,
    /// The message of their state.
    pub state: &'static str,
    /// Do they wait for approval?
    pub is_pending: bool,
    /// Are they kept out?
    pub is_suspended: bool,
    /// Why they want to join.
    pub reason: String,
}

#[derive(Template)]
#[template(path = "members.html")]
struct MembersPage {
    page: Layout,
    rows: Vec<Row>,
    roles: Vec<(&'static str, &'static str)>,
    is_owner: bool,
}

/// The message of a role.
fn role_message(role: Role) -> &'static str {
    match role {
        Role::Owner => "role-owner",
        Role::Moderator => "role-moderator",
        Role::Archivist => "role-archivist",
        Role::Member => "role-member",
    }
}

/// `/office/members`.
pub async fn members(visitor: Visitor) -> Result<HttpResponse, Fault> {
    let list = visitor.ctx.read(login::list).await?;
    let mut layout = visitor.layout("members", Tab::Me);
    layout.wide = true;
    let flash = layout.flash.is_some();
    let row = |Member { login, actor }: Member| Row {
        id: login.id.to_string(),
        line: Line::of(&actor),
        role: role_message(login.role),
        role_word: login.role.as_str(),
        state: match login.state {
            State::Active => "state-active",
            State::Pending => "state-pending",
            State::Suspended => "state-suspended",
        },
        is_pending: login.state == State::Pending,
        is_suspended: login.state == State::Suspended,
        reason: login.reason,
    };
    let page = MembersPage {
        rows: list.into_iter().map(row).collect(),
        roles: Role::ALL.iter().map(|role| (role.as_str(), role_message(*role))).collect(),
        is_owner: visitor.signed_in()?.login.role == Role::Owner,
        page: layout,
    };
    Ok(without_flash(html(StatusCode::OK, page.render()?), flash))
}

fn login_id(text: &str) -> Result<LoginId> {
    text.parse().map_err(|_| Error::NotFound("member"))
}

/// `POST /office/members/{id}/state`: `active`, `suspended`, or `turned-down` for an application.
///
/// A moderator may not touch another officer.
pub async fn set_state(posted: Posted, id: web::Path<String>) -> Result<HttpResponse, Fault> {
    let Posted { visitor, fields } = posted;
    let me = visitor.signed_in()?;
    let (officer, my_role, id) = (Officer::member(me), me.login.role, login_id(&id)?);
    let state = fields.get("state").to_owned();
    let result = visitor
        .ctx
        .write(move |conn| {
            let member = login::by_id(conn, id)?;
            if my_role != Role::Owner && member.login.role != Role::Member {
                return Err(Error::Forbidden);
            }
            match state.parse::<State>() {
                Ok(state) => login::set_state(conn, &officer, id, state).map(drop),
                Err(()) if state == "turned-down" => login::turn_down(conn, &officer, id),
                Err(()) => Err(Error::invalid("state", "problem-choice")),
            }
        })
        .await;
    told("/office/members", result)
}

/// `POST /office/members/{id}/role`.
pub async fn set_role(posted: Posted, id: web::Path<String>) -> Result<HttpResponse, Fault> {
    let Posted { visitor, fields } = posted;
    let (officer, id) = (Officer::member(visitor.signed_in()?), login_id(&id)?);
    let role = fields.get("role").parse::<Role>().map_err(|()| Error::invalid("role", "problem-choice"))?;
    let result = visitor.ctx.write(move |conn| login::set_role(conn, &officer, id, role)).await;
    told("/office/members", result)
}

/// Leads back with what happened.
fn told(path: &str, result: Result<()>) -> Result<HttpResponse, Fault> {
    match result {
        Ok(()) => Ok(see_with(path, "flash-saved")),
        Err(Error::Invalid(problems)) if problems.iter().any(|p| p.message == "problem-last-owner") => {
            Ok(see_with(path, "flash-last-owner"))
        }
        Err(error) => Err(error.into()),
    }
}

fn hall_form(visitor: &Visitor) -> Forms<'_> {
    let mut page = Forms::new(visitor, "hall-settings", Tab::Me);
    let form = Form::new(&page.layout, "/office/hall", "save", hall_fields(&page.layout));
    page.forms.push(form);
    page
}

/// `/office/hall`.
pub async fn edit_hall(visitor: Visitor) -> Result<HttpResponse, Fault> {
    hall_form(&visitor).show()
}

/// `POST /office/hall`.
pub async fn update_hall(posted: Posted) -> Result<HttpResponse, Fault> {
    let Posted { visitor, fields } = posted;
    let officer = Officer::member(visitor.signed_in()?);
    let settings = hall_settings(&fields);
    let result = visitor
        .ctx
        .write(move |conn| {
            let hall = hall::update(conn, &settings)?;
            audit::record(conn, officer.login_id, &officer.who, "audit-hall", &hall.name)
        })
        .await;
    match result {
        Ok(()) => {
            visitor.face.forget_hall();
            Ok(see_with("/office", "flash-saved"))
        }
        Err(Error::Invalid(problems)) => hall_form(&visitor).again("/office/hall", &fields, problems).show(),
        Err(error) => Err(error.into()),
    }
}

/// A line of the log as the page shows it.
pub struct LogLine {
    /// When.
    pub time: time::Shown,
    /// Who did what to whom, in words.
    pub words: String,
}

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage {
    page: Layout,
    lines: Vec<LogLine>,
    older: Option<String>,
}

/// Which page of the log.
#[derive(Debug, serde::Deserialize)]
pub struct BeforeLine {
    before: Option<String>,
}

/// `/office/log`.
pub async fn log(visitor: Visitor, before: web::Query<BeforeLine>) -> Result<HttpResponse, Fault> {
    let before = before.before.as_deref().and_then(|text| text.parse::<AuditId>().ok());
    let lines = visitor.ctx.read(move |conn| audit::latest(conn, before, LOG_PAGE)).await?;
    let layout = visitor.layout("log", Tab::Me);
    let full = i64::try_from(lines.len()).unwrap_or(0) == LOG_PAGE;
    let older = lines.last().filter(|_| full).map(|last| format!("/office/log?before={}", last.id));
    let line = |line: audit::Audit| LogLine {
        time: layout.time(line.created_at),
        words: format!("{} · {} · {}", line.who, layout.t(&line.verb), line.subject),
    };
    let lines = lines.into_iter().map(line).collect();
    Ok(html(StatusCode::OK, LogPage { page: layout, lines, older }.render()?))
}
