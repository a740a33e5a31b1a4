//! Notices as notifications (Mastodon's documentation, “notifications”): one by one, and grouped (v2).

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::account::{self, Account};
use super::answer;
use super::caller::Caller;
use super::entity;
use super::param::Params;
use super::report::Told;
use super::status::{self, Item, Status};
use crate::ctx::Ctx;
use crate::db::{Conn, Range};
use crate::domain::actor::{self, Actor};
use crate::domain::audience::Viewer;
use crate::domain::notice::{self, Kind, Notice, UNREAD_COUNTED_MAX};
use crate::domain::post::{Entry, Post};
use crate::domain::report;
use crate::error::{Error, Result};
use crate::id::{ActorId, NoticeId, PostId};

/// Notifications on a page, unless it is said, and at most.
const USUAL: i64 = 40;
const MOST: i64 = 80;
/// Accounts told of one group.
const SAMPLE: usize = 8;
/// What is grouped unless the program says what.
const GROUPED: [&str; 3] = ["favourite", "reblog", "follow"];

/// The word that programs know for what happened.
pub fn type_of(kind: Kind) -> &'static str {
    kind.alert().as_str()
}

/// A notification.
#[derive(Debug, Clone, Serialize)]
pub struct Notification {
    /// Its number.
    pub id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    created_at: String,
    group_key: String,
    account: Account,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Told>,
}

/// Notices as notifications, in their order. What the reader's filters hide is left out.
pub fn notifications(ctx: &Ctx, conn: &mut Conn, me: ActorId, notices: &[Notice]) -> Result<Vec<Notification>> {
    let viewer = Viewer::Member(me);
    let statuses = statuses_of(ctx, conn, &viewer, notices)?;
    let mut all = Vec::with_capacity(notices.len());
    for one in notices {
        let status = one.post.as_ref().and_then(|post| statuses.get(&post.id).cloned());
        if one.post.is_some() && status.is_none() {
            continue;
        }
        // The hall tells officers of a report; programs are told who made it.
        let report = one.report_id.map(|id| report::show(conn, me, id)).transpose()?;
        let by = match &report {
            Some(report) => actor::by_id(conn, report.reporter_id)?,
            None => one.by.clone(),
        };
        let tally = account::tally(ctx, conn, by.id)?;
        all.push(Notification {
            id: one.id.to_string(),
            kind: type_of(one.kind),
            created_at: entity::time(one.created_at),
            group_key: key_of(one, &GROUPED),
            account: Account::of(ctx, &viewer, &by, tally),
            status,
            report: report.map(|report| Told::load(ctx, conn, &viewer, &report)).transpose()?,
        });
    }
    Ok(all)
}

/// The statuses that notices are about, by their numbers.
fn statuses_of(ctx: &Ctx, conn: &mut Conn, viewer: &Viewer, notices: &[Notice]) -> Result<BTreeMap<PostId, Status>> {
    let mut posts: Vec<&Post> = notices.iter().filter_map(|one| one.post.as_ref()).collect();
    posts.sort_unstable_by_key(|post| post.id);
    posts.dedup_by_key(|post| post.id);
    let authors: Vec<ActorId> = posts.iter().map(|post| post.author_id).collect();
    let authors = actor::by_ids(conn, &authors)?;
    let item = |post: &&Post| {
        let author = authors.iter().find(|author| author.id == post.author_id)?.clone();
        Some(Item::from(Entry { post: (*post).clone(), author }))
    };
    let items: Vec<Item> = posts.iter().filter_map(item).collect();
    let statuses = status::statuses(ctx, conn, viewer, &items, "notifications")?;
    Ok(statuses.into_iter().filter_map(|status| Some((status.id.parse().ok()?, status))).collect())
}

/// Under which name a notice is grouped with others of its kind.
fn key_of(one: &Notice, grouped: &[&str]) -> String {
    let kind = type_of(one.kind);
    match one.post.as_ref().filter(|_| grouped.contains(&kind)) {
        Some(post) => format!("{kind}-{}", post.id),
        None => format!("ungrouped-{}", one.id),
    }
}

/// Which notices a call asks for.
struct Asked {
    kinds: Vec<Kind>,
    by: Option<ActorId>,
}

impl Asked {
    fn read(params: &Params) -> Self {
        let (wanted, unwanted) = (params.list("types"), params.list("exclude_types"));
        let is_asked = |kind: &Kind| {
            let word = type_of(*kind);
            (wanted.is_empty() || wanted.contains(&word)) && !unwanted.contains(&word)
        };
        Self {
            kinds: Kind::ALL.iter().copied().filter(is_asked).collect(),
            by: params.number("account_id").map(ActorId),
        }
    }

    fn load(&self, conn: &mut Conn, me: ActorId, range: &Range) -> Result<Vec<Notice>> {
        let mut notices = notice::list(conn, me, &self.kinds, range)?;
        if let Some(by) = self.by {
            notices.retain(|one| one.by.id == by);
        }
        Ok(notices)
    }
}

fn ends(notices: &[Notice]) -> Option<(i64, i64)> {
    notices.first().map(|one| one.id.0).zip(notices.last().map(|one| one.id.0))
}

