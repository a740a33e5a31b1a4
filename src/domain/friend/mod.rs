//! Friends: mutual ties, made by request and acceptance, out of two follows; and plain one-way follows of those who
//! don't know friends (`hg:friends`).
//!
//! Invariants (product.md, “Friends and Moments”): a person's followers are its friends; a tie whose back-follow is not
//! accepted yet is provisional and lets nothing non-public through; no pair of halls can loop. [`settle`] alone turns
//! the state of two follows into tokens, feeds and what notices still say.

mod queries;

pub use queries::{
    Side, Tie, by_uri, find, followed_count, follower_count, follows_with, is_followed_here, local_followers, own_side,
    relation, remote_followers, request_page, requests, ties,
};

use diesel::prelude::*;

use super::actor::{self, Actor};
use super::audience;
use super::event::{self, Event};
use super::notice::{self, Kind as Notice, New as NewNotice};
use super::post;
use crate::clock::Micros;
use crate::db::schema::{actor as actor_table, follow};
use crate::db::{Conn, text_enum};
use crate::error::{Error, Result};
use crate::id::{ActorId, FollowId};

/// Longest greeting; longer ones from elsewhere are cut.
pub const GREETING_CHARS_MAX: usize = 200;
/// Requests that one member may have open at a time, so that a member can't flood other halls.
pub const REQUESTS_OPEN_MAX: i64 = 200;

/// Followers of somebody who moved that are seen to in one transaction.
const MOVED_AT_ONCE: i64 = 20;

text_enum! {
    /// Where a follow stands.
    State {
        /// Asked for, not answered.
        Requested = "requested",
        /// Accepted.
        Accepted = "accepted",
    }
}

/// One direction of a tie.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = follow)]
pub struct Follow {
    /// Its id here.
    pub id: FollowId,
    /// The id of the `Follow` on the wire.
    pub uri: String,
    /// Who follows.
    pub follower_id: ActorId,
    /// Whom.
    pub followed_id: ActorId,
    /// Where it stands.
    pub state: State,
    /// The words that came with it.
    pub greeting: String,
    /// When it was asked for.
    pub created_at: Micros,
    /// When it was accepted.
    pub accepted_at: Option<Micros>,
    /// Does the follower see what the other boosts?
    pub with_boosts: bool,
}

/// How a member stands to another actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relation {
    /// It is the member.
    Own,
    /// Nothing binds them.
    Stranger,
    /// The member has asked and waits for an answer.
    Requested,
    /// The other has asked, with this greeting.
    Asks(FollowId, String),
    /// One side accepted; the other's acceptance is under way.
    Provisional,
    /// They are friends.
    Friend,
    /// The member follows somebody who doesn't know friends.
    Follows,
}

/// Asks `other` to become a friend (or follows one who doesn't know friends).
///
/// Crossed requests meet: if the other has asked already, both are accepted.
///
/// Errors: `Invalid` for oneself, a suspended or a departed actor, one who is kept apart by a block, an overlong greeting, or
/// too many open requests.
pub fn request(conn: &mut Conn, me: &Actor, other: &Actor, greeting: &str) -> Result<Relation> {
    let greeting = crate::text::body(greeting).trim().to_owned();
    if me.id == other.id {
        return Err(Error::invalid("address", "problem-friend-self"));
    }
    if other.suspended_at.is_some() || other.deleted_at.is_some() || other.kind == actor::Kind::Application {
        return Err(Error::invalid("address", "problem-friend-gone"));
    }
    if greeting.chars().count() > GREETING_CHARS_MAX {
        let problem = crate::error::Problem::new("greeting", "problem-too-long").with("max", GREETING_CHARS_MAX);
        return Err(Error::Invalid(vec![problem]));
    }
    lock(conn, me.id, other.id)?;
    if audience::are_apart(conn, me.id, other.id)? {
        return Err(Error::invalid("address", "problem-friend-gone"));
    }
    if find(conn, me.id, other.id)?.is_some() {
        return relation(conn, me.id, other);
    }
    let open: i64 = follow::table
        .filter(follow::follower_id.eq(me.id))
        .filter(follow::state.eq(State::Requested))
        .count()
        .get_result(conn.link())?;
    if open >= REQUESTS_OPEN_MAX {
        return Err(Error::invalid("address", "problem-friend-many"));
    }
    ask(conn, me, other, &greeting)?;
    if let Some(theirs) = find(conn, other.id, me.id)?.filter(|f| f.state == State::Requested) {
        mark_accepted(conn, me, other, &theirs)?;
        notice::tell(conn, other.id, &NewNotice::by(Notice::Acceptance, me.id))?;
    }
    settle(conn, me, other)?;
    relation(conn, me.id, other)
}

