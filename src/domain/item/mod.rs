//! Items of the archive. An item is a post of the archive's actor with a record: so one gate, one search and one way over the
//! wire serve it like everything else.
//!
//! Invariants: who may see an item is decided in [`settle`] alone, which writes the clauses of the gate out of its state, its protocol (or
//! its collection's), its embargo and the living people in it. What others were told of an item that is no longer for everyone is taken
//! back by an event of the same transaction. The code of an item never changes and is never given twice.

mod browse;
mod code;
mod date;
mod draft;
mod embargo;
mod facet;
mod file;
mod file_text;
mod gift;
mod harvest;
mod link;
mod naming;
mod note;
mod point;
mod reach;
mod reply;
mod tally;
mod told;
mod transcript;

pub use browse::{
    COUNTED_MAX, Counted, Filter, Listed, Spot, all, browse, browse_counted, census, counts, gathered, mine, newest,
    of_ids, public_count, queue, stats,
};
pub use code::is_one as is_code;
pub use date::Dated;
pub use draft::{Draft, LABELS, Said};
pub use facet::{FACETS, Facet, UNDATED};
pub use file::{
    File, NewFile, add_file, all_files, arrange_files, file_by_digest, files, find_file, mark_file, remove_file,
    set_file, show_file, show_files,
};
pub use file_text::{
    ATTEMPTS_MAX, FileText, GIVEN_UP, TextState, claim_texts, free_texts, keep_text, postpone_text, refuse_text,
    text_of, texts_due,
};
pub use gift::{
    answer as answer_gift, check_room_for_offers, give, given, has_room as has_room_for_gifts,
    take_back as take_gift_back,
};
pub use harvest::{Set, harvest, harvest_collections, harvest_size};
pub use link::{link, link_all, link_codes, linked, named};
pub use naming::{Named, Names, delete_authority, names_in, save_authority, show_authority};
pub use note::{Note, add_note, notes, notes_for, own_notes};
pub use point::Area;
pub use reach::{end_embargo, settle};
pub use reply::{answered, receive_reply, remove_replies, remove_reply};
pub use tally::{Cover, Decade, Patch, Place, Timeline, areas, cover, covers, decade, patches, places, spot, timeline};
pub(super) use told::announce_all;
pub use transcript::{
    Kind as TranscriptKind, State as TranscriptState, Transcript, approve as approve_transcript, approved, awaiting,
    found_by, latest, restore as restore_transcript, save as save_transcript, show as show_transcript,
    veiled as veiled_transcripts, versions,
};

use diesel::prelude::*;

use super::archive;
use super::audience::{self, ARCHIVISTS, Audience, Gate, Viewer};
use super::authority;
use super::collection;
use super::event::{self, Event};
use super::post::{self, Kind, New, Post, Text};
use super::protocol::Protocol;
use super::version;
use crate::clock::Micros;
use crate::db::schema::{item, item_file, post as post_table, transcript as transcript_table};
use crate::db::{Conn, columns, text_enum};
use crate::error::{Error, Result};
use crate::id::{ActorId, CollectionId, PostId};
use crate::record::Record;
use crate::text;

text_enum! {
    /// How far an item is.
    State {
        /// Somebody has offered it, and it waits to be looked at.
        Offered = "offered",
        /// It is being described.
        Draft = "draft",
        /// It is in the archive.
        Published = "published",
        /// It was taken out, or was not taken in.
        Withdrawn = "withdrawn",
    }
}

text_enum! {
    /// Does a living person appear in it?
    Living {
        /// Nobody.
        No = "no",
        /// Somebody, so that it is kept from all but those who keep the archive.
        Yes = "yes",
        /// Somebody who has agreed.
        Agreed = "agreed",
    }
}

