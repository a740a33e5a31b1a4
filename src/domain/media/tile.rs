//! Pictures that are kept in tiles beside their large form, since they are larger than that. Who may see a picture may see its tiles.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::schema::{media, media_tile};
use crate::db::{Conn, IntoBoth};
use crate::error::Result;
use crate::id::{MediaId, PostId};
use crate::picture::Tiling;

/// Notes that the tiles of a picture lie in the store.
pub(super) fn keep(conn: &mut Conn, id: MediaId, tiling: Tiling) -> Result<()> {
    let size = (media_tile::width.eq(i64::from(tiling.width)), media_tile::height.eq(i64::from(tiling.height)));
    diesel::insert_into(media_tile::table)
        .values((media_tile::media_id.eq(id), size))
        .on_conflict(media_tile::media_id)
        .do_update()
        .set(size)
        .both()
        .execute(conn.link())?;
    Ok(())
}

fn read((width, height): (i64, i64)) -> Option<Tiling> {
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    (width > 0 && height > 0).then_some(Tiling { width, height })
}

/// How a picture that came through the gate is cut into tiles; `None` if it has none.
pub fn tiling(conn: &mut Conn, id: MediaId) -> Result<Option<Tiling>> {
    let one = media_tile::table.filter(media_tile::media_id.eq(id));
    let size: Option<(i64, i64)> = one.select((media_tile::width, media_tile::height)).first(conn.link()).optional()?;
    Ok(size.and_then(read))
}

/// The same of all pictures of a post that have tiles.
pub fn tilings(conn: &mut Conn, post: PostId) -> Result<BTreeMap<MediaId, Tiling>> {
    let rows: Vec<(MediaId, (i64, i64))> = media_tile::table
        .inner_join(media::table.on(media::id.eq(media_tile::media_id)))
        .filter(media::post_id.eq(post))
        .select((media_tile::media_id, (media_tile::width, media_tile::height)))
        .load(conn.link())?;
    Ok(rows.into_iter().filter_map(|(id, size)| Some((id, read(size)?))).collect())
}
