//! Hashtags: by which words posts are found. Kept in their folded form (`text::fold_hashtag`), of local and remote posts alike.
//!
//! Invariant: whoever asks for posts or for names by hashtag is told of nothing but posts that they may see.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Text};

use super::actor::Actor;
use super::audience::{Audience, Gate, Posts, Unmuted, Viewer};
use super::part;
use super::post::{self, Entry, Kind, Origin, Post};
use crate::db::schema::{actor as actor_table, hashtag, hashtag_follow, post as post_table};
use crate::db::{Among, Conn, IntoBoth, MultiBackend, Part, Range, Statement, condition, paged};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, PostId};

/// Hashtags of one post that are kept.
pub const POST_MAX: usize = 20;
/// Hashtags that one member may follow.
const FOLLOWED_MAX: i64 = 200;
/// Further hashtags of each kind by which a list is put together.
pub const WANTED_MAX: usize = 4;
/// Uses that are looked at for a suggestion: the same few words come again and again.
const SUGGESTED_OF_MAX: i64 = 200;

/// Puts these hashtags, folded already, in place of those that a post has. What is for everyone comes into the feeds of those
/// who follow one of them; there the gate is asked like for everything else.
pub(super) fn keep(conn: &mut Conn, post: &Post, names: &[String]) -> Result<()> {
    diesel::delete(hashtag::table.filter(hashtag::post_id.eq(post.id))).execute(conn.link())?;
    if !names.is_empty() {
        part::mark(conn, post.id, part::Part::Hashtag)?;
    }
    for name in names.iter().take(POST_MAX) {
        diesel::insert_into(hashtag::table)
            .values((hashtag::name.eq(name), hashtag::post_id.eq(post.id)))
            .on_conflict_do_nothing()
            .both()
            .execute(conn.link())?;
    }
    let is_listed = matches!(post.kind, Kind::Moment | Kind::Article) && post.audience == Audience::Everyone;
    if names.is_empty() || !is_listed {
        return Ok(());
    }
    let readers: Vec<ActorId> = hashtag_follow::table
        .filter(hashtag_follow::name.eq_any(names.iter().take(POST_MAX)))
        .select(hashtag_follow::actor_id)
        .distinct()
        .load(conn.link())?;
    readers.into_iter().try_for_each(|reader| post::put(conn, reader, post.id))
}

/// A hashtag that a member follows, by the number that orders them.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Followed {
    /// Its number.
    pub id: i64,
    /// Its folded name.
    pub name: String,
}

