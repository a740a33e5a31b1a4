//! Comments, both directions of the mapping: ours as a `Note` with `inReplyTo`, others' as ours; and what is handed on under a
//! non-public post (FEP-171b: `Add` of the commenter's own activity, with its proof, by the author of the root).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::mention::{self, Words};
use super::outgoing::{Outgoing, Relayed, current_inboxes, elsewhere, group_of, without_closed};
use super::{Outcome, announcement, moment, reaction};
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::actor::{self, Actor};
use crate::domain::announcement::{self as announcements, Announcement};
use crate::domain::audience::Audience;
use crate::domain::comment::{self, Way};
use crate::domain::friend;
use crate::domain::group::Spot;
use crate::domain::post::{self, Kind, Post};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::remote;
use crate::wire::activity::{self, Activity};
use crate::wire::address::host_of;
use crate::wire::object;
use crate::wire::proof;

/// Where a comment stands, with those whose business it is.
pub struct Thread {
    parent: Post,
    parent_author: Actor,
    root: Post,
    root_author: Actor,
}

impl Thread {
    /// Whose post is answered, and whose the thread is.
    pub fn authors(&self) -> [&Actor; 2] {
        [&self.parent_author, &self.root_author]
    }
}

/// Where a post stands: under another one, in a group, both or neither.
#[derive(Default)]
pub struct Setting {
    /// What it stands under, if it is a comment.
    pub thread: Option<Thread>,
    /// The group that it is said in.
    pub group: Option<Actor>,
    /// What makes an announcement of it.
    pub announcement: Option<Announcement>,
}

/// Where a post stands. A comment that is for fewer than the group is none of the group's business.
pub fn setting(conn: &mut Conn, post: &Post) -> Result<Setting> {
    let is_for_group = post.audience.is_public() || post.audience == Audience::Group;
    let group = post.group_id.filter(|_| is_for_group).map(|group| actor::by_id(conn, group)).transpose()?;
    let is_announced = post.kind == Kind::Announcement && group.is_some();
    let announcement = if is_announced { announcements::find(conn, post.id)? } else { None };
    Ok(Setting { thread: thread(conn, post)?, group, announcement })
}

/// The thread of a comment; `None` for what is no comment.
pub fn thread(conn: &mut Conn, post: &Post) -> Result<Option<Thread>> {
    let (Some(parent), Some(root)) = (post.parent_id, post.root_id) else { return Ok(None) };
    let (parent, root) = (post::by_id(conn, parent)?, post::by_id(conn, root)?);
    let parent_author = actor::by_id(conn, parent.author_id)?;
    let root_author = actor::by_id(conn, root.author_id)?;
    Ok(Some(Thread { parent, parent_author, root, root_author }))
}

/// A post of ours as a document without `@context`, comment or not.
pub fn document(post: &Post, author: &Actor, setting: &Setting, words: &Words) -> Value {
    let mut note = moment::note(post, author, words);
    let thread = setting.thread.as_ref();
    match thread {
        None => note.context = context(&post.uri),
        Some(thread) => {
            (note.to, note.cc) = recipients(post, author, thread);
            note.in_reply_to = thread.parent.uri.clone();
            if thread.root_author.is_local() {
                note.context = context(&thread.root.uri);
            }
        }
    }
    if let Some(group) = &setting.group {
        in_group(&mut note, post, author, group, thread);
    }
    words.add(&mut note, post, thread.map(|thread| &thread.parent_author));
    let mut document = object::write(&note);
    if let Some(known) = &setting.announcement {
        announcement::add(&mut document, known);
    }
    document
}

/// What is said in a group, as groups of all makes take it (FEP-1b12): `audience` is the group, and it is named; what has a title is a
/// `Page`, what its officers tell an `Article`. In a private group its members alone are named.
fn in_group(note: &mut object::Note, post: &Post, author: &Actor, group: &Actor, thread: Option<&Thread>) {
    note.audience = group.uri.clone();
    note.name = post.title.clone();
    note.kind = match (post.kind, post.title.is_empty()) {
        (Kind::Announcement, _) => "Article",
        (Kind::Comment, _) | (_, true) => "Note",
        (_, false) => "Page",
    }
    .to_owned();
    if note.kind != "Note" {
        // Others have no content warning; they take a summary for the beginning of the text.
        note.summary = String::new();
    }
    if post.audience == Audience::Group {
        (note.to, note.cc) = (vec![group.followers.clone()], Vec::new());
        return;
    }
    let public = object::PUBLIC.to_owned();
    let Some(thread) = thread else {
        (note.to, note.cc) = (vec![group.uri.clone(), public], Vec::new());
        return;
    };
    (note.to, note.cc) = (vec![public], vec![group.uri.clone()]);
    for one in [&thread.parent_author, &thread.root_author] {
        if one.id != author.id && !note.cc.contains(&one.uri) {
            note.cc.push(one.uri.clone());
        }
    }
}

