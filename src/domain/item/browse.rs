//! Items in lists: browsed by what they are, counted, harvested, waiting to be looked at; each through the gate.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Bool, Text};

use super::facet::Facet;
use super::point::Area;
use super::{Item, State};
use crate::db::schema::{
    authority, collection, collection_item, item, item_facet, item_file, post as post_table, transcript,
};
use crate::db::{AMONG_MAX, Among, Conn, MultiBackend};
use crate::domain::archive;
use crate::domain::audience::{Gate, Viewer};
use crate::domain::authority as people;
use crate::domain::collection::{Collection, Level};
use crate::domain::post::Post;
use crate::error::Result;
use crate::id::{ActorId, AuthorityId, CollectionId, PostId};
use crate::record::Record;

/// Items whose values are counted: a list that has more says so.
pub const COUNTED_MAX: i64 = 1_000;
/// Values of one facet that are told.
const VALUES_MAX: usize = 12;

/// An item as it may be shown: living people are named in `record` to archivists alone.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The item, its date as it may be shown. What else is said of it is in `record`.
    pub item: Item,
    /// Its post.
    pub post: Post,
    /// What is said of it.
    pub record: Record,
}

/// A place by all the names that it goes by.
#[derive(Debug, Clone)]
pub struct Spot {
    /// Its record.
    pub id: AuthorityId,
    /// What it is called.
    pub name: String,
    /// All its names, that one too.
    pub names: Vec<String>,
}

/// What narrows a list of items.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Values that an item must have.
    pub facets: Vec<(Facet, String)>,
    /// A place that it must be of, by whichever of its names.
    pub at: Option<Spot>,
    /// A square of the map in which it must be by its own coordinates.
    pub area: Option<Area>,
    /// By its date rather than by when it came?
    pub by_date: bool,
}

/// The condition, on a query that names `item`, that it has these values, is of a place with one of these names if there are any, and
/// is between these points if there are some.
#[derive(Debug, Clone, Default)]
struct Narrow {
    facets: Vec<(Facet, String)>,
    places: Vec<String>,
    points: Option<(i64, i64)>,
}

impl Narrow {
    /// The value that fewest items have comes first: those are looked through.
    fn of(conn: &mut Conn, filter: &Filter) -> Result<Self> {
        let places = filter.at.as_ref().map(|spot| spot.names.clone()).unwrap_or_default();
        let mut facets = filter.facets.clone();
        if facets.len() > 1 {
            let mut sizes = Vec::with_capacity(facets.len());
            for (facet, value) in &facets {
                let having = item_facet::table.filter(item_facet::facet.eq(*facet)).filter(item_facet::value.eq(value));
                sizes.push(having.count().get_result::<i64>(conn.link())?);
            }
            let mut sized: Vec<_> = sizes.into_iter().zip(facets).collect();
            sized.sort_by_key(|(size, _)| *size);
            facets = sized.into_iter().map(|(_, facet)| facet).collect();
        }
        Ok(Self { facets, places, points: filter.area.map(Area::cells) })
    }

    fn by(facet: Facet, value: &str) -> Self {
        Self { facets: vec![(facet, value.to_owned())], ..Self::default() }
    }
}

impl QueryFragment<MultiBackend> for Narrow {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("(1 = 1");
        for (index, (facet, value)) in self.facets.iter().enumerate() {
            out.push_sql(match index {
                0 => " AND item.id IN (SELECT nf.item_id FROM item_facet nf WHERE nf.facet = ",
                _ => " AND EXISTS (SELECT 1 FROM item_facet mf WHERE mf.item_id = nf.item_id AND mf.facet = ",
            });
            out.push_bind_param::<Text, _>(facet)?;
            out.push_sql(if index == 0 { " AND nf.value = " } else { " AND mf.value = " });
            out.push_bind_param::<Text, _>(value)?;
            out.push_sql(if index == 0 { "" } else { ")" });
        }
        if !self.facets.is_empty() {
            out.push_sql(")");
        }
        for (index, name) in self.places.iter().enumerate() {
            let before = match index {
                0 => " AND item.id IN (SELECT pf.item_id FROM item_facet pf WHERE pf.facet = 'place' AND pf.value IN (",
                _ => ", ",
            };
            out.push_sql(before);
            out.push_bind_param::<Text, _>(name)?;
        }
        if !self.places.is_empty() {
            out.push_sql("))");
        }
        if let Some((first, last)) = &self.points {
            out.push_sql(" AND item.id IN (SELECT ip.item_id FROM item_point ip WHERE ip.cell BETWEEN ");
            out.push_bind_param::<BigInt, _>(first)?;
            out.push_sql(" AND ");
            out.push_bind_param::<BigInt, _>(last)?;
            out.push_sql(")");
        }
        out.push_sql(")");
        Ok(())
    }
}

