//! Logins: how a member signs in, with role, state and preferences; separate from the actor.

use diesel::prelude::*;

use super::actor::{self, Actor, Keys};
use super::{audience, audit, hall};
use crate::clock::Micros;
use crate::db::schema::{actor as actor_table, login, session, token, token_code};
use crate::db::{Conn, columns, text_enum};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, LoginId};

/// Shortest password.
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Longest password: argon2 reads all of it.
pub const PASSWORD_CHARS_MAX: usize = 200;
/// Longest reason given with an application.
pub const REASON_CHARS_MAX: usize = 1_000;

text_enum! {
    /// What a member may do in the hall.
    Role {
        /// Everything.
        Owner = "owner",
        /// Members, reports, peers.
        Moderator = "moderator",
        /// The archive.
        Archivist = "archivist",
        /// What everyone may.
        Member = "member",
    }
}

impl Role {
    /// May this role do what needs `least`? Owners may all, moderators what moderators may.
    pub fn may(self, least: Self) -> bool {
        match least {
            Self::Member => true,
            Self::Archivist => self != Self::Member,
            Self::Moderator => matches!(self, Self::Owner | Self::Moderator),
            Self::Owner => self == Self::Owner,
        }
    }
}

text_enum! {
    /// Whether the login may be used.
    State {
        /// In use.
        Active = "active",
        /// Waits for an officer's approval.
        Pending = "pending",
        /// Kept out by an officer.
        Suspended = "suspended",
    }
}

/// A login.
#[derive(Debug, Clone, Queryable)]
pub struct Login {
    /// Its id.
    pub id: LoginId,
    /// The person whose it is.
    pub actor_id: ActorId,
    /// E-mail address as typed.
    pub email: Option<String>,
    /// The password, hashed by argon2id.
    pub password_hash: String,
    /// Role in the hall.
    pub role: Role,
    /// Whether it may be used.
    pub state: State,
    /// Chosen language, a code.
    pub language: Option<String>,
    /// Chosen time zone, an IANA name.
    pub time_zone: Option<String>,
    /// `light`, `dark` or as the system has it.
    pub theme: Option<String>,
    /// `large`, `larger` or usual.
    pub type_size: Option<String>,
    /// Why the person wants to join.
    pub reason: String,
    /// When it was made.
    pub created_at: Micros,
}

columns! {
    Login of login:
    id, actor_id, email, password_hash, role, state, language, time_zone, theme, type_size, reason,
    created_at,
}

/// A member: the login and the person.
#[derive(Debug, Clone)]
pub struct Member {
    /// How they sign in.
    pub login: Login,
    /// Who they are.
    pub actor: Actor,
}

/// A login to be made. The password is hashed before, outside the transaction.
#[derive(Debug, Clone)]
pub struct New {
    /// The name, as typed.
    pub name: String,
    /// The name shown; empty for the same.
    pub display_name: String,
    /// E-mail address or empty.
    pub email: String,
    /// Hash of a password that passed [`check_password`].
    pub password_hash: String,
    /// Role.
    pub role: Role,
    /// State.
    pub state: State,
    /// Language code, if chosen.
    pub language: Option<String>,
    /// Time zone, if chosen.
    pub time_zone: Option<String>,
    /// Why they want to join.
    pub reason: String,
}

/// May this be a password?
///
/// Errors: `Invalid` for the field `password`.
pub fn check_password(password: &str) -> Result<()> {
    let chars = password.chars().count();
    let problem = if chars < PASSWORD_CHARS_MIN {
        Problem::new("password", "problem-password-short").with("min", PASSWORD_CHARS_MIN)
    } else if chars > PASSWORD_CHARS_MAX {
        Problem::new("password", "problem-too-long").with("max", PASSWORD_CHARS_MAX)
    } else {
        return Ok(());
    };
    Err(Error::Invalid(vec![problem]))
}

/// Checks an e-mail address for shape; empty is none.
///
/// Errors: `Invalid` for the field `email`.
pub fn check_email(raw: &str) -> Result<Option<String>> {
    let email = raw.trim();
    if email.is_empty() {
        return Ok(None);
    }
    let shaped = email.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains('@')
    });
    let clean = email.chars().count() <= 254 && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    if shaped && clean { Ok(Some(email.to_owned())) } else { Err(Error::invalid("email", "problem-email")) }
}

