//! What is said under the articles of an account: it waits until an editor selects it, whoever said it and wherever.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::talk_of;
use crate::clock::{HOUR, Micros};
use crate::db::schema::{actor as actor_table, article_comment, post as post_table};
use crate::db::{Among, Conn, IntoBoth, Range, paged, text_enum};
use crate::domain::account::{self, Act, Talk};
use crate::domain::actor::{self, Actor};
use crate::domain::audience::{self, PUBLIC};
use crate::domain::event::{self, Event};
use crate::domain::post::{self, Entry, Post};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, PostId};

/// Comments that stand before the others.
pub const PINNED_MAX: i64 = 5;
/// Comments of one reader under one article in an hour.
pub const COMMENTS_PER_HOUR: i64 = 10;
/// Comments that may wait under one article.
const WAITING_MAX: i64 = 2_000;

text_enum! {
    /// How a comment stands.
    State {
        /// It waits.
        Waiting = "waiting",
        /// An editor has selected it: it is for everyone.
        Selected = "selected",
        /// An editor has set it aside.
        Aside = "aside",
    }
}

/// How a comment under an article stands.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = article_comment)]
pub struct Comment {
    /// The comment.
    pub post_id: PostId,
    /// The article.
    pub root_id: PostId,
    /// How it stands.
    pub state: State,
    /// Since when it stands before the others.
    pub pinned_at: Option<Micros>,
}

/// May this actor say something under this post now? Others than those of the account may say only so much in an hour.
///
/// Errors: `Invalid` for the field `body`.
pub(in crate::domain) fn may_comment(conn: &mut Conn, author: &Actor, root: &Post) -> Result<()> {
    let owner = actor::by_id(conn, root.author_id)?;
    let Some(talk) = talk_of(conn, root, &owner)? else { return Ok(()) };
    if author.id == root.author_id || account::is_staff(conn, root.author_id, author.id)? {
        return Ok(());
    }
    if talk == Talk::Closed {
        return Err(Error::invalid("body", "article-problem-closed"));
    }
    let since = conn.now() - HOUR;
    let recent: i64 = post_table::table
        .filter(post_table::root_id.eq(root.id))
        .filter(post_table::author_id.eq(author.id))
        .filter(post_table::published_at.gt(since))
        .count()
        .get_result(conn.link())?;
    let most = COMMENTS_PER_HOUR;
    if recent >= most {
        return Err(Error::Invalid(vec![Problem::new("body", "article-problem-flood").with("max", most)]));
    }
    if talk == Talk::Selected {
        let waiting: i64 = article_comment::table
            .filter(article_comment::root_id.eq(root.id))
            .filter(article_comment::state.eq(State::Waiting))
            .count()
            .get_result(conn.link())?;
        if waiting >= WAITING_MAX {
            return Err(Error::invalid("body", "article-problem-queue"));
        }
    }
    Ok(())
}

/// A comment was stored: if it has to wait, only its author and those who run the account see it. Answers whether it stands there
/// now.
pub(in crate::domain) fn admit(conn: &mut Conn, comment: &Post, root: &Post) -> Result<bool> {
    let owner = actor::by_id(conn, root.author_id)?;
    let Some(talk) = talk_of(conn, root, &owner)? else { return Ok(true) };
    if !comment.audience.is_public() {
        return Ok(true);
    }
    let is_ours = comment.author_id == root.author_id;
    let state = if talk == Talk::Selected && !is_ours { State::Waiting } else { State::Selected };
    let now = conn.now();
    diesel::insert_into(article_comment::table)
        .values((
            article_comment::post_id.eq(comment.id),
            article_comment::root_id.eq(root.id),
            article_comment::state.eq(state),
            article_comment::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    if state == State::Waiting {
        keep_back(conn, comment, root)?;
    }
    Ok(state == State::Selected)
}

/// Leaves a comment to its author and to those who run the account.
fn keep_back(conn: &mut Conn, comment: &Post, root: &Post) -> Result<()> {
    let tokens = [
        audience::actor_token(comment.author_id),
        audience::actor_token(root.author_id),
        account::staff_token(root.author_id),
    ];
    audience::replace(conn, comment.id, &tokens).map(drop)
}

/// Does a comment wait, or was it set aside?
pub fn is_held(conn: &mut Conn, comment: PostId) -> Result<bool> {
    let row = article_comment::table
        .filter(article_comment::post_id.eq(comment))
        .filter(article_comment::state.ne(State::Selected));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn.link())?)
}

/// A comment with the article that it stands under, if `by` may decide about it.
fn subject(conn: &mut Conn, by: &Actor, id: PostId) -> Result<(Comment, Post, Post)> {
    let row: Comment = article_comment::table
        .filter(article_comment::post_id.eq(id))
        .select(Comment::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("comment"))?;
    let (comment, root) = (post::by_id(conn, id)?, post::by_id(conn, row.root_id)?);
    account::as_editor(conn, by.id, root.author_id)?;
    if comment.deleted_at.is_some() || root.deleted_at.is_some() {
        return Err(Error::NotFound("comment"));
    }
    conn.lock(&format!("post:{}", root.id))?;
    Ok((row, comment, root))
}

fn set(conn: &mut Conn, id: PostId, state: State) -> Result<()> {
    diesel::update(article_comment::table.filter(article_comment::post_id.eq(id)))
        .set((article_comment::state.eq(state), article_comment::pinned_at.eq(None::<Micros>)))
        .execute(conn.link())?;
    Ok(())
}

