//! The one gate. A post carries tokens, a viewer holds tokens; the viewer may see the post if they meet.
//!
//! Friends (and later tags, groups, access protocols) write tokens; nothing else decides who sees what. Tokens are
//! `public`, `hall`, `actor:ID` (that actor), `followers:ID` (who follows that actor; for a person, its friends).
//! Every query for posts takes a [`Viewer`] and uses [`Gate`]. A comment is seen by whoever may see its root *and* hear its
//! author: under a public root everyone, else the author of the root, and each other reader who is the commenter's friend.
//!
//! Tokens open, blocks close: two who are *apart* (one has blocked the other, or the other's whole server) see nothing of each
//! other, and nobody sees what one of them said under the other's post. A mute closes nothing; it spares its owner only
//! ([`Unmuted`]).

use std::marker::PhantomData;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Text};

use crate::db::schema::{apart, hushed, post_audience, viewer_token};
use crate::db::{Conn, IntoBoth, MultiBackend, condition, text_enum};
use crate::error::Result;
use crate::id::{ActorId, PostId};

/// The token of what everyone may see.
pub const PUBLIC: &str = "public";
/// The token of what this hall's members may see.
pub const HALL: &str = "hall";

text_enum! {
    /// Whom the author chose. What counts for seeing are the tokens made of it; this is for showing and for addressing.
    Audience {
        /// Everyone, in every list.
        Everyone = "everyone",
        /// Everyone who has the address or follows the author; in no public list.
        Quiet = "quiet",
        /// All friends of the author (a remote author: all followers).
        Friends = "friends",
        /// The people whom the author named.
        People = "people",
        /// The members of the group that it is said in.
        Group = "group",
        /// The author alone.
        Me = "me",
    }
}

impl Audience {
    /// May everyone see it?
    pub fn is_public(self) -> bool {
        matches!(self, Self::Everyone | Self::Quiet)
    }
}

/// Who is looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody we know.
    Anonymous,
    /// A signed-in member of this hall.
    Member(ActorId),
    /// Somebody of another server, known by the signature of their own key.
    Remote(ActorId),
    /// Another server, known by the signature of its own actor: its canonical host. It may see what one of its people
    /// may see, since it asks for them all.
    Peer(String),
}

impl Viewer {
    /// The member who is looking, if it is one.
    pub fn member(&self) -> Option<ActorId> {
        match self {
            Self::Member(id) => Some(*id),
            Self::Anonymous | Self::Remote(_) | Self::Peer(_) => None,
        }
    }
}

/// The token of one actor.
pub fn actor_token(id: ActorId) -> String {
    format!("actor:{id}")
}

/// The token of an actor's followers.
pub fn followers_token(id: ActorId) -> String {
    format!("followers:{id}")
}

/// Gives a post its tokens. `people` are those whom its author named.
pub fn write(conn: &mut Conn, post: PostId, author: ActorId, audience: Audience, people: &[ActorId]) -> Result<()> {
    let mut tokens = vec![actor_token(author)];
    match audience {
        Audience::Everyone | Audience::Quiet => tokens.push(PUBLIC.to_owned()),
        Audience::Friends => tokens.push(followers_token(author)),
        Audience::People | Audience::Group | Audience::Me => {}
    }
    tokens.extend(people.iter().map(|id| actor_token(*id)));
    // Whoever is elsewhere holds their own token in the table, since only members hold it by being who they are.
    people.iter().try_for_each(|id| grant(conn, *id, &actor_token(*id)))?;
    tokens.into_iter().try_for_each(|token| insert(conn, post, token))
}

/// Gives what is said in a group its tokens: for everyone, or for the group's members, who are its followers. A post that its author
/// keeps to themself yet is theirs alone.
pub fn write_in_group(
    conn: &mut Conn,
    post: PostId,
    author: ActorId,
    audience: Audience,
    group: ActorId,
) -> Result<()> {
    write(conn, post, author, audience, &[])?;
    if audience == Audience::Group { insert(conn, post, followers_token(group)) } else { Ok(()) }
}

/// Gives a member's comment its tokens that is for some people alone: not even the author of the root hears it unasked.
pub fn write_aside(conn: &mut Conn, comment: PostId, author: ActorId, people: &[ActorId]) -> Result<()> {
    write(conn, comment, author, Audience::People, people)
}

