//! The index on a Meilisearch server: the embedded one's terms, its settings kept by us, each task waited for. Whatever goes wrong
//! over there is `Unavailable` here, and is tried again.

mod ask;
mod http;
mod record;

use std::collections::BTreeSet;
use std::sync::{Mutex as Cell, PoisonError};
use std::time::{Duration, Instant};

use meilisearch_sdk::client::Client;
use meilisearch_sdk::documents::DocumentsQuery;
use meilisearch_sdk::errors::{Error as Trouble, ErrorCode, MeilisearchError};
use meilisearch_sdk::indexes::Index;
use meilisearch_sdk::request::{HttpClient, Method};
use meilisearch_sdk::search::{MatchingStrategies, SearchQuery, Selectors};
use meilisearch_sdk::settings::{
    FacetingSettings, FilterFeatureModes, FilterFeatures, FilterableAttribute, FilterableAttributesSettings,
    MinWordSizeForTypos, PaginationSetting, Settings, TypoToleranceSettings,
};
use meilisearch_sdk::task_info::TaskInfo;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::query::Query;
use super::rank::{self, TYPO_LETTERS_MIN, Typing};
use super::{Doc, FACETS, Filter, Found, Key, token};
use crate::config;
use crate::error::{Error, Result};
use ask::Ask;
use http::Http;

/// The index's name over there.
const INDEX: &str = "huiguan";
/// The form of its records and settings. With a new one it is filled anew.
const FORM: &str = "1";
/// The oldest server whose filters and settings do what is needed.
const VERSION_MIN: (u32, u32) = (1, 14);
/// How often a task is asked after.
const POLL: Duration = Duration::from_millis(40);
/// How long a task may take.
const TASK: Duration = Duration::from_secs(300);
/// How long a server that couldn't be reached is left alone: pages needn't find out one after the other.
const REST: Duration = Duration::from_millis(1_000);
/// Characters of documents that are sent at once.
const CHARS_AT_ONCE: usize = 1_000_000;
/// Records read at once.
const RECORDS: usize = 1_000;
/// Documents that are looked through for words that are nearly one.
const NEAR_DOCS: usize = 40;
/// Letters that may stand in the place of another.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";

type Record = Map<String, Value>;

/// The index on a server.
pub(super) struct Meili {
    client: Client<Http>,
    http: Http,
    url: String,
    /// What tells this index from another one, once its settings stand.
    ready: Mutex<Option<String>>,
    away: Cell<Option<(Instant, String)>>,
}

impl std::fmt::Debug for Meili {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Meili").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Meili {
    /// The index on the server that the settings name. Nothing is asked before it is needed.
    pub(super) fn new(config: &config::Search) -> Result<Self> {
        let url = config.url.trim_end_matches('/').to_owned();
        let http = Http::new(&config.key).map_err(|e| Error::Broken(Box::new(e)))?;
        let key = Some(config.key.clone()).filter(|key| !key.is_empty());
        let client = Client::new_with_client(&url, key, http.clone());
        Ok(Self { client, http, url, ready: Mutex::new(None), away: Cell::new(None) })
    }

    fn index(&self) -> Index<Http> {
        self.client.index(INDEX)
    }

    fn away(&self) -> std::sync::MutexGuard<'_, Option<(Instant, String)>> {
        self.away.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Is it worth asking?
    fn look(&self) -> Result<()> {
        if self.url.is_empty() {
            return Err(Error::Unavailable("search.url is empty".to_owned()));
        }
        match &*self.away() {
            Some((since, reason)) if since.elapsed() < REST => Err(Error::Unavailable(reason.clone())),
            _ => Ok(()),
        }
    }

    /// What went wrong, in a sentence for the log and officers.
    fn trouble(&self, trouble: &Trouble) -> Error {
        let reason = match trouble {
            Trouble::Meilisearch(said) => match said.error_code {
                ErrorCode::InvalidApiKey | ErrorCode::MissingAuthorizationHeader => {
                    "Meilisearch refuses search.key".to_owned()
                }
                _ => format!("Meilisearch says: {}", said.error_message),
            },
            Trouble::MeilisearchCommunication(said) => format!("Meilisearch answers {}", said.status_code),
            Trouble::ParseError(error) => format!("what Meilisearch answers is not understood: {error}"),
            _ => {
                let reason = "Meilisearch can't be reached".to_owned();
                *self.away() = Some((Instant::now(), reason.clone()));
                reason
            }
        };
        Error::Unavailable(reason)
    }