/// An item.
#[derive(Debug, Clone, Queryable)]
pub struct Item {
    /// Its post.
    pub id: PostId,
    /// Its own number for all time, the name of its ARK.
    pub code: String,
    /// Its form.
    pub form: String,
    /// How far it is.
    pub state: State,
    /// In which collection it stands.
    pub collection_id: Option<CollectionId>,
    /// What is said of it, as JSON.
    pub record: String,
    /// Its date as written.
    pub date_text: String,
    /// Its date as read.
    pub date_edtf: String,
    /// The first day that this may mean.
    pub date_earliest: String,
    /// The last one.
    pub date_latest: String,
    /// Its own access protocol; empty for that of its collection.
    pub protocol: String,
    /// Until when nobody but archivists sees it.
    pub embargo_until: Option<Micros>,
    /// Does a living person appear in it?
    pub living: Living,
    /// Is one to ask before using it?
    pub asks_first: bool,
    /// Labels of Local Contexts, by commas.
    pub labels: String,
    /// Who gave it, if it is a member.
    pub contributor_id: Option<ActorId>,
    /// Who gave it, in words.
    pub contributor_name: String,
    /// How they are reached; for archivists.
    pub contact: String,
    /// What it was imported as.
    pub import_key: Option<String>,
    /// Is it for everyone now?
    pub is_public: bool,
    /// Was it ever?
    pub was_public: bool,
    /// Have others been told of it?
    pub is_announced: bool,
    /// Since when it stands on the front page.
    pub highlighted_at: Option<Micros>,
    /// When it came.
    pub created_at: Micros,
    /// When it was changed.
    pub updated_at: Micros,
}

columns! {
    Item of item:
    id, code, form, state, collection_id, record, date_text, date_edtf, date_earliest, date_latest, protocol,
    embargo_until, living, asks_first, labels, contributor_id, contributor_name, contact, import_key, is_public,
    was_public, is_announced, highlighted_at, created_at, updated_at,
}

impl Item {
    /// What is said of it.
    pub fn record(&self) -> Record {
        Record::of_json(&self.record)
    }

    /// Its date.
    pub fn date(&self) -> Dated {
        Dated {
            text: self.date_text.clone(),
            edtf: self.date_edtf.clone(),
            earliest: self.date_earliest.clone(),
            latest: self.date_latest.clone(),
        }
    }

    /// Its labels.
    pub fn labels(&self) -> Vec<&str> {
        self.labels.split(',').filter(|label| !label.is_empty()).collect()
    }

    /// Its identifier, which looks like an ARK.
    pub fn ark(&self) -> String {
        format!("ark:/{}/{}", code::NAAN, self.code)
    }

    /// The path of its page.
    pub fn path(&self) -> String {
        format!("/archive/items/{}", self.id)
    }
}

/// How an item comes into the archive.
#[derive(Debug, Clone, Default)]
pub struct Coming {
    /// Who gives it, if it is a member.
    pub contributor: Option<ActorId>,
    /// Who gives it, in words.
    pub contributor_name: String,
    /// How they are reached.
    pub contact: String,
    /// What it was imported as; the same key never makes two.
    pub import_key: Option<String>,
    /// The code that it had before.
    pub code: Option<String>,
}

/// Makes an item in this state.
///
/// Errors: `Invalid` for `collection` or `protocol`; `Conflict` if its import key or its code is there already.
pub fn create(conn: &mut Conn, draft: &Draft, state: State, coming: &Coming) -> Result<Item> {
    let archive = archive::actor(conn)?;
    let collection = collection_of(conn, draft)?;
    if let Some(key) = &coming.import_key
        && by_import_key(conn, key)?.is_some()
    {
        return Err(Error::Conflict("item"));
    }
    let veil = authority::veil(conn)?;
    let new = New {
        uri: None,
        url: None,
        kind: Kind::Item,
        audience: Audience::Protocol,
        people: Vec::new(),
        language: language_of(&draft.record),
        title: veil.text(draft.title()),
        warning: String::new(),
        source: String::new(),
        body_html: veil.text(&body_of(&draft.record)),
        form_key: None,
        published_at: None,
        edited_at: None,
        place: None,
        group_id: None,
    };
    let post = post::insert_closed(conn, &archive, new)?;
    let code = match &coming.code {
        Some(code) if code::is_one(code) && by_code(conn, code)?.is_none() => code.clone(),
        Some(_) => return Err(Error::Conflict("item")),
        None => code::of(post.id),
    };
    insert(conn, post.id, code, draft, state, coming, collection)?;
    let title = veil.text(draft.title());
    post::head(conn, post.id, &title, &format!("{}/archive/items/{}", conn.origin(), post.id))?;
    let made = by_id(conn, post.id)?;
    facet::write(conn, &made)?;
    naming::write(conn, &made)?;
    settle(conn, post.id)?;
    if state == State::Offered {
        note::tell_offer(conn, coming.contributor.unwrap_or(archive.id), post.id)?;
    }
    by_id(conn, post.id)
}

