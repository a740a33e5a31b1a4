//! Reading ties: how two actors stand to each other, who waits, who may get what is for all friends.

use diesel::prelude::*;

use super::super::actor::Actor;
use super::super::audience;
use super::{Follow, Relation, State};
use crate::db::schema::{actor as actor_table, follow, hushed, viewer_token};
use crate::db::{Among, Conn, Range, paged};
use crate::error::Result;
use crate::id::{ActorId, FollowId};

/// How `me` stands to `other`.
pub fn relation(conn: &mut Conn, me: ActorId, other: &Actor) -> Result<Relation> {
    if me == other.id {
        return Ok(Relation::Own);
    }
    let mine = find(conn, me, other.id)?;
    let theirs = find(conn, other.id, me)?;
    Ok(relation_of(mine.as_ref(), theirs.as_ref(), other.friends))
}

fn relation_of(mine: Option<&Follow>, theirs: Option<&Follow>, knows_friends: bool) -> Relation {
    use State::{Accepted, Requested};
    match (mine.map(|f| f.state), theirs) {
        (None, None) => Relation::Stranger,
        (Some(Accepted), Some(Follow { state: Accepted, .. })) => Relation::Friend,
        (Some(Accepted), None) if !knows_friends => Relation::Follows,
        (Some(Requested), None) => Relation::Requested,
        (None, Some(follow @ Follow { state: Requested, .. })) => Relation::Asks(follow.id, follow.greeting.clone()),
        _ => Relation::Provisional,
    }
}

/// The follow of `followed` by `follower`, if there is one.
pub fn find(conn: &mut Conn, follower: ActorId, followed: ActorId) -> Result<Option<Follow>> {
    Ok(follow::table
        .filter(follow::follower_id.eq(follower))
        .filter(follow::followed_id.eq(followed))
        .select(Follow::as_select())
        .first(conn.link())
        .optional()?)
}

/// Does anybody follow this actor? Only follows with a member at one end are known here.
pub fn is_followed_here(conn: &mut Conn, actor: ActorId) -> Result<bool> {
    let followers = follow::table.filter(follow::followed_id.eq(actor)).filter(follow::state.eq(State::Accepted));
    Ok(diesel::select(diesel::dsl::exists(followers)).get_result(conn.link())?)
}

/// The follow with this URI by a remote actor, for `Undo`s that only name it.
pub fn by_uri(conn: &mut Conn, uri: &str) -> Result<Option<Follow>> {
    Ok(follow::table.filter(follow::uri.eq(uri)).select(Follow::as_select()).first(conn.link()).optional()?)
}

/// A person with whom a member has a tie of some kind.
#[derive(Debug, Clone)]
pub struct Tie {
    /// The other.
    pub actor: Actor,
    /// The follow that the line is about.
    pub follow: Follow,
}

/// Requests to `me` that wait for an answer, oldest first. Those of the muted stand on their own pages only.
pub fn requests(conn: &mut Conn, me: ActorId) -> Result<Vec<Tie>> {
    let rows: Vec<(Follow, Actor)> = follow::table
        .inner_join(actor_table::table.on(actor_table::id.eq(follow::follower_id)))
        .filter(follow::followed_id.eq(me))
        .filter(follow::state.eq(State::Requested))
        .filter(actor_table::suspended_at.is_null())
        .filter(follow::follower_id.ne_all(hushed::table.filter(hushed::actor_id.eq(me)).select(hushed::other_id)))
        .order(follow::id)
        .select((Follow::as_select(), Actor::as_select()))
        .load(conn.link())?;
    Ok(rows.into_iter().map(|(follow, actor)| Tie { actor, follow }).collect())
}

/// A page of the same, newest first, by the number of the request.
pub fn request_page(conn: &mut Conn, me: ActorId, range: &Range) -> Result<Vec<Tie>> {
    let query = follow::table
        .inner_join(actor_table::table.on(actor_table::id.eq(follow::follower_id)))
        .filter(follow::followed_id.eq(me))
        .filter(follow::state.eq(State::Requested))
        .filter(actor_table::suspended_at.is_null())
        .filter(follow::follower_id.ne_all(hushed::table.filter(hushed::actor_id.eq(me)).select(hushed::other_id)))
        .select((Follow::as_select(), Actor::as_select()));
    let rows: Vec<(Follow, Actor)> = paged!(query, follow::id, range, conn);
    Ok(rows.into_iter().map(|(follow, actor)| Tie { actor, follow }).collect())
}

