//! What stands around dates: about, perhaps, before, after, from one to another, one or the other, and the same said twice.

use std::cell::Cell;

use super::agree::{agreed, changed, follows, joined, spanned, unique};
use super::around::*;
use super::figures::Order;
use super::parts::{Parts, Refusal, Stated};
use super::resolve::{Found, resolve};
use super::span::{Part, Span};
use super::{east, edtf, period, west};

/// How deep wordings may stand in each other.
const DEPTH_MAX: u8 = 6;
/// How many readings are followed up.
const FOUND_MAX: usize = 24;

type Read = Result<Vec<Found>, Refusal>;
/// Words, whether they stand before a date, and what they make of it.
type Way = (&'static [&'static str], bool, fn(Span) -> Option<Span>);

/// What is written where nobody knows.
const UNDATED: [&str; 14] = [
    "unknown",
    "n.d",
    "nd",
    "undated",
    "no date",
    "s.d",
    "不详",
    "年代不详",
    "日期不详",
    "无年款",
    "未详",
    "无",
    "佚名",
    "khong ro",
];

/// A reader of wordings.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// The order of figures.
    pub order: Order,
    /// How many wordings within the wording may still be looked at.
    pub budget: &'a Cell<u16>,
}

impl Reader<'_> {
    /// All that a folded wording can mean.
    ///
    /// # Errors
    /// Why it can't mean anything.
    pub fn read(self, text: &str) -> Read {
        self.phrase(text, 0)
    }

    fn phrase(self, text: &str, depth: u8) -> Read {
        let text = trimmed(text);
        if text.is_empty() {
            return Err(Refusal::new("empty", "there is nothing to read"));
        }
        let budget = self.budget.get();
        self.budget.set(budget.saturating_sub(1));
        if depth > DEPTH_MAX || budget == 0 {
            return Err(Refusal::new("not-understood", "the wording is too entangled"));
        }
        if let Some(span) = edtf::read(text).or_else(|| lost_digits(text)) {
            return Ok(vec![Found { span, note: String::new() }]);
        }
        if UNDATED.contains(&text) {
            return Err(Refusal::new("undated", "the wording says that no date is known"));
        }
        let text = without_time(text);
        if let Some(found) = two_years(text).or_else(|| winter(text)) {
            return Ok(found);
        }
        let periods = period::read(text);
        if !periods.is_empty() {
            return Ok(periods.into_iter().map(|(span, note)| Found { span, note }).collect());
        }
        let plain = self.simple(text);
        let Err(why) = plain else { return plain };
        match self.around(text, depth) {
            Some(Ok(found)) => Ok(found),
            Some(Err(other)) if matches!(why.code, "not-understood" | "no-year" | "two-years" | "two-months") => {
                Err(other)
            }
            _ => Err(why),
        }
    }

    /// A date with nothing around it.
    fn simple(self, text: &str) -> Read {
        let mut found: Vec<Found> = Vec::new();
        let mut refused = None;
        for parts in self.parts(text)? {
            match resolve(&parts) {
                Ok(all) => found.extend(
                    all.into_iter().filter(|one| !found.iter().any(|other| other.span == one.span)).collect::<Vec<_>>(),
                ),
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        match refused {
            Some(why) if found.is_empty() => Err(why),
            _ => Ok(found),
        }
    }

    fn parts(self, text: &str) -> Result<Vec<Parts>, Refusal> {
        if text.chars().any(is_eastern) {
            east::parts(text).map(|parts| vec![parts])
        } else {
            west::parts(text, self.order)
        }
    }

    /// A date with something around it; nothing if nothing is.
    fn around(self, text: &str, depth: u8) -> Option<Read> {
        let next = |text: &str| self.phrase(text, depth + 1);
        if let Some(found) = self.aside(text, depth).or_else(|| self.twice(text, depth)) {
            return Some(found);
        }
        let mut tries: Vec<Read> = Vec::new();
        let mut attempt = |found: Read| -> bool {
            let good = found.is_ok();
            tries.push(found);
            good
        };
        let ways: [Way; 11] = [
            (UNSURE_AFTER, false, |span| Some(span.unsure())),
            (UNSURE_BEFORE, true, |span| Some(span.unsure())),
            (NEAR_BEFORE, true, |span| Some(span.near())),
            (NEAR_AFTER, false, |span| Some(span.near())),
            (UNTIL_BEFORE, true, |span| span.down()),
            (UNTIL_AFTER, false, |span| span.down()),
            (SINCE_AFTER, false, |span| span.up()),
            (BEFORE_BEFORE, true, |span| span.before()),
            (BEFORE_AFTER, false, |span| span.before()),
            (AFTER_BEFORE, true, |span| span.after()),
            (AFTER_AFTER, false, |span| span.after()),
        ];
        for (place, (words, before, change)) in ways.into_iter().enumerate() {
            for word in words {
                let Some(rest) = (if before { text.strip_prefix(word) } else { text.strip_suffix(word) }) else {
                    continue;
                };
                if rest.trim().is_empty() || (place == 8 || place == 10) && self.stands_whole(text) {
                    continue;
                }
                let change = if *word == "不晚于" || word.starts_with(" or ") && before_or(word) {
                    |span: Span| span.down()
                } else {
                    change
                };
                if attempt(next(rest).and_then(|found| changed(found, change))) {
                    return tries.pop();
                }
                break;
            }
        }
        if let Some(found) = self.either(text, depth).or_else(|| self.range(text, depth))
            && attempt(found)
        {
            return tries.pop();
        }
        for word in SINCE_BEFORE {
            if let Some(rest) = text.strip_prefix(word).filter(|rest| !rest.trim().is_empty())
                && attempt(next(rest).and_then(|found| changed(found, |span| span.up())))
            {
                return tries.pop();
            }
        }
        // The most telling refusal is that of something that was understood.
        tries.into_iter().find(|one| one.as_ref().is_err_and(|why| why.code != "not-understood"))
    }

    fn stands_whole(self, text: &str) -> bool {
        self.parts(text).is_ok()
    }

    /// The same said again in brackets: 光緒十三年（1887）.
    fn aside(self, text: &str, depth: u8) -> Option<Read> {
        let (from, close) =
            [('(', ')'), ('[', ']')].iter().find_map(|(open, close)| Some((text.find(*open)?, *close)))?;
        let (before, rest) = text.split_at(from);
        let inner = rest.get(1..)?;
        let end = inner.find(close)?;
        let (inner, after) = (inner.get(..end)?, inner.get(end + 1..)?);
        let whole = format!("{}{}", before.trim_end(), after);
        if whole.trim().is_empty() {
            return Some(self.phrase(inner, depth + 1));
        }
        // (?) and (約) say something about it.
        let inner = inner.trim();
        if matches!(inner, "?" | "存疑" | "待考" | "推测" | "uncertain" | "probably") {
            return Some(
                self.phrase(&whole, depth + 1)
                    .map(|found| found.into_iter().map(|one| Found { span: one.span.unsure(), ..one }).collect()),
            );
        }
        if matches!(inner, "约" | "circa" | "ca." | "c." | "approx." | "大约") {
            return Some(
                self.phrase(&whole, depth + 1)
                    .map(|found| found.into_iter().map(|one| Found { span: one.span.near(), ..one }).collect()),
            );
        }
        let stated = match inner {
            "农历" | "阴历" | "旧历" | "夏历" | "lunar" | "am lich" | "imlek" | "农" | "阴" | "旧" => {
                Some(Stated::Lunar)
            }
            "公历" | "阳历" | "西历" | "新历" | "国历" | "solar" | "gregorian" | "duong lich" | "阳" | "西" => {
                Some(Stated::Western)
            }
            _ => None,
        };
        if let Some(stated) = stated {
            let parts = self.parts(&whole).ok()?;
            return Some(resolve(&Parts { stated: Some(stated), ..*parts.first()? }));
        }
        let main = self.phrase(&whole, depth + 1);
        let other = self.phrase(inner, depth + 1);
        let other = match (&main, other) {
            (Ok(main), Err(why)) if why.code == "no-year" => self.in_same_year(main, inner).ok_or(why),
            (_, other) => other,
        };
        match (main, other) {
            (Ok(main), Ok(other)) => Some(agreed(main, &other)),
            // An aside that is no date is a remark; one that is an impossible date is a fault.
            (Ok(main), Err(why)) if why.code == "not-understood" || why.code == "no-year" => Some(Ok(main)),
            (_, Err(why)) | (Err(why), _) => Some(Err(why)),
        }
    }

    /// The same said twice in a row, in two calendars: 1936年12月3日農曆十月二十日.
    fn twice(self, text: &str, depth: u8) -> Option<Read> {
        let place = ["农历", "阴历", "旧历", "夏历"]
            .iter()
            .filter_map(|word| text.find(word))
            .min()
            .filter(|place| *place > 0)?;
        let (one, other) = text.split_at(place);
        if !one.trim_end().ends_with(['日', '号']) {
            return None;
        }
        let main = self.phrase(one.trim_end_matches(['即', ',', ' ', '=', '/']), depth + 1);
        let Ok(main) = main else { return Some(main) };
        let other = self.in_same_year(&main, other).map_or_else(|| self.phrase(other, depth + 1), Ok);
        Some(other.and_then(|other| agreed(main, &other)))
    }

    /// A day without a year, in the year of another date; a lunar one may be of the year before.
    fn in_same_year(self, main: &[Found], text: &str) -> Option<Vec<Found>> {
        let parts = self.parts(text).ok()?.into_iter().find(|parts| !parts.has_year() && parts.has_less())?;
        let years = main.iter().filter_map(|one| one.span.first()).map(super::day::Day::year);
        let all = years.flat_map(|year| [year, year - 1]).filter_map(|year| {
            resolve(&Parts { year: Some(super::parts::YearWord::Western(year, year)), ..parts }).ok()
        });
        let all: Vec<Found> = all.flatten().collect();
        (!all.is_empty()).then_some(all)
    }

    /// One or the other.
    fn either(self, text: &str, depth: u8) -> Option<Read> {
        for word in OR {
            let Some((one, other)) = text.split_once(word) else { continue };
            if *word == "/" && text.chars().filter(|c| *c == '/').count() > 1 {
                continue;
            }
            if *word == " of " && self.parts(one).is_err() {
                continue;
            }
            if one.trim().is_empty() || other.trim().is_empty() {
                continue;
            }
            let found = self.pairs(one, other, depth);
            let Ok(found) = found else { continue };
            let mut sets = Vec::new();
            for (one, other) in found {
                match (&one.span, &other.span) {
                    _ if *word == "/" && !follows(&one.span, &other.span) => return None,
                    (Span::Between(a, b), Span::Between(c, d)) if a == b && c == d => {
                        let span = Span::OneOf(vec![*a, *c]);
                        let note = joined(&one, &other, "/");
                        if *word == "/" {
                            sets.push(Found { span: Span::Between(*a, *c), note: note.clone() });
                            break;
                        }
                        sets.push(Found { span, note });
                    }
                    (Span::OneOf(many), Span::Between(c, d)) | (Span::Between(c, d), Span::OneOf(many)) if c == d => {
                        let mut all = many.clone();
                        all.push(*c);
                        all.sort_by_key(|atom| atom.part.first());
                        sets.push(Found { span: Span::OneOf(all), note: joined(&one, &other, "/") });
                    }
                    // EDTF has no set of stretches: they are candidates.
                    _ => sets.extend([one.clone(), other.clone()]),
                }
            }
            return Some(Ok(unique(sets)));
        }
        None
    }

    /// From one to another.
    fn range(self, text: &str, depth: u8) -> Option<Read> {
        let mut refused = None;
        let starts = BETWEEN.iter().filter_map(|word| text.strip_prefix(word).map(|rest| (rest, true)));
        for (text, opened) in starts.chain(std::iter::once((text, false))) {
            for word in TO {
                if AND_ONLY.contains(word) && !opened {
                    continue;
                }
                for (place, _) in text.match_indices(word).take(6) {
                    let one = text.get(..place).unwrap_or_default();
                    let other = text.get(place + word.len()..).unwrap_or_default();
                    if one.trim().is_empty() || other.trim().is_empty() {
                        continue;
                    }
                    let one = &with_ending(one, other);
                    match self.pairs(one, closed(other), depth).and_then(|found| spanned(&found)) {
                        Ok(found) => return Some(Ok(found)),
                        Err(why) if why.code == "not-understood" => {}
                        Err(why) => refused = refused.or(Some(why)),
                    }
                }
            }
        }
        // 19世纪末20世纪初: nothing stands between.
        let joint = text.find('末').map(|place| place + '末'.len_utf8()).filter(|place| *place < text.len());
        let (one, other) = joint.map(|place| text.split_at(place)).unwrap_or_default();
        if !one.is_empty()
            && other.chars().next().is_some_and(|c| super::numeral::digit(c).is_some() || c == '十' || c == '民')
            && let Ok(found) = self.pairs(one, other, depth).and_then(|found| spanned(&found))
        {
            return Some(Ok(found));
        }
        refused.map(Err)
    }

    /// Two wordings of which one may leave out what the other says, each reading of one with those of the other.
    fn pairs(self, one: &str, other: &str, depth: u8) -> Result<Vec<(Found, Found)>, Refusal> {
        let (one, other) = (trimmed(one), trimmed(other));
        let (left, right) = (bare_day(one).map_or_else(|| self.parts(one), Ok), self.parts(other));
        let (left, right) = match (left, right) {
            (Ok(left), Ok(right)) if left.len() <= 2 && right.len() <= 3 => {
                let mut pairs = Vec::new();
                let mut refused = None;
                for left in &left {
                    for right in &right {
                        let (from, to) = completed(*left, *right);
                        match (resolve(&from), resolve(&to)) {
                            (Ok(from), Ok(to)) => pairs
                                .extend(from.iter().flat_map(|from| to.iter().map(|to| (from.clone(), to.clone())))),
                            (Err(why), _) | (_, Err(why)) => refused = refused.or(Some(why)),
                        }
                    }
                }
                pairs.truncate(FOUND_MAX * FOUND_MAX);
                return match refused {
                    Some(why) if pairs.is_empty() => Err(why),
                    _ => Ok(pairs),
                };
            }
            // 1937–45: the end says its last figures.
            _ => (self.phrase(one, depth + 1)?, self.end(one, other, depth)?),
        };
        let pairs = left
            .iter()
            .take(FOUND_MAX)
            .flat_map(|from| right.iter().take(FOUND_MAX).map(|to| (from.clone(), to.clone())));
        Ok(pairs.collect())
    }

    /// The end of a stretch, perhaps with its last figures alone.
    fn end(self, one: &str, other: &str, depth: u8) -> Read {
        let figures = other.trim_start_matches('\'');
        let bare = figures.trim_end_matches(['?', '~', 's']);
        let from = one.rfind(|c: char| c.is_ascii_digit()).map(|end| one.get(..=end).unwrap_or_default());
        let from = from.map(|text| {
            text.get(text.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |place| place + 1)..).unwrap_or_default()
        });
        if let Some(century) = from.filter(|year| year.len() == 4 && bare.len() <= 3 && !bare.is_empty())
            && bare.chars().all(|c| c.is_ascii_digit())
        {
            let head = century.get(..4 - bare.len()).unwrap_or_default();
            return self.phrase(&format!("{head}{figures}"), depth + 1);
        }
        self.phrase(other, depth + 1)
    }
}

