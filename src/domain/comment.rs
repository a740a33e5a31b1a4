//! Comments: posts that stand under another one. Local and remote ones are twins: [`publish`] and [`receive`] share
//! `post::insert`.
//!
//! Invariant (product.md): a comment's audience is taken from its root, never from its own recipients, except that a
//! remote author's narrower choice is kept: nothing widens an audience.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::{self, Actor};
use super::article;
use super::audience::{self, Audience, Comments, Gate, Root, Unmuted, Viewer};
use super::event::{self, Event};
use super::group::{self, Spot};
use super::hold;
use super::media::{self, Arranged};
use super::mention;
use super::moment::{self, Draft, Incoming, Received};
use super::post::{self, Entry, Kind, New, Place, Post, Text};
use super::quote;
use super::roll_call;
use crate::db::schema::{actor as actor_table, post as post_table};
use crate::db::{Among, Conn};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};

/// Comments that are loaded at most for all posts of one page of a list.
const LATEST_MAX: i64 = 120;

/// Writes a member's comment under a post that they may see, or under a comment there.
///
/// A second go with the same form key answers the first one's comment and changes nothing. With pictures, nobody else sees it
/// until they are ready.
///
/// Errors: `NotFound` if there is nothing to comment on; `Invalid` for the field `picture` if a picture isn't there any more.
pub fn publish(conn: &mut Conn, me: &Actor, parent: PostId, draft: Draft) -> Result<Post> {
    let parent = post::show(conn, &Viewer::Member(me.id), parent)?.post;
    let root = root_of(conn, &parent)?;
    if media::is_held(conn, root.id)? || media::is_held(conn, parent.id)? {
        return Err(Error::NotFound("post"));
    }
    if let Some(group) = root.group_id {
        group::may_answer(conn, group, me.id, root.id)?;
    }
    if root.audience == Audience::Protocol {
        return Err(Error::invalid("body", "archive-problem-notes"));
    }
    let said = draft.into_comment(me.id);
    if let Some(known) = post::by_form_key(conn, said.key.as_deref())? {
        return Ok(known);
    }
    article::may_comment(conn, me, &root)?;
    let written = mention::write(conn, &said.body)?;
    let audience = reach(&root, said.narrow);
    let mut people = if audience == Audience::People { written.people.clone() } else { Vec::new() };
    people.extend(hold::answered(audience, &parent, &root));
    let pictures = said.pictures.unwrap_or_default();
    let new = New {
        uri: None,
        url: None,
        kind: Kind::Comment,
        audience,
        people,
        language: said.language,
        title: String::new(),
        warning: said.warning,
        body_html: written.html.clone(),
        source: said.body,
        form_key: said.key,
        published_at: None,
        edited_at: None,
        place: Some(place(&parent, &root)),
        group_id: root.group_id,
    };
    if !pictures.is_empty() {
        let comment = post::insert_held(conn, me, new)?;
        moment::point(conn, &comment, &written)?;
        media::attach(conn, me.id, comment.id, &pictures)?;
        media::cover(conn, comment.id, said.covered.unwrap_or(false))?;
        hold::settle(conn, comment.id)?;
        return Ok(comment);
    }
    let comment = post::insert(conn, me, new)?;
    let stands = article::admit(conn, &comment, &root)?;
    hold::tell(conn, &comment, &parent, &root)?;
    moment::point(conn, &comment, &written)?;
    // What waits for an editor goes nowhere yet.
    if stands {
        record(conn, me.id, root.id, &Event::Published(comment.id))?;
    }
    Ok(comment)
}

/// For whom a member's comment is: for those who see its root, or for as few as the member says.
fn reach(root: &Post, narrow: Option<Audience>) -> Audience {
    let usual = match root.audience {
        Audience::Everyone | Audience::Quiet | Audience::Group => root.audience,
        Audience::Friends | Audience::People | Audience::Protocol | Audience::Me => Audience::Friends,
    };
    match narrow {
        Some(Audience::People | Audience::Me) => Audience::People,
        Some(Audience::Friends) => Audience::Friends,
        Some(Audience::Quiet) if usual == Audience::Everyone => Audience::Quiet,
        Some(Audience::Quiet | Audience::Everyone | Audience::Group | Audience::Protocol) | None => usual,
    }
}

