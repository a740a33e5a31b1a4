//! Who runs an account, as a page; handing it over, and closing it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::moving::read_successor;
use super::{Card, Standing, role_message, run_by_me};
use crate::domain::account::{self, Role};
use crate::domain::login;
use crate::domain::succession;
use crate::error::{Error, Problem, Result};
use crate::id::ActorId;
use crate::web::card::{Person, path};
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};

/// One of the staff.
struct Line {
    id: ActorId,
    who: Person,
    role: Role,
    message: &'static str,
}

/// Who runs an account.
#[derive(Template)]
#[template(path = "account/staff.html")]
struct List {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    lines: Vec<Line>,
    form: Form,
    me: i64,
}

/// `/accounts/{id}/staff`.
pub async fn list(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    shown(page, *id, actix_web::http::StatusCode::OK, Form::default()).await
}

async fn shown(page: Page, id: ActorId, status: actix_web::http::StatusCode, form: Form) -> Result<HttpResponse> {
    let (_, card, standing) = run_by_me(&page, id).await?;
    let rows = page.ctx.glance(move |conn| account::staff(conn, id)).await?;
    let lines = rows
        .iter()
        .map(|(role, one)| Line {
            id: one.id,
            who: Person::of(one, page.language),
            role: *role,
            message: role_message(*role),
        })
        .collect();
    let me = page.me()?.member.actor.id.0;
    page::show(status, &List { id, card, standing, lines, form, me, page })
}

/// `POST /accounts/{id}/staff`: takes a member of the hall into the staff, or changes what they may do.
pub async fn set(page: Page, id: web::Path<ActorId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let (who, role) = (fields.text("who").to_owned(), fields.text("role").parse::<Role>());
    let done = page
        .ctx
        .write(move |conn| {
            let role = role.map_err(|()| Error::invalid("role", "group-problem-choice"))?;
            let plain = who.trim().trim_start_matches('@').to_lowercase();
            let plain = plain.split('@').next().unwrap_or_default();
            let found = login::find(conn, plain)?;
            let unknown = || Error::Invalid(vec![Problem::new("who", "account-problem-person")]);
            let person = found.ok_or_else(unknown)?.actor;
            account::set_role(conn, &me.member.actor, id, person.id, Some(role))
        })
        .await;
    match done {
        Ok(person) => Ok(page.go_saying(&format!("/accounts/{id}/staff"), "flash-account-staff", &person.display_name)),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            shown(page, id, status, form).await
        }
    }
}

/// `POST /accounts/{id}/staff/{actor}/removal`.
pub async fn remove(page: Page, ids: web::Path<(ActorId, ActorId)>, fields: Fields) -> Result<HttpResponse> {
    let (me, (id, who)) = (page.me()?, *ids);
    let leaves = me.member.actor.id == who;
    match page.ctx.write(move |conn| account::set_role(conn, &me.member.actor, id, who, None)).await {
        Ok(_) if leaves => Ok(page.go("/accounts", "flash-account-left")),
        Ok(person) => {
            Ok(page.go_saying(&format!("/accounts/{id}/staff"), "flash-account-dismissed", &person.display_name))
        }
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            shown(page, id, status, form).await
        }
    }
}

/// `POST /accounts/{id}/staff/{actor}/ownership`.
pub async fn hand_over(page: Page, ids: web::Path<(ActorId, ActorId)>, fields: Fields) -> Result<HttpResponse> {
    let (me, (id, who)) = (page.me()?, *ids);
    match page.ctx.write(move |conn| account::hand_over(conn, &me.member.actor, id, who)).await {
        Ok(person) => {
            Ok(page.go_saying(&format!("/accounts/{id}/staff"), "flash-account-handed-over", &person.display_name))
        }
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            shown(page, id, status, form).await
        }
    }
}

/// The question whether an account is really to be closed.
#[derive(Template)]
#[template(path = "account/closing.html")]
struct Closing {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    form: Form,
}

/// `/accounts/{id}/closing`.
pub async fn ask_closing(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (_, card, standing) = run_by_me(&page, *id).await?;
    if !standing.is_owner {
        return Err(Error::Forbidden);
    }
    page::ok(&Closing { id: *id, card, standing, form: Form::default(), page })
}

/// `POST /accounts/{id}/closing`: the owner writes the account's name to show that they mean it, and may name another to lead its
/// followers to.
pub async fn close(page: Page, id: web::Path<ActorId>, fields: Fields) -> Result<HttpResponse> {
    let (account, card, standing) = run_by_me(&page, *id).await?;
    let (me, id) = (page.me()?, *id);
    let is_meant = fields.text("name").trim().trim_start_matches('@') == account.actor.name;
    let successor = fields.text("successor").trim().to_owned();
    let closed = match (is_meant, successor.as_str()) {
        (false, _) => Err(Error::invalid("name", "account-problem-closing")),
        (true, "") => {
            let closed = page.ctx.write(move |conn| account::close(conn, &me.member.actor, id));
            closed.await.map(|()| ("/accounts".to_owned(), "flash-account-closed"))
        }
        (true, typed) => match read_successor(&page, &account, typed).await {
            Ok(next) => {
                let moved = page.ctx.write(move |conn| succession::move_to(conn, &me.member.actor, id, next.id));
                moved.await.map(|()| (path(&account.actor), "flash-account-moved"))
            }
            Err(error) => Err(error),
        },
    };
    match closed {
        Ok((to, flash)) => Ok(page.go_saying(&to, flash, &account.actor.display_name)),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            page::show(status, &Closing { id, card, standing, form, page })
        }
    }
}
