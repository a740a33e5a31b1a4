//! One item as a page, and as forms for those who keep the archive.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::label;
use super::view::{self, Asked, Card, Fact, Leaf, living_message, state_message};
use crate::db::Conn;
use crate::domain::archive as domain;
use crate::domain::audience::Viewer;
use crate::domain::collection as collections;
use crate::domain::exhibition as exhibitions;
use crate::domain::item::{
    self as items, Coming, Draft, Listed, Living, Note, Said, State, Transcript, TranscriptState,
};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::lang;
use crate::record::{Field, Record};
use crate::text;
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};
use crate::web::time::When;

/// Files that an item's page shows.
const LEAVES_MAX: usize = 60;
/// Characters of an item that other sites show.
const DESCRIPTION_CHARS_MAX: usize = 200;

/// What stands on a page of an item.
#[derive(Debug, Clone)]
struct Read {
    number: usize,
    kind: &'static str,
    language: String,
    /// What it says, as safe HTML.
    html: String,
    author: String,
}

/// The page of an item.
#[derive(Template)]
#[template(path = "archive/item.html")]
struct Show {
    page: Page,
    id: PostId,
    title: String,
    others: Vec<(String, String)>,
    language: String,
    form: String,
    date: String,
    edtf: String,
    span: String,
    about: Vec<(String, String)>,
    facts: Vec<Fact>,
    leaves: Vec<Leaf>,
    more: usize,
    reads: Vec<Read>,
    path: Vec<(i64, String)>,
    /// Its labels by their names, and where it is said what each means.
    labels: Vec<(String, &'static str)>,
    asks_first: bool,
    linked: Vec<Card>,
    ark: String,
    citation: String,
    description: String,
    json_ld: String,
    manifest: Option<String>,
    shared: Option<String>,
    uri: String,
    contributor: String,
    contact: String,
    is_closed: bool,
    is_public: bool,
    keeps: bool,
    state: &'static str,
    is_published: bool,
    is_highlighted: bool,
    protocol: String,
    living: &'static str,
    notes: Vec<(Note, When)>,
    may_note: bool,
    stands: Stands,
}

impl Read {
    /// What stands on the page of this number.
    fn of(page: &Page, number: usize, read: &Transcript) -> Self {
        let said = read.cues().map_or_else(|| read.body.clone(), |cues| timed(&cues));
        Self {
            number,
            kind: super::transcript::kind_message(read.kind),
            language: read.language.clone(),
            html: page.in_words(text::ruby::html(&said)),
            author: read.author_name.clone(),
        }
    }
}

/// What is said when, a line for each cue.
fn timed(cues: &[crate::cue::Cue]) -> String {
    cues.iter().map(|cue| format!("{} {}", cue.clock(), cue.said())).collect::<Vec<_>>().join("\n")
}

/// The days that a date may mean.
fn span(first: &str, last: &str) -> String {
    match (first, last) {
        ("", "") => String::new(),
        (first, last) if first == last => first.to_owned(),
        (first, last) => format!("{first} – {last}"),
    }
}

/// Its titles besides the first, each with its language.
fn others(page: &Page, record: &Record) -> Vec<(String, String)> {
    let titles = record.all("title").iter().skip(1).chain(record.all("alternative"));
    titles.map(|value| (value.lang.clone(), page.in_words(value.text.as_str()))).collect()
}

/// Where an item stands besides the tree of collections.
#[derive(Debug, Clone, Default)]
struct Stands {
    /// The free collections that it is in.
    gathering: Vec<(i64, String)>,
    /// Those that it could be put in, for archivists.
    gathers: Vec<(i64, String)>,
    /// The exhibitions that it is in, by their paths.
    exhibitions: Vec<(String, String)>,
}

impl Stands {
    /// The same in this reader's language.
    fn in_words(self, page: &Page) -> Self {
        Self {
            gathering: self.gathering.into_iter().map(|(id, name)| (id, page.in_words(name))).collect(),
            exhibitions: self.exhibitions.into_iter().map(|(path, name)| (path, page.in_words(name))).collect(),
            ..self
        }
    }
}

fn stands(conn: &mut Conn, viewer: &Viewer, id: PostId, keeps: bool) -> Result<Stands> {
    let named = |one: &collections::Collection| (one.id.0, one.title.clone());
    let gathering = collections::gathering(conn, id)?;
    let gathering: Vec<(i64, String)> = collections::veiled(conn, viewer, gathering)?.iter().map(named).collect();
    let free = if keeps { collections::free(conn)? } else { Vec::new() };
    let gathers = free.iter().map(named).filter(|one| !gathering.contains(one)).collect();
    let exhibitions = exhibitions::of_item(conn, viewer, id)?;
    let exhibitions = exhibitions.into_iter().map(|one| (one.path(), one.title)).collect();
    Ok(Stands { gathering, gathers, exhibitions })
}

/// `/archive/items/{id}`.
pub async fn show(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (viewer, id, language) = (page.viewer(), *id, page.language);
    let (one, files, path, reads, linked, keeps, notes, stands, names) = page
        .ctx
        .glance(move |conn| {
            let one = items::show(conn, &viewer, id)?;
            let files = items::show_files(conn, &viewer, &one.item)?;
            let path = one.item.collection_id.map(|id| collections::path(conn, id)).transpose()?.unwrap_or_default();
            let path = collections::veiled(conn, &viewer, path)?;
            let keeps = domain::keeps(conn, &viewer)?;
            let notes = items::notes_for(conn, &viewer, &one.item)?;
            let linked = items::linked(conn, &viewer, id)?;
            let reads = items::approved(conn, id)?;
            let reads = items::veiled_transcripts(conn, &viewer, reads)?;
            let names = items::names_in(conn, &viewer, &one.item)?;
            Ok((one, files, path, reads, linked, keeps, notes, stands(conn, &viewer, id, keeps)?, names))
        })
        .await?;
    let leaves: Vec<Leaf> =
        (1..).zip(&files).map(|(number, (file, picture))| Leaf::of(number, file, picture.as_ref())).collect();
    let number = |read: &Transcript| files.iter().position(|(file, _)| file.id == read.file_id).map(|at| at + 1);
    let read = |read: &Transcript| Some(Read::of(&page, number(read)?, read));
    let pictures: Vec<i64> = leaves.iter().filter_map(|leaf| leaf.picture.map(|(id, ..)| id)).take(20).collect();
    let is_open = |leaf: &&Leaf| one.item.is_public && leaf.protocol.is_empty();
    let open = leaves.iter().filter(is_open).find_map(|leaf| leaf.picture.map(|(id, ..)| id));
    let item = &one.item;
    let about = one.record.all("description").iter().filter(|value| !value.text.is_empty());
    let best = page.in_words(one.record.best("description", language)).replace('\n', " ");
    page::ok(&Show {
        id,
        title: view::title(&page, &one.record),
        others: others(&page, &one.record),
        language: one.post.language.clone(),
        form: page.ctx.forms.name(&item.form, language).to_owned(),
        date: page.in_words(item.date_text.as_str()),
        edtf: item.date_edtf.clone(),
        span: span(&item.date_earliest, &item.date_latest),
        about: about.map(|value| (value.lang.clone(), page.in_words(value.text.as_str()))).collect(),
        facts: view::facts(&page, &item.form, &one.record, &names),
        more: leaves.len().saturating_sub(LEAVES_MAX),
        reads: reads.iter().filter(|one| one.state == TranscriptState::Approved).filter_map(read).collect(),
        path: path.iter().map(|one| (one.id.0, page.in_words(one.title.as_str()))).collect(),
        labels: item.labels().iter().map(|code| (label::name(&page, code), label::meaning(code))).collect(),
        asks_first: item.asks_first,
        linked: linked.iter().map(|one| Card::of(&page, one)).collect(),
        ark: item.ark(),
        citation: view::citation(&page, &one),
        description: text::excerpt(&best, DESCRIPTION_CHARS_MAX),
        json_ld: view::json_ld(&page.ctx.origin, &one, &page.hall.name, &pictures).to_string().replace('<', "\\u003c"),
        manifest: open.map(|_| format!("{}/iiif/items/{id}/manifest", page.ctx.origin)),
        shared: open.map(|picture| format!("{}/media/{picture}/display", page.ctx.origin)),
        uri: one.post.uri.clone(),
        contributor: item.contributor_name.clone(),
        contact: if keeps { item.contact.clone() } else { String::new() },
        is_closed: !item.is_public,
        is_public: item.is_public,
        keeps,
        state: state_message(item.state),
        is_published: item.state == State::Published,
        is_highlighted: item.highlighted_at.is_some(),
        protocol: item.protocol.clone(),
        living: living_message(item.living),
        may_note: notes.is_some(),
        notes: notes.unwrap_or_default().into_iter().map(|note| (note.clone(), page.when(note.created_at))).collect(),
        leaves: leaves.into_iter().take(LEAVES_MAX).map(|leaf| leaf.in_words(&page)).collect(),
        stands: stands.in_words(&page),
        page,
    })
}

/// `/archive/items/{id}/metadata.jsonld`: the item as data.
pub async fn metadata(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (viewer, id) = (page.viewer(), *id);
    let (one, files) = page
        .ctx
        .glance(move |conn| {
            let one = items::show(conn, &viewer, id)?;
            let files = items::show_files(conn, &viewer, &one.item)?;
            Ok((one, files))
        })
        .await?;
    let pictures: Vec<i64> = files.iter().filter_map(|(_, picture)| picture.as_ref().map(|one| one.id.0)).collect();
    let body = view::json_ld(&page.ctx.origin, &one, &page.hall.name, &pictures).to_string();
    Ok(HttpResponse::Ok().content_type("application/ld+json").body(body))
}

/// `/ark:/{naan}/{code}`: the page of the item that has this number for all time.
pub async fn by_ark(page: Page, path: web::Path<(String, String)>) -> Result<HttpResponse> {
    let (naan, code) = path.into_inner();
    let viewer = page.viewer();
    let found = page
        .ctx
        .glance(move |conn| {
            let found = items::by_code(conn, &code)?.ok_or(Error::NotFound("item"))?;
            items::show(conn, &viewer, found.id)
        })
        .await?;
    if found.item.ark().split('/').nth(1) != Some(naan.as_str()) {
        return Err(Error::NotFound("item"));
    }
    Ok(page.turn(&found.item.path()))
}

/// The form of an item.
#[derive(Template)]
#[template(path = "archive/edit.html")]
struct Edit {
    page: Page,
    id: Option<PostId>,
    form: Form,
    kind: String,
    kinds: Vec<(String, String)>,
    asked: Vec<Asked>,
    collections: Vec<(String, String)>,
    files: Vec<Leaf>,
    readings: Vec<(String, String)>,
    labels: Vec<(&'static str, String)>,
    title: String,
}

async fn collections_for(page: &Page) -> Result<Vec<(String, String)>> {
    let all = page.ctx.read(collections::every).await?;
    Ok(all.into_iter().map(|one| (one.code.clone(), format!("{} {}", one.code, one.title))).collect())
}

async fn editor(page: Page, status: StatusCode, id: Option<PostId>, form: Form) -> Result<HttpResponse> {
    let kind = form.value("form").to_owned();
    let language = page.language;
    let kinds = page.ctx.forms.forms.iter().map(|one| (one.code.clone(), one.name.in_language(language).to_owned()));
    let (kinds, collections) = (kinds.collect(), collections_for(&page).await?);
    let viewer = page.viewer();
    let files = match id {
        Some(id) => {
            page.ctx
                .glance(move |conn| {
                    let item = items::by_id(conn, id)?;
                    items::show_files(conn, &viewer, &item)
                })
                .await?
        }
        None => Vec::new(),
    };
    let files = (1..).zip(&files).map(|(number, (file, picture))| Leaf::of(number, file, picture.as_ref())).collect();
    let asked = view::asked(&page, &kind, &form);
    let title = form.value("title").to_owned();
    let readings = items::Dated::readings(form.value("date"));
    let readings = readings.into_iter().map(|one| (one.edtf, one.reasoning)).collect();
    let labels = label::all(&page);
    page::show(status, &Edit { id, kind, kinds, asked, collections, files, readings, labels, title, form, page })
}

/// `/archive/items/new?form=`.
pub async fn new(page: Page) -> Result<HttpResponse> {
    let asked = page.query("form");
    let form = if page.ctx.forms.form(asked).is_some() { asked } else { "photograph" };
    let fields = Fields::of([("form", form.to_owned()), ("living", Living::No.as_str().to_owned())]);
    editor(page, StatusCode::OK, None, Form::filled(fields)).await
}

/// The field that says what an item was like when its form was opened.
const REVISION: &str = "revision";

/// What an item was like: whoever saves what somebody else has changed meanwhile hears of it.
fn revision(item: &items::Item, links: &[String]) -> String {
    let said = serde_json::json!([
        item.form,
        item.collection_id.map(|id| id.0),
        item.record,
        item.date_text,
        item.date_edtf,
        item.protocol,
        item.embargo_until,
        item.living.as_str(),
        item.asks_first,
        item.labels,
        links,
    ]);
    let digest = crate::secret::sha256(said.to_string().as_bytes());
    digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// The fields of a form that hold an item.
fn fields_of(item: &items::Item, collection: &str, links: &[String], fields: &[&Field]) -> Fields {
    let record = item.record();
    let mut form = Fields::of([
        ("form", item.form.clone()),
        ("date_edtf", item.date_edtf.clone()),
        ("collection", collection.to_owned()),
        ("protocol", item.protocol.clone()),
        ("embargo", item.embargo_until.map(day).unwrap_or_default()),
        ("living", item.living.as_str().to_owned()),
        ("asks_first", if item.asks_first { "yes" } else { "" }.to_owned()),
        ("links", links.join(" ")),
        (REVISION, revision(item, links)),
    ]);
    item.labels().iter().for_each(|code| form.push("labels", code));
    for field in fields {
        let mut languages: Vec<&str> = record.all(field.code).iter().map(|value| value.lang.as_str()).collect();
        languages.sort_unstable();
        languages.dedup();
        for language in languages {
            let name = if language.is_empty() { field.code.to_owned() } else { format!("{}@{language}", field.code) };
            form.push(&name, &record.lines(field.code, language));
        }
    }
    form
}

fn day(at: i64) -> String {
    crate::clock::to_rfc3339(at).chars().take(10).collect()
}

/// `/archive/items/{id}/edit`.
pub async fn edit(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let id = *id;
    let (item, collection, links) = page
        .ctx
        .glance(move |conn| {
            let item = items::by_id(conn, id)?;
            let collection = item.collection_id.map(|id| collections::get(conn, id)).transpose()?;
            Ok((item, collection.map(|one| one.code).unwrap_or_default(), items::link_codes(conn, id)?))
        })
        .await?;
    if item.state == State::Withdrawn {
        return Err(Error::NotFound("item"));
    }
    let fields: Vec<&Field> = page.ctx.forms.fields(&item.form).collect();
    let form = fields_of(&item, &collection, &links, &fields);
    editor(page, StatusCode::OK, Some(id), Form::filled(form)).await
}

/// What a form says.
pub(super) fn draft(page: &Page, fields: &Fields) -> Result<Draft> {
    let chosen = fields.choice("reading").unwrap_or_else(|| fields.text("date_edtf").to_owned());
    let said = Said {
        form: fields.text("form").to_owned(),
        date_edtf: chosen,
        collection: fields.text("collection").to_owned(),
        protocol: fields.text("protocol").to_owned(),
        embargo: fields.text("embargo").to_owned(),
        living: fields.text("living").to_owned(),
        asks_first: fields.text("asks_first") == "yes",
        labels: fields.all("labels").collect::<Vec<_>>().join(","),
    };
    let record = page.ctx.forms.read(&said.form, |field| {
        let mut texts = vec![(fields.text(field.code).to_owned(), String::new())];
        let start = format!("{}@", field.code);
        let languages = fields.endings(&start).filter_map(|code| Some((code, lang::tag(code)?)));
        texts.extend(languages.map(|(code, tag)| (fields.text(&format!("{start}{code}")).to_owned(), tag)));
        texts
    });
    match (record, Draft::parse(&said, Record::default())) {
        (Ok(record), Ok(_)) => Draft::parse(&said, record),
        (Err(Error::Invalid(mut one)), Err(Error::Invalid(other))) => {
            one.extend(other);
            Err(Error::Invalid(one))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// `POST /archive/items`.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    let made = async {
        let (draft, links) = (draft(&page, &fields)?, links(&fields));
        let is_in = fields.text("step") == "publish";
        page.ctx
            .write(move |conn| {
                let made = items::create(conn, &draft, State::Draft, &Coming::default())?;
                items::link(conn, made.id, &links.unwrap_or_default())?;
                if is_in { items::publish(conn, made.id, true) } else { Ok(made) }
            })
            .await
    };
    match made.await {
        Ok(made) => Ok(page.go(&made.path(), "flash-archive-made")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            editor(page, status, None, form).await
        }
    }
}

/// The items that a form links with; nothing if it doesn't ask.
fn links(fields: &Fields) -> Option<Vec<String>> {
    fields.holds("links").then(|| fields.text("links").split_whitespace().map(str::to_owned).collect())
}

/// `POST /archive/items/{id}`.
pub async fn update(page: Page, id: web::Path<PostId>, mut fields: Fields) -> Result<HttpResponse> {
    let id = *id;
    let (old, known) = page.ctx.glance(move |conn| Ok((items::by_id(conn, id)?, items::link_codes(conn, id)?))).await?;
    let edtf = items::Dated::reread(&old.date(), fields.text("date"), fields.text("date_edtf"));
    fields.set("date_edtf", &edtf);
    let (seen, now) = (fields.choice(REVISION), revision(&old, &known));
    fields.set(REVISION, &now);
    let changed = async {
        if seen.is_some_and(|seen| seen != now) {
            return Err(Error::invalid("", "archive-problem-meanwhile"));
        }
        let of = |form: &str| page.ctx.forms.fields(form).map(|field| field.code).collect::<Vec<&str>>();
        // The boxes are those of the form that the item had.
        let before = of(&old.form);
        let asked: Vec<&str> =
            of(fields.text("form")).into_iter().filter(|code| before.contains(code) || fields.holds(code)).collect();
        let (draft, links) = (draft(&page, &fields)?.keeping(&old.record(), &asked), links(&fields));
        page.ctx
            .write(move |conn| {
                conn.lock(&format!("item:{id}"))?;
                if revision(&items::by_id(conn, id)?, &items::link_codes(conn, id)?) != now {
                    return Err(Error::invalid("", "archive-problem-meanwhile"));
                }
                let changed = items::update(conn, id, &draft)?;
                links.map(|links| items::link(conn, id, &links)).transpose()?;
                Ok(changed)
            })
            .await
    };
    match changed.await {
        Ok(changed) => Ok(page.go(&changed.path(), "flash-archive-changed")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            editor(page, status, Some(id), form).await
        }
    }
}

/// `POST /archive/items/{id}/state`: takes an item in, puts it back, takes it out, or puts it on the front page.
pub async fn act(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let id = *id;
    let act = fields.text("act").to_owned();
    let viewer = page.viewer();
    let flash = page
        .ctx
        .write(move |conn| {
            let keeps = domain::keeps(conn, &viewer)?;
            let Listed { item, .. } = items::show(conn, &viewer, id)?;
            // Who gave an item may take it back until somebody has taken it in.
            let is_own = item.contributor_id.is_some() && item.contributor_id == viewer.member();
            let may_take_back = is_own && act == "withdraw" && item.state == State::Offered;
            if !keeps && !may_take_back {
                return Err(Error::Forbidden);
            }
            match act.as_str() {
                "publish" => items::publish(conn, id, true).map(|_| "flash-archive-published"),
                "unpublish" => items::unpublish(conn, id).map(|_| "flash-archive-unpublished"),
                "withdraw" => items::withdraw(conn, id).map(|()| "flash-archive-withdrawn"),
                "highlight" => items::highlight(conn, id, true).map(|()| "flash-archive-changed"),
                "dim" => items::highlight(conn, id, false).map(|()| "flash-archive-changed"),
                _ => Err(Error::invalid("act", "archive-problem-choice")),
            }
        })
        .await?;
    let path = if flash == "flash-archive-withdrawn" { "/archive".to_owned() } else { format!("/archive/items/{id}") };
    Ok(page.go(&path, flash))
}
