//! What of a text goes into the index: a stream of characters and words by which it is found as it stands, and a set of terms
//! that rank it: exact words, folded words, pairs of characters, stems, dates, sounds. One letter before a term tells its kind.

use rust_stemmers::{Algorithm, Stemmer};

use super::dictionary;
use super::fold::{self, Unit};
use super::sound;

/// An exact word, in its own script.
pub const EXACT: char = 'x';
/// A folded word that was written otherwise.
pub const WORD: char = 'w';
/// A year that an item is about, in digits.
pub const YEAR: char = 'y';
/// Two hanzi side by side, also across a space: all that are so in the stream.
pub const PAIR: char = 'g';
/// The stem of a Latin word.
pub const STEM: char = 's';
/// A date.
pub const DATE: char = 'd';
/// A number written in hanzi.
pub const NUMBER: char = 'n';
/// Two syllables of pinyin side by side.
pub const PINYIN: char = 'p';
/// One syllable of pinyin, of names and titles only.
pub const SYLLABLE: char = 'q';
/// A syllable with its tone.
pub const TONED: char = 't';
/// First letters of two syllables side by side.
pub const INITIALS: char = 'i';
/// Two syllables of jyutping side by side.
pub const JYUTPING: char = 'j';

/// Hanzi of one text whose sounds are indexed: whoever types pinyin looks for a name, a title, or how a text begins. The sounds
/// of a hanzi take more room than the hanzi.
const SOUNDED_MAX: usize = 400;
/// Longest Latin word, in characters; what is longer is no word.
const WORD_CHARS_MAX: usize = 40;
/// Endings of Malay and Indonesian words, the longest first.
const MALAY_ENDINGS: [&str; 7] = ["kannya", "annya", "kan", "nya", "lah", "kah", "an"];
/// Beginnings of Malay and Indonesian words, the longest first.
const MALAY_BEGINNINGS: [&str; 12] =
    ["meng", "peng", "mem", "men", "pem", "pen", "ber", "ter", "per", "me", "di", "pe"];
/// Letters that a Malay root has at least.
const MALAY_ROOT_MIN: usize = 4;

/// What parts the words of a [`Line`]. No word has it: words are letters, digits and hanzi.
pub const SEPARATOR: char = '\u{1f}';

/// Words with their places, in one text as the index takes them: a separator is a step to the next place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    steps: usize,
}

impl Line {
    /// Puts a word at a place behind all that are there.
    fn put(&mut self, place: usize, word: &str) {
        while self.steps < place {
            self.text.push(SEPARATOR);
            self.steps += 1;
        }
        self.text.push_str(word);
    }

    /// Puts a term of this kind, given in pieces, at the next place. A term may be there more than once.
    pub fn add(&mut self, kind: char, pieces: &[&str]) {
        let place = self.steps + usize::from(!self.text.is_empty());
        self.put(place, kind.encode_utf8(&mut [0; 4]));
        pieces.iter().for_each(|piece| self.text.push_str(piece));
    }

    /// The words with their places, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, usize)> {
        self.text.split(SEPARATOR).enumerate().filter(|(_, word)| !word.is_empty()).map(|(place, word)| (word, place))
    }

    /// All of it.
    pub fn text(self) -> String {
        self.text
    }
}

/// A text of the index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Characters and Latin words, folded, with their places: what stands side by side has places side by side.
    pub stream: Line,
    /// Terms with the letter of their kind.
    pub terms: Line,
}

/// What a text is for the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// A title or a name: single syllables count.
    Title,
    /// Everything else.
    Text,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// The first of its characters, among the folded ones.
    pub start: usize,
    /// The one behind the last.
    pub end: usize,
    /// Its folded text.
    pub text: String,
    /// Does something part it from the piece before (punctuation, the end of a line)?
    pub parted: bool,
}

/// Kinds of pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// A run of hanzi, kana or hangul.
    Han,
    /// A word of letters.
    Word,
    /// A number.
    Number,
}

