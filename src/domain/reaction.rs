//! Reactions to posts: likes. Local and remote ones are twins, and share one insert.
//!
//! Who liked is seen like a comment: under a public post by everyone, else by the post's author and by the liker's friends.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;

use super::actor::Actor;
use super::audience::{Gate, Heard, ROOT_AUTHOR, Reactions, Unmuted, Viewer, walk_known};
use super::comment::{self, Way};
use super::emoji;
use super::event::{self, Event};
use super::group;
use super::media;
use super::moment::Received;
use super::notice;
use super::part::{self, Part};
use super::post::{self, Entry, Post};
use crate::clock::Micros;
use crate::db::schema::{actor as actor_table, post as post_table, reaction};
use crate::db::{Among, Conn, MultiBackend, Range, condition, paged, text_enum};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId, ReactionId};

/// Names of those who liked that are loaded at most for all posts of one page of a list.
const NAMES_MAX: i64 = 200;

text_enum! {
    /// What kind of reaction it is.
    Kind {
        /// A like.
        Like = "like",
    }
}

/// A reaction.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = reaction)]
pub struct Reaction {
    /// Its id here.
    pub id: ReactionId,
    /// The id of the `Like` on the wire.
    pub uri: String,
    /// Its kind.
    pub kind: Kind,
    /// Whose it is.
    pub actor_id: ActorId,
    /// The post.
    pub post_id: PostId,
    /// When.
    pub created_at: Micros,
    /// The emoji that it was made with, as safe HTML; empty for a plain like.
    pub emoji: String,
}

/// What a remote reaction was made with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    /// Emoji, or a `:shortcode:`; empty for a plain like.
    pub text: String,
    /// The picture for the shortcode.
    pub picture: Option<emoji::Incoming>,
}

/// Somebody who reacted, with the emoji as safe HTML, or nothing for a plain like.
#[derive(Debug, Clone)]
pub struct Reacting {
    /// Who.
    pub actor: Actor,
    /// With what.
    pub emoji: String,
}

/// A member likes a post. Twice is the same as once.
///
/// Errors: `NotFound` if the member may not see it.
pub fn like(conn: &mut Conn, me: &Actor, id: PostId) -> Result<Post> {
    let post = post::show(conn, &Viewer::Member(me.id), id)?.post;
    if media::is_held(conn, id)? {
        return Err(Error::NotFound("post"));
    }
    conn.lock(&key(me.id, id))?;
    if find(conn, me.id, id)?.is_some() {
        return Ok(post);
    }
    let event = event::id(conn);
    let uri = event::activity_uri(conn, event);
    insert(conn, me, &post, &uri, "")?;
    event::record(conn, event, me.id, &comment::lane(post.thread_id()), &Event::Liked { post: id })?;
    Ok(post)
}

/// A member takes a like back. What isn't there needn't be taken back.
///
/// Errors: `NotFound` if the member may not see the post.
pub fn unlike(conn: &mut Conn, me: &Actor, id: PostId) -> Result<Post> {
    let post = post::show(conn, &Viewer::Member(me.id), id)?.post;
    conn.lock(&key(me.id, id))?;
    let Some(like) = find(conn, me.id, id)? else { return Ok(post) };
    delete(conn, like.id)?;
    let event = event::id(conn);
    let what = Event::Unliked { post: id, like: like.uri };
    event::record(conn, event, me.id, &comment::lane(post.thread_id()), &what)?;
    Ok(post)
}

/// A remote actor likes a post, if it may see it.
///
/// Errors: `NotFound` if the post isn't here or the actor may not see it; `Forbidden` if handed on by the wrong one.
pub fn receive_like(
    conn: &mut Conn,
    liker: &Actor,
    (uri, mark): (&str, &Mark),
    post: &str,
    way: &Way,
) -> Result<Received> {
    if liker.is_local() {
        return Err(Error::Forbidden);
    }
    let post = post::stored(conn, post)?.filter(|post| post.deleted_at.is_none()).ok_or(Error::NotFound("post"))?;
    let root = comment::root_of(conn, &post)?;
    if let Some(group) = root.group_id
        && group::is_banned(conn, group, liker.id)?
    {
        return Err(Error::Forbidden);
    }
    match way {
        Way::HandedOn(by) if comment::hands_on(*by, &root) => {}
        Way::HandedOn(_) => return Err(Error::Forbidden),
        Way::Direct(_) if comment::is_ruled_here(conn, &root)? => {
            post::show(conn, &Viewer::Remote(liker.id), post.id)?;
        }
        Way::Direct(_) if root.audience.is_public() || liker.id == root.author_id => {}
        Way::Direct(_) => return Err(Error::NotFound("post")),
    }
    conn.lock(&key(liker.id, post.id))?;
    if find(conn, liker.id, post.id)?.is_some() {
        return Ok(Received::Ignored("liked already"));
    }
    let pictures = emoji::receive(conn, liker, mark.picture.as_slice())?;
    let emoji = crate::text::with_emoji(&crate::text::escaped(&mark.text), &pictures);
    insert(conn, liker, &post, uri, &emoji)?;
    comment::hand_on(conn, &root, post.id, way)?;
    Ok(Received::Stored)
}

