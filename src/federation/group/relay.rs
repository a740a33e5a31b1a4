//! What groups of this hall hand on to their members' servers (FEP-1b12), and where members' words in groups go.
//!
//! Invariant: what is said in a private group goes to nobody but its members' servers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::clock::{Micros, to_rfc3339_ms};
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::activity as sent;
use crate::domain::actor::{self, Actor};
use crate::domain::audience::Audience;
use crate::domain::event::Mark;
use crate::domain::group::{self, Spot};
use crate::domain::post::{self, Post};
use crate::error::{Error, Result};
use crate::federation::outgoing::{Outgoing, Relayed, elsewhere, member_inboxes, without_closed};
use crate::federation::{comment, mention};
use crate::id::{ActorId, EventId, PostId};
use crate::wire::activity;
use crate::wire::address::host_of;
use crate::wire::json as wire_json;
use crate::wire::object::PUBLIC;

/// How a new topic that a group hands on stands among what was sent: the group's outbox lists those.
const TOPIC: &str = "GroupTopic";
/// How it stands if it went by its id alone.
const SHARE: &str = "GroupShare";

/// Where a member's word in a group goes.
pub struct Route {
    /// Straight from the member.
    pub inboxes: BTreeSet<String>,
    /// By the group, if it is of this hall.
    pub relayed: Option<Relayed>,
}

/// Where an activity of a member about their own post in a group goes; `None` if the post is in none, or is not for all of it.
pub fn route(conn: &mut Conn, post: &Post, author: &Actor, kind: &str) -> Result<Option<Route>> {
    let setting = comment::setting(conn, post)?;
    let Some(home) = setting.group else { return Ok(None) };
    let is_public = post.audience.is_public();
    let copies: BTreeSet<String> = post::copies(conn, post.id)?.into_iter().collect();
    let spot = Spot { post: post.id, thread: post.thread_id() };
    if kind != "Delete" && group::is_taken_down(conn, spot)? {
        return Ok(Some(Route { inboxes: BTreeSet::new(), relayed: None }));
    }
    let mut inboxes = BTreeSet::new();
    if is_public && kind != "Delete" {
        inboxes.extend(setting.thread.iter().flat_map(|thread| thread.authors().into_iter().filter_map(elsewhere)));
        inboxes.extend(mention::of(conn, post)?.inboxes(&inboxes));
    }
    if !home.is_local() {
        inboxes.extend(elsewhere(&home));
        if kind != "Create" {
            inboxes.extend(copies);
        }
        return Ok(Some(Route { inboxes, relayed: None }));
    }
    let halls = hall_inboxes(conn, home.id)?;
    if kind != "Create" && (is_public || kind == "Delete") {
        inboxes.extend(copies);
    }
    // Halls take it from the group; the others that hold a copy want it from its author.
    inboxes.retain(|inbox| !halls.contains(inbox));
    let is_shared = kind == "Create" && post.root_id.is_none() && is_public && author.is_local();
    Ok(Some(Route { inboxes, relayed: Some(Relayed { group: home.id, spot, is_shared }) }))
}

/// The members' servers that are halls: those that understand everything a group hands on.
fn hall_inboxes(conn: &mut Conn, id: ActorId) -> Result<BTreeSet<String>> {
    let members = group::elsewhere(conn, id)?;
    Ok(members.iter().filter(|member| member.friends).map(|member| member.delivery_inbox().to_owned()).collect())
}

/// The other ones. A server is a hall if anybody on it knows friends.
fn other_inboxes(conn: &mut Conn, id: ActorId) -> Result<BTreeSet<String>> {
    let mut hosts: BTreeMap<String, (bool, BTreeSet<String>)> = BTreeMap::new();
    for member in group::elsewhere(conn, id)? {
        let (is_hall, inboxes) = hosts.entry(member.host.clone()).or_default();
        *is_hall |= member.friends;
        inboxes.insert(member.delivery_inbox().to_owned());
    }
    Ok(hosts.into_values().filter(|(is_hall, _)| !is_hall).flat_map(|(_, inboxes)| inboxes).collect())
}

