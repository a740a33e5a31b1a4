//! From what a wording names to the days that it can mean.

use super::day::{Day, days_in_month};
use super::era::{Calendar, Era};
use super::parts::{DayWord, Narrow, Parts, Refusal, Stated, YearWord};
use super::span::{Part, Span};
use super::word::cycle_of_year;
use super::{feast, japan, lunar, word};

/// The years in which a year of the cycle of sixty is looked for if nothing else says when.
const CYCLE_BOUNDS: (i32, i32) = (1_624, 2_043);
/// The year near which a year of the cycle is likeliest.
const LIKELIEST: i32 = 1_910;
/// The years in which a year is looked for that is told by its animal alone.
const ANIMAL_BOUNDS: (i32, i32) = (1_864, 2_043);
/// The twelve days in 1917 in which the last emperor was put back on the throne.
const RESTORED: (i32, Day, Day) = (9, Day::of_number(2_421_411), Day::of_number(2_421_422));

/// A reading with its reasoning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// When.
    pub span: Span,
    /// Why.
    pub note: String,
}

/// In which calendar months are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Months {
    Lunar,
    OldJapanese,
    Western,
    Heavenly,
    Thai,
}

/// A year that a wording can mean.
#[derive(Debug, Clone)]
struct Anchor {
    least: i32,
    most: i32,
    months: Months,
    era: Option<&'static Era>,
    label: String,
    bounds: (Option<Day>, Option<Day>),
}

/// All that the parts can mean.
///
/// # Errors
/// Why they can't mean anything.
pub fn resolve(parts: &Parts) -> Result<Vec<Found>, Refusal> {
    let mut found: Vec<Found> = Vec::new();
    let mut refused = None;
    for anchor in anchors(parts)? {
        match read(parts, &anchor).and_then(|spans| check_weekday(parts, spans)) {
            Ok(spans) => {
                for span in spans {
                    if !found.iter().any(|one| one.span == span) {
                        found.push(Found { span, note: anchor.label.clone() });
                    }
                }
            }
            Err(why) => refused = refused.or(Some(why)),
        }
    }
    match refused {
        Some(why) if found.is_empty() => Err(why),
        _ if found.is_empty() => Err(Refusal::new("no-year", "no year fits")),
        _ => Ok(found),
    }
}

/// The years that can be meant, in the order in which they are offered.
fn anchors(parts: &Parts) -> Result<Vec<Anchor>, Refusal> {
    let Some(year) = parts.year else { return sexagenary(parts) };
    match year {
        YearWord::Western(least, most) => western_years(parts, least, most, String::new()),
        YearWord::Short(year) => {
            let mut all = western_years(parts, 1_900 + year, 1_900 + year, format!("{}", 1_900 + year))?;
            if year > 0 {
                let label = format!("民国 {year}");
                all.extend(western_years(parts, 1_911 + year, 1_911 + year, label)?);
            }
            Ok(all)
        }
        YearWord::Era(era, least, most) => era_years(parts, era, least, most),
        YearWord::Eras(from, to) => {
            let mut anchor = era_anchor(parts, from, 1, 1)?;
            anchor.most = to.western(to.years);
            anchor.bounds.1 = to.last_day();
            anchor.label = format!("{}–{}", from.name(), to.name());
            Ok(vec![anchor])
        }
    }
}

fn western_years(parts: &Parts, least: i32, most: i32, label: String) -> Result<Vec<Anchor>, Refusal> {
    let anchor = |months| Anchor { least, most, months, era: None, label: label.clone(), bounds: (None, None) };
    let months = if parts.stated == Some(Stated::Lunar) || (parts.is_lunar() && parts.stated.is_none()) {
        Months::Lunar
    } else {
        Months::Western
    };
    if !super::day::YEARS.contains(&least) || !super::day::YEARS.contains(&most) {
        return Err(Refusal::new("out-of-range", format!("the year {least} is beyond what can be read"))
            .told("date-far-year", [("year", least.to_string())]));
    }
    if parts.cycle.is_some() && least == most && parts.stated.is_none() && months == Months::Western {
        // A year that is named in both ways may count its months in either.
        let with_month = parts.month.is_some();
        return Ok(if with_month {
            vec![anchor(Months::Lunar), anchor(Months::Western)]
        } else {
            vec![anchor(Months::Western)]
        });
    }
    by_cycle(parts, anchor(months))
}

