//! Versions: what a post said before it was edited. They go with the post, and whoever sees the post may see them.

use diesel::prelude::*;

use crate::clock::Micros;
use crate::db::Conn;
use crate::db::schema::{post, post_version};
use crate::error::Result;
use crate::id::{PostId, VersionId};

/// Versions of one post that are kept: the first one, and the latest.
const KEPT_MAX: i64 = 50;

/// What a post said until it was edited.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = post_version)]
pub struct Version {
    /// Its id; later ones have larger ones.
    pub id: VersionId,
    /// The language of the text; empty if unknown.
    pub language: String,
    /// What a reader was warned of first; empty for nothing.
    pub warning: String,
    /// The text as safe HTML.
    pub body_html: String,
    /// When it was written.
    pub written_at: Micros,
    /// The title; empty for what had none.
    pub title: String,
}

/// Keeps what a post says now, which is about to become this text with this warning and perhaps another title; nothing if that is the
/// same.
pub(super) fn keep(conn: &mut Conn, id: PostId, body_html: &str, warning: &str, title: Option<&str>) -> Result<()> {
    type Row = (String, String, String, String, Micros, Option<Micros>);
    let (language, old_warning, old_html, old_title, published_at, edited_at): Row = post::table
        .filter(post::id.eq(id))
        .select((post::language, post::warning, post::body_html, post::title, post::published_at, post::edited_at))
        .first(conn.link())?;
    if old_html == body_html && old_warning == warning && title.is_none_or(|title| title == old_title) {
        return Ok(());
    }
    let version = VersionId(conn.id());
    diesel::insert_into(post_version::table)
        .values((
            post_version::id.eq(version),
            post_version::post_id.eq(id),
            post_version::language.eq(language),
            post_version::warning.eq(old_warning),
            post_version::body_html.eq(old_html),
            post_version::written_at.eq(edited_at.unwrap_or(published_at)),
            post_version::title.eq(old_title),
        ))
        .execute(conn.link())?;
    let all = || post_version::table.filter(post_version::post_id.eq(id));
    let count: i64 = all().count().get_result(conn.link())?;
    if count > KEPT_MAX {
        let second: Vec<VersionId> =
            all().order(post_version::id).offset(1).limit(1).select(post_version::id).load(conn.link())?;
        diesel::delete(post_version::table.filter(post_version::id.eq_any(second))).execute(conn.link())?;
    }
    Ok(())
}

/// What a post said before, the latest first. The post itself came through the gate.
pub fn of(conn: &mut Conn, post: PostId) -> Result<Vec<Version>> {
    Ok(post_version::table
        .filter(post_version::post_id.eq(post))
        .order(post_version::id.desc())
        .select(Version::as_select())
        .load(conn.link())?)
}

/// The post is deleted, and so is all that it said.
pub(super) fn erase(conn: &mut Conn, post: PostId) -> Result<()> {
    diesel::delete(post_version::table.filter(post_version::post_id.eq(post))).execute(conn.link())?;
    Ok(())
}
