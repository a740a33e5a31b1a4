//! Wordings of Viet Nam in letters: its own words for months and days, and Chinese numbers as it says them.

use super::parts::{DayWord, MonthWord, Refusal, Stated};
use super::west::Scanner;

impl Scanner<'_> {
    /// tháng 8, mồng 3, rằm, nhuận, âm lịch, năm thứ 10.
    pub fn of_viet_nam(&mut self) -> Result<bool, Refusal> {
        let (word, next) = (self.word(0).to_owned(), self.number(1));
        match (word.as_str(), next) {
            ("thang" | "bulan" | "เดือน", Some(month)) => {
                self.at += 2;
                self.month(month, false)?;
                Ok(true)
            }
            ("thang", None) => self.spelled_month(),
            ("mong" | "mung", Some(day)) => {
                self.at += 2;
                self.parts.day = u8::try_from(day).ok().filter(|day| (1..=10).contains(day)).map(DayWord::Lunar);
                Ok(self.parts.day.is_some())
            }
            ("ram", _) => {
                self.at += 1;
                self.parts.day = Some(DayWord::Lunar(15));
                Ok(true)
            }
            ("nhuan" | "intercalary" | "leap" | "embolismic", _) => {
                self.at += 1;
                let number = self.parts.month.map_or(0, |month| month.number);
                self.parts.month = Some(MonthWord { number, leap: true, lunar: true });
                Ok(true)
            }
            ("am" | "duong", _) if self.word(1) == "lich" => {
                self.at += 2;
                self.parts.stated = Some(if word == "am" { Stated::Lunar } else { Stated::Western });
                Ok(true)
            }
            ("nam" | "thu" | "year" | "tahun" | "annee", Some(year))
                if self.era.is_some() && self.parts.year.is_none() =>
            {
                self.at += 2;
                self.suffix();
                self.era_year(year);
                Ok(true)
            }
            ("so", None) => {
                self.at += 1;
                let day = self.sino_viet().and_then(|day| u8::try_from(day).ok());
                self.parts.day = day.filter(|day| (1..=10).contains(day)).map(DayWord::Lunar);
                self.at += usize::from(self.word(0) == "nhat");
                Ok(self.parts.day.is_some())
            }
            ("chinh", _) if self.word(1) == "nguyet" => {
                self.at += 2;
                self.month(1, true)?;
                Ok(true)
            }
            ("nguyen", _) if self.word(1) == "nien" => {
                self.at += 2;
                self.era_year(1);
                Ok(true)
            }
            _ => self.counted_viet(),
        }
    }

    /// thập niên, bát nguyệt, nhị thập nhật: Chinese numbers in the letters of Viet Nam.
    fn counted_viet(&mut self) -> Result<bool, Refusal> {
        let at = self.at;
        let Some(number) = self.sino_viet() else { return Ok(false) };
        let unit = self.word(0).to_owned();
        self.at += 1;
        match unit.as_str() {
            "nien" if self.era.is_some() && self.parts.year.is_none() => self.era_year(number),
            "nguyet" => self.month(number, false)?,
            "nhat" => self.parts.day = u8::try_from(number).ok().map(DayWord::Number),
            _ => {
                self.at = at;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn sino_viet(&mut self) -> Option<i32> {
        const NUMBERS: [&str; 9] = ["nhat", "nhi", "tam", "tu", "ngu", "luc", "that", "bat", "cuu"];
        let at = self.at;
        let (mut total, mut ones) = (0, 0);
        loop {
            let word = self.word(0).to_owned();
            if word == "thap" && total == 0 {
                total = ones.max(1) * 10;
                ones = 0;
            } else if let Some(one) = NUMBERS.iter().position(|one| *one == word).filter(|_| ones == 0) {
                ones = i32::try_from(one + 1).unwrap_or(0);
            } else {
                break;
            }
            self.at += 1;
        }
        (self.at > at).then_some(total + ones)
    }

    /// tháng tám, tháng Giêng.
    fn spelled_month(&mut self) -> Result<bool, Refusal> {
        const MONTHS: [&str; 10] = ["mot", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi"];
        let place = |word: &str| MONTHS.iter().position(|one| *one == word).and_then(|n| i32::try_from(n + 1).ok());
        let (month, lunar, length) = match (self.word(1), self.word(2)) {
            ("gieng", _) => (1, true, 2),
            ("chap", _) => (12, true, 2),
            ("muoi", more @ ("mot" | "hai")) => (10 + place(more).unwrap_or(0), false, 3),
            (word, _) => match place(word) {
                Some(month) => (month, false, 2),
                None => return Ok(false),
            },
        };
        self.at += length;
        self.month(month, lunar)?;
        Ok(true)
    }
}