/// Shows `me` what `other`, whom they follow or have asked, boosts; or not.
pub fn set_with_boosts(conn: &mut Conn, me: ActorId, other: ActorId, is_shown: bool) -> Result<()> {
    let mine = follow::table.filter(follow::follower_id.eq(me)).filter(follow::followed_id.eq(other));
    diesel::update(mine).set(follow::with_boosts.eq(is_shown)).execute(conn.link())?;
    Ok(())
}

/// Accepts a request, and asks back if we haven't.
///
/// Errors: `NotFound` if there is no such request to this member (any more).
pub fn accept(conn: &mut Conn, me: &Actor, id: FollowId) -> Result<Actor> {
    let theirs = request_to(conn, me.id, id)?;
    let other = actor::by_id(conn, theirs.follower_id)?;
    lock(conn, me.id, other.id)?;
    let theirs = request_to(conn, me.id, id)?;
    mark_accepted(conn, me, &other, &theirs)?;
    notice::tell(conn, other.id, &NewNotice::by(Notice::Acceptance, me.id))?;
    if find(conn, me.id, other.id)?.is_none() {
        ask(conn, me, &other, "")?;
    }
    settle(conn, me, &other)?;
    Ok(other)
}

/// Declines a request.
///
/// Errors: `NotFound` if there is no such request to this member (any more).
pub fn decline(conn: &mut Conn, me: &Actor, id: FollowId) -> Result<Actor> {
    let theirs = request_to(conn, me.id, id)?;
    let other = actor::by_id(conn, theirs.follower_id)?;
    lock(conn, me.id, other.id)?;
    let theirs = request_to(conn, me.id, id)?;
    refuse(conn, me, &other, &theirs)?;
    settle(conn, me, &other)?;
    Ok(other)
}

/// Ends a tie in both directions, or takes a request back. Nothing to end is no error.
pub fn remove(conn: &mut Conn, me: &Actor, other: &Actor) -> Result<()> {
    lock(conn, me.id, other.id)?;
    if let Some(mine) = find(conn, me.id, other.id)? {
        undo(conn, me, other, &mine)?;
    }
    if let Some(theirs) = find(conn, other.id, me.id)? {
        refuse(conn, me, other, &theirs)?;
    }
    settle(conn, me, other)
}

/// Ends a tie in both directions without a word to the other side: a block says it all.
pub(super) fn sever(conn: &mut Conn, one: &Actor, other: &Actor) -> Result<()> {
    for (follower, followed) in [(one.id, other.id), (other.id, one.id)] {
        if let Some(tie) = find(conn, follower, followed)? {
            drop_follow(conn, tie.id)?;
        }
    }
    settle(conn, one, other)
}

/// A remote actor's `Follow` of a member: a request, or the second half of a tie.
///
/// Whom the member follows or has asked is accepted at once, without another follow back. A repeated `Follow` of one
/// who is accepted already is answered again, since the first answer may be lost.
pub fn receive_follow(conn: &mut Conn, remote: &Actor, me: &Actor, uri: &str, greeting: &str) -> Result<Relation> {
    // An account or archive is followed without asking.
    let is_open = me.kind == actor::Kind::Organization && !me.locked;
    receive_at(conn, remote, me, (uri, greeting), if is_open { Door::Open } else { Door::Closed })
}

/// The same where it is a request whoever is asked.
pub(super) fn receive_request(conn: &mut Conn, remote: &Actor, me: &Actor, uri: &str) -> Result<Relation> {
    receive_at(conn, remote, me, (uri, ""), Door::Closed)
}

/// Is a follow accepted without anybody's word?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Open,
    Closed,
}

