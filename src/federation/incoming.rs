//! Others' posts as ours: a document, given or fetched from its own server, read, cut to length and cleaned.

use std::borrow::Cow;

use serde_json::Value;

use super::article::{self as federated, CONTENT_BYTES_MAX};
use super::{Outcome, mention, picture, place, poll, roll_call};
use crate::ctx::Ctx;
use crate::domain::actor::{self, Actor, Kind};
use crate::domain::article;
use crate::domain::audience::Audience;
use crate::domain::moment::{self, Incoming};
use crate::domain::quote;
use crate::error::Result;
use crate::id::ActorId;
use crate::remote;
use crate::text;
use crate::wire;
use crate::wire::address::same_host;
use crate::wire::json;
use crate::wire::object::{self, Note};

/// Longest warning that is kept.
const WARNING_CHARS_MAX: usize = 300;

/// Reads a post with what it answers (or nothing); one that is given by its id alone is fetched from its own server.
pub async fn read(
    ctx: &Ctx,
    author: &Actor,
    given: &Value,
) -> Result<std::result::Result<(Incoming, String), Outcome>> {
    read_as(ctx, author, given, Title::InText).await
}

/// The same of what is said in a group, where a title stands by itself.
pub async fn read_titled(
    ctx: &Ctx,
    author: &Actor,
    given: &Value,
) -> Result<std::result::Result<(Incoming, String), Outcome>> {
    read_as(ctx, author, given, Title::Apart).await
}

/// Where the title of a post is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Title {
    /// As the first line of its text.
    InText,
    /// By itself.
    Apart,
}

async fn read_as(
    ctx: &Ctx,
    author: &Actor,
    given: &Value,
    title: Title,
) -> Result<std::result::Result<(Incoming, String), Outcome>> {
    let rejected = |why: &str| Ok(Err(Outcome::Rejected(why.to_owned())));
    let id = json::id_of(given).unwrap_or_default();
    if !same_host(id, &author.uri) {
        return rejected("the object is on another host");
    }
    let fetched;
    let document = if given.is_string() {
        fetched = remote::document(ctx, id).await?;
        &fetched
    } else {
        given
    };
    let document = by(document, author);
    let note = match object::read(&document) {
        Ok(note) => note,
        Err(refusal) => return rejected(refusal.0),
    };
    let facts = wire::article::read(&document, &note);
    if note.attributed_to != author.uri {
        return rejected("the object is somebody else's");
    }
    if note.content.len() > CONTENT_BYTES_MAX
        || note.roll.as_ref().is_some_and(|roll| roll.content.len() > CONTENT_BYTES_MAX)
    {
        return rejected("the post is too long");
    }
    let people = people(ctx, &note).await?;
    let parent = note.in_reply_to.clone();
    let tags = note.tags.clone();
    let mut incoming = incoming(note, facts, author, people, title);
    incoming.is_item = author.kind == Kind::Organization && json::text(&document, "hg:itemForm").is_some();
    // An archive shows its items itself: a page elsewhere is none of them.
    if incoming.is_item && !same_host(&incoming.url, &incoming.uri) {
        incoming.url.clone_from(&incoming.uri);
    }
    let author = author.clone();
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
            let named = actor::by_uri(conn, uri)?;
            found.extend(named.filter(|named| named.is_local() && named.kind != Kind::Group).map(|named| named.id));
        }
        Ok(found)
    })
    .await
}

fn incoming(
    mut note: Note,
    facts: wire::article::Facts,
    author: &Actor,
    people: Vec<ActorId>,
    title: Title,
) -> Incoming {
    let is_apart = title == Title::Apart && note.kind != "Note" && note.in_reply_to.is_empty();
    let mut article = if is_apart { None } else { federated::incoming(&note, facts) };
    let title = match &article {
        Some(article) => article.title.clone(),
        None if is_apart => text::plain(&std::mem::take(&mut note.name)),
        None => String::new(),
    };
    let body_html = article.as_ref().map_or_else(|| body(&note), article::Incoming::bare_html);
    let language = federated::language(&note.language);
    let guessed = || text::guess_language(&text::plain(&body_html)).map(str::to_owned);
    let language = language.or_else(guessed).unwrap_or_default();
    let mut media = picture::incoming(&note);
    if let Some(article) = &mut article {
        article.scripts.retain(|script| script.language != language);
        media.extend(federated::pictures(article, &media));
    }
    let place = place::incoming(&note);
    let asked = poll::incoming(&note);
    let rolled = roll_call::incoming(&note);
    let is_note = note.kind == "Note" || note.kind == "Question";
    Incoming {
        audience: audience(&note, author),
        people,
        language,
        warning: if is_note { text::name(&text::plain(&note.summary), WARNING_CHARS_MAX) } else { String::new() },
        body_html,
        published_at: note.published,
        edited_at: note.roll.as_ref().map_or(note.updated, |roll| roll.updated),
        media,
        mentions: Vec::new(),
        hashtags: Vec::new(),
        emoji: Vec::new(),
        place,
        poll: asked,
        roll: rolled,
        title,
        article,
        group_id: None,
        searchable_by: note.searchable_by,
        is_item: false,
        quote: (!note.quote.is_empty()).then_some(quote::Incoming {
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
    // Where the list is known, it needn't stand in the text.
    html.push_str(note.roll.as_ref().map_or(&note.content, |roll| &roll.content));
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

/// A post as its own server gives it, with its author; or why it isn't taken.
pub async fn fetched(ctx: &Ctx, uri: &str) -> Result<std::result::Result<(Actor, Value), String>> {
    let document = remote::document(ctx, uri).await?;
    let note = match object::read(&document) {
        Ok(note) => note,
        Err(refusal) => return Ok(Err(refusal.0.to_owned())),
    };
    let author = remote::actor::by_uri(ctx, &note.attributed_to).await?;
    if author.is_local() || author.deleted_at.is_some() || author.suspended_at.is_some() {
        return Ok(Err("its author is gone or suspended".to_owned()));
    }
    Ok(Ok((author, document)))
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
