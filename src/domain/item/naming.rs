//! Which people and places items name: somebody is named by a value of a record that is one of their names, all of it, whatever role
//! stands behind it.
//!
//! The table `item_authority` is derived from records and names whenever either changes, so that neither a page of a person nor one of an
//! item looks through texts. It holds what is named in any item, also living people: what of it is told passes the gate and the veil.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::browse::{COUNTED_MAX, Listed, of_ids};
use super::{Item, State, rewrite_naming};
use crate::db::schema::{authority, authority_name, item, item_authority, post as post_table};
use crate::db::{Conn, IntoBoth};
use crate::domain::archive;
use crate::domain::audience::{Gate, Viewer};
use crate::domain::authority::{self as people, Authority, Kind, Said};
use crate::error::{Error, Result};
use crate::id::{AuthorityId, PostId};
use crate::record::Record;

/// Names that one question asks for.
const ASKED_MAX: usize = 200;

/// A person or place as a reader is told of it.
#[derive(Debug, Clone)]
pub struct Named {
    /// It, without the names of living people.
    pub authority: Authority,
    /// A page of the items that name it, the newest first.
    pub items: Vec<Listed>,
    /// How many there are, as far as [`COUNTED_MAX`] goes.
    pub total: i64,
}

/// The people and places that one item names and that have a page for whoever looks, by each of their names.
#[derive(Debug, Clone, Default)]
pub struct Names(Vec<(String, Kind, AuthorityId)>);

impl Names {
    /// Who or what a value names; of several one of this kind, else the first that was made.
    pub fn of(&self, value: &str, kind: Kind) -> Option<AuthorityId> {
        let name = Authority::name_in(value);
        let mut called = self.0.iter().filter(|(one, ..)| *one == name);
        let first = called.clone().next();
        called.find(|(_, one, _)| *one == kind).or(first).map(|(.., id)| *id)
    }
}

/// All that a record may name somebody by.
fn said(record: &Record) -> BTreeSet<String> {
    let values = record.0.values().flatten().map(|value| Authority::name_in(&value.text));
    values.filter(|name| !name.is_empty()).collect()
}

