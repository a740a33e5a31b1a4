//! The Chinese calendar as it was issued, from 1368 to 2100: months with their first days, and the days of the 24 terms.
//!
//! Both stand in a table, `calendar.txt`, a line for each year: New Year's Day, the month that comes twice (00 for none), `+`
//! for each month of 30 days, and for each term from 小寒 on its day of the Western month in base 32. Computing them would
//! give other days: until 1644 terms were counted evenly (大統曆), until 1911 months were computed by the rules of 1645, 1726
//! and 1742 for Beijing's own noon, until 1928 for its meridian, since then for 120° east. The table was compiled from the
//! corrections to computed days in 寿星天文历 (許劍偉) and from Y. T. Liu's comparison with printed calendars, which agree
//! but for 1462, 1581, 1588, 1600 and 1609 (where the printed ones are followed), and two months to come (2057, 2097).

use std::sync::OnceLock;

use super::day::Day;

/// The first year that is known to the day.
pub const FIRST: i32 = 1_368;
/// The last one.
pub const LAST: i32 = 2_100;
/// The table, and how long a line of it is.
const TABLE: &str = include_str!("calendar.txt");
const LINE: usize = 53;

/// A month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Its number from 1 to 12.
    pub number: u8,
    /// Is it the second of that number?
    pub leap: bool,
    /// Its first day.
    pub first: Day,
    /// 29 or 30.
    pub days: u8,
}

impl Month {
    /// Its last day.
    pub fn last(&self) -> Day {
        self.first.plus(i32::from(self.days) - 1)
    }
}

/// A year: it begins with the first month and is named by the Western year in which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// Twelve or thirteen months.
    pub months: Vec<Month>,
}

impl Year {
    /// New Year's Day.
    pub fn first(&self) -> Day {
        self.months.first().map_or(Day::of_number(0), |month| month.first)
    }

    /// New Year's Eve.
    pub fn last(&self) -> Day {
        self.months.last().map_or(Day::of_number(0), Month::last)
    }

    /// The month of this number.
    pub fn month(&self, number: u8, leap: bool) -> Option<&Month> {
        self.months.iter().find(|month| month.number == number && month.leap == leap)
    }

    /// The number of the month that comes twice.
    pub fn leap(&self) -> Option<u8> {
        self.months.iter().find(|month| month.leap).map(|month| month.number)
    }

    /// The month in which a day lies, and which day of it that is.
    pub fn place(&self, day: Day) -> Option<(&Month, u8)> {
        let month = self.months.iter().rev().find(|month| month.first <= day)?;
        let number = u8::try_from(day.number() - month.first.number() + 1).ok()?;
        (number <= month.days).then_some((month, number))
    }
}

/// A year from [`FIRST`] to [`LAST`].
pub fn year(year: i32) -> Option<&'static Year> {
    static YEARS: [OnceLock<Year>; 733] = [const { OnceLock::new() }; 733];
    let place = usize::try_from(year - FIRST).ok()?;
    Some(YEARS.get(place)?.get_or_init(|| read(year).unwrap_or(Year { months: Vec::new() })))
}

/// The year and the month in which a day lies, and which day of it that is.
pub fn place(day: Day) -> Option<(i32, Month, u8)> {
    let western = day.year();
    let found = |number: i32| year(number)?.place(day).map(|(month, day)| (number, *month, day));
    found(western).or_else(|| found(western - 1))
}

/// The words of a year's line in the table.
fn line(year: i32) -> Option<std::str::SplitAsciiWhitespace<'static>> {
    let from = usize::try_from(year - FIRST).ok()?.checked_mul(LINE)?;
    Some(TABLE.get(from..from + LINE)?.split_ascii_whitespace())
}

fn read(number: i32) -> Option<Year> {
    let mut words = line(number)?.skip(1);
    let (month, day) = words.next()?.split_once('-')?;
    let mut next = Day::new(number, month.parse().ok()?, day.parse().ok()?);
    let leap: u8 = words.next()?.parse().ok()?;
    let (mut number, mut months) = (0, Vec::with_capacity(13));
    for length in words.next()?.chars().filter(|c| *c != '.') {
        let is_leap = number > 0 && number == leap && months.last().is_some_and(|month: &Month| !month.leap);
        number += u8::from(!is_leap);
        let days = if length == '+' { 30 } else { 29 };
        months.push(Month { number, leap: is_leap, first: next, days });
        next = next.plus(i32::from(days));
    }
    Some(Year { months })
}

/// The day of a term in a Western year: 0 is 小寒 in January, 23 is 冬至 in December.
pub fn term(year: i32, term: u8) -> Option<Day> {
    let days = line(year)?.nth(4)?;
    let day = days.chars().nth(usize::from(term))?.to_digit(32)?;
    Some(Day::new(year, term / 2 + 1, u8::try_from(day).ok()?))
}
