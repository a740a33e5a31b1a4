//! Record forms: which fields the record of an item has, as data. Forms are read from a file of the program and from one of the
//! hall's own, so that an archivist adapts or adds one without code. Pure: no database, no pages.

mod amount;
mod check;

pub use amount::{digits, figures};
pub use check::folded;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::lang::Language;

/// The forms that come with the program.
const OWN: &str = include_str!("forms.toml");
/// The hall's own forms, in its data directory.
pub const FILE: &str = "forms.toml";
/// Longest file of forms.
const FILE_BYTES_MAX: u64 = 1_000_000;
/// Forms of one hall.
const FORMS_MAX: usize = 100;
/// Fields of one form.
const FIELDS_MAX: usize = 60;
/// Longest value of one line, if the field says nothing else.
const LINE_CHARS_MAX: usize = 500;
/// Longest text.
const TEXT_CHARS_MAX: usize = 20_000;
/// Values of one field.
const VALUES_MAX: usize = 200;

/// A name in the languages of the pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    #[serde(default, rename = "zh-Hans")]
    hans: String,
    #[serde(default, rename = "zh-Hant")]
    hant: String,
    #[serde(default)]
    en: String,
}

impl Name {
    /// The name in this language, or in the next best.
    pub fn in_language(&self, language: Language) -> &str {
        let order = match language {
            Language::ZhHans => [&self.hans, &self.hant, &self.en],
            Language::ZhHant => [&self.hant, &self.hans, &self.en],
            Language::En => [&self.en, &self.hans, &self.hant],
        };
        order.into_iter().find(|name| !name.is_empty()).map_or("", String::as_str)
    }

    fn is_empty(&self) -> bool {
        self.hans.is_empty() && self.hant.is_empty() && self.en.is_empty()
    }
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One line.
    Line,
    /// Several paragraphs.
    Text,
    /// Several values, one a line.
    Lines,
    /// Names, one a line, each with a role behind a `|` if it has one.
    People,
    /// A number with or without a fraction.
    Number,
    /// A sum of money as written: 苏州码子, hanzi or digits.
    Amount,
    /// One of the field's choices.
    Choice,
}

impl Kind {
    /// Does it hold one value a line?
    pub fn is_list(self) -> bool {
        matches!(self, Self::Lines | Self::People)
    }
}

/// A choice of a field.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is stored.
    pub code: String,
    /// What is shown.
    #[serde(default)]
    pub name: Name,
}

/// A field of a form, as it stands in a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawField {
    code: String,
    kind: Kind,
    #[serde(default)]
    name: Name,
    #[serde(default)]
    term: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    many_languages: bool,
    #[serde(default)]
    choices: Vec<Choice>,
    chars_max: Option<usize>,
    min: Option<f64>,
    max: Option<f64>,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name in records and addresses. It lives as long as the program, like the forms.
    pub code: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What it is called.
    pub name: Name,
    /// The Dublin Core term that a value of it is; may be empty.
    pub term: String,
    /// Must there be a value?
    pub required: bool,
    /// May it be said in several languages?
    pub many_languages: bool,
    /// What may be chosen.
    pub choices: Vec<Choice>,
    /// Longest value.
    pub chars_max: usize,
    /// Smallest number.
    pub min: f64,
    /// Largest number.
    pub max: f64,
}

impl Field {
    /// What a value is shown as.
    pub fn shown<'a>(&'a self, value: &'a str, language: Language) -> &'a str {
        let choice = self.choices.iter().find(|choice| choice.code == value).map(|choice| &choice.name);
        choice.filter(|name| !name.is_empty()).map_or(value, |name| name.in_language(language))
    }
}

/// A form, as it stands in a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawForm {
    code: String,
    name: Name,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    field: Vec<RawField>,
}

