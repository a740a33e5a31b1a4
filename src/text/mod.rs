//! What people write, made safe and comparable: names, bodies, excerpts, and (in `html.rs`) HTML.
//!
//! Nothing here fails: whatever comes in, something harmless comes out.

mod article;
mod bake;
mod html;
mod language;
mod mark;
mod meta;
mod rel;
pub mod ruby;
mod sheet;

pub use article::{
    ARTICLE_PICTURES_MAX, Heading, Look, Shape, article_files, article_html, article_pictures, headings,
    sanitise_article, set_apart_places, whole_html,
};
pub use bake::{in_path, is_shortcode, post_html, relink, unlink, with_emoji, with_mention_at, without_emoji};
pub use html::{escaped, moment_html, plain, plain_of_clean, sanitise};
pub use language::{guess_language, is_han};
pub use mark::{Handle, PEOPLE_MAX, fold_hashtag, hashtags, people};
pub use meta::{PageMeta, links, named_charset, page_meta};
pub use rel::rel_me;
pub use sheet::csv;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Marks on one letter. Vietnamese and Thai need two or three; more is decoration that runs over other lines.
const MARKS_MAX: usize = 4;
/// The letter of a face whose name has none.
const NO_LETTER: &str = "·";

/// Safe HTML with a title before it, for where titles have no place of their own.
pub fn titled<'a>(title: &str, html: &'a str) -> std::borrow::Cow<'a, str> {
    match title {
        "" => html.into(),
        title => format!("<p><strong>{}</strong></p>{html}", escaped(title)).into(),
    }
}

/// A name as it is kept and shown: one line, NFC, no controls, no bidi overrides, no runs of invisible characters, at
/// most `chars_max` characters. Empty if nothing visible is left.
pub fn name(raw: &str, chars_max: usize) -> String {
    let mut out = String::new();
    let mut count = 0;
    let mut marks = 0;
    for c in raw.nfc() {
        if count >= chars_max {
            break;
        }
        let last = out.chars().next_back();
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        let kept = match c {
            c if c.is_whitespace() => last.is_some_and(|last| last != ' ').then_some(' '),
            c if is_blank(c) || marks > MARKS_MAX => None,
            // A joiner makes sense between two visible characters only (emoji, Persian, Indic scripts).
            c if is_joiner(c) => last.is_some_and(|last| last != ' ' && !is_joiner(last)).then_some(c),
            c => Some(c),
        };
        if let Some(kept) = kept {
            out.push(kept);
            count += 1;
        }
    }
    let seen = out.trim_end_matches(|c: char| c == ' ' || is_joiner(c)).len();
    out.truncate(seen);
    out
}

/// A text with the figures and signs of numbers as they stand in ASCII: people write １２ and ＋ as well.
pub fn digits(raw: &str) -> String {
    let plain = |c: char| match c {
        '０'..='９' | '＋' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    };
    raw.chars().map(plain).collect()
}

/// A body as it is kept: `\n` ends lines, no controls but `\n` and `\t`, no bidi overrides, nothing blank around it.
pub fn body(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\u{2028}' | '\u{2029}' | '\u{85}' => out.push('\n'),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || is_bidi_override(c) || is_noncharacter(c) || c == '\u{feff}' => {}
            c => out.push(c),
        }
    }
    let start = out.len() - out.trim_start_matches(['\n', ' ', '\t']).len();
    let first_line = out.get(..start).and_then(|blank| blank.rfind('\n')).map_or(0, |at| at + 1);
    out.get(first_line..).unwrap_or_default().trim_end().to_owned()
}

/// The beginning of a text, at most `chars` characters with the `…` that shows a cut. Never cuts inside an emoji or
/// before a mark, nor, if it can be helped, inside a word of a script with spaces.
pub fn excerpt(text: &str, chars: usize) -> String {
    if text.chars().nth(chars).is_none() {
        return text.to_owned();
    }
    let kept: Vec<char> = text.chars().take(chars.saturating_sub(1)).collect();
    let next = text.chars().nth(kept.len());
    let mut end = kept.len();
    let mut after = next;
    while let Some(last) = end.checked_sub(1).and_then(|at| kept.get(at)).copied() {
        if !after.is_some_and(is_attached) && !is_joiner(last) {
            break;
        }
        after = Some(last);
        end -= 1;
    }
    let in_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !language::is_han(c));
    if in_word(after) && in_word(end.checked_sub(1).and_then(|at| kept.get(at)).copied()) {
        let space = kept.iter().take(end).rposition(|c| c.is_whitespace()).unwrap_or(0);
        if space * 4 >= end * 3 {
            end = space;
        }
    }
    let mut out: String = kept.into_iter().take(end).collect();
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// The letter of a letter face: the first hanzi of a name, else its first letter or digit, else its first character.
pub fn first_letter(name: &str) -> String {
    let hanzi = name.chars().find(|c| language::is_han(*c));
    let letter = || name.chars().find(|c| c.is_alphanumeric());
    let any = || name.chars().find(|c| !c.is_whitespace() && !is_blank(*c) && !is_joiner(*c));
    match hanzi.or_else(letter).or_else(any) {
        Some(c) => c.to_uppercase().collect(),
        None => NO_LETTER.to_owned(),
    }
}