fn class(c: char) -> Option<PieceKind> {
    match c {
        c if fold::is_han(c) => Some(PieceKind::Han),
        c if c.is_numeric() => Some(PieceKind::Number),
        c if c.is_alphabetic() => Some(PieceKind::Word),
        _ => None,
    }
}

/// The pieces of a folded text.
pub fn pieces(units: &[Unit]) -> Vec<Piece> {
    let (mut pieces, mut parted, mut at) = (Vec::new(), false, 0);
    while let Some(unit) = units.get(at) {
        let Some(kind) = class(unit.folded) else {
            parted |= !matches!(unit.folded, ' ' | '\u{3000}' | '\u{a0}' | '-' | '\'' | '’' | '_' | '·' | '・');
            at += 1;
            continue;
        };
        let (start, mut text) = (at, String::new());
        while let Some(unit) = units.get(at) {
            if class(unit.folded) == Some(kind) {
                text.push(unit.folded);
                at += 1;
            } else if kind == PieceKind::Number && unit.folded == ',' && is_thousand(units, at) {
                at += 1;
            } else {
                break;
            }
        }
        pieces.push(Piece { kind, start, end: at, text, parted: std::mem::take(&mut parted) });
    }
    pieces
}

/// Does the comma at this place part thousands: three digits follow, and not a fourth?
fn is_thousand(units: &[Unit], comma: usize) -> bool {
    let digit = |by: usize| units.get(comma + by).is_some_and(|unit| unit.folded.is_ascii_digit());
    (1..=3).all(digit) && !digit(4)
}

/// The index's view of a text.
pub fn tokens(text: &str, language: &str, zone: Zone) -> Tokens {
    let units = fold::fold(text);
    let pieces = pieces(&units);
    let mut tokens = Tokens::default();
    let (mut place, mut sounded) = (0, 0);
    // The last hanzi with its place: what a space parts is side by side all the same.
    let mut last: Option<(char, usize)> = None;
    for piece in &pieces {
        place += usize::from(piece.parted);
        match piece.kind {
            PieceKind::Han => {
                let first = piece.text.chars().next();
                if let Some(((before, _), first)) = last.filter(|(_, at)| at + 1 == place).zip(first) {
                    tokens.terms.add(PAIR, &[before.encode_utf8(&mut [0; 4]), first.encode_utf8(&mut [0; 4])]);
                }
                han(&units, piece, place, &mut tokens);
                if sounded < SOUNDED_MAX {
                    sounds(&units, piece, zone, &mut tokens.terms);
                    sounded += piece.end - piece.start;
                }
                place += piece.end - piece.start;
                last = piece.text.chars().next_back().zip(place.checked_sub(1));
            }
            PieceKind::Word | PieceKind::Number => {
                let short: String = piece.text.chars().take(WORD_CHARS_MAX).collect();
                if piece.kind == PieceKind::Word {
                    let plain = plain(&units, piece.start, piece.end);
                    tokens.terms.add(EXACT, &[&plain.chars().take(WORD_CHARS_MAX).collect::<String>()]);
                    stems(&short, language).iter().for_each(|stem| tokens.terms.add(STEM, &[stem]));
                }
                tokens.stream.put(place, number(&short));
                place += 1;
            }
        }
    }
    dates(&units, &pieces).iter().for_each(|date| tokens.terms.add(DATE, &[date]));
    tokens
}

/// A number without the zeros before it.
pub fn number(digits: &str) -> &str {
    let bare = digits.trim_start_matches('0');
    if bare.is_empty() && !digits.is_empty() {
        "0"
    } else if digits.starts_with('0') {
        bare
    } else {
        digits
    }
}

/// A term of this kind.
pub fn term(kind: char, text: &str) -> String {
    let mut term = String::with_capacity(text.len() + 1);
    term.push(kind);
    term.push_str(text);
    term
}

fn plain(units: &[Unit], start: usize, end: usize) -> String {
    units.get(start..end).unwrap_or_default().iter().map(|unit| unit.plain).collect()
}

