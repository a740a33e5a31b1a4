//! Two readings put together: one from the one to the other, or both of the same time.

use super::parts::Refusal;
use super::resolve::Found;
use super::span::{Atom, Part, Span};

/// From the one to the other of each pair; of several ends the first that isn't before the beginning.
pub fn spanned(pairs: &[(Found, Found)]) -> Result<Vec<Found>, Refusal> {
    let mut all: Vec<Found> = Vec::new();
    let mut begun: Vec<Span> = Vec::new();
    for (from, to) in pairs {
        let backwards = from.span.first().zip(to.span.last()).is_some_and(|(from, to)| from > to);
        if backwards || begun.contains(&from.span) {
            continue;
        }
        if let Some(span) = from.span.until(&to.span) {
            begun.push(from.span.clone());
            all.push(Found { span, note: joined(from, to, "–") });
        }
    }
    if all.is_empty() {
        Err(Refusal::new("backwards", "the end is before the beginning").told("date-backwards", []))
    } else {
        Ok(all)
    }
}

/// What is said twice: the readings of the first that the second doesn't rule out; the narrower of both.
pub fn agreed(main: Vec<Found>, other: &[Found]) -> Result<Vec<Found>, Refusal> {
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
        let (one, other) = (say(&main), say(other));
        return Err(Refusal::new("contradiction", format!("{one} and {other} are not the same time"))
            .told("date-not-the-same", [("one", one), ("other", other)]));
    }
    Ok(unique(all))
}

/// Each reading changed; refused if one can't be.
pub fn changed(found: Vec<Found>, change: impl Fn(Span) -> Option<Span>) -> Result<Vec<Found>, Refusal> {
    let all: Option<Vec<Found>> =
        found.into_iter().map(|one| Some(Found { span: change(one.span)?, note: one.note })).collect();
    all.ok_or_else(|| Refusal::new("not-understood", "one of several dates can't be a bound"))
}

/// The reasoning of two readings.
pub fn joined(one: &Found, other: &Found, word: &str) -> String {
    if one.note.is_empty() && other.note.is_empty() {
        String::new()
    } else {
        format!("{} {word} {}", one.note, other.note).trim().to_owned()
    }
}

/// Is the other one the year after?
pub fn follows(one: &Span, other: &Span) -> bool {
    match (one, other) {
        (
            Span::Between(Atom { part: Part::Year(one), .. }, _),
            Span::Between(Atom { part: Part::Year(other), .. }, _),
        ) => one < other,
        _ => false,
    }
}

/// Without repetitions.
pub fn unique(found: Vec<Found>) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    for one in found {
        if !all.iter().any(|other| other.span == one.span) {
            all.push(one);
        }
    }
    all
}