/// Characters that turn the direction of what follows: they can make a line read as what it is not.
fn is_bidi_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}')
}

/// Code points that Unicode promises never to use for a character.
fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || (c as u32) & 0xfffe == 0xfffe
}

/// The two joiners, invisible themselves.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Characters of a name that nobody sees, or that change what others see.
fn is_blank(c: char) -> bool {
    c.is_control()
        || is_bidi_override(c)
        || is_noncharacter(c)
        || matches!(c,
            // Soft hyphen, grapheme joiner, Arabic letter mark, Hangul and Khmer fillers, Mongolian separators.
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
            // Zero-width space, direction marks, word joiner, invisible operators, isolates, deprecated formats.
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}'..='\u{206f}'
            // Blank braille, Hangul fillers, byte order mark, annotations, object replacement.
            | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffc}'
            // Invisible shorthand, musical and tag characters.
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether `c` belongs to the character before it.
fn is_attached(c: char) -> bool {
    is_combining_mark(c) || is_joiner(c) || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_visible_line() {
        for (raw, kept) in [
            ("  Mei \n Ling\t", "Mei Ling"),
            ("陈　美玲", "陈 美玲"),
            ("a\u{0}b\u{7}c\u{9b}", "abc"),
            ("\u{202e}nimda\u{202c}", "nimda"),
            ("a\u{200b}\u{200b}b\u{2060}\u{feff}", "ab"),
            ("\u{2066}x\u{2069}\u{200f}", "x"),
            ("e\u{301}", "é"),
            ("👩\u{200d}👩\u{200d}👧", "👩\u{200d}👩\u{200d}👧"),
            ("a\u{200d}\u{200d}\u{200d}b\u{200d}", "a\u{200d}b"),
            ("\u{3164}\u{200d}\u{2800}", ""),
            ("", ""),
            ("a\u{fffe}\u{fdd0}b", "ab"),
        ] {
            assert_eq!(name(raw, 50), kept, "{raw:?}");
        }
        assert_eq!(name("林林林林", 3), "林林林");
        assert_eq!(name("ab  cd", 3), "ab");
        assert_eq!(name(&format!("a{}", "\u{300}".repeat(500)), 500).chars().count(), 1 + MARKS_MAX);
        assert_eq!(name("x", 0), "");
    }

    #[test]
    fn bodies_keep_lines_and_lose_controls() {
        for (raw, kept) in [
            ("a\r\nb\rc\u{2028}d", "a\nb\nc\nd"),
            ("\u{0}a\u{8}\tb\u{1b}[31m", "a\tb[31m"),
            ("\n \n  first\nlast \n\n", "  first\nlast"),
            ("a\u{202e}b", "ab"),
            ("\u{feff}x", "x"),
            (" \n\t ", ""),
        ] {
            assert_eq!(body(raw), kept, "{raw:?}");
            assert_eq!(body(kept), kept);
        }
    }

    #[test]
    fn excerpts_are_short_and_whole() {
        assert_eq!(excerpt("春节快乐", 4), "春节快乐");
        assert_eq!(excerpt("春节快乐！祝大家", 5), "春节快乐…");
        assert_eq!(excerpt("one\n two", 50), "one\n two");
        assert_eq!(excerpt("one two\n\nthree", 9), "one two…");
        assert_eq!(excerpt("the association met yesterday", 19), "the association…");
        assert_eq!(excerpt("supercalifragilistic", 6), "super…");
        assert_eq!(excerpt("好👩\u{200d}👩\u{200d}👧好好好", 4), "好…");
        assert_eq!(excerpt("ne\u{301}e", 3), "n…");
        assert_eq!(excerpt("", 3), "");
        assert_eq!(excerpt("abc", 0), "…");
        for chars in 1..40 {
            for text in [
                "the association met yesterday in the hall",
                "祝👨\u{200d}👩\u{200d}👧\u{200d}👦 e\u{301}e\u{301}e\u{301} 大家",
            ] {
                let cut = excerpt(text, chars);
                assert!(cut.chars().count() <= chars, "{cut:?} of {chars}");
            }
        }
    }

    #[test]
    fn a_face_has_a_letter() {
        for (name, letter) in [
            ("陈美玲", "陈"),
            ("Mei 陈", "陈"),
            ("mei", "M"),
            ("@éa", "É"),
            ("欧阳", "欧"),
            ("42", "4"),
            ("🐉", "🐉"),
            ("\u{200b} ", "·"),
            ("", "·"),
        ] {
            assert_eq!(first_letter(name), letter, "{name:?}");
        }
    }
}
