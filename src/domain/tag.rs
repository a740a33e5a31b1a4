//! Tags: a member's private labels for people, and private remarks about them. Nobody else learns of them, nothing is sent.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::Actor;
use super::friend;
use crate::db::schema::{actor as actor_table, remark, tag, tag_member};
use crate::db::{Among, Conn, IntoBoth};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, TagId};

/// Tags of one member.
pub const TAGS_MAX: i64 = 100;
/// People under one tag.
pub const MEMBERS_MAX: i64 = 5_000;
/// Longest name of a tag, in characters.
pub const NAME_CHARS_MAX: usize = 60;
/// Longest remark, in characters.
pub const REMARK_CHARS_MAX: usize = 2_000;

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = tag)]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// Whose it is.
    pub actor_id: ActorId,
    /// Its name.
    pub name: String,
    /// Which answers its list shows: `followed`, `list` or `none`.
    pub replies: String,
    /// Are its people left out of the home feed?
    pub exclusive: bool,
}

/// What a member says of a tag.
#[derive(Debug, Clone)]
pub struct Draft {
    name: String,
    replies: String,
    exclusive: bool,
}

impl Draft {
    /// Checks it.
    ///
    /// Errors: `Invalid` for `title` or `replies_policy`.
    pub fn parse(name: &str, replies: &str, exclusive: bool) -> Result<Self> {
        let name = crate::text::name(name, NAME_CHARS_MAX + 1);
        if name.is_empty() {
            return Err(Error::invalid("title", "problem-tag-name"));
        }
        if name.chars().count() > NAME_CHARS_MAX {
            return Err(Error::Invalid(vec![Problem::new("title", "problem-too-long").with("max", NAME_CHARS_MAX)]));
        }
        let replies = ["list", "followed", "none"].into_iter().find(|known| *known == replies || replies.is_empty());
        let replies = replies.ok_or(Error::invalid("replies_policy", "problem-choice"))?;
        Ok(Self { name, replies: replies.to_owned(), exclusive })
    }
}

/// Makes a tag.
///
/// Errors: `Invalid` if there are too many.
pub fn create(conn: &mut Conn, me: ActorId, draft: &Draft) -> Result<Tag> {
    let many: i64 = tag::table.filter(tag::actor_id.eq(me)).count().get_result(conn.link())?;
    if many >= TAGS_MAX {
        return Err(Error::Invalid(vec![Problem::new("title", "problem-many").with("max", TAGS_MAX)]));
    }
    let id = TagId(conn.id());
    diesel::insert_into(tag::table)
        .values((
            tag::id.eq(id),
            tag::actor_id.eq(me),
            tag::name.eq(&draft.name),
            tag::replies.eq(&draft.replies),
            tag::exclusive.eq(draft.exclusive),
        ))
        .execute(conn.link())?;
    own(conn, me, id)
}

/// A member's own tag.
///
/// Errors: `NotFound`.
pub fn own(conn: &mut Conn, me: ActorId, id: TagId) -> Result<Tag> {
    tag::table
        .filter(tag::id.eq(id))
        .filter(tag::actor_id.eq(me))
        .select(Tag::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("tag"))
}

/// All tags of a member, by their names.
pub fn list(conn: &mut Conn, me: ActorId) -> Result<Vec<Tag>> {
    let own = tag::table.filter(tag::actor_id.eq(me)).order((tag::name, tag::id));
    Ok(own.limit(TAGS_MAX).select(Tag::as_select()).load(conn.link())?)
}

/// Changes a tag.
///
/// Errors: `NotFound`.
pub fn update(conn: &mut Conn, me: ActorId, id: TagId, draft: &Draft) -> Result<Tag> {
    diesel::update(tag::table.filter(tag::id.eq(id)).filter(tag::actor_id.eq(me)))
        .set((tag::name.eq(&draft.name), tag::replies.eq(&draft.replies), tag::exclusive.eq(draft.exclusive)))
        .execute(conn.link())?;
    own(conn, me, id)
}

/// Removes a tag; the people stay.
///
/// Errors: `NotFound`.
pub fn delete(conn: &mut Conn, me: ActorId, id: TagId) -> Result<()> {
    let gone = diesel::delete(tag::table.filter(tag::id.eq(id)).filter(tag::actor_id.eq(me))).execute(conn.link())?;
    if gone > 0 { Ok(()) } else { Err(Error::NotFound("tag")) }
}

