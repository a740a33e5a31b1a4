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
    if length == 0 || length > 9 || !text.iter().take(length).any(|c| is_digit(*c)) {
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

/// A text with the figures of account books (〡〢〣, 〸〹〺) as Arabic ones.
pub fn in_figures(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match rod(c) {
            Some(figure) => out.push_str(figure),
            None => out.push(c),
        }
    }
    out
}

fn rod(c: char) -> Option<&'static str> {
    Some(match c {
        '〡' => "1",
        '〢' => "2",
        '〣' => "3",
        '〤' => "4",
        '〥' => "5",
        '〦' => "6",
        '〧' => "7",
        '〨' => "8",
        '〩' => "9",
        _ => return None,
    })
}
