//! `huiguan token …`: an access token for a client program, from the command line.

use clap::Args;

use super::Terminal;
use crate::app;
use crate::config::Config;
use crate::domain::actor;
use crate::domain::scope::Scopes;
use crate::domain::token;
use crate::error::{Error, Problem, Result};

/// What a token is for.
#[derive(Debug, Args)]
pub struct Options {
    /// The name of a person or a public account of this hall
    name: String,
    /// What the token may do, as Mastodon names it
    #[arg(long, value_name = "SCOPES", default_value = "read write follow")]
    scopes: String,
}

/// Makes a token and prints it alone on a line.
///
/// Errors: `Invalid` for a name that nobody has, or a scope that isn't known.
pub(crate) fn run(config: Config, options: &Options, terminal: &mut Terminal<'_>) -> Result<()> {
    let scopes = Scopes::parse(&options.scopes)?;
    let ctx = app::open(config)?;
    let name = options.name.trim().trim_start_matches('@').to_owned();
    let secret = ctx.db().write_blocking(move |conn| {
        let found = actor::local_by_name(conn, &name)?;
        let is_somebody = |actor: &actor::Actor| {
            matches!(actor.kind, actor::Kind::Person | actor::Kind::Organization)
                && actor.suspended_at.is_none()
                && actor.deleted_at.is_none()
        };
        let Some(actor) = found.filter(is_somebody) else {
            return Err(Error::Invalid(vec![Problem::new("name", "problem-name-unknown").with("name", name)]));
        };
        Ok(token::issue(conn, None, Some(actor.id), &scopes)?.1)
    })?;
    terminal.say(&secret)
}
