//! Quotes (FEP-044f): a post that shows another one inside itself, and the leave that a member's post gives to be quoted.
//!
//! Invariant: a quote opens no door. What is quoted is shown through the gate, to each reader, each time; and only if its author
//! lets it be quoted. A member's post for everyone may be quoted, any other may not.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::{self, Actor};
use super::audience::{self, Gate, Viewer};
use super::event::{self, Event};
use super::part::{self, Part};
use super::post::{self, Entry, Post};
use crate::db::schema::{actor as actor_table, post as post_table, quote, quote_leave};
use crate::db::{Among, Conn};
use crate::error::{Error, Result};
use crate::id::{ActorId, LeaveId, PostId};

/// What a remote post quotes, as far as that was found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Incoming {
    /// The id of what is quoted.
    pub uri: String,
    /// The leave that the post names (`quoteAuthorization`); may be empty.
    pub leave: String,
    /// Does the author of what is quoted let it be quoted there?
    pub is_approved: bool,
}

/// Keeps what a post quotes; nothing for nothing.
pub(super) fn receive(conn: &mut Conn, post: PostId, incoming: Option<&Incoming>) -> Result<()> {
    diesel::delete(quote::table.filter(quote::post_id.eq(post))).execute(conn.link())?;
    let Some(incoming) = incoming else { return Ok(()) };
    let quoted = post::stored(conn, &incoming.uri)?.map(|post| post.id).filter(|quoted| *quoted != post);
    part::mark(conn, post, Part::Quote)?;
    diesel::insert_into(quote::table)
        .values((
            quote::post_id.eq(post),
            quote::uri.eq(&incoming.uri),
            quote::quoted_id.eq(quoted),
            quote::is_approved.eq(incoming.is_approved),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// What a post quotes, as one reader sees it.
#[derive(Debug, Clone)]
pub struct Quoted {
    /// The id of what is quoted: an address that leads there.
    pub uri: String,
    /// The post, if its author lets it be quoted, and the reader may see it.
    pub entry: Option<Entry>,
    /// Does its author let it be quoted there?
    pub is_approved: bool,
}

/// What the posts of one page quote, as `viewer` sees it; posts that quote nothing are left out.
pub fn of_posts(conn: &mut Conn, viewer: &Viewer, posts: &[PostId]) -> Result<BTreeMap<PostId, Quoted>> {
    if posts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(PostId, String, Option<PostId>, bool)> = quote::table
        .filter(Among::new(quote::post_id, posts.iter().map(|id| id.0)))
        .select((quote::post_id, quote::uri, quote::quoted_id, quote::is_approved))
        .load(conn.link())?;
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let wanted = rows.iter().filter(|(.., is_approved)| *is_approved).filter_map(|(_, _, id, _)| *id);
    let seen: Vec<(Post, Actor)> = post_table::table
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .filter(Among::new(post_table::id, wanted.map(|id| id.0)))
        .filter(Gate::before(viewer))
        .select((Post::as_select(), Actor::as_select()))
        .load(conn.link())?;
    let seen: BTreeMap<PostId, Entry> =
        seen.into_iter().map(|(post, author)| (post.id, Entry { post, author })).collect();
    let mut told = BTreeMap::new();
    for (post, uri, id, is_approved) in rows {
        let mut entry = id.filter(|_| is_approved).and_then(|id| seen.get(&id).cloned());
        if let Some(quoted) = &entry {
            let by = post_table::table.filter(post_table::id.eq(post)).select(post_table::author_id);
            let by: ActorId = by.first(conn.link())?;
            // A block takes the quotes back for everybody.
            entry = if audience::are_apart(conn, by, quoted.author.id)? { None } else { entry };
        }
        told.insert(post, Quoted { uri, entry, is_approved });
    }
    Ok(told)
}

/// Somebody asks whether their post `quoting` may quote a member's post. The answer goes out in either case, once more for the
/// same question.
///
/// Errors: `NotFound` if there is no such post that everybody may see, `Forbidden` if the question is no post of theirs.
pub fn receive_request(conn: &mut Conn, by: &Actor, request: &str, quoted: &str, quoting: &str) -> Result<()> {
    if by.is_local() {
        return Err(Error::Forbidden);
    }
    conn.lock(quoted)?;
    let post = post::stored(conn, quoted)?.ok_or(Error::NotFound("post"))?;
    let author = actor::by_id(conn, post.author_id)?;
    if !author.is_local() {
        return Err(Error::NotFound("post"));
    }
    let leave = match may_be_quoted(conn, &post, by.id)? {
        true => Some(give(conn, by, &post, quoting)?),
        // Whoever may not see it isn't told that it is there.
        false if post::show(conn, &Viewer::Remote(by.id), post.id).is_err() => return Err(Error::NotFound("post")),
        false => None,
    };
    let id = event::id(conn);
    let what = Event::QuoteAnswered {
        request: request.to_owned(),
        quoted: post.id,
        quoting: quoting.to_owned(),
        by: by.id,
        leave: leave.map(|leave| leave.0),
    };
    event::record(conn, id, author.id, &format!("post:{}", post.id), &what)
}

/// May this actor quote a member's post?
pub fn may_be_quoted(conn: &mut Conn, post: &Post, by: ActorId) -> Result<bool> {
    let viewer = Viewer::Remote(by);
    Ok(post::is_for_everyone(conn, post)? && post::show(conn, &viewer, post.id).is_ok())
}

/// The leave for one quoting post; the same each time it is asked for.
fn give(conn: &mut Conn, by: &Actor, post: &Post, quoting: &str) -> Result<LeaveId> {
    let given = quote_leave::table.filter(quote_leave::post_id.eq(post.id)).filter(quote_leave::quoting.eq(quoting));
    let known: Option<LeaveId> = given.select(quote_leave::id).first(conn.link()).optional()?;
    if let Some(known) = known {
        return Ok(known);
    }
    let now = conn.now();
    let id = LeaveId(conn.id_at(now));
    diesel::insert_into(quote_leave::table)
        .values((
            quote_leave::id.eq(id),
            quote_leave::post_id.eq(post.id),
            quote_leave::actor_id.eq(by.id),
            quote_leave::quoting.eq(quoting),
            quote_leave::created_at.eq(now),
        ))
        .execute(conn.link())?;
    Ok(id)
}

/// A leave that stands, with the post that it is for, and the id of the post that it lets quote.
///
/// Errors: `NotFound` if there is none (any more): the post is gone or narrower now, or a block stands between the two.
pub fn leave(conn: &mut Conn, post: PostId, id: LeaveId) -> Result<(Entry, String)> {
    let (actor, quoting): (ActorId, String) = quote_leave::table
        .filter(quote_leave::id.eq(id))
        .filter(quote_leave::post_id.eq(post))
        .select((quote_leave::actor_id, quote_leave::quoting))
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("leave"))?;
    let entry = post::show(conn, &Viewer::Anonymous, post)?;
    match audience::are_apart(conn, actor, entry.author.id)? {
        true => Err(Error::NotFound("leave")),
        false => Ok((entry, quoting)),
    }
}
