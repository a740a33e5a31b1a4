//! Going through the documents of the index for the best ones. Whoever asks for a common word wants the newest of very many
//! documents that fit equally well, so that each segment is read from its newest end, in windows, and only as far as something better may
//! come: only lists are read one of which a document must be in to beat what was found (what search engines call MaxScore).

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Result, Searcher, SegmentOrdinal, SegmentReader, TERMINATED};

use super::list::{Asked, Cursor, Source};

/// Documents between two marks of how new they are.
pub(super) const BLOCK: u32 = 4_096;
/// Documents in the first window of a segment, and how much larger each next one is.
const WINDOW: u32 = 2 * BLOCK;
const WINDOW_GROWS: u32 = 8;

/// A list (by its number) with how well its documents fit.
pub(super) type Way = (f32, usize);

/// What a document must have.
#[derive(Debug, Clone)]
pub(super) enum Clause {
    /// One of these, the best first; it fits as well as the best one that is there.
    Any(Vec<Way>),
    /// All of these, which add up, or one of those.
    Either(Vec<Clause>, Vec<Way>),
}

/// A question.
#[derive(Default)]
pub(super) struct Question {
    /// The lists that the other parts name by number.
    pub lists: Vec<Asked>,
    /// What must be there.
    pub must: Vec<Clause>,
    /// What makes a document fit better, the best way of each.
    pub better: Vec<Vec<Way>>,
    /// What must not be there.
    pub without: Vec<usize>,
    /// Published from here on, and before there.
    pub published: (Option<i64>, Option<i64>),
    /// Tokens of which a document must have one.
    pub reach: HashSet<String>,
}

impl Question {
    /// Notes a list; answers its number.
    pub fn list(&mut self, asked: Asked) -> usize {
        self.lists.push(asked);
        self.lists.len() - 1
    }
}

/// A document that was found. The greater one is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    /// How well it fits: the bits of a number that isn't negative, which are in order as the numbers are.
    score: u32,
    published: i64,
    /// Its segment.
    pub segment: SegmentOrdinal,
    /// Its number there.
    pub doc: DocId,
}

impl Hit {
    /// How well it fits.
    pub fn score(&self) -> f32 {
        f32::from_bits(self.score)
    }
}

/// A list that is read, and how well a part of the question fits at most in its documents.
#[derive(Debug, Clone, Copy)]
struct Lead {
    part: usize,
    score: f32,
    list: usize,
}

/// Lists that are read: what is in none of them can't come in.
#[derive(Debug, Default)]
struct Course {
    leads: Vec<Lead>,
    /// How well each part fits at most where none of its lists has the document; less than anything if it isn't met then.
    beside: Vec<f32>,
    /// The score that was to be beaten when the course was laid.
    beats: Option<u32>,
}

/// The best documents so far.
struct Top {
    limit: usize,
    heap: BinaryHeap<Reverse<Hit>>,
}

impl Top {
    /// May a document that fits no better than this, published no later than that, still come in?
    fn may(&self, score: f32, published: i64) -> bool {
        let beats = |last: &Hit| (score.to_bits(), published) > (last.score, last.published);
        score >= 0.0 && (self.heap.len() < self.limit || self.heap.peek().is_some_and(|Reverse(last)| beats(last)))
    }

    /// What has to be beaten, once there is enough.
    fn worst(&self) -> Option<u32> {
        self.heap.peek().filter(|_| self.heap.len() >= self.limit).map(|Reverse(last)| last.score)
    }

    fn put(&mut self, hit: Hit) {
        self.heap.push(Reverse(hit));
        if self.heap.len() > self.limit {
            self.heap.pop();
        }
    }
}

/// The best documents for a question, the best first, and the newest of equals. `newest` knows the marks of a segment: of each block
/// of documents, when the newest up to its end was published.
pub(super) fn best(
    searcher: &Searcher,
    question: &Question,
    newest: impl Fn(&SegmentReader) -> Result<Arc<Vec<i64>>>,
    limit: usize,
) -> Result<Vec<Hit>> {
    let mut segments = Vec::new();
    for (at, reader) in (0..).zip(searcher.segment_readers()) {
        segments.push((newest(reader)?, at, reader));
    }
    segments.sort_by_key(|(newest, at, _)| (Reverse(newest.last().copied()), *at));
    let mut top = Top { limit, heap: BinaryHeap::new() };
    for (newest, at, reader) in segments {
        if let Some(mut segment) = Segment::open(question, reader, at, newest)? {
            segment.read(&mut top)?;
        }
    }
    Ok(top.heap.into_sorted_vec().into_iter().map(|Reverse(hit)| hit).collect())
}

