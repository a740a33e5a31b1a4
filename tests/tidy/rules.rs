//! The rules of the architecture. Each takes files and answers the faults it finds, each with its place.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{File, attributes, blanked, functions, imports, is_word, lines_with_word, tags};

/// Floors from the lowest; a file imports only from floors below its own. `error` and `clock` are the ground of floor
/// 0; on floor 7 the command line stands on the app, and `main` on both.
const FLOORS: [&[&str]; 11] = [
    &["error", "clock"],
    &["config", "id", "lang", "secret", "text"],
    &[
        "cue", "date", "db", "files", "limit", "mail", "metrics", "net", "pack", "pdf", "picture", "record", "search",
        "video", "wire",
    ],
    &["ctx"],
    &["domain"],
    &["admission", "lookup", "remote", "upload"],
    &["api", "federation", "web"],
    &["routes", "worker"],
    &["app"],
    &["cli"],
    &["main"],
];
/// Words that a module must not name.
const BANNED: [(&str, &[&str]); 6] = [
    ("domain", &["async", "actix_web", "reqwest"]),
    ("wire", &["async", "db", "diesel"]),
    ("web", &["diesel", "schema"]),
    ("api", &["diesel", "schema"]),
    ("federation", &["diesel", "schema"]),
    ("remote", &["diesel", "schema"]),
];
const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;
/// The table of URLs and the table of activities: lists that are read from top to bottom.
const LONG_BY_NAME: [(&str, &str); 2] = [("src/routes.rs", "table"), ("src/federation/inbox.rs", "dispatch")];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// A file with its module path and the paths that it imports.
type Module<'a> = (&'a File, Vec<String>, Vec<Vec<String>>);

/// The modules under `src` with what each imports.
fn modules(files: &[File]) -> Vec<Module<'_>> {
    let read = |file| {
        let module = File::module(file)?;
        let imported = imports(&file.code(), &module);
        Some((file, module, imported))
    };
    files.iter().filter_map(read).collect()
}

/// A file imports only from floors below its own; neighbours on one floor don't meet; every module has a floor.
pub fn floors(files: &[File]) -> Vec<String> {
    let mut faults = BTreeSet::new();
    let all = modules(files);
    let known: BTreeSet<&String> = all.iter().filter_map(|(_, module, _)| module.first()).collect();
    for (file, module, imported) in &all {
        let own = &module[0];
        let Some(height) = floor(own) else {
            faults.insert(format!("{}: module {own} has no floor", file.path));
            continue;
        };
        for other in imported.iter().filter_map(|path| path.first()).filter(|other| *other != own) {
            if known.contains(other) && floor(other).is_some_and(|other| other >= height) {
                faults.insert(format!("{}: {own} imports {other}, which doesn't stand below it", file.path));
            }
        }
    }
    faults.into_iter().collect()
}

/// In every folder: which child imports which. The folder's own `mod.rs` may know its children.
fn siblings(files: &[File]) -> BTreeMap<Vec<String>, BTreeSet<(String, String)>> {
    let all = modules(files);
    let exists: BTreeSet<Vec<String>> = all.iter().map(|(_, module, _)| module.clone()).collect();
    let mut edges: BTreeMap<Vec<String>, BTreeSet<(String, String)>> = BTreeMap::new();
    for (_, module, imported) in &all {
        for path in imported {
            let shared = module.iter().zip(path).take_while(|(a, b)| a == b).count();
            let (Some(from), Some(to)) = (module.get(shared), path.get(shared)) else { continue };
            if exists.contains(&path[..=shared]) || exists.iter().any(|one| one.starts_with(&path[..=shared])) {
                edges.entry(module[..shared].to_vec()).or_default().insert((from.clone(), to.clone()));
            }
        }
    }
    edges
}

/// No circles among the files of a folder, on any level.
pub fn circles(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for (folder, edges) in siblings(files) {
        let reach = |from: &str| {
            let (mut seen, mut next) = (BTreeSet::new(), vec![from.to_owned()]);
            while let Some(one) = next.pop() {
                for (_, to) in edges.iter().filter(|(a, _)| *a == one) {
                    if seen.insert(to.clone()) {
                        next.push(to.clone());
                    }
                }
            }
            seen
        };
        let names: BTreeSet<&String> = edges.iter().map(|(from, _)| from).collect();
        for name in names.into_iter().filter(|name| reach(name).contains(*name)) {
            faults.push(format!("src/{}: {name} stands in a circle", folder.join("/")));
        }
    }
    faults
}

