//! A day as a number, and as year, month and day of the proleptic Gregorian and the Julian calendar.

/// A day: its Julian day number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// The years that a reading may have: four digits, and as many before our era.
pub const YEARS: std::ops::RangeInclusive<i32> = -9_999..=9_999;

impl Day {
    /// The day of this Julian day number.
    pub const fn of_number(number: i32) -> Self {
        Self(number)
    }

    /// Its Julian day number.
    pub fn number(self) -> i32 {
        self.0
    }

    /// The day of the proleptic Gregorian calendar, if there is one.
    pub fn of(year: i32, month: u8, day: u8) -> Option<Self> {
        if !YEARS.contains(&year) || day == 0 || day > days_in_month(year, month)? {
            return None;
        }
        Some(Self::new(year, month, day))
    }

    /// The same for what is known to be a day: nothing is checked.
    pub fn new(year: i32, month: u8, day: u8) -> Self {
        let (month, day) = (i32::from(month), i32::from(day));
        let shift = (14 - month) / 12;
        let (year, month) = (year + 4_800 - shift, month + 12 * shift - 3);
        let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        Self(day + (153 * month + 2) / 5 + 365 * year + leaps - 32_045)
    }

    /// Year (astronomical: 0 is 1 BC), month and day of the proleptic Gregorian calendar.
    pub fn date(self) -> (i32, u8, u8) {
        let days = self.0 + 32_044;
        let era = (4 * days + 3).div_euclid(146_097);
        let rest = days - (146_097 * era).div_euclid(4);
        let year = (4 * rest + 3).div_euclid(1_461);
        let rest = rest - (1_461 * year).div_euclid(4);
        let month = (5 * rest + 2) / 153;
        let day = rest - (153 * month + 2) / 5 + 1;
        let small = |n: i32| u8::try_from(n).unwrap_or(1);
        (100 * era + year - 4_800 + month / 10, small(month + 3 - 12 * (month / 10)), small(day))
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.date().0
    }

    /// The day so many days later.
    pub fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// The day of the week: 0 is Sunday.
    pub fn weekday(self) -> u8 {
        u8::try_from((self.0 + 1).rem_euclid(7)).unwrap_or(0)
    }

    /// Its place in the cycle of sixty: 0 is 甲子.
    pub fn cycle(self) -> u8 {
        u8::try_from((self.0 - 11).rem_euclid(60)).unwrap_or(0)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{}-{month:02}-{day:02}", Year(year))
    }
}

/// A year as ISO 8601 and EDTF write it.
pub struct Year(pub i32);

impl std::fmt::Display for Year {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{:04}", self.0.unsigned_abs())
    }
}

/// How many days a month of the Gregorian calendar has; nothing if there is no such month.
pub fn days_in_month(year: i32, month: u8) -> Option<u8> {
    let leap = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if leap { 29 } else { 28 }),
        _ => None,
    }
}