fn before_or(word: &str) -> bool {
    matches!(word, " or before" | " or earlier")
}

/// Is it a character of a wording of East Asia?
fn is_eastern(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '\u{25a1}' | '\u{25cb}' | '\u{25ef}')
}

fn trimmed(text: &str) -> &str {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | ',' | ';' | ':'));
    // A stop at the end is no part of it, unless it stands open: 1911/..
    let stop = text.strip_suffix('.').filter(|rest| !rest.ends_with('.') && !rest.ends_with('/'));
    stop.unwrap_or(text).trim()
}

/// The words that close what 自 and between opened.
fn closed(text: &str) -> &str {
    ["之间", "期间", "间", "为止", "止"]
        .iter()
        .find_map(|word| text.strip_suffix(word))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(text)
}

/// Each of two completed by what the other says.
fn completed(one: Parts, other: Parts) -> (Parts, Parts) {
    let to = other.completed(&one);
    let mut from = one;
    if !one.has_year() {
        from = one.completed(&other);
        // 3–5 March 1936: the month stands with the end alone.
        if from.month.is_none() && from.feast.is_none() && from.day.is_some() {
            from.month = other.month;
        }
    } else if let (Some(super::parts::YearWord::Short(_)), Some(super::parts::YearWord::Era(..))) =
        (one.year, other.year)
    {
        from = one.completed(&other);
    }
    (from, to)
}

