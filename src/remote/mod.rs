//! Reaching other servers: documents, actors, keys and addresses, fetched with limits and checked for origin.
//!
//! Invariant: a document counts only if its own host gave it under its own id (security.md, “Who wrote this”).

pub mod actor;
pub mod key;
pub mod link;
pub mod media;
pub mod person;
pub mod profile;
pub mod webfinger;

use serde_json::Value;
use url::Url;

use crate::config::FederationMode;
use crate::ctx::Ctx;
use crate::domain::peer::{self, State};
use crate::error::{Error, Result};
use crate::net::Answer;
use crate::wire::address::{host_of, read_url, same_host};
use crate::wire::json;
use crate::wire::signature::{Form, Sending, sign};

/// May this host speak to us and be spoken to?
pub async fn may_speak(ctx: &Ctx, host: &str) -> Result<bool> {
    if let Some(known) = ctx.spoken_to.get(host) {
        return Ok(known);
    }
    let asked = host.to_owned();
    let state = ctx.glance(move |conn| Ok(peer::find(conn, &asked)?.map(|peer| peer.state))).await?;
    let allowed = is_allowed(ctx, state);
    ctx.spoken_to.insert(host.to_owned(), allowed);
    Ok(allowed)
}

/// The same for a decision that is known already.
pub fn is_allowed(ctx: &Ctx, state: Option<State>) -> bool {
    match (ctx.config.federation.mode, state) {
        (FederationMode::Off, _) | (_, Some(State::Blocked)) => false,
        (FederationMode::AllowList, state) => state == Some(State::Allowed),
        (FederationMode::Open, _) => true,
    }
}

/// Gets an ActivityPub document by its id, signed by the hall's own actor.
///
/// The answer's own id must be the address that answered in the end; a document that has another id on the same host is
/// asked for once more under that id.
///
/// Errors: `Remote`, `Never` for a wrong type or origin.
pub async fn document(ctx: &Ctx, uri: &str) -> Result<Value> {
    let first = get(ctx, uri).await?;
    let id = first.document.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    if same_document(&id, &first.url) {
        return Ok(first.document);
    }
    if !same_host(&id, first.url.as_str()) {
        return Err(Error::never(host_of(uri).unwrap_or_default(), "the document belongs to another host"));
    }
    let second = get(ctx, &id).await?;
    let same = second.document.get("id").and_then(Value::as_str) == Some(id.as_str());
    if same && same_document(&id, &second.url) {
        return Ok(second.document);
    }
    Err(Error::never(host_of(uri).unwrap_or_default(), "the document is not found under its own id"))
}

fn same_document(id: &str, url: &Url) -> bool {
    let Some(mut id) = read_url(id) else { return false };
    id.set_fragment(None);
    let mut url = url.clone();
    url.set_fragment(None);
    id == url
}

struct Fetched {
    url: Url,
    document: Value,
}

/// Does the server of a document say that there is none any more: by 410, or a `Tombstone` in its place (ActivityPub §6.4)? A
/// 404 says as well that it isn't for us.
///
/// Errors: `Remote` if it can't be asked.
pub async fn is_gone(ctx: &Ctx, uri: &str) -> Result<bool> {
    let answer = ask(ctx, uri).await?;
    match answer.status {
        410 => return Ok(same_host(answer.url.as_str(), uri)),
        404 => return Ok(false),
        _ => {}
    }
    if !answer.is_success() {
        let host = host_of(uri).unwrap_or_default();
        return Err(Error::later(host, format!("answered {}", answer.status)));
    }
    let document = read(answer)?.document;
    Ok(json::id_of(&document) == Some(uri) && json::types(&document).contains(&"Tombstone"))
}

async fn get(ctx: &Ctx, uri: &str) -> Result<Fetched> {
    read(ask(ctx, uri).await?)
}

/// Asks for a document, signed by the hall's own actor.
async fn ask(ctx: &Ctx, uri: &str) -> Result<Answer> {
    let host = host_of(uri).ok_or_else(|| Error::never(uri, "no web address"))?;
    if host == ctx.authority {
        return Err(Error::never(host, "our own documents are not fetched"));
    }
    if !may_speak(ctx, &host).await? {
        return Err(Error::never(host, "this server is not spoken to"));
    }
    let mut url = read_url(uri).ok_or_else(|| Error::never(&host, "no web address"))?;
    url.set_fragment(None);
    let (key_id, key) = hall_key(ctx).await?;
    let now = ctx.now();
    let headers =
        move |url: &Url| sign(Form::Cavage, &key, &key_id, &Sending { method: "GET", url, digest: None }, now);
    let answer = ctx.net.get(&url, json::ACCEPT, ctx.config.limits.fetch_bytes_max, &headers).await?;
    let final_host = host_of(answer.url.as_str()).unwrap_or_default();
    if final_host == ctx.authority || !may_speak(ctx, &final_host).await? {
        return Err(Error::never(final_host, "this server is not spoken to"));
    }
    Ok(answer)
}

/// The document in an answer.
fn read(answer: Answer) -> Result<Fetched> {
    let final_host = host_of(answer.url.as_str()).unwrap_or_default();
    if !answer.is_success() {
        let reason = format!("answered {}", answer.status);
        return Err(match answer.status {
            408 | 425 | 429 | 500.. => Error::later(final_host, reason),
            _ => Error::never(final_host, reason),
        });
    }
    if !json::is_activity_json(answer.header("content-type").unwrap_or_default()) {
        return Err(Error::never(final_host, "the answer is not ActivityPub"));
    }
    let document = json::parse(&answer.body).map_err(|refusal| Error::never(&final_host, refusal))?;
    Ok(Fetched { url: answer.url, document })
}

/// The key of the hall's own actor, which signs what no member asks for.
async fn hall_key(ctx: &Ctx) -> Result<(std::sync::Arc<str>, crate::secret::SigningKey)> {
    let id = match ctx.hall_actor.get() {
        Some(id) => *id,
        None => {
            let hall = ctx.glance(crate::domain::actor::hall).await?.ok_or(Error::NotFound("hall"))?;
            *ctx.hall_actor.get_or_init(|| hall.id)
        }
    };
    key::signing(ctx, id).await
}
