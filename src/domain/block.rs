//! Blocks and mutes: whom a member doesn't want to meet, persons and whole servers.
//!
//! Who has blocked and who is blocked are apart (`audience`): their tie ends, and nothing of the one reaches the other any
//! more, on either side. Only a remote person who is blocked hears of it (`Block`). A mute is silent and changes nothing
//! but what its owner's lists show, and it may end by itself. What somebody elsewhere blocks of ours counts like a block of our own.

use diesel::prelude::*;

use super::actor::{self, Actor};
use super::audience::{self, Viewer};
use super::event::{self, Event};
use super::friend;
use crate::clock::{DAY, Micros, SECOND};
use crate::db::schema::{actor as actor_table, block, block_host, follow};
use crate::db::{Conn, IntoBoth, Range, paged, text_enum};
use crate::error::{Error, Result};
use crate::id::ActorId;

/// Lines of a member's list that are shown at most.
const LIST_MAX: i64 = 500;
/// A mute for longer ends after this, in seconds: a hundred years or so.
const MUTE_SECONDS_MAX: i64 = 36_525 * (DAY / SECOND);
/// Persons, and servers, that one member may block and mute.
const ENTRIES_MAX: i64 = 5_000;

text_enum! {
    /// How much a member doesn't want to meet somebody.
    Kind {
        /// Neither sees the other.
        Block = "block",
        /// The member isn't shown the other in lists, and isn't told of them.
        Mute = "mute",
    }
}

/// Blocks or mutes a person. Twice is the same as once.
///
/// Errors: `Invalid` for oneself, for a server's own actor, or if there are too many.
pub fn set(conn: &mut Conn, me: &Actor, other: &Actor, kind: Kind) -> Result<()> {
    if me.id == other.id {
        return Err(Error::invalid("", "problem-block-self"));
    }
    if other.kind == actor::Kind::Application {
        return Err(Error::NotFound("actor"));
    }
    conn.lock(&friend::lane(me.id, other.id))?;
    if find(conn, me.id, other.id, kind)?.is_some() {
        return Ok(());
    }
    let many: i64 = block::table.filter(block::actor_id.eq(me.id)).count().get_result(conn.link())?;
    bounded(many)?;
    let id = event::id(conn);
    let is_told = kind == Kind::Block && !other.is_local();
    let uri = if is_told { event::activity_uri(conn, id) } else { String::new() };
    insert(conn, me.id, other.id, kind, &uri)?;
    if kind == Kind::Mute {
        return Ok(());
    }
    friend::sever(conn, me, other)?;
    if is_told {
        let what = Event::Blocked { block: uri, blocked: other.id };
        event::record(conn, id, me.id, &friend::lane(me.id, other.id), &what)?;
    }
    Ok(())
}

/// How somebody is muted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mute {
    /// For how many seconds; until it is lifted, if for none.
    pub seconds: i64,
    /// Is the member told of what they do all the same?
    pub spares_notices: bool,
}

/// Mutes a person, for a time if there is one. What was set about them before counts no more.
///
/// Errors: as [`set`].
pub fn mute(conn: &mut Conn, me: &Actor, other: &Actor, how: Mute) -> Result<()> {
    set(conn, me, other, Kind::Mute)?;
    let now = conn.now();
    let ends_at = (how.seconds > 0).then(|| now + how.seconds.min(MUTE_SECONDS_MAX) * SECOND);
    let row = block::table.filter(block::actor_id.eq(me.id)).filter(block::other_id.eq(other.id));
    diesel::update(row.filter(block::kind.eq(Kind::Mute)))
        .set((block::expires_at.eq(ends_at), block::spares_notices.eq(how.spares_notices)))
        .execute(conn.link())?;
    if let Some(at) = ends_at {
        let lane = format!("mute:{}:{}", me.id, other.id);
        event::withdraw(conn, &lane)?;
        let id = event::id(conn);
        event::record_at(conn, id, me.id, &lane, &Event::MuteEnded { muted: other.id }, at)?;
    }
    Ok(())
}

/// Lifts a mute whose time is over; one that was set anew meanwhile stays.
pub fn end_mute(conn: &mut Conn, me: ActorId, other: ActorId) -> Result<()> {
    let now = conn.now();
    let row = block::table.filter(block::actor_id.eq(me)).filter(block::other_id.eq(other));
    diesel::delete(row.filter(block::kind.eq(Kind::Mute)).filter(block::expires_at.le(now))).execute(conn.link())?;
    Ok(())
}

/// Takes a block or a mute of a person back. What isn't there needn't be taken back.
pub fn lift(conn: &mut Conn, me: &Actor, other: &Actor, kind: Kind) -> Result<()> {
    conn.lock(&friend::lane(me.id, other.id))?;
    let Some(uri) = find(conn, me.id, other.id, kind)? else { return Ok(()) };
    delete(conn, me.id, other.id, kind)?;
    if kind == Kind::Mute || other.is_local() {
        return Ok(());
    }
    let id = event::id(conn);
    let what = Event::Unblocked { block: uri, blocked: other.id };
    event::record(conn, id, me.id, &friend::lane(me.id, other.id), &what)
}

