//! Keys of actors: our own with their private half, others' as their servers gave them.

use diesel::prelude::*;

use super::Actor;
use crate::db::schema::{actor, actor_key};
use crate::db::{Conn, IntoBoth};
use crate::error::{Error, Result};
use crate::id::ActorId;
use crate::secret::{Algorithm, PublicKey, SigningKey};

/// The two keys of a local actor. Made before the transaction that stores them: it takes a while.
#[derive(Clone)]
pub struct Keys {
    /// Signs requests (both standards).
    pub rsa: SigningKey,
    /// Signs objects (FEP-8b32).
    pub ed25519: SigningKey,
}

impl Keys {
    /// Makes a fresh pair.
    pub fn make() -> Result<Self> {
        Ok(Self { rsa: SigningKey::make_rsa()?, ed25519: SigningKey::make_ed25519()? })
    }
}

/// Stores a local actor's keys under `ACTOR#main-key` and `ACTOR#ed25519-key`.
pub fn store_keys(conn: &mut Conn, id: ActorId, actor_uri: &str, keys: &Keys) -> Result<()> {
    for (fragment, key) in [("main-key", &keys.rsa), ("ed25519-key", &keys.ed25519)] {
        let public = key.public();
        let now = conn.now();
        diesel::insert_into(actor_key::table)
            .values((
                actor_key::uri.eq(format!("{actor_uri}#{fragment}")),
                actor_key::actor_id.eq(id),
                actor_key::algorithm.eq(public.algorithm().as_str()),
                actor_key::public_key.eq(public.stored()),
                actor_key::private_key.eq(Some(key.to_pkcs8()?)),
                actor_key::fetched_at.eq(now),
            ))
            .execute(conn.link())?;
    }
    Ok(())
}

/// Replaces a remote actor's keys by those that its server now gives.
///
/// A key that another actor has already is not taken over.
pub(super) fn replace(conn: &mut Conn, id: ActorId, keys: &[(String, PublicKey)]) -> Result<()> {
    let now = conn.now();
    diesel::delete(actor_key::table.filter(actor_key::actor_id.eq(id))).execute(conn.link())?;
    for (uri, key) in keys {
        diesel::insert_into(actor_key::table)
            .values((
                actor_key::uri.eq(uri),
                actor_key::actor_id.eq(id),
                actor_key::algorithm.eq(key.algorithm().as_str()),
                actor_key::public_key.eq(key.stored()),
                actor_key::fetched_at.eq(now),
            ))
            .on_conflict(actor_key::uri)
            .do_nothing()
            .both()
            .execute(conn.link())?;
    }
    Ok(())
}

/// The actor and public key behind a key's URI, if we know it.
pub fn key_by_uri(conn: &mut Conn, uri: &str) -> Result<Option<(Actor, PublicKey)>> {
    let row: Option<(Actor, String, Vec<u8>)> = actor_key::table
        .inner_join(actor::table.on(actor::id.eq(actor_key::actor_id)))
        .filter(actor_key::uri.eq(uri))
        .select((Actor::as_select(), actor_key::algorithm, actor_key::public_key))
        .first(conn.link())
        .optional()?;
    row.map(|(actor, algorithm, stored)| Ok((actor, PublicKey::from_stored(parse(&algorithm)?, &stored)?))).transpose()
}

/// All public keys of an actor, by URI.
pub fn keys(conn: &mut Conn, id: ActorId) -> Result<Vec<(String, PublicKey)>> {
    let rows: Vec<(String, String, Vec<u8>)> = actor_key::table
        .filter(actor_key::actor_id.eq(id))
        .order(actor_key::uri)
        .select((actor_key::uri, actor_key::algorithm, actor_key::public_key))
        .load(conn.link())?;
    rows.into_iter()
        .map(|(uri, algorithm, stored)| Ok((uri, PublicKey::from_stored(parse(&algorithm)?, &stored)?)))
        .collect()
}

/// A local actor's signing key of the given algorithm, with its URI.
///
/// Errors: `NotFound` if the actor is not of this hall.
pub fn signing_key(conn: &mut Conn, id: ActorId, algorithm: Algorithm) -> Result<(String, SigningKey)> {
    let row: Option<(String, Option<Vec<u8>>)> = actor_key::table
        .filter(actor_key::actor_id.eq(id))
        .filter(actor_key::algorithm.eq(algorithm.as_str()))
        .select((actor_key::uri, actor_key::private_key))
        .first(conn.link())
        .optional()?;
    let Some((uri, Some(private))) = row else { return Err(Error::NotFound("key")) };
    Ok((uri, SigningKey::from_pkcs8(algorithm, &private)?))
}

fn parse(algorithm: &str) -> Result<Algorithm> {
    Algorithm::parse(algorithm).ok_or_else(|| Error::broken(format!("unknown algorithm {algorithm} of a key")))
}
