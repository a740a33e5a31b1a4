//! Roll calls as pages: the list under a post and on its own page, and its part of the form of a topic.

mod entry;
mod officer;

pub use entry::{ask_striking, edit, join, leave, new, restore, strike, update};
pub use officer::{change, enter, set_state, settings, sheet};

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::card::{Person, path};
use super::form::{Fields, Form};
use super::page::{self, Page};
use super::time;
use crate::clock::Micros;
use crate::domain::actor::Actor;
use crate::domain::post::{self, Entry as Said};
use crate::domain::roll_call::{self as domain, Entry, Opening, RollCall, State};
use crate::error::{Error, Result};
use crate::id::{ActorId, EntryId, PostId};
use crate::text;

/// Lines on one page of a list.
const PAGE: i64 = 50;
/// Lines that stand under a post among others.
const IN_LIST: usize = 8;
/// Struck lines that are shown to who runs the list.
const STRUCK_MAX: i64 = 50;
/// Characters of a post without a title by which its list is known.
const TITLE_CHARS_MAX: usize = 40;

/// A line as pages show it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its id.
    pub id: EntryId,
    /// Its number in the list.
    pub number: i64,
    /// The name on it.
    pub name: String,
    /// Whose it is, if that is known and was looked up.
    pub person: Option<Person>,
    /// Who wrote it for them, if that was another and was looked up.
    pub by: Option<String>,
    /// How many people come.
    pub heads: i64,
    /// What it answers to the author's fields.
    pub answers: Vec<String>,
    /// A note or empty.
    pub note: String,
    /// Does it wait?
    pub is_waiting: bool,
    /// Is it the reader's own?
    pub is_mine: bool,
    /// Why it was struck or not taken; empty for neither.
    pub reason: String,
}

impl Row {
    fn of(page: &Page, number: i64, entry: &Entry, people: &BTreeMap<ActorId, Actor>) -> Self {
        let me = page.viewer().member();
        let by = entry.by_id.filter(|by| Some(*by) != entry.actor_id).and_then(|by| people.get(&by));
        let answers = entry.answers().into_iter().filter(|answer| !answer.is_empty()).map(str::to_owned);
        Self {
            id: entry.id,
            number,
            name: entry.name.clone(),
            person: entry.actor_id.and_then(|who| people.get(&who)).map(|who| Person::of(who, page.language)),
            by: by.map(|by| Person::of(by, page.language).name),
            heads: entry.heads,
            answers: answers.collect(),
            note: entry.note.clone(),
            is_waiting: entry.state == State::Waiting,
            is_mine: me.is_some() && entry.actor_id == me,
            reason: reason(page, entry),
        }
    }
}

/// Why a line was struck or not taken: an officer's words, or the message that another server's hall gave.
fn reason(page: &Page, entry: &Entry) -> String {
    match domain::refusal(&entry.reason) {
        Some(message) => page.t(message).to_owned(),
        None => entry.reason.clone(),
    }
}

/// A roll call as pages show it.
#[derive(Debug, Clone)]
pub struct Roll {
    /// The post that it stands under.
    pub id: PostId,
    /// How many come, for how many more there is room, until when: in words.
    pub about: String,
    /// The lines that are shown.
    pub rows: Vec<Row>,
    /// How many lines there are.
    pub entries: i64,
    /// Can nobody sign up any more?
    pub is_over: bool,
    /// Is it kept here, so that each line can be changed by itself?
    pub is_ours: bool,
    /// Is there no room left, so that who comes now waits?
    pub is_full: bool,
    /// Can one sign up with one click, since nothing else is asked?
    pub is_plain: bool,
    /// Is the reader a member who isn't on it and may try?
    pub may_join: bool,
    /// How the reader's own line stands, as a message, with the reason if there is one; nothing without a line.
    pub standing: Option<(&'static str, String)>,
    /// The name that the reader goes by.
    pub name: String,
}

impl Roll {
    /// The list under a post, for this reader.
    pub fn of(page: &Page, roll: &RollCall) -> Self {
        let is_over = roll.is_over(page.ctx.now());
        let mine = roll.mine.first();
        let rows = (1..).zip(&roll.lines).map(|(number, entry)| Row::of(page, number, entry, &BTreeMap::new()));
        Self {
            id: roll.post_id,
            about: about(page, roll, is_over),
            rows: rows.collect(),
            entries: roll.entries,
            is_over,
            is_ours: roll.is_ours,
            is_full: roll.room() == Some(0),
            is_plain: roll.fields.is_empty(),
            may_join: page.member.is_some() && !is_over && mine.is_none(),
            standing: mine.map(|mine| (standing(mine.state), reason(page, mine))),
            name: page.member.as_ref().map(|me| me.member.actor.display_name.clone()).unwrap_or_default(),
        }
    }

