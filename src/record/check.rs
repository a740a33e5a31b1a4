//! The checks of a form: what was typed becomes a record, or it is said what is wrong with which field.

use super::{Field, Forms, Kind, Record, VALUES_MAX, digits};
use crate::error::{Error, Problem, Result};
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
        Kind::Lines | Kind::People => {
            let lines = raw.lines().map(|line| text::name(line, field.chars_max + 1));
            lines.filter(|line| !line.is_empty()).collect()
        }
        Kind::Text => Some(text::body(raw).trim().to_owned()).filter(|body| !body.is_empty()).into_iter().collect(),
        Kind::Line | Kind::Number | Kind::Amount | Kind::Choice => {
            Some(text::name(raw, field.chars_max + 1)).filter(|line| !line.is_empty()).into_iter().collect()
        }
    }
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
}
