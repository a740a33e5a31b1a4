//! Markers (Mastodon's documentation, “markers”): how far a member has read, for all their programs and the pages alike.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::answer;
use super::caller::Caller;
use super::entity;
use super::param::Params;
use crate::ctx::Ctx;
use crate::domain::marker::{self, Marker, Timeline};
use crate::domain::notice;
use crate::error::{Error, Result};
use crate::id::NoticeId;

/// A marker.
#[derive(Serialize)]
struct Shown {
    last_read_id: String,
    version: i64,
    updated_at: String,
}

fn shown(markers: &[Marker], wanted: &[Timeline]) -> BTreeMap<&'static str, Shown> {
    let of = markers.iter().filter(|marker| wanted.contains(&marker.timeline));
    of.map(|marker| {
        let shown = Shown {
            last_read_id: marker.last_read_id.to_string(),
            version: marker.version,
            updated_at: entity::time(marker.updated_at),
        };
        (marker.timeline.as_str(), shown)
    })
    .collect()
}

/// `/api/v1/markers?timeline[]=`.
pub async fn show(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let me = caller.id()?;
    let wanted: Vec<Timeline> = params.list("timeline").into_iter().filter_map(|word| word.parse().ok()).collect();
    let markers = ctx.glance(move |conn| marker::list(conn, me)).await?;
    answer::json(&shown(&markers, &wanted))
}

/// `POST /api/v1/markers`. What is read here is read on the page of notices too.
pub async fn update(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let me = caller.id()?;
    let mut set: Vec<(Timeline, i64)> = Vec::new();
    for timeline in Timeline::ALL {
        let name = format!("{}[last_read_id]", timeline.as_str());
        if params.holds(&name) {
            let id = params.number(&name).filter(|id| *id >= 0);
            set.push((*timeline, id.ok_or(Error::invalid("last_read_id", "problem-choice"))?));
        }
    }
    let wanted: Vec<Timeline> = set.iter().map(|(timeline, _)| *timeline).collect();
    let markers = ctx
        .write(move |conn| {
            for (timeline, id) in set {
                marker::set(conn, me, timeline, id)?;
                if timeline == Timeline::Notifications {
                    notice::read_all(conn, me, NoticeId(id))?;
                }
            }
            marker::list(conn, me)
        })
        .await?;
    answer::json(&shown(&markers, &wanted))
}