    /// How many lines aren't shown: of the whole list as it was loaded, or of its beginning in a list of posts.
    pub fn beyond(&self, place: &str) -> i64 {
        let shown = if place == " alone" { self.rows.len() } else { self.rows.len().min(IN_LIST) };
        (self.entries - i64::try_from(shown).unwrap_or(0)).max(0)
    }
}

fn about(page: &Page, roll: &RollCall, is_over: bool) -> String {
    let mut words = vec![page.with("roll-heads", "count", roll.heads)];
    words.extend(roll.room().map(|room| page.with("roll-room", "count", room)));
    if roll.waiting > 0 {
        words.push(page.with("roll-waiting-count", "count", roll.waiting));
    }
    match roll.ends_at {
        _ if is_over => words.push(page.t("roll-over").to_owned()),
        Some(at) => words.push(page.with("roll-until", "time", page.when(at).exact)),
        None => {}
    }
    words.join(" · ")
}

fn standing(state: State) -> &'static str {
    match state {
        State::In => "roll-mine-in",
        State::Waiting => "roll-mine-waiting",
        State::Struck => "roll-mine-struck",
        State::Asked => "roll-mine-asked",
        State::Refused => "roll-mine-refused",
    }
}

/// What the form of a topic says of a roll call; `None` for none.
///
/// Errors: `Invalid`.
pub fn read(page: &Page, fields: &Fields) -> Result<Option<Opening>> {
    let said = ["roll_capacity", "roll_end", "roll_fields"].map(|name| fields.text(name));
    if fields.text("roll") != "yes" && said.iter().all(|said| said.trim().is_empty()) {
        return Ok(None);
    }
    opening(page, fields).map(Some)
}

fn opening(page: &Page, fields: &Fields) -> Result<Opening> {
    let ends_at: std::result::Result<Option<Micros>, ()> = match fields.text("roll_end").trim() {
        "" => Ok(None),
        said => time::of_field(said, page.zone()).map(Some).ok_or(()),
    };
    Opening::parse(fields.text("roll_capacity"), ends_at, fields.text("roll_fields"), page.ctx.now())
}

/// A field of the author's own, as the form of a line has it.
struct Ask {
    /// The name of the field in the form.
    name: String,
    title: String,
    choices: Vec<String>,
}

/// The total of a field.
struct Total {
    title: String,
    counts: String,
}

/// What all pages of one list show above.
struct Head {
    id: PostId,
    /// The page of the post.
    post: String,
    /// By what the list is known.
    title: String,
    roll: Roll,
    asks: Vec<Ask>,
    /// Does the reader run it?
    may_manage: bool,
}

/// The post and its list, for the page's reader.
struct Found {
    said: Said,
    roll: RollCall,
    may_manage: bool,
}

/// Errors: `NotFound` if the reader may not see the post or it has no list.
async fn find(page: &Page, id: PostId) -> Result<Found> {
    let (viewer, me) = (page.viewer(), page.me()?.member.actor.id);
    page.ctx
        .glance(move |conn| {
            let said = post::show(conn, &viewer, id)?;
            let roll = domain::of_post(conn, Some(me), id, 0)?.ok_or(Error::NotFound("roll call"))?;
            let may_manage = domain::may_manage(conn, me, &said.post)?;
            Ok(Found { said, roll, may_manage })
        })
        .await
}

/// The same for who runs the list.
///
/// Errors: `NotFound` for everybody else.
async fn run_by_me(page: &Page, id: PostId) -> Result<Found> {
    let found = find(page, id).await?;
    if found.may_manage { Ok(found) } else { Err(Error::NotFound("roll call")) }
}