/// If a year of the cycle is named beside a stretch of years, those of the stretch that it can be.
fn by_cycle(parts: &Parts, anchor: Anchor) -> Result<Vec<Anchor>, Refusal> {
    let fits = |year: i32| {
        parts.cycle.is_none_or(|cycle| cycle_of_year(year) == cycle)
            && parts.animal.is_none_or(|animal| cycle_of_year(year) % 12 == animal)
    };
    if parts.cycle.is_none() && parts.animal.is_none() {
        return Ok(vec![anchor]);
    }
    let all: Vec<Anchor> = (anchor.least..=anchor.most)
        .filter(|year| fits(*year))
        .map(|year| Anchor { least: year, most: year, ..anchor.clone() })
        .collect();
    if all.is_empty() {
        return Err(other_pair(anchor.label.clone(), anchor.least, parts.cycle));
    }
    Ok(all)
}

/// That a year is another one of the cycle of sixty than is said, or of another animal.
fn other_pair(label: String, year: i32, said: Option<u8>) -> Refusal {
    let (own, said) = (word::cycle_name(cycle_of_year(year)), said.map(word::cycle_name).unwrap_or_default());
    let why = Refusal::new("contradiction", format!("{label} ({year}) is {own}, not {said}"));
    let year = ("year", year.to_string());
    match said.is_empty() {
        true => why.told("date-other-animal", [year, ("own", own)]),
        false => why.told("date-other-pair", [year, ("own", own), ("said", said)]),
    }
}

fn era_years(parts: &Parts, era: &'static Era, least: i32, most: i32) -> Result<Vec<Anchor>, Refusal> {
    let anchor = era_anchor(parts, era, least, most)?;
    if parts.cycle.is_some()
        && least == most
        && anchor.months == Months::Western
        && parts.month.is_some()
        && parts.stated.is_none()
    {
        let lunar = Anchor { months: Months::Lunar, ..anchor.clone() };
        let mut all = by_cycle(parts, lunar)?;
        all.extend(by_cycle(parts, anchor)?);
        return Ok(all);
    }
    by_cycle(parts, anchor)
}

fn era_anchor(parts: &Parts, era: &'static Era, least: i32, most: i32) -> Result<Anchor, Refusal> {
    let name = era.name();
    let mut bounds = (era.first_day(), era.last_day());
    let (mut first, mut last) = (least.max(1), most.min(era.years));
    if (least, most) == (RESTORED.0, RESTORED.0) && name == "宣统" {
        bounds = (Some(RESTORED.1), Some(RESTORED.2));
        (first, last) = (least, most);
    }
    if first > last {
        let (from, to) = (era.first, era.western(era.years));
        let count = if era.years == 1 { "1 year".to_owned() } else { format!("{} years", era.years) };
        let why = if least < 1 {
            format!("{name} has no year {least}")
        } else {
            format!("{name} has {count} ({from}–{to}), no year {least}")
        };
        let named = |name, year: i32| (name, year.to_string());
        let values = [("era", name.to_owned()), named("from", from), named("to", to), named("year", least)];
        return Err(Refusal::new("no-such-year", why).told("date-no-era-year", values));
    }
    let (from, to) = (era.western(first), era.western(last));
    let lunar = parts.stated == Some(Stated::Lunar) || (parts.is_lunar() && parts.stated.is_none());
    let months = match era.calendar {
        _ if parts.stated == Some(Stated::Western) && era.calendar != Calendar::Thai => Months::Western,
        Calendar::Lunar => Months::Lunar,
        Calendar::Japanese if to <= 1_872 => Months::OldJapanese,
        Calendar::Korean if to <= 1_895 => Months::Lunar,
        Calendar::Heavenly if from == 1_851 && to == 1_851 => Months::Lunar,
        Calendar::Heavenly => Months::Heavenly,
        _ if lunar => Months::Lunar,
        Calendar::Thai => Months::Thai,
        _ => Months::Western,
    };
    let label = if first == last { format!("{name} {first}") } else { name.to_owned() };
    Ok(Anchor { least: from, most: to, months, era: Some(era), label, bounds })
}

