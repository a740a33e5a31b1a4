//! Polls, both directions: the question that a post is, votes on it, and the count that goes round.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Outcome;
use super::outgoing::{Outgoing, elsewhere};
use crate::clock::Micros;
use crate::ctx::Ctx;
use crate::domain::actor::{self, Actor};
use crate::domain::poll::{self, Incoming, Poll};
use crate::domain::post;
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::wire::json as wire_json;
use crate::wire::object::Note;
use crate::wire::poll::{self as wire, Vote};

/// Says in the document of a post of ours what it asks. Counts that are secret until the end are not in it.
pub fn add(document: &mut Value, asked: Option<&Poll>, now: Micros) {
    let Some(asked) = asked else { return };
    let is_told = asked.is_told(now);
    let options = asked.options.iter().map(|option| (option.title.clone(), if is_told { option.votes } else { 0 }));
    let poll = wire::Poll {
        options: options.collect(),
        is_many: asked.is_many,
        end_time: asked.ends_at,
        closed: asked.closed_at.or(asked.ends_at).filter(|_| asked.is_over(now)),
        voters: asked.voters,
    };
    wire::add(document, &poll);
}

/// What another server's post asks.
pub fn incoming(note: &Note) -> Option<Incoming> {
    let read = note.poll.clone()?;
    Some(Incoming {
        options: read.options,
        is_many: read.is_many,
        ends_at: read.end_time,
        closed_at: read.closed,
        voters: read.voters,
    })
}

/// Somebody on another server answers a poll.
pub async fn on_vote(ctx: &Ctx, voter: &Actor, object: &Value, vote: Vote) -> Result<Outcome> {
    let said_by = object.get("attributedTo").and_then(wire_json::id_of);
    if said_by.is_some_and(|uri| uri != voter.uri) {
        return Ok(Outcome::Rejected("the vote is somebody else's".to_owned()));
    }
    let voter = voter.clone();
    let received = ctx.write(move |conn| poll::receive_vote(conn, &voter, &vote.question, &vote.title));
    Ok(received.await?.into())
}

/// The same in PieFed's own form, which names the question and the option's text.
pub async fn on_poll_vote(ctx: &Ctx, voter: &Actor, document: &Value) -> Result<Outcome> {
    let Some(vote) = wire::read_poll_vote(document) else {
        return Ok(Outcome::Rejected("no option is chosen".to_owned()));
    };
    let voter = voter.clone();
    Ok(ctx.write(move |conn| poll::receive_vote(conn, &voter, &vote.question, &vote.title)).await?.into())
}

/// A member has answered another server's poll: only its author hears of it.
pub async fn about_vote(ctx: &Ctx, id: &str, me: &Actor, post: PostId, place: usize) -> Result<Option<Outgoing>> {
    let found = ctx
        .glance(move |conn| {
            let post = post::by_id(conn, post)?;
            let author = actor::by_id(conn, post.author_id)?;
            Ok((poll::of_post(conn, None, post.id)?, post, author))
        })
        .await;
    let (asked, post, author) = match found {
        Ok(found) => found,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let option = asked.and_then(|asked| asked.options.into_iter().nth(place));
    let (Some(option), Some(_)) = (option, elsewhere(&author)) else { return Ok(None) };
    let vote = Vote { question: post.uri, title: option.title };
    let object = wire::vote(&format!("{id}#vote"), &me.uri, &author.uri, &vote);
    let document = json!({"id": id, "type": "Create", "actor": me.uri, "to": [author.uri], "object": object});
    Ok(Some(Outgoing::new("Create", document, BTreeSet::from([author.inbox.clone()]))))
}