/// A remote actor takes a like back, named by the post or by the like's id.
pub fn receive_unlike(conn: &mut Conn, liker: &Actor, uri: &str, post: &str, way: &Way) -> Result<Received> {
    let by_post = match post::stored(conn, post)? {
        Some(post) => find(conn, liker.id, post.id)?,
        None => None,
    };
    let known = match by_post {
        Some(like) => Some(like),
        None => by_uri(conn, liker.id, uri)?,
    };
    let Some(like) = known else { return Err(Error::NotFound("like")) };
    let liked = post::by_id(conn, like.post_id)?;
    let root = comment::root_of(conn, &liked)?;
    if let Way::HandedOn(by) = way
        && !comment::hands_on(*by, &root)
    {
        return Err(Error::Forbidden);
    }
    delete(conn, like.id)?;
    comment::hand_on(conn, &root, liked.id, way)?;
    Ok(Received::Stored)
}

fn insert(conn: &mut Conn, actor: &Actor, post: &Post, uri: &str, emoji: &str) -> Result<()> {
    let now = conn.now();
    let id = ReactionId(conn.id_at(now));
    part::mark(conn, post.id, Part::Reaction)?;
    diesel::insert_into(reaction::table)
        .values((
            reaction::id.eq(id),
            reaction::uri.eq(uri),
            reaction::kind.eq(Kind::Like),
            reaction::actor_id.eq(actor.id),
            reaction::post_id.eq(post.id),
            reaction::created_at.eq(now),
            reaction::emoji.eq(emoji),
        ))
        .execute(conn.link())?;
    notice::tell(conn, post.author_id, &notice::New::about_post(notice::Kind::Like, actor.id, post.id, post.id))
}

fn delete(conn: &mut Conn, id: ReactionId) -> Result<()> {
    diesel::delete(reaction::table.filter(reaction::id.eq(id))).execute(conn.link())?;
    Ok(())
}

/// What two at once must not do to one like.
fn key(actor: ActorId, post: PostId) -> String {
    format!("like:{actor}:{post}")
}

/// The like of an actor.
pub fn find(conn: &mut Conn, actor: ActorId, post: PostId) -> Result<Option<Reaction>> {
    Ok(reaction::table
        .filter(reaction::post_id.eq(post))
        .filter(reaction::actor_id.eq(actor))
        .filter(reaction::kind.eq(Kind::Like))
        .select(Reaction::as_select())
        .first(conn.link())
        .optional()?)
}

/// The like with this id on the wire, if it is this actor's.
pub fn by_uri(conn: &mut Conn, actor: ActorId, uri: &str) -> Result<Option<Reaction>> {
    Ok(reaction::table
        .filter(reaction::uri.eq(uri))
        .filter(reaction::actor_id.eq(actor))
        .select(Reaction::as_select())
        .first(conn.link())
        .optional()?)
}

/// The likes of one post, as one reader sees them.
#[derive(Debug, Clone, Default)]
pub struct Likes {
    /// How many.
    pub count: i64,
    /// Is the reader's own among them?
    pub mine: bool,
    /// Who, the latest first: the reader, the reader's friends, the author; to the author everyone.
    pub who: Vec<Actor>,
}

