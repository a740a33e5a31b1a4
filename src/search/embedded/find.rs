//! Asking the embedded index.

use tantivy::collector::TopDocs;
use tantivy::columnar::{Column, StrColumn};
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, FuzzyTermQuery, Occur, PhraseQuery,
    Query as Ask, RangeQuery, RegexQuery, TermQuery,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Score, SegmentReader, Term};

use super::super::query::Query;
use super::super::rank::{self, Choice, Clause, Plan, Typing, Want};
use super::super::{FACETS, Filter, Found, Key, Noun, broken, languages};
use super::without::Without;
use super::{Embedded, Zoned};
use crate::error::Result;

/// Words that a beginning or a typing error may stand for.
const WORDS_MAX: usize = 50;

type Boxed = Box<dyn Ask>;

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

/// The values of a document in a column of words.
fn values(column: Option<&StrColumn>, doc: DocId) -> Vec<String> {
    let Some(column) = column else { return Vec::new() };
    let read = |ord| {
        let mut value = String::new();
        column.ord_to_str(ord, &mut value).ok()?.then_some(value)
    };
    column.term_ords(doc).filter_map(read).collect()
}

impl Embedded {
    /// The best documents for a question: by how well they fit, then the newest.
    pub fn find(&self, query: &Query, filter: &Filter, typing: Typing, limit: usize) -> Result<Vec<Found>> {
        let plan = rank::plan(query, typing);
        let ask = self.narrowed(self.answering(&plan), &plan, query, filter);
        let searcher = self.reader.searcher();
        let best = TopDocs::with_limit(limit.max(1)).tweak_score(|segment: &SegmentReader| {
            let published = segment.fast_fields().i64("published").ok();
            move |doc: DocId, score: Score| {
                (score, published.as_ref().and_then(|column| column.first(doc)).unwrap_or(0))
            }
        });
        let found = searcher.search(&ask, &best).map_err(broken)?;
        let mut columns = Vec::new();
        for segment in searcher.segment_readers() {
            let words = |name: &str| segment.fast_fields().str(name);
            let facets = FACETS.map(|facet| words(facet.word()).ok().flatten());
            columns.push((Keys::of(segment).map_err(broken)?, words("kind").map_err(broken)?, facets));
        }
        let read = |((score, _), address): ((Score, i64), tantivy::DocAddress)| {
            let (keys, kinds, facets) = columns.get(usize::try_from(address.segment_ord).ok()?)?;
            let doc = address.doc_id;
            let facets = FACETS.into_iter().zip(facets);
            let facets =
                facets.flat_map(|(facet, column)| values(column.as_ref(), doc).into_iter().map(move |v| (facet, v)));
            let kind = values(kinds.as_ref(), doc).pop().unwrap_or_default();
            Some(Found { key: keys.key(doc)?, kind, score, facets: facets.collect() })
        };
        Ok(found.into_iter().filter_map(read).collect())
    }

    /// What must be there, and what makes it better.
    fn answering(&self, plan: &Plan) -> Vec<(Occur, Boxed)> {
        let mut asks: Vec<(Occur, Boxed)> = plan.must.iter().map(|clause| (Occur::Must, self.clause(clause))).collect();
        asks.extend(plan.better.iter().map(|choice| (Occur::Should, self.choices(std::slice::from_ref(choice)))));
        asks
    }

