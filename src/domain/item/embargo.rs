//! The next day on which an item, or one of its files, may open by itself.

use diesel::prelude::*;

use super::Item;
use crate::clock::Micros;
use crate::db::Conn;
use crate::db::schema::item_file;
use crate::domain::collection;
use crate::domain::event::{self, Event};
use crate::domain::post;
use crate::domain::protocol::Protocol;
use crate::error::Result;
use crate::id::PostId;

/// Notes the next of the days that an item, its collections and its files name.
pub(super) fn await_day(conn: &mut Conn, item: &Item) -> Result<()> {
    let lane = lane(item.id);
    event::withdraw(conn, &lane)?;
    let files = item_file::table.filter(item_file::item_id.eq(item.id)).filter(item_file::protocol.ne(""));
    let mut said: Vec<String> = files.select(item_file::protocol).load(conn.link())?;
    said.push(item.protocol.clone());
    if let Some(collection) = item.collection_id {
        said.extend(collection::path(conn, collection)?.into_iter().map(|one| one.protocol));
    }
    let days = said.iter().filter_map(|said| Protocol::parse(said).ok()??.opens_at()).chain(item.embargo_until);
    let now = conn.now();
    let Some(next): Option<Micros> = days.filter(|day| *day > now).min() else { return Ok(()) };
    let (event, author) = (event::id(conn), post::by_id(conn, item.id)?.author_id);
    event::record_at(conn, event, author, &lane, &Event::EmbargoEnded(item.id), next)
}

/// The lane in which the end of an item's embargo waits.
pub(super) fn lane(id: PostId) -> String {
    format!("embargo:{id}")
}
