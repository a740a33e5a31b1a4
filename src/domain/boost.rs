//! Boosts: a public post is shown to those who follow the booster. Local and remote ones are twins, and share one insert.
//!
//! Invariant: only what is for everyone is boosted. A boost opens no door: the gate decides who sees the post, each time.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::Actor;
use super::audience::{self, BoostHeard, Viewer};
use super::comment;
use super::event::{self, Event};
use super::media;
use super::moment::Received;
use super::notice;
use super::part::{self, Part};
use super::post::{self, Post};
use crate::clock::Micros;
use crate::db::schema::{actor as actor_table, boost, feed};
use crate::db::{Among, Conn};
use crate::error::{Error, Result};
use crate::id::{ActorId, BoostId, PostId};

/// A boost.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = boost)]
pub struct Boost {
    /// Its id here; ordered by time.
    pub id: BoostId,
    /// The id of the `Announce` on the wire.
    pub uri: String,
    /// Whose it is.
    pub actor_id: ActorId,
    /// The post.
    pub post_id: PostId,
    /// When.
    pub created_at: Micros,
}

/// A member boosts a post. Twice is the same as once.
///
/// Errors: `NotFound` if the member may not see it; `Forbidden` if it isn't for everyone.
pub fn boost(conn: &mut Conn, me: &Actor, id: PostId) -> Result<Post> {
    let post = post::show(conn, &Viewer::Member(me.id), id)?.post;
    if media::is_held(conn, id)? {
        return Err(Error::NotFound("post"));
    }
    if !post::is_for_everyone(conn, &post)? {
        return Err(Error::Forbidden);
    }
    conn.lock(&key(me.id, id))?;
    if find(conn, me.id, id)?.is_some() {
        return Ok(post);
    }
    let event = event::id(conn);
    let uri = event::activity_uri(conn, event);
    insert(conn, me, &post, &uri)?;
    event::record(conn, event, me.id, &comment::lane(post.thread_id()), &Event::Boosted { post: id })?;
    Ok(post)
}

/// A member takes a boost back. What isn't there needn't be taken back.
///
/// Errors: `NotFound` if the member may not see the post.
pub fn unboost(conn: &mut Conn, me: &Actor, id: PostId) -> Result<Post> {
    let post = post::show(conn, &Viewer::Member(me.id), id)?.post;
    conn.lock(&key(me.id, id))?;
    let Some(boost) = find(conn, me.id, id)? else { return Ok(post) };
    remove(conn, &boost, &post)?;
    let event = event::id(conn);
    let what = Event::Unboosted { post: id, announce: boost.uri };
    event::record(conn, event, me.id, &comment::lane(post.thread_id()), &what)?;
    Ok(post)
}

/// A remote actor boosts a post that is here.
///
/// Errors: `NotFound` if the post isn't here, isn't for everyone, or is kept from the booster by a block.
pub fn receive(conn: &mut Conn, booster: &Actor, uri: &str, post: &str) -> Result<Received> {
    if booster.is_local() {
        return Err(Error::Forbidden);
    }
    let post = post::stored(conn, post)?.filter(|post| post.deleted_at.is_none()).ok_or(Error::NotFound("post"))?;
    if !post::is_for_everyone(conn, &post)? || audience::are_apart(conn, booster.id, post.author_id)? {
        return Err(Error::NotFound("post"));
    }
    conn.lock(&key(booster.id, post.id))?;
    if find(conn, booster.id, post.id)?.is_some() {
        return Ok(Received::Ignored("boosted already"));
    }
    insert(conn, booster, &post, uri)?;
    Ok(Received::Stored)
}

/// A remote actor takes a boost back, named by the post or by the boost's id.
pub fn receive_undo(conn: &mut Conn, booster: &Actor, uri: &str, post: &str) -> Result<Received> {
    let by_post = match post::stored(conn, post)? {
        Some(post) => find(conn, booster.id, post.id)?,
        None => None,
    };
    let known = match by_post {
        Some(boost) => Some(boost),
        None => by_uri(conn, booster.id, uri)?,
    };
    let Some(boost) = known else { return Err(Error::NotFound("boost")) };
    let post = post::by_id(conn, boost.post_id)?;
    remove(conn, &boost, &post)?;
    Ok(Received::Stored)
}

fn insert(conn: &mut Conn, booster: &Actor, post: &Post, uri: &str) -> Result<()> {
    let now = conn.now();
    let id = BoostId(conn.id_at(now));
    part::mark(conn, post.id, Part::Boost)?;
    diesel::insert_into(boost::table)
        .values((
            boost::id.eq(id),
            boost::uri.eq(uri),
            boost::actor_id.eq(booster.id),
            boost::post_id.eq(post.id),
            boost::created_at.eq(now),
        ))
        .execute(conn.link())?;
    // A comment is read where it stands, not in feeds.
    if post.root_id.is_none() {
        post::carry(conn, booster, post.id, id)?;
    }
    // That a group hands on what was said in it is no news to who said it.
    if post.group_id == Some(booster.id) {
        return Ok(());
    }
    notice::tell(conn, post.author_id, &told(booster.id, post.id))
}

