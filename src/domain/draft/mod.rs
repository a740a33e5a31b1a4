//! Drafts: an article in the making, written by several, and what its next edit will say once it is published.
//!
//! Invariants: a draft is for the staff of its account alone, and for whoever has its link, as long as there is one. Nothing that was
//! typed is lost: a save counts only on the revision that it was made from; what meets another's text is kept beside it ([`Copy`])
//! until an editor throws it away. What is published is written in one transaction with the event that sends it out.

mod content;
mod publish;
mod script;

pub use content::{BODY_CHARS_MAX, BYLINES_CHARS_MAX, Content, SUBTITLE_CHARS_MAX, TITLE_CHARS_MAX};
pub use publish::{due, pin, preview_html, publish, schedule, unpublish, unschedule};
pub use script::{LANGUAGES, Script, convert, drop_script, offer, save_script, scripts};

use diesel::prelude::*;

use super::account::{self, Account, Act, Role};
use super::actor::{self, Actor};
use super::media::{self, Media};
use crate::clock::Micros;
use crate::db::schema::{draft, draft_copy, draft_media, media as media_table};
use crate::db::{Conn, IntoBoth, Range, paged, text_enum};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, CopyId, DraftId, MediaId, PostId};

/// Drafts of one account that were never published.
pub const OPEN_MAX: i64 = 300;
/// Texts that are kept beside one draft.
const COPIES_MAX: i64 = 50;
/// Pictures that one draft may have.
pub const PICTURES_MAX: i64 = 80;

text_enum! {
    /// How far a draft is.
    State {
        /// It is written.
        Open = "open",
        /// It comes out by itself.
        Scheduled = "scheduled",
        /// It is out.
        Published = "published",
    }
}

/// A draft.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = draft)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// The account.
    pub account_id: ActorId,
    /// The article, once it is out.
    pub post_id: Option<PostId>,
    /// How far it is.
    pub state: State,
    /// Grows with every save.
    pub revision: i64,
    /// What it says, as JSON.
    pub content: String,
    /// Its title.
    pub title: String,
    /// The digest of the token of its link for outsiders; empty for none.
    pub preview: String,
    /// When it comes out by itself.
    pub due_at: Option<Micros>,
    /// Who began it.
    pub created_by: ActorId,
    /// Who saved it last.
    pub updated_by: ActorId,
    /// When it was begun.
    pub created_at: Micros,
    /// When it was saved last.
    pub updated_at: Micros,
}

impl Draft {
    /// What it says.
    pub fn content(&self) -> Content {
        serde_json::from_str(&self.content).unwrap_or_default()
    }
}

/// A text that is kept beside a draft.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = draft_copy)]
pub struct Copy {
    /// Its id.
    pub id: CopyId,
    /// The draft.
    pub draft_id: DraftId,
    /// Who wrote it.
    pub by_id: ActorId,
    /// What it says, as JSON.
    pub content: String,
    /// When.
    pub created_at: Micros,
}

impl Copy {
    /// What it says.
    pub fn content(&self) -> Content {
        serde_json::from_str(&self.content).unwrap_or_default()
    }
}

/// What became of a save.
#[derive(Debug, Clone)]
pub enum Saved {
    /// It counts.
    Kept(Draft),
    /// Somebody else saved meanwhile: the text is kept beside theirs.
    Beside(Draft, CopyId),
}

