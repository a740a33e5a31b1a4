//! Conditions that are written as text inside built queries: a type that walks its own SQL may stand in any `filter`.

/// Makes types that are `QueryFragment<MultiBackend>` conditions on queries of any table. Their text may depend on their
/// values, so statements are told apart by their text.
macro_rules! condition {
    ($($name:ident),+ $(,)?) => {$(
        impl diesel::expression::Expression for $name {
            type SqlType = diesel::sql_types::Bool;
        }
        impl diesel::query_builder::QueryId for $name {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
        impl<QS> diesel::expression::AppearsOnTable<QS> for $name {}
        impl<QS> diesel::expression::SelectableExpression<QS> for $name {}
        impl<GB> diesel::expression::ValidGrouping<GB> for $name {
            type IsAggregate = diesel::expression::is_aggregate::No;
        }
    )+};
}

pub(crate) use condition;