/// Changes the text and the pictures of a member's own comment, here and wherever it went. Where it stands and whom it is for
/// stays.
///
/// Errors: `NotFound` if it isn't the member's own comment, or the member doesn't see it any more; `Invalid` for the field
/// `picture`.
pub fn edit(conn: &mut Conn, me: &Actor, id: PostId, draft: Draft) -> Result<Post> {
    let old = post::show(conn, &Viewer::Member(me.id), id)?.post;
    let root = old.root_id.filter(|_| old.author_id == me.id).ok_or(Error::NotFound("comment"))?;
    let said = draft.into_comment(me.id);
    let arranged = match &said.pictures {
        Some(pictures) => media::arrange(conn, me.id, id, pictures)?,
        None => Arranged::Same,
    };
    let is_covered = match said.covered {
        Some(covered) => media::cover(conn, id, covered)?,
        None => false,
    };
    let is_same = old.source == said.body && old.warning == said.warning && old.language == said.language;
    let is_held = media::is_held(conn, id)?;
    if !is_same || arranged == Arranged::Changed || is_covered {
        let text = Text { language: &said.language, warning: &said.warning, title: None, edited_at: conn.now() };
        let written = mention::write(conn, &said.body)?;
        post::rewrite(conn, id, &said.body, &written.html, &text)?;
        moment::point(conn, &old, &written)?;
        if !is_held && !article::is_held(conn, id)? {
            record(conn, me.id, root, &Event::Edited(id))?;
        }
    }
    if is_held {
        hold::settle(conn, id)?;
    }
    post::own(conn, me.id, id)
}

/// An activity as its author's server sent it, so that it can be handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The document.
    pub body: String,
    /// Does it carry its author's proof? Then it is believed whoever hands it on.
    pub has_proof: bool,
}

/// How a remote comment came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// From its author's server.
    Direct(Option<Word>),
    /// Handed on by the author of the root, or the group that it is said in, and proven to be the commenter's.
    HandedOn(ActorId),
}

/// Stores a remote author's comment on `parent`, if its author may speak there.
///
/// Errors: `Forbidden` if it claims to be of this hall or belongs to somebody else; `NotFound` if the parent isn't here or
/// its author may not see it.
pub fn receive(conn: &mut Conn, author: &Actor, mut incoming: Incoming, parent: &str, way: &Way) -> Result<Received> {
    if author.is_local() || incoming.uri.starts_with(&format!("{}/", conn.origin())) {
        return Err(Error::Forbidden);
    }
    conn.lock(&incoming.uri)?;
    if let Some(known) = post::stored(conn, &incoming.uri)? {
        return if known.author_id == author.id {
            Ok(Received::Ignored("known already"))
        } else {
            Err(Error::Forbidden)
        };
    }
    if post::is_buried(conn, &incoming.uri)? {
        return Ok(Received::Ignored("deleted before"));
    }
    let parent = post::stored(conn, parent)?.ok_or(Error::NotFound("post"))?;
    let root = root_of(conn, &parent)?;
    may_speak(conn, author, &parent, &root, way)?;
    if let Some(group) = root.group_id {
        group::may_answer(conn, group, author.id, root.id)?;
    }
    article::may_comment(conn, author, &root)?;
    let audience = audience_of(author, incoming.audience, &root, way);
    let written = incoming.written(conn, author)?;
    let new = New {
        uri: Some(incoming.uri),
        url: Some(incoming.url),
        kind: Kind::Comment,
        audience,
        people: incoming.people,
        language: incoming.language,
        title: String::new(),
        warning: incoming.warning,
        source: String::new(),
        body_html: written.html.clone(),
        form_key: None,
        published_at: incoming.published_at,
        edited_at: incoming.edited_at,
        place: Some(place(&parent, &root)),
        group_id: root.group_id,
    };
    let comment = post::insert(conn, author, new)?;
    article::admit(conn, &comment, &root)?;
    quote::receive(conn, comment.id, incoming.quote.as_ref())?;
    media::receive(conn, author.id, comment.id, &incoming.media)?;
    hold::tell(conn, &comment, &parent, &root)?;
    moment::point(conn, &comment, &written)?;
    roll_call::hear(conn, &comment, author)?;
    if reaches(&root, audience) {
        hand_on(conn, &root, comment.id, way)?;
    }
    Ok(Received::Stored)
}

