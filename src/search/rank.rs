//! What of a question must be in a document, and how well each way of being there fits. Scores are steps, so that their order is
//! the same in every index: the exact form above the folded one, folded words above single characters, the title above the
//! text; stems, typing errors and sounds below all writing.

use super::dictionary;
use super::fold::{self, Unit};
use super::query::{Part, Query};
use super::sound::{self, System};
use super::token::{self, PieceKind};

/// Fits of a title and of a text.
type Fit = (f32, f32);

const EXACT: Fit = (100.0, 90.0);
const WORD: Fit = (70.0, 60.0);
const DATE: Fit = (65.0, 55.0);
const STEM: Fit = (50.0, 45.0);
/// Characters side by side that were written in the exact form, each a word of its own.
const SINGLES: Fit = (45.0, 35.0);
const CHARACTERS: Fit = (40.0, 30.0);
const TYPO: Fit = (20.0, 15.0);
const LOOSE: Fit = (10.0, 8.0);
const TONED: Fit = (5.0, 3.0);
const PINYIN: Fit = (4.0, 2.0);
const JYUTPING: Fit = (3.0, 1.5);
const INITIALS: Fit = (1.0, 0.5);
/// What a whole run adds that stands there as it was typed.
const WHOLE: Fit = (25.0, 20.0);
/// Letters from which on a Latin word may have a typing error: shorter ones are near too many others.
pub const TYPO_LETTERS_MIN: usize = 5;
/// Hanzi from which on a word may have one more character inside.
const LOOSE_MIN: usize = 3;

/// Something that a title or a text has or hasn't.
#[derive(Debug, Clone, PartialEq)]
pub enum Want {
    /// Characters and words with their places beside each other, and how many more may stand between them.
    Stream(Vec<(String, usize)>, u32),
    /// A term.
    Term(String),
    /// A word that begins so.
    Beginning(String),
    /// A word that differs by one letter at most.
    Near(String),
    /// All of these.
    All(Vec<Want>),
}

/// One way in which a part may be there.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// What must be there.
    pub want: Want,
    /// How well that fits in a title.
    pub title: f32,
    /// How well in a text; nothing if it doesn't count there.
    pub text: Option<f32>,
}

/// What a document must have.
#[derive(Debug, Clone, PartialEq)]
pub enum Clause {
    /// One of these.
    Any(Vec<Choice>),
    /// All of these, or one of those instead.
    Either(Vec<Clause>, Vec<Choice>),
}

/// A question as the engines take it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// What must be there.
    pub must: Vec<Clause>,
    /// What makes it fit better.
    pub better: Vec<Choice>,
    /// What must not be there.
    pub without: Vec<Want>,
}

fn choice(want: Want, fit: Fit) -> Choice {
    Choice { want, title: fit.0, text: Some(fit.1) }
}

fn term(kind: char, text: &str) -> Want {
    Want::Term(token::term(kind, text))
}

/// How a question is to be answered. `unfinished` says that its last word is still being typed.
pub fn plan(query: &Query, typing: Typing) -> Plan {
    let mut plan = Plan::default();
    let mut latin: Vec<&Part> = Vec::new();
    for part in &query.parts {
        if !part.is_phrase && is_latin(&part.text) {
            latin.push(part);
            continue;
        }
        settle(&mut latin, &mut plan, Typing::Done);
        if part.is_phrase { phrase(&part.text, &mut plan) } else { words(&part.text, &mut plan, Typing::Done) }
    }
    settle(&mut latin, &mut plan, typing);
    plan.without = query.without.iter().filter_map(|part| stream(&part.text)).collect();
    plan
}

/// Is the question finished?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// It is.
    Done,
    /// Its last word may go on.
    Unfinished,
}

/// Letters and digits of the Latin alphabet, as sounds are written.
fn is_latin(text: &str) -> bool {
    let units = fold::fold(text);
    units.iter().any(|unit| unit.folded.is_ascii_lowercase())
        && units.iter().all(|unit| unit.folded.is_ascii_alphanumeric() || matches!(unit.folded, '\'' | '’'))
}

/// The stream of a text.
fn stream(text: &str) -> Option<Want> {
    let stream = places(&fold::fold(text));
    (!stream.is_empty()).then_some(Want::Stream(stream, 0))
}

fn places(units: &[Unit]) -> Vec<(String, usize)> {
    let (mut stream, mut place) = (Vec::new(), 0);
    for piece in token::pieces(units) {
        place += usize::from(piece.parted && place > 0);
        if piece.kind == PieceKind::Han {
            stream.extend(piece.text.chars().enumerate().map(|(at, c)| (c.to_string(), place + at)));
            place += piece.end - piece.start;
        } else {
            stream.push((token::number(&piece.text).to_owned(), place));
            place += 1;
        }
    }
    stream
}