    fn narrowed(&self, mut asks: Vec<(Occur, Boxed)>, plan: &Plan, query: &Query, filter: &Filter) -> BooleanQuery {
        let fields = &self.fields;
        if plan.must.is_empty() {
            asks.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))));
        }
        let mut must = |ask: Boxed| asks.push((Occur::Must, Box::new(ConstScoreQuery::new(ask, 0.0))));
        must(any(filter.reach.iter().map(|token| Term::from_field_text(fields.reach, token))));
        let kinds: Vec<&String> = filter.kinds.iter().chain(&query.kinds).collect();
        if !kinds.is_empty() {
            must(any(kinds.into_iter().map(|kind| Term::from_field_text(fields.kind, kind))));
        }
        if let Some(authors) = &filter.authors {
            must(any(authors.iter().map(|id| Term::from_field_i64(fields.author, *id))));
        }
        if let Some((groups, halls)) = &filter.within {
            let hall = fields.facets.last().copied().unwrap_or(fields.key);
            let halls = halls.iter().map(|hall_name| Term::from_field_text(hall, hall_name));
            must(any(groups.iter().map(|id| Term::from_field_i64(fields.within, *id)).chain(halls)));
        }
        if !query.languages.is_empty() {
            let codes = query.languages.iter().filter_map(|code| languages(code).pop());
            must(any(codes.map(|code| Term::from_field_text(fields.language, &code))));
        }
        for (facet, value) in &filter.facets {
            let field = FACETS.iter().zip(fields.facets).find(|(one, _)| *one == facet).map(|(_, field)| field);
            must(any(field.map(|field| Term::from_field_text(field, value)).into_iter()));
        }
        if query.from_time.is_some() || query.to_time.is_some() {
            let bound = |at: i64| Term::from_field_i64(fields.published, at);
            let from = query.from_time.map_or(std::ops::Bound::Unbounded, |at| std::ops::Bound::Included(bound(at)));
            let to = query.to_time.map_or(std::ops::Bound::Unbounded, |at| std::ops::Bound::Excluded(bound(at)));
            must(Box::new(RangeQuery::new(from, to)));
        }
        for want in &plan.without {
            for zone in [fields.title, fields.text] {
                asks.push((Occur::MustNot, Box::new(Without(self.want(want, zone)))));
            }
        }
        BooleanQuery::new(asks)
    }

    fn clause(&self, clause: &Clause) -> Boxed {
        match clause {
            Clause::Any(choices) => self.choices(choices),
            Clause::Either(all, choices) => {
                let all = BooleanQuery::intersection(all.iter().map(|clause| self.clause(clause)).collect());
                Box::new(DisjunctionMaxQuery::new(vec![Box::new(all), self.choices(choices)]))
            }
        }
    }

    /// The best of these, in title or text.
    fn choices(&self, choices: &[Choice]) -> Boxed {
        let mut ways: Vec<Boxed> = Vec::with_capacity(choices.len() * 2);
        for choice in choices {
            let zones = [(self.fields.title, Some(choice.title)), (self.fields.text, choice.text)];
            for (zone, score) in zones.into_iter().filter_map(|(zone, score)| Some((zone, score?))) {
                ways.push(Box::new(ConstScoreQuery::new(self.want(&choice.want, zone), score)));
            }
        }
        Box::new(DisjunctionMaxQuery::new(ways))
    }

    fn want(&self, want: &Want, zone: Zoned) -> Boxed {
        match want {
            Want::Term(text) => single(Term::from_field_text(zone.terms, text)),
            Want::Stream(stream, slop) => match stream.as_slice() {
                [] => Box::new(EmptyQuery),
                [(only, _)] => single(Term::from_field_text(zone.stream, only)),
                _ => {
                    let terms = stream.iter().map(|(text, place)| (*place, Term::from_field_text(zone.stream, text)));
                    Box::new(PhraseQuery::new_with_offset_and_slop(terms.collect(), *slop))
                }
            },
            Want::Beginning(start) => {
                let plain = start.chars().all(char::is_alphanumeric);
                let found = RegexQuery::from_pattern(&format!("{start}.*"), zone.stream).ok().filter(|_| plain);
                found.map_or_else(|| Box::new(EmptyQuery) as Boxed, |regex| Box::new(regex))
            }
            Want::Near(word) => Box::new(FuzzyTermQuery::new(Term::from_field_text(zone.stream, word), 1, true)),
            Want::All(all) => {
                Box::new(BooleanQuery::intersection(all.iter().map(|want| self.want(want, zone)).collect()))
            }
        }
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

fn single(term: Term) -> Boxed {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

/// One of these terms; none matches nothing.
fn any(terms: impl Iterator<Item = Term>) -> Boxed {
    let asks: Vec<(Occur, Boxed)> = terms.map(|term| (Occur::Should, single(term))).collect();
    if asks.is_empty() { Box::new(EmptyQuery) } else { Box::new(BooleanQuery::new(asks)) }
}
