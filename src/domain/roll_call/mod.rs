//! Roll calls (接龙): the ordered list under a post of a group, by which people sign up.
//!
//! Invariants: the author's hall keeps the list, in the order in which people came; of another server's list we hold what its author
//! last told, and what our own members have asked for since. The people of the lines that are in never pass the capacity, and
//! nobody waits who would fit. Every change of one list takes its lock first.

mod entry;
mod officer;
mod queries;
mod reply;

pub use entry::{Manner, Said, edit, entry, join, leave, may_manage, receive_join, receive_leave, receive_refusal};
pub use officer::{change, close, enter, reopen, restore, strike};
pub use queries::{lines, number_of, of_post, of_posts, people, struck, totals};
pub use reply::{Word, read as read_reply};
pub(super) use reply::{forget, hear};

use diesel::prelude::*;
use queries::own;

use super::actor;
use super::event::{self, Event};
use super::part::{self, Part};
use super::post::Post;
use crate::clock::{DAY, Micros, SECOND, to_rfc3339};
use crate::db::schema::{roll_call, roll_call_entry, roll_call_field};
use crate::db::{Conn, text_enum};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, EntryId, PostId};
use crate::lang::{Language, Messages};
use crate::text;

/// Most people for whom there may be room.
pub const CAPACITY_MAX: i64 = 100_000;
/// Most people of one line.
pub const HEADS_MAX: i64 = 100;
/// Most lines that one person may write on one list, for their elders too.
pub const OWN_MAX: usize = 10;
/// Most lines of one list.
pub const ENTRIES_MAX: i64 = 5_000;
/// Longest name on a line, in characters.
pub const NAME_CHARS_MAX: usize = 60;
/// Longest note, in characters.
pub const NOTE_CHARS_MAX: usize = 300;
/// Most fields of an author's own.
pub const FIELDS_MAX: usize = 6;
/// Longest title of a field or of a choice, in characters.
pub const FIELD_CHARS_MAX: usize = 40;
/// Most choices of one field.
pub const CHOICES_MAX: usize = 12;
/// Longest answer to a field without choices, in characters.
pub const ANSWER_CHARS_MAX: usize = 100;
/// How far ahead an end may lie.
const END_MAX: Micros = 732 * DAY;
/// Lines of another server's list beyond these are left out.
pub const RECEIVED_MAX: usize = 1_000;
/// How long changes of a list are gathered before it goes out to other servers.
const COUNT_PAUSE: Micros = 5 * SECOND;
/// Lines that stand in the text of a post for other programs.
pub const SPELLED_MAX: usize = 300;

/// Something that the author wants to know of each line: free, or one of some choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What it asks.
    pub title: String,
    /// What can be answered; empty for anything.
    pub choices: Vec<String>,
}

/// What an author opens, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    capacity: Option<i64>,
    ends_at: Option<Micros>,
    fields: Vec<Field>,
}

impl Opening {
    /// Checks a form: for how many there is room (empty for any number), until when one can sign up (`Err` for what is no time),
    /// and the author's own fields, one a line, with choices behind a colon: `餐食：荤、素`.
    ///
    /// Errors: `Invalid` naming `roll_capacity`, `roll_end` or `roll_fields`.
    pub fn parse(
        capacity: &str,
        ends_at: std::result::Result<Option<Micros>, ()>,
        fields: &str,
        now: Micros,
    ) -> Result<Self> {
        let mut problems = Vec::new();
        let room = match text::digits(capacity.trim()).as_str() {
            "" => None,
            said => match said.parse::<i64>() {
                Ok(room) if (1..=CAPACITY_MAX).contains(&room) => Some(room),
                _ => {
                    problems.push(Problem::new("roll_capacity", "roll-problem-capacity").with("max", CAPACITY_MAX));
                    None
                }
            },
        };
        match ends_at {
            Err(()) => problems.push(Problem::new("roll_end", "roll-problem-time")),
            Ok(Some(at)) if at <= now => problems.push(Problem::new("roll_end", "roll-problem-past")),
            Ok(Some(at)) if at > now + END_MAX => problems.push(Problem::new("roll_end", "roll-problem-far")),
            Ok(_) => {}
        }
        let fields = match fields_of(fields) {
            Ok(fields) => fields,
            Err(problem) => {
                problems.push(problem);
                Vec::new()
            }
        };
        match problems.is_empty() {
            true => Ok(Self { capacity: room, ends_at: ends_at.unwrap_or(None), fields }),
            false => Err(Error::Invalid(problems)),
        }
    }
}