/// A run of hanzi: its characters in the stream, its words and pairs among the terms.
fn han(units: &[Unit], piece: &Piece, place: usize, tokens: &mut Tokens) {
    let letters: Vec<char> = piece.text.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        tokens.stream.put(place + at, letter.encode_utf8(&mut [0; 4]));
    }
    for pair in letters.windows(2) {
        let [one, other] = pair else { continue };
        tokens.terms.add(PAIR, &[one.encode_utf8(&mut [0; 4]), other.encode_utf8(&mut [0; 4])]);
    }
    for word in dictionary::words(&piece.text) {
        let folded: String = letters.get(word.start..word.end).unwrap_or_default().iter().collect();
        let exact = plain(units, piece.start + word.start, piece.start + word.end);
        // What is written in folded form already is its own folded word.
        if word.end - word.start > 1 && exact != folded {
            tokens.terms.add(WORD, &[&folded]);
        }
        tokens.terms.add(EXACT, &[&exact]);
    }
    years(&letters).iter().for_each(|year| tokens.terms.add(NUMBER, &[year]));
}

/// Years written digit by digit in hanzi, such as 一九八七.
fn years(letters: &[char]) -> Vec<String> {
    let digit = |c: &char| "〇一二三四五六七八九".chars().position(|one| one == *c || (*c == '零' && one == '〇'));
    let runs = letters.chunk_by(|one, other| digit(one).is_some() == digit(other).is_some());
    let year =
        |run: &[char]| Some(run.iter().map(|c| digit(c).map(|d| d.to_string())).collect::<Option<Vec<_>>>()?.concat());
    runs.filter(|run| run.len() == 4).filter_map(year).collect()
}

/// How a run sounds, by pairs.
fn sounds(units: &[Unit], piece: &Piece, zone: Zone, terms: &mut Line) {
    let run = units.get(piece.start..piece.end).unwrap_or_default();
    let readings: Vec<&[sound::Reading]> = run.iter().map(|unit| sound::mandarin(unit.folded)).collect();
    for reading in readings.iter().copied().flatten() {
        terms.add(TONED, &[&reading.toned]);
        if zone == Zone::Title {
            terms.add(SYLLABLE, &[&reading.plain]);
        }
    }
    for pair in readings.windows(2) {
        let [one, other] = pair else { continue };
        for first in one.iter() {
            other.iter().for_each(|second| terms.add(PINYIN, &[&first.plain, " ", &second.plain]));
        }
        for first in initials(one) {
            initials(other).for_each(|second| terms.add(INITIALS, &[first, second]));
        }
    }
    // The database of readings has some characters in one script only.
    let said = |unit: &Unit| match sound::cantonese(unit.folded) {
        [] => sound::cantonese(unit.plain),
        said => said,
    };
    for pair in run.windows(2) {
        let [one, other] = pair else { continue };
        for first in said(one) {
            said(other).iter().for_each(|second| terms.add(JYUTPING, &[first, " ", second]));
        }
    }
}

/// First letters of these readings, each once.
fn initials(readings: &[sound::Reading]) -> impl Iterator<Item = &str> {
    let is_new = |at: usize, letter| readings.iter().take(at).all(|reading| reading.initial() != letter);
    let letters = readings.iter().map(sound::Reading::initial).enumerate();
    letters.filter(move |(at, letter)| is_new(*at, *letter)).map(|(_, letter)| letter)
}

/// The stems of a Latin word: of English, and of Malay unless the text is known to be something else.
pub fn stems(word: &str, language: &str) -> Vec<String> {
    if !word.is_ascii() || word.len() < 3 {
        return Vec::new();
    }
    let mut stems = vec![Stemmer::create(Algorithm::English).stem(word).into_owned()];
    if !language.starts_with("en") {
        stems.extend(malay_root(word).filter(|root| !stems.contains(root)));
    }
    stems
}

