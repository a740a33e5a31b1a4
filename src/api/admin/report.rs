//! Reports as officers see them (Mastodon's documentation, “Admin::Report”).

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::Value;

use super::account::Person;
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::entity;
use crate::api::instance::rule;
use crate::api::param::Params;
use crate::api::status::{self, Item, Status};
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::audience::Viewer;
use crate::domain::report::{self as domain, Category, Filter, Report, State};
use crate::error::{Error, Result};
use crate::id::{ActorId, ReportId};

/// Reports on a page.
const USUAL: i64 = 100;
const MOST: i64 = 200;

/// A report as officers see it: also who made it, and the posts, whoever they are for.
#[derive(Debug, Serialize)]
struct Shown {
    id: String,
    action_taken: bool,
    action_taken_at: Option<String>,
    category: &'static str,
    comment: String,
    forwarded: bool,
    created_at: String,
    updated_at: String,
    account: Person,
    target_account: Person,
    assigned_account: Option<Person>,
    action_taken_by_account: Option<Person>,
    statuses: Vec<Status>,
    rules: Vec<Value>,
}

impl Shown {
    fn load(ctx: &Ctx, conn: &mut Conn, me: ActorId, report: &Report) -> Result<Self> {
        let viewer = Viewer::Member(me);
        let person = |conn: &mut Conn, id: ActorId| reporter(ctx, conn, &viewer, id);
        let account = person(conn, report.reporter_id)?;
        let target_account = person(conn, report.target_id)?;
        let assigned_account = report.assigned_id.map(|id| person(conn, id)).transpose()?;
        let action_taken_by_account = report.acted_id.map(|id| person(conn, id)).transpose()?;
        let posts = domain::posts(conn, &[report.id])?.remove(&report.id).unwrap_or_default();
        let items: Vec<Item> =
            posts.into_iter().filter(|entry| entry.post.deleted_at.is_none()).map(Item::from).collect();
        let rules = domain::rules(conn, &[report.id])?.remove(&report.id).unwrap_or_default();
        let mut statuses = Vec::with_capacity(items.len());
        // What goes with posts is loaded for a page of them at a time.
        for part in items.chunks(crate::db::AMONG_MAX) {
            statuses.extend(status::statuses(ctx, conn, &viewer, part, "")?);
        }
        Ok(Self {
            id: report.id.to_string(),
            action_taken: report.state == State::Resolved,
            action_taken_at: report.acted_at.map(entity::time),
            category: report.category.as_str(),
            comment: report.comment.clone(),
            forwarded: report.is_forwarded,
            created_at: entity::time(report.created_at),
            updated_at: entity::time(report.updated_at),
            account,
            target_account,
            assigned_account,
            action_taken_by_account,
            statuses,
            rules: rules.iter().map(|(place, text)| rule(*place, text)).collect(),
        })
    }
}

/// Whoever has to do with a report: also a server's own actor, which is nobody among the people.
fn reporter(ctx: &Ctx, conn: &mut Conn, viewer: &Viewer, id: ActorId) -> Result<Person> {
    match Person::load(ctx, conn, viewer, id) {
        Err(Error::NotFound(_)) => {
            let actor = crate::domain::actor::by_id(conn, id)?;
            Person::of(ctx, conn, viewer, &domain::Known { actor, login: None, invited_by: None })
        }
        found => found,
    }
}

/// `/api/v1/admin/reports`: those that are open, unless it is said.
pub async fn list(ctx: web::Data<Ctx>, request: HttpRequest, caller: Caller, params: Params) -> Result<HttpResponse> {
    let (me, range, shared) = (caller.id()?, answer::range(&params, USUAL, MOST), ctx.clone());
    let is_resolved = params.flag("resolved").unwrap_or(false);
    let filter = Filter {
        state: Some(if is_resolved { State::Resolved } else { State::Open }),
        reporter: params.number("account_id").map(ActorId),
        target: params.number("target_account_id").map(ActorId),
    };
    let (ends, shown) = ctx
        .read(move |conn| {
            let reports = domain::list(conn, me, &filter, &range)?;
            let ends = reports.first().map(|one| one.id.0).zip(reports.last().map(|one| one.id.0));
            let shown: Result<Vec<Shown>> = reports.iter().map(|one| Shown::load(&shared, conn, me, one)).collect();
            Ok((ends, shown?))
        })
        .await?;
    answer::list(&ctx, &request, &range, ends, &shown)
}

/// `/api/v1/admin/reports/{id}`.
pub async fn show(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ReportId>) -> Result<HttpResponse> {
    let (me, id, shared) = (caller.id()?, *id, ctx.clone());
    let shown = ctx.read(move |conn| {
        let report = domain::show(conn, me, id)?;
        Shown::load(&shared, conn, me, &report)
    });
    answer::json(&shown.await?)
}

/// Does something about a report, and answers how it stands then.
async fn change(
    ctx: web::Data<Ctx>,
    caller: Caller,
    id: web::Path<ReportId>,
    how: impl FnOnce(&mut Conn, ActorId, ReportId) -> Result<Report> + Send + 'static,
) -> Result<HttpResponse> {
    let (me, id, shared) = (caller.id()?, *id, ctx.clone());
    let shown = ctx.write(move |conn| {
        let report = how(conn, me, id)?;
        Shown::load(&shared, conn, me, &report)
    });
    answer::json(&shown.await?)
}

/// `PUT /api/v1/admin/reports/{id}`: `category` and, of a violation, `rule_ids`.
pub async fn update(
    ctx: web::Data<Ctx>,
    caller: Caller,
    id: web::Path<ReportId>,
    params: Params,
) -> Result<HttpResponse> {
    let category = match params.some("category") {
        None => None,
        Some(word) => {
            let category: Result<Category, ()> = word.parse();
            Some(category.map_err(|()| Error::invalid("category", "report-problem-category"))?)
        }
    };
    let rules: Option<Vec<i64>> = (params.holds("rule_ids[]") || params.holds("rule_ids"))
        .then(|| params.list("rule_ids").into_iter().filter_map(|place| place.parse().ok()).collect());
    change(ctx, caller, id, move |conn, me, id| {
        let old = domain::show(conn, me, id)?;
        let kept = domain::rules(conn, &[id])?.remove(&id).unwrap_or_default();
        let rules = rules.unwrap_or_else(|| kept.into_iter().map(|(place, _)| place).collect());
        domain::set_category(conn, me, id, category.unwrap_or(old.category), &rules)
    })
    .await
}

/// `POST /api/v1/admin/reports/{id}/assign_to_self`.
pub async fn assign(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ReportId>) -> Result<HttpResponse> {
    change(ctx, caller, id, domain::assign).await
}

/// `POST /api/v1/admin/reports/{id}/unassign`.
pub async fn unassign(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ReportId>) -> Result<HttpResponse> {
    change(ctx, caller, id, domain::unassign).await
}

/// `POST /api/v1/admin/reports/{id}/resolve`.
pub async fn resolve(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ReportId>) -> Result<HttpResponse> {
    change(ctx, caller, id, domain::resolve).await
}

/// `POST /api/v1/admin/reports/{id}/reopen`.
pub async fn reopen(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<ReportId>) -> Result<HttpResponse> {
    change(ctx, caller, id, domain::reopen).await
}
