//! Dates as people write them, read as EDTF: reign years, lunar days, the Republic's and other counts of years, and the
//! wordings of a dozen languages. Pure: what a wording can mean is worked out from tables alone.
//!
//! A reading is a proposal. A wording that can mean several things is answered with all of them, and what can't be is refused
//! with the reason.

mod agree;
mod around;
mod day;
mod east;
mod edtf;
mod era;
mod feast;
mod figures;
mod fold;
mod japan;
mod lunar;
mod numeral;
mod parts;
mod period;
mod phrase;
mod resolve;
mod span;
mod tongue;
mod viet;
mod west;
mod word;

pub use parts::Refusal;

use std::cell::Cell;

use figures::Order;

/// The longest wording that is looked at, in characters.
const LENGTH_MAX: usize = 300;
/// How many wordings within a wording are looked at before it counts as too entangled.
const BUDGET: u16 = 1_000;
/// How many candidates are told.
const CANDIDATES_MAX: usize = 24;

/// One thing that a wording can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// When, as EDTF.
    pub edtf: String,
    /// The first day that it can mean, of the proleptic Gregorian calendar; nothing if it is open.
    pub earliest: Option<String>,
    /// The last day.
    pub latest: Option<String>,
    /// Which year or era it was taken for; empty if that is plain.
    pub reasoning: String,
}

/// What a wording means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// One thing.
    Decided(Reading),
    /// One of several, the likeliest first, with the first and the last day that any of them can mean.
    Undecided {
        /// All of them.
        candidates: Vec<Reading>,
        /// The first day.
        earliest: Option<String>,
        /// The last day.
        latest: Option<String>,
    },
}

/// Reads a wording. The language decides the order of day and month in figures where it has one.
///
/// # Errors
/// Why it can't be read: it isn't known here, or it is impossible.
pub fn read(text: &str, language: Option<&str>) -> Result<Answer, Refusal> {
    if text.chars().nth(LENGTH_MAX).is_some() {
        return Err(Refusal::new("too-long", format!("a wording has at most {LENGTH_MAX} characters")));
    }
    let budget = Cell::new(BUDGET);
    let reader = phrase::Reader { order: order(language.unwrap_or_default()), budget: &budget };
    let mut found = reader.read(&fold::fold(text))?;
    found.truncate(CANDIDATES_MAX);
    let bounds = (
        found.iter().map(|one| one.span.first()).min().flatten(),
        found.iter().map(|one| one.span.last()).reduce(|one, other| Some(one?.max(other?))).flatten(),
    );
    let mut readings: Vec<Reading> = found
        .into_iter()
        .map(|one| Reading {
            edtf: one.span.to_string(),
            earliest: one.span.first().map(|day| day.to_string()),
            latest: one.span.last().map(|day| day.to_string()),
            reasoning: one.note,
        })
        .collect();
    match readings.pop() {
        Some(only) if readings.is_empty() => Ok(Answer::Decided(only)),
        Some(last) => {
            readings.push(last);
            let say = |day: Option<day::Day>| day.map(|day| day.to_string());
            Ok(Answer::Undecided { candidates: readings, earliest: say(bounds.0), latest: say(bounds.1) })
        }
        None => Err(Refusal::new("not-understood", "this is no wording of a date that is known here")),
    }
}

/// The first and the last day that a date in EDTF can mean, and nothing where it is open; `None` if it isn't EDTF of the forms in which
/// wordings are answered.
pub fn days_of_edtf(text: &str) -> Option<(Option<String>, Option<String>)> {
    let span = edtf::read(text)?;
    let say = |day: Option<day::Day>| day.map(|day| day.to_string());
    Some((say(span.first()), say(span.last())))
}

/// The order of figures in a language, or in a country's use of it. English alone has both.
fn order(language: &str) -> Order {
    let language = language.to_ascii_lowercase().replace('_', "-");
    let mut pieces = language.split('-');
    match (pieces.next().unwrap_or_default(), pieces.next_back()) {
        ("en", Some("us" | "ph")) => Order::MonthFirst,
        ("en", Some("gb" | "sg" | "my" | "au" | "nz" | "hk" | "in" | "ie" | "za")) => Order::DayFirst,
        ("ms" | "id" | "vi" | "fr" | "nl" | "de" | "es" | "pt" | "it" | "th", _) => Order::DayFirst,
        _ => Order::Unknown,
    }
}

/// The digits of an amount: Chinese numerals and those of account books (苏州码子) become Arabic ones, everything else stays.
pub fn digits(text: &str) -> String {
    numeral::in_figures(text)
}

#[cfg(test)]
mod tests;
