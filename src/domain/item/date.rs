//! The date of an item: as it was written, and as the archivist reads it (EDTF, ISO 8601-2), with the first and the last day that it may
//! mean. This is the one place where a reading is made.

use crate::date::{self, Answer, Reading};
use crate::error::{Error, Problem, Result};
use crate::text;

/// Longest date, written or read.
const CHARS_MAX: usize = 200;

/// Codes of wordings that can't be read, rather than of days that can't be.
const UNREAD: [&str; 6] = ["empty", "not-understood", "too-long", "no-year", "no-month", "undated"];

/// A date with its reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dated {
    /// As it was written.
    pub text: String,
    /// As it is read, in EDTF; may be empty.
    pub edtf: String,
    /// The first day that it may mean, `YYYY-MM-DD`; empty if open or unknown.
    pub earliest: String,
    /// The last one.
    pub latest: String,
}

impl Dated {
    /// Reads a date: `edtf` is the archivist's reading. Without it `text` is read as far as it means one thing; if it can mean several,
    /// none is chosen, but the days between which all of them lie are known.
    ///
    /// Errors: `Invalid` for `date` (what can't be, with the reason) or `date_edtf`.
    pub fn read(text: &str, edtf: &str) -> Result<Self> {
        let text = text::name(text, CHARS_MAX + 1);
        let edtf = text::name(edtf, CHARS_MAX + 1);
        for (field, said) in [("date", &text), ("date_edtf", &edtf)] {
            if said.chars().count() > CHARS_MAX {
                return Err(Error::Invalid(vec![Problem::new(field, "problem-too-long").with("max", CHARS_MAX)]));
            }
        }
        let own = if edtf.is_empty() && span(&text).is_some() { text.clone() } else { edtf };
        if own.is_empty() {
            return Self::proposed(text);
        }
        let (earliest, latest) = span(&own).ok_or_else(|| Error::invalid("date_edtf", "archive-problem-edtf"))?;
        Ok(Self { text: if text.is_empty() { own.clone() } else { text }, edtf: own, earliest, latest })
    }

    /// The reading of a wording that was changed: one that the old wording proposed goes with it, one that somebody chose stays.
    pub fn reread(old: &Self, text: &str, edtf: &str) -> String {
        let is_changed = text::name(text, CHARS_MAX + 1) != old.text && edtf.trim() == old.edtf;
        let was_proposed = || Self::read(&old.text, "").is_ok_and(|read| read.edtf == old.edtf);
        if is_changed && was_proposed() { String::new() } else { edtf.to_owned() }
    }

    /// The date as its wording alone can be read.
    fn proposed(text: String) -> Result<Self> {
        let (edtf, earliest, latest) = match date::read(&text, None) {
            Ok(Answer::Decided(one)) => (one.edtf, one.earliest, one.latest),
            Ok(Answer::Undecided { earliest, latest, .. }) => (String::new(), earliest, latest),
            // What nobody can read may have been written all the same.
            Err(refusal) if UNREAD.contains(&refusal.code) => (String::new(), None, None),
            Err(refusal) => {
                let message = if refusal.message.is_empty() { "archive-problem-impossible" } else { refusal.message };
                return Err(Error::Invalid(vec![Problem { field: "date", message, values: refusal.values }]));
            }
        };
        Ok(Self { text, edtf, earliest: earliest.unwrap_or_default(), latest: latest.unwrap_or_default() })
    }

    /// What a wording can mean, for the archivist to choose from.
    pub fn readings(text: &str) -> Vec<Reading> {
        match date::read(text, None) {
            Ok(Answer::Decided(one)) => vec![one],
            Ok(Answer::Undecided { candidates, .. }) => candidates,
            Err(_) => Vec::new(),
        }
    }

    /// The first and the last year.
    pub fn years(&self) -> Option<(i32, i32)> {
        let year = |day: &str| day.rsplitn(3, '-').nth(2).and_then(|year| year.parse::<i32>().ok());
        match (year(&self.earliest), year(&self.latest)) {
            (Some(one), Some(other)) => Some((one, other)),
            (Some(one), None) | (None, Some(one)) => Some((one, one)),
            (None, None) => None,
        }
    }
}

/// The first and last day of a date in EDTF.
fn span(edtf: &str) -> Option<(String, String)> {
    let (first, last) = date::days_of_edtf(edtf)?;
    Some((first.unwrap_or_default(), last.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_span_the_days_that_they_may_mean() {
        for (edtf, first, last) in [
            ("1887", "1887-01-01", "1887-12-31"),
            ("1887-02", "1887-02-01", "1887-02-28"),
            ("1936-02-29", "1936-02-29", "1936-02-29"),
            ("188X", "1880-01-01", "1889-12-31"),
            ("19XX", "1900-01-01", "1999-12-31"),
            ("1920~", "1920-01-01", "1920-12-31"),
            ("1937-XX", "1937-01-01", "1937-12-31"),
            ("1887-01-24/1888-02-11", "1887-01-24", "1888-02-11"),
            ("../1911", "", "1911-12-31"),
            ("1911/..", "1911-01-01", ""),
            ("1941-21", "1941-03-01", "1941-05-31"),
            ("[1911,1912]", "1911-01-01", "1912-12-31"),
            ("-0220", "-0220-01-01", "-0220-12-31"),
        ] {
            let read = Dated::read("原文", edtf).unwrap();
            assert_eq!((read.earliest.as_str(), read.latest.as_str()), (first, last), "{edtf}");
        }
        for wrong in ["1937-02-30", "1937-13", "37", "1940/1930", "../..", "X999", "民国廿六年", "1937-1"] {
            assert!(Dated::read("", wrong).is_err(), "{wrong}");
        }
        assert_eq!(Dated::read("1937", "").unwrap().edtf, "1937");
        assert_eq!(Dated::read("公元前221年", "").unwrap().years(), Some((-220, -220)));
        let read = Dated::read("光緒十三年", "").unwrap();
        assert_eq!((read.edtf.as_str(), read.earliest.as_str()), ("1887-01-24/1888-02-11", "1887-01-24"));
        assert!(Dated::read("丁亥年", "").unwrap().edtf.is_empty(), "one of several");
        assert!(Dated::readings("丁亥年").len() > 1);
        let plain = Dated::read("外公小时候", "").unwrap();
        assert_eq!((plain.text.as_str(), plain.years()), ("外公小时候", None));
        assert!(Dated::read("1937年2月30日", "").is_err(), "what can't be is refused");
    }

    #[test]
    fn what_is_answered_can_be_said_again() {
        for wording in ["民國三十年春", "1911 or 1912", "公元前221年", "光緒十三年", "道光間", "before 1911", "c. 1920"]
        {
            let read = Dated::read(wording, "").unwrap();
            let again = Dated::read(wording, &read.edtf);
            assert_eq!(again.unwrap_or_else(|_| panic!("{wording}: {}", read.edtf)), read, "{wording}");
        }
    }

    #[test]
    fn a_reading_that_was_proposed_goes_with_its_wording() {
        let old = Dated::read("光緒十三年", "").unwrap();
        assert_eq!(Dated::reread(&old, "光緒十四年", &old.edtf), "");
        assert_eq!(Dated::reread(&old, "光緒十三年", &old.edtf), old.edtf);
        assert_eq!(Dated::reread(&old, "光緒十四年", "1888"), "1888", "somebody said so");
        let chosen = Dated::read("丁亥年", "1887").unwrap();
        assert_eq!(Dated::reread(&chosen, "丁亥年秋", "1887"), "1887");
    }
}
