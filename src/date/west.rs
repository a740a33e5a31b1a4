//! Wordings in languages that are written with letters.

use super::era::{ERAS, Era};
use super::figures::{Order, Token, figures, no_month, short_years, tokens, western};
use super::parts::{DayWord, MonthWord, Parts, Refusal, Stated, YearWord};
use super::{tongue, word};

/// Takes a folded wording apart; several ways if figures alone don't say which of them is the month.
pub fn parts(text: &str, order: Order) -> Result<Vec<Parts>, Refusal> {
    let tokens = tokens(text)?;
    if let Some(found) = figures(&tokens, order)? {
        return Ok(found);
    }
    let mut scanner = Scanner {
        tokens: &tokens,
        at: 0,
        parts: Parts::default(),
        era: None,
        free: Vec::new(),
        bc: false,
        figures: None,
        order,
        is_thai: false,
    };
    while scanner.at < tokens.len() {
        let before = scanner.parts;
        if !scanner.step()? {
            return Err(scanner.unknown());
        }
        scanner.parts.keeps(&before)?;
    }
    scanner.finish()
}

pub struct Scanner<'a> {
    pub tokens: &'a [Token],
    pub at: usize,
    pub parts: Parts,
    pub era: Option<&'static Era>,
    /// Numbers whose place isn't said, with their figures and whether an apostrophe stands before them.
    pub free: Vec<(i32, usize, bool)>,
    pub bc: bool,
    /// What a whole date in figures can mean.
    pub figures: Option<Vec<Parts>>,
    pub order: Order,
    /// Is its month a Thai word?
    pub is_thai: bool,
}