/// Is a comment for all who see its root, so that it goes on to them?
fn reaches(root: &Post, audience: Audience) -> bool {
    match root.group_id {
        Some(_) => audience.is_public() || audience == Audience::Group,
        None => audience != Audience::People,
    }
}

/// May this actor hand on what others say under a root: its author, or the group that it stands in?
pub(super) fn hands_on(by: ActorId, root: &Post) -> bool {
    by == root.author_id || Some(by) == root.group_id
}

/// Does this hall say who may speak under a root: is its author of this hall, or the group that it stands in?
pub(super) fn is_ruled_here(conn: &mut Conn, root: &Post) -> Result<bool> {
    if actor::by_id(conn, root.author_id)?.is_local() {
        return Ok(true);
    }
    root.group_id.map_or(Ok(false), |group| group::is_ours(conn, group))
}

/// Whose word is taken. Under a post of this hall: who may see what they answer. Under a remote one: its author, and, if
/// it is public, everyone; else only what its author hands on.
fn may_speak(conn: &mut Conn, author: &Actor, parent: &Post, root: &Post, way: &Way) -> Result<()> {
    if parent.deleted_at.is_some() || root.deleted_at.is_some() {
        return Err(Error::NotFound("post"));
    }
    match way {
        Way::HandedOn(by) if hands_on(*by, root) => Ok(()),
        Way::HandedOn(_) => Err(Error::Forbidden),
        Way::Direct(_) if author.id == root.author_id => Ok(()),
        Way::Direct(_) if is_ruled_here(conn, root)? => {
            post::show(conn, &Viewer::Remote(author.id), parent.id).map(drop)
        }
        Way::Direct(_) if root.audience.is_public() => Ok(()),
        Way::Direct(_) => Err(Error::NotFound("post")),
    }
}

/// The audience of a remote comment: its root's, or its author's own choice if that is narrower.
fn audience_of(author: &Actor, named: Audience, root: &Post, way: &Way) -> Audience {
    let is_of_a_hall = author.friends || matches!(way, Way::HandedOn(_));
    match (root.audience.is_public(), named) {
        (true, own) => own,
        (false, Audience::People | Audience::Me) if !is_of_a_hall => Audience::People,
        (false, _) if root.audience == Audience::Group => Audience::Group,
        (false, _) => Audience::Friends,
    }
}

/// What came with a proof under our member's non-public post goes on to the other halls whose people see the post.
pub(super) fn hand_on(conn: &mut Conn, root: &Post, about: PostId, way: &Way) -> Result<()> {
    let Way::Direct(Some(word)) = way else { return Ok(()) };
    if let Some(group) = root.group_id {
        return relay(conn, group, root, about, word);
    }
    if !word.has_proof || root.audience.is_public() || !actor::by_id(conn, root.author_id)?.is_local() {
        return Ok(());
    }
    let id = event::id(conn);
    let what = Event::HandedOn { root: root.id, body: word.body.clone() };
    event::record(conn, id, root.author_id, &lane(root.id), &what)
}

/// What came from elsewhere in a group of this hall goes on to its members' servers. Those of a private one can't look it up, so that
/// without a proof it stays here.
pub(super) fn relay(conn: &mut Conn, group: ActorId, root: &Post, about: PostId, word: &Word) -> Result<()> {
    let is_told = root.audience.is_public() || word.has_proof;
    let spot = Spot { post: about, thread: root.id };
    if !is_told || !group::is_ours(conn, group)? || group::is_taken_down(conn, spot)? {
        return Ok(());
    }
    group::relay(conn, group, spot, word.body.clone())
}

