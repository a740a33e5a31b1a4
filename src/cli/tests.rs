//! The commands as people type them, each against a hall in a directory of its own.

use std::path::Path;

use clap::CommandFactory;

use super::*;

/// Runs a command line with settings of its own; answers standard output, or the lines of the failure after it.
fn huiguan(dir: &Path, line: &str, input: &str) -> (String, Vec<String>) {
    let config = dir.join("hall.toml");
    if !config.exists() {
        std::fs::write(&config, format!("[data]\ndir = \"{}\"\n", dir.join("data").display())).unwrap();
    }
    let words = ["huiguan", "--config", config.to_str().unwrap()].into_iter().chain(line.split_whitespace());
    let command = Command::try_parse_from(words).unwrap();
    let mut out = Vec::new();
    let mut terminal = Terminal { input: &mut input.as_bytes(), out: &mut out };
    let failed = run(command, std::iter::empty(), &mut terminal).err();
    (String::from_utf8(out).unwrap(), failed.map(|Failure(lines)| lines).unwrap_or_default())
}

#[test]
fn the_commands_are_well_formed_and_keep_their_names() {
    Command::command().debug_assert();
    for line in [
        "huiguan",
        "huiguan serve",
        "huiguan serve --config hall.toml",
        "huiguan user add mei --email mei@hall.example --password-stdin --role owner --language zh-Hant",
        "huiguan user add mei --password 1234567890",
        "huiguan demo",
        "huiguan demo --port 9000 --keep halls",
        "huiguan user list --json",
        "huiguan user password mei",
        "huiguan user role mei archivist",
        "huiguan user suspend mei",
        "huiguan config check --config hall.toml",
        "huiguan date",
    ] {
        Command::try_parse_from(line.split(' ')).unwrap_or_else(|e| panic!("{line}: {e}"));
    }
}

#[test]
fn a_wrong_command_line_is_told_on_one_line() {
    for (line, part) in [
        ("huiguan user add", "<NAME>"),
        ("huiguan user add mei --role king", "owner, moderator, archivist or member"),
        ("huiguan user add mei --language xx", "zh-Hans, zh-Hant or en"),
        ("huiguan user role mei", "<ROLE>"),
        ("huiguan --port 1", "--port"),
        ("huiguan demo --port 65535", "65535"),
        ("huiguan sevre", "sevre"),
        ("huiguan user add mei --password x --password-stdin", "--password-stdin"),
    ] {
        let error = Command::try_parse_from(line.split(' ')).unwrap_err();
        let told = usage_fault(&error);
        assert!(told.contains(part) && !told.contains('\n') && !told.starts_with("error"), "{line}: {told}");
    }
}

#[test]
fn help_is_a_page_that_names_every_command() {
    let page = Command::command().render_long_help().to_string();
    for part in ["serve", "user", "config", "Examples:", "huiguan user add mei", "huiguan config check", "config.toml"]
    {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    let help = Command::try_parse_from(["huiguan", "--help"]).unwrap_err();
    assert_eq!(help.kind(), ErrorKind::DisplayHelp);
}

#[test]
fn members_are_added_before_the_first_start_and_listed() {
    let dir = tempfile::tempdir().unwrap();
    let (out, failure) = huiguan(dir.path(), "user list --json", "");
    assert_eq!((out.as_str(), failure), ("[]\n", vec![]));

    let (out, failure) = huiguan(dir.path(), "user add mei --role owner --language zh-Hant", "");
    assert_eq!(failure, Vec::<String>::new());
    let made = out.lines().find_map(|line| line.strip_prefix("password: ")).unwrap().to_owned();
    assert!(out.starts_with("added @mei@localhost:8080\n") && made.len() >= 12, "{out}");

    let add = "user add lan --email lan@hall.example --password-stdin";
    let (out, failure) = huiguan(dir.path(), add, "correct horse battery\nsecond line\n");
    assert_eq!((out.as_str(), failure), ("added @lan@localhost:8080\n", vec![]));

    let (out, _) = huiguan(dir.path(), "user list", "");
    let words: Vec<Vec<&str>> = out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(words, [["lan", "member", "active", "lan"], ["mei", "owner", "active", "mei"]]);
    let (out, _) = huiguan(dir.path(), "user list --json", "");
    let rows: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&rows[0]["name"], &rows[0]["email"]), (&"lan".into(), &"lan@hall.example".into()));
    assert_eq!((&rows[1]["role"], &rows[1]["language"]), (&"owner".into(), &"zh-Hant".into()));
    assert!(!out.contains("argon2"), "a list shows no hashes");
}

