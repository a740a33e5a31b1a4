//! The lines of a roll call: how they come, change, move up and go.

use diesel::prelude::*;

use super::{
    ANSWER_CHARS_MAX, ENTRIES_MAX, Entry, Field, HEADS_MAX, NAME_CHARS_MAX, NOTE_CHARS_MAX, OWN_MAX, RollCall, State,
    key, of_post, own, tell_count,
};
use crate::clock::Micros;
use crate::db::Conn;
use crate::db::schema::{roll_call, roll_call_entry};
use crate::domain::actor::{self, Actor};
use crate::domain::audience::{self, Viewer};
use crate::domain::event::{self, Event};
use crate::domain::group;
use crate::domain::media;
use crate::domain::notice::{self, Kind as Notice, New as NewNotice};
use crate::domain::post::{self, Post, Received};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, EntryId, PostId};
use crate::text;

/// Longest reason, in characters.
pub(super) const REASON_CHARS_MAX: usize = 500;

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// The name on it.
    pub name: String,
    /// How many people come.
    pub heads: i64,
    /// A note or empty.
    pub note: String,
    /// What it answers to the author's fields, in their order.
    pub answers: Vec<String>,
}

impl Said {
    /// Checks a form. Without a number one person comes.
    ///
    /// Errors: `Invalid` naming `name`, `heads`, `note` or `answer`.
    pub fn parse(fields: &[Field], name: &str, heads: &str, note: &str, answers: &[String]) -> Result<Self> {
        let (name, note) = (text::name(name, NAME_CHARS_MAX + 1), text::name(note, NOTE_CHARS_MAX + 1));
        let mut problems = Vec::new();
        if name.is_empty() {
            problems.push(Problem::new("name", "roll-problem-name"));
        }
        for (field, said, max) in [("name", &name, NAME_CHARS_MAX), ("note", &note, NOTE_CHARS_MAX)] {
            if said.chars().count() > max {
                problems.push(Problem::new(field, "problem-too-long").with("max", max));
            }
        }
        let heads = match text::digits(heads.trim()).as_str() {
            "" => Some(1),
            said => said.parse::<i64>().ok().filter(|heads| (1..=HEADS_MAX).contains(heads)),
        };
        if heads.is_none() {
            problems.push(Problem::new("heads", "roll-problem-heads").with("max", HEADS_MAX));
        }
        let mut kept = Vec::new();
        for (place, field) in fields.iter().enumerate() {
            let answer = text::name(answers.get(place).map_or("", String::as_str), ANSWER_CHARS_MAX + 1);
            if answer.chars().count() > ANSWER_CHARS_MAX {
                problems.push(Problem::new("answer", "problem-too-long").with("max", ANSWER_CHARS_MAX));
            } else if !answer.is_empty() && !field.choices.is_empty() && !field.choices.contains(&answer) {
                problems.push(Problem::new("answer", "roll-problem-answer"));
            }
            kept.push(answer);
        }
        match (problems.is_empty(), heads) {
            (true, Some(heads)) => Ok(Self { name, heads, note, answers: kept }),
            _ => Err(Error::Invalid(problems)),
        }
    }

    /// The same made to fit: what came from elsewhere is cut rather than refused.
    pub(super) fn cut(self, fields: &[Field]) -> Self {
        let answers = (0..fields.len()).map(|place| {
            let answer = self.answers.get(place).map_or("", String::as_str);
            text::name(answer, ANSWER_CHARS_MAX)
        });
        Self {
            answers: answers.collect(),
            name: text::name(&self.name, NAME_CHARS_MAX),
            heads: self.heads.clamp(1, HEADS_MAX),
            note: text::name(&self.note, NOTE_CHARS_MAX),
        }
    }
}

/// How a line came.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'a> {
    /// Whose it is.
    pub actor: Option<ActorId>,
    /// Who wrote it.
    pub by: Option<ActorId>,
    /// The comment that it is.
    pub reply: Option<PostId>,
    /// The activity that it is; may be empty.
    pub uri: &'a str,
}

