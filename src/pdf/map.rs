//! What the numbers of a font's shapes mean, as the file says it (ToUnicode: ISO 32000-1, §9.10.3). Files write these maps in many ways, so
//! only what stands in them is read, not how they begin and end.

use std::collections::HashMap;

use encoding_rs::UTF_16BE;

/// Numbers that one map may explain: every hanzi there is.
const ENTRIES_MAX: usize = 150_000;
/// Longest number, in bytes.
const LENGTH_MAX: usize = 4;

/// A map from numbers to letters.
#[derive(Debug, Default)]
pub struct Map {
    /// The lengths that numbers have, in bytes, the shortest first.
    lengths: Vec<usize>,
    letters: HashMap<(usize, u32), String>,
}

/// A piece of a map.
enum Token<'a> {
    Hex(Vec<u8>),
    List(Vec<Vec<u8>>),
    Word(&'a [u8]),
}

impl Map {
    /// Reads a map; `None` if nothing stands in it.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut map = Self::default();
        let mut held: Vec<Token<'_>> = Vec::new();
        let mut rest = bytes;
        while let Some((token, after)) = next(rest) {
            rest = after;
            let Token::Word(word) = token else {
                held.push(token);
                continue;
            };
            match word {
                b"endcodespacerange" => map.spaces(&held),
                b"endbfchar" => map.letters(&held),
                b"endbfrange" => map.ranges(&held),
                _ => {}
            }
            held.clear();
        }
        map.lengths.sort_unstable();
        map.lengths.dedup();
        (!map.letters.is_empty()).then_some(map)
    }

    /// What a string of numbers says; what the map doesn't explain is left out.
    pub fn said(&self, bytes: &[u8]) -> String {
        let (mut out, mut rest) = (String::new(), bytes);
        while !rest.is_empty() {
            let found = self.lengths.iter().find_map(|length| {
                let code = rest.get(..*length)?;
                Some((*length, self.letters.get(&(*length, number(code)?))?))
            });
            let taken = match found {
                Some((length, letters)) => {
                    out.push_str(letters);
                    length
                }
                None => self.lengths.last().copied().unwrap_or(1),
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
        out
    }

    fn spaces(&mut self, held: &[Token<'_>]) {
        let lengths = held.iter().filter_map(|token| match token {
            Token::Hex(bytes) if (1..=LENGTH_MAX).contains(&bytes.len()) => Some(bytes.len()),
            _ => None,
        });
        self.lengths.extend(lengths);
        self.lengths.sort_unstable();
        self.lengths.dedup();
    }

    fn letters(&mut self, held: &[Token<'_>]) {
        for pair in held.chunks_exact(2) {
            if let [Token::Hex(code), Token::Hex(target)] = pair {
                self.add(code, 0, &letters(target));
            }
        }
    }

    fn ranges(&mut self, held: &[Token<'_>]) {
        for three in held.chunks_exact(3) {
            let [Token::Hex(first), Token::Hex(last), target] = three else { continue };
            let (Some(low), Some(high)) = (number(first), number(last)) else { continue };
            let count = high.checked_sub(low).map_or(0, |count| count.saturating_add(1));
            match target {
                Token::Hex(target) => {
                    let target = letters(target);
                    for step in 0..count.min(ENTRIES_MAX as u32) {
                        self.add(first, step, &stepped(&target, step));
                    }
                }
                Token::List(targets) => {
                    for (step, target) in (0..count).zip(targets) {
                        self.add(first, step, &letters(target));
                    }
                }
                Token::Word(_) => {}
            }
        }
    }

    fn add(&mut self, code: &[u8], step: u32, target: &str) {
        let Some(code_number) = number(code).and_then(|number| number.checked_add(step)) else { return };
        if self.letters.len() < ENTRIES_MAX && !target.is_empty() {
            self.letters.insert((code.len(), code_number), target.to_owned());
            if !self.lengths.contains(&code.len()) {
                self.lengths.push(code.len());
            }
        }
    }
}

/// The next piece, and what stands behind it.
fn next(bytes: &[u8]) -> Option<(Token<'_>, &[u8])> {
    let mut rest = bytes;
    loop {
        rest = rest.trim_ascii_start();
        match rest.first()? {
            b'%' => {
                let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
                rest = rest.get(end..)?;
            }
            b'<' if rest.get(1) != Some(&b'<') => {
                let (hex, after) = hex(rest.get(1..)?);
                return Some((Token::Hex(hex), after));
            }
            b'[' => {
                let (mut list, mut inner) = (Vec::new(), rest.get(1..)?.trim_ascii_start());
                while inner.first() == Some(&b'<') {
                    let (one, after) = hex(inner.get(1..)?);
                    list.push(one);
                    inner = after.trim_ascii_start();
                }
                let after = if inner.first() == Some(&b']') { inner.get(1..)? } else { inner };
                return Some((Token::List(list), after));
            }
            _ => {
                let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'[' | b'%' | b'/');
                let end = rest.iter().skip(1).position(is_end).map_or(rest.len(), |at| at + 1);
                return Some((Token::Word(rest.get(..end)?), rest.get(end..)?));
            }
        }
    }
}

/// Bytes in hexadecimal up to the sign that ends them.
fn hex(bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'>').unwrap_or(bytes.len());
    let digits: Vec<u8> = bytes
        .iter()
        .take(end)
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    let whole = digits.chunks(2).map(|pair| match pair {
        [high, low] => high * 16 + low,
        [high] => high * 16,
        _ => 0,
    });
    (whole.collect(), bytes.get(end + 1..).unwrap_or_default())
}

/// A number of up to four bytes.
fn number(bytes: &[u8]) -> Option<u32> {
    (1..=LENGTH_MAX).contains(&bytes.len()).then(|| bytes.iter().fold(0, |all, byte| all << 8 | u32::from(*byte)))
}

fn letters(target: &[u8]) -> String {
    match target {
        // Some write Latin letters in one byte.
        [one] => char::from(*one).to_string(),
        whole => UTF_16BE.decode_without_bom_handling(whole).0.into_owned(),
    }
}

/// Letters whose last one is so many further on.
fn stepped(letters: &str, step: u32) -> String {
    let mut all: Vec<char> = letters.chars().collect();
    match all.pop().and_then(|last| char::from_u32(u32::from(last).checked_add(step)?)) {
        Some(last) => all.into_iter().chain([last]).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_read_however_they_are_written() {
        let map = Map::read(
            b"/CIDInit/ProcSet findresource begin\n%x\n1 begincodespacerange <0000><FFFF> endcodespacerange\n\
              2 beginbfchar\n<0001> <6F6E>\r<0002><5DDE> endbfchar 2 beginbfrange <0010><0012><4E00>\n\
              <0020> <0021> [<D842DFB7> <00660069>] endbfrange endcmap",
        )
        .unwrap();
        assert_eq!(map.said(b"\x00\x01\x00\x02\x00\x12\x00\x20\x00\x21\x99\x99\x00\x01"), "潮州丂𠮷fi潮");
        let mixed = Map::read(b"beginbfchar <41> <0042> <8140> <4E02> endbfchar").unwrap();
        assert_eq!(mixed.said(b"A\x81\x40A"), "B丂B");
    }

    #[test]
    fn nonsense_is_no_map_and_no_flood() {
        for odd in [&b""[..], b"<", b"[<", b"beginbfchar <1 endbfchar", b"<0001> endbfrange", b"%", b"<<", b"[[[[]]]]"]
        {
            drop(Map::read(odd));
        }
        assert!(Map::read(b"nothing").is_none());
        let wide = Map::read(b"<00000000> <FFFFFFFF> <4E00> endbfrange").unwrap();
        assert!(wide.letters.len() <= ENTRIES_MAX);
        let backwards = Map::read(b"<0005> <0001> <4E00> endbfrange <01> <0041> endbfchar").unwrap();
        assert_eq!(backwards.letters.len(), 1);
    }
}