/// The parts of a question, without what a segment hasn't.
#[derive(Default)]
struct Parts {
    /// What must be there, the one with the fewest documents first.
    must: Vec<Clause>,
    /// What makes it better.
    better: Vec<Vec<Way>>,
}

/// One segment, as a question sees it.
struct Segment<'a> {
    question: &'a Question,
    reader: &'a SegmentReader,
    ordinal: SegmentOrdinal,
    newest: Arc<Vec<i64>>,
    sources: Vec<Source>,
    parts: Parts,
    /// Of each part (what must be there, then what makes it better) the lists one of which it needs to fit so well, the best first.
    ways: Vec<Vec<Way>>,
    published: Column<i64>,
    reach: Option<StrColumn>,
    /// Tokens by their number: are they among those of the question?
    reached: HashMap<u64, bool>,
    /// Where lists stand in the window that is being read.
    cursors: Vec<Option<Cursor>>,
    /// The window.
    range: Range<DocId>,
}

fn upper_way(ways: &[Way]) -> f32 {
    ways.first().map_or(0.0, |(score, _)| *score)
}

fn upper(clause: &Clause) -> f32 {
    match clause {
        Clause::Any(ways) => upper_way(ways),
        Clause::Either(all, ways) => all.iter().map(upper).sum::<f32>().max(upper_way(ways)),
    }
}

impl<'a> Segment<'a> {
    /// Nothing if the segment can't have what must be there.
    fn open(
        question: &'a Question,
        reader: &'a SegmentReader,
        ordinal: SegmentOrdinal,
        newest: Arc<Vec<i64>>,
    ) -> Result<Option<Self>> {
        let mut sources = Vec::with_capacity(question.lists.len());
        for asked in &question.lists {
            sources.push(Source::of(reader, asked)?);
        }
        let there = |clause: &Clause| there(clause, &sources);
        let Some(mut must) = question.must.iter().map(there).collect::<Option<Vec<_>>>() else { return Ok(None) };
        must.sort_by_key(|clause| cost(clause, &sources));
        let better: Vec<Vec<Way>> = question.better.iter().map(|ways| present(ways, &sources)).collect();
        let mut ways = Vec::with_capacity(must.len() + better.len());
        for clause in &must {
            let mut leads = Vec::new();
            lead(clause, 0.0, &sources, &mut leads);
            leads.sort_by(|(one, _), (other, _)| other.total_cmp(one));
            ways.push(leads);
        }
        ways.extend(better.iter().cloned());
        Ok(Some(Self {
            question,
            reader,
            ordinal,
            newest,
            parts: Parts { must, better },
            ways,
            published: reader.fast_fields().i64("published")?,
            reach: reader.fast_fields().str("reach")?,
            reached: HashMap::new(),
            cursors: Vec::new(),
            sources,
            range: 0..0,
        }))
    }

    fn read(&mut self, top: &mut Top) -> Result<()> {
        let (mut end, mut size) = (self.reader.max_doc(), WINDOW);
        while end > 0 {
            self.range = end.saturating_sub(size)..end;
            let newest = self.newest_before(end);
            let is_past = self.question.published.0.is_some_and(|from| newest < from);
            let course = self.course(top, newest);
            if is_past || course.leads.is_empty() {
                break;
            }
            self.window(newest, course, top)?;
            (end, size) = (self.range.start, size.saturating_mul(WINDOW_GROWS));
        }
        Ok(())
    }

    fn newest_before(&self, end: DocId) -> i64 {
        let block = usize::try_from(end.saturating_sub(1) / BLOCK).unwrap_or(usize::MAX);
        self.newest.get(block).copied().unwrap_or(i64::MAX)
    }

    /// The lists to read for what may still come in, the shortest that will do. No lists: nothing can.
    fn course(&self, top: &Top, newest: i64) -> Course {
        let mut best: Option<(u64, Course)> = None;
        // Either the lists of one part alone, or the shortest of all parts.
        for only in (0..self.parts.must.len()).map(Some).chain([None]) {
            if let Some((cost, course)) = self.lay(only, top, newest)
                && best.as_ref().is_none_or(|(least, _)| cost < *least)
            {
                best = Some((cost, course));
            }
        }
        let mut course = best.map(|(_, course)| course).unwrap_or_default();
        course.beats = top.worst();
        course
    }

