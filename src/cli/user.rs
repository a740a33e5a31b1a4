//! `huiguan user …`: members, from the command line. Works beside a running hall and before its first start.

use std::io::Read;

use clap::Subcommand;

use super::say;
use crate::app;
use crate::clock::to_rfc3339;
use crate::config::Config;
use crate::ctx::Ctx;
use crate::domain::actor::Keys;
use crate::domain::login::{self, Member, New, Officer, Role, State};
use crate::error::{Error, Result};
use crate::lang::Language;
use crate::secret;

/// What can be done with members.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Add a member; without a password one is made and printed
    Add {
        /// The name: letters a–z, digits and _, at most 30
        name: String,
        /// E-mail address
        #[arg(long)]
        email: Option<String>,
        /// The password; better --password-stdin, which leaves no trace in the shell's history
        #[arg(long, conflicts_with = "password_stdin")]
        password: Option<String>,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
        /// owner, moderator, archivist or member
        #[arg(long, default_value = "member", value_parser = role)]
        role: Role,
        /// zh-Hans, zh-Hant or en
        #[arg(long, value_parser = language)]
        language: Option<Language>,
    },
    /// List the members
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Give a member a new password: made and printed, or read from standard input
    Password {
        /// The member's name
        name: String,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give a member another role
    Role {
        /// The member's name
        name: String,
        /// owner, moderator, archivist or member
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Keep a member out: ends their sessions and hides what they wrote
    Suspend {
        /// The member's name
        name: String,
    },
}

fn role(word: &str) -> std::result::Result<Role, String> {
    word.parse().map_err(|()| "write owner, moderator, archivist or member".to_owned())
}

fn language(code: &str) -> std::result::Result<Language, String> {
    Language::parse(code).ok_or_else(|| "write zh-Hans, zh-Hant or en".to_owned())
}

/// Runs one of the commands.
pub fn run(config: Config, action: Action) -> Result<()> {
    let ctx = app::open(config)?;
    match action {
        Action::Add { name, email, password, password_stdin, role, language } => {
            let given = if password_stdin { Some(read_password()?) } else { password };
            let made = given.is_none().then(secret::password_made);
            let password = given.or_else(|| made.clone()).unwrap_or_default();
            let member = add(&ctx, &name, email.as_deref().unwrap_or_default(), &password, role, language)?;
            say(&format!("added @{}", member.actor.address))?;
            made.map_or(Ok(()), |made| say(&format!("password: {made}")))
        }
        Action::List { json } => list(&ctx, json),
        Action::Password { name, password_stdin } => {
            let given = if password_stdin { Some(read_password()?) } else { None };
            let made = given.is_none().then(secret::password_made);
            let password = given.or_else(|| made.clone()).unwrap_or_default();
            login::check_password(&password)?;
            let hash = secret::password_hash(&password)?;
            let id = find(&ctx, &name)?.login.id;
            ctx.db().write_blocking(move |conn| login::set_password(conn, id, &hash, None))?;
            say(&format!("@{name} has a new password and is signed out everywhere"))?;
            made.map_or(Ok(()), |made| say(&format!("password: {made}")))
        }
        Action::Role { name, role } => {
            let id = find(&ctx, &name)?.login.id;
            ctx.db().write_blocking(move |conn| login::set_role(conn, &Officer::command_line(), id, role))?;
            say(&format!("@{name} is now {}", role.as_str()))
        }
        Action::Suspend { name } => {
            let id = find(&ctx, &name)?.login.id;
            let suspend = move |conn: &mut crate::db::Conn| {
                login::set_state(conn, &Officer::command_line(), id, State::Suspended).map(drop)
            };
            ctx.db().write_blocking(suspend)?;
            say(&format!("@{name} is suspended"))
        }
    }
}

/// Adds a member.
fn add(ctx: &Ctx, name: &str, email: &str, password: &str, role: Role, language: Option<Language>) -> Result<Member> {
    login::check_password(password)?;
    let new = New {
        name: name.to_owned(),
        display_name: String::new(),
        email: email.to_owned(),
        password_hash: secret::password_hash(password)?,
        role,
        state: State::Active,
        language: language.map(|language| language.code().to_owned()),
        time_zone: None,
        reason: String::new(),
    };
    let keys = Keys::make()?;
    ctx.db().write_blocking(move |conn| login::add(conn, &new, &keys))
}

fn find(ctx: &Ctx, name: &str) -> Result<Member> {
    let asked = name.to_owned();
    let found = ctx.db().read(move |conn| login::find(conn, &asked))?;
    found.ok_or_else(|| Error::broken(format!("there is no member {name}")))
}

fn list(ctx: &Ctx, json: bool) -> Result<()> {
    let members = ctx.db().read(login::list)?;
    if json {
        let rows: Vec<_> = members.iter().map(row).collect();
        return say(&serde_json::to_string_pretty(&rows).map_err(|e| Error::Broken(Box::new(e)))?);
    }
    let width = members.iter().map(|member| member.actor.name.len()).max().unwrap_or(0);
    for Member { login, actor } in &members {
        let line = format!(
            "{:width$}  {:9}  {:9}  {}",
            actor.name,
            login.role.as_str(),
            login.state.as_str(),
            actor.display_name
        );
        say(line.trim_end())?;
    }
    Ok(())
}

fn row(member: &Member) -> serde_json::Value {
    serde_json::json!({
        "name": member.actor.name,
        "address": member.actor.address,
        "display_name": member.actor.display_name,
        "email": member.login.email,
        "role": member.login.role.as_str(),
        "state": member.login.state.as_str(),
        "language": member.login.language,
        "created_at": to_rfc3339(member.login.created_at),
    })
}

/// The first line of standard input.
fn read_password() -> Result<String> {
    let mut text = String::new();
    // More than this is no password; the limit keeps a wrong pipe from filling memory.
    std::io::stdin().take(4_096).read_to_string(&mut text)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
