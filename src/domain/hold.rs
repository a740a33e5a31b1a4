//! Posts that are kept back until their pictures are ready, comments too: then those see them whom their author chose.

use super::actor;
use super::article;
use super::audience::{Audience, Root};
use super::event::{self, Event};
use super::media::{self, Media, State};
use super::mention;
use super::notice;
use super::post::{self, Post};
use crate::db::Conn;
use crate::error::Result;
use crate::id::{ActorId, PostId};

/// Publishes a held post once all its pictures are ready; a comment unless what it stands under is gone meanwhile.
pub(super) fn settle(conn: &mut Conn, id: PostId) -> Result<()> {
    conn.lock(&format!("pictures:{id}"))?;
    let post = post::by_id(conn, id)?;
    let pictures = media::of_post(conn, id)?;
    if post.deleted_at.is_some() || pictures.iter().any(|picture| picture.state != State::Ready) {
        return Ok(());
    }
    let author = actor::by_id(conn, post.author_id)?;
    let (Some(parent), Some(root)) = (post.parent_id, post.root_id) else {
        if post::release(conn, &author, &post, None, &[])? {
            mention::tell(conn, &post)?;
            record(conn, &post, &Event::Published(id))?;
        }
        return Ok(());
    };
    let (parent, root) = (post::by_id(conn, parent)?, post::by_id(conn, root)?);
    if parent.deleted_at.is_some() || root.deleted_at.is_some() {
        return Ok(());
    }
    let others = answered(post.audience, &parent, &root);
    let place = Root { id: root.id, author_id: root.author_id, group_id: root.group_id };
    if post::release(conn, &author, &post, Some(&place), &others)? {
        let stands = article::admit(conn, &post, &root)?;
        tell(conn, &post, &parent, &root)?;
        mention::tell(conn, &post)?;
        if stands {
            record(conn, &post, &Event::Published(id))?;
        }
    }
    Ok(())
}

/// A picture is ready or has failed. What was held for it goes out; what stood there already goes out anew once nothing
/// more is waited for.
pub fn picture_done(conn: &mut Conn, picture: &Media) -> Result<()> {
    let Some(id) = picture.post_id else { return Ok(()) };
    if media::is_held(conn, id)? {
        return settle(conn, id);
    }
    conn.lock(&format!("pictures:{id}"))?;
    let waits = media::of_post(conn, id)?.iter().any(|picture| picture.state == State::Waiting);
    let post = post::by_id(conn, id)?;
    if waits || post.deleted_at.is_some() {
        return Ok(());
    }
    post::mark_edited(conn, id)?;
    if article::is_held(conn, id)? {
        return Ok(());
    }
    record(conn, &post, &Event::Edited(id))
}

/// What passes in one thread keeps its order.
fn record(conn: &mut Conn, post: &Post, what: &Event) -> Result<()> {
    let id = event::id(conn);
    event::record(conn, id, post.author_id, &format!("post:{}", post.thread_id()), what)
}

/// Whose comment is answered, and whose root it stands under, are told; once, if they are the same.
pub(super) fn tell(conn: &mut Conn, comment: &Post, parent: &Post, root: &Post) -> Result<()> {
    let is_answer = parent.id != root.id;
    if is_answer {
        let new = notice::New::about_post(notice::Kind::Answer, comment.author_id, comment.id, parent.id);
        notice::tell(conn, parent.author_id, &new)?;
    }
    if is_answer && parent.author_id == root.author_id {
        return Ok(());
    }
    let new = notice::New::about_post(notice::Kind::Comment, comment.author_id, comment.id, root.id);
    notice::tell(conn, root.author_id, &new)
}

/// Who hears a comment that is for people alone, named or not: among the few who see its root, whoever is answered.
pub(super) fn answered(audience: Audience, parent: &Post, root: &Post) -> Vec<ActorId> {
    let is_among_few = matches!(root.audience, Audience::People | Audience::Me);
    if audience == Audience::People && is_among_few { vec![parent.author_id, root.author_id] } else { Vec::new() }
}
