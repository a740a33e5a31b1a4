//! Which words of a text answer a question, as they were written: found again in the text itself by its own folding, so that
//! marks never overlap, never cut a character, and never show what isn't there.

use super::dictionary;
use super::fold::{self, Unit};
use super::query::Query;
use super::rank::TYPO_LETTERS_MIN;
use super::sound::{self, System};
use super::token::{self, Piece, PieceKind};

/// Longest text that is looked through, in bytes; a longer one is shown from its beginning.
const TEXT_BYTES_MAX: usize = 400_000;
/// Marks in one text.
const MARKS_MAX: usize = 200;
/// Characters shown before the first mark of an excerpt.
const BEFORE: usize = 24;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// As it was written.
    pub text: String,
    /// Does it answer the question?
    pub is_hit: bool,
}

/// A text with what answers the question marked.
pub fn mark(text: &str, query: &Query) -> Vec<Marked> {
    let mut out = Vec::new();
    let mut at = 0;
    for (start, end) in hits(text, query) {
        push(&mut out, text.get(at..start), false);
        push(&mut out, text.get(start..end), true);
        at = end;
    }
    push(&mut out, text.get(at..), false);
    out
}

fn push(out: &mut Vec<Marked>, text: Option<&str>, is_hit: bool) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        out.push(Marked { text: text.to_owned(), is_hit });
    }
}

/// The part of a text around the first mark, at most about `chars` characters, on one line.
pub fn excerpt(text: &str, query: &Query, chars: usize) -> Vec<Marked> {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = hits(&line, query).first().map_or(0, |(start, _)| *start);
    let before = line.get(..first).unwrap_or_default().chars().count();
    let from = if before + BEFORE < chars { 0 } else { before - BEFORE };
    let begin = line.char_indices().nth(from).map_or(0, |(at, _)| at);
    let rest = line.get(begin..).unwrap_or_default();
    let shown = crate::text::excerpt(rest, chars);
    let mut out = mark(&shown, query);
    if begin > 0 {
        out.insert(0, Marked { text: "…".to_owned(), is_hit: false });
    }
    out
}

/// Where a text answers the question: byte ranges in order, apart from each other.
pub fn hits(text: &str, query: &Query) -> Vec<(usize, usize)> {
    let end = text.len().min(TEXT_BYTES_MAX);
    let head = (0..=end).rev().find_map(|end| text.get(..end)).unwrap_or_default();
    let units = fold::fold(head);
    let pieces = token::pieces(&units);
    let solid: Vec<usize> = pieces.iter().flat_map(|piece| piece.start..piece.end).collect();
    let text = Text { units: &units, pieces: &pieces, solid: &solid };
    let mut ranges = Vec::new();
    let mut latin = String::new();
    for part in &query.parts {
        let asked = fold::fold(&part.text);
        let asked_pieces = token::pieces(&asked);
        if part.is_phrase {
            let needle: Vec<char> = asked_pieces.iter().flat_map(|piece| piece.text.chars()).collect();
            text.sequence(&needle, &mut ranges);
            continue;
        }
        for piece in &asked_pieces {
            text.piece(piece, &mut ranges);
        }
        let is_latin = asked_pieces.iter().all(|piece| piece.kind != PieceKind::Han);
        latin.extend(asked.iter().map(|unit| unit.folded).filter(|c| is_latin && c.is_ascii_alphanumeric()));
    }
    if ranges.is_empty() {
        text.sounds(&latin, &mut ranges);
    }
    merged(&units, ranges)
}

/// Ranges of characters as ranges of bytes, joined where they meet.
fn merged(units: &[Unit], mut ranges: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    ranges.sort_unstable();
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (start, end) in ranges {
        let (Some(first), Some(last)) = (units.get(start), units.get(end.saturating_sub(1))) else { continue };
        let is_full = out.len() >= MARKS_MAX;
        match out.last_mut() {
            Some(before) if first.start <= before.1 => before.1 = before.1.max(last.end),
            _ if is_full => break,
            _ => out.push((first.start, last.end)),
        }
    }
    out
}

struct Text<'a> {
    units: &'a [Unit],
    pieces: &'a [Piece],
    /// The characters that stand in pieces.
    solid: &'a [usize],
}

