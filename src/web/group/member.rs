//! Who belongs to a group, as pages and forms: joining, leaving, and what officers decide.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Card, Standing, run_by_me};
use crate::clock::to_rfc3339;
use crate::db::Range;
use crate::domain::actor::{self, Actor};
use crate::domain::friend;
use crate::domain::group::{self, Group, Membership, Role, State};
use crate::domain::membership::{self, Wish};
use crate::error::{Error, Result};
use crate::id::{ActorId, MembershipId};
use crate::web::card::{Person, path};
use crate::web::form::Fields;
use crate::web::page::{self, Page};
use crate::web::time::When;

/// Members on one page.
const PAGE: i64 = 100;
/// Requests on one page.
const REQUESTS_MAX: i64 = 200;

/// The group with this number.
async fn group_of(page: &Page, id: ActorId) -> Result<Actor> {
    let found = page.ctx.glance(move |conn| actor::by_id(conn, id)).await?;
    let is_there = found.kind == actor::Kind::Group && found.suspended_at.is_none() && found.deleted_at.is_none();
    if is_there { Ok(found) } else { Err(Error::NotFound("group")) }
}

/// `POST /groups/{id}/membership`: joins a group of this hall or another.
pub async fn join(page: Page, id: web::Path<ActorId>, fields: Fields) -> Result<HttpResponse> {
    let group = group_of(&page, *id).await?;
    let me = page.me()?;
    let (answers, token) = (fields.text("answers").to_owned(), fields.text("invitation").to_owned());
    let joined = {
        let (group, token) = (group.clone(), token.clone());
        page.ctx.write(move |conn| match group.is_local() {
            true => membership::join(conn, &me.member.actor, group.id, &answers, &token),
            false => {
                let relation = friend::request(conn, &me.member.actor, &group, &answers)?;
                Ok(if relation == friend::Relation::Follows { Wish::Joined } else { Wish::Waits })
            }
        })
    };
    match joined.await {
        Ok(Wish::Joined) => Ok(page.go_saying(&path(&group), "flash-group-joined", &group.display_name)),
        Ok(Wish::Waits) => Ok(page.go_saying(&path(&group), "flash-group-asked", &group.display_name)),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            super::show(page, status, group, form, &token).await
        }
    }
}

/// `POST /groups/{id}/membership/removal`: leaves a group, or takes the wish to join back.
pub async fn leave(page: Page, id: web::Path<ActorId>, fields: Fields) -> Result<HttpResponse> {
    let group = group_of(&page, *id).await?;
    let me = page.me()?;
    let left = {
        let group = group.clone();
        page.ctx.write(move |conn| match group.is_local() {
            true => membership::leave(conn, me.member.actor.id, group.id),
            false => friend::remove(conn, &me.member.actor, &group),
        })
    };
    match left.await {
        Ok(()) => Ok(page.go_saying(&path(&group), "flash-group-left", &group.display_name)),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            super::show(page, status, group, form, "").await
        }
    }
}

/// `POST /groups/{id}/mute`.
pub async fn mute(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (group, me) = (group_of(&page, *id).await?, page.me()?.member.actor.id);
    page.ctx.write(move |conn| group::mute(conn, me, *id)).await?;
    Ok(page.go(&path(&group), "flash-group-muted"))
}

/// `POST /groups/{id}/mute/removal`.
pub async fn hear(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (group, me) = (group_of(&page, *id).await?, page.me()?.member.actor.id);
    page.ctx.write(move |conn| group::hear(conn, me, *id)).await?;
    Ok(page.go(&path(&group), "flash-group-heard"))
}

/// A member as the list shows them.
struct Line {
    id: ActorId,
    person: Person,
    role: Role,
    role_message: &'static str,
    since: Option<When>,
    /// What they answered, or why they must not come back: for officers.
    words: String,
    /// May the reader do something about them?
    is_within_reach: bool,
}

fn role_message(role: Role) -> &'static str {
    match role {
        Role::Owner => "group-role-owner",
        Role::Admin => "group-role-admin",
        Role::Member => "group-role-member",
    }
}

