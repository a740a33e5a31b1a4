//! Posts in lists: feeds, what an author has written, what is for everyone; each through the gate.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::super::actor::{Actor, Kind as ActorKind};
use super::super::audience::{Audience, Carried, Gate, Posts, Unmuted, Viewer};
use super::{Entry, Kind, Post};
use crate::clock::Micros;
use crate::db::schema::{actor, boost, feed, post, tag_member};
use crate::db::{AMONG_MAX, Among, Conn, End, Range, paged};
use crate::error::Result;
use crate::id::{ActorId, BoostId, PostId, TagId};

/// A post as it stands in a feed.
#[derive(Debug, Clone)]
pub struct Fed {
    /// The post with its author.
    pub entry: Entry,
    /// Its place: that of its own publishing, or of the boost that brought it.
    pub place: i64,
    /// The boost that brought it, if it didn't come by itself.
    pub boost: Option<BoostId>,
}

/// The home feed of a member: newest first, by its places.
pub fn feed(conn: &mut Conn, me: ActorId, range: &Range) -> Result<Vec<Fed>> {
    let query = feed::table
        .inner_join(post::table.on(post::id.eq(feed::post_id)))
        .filter(feed::actor_id.eq(me))
        .filter(Gate::before(&Viewer::Member(me)))
        .filter(Unmuted::<Posts>::by(&Viewer::Member(me)))
        .filter(Carried::to(me))
        .select((feed::place, feed::boost_id, Post::as_select()));
    let rows: Vec<(i64, Option<BoostId>, Post)> = paged!(query, feed::place, range, conn);
    with_authors(conn, rows)
}

/// The same without the articles of accounts, which wait in a box of their own, unless somebody has recommended them.
pub fn home(conn: &mut Conn, me: ActorId, range: &Range) -> Result<Vec<Fed>> {
    let accounts = actor::table.filter(actor::kind.eq(ActorKind::Organization)).select(actor::id);
    let query = feed::table
        .inner_join(post::table.on(post::id.eq(feed::post_id)))
        .filter(feed::actor_id.eq(me))
        .filter(Gate::before(&Viewer::Member(me)))
        .filter(Unmuted::<Posts>::by(&Viewer::Member(me)))
        .filter(Carried::to(me))
        .filter(post::kind.ne(Kind::Article).or(feed::boost_id.is_not_null()).or(post::author_id.ne_all(accounts)))
        .select((feed::place, feed::boost_id, Post::as_select()));
    let rows: Vec<(i64, Option<BoostId>, Post)> = paged!(query, feed::place, range, conn);
    with_authors(conn, rows)
}