impl Text<'_> {
    fn piece(&self, asked: &Piece, ranges: &mut Vec<(usize, usize)>) {
        match asked.kind {
            PieceKind::Han => {
                let letters: Vec<char> = asked.text.chars().collect();
                for word in dictionary::asked(&asked.text) {
                    let needle = letters.get(word.start..word.end).unwrap_or_default();
                    let before = ranges.len();
                    self.sequence(needle, ranges);
                    if ranges.len() == before && needle.len() > 2 {
                        self.loose(needle, ranges);
                    }
                }
            }
            PieceKind::Word => {
                let stems = token::stems(&asked.text, "");
                let fits = |word: &str| {
                    word == asked.text
                        || token::stems(word, "").iter().any(|stem| stems.contains(stem))
                        || near(word, &asked.text)
                };
                let words = self.pieces.iter().filter(|piece| piece.kind == PieceKind::Word && fits(&piece.text));
                ranges.extend(words.map(|piece| (piece.start, piece.end)));
            }
            PieceKind::Number => {
                let bare = token::number(&asked.text);
                let numbers =
                    self.pieces.iter().filter(|p| p.kind == PieceKind::Number && token::number(&p.text) == bare);
                ranges.extend(numbers.map(|piece| (piece.start, piece.end)));
            }
        }
    }

    fn folded(&self, solid: usize) -> Option<char> {
        Some(self.units.get(*self.solid.get(solid)?)?.folded)
    }

    /// Where these characters follow each other, whatever punctuation stands between.
    fn sequence(&self, needle: &[char], ranges: &mut Vec<(usize, usize)>) {
        let Some(first) = needle.first() else { return };
        let mut at = 0;
        while at < self.solid.len() && ranges.len() < MARKS_MAX * 2 {
            let fits = self.folded(at) == Some(*first)
                && needle.iter().enumerate().all(|(by, c)| self.folded(at + by) == Some(*c))
                && self.has_borders(at, needle);
            if fits {
                self.push(at, at + needle.len(), ranges);
                at += needle.len();
            } else {
                at += 1;
            }
        }
    }

    /// Latin words are whole words.
    fn has_borders(&self, at: usize, needle: &[char]) -> bool {
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !fold::is_han(c));
        let unit = |solid: usize| self.solid.get(solid).copied();
        let joined =
            |one: Option<usize>, other: Option<usize>| matches!((one, other), (Some(a), Some(b)) if a + 1 == b);
        let end = at + needle.len();
        let before = at.checked_sub(1).filter(|before| joined(unit(*before), unit(at)));
        let after = (end < self.solid.len() && joined(unit(end - 1), unit(end))).then_some(end);
        let goes_on = |edge: Option<&char>, next: Option<usize>| {
            is_letter(edge.copied()) && next.is_some_and(|next| is_letter(self.folded(next)))
        };
        !goes_on(needle.first(), before) && !goes_on(needle.last(), after)
    }

    /// The same with one more character inside.
    fn loose(&self, needle: &[char], ranges: &mut Vec<(usize, usize)>) {
        for at in 0..self.solid.len() {
            let fits = |gap: usize| {
                needle.iter().enumerate().all(|(by, c)| self.folded(at + by + usize::from(by >= gap)) == Some(*c))
            };
            if (1..needle.len()).any(fits) {
                self.push(at, at + needle.len() + 1, ranges);
            }
        }
    }

    /// Hanzi that sound so.
    fn sounds(&self, letters: &str, ranges: &mut Vec<(usize, usize)>) {
        if letters.is_empty() {
            return;
        }
        for system in [System::Pinyin, System::Jyutping] {
            let says = |solid: usize, syllable: &str| {
                let Some(unit) = self.solid.get(solid).and_then(|at| self.units.get(*at)) else { return false };
                match system {
                    System::Pinyin => sound::mandarin(unit.folded).iter().any(|reading| reading.plain == syllable),
                    System::Jyutping => {
                        [unit.folded, unit.plain].iter().any(|c| sound::cantonese(*c).contains(&syllable))
                    }
                }
            };
            for cut in sound::syllables(letters, system) {
                for at in 0..self.solid.len() {
                    if cut.iter().enumerate().all(|(by, (syllable, _))| says(at + by, syllable)) {
                        self.push(at, at + cut.len(), ranges);
                    }
                }
            }
            if !ranges.is_empty() {
                return;
            }
        }
        let initials: Vec<char> = letters.chars().collect();
        let begins = |solid: usize, letter: char| {
            self.folded(solid)
                .is_some_and(|c| sound::mandarin(c).iter().any(|reading| reading.plain.starts_with(letter)))
        };
        for at in 0..self.solid.len() {
            if initials.len() > 1 && initials.iter().enumerate().all(|(by, letter)| begins(at + by, *letter)) {
                self.push(at, at + initials.len(), ranges);
            }
        }
    }

    fn push(&self, start: usize, end: usize, ranges: &mut Vec<(usize, usize)>) {
        if let (Some(first), Some(last)) =
            (self.solid.get(start), end.checked_sub(1).and_then(|end| self.solid.get(end)))
        {
            ranges.push((*first, *last + 1));
        }
    }
}

