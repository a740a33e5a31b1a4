//! Days with names of their own: festivals and the 24 terms.

use super::day::Day;
use super::lunar;
use super::parts::{DayWord, Feast, Parts, Refusal, Stated};
use super::span::Span;
use super::word;

/// The days that a name can mean in a year. A year `by_moon` is one of the Chinese calendar; `plain` is one that only its
/// Western number names.
///
/// # Errors
/// If there is no such day, or if what else is said contradicts it.
pub fn days(feast: Feast, parts: &Parts, year: i32, by_moon: bool, plain: bool) -> Result<Vec<Span>, Refusal> {
    let spans = match feast {
        Feast::Lunar(month, day) => vec![moon(year, month, day, day)?],
        Feast::LunarDays(month, from, to) => vec![moon(year, month, from, to)?],
        Feast::NewYear if by_moon => vec![moon(year, 1, 1, 1)?],
        Feast::NewYear => vec![one(Day::new(year, 1, 1))],
        Feast::Eve => eves(parts, year, by_moon || !plain)?,
        Feast::Western(month, day) => vec![one(western(year, month, day, by_moon)?)],
        Feast::Easter(days) => vec![one(easter(year).plus(i32::from(days)))],
        Feast::Term(term) => terms(term, year, by_moon)?,
        Feast::ColdFood => {
            terms(6, year, by_moon)?.into_iter().filter_map(|span| span.first()).map(|day| one(day.plus(-1))).collect()
        }
    };
    let all: Vec<Span> = spans.into_iter().filter(|span| fits(parts, span)).collect();
    if all.is_empty() {
        let why = "the day with that name is another one in that year";
        return Err(Refusal::new("contradiction", why).told("date-feast-elsewhere", []));
    }
    Ok(all)
}

fn one(day: Day) -> Span {
    Span::days(day, day)
}

pub fn unknown() -> Refusal {
    let (from, to) = (lunar::FIRST, lunar::LAST);
    Refusal::new("out-of-range", format!("days of the Chinese calendar are known from {from} to {to}"))
        .told("date-calendar-range", [("from", from.to_string()), ("to", to.to_string())])
}

/// Days of a month of the Chinese calendar.
fn moon(year: i32, month: u8, from: u8, to: u8) -> Result<Span, Refusal> {
    let found = lunar::year(year).ok_or_else(unknown)?;
    let month = found.month(month, false).ok_or_else(unknown)?;
    Ok(Span::days(month.first.plus(i32::from(from) - 1), month.first.plus(i32::from(to) - 1)))
}

/// New Year's Eve. A Western year has one in it, and another one ends the Chinese year that begins in it.
fn eves(parts: &Parts, year: i32, by_moon: bool) -> Result<Vec<Span>, Refusal> {
    let of = |year: i32| lunar::year(year).map(lunar::Year::last).map(one).ok_or_else(unknown);
    if by_moon || parts.stated == Some(Stated::Lunar) {
        return Ok(vec![of(year)?]);
    }
    Ok(vec![of(year)?, of(year - 1)?])
}

fn western(year: i32, month: u8, day: u8, by_moon: bool) -> Result<Day, Refusal> {
    let found = Day::new(year, month, day);
    match lunar::year(year) {
        Some(table) if by_moon && found < table.first() => Ok(Day::new(year + 1, month, day)),
        _ => Ok(found),
    }
}

/// A term: in a Western year there is one, in a Chinese one there can be two or none.
fn terms(term: u8, year: i32, by_moon: bool) -> Result<Vec<Span>, Refusal> {
    if !by_moon {
        return Ok(vec![one(lunar::term(year, term).ok_or_else(unknown)?)]);
    }
    let table = lunar::year(year).ok_or_else(unknown)?;
    let inside = |day: &Day| (table.first()..=table.last()).contains(day);
    let all: Vec<Span> =
        [year, year + 1].into_iter().filter_map(|year| lunar::term(year, term)).filter(inside).map(one).collect();
    if all.is_empty() {
        let name = word::TERMS.get(usize::from(term)).copied().unwrap_or_default();
        return Err(Refusal::new("no-such-day", format!("lunar year {year} has no {name}"))
            .told("date-no-term", [("year", year.to_string()), ("name", name.to_owned())]));
    }
    Ok(all)
}

/// Is what else the wording says true of this day?
fn fits(parts: &Parts, span: &Span) -> bool {
    let Some(day) = span.first() else { return true };
    if parts.day_cycle.is_some_and(|cycle| day.cycle() != cycle) {
        return false;
    }
    if parts.month.is_none() && parts.day.is_none() {
        return true;
    }
    let western = day.date();
    let moon = lunar::place(day).map(|(_, month, day)| (month.number, month.leap, day));
    let month = parts.month.is_none_or(|month| {
        let by_moon = moon.is_some_and(|(number, leap, _)| number == month.number && leap == month.leap);
        by_moon || (!month.lunar && western.1 == month.number)
    });
    let number = match parts.day {
        Some(DayWord::Number(number)) => western.2 == number || moon.is_some_and(|(_, _, day)| day == number),
        Some(DayWord::Lunar(number)) => moon.is_some_and(|(_, _, day)| day == number),
        _ => true,
    };
    month && number
}

/// Easter Sunday of the Western churches.
fn easter(year: i32) -> Day {
    let (golden, century) = (year.rem_euclid(19), year.div_euclid(100));
    let skipped = century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15;
    let moon = skipped.rem_euclid(30);
    let moon = moon - (moon / 28) * (1 - (moon / 28) * (29 / (moon + 1)) * ((21 - golden) / 11));
    let weekday = (year + year / 4 + moon + 2 - century + century / 4).rem_euclid(7);
    let shift = moon - weekday;
    let month = 3 + (shift + 40) / 44;
    let day = shift + 28 - 31 * (month / 4);
    Day::new(year, u8::try_from(month).unwrap_or(4), u8::try_from(day).unwrap_or(1))
}