/// `/api/v1/notifications`.
pub async fn list(ctx: web::Data<Ctx>, request: HttpRequest, caller: Caller, params: Params) -> Result<HttpResponse> {
    let (me, range, asked, shared) =
        (caller.id()?, answer::range(&params, USUAL, MOST), Asked::read(&params), ctx.clone());
    let (ends, found) = ctx
        .glance(move |conn| {
            let notices = asked.load(conn, me, &range)?;
            Ok((ends(&notices), notifications(&shared, conn, me, &notices)?))
        })
        .await?;
    answer::list(&ctx, &request, &range, ends, &found)
}

/// One notice of a member.
///
/// Errors: `NotFound`.
pub fn one(conn: &mut Conn, me: ActorId, id: NoticeId) -> Result<Notice> {
    let range =
        Range { before: id.0.saturating_add(1), after: id.0.saturating_sub(1), ..Range::before(None::<i64>, 1) };
    notice::list(conn, me, Kind::ALL, &range)?.pop().ok_or(Error::NotFound("notice"))
}

/// `/api/v1/notifications/{id}`.
pub async fn show(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<NoticeId>) -> Result<HttpResponse> {
    let (me, id, shared) = (caller.id()?, *id, ctx.clone());
    let found = ctx
        .glance(move |conn| {
            let notice = one(conn, me, id)?;
            notifications(&shared, conn, me, &[notice])?.pop().ok_or(Error::NotFound("notice"))
        })
        .await?;
    answer::json(&found)
}

/// `POST /api/v1/notifications/{id}/dismiss`.
pub async fn dismiss(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<NoticeId>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    ctx.write(move |conn| notice::dismiss(conn, me, id)).await?;
    answer::done()
}

/// `POST /api/v1/notifications/clear`.
pub async fn clear(ctx: web::Data<Ctx>, caller: Caller) -> Result<HttpResponse> {
    let me = caller.id()?;
    ctx.write(move |conn| notice::clear(conn, me)).await?;
    answer::done()
}

/// `/api/v1/notifications/unread_count` and `/api/v2/notifications/unread_count`.
pub async fn unread(ctx: web::Data<Ctx>, caller: Caller) -> Result<HttpResponse> {
    let me = caller.id()?;
    let count = ctx.glance(move |conn| notice::unread(conn, me)).await?;
    answer::json(&json!({"count": count.min(UNREAD_COUNTED_MAX + 1)}))
}

/// Notices of one kind about one post.
#[derive(Debug, Serialize)]
struct Group {
    group_key: String,
    notifications_count: usize,
    #[serde(rename = "type")]
    kind: &'static str,
    /// A number, unlike every other: programs with types refuse a string.
    most_recent_notification_id: i64,
    page_min_id: String,
    page_max_id: String,
    latest_page_notification_at: String,
    sample_account_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_id: Option<String>,
}

/// Groups with what they are about, each told once.
#[derive(Debug, Serialize)]
struct Groups {
    accounts: Vec<Account>,
    statuses: Vec<Status>,
    notification_groups: Vec<Group>,
}

fn grouped(ctx: &Ctx, conn: &mut Conn, me: ActorId, notices: Vec<Notice>, kinds: &[&str]) -> Result<Groups> {
    let viewer = Viewer::Member(me);
    let statuses = statuses_of(ctx, conn, &viewer, &notices)?;
    let mut order: Vec<String> = Vec::new();
    let mut groups: BTreeMap<String, Vec<Notice>> = BTreeMap::new();
    for one in notices {
        if one.post.as_ref().is_some_and(|post| !statuses.contains_key(&post.id)) {
            continue;
        }
        let key = key_of(&one, kinds);
        if !order.contains(&key) {
            order.push(key.clone());
        }
        groups.entry(key).or_default().push(one);
    }
    let mut people: Vec<Actor> = Vec::new();
    let mut told = Vec::new();
    for key in order {
        let Some(members) = groups.remove(&key) else { continue };
        let (Some(first), Some(last)) = (members.first(), members.last()) else { continue };
        let sample: Vec<&Actor> = members.iter().map(|one| &one.by).take(SAMPLE).collect();
        told.push(Group {
            notifications_count: members.len(),
            kind: type_of(first.kind),
            most_recent_notification_id: first.id.0,
            page_min_id: last.id.to_string(),
            page_max_id: first.id.to_string(),
            latest_page_notification_at: entity::time(first.created_at),
            sample_account_ids: sample.iter().map(|actor| actor.id.to_string()).collect(),
            status_id: first.post.as_ref().map(|post| post.id.to_string()),
            group_key: key,
        });
        for actor in sample {
            if people.iter().all(|known| known.id != actor.id) {
                people.push(actor.clone());
            }
        }
    }
    Ok(Groups {
        accounts: Account::list(ctx, conn, &viewer, &people)?,
        statuses: statuses.into_values().collect(),
        notification_groups: told,
    })
}

/// What a program wants grouped.
fn kinds_of(params: &Params) -> Vec<&'static str> {
    let asked = params.list("grouped_types");
    GROUPED.into_iter().filter(|kind| asked.is_empty() || asked.contains(kind)).collect()
}

