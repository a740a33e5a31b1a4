//! Times as people say them, in the reader's zone and language: 三分钟前, Yesterday 20:40, 十一月十四日.

use askama::Template;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use crate::clock::{HOUR, MINUTE, Micros};
use crate::lang::{Language, Messages};

/// A time as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(source = r#"<time datetime="{{ machine }}" title="{{ exact }}">{{ said }}</time>"#, ext = "html")]
pub struct When {
    /// For programs: RFC 3339 with the reader's offset.
    pub machine: String,
    /// For those who want to know: date and time of day in the reader's zone.
    pub exact: String,
    /// As people say it.
    pub said: String,
}

impl askama::filters::HtmlSafe for When {}

/// A day as the card of the date shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The message of the weekday.
    pub weekday: &'static str,
    /// The month in words.
    pub month: String,
    /// The day of the month.
    pub number: i8,
}

/// The day at `now`.
pub fn day(now: Micros, zone: &TimeZone, language: Language) -> Day {
    let today = Timestamp::from_microsecond(now).unwrap_or_default().to_zoned_datetime(zone.clone());
    let month = match language {
        Language::En => today.strftime("%B").to_string(),
        Language::ZhHans | Language::ZhHant => format!("{}月", hanzi(i64::from(today.month()))),
    };
    let weekday = match today.weekday() {
        jiff::civil::Weekday::Monday => "day-monday",
        jiff::civil::Weekday::Tuesday => "day-tuesday",
        jiff::civil::Weekday::Wednesday => "day-wednesday",
        jiff::civil::Weekday::Thursday => "day-thursday",
        jiff::civil::Weekday::Friday => "day-friday",
        jiff::civil::Weekday::Saturday => "day-saturday",
        jiff::civil::Weekday::Sunday => "day-sunday",
    };
    Day { weekday, month, number: today.day() }
}

/// The zone of this name, or UTC.
pub fn zone(name: Option<&str>) -> TimeZone {
    name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}

/// What a field for a day and a time of day holds: a time in this zone. `None` for what is no time.
pub fn of_field(text: &str, zone: &TimeZone) -> Option<Micros> {
    let civil = text.trim().parse::<jiff::civil::DateTime>().ok()?;
    Some(civil.to_zoned_datetime(zone.clone()).ok()?.timestamp().as_microsecond())
}