/// Writes the row of an item.
fn insert(
    conn: &mut Conn,
    id: PostId,
    code: String,
    draft: &Draft,
    state: State,
    coming: &Coming,
    collection: Option<CollectionId>,
) -> Result<()> {
    let now = conn.now();
    diesel::insert_into(item::table)
        .values((
            item::id.eq(id),
            item::code.eq(code),
            item::form.eq(&draft.form),
            item::state.eq(state),
            item::collection_id.eq(collection),
            item::record.eq(draft.record.to_json()),
            item::date_text.eq(&draft.date.text),
            item::date_edtf.eq(&draft.date.edtf),
            item::date_earliest.eq(&draft.date.earliest),
            item::date_latest.eq(&draft.date.latest),
            item::protocol.eq(draft.protocol.as_ref().map(Protocol::to_string).unwrap_or_default()),
            item::embargo_until.eq(draft.embargo_until),
            item::living.eq(draft.living),
            item::asks_first.eq(draft.asks_first),
            item::labels.eq(&draft.labels),
            item::contributor_id.eq(coming.contributor),
            (
                item::contributor_name.eq(&coming.contributor_name),
                item::contact.eq(&coming.contact),
                item::import_key.eq(&coming.import_key),
                item::is_public.eq(false),
                item::was_public.eq(false),
                item::is_announced.eq(false),
                item::highlighted_at.eq(None::<Micros>),
                item::created_at.eq(now),
                item::updated_at.eq(now),
            ),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// Changes what is said of an item; its state stays.
///
/// Errors: `NotFound`; `Invalid` for `collection` or `protocol`.
pub fn update(conn: &mut Conn, id: PostId, draft: &Draft) -> Result<Item> {
    let old = by_id(conn, id)?;
    if old.state == State::Withdrawn {
        return Err(Error::NotFound("item"));
    }
    let collection = collection_of(conn, draft)?;
    let now = conn.now();
    diesel::update(item::table.filter(item::id.eq(id)))
        .set((
            item::form.eq(&draft.form),
            item::collection_id.eq(collection),
            item::record.eq(draft.record.to_json()),
            item::date_text.eq(&draft.date.text),
            item::date_edtf.eq(&draft.date.edtf),
            item::date_earliest.eq(&draft.date.earliest),
            item::date_latest.eq(&draft.date.latest),
            item::protocol.eq(draft.protocol.as_ref().map(Protocol::to_string).unwrap_or_default()),
            item::embargo_until.eq(draft.embargo_until),
            item::living.eq(draft.living),
            item::asks_first.eq(draft.asks_first),
            item::labels.eq(&draft.labels),
            item::updated_at.eq(now),
        ))
        .execute(conn.link())?;
    rewrite(conn, id)?;
    settle(conn, id)?;
    by_id(conn, id)
}

/// Writes the post of an item anew from its record, and what it is browsed by; others hear of the change if they know of it.
fn rewrite(conn: &mut Conn, id: PostId) -> Result<()> {
    let item = by_id(conn, id)?;
    let (record, veil, now) = (item.record(), authority::veil(conn)?, conn.now());
    let (title, body) = (veil.text(record.first("title")), veil.text(&body_of(&record)));
    let language = language_of(&record);
    post::rewrite(conn, id, "", &body, &Text { language: &language, warning: "", title: None, edited_at: now })?;
    // What it said before isn't for readers: it may name whom it names no more.
    version::erase(conn, id)?;
    post::head(conn, id, &title, &format!("{}/archive/items/{id}", conn.origin()))?;
    facet::write(conn, &item)?;
    naming::write(conn, &item)?;
    file::rewrite(conn, id)?;
    touched(conn, &item)
}

/// Others hear that something of an item has changed, if they know of it.
fn touched(conn: &mut Conn, item: &Item) -> Result<()> {
    let now = conn.now();
    let row = item::table.filter(item::id.eq(item.id));
    diesel::update(row).set(item::updated_at.eq(now)).execute(conn.link())?;
    if item.is_announced { record(conn, item.id, &Event::Edited(item.id)) } else { Ok(()) }
}

/// Writes anew what stands in the posts of the items that may name somebody: a living person was flagged, or no longer is.
fn rewrite_naming(conn: &mut Conn, names: &[String]) -> Result<()> {
    let mut ids: Vec<PostId> = Vec::new();
    for name in names {
        let named = format!("%{}%", name.replace(['%', '_'], ""));
        ids.extend(item::table.filter(item::record.like(&named)).select(item::id).load::<PostId>(conn.link())?);
        let labels = item_file::table.filter(item_file::label.like(&named)).select(item_file::item_id);
        ids.extend(labels.load::<PostId>(conn.link())?);
        let texts = transcript_table::table.filter(transcript_table::body.like(&named));
        ids.extend(texts.select(transcript_table::item_id).load::<PostId>(conn.link())?);
    }
    // Readings above characters part a name.
    let read = transcript_table::table.filter(transcript_table::body.like("%{%"));
    let read: Vec<(PostId, String)> =
        read.select((transcript_table::item_id, transcript_table::body)).load(conn.link())?;
    let is_named = |body: &str| names.iter().any(|name| text::ruby::plain(body).contains(name));
    ids.extend(read.into_iter().filter(|(_, body)| is_named(body)).map(|(id, _)| id));
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().try_for_each(|id| rewrite(conn, id))
}

/// Takes an offered or drafted item into the archive. `is_told` says whether the followers of the archive hear of it.
///
/// Errors: `NotFound` unless it is there to be taken.
pub fn publish(conn: &mut Conn, id: PostId, is_told: bool) -> Result<Item> {
    let item = by_id(conn, id)?;
    if item.state == State::Withdrawn {
        return Err(Error::NotFound("item"));
    }
    set_state(conn, id, State::Published)?;
    reach::settle_telling(conn, id, is_told)?;
    by_id(conn, id)
}

/// Puts a published item back among the drafts.
///
/// Errors: `NotFound`.
pub fn unpublish(conn: &mut Conn, id: PostId) -> Result<Item> {
    if by_id(conn, id)?.state != State::Published {
        return Err(Error::NotFound("item"));
    }
    set_state(conn, id, State::Draft)?;
    settle(conn, id)?;
    by_id(conn, id)
}

/// Takes an item out for good: its texts and files go, its number stays taken. Those who harvest the archive hear that it is gone.
///
/// Errors: `NotFound`.
pub fn withdraw(conn: &mut Conn, id: PostId) -> Result<()> {
    let old = by_id(conn, id)?;
    if old.state == State::Withdrawn {
        return Err(Error::NotFound("item"));
    }
    file::remove_all(conn, id)?;
    note::remove_all(conn, id)?;
    event::withdraw(conn, &embargo::lane(id))?;
    post::erase(conn, id)?;
    facet::clear(conn, id)?;
    naming::clear(conn, id)?;
    let now = conn.now();
    diesel::update(item::table.filter(item::id.eq(id)))
        .set((
            item::state.eq(State::Withdrawn),
            item::record.eq("{}"),
            item::is_public.eq(false),
            item::is_announced.eq(false),
            item::contact.eq(""),
            item::contributor_name.eq(""),
            item::date_text.eq(""),
            item::highlighted_at.eq(None::<Micros>),
            item::updated_at.eq(now),
        ))
        .execute(conn.link())?;
    if old.is_announced { record(conn, id, &Event::Deleted(id)) } else { Ok(()) }
}

fn set_state(conn: &mut Conn, id: PostId, state: State) -> Result<()> {
    let now = conn.now();
    diesel::update(item::table.filter(item::id.eq(id)))
        .set((item::state.eq(state), item::updated_at.eq(now)))
        .execute(conn.link())?;
    Ok(())
}

/// Puts an item on the front page, or takes it off.
pub fn highlight(conn: &mut Conn, id: PostId, is_on: bool) -> Result<()> {
    let at = is_on.then(|| conn.now());
    diesel::update(item::table.filter(item::id.eq(id))).set(item::highlighted_at.eq(at)).execute(conn.link())?;
    Ok(())
}

/// Those who see an item in any case: who keeps the archive, and who gave it.
fn keepers(item: &Item) -> Vec<String> {
    let mut keepers = vec![ARCHIVISTS.to_owned()];
    keepers.extend(item.contributor_id.map(audience::actor_token));
    keepers
}

fn record(conn: &mut Conn, id: PostId, what: &Event) -> Result<()> {
    let author = post::by_id(conn, id)?.author_id;
    let event = event::id(conn);
    event::record(conn, event, author, &format!("post:{id}"), what)
}

fn collection_of(conn: &mut Conn, draft: &Draft) -> Result<Option<CollectionId>> {
    if let Some(protocol) = &draft.protocol {
        protocol.check(conn)?;
    }
    if draft.collection.is_empty() {
        return Ok(None);
    }
    let found = collection::by_code(conn, &draft.collection)?;
    found.map(|one| Some(one.id)).ok_or(Error::invalid("collection", "archive-problem-collection"))
}

/// The language of an item's words.
fn language_of(record: &Record) -> String {
    let words = format!("{}\n{}", record.first("title"), record.first("description"));
    text::guess_language(&words).unwrap_or("").to_owned()
}

/// What is read of an item where its record isn't shown.
fn body_of(record: &Record) -> String {
    let said: Vec<&str> = record.all("description").iter().map(|value| value.text.as_str()).collect();
    text::moment_html(&said.join("\n\n"))
}

/// The item with this id whoever looks: for archivists' acts and for sending it out, never for showing.
///
/// Errors: `NotFound`.
pub fn by_id(conn: &mut Conn, id: PostId) -> Result<Item> {
    item::table
        .filter(item::id.eq(id))
        .select(Item::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("item"))
}

/// The item with this code whoever looks.
pub fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Item>> {
    Ok(item::table.filter(item::code.eq(code)).select(Item::as_select()).first(conn.link()).optional()?)
}

/// What was imported under this key.
pub fn by_import_key(conn: &mut Conn, key: &str) -> Result<Option<Item>> {
    Ok(item::table.filter(item::import_key.eq(key)).select(Item::as_select()).first(conn.link()).optional()?)
}

/// An item with its post, if `viewer` may see it. Living people are named to archivists alone.
///
/// Errors: `NotFound`.
pub fn show(conn: &mut Conn, viewer: &Viewer, id: PostId) -> Result<Listed> {
    let found: Option<(Item, Post)> = item::table
        .inner_join(post_table::table.on(post_table::id.eq(item::id)))
        .filter(item::id.eq(id))
        .filter(Gate::before(viewer))
        .select((Item::as_select(), Post::as_select()))
        .first(conn.link())
        .optional()?;
    let (item, post) = found.ok_or(Error::NotFound("item"))?;
    let veil = if archive::keeps(conn, viewer)? { authority::Veil::default() } else { authority::veil(conn)? };
    let (record, date_text) = (veil.record(&item.record()), veil.text(&item.date_text));
    Ok(Listed { item: Item { date_text, ..item }, post, record })
}
