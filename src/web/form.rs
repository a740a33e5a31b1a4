//! Forms: what was typed, and what is wrong with it, so that a form can be shown again as it was left.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::error::Error;

/// Most fields of one form that are read: an item's may have sixty, some of them in several languages.
const FIELDS_MAX: usize = 500;

/// The fields of a form, in the order of the form. A field that is missing reads as empty.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn parse(body: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(body).into_owned().take(FIELDS_MAX).collect())
    }

    /// Fields with these values.
    pub fn of<const N: usize>(values: [(&str, String); N]) -> Self {
        Self(values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Adds a value.
    pub fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// Gives a field this value and no other.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(key, _)| key != name);
        self.push(name, value);
    }

    /// Is there such a field, empty or not?
    pub fn holds(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// What stands behind a beginning in the names of fields: the languages in which one is said.
    pub fn endings<'a>(&'a self, start: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter_map(move |(key, _)| key.strip_prefix(start))
    }

    /// All fields with their values.
    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    /// The first value of a field.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// Every value of a field: of boxes that share a name, those that are ticked.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of a field, `None` if it is empty.
    pub fn choice(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|value| !value.is_empty()).map(str::to_owned)
    }
}

impl FromRequest for Fields {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    /// The guard of all pages has read the form already (`frame::check`).
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(request.extensions_mut().remove::<Self>().unwrap_or_default()))
    }
}

/// What is wrong with one field, in the reader's language.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// The field; empty for the form as a whole.
    pub field: &'static str,
    /// The sentence.
    pub text: String,
}

/// A form as a page shows it.
#[derive(Debug, Clone, Default)]
pub struct Form {
    fields: Fields,
    /// What is wrong, in the order in which it was found.
    pub wrong: Vec<Wrong>,
}

impl Form {
    /// A form with these values and nothing wrong.
    pub fn filled(fields: Fields) -> Self {
        Self { fields, wrong: Vec::new() }
    }

    /// A form to be shown again with what is wrong.
    pub fn wrong(fields: Fields, wrong: Vec<Wrong>) -> Self {
        Self { fields, wrong }
    }

    /// What a field holds.
    pub fn value(&self, name: &str) -> &str {
        self.fields.text(name)
    }

    /// Is there such a field, empty or not?
    pub fn holds(&self, name: &str) -> bool {
        self.fields.holds(name)
    }

    /// What stands behind a beginning in the names of fields.
    pub fn endings<'a>(&'a self, start: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.endings(start)
    }

    /// What the field of this name and number holds.
    pub fn numbered(&self, name: &str, number: impl std::fmt::Display) -> &str {
        self.fields.text(&format!("{name}{number}"))
    }

    /// Does one of the values of a field equal this one? For radio buttons, boxes and lists.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.fields.all(name).any(|held| held == value)
    }

    /// What is wrong with a field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.wrong.iter().find(|wrong| wrong.field == name).map(|wrong| wrong.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_order_and_missing_ones_are_empty() {
        let fields = Fields::parse("body=%E5%86%AC%E8%87%B3+a%26b&languages=zh-Hans&languages=en&=x&odd".as_bytes());
        assert_eq!(fields.text("body"), "冬至 a&b");
        assert_eq!(fields.all("languages").collect::<Vec<_>>(), ["zh-Hans", "en"]);
        assert_eq!(fields.text("nothing"), "");
        assert_eq!(fields.choice("odd"), None);
    }

    #[test]
    fn nonsense_is_no_fault_and_no_flood() {
        assert_eq!(Fields::parse(b"\xff\xfe=%zz&a=%00").text("a"), "\0");
        let many = "a=1&".repeat(10_000);
        assert_eq!(Fields::parse(many.as_bytes()).all("a").count(), FIELDS_MAX);
    }
}
