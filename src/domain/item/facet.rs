//! What items are browsed by: values and coordinates, taken from their records whenever these change.

use diesel::prelude::*;

use super::{Item, point};
use crate::db::schema::item_facet;
use crate::db::{Conn, IntoBoth, text_enum};
use crate::domain::authority;
use crate::error::Result;
use crate::id::PostId;
use crate::text;

/// Longest value.
const VALUE_CHARS_MAX: usize = 100;
/// Values of one item and facet.
const VALUES_MAX: usize = 30;
/// Most decades that one date is put under.
const DECADES_MAX: usize = 12;
/// What stands in place of a decade where there is no date.
pub const UNDATED: &str = "undated";

text_enum! {
    /// By what items can be narrowed.
    Facet {
        /// The record form.
        Form = "form",
        /// The collection, by its code.
        Collection = "collection",
        /// The place as written or as it is called today.
        Place = "place",
        /// The county of origin.
        Hometown = "hometown",
        /// The surname.
        Surname = "surname",
        /// The dialect.
        Dialect = "dialect",
        /// Ten years, by their first; or [`UNDATED`].
        Decade = "decade",
        /// The language.
        Language = "language",
        /// The rights.
        Rights = "rights",
        /// The subject.
        Subject = "subject",
    }
}

/// All of them, in the order of pages.
pub const FACETS: &[Facet] = Facet::ALL;

/// Writes the values of an item anew, and where it is.
pub(super) fn write(conn: &mut Conn, item: &Item) -> Result<()> {
    clear(conn, item.id)?;
    let veil = authority::veil(conn)?;
    let record = veil.record(&item.record());
    point::write(conn, item.id, &record)?;
    let all = |code: &str| record.all(code).iter().map(|value| value.text.clone()).collect::<Vec<String>>();
    let mut collection = Vec::new();
    if let Some(id) = item.collection_id {
        collection.extend(crate::domain::collection::path(conn, id)?.into_iter().map(|one| one.code));
    }
    let tens = item.date().years().map(|(from, to)| from.div_euclid(10)..=to.div_euclid(10));
    let mut decades: Vec<String> =
        tens.into_iter().flatten().take(DECADES_MAX).map(|ten| (ten * 10).to_string()).collect();
    if decades.is_empty() {
        decades.push(UNDATED.to_owned());
    }
    let mut places = all("place");
    places.extend(all("place_modern"));
    let values = [
        (Facet::Form, vec![item.form.clone()]),
        (Facet::Collection, collection),
        (Facet::Place, places),
        (Facet::Hometown, all("hometown")),
        (Facet::Surname, all("surname")),
        (Facet::Dialect, all("dialect")),
        (Facet::Decade, decades),
        (Facet::Language, all("language")),
        (Facet::Rights, all("rights")),
        (Facet::Subject, all("subject")),
    ];
    for (facet, values) in values {
        for value in
            values.iter().map(|value| text::name(value, VALUE_CHARS_MAX)).filter(|v| !v.is_empty()).take(VALUES_MAX)
        {
            diesel::insert_into(item_facet::table)
                .values((item_facet::item_id.eq(item.id), item_facet::facet.eq(facet), item_facet::value.eq(value)))
                .on_conflict_do_nothing()
                .both()
                .execute(conn.link())?;
        }
    }
    Ok(())
}

/// Takes the values of an item away, and it off the map.
pub(super) fn clear(conn: &mut Conn, id: PostId) -> Result<()> {
    point::clear(conn, id)?;
    diesel::delete(item_facet::table.filter(item_facet::item_id.eq(id))).execute(conn.link())?;
    Ok(())
}
