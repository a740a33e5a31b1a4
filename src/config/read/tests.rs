//! The settings, the table of keys and the documented file agree, and faults speak in words.

use super::*;
use crate::config::RegistrationMode;

const DOCUMENTED: &str = include_str!("../../../config.toml");

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, Vec<Fault>> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("hall.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(Some(&path), environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
}

fn faults(text: &str, environment: &[(&str, &str)]) -> Vec<String> {
    let root = std::env::temp_dir();
    let strip = |fault: Fault| {
        let shown = fault.to_string();
        match shown.strip_prefix(&root.display().to_string()) {
            Some(rest) => rest.split_once("hall.toml").map(|(_, rest)| rest.to_owned()).unwrap_or_default(),
            None => shown,
        }
    };
    load(text, environment).unwrap_err().into_iter().map(strip).collect()
}

/// The keys of a settings file with the number of the line on which each stands.
fn keys_of(text: &str) -> Vec<(String, usize)> {
    let mut section = String::new();
    let mut keys = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
        } else if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            keys.push((format!("{section}.{name}"), number));
        }
    }
    keys
}

#[test]
fn the_documented_file_holds_every_key_with_its_default() {
    let documented: Vec<String> = keys_of(DOCUMENTED).into_iter().map(|(key, _)| key).collect();
    let known: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    assert_eq!(documented, known, "config.toml and KEYS must list the same keys in the same order");
    assert_eq!(load(DOCUMENTED, &[]).unwrap(), Config::default());
}

#[test]
fn every_documented_key_has_a_comment() {
    let lines: Vec<&str> = DOCUMENTED.lines().collect();
    for (key, number) in keys_of(DOCUMENTED) {
        assert!(number > 0 && lines[number - 1].starts_with("# "), "{key} has no comment");
    }
}

#[test]
fn every_key_reads_from_the_environment() {
    let environment: Vec<(String, String)> = KEYS
        .iter()
        .map(|key| {
            let value = match key.name {
                "server.origin" => "https://hall.example",
                "server.listen" | "metrics.listen" => "127.0.0.1:9999",
                "server.trusted_proxies" | "federation.allow_networks" => "127.0.0.1, 10.0.0.0/8,::1",
                "database.url" => "postgres://hall",
                "registration.mode" => "closed",
                "federation.mode" => "allow-list",
                "media.store" => "s3",
                "search.engine" => "meilisearch",
                "accounts.opening" => "officers",
                "search.url" => "http://127.0.0.1:7700",
                "mail.from" => "hall@hall.example",
                "log.format" => "json",
                "log.filter" => "warn,huiguan=debug",
                "limits.rate_limit" => "false",
                "limits.inbox_bytes_max"
                | "limits.fetch_bytes_max"
                | "limits.picture_bytes_max"
                | "limits.video_bytes_max"
                | "limits.audio_bytes_max" => "70000",
                "limits.archive_bytes_max" => "70000",
                "limits.fetch_timeout_s" | "limits.request_timeout_s" => "60",
                name if name.starts_with("limits.") || name.starts_with("accounts.") || name.ends_with("port") => "77",
                "database.connections_max" | "media.cache_mb" => "77",
                _ => "something",
            };
            (format!("HUIGUAN__{}", key.name.replace('.', "__").to_uppercase()), value.to_owned())
        })
        .collect();
    let config = Config::load(None, environment.into_iter()).unwrap();
    assert_eq!(config.origin(), "https://hall.example");
    assert_eq!(config.allow_networks().len(), 3);
    assert_eq!(config.allow_networks()[0].to_string(), "127.0.0.1/32");
    assert_eq!(config.media.s3.bucket, "something");
    assert_eq!(config.media.s3.secret_key, "something");
    assert_eq!(config.metrics.listen, "127.0.0.1:9999");
    assert!(!config.limits.rate_limit);
    assert_eq!(config.limits.inbox_waiting_max, 77);
    assert_eq!(config.registration.mode, RegistrationMode::Closed);
}

