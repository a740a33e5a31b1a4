//! Texts and questions on both engines: the field's 24 pairs, our own with those that must not match, and what stands above what.
//! Meilisearch is a real server if `MEILI_URL` (and `MEILI_KEY`) name one, whose index `huiguan` is emptied; else a stand-in.

use huiguan::config::{self, SearchEngine};
use huiguan::search::{Doc, Facet, Filter, Key, Noun, Search, Typing, read};
use jiff::tz::TimeZone;
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};

use super::meili::{KEY, StandIn};

const PAIRS: &str = include_str!("../fixtures/search/pairs.json");
const OWN: &str = include_str!("../fixtures/search/own.json");

/// A real server has one index for all tests.
static REAL: Mutex<()> = Mutex::const_new(());

/// An empty index.
struct Engine {
    name: &'static str,
    search: Search,
    _dir: tempfile::TempDir,
    _server: Option<StandIn>,
    _turn: Option<MutexGuard<'static, ()>>,
}

impl Engine {
    async fn all() -> Vec<Self> {
        vec![Self::embedded(), Self::meilisearch().await]
    }

    fn embedded() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let search = Search::new(&config::Search::default(), dir.path().to_owned()).unwrap();
        Self { name: "embedded", search, _dir: dir, _server: None, _turn: None }
    }

    async fn meilisearch() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let real = std::env::var("MEILI_URL").ok().filter(|url| !url.is_empty());
        let (server, turn) = match real {
            Some(_) => (None, Some(REAL.lock().await)),
            None => (Some(StandIn::start()), None),
        };
        let config = config::Search {
            engine: SearchEngine::Meilisearch,
            url: real.clone().or(server.as_ref().map(|server| server.url.clone())).unwrap(),
            key: if real.is_some() { std::env::var("MEILI_KEY").unwrap_or_default() } else { KEY.to_owned() },
        };
        let name = if real.is_some() { "a real Meilisearch" } else { "Meilisearch's stand-in" };
        if real.is_none() {
            println!("SKIPPED on a real Meilisearch: MEILI_URL is not set; its stand-in answers");
        }
        let search = Search::new(&config, dir.path().to_owned()).unwrap();
        let old = search.digests().await.unwrap().into_iter().map(|(key, _)| key).collect();
        search.apply(Vec::new(), old).await.unwrap();
        Self { name, search, _dir: dir, _server: server, _turn: turn }
    }

    async fn holds(&self, docs: &[Doc]) {
        self.search.apply(docs.to_vec(), Vec::new()).await.unwrap();
    }

    async fn ids(&self, asked: &str) -> Vec<i64> {
        self.ids_by(asked, everyone()).await
    }

    async fn ids_by(&self, asked: &str, filter: Filter) -> Vec<i64> {
        let found = self.search.find(read(asked, &TimeZone::UTC), filter, Typing::Done, 1_000).await;
        found.unwrap().into_iter().map(|found| found.key.id).collect()
    }
}

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

fn everyone() -> Filter {
    Filter { reach: vec!["public".to_owned()], ..Filter::default() }
}

