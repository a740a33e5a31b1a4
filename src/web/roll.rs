//! The roll call of a post: the list under its text, and its part of the form of a topic.

use super::form::Fields;
use super::page::Page;
use super::time;
use crate::clock::Micros;
use crate::domain::roll_call::{self as domain, Entry, Opening, RollCall, State};
use crate::error::Result;
use crate::id::{EntryId, PostId};

/// Lines that stand under a post among others.
const IN_LIST: usize = 8;

/// A line as pages show it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its id.
    pub id: EntryId,
    /// Its number in the list.
    pub number: i64,
    /// The name on it.
    pub name: String,
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
    /// A line with its number in the list.
    pub fn of(page: &Page, number: i64, entry: &Entry) -> Self {
        let me = page.viewer().member();
        let answers = entry.answers().into_iter().filter(|answer| !answer.is_empty()).map(str::to_owned);
        Self {
            id: entry.id,
            number,
            name: entry.name.clone(),
            heads: entry.heads,
            answers: answers.collect(),
            note: entry.note.clone(),
            is_waiting: entry.state == State::Waiting,
            is_mine: me.is_some() && entry.actor_id == me,
            reason: entry.reason.clone(),
        }
    }
}

/// Why a line was struck or not taken: an officer's words, or the message that another server's hall gave.
fn reason(page: &Page, roll: &RollCall, entry: &Entry) -> String {
    let max = match entry.reason.as_str() {
        "roll-problem-many" => domain::ENTRIES_MAX,
        "roll-problem-own" => i64::try_from(domain::OWN_MAX).unwrap_or(0),
        _ => roll.capacity.unwrap_or(0),
    };
    match domain::refusal(&entry.reason) {
        Some(message) => {
            page.text(message, &[("max", max.to_string()), ("count", roll.room().unwrap_or(0).to_string())])
        }
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
        let rows = (1..).zip(&roll.lines).map(|(number, entry)| Row::of(page, number, entry));
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
            standing: mine.map(|mine| (standing(mine.state), reason(page, roll, mine))),
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

/// What a form says of room and end.
///
/// Errors: `Invalid`.
pub fn opening(page: &Page, fields: &Fields) -> Result<Opening> {
    let ends_at: std::result::Result<Option<Micros>, ()> = match fields.text("roll_end").trim() {
        "" => Ok(None),
        said => time::of_field(said, page.zone()).map(Some).ok_or(()),
    };
    Opening::parse(fields.text("roll_capacity"), ends_at, fields.text("roll_fields"), page.ctx.now())
}
