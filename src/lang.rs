//! The three languages of the hall and its messages (Fluent files in `templates/lang/`, inside the binary).
//!
//! Messages without placeholders are resolved once at start; showing them costs a look-up.

use std::collections::HashMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;

use crate::error::{Error, Result};

/// The languages that every message exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// 简体中文.
    ZhHans,
    /// 繁體中文.
    ZhHant,
    /// English.
    En,
}

impl Language {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::ZhHans, Self::ZhHant, Self::En];

    /// The code, for `lang=` and settings.
    pub fn code(self) -> &'static str {
        match self {
            Self::ZhHans => "zh-Hans",
            Self::ZhHant => "zh-Hant",
            Self::En => "en",
        }
    }

    /// Its name in itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::ZhHans => "简体",
            Self::ZhHant => "繁體",
            Self::En => "English",
        }
    }

    /// Reads a code exactly.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The language that a tag such as `zh-TW`, `zh-Hans-SG` or `en-AU` asks for.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
        let mut parts = tag.split('-');
        match parts.next()? {
            "en" => Some(Self::En),
            "zh" | "yue" | "nan" | "hak" => {
                let rest: Vec<&str> = parts.collect();
                let has = |words: &[&str]| rest.iter().any(|part| words.contains(part));
                let traditional = has(&["hant"]) || (!has(&["hans"]) && has(&["tw", "hk", "mo"]));
                Some(if traditional { Self::ZhHant } else { Self::ZhHans })
            }
            _ => None,
        }
    }

    /// The best language for a browser's `Accept-Language` (RFC 9110 §12.5.4); `None` if it names none of ours.
    pub fn negotiate(header: &str) -> Option<Self> {
        let mut best: Option<(u32, Self)> = None;
        for choice in header.split(',').take(20) {
            let (tag, weight) = choice.split_once(";q=").unwrap_or((choice, "1"));
            let weight = weight.trim().parse::<f32>().unwrap_or(0.0).clamp(0.0, 1.0);
            // Thousandths: the precision that the header has.
            let thousandths = (weight * 1_000.0) as u32;
            let better = best.is_none_or(|(most, _)| thousandths > most);
            if let Some(language) = Self::of_tag(tag).filter(|_| better && thousandths > 0) {
                best = Some((thousandths, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

/// Longest language tag that is kept (RFC 5646 §4.4.1 counts 35).
const TAG_BYTES_MAX: usize = 35;

/// The tag of any language, written as is usual (RFC 5646 §2.1.1), if it is well-formed and says something.
pub fn tag(raw: &str) -> Option<String> {
    let raw = raw.trim();
    if raw.len() > TAG_BYTES_MAX {
        return None;
    }
    let mut tag = String::with_capacity(raw.len());
    for (place, part) in raw.split(['-', '_']).enumerate() {
        let letters = part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let is_part = match place {
            0 => letters && matches!(part.len(), 2 | 3),
            _ => part.bytes().all(|byte| byte.is_ascii_alphanumeric()) && (1..=8).contains(&part.len()),
        };
        if !is_part {
            return None;
        }
        let part = part.to_ascii_lowercase();
        match (place, part.len()) {
            (0, _) if matches!(&*part, "und" | "mul" | "zxx" | "mis") => return None,
            (0, _) => tag.push_str(&part),
            // A script, and a region.
            (1, 4) if letters => {
                let (first, rest) = part.split_at(1);
                tag.push('-');
                tag.push_str(&first.to_ascii_uppercase());
                tag.push_str(rest);
            }
            (1 | 2, 2) if letters => {
                tag.push('-');
                tag.push_str(&part.to_ascii_uppercase());
            }
            _ => {
                tag.push('-');
                tag.push_str(&part);
            }
        }
    }
    Some(tag)
}

#[derive(RustEmbed)]
#[folder = "templates/lang"]
struct Files;

/// The messages of one language.
struct Catalogue {
    plain: HashMap<String, String>,
    bundle: FluentBundle<FluentResource>,
}

/// All messages in all languages.
pub struct Messages {
    catalogues: [Catalogue; 3],
}

impl Messages {
    /// Reads the files that are part of the program.
    ///
    /// Errors: `Broken` if one is missing or malformed, which a test excludes.
    pub fn load() -> Result<Self> {
        let [hans, hant, en] = Language::ALL;
        Ok(Self { catalogues: [catalogue(hans)?, catalogue(hant)?, catalogue(en)?] })
    }

    fn of(&self, language: Language) -> &Catalogue {
        let [hans, hant, en] = &self.catalogues;
        match language {
            Language::ZhHans => hans,
            Language::ZhHant => hant,
            Language::En => en,
        }
    }

    /// A message without placeholders. A key that doesn't exist is shown itself; a test excludes that.
    pub fn plain<'a>(&'a self, language: Language, key: &'a str) -> &'a str {
        self.of(language).plain.get(key).map_or(key, String::as_str)
    }

    /// A message with values for its placeholders.
    pub fn text(&self, language: Language, key: &str, values: &[(&'static str, String)]) -> String {
        let catalogue = self.of(language);
        if let Some(plain) = catalogue.plain.get(key) {
            return plain.clone();
        }
        let Some(pattern) = catalogue.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            // Numbers choose plural forms, so they go in as numbers; a name such as 007 stays as it is written.
            let value = match value.parse::<i64>() {
                Ok(number) if number.to_string() == *value => FluentValue::from(number),
                _ => FluentValue::from(value.as_str()),
            };
            arguments.set(*name, value);
        }
        let mut errors = Vec::new();
        catalogue.bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned()
    }
}

fn catalogue(language: Language) -> Result<Catalogue> {
    let file = format!("{}.ftl", language.code());
    let source = Files::get(&file).ok_or_else(|| Error::broken(format!("{file} is missing")))?;
    let source = String::from_utf8_lossy(&source.data).into_owned();
    // A message begins at the start of a line; its key is what stands before the equals sign.
    let keys: Vec<String> = source
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" =").map(|(key, _)| key.to_owned()))
        .collect();
    let resource =
        FluentResource::try_new(source).map_err(|(_, errors)| Error::broken(format!("{file}: {errors:?}")))?;
    let id = language.code().parse().map_err(|e| Error::broken(format!("{}: {e:?}", language.code())))?;
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Isolation marks around values are for mixed directions; our languages have one.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).map_err(|errors| Error::broken(format!("{file}: {errors:?}")))?;
    let mut plain = HashMap::new();
    for key in keys {
        let mut errors = Vec::new();
        let value = bundle.get_message(&key).and_then(|message| message.value());
        let Some(pattern) = value else { continue };
        let text = bundle.format_pattern(pattern, None, &mut errors).into_owned();
        if errors.is_empty() {
            plain.insert(key, text);
        }
    }
    Ok(Catalogue { plain, bundle })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_the_language_that_they_ask_for() {
        let cases = [
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Language::ZhHans)),
            ("zh-TW,zh;q=0.9", Some(Language::ZhHant)),
            ("zh-Hant-HK", Some(Language::ZhHant)),
            ("en-AU;q=0.5, zh-HK;q=0.9", Some(Language::ZhHant)),
            ("fr, en;q=0.1", Some(Language::En)),
            ("zh-Hans-HK", Some(Language::ZhHans)),
            ("fr-FR", None),
            ("en;q=0", None),
            ("", None),
            (";;,,q=,zh;q=x", None),
        ];
        for (header, expected) in cases {
            assert_eq!(Language::negotiate(header), expected, "{header}");
        }
    }

    #[test]
    fn any_language_has_a_tag() {
        for (raw, written) in [
            ("fr", "fr"),
            ("JA", "ja"),
            ("pt_br", "pt-BR"),
            ("sr-latn-rs", "sr-Latn-RS"),
            ("ca-ES-valencia", "ca-ES-valencia"),
            ("es-419", "es-419"),
            (" ms ", "ms"),
        ] {
            assert_eq!(tag(raw).as_deref(), Some(written), "{raw}");
        }
        let long = format!("fr{}", "-abcdefgh".repeat(4));
        for raw in ["", "f", "und", "français", "fr-", "fr--FR", "12", "french", "fr-abcdefghi", "\"><script>", &long]
        {
            assert_eq!(tag(raw), None, "{raw}");
        }
    }

    #[test]
    fn names_that_look_like_numbers_stay_as_they_are_written() {
        let messages = Messages::load().unwrap();
        let text = |name: &str| messages.text(Language::En, "flash-following", &[("name", name.to_owned())]);
        assert_eq!(text("007"), "You follow 007.");
        assert_eq!(text("+5"), "You follow +5.");
        let friends = |count: i64| messages.text(Language::En, "friend-count", &[("count", count.to_string())]);
        assert_eq!((friends(1), friends(12)), ("1 friend".to_owned(), "12 friends".to_owned()));
    }

    #[test]
    fn messages_load_in_all_languages() {
        let messages = Messages::load().unwrap();
        assert_eq!(messages.plain(Language::ZhHans, "home"), "首页");
        assert_eq!(messages.plain(Language::ZhHant, "home"), "首頁");
        assert_eq!(messages.plain(Language::En, "home"), "Home");
        let text = messages.text(Language::En, "problem-too-long", &[("max", "40".to_owned())]);
        assert!(text.contains("40"), "{text}");
    }
}