    /// What an answer holds. An index that is gone has to be made anew.
    async fn told<T>(&self, answer: std::result::Result<T, Trouble>) -> Result<T> {
        match answer {
            Ok(told) => Ok(told),
            Err(trouble) => {
                if is_missing(&trouble) {
                    *self.ready.lock().await = None;
                }
                Err(self.trouble(&trouble))
            }
        }
    }

    /// Makes the index if there is none, and its settings what they have to be; answers what tells it from another one.
    pub(super) async fn identity(&self) -> Result<String> {
        self.look()?;
        let mut ready = self.ready.lock().await;
        let known = self.created_at().await?;
        if let (Some(identity), Some(at)) = (&*ready, &known)
            && identity.ends_with(at.as_str())
        {
            return Ok(identity.clone());
        }
        *ready = None;
        let identity = self.prepare(known).await?;
        *ready = Some(identity.clone());
        Ok(identity)
    }

    async fn be_ready(&self) -> Result<()> {
        self.look()?;
        let is_ready = self.ready.lock().await.is_some();
        if is_ready { Ok(()) } else { self.identity().await.map(drop) }
    }

    async fn prepare(&self, known: Option<String>) -> Result<String> {
        let version = self.client.get_version().await.map_err(|e| self.trouble(&e))?.pkg_version;
        let numbers: Vec<u32> = version.split('.').map_while(|part| part.parse().ok()).collect();
        if numbers.first().copied().zip(numbers.get(1).copied()).is_none_or(|version| version < VERSION_MIN) {
            let (major, minor) = VERSION_MIN;
            return Err(Error::Unavailable(format!("Meilisearch is {version}; {major}.{minor} is needed")));
        }
        let created = match known {
            Some(at) => at,
            None => {
                let task = self.client.create_index(INDEX, Some("key")).await.map_err(|e| self.trouble(&e))?;
                self.wait(&task).await?;
                self.created_at().await?.ok_or_else(|| Error::Unavailable("the index wasn't made".to_owned()))?
            }
        };
        let task = self.index().set_settings(&settings()).await.map_err(|e| self.trouble(&e))?;
        self.wait(&task).await?;
        Ok(format!("meilisearch {FORM} {created}"))
    }

    /// When the index was made; `None` if there is none.
    async fn created_at(&self) -> Result<Option<String>> {
        match self.client.get_raw_index(INDEX).await {
            Ok(index) => Ok(index.get("createdAt").and_then(Value::as_str).map(str::to_owned)),
            Err(trouble) if is_missing(&trouble) => Ok(None),
            Err(trouble) => Err(self.trouble(&trouble)),
        }
    }

    /// Waits until a task is done. It is read without the library's types, which don't know every kind of task.
    async fn wait(&self, task: &TaskInfo) -> Result<()> {
        let (began, url) = (Instant::now(), format!("{}/tasks/{}", self.url, task.get_task_uid()));
        loop {
            let told: std::result::Result<Value, Trouble> =
                self.http.request::<(), (), Value>(&url, Method::Get { query: () }, 200).await;
            let told = told.map_err(|e| self.trouble(&e))?;
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            match told.get("status").and_then(Value::as_str) {
                Some("succeeded") => return Ok(()),
                Some("failed" | "canceled") => {
                    let reason = told.pointer("/error/message").map(text).unwrap_or_default();
                    return Err(Error::Unavailable(format!("Meilisearch did not do it: {reason}")));
                }
                _ if began.elapsed() > TASK => {
                    return Err(Error::Unavailable("Meilisearch takes too long".to_owned()));
                }
                _ => tokio::time::sleep(POLL).await,
            }
        }
    }