/// A year of the cycle of sixty, or an animal's, by itself.
fn sexagenary(parts: &Parts) -> Result<Vec<Anchor>, Refusal> {
    if parts.cycle.is_none() && parts.animal.is_none() {
        if let (Some((least, most)), false) = (parts.bounds, parts.has_less()) {
            let label = String::new();
            return Ok(vec![Anchor { least, most, months: Months::Western, era: None, label, bounds: (None, None) }]);
        }
        return Err(no_year(parts));
    }
    let usual = if parts.cycle.is_some() { CYCLE_BOUNDS } else { ANIMAL_BOUNDS };
    let (least, most) = parts.bounds.unwrap_or(usual);
    let months = if parts.stated == Some(Stated::Western) { Months::Western } else { Months::Lunar };
    let anchor = Anchor { least, most, months, era: None, label: String::new(), bounds: (None, None) };
    let mut all = by_cycle(parts, anchor)?;
    for one in &mut all {
        one.label = word::cycle_name(cycle_of_year(one.least));
    }
    // What people keep is mostly of these generations.
    all.sort_by_key(|one| (one.least - LIKELIEST).abs());
    Ok(all)
}

/// That a year is missing, unless the day is one that no year has.
fn no_year(parts: &Parts) -> Refusal {
    let (Some(month), Some(DayWord::Number(day) | DayWord::Lunar(day))) = (parts.month, parts.day) else {
        return Refusal::new("no-year", "no year is named");
    };
    let lunar = parts.is_lunar() || parts.stated == Some(Stated::Lunar);
    let days = if lunar { Some(30) } else { days_in_month(2_000, month.number) };
    match days {
        Some(days) if day > days => Refusal::new("no-such-day", format!("month {} has never {day} days", month.number))
            .told("date-never-day", [("month", month.number.to_string()), ("day", day.to_string())]),
        _ => Refusal::new("no-year", "no year is named"),
    }
}

/// What the parts mean in a year.
fn read(parts: &Parts, anchor: &Anchor) -> Result<Vec<Span>, Refusal> {
    let years = anchor.least..=anchor.most;
    if anchor.least == anchor.most {
        if let (Some(cycle), true) = (parts.cycle, parts.cycle != Some(cycle_of_year(anchor.least))) {
            return Err(other_pair(anchor.label.clone(), anchor.least, Some(cycle)));
        }
        let spans = match parts.feast {
            Some(day) => feast::days(day, parts, anchor.least, is_lunar_year(anchor), anchor.era.is_none())?,
            None => vec![in_year(parts, anchor)?],
        };
        return spans.into_iter().map(|span| clip(span, anchor)).collect();
    }
    if parts.has_less() {
        let why = format!("the year is one of {} to {}; a month or day needs one year", years.start(), years.end());
        return Err(Refusal::new("no-year", why));
    }
    stretch(parts, anchor).and_then(|span| clip(span, anchor)).map(|span| vec![span])
}

fn is_lunar_year(anchor: &Anchor) -> bool {
    matches!(anchor.months, Months::Lunar | Months::OldJapanese)
}

/// Several years, or a part of them.
fn stretch(parts: &Parts, anchor: &Anchor) -> Result<Span, Refusal> {
    let (least, most) = (anchor.least, anchor.most);
    let count = most - least + 1;
    let third = (count + 2) / 3;
    let short = if count >= 100 { 20 } else { third };
    let (first, last, near) = match parts.narrow {
        None | Some(Narrow::Season(_)) => (least, most, false),
        Some(Narrow::Start) => (least, least + short - 1, true),
        Some(Narrow::End) => (most - short.min((count / 3).max(1)) + 1, most, true),
        Some(Narrow::Early) => (least, least + third - 1, true),
        Some(Narrow::Middle) => (least + third, (most - count / 3).max(least + third), true),
        Some(Narrow::Late) => (most - (count / 3).max(1) + 1, most, true),
        Some(Narrow::FirstHalf) => (least, least + count / 2 - 1, false),
        Some(Narrow::SecondHalf) => (least + count / 2, most, false),
    };
    let (first, last) = (first.min(most), last.max(first).min(most));
    let span = match anchor.months {
        Months::Lunar | Months::OldJapanese => match (lunar::year(first), lunar::year(last)) {
            (Some(from), Some(to)) => Span::days(from.first(), to.last()),
            _ => Span::years(first, last),
        },
        Months::Thai => Span::days(thai_year(first).0, thai_year(last).1),
        Months::Heavenly => Span::days(heavenly_first(first)?, heavenly_first(last + 1)?.plus(-1)),
        Months::Western => Span::years(first, last),
    };
    Ok(if near { span.near() } else { span })
}