impl Expression for Narrow {
    type SqlType = Bool;
}

impl QueryId for Narrow {
    // Its text differs by how many values it asks for.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<QS> AppearsOnTable<QS> for Narrow {}
impl<QS> SelectableExpression<QS> for Narrow {}
impl<GB> ValidGrouping<GB> for Narrow {
    type IsAggregate = is_aggregate::No;
}

/// Adds what the reader may know of each.
fn listed(conn: &mut Conn, viewer: &Viewer, rows: Vec<(Item, Post)>) -> Result<Vec<Listed>> {
    let veil = if archive::keeps(conn, viewer)? { people::Veil::default() } else { people::veil(conn)? };
    let listed = |(item, post): (Item, Post)| {
        let (record, date_text) = (veil.record(&item.record()), veil.text(&item.date_text));
        Listed { item: Item { date_text, ..item }, post, record }
    };
    Ok(rows.into_iter().map(listed).collect())
}

/// Published items of a free collection that `viewer` may see, in its order, `limit` of them behind `skip`.
pub fn gathered(conn: &mut Conn, viewer: &Viewer, id: CollectionId, skip: i64, limit: i64) -> Result<Vec<Listed>> {
    let rows: Vec<(Item, Post)> = collection_item::table
        .inner_join(item::table.on(item::id.eq(collection_item::item_id)))
        .inner_join(post_table::table.on(post_table::id.eq(collection_item::item_id)))
        .filter(collection_item::collection_id.eq(id))
        .filter(item::state.eq(State::Published))
        .filter(Gate::before(viewer))
        .order((collection_item::place, collection_item::item_id))
        .offset(skip)
        .limit(limit)
        .select((Item::as_select(), Post::as_select()))
        .load(conn.link())?;
    listed(conn, viewer, rows)
}

/// Published items that `viewer` may see, `limit` of them behind `skip`.
pub fn browse(conn: &mut Conn, viewer: &Viewer, filter: &Filter, skip: i64, limit: i64) -> Result<Vec<Listed>> {
    let narrow = Narrow::of(conn, filter)?;
    let query = item::table
        .inner_join(post_table::table.on(post_table::id.eq(item::id)))
        .filter(item::state.eq(State::Published))
        .filter(narrow)
        .filter(Gate::before(viewer))
        .select((Item::as_select(), Post::as_select()))
        .offset(skip)
        .limit(limit);
    let rows: Vec<(Item, Post)> = if filter.by_date {
        // Those of which only the last day is known come first; what has no date at all isn't among them.
        let is_dated = diesel::dsl::sql::<Bool>("(item.date_earliest, item.date_latest) > ('', '')");
        query.filter(is_dated).order((item::date_earliest, item::date_latest, item::id)).load(conn.link())?
    } else {
        query.order(item::id.desc()).load(conn.link())?
    };
    listed(conn, viewer, rows)
}

/// How many items have each value of a facet.
pub type Counted = Vec<(Facet, Vec<(String, i64)>)>;

/// A page of a list with the [`counts`] of all of it.
pub fn browse_counted(
    conn: &mut Conn,
    viewer: &Viewer,
    filter: &Filter,
    skip: i64,
    limit: i64,
) -> Result<(Vec<Listed>, Counted, i64)> {
    let ids = narrowed(conn, viewer, filter)?;
    let (counted, total) = counts_of(conn, &ids)?;
    let end = usize::try_from(skip.saturating_add(limit)).unwrap_or(usize::MAX);
    // What is counted is what the list begins with, unless it is in another order.
    let is_told = !filter.by_date && (end <= ids.len() || total < COUNTED_MAX);
    let found = if is_told {
        let part: Vec<PostId> = ids.into_iter().take(end).skip(usize::try_from(skip).unwrap_or(usize::MAX)).collect();
        of_ids(conn, viewer, &part)?
    } else {
        browse(conn, viewer, filter, skip, limit)?
    };
    Ok((found, counted, total))
}

/// How many of the items that a list has, as far as [`COUNTED_MAX`] goes, have which value, the most first; and how many items there are so
/// far.
pub fn counts(conn: &mut Conn, viewer: &Viewer, filter: &Filter) -> Result<(Counted, i64)> {
    let ids = narrowed(conn, viewer, filter)?;
    counts_of(conn, &ids)
}

/// The items that a list has, the newest first, as far as they are counted.
fn narrowed(conn: &mut Conn, viewer: &Viewer, filter: &Filter) -> Result<Vec<PostId>> {
    let narrow = Narrow::of(conn, filter)?;
    Ok(item::table
        .inner_join(post_table::table.on(post_table::id.eq(item::id)))
        .filter(item::state.eq(State::Published))
        .filter(narrow)
        .filter(Gate::before(viewer))
        .order(item::id.desc())
        .limit(COUNTED_MAX)
        .select(item::id)
        .load(conn.link())?)
}

fn counts_of(conn: &mut Conn, ids: &[PostId]) -> Result<(Counted, i64)> {
    let mut counts: std::collections::BTreeMap<(usize, String), i64> = std::collections::BTreeMap::new();
    for part in ids.chunks(AMONG_MAX) {
        let rows: Vec<(Facet, String)> = item_facet::table
            .filter(Among::new(item_facet::item_id, part.iter().map(|id| id.0)))
            .select((item_facet::facet, item_facet::value))
            .load(conn.link())?;
        for (facet, value) in rows {
            let place = Facet::ALL.iter().position(|one| *one == facet).unwrap_or(0);
            *counts.entry((place, value)).or_default() += 1;
        }
    }
    let of = |place: usize| {
        let own = counts.iter().filter(|((one, _), _)| *one == place);
        let mut own: Vec<(String, i64)> = own.map(|((_, value), count)| (value.clone(), *count)).collect();
        own.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        own.truncate(VALUES_MAX);
        own
    };
    let counted = Facet::ALL.iter().enumerate().map(|(place, facet)| (*facet, of(place)));
    let counted = counted.filter(|(_, values)| !values.is_empty()).collect();
    Ok((counted, i64::try_from(ids.len()).unwrap_or(COUNTED_MAX)))
}

/// How many items of each collection `viewer` may see, those of what stands in it too; as far as [`COUNTED_MAX`] goes.
pub fn census(conn: &mut Conn, viewer: &Viewer, collections: &[Collection]) -> Result<Vec<i64>> {
    let count = |one: &Collection| {
        let ids: Vec<PostId> = if one.level == Level::Free {
            collection_item::table
                .inner_join(item::table.on(item::id.eq(collection_item::item_id)))
                .inner_join(post_table::table.on(post_table::id.eq(collection_item::item_id)))
                .filter(collection_item::collection_id.eq(one.id))
                .filter(item::state.eq(State::Published))
                .filter(Gate::before(viewer))
                .limit(COUNTED_MAX)
                .select(item::id)
                .load(conn.link())?
        } else {
            item::table
                .inner_join(post_table::table.on(post_table::id.eq(item::id)))
                .filter(item::state.eq(State::Published))
                .filter(Narrow::by(Facet::Collection, &one.code))
                .filter(Gate::before(viewer))
                .limit(COUNTED_MAX)
                .select(item::id)
                .load(conn.link())?
        };
        Ok(i64::try_from(ids.len()).unwrap_or(COUNTED_MAX))
    };
    collections.iter().map(count).collect()
}

/// These items, as far as `viewer` may see them, in this order.
pub fn of_ids(conn: &mut Conn, viewer: &Viewer, ids: &[PostId]) -> Result<Vec<Listed>> {
    let mut rows: Vec<(Item, Post)> = Vec::new();
    for part in ids.chunks(AMONG_MAX) {
        let found: Vec<(Item, Post)> = item::table
            .inner_join(post_table::table.on(post_table::id.eq(item::id)))
            .filter(Among::new(item::id, part.iter().map(|id| id.0)))
            .filter(Gate::before(viewer))
            .select((Item::as_select(), Post::as_select()))
            .load(conn.link())?;
        rows.extend(found);
    }
    rows.sort_by_key(|(item, _)| ids.iter().position(|id| *id == item.id));
    listed(conn, viewer, rows)
}

/// What stands on the front page: what archivists put there, then what came last.
pub fn newest(conn: &mut Conn, viewer: &Viewer, limit: i64) -> Result<(Vec<Listed>, Vec<Listed>)> {
    let query = item::table
        .inner_join(post_table::table.on(post_table::id.eq(item::id)))
        .filter(item::state.eq(State::Published))
        .filter(Gate::before(viewer))
        .select((Item::as_select(), Post::as_select()))
        .limit(limit);
    let shown = item::highlighted_at.is_not_null();
    let highlights: Vec<(Item, Post)> =
        query.clone().filter(shown).order(item::highlighted_at.desc()).load(conn.link())?;
    let newest: Vec<(Item, Post)> = query.order(item::id.desc()).load(conn.link())?;
    Ok((listed(conn, viewer, highlights)?, listed(conn, viewer, newest)?))
}

/// What waits to be looked at or is being described, for archivists: the first first.
pub fn queue(conn: &mut Conn, state: State, limit: i64) -> Result<Vec<Item>> {
    let rows = item::table.filter(item::state.eq(state)).order(item::id).limit(limit);
    Ok(rows.select(Item::as_select()).load(conn.link())?)
}

/// A page of all items that are there, in whatever state, behind this one: for taking them out.
pub fn all(conn: &mut Conn, after: PostId, limit: i64) -> Result<Vec<Item>> {
    let rows = item::table.filter(item::id.gt(after)).filter(item::state.ne(State::Withdrawn));
    Ok(rows.order(item::id).limit(limit).select(Item::as_select()).load(conn.link())?)
}

/// What a member has given, in whatever state, the newest first.
pub fn mine(conn: &mut Conn, me: ActorId, limit: i64) -> Result<Vec<Item>> {
    let rows = item::table.filter(item::contributor_id.eq(me)).order(item::id.desc()).limit(limit);
    Ok(rows.select(Item::as_select()).load(conn.link())?)
}

/// How many items are for everyone.
pub fn public_count(conn: &mut Conn) -> Result<i64> {
    Ok(item::table.filter(item::is_public.eq(true)).count().get_result(conn.link())?)
}

/// What the archive holds, in numbers, for those who run it.
pub fn stats(conn: &mut Conn) -> Result<Vec<(&'static str, i64)>> {
    let mut stats = Vec::new();
    for (word, state) in [
        ("items", State::Published),
        ("drafts", State::Draft),
        ("offered", State::Offered),
        ("withdrawn", State::Withdrawn),
    ] {
        stats.push((word, item::table.filter(item::state.eq(state)).count().get_result(conn.link())?));
    }
    stats.push(("public", public_count(conn)?));
    stats.push(("collections", collection::table.count().get_result(conn.link())?));
    stats.push(("people and places", authority::table.count().get_result(conn.link())?));
    stats.push(("files", item_file::table.count().get_result(conn.link())?));
    let mut bytes = 0_i64;
    for size in item_file::table.select(item_file::bytes).load::<i64>(conn.link())? {
        bytes = bytes.saturating_add(size);
    }
    stats.push(("bytes", bytes));
    stats.push(("transcripts", transcript::table.count().get_result(conn.link())?));
    Ok(stats)
}
