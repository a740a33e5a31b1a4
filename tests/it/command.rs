//! The command line: what it answers, and what it refuses with one clear line and nothing harmed.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// The program in a directory of its own, with settings from the environment.
pub fn huiguan(dir: &Path, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huiguan"));
    command
        .current_dir(dir)
        .env("HUIGUAN__SERVER__ORIGIN", format!("http://127.0.0.1:{port}"))
        .env("HUIGUAN__SERVER__LISTEN", format!("127.0.0.1:{port}"))
        .env("HUIGUAN__FEDERATION__ALLOW_NETWORKS", "127.0.0.1/32")
        .env("HUIGUAN__LIMITS__RATE_LIMIT", "false")
        .env("HUIGUAN__LOG__FILTER", "warn");
    command
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Starts `serve` and waits for its first line; answers the lines until then too.
pub fn serve(command: &mut Command) -> (Child, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    lines.read_line(&mut first).unwrap();
    assert!(first.starts_with("listening on http://127.0.0.1:"), "{first}");
    (child, first)
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn members_are_added_listed_changed_and_suspended_beside_a_running_hall() {
    let dir = tempfile::tempdir().unwrap();
    let port = free_port();
    let (mut child, _) = serve(&mut huiguan(dir.path(), port));
    let added = run(huiguan(dir.path(), port).args([
        "user",
        "add",
        "mei",
        "--email",
        "mei@hall.example",
        "--role",
        "owner",
        "--language",
        "zh-Hant",
    ]));
    assert!(added.status.success(), "{}", stderr(&added));
    let text = stdout(&added);
    let made = text.lines().find_map(|line| line.strip_prefix("password: ")).expect("a made password");
    assert_eq!(made.len(), 19, "{text}");
    let mut piped = huiguan(dir.path(), port)
        .args(["user", "add", "lan", "--password-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    piped.stdin.take().unwrap().write_all("correct horse\n".as_bytes()).unwrap();
    assert!(piped.wait_with_output().unwrap().status.success());
    let list = run(huiguan(dir.path(), port).args(["user", "list", "--json"]));
    let rows: serde_json::Value = serde_json::from_str(&stdout(&list)).unwrap();
    assert_eq!(rows[1]["name"], "mei");
    assert_eq!((rows[1]["role"].as_str(), rows[1]["language"].as_str()), (Some("owner"), Some("zh-Hant")));
    assert_eq!(rows[1]["address"], format!("mei@127.0.0.1:{port}"));
    for (arguments, words) in [
        (vec!["user", "role", "lan", "moderator"], "lan is now moderator"),
        (vec!["user", "password", "lan"], "password: "),
        (vec!["user", "suspend", "lan"], "lan is suspended"),
    ] {
        let done = run(huiguan(dir.path(), port).args(&arguments));
        assert!(
            done.status.success() && stdout(&done).contains(words),
            "{arguments:?}: {}{}",
            stdout(&done),
            stderr(&done)
        );
    }
    for (arguments, words) in [
        (vec!["user", "add", "mei"], "taken"),
        (vec!["user", "add", "陈"], "small letters"),
        (vec!["user", "add", "hua", "--password", "short"], "at least 10"),
        (vec!["user", "add", "hua", "--email", "nonsense"], "e-mail"),
        (vec!["user", "password", "nobody"], "no member nobody"),
        (vec!["user", "suspend", "mei"], "last owner"),
        (vec!["user", "role", "mei", "member"], "last owner"),
    ] {
        let refused = run(huiguan(dir.path(), port).args(&arguments));
        assert!(!refused.status.success(), "{arguments:?}");
        let said = stderr(&refused);
        assert!(said.contains(words) && said.lines().count() == 1, "{arguments:?}: {said}");
        assert_eq!(stdout(&refused), "", "{arguments:?}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn the_first_start_prints_the_set_up_link_and_a_signal_ends_it_cleanly() {
    let dir = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut child =
        huiguan(dir.path(), port).arg("serve").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), format!("listening on http://127.0.0.1:{port}"));
    let link = lines.next().unwrap().unwrap();
    assert!(link.starts_with(&format!("set up: http://127.0.0.1:{port}/setup?token=")), "{link}");
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    assert_eq!(lines.count(), 0, "each line is printed once");
    assert!(dir.path().join("data/huiguan.sqlite3").exists());
}

#[test]
fn a_request_under_way_is_finished_before_the_hall_ends() {
    use std::io::{Read, Write};
    let dir = tempfile::tempdir().unwrap();
    let port = free_port();
    let (mut child, _) = serve(&mut huiguan(dir.path(), port));
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    let head = format!("POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 8\r\n\r\nname");
    stream.write_all(head.as_bytes()).unwrap();
    // It has begun to read the form when another request has been answered on the same thread or the next.
    for _ in 0..4 {
        let mut other = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        other.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        other.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    stream.write_all(b"=mei").unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 403", "the form has no token, and is told so");
    drop(stream);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_cannot_start_says_why_in_one_line_and_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let port = free_port();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let refuse = |command: &mut Command, words: &str| {
        let output = run(command);
        let said = stderr(&output);
        assert!(!output.status.success(), "{words}");
        assert!(said.contains(words), "{words}: {said}");
        let lines = said.lines().filter(|line| line.starts_with("huiguan: ")).count();
        assert!(lines == 1 || said.starts_with("error: "), "{said}");
        assert_eq!(stdout(&output), "");
    };
    refuse(huiguan(dir.path(), port).arg("--port"), "unexpected argument");
    refuse(huiguan(dir.path(), port).args(["--config", "missing.toml"]), "missing.toml");
    refuse(huiguan(dir.path(), port).env("HUIGUAN__SERVER__ORIGN", "x"), "ORIGN");
    refuse(
        huiguan(dir.path(), port).args(["config", "check"]).env("HUIGUAN__LIMITS__POST_CHARS_MAX", "many"),
        "POST_CHARS_MAX",
    );
    refuse(huiguan(dir.path(), taken.local_addr().unwrap().port()).arg("serve"), "cannot listen on");
    assert!(run(huiguan(dir.path(), port).args(["config", "check"])).status.success());
    // A database of another origin, then one of a newer program.
    assert!(run(huiguan(dir.path(), port).args(["user", "list"])).status.success());
    let file = dir.path().join("data/huiguan.sqlite3");
    refuse(huiguan(dir.path(), port).env("HUIGUAN__SERVER__ORIGIN", "https://other.example"), "belongs to");
    let before = members(dir.path(), port);
    let mut connection = <diesel::SqliteConnection as diesel::Connection>::establish(&file.to_string_lossy()).unwrap();
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')";
    diesel::connection::SimpleConnection::batch_execute(&mut connection, newer).unwrap();
    refuse(huiguan(dir.path(), port).arg("serve"), "newer than this program");
    let back = "DELETE FROM __diesel_schema_migrations WHERE version = '99990101000000'";
    diesel::connection::SimpleConnection::batch_execute(&mut connection, back).unwrap();
    assert_eq!(members(dir.path(), port), before);
    refuse(huiguan(dir.path(), port).env("HUIGUAN__DATABASE__URL", "postgres://nobody@127.0.0.1:1/none"), "PostgreSQL");
    std::fs::write(dir.path().join("plain"), "").unwrap();
    refuse(huiguan(dir.path(), port).env("HUIGUAN__DATA__DIR", "plain/data"), "data directory");
}

fn members(dir: &Path, port: u16) -> String {
    stdout(&run(huiguan(dir, port).args(["user", "list", "--json"])))
}

#[test]
fn help_is_a_page_that_names_every_command() {
    let dir = tempfile::tempdir().unwrap();
    let help = run(huiguan(dir.path(), 1).arg("--help"));
    assert!(help.status.success());
    for words in ["serve", "user", "config", "--config", "Examples:", "huiguan user add mei"] {
        assert!(stdout(&help).contains(words), "{words}");
    }
}

#[test]
fn the_demo_shows_two_halls_that_know_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let keep = dir.path().join("halls");
    // Two ports side by side that were free a moment ago.
    let port = (0..50)
        .map(|_| free_port())
        .find(|port| *port < 65_535 && std::net::TcpListener::bind(("127.0.0.1", port + 1)).is_ok())
        .unwrap();
    let start = || {
        let mut child = Command::new(env!("CARGO_BIN_EXE_huiguan"))
            .current_dir(dir.path())
            .args(["demo", "--port", &port.to_string(), "--keep", keep.to_str().unwrap()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let people: Vec<String> = lines.lines().take(6).map(Result::unwrap).collect();
        (child, people)
    };
    let (mut child, people) = start();
    assert_eq!(people.iter().filter(|line| line.starts_with(&format!("http://localhost:{port} "))).count(), 4);
    assert_eq!(people.iter().filter(|line| line.starts_with(&format!("http://127.0.0.1:{} ", port + 1))).count(), 2);
    assert!(people.iter().all(|line| line.split(' ').count() == 3), "{people:?}");
    let busy = run(Command::new(env!("CARGO_BIN_EXE_huiguan")).args(["demo", "--port", &port.to_string()]));
    assert_eq!((busy.status.code(), stderr(&busy).lines().count()), (Some(1), 1), "{}", stderr(&busy));
    let stopped = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(stopped.success() && child.wait().unwrap().success(), "Ctrl-C ends both");
    // What was kept goes on with the same people.
    let (mut child, again) = start();
    assert_eq!(again, people);
    child.kill().unwrap();
    child.wait().unwrap();
}