/// Follows a hashtag, given folded: from now on. Twice is the same as once.
///
/// Errors: `Invalid` if there are too many.
pub fn follow(conn: &mut Conn, me: ActorId, name: &str) -> Result<()> {
    let own = hashtag_follow::table.filter(hashtag_follow::actor_id.eq(me));
    let many: i64 = own.count().get_result(conn.link())?;
    if many >= FOLLOWED_MAX {
        return Err(Error::Invalid(vec![Problem::new("name", "problem-many").with("max", FOLLOWED_MAX)]));
    }
    let id = conn.id();
    diesel::insert_into(hashtag_follow::table)
        .values((hashtag_follow::id.eq(id), hashtag_follow::actor_id.eq(me), hashtag_follow::name.eq(name)))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Follows a hashtag no more. What it alone brought leaves the feed: not what is the member's own or names them, nor what is by
/// somebody whom they follow, nor what another hashtag of theirs brings as well.
pub fn unfollow(conn: &mut Conn, me: ActorId, name: &str) -> Result<()> {
    let own = hashtag_follow::table.filter(hashtag_follow::actor_id.eq(me));
    if diesel::delete(own.filter(hashtag_follow::name.eq(name))).execute(conn.link())? == 0 {
        return Ok(());
    }
    Statement::<BigInt>::new(vec![
        Part::Sql("DELETE FROM feed WHERE actor_id = "),
        Part::Number(me.0),
        Part::Sql(" AND boost_id IS NULL AND post_id IN (SELECT h.post_id FROM hashtag h INNER JOIN post p ON p.id = h.post_id WHERE h.name = "),
        Part::Text(name),
        Part::Sql(" AND p.author_id <> "),
        Part::Number(me.0),
        Part::Sql(
            " AND NOT EXISTS (SELECT 1 FROM follow f WHERE f.state = 'accepted' AND f.followed_id = p.author_id \
             AND f.follower_id = ",
        ),
        Part::Number(me.0),
        Part::Sql(") AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.post_id = p.id AND m.actor_id = "),
        Part::Number(me.0),
        Part::Sql(
            ") AND NOT EXISTS (SELECT 1 FROM hashtag o INNER JOIN hashtag_follow w ON w.name = o.name \
             WHERE o.post_id = p.id AND w.actor_id = ",
        ),
        Part::Number(me.0),
        Part::Sql("))"),
    ])
    .execute(conn.link())?;
    Ok(())
}

/// The hashtags that a member follows, the latest first.
pub fn followed(conn: &mut Conn, me: ActorId, range: &Range) -> Result<Vec<Followed>> {
    let query = hashtag_follow::table
        .filter(hashtag_follow::actor_id.eq(me))
        .select((hashtag_follow::id, hashtag_follow::name));
    Ok(paged!(query, hashtag_follow::id, range, conn))
}

/// Does this reader follow this hashtag?
pub fn is_followed(conn: &mut Conn, viewer: &Viewer, name: &str) -> Result<bool> {
    let Some(me) = viewer.member() else { return Ok(false) };
    let own = hashtag_follow::table.filter(hashtag_follow::actor_id.eq(me)).filter(hashtag_follow::name.eq(name));
    Ok(diesel::select(diesel::dsl::exists(own)).get_result(conn.link())?)
}

/// The hashtags of a post, in the order of their letters. The post itself came through the gate.
pub fn of(conn: &mut Conn, post: PostId) -> Result<Vec<String>> {
    let names = hashtag::table.filter(hashtag::post_id.eq(post)).order(hashtag::name);
    Ok(names.select(hashtag::name).load(conn.link())?)
}

/// The hashtags of the posts of one page. The posts themselves came through the gate.
pub fn of_posts(conn: &mut Conn, posts: &[PostId]) -> Result<BTreeMap<PostId, Vec<String>>> {
    if posts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(PostId, String)> = hashtag::table
        .filter(Among::new(hashtag::post_id, posts.iter().map(|id| id.0)))
        .order((hashtag::post_id, hashtag::name))
        .select((hashtag::post_id, hashtag::name))
        .load(conn.link())?;
    let mut names: BTreeMap<PostId, Vec<String>> = BTreeMap::new();
    for (post, name) in rows {
        names.entry(post).or_default().push(name);
    }
    Ok(names)
}

/// The Moments and articles with this hashtag that `viewer` may see and that are listed for them: newest first. Visitors read what other
/// servers published over there.
pub fn posts(conn: &mut Conn, viewer: &Viewer, name: &str, range: &Range) -> Result<Vec<Entry>> {
    let query = hashtag::table
        .inner_join(post_table::table.on(post_table::id.eq(hashtag::post_id)))
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .filter(hashtag::name.eq(name))
        .filter(post_table::kind.eq(Kind::Moment).or(post_table::kind.eq(Kind::Article)))
        .filter(Listed::to(viewer))
        .filter(Gate::before(viewer))
        .filter(Unmuted::<Posts>::by(viewer))
        .select((Post::as_select(), Actor::as_select()));
    let rows: Vec<(Post, Actor)> = paged!(query, hashtag::post_id, range, conn);
    Ok(rows.into_iter().map(|(post, author)| Entry { post, author }).collect())
}

/// What a list by hashtags asks for beyond the one that it is named after; names folded already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The hashtag.
    pub name: String,
    /// Or one of these.
    pub any: Vec<String>,
    /// And all of these.
    pub all: Vec<String>,
    /// And none of these.
    pub none: Vec<String>,
    /// Whose posts.
    pub origin: Origin,
    /// With pictures or a film alone.
    pub with_media: bool,
}

impl Wanted {
    /// This hashtag, whatever else.
    pub fn only(name: String) -> Self {
        let (any, all, none) = Default::default();
        Self { name, any, all, none, origin: Origin::Any, with_media: false }
    }

    /// Is it about the one hashtag alone?
    fn is_plain(&self) -> bool {
        *self == Self::only(self.name.clone())
    }
}

/// The same for what is put together of several hashtags.
pub fn posts_wanted(conn: &mut Conn, viewer: &Viewer, wanted: &Wanted, range: &Range) -> Result<Vec<Entry>> {
    if wanted.is_plain() {
        return posts(conn, viewer, &wanted.name, range);
    }
    let query = post_table::table
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .filter(Tagged::of(wanted))
        .filter(post_table::kind.eq(Kind::Moment).or(post_table::kind.eq(Kind::Article)))
        .filter(Listed::to(viewer))
        .filter(Gate::before(viewer))
        .filter(Unmuted::<Posts>::by(viewer))
        .select((Post::as_select(), Actor::as_select()));
    let rows: Vec<(Post, Actor)> = paged!(query, post_table::id, range, conn);
    Ok(rows.into_iter().map(|(post, author)| Entry { post, author }).collect())
}

