//! Opening the database, and the two doors to it: [`Db::read`] and [`Db::write`].

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diesel::RunQueryDsl;
use diesel::r2d2::{ManageConnection, Pool, PooledConnection};

use super::link::{Conn, Link, Shared, SqliteMode, open_pg, open_sqlite};
use super::migration;
use super::writer::{Turn, Writer};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::id::Ids;

/// How long a caller waits for a free connection before it hears that the hall is busy.
const CONNECTION_WAIT: Duration = Duration::from_secs(5);
/// The file that holds a hall on SQLite, inside the data directory.
pub const SQLITE_FILE: &str = "huiguan.sqlite3";

/// What opening a database needs.
pub struct Options<'a> {
    /// Empty for SQLite in the data directory, else `postgres://…`.
    pub url: &'a str,
    /// The data directory; it exists.
    pub dir: &'a Path,
    /// Connections for reading (SQLite) or in all (PostgreSQL).
    pub connections_max: u32,
    /// The hall's clock.
    pub clock: Clock,
    /// The hall's origin.
    pub origin: &'a str,
    /// Where this process's ids start to count (a random number).
    pub ids_start: u64,
    /// Called after a commit that left work for the worker.
    pub on_wake: Arc<dyn Fn() + Send + Sync>,
}

/// The database of one hall. Clones share its connections.
#[derive(Clone)]
pub struct Db {
    connections: Pool<Manager>,
    writer: Option<Writer>,
    shared: Shared,
    on_wake: Arc<dyn Fn() + Send + Sync>,
}

impl Db {
    /// Opens the database and brings its tables up to this program's version.
    ///
    /// Errors: `Broken` with a sentence if the database is newer than the program or cannot be opened,
    /// `Unavailable` if PostgreSQL does not answer.
    pub fn open(options: &Options<'_>) -> Result<Self> {
        let place = Place::of(options);
        let shared = Shared {
            clock: options.clock.clone(),
            ids: Arc::new(Ids::starting_at(options.ids_start)),
            origin: options.origin.into(),
        };
        let mut first = place.connect(SqliteMode::Writer)?;
        migration::run(&mut first)?;
        let writer = match &place {
            Place::Sqlite(_) => Some(Writer::start(Conn::new(first, shared.clone()), options.on_wake.clone())?),
            Place::Pg(_) => None,
        };
        let connections = Pool::builder()
            .max_size(options.connections_max.max(1))
            .min_idle(Some(1))
            .connection_timeout(CONNECTION_WAIT)
            .test_on_check_out(false)
            .build(Manager { place })
            .map_err(|e| Error::Unavailable(e.to_string()))?;
        Ok(Self { connections, writer, shared, on_wake: options.on_wake.clone() })
    }

    /// Has it one thread for all writes (SQLite), or are they done on the connections for reading?
    pub fn has_writer(&self) -> bool {
        self.writer.is_some()
    }

    /// Runs `f` on a connection for reading. Blocks: call it off the request threads.
    pub fn read<T>(&self, f: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        self.borrow(f)
    }

    /// Runs `f` on a connection to SQLite if one is free at once, else gives `f` back.
    pub fn read_here<T, F: FnOnce(&mut Conn) -> Result<T>>(&self, f: F) -> Result<Result<T>, F> {
        if self.writer.is_none() {
            return Err(f);
        }
        match self.connections.try_get() {
            Some(slot) => Ok(self.lend(slot, f)),
            None => Err(f),
        }
    }

    /// Runs `f` in a transaction and answers when that is committed.
    ///
    /// On PostgreSQL the work happens on a blocking thread; on SQLite on the writer's.
    pub async fn write<T: Send + 'static>(
        &self,
        turn: Turn,
        f: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.writer {
            Some(writer) => writer
                .write(turn, f)?
                .await
                .map_err(|_| Error::Unavailable("the database does not take writes just now".to_owned()))?,
            None => {
                let db = self.clone();
                tokio::task::spawn_blocking(move || db.transact(f)).await.map_err(|e| Error::Broken(Box::new(e)))?
            }
        }
    }

    /// The same for callers that may block, such as the command line.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.writer {
            Some(writer) => writer
                .write(Turn::Page, f)?
                .blocking_recv()
                .map_err(|_| Error::Unavailable("the database does not take writes just now".to_owned()))?,
            None => self.transact(f),
        }
    }

    /// A write as PostgreSQL has it: a transaction on a connection of the pool.
    fn transact<T>(&self, f: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut woke = false;
        let result = self.borrow(|conn| {
            let value = conn.nested(f)?;
            woke = conn.woke;
            Ok(value)
        });
        if woke && result.is_ok() {
            (self.on_wake)();
        }
        result
    }

    fn borrow<T>(&self, f: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let slot = self.connections.get().map_err(|e| Error::Unavailable(e.to_string()))?;
        self.lend(slot, f)
    }

    fn lend<T>(&self, mut slot: PooledConnection<Manager>, f: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let Some(link) = slot.take() else { return Err(Error::broken("an empty connection in the pool")) };
        let mut conn = Conn::new(link, self.shared.clone());
        let result = f(&mut conn);
        *slot = Some(conn.into_parts().0);
        result
    }
}

/// Where the database is.
#[derive(Debug, Clone)]
enum Place {
    Sqlite(String),
    Pg(String),
}

impl Place {
    fn of(options: &Options<'_>) -> Self {
        if options.url.is_empty() {
            Self::Sqlite(options.dir.join(SQLITE_FILE).to_string_lossy().into_owned())
        } else {
            Self::Pg(options.url.to_owned())
        }
    }

    fn connect(&self, mode: SqliteMode) -> Result<Link> {
        match self {
            Self::Sqlite(path) => open_sqlite(path, mode),
            Self::Pg(url) => open_pg(url),
        }
    }
}

/// Makes connections for the pool. The slot is empty while its connection is lent to a [`Conn`], and stays empty
/// (broken, so replaced) if a panic kept it from coming back.
struct Manager {
    place: Place,
}

impl ManageConnection for Manager {
    type Connection = Option<Link>;
    type Error = Error;

    fn connect(&self) -> Result<Option<Link>> {
        self.place.connect(SqliteMode::Reader).map(Some)
    }

    fn is_valid(&self, slot: &mut Option<Link>) -> Result<()> {
        let link = slot.as_mut().ok_or_else(|| Error::broken("lost connection"))?;
        diesel::sql_query("SELECT 1").execute(link)?;
        Ok(())
    }

    fn has_broken(&self, slot: &mut Option<Link>) -> bool {
        match slot {
            None => true,
            Some(Link::Sqlite(sqlite)) => diesel::r2d2::R2D2Connection::is_broken(sqlite),
            Some(Link::Pg(pg)) => diesel::r2d2::R2D2Connection::is_broken(pg),
        }
    }
}
