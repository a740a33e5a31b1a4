//! The architecture as a test: what ARCHITECTURE.md says about floors, nouns, sizes and messages is checked here, with
//! the standard library alone, in milliseconds. Each rule is shown a broken sample, too, so that it is known to bite.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

#[path = "tidy/contrast.rs"]
mod contrast;
#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/source.rs"]
mod source;

use source::File;
use std::path::Path;

/// Folders and files of the repository that the rules look at; those that aren't there yet are passed over.
const ROOMS: [&str; 6] = ["src", "tests", "benches", "templates", "migrations", "ARCHITECTURE.md"];
const ENDINGS: [&str; 7] = ["rs", "html", "xml", "txt", "ftl", "sql", "md"];

/// The repository's own files.
fn repository() -> Vec<File> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for room in ROOMS {
        read(top, &top.join(room), &mut files);
    }
    files
}

fn read(top: &Path, place: &Path, files: &mut Vec<File>) {
    if let Ok(entries) = std::fs::read_dir(place) {
        let mut inner: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        inner.sort();
        inner.iter().for_each(|inner| read(top, inner, files));
    } else if ENDINGS.iter().any(|ending| place.extension().is_some_and(|one| one == *ending)) && place.exists() {
        let path = place.strip_prefix(top).unwrap().to_str().unwrap().replace('\\', "/");
        files.push(File { path, text: std::fs::read_to_string(place).unwrap() });
    }
}