/// Do two words differ by one letter at most: another, one more, one less, or two that changed places?
pub fn near(one: &str, other: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if a.len().min(b.len()) + 1 < a.len().max(b.len()) || b.len() < TYPO_LETTERS_MIN {
        return false;
    }
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let rest = |list: &[char], from: usize| list.get(from..).unwrap_or_default().to_vec();
    let swapped = a.get(same) == b.get(same + 1) && a.get(same + 1) == b.get(same);
    rest(&a, same + 1) == rest(&b, same + 1)
        || rest(&a, same + 1) == rest(&b, same)
        || rest(&a, same) == rest(&b, same + 1)
        || (swapped && rest(&a, same + 2) == rest(&b, same + 2))
}

#[cfg(test)]
mod tests {
    use super::super::query;
    use super::*;

    fn marked(text: &str, asked: &str) -> Vec<String> {
        let query = query::read(asked, &jiff::tz::TimeZone::UTC);
        let pieces = mark(text, &query);
        assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(), text, "nothing is lost");
        pieces.into_iter().filter(|piece| piece.is_hit).map(|piece| piece.text).collect()
    }

    #[test]
    fn marks_stand_in_the_script_of_the_original() {
        for (text, asked, hits) in [
            ("本會館藏有僑批", "会馆 侨批", vec!["會館", "僑批"]),
            ("本会馆", "會館", vec!["会馆"]),
            ("ＡＢＣ 會 館", "abc", vec!["ＡＢＣ"]),
            ("Phở and pho", "pho", vec!["Phở", "pho"]),
            ("families, family", "family", vec!["families", "family"]),
            ("Singapoer", "singapore", vec!["Singapoer"]),
            ("宗親總會", "宗亲会", vec!["宗親總會"]),
            ("本會館", "huiguan", vec!["會館"]),
            ("本會館", "hg", vec!["會館"]),
            ("香港會館", "wui6gun2", vec!["會館"]),
            ("scan, can", "\"can\"", vec!["can"]),
            ("會會會", "会", vec!["會會會"]),
            ("𠮷野家", "𠮷", vec!["𠮷"]),
            ("nothing here", "会馆", vec![]),
            ("", "会馆", vec![]),
        ] {
            assert_eq!(marked(text, asked), hits, "{text} | {asked}");
        }
    }

    #[test]
    fn excerpts_show_the_first_hit() {
        let query = query::read("会馆", &jiff::tz::TimeZone::UTC);
        let text = format!("{}會館{}", "字".repeat(500), "尾".repeat(500));
        let shown = excerpt(&text, &query, 80);
        assert!(shown.iter().any(|piece| piece.is_hit && piece.text == "會館"), "{shown:?}");
        assert!(shown.iter().map(|piece| piece.text.chars().count()).sum::<usize>() <= 82);
    }

    #[test]
    fn one_letter_may_be_wrong() {
        assert!(near("singapore", "singapoer") && near("kopitam", "kopitiam") && near("laksa", "laksaa"));
        assert!(!near("laksa", "lakes") && !near("cat", "car") && !near("hello", "help"));
    }
}