#[test]
fn members_change_and_the_changes_are_said() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["mei", "lan"] {
        huiguan(dir.path(), &format!("user add {name} --role owner --password 1234567890x"), "");
    }
    let (out, failure) = huiguan(dir.path(), "user role lan archivist", "");
    assert_eq!((out.as_str(), failure), ("@lan is now archivist\n", vec![]));
    let (out, failure) = huiguan(dir.path(), "user password Lan", "");
    assert_eq!(failure, Vec::<String>::new());
    assert!(out.starts_with("@lan has a new password and is signed out everywhere\npassword: "), "{out}");
    let (out, _) = huiguan(dir.path(), "user suspend @lan", "");
    assert_eq!(out, "@lan is suspended\n");
    let (out, _) = huiguan(dir.path(), "user list", "");
    let lan = out.lines().find(|line| line.starts_with("lan")).unwrap();
    assert_eq!(lan.split_whitespace().collect::<Vec<_>>(), ["lan", "archivist", "suspended", "lan"]);
}

#[test]
fn what_the_hall_refuses_is_one_clear_line_each() {
    let dir = tempfile::tempdir().unwrap();
    huiguan(dir.path(), "user add mei --password 1234567890x", "");
    for (line, input, words) in [
        ("user add mei", "", "name"),
        ("user add 梅", "", "name"),
        ("user add lan --password-stdin", "short\n", "password"),
        ("user add lan --password-stdin", "", "password"),
        ("user add lan --email nowhere", "", "email"),
        ("user role nobody member", "", "there is no member nobody"),
        ("user password nobody", "", "there is no member nobody"),
        ("user suspend nobody", "", "there is no member nobody"),
    ] {
        let (out, failure) = huiguan(dir.path(), line, input);
        assert_eq!((out.as_str(), failure.len()), ("", 1), "{line}: {failure:?}");
        let told = &failure[0];
        assert!(told.contains(words) && !told.contains("problem-") && !told.contains('\n'), "{line}: {told}");
    }
    let (out, _) = huiguan(dir.path(), "user list", "");
    assert_eq!(out.lines().count(), 1, "nothing was harmed: {out}");
}

#[test]
fn settings_are_checked_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let (out, failure) = huiguan(dir.path(), "config check", "");
    assert_eq!((out.as_str(), failure), ("the settings are right; the hall is http://localhost:8080\n", vec![]));
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["hall.toml"], "a check leaves nothing behind");

    std::fs::write(dir.path().join("hall.toml"), "[server]\norigin = \"hall\"\nlisten = 5\n").unwrap();
    for line in ["config check", "user list", "serve"] {
        let (out, failure) = huiguan(dir.path(), line, "");
        assert_eq!((out.as_str(), failure.len()), ("", 2), "{line}: {failure:?}");
        let told = failure.join("\n");
        assert!(told.contains("hall.toml line 2: server.origin: expected http"), "{told}");
        assert!(told.contains("hall.toml line 3: server.listen: expected an address"), "{told}");
    }

    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let text = format!("[data]\ndir = \"{}\"\n", file.join("data").display());
    std::fs::write(dir.path().join("hall.toml"), text).unwrap();
    let (out, failure) = huiguan(dir.path(), "config check", "");
    assert!(out.is_empty() && failure.len() == 1 && failure[0].starts_with("data.dir: "), "{failure:?}");
}

