//! Tokens: what a client program may do for somebody (RFC 6749, RFC 7636). The program holds the token, the database only its
//! digest.
//!
//! Invariants: a token never holds more than the program asked for and was granted; a code is used once, and its second use
//! ends the token of the first; a new password, a suspension and the end of an actor end them all.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;

use super::actor::Actor;
use super::app::App;
use super::login::{Login, State};
use super::scope::Scopes;
use crate::clock::{DAY, HOUR, MINUTE, Micros};
use crate::db::schema::{actor as actor_table, app, login, token, token_code};
use crate::db::{Conn, columns};
use crate::error::{Error, Result};
use crate::id::{ActorId, AppId, TokenId};

/// How long a code may be exchanged.
const CODE_LIFETIME: Micros = 10 * MINUTE;
/// How long an exchanged code is remembered, so that a second use is noticed.
const CODE_KEPT: Micros = DAY;
/// How stale the time of last use may get.
const SEEN_GRAIN: Micros = 6 * HOUR;
/// Tokens of one actor; beyond it the one unused for longest goes.
const TOKENS_MAX: i64 = 100;
/// Tokens of one program that stand for nobody; beyond it the oldest goes.
const APP_TOKENS_MAX: i64 = 10;

/// A token.
#[derive(Debug, Clone, Queryable)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// The digest of what the program holds.
    pub token_hash: String,
    /// The program; `None` if it was made on the command line.
    pub app_id: Option<AppId>,
    /// For whom it acts; `None` for the program itself.
    pub actor_id: Option<ActorId>,
    /// What it may do.
    pub scopes: String,
    /// When it was made.
    pub created_at: Micros,
    /// When it was last used, to some hours.
    pub seen_at: Micros,
}

columns! {
    Token of token:
    id, token_hash, app_id, actor_id, scopes, created_at, seen_at,
}

/// Who speaks by a token.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// The token.
    pub token: Token,
    /// For whom it acts; `None` for the program itself.
    pub actor: Option<Actor>,
    /// How that member signs in; `None` for a public account.
    pub login: Option<Login>,
    /// What it may do.
    pub scopes: Scopes,
}

/// Makes a token; answers what the program is to hold. Of too many the one unused for longest goes.
pub fn issue(
    conn: &mut Conn,
    app: Option<AppId>,
    actor: Option<ActorId>,
    scopes: &Scopes,
) -> Result<(TokenId, String)> {
    let (secret, now) = (crate::secret::token(), conn.now());
    let id = TokenId(conn.id_at(now));
    make_room(conn, app, actor)?;
    diesel::insert_into(token::table)
        .values((
            token::id.eq(id),
            token::token_hash.eq(crate::secret::token_hash(&secret)),
            token::app_id.eq(app),
            token::actor_id.eq(actor),
            token::scopes.eq(scopes.to_string()),
            token::created_at.eq(now),
            token::seen_at.eq(now),
        ))
        .execute(conn.link())?;
    Ok((id, secret))
}

fn make_room(conn: &mut Conn, app: Option<AppId>, actor: Option<ActorId>) -> Result<()> {
    let surplus: Vec<TokenId> = match actor {
        Some(actor) => token::table
            .filter(token::actor_id.eq(actor))
            .order((token::seen_at.desc(), token::id.desc()))
            .offset(TOKENS_MAX - 1)
            .limit(TOKENS_MAX)
            .select(token::id)
            .load(conn.link())?,
        None => token::table
            .filter(token::app_id.eq(app))
            .filter(token::actor_id.is_null())
            .order(token::id.desc())
            .offset(APP_TOKENS_MAX - 1)
            .limit(APP_TOKENS_MAX)
            .select(token::id)
            .load(conn.link())?,
    };
    if !surplus.is_empty() {
        diesel::delete(token::table.filter(token::id.eq_any(surplus))).execute(conn.link())?;
    }
    Ok(())
}