fn receive_at(
    conn: &mut Conn,
    remote: &Actor,
    me: &Actor,
    (uri, greeting): (&str, &str),
    door: Door,
) -> Result<Relation> {
    if remote.is_local() || !me.is_local() {
        return Err(Error::Forbidden);
    }
    if me.suspended_at.is_some() || me.kind == actor::Kind::Application {
        return Err(Error::NotFound("actor"));
    }
    lock(conn, me.id, remote.id)?;
    if audience::are_apart(conn, me.id, remote.id)? {
        return Err(Error::NotFound("actor"));
    }
    let greeting = crate::text::excerpt(&crate::text::body(greeting), GREETING_CHARS_MAX);
    let theirs = match find(conn, remote.id, me.id)? {
        Some(known) => {
            diesel::update(follow::table.filter(follow::id.eq(known.id)))
                .set(follow::uri.eq(uri))
                .execute(conn.link())?;
            Follow { uri: uri.to_owned(), ..known }
        }
        None => insert(conn, remote.id, me.id, uri, &greeting)?,
    };
    if door == Door::Open || theirs.state == State::Accepted || find(conn, me.id, remote.id)?.is_some() {
        mark_accepted(conn, me, remote, &theirs)?;
    } else {
        notice::tell(conn, me.id, &NewNotice::by(Notice::Request, remote.id))?;
    }
    settle(conn, me, remote)?;
    relation(conn, me.id, remote)
}

/// A remote actor's `Accept` of the follow that we stored under `uri`.
///
/// Errors: `NotFound` if we have no such follow of that actor: a self-made `Accept` means nothing.
pub fn receive_accept(conn: &mut Conn, remote: &Actor, uri: &str) -> Result<()> {
    let (mine, me) = own_follow(conn, remote, uri)?;
    lock(conn, me.id, remote.id)?;
    if mine.state == State::Requested {
        let now = conn.now();
        diesel::update(follow::table.filter(follow::id.eq(mine.id)))
            .set((follow::state.eq(State::Accepted), follow::accepted_at.eq(Some(now))))
            .execute(conn.link())?;
        // Who has asked first hears that it was granted; what is followed without asking grants nothing.
        let asked_first = find(conn, remote.id, me.id)?.is_none_or(|theirs| mine.id < theirs.id);
        if asked_first && (remote.friends || remote.locked) {
            notice::tell(conn, me.id, &NewNotice::by(Notice::Acceptance, remote.id))?;
        }
    }
    settle(conn, &me, remote)
}

/// A remote actor's `Reject` of our follow, before or after it was accepted: we withdraw theirs.
///
/// Errors: `NotFound` as for [`receive_accept`].
pub fn receive_reject(conn: &mut Conn, remote: &Actor, uri: &str) -> Result<()> {
    let (mine, me) = own_follow(conn, remote, uri)?;
    lock(conn, me.id, remote.id)?;
    drop_follow(conn, mine.id)?;
    if let Some(theirs) = find(conn, remote.id, me.id)? {
        refuse(conn, &me, remote, &theirs)?;
    }
    settle(conn, &me, remote)
}

/// A remote actor's `Undo` of its follow. Among those who know friends the tie ends on both sides.
///
/// Errors: `NotFound` if there is no such follow.
pub fn receive_undo(conn: &mut Conn, remote: &Actor, me: &Actor) -> Result<()> {
    lock(conn, me.id, remote.id)?;
    let theirs = find(conn, remote.id, me.id)?.ok_or(Error::NotFound("follow"))?;
    drop_follow(conn, theirs.id)?;
    let ends_both = remote.friends && theirs.state == State::Accepted;
    if let Some(mine) = find(conn, me.id, remote.id)?.filter(|_| ends_both) {
        undo(conn, me, remote, &mine)?;
    }
    settle(conn, me, remote)
}

