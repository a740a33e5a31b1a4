//! Whether a hit may be shown: every one is asked of the database before anybody hears of it, its kind and its facets.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::super::actor::{self, Actor, Kind};
use super::super::audience::{self, Gate, Posts, Unmuted, Viewer};
use super::super::post::{Entry, Post};
use crate::db::schema::{actor as actors_table, apart, follow, partner_item, partner_open, post, viewer_token};
use crate::db::{AMONG_MAX, Among, Conn};
use crate::error::Result;
use crate::id::{ActorId, PostId};
use crate::search::{Key, Noun};

/// The token of what this hall's members may find, though it may be for everyone to see.
pub const MEMBERS: &str = "members";
/// People whom one name may mean.
const NAMED_MAX: i64 = 50;

/// What is known of the one who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The tokens by which documents are found.
    pub reach: Vec<String>,
}

/// The tokens by which `viewer` finds documents.
pub fn reach(conn: &mut Conn, viewer: &Viewer) -> Result<Standing> {
    let mut reach = vec![audience::PUBLIC.to_owned()];
    if let Some(me) = viewer.member() {
        reach.extend([MEMBERS.to_owned(), audience::HALL.to_owned(), audience::actor_token(me)]);
        let held = viewer_token::table.filter(viewer_token::actor_id.eq(me)).select(viewer_token::token);
        reach.extend(held.load::<String>(conn.link())?);
        // Whom one follows elsewhere has no tokens here unless they are friends.
        let followed = follow::table.filter(follow::follower_id.eq(me)).filter(follow::state.eq("accepted"));
        let followed: Vec<ActorId> = followed.select(follow::followed_id).load(conn.link())?;
        reach.extend(followed.into_iter().map(audience::followers_token));
        reach.sort_unstable();
        reach.dedup();
    }
    Ok(Standing { reach })
}

/// Those of these keys whose page `viewer` may open.
pub fn seen(conn: &mut Conn, viewer: &Viewer, keys: &[Key]) -> Result<BTreeSet<Key>> {
    let of = |noun: Noun| keys.iter().filter(move |key| key.noun == noun).map(|key| key.id).collect::<Vec<i64>>();
    let mut seen = BTreeSet::new();
    for part in of(Noun::Post).chunks(AMONG_MAX) {
        let open: Vec<PostId> = post::table
            .inner_join(actors_table::table.on(actors_table::id.eq(post::author_id)))
            .filter(Among::new(post::id, part.iter().copied()))
            .filter(Gate::before(viewer))
            .filter(Unmuted::<Posts>::by(viewer))
            // Visitors read what other servers published over there, but for what partners of the archive have.
            .filter(
                actors_table::host.eq("").or(actors_table::id.gt(ActorId(above(viewer)))).or(post::author_id
                    .eq_any(partner_open::table.select(partner_open::actor_id))
                    .and(post::id.eq_any(partner_item::table.select(partner_item::post_id)))),
            )
            .select(post::id)
            .load(conn.link())?;
        seen.extend(open.into_iter().map(|id| Key { noun: Noun::Post, id: id.0 }));
    }
    let me = viewer.member().unwrap_or(ActorId(0));
    for part in of(Noun::Actor).chunks(AMONG_MAX) {
        let open: Vec<ActorId> = actors_table::table
            .filter(Among::new(actors_table::id, part.iter().copied()))
            .filter(actors_table::suspended_at.is_null())
            .filter(actors_table::deleted_at.is_null())
            .filter(actors_table::host.eq("").or(actors_table::id.gt(ActorId(above(viewer)))))
            .filter(actors_table::id.ne_all(apart::table.filter(apart::one_id.eq(me)).select(apart::other_id)))
            .select(actors_table::id)
            .load(conn.link())?;
        seen.extend(open.into_iter().map(|id| Key { noun: Noun::Actor, id: id.0 }));
    }
    Ok(seen)
}

/// What an id must be above for others' things to be shown: nothing for members, everything for visitors.
fn above(viewer: &Viewer) -> i64 {
    if viewer.member().is_some() { 0 } else { i64::MAX }
}

/// The posts among these keys that `viewer` may see, with their authors, in the order of the keys.
pub fn entries(conn: &mut Conn, viewer: &Viewer, keys: &[Key]) -> Result<Vec<Entry>> {
    let ids: Vec<i64> = keys.iter().filter(|key| key.noun == Noun::Post).map(|key| key.id).collect();
    let mut found: Vec<Entry> = Vec::new();
    for part in ids.chunks(AMONG_MAX) {
        let rows: Vec<(Post, Actor)> = post::table
            .inner_join(actors_table::table.on(actors_table::id.eq(post::author_id)))
            .filter(Among::new(post::id, part.iter().copied()))
            .filter(Gate::before(viewer))
            .select((Post::as_select(), Actor::as_select()))
            .load(conn.link())?;
        found.extend(rows.into_iter().map(|(post, author)| Entry { post, author }));
    }
    found.sort_by_key(|entry| ids.iter().position(|id| *id == entry.post.id.0));
    Ok(found)
}

/// The actors among these keys, which have passed [`seen`], in the order of the keys.
pub fn actors(conn: &mut Conn, keys: &[Key]) -> Result<Vec<Actor>> {
    let ids: Vec<ActorId> = keys.iter().filter(|key| key.noun == Noun::Actor).map(|key| ActorId(key.id)).collect();
    let mut found = actor::by_ids(conn, &ids)?;
    found.sort_by_key(|actor| ids.iter().position(|id| *id == actor.id));
    Ok(found)
}

/// Whom `from:` means: oneself, an address, a name of this hall, or everybody who is shown by that name. Nobody is a person too:
/// then nothing is found.
pub fn people(conn: &mut Conn, viewer: &Viewer, words: &[String]) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    for word in words {
        match viewer.member() {
            Some(me) if matches!(word.as_str(), "me" | "我" | "自己") => found.push(me.0),
            _ => found.extend(named(conn, word)?.into_iter().map(|actor| actor.id.0)),
        }
    }
    Ok(found)
}

/// Where `in:` means: groups and accounts by name, and halls by their host.
pub fn groups(conn: &mut Conn, words: &[String]) -> Result<(Vec<i64>, Vec<String>)> {
    let (mut groups, mut halls) = (Vec::new(), Vec::new());
    for word in words {
        let found = named(conn, word)?;
        groups.extend(
            found.into_iter().filter(|actor| matches!(actor.kind, Kind::Group | Kind::Organization)).map(|a| a.id.0),
        );
        halls.push(word.to_lowercase());
    }
    Ok((groups, halls))
}

fn named(conn: &mut Conn, word: &str) -> Result<Vec<Actor>> {
    let own = conn.origin().split_once("://").map_or_else(String::new, |(_, authority)| format!("@{authority}"));
    let local = word.strip_suffix(&own).unwrap_or(word);
    if let Some(actor) = actor::local_by_name(conn, local)? {
        return Ok(vec![actor]);
    }
    if word.contains('@') {
        return Ok(actor::by_address(conn, word)?.into_iter().collect());
    }
    let within = format!("%{}%", word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    Ok(actors_table::table
        .filter(actors_table::deleted_at.is_null())
        .filter(
            actors_table::display_name
                .like(within.clone())
                .escape('\\')
                .or(actors_table::names.like(within).escape('\\')),
        )
        .order(actors_table::id)
        .limit(NAMED_MAX)
        .select(Actor::as_select())
        .load(conn.link())?)
}
