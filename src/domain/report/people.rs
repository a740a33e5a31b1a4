//! People as officers know them: whoever is here or was met, with how they sign in if they are of this hall.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::Text;

use super::super::actor::Actor;
use super::super::login::Login;
use crate::db::schema::{actor, invitation, login};
use crate::db::{Conn, MultiBackend, Range, condition, paged};
use crate::error::{Error, Result};
use crate::id::ActorId;

/// Which people are asked for; what is empty is any.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// `local` or `remote`.
    pub origin: &'static str,
    /// `active`, `pending`, `suspended`, or what nobody is.
    pub status: &'static str,
    /// Only officers.
    pub staff: bool,
    /// A part of the name.
    pub name: String,
    /// A part of the name shown.
    pub display_name: String,
    /// Their server.
    pub host: String,
    /// A part of the e-mail address.
    pub email: String,
}

/// Somebody as officers know them.
#[derive(Debug, Clone)]
pub struct Known {
    /// Who it is.
    pub actor: Actor,
    /// How they sign in, if they are a member.
    pub login: Option<Login>,
    /// Who invited them.
    pub invited_by: Option<ActorId>,
}

/// People, those who were met last first.
pub fn accounts(conn: &mut Conn, asked: &Asked, range: &Range) -> Result<Vec<Known>> {
    let query = actor::table
        .left_join(login::table.on(login::actor_id.eq(actor::id)))
        .filter(Matching::of(asked))
        .select((Actor::as_select(), Option::<Login>::as_select()));
    let rows: Vec<(Actor, Option<Login>)> = paged!(query, actor::id, range, conn);
    rows.into_iter().map(|row| whole(conn, row)).collect()
}

/// One of them.
///
/// Errors: `NotFound`.
pub fn known(conn: &mut Conn, id: ActorId) -> Result<Known> {
    let row: Option<(Actor, Option<Login>)> = actor::table
        .left_join(login::table.on(login::actor_id.eq(actor::id)))
        .filter(actor::id.eq(id))
        .filter(Matching::of(&Asked::default()))
        .select((Actor::as_select(), Option::<Login>::as_select()))
        .first(conn.link())
        .optional()?;
    whole(conn, row.ok_or(Error::NotFound("actor"))?)
}

fn whole(conn: &mut Conn, (actor, login): (Actor, Option<Login>)) -> Result<Known> {
    let invited_by = match &login {
        None => None,
        Some(login) => invitation::table
            .inner_join(login::table.on(login::id.eq(invitation::created_by)))
            .filter(invitation::used_by.eq(login.id))
            .select(login::actor_id)
            .first(conn.link())
            .optional()?,
    };
    Ok(Known { actor, login, invited_by })
}

/// The condition on a query of actors with their logins. Servers' own actors are nobody.
#[derive(Debug, Clone)]
struct Matching {
    origin: &'static str,
    status: &'static str,
    staff: &'static str,
    host: String,
    parts: [String; 3],
}

impl Matching {
    fn of(asked: &Asked) -> Self {
        let part = |text: &str| match text {
            "" => String::new(),
            text => format!("%{}%", text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")),
        };
        Self {
            origin: asked.origin,
            status: asked.status,
            staff: if asked.staff { "yes" } else { "" },
            host: asked.host.clone(),
            parts: [part(&asked.name), part(&asked.display_name), part(&asked.email)],
        }
    }
}

/// How somebody stands.
const STATUS: &str = "CASE WHEN login.state = 'pending' THEN 'pending' WHEN actor.deleted_at IS NOT NULL THEN 'gone' \
     WHEN actor.suspended_at IS NOT NULL THEN 'suspended' ELSE 'active' END";

impl QueryFragment<MultiBackend> for Matching {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("actor.kind <> 'application' AND NOT (actor.host = '' AND actor.name = 'archive')");
        for (value, column) in [
            (self.origin, "CASE WHEN actor.host = '' THEN 'local' ELSE 'remote' END"),
            (self.status, STATUS),
            (self.staff, "CASE WHEN login.role IN ('owner', 'moderator') THEN 'yes' ELSE 'no' END"),
            (self.host.as_str(), "actor.host"),
        ] {
            out.push_sql(" AND ");
            out.push_bind_param::<Text, _>(value)?;
            out.push_sql(" IN ('', ");
            out.push_sql(column);
            out.push_sql(")");
        }
        for (value, column) in
            self.parts.iter().zip(["lower(actor.name)", "lower(actor.display_name)", "login.email_folded"])
        {
            out.push_sql(" AND (");
            out.push_bind_param::<Text, _>(value)?;
            out.push_sql(" = '' OR ");
            out.push_sql(column);
            out.push_sql(" LIKE ");
            out.push_bind_param::<Text, _>(value)?;
            out.push_sql(" ESCAPE '\\')");
        }
        Ok(())
    }
}

condition!(Matching);
