//! Lists of columns as one piece of text. diesel writes a selection column by column, with its quotes, whenever a query
//! runs; of rows that every page reads many of, that took as long as reading them.

use std::marker::PhantomData;

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::link::MultiBackend;

/// A row with a fixed list of columns.
pub trait Listed: 'static {
    /// The columns, each with its table, and a comma before each.
    const TEXT: &'static str;
    /// Their types, in this order.
    type Types;
}

/// The columns of a row, as a selection. See [`columns`].
#[derive(Debug)]
pub struct Columns<R>(PhantomData<R>);

impl<R> Clone for Columns<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Columns<R> {}

impl<R> Default for Columns<R> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<R: Listed> QueryFragment<MultiBackend> for Columns<R> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql(R::TEXT.trim_start_matches(','));
        Ok(())
    }
}

impl<R: Listed> Expression for Columns<R>
where
    R::Types: diesel::expression::TypedExpressionType,
{
    type SqlType = R::Types;
}

impl<R: 'static> QueryId for Columns<R> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<QS, R> AppearsOnTable<QS> for Columns<R> where Self: Expression {}
impl<QS, R> SelectableExpression<QS> for Columns<R> where Self: Expression {}
impl<GB, R> ValidGrouping<GB> for Columns<R> {
    type IsAggregate = is_aggregate::No;
}

/// Makes a row `Selectable` by these columns of its table: all its fields, in their order.
macro_rules! columns {
    ($row:ident of $table:ident: $($column:ident),+ $(,)?) => {
        impl $crate::db::Listed for $row {
            const TEXT: &'static str = concat!($(",", stringify!($table), ".", stringify!($column)),+);
            type Types = ($(diesel::dsl::SqlTypeOf<$crate::db::schema::$table::$column>,)+);
        }
        impl diesel::Selectable<$crate::db::MultiBackend> for $row {
            type SelectExpression = $crate::db::Columns<Self>;
            fn construct_selection() -> Self::SelectExpression {
                $crate::db::Columns::default()
            }
        }
        // Each field is named, and nothing else.
        const _: fn(&$row) = |row| {
            let $row { $($column: _),+ } = row;
        };
    };
}

pub(crate) use columns;
