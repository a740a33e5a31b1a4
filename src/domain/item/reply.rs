//! What people elsewhere answer to an item: it comes as a note to those who keep the archive, and is shown to nobody else. It isn't a
//! comment, so that nothing that anybody writes stands under a record of the archive.

use diesel::prelude::*;

use super::note::{BODY_CHARS_MAX, tell};
use crate::db::Conn;
use crate::db::schema::item_note;
use crate::domain::actor::Actor;
use crate::domain::audience::Viewer;
use crate::domain::moment::{Incoming, Received};
use crate::domain::post::{self, Kind};
use crate::error::{Error, Result};
use crate::id::{ActorId, NoteId, PostId};
use crate::text;

/// Answers to one item that are kept: more are no conversation.
const REPLIES_MAX: i64 = 100;
/// Of these, answers of one person.
const OWN_MAX: i64 = 20;

/// The item of this hall that has this id on the wire.
pub fn answered(conn: &mut Conn, uri: &str) -> Result<Option<PostId>> {
    if !uri.starts_with(&format!("{}/", conn.origin())) {
        return Ok(None);
    }
    let found = post::stored(conn, uri)?;
    Ok(found.filter(|post| post.kind == Kind::Item && post.deleted_at.is_none()).map(|post| post.id))
}

/// Keeps what an author elsewhere answered to an item, or how they have changed it, and tells those who keep the archive.
///
/// Errors: `NotFound` if they can't see the item; `Forbidden` if it claims to be of this hall or belongs to somebody else.
pub fn receive_reply(conn: &mut Conn, author: &Actor, said: &Incoming, item: PostId) -> Result<Received> {
    if author.is_local() || said.uri.starts_with(&format!("{}/", conn.origin())) {
        return Err(Error::Forbidden);
    }
    conn.lock(&said.uri)?;
    post::show(conn, &Viewer::Remote(author.id), item)?;
    if post::is_buried(conn, &said.uri)? {
        return Ok(Received::Ignored("deleted before"));
    }
    let body = body_of(said);
    let known: Option<(NoteId, Option<ActorId>, String)> = item_note::table
        .filter(item_note::uri.eq(&said.uri))
        .select((item_note::id, item_note::author_id, item_note::body))
        .first(conn.link())
        .optional()?;
    match known {
        Some((_, Some(by), _)) if by != author.id => return Err(Error::Forbidden),
        Some((_, _, old)) if old == body => return Ok(Received::Ignored("known already")),
        Some((id, ..)) => {
            let row = item_note::table.filter(item_note::id.eq(id));
            diesel::update(row).set(item_note::body.eq(body)).execute(conn.link())?;
        }
        None => {
            if let Some(why) = full(conn, author.id, item)? {
                return Ok(Received::Ignored(why));
            }
            insert(conn, author, said, item, body)?;
        }
    }
    tell(conn, author.id, item)?;
    Ok(Received::Stored)
}

/// Why no further answer is kept, if none is.
fn full(conn: &mut Conn, author: ActorId, item: PostId) -> Result<Option<&'static str>> {
    let replies = item_note::table.filter(item_note::item_id.eq(item)).filter(item_note::uri.is_not_null());
    let all: i64 = replies.count().get_result(conn.link())?;
    let own: i64 = replies.filter(item_note::author_id.eq(author)).count().get_result(conn.link())?;
    Ok((all >= REPLIES_MAX || own >= OWN_MAX).then_some("there are too many answers to the item"))
}

fn insert(conn: &mut Conn, author: &Actor, said: &Incoming, item: PostId, body: String) -> Result<()> {
    let now = conn.now();
    let id = NoteId(conn.id_at(now));
    diesel::insert_into(item_note::table)
        .values((
            item_note::id.eq(id),
            item_note::item_id.eq(item),
            item_note::author_id.eq(Some(author.id)),
            item_note::author_name.eq(format!("{} @{}", author.display_name, author.address)),
            item_note::by_archivist.eq(false),
            item_note::body.eq(body),
            item_note::created_at.eq(now),
            item_note::uri.eq(Some(&said.uri)),
            item_note::url.eq(&said.url),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// The words of an answer, cut to the length of a note; the whole stands over there.
fn body_of(said: &Incoming) -> String {
    let plain = text::plain_of_clean(&said.body_html);
    let parts = [said.warning.as_str(), plain.trim()];
    let whole = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    if whole.chars().count() <= BODY_CHARS_MAX {
        return whole;
    }
    whole.chars().take(BODY_CHARS_MAX - 1).chain(['…']).collect()
}

/// Takes an answer away that its author has deleted; was there one?
pub fn remove_reply(conn: &mut Conn, author: ActorId, uri: &str) -> Result<bool> {
    let row = item_note::table.filter(item_note::uri.eq(uri)).filter(item_note::author_id.eq(author));
    Ok(diesel::delete(row).execute(conn.link())? > 0)
}

/// Takes away everything that somebody elsewhere answered, who is gone.
pub fn remove_replies(conn: &mut Conn, author: ActorId) -> Result<()> {
    let rows = item_note::table.filter(item_note::author_id.eq(author)).filter(item_note::uri.is_not_null());
    diesel::delete(rows).execute(conn.link())?;
    Ok(())
}
