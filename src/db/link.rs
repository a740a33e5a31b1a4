//! One connection, to either database, together with what a transaction needs to know: the time, ids, the hall's origin.

#![allow(missing_docs)] // diesel's derive makes public items without documentation.

use std::sync::Arc;

use diesel::connection::AnsiTransactionManager;
use diesel::pg::PgConnection;
use diesel::sql_types::BigInt;
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, MultiConnection, RunQueryDsl};

use crate::clock::{Clock, Micros};
use crate::error::Result;
use crate::id::Ids;

/// A connection to SQLite or PostgreSQL. Never made by diesel's own `establish`, which takes any URL for a file name.
#[derive(MultiConnection)]
pub enum Link {
    /// SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    Pg(PgConnection),
}

/// What every connection of one hall shares.
#[derive(Debug, Clone)]
pub struct Shared {
    /// The hall's clock.
    pub clock: Clock,
    /// The hall's maker of ids.
    pub ids: Arc<Ids>,
    /// The hall's origin, such as `https://hall.example`, without a slash at the end.
    pub origin: Arc<str>,
}

/// The handle that the domain works with.
pub struct Conn {
    link: Link,
    shared: Shared,
    pub(super) woke: bool,
}

impl Conn {
    pub(super) fn new(link: Link, shared: Shared) -> Self {
        Self { link, shared, woke: false }
    }

    /// The connection, for diesel.
    pub fn link(&mut self) -> &mut Link {
        &mut self.link
    }

    /// The time now.
    pub fn now(&self) -> Micros {
        self.shared.clock.now()
    }

    /// A fresh id for something that happened at `at`.
    pub fn id_at(&self, at: Micros) -> i64 {
        self.shared.ids.next(at)
    }

    /// The number before `count` fresh ids in a row for things that happen now, for rows that the database writes by itself.
    pub fn row_of_ids(&self, count: i64) -> i64 {
        self.shared.ids.row(self.now(), u64::try_from(count).unwrap_or(0))
    }

    /// A fresh id for something that happens now.
    pub fn id(&self) -> i64 {
        self.id_at(self.now())
    }

    /// The hall's origin, such as `https://hall.example`.
    pub fn origin(&self) -> Arc<str> {
        self.shared.origin.clone()
    }

    /// Says that there is work for the worker once this transaction is committed.
    pub fn wake(&mut self) {
        self.woke = true;
    }

    /// Is it PostgreSQL, where several processes may share the hall?
    pub fn is_pg(&self) -> bool {
        matches!(self.link, Link::Pg(_))
    }

    /// What a subselect that claims rows ends with, so that processes don't wait for each other's. SQLite has one writer
    /// and doesn't know the clause.
    pub fn skip_locked(&self) -> &'static str {
        if self.is_pg() { " FOR UPDATE SKIP LOCKED" } else { "" }
    }

    /// Runs `f` in a transaction of its own inside the present one (a savepoint): its failure undoes only itself.
    pub fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.begin()?;
        match f(self) {
            Ok(value) => {
                self.commit()?;
                Ok(value)
            }
            Err(error) => {
                self.rollback()?;
                Err(error)
            }
        }
    }

    /// Holds off, until the transaction ends, everyone else who locks the same key.
    /// SQLite has one writer, so nothing is needed there.
    pub fn lock(&mut self, key: &str) -> Result<()> {
        if let Link::Pg(pg) = &mut self.link {
            diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(lock_number(key)).execute(pg)?;
        }
        Ok(())
    }

    /// Begins a transaction, for writing at once on SQLite so that no later upgrade can fail.
    pub(super) fn begin(&mut self) -> Result<()> {
        use diesel::connection::TransactionManager;
        match &mut self.link {
            Link::Sqlite(sqlite) => {
                let status = AnsiTransactionManager::transaction_manager_status_mut(sqlite);
                let depth = status.transaction_depth().map_err(crate::error::Error::from)?;
                if depth.is_none() {
                    AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")?;
                } else {
                    AnsiTransactionManager::begin_transaction(sqlite)?;
                }
            }
            Link::Pg(pg) => AnsiTransactionManager::begin_transaction(pg)?,
        }
        Ok(())
    }

    /// Commits what [`Conn::begin`] began.
    pub(super) fn commit(&mut self) -> Result<()> {
        use diesel::connection::TransactionManager;
        match &mut self.link {
            Link::Sqlite(sqlite) => AnsiTransactionManager::commit_transaction(sqlite)?,
            Link::Pg(pg) => AnsiTransactionManager::commit_transaction(pg)?,
        }
        Ok(())
    }

    /// Undoes what [`Conn::begin`] began.
    pub(super) fn rollback(&mut self) -> Result<()> {
        use diesel::connection::TransactionManager;
        match &mut self.link {
            Link::Sqlite(sqlite) => AnsiTransactionManager::rollback_transaction(sqlite)?,
            Link::Pg(pg) => AnsiTransactionManager::rollback_transaction(pg)?,
        }
        Ok(())
    }

    /// Begins a transaction for writing.
    pub(super) fn into_parts(self) -> (Link, Shared) {
        (self.link, self.shared)
    }
}

/// A stable number for a lock's key (FNV-1a, 64 bits: processes of one hall must agree on it).
fn lock_number(key: &str) -> i64 {
    let hash = key
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    i64::from_ne_bytes(hash.to_ne_bytes())
}

/// Opens a SQLite file with the settings that durability and safety ask for (security.md, “Nothing is lost”).
pub(super) fn open_sqlite(path: &str, mode: SqliteMode) -> Result<Link> {
    use diesel::connection::SimpleConnection;
    let mut sqlite = SqliteConnection::establish(path)
        .map_err(|e| crate::error::Error::broken(format!("cannot open the database {path}: {e}")))?;
    // The busy time-out comes first: switching the journal mode may itself have to wait.
    sqlite.batch_execute("PRAGMA busy_timeout=10000;")?;
    sqlite.batch_execute(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; \
         PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-2000;",
    )?;
    if mode == SqliteMode::Reader {
        sqlite.batch_execute("PRAGMA query_only=ON;")?;
    }
    Ok(Link::Sqlite(sqlite))
}

/// What a SQLite connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SqliteMode {
    /// May only read.
    Reader,
    /// May write.
    Writer,
}

/// Connects to PostgreSQL.
pub(super) fn open_pg(url: &str) -> Result<Link> {
    let pg = PgConnection::establish(url)
        .map_err(|e| crate::error::Error::Unavailable(format!("cannot reach PostgreSQL: {e}")))?;
    Ok(Link::Pg(pg))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(diesel::QueryableByName)]
    struct Choice {
        #[diesel(sql_type = diesel::sql_types::Text)]
        compile_options: String,
    }

    #[test]
    fn sqlite_is_built_as_the_settings_of_the_build_say() {
        let mut link = open_sqlite(":memory:", SqliteMode::Writer).unwrap();
        let chosen: Vec<Choice> = diesel::sql_query("PRAGMA compile_options").load(&mut link).unwrap();
        for wanted in ["ENABLE_QPSG", "DEFAULT_MEMSTATUS=0", "THREADSAFE=2"] {
            assert!(chosen.iter().any(|choice| choice.compile_options == wanted), "{wanted}: see .cargo/config.toml");
        }
    }
}