/// Blocks or mutes a whole server, by its canonical host. Ties with its people end in the usual way: a server isn't told
/// that it is blocked.
///
/// Errors: `Invalid` if there are too many.
pub fn set_server(conn: &mut Conn, me: &Actor, host: &str, kind: Kind) -> Result<()> {
    let now = conn.now();
    let many: i64 = block_host::table.filter(block_host::actor_id.eq(me.id)).count().get_result(conn.link())?;
    bounded(many)?;
    diesel::insert_into(block_host::table)
        .values((
            block_host::actor_id.eq(me.id),
            block_host::host.eq(host),
            block_host::kind.eq(kind),
            block_host::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    if kind == Kind::Mute {
        return Ok(());
    }
    for other in tied_on(conn, me.id, host)? {
        friend::remove(conn, me, &other)?;
    }
    Ok(())
}

/// Takes a block or a mute of a server back.
pub fn lift_server(conn: &mut Conn, me: &Actor, host: &str, kind: Kind) -> Result<()> {
    let row = block_host::table.filter(block_host::actor_id.eq(me.id)).filter(block_host::host.eq(host));
    diesel::delete(row.filter(block_host::kind.eq(kind))).execute(conn.link())?;
    Ok(())
}

/// A remote actor's `Block` of a member: the tie ends without another word, and they are apart.
pub fn receive(conn: &mut Conn, remote: &Actor, me: &Actor, uri: &str) -> Result<()> {
    if remote.is_local() || !me.is_local() {
        return Err(Error::Forbidden);
    }
    conn.lock(&friend::lane(me.id, remote.id))?;
    delete(conn, remote.id, me.id, Kind::Block)?;
    insert(conn, remote.id, me.id, Kind::Block, uri)?;
    friend::sever(conn, me, remote)
}

/// A remote actor's `Undo` of its block of a member.
///
/// Errors: `NotFound` if there is no such block.
pub fn receive_lift(conn: &mut Conn, remote: &Actor, me: &Actor) -> Result<()> {
    conn.lock(&friend::lane(me.id, remote.id))?;
    find(conn, remote.id, me.id, Kind::Block)?.ok_or(Error::NotFound("block"))?;
    delete(conn, remote.id, me.id, Kind::Block)
}

/// Whom a remote actor's block with this id on the wire is against, if there is one.
pub fn by_uri(conn: &mut Conn, remote: ActorId, uri: &str) -> Result<Option<ActorId>> {
    if uri.is_empty() {
        return Ok(None);
    }
    let row = block::table.filter(block::uri.eq(uri)).filter(block::actor_id.eq(remote));
    Ok(row.filter(block::kind.eq(Kind::Block)).select(block::other_id).first(conn.link()).optional()?)
}

/// What a member has set about one other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// The person is blocked.
    pub is_blocked: bool,
    /// The person is muted.
    pub is_muted: bool,
    /// Until when, if the mute ends by itself.
    pub muted_until: Option<Micros>,
    /// The member isn't told either of what the person does.
    pub is_hushed: bool,
    /// The person's server is blocked.
    pub is_server_blocked: bool,
    /// The person's server is muted.
    pub is_server_muted: bool,
}

impl Standing {
    /// Is the other kept out, in one way or the other?
    pub fn keeps_apart(self) -> bool {
        self.is_blocked || self.is_server_blocked
    }
}

/// What `me` has set about `other`.
pub fn standing(conn: &mut Conn, me: ActorId, other: &Actor) -> Result<Standing> {
    let person: Vec<(Kind, Option<Micros>, bool)> = block::table
        .filter(block::actor_id.eq(me))
        .filter(block::other_id.eq(other.id))
        .select((block::kind, block::expires_at, block::spares_notices))
        .load(conn.link())?;
    let server: Vec<Kind> = block_host::table
        .filter(block_host::actor_id.eq(me))
        .filter(block_host::host.eq(&other.host))
        .select(block_host::kind)
        .load(conn.link())?;
    let mute = person.iter().find(|(kind, ..)| *kind == Kind::Mute);
    Ok(Standing {
        is_blocked: person.iter().any(|(kind, ..)| *kind == Kind::Block),
        is_muted: mute.is_some(),
        muted_until: mute.and_then(|(_, until, _)| *until),
        is_hushed: mute.is_some_and(|(_, _, spares_notices)| !spares_notices),
        is_server_blocked: server.contains(&Kind::Block),
        is_server_muted: server.contains(&Kind::Mute),
    })
}

/// Somebody who keeps the viewer out by a block isn't there for them; whom the viewer keeps out is, so that they can be let
/// in again.
///
/// Errors: `NotFound`.
pub fn unhidden(conn: &mut Conn, viewer: &Viewer, found: Actor) -> Result<Actor> {
    let Some(me) = viewer.member() else { return Ok(found) };
    let is_hidden = audience::are_apart(conn, me, found.id)? && !standing(conn, me, &found)?.keeps_apart();
    if is_hidden { Err(Error::NotFound("actor")) } else { Ok(found) }
}

/// The actor with this number, as far as it is there for a member.
///
/// Errors: `NotFound`.
pub fn unhidden_by(conn: &mut Conn, me: ActorId, id: ActorId) -> Result<Actor> {
    let found = actor::by_id(conn, id)?;
    unhidden(conn, &Viewer::Member(me), found)
}

/// Whom a member has blocked or muted, the latest first.
pub fn people(conn: &mut Conn, me: ActorId) -> Result<Vec<(Actor, Kind)>> {
    Ok(block::table
        .inner_join(actor_table::table.on(actor_table::id.eq(block::other_id)))
        .filter(block::actor_id.eq(me))
        .order((block::created_at.desc(), block::other_id))
        .limit(LIST_MAX)
        .select((Actor::as_select(), block::kind))
        .load(conn.link())?)
}

/// A page of those whom a member has blocked, or muted, each with the end of the mute: by their numbers, the largest first.
pub fn page(conn: &mut Conn, me: ActorId, kind: Kind, range: &Range) -> Result<Vec<(Actor, Option<Micros>)>> {
    let query = block::table
        .inner_join(actor_table::table.on(actor_table::id.eq(block::other_id)))
        .filter(block::actor_id.eq(me))
        .filter(block::kind.eq(kind))
        .select((Actor::as_select(), block::expires_at));
    Ok(paged!(query, block::other_id, range, conn))
}

/// Which servers a member has blocked or muted, by name.
pub fn servers(conn: &mut Conn, me: ActorId) -> Result<Vec<(String, Kind)>> {
    Ok(block_host::table
        .filter(block_host::actor_id.eq(me))
        .order((block_host::host, block_host::kind))
        .limit(LIST_MAX)
        .select((block_host::host, block_host::kind))
        .load(conn.link())?)
}

/// Where nothing new of `author` goes: the servers that they have blocked, and the own inboxes of persons apart from them.
pub fn closed(conn: &mut Conn, author: ActorId) -> Result<(Vec<String>, Vec<String>)> {
    let hosts = block_host::table
        .filter(block_host::actor_id.eq(author))
        .filter(block_host::kind.eq(Kind::Block))
        .select(block_host::host)
        .load(conn.link())?;
    let by = block::table.filter(block::other_id.eq(author)).filter(block::kind.eq(Kind::Block));
    let of = block::table.filter(block::actor_id.eq(author)).filter(block::kind.eq(Kind::Block));
    let persons =
        actor_table::id.eq_any(by.select(block::actor_id)).or(actor_table::id.eq_any(of.select(block::other_id)));
    let inboxes = actor_table::table
        .filter(actor_table::host.ne(""))
        .filter(persons)
        .select(actor_table::inbox)
        .load(conn.link())?;
    Ok((hosts, inboxes))
}

/// Those of a server with whom a member has a tie of any kind.
fn tied_on(conn: &mut Conn, me: ActorId, host: &str) -> Result<Vec<Actor>> {
    let mine = follow::table.filter(follow::follower_id.eq(me)).select(follow::followed_id);
    let theirs = follow::table.filter(follow::followed_id.eq(me)).select(follow::follower_id);
    Ok(actor_table::table
        .filter(actor_table::host.eq(host))
        .filter(actor_table::id.eq_any(mine).or(actor_table::id.eq_any(theirs)))
        .select(Actor::as_select())
        .load(conn.link())?)
}

fn bounded(many: i64) -> Result<()> {
    if many < ENTRIES_MAX { Ok(()) } else { Err(Error::invalid("", "problem-blocks-many")) }
}

/// The id on the wire of a block or mute, if it is there; empty for one that has none.
fn find(conn: &mut Conn, actor: ActorId, other: ActorId, kind: Kind) -> Result<Option<String>> {
    let row = block::table.filter(block::actor_id.eq(actor)).filter(block::other_id.eq(other));
    Ok(row.filter(block::kind.eq(kind)).select(block::uri).first(conn.link()).optional()?)
}

fn insert(conn: &mut Conn, actor: ActorId, other: ActorId, kind: Kind, uri: &str) -> Result<()> {
    let now = conn.now();
    diesel::insert_into(block::table)
        .values((
            block::actor_id.eq(actor),
            block::other_id.eq(other),
            block::kind.eq(kind),
            block::uri.eq(uri),
            block::created_at.eq(now),
        ))
        .execute(conn.link())?;
    Ok(())
}

fn delete(conn: &mut Conn, actor: ActorId, other: ActorId, kind: Kind) -> Result<()> {
    let row = block::table.filter(block::actor_id.eq(actor)).filter(block::other_id.eq(other));
    diesel::delete(row.filter(block::kind.eq(kind))).execute(conn.link())?;
    Ok(())
}