#[test]
fn the_environment_wins_over_the_file() {
    let config = load("[server]\nlisten = \"127.0.0.1:1\"\n", &[("HUIGUAN__SERVER__LISTEN", "127.0.0.1:2")]).unwrap();
    assert_eq!(config.server.listen.port(), 2);
}

#[test]
fn all_faults_are_gathered_with_key_place_and_expectation() {
    let found = faults(
        "[server]\norigin = \"hall.example\"\nlisten = 8080\nlistn = \"x\"\n\n[limits]\npost_chars_max = 0\n",
        &[("HUIGUAN__MAIL__PORT", "many"), ("HUIGUAN__SEVER__ORIGIN", "x"), ("PATH", "/bin")],
    );
    assert_eq!(found.len(), 6, "{found:#?}");
    let all = found.join("\n");
    for part in [
        " line 2: server.origin: expected http:// or https://",
        ", found \"hall.example\"",
        " line 3: server.listen: expected an address with a port",
        ", found 8080",
        " line 4: server.listn: there is no such setting; did you mean server.listen?",
        " line 7: limits.post_chars_max: expected a whole number from 1 to 100000, found 0",
        "variable HUIGUAN__MAIL__PORT: mail.port: expected a port between 1 and 65535, found \"many\"",
        "variable HUIGUAN__SEVER__ORIGIN: sever.origin: there is no such setting; did you mean server.origin?",
    ] {
        assert!(all.contains(part), "{part} is missing in\n{all}");
    }
}

#[test]
fn a_file_that_is_no_toml_is_one_clear_line_with_its_number() {
    let found = faults("[server]\norigin = hall\n", &[]);
    assert!(found.iter().any(|fault| fault.starts_with(" line 2: ")), "{found:?}");
}

#[test]
fn a_named_file_must_exist() {
    let missing = Config::load(Some(Path::new("/nowhere/hall.toml")), std::iter::empty()).unwrap_err();
    assert_eq!(missing.len(), 1);
    assert!(missing[0].to_string().starts_with("/nowhere/hall.toml: the file can't be read"), "{}", missing[0]);
}

#[test]
fn sqlite_and_other_addresses_are_refused_with_words() {
    for url in ["sqlite:data/hall.db", "mysql://hall", "data/hall.db"] {
        let found = faults("", &[("HUIGUAN__DATABASE__URL", url)]);
        assert!(found[0].contains("for SQLite in the data directory"), "{found:?}");
        assert!(!found[0].contains(url), "the value may hold a password: {found:?}");
    }
}

#[test]
fn settings_that_need_others_say_so() {
    let found = faults("[media]\nstore = \"s3\"\n[mail]\nhost = \"mail.example\"\n", &[]);
    assert_eq!(found.len(), 6, "{found:?}");
    assert!(found.iter().any(|f| f.contains("media.s3.bucket: must be set, because media.store is \"s3\"")));
}

#[test]
fn sections_and_values_are_not_taken_for_each_other() {
    assert!(faults("server = 5\n", &[])[0].contains("server: there is no such setting"));
    assert!(
        faults("[data.dir]\nx = 1\n", &[])[0]
            .contains("expected the path of a directory, such as \"data\", found a section")
    );
    assert!(faults("[media]\ns4 = {}\n", &[])[0].contains("there is no such setting"));
}

#[test]
fn secrets_never_show() {
    let config = load(
        "[database]\nurl = \"postgres://me:hunter2@db\"\n[mail]\npassword = \"hunter2\"\n\
         [media.s3]\nsecret_key = \"hunter2\"\n",
        &[],
    )
    .unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    assert_eq!(config.mail.password, "hunter2");
    let found = faults("[mail]\npassword = 2468\n", &[]);
    assert!(!found[0].contains("2468"), "{found:?}");
}