#[test]
fn the_database_of_another_origin_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    huiguan(dir.path(), "user add mei --password 1234567890x", "");
    let data = dir.path().join("data").display().to_string();
    let other = format!("[server]\norigin = \"https://other.example\"\n[data]\ndir = \"{data}\"\n");
    std::fs::write(dir.path().join("hall.toml"), other).unwrap();
    let (_, failure) = huiguan(dir.path(), "user add lan --password 1234567890x", "");
    assert!(failure.len() == 1 && failure[0].contains("belongs to http://localhost:8080"), "{failure:?}");
    std::fs::write(dir.path().join("hall.toml"), format!("[data]\ndir = \"{data}\"\n")).unwrap();
    let (out, _) = huiguan(dir.path(), "user list", "");
    assert_eq!(out.lines().count(), 1);
}

#[test]
fn what_others_say_on_many_lines_becomes_one() {
    let told = explain(&Error::Unavailable("cannot reach it:\n\tis it there?\n".to_owned()));
    assert_eq!(told, ["unavailable: cannot reach it: is it there?"]);
}

#[test]
fn dates_are_answered_line_by_line_whatever_stands_there() {
    let dir = tempfile::tempdir().unwrap();
    let input = "光緒十三年\r\n{\"id\":\"a7\",\"text\":\"03/12/1936\",\"lang\":\"en\"}\n{\"id\":4,\"text\":\"before 1911\"}\n\
        {broken\n\n{\"id\":[1],\"text\":7}\n{\"id\":null}\n{\"text\":\"光緒四十年\"}\n";
    let (out, failed) = huiguan(dir.path(), "date", input);
    assert_eq!(failed, Vec::<String>::new());
    let lines: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 8, "{out}");
    for line in &lines {
        let mut keys: Vec<&String> = line.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["candidates", "earliest", "edtf", "error", "id", "latest"]);
    }
    assert_eq!(
        lines[0],
        serde_json::json!({"id": 1, "edtf": "1887-01-24/1888-02-11", "earliest": "1887-01-24", "latest": "1888-02-11",
            "candidates": [], "error": null})
    );
    assert_eq!(lines[1]["id"], "a7");
    assert_eq!(lines[1]["edtf"], serde_json::Value::Null);
    let all: Vec<&str> =
        lines[1]["candidates"].as_array().unwrap().iter().map(|one| one["edtf"].as_str().unwrap()).collect();
    assert_eq!(all, ["1936-12-03", "1936-03-12"]);
    assert_eq!((lines[2]["earliest"].as_str(), lines[2]["latest"].as_str()), (None, Some("1910-12-31")));
    for (place, code) in [(3, "bad-json"), (4, "empty"), (5, "no-year"), (6, "bad-json"), (7, "no-such-year")] {
        let told = lines[place]["error"].as_str().unwrap();
        assert!(told.starts_with(&format!("{code}: ")), "{place}: {told}");
    }
    assert_eq!((&lines[5]["id"], &lines[6]["id"]), (&serde_json::json!([1]), &serde_json::json!(7)));
}

#[test]
fn dates_that_are_no_text_are_refused_and_reading_goes_on() {
    let mut input = b"\xff\xfe\n".to_vec();
    input.extend(std::iter::repeat_n(b'9', 200_000));
    input.extend("\n".bytes().chain("十".repeat(10_000).bytes()).chain(*b"\n\x00\x01\x02\n"));
    input.extend("昭和三年".bytes());
    let mut out = Vec::new();
    let mut reader = input.as_slice();
    let mut terminal = Terminal { input: &mut reader, out: &mut out };
    date::run(&mut terminal).unwrap();
    let lines: Vec<serde_json::Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<&str> = lines.iter().map(|line| line["error"].as_str().unwrap_or_default()).collect();
    let codes: Vec<&str> = told.iter().map(|told| told.split(':').next().unwrap()).collect();
    assert_eq!(codes, ["not-utf-8", "too-long", "too-long", "empty", ""]);
    assert_eq!(lines[4]["edtf"], "1928");
}
