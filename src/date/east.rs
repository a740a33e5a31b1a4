//! Wordings of Chinese, Japanese and Korean hands, taken apart from left to right.

use super::era::{Calendar, ERAS, Era};
use super::numeral::{self, Number};
use super::parts::{DayWord, Feast, MonthWord, Narrow, Parts, Refusal, Stated, YearWord};
use super::word;

/// The last century of four figures.
const CENTURIES: i32 = 100;

/// What is read so far, and where.
struct Scanner<'a> {
    text: &'a [char],
    at: usize,
    parts: Parts,
    era: Option<&'static Era>,
    /// The century that was named, for the decade after it.
    century: Option<i32>,
    /// Is the year said to be of our era?
    is_our_era: bool,
}

/// Takes a folded wording apart.
pub fn parts(text: &str) -> Result<Parts, Refusal> {
    let text: Vec<char> = text.chars().collect();
    let mut scanner =
        Scanner { text: &text, at: 0, parts: Parts::default(), era: None, century: None, is_our_era: false };
    while scanner.at < scanner.text.len() {
        let before = Parts { year: scanner.parts.year.filter(|_| scanner.century.is_none()), ..scanner.parts };
        if !scanner.step()? {
            let rest: String = scanner.text.iter().skip(scanner.at).take(20).collect();
            return Err(Refusal::new("not-understood", format!("“{rest}” is no wording of a date that is known here")));
        }
        scanner.parts.keeps(&before)?;
    }
    scanner.finish()
}

