//! Sessions: a signed-in browser. The cookie holds a token, the database only its hash.

use diesel::prelude::*;

use super::actor::Actor;
use super::login::{Login, Member, State};
use crate::clock::{DAY, HOUR, Micros};
use crate::db::schema::{actor as actor_table, login, session};
use crate::db::{Conn, columns};
use crate::error::Result;
use crate::id::LoginId;

/// How long a session lives without being used.
pub const LIFETIME: Micros = 60 * DAY;
/// How stale the time of last use may get: sessions needn't be written at each request.
const SEEN_GRAIN: Micros = 6 * HOUR;
/// Longest description of a browser that is kept.
const AGENT_CHARS_MAX: usize = 120;

/// A session.
#[derive(Debug, Clone, Queryable)]
pub struct Session {
    /// Hash of the cookie's token; names the session.
    pub token_hash: String,
    /// Whose it is.
    pub login_id: LoginId,
    /// The token that this session's forms carry.
    pub form_token: String,
    /// The browser, as it calls itself.
    pub agent: String,
    /// When it began.
    pub created_at: Micros,
    /// When it was last used, to some hours.
    pub seen_at: Micros,
    /// When it ends if it isn't used.
    pub expires_at: Micros,
}

columns! {
    Session of session:
    token_hash, login_id, form_token, agent, created_at, seen_at, expires_at,
}

/// Starts a session and answers the token for the cookie.
pub fn start(conn: &mut Conn, login_id: LoginId, agent: &str) -> Result<String> {
    let token = crate::secret::token();
    let now = conn.now();
    diesel::insert_into(session::table)
        .values((
            session::token_hash.eq(crate::secret::token_hash(&token)),
            session::login_id.eq(login_id),
            session::form_token.eq(crate::secret::token()),
            session::agent.eq(crate::text::name(agent, AGENT_CHARS_MAX)),
            session::created_at.eq(now),
            session::seen_at.eq(now),
            session::expires_at.eq(now + LIFETIME),
        ))
        .execute(conn.link())?;
    Ok(token)
}

/// The session and member behind a cookie's token, if the session lives and the login is active.
pub fn find(conn: &mut Conn, token: &str) -> Result<Option<(Session, Member)>> {
    let now = conn.now();
    let row: Option<(Session, Login, Actor)> = session::table
        .inner_join(login::table.on(login::id.eq(session::login_id)))
        .inner_join(actor_table::table.on(actor_table::id.eq(login::actor_id)))
        .filter(session::token_hash.eq(crate::secret::token_hash(token)))
        .filter(session::expires_at.gt(now))
        .filter(login::state.eq(State::Active))
        .select((Session::as_select(), Login::as_select(), Actor::as_select()))
        .first(conn.link())
        .optional()?;
    Ok(row.map(|(session, login, actor)| (session, Member { login, actor })))
}

/// Is the time of last use so stale that it should be written?
pub fn is_stale(session: &Session, now: Micros) -> bool {
    now - session.seen_at > SEEN_GRAIN
}

/// Notes that a session is in use, and lengthens its life.
pub fn touch(conn: &mut Conn, token_hash: &str) -> Result<()> {
    let now = conn.now();
    diesel::update(session::table.filter(session::token_hash.eq(token_hash)))
        .set((session::seen_at.eq(now), session::expires_at.eq(now + LIFETIME)))
        .execute(conn.link())?;
    Ok(())
}

/// Ends one session.
pub fn end(conn: &mut Conn, token_hash: &str) -> Result<()> {
    diesel::delete(session::table.filter(session::token_hash.eq(token_hash))).execute(conn.link())?;
    Ok(())
}

/// Ends all sessions of a login: sign-out everywhere.
pub fn end_all(conn: &mut Conn, login_id: LoginId) -> Result<()> {
    diesel::delete(session::table.filter(session::login_id.eq(login_id))).execute(conn.link())?;
    Ok(())
}

/// The living sessions of a login, last used first.
pub fn list(conn: &mut Conn, login_id: LoginId) -> Result<Vec<Session>> {
    let now = conn.now();
    Ok(session::table
        .filter(session::login_id.eq(login_id))
        .filter(session::expires_at.gt(now))
        .order(session::seen_at.desc())
        .select(Session::as_select())
        .load(conn.link())?)
}

/// Removes sessions that have ended.
pub fn prune(conn: &mut Conn) -> Result<()> {
    let now = conn.now();
    diesel::delete(session::table.filter(session::expires_at.le(now))).execute(conn.link())?;
    Ok(())
}
