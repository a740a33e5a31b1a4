//! The search box and its page: what was found by kind, with counts, facets and highlights; people anywhere by address or link;
//! and what is offered while one types.

use actix_web::HttpResponse;
use askama::Template;

use super::card::{self, Person};
use super::page::{self, Page};
use super::person;
use super::time::When;
use crate::domain::actor::{Actor, Kind};
use crate::domain::partner;
use crate::domain::post::{self, Entry};
use crate::domain::search as found;
use crate::error::{Error, Result};
use crate::id::ActorId;
use crate::lookup::{self, Answer, Question};
use crate::remote;
use crate::search::{self, FACETS, Facet, Key, Marked, Query, Typing};
use crate::text;

/// Hits on one page.
const PAGE: usize = 20;
/// What is offered while one types.
const OFFERED_MAX: usize = 8;
/// Characters of a snippet.
const SNIPPET_CHARS: usize = 160;
/// Kinds in the order of the tabs, with their messages.
const KINDS: [(&str, &str); 10] = [
    ("item", "search-kind-item"),
    ("transcript", "search-kind-transcript"),
    ("article", "search-kind-article"),
    ("moment", "search-kind-moment"),
    ("announcement", "search-kind-announcement"),
    ("group-post", "search-kind-group-post"),
    ("comment", "search-kind-comment"),
    ("account", "search-kind-account"),
    ("group", "search-kind-group"),
    ("person", "search-kind-person"),
];

/// A hit.
#[derive(Debug, Clone)]
struct Hit {
    /// The message of its kind.
    kind: &'static str,
    /// Its title, or the name of whoever said it.
    title: Vec<Marked>,
    /// Its page.
    path: String,
    /// What of its text answers the question.
    snippet: Vec<Marked>,
    /// The language of its text, or empty.
    language: String,
    /// Who said it, if the title doesn't tell.
    by: String,
    /// When.
    when: Option<When>,
    /// Is it for some only?
    is_closed: bool,
}

/// Something to choose, with how many hits there are of it.
#[derive(Debug, Clone)]
struct Choice {
    /// What it is, in words.
    label: String,
    /// How many.
    count: usize,
    /// Where it leads.
    url: String,
    /// Is it chosen?
    is_on: bool,
}

/// The page of results.
#[derive(Template)]
#[template(path = "search/show.html")]
struct Show {
    page: Page,
    asked: String,
    missing: Option<String>,
    hits: Vec<Hit>,
    kinds: Vec<Choice>,
    facets: Vec<(&'static str, Vec<Choice>)>,
    first: usize,
    total: usize,
    has_more: bool,
    before: Option<String>,
    next: Option<String>,
    meant: Option<(String, String)>,
    unread: Vec<String>,
    is_cut: bool,
    is_away: bool,
}

impl Show {
    /// Which of how many hits are on this page.
    fn range(&self) -> String {
        let last = self.first + self.hits.len().saturating_sub(1);
        let values = [("first", self.first.to_string()), ("last", last.to_string()), ("total", self.total.to_string())];
        self.page.text("search-range", &values)
    }
}

/// What is offered while one types.
#[derive(Template)]
#[template(path = "search/list.html")]
struct List {
    page: Page,
    offered: Vec<(String, String, &'static str)>,
}

/// What the address asks for besides the words.
#[derive(Debug, Clone, Default)]
struct Narrow {
    kind: String,
    facets: Vec<(Facet, String)>,
    page: usize,
}

impl Narrow {
    fn of(page: &Page) -> Self {
        let value = |name: &str| text::name(page.query(name), search::CHARS_MAX);
        let facets = FACETS.into_iter().map(|facet| (facet, value(facet.word())));
        Self {
            kind: KINDS
                .iter()
                .map(|(kind, _)| *kind)
                .find(|kind| *kind == page.query("kind"))
                .unwrap_or_default()
                .to_owned(),
            facets: facets.filter(|(_, value)| !value.is_empty()).collect(),
            page: page.query("page").parse().unwrap_or(1_usize).clamp(1, lookup::HITS_MAX / PAGE),
        }
    }

