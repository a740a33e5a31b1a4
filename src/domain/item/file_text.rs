//! What files of items say by themselves, such as the text of a PDF: read by the worker, shown as what it is, and never an approved
//! transcription. It is seen by whoever may see the file.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::clock::{HOUR, MINUTE, Micros};
use crate::db::schema::file_text;
use crate::db::{Conn, Part, Statement, columns, text_enum};
use crate::error::Result;
use crate::id::{FileId, PostId};

/// The type of files that are read.
const PDF: &str = "application/pdf";
/// How long a file may be worked on before it is handed out again.
const CLAIM: Micros = 5 * MINUTE;
/// Attempts after which a file is set aside: it may be what stops the program.
pub const ATTEMPTS_MAX: i64 = 5;
/// Why a file that was tried that often isn't read.
pub const GIVEN_UP: &str = "large";

text_enum! {
    /// How far it is.
    TextState {
        /// It is going to be read.
        Waiting = "waiting",
        /// It has been read.
        Ready = "ready",
        /// It can't be read.
        Refused = "refused",
    }
}

/// The text of a file.
#[derive(Debug, Clone, Queryable)]
pub struct FileText {
    /// The file.
    pub file_id: FileId,
    /// Its item.
    pub item_id: PostId,
    /// How far it is.
    pub state: TextState,
    /// Why it can't be read: a word of `pdf::Refused`.
    pub reason: String,
    /// What it says; empty for a file that is made of pictures.
    pub body: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is to be read.
    pub due_at: Option<Micros>,
    /// Until when somebody reads it.
    pub claimed_until: Micros,
}

columns! {
    FileText of file_text:
    file_id, item_id, state, reason, body, attempts, due_at, claimed_until,
}

/// A new file is to be read, if it is of a type that is.
pub(super) fn expect(conn: &mut Conn, file: FileId, item: PostId, media_type: &str) -> Result<()> {
    if media_type != PDF {
        return Ok(());
    }
    let now = conn.now();
    diesel::insert_into(file_text::table)
        .values((
            file_text::file_id.eq(file),
            file_text::item_id.eq(item),
            file_text::state.eq(TextState::Waiting),
            file_text::reason.eq(""),
            file_text::body.eq(""),
            file_text::attempts.eq(0_i64),
            file_text::due_at.eq(Some(now)),
            file_text::claimed_until.eq(0_i64),
        ))
        .execute(conn.link())?;
    conn.wake();
    Ok(())
}

/// The text of a file that came through the gate; `None` for files that aren't read.
pub fn text_of(conn: &mut Conn, file: FileId) -> Result<Option<FileText>> {
    Ok(file_text::table
        .filter(file_text::file_id.eq(file))
        .select(FileText::as_select())
        .first(conn.link())
        .optional()?)
}

/// What the files of an item say, of those that were read.
pub(super) fn ready(conn: &mut Conn, item: PostId) -> Result<Vec<FileText>> {
    let rows = file_text::table.filter(file_text::item_id.eq(item)).filter(file_text::state.eq(TextState::Ready));
    Ok(rows.order(file_text::file_id).select(FileText::as_select()).load(conn.link())?)
}

/// Is there a file to be read now?
pub fn texts_due(conn: &mut Conn) -> Result<bool> {
    let now = conn.now();
    let due = file_text::table.filter(file_text::due_at.le(now)).filter(file_text::claimed_until.lt(now));
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn.link())?)
}

/// Takes up to `limit` files that are to be read, with how often they were tried, this time included.
pub fn claim_texts(conn: &mut Conn, limit: i64) -> Result<Vec<(FileId, i64)>> {
    let now = conn.now();
    let claimed: Vec<(i64, i64)> = Statement::<(BigInt, BigInt)>::new(vec![
        Part::Sql("UPDATE file_text SET attempts = attempts + 1, claimed_until = "),
        Part::Number(now + CLAIM),
        Part::Sql(" WHERE file_id IN (SELECT t.file_id FROM file_text t WHERE t.due_at <= "),
        Part::Number(now),
        Part::Sql(" AND t.claimed_until < "),
        Part::Number(now),
        Part::Sql(" ORDER BY t.due_at, t.file_id LIMIT "),
        Part::Number(limit),
        Part::Sql(conn.skip_locked()),
        Part::Sql(") RETURNING file_id, attempts"),
    ])
    .load(conn.link())?;
    Ok(claimed.into_iter().map(|(id, attempts)| (FileId(id), attempts)).collect())
}

/// A file has been read.
pub fn keep_text(conn: &mut Conn, file: FileId, body: &str) -> Result<()> {
    settle(conn, file, TextState::Ready, "", body)
}

/// A file can't be read; the original stays as it is.
pub fn refuse_text(conn: &mut Conn, file: FileId, reason: &str) -> Result<()> {
    settle(conn, file, TextState::Refused, reason, "")
}

fn settle(conn: &mut Conn, file: FileId, state: TextState, reason: &str, body: &str) -> Result<()> {
    diesel::update(file_text::table.filter(file_text::file_id.eq(file)))
        .set((
            file_text::state.eq(state),
            file_text::reason.eq(reason),
            file_text::body.eq(body),
            file_text::due_at.eq(None::<Micros>),
            file_text::claimed_until.eq(0_i64),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// The store couldn't be reached, or no process be started: again later.
pub fn postpone_text(conn: &mut Conn, file: FileId, attempts: i64) -> Result<()> {
    let pause = MINUTE << u32::try_from(attempts.clamp(0, 8)).unwrap_or(0);
    let due_at = conn.now() + pause.min(HOUR);
    diesel::update(file_text::table.filter(file_text::file_id.eq(file)))
        .set((file_text::due_at.eq(Some(due_at)), file_text::claimed_until.eq(0_i64)))
        .execute(conn.link())?;
    Ok(())
}

/// Frees what a process held that was killed. Only for a hall whose one process is just starting.
pub fn free_texts(conn: &mut Conn) -> Result<()> {
    let held = file_text::table.filter(file_text::claimed_until.gt(0_i64));
    diesel::update(held).set(file_text::claimed_until.eq(0_i64)).execute(conn.link())?;
    Ok(())
}
