//! What stands around dates: about, perhaps, before, after, from one to another, one or the other, and the same said twice.

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

/// A reader of wordings.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// The order of figures.
    pub order: Order,
}

impl Reader {
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
        if depth > DEPTH_MAX {
            return Err(Refusal::new("not-understood", "the wording is too entangled"));
        }
        if let Some(span) = edtf::read(text).or_else(|| lost_digits(text)) {
            return Ok(vec![Found { span, note: "as written".to_owned() }]);
        }
        let periods = period::read(text);
        if !periods.is_empty() {
            return Ok(periods.into_iter().map(|(span, note)| Found { span, note }).collect());
        }
        let plain = self.simple(text);
        let Err(why) = plain else { return plain };
        match self.around(text, depth) {
            Some(found) => found,
            None => Err(why),
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
        if let Some(found) = self.aside(text, depth) {
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
        match (main, other) {
            (Ok(main), Ok(other)) => Some(agreed(main, &other)),
            // An aside that is no date is a remark; one that is an impossible date is a fault.
            (Ok(main), Err(why)) if why.code == "not-understood" || why.code == "no-year" => Some(Ok(main)),
            (_, Err(why)) | (Err(why), _) => Some(Err(why)),
        }
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
                        let note = joined(&one, &other, "or");
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
                        sets.push(Found { span: Span::OneOf(all), note: joined(&one, &other, "or") });
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
                    match self.pairs(one, closed(other), depth).and_then(|found| spanned(&found)) {
                        Ok(found) => return Some(Ok(found)),
                        Err(why) if why.code == "not-understood" => {}
                        Err(why) => refused = refused.or(Some(why)),
                    }
                }
            }
        }
        refused.map(Err)
    }

    /// Two wordings of which one may leave out what the other says, each reading of one with those of the other.
    fn pairs(self, one: &str, other: &str, depth: u8) -> Result<Vec<(Found, Found)>, Refusal> {
        let (one, other) = (trimmed(one), trimmed(other));
        let (left, right) = (self.parts(one), self.parts(other));
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
