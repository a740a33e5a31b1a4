//! Blocks and mutes as a member's own list, and the forms that set and lift them, here and on a person's page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::card::Person;
use super::form::{Fields, Form};
use super::page::{self, Page};
use crate::domain::actor;
use crate::domain::block::{self, Kind};
use crate::error::{Error, Result};
use crate::id::ActorId;
use crate::wire::address::canonical_host;

/// The page of those whom a member doesn't want to meet.
#[derive(Template)]
#[template(path = "block/list.html")]
struct List {
    page: Page,
    form: Form,
    blocked: Vec<Person>,
    muted: Vec<Person>,
    blocked_servers: Vec<String>,
    muted_servers: Vec<String>,
}

/// `/settings/blocks`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let form = Form::filled(Fields::of([("kind", Kind::Mute.as_str().to_owned())]));
    render(page, StatusCode::OK, form).await
}

async fn render(page: Page, status: StatusCode, form: Form) -> Result<HttpResponse> {
    let me = page.me()?.member.actor.id;
    let (people, servers) =
        page.ctx.read(move |conn| Ok((block::people(conn, me)?, block::servers(conn, me)?))).await?;
    let persons = |kind: Kind| -> Vec<Person> {
        let of_kind = people.iter().filter(|(_, set)| *set == kind);
        of_kind.map(|(actor, _)| Person::of(actor, page.language)).collect()
    };
    let hosts = |kind: Kind| -> Vec<String> {
        servers.iter().filter(|(_, set)| *set == kind).map(|(host, _)| host.clone()).collect()
    };
    let (blocked, muted) = (persons(Kind::Block), persons(Kind::Mute));
    let (blocked_servers, muted_servers) = (hosts(Kind::Block), hosts(Kind::Mute));
    page::show(status, &List { page, form, blocked, muted, blocked_servers, muted_servers })
}

/// Whom a form means.
enum Whom {
    Person(ActorId),
    Server(String),
}

/// What a form asks for: whom, and how much.
fn asked(page: &Page, fields: &Fields) -> Result<(Whom, Kind)> {
    let kind = fields.text("kind").parse().map_err(|()| Error::invalid("kind", "problem-block-kind"))?;
    if let Ok(id) = fields.text("actor").parse() {
        return Ok((Whom::Person(id), kind));
    }
    let host = canonical_host(fields.text("host").trim()).filter(|host| *host != page.ctx.authority);
    Ok((Whom::Server(host.ok_or_else(|| Error::invalid("host", "problem-block-host"))?), kind))
}

/// `POST /settings/blocks`: blocks or mutes a person or a server.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    let done = async {
        let (me, (whom, kind)) = (page.me()?, asked(&page, &fields)?);
        let name = page.ctx.write(move |conn| match whom {
            Whom::Person(id) => {
                let other = actor::by_id(conn, id)?;
                block::set(conn, &me.member.actor, &other, kind)?;
                Ok(other.display_name)
            }
            Whom::Server(host) => {
                block::set_server(conn, &me.member.actor, &host, kind)?;
                Ok(host)
            }
        });
        Ok((name.await?, kind))
    };
    match done.await {
        Ok((name, Kind::Block)) => Ok(page.go_saying(back(&fields), "flash-blocked", &name)),
        Ok((name, Kind::Mute)) => Ok(page.go_saying(back(&fields), "flash-muted", &name)),
        Err(Error::Invalid(problems)) => {
            let form = page.again(fields, &problems);
            render(page, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(error) => Err(error),
    }
}

/// `POST /settings/blocks/removal`: takes one of these back.
pub async fn delete(page: Page, fields: Fields) -> Result<HttpResponse> {
    let (me, (whom, kind)) = (page.me()?, asked(&page, &fields)?);
    let name = page.ctx.write(move |conn| match whom {
        Whom::Person(id) => {
            let other = actor::by_id(conn, id)?;
            block::lift(conn, &me.member.actor, &other, kind)?;
            Ok(other.display_name)
        }
        Whom::Server(host) => {
            block::lift_server(conn, &me.member.actor, &host, kind)?;
            Ok(host)
        }
    });
    let flash = if kind == Kind::Block { "flash-unblocked" } else { "flash-unmuted" };
    Ok(page.go_saying(back(&fields), flash, &name.await?))
}

/// The page that the form stood on.
fn back(fields: &Fields) -> &str {
    let back = fields.text("back");
    if back.is_empty() { "/settings/blocks" } else { back }
}
