//! Collections of the archive: fonds, series and files stand in each other, as archivists arrange what came from one hand; free
//! collections stand beside and gather items from anywhere.
//!
//! Invariant: what stands in what makes a tree; a collection that would stand in itself is refused. Who may see what is in it is the items'
//! business, to which a collection lends its access protocol if they have none.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::audience::Viewer;
use super::authority;
use super::protocol::Protocol;
use crate::clock::Micros;
use crate::db::schema::{collection, collection_item, item};
use crate::db::{Conn, IntoBoth, text_enum};
use crate::error::{Error, Problem, Result};
use crate::id::{CollectionId, PostId};
use crate::text;

/// Longest title.
pub const TITLE_CHARS_MAX: usize = 200;
/// Longest description.
pub const DESCRIPTION_CHARS_MAX: usize = 5_000;
/// Longest code.
const CODE_CHARS_MAX: usize = 60;
/// How deep collections stand in each other.
pub const DEPTH_MAX: usize = 8;
/// Items of one free collection.
pub const GATHERED_MAX: usize = 1_000;
/// Collections that pages list.
const LIST_MAX: i64 = 1_000;

text_enum! {
    /// What a collection is.
    Level {
        /// 全宗: everything from one hand.
        Fonds = "fonds",
        /// 系列: what belongs together in it.
        Series = "series",
        /// 卷: a folder of it.
        File = "file",
        /// 专题: gathered from anywhere.
        Free = "free",
    }
}

/// A collection.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = collection)]
pub struct Collection {
    /// Its id.
    pub id: CollectionId,
    /// In which it stands.
    pub parent_id: Option<CollectionId>,
    /// What it is.
    pub level: Level,
    /// Its number, which stays.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Titles by language, as JSON.
    pub names: String,
    /// About it.
    pub description: String,
    /// The access protocol of what has none of its own; may be empty.
    pub protocol: String,
    /// When it was made.
    pub created_at: Micros,
    /// When it was changed.
    pub updated_at: Micros,
}

/// What a form says of a collection, checked.
#[derive(Debug, Clone)]
pub struct Draft {
    level: Level,
    code: String,
    title: String,
    description: String,
    protocol: String,
    parent: String,
}

impl Draft {
    /// Checks what a form says; `parent` is the code of another collection or nothing.
    ///
    /// Errors: `Invalid` naming the fields.
    pub fn parse(
        level: &str,
        code: &str,
        title: &str,
        description: &str,
        protocol: &str,
        parent: &str,
    ) -> Result<Self> {
        let mut problems = Vec::new();
        let title = text::name(title, TITLE_CHARS_MAX + 1);
        let code = text::name(code, CODE_CHARS_MAX + 1);
        let description = text::body(description);
        if title.is_empty() {
            problems.push(Problem::new("title", "archive-problem-missing"));
        }
        for (field, text, max) in [
            ("title", &title, TITLE_CHARS_MAX),
            ("code", &code, CODE_CHARS_MAX),
            ("description", &description, DESCRIPTION_CHARS_MAX),
        ] {
            if text.chars().count() > max {
                problems.push(Problem::new(field, "problem-too-long").with("max", max));
            }
        }
        let level = level.parse::<Level>();
        if level.is_err() {
            problems.push(Problem::new("level", "archive-problem-choice"));
        }
        let protocol = Protocol::parse(protocol).map_err(|problem| problems.push(problem));
        match (level, protocol) {
            (Ok(level), Ok(protocol)) if problems.is_empty() => {
                let protocol = protocol.map(|protocol| protocol.to_string()).unwrap_or_default();
                Ok(Self { level, code, title, description, protocol, parent: parent.trim().to_owned() })
            }
            _ => Err(Error::Invalid(problems)),
        }
    }
}

