//! `column IN (…)` with a fixed number of places, so that the statement is prepared once however many there are.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Bool};

use super::link::MultiBackend;

/// Places of one condition: more than a page of a list has.
pub const AMONG_MAX: usize = 32;

/// The condition that the column holds one of these numbers. More than [`AMONG_MAX`] are left out.
#[derive(Debug, Clone)]
pub struct Among<C> {
    column: C,
    numbers: Vec<i64>,
}

impl<C> Among<C> {
    /// The condition on `column`, such as `reaction::post_id`. Unused places hold a number that no id has.
    pub fn new(column: C, numbers: impl IntoIterator<Item = i64>) -> Self {
        let mut numbers: Vec<i64> = numbers.into_iter().take(AMONG_MAX).collect();
        numbers.resize(AMONG_MAX, -1);
        Self { column, numbers }
    }
}

impl<C: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        for (index, number) in self.numbers.iter().enumerate() {
            out.push_sql(if index == 0 { " IN (" } else { ", " });
            out.push_bind_param::<BigInt, _>(number)?;
        }
        out.push_sql(")");
        Ok(())
    }
}

impl<C> Expression for Among<C> {
    type SqlType = Bool;
}

impl<C: QueryId> QueryId for Among<C> {
    type QueryId = Among<C::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<QS, C> AppearsOnTable<QS> for Among<C> {}
impl<QS, C> SelectableExpression<QS> for Among<C> {}
impl<GB, C> ValidGrouping<GB> for Among<C> {
    type IsAggregate = is_aggregate::No;
}
