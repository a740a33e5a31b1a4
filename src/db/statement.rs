//! Queries written as text, for the few that diesel's builder can't say (an `UPDATE … RETURNING` over a subselect).
//!
//! diesel prepares `sql_query` anew each time it runs; a [`Statement`] is prepared once per connection, like built queries.

use diesel::RunQueryDsl;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Text};

use super::link::{Link, MultiBackend};

/// A piece of a statement.
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    /// Text of the program, never of people.
    Sql(&'static str),
    /// A number that is bound.
    Number(i64),
    /// A text that is bound.
    Text(&'a str),
}

/// A statement that answers rows of `Row` (a tuple of SQL types).
#[derive(Debug, Clone)]
pub struct Statement<'a, Row> {
    parts: Vec<Part<'a>>,
    row: std::marker::PhantomData<Row>,
}

impl<'a, Row> Statement<'a, Row> {
    /// The statement made of these pieces, in order.
    pub fn new(parts: Vec<Part<'a>>) -> Self {
        Self { parts, row: std::marker::PhantomData }
    }
}

impl<Row> QueryFragment<MultiBackend> for Statement<'_, Row> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        for part in &self.parts {
            match part {
                Part::Sql(text) => out.push_sql(text),
                Part::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
                Part::Text(text) => out.push_bind_param::<Text, _>(text)?,
            }
        }
        Ok(())
    }
}

impl<Row> QueryId for Statement<'_, Row> {
    // Statements are told apart by their text.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Row> Query for Statement<'_, Row> {
    type SqlType = Row;
}

impl<Row> RunQueryDsl<Link> for Statement<'_, Row> {}
