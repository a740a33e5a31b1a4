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
            Self::Sought(_) => Cursor::Sought(Box::new(Sought::of(reader, asked, range.clone())?)),
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
    /// Among those that have to be looked for.
    Sought(Box<Sought>),
}

impl Cursor {
    /// The document here; `TERMINATED` behind the last.
    pub fn doc(&mut self) -> DocId {
        match self {
            Self::Everything(at, end) if *at < *end => *at,
            Self::Everything(..) => TERMINATED,
            Self::Term(postings) => postings.doc(),
            Self::Read(docs, at) => docs.get(*at).copied().unwrap_or(TERMINATED),
            Self::Sought(sought) => sought.doc(),
        }
    }

    /// Goes on behind this document.
    pub fn leave(&mut self, doc: DocId) {
        match self {
            Self::Term(postings) if postings.doc() == doc => {
                postings.advance();
            }
            _ => self.seek(doc + 1),
        }
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
            Self::Sought(sought) => sought.seek(doc),
        }
    }

    /// Is this document in the list? Asked of documents in order.
    pub fn has(&mut self, doc: DocId) -> bool {
        if let Self::Sought(sought) = self {
            return sought.has(doc);
        }
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

/// A list that isn't written anywhere. Whether a document is in it is looked up for that document alone: of most lists little is asked, and
/// reading where words stand is what costs.
pub(super) struct Sought {
    /// Lists to go by, the shortest first.
    lists: Vec<Cursor>,
    /// Is a document in one of them enough, rather than in all?
    is_any: bool,
    /// Words that stand beside each other besides; none if being in the lists is all.
    words: Vec<Word>,
    /// May one more word stand between them?
    is_loose: bool,
    /// What lies before was passed.
    from: DocId,
    /// The next document that is in it, if that is known.
    at: Option<DocId>,
    /// Where its window ends.
    end: DocId,
}

impl Sought {
    fn of(reader: &SegmentReader, asked: &Asked, range: Range<DocId>) -> Result<Self> {
        let (mut lists, mut words, mut is_any, mut is_loose) = (Vec::new(), Vec::new(), false, false);
        match asked {
            Asked::All(all) => {
                for asked in all {
                    lists.push(cursor(reader, asked, range.clone())?);
                }
            }
            Asked::Phrase(phrase) => {
                for (term, place) in &phrase.words {
                    words.push(Word::of(reader, term, *place)?);
                }
                // One more word parts one pair at most.
                is_any = phrase.is_loose && !phrase.pairs.is_empty();
                is_loose = phrase.is_loose;
                let singles = phrase.words.iter().map(|(term, _)| term).filter(|_| phrase.pairs.is_empty());
                for term in phrase.pairs.iter().chain(singles) {
                    lists.push(cursor(reader, &Asked::Term(term.clone()), range.clone())?);
                }
            }
            Asked::Everything | Asked::Term(_) | Asked::Query(_) => lists.push(cursor(reader, asked, range.clone())?),
        }
        lists.sort_by_key(|(cost, _)| *cost);
        let lists = lists.into_iter().map(|(_, list)| list).collect();
        Ok(Self { lists, is_any, words, is_loose, from: range.start, at: None, end: range.end })
    }

    fn seek(&mut self, doc: DocId) {
        if self.at.is_none_or(|at| at < doc) {
            (self.from, self.at) = (self.from.max(doc), None);
        }
    }

    /// The next document; `TERMINATED` behind the last one of the window.
    fn doc(&mut self) -> DocId {
        loop {
            if let Some(at) = self.at {
                return at;
            }
            let next = self.candidate();
            if next >= self.end {
                self.at = Some(TERMINATED);
            } else if !self.has(next) {
                self.from = next + 1;
            }
        }
    }

    /// The first document not yet passed that may be in the list.
    fn candidate(&mut self) -> DocId {
        let (from, going_by) = (self.from, if self.is_any { self.lists.len() } else { 1 });
        let lists = self.lists.iter_mut().take(going_by);
        let each = lists.map(|list| {
            list.seek(from);
            list.doc()
        });
        each.min().unwrap_or(TERMINATED)
    }

    fn has(&mut self, doc: DocId) -> bool {
        if let Some(at) = self.at.filter(|at| *at >= doc) {
            return at == doc;
        }
        self.seek(doc);
        let mut lists = self.lists.iter_mut();
        let may_be = if self.is_any { lists.any(|list| list.has(doc)) } else { lists.all(|list| list.has(doc)) };
        let has = may_be
            && self.words.iter_mut().all(|word| word.is_in(doc))
            && (self.words.is_empty() || beside(&self.words, self.is_loose));
        if has {
            self.at = Some(doc);
        }
        has
    }
}

/// A list with how many documents it has at most.
fn cursor(reader: &SegmentReader, asked: &Asked, range: Range<DocId>) -> Result<(u32, Cursor)> {
    let mut source = Source::of(reader, asked)?;
    let cost = source.cost();
    Ok((cost, source.cursor(reader, asked, range)?))
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
    fn of(reader: &SegmentReader, term: &Term, place: usize) -> Result<Self> {
        let postings = match info(reader, term)? {
            Some((info, index)) => {
                index.read_postings_from_terminfo(&info, IndexRecordOption::WithFreqsAndPositions)?
            }
            None => SegmentPostings::empty(),
        };
        Ok(Self { postings, place: u32::try_from(place).unwrap_or(u32::MAX), places: Vec::new() })
    }

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
