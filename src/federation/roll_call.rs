//! Roll calls, both directions: the list that a post carries, and signing up on another server's.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Outcome;
use super::outgoing::{Outgoing, elsewhere};
use crate::ctx::Ctx;
use crate::domain::actor::{self, Actor};
use crate::domain::event::{self, Event};
use crate::domain::part::{self, Part};
use crate::domain::post::{self, Post};
use crate::domain::roll_call::{self, Field, Incoming, IncomingLine, RECEIVED_MAX, RollCall, Said, State};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};
use crate::lang::Language;
use crate::wire::activity::Activity;
use crate::wire::object::Note;
use crate::wire::roll_call::{self as wire, Line};

/// Says in the document of a post of ours who has signed up, and in its text for programs that know no lists.
pub async fn add(ctx: &Ctx, document: &mut Value, post: &Post) -> Result<()> {
    if part::having(&[post.bits()], Part::RollCall).is_empty() {
        return Ok(());
    }
    let id = post.id;
    let limit = i64::try_from(RECEIVED_MAX).unwrap_or(0);
    let found = ctx.read(move |conn| {
        let Some(roll) = roll_call::of_post(conn, None, id, limit)? else { return Ok(None) };
        let people = roll_call::people(conn, &roll.lines)?;
        Ok(Some((roll, people)))
    });
    let Some((mut roll, people)) = found.await? else { return Ok(()) };
    let line = |entry: &roll_call::Entry| Line {
        actor: entry.actor_id.and_then(|who| people.get(&who)).map(|who| who.uri.clone()).unwrap_or_default(),
        name: entry.name.clone(),
        heads: entry.heads,
        note: entry.note.clone(),
        answers: answers(&roll.fields, entry),
        is_waiting: entry.state == State::Waiting,
    };
    let list = wire::RollCall {
        content: String::new(),
        updated: None,
        capacity: roll.capacity,
        end_time: roll.ends_at,
        closed: roll.closed_at,
        heads: roll.heads,
        waiting: roll.waiting,
        total: roll.entries,
        fields: roll.fields.iter().map(|field| (field.title.clone(), field.choices.clone())).collect(),
        lines: roll.lines.iter().map(line).collect(),
    };
    let language = Language::of_tag(&post.language).unwrap_or(Language::ZhHans);
    roll.lines.truncate(roll_call::SPELLED_MAX);
    let words = roll_call::spelled(&roll, &ctx.messages, language, ctx.now());
    // Its end is a change too, that other programs are to show.
    let ended = roll.ends_at.filter(|at| *at <= ctx.now());
    wire::add(document, &list, &words, roll.changed_at.max(ended.unwrap_or(0)));
    Ok(())
}

fn answers(fields: &[Field], entry: &roll_call::Entry) -> Vec<(String, String)> {
    fields.iter().zip(entry.answers()).map(|(field, answer)| (field.title.clone(), answer.to_owned())).collect()
}

/// The list of another server's post.
pub fn incoming(note: &Note) -> Option<Incoming> {
    let roll = note.roll.clone()?;
    let fields: Vec<Field> = roll.fields.into_iter().map(|(title, choices)| Field { title, choices }).collect();
    let line = |line: Line| IncomingLine { said: said(&fields, &line), actor: line.actor, is_waiting: line.is_waiting };
    Some(Incoming {
        capacity: roll.capacity,
        ends_at: roll.end_time,
        closed_at: roll.closed,
        heads: roll.heads,
        waiting: roll.waiting,
        entries: roll.total,
        lines: roll.lines.into_iter().map(line).collect(),
        fields,
    })
}

