//! `huiguan group …`: groups, from the command line. Works beside a running hall.

use clap::Subcommand;

use super::Terminal;
use crate::app;
use crate::clock::to_rfc3339;
use crate::config::Config;
use crate::db::Conn;
use crate::domain::actor::{self, Keys};
use crate::domain::group::{self, Axis, Entrance, Group, Posting, Role, Said, Settings};
use crate::domain::login;
use crate::error::{Error, Problem, Result};

/// What can be done with groups.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Found a group
    #[command(after_help = "Examples:\n  \
        huiguan group add panyu --owner mei --title 番禺同乡 --axis hometown --topic 番禺\n  \
        huiguan group add committee --owner lan --title 理事会 --join invitation --private")]
    Add {
        /// The name: letters a–z, digits and _, at most 30
        name: String,
        /// The member who is to own it
        #[arg(long, value_name = "PERSON")]
        owner: String,
        /// Its title
        #[arg(long)]
        title: String,
        /// How one joins: open, approval or invitation
        #[arg(long, default_value = "open", value_parser = entrance)]
        join: Entrance,
        /// For its members alone
        #[arg(long)]
        private: bool,
        /// hometown, profession, interest or family
        #[arg(long, default_value = "interest", value_parser = axis)]
        axis: Axis,
        /// The place, profession, interest or family name
        #[arg(long, default_value = "")]
        topic: String,
        /// A few words about it
        #[arg(long, default_value = "")]
        about: String,
    },
    /// List the groups of this hall
    List {
        /// Answer as JSON, for programs
        #[arg(long)]
        json: bool,
    },
}

fn axis(word: &str) -> std::result::Result<Axis, String> {
    word.parse().map_err(|()| "write hometown, profession, interest or family".to_owned())
}

fn entrance(word: &str) -> std::result::Result<Entrance, String> {
    word.parse().map_err(|()| "write open, approval or invitation".to_owned())
}

/// Runs one of the commands.
///
/// # Errors
/// `Invalid` for what the rules of the hall refuse and for a name that nobody has.
pub(super) fn run(config: Config, action: Action, terminal: &mut Terminal<'_>) -> Result<()> {
    let ctx = app::open(config)?;
    match action {
        Action::Add { name, owner, title, join, private, axis, topic, about } => {
            let settings = Settings::parse(&Said {
                title,
                about,
                axis: axis.as_str().to_owned(),
                topic,
                entrance: join.as_str().to_owned(),
                is_private: private,
                posting: Posting::Members.as_str().to_owned(),
                ..Said::default()
            })?;
            actor::check_name(&name)?;
            let keys = Keys::make()?;
            let made = ctx.db().write_blocking(move |conn| {
                let owner = member(conn, &owner)?;
                group::create(conn, &owner, &name, &settings, &keys)
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

/// A group with who owns it and how many belong to it.
struct Row {
    group: Group,
    owner: String,
    members: i64,
}

fn rows(conn: &mut Conn) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for group in group::all(conn)? {
        let owner = group::officers(conn, group.actor.id)?.into_iter().find(|(role, _)| *role == Role::Owner);
        let owner = owner.map(|(_, actor)| actor.name).unwrap_or_default();
        let members = group::member_count(conn, group.actor.id)?;
        rows.push(Row { group, owner, members });
    }
    Ok(rows)
}

fn list(rows: &[Row], json: bool, terminal: &mut Terminal<'_>) -> Result<()> {
    if json {
        let rows: Vec<_> = rows.iter().map(document).collect();
        return terminal.say(&serde_json::to_string_pretty(&rows).map_err(|e| Error::Broken(Box::new(e)))?);
    }
    let width = rows.iter().map(|row| row.group.actor.name.len()).max().unwrap_or(0);
    for Row { group, owner, members } in rows {
        let detail = &group.detail;
        let kind = if detail.is_private { "private" } else { "public" };
        let (name, title) = (&group.actor.name, &group.actor.display_name);
        let (axis, entrance) = (detail.axis.as_str(), detail.entrance.as_str());
        terminal.say(&format!("{name:width$}  {axis:10}  {entrance:10}  {kind:7}  {members:5}  {owner}  {title}"))?;
    }
    Ok(())
}

fn document(row: &Row) -> serde_json::Value {
    let (actor, detail) = (&row.group.actor, &row.group.detail);
    serde_json::json!({
        "name": actor.name,
        "address": actor.address,
        "title": actor.display_name,
        "owner": row.owner,
        "axis": detail.axis.as_str(),
        "topic": detail.topic,
        "join": detail.entrance.as_str(),
        "private": detail.is_private,
        "members": row.members,
        "created_at": to_rfc3339(actor.created_at),
    })
}
