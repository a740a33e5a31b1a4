//! Links into a group, as pages: officers make and end them, whoever has one comes in by it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Card, Standing, run_by_me};
use crate::domain::membership::{self, Invitation};
use crate::error::Result;
use crate::id::{ActorId, GroupInvitationId};
use crate::web::form::{Fields, Form};
use crate::web::invitation::draw;
use crate::web::page::{self, Page};
use crate::web::time::When;

/// For how many days a link is good unless its maker says otherwise.
const DAYS: i64 = 7;
/// For how many people.
const USES: i64 = 50;

/// A link as the list shows it.
struct Line {
    id: GroupInvitationId,
    until: When,
    uses_left: i64,
}

/// The page of links.
#[derive(Template)]
#[template(path = "group/invitations.html")]
struct List {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    form: Form,
    /// The fresh link, which is shown once, with its token.
    made: Option<(String, String)>,
    lines: Vec<Line>,
}

/// `/groups/{id}/invitations`.
pub async fn list(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let fields = Fields::of([("days", DAYS.to_string()), ("uses", USES.to_string())]);
    render(page, StatusCode::OK, *id, Form::filled(fields), None).await
}

async fn render(
    page: Page,
    status: StatusCode,
    id: ActorId,
    form: Form,
    token: Option<String>,
) -> Result<HttpResponse> {
    let (group, standing, count) = run_by_me(&page, id).await?;
    let rows = page.ctx.glance(move |conn| membership::invitations(conn, id)).await?;
    let line = |one: &Invitation| Line { id: one.id, until: page.when(one.expires_at), uses_left: one.uses_left };
    let lines = rows.iter().map(line).collect();
    let card = Card::of(&page, &group.actor, &group.detail, Some(count));
    let made = token.map(|token| (link(&page, &token), token));
    page::show(status, &List { page, id, card, standing, form, made, lines })
}

/// `POST /groups/{id}/invitations`: makes a link and shows it, once.
pub async fn create(page: Page, id: web::Path<ActorId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let number = |name: &str| fields.text(name).trim().parse::<i64>().unwrap_or(0);
    let (days, uses) = (number("days"), number("uses"));
    match page.ctx.write(move |conn| membership::invite(conn, &me.member.actor, id, days, uses)).await {
        Ok((_, token)) => render(page, StatusCode::OK, id, Form::filled(fields), Some(token)).await,
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            render(page, status, id, form, None).await
        }
    }
}

/// `POST /groups/{id}/invitations/{link}/removal`.
pub async fn revoke(page: Page, path: web::Path<(ActorId, GroupInvitationId)>) -> Result<HttpResponse> {
    let ((id, link), me) = (path.into_inner(), page.me()?);
    page.ctx.write(move |conn| membership::revoke(conn, &me.member.actor, id, link)).await?;
    Ok(page.go(&format!("/groups/{id}/invitations"), "flash-revoked"))
}

fn link(page: &Page, token: &str) -> String {
    format!("{}/groups/invitations/{token}", page.ctx.origin)
}

/// `/groups/invitations/{token}`: the group into which a link leads, with its door open.
pub async fn enter(page: Page, token: web::Path<String>) -> Result<HttpResponse> {
    let token = token.into_inner();
    let asked = token.clone();
    let group = page.ctx.glance(move |conn| membership::invited(conn, &asked)).await?;
    super::show(page, StatusCode::OK, group.actor, Form::default(), &token).await
}

/// `/groups/invitations/{token}/code.svg`: the link as a QR code.
pub async fn code(page: Page, token: web::Path<String>) -> Result<HttpResponse> {
    draw(&token, |token| link(&page, token))
}