/// Reads an author's fields, one a line.
fn fields_of(typed: &str) -> std::result::Result<Vec<Field>, Problem> {
    let wrong = |message| Problem::new("roll_fields", message);
    let mut fields: Vec<Field> = Vec::new();
    for line in text::body(typed).lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (title, choices) = line.split_once([':', '：']).unwrap_or((line, ""));
        let title = text::name(title, FIELD_CHARS_MAX + 1);
        let choices = choices.split(['/', '／', '、', ',', '，', '|', ';', '；']);
        let choices: Vec<String> =
            choices.map(|one| text::name(one, FIELD_CHARS_MAX + 1)).filter(|one| !one.is_empty()).collect();
        let is_long = |one: &String| one.chars().count() > FIELD_CHARS_MAX;
        if title.is_empty() {
            return Err(wrong("roll-problem-field"));
        }
        if is_long(&title) || choices.iter().any(is_long) {
            return Err(wrong("roll-problem-field-long").with("max", FIELD_CHARS_MAX));
        }
        let is_twice = choices.iter().enumerate().any(|(n, one)| choices.iter().take(n).any(|other| other == one));
        if is_twice || fields.iter().any(|field| field.title == title) {
            return Err(wrong("roll-problem-field-twice"));
        }
        if choices.len() > CHOICES_MAX {
            return Err(wrong("roll-problem-choices").with("max", CHOICES_MAX));
        }
        fields.push(Field { title, choices });
    }
    match fields.len() > FIELDS_MAX {
        true => Err(wrong("roll-problem-fields").with("max", FIELDS_MAX)),
        false => Ok(fields),
    }
}

text_enum! {
    /// How a line stands.
    State {
        /// There is room for it.
        In = "in",
        /// It waits until there is.
        Waiting = "waiting",
        /// An officer or the author struck it, with a reason.
        Struck = "struck",
        /// A member of ours asks another server for it.
        Asked = "asked",
        /// Another server didn't take it.
        Refused = "refused",
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = roll_call_entry)]
pub struct Entry {
    /// Its id; lines are ordered by it.
    pub id: EntryId,
    /// The post that it stands under.
    pub post_id: PostId,
    /// Whose it is, if that is known.
    pub actor_id: Option<ActorId>,
    /// Who wrote it.
    pub by_id: Option<ActorId>,
    /// The name on it.
    pub name: String,
    /// How many people come.
    pub heads: i64,
    /// A note or empty.
    pub note: String,
    answers: String,
    /// How it stands.
    pub state: State,
    /// The comment by which it came.
    pub reply_id: Option<PostId>,
    /// Why it was struck or not taken.
    pub reason: String,
    /// When it was written.
    pub created_at: Micros,
    /// When it was changed.
    pub edited_at: Option<Micros>,
}

impl Entry {
    /// What it answers to the author's fields, in their order; empty for nothing.
    pub fn answers(&self) -> Vec<&str> {
        self.answers.split('\n').collect()
    }
}

/// A roll call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollCall {
    /// The post that it belongs to.
    pub post_id: PostId,
    /// Is the list kept here?
    pub is_ours: bool,
    /// For how many people there is room; any number if there is none.
    pub capacity: Option<i64>,
    /// Until when one can sign up.
    pub ends_at: Option<Micros>,
    /// When it was closed by hand.
    pub closed_at: Option<Micros>,
    /// How many people are in.
    pub heads: i64,
    /// How many wait.
    pub waiting: i64,
    /// How many lines there are, in and waiting.
    pub entries: i64,
    /// When the list last changed.
    pub changed_at: Micros,
    /// What else the author wants to know.
    pub fields: Vec<Field>,
    /// The lines that were asked for, in order.
    pub lines: Vec<Entry>,
    /// The reader's own.
    pub mine: Vec<Entry>,
}

