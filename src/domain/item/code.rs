//! The codes of items: names for ARKs (RFC-like drafts of the ARK scheme), in letters that can't be taken for others, with a
//! letter at the end by which a slip of the pen is found.

use crate::id::PostId;

/// The authority that stands before a code. 99999 is the one of those who haven't registered one.
pub const NAAN: &str = "99999";
/// The letters (NOID): no vowels, so that no words come about, and no `l`.
const LETTERS: &[u8; 29] = b"0123456789bcdfghjkmnpqrstvwxz";
/// Longest code.
const LEN_MAX: usize = 24;

/// The code of an item, by its number.
pub fn of(id: PostId) -> String {
    let (mut rest, mut letters) = (u64::try_from(id.0).unwrap_or_default(), Vec::new());
    while rest > 0 {
        letters.push(letter(rest % 29));
        rest /= 29;
    }
    letters.push('g');
    letters.push('h');
    letters.reverse();
    let name: String = letters.into_iter().collect();
    let check = check(&name);
    format!("{name}{check}")
}

fn letter(number: u64) -> char {
    usize::try_from(number).ok().and_then(|at| LETTERS.get(at)).map_or('0', |b| char::from(*b))
}

/// The letter that checks the others (NOID check digit algorithm).
fn check(name: &str) -> char {
    let value = |c: char| LETTERS.iter().position(|b| char::from(*b) == c).unwrap_or(0);
    let sum: usize = name.chars().enumerate().map(|(place, c)| (place + 1) * value(c)).sum();
    letter(u64::try_from(sum % 29).unwrap_or_default())
}

/// Is this a code, as this or another hall makes them?
pub fn is_one(code: &str) -> bool {
    let fits = (4..=LEN_MAX).contains(&code.len()) && code.bytes().all(|b| LETTERS.contains(&b));
    let (name, last) = code.split_at_checked(code.len().saturating_sub(1)).unwrap_or(("", ""));
    fits && last.starts_with(check(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_find_slips_of_the_pen() {
        let code = of(PostId(226_512_345_678_901_234));
        assert!(is_one(&code), "{code}");
        assert_ne!(code, of(PostId(226_512_345_678_901_235)));
        let mut letters: Vec<char> = code.chars().collect();
        letters.swap(3, 4);
        let slipped: String = letters.into_iter().collect();
        assert!(slipped == code || !is_one(&slipped));
        for wrong in ["", "hg", "HG12", "hg-1234", "hgé"] {
            assert!(!is_one(wrong), "{wrong}");
        }
    }
}
