//! Full-text search: an index of [`Doc`]s, embedded in this process or on a Meilisearch server, with one folding and one way to
//! read questions for both. It knows nothing of the database: `domain::search` makes documents and checks every hit.

mod dictionary;
mod embedded;
mod fold;
mod highlight;
mod meili;
mod query;
mod rank;
mod sound;
mod token;

pub use embedded::Embedded;
pub use highlight::{Marked, excerpt, mark};
pub use query::{CHARS_MAX, Part, Query, read};
pub use rank::Typing;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::Serialize;

use crate::clock::Micros;
use crate::config;
use crate::error::{Error, Result};
use meili::Meili;

/// What a document stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Noun {
    /// A post of any kind.
    Post,
    /// A person, account or group.
    Actor,
    /// An item of the archive.
    Item,
}

/// All of them.
pub const NOUNS: [Noun; 3] = [Noun::Post, Noun::Actor, Noun::Item];

impl Noun {
    /// Its word in keys and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Actor => "actor",
            Self::Item => "item",
        }
    }

    /// The noun with this word.
    pub fn of_word(word: &str) -> Option<Self> {
        NOUNS.into_iter().find(|noun| noun.word() == word)
    }

    fn number(self) -> u64 {
        match self {
            Self::Post => 0,
            Self::Actor => 1,
            Self::Item => 2,
        }
    }

    fn of_number(number: u64) -> Option<Self> {
        NOUNS.into_iter().find(|noun| noun.number() == number)
    }
}

/// The key of what a document stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Key {
    /// Its noun.
    pub noun: Noun,
    /// Its number.
    pub id: i64,
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.noun.word(), self.id)
    }
}

/// A document of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Doc {
    /// What it stands for.
    pub key: Key,
    /// Its kind, by which results are parted: `moment`, `comment`, `article`, `person` …
    pub kind: String,
    /// Its title, or all names of an actor.
    pub title: String,
    /// Its text.
    pub text: String,
    /// Its language: a code, or empty.
    pub language: String,
    /// Who wrote it; 0 for nobody.
    pub author: i64,
    /// The group or account that it stands in; 0 for none.
    pub within: i64,
    /// The hall it comes from: a host.
    pub hall: String,
    /// Tokens of those who may find it.
    pub reach: Vec<String>,
    /// When it was published.
    pub published_at: Micros,
    /// The first and the last year that it is about.
    pub years: Option<(i32, i32)>,
    /// A place, or nothing.
    pub place: String,
    /// A surname, or nothing.
    pub surname: String,
    /// The form of an item, or nothing.
    pub form: String,
}

impl Doc {
    /// A number that differs when anything of it does: FNV-1a, which stays the same from version to version.
    pub fn digest(&self) -> i64 {
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        i64::from_ne_bytes(bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, fold).to_ne_bytes())
    }
}

/// What narrows a search, besides its words.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Tokens of which a document must have one.
    pub reach: Vec<String>,
    /// Kinds, any of them; all if empty.
    pub kinds: Vec<String>,
    /// Authors, any of them; `None` for everybody's.
    pub authors: Option<Vec<i64>>,
    /// Groups, accounts (by number) and halls (by host), any of them; `None` for everywhere.
    pub within: Option<(Vec<i64>, Vec<String>)>,
    /// Facets with the value that each must have.
    pub facets: Vec<(Facet, String)>,
}

/// By what results can be narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// A place.
    Place,
    /// A surname.
    Surname,
    /// The form of an item.
    Form,
    /// Ten years.
    Decade,
    /// The language.
    Language,
    /// The hall.
    Hall,
}

/// All of them, in the order in which pages show them.
pub const FACETS: [Facet; 6] = [Facet::Place, Facet::Surname, Facet::Form, Facet::Decade, Facet::Language, Facet::Hall];

impl Facet {
    /// Its word in addresses, and the name of its field.
    pub fn word(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Surname => "surname",
            Self::Form => "form",
            Self::Decade => "decade",
            Self::Language => "language",
            Self::Hall => "hall",
        }
    }

    /// The values that a document has.
    pub fn values(self, doc: &Doc) -> Vec<String> {
        let one = |value: &str| if value.is_empty() { Vec::new() } else { vec![value.to_owned()] };
        match self {
            Self::Place => one(&doc.place),
            Self::Surname => one(&doc.surname),
            Self::Form => one(&doc.form),
            Self::Language => one(&doc.language),
            Self::Hall => one(&doc.hall),
            Self::Decade => match doc.years {
                Some((from, to)) => {
                    (from.div_euclid(10)..=to.div_euclid(10)).take(30).map(|ten| format!("{}", ten * 10)).collect()
                }
                None => Vec::new(),
            },
        }
    }
}

