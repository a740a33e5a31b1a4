//! What a wording names: year, month, day and what narrows them, before it is known which days that are.

use super::era::Era;

/// Why a wording isn't read: a code that stays, and the reason for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub code: &'static str,
    /// The reason, in English.
    pub reason: String,
    /// The message in which a reader hears it; empty for what nobody is refused for.
    pub message: &'static str,
    /// What the message names.
    pub values: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into(), message: "", values: Vec::new() }
    }

    /// The same as it is said to readers.
    pub fn told<const N: usize>(self, message: &'static str, values: [(&'static str, String); N]) -> Self {
        Self { message, values: values.into(), ..self }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.reason)
    }
}

/// The calendar that a wording names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stated {
    /// 農曆, 陰曆, 舊曆.
    Lunar,
    /// 陽曆, 西曆, 公曆.
    Western,
}

/// A year as written. With digits lost it is one of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YearWord {
    /// Of our era, from one to another.
    Western(i32, i32),
    /// With its last two digits alone.
    Short(i32),
    /// Of a named era, from one to another.
    Era(&'static Era, i32, i32),
    /// From the beginning of one era to the end of another.
    Eras(&'static Era, &'static Era),
}

/// A month as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthWord {
    /// Its number.
    pub number: u8,
    /// Is it said to be the leap month?
    pub leap: bool,
    /// Can it be of the Chinese calendar only (臘月, 桂月)?
    pub lunar: bool,
}

/// A day as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayWord {
    /// By its number.
    Number(u8),
    /// By its number in the Chinese calendar only (初三, 既望).
    Lunar(u8),
    /// The last day of a month (晦).
    Last,
    /// Ten days: 0 is the first ten.
    Ten(u8),
    /// By its place in the cycle of sixty.
    Cycle(u8),
}

/// A day that has a name of its own in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feast {
    /// A day of a month of the Chinese calendar.
    Lunar(u8, u8),
    /// The last day of the year.
    Eve,
    /// One of the 24 terms: 0 is 小寒.
    Term(u8),
    /// The first day of a year of whatever calendar (元旦).
    NewYear,
    /// A day of the Western calendar.
    Western(u8, u8),
    /// Several days of a month of the Chinese calendar.
    LunarDays(u8, u8, u8),
    /// The day before 清明.
    ColdFood,
    /// Easter Sunday and so many days.
    Easter(i8),
}

/// What narrows the smallest thing that is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrow {
    /// A season: 0 is spring.
    Season(u8),
    /// The very first of it.
    Start,
    /// The first third.
    Early,
    /// The middle.
    Middle,
    /// The last third.
    Late,
    /// The very last of it.
    End,
    /// The first half.
    FirstHalf,
    /// The second half.
    SecondHalf,
}

/// A wording taken apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parts {
    /// The calendar.
    pub stated: Option<Stated>,
    /// The year.
    pub year: Option<YearWord>,
    /// The year's place in the cycle of sixty.
    pub cycle: Option<u8>,
    /// The years between which it lies, by a dynasty's name.
    pub bounds: Option<(i32, i32)>,
    /// The month.
    pub month: Option<MonthWord>,
    /// The month's place in the cycle of sixty.
    pub month_cycle: Option<u8>,
    /// The day.
    pub day: Option<DayWord>,
    /// The day's place in the cycle of sixty, beside its number.
    pub day_cycle: Option<u8>,
    /// The day's name.
    pub feast: Option<Feast>,
    /// What narrows it.
    pub narrow: Option<Narrow>,
    /// The day of the week: 0 is Sunday.
    pub weekday: Option<u8>,
    /// The animal of the year: 0 is the rat.
    pub animal: Option<u8>,
}

impl Parts {
    /// Is a year named in any way?
    pub fn has_year(&self) -> bool {
        self.year.is_some() || self.cycle.is_some() || self.animal.is_some()
    }

    /// Is anything named within the year?
    pub fn has_less(&self) -> bool {
        self.month.is_some()
            || self.month_cycle.is_some()
            || self.day.is_some()
            || self.feast.is_some()
            || matches!(self.narrow, Some(Narrow::Season(_)))
    }

    /// Does it name what only the Chinese calendar has?
    pub fn is_lunar(&self) -> bool {
        self.month.is_some_and(|month| month.lunar || month.leap)
            || self.month_cycle.is_some()
            || matches!(self.day, Some(DayWord::Lunar(_) | DayWord::Last))
    }

    /// Fails if what was read before is named anew, and differently.
    ///
    /// # Errors
    /// What is named twice.
    pub fn keeps(&self, before: &Self) -> Result<(), Refusal> {
        let changed = |before: bool, same: bool| before && !same;
        if changed(before.year.is_some(), self.year == before.year)
            || changed(before.cycle.is_some(), self.cycle == before.cycle)
        {
            return Err(Refusal::new("two-years", "two years are named").told("date-two-years", []));
        }
        if changed(before.day.is_some(), self.day == before.day) {
            return Err(Refusal::new("two-days", "two days are named").told("date-two-days", []));
        }
        Ok(())
    }

    /// What is missing here as another one has it: the end of a stretch says no more than what differs.
    pub fn completed(mut self, other: &Self) -> Self {
        self.stated = self.stated.or(other.stated);
        self.bounds = self.bounds.or(other.bounds);
        match (self.year, other.year) {
            (Some(YearWord::Short(year)), Some(YearWord::Era(era, _, _))) => {
                self.year = Some(YearWord::Era(era, year, year));
            }
            (Some(YearWord::Short(year)), Some(YearWord::Western(long, _))) => {
                let year = long - long.rem_euclid(100) + year;
                self.year = Some(YearWord::Western(year, year));
            }
            (None, _) if self.cycle.is_none() => {
                self.year = other.year;
                self.cycle = other.cycle;
                self.animal = self.animal.or(other.animal);
                if self.day.is_some() && self.month.is_none() && self.feast.is_none() {
                    self.month = other.month;
                    self.month_cycle = other.month_cycle;
                }
            }
            _ => {}
        }
        // March 3–5, 1936: the year stands with the end, the month with the beginning.
        if self.day.is_some() && self.month.is_none() && self.feast.is_none() && self.month_cycle.is_none() {
            self.month = other.month;
        }
        self
    }
}
