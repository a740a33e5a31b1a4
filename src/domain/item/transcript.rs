//! Transcriptions and translations, page by page, those of recordings with times if they are written so: each change is a version of its own, and only what is approved is read as the
//! archive's word and found by search.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::by_id;
use super::file::{self, File, find_file, show_file};
use super::file_text;
use crate::clock::Micros;
use crate::cue::{self, Cue};
use crate::db::schema::transcript;
use crate::db::{Conn, Part, Statement, columns, text_enum};
use crate::domain::actor::Actor;
use crate::domain::archive;
use crate::domain::audience::Viewer;
use crate::domain::authority;
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, FileId, PostId, TranscriptId};
use crate::text;

/// Longest text of one page.
pub const BODY_CHARS_MAX: usize = 50_000;
/// Longest text with times of one recording.
pub const CUES_CHARS_MAX: usize = 400_000;
/// Versions of one page that are kept in a list.
const LIST_MAX: i64 = 100;

text_enum! {
    /// What it is.
    Kind {
        /// What stands there or is said there.
        Transcription = "transcription",
        /// The same in another language.
        Translation = "translation",
    }
}

text_enum! {
    /// How far it is. What is not started has no version.
    State {
        /// Somebody is at it.
        Draft = "draft",
        /// Somebody is to look over it.
        Review = "review",
        /// It is the archive's word.
        Approved = "approved",
    }
}

/// A version.
#[derive(Debug, Clone, Queryable)]
pub struct Transcript {
    /// Its id.
    pub id: TranscriptId,
    /// The item.
    pub item_id: PostId,
    /// The page or recording.
    pub file_id: FileId,
    /// What it is.
    pub kind: Kind,
    /// Its language: a code, or empty.
    pub language: String,
    /// How far it is.
    pub state: State,
    /// What it says.
    pub body: String,
    /// Whose it is.
    pub author_id: Option<ActorId>,
    /// Their name.
    pub author_name: String,
    /// When.
    pub created_at: Micros,
}

columns! {
    Transcript of transcript:
    id, item_id, file_id, kind, language, state, body, author_id, author_name, created_at,
}

impl Transcript {
    /// What is said when, if it is a text with times.
    pub fn cues(&self) -> Option<Vec<Cue>> {
        if cue::is_meant(&self.body) { cue::parse(&self.body).ok() } else { None }
    }

    /// What it says, without times and without readings above its characters.
    pub fn words(&self) -> String {
        text::ruby::plain(&self.cues().map_or_else(|| self.body.clone(), |cues| cue::words(&cues)))
    }
}

/// Checks what a version says: of a recording it may be a text with times, which then has to be right.
///
/// Errors: `Invalid` for `body`.
fn check(file: &File, body: &str) -> Result<()> {
    if body.trim().is_empty() {
        return Err(Error::invalid("body", "problem-body-empty"));
    }
    let is_cued = cue::is_meant(body);
    let max = if is_cued { CUES_CHARS_MAX } else { BODY_CHARS_MAX };
    if body.chars().count() > max {
        return Err(Error::Invalid(vec![Problem::new("body", "problem-too-long").with("max", max)]));
    }
    if !is_cued {
        return Ok(());
    }
    if !file.is_played() {
        return Err(Error::invalid("body", "cue-problem-page"));
    }
    let wrong = |fault: cue::Fault| Error::Invalid(vec![Problem::new("body", fault.message).with("line", fault.line)]);
    cue::parse(body).map(drop).map_err(wrong)
}

/// Keeps a version. Members write drafts and hand them in; those who keep the archive approve.
///
/// Errors: `NotFound` if the page isn't for this member; `Forbidden` if they may not approve; `Invalid` for `body` or `state`.
pub fn save(
    conn: &mut Conn,
    by: &Actor,
    file: FileId,
    kind: Kind,
    language: &str,
    state: &str,
    body: &str,
) -> Result<()> {
    let (file, _) = show_file(conn, &Viewer::Member(by.id), file)?;
    let state: State = state.parse().map_err(|()| Error::invalid("state", "archive-problem-choice"))?;
    let keeps = archive::is_archivist(conn, by.id)?;
    if state == State::Approved && !keeps {
        return Err(Error::Forbidden);
    }
    let body = text::body(body);
    check(&file, &body)?;
    let now = conn.now();
    let id = TranscriptId(conn.id_at(now));
    diesel::insert_into(transcript::table)
        .values((
            transcript::id.eq(id),
            transcript::item_id.eq(file.item_id),
            transcript::file_id.eq(file.id),
            transcript::kind.eq(kind),
            transcript::language.eq(crate::lang::tag(language).unwrap_or_default()),
            transcript::state.eq(state),
            transcript::body.eq(body),
            transcript::author_id.eq(Some(by.id)),
            transcript::author_name.eq(&by.display_name),
            transcript::created_at.eq(now),
        ))
        .execute(conn.link())?;
    let item = by_id(conn, file.item_id)?;
    super::touched(conn, &item)
}

/// Approves a version as it stands, if none came behind it.
///
/// Errors: as [`save`]; `NotFound`; `Invalid` if there is a newer one.
pub fn approve(conn: &mut Conn, by: &Actor, id: TranscriptId) -> Result<()> {
    let found = show(conn, &Viewer::Member(by.id), id)?;
    let newest = versions(conn, found.file_id, found.kind)?.into_iter().find(|one| one.language == found.language);
    if newest.is_none_or(|one| one.id != id) {
        return Err(Error::invalid("", "archive-problem-meanwhile"));
    }
    save(conn, by, found.file_id, found.kind, &found.language, State::Approved.as_str(), &found.body)
}