pub(super) fn insert(conn: &mut Conn, post: PostId, said: &Said, state: State, manner: &Manner<'_>) -> Result<EntryId> {
    let now = conn.now();
    let id = next_id(conn, post, now)?;
    diesel::insert_into(roll_call_entry::table)
        .values((
            roll_call_entry::id.eq(id),
            roll_call_entry::post_id.eq(post),
            roll_call_entry::actor_id.eq(manner.actor),
            roll_call_entry::by_id.eq(manner.by),
            roll_call_entry::name.eq(&said.name),
            roll_call_entry::heads.eq(said.heads),
            roll_call_entry::note.eq(&said.note),
            roll_call_entry::answers.eq(said.answers.join("\n")),
            roll_call_entry::state.eq(state),
            roll_call_entry::reply_id.eq(manner.reply),
            roll_call_entry::join_uri.eq(manner.uri),
            roll_call_entry::reason.eq(""),
            roll_call_entry::created_at.eq(now),
            roll_call_entry::edited_at.eq(None::<Micros>),
        ))
        .execute(conn.link())?;
    Ok(id)
}

/// An id behind those of all lines before it: within a millisecond, and where several processes serve one hall, ids needn't
/// grow by themselves.
fn next_id(conn: &mut Conn, post: PostId, now: Micros) -> Result<EntryId> {
    let last: Option<EntryId> = roll_call_entry::table
        .filter(roll_call_entry::post_id.eq(post))
        .select(diesel::dsl::max(roll_call_entry::id))
        .first(conn.link())?;
    let own = conn.id_at(now);
    Ok(EntryId(last.map_or(own, |last| own.max(last.0 + 1))))
}

/// Writes a line of our member's that another server's list didn't name.
pub(super) fn put_back(conn: &mut Conn, entry: &Entry) -> Result<()> {
    let answers = entry.answers().into_iter().map(str::to_owned).collect();
    let said = Said { name: entry.name.clone(), heads: entry.heads, note: entry.note.clone(), answers };
    let manner = Manner { actor: entry.actor_id, by: entry.by_id, reply: None, uri: "" };
    let id = insert(conn, entry.post_id, &said, entry.state, &manner)?;
    diesel::update(roll_call_entry::table.filter(roll_call_entry::id.eq(id)))
        .set(roll_call_entry::reason.eq(&entry.reason))
        .execute(conn.link())?;
    Ok(())
}

/// The post and its list, locked, for somebody who may see it.
pub(super) fn locked(conn: &mut Conn, viewer: &Viewer, id: PostId) -> Result<(Post, RollCall)> {
    let post = post::show(conn, viewer, id)?.post;
    if media::is_held(conn, id)? {
        return Err(Error::NotFound("post"));
    }
    conn.lock(&key(id))?;
    let roll = of_post(conn, None, id, 0)?.ok_or(Error::NotFound("roll call"))?;
    Ok((post, roll))
}

/// May somebody sign up? Whoever belongs to the group. Of another server's group that is asked for our members alone: it knows
/// its own.
///
/// Errors: `Invalid` for the field `name`.
fn may_join(conn: &mut Conn, post: &Post, who: &Actor) -> Result<()> {
    let Some(id) = post.group_id.filter(|_| who.id != post.author_id) else { return Ok(()) };
    if group::standing(conn, id, who.id)?.is_some_and(|standing| standing.state == group::State::Banned) {
        return Err(Error::invalid("name", "group-problem-banned"));
    }
    let is_asked = who.is_local() || actor::by_id(conn, id)?.is_local();
    match is_asked && !audience::holds(conn, who.id, &audience::followers_token(id))? {
        true => Err(Error::invalid("name", "roll-problem-members")),
        false => Ok(()),
    }
}

