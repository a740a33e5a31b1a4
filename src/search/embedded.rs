//! The index in this process: tantivy, in a directory of the hall's. Two fields for each zone: a stream with places, by which
//! phrases are found, and a set of terms. What a document says isn't kept; it is read from the database when it is shown.

mod cutter;
mod find;
mod list;
mod scan;

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::directory::MmapDirectory;
use tantivy::directory::error::LockError;
use tantivy::index::SegmentId;
use tantivy::indexer::IndexWriterOptions;
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term};

use self::cutter::Cutter;
use super::token::{self, Zone};
use super::{Doc, FACETS, Key, broken, languages};
use crate::error::Result;

/// The form of the index. A new one is a new directory, which is filled anew.
const FORM: &str = "2";
/// The name of the tokenizer for lines of words.
const LINE: &str = "line";
/// Memory for documents that aren't on disk yet, in bytes.
const WRITER_BYTES: usize = 40_000_000;
/// Documents from which on two threads share the work.
const SHARED_MIN: usize = 64;
/// Documents that are cut before they go in.
const PART: usize = 200;
/// The file that tells this index from another one in the same place.
const IDENTITY: &str = "identity";

/// Where each thing stands.
#[derive(Debug, Clone, Copy)]
struct Fields {
    key: Field,
    noun: Field,
    id: Field,
    digest: Field,
    kind: Field,
    reach: Field,
    author: Field,
    within: Field,
    language: Field,
    published: Field,
    facets: [Field; FACETS.len()],
    title: Zoned,
    text: Zoned,
}

/// The fields of a zone.
#[derive(Debug, Clone, Copy)]
struct Zoned {
    stream: Field,
    terms: Field,
}

/// The embedded index.
pub struct Embedded {
    index: Index,
    reader: IndexReader,
    fields: Fields,
    writer: Mutex<Option<IndexWriter>>,
    /// How new the documents of each segment are.
    newest: Mutex<HashMap<SegmentId, Arc<Vec<i64>>>>,
    identity: String,
}

impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Embedded").field("identity", &self.identity).finish_non_exhaustive()
    }
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let raw = |record| TextFieldIndexing::default().set_tokenizer("raw").set_fieldnorms(false).set_index_option(record);
    let terms = || TextOptions::default().set_indexing_options(raw(IndexRecordOption::Basic));
    let line = |record| TextOptions::default().set_indexing_options(raw(record).set_tokenizer(LINE));
    let valued = || terms().set_fast("raw");
    let mut zone = |name: &str| Zoned {
        stream: builder.add_text_field(&format!("{name}_stream"), line(IndexRecordOption::WithFreqsAndPositions)),
        terms: builder.add_text_field(&format!("{name}_terms"), line(IndexRecordOption::Basic)),
    };
    let (title, text) = (zone("title"), zone("text"));
    let fields = Fields {
        title,
        text,
        key: builder.add_text_field("key", terms()),
        noun: builder.add_u64_field("noun", FAST),
        id: builder.add_i64_field("id", FAST),
        digest: builder.add_i64_field("digest", FAST),
        kind: builder.add_text_field("kind", valued()),
        reach: builder.add_text_field("reach", valued()),
        author: builder.add_i64_field("author", INDEXED),
        within: builder.add_i64_field("within", INDEXED),
        language: builder.add_text_field("tongue", terms()),
        published: builder.add_i64_field("published", FAST),
        facets: FACETS.map(|facet| builder.add_text_field(facet.word(), valued())),
    };
    (builder.build(), fields)
}

impl Embedded {
    /// Opens the index in this directory, or makes a new one: also in place of one that can't be read, which is said in the log.
    ///
    /// Errors: `Broken` if the directory can't be used at all.
    pub fn open(dir: &Path) -> Result<Self> {
        let dir = dir.join(FORM);
        match Self::open_in(&dir) {
            Ok(open) => Ok(open),
            Err(error) => {
                tracing::warn!(%error, "the search index can't be read and is made anew");
                drop(fs::remove_dir_all(&dir));
                Self::open_in(&dir)
            }
        }
    }

    fn open_in(dir: &Path) -> Result<Self> {
        fs::create_dir_all(dir)?;
        let (schema, fields) = schema();
        let directory = MmapDirectory::open(dir).map_err(broken)?;
        let index = Index::open_or_create(directory, schema).map_err(broken)?;
        index.tokenizers().register(LINE, Cutter::default());
        let reader =
            index.reader_builder().reload_policy(ReloadPolicy::OnCommitWithDelay).try_into().map_err(broken)?;
        let path = dir.join(IDENTITY);
        let identity = match fs::read_to_string(&path) {
            Ok(identity) if !identity.is_empty() => identity,
            Ok(_) | Err(_) => {
                let identity = crate::secret::token();
                fs::write(&path, &identity)?;
                identity
            }
        };
        Ok(Self { index, reader, fields, writer: Mutex::new(None), newest: Mutex::default(), identity })
    }