/// Adds the authors to the posts of a feed. A few people write most of it, so each is read once rather than with every post.
fn with_authors(conn: &mut Conn, rows: Vec<(i64, Option<BoostId>, Post)>) -> Result<Vec<Fed>> {
    let mut ids: Vec<ActorId> = rows.iter().map(|(_, _, post)| post.author_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut authors: BTreeMap<ActorId, Actor> = BTreeMap::new();
    for part in ids.chunks(AMONG_MAX) {
        let known: Vec<Actor> = actor::table
            .filter(Among::new(actor::id, part.iter().map(|id| id.0)))
            .select(Actor::as_select())
            .load(conn.link())?;
        authors.extend(known.into_iter().map(|author| (author.id, author)));
    }
    let fed = |(place, boost, post): (i64, Option<BoostId>, Post)| {
        let author = authors.get(&post.author_id)?.clone();
        Some(Fed { entry: Entry { post, author }, place, boost })
    };
    Ok(rows.into_iter().filter_map(fed).collect())
}

/// A row of a list as it can be told from another without looking at what it says: its number, and its last change.
pub type Mark = (i64, Option<Micros>);

/// The marks of the newest rows of a member's home feed, whoever may see them: whether they differ from those of before tells
/// whether it is worth asking the gate again. Never for showing.
pub fn feed_marks(conn: &mut Conn, me: ActorId, limit: i64) -> Result<Vec<Mark>> {
    Ok(feed::table
        .inner_join(post::table.on(post::id.eq(feed::post_id)))
        .filter(feed::actor_id.eq(me))
        .filter(post::deleted_at.is_null())
        .order(feed::place.desc())
        .limit(limit)
        .select((feed::place, post::edited_at))
        .load(conn.link())?)
}

/// The same of what this hall's people publish for everyone.
pub fn local_marks(conn: &mut Conn, limit: i64) -> Result<Vec<Mark>> {
    let mut marks: Vec<Mark> = Vec::new();
    for kind in LISTED {
        let rows: Vec<(PostId, Option<Micros>)> = post::table
            .filter(post::is_local.eq(true))
            .filter(post::audience.eq(Audience::Everyone))
            .filter(post::kind.eq(kind))
            .filter(post::deleted_at.is_null())
            .order(post::id.desc())
            .limit(limit)
            .select((post::id, post::edited_at))
            .load(conn.link())?;
        marks.extend(rows.into_iter().map(|(id, edited_at)| (id.0, edited_at)));
    }
    marks.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    marks.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(marks)
}

/// What `viewer` may see of an author's posts: newest first.
pub fn by_author(conn: &mut Conn, viewer: &Viewer, author: ActorId, range: &Range) -> Result<Vec<Post>> {
    let query = post::table
        .filter(post::author_id.eq(author))
        .filter(post::kind.eq(Kind::Moment).or(post::kind.eq(Kind::Article)))
        .filter(Gate::before(viewer))
        .select(Post::as_select());
    Ok(paged!(query, post::id, range, conn))
}

/// The same with the author's comments, which stand in no list of the hall's own pages.
pub fn all_by_author(conn: &mut Conn, viewer: &Viewer, author: ActorId, range: &Range) -> Result<Vec<Post>> {
    let query = post::table.filter(post::author_id.eq(author)).filter(Gate::before(viewer)).select(Post::as_select());
    Ok(paged!(query, post::id, range, conn))
}

/// What an actor has boosted of others' and its own, as far as `viewer` hears of it and may see it: newest first, each at the
/// place of the boost. Visitors read what other servers published over there.
pub fn boosted_by(
    conn: &mut Conn,
    viewer: &Viewer,
    booster: ActorId,
    which: Boosted,
    range: &Range,
) -> Result<Vec<Fed>> {
    // One text for every viewer: what isn't to be left out is above nothing, what is to be is above everything.
    let above = |keeps: bool| if keeps { 0 } else { i64::MAX };
    let query = boost::table
        .inner_join(post::table.on(post::id.eq(boost::post_id)))
        .inner_join(actor::table.on(actor::id.eq(post::author_id)))
        .filter(boost::actor_id.eq(booster))
        .filter(post::root_id.is_null().or(post::id.gt(PostId(above(which == Boosted::All)))))
        .filter(actor::host.eq("").or(actor::id.gt(ActorId(above(viewer.member().is_some())))))
        .filter(Gate::before(viewer))
        .filter(Unmuted::<Posts>::by(viewer))
        .select((boost::id, Post::as_select(), Actor::as_select()));
    let rows: Vec<(BoostId, Post, Actor)> = paged!(query, boost::id, range, conn);
    let fed = |(id, post, author): (BoostId, _, _)| Fed { entry: Entry { post, author }, place: id.0, boost: Some(id) };
    Ok(rows.into_iter().map(fed).collect())
}

/// Which boosts a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boosted {
    /// Those of Moments.
    Moments,
    /// Those of comments too.
    All,
}

/// An author's posts with what they have boosted, one page of both, each at its place: numbers of posts and of boosts come from
/// one row.
pub fn mixed(posts: Vec<Entry>, boosts: Vec<Fed>, range: &Range) -> Vec<Fed> {
    let own = posts.into_iter().map(|entry| Fed { place: entry.post.id.0, entry, boost: None });
    let mut all: Vec<Fed> = own.chain(boosts).collect();
    all.sort_by_key(|fed| std::cmp::Reverse(fed.place));
    let most = usize::try_from(range.limit).unwrap_or(usize::MAX);
    match range.end {
        End::Newest => all.truncate(most),
        End::Oldest => drop(all.drain(..all.len().saturating_sub(most))),
    }
    all
}

