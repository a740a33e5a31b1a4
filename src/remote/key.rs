//! Keys: our own for signing, and those of other servers' actors, found by their URI: cached, stored, or fetched with their
//! owner.

use std::sync::Arc;

use serde_json::Value;

use crate::ctx::{Ctx, Known};
use crate::domain::actor::{self, Kind};
use crate::error::{Error, Result};
use crate::id::ActorId;
use crate::secret::{Algorithm, SigningKey};
use crate::wire::address::{host_of, same_host};
use crate::wire::json;

/// The RSA key of a local actor, with its URI; parsed once.
pub async fn signing(ctx: &Ctx, id: ActorId) -> Result<(Arc<str>, SigningKey)> {
    if let Some(found) = ctx.signing_keys.get(&id) {
        return Ok(found);
    }
    let (uri, key) = ctx.glance(move |conn| actor::signing_key(conn, id, Algorithm::Rsa)).await?;
    let found: (Arc<str>, SigningKey) = (uri.into(), key);
    ctx.signing_keys.insert(id, found.clone());
    Ok(found)
}

/// The key with this URI, from memory or the database; nothing is fetched.
pub async fn known(ctx: &Ctx, uri: &str) -> Result<Option<Known>> {
    if let Some(found) = ctx.public_keys.get(uri) {
        return Ok(Some(found));
    }
    let asked = uri.to_owned();
    let found = ctx.glance(move |conn| actor::key_by_uri(conn, &asked)).await?;
    let Some((actor, key)) = found.filter(|(actor, _)| !actor.is_local() && actor.deleted_at.is_none()) else {
        return Ok(None);
    };
    let is_server = matches!(actor.kind, Kind::Application | Kind::Service);
    let known = Known { actor_id: actor.id, is_server, actor_uri: actor.uri, host: actor.host, key };
    ctx.public_keys.insert(uri.to_owned(), known.clone());
    Ok(Some(known))
}

/// The key with this URI, fetched with its owner if we don't have it.
///
/// Errors: `Remote` if it can't be had; asked again only after some minutes.
pub async fn find(ctx: &Ctx, uri: &str) -> Result<Known> {
    match known(ctx, uri).await? {
        Some(known) => Ok(known),
        None => fetch(ctx, uri).await,
    }
}

/// Fetches a key anew, since a signature didn't fit: its owner may have changed it. At most once in some minutes.
pub async fn refetch(ctx: &Ctx, uri: &str) -> Result<Known> {
    fetch(ctx, uri).await
}

async fn fetch(ctx: &Ctx, uri: &str) -> Result<Known> {
    let host = host_of(uri).ok_or_else(|| Error::never(uri, "the key is no web address"))?;
    if ctx.key_failures.contains_key(uri) {
        return Err(Error::never(host, "this key was asked for a moment ago"));
    }
    ctx.key_failures.insert(uri.to_owned(), ());
    let document = super::document(ctx, uri).await?;
    // A key of its own document names its owner, whose document must name the key in turn; else it is the owner itself.
    let owner = document.get("owner").or_else(|| document.get("controller")).and_then(json::id_of);
    let is_key = document.get("publicKeyPem").is_some() || document.get("publicKeyMultibase").is_some();
    let id = document.get("id").and_then(Value::as_str).unwrap_or_default();
    let actor_uri = if is_key { owner.unwrap_or_default() } else { id }.to_owned();
    if !same_host(&actor_uri, uri) {
        return Err(Error::never(host, "the key and its owner stand on different hosts"));
    }
    if is_key {
        super::actor::fetch(ctx, &actor_uri).await?;
    } else {
        let read = crate::wire::actor::read(&document).map_err(|refusal| Error::never(&host, refusal))?;
        super::actor::store(ctx, read).await?;
    }
    known(ctx, uri).await?.ok_or_else(|| Error::never(host, "its owner doesn't name this key"))
}