    fn url(&self, asked: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", asked);
        if !self.kind.is_empty() {
            query.append_pair("kind", &self.kind);
        }
        for (facet, value) in &self.facets {
            query.append_pair(facet.word(), value);
        }
        if self.page > 1 {
            query.append_pair("page", &self.page.to_string());
        }
        format!("/search?{}", query.finish())
    }

    fn with_kind(&self, kind: &str) -> Self {
        Self { kind: kind.to_owned(), page: 1, ..self.clone() }
    }

    fn with_page(&self, page: usize) -> Self {
        Self { page, ..self.clone() }
    }

    /// With this value of a facet, or without it if it is chosen already.
    fn toggled(&self, facet: Facet, value: &str) -> Self {
        let mut facets = self.facets.clone();
        facets.retain(|(one, _)| *one != facet);
        if !self.has(facet, value) {
            facets.push((facet, value.to_owned()));
        }
        Self { facets, page: 1, ..self.clone() }
    }

    fn has(&self, facet: Facet, value: &str) -> bool {
        self.facets.iter().any(|(one, chosen)| *one == facet && chosen == value)
    }
}

/// `/search?q=`: an address or link leads to its page, words to a list.
pub async fn show(page: Page) -> Result<HttpResponse> {
    let raw = page.query("q").to_owned();
    let asked = text::name(&raw, search::CHARS_MAX);
    let mut missing = None;
    if page.member.is_some() && remote::person::is_address(&asked) {
        match by_address(&page, &asked).await? {
            Ok(path) => return Ok(page.turn(&path)),
            Err(reason) => missing = Some(reason),
        }
    }
    let narrow = Narrow::of(&page);
    let question = Question {
        raw: raw.chars().take(search::CHARS_MAX + 1).collect(),
        zone: page.zone().clone(),
        kind: narrow.kind.clone(),
        kinds: Vec::new(),
        facets: narrow.facets.clone(),
        typing: Typing::Done,
    };
    let answer = lookup::ask(&page.ctx, &page.viewer(), &question).await?;
    results(page, asked, missing, &narrow, answer).await
}

/// The page behind an address: a post that is here, or an actor, who may be asked for elsewhere; or why there is none.
async fn by_address(page: &Page, asked: &str) -> Result<Result<String, String>> {
    let (viewer, address) = (page.viewer(), asked.to_owned());
    let known = page.ctx.glance(move |conn| match post::by_address(conn, &viewer, &address) {
        Ok(entry) => Ok(Some(entry)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    });
    if let Some(entry) = known.await? {
        return Ok(Ok(format!("{}/{}", card::path(&entry.author), entry.post.id)));
    }
    match person::look_up(page, asked).await {
        Ok(actor) => Ok(Ok(card::path(&actor))),
        Err(Error::NotFound(_)) => Ok(Err(page.t("problem-address-unknown").to_owned())),
        Err(Error::Remote { host, reason, .. }) => {
            tracing::info!(%host, %reason, "a person could not be looked up");
            Ok(Err(page.with("problem-address-unreachable", "host", host)))
        }
        Err(error) => Err(error),
    }
}

async fn results(
    page: Page,
    asked: String,
    missing: Option<String>,
    narrow: &Narrow,
    answer: Answer,
) -> Result<HttpResponse> {
    let total = answer.hits.len();
    let first = ((narrow.page - 1) * PAGE).min(total);
    let keys: Vec<(Key, String)> = answer.hits.iter().skip(first).take(PAGE).cloned().collect();
    let hits = hits(&page, &answer.query, keys).await?;
    let link = |to: Narrow| to.url(&asked);
    let page_link = |number: usize| (number >= 1).then(|| link(narrow.with_page(number)));
    let shown = Show {
        hits,
        kinds: kinds(&page, &asked, narrow, &answer),
        facets: facets(&page, &asked, narrow, &answer),
        first: first + 1,
        total,
        has_more: answer.has_more,
        before: page_link(narrow.page - 1),
        next: page_link(narrow.page + 1).filter(|_| first + PAGE < total),
        meant: answer.meant.map(|meant| (link_to(&meant), meant)).map(|(url, meant)| (meant, url)),
        unread: answer.query.unread,
        is_cut: answer.query.is_cut,
        is_away: answer.is_away,
        missing,
        asked,
        page,
    };
    page::ok(&shown)
}

fn link_to(asked: &str) -> String {
    Narrow { page: 1, ..Narrow::default() }.url(asked)
}

/// The tabs: all, and each kind of which there is something.
fn kinds(page: &Page, asked: &str, narrow: &Narrow, answer: &Answer) -> Vec<Choice> {
    let count = |kind: &str| answer.kinds.iter().find(|(one, _)| one == kind).map_or(0, |(_, count)| *count);
    let all = Choice {
        label: page.t("search-kind-all").to_owned(),
        count: answer.kinds.iter().map(|(_, count)| count).sum(),
        url: narrow.with_kind("").url(asked),
        is_on: narrow.kind.is_empty(),
    };
    let each =
        KINDS.into_iter().filter(|(kind, _)| count(kind) > 0 || narrow.kind == *kind).map(|(kind, message)| Choice {
            label: page.t(message).to_owned(),
            count: count(kind),
            url: narrow.with_kind(kind).url(asked),
            is_on: narrow.kind == kind,
        });
    std::iter::once(all).chain(each).collect()
}

/// What results can be narrowed by: values of which there are several, and those that are chosen.
fn facets(page: &Page, asked: &str, narrow: &Narrow, answer: &Answer) -> Vec<(&'static str, Vec<Choice>)> {
    let mut shown = Vec::new();
    for facet in FACETS {
        let counted =
            answer.facets.iter().find(|(one, _)| *one == facet).map_or(&[][..], |(_, counted)| counted.as_slice());
        let chosen = narrow.facets.iter().any(|(one, _)| *one == facet);
        let choices = counted.iter().map(|(value, count)| Choice {
            label: label(page, facet, value),
            count: *count,
            url: narrow.toggled(facet, value).url(asked),
            is_on: narrow.has(facet, value),
        });
        let choices: Vec<Choice> = choices.collect();
        if choices.len() > 1 || (chosen && !choices.is_empty()) {
            shown.push((title(facet), choices));
        }
    }
    shown
}

fn title(facet: Facet) -> &'static str {
    match facet {
        Facet::Place => "search-facet-place",
        Facet::Surname => "search-facet-surname",
        Facet::Form => "search-facet-form",
        Facet::Decade => "search-facet-decade",
        Facet::Language => "search-facet-language",
        Facet::Hall => "search-facet-hall",
    }
}

fn label(page: &Page, facet: Facet, value: &str) -> String {
    match facet {
        Facet::Decade => page.with("search-decade", "year", value),
        Facet::Language => {
            let known = page.languages().into_iter().find(|language| language.code().eq_ignore_ascii_case(value));
            known.map_or_else(|| value.to_owned(), |language| language.name().to_owned())
        }
        Facet::Hall if value == page.ctx.authority => page.t("search-here").to_owned(),
        Facet::Form => page.ctx.forms.name(value, page.language).to_owned(),
        Facet::Place | Facet::Surname | Facet::Hall => value.to_owned(),
    }
}

/// The hits of one page as it shows them. They are read through the gate once more.
async fn hits(page: &Page, query: &Query, keys: Vec<(Key, String)>) -> Result<Vec<Hit>> {
    let (viewer, asked) = (page.viewer(), keys.iter().map(|(key, _)| *key).collect::<Vec<Key>>());
    let (entries, actors, halls) = page
        .ctx
        .glance(move |conn| {
            let entries = found::entries(conn, &viewer, &asked)?;
            let archives: Vec<ActorId> = entries.iter().filter(|one| is_far(one)).map(|one| one.author.id).collect();
            let halls = if archives.is_empty() { Vec::new() } else { partner::halls(conn, &archives)? };
            Ok((entries, found::actors(conn, &asked)?, halls))
        })
        .await?;
    let hit = |(key, kind): &(Key, String)| {
        let is_item = kind == post::Kind::Item.as_str();
        let kind = KINDS.iter().find(|(one, _)| one == kind).map_or("search-kind-moment", |(_, message)| *message);
        match key.noun {
            search::Noun::Post => {
                let entry = entries.iter().find(|entry| entry.post.id.0 == key.id)?;
                let hall = halls.iter().find(|(id, _)| is_item && *id == entry.author.id).map(|(_, hall)| hall);
                let hit = of_post(page, query, kind, entry);
                Some(match hall {
                    Some(hall) => of_partner(page, hit, entry, hall),
                    None => hit,
                })
            }
            search::Noun::Actor => Some(of_actor(page, query, kind, actors.iter().find(|actor| actor.id.0 == key.id)?)),
            search::Noun::Item => None,
        }
    };
    Ok(keys.iter().filter_map(hit).collect())
}

fn of_post(page: &Page, query: &Query, kind: &'static str, entry: &Entry) -> Hit {
    let Entry { post, author } = entry;
    let name = Person::of(author, page.language).name;
    // An item of an archive says in the reader's language that somebody isn't named.
    let said = |text: String| if post.kind == post::Kind::Item { page.in_words(text) } else { text };
    let (titled, plain) = (said(post.title.clone()), said(text::plain_of_clean(&post.body_html)));
    // What a reader is warned of isn't shown unasked.
    let shown = if post.warning.is_empty() { &plain } else { &post.warning };
    let has_title = !titled.is_empty();
    Hit {
        kind,
        title: if has_title { search::mark(&titled, query) } else { plainly(&name) },
        path: format!("{}/{}", card::path(author), post.id),
        snippet: search::excerpt(shown, query, SNIPPET_CHARS),
        language: post.language.clone(),
        by: if has_title { name } else { String::new() },
        when: Some(page.when(post.published_at)),
        is_closed: !post.audience.is_public(),
    }
}

/// Is it another archive's?
fn is_far(entry: &Entry) -> bool {
    !entry.author.is_local() && entry.author.kind == Kind::Organization
}

/// A hit in a partner's archive, with where it is.
fn of_partner(page: &Page, hit: Hit, entry: &Entry, hall: &str) -> Hit {
    let hall = if hall.is_empty() { entry.author.host.as_str() } else { hall };
    Hit {
        path: format!("/archive/others/{}", entry.post.id),
        by: page.with("partner-at", "hall", hall),
        when: None,
        is_closed: false,
        ..hit
    }
}

fn of_actor(page: &Page, query: &Query, kind: &'static str, actor: &Actor) -> Hit {
    let person = Person::of(actor, page.language);
    let mut about = vec![person.address.clone(), actor.hometown.clone()];
    about.extend(actor.names().into_values().filter(|name| *name != person.name));
    about.push(text::plain_of_clean(&actor.about_html));
    about.retain(|part| !part.is_empty());
    Hit {
        kind,
        title: search::mark(&person.name, query),
        path: person.path,
        snippet: search::excerpt(&about.join(" · "), query, SNIPPET_CHARS),
        language: String::new(),
        by: String::new(),
        when: None,
        is_closed: false,
    }
}

fn plainly(text: &str) -> Vec<Marked> {
    vec![Marked { text: text.to_owned(), is_hit: false }]
}

/// `/search/suggestions?q=`: names and titles that begin so, as a part of a page.
pub async fn suggest(page: Page) -> Result<HttpResponse> {
    let asked = text::name(page.query("q"), search::CHARS_MAX);
    let answer = lookup::suggest(&page.ctx, &page.viewer(), &asked, OFFERED_MAX).await?;
    let hits = hits(&page, &answer.query, answer.hits).await?;
    let name = |hit: Hit| (hit.title.into_iter().map(|piece| piece.text).collect(), hit.path, hit.kind);
    page::ok(&List { offered: hits.into_iter().map(name).collect(), page })
}

/// The description by which browsers offer the hall as a place to search in (OpenSearch 1.1).
#[derive(Template)]
#[template(path = "search/opensearch.xml")]
struct Description {
    page: Page,
}

/// `/opensearch.xml`.
pub async fn describe(page: Page) -> Result<HttpResponse> {
    let body = Description { page }.render().map_err(|e| Error::Broken(Box::new(e)))?;
    Ok(HttpResponse::Ok().content_type("application/opensearchdescription+xml").body(body))
}
