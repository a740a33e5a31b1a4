//! A question as requests to the server. Meilisearch knows no “this or that” in its words and weighs hits in its own way, so each
//! step of our ranking is one request: a filter over the terms of documents, from the steps that fit best to those that just do.
//! What no filter can say, phrases and typing errors, is asked by words.

use super::super::query::Query;
use super::super::rank::{Choice, Clause, Plan, Want};
use super::super::token::{self, PAIR};
use super::super::{Filter, languages};
use super::record::{LATIN, LETTER, SKIP, is_letter};

/// The steps: a request finds what has every part of a question by a way that fits at least so well.
const STEPS: [f32; 11] = [100.0, 90.0, 70.0, 60.0, 50.0, 45.0, 40.0, 30.0, 8.0, 3.0, 0.5];
/// The lowest step of what is written so; below it are loose ones and sounds.
const WRITTEN: f32 = 30.0;
/// How well a word fits that begins so, and one with a typing error.
const BEGINNING: f32 = 49.0;
const TYPO: f32 = 20.0;

/// The zones of a document.
const ZONES: [&str; 2] = ["title_terms", "text_terms"];
/// Where phrases and words are looked for.
pub(super) const TITLE: [&str; 1] = ["title"];
pub(super) const EVERYWHERE: [&str; 2] = ["title", "text"];

/// One request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ask {
    /// Words and phrases.
    pub(super) words: String,
    /// Does it ask for them in titles only?
    pub(super) in_title: bool,
    /// What else must hold.
    pub(super) filter: String,
    /// How well its hits fit.
    pub(super) score: f32,
}

/// The requests for a question, those whose hits fit best first.
pub(super) fn asks(plan: &Plan, query: &Query, filter: &Filter) -> Vec<Ask> {
    let base = narrowed(plan, query, filter);
    let phrases: Vec<String> = plan.must.iter().filter_map(phrase).collect();
    let words = phrases.join(" ");
    let clauses: Vec<&Clause> = plan.must.iter().filter(|clause| phrase(clause).is_none()).collect();
    let ask = |filter: String, score| Ask { words: words.clone(), in_title: false, filter, score };
    if clauses.is_empty() {
        let all = ask(base, 60.0);
        let in_title = Ask { in_title: true, score: 70.0, ..all.clone() };
        return if words.is_empty() { vec![all] } else { vec![in_title, all] };
    }
    let mut asks: Vec<Ask> = Vec::new();
    let better = any(plan.better.iter().filter_map(|choice| one_choice(choice, 0.0)).collect());
    for step in STEPS {
        let Some(parts) = clauses.iter().map(|clause| one_clause(clause, step)).collect::<Option<Vec<_>>>() else {
            continue;
        };
        let whole = all(std::iter::once(base.clone()).chain(parts).collect());
        if asks.last().is_some_and(|last| last.filter == whole) {
            continue;
        }
        if let Some(better) = better.as_ref().filter(|_| step >= WRITTEN) {
            asks.push(ask(format!("{whole} AND {better}"), step + 1.0));
        }
        asks.push(ask(whole, step));
    }
    asks.extend(by_words(&clauses, &base, &phrases));
    asks.sort_by(|one, other| other.score.total_cmp(&one.score));
    asks
}

/// Asks for Latin words as words, which may have a typing error or go on.
fn by_words(clauses: &[&Clause], base: &str, phrases: &[String]) -> Option<Ask> {
    let written = clauses.iter().flat_map(|clause| match clause {
        Clause::Either(written, _) => written.iter().collect::<Vec<_>>(),
        Clause::Any(_) => vec![*clause],
    });
    let (mut words, mut parts, mut goes_on) = (Vec::new(), vec![base.to_owned()], false);
    for clause in written {
        let Clause::Any(choices) = clause else { return None };
        let word = choices.iter().find_map(|choice| match &choice.want {
            Want::Beginning(word) => Some((word, true)),
            Want::Near(word) => Some((word, false)),
            _ => None,
        });
        match word {
            Some((word, is_beginning)) => {
                goes_on |= is_beginning;
                words.push(word.clone());
            }
            None => parts.push(one_clause(clause, WRITTEN)?),
        }
    }
    if words.is_empty() {
        return None;
    }
    // The last word may go on unless a space follows it.
    let end = if goes_on { "" } else { " " };
    let words = phrases.iter().cloned().chain(words).collect::<Vec<_>>().join(" ") + end;
    let score = if goes_on { BEGINNING } else { TYPO };
    Some(Ask { words, in_title: false, filter: all(parts), score })
}

