//! Addresses of non-public files for other servers, which fetch unsigned: unguessable, one for each file and server, worth
//! nothing once the file is gone or that server may no longer see the post.

use diesel::prelude::*;

use super::{Media, MediaId};
use crate::db::schema::{media, media_grant, post};
use crate::db::{Conn, IntoBoth};
use crate::domain::audience::{FileGate, Gate, Viewer};
use crate::error::{Error, Result};
use crate::secret;

/// The token of a file for a server, if one was made.
pub fn granted(conn: &mut Conn, id: MediaId, host: &str) -> Result<Option<String>> {
    Ok(media_grant::table
        .filter(media_grant::media_id.eq(id))
        .filter(media_grant::host.eq(host))
        .select(media_grant::token)
        .first(conn.link())
        .optional()?)
}

/// The token of a file for a server, made if need be; `None` if that server may not see it.
pub fn hosts_token(conn: &mut Conn, id: MediaId, host: &str) -> Result<Option<String>> {
    if by_gate(conn, id, host)?.is_none() {
        return Ok(None);
    }
    let now = conn.now();
    diesel::insert_into(media_grant::table)
        .values((
            media_grant::token.eq(secret::token()),
            media_grant::media_id.eq(id),
            media_grant::host.eq(host),
            media_grant::created_at.eq(now),
        ))
        .on_conflict((media_grant::media_id, media_grant::host))
        .do_nothing()
        .both()
        .execute(conn.link())?;
    granted(conn, id, host)
}

/// The file behind a token with the server that it was made for, if that server may still see it.
///
/// Errors: `NotFound`.
pub fn by_token(conn: &mut Conn, token: &str) -> Result<(Media, String)> {
    let grant: Option<(MediaId, String)> = media_grant::table
        .filter(media_grant::token.eq(token))
        .select((media_grant::media_id, media_grant::host))
        .first(conn.link())
        .optional()?;
    let (id, host) = grant.ok_or(Error::NotFound("media"))?;
    let media = by_gate(conn, id, &host)?.ok_or(Error::NotFound("media"))?;
    Ok((media, host))
}

fn by_gate(conn: &mut Conn, id: MediaId, host: &str) -> Result<Option<Media>> {
    Ok(media::table
        .inner_join(post::table.on(media::post_id.eq(post::id.nullable())))
        .filter(media::id.eq(id))
        .filter(Gate::before(&Viewer::Peer(host.to_owned())))
        .filter(FileGate::before(&Viewer::Peer(host.to_owned())))
        .select(Media::as_select())
        .first(conn.link())
        .optional()?)
}
