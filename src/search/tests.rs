//! The embedded engine alone; what is found by which question is tested on both engines in tests/it/pairs.rs.

use jiff::tz::TimeZone;

use super::*;

fn doc(id: i64, title: &str, text: &str) -> Doc {
    Doc {
        key: Key { noun: Noun::Post, id },
        kind: "moment".to_owned(),
        title: title.to_owned(),
        text: text.to_owned(),
        language: String::new(),
        author: 1,
        within: 0,
        hall: String::new(),
        reach: vec!["public".to_owned()],
        published_at: id,
        years: None,
        place: String::new(),
        surname: String::new(),
        form: String::new(),
    }
}

fn index(docs: &[Doc]) -> (tempfile::TempDir, Embedded) {
    let dir = tempfile::tempdir().unwrap();
    let engine = Embedded::open(dir.path()).unwrap();
    engine.apply(docs, &[]).unwrap();
    (dir, engine)
}

fn everyone() -> Filter {
    Filter { reach: vec!["public".to_owned()], ..Filter::default() }
}

fn ids(engine: &Embedded, asked: &str) -> Vec<i64> {
    let query = read(asked, &TimeZone::UTC);
    engine.find(&query, &everyone(), Typing::Done, 1_000).unwrap().into_iter().map(|found| found.key.id).collect()
}

#[test]
fn documents_are_replaced_and_removed_and_outlive_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let key = Key { noun: Noun::Post, id: 1 };
    let engine = Embedded::open(dir.path()).unwrap();
    engine.apply(&[doc(1, "", "會館"), doc(2, "", "會館")], &[]).unwrap();
    engine.apply(&[doc(1, "", "族譜")], &[]).unwrap();
    assert_eq!((ids(&engine, "会馆"), ids(&engine, "族谱")), (vec![2], vec![1]));
    let second = Embedded::open(dir.path()).unwrap();
    assert!(!second.may_write().unwrap(), "one process writes at a time");
    assert_eq!(second.digests().unwrap().len(), 2);
    let identity = engine.identity().to_owned();
    drop(engine);
    assert!(second.may_write().unwrap());
    second.apply(&[], &[key]).unwrap();
    assert_eq!(second.digests().unwrap(), [(Key { noun: Noun::Post, id: 2 }, doc(2, "", "會館").digest())]);
    assert_eq!(second.identity(), identity);
}

#[test]
fn an_index_that_cannot_be_read_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let identity = Embedded::open(dir.path()).unwrap().identity().to_owned();
    let form = std::fs::read_dir(dir.path()).unwrap().next().unwrap().unwrap();
    std::fs::write(form.path().join("meta.json"), "{broken").unwrap();
    let anew = Embedded::open(dir.path()).unwrap();
    assert_ne!(anew.identity(), identity);
    anew.apply(&[doc(1, "", "會館")], &[]).unwrap();
    assert_eq!(ids(&anew, "会馆"), [1]);
}

#[test]
fn odd_questions_are_answered_soon() {
    let docs: Vec<Doc> = (0..2_000).map(|id| doc(id, "", "本會館藏有僑批 with many words 和一些字")).collect();
    let (_dir, engine) = index(&docs);
    let began = std::time::Instant::now();
    for odd in [
        "字".repeat(10_000),
        "a".repeat(10_000),
        "a b ".repeat(3_000),
        "xian".repeat(3_000),
        "\"".to_owned(),
        "\"unbalanced 會館".to_owned(),
        "((((((a+)+)+)+)+)+$".to_owned(),
        ".*.*.*.*.*x".to_owned(),
        "*".to_owned(),
        "?:*~^[]{}".to_owned(),
        "\u{0}\u{1}\u{7f}".to_owned(),
        "-".repeat(500),
        "-a -b -c".to_owned(),
        "from: in: type: lang:".to_owned(),
        "𠮷".repeat(400),
        "\u{202e}\u{200b}".to_owned(),
    ] {
        ids(&engine, &odd);
        let query = read(&odd, &TimeZone::UTC);
        engine.find(&query, &everyone(), Typing::Unfinished, 20).unwrap();
        mark(&odd, &query);
    }
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}