/// Members of a private group whose servers know no groups get what a member of this hall says there by name, each to their own inbox:
/// puts their names into its document, and answers where it goes so. Each server learns of its own people alone (`mention::for_host`).
pub async fn whispered(ctx: &Ctx, post: &Post, note: &mut Value) -> Result<BTreeSet<String>> {
    let Some(home) = post.group_id.filter(|_| post.audience == Audience::Group) else { return Ok(BTreeSet::new()) };
    let asked = Spot { post: post.id, thread: post.thread_id() };
    let members = ctx.read(move |conn| {
        if !group::is_ours(conn, home)? || group::is_taken_down(conn, asked)? {
            return Ok(Vec::new());
        }
        let members = group::elsewhere(conn, home)?;
        let halls: BTreeSet<String> =
            members.iter().filter(|member| member.friends).map(|member| member.host.clone()).collect();
        Ok(members.into_iter().filter(|member| !halls.contains(&member.host)).collect::<Vec<_>>())
    });
    let members = members.await?;
    let inboxes = members.iter().map(|member| member.inbox.clone()).collect();
    let inboxes = without_closed(ctx, post.author_id, inboxes).await?;
    let Value::Object(map) = note else { return Ok(inboxes) };
    for member in members.iter().filter(|member| inboxes.contains(&member.inbox)) {
        let tag = json!({"type": "Mention", "href": member.uri, "name": format!("@{}", member.address)});
        for (key, value) in [("to", member.uri.clone().into()), ("tag", tag)] {
            if let Value::Array(list) = map.entry(key).or_insert_with(|| json!([])) {
                list.push(value);
            }
        }
    }
    Ok(inboxes)
}

/// Whom what a group says names: everyone and its members, or its members alone.
fn recipients(home: &Actor, is_private: bool) -> (Value, Value) {
    match is_private {
        true => (json!([home.followers]), json!([])),
        false => (json!([PUBLIC]), json!([home.followers])),
    }
}

/// A group with what it is and its members' inboxes.
struct Home {
    actor: Actor,
    is_private: bool,
    inboxes: BTreeSet<String>,
}

async fn home(ctx: &Ctx, me: &Actor) -> Result<Home> {
    let id = me.id;
    let (detail, inboxes) = ctx.read(move |conn| Ok((group::detail(conn, id)?, member_inboxes(conn, id)?))).await?;
    Ok(Home { actor: me.clone(), is_private: detail.is_none_or(|detail| detail.is_private), inboxes })
}

impl Home {
    /// The group's `Announce` of an activity.
    fn announce(&self, id: &str, inner: Value, at: Micros) -> Value {
        let (to, cc) = recipients(&self.actor, self.is_private);
        json!({
            "id": id, "type": "Announce", "actor": self.actor.uri, "published": to_rfc3339_ms(at), "to": to, "cc": cc,
            "object": inner,
        })
    }

    /// What somebody who runs the group does in it.
    fn word(&self, id: &str, kind: &str, by: &Actor, object: Value) -> Value {
        let (mut to, mut cc) = (json!([PUBLIC]), json!([self.actor.uri]));
        if self.is_private {
            (to, cc) = (json!([self.actor.followers]), json!([]));
        }
        json!({
            "id": format!("{id}#word"), "type": kind, "actor": by.uri, "object": object, "to": to, "cc": cc,
            "audience": self.actor.uri,
        })
    }
}