/// What the parts mean in one year.
fn in_year(parts: &Parts, anchor: &Anchor) -> Result<Span, Refusal> {
    let year = anchor.least;
    match anchor.months {
        Months::Western => western(parts, year),
        Months::Lunar => {
            let Some(table) = lunar::year(year) else {
                if parts.has_less() {
                    return Err(feast::unknown());
                }
                return Ok(Span::within(Part::Year(year)));
            };
            in_lunar(parts, year, table, "lunar year")
        }
        Months::OldJapanese => match japan::year(year) {
            Some(table) => in_lunar(parts, year, table, "Japanese year"),
            None => western(parts, year),
        },
        Months::Thai => thai(parts, year),
        Months::Heavenly => heavenly(parts, year),
    }
}

/// In a year of the Western calendar.
fn western(parts: &Parts, year: i32) -> Result<Span, Refusal> {
    let Some(month) = parts.month else {
        if parts.day.is_some() {
            return Err(Refusal::new("no-month", "a day is named, but no month"));
        }
        let months = |from: u8, to: u8| Span::between(Part::Month(year, from), Part::Month(year, to));
        return Ok(match parts.narrow {
            None => Span::within(Part::Year(year)),
            Some(Narrow::Season(season)) => Span::within(Part::Season(year, 21 + season)),
            Some(Narrow::Start) => months(1, 2),
            Some(Narrow::Early) => months(1, 4),
            Some(Narrow::Middle) => months(5, 8),
            Some(Narrow::Late) => months(9, 12),
            Some(Narrow::End) => months(11, 12),
            Some(Narrow::FirstHalf) => months(1, 6),
            Some(Narrow::SecondHalf) => months(7, 12),
        });
    };
    let month = month.number;
    let Some(days) = days_in_month(year, month) else {
        return Err(super::figures::no_month(i32::from(month)));
    };
    let first = Day::new(year, month, 1);
    let day = match parts.day {
        None => {
            let (from, to) = match parts.narrow {
                None | Some(Narrow::Season(_)) => return Ok(Span::within(Part::Month(year, month))),
                Some(narrow) => in_month(narrow, days),
            };
            return Ok(Span::days(first.plus(from - 1), first.plus(to - 1)));
        }
        Some(DayWord::Number(day) | DayWord::Lunar(day)) => day,
        Some(DayWord::Last) => days,
        Some(DayWord::Ten(ten)) => {
            let (from, to) = ten_days(ten, days);
            return Ok(Span::days(first.plus(from - 1), first.plus(to - 1)));
        }
        Some(DayWord::Cycle(cycle)) => by_day_cycle(first, days, cycle)?,
    };
    if day > days {
        let month = format!("{}-{month:02}", super::day::Year(year));
        return Err(Refusal::new("no-such-day", format!("{month} has {days} days"))
            .told("date-short-month", [("month", month), ("days", days.to_string())]));
    }
    check_cycle(parts, first.plus(i32::from(day) - 1)).map(|day| Span::within(Part::Day(day)))
}

/// The days of a month that a word narrows it to.
fn in_month(narrow: Narrow, days: u8) -> (i32, i32) {
    let last = i32::from(days);
    match narrow {
        Narrow::Early | Narrow::Start => (1, 10),
        Narrow::Middle => (11, 20),
        Narrow::Late | Narrow::End => (21, last),
        Narrow::FirstHalf => (1, 15),
        Narrow::SecondHalf => (16, last),
        Narrow::Season(_) => (1, last),
    }
}

fn ten_days(ten: u8, days: u8) -> (i32, i32) {
    let from = i32::from(ten) * 10 + 1;
    (from, if ten >= 2 { i32::from(days) } else { from + 9 })
}

/// Which day of a month has this place in the cycle of sixty.
fn by_day_cycle(first: Day, days: u8, cycle: u8) -> Result<u8, Refusal> {
    let found = (1..=days).find(|day| first.plus(i32::from(*day) - 1).cycle() == cycle);
    found.ok_or_else(|| {
        let pair = word::cycle_name(cycle);
        Refusal::new("no-such-day", format!("that month has no day {pair}")).told("date-no-pair-day", [("pair", pair)])
    })
}

/// A day, if what else is said about it is so.
fn check_cycle(parts: &Parts, day: Day) -> Result<Day, Refusal> {
    match parts.day_cycle {
        Some(cycle) if day.cycle() != cycle => {
            let (own, said) = (word::cycle_name(day.cycle()), word::cycle_name(cycle));
            Err(Refusal::new("contradiction", format!("{day} is the day {own}, not {said}"))
                .told("date-other-day", [("day", day.to_string()), ("own", own), ("said", said)]))
        }
        _ => Ok(day),
    }
}

