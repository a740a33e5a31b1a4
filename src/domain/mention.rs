//! Mentions: whom the text of a post names.
//!
//! Invariant (product.md): a mention never adds anyone to an audience. Who is named is told, here and on the wire, only if
//! they may see the post without it.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::account;
use super::actor::{self, Actor};
use super::audience::{self, Viewer};
use super::event::{self, Event};
use super::notice;
use super::part::{self, Part};
use super::post::{self, Post};
use crate::db::schema::{actor as actor_table, mention, notice as notice_table};
use crate::db::{Among, Conn, IntoBoth};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};
use crate::text::{self, Handle};
use crate::wire::address::canonical_host;

/// People whom one post can name.
pub const POST_MAX: usize = text::PEOPLE_MAX;

/// A typed text, made ready to be stored.
#[derive(Debug, Clone)]
pub struct Written {
    /// Safe HTML with links to people and hashtags.
    pub html: String,
    /// Whom it names, as far as they are known.
    pub people: Vec<ActorId>,
    /// Its hashtags, folded.
    pub hashtags: Vec<String>,
}

/// Makes a member's typed text ready to be stored. Somebody whom nobody here knows stays text.
pub fn write(conn: &mut Conn, source: &str) -> Result<Written> {
    let mut known: Vec<(Handle, Actor)> = Vec::new();
    for handle in text::people(source) {
        if let Some(actor) = find(conn, &handle)? {
            known.push((handle, actor));
        }
    }
    let origin = conn.origin();
    let html = text::post_html(source, &origin, |handle| {
        known.iter().find(|(one, _)| one == handle).map(|(_, actor)| page(&origin, actor))
    });
    let mut people: Vec<ActorId> = known.iter().map(|(_, actor)| actor.id).collect();
    people.sort_unstable();
    people.dedup();
    Ok(Written { html, people, hashtags: text::hashtags(source) })
}

/// Who is meant, if we know them and they are still there.
pub fn find(conn: &mut Conn, handle: &Handle) -> Result<Option<Actor>> {
    let origin = conn.origin();
    let own = origin.split_once("://").map_or(&*origin, |(_, authority)| authority);
    let host = canonical_host(&handle.host).unwrap_or_default();
    let found = match handle.host.as_str() {
        "" => actor::local_by_name(conn, &handle.name)?,
        _ if host == own => actor::local_by_name(conn, &handle.name)?,
        _ => actor::by_handle(conn, &handle.name, &host)?,
    };
    let is_there = |actor: &Actor| actor.suspended_at.is_none() && actor.deleted_at.is_none();
    Ok(found.filter(|actor| is_there(actor) && actor.kind != actor::Kind::Application))
}

/// The page of somebody in this hall, as a whole address.
pub fn page(origin: &str, actor: &Actor) -> String {
    format!("{origin}/@{}", if actor.is_local() { &actor.name } else { &actor.address })
}

/// Puts these people in place of those whom a post names.
pub(super) fn keep(conn: &mut Conn, post: &Post, people: &[ActorId]) -> Result<()> {
    diesel::delete(mention::table.filter(mention::post_id.eq(post.id))).execute(conn.link())?;
    if !people.is_empty() {
        part::mark(conn, post.id, Part::Mention)?;
    }
    for person in people.iter().take(POST_MAX) {
        diesel::insert_into(mention::table)
            .values((mention::post_id.eq(post.id), mention::actor_id.eq(person)))
            .on_conflict_do_nothing()
            .both()
            .execute(conn.link())?;
    }
    Ok(())
}

/// Tells the members whom a post names, as far as they may see it and weren't told of it already.
pub(super) fn tell(conn: &mut Conn, post: &Post) -> Result<()> {
    for person in of(conn, post)? {
        let may_see = person.is_local()
            && match post::show(conn, &Viewer::Member(person.id), post.id) {
                Ok(_) => true,
                Err(Error::NotFound(_)) => false,
                Err(error) => return Err(error),
            };
        if may_see && person.kind == actor::Kind::Organization && account::has_answers(conn, person.id)? {
            let event = event::id(conn);
            let what = Event::AccountNamed { post: post.id };
            event::record(conn, event, person.id, &format!("account:{}", person.id), &what)?;
        }
        if may_see && !is_told(conn, person.id, post)? {
            let new = notice::New::about_post(notice::Kind::Mention, post.author_id, post.id, post.id);
            notice::tell(conn, person.id, &new)?;
        }
    }
    Ok(())
}

/// Does a notice tell somebody of this very post, as an answer or comment or before?
fn is_told(conn: &mut Conn, to: ActorId, post: &Post) -> Result<bool> {
    let told = notice_table::table
        .filter(notice_table::actor_id.eq(to))
        .filter(notice_table::by_id.eq(post.author_id))
        .filter(notice_table::post_id.eq(post.id))
        .filter(notice_table::kind.ne(notice::Kind::Like));
    Ok(diesel::select(diesel::dsl::exists(told)).get_result(conn.link())?)
}

/// Whom a post names, whether they may see it or not. The post itself came through the gate.
pub fn of(conn: &mut Conn, post: &Post) -> Result<Vec<Actor>> {
    Ok(mention::table
        .inner_join(actor_table::table.on(actor_table::id.eq(mention::actor_id)))
        .filter(mention::post_id.eq(post.id))
        .filter(actor_table::deleted_at.is_null())
        .order(mention::actor_id)
        .select(Actor::as_select())
        .load(conn.link())?)
}

/// Whom the posts of one page name. The posts themselves came through the gate.
pub fn of_posts(conn: &mut Conn, posts: &[PostId]) -> Result<BTreeMap<PostId, Vec<Actor>>> {
    if posts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(PostId, Actor)> = mention::table
        .inner_join(actor_table::table.on(actor_table::id.eq(mention::actor_id)))
        .filter(Among::new(mention::post_id, posts.iter().map(|id| id.0)))
        .filter(actor_table::deleted_at.is_null())
        .order((mention::post_id, mention::actor_id))
        .select((mention::post_id, Actor::as_select()))
        .load(conn.link())?;
    let mut people: BTreeMap<PostId, Vec<Actor>> = BTreeMap::new();
    for (post, actor) in rows {
        people.entry(post).or_default().push(actor);
    }
    Ok(people)
}

/// Those of them who may see a post of ours, and so may be named on the wire.
pub fn of_audience(conn: &mut Conn, post: &Post, people: &[Actor]) -> Result<Vec<Actor>> {
    let mut named = Vec::new();
    for person in people.iter().filter(|person| person.id != post.author_id) {
        let viewer = if person.is_local() { Viewer::Member(person.id) } else { Viewer::Remote(person.id) };
        match post::show(conn, &viewer, post.id) {
            Ok(_) if !audience::are_apart(conn, post.author_id, person.id)? => named.push(person.clone()),
            Ok(_) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(named)
}