/// A remote comment, or a topic of a group, was changed or deleted by its author: under our member's non-public post that goes on too, though no new
/// words of one who is apart from the member.
///
/// Errors: `Forbidden` if it was handed on by somebody else than the author of the root.
pub fn receive_change(conn: &mut Conn, uri: &str, way: &Way) -> Result<()> {
    let Some(comment) = post::stored(conn, uri)? else { return Ok(()) };
    let root = root_of(conn, &comment)?;
    let is_kept_back = comment.deleted_at.is_none() && audience::are_apart(conn, comment.author_id, root.author_id)?;
    match way {
        Way::HandedOn(by) if !hands_on(*by, &root) => Err(Error::Forbidden),
        _ if is_kept_back => Ok(()),
        _ if comment.root_id.is_none() && root.group_id.is_none() => Ok(()),
        _ if !reaches(&root, comment.audience) => Ok(()),
        _ => hand_on(conn, &root, comment.id, way),
    }
}

/// Removes a comment: its author anywhere, or the author of the root from under it.
///
/// Errors: `NotFound` if there is no such comment that this member may remove.
pub fn remove(conn: &mut Conn, me: &Actor, id: PostId) -> Result<PostId> {
    let entry = post::show(conn, &Viewer::Member(me.id), id)?;
    let Some(root_id) = entry.post.root_id else { return Err(Error::NotFound("comment")) };
    let root = post::by_id(conn, root_id)?;
    if entry.post.author_id != me.id && root.author_id != me.id {
        return Err(Error::NotFound("comment"));
    }
    let was_held = media::is_held(conn, id)?;
    moment::erase(conn, id)?;
    let what =
        if entry.post.author_id == me.id { Event::Deleted(id) } else { Event::Removed { root: root_id, comment: id } };
    // What was still waiting for its pictures has gone nowhere.
    if !was_held && !article::is_held(conn, id)? {
        record(conn, me.id, root_id, &what)?;
    }
    Ok(root_id)
}

/// Removes a member's own comment so that it can be written anew: its files stay, as uploads, for a day.
///
/// Errors: `NotFound` if it isn't the member's own comment, or the member doesn't see it any more.
pub fn remove_for_redraft(conn: &mut Conn, me: &Actor, id: PostId) -> Result<()> {
    let old = post::own(conn, me.id, id)?;
    media::detach(conn, old.id)?;
    remove(conn, me, id).map(drop)
}

/// The author of a root takes somebody's comment away from under it.
///
/// Errors: `Forbidden` if the root is somebody else's.
pub fn receive_removal(conn: &mut Conn, by: &Actor, uri: &str, way: &Way) -> Result<Received> {
    conn.lock(uri)?;
    let Some(comment) = post::stored(conn, uri)? else {
        return Ok(Received::Ignored("not here"));
    };
    let Some(root) = comment.root_id else { return Err(Error::Forbidden) };
    let root = post::by_id(conn, root)?;
    if root.author_id != by.id {
        return Err(Error::Forbidden);
    }
    if comment.deleted_at.is_some() {
        return Ok(Received::Ignored("deleted before"));
    }
    moment::erase(conn, comment.id)?;
    if root.group_id.is_some() && reaches(&root, comment.audience) {
        hand_on(conn, &root, root.id, way)?;
    }
    Ok(Received::Stored)
}

/// What `viewer` may see under a root, oldest first, from after `after` if given.
pub fn under(conn: &mut Conn, viewer: &Viewer, root: PostId, after: Option<PostId>, limit: i64) -> Result<Vec<Entry>> {
    let rows: Vec<(Post, Actor)> = post_table::table
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .filter(post_table::root_id.eq(root))
        .filter(post_table::id.gt(after.unwrap_or(PostId(0))))
        .filter(Gate::before(viewer))
        .filter(Unmuted::<Comments>::by(viewer))
        .order(post_table::id)
        .limit(limit)
        .select((Post::as_select(), Actor::as_select()))
        .load(conn.link())?;
    Ok(rows.into_iter().map(|(post, author)| Entry { post, author }).collect())
}

