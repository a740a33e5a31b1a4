//! Groups of other servers (FEP-1b12): what their members say, handed on by an `Announce` of a post's id or of a member's whole
//! activity.
//!
//! Invariant: a group's word is a hint. What it hands on counts as the member's own server gives it, and is for everyone.

mod collection;
mod hosted;
mod relay;

pub use collection::{featured, followers, moderators, shows};
pub use hosted::{begins, named, on_rule, on_topic, rule};
pub use relay::{Route, appointed, banned, handed, marked, route, shared, whispered};

use serde_json::Value;

use super::{Outcome, actor, announcement, boost, comment, incoming, moment, reaction};
use crate::clock::from_rfc3339;
use crate::ctx::Ctx;
use crate::domain::actor::{Actor, Kind};
use crate::domain::alliance;
use crate::domain::announcement as announcements;
use crate::domain::boost as boosts;
use crate::domain::comment::Way;
use crate::domain::event::Mark;
use crate::domain::moment::Received;
use crate::domain::{friend, group as groups, post, topic};
use crate::error::{Error, Result};
use crate::remote;
use crate::wire::activity::{self, Activity};
use crate::wire::address::{host_of, same_host};
use crate::wire::{json, object, proof};

/// Something that a group hands on: the `Announce` and who sent it.
struct Handed<'a> {
    group: &'a Actor,
    announce: &'a Activity,
}

/// Is this an activity with what a member did in it?
pub fn hands_on(announce: &Activity) -> bool {
    let is_activity = announce.object.is_object() && !object::is_post(&announce.object_types());
    is_activity && activity::read(&announce.object).is_ok()
}

/// Does somebody say something that is another's of the same server? Members of some groups speak for them so (Mobilizon).
pub fn is_spoken_for(sender: &Actor, object: &Value) -> bool {
    let by = object.get("attributedTo").filter(|by| !by.is_array()).and_then(json::id_of);
    by.is_some_and(|by| by != sender.uri && same_host(by, &sender.uri))
}

/// Somebody speaks for their group: it counts as the group's if the group's server says so.
pub async fn on_spoken(ctx: &Ctx, sender: &Actor, object: &Value) -> Result<Outcome> {
    let uri = json::id_of(object).unwrap_or_default().to_owned();
    if !same_host(&uri, &sender.uri) {
        return Ok(Outcome::Rejected("the object is on another host".to_owned()));
    }
    let (author, document) = match incoming::fetched(ctx, &uri).await? {
        Ok(fetched) => fetched,
        Err(why) => return Ok(Outcome::Rejected(why)),
    };
    if author.kind != Kind::Group {
        return Ok(Outcome::Rejected("the object is somebody else's".to_owned()));
    }
    let group = author.id;
    let (is_known, is_heard) = ctx
        .glance(move |conn| Ok((post::stored(conn, &uri)?.is_some(), friend::is_followed_here(conn, group)?)))
        .await?;
    match (is_known, is_heard) {
        (true, _) => moment::on_update(ctx, &author, &document, Way::Direct(None)).await,
        (false, true) => moment::on_public(ctx, &author, &document).await,
        (false, false) => Ok(Outcome::Ignored("nobody here follows the group".to_owned())),
    }
}

/// A group hands something on.
pub async fn on_announce(ctx: &Ctx, group: &Actor, announce: &Activity) -> Result<Outcome> {
    let handed = Handed { group, announce };
    if !hands_on(announce) {
        return handed.post(ctx, announce.object_id()).await;
    }
    let inner = match activity::read(&announce.object) {
        Ok(inner) => inner,
        Err(refusal) => return Ok(Outcome::Rejected(refusal.0.to_owned())),
    };
    let types = inner.object_types();
    let is_group = group.kind == Kind::Group;
    match inner.kind.as_str() {
        kind if !is_group && !matches!(kind, "Create" | "Update") => {
            Ok(Outcome::Ignored(format!("{kind} in somebody's Announce is not understood")))
        }
        "Create" | "Update" if inner.object.is_string() || object::is_post(&types) => {
            match handed.is_private(ctx).await? {
                true => handed.private_post(ctx, &inner).await,
                false => handed.post(ctx, inner.object_id()).await,
            }
        }
        "Lock" | "Add" | "Remove" | "Block" if is_group => handed.rule(ctx, &inner, false).await,
        "Undo" if is_group && types.iter().any(|kind| matches!(*kind, "Lock" | "Block")) => {
            handed.rule(ctx, &inner, true).await
        }
        "Update" if inner.object_id() == group.uri => actor::on_update(ctx, group, &inner.object).await,
        "Delete" => handed.deletion(ctx, &inner).await,
        "Like" => handed.like(ctx, &inner).await,
        "Undo" if types.contains(&"Like") => handed.undone_like(ctx, &inner).await,
        "Undo" if types.contains(&"Delete") => {
            // A deleted post stays deleted; one that the group alone had taken down is shown again.
            let post = inner.object.get("object").and_then(json::id_of).unwrap_or_default().to_owned();
            match handed.rule(ctx, &inner, true).await? {
                Outcome::Done => Ok(Outcome::Done),
                _ => handed.post(ctx, &post).await,
            }
        }
        kind => Ok(Outcome::Ignored(format!("{kind} of a group's member is not understood"))),
    }
}

