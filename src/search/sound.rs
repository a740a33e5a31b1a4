//! How hanzi sound: pinyin and jyutping, for a field that ranks below all writing. Every reading of a character counts, since a
//! dictionary that chooses one is wrong too often (长江, 重庆).

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use pinyin::ToPinyinMulti;

/// Jyutping by syllable, with the characters that are read so: the Unihan database's `kCantonese`.
const JYUTPING: &str = include_str!("jyutping.txt");
/// Where hanzi stand that have readings.
const HANZI: [RangeInclusive<char>; 3] = ['\u{3400}'..='\u{4dbf}', '\u{4e00}'..='\u{9fff}', '\u{20000}'..='\u{2ebef}'];
/// Readings of one character that are taken.
const READINGS_MAX: usize = 3;
/// Ways to cut a word into syllables that are tried.
const CUTS_MAX: usize = 6;
/// Syllables of one word; longer ones are no name and no phrase.
const SYLLABLES_MAX: usize = 12;
/// Syllables that a beginning may become: `sh` has twenty.
const BEGINNINGS_MAX: usize = 24;
/// Longest syllable, in letters.
const SYLLABLE_LETTERS_MAX: usize = 6;

/// A way of writing sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Mandarin.
    Pinyin,
    /// Cantonese.
    Jyutping,
}

struct Tables {
    mandarin: HashMap<char, Vec<Reading>>,
    pinyin: BTreeSet<String>,
    jyutping: BTreeSet<&'static str>,
    cantonese: HashMap<char, Vec<&'static str>>,
}

/// Some eight megabytes, made when first needed.
static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables {
        mandarin: HashMap::new(),
        pinyin: BTreeSet::new(),
        jyutping: BTreeSet::new(),
        cantonese: HashMap::new(),
    };
    for c in HANZI.into_iter().flatten() {
        let readings = readings(c);
        if !readings.is_empty() {
            tables.mandarin.insert(c, readings);
        }
    }
    for c in '\u{4e00}'..='\u{9fff}' {
        for reading in c.to_pinyin_multi().into_iter().flatten() {
            tables.pinyin.insert(plain(reading.plain()));
        }
    }
    for line in JYUTPING.lines() {
        let Some((toned, letters)) = line.split_once(' ') else { continue };
        let syllable = toned.trim_end_matches(|c: char| c.is_ascii_digit());
        tables.jyutping.insert(syllable);
        for c in letters.chars() {
            let readings = tables.cantonese.entry(c).or_default();
            if readings.len() < READINGS_MAX && !readings.contains(&syllable) {
                readings.push(syllable);
            }
        }
    }
    tables
});

/// A syllable as it is typed without ü on the keyboard.
fn plain(syllable: &str) -> String {
    syllable
        .chars()
        .map(|c| if matches!(c, 'ü' | 'v' | 'ê') { 'u' } else { c })
        .filter(char::is_ascii_lowercase)
        .collect()
}

/// A reading of Mandarin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Without its tone: `hui`.
    pub plain: String,
    /// With its tone's number: `hui4`.
    pub toned: String,
}

impl Reading {
    /// Its first letter.
    pub fn initial(&self) -> &str {
        self.plain.get(..1).unwrap_or_default()
    }
}

/// How a character is read in Mandarin.
pub fn mandarin(c: char) -> &'static [Reading] {
    TABLES.mandarin.get(&c).map_or(&[], Vec::as_slice)
}

fn readings(c: char) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    for reading in c.to_pinyin_multi().into_iter().flatten() {
        let toned = reading.with_tone_num_end();
        let tone = toned.chars().next_back().filter(char::is_ascii_digit).unwrap_or('5');
        let plain = plain(reading.plain());
        let reading = Reading { toned: format!("{plain}{tone}"), plain };
        if readings.len() < READINGS_MAX && !reading.plain.is_empty() && !readings.contains(&reading) {
            readings.push(reading);
        }
    }
    readings
}

/// How a character is read in Cantonese, without tones.
pub fn cantonese(c: char) -> &'static [&'static str] {
    TABLES.cantonese.get(&c).map_or(&[], Vec::as_slice)
}

