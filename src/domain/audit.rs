//! The audit log: what officers did, by whom and when. Lines are only added.

use diesel::prelude::*;

use crate::clock::Micros;
use crate::db::Conn;
use crate::db::schema::audit;
use crate::error::Result;
use crate::id::{AuditId, LoginId};

/// One line of the log.
#[derive(Debug, Clone, Queryable)]
pub struct Audit {
    /// Its id; lines are ordered by it.
    pub id: AuditId,
    /// Who did it; `None` for the command line or a login that is gone.
    pub login_id: Option<LoginId>,
    /// Their name at the time.
    pub who: String,
    /// What was done, as the key of a message (`audit-…`).
    pub verb: String,
    /// To what: a name, a host.
    pub subject: String,
    /// When.
    pub created_at: Micros,
}

/// Writes a line, in the transaction of the act itself.
pub fn record(conn: &mut Conn, login_id: Option<LoginId>, who: &str, verb: &str, subject: &str) -> Result<()> {
    let now = conn.now();
    let id = AuditId(conn.id_at(now));
    diesel::insert_into(audit::table)
        .values((
            audit::id.eq(id),
            audit::login_id.eq(login_id),
            audit::who.eq(who),
            audit::verb.eq(verb),
            audit::subject.eq(subject),
            audit::created_at.eq(now),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// The newest lines, at most `limit`, older than `before` if given.
pub fn latest(conn: &mut Conn, before: Option<AuditId>, limit: i64) -> Result<Vec<Audit>> {
    let before = before.unwrap_or(AuditId(i64::MAX));
    Ok(audit::table.filter(audit::id.lt(before)).order(audit::id.desc()).limit(limit).load(conn.link())?)
}