/// What a line says, its answers in the order of the fields.
fn said(fields: &[Field], line: &Line) -> Said {
    let answer = |field: &Field| {
        let own = line.answers.iter().find(|(title, _)| *title == field.title);
        own.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let answers = fields.iter().map(answer).collect();
    Said { name: line.name.clone(), heads: line.heads, note: line.note.clone(), answers }
}

/// Somebody of another server signs up, or changes their line. Whoever isn't taken is told why.
pub async fn on_join(ctx: &Ctx, sender: &Actor, activity: &Activity, document: &Value) -> Result<Outcome> {
    let Some(line) = wire::read_join(document) else {
        return Ok(Outcome::Rejected("no number of people".to_owned()));
    };
    let (sender, uri, join) = (sender.clone(), activity.object_id().to_owned(), activity.id.clone());
    let received = ctx.write(move |conn| {
        let Some(post) = post::stored(conn, &uri)? else { return Err(Error::NotFound("post")) };
        let fields = roll_call::of_post(conn, None, post.id, 0)?.map(|roll| roll.fields).unwrap_or_default();
        match roll_call::receive_join(conn, &sender, &uri, &join, &said(&fields, &line)) {
            Err(Error::Invalid(problems)) => {
                let why = problems.first().map_or("", |problem| problem.message).to_owned();
                let event = event::id(conn);
                let what = Event::RollRefused { post: post.id, join, to: sender.id, why: why.clone() };
                event::record(conn, event, post.author_id, &format!("roll:{}:{}", post.id, sender.id), &what)?;
                // What they have of it may be out of date.
                roll_call::tell_again(conn, &post)?;
                Ok(Outcome::Rejected(why))
            }
            Err(error) => Err(error),
            Ok(received) => Ok(received.into()),
        }
    });
    received.await
}

/// Somebody of another server takes their line back.
pub async fn on_leave(ctx: &Ctx, sender: &Actor, activity: &Activity) -> Result<Outcome> {
    let (sender, uri) = (sender.clone(), activity.object_id().to_owned());
    Ok(ctx.write(move |conn| roll_call::receive_leave(conn, &sender, &uri)).await?.into())
}

/// The author's server doesn't take a member's line.
pub async fn on_reject(ctx: &Ctx, sender: &Actor, activity: &Activity) -> Result<Outcome> {
    let id = |key: &str| activity.object.get(key).and_then(crate::wire::json::id_of).unwrap_or_default().to_owned();
    let (sender, uri, joiner, why) = (sender.clone(), id("object"), id("actor"), activity.content.clone());
    let received = ctx.write(move |conn| {
        let member = actor::by_uri(conn, &joiner)?.filter(Actor::is_local).ok_or(Error::NotFound("actor"))?;
        roll_call::receive_refusal(conn, &sender, &uri, member.id, &why)
    });
    Ok(received.await?.into())
}

/// The post with its list and its author, if that is of another server.
async fn list_of(ctx: &Ctx, me: ActorId, post: PostId) -> Result<Option<(Post, Actor, Option<RollCall>)>> {
    let found = ctx
        .glance(move |conn| {
            let post = post::by_id(conn, post)?;
            let author = actor::by_id(conn, post.author_id)?;
            let roll = roll_call::of_post(conn, Some(me), post.id, 0)?;
            Ok((post, author, roll))
        })
        .await;
    match found {
        Ok(found) => Ok(elsewhere(&found.1).map(|_| found)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn directed(kind: &'static str, document: Value, to: &Actor) -> Outgoing {
    Outgoing::new(kind, document, BTreeSet::from([to.inbox.clone()]))
}

/// A member has signed up on another server's list: only its author hears of it.
pub async fn about_entry(ctx: &Ctx, id: &str, me: &Actor, post: PostId) -> Result<Option<Outgoing>> {
    let Some((post, author, Some(roll))) = list_of(ctx, me.id, post).await? else { return Ok(None) };
    // Taken back meanwhile.
    let Some(mine) = roll.mine.first() else { return Ok(None) };
    let line = Line {
        actor: me.uri.clone(),
        name: mine.name.clone(),
        heads: mine.heads,
        note: mine.note.clone(),
        answers: answers(&roll.fields, mine),
        is_waiting: false,
    };
    Ok(Some(directed("Join", wire::join(id, &me.uri, &post.uri, &author.uri, &line), &author)))
}

/// A member has taken their line back.
pub async fn about_leave(ctx: &Ctx, id: &str, me: &Actor, post: PostId) -> Result<Option<Outgoing>> {
    let Some((post, author, _)) = list_of(ctx, me.id, post).await? else { return Ok(None) };
    Ok(Some(directed("Leave", wire::leave(id, &me.uri, &post.uri, &author.uri), &author)))
}

/// Whose line isn't taken.
pub struct Refusal<'a> {
    /// The post with the list.
    pub post: PostId,
    /// The id of their `Join`.
    pub join: &'a str,
    /// Who.
    pub to: ActorId,
    /// The message that says why.
    pub why: &'a str,
}

/// Somebody of another server isn't taken into a list of ours.
pub async fn about_refusal(ctx: &Ctx, id: &str, me: &Actor, refusal: &Refusal<'_>) -> Result<Option<Outgoing>> {
    let (post, to) = (refusal.post, refusal.to);
    let found = ctx.glance(move |conn| Ok((post::by_id(conn, post)?, actor::by_id(conn, to)?))).await;
    let (post, to) = match found {
        Ok(found) => found,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let document = wire::reject(id, &me.uri, refusal.join, &to.uri, &post.uri, refusal.why);
    Ok(elsewhere(&to).map(|_| directed("Reject", document, &to)))
}
