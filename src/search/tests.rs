//! The embedded engine against pairs of texts and questions: the field's 24, and our own with those that must not match.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::*;

const PAIRS: &str = include_str!("../../tests/fixtures/search/pairs.json");
const OWN: &str = include_str!("../../tests/fixtures/search/own.json");

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
    ids_by(engine, asked, &everyone())
}

fn ids_by(engine: &Embedded, asked: &str, filter: &Filter) -> Vec<i64> {
    let query = read(asked, &TimeZone::UTC);
    engine.find(&query, filter, Typing::Done, 1_000).unwrap().into_iter().map(|found| found.key.id).collect()
}

fn pairs(json: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    json.as_array().unwrap().iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

#[test]
fn the_pairs_of_the_field_are_found() {
    let pairs = pairs(&serde_json::from_str(PAIRS).unwrap());
    let docs: Vec<Doc> = (0..).zip(&pairs).map(|(id, (text, _))| doc(id, "", text)).collect();
    let (_dir, engine) = index(&docs);
    let missed: Vec<_> = (0..).zip(&pairs).filter(|(id, (_, asked))| !ids(&engine, asked).contains(id)).collect();
    assert_eq!(pairs.len(), 24);
    assert!(missed.len() <= 1, "{missed:?}");
}

#[test]
fn our_own_pairs_are_found_or_not() {
    let all: Value = serde_json::from_str(OWN).unwrap();
    let (found, absent) = (pairs(&all["found"]), pairs(&all["absent"]));
    assert!(found.len() + absent.len() >= 60);
    let docs: Vec<Doc> = (0..).zip(found.iter().chain(&absent)).map(|(id, (text, _))| doc(id, "", text)).collect();
    let (_dir, engine) = index(&docs);
    let count = i64::try_from(found.len()).unwrap();
    let missed: Vec<_> = (0..).zip(&found).filter(|(id, (_, asked))| !ids(&engine, asked).contains(id)).collect();
    let wrong: Vec<_> = (count..).zip(&absent).filter(|(id, (_, asked))| ids(&engine, asked).contains(id)).collect();
    assert!(missed.is_empty() && wrong.is_empty(), "missed {missed:#?}\nwrong {wrong:#?}");
}

#[test]
fn exact_stands_above_folded_words_above_characters_titles_above_texts_then_the_newest() {
    let (_dir, engine) = index(&[
        doc(1, "", "和服务员说话"),
        doc(2, "", "买了一件和服"),
        doc(3, "", "買了一件和服"),
        doc(4, "和服", ""),
        doc(5, "", "在會館"),
        doc(6, "", "在会馆"),
        doc(7, "", "在會館"),
        doc(8, "", "huiguan"),
        doc(9, "", "在社会馆内"),
    ]);
    assert_eq!(ids(&engine, "和服"), [4, 3, 2, 1]);
    assert_eq!(ids(&engine, "會館").get(..3).unwrap(), [7, 5, 6]);
    assert_eq!(ids(&engine, "会馆").first(), Some(&6));
    let by_sound = ids(&engine, "huiguan");
    assert_eq!(by_sound.first(), Some(&8), "what is written so stands above what sounds so");
    assert!(by_sound.len() > 3);
}

#[test]
fn pinyin_never_outranks_writing() {
    let mut docs: Vec<Doc> = (1..=20).map(|id| doc(id, "", "Her name is Meihua, and she sings")).collect();
    docs.extend((21..=40).map(|id| doc(id, "梅花", "梅花开了")));
    let (_dir, engine) = index(&docs);
    let found = ids(&engine, "meihua");
    assert_eq!(found.len(), 40);
    assert!(found.iter().take(20).all(|id| *id <= 20), "{found:?}");
}

#[test]
fn conditions_narrow() {
    let mut one = doc(1, "", "會館的故事");
    one.kind = "article".to_owned();
    one.language = "zh-Hant".to_owned();
    one.author = 7;
    one.years = Some((1875, 1908));
    let mut other = doc(86_400_000_000, "", "會館的新聞");
    other.reach = vec!["actor:9".to_owned()];
    other.hall = "hall.example".to_owned();
    let (_dir, engine) = index(&[one, other.clone()]);
    assert_eq!(ids(&engine, "会馆"), [1], "the other one isn't for everyone");
    let both = Filter { reach: vec!["public".to_owned(), "actor:9".to_owned()], ..Filter::default() };
    let found = |asked: &str| ids_by(&engine, asked, &both);
    assert_eq!(found("会馆").len(), 2);
    assert_eq!(found("会馆 type:article"), [1]);
    assert_eq!(found("type:article"), [1]);
    assert_eq!(found("会馆 lang:zh"), [1]);
    assert_eq!(found("会馆 lang:en"), [0_i64; 0]);
    assert_eq!(found("会馆 -新闻"), [1]);
    assert_eq!(found("会馆 after:1970-01-01"), [86_400_000_000]);
    assert_eq!(found("会馆 before:1970-01-02"), [1]);
    assert_eq!(found("1887"), [1], "a year finds what is about a time that has it");
    assert_eq!(found("1909"), [0_i64; 0]);
    let by = |filter: Filter| ids_by(&engine, "会馆", &Filter { reach: both.reach.clone(), ..filter });
    assert_eq!(by(Filter { authors: Some(vec![7]), ..Filter::default() }), [1]);
    assert_eq!(by(Filter { authors: Some(Vec::new()), ..Filter::default() }), [0_i64; 0]);
    assert_eq!(
        by(Filter { within: Some((vec![], vec!["hall.example".to_owned()])), ..Filter::default() }),
        [other.key.id]
    );
    assert_eq!(by(Filter { facets: vec![(Facet::Decade, "1880".to_owned())], ..Filter::default() }), [1]);
    let all = engine.find(&read("会馆", &TimeZone::UTC), &both, Typing::Done, 10).unwrap();
    let article = all.iter().find(|found| found.key.id == 1).unwrap();
    assert_eq!(article.kind, "article");
    assert!(article.facets.contains(&(Facet::Decade, "1900".to_owned())), "{:?}", article.facets);
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
    std::fs::write(dir.path().join("1/meta.json"), "{broken").unwrap();
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