/// Takes a boost away, and the post out of the feeds into which only it brought the post.
fn remove(conn: &mut Conn, boost: &Boost, post: &Post) -> Result<()> {
    post::keep_own(conn, boost.id, post)?;
    diesel::delete(feed::table.filter(feed::boost_id.eq(boost.id))).execute(conn.link())?;
    diesel::delete(boost::table.filter(boost::id.eq(boost.id))).execute(conn.link())?;
    notice::withdraw(conn, post.author_id, &told(boost.actor_id, post.id))
}

fn told(booster: ActorId, post: PostId) -> notice::New {
    notice::New::about_post(notice::Kind::Boost, booster, post, post)
}

/// What two at once must not do to one boost.
fn key(actor: ActorId, post: PostId) -> String {
    format!("boost:{actor}:{post}")
}

/// The boost of a post by an actor.
pub fn find(conn: &mut Conn, actor: ActorId, post: PostId) -> Result<Option<Boost>> {
    Ok(boost::table
        .filter(boost::post_id.eq(post))
        .filter(boost::actor_id.eq(actor))
        .select(Boost::as_select())
        .first(conn.link())
        .optional()?)
}

/// The boost with this id on the wire, if it is this actor's.
pub fn by_uri(conn: &mut Conn, actor: ActorId, uri: &str) -> Result<Option<Boost>> {
    Ok(boost::table
        .filter(boost::uri.eq(uri))
        .filter(boost::actor_id.eq(actor))
        .select(Boost::as_select())
        .first(conn.link())
        .optional()?)
}

/// One boost with its booster, if `viewer` hears of it. Whether they may see the post is the gate's business.
///
/// Errors: `NotFound`.
pub fn show(conn: &mut Conn, viewer: &Viewer, id: BoostId) -> Result<(Boost, Actor)> {
    boost::table
        .inner_join(actor_table::table.on(actor_table::id.eq(boost::actor_id)))
        .filter(boost::id.eq(id))
        .filter(BoostHeard::by(viewer))
        .select((Boost::as_select(), Actor::as_select()))
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("boost"))
}

/// The boosts of one post, as one reader sees them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Boosts {
    /// How many.
    pub count: i64,
    /// Is the reader's own among them?
    pub mine: bool,
}

/// The boosts of the posts of one page, as `viewer` hears of them; posts without any are left out. Whoever may see the posts
/// may hear of them: they are public.
pub fn of(conn: &mut Conn, viewer: &Viewer, posts: &[PostId]) -> Result<BTreeMap<PostId, Boosts>> {
    if posts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let among = Among::new(boost::post_id, posts.iter().map(|id| id.0));
    let counts: Vec<(PostId, i64)> = boost::table
        .filter(among.clone())
        .filter(BoostHeard::by(viewer))
        .group_by(boost::post_id)
        .select((boost::post_id, diesel::dsl::count_star()))
        .load(conn.link())?;
    let mut boosts: BTreeMap<PostId, Boosts> =
        counts.into_iter().map(|(id, count)| (id, Boosts { count, mine: false })).collect();
    let Some(me) = viewer.member().filter(|_| !boosts.is_empty()) else { return Ok(boosts) };
    let mine: Vec<PostId> =
        boost::table.filter(among).filter(boost::actor_id.eq(me)).select(boost::post_id).load(conn.link())?;
    for id in mine {
        boosts.entry(id).or_default().mine = true;
    }
    Ok(boosts)
}

/// Who boosted a post, as `viewer` hears of it: the latest first, before `before` if given.
pub fn who(
    conn: &mut Conn,
    viewer: &Viewer,
    post: PostId,
    before: Option<BoostId>,
    limit: i64,
) -> Result<Vec<(BoostId, Actor)>> {
    Ok(boost::table
        .inner_join(actor_table::table.on(actor_table::id.eq(boost::actor_id)))
        .filter(boost::post_id.eq(post))
        .filter(boost::id.lt(before.unwrap_or(BoostId(i64::MAX))))
        .filter(BoostHeard::by(viewer))
        .order(boost::id.desc())
        .limit(limit)
        .select((boost::id, Actor::as_select()))
        .load(conn.link())?)
}

/// Whose these boosts are.
pub fn boosters(conn: &mut Conn, boosts: &[BoostId]) -> Result<BTreeMap<BoostId, Actor>> {
    if boosts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(BoostId, Actor)> = boost::table
        .inner_join(actor_table::table.on(actor_table::id.eq(boost::actor_id)))
        .filter(Among::new(boost::id, boosts.iter().map(|id| id.0)))
        .select((boost::id, Actor::as_select()))
        .load(conn.link())?;
    Ok(rows.into_iter().collect())
}
