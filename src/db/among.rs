//! `column IN (…)` with a fixed number of places, so that the statement is prepared once however many there are.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Bool};

use super::link::MultiBackend;

/// Places of one condition: more than a page of a list has.
pub const AMONG_MAX: usize = 32;

/// The condition that the column (with its table) holds one of these numbers. More than [`AMONG_MAX`] are left out.
#[derive(Debug, Clone)]
pub struct Among {
    column: &'static str,
    numbers: Vec<i64>,
}

impl Among {
    /// The condition on `column`, such as `reaction.post_id`. Unused places hold a number that no id has.
    pub fn new(column: &'static str, numbers: impl IntoIterator<Item = i64>) -> Self {
        let mut numbers: Vec<i64> = numbers.into_iter().take(AMONG_MAX).collect();
        numbers.resize(AMONG_MAX, -1);
        Self { column, numbers }
    }
}

impl QueryFragment<MultiBackend> for Among {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql(self.column);
        for (index, number) in self.numbers.iter().enumerate() {
            out.push_sql(if index == 0 { " IN (" } else { ", " });
            out.push_bind_param::<BigInt, _>(number)?;
        }
        out.push_sql(")");
        Ok(())
    }
}

impl Expression for Among {
    type SqlType = Bool;
}

impl QueryId for Among {
    // The column is part of the text, by which statements are told apart.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<QS> AppearsOnTable<QS> for Among {}
impl<QS> SelectableExpression<QS> for Among {}
impl<GB> ValidGrouping<GB> for Among {
    type IsAggregate = is_aggregate::No;
}