/// A word of Latin letters read as syllables, with the number of each one's tone if it is written; in every way in which that
/// can be done, up to a limit.
pub fn syllables(word: &str, system: System) -> Vec<Vec<(String, Option<char>)>> {
    let letters: Vec<char> = word.chars().filter(|c| !matches!(c, '\'' | '’' | '-')).collect();
    let mut found = Vec::new();
    if letters.len() <= SYLLABLES_MAX * SYLLABLE_LETTERS_MAX {
        descend(&letters, system, &mut Vec::new(), &mut found);
    }
    found.sort_by_key(Vec::len);
    found
}

fn descend(
    rest: &[char],
    system: System,
    path: &mut Vec<(String, Option<char>)>,
    found: &mut Vec<Vec<(String, Option<char>)>>,
) {
    if found.len() >= CUTS_MAX || path.len() > SYLLABLES_MAX {
        return;
    }
    if rest.is_empty() {
        found.extend((!path.is_empty()).then(|| path.clone()));
        return;
    }
    for length in (1..=SYLLABLE_LETTERS_MAX.min(rest.len())).rev() {
        let (head, tail) = rest.split_at(length);
        let syllable: String =
            head.iter().map(|c| if *c == 'v' && system == System::Pinyin { 'u' } else { *c }).collect();
        let is_known = match system {
            System::Pinyin => TABLES.pinyin.contains(&syllable) && syllable.chars().any(|c| "aeiou".contains(c)),
            System::Jyutping => TABLES.jyutping.contains(syllable.as_str()),
        };
        if !is_known {
            continue;
        }
        let tone = tail.first().copied().filter(|c| matches!(c, '1'..='6'));
        let tail = tail.get(usize::from(tone.is_some())..).unwrap_or_default();
        path.push((syllable, tone));
        descend(tail, system, path, found);
        path.pop();
    }
}

/// What the last syllable of a word may become that is being typed: syllables that begin with these letters.
pub fn beginnings(letters: &str) -> Vec<&'static str> {
    TABLES
        .pinyin
        .iter()
        .filter(|syllable| syllable.starts_with(letters))
        .map(String::as_str)
        .take(BEGINNINGS_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuts(word: &str, system: System) -> Vec<String> {
        let joined = |cut: Vec<(String, Option<char>)>| cut.into_iter().map(|(s, _)| s).collect::<Vec<_>>().join(" ");
        syllables(word, system).into_iter().map(joined).collect()
    }

    #[test]
    fn every_reading_counts() {
        let of = |c| mandarin(c).iter().map(|r| r.toned.clone()).collect::<Vec<_>>();
        assert!(of('会').contains(&"hui4".to_owned()), "{:?}", of('会'));
        assert!(of('长').contains(&"chang2".to_owned()) && of('长').contains(&"zhang3".to_owned()), "{:?}", of('长'));
        assert_eq!(mandarin('女').first().unwrap().plain, "nu");
        assert!(cantonese('會').contains(&"wui") && cantonese('馆').contains(&"gun"));
        assert!(mandarin('a').is_empty() && cantonese('a').is_empty());
    }

    #[test]
    fn words_are_cut_into_syllables() {
        assert_eq!(cuts("huiguan", System::Pinyin).first().map(String::as_str), Some("hui guan"));
        assert!(cuts("xian", System::Pinyin).contains(&"xi an".to_owned()));
        assert_eq!(cuts("wui6gun2", System::Jyutping).first().map(String::as_str), Some("wui gun"));
        assert!(cuts("world", System::Pinyin).is_empty());
        assert!(cuts(&"a".repeat(10_000), System::Pinyin).is_empty(), "it takes no time");
        assert!(cuts(&"xian".repeat(12), System::Pinyin).len() <= CUTS_MAX);
        let toned = syllables("hui4guan3", System::Pinyin);
        assert_eq!(toned.first().unwrap(), &vec![("hui".to_owned(), Some('4')), ("guan".to_owned(), Some('3'))]);
    }
}