fn join(conn: &mut Conn, named: AuthorityId, by: PostId) -> Result<()> {
    diesel::insert_into(item_authority::table)
        .values((item_authority::authority_id.eq(named), item_authority::item_id.eq(by)))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Writes anew whom an item names.
pub(super) fn write(conn: &mut Conn, item: &Item) -> Result<()> {
    clear(conn, item.id)?;
    let names: Vec<String> = said(&item.record()).into_iter().collect();
    let mut named: BTreeSet<AuthorityId> = BTreeSet::new();
    for part in names.chunks(ASKED_MAX) {
        let called = authority_name::table.filter(authority_name::name.eq_any(part));
        named.extend(called.select(authority_name::authority_id).load::<AuthorityId>(conn.link())?);
    }
    named.into_iter().try_for_each(|one| join(conn, one, item.id))
}

/// An item names nobody any more.
pub(super) fn clear(conn: &mut Conn, id: PostId) -> Result<()> {
    diesel::delete(item_authority::table.filter(item_authority::item_id.eq(id))).execute(conn.link())?;
    Ok(())
}

/// Finds the items that name a person or place.
fn find(conn: &mut Conn, one: &Authority) -> Result<()> {
    diesel::delete(item_authority::table.filter(item_authority::authority_id.eq(one.id))).execute(conn.link())?;
    let mut ids: BTreeSet<PostId> = BTreeSet::new();
    for name in one.called() {
        // The pattern may let in too much, never too little: what is written otherwise in JSON stands for anything.
        let pattern = format!("%{}%", name.replace(['%', '_', '"', '\\', ' '], "%"));
        let rows = item::table.filter(item::record.like(pattern)).select((item::id, item::record));
        for (id, record) in rows.load::<(PostId, String)>(conn.link())? {
            if said(&Record::of_json(&record)).contains(&name) {
                ids.insert(id);
            }
        }
    }
    ids.into_iter().try_for_each(|id| join(conn, one.id, id))
}

/// Makes a person or place, or changes the one with this id, and finds the items that name it. Where somebody who lives was named, or no
/// longer is, what others read of items is written anew.
///
/// Errors: `NotFound`; `Invalid` naming the fields.
pub fn save_authority(conn: &mut Conn, id: Option<AuthorityId>, said: &Said) -> Result<Authority> {
    let old = id.map(|id| people::get(conn, id)).transpose()?;
    let saved = people::save(conn, id, said)?;
    if saved.is_living || old.as_ref().is_some_and(|old| old.is_living) {
        let names = old.iter().flat_map(Authority::names).chain(saved.names());
        let names: Vec<String> = names.map(str::to_owned).collect();
        rewrite_naming(conn, &names)?;
    }
    find(conn, &saved)?;
    Ok(saved)
}

/// Deletes a person or place; what items say of it stays.
///
/// Errors: `NotFound`.
pub fn delete_authority(conn: &mut Conn, id: AuthorityId) -> Result<()> {
    let old = people::get(conn, id)?;
    people::delete(conn, id)?;
    let names: Vec<String> = old.names().into_iter().map(str::to_owned).collect();
    if old.is_living { rewrite_naming(conn, &names) } else { Ok(()) }
}

/// The published items that name a person or place and that `viewer` may see, `limit` of them behind `skip`, the newest first.
fn naming(conn: &mut Conn, viewer: &Viewer, id: AuthorityId, skip: i64, limit: i64) -> Result<Vec<PostId>> {
    Ok(item_authority::table
        .inner_join(item::table.on(item::id.eq(item_authority::item_id)))
        .inner_join(post_table::table.on(post_table::id.eq(item_authority::item_id)))
        .filter(item_authority::authority_id.eq(id))
        .filter(item::state.eq(State::Published))
        .filter(Gate::before(viewer))
        .order(item_authority::item_id.desc())
        .offset(skip)
        .limit(limit)
        .select(item_authority::item_id)
        .load(conn.link())?)
}

/// A person or place with `limit` of the items that name it behind `skip`. Who keeps the archive is shown all of them.
///
/// Errors: `NotFound`, to all others also for somebody who lives and for what no item names that `viewer` may see.
pub fn show_authority(conn: &mut Conn, viewer: &Viewer, id: AuthorityId, skip: i64, limit: i64) -> Result<Named> {
    let authority = people::get(conn, id)?;
    let keeps = archive::keeps(conn, viewer)?;
    let counted = naming(conn, viewer, id, 0, COUNTED_MAX)?;
    if !keeps && (authority.is_living || counted.is_empty()) {
        return Err(Error::NotFound("authority"));
    }
    let total = i64::try_from(counted.len()).unwrap_or(COUNTED_MAX);
    let part: Vec<PostId> = if total < COUNTED_MAX || skip.saturating_add(limit) <= total {
        let (skip, limit) = (usize::try_from(skip).unwrap_or(usize::MAX), usize::try_from(limit).unwrap_or(0));
        counted.into_iter().skip(skip).take(limit).collect()
    } else {
        naming(conn, viewer, id, skip, limit)?
    };
    let items = of_ids(conn, viewer, &part)?;
    let authority = people::veil_for(conn, viewer)?.authority(authority);
    Ok(Named { authority, items, total })
}

/// The people and places that an item names and that have a page for `viewer`, who may see the item.
pub fn names_in(conn: &mut Conn, viewer: &Viewer, item: &Item) -> Result<Names> {
    let keeps = archive::keeps(conn, viewer)?;
    // What isn't in the archive yet makes no page.
    if !keeps && item.state != State::Published {
        return Ok(Names::default());
    }
    let rows: Vec<(String, Kind, AuthorityId, bool)> = item_authority::table
        .inner_join(authority::table.on(authority::id.eq(item_authority::authority_id)))
        .inner_join(authority_name::table.on(authority_name::authority_id.eq(item_authority::authority_id)))
        .filter(item_authority::item_id.eq(item.id))
        .order((item_authority::authority_id, authority_name::name))
        .select((authority_name::name, authority::kind, authority::id, authority::is_living))
        .load(conn.link())?;
    let open = rows.into_iter().filter(|(.., is_living)| keeps || !is_living);
    Ok(Names(open.map(|(name, kind, id, _)| (name, kind, id)).collect()))
}