    /// Takes lists, of one part or the shortest first, until a document that is in none of them can't come in; and how many
    /// documents they have together.
    fn lay(&self, only: Option<usize>, top: &Top, newest: i64) -> Option<(u64, Course)> {
        let upper = |ways: &Vec<Way>| upper_way(ways);
        let mut course = Course { beside: self.ways.iter().map(upper).collect(), ..Course::default() };
        let mut taken = vec![0_usize; self.ways.len()];
        let mut cost = 0;
        while top.may(course.beside.iter().sum(), newest) {
            let next =
                self.ways.iter().zip(&taken).enumerate().filter(|(part, _)| only.is_none_or(|only| only == *part));
            let next = next.filter_map(|(part, (ways, taken))| ways.get(*taken).map(|way| (part, *way)));
            let (part, (score, list)) = next.min_by_key(|(_, (_, list))| self.length(*list))?;
            cost += self.length(list);
            course.leads.push(Lead { part, score, list });
            let taken = taken.get_mut(part)?;
            *taken += 1;
            let none = if part < self.parts.must.len() { f32::NEG_INFINITY } else { 0.0 };
            let beside = self.ways.get(part)?.get(*taken).map_or(none, |(score, _)| *score);
            *course.beside.get_mut(part)? = beside;
        }
        Some((cost, course))
    }

    fn length(&self, list: usize) -> u64 {
        self.sources.get(list).map_or(0, |source| u64::from(source.cost()))
    }

    fn window(&mut self, newest: i64, mut course: Course, top: &mut Top) -> Result<()> {
        self.cursors = std::iter::repeat_with(|| None).take(self.sources.len()).collect();
        let mut most = Vec::with_capacity(course.beside.len());
        loop {
            let mut doc = TERMINATED;
            for lead in &course.leads {
                doc = doc.min(self.cursor(lead.list)?.doc());
            }
            if doc >= self.range.end {
                return Ok(());
            }
            // How well each part fits at most in this document.
            most.clone_from(&course.beside);
            for lead in &course.leads {
                if self.cursor(lead.list)?.doc() == doc
                    && let Some(part) = most.get_mut(lead.part)
                {
                    *part = part.max(lead.score);
                }
            }
            let published = self.published.first(doc).unwrap_or(0);
            if top.may(most.iter().sum(), published)
                && self.may_be(doc, published)
                && let Some(score) = self.fit(doc, published, &most, top)?
            {
                top.put(Hit { score: score.to_bits(), published, segment: self.ordinal, doc });
                if top.worst() != course.beats {
                    course = self.course(top, newest);
                }
            }
            for lead in &course.leads {
                self.cursor(lead.list)?.leave(doc);
            }
        }
    }

    fn may_be(&self, doc: DocId, published: i64) -> bool {
        let (from, to) = self.question.published;
        from.is_none_or(|from| published >= from) && to.is_none_or(|to| published < to) && !self.reader.is_deleted(doc)
    }

    /// How well a document fits; nothing if something is missing, if it isn't for the reader, or if it can't come in anyway. `most`
    /// says of each part how well it fits at most.
    fn fit(&mut self, doc: DocId, published: i64, most: &[f32], top: &Top) -> Result<Option<f32>> {
        let parts = std::mem::take(&mut self.parts);
        let score = self.sum(&parts, doc, published, most, top);
        self.parts = parts;
        let Some(score) = score? else { return Ok(None) };
        for list in &self.question.without {
            if self.has(*list, doc)? {
                return Ok(None);
            }
        }
        Ok(self.is_reached(doc)?.then_some(score))
    }

    fn sum(
        &mut self,
        Parts { must, better }: &Parts,
        doc: DocId,
        published: i64,
        most: &[f32],
        top: &Top,
    ) -> Result<Option<f32>> {
        let (musts, betters) = most.split_at(must.len().min(most.len()));
        // What was looked at, and what the rest may add at most: scores are steps, so that sums of them are exact.
        let (mut sum, mut rest) = (0.0, most.iter().sum::<f32>());
        for (clause, most) in must.iter().zip(musts) {
            let Some(score) = self.clause(clause, doc)? else { return Ok(None) };
            (sum, rest) = (sum + score, rest - most);
            if !top.may(sum + rest, published) {
                return Ok(None);
            }
        }
        for (ways, most) in better.iter().zip(betters) {
            if *most > 0.0 {
                sum += self.best_of(ways, doc)?.unwrap_or(0.0);
            }
            rest -= most;
            if !top.may(sum + rest, published) {
                return Ok(None);
            }
        }
        Ok(Some(sum))
    }

