//! What a viewer hears of: others' mutes, the reactions under what is said, and what boosts bring. Conditions beside the gate.

use std::marker::PhantomData;

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;

use super::{ROOT_AUTHOR, Viewer};
use crate::db::{MultiBackend, condition};
use crate::id::ActorId;

/// Which of the authors that a query names may be muted.
pub trait Mutable: Clone + 'static {
    /// Whose word it is that is left out.
    const AUTHOR: &'static str;
    /// Under their own posts the muted are heard: whoever goes there wants to.
    const BESIDES: &'static str;
}

/// On a query that names `post`, for a list of posts of many.
#[derive(Debug, Clone)]
pub struct Posts;

/// On a query that names `post`, for comments.
#[derive(Debug, Clone)]
pub struct Comments;

/// On a query that names `reaction` and `post`.
#[derive(Debug, Clone)]
pub struct Reactions;

impl Mutable for Posts {
    const AUTHOR: &'static str = "post.author_id";
    const BESIDES: &'static str = "0";
}

impl Mutable for Comments {
    const AUTHOR: &'static str = "post.author_id";
    const BESIDES: &'static str = ROOT_AUTHOR;
}

impl Mutable for Reactions {
    const AUTHOR: &'static str = "reaction.actor_id";
    const BESIDES: &'static str = ROOT_AUTHOR;
}

/// The condition that the reader hasn't muted whose it is. It closes no door: what is muted stands on its author's own pages.
#[derive(Debug, Clone)]
pub struct Unmuted<M> {
    /// The member who reads; 0 for everyone else, who has muted nobody.
    me: i64,
    what: PhantomData<M>,
}

impl<M: Mutable> Unmuted<M> {
    /// The condition for this viewer.
    pub fn by(viewer: &Viewer) -> Self {
        Self { me: viewer.member().map_or(0, |id| id.0), what: PhantomData }
    }
}

impl<M: Mutable> QueryFragment<MultiBackend> for Unmuted<M> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        // Whether the reader has muted anybody is asked once for the whole list.
        out.push_sql("(NOT EXISTS (SELECT 1 FROM muted mx WHERE mx.actor_id = ");
        out.push_bind_param::<BigInt, _>(&self.me)?;
        out.push_sql(") OR NOT EXISTS (SELECT 1 FROM muted mu WHERE mu.actor_id = ");
        out.push_bind_param::<BigInt, _>(&self.me)?;
        out.push_sql(" AND mu.other_id = ");
        out.push_sql(M::AUTHOR);
        out.push_sql(" AND mu.other_id <> ");
        out.push_sql(M::BESIDES);
        out.push_sql("))");
        Ok(())
    }
}

/// The condition, on a query that names `reaction` and `post`, that the viewer hears of the reaction: the root is public or said in
/// a group (whose members hear all of it), or the reaction is the viewer's or the root author's, or the viewer is the root's author or the reactor's friend. Nobody hears
/// of it while its reactor is apart from the post's or the root's author, nor who is apart from the reactor.
#[derive(Debug, Clone)]
pub struct Heard(ActorId);

impl Heard {
    /// The condition for this viewer.
    pub fn by(viewer: &Viewer) -> Self {
        Self(match viewer {
            Viewer::Member(id) | Viewer::Remote(id) => *id,
            Viewer::Anonymous | Viewer::Peer(_) => ActorId(0),
        })
    }
}

/// The reactor is `me`, a friend of `me`, or the root's author.
pub(in crate::domain) fn walk_known<'b>(me: &'b ActorId, out: &mut AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
    out.push_sql("(reaction.actor_id = ");
    out.push_bind_param::<BigInt, _>(me)?;
    out.push_sql(" OR reaction.actor_id = ");
    out.push_sql(ROOT_AUTHOR);
    out.push_sql(" OR EXISTS (SELECT 1 FROM viewer_token kt WHERE kt.actor_id = ");
    out.push_bind_param::<BigInt, _>(me)?;
    out.push_sql(" AND kt.token = 'followers:' || CAST(reaction.actor_id AS TEXT)))");
    Ok(())
}