/// Holds for the repository; finds exactly `faults` faults in the broken sample and none in the mended one.
#[track_caller]
fn assert_rule(rule: fn(&[File]) -> Vec<String>, broken: &[(&str, &str)], faults: usize, mended: &[(&str, &str)]) {
    let sample = |files: &[(&str, &str)]| files.iter().map(|(path, text)| File::new(path, text)).collect::<Vec<_>>();
    let found = rule(&sample(broken));
    assert_eq!(found.len(), faults, "the broken sample: {found:#?}");
    let found = rule(&sample(mended));
    assert!(found.is_empty(), "the mended sample: {found:#?}");
    let found = rule(&repository());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_repository_is_there() {
    let files = repository();
    assert!(files.iter().any(|file| file.path == "src/lib.rs"));
    assert!(files.iter().any(|file| file.path == "tests/tidy.rs"));
}

#[test]
fn files_import_only_from_floors_below() {
    assert_rule(
        rules::floors,
        &[
            ("src/web/page.rs", "use crate::federation::inbox;\nuse crate::{ctx::Ctx, worker as w};"),
            ("src/federation/inbox.rs", "fn f() { super::super::routes::table() }"),
            ("src/net.rs", "use crate::\n    wire::json;"),
            ("src/wire/mod.rs", ""),
            ("src/worker.rs", ""),
            ("src/ctx.rs", ""),
            ("src/routes.rs", ""),
            ("src/util.rs", ""),
        ],
        5,
        &[
            (
                "src/web/page.rs",
                "use crate::{ctx::Ctx, net::{self, Net}};\n// crate::worker\nconst A: &str = \"crate::worker\";",
            ),
            ("src/net.rs", "use crate::error::Error;\n#[cfg(test)]\nmod tests { use crate::web::page; }"),
            ("src/ctx.rs", "use crate::net::Net;"),
            ("src/error.rs", ""),
            ("src/worker.rs", "use crate::ctx::Ctx;"),
            ("src/main.rs", "fn main() { huiguan::cli::main() }"),
            ("src/cli/mod.rs", "use crate::app;"),
            ("src/app.rs", "use crate::{routes, worker};"),
            ("src/routes.rs", ""),
        ],
    );
}

#[test]
fn no_file_stands_in_a_circle() {
    assert_rule(
        rules::circles,
        &[
            ("src/wire/a.rs", "use super::b::B;"),
            ("src/wire/b.rs", "use crate::wire::c::C;"),
            ("src/wire/c.rs", "fn f(a: super::a::A) {}"),
            ("src/wire/d.rs", "use super::a::A;"),
        ],
        3,
        &[
            ("src/wire/mod.rs", "pub use a::A; struct S;"),
            ("src/wire/a.rs", "use super::{S, b::B};"),
            ("src/wire/b.rs", "use super::c::C;"),
            ("src/wire/c.rs", "use super::S;"),
        ],
    );
}

#[test]
fn nouns_import_only_nouns_before_them() {
    let list = ("src/domain/mod.rs", "pub mod actor;\npub mod post;\npub mod moment;\n");
    assert_rule(
        rules::nouns,
        &[
            list,
            ("src/domain/actor.rs", "use super::moment;"),
            ("src/domain/post/queries.rs", "use crate::domain::{actor, moment::Moment};"),
            ("src/domain/moment.rs", "use super::post;"),
        ],
        2,
        &[
            list,
            ("src/domain/actor.rs", ""),
            ("src/domain/post/mod.rs", "use super::actor::{self, Actor}; mod queries;"),
            ("src/domain/post/queries.rs", "use super::Post; use super::super::actor;"),
            ("src/domain/moment.rs", "use super::{actor::Actor, post};"),
        ],
    );
}

#[test]
fn floors_do_not_name_what_is_not_theirs() {
    assert_rule(
        rules::banned,
        &[
            ("src/domain/post.rs", "pub async fn f() {}\nuse actix_web::web;"),
            ("src/wire/json.rs", "use crate::db::Conn;\nuse diesel::prelude::*;"),
            ("src/web/moment.rs", "fn f() { diesel::insert_into(crate::db::schema::post::table); }"),
            ("src/federation/inbox.rs", "use crate::db::schema::*;"),
            ("src/remote/key.rs", "use crate::db::{Conn, schema};"),
        ],
        9,
        &[
            ("src/domain/post.rs", "//! Never async.\nfn f(asynchronous: u8) -> &'static str { \"async\" }"),
            ("src/wire/json.rs", "/* no db:: */ fn db(schema: u8) {}"),
            ("src/web/moment.rs", "async fn f(schema: u8) { reqwest(b'\"', '\"', \"diesel::\") }"),
        ],
    );
}

#[test]
fn files_and_functions_are_short() {
    let long = format!("fn f() {{\n{}}}\n", "    g();\n".repeat(69));
    let fits = format!("fn f() {{\n{}}}\n", "    g(\"{\");\n".repeat(68));
    let table = format!("pub fn table() {{\n{}}}\n", "    route();\n".repeat(300));
    assert_rule(
        rules::sizes,
        &[("src/a.rs", &long), ("src/b.rs", &"// x\n".repeat(601)), ("src/web/mod.rs", &table)],
        3,
        &[
            ("src/a.rs", &format!("{fits}{fits}trait T {{ fn g(); fn h(a: [u8; 2]); }}\ntype F = fn(u8);\n{fits}")),
            ("src/b.rs", &"// x\n".repeat(600)),
            ("src/routes.rs", &table),
        ],
    );
}

#[test]
fn both_databases_have_the_same_migrations() {
    assert_rule(
        rules::migrations,
        &[
            ("migrations/sqlite/20261123000000_hall_create/up.sql", ""),
            ("migrations/sqlite/20261123000000_hall_create/down.sql", ""),
            ("migrations/postgres/20261123000000_hall_create/up.sql", ""),
            ("migrations/sqlite/2026_tags/up.sql", ""),
            ("migrations/postgres/2026_tags/up.sql", ""),
        ],
        3,
        &[
            ("migrations/sqlite/20261123000000_hall_create/up.sql", ""),
            ("migrations/sqlite/20261123000000_hall_create/down.sql", ""),
            ("migrations/postgres/20261123000000_hall_create/up.sql", ""),
            ("migrations/postgres/20261123000000_hall_create/down.sql", ""),
        ],
    );
}

#[test]
fn every_message_speaks_three_languages() {
    assert_rule(
        rules::languages,
        &[
            ("templates/lang/zh-Hans.ftl", "home = 首页\nlimit = 最多 { $max } 字\nold = 旧\n"),
            ("templates/lang/zh-Hant.ftl", "home = 首頁\nlimit = 最多 { $count } 字\nold = 舊\n"),
            ("templates/lang/en.ftl", "home = Home\nhome = House\nlimit = At most\n    { $max } characters\n"),
            ("templates/home/show.html", "{{ m.text(\"home\") }}"),
            ("src/web/moment.rs", "Problem::new(\"body\", \"limit\")"),
        ],
        4,
        &[
            ("templates/lang/zh-Hans.ftl", "# 注\n-hall = 会馆\nhome = { -hall }首页\nlimit = 最多 { $max } 字\n"),
            ("templates/lang/zh-Hant.ftl", "-hall = 會館\nhome = { -hall }首頁\nlimit = 最多 { $max } 字\n"),
            (
                "templates/lang/en.ftl",
                "-hall = Hall\nhome = { -hall }\nlimit = { $max ->\n    [one] one\n   *[other] { $max }\n }\n",
            ),
            ("templates/home/show.html", "{{ m.text(\"home\") }}"),
            ("src/web/moment.rs", "Problem::new(\"body\", \"limit\")"),
        ],
    );
}

#[test]
fn the_page_on_architecture_names_what_is_there() {
    assert_rule(
        rules::architecture,
        &[
            (
                "ARCHITECTURE.md",
                "| floor | module |\n|---|---|\n| 5 | `web/` | pages |\n| 1 | `net.rs` `mail.rs` | tools |\nSee `web/gone.rs`.\n",
            ),
            ("src/web/mod.rs", ""),
            ("src/net.rs", ""),
            ("src/text.rs", ""),
        ],
        4,
        &[
            (
                "ARCHITECTURE.md",
                "| floor | module |\n|---|---|\n| 5 | `web/` | `page.rs` |\n| 1 | `net.rs` | tools |\n`cargo test`\n",
            ),
            ("src/lib.rs", ""),
            ("src/web/mod.rs", ""),
            ("src/web/page.rs", ""),
            ("src/net.rs", ""),
        ],
    );
}

#[test]
fn templates_carry_no_style_script_or_nameless_picture() {
    assert_rule(
        rules::templates,
        &[
            (
                "templates/a.html",
                "<p style=\"color: red\">x</p>\n<b onclick=\"f()\">x</b>\n<script>f()</script>\n<style>p{}</style>",
            ),
            ("templates/b.html", "<img src=\"{{ url }}\" alt=\"\" width=\"1\">"),
        ],
        5,
        &[
            (
                "templates/a.html",
                "<p class=\"style\" title=\"a > b onclick=x\">{% if a < b %}x{% endif %}</p><script src=\"/s.js\" defer></script>",
            ),
            (
                "templates/b.html",
                "<img\n src=\"{{ url }}\" alt=\"{{ \"a>b\" }}\" width=\"1\" height=\"1\">\n{# <script> #}",
            ),
            ("templates/mail.txt", "<script>"),
        ],
    );
}

#[test]
fn colours_are_readable_in_both_themes() {
    let css = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("static/huiguan.css")).unwrap();
    let found = contrast::contrast(&css);
    assert!(found.is_empty(), "{}", found.join("\n"));
    // A paler second ink in the light, and a colour that only one of the dark blocks has.
    let pale = css.replacen("--ink-2: #5d564b", "--ink-2: #8d867b", 1);
    assert_eq!(contrast::contrast(&pale).len(), 4, "on three grounds and the wash");
    let apart = css.replacen("--lv: #98cfae", "--lv: #98cfaf", 1);
    assert_eq!(contrast::contrast(&apart).len(), 1);
}