/// Something was said in a group: it goes to the members' servers, the one it came from among them, since others there wait for it.
pub async fn handed(
    ctx: &Ctx,
    id: &str,
    me: &Actor,
    (about, body): (Option<PostId>, &str),
    at: Micros,
) -> Result<Option<Outgoing>> {
    let inner: Value = serde_json::from_str(body).map_err(|e| Error::Broken(Box::new(e)))?;
    let said_by = inner.get("actor").and_then(wire_json::id_of).unwrap_or_default().to_owned();
    let read = activity::read(&inner).ok();
    let kind = read.as_ref().map_or("", |read| read.kind.as_str()).to_owned();
    let home = home(ctx, me).await?;
    let is_of_here = host_of(&said_by).is_some_and(|host| host == ctx.authority);
    let mut inboxes = home.inboxes.clone();
    let (asked, is_end) = (said_by.clone(), matches!(kind.as_str(), "Delete" | "Undo"));
    if is_of_here
        && !is_end
        && let Some(author) = ctx.glance(move |conn| actor::by_uri(conn, &asked)).await?
    {
        inboxes = without_closed(ctx, author.id, inboxes).await?;
    }
    if inboxes.is_empty() {
        return Ok(None);
    }
    let is_topic = match about {
        Some(about) if kind == "Create" => {
            ctx.glance(move |conn| Ok(post::by_id(conn, about)?.root_id.is_none())).await?
        }
        _ => false,
    };
    // What has pictures of its own for each server was kept without a proof: each gets it with one (`picture::whole`).
    let per_host = is_of_here && inner.get("proof").is_none();
    let document = home.announce(id, inner, at);
    let mut outgoing = Outgoing::new(if is_topic { TOPIC } else { "Announce" }, document, inboxes);
    (outgoing.post_id, outgoing.per_host) = (about, per_host);
    Ok(Some(outgoing))
}

/// A new topic goes by its id alone to servers that know no groups, or (`undo` is the event of that) is taken back there.
pub async fn shared(
    ctx: &Ctx,
    id: &str,
    me: &Actor,
    (about, undo): (PostId, Option<EventId>),
    at: Micros,
) -> Result<Option<Outgoing>> {
    let group = me.id;
    let found = ctx.read(move |conn| {
        let post = post::by_id(conn, about)?;
        let spot = Spot { post: about, thread: post.thread_id() };
        Ok((group::is_taken_down(conn, spot)?, post, other_inboxes(conn, group)?))
    });
    let (is_taken_down, post, inboxes) = found.await?;
    let is_over = !post.audience.is_public() || post.deleted_at.is_some() || is_taken_down;
    if inboxes.is_empty() || (is_over && undo.is_none()) {
        return Ok(None);
    }
    let (to, cc) = recipients(me, false);
    let announce = |id: &str| {
        json!({
            "id": id, "type": "Announce", "actor": me.uri, "published": to_rfc3339_ms(at), "to": to, "cc": cc,
            "object": post.uri,
        })
    };
    let (kind, document) = match undo {
        None => (SHARE, announce(id)),
        Some(event) => {
            let inner = announce(&format!("{}/activities/{event}", ctx.origin));
            ("Undo", json!({"id": id, "type": "Undo", "actor": me.uri, "to": to, "cc": cc, "object": inner}))
        }
    };
    let mut outgoing = Outgoing::new(kind, document, inboxes);
    outgoing.post_id = Some(about);
    Ok(Some(outgoing))
}

/// Somebody of this hall who runs a group did something about a post in it.
pub async fn marked(
    ctx: &Ctx,
    id: &str,
    me: &Actor,
    (by, about, mark): (ActorId, PostId, Mark),
    reason: &str,
    at: Micros,
) -> Result<Option<Outgoing>> {
    let home = home(ctx, me).await?;
    let (by, post, author) = ctx
        .glance(move |conn| {
            let post = post::by_id(conn, about)?;
            Ok((actor::by_id(conn, by)?, post.clone(), actor::by_id(conn, post.author_id)?))
        })
        .await?;
    if matches!(mark, Mark::TakenDown | Mark::Restored) && post.root_id.is_none() && post.audience.is_public() {
        share_again(ctx, me.id, &post, mark).await?;
    }
    let mut inboxes = home.inboxes.clone();
    // Who wrote it is told, also who no longer belongs to it.
    inboxes.extend(elsewhere(&author).filter(|_| !home.inboxes.contains(author.delivery_inbox())));
    if inboxes.is_empty() {
        return Ok(None);
    }
    let plain = |kind: &str| home.word(id, kind, &by, post.uri.clone().into());
    let undone = |kind: &str| {
        let inner = home.word(&format!("{id}#of"), kind, &by, post.uri.clone().into());
        home.word(id, "Undo", &by, inner)
    };
    let mut word = match mark {
        Mark::Pinned => plain("Add"),
        Mark::Unpinned => plain("Remove"),
        Mark::Locked => plain("Lock"),
        Mark::Unlocked => undone("Lock"),
        Mark::TakenDown => plain("Delete"),
        Mark::Restored => undone("Delete"),
    };
    if matches!(mark, Mark::Pinned | Mark::Unpinned) {
        set(&mut word, "target", format!("{}/featured", me.uri));
    }
    if mark == Mark::TakenDown {
        // A deletion with a summary, even an empty one, is a moderator's to most of them.
        set(&mut word, "summary", if reason.is_empty() { " ".to_owned() } else { reason.to_owned() });
    }
    Ok(Some(Outgoing::new("Announce", home.announce(id, word, at), inboxes)))
}

