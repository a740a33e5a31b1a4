//! What goes out: an activity with its inboxes, before it is signed and queued.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::actor::{self, Actor};
use crate::domain::audience::Audience;
use crate::domain::group::{self, Spot};
use crate::domain::post::Post;
use crate::domain::{block, friend};
use crate::error::Result;
use crate::id::{ActorId, PostId};
use crate::wire::address::host_of;

/// An activity to be sent.
pub struct Outgoing {
    /// Its type.
    pub kind: &'static str,
    /// The document, without `@context` and proof.
    pub document: Value,
    /// The post that it is about: who may see the post may see the activity.
    pub post_id: Option<PostId>,
    /// Where it goes.
    pub inboxes: BTreeSet<String>,
    /// The non-public post of a member of ours, and that member, under which it is handed on besides.
    pub handed_on: Option<(PostId, ActorId)>,
    /// The group of this hall that hands it on to its members' servers besides.
    pub relayed: Option<Relayed>,
    /// Is the document made for each receiving server by itself? Then it has pictures under their plain addresses.
    pub per_host: bool,
}

impl Outgoing {
    /// An activity that is nobody else's business than its recipients'.
    pub fn new(kind: &'static str, document: Value, inboxes: BTreeSet<String>) -> Self {
        Self { kind, document, post_id: None, inboxes, handed_on: None, relayed: None, per_host: false }
    }
}

/// A group of this hall that hands something on.
#[derive(Debug, Clone, Copy)]
pub struct Relayed {
    /// The group.
    pub group: ActorId,
    /// What it is about.
    pub spot: Spot,
    /// Is it a new topic for everyone, of which servers that know no groups are told by its id?
    pub is_shared: bool,
}

/// The group that a thread stands in, if what is said in it is for the whole group.
pub fn group_of(conn: &mut Conn, root: &Post) -> Result<Option<Actor>> {
    let is_for_group = root.audience.is_public() || root.audience == Audience::Group;
    root.group_id.filter(|_| is_for_group).map(|group| actor::by_id(conn, group)).transpose()
}

/// The inboxes of the members of a group of this hall who are of other servers: a shared inbox once.
pub fn member_inboxes(conn: &mut Conn, id: ActorId) -> Result<BTreeSet<String>> {
    Ok(group::elsewhere(conn, id)?.iter().map(|member| member.delivery_inbox().to_owned()).collect())
}

/// The inboxes of those elsewhere who may get what is for all friends: a shared inbox once.
pub fn current_inboxes(conn: &mut Conn, author: ActorId) -> Result<BTreeSet<String>> {
    let followers = friend::remote_followers(conn, author)?;
    Ok(followers.iter().map(|follower| follower.delivery_inbox().to_owned()).collect())
}

/// These inboxes without those to which nothing new of `author` goes: a copy that stands there from before isn't renewed either.
pub async fn without_closed(ctx: &Ctx, author: ActorId, inboxes: BTreeSet<String>) -> Result<BTreeSet<String>> {
    let (hosts, own) = ctx.read(move |conn| block::closed(conn, author)).await?;
    if hosts.is_empty() && own.is_empty() {
        return Ok(inboxes);
    }
    let is_open = |inbox: &String| !own.contains(inbox) && host_of(inbox).is_none_or(|host| !hosts.contains(&host));
    Ok(inboxes.into_iter().filter(is_open).collect())
}

/// The inbox of an actor, if it is of another server.
pub fn elsewhere(actor: &Actor) -> Option<String> {
    (!actor.is_local() && actor.deleted_at.is_none()).then(|| actor.inbox.clone())
}
