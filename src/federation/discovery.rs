//! How other servers find us: WebFinger, NodeInfo, host-meta.

use actix_web::{HttpResponse, web};

use super::request::{failed, refuse};
use crate::config::RegistrationMode;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::{actor, hall, post};
use crate::error::Error;
use crate::wire::address::{Address, host_of};
use crate::wire::discovery;

/// A WebFinger question.
#[derive(Debug, serde::Deserialize)]
pub struct Question {
    resource: Option<String>,
}

/// `/.well-known/webfinger` (RFC 7033): by `acct:` address, by actor id, or by the address of a page.
pub async fn webfinger(ctx: web::Data<Ctx>, question: web::Query<Question>) -> HttpResponse {
    let Some(resource) = question.into_inner().resource.filter(|resource| !resource.is_empty()) else {
        return refuse(actix_web::http::StatusCode::BAD_REQUEST, "say which resource");
    };
    let name = match Address::parse(&resource) {
        Some(address) => (address.host == ctx.authority).then_some(address.name),
        None => name_of_url(&ctx, &resource),
    };
    let Some(name) = name else { return failed(&Error::NotFound("actor")) };
    let found = ctx.glance(move |conn| actor::local_by_name(conn, &name)).await;
    match found {
        Ok(Some(actor)) if actor.suspended_at.is_none() => HttpResponse::Ok()
            .content_type(discovery::JRD_JSON)
            .insert_header(("access-control-allow-origin", "*"))
            .body(discovery::jrd(&actor.address, &actor.uri, &actor.url).to_string()),
        Ok(_) => failed(&Error::NotFound("actor")),
        Err(error) => failed(&error),
    }
}

/// The local name behind an actor's id or a page's address.
fn name_of_url(ctx: &Ctx, resource: &str) -> Option<String> {
    if host_of(resource)? != ctx.authority {
        return None;
    }
    let path = url::Url::parse(resource).ok()?.path().to_owned();
    if path == "/actor" || path == "/" {
        return Some("hall".to_owned());
    }
    path.strip_prefix("/actors/").or_else(|| path.strip_prefix("/@")).map(str::to_owned)
}

/// `/.well-known/nodeinfo`.
pub async fn nodeinfo_links(ctx: web::Data<Ctx>) -> HttpResponse {
    HttpResponse::Ok().insert_header(("access-control-allow-origin", "*")).json(discovery::nodeinfo_links(&ctx.origin))
}

/// `/nodeinfo/2.1`.
pub async fn nodeinfo(ctx: web::Data<Ctx>) -> HttpResponse {
    let numbers = async {
        let hall = ctx.glance(hall::get).await?;
        let (users, posts) = match ctx.usage.get(&()) {
            Some(usage) => usage,
            None => {
                let usage =
                    ctx.read(|conn: &mut Conn| Ok((actor::local_count(conn)?, post::local_count(conn)?))).await?;
                ctx.usage.insert((), usage);
                usage
            }
        };
        let open = ctx.config.registration.mode == RegistrationMode::Open;
        Ok(discovery::nodeinfo(&discovery::Usage { name: &hall.name, open, users, posts }))
    };
    match numbers.await {
        Ok(document) => HttpResponse::Ok()
            .content_type("application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.1#\"")
            .insert_header(("access-control-allow-origin", "*"))
            .body(document.to_string()),
        Err(error) => failed(&error),
    }
}

/// `/.well-known/host-meta`.
pub async fn host_meta(ctx: web::Data<Ctx>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/xrd+xml; charset=utf-8")
        .insert_header(("access-control-allow-origin", "*"))
        .body(discovery::host_meta(&ctx.origin))
}
