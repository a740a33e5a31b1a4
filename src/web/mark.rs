//! What stands under a post that was said in a group: which group, what its officers did to the post, and what they can do.

use super::card::{Bar, Person};
use super::page::Page;
use crate::db::Conn;
use crate::domain::actor::{self, Actor};
use crate::domain::audience::Viewer;
use crate::domain::group::{self, Role};
use crate::domain::post::Post;
use crate::domain::topic::{self as topics, Marks};
use crate::error::Result;

impl Bar {
    /// The bar under a post.
    pub fn of(page: &Page, post: &Post, group: Option<Person>, marks: Option<&Marks>, is_officer: bool) -> Self {
        let removed = marks.and_then(|marks| marks.removed_at.map(|at| (page.when(at), marks.reason.clone())));
        Self {
            id: post.id,
            group,
            is_pinned: marks.is_some_and(|marks| marks.pinned_at.is_some()),
            is_locked: marks.is_some_and(|marks| marks.locked_at.is_some()),
            removed,
            is_officer,
            is_root: post.root_id.is_none(),
        }
    }
}

/// What the bar under a post is made of.
pub struct Standpoint {
    group: Actor,
    marks: Vec<Marks>,
    is_officer: bool,
}

/// What stands under a post that was said in a group; nothing under others.
pub fn bar(conn: &mut Conn, viewer: &Viewer, post: &Post) -> Result<Option<Standpoint>> {
    let Some(id) = post.group_id else { return Ok(None) };
    let role = viewer.member().map(|me| group::role(conn, id, me)).transpose()?.flatten();
    let (group, marks) = (actor::by_id(conn, id)?, topics::marks(conn, &[post.id])?);
    Ok(Some(Standpoint { group, marks, is_officer: role.is_some_and(Role::is_officer) }))
}

impl Standpoint {
    /// The bar for this reader.
    pub fn show(&self, page: &Page, post: &Post) -> Bar {
        Bar::of(page, post, Some(Person::of(&self.group, page.language)), self.marks.first(), self.is_officer)
    }
}
