//! The files of items: originals that are never touched, each with its SHA-256; a picture has a form for reading beside it, which is a
//! file of the item's post like any other.
//!
//! Invariant: a file is seen by whoever may see its item and meets its own protocol besides, whether by its original or by its picture.

use diesel::prelude::*;

use super::{Item, State, by_id, embargo, file_text, keepers};
use crate::clock::Micros;
use crate::db::schema::{item_file, media as media_table};
use crate::db::{Conn, columns};
use crate::domain::audience::{self, Viewer};
use crate::domain::authority;
use crate::domain::media::{self, Media};
use crate::domain::post;
use crate::domain::protocol::Protocol;
use crate::error::{Error, Problem, Result};
use crate::id::{FileId, MediaId, PostId};
use crate::text;

/// Files of one item.
pub const FILES_MAX: usize = 2_000;
/// Longest name and label.
const LABEL_CHARS_MAX: usize = 300;

/// A file of an item.
#[derive(Debug, Clone, Queryable)]
pub struct File {
    /// Its id.
    pub id: FileId,
    /// The item.
    pub item_id: PostId,
    /// Its place among the item's pages.
    pub place: i64,
    /// The picture made of it for reading, if it is one.
    pub media_id: Option<MediaId>,
    /// Its name as it came.
    pub name: String,
    /// What it is, in words.
    pub label: String,
    /// Its type, by its bytes.
    pub media_type: String,
    /// How large it is.
    pub bytes: i64,
    /// The SHA-256 of the original, in hexadecimal.
    pub sha256: String,
    /// Its key in the store.
    pub file_key: String,
    /// Its own access protocol, besides that of the item; may be empty.
    pub protocol: String,
    /// When it was last compared with its SHA-256.
    pub checked_at: Option<Micros>,
    /// What was found wrong then; empty for nothing.
    pub fault: String,
    /// When it came.
    pub created_at: Micros,
}

columns! {
    File of item_file:
    id, item_id, place, media_id, name, label, media_type, bytes, sha256, file_key, protocol, checked_at, fault,
    created_at,
}

impl File {
    /// Is it sound or a film, which takes time?
    pub fn is_played(&self) -> bool {
        self.media_type.starts_with("audio/") || self.media_type.starts_with("video/")
    }
}

/// A file that lies in the store already.
#[derive(Debug, Clone, Default)]
pub struct NewFile {
    /// Its name as it came.
    pub name: String,
    /// What it is, in words.
    pub label: String,
    /// Its type, by its bytes.
    pub media_type: String,
    /// How large it is.
    pub bytes: i64,
    /// The SHA-256 of the original, in hexadecimal.
    pub sha256: String,
    /// Its key in the store.
    pub file_key: String,
    /// Its own access protocol; may be empty.
    pub protocol: String,
    /// The upload that becomes its picture for reading, if it is one.
    pub media: Option<MediaId>,
}

/// Adds a file behind the others of an item.
///
/// Errors: `Invalid` for `file` if there are too many, or for `protocol`.
pub fn add_file(conn: &mut Conn, item: PostId, new: &NewFile) -> Result<File> {
    let known = files(conn, item)?;
    if known.len() >= FILES_MAX {
        return Err(Error::Invalid(vec![Problem::new("file", "archive-problem-many").with("max", FILES_MAX)]));
    }
    let protocol = Protocol::parse(&new.protocol).map_err(|problem| Error::Invalid(vec![problem]))?;
    if let Some(protocol) = &protocol {
        protocol.check(conn)?;
    }
    let place = known.last().map_or(0, |last| last.place + 1);
    let now = conn.now();
    let id = FileId(conn.id_at(now));
    let label = text::name(&new.label, LABEL_CHARS_MAX);
    diesel::insert_into(item_file::table)
        .values((
            item_file::id.eq(id),
            item_file::item_id.eq(item),
            item_file::place.eq(place),
            item_file::media_id.eq(new.media),
            item_file::name.eq(text::name(&new.name, LABEL_CHARS_MAX)),
            item_file::label.eq(&label),
            item_file::media_type.eq(&new.media_type),
            item_file::bytes.eq(new.bytes),
            item_file::sha256.eq(&new.sha256),
            item_file::file_key.eq(&new.file_key),
            item_file::protocol.eq(protocol.as_ref().map(Protocol::to_string).unwrap_or_default()),
            item_file::checked_at.eq(Some(now)),
            item_file::fault.eq(""),
            item_file::created_at.eq(now),
        ))
        .execute(conn.link())?;
    media::keep_file(conn, &new.file_key)?;
    file_text::expect(conn, id, item, &new.media_type)?;
    if let Some(media) = new.media {
        media::place_in(conn, media, item, place, if protocol.is_some() { "" } else { &label })?;
    }
    let row = by_id(conn, item)?;
    settle(conn, &row)?;
    if protocol.is_some_and(|protocol| protocol.from.is_some()) {
        embargo::await_day(conn, &row)?;
    }
    find_file(conn, id)
}

