//! Markers: how far a member has read on a list, as their client programs agree on it.

use diesel::prelude::*;

use crate::clock::Micros;
use crate::db::schema::marker;
use crate::db::{Conn, IntoBoth, text_enum};
use crate::error::Result;
use crate::id::ActorId;

text_enum! {
    /// The lists that have one.
    Timeline {
        /// The home feed.
        Home = "home",
        /// The notices.
        Notifications = "notifications",
    }
}

/// A marker.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = marker)]
pub struct Marker {
    /// The list.
    pub timeline: Timeline,
    /// The last that was read.
    pub last_read_id: i64,
    /// How often it was set.
    pub version: i64,
    /// When it was set.
    pub updated_at: Micros,
}

/// Sets a marker.
pub fn set(conn: &mut Conn, me: ActorId, timeline: Timeline, last_read_id: i64) -> Result<()> {
    let now = conn.now();
    let own = marker::table.filter(marker::actor_id.eq(me)).filter(marker::timeline.eq(timeline));
    let changed = diesel::update(own)
        .set((
            marker::last_read_id.eq(last_read_id),
            marker::version.eq(marker::version + 1),
            marker::updated_at.eq(now),
        ))
        .execute(conn.link())?;
    if changed == 0 {
        diesel::insert_into(marker::table)
            .values((
                marker::actor_id.eq(me),
                marker::timeline.eq(timeline),
                marker::last_read_id.eq(last_read_id),
                marker::version.eq(1_i64),
                marker::updated_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .both()
            .execute(conn.link())?;
    }
    Ok(())
}

/// A member's markers.
pub fn list(conn: &mut Conn, me: ActorId) -> Result<Vec<Marker>> {
    Ok(marker::table.filter(marker::actor_id.eq(me)).select(Marker::as_select()).load(conn.link())?)
}