fn phrase(text: &str, plan: &mut Plan) {
    let units = fold::fold(text);
    let Some(want) = stream(text) else { return };
    plan.must.push(Clause::Any(vec![choice(want, WORD)]));
    for piece in token::pieces(&units).into_iter().filter(|piece| piece.kind == PieceKind::Han) {
        for word in dictionary::cut(&piece.text) {
            plan.better.push(choice(exact(&units, piece.start + word.start, piece.start + word.end), WHOLE));
        }
    }
}

fn exact(units: &[Unit], start: usize, end: usize) -> Want {
    let plain: String = units.get(start..end).unwrap_or_default().iter().map(|unit| unit.plain).collect();
    term(token::EXACT, &plain)
}

fn exact_at(units: &[Unit], at: usize) -> Want {
    exact(units, at, at + 1)
}

/// A word as it was typed between two spaces, which may be several.
fn words(text: &str, plan: &mut Plan, typing: Typing) {
    let units = fold::fold(text);
    let pieces = token::pieces(&units);
    let mut must = Vec::new();
    for piece in &pieces {
        match piece.kind {
            PieceKind::Han => {
                let cut = dictionary::asked(&piece.text);
                let letters: Vec<char> = piece.text.chars().collect();
                if cut.len() > 1 {
                    plan.better.extend(stream(&piece.text).map(|whole| choice(whole, WHOLE)));
                }
                for word in cut {
                    let folded = letters.get(word.start..word.end).unwrap_or_default();
                    let exact = exact(&units, piece.start + word.start, piece.start + word.end);
                    let singles = (word.start..word.end).map(|at| exact_at(&units, piece.start + at)).collect();
                    must.push(Clause::Any(hanzi(folded, exact, singles)));
                }
            }
            PieceKind::Word => {
                let exact = exact(&units, piece.start, piece.end);
                must.push(Clause::Any(latin(&piece.text, exact, typing)));
            }
            PieceKind::Number => {
                let bare = token::number(&piece.text);
                let written = choice(Want::Stream(vec![(bare.to_owned(), 0)], 0), WORD);
                must.push(Clause::Any(vec![
                    written,
                    choice(term(token::NUMBER, bare), DATE),
                    choice(term(token::YEAR, bare), DATE),
                ]));
            }
        }
    }
    // A whole date is found however it is written; its numbers alone are not enough of one.
    match token::dates(&units, &pieces).pop() {
        Some(date) => plan.must.push(Clause::Any(vec![choice(term(token::DATE, &date), DATE)])),
        None => plan.must.append(&mut must),
    }
}

/// A word of hanzi; `singles` are its characters in their exact form.
fn hanzi(folded: &[char], exact: Want, singles: Vec<Want>) -> Vec<Choice> {
    let text: String = folded.iter().collect();
    let stream: Vec<(String, usize)> = folded.iter().enumerate().map(|(at, c)| (c.to_string(), at)).collect();
    let mut choices = vec![choice(exact, EXACT)];
    let side_by_side = match folded.len() {
        2 => term(token::PAIR, &text),
        _ => Want::Stream(stream.clone(), 0),
    };
    if folded.len() > 1 {
        // The folded word: written so, or folded to it.
        choices.extend([token::EXACT, token::WORD].map(|kind| choice(term(kind, &text), WORD)));
        // Of what is no word in the dictionary, the single characters are the exact form.
        let exact = singles.into_iter().chain([side_by_side.clone()]).collect();
        choices.push(choice(Want::All(exact), SINGLES));
    }
    choices.push(choice(side_by_side, CHARACTERS));
    if folded.len() >= LOOSE_MIN {
        choices.push(choice(Want::Stream(stream, 1), LOOSE));
    }
    choices
}

/// A Latin word.
fn latin(folded: &str, exact: Want, typing: Typing) -> Vec<Choice> {
    let mut choices = vec![choice(exact, EXACT), choice(Want::Stream(vec![(folded.to_owned(), 0)], 0), WORD)];
    choices.extend(token::stems(folded, "").iter().map(|stem| choice(term(token::STEM, stem), STEM)));
    if typing == Typing::Unfinished && folded.len() > 1 {
        choices.push(choice(Want::Beginning(folded.to_owned()), STEM));
    }
    if folded.chars().count() >= TYPO_LETTERS_MIN {
        choices.push(choice(Want::Near(folded.to_owned()), TYPO));
    }
    choices
}