impl RollCall {
    /// Can nobody sign up any more?
    pub fn is_over(&self, now: Micros) -> bool {
        self.closed_at.is_some() || self.ends_at.is_some_and(|at| at <= now)
    }

    /// For how many more there is room; `None` for any number.
    pub fn room(&self) -> Option<i64> {
        self.capacity.map(|capacity| (capacity - self.heads).max(0))
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = roll_call)]
struct Row {
    post_id: PostId,
    is_ours: bool,
    capacity: Option<i64>,
    ends_at: Option<Micros>,
    closed_at: Option<Micros>,
    heads: i64,
    waiting: i64,
    entries: i64,
    changed_at: Micros,
}

impl Row {
    fn into_roll(self) -> RollCall {
        let Self { post_id, is_ours, capacity, ends_at, closed_at, heads, waiting, entries, changed_at } = self;
        let (fields, lines, mine) = (Vec::new(), Vec::new(), Vec::new());
        RollCall {
            post_id,
            is_ours,
            capacity,
            ends_at,
            closed_at,
            heads,
            waiting,
            entries,
            changed_at,
            fields,
            lines,
            mine,
        }
    }
}

/// Opens a roll call under a member's new post.
pub(super) fn open(conn: &mut Conn, post: &Post, opening: &Opening) -> Result<()> {
    let Opening { capacity, ends_at, fields } = opening;
    let row = Row {
        post_id: post.id,
        is_ours: true,
        capacity: *capacity,
        ends_at: *ends_at,
        closed_at: None,
        heads: 0,
        waiting: 0,
        entries: 0,
        changed_at: conn.now(),
    };
    insert(conn, &row, fields)?;
    tell_end(conn, post, *ends_at)
}

fn insert(conn: &mut Conn, row: &Row, fields: &[Field]) -> Result<()> {
    part::mark(conn, row.post_id, Part::RollCall)?;
    diesel::insert_into(roll_call::table)
        .values((
            roll_call::post_id.eq(row.post_id),
            roll_call::is_ours.eq(row.is_ours),
            roll_call::capacity.eq(row.capacity),
            roll_call::ends_at.eq(row.ends_at),
            roll_call::closed_at.eq(row.closed_at),
            roll_call::heads.eq(row.heads),
            roll_call::waiting.eq(row.waiting),
            roll_call::entries.eq(row.entries),
            roll_call::changed_at.eq(row.changed_at),
        ))
        .execute(conn.link())?;
    for (place, field) in (0_i64..).zip(fields) {
        diesel::insert_into(roll_call_field::table)
            .values((
                roll_call_field::post_id.eq(row.post_id),
                roll_call_field::place.eq(place),
                roll_call_field::title.eq(&field.title),
                roll_call_field::choices.eq(field.choices.join("\n")),
            ))
            .execute(conn.link())?;
    }
    Ok(())
}

/// Another server's roll call, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Incoming {
    /// For how many there is room.
    pub capacity: Option<i64>,
    /// Until when one can sign up.
    pub ends_at: Option<Micros>,
    /// When it was closed.
    pub closed_at: Option<Micros>,
    /// How many people are in.
    pub heads: i64,
    /// How many wait.
    pub waiting: i64,
    /// How many lines there are.
    pub entries: i64,
    /// What else is asked.
    pub fields: Vec<Field>,
    /// The first lines.
    pub lines: Vec<IncomingLine>,
}

/// A line of another server's roll call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IncomingLine {
    /// Whose it is on the wire; may be empty.
    pub actor: String,
    /// What it says.
    pub said: Said,
    /// Does it wait?
    pub is_waiting: bool,
}

