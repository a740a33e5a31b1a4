//! People as officers see them (Mastodon's documentation, “Admin::Account”), and what officers do about them.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use crate::api::account::{Account, Role};
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::entity;
use crate::api::param::Params;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::audience::Viewer;
use crate::domain::login::{self, Login, Officer, State};
use crate::domain::report::{self as domain, Asked, Known};
use crate::error::{Error, Result};
use crate::id::{ActorId, ReportId};
use crate::wire::address::canonical_host;

/// People on a page.
const USUAL: i64 = 100;
const MOST: i64 = 200;

/// Somebody as officers see them. Where members sign in from isn't kept, so no addresses are told.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    id: String,
    username: String,
    domain: Option<String>,
    created_at: String,
    email: Option<String>,
    ip: Option<()>,
    ips: [(); 0],
    role: Option<Role>,
    confirmed: bool,
    suspended: bool,
    silenced: bool,
    sensitized: bool,
    disabled: bool,
    approved: bool,
    locale: Option<String>,
    invite_request: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invited_by_account_id: Option<String>,
    account: Account,
}

impl Person {
    /// The entity of somebody.
    pub fn of(ctx: &Ctx, conn: &mut Conn, viewer: &Viewer, known: &Known) -> Result<Self> {
        let (actor, login) = (&known.actor, known.login.as_ref());
        let is_pending = login.is_some_and(|login| login.state == State::Pending);
        Ok(Self {
            id: actor.id.to_string(),
            username: actor.name.clone(),
            domain: (!actor.is_local()).then(|| actor.host.clone()),
            created_at: entity::time(actor.created_at),
            email: login.and_then(|login| login.email.clone()),
            ip: None,
            ips: [],
            role: login.map(|login| Role::of(login.role)),
            confirmed: login.is_some(),
            // Who waits for approval is hidden too, but isn't kept out.
            suspended: actor.suspended_at.is_some() && !is_pending,
            silenced: false,
            sensitized: false,
            disabled: false,
            approved: login.is_some() && !is_pending,
            locale: login.and_then(|login| login.language.clone()),
            invite_request: login.map(|login| login.reason.clone()).filter(|reason| !reason.is_empty()),
            invited_by_account_id: known.invited_by.map(|id| id.to_string()),
            account: Account::load(ctx, conn, viewer, actor)?,
        })
    }

    /// The same by number.
    ///
    /// Errors: `NotFound`.
    pub fn load(ctx: &Ctx, conn: &mut Conn, viewer: &Viewer, id: ActorId) -> Result<Self> {
        let known = domain::known(conn, id)?;
        Self::of(ctx, conn, viewer, &known)
    }
}

