//! Finding accounts, those who run them, and how far they are read.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{Account, Detail, Role};
use crate::db::Conn;
use crate::db::schema::{account, account_mark, account_staff, actor as actor_table, follow};
use crate::domain::actor::{self, Actor};
use crate::error::Result;
use crate::id::ActorId;

/// The open account of this hall by this name.
pub fn with_name(conn: &mut Conn, name: &str) -> Result<Option<Account>> {
    let found = actor::local_by_name(conn, name)?.filter(|actor| actor.kind == actor::Kind::Organization);
    let Some(actor) = found.filter(|actor| actor.suspended_at.is_none() && actor.deleted_at.is_none()) else {
        return Ok(None);
    };
    Ok(super::detail(conn, actor.id)?.map(|detail| Account { actor, detail }))
}

/// Every account of this hall that is there, by name.
pub fn all(conn: &mut Conn) -> Result<Vec<Account>> {
    let rows: Vec<(Actor, Detail)> = account::table
        .inner_join(actor_table::table.on(actor_table::id.eq(account::actor_id)))
        .filter(actor_table::deleted_at.is_null())
        .order(actor_table::name)
        .select((Actor::as_select(), Detail::as_select()))
        .load(conn.link())?;
    Ok(rows.into_iter().map(|(actor, detail)| Account { actor, detail }).collect())
}

/// An account in the directory.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The account.
    pub account: Account,
    /// How many follow it.
    pub followers: i64,
}

/// Open accounts by title, of one topic if given, whose title, topics, address or text has `words` in it.
pub fn find_all(conn: &mut Conn, topic: &str, words: &str, limit: i64) -> Result<Vec<Listing>> {
    let rows: Vec<(Actor, Detail)> = account::table
        .inner_join(actor_table::table.on(actor_table::id.eq(account::actor_id)))
        .filter(account::moved_to.eq(""))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .order((actor_table::display_name, actor_table::id))
        .select((Actor::as_select(), Detail::as_select()))
        .load(conn.link())?;
    let words = words.trim().to_lowercase();
    let fits = |(actor, detail): &(Actor, Detail)| {
        let names = actor.names().into_values().collect::<Vec<_>>().join(" ");
        let text =
            [&actor.display_name, &names, &actor.name, &detail.topics, &actor.about].map(|text| text.to_lowercase());
        (words.is_empty() || text.iter().any(|text| text.contains(&words)))
            && (topic.is_empty() || detail.topics.split(' ').any(|one| one == topic))
    };
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    for (actor, detail) in rows.into_iter().filter(fits).take(most) {
        let followers = followers(conn, actor.id)?;
        found.push(Listing { account: Account { actor, detail }, followers });
    }
    Ok(found)
}

/// The topics of all open accounts, with how many have each; the most usual first.
pub fn topics(conn: &mut Conn) -> Result<Vec<(String, i64)>> {
    let rows: Vec<String> = account::table
        .inner_join(actor_table::table.on(actor_table::id.eq(account::actor_id)))
        .filter(account::moved_to.eq(""))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .select(account::topics)
        .load(conn.link())?;
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for word in rows.iter().flat_map(|row| row.split_whitespace()) {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    let mut topics: Vec<(String, i64)> = counts.into_iter().collect();
    topics.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    Ok(topics)
}

/// How many follow an account.
pub fn followers(conn: &mut Conn, id: ActorId) -> Result<i64> {
    let accepted = follow::table.filter(follow::followed_id.eq(id)).filter(follow::state.eq("accepted"));
    Ok(accepted.count().get_result(conn.link())?)
}

/// Those who run an account: the owner, the editors, the contributors.
pub fn staff(conn: &mut Conn, id: ActorId) -> Result<Vec<(Role, Actor)>> {
    let mut rows: Vec<(Role, Actor)> = account_staff::table
        .inner_join(actor_table::table.on(actor_table::id.eq(account_staff::actor_id)))
        .filter(account_staff::account_id.eq(id))
        .order((account_staff::created_at, account_staff::actor_id))
        .select((account_staff::role, Actor::as_select()))
        .load(conn.link())?;
    let rank = |role: Role| match role {
        Role::Owner => 0,
        Role::Editor => 1,
        Role::Contributor => 2,
    };
    rows.sort_by_key(|(role, _)| rank(*role));
    Ok(rows)
}

/// The open accounts that somebody runs, by title.
pub fn run_by(conn: &mut Conn, who: ActorId) -> Result<Vec<(Role, Actor)>> {
    Ok(account_staff::table
        .inner_join(actor_table::table.on(actor_table::id.eq(account_staff::account_id)))
        .inner_join(account::table.on(account::actor_id.eq(account_staff::account_id)))
        .filter(account::moved_to.eq(""))
        .filter(account_staff::actor_id.eq(who))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .order((actor_table::display_name, actor_table::id))
        .select((account_staff::role, Actor::as_select()))
        .load(conn.link())?)
}

/// Up to which post a reader has seen an account; 0 for none.
pub fn read_up_to(conn: &mut Conn, reader: ActorId, id: ActorId) -> Result<i64> {
    let row = account_mark::table.filter(account_mark::reader_id.eq(reader)).filter(account_mark::account_id.eq(id));
    Ok(row.select(account_mark::read_id).first(conn.link()).optional()?.unwrap_or(0))
}

/// The same for everything that the reader has opened.
pub fn marks(conn: &mut Conn, reader: ActorId) -> Result<BTreeMap<ActorId, i64>> {
    let rows: Vec<(ActorId, i64)> = account_mark::table
        .filter(account_mark::reader_id.eq(reader))
        .select((account_mark::account_id, account_mark::read_id))
        .load(conn.link())?;
    Ok(rows.into_iter().collect())
}
