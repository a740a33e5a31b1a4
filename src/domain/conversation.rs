//! Conversations: threads of posts for the people whom they name, as client programs list them.
//!
//! Invariant: a conversation is a way of listing; every post of it passes the gate. What is kept is only how far its member
//! has read it, and up to where they have put it away.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;

use super::actor::Actor;
use super::audience::{Gate, Viewer};
use super::mention;
use super::post::{Entry, Post};
use crate::db::schema::{actor as actor_table, conversation, post as post_table};
use crate::db::{Among, Conn, End, IntoBoth, MultiBackend, Range, condition};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};

/// The newest posts among which conversations are looked for.
const POSTS_MAX: i64 = 2_000;

/// A conversation as its member finds it.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// The post that it began with.
    pub id: PostId,
    /// The newest post.
    pub last: Entry,
    /// Who takes part, besides the member.
    pub people: Vec<Actor>,
    /// Has somebody said something that the member hasn't read?
    pub is_unread: bool,
}

/// How far a member has come with one.
#[derive(Debug, Clone, Copy, Default)]
struct Reading {
    read: i64,
    gone: i64,
}

/// The conversations of a member, by their newest posts.
pub fn list(conn: &mut Conn, me: ActorId, range: &Range) -> Result<Vec<Conversation>> {
    let readings = readings(conn, me)?;
    let reading = |thread: PostId| readings.get(&thread).copied().unwrap_or_default();
    let mut newest: Vec<(PostId, PostId)> = newest(conn, me)?
        .into_iter()
        .filter(|(thread, last)| last.0 > reading(*thread).gone && last.0 < range.before && last.0 > range.after)
        .collect();
    let limit = usize::try_from(range.limit).unwrap_or(0);
    if range.end == End::Oldest {
        newest = newest.split_off(newest.len().saturating_sub(limit));
    }
    newest.truncate(limit);
    load(conn, me, &newest, |thread| reading(thread).read)
}

/// One of a member's conversations.
///
/// Errors: `NotFound` if they have none there.
pub fn one(conn: &mut Conn, me: ActorId, id: PostId) -> Result<Conversation> {
    let last: Option<PostId> = post_table::table
        .filter(post_table::id.eq(id).or(post_table::root_id.eq(id)))
        .filter(Concerns(me))
        .filter(Gate::before(&Viewer::Member(me)))
        .order(post_table::id.desc())
        .select(post_table::id)
        .first(conn.link())
        .optional()?;
    let found: Vec<(PostId, PostId)> = last.into_iter().map(|last| (id, last)).collect();
    let readings = readings(conn, me)?;
    let read = |thread: PostId| readings.get(&thread).map_or(0, |reading| reading.read);
    load(conn, me, &found, read)?.pop().ok_or(Error::NotFound("conversation"))
}

/// Marks a conversation as read up to its newest post.
///
/// Errors: `NotFound`.
pub fn read(conn: &mut Conn, me: ActorId, id: PostId) -> Result<()> {
    let last = one(conn, me, id)?.last.post.id;
    keep(conn, me, id, Reading { read: last.0, gone: 0 })
}

/// Puts a conversation away until somebody says more. No post is deleted by it.
///
/// Errors: `NotFound`.
pub fn put_away(conn: &mut Conn, me: ActorId, id: PostId) -> Result<()> {
    let last = one(conn, me, id)?.last.post.id;
    keep(conn, me, id, Reading { read: last.0, gone: last.0 })
}

/// The threads with posts for few that concern the member, each with the newest of these: newest first.
fn newest(conn: &mut Conn, me: ActorId) -> Result<Vec<(PostId, PostId)>> {
    let rows: Vec<(PostId, Option<PostId>)> = post_table::table
        .filter(Concerns(me))
        .filter(Gate::before(&Viewer::Member(me)))
        .order(post_table::id.desc())
        .limit(POSTS_MAX)
        .select((post_table::id, post_table::root_id))
        .load(conn.link())?;
    let mut seen = std::collections::BTreeSet::new();
    let threads = rows.into_iter().map(|(id, root)| (root.unwrap_or(id), id));
    Ok(threads.filter(|(thread, _)| seen.insert(*thread)).collect())
}