/// Who belongs to a group.
#[derive(Template)]
#[template(path = "group/members.html")]
struct Members {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    lines: Vec<Line>,
    banned: Vec<Line>,
    older: Option<i64>,
}

/// `/groups/{id}/members`: in a private group for members alone.
pub async fn members(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let viewer = page.viewer();
    let (id, before) = (*id, page.query("before").parse::<i64>().ok());
    let (group, standing, count, rows, banned) = page
        .ctx
        .read(move |conn| {
            let group = of_this_hall(conn, id)?;
            let standing = Standing::of(conn, &viewer, &group)?;
            if standing.state != "member" && (group.detail.is_private || standing.state == "visitor") {
                return Err(Error::NotFound("group"));
            }
            let rows = group::members(conn, id, State::Member, &Range::before(before, PAGE + 1))?;
            let banned = match standing.is_officer && before.is_none() {
                true => group::members(conn, id, State::Banned, &Range::before(None::<i64>, PAGE))?,
                false => Vec::new(),
            };
            let count = group::member_count(conn, id)?;
            Ok((group, standing, count, rows, banned))
        })
        .await?;
    let (rows, older) = page::cut(rows, PAGE, |(membership, _)| membership.id.0);
    let me = page.viewer().member();
    let line = |(membership, actor): &(Membership, Actor)| Line {
        id: actor.id,
        person: Person::of(actor, page.language),
        role: membership.role,
        role_message: role_message(membership.role),
        since: membership.joined_at.map(|at| page.when(at)),
        words: match (standing.is_officer, membership.state) {
            (true, State::Banned) => membership.reason.clone(),
            (true, _) => membership.answers.clone(),
            (false, _) => String::new(),
        },
        is_within_reach: standing.is_officer
            && me != Some(actor.id)
            && (membership.role == Role::Member || (membership.role == Role::Admin && standing.is_owner)),
    };
    let (lines, banned) = (rows.iter().map(line).collect(), banned.iter().map(line).collect());
    let card = Card::of(&page, &group.actor, &group.detail, Some(count));
    page::ok(&Members { id, card, standing, lines, banned, older, page })
}

fn of_this_hall(conn: &mut crate::db::Conn, id: ActorId) -> Result<Group> {
    let group = group::get(conn, id)?;
    let is_there = group.actor.is_local() && group.actor.suspended_at.is_none() && group.actor.deleted_at.is_none();
    if is_there { Ok(group) } else { Err(Error::NotFound("group")) }
}

/// `/groups/{id}/members.csv`: the roll, for officers.
pub async fn roll(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (group, ..) = run_by_me(&page, *id).await?;
    let id = *id;
    let rows = page.ctx.read(move |conn| group::roll(conn, id)).await?;
    let head = ["name", "address", "role", "joined", "answers"].map(str::to_owned);
    let row = |(membership, actor): &(Membership, Actor)| {
        [
            actor.display_name.clone(),
            format!("@{}", actor.address),
            membership.role.as_str().to_owned(),
            membership.joined_at.map(to_rfc3339).unwrap_or_default(),
            membership.answers.clone(),
        ]
    };
    let text = crate::text::csv(std::iter::once(head).chain(rows.iter().map(row)));
    let name = format!("attachment; filename=\"{}-members.csv\"", group.actor.name);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header(("cache-control", "no-store"))
        .body(text))
}

/// Somebody who wants to join.
struct Asking {
    id: MembershipId,
    person: Person,
    answers: String,
    when: When,
}

/// Who wants to join.
#[derive(Template)]
#[template(path = "group/requests.html")]
struct Requests {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    questions: Vec<String>,
    asking: Vec<Asking>,
}

/// `/groups/{id}/requests`.
pub async fn requests(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (group, standing, count) = run_by_me(&page, *id).await?;
    let id = *id;
    let rows = page.ctx.read(move |conn| group::waiting(conn, id, REQUESTS_MAX)).await?;
    let asking = |(membership, actor): &(Membership, Actor)| Asking {
        id: membership.id,
        person: Person::of(actor, page.language),
        answers: membership.answers.clone(),
        when: page.when(membership.created_at),
    };
    let asking = rows.iter().map(asking).collect();
    let card = Card::of(&page, &group.actor, &group.detail, Some(count));
    page::ok(&Requests { id, card, standing, questions: group.detail.questions(), asking, page })
}