/// A record form.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Its name in records and addresses.
    pub code: String,
    /// What it is called.
    pub name: Name,
    /// The type of Dublin Core (DCMI Type Vocabulary).
    pub kind: String,
    /// Its own fields, beside the common ones.
    pub fields: Vec<Field>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawForms {
    #[serde(default)]
    common: Vec<RawField>,
    #[serde(default)]
    form: Vec<RawForm>,
}

/// All forms of a hall.
#[derive(Debug, Clone, PartialEq)]
pub struct Forms {
    /// The fields that every form has.
    pub common: Vec<Field>,
    /// The forms, in the order of pages.
    pub forms: Vec<Form>,
}

impl Forms {
    /// The forms of the program, with those of the hall's own file, if there is one.
    ///
    /// Errors: one sentence that says what is wrong in the file.
    pub fn load(dir: &Path) -> Result<Self> {
        let file = dir.join(FILE);
        let mut forms = Self::parse(OWN, "the program's forms")?;
        let own = match std::fs::metadata(&file) {
            Ok(found) if found.len() > FILE_BYTES_MAX => {
                return Err(Error::broken(format!("{} is too large", file.display())));
            }
            Ok(_) => std::fs::read_to_string(&file)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(forms),
            Err(error) => return Err(error.into()),
        };
        forms.add(Self::parse(&own, &file.display().to_string())?);
        Ok(forms)
    }

    fn parse(text: &str, place: &str) -> Result<Self> {
        let wrong = |what: String| Error::broken(format!("{place}: {what}"));
        let raw: RawForms = toml::from_str(text).map_err(|e| wrong(e.to_string()))?;
        if raw.form.len() > FORMS_MAX || raw.form.iter().any(|form| form.field.len() > FIELDS_MAX) {
            return Err(wrong("too many forms or fields".to_owned()));
        }
        let fields = |raw: Vec<RawField>| raw.into_iter().map(field).collect::<Result<Vec<Field>, String>>();
        let mut forms = Vec::new();
        let common = fields(raw.common).map_err(wrong)?;
        for one in raw.form {
            if !is_code(&one.code) || one.name.is_empty() {
                return Err(wrong(format!("the form {:?} needs a code of a-z, 0-9 and -, and a name", one.code)));
            }
            let fields = fields(one.field).map_err(|e| wrong(format!("in the form {}: {e}", one.code)))?;
            let kind = if one.kind.is_empty() { "Text".to_owned() } else { one.kind };
            forms.push(Form { code: one.code, name: one.name, kind, fields });
        }
        Ok(Self { common, forms })
    }

    /// Puts a hall's own forms in place of those with the same code, and others behind. Its common fields come behind ours.
    fn add(&mut self, own: Self) {
        for field in own.common {
            match self.common.iter_mut().find(|known| known.code == field.code) {
                Some(known) => *known = field,
                None => self.common.push(field),
            }
        }
        for form in own.forms {
            match self.forms.iter_mut().find(|known| known.code == form.code) {
                Some(known) => *known = form,
                None => self.forms.push(form),
            }
        }
    }

    /// The form with this code.
    pub fn form(&self, code: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.code == code)
    }

    /// The fields of a form: the common ones, then its own.
    pub fn fields<'a>(&'a self, code: &str) -> impl Iterator<Item = &'a Field> {
        let own = self.form(code).map_or(&[][..], |form| form.fields.as_slice());
        self.common.iter().chain(own)
    }

    /// What a form is called; its code if it is gone.
    pub fn name<'a>(&'a self, code: &'a str, language: Language) -> &'a str {
        self.form(code).map_or(code, |form| form.name.in_language(language))
    }
}

fn is_code(code: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    !code.is_empty() && code.len() <= 40 && code.bytes().all(plain)
}

