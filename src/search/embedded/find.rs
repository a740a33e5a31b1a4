//! Asking the embedded index.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use tantivy::columnar::{Column, StrColumn};
use tantivy::query::{EmptyQuery, FuzzyTermQuery, Query as Ask, RegexQuery};
use tantivy::schema::Field;
use tantivy::{DocId, SegmentReader, Term};

use super::super::fold;
use super::super::query::Query;
use super::super::rank::{self, Choice, Plan, Typing, Want};
use super::super::token;
use super::super::{FACETS, Facet, Filter, Found, Key, Noun, broken, languages};
use super::list::{Asked, Phrase};
use super::scan::{self, Clause, Question, Way};
use super::{Embedded, Zoned};
use crate::error::Result;

/// Words that a beginning or a typing error may stand for.
const WORDS_MAX: usize = 50;

/// The columns that say what a document stands for.
pub(super) struct Keys {
    nouns: Column<u64>,
    ids: Column<i64>,
}

impl Keys {
    pub(super) fn of(segment: &SegmentReader) -> tantivy::Result<Self> {
        Ok(Self { nouns: segment.fast_fields().u64("noun")?, ids: segment.fast_fields().i64("id")? })
    }

    pub(super) fn key(&self, doc: DocId) -> Option<Key> {
        Some(Key { noun: Noun::of_number(self.nouns.first(doc)?)?, id: self.ids.first(doc)? })
    }
}

/// A column of words, with those that were read already: few words stand for many documents.
struct Words {
    column: Option<StrColumn>,
    read: HashMap<u64, String>,
}

impl Words {
    fn of(segment: &SegmentReader, name: &str) -> tantivy::Result<Self> {
        Ok(Self { column: segment.fast_fields().str(name)?, read: HashMap::new() })
    }

    fn values(&mut self, doc: DocId) -> Vec<String> {
        let Some(column) = &self.column else { return Vec::new() };
        let read = &mut self.read;
        let value = |number| match read.get(&number) {
            Some(value) => Some(value.clone()),
            None => {
                let mut value = String::new();
                column.ord_to_str(number, &mut value).ok()?.then_some(())?;
                read.insert(number, value.clone());
                Some(value)
            }
        };
        column.term_ords(doc).filter_map(value).collect()
    }
}

/// What is told of a document.
struct Told {
    keys: Keys,
    kinds: Words,
    facets: Vec<(Facet, Words)>,
}

impl Told {
    fn of(segment: &SegmentReader) -> tantivy::Result<Self> {
        let facet = |facet: Facet| Ok((facet, Words::of(segment, facet.word())?));
        let facets = FACETS.into_iter().map(facet).collect::<tantivy::Result<_>>()?;
        Ok(Self { keys: Keys::of(segment)?, kinds: Words::of(segment, "kind")?, facets })
    }

    fn found(&mut self, doc: DocId, score: f32) -> Option<Found> {
        let kind = self.kinds.values(doc).pop().unwrap_or_default();
        let each = |(facet, words): &mut (Facet, Words)| {
            let facet = *facet;
            words.values(doc).into_iter().map(move |value| (facet, value)).collect::<Vec<_>>()
        };
        let facets = self.facets.iter_mut().flat_map(each).collect();
        Some(Found { key: self.keys.key(doc)?, kind, score, facets })
    }
}