/// Gives a comment its tokens: those of its root if the root's author speaks; `public` under a public root, if the comment
/// itself is; else the root's author, the commenter and the commenter's friends hear it. `people` are those whom a
/// remote commenter named; a comment that is for `People` alone reaches nobody else.
pub fn write_comment(
    conn: &mut Conn,
    comment: PostId,
    author: ActorId,
    audience: Audience,
    root: &Root,
    people: &[ActorId],
) -> Result<()> {
    let mut tokens = vec![actor_token(author), actor_token(root.author_id)];
    if author == root.author_id {
        let theirs: Vec<String> = post_audience::table
            .filter(post_audience::post_id.eq(root.id))
            .select(post_audience::token)
            .load(conn.link())?;
        // Under one's own post for everyone one may speak to one's friends alone.
        tokens.extend(theirs.into_iter().filter(|token| audience.is_public() || token != PUBLIC));
        if audience == Audience::Friends {
            tokens.push(followers_token(author));
        }
    } else if audience.is_public() {
        tokens.push(PUBLIC.to_owned());
    } else if let (Audience::Group, Some(group)) = (audience, root.group_id) {
        tokens.push(followers_token(group));
    } else if audience != Audience::People {
        tokens.push(followers_token(author));
    }
    tokens.extend(people.iter().map(|id| actor_token(*id)));
    tokens.sort_unstable();
    tokens.dedup();
    // Whoever is elsewhere holds their own token in the table, since only members hold it by being who they are.
    for one in [author, root.author_id] {
        grant(conn, one, &actor_token(one))?;
    }
    for token in tokens {
        insert(conn, comment, token)?;
    }
    Ok(())
}

/// The root of a thread, as far as its comments' audience depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Root {
    /// The post that everything stands under.
    pub id: PostId,
    /// Its author.
    pub author_id: ActorId,
    /// The group that it was said in.
    pub group_id: Option<ActorId>,
}

/// Gives a post these tokens in place of those that it had, and answers those.
pub(super) fn replace(conn: &mut Conn, post: PostId, tokens: &[String]) -> Result<Vec<String>> {
    let had = post_audience::table.filter(post_audience::post_id.eq(post));
    let old: Vec<String> = had.select(post_audience::token).load(conn.link())?;
    diesel::delete(had).execute(conn.link())?;
    tokens.iter().try_for_each(|token| insert(conn, post, token.clone()))?;
    Ok(old)
}

fn insert(conn: &mut Conn, post: PostId, token: String) -> Result<()> {
    diesel::insert_into(post_audience::table)
        .values((post_audience::post_id.eq(post), post_audience::token.eq(token)))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Lets `viewer` hold `token`.
pub fn grant(conn: &mut Conn, viewer: ActorId, token: &str) -> Result<()> {
    diesel::insert_into(viewer_token::table)
        .values((viewer_token::actor_id.eq(viewer), viewer_token::token.eq(token)))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Takes `token` from `viewer`.
pub fn revoke(conn: &mut Conn, viewer: ActorId, token: &str) -> Result<()> {
    diesel::delete(viewer_token::table.filter(viewer_token::actor_id.eq(viewer)).filter(viewer_token::token.eq(token)))
        .execute(conn.link())?;
    Ok(())
}

/// Does `viewer` hold `token`?
pub fn holds(conn: &mut Conn, viewer: ActorId, token: &str) -> Result<bool> {
    let held = viewer_token::table.filter(viewer_token::actor_id.eq(viewer)).filter(viewer_token::token.eq(token));
    Ok(diesel::select(diesel::dsl::exists(held)).get_result(conn.link())?)
}

/// Are these two apart: has one blocked the other, or the other's server?
pub fn are_apart(conn: &mut Conn, one: ActorId, other: ActorId) -> Result<bool> {
    let pair = apart::table.filter(apart::one_id.eq(one)).filter(apart::other_id.eq(other));
    Ok(diesel::select(diesel::dsl::exists(pair)).get_result(conn.link())?)
}

/// Does `me` want to hear of nothing that `other` does, having muted them or their server?
pub fn is_hushed(conn: &mut Conn, me: ActorId, other: ActorId) -> Result<bool> {
    let pair = hushed::table.filter(hushed::actor_id.eq(me)).filter(hushed::other_id.eq(other));
    Ok(diesel::select(diesel::dsl::exists(pair)).get_result(conn.link())?)
}

/// The condition, on a query that names the table `post`, that the viewer may see the post.
///
/// It leaves out what is deleted, whose author is suspended or gone, and what blocks keep apart. Its text is the same for
/// every viewer, so that the statements with it are built and prepared once; what a viewer isn't is bound as what matches
/// nothing.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The actor who looks; 0 for none.
    actor: i64,
    /// The token of this very actor; empty for none.
    own_token: String,
    /// The token of members; empty for others.
    hall_token: &'static str,
    /// The server that looks; empty for none.
    peer: String,
}

impl Gate {
    /// The gate as it stands before `viewer`.
    pub fn before(viewer: &Viewer) -> Self {
        let nobody = Self { actor: 0, own_token: String::new(), hall_token: "", peer: String::new() };
        match viewer {
            Viewer::Anonymous => nobody,
            Viewer::Member(id) => Self { actor: id.0, own_token: actor_token(*id), hall_token: HALL, ..nobody },
            Viewer::Remote(id) => Self { actor: id.0, own_token: actor_token(*id), ..nobody },
            Viewer::Peer(host) => Self { peer: host.clone(), ..nobody },
        }
    }

    /// The tokens of the post with the id in `column` meet those of the viewer, who is one actor or nobody.
    fn let_in<'b>(&'b self, column: &'static str, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("EXISTS (SELECT 1 FROM post_audience pa WHERE pa.post_id = ");
        out.push_sql(column);
        out.push_sql(" AND (pa.token IN ('public', ");
        out.push_bind_param::<Text, _>(self.hall_token)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.own_token)?;
        out.push_sql(") OR EXISTS (SELECT 1 FROM viewer_token vt WHERE vt.token = pa.token AND vt.actor_id = ");
        out.push_bind_param::<BigInt, _>(&self.actor)?;
        out.push_sql(")))");
        Ok(())
    }

    /// No block stands between the viewer and the author of the post, nor that of its root. Whether the viewer is apart from
    /// anybody at all is asked once for the whole list: most are not.
    fn not_apart<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql(" AND (NOT EXISTS (SELECT 1 FROM apart ay WHERE ay.one_id = ");
        out.push_bind_param::<BigInt, _>(&self.actor)?;
        out.push_sql(") OR (1 = 1");
        for (condition, author) in AUTHORS {
            out.push_sql(condition);
            out.push_sql("NOT EXISTS (SELECT 1 FROM apart ax WHERE ax.one_id = ");
            out.push_bind_param::<BigInt, _>(&self.actor)?;
            out.push_sql(" AND ax.other_id = ");
            out.push_sql(author);
            out.push_sql("))");
        }
        out.push_sql("))");
        Ok(())
    }

    /// Neither author has blocked the server that looks.
    fn not_shut<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        for (condition, author) in AUTHORS {
            out.push_sql(condition);
            out.push_bind_param::<Text, _>(&self.peer)?;
            out.push_sql(" = '' OR NOT EXISTS (SELECT 1 FROM block_host bh WHERE bh.kind = 'block' AND bh.host = ");
            out.push_bind_param::<Text, _>(&self.peer)?;
            out.push_sql(" AND bh.actor_id = ");
            out.push_sql(author);
            out.push_sql("))");
        }
        Ok(())
    }

    /// One and the same of a server's people is let in by the comment and by its root, and apart from neither author.
    fn let_in_peer<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("(");
        out.push_bind_param::<Text, _>(&self.peer)?;
        out.push_sql(
            " <> '' AND EXISTS (SELECT 1 FROM post_audience pa INNER JOIN viewer_token vt ON vt.token = pa.token \
             INNER JOIN actor va ON va.id = vt.actor_id WHERE pa.post_id = post.id AND va.host = ",
        );
        out.push_bind_param::<Text, _>(&self.peer)?;
        out.push_sql(
            " AND NOT EXISTS (SELECT 1 FROM apart ax WHERE ax.one_id = va.id AND ax.other_id IN (post.author_id, ",
        );
        out.push_sql(ROOT_AUTHOR);
        out.push_sql(
            ")) AND (post.root_id IS NULL OR EXISTS (SELECT 1 FROM post_audience ra WHERE ra.post_id = post.root_id \
             AND (ra.token = 'public' OR EXISTS (SELECT 1 FROM viewer_token rt WHERE rt.token = ra.token \
             AND rt.actor_id = va.id))))))",
        );
        Ok(())
    }
}