/// Keeps a version that another archive had, by whom it was there.
///
/// Errors: `Invalid` for `kind` or `state`.
pub fn restore(
    conn: &mut Conn,
    file: &File,
    kind: &str,
    language: &str,
    state: &str,
    body: &str,
    author: &str,
) -> Result<()> {
    let kind: Kind = kind.parse().map_err(|()| Error::invalid("kind", "archive-problem-choice"))?;
    let state: State = state.parse().map_err(|()| Error::invalid("state", "archive-problem-choice"))?;
    let now = conn.now();
    let id = TranscriptId(conn.id_at(now));
    diesel::insert_into(transcript::table)
        .values((
            transcript::id.eq(id),
            transcript::item_id.eq(file.item_id),
            transcript::file_id.eq(file.id),
            transcript::kind.eq(kind),
            transcript::language.eq(crate::lang::tag(language).unwrap_or_default()),
            transcript::state.eq(state),
            transcript::body.eq(text::body(body)),
            transcript::author_id.eq(None::<ActorId>),
            transcript::author_name.eq(text::name(author, 120)),
            transcript::created_at.eq(now),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// One version, if `viewer` may see its page: visitors read what is approved, members what is being written too.
///
/// Errors: `NotFound`.
pub fn show(conn: &mut Conn, viewer: &Viewer, id: TranscriptId) -> Result<Transcript> {
    let row = transcript::table.filter(transcript::id.eq(id)).select(Transcript::as_select());
    let found = row.first(conn.link()).optional()?.ok_or(Error::NotFound("transcript"))?;
    show_file(conn, viewer, found.file_id)?;
    if found.state == State::Approved || viewer.member().is_some() {
        Ok(found)
    } else {
        Err(Error::NotFound("transcript"))
    }
}

/// All versions of one kind for a page, the newest first; the page came through the gate.
pub fn versions(conn: &mut Conn, file: FileId, kind: Kind) -> Result<Vec<Transcript>> {
    let file = find_file(conn, file)?;
    let rows = transcript::table.filter(transcript::file_id.eq(file.id)).filter(transcript::kind.eq(kind));
    Ok(rows.order(transcript::id.desc()).limit(LIST_MAX).select(Transcript::as_select()).load(conn.link())?)
}

/// The pages whose newest version of a kind waits to be approved, with their items, the one that waits longest first.
pub fn awaiting(conn: &mut Conn, limit: i64) -> Result<Vec<(FileId, PostId)>> {
    let rows: Vec<(i64, i64, i64)> = Statement::<(BigInt, BigInt, BigInt)>::new(vec![
        Part::Sql(
            "SELECT t.file_id, t.item_id, MIN(t.id) FROM transcript t WHERE t.state = 'review' AND NOT EXISTS \
             (SELECT 1 FROM transcript n WHERE n.file_id = t.file_id AND n.kind = t.kind AND n.language = t.language \
             AND n.id > t.id) GROUP BY t.file_id, t.item_id ORDER BY MIN(t.id) LIMIT ",
        ),
        Part::Number(limit),
    ])
    .load(conn.link())?;
    Ok(rows.into_iter().map(|(file, item, _)| (FileId(file), PostId(item))).collect())
}

/// The newest version of each kind for each page of an item.
pub fn latest(conn: &mut Conn, item: PostId) -> Result<Vec<Transcript>> {
    let rows = transcript::table.filter(transcript::item_id.eq(item)).order(transcript::id.desc());
    newest_of_each(rows.select(Transcript::as_select()).load(conn.link())?)
}

/// The newest approved version of each kind for each page of an item.
pub fn approved(conn: &mut Conn, item: PostId) -> Result<Vec<Transcript>> {
    let rows = transcript::table.filter(transcript::item_id.eq(item)).filter(transcript::state.eq(State::Approved));
    newest_of_each(rows.order(transcript::id.desc()).select(Transcript::as_select()).load(conn.link())?)
}

/// By what an item is found besides its record: what is approved of its files, and what these say by themselves. Files with a protocol of
/// their own are left out, since whoever finds an item reads what it was found by.
pub fn found_by(conn: &mut Conn, item: PostId) -> Result<Vec<String>> {
    let files = file::files(conn, item)?;
    let is_open = |id: FileId| files.iter().any(|file| file.id == id && file.protocol.is_empty());
    let approved = approved(conn, item)?.into_iter().filter(|read| is_open(read.file_id));
    let mut words: Vec<String> = approved.map(|read| read.words()).collect();
    let texts = file_text::ready(conn, item)?.into_iter().filter(|text| is_open(text.file_id));
    words.extend(texts.map(|text| text.body));
    Ok(words)
}

/// These as `viewer` may read them: living people are named to archivists alone.
pub fn veiled(conn: &mut Conn, viewer: &Viewer, reads: Vec<Transcript>) -> Result<Vec<Transcript>> {
    if archive::keeps(conn, viewer)? {
        return Ok(reads);
    }
    let veil = authority::veil(conn)?;
    Ok(reads.into_iter().map(|read| Transcript { body: veil.read(&read.body), ..read }).collect())
}

fn newest_of_each(rows: Vec<Transcript>) -> Result<Vec<Transcript>> {
    let mut kept: Vec<Transcript> = Vec::new();
    for row in rows {
        let is_same =
            |one: &Transcript| one.file_id == row.file_id && one.kind == row.kind && one.language == row.language;
        if !kept.iter().any(is_same) {
            kept.push(row);
        }
    }
    kept.reverse();
    Ok(kept)
}
