//! Moments, both directions: a post as a `Note`, and others' posts as ours.

use std::borrow::Cow;

use serde_json::Value;

use super::mention::{self, Words};
use super::{Outcome, picture, place, poll, quote};
use crate::ctx::Ctx;
use crate::domain::actor::{self, Actor};
use crate::domain::audience::Audience;
use crate::domain::comment::{self, Way};
use crate::domain::moment::{self, Incoming, Received};
use crate::domain::post::{self, Post};
use crate::domain::quote as domain_quote;
use crate::error::{Error, Result};
use crate::id::ActorId;
use crate::lang::Language;
use crate::text;
use crate::wire::address::same_host;
use crate::wire::json;
use crate::wire::object::{self, Note, PUBLIC};
use crate::wire::poll::read_vote;

/// Longest HTML of a post that is read; longer posts are refused rather than cut in the middle of a tag.
const CONTENT_BYTES_MAX: usize = 400_000;
/// Longest warning that is kept.
const WARNING_CHARS_MAX: usize = 300;

/// A post of ours, before it is placed in its thread (`comment::document`).
pub fn note(post: &Post, author: &Actor, words: &Words) -> Note {
    let (to, cc) = recipients(post.audience, author);
    Note {
        id: post.uri.clone(),
        kind: "Note".to_owned(),
        attributed_to: author.uri.clone(),
        content: words.content(&post.body_html),
        summary: post.warning.clone(),
        sensitive: !post.warning.is_empty(),
        language: post.language.clone(),
        published: Some(post.published_at),
        updated: post.edited_at,
        url: post.url.clone(),
        to,
        cc,
        is_quotable: post.audience.is_public(),
        ..Note::default()
    }
}

/// Whom a post names on the wire (ActivityPub §5.6; federation.md, “Objects”).
pub fn recipients(audience: Audience, author: &Actor) -> (Vec<String>, Vec<String>) {
    let followers = || vec![author.followers.clone()];
    match audience {
        Audience::Everyone => (vec![PUBLIC.to_owned()], followers()),
        Audience::Quiet => (followers(), vec![PUBLIC.to_owned()]),
        Audience::Friends => (followers(), Vec::new()),
        Audience::People | Audience::Me => (Vec::new(), Vec::new()),
    }
}

/// Another server's author has published something.
pub async fn on_create(ctx: &Ctx, author: &Actor, object: &Value, way: Way) -> Result<Outcome> {
    if let (Some(vote), Way::Direct(_)) = (read_vote(object), &way) {
        return poll::on_vote(ctx, author, object, vote).await;
    }
    let (mut incoming, parent) = match read(ctx, author, object).await? {
        Ok(read) => read,
        Err(outcome) => return Ok(outcome),
    };
    look_at_quote(ctx, author, &mut incoming).await?;
    let author = author.clone();
    let received = ctx.write(move |conn| match (parent.as_str(), way) {
        ("", Way::Direct(_)) => moment::receive(conn, &author, incoming),
        ("", Way::HandedOn(_)) => Err(Error::Forbidden),
        (parent, way) => comment::receive(conn, &author, incoming, parent, &way),
    });
    Ok(received.await?.into())
}

/// Another server's author has pinned something: it is stored also if nobody here follows them.
pub async fn on_pinned(ctx: &Ctx, author: &Actor, object: &Value) -> Result<Outcome> {
    let (owner, uri) = (author.id, json::id_of(object).unwrap_or_default().to_owned());
    if ctx.glance(move |conn| crate::domain::post::is_known(conn, owner, &uri)).await? {
        return Ok(Outcome::Ignored("known already".to_owned()));
    }
    match read(ctx, author, object).await? {
        Ok((_, parent)) if !parent.is_empty() => Ok(Outcome::Ignored("a comment is not pinned".to_owned())),
        Ok((incoming, _)) => {
            let author = author.clone();
            Ok(ctx.write(move |conn| moment::receive_pinned(conn, &author, incoming)).await?.into())
        }
        Err(outcome) => Ok(outcome),
    }
}