/// Stores what another server says of the list under its author's post. What our members asked for since and isn't in it yet
/// stays as asked.
pub(super) fn receive(conn: &mut Conn, post: PostId, incoming: &Incoming) -> Result<()> {
    conn.lock(&key(post))?;
    let count = |number: i64| number.clamp(0, CAPACITY_MAX * HEADS_MAX);
    let row = Row {
        post_id: post,
        is_ours: false,
        capacity: incoming.capacity.filter(|capacity| *capacity > 0),
        ends_at: incoming.ends_at,
        closed_at: incoming.closed_at,
        heads: count(incoming.heads),
        waiting: count(incoming.waiting),
        entries: count(incoming.entries),
        changed_at: conn.now(),
    };
    let cut = |title: &String| text::name(title, FIELD_CHARS_MAX);
    let fields: Vec<Field> = (incoming.fields.iter().take(FIELDS_MAX))
        .map(|field| Field {
            title: cut(&field.title),
            choices: field.choices.iter().take(CHOICES_MAX).map(cut).collect(),
        })
        .collect();
    let kept: Vec<Entry> = roll_call_entry::table
        .filter(roll_call_entry::post_id.eq(post))
        .filter(roll_call_entry::state.eq_any([State::Asked, State::Refused]))
        .select(Entry::as_select())
        .load(conn.link())?;
    diesel::delete(roll_call::table.filter(roll_call::post_id.eq(post))).execute(conn.link())?;
    insert(conn, &row, &fields)?;
    let mut here = Vec::new();
    for line in incoming.lines.iter().take(RECEIVED_MAX) {
        let who = match line.actor.as_str() {
            "" => None,
            uri => actor::by_uri(conn, uri)?.map(|actor| actor.id),
        };
        here.extend(who);
        let state = if line.is_waiting { State::Waiting } else { State::In };
        let manner = Manner { actor: who, by: None, reply: None, uri: "" };
        entry::insert(conn, post, &line.said.clone().cut(&fields), state, &manner)?;
    }
    for entry in kept.into_iter().filter(|entry| entry.actor_id.is_none_or(|who| !here.contains(&who))) {
        entry::put_back(conn, &entry)?;
    }
    Ok(())
}

/// Lets other servers hear of the list soon: once for what comes together.
fn tell_count(conn: &mut Conn, post: &Post) -> Result<()> {
    let now = conn.now();
    diesel::update(roll_call::table.filter(roll_call::post_id.eq(post.id)))
        .set(roll_call::changed_at.eq(now))
        .execute(conn.link())?;
    let lane = format!("count:{}", post.id);
    if !actor::by_id(conn, post.author_id)?.is_local() || event::is_waiting(conn, &lane)? {
        return Ok(());
    }
    let (id, due_at) = (event::id(conn), conn.now() + COUNT_PAUSE);
    event::record_at(conn, id, post.author_id, &lane, &Event::Counted(post.id), due_at)
}

/// Why a hall doesn't take somebody's line, as messages that another hall may name.
const REFUSALS: [&str; 8] = [
    "roll-problem-over",
    "roll-problem-struck",
    "roll-problem-members",
    "roll-problem-many",
    "roll-problem-never",
    "roll-problem-own",
    "roll-problem-room",
    "group-problem-banned",
];

/// The message of this name, if it is one by which halls refuse a line.
pub fn refusal(word: &str) -> Option<&'static str> {
    REFUSALS.into_iter().find(|known| *known == word)
}

/// The same for a list that somebody elsewhere takes for another than it is.
pub fn tell_again(conn: &mut Conn, post: &Post) -> Result<()> {
    tell_count(conn, post)
}

/// Lets other servers hear of the end of a list when it comes.
fn tell_end(conn: &mut Conn, post: &Post, ends_at: Option<Micros>) -> Result<()> {
    let lane = format!("roll end:{}", post.id);
    event::withdraw(conn, &lane)?;
    let Some(ends_at) = ends_at else { return Ok(()) };
    let id = event::id(conn);
    event::record_at(conn, id, post.author_id, &lane, &Event::Counted(post.id), ends_at)
}

fn key(id: PostId) -> String {
    format!("roll call:{id}")
}

