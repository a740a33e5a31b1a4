//! What is to be written of an item, checked before it touches the database.

use super::{Dated, Living};
use crate::clock::Micros;
use crate::domain::protocol::Protocol;
use crate::error::{Error, Problem, Result};
use crate::record::Record;

/// Labels of one item.
const LABELS_MAX: usize = 12;
/// Local Contexts' labels (TK and BC) that an item may carry, by their codes.
pub const LABELS: [&str; 30] = [
    "tk-a", "tk-cl", "tk-f", "tk-mc", "tk-cv", "tk-cr", "tk-v", "tk-nv", "tk-s", "tk-wg", "tk-mg", "tk-mr", "tk-wr",
    "tk-cs", "tk-ss", "tk-c", "tk-nc", "tk-co", "tk-o", "tk-cb", "bc-p", "bc-mc", "bc-cl", "bc-cv", "bc-cnv", "bc-r",
    "bc-cb", "bc-oc", "bc-o", "bc-nc",
];

/// What a form, a row or a file says of an item, besides its record.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// The code of its form.
    pub form: String,
    /// The archivist's reading of its date.
    pub date_edtf: String,
    /// The code of its collection.
    pub collection: String,
    /// Its own access protocol.
    pub protocol: String,
    /// The day on which its embargo ends.
    pub embargo: String,
    /// A word of [`Living`]; empty for nobody.
    pub living: String,
    /// Is one to ask before using it?
    pub asks_first: bool,
    /// Labels by commas.
    pub labels: String,
}

/// An item to be written, checked.
#[derive(Debug, Clone)]
pub struct Draft {
    pub(super) form: String,
    pub(super) record: Record,
    pub(super) date: Dated,
    pub(super) collection: String,
    pub(super) protocol: Option<Protocol>,
    pub(super) embargo_until: Option<Micros>,
    pub(super) living: Living,
    pub(super) asks_first: bool,
    pub(super) labels: String,
}

impl Draft {
    /// Checks what is said. The record has passed its form.
    ///
    /// Errors: `Invalid` naming the fields.
    pub fn parse(said: &Said, record: Record) -> Result<Self> {
        let mut problems = Vec::new();
        let mut keep = |error| match error {
            Error::Invalid(found) => problems.extend(found),
            _ => problems.push(Problem::new("", "archive-problem-choice")),
        };
        let date = Dated::read(record.first("date"), &said.date_edtf).map_err(&mut keep);
        let protocol = Protocol::parse(&said.protocol).map_err(|problem| keep(Error::Invalid(vec![problem])));
        let living = if said.living.is_empty() { Ok(Living::No) } else { said.living.parse() };
        let living = living.map_err(|()| keep(Error::invalid("living", "archive-problem-choice")));
        let embargo_until = embargo(&said.embargo).map_err(&mut keep);
        let labels: Vec<String> = said
            .labels
            .split([',', ' ', '\n'])
            .map(|label| label.trim().to_ascii_lowercase())
            .filter(|label| !label.is_empty())
            .collect();
        if labels.len() > LABELS_MAX || labels.iter().any(|label| !LABELS.contains(&label.as_str())) {
            keep(Error::invalid("labels", "archive-problem-label"));
        }
        match (date, protocol, living, embargo_until) {
            (Ok(date), Ok(protocol), Ok(living), Ok(embargo_until)) if problems.is_empty() => Ok(Self {
                form: said.form.clone(),
                record,
                date,
                collection: said.collection.trim().to_owned(),
                protocol,
                embargo_until,
                living,
                asks_first: said.asks_first,
                labels: labels.join(","),
            }),
            _ => Err(Error::Invalid(problems)),
        }
    }

    /// Keeps of an earlier record what the form of this one doesn't ask for, as happens when an item is given another form.
    #[must_use]
    pub fn keeping(mut self, earlier: &Record, asked: &[&str]) -> Self {
        for (code, values) in earlier.0.iter().filter(|(code, _)| !asked.contains(&code.as_str())) {
            self.record.0.entry(code.clone()).or_insert_with(|| values.clone());
        }
        self
    }

    /// Its title.
    pub fn title(&self) -> &str {
        self.record.first("title")
    }
}

/// The end of an embargo: the day from which on it is over, in UTC.
fn embargo(day: &str) -> Result<Option<Micros>> {
    let day = day.trim();
    if day.is_empty() {
        return Ok(None);
    }
    let wrong = || Error::invalid("embargo", "archive-problem-day");
    let date: jiff::civil::Date = day.parse().map_err(|_| wrong())?;
    let at = date.to_zoned_datetime(jiff::tz::TimeZone::UTC).map_err(|_| wrong())?;
    Ok(Some(at.timestamp().as_microsecond()))
}
