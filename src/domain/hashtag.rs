//! Hashtags: by which words posts are found. Kept in their folded form (`text::fold_hashtag`), of local and remote posts alike.
//!
//! Invariant: whoever asks for posts or for names by hashtag is told of nothing but posts that they may see.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;

use super::actor::Actor;
use super::audience::{Audience, Gate, Posts, Unmuted, Viewer};
use super::part::{self, Part};
use super::post::{Entry, Kind, Post};
use crate::db::schema::{actor as actor_table, hashtag, post as post_table};
use crate::db::{Among, Conn, IntoBoth, MultiBackend, Range, condition, paged};
use crate::error::Result;
use crate::id::PostId;

/// Hashtags of one post that are kept.
pub const POST_MAX: usize = 20;
/// Uses that are looked at for a suggestion: the same few words come again and again.
const SUGGESTED_OF_MAX: i64 = 200;

/// Puts these hashtags, folded already, in place of those that a post has.
pub(super) fn keep(conn: &mut Conn, post: PostId, names: &[String]) -> Result<()> {
    diesel::delete(hashtag::table.filter(hashtag::post_id.eq(post))).execute(conn.link())?;
    if !names.is_empty() {
        part::mark(conn, post, Part::Hashtag)?;
    }
    for name in names.iter().take(POST_MAX) {
        diesel::insert_into(hashtag::table)
            .values((hashtag::name.eq(name), hashtag::post_id.eq(post)))
            .on_conflict_do_nothing()
            .both()
            .execute(conn.link())?;
    }
    Ok(())
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

/// The Moments with this hashtag that `viewer` may see and that are listed for them: newest first. Visitors read what other
/// servers published over there.
pub fn posts(conn: &mut Conn, viewer: &Viewer, name: &str, range: &Range) -> Result<Vec<Entry>> {
    let query = hashtag::table
        .inner_join(post_table::table.on(post_table::id.eq(hashtag::post_id)))
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .filter(hashtag::name.eq(name))
        .filter(post_table::kind.eq(Kind::Moment))
        .filter(Listed::to(viewer))
        .filter(Gate::before(viewer))
        .filter(Unmuted::<Posts>::by(viewer))
        .select((Post::as_select(), Actor::as_select()));
    let rows: Vec<(Post, Actor)> = paged!(query, hashtag::post_id, range, conn);
    Ok(rows.into_iter().map(|(post, author)| Entry { post, author }).collect())
}

/// Hashtags that begin so, of what is listed for a member: those used latest first.
pub fn suggest(conn: &mut Conn, viewer: &Viewer, beginning: &str, limit: usize) -> Result<Vec<String>> {
    let used: Vec<String> = hashtag::table
        .inner_join(post_table::table.on(post_table::id.eq(hashtag::post_id)))
        .filter(hashtag::name.ge(beginning))
        .filter(hashtag::name.lt(format!("{beginning}\u{10ffff}")))
        .filter(post_table::kind.eq(Kind::Moment))
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
        out.push_bind_param::<diesel::sql_types::Text, _>(Audience::Quiet.as_str())?;
        out.push_sql(" OR EXISTS (SELECT 1 FROM feed lf WHERE lf.post_id = post.id AND lf.actor_id = ");
        out.push_bind_param::<BigInt, _>(&self.me)?;
        out.push_sql(")) AND (post.is_local OR ");
        out.push_bind_param::<BigInt, _>(&self.is_member)?;
        out.push_sql(" = 1)");
        Ok(())
    }
}

condition!(Listed);
