//! What a draft says, as a form holds it and as it is stored.

use serde::{Deserialize, Serialize};

use crate::domain::article::DIGEST_CHARS_MAX;
use crate::error::{Error, Problem, Result};

/// Longest title.
pub const TITLE_CHARS_MAX: usize = 120;
/// Longest subtitle.
pub const SUBTITLE_CHARS_MAX: usize = 120;
/// Longest list of authors.
pub const BYLINES_CHARS_MAX: usize = 120;
/// Longest text.
pub const BODY_CHARS_MAX: usize = 60_000;
/// Longest name of a licence or of where an article was first.
const SOURCE_CHARS_MAX: usize = 120;
/// Longest address of where an article was first, in bytes.
const URL_BYTES_MAX: usize = 2_000;
/// Characters that are kept of a field that is far too long, so that nothing that was typed is lost by an honest mistake.
const KEPT_CHARS_MAX: usize = 200_000;

/// What a draft says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    /// The title.
    pub title: String,
    /// What stands under it.
    pub subtitle: String,
    /// What it is about, in short.
    pub digest: String,
    /// Who wrote it.
    pub bylines: String,
    /// The text, in Markdown.
    pub body: String,
    /// The language of the text; empty to guess.
    pub language: String,
    /// The number of its cover; 0 for none.
    pub cover: i64,
    /// What the cover shows.
    pub cover_alt: String,
    /// Is it the account's own work?
    pub is_original: bool,
    /// Under which licence it may be used.
    pub licence: String,
    /// Where it was first, in words.
    pub source_name: String,
    /// Where it was first.
    pub source_url: String,
    /// Who has allowed to print it again.
    pub consent: String,
    /// The number of its series; 0 for none.
    pub series: i64,
}

impl Content {
    /// The same without what no text may have; nothing is cut that anybody could have typed.
    pub fn tidied(self) -> Self {
        let line = |text: &str| crate::text::name(text, KEPT_CHARS_MAX);
        Self {
            title: line(&self.title),
            subtitle: line(&self.subtitle),
            digest: line(&self.digest),
            bylines: line(&self.bylines),
            body: crate::text::body(&self.body).chars().take(KEPT_CHARS_MAX).collect(),
            cover_alt: line(&self.cover_alt),
            licence: line(&self.licence),
            source_name: line(&self.source_name),
            source_url: line(&self.source_url),
            consent: line(&self.consent),
            language: crate::lang::tag(&self.language).unwrap_or_default(),
            ..self
        }
    }

    /// Is it fit to be published?
    ///
    /// Errors: `Invalid` naming the fields.
    pub fn check(&self) -> Result<()> {
        let mut problems = Vec::new();
        if self.title.is_empty() {
            problems.push(Problem::new("title", "draft-problem-title"));
        }
        if self.body.trim().is_empty() {
            problems.push(Problem::new("body", "problem-body-empty"));
        }
        for (field, text, max) in [
            ("title", &self.title, TITLE_CHARS_MAX),
            ("subtitle", &self.subtitle, SUBTITLE_CHARS_MAX),
            ("digest", &self.digest, DIGEST_CHARS_MAX),
            ("bylines", &self.bylines, BYLINES_CHARS_MAX),
            ("body", &self.body, BODY_CHARS_MAX),
            ("licence", &self.licence, SOURCE_CHARS_MAX),
            ("source_name", &self.source_name, SOURCE_CHARS_MAX),
            ("consent", &self.consent, SOURCE_CHARS_MAX),
            ("cover_alt", &self.cover_alt, crate::domain::media::ALT_CHARS_MAX),
        ] {
            if text.chars().count() > max {
                problems.push(Problem::new(field, "problem-too-long").with("max", max));
            }
        }
        let is_web = url::Url::parse(&self.source_url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !self.source_url.is_empty() && (!is_web || self.source_url.len() > URL_BYTES_MAX) {
            problems.push(Problem::new("source_url", "draft-problem-url"));
        }
        let is_reprint = !self.source_name.is_empty() || !self.source_url.is_empty();
        if is_reprint && self.is_original {
            problems.push(Problem::new("is_original", "draft-problem-original"));
        }
        if is_reprint && self.consent.is_empty() {
            problems.push(Problem::new("consent", "draft-problem-consent"));
        }
        if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
    }

    /// The language of the text: as chosen, else as guessed.
    pub fn language(&self) -> String {
        match self.language.as_str() {
            "" => crate::text::guess_language(&self.body).unwrap_or_default().to_owned(),
            language => language.to_owned(),
        }
    }

    /// What readers of lists see of it: its digest, or its beginning.
    pub fn digest_of(&self, plain: &str) -> String {
        match self.digest.as_str() {
            "" => crate::text::excerpt(&plain.replace('\n', " "), 120),
            digest => digest.to_owned(),
        }
    }
}