/// Who speaks by this token, if it is one, and they may: an active member, a living account, or a program.
pub fn find(conn: &mut Conn, secret: &str) -> Result<Option<Bearer>> {
    let hash = crate::secret::token_hash(secret);
    let row: Option<(Token, Option<Actor>, Option<Login>)> = token::table
        .left_join(actor_table::table.on(token::actor_id.eq(actor_table::id.nullable())))
        .left_join(login::table.on(token::actor_id.eq(login::actor_id.nullable())))
        .filter(token::token_hash.eq(hash))
        .select((Token::as_select(), Option::<Actor>::as_select(), Option::<Login>::as_select()))
        .first(conn.link())
        .optional()?;
    Ok(row.map(read).filter(is_welcome))
}

fn read((token, actor, login): (Token, Option<Actor>, Option<Login>)) -> Bearer {
    let scopes = Scopes::stored(&token.scopes);
    Bearer { token, actor, login, scopes }
}

fn is_welcome(bearer: &Bearer) -> bool {
    let is_active = bearer.login.as_ref().is_none_or(|login| login.state == State::Active);
    let lives = |actor: &Actor| actor.suspended_at.is_none() && actor.deleted_at.is_none() && actor.is_local();
    is_active && bearer.actor.as_ref().is_none_or(lives)
}

/// Does this token still open what it opened? For streams, which ask again and again.
pub fn stands(conn: &mut Conn, id: TokenId) -> Result<bool> {
    Ok(bearer(conn, id)?.is_some())
}

/// Who speaks by this token, if it stands.
pub fn bearer(conn: &mut Conn, id: TokenId) -> Result<Option<Bearer>> {
    let row: Option<(Token, Option<Actor>, Option<Login>)> = token::table
        .left_join(actor_table::table.on(token::actor_id.eq(actor_table::id.nullable())))
        .left_join(login::table.on(token::actor_id.eq(login::actor_id.nullable())))
        .filter(token::id.eq(id))
        .select((Token::as_select(), Option::<Actor>::as_select(), Option::<Login>::as_select()))
        .first(conn.link())
        .optional()?;
    Ok(row.map(read).filter(is_welcome))
}

/// Is the time of last use so stale that it should be written?
pub fn is_stale(token: &Token, now: Micros) -> bool {
    now - token.seen_at > SEEN_GRAIN
}

/// Notes that a token is in use.
pub fn touch(conn: &mut Conn, id: TokenId) -> Result<()> {
    let now = conn.now();
    diesel::update(token::table.filter(token::id.eq(id))).set(token::seen_at.eq(now)).execute(conn.link())?;
    Ok(())
}

/// What somebody grants to a program.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The program.
    pub app: AppId,
    /// For whom it may act.
    pub actor: ActorId,
    /// Where the code goes.
    pub redirect_uri: String,
    /// What it may do.
    pub scopes: Scopes,
    /// The digest by which the program proves that it asked (RFC 7636, `S256`), or empty.
    pub challenge: String,
}

/// Makes the code by which a program gets its token.
pub fn authorise(conn: &mut Conn, grant: &Grant) -> Result<String> {
    let code = crate::secret::token();
    let expires_at = conn.now() + CODE_LIFETIME;
    diesel::insert_into(token_code::table)
        .values((
            token_code::code_hash.eq(crate::secret::token_hash(&code)),
            token_code::app_id.eq(grant.app),
            token_code::actor_id.eq(grant.actor),
            token_code::redirect_uri.eq(&grant.redirect_uri),
            token_code::scopes.eq(grant.scopes.to_string()),
            token_code::challenge.eq(&grant.challenge),
            token_code::token_id.eq(None::<TokenId>),
            token_code::expires_at.eq(expires_at),
        ))
        .execute(conn.link())?;
    Ok(code)
}

/// A code that a program brings.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// The code.
    pub code: &'a str,
    /// The address that it was sent to.
    pub redirect_uri: &'a str,
    /// What the digest was made of, or empty.
    pub verifier: &'a str,
}

/// What a code was exchanged for.
#[derive(Debug, Clone)]
pub struct Issued {
    /// What the program is to hold.
    pub secret: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Micros,
}

