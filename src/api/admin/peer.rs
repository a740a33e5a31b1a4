//! What officers decided about other servers (Mastodon's documentation, “Admin::DomainBlock” and “Admin::DomainAllow”). A server
//! is known by its host, which is its id here too. The hall blocks or it doesn't: there is no `silence`.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::entity;
use crate::api::param::Params;
use crate::ctx::Ctx;
use crate::domain::audit;
use crate::domain::peer::{self, Peer, State};
use crate::error::{Error, Result};
use crate::wire::address::canonical_host;

/// Servers on a page.
const USUAL: i64 = 100;
const MOST: i64 = 200;

/// A server with what was decided about it.
fn shown(peer: &Peer) -> Value {
    let mut shown = json!({"id": peer.host, "domain": peer.host, "created_at": entity::time(peer.created_at)});
    if let (Value::Object(map), State::Blocked) = (&mut shown, peer.state) {
        map.insert("severity".to_owned(), "suspend".into());
        map.insert("reject_media".to_owned(), true.into());
        map.insert("reject_reports".to_owned(), true.into());
        map.insert("private_comment".to_owned(), Value::Null);
        map.insert("public_comment".to_owned(), Value::Null);
        map.insert("obfuscate".to_owned(), false.into());
    }
    shown
}

async fn list(ctx: web::Data<Ctx>, request: HttpRequest, params: Params, state: State) -> Result<HttpResponse> {
    let range = answer::range(&params, USUAL, MOST);
    let peers = ctx.read(move |conn| peer::decided(conn, state, &range)).await?;
    let ends = peers.first().map(|one| one.created_at).zip(peers.last().map(|one| one.created_at));
    answer::list(&ctx, &request, &range, ends, &peers.iter().map(shown).collect::<Vec<_>>())
}

/// A server about which just this was decided.
///
/// Errors: `NotFound`.
async fn one(ctx: &Ctx, id: &str, state: State) -> Result<Peer> {
    let host = canonical_host(id).ok_or(Error::NotFound("peer"))?;
    let found = ctx.read(move |conn| peer::find(conn, &host)).await?;
    found.filter(|peer| peer.state == state).ok_or(Error::NotFound("peer"))
}

/// Decides about a server, and answers how it stands then.
async fn decide(ctx: &Ctx, caller: &Caller, host: String, state: State) -> Result<Peer> {
    let (officer, name) = (caller.officer()?, host.clone());
    let verb = match state {
        State::Open => "audit-peer-open",
        State::Allowed => "audit-peer-allowed",
        State::Blocked => "audit-peer-blocked",
    };
    let peer = ctx
        .write(move |conn| {
            peer::decide(conn, &host, state)?;
            audit::record(conn, officer.login_id, &officer.who, verb, &host)?;
            peer::find(conn, &host)?.ok_or(Error::NotFound("peer"))
        })
        .await?;
    ctx.spoken_to.invalidate(&name);
    Ok(peer)
}

/// The server that a call names.
fn named(ctx: &Ctx, params: &Params) -> Result<String> {
    let host = canonical_host(params.text("domain").trim());
    host.filter(|host| *host != ctx.authority).ok_or_else(|| Error::invalid("domain", "problem-host"))
}

/// The hall has one measure.
fn check_severity(params: &Params, unsaid: &str) -> Result<()> {
    match params.some("severity").unwrap_or(unsaid) {
        "suspend" => Ok(()),
        _ => Err(Error::invalid("severity", "report-problem-measure")),
    }
}

/// `/api/v1/admin/domain_blocks`.
pub async fn blocks(ctx: web::Data<Ctx>, request: HttpRequest, params: Params) -> Result<HttpResponse> {
    list(ctx, request, params, State::Blocked).await
}

/// `/api/v1/admin/domain_blocks/{id}`.
pub async fn block_is(ctx: web::Data<Ctx>, id: web::Path<String>) -> Result<HttpResponse> {
    answer::json(&shown(&one(&ctx, &id, State::Blocked).await?))
}

/// `POST /api/v1/admin/domain_blocks`: only as `suspend`; programs that say nothing mean `silence`.
pub async fn block(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let host = named(&ctx, &params)?;
    check_severity(&params, "silence")?;
    answer::json(&shown(&decide(&ctx, &caller, host, State::Blocked).await?))
}

/// `PUT /api/v1/admin/domain_blocks/{id}`: nothing about a block can be changed.
pub async fn update_block(ctx: web::Data<Ctx>, id: web::Path<String>, params: Params) -> Result<HttpResponse> {
    let peer = one(&ctx, &id, State::Blocked).await?;
    check_severity(&params, "suspend")?;
    answer::json(&shown(&peer))
}

/// `DELETE /api/v1/admin/domain_blocks/{id}`.
pub async fn lift_block(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<String>) -> Result<HttpResponse> {
    let peer = one(&ctx, &id, State::Blocked).await?;
    decide(&ctx, &caller, peer.host, State::Open).await?;
    answer::done()
}

/// `/api/v1/admin/domain_allows`.
pub async fn allows(ctx: web::Data<Ctx>, request: HttpRequest, params: Params) -> Result<HttpResponse> {
    list(ctx, request, params, State::Allowed).await
}

/// `/api/v1/admin/domain_allows/{id}`.
pub async fn allow_is(ctx: web::Data<Ctx>, id: web::Path<String>) -> Result<HttpResponse> {
    answer::json(&shown(&one(&ctx, &id, State::Allowed).await?))
}

/// `POST /api/v1/admin/domain_allows`.
pub async fn allow(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let host = named(&ctx, &params)?;
    answer::json(&shown(&decide(&ctx, &caller, host, State::Allowed).await?))
}

/// `DELETE /api/v1/admin/domain_allows/{id}`.
pub async fn lift_allow(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<String>) -> Result<HttpResponse> {
    let peer = one(&ctx, &id, State::Allowed).await?;
    decide(&ctx, &caller, peer.host, State::Open).await?;
    answer::done()
}