/// In `domain`, a noun imports only nouns that stand before it in the list of `mod.rs`.
pub fn nouns(files: &[File]) -> Vec<String> {
    let Some(list) = files.iter().find(|file| file.path == "src/domain/mod.rs") else { return Vec::new() };
    let order: Vec<String> = list
        .code()
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned))
        .collect();
    let place = |noun: &str| order.iter().position(|one| one == noun);
    let edges = siblings(files).remove(&vec!["domain".to_owned()]).unwrap_or_default();
    let wrong = edges.into_iter().filter(|(from, to)| place(from).is_none() || place(from) <= place(to));
    wrong.map(|(from, to)| format!("src/domain: {from} imports {to}, which doesn't stand before it")).collect()
}

/// Words that a floor must not name.
pub fn banned(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files {
        let Some(module) = file.module() else { continue };
        let words: Vec<&str> =
            BANNED.iter().filter(|(room, _)| *room == module[0]).flat_map(|(_, words)| words.iter().copied()).collect();
        if words.is_empty() {
            continue;
        }
        let code = file.code();
        let imported = imports(&code, &module);
        for word in words {
            // `db` and `schema` are words of prose and of variables, too: as modules they are followed by `::`.
            let is_module = matches!(word, "db" | "schema" | "diesel");
            let sought = if is_module { format!("{word}::") } else { word.to_owned() };
            for line in lines_with_word(&code, &sought) {
                faults.push(format!("{}:{line}: {} names {word}", file.path, module[0]));
            }
            // In a group, as in `use crate::db::{schema, Conn}`, nothing follows the word.
            if is_module && imported.iter().any(|path| path.last().is_some_and(|last| last == word)) {
                faults.push(format!("{}: {} imports {word}", file.path, module[0]));
            }
        }
    }
    faults
}

/// Files of at most 600 lines, functions of at most 70.
pub fn sizes(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
        let lines = file.text.lines().count();
        if lines > FILE_LINES_MAX {
            faults.push(format!("{}: {lines} lines, at most {FILE_LINES_MAX}", file.path));
        }
        for (name, line, lines) in functions(&blanked(&file.text)) {
            if lines > FUNCTION_LINES_MAX && !LONG_BY_NAME.contains(&(file.path.as_str(), name.as_str())) {
                faults.push(format!("{}:{line}: fn {name} has {lines} lines, at most {FUNCTION_LINES_MAX}", file.path));
            }
        }
    }
    faults
}

/// The same migrations for both databases, each with a way up and down, named `YYYYMMDDhhmmss_noun_verb`.
pub fn migrations(files: &[File]) -> Vec<String> {
    let of = |tree: &str| -> BTreeSet<String> {
        let prefix = format!("migrations/{tree}/");
        files.iter().filter_map(|file| file.path.strip_prefix(&prefix).map(str::to_owned)).collect()
    };
    let (sqlite, postgres) = (of("sqlite"), of("postgres"));
    let differ = sqlite.symmetric_difference(&postgres).map(|path| format!("migrations: {path} is on one side only"));
    let mut faults: Vec<String> = differ.collect();
    let names: BTreeSet<&str> = sqlite.iter().chain(&postgres).filter_map(|path| path.split('/').next()).collect();
    for name in names {
        let (date, words) = name.split_once('_').unwrap_or_default();
        let dated = date.len() == 14 && date.bytes().all(|byte| byte.is_ascii_digit());
        if !dated || words.split('_').filter(|word| !word.is_empty()).count() < 2 {
            faults.push(format!("migrations: {name} is not YYYYMMDDhhmmss_noun_verb"));
        }
        for way in ["up.sql", "down.sql"] {
            if !sqlite.contains(&format!("{name}/{way}")) {
                faults.push(format!("migrations: {name} has no {way}"));
            }
        }
    }
    faults
}

/// The messages of a Fluent file: key, and the placeholders of its text. A key that stands twice is a fault.
fn messages(file: &File, faults: &mut Vec<String>) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in file.text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) =
            line.split_once('=').filter(|_| line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-'))
        {
            key = name.trim().to_owned();
            if found.insert(key.clone(), BTreeSet::new()).is_some() {
                faults.push(format!("{}: {key} stands twice", file.path));
            }
        }
        for (at, _) in line.match_indices('$') {
            let name: String = line[at + 1..].chars().take_while(|c| is_word(*c) || *c == '-').collect();
            found.entry(key.clone()).or_default().insert(name);
        }
    }
    found
}

