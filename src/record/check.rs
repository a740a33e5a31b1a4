//! The checks of a form: what was typed becomes a record, or it is said what is wrong with which field.

use super::{Choice, Field, Forms, Kind, Record, VALUES_MAX, digits};
use crate::error::{Error, Problem, Result};
use crate::lang::Language;
use crate::text;

impl Forms {
    /// Reads what a form, a row or a file says: `said` answers the texts of a field with their languages.
    ///
    /// Errors: `Invalid` naming the fields.
    pub fn read(&self, form: &str, said: impl Fn(&Field) -> Vec<(String, String)>) -> Result<Record> {
        let mut problems = Vec::new();
        if self.form(form).is_none() {
            problems.push(Problem::new("form", "archive-problem-form"));
        }
        let mut record = Record::default();
        for field in self.fields(form) {
            for (raw, lang) in said(field) {
                for value in values(field, &raw) {
                    match check(field, &value) {
                        Ok(()) => record.push(field.code, &value, &lang),
                        Err(problem) => problems.push(problem),
                    }
                }
            }
            let many = record.all(field.code).len();
            if field.required && many == 0 {
                problems.push(Problem::new(field.code, "archive-problem-missing"));
            }
            if many > VALUES_MAX {
                problems.push(Problem::new(field.code, "archive-problem-many").with("max", VALUES_MAX));
            }
        }
        problems.dedup_by(|one, other| one.field == other.field && one.message == other.message);
        if problems.is_empty() { Ok(record) } else { Err(Error::Invalid(problems)) }
    }
}

/// The values that a text holds.
fn values(field: &Field, raw: &str) -> Vec<String> {
    match field.kind {
        // What came from elsewhere may say more than one where a form asks for one.
        Kind::Line if raw.trim().contains('\n') => lines(field, raw),
        Kind::Lines | Kind::People => lines(field, raw),
        Kind::Text => Some(text::body(raw).trim().to_owned()).filter(|body| !body.is_empty()).into_iter().collect(),
        Kind::Line | Kind::Number | Kind::Amount => line(field, raw).into_iter().collect(),
        Kind::Choice => {
            let meant = |line: String| field.meant(&line).map(str::to_owned).unwrap_or(line);
            line(field, raw).map(meant).into_iter().collect()
        }
    }
}

fn line(field: &Field, raw: &str) -> Option<String> {
    Some(text::name(raw, field.chars_max + 1)).filter(|line| !line.is_empty())
}

fn lines(field: &Field, raw: &str) -> Vec<String> {
    let lines = raw.lines().map(|line| text::name(line, field.chars_max + 1));
    lines.filter(|line| !line.is_empty()).collect()
}

impl Field {
    /// The choice that is meant: by its code, by another way of writing the same address, or by its name in any language.
    pub fn meant(&self, said: &str) -> Option<&str> {
        let (word, place) = (folded(said), address(said));
        let is_said = |choice: &&Choice| {
            choice.code == said
                || place.is_some() && address(&choice.code) == place
                || !word.is_empty() && Language::ALL.iter().any(|one| folded(choice.name.in_language(*one)) == word)
        };
        let exact = self.choices.iter().find(|choice| choice.code == said);
        exact.or_else(|| self.choices.iter().find(is_said)).map(|choice| choice.code.as_str())
    }
}

/// A name without what differs between ways of writing it: capitals, spaces and signs.
pub fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// An address of a licence or statement as all its ways of being written are: with `http` or `https`, a slash at the end or none, of the
/// statement or of a page about it.
fn address(said: &str) -> Option<String> {
    let said = said.trim().to_lowercase();
    let bare = said.strip_prefix("https://").or_else(|| said.strip_prefix("http://"))?;
    let bare = bare.strip_prefix("www.").unwrap_or(bare).split(['?', '#']).next()?.trim_end_matches('/');
    let (head, last) = bare.rsplit_once('/').unwrap_or((bare, ""));
    let is_page = ["deed", "legalcode", "rdf"].iter().any(|page| last.split('.').next() == Some(page));
    let bare = if is_page { head.trim_end_matches('/') } else { bare };
    let bare = bare.replace("rightsstatements.org/page/", "rightsstatements.org/vocab/");
    // The first version put its words in another order.
    Some(bare.replace("/by-nc-nd/1.0", "/by-nd-nc/1.0"))
}

