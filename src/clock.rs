//! Time, as everything in Huiguan sees it: microseconds since 1970 in UTC, from a clock that tests can set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A moment in time: microseconds since 1970-01-01T00:00:00Z, as it is stored.
pub type Micros = i64;

/// One second in the unit of [`Micros`].
pub const SECOND: Micros = 1_000_000;
/// One minute.
pub const MINUTE: Micros = 60 * SECOND;
/// One hour.
pub const HOUR: Micros = 60 * MINUTE;
/// One day of 24 hours.
pub const DAY: Micros = 24 * HOUR;

/// The clock of one hall. Clones show the same time.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// The time now.
    pub fn now(&self) -> Micros {
        let real = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
        real.saturating_add(self.ahead.load(Ordering::Relaxed))
    }

    /// Sets this hall's clock ahead of the real one (tests only: nothing in the program calls it).
    pub fn advance(&self, by: Micros) {
        self.ahead.fetch_add(by, Ordering::Relaxed);
    }
}

/// The time as RFC 3339 in UTC with whole seconds, as ActivityPub documents carry it; empty if out of range.
pub fn to_rfc3339(at: Micros) -> String {
    jiff::Timestamp::from_second(at.div_euclid(SECOND)).map(|t| t.to_string()).unwrap_or_default()
}

/// The same with milliseconds, for posts: two of one second keep their order elsewhere.
pub fn to_rfc3339_ms(at: Micros) -> String {
    jiff::Timestamp::from_millisecond(at.div_euclid(1_000)).map(|t| format!("{t:.3}")).unwrap_or_default()
}

/// Reads an RFC 3339 time; `None` if it is none or lies outside the years 1 to 9999.
pub fn from_rfc3339(text: &str) -> Option<Micros> {
    text.trim().parse::<jiff::Timestamp>().ok().map(|t| t.as_microsecond())
}
