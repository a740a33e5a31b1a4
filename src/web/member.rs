//! Members in the hall office: their role, whether they may come in, and those who ask to.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::card::Person;
use super::form::Fields;
use super::page::{self, Page};
use super::time::When;
use crate::domain::login::{self, Member, Role, State};
use crate::domain::report;
use crate::error::{Error, Result};
use crate::id::LoginId;

/// The message of a role.
pub fn role_message(role: Role) -> &'static str {
    match role {
        Role::Owner => "role-owner",
        Role::Moderator => "role-moderator",
        Role::Archivist => "role-archivist",
        Role::Member => "role-member",
    }
}

/// A member as the office shows them.
#[derive(Debug, Clone)]
pub struct Line {
    /// The login.
    pub id: LoginId,
    /// The person.
    pub person: Person,
    /// The code of the role, and its message.
    pub role: (&'static str, &'static str),
    /// `active pending suspended`.
    pub state: &'static str,
    /// E-mail address, if given.
    pub email: String,
    /// Why they want to join.
    pub reason: String,
    /// Since when.
    pub since: When,
    /// May the reader change something about them?
    pub is_within_reach: bool,
}

impl Line {
    /// The line of a member.
    pub fn of(page: &Page, member: &Member) -> Self {
        let login = &member.login;
        Self {
            id: login.id,
            person: Person::of(&member.actor, page.language),
            role: (login.role.as_str(), role_message(login.role)),
            state: login.state.as_str(),
            email: login.email.clone().unwrap_or_default(),
            reason: login.reason.clone(),
            since: page.when(login.created_at),
            is_within_reach: is_within_reach(page, member),
        }
    }
}

fn is_within_reach(page: &Page, member: &Member) -> bool {
    page.member.as_ref().is_some_and(|me| report::is_within_reach(&me.member.login, &member.login))
}

/// The page of members.
#[derive(Template)]
#[template(path = "office/members.html")]
struct List {
    page: Page,
    members: Vec<Line>,
    roles: Vec<(&'static str, &'static str)>,
}

/// `/office/members`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let members = page.ctx.read(login::list).await?;
    let roles = [Role::Member, Role::Archivist, Role::Moderator, Role::Owner];
    page::ok(&List {
        members: members.iter().map(|member| Line::of(&page, member)).collect(),
        roles: roles.iter().map(|role| (role.as_str(), role_message(*role))).collect(),
        page,
    })
}

/// `POST /office/members/{id}/role`: owners only.
pub async fn update_role(page: Page, id: web::Path<LoginId>, fields: Fields) -> Result<HttpResponse> {
    let (officer, id) = (page.officer()?, *id);
    let role = fields.text("role").parse::<Role>().map_err(|_| Error::invalid("role", "problem-role"))?;
    let name = page
        .ctx
        .write(move |conn| {
            login::set_role(conn, &officer, id, role)?;
            Ok(login::by_id(conn, id)?.actor.display_name)
        })
        .await?;
    Ok(page.go_saying("/office/members", "flash-role", &name))
}

/// `POST /office/members/{id}/state`: admits, keeps out, lets back in.
pub async fn update_state(page: Page, id: web::Path<LoginId>, fields: Fields) -> Result<HttpResponse> {
    let (officer, id) = (page.officer()?, *id);
    let state = match fields.text("state") {
        "active" => State::Active,
        "suspended" => State::Suspended,
        _ => return Err(Error::invalid("state", "problem-state")),
    };
    let member = reach(&page, id).await?;
    page.ctx.write(move |conn| login::set_state(conn, &officer, id, state)).await?;
    let flash = match state {
        State::Suspended => "flash-suspended",
        State::Active | State::Pending => "flash-admitted",
    };
    Ok(page.go_saying(back(&fields), flash, &member.actor.display_name))
}

/// `POST /office/members/{id}/refusal`: turns an application down.
pub async fn refuse(page: Page, id: web::Path<LoginId>, fields: Fields) -> Result<HttpResponse> {
    let (officer, id) = (page.officer()?, *id);
    let member = reach(&page, id).await?;
    page.ctx.write(move |conn| login::turn_down(conn, &officer, id)).await?;
    Ok(page.go_saying(back(&fields), "flash-turned-down", &member.actor.display_name))
}

/// The member, if this officer may act on them.
async fn reach(page: &Page, id: LoginId) -> Result<Member> {
    let member = page.ctx.read(move |conn| login::by_id(conn, id)).await?;
    if is_within_reach(page, &member) { Ok(member) } else { Err(Error::Forbidden) }
}

fn back(fields: &Fields) -> &str {
    let back = fields.text("back");
    if back.is_empty() { "/office/members" } else { back }
}