impl Head {
    fn of(page: &Page, found: &Found) -> Self {
        let Found { said, roll, may_manage } = found;
        let plain = || text::plain_of_clean(&said.post.body_html).replace('\n', " ");
        let title = match said.post.title.as_str() {
            "" if said.post.warning.is_empty() => text::excerpt(&plain(), TITLE_CHARS_MAX),
            "" => text::excerpt(&said.post.warning, TITLE_CHARS_MAX),
            title => title.to_owned(),
        };
        let ask = |(place, field): (usize, &domain::Field)| Ask {
            name: format!("answer{}", place + 1),
            title: field.title.clone(),
            choices: field.choices.clone(),
        };
        Self {
            id: said.post.id,
            post: format!("{}/{}", path(&said.author), said.post.id),
            title,
            roll: Roll::of(page, roll),
            asks: roll.fields.iter().enumerate().map(ask).collect(),
            may_manage: *may_manage,
        }
    }
}

fn list_path(id: PostId) -> String {
    format!("/posts/{id}/roll-call")
}

/// A list with everything that one may do about it.
#[derive(Template)]
#[template(path = "roll_call/show.html")]
struct Show {
    page: Page,
    head: Head,
    rows: Vec<Row>,
    next: Option<EntryId>,
    totals: Vec<Total>,
    struck: Vec<Row>,
    form: Form,
}

/// `/posts/{id}/roll-call`.
pub async fn show(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let found = find(&page, *id).await?;
    let fields = match found.roll.mine.first() {
        // Of another hall's list one has one line; here one may write one's elders down too.
        Some(mine) if !found.roll.is_ours => filled(mine),
        Some(_) => Fields::of([("heads", "1".to_owned())]),
        None => Fields::of([("name", page.me()?.member.actor.display_name.clone()), ("heads", "1".to_owned())]),
    };
    list(page, StatusCode::OK, found, Form::filled(fields)).await
}

/// A line as fields of the form that changes it.
fn filled(entry: &Entry) -> Fields {
    let mut fields =
        Fields::of([("name", entry.name.clone()), ("heads", entry.heads.to_string()), ("note", entry.note.clone())]);
    for (place, answer) in entry.answers().into_iter().enumerate() {
        fields.push(&format!("answer{}", place + 1), answer);
    }
    fields
}

async fn list(page: Page, status: StatusCode, found: Found, form: Form) -> Result<HttpResponse> {
    let (id, after, may_manage) = (found.said.post.id, page.query("after").parse().ok(), found.may_manage);
    let roll = found.roll.clone();
    let (lines, before, totals, struck, people) = page
        .ctx
        .read(move |conn| {
            let lines = domain::lines(conn, id, after, PAGE + 1)?;
            let before = after.map(|after| domain::number_of(conn, id, after)).transpose()?.unwrap_or(0);
            let totals = domain::totals(conn, &roll)?;
            let struck = if may_manage { domain::struck(conn, id, STRUCK_MAX)? } else { Vec::new() };
            let all: Vec<Entry> = lines.iter().chain(&struck).cloned().collect();
            let people = domain::people(conn, &all)?;
            Ok((lines, before, totals, struck, people))
        })
        .await?;
    let (lines, next) = page::cut(lines, PAGE, |entry| entry.id);
    let rows = (before + 1..).zip(&lines).map(|(number, entry)| Row::of(&page, number, entry, &people)).collect();
    let struck = struck.iter().map(|entry| Row::of(&page, 0, entry, &people)).collect();
    let totals = totals.iter().map(|total| total_of(&page, total)).collect();
    page::show(status, &Show { head: Head::of(&page, &found), rows, next, totals, struck, form, page })
}

fn total_of(page: &Page, (field, counts, unsaid): &(domain::Field, Vec<i64>, i64)) -> Total {
    let mut words: Vec<String> =
        field.choices.iter().zip(counts).map(|(choice, count)| format!("{choice} {count}")).collect();
    if *unsaid > 0 {
        words.push(format!("{} {unsaid}", page.t("roll-unsaid")));
    }
    Total { title: field.title.clone(), counts: words.join(" · ") }
}