/// The list in words, as safe HTML, for programs that know no roll calls.
pub fn spelled(roll: &RollCall, messages: &Messages, language: Language, now: Micros) -> String {
    let said = |key: &str, value: i64| messages.text(language, key, &[("count", value.to_string())]);
    let mut head = vec![messages.plain(language, "roll").to_owned(), said("roll-heads", roll.heads)];
    if let Some(room) = roll.room() {
        head.push(said("roll-room", room));
    }
    if roll.waiting > 0 {
        head.push(said("roll-waiting-count", roll.waiting));
    }
    if let Some(at) = roll.ends_at.filter(|_| !roll.is_over(now)) {
        let time = to_rfc3339(at).replace('T', " ").replace(":00Z", " UTC");
        head.push(messages.text(language, "roll-until", &[("time", time)]));
    }
    let mut html = format!("<p>{}", text::escaped(&head.join(" · ")));
    for (number, line) in (1..).zip(&roll.lines) {
        html.push_str("<br>");
        html.push_str(&text::escaped(&format!("{number}. {}", line_in_words(line, messages, language))));
    }
    let rest = roll.entries - i64::try_from(roll.lines.len()).unwrap_or(0);
    if rest > 0 {
        html.push_str("<br>");
        html.push_str(&text::escaped(&said("roll-more", rest)));
    }
    let hint = if roll.is_over(now) { "roll-over" } else { "roll-reply-hint" };
    html.push_str("</p><p>");
    html.push_str(&text::escaped(messages.plain(language, hint)));
    html.push_str("</p>");
    html
}

fn line_in_words(line: &Entry, messages: &Messages, language: Language) -> String {
    let mut words = line.name.clone();
    if line.heads > 1 {
        words.push_str(&format!(" ×{}", line.heads));
    }
    let answers: Vec<&str> = line.answers().into_iter().filter(|answer| !answer.is_empty()).collect();
    if !answers.is_empty() {
        words.push_str(&format!(" ({})", answers.join(", ")));
    }
    if !line.note.is_empty() {
        words.push_str(&format!(" – {}", line.note));
    }
    if line.state == State::Waiting {
        words.push_str(&format!(" [{}]", messages.plain(language, "roll-waiting")));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(capacity: &str, ends_at: std::result::Result<Option<Micros>, ()>, fields: &str) -> Vec<&'static str> {
        match Opening::parse(capacity, ends_at, fields, 1_000) {
            Ok(_) => Vec::new(),
            Err(Error::Invalid(problems)) => problems.into_iter().map(|problem| problem.field).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn what_is_opened_is_checked() {
        for capacity in ["0", "-1", "1.5", "x", "100001", "99999999999999999999"] {
            assert_eq!(opened(capacity, Ok(None), ""), ["roll_capacity"], "{capacity}");
        }
        assert_eq!(opened("", Ok(None), ""), [""; 0]);
        assert_eq!(opened("４０", Ok(Some(2_000)), "餐食：荤、素\n\n电话"), [""; 0]);
        assert_eq!(opened("1", Ok(Some(1_000)), ""), ["roll_end"]);
        assert_eq!(opened("1", Ok(Some(i64::MAX)), ""), ["roll_end"]);
        assert_eq!(opened("0", Err(()), "：荤"), ["roll_capacity", "roll_end", "roll_fields"]);
        for fields in [
            "餐\n餐",
            "餐：素、素",
            "1\n2\n3\n4\n5\n6\n7",
            &"长".repeat(41),
            "餐：1、2、3、4、5、6、7、8、9、10、11、12、13",
        ] {
            assert_eq!(opened("", Ok(None), fields), ["roll_fields"], "{fields}");
        }
        let fields = fields_of("餐食： 荤 / 素 \r\n电话").unwrap();
        let food = Field { title: "餐食".to_owned(), choices: vec!["荤".to_owned(), "素".to_owned()] };
        assert_eq!(fields, [food, Field { title: "电话".to_owned(), choices: Vec::new() }]);
    }
}