/// One of these words, if it is said.
fn word(said: &str, known: &[&'static str]) -> &'static str {
    match said {
        "" => "",
        // What nobody is finds nobody: the hall neither silences nor disables.
        said => known.iter().find(|one| **one == said).copied().unwrap_or("nobody"),
    }
}

const ORIGINS: [&str; 2] = ["local", "remote"];
const STATUSES: [&str; 3] = ["active", "pending", "suspended"];

fn asked(params: &Params, origin: &'static str, status: &'static str, staff: bool) -> Asked {
    Asked {
        origin,
        status,
        staff,
        name: crate::text::name(params.text("username"), 100),
        display_name: crate::text::name(params.text("display_name"), 100),
        host: match params.text("by_domain").trim() {
            "" => String::new(),
            // What is no host is nobody's.
            host => canonical_host(host).unwrap_or_else(|| "?".to_owned()),
        },
        email: crate::text::name(params.text("email"), 254),
    }
}

async fn tell(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    params: &Params,
    asked: Asked,
) -> Result<HttpResponse> {
    let (viewer, range, shared) = (caller.viewer(), answer::range(params, USUAL, MOST), ctx.clone());
    let (ends, people) = ctx
        .read(move |conn| {
            let known = domain::accounts(conn, &asked, &range)?;
            let ends = known.first().map(|one| one.actor.id.0).zip(known.last().map(|one| one.actor.id.0));
            let people: Result<Vec<Person>> = known.iter().map(|one| Person::of(&shared, conn, &viewer, one)).collect();
            Ok((ends, people?))
        })
        .await?;
    answer::list(&ctx, &request, &range, ends, &people)
}

/// `/api/v2/admin/accounts`.
pub async fn list(ctx: web::Data<Ctx>, request: HttpRequest, caller: Caller, params: Params) -> Result<HttpResponse> {
    let (origin, status) = (word(params.text("origin"), &ORIGINS), word(params.text("status"), &STATUSES));
    let asked = asked(&params, origin, status, params.text("permissions") == "staff");
    tell(ctx, request, caller, &params, asked).await
}

/// `/api/v1/admin/accounts`: the same with a word for each filter; members who are active, unless it is said.
pub async fn list_old(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    params: Params,
) -> Result<HttpResponse> {
    let is_said = |name: &str| params.flag(name).unwrap_or(false);
    let origin = if is_said("remote") { "remote" } else { "local" };
    let unknown = ["disabled", "silenced", "sensitized"].into_iter().any(is_said);
    let status = STATUSES.into_iter().find(|status| is_said(status)).unwrap_or("active");
    let asked = asked(&params, origin, if unknown { "nobody" } else { status }, is_said("staff"));
    tell(ctx, request, caller, &params, asked).await
}

/// `/api/v1/admin/accounts/{id}`.
pub async fn show(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (viewer, id, shared) = (caller.viewer(), *id, ctx.clone());
    answer::json(&ctx.read(move |conn| Person::load(&shared, conn, &viewer, id)).await?)
}

/// The login of the officer who acts.
fn officer(caller: &Caller) -> Result<Login> {
    caller.bearer()?.login.clone().ok_or(Error::Forbidden)
}

/// Does something about somebody, and answers how they stand then.
async fn change(
    ctx: web::Data<Ctx>,
    caller: Caller,
    id: ActorId,
    how: impl FnOnce(&mut Conn, &Login, &Officer, ActorId) -> Result<()> + Send + 'static,
) -> Result<HttpResponse> {
    let (viewer, shared) = (caller.viewer(), ctx.clone());
    let (login, by) = (officer(&caller)?, caller.officer()?);
    let person = ctx
        .write(move |conn| {
            how(conn, &login, &by, id)?;
            Person::load(&shared, conn, &viewer, id)
        })
        .await?;
    answer::json(&person)
}

/// `POST /api/v1/admin/accounts/{id}/action`: to keep somebody out, or (`none`) nothing; a report that is named is settled by it.
/// The hall has no half measures: `silence`, `sensitive` and `disable` are refused.
pub async fn act(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>, params: Params) -> Result<HttpResponse> {
    let (id, login, me) = (*id, officer(&caller)?, caller.id()?);
    let suspends = match params.text("type") {
        "suspend" => true,
        "none" => false,
        "sensitive" | "disable" | "silence" => return Err(Error::invalid("type", "report-problem-measure")),
        _ => return Err(Error::invalid("type", "report-problem-act")),
    };
    let report = match params.some("report_id") {
        Some(report) => Some(report.parse::<ReportId>().map_err(|_| Error::NotFound("report"))?),
        None => None,
    };
    ctx.write(move |conn| {
        // Who isn't there can't be acted on, and a report about somebody else isn't settled by it.
        domain::known(conn, id)?;
        if let Some(report) = report
            && domain::show(conn, me, report)?.target_id != id
        {
            return Err(Error::NotFound("report"));
        }
        if suspends {
            domain::suspend(conn, &login, id)?;
        }
        report.map(|report| domain::resolve(conn, me, report)).transpose().map(drop)
    })
    .await?;
    answer::done()
}

/// `POST /api/v1/admin/accounts/{id}/approve`.
pub async fn approve(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    change(ctx, caller, *id, |conn, _, officer, id| {
        let member = waiting(conn, id)?;
        login::set_state(conn, officer, member, State::Active).map(drop)
    })
    .await
}

/// `POST /api/v1/admin/accounts/{id}/reject`.
pub async fn reject(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (officer, id) = (caller.officer()?, *id);
    ctx.write(move |conn| {
        let member = waiting(conn, id)?;
        login::turn_down(conn, &officer, member)
    })
    .await?;
    answer::done()
}

/// The login of somebody who waits for approval.
fn waiting(conn: &mut Conn, id: ActorId) -> Result<crate::id::LoginId> {
    let login = domain::known(conn, id)?.login.ok_or(Error::Forbidden)?;
    if login.state == State::Pending { Ok(login.id) } else { Err(Error::Forbidden) }
}

/// `POST /api/v1/admin/accounts/{id}/unsuspend`.
pub async fn unsuspend(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    change(ctx, caller, *id, |conn, login, _, id| {
        let known = domain::known(conn, id)?;
        // An application is approved, not let in again.
        if known.login.is_some_and(|login| login.state == State::Pending) {
            return Err(Error::Forbidden);
        }
        domain::lift(conn, login, id).map(drop)
    })
    .await
}

/// `POST /api/v1/admin/accounts/{id}/enable`, `/unsilence` and `/unsensitive`: there is nothing to lift.
pub async fn keep(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ActorId>) -> Result<HttpResponse> {
    change(ctx, caller, *id, |_, _, _, _| Ok(())).await
}

/// `DELETE /api/v1/admin/accounts/{id}`: what a member wrote isn't an officer's to wipe out; suspending hides it.
pub async fn delete(ctx: web::Data<Ctx>, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let id = *id;
    ctx.read(move |conn| domain::known(conn, id).map(drop)).await?;
    Err(Error::invalid("", "report-problem-wipe"))
}
