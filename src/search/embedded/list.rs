//! Lists of documents: what has a term, several terms, a phrase.

use std::ops::Range;
use std::sync::Arc;

use tantivy::index::InvertedIndexReader;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::query::{EnableScoring, Query};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Result, SegmentReader, TERMINATED, Term};

/// A list of documents, by what they have.
pub(super) enum Asked {
    /// All documents.
    Everything,
    /// This term.
    Term(Term),
    /// All of these.
    All(Vec<Asked>),
    /// Words beside each other.
    Phrase(Phrase),
    /// What a query of tantivy's matches.
    Query(Box<dyn Query>),
}

/// Words with their places beside each other.
pub(super) struct Phrase {
    /// At least two, in order.
    pub words: Vec<(Term, usize)>,
    /// Terms for pairs of them: fewer documents have those.
    pub pairs: Vec<Term>,
    /// May one more word stand between them?
    pub is_loose: bool,
}

/// A list within one segment.
pub(super) enum Source {
    /// No document has it.
    None,
    /// All documents, so many.
    Everything(DocId),
    /// A term.
    Term(TermInfo, Arc<InvertedIndexReader>),
    /// Has to be looked for where it is read; at most so many documents.
    Sought(u32),
    /// Read once for all, in order.
    Read(Arc<Vec<DocId>>),
}

fn info(reader: &SegmentReader, term: &Term) -> Result<Option<(TermInfo, Arc<InvertedIndexReader>)>> {
    let index = reader.inverted_index(term.field())?;
    Ok(index.get_term_info(term)?.map(|info| (info, index)))
}

impl Source {
    /// A list in a segment; long work is put off until it is read.
    pub fn of(reader: &SegmentReader, asked: &Asked) -> Result<Self> {
        match asked {
            Asked::Everything => Ok(Self::Everything(reader.max_doc())),
            Asked::Term(term) => Ok(info(reader, term)?.map_or(Self::None, |(info, index)| Self::Term(info, index))),
            Asked::Query(_) => Ok(Self::Sought(reader.max_doc())),
            Asked::All(all) => {
                let costs = all.iter().map(|asked| Ok(Self::of(reader, asked)?.cost()));
                let least = costs.collect::<Result<Vec<_>>>()?.into_iter().min().unwrap_or(0);
                Ok(if least == 0 { Self::None } else { Self::Sought(least) })
            }
            Asked::Phrase(phrase) => {
                let mut least = u32::MAX;
                for (term, _) in &phrase.words {
                    least = least.min(info(reader, term)?.map_or(0, |(info, _)| info.doc_freq));
                }
                let (mut pairs, mut rarest) = (0_u32, u32::MAX);
                for pair in &phrase.pairs {
                    let count = info(reader, pair)?.map_or(0, |(info, _)| info.doc_freq);
                    (pairs, rarest) = (pairs.saturating_add(count), rarest.min(count));
                }
                let least = match (phrase.pairs.is_empty(), phrase.is_loose) {
                    (true, _) => least,
                    (false, true) => least.min(pairs),
                    (false, false) => least.min(rarest),
                };
                Ok(if least == 0 { Self::None } else { Self::Sought(least) })
            }
        }
    }

    /// Documents that it has, at most.
    pub fn cost(&self) -> u32 {
        match self {
            Self::None => 0,
            Self::Everything(end) => *end,
            Self::Term(info, _) => info.doc_freq,
            Self::Sought(most) => *most,
            Self::Read(docs) => u32::try_from(docs.len()).unwrap_or(u32::MAX),
        }
    }

    /// The list between two documents; of some kinds also what lies beyond.
    pub fn cursor(&mut self, reader: &SegmentReader, asked: &Asked, range: Range<DocId>) -> Result<Cursor> {
        if let (Self::Sought(_), Asked::Query(query)) = (&*self, asked) {
            *self = Self::Read(Arc::new(matches(reader, query.as_ref())?));
        }
        let mut cursor = match self {
            Self::None => Cursor::Everything(0, 0),
            Self::Everything(end) => Cursor::Everything(0, *end),
            Self::Term(info, index) => {
                Cursor::Term(Box::new(index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?))
            }
            Self::Sought(_) => Cursor::Read(Arc::new(sought(reader, asked, range.clone())?), 0),
            Self::Read(docs) => Cursor::Read(docs.clone(), 0),
        };
        cursor.seek(range.start);
        Ok(cursor)
    }
}

/// A place in a list.
pub(super) enum Cursor {
    /// Among all documents, and their end.
    Everything(DocId, DocId),
    /// Among a term's.
    Term(Box<SegmentPostings>),
    /// Among those that were read.
    Read(Arc<Vec<DocId>>, usize),
}

impl Cursor {
    /// The document here; `TERMINATED` behind the last.
    pub fn doc(&self) -> DocId {
        match self {
            Self::Everything(at, end) if at < end => *at,
            Self::Everything(..) => TERMINATED,
            Self::Term(postings) => postings.doc(),
            Self::Read(docs, at) => docs.get(*at).copied().unwrap_or(TERMINATED),
        }
    }

    /// Goes on to the next document.
    fn advance(&mut self) {
        match self {
            Self::Everything(at, _) => *at += 1,
            Self::Read(_, at) => *at += 1,
            Self::Term(postings) => {
                postings.advance();
            }
        }
    }

    /// Goes on behind this document.
    pub fn leave(&mut self, doc: DocId) {
        if self.doc() == doc { self.advance() } else { self.seek(doc + 1) }
    }

