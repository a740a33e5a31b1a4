//! Numbers as people write them: Arabic, Chinese in every hand, and the rods of account books (苏州码子).

/// A number as written, with how far that goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// The least that it can be; unreadable digits are zero.
    pub least: i32,
    /// The most; unreadable digits are nine.
    pub most: i32,
    /// How many characters it takes.
    pub length: usize,
    /// How many digits stand in it, if it is written digit by digit.
    pub digits: usize,
    /// Is it written in Arabic digits?
    pub arabic: bool,
}

impl Number {
    /// Its value, if every digit can be read.
    pub fn value(&self) -> Option<i32> {
        (self.least == self.most).then_some(self.least)
    }
}

/// The value of a digit in any hand.
pub fn digit(c: char) -> Option<i32> {
    Some(match c {
        '0'..='9' => i32::try_from(c.to_digit(10)?).ok()?,
        '〇' | '零' | '○' | 'Ｏ' | '◯' => 0,
        '一' | '壹' | '弌' | '〡' | '幺' => 1,
        '二' | '贰' | '弍' | '〢' | '两' => 2,
        '三' | '叁' | '弎' | '〣' => 3,
        '四' | '肆' | '〤' | '亖' => 4,
        '五' | '伍' | '〥' => 5,
        '六' | '陆' | '〦' => 6,
        '七' | '柒' | '〧' | '漆' => 7,
        '八' | '捌' | '〨' => 8,
        '九' | '玖' | '〩' => 9,
        _ => return None,
    })
}

/// A digit that can't be read any more.
fn is_lost(c: char) -> bool {
    matches!(c, '□' | '▢' | '囗' | '■' | '�' | '?' | 'x' | '_')
}

/// Twenty, thirty, forty in one character.
fn tens(c: char) -> Option<i32> {
    match c {
        '廿' | '卄' | '念' | '廾' => Some(20),
        '卅' | '丗' => Some(30),
        '卌' => Some(40),
        _ => None,
    }
}

fn unit(c: char) -> Option<i32> {
    match c {
        '十' | '拾' => Some(10),
        '百' | '佰' => Some(100),
        '千' | '仟' => Some(1_000),
        _ => None,
    }
}

/// The number at the beginning of a text that is already folded.
pub fn read(text: &[char]) -> Option<Number> {
    let first = *text.first()?;
    if first.is_ascii_digit() || (is_lost(first) && text.get(1).is_some_and(|c| c.is_ascii_digit())) {
        return row(text, |c| c.is_ascii_digit()).map(|number| Number { arabic: true, ..number });
    }
    let is_row = |c: char| digit(c).is_some();
    let spelled = text.iter().take(24).take_while(|c| is_row(**c) || is_lost(**c)).count();
    if text.get(spelled).is_some_and(|c| unit(*c).is_some() || tens(*c).is_some()) || spelled == 0 {
        return counted(text);
    }
    row(text, is_row)
}

/// Digit by digit: 一九三六, 19□□.
fn row(text: &[char], is_digit: impl Fn(char) -> bool) -> Option<Number> {
    let length = text.iter().take_while(|c| is_digit(**c) || is_lost(**c)).count();
    if length == 0 || length > 7 || !text.iter().take(length).any(|c| is_digit(*c)) {
        return None;
    }
    let (mut least, mut most) = (0_i32, 0_i32);
    for c in text.iter().take(length) {
        let value = digit(*c);
        least = least.checked_mul(10)?.checked_add(value.unwrap_or(0))?;
        most = most.checked_mul(10)?.checked_add(value.unwrap_or(9))?;
    }
    Some(Number { least, most, length, digits: length, arabic: false })
}

/// With tens, hundreds and thousands: 二千四百六十, 廿六, 十三, 三十□.
fn counted(text: &[char]) -> Option<Number> {
    let (mut total, mut lost, mut least_unit) = (0_i32, 0_i32, 10_000);
    let mut at = 0;
    while let Some(&c) = text.get(at) {
        let next = text.get(at + 1).copied();
        if let Some(value) = tens(c) {
            if least_unit <= 10 {
                break;
            }
            total += value;
            least_unit = 10;
            // 廿十 isn't written, 卅零 and 三十有三 are.
            at += 1;
        } else if let Some(size) = unit(c) {
            if size >= least_unit {
                break;
            }
            total += size;
            least_unit = size;
            at += 1;
        } else if matches!(c, '零' | '〇' | '有' | '又') && at > 0 && next.is_some_and(|c| digit(c).is_some()) {
            at += 1;
        } else if let Some(value) = digit(c) {
            match next.and_then(unit).filter(|size| *size < least_unit) {
                Some(size) => {
                    total += value * size;
                    least_unit = size;
                    at += 2;
                }
                None if least_unit > 1 && at > 0 => {
                    total += value;
                    least_unit = 1;
                    at += 1;
                }
                None => break,
            }
        } else if is_lost(c) && at > 0 && least_unit == 10 {
            lost = 9;
            at += 1;
            break;
        } else {
            break;
        }
    }
    (at > 0).then_some(Number { least: total, most: total + lost, length: at, digits: 0, arabic: false })
}

/// A text with the figures of account books (苏州码子) as Arabic ones. Beside a rod 一二三 are rods lying down, and 十百千 are
/// what they always are; numbers without any rod stay as they are.
pub fn in_figures(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        let run: Vec<char> = chars.iter().skip(at).map_while(|c| rod(*c)).collect();
        let whole = chars.iter().skip(at).take(run.len()).any(|c| matches!(c, '〡'..='〩' | '〸'..='〺'));
        match read(&run).and_then(|number| number.value()).filter(|_| whole) {
            Some(value) if read(&run).is_some_and(|number| number.length == run.len()) => {
                out.push_str(&value.to_string());
                at += run.len();
            }
            _ => {
                out.push(*c);
                at += 1;
            }
        }
    }
    out
}

/// A character of an amount, in the form in which numbers are read.
fn rod(c: char) -> Option<char> {
    match c {
        '〸' => Some('十'),
        '〹' => Some('廿'),
        '〺' => Some('卅'),
        '〡'..='〩' | '一' | '二' | '三' | '〇' | '零' | '十' | '百' | '千' => Some(c),
        _ => None,
    }
}