impl QueryFragment<MultiBackend> for Heard {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql(
            "NOT EXISTS (SELECT 1 FROM apart rx WHERE rx.one_id = reaction.actor_id AND rx.other_id = post.author_id) \
             AND NOT EXISTS (SELECT 1 FROM apart rx WHERE rx.one_id = reaction.actor_id AND rx.other_id = ",
        );
        out.push_sql(ROOT_AUTHOR);
        out.push_sql(") AND NOT EXISTS (SELECT 1 FROM apart rx WHERE rx.other_id = reaction.actor_id AND rx.one_id = ");
        out.push_bind_param::<BigInt, _>(&self.0)?;
        out.push_sql(
            ") AND (EXISTS (SELECT 1 FROM post_audience la WHERE la.post_id = COALESCE(post.root_id, post.id) \
             AND la.token = 'public') OR EXISTS (SELECT 1 FROM post lg WHERE lg.id = COALESCE(post.root_id, post.id) \
             AND lg.audience = 'group') OR (0 <> ",
        );
        // Nobody we know, who is 0, hears of nothing more.
        out.push_bind_param::<BigInt, _>(&self.0)?;
        out.push_sql(" AND (");
        out.push_bind_param::<BigInt, _>(&self.0)?;
        out.push_sql(" = ");
        out.push_sql(ROOT_AUTHOR);
        out.push_sql(" OR ");
        walk_known(&self.0, &mut out)?;
        out.push_sql(")))");
        Ok(())
    }
}

/// The booster is there, not apart from the viewer, and not muted by them.
fn walk_heard<'b>(me: &'b i64, booster: &'static str, out: &mut AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
    out.push_sql("EXISTS (SELECT 1 FROM actor ba WHERE ba.suspended_at IS NULL AND ba.deleted_at IS NULL AND ba.id = ");
    out.push_sql(booster);
    for (view, mine, theirs) in [("apart", "one_id", "other_id"), ("muted", "actor_id", "other_id")] {
        out.push_sql(") AND NOT EXISTS (SELECT 1 FROM ");
        out.push_sql(view);
        out.push_sql(" bx WHERE bx.");
        out.push_sql(mine);
        out.push_sql(" = ");
        out.push_bind_param::<BigInt, _>(me)?;
        out.push_sql(" AND bx.");
        out.push_sql(theirs);
        out.push_sql(" = ");
        out.push_sql(booster);
    }
    out.push_sql(")");
    Ok(())
}

/// The condition, on a query that names `boost`, that the viewer hears of the boost.
#[derive(Debug, Clone)]
pub struct BoostHeard(i64);

impl BoostHeard {
    /// The condition for this viewer.
    pub fn by(viewer: &Viewer) -> Self {
        Self(viewer.member().map_or(0, |me| me.0))
    }
}

impl QueryFragment<MultiBackend> for BoostHeard {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        walk_heard(&self.0, "boost.actor_id", &mut out)
    }
}

/// The condition, on a query that names `feed`, that what stands there came by itself, or by a boost of which its reader hears and
/// whose booster's boosts they want to see.
#[derive(Debug, Clone)]
pub struct Carried(i64);

impl Carried {
    /// The condition for this reader.
    pub fn to(me: ActorId) -> Self {
        Self(me.0)
    }
}

impl QueryFragment<MultiBackend> for Carried {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("(feed.boost_id IS NULL OR EXISTS (SELECT 1 FROM boost fb WHERE fb.id = feed.boost_id AND ");
        walk_heard(&self.0, "fb.actor_id", &mut out)?;
        out.push_sql(
            " AND NOT EXISTS (SELECT 1 FROM follow ff WHERE ff.followed_id = fb.actor_id AND ff.follower_id = ",
        );
        out.push_bind_param::<BigInt, _>(&self.0)?;
        out.push_sql(" AND NOT ff.with_boosts)))");
        Ok(())
    }
}

condition!(Heard, BoostHeard, Carried, Unmuted<M>);