/// A member signs up, or somebody of their own, or changes the line of that name. Of another server's list the author's server decides.
///
/// Errors: `NotFound` if the member may not see the post or it has no list; `Invalid` naming a field, or `name` if nobody can sign
/// up.
pub fn join(conn: &mut Conn, me: &Actor, id: PostId, said: impl FnOnce(&[Field]) -> Result<Said>) -> Result<State> {
    let (post, roll) = locked(conn, &Viewer::Member(me.id), id)?;
    let said = said(&roll.fields)?;
    may_join(conn, &post, me)?;
    if roll.is_ours {
        let manner = Manner { actor: Some(me.id), by: Some(me.id), reply: None, uri: "" };
        return write(conn, &post, &roll, &said, &manner);
    }
    if roll.is_over(conn.now()) {
        return Err(Error::invalid("name", "roll-problem-over"));
    }
    let known: Vec<Entry> = own(conn, me.id, id)?;
    // As far as it is known here; the author's server has the last word.
    let old = known.first().filter(|entry| entry.state == State::In).map_or(0, |entry| entry.heads);
    match (roll.capacity, roll.room()) {
        (Some(capacity), _) if said.heads > capacity => {
            return Err(Error::Invalid(vec![Problem::new("heads", "roll-problem-never").with("max", capacity)]));
        }
        (_, Some(room)) if old > 0 && said.heads - old > room => {
            return Err(Error::Invalid(vec![Problem::new("heads", "roll-problem-room").with("count", room)]));
        }
        _ => {}
    }
    match known.first() {
        Some(entry) if entry.state == State::Struck => return Err(Error::invalid("name", "roll-problem-struck")),
        // What the author's server took stays as it is until it says otherwise.
        Some(entry) => {
            rewrite(conn, entry.id, &said)?;
            if entry.state == State::Refused {
                set_state(conn, entry.id, State::Asked, "")?;
            }
        }
        None => {
            let manner = Manner { actor: Some(me.id), by: Some(me.id), reply: None, uri: "" };
            insert(conn, id, &said, State::Asked, &manner)?;
        }
    }
    record(conn, me.id, id, &Event::RollJoined { post: id })?;
    Ok(known.first().map_or(State::Asked, |entry| entry.state))
}

/// Somebody of another server signs up by an activity, or changes their line.
///
/// Errors: `NotFound` if the post isn't here or isn't for them; `Invalid` as [`join`].
pub fn receive_join(conn: &mut Conn, sender: &Actor, uri: &str, activity: &str, said: &Said) -> Result<Received> {
    let Some(post) = ours(conn, uri)? else { return Ok(Received::Ignored("a list that isn't ours")) };
    let (post, roll) = locked(conn, &Viewer::Remote(sender.id), post)?;
    may_join(conn, &post, sender)?;
    let name = if said.name.is_empty() { sender.display_name.clone() } else { said.name.clone() };
    let said = Said { name, ..said.clone() }.cut(&roll.fields);
    let manner = Manner { actor: Some(sender.id), by: Some(sender.id), reply: None, uri: activity };
    write(conn, &post, &roll, &said, &manner)?;
    Ok(Received::Stored)
}

/// A post of a member of ours that is there still.
fn ours(conn: &mut Conn, uri: &str) -> Result<Option<PostId>> {
    let post = post::stored(conn, uri)?.filter(|post| post.deleted_at.is_none()).ok_or(Error::NotFound("post"))?;
    Ok(actor::by_id(conn, post.author_id)?.is_local().then_some(post.id))
}

/// What somebody wrote in a comment from elsewhere becomes a line, or changes the one that it was.
pub(super) fn write_reply(conn: &mut Conn, post: PostId, who: &Actor, reply: PostId, said: &Said) -> Result<State> {
    let (post, roll) = locked(conn, &Viewer::Remote(who.id), post)?;
    may_join(conn, &post, who)?;
    let said = said.clone().cut(&roll.fields);
    let manner = Manner { actor: Some(who.id), by: Some(who.id), reply: Some(reply), uri: "" };
    write(conn, &post, &roll, &said, &manner)
}