/// Makes a member with a fresh actor.
///
/// Errors: `Invalid` naming every field that is wrong or taken.
pub fn add(conn: &mut Conn, new: &New, keys: &Keys) -> Result<Member> {
    let mut problems = Vec::new();
    let mut keep = |result: Result<()>| match result {
        Err(Error::Invalid(found)) => {
            problems.extend(found);
            Ok(())
        }
        other => other,
    };
    let name = match actor::check_name(&new.name) {
        Ok(name) => {
            let taken = actor::local_by_name(conn, &name)?.is_some();
            keep(if taken { Err(Error::invalid("name", "problem-name-taken")) } else { Ok(()) })?;
            name
        }
        Err(e) => {
            keep(Err(e))?;
            String::new()
        }
    };
    let email = check_email(&new.email).or_else(|e| keep(Err(e)).map(|()| None))?;
    if let Some(email) = &email {
        keep(check_email_free(conn, email, None))?;
    }
    if new.reason.chars().count() > REASON_CHARS_MAX {
        let problem = Problem::new("reason", "problem-too-long").with("max", REASON_CHARS_MAX);
        keep(Err(Error::Invalid(vec![problem])))?;
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let shown = crate::text::name(&new.display_name, actor::DISPLAY_NAME_CHARS_MAX);
    let shown = if shown.is_empty() { name.clone() } else { shown };
    let actor = actor::create(conn, actor::Kind::Person, &name, &shown, keys)?;
    let now = conn.now();
    let id = LoginId(conn.id_at(now));
    diesel::insert_into(login::table)
        .values((
            login::id.eq(id),
            login::actor_id.eq(actor.id),
            login::email_folded.eq(email.as_ref().map(|e| e.to_lowercase())),
            login::email.eq(email),
            login::password_hash.eq(&new.password_hash),
            login::role.eq(new.role),
            login::state.eq(new.state),
            login::language.eq(&new.language),
            login::time_zone.eq(&new.time_zone),
            login::reason.eq(new.reason.trim()),
            login::created_at.eq(now),
        ))
        .execute(conn.link())?;
    if new.state == State::Pending {
        actor::suspend(conn, actor.id, Some(now))?;
    }
    keep_archive(conn, actor.id, new.role)?;
    if new.role == Role::Owner {
        hall::end_setup(conn)?;
    }
    by_id(conn, id)
}

fn check_email_free(conn: &mut Conn, email: &str, but: Option<LoginId>) -> Result<()> {
    let owner: Option<LoginId> = login::table
        .filter(login::email_folded.eq(email.to_lowercase()))
        .select(login::id)
        .first(conn.link())
        .optional()?;
    if owner.is_none() || owner == but { Ok(()) } else { Err(Error::invalid("email", "problem-email-taken")) }
}

/// The member with this login.
///
/// Errors: `NotFound`.
pub fn by_id(conn: &mut Conn, id: LoginId) -> Result<Member> {
    login::table
        .inner_join(actor_table::table.on(actor_table::id.eq(login::actor_id)))
        .filter(login::id.eq(id))
        .select((Login::as_select(), Actor::as_select()))
        .first(conn.link())
        .optional()?
        .map(|(login, actor)| Member { login, actor })
        .ok_or(Error::NotFound("member"))
}

/// The member who is this actor.
///
/// Errors: `NotFound`.
pub fn by_actor(conn: &mut Conn, actor: ActorId) -> Result<Member> {
    let id = login::table.filter(login::actor_id.eq(actor)).select(login::id).first(conn.link()).optional()?;
    by_id(conn, id.ok_or(Error::NotFound("member"))?)
}

/// The member with this name or e-mail address.
pub fn find(conn: &mut Conn, who: &str) -> Result<Option<Member>> {
    let who = who.trim().trim_start_matches('@').to_lowercase();
    let row: Option<(Login, Actor)> = login::table
        .inner_join(actor_table::table.on(actor_table::id.eq(login::actor_id)))
        .filter(actor_table::name.eq(&who).or(login::email_folded.eq(&who)))
        .select((Login::as_select(), Actor::as_select()))
        .first(conn.link())
        .optional()?;
    Ok(row.map(|(login, actor)| Member { login, actor }))
}

/// All members, those who wait for approval first, then by name.
pub fn list(conn: &mut Conn) -> Result<Vec<Member>> {
    let rows: Vec<(Login, Actor)> = login::table
        .inner_join(actor_table::table.on(actor_table::id.eq(login::actor_id)))
        .order((login::state.ne(State::Pending), actor_table::name))
        .select((Login::as_select(), Actor::as_select()))
        .load(conn.link())?;
    Ok(rows.into_iter().map(|(login, actor)| Member { login, actor }).collect())
}

/// The owner who has been there longest: whom others write to about the hall.
pub fn first_owner(conn: &mut Conn) -> Result<Option<Actor>> {
    Ok(login::table
        .inner_join(actor_table::table.on(actor_table::id.eq(login::actor_id)))
        .filter(login::role.eq(Role::Owner))
        .filter(login::state.eq(State::Active))
        .order(login::id)
        .select(Actor::as_select())
        .first(conn.link())
        .optional()?)
}

/// Is there an owner yet?
pub fn has_owner(conn: &mut Conn) -> Result<bool> {
    let owners = login::table.filter(login::role.eq(Role::Owner)).filter(login::state.eq(State::Active));
    Ok(diesel::select(diesel::dsl::exists(owners)).get_result(conn.link())?)
}

/// How many applications wait for an officer.
pub fn pending_count(conn: &mut Conn) -> Result<i64> {
    Ok(login::table.filter(login::state.eq(State::Pending)).count().get_result(conn.link())?)
}

/// Sets a password and ends the member's sessions, but the one kept (by its token's hash), and what client programs may do
/// for them.
pub fn set_password(conn: &mut Conn, id: LoginId, password_hash: &str, keep_session: Option<&str>) -> Result<()> {
    diesel::update(login::table.filter(login::id.eq(id)))
        .set(login::password_hash.eq(password_hash))
        .execute(conn.link())?;
    diesel::delete(
        session::table
            .filter(session::login_id.eq(id))
            .filter(session::token_hash.ne(keep_session.unwrap_or_default())),
    )
    .execute(conn.link())?;
    let member = by_id(conn, id)?;
    end_tokens(conn, member.actor.id)
}

/// Ends what client programs may do for a member.
fn end_tokens(conn: &mut Conn, actor: ActorId) -> Result<()> {
    diesel::delete(token_code::table.filter(token_code::actor_id.eq(actor))).execute(conn.link())?;
    diesel::delete(token::table.filter(token::actor_id.eq(actor))).execute(conn.link())?;
    Ok(())
}

/// Who does an officer's act: a signed-in officer, or the command line.
#[derive(Debug, Clone)]
pub struct Officer {
    /// Their login; `None` for the command line.
    pub login_id: Option<LoginId>,
    /// Their name for the audit log.
    pub who: String,
}

impl Officer {
    /// The command line: whoever can run it owns the machine.
    pub fn command_line() -> Self {
        Self { login_id: None, who: "command line".to_owned() }
    }

    /// A signed-in officer.
    pub fn member(member: &Member) -> Self {
        Self { login_id: Some(member.login.id), who: member.actor.name.clone() }
    }
}

/// Gives a member another role.
///
/// Errors: `Invalid` for `role` if it is the last owner's.
pub fn set_role(conn: &mut Conn, officer: &Officer, id: LoginId, role: Role) -> Result<()> {
    let member = by_id(conn, id)?;
    if member.login.role == Role::Owner && role != Role::Owner {
        keep_an_owner(conn, id, "role")?;
    }
    diesel::update(login::table.filter(login::id.eq(id))).set(login::role.eq(role)).execute(conn.link())?;
    keep_archive(conn, member.actor.id, role)?;
    if role == Role::Owner && member.login.state == State::Active {
        hall::end_setup(conn)?;
    }
    let subject = format!("{} → {}", member.actor.name, role.as_str());
    audit::record(conn, officer.login_id, &officer.who, "audit-role", &subject)
}

/// Keeps a member out, ends their sessions and hides what they wrote; or lets them back in.
///
/// Errors: `Invalid` for `state` if it is the last owner.
pub fn set_state(conn: &mut Conn, officer: &Officer, id: LoginId, state: State) -> Result<Member> {
    let member = by_id(conn, id)?;
    if member.login.role == Role::Owner && state != State::Active {
        keep_an_owner(conn, id, "state")?;
    }
    diesel::update(login::table.filter(login::id.eq(id))).set(login::state.eq(state)).execute(conn.link())?;
    let now = conn.now();
    actor::suspend(conn, member.actor.id, (state != State::Active).then_some(now))?;
    if state != State::Active {
        diesel::delete(session::table.filter(session::login_id.eq(id))).execute(conn.link())?;
        end_tokens(conn, member.actor.id)?;
    }
    let verb = match state {
        State::Active => "audit-admit",
        State::Suspended => "audit-suspend",
        State::Pending => "audit-hold",
    };
    audit::record(conn, officer.login_id, &officer.who, verb, &member.actor.name)?;
    by_id(conn, id)
}

/// Turns down an application: the login and its actor go.
///
/// Errors: `NotFound` unless it waits for approval.
pub fn turn_down(conn: &mut Conn, officer: &Officer, id: LoginId) -> Result<()> {
    let member = by_id(conn, id)?;
    if member.login.state != State::Pending {
        return Err(Error::NotFound("member"));
    }
    diesel::delete(actor_table::table.filter(actor_table::id.eq(member.actor.id))).execute(conn.link())?;
    audit::record(conn, officer.login_id, &officer.who, "audit-turn-down", &member.actor.name)
}

/// Who has a role keeps the archive, too.
fn keep_archive(conn: &mut Conn, who: ActorId, role: Role) -> Result<()> {
    match role.may(Role::Archivist) {
        true => audience::grant(conn, who, audience::ARCHIVISTS),
        false => audience::revoke(conn, who, audience::ARCHIVISTS),
    }
}

fn keep_an_owner(conn: &mut Conn, but: LoginId, field: &'static str) -> Result<()> {
    conn.lock("owners")?;
    let others: i64 = login::table
        .filter(login::role.eq(Role::Owner))
        .filter(login::state.eq(State::Active))
        .filter(login::id.ne(but))
        .count()
        .get_result(conn.link())?;
    if others > 0 { Ok(()) } else { Err(Error::invalid(field, "problem-last-owner")) }
}

/// What a member prefers; `None` leaves it as it is by default.
#[derive(Debug, Clone, Default)]
pub struct Preferences {
    /// Language code.
    pub language: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// `light` or `dark`.
    pub theme: Option<String>,
    /// `large` or `larger`.
    pub type_size: Option<String>,
}

/// Stores what a member prefers.
///
/// Errors: `Invalid` for `time_zone` or `language`.
pub fn set_preferences(conn: &mut Conn, id: LoginId, preferences: &Preferences) -> Result<()> {
    if preferences.time_zone.as_deref().is_some_and(|zone| jiff::tz::TimeZone::get(zone).is_err()) {
        return Err(Error::invalid("time_zone", "problem-time-zone"));
    }
    if preferences.language.as_deref().is_some_and(|code| crate::lang::Language::parse(code).is_none()) {
        return Err(Error::invalid("language", "problem-language"));
    }
    diesel::update(login::table.filter(login::id.eq(id)))
        .set((
            login::language.eq(&preferences.language),
            login::time_zone.eq(&preferences.time_zone),
            login::theme.eq(&preferences.theme),
            login::type_size.eq(&preferences.type_size),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// Changes a member's e-mail address; empty removes it.
///
/// Errors: `Invalid` for `email`.
pub fn set_email(conn: &mut Conn, id: LoginId, email: &str) -> Result<()> {
    let email = check_email(email)?;
    if let Some(email) = &email {
        check_email_free(conn, email, Some(id))?;
    }
    diesel::update(login::table.filter(login::id.eq(id)))
        .set((login::email_folded.eq(email.as_ref().map(|e| e.to_lowercase())), login::email.eq(&email)))
        .execute(conn.link())?;
    Ok(())
}