/// An editor selects a comment: everyone may see it, and what a member of this hall said goes out. Twice is the same as once.
///
/// Errors: `NotFound` and `Forbidden` for those who may not.
pub fn select(conn: &mut Conn, by: &Actor, id: PostId) -> Result<Post> {
    let (row, comment, root) = subject(conn, by, id)?;
    if row.state == State::Selected {
        return Ok(root);
    }
    set(conn, id, State::Selected)?;
    let tokens = [audience::actor_token(comment.author_id), audience::actor_token(root.author_id), PUBLIC.to_owned()];
    audience::replace(conn, id, &tokens)?;
    account::log(conn, root.author_id, by.id, Act::Selected, Some(comment.author_id), &root.title)?;
    let author = actor::by_id(conn, comment.author_id)?;
    let event = event::id(conn);
    let lane = format!("post:{}", root.id);
    match author.is_local() {
        true => event::record(conn, event, author.id, &lane, &Event::Published(id))?,
        false => {
            event::record(conn, event, root.author_id, &lane, &Event::CommentSelected { root: root.id, comment: id })?
        }
    }
    Ok(root)
}

/// An editor sets a comment aside: it is its author's and the staff's alone, also if it was selected before.
///
/// Errors: as [`select`].
pub fn set_aside(conn: &mut Conn, by: &Actor, id: PostId) -> Result<Post> {
    let (row, comment, root) = subject(conn, by, id)?;
    if row.state == State::Aside {
        return Ok(root);
    }
    set(conn, id, State::Aside)?;
    keep_back(conn, &comment, &root)?;
    account::log(conn, root.author_id, by.id, Act::SetAside, Some(comment.author_id), &root.title)?;
    Ok(root)
}

/// An editor puts a selected comment before the others, or no longer.
///
/// Errors: as [`select`]; `Invalid` for the field "" if too many stand there.
pub fn pin(conn: &mut Conn, by: &Actor, id: PostId, is_pinned: bool) -> Result<Post> {
    let (row, _, root) = subject(conn, by, id)?;
    if row.state != State::Selected || row.pinned_at.is_some() == is_pinned {
        return Ok(root);
    }
    let pinned: i64 = article_comment::table
        .filter(article_comment::root_id.eq(root.id))
        .filter(article_comment::pinned_at.is_not_null())
        .count()
        .get_result(conn.link())?;
    if is_pinned && pinned >= PINNED_MAX {
        return Err(Error::Invalid(vec![Problem::new("", "problem-pins-many").with("max", PINNED_MAX)]));
    }
    let at = is_pinned.then(|| conn.now());
    diesel::update(article_comment::table.filter(article_comment::post_id.eq(id)))
        .set(article_comment::pinned_at.eq(at))
        .execute(conn.link())?;
    account::log(conn, root.author_id, by.id, Act::Pinned, None, &root.title)?;
    Ok(root)
}

/// A page of what waits (or was set aside) under the articles of an account, the newest first. Whether the reader runs it is asked
/// before.
pub fn queue(conn: &mut Conn, account: ActorId, state: State, range: &Range) -> Result<Vec<Entry>> {
    let roots = post_table::table.filter(post_table::author_id.eq(account)).select(post_table::id);
    let roots: Vec<PostId> = roots.filter(post_table::kind.eq(post::Kind::Article)).load(conn.link())?;
    let waiting: Vec<PostId> = article_comment::table
        .filter(article_comment::root_id.eq_any(roots))
        .filter(article_comment::state.eq(state))
        .select(article_comment::post_id)
        .load(conn.link())?;
    let query = post_table::table
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .filter(post_table::id.eq_any(waiting))
        .filter(post_table::deleted_at.is_null())
        .filter(actor_table::suspended_at.is_null())
        .select((Post::as_select(), Actor::as_select()));
    let rows: Vec<(Post, Actor)> = paged!(query, post_table::id, range, conn);
    Ok(rows.into_iter().map(|(post, author)| Entry { post, author }).collect())
}

/// How many comments wait for the editors of an account.
pub fn queue_count(conn: &mut Conn, account: ActorId) -> Result<i64> {
    let roots = post_table::table.filter(post_table::author_id.eq(account)).select(post_table::id);
    Ok(article_comment::table
        .filter(article_comment::root_id.eq_any(roots))
        .filter(article_comment::state.eq(State::Waiting))
        .count()
        .get_result(conn.link())?)
}

/// How the comments under an article stand.
pub fn comments_of(conn: &mut Conn, root: PostId) -> Result<BTreeMap<PostId, Comment>> {
    let rows: Vec<Comment> = article_comment::table
        .filter(article_comment::root_id.eq(root))
        .select(Comment::as_select())
        .load(conn.link())?;
    Ok(rows.into_iter().map(|row| (row.post_id, row)).collect())
}

/// How these comments stand.
pub fn states(conn: &mut Conn, ids: &[PostId]) -> Result<BTreeMap<PostId, State>> {
    let rows: Vec<(PostId, State)> = article_comment::table
        .filter(Among::new(article_comment::post_id, ids.iter().map(|id| id.0)))
        .select((article_comment::post_id, article_comment::state))
        .load(conn.link())?;
    Ok(rows.into_iter().collect())
}