/// The collection of everything under a post of ours (FEP-7888).
pub fn context(root: &str) -> String {
    format!("{root}/context")
}

/// Whom a comment names: under a public root everyone and those whom it answers, else the author of the root alone.
fn recipients(post: &Post, author: &Actor, thread: &Thread) -> (Vec<String>, Vec<String>) {
    if post.audience.is_public() {
        let (to, mut cc) = moment::recipients(post.audience, author);
        for one in [&thread.parent_author, &thread.root_author] {
            if one.id != author.id && !cc.contains(&one.uri) {
                cc.push(one.uri.clone());
            }
        }
        return (to, cc);
    }
    if thread.root.audience.is_public() {
        // For one's friends, and for those whom it answers.
        let answered = [&thread.parent_author, &thread.root_author].into_iter().filter(|one| one.id != author.id);
        return (vec![author.followers.clone()], answered.map(|one| one.uri.clone()).collect());
    }
    if author.id == thread.root_author.id {
        return moment::recipients(thread.root.audience, author);
    }
    (vec![thread.root_author.uri.clone()], Vec::new())
}

/// The inboxes that a comment of ours goes to as it is, and the root under which it is handed on besides.
pub async fn inboxes(ctx: &Ctx, comment: &Post, author: &Actor) -> Result<(BTreeSet<String>, Option<PostId>)> {
    let (comment, author) = (comment.clone(), author.id);
    ctx.glance(move |conn| {
        let Some(thread) = thread(conn, &comment)? else { return Ok((BTreeSet::new(), None)) };
        let is_public = comment.audience.is_public();
        let mut inboxes = BTreeSet::new();
        if comment.audience == Audience::People {
            return Ok((mention::of(conn, &comment)?.own_inboxes(), None));
        }
        if !is_public && thread.root.audience.is_public() {
            inboxes = current_inboxes(conn, author)?;
            inboxes.extend(elsewhere(&thread.parent_author));
            inboxes.extend(elsewhere(&thread.root_author));
            return Ok((inboxes, None));
        }
        if is_public {
            inboxes = current_inboxes(conn, author)?;
            inboxes.extend(elsewhere(&thread.parent_author));
            inboxes.extend(mention::of(conn, &comment)?.inboxes(&inboxes));
        } else if author == thread.root.author_id {
            let copies: BTreeSet<String> = post::copies(conn, thread.root.id)?.into_iter().collect();
            inboxes = &current_inboxes(conn, author)? & &copies;
        }
        inboxes.extend(elsewhere(&thread.root_author));
        let handed_on = !is_public && thread.root_author.is_local() && author != thread.root.author_id;
        Ok((inboxes, handed_on.then_some(thread.root.id)))
    })
    .await
}

/// What somebody said under our member's non-public post, to the other halls whose people see the post.
pub async fn hand_on(ctx: &Ctx, id: &str, me: &Actor, root: PostId, body: &str) -> Result<Option<Outgoing>> {
    let inner: Value = serde_json::from_str(body).map_err(|e| Error::Broken(Box::new(e)))?;
    let from = inner.get("actor").and_then(crate::wire::json::id_of).and_then(host_of).unwrap_or_default();
    let (root, mut inboxes) = halls_of(ctx, me, root).await?;
    inboxes.retain(|inbox| host_of(inbox).is_some_and(|host| host != from));
    if from == ctx.authority
        && !matches!(activity::read(&inner), Ok(inner) if matches!(&*inner.kind, "Delete" | "Undo"))
    {
        let said_by = inner.get("actor").and_then(crate::wire::json::id_of).unwrap_or_default().to_owned();
        if let Some(author) = ctx.read(move |conn| actor::by_uri(conn, &said_by)).await? {
            inboxes = without_closed(ctx, author.id, inboxes).await?;
        }
    }
    if root.deleted_at.is_some() || inboxes.is_empty() {
        return Ok(None);
    }
    // What has pictures of its own for each server was kept without a proof: each gets it with one (`picture::whole`).
    let per_host = from == ctx.authority && inner.get("proof").is_none();
    let document = json!({
        "id": id, "type": "Add", "actor": me.uri, "object": inner, "target": context(&root.uri), "to": [me.followers],
    });
    Ok(Some(Outgoing { per_host, ..Outgoing::new("Add", document, inboxes) }))
}

