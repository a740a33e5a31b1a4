//! Invitations: a link by which one person may join the hall, once, until it expires.

use diesel::prelude::*;

use crate::clock::{DAY, Micros};
use crate::db::Conn;
use crate::db::schema::invitation;
use crate::error::{Error, Result};
use crate::id::{InvitationId, LoginId};

/// How long an invitation is good.
pub const LIFETIME: Micros = 14 * DAY;
/// Longest note.
pub const NOTE_CHARS_MAX: usize = 100;
/// Invitations that one member may have open at a time.
pub const OPEN_MAX: i64 = 50;

/// An invitation. Its token is shown once, when it is made; only the hash is kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = invitation)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Who made it.
    pub created_by: LoginId,
    /// For whom, as its maker noted.
    pub note: String,
    /// When it was made.
    pub created_at: Micros,
    /// Until when it is good.
    pub expires_at: Micros,
    /// Who used it.
    pub used_by: Option<LoginId>,
    /// When it was used.
    pub used_at: Option<Micros>,
}

/// Makes an invitation and answers its token.
///
/// Errors: `Invalid` for an overlong `note` or too many open invitations.
pub fn create(conn: &mut Conn, by: LoginId, note: &str) -> Result<(Invitation, String)> {
    let note = crate::text::name(note, NOTE_CHARS_MAX + 1);
    if note.chars().count() > NOTE_CHARS_MAX {
        let problem = crate::error::Problem::new("note", "problem-too-long").with("max", NOTE_CHARS_MAX);
        return Err(Error::Invalid(vec![problem]));
    }
    let now = conn.now();
    let open: i64 = invitation::table
        .filter(invitation::created_by.eq(by))
        .filter(invitation::used_at.is_null())
        .filter(invitation::expires_at.gt(now))
        .count()
        .get_result(conn.link())?;
    if open >= OPEN_MAX {
        return Err(Error::invalid("note", "problem-invitations-many"));
    }
    let token = crate::secret::token();
    let id = InvitationId(conn.id_at(now));
    diesel::insert_into(invitation::table)
        .values((
            invitation::id.eq(id),
            invitation::token_hash.eq(crate::secret::token_hash(&token)),
            invitation::created_by.eq(by),
            invitation::note.eq(note),
            invitation::created_at.eq(now),
            invitation::expires_at.eq(now + LIFETIME),
        ))
        .execute(conn.link())?;
    let made = invitation::table.filter(invitation::id.eq(id)).select(Invitation::as_select()).first(conn.link())?;
    Ok((made, token))
}

/// The invitation behind a token, if it is still good.
///
/// Errors: `NotFound` if it is unknown, used or expired.
pub fn find(conn: &mut Conn, token: &str) -> Result<Invitation> {
    let now = conn.now();
    invitation::table
        .filter(invitation::token_hash.eq(crate::secret::token_hash(token)))
        .filter(invitation::used_at.is_null())
        .filter(invitation::expires_at.gt(now))
        .select(Invitation::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("invitation"))
}

/// Uses an invitation up, in the transaction that makes the member.
///
/// Errors: `NotFound` if somebody else was faster.
pub fn redeem(conn: &mut Conn, token: &str, by: LoginId) -> Result<()> {
    let now = conn.now();
    let used = diesel::update(
        invitation::table
            .filter(invitation::token_hash.eq(crate::secret::token_hash(token)))
            .filter(invitation::used_at.is_null())
            .filter(invitation::expires_at.gt(now)),
    )
    .set((invitation::used_by.eq(Some(by)), invitation::used_at.eq(Some(now))))
    .execute(conn.link())?;
    if used == 1 { Ok(()) } else { Err(Error::NotFound("invitation")) }
}

/// A member's invitations (or with `None` everyone's), newest first.
pub fn list(conn: &mut Conn, by: Option<LoginId>, limit: i64) -> Result<Vec<Invitation>> {
    let query = invitation::table.order(invitation::id.desc()).limit(limit).select(Invitation::as_select());
    Ok(match by {
        Some(by) => query.filter(invitation::created_by.eq(by)).load(conn.link())?,
        None => query.load(conn.link())?,
    })
}

/// Takes an unused invitation back.
///
/// Errors: `NotFound` if it isn't this member's or is used.
pub fn revoke(conn: &mut Conn, by: LoginId, id: InvitationId) -> Result<()> {
    let gone = diesel::delete(
        invitation::table
            .filter(invitation::id.eq(id))
            .filter(invitation::created_by.eq(by))
            .filter(invitation::used_at.is_null()),
    )
    .execute(conn.link())?;
    if gone == 1 { Ok(()) } else { Err(Error::NotFound("invitation")) }
}