    /// What tells this index from another one in the same place.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// May this process write? One process at a time may, from its first writing to its end.
    pub fn may_write(&self) -> Result<bool> {
        let mut held = self.writer();
        if held.is_some() {
            return Ok(true);
        }
        let options =
            IndexWriterOptions::builder().num_worker_threads(1).memory_budget_per_thread(WRITER_BYTES).build();
        match self.index.writer_with_options(options) {
            Ok(writer) => {
                *held = Some(writer);
                Ok(true)
            }
            Err(TantivyError::LockFailure(LockError::LockBusy, _)) => Ok(false),
            Err(error) => Err(broken(error)),
        }
    }

    fn writer(&self) -> MutexGuard<'_, Option<IndexWriter>> {
        // Whoever panicked while writing has committed nothing.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts documents in and takes keys out, in one commit.
    ///
    /// Errors: `Unavailable` while another process writes.
    pub fn apply(&self, docs: &[Doc], gone: &[Key]) -> Result<()> {
        if !self.may_write()? {
            return Err(crate::error::Error::Unavailable("another process writes the search index".to_owned()));
        }
        let mut held = self.writer();
        let Some(writer) = held.as_mut() else { return Err(broken("the writer is gone")) };
        let written = self.write(writer, docs, gone);
        if let Err(error) = written {
            // A writer that failed once is done; the next one begins from the last commit.
            *held = None;
            return Err(broken(error));
        }
        drop(held);
        self.reader.reload().map_err(broken)
    }

    fn write(&self, writer: &mut IndexWriter, docs: &[Doc], gone: &[Key]) -> tantivy::Result<()> {
        for key in docs.iter().map(|doc| doc.key).chain(gone.iter().copied()) {
            writer.delete_term(Term::from_field_text(self.fields.key, &key.to_string()));
        }
        // While one part goes into the index, the next one's words are cut.
        for part in docs.chunks(PART) {
            for document in self.documents(part) {
                writer.add_document(document)?;
            }
        }
        writer.commit()?;
        Ok(())
    }

    /// Documents as the index takes them. Cutting words takes the most time by far, so that many are shared among two threads.
    fn documents(&self, docs: &[Doc]) -> Vec<TantivyDocument> {
        let each = |docs: &[Doc]| docs.iter().map(|doc| self.document(doc)).collect::<Vec<_>>();
        if docs.len() < SHARED_MIN {
            return each(docs);
        }
        let (one, other) = docs.split_at(docs.len() / 2);
        std::thread::scope(|scope| {
            let beside = scope.spawn(|| each(one));
            let other = each(other);
            // Whatever ended the thread would have ended this one; then it is done here.
            let mut all = beside.join().unwrap_or_else(|_| each(one));
            all.extend(other);
            all
        })
    }

    fn document(&self, doc: &Doc) -> TantivyDocument {
        let fields = &self.fields;
        let mut document = TantivyDocument::default();
        document.add_text(fields.key, doc.key.to_string());
        document.add_u64(fields.noun, doc.key.noun.number());
        document.add_i64(fields.id, doc.key.id);
        document.add_i64(fields.digest, doc.digest());
        document.add_text(fields.kind, &doc.kind);
        document.add_i64(fields.author, doc.author);
        document.add_i64(fields.within, doc.within);
        document.add_i64(fields.published, doc.published_at);
        doc.reach.iter().for_each(|token| document.add_text(fields.reach, token));
        for language in languages(&doc.language) {
            document.add_text(fields.language, language);
        }
        for (facet, field) in FACETS.into_iter().zip(fields.facets) {
            facet.values(doc).iter().for_each(|value| document.add_text(field, value));
        }
        let mut title = token::tokens(&doc.title, &doc.language, Zone::Title);
        if let Some((from, to)) = doc.years {
            (from..=to).take(400).for_each(|year| title.terms.add(token::YEAR, &[&year.to_string()]));
        }
        zone(&mut document, fields.title, title);
        zone(&mut document, fields.text, token::tokens(&doc.text, &doc.language, Zone::Text));
        document
    }

    /// All keys with their documents' digests.
    pub fn digests(&self) -> Result<Vec<(Key, i64)>> {
        self.reader.reload().map_err(broken)?;
        let searcher = self.reader.searcher();
        let mut found = Vec::new();
        for segment in searcher.segment_readers() {
            let columns = find::Keys::of(segment).map_err(broken)?;
            let digests = segment.fast_fields().i64("digest").map_err(broken)?;
            for doc in segment.doc_ids_alive() {
                found.extend(columns.key(doc).map(|key| (key, digests.first(doc).unwrap_or_default())));
            }
        }
        Ok(found)
    }
}

fn zone(document: &mut TantivyDocument, fields: Zoned, tokens: token::Tokens) {
    for (field, line) in [(fields.stream, tokens.stream), (fields.terms, tokens.terms)] {
        let text = line.text();
        if !text.is_empty() {
            document.add_text(field, text);
        }
    }
}