impl Handed<'_> {
    /// A post, new or changed: what its own server says of it is taken, and the group's followers read it.
    async fn post(&self, ctx: &Ctx, uri: &str) -> Result<Outcome> {
        let (asked, group) = (uri.to_owned(), self.group.id);
        let (known, is_heard) =
            ctx.glance(move |conn| Ok((post::stored(conn, &asked)?, friend::is_followed_here(conn, group)?))).await?;
        let is_ours = same_host(uri, &ctx.origin);
        // Some hand on the changed post itself, without the word that it has changed.
        let newer = json::text(&self.announce.object, "updated").and_then(from_rfc3339);
        let before = known.as_ref().and_then(|post| post.edited_at);
        let is_change =
            json::types(&self.announce.object).contains(&"Update") || newer.is_some_and(|at| Some(at) != before);
        if host_of(uri).is_none() || (is_ours && known.is_none()) {
            return Ok(Outcome::Ignored("no post is named".to_owned()));
        }
        if !is_ours && (known.is_none() || is_change) {
            let taken = self.take(ctx, uri, is_heard).await?;
            if !matches!(taken, Outcome::Done) {
                return Ok(taken);
            }
        }
        self.show(ctx, uri, is_heard).await
    }

    /// Fetches a post from its own server. Of a group that nobody here follows only what concerns a member is kept.
    async fn take(&self, ctx: &Ctx, uri: &str, is_heard: bool) -> Result<Outcome> {
        let (author, document) = match incoming::fetched(ctx, uri).await? {
            Ok(fetched) => fetched,
            Err(why) => return Ok(Outcome::Rejected(why)),
        };
        let id = json::id_of(&document).unwrap_or_default().to_owned();
        if is_heard && let Some(taken) = self.topic(ctx, &author, &document).await? {
            return Ok(taken);
        }
        if ctx.glance(move |conn| Ok(post::stored(conn, &id)?.is_some())).await? {
            return moment::on_update(ctx, &author, &document, Way::Direct(None)).await;
        }
        match is_heard {
            true => moment::on_public(ctx, &author, &document).await,
            false => moment::on_create(ctx, &author, &document, Way::Direct(None)).await,
        }
    }

    /// Is what is said in the group for its members alone? Then its server says so of it.
    async fn is_private(&self, ctx: &Ctx) -> Result<bool> {
        let group = self.group.id;
        ctx.glance(move |conn| Ok(groups::detail(conn, group)?.is_some_and(|detail| detail.is_private))).await
    }

    /// A new topic of a group that says what it is stands in the group, if its author says so (`audience`); `None` if it is none.
    async fn topic(&self, ctx: &Ctx, author: &Actor, document: &Value) -> Result<Option<Outcome>> {
        let (group, uri) = (self.group.id, json::id_of(document).unwrap_or_default().to_owned());
        let is_answer = document.get("inReplyTo").and_then(json::id_of).is_some();
        let is_said_in_it = json::ids(document, "audience").contains(&self.group.uri);
        let is_fresh = ctx
            .glance(move |conn| Ok(post::stored(conn, &uri)?.is_none() && groups::detail(conn, group)?.is_some()))
            .await?;
        if is_answer || !is_said_in_it || !is_fresh {
            return Ok(None);
        }
        let (incoming, _) = match incoming::read_titled(ctx, author, document).await? {
            Ok(read) => read,
            Err(outcome) => return Ok(Some(outcome)),
        };
        let said = announcement::said_to(ctx, self.group, author, document).await?;
        let author = author.clone();
        let received = ctx.write(move |conn| {
            let uri = incoming.uri.clone();
            let received = topic::receive(conn, &author, group, incoming, None)?;
            if let (Received::Stored, Some(said)) = (received, &said) {
                announcements::receive(conn, &uri, group, said)?;
                alliance::relay(conn, &uri)?;
            }
            Ok(received)
        });
        Ok(Some(received.await?.into()))
    }

    /// What is said in a private group can't be looked up: it counts by its author's proof, or if the author is of the group's server.
    async fn private_post(&self, ctx: &Ctx, inner: &Activity) -> Result<Outcome> {
        if same_host(&inner.actor, &ctx.origin) {
            return Ok(Outcome::Ignored("said here in the first place".to_owned()));
        }
        if !self.vouches(ctx, inner).await? {
            return Ok(Outcome::Rejected("neither proven nor of the group's server".to_owned()));
        }
        let group = self.group.id;
        if !ctx.glance(move |conn| friend::is_followed_here(conn, group)).await? {
            return Ok(Outcome::Ignored("nobody here belongs to the group".to_owned()));
        }
        let author = remote::actor::by_uri(ctx, &inner.actor).await?;
        if author.is_local() || author.deleted_at.is_some() || author.suspended_at.is_some() {
            return Ok(Outcome::Rejected("its author is gone or suspended".to_owned()));
        }
        if let Some(taken) = self.topic(ctx, &author, &inner.object).await? {
            return Ok(taken);
        }
        let (way, uri) = (Way::HandedOn(group), inner.object_id().to_owned());
        let is_known = ctx.glance(move |conn| Ok(post::stored(conn, &uri)?.is_some())).await?;
        match is_known {
            true => moment::on_update(ctx, &author, &inner.object, way).await,
            false => moment::on_create(ctx, &author, &inner.object, way).await,
        }
    }

    /// Is what the group hands on known to be its actor's word: by the actor's proof, or because the group's server is the actor's?
    async fn vouches(&self, ctx: &Ctx, inner: &Activity) -> Result<bool> {
        if same_host(&inner.actor, &self.group.uri) {
            return Ok(true);
        }
        let document = &self.announce.object;
        let Some(method) = proof::method(document).filter(|method| same_host(method, &inner.actor)) else {
            return Ok(false);
        };
        let host = host_of(&inner.actor).unwrap_or_default();
        if host == ctx.authority || !remote::may_speak(ctx, &host).await? {
            return Ok(false);
        }
        let known = remote::key::find(ctx, method).await?;
        Ok(known.actor_uri == inner.actor && proof::check(document, &known.key))
    }

    /// What those who run the group did in it: its own server says who they are.
    async fn rule(&self, ctx: &Ctx, inner: &Activity, is_undo: bool) -> Result<Outcome> {
        let word = if is_undo { &inner.object } else { &self.announce.object };
        let named = |key: &str| word.get(key).and_then(json::id_of).unwrap_or_default().to_owned();
        let is_featured = named("target") == format!("{}/featured", self.group.uri);
        let kind = json::types(word).first().copied().unwrap_or_default();
        let mark = match (kind, is_undo) {
            ("Lock", false) => Mark::Locked,
            ("Lock", true) => Mark::Unlocked,
            ("Delete", true) => Mark::Restored,
            ("Add", false) if is_featured => Mark::Pinned,
            ("Remove", false) if is_featured => Mark::Unpinned,
            ("Remove", false) if self.vouches(ctx, inner).await? => {
                // Whose topic it is takes an answer away from under it.
                let by = remote::actor::by_uri(ctx, &inner.actor).await?;
                return comment::on_remove(ctx, &by, inner, Way::HandedOn(self.group.id)).await;
            }
            (kind, _) => return Ok(Outcome::Ignored(format!("{kind} in a group changes nothing here"))),
        };
        let (group, uri) = (self.group.clone(), named("object"));
        Ok(ctx.write(move |conn| topic::receive_group_mark(conn, &group, &uri, (mark, ""))).await?.into())
    }

    /// How somebody's word under a post of this group came.
    async fn way(&self, ctx: &Ctx, uri: &str) -> Result<Way> {
        let (group, uri) = (self.group.id, uri.to_owned());
        let is_theirs =
            ctx.glance(move |conn| Ok(post::stored(conn, &uri)?.is_some_and(|post| post.group_id == Some(group))));
        Ok(if is_theirs.await? { Way::HandedOn(group) } else { Way::Direct(None) })
    }

    /// Puts a post before those who follow the group, as a boost does. Comments are read where they stand.
    async fn show(&self, ctx: &Ctx, uri: &str, is_heard: bool) -> Result<Outcome> {
        if !is_heard && !same_host(uri, &ctx.origin) {
            return Ok(Outcome::Done);
        }
        let (group, uri, announce) =
            (self.group.clone(), uri.to_owned(), boost::announce_uri(self.group, self.announce));
        let shown = ctx.write(move |conn| match post::stored(conn, &uri)? {
            Some(post) if post.root_id.is_some() => Ok(Received::Stored),
            _ => boosts::receive(conn, &group, &announce, &uri),
        });
        Ok(shown.await?.into())
    }

    /// Something is deleted: by its author, if it is gone from its own server too, else by the group's moderators, who can
    /// only take it down from the group.
    async fn deletion(&self, ctx: &Ctx, inner: &Activity) -> Result<Outcome> {
        let uri = inner.object_id().to_owned();
        let asked = uri.clone();
        let Some(known) = ctx.glance(move |conn| post::stored(conn, &asked)).await? else {
            return Ok(Outcome::Ignored("not here".to_owned()));
        };
        let group = self.group.id;
        let stands_in_it = known.group_id == Some(group);
        let (author, is_theirs, is_public) = ctx
            .glance(move |conn| {
                let is_theirs = boosts::find(conn, group, known.id)?.is_some() || known.root_id.is_some();
                let is_public = post::is_for_everyone(conn, &known)?;
                Ok((crate::domain::actor::by_id(conn, known.author_id)?, is_theirs, is_public))
            })
            .await?;
        // With a summary, be it empty, it is the word of those who run the group, though they take down their own.
        let is_authors = author.uri == inner.actor && json::text(&self.announce.object, "summary").is_none();
        if stands_in_it && is_authors && !author.is_local() && self.vouches(ctx, inner).await? {
            return moment::on_delete(ctx, &author, &uri, Way::HandedOn(group)).await;
        }
        // What is for few isn't any other group's business, and its server wouldn't tell us that it is there.
        if !stands_in_it && (!is_theirs || !is_public) {
            return Ok(Outcome::Rejected("not of this group".to_owned()));
        }
        if !author.is_local() && is_public && remote::is_gone(ctx, &uri).await? {
            return moment::on_delete(ctx, &author, &uri, Way::Direct(None)).await;
        }
        let group = self.group.clone();
        if stands_in_it {
            let reason = crate::text::plain(&crate::text::sanitise(&inner.content)).trim().to_owned();
            let down = (Mark::TakenDown, reason);
            let received = ctx.write(move |conn| {
                let received = topic::receive_group_mark(conn, &group, &uri, (down.0, &down.1))?;
                match boosts::receive_undo(conn, &group, "", &uri) {
                    Ok(_) | Err(Error::NotFound(_)) => Ok(received),
                    Err(error) => Err(error),
                }
            });
            return Ok(received.await?.into());
        }
        Ok(ctx.write(move |conn| boosts::receive_undo(conn, &group, "", &uri)).await?.into())
    }

    /// A member likes a post that is here.
    async fn like(&self, ctx: &Ctx, inner: &Activity) -> Result<Outcome> {
        let uri = inner.object_id().to_owned();
        if ctx.glance(move |conn| post::stored(conn, &uri)).await?.is_none() {
            return Ok(Outcome::Ignored("not here".to_owned()));
        }
        let (liker, like) = match self.said(ctx, inner).await? {
            Ok(said) => said,
            Err(why) => return Ok(Outcome::Rejected(why)),
        };
        let way = self.way(ctx, inner.object_id()).await?;
        reaction::on_like(ctx, &liker, &like, way).await
    }

    /// A member takes a like back.
    async fn undone_like(&self, ctx: &Ctx, inner: &Activity) -> Result<Outcome> {
        let (liker, undo) = match self.said(ctx, inner).await? {
            Ok(said) => said,
            Err(why) => return Ok(Outcome::Rejected(why)),
        };
        let way = self.way(ctx, undo.object.get("object").and_then(json::id_of).unwrap_or_default()).await?;
        reaction::on_undo(ctx, &liker, &undo.object, way).await
    }

    /// What a member did, with who it was: in the words of the group's server if it is the member's too (FEP-fe34), or with the member's
    /// proof, else as the member's own server gives it under its id.
    async fn said(&self, ctx: &Ctx, inner: &Activity) -> Result<std::result::Result<(Actor, Activity), String>> {
        let own = if self.vouches(ctx, inner).await? {
            inner.clone()
        } else {
            if host_of(&inner.id).is_none() || same_host(&inner.id, &ctx.origin) {
                return Ok(Err("what has no id can't be looked up".to_owned()));
            }
            let document: Value = remote::document(ctx, &inner.id).await?;
            match activity::read(&document) {
                Ok(own) => own,
                Err(refusal) => return Ok(Err(refusal.0.to_owned())),
            }
        };
        if own.kind != inner.kind || own.actor != inner.actor || own.object_id() != inner.object_id() {
            return Ok(Err("its own server says something else".to_owned()));
        }
        let member = remote::actor::by_uri(ctx, &own.actor).await?;
        if member.is_local() || member.deleted_at.is_some() || member.suspended_at.is_some() {
            return Ok(Err("its actor is gone or suspended".to_owned()));
        }
        Ok(Ok((member, own)))
    }
}
