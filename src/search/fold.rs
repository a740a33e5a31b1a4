//! One form for what readers take for the same: widths, compositions, case, accents, and traditional, simplified and variant
//! characters. Each folded character knows where it stood, so that highlights show the text as it was written.

use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Traditional to simplified, by phrases first: 乾燥 becomes 干燥, 乾坤 stays. Nothing if its tables can't be read.
static SIMPLIFIER: LazyLock<Option<OpenCC>> = LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());

/// Characters that are written in several ways in either script, with the one that stands for all.
const VARIANTS: [(char, char); 40] = [
    ('峯', '峰'),
    ('羣', '群'),
    ('裏', '里'),
    ('裡', '里'),
    ('麪', '面'),
    ('牀', '床'),
    ('喫', '吃'),
    ('啓', '启'),
    ('綫', '线'),
    ('衆', '众'),
    ('爲', '为'),
    ('僞', '伪'),
    ('峩', '峨'),
    ('鷄', '鸡'),
    ('鄕', '乡'),
    ('鄊', '乡'),
    ('産', '产'),
    ('説', '说'),
    ('脱', '脱'),
    ('靑', '青'),
    ('黃', '黄'),
    ('淸', '清'),
    ('敎', '教'),
    ('緖', '绪'),
    ('槪', '概'),
    ('恆', '恒'),
    ('粧', '妆'),
    ('竪', '竖'),
    ('踪', '踪'),
    ('蹟', '迹'),
    ('跡', '迹'),
    ('祕', '秘'),
    ('菴', '庵'),
    ('凉', '凉'),
    ('甯', '宁'),
    ('寗', '宁'),
    ('塟', '葬'),
    ('塚', '冢'),
    ('巖', '岩'),
    ('邨', '村'),
];

/// One folded character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// What stands for all its forms: simplified, without accents, lower case.
    pub folded: char,
    /// The form that was written, in one width and lower case.
    pub plain: char,
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// The folded characters of a text, in order.
pub fn fold(text: &str) -> Vec<Unit> {
    let mut units = Vec::with_capacity(text.len() / 2);
    let mut rest = text.char_indices().peekable();
    while let Some((start, first)) = rest.next() {
        let mut end = start + first.len_utf8();
        while let Some((at, mark)) =
            rest.next_if(|(_, c)| is_combining_mark(*c) || matches!(c, '\u{ff9e}' | '\u{ff9f}'))
        {
            end = at + mark.len_utf8();
        }
        if first.is_ascii() && end == start + 1 {
            let lower = first.to_ascii_lowercase();
            units.push(Unit { folded: lower, plain: lower, start, end });
            continue;
        }
        let written = text.get(start..end).unwrap_or_default();
        for plain in written.nfkc().flat_map(char::to_lowercase).filter(|c| !is_invisible(*c)) {
            units.push(Unit { folded: bare(plain), plain, start, end });
        }
    }
    simplify(&mut units);
    units
}

/// The folded text alone.
pub fn folded(text: &str) -> String {
    fold(text).into_iter().map(|unit| unit.folded).collect()
}

/// Makes the folded characters simplified. Phrases decide together, so that runs of hanzi are converted as a whole.
fn simplify(units: &mut [Unit]) {
    let Some(converter) = SIMPLIFIER.as_ref() else { return };
    for run in units.chunk_by_mut(|one, other| is_han(one.folded) == is_han(other.folded)) {
        if !run.first().is_some_and(|unit| is_han(unit.folded)) {
            continue;
        }
        let before: String = run.iter().map(|unit| unit.folded).collect();
        let after = converter.convert(&before);
        if after.chars().count() == run.len() {
            run.iter_mut().zip(after.chars()).for_each(|(unit, simple)| unit.folded = simple);
        } else {
            for unit in run.iter_mut() {
                unit.folded =
                    converter.convert(unit.folded.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(unit.folded);
            }
        }
        for unit in run {
            unit.folded = VARIANTS.iter().find(|(one, _)| *one == unit.folded).map_or(unit.folded, |(_, other)| *other);
        }
    }
}

/// A letter without its accents. Tones and hooks of Vietnamese go too; letters that are no accented ones are spelled out as
/// people without that keyboard do.
fn bare(c: char) -> char {
    match c {
        'đ' | 'ð' => 'd',
        'ø' => 'o',
        'ł' => 'l',
        'ı' => 'i',
        'ß' => 's',
        'æ' => 'a',
        'œ' => 'o',
        c if c.is_ascii() || is_han(c) => c,
        c => c.nfd().next().filter(|base| base.is_alphabetic()).unwrap_or(c),
    }
}

/// Characters without a look of their own, which may stand within words.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{ad}')
}

/// Is it a hanzi, or kana or hangul, which stand without spaces between words as well?
pub fn is_han(c: char) -> bool {
    crate::text::is_han(c)
        || matches!(c, '\u{3040}'..='\u{30fa}' | '\u{30fc}' | '\u{31f0}'..='\u{31ff}' | '\u{ac00}'..='\u{d7a3}' | '\u{2e80}'..='\u{2fd5}' | '々')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_are_one() {
        for (one, other) in [
            ("會館", "会馆"),
            ("頭髮", "头发"),
            ("發展", "发展"),
            ("乾燥", "干燥"),
            ("峯", "峰"),
            ("羣", "群"),
            ("裡面", "里面"),
            ("裏面", "里面"),
            ("ＡＢＣ１２３", "abc123"),
            ("Phở Hà Nội", "pho ha noi"),
            ("Đà Nẵng", "da nang"),
            ("e\u{301}cole", "ecole"),
            ("ｶﾞ", "ガ"),
            ("㈱", "(株)"),
            ("⼈", "人"),
            ("𠮷野家", "𠮷野家"),
            ("老\u{200b}家", "老家"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} and {other}");
        }
        assert_eq!(folded("乾坤"), "乾坤", "it keeps its word");
        assert_ne!(folded("里面"), folded("外面"));
    }

    #[test]
    fn each_character_knows_where_it_stood() {
        let text = "本會館Ｈ㈱é\u{301}尾";
        for unit in fold(text) {
            assert!(text.get(unit.start..unit.end).is_some(), "{unit:?}");
        }
        let last = fold(text).pop().unwrap();
        assert_eq!(text.get(last.start..last.end), Some("尾"));
        assert!(fold("").is_empty());
    }
}