    /// Goes on to this document or to the one behind it.
    pub fn seek(&mut self, doc: DocId) {
        match self {
            Self::Everything(at, _) => *at = (*at).max(doc),
            Self::Term(postings) if postings.doc() < doc => {
                postings.seek(doc);
            }
            Self::Term(_) => {}
            Self::Read(docs, at) => {
                let rest = docs.get(*at..).unwrap_or_default();
                // What is looked for is mostly near.
                let near = rest.iter().take(8).position(|one| *one >= doc);
                *at += near.unwrap_or_else(|| rest.partition_point(|one| *one < doc));
            }
        }
    }

    /// Is this document in the list? Asked of documents in order.
    pub fn has(&mut self, doc: DocId) -> bool {
        self.seek(doc);
        self.doc() == doc
    }
}

/// All documents that a query of tantivy's matches.
fn matches(reader: &SegmentReader, query: &dyn Query) -> Result<Vec<DocId>> {
    let weight = query.weight(EnableScoring::disabled_from_schema(reader.schema()))?;
    let mut scorer = weight.scorer(reader, 1.0)?;
    let mut docs = Vec::new();
    while scorer.doc() != TERMINATED {
        docs.push(scorer.doc());
        scorer.advance();
    }
    Ok(docs)
}

/// The documents of a list between two.
fn sought(reader: &SegmentReader, asked: &Asked, range: Range<DocId>) -> Result<Vec<DocId>> {
    let mut docs = Vec::new();
    match asked {
        Asked::Phrase(phrase) => phrase.read(reader, range, &mut docs)?,
        Asked::All(all) => {
            let lists = all.iter().map(|asked| cursor(reader, asked, range.clone()));
            each(&mut lists.collect::<Result<Vec<_>>>()?, range.end, |doc| docs.push(doc));
        }
        Asked::Everything | Asked::Term(_) | Asked::Query(_) => {
            each(&mut [cursor(reader, asked, range.clone())?], range.end, |doc| docs.push(doc));
        }
    }
    Ok(docs)
}

fn cursor(reader: &SegmentReader, asked: &Asked, range: Range<DocId>) -> Result<(u32, Cursor)> {
    let mut source = Source::of(reader, asked)?;
    let cost = source.cost();
    Ok((cost, source.cursor(reader, asked, range)?))
}

/// The documents before the end that are in all of these lists, by the shortest one.
fn each(lists: &mut [(u32, Cursor)], end: DocId, mut f: impl FnMut(DocId)) {
    lists.sort_by_key(|(cost, _)| *cost);
    let Some(((_, lead), others)) = lists.split_first_mut() else { return };
    while lead.doc() < end {
        let doc = lead.doc();
        match others.iter_mut().find_map(|(_, other)| (!other.has(doc)).then(|| other.doc())) {
            None => {
                f(doc);
                lead.advance();
            }
            Some(next) => lead.seek(next.max(doc + 1)),
        }
    }
}

impl Phrase {
    fn read(&self, reader: &SegmentReader, range: Range<DocId>, docs: &mut Vec<DocId>) -> Result<()> {
        let mut words = Vec::with_capacity(self.words.len());
        for (term, place) in &self.words {
            let Some((info, index)) = info(reader, term)? else { return Ok(()) };
            let postings = index.read_postings_from_terminfo(&info, IndexRecordOption::WithFreqsAndPositions)?;
            words.push(Word { postings, place: u32::try_from(*place).unwrap_or(u32::MAX), places: Vec::new() });
        }
        let mut pairs = Vec::with_capacity(self.pairs.len());
        for pair in &self.pairs {
            pairs.push(cursor(reader, &Asked::Term(pair.clone()), range.clone())?);
        }
        let mut take = |doc| {
            if words.iter_mut().all(|word| word.is_in(doc)) && beside(&words, self.is_loose) {
                docs.push(doc);
            }
        };
        if pairs.is_empty() {
            let all = self.words.iter().map(|(term, _)| cursor(reader, &Asked::Term(term.clone()), range.clone()));
            each(&mut all.collect::<Result<Vec<_>>>()?, range.end, take);
        } else if self.is_loose {
            // One more word parts one pair at most.
            let mut doc = next(&pairs);
            while doc < range.end {
                take(doc);
                pairs.iter_mut().for_each(|(_, pair)| pair.seek(doc + 1));
                doc = next(&pairs);
            }
        } else {
            each(&mut pairs, range.end, take);
        }
        Ok(())
    }
}

fn next(lists: &[(u32, Cursor)]) -> DocId {
    lists.iter().map(|(_, list)| list.doc()).min().unwrap_or(TERMINATED)
}

/// A word of a phrase: where it stands in the documents of a segment.
struct Word {
    postings: SegmentPostings,
    /// Its place in the phrase.
    place: u32,
    /// Its places in the document that is looked at.
    places: Vec<u32>,
}

impl Word {
    fn is_in(&mut self, doc: DocId) -> bool {
        if self.postings.doc() < doc {
            self.postings.seek(doc);
        }
        let is_in = self.postings.doc() == doc;
        if is_in {
            self.postings.positions(&mut self.places);
        }
        is_in
    }
}

/// Do the words stand beside each other as in the phrase, in the document that all of them are in?
fn beside(words: &[Word], is_loose: bool) -> bool {
    let Some((first, others)) = words.split_first() else { return false };
    first.places.iter().any(|start| {
        let mut more = 0;
        others.iter().all(|word| {
            let place = start + (word.place - first.place) + more;
            if word.places.binary_search(&place).is_ok() {
                return true;
            }
            let is_further = is_loose && more == 0 && word.places.binary_search(&(place + 1)).is_ok();
            more += u32::from(is_further);
            is_further
        })
    })
}