/// Writes the clauses of an item's files.
pub(super) fn settle(conn: &mut Conn, item: &Item) -> Result<()> {
    let keepers = keepers(item);
    for file in files(conn, item.id)? {
        if let Some(media) = file.media_id {
            let clauses = clauses(conn, &file, &keepers)?;
            audience::write_file_clauses(conn, media, &clauses)?;
        }
    }
    Ok(())
}

/// Lets the day of files go that has come: what was closed for that alone is as open as its item.
pub(super) fn open_due(conn: &mut Conn, item: PostId) -> Result<()> {
    let now = conn.now();
    for file in files(conn, item)? {
        let said = Protocol::parse(&file.protocol).ok().flatten();
        if said.is_some_and(|said| !said.holds(now)) {
            set_file(conn, file.id, &file.label, "")?;
        }
    }
    Ok(())
}

/// What a file asks for besides its item.
fn clauses(conn: &mut Conn, file: &File, keepers: &[String]) -> Result<Vec<Vec<String>>> {
    match Protocol::parse(&file.protocol) {
        Ok(None) => Ok(Vec::new()),
        Ok(Some(protocol)) => protocol.clauses(conn, keepers),
        Err(_) => Ok(vec![keepers.to_vec()]),
    }
}

/// The files of an item in their order, whoever looks: never for showing.
pub fn files(conn: &mut Conn, item: PostId) -> Result<Vec<File>> {
    let rows = item_file::table.filter(item_file::item_id.eq(item)).order((item_file::place, item_file::id));
    Ok(rows.select(File::as_select()).load(conn.link())?)
}

/// A page of all files behind this one, for checking them.
pub fn all_files(conn: &mut Conn, after: FileId, limit: i64) -> Result<Vec<File>> {
    let rows = item_file::table.filter(item_file::id.gt(after)).order(item_file::id).limit(limit);
    Ok(rows.select(File::as_select()).load(conn.link())?)
}

/// The file with this id, whoever looks.
///
/// Errors: `NotFound`.
pub fn find_file(conn: &mut Conn, id: FileId) -> Result<File> {
    item_file::table
        .filter(item_file::id.eq(id))
        .select(File::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("file"))
}

/// A file of an item by its digest: what was taken in already isn't taken in twice.
pub fn file_by_digest(conn: &mut Conn, item: PostId, sha256: &str) -> Result<Option<File>> {
    let row = item_file::table.filter(item_file::item_id.eq(item)).filter(item_file::sha256.eq(sha256));
    Ok(row.select(File::as_select()).first(conn.link()).optional()?)
}

fn veiled(file: File, veil: &authority::Veil) -> File {
    File { name: veil.text(&file.name), label: veil.text(&file.label), ..file }
}

/// Writes what the pictures of an item show anew, as everyone may read it.
pub(super) fn rewrite(conn: &mut Conn, item: PostId) -> Result<()> {
    let veil = authority::veil(conn)?;
    for file in files(conn, item)? {
        if let Some(media) = file.media_id.filter(|_| file.protocol.is_empty()) {
            diesel::update(media_table::table.filter(media_table::id.eq(media)))
                .set(media_table::alt.eq(veil.text(&file.label)))
                .execute(conn.link())?;
        }
    }
    Ok(())
}

/// The files of an item that `viewer` may see, with their pictures; the item came through the gate.
pub fn show_files(conn: &mut Conn, viewer: &Viewer, item: &Item) -> Result<Vec<(File, Option<Media>)>> {
    let (keepers, veil) = (keepers(item), authority::veil_for(conn, viewer)?);
    let pictures = media::every_of_post(conn, item.id)?;
    let mut shown = Vec::new();
    for file in files(conn, item.id)? {
        let clauses = clauses(conn, &file, &keepers)?;
        if audience::meets(conn, viewer, &clauses)? {
            let picture = file.media_id.and_then(|id| pictures.iter().find(|picture| picture.id == id).cloned());
            shown.push((veiled(file, &veil), picture));
        }
    }
    Ok(shown)
}

