//! `huiguan user …`: members, from the command line. Works beside a running hall and before its first start.

use clap::Subcommand;

use super::Terminal;
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
    #[command(after_help = "Examples:\n  \
        huiguan user add mei\n  \
        huiguan user add lan --email lan@hall.example --role moderator --language zh-Hant\n  \
        huiguan user add hua --password-stdin < password.txt")]
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
        /// Answer as JSON, for programs
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
///
/// # Errors
/// `Invalid` for what the rules of the hall refuse, a sentence for a name that nobody has, and whatever keeps the
/// database from opening.
pub(super) fn run(config: Config, action: Action, terminal: &mut Terminal<'_>) -> Result<()> {
    let ctx = app::open(config)?;
    match action {
        Action::Add { name, email, password, password_stdin, role, language } => {
            let given = if password_stdin { Some(terminal.read_line()?) } else { password };
            let password = Password::of(given);
            let member = add(&ctx, &name, email.as_deref().unwrap_or_default(), &password.text, role, language)?;
            terminal.say(&format!("added @{}", member.actor.address))?;
            password.tell(terminal)
        }
        Action::List { json } => list(&ctx, json, terminal),
        Action::Password { name, password_stdin } => {
            let member = find(&ctx, &name)?;
            let given = if password_stdin { Some(terminal.read_line()?) } else { None };
            let password = Password::of(given);
            login::check_password(&password.text)?;
            let hash = secret::password_hash(&password.text)?;
            let id = member.login.id;
            ctx.db().write_blocking(move |conn| login::set_password(conn, id, &hash, None))?;
            terminal.say(&format!("@{} has a new password and is signed out everywhere", member.actor.name))?;
            password.tell(terminal)
        }
        Action::Role { name, role } => {
            let member = find(&ctx, &name)?;
            let id = member.login.id;
            ctx.db().write_blocking(move |conn| login::set_role(conn, &Officer::command_line(), id, role))?;
            terminal.say(&format!("@{} is now {}", member.actor.name, role.as_str()))
        }
        Action::Suspend { name } => {
            let member = find(&ctx, &name)?;
            let id = member.login.id;
            let suspend = move |conn: &mut crate::db::Conn| {
                login::set_state(conn, &Officer::command_line(), id, State::Suspended).map(drop)
            };
            ctx.db().write_blocking(suspend)?;
            terminal.say(&format!("@{} is suspended", member.actor.name))
        }
    }
}

/// A password, and whether its owner must be told.
struct Password {
    text: String,
    origin: Origin,
}

#[derive(PartialEq, Eq)]
enum Origin {
    Given,
    Made,
}

impl Password {
    /// The one given, else a made one.
    fn of(given: Option<String>) -> Self {
        match given {
            Some(text) => Self { text, origin: Origin::Given },
            None => Self { text: secret::password_made(), origin: Origin::Made },
        }
    }

    /// Shows a made password, once; it is kept nowhere.
    fn tell(&self, terminal: &mut Terminal<'_>) -> Result<()> {
        match self.origin {
            Origin::Made => terminal.say(&format!("password: {}", self.text)),
            Origin::Given => Ok(()),
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

fn list(ctx: &Ctx, json: bool, terminal: &mut Terminal<'_>) -> Result<()> {
    let members = ctx.db().read(login::list)?;
    if json {
        let rows: Vec<_> = members.iter().map(row).collect();
        return terminal.say(&serde_json::to_string_pretty(&rows).map_err(|e| Error::Broken(Box::new(e)))?);
    }
    let width = members.iter().map(|member| member.actor.name.len()).max().unwrap_or(0);
    for Member { login, actor } in &members {
        let (role, state) = (login.role.as_str(), login.state.as_str());
        let line = format!("{:width$}  {role:9}  {state:9}  {}", actor.name, actor.display_name);
        terminal.say(line.trim_end())?;
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
