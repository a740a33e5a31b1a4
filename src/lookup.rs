//! Answering a question: the index is asked, then the database about every hit, and only of what passes the gate is anything told:
//! hits, counts, facets, suggestions. Pages and client programs answer from here alike.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use crate::ctx::Ctx;
use crate::domain::audience::Viewer;
use crate::domain::{actor, search as within};
use crate::error::{Error, Result};
use crate::search::{self, Facet, Filter, Found, Key, Noun, Query, Typing};

/// Hits that are looked at for one question; counts and facets are those of them.
pub const HITS_MAX: usize = 400;
/// The kind of people.
const PERSON: &str = "person";
/// People found by a part of their name.
const NAMED_MAX: i64 = 30;
/// Values of one facet.
const VALUES_MAX: usize = 12;
/// Words that are tried in place of one that finds nothing.
const TRIES_MAX: usize = 4;

/// A question with what narrows it.
#[derive(Debug, Clone)]
pub struct Question {
    /// As it was typed.
    pub raw: String,
    /// Whose days `before:` and `after:` mean.
    pub zone: TimeZone,
    /// The one kind of results that is wanted; all if empty.
    pub kind: String,
    /// Kinds to which everything is restricted; all if empty.
    pub kinds: Vec<String>,
    /// Values of facets that are wanted.
    pub facets: Vec<(Facet, String)>,
    /// Is its last word still being typed?
    pub typing: Typing,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The question, read.
    pub query: Query,
    /// What may be shown, the best first.
    pub hits: Vec<(Key, String)>,
    /// How many there are of each kind, the most first.
    pub kinds: Vec<(String, usize)>,
    /// How many there are of each value of each facet.
    pub facets: Vec<(Facet, Vec<(String, usize)>)>,
    /// Are there more than were looked at?
    pub has_more: bool,
    /// Another question that finds something, when this one finds nothing.
    pub meant: Option<String>,
    /// Is the index away?
    pub is_away: bool,
}

/// Answers a question for `viewer`.
///
/// Errors: those of the database; an index that is away is told in the answer.
pub async fn ask(ctx: &Ctx, viewer: &Viewer, question: &Question) -> Result<Answer> {
    let query = search::read(&question.raw, &question.zone);
    if query.is_empty() {
        return Ok(Answer { query, ..Answer::default() });
    }
    let filter = filter(ctx, viewer, &query, question).await?;
    let mut answer = match hits(ctx, viewer, &query, &filter, question.typing).await {
        Ok((hits, has_more)) => summed(query, hits, has_more, &question.kind),
        Err(error) => {
            tracing::warn!(%error, "the search index doesn't answer");
            return Ok(Answer { query, is_away: true, ..Answer::default() });
        }
    };
    if answer.has_more && !question.kind.is_empty() {
        // The kind that is asked for may stand further down than was looked.
        let narrow = Filter { kinds: vec![question.kind.clone()], ..filter.clone() };
        let (hits, _) = hits(ctx, viewer, &answer.query, &narrow, question.typing).await?;
        answer.hits = hits.into_iter().map(|found| (found.key, found.kind)).collect();
    }
    by_name(ctx, viewer, question, &mut answer).await?;
    if answer.hits.is_empty() && question.typing == Typing::Done {
        answer.meant = meant(ctx, viewer, &answer.query, &filter, &question.raw).await?;
    }
    Ok(answer)
}

/// Adds members of the hall whose name has these letters anywhere, as one expects of a list of names; the index knows words.
async fn by_name(ctx: &Ctx, viewer: &Viewer, question: &Question, answer: &mut Answer) -> Result<()> {
    let is_plain = question.kinds.is_empty() && question.facets.is_empty() && !answer.query.has_conditions();
    let wanted = matches!(question.kind.as_str(), "" | PERSON) && answer.query.without.is_empty();
    let (Some(me), [part], true, true) = (viewer.member(), answer.query.parts.as_slice(), is_plain, wanted) else {
        return Ok(());
    };
    let words = part.text.clone();
    let named = ctx.read(move |conn| actor::search(conn, me, &words, NAMED_MAX)).await?;
    let mut keys: Vec<(Key, String)> =
        named.into_iter().map(|one| (Key { noun: Noun::Actor, id: one.id.0 }, PERSON.to_owned())).collect();
    keys.retain(|key| !answer.hits.contains(key));
    if keys.is_empty() {
        return Ok(());
    }
    match answer.kinds.iter_mut().find(|(kind, _)| kind == PERSON) {
        Some((_, count)) => *count += keys.len(),
        None => answer.kinds.push((PERSON.to_owned(), keys.len())),
    }
    answer.hits.splice(0..0, keys);
    Ok(())
}

/// What narrows a question besides its words.
async fn filter(ctx: &Ctx, viewer: &Viewer, query: &Query, question: &Question) -> Result<Filter> {
    let (viewer, from, places) = (viewer.clone(), query.from.clone(), query.within.clone());
    let (standing, authors, places) = ctx
        .read(move |conn| {
            let authors = if from.is_empty() { None } else { Some(within::people(conn, &viewer, &from)?) };
            let places = if places.is_empty() { None } else { Some(within::groups(conn, &places)?) };
            Ok((within::reach(conn, &viewer)?, authors, places))
        })
        .await?;
    Ok(Filter {
        reach: standing.reach,
        kinds: question.kinds.clone(),
        authors,
        within: places,
        facets: question.facets.clone(),
    })
}

