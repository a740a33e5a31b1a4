//! `.both()`: lets a query that either backend accepts run on a [`Link`], where diesel's derive does not reach
//! (`ON CONFLICT` above all). The text is the same on both databases.

use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::{RunQueryDsl, pg::Pg, sqlite::Sqlite};

use super::link::{Link, MultiBackend};

/// A query known to mean the same on SQLite and PostgreSQL.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Both<Q>(Q);

/// Adds [`Both`] to any query.
pub trait IntoBoth: Sized {
    /// Wraps the query for use on either database.
    fn both(self) -> Both<Self> {
        Both(self)
    }
}

impl<Q> IntoBoth for Q where Q: QueryFragment<Sqlite> + QueryFragment<Pg> {}

impl<Q> QueryFragment<MultiBackend> for Both<Q>
where
    Q: QueryFragment<Sqlite> + QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.0, pass)
    }
}

impl<Q: diesel::query_builder::Query> diesel::query_builder::Query for Both<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Link> for Both<Q> {}
