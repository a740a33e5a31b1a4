//! Where an account was before, and where it goes: one that is closed may lead its followers to another.
//!
//! Invariants: a successor has said that it was this account before (FEP-7628), or belongs to the same owner here. An account that has
//! moved keeps its articles; nobody runs it any more.

use super::account::{self, Act, Role};
use super::actor::{self, Actor, Kind};
use super::event::{self, Event};
use super::profile;
use crate::db::Conn;
use crate::error::{Error, Problem, Result};
use crate::id::ActorId;

/// Earlier addresses that one account may name.
pub const KNOWN_AS_MAX: usize = 10;

/// An editor says which actors elsewhere an account was before, by their ids, so that those may lead their followers here. Other servers
/// are told with whatever else has changed ([`account::update`]).
///
/// Errors: `Invalid` for the field `known_as` if there are too many; `NotFound` and `Forbidden` for those who may not.
pub fn set_known_as(conn: &mut Conn, by: ActorId, id: ActorId, uris: &[String]) -> Result<()> {
    let account = account::as_editor(conn, by, id)?;
    if uris.len() > KNOWN_AS_MAX {
        let problem = Problem::new("known_as", "account-problem-known-as-many").with("max", KNOWN_AS_MAX);
        return Err(Error::Invalid(vec![problem]));
    }
    let mut others: Vec<String> = Vec::new();
    for uri in uris.iter().filter(|uri| **uri != account.actor.uri) {
        if !others.contains(uri) {
            others.push(uri.clone());
        }
    }
    profile::claim(conn, id, &others)
}

/// The owner closes an account and leads its followers to `successor`, whose document is fresh.
///
/// Errors: `Invalid` for the field `successor` if it isn't there, isn't one that can be followed so, or doesn't say that it was this
/// account; `NotFound` and `Forbidden` for those who may not.
pub fn move_to(conn: &mut Conn, by: &Actor, id: ActorId, successor: ActorId) -> Result<()> {
    let account = account::as_owner(conn, by.id, id)?;
    conn.lock(&format!("account:{id}"))?;
    let next = actor::by_id(conn, successor)?;
    let is_gone = next.suspended_at.is_some() || next.deleted_at.is_some();
    let fits =
        !matches!(next.kind, Kind::Group | Kind::Application) && (next.kind == Kind::Organization || !next.is_local());
    if next.id == id || is_gone || !fits {
        return Err(Error::invalid("successor", "account-problem-move-to"));
    }
    let mut known = profile::also_known_as(conn, next.id)?;
    if !known.contains(&account.actor.uri) {
        if !next.is_local() || account::role(conn, next.id, by.id)? != Some(Role::Owner) {
            return Err(Error::invalid("successor", "account-problem-move-unsaid"));
        }
        // Both are the same person's: saying so twice is no more than saying it once.
        known.push(account.actor.uri.clone());
        profile::claim(conn, next.id, &known)?;
        changed(conn, next.id, &Event::ProfileChanged)?;
    }
    account::log(conn, id, by.id, Act::Moved, Some(next.id), "")?;
    account::leave(conn, id, &next.uri)?;
    changed(conn, id, &Event::ProfileChanged)?;
    changed(conn, id, &Event::AccountMoved { to: next.id })
}

fn changed(conn: &mut Conn, id: ActorId, what: &Event) -> Result<()> {
    let event = event::id(conn);
    event::record(conn, event, id, &format!("actor:{id}"), what)
}
