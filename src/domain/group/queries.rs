//! Groups in lists: the directory with its counts, whose groups, who belongs to one.

use diesel::prelude::*;

use super::{Axis, Detail, Group, Membership, Role, State};
use crate::db::schema::{actor as actor_table, follow, group_detail, membership};
use crate::db::{Conn, Range, paged};
use crate::domain::actor::{self, Actor};
use crate::error::Result;
use crate::id::{ActorId, MembershipId};

/// The group of this hall by this name, whoever asks.
pub fn with_name(conn: &mut Conn, name: &str) -> Result<Option<Group>> {
    let found = actor::local_by_name(conn, name)?.filter(|actor| actor.kind == actor::Kind::Group);
    let Some(actor) = found.filter(|actor| actor.suspended_at.is_none() && actor.deleted_at.is_none()) else {
        return Ok(None);
    };
    Ok(super::detail(conn, actor.id)?.map(|detail| Group { actor, detail }))
}

/// Every group of this hall that is there, the private ones too, by name: for the command line.
pub fn all(conn: &mut Conn) -> Result<Vec<Group>> {
    let rows: Vec<(Actor, Detail)> = group_detail::table
        .inner_join(actor_table::table.on(actor_table::id.eq(group_detail::actor_id)))
        .filter(actor_table::host.eq(""))
        .filter(actor_table::deleted_at.is_null())
        .order(actor_table::name)
        .select((Actor::as_select(), Detail::as_select()))
        .load(conn.link())?;
    Ok(rows.into_iter().map(|(actor, detail)| Group { actor, detail }).collect())
}

/// A group in the directory.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The group.
    pub group: Group,
    /// How many belong to it.
    pub members: i64,
}

/// Groups of this hall that anybody may find: not the private ones. By name, of one axis if given, whose title, topic, address or
/// text has `words` in it.
pub fn find_all(conn: &mut Conn, axis: Option<Axis>, words: &str, limit: i64) -> Result<Vec<Listing>> {
    let mut query = group_detail::table
        .inner_join(actor_table::table.on(actor_table::id.eq(group_detail::actor_id)))
        .filter(actor_table::host.eq(""))
        .filter(group_detail::is_private.eq(false))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .select((Actor::as_select(), Detail::as_select()))
        .into_boxed();
    if let Some(axis) = axis {
        query = query.filter(group_detail::axis.eq(axis));
    }
    let rows: Vec<(Actor, Detail)> = query.order((actor_table::display_name, actor_table::id)).load(conn.link())?;
    let words = words.trim().to_lowercase();
    let has_words = |(actor, detail): &(Actor, Detail)| {
        let names = actor.names().into_values().collect::<Vec<_>>().join(" ");
        let text =
            [&actor.display_name, &names, &actor.name, &detail.topic, &actor.about].map(|text| text.to_lowercase());
        words.is_empty() || text.iter().any(|text| text.contains(&words))
    };
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    for (actor, detail) in rows.into_iter().filter(has_words).take(most) {
        let members = member_count(conn, actor.id)?;
        found.push(Listing { group: Group { actor, detail }, members });
    }
    Ok(found)
}

/// How many groups of this hall anybody may find, by axis.
pub type Census = Vec<(Axis, i64)>;

/// How many groups of this hall anybody may find, by axis; axes without any too.
pub fn census(conn: &mut Conn) -> Result<Census> {
    let rows: Vec<(Axis, i64)> = group_detail::table
        .inner_join(actor_table::table.on(actor_table::id.eq(group_detail::actor_id)))
        .filter(actor_table::host.eq(""))
        .filter(group_detail::is_private.eq(false))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .group_by(group_detail::axis)
        .select((group_detail::axis, diesel::dsl::count_star()))
        .load(conn.link())?;
    let count = |axis: Axis| rows.iter().find(|(one, _)| *one == axis).map_or(0, |(_, count)| *count);
    Ok(Axis::ALL.iter().map(|axis| (*axis, count(*axis))).collect())
}

