//! Times as people say them, in the reader's zone and language, beside the exact time (ui/design, “Dates”).

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clock::{HOUR, MINUTE, Micros};
use crate::lang::Language;

/// A time as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// For `<time datetime>`.
    pub iso: String,
    /// The exact time, on hover.
    pub exact: String,
    /// As people say it.
    pub words: String,
}

/// How a time is said at `now` in `zone`.
pub fn show(at: Micros, now: Micros, zone: &TimeZone, language: Language) -> Shown {
    let stamp =
        |micros: Micros| Timestamp::from_microsecond(micros).unwrap_or_default().to_zoned_datetime(zone.clone());
    let (then, today) = (stamp(at), stamp(now));
    let clock = then.strftime("%H:%M").to_string();
    let ago = now - at;
    let days = (today.date() - then.date()).get_days();
    let words = if (0..MINUTE).contains(&ago) {
        pick(language, "刚刚", "剛剛", "just now").to_owned()
    } else if (MINUTE..HOUR).contains(&ago) {
        minutes(ago / MINUTE, language)
    } else {
        match days {
            0 => format!("{} {clock}", pick(language, "今天", "今天", "Today")),
            1 => format!("{} {clock}", pick(language, "昨天", "昨天", "Yesterday")),
            2 if language != Language::En => format!("前天 {clock}"),
            _ => date(then.date(), today.date().year(), language),
        }
    };
    Shown {
        iso: then.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        exact: then.strftime("%Y-%m-%d %H:%M").to_string(),
        words,
    }
}

fn pick(language: Language, hans: &'static str, hant: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::ZhHans => hans,
        Language::ZhHant => hant,
        Language::En => en,
    }
}

fn minutes(count: i64, language: Language) -> String {
    // Before a measure word two is 两, in both scripts' own form.
    let number = match (count, language) {
        (2, Language::ZhHans) => "两".to_owned(),
        (2, Language::ZhHant) => "兩".to_owned(),
        (..=10, _) => hanzi(count),
        _ => format!("{count} "),
    };
    match language {
        Language::ZhHans => format!("{number}分钟前"),
        Language::ZhHant => format!("{number}分鐘前"),
        Language::En if count == 1 => "1 minute ago".to_owned(),
        Language::En => format!("{count} minutes ago"),
    }
}

/// A day: within this year without the year.
fn date(date: Date, this_year: i16, language: Language) -> String {
    let same_year = date.year() == this_year;
    match language {
        Language::En if same_year => date.strftime("%-d %B").to_string(),
        Language::En => date.strftime("%-d %B %Y").to_string(),
        _ if same_year => format!("{}月{}日", hanzi(date.month().into()), hanzi(date.day().into())),
        _ => format!("{} 年 {} 月 {} 日", date.year(), date.month(), date.day()),
    }
}

/// A number up to 99 in hanzi.
fn hanzi(number: i64) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |n: i64| usize::try_from(n).ok().and_then(|n| DIGITS.get(n)).copied().unwrap_or_default();
    match number {
        1..=9 => digit(number).to_owned(),
        10..=19 => format!("十{}", digit(number - 10)),
        20..=99 => format!("{}十{}", digit(number / 10), digit(number % 10)),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{DAY, from_rfc3339};

    #[test]
    fn times_are_said_as_people_say_them() {
        let zone = TimeZone::get("Asia/Singapore").unwrap();
        let now = from_rfc3339("2026-11-23T04:00:00Z").unwrap();
        let said = |ago: Micros, language| show(now - ago, now, &zone, language).words;
        assert_eq!(said(5_000_000, Language::ZhHans), "刚刚");
        assert_eq!(said(3 * MINUTE, Language::ZhHans), "三分钟前");
        assert_eq!(said(2 * MINUTE, Language::ZhHans), "两分钟前");
        assert_eq!(said(12 * MINUTE, Language::ZhHant), "12 分鐘前");
        assert_eq!(said(MINUTE, Language::En), "1 minute ago");
        assert_eq!(said(3 * HOUR, Language::ZhHans), "今天 09:00");
        assert_eq!(said(DAY, Language::En), "Yesterday 12:00");
        assert_eq!(said(2 * DAY, Language::ZhHans), "前天 12:00");
        assert_eq!(said(9 * DAY, Language::ZhHans), "十一月十四日");
        assert_eq!(said(9 * DAY, Language::En), "14 November");
        assert_eq!(said(600 * DAY, Language::ZhHans), "2025 年 4 月 2 日");
        assert_eq!(show(now, now, &zone, Language::En).exact, "2026-11-23 12:00");
        assert_eq!(show(now, now, &zone, Language::En).iso, "2026-11-23T12:00:00+08:00");
    }
}
