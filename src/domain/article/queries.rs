//! Finding articles: those of an account, of a series, of all whom a reader follows.

use std::collections::BTreeMap;

use diesel::dsl::max;
use diesel::prelude::*;

use super::{Article, Series};
use crate::clock::Micros;
use crate::db::schema::{
    account_act, actor as actor_table, article, follow, post as post_table, reaction, series as series_table,
};
use crate::db::{Among, Conn, Range, paged};
use crate::domain::account;
use crate::domain::actor::Actor;
use crate::domain::audience::{Gate, Viewer};
use crate::domain::post::{Kind, Post};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId, SeriesId};

/// Authors of articles that the box of one reader has.
const FOLDED_MAX: i64 = 200;
/// More than so many unread ones of one author aren't counted.
pub const UNREAD_MAX: i64 = 99;

/// What an article has beside its post, which came through the gate.
pub fn of_post(conn: &mut Conn, post: PostId) -> Result<Option<Article>> {
    Ok(article::table.filter(article::post_id.eq(post)).select(Article::as_select()).first(conn.link()).optional()?)
}

/// The same of several.
pub fn of_posts(conn: &mut Conn, posts: &[PostId]) -> Result<BTreeMap<PostId, Article>> {
    if posts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<Article> = article::table
        .filter(Among::new(article::post_id, posts.iter().map(|id| id.0)))
        .select(Article::as_select())
        .load(conn.link())?;
    Ok(rows.into_iter().map(|row| (row.post_id, row)).collect())
}

/// An article as it can be told from what it was, without looking at what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The post.
    pub id: PostId,
    /// When it was last changed, or published.
    pub changed_at: Micros,
    /// How many comments `viewer` may see under it.
    pub comments: i64,
    /// How many like it.
    pub likes: i64,
}

/// The mark of an article, if `viewer` may see it.
pub fn mark(conn: &mut Conn, viewer: &Viewer, id: PostId) -> Result<Option<Mark>> {
    let found: Option<(Micros, Option<Micros>, ActorId)> = post_table::table
        .filter(post_table::id.eq(id))
        .filter(post_table::kind.eq(Kind::Article))
        .filter(Gate::before(viewer))
        .select((post_table::published_at, post_table::edited_at, post_table::author_id))
        .first(conn.link())
        .optional()?;
    let Some((published_at, edited_at, author)) = found else { return Ok(None) };
    // Its series, and what stands beside it there, change with its account.
    let around = changed_at(conn, author)?;
    let comments = post_table::table
        .filter(post_table::root_id.eq(id))
        .filter(Gate::before(viewer))
        .count()
        .get_result(conn.link())?;
    let likes = reaction::table.filter(reaction::post_id.eq(id)).count().get_result(conn.link())?;
    Ok(Some(Mark { id, changed_at: edited_at.unwrap_or(published_at).max(around), comments, likes }))
}

/// The articles of an author that `viewer` may see, the newest first.
pub fn list(conn: &mut Conn, viewer: &Viewer, author: ActorId, range: &Range) -> Result<Vec<(Post, Article)>> {
    let query = post_table::table
        .inner_join(article::table.on(article::post_id.eq(post_table::id)))
        .filter(post_table::author_id.eq(author))
        .filter(post_table::kind.eq(Kind::Article))
        .filter(Gate::before(viewer))
        .select((Post::as_select(), Article::as_select()));
    Ok(paged!(query, post_table::id, range, conn))
}

/// When anything last changed that everyone sees of the articles of an account: by its staff, or by whoever took one down.
pub fn changed_at(conn: &mut Conn, account: ActorId) -> Result<Micros> {
    let posts = post_table::table
        .filter(post_table::author_id.eq(account))
        .filter(post_table::kind.eq(Kind::Article))
        .select((max(post_table::published_at), max(post_table::edited_at), max(post_table::deleted_at)));
    let (published, edited, deleted): (Option<Micros>, Option<Micros>, Option<Micros>) = posts.first(conn.link())?;
    let acts = account_act::table.filter(account_act::account_id.eq(account));
    let act: Option<Micros> = acts.select(max(account_act::created_at)).first(conn.link())?;
    Ok([published, edited, deleted, act].into_iter().flatten().max().unwrap_or(0))
}