/// `/api/v2/notifications`.
pub async fn list_groups(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    params: Params,
) -> Result<HttpResponse> {
    let (me, range, asked, shared) =
        (caller.id()?, answer::range(&params, USUAL, MOST), Asked::read(&params), ctx.clone());
    let kinds = kinds_of(&params);
    let (ends, groups) = ctx
        .glance(move |conn| {
            let notices = asked.load(conn, me, &range)?;
            Ok((ends(&notices), grouped(&shared, conn, me, notices, &kinds)?))
        })
        .await?;
    answer::list(&ctx, &request, &range, ends, &groups)
}

/// The notices of one group, as far as they are on the newest page.
fn of_group(conn: &mut Conn, me: ActorId, key: &str) -> Result<Vec<Notice>> {
    let newest = notice::list(conn, me, Kind::ALL, &Range::before(None::<i64>, 500))?;
    let found: Vec<Notice> = newest.into_iter().filter(|one| key_of(one, &GROUPED) == key).collect();
    if found.is_empty() { Err(Error::NotFound("notice")) } else { Ok(found) }
}

/// `/api/v2/notifications/{group_key}`.
pub async fn show_group(ctx: web::Data<Ctx>, caller: Caller, key: web::Path<String>) -> Result<HttpResponse> {
    let (me, shared) = (caller.id()?, ctx.clone());
    let groups = ctx
        .glance(move |conn| {
            let notices = of_group(conn, me, &key)?;
            grouped(&shared, conn, me, notices, &GROUPED)
        })
        .await?;
    answer::json(&groups)
}

/// `/api/v2/notifications/{group_key}/accounts`.
pub async fn group_accounts(ctx: web::Data<Ctx>, caller: Caller, key: web::Path<String>) -> Result<HttpResponse> {
    let (me, viewer, shared) = (caller.id()?, caller.viewer(), ctx.clone());
    let accounts = ctx
        .glance(move |conn| {
            let people: Vec<Actor> = of_group(conn, me, &key)?.into_iter().map(|one| one.by).collect();
            Account::list(&shared, conn, &viewer, &people)
        })
        .await?;
    answer::json(&accounts)
}

/// `POST /api/v2/notifications/{group_key}/dismiss`.
pub async fn dismiss_group(ctx: web::Data<Ctx>, caller: Caller, key: web::Path<String>) -> Result<HttpResponse> {
    let me = caller.id()?;
    ctx.write(move |conn| {
        let notices = of_group(conn, me, &key)?;
        notices.iter().try_for_each(|one| notice::dismiss(conn, me, one.id))
    })
    .await?;
    answer::done()
}

/// Of whom less might be told, as programs name them; each with its old name, if it has one.
const POLICY: [(&str, Option<&str>); 6] = [
    ("for_not_following", Some("filter_not_following")),
    ("for_not_followers", Some("filter_not_followers")),
    ("for_new_accounts", Some("filter_new_accounts")),
    ("for_private_mentions", Some("filter_private_mentions")),
    ("for_limited_accounts", None),
    ("for_bots", None),
];

/// A policy: what is told of each, and that nothing waits.
fn told_policy(told: impl Iterator<Item = (&'static str, Value)>) -> Result<HttpResponse> {
    let summary = json!({"pending_requests_count": 0, "pending_notifications_count": 0});
    let policy: Map<String, Value> =
        told.chain([("summary", summary)]).map(|(name, value)| (name.to_owned(), value)).collect();
    answer::json(&policy)
}

/// `/api/v2/notifications/policy`: everything is told; whoever isn't to be heard is muted or blocked.
pub async fn policy() -> Result<HttpResponse> {
    told_policy(POLICY.into_iter().filter(|(name, _)| *name != "for_bots").map(|(name, _)| (name, json!("accept"))))
}

/// `/api/v1/notifications/policy`, as it was before there were three ways.
pub async fn policy_old() -> Result<HttpResponse> {
    told_policy(POLICY.into_iter().filter_map(|(_, old)| Some((old?, json!(false)))))
}

/// `PATCH /api/v2/notifications/policy`: what isn't kept isn't taken.
///
/// Errors: `Invalid` for whatever asks for less than everything.
pub async fn update_policy(params: Params) -> Result<HttpResponse> {
    if let Some((name, _)) = POLICY.into_iter().find(|(name, _)| params.some(name).is_some_and(|way| way != "accept")) {
        return Err(Error::invalid(name, "problem-notice-policy"));
    }
    policy().await
}

/// `PUT /api/v1/notifications/policy`.
///
/// Errors: as [`update_policy`].
pub async fn update_policy_old(params: Params) -> Result<HttpResponse> {
    if let Some(name) = POLICY.into_iter().filter_map(|(_, old)| old).find(|name| params.flag(name) == Some(true)) {
        return Err(Error::invalid(name, "problem-notice-policy"));
    }
    policy_old().await
}

/// `/api/v1/notifications/requests/merged`.
pub async fn merged() -> Result<HttpResponse> {
    answer::json(&json!({"merged": true}))
}