fn readings(conn: &mut Conn, me: ActorId) -> Result<BTreeMap<PostId, Reading>> {
    let rows: Vec<(PostId, i64, i64)> = conversation::table
        .filter(conversation::actor_id.eq(me))
        .select((conversation::thread_id, conversation::read_id, conversation::gone_id))
        .load(conn.link())?;
    Ok(rows.into_iter().map(|(thread, read, gone)| (thread, Reading { read, gone })).collect())
}

fn load(
    conn: &mut Conn,
    me: ActorId,
    newest: &[(PostId, PostId)],
    read: impl Fn(PostId) -> i64,
) -> Result<Vec<Conversation>> {
    let (mut entries, mut named) = (BTreeMap::new(), BTreeMap::new());
    for part in newest.chunks(crate::db::AMONG_MAX) {
        let rows: Vec<(Post, Actor)> = post_table::table
            .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
            .filter(Among::new(post_table::id, part.iter().map(|(_, last)| last.0)))
            .filter(Gate::before(&Viewer::Member(me)))
            .select((Post::as_select(), Actor::as_select()))
            .load(conn.link())?;
        entries.extend(rows.into_iter().map(|(post, author)| (post.id, Entry { post, author })));
        let ids: Vec<PostId> = part.iter().map(|(_, last)| *last).collect();
        named.extend(mention::of_posts(conn, &ids)?);
    }
    let conversation = |(thread, last): &(PostId, PostId)| {
        let last: Entry = entries.remove(last)?;
        let mut people = vec![last.author.clone()];
        people.extend(named.remove(&last.post.id).unwrap_or_default());
        people.retain(|person| person.id != me);
        let mut seen = std::collections::BTreeSet::new();
        people.retain(|person| seen.insert(person.id));
        let is_unread = last.author.id != me && last.post.id.0 > read(*thread);
        Some(Conversation { id: *thread, last, people, is_unread })
    };
    Ok(newest.iter().filter_map(conversation).collect())
}

fn keep(conn: &mut Conn, me: ActorId, thread: PostId, how: Reading) -> Result<()> {
    let row = conversation::table.filter(conversation::actor_id.eq(me)).filter(conversation::thread_id.eq(thread));
    let changed = diesel::update(row)
        .set((conversation::read_id.eq(how.read), conversation::gone_id.eq(how.gone)))
        .execute(conn.link())?;
    if changed == 0 {
        diesel::insert_into(conversation::table)
            .values((
                conversation::actor_id.eq(me),
                conversation::thread_id.eq(thread),
                conversation::read_id.eq(how.read),
                conversation::gone_id.eq(how.gone),
            ))
            .on_conflict_do_nothing()
            .both()
            .execute(conn.link())?;
    }
    Ok(())
}

/// The condition, on a query that names `post`, that it is for few, or under what is, and concerns the member: it is theirs or
/// names them, or so it is with what it stands under.
#[derive(Debug, Clone)]
struct Concerns(ActorId);

impl QueryFragment<MultiBackend> for Concerns {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        for (index, column) in ["post.id", "post.root_id"].into_iter().enumerate() {
            out.push_sql(if index == 0 { "(" } else { " OR " });
            out.push_sql(column);
            out.push_sql(" IN (SELECT cm.post_id FROM mention cm WHERE cm.actor_id = ");
            out.push_bind_param::<BigInt, _>(&self.0)?;
            out.push_sql(" UNION SELECT cp.id FROM post cp WHERE cp.audience = 'people' AND cp.author_id = ");
            out.push_bind_param::<BigInt, _>(&self.0)?;
            out.push_sql(")");
        }
        out.push_sql(
            ") AND (post.audience = 'people' OR EXISTS (SELECT 1 FROM post cr WHERE cr.id = post.root_id \
             AND cr.audience = 'people'))",
        );
        Ok(())
    }
}

condition!(Concerns);