/// The articles of a series that `viewer` may see, in their order.
pub fn in_series(conn: &mut Conn, viewer: &Viewer, id: SeriesId, limit: i64) -> Result<Vec<(Post, Article)>> {
    Ok(post_table::table
        .inner_join(article::table.on(article::post_id.eq(post_table::id)))
        .filter(article::series_id.eq(id))
        .filter(Gate::before(viewer))
        .order((article::place, post_table::id))
        .limit(limit)
        .select((Post::as_select(), Article::as_select()))
        .load(conn.link())?)
}

/// The number and the title of the article before and of the one behind in a series, as far as `viewer` may see them.
pub type Neighbours = (Option<(PostId, String)>, Option<(PostId, String)>);

/// What stands beside an article in its series.
pub fn neighbours(conn: &mut Conn, viewer: &Viewer, series: SeriesId, of: &Article) -> Result<Neighbours> {
    let (id, place) = (of.post_id, of.place);
    let before = post_table::table
        .inner_join(article::table.on(article::post_id.eq(post_table::id)))
        .filter(article::series_id.eq(series))
        .filter(article::place.lt(place).or(article::place.eq(place).and(post_table::id.lt(id))))
        .filter(Gate::before(viewer))
        .order((article::place.desc(), post_table::id.desc()))
        .select((post_table::id, post_table::title))
        .first(conn.link())
        .optional()?;
    let after = post_table::table
        .inner_join(article::table.on(article::post_id.eq(post_table::id)))
        .filter(article::series_id.eq(series))
        .filter(article::place.gt(place).or(article::place.eq(place).and(post_table::id.gt(id))))
        .filter(Gate::before(viewer))
        .order((article::place, post_table::id))
        .select((post_table::id, post_table::title))
        .first(conn.link())
        .optional()?;
    Ok((before, after))
}

/// The series of an account, the newest first.
pub fn series(conn: &mut Conn, account: ActorId) -> Result<Vec<Series>> {
    Ok(series_table::table
        .filter(series_table::account_id.eq(account))
        .order(series_table::id.desc())
        .select(Series::as_select())
        .load(conn.link())?)
}

/// The series with this id.
///
/// Errors: `NotFound`.
pub fn series_by_id(conn: &mut Conn, id: SeriesId) -> Result<Series> {
    series_table::table
        .filter(series_table::id.eq(id))
        .select(Series::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("series"))
}

/// An author of articles in a reader's box.
#[derive(Debug, Clone)]
pub struct Folded {
    /// Who.
    pub author: Actor,
    /// The newest article that the reader may see.
    pub newest: Post,
    /// How many are unread, up to [`UNREAD_MAX`].
    pub unread: i64,
}

/// The box of a reader: everybody whom they follow who publishes articles, the one with the newest first.
pub fn subscriptions(conn: &mut Conn, reader: ActorId) -> Result<Vec<Folded>> {
    let marks = account::marks(conn, reader)?;
    let mut folded = Vec::new();
    for author in followed(conn, reader)? {
        let read = marks.get(&author.id).copied().unwrap_or(0);
        let viewer = Viewer::Member(reader);
        let range = Range::before(None::<i64>, 1);
        let Some((newest, _)) = list(conn, &viewer, author.id, &range)?.into_iter().next() else { continue };
        let unread = unread_of(conn, reader, author.id, read)?;
        folded.push(Folded { author, newest, unread });
    }
    folded.sort_by_key(|one| std::cmp::Reverse(one.newest.id));
    Ok(folded)
}

/// Those whom a reader follows who have published articles.
fn followed(conn: &mut Conn, reader: ActorId) -> Result<Vec<Actor>> {
    let ids: Vec<ActorId> = follow::table
        .inner_join(article::table.on(article::author_id.eq(follow::followed_id)))
        .filter(follow::follower_id.eq(reader))
        .filter(follow::state.eq("accepted"))
        .select(follow::followed_id)
        .distinct()
        .limit(FOLDED_MAX)
        .load(conn.link())?;
    Ok(actor_table::table
        .filter(actor_table::id.eq_any(ids))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .select(Actor::as_select())
        .load(conn.link())?)
}

fn unread_of(conn: &mut Conn, reader: ActorId, author: ActorId, read: i64) -> Result<i64> {
    let rows: Vec<PostId> = post_table::table
        .inner_join(article::table.on(article::post_id.eq(post_table::id)))
        .filter(post_table::author_id.eq(author))
        .filter(post_table::id.gt(PostId(read)))
        .filter(Gate::before(&Viewer::Member(reader)))
        .limit(UNREAD_MAX)
        .select(post_table::id)
        .load(conn.link())?;
    Ok(i64::try_from(rows.len()).unwrap_or(UNREAD_MAX))
}