impl Scanner<'_> {
    fn rest(&self) -> &[char] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn is_next(&self, word: &str) -> bool {
        let mut rest = self.rest().iter();
        word.chars().all(|c| rest.next() == Some(&c))
    }

    /// Takes a word if it is next.
    fn take(&mut self, word: &str) -> bool {
        let found = self.is_next(word);
        if found {
            self.at += word.chars().count();
        }
        found
    }

    /// Takes the first word of a list that is next.
    fn take_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.take(word))
    }

    /// Takes the first word of a table that is next.
    fn take_of<T: Copy>(&mut self, table: &[(&str, T)]) -> Option<T> {
        table.iter().find(|(word, _)| self.take(word)).map(|(_, value)| *value)
    }

    fn spaces(&mut self) {
        while self.rest().first().is_some_and(|c| matches!(c, ' ' | ',' | '.' | ';' | '"' | '\'' | '!' | '-' | '/')) {
            self.at += 1;
        }
    }

    /// Reads the next thing.
    fn step(&mut self) -> Result<bool, Refusal> {
        self.spaces();
        if self.at >= self.text.len() {
            return Ok(true);
        }
        if self.eras()? || self.before_christ()? || self.days() {
            return Ok(true);
        }
        Ok(self.leap()? || self.number()? || self.cycle()? || self.surroundings() || self.narrow() || self.filler())
    }

    /// The name of an era, or of two.
    fn eras(&mut self) -> Result<bool, Refusal> {
        if self.parts.year.is_none() {
            for (word, from, to) in word::COUPLES {
                if self.take(word) {
                    let find = |name: &str| ERAS.iter().find(|era| era.name() == name);
                    if let (Some(from), Some(to)) = (find(from), find(to)) {
                        self.parts.year = Some(YearWord::Eras(from, to));
                    }
                    self.take_any(word::ERA_WHOLE);
                    return Ok(true);
                }
            }
        }
        // 民 alone is the Republic's only before a number: 民26.
        let found = ERAS
            .iter()
            .flat_map(|era| era.names.iter().map(move |name| (era, *name)))
            .filter(|(_, name)| {
                self.is_next(name)
                    && (*name != "民" || self.is_republic())
                    && (*name != "圣诞" || !self.is_next("圣诞节"))
            })
            .max_by_key(|(_, name)| name.len());
        let Some((era, name)) = found else { return Ok(false) };
        if let Some(other) = self.era.filter(|other| *other != era) {
            if self.parts.year.is_some() {
                let (one, other) = (other.name(), era.name());
                return Err(Refusal::new("two-eras", format!("{one} and {other} can't both name the year"))
                    .told("date-two-eras", [("one", one.to_owned()), ("other", other.to_owned())]));
            }
            self.take(name);
            if other.name() == "大顺" {
                // A dynasty's name as well as an era's.
                self.era = Some(era);
                return Ok(true);
            }
            self.take_any(word::ERA_WHOLE);
            self.parts.year = Some(YearWord::Eras(other, era));
            return Ok(true);
        }
        self.take(name);
        self.era = Some(era);
        self.spaces();
        if self.is_next("前") {
            let at = self.at;
            self.take("前");
            if let Some(number) = self.plain_number().filter(|_| self.take_any(word::YEAR_WORDS)) {
                self.parts.year = Some(YearWord::Western(era.first - number.most, era.first - number.least));
                return Ok(true);
            }
            self.at = at;
        }
        Ok(true)
    }

    fn is_republic(&self) -> bool {
        self.rest()
            .get(1)
            .is_some_and(|c| c.is_ascii_digit() || *c == '前' || numeral::read(&[*c]).is_some() || *c == '元')
    }

    fn before_christ(&mut self) -> Result<bool, Refusal> {
        if !(self.take_any(word::BEFORE_CHRIST) || (self.at == 0 && self.take("前"))) {
            return Ok(false);
        }
        self.spaces();
        let Some(number) = self.plain_number() else {
            return Err(Refusal::new("not-understood", "a year is missing after “公元前”"));
        };
        if self.take("世纪") {
            if number.most > CENTURIES {
                return Err(far_century(number.most));
            }
            self.parts.year = Some(YearWord::Western(1 - number.most * 100, 100 - number.least * 100));
        } else {
            self.take_any(word::YEAR_WORDS);
            self.parts.year = Some(YearWord::Western(1 - number.most, 1 - number.least));
        }
        Ok(true)
    }

    fn plain_number(&mut self) -> Option<Number> {
        if self.take("元") {
            return Some(Number { least: 1, most: 1, length: 1, digits: 1, arabic: false });
        }
        let number = numeral::read(self.rest())?;
        self.at += number.length;
        self.spaces_only();
        Some(number)
    }

    fn spaces_only(&mut self) {
        while self.rest().first() == Some(&' ') {
            self.at += 1;
        }
    }

    /// Feasts, terms, months and days with names of their own.
    fn days(&mut self) -> bool {
        if self.parts.feast.is_none() {
            // 七月半 is read before the month; 正月 元宵 names the day of a month again.
            if let Some(feast) = self.take_of(word::FEASTS) {
                self.take_any(&["节令", "佳节", "胜会", "节", "日", "夜", "之夜", "月"]);
                self.parts.feast = Some(feast);
                return true;
            }
            let term = word::TERMS.iter().position(|term| self.take(term)).and_then(|n| u8::try_from(n).ok());
            if let Some(term) = term {
                self.take_any(&["节气", "节令", "节", "日"]);
                self.parts.feast = Some(Feast::Term(term));
                return true;
            }
        }
        if self.parts.month.is_none()
            && let Some(number) = self.take_of(word::MONTHS)
        {
            self.parts.month = Some(MonthWord { number, leap: false, lunar: true });
            self.take_any(&["之月", "月"]);
            return true;
        }
        if self.parts.day.is_none()
            && (self.parts.month.is_some() || self.parts.month_cycle.is_some())
            && let Some(day) = self.take_of(word::DAYS)
        {
            self.parts.day = Some(day);
            self.take("日");
            return true;
        }
        if self.parts.day.is_none() && self.is_next("初") {
            let at = self.at;
            self.at += 1;
            if let Some(number) = self.plain_number().and_then(|number| number.value())
                && let Some(day) = u8::try_from(number).ok().filter(|day| (1..=10).contains(day))
            {
                self.parts.day = Some(DayWord::Lunar(day));
                self.take_any(word::DAY_WORDS);
                return true;
            }
            self.at = at;
        }
        false
    }

    /// 閏四月, or 閏月 alone.
    fn leap(&mut self) -> Result<bool, Refusal> {
        if self.parts.month.is_some() || !(self.take("闰") || self.take("윤")) {
            return Ok(false);
        }
        let number = if self.take("正") {
            1
        } else if self.take("冬") {
            11
        } else if self.take("腊") {
            12
        } else if self.take_any(word::MONTH_WORDS) {
            self.parts.month = Some(MonthWord { number: 0, leap: true, lunar: true });
            return Ok(true);
        } else {
            self.plain_number().and_then(|number| number.value()).unwrap_or(0)
        };
        self.take_any(word::MONTH_WORDS);
        self.parts.month = Some(MonthWord { number: month_number(number)?, leap: true, lunar: true });
        Ok(true)
    }

    /// A number with what it counts, or by its place.
    fn number(&mut self) -> Result<bool, Refusal> {
        let at = self.at;
        if (self.at == 0 || self.rest().first().is_none_or(|c| *c != '元')) && self.take_any(&["上个世纪", "上世纪"])
        {
            self.century = Some(1_900);
            self.parts.year = Some(YearWord::Western(1_900, 1_999));
            return Ok(true);
        }
        if self.is_next("第") {
            self.at += 1;
        }
        if self.tens_together() || self.lost_year() {
            return Ok(true);
        }
        let Some(number) = self.plain_number() else {
            self.at = at;
            return Ok(false);
        };
        let is_first = self.text.get(at) == Some(&'元');
        if self.take("世纪") {
            if number.most > CENTURIES {
                return Err(far_century(number.most));
            }
            self.century = Some(number.least * 100 - 100);
            self.parts.year = Some(YearWord::Western(number.least * 100 - 100, number.most * 100 - 1));
            return Ok(true);
        }
        if self.take_any(&["年代", "年世代"]) {
            if self.parts.year.is_some() && self.century.is_none() {
                return Err(Refusal::new("two-years", "two years are named").told("date-two-years", []));
            }
            return Ok(self.decade(number));
        }
        if self.take_any(word::YEAR_WORDS) {
            return self.year(number).map(|()| true);
        }
        if self.next_year_too(number) {
            return self.year(Number { most: number.least + 1, ..number }).map(|()| true);
        }
        if self.take_any(word::MONTH_WORDS) {
            return self.month(number).map(|()| true);
        }
        if !is_first && self.take_any(word::DAY_WORDS) {
            return self.day(number).map(|()| true);
        }
        // 十月朔 and the like have been read; a number alone takes the next place.
        if is_first {
            self.at = at;
            return Ok(false);
        }
        if self.time_of_day() {
            return Ok(true);
        }
        if self.parts.year.is_none() && (self.era.is_some() || number.digits >= 3) {
            return self.year(number).map(|()| true);
        }
        let parted = at > 0 && matches!(self.text.get(at - 1), Some('.' | ',' | '/' | '-' | ' '));
        if self.parts.has_year() && self.parts.month.is_none() && (number.arabic || parted) {
            return self.month(number).map(|()| true);
        }
        if self.parts.month.is_some() && self.parts.day.is_none() {
            return self.day(number).map(|()| true);
        }
        self.at = at;
        Ok(false)
    }

    /// 光緒十三、四年: the year after is meant as well.
    fn next_year_too(&mut self, number: Number) -> bool {
        let next = self.rest().get(1).copied().and_then(numeral::digit);
        let found = self.is_next(",")
            && self.rest().get(2) == Some(&'年')
            && number.value().is_some_and(|one| next == Some(one % 10 + 1));
        if found {
            self.at += 3;
        }
        found
    }

    /// 三四十年代.
    fn tens_together(&mut self) -> bool {
        let digit =
            |place: usize| self.rest().get(place).copied().filter(|c| !c.is_ascii_digit()).and_then(numeral::digit);
        let (Some(one), Some(other)) = (digit(0), digit(1)) else { return false };
        let tail: String = self.rest().iter().skip(2).take(3).collect();
        if other != one + 1 || one == 0 || tail != "十年代" {
            return false;
        }
        self.at += 5;
        self.decade(Number { least: one * 10, most: other * 10, length: 3, digits: 0, arabic: false })
    }

    /// 民國□□年: any year of the era.
    fn lost_year(&mut self) -> bool {
        let lost = self.rest().iter().take_while(|c| matches!(c, '□' | '▢' | '囗' | '?' | 'x' | '某')).count();
        let Some(era) = self.era.filter(|_| lost > 0 && self.parts.year.is_none()) else { return false };
        if self.rest().get(lost) != Some(&'年') {
            return false;
        }
        self.at += lost + 1;
        self.parts.year = Some(YearWord::Era(era, 1, era.whole()));
        true
    }

    fn decade(&mut self, number: Number) -> bool {
        let (least, most) = (number.least, number.most + 9);
        let year = match (self.era, self.century) {
            (Some(era), _) => YearWord::Era(era, least, most),
            (None, Some(century)) if most < 110 => YearWord::Western(century + least, century + most),
            (None, _) if most < 110 => YearWord::Western(1_900 + least, 1_900 + most),
            (None, _) => YearWord::Western(least, most),
        };
        self.parts.year = Some(year);
        true
    }

    fn year(&mut self, number: Number) -> Result<(), Refusal> {
        if self.parts.year.is_some() {
            return Err(Refusal::new("two-years", "two years are named").told("date-two-years", []));
        }
        self.parts.year = Some(match self.era {
            Some(era) => YearWord::Era(era, number.least, number.most),
            // 36年 is a year of the Republic or of a century.
            None if number.most < 100 && !self.is_our_era && self.parts.stated != Some(Stated::Western) => {
                YearWord::Short(number.least)
            }
            None => YearWord::Western(number.least, number.most),
        });
        Ok(())
    }

    fn month(&mut self, number: Number) -> Result<(), Refusal> {
        if self.parts.month.is_some() {
            return Err(Refusal::new("two-months", "two months are named").told("date-two-months", []));
        }
        let Some(value) = number.value() else {
            return Err(Refusal::new("not-understood", "the month can't be read"));
        };
        self.parts.month = Some(MonthWord { number: month_number(value)?, leap: false, lunar: false });
        Ok(())
    }

    fn day(&mut self, number: Number) -> Result<(), Refusal> {
        if self.parts.day.is_some() {
            return Err(Refusal::new("two-days", "two days are named").told("date-two-days", []));
        }
        let day = number.value().and_then(|day| u8::try_from(day).ok()).filter(|day| (1..=31).contains(day));
        let Some(day) = day else {
            return Err(super::figures::no_day(number.least));
        };
        self.parts.day = Some(DayWord::Number(day));
        Ok(())
    }

    /// Two characters of the cycle of sixty: of the year, the month or the day.
    fn cycle(&mut self) -> Result<bool, Refusal> {
        let (Some(stem), Some(branch)) = (self.rest().first(), self.rest().get(1)) else { return Ok(false) };
        let Some(place) = word::cycle(*stem, *branch) else {
            if word::STEMS.contains(*stem) && word::BRANCHES.contains(*branch) {
                return Err(Refusal::new("no-such-pair", format!("{stem}{branch} isn't one of the sixty pairs"))
                    .told("date-no-pair", [("pair", format!("{stem}{branch}"))]));
            }
            return Ok(false);
        };
        self.at += 2;
        self.spaces_only();
        if self.take_any(&["月", "월"]) {
            self.parts.month_cycle = Some(place);
        } else if self.take_any(&["日", "일"]) || self.parts.month.is_some() || self.parts.month_cycle.is_some() {
            self.take("之日");
            self.parts.day_cycle = Some(place);
            if self.parts.day.is_none() {
                self.parts.day = Some(DayWord::Cycle(place));
            }
        } else {
            self.take_any(&["之年", "年", "岁", "해", "년"]);
            self.parts.cycle = Some(place);
        }
        Ok(true)
    }

    /// Which calendar, which dynasty, which weekday.
    fn surroundings(&mut self) -> bool {
        if self.take_any(word::OUR_ERA) {
            self.is_our_era = true;
            return true;
        }
        for (words, stated) in [(word::LUNAR, Stated::Lunar), (word::WESTERN, Stated::Western)] {
            if self.take_any(words) {
                self.parts.stated = Some(stated);
                return true;
            }
        }
        if let Some(bounds) = self.take_of(word::REALMS) {
            self.parts.bounds = Some(bounds);
            return true;
        }
        if self.take_any(&["星期", "礼拜", "周", "拜"]) {
            let day = self.rest().first().copied();
            let number = day.and_then(|c| "日一二三四五六".chars().position(|one| one == c));
            let number = number.or_else(|| day.filter(|c| *c == '天').map(|_| 0));
            if let Some(number) = number.and_then(|n| u8::try_from(n).ok()) {
                self.at += 1;
                self.parts.weekday = Some(number);
                return true;
            }
            return false;
        }
        let animal = self.rest().first().and_then(|c| word::ANIMALS.chars().position(|one| one == *c));
        if let Some(animal) = animal.filter(|_| self.rest().get(1) == Some(&'年')) {
            self.at += 2;
            self.parts.animal = u8::try_from(animal).ok();
            return true;
        }
        self.time_of_day()
    }

    /// The time of a day is passed over: readings end at days.
    fn time_of_day(&mut self) -> bool {
        let at = self.at;
        let named = self.parts.day.is_some() && self.take_any(word::TIMES);
        self.spaces_only();
        let branch = self.rest().first().is_some_and(|c| word::BRANCHES.contains(*c));
        if branch && (self.rest().get(1) == Some(&'时') || self.rest().get(1) == Some(&'刻')) {
            self.at += 2;
            self.take_any(&["初", "正", "末", "中"]);
            return true;
        }
        let hour = numeral::read(self.rest()).map_or(0, |number| number.length);
        self.at += hour;
        if hour > 0 && (self.take("时") || self.take("点钟") || self.take("点") || self.take("시")) {
            while numeral::read(self.rest())
                .is_some_and(|number| self.rest().get(number.length).is_some_and(|c| "分刻秒분".contains(*c)))
            {
                self.at += numeral::read(self.rest()).map_or(1, |number| number.length) + 1;
            }
            self.take_any(&["许", "半", "正", "整"]);
            return true;
        }
        self.at -= hour;
        if !named {
            self.at = at;
        }
        named
    }

    fn narrow(&mut self) -> bool {
        if self.take_any(word::ERA_WHOLE) {
            return self.era.is_some() || self.parts.year.is_some() || self.parts.bounds.is_some();
        }
        if self.parts.narrow.is_some() {
            return false;
        }
        let Some(narrow) = self.take_of(word::NARROWS) else { return false };
        if matches!(narrow, Narrow::Season(_)) {
            self.take_any(&["季", "之际", "日"]);
        }
        self.parts.narrow = Some(narrow);
        true
    }

    fn filler(&mut self) -> bool {
        if self.take_any(word::FILLERS) {
            return true;
        }
        // A place left free for the day or the month: 八月　日立.
        self.parts.month.is_some() && (self.take("日") || self.take("月"))
    }

    fn finish(mut self) -> Result<Parts, Refusal> {
        if let (Some(era), None) = (self.era, self.parts.year) {
            if self.parts.cycle.is_some() {
                self.parts.bounds = Some(era.bounds());
                if era.calendar == Calendar::Heavenly {
                    let year = (era.first..era.first + era.years)
                        .find(|year| Some(word::cycle_of_year(*year)) == self.parts.cycle);
                    self.parts.year = year.map(|year| YearWord::Era(era, year - era.first + 1, year - era.first + 1));
                }
            } else if self.parts.has_less() && !matches!(self.parts.narrow, Some(Narrow::Season(_))) {
                return Err(Refusal::new("no-year", format!("the year of {} is missing", era.name())));
            } else {
                self.parts.year = Some(YearWord::Era(era, 1, era.whole()));
            }
        }
        Ok(self.parts)
    }
}

fn month_number(number: i32) -> Result<u8, Refusal> {
    let month = u8::try_from(number).ok().filter(|month| (1..=12).contains(month));
    month.ok_or_else(|| super::figures::no_month(number))
}

fn far_century(century: i32) -> Refusal {
    Refusal::new("out-of-range", format!("the century {century} is beyond what can be read"))
        .told("date-far-century", [("century", century.to_string())])
}