/// Everyone with whom `me` has a tie, except bare requests to `me`, each with how they stand; by name.
pub fn ties(conn: &mut Conn, me: ActorId) -> Result<Vec<(Actor, Relation)>> {
    let others = |column_mine: bool, conn: &mut Conn| -> Result<Vec<(Follow, Actor)>> {
        let query = if column_mine {
            follow::table
                .inner_join(actor_table::table.on(actor_table::id.eq(follow::followed_id)))
                .filter(follow::follower_id.eq(me))
                .select((Follow::as_select(), Actor::as_select()))
                .load(conn.link())?
        } else {
            follow::table
                .inner_join(actor_table::table.on(actor_table::id.eq(follow::follower_id)))
                .filter(follow::followed_id.eq(me))
                .select((Follow::as_select(), Actor::as_select()))
                .load(conn.link())?
        };
        Ok(query)
    };
    let mine = others(true, conn)?;
    let theirs = others(false, conn)?;
    let mut people = std::collections::BTreeMap::new();
    for (follow, actor) in mine {
        people.insert((actor.display_name.clone(), actor.id), (actor, Some(follow), None));
    }
    for (follow, actor) in theirs {
        let entry = people.entry((actor.display_name.clone(), actor.id)).or_insert((actor, None, None));
        entry.2 = Some(follow);
    }
    Ok(people
        .into_values()
        .map(|(actor, mine, theirs)| {
            let relation = relation_of(mine.as_ref(), theirs.as_ref(), actor.friends);
            (actor, relation)
        })
        .filter(|(_, relation)| !matches!(relation, Relation::Asks(..)))
        .collect())
}

/// How many friends `me` has; for a remote or one-way actor, how many followers we know.
pub fn follower_count(conn: &mut Conn, me: ActorId) -> Result<i64> {
    Ok(follow::table
        .filter(follow::followed_id.eq(me))
        .filter(follow::state.eq(State::Accepted))
        .count()
        .get_result(conn.link())?)
}

/// How many `me` follows.
pub fn followed_count(conn: &mut Conn, me: ActorId) -> Result<i64> {
    let mine = follow::table.filter(follow::follower_id.eq(me)).filter(follow::state.eq(State::Accepted));
    Ok(mine.count().get_result(conn.link())?)
}

/// The follows between a member and these others, in both directions.
pub fn follows_with(conn: &mut Conn, me: ActorId, others: &[ActorId]) -> Result<Vec<Follow>> {
    let mut found: Vec<Follow> = follow::table
        .filter(follow::follower_id.eq(me))
        .filter(Among::new(follow::followed_id, others.iter().map(|id| id.0)))
        .select(Follow::as_select())
        .load(conn.link())?;
    let back: Vec<Follow> = follow::table
        .filter(follow::followed_id.eq(me))
        .filter(Among::new(follow::follower_id, others.iter().map(|id| id.0)))
        .select(Follow::as_select())
        .load(conn.link())?;
    found.extend(back);
    Ok(found)
}

/// Which side of a member's ties is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Those who follow the member.
    Followers,
    /// Those whom the member follows.
    Followed,
}

/// One's own followers, or whom one follows, by the number of the tie: nobody else is shown them.
pub fn own_side(conn: &mut Conn, me: ActorId, side: Side, range: &Range) -> Result<Vec<(FollowId, Actor)>> {
    let rows: Vec<(FollowId, Actor)> = match side {
        Side::Followers => {
            let query = follow::table
                .inner_join(actor_table::table.on(actor_table::id.eq(follow::follower_id)))
                .filter(follow::followed_id.eq(me))
                .filter(follow::state.eq(State::Accepted))
                .filter(actor_table::suspended_at.is_null())
                .filter(actor_table::deleted_at.is_null())
                .select((follow::id, Actor::as_select()));
            paged!(query, follow::id, range, conn)
        }
        Side::Followed => {
            let query = follow::table
                .inner_join(actor_table::table.on(actor_table::id.eq(follow::followed_id)))
                .filter(follow::follower_id.eq(me))
                .filter(follow::state.eq(State::Accepted))
                .filter(actor_table::suspended_at.is_null())
                .filter(actor_table::deleted_at.is_null())
                .select((follow::id, Actor::as_select()));
            paged!(query, follow::id, range, conn)
        }
    };
    Ok(rows)
}

/// The followers of a local actor on other servers who may get what is for all friends: for a person, its friends.
pub fn remote_followers(conn: &mut Conn, me: ActorId) -> Result<Vec<Actor>> {
    let token = audience::followers_token(me);
    Ok(actor_table::table
        .inner_join(viewer_token::table.on(viewer_token::actor_id.eq(actor_table::id)))
        .filter(viewer_token::token.eq(token))
        .filter(actor_table::host.ne(""))
        .filter(actor_table::deleted_at.is_null())
        .filter(actor_table::suspended_at.is_null())
        .select(Actor::as_select())
        .load(conn.link())?)
}

/// Those of this hall who follow an actor.
pub fn local_followers(conn: &mut Conn, actor: ActorId) -> Result<Vec<ActorId>> {
    Ok(follow::table
        .inner_join(actor_table::table.on(actor_table::id.eq(follow::follower_id)))
        .filter(follow::followed_id.eq(actor))
        .filter(follow::state.eq(State::Accepted))
        .filter(actor_table::host.eq(""))
        .select(follow::follower_id)
        .load(conn.link())?)
}