fn field(raw: RawField) -> Result<Field, String> {
    if !is_code(&raw.code) {
        return Err(format!("the field {:?} needs a code of a-z, 0-9, - and _", raw.code));
    }
    if raw.kind == Kind::Choice && raw.choices.is_empty() {
        return Err(format!("the field {} has nothing to choose from", raw.code));
    }
    let most = if raw.kind == Kind::Text { TEXT_CHARS_MAX } else { LINE_CHARS_MAX };
    // Whose pages say what is wrong with a field name it for as long as the program runs.
    let code: &'static str = raw.code.leak();
    let (min, max) = match code {
        "latitude" => (-90.0, 90.0),
        "longitude" => (-180.0, 180.0),
        _ => (f64::MIN, f64::MAX),
    };
    Ok(Field {
        code,
        kind: raw.kind,
        name: raw.name,
        term: raw.term,
        required: raw.required,
        many_languages: raw.many_languages,
        choices: raw.choices,
        chars_max: raw.chars_max.unwrap_or(most).min(TEXT_CHARS_MAX),
        min: raw.min.unwrap_or(min),
        max: raw.max.unwrap_or(max),
    })
}

/// A value of a record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// What it says.
    pub text: String,
    /// In which language, if that is said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lang: String,
}

/// What a record says, by field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Record(pub BTreeMap<String, Vec<Value>>);

impl Record {
    /// Reads what is stored.
    pub fn of_json(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// What is stored.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// The values of a field.
    pub fn all(&self, code: &str) -> &[Value] {
        self.0.get(code).map_or(&[], Vec::as_slice)
    }

    /// The first value of a field.
    pub fn first(&self, code: &str) -> &str {
        self.all(code).first().map_or("", |value| value.text.as_str())
    }

    /// The value of a field in this language, else the first.
    pub fn best(&self, code: &str, language: Language) -> &str {
        let own = self.all(code).iter().find(|value| value.lang == language.code());
        own.map_or_else(|| self.first(code), |value| value.text.as_str())
    }

    /// Adds a value.
    pub fn push(&mut self, code: &str, text: &str, lang: &str) {
        let value = Value { text: text.to_owned(), lang: lang.to_owned() };
        self.0.entry(code.to_owned()).or_default().push(value);
    }

    /// The values of a field as a form shows them in one box.
    pub fn lines(&self, code: &str, lang: &str) -> String {
        let own = self.all(code).iter().filter(|value| value.lang == lang);
        own.map(|value| value.text.as_str()).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_has_twelve_forms_in_three_languages() {
        let forms = Forms::parse(OWN, "own").unwrap();
        assert_eq!(forms.forms.len(), 12);
        let names = forms.forms.iter().map(|form| &form.name);
        let fields = forms.common.iter().chain(forms.forms.iter().flat_map(|form| &form.fields));
        for name in names.chain(fields.map(|field| &field.name)) {
            assert!(!name.hans.is_empty() && !name.hant.is_empty() && !name.en.is_empty(), "{name:?}");
        }
        let mut codes: Vec<&str> = forms.fields("letter").map(|field| field.code).collect();
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count, "no field stands twice in a form");
    }

    #[test]
    fn a_hall_adapts_a_form_and_adds_one() {
        let mut forms = Forms::parse(OWN, "own").unwrap();
        let own = r#"
            [[form]]
            code = "lantern"
            name = { zh-Hans = "灯笼", en = "Lantern" }
            [[form.field]]
            code = "light"
            kind = "choice"
            name = { en = "Light" }
            choices = [{ code = "candle", name = { en = "Candle" } }]
            [[form]]
            code = "recipe"
            name = { zh-Hans = "菜谱" }
        "#;
        forms.add(Forms::parse(own, "the hall's").unwrap());
        assert_eq!(forms.forms.len(), 13);
        assert_eq!(forms.name("recipe", Language::En), "菜谱");
        let light = forms.fields("lantern").find(|field| field.code == "light").unwrap();
        assert_eq!(light.shown("candle", Language::ZhHant), "Candle");
        for wrong in ["form = 3", "[[form]]\ncode = \"A\"\nname = { en = \"x\" }", "[[form]]\ncode = \"a\"\ncolour = 1"]
        {
            assert!(Forms::parse(wrong, "the hall's").is_err(), "{wrong}");
        }
    }
}