    /// Puts documents in and takes keys out; answers when that can be found.
    pub(super) async fn apply(&self, docs: Vec<Doc>, gone: Vec<Key>) -> Result<()> {
        self.be_ready().await?;
        let keys: Vec<String> = gone.iter().map(Key::to_string).collect();
        if !keys.is_empty() {
            let task = self.index().delete_documents(&keys).await;
            self.wait(&self.told(task).await?).await?;
        }
        let mut rest = docs.into_iter().peekable();
        while rest.peek().is_some() {
            let (mut part, mut chars) = (Vec::new(), 0);
            while let Some(doc) = rest.next_if(|_| chars < CHARS_AT_ONCE) {
                chars += doc.text.len();
                part.push(doc);
            }
            let records = slowly(move || part.iter().map(record::record).collect::<Vec<_>>()).await?;
            let task = self.index().add_or_replace(&records, Some("key")).await;
            self.wait(&self.told(task).await?).await?;
        }
        Ok(())
    }

    /// The best documents for a question: by how well they fit, then the newest.
    pub(super) async fn find(&self, query: Query, filter: Filter, typing: Typing, limit: usize) -> Result<Vec<Found>> {
        self.be_ready().await?;
        let asks = slowly(move || ask::asks(&rank::plan(&query, typing), &query, &filter)).await?;
        let results = self.search(&asks, &record::TOLD, limit).await?;
        let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
        for (ask, hits) in asks.iter().zip(results) {
            let hits = hits.iter().filter_map(|hit| record::found(hit, ask.score));
            found.extend(hits.filter(|hit| seen.insert(hit.key)));
        }
        found.truncate(limit);
        Ok(found)
    }

    async fn search(&self, asks: &[Ask], told: &[&str], limit: usize) -> Result<Vec<Vec<Record>>> {
        let index = self.index();
        let mut all = self.client.multi_search();
        for ask in asks {
            let mut query = SearchQuery::new(&index);
            let zones: &[&str] = if ask.in_title { &ask::TITLE } else { &ask::EVERYWHERE };
            query
                .with_query(&ask.words)
                .with_filter(&ask.filter)
                .with_sort(&["published:desc"])
                .with_limit(limit)
                .with_matching_strategy(MatchingStrategies::ALL)
                .with_attributes_to_search_on(zones)
                .with_attributes_to_retrieve(Selectors::Some(told));
            all.with_search_query(query.build());
        }
        let answer = all.execute::<Record>().await;
        let results = self.told(answer).await?.results;
        Ok(results.into_iter().map(|result| result.hits.into_iter().map(|hit| hit.result).collect()).collect())
    }

    /// All keys with their documents' digests.
    pub(super) async fn digests(&self) -> Result<Vec<(Key, i64)>> {
        self.be_ready().await?;
        let (index, mut all) = (self.index(), Vec::new());
        loop {
            let mut query = DocumentsQuery::new(&index);
            query.with_offset(all.len()).with_limit(RECORDS).with_fields(["noun", "id", "digest"]);
            query.with_filter("kind EXISTS");
            let answer = index.get_documents_with::<Record>(&query).await;
            let records = self.told(answer).await?.results;
            let digest = |record: &Record| record.get("digest").and_then(Value::as_str)?.parse().ok();
            all.extend(records.iter().map(|record| record::key(record).zip(digest(record))));
            if records.len() < RECORDS {
                return Ok(all.into_iter().flatten().collect());
            }
        }
    }

    /// Words of the index that are nearly this one.
    pub(super) async fn near(&self, word: String, limit: usize) -> Result<Vec<String>> {
        self.be_ready().await?;
        let edits = edits(&super::fold::folded(&word));
        if edits.is_empty() {
            return Ok(Vec::new());
        }
        let terms = || edits.iter().map(|word| token::term(record::LATIN, word));
        let filter = ["title_terms", "text_terms"].map(|zone| ask::one_of(zone, terms())).join(" OR ");
        let ask = Ask { words: String::new(), in_title: false, filter, score: 0.0 };
        let hits = self.search(&[ask], &["title", "text"], NEAR_DOCS).await?;
        let mut counts: Vec<(usize, String)> = Vec::new();
        let texts = hits.iter().flatten().flat_map(Record::values).filter_map(Value::as_str);
        for word in texts.flat_map(|text| text.split(' ')).filter(|word| edits.contains(*word)) {
            match counts.iter_mut().find(|(_, known)| known == word) {
                Some((count, _)) => *count += 1,
                None => counts.push((1, word.to_owned())),
            }
        }
        counts.sort_by(|one, other| other.cmp(one));
        Ok(counts.into_iter().take(limit).map(|(_, word)| word).collect())
    }
}

