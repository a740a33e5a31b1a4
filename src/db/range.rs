//! Keyset paging: which rows of a list are asked for, by the number that orders it, and from which end.

/// From which end a page of a list is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With the newest rows of the range.
    Newest,
    /// With the oldest: the rows that come right behind [`Range::after`]. They are answered newest first all the same.
    Oldest,
}

/// A page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Rows older than this one.
    pub before: i64,
    /// Rows newer than this one.
    pub after: i64,
    /// From which end the page is filled.
    pub end: End,
    /// Rows at most.
    pub limit: i64,
}

impl Range {
    /// The newest rows, older than `before` if given.
    pub fn before(before: Option<impl Into<i64>>, limit: i64) -> Self {
        Self { before: before.map_or(i64::MAX, Into::into), after: 0, end: End::Newest, limit }
    }
}

/// Loads the rows of a query that stand in a range, newest first, by the column that orders them.
macro_rules! paged {
    ($query:expr, $column:expr, $range:expr, $conn:expr) => {{
        let range: &$crate::db::Range = $range;
        let query = $query.filter($column.lt(range.before)).filter($column.gt(range.after)).limit(range.limit);
        match range.end {
            $crate::db::End::Newest => query.order($column.desc()).load($conn.link())?,
            $crate::db::End::Oldest => {
                let mut rows = query.order($column.asc()).load($conn.link())?;
                rows.reverse();
                rows
            }
        }
    }};
}

pub(crate) use paged;
