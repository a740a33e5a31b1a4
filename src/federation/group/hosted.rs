//! What comes to groups of this hall from other servers: topics of their members, and what those who run them do.
//!
//! Invariant: who belongs to a group and who runs it is said by this hall alone; a word counts only by the one whose it is.

use serde_json::Value;

use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::actor::{self, Actor, Kind};
use crate::domain::announcement as announcements;
use crate::domain::comment::{Way, Word};
use crate::domain::event::Mark;
use crate::domain::group::State;
use crate::domain::moment::Received;
use crate::domain::{friend, group, membership, post, topic};
use crate::error::{Error, Result};
use crate::federation::{Outcome, announcement, incoming, moment};
use crate::id::ActorId;
use crate::wire::activity::Activity;
use crate::wire::address::same_host;
use crate::wire::json;

/// Names of one activity that are looked at.
const NAMES_MAX: usize = 100;

/// The group of this hall that a post is addressed to: as its `audience`, or by name (FEP-1b12; software without `audience` names the
/// group as it would a person).
pub async fn named(ctx: &Ctx, activity: &Activity, document: &Value) -> Result<Option<Actor>> {
    let prefix = format!("{}/actors/", ctx.origin);
    let mut uris = Vec::new();
    for place in [&activity.object, document] {
        for key in ["audience", "to", "cc"] {
            uris.extend(json::ids(place, key).into_iter().filter(|uri| uri.starts_with(&prefix)).take(NAMES_MAX));
        }
    }
    if uris.is_empty() {
        return Ok(None);
    }
    ctx.glance(move |conn| {
        for uri in &uris {
            if let Some(found) = ours(conn, uri)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    })
    .await
}

/// The group of this hall with this id.
fn ours(conn: &mut Conn, uri: &str) -> Result<Option<Actor>> {
    let found = actor::by_uri(conn, uri)?.filter(|found| found.is_local() && found.kind == Kind::Group);
    Ok(found.filter(|found| found.suspended_at.is_none()))
}

/// Does an activity about a post begin a topic, rather than answer or change one?
pub async fn begins(ctx: &Ctx, activity: &Activity) -> Result<bool> {
    let is_answer = activity.object.get("inReplyTo").and_then(json::id_of).is_some();
    let uri = activity.object_id().to_owned();
    Ok(!is_answer && ctx.glance(move |conn| Ok(post::stored(conn, &uri)?.is_none())).await?)
}

/// Somebody begins a topic in a group of this hall, if they belong to it. What isn't taken into the group is read like any other post.
pub async fn on_topic(ctx: &Ctx, author: &Actor, home: &Actor, object: &Value, way: Way) -> Result<Outcome> {
    let (who, id) = (author.id, home.id);
    let (standing, is_followed) =
        ctx.glance(move |conn| Ok((group::standing(conn, id, who)?, friend::is_followed_here(conn, who)?))).await?;
    if !standing.is_some_and(|standing| standing.state == State::Member) {
        let outcome = Outcome::Rejected("its author doesn't belong to the group".to_owned());
        return if is_followed { moment::on_create(ctx, author, object, way).await } else { Ok(outcome) };
    }
    let (incoming, parent) = match incoming::read_titled(ctx, author, object).await? {
        Ok(read) => read,
        Err(outcome) => return Ok(outcome),
    };
    if !parent.is_empty() {
        return moment::on_create(ctx, author, object, way).await;
    }
    let (author, Way::Direct(word)) = (author.clone(), way) else {
        return Ok(Outcome::Rejected("not handed on to its own group".to_owned()));
    };
    let said = announcement::read(object);
    let received = ctx.write(move |conn| {
        let uri = incoming.uri.clone();
        let received = topic::receive(conn, &author, id, incoming, word.as_ref())?;
        if let (Received::Stored, Some(said)) = (received, &said) {
            announcements::receive(conn, &uri, id, said)?;
        }
        Ok(received)
    });
    Ok(received.await?.into())
}

/// What somebody does to run a group of this hall.
#[derive(Debug, Clone)]
pub enum Rule {
    /// Something about a post.
    Mark(Mark, String),
    /// Keeps somebody out of the group, or lets them back.
    Ban(ActorId, String, bool),
    /// Says who runs the group.
    Office(ActorId, String, bool),
}

/// Is this what somebody does to run a group of ours? Whether they may is asked later.
pub async fn rule(ctx: &Ctx, sender: &Actor, activity: &Activity, document: &Value) -> Result<Option<Rule>> {
    let (is_undo, word) = match activity.kind.as_str() {
        "Undo" => (true, &activity.object),
        _ => (false, document),
    };
    let kind = json::types(word).first().copied().unwrap_or_default().to_owned();
    let object = word.get("object").and_then(json::id_of).unwrap_or_default().to_owned();
    let target = word.get("target").and_then(json::id_of).unwrap_or_default().to_owned();
    let by = word.get("actor").and_then(json::id_of).unwrap_or_default();
    if is_undo && by != sender.uri && !same_host(by, &sender.uri) {
        return Ok(None);
    }
    let who = sender.id;
    ctx.glance(move |conn| {
        Ok(match kind.as_str() {
            "Lock" => Some(Rule::Mark(if is_undo { Mark::Unlocked } else { Mark::Locked }, object)),
            "Delete" if is_removal(conn, who, &object)? => {
                Some(Rule::Mark(if is_undo { Mark::Restored } else { Mark::TakenDown }, object))
            }
            "Block" => ours(conn, &target)?.map(|home| Rule::Ban(home.id, object, !is_undo)),
            "Add" | "Remove" if !is_undo => collected(conn, &kind, &target, object)?,
            _ => None,
        })
    })
    .await
}

/// Is it a post in a group of ours that somebody else wrote?
fn is_removal(conn: &mut Conn, who: ActorId, uri: &str) -> Result<bool> {
    let Some(post) = post::stored(conn, uri)?.filter(|post| post.author_id != who) else { return Ok(false) };
    post.group_id.map_or(Ok(false), |group| group::is_ours(conn, group))
}

/// What is put into a collection of a group of ours, or taken out of it. NodeBB takes a topic out of the group itself.
fn collected(conn: &mut Conn, kind: &str, target: &str, object: String) -> Result<Option<Rule>> {
    let is_added = kind == "Add";
    if let Some(home) = target.strip_suffix("/featured") {
        let mark = if is_added { Mark::Pinned } else { Mark::Unpinned };
        return Ok(ours(conn, home)?.map(|_| Rule::Mark(mark, object)));
    }
    if let Some(home) = target.strip_suffix("/moderators") {
        return Ok(ours(conn, home)?.map(|home| Rule::Office(home.id, object, is_added)));
    }
    Ok(ours(conn, target)?.filter(|_| !is_added).map(|_| Rule::Mark(Mark::TakenDown, object)))
}

/// Somebody of another server does something to run a group of ours: only if they run it.
pub async fn on_rule(ctx: &Ctx, sender: &Actor, activity: &Activity, rule: Rule, word: Word) -> Result<Outcome> {
    let by = sender.clone();
    let reason = crate::text::plain(&crate::text::sanitise(&activity.content)).trim().to_owned();
    ctx.write(move |conn| {
        let person = |conn: &mut Conn, uri: &str| {
            actor::by_uri(conn, uri)?.map(|person| person.id).ok_or(Error::NotFound("actor"))
        };
        match rule {
            Rule::Mark(mark, uri) => {
                return Ok(topic::receive_mark(conn, &by, &uri, (mark, &reason), &word)?.into());
            }
            Rule::Ban(..) | Rule::Office(..) if by.is_local() => return Err(Error::Forbidden),
            Rule::Ban(home, uri, is_ban) => {
                if !group::is_run_by(conn, home, by.id)? {
                    return Err(Error::Forbidden);
                }
                let who = person(conn, &uri)?;
                match is_ban {
                    true => membership::receive_ban(conn, &by, home, who, (&reason, word.body))?,
                    false => membership::receive_unban(conn, &by, home, who, word.body)?,
                }
            }
            Rule::Office(home, uri, is_added) => {
                if is_added || uri != by.uri {
                    return Err(Error::Forbidden);
                }
                membership::receive_resignation(conn, &by, home, word.body)?;
            }
        }
        Ok(Outcome::Done)
    })
    .await
}
