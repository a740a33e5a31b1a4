//! The Chinese calendar as it was issued, from 1368 to 2100: months with their first days, and the days of the 24 terms.
//! The months come from `tyme4rs`, whose tables follow the printed calendars; where those are known to differ from it stands
//! a correction here.

use std::sync::OnceLock;

use tyme4rs::tyme::lunar::{LunarMonth, LunarYear};
use tyme4rs::tyme::solar::SolarTerm;

use super::day::Day;

/// The first year that is known to the day.
pub const FIRST: i32 = 1_368;
/// The last one.
pub const LAST: i32 = 2_100;
/// The Julian day number of noon of 2000-01-01, from which terms are counted.
const EPOCH: f64 = 2_451_545.0;

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
    Some(YEARS.get(place)?.get_or_init(|| computed(year)))
}

/// The year and the month in which a day lies, and which day of it that is.
pub fn place(day: Day) -> Option<(i32, Month, u8)> {
    let western = day.year();
    let found = |number: i32| year(number)?.place(day).map(|(month, day)| (number, *month, day));
    found(western).or_else(|| found(western - 1))
}

fn computed(number: i32) -> Year {
    let Ok(wide) = isize::try_from(number) else { return Year { months: Vec::new() } };
    let leap = LunarYear::from_year(wide).get_leap_month();
    let mut months = Vec::with_capacity(13);
    for month in 1..=12_u8 {
        let number = isize::from(month);
        for (is_leap, signed) in [(false, number), (true, -number)] {
            if is_leap && usize::from(month) != leap {
                continue;
            }
            let Ok(found) = LunarMonth::new(wide, signed) else { continue };
            let first = Day::of_number(rounded(found.get_first_julian_day().get_day()));
            let days = u8::try_from(found.get_day_count()).unwrap_or(29);
            months.push(Month { number: month, leap: is_leap, first, days });
        }
    }
    Year { months }
}

/// The day of a term in a Western year, as the printed calendars have it: 0 is 小寒 in January, 23 is 冬至 in December.
pub fn term(year: i32, term: u8) -> Option<Day> {
    if !(FIRST..=LAST).contains(&year) || term > 23 {
        return None;
    }
    let found = SolarTerm::from_index(isize::try_from(year).ok()?, isize::from(term) + 1);
    Some(Day::of_number(rounded(found.get_cursory_julian_day() + EPOCH)))
}

/// A count of days as a whole number.
#[allow(clippy::cast_possible_truncation, reason = "a day of these centuries fits well")]
fn rounded(days: f64) -> i32 {
    (days + 0.5).floor() as i32
}
