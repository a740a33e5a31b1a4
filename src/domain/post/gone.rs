//! Posts that their authors took back: what is remembered of them, so that they don't come back by a late or repeated `Create`.

use diesel::prelude::*;

use crate::clock::Micros;
use crate::db::schema::{article, article_script, post, tombstone};
use crate::db::{Conn, IntoBoth};
use crate::error::Result;
use crate::id::PostId;

/// Remembers that `uri` was deleted then, so that a late or repeated Create of it has no effect.
pub fn bury(conn: &mut Conn, uri: &str, at: Micros) -> Result<()> {
    diesel::insert_into(tombstone::table)
        .values((tombstone::uri.eq(uri), tombstone::created_at.eq(at)))
        .on_conflict(tombstone::uri)
        .do_update()
        .set(tombstone::created_at.eq(at))
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Takes away what stands of an article beside its post: its text in other scripts, and what is told of it. Its row stays, since it counts among
/// what its account has sent.
pub(super) fn strip_article(conn: &mut Conn, id: PostId) -> Result<()> {
    diesel::delete(article_script::table.filter(article_script::post_id.eq(id))).execute(conn.link())?;
    diesel::update(article::table.filter(article::post_id.eq(id)))
        .set((
            article::subtitle.eq(""),
            article::digest.eq(""),
            article::bylines.eq(""),
            article::licence.eq(""),
            article::source_name.eq(""),
            article::source_url.eq(""),
            article::series_title.eq(""),
            article::series_url.eq(""),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// Was `uri` deleted before we stored it?
pub fn is_buried(conn: &mut Conn, uri: &str) -> Result<bool> {
    Ok(buried_at(conn, uri)?.is_some())
}

/// When `uri` was deleted, if that is remembered.
pub fn buried_at(conn: &mut Conn, uri: &str) -> Result<Option<Micros>> {
    Ok(tombstone::table.filter(tombstone::uri.eq(uri)).select(tombstone::created_at).first(conn.link()).optional()?)
}

/// Forgets that `uri` was deleted: its own server shows it again.
pub(in crate::domain) fn unbury(conn: &mut Conn, uri: &str) -> Result<()> {
    diesel::delete(tombstone::table.filter(tombstone::uri.eq(uri))).execute(conn.link())?;
    Ok(())
}

/// A post that was deleted is one again, without its texts.
pub(in crate::domain) fn revive(conn: &mut Conn, id: PostId) -> Result<()> {
    diesel::update(post::table.filter(post::id.eq(id)))
        .set(post::deleted_at.eq(None::<Micros>))
        .execute(conn.link())?;
    Ok(())
}