fn check_weekday(parts: &Parts, spans: Vec<Span>) -> Result<Vec<Span>, Refusal> {
    const NAMES: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let Some(weekday) = parts.weekday else { return Ok(spans) };
    for span in &spans {
        if let (Some(first), true) = (span.first(), span.first() == span.last())
            && first.weekday() != weekday
        {
            let name = |n: u8| NAMES.get(usize::from(n)).copied().unwrap_or_default();
            let (own, said) = (name(first.weekday()), name(weekday));
            let values = [("day", first.to_string()), ("own", own.to_lowercase()), ("said", said.to_lowercase())];
            return Err(Refusal::new("contradiction", format!("{first} was a {own}, not a {said}"))
                .told("date-other-weekday", values));
        }
    }
    Ok(spans)
}

/// In a year of a lunar calendar.
fn in_lunar(parts: &Parts, year: i32, table: &lunar::Year, what: &str) -> Result<Span, Refusal> {
    let name = word::cycle_name(cycle_of_year(year));
    let Some((number, leap)) = lunar_month(parts, year, table)? else {
        if parts.day.is_some() {
            return Err(Refusal::new("no-month", "a day is named, but no month"));
        }
        let (from, to) = match parts.narrow {
            None => return Ok(Span::days(table.first(), table.last())),
            Some(Narrow::Season(season)) => (3 * season + 1, 3 * season + 3),
            Some(Narrow::Start) => (1, 2),
            Some(Narrow::Early) => (1, 4),
            Some(Narrow::Middle) => (5, 8),
            Some(Narrow::Late) => (9, 12),
            Some(Narrow::End) => (11, 12),
            Some(Narrow::FirstHalf) => (1, 6),
            Some(Narrow::SecondHalf) => (7, 12),
        };
        let first = table.month(from, false).map_or(table.first(), |month| month.first);
        let last = table.month(to, true).or_else(|| table.month(to, false)).map_or(table.last(), lunar::Month::last);
        return Ok(Span::days(first, last));
    };
    let Some(month) = table.month(number, leap) else {
        let own = match table.leap() {
            Some(own) => format!("its leap month is {own}"),
            None => "it has no leap month".to_owned(),
        };
        let kind = if leap { "leap month" } else { "month" };
        let why = Refusal::new("no-such-month", format!("{what} {year} ({name}) has no {kind} {number}: {own}"));
        let (year, number) = (("year", format!("{year} {name}")), ("number", number.to_string()));
        return Err(match table.leap() {
            Some(own) => why.told("date-other-leap", [year, number, ("own", own.to_string())]),
            None => why.told("date-no-leap", [year]),
        });
    };
    let (days, first) = (month.days, month.first);
    let (from, to) = match parts.day {
        None => match parts.narrow {
            None => (1, i32::from(days)),
            Some(narrow) => in_month(narrow, days),
        },
        Some(DayWord::Number(day) | DayWord::Lunar(day)) => (i32::from(day), i32::from(day)),
        Some(DayWord::Last) => (i32::from(days), i32::from(days)),
        Some(DayWord::Ten(ten)) => ten_days(ten, days),
        Some(DayWord::Cycle(cycle)) => {
            let day = i32::from(by_day_cycle(first, days, cycle)?);
            (day, day)
        }
    };
    if to > i32::from(days) {
        let kind = if leap { "leap month" } else { "month" };
        let message = if leap { "date-short-leap" } else { "date-short-moon" };
        let values = [("year", format!("{year} {name}")), ("number", number.to_string()), ("days", days.to_string())];
        return Err(Refusal::new("no-such-day", format!("{kind} {number} of {what} {year} ({name}) has {days} days"))
            .told(message, values));
    }
    let span = Span::days(first.plus(from - 1), first.plus(to - 1));
    if from == to {
        check_cycle(parts, first.plus(from - 1))?;
    }
    Ok(span)
}

