//! What somebody typed into the search box, read: words, "phrases", -exclusions, and `from:`, `in:`, `type:`, `lang:`,
//! `before:`, `after:`, `during:`. Whatever is typed means something; what can't be read is named, never dropped silently.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use crate::clock::Micros;

/// Longest question that is read, in characters; more is cut.
pub const CHARS_MAX: usize = 300;
/// Words of one question that count.
pub const PARTS_MAX: usize = 16;

/// A word or phrase to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// As it was typed.
    pub text: String,
    /// Must it stand as it is?
    pub is_phrase: bool,
}

/// A question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// What must be there.
    pub parts: Vec<Part>,
    /// What must not be there.
    pub without: Vec<Part>,
    /// Whose: names or addresses, any of them.
    pub from: Vec<String>,
    /// Where: groups, accounts or halls, any of them.
    pub within: Vec<String>,
    /// Kinds, any of them.
    pub kinds: Vec<String>,
    /// Languages, any of them.
    pub languages: Vec<String>,
    /// Published at this time or later.
    pub from_time: Option<Micros>,
    /// Published before this time.
    pub to_time: Option<Micros>,
    /// What was typed like a condition and isn't one.
    pub unread: Vec<String>,
    /// Was more typed than is read?
    pub is_cut: bool,
}