/// The hits that may be shown, and whether there are more than were looked at.
async fn hits(
    ctx: &Ctx,
    viewer: &Viewer,
    query: &Query,
    filter: &Filter,
    typing: Typing,
) -> Result<(Vec<Found>, bool)> {
    let mut found = ctx.search.find(query.clone(), filter.clone(), typing, HITS_MAX + 1).await?;
    let (viewer, keys) = (viewer.clone(), found.iter().map(|found| found.key).collect::<Vec<Key>>());
    let seen: BTreeSet<Key> = ctx.read(move |conn| within::seen(conn, &viewer, &keys)).await?;
    // That there is more is told only if it may be seen too.
    let has_more = found.get(HITS_MAX).is_some_and(|more| seen.contains(&more.key));
    found.truncate(HITS_MAX);
    found.retain(|found| seen.contains(&found.key));
    Ok((found, has_more))
}

/// Counts what may be shown.
fn summed(query: Query, hits: Vec<Found>, has_more: bool, kind: &str) -> Answer {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for found in &hits {
        *kinds.entry(found.kind.clone()).or_default() += 1;
    }
    let shown: Vec<Found> = hits.into_iter().filter(|found| kind.is_empty() || found.kind == kind).collect();
    let mut facets: BTreeMap<Facet, BTreeMap<String, usize>> = BTreeMap::new();
    for (facet, value) in shown.iter().flat_map(|found| found.facets.iter().cloned()) {
        *facets.entry(facet).or_default().entry(value).or_default() += 1;
    }
    let most = |counts: BTreeMap<String, usize>| {
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        counts
    };
    let facets = facets.into_iter().map(|(facet, counts)| {
        let mut counts = most(counts);
        counts.truncate(VALUES_MAX);
        (facet, counts)
    });
    Answer {
        query,
        kinds: most(kinds),
        facets: facets.collect(),
        hits: shown.into_iter().map(|found| (found.key, found.kind)).collect(),
        has_more,
        meant: None,
        is_away: false,
    }
}

/// A question that differs in one word and finds something that the viewer may see: another spelling, or what sounds the same.
async fn meant(ctx: &Ctx, viewer: &Viewer, query: &Query, filter: &Filter, raw: &str) -> Result<Option<String>> {
    for part in query.parts.iter().filter(|part| !part.is_phrase) {
        let words = match part.text.chars().any(crate::text::is_han) {
            true => same_sound(ctx, viewer, filter, &part.text).await?,
            false => ctx.search.near(part.text.clone(), TRIES_MAX).await?,
        };
        for word in words.into_iter().filter(|word| *word != part.text) {
            let other = raw.replacen(&part.text, &word, 1);
            let asked = search::read(&other, &TimeZone::UTC);
            let (hits, _) = hits(ctx, viewer, &asked, filter, Typing::Done).await?;
            if !hits.is_empty() {
                return Ok(Some(other));
            }
        }
    }
    Ok(None)
}

/// Words of texts that the viewer may see which sound as this one does.
async fn same_sound(ctx: &Ctx, viewer: &Viewer, filter: &Filter, word: &str) -> Result<Vec<String>> {
    let Some(sound) = search::sound_of(word) else { return Ok(Vec::new()) };
    let asked = search::read(&sound, &TimeZone::UTC);
    let (hits, _) = hits(ctx, viewer, &asked, filter, Typing::Done).await?;
    let keys: Vec<Key> = hits.iter().take(TRIES_MAX).map(|found| found.key).collect();
    let docs = ctx.read(move |conn| Ok(within::docs(conn, keys)?.0)).await?;
    let mut words: Vec<String> = Vec::new();
    for doc in docs {
        let text = format!("{}\n{}", doc.title, doc.text);
        let marked = search::mark(&text, &asked).into_iter().find(|piece| piece.is_hit);
        words.extend(marked.map(|piece| piece.text).filter(|word| !words.contains(word)));
    }
    Ok(words)
}

/// Names and titles that the viewer may see and that begin with what is being typed: for lists under the search box.
pub async fn suggest(ctx: &Ctx, viewer: &Viewer, raw: &str, limit: usize) -> Result<Answer> {
    let question = Question {
        raw: raw.to_owned(),
        zone: TimeZone::UTC,
        kind: String::new(),
        kinds: ["person", "account", "group", "article", "announcement", "item"].map(str::to_owned).to_vec(),
        facets: Vec::new(),
        typing: Typing::Unfinished,
    };
    let mut answer = match ask(ctx, viewer, &question).await {
        Err(Error::Unavailable(_)) => Answer { is_away: true, ..Answer::default() },
        answer => answer?,
    };
    answer.hits.truncate(limit);
    Ok(answer)
}