/// Those here who follow `old`, who is `new` now, ask `new`; what they may not ask stays as it was. Does some at a time, behind
/// `after`, and answers whom it did last, as long as there may be more.
pub fn receive_move(conn: &mut Conn, old: &Actor, new: &Actor, after: ActorId) -> Result<Option<ActorId>> {
    let followers: Vec<ActorId> = follow::table
        .inner_join(actor_table::table.on(actor_table::id.eq(follow::follower_id)))
        .filter(follow::followed_id.eq(old.id))
        .filter(follow::state.eq(State::Accepted))
        .filter(follow::follower_id.gt(after))
        .filter(actor_table::host.eq(""))
        .order(follow::follower_id)
        .limit(MOVED_AT_ONCE)
        .select(follow::follower_id)
        .load(conn.link())?;
    for follower in &followers {
        let me = actor::by_id(conn, *follower)?;
        match request(conn, &me, new, "") {
            Ok(_) => remove(conn, &me, old)?,
            Err(Error::Invalid(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(followers.last().copied())
}

/// Ends every tie of an actor that is gone, without a word to it.
pub fn forget(conn: &mut Conn, gone: &Actor) -> Result<()> {
    let ties: Vec<Follow> = follow::table
        .filter(follow::follower_id.eq(gone.id).or(follow::followed_id.eq(gone.id)))
        .select(Follow::as_select())
        .load(conn.link())?;
    for tie in ties {
        drop_follow(conn, tie.id)?;
        let other = if tie.follower_id == gone.id { tie.followed_id } else { tie.follower_id };
        let other = actor::by_id(conn, other)?;
        settle(conn, &other, gone)?;
    }
    Ok(())
}

/// Turns the state of the two follows between a pair into tokens and feeds. Calling it twice changes nothing.
fn settle(conn: &mut Conn, one: &Actor, other: &Actor) -> Result<()> {
    let there = is_accepted(conn, one.id, other.id)?;
    let back = is_accepted(conn, other.id, one.id)?;
    for (follower, followed) in [(one.id, other.id), (other.id, one.id)] {
        forget_notices(conn, follower, followed)?;
    }
    spread(conn, one, other, there, back)?;
    spread(conn, other, one, back, there)
}

/// What is told of a request goes once it is answered or taken back, and of its acceptance once the tie has ended.
fn forget_notices(conn: &mut Conn, follower: ActorId, followed: ActorId) -> Result<()> {
    let state = find(conn, follower, followed)?.map(|follow| follow.state);
    if state != Some(State::Requested) {
        notice::withdraw(conn, followed, &NewNotice::by(Notice::Request, follower))?;
    }
    if state != Some(State::Accepted) {
        notice::withdraw(conn, follower, &NewNotice::by(Notice::Acceptance, followed))?;
    }
    Ok(())
}

/// `follower` holds the token of `followed`'s followers if it follows and, where friends are known, is followed back.
fn spread(conn: &mut Conn, follower: &Actor, followed: &Actor, follows: bool, followed_back: bool) -> Result<()> {
    let token = audience::followers_token(followed.id);
    if follows && (followed_back || !followed.friends) {
        audience::grant(conn, follower.id, &token)?;
    } else {
        audience::revoke(conn, follower.id, &token)?;
    }
    match (follower.is_local(), follows) {
        (true, true) => post::backfill(conn, follower.id, followed.id),
        (true, false) => post::withdraw(conn, follower.id, followed.id),
        (false, _) => Ok(()),
    }
}

fn is_accepted(conn: &mut Conn, follower: ActorId, followed: ActorId) -> Result<bool> {
    Ok(find(conn, follower, followed)?.is_some_and(|f| f.state == State::Accepted))
}

/// The lane of a pair: what passes between two actors keeps its order.
pub(super) fn lane(one: ActorId, other: ActorId) -> String {
    format!("pair:{}:{}", one.min(other), one.max(other))
}

fn lock(conn: &mut Conn, one: ActorId, other: ActorId) -> Result<()> {
    conn.lock(&lane(one, other))
}

/// Stores our own follow; a local person who has asked or follows already, or a local actor that isn't locked, accepts
/// it at once.
fn ask(conn: &mut Conn, me: &Actor, other: &Actor, greeting: &str) -> Result<()> {
    let event = event::id(conn);
    let uri = event::activity_uri(conn, event);
    let mine = insert(conn, me.id, other.id, &uri, greeting)?;
    if other.is_local() {
        if !other.locked || find(conn, other.id, me.id)?.is_some() {
            return mark_accepted(conn, other, me, &mine);
        }
        return notice::tell(conn, other.id, &NewNotice::by(Notice::Request, me.id));
    }
    let what = Event::Requested { follow: uri, followed: other.id, greeting: greeting.to_owned() };
    event::record(conn, event, me.id, &lane(me.id, other.id), &what)
}

fn insert(conn: &mut Conn, follower: ActorId, followed: ActorId, uri: &str, greeting: &str) -> Result<Follow> {
    let now = conn.now();
    let row = Follow {
        id: FollowId(conn.id_at(now)),
        uri: uri.to_owned(),
        follower_id: follower,
        followed_id: followed,
        state: State::Requested,
        greeting: greeting.to_owned(),
        created_at: now,
        accepted_at: None,
        with_boosts: true,
    };
    diesel::insert_into(follow::table)
        .values((
            follow::id.eq(row.id),
            follow::uri.eq(&row.uri),
            follow::follower_id.eq(follower),
            follow::followed_id.eq(followed),
            follow::state.eq(State::Requested),
            follow::greeting.eq(greeting),
            follow::created_at.eq(now),
        ))
        .execute(conn.link())?;
    Ok(row)
}

/// Marks a follow of `me` by `other` as accepted, and says so if the other is remote.
fn mark_accepted(conn: &mut Conn, me: &Actor, other: &Actor, theirs: &Follow) -> Result<()> {
    let now = conn.now();
    diesel::update(follow::table.filter(follow::id.eq(theirs.id)))
        .set((follow::state.eq(State::Accepted), follow::accepted_at.eq(Some(now))))
        .execute(conn.link())?;
    if me.kind == actor::Kind::Organization && theirs.state == State::Requested {
        // The greeting comes behind the answer, in the order of the pair.
        let event = event::id(conn);
        let what = Event::AccountFollowed { follower: other.id };
        event::record(conn, event, me.id, &format!("account:{}", me.id), &what)?;
    }
    if other.is_local() {
        return Ok(());
    }
    let event = event::id(conn);
    let what = Event::Accepted { follow: theirs.uri.clone(), follower: other.id };
    event::record(conn, event, me.id, &lane(me.id, other.id), &what)
}

/// Ends a follow of `me` by `other`, and says so if the other is remote.
fn refuse(conn: &mut Conn, me: &Actor, other: &Actor, theirs: &Follow) -> Result<()> {
    drop_follow(conn, theirs.id)?;
    if other.is_local() {
        return Ok(());
    }
    let event = event::id(conn);
    let what = Event::Rejected { follow: theirs.uri.clone(), follower: other.id };
    event::record(conn, event, me.id, &lane(me.id, other.id), &what)
}

/// Takes our own follow back, and says so if the other is remote.
fn undo(conn: &mut Conn, me: &Actor, other: &Actor, mine: &Follow) -> Result<()> {
    drop_follow(conn, mine.id)?;
    if other.is_local() {
        return Ok(());
    }
    let event = event::id(conn);
    let what = Event::Undone { follow: mine.uri.clone(), followed: other.id };
    event::record(conn, event, me.id, &lane(me.id, other.id), &what)
}

fn drop_follow(conn: &mut Conn, id: FollowId) -> Result<()> {
    diesel::delete(follow::table.filter(follow::id.eq(id))).execute(conn.link())?;
    Ok(())
}

/// A request to `me` that waits for an answer.
fn request_to(conn: &mut Conn, me: ActorId, id: FollowId) -> Result<Follow> {
    follow::table
        .filter(follow::id.eq(id))
        .filter(follow::followed_id.eq(me))
        .filter(follow::state.eq(State::Requested))
        .select(Follow::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("request"))
}

/// Our own follow of `remote` that we stored under `uri`, with the member whose it is.
fn own_follow(conn: &mut Conn, remote: &Actor, uri: &str) -> Result<(Follow, Actor)> {
    let mine = by_uri(conn, uri)?.filter(|f| f.followed_id == remote.id).ok_or(Error::NotFound("follow"))?;
    let me = actor::by_id(conn, mine.follower_id)?;
    if me.is_local() { Ok((mine, me)) } else { Err(Error::NotFound("follow")) }
}
