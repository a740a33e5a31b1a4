//! What accounts of other servers say that they are.

use diesel::prelude::*;

use super::Kind;
use crate::db::Conn;
use crate::db::schema::account_told;
use crate::domain::actor::{self, Actor};
use crate::error::Result;
use crate::id::ActorId;

/// How readers know an account of another server, by its own word; nothing is kept of whoever says nothing of the kind.
pub fn receive(conn: &mut Conn, account: &Actor, said: Option<Kind>) -> Result<()> {
    let said = said.filter(|_| account.kind == actor::Kind::Organization && !account.is_local());
    if told(conn, account.id)? == said {
        return Ok(());
    }
    diesel::delete(account_told::table.filter(account_told::actor_id.eq(account.id))).execute(conn.link())?;
    if let Some(kind) = said {
        diesel::insert_into(account_told::table)
            .values((account_told::actor_id.eq(account.id), account_told::kind.eq(kind)))
            .execute(conn.link())?;
    }
    Ok(())
}

/// How readers know an account of another server, if it has said so.
pub fn told(conn: &mut Conn, id: ActorId) -> Result<Option<Kind>> {
    let row = account_told::table.filter(account_told::actor_id.eq(id));
    Ok(row.select(account_told::kind).first(conn.link()).optional()?)
}