/// A comment is removed by the author of its root: its own author's server hears of it, and so do the other halls.
pub async fn removed(ctx: &Ctx, id: &str, me: &Actor, root: PostId, comment: PostId) -> Result<Option<Outgoing>> {
    let (root, mut inboxes) = halls_of(ctx, me, root).await?;
    let asked = root.clone();
    let (comment, author, home) = ctx
        .glance(move |conn| {
            let comment = post::by_id(conn, comment)?;
            let author = actor::by_id(conn, comment.author_id)?;
            Ok((comment, author, group_of(conn, &asked)?))
        })
        .await?;
    let mut followers = &me.followers;
    let mut relayed = None;
    if let Some(home) = &home {
        followers = &home.followers;
        inboxes = elsewhere(home).into_iter().collect();
        let spot = Spot { post: root.id, thread: root.id };
        relayed = home.is_local().then_some(Relayed { group: home.id, spot, is_shared: false });
    }
    inboxes.extend(elsewhere(&author));
    if inboxes.is_empty() && relayed.is_none() {
        return Ok(None);
    }
    let document = json!({
        "id": id, "type": "Remove", "actor": me.uri, "object": comment.uri, "target": context(&root.uri),
        "to": [author.uri, followers],
    });
    Ok(Some(Outgoing { relayed, ..Outgoing::new("Remove", document, inboxes) }))
}

/// A root with the inboxes of the halls that hold a copy of it and whose people are friends of its author now.
async fn halls_of(ctx: &Ctx, me: &Actor, root: PostId) -> Result<(Post, BTreeSet<String>)> {
    let me = me.id;
    ctx.glance(move |conn| {
        let copies: BTreeSet<String> = post::copies(conn, root)?.into_iter().collect();
        let halls = friend::remote_followers(conn, me)?.into_iter().filter(|follower| follower.friends);
        let inboxes = halls.map(|hall| hall.delivery_inbox().to_owned()).filter(|inbox| copies.contains(inbox));
        Ok((post::by_id(conn, root)?, inboxes.collect()))
    })
    .await
}

/// The author of a root hands on what somebody said under it.
pub async fn on_add(ctx: &Ctx, sender: &Actor, activity: &Activity) -> Result<Outcome> {
    let document = &activity.object;
    let Ok(inner) = activity::read(document) else {
        return Ok(Outcome::Ignored("nothing that is understood is added".to_owned()));
    };
    let host = host_of(&inner.actor).unwrap_or_default();
    if host == ctx.authority {
        return Ok(Outcome::Ignored("said here in the first place".to_owned()));
    }
    if inner.actor == sender.uri || !remote::may_speak(ctx, &host).await? {
        return Ok(Outcome::Rejected("not to be handed on".to_owned()));
    }
    let Some(method) = proof::method(document) else {
        return Ok(Outcome::Rejected("what is handed on needs a proof".to_owned()));
    };
    let known = remote::key::find(ctx, method).await?;
    if known.actor_uri != inner.actor || !proof::check(document, &known.key) {
        return Ok(Outcome::Rejected("its proof doesn't hold".to_owned()));
    }
    let author = remote::actor::by_uri(ctx, &inner.actor).await?;
    if author.deleted_at.is_some() || author.suspended_at.is_some() {
        return Ok(Outcome::Rejected("its actor is gone or suspended".to_owned()));
    }
    let way = Way::HandedOn(sender.id);
    match inner.kind.as_str() {
        "Create" => moment::on_create(ctx, &author, &inner.object, way).await,
        "Update" => moment::on_update(ctx, &author, &inner.object, way).await,
        "Delete" => moment::on_delete(ctx, &author, inner.object_id(), way).await,
        "Like" | "EmojiReact" => reaction::on_like(ctx, &author, &inner, way).await,
        "Undo" => reaction::on_undo(ctx, &author, &inner.object, way).await,
        _ => Ok(Outcome::Ignored("not of a kind that is handed on".to_owned())),
    }
}

/// The author of a root takes a comment away from under it.
pub async fn on_remove(ctx: &Ctx, sender: &Actor, activity: &Activity, way: Way) -> Result<Outcome> {
    let (by, uri) = (sender.clone(), activity.object_id().to_owned());
    Ok(ctx.write(move |conn| comment::receive_removal(conn, &by, &uri, &way)).await?.into())
}

/// Is it a comment?
pub fn is_comment(post: &Post) -> bool {
    post.kind == Kind::Comment
}
