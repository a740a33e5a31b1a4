//! The archive on the command line: what comes in from sheets, folders and bags, what goes out, and that a bag brings all of it back.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use encoding_rs::{BIG5, GB18030};
use huiguan::domain::exhibition::{self, Piece};
use huiguan::domain::{collection, item};
use serde_json::{Value, json};

use super::command::huiguan;

/// Of the hall that is spoken of: nothing listens there, but a database belongs to one origin.
const PORT: u16 = 8021;

fn run(dir: &Path, arguments: &[&str]) -> Output {
    huiguan(dir, PORT).arg("archive").args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    let both = [output.stdout.clone(), output.stderr.clone()].concat();
    String::from_utf8(both).unwrap()
}

fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_pixel(30, 20, image::Rgb([90, 120, 90]));
    image::DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A sheet with rows of three encodings, some of which are broken.
fn sheet(dir: &Path) -> String {
    std::fs::write(dir.join("a.png"), png()).unwrap();
    std::fs::write(dir.join("lies.jpg"), b"%PDF-1.4").unwrap();
    let mut bytes = "o:id,dcterms:title,dcterms:date,form,amount,Media Assets,Colour\n".as_bytes().to_vec();
    bytes.extend("1,陈家侨批,光緒十三年,letter,〡〢〇元,a.png,red\n".bytes());
    bytes.extend_from_slice(&BIG5.encode("2,陳家僑批,民國廿六年,letter,,,\n").0);
    bytes.extend_from_slice(&GB18030.encode("3,会馆合影,1951,photograph,,,\n").0);
    bytes.extend("4,,1951,letter,,,\n".bytes());
    bytes.extend("5,读不出的款,1951,letter,若干,,\n".bytes());
    bytes.extend("6,没有的文件,1951,letter,,none.png,\n".bytes());
    bytes.extend("7,爬出去的文件,1951,letter,,../a.png,\n".bytes());
    bytes.extend("8,说谎的文件,1951,letter,,lies.jpg,\n".bytes());
    bytes.extend("9,少了格子,1951\n".bytes());
    bytes.extend("10,不可能的日子,1937年2月30日,letter,,,\n".bytes());
    bytes.extend(b"11,\xff\xff\xff,1951,letter,,,\n");
    let path = dir.join("sheet.csv");
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_sheet_is_reported_row_by_row_and_taken_once() {
    let dir = tempfile::tempdir().unwrap();
    let sheet = sheet(dir.path());
    let dry = run(dir.path(), &["import", &sheet, "--dry-run"]);
    let report = said(&dry);
    assert!(!dry.status.success() && report.contains("3 would be taken, 0 there already, 8 not taken"), "{report}");
    for line in ["row 2: ok: 陈家侨批", "row 3: ok: 陳家僑批", "row 4: ok: 会馆合影", "\"Colour\" is not known"]
    {
        assert!(report.contains(line), "{line}: {report}");
    }
    for row in 5..=12 {
        assert!(report.contains(&format!("row {row}: not taken: ")), "{row}: {report}");
    }
    assert!(said(&run(dir.path(), &["stats"])).contains("0  items"), "a dry run takes nothing");
    let report = said(&run(dir.path(), &["import", &sheet]));
    assert!(report.contains("3 taken, 0 there already, 8 not taken"), "{report}");
    let report = said(&run(dir.path(), &["import", &sheet]));
    assert!(report.contains("0 taken, 3 there already, 8 not taken"), "{report}");
    let stats: serde_json::Value = serde_json::from_slice(&run(dir.path(), &["stats", "--json"]).stdout).unwrap();
    assert_eq!((stats["items"].as_i64(), stats["files"].as_i64()), (Some(3), Some(1)), "{stats}");
    assert!(said(&run(dir.path(), &["verify"])).contains("1 originals are whole"));
}

/// The hall in a folder, for what no command says.
fn open(dir: &Path) -> huiguan::ctx::Ctx {
    let mut config = huiguan::config::Config::default();
    config.server.origin = format!("http://127.0.0.1:{PORT}");
    config.data.dir = dir.join("data");
    huiguan::app::open(config).unwrap()
}

/// All items of the hall in a folder, in order.
fn items(dir: &Path) -> Vec<item::Item> {
    let ctx = open(dir);
    let found = ctx.read(|conn| item::all(conn, huiguan::id::PostId(0), 100));
    tokio::runtime::Runtime::new().unwrap().block_on(found).unwrap()
}

/// Makes a collection by code and title, which lends its items a protocol.
fn collect(dir: &Path, code: &str, title: &str) {
    let (code, title) = (code.to_owned(), title.to_owned());
    let ctx = open(dir);
    let made = ctx.write(move |conn| {
        let draft = collection::Draft::parse("series", &code, &title, "", "members", "")?;
        collection::create(conn, &draft).map(drop)
    });
    tokio::runtime::Runtime::new().unwrap().block_on(made).unwrap();
}

/// Gathers the items of a hall in a free collection, the last first, and hangs an exhibition of them.
fn hang(dir: &Path) {
    let ctx = open(dir);
    let hung = ctx.write(|conn| {
        let mut items = item::all(conn, huiguan::id::PostId(0), 10)?;
        items.reverse();
        let draft = collection::Draft::parse("free", "ZT", "年节", "", "", "")?;
        let free = collection::create(conn, &draft)?;
        let mut pieces = vec![Piece::Text("**出洋**".to_owned())];
        for one in &items {
            collection::gather(conn, free.id, one.id)?;
            pieces.push(Piece::Item(one.code.clone(), "看这封".to_owned()));
        }
        let open = exhibition::create(conn, &exhibition::Draft::parse("过番", "一句话", &pieces)?)?;
        exhibition::publish(conn, open.id)?;
        exhibition::create(conn, &exhibition::Draft::parse("未办的", "", &[])?).map(drop)
    });
    tokio::runtime::Runtime::new().unwrap().block_on(hung).unwrap();
}

#[test]
fn a_bag_brings_the_same_archive_back() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(dir.path(), &["import", &sheet(dir.path())]);
    hang(dir.path());
    let bag = dir.path().join("bag");
    let bag = bag.to_str().unwrap();
    let out = run(dir.path(), &["export", bag]);
    assert!(out.status.success(), "{}", said(&out));
    let back = run(other.path(), &["import", bag]);
    assert!(back.status.success() && said(&back).contains("3 taken"), "{}", said(&back));
    assert!(said(&run(other.path(), &["import", bag])).contains("0 taken, 3 there already"));
    let again = other.path().join("again");
    let out = run(other.path(), &["export", again.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let manifest = |dir: &str| std::fs::read_to_string(Path::new(dir).join("manifest-sha256.txt")).unwrap();
    assert_eq!(manifest(bag), manifest(again.to_str().unwrap()), "the same files with the same digests");
    let shows = std::fs::read_to_string(again.join("data/archive/shows.json")).unwrap();
    assert!(["ZT", "过番", "**出洋**", "看这封", "未办的"].iter().all(|said| shows.contains(said)), "{shows}");
    // What isn't what the manifest says isn't taken at all.
    let item = std::fs::read_dir(Path::new(bag).join("data/archive/items")).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&item, b"{}").unwrap();
    let third = tempfile::tempdir().unwrap();
    let refused = run(third.path(), &["import", bag]);
    assert!(
        !refused.status.success() && said(&refused).contains("is not what the bag's manifest says"),
        "{}",
        said(&refused)
    );
    assert!(said(&run(third.path(), &["stats"])).contains("0  items"));
    for format in ["csv", "jsonld"] {
        let file = dir.path().join(format!("out.{format}"));
        let out = run(dir.path(), &["export", file.to_str().unwrap(), "--format", format]);
        assert!(out.status.success(), "{}", said(&out));
        assert!(std::fs::read_to_string(&file).unwrap().contains("陈家侨批"), "{format}");
    }
}

/// A bag in which everything that an item can have is said.
fn bag_of_everything(dir: &Path) {
    let original = png();
    let hex = |bytes: &[u8]| huiguan::secret::sha256(bytes).iter().map(|b| format!("{b:02x}")).collect::<String>();
    let digest = hex(&original);
    let file = json!({"path": format!("data/files/{digest}.png"), "name": "封面.png", "label": "正面", "protocol": "archivists",
        "sha256": digest, "texts": [
            {"kind": "transcription", "language": "zh-Hant", "state": "approved", "body": "慈親大人", "author": "美玲"},
            {"kind": "transcription", "language": "zh-Hant", "state": "draft", "body": "慈親", "author": "Tom"},
            {"kind": "translation", "language": "en", "state": "review", "body": "Dear mother", "author": "Tom"}]});
    let item = |number: i64, state: &str, more: Value| {
        let code = huiguan_code(number);
        let mut whole = json!({"code": code, "form": "letter", "state": state, "record": {
                "title": [{"text": format!("第{number}封")}, {"text": "A letter", "lang": "en"}],
                "date": [{"text": "光緒十三年"}], "amount": [{"text": "〡〢〇元"}]},
            "date_edtf": "1887-01-24/1888-02-11", "collection": "QP-1", "protocol": "all members archivists",
            "embargo": "2999-01-01", "living": "agreed", "asks_first": true, "labels": "tk-nc,tk-a",
            "contributor": "陳家後人", "highlighted": true, "links": [], "files": [],
            "contact": "12345", "import_key": format!("sheet:{number}")});
        for (key, value) in more.as_object().unwrap() {
            whole[key] = value.clone();
        }
        (format!("data/archive/items/{code}.json"), serde_json::to_vec_pretty(&whole).unwrap())
    };
    let collection = |code: &str, parent: &str, level: &str| {
        json!({"code": code, "parent": parent, "level": level,
        "title": format!("集{code}"), "description": "說明", "protocol": if parent.is_empty() { "" } else { "members" }})
    };
    let collections = [collection("QP", "", "fonds"), collection("QP-1", "QP", "series"), collection("ZT", "", "free")];
    let people = json!([{"kind": "person", "name": "王小明", "variants": "小王", "romanised": "Ong", "modern_name": "",
            "latitude": "", "longitude": "", "note": "在世", "is_living": true},
        {"kind": "person", "name": "陳振通", "variants": "", "romanised": "", "modern_name": "", "latitude": "",
            "longitude": "", "note": "", "is_living": false, "born": "光緒廿四年", "died": "1962"},
        {"kind": "place", "name": "叻坡", "variants": "", "romanised": "", "modern_name": "新加坡", "latitude": "1.3",
            "longitude": "103.8", "note": "", "is_living": false}]);
    let (one, two) = (huiguan_code(1), huiguan_code(2));
    let mut files = vec![
        ("data/archive/collections.json".to_owned(), serde_json::to_vec_pretty(&json!(collections)).unwrap()),
        ("data/archive/people.json".to_owned(), serde_json::to_vec_pretty(&people).unwrap()),
        (
            "data/archive/shows.json".to_owned(),
            serde_json::to_vec_pretty(
                &json!({"gathered": {"ZT": [two, one]}, "exhibitions": [{"title": "一封信", "lede": "",
                "published": true, "blocks": [{"text": "# 出洋", "item": "", "caption": ""},
                    {"text": "", "item": one, "caption": "封面"}]}]}),
            )
            .unwrap(),
        ),
        (format!("data/files/{digest}.png"), original),
        item(1, "published", json!({"links": [two], "files": [file]})),
        item(2, "draft", json!({"links": [one], "highlighted": false, "embargo": ""})),
        item(
            3,
            "offered",
            json!({"highlighted": false, "protocol": "", "record": {"title": [{"text": "=1+1"},
            {"text": "'-3", "lang": "en"}], "description": [{"text": "兩行\n字"}], "latitude": [{"text": "-1.3"}],
            "date": [{"text": "光緒十三年"}], "surname": [{"text": "陳"}, {"text": "林"}]}}),
        ),
    ];
    files.sort();
    let lines: String = files.iter().map(|(path, bytes)| format!("{}  {path}\n", hex(bytes))).collect();
    files.push(("manifest-sha256.txt".to_owned(), lines.into_bytes()));
    files.push(("bagit.txt".to_owned(), b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_vec()));
    for (path, bytes) in files {
        let path = dir.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// A code as halls make them: letters of NOID with one at the end that checks the others.
fn huiguan_code(number: i64) -> String {
    const LETTERS: &str = "0123456789bcdfghjkmnpqrstvwxz";
    let name = format!("hg{number}");
    let value = |c: char| LETTERS.find(c).unwrap();
    let sum: usize = name.chars().enumerate().map(|(place, c)| (place + 1) * value(c)).sum();
    format!("{name}{}", LETTERS.chars().nth(sum % 29).unwrap())
}

#[test]
fn a_bag_of_everything_comes_back_as_it_was() {
    let (dir, bag) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    bag_of_everything(bag.path());
    let taken = run(dir.path(), &["import", bag.path().to_str().unwrap()]);
    assert!(taken.status.success() && said(&taken).contains("3 taken"), "{}", said(&taken));
    let again = dir.path().join("again");
    let out = run(dir.path(), &["export", again.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let paths = |dir: &Path| {
        let manifest = std::fs::read_to_string(dir.join("manifest-sha256.txt")).unwrap();
        manifest.lines().map(|line| line.split_once("  ").unwrap().1.to_owned()).collect::<Vec<String>>()
    };
    assert_eq!(paths(bag.path()), paths(&again));
    for path in paths(bag.path()) {
        let (was, is) = (std::fs::read(bag.path().join(&path)).unwrap(), std::fs::read(again.join(&path)).unwrap());
        if path.ends_with(".json") {
            let (was, is): (Value, Value) =
                (serde_json::from_slice(&was).unwrap(), serde_json::from_slice(&is).unwrap());
            assert_eq!(was, is, "{path}");
        } else {
            assert!(was == is, "{path}");
        }
    }
    // What was approved is what is read, though somebody has begun anew since.
    let id = items(dir.path())[0].id;
    let ctx = open(dir.path());
    let read = ctx.read(move |conn| Ok((item::approved(conn, id)?, item::latest(conn, id)?)));
    let (approved, latest) = tokio::runtime::Runtime::new().unwrap().block_on(read).unwrap();
    assert_eq!((approved[0].body.as_str(), approved[0].author_name.as_str()), ("慈親大人", "美玲"));
    assert!(latest.iter().any(|text| text.body == "慈親" && text.state == item::TranscriptState::Draft));
    // What is taken out for everyone holds nothing that isn't.
    let sheet = dir.path().join("public.csv");
    let out = run(dir.path(), &["export", sheet.to_str().unwrap(), "--format", "csv", "--public"]);
    assert!(said(&out).starts_with("0 items"), "{}", said(&out));
    assert!(!std::fs::read_to_string(&sheet).unwrap().contains('封'));
}

#[test]
fn a_sheet_that_was_taken_out_comes_back_as_closed_as_it_was() {
    let (dir, bag) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    bag_of_everything(bag.path());
    run(dir.path(), &["import", bag.path().to_str().unwrap()]);
    let sheet = dir.path().join("out.csv");
    let sheet = sheet.to_str().unwrap();
    let out = run(dir.path(), &["export", sheet, "--format", "csv"]);
    assert!(said(&out).starts_with("3 items"), "{}", said(&out));
    let text = std::fs::read_to_string(sheet).unwrap();
    for part in ["title@en", "'=1+1", "''-3", "'-1.3", "2999-01-01", "all members archivists", "封面.png: archivists"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    let again = said(&run(dir.path(), &["import", sheet]));
    assert!(again.contains("0 taken, 3 there already, 0 not taken"), "{again}");
    // An empty hall takes none of them where their collection isn't there.
    let other = tempfile::tempdir().unwrap();
    let refused = said(&run(other.path(), &["import", sheet]));
    assert!(refused.contains("0 taken") && refused.contains("no collection with the code or title"), "{refused}");
    collect(other.path(), "QP-1", "侨批");
    let files = tempfile::tempdir().unwrap();
    std::fs::write(files.path().join("封面.png"), png()).unwrap();
    let taken = said(&run(other.path(), &["import", sheet, "--files", files.path().to_str().unwrap()]));
    assert!(taken.contains("3 taken, 0 there already, 0 not taken"), "{taken}");
    assert!(said(&run(other.path(), &["import", sheet])).contains("0 taken, 3 there already"));
    let back = other.path().join("back.csv");
    run(other.path(), &["export", back.to_str().unwrap(), "--format", "csv"]);
    assert_eq!(text, std::fs::read_to_string(&back).unwrap());
    assert!(items(other.path()).iter().all(|item| !item.is_public));
    // Without its files it is taken too, and that is said.
    let third = tempfile::tempdir().unwrap();
    collect(third.path(), "QP-1", "侨批");
    let taken = said(&run(third.path(), &["import", sheet]));
    assert!(taken.contains("3 taken") && taken.contains("row 2: note: the file \"封面.png\" isn't there"), "{taken}");
    // As linked data nothing of the record is left out.
    let linked = dir.path().join("out.jsonld");
    run(dir.path(), &["export", linked.to_str().unwrap(), "--format", "jsonld"]);
    let linked = std::fs::read_to_string(&linked).unwrap();
    let lines: Vec<Value> = linked.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let edtf = json!({"@value": "1887-01-24/1888-02-11", "@type": "edtf"});
    assert!(lines[0]["dcterms:date"].as_array().unwrap().contains(&edtf), "{}", lines[0]);
    assert_eq!(lines[0]["huiguan:amount"], json!([{"@value": "〡〢〇元"}]));
    assert_eq!(lines[2]["huiguan:surname"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&lines[2]["geo:lat"][0]["@value"], &lines[2]["huiguan:protocol"][0]["@value"]),
        (&json!("-1.3"), &json!("members"))
    );
}

#[test]
fn what_other_programs_export_is_understood() {
    let dir = tempfile::tempdir().unwrap();
    collect(dir.path(), "NJ", "年节");
    std::fs::write(dir.path().join("a.png"), png()).unwrap();
    let sheet = dir.path().join("other.csv");
    let rows = [
        "o:id;o:resource_template;dcterms:type;dcterms:title;dcterms:license;Item Sharing Settings;Cultural Protocols;Collections;Media Assets;Transcription;Traditional Knowledge",
        "1;Base Resource;Still Image;Procession;http://creativecommons.org/licenses/by-nd/2.0/deed.en;any;public;年节;a.png;Drums;Not after dark",
        "2;;Text;Song;\u{a9} the elders;all;Elders Only;;;La;",
        "3;;;Closed;;by custom;;;;;",
        "4;;;Two;;all;Members Only, archivists;;;;",
        "5;;;Lost;;;;Nowhere;;;",
    ];
    std::fs::write(&sheet, rows.join("\n")).unwrap();
    let report = said(&run(dir.path(), &["import", sheet.to_str().unwrap(), "--form", "minutes"]));
    assert!(report.contains("4 taken, 0 there already, 1 not taken"), "{report}");
    for part in [
        "the column \"Traditional Knowledge\" has no field of its own",
        "row 3: note: who may see it is said as \"Elders Only\"",
        "row 4: note: who may see it is said as \"by custom\"",
        "row 6: not taken: there is no collection with the code or title \"Nowhere\"",
        "goes into the conditions of use",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    let items = items(dir.path());
    let forms: Vec<&str> = items.iter().map(|item| item.form.as_str()).collect();
    assert_eq!(forms, ["photograph", "minutes", "minutes", "minutes"]);
    let protocols: Vec<&str> = items.iter().map(|item| item.protocol.as_str()).collect();
    assert_eq!(protocols, ["public", "archivists", "archivists", "all members archivists"]);
    let (first, second) = (items[0].record(), items[1].record());
    assert_eq!(first.first("rights"), "https://creativecommons.org/licenses/by-nd/2.0/");
    assert_eq!(first.first("description"), "Traditional Knowledge: Not after dark");
    assert_eq!((second.first("conditions"), second.first("description")), ("© the elders", "Transcription: La"));
    assert!(items[0].collection_id.is_some());
    let id = items[0].id;
    let ctx = open(dir.path());
    let texts = ctx.read(move |conn| item::latest(conn, id));
    let texts = tokio::runtime::Runtime::new().unwrap().block_on(texts).unwrap();
    assert_eq!((texts[0].body.as_str(), texts[0].state), ("Drums", item::TranscriptState::Review));
}

#[test]
fn a_bag_of_another_program_is_taken_like_a_folder() {
    let (dir, bag) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut manifest = String::new();
    for (number, name) in (0..).zip(["objects/front.png", "objects/album/1.png", "objects/album/deep/2.png"]) {
        let (path, bytes) = (format!("data/{name}"), png_of(number));
        let hex: String = huiguan::secret::sha512(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        manifest += &format!("{hex}  {path}\n");
        std::fs::create_dir_all(bag.path().join(&path).parent().unwrap()).unwrap();
        std::fs::write(bag.path().join(&path), bytes).unwrap();
    }
    std::fs::write(bag.path().join("bagit.txt"), "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n").unwrap();
    std::fs::write(bag.path().join("manifest-sha512.txt"), manifest).unwrap();
    let bag_path = bag.path().to_str().unwrap();
    let taken = said(&run(dir.path(), &["import", bag_path]));
    assert!(taken.contains("it lacks data/archive/items") && taken.contains("2 taken"), "{taken}");
    assert!(said(&run(dir.path(), &["import", bag_path])).contains("0 taken, 2 there already"));
    let stats: Value = serde_json::from_slice(&run(dir.path(), &["stats", "--json"]).stdout).unwrap();
    assert_eq!((stats["items"].as_i64(), stats["files"].as_i64()), (Some(2), Some(3)), "{stats}");
    std::fs::write(bag.path().join("data/objects/front.png"), png_of(9)).unwrap();
    let refused = run(dir.path(), &["import", bag_path]);
    assert!(!refused.status.success() && said(&refused).contains("is not what the bag's manifest says"));
}

#[test]
fn a_packed_bag_that_climbs_out_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("evil.zip");
    let mut writer = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for name in ["bagit.txt", "../climbed.txt"] {
        writer.start_file(name, options).unwrap();
        std::io::Write::write_all(&mut writer, b"x").unwrap();
    }
    writer.finish().unwrap();
    let refused = run(dir.path(), &["import", path.to_str().unwrap()]);
    assert!(!refused.status.success() && said(&refused).contains("leads out of the bag"), "{}", said(&refused));
    assert!(!dir.path().parent().unwrap().join("climbed.txt").exists());
}

#[test]
fn an_original_that_changed_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("folder");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("门面.png"), png()).unwrap();
    let taken = run(dir.path(), &["import", folder.to_str().unwrap()]);
    assert!(said(&taken).contains("1 taken"), "{}", said(&taken));
    let mut found = Vec::new();
    let mut rooms = vec![dir.path().join("data/media")];
    while let Some(room) = rooms.pop() {
        for entry in std::fs::read_dir(room).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                rooms.push(path)
            } else if path.extension().is_some_and(|e| e == "archive") {
                found.push(path)
            }
        }
    }
    std::fs::write(&found[0], b"another").unwrap();
    let verified = run(dir.path(), &["verify"]);
    assert!(!verified.status.success() && said(&verified).contains("门面.png: another size"), "{}", said(&verified));
}

#[test]
fn a_bag_that_names_what_lies_outside_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("secret.txt"), b"x").unwrap();
    let digest: String = huiguan::secret::sha256(b"x").iter().map(|byte| format!("{byte:02x}")).collect();
    for name in ["../secret.txt", "data/../../secret.txt", "/etc/hostname"] {
        let bag = tempfile::tempdir_in(dir.path()).unwrap();
        std::fs::create_dir(bag.path().join("data")).unwrap();
        std::fs::write(bag.path().join("bagit.txt"), "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
            .unwrap();
        std::fs::write(bag.path().join("manifest-sha256.txt"), format!("{digest}  {name}\n")).unwrap();
        let refused = run(dir.path(), &["import", bag.path().to_str().unwrap()]);
        assert!(!refused.status.success(), "{name}: {}", said(&refused));
        assert!(!said(&refused).contains("panicked"), "{name}: {}", said(&refused));
    }
    let path = dir.path().join("half.zip");
    std::fs::write(&path, b"PK\x03\x04\x14\0 and then nothing").unwrap();
    let refused = run(dir.path(), &["import", path.to_str().unwrap()]);
    assert!(!refused.status.success() && said(&refused).contains("not a zip file"), "{}", said(&refused));
}

/// A picture like no other.
fn png_of(number: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let [_, red, green, blue] = number.to_be_bytes();
    let pixels = image::RgbImage::from_pixel(30, 20, image::Rgb([red, green, blue]));
    image::DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn an_import_that_is_killed_goes_on_and_takes_nothing_twice() {
    const ROWS: u32 = 60;
    let dir = tempfile::tempdir().unwrap();
    let mut sheet = "dcterms:title,form,Media Assets\n".to_owned();
    for row in 0..ROWS {
        let names = [0, 1].map(|side| format!("{row}-{side}.png"));
        for (side, name) in (0..).zip(&names) {
            std::fs::write(dir.path().join(name), png_of(row * 2 + side)).unwrap();
        }
        sheet += &format!("第{row}件,photograph,\"{}\"\n", names.join(";"));
    }
    let path = dir.path().join("sheet.csv");
    std::fs::write(&path, sheet).unwrap();
    let path = path.to_str().unwrap();
    let mut killed = 0;
    for until in [1, 3, 8, 15] {
        let mut child =
            huiguan(dir.path(), PORT).args(["archive", "import", path]).stdout(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let taken = told.by_ref().filter(|line| line.contains(": ok: ")).take(until).count();
        // Somewhere within the next row.
        let [pause] = huiguan::secret::random::<1>();
        std::thread::sleep(Duration::from_micros(u64::from(pause) * 40));
        child.kill().unwrap();
        killed += usize::from(taken == until && child.wait().unwrap().signal() == Some(9));
    }
    assert_eq!(killed, 4, "each was killed on its way");
    let report = said(&run(dir.path(), &["import", path]));
    assert!(report.contains("there already, 0 not taken") && !report.contains(" 0 there already"), "{report}");
    let stats: Value = serde_json::from_slice(&run(dir.path(), &["stats", "--json"]).stdout).unwrap();
    assert_eq!((stats["items"].as_i64(), stats["files"].as_i64()), (Some(60), Some(120)), "{stats}");
    let verified = said(&run(dir.path(), &["verify"]));
    assert!(verified.contains("120 originals are whole"), "{verified}");
}