/// Writes somebody's line: a new one, or over the one that it was.
fn write(conn: &mut Conn, post: &Post, roll: &RollCall, said: &Said, manner: &Manner<'_>) -> Result<State> {
    if roll.is_over(conn.now()) {
        return Err(Error::invalid("name", "roll-problem-over"));
    }
    let mine = match manner.actor {
        Some(actor) => own(conn, actor, post.id)?,
        None => Vec::new(),
    };
    if mine.iter().any(|entry| entry.state == State::Struck) {
        return Err(Error::invalid("name", "roll-problem-struck"));
    }
    // One may write one's elders down too: another name is another line. What another hall's member asks for is one line.
    let by_name = || mine.iter().find(|entry| entry.name == said.name);
    let old = match manner.reply {
        Some(reply) => mine.iter().find(|entry| entry.reply_id == Some(reply)).or_else(by_name),
        None if manner.uri.is_empty() => by_name(),
        None => mine.iter().find(|entry| entry.reply_id.is_none()).or_else(by_name),
    };
    if old.is_none() && mine.len() >= OWN_MAX {
        return Err(Error::Invalid(vec![Problem::new("name", "roll-problem-own").with("max", OWN_MAX)]));
    }
    let Some(old) = old else { return add(conn, post, roll, said, manner) };
    if let Some(reply) = manner.reply {
        diesel::update(roll_call_entry::table.filter(roll_call_entry::id.eq(old.id)))
            .set(roll_call_entry::reply_id.eq(Some(reply)))
            .execute(conn.link())?;
    }
    revise(conn, post, roll, old, said)
}

/// Adds a line: in if there is room for it, else behind those who wait.
pub(super) fn add(conn: &mut Conn, post: &Post, roll: &RollCall, said: &Said, manner: &Manner<'_>) -> Result<State> {
    if roll.entries >= ENTRIES_MAX {
        return Err(Error::Invalid(vec![Problem::new("name", "roll-problem-many").with("max", ENTRIES_MAX)]));
    }
    if let Some(capacity) = roll.capacity.filter(|capacity| said.heads > *capacity) {
        return Err(Error::Invalid(vec![Problem::new("heads", "roll-problem-never").with("max", capacity)]));
    }
    let state = match roll.room() {
        Some(room) if said.heads > room => State::Waiting,
        _ => State::In,
    };
    insert(conn, post.id, said, state, manner)?;
    count(conn, post.id, state, said.heads, 1)?;
    tell_count(conn, post)?;
    Ok(state)
}

/// Changes what a line says. Its place in the order stays; more people than there is room for are not let in.
fn revise(conn: &mut Conn, post: &Post, roll: &RollCall, old: &Entry, said: &Said) -> Result<State> {
    let more = said.heads - old.heads;
    match (old.state, roll.room()) {
        (State::In, Some(room)) if more > room => {
            return Err(Error::Invalid(vec![Problem::new("heads", "roll-problem-room").with("count", room)]));
        }
        (State::Waiting, _) if roll.capacity.is_some_and(|capacity| said.heads > capacity) => {
            let problem = Problem::new("heads", "roll-problem-never").with("max", roll.capacity.unwrap_or(0));
            return Err(Error::Invalid(vec![problem]));
        }
        _ => {}
    }
    let is_same = old.name == said.name
        && more == 0
        && old.note == said.note
        && old.answers().into_iter().eq(said.answers.iter().map(String::as_str));
    if is_same {
        return Ok(old.state);
    }
    rewrite(conn, old.id, said)?;
    count(conn, post.id, old.state, more, 0)?;
    settle(conn, post)?;
    tell_count(conn, post)?;
    Ok(entry(conn, old.id)?.state)
}