/// `POST /groups/{id}/requests/{request}/acceptance`.
pub async fn admit(page: Page, path: web::Path<(ActorId, MembershipId)>) -> Result<HttpResponse> {
    let ((id, request), me) = (path.into_inner(), page.me()?);
    let who = page.ctx.write(move |conn| membership::admit(conn, &me.member.actor, id, request)).await?;
    Ok(page.go_saying(&format!("/groups/{id}/requests"), "flash-group-admitted", &who.display_name))
}

/// `POST /groups/{id}/requests/{request}/refusal`.
pub async fn refuse(page: Page, path: web::Path<(ActorId, MembershipId)>) -> Result<HttpResponse> {
    let ((id, request), me) = (path.into_inner(), page.me()?);
    let who = page.ctx.write(move |conn| membership::refuse(conn, &me.member.actor, id, request)).await?;
    Ok(page.go_saying(&format!("/groups/{id}/requests"), "flash-group-refused", &who.display_name))
}

fn members_path(id: ActorId) -> String {
    format!("/groups/{id}/members")
}

/// `POST /groups/{id}/members/{actor}/role`.
pub async fn set_role(page: Page, path: web::Path<(ActorId, ActorId)>, fields: Fields) -> Result<HttpResponse> {
    let ((id, who), me) = (path.into_inner(), page.me()?);
    let role = fields.text("role").parse::<Role>().map_err(|()| Error::NotFound("role"))?;
    let who = page.ctx.write(move |conn| membership::set_role(conn, &me.member.actor, id, who, role)).await?;
    let flash = if role.is_officer() { "flash-group-promoted" } else { "flash-group-demoted" };
    Ok(page.go_saying(&members_path(id), flash, &who.display_name))
}

/// `POST /groups/{id}/members/{actor}/ownership`: hands the group over.
pub async fn hand_over(page: Page, path: web::Path<(ActorId, ActorId)>) -> Result<HttpResponse> {
    let ((id, who), me) = (path.into_inner(), page.me()?);
    let who = page.ctx.write(move |conn| membership::hand_over(conn, &me.member.actor, id, who)).await?;
    Ok(page.go_saying(&members_path(id), "flash-group-handed-over", &who.display_name))
}

/// `POST /groups/{id}/members/{actor}/removal`.
pub async fn remove(page: Page, path: web::Path<(ActorId, ActorId)>, fields: Fields) -> Result<HttpResponse> {
    let ((id, who), me, reason) = (path.into_inner(), page.me()?, fields.text("reason").to_owned());
    let who = page.ctx.write(move |conn| membership::remove(conn, &me.member.actor, id, who, &reason)).await?;
    Ok(page.go_saying(&members_path(id), "flash-group-removed", &who.display_name))
}

/// `POST /groups/{id}/members/{actor}/ban`.
pub async fn ban(page: Page, path: web::Path<(ActorId, ActorId)>, fields: Fields) -> Result<HttpResponse> {
    let ((id, who), me, reason) = (path.into_inner(), page.me()?, fields.text("reason").to_owned());
    let who = page.ctx.write(move |conn| membership::ban(conn, &me.member.actor, id, who, &reason)).await?;
    Ok(page.go_saying(&members_path(id), "flash-group-banned", &who.display_name))
}

/// `POST /groups/{id}/members/{actor}/ban/removal`.
pub async fn unban(page: Page, path: web::Path<(ActorId, ActorId)>) -> Result<HttpResponse> {
    let ((id, who), me) = (path.into_inner(), page.me()?);
    let who = page.ctx.write(move |conn| membership::unban(conn, &me.member.actor, id, who)).await?;
    Ok(page.go_saying(&members_path(id), "flash-group-unbanned", &who.display_name))
}
