//! A reading as EDTF (ISO 8601-2, levels 1 and 2), with the first and the last day that it can mean.

use super::day::{Day, Year, days_in_month};

/// A stretch of time that EDTF has one word for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A day.
    Day(Day),
    /// A month of a year.
    Month(i32, u8),
    /// A season of a year: 21 is spring, 24 is winter.
    Season(i32, u8),
    /// A year.
    Year(i32),
    /// Ten years, by their number: 193 is 1930 to 1939.
    Decade(i32),
    /// A hundred years, by their number: 19 is 1900 to 1999.
    Century(i32),
    /// No bound.
    Open,
}

/// A part with what is doubtful about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Atom {
    /// When.
    pub part: Part,
    /// About then (`~`).
    pub near: bool,
    /// Perhaps then (`?`).
    pub unsure: bool,
}

/// When something was: within one part, between two, or at one of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Between two parts, or within one if both are the same.
    Between(Atom, Atom),
    /// At one of these.
    OneOf(Vec<Atom>),
}

impl Part {
    /// The first day that it can mean.
    pub fn first(self) -> Option<Day> {
        Some(match self {
            Self::Day(day) => day,
            Self::Month(year, month) => Day::new(year, month, 1),
            // Whether a winter is meant that ends with a year or one that begins with it, nobody says.
            Self::Season(year, 24) => Day::new(year, 1, 1),
            Self::Season(year, season) => Day::new(year, 3 * season.saturating_sub(20), 1),
            Self::Year(year) => Day::new(year, 1, 1),
            Self::Decade(ten) => Day::new(ten * 10, 1, 1),
            Self::Century(hundred) => Day::new(hundred * 100, 1, 1),
            Self::Open => return None,
        })
    }

    /// The last day that it can mean.
    pub fn last(self) -> Option<Day> {
        let end = |year: i32, month: u8| Day::new(year, month, days_in_month(year, month).unwrap_or(30));
        Some(match self {
            Self::Day(day) => day,
            Self::Month(year, month) => end(year, month),
            Self::Season(year, 24) => end(year + 1, 2),
            Self::Season(year, season) => end(year, 3 * season.saturating_sub(20) + 2),
            Self::Year(year) => end(year, 12),
            Self::Decade(ten) => end(ten * 10 + 9, 12),
            Self::Century(hundred) => end(hundred * 100 + 99, 12),
            Self::Open => return None,
        })
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = |f: &mut std::fmt::Formatter<'_>, number: i32, width: usize, lost: &str| {
            let sign = if number < 0 { "-" } else { "" };
            write!(f, "{sign}{:0width$}{lost}", number.unsigned_abs())
        };
        match *self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Month(year, month) | Self::Season(year, month) => write!(f, "{}-{month:02}", Year(year)),
            Self::Year(year) => write!(f, "{}", Year(year)),
            Self::Decade(ten) => digits(f, ten, 3, "X"),
            Self::Century(hundred) => digits(f, hundred, 2, "XX"),
            Self::Open => f.write_str(".."),
        }
    }
}

impl Atom {
    /// A part about which nothing is doubtful.
    pub fn sure(part: Part) -> Self {
        Self { part, near: false, unsure: false }
    }
}

impl std::fmt::Display for Atom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mark = match (self.near, self.unsure) {
            _ if self.part == Part::Open => "",
            (true, true) => "%",
            (true, false) => "~",
            (false, true) => "?",
            (false, false) => "",
        };
        write!(f, "{}{mark}", self.part)
    }
}

impl Span {
    /// Within one part.
    pub fn within(part: Part) -> Self {
        Self::between(part, part)
    }

    /// Between two parts.
    pub fn between(from: Part, to: Part) -> Self {
        Self::Between(Atom::sure(from), Atom::sure(to))
    }

    /// From one day to another; a whole month, year, decade or century is said as such.
    pub fn days(first: Day, last: Day) -> Self {
        if first == last { Self::within(Part::Day(first)) } else { Self::between(Part::Day(first), Part::Day(last)) }
    }

