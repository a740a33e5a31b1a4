//! What stands around dates: about, perhaps, before, after, from one to another, one or the other, and the same said twice.

use super::parts::{Parts, Refusal, Stated};
use super::resolve::{Found, resolve};
use super::span::{Atom, Part, Span};
use super::west::Order;
use super::{east, edtf, period, west};

/// How deep wordings may stand in each other.
const DEPTH_MAX: u8 = 6;
/// How many readings are followed up.
const FOUND_MAX: usize = 24;

type Read = Result<Vec<Found>, Refusal>;
/// Words, whether they stand before a date, and what they make of it.
type Way = (&'static [&'static str], bool, fn(Span) -> Option<Span>);

const NEAR_BEFORE: &[&str] = &[
    "大约在",
    "大约于",
    "约在",
    "约于",
    "大约",
    "大概",
    "大致",
    "约莫",
    "约略",
    "约",
    "近",
    "circa. ",
    "circa ",
    "circ. ",
    "circ ",
    "ca. ",
    "ca.",
    "ca ",
    "c. ",
    "c.",
    "c ",
    "cca ",
    "around ",
    "about ",
    "approximately ",
    "approx. ",
    "approx ",
    "roughly ",
    "near ",
    "~",
    "sekitar ",
    "kira-kira ",
    "lebih kurang ",
    "khoang ",
    "vao khoang ",
    "vers ",
    "environ ",
    "omstreeks ",
    "rond ",
    "um ",
    "etwa ",
    "hacia ",
    "cerca de ",
    "sekira ",
    "약 ",
    "약",
];
const NEAR_AFTER: &[&str] = &[
    "左右",
    "前后",
    "上下",
    "许",
    "之交",
    "顷",
    "前后间",
    "ごろ",
    "頃",
    "경",
    "~",
    " circa",
    " approx",
    " approx.",
    " (circa)",
    " or so",
    " or thereabouts",
    " ca.",
    " c.",
];
const UNSURE_BEFORE: &[&str] = &[
    "可能是",
    "可能为",
    "可能在",
    "可能于",
    "可能",
    "疑为",
    "疑是",
    "疑",
    "或为",
    "似为",
    "似是",
    "似",
    "推测为",
    "推测",
    "估计",
    "probably ",
    "prob. ",
    "possibly ",
    "poss. ",
    "perhaps ",
    "maybe ",
    "presumably ",
    "likely ",
    "mungkin ",
    "co le ",
    "peut-etre ",
    "probablement ",
    "misschien ",
    "waarschijnlijk ",
    "vermutlich ",
    "?",
];
const UNSURE_AFTER: &[&str] = &[
    "?",
    "(?)",
    "[?]",
    "存疑",
    "待考",
    "(存疑)",
    "(待考)",
    "待定",
    " probably",
    " (probably)",
    " or possibly",
    " (uncertain)",
    "(推测)",
    "吗",
];
const BEFORE_BEFORE: &[&str] = &[
    "不晚于",
    "before ",
    "prior to ",
    "pre-",
    "pre ",
    "earlier than ",
    "sebelum ",
    "truoc ",
    "avant ",
    "voor ",
    "vor ",
    "antes de ",
    "早于",
    "bef. ",
    "bef ",
    "ante ",
    "先于",
    "<",
];
const BEFORE_AFTER: &[&str] = &["以前", "之前", "前", "이전", "전", " or before", " or earlier"];
const AFTER_BEFORE: &[&str] = &[
    "after ",
    "post-",
    "post ",
    "later than ",
    "selepas ",
    "sesudah ",
    "setelah ",
    "sau ",
    "apres ",
    "na ",
    "nach ",
    "despues de ",
    "晚于",
    "aft. ",
    "aft ",
    ">",
];
const AFTER_AFTER: &[&str] = &["以后", "之后", "后", "이후", "후"];
const SINCE_BEFORE: &[&str] = &[
    "since ",
    "from ",
    "sejak ",
    "tu ",
    "depuis ",
    "sinds ",
    "seit ",
    "desde ",
    "自从",
    "自",
    "不早于",
    "not before ",
    "no earlier than ",
    "始于",
    "on or after ",
    "dari ",
];
const SINCE_AFTER: &[&str] = &[
    "以来",
    "至今",
    "迄今",
    "起",
    "开始",
    "-至今",
    "–至今",
    " onwards",
    " onward",
    " or later",
    " or after",
    "-present",
    "–present",
    " - present",
    " – present",
    " to present",
    " to the present",
    "-今",
    "–今",
    "–",
    "-",
    "–now",
    "-now",
];
const UNTIL_BEFORE: &[&str] = &[
    "until ",
    "till ",
    "up to ",
    "by ",
    "not after ",
    "no later than ",
    "hingga ",
    "sampai ",
    "den ",
    "jusqu'a ",
    "jusqu'en ",
    "tot ",
    "bis ",
    "截至",
    "截止",
    "迄",
    "至",
    "不迟于",
    "on or before ",
    "–",
    "no later than",
];
const UNTIL_AFTER: &[&str] = &["为止", "止"];
/// What stands before the first of two dates between which something was.
const BETWEEN: &[&str] = &[
    "between ",
    "from ",
    "entre ",
    "antara ",
    "dari ",
    "tussen ",
    "zwischen ",
    "van ",
    "von ",
    "de ",
    "giua ",
    "tu nam ",
    "tu ",
    "介于",
    "自",
    "从",
    "由",
    "在",
];
/// What stands between two dates.
const TO: &[&str] = &[
    " to ",
    " until ",
    " till ",
    " through ",
    " thru ",
    " up to ",
    " hingga ",
    " sampai ",
    " s/d ",
    " sd ",
    " den nam ",
    " den ",
    " tot ",
    " bis ",
    " a ",
    " au ",
    " and ",
    " et ",
    " dan ",
    " en ",
    " und ",
    " y ",
    " va ",
    "-",
    "–",
    "~",
    "至于",
    "至",
    "到",
    "迄",
    "与",
    "和",
    "及",
    "から",
    "부터",
    "/",
    "~",
    " & ",
    "&",
];
/// What stands between two of which one is meant.
const OR: &[&str] = &[
    " or ", " atau ", " hoac ", " ou ", " of ", " oder ", " o ", "或者", "抑或", "还是", "或", "抑", "또는", "、或",
    "/",
];
const AND_ONLY: [&str; 12] = [" and ", " et ", " dan ", " en ", " und ", " y ", " va ", "与", "和", "及", " & ", "&"];

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

