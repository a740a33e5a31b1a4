//! Moments, both directions: a post as a `Note`, and others' posts as ours.

use serde_json::Value;

use super::mention::Words;
use super::{Outcome, announcement, incoming, item as item_map, poll, quote};
use crate::clock::from_rfc3339;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::actor::{self, Actor};
use crate::domain::announcement as announcements;
use crate::domain::audience::Audience;
use crate::domain::comment::{self, Way};
use crate::domain::item;
use crate::domain::moment::{self, Incoming, Received};
use crate::domain::partner;
use crate::domain::post::{self, Post};
use crate::domain::search::{self, Who};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};
use crate::wire::address::same_host;
use crate::wire::json;
use crate::wire::object::{Note, PUBLIC};
use crate::wire::poll::read_vote;

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
        Audience::People | Audience::Group | Audience::Protocol | Audience::Me => (Vec::new(), Vec::new()),
    }
}

/// Another server's author has published something.
pub async fn on_create(ctx: &Ctx, author: &Actor, object: &Value, way: Way) -> Result<Outcome> {
    if let (Some(vote), Way::Direct(_)) = (read_vote(object), &way) {
        return poll::on_vote(ctx, author, object, vote).await;
    }
    let (mut incoming, parent) = match incoming::read(ctx, author, object).await? {
        Ok(read) => read,
        Err(outcome) => return Ok(outcome),
    };
    look_at_quote(ctx, author, &mut incoming).await?;
    let (author, described) = (author.clone(), item_map::incoming(object, &ctx.forms));
    let said = Consent::of(&author, &incoming);
    let received = ctx.write(move |conn| {
        incoming.is_item = is_of_archive(conn, &author, &incoming, &way)?;
        let received = match (parent.as_str(), way) {
            ("", Way::Direct(_)) => {
                let uri = incoming.uri.clone();
                let received = moment::receive(conn, &author, incoming)?;
                partner::receive_item(conn, &author, &uri, described.as_ref())?;
                Ok(received)
            }
            ("", Way::HandedOn(_)) => Err(Error::Forbidden),
            (parent, way) => {
                if let Some(answered) = item::answered(conn, parent)? {
                    return item::receive_reply(conn, &author, &incoming, answered);
                }
                let uri = incoming.uri.clone();
                let received = comment::receive(conn, &author, incoming, parent, &way)?;
                announcements::heed_reply(conn, &author, &uri)?;
                Ok(received)
            }
        };
        said.keep(conn, received?)
    });
    Ok(received.await?.into())
}

/// A post as its own server gives it, which somebody here is to read whether they follow its author or not: for everyone, or
/// not at all.
pub async fn on_public(ctx: &Ctx, author: &Actor, document: &Value) -> Result<Outcome> {
    let (incoming, parent) = match incoming::read(ctx, author, document).await? {
        Ok(read) => read,
        Err(outcome) => return Ok(outcome),
    };
    if !incoming.audience.is_public() {
        return Ok(Outcome::Ignored("not for everyone".to_owned()));
    }
    let author = author.clone();
    let said = Consent::of(&author, &incoming);
    let received = ctx.write(move |conn| {
        let received = match parent.as_str() {
            "" => moment::receive_pinned(conn, &author, incoming),
            parent => match item::answered(conn, parent)? {
                // What was only looked up isn't said to the archive.
                Some(_) => return Ok(Received::Ignored("an answer to an item")),
                None => comment::receive(conn, &author, incoming, parent, &Way::Direct(None)),
            },
        };
        said.keep(conn, received?)
    });
    Ok(received.await?.into())
}

/// Who may find a post by its words, if it says so itself.
struct Consent {
    uri: String,
    who: Option<Who>,
}

impl Consent {
    fn of(author: &Actor, incoming: &Incoming) -> Self {
        let said = incoming.searchable_by.as_deref();
        let who = said.map(|list| search::of_wire(&author.followers, Some(list), false));
        Self { uri: incoming.uri.clone(), who }
    }