/// The beginning with the ending that it shares with the end: late 19th – early 20th century, 30至40年代.
fn with_ending(one: &str, other: &str) -> String {
    for ending in [" century", "世纪", "年代"] {
        if other.ends_with(ending) && !one.contains(ending.trim()) && one.ends_with(|c: char| c.is_alphanumeric()) {
            let century = ending == "世纪" || ending == " century";
            if century || one.chars().all(|c| c.is_ascii_digit() || super::numeral::read(&[c]).is_some()) {
                return format!("{}{ending}", one.trim_end());
            }
        }
    }
    one.to_owned()
}

/// A wording without the time of day that stands behind a day in figures: 1936-12-03T10:30:00Z.
fn without_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else { return text };
    let hours = text.get(..colon).unwrap_or_default();
    let before = hours.trim_end_matches(|c: char| c.is_ascii_digit());
    let (length, after) = (hours.len() - before.len(), text.get(colon + 1..).unwrap_or_default());
    let is_time = (1..=2).contains(&length) && after.starts_with(|c: char| c.is_ascii_digit());
    let end =
        after.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | 'z' | '+' | '-' | ' ' | 'a' | 'p' | 'm'));
    match before.strip_suffix([' ', 't']) {
        Some(day) if is_time && end && day.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '日' | '号')) => day,
        _ if is_time && end && before.ends_with(['日', '号']) => before,
        _ => text,
    }
}

