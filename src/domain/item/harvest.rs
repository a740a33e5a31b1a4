//! What harvesters are told (OAI-PMH): items that are for everyone or were, by their last change, page by page.

use diesel::prelude::*;

use super::Item;
use super::browse::{Listed, of_ids};
use crate::clock::Micros;
use crate::db::schema::item;
use crate::db::{Conn, MultiBackend};
use crate::domain::audience::Viewer;
use crate::domain::collection::{self, Collection, Level};
use crate::error::Result;
use crate::id::{CollectionId, PostId};

/// What a harvest is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Set {
    /// Nothing.
    #[default]
    All,
    /// Items of one form.
    Form(String),
    /// Items that stand in any collection.
    Collected,
    /// Items that stand in one of these collections.
    Within(Vec<CollectionId>),
}

type Rows<'a> = item::BoxedQuery<'a, MultiBackend>;

/// Items that are for everyone or were, changed within a span of time (both ends count), of a set.
fn rows<'a>(span: (Micros, Micros), set: &Set) -> Rows<'a> {
    let rows = item::table
        .into_boxed()
        .filter(item::was_public.eq(true))
        .filter(item::updated_at.ge(span.0))
        .filter(item::updated_at.le(span.1));
    match set {
        Set::All => rows,
        Set::Form(form) => rows.filter(item::form.eq(form.clone())),
        Set::Collected => rows.filter(item::collection_id.is_not_null()),
        Set::Within(ids) => rows.filter(item::collection_id.eq_any(ids.clone())),
    }
}

/// A page of a harvest, behind `after`. An item that is no longer for everyone comes without what is said of it.
pub fn harvest(
    conn: &mut Conn,
    after: (Micros, PostId),
    span: (Micros, Micros),
    set: &Set,
    limit: i64,
) -> Result<Vec<(Item, Option<Listed>)>> {
    let (at, id) = after;
    let found: Vec<Item> = rows(span, set)
        .filter(item::updated_at.gt(at).or(item::updated_at.eq(at).and(item::id.gt(id))))
        .order((item::updated_at, item::id))
        .limit(limit)
        .select(Item::as_select())
        .load(conn.link())?;
    let ids: Vec<PostId> = found.iter().map(|row| row.id).collect();
    let open = of_ids(conn, &Viewer::Anonymous, &ids)?;
    let with = |row: Item| {
        let open = open.iter().find(|one| one.item.id == row.id && row.is_public).cloned();
        (row, open)
    };
    Ok(found.into_iter().map(with).collect())
}

/// How many items a harvest has.
pub fn harvest_size(conn: &mut Conn, span: (Micros, Micros), set: &Set) -> Result<i64> {
    Ok(rows(span, set).count().get_result(conn.link())?)
}

/// The collections of the arrangement in which something is or was for everyone, those around them too, by code: the others are nobody's
/// business who harvests.
pub fn harvest_collections(conn: &mut Conn) -> Result<Vec<Collection>> {
    let holding: Vec<Option<CollectionId>> = item::table
        .filter(item::was_public.eq(true))
        .filter(item::collection_id.is_not_null())
        .select(item::collection_id)
        .distinct()
        .load(conn.link())?;
    let all = collection::every(conn)?;
    let mut kept: Vec<CollectionId> = Vec::new();
    for id in holding.into_iter().flatten() {
        let mut next = Some(id);
        while let Some(id) = next.filter(|id| !kept.contains(id)) {
            kept.push(id);
            next = all.iter().find(|one| one.id == id).and_then(|one| one.parent_id);
        }
    }
    let kept = all.into_iter().filter(|one| one.level != Level::Free && kept.contains(&one.id)).collect();
    collection::veiled(conn, &Viewer::Anonymous, kept)
}