/// The likes of the posts of one page, as `viewer` hears of them; posts without any are left out.
pub fn of(conn: &mut Conn, viewer: &Viewer, posts: &[PostId]) -> Result<BTreeMap<PostId, Likes>> {
    let counted = tally(conn, viewer, posts)?.into_iter();
    let mut likes: BTreeMap<PostId, Likes> =
        counted.map(|(id, (count, mine))| (id, Likes { count, mine, who: Vec::new() })).collect();
    let Some(me) = viewer.member().filter(|_| !likes.is_empty()) else { return Ok(likes) };
    let who: Vec<(PostId, Actor)> = reaction::table
        .inner_join(post_table::table.on(post_table::id.eq(reaction::post_id)))
        .inner_join(actor_table::table.on(actor_table::id.eq(reaction::actor_id)))
        .filter(Among::new(reaction::post_id, posts.iter().map(|id| id.0)))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .filter(Gate::before(viewer))
        .filter(Heard::by(viewer))
        .filter(Unmuted::<Reactions>::by(viewer))
        .filter(Known(me))
        .order(reaction::id.desc())
        .limit(NAMES_MAX)
        .select((reaction::post_id, Actor::as_select()))
        .load(conn.link())?;
    for (id, actor) in who {
        likes.entry(id).or_default().who.push(actor);
    }
    Ok(likes)
}

/// How many like the posts of one page, as `viewer` hears of it, and whether the viewer does; posts without any are left out.
pub fn tally(conn: &mut Conn, viewer: &Viewer, posts: &[PostId]) -> Result<BTreeMap<PostId, (i64, bool)>> {
    if posts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let among = Among::new(reaction::post_id, posts.iter().map(|id| id.0));
    let counts: Vec<(PostId, i64)> = reaction::table
        .inner_join(post_table::table.on(post_table::id.eq(reaction::post_id)))
        .inner_join(actor_table::table.on(actor_table::id.eq(reaction::actor_id)))
        .filter(among.clone())
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .filter(Gate::before(viewer))
        .filter(Heard::by(viewer))
        .filter(Unmuted::<Reactions>::by(viewer))
        .group_by(reaction::post_id)
        .select((reaction::post_id, diesel::dsl::count_star()))
        .load(conn.link())?;
    let mut likes: BTreeMap<PostId, (i64, bool)> = counts.into_iter().map(|(id, count)| (id, (count, false))).collect();
    let Some(me) = viewer.member().filter(|_| !likes.is_empty()) else { return Ok(likes) };
    let mine: Vec<PostId> =
        reaction::table.filter(among).filter(reaction::actor_id.eq(me)).select(reaction::post_id).load(conn.link())?;
    for id in mine {
        likes.entry(id).or_default().1 = true;
    }
    Ok(likes)
}

/// What a member likes, the latest first, as far as they may still see it.
pub fn liked(conn: &mut Conn, me: ActorId, range: &Range) -> Result<Vec<(ReactionId, Entry)>> {
    let query = reaction::table
        .inner_join(post_table::table.on(post_table::id.eq(reaction::post_id)))
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .filter(reaction::actor_id.eq(me))
        .filter(Gate::before(&Viewer::Member(me)))
        .select((reaction::id, Post::as_select(), Actor::as_select()));
    let rows: Vec<(ReactionId, Post, Actor)> = paged!(query, reaction::id, range, conn);
    Ok(rows.into_iter().map(|(id, post, author)| (id, Entry { post, author })).collect())
}

/// Who liked a post, as `viewer` hears of it: the latest first, before `before` if given.
pub fn who(
    conn: &mut Conn,
    viewer: &Viewer,
    post: PostId,
    before: Option<ReactionId>,
    limit: i64,
) -> Result<Vec<(ReactionId, Reacting)>> {
    let rows: Vec<(ReactionId, String, Actor)> = reaction::table
        .inner_join(post_table::table.on(post_table::id.eq(reaction::post_id)))
        .inner_join(actor_table::table.on(actor_table::id.eq(reaction::actor_id)))
        .filter(reaction::post_id.eq(post))
        .filter(reaction::id.lt(before.unwrap_or(ReactionId(i64::MAX))))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .filter(Gate::before(viewer))
        .filter(Heard::by(viewer))
        .filter(Unmuted::<Reactions>::by(viewer))
        .order(reaction::id.desc())
        .limit(limit)
        .select((reaction::id, reaction::emoji, Actor::as_select()))
        .load(conn.link())?;
    Ok(rows.into_iter().map(|(id, emoji, actor)| (id, Reacting { actor, emoji })).collect())
}

/// The condition that the reactor is the reader or one of their friends, or the root's author.
#[derive(Debug, Clone)]
struct Known(ActorId);

impl QueryFragment<MultiBackend> for Known {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        // The root's author hears of everyone under their post.
        out.push_sql("(");
        out.push_bind_param::<BigInt, _>(&self.0)?;
        out.push_sql(" = ");
        out.push_sql(ROOT_AUTHOR);
        out.push_sql(" OR ");
        walk_known(&self.0, &mut out)?;
        out.push_sql(")");
        Ok(())
    }
}

condition!(Known);