impl Embedded {
    /// The best documents for a question: by how well they fit, then the newest.
    pub fn find(&self, query: &Query, filter: &Filter, typing: Typing, limit: usize) -> Result<Vec<Found>> {
        let question = self.question(&rank::plan(query, typing), query, filter);
        let searcher = self.reader.searcher();
        let hits = scan::best(&searcher, &question, |segment| self.newest(segment), limit.max(1)).map_err(broken)?;
        let mut told: HashMap<u32, Told> = HashMap::new();
        let mut found = Vec::with_capacity(hits.len());
        for hit in hits {
            let columns = match told.entry(hit.segment) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(Told::of(searcher.segment_reader(hit.segment)).map_err(broken)?),
            };
            found.extend(columns.found(hit.doc, hit.score()));
        }
        Ok(found)
    }

    /// Of each block of a segment's documents, when the newest up to its end was published. Segments never change.
    fn newest(&self, segment: &SegmentReader) -> tantivy::Result<Arc<Vec<i64>>> {
        let id = segment.segment_id();
        let known = || self.newest.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(newest) = known().get(&id) {
            return Ok(newest.clone());
        }
        let published = segment.fast_fields().i64("published")?;
        let mut blocks: Vec<i64> = Vec::new();
        for start in (0..segment.max_doc()).step_by(scan::BLOCK as usize) {
            let end = segment.max_doc().min(start + scan::BLOCK);
            let newest = (start..end).filter_map(|doc| published.first(doc)).max();
            blocks.extend(newest.into_iter().chain(blocks.last().copied()).max().or(Some(i64::MIN)));
        }
        let blocks = Arc::new(blocks);
        let alive: Vec<_> = self.reader.searcher().segment_readers().iter().map(SegmentReader::segment_id).collect();
        let mut known = known();
        known.retain(|id, _| alive.contains(id));
        known.insert(id, blocks.clone());
        Ok(blocks)
    }

    /// A question as segments are asked it.
    fn question(&self, plan: &Plan, query: &Query, filter: &Filter) -> Question {
        let mut question = Question {
            published: (query.from_time, query.to_time),
            reach: filter.reach.iter().cloned().collect(),
            ..Question::default()
        };
        for clause in &plan.must {
            let clause = self.clause(&mut question, clause);
            question.must.push(clause);
        }
        for choice in &plan.better {
            let ways = self.ways(&mut question, std::slice::from_ref(choice));
            question.better.push(ways);
        }
        for want in &plan.without {
            for zone in [self.fields.title, self.fields.text] {
                let list = asked(want, zone);
                let list = question.list(list);
                question.without.push(list);
            }
        }
        self.narrow(&mut question, query, filter);
        if question.must.is_empty() {
            let all = question.list(Asked::Everything);
            question.must.push(Clause::Any(vec![(0.0, all)]));
        }
        question
    }

    /// What narrows a question has to be there as well, and makes nothing fit better.
    fn narrow(&self, question: &mut Question, query: &Query, filter: &Filter) {
        let fields = &self.fields;
        let mut must = |terms: &mut dyn Iterator<Item = Term>| {
            let ways = terms.map(|term| (0.0, question.list(Asked::Term(term)))).collect();
            question.must.push(Clause::Any(ways));
        };
        let kinds: Vec<&String> = filter.kinds.iter().chain(&query.kinds).collect();
        if !kinds.is_empty() {
            must(&mut kinds.into_iter().map(|kind| Term::from_field_text(fields.kind, kind)));
        }
        if let Some(authors) = &filter.authors {
            must(&mut authors.iter().map(|id| Term::from_field_i64(fields.author, *id)));
        }
        if let Some((groups, halls)) = &filter.within {
            let hall = fields.facets.last().copied().unwrap_or(fields.key);
            let halls = halls.iter().map(|hall_name| Term::from_field_text(hall, hall_name));
            must(&mut groups.iter().map(|id| Term::from_field_i64(fields.within, *id)).chain(halls));
        }
        if !query.languages.is_empty() {
            let codes = query.languages.iter().filter_map(|code| languages(code).pop());
            must(&mut codes.map(|code| Term::from_field_text(fields.language, &code)));
        }
        for (facet, value) in &filter.facets {
            let field = FACETS.iter().zip(fields.facets).find(|(one, _)| *one == facet).map(|(_, field)| field);
            must(&mut field.map(|field| Term::from_field_text(field, value)).into_iter());
        }
    }

    fn clause(&self, question: &mut Question, clause: &rank::Clause) -> Clause {
        match clause {
            rank::Clause::Any(choices) => Clause::Any(self.ways(question, choices)),
            rank::Clause::Either(all, choices) => {
                let all = all.iter().map(|clause| self.clause(question, clause)).collect();
                Clause::Either(all, self.ways(question, choices))
            }
        }
    }

    /// The ways of these choices in title and text, the best first, each once.
    fn ways(&self, question: &mut Question, choices: &[Choice]) -> Vec<Way> {
        let mut wanted: Vec<(f32, &Want, bool)> = Vec::with_capacity(choices.len() * 2);
        for choice in choices {
            wanted.push((choice.title, &choice.want, true));
            wanted.extend(choice.text.map(|score| (score, &choice.want, false)));
        }
        wanted.sort_by(|(one, ..), (other, ..)| other.total_cmp(one));
        let mut ways = Vec::with_capacity(wanted.len());
        for (at, (score, want, in_title)) in wanted.iter().enumerate() {
            let is_better = wanted.iter().take(at).any(|(_, one, zone)| one == want && zone == in_title);
            if !is_better {
                let zone = if *in_title { self.fields.title } else { self.fields.text };
                ways.push((*score, question.list(asked(want, zone))));
            }
        }
        ways
    }

    /// Words of the index that are nearly this one, the most frequent first.
    pub fn near(&self, word: &str, limit: usize) -> Result<Vec<String>> {
        let mut found: Vec<(u32, String)> = Vec::new();
        for segment in self.reader.searcher().segment_readers() {
            for zone in [self.fields.title, self.fields.text] {
                let inverted = segment.inverted_index(zone.stream).map_err(broken)?;
                let term = Term::from_field_text(zone.stream, word);
                let automaton = FuzzyTermQuery::new(term, 1, true).automaton().map_err(broken)?;
                let mut words = inverted.terms().search(automaton).into_stream()?;
                while let Some((bytes, info)) = words.next() {
                    let near = String::from_utf8_lossy(bytes).into_owned();
                    if near != word && found.len() < WORDS_MAX {
                        found.push((info.doc_freq, near));
                    }
                }
            }
        }
        found.sort_by(|one, other| other.cmp(one));
        let mut words: Vec<String> = Vec::new();
        for (_, word) in found {
            if words.len() < limit && !words.contains(&word) {
                words.push(word);
            }
        }
        Ok(words)
    }
}