/// Makes a collection.
///
/// Errors: `Invalid` for `code`, `parent` or `protocol`.
pub fn create(conn: &mut Conn, draft: &Draft) -> Result<Collection> {
    let parent = parent_of(conn, draft, None)?;
    check_protocol(conn, &draft.protocol)?;
    let now = conn.now();
    let id = CollectionId(conn.id_at(now));
    let code = if draft.code.is_empty() { format!("c{id}") } else { draft.code.clone() };
    if by_code(conn, &code)?.is_some() {
        return Err(Error::invalid("code", "archive-problem-code-taken"));
    }
    diesel::insert_into(collection::table)
        .values((
            collection::id.eq(id),
            collection::parent_id.eq(parent),
            collection::level.eq(draft.level),
            collection::code.eq(&code),
            collection::title.eq(&draft.title),
            collection::names.eq("{}"),
            collection::description.eq(&draft.description),
            collection::protocol.eq(&draft.protocol),
            collection::created_at.eq(now),
            collection::updated_at.eq(now),
        ))
        .execute(conn.link())?;
    get(conn, id)
}

/// Changes a collection; its code stays. Items without a protocol of their own are to be settled anew afterwards.
///
/// Errors: `NotFound`; `Invalid` for `parent` or `protocol`.
pub fn update(conn: &mut Conn, id: CollectionId, draft: &Draft) -> Result<Collection> {
    get(conn, id)?;
    let parent = parent_of(conn, draft, Some(id))?;
    check_protocol(conn, &draft.protocol)?;
    let now = conn.now();
    diesel::update(collection::table.filter(collection::id.eq(id)))
        .set((
            collection::parent_id.eq(parent),
            collection::level.eq(draft.level),
            collection::title.eq(&draft.title),
            collection::description.eq(&draft.description),
            collection::protocol.eq(&draft.protocol),
            collection::updated_at.eq(now),
        ))
        .execute(conn.link())?;
    get(conn, id)
}

fn check_protocol(conn: &mut Conn, protocol: &str) -> Result<()> {
    match Protocol::parse(protocol) {
        Ok(Some(protocol)) => protocol.check(conn),
        Ok(None) => Ok(()),
        Err(problem) => Err(Error::Invalid(vec![problem])),
    }
}

fn parent_of(conn: &mut Conn, draft: &Draft, own: Option<CollectionId>) -> Result<Option<CollectionId>> {
    if draft.parent.is_empty() {
        return Ok(None);
    }
    let parent = by_code(conn, &draft.parent)?.ok_or(Error::invalid("parent", "archive-problem-collection"))?;
    let above = path(conn, parent.id)?;
    let height = match own {
        Some(own) => height(conn, own)?,
        None => 1,
    };
    if above.len() + height > DEPTH_MAX || above.iter().any(|one| Some(one.id) == own) {
        return Err(Error::invalid("parent", "archive-problem-circle"));
    }
    Ok(Some(parent.id))
}

/// How many levels a collection has with what stands in it, itself included.
fn height(conn: &mut Conn, id: CollectionId) -> Result<usize> {
    let (mut level, mut height) = (vec![id], 0);
    while !level.is_empty() && height <= DEPTH_MAX {
        height += 1;
        let inner = collection::table.filter(collection::parent_id.eq_any(level)).select(collection::id);
        level = inner.load(conn.link())?;
    }
    Ok(height)
}

/// The collection with this id.
///
/// Errors: `NotFound`.
pub fn get(conn: &mut Conn, id: CollectionId) -> Result<Collection> {
    collection::table
        .filter(collection::id.eq(id))
        .select(Collection::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("collection"))
}

/// The collection with this code.
pub fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Collection>> {
    let row = collection::table.filter(collection::code.eq(code)).select(Collection::as_select());
    Ok(row.first(conn.link()).optional()?)
}

/// The collections in which one stands, the uppermost first, itself last.
pub fn path(conn: &mut Conn, id: CollectionId) -> Result<Vec<Collection>> {
    let (mut path, mut next) = (Vec::new(), Some(id));
    while let (Some(id), true) = (next, path.len() < DEPTH_MAX) {
        let one = get(conn, id)?;
        next = one.parent_id;
        path.push(one);
    }
    path.reverse();
    Ok(path)
}

/// The collections that pages list, by code: of very many the first ones.
pub fn all(conn: &mut Conn) -> Result<Vec<Collection>> {
    let rows = collection::table.order(collection::code).limit(LIST_MAX).select(Collection::as_select());
    Ok(rows.load(conn.link())?)
}

