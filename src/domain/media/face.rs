//! The faces of actors, and the pictures across the top of their pages. Local and remote ones are twins.

use diesel::prelude::*;

use super::{Incoming, Media, Purpose, State, by_id, insert_remote, remove};
use crate::db::Conn;
use crate::db::schema::{actor, media};
use crate::domain::event::{self, Event};
use crate::error::Result;
use crate::id::{ActorId, MediaId};

/// A member's upload is ready: it becomes their face, the one before goes, and friends' servers hear of it.
///
/// Of two uploads the later one counts, whichever is ready first.
pub fn set_face(conn: &mut Conn, row: &Media) -> Result<()> {
    conn.lock(&format!("face:{}", row.owner_id))?;
    let known = of(conn, row.owner_id, row.purpose)?;
    if known.as_ref().is_some_and(|known| known.id > row.id) {
        return remove(conn, std::slice::from_ref(row));
    }
    point(conn, row.owner_id, row.purpose, Some(row.id))?;
    remove(conn, known.as_slice())?;
    changed(conn, row.owner_id)
}

/// A member shows no picture any more; one that is still waiting goes too.
pub fn take_face(conn: &mut Conn, owner: ActorId, purpose: Purpose) -> Result<()> {
    conn.lock(&format!("face:{owner}"))?;
    let had = of(conn, owner, purpose)?.is_some();
    point(conn, owner, purpose, None)?;
    let rows: Vec<Media> = theirs(conn, owner, purpose)?;
    remove(conn, &rows)?;
    if had { changed(conn, owner) } else { Ok(()) }
}

/// What a remote actor's document says of its face; an empty address for none.
pub fn receive_face(conn: &mut Conn, owner: ActorId, purpose: Purpose, url: &str) -> Result<()> {
    let known = of(conn, owner, purpose)?;
    let same = known.as_ref().map_or("", |row| row.remote_url.as_str()) == url;
    if same || url.len() > super::URL_BYTES_MAX {
        return Ok(());
    }
    let new = if url.is_empty() {
        None
    } else {
        Some(insert_remote(conn, owner, None, purpose, 0, &Incoming::picture(url))?)
    };
    point(conn, owner, purpose, new)?;
    remove(conn, known.as_slice())
}

/// Removes the faces of an actor who is gone.
pub fn remove_faces(conn: &mut Conn, owner: ActorId) -> Result<()> {
    for purpose in [Purpose::Avatar, Purpose::Cover] {
        point(conn, owner, purpose, None)?;
        let rows = theirs(conn, owner, purpose)?;
        remove(conn, &rows)?;
    }
    Ok(())
}

/// The newest upload of a member for this purpose, whatever its state: for saying how it stands.
pub fn newest_upload(conn: &mut Conn, owner: ActorId, purpose: Purpose) -> Result<Option<Media>> {
    Ok(theirs(conn, owner, purpose)?.into_iter().max_by_key(|row| row.id).filter(|row| row.state != State::Ready))
}

fn theirs(conn: &mut Conn, owner: ActorId, purpose: Purpose) -> Result<Vec<Media>> {
    Ok(media::table
        .filter(media::owner_id.eq(owner))
        .filter(media::post_id.is_null())
        .filter(media::purpose.eq(purpose))
        .select(Media::as_select())
        .load(conn.link())?)
}

fn of(conn: &mut Conn, owner: ActorId, purpose: Purpose) -> Result<Option<Media>> {
    let row = actor::table.filter(actor::id.eq(owner));
    let id: Option<Option<MediaId>> = match purpose {
        Purpose::Cover => row.select(actor::cover_id).first(conn.link()).optional()?,
        Purpose::Avatar | Purpose::Post | Purpose::Emoji | Purpose::Poster => {
            row.select(actor::avatar_id).first(conn.link()).optional()?
        }
    };
    match id.flatten() {
        Some(id) => by_id(conn, id),
        None => Ok(None),
    }
}

fn point(conn: &mut Conn, owner: ActorId, purpose: Purpose, id: Option<MediaId>) -> Result<()> {
    let row = diesel::update(actor::table.filter(actor::id.eq(owner)));
    match purpose {
        Purpose::Cover => row.set(actor::cover_id.eq(id)).execute(conn.link())?,
        Purpose::Avatar | Purpose::Post | Purpose::Emoji | Purpose::Poster => {
            row.set(actor::avatar_id.eq(id)).execute(conn.link())?
        }
    };
    Ok(())
}

fn changed(conn: &mut Conn, owner: ActorId) -> Result<()> {
    let id = event::id(conn);
    event::record(conn, id, owner, &format!("actor:{owner}"), &Event::ProfileChanged)
}