/// A post as its own server gives it, which somebody here is to read whether they follow its author or not: for everyone, or
/// not at all.
pub async fn on_public(ctx: &Ctx, author: &Actor, document: &Value) -> Result<Outcome> {
    let (incoming, parent) = match read(ctx, author, document).await? {
        Ok(read) => read,
        Err(outcome) => return Ok(outcome),
    };
    if !incoming.audience.is_public() {
        return Ok(Outcome::Ignored("not for everyone".to_owned()));
    }
    let author = author.clone();
    let received = ctx.write(move |conn| match parent.as_str() {
        "" => moment::receive_pinned(conn, &author, incoming),
        parent => comment::receive(conn, &author, incoming, parent, &Way::Direct(None)),
    });
    Ok(received.await?.into())
}

/// Finds out what a post quotes, if somebody here is likely to read it.
async fn look_at_quote(ctx: &Ctx, author: &Actor, incoming: &mut Incoming) -> Result<()> {
    let uri = incoming.uri.clone();
    match &mut incoming.quote {
        Some(quoted) => quote::look(ctx, author, &uri, quoted).await,
        None => Ok(()),
    }
}

/// Another server's author has changed something.
pub async fn on_update(ctx: &Ctx, author: &Actor, object: &Value, way: Way) -> Result<Outcome> {
    let (mut incoming, parent) = match read(ctx, author, object).await? {
        Ok(read) => read,
        Err(outcome) => return Ok(outcome),
    };
    look_at_quote(ctx, author, &mut incoming).await?;
    let author = author.clone();
    let received = ctx.write(move |conn| {
        let uri = incoming.uri.clone();
        let is_new = post::stored(conn, &uri)?.is_none();
        if !parent.is_empty() && is_new {
            return comment::receive(conn, &author, incoming, &parent, &way);
        }
        let received = moment::receive_edit(conn, &author, incoming)?;
        if received == Received::Stored {
            comment::receive_change(conn, &uri, &way)?;
        }
        Ok(received)
    });
    Ok(received.await?.into())
}

/// Another server's author has deleted something.
pub async fn on_delete(ctx: &Ctx, author: &Actor, object_id: &str, way: Way) -> Result<Outcome> {
    if !same_host(object_id, &author.uri) {
        return Ok(Outcome::Rejected("the object is on another host".to_owned()));
    }
    let (author, uri) = (author.clone(), object_id.to_owned());
    let received = ctx.write(move |conn| {
        let received = moment::receive_delete(conn, &author, &uri)?;
        if received == Received::Stored {
            comment::receive_change(conn, &uri, &way)?;
        }
        Ok(received)
    });
    Ok(received.await?.into())
}

/// Reads a post with what it answers (or nothing); one that is given by its id alone is fetched from its own server.
async fn read(ctx: &Ctx, author: &Actor, given: &Value) -> Result<std::result::Result<(Incoming, String), Outcome>> {
    let rejected = |why: &str| Ok(Err(Outcome::Rejected(why.to_owned())));
    let id = json::id_of(given).unwrap_or_default();
    if !same_host(id, &author.uri) {
        return rejected("the object is on another host");
    }
    let fetched;
    let document = if given.is_string() {
        fetched = crate::remote::document(ctx, id).await?;
        &fetched
    } else {
        given
    };
    let note = match object::read(&by(document, author)) {
        Ok(note) => note,
        Err(refusal) => return rejected(refusal.0),
    };
    if note.attributed_to != author.uri {
        return rejected("the object is somebody else's");
    }
    if note.content.len() > CONTENT_BYTES_MAX {
        return rejected("the post is too long");
    }
    let people = people(ctx, &note).await?;
    let parent = note.in_reply_to.clone();
    let tags = note.tags.clone();
    let (author, incoming) = (author.clone(), incoming(note, author, people));
    let incoming = ctx.glance(move |conn| mention::read(conn, &author, &tags, incoming)).await?;
    Ok(Ok((incoming, parent)))
}

