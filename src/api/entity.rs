//! What several entities share: addresses of files, times, and names with pictures for their shortcodes.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::clock::{Micros, to_rfc3339_ms};
use crate::ctx::Ctx;
use crate::domain::actor::Actor;
use crate::domain::audience::Viewer;
use crate::domain::media;
use crate::id::MediaId;

/// The picture of whoever shows none.
const NO_FACE: &str = "/static/0/face.png";
/// The cover of whoever shows none.
const NO_COVER: &str = "/static/0/cover.png";

/// A time as entities have it.
pub fn time(at: Micros) -> String {
    to_rfc3339_ms(at)
}

/// A day as entities have it where the hour is nobody's business.
pub fn day(at: Micros) -> String {
    let text = to_rfc3339_ms(at);
    format!("{}T00:00:00.000Z", text.get(..10).unwrap_or_default())
}

/// The address of a form of a file. What isn't everyone's gets a pass for the member whose program asks.
pub fn file(ctx: &Ctx, viewer: &Viewer, id: MediaId, variant: &str, is_open: bool) -> String {
    match viewer.member().filter(|_| !is_open) {
        Some(me) => {
            let pass = media::pass(&ctx.secret, id, me, ctx.now());
            format!("{}/media/{id}/{variant}?pass={pass}", ctx.origin)
        }
        None => format!("{}/media/{id}/{variant}", ctx.origin),
    }
}

/// The address of somebody's face.
pub fn face(ctx: &Ctx, viewer: &Viewer, actor: &Actor) -> String {
    match actor.avatar_id {
        Some(id) => file(ctx, viewer, id, "display", actor.is_local()),
        None => format!("{}{NO_FACE}", ctx.origin),
    }
}

/// The address of somebody's cover.
pub fn cover(ctx: &Ctx, viewer: &Viewer, actor: &Actor) -> String {
    match actor.cover_id {
        Some(id) => file(ctx, viewer, id, "display", actor.is_local()),
        None => format!("{}{NO_COVER}", ctx.origin),
    }
}

/// A picture for a shortcode.
#[derive(Debug, Clone, Serialize)]
pub struct Emoji {
    shortcode: String,
    url: String,
    static_url: String,
    visible_in_picker: bool,
}

/// Pictures for shortcodes. `pictures` has their addresses within the hall.
pub fn emojis(ctx: &Ctx, viewer: &Viewer, pictures: BTreeMap<String, String>) -> Vec<Emoji> {
    let one = |(shortcode, path): (String, String)| {
        let id = path.strip_prefix("/media/").and_then(|rest| rest.split('/').next()?.parse::<MediaId>().ok());
        let url = id.map_or_else(|| format!("{}{path}", ctx.origin), |id| file(ctx, viewer, id, "display", false));
        Emoji { shortcode, static_url: url.clone(), url, visible_in_picker: false }
    };
    pictures.into_iter().map(one).collect()
}