fn changed(found: Vec<Found>, change: impl Fn(Span) -> Option<Span>) -> Read {
    let all: Option<Vec<Found>> =
        found.into_iter().map(|one| Some(Found { span: change(one.span)?, note: one.note })).collect();
    all.ok_or_else(|| Refusal::new("not-understood", "one of several dates can't be a bound"))
}

fn joined(one: &Found, other: &Found, word: &str) -> String {
    if one.note.is_empty() && other.note.is_empty() {
        String::new()
    } else {
        format!("{} {word} {}", one.note, other.note)
    }
}

/// Is the other one the year after?
fn follows(one: &Span, other: &Span) -> bool {
    match (one, other) {
        (
            Span::Between(Atom { part: Part::Year(one), .. }, _),
            Span::Between(Atom { part: Part::Year(other), .. }, _),
        ) => one < other,
        _ => false,
    }
}

fn unique(found: Vec<Found>) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    for one in found {
        if !all.iter().any(|other| other.span == one.span) {
            all.push(one);
        }
    }
    all
}

/// From the one to the other of each pair; of several ends the first that isn't before the beginning.
fn spanned(pairs: &[(Found, Found)]) -> Read {
    let mut all: Vec<Found> = Vec::new();
    let mut begun: Vec<Span> = Vec::new();
    for (from, to) in pairs {
        let backwards = from.span.first().zip(to.span.last()).is_some_and(|(from, to)| from > to);
        if backwards || begun.contains(&from.span) {
            continue;
        }
        if let Some(span) = from.span.until(&to.span) {
            begun.push(from.span.clone());
            all.push(Found { span, note: joined(from, to, "to") });
        }
    }
    if all.is_empty() { Err(Refusal::new("backwards", "the end is before the beginning")) } else { Ok(all) }
}

/// What is said twice: the readings of the first that the second doesn't rule out; the narrower of both.
fn agreed(main: Vec<Found>, other: &[Found]) -> Read {
    let length = |span: &Span| span.last().zip(span.first()).map(|(last, first)| last.number() - first.number());
    let mut all = Vec::new();
    for one in &main {
        let Some(same) = other.iter().find(|other| one.span.meets(&other.span)) else { continue };
        let (inner, outer) = (length(&same.span), length(&one.span));
        let narrower = matches!((inner, outer), (Some(inner), Some(outer)) if inner < outer)
            && same.span.first() >= one.span.first()
            && same.span.last() <= one.span.last();
        let span = if narrower { same.span.clone() } else { one.span.clone() };
        all.push(Found { span, note: joined(one, same, "=") });
    }
    if all.is_empty() {
        let say = |found: &[Found]| found.first().map(|one| one.span.to_string()).unwrap_or_default();
        let why = format!("{} and {} are not the same time", say(&main), say(other));
        return Err(Refusal::new("contradiction", why));
    }
    Ok(unique(all))
}
