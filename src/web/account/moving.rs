//! Where an account was before and where it has gone, as its pages say it.

use crate::db::Conn;
use crate::domain::account::{Account, Detail};
use crate::domain::actor::{self, Actor};
use crate::domain::profile;
use crate::domain::succession::KNOWN_AS_MAX;
use crate::error::{Error, Problem, Result};
use crate::id::ActorId;
use crate::remote;
use crate::web::card::path;
use crate::web::page::Page;

/// Who an account is now that has moved.
#[derive(Debug, Clone)]
pub struct Successor {
    /// Its name, or its address if it isn't known here any more.
    pub name: String,
    /// Its page: here for members, at its own hall for visitors.
    pub href: String,
}

impl Successor {
    /// Who an account is now; `None` as long as it hasn't moved.
    ///
    /// Errors: of the database.
    pub fn of(conn: &mut Conn, detail: &Detail, is_member: bool) -> Result<Option<Self>> {
        if !detail.has_moved() {
            return Ok(None);
        }
        let known = actor::by_uri(conn, &detail.moved_to)?;
        Ok(Some(match known {
            Some(next) if is_member || next.is_local() => Self { name: next.display_name.clone(), href: path(&next) },
            Some(next) => Self { name: next.display_name, href: next.url },
            None => Self { name: detail.moved_to.clone(), href: detail.moved_to.clone() },
        }))
    }
}

/// The earlier addresses of an account as its form holds them, one a line.
///
/// Errors: of the database.
pub fn known_as(conn: &mut Conn, id: ActorId) -> Result<String> {
    let mut lines = Vec::new();
    for uri in profile::also_known_as(conn, id)? {
        lines.push(actor::by_uri(conn, &uri)?.map_or(uri, |known| format!("@{}", known.address)));
    }
    Ok(lines.join("\n"))
}

/// The ids of the earlier addresses that a form holds; those that are known already aren't asked for again.
///
/// Errors: `Invalid` for the field `known_as`.
pub async fn read_known_as(page: &Page, typed: &str) -> Result<Vec<String>> {
    let lines: Vec<&str> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > KNOWN_AS_MAX {
        let problem = Problem::new("known_as", "account-problem-known-as-many").with("max", KNOWN_AS_MAX);
        return Err(Error::Invalid(vec![problem]));
    }
    let mut uris = Vec::with_capacity(lines.len());
    for line in lines {
        uris.push(named(page, line, "known_as", "account-problem-known-as").await?.uri);
    }
    Ok(uris)
}

/// The actor to whom the followers of an account are to go, as its own server says it is now.
///
/// Errors: `Invalid` for the field `successor`.
pub async fn read_successor(page: &Page, account: &Account, typed: &str) -> Result<Actor> {
    let unknown = "account-problem-move-to";
    let next = named(page, typed, "successor", unknown).await?;
    if next.is_local() || next.id == account.actor.id {
        return Ok(next);
    }
    // What is known of it may be from before it named this account.
    match remote::actor::fetch(&page.ctx, &next.uri).await {
        Err(Error::Remote { .. }) => Err(Error::Invalid(vec![Problem::new("successor", unknown)])),
        fetched => fetched,
    }
}

/// Whom somebody means by an address; nobody, and a server that can't be asked, are told in the form.
async fn named(page: &Page, typed: &str, field: &'static str, message: &'static str) -> Result<Actor> {
    let me = page.me()?.member.actor.id;
    match remote::person::look_up(&page.ctx, me, typed).await {
        Err(Error::NotFound(_) | Error::Remote { .. }) => {
            Err(Error::Invalid(vec![Problem::new(field, message).with("name", crate::text::name(typed, 100))]))
        }
        found => found,
    }
}