/// A part that must stand as it was typed, if this is one.
fn phrase(clause: &Clause) -> Option<String> {
    let Clause::Any(choices) = clause else { return None };
    match choices.as_slice() {
        [Choice { want: Want::Stream(stream, 0), .. }] if stream.len() > 1 => {
            let words: Vec<&str> = stream.iter().map(|(text, _)| text.as_str()).collect();
            Some(format!("\"{}\"", words.join(" ")))
        }
        _ => None,
    }
}

fn one_clause(clause: &Clause, step: f32) -> Option<String> {
    let choices = |choices: &[Choice]| any(choices.iter().filter_map(|choice| one_choice(choice, step)).collect());
    match clause {
        Clause::Any(list) => choices(list),
        Clause::Either(written, sounds) => {
            let written: Option<Vec<String>> = written.iter().map(|clause| one_clause(clause, step)).collect();
            any(written.map(all).into_iter().chain(choices(sounds)).collect())
        }
    }
}

/// In which zones this way of being there fits well enough.
fn one_choice(choice: &Choice, step: f32) -> Option<String> {
    let fits = [Some(choice.title), choice.text].map(|fit| fit.is_some_and(|fit| fit >= step));
    let zones = ZONES.into_iter().zip(fits).filter(|(_, fits)| *fits);
    any(zones.filter_map(|(zone, _)| one_want(&choice.want, zone)).collect())
}

fn one_want(want: &Want, zone: &str) -> Option<String> {
    let has = |kind: char, text: &str| is(zone, &token::term(kind, text));
    match want {
        Want::Term(term) => Some(is(zone, term)),
        Want::All(wants) => wants.iter().map(|want| one_want(want, zone)).collect::<Option<Vec<_>>>().map(all),
        Want::Beginning(_) | Want::Near(_) => None,
        Want::Stream(stream, spare) => {
            let words: Vec<&str> = stream.iter().map(|(text, _)| text.as_str()).collect();
            if words.len() < 2 || !words.iter().all(|word| is_letter(word)) {
                let each = words.iter().map(|word| has(if is_letter(word) { LETTER } else { LATIN }, word));
                return (!words.is_empty()).then(|| all(each.collect()));
            }
            let pairs: Vec<String> = words.windows(2).map(<[&str]>::concat).collect();
            if *spare == 0 {
                return Some(all(pairs.iter().map(|pair| has(PAIR, pair)).collect()));
            }
            // One more hanzi in one of the gaps.
            let with_gap = |gap: usize| {
                let kind = |at: usize| if at == gap { SKIP } else { PAIR };
                all(pairs.iter().enumerate().map(|(at, pair)| has(kind(at), pair)).collect())
            };
            any((0..pairs.len()).map(with_gap).collect())
        }
    }
}

/// What must hold besides the words.
fn narrowed(plan: &Plan, query: &Query, filter: &Filter) -> String {
    let mut parts = vec![one_of("reach", filter.reach.iter().cloned())];
    let kinds: Vec<String> = filter.kinds.iter().chain(&query.kinds).cloned().collect();
    if !kinds.is_empty() {
        parts.push(one_of("kind", kinds.into_iter()));
    }
    if let Some(authors) = &filter.authors {
        parts.push(one_of("author", authors.iter().map(i64::to_string)));
    }
    if let Some((groups, halls)) = &filter.within {
        let within = [one_of("within", groups.iter().map(i64::to_string)), one_of("hall", halls.iter().cloned())];
        parts.extend(any(within.to_vec()));
    }
    if !query.languages.is_empty() {
        parts.push(one_of("tongue", query.languages.iter().filter_map(|code| languages(code).pop())));
    }
    parts.extend(filter.facets.iter().map(|(facet, value)| is(facet.word(), value)));
    parts.extend(query.from_time.map(|at| format!("published >= {at}")));
    parts.extend(query.to_time.map(|at| format!("published < {at}")));
    for want in &plan.without {
        parts.extend(ZONES.iter().filter_map(|zone| one_want(want, zone)).map(|there| format!("NOT ({there})")));
    }
    all(parts)
}

pub(super) fn is(field: &str, value: &str) -> String {
    format!("{field} = {}", quoted(value))
}

/// One of these values; nothing is one of none.
pub(super) fn one_of(field: &str, values: impl Iterator<Item = String>) -> String {
    let values: Vec<String> = values.map(|value| quoted(&value)).collect();
    format!("{field} IN [{}]", values.join(", "))
}

fn quoted(value: &str) -> String {
    let plain: String = value.chars().filter(|c| *c != '\\' && !c.is_control()).collect();
    format!("\"{}\"", plain.replace('"', "\\\""))
}

fn all(parts: Vec<String>) -> String {
    joined(parts, " AND ").unwrap_or_default()
}

fn any(parts: Vec<String>) -> Option<String> {
    joined(parts, " OR ")
}

fn joined(mut parts: Vec<String>, by: &str) -> Option<String> {
    parts.dedup();
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(format!("({})", parts.join(by))),
    }
}