    /// From one year to another; a whole decade or century is said as such.
    pub fn years(first: i32, last: i32) -> Self {
        let whole = |size: i32| first.rem_euclid(size) == 0 && last == first + size - 1;
        if first == last {
            Self::within(Part::Year(first))
        } else if whole(10) && first >= 0 {
            Self::within(Part::Decade(first / 10))
        } else if whole(100) && first >= 0 {
            Self::within(Part::Century(first / 100))
        } else {
            Self::between(Part::Year(first), Part::Year(last))
        }
    }

    /// The first day that it can mean; nothing if it is open.
    pub fn first(&self) -> Option<Day> {
        match self {
            Self::Between(from, _) => from.part.first(),
            Self::OneOf(all) => all.iter().map(|one| one.part.first()).min().flatten(),
        }
    }

    /// The last day that it can mean; nothing if it is open.
    pub fn last(&self) -> Option<Day> {
        match self {
            Self::Between(_, to) => to.part.last(),
            Self::OneOf(all) if all.iter().any(|one| one.part.last().is_none()) => None,
            Self::OneOf(all) => all.iter().map(|one| one.part.last()).max().flatten(),
        }
    }

    fn each(self, change: impl Fn(Atom) -> Atom) -> Self {
        match self {
            Self::Between(from, to) => Self::Between(change(from), change(to)),
            Self::OneOf(all) => Self::OneOf(all.into_iter().map(change).collect()),
        }
    }

    /// The same, but only about then.
    pub fn near(self) -> Self {
        self.each(|atom| Atom { near: true, ..atom })
    }

    /// The same, but only perhaps.
    pub fn unsure(self) -> Self {
        self.each(|atom| Atom { unsure: true, ..atom })
    }

    /// From the beginning of this to the end of another.
    pub fn until(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Between(from, _), Self::Between(_, to)) => Some(Self::Between(*from, *to)),
            _ => None,
        }
    }

    /// Whatever comes before it.
    pub fn before(&self) -> Option<Self> {
        let Self::Between(from, _) = self else { return None };
        let part = match from.part {
            Part::Year(year) => Part::Year(year - 1),
            Part::Decade(ten) => Part::Year(ten * 10 - 1),
            Part::Century(hundred) => Part::Year(hundred * 100 - 1),
            Part::Month(year, 1) => Part::Month(year - 1, 12),
            Part::Month(year, month) => Part::Month(year, month - 1),
            other => Part::Day(other.first()?.plus(-1)),
        };
        Some(Self::Between(Atom::sure(Part::Open), Atom { part, ..*from }))
    }

    /// Whatever comes after it.
    pub fn after(&self) -> Option<Self> {
        let Self::Between(_, to) = self else { return None };
        let part = match to.part {
            Part::Year(year) => Part::Year(year + 1),
            Part::Decade(ten) => Part::Year(ten * 10 + 10),
            Part::Century(hundred) => Part::Year(hundred * 100 + 100),
            Part::Month(year, 12) => Part::Month(year + 1, 1),
            Part::Month(year, month) => Part::Month(year, month + 1),
            other => Part::Day(other.last()?.plus(1)),
        };
        Some(Self::Between(Atom { part, ..*to }, Atom::sure(Part::Open)))
    }

    /// It, and whatever comes before.
    pub fn down(&self) -> Option<Self> {
        let Self::Between(_, to) = self else { return None };
        Some(Self::Between(Atom::sure(Part::Open), *to))
    }

    /// It, and whatever comes after.
    pub fn up(&self) -> Option<Self> {
        let Self::Between(from, _) = self else { return None };
        Some(Self::Between(*from, Atom::sure(Part::Open)))
    }

    /// Can both mean the same day?
    pub fn meets(&self, other: &Self) -> bool {
        let after = |one: Option<Day>, other: Option<Day>| one.zip(other).is_some_and(|(one, other)| one > other);
        !after(self.first(), other.last()) && !after(other.first(), self.last())
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Between(from, to) if from == to => write!(f, "{from}"),
            Self::Between(from, to) => write!(f, "{from}/{to}"),
            Self::OneOf(all) => {
                let all: Vec<String> = all.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", all.join(","))
            }
        }
    }
}