/// A Malay word without its affixes, if it has any and enough is left.
fn malay_root(word: &str) -> Option<String> {
    let enough = |root: &&str| root.len() >= MALAY_ROOT_MIN;
    let ended = MALAY_ENDINGS.iter().find_map(|ending| word.strip_suffix(ending).filter(enough)).unwrap_or(word);
    let root = MALAY_BEGINNINGS.iter().find_map(|start| ended.strip_prefix(start).filter(enough)).unwrap_or(ended);
    (root != word).then(|| root.to_owned())
}

/// Dates written as `2024-05-01`, `2024/5/1`, `2024.5.1` or `2024年5月1日`: the day, and the month.
pub fn dates(units: &[Unit], pieces: &[Piece]) -> Vec<String> {
    let after = |piece: &Piece| units.get(piece.end).map(|unit| unit.folded);
    let numbers: Vec<&Piece> = pieces.iter().filter(|piece| piece.kind == PieceKind::Number).collect();
    let mut dates = Vec::new();
    let near = |one: &Piece, other: &Piece| other.start == one.end + 1;
    for (at, year) in numbers.iter().enumerate() {
        let Some(month) = numbers.get(at + 1) else { break };
        let is_year = year.end - year.start == 4 && after(year).is_some_and(|c| "年-/.".contains(c));
        if !is_year || !near(year, month) || month.end - month.start > 2 {
            continue;
        }
        let (year, month_number) = (number(&year.text), number(&month.text));
        dates.push(format!("{year}-{month_number}"));
        let day = numbers.get(at + 2).filter(|day| near(month, day) && day.end - day.start <= 2);
        if let Some(day) = day.filter(|_| after(month).is_some_and(|c| "月-/.".contains(c))) {
            dates.push(format!("{year}-{month_number}-{}", number(&day.text)));
        }
    }
    dates
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn terms(text: &str) -> BTreeSet<String> {
        tokens(text, "", Zone::Text).terms.iter().map(|(term, _)| term.to_owned()).collect()
    }

    #[test]
    fn both_scripts_give_the_same_words() {
        let (one, other) = (terms("會館與僑批館藏"), terms("会馆与侨批馆藏"));
        let of = |terms: &BTreeSet<String>, kind| {
            terms.iter().filter(|term| term.starts_with(kind)).cloned().collect::<Vec<_>>()
        };
        for kind in [PAIR, PINYIN, INITIALS] {
            assert_eq!(of(&one, kind), of(&other, kind));
        }
        assert!(one.contains("x會館") && other.contains("x会馆"));
        assert!(one.contains("w会馆") && one.contains("w侨批") && one.contains("g馆藏"));
        assert!(!other.contains("w会馆"), "its exact form is the folded one");
        assert!(one.contains("phui guan") && one.contains("thui4") && one.contains("ihg") && one.contains("jwui gun"));
        assert!(!one.contains("qhui"), "single syllables are for titles");
        assert!(tokens("會館", "", Zone::Title).terms.iter().any(|(term, _)| term == "qhui"));
    }

    #[test]
    fn latin_words_numbers_and_dates_have_their_terms() {
        let found = terms("Families met on 2024年05月01日 at Phố Cổ, 1,200 people; 一九八七年; kedainya");
        for one in ["sfamili", "d2024-5-1", "d2024-5", "n1987", "xphố", "spho", "skedai"] {
            assert!(found.contains(one), "{one} in {found:?}");
        }
        let stream = tokens("iPhone15, 1,200 007", "", Zone::Text).stream;
        let words: Vec<(&str, usize)> = stream.iter().collect();
        assert_eq!(words, [("iphone", 0), ("15", 1), ("1200", 3), ("7", 4)]);
    }

    #[test]
    fn odd_text_does_no_harm() {
        for text in ["", "\u{0}\u{1}", "،؛", "🏮🧧", "\u{301}\u{301}", "𠮷", "a".repeat(10_000).as_str()] {
            tokens(text, "", Zone::Text);
        }
        assert!(terms("𠮷野家").contains("g𠮷野"));
    }
}