/// Begins a draft.
///
/// Errors: `NotFound` if `by` isn't of the staff; `Invalid` if there are too many.
pub fn create(conn: &mut Conn, by: &Actor, account: ActorId, content: Content) -> Result<Draft> {
    account::as_staff(conn, by.id, account)?;
    let open: i64 = draft::table
        .filter(draft::account_id.eq(account))
        .filter(draft::state.ne(State::Published))
        .count()
        .get_result(conn.link())?;
    if open >= OPEN_MAX {
        return Err(Error::Invalid(vec![Problem::new("", "draft-problem-many").with("max", OPEN_MAX)]));
    }
    let content = content.tidied();
    let now = conn.now();
    let id = DraftId(conn.id_at(now));
    diesel::insert_into(draft::table)
        .values((
            draft::id.eq(id),
            draft::account_id.eq(account),
            draft::state.eq(State::Open),
            draft::revision.eq(1_i64),
            draft::content.eq(json(&content)?),
            draft::title.eq(&content.title),
            draft::preview.eq(""),
            draft::created_by.eq(by.id),
            draft::updated_by.eq(by.id),
            draft::created_at.eq(now),
            draft::updated_at.eq(now),
        ))
        .execute(conn.link())?;
    account::log(conn, account, by.id, Act::Drafted, None, &content.title)?;
    by_id(conn, id)
}

fn json(content: &Content) -> Result<String> {
    serde_json::to_string(content).map_err(|e| Error::Broken(Box::new(e)))
}

fn by_id(conn: &mut Conn, id: DraftId) -> Result<Draft> {
    draft::table
        .filter(draft::id.eq(id))
        .select(Draft::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("draft"))
}

/// A draft with its account and what `by` may do, if they are of its staff.
///
/// Errors: `NotFound`.
pub fn get(conn: &mut Conn, by: ActorId, id: DraftId) -> Result<(Draft, Account, Role)> {
    let draft = by_id(conn, id)?;
    match account::as_staff(conn, by, draft.account_id) {
        Ok((account, role)) => Ok((draft, account, role)),
        Err(_) => Err(Error::NotFound("draft")),
    }
}

/// The draft of a published article.
pub fn of_post(conn: &mut Conn, post: PostId) -> Result<Option<Draft>> {
    Ok(draft::table.filter(draft::post_id.eq(post)).select(Draft::as_select()).first(conn.link()).optional()?)
}

/// A page of the drafts of an account, the newest first. Whether the reader is of the staff is asked before.
pub fn list(conn: &mut Conn, account: ActorId, state: Option<State>, range: &Range) -> Result<Vec<Draft>> {
    let query = draft::table.filter(draft::account_id.eq(account)).select(Draft::as_select());
    Ok(match state {
        Some(state) => paged!(query.filter(draft::state.eq(state)), draft::id, range, conn),
        None => paged!(query.filter(draft::state.ne(State::Published)), draft::id, range, conn),
    })
}

/// Saves what somebody of the staff has written on the text of `revision`.
///
/// Errors: `NotFound` if they aren't of the staff (any more).
pub fn save(conn: &mut Conn, by: &Actor, id: DraftId, revision: i64, content: Content) -> Result<Saved> {
    conn.lock(&format!("draft:{id}"))?;
    let (known, ..) = get(conn, by.id, id)?;
    let content = content.tidied();
    let (new, now) = (json(&content)?, conn.now());
    if known.content == new {
        return Ok(Saved::Kept(known));
    }
    // Whoever goes on from their own last save needn't have heard of its number.
    if known.revision != revision {
        let copy = keep_beside(conn, &known, by.id, &new)?;
        return Ok(Saved::Beside(known, copy));
    }
    diesel::update(draft::table.filter(draft::id.eq(id)))
        .set((
            draft::revision.eq(known.revision + 1),
            draft::content.eq(new),
            draft::title.eq(&content.title),
            draft::updated_by.eq(by.id),
            draft::updated_at.eq(now),
        ))
        .execute(conn.link())?;
    by_id(conn, id).map(Saved::Kept)
}