    fn clause(&mut self, clause: &Clause, doc: DocId) -> Result<Option<f32>> {
        let Clause::Either(all, ways) = clause else {
            let Clause::Any(ways) = clause else { return Ok(None) };
            return self.best_of(ways, doc);
        };
        let mut sum = Some(0.0);
        for clause in all {
            let score = self.clause(clause, doc)?;
            sum = sum.zip(score).map(|(sum, score)| sum + score);
            if sum.is_none() {
                break;
            }
        }
        if sum.is_some_and(|sum| sum >= upper_way(ways)) {
            return Ok(sum);
        }
        let other = self.best_of(ways, doc)?;
        Ok(sum.into_iter().chain(other).reduce(f32::max))
    }

    fn best_of(&mut self, ways: &[Way], doc: DocId) -> Result<Option<f32>> {
        for (score, list) in ways {
            if self.has(*list, doc)? {
                return Ok(Some(*score));
            }
        }
        Ok(None)
    }

    fn has(&mut self, list: usize, doc: DocId) -> Result<bool> {
        Ok(self.cursor(list)?.has(doc))
    }

    /// Where a list stands in this window.
    fn cursor(&mut self, list: usize) -> Result<&mut Cursor> {
        let missing = || tantivy::TantivyError::InternalError("a list without a number".to_owned());
        let place = self.cursors.get_mut(list).ok_or_else(missing)?;
        if let Some(cursor) = place {
            return Ok(cursor);
        }
        let (source, asked) = self.sources.get_mut(list).zip(self.question.lists.get(list)).ok_or_else(missing)?;
        Ok(place.insert(source.cursor(self.reader, asked, self.range.clone())?))
    }

    /// Has the document a token of the reader's?
    fn is_reached(&mut self, doc: DocId) -> Result<bool> {
        let Some(reach) = &self.reach else { return Ok(false) };
        for token in reach.term_ords(doc) {
            let known = self.reached.get(&token).copied();
            let is_among = match known {
                Some(is_among) => is_among,
                None => {
                    let mut name = String::new();
                    let is_among = reach.ord_to_str(token, &mut name)? && self.question.reach.contains(&name);
                    self.reached.insert(token, is_among);
                    is_among
                }
            };
            if is_among {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The ways that a segment has.
fn present(ways: &[Way], sources: &[Source]) -> Vec<Way> {
    let is_there = |(_, list): &&Way| !matches!(sources.get(*list), None | Some(Source::None));
    ways.iter().filter(is_there).copied().collect()
}

/// A clause without what a segment hasn't; nothing if it can't be met there.
fn there(clause: &Clause, sources: &[Source]) -> Option<Clause> {
    match clause {
        Clause::Any(ways) => Some(present(ways, sources)).filter(|ways| !ways.is_empty()).map(Clause::Any),
        Clause::Either(all, ways) => {
            let ways = present(ways, sources);
            match all.iter().map(|clause| there(clause, sources)).collect::<Option<Vec<_>>>() {
                Some(all) => Some(Clause::Either(all, ways)),
                None => Some(ways).filter(|ways| !ways.is_empty()).map(Clause::Any),
            }
        }
    }
}

fn ways_cost(ways: &[Way], sources: &[Source]) -> u64 {
    ways.iter().filter_map(|(_, list)| sources.get(*list)).map(|source| u64::from(source.cost())).sum()
}

/// Documents of a clause, at most.
fn cost(clause: &Clause, sources: &[Source]) -> u64 {
    match clause {
        Clause::Any(ways) => ways_cost(ways, sources),
        Clause::Either(all, ways) => {
            let all = all.iter().map(|clause| cost(clause, sources)).min().unwrap_or(0);
            all + ways_cost(ways, sources)
        }
    }
}

/// The lists one of which each document of a clause is in, with how well the clause may fit then.
fn lead(clause: &Clause, beside: f32, sources: &[Source], leads: &mut Vec<Way>) {
    match clause {
        Clause::Any(ways) => leads.extend(ways.iter().map(|(score, list)| (score + beside, *list))),
        Clause::Either(all, ways) => {
            let fewest = all.iter().min_by_key(|clause| cost(clause, sources));
            if let Some(fewest) = fewest {
                let others = all.iter().map(upper).sum::<f32>() - upper(fewest);
                lead(fewest, beside + others, sources, leads);
            }
            leads.extend(ways.iter().map(|(score, list)| (score + beside, *list)));
        }
    }
}