/// 3–5 March 1936 begins with a day alone.
fn bare_day(text: &str) -> Option<Vec<Parts>> {
    let day: u8 = text.parse().ok().filter(|day| (1..=31).contains(day))?;
    Some(vec![Parts { day: Some(super::parts::DayWord::Number(day)), ..Parts::default() }])
}

/// winter 1936–37: the one that begins with the end of a year.
fn winter(text: &str) -> Option<Vec<Found>> {
    let (one, other) =
        text.strip_prefix("winter of ").or_else(|| text.strip_prefix("winter "))?.split_once(['-', '–', '/'])?;
    let (year, next): (i32, i32) = (one.trim().parse().ok()?, other.trim().parse().ok()?);
    let follows = one.trim().len() == 4 && (next == year + 1 || next == (year + 1) % 100);
    follows.then(|| vec![Found { span: Span::within(Part::Season(year, 24)), note: String::new() }])
}

/// 1911/12: two years, or a month.
fn two_years(text: &str) -> Option<Vec<Found>> {
    let (one, other) = text.split_once('/')?;
    let (year, next): (i32, i32) = (one.parse().ok()?, other.parse().ok()?);
    if one.len() != 4 || other.len() != 2 || (year + 1) % 100 != next || next == 0 {
        return None;
    }
    let years = Span::between(Part::Year(year), Part::Year(year + 1));
    let month =
        u8::try_from(next).ok().filter(|month| *month <= 12).map(|month| Span::within(Part::Month(year, month)));
    Some(std::iter::once(years).chain(month).map(|span| Found { span, note: String::new() }).collect())
}

/// 19--, 193-, 193?, 19xx.
fn lost_digits(text: &str) -> Option<Span> {
    let (bare, unsure) = match text.strip_suffix('?') {
        Some(rest) if rest.len() == 4 => (rest, true),
        _ => (text, false),
    };
    if bare.len() != 4 || !bare.is_ascii() {
        return None;
    }
    let known = bare.trim_end_matches(['-', '_', 'x', '?', '*', '.']);
    let value: i32 = known.parse().ok().filter(|value| *value > 0)?;
    let part = match known.len() {
        3 => Part::Decade(value),
        2 => Part::Century(value),
        _ => return None,
    };
    let span = Span::within(part);
    Some(if unsure { span.unsure() } else { span })
}