/// The condition, on a query that names `post`, that it is what is [`Wanted`].
#[derive(Debug, Clone)]
struct Tagged {
    /// One of these, all of those, none of these; unused places are empty, which no hashtag is.
    any: Vec<String>,
    all: Vec<String>,
    none: Vec<String>,
    is_local: i64,
    is_remote: i64,
    with_media: i64,
}

impl Tagged {
    fn of(wanted: &Wanted) -> Self {
        let filled = |names: Vec<String>| {
            let mut names: Vec<String> = names.into_iter().take(WANTED_MAX).collect();
            names.resize(WANTED_MAX, String::new());
            names
        };
        let mut any = vec![wanted.name.clone()];
        any.extend(filled(wanted.any.clone()));
        Self {
            any,
            all: filled(wanted.all.clone()),
            none: filled(wanted.none.clone()),
            is_local: i64::from(wanted.origin == Origin::Local),
            is_remote: i64::from(wanted.origin == Origin::Remote),
            with_media: i64::from(wanted.with_media),
        }
    }
}

/// `("a", "b", …)` behind a subselect's `IN`.
fn walk_names<'b>(names: &'b [String], out: &mut AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
    for (index, name) in names.iter().enumerate() {
        out.push_sql(if index == 0 { " IN (" } else { ", " });
        out.push_bind_param::<Text, _>(name)?;
    }
    out.push_sql("))");
    Ok(())
}

impl QueryFragment<MultiBackend> for Tagged {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("(post.id IN (SELECT ht.post_id FROM hashtag ht WHERE ht.name");
        walk_names(&self.any, &mut out)?;
        for name in &self.all {
            out.push_sql(" AND (");
            out.push_bind_param::<Text, _>(name)?;
            out.push_sql(" = '' OR EXISTS (SELECT 1 FROM hashtag hl WHERE hl.post_id = post.id AND hl.name = ");
            out.push_bind_param::<Text, _>(name)?;
            out.push_sql("))");
        }
        out.push_sql(" AND NOT EXISTS (SELECT 1 FROM hashtag hn WHERE hn.post_id = post.id AND hn.name");
        walk_names(&self.none, &mut out)?;
        for (wanted, condition) in [
            (&self.is_local, " = 0 OR post.is_local)"),
            (&self.is_remote, " = 0 OR NOT post.is_local)"),
            (&self.with_media, " = 0 OR EXISTS (SELECT 1 FROM media hm WHERE hm.post_id = post.id))"),
        ] {
            out.push_sql(" AND (");
            out.push_bind_param::<BigInt, _>(wanted)?;
            out.push_sql(condition);
        }
        out.push_sql(")");
        Ok(())
    }
}

/// Hashtags that begin so, of what is listed for a member: those used latest first.
pub fn suggest(conn: &mut Conn, viewer: &Viewer, beginning: &str, limit: usize) -> Result<Vec<String>> {
    let used: Vec<String> = hashtag::table
        .inner_join(post_table::table.on(post_table::id.eq(hashtag::post_id)))
        .filter(hashtag::name.ge(beginning))
        .filter(hashtag::name.lt(format!("{beginning}\u{10ffff}")))
        .filter(post_table::kind.eq(Kind::Moment).or(post_table::kind.eq(Kind::Article)))
        .filter(Listed::to(viewer))
        .filter(Gate::before(viewer))
        .filter(Unmuted::<Posts>::by(viewer))
        .order(hashtag::post_id.desc())
        .limit(SUGGESTED_OF_MAX)
        .select(hashtag::name)
        .load(conn.link())?;
    let mut names: Vec<String> = Vec::new();
    for name in used {
        if names.len() < limit && !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// The condition, on a query that names `post`, that the post may stand in a list for this reader. What is for everyone but
/// not listed stands in the lists of its author and of those in whose feed it is; a visitor's lists have this hall's alone.
#[derive(Debug, Clone)]
struct Listed {
    me: i64,
    is_member: i64,
}

impl Listed {
    fn to(viewer: &Viewer) -> Self {
        let member = viewer.member();
        Self { me: member.map_or(0, |id| id.0), is_member: i64::from(member.is_some()) }
    }
}

impl QueryFragment<MultiBackend> for Listed {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("(post.audience <> ");
        out.push_bind_param::<Text, _>(Audience::Quiet.as_str())?;
        out.push_sql(" OR EXISTS (SELECT 1 FROM feed lf WHERE lf.post_id = post.id AND lf.actor_id = ");
        out.push_bind_param::<BigInt, _>(&self.me)?;
        out.push_sql(")) AND (post.is_local OR ");
        out.push_bind_param::<BigInt, _>(&self.is_member)?;
        out.push_sql(" = 1)");
        Ok(())
    }
}

condition!(Listed, Tagged);
