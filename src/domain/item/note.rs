//! What is said between those who keep the archive and those who gave an item: questions, answers, thanks; and, for the keepers alone, what
//! people elsewhere answered to it ([`super::reply`]).

use diesel::prelude::*;

use super::{Item, by_id};
use crate::clock::Micros;
use crate::db::schema::{actor as actor_table, item_note};
use crate::db::{Conn, columns};
use crate::domain::actor::Actor;
use crate::domain::archive;
use crate::domain::audience::Viewer;
use crate::domain::notice::{self, Kind as Notice, New};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, NoteId, PostId};
use crate::text;

/// Longest note.
pub(super) const BODY_CHARS_MAX: usize = 2_000;
/// Notes of one item that are shown.
const LIST_MAX: i64 = 200;

/// A note.
#[derive(Debug, Clone, Queryable)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// The item.
    pub item_id: PostId,
    /// Who wrote it, if it is somebody known.
    pub author_id: Option<ActorId>,
    /// Their name.
    pub author_name: String,
    /// Do they keep the archive?
    pub by_archivist: bool,
    /// What it says.
    pub body: String,
    /// When.
    pub created_at: Micros,
    /// Its id on the wire, if it came from elsewhere.
    pub uri: Option<String>,
    /// Its page over there; may be empty.
    pub url: String,
}

columns! {
    Note of item_note:
    id, item_id, author_id, author_name, by_archivist, body, created_at, uri, url,
}

/// Adds a note of one who keeps the archive, or who gave the item.
///
/// Errors: `NotFound` for everybody else; `Invalid` for `body`.
pub fn add_note(conn: &mut Conn, by: &Actor, item: PostId, body: &str) -> Result<()> {
    let row = by_id(conn, item)?;
    let by_archivist = archive::is_archivist(conn, by.id)?;
    if !by_archivist && row.contributor_id != Some(by.id) {
        return Err(Error::NotFound("item"));
    }
    insert(conn, item, Some(by.id), &by.display_name, by_archivist, body)?;
    match row.contributor_id {
        Some(giver) if by_archivist => tell_one(conn, giver, by.id, item),
        // A visitor looks at their link.
        None if by_archivist => Ok(()),
        _ => tell(conn, by.id, item),
    }
}

/// Adds a note of a visitor who gave the item; those who keep the archive hear of it from the archive.
///
/// Errors: `Invalid` for `body`.
pub(super) fn add_giver_note(conn: &mut Conn, item: &Item, body: &str) -> Result<()> {
    insert(conn, item.id, None, &item.contributor_name, false, body)?;
    let by = archive::actor(conn)?.id;
    tell(conn, by, item.id)
}

fn insert(
    conn: &mut Conn,
    item: PostId,
    author: Option<ActorId>,
    name: &str,
    by_archivist: bool,
    body: &str,
) -> Result<()> {
    let body = text::body(body).trim().to_owned();
    if body.is_empty() {
        return Err(Error::invalid("body", "problem-body-empty"));
    }
    if body.chars().count() > BODY_CHARS_MAX {
        return Err(Error::Invalid(vec![Problem::new("body", "problem-too-long").with("max", BODY_CHARS_MAX)]));
    }
    let now = conn.now();
    let id = NoteId(conn.id_at(now));
    diesel::insert_into(item_note::table)
        .values((
            item_note::id.eq(id),
            item_note::item_id.eq(item),
            item_note::author_id.eq(author),
            item_note::author_name.eq(name),
            item_note::by_archivist.eq(by_archivist),
            item_note::body.eq(body),
            item_note::created_at.eq(now),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// Those who keep the archive hear of a note.
pub(super) fn tell(conn: &mut Conn, by: ActorId, item: PostId) -> Result<()> {
    archive::archivists(conn)?.into_iter().try_for_each(|to| tell_one(conn, to, by, item))
}

fn tell_one(conn: &mut Conn, to: ActorId, by: ActorId, item: PostId) -> Result<()> {
    let new = New::about_post(Notice::ItemNote, by, item, item);
    // A further note is news again.
    notice::withdraw(conn, to, &new)?;
    notice::tell(conn, to, &new)
}

/// Those who keep the archive hear that something was given to it.
pub(super) fn tell_offer(conn: &mut Conn, by: ActorId, item: PostId) -> Result<()> {
    let new = New::about_post(Notice::ItemOffer, by, item, item);
    archive::archivists(conn)?.into_iter().try_for_each(|to| notice::tell(conn, to, &new))
}

/// The notes of an item, the first first, for those who keep the archive; those of people elsewhere who are suspended aren't told.
pub fn notes(conn: &mut Conn, item: PostId) -> Result<Vec<Note>> {
    Ok(item_note::table
        .left_join(actor_table::table.on(item_note::author_id.eq(actor_table::id.nullable())))
        .filter(item_note::item_id.eq(item))
        .filter(item_note::uri.is_null().or(actor_table::suspended_at.is_null()))
        .order(item_note::id)
        .limit(LIST_MAX)
        .select(Note::as_select())
        .load(conn.link())?)
}

/// Removes what was said of an item, which goes for good: ways to reach people stand in it.
pub(super) fn remove_all(conn: &mut Conn, item: PostId) -> Result<()> {
    diesel::delete(item_note::table.filter(item_note::item_id.eq(item))).execute(conn.link())?;
    Ok(())
}

/// The notes of an item that `viewer` may read and add to; `None` for those who may not.
pub fn notes_for(conn: &mut Conn, viewer: &Viewer, item: &Item) -> Result<Option<Vec<Note>>> {
    if archive::keeps(conn, viewer)? {
        return notes(conn, item.id).map(Some);
    }
    let is_giver = item.contributor_id.is_some() && item.contributor_id == viewer.member();
    if is_giver { own_notes(conn, item.id).map(Some) } else { Ok(None) }
}

/// What was said between the archive and who gave the item.
pub fn own_notes(conn: &mut Conn, item: PostId) -> Result<Vec<Note>> {
    let rows = item_note::table.filter(item_note::item_id.eq(item)).filter(item_note::uri.is_null());
    Ok(rows.order(item_note::id).limit(LIST_MAX).select(Note::as_select()).load(conn.link())?)
}
