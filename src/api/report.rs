//! Reports as programs make them (Mastodon's documentation, “reports”).

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::account::{self, Account};
use super::answer;
use super::caller::Caller;
use super::entity;
use super::param::Params;
use super::status;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::actor;
use crate::domain::audience::Viewer;
use crate::domain::report::{self as domain, Draft, Report};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, PostId};

/// A report as the one who made it sees it, and as notifications tell it.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    id: String,
    action_taken: bool,
    action_taken_at: Option<String>,
    category: &'static str,
    comment: String,
    forwarded: bool,
    created_at: String,
    status_ids: Vec<String>,
    rule_ids: Vec<String>,
    target_account: Account,
}

impl Told {
    /// The entity of a report. Whoever asks is its reporter, or an officer who was shown it.
    pub fn load(ctx: &Ctx, conn: &mut Conn, viewer: &Viewer, report: &Report) -> Result<Self> {
        let target = actor::by_id(conn, report.target_id)?;
        let posts = domain::posts(conn, &[report.id])?.remove(&report.id).unwrap_or_default();
        let rules = domain::rules(conn, &[report.id])?.remove(&report.id).unwrap_or_default();
        let tally = account::tally(ctx, conn, target.id)?;
        Ok(Self {
            id: report.id.to_string(),
            action_taken: report.state == domain::State::Resolved,
            action_taken_at: report.acted_at.map(entity::time),
            category: report.category.as_str(),
            comment: report.comment.clone(),
            forwarded: report.is_forwarded,
            created_at: entity::time(report.created_at),
            status_ids: posts.iter().map(|entry| entry.post.id.to_string()).collect(),
            rule_ids: rules.iter().map(|(place, _)| place.to_string()).collect(),
            target_account: Account::of(ctx, viewer, &target, tally),
        })
    }
}

/// `POST /api/v1/reports`.
pub async fn create(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let (me, viewer, shared) = (caller.me()?.clone(), caller.viewer(), ctx.clone());
    let target: ActorId = params.text("account_id").parse().map_err(|_| Error::NotFound("actor"))?;
    let posts = params.list("status_ids");
    if posts.len() > domain::POSTS_MAX {
        let problem = Problem::new("post", "report-problem-posts").with("max", domain::POSTS_MAX);
        return Err(Error::Invalid(vec![problem]));
    }
    let posts: Result<Vec<PostId>, _> = posts.into_iter().map(str::parse).collect();
    let posts = posts.map_err(|_| Error::NotFound("post"))?;
    let rules: Vec<i64> = params.list("rule_ids").into_iter().filter_map(|place| place.parse().ok()).collect();
    let (category, comment) = (params.text("category").to_owned(), params.text("comment").to_owned());
    let forward = params.flag("forward").unwrap_or(false);
    let told = ctx
        .write(move |conn| {
            // The number of a boost stands for what was boosted.
            let posts: Result<Vec<PostId>> = posts.iter().map(|id| status::post_of(conn, &viewer, *id)).collect();
            let draft = Draft::parse(target, &posts?, &category, &comment, &rules, forward)?;
            let report = domain::file(conn, &me, &draft)?;
            Told::load(&shared, conn, &viewer, &report)
        })
        .await?;
    answer::json(&told)
}
