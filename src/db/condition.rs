//! Conditions that are written as text inside built queries: a type that walks its own SQL may stand in any `filter`.

/// Makes types that are `QueryFragment<MultiBackend>` conditions on queries of any table. Their text must be the same
/// whatever their values, which are all bound: diesel builds and prepares a statement once for its type.
macro_rules! condition {
    ($($name:ident $(<$kind:ident>)?),+ $(,)?) => {$(
        impl$(<$kind>)? diesel::expression::Expression for $name$(<$kind>)? {
            type SqlType = diesel::sql_types::Bool;
        }
        impl$(<$kind: 'static>)? diesel::query_builder::QueryId for $name$(<$kind>)? {
            type QueryId = Self;
            const HAS_STATIC_QUERY_ID: bool = true;
        }
        impl<QS$(, $kind)?> diesel::expression::AppearsOnTable<QS> for $name$(<$kind>)? {}
        impl<QS$(, $kind)?> diesel::expression::SelectableExpression<QS> for $name$(<$kind>)? {}
        impl<GB$(, $kind)?> diesel::expression::ValidGrouping<GB> for $name$(<$kind>)? {
            type IsAggregate = diesel::expression::is_aggregate::No;
        }
    )+};
}

pub(crate) use condition;