impl Scanner<'_> {
    fn unknown(&self) -> Refusal {
        let rest: Vec<String> = self
            .tokens
            .iter()
            .skip(self.at)
            .take(4)
            .map(|token| match token {
                Token::Word(word) => word.clone(),
                Token::Number(value, ..) => value.to_string(),
                Token::Sign(sign) => sign.to_string(),
            })
            .collect();
        let rest: String = rest.join(" ").chars().take(60).collect();
        Refusal::new("not-understood", format!("“{rest}” is no wording of a date that is known here"))
    }

    pub fn word(&self, ahead: usize) -> &str {
        match self.tokens.get(self.at + ahead) {
            Some(Token::Word(word)) => word,
            _ => "",
        }
    }

    pub fn number(&self, ahead: usize) -> Option<i32> {
        match self.tokens.get(self.at + ahead) {
            Some(Token::Number(value, ..)) => Some(*value),
            _ => None,
        }
    }

    /// How many tokens the words of a name take if they are next, hyphens between them or not.
    fn length(&self, name: &str) -> Option<usize> {
        let mut length = 0;
        for part in name.split([' ', '-']) {
            if length > 0 && self.tokens.get(self.at + length) == Some(&Token::Sign('-')) {
                length += 1;
            }
            let plain = part.chars().filter(|c| !matches!(c, '\'' | '.'));
            if !plain.eq(self.word(length).chars()) {
                return None;
            }
            length += 1;
        }
        Some(length)
    }

    fn longest<T: Copy>(&self, table: impl Iterator<Item = (&'static str, T)>) -> Option<(usize, T)> {
        table.filter_map(|(name, value)| Some((self.length(name)?, value))).max_by_key(|(length, _)| *length)
    }

    fn step(&mut self) -> Result<bool, Refusal> {
        match self.tokens.get(self.at) {
            Some(Token::Sign('-' | '/' | '–'))
                if self.number(1).is_some() && self.after_number() && self.era.is_none() =>
            {
                // 3-5 March is a stretch.
                return Ok(false);
            }
            Some(Token::Sign(',' | '.' | '-' | '/' | ';' | ':' | '°' | 'º' | 'ª' | '!')) => {
                self.at += 1;
                return Ok(true);
            }
            Some(Token::Number(value, digits, quoted)) => {
                let (value, digits, quoted) = (*value, *digits, *quoted);
                return if self.in_figures()? { Ok(true) } else { self.figure(value, digits, quoted) };
            }
            Some(Token::Word(_)) => {}
            _ => return Ok(false),
        }
        if self.names() {
            return Ok(true);
        }
        Ok(self.of_viet_nam()? || self.words()? || self.filler())
    }

    fn after_number(&self) -> bool {
        self.at > 0 && matches!(self.tokens.get(self.at - 1), Some(Token::Number(..)))
    }

    /// A whole date in figures among words: 15/8/1936 âm lịch.
    fn in_figures(&mut self) -> Result<bool, Refusal> {
        let run = self.tokens.get(self.at..self.at + 5).unwrap_or_default();
        let fits = matches!(run, [Token::Number(..), Token::Sign(a), Token::Number(..), Token::Sign(b), Token::Number(..)] if a == b);
        if !fits || self.era.is_some() || self.figures.is_some() {
            return Ok(false);
        }
        self.figures = figures(run, self.order)?;
        self.at += 5;
        Ok(self.figures.is_some())
    }

    /// Names of more than one word: eras, feasts, pairs of the cycle of sixty.
    fn names(&mut self) -> bool {
        if self.parts.feast.is_none()
            && let Some((length, feast)) = self.longest(tongue::FEASTS.iter().copied())
        {
            self.at += length;
            self.parts.feast = Some(feast);
            return true;
        }
        let latin = ERAS.iter().flat_map(|era| era.names.iter().map(move |name| (*name, era)));
        // “be” is a word; as an era it stands beside a number.
        if let Some((length, era)) =
            self.longest(latin.filter(|(name, _)| name.is_ascii() || name.starts_with('พ') || name.starts_with('ร')))
        {
            self.at += length;
            self.era = Some(era);
            return true;
        }
        let pair = |stems: &[&str], branches: &[&str]| {
            let stem = stems.iter().position(|one| *one == self.word(0))?;
            let ahead = if self.tokens.get(self.at + 1) == Some(&Token::Sign('-')) { 2 } else { 1 };
            let branch = branches.iter().position(|one| *one == self.word(ahead))?;
            // Tý and Tỵ, the rat and the snake, are one word without their accents.
            let found =
                word::cycle_of(stem, branch).or_else(|| if branch == 0 { word::cycle_of(stem, 5) } else { None });
            found.map(|place| (place, ahead + 1))
        };
        let joined = || {
            let word = self.word(0);
            let stem = tongue::STEMS_PINYIN
                .iter()
                .position(|stem| word.strip_prefix(stem).is_some_and(|rest| tongue::BRANCHES_PINYIN.contains(&rest)))?;
            let rest = word.strip_prefix(tongue::STEMS_PINYIN.get(stem)?)?;
            let branch = tongue::BRANCHES_PINYIN.iter().position(|one| *one == rest)?;
            word::cycle_of(stem, branch).map(|place| (place, 1))
        };
        // S12, M38: eras of Japan by their letters.
        let letter = ["m", "t", "s", "h", "r"].iter().position(|one| *one == self.word(0));
        if let Some(place) = letter.filter(|_| self.number(1).is_some() && self.era.is_none()) {
            let name = ["明治", "大正", "昭和", "平成", "令和"].get(place).copied().unwrap_or_default();
            self.era = ERAS.iter().find(|era| era.name() == name);
            self.at += 1;
            return true;
        }
        let found = pair(&tongue::STEMS, &tongue::BRANCHES)
            .or_else(|| pair(&tongue::STEMS_PINYIN, &tongue::BRANCHES_PINYIN))
            .or_else(joined);
        if let Some((place, length)) = found.filter(|_| self.parts.cycle.is_none()) {
            self.at += length;
            self.parts.cycle = Some(place);
            return true;
        }
        if let Some((length, narrow)) = self.longest(tongue::NARROWS.iter().copied())
            && self.parts.narrow.is_none()
        {
            self.at += length;
            self.parts.narrow = Some(narrow);
            return true;
        }
        false
    }

    pub fn era_year(&mut self, year: i32) {
        if let Some(era) = self.era {
            self.parts.year = Some(YearWord::Era(era, year, year));
        }
    }

    pub fn month(&mut self, month: i32, lunar: bool) -> Result<(), Refusal> {
        let number =
            u8::try_from(month).ok().filter(|month| (1..=12).contains(month)).ok_or_else(|| no_month(month))?;
        let leap = self.parts.month.is_some_and(|month| month.leap && month.number == 0);
        if self.parts.month.is_some() && !leap {
            return Err(Refusal::new("two-months", "two months are named").told("date-two-months", []));
        }
        self.parts.month = Some(MonthWord { number, leap, lunar: lunar || leap });
        self.is_thai |= matches!(self.tokens.get(self.at.saturating_sub(1)), Some(Token::Word(word)) if word.starts_with(|c: char| matches!(c, '\u{e01}'..='\u{e4e}')));
        Ok(())
    }

    fn words(&mut self) -> Result<bool, Refusal> {
        let word = self.word(0).to_owned();
        let first_ordinal =
            tongue::ORDINALS.iter().position(|one| *one == word).and_then(|n| i32::try_from(n + 1).ok());
        if let Some(month) = tongue::place(&tongue::MONTHS, &word) {
            self.at += 1;
            self.month(i32::from(month) + 1, false)?;
        } else if let Some(value) = first_ordinal {
            return self.ordinal(value, 1);
        } else if let Some(weekday) = tongue::place(&tongue::WEEKDAYS, &word) {
            self.at += 1;
            self.parts.weekday = Some(weekday);
        } else if matches!(word.as_str(), "lunar" | "imlik" | "agricultural") {
            self.at += 1;
            self.parts.stated = Some(Stated::Lunar);
        } else if let (Some(season), None) = (tongue::place(&tongue::SEASONS, &word), self.parts.narrow) {
            self.at += 1;
            self.parts.narrow = Some(super::parts::Narrow::Season(season));
        } else if matches!(word.as_str(), "bc" | "bce" | "sm" | "tcn") {
            self.at += 1;
            self.bc = true;
        } else if tongue::has(tongue::DECADE, &word) || (word == "tahun" && self.word(2) == "an") {
            return Ok(self.decade_after());
        } else if tongue::has(tongue::CENTURY, &word) || word == "the" && self.word(1) == "ky" {
            return Ok(self.century_after());
        } else if let Some(ten) = tongue::TENS.iter().find(|(one, _)| *one == word).map(|(_, ten)| *ten) {
            self.at += 1;
            let from = 1_900 + ten;
            self.parts.year = Some(YearWord::Western(from, from + 9));
        } else if word == "nineteen" && tongue::TENS.iter().any(|(one, _)| *one == self.word(2) || *one == self.word(1))
        {
            self.at += 1;
        } else if let Some(animal) = tongue::ANIMALS.iter().position(|one| *one == word) {
            self.at += 1;
            self.parts.animal = u8::try_from(animal).ok();
        } else {
            return self.roman_century(&word);
        }
        Ok(true)
    }

    /// XIXe siècle.
    fn roman_century(&mut self, word: &str) -> Result<bool, Refusal> {
        let bare = word.strip_suffix("eme").or_else(|| word.strip_suffix('e')).unwrap_or(word);
        match tongue::roman(bare) {
            Some(number) if tongue::has(tongue::CENTURY, self.word(1)) => {
                self.at += 2;
                self.century(number);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn century(&mut self, number: i32) {
        // Beyond four figures it is refused as out of range.
        let number = number.min(1_000);
        self.parts.year = Some(YearWord::Western(number * 100 - 100, number * 100 - 1));
    }

    /// abad ke-19, siglo XIX, thế kỷ 19.
    fn century_after(&mut self) -> bool {
        for ahead in 1..=4 {
            let roman = tongue::roman(self.word(ahead));
            if let Some(number) = self.number(ahead).or(roman).filter(|number| *number <= 30) {
                self.at += ahead + 1;
                self.century(number);
                return true;
            }
        }
        false
    }

    /// années 1930, jaren dertig, thập niên 30, tahun 1930-an.
    fn decade_after(&mut self) -> bool {
        for ahead in 1..=3 {
            let spelled = tongue::TENS.iter().find(|(one, _)| *one == self.word(ahead)).map(|(_, ten)| *ten);
            if let Some(year) = self.number(ahead).or(spelled).filter(|year| year % 10 == 0) {
                self.at += ahead + 1;
                self.suffix();
                if matches!(self.word(0), "s" | "an") {
                    self.at += 1;
                }
                let year = if year < 100 { 1_900 + year } else { year };
                self.parts.year = Some(YearWord::Western(year, year + 9));
                return true;
            }
        }
        false
    }

    /// The ending of an ordinal, and what joins it.
    pub fn suffix(&mut self) {
        if self.tokens.get(self.at) == Some(&Token::Sign('-')) && matches!(self.word(1), "an" | "er" | "e") {
            self.at += 1;
        }
        if tongue::has("st nd rd th er e eme ieme de ste o a", self.word(0)) {
            self.at += 1;
        }
    }

    fn figure(&mut self, value: i32, digits: usize, quoted: bool) -> Result<bool, Refusal> {
        self.at += 1;
        let dash = usize::from(self.tokens.get(self.at) == Some(&Token::Sign('-')));
        if value % 10 == 0 && tongue::has("s an er ies", self.word(dash)) && !(self.word(dash) == "er" && value < 100) {
            self.at += 1 + dash;
            let from = if digits <= 2 { 1_900 + value } else { value };
            // 1900s is a decade here, as 1910s is; 1800s and before are centuries.
            let size = if digits == 4 && value % 100 == 0 && value < 1_900 { 99 } else { 9 };
            self.parts.year = Some(match self.era {
                Some(era) => YearWord::Era(era, value, value + 9),
                None => YearWord::Western(from, from + size),
            });
            return Ok(true);
        }
        let before = self.at;
        self.suffix();
        let is_ordinal = self.at > before;
        if is_ordinal {
            return self.ordinal(value, 0);
        }
        if tongue::has("year years nien nam", self.word(0))
            && self.parts.year.is_none()
            && digits <= 2
            && self.era.is_some()
        {
            self.at += 1;
            self.era_year(value);
            return Ok(true);
        }
        if self.era.is_some() && self.parts.year.is_none() && (self.parts.month.is_none() || digits >= 3) {
            self.era_year(value);
            return Ok(true);
        }
        if self.bc_next() {
            self.parts.year = Some(western(1 - value));
            return Ok(true);
        }
        self.free.push((value, digits, quoted));
        Ok(true)
    }

    fn bc_next(&mut self) -> bool {
        let found = matches!(self.word(0), "bc" | "bce" | "tcn" | "sm");
        if found {
            self.at += 1;
        }
        found
    }

    /// An ordinal and what it counts: 19th century, 13th year, 8th month, 15th day; else a day.
    fn ordinal(&mut self, value: i32, length: usize) -> Result<bool, Refusal> {
        self.at += length;
        if tongue::has(tongue::CENTURY, self.word(0)) {
            self.at += 1;
            self.century(value);
            return Ok(true);
        }
        let mut lunar = false;
        let mut leap = false;
        loop {
            match self.word(0) {
                "lunar" => lunar = true,
                "intercalary" | "leap" => leap = true,
                _ => break,
            }
            self.at += 1;
        }
        match self.word(0) {
            "year" => {
                self.at += 1;
                self.free.push((value, 0, false));
            }
            "month" | "moon" => {
                lunar |= self.word(0) == "moon";
                self.at += 1;
                self.month(value, lunar)?;
                if let (Some(month), true) = (self.parts.month, leap) {
                    self.parts.month = Some(MonthWord { leap, lunar: true, ..month });
                }
                if lunar {
                    self.parts.stated = Some(Stated::Lunar);
                }
            }
            _ => {
                if self.word(0) == "day" {
                    self.at += 1;
                }
                self.parts.day = u8::try_from(value).ok().filter(|day| (1..=31).contains(day)).map(DayWord::Number);
                if self.parts.day.is_none() {
                    return Err(super::figures::no_day(value));
                }
            }
        }
        Ok(true)
    }

    /// Guangxu 13/8/5: behind the year of an era stand month and day.
    fn era_figures(&mut self) {
        if let (Some(YearWord::Era(..)), None, None) = (self.parts.year, self.parts.month, self.parts.day) {
            let small = |place: usize| self.free.get(place).and_then(|(value, ..)| u8::try_from(*value).ok());
            if let (Some(month @ 1..=12), 1 | 2) = (small(0), self.free.len()) {
                let day = small(1);
                self.parts.month = Some(MonthWord { number: month, leap: false, lunar: false });
                self.parts.day = day.map(DayWord::Number);
                self.free.clear();
            }
        } else if let (Some(_), None, [(value, 1 | 2, false)]) = (self.era, self.parts.year, self.free.as_slice())
            && self.parts.month.is_none()
        {
            let value = *value;
            self.era_year(value);
            self.free.clear();
        }
    }

    fn filler(&mut self) -> bool {
        let found = tongue::has(tongue::FILLERS, self.word(0));
        if found {
            self.at += 1;
        }
        found
    }

    /// Gives the numbers their places.
    fn finish(mut self) -> Result<Vec<Parts>, Refusal> {
        if let Some(all) = self.figures.take() {
            let (stated, weekday, taken) =
                (self.parts.stated, self.parts.weekday, self.parts.has_year() || self.parts.month.is_some());
            if taken || !self.free.is_empty() {
                return Err(Refusal::new("not-understood", "a date in figures and another one"));
            }
            return Ok(all.into_iter().map(|parts| Parts { stated, weekday, ..parts }).collect());
        }
        self.era_figures();
        let mut short = None;
        for (value, digits, quoted) in std::mem::take(&mut self.free) {
            if digits == 0 {
                if self.era.is_none() {
                    return Err(Refusal::new("no-year", "the year of an era is named, but no era that is known here"));
                }
                self.era_year(value);
            } else if (digits >= 3 || self.bc) && self.parts.year.is_none() {
                // In Thai a year is of the Buddhist era, said or not.
                if self.is_thai && self.era.is_none() && value > 2_300 {
                    self.era = ERAS.iter().find(|era| era.names.contains(&"พ.ศ."));
                }
                let year = if self.bc { 1 - value } else { value };
                self.parts.year = Some(self.era.map_or(western(year), |era| YearWord::Era(era, year, year)));
            } else if !quoted && value <= 31 && self.parts.day.is_none() && self.parts.month.is_some() {
                self.parts.day = u8::try_from(value).ok().map(DayWord::Number);
            } else if short.is_none() && digits <= 2 && self.parts.year.is_none() {
                short = Some(value);
            } else {
                return Err(Refusal::new("not-understood", format!("the number {value} has no place in a date")));
            }
        }
        if let (Some(era), None, None) = (self.era, self.parts.year, self.parts.cycle) {
            if self.parts.has_less() {
                return Err(Refusal::new("no-year", format!("the year of {} is missing", era.name())));
            }
            self.parts.year = Some(YearWord::Era(era, 1, era.whole()));
        } else if let (Some(era), None) = (self.era, self.parts.year) {
            self.parts.bounds = Some(era.bounds());
        }
        if self.parts.day == Some(DayWord::Number(0)) {
            return Err(super::figures::no_day(0));
        }
        if let (Some(day), Some(_)) = (short, self.parts.year) {
            self.parts.day = u8::try_from(day).ok().filter(|day| (1..=31).contains(day)).map(DayWord::Number);
            if self.parts.day.is_none() {
                return Err(Refusal::new("not-understood", format!("the number {day} has no place in a date")));
            }
            short = None;
        }
        match short {
            Some(value) if !self.parts.has_less() => {
                Err(Refusal::new("no-year", format!("the number {value} alone is no date")))
            }
            None => Ok(vec![self.parts]),
            Some(value) => {
                Ok(short_years(value).into_iter().map(|year| Parts { year: Some(year), ..self.parts }).collect())
            }
        }
    }
}