/// Latin words side by side: as they are written, or as the sounds of hanzi.
fn settle(latin: &mut Vec<&Part>, plan: &mut Plan, typing: Typing) {
    let parts = std::mem::take(latin);
    if parts.is_empty() {
        return;
    }
    let mut written = Plan::default();
    let last = parts.len() - 1;
    for (at, part) in parts.iter().enumerate() {
        words(&part.text, &mut written, if at == last { typing } else { Typing::Done });
    }
    let joined: Vec<String> = parts.iter().map(|part| fold::folded(&part.text)).collect();
    let mut sounds = sounds(&joined.concat());
    if typing == Typing::Unfinished {
        sounds.extend(unfinished(&joined.concat()));
    }
    plan.better.append(&mut written.better);
    if sounds.is_empty() {
        plan.must.append(&mut written.must)
    } else {
        plan.must.push(Clause::Either(written.must, sounds))
    }
}

/// Letters read as the sounds of hanzi.
fn sounds(letters: &str) -> Vec<Choice> {
    let mut choices = Vec::new();
    for (system, kind, fit) in [(System::Pinyin, token::PINYIN, PINYIN), (System::Jyutping, token::JYUTPING, JYUTPING)]
    {
        for cut in sound::syllables(letters, system) {
            let toned = cut.iter().all(|(_, tone)| tone.is_some()) && system == System::Pinyin;
            let mut all: Vec<Want> = pairs(cut.iter().map(|(syllable, _)| syllable.as_str()), kind);
            if toned {
                let tones = cut.iter().filter_map(|(syllable, tone)| Some(format!("{syllable}{}", (*tone)?)));
                all.extend(tones.map(|toned| term(token::TONED, &toned)));
            }
            match cut.as_slice() {
                [(only, None)] if system == System::Pinyin && only.len() > 1 => {
                    choices.push(Choice { want: term(token::SYLLABLE, only), title: PINYIN.0, text: None });
                }
                [_] if toned => choices.push(Choice { want: Want::All(all), title: TONED.0, text: None }),
                [_] | [] => {}
                _ => choices.push(choice(Want::All(all), if toned { TONED } else { fit })),
            }
        }
    }
    let initials: Vec<String> = letters.chars().map(String::from).collect();
    if (2..=8).contains(&initials.len())
        && letters.chars().all(|c| c.is_ascii_lowercase() && !matches!(c, 'i' | 'u' | 'v'))
    {
        let want =
            Want::All(pairs(initials.iter().map(String::as_str), token::INITIALS).into_iter().map(closed).collect());
        choices.push(choice(want, INITIALS));
    }
    choices
}

/// Initials stand side by side without a space.
fn closed(want: Want) -> Want {
    match want {
        Want::Term(term) => Want::Term(term.replace(' ', "")),
        other => other,
    }
}

fn pairs<'a>(syllables: impl Iterator<Item = &'a str>, kind: char) -> Vec<Want> {
    let syllables: Vec<&str> = syllables.collect();
    syllables.windows(2).map(|pair| term(kind, &pair.join(" "))).collect()
}

/// Letters whose last syllable is still being typed.
fn unfinished(letters: &str) -> Vec<Choice> {
    let mut choices = Vec::new();
    let ends: Vec<usize> = letters.char_indices().map(|(at, _)| at).collect();
    for at in ends {
        let (head, tail) = letters.split_at(at);
        if tail.len() > 5 || (head.is_empty() && tail.len() < 2) {
            continue;
        }
        let heads = if head.is_empty() { vec![Vec::new()] } else { sound::syllables(head, System::Pinyin) };
        for cut in heads.into_iter().take(2) {
            if let (Some((last, _)), 1) = (cut.last(), tail.len()) {
                // One letter may become many syllables; that one begins so is known as well.
                let mut all = pairs(cut.iter().map(|(syllable, _)| syllable.as_str()), token::PINYIN);
                all.push(term(token::INITIALS, &format!("{}{tail}", last.get(..1).unwrap_or_default())));
                choices.push(Choice { want: Want::All(all), title: PINYIN.0, text: None });
                continue;
            }
            for last in sound::beginnings(tail) {
                let all: Vec<&str> = cut.iter().map(|(syllable, _)| syllable.as_str()).chain([last]).collect();
                let want = match all.as_slice() {
                    [only] => term(token::SYLLABLE, only),
                    _ => Want::All(pairs(all.iter().copied(), token::PINYIN)),
                };
                choices.push(Choice { want, title: PINYIN.0, text: None });
            }
        }
    }
    choices.truncate(60);
    choices
}