/// Collections as `viewer` reads of them: the living are named to archivists alone.
pub fn veiled(conn: &mut Conn, viewer: &Viewer, all: Vec<Collection>) -> Result<Vec<Collection>> {
    let veil = authority::veil_for(conn, viewer)?;
    let of =
        |one: Collection| Collection { title: veil.text(&one.title), description: veil.text(&one.description), ..one };
    Ok(all.into_iter().map(of).collect())
}

/// Every collection, by code.
pub fn every(conn: &mut Conn) -> Result<Vec<Collection>> {
    let rows = collection::table.order(collection::code).select(Collection::as_select());
    Ok(rows.load(conn.link())?)
}

/// What stands in a collection itself, by code.
pub fn inner(conn: &mut Conn, id: CollectionId) -> Result<Vec<Collection>> {
    let rows = collection::table.filter(collection::parent_id.eq(id)).order(collection::code).limit(LIST_MAX);
    Ok(rows.select(Collection::as_select()).load(conn.link())?)
}

/// A collection and all that stand in it.
pub fn with_inner(conn: &mut Conn, id: CollectionId) -> Result<Vec<CollectionId>> {
    let rows = collection::table.filter(collection::parent_id.is_not_null());
    let rows: Vec<(CollectionId, Option<CollectionId>)> =
        rows.select((collection::id, collection::parent_id)).load(conn.link())?;
    let mut inner: BTreeMap<CollectionId, Vec<CollectionId>> = BTreeMap::new();
    for (one, parent) in rows {
        inner.entry(parent.unwrap_or(one)).or_default().push(one);
    }
    let mut found = vec![id];
    let mut at = 0;
    while let Some(next) = found.get(at).copied() {
        let new = inner.remove(&next).unwrap_or_default();
        found.extend(new.into_iter().filter(|one| *one != id));
        at += 1;
    }
    Ok(found)
}

/// The protocol that what stands in this collection takes from it: the nearest that says one by now.
pub fn protocol(conn: &mut Conn, id: CollectionId) -> Result<Option<Protocol>> {
    let (path, now) = (path(conn, id)?, conn.now());
    let read = |one: Collection| Protocol::parse(&one.protocol).unwrap_or_else(|_| Some(Protocol::closed()));
    Ok(path.into_iter().rev().filter_map(read).find(|protocol| protocol.holds(now)))
}