fn pairs(json: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    json.as_array().unwrap().iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pairs_of_the_field_are_found() {
    let pairs = pairs(&serde_json::from_str(PAIRS).unwrap());
    assert_eq!(pairs.len(), 24);
    let docs: Vec<Doc> = (0..).zip(&pairs).map(|(id, (text, _))| doc(id, "", text)).collect();
    for engine in Engine::all().await {
        engine.holds(&docs).await;
        let mut missed = Vec::new();
        for (id, (text, asked)) in (0..).zip(&pairs) {
            if !engine.ids(asked).await.contains(&id) {
                missed.push((text, asked));
            }
        }
        println!("{}: {} of 24 pairs of the field", engine.name, 24 - missed.len());
        assert!(missed.len() <= 1, "{}: {missed:?}", engine.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_pairs_are_found_or_not() {
    let all: Value = serde_json::from_str(OWN).unwrap();
    let (found, absent) = (pairs(&all["found"]), pairs(&all["absent"]));
    assert!(found.len() + absent.len() >= 60);
    let docs: Vec<Doc> = (0..).zip(found.iter().chain(&absent)).map(|(id, (text, _))| doc(id, "", text)).collect();
    let count = i64::try_from(found.len()).unwrap();
    for engine in Engine::all().await {
        engine.holds(&docs).await;
        let (mut missed, mut wrong) = (Vec::new(), Vec::new());
        for (id, (text, asked)) in (0..).zip(found.iter().chain(&absent)) {
            let is_found = engine.ids(asked).await.contains(&id);
            match (id < count, is_found) {
                (true, false) => missed.push((text, asked)),
                (false, true) => wrong.push((text, asked)),
                _ => {}
            }
        }
        println!("{}: {} pairs found, {} absent as they should", engine.name, found.len(), absent.len());
        assert!(missed.is_empty() && wrong.is_empty(), "{}: missed {missed:#?}\nwrong {wrong:#?}", engine.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exact_stands_above_folded_words_above_characters_titles_above_texts_then_the_newest() {
    for engine in Engine::all().await {
        let docs = [
            doc(1, "", "和服务员说话"),
            doc(2, "", "买了一件和服"),
            doc(3, "", "買了一件和服"),
            doc(4, "和服", ""),
            doc(5, "", "在會館"),
            doc(6, "", "在会馆"),
            doc(7, "", "在會館"),
            doc(8, "", "huiguan"),
            doc(9, "", "在社会馆内"),
        ];
        engine.holds(&docs).await;
        let name = engine.name;
        assert_eq!(engine.ids("和服").await, [4, 3, 2, 1], "{name}");
        assert_eq!(engine.ids("會館").await.get(..3).unwrap(), [7, 5, 6], "{name}");
        assert_eq!(engine.ids("会馆").await.first(), Some(&6), "{name}");
        let by_sound = engine.ids("huiguan").await;
        assert_eq!(by_sound.first(), Some(&8), "{name}: what is written so stands above what sounds so");
        assert!(by_sound.len() > 3, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pinyin_never_outranks_writing() {
    let mut docs: Vec<Doc> = (1..=20).map(|id| doc(id, "", "Her name is Meihua, and she sings")).collect();
    docs.extend((21..=40).map(|id| doc(id, "梅花", "梅花开了")));
    // Hanzi are asked for as hanzi: what only sounds so is no hit at all.
    docs.push(doc(41, "", "没话说"));
    for engine in Engine::all().await {
        engine.holds(&docs).await;
        let found = engine.ids("meihua").await;
        assert!(found.len() >= 40 && found.iter().take(20).all(|id| *id <= 20), "{}: {found:?}", engine.name);
        let found = engine.ids("梅花").await;
        assert!(found.len() == 20 && !found.contains(&41), "{}: {found:?}", engine.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_narrow() {
    let mut one = doc(1, "", "會館的故事");
    one.kind = "article".to_owned();
    one.language = "zh-Hant".to_owned();
    one.author = 7;
    one.years = Some((1875, 1908));
    one.place = "a \"quoted\" place".to_owned();
    let mut other = doc(86_400_000_000, "", "會館的新聞");
    other.reach = vec!["actor:9".to_owned()];
    other.hall = "hall.example".to_owned();
    for engine in Engine::all().await {
        engine.holds(&[one.clone(), other.clone()]).await;
        let name = engine.name;
        assert_eq!(engine.ids("会馆").await, [1], "{name}: the other one isn't for everyone");
        let both = || Filter { reach: vec!["public".to_owned(), "actor:9".to_owned()], ..Filter::default() };
        for (asked, found) in [
            ("会馆", vec![86_400_000_000, 1]),
            ("会馆 type:article", vec![1]),
            ("type:article", vec![1]),
            ("会馆 lang:zh", vec![1]),
            ("会馆 lang:en", vec![]),
            ("会馆 -新闻", vec![1]),
            ("-新闻 type:article", vec![1]),
            ("会馆 after:1970-01-01", vec![86_400_000_000]),
            ("会馆 before:1970-01-02", vec![1]),
            ("\"会馆的新闻\"", vec![86_400_000_000]),
            ("\"的会馆\"", vec![]),
            ("1887", vec![1]),
            ("1909", vec![]),
        ] {
            assert_eq!(engine.ids_by(asked, both()).await, found, "{name}: {asked}");
        }
        for (filter, found) in [
            (Filter { authors: Some(vec![7]), ..both() }, vec![1]),
            (Filter { authors: Some(Vec::new()), ..both() }, vec![]),
            (Filter { within: Some((vec![], vec!["hall.example".to_owned()])), ..both() }, vec![86_400_000_000]),
            (Filter { facets: vec![(Facet::Decade, "1880".to_owned())], ..both() }, vec![1]),
            (Filter { facets: vec![(Facet::Place, "a \"quoted\" place".to_owned())], ..both() }, vec![1]),
            (Filter { facets: vec![(Facet::Place, "\" OR kind = \"article".to_owned())], ..both() }, vec![]),
            (Filter { reach: Vec::new(), ..both() }, vec![]),
        ] {
            assert_eq!(engine.ids_by("会馆", filter.clone()).await, found, "{name}: {filter:?}");
        }
        let all = engine.search.find(read("会馆", &TimeZone::UTC), both(), Typing::Done, 10).await.unwrap();
        let article = all.iter().find(|found| found.key.id == 1).unwrap();
        assert_eq!(article.kind, "article", "{name}");
        assert!(article.facets.contains(&(Facet::Decade, "1900".to_owned())), "{name}: {:?}", article.facets);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_replaced_and_removed_and_told_apart() {
    for engine in Engine::all().await {
        let (name, first) = (engine.name, Key { noun: Noun::Post, id: 1 });
        let same_number = Doc { key: Key { noun: Noun::Actor, id: 1 }, ..doc(1, "會館", "") };
        engine.holds(&[doc(1, "", "會館"), doc(2, "", "會館"), same_number.clone()]).await;
        engine.holds(&[doc(1, "", "族譜")]).await;
        assert_eq!(engine.ids("会馆").await, [1, 2], "{name}");
        assert_eq!(engine.ids("族谱").await, [1], "{name}");
        engine.search.apply(Vec::new(), vec![first, Key { noun: Noun::Item, id: 9 }]).await.unwrap();
        let mut digests = engine.search.digests().await.unwrap();
        digests.sort();
        let expected = [doc(2, "", "會館"), same_number].map(|doc| (doc.key, doc.digest()));
        assert_eq!(digests, expected, "{name}");
        assert_eq!(engine.search.identity().await.unwrap(), engine.search.identity().await.unwrap(), "{name}");
        // Nearly a word that is there.
        engine.holds(&[doc(3, "", "milk tea and a bun")]).await;
        assert_eq!(engine.search.near("tae".to_owned(), 4).await.unwrap(), ["tea"], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_are_being_typed_go_on() {
    for engine in Engine::all().await {
        engine.holds(&[doc(1, "福建會館", ""), doc(2, "Kopitiam menu", ""), doc(3, "", "kopi")]).await;
        for (typed, found) in
            [("fuj", vec![1]), ("fujianhui", vec![1]), ("福", vec![1]), ("kopit", vec![2]), ("men", vec![2])]
        {
            let query = read(typed, &TimeZone::UTC);
            let hits = engine.search.find(query, everyone(), Typing::Unfinished, 10).await.unwrap();
            let ids: Vec<i64> = hits.iter().map(|hit| hit.key.id).collect();
            assert!(found.iter().all(|id| ids.contains(id)), "{}: {typed}: {ids:?}", engine.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_questions_are_answered_soon() {
    let docs: Vec<Doc> = (0..1_000).map(|id| doc(id, "", "本會館藏有僑批 with many words 和一些字")).collect();
    for engine in Engine::all().await {
        engine.holds(&docs).await;
        let began = std::time::Instant::now();
        for odd in [
            "字".repeat(10_000),
            "xian".repeat(3_000),
            "\"unbalanced 會館".to_owned(),
            "\"a\" \"\\\" OR 1".to_owned(),
            "((((((a+)+)+)+)+)+$".to_owned(),
            "?:*~^[]{}".to_owned(),
            "\u{0}\u{1}\u{7f}".to_owned(),
            "from: in: type: lang:".to_owned(),
        ] {
            for typing in [Typing::Done, Typing::Unfinished] {
                engine.search.find(read(&odd, &TimeZone::UTC), everyone(), typing, 20).await.unwrap();
            }
        }
        assert!(began.elapsed() < std::time::Duration::from_secs(20), "{}: {:?}", engine.name, began.elapsed());
    }
}
