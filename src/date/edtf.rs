//! EDTF itself as a wording: what is already written so is read as it says.

use super::day::{Day, days_in_month};
use super::span::{Atom, Part, Span};

/// Reads EDTF of the forms that are written here; nothing if it isn't such.
pub fn read(text: &str) -> Option<Span> {
    if text.len() > 200 || !text.chars().any(|c| c.is_ascii_digit()) || text.contains(' ') {
        return None;
    }
    if let Some(inner) = text.strip_prefix('[') {
        let inner = inner.strip_suffix(']')?;
        if let Some(from) = inner.strip_suffix("..") {
            return Some(Span::Between(atom(from)?, Atom::sure(Part::Open)));
        }
        if let Some(to) = inner.strip_prefix("..") {
            return Some(Span::Between(Atom::sure(Part::Open), atom(to)?));
        }
        let all: Option<Vec<Atom>> = inner.split(',').map(atom).collect();
        return match all?.as_slice() {
            [one] => Some(Span::Between(*one, *one)),
            all => Some(Span::OneOf(all.to_vec())),
        };
    }
    if let Some((from, to)) = text.split_once('/') {
        let bound = |text: &str| if matches!(text, "" | "..") { Some(Atom::sure(Part::Open)) } else { atom(text) };
        let (from, to) = (bound(from)?, bound(to)?);
        if from.part == Part::Open && to.part == Part::Open {
            return None;
        }
        let backwards = from.part.first().zip(to.part.last()).is_some_and(|(from, to)| from > to);
        return (!backwards).then_some(Span::Between(from, to));
    }
    // What people write like this is read as theirs: a year alone with a mark, or digits that are open.
    atom(text).map(|atom| Span::Between(atom, atom))
}

fn atom(text: &str) -> Option<Atom> {
    let (bare, near, unsure) = match text.strip_suffix(['~', '?', '%']) {
        Some(bare) => (bare, text.ends_with(['~', '%']), text.ends_with(['?', '%'])),
        None => (text, false, false),
    };
    Some(Atom { part: part(bare)?, near, unsure })
}

fn part(text: &str) -> Option<Part> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let mut pieces = digits.split('-');
    let year = pieces.next()?;
    let (month, day) = (pieces.next(), pieces.next());
    if pieces.next().is_some() || year.len() != 4 {
        return None;
    }
    let known = year.trim_end_matches(['x', 'X']);
    let value: i32 = known.parse().ok()?;
    if known.len() < 4 {
        return match (known.len(), month) {
            (3, None) => Some(Part::Decade(sign * value)),
            (2, None) => Some(Part::Century(sign * value)),
            _ => None,
        };
    }
    let year = sign * value;
    let two = |text: &str| if text.len() == 2 { text.parse::<u8>().ok() } else { None };
    let Some(month) = month else { return Some(Part::Year(year)) };
    if matches!(month, "xx" | "XX") {
        return day.is_none_or(|day| matches!(day, "xx" | "XX")).then_some(Part::Year(year));
    }
    let month = two(month)?;
    match day {
        None if (21..=24).contains(&month) => Some(Part::Season(year, month)),
        None | Some("xx" | "XX") => days_in_month(year, month).map(|_| Part::Month(year, month)),
        Some(day) => Day::of(year, month, two(day)?).map(Part::Day),
    }
}