/// Keeps a text beside a draft. An autosave that says the same again, or goes on from the same revision, takes the place of the one
/// before by the same hand.
fn keep_beside(conn: &mut Conn, known: &Draft, by: ActorId, content: &str) -> Result<CopyId> {
    let now = conn.now();
    let own: Option<CopyId> = draft_copy::table
        .filter(draft_copy::draft_id.eq(known.id))
        .filter(draft_copy::by_id.eq(by))
        .filter(draft_copy::created_at.gt(known.updated_at))
        .order(draft_copy::id.desc())
        .select(draft_copy::id)
        .first(conn.link())
        .optional()?;
    if let Some(own) = own {
        diesel::update(draft_copy::table.filter(draft_copy::id.eq(own)))
            .set((draft_copy::content.eq(content), draft_copy::created_at.eq(now)))
            .execute(conn.link())?;
        return Ok(own);
    }
    let count: i64 = draft_copy::table.filter(draft_copy::draft_id.eq(known.id)).count().get_result(conn.link())?;
    if count >= COPIES_MAX {
        return Err(Error::Invalid(vec![Problem::new("", "draft-problem-copies").with("max", COPIES_MAX)]));
    }
    let id = CopyId(conn.id());
    diesel::insert_into(draft_copy::table)
        .values((
            draft_copy::id.eq(id),
            draft_copy::draft_id.eq(known.id),
            draft_copy::by_id.eq(by),
            draft_copy::content.eq(content),
            draft_copy::created_at.eq(now),
        ))
        .execute(conn.link())?;
    Ok(id)
}

/// The texts that are kept beside a draft, with who wrote them.
pub fn copies(conn: &mut Conn, id: DraftId) -> Result<Vec<(Copy, Actor)>> {
    let rows: Vec<Copy> = draft_copy::table
        .filter(draft_copy::draft_id.eq(id))
        .order(draft_copy::id)
        .select(Copy::as_select())
        .load(conn.link())?;
    rows.into_iter().map(|row| Ok((row.clone(), actor::by_id(conn, row.by_id)?))).collect()
}

/// Somebody of the staff has put a text that was kept beside a draft into it, or doesn't need it.
///
/// Errors: `NotFound`.
pub fn drop_copy(conn: &mut Conn, by: &Actor, id: DraftId, copy: CopyId) -> Result<()> {
    get(conn, by.id, id)?;
    let row = draft_copy::table.filter(draft_copy::id.eq(copy)).filter(draft_copy::draft_id.eq(id));
    match diesel::delete(row).execute(conn.link())? {
        0 => Err(Error::NotFound("draft")),
        _ => Ok(()),
    }
}

/// Puts a text that was kept beside a draft in its place; what stood there is kept beside it in turn.
///
/// Errors: `NotFound`.
pub fn use_copy(conn: &mut Conn, by: &Actor, id: DraftId, copy: CopyId) -> Result<Draft> {
    conn.lock(&format!("draft:{id}"))?;
    let (known, ..) = get(conn, by.id, id)?;
    let row = draft_copy::table.filter(draft_copy::id.eq(copy)).filter(draft_copy::draft_id.eq(id));
    let found: Copy = row.select(Copy::as_select()).first(conn.link()).optional()?.ok_or(Error::NotFound("draft"))?;
    let (title, now) = (found.content().title, conn.now());
    diesel::update(draft_copy::table.filter(draft_copy::id.eq(copy)))
        .set((
            draft_copy::content.eq(&known.content),
            draft_copy::by_id.eq(known.updated_by),
            draft_copy::created_at.eq(known.updated_at),
        ))
        .execute(conn.link())?;
    diesel::update(draft::table.filter(draft::id.eq(id)))
        .set((
            draft::revision.eq(known.revision + 1),
            draft::content.eq(found.content),
            draft::title.eq(title),
            draft::updated_by.eq(by.id),
            draft::updated_at.eq(now),
        ))
        .execute(conn.link())?;
    by_id(conn, id)
}