/// A want as a list of documents.
fn asked(want: &Want, zone: Zoned) -> Asked {
    let streamed = |text: &str| Term::from_field_text(zone.stream, text);
    match want {
        Want::Term(text) => Asked::Term(Term::from_field_text(zone.terms, text)),
        Want::Stream(stream, slop) => match stream.as_slice() {
            [(only, _)] => Asked::Term(streamed(only)),
            stream => {
                let mut pairs = pairs(stream, zone.terms);
                match pairs.pop() {
                    Some(only) if stream.len() == 2 && *slop == 0 => Asked::Term(only),
                    last => {
                        pairs.extend(last);
                        let words = stream.iter().map(|(text, place)| (streamed(text), *place)).collect();
                        Asked::Phrase(Phrase { words, pairs, is_loose: *slop > 0 })
                    }
                }
            }
        },
        Want::All(all) => match all.as_slice() {
            [only] => asked(only, zone),
            all => Asked::All(all.iter().map(|want| asked(want, zone)).collect()),
        },
        Want::Beginning(start) => {
            let plain = start.chars().all(char::is_alphanumeric);
            let found = RegexQuery::from_pattern(&format!("{start}.*"), zone.stream).ok().filter(|_| plain);
            Asked::Query(found.map_or_else(|| Box::new(EmptyQuery) as Box<dyn Ask>, |regex| Box::new(regex)))
        }
        Want::Near(word) => Asked::Query(Box::new(FuzzyTermQuery::new(streamed(word), 1, true))),
    }
}

/// The pairs of hanzi that a stream has: each is a term of its own.
fn pairs(stream: &[(String, usize)], terms: Field) -> Vec<Term> {
    let is_hanzi = |text: &str| text.chars().next().is_some_and(fold::is_han);
    let pair = |two: &[(String, usize)]| match two {
        [(one, at), (other, next)] if *next == at + 1 && is_hanzi(one) && is_hanzi(other) => {
            Some(Term::from_field_text(terms, &token::term(token::PAIR, &format!("{one}{other}"))))
        }
        _ => None,
    };
    stream.windows(2).filter_map(pair).collect()
}