impl Query {
    /// Does it ask for anything at all?
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty() && !self.has_conditions()
    }

    /// Does it name conditions besides words? Then these alone are a question too.
    pub fn has_conditions(&self) -> bool {
        !(self.from.is_empty() && self.within.is_empty() && self.kinds.is_empty() && self.languages.is_empty())
            || self.from_time.is_some()
            || self.to_time.is_some()
    }

    /// The words alone, for looking them up otherwise.
    pub fn words(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// What is typed for kinds, in three languages, with the kinds meant.
const KINDS: [(&str, &str); 34] = [
    ("moment", "moment"),
    ("moments", "moment"),
    ("动态", "moment"),
    ("動態", "moment"),
    ("朋友圈", "moment"),
    ("comment", "comment"),
    ("comments", "comment"),
    ("评论", "comment"),
    ("評論", "comment"),
    ("article", "article"),
    ("articles", "article"),
    ("文章", "article"),
    ("announcement", "announcement"),
    ("announcements", "announcement"),
    ("公告", "announcement"),
    ("群公告", "announcement"),
    ("group-post", "group-post"),
    ("person", "person"),
    ("people", "person"),
    ("人", "person"),
    ("account", "account"),
    ("accounts", "account"),
    ("公众号", "account"),
    ("公眾號", "account"),
    ("group", "group"),
    ("groups", "group"),
    ("群", "group"),
    ("群组", "group"),
    ("item", "item"),
    ("items", "item"),
    ("典藏", "item"),
    ("transcript", "transcript"),
    ("hashtag", "hashtag"),
    ("话题", "hashtag"),
];

/// Reads a question; days are those of `zone`.
pub fn read(raw: &str, zone: &TimeZone) -> Query {
    let mut query = Query { is_cut: raw.chars().nth(CHARS_MAX).is_some(), ..Query::default() };
    let clean: Vec<char> = raw.chars().take(CHARS_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut rest = clean.as_slice();
    while let Some(first) = rest.first().copied() {
        if first.is_whitespace() {
            rest = tail(rest, 1);
            continue;
        }
        let is_without = matches!(first, '-' | '－' | '−') && rest.get(1).is_some_and(|next| !next.is_whitespace());
        rest = tail(rest, usize::from(is_without));
        let (key, behind) = condition(rest);
        let (text, is_phrase, behind) = value(behind);
        rest = behind;
        let part = Part { text, is_phrase };
        match key {
            Some(key) if !is_without => query.set(key, &part.text, zone),
            Some(key) => query.unread.push(format!("-{key}:{}", part.text)),
            None if !part.text.chars().any(char::is_alphanumeric) => {}
            None if query.parts.len() + query.without.len() >= PARTS_MAX => query.is_cut = true,
            None if is_without => query.without.push(part),
            None => query.parts.push(part),
        }
    }
    query
}

fn tail(chars: &[char], from: usize) -> &[char] {
    chars.get(from..).unwrap_or_default()
}

/// The condition that begins here, if one does, and what stands behind its colon.
fn condition(rest: &[char]) -> (Option<&'static str>, &[char]) {
    const KEYS: [&str; 7] = ["from", "in", "type", "lang", "before", "after", "during"];
    let colon = rest.iter().take(8).position(|c| matches!(c, ':' | '：'));
    let Some(colon) = colon else { return (None, rest) };
    let word: String = rest.iter().take(colon).flat_map(|c| c.to_lowercase()).collect();
    let key = KEYS.into_iter().find(|key| *key == word);
    let follows = rest.get(colon + 1).is_some_and(|c| !c.is_whitespace());
    match key {
        Some(key) if follows => (Some(key), tail(rest, colon + 1)),
        _ => (None, rest),
    }
}

/// One word, or what stands between quotation marks; a mark that is never closed reaches to the end.
fn value(rest: &[char]) -> (String, bool, &[char]) {
    let closing = |open: char| match open {
        '"' | '＂' => Some('"'),
        '“' | '”' | '„' => Some('”'),
        '「' => Some('」'),
        '『' => Some('』'),
        '«' => Some('»'),
        _ => None,
    };
    let closes =
        |close: char, c: char| c == close || (close == '"' && c == '＂') || (close == '”' && matches!(c, '“' | '"'));
    match rest.first().copied().and_then(closing) {
        Some(close) => {
            let inner = tail(rest, 1);
            let end = inner.iter().position(|c| closes(close, *c)).unwrap_or(inner.len());
            (inner.iter().take(end).collect(), true, tail(inner, end + 1))
        }
        None => {
            let end = rest.iter().position(|c| c.is_whitespace() || closing(*c).is_some()).unwrap_or(rest.len()).max(1);
            (rest.iter().take(end).collect(), false, tail(rest, end))
        }
    }
}

impl Query {
    fn set(&mut self, key: &'static str, value: &str, zone: &TimeZone) {
        let value = value.trim();
        let is_read = match key {
            "from" => push(&mut self.from, value.trim_start_matches('@')),
            "in" => push(&mut self.within, value.trim_start_matches('@')),
            "type" => {
                let folded = value.to_lowercase();
                let kind = KINDS.iter().find(|(word, _)| *word == folded).map(|(_, kind)| *kind);
                kind.is_some_and(|kind| push(&mut self.kinds, kind))
            }
            "lang" => {
                let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && value.len() <= 12;
                plain && push(&mut self.languages, &value.to_ascii_lowercase())
            }
            _ => match period(value, zone) {
                Some((start, end)) => {
                    let (from, to) = match key {
                        "before" => (None, Some(start)),
                        "after" => (Some(end), None),
                        _ => (Some(start), Some(end)),
                    };
                    self.from_time = from.into_iter().chain(self.from_time).max();
                    self.to_time = to.into_iter().chain(self.to_time).min();
                    true
                }
                None => false,
            },
        };
        if !is_read {
            self.unread.push(format!("{key}:{value}"));
        }
    }
}

fn push(list: &mut Vec<String>, value: &str) -> bool {
    let fits = !value.is_empty() && list.len() < PARTS_MAX;
    if fits {
        list.push(value.to_owned());
    }
    fits
}

/// The time from the beginning of a year, month or day to its end.
fn period(value: &str, zone: &TimeZone) -> Option<(Micros, Micros)> {
    let value = value.trim_end_matches(['年', '月', '日']).replace(['/', '.', '年', '月'], "-");
    let mut numbers = value.split('-').map(|part| part.parse::<i16>().ok());
    let year = numbers.next()?.filter(|year| (1..=9_998).contains(year))?;
    let (month, day) = (numbers.next(), numbers.next());
    if numbers.next().is_some() {
        return None;
    }
    let small = |part: Option<Option<i16>>| match part {
        None => Some(None),
        Some(number) => Some(Some(i8::try_from(number?).ok()?)),
    };
    let (month, day) = (small(month)?, small(day)?);
    let start = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
    let end = match (month, day) {
        (_, Some(_)) => start.tomorrow().ok()?,
        (Some(12), None) | (None, None) => Date::new(year + 1, 1, 1).ok()?,
        (Some(month), None) => Date::new(year, month + 1, 1).ok()?,
    };
    let micros = |date: Date| Some(zone.to_timestamp(date.to_datetime(Time::midnight())).ok()?.as_microsecond());
    Some((micros(start)?, micros(end)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(raw: &str) -> Query {
        read(raw, &TimeZone::UTC)
    }

    fn texts(parts: &[Part]) -> Vec<&str> {
        parts.iter().map(|part| part.text.as_str()).collect()
    }

    #[test]
    fn words_phrases_and_exclusions_are_told_apart() {
        let query = asked("会馆 「中華 總會館」 -饮茶 －\"dim sum\" “old town”");
        assert_eq!(texts(&query.parts), ["会馆", "中華 總會館", "old town"]);
        assert_eq!(query.parts.iter().map(|part| part.is_phrase).collect::<Vec<_>>(), [false, true, true]);
        assert_eq!(texts(&query.without), ["饮茶", "dim sum"]);
    }

    #[test]
    fn conditions_are_read_and_what_is_none_is_named() {
        let query = asked("from:@mei@hall.example in:台山 type:文章 lang:zh-Hans 族谱 type:nonsense before:99");
        assert_eq!((query.from, query.within), (vec!["mei@hall.example".to_owned()], vec!["台山".to_owned()]));
        assert_eq!((query.kinds, query.languages), (vec!["article".to_owned()], vec!["zh-hans".to_owned()]));
        assert_eq!(query.unread, ["type:nonsense"]);
        assert_eq!(texts(&query.parts), ["族谱"]);
        assert_eq!(texts(&asked("https://hall.example/@mei see:this 3:2").parts).len(), 3, "other colons are words");
    }

    #[test]
    fn times_are_periods() {
        let day = 86_400_000_000;
        let query = asked("after:1970-01-01 before:1970-01-03");
        assert_eq!((query.from_time, query.to_time), (Some(day), Some(2 * day)));
        let query = asked("during:1970年1月");
        assert_eq!((query.from_time, query.to_time), (Some(0), Some(31 * day)));
        for bad in ["before:soon", "after:2024-13", "after:2024-02-30", "before:99999", "before:2024-1-1-1", "after:0"]
        {
            assert_eq!(asked(bad).unread, [bad]);
        }
    }

    #[test]
    fn whatever_is_typed_is_bounded() {
        for odd in ["\"", "-", "--", "「", "from:", "*", "(((", "[a-z]*+", "\u{0}", "a\"b", "“", "： ："] {
            asked(odd);
        }
        let long = "字".repeat(10_000);
        assert!(asked(&long).is_cut);
        assert_eq!(asked(&"a ".repeat(100)).parts.len(), PARTS_MAX);
        assert!(asked("***").is_empty());
        assert!(asked("\u{0}\u{7f}").is_empty());
    }
}
