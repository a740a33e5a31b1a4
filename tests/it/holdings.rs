//! The archive on the command line: what comes in from sheets, folders and bags, what goes out, and that a bag brings all of it back.

use std::path::Path;
use std::process::Output;

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

/// Gathers the items of a hall in a free collection, the last first, and hangs an exhibition of them.
fn hang(dir: &Path) {
    let mut config = huiguan::config::Config::default();
    config.server.origin = format!("http://127.0.0.1:{PORT}");
    config.data.dir = dir.join("data");
    let ctx = huiguan::app::open(config).unwrap();
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
        item(3, "offered", json!({"highlighted": false, "protocol": ""})),
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
    // What is taken out for everyone holds nothing that isn't.
    let sheet = dir.path().join("public.csv");
    let out = run(dir.path(), &["export", sheet.to_str().unwrap(), "--format", "csv", "--public"]);
    assert!(said(&out).starts_with("0 items"), "{}", said(&out));
    assert!(!std::fs::read_to_string(&sheet).unwrap().contains('封'));
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
