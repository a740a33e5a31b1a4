//! The Japanese calendar of the first five years of Meiji, before the Western one was taken over.

use std::sync::LazyLock;

use super::day::Day;
use super::lunar::{Month, Year};

/// A year, New Year's Day, the month that comes twice (0 for none), and `+` for each month of 30 days.
type Row = (i32, (i32, u8, u8), u8, &'static str);

/// The years.
const YEARS: [Row; 5] = [
    (1868, (1868, 1, 25), 4, "-++--+--+-++-"),
    (1869, (1869, 2, 11), 0, "+++--+--+-++"),
    (1870, (1870, 2, 1), 10, "-++-+-+-+--+-"),
    (1871, (1871, 2, 19), 0, "++-++-+-+-+-"),
    (1872, (1872, 2, 9), 0, "-+-++-++-+-2"),
];

/// A year from 1868 to 1872.
pub fn year(year: i32) -> Option<&'static Year> {
    static TABLE: LazyLock<Vec<(i32, Year)>> = LazyLock::new(|| {
        YEARS.iter().map(|(year, first, leap, months)| (*year, built(*first, *leap, months))).collect()
    });
    TABLE.iter().find(|(number, _)| *number == year).map(|(_, year)| year)
}

fn built(first: (i32, u8, u8), leap: u8, lengths: &str) -> Year {
    let mut next = Day::new(first.0, first.1, first.2);
    let (mut number, mut months) = (0, Vec::new());
    for length in lengths.chars() {
        let is_leap = number == leap && leap > 0 && months.last().is_some_and(|month: &Month| !month.leap);
        if !is_leap {
            number += 1;
        }
        let days = match length {
            '+' => 30,
            '-' => 29,
            // The old calendar ended with the second day of this month.
            _ => 2,
        };
        months.push(Month { number, leap: is_leap, first: next, days });
        next = next.plus(i32::from(days));
    }
    Year { months }
}