/// What the index answers, to be checked against the database before anybody hears of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What was found.
    pub key: Key,
    /// Its kind.
    pub kind: String,
    /// How well it fits.
    pub score: f32,
    /// Its values of facets.
    pub facets: Vec<(Facet, String)>,
}

/// How a hall searches.
#[derive(Debug)]
pub struct Search(Engine);

#[derive(Debug)]
enum Engine {
    /// In this directory; opened when it is needed.
    Embedded(PathBuf, OnceLock<Arc<Embedded>>),
    /// On a server.
    Meili(Box<Meili>),
}

impl Search {
    /// The index that the settings choose; `dir` is for the embedded one. Nothing is opened before it is needed.
    ///
    /// Errors: a client for a server that can't be made.
    pub fn new(config: &config::Search, dir: PathBuf) -> Result<Self> {
        Ok(Self(match config.engine {
            config::SearchEngine::Embedded => Engine::Embedded(dir, OnceLock::new()),
            config::SearchEngine::Meilisearch => Engine::Meili(Box::new(Meili::new(config)?)),
        }))
    }

    /// What tells this index from another one: a new one has to be filled.
    pub async fn identity(&self) -> Result<String> {
        match &self.0 {
            Engine::Embedded(dir, open) => with(dir, open, |engine| Ok(engine.identity().to_owned())).await,
            Engine::Meili(server) => server.identity().await,
        }
    }

    /// May this process write? Of the embedded index one process at a time may.
    pub async fn may_write(&self) -> Result<bool> {
        match &self.0 {
            Engine::Embedded(dir, open) => with(dir, open, Embedded::may_write).await,
            Engine::Meili(_) => Ok(true),
        }
    }

    /// May several processes write at a time? Then what one of them read first may be written last.
    pub fn is_shared(&self) -> bool {
        matches!(self.0, Engine::Meili(_))
    }

    /// Puts documents in, in place of what their keys had, and takes keys out; answers when that can be found and is on disk.
    pub async fn apply(&self, docs: Vec<Doc>, gone: Vec<Key>) -> Result<()> {
        match &self.0 {
            Engine::Embedded(dir, open) => with(dir, open, move |engine| engine.apply(&docs, &gone)).await,
            Engine::Meili(server) => server.apply(docs, gone).await,
        }
    }

    /// The best documents for a question: at most `limit`.
    pub async fn find(&self, query: Query, filter: Filter, typing: Typing, limit: usize) -> Result<Vec<Found>> {
        match &self.0 {
            Engine::Embedded(dir, open) => {
                with(dir, open, move |engine| engine.find(&query, &filter, typing, limit)).await
            }
            Engine::Meili(server) => server.find(query, filter, typing, limit).await,
        }
    }

    /// All keys with their documents' digests.
    pub async fn digests(&self) -> Result<Vec<(Key, i64)>> {
        match &self.0 {
            Engine::Embedded(dir, open) => with(dir, open, Embedded::digests).await,
            Engine::Meili(server) => server.digests().await,
        }
    }

    /// Words of the index that are nearly this one.
    pub async fn near(&self, word: String, limit: usize) -> Result<Vec<String>> {
        match &self.0 {
            Engine::Embedded(dir, open) => with(dir, open, move |engine| engine.near(&word, limit)).await,
            Engine::Meili(server) => server.near(word, limit).await,
        }
    }
}

/// Does something with the embedded index, off the request threads.
async fn with<T: Send + 'static>(
    dir: &Path,
    open: &OnceLock<Arc<Embedded>>,
    f: impl FnOnce(&Embedded) -> Result<T> + Send + 'static,
) -> Result<T> {
    let engine = match open.get() {
        Some(engine) => engine.clone(),
        None => {
            let opened = Arc::new(Embedded::open(dir)?);
            open.get_or_init(|| opened).clone()
        }
    };
    tokio::task::spawn_blocking(move || f(&engine)).await.map_err(|e| Error::Broken(Box::new(e)))?
}

/// A language and what it is a part of: `zh-Hant` is Chinese.
fn languages(code: &str) -> Vec<String> {
    let code = code.to_ascii_lowercase();
    let mut languages: Vec<String> = code.split_once('-').map(|(main, _)| main.to_owned()).into_iter().collect();
    languages.extend((!code.is_empty()).then_some(code));
    languages
}

/// How a word of hanzi sounds, in pinyin; `None` if one of its characters has no reading.
pub fn sound_of(word: &str) -> Option<String> {
    fold::folded(word).chars().map(|c| sound::mandarin(c).first().map(|reading| reading.plain.clone())).collect()
}

/// An error of the index.
fn broken(error: impl std::fmt::Display) -> Error {
    Error::broken(format!("the search index: {error}"))
}

#[cfg(test)]
mod tests;