fn is_missing(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::Meilisearch(MeilisearchError { error_code: ErrorCode::IndexNotFound, .. }))
}

/// Does what takes its time off the request threads.
async fn slowly<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(f).await.map_err(|e| Error::Broken(Box::new(e)))
}

/// Words that differ by one letter: one more, one less, another, two that changed places.
fn edits(word: &str) -> BTreeSet<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.is_empty() || letters.len() > 20 || !letters.iter().all(char::is_ascii_alphabetic) {
        return BTreeSet::new();
    }
    let with = |from: usize, to: usize, middle: &[char]| {
        let (head, tail) = (letters.get(..from).unwrap_or_default(), letters.get(to..).unwrap_or_default());
        head.iter().chain(middle).chain(tail).collect::<String>()
    };
    let mut edits = BTreeSet::new();
    for at in 0..=letters.len() {
        edits.extend(LETTERS.chars().map(|letter| with(at, at, &[letter])));
        if at < letters.len() {
            edits.insert(with(at, at + 1, &[]));
            edits.extend(LETTERS.chars().map(|letter| with(at, at + 1, &[letter])));
        }
        if let Some([one, other]) = letters.get(at..at + 2) {
            edits.insert(with(at, at + 2, &[*other, *one]));
        }
    }
    edits.remove(word);
    edits
}

/// The settings of the index.
fn settings() -> Settings {
    let filterable = |names: Vec<&str>, comparison| {
        FilterableAttribute::Settings(FilterableAttributesSettings {
            attribute_patterns: names.into_iter().map(str::to_owned).collect(),
            features: FilterFeatures { facet_search: false, filter: FilterFeatureModes { equality: true, comparison } },
        })
    };
    let mut equal = vec!["title_terms", "text_terms", "reach", "kind", "author", "within", "tongue"];
    equal.extend(FACETS.map(super::Facet::word));
    Settings {
        searchable_attributes: Some(ask::EVERYWHERE.map(str::to_owned).to_vec()),
        filterable_attributes: Some(vec![filterable(equal, false), filterable(vec!["published"], true)]),
        sortable_attributes: Some(vec!["published".to_owned()]),
        // Which step a hit belongs to is said by the request; within one the newest come first.
        ranking_rules: Some(
            ["sort", "words", "typo", "proximity", "attribute", "exactness"].map(str::to_owned).to_vec(),
        ),
        stop_words: Some(Vec::new()),
        synonyms: Some(Default::default()),
        // What parts words is decided by our own folding; a stop between two runs is the one separator that counts.
        separator_tokens: Some(Vec::new()),
        non_separator_tokens: Some(["'", "’", "_", "-"].map(str::to_owned).to_vec()),
        typo_tolerance: Some(TypoToleranceSettings {
            enabled: Some(true),
            disable_on_attributes: Some(Vec::new()),
            disable_on_words: Some(Vec::new()),
            min_word_size_for_typos: Some(MinWordSizeForTypos {
                one_typo: u8::try_from(TYPO_LETTERS_MIN).ok(),
                two_typos: Some(u8::MAX),
            }),
            disable_on_numbers: Some(true),
        }),
        faceting: Some(FacetingSettings { max_values_per_facet: 100, sort_facet_values_by: None }),
        pagination: Some(PaginationSetting { max_total_hits: RECORDS }),
        ..Settings::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_one_slip() {
        let edits = edits("tae");
        for one in ["tea", "tee", "tale", "ta", "ate", "stae"] {
            assert!(edits.contains(one), "{one}");
        }
        assert!(!edits.contains("tae") && super::edits("茶").is_empty() && super::edits("").is_empty());
    }
}