/// Throws a draft away that isn't out. Contributors may throw away what they began.
///
/// Errors: `NotFound`; `Forbidden`; `Invalid` for what is out.
pub fn discard(conn: &mut Conn, by: &Actor, id: DraftId) -> Result<ActorId> {
    let (known, account, role) = get(conn, by.id, id)?;
    if !role.may_publish() && known.created_by != by.id {
        return Err(Error::Forbidden);
    }
    if known.state == State::Published {
        return Err(Error::invalid("", "draft-problem-out"));
    }
    publish::withdraw(conn, &known)?;
    let files: Vec<Media> = files(conn, id)?;
    let files: Vec<Media> = files.into_iter().filter(|file| file.post_id.is_none()).collect();
    media::remove(conn, &files)?;
    diesel::delete(draft::table.filter(draft::id.eq(id))).execute(conn.link())?;
    account::log(conn, account.actor.id, by.id, Act::Discarded, None, &known.title)?;
    Ok(account.actor.id)
}

/// Makes the link by which outsiders see a draft, in place of the one before; answers its token, which is told once.
///
/// Errors: `NotFound`; `Forbidden` for contributors.
pub fn open_preview(conn: &mut Conn, by: &Actor, id: DraftId) -> Result<String> {
    let known = as_editor(conn, by, id)?;
    let token = crate::secret::token();
    diesel::update(draft::table.filter(draft::id.eq(id)))
        .set(draft::preview.eq(crate::secret::token_hash(&token)))
        .execute(conn.link())?;
    account::log(conn, known.account_id, by.id, Act::Previewed, None, &known.title)?;
    Ok(token)
}

/// Closes the link of a draft.
///
/// Errors: as [`open_preview`].
pub fn close_preview(conn: &mut Conn, by: &Actor, id: DraftId) -> Result<()> {
    let known = as_editor(conn, by, id)?;
    diesel::update(draft::table.filter(draft::id.eq(id))).set(draft::preview.eq("")).execute(conn.link())?;
    account::log(conn, known.account_id, by.id, Act::Unpreviewed, None, &known.title)
}

/// The draft behind the link of one.
///
/// Errors: `NotFound`.
pub fn by_preview(conn: &mut Conn, token: &str) -> Result<(Draft, Account)> {
    let row = draft::table.filter(draft::preview.eq(crate::secret::token_hash(token)));
    let found: Option<Draft> =
        row.filter(draft::preview.ne("")).select(Draft::as_select()).first(conn.link()).optional()?;
    let draft = found.ok_or(Error::NotFound("draft"))?;
    let account = account::get(conn, draft.account_id)?;
    Ok((draft, account))
}

/// The draft, if `by` may publish it.
pub(super) fn as_editor(conn: &mut Conn, by: &Actor, id: DraftId) -> Result<Draft> {
    let (draft, _, role) = get(conn, by.id, id)?;
    if role.may_publish() { Ok(draft) } else { Err(Error::Forbidden) }
}

/// Takes an upload of somebody of the staff as a picture of a draft: it is the account's from now on.
///
/// Errors: `NotFound`; `Invalid` for the field `picture` if there are too many.
pub fn take_picture(conn: &mut Conn, by: &Actor, id: DraftId, file: MediaId) -> Result<()> {
    let (known, ..) = get(conn, by.id, id)?;
    let count: i64 = draft_media::table.filter(draft_media::draft_id.eq(id)).count().get_result(conn.link())?;
    if count >= PICTURES_MAX {
        return Err(Error::Invalid(vec![Problem::new("picture", "media-problem-many").with("max", PICTURES_MAX)]));
    }
    media::give(conn, by.id, file, known.account_id)?;
    diesel::insert_into(draft_media::table)
        .values((draft_media::media_id.eq(file), draft_media::draft_id.eq(id)))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// The pictures of a draft, in the order in which they came.
pub fn files(conn: &mut Conn, id: DraftId) -> Result<Vec<Media>> {
    let ids: Vec<MediaId> = draft_media::table
        .filter(draft_media::draft_id.eq(id))
        .order(draft_media::media_id)
        .select(draft_media::media_id)
        .load(conn.link())?;
    Ok(media_table::table
        .filter(media_table::id.eq_any(ids))
        .order(media_table::id)
        .select(Media::as_select())
        .load(conn.link())?)
}
