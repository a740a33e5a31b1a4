//! Wordings in letters and figures as tokens, and dates in figures alone.

use super::parts::{DayWord, MonthWord, Parts, Refusal, YearWord};
use super::tongue;

/// In which order the figures of a day stand, as far as the language tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Day, month, year.
    DayFirst,
    /// Month, day, year.
    MonthFirst,
    /// Either.
    Unknown,
}

/// A piece of a wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// Letters.
    Word(String),
    /// Its value, how many figures it has, and whether an apostrophe stands before it.
    Number(i32, usize, bool),
    /// Anything else.
    Sign(char),
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{e01}'..='\u{e4e}')
}

/// The pieces of a folded wording.
pub fn tokens(text: &str) -> Result<Vec<Token>, Refusal> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = rest.next() {
        if c.is_ascii_digit() || matches!(c, '๐'..='๙') {
            let (mut value, mut digits) = (figure(c), 1);
            while let Some(c) = rest.next_if(|c| c.is_ascii_digit() || matches!(c, '๐'..='๙')) {
                digits += 1;
                if digits > 9 {
                    return Err(
                        Refusal::new("out-of-range", "the number is too long for a date").told("date-number-long", [])
                    );
                }
                value = value * 10 + figure(c);
            }
            tokens.push(Token::Number(value, digits, quoted));
        } else if is_letter(c) {
            let mut word = String::from(c);
            loop {
                if let Some(c) = rest.next_if(|c| is_letter(*c)) {
                    word.push(c);
                } else if rest.next_if_eq(&'\'').is_none() {
                    // The dots of B.E. and ค.ศ. stand within the word.
                    let mut ahead = rest.clone();
                    if ahead.next() == Some('.') && ahead.next().is_some_and(is_letter) && word.chars().count() <= 2 {
                        rest.next();
                    } else {
                        break;
                    }
                }
            }
            tokens.push(Token::Word(word));
        } else if !matches!(c, ' ' | '\'' | '"') {
            tokens.push(Token::Sign(c));
        }
        quoted = c == '\'';
    }
    Ok(tokens)
}

fn figure(c: char) -> i32 {
    let thai = u32::from(c).checked_sub(u32::from('๐')).filter(|n| *n < 10);
    thai.or_else(|| c.to_digit(10)).and_then(|n| i32::try_from(n).ok()).unwrap_or(0)
}

/// Figures alone: 1936-12-03, 03/12/1936, 3.12.1936, 3-XII-1936, 12/1936, 1936, 19361203.
pub fn figures(tokens: &[Token], order: Order) -> Result<Option<Vec<Parts>>, Refusal> {
    let (mut numbers, mut signs, mut is_roman) = (Vec::new(), Vec::new(), false);
    for (place, token) in tokens.iter().enumerate() {
        match token {
            Token::Number(value, digits, _) if place % 2 == 0 => numbers.push((*value, *digits)),
            Token::Sign(sign) if place % 2 == 1 && matches!(sign, '-' | '/' | '.' | '–') => signs.push(*sign),
            Token::Word(word) if place == 2 && tokens.len() == 5 => {
                let Some(month) = tongue::roman(word).filter(|month| *month <= 12) else { return Ok(None) };
                is_roman = true;
                numbers.push((month, 2));
            }
            // XII.1936
            Token::Word(word) if place == 0 && tokens.len() == 3 => {
                let Some(month) = tongue::roman(word).filter(|month| *month <= 12) else { return Ok(None) };
                numbers.push((month, 2));
            }
            // A stop at the end, or 3. 12. 1936.
            Token::Sign('.') if place + 1 == tokens.len() => {}
            _ => return Ok(None),
        }
    }
    let apart = signs.windows(2).any(|pair| pair.first() != pair.last());
    match (numbers.as_slice(), signs.first()) {
        _ if apart => Ok(None),
        ([one], None) => single(*one).map(Some),
        ([one, other], Some(sign)) if tokens.len() <= 4 => couple(*one, *other, *sign),
        ([one, two, three], Some(sign)) => triple(*one, *two, *three, *sign == '.' || is_roman, order).map(Some),
        _ => Ok(None),
    }
}