fn set(word: &mut Value, key: &str, value: String) {
    if let Value::Object(map) = word {
        map.insert(key.to_owned(), value.into());
    }
}

/// Servers that know no groups hold a topic by a boost: it is taken back with the topic, and made anew.
async fn share_again(ctx: &Ctx, group: ActorId, post: &Post, mark: Mark) -> Result<()> {
    let spot = Spot { post: post.id, thread: post.thread_id() };
    ctx.write(move |conn| match (mark, sent::latest_of_post(conn, group, spot.post, SHARE)?) {
        (Mark::TakenDown, Some(announce)) => group::unshare(conn, group, spot, announce),
        (Mark::Restored, Some(_)) => group::share(conn, group, spot),
        _ => Ok(()),
    })
    .await
}

/// Somebody of this hall who runs a group sent somebody away for good, or let them come back.
pub async fn banned(
    ctx: &Ctx,
    id: &str,
    me: &Actor,
    (by, person, is_back): (ActorId, ActorId, bool),
    reason: &str,
    at: Micros,
) -> Result<Option<Outgoing>> {
    let home = home(ctx, me).await?;
    let (by, person) = ctx.glance(move |conn| Ok((actor::by_id(conn, by)?, actor::by_id(conn, person)?))).await?;
    let mut inboxes = home.inboxes.clone();
    inboxes.extend(elsewhere(&person).filter(|_| !home.inboxes.contains(person.delivery_inbox())));
    if inboxes.is_empty() {
        return Ok(None);
    }
    let block = |id: &str| {
        let mut word = home.word(id, "Block", &by, person.uri.clone().into());
        set(&mut word, "target", me.uri.clone());
        if let Value::Object(map) = &mut word {
            map.insert("removeData".to_owned(), false.into());
        }
        if !reason.is_empty() {
            set(&mut word, "summary", reason.to_owned());
        }
        word
    };
    let word = match is_back {
        false => block(id),
        true => {
            let mut word = home.word(id, "Undo", &by, block(&format!("{id}#of")));
            set(&mut word, "target", me.uri.clone());
            word
        }
    };
    Ok(Some(Outgoing::new("Announce", home.announce(id, word, at), inboxes)))
}

/// The owner of a group made a member an officer, or an officer a member.
pub async fn appointed(
    ctx: &Ctx,
    id: &str,
    me: &Actor,
    (by, person, is_officer): (ActorId, ActorId, bool),
    at: Micros,
) -> Result<Option<Outgoing>> {
    let home = home(ctx, me).await?;
    let (by, person) = ctx.glance(move |conn| Ok((actor::by_id(conn, by)?, actor::by_id(conn, person)?))).await?;
    if home.inboxes.is_empty() {
        return Ok(None);
    }
    let mut word = home.word(id, if is_officer { "Add" } else { "Remove" }, &by, person.uri.into());
    set(&mut word, "target", format!("{}/moderators", me.uri));
    let inboxes = home.inboxes.clone();
    Ok(Some(Outgoing::new("Announce", home.announce(id, word, at), inboxes)))
}