/// Exchanges a code for a token. `None` if it isn't good: unknown, another program's, used before, too old, for another
/// address, or without the proof that it asks for. A second use ends the token of the first (RFC 6749 §4.1.2).
pub fn exchange(conn: &mut Conn, app: &App, exchange: &Exchange<'_>) -> Result<Option<Issued>> {
    type Row = (ActorId, String, String, String, Option<TokenId>, Micros);
    let hash = crate::secret::token_hash(exchange.code);
    conn.lock(&format!("code:{hash}"))?;
    let row: Option<Row> = token_code::table
        .filter(token_code::code_hash.eq(&hash))
        .filter(token_code::app_id.eq(app.id))
        .select((
            token_code::actor_id,
            token_code::redirect_uri,
            token_code::scopes,
            token_code::challenge,
            token_code::token_id,
            token_code::expires_at,
        ))
        .first(conn.link())
        .optional()?;
    let Some((actor, redirect_uri, scopes, challenge, used, expires_at)) = row else { return Ok(None) };
    if let Some(token) = used {
        diesel::delete(token::table.filter(token::id.eq(token))).execute(conn.link())?;
        return Ok(None);
    }
    let now = conn.now();
    if expires_at <= now || redirect_uri != exchange.redirect_uri || !is_proven(&challenge, exchange.verifier) {
        return Ok(None);
    }
    let scopes = Scopes::stored(&scopes);
    let (id, secret) = issue(conn, Some(app.id), Some(actor), &scopes)?;
    diesel::update(token_code::table.filter(token_code::code_hash.eq(&hash)))
        .set((token_code::token_id.eq(Some(id)), token_code::expires_at.eq(now + CODE_KEPT)))
        .execute(conn.link())?;
    Ok(Some(Issued { secret, scopes, created_at: now }))
}

/// Does the verifier fit the challenge (RFC 7636 §4.6, `S256`)? Who promised no proof needn't bring one, and mustn't.
fn is_proven(challenge: &str, verifier: &str) -> bool {
    if challenge.is_empty() || verifier.is_empty() {
        return challenge.is_empty() && verifier.is_empty();
    }
    let digest = URL_SAFE_NO_PAD.encode(crate::secret::sha256(verifier.as_bytes()));
    crate::secret::equal(digest.as_bytes(), challenge.as_bytes())
}

/// A program gives a token of its own back (RFC 7009). What isn't its own stays, and nothing says so.
pub fn revoke(conn: &mut Conn, app: AppId, secret: &str) -> Result<bool> {
    let hash = crate::secret::token_hash(secret);
    let own = token::table.filter(token::token_hash.eq(hash)).filter(token::app_id.eq(app));
    Ok(diesel::delete(own).execute(conn.link())? > 0)
}

/// A token as its owner sees it.
#[derive(Debug, Clone)]
pub struct Held {
    /// The token.
    pub token: Token,
    /// What the program calls itself; `None` for the command line.
    pub app: Option<String>,
}

/// The tokens that act for somebody, last used first.
pub fn list(conn: &mut Conn, actor: ActorId) -> Result<Vec<Held>> {
    let rows: Vec<(Token, Option<String>)> = token::table
        .left_join(app::table.on(token::app_id.eq(app::id.nullable())))
        .filter(token::actor_id.eq(actor))
        .order((token::seen_at.desc(), token::id.desc()))
        .limit(TOKENS_MAX)
        .select((Token::as_select(), app::name.nullable()))
        .load(conn.link())?;
    Ok(rows.into_iter().map(|(token, app)| Held { token, app }).collect())
}

/// Ends one token of somebody.
///
/// Errors: `NotFound` if it isn't theirs.
pub fn end(conn: &mut Conn, actor: ActorId, id: TokenId) -> Result<()> {
    let own = token::table.filter(token::id.eq(id)).filter(token::actor_id.eq(actor));
    if diesel::delete(own).execute(conn.link())? > 0 { Ok(()) } else { Err(Error::NotFound("token")) }
}

/// Forgets codes that are over.
pub fn prune(conn: &mut Conn) -> Result<()> {
    let now = conn.now();
    diesel::delete(token_code::table.filter(token_code::expires_at.le(now))).execute(conn.link())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_asked_for_if_one_was_promised() {
        // RFC 7636, appendix B.
        let (verifier, challenge) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(is_proven(challenge, verifier) && is_proven("", ""));
        assert!(!is_proven(challenge, "") && !is_proven("", verifier) && !is_proven(challenge, challenge));
    }
}
