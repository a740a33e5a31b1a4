//! Items that belong together, whichever of them one looks at.

use diesel::prelude::*;

use super::browse::{self, Listed};
use super::{Item, by_code, by_id};
use crate::db::schema::{item, item_link};
use crate::db::{Conn, IntoBoth};
use crate::domain::audience::Viewer;
use crate::error::{Error, Problem, Result};
use crate::id::PostId;

/// Items that one item points at.
const LINKS_MAX: usize = 500;

/// The item that somebody means by its number, its ARK or its address, whoever looks.
pub fn named(conn: &mut Conn, said: &str) -> Result<Option<Item>> {
    let said = said.trim().split(['?', '#']).next().unwrap_or_default();
    let code = said.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    match (by_code(conn, code)?, code.parse()) {
        (None, Ok(id)) => match by_id(conn, id) {
            Ok(found) => Ok(Some(found)),
            Err(Error::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        },
        (found, _) => Ok(found),
    }
}

/// Links an item with others, both ways, in place of the links that it had.
///
/// Errors: `Invalid` for `links` if one isn't there, or if there are too many.
pub fn link(conn: &mut Conn, id: PostId, others: &[String]) -> Result<()> {
    if others.len() > LINKS_MAX {
        return Err(Error::Invalid(vec![Problem::new("links", "archive-problem-many").with("max", LINKS_MAX)]));
    }
    let mut ids = Vec::new();
    for other in others {
        let found = named(conn, other)?.map(|found| found.id);
        ids.push(found.filter(|found| *found != id).ok_or(Error::invalid("links", "archive-problem-link"))?);
    }
    diesel::delete(item_link::table.filter(item_link::item_id.eq(id).or(item_link::other_id.eq(id))))
        .execute(conn.link())?;
    ids.into_iter().try_for_each(|other| join(conn, id, other))
}

/// Links two items, both ways.
fn join(conn: &mut Conn, one: PostId, other: PostId) -> Result<()> {
    for (from, to) in [(one, other), (other, one)] {
        diesel::insert_into(item_link::table)
            .values((item_link::item_id.eq(from), item_link::other_id.eq(to)))
            .on_conflict_do_nothing()
            .both()
            .execute(conn.link())?;
    }
    Ok(())
}

/// The items that one is linked with, as far as `viewer` may see them.
pub fn linked(conn: &mut Conn, viewer: &Viewer, id: PostId) -> Result<Vec<Listed>> {
    let others = item_link::table.filter(item_link::item_id.eq(id)).select(item_link::other_id);
    let ids: Vec<PostId> = others.load(conn.link())?;
    browse::of_ids(conn, viewer, &ids)
}

/// The codes of the items that one is linked with, whoever looks.
pub fn link_codes(conn: &mut Conn, id: PostId) -> Result<Vec<String>> {
    Ok(item_link::table
        .inner_join(item::table.on(item::id.eq(item_link::other_id)))
        .filter(item_link::item_id.eq(id))
        .order(item::code)
        .select(item::code)
        .load(conn.link())?)
}

/// Links items by their codes, as far as they are there.
pub fn link_all(conn: &mut Conn, links: &[(String, Vec<String>)]) -> Result<()> {
    for (code, others) in links.iter().filter(|(_, others)| !others.is_empty()) {
        let Some(one) = by_code(conn, code)? else { continue };
        for other in others {
            let Some(other) = by_code(conn, other)?.filter(|other| other.id != one.id) else { continue };
            join(conn, one.id, other.id)?;
        }
    }
    Ok(())
}