/// Whose posts a public list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Those of this hall.
    Local,
    /// Those of other servers.
    Remote,
    /// Everybody's.
    Any,
}

/// What stands in public lists. Each kind is asked for by itself, here and elsewhere, so that an index has the order; then they are put together.
const LISTED: [Kind; 2] = [Kind::Moment, Kind::Article];

/// Listed posts for everyone, as far as `viewer` may see them: newest first.
pub fn listed(conn: &mut Conn, viewer: &Viewer, origin: Origin, range: &Range) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    let places: &[bool] = match origin {
        Origin::Local => &[true],
        Origin::Remote => &[false],
        Origin::Any => &[true, false],
    };
    for (kind, is_local) in LISTED.iter().flat_map(|kind| places.iter().map(move |place| (*kind, *place))) {
        let query = post::table
            .inner_join(actor::table.on(actor::id.eq(post::author_id)))
            .filter(post::is_local.eq(is_local))
            .filter(post::audience.eq(Audience::Everyone))
            .filter(post::kind.eq(kind))
            .filter(Gate::before(viewer))
            .filter(Unmuted::<Posts>::by(viewer))
            .select((Post::as_select(), Actor::as_select()));
        let rows: Vec<(Post, Actor)> = paged!(query, post::id, range, conn);
        entries.extend(rows.into_iter().map(|(post, author)| Entry { post, author }));
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.post.id));
    let most = usize::try_from(range.limit).unwrap_or(usize::MAX);
    match range.end {
        End::Newest => entries.truncate(most),
        End::Oldest => drop(entries.drain(..entries.len().saturating_sub(most))),
    }
    Ok(entries)
}

/// What stands in a member's home feed by these people: newest first.
pub fn feed_of(conn: &mut Conn, me: ActorId, tag: TagId, range: &Range) -> Result<Vec<Fed>> {
    let people = tag_member::table.filter(tag_member::tag_id.eq(tag)).select(tag_member::actor_id);
    let query = feed::table
        .inner_join(post::table.on(post::id.eq(feed::post_id)))
        .filter(feed::actor_id.eq(me))
        .filter(post::author_id.eq_any(people))
        .filter(Gate::before(&Viewer::Member(me)))
        .filter(Carried::to(me))
        .select((feed::place, feed::boost_id, Post::as_select()));
    let rows: Vec<(i64, Option<BoostId>, Post)> = paged!(query, feed::place, range, conn);
    with_authors(conn, rows)
}

/// The newest posts of this hall's people that are for everyone and listed.
pub fn public(conn: &mut Conn, limit: i64) -> Result<Vec<Entry>> {
    listed(conn, &Viewer::Anonymous, Origin::Local, &Range::before(None::<i64>, limit))
}

/// How much an author has published for everyone, and when last.
pub fn tally(conn: &mut Conn, author: ActorId) -> Result<(i64, Option<Micros>)> {
    Ok(post::table
        .filter(post::author_id.eq(author))
        .filter(post::deleted_at.is_null())
        .filter(post::audience.eq(Audience::Everyone).or(post::audience.eq(Audience::Quiet)))
        .select((diesel::dsl::count_star(), diesel::dsl::max(post::published_at)))
        .first(conn.link())?)
}

/// How many local posts everyone may see, for NodeInfo: a count is a door like any other.
pub fn local_count(conn: &mut Conn) -> Result<i64> {
    let mut sum = 0;
    for (kind, audience) in LISTED.into_iter().flat_map(|kind| [(kind, Audience::Everyone), (kind, Audience::Quiet)]) {
        sum += post::table
            .filter(post::is_local.eq(true))
            .filter(post::audience.eq(audience))
            .filter(post::kind.eq(kind))
            .filter(Gate::before(&Viewer::Anonymous))
            .count()
            .get_result::<i64>(conn.link())?;
    }
    Ok(sum)
}
