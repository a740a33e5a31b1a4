//! `huiguan account …`: public accounts, from the command line. Works beside a running hall.

use clap::Subcommand;

use super::Terminal;
use crate::app;
use crate::clock::to_rfc3339;
use crate::config::Config;
use crate::db::Conn;
use crate::domain::account::{self, Account, Kind, Role, Said, Settings, Talk};
use crate::domain::actor::{self, Keys};
use crate::domain::login;
use crate::error::{Error, Problem, Result};

/// What can be done with public accounts.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Open a public account
    #[command(after_help = "Examples:\n  \
        huiguan account add bao --owner mei --title 潮州侨报\n  \
        huiguan account add clinic --owner lan --title 同济诊所 --kind service")]
    Add {
        /// The name: letters a–z, digits and _, at most 30
        name: String,
        /// The member who is to own it
        #[arg(long, value_name = "PERSON")]
        owner: String,
        /// Its title
        #[arg(long)]
        title: String,
        /// subscription (often, into a box of its own) or service (seldom, among the notices)
        #[arg(long, default_value = "subscription", value_parser = kind)]
        kind: Kind,
        /// Its topics, with commas between
        #[arg(long, default_value = "")]
        topics: String,
        /// A few words about it
        #[arg(long, default_value = "")]
        about: String,
    },
    /// List the public accounts of this hall
    List {
        /// Answer as JSON, for programs
        #[arg(long)]
        json: bool,
    },
}

fn kind(word: &str) -> std::result::Result<Kind, String> {
    word.parse().map_err(|()| "write subscription or service".to_owned())
}

/// Runs one of the commands.
///
/// # Errors
/// `Invalid` for what the rules of the hall refuse and for a name that nobody has.
pub(super) fn run(config: Config, action: Action, terminal: &mut Terminal<'_>) -> Result<()> {
    let ctx = app::open(config)?;
    match action {
        Action::Add { name, owner, title, kind, topics, about } => {
            let settings = Settings::parse(&Said {
                title,
                about,
                kind: kind.as_str().to_owned(),
                topics,
                talk: Talk::Selected.as_str().to_owned(),
                ..Said::default()
            })?;
            actor::check_name(&name)?;
            let keys = Keys::make()?;
            let made = ctx.db().write_blocking(move |conn| {
                let owner = member(conn, &owner)?;
                account::create(conn, &owner, &name, &settings, &keys)
            })?;
            terminal.say(&format!("added @{}", made.actor.address))
        }
        Action::List { json } => list(&ctx.db().read(rows)?, json, terminal),
    }
}

/// The member by this name.
fn member(conn: &mut Conn, name: &str) -> Result<actor::Actor> {
    let plain = name.trim().trim_start_matches('@').to_lowercase();
    let found = login::find(conn, &plain)?.filter(|member| member.actor.suspended_at.is_none());
    let unknown = || Error::Invalid(vec![Problem::new("owner", "problem-name-unknown").with("name", name)]);
    found.map(|member| member.actor).ok_or_else(unknown)
}

/// An account with who owns it and how many follow it.
struct Row {
    account: Account,
    owner: String,
    followers: i64,
}

fn rows(conn: &mut Conn) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for account in account::all(conn)? {
        let owner = account::staff(conn, account.actor.id)?.into_iter().find(|(role, _)| *role == Role::Owner);
        let owner = owner.map(|(_, actor)| actor.name).unwrap_or_default();
        let followers = account::followers(conn, account.actor.id)?;
        rows.push(Row { account, owner, followers });
    }
    Ok(rows)
}

fn list(rows: &[Row], json: bool, terminal: &mut Terminal<'_>) -> Result<()> {
    if json {
        let rows: Vec<_> = rows.iter().map(document).collect();
        return terminal.say(&serde_json::to_string_pretty(&rows).map_err(|e| Error::Broken(Box::new(e)))?);
    }
    let width = rows.iter().map(|row| row.account.actor.name.len()).max().unwrap_or(0);
    for Row { account, owner, followers } in rows {
        let (name, title) = (&account.actor.name, &account.actor.display_name);
        let kind = account.detail.kind.as_str();
        terminal.say(&format!("{name:width$}  {kind:12}  {followers:5}  {owner}  {title}"))?;
    }
    Ok(())
}

fn document(row: &Row) -> serde_json::Value {
    let (actor, detail) = (&row.account.actor, &row.account.detail);
    serde_json::json!({
        "name": actor.name,
        "address": actor.address,
        "title": actor.display_name,
        "owner": row.owner,
        "kind": detail.kind.as_str(),
        "topics": detail.topics(),
        "followers": row.followers,
        "created_at": to_rfc3339(actor.created_at),
    })
}
