//! Custom emoji of other servers: the picture that a server has for a `:shortcode:`. One per server and shortcode; its file is
//! a copy like any other and fetched when somebody looks.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::Actor;
use super::media;
use crate::db::schema::{emoji, media as media_table};
use crate::db::{Conn, IntoBoth};
use crate::error::Result;
use crate::id::MediaId;
use crate::text;

/// Emoji of one post that are kept track of.
pub const POST_MAX: usize = 32;

/// What another server says of a shortcode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// The shortcode without its colons.
    pub shortcode: String,
    /// Where the picture is.
    pub url: String,
}

/// Keeps track of what came with a post of `author`; answers the pictures' addresses here by shortcode.
pub fn receive(conn: &mut Conn, author: &Actor, incoming: &[Incoming]) -> Result<BTreeMap<String, String>> {
    let mut pictures = BTreeMap::new();
    let readable = incoming.iter().filter(|one| text::is_shortcode(&one.shortcode));
    for one in readable.take(POST_MAX).filter(|_| !author.is_local()) {
        if let Some(id) = keep(conn, author, one)? {
            pictures.insert(one.shortcode.clone(), format!("/media/{id}/display"));
        }
    }
    Ok(pictures)
}

/// The picture for a shortcode of a server. A server that changes it gets a new one; the old one stays where it stands already.
fn keep(conn: &mut Conn, author: &Actor, one: &Incoming) -> Result<Option<MediaId>> {
    let known: Option<(MediaId, String)> = emoji::table
        .inner_join(media_table::table.on(media_table::id.eq(emoji::media_id)))
        .filter(emoji::host.eq(&author.host))
        .filter(emoji::shortcode.eq(&one.shortcode))
        .select((emoji::media_id, media_table::remote_url))
        .first(conn.link())
        .optional()?;
    match known {
        Some((id, url)) if url == one.url => Ok(Some(id)),
        known => {
            let Some(id) = media::receive_emoji(conn, author.id, &one.url)? else { return Ok(None) };
            if known.is_some() {
                let row = emoji::table.filter(emoji::host.eq(&author.host)).filter(emoji::shortcode.eq(&one.shortcode));
                diesel::update(row).set(emoji::media_id.eq(id)).execute(conn.link())?;
            } else {
                diesel::insert_into(emoji::table)
                    .values((emoji::host.eq(&author.host), emoji::shortcode.eq(&one.shortcode), emoji::media_id.eq(id)))
                    .on_conflict_do_nothing()
                    .both()
                    .execute(conn.link())?;
            }
            Ok(Some(id))
        }
    }
}