/// Puts an item behind the others of a free collection; twice is the same as once.
///
/// Errors: `NotFound`; `Invalid` for `collection` if it isn't free or is full.
pub fn gather(conn: &mut Conn, id: CollectionId, item: PostId) -> Result<()> {
    if get(conn, id)?.level != Level::Free {
        return Err(Error::invalid("collection", "archive-problem-collection"));
    }
    let known = gathered(conn, id)?;
    if known.contains(&item) {
        return Ok(());
    }
    if known.len() >= GATHERED_MAX {
        return Err(Error::Invalid(vec![Problem::new("collection", "archive-problem-many").with("max", GATHERED_MAX)]));
    }
    let here = collection_item::table.filter(collection_item::collection_id.eq(id));
    let last: Option<i64> = here.select(diesel::dsl::max(collection_item::place)).first(conn.link())?;
    diesel::insert_into(collection_item::table)
        .values((
            collection_item::collection_id.eq(id),
            collection_item::item_id.eq(item),
            collection_item::place.eq(last.map_or(0, |last| last.saturating_add(1))),
        ))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Takes an item out of a free collection; the item itself stays where it is.
pub fn scatter(conn: &mut Conn, id: CollectionId, item: PostId) -> Result<()> {
    let row = collection_item::table.filter(collection_item::collection_id.eq(id));
    diesel::delete(row.filter(collection_item::item_id.eq(item))).execute(conn.link())?;
    Ok(())
}

/// Moves an item of a free collection one place up or down; at an end it stays.
pub fn shift(conn: &mut Conn, id: CollectionId, item: PostId, is_up: bool) -> Result<()> {
    let mut order = gathered(conn, id)?;
    let Some(at) = order.iter().position(|one| *one == item) else { return Ok(()) };
    let other = if is_up { at.checked_sub(1) } else { Some(at + 1).filter(|next| *next < order.len()) };
    let Some(other) = other else { return Ok(()) };
    order.swap(at, other);
    for (place, item) in (0_i64..).zip(order) {
        let row = collection_item::table.filter(collection_item::collection_id.eq(id));
        let row = row.filter(collection_item::item_id.eq(item)).filter(collection_item::place.ne(place));
        diesel::update(row).set(collection_item::place.eq(place)).execute(conn.link())?;
    }
    Ok(())
}

/// The items of a free collection in their order, whoever looks: never for showing.
pub fn gathered(conn: &mut Conn, id: CollectionId) -> Result<Vec<PostId>> {
    let rows = collection_item::table.filter(collection_item::collection_id.eq(id));
    let rows = rows.order((collection_item::place, collection_item::item_id));
    Ok(rows.select(collection_item::item_id).load(conn.link())?)
}

/// The free collections that an item is in, by code.
pub fn gathering(conn: &mut Conn, item: PostId) -> Result<Vec<Collection>> {
    Ok(collection::table
        .inner_join(collection_item::table.on(collection_item::collection_id.eq(collection::id)))
        .filter(collection_item::item_id.eq(item))
        .filter(collection::level.eq(Level::Free))
        .order(collection::code)
        .select(Collection::as_select())
        .load(conn.link())?)
}

/// All free collections, by code.
pub fn free(conn: &mut Conn) -> Result<Vec<Collection>> {
    let rows = collection::table.filter(collection::level.eq(Level::Free)).order(collection::code).limit(LIST_MAX);
    Ok(rows.select(Collection::as_select()).load(conn.link())?)
}

/// The items that take their protocol from this collection or from what stands in it.
pub fn dependants(conn: &mut Conn, id: CollectionId) -> Result<Vec<PostId>> {
    let within = with_inner(conn, id)?;
    let rows = item::table.filter(item::collection_id.eq_any(within));
    // What says no more than a day takes it from there as well.
    let rows = rows.filter(item::protocol.eq("").or(item::protocol.like("from:%")));
    Ok(rows.select(item::id).load(conn.link())?)
}

/// What a collection lent to those in it that say nothing by themselves, or no more than a day, becomes their own: nothing opens because
/// its folder goes.
fn lend_for_good(conn: &mut Conn, gone: &Collection) -> Result<()> {
    let items = item::table.filter(item::collection_id.eq(gone.id));
    let inner = collection::table.filter(collection::parent_id.eq(gone.id));
    diesel::update(items.filter(item::protocol.eq(""))).set(item::protocol.eq(&gone.protocol)).execute(conn.link())?;
    diesel::update(inner.filter(collection::protocol.eq("")))
        .set(collection::protocol.eq(&gone.protocol))
        .execute(conn.link())?;
    let days = items.filter(item::protocol.like("from:%")).select((item::id, item::protocol));
    for (id, day) in days.load::<(PostId, String)>(conn.link())? {
        diesel::update(item::table.filter(item::id.eq(id)))
            .set(item::protocol.eq(Protocol::within(&day, &gone.protocol)))
            .execute(conn.link())?;
    }
    let days = inner.filter(collection::protocol.like("from:%")).select((collection::id, collection::protocol));
    for (id, day) in days.load::<(CollectionId, String)>(conn.link())? {
        diesel::update(collection::table.filter(collection::id.eq(id)))
            .set(collection::protocol.eq(Protocol::within(&day, &gone.protocol)))
            .execute(conn.link())?;
    }
    Ok(())
}

/// Deletes a collection; what stood in it stands in the one above, and stays as closed as it was.
///
/// Errors: `NotFound`.
pub fn delete(conn: &mut Conn, id: CollectionId) -> Result<()> {
    let gone = get(conn, id)?;
    if !gone.protocol.is_empty() {
        lend_for_good(conn, &gone)?;
    }
    diesel::update(collection::table.filter(collection::parent_id.eq(id)))
        .set(collection::parent_id.eq(gone.parent_id))
        .execute(conn.link())?;
    diesel::update(item::table.filter(item::collection_id.eq(id)))
        .set(item::collection_id.eq(gone.parent_id))
        .execute(conn.link())?;
    diesel::delete(collection::table.filter(collection::id.eq(id))).execute(conn.link())?;
    Ok(())
}