/// Puts people under a tag whom the member follows.
///
/// Errors: `NotFound` for the tag or for who isn't followed; `Invalid` if there are too many.
pub fn add(conn: &mut Conn, me: ActorId, id: TagId, people: &[ActorId]) -> Result<()> {
    own(conn, me, id)?;
    let many: i64 = tag_member::table.filter(tag_member::tag_id.eq(id)).count().get_result(conn.link())?;
    if many + i64::try_from(people.len()).unwrap_or(i64::MAX) > MEMBERS_MAX {
        return Err(Error::Invalid(vec![Problem::new("account_ids", "problem-many").with("max", MEMBERS_MAX)]));
    }
    for person in people {
        if *person != me && friend::find(conn, me, *person)?.is_none() {
            return Err(Error::NotFound("friend"));
        }
        diesel::insert_into(tag_member::table)
            .values((tag_member::tag_id.eq(id), tag_member::actor_id.eq(person)))
            .on_conflict_do_nothing()
            .both()
            .execute(conn.link())?;
    }
    Ok(())
}

/// Takes people out from under a tag.
///
/// Errors: `NotFound` for the tag.
pub fn remove(conn: &mut Conn, me: ActorId, id: TagId, people: &[ActorId]) -> Result<()> {
    own(conn, me, id)?;
    let gone = tag_member::table.filter(tag_member::tag_id.eq(id)).filter(tag_member::actor_id.eq_any(people));
    diesel::delete(gone).execute(conn.link())?;
    Ok(())
}

/// The people under a tag, from behind `after` if given.
///
/// Errors: `NotFound` for the tag.
pub fn people(conn: &mut Conn, me: ActorId, id: TagId, after: Option<ActorId>, limit: i64) -> Result<Vec<Actor>> {
    own(conn, me, id)?;
    Ok(tag_member::table
        .inner_join(actor_table::table.on(actor_table::id.eq(tag_member::actor_id)))
        .filter(tag_member::tag_id.eq(id))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .filter(actor_table::id.gt(after.unwrap_or(ActorId(0))))
        .order(actor_table::id)
        .limit(limit)
        .select(Actor::as_select())
        .load(conn.link())?)
}

/// The member's tags that somebody stands under.
pub fn of(conn: &mut Conn, me: ActorId, person: ActorId) -> Result<Vec<Tag>> {
    Ok(tag::table
        .inner_join(tag_member::table.on(tag_member::tag_id.eq(tag::id)))
        .filter(tag::actor_id.eq(me))
        .filter(tag_member::actor_id.eq(person))
        .order((tag::name, tag::id))
        .select(Tag::as_select())
        .load(conn.link())?)
}

/// Sets what a member remarks about somebody, for their own eyes; nothing for no remark.
///
/// Errors: `Invalid` for `comment`.
pub fn set_remark(conn: &mut Conn, me: ActorId, other: ActorId, body: &str) -> Result<()> {
    let body = crate::text::body(body);
    if body.chars().count() > REMARK_CHARS_MAX {
        return Err(Error::Invalid(vec![Problem::new("comment", "problem-too-long").with("max", REMARK_CHARS_MAX)]));
    }
    let row = remark::table.filter(remark::actor_id.eq(me)).filter(remark::other_id.eq(other));
    diesel::delete(row).execute(conn.link())?;
    if !body.is_empty() {
        diesel::insert_into(remark::table)
            .values((remark::actor_id.eq(me), remark::other_id.eq(other), remark::body.eq(body)))
            .execute(conn.link())?;
    }
    Ok(())
}

/// What a member remarks about these.
pub fn remarks(conn: &mut Conn, me: ActorId, others: &[ActorId]) -> Result<BTreeMap<ActorId, String>> {
    let rows: Vec<(ActorId, String)> = remark::table
        .filter(remark::actor_id.eq(me))
        .filter(Among::new(remark::other_id, others.iter().map(|id| id.0)))
        .select((remark::other_id, remark::body))
        .load(conn.link())?;
    Ok(rows.into_iter().collect())
}