/// The latest comments under the roots of a page that `viewer` may see, newest first, a few of each.
pub fn latest(conn: &mut Conn, viewer: &Viewer, roots: &[PostId]) -> Result<Vec<Entry>> {
    if roots.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Post, Actor)> = post_table::table
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .filter(Among::new(post_table::root_id, roots.iter().map(|id| id.0)))
        .filter(Gate::before(viewer))
        .filter(Unmuted::<Comments>::by(viewer))
        .order(post_table::id.desc())
        .limit(LATEST_MAX)
        .select((Post::as_select(), Actor::as_select()))
        .load(conn.link())?;
    Ok(rows.into_iter().map(|(post, author)| Entry { post, author }).collect())
}

/// How many comments `viewer` may see under each root that has any.
pub fn counts(conn: &mut Conn, viewer: &Viewer, roots: &[PostId]) -> Result<Vec<(PostId, i64)>> {
    if roots.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Option<PostId>, i64)> = post_table::table
        .filter(Among::new(post_table::root_id, roots.iter().map(|id| id.0)))
        .filter(Gate::before(viewer))
        .filter(Unmuted::<Comments>::by(viewer))
        .group_by(post_table::root_id)
        .select((post_table::root_id, diesel::dsl::count_star()))
        .load(conn.link())?;
    Ok(rows.into_iter().filter_map(|(root, count)| Some((root?, count))).collect())
}

/// How many answers `viewer` may see to each post of these threads (named by their roots) that has any.
pub fn answers(conn: &mut Conn, viewer: &Viewer, threads: &[PostId]) -> Result<Vec<(PostId, i64)>> {
    if threads.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Option<PostId>, i64)> = post_table::table
        .filter(Among::new(post_table::root_id, threads.iter().map(|id| id.0)))
        .filter(Gate::before(viewer))
        .filter(Unmuted::<Comments>::by(viewer))
        .group_by(post_table::parent_id)
        .select((post_table::parent_id, diesel::dsl::count_star()))
        .load(conn.link())?;
    Ok(rows.into_iter().filter_map(|(parent, count)| Some((parent?, count))).collect())
}

/// Where a comment stands, as far as its readers are told.
#[derive(Debug, Clone, Copy)]
pub struct Above {
    /// Who wrote it.
    pub author_id: ActorId,
    /// Whom it is for.
    pub audience: Audience,
}

/// What comments are under and answer, as far as `viewer` may see it.
pub fn above(conn: &mut Conn, viewer: &Viewer, posts: &[PostId]) -> Result<BTreeMap<PostId, Above>> {
    let rows: Vec<(PostId, ActorId, Audience)> = post_table::table
        .filter(Among::new(post_table::id, posts.iter().map(|id| id.0)))
        .filter(Gate::before(viewer))
        .select((post_table::id, post_table::author_id, post_table::audience))
        .load(conn.link())?;
    Ok(rows.into_iter().map(|(id, author_id, audience)| (id, Above { author_id, audience })).collect())
}

/// The root of the thread that a post stands in: itself if it is no comment.
pub fn root_of(conn: &mut Conn, post: &Post) -> Result<Post> {
    match post.root_id {
        Some(root) => post::by_id(conn, root),
        None => Ok(post.clone()),
    }
}

fn place(parent: &Post, root: &Post) -> Place {
    Place { parent_id: parent.id, root: Root { id: root.id, author_id: root.author_id, group_id: root.group_id } }
}

fn record(conn: &mut Conn, actor: ActorId, root: PostId, what: &Event) -> Result<()> {
    let id = event::id(conn);
    event::record(conn, id, actor, &lane(root), what)
}

/// What passes under one root keeps its order, the root's own Create first: an answer never overtakes what it answers.
pub(super) fn lane(root: PostId) -> String {
    format!("post:{root}")
}