fn rewrite(conn: &mut Conn, id: EntryId, said: &Said) -> Result<()> {
    let now = conn.now();
    diesel::update(roll_call_entry::table.filter(roll_call_entry::id.eq(id)))
        .set((
            roll_call_entry::name.eq(&said.name),
            roll_call_entry::heads.eq(said.heads),
            roll_call_entry::note.eq(&said.note),
            roll_call_entry::answers.eq(said.answers.join("\n")),
            roll_call_entry::edited_at.eq(Some(now)),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// Counts people and lines that came (or went, below zero) in this state.
pub(super) fn count(conn: &mut Conn, post: PostId, state: State, heads: i64, entries: i64) -> Result<()> {
    let row = roll_call::table.filter(roll_call::post_id.eq(post));
    let lines = roll_call::entries.eq(roll_call::entries + entries);
    match state {
        State::In => {
            diesel::update(row).set((roll_call::heads.eq(roll_call::heads + heads), lines)).execute(conn.link())?
        }
        State::Waiting => {
            diesel::update(row).set((roll_call::waiting.eq(roll_call::waiting + heads), lines)).execute(conn.link())?
        }
        State::Struck | State::Asked | State::Refused => 0,
    };
    Ok(())
}

/// Moves those up who wait and fit now, in their order, and tells them.
pub(super) fn settle(conn: &mut Conn, post: &Post) -> Result<()> {
    let Some(roll) = of_post(conn, None, post.id, 0)? else { return Ok(()) };
    let mut room = roll.room().unwrap_or(i64::MAX);
    if room == 0 || roll.waiting == 0 {
        return Ok(());
    }
    let waiting: Vec<(EntryId, i64, Option<ActorId>)> = roll_call_entry::table
        .filter(roll_call_entry::post_id.eq(post.id))
        .filter(roll_call_entry::state.eq(State::Waiting))
        .order(roll_call_entry::id)
        .select((roll_call_entry::id, roll_call_entry::heads, roll_call_entry::actor_id))
        .load(conn.link())?;
    for (id, heads, who) in waiting {
        if heads > room {
            continue;
        }
        room -= heads;
        set_state(conn, id, State::In, "")?;
        count(conn, post.id, State::Waiting, -heads, 0)?;
        count(conn, post.id, State::In, heads, 0)?;
        tell(conn, Notice::RollPlace, post, post.author_id, who)?;
    }
    Ok(())
}

pub(super) fn set_state(conn: &mut Conn, id: EntryId, state: State, reason: &str) -> Result<()> {
    diesel::update(roll_call_entry::table.filter(roll_call_entry::id.eq(id)))
        .set((roll_call_entry::state.eq(state), roll_call_entry::reason.eq(reason)))
        .execute(conn.link())?;
    Ok(())
}

/// Tells whose line it is what became of it; of the same kind only the last.
pub(super) fn tell(conn: &mut Conn, kind: Notice, post: &Post, by: ActorId, who: Option<ActorId>) -> Result<()> {
    let Some(who) = who else { return Ok(()) };
    let told = NewNotice::about_post(kind, by, post.id, post.id);
    notice::withdraw(conn, who, &told)?;
    notice::tell(conn, who, &told)
}

/// A line, by its id. Who may read it is asked before.
///
/// Errors: `NotFound`.
pub fn entry(conn: &mut Conn, id: EntryId) -> Result<Entry> {
    roll_call_entry::table
        .filter(roll_call_entry::id.eq(id))
        .select(Entry::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("entry"))
}

/// Takes a line out of the list, and lets those move up who wait.
pub(super) fn take_out(conn: &mut Conn, post: &Post, old: &Entry) -> Result<()> {
    diesel::delete(roll_call_entry::table.filter(roll_call_entry::id.eq(old.id))).execute(conn.link())?;
    count(conn, post.id, old.state, -old.heads, -1)?;
    settle(conn, post)?;
    tell_count(conn, post)
}

/// A member takes their own line back, or one of their own.
///
/// Errors: `NotFound` if they have none.
pub fn leave(conn: &mut Conn, me: &Actor, id: PostId, which: Option<EntryId>) -> Result<()> {
    let (post, roll) = locked(conn, &Viewer::Member(me.id), id)?;
    let mine: Vec<Entry> = own(conn, me.id, id)?;
    let mut gone = mine.iter().filter(|entry| entry.state != State::Struck);
    let gone = gone.find(|entry| which.is_none_or(|which| which == entry.id)).ok_or(Error::NotFound("entry"))?;
    if roll.is_ours {
        return take_out(conn, &post, gone);
    }
    // Who moves up is their author's server's to say.
    diesel::delete(roll_call_entry::table.filter(roll_call_entry::id.eq(gone.id))).execute(conn.link())?;
    count(conn, post.id, gone.state, -gone.heads, -1)?;
    record(conn, me.id, id, &Event::RollLeft { post: id })
}

/// Somebody of another server takes their lines back.
///
/// Errors: `NotFound` if the post isn't here or isn't for them.
pub fn receive_leave(conn: &mut Conn, sender: &Actor, uri: &str) -> Result<Received> {
    let Some(post) = ours(conn, uri)? else { return Ok(Received::Ignored("a list that isn't ours")) };
    let Ok(post) = post::by_id(conn, post) else { return Err(Error::NotFound("post")) };
    conn.lock(&key(post.id))?;
    let mine = own(conn, sender.id, post.id)?;
    let gone: Vec<&Entry> = mine.iter().filter(|entry| entry.state != State::Struck).collect();
    if gone.is_empty() {
        return Ok(Received::Ignored("not on the list"));
    }
    gone.into_iter().try_for_each(|entry| take_out(conn, &post, entry))?;
    Ok(Received::Stored)
}

/// The author's server doesn't take our member's line.
pub fn receive_refusal(conn: &mut Conn, author: &Actor, uri: &str, who: ActorId, why: &str) -> Result<Received> {
    let post = post::stored(conn, uri)?.ok_or(Error::NotFound("post"))?;
    if post.author_id != author.id {
        return Err(Error::Forbidden);
    }
    conn.lock(&key(post.id))?;
    let asked = own(conn, who, post.id)?.into_iter().find(|entry| entry.state == State::Asked);
    let Some(asked) = asked else { return Ok(Received::Ignored("nothing was asked")) };
    set_state(conn, asked.id, State::Refused, &text::name(why, REASON_CHARS_MAX))?;
    tell(conn, Notice::RollStruck, &post, author.id, Some(who))?;
    Ok(Received::Stored)
}

/// May somebody run the list: the author, and the officers of the group, where the author's hall keeps it?
pub fn may_manage(conn: &mut Conn, who: ActorId, post: &Post) -> Result<bool> {
    if post.author_id == who {
        return Ok(true);
    }
    let role = post.group_id.map(|group| group::role(conn, group, who)).transpose()?.flatten();
    Ok(role.is_some_and(group::Role::is_officer) && actor::by_id(conn, post.author_id)?.is_local())
}

/// A line with its list for who may change it: whose it is, or who runs the list.
fn changed(conn: &mut Conn, by: &Actor, post: PostId, id: EntryId) -> Result<(Post, RollCall, Entry)> {
    let (post, roll) = locked(conn, &Viewer::Member(by.id), post)?;
    let old = entry(conn, id)?;
    let is_own = old.actor_id == Some(by.id);
    match may_manage(conn, by.id, &post)? {
        _ if old.post_id != post.id => Err(Error::NotFound("entry")),
        true => Ok((post, roll, old)),
        false if is_own && roll.is_over(conn.now()) => Err(Error::invalid("name", "roll-problem-over")),
        false if is_own => Ok((post, roll, old)),
        false => Err(Error::NotFound("entry")),
    }
}

/// Changes a line.
///
/// Errors: `NotFound` if it isn't theirs and they don't run the list, or it is struck; `Invalid` naming a field.
pub fn edit(
    conn: &mut Conn,
    by: &Actor,
    post: PostId,
    id: EntryId,
    said: impl FnOnce(&[Field]) -> Result<Said>,
) -> Result<State> {
    let (post, roll, old) = changed(conn, by, post, id)?;
    let said = said(&roll.fields)?;
    match old.state {
        State::In | State::Waiting if roll.is_ours => revise(conn, &post, &roll, &old, &said),
        _ => Err(Error::NotFound("entry")),
    }
}

fn record(conn: &mut Conn, me: ActorId, post: PostId, what: &Event) -> Result<()> {
    let id = event::id(conn);
    event::record(conn, id, me, &format!("roll:{post}:{me}"), what)
}