fn of(year: YearWord, month: Option<i32>, day: Option<i32>) -> Result<Parts, Refusal> {
    let month = month.map(|month| {
        let number = u8::try_from(month).ok().filter(|month| (1..=12).contains(month));
        number.map(|number| MonthWord { number, leap: false, lunar: false }).ok_or_else(|| no_month(month))
    });
    let day = day.map(|day| {
        let number = u8::try_from(day).ok().filter(|day| (1..=31).contains(day));
        number.map(DayWord::Number).ok_or_else(|| no_day(day))
    });
    Ok(Parts { year: Some(year), month: month.transpose()?, day: day.transpose()?, ..Parts::default() })
}

/// That there is no such month.
pub fn no_month(month: i32) -> Refusal {
    Refusal::new("no-such-month", format!("there is no month {month}"))
        .told("date-no-month", [("month", month.to_string())])
}

/// That no month has such a day.
pub fn no_day(day: i32) -> Refusal {
    Refusal::new("no-such-day", format!("there is no day {day} in any month"))
        .told("date-no-day", [("day", day.to_string())])
}

/// A year of our era.
pub fn western(year: i32) -> YearWord {
    YearWord::Western(year, year)
}

fn single((value, digits): (i32, usize)) -> Result<Vec<Parts>, Refusal> {
    match digits {
        3 | 4 if value > 0 => Ok(vec![of(western(value), None, None)?]),
        6 => Ok(vec![of(western(value / 100), Some(value % 100), None)?]),
        8 => Ok(vec![of(western(value / 10_000), Some(value / 100 % 100), Some(value % 100))?]),
        3 | 4 => Err(Refusal::new("no-such-year", "there is no year 0").told("date-no-year-zero", [])),
        _ => Err(Refusal::new("no-year", format!("the number {value} alone is no date"))),
    }
}

fn couple(one: (i32, usize), other: (i32, usize), sign: char) -> Result<Option<Vec<Parts>>, Refusal> {
    match (one.1, other.1) {
        (4, 4) => Ok(None),
        // 1911–13 is two years; 1911/12 is a month or two years.
        (4, 2) if sign == '–' || other.0 > 12 && other.0 > one.0 % 100 => Ok(None),
        (4, 1 | 2) => Ok(Some(vec![of(western(one.0), Some(other.0), None)?])),
        (1 | 2, 4) => Ok(Some(vec![of(western(other.0), Some(one.0), None)?])),
        _ if sign == '–' => Ok(None),
        _ => Err(Refusal::new("no-year", "a day and a month are named, but no year")),
    }
}

fn triple(
    one: (i32, usize),
    two: (i32, usize),
    three: (i32, usize),
    european: bool,
    order: Order,
) -> Result<Vec<Parts>, Refusal> {
    if one.1 >= 3 {
        return Ok(vec![of(western(one.0), Some(two.0), Some(three.0))?]);
    }
    let order = if european { Order::DayFirst } else { order };
    if three.1 >= 3 {
        return either(one.0, two.0, &[western(three.0)], order);
    }
    let mut all = Vec::new();
    if one.0 <= 31 && two.0 <= 31 {
        all.extend(either(one.0, two.0, &short_years(three.0), order).unwrap_or_default());
    }
    if three.0 <= 31 && two.0 <= 12 && (one.0 > 12 || three.0 <= 12 || one.0 == 0) {
        all.extend(of(YearWord::Short(one.0), Some(two.0), Some(three.0)));
    }
    if all.is_empty() { Err(no_month(two.0.max(one.0))) } else { Ok(all) }
}

/// A day and a month in figures, in the order that is known or in both.
fn either(one: i32, two: i32, years: &[YearWord], order: Order) -> Result<Vec<Parts>, Refusal> {
    let mut all = Vec::new();
    for year in years {
        let day_first = of(*year, Some(two), Some(one));
        let month_first = of(*year, Some(one), Some(two));
        match (order, day_first, month_first) {
            (Order::DayFirst, Ok(found), _)
            | (Order::MonthFirst, _, Ok(found))
            | (_, Ok(found), Err(_))
            | (_, Err(_), Ok(found)) => {
                all.push(found);
            }
            (_, Ok(found), Ok(other)) if found == other => all.push(found),
            (_, Ok(found), Ok(other)) => all.extend([found, other]),
            (_, Err(why), Err(_)) => return Err(why),
        }
    }
    Ok(all)
}

/// The years that two figures can mean.
pub fn short_years(year: i32) -> Vec<YearWord> {
    let mut all = vec![western(1_900 + year), western(1_800 + year)];
    if year <= 30 {
        all.push(western(2_000 + year));
    }
    all
}