/// A post lives unless it is deleted or its author is suspended or gone; so must a comment's root, and whose it is must not be
/// apart from the commenter.
const LIVES: &str = "(post.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM actor ga WHERE ga.id = post.author_id \
     AND (ga.suspended_at IS NOT NULL OR ga.deleted_at IS NOT NULL)) AND (post.root_id IS NULL OR \
     EXISTS (SELECT 1 FROM post root WHERE root.id = post.root_id AND root.deleted_at IS NULL \
     AND NOT EXISTS (SELECT 1 FROM actor gr WHERE gr.id = root.author_id \
     AND (gr.suspended_at IS NOT NULL OR gr.deleted_at IS NOT NULL)) \
     AND NOT EXISTS (SELECT 1 FROM apart rx WHERE rx.one_id = post.author_id AND rx.other_id = root.author_id)))";

/// The author of the post's root (of the post itself if it is no comment), on a query that names the table `post`.
pub(super) const ROOT_AUTHOR: &str = "(SELECT rp.author_id FROM post rp WHERE rp.id = COALESCE(post.root_id, post.id))";

/// Whom a viewer must not be apart from: the author, and for a comment the author of the root. The first of each pair
/// begins a condition that asks about the second.
const AUTHORS: [(&str, &str); 2] = [(" AND (", "post.author_id"), (" AND (post.root_id IS NULL OR ", ROOT_AUTHOR)];

impl QueryFragment<MultiBackend> for Gate {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql(LIVES);
        self.not_apart(out.reborrow())?;
        self.not_shut(out.reborrow())?;
        out.push_sql(" AND ((");
        self.let_in("post.id", out.reborrow())?;
        out.push_sql(" AND (post.root_id IS NULL OR ");
        self.let_in("post.root_id", out.reborrow())?;
        out.push_sql(")) OR ");
        self.let_in_peer(out.reborrow())?;
        out.push_sql("))");
        Ok(())
    }
}

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
pub(super) fn walk_known<'b>(me: &'b ActorId, out: &mut AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
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

condition!(Gate, Heard, BoostHeard, Carried, Unmuted<M>);