/// The month that is named in a lunar year, in whichever way.
fn lunar_month(parts: &Parts, year: i32, table: &lunar::Year) -> Result<Option<(u8, bool)>, Refusal> {
    let named = match parts.month {
        Some(month) if month.number == 0 => {
            let leap = table.leap().ok_or_else(|| {
                Refusal::new("no-such-month", format!("lunar year {year} has no leap month"))
                    .told("date-no-leap", [("year", year.to_string())])
            })?;
            Some((leap, true))
        }
        Some(month) => Some((month.number, month.leap)),
        None => None,
    };
    let Some(cycle) = parts.month_cycle else { return Ok(named) };
    let number = (cycle % 12 + 10) % 12 + 1;
    let first = (cycle_of_year(year) % 5) * 2 + 2;
    let own = (first + number - 1) % 10;
    if own != cycle % 10 || named.is_some_and(|(other, _)| other != number) {
        let said = word::cycle_name(cycle);
        return Err(Refusal::new("contradiction", format!("lunar year {year} has no such month {said}"))
            .told("date-no-pair-month", [("year", year.to_string()), ("said", said)]));
    }
    Ok(named.or(Some((number, false))))
}

/// The first and the last day of a Thai year: from April on until 1940, then like everybody's.
fn thai_year(year: i32) -> (Day, Day) {
    let first = if year <= 1_940 { Day::new(year, 4, 1) } else { Day::new(year, 1, 1) };
    let last = if year < 1_940 { Day::new(year + 1, 3, 31) } else { Day::new(year, 12, 31) };
    (first, last)
}

fn thai(parts: &Parts, year: i32) -> Result<Span, Refusal> {
    match parts.month {
        // Before 1889 the year began with a lunar month, and only its number can be told.
        None if parts.narrow.is_none() && parts.day.is_none() && (1_889..=1_940).contains(&year) => {
            let (first, last) = thai_year(year);
            Ok(Span::days(first, last))
        }
        Some(month) if month.number <= 3 && year == 1_940 => Err(Refusal::new(
            "no-such-month",
            "B.E. 2483 ended with December: January 1941 was the first month of 2484",
        )
        .told("date-thai-2483", [])),
        Some(month) if month.number <= 3 && year < 1_940 => western(parts, year + 1),
        _ => western(parts, year),
    }
}

/// The first day of a year of the Taiping, which have 366 days each.
fn heavenly_first(year: i32) -> Result<Day, Refusal> {
    match year {
        1_851 => lunar::year(year).map(lunar::Year::first).ok_or_else(feast::unknown),
        _ => Ok(Day::new(1_852, 2, 3).plus(366 * (year - 1_852))),
    }
}

fn heavenly(parts: &Parts, year: i32) -> Result<Span, Refusal> {
    let first = heavenly_first(year)?;
    let Some(month) = parts.month else { return Ok(Span::days(first, first.plus(365))) };
    if month.leap {
        return Err(Refusal::new("no-such-month", "the calendar of the Taiping has no leap months")
            .told("date-taiping-leap", []));
    }
    // Months of 31 and 30 days in turn.
    let before = i32::from(month.number) - 1;
    let first = first.plus(before * 30 + (before + 1) / 2);
    let days: u8 = if month.number % 2 == 1 { 31 } else { 30 };
    let (from, to) = match parts.day {
        Some(DayWord::Number(day) | DayWord::Lunar(day)) => (i32::from(day), i32::from(day)),
        Some(DayWord::Ten(ten)) => ten_days(ten, days),
        _ => (1, i32::from(days)),
    };
    if to > i32::from(days) {
        return Err(Refusal::new("no-such-day", format!("month {} of the Taiping has {days} days", month.number))
            .told("date-taiping-days", [("month", month.number.to_string()), ("days", days.to_string())]));
    }
    Ok(Span::days(first.plus(from - 1), first.plus(to - 1)))
}

/// What of a span lies within its era.
fn clip(span: Span, anchor: &Anchor) -> Result<Span, Refusal> {
    let (Some(first), Some(last)) = (span.first(), span.last()) else { return Ok(span) };
    let (begins, ends) = anchor.bounds;
    let name = anchor.era.map(Era::name).unwrap_or_default();
    if let Some(begins) = begins.filter(|begins| last < *begins) {
        return Err(Refusal::new("outside-era", format!("{name} began on {begins}"))
            .told("date-era-begins", [("era", name.to_owned()), ("day", begins.to_string())]));
    }
    if let Some(ends) = ends.filter(|ends| first > *ends) {
        return Err(Refusal::new("outside-era", format!("{name} ended on {ends}"))
            .told("date-era-ends", [("era", name.to_owned()), ("day", ends.to_string())]));
    }
    let from = begins.filter(|begins| *begins > first);
    let to = ends.filter(|ends| *ends < last);
    if from.is_none() && to.is_none() {
        return Ok(span);
    }
    Ok(Span::days(from.unwrap_or(first), to.unwrap_or(last)))
}
