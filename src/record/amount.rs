//! Sums of money as they were written: 苏州码子 (〡〢〣), hanzi (一百二十, 叁佰) and digits, read to digits.

/// Longest number that is read.
const CHARS_MAX: usize = 40;

/// A digit of its own: of 苏州码子, hanzi, fullwidth or usual.
fn digit(c: char) -> Option<u64> {
    Some(match c {
        '0'..='9' => u64::from(c) - u64::from('0'),
        '０'..='９' => u64::from(c) - u64::from('０'),
        '〇' | '零' | '○' => 0,
        '〡' | '一' | '壹' | '弌' => 1,
        '〢' | '二' | '贰' | '貳' | '两' | '兩' => 2,
        '〣' | '三' | '叁' | '參' | '叄' => 3,
        '〤' | '四' | '肆' => 4,
        '〥' | '五' | '伍' => 5,
        '〦' | '六' | '陆' | '陸' => 6,
        '〧' | '七' | '柒' => 7,
        '〨' | '八' | '捌' => 8,
        '〩' | '九' | '玖' => 9,
        _ => return None,
    })
}

/// What a sign of place multiplies.
fn power(c: char) -> Option<u64> {
    Some(match c {
        '十' | '拾' | '〸' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1_000,
        _ => return None,
    })
}

/// Signs of 苏州码子 for whole tens.
fn tens(c: char) -> Option<u64> {
    match c {
        '〹' | '廿' => Some(20),
        '〺' | '卅' => Some(30),
        '卌' => Some(40),
        _ => None,
    }
}

/// The number that a sum of money says, in digits: `〡〢〣` is 123, 叁佰元 300. `None` if it says none.
pub fn digits(text: &str) -> Option<String> {
    let letters: Vec<char> = text.trim().chars().take(CHARS_MAX).collect();
    let is_part =
        |c: &char| digit(*c).is_some() || power(*c).is_some() || tens(*c).is_some() || *c == '万' || *c == '萬';
    let start = letters.iter().position(is_part)?;
    let run: Vec<char> = letters.get(start..)?.iter().copied().filter(|c| *c != ',').take_while(is_part).collect();
    if run.iter().all(|c| digit(*c).is_some()) {
        let plain: String = run.iter().filter_map(|c| digit(*c)).map(|d| d.to_string()).collect();
        let whole = plain.trim_start_matches('0');
        return Some(if whole.is_empty() { "0".to_owned() } else { whole.to_owned() });
    }
    let (mut total, mut section, mut now, mut seen) = (0_u64, 0_u64, 0_u64, false);
    for c in run {
        if let Some(value) = digit(c) {
            now = if seen { now.checked_mul(10)?.checked_add(value)? } else { value };
            seen = true;
        } else if let Some(times) = power(c) {
            section = section.checked_add(if seen { now } else { 1 }.checked_mul(times)?)?;
            (now, seen) = (0, false);
        } else if let Some(value) = tens(c) {
            section = section.checked_add(value)?;
            (now, seen) = (0, false);
        } else {
            total = total.checked_add(section.checked_add(now)?.max(1).checked_mul(10_000)?)?;
            (section, now, seen) = (0, 0, false);
        }
    }
    Some(total.checked_add(section)?.checked_add(now)?.to_string())
}

/// The digits of a sum, if it was written otherwise: what is shown beside it.
pub fn figures(text: &str) -> Option<String> {
    let is_plain =
        text.chars().all(|c| !c.is_numeric() || c.is_ascii_digit()) && text.chars().any(|c| c.is_ascii_digit());
    if is_plain { None } else { digits(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_as_they_were_written() {
        for (text, number) in [
            ("〡〢〣", "123"),
            ("〤〥", "45"),
            ("〢十", "20"),
            ("〡百〥十", "150"),
            ("〹〣", "23"),
            ("龙银〢〇大元", "20"),
            ("叁佰伍拾元", "350"),
            ("一百二十", "120"),
            ("十五", "15"),
            ("二万三千", "23000"),
            ("萬", "10000"),
            ("1,200元", "1200"),
            ("大洋２０元", "20"),
            ("廿五", "25"),
            ("〇", "0"),
        ] {
            assert_eq!(digits(text).as_deref(), Some(number), "{text}");
        }
        for none in ["", "元", "若干"] {
            assert_eq!(digits(none), None, "{none}");
        }
        assert_eq!(figures("120"), None);
        assert_eq!(figures("〡〢〇元").as_deref(), Some("120"));
        assert_eq!(digits(&"九千".repeat(10)), Some("90000".to_owned()));
    }
}
