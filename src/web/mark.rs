//! What stands under a post that was said in a group: which group, what its officers did to the post, and what they can do.

use super::card::{Bar, Person, Talk};
use super::page::Page;
use crate::db::{AMONG_MAX, Conn};
use crate::domain::actor::{self, Actor};
use crate::domain::audience::Viewer;
use crate::domain::group::{self, Role};
use crate::domain::post::{Entry, Post};
use crate::domain::topic::{self as topics, Marks};
use crate::error::Result;
use crate::id::PostId;

impl Bar {
    /// The bar under a post.
    pub fn of(
        page: &Page,
        (id, is_root): (PostId, bool),
        group: Option<Person>,
        marks: Option<&Marks>,
        is_officer: bool,
    ) -> Self {
        let removed = marks.and_then(|marks| marks.removed_at.map(|at| (page.when(at), marks.reason.clone())));
        Self {
            id,
            group,
            is_pinned: marks.is_some_and(|marks| marks.pinned_at.is_some()),
            is_locked: marks.is_some_and(|marks| marks.locked_at.is_some()),
            removed,
            is_officer,
            is_root,
        }
    }
}

/// What the bar under a post is made of.
pub struct Standpoint {
    group: Actor,
    marks: Vec<Marks>,
    is_officer: bool,
}

/// What stands under a post that was said in a group, and under these comments on it; nothing under others.
pub fn bar(conn: &mut Conn, viewer: &Viewer, post: &Post, comments: &[Entry]) -> Result<Option<Standpoint>> {
    let Some(id) = post.group_id else { return Ok(None) };
    let role = viewer.member().map(|me| group::role(conn, id, me)).transpose()?.flatten();
    let posts: Vec<PostId> = std::iter::once(post.id).chain(comments.iter().map(|one| one.post.id)).collect();
    let mut marks = Vec::new();
    for part in posts.chunks(AMONG_MAX) {
        marks.append(&mut topics::marks(conn, part)?);
    }
    let group = actor::by_id(conn, id)?;
    Ok(Some(Standpoint { group, marks, is_officer: role.is_some_and(Role::is_officer) }))
}

impl Standpoint {
    /// The bar for this reader.
    pub fn show(&self, page: &Page, post: &Post) -> Bar {
        let marks = self.marks.iter().find(|marks| marks.post_id == post.id);
        let at = (post.id, post.root_id.is_none());
        Bar::of(page, at, Some(Person::of(&self.group, page.language)), marks, self.is_officer)
    }

    /// The talk under the post, with what officers did to each line and can do.
    pub fn beneath(&self, page: &Page, talk: &mut Talk) {
        for line in &mut talk.lines {
            let marks = self.marks.iter().find(|marks| marks.post_id == line.id);
            let bar = Bar::of(page, (line.id, false), None, marks, self.is_officer);
            line.bar = Some(bar).filter(|bar| bar.is_officer || bar.removed.is_some());
        }
    }
}