/// A member's groups, of this hall and of others, by name.
pub fn joined(conn: &mut Conn, me: ActorId) -> Result<Vec<Actor>> {
    let here: Vec<Actor> = membership::table
        .inner_join(actor_table::table.on(actor_table::id.eq(membership::group_id)))
        .filter(membership::actor_id.eq(me))
        .filter(membership::state.eq(State::Member))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .select(Actor::as_select())
        .load(conn.link())?;
    let mut groups: Vec<Actor> = follow::table
        .inner_join(actor_table::table.on(actor_table::id.eq(follow::followed_id)))
        .filter(follow::follower_id.eq(me))
        .filter(follow::state.eq("accepted"))
        .filter(actor_table::kind.eq(actor::Kind::Group))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .select(Actor::as_select())
        .load(conn.link())?;
    groups.extend(here);
    groups.sort_by(|one, other| one.display_name.cmp(&other.display_name).then(one.id.cmp(&other.id)));
    Ok(groups)
}

/// How many belong to a group of this hall.
pub fn member_count(conn: &mut Conn, group: ActorId) -> Result<i64> {
    let members = membership::table
        .inner_join(actor_table::table.on(actor_table::id.eq(membership::actor_id)))
        .filter(membership::group_id.eq(group))
        .filter(membership::state.eq(State::Member))
        // Halls that listen are no members.
        .filter(actor_table::kind.ne(actor::Kind::Application));
    Ok(members.count().get_result(conn.link())?)
}

/// A page of those who belong to a group, the newest first, by the number of their membership.
pub fn members(conn: &mut Conn, group: ActorId, state: State, range: &Range) -> Result<Vec<(Membership, Actor)>> {
    let query = membership::table
        .inner_join(actor_table::table.on(actor_table::id.eq(membership::actor_id)))
        .filter(membership::group_id.eq(group))
        .filter(membership::state.eq(state))
        .filter(actor_table::kind.ne(actor::Kind::Application))
        .filter(actor_table::deleted_at.is_null())
        .select((Membership::as_select(), Actor::as_select()));
    Ok(paged!(query, membership::id, range, conn))
}

/// Everybody who belongs to a group, as they joined: for the roll that officers take home.
pub fn roll(conn: &mut Conn, group: ActorId) -> Result<Vec<(Membership, Actor)>> {
    Ok(membership::table
        .inner_join(actor_table::table.on(actor_table::id.eq(membership::actor_id)))
        .filter(membership::group_id.eq(group))
        .filter(membership::state.eq(State::Member))
        .filter(actor_table::kind.ne(actor::Kind::Application))
        .order(membership::id)
        .select((Membership::as_select(), Actor::as_select()))
        .load(conn.link())?)
}

/// The owner and the admins of a group, the owner first.
pub fn officers(conn: &mut Conn, group: ActorId) -> Result<Vec<(Role, Actor)>> {
    let mut rows: Vec<(Role, Actor)> = membership::table
        .inner_join(actor_table::table.on(actor_table::id.eq(membership::actor_id)))
        .filter(membership::group_id.eq(group))
        .filter(membership::state.eq(State::Member))
        .filter(membership::role.ne(Role::Member))
        .order(membership::id)
        .select((membership::role, Actor::as_select()))
        .load(conn.link())?;
    rows.sort_by_key(|(role, _)| *role != Role::Owner);
    Ok(rows)
}

/// Those who want to join, the first first.
pub fn waiting(conn: &mut Conn, group: ActorId, limit: i64) -> Result<Vec<(Membership, Actor)>> {
    Ok(membership::table
        .inner_join(actor_table::table.on(actor_table::id.eq(membership::actor_id)))
        .filter(membership::group_id.eq(group))
        .filter(membership::state.eq(State::Asked))
        .filter(membership::id.gt(MembershipId(0)))
        .order(membership::id)
        .limit(limit)
        .select((Membership::as_select(), Actor::as_select()))
        .load(conn.link())?)
}

/// How many want to join.
pub fn waiting_count(conn: &mut Conn, group: ActorId) -> Result<i64> {
    let asked = membership::table.filter(membership::group_id.eq(group)).filter(membership::state.eq(State::Asked));
    Ok(asked.count().get_result(conn.link())?)
}