/// One file, if `viewer` may see it and its item; and whether everyone may.
///
/// Errors: `NotFound`.
pub fn show_file(conn: &mut Conn, viewer: &Viewer, id: FileId) -> Result<(File, bool)> {
    let file = find_file(conn, id)?;
    let post = post::show(conn, viewer, file.item_id)?.post;
    let item = by_id(conn, file.item_id)?;
    let clauses = clauses(conn, &file, &keepers(&item))?;
    if item.state == State::Withdrawn || !audience::meets(conn, viewer, &clauses)? {
        return Err(Error::NotFound("file"));
    }
    let is_public = post.audience.is_public() && audience::meets(conn, &Viewer::Anonymous, &clauses)?;
    let veil = authority::veil_for(conn, viewer)?;
    Ok((veiled(file, &veil), is_public))
}

/// Says what a file is, and whom it is for besides.
///
/// Errors: `Invalid` for `protocol`.
pub fn set_file(conn: &mut Conn, id: FileId, label: &str, protocol: &str) -> Result<()> {
    let file = find_file(conn, id)?;
    let protocol = Protocol::parse(protocol).map_err(|problem| Error::Invalid(vec![problem]))?;
    if let Some(protocol) = &protocol {
        protocol.check(conn)?;
    }
    let label = text::name(label, LABEL_CHARS_MAX);
    let written = protocol.as_ref().map(Protocol::to_string).unwrap_or_default();
    diesel::update(item_file::table.filter(item_file::id.eq(id)))
        .set((item_file::label.eq(&label), item_file::protocol.eq(written)))
        .execute(conn.link())?;
    if let Some(media) = file.media_id {
        let alt = if protocol.is_some() { String::new() } else { authority::veil(conn)?.text(&label) };
        diesel::update(media_table::table.filter(media_table::id.eq(media)))
            .set(media_table::alt.eq(alt))
            .execute(conn.link())?;
    }
    let item = by_id(conn, file.item_id)?;
    settle(conn, &item)?;
    embargo::await_day(conn, &item)?;
    super::touched(conn, &item)
}

/// Puts the files of an item into this order; those that aren't named come behind.
pub fn arrange_files(conn: &mut Conn, item: PostId, order: &[FileId]) -> Result<()> {
    let mut known = files(conn, item)?;
    known.sort_by_key(|file| order.iter().position(|id| *id == file.id).unwrap_or(usize::MAX));
    for (place, file) in (0_i64..).zip(&known) {
        diesel::update(item_file::table.filter(item_file::id.eq(file.id)))
            .set(item_file::place.eq(place))
            .execute(conn.link())?;
        if let Some(media) = file.media_id {
            diesel::update(media_table::table.filter(media_table::id.eq(media)))
                .set(media_table::place.eq(place))
                .execute(conn.link())?;
        }
    }
    let item = by_id(conn, item)?;
    super::touched(conn, &item)
}

/// Notes what comparing a file with its SHA-256 found; `fault` is empty for nothing wrong.
pub fn mark_file(conn: &mut Conn, id: FileId, fault: &str) -> Result<()> {
    let now = conn.now();
    diesel::update(item_file::table.filter(item_file::id.eq(id)))
        .set((item_file::checked_at.eq(Some(now)), item_file::fault.eq(fault)))
        .execute(conn.link())?;
    Ok(())
}

/// Takes a file out of an item; original and picture go.
pub fn remove_file(conn: &mut Conn, id: FileId) -> Result<()> {
    let file = find_file(conn, id)?;
    drop_file(conn, &file)?;
    let item = by_id(conn, file.item_id)?;
    super::touched(conn, &item)
}

fn drop_file(conn: &mut Conn, file: &File) -> Result<()> {
    media::drop_file(conn, &file.file_key)?;
    if let Some(picture) = file.media_id.map(|id| media::by_id(conn, id)).transpose()?.flatten() {
        media::remove(conn, &[picture])?;
    }
    diesel::delete(item_file::table.filter(item_file::id.eq(file.id))).execute(conn.link())?;
    Ok(())
}

/// Takes all files out of an item.
pub(super) fn remove_all(conn: &mut Conn, item: PostId) -> Result<()> {
    files(conn, item)?.iter().try_for_each(|file| drop_file(conn, file))
}