    /// Keeps it beside what was stored.
    fn keep(self, conn: &mut Conn, received: Received) -> Result<Received> {
        if let (Received::Stored, Some(who)) = (received, self.who)
            && let Some(post) = post::stored(conn, &self.uri)?
        {
            search::mark_post(conn, post.id, who)?;
        }
        Ok(received)
    }
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
    let uri = json::id_of(object).unwrap_or_default().to_owned();
    let is_in_group =
        ctx.glance(move |conn| Ok(post::stored(conn, &uri)?.is_some_and(|post| post.group_id.is_some()))).await?;
    let read = match is_in_group {
        true => incoming::read_titled(ctx, author, object).await?,
        false => incoming::read(ctx, author, object).await?,
    };
    let (mut incoming, parent) = match read {
        Ok(read) => read,
        Err(outcome) => return Ok(outcome),
    };
    look_at_quote(ctx, author, &mut incoming).await?;
    let (author, announced) = (author.clone(), announcement::read(object));
    let described = item_map::incoming(object, &ctx.forms);
    let said = Consent::of(&author, &incoming);
    let received = ctx.write(move |conn| {
        let uri = incoming.uri.clone();
        incoming.is_item = is_of_archive(conn, &author, &incoming, &way)?;
        if let Some(answered) = item::answered(conn, &parent)? {
            return item::receive_reply(conn, &author, &incoming, answered);
        }
        let is_new = post::stored(conn, &uri)?.is_none();
        if !parent.is_empty() && is_new {
            let received = comment::receive(conn, &author, incoming, &parent, &way)?;
            return said.keep(conn, received);
        }
        let received = moment::receive_edit(conn, &author, incoming)?;
        if received == Received::Stored {
            partner::receive_item(conn, &author, &uri, described.as_ref())?;
            if let Some(announced) = &announced {
                announcements::receive_change(conn, &uri, announced)?;
            }
            comment::receive_change(conn, &uri, &way)?;
        }
        said.keep(conn, received)
    });
    Ok(received.await?.into())
}

/// Is this an item, from the hand of an archive that says `hg:union`?
fn is_of_archive(conn: &mut Conn, author: &Actor, incoming: &Incoming, way: &Way) -> Result<bool> {
    Ok(incoming.is_item && matches!(way, Way::Direct(_)) && partner::is_archive(conn, author.id)?)
}

/// The same as [`on_delete`] for what is given with its `Tombstone`: an archive says in it since when an item is shown no more.
pub async fn on_tombstone(ctx: &Ctx, author: &Actor, object: &Value, way: Way) -> Result<Outcome> {
    let uri = json::id_of(object).unwrap_or_default().to_owned();
    let id = author.id;
    if !same_host(&uri, &author.uri) || !ctx.glance(move |conn| partner::is_archive(conn, id)).await? {
        return on_delete(ctx, author, &uri, way).await;
    }
    let at = json::text(object, "deleted").and_then(from_rfc3339).unwrap_or_else(|| ctx.now());
    let author = author.clone();
    let received = ctx.write(move |conn| {
        item::remove_reply(conn, author.id, &uri)?;
        partner::remove_item(conn, &author, &uri)?;
        moment::receive_withdrawal(conn, &author, &uri, at)
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
        item::remove_reply(conn, author.id, &uri)?;
        let received = moment::receive_delete(conn, &author, &uri)?;
        if received == Received::Stored {
            comment::receive_change(conn, &uri, &way)?;
        }
        Ok(received)
    });
    Ok(received.await?.into())
}

/// The post behind an event, with its author; `None` if it is gone meanwhile.
pub async fn of_event(ctx: &Ctx, author: ActorId, id: PostId) -> Result<Option<(Post, Actor)>> {
    let found =
        ctx.glance(move |conn| Ok((crate::domain::post::own(conn, author, id)?, actor::by_id(conn, author)?))).await;
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