/// What says of nobody that it is theirs is whose hand it came from.
fn by<'a>(document: &'a Value, author: &Actor) -> Cow<'a, Value> {
    match document {
        Value::Object(map) if map.get("attributedTo").is_none_or(Value::is_null) => {
            let mut map = map.clone();
            map.insert("attributedTo".to_owned(), author.uri.clone().into());
            Cow::Owned(Value::Object(map))
        }
        document => Cow::Borrowed(document),
    }
}

/// Members of this hall whom a post names.
async fn people(ctx: &Ctx, note: &Note) -> Result<Vec<ActorId>> {
    let prefix = format!("{}/actors/", ctx.origin);
    let uris: Vec<String> =
        note.to.iter().chain(&note.cc).filter(|uri| uri.starts_with(&prefix)).take(100).cloned().collect();
    if uris.is_empty() {
        return Ok(Vec::new());
    }
    ctx.glance(move |conn| {
        let mut found = Vec::new();
        for uri in &uris {
            found.extend(actor::by_uri(conn, uri)?.filter(Actor::is_local).map(|actor| actor.id));
        }
        Ok(found)
    })
    .await
}

fn incoming(note: Note, author: &Actor, people: Vec<ActorId>) -> Incoming {
    let body_html = body(&note);
    let ours = Language::of_tag(&note.language).map(|ours| ours.code().to_owned());
    let language = ours.or_else(|| crate::lang::tag(&note.language));
    let guessed = || text::guess_language(&text::plain(&body_html)).map(str::to_owned);
    let language = language.or_else(guessed).unwrap_or_default();
    let media = picture::incoming(&note);
    let place = place::incoming(&note);
    let asked = poll::incoming(&note);
    let is_note = note.kind == "Note" || note.kind == "Question";
    Incoming {
        audience: audience(&note, author),
        people,
        language,
        warning: if is_note { text::name(&text::plain(&note.summary), WARNING_CHARS_MAX) } else { String::new() },
        body_html,
        published_at: note.published,
        edited_at: note.updated,
        media,
        mentions: Vec::new(),
        hashtags: Vec::new(),
        emoji: Vec::new(),
        place,
        poll: asked,
        quote: (!note.quote.is_empty()).then_some(domain_quote::Incoming {
            uri: note.quote,
            leave: note.quote_leave,
            is_approved: false,
        }),
        url: if note.url.is_empty() { note.id.clone() } else { note.url },
        uri: note.id,
    }
}

/// Safe HTML of a post; titled ones show their title, what has no text shows where it is.
fn body(note: &Note) -> String {
    let mut html = String::new();
    if !note.name.is_empty() && note.kind != "Note" {
        html.push_str("<p><strong>");
        html.push_str(&text::escaped(&text::name(&note.name, WARNING_CHARS_MAX)));
        html.push_str("</strong></p>");
    }
    if note.kind == "Event" {
        html.push_str(&format!("<p>{}</p>", text::escaped(&when_and_where(note))));
    }
    html.push_str(&note.content);
    text::sanitise(&html)
}

/// When an event is, in the words of its server, which mostly say where too; else the time as it stands there.
fn when_and_where(note: &Note) -> String {
    let said = text::name(&text::plain(&note.summary), WARNING_CHARS_MAX);
    if said.is_empty() { text::name(&note.begins.replace('T', " "), WARNING_CHARS_MAX) } else { said }
}

/// Whom a remote author chose, by whom the post names.
fn audience(note: &Note, author: &Actor) -> Audience {
    let names = |list: &[String], followers: &str| !followers.is_empty() && list.iter().any(|uri| uri == followers);
    if note.to.iter().any(|uri| object::is_public(uri)) {
        Audience::Everyone
    } else if note.cc.iter().any(|uri| object::is_public(uri)) {
        Audience::Quiet
    } else if names(&note.to, &author.followers) || names(&note.cc, &author.followers) {
        Audience::Friends
    } else {
        Audience::People
    }
}

/// The post behind an event, with its author; `None` if it is gone meanwhile.
pub async fn of_event(ctx: &Ctx, author: ActorId, id: crate::id::PostId) -> Result<Option<(Post, Actor)>> {
    let found =
        ctx.glance(move |conn| Ok((crate::domain::post::own(conn, author, id)?, actor::by_id(conn, author)?))).await;
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