/// A time for such a field.
pub fn to_field(at: Micros, zone: &TimeZone) -> String {
    let Ok(time) = Timestamp::from_microsecond(at) else { return String::new() };
    time.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// `at` as it is said at `now`. A time outside the calendar is empty.
pub fn when(at: Micros, now: Micros, zone: &TimeZone, language: Language, messages: &Messages) -> When {
    let zoned = |time: Micros| Timestamp::from_microsecond(time).ok().map(|t| t.to_zoned_datetime(zone.clone()));
    let (Some(then), Some(today)) = (zoned(at), zoned(now)) else {
        return When { machine: String::new(), exact: String::new(), said: String::new() };
    };
    let offset = then.offset().seconds() / 60;
    let (sign, minutes) = if offset < 0 { ('-', -offset) } else { ('+', offset) };
    let exact = format!("{} {}", date_of(&then), clock_of(&then));
    When {
        machine: format!("{}T{}{sign}{:02}:{:02}", date_of(&then), clock_of(&then), minutes / 60, minutes % 60),
        said: said(now - at, &then, &today, language, messages),
        exact,
    }
}

fn date_of(time: &ZonedDateTime) -> String {
    format!("{:04}-{:02}-{:02}", time.year(), time.month(), time.day())
}

fn clock_of(time: &ZonedDateTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn said(age: Micros, then: &ZonedDateTime, today: &ZonedDateTime, language: Language, messages: &Messages) -> String {
    if (-MINUTE..MINUTE).contains(&age) {
        return messages.plain(language, "time-now").to_owned();
    }
    if (0..HOUR).contains(&age) {
        let minutes = age / MINUTE;
        let key = if minutes == 1 { "time-minute-ago" } else { "time-minutes-ago" };
        let words = messages.plain(language, key);
        return match language {
            Language::En => format!("{minutes} {words}"),
            Language::ZhHans => format!("{}{words}", spoken(minutes, "两")),
            Language::ZhHant => format!("{}{words}", spoken(minutes, "兩")),
        };
    }
    let days = days_between(then, today);
    let key = match (days, language) {
        (0, _) => Some("time-today"),
        (1, _) => Some("time-yesterday"),
        (2, Language::ZhHans | Language::ZhHant) => Some("time-before-yesterday"),
        _ => None,
    };
    match key {
        Some(key) => format!("{} {}", messages.plain(language, key), clock_of(then)),
        None => date(then, today, language),
    }
}

/// How many midnights lie between the two.
fn days_between(then: &ZonedDateTime, today: &ZonedDateTime) -> i32 {
    today.date().since(then.date()).map_or(i32::MAX, |span| span.get_days())
}

/// A date in words; its year only if that isn't this one.
fn date(then: &ZonedDateTime, today: &ZonedDateTime, language: Language) -> String {
    let (year, month, day) = (then.year(), i64::from(then.month()), i64::from(then.day()));
    let this_year = year == today.year();
    match (language, this_year) {
        (Language::En, true) => format!("{day} {}", then.strftime("%B")),
        (Language::En, false) => format!("{day} {} {year}", then.strftime("%B")),
        (Language::ZhHans | Language::ZhHant, true) => format!("{}月{}日", hanzi(month), hanzi(day)),
        (Language::ZhHans | Language::ZhHant, false) => format!("{year} 年 {month} 月 {day} 日"),
    }
}

/// A small number as it is said before a measure word: its own word for two, hanzi to ten, digits above.
fn spoken(number: i64, two: &str) -> String {
    match number {
        2 => two.to_owned(),
        1..=10 => hanzi(number),
        _ => format!("{number} "),
    }
}

/// 1 to 99 in hanzi.
fn hanzi(number: i64) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |n: i64| usize::try_from(n).ok().and_then(|n| DIGITS.get(n)).copied().unwrap_or_default();
    let (tens, ones) = (number / 10, number % 10);
    match tens {
        0 => digit(ones).to_owned(),
        1 => format!("十{}", digit(ones)),
        _ => format!("{}十{}", digit(tens), digit(ones)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{DAY, from_rfc3339};

    fn say(at: &str, language: Language) -> String {
        let messages = Messages::load().unwrap();
        let now = from_rfc3339("2026-11-22T10:14:00Z").unwrap();
        when(from_rfc3339(at).unwrap(), now, &zone(Some("Asia/Kuala_Lumpur")), language, &messages).said
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        for (at, hans, en) in [
            ("2026-11-22T10:13:30Z", "刚刚", "Just now"),
            ("2026-11-22T10:11:00Z", "三分钟前", "3 minutes ago"),
            ("2026-11-22T10:12:00Z", "两分钟前", "2 minutes ago"),
            ("2026-11-22T10:13:00Z", "一分钟前", "1 minute ago"),
            ("2026-11-22T10:02:00Z", "12 分钟前", "12 minutes ago"),
            ("2026-11-22T01:12:00Z", "今天 09:12", "Today 09:12"),
            ("2026-11-21T12:40:00Z", "昨天 20:40", "Yesterday 20:40"),
            // In Kuala Lumpur this is already the 22nd.
            ("2026-11-21T16:30:00Z", "今天 00:30", "Today 00:30"),
            ("2026-11-20T02:00:00Z", "前天 10:00", "20 November"),
            ("2026-11-14T02:00:00Z", "十一月十四日", "14 November"),
            ("2026-01-31T02:00:00Z", "一月三十一日", "31 January"),
            ("2026-02-20T02:00:00Z", "二月二十日", "20 February"),
            ("2024-06-02T02:00:00Z", "2024 年 6 月 2 日", "2 June 2024"),
            // A clock elsewhere may be ahead.
            ("2026-11-22T12:00:00Z", "今天 20:00", "Today 20:00"),
            ("2026-11-24T12:00:00Z", "十一月二十四日", "24 November"),
        ] {
            assert_eq!(say(at, Language::ZhHans), hans, "{at}");
            assert_eq!(say(at, Language::En), en, "{at}");
        }
        assert_eq!(say("2026-11-22T10:11:00Z", Language::ZhHant), "三分鐘前");
        assert_eq!(say("2026-11-22T10:12:00Z", Language::ZhHant), "兩分鐘前");
    }

    #[test]
    fn the_exact_time_is_in_the_readers_zone() {
        let messages = Messages::load().unwrap();
        let at = from_rfc3339("2026-11-22T20:41:09Z").unwrap();
        let there = when(at, at + DAY, &zone(Some("America/St_Johns")), Language::En, &messages);
        assert_eq!(there.machine, "2026-11-22T17:11-03:30");
        assert_eq!(there.exact, "2026-11-22 17:11");
        assert_eq!(zone(Some("Nowhere/City")), TimeZone::UTC);
        assert_eq!(when(i64::MAX, 0, &TimeZone::UTC, Language::En, &messages).said, "");
    }
}