/// Every message in all three languages with the same placeholders, and none that nothing shows.
pub fn languages(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    let paths = ["zh-Hans", "zh-Hant", "en"].map(|code| format!("templates/lang/{code}.ftl"));
    let tables: Vec<(&String, BTreeMap<String, BTreeSet<String>>)> = paths
        .iter()
        .filter_map(|path| files.iter().find(|file| file.path == *path).map(|file| (path, messages(file, &mut faults))))
        .collect();
    if tables.len() != paths.len() && !tables.is_empty() {
        faults.push("templates/lang: a language is missing".to_owned());
    }
    let keys: BTreeSet<&String> = tables.iter().flat_map(|(_, table)| table.keys()).collect();
    let users = |file: &&File| {
        file.path.ends_with(".rs") || (file.path.starts_with("templates/") && !file.path.ends_with(".ftl"))
    };
    // Whatever stands between two quotes; what stands between the end of one text and the next does no harm.
    let quoted: BTreeSet<&str> = files.iter().filter(users).flat_map(|file| file.text.split(['"', '\''])).collect();
    for key in keys {
        for (path, table) in &tables {
            match (table.get(key), tables.first().and_then(|(_, first)| first.get(key))) {
                (None, _) => faults.push(format!("{path}: {key} is missing")),
                (Some(here), Some(first)) if here != first => {
                    faults.push(format!("{path}: {key} has the placeholders {here:?} instead of {first:?}"));
                }
                _ => {}
            }
        }
        let referred =
            || files.iter().any(|file| file.path.ends_with(".ftl") && file.text.contains(&format!("{{ {key} }}")));
        if !quoted.contains(key.as_str()) && !referred() {
            faults.push(format!("templates/lang: {key} is used nowhere"));
        }
    }
    faults
}

/// ARCHITECTURE.md's table of floors names every module, and only those; a file that its text names exists.
pub fn architecture(files: &[File]) -> Vec<String> {
    let Some(page) = files.iter().find(|file| file.path == "ARCHITECTURE.md") else { return Vec::new() };
    let quoted = |text: &str| -> Vec<String> { text.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let rows = page.text.lines().filter(|line| {
        let first = line.strip_prefix('|').unwrap_or_default().trim_start();
        first.starts_with(|c: char| c.is_ascii_digit())
    });
    let bare = |name: &String| name.trim_end_matches('/').trim_end_matches(".rs").to_owned();
    let named: BTreeSet<String> =
        rows.flat_map(|row| quoted(row.split('|').nth(2).unwrap_or_default())).map(|name| bare(&name)).collect();
    let there: BTreeSet<String> =
        files.iter().filter_map(|file| file.module().map(|module| module[0].clone())).collect();
    let missing = there.difference(&named).map(|module| format!("ARCHITECTURE.md: module {module} isn't in the table"));
    let gone = named.difference(&there).map(|module| format!("ARCHITECTURE.md: there is no module {module}"));
    let mut faults: Vec<String> = missing.chain(gone).collect();
    for name in
        quoted(&page.text).into_iter().filter(|name| name.ends_with(".rs") && !name.contains(['*', ' ', '<', '{']))
    {
        if !files.iter().any(|file| file.path == name || file.path.ends_with(&format!("/{name}"))) {
            faults.push(format!("ARCHITECTURE.md: there is no file {name}"));
        }
    }
    faults
}

/// Templates carry no style and no script of their own (the content security policy would stop them), and every
/// picture says what it shows and how large it is.
pub fn templates(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with("templates/") && file.path.ends_with(".html")) {
        for (tag, line) in tags(&file.text) {
            let name =
                tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default().to_ascii_lowercase();
            let names = attributes(&tag);
            let has = |name: &str| names.iter().any(|one| one == name);
            let mut fault = |what: &str| faults.push(format!("{}:{line}: <{name}> {what}", file.path));
            if has("style") || name == "style" {
                fault("has a style of its own");
            }
            if names.iter().any(|one| one.starts_with("on") && one[2..].chars().all(|c| c.is_ascii_alphabetic())) {
                fault("has a handler of its own");
            }
            // Data for machines is no script: nothing runs it.
            let is_data = tag.contains("type=\"application/ld+json\"");
            if name == "script" && !has("src") && !is_data {
                fault("has no src");
            }
            if name == "img" && !["alt", "width", "height"].iter().all(|one| has(one)) {
                fault("lacks alt, width or height");
            }
        }
    }
    faults
}
