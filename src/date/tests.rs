//! Real wordings against readings worked out from histories and printed calendars, and what must hold for every day.

use serde_json::Value;

use super::*;

/// What a wording is read as.
fn told(text: &str, language: Option<&str>) -> String {
    match read(text, language) {
        Ok(Answer::Decided(reading)) => reading.edtf,
        Ok(Answer::Undecided { candidates, .. }) => {
            candidates.into_iter().map(|one| one.edtf).collect::<Vec<_>>().join(" | ")
        }
        Err(why) => format!("! {}", why.code),
    }
}

fn decided(text: &str) -> Reading {
    match read(text, None) {
        Ok(Answer::Decided(reading)) => reading,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn the_table_of_real_wordings_is_read_as_histories_have_it() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("../../tests/fixtures/dates.json")).unwrap();
    assert!(rows.len() >= 200, "{} wordings", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        let text = row["text"].as_str().unwrap();
        let expected = match (&row["edtf"], &row["candidates"], &row["refused"]) {
            (Value::String(edtf), _, _) => edtf.clone(),
            (_, Value::Array(all), _) => all.iter().map(|one| one.as_str().unwrap()).collect::<Vec<_>>().join(" | "),
            (_, _, Value::String(code)) => format!("! {code}"),
            _ => panic!("{text} expects nothing"),
        };
        let found = told(text, row["lang"].as_str());
        if found != expected {
            wrong.push(format!("{text}: {found}, not {expected} ({})", row["source"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn every_day_of_the_chinese_calendar_has_one_place_and_leads_back() {
    let mut next = lunar::year(lunar::FIRST).unwrap().first();
    for number in lunar::FIRST..=lunar::LAST {
        let year = lunar::year(number).unwrap();
        assert_eq!(year.first(), next, "{number} begins where the year before ended");
        assert_eq!(year.months.len(), if year.leap().is_some() { 13 } else { 12 }, "{number}");
        assert_eq!(year.months.iter().filter(|month| month.leap).count(), year.months.len() - 12, "{number}");
        for month in &year.months {
            assert_eq!(month.first, next);
            assert!(month.days == 29 || month.days == 30);
            for day in 1..=month.days {
                let at = month.first.plus(i32::from(day) - 1);
                assert_eq!(lunar::place(at), Some((number, *month, day)), "{at}");
            }
            next = month.last().plus(1);
        }
        assert!((353..=385).contains(&(year.last().number() - year.first().number() + 1)), "{number}");
    }
}

#[test]
fn every_day_is_read_back_from_its_chinese_wording() {
    for number in (lunar::FIRST..=lunar::LAST).step_by(7) {
        for month in &lunar::year(number).unwrap().months {
            for day in [1, 10, 15, 20, month.days] {
                let leap = if month.leap { "閏" } else { "" };
                let text = format!("農曆{number}年{leap}{}月{day}日", month.number);
                let expected = month.first.plus(i32::from(day) - 1).to_string();
                assert_eq!(decided(&text).edtf, expected, "{text}");
            }
            let text =
                format!("農曆{number}年{}{}月{}日", if month.leap { "閏" } else { "" }, month.number, month.days + 1);
            assert!(read(&text, None).is_err(), "{text}");
        }
    }
}

#[test]
fn terms_follow_each_other_and_winter_solstice_lies_in_the_eleventh_month() {
    for year in lunar::FIRST..=lunar::LAST {
        let days: Vec<i32> = (0..24).map(|term| lunar::term(year, term).unwrap().number()).collect();
        assert!(days.windows(2).all(|pair| (14..=17).contains(&(pair[1] - pair[0]))), "{year}: {days:?}");
        let solstice = lunar::place(day::Day::of_number(days[23])).unwrap();
        assert_eq!((solstice.1.number, solstice.1.leap), (11, false), "{year}");
    }
    assert_eq!(lunar::term(2024, 24), None);
}

#[test]
fn eras_of_a_realm_leave_no_year_without_a_name() {
    let reigns = |realm: &str, from: i32, to: i32| {
        for year in from..=to {
            let named = era::ERAS
                .iter()
                .filter(|era| realm.split(' ').any(|one| one == era.realm))
                .any(|era| (era.first..era.first + era.years).contains(&year));
            assert!(named, "{realm} {year}");
        }
    };
    reigns("明", 1368, 1644);
    reigns("清", 1636, 1911);
    reigns("日本", 1868, 2100);
    reigns("越南", 1680, 1945);
    reigns("中华民国", 1912, 2100);
    for era in era::ERAS {
        assert!(era.years > 0, "{}", era.name());
        for name in era.names {
            assert_eq!(fold::fold(name), *name, "names of eras are written as they are compared");
        }
        let first = read(&format!("{}元年", era.name()), None);
        assert!(first.is_ok(), "{}: {first:?}", era.name());
        let beyond = read(&format!("{}{}年", era.name(), era.years + 10), None);
        assert!(beyond.is_err(), "{}: {beyond:?}", era.name());
    }
}

#[test]
fn each_reign_year_begins_the_day_after_the_one_before_ended() {
    for era in era::ERAS.iter().filter(|era| era.realm == "清" && era.first >= 1644) {
        for year in 1..era.years {
            let one = decided(&format!("{}{year}年", era.name()));
            let next = decided(&format!("{}{}年", era.name(), year + 1));
            let eve = decided(&format!("{}{year}年除夕", era.name()));
            assert_eq!(one.latest, eve.latest);
            assert!(one.latest < next.earliest, "{} {year}", era.name());
        }
    }
}

#[test]
fn candidates_tell_their_bounds_together() {
    let Ok(Answer::Undecided { candidates, earliest, latest }) = read("03/12/1936", None) else { panic!() };
    assert_eq!(candidates.len(), 2);
    assert_eq!((earliest.as_deref(), latest.as_deref()), (Some("1936-03-12"), Some("1936-12-03")));
    let before = decided("before 1911");
    assert_eq!((before.earliest, before.latest.as_deref()), (None, Some("1910-12-31")));
    let Ok(Answer::Undecided { earliest, .. }) = read("丁亥年八月以前", None) else { panic!() };
    assert_eq!(earliest, None);
}

#[test]
fn days_of_the_gregorian_calendar_count_on() {
    let mut before = None;
    for number in 0..4_000_000 {
        if number % 97 != 0 {
            continue;
        }
        let day = day::Day::of_number(number);
        let (year, month, of) = day.date();
        assert_eq!(day::Day::of(year, month, of), Some(day));
        assert!(before < Some((year, month, of)));
        before = Some((year, month, of));
    }
    // 1 January 2000 was a Saturday and the day 戊午.
    let day = day::Day::of(2000, 1, 1).unwrap();
    assert_eq!((day.number(), day.weekday(), word::cycle_name(day.cycle())), (2_451_545, 6, "戊午".to_owned()));
}

#[test]
fn whatever_stands_there_is_answered() {
    let long = "光緒十三年".repeat(2_000);
    assert_eq!(read(&long, None).unwrap_err().code, "too-long");
    for text in [
        "",
        " ",
        "\u{0}",
        "\u{202e}",
        "年月日",
        "閏",
        "〇",
        "-",
        "/",
        "..",
        "((((((((",
        "1/",
        "/1",
        "[",
        "[]",
        "99999999999",
        "民國99999999999年",
    ] {
        assert!(read(text, None).is_err(), "{text:?}");
    }
    // Every piece of what is read, and pieces put together wrongly.
    let words = [
        "光緒十三年八月初五日",
        "c. 1920s–30s?",
        "ngày 3 tháng 2 năm 1930",
        "民國□□年閏月晦",
        "พ.ศ. 2480",
        "[1911,1912]",
        "1937/..",
        "19--?",
    ];
    for one in words {
        let ends: Vec<usize> = one.char_indices().map(|(place, _)| place).chain([one.len()]).collect();
        for from in &ends {
            for to in ends.iter().filter(|to| *to > from) {
                for other in ["", "年", "至", "?", " or ", "(", "/"] {
                    drop(read(&format!("{}{other}", &one[*from..*to]), Some("en-US")));
                    drop(read(&format!("{other}{}", &one[*from..*to]), Some("vi")));
                }
            }
        }
    }
}

#[test]
fn account_book_figures_are_read() {
    for (written, read) in [
        ("〡〢〣", "123"),
        ("〤〇〥元", "405元"),
        ("〨〩", "89"),
        ("〡二〣", "123"),
        ("〢一〥", "215"),
        ("〸〢", "12"),
        ("〹〥", "25"),
        ("〺", "30"),
        ("〡百〢十", "120"),
        ("大洋〥十元", "大洋50元"),
        ("三十元", "三十元"),
        ("港幣〦千〇〨", "港幣6008"),
        ("no figures", "no figures"),
    ] {
        assert_eq!(digits(written), read, "{written}");
    }
    assert_eq!(told("民國〢〦年", None), "1937");
}