fn check(field: &Field, value: &str) -> Result<(), Problem> {
    if value.chars().count() > field.chars_max {
        return Err(Problem::new(field.code, "problem-too-long").with("max", field.chars_max));
    }
    match field.kind {
        Kind::Number => {
            let number = value.parse::<f64>().ok().filter(|number| number.is_finite());
            match number {
                Some(number) if number >= field.min && number <= field.max => Ok(()),
                Some(_) => {
                    let problem = Problem::new(field.code, "archive-problem-range");
                    Err(problem.with("min", field.min).with("max", field.max))
                }
                None => Err(Problem::new(field.code, "archive-problem-number")),
            }
        }
        Kind::Amount if digits(value).is_none() => Err(Problem::new(field.code, "archive-problem-amount")),
        Kind::Choice if field.choices.iter().all(|choice| choice.code != value) => {
            Err(Problem::new(field.code, "archive-problem-choice"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::OWN;
    use super::*;

    fn read(said: &[(&str, &str)]) -> Result<Record> {
        let forms = Forms::parse(OWN, "own").unwrap();
        forms.read("letter", |field| {
            let own = said.iter().filter(|(code, _)| *code == field.code);
            own.map(|(_, text)| ((*text).to_owned(), String::new())).collect()
        })
    }

    #[test]
    fn a_record_is_read_and_checked_by_its_form() {
        let record =
            read(&[("title", " 陈家批 "), ("amount", "〡〢〇元"), ("surname", "陈\n\n林"), ("kind", "envelope")]);
        let record = record.unwrap();
        assert_eq!(record.first("title"), "陈家批");
        assert_eq!(record.all("surname").len(), 2);
        assert_eq!(read(&[("title", "陈家批\n又一题")]).unwrap().all("title").len(), 2);
        assert_eq!(Record::of_json(&record.to_json()), record);
        let long = "长".repeat(501);
        for (said, field) in [
            (vec![("title", " ")], "title"),
            (vec![("title", "x"), ("amount", "若干")], "amount"),
            (vec![("title", "x"), ("kind", "parcel")], "kind"),
            (vec![("title", "x"), ("latitude", "91")], "latitude"),
            (vec![("title", "x"), ("latitude", "NaN")], "latitude"),
            (vec![("title", "x"), ("longitude", "east")], "longitude"),
            (vec![("title", long.as_str())], "title"),
        ] {
            let Err(Error::Invalid(problems)) = read(&said) else { panic!("{said:?} is taken") };
            assert!(problems.iter().all(|problem| problem.field == field), "{problems:?}");
        }
    }

    #[test]
    fn a_choice_is_meant_however_it_is_written() {
        let forms = Forms::parse(OWN, "own").unwrap();
        let rights = forms.common.iter().find(|field| field.code == "rights").unwrap();
        assert_eq!(rights.choices.len(), 44, "12 statements, 30 licences, and two marks");
        for (said, code) in [
            ("https://rightsstatements.org/vocab/InC/1.0", "http://rightsstatements.org/vocab/InC/1.0/"),
            (
                "http://rightsstatements.org/page/NoC-US/1.0/?language=en",
                "http://rightsstatements.org/vocab/NoC-US/1.0/",
            ),
            ("http://creativecommons.org/licenses/by/4.0", "https://creativecommons.org/licenses/by/4.0/"),
            (
                "https://creativecommons.org/licenses/by-nc-nd/3.0/deed.zh",
                "https://creativecommons.org/licenses/by-nc-nd/3.0/",
            ),
            (
                "https://creativecommons.org/licenses/by-nc-nd/1.0/",
                "https://creativecommons.org/licenses/by-nd-nc/1.0/",
            ),
            (
                "https://www.creativecommons.org/publicdomain/zero/1.0/legalcode.en",
                "https://creativecommons.org/publicdomain/zero/1.0/",
            ),
            ("cc by-sa 2.5", "https://creativecommons.org/licenses/by-sa/2.5/"),
            ("IN COPYRIGHT", "http://rightsstatements.org/vocab/InC/1.0/"),
            ("版權未考", "http://rightsstatements.org/vocab/CNE/1.0/"),
        ] {
            assert_eq!(rights.meant(said), Some(code), "{said}");
        }
        for none in ["", "https://creativecommons.org/licenses/by/3.0/us/", "© the family", "https://example.org/"] {
            assert_eq!(rights.meant(none), None, "{none}");
        }
        assert_eq!(read(&[("title", "x"), ("kind", "封")]).unwrap().first("kind"), "envelope");
    }
}
