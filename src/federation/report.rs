//! Reports, both directions: `Flag`. Ours come from the hall's own actor, never in the name of the member who reported.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Outcome;
use super::outgoing::Outgoing;
use crate::ctx::Ctx;
use crate::domain::actor::{self, Actor};
use crate::domain::report::{self, Incoming, POSTS_MAX};
use crate::error::{Error, Result};
use crate::id::ReportId;
use crate::text;
use crate::wire::activity::Activity;
use crate::wire::json::id_of;

/// Ids of one `Flag` that are looked at: a person and their posts, as many as a report has.
const OBJECTS_MAX: usize = POSTS_MAX + 10;

/// A member's report goes to the server of whom it is about; `None` if that person is gone meanwhile.
pub async fn about_report(ctx: &Ctx, id: &str, hall: &Actor, report: ReportId) -> Result<Option<Outgoing>> {
    let found = ctx
        .glance(move |conn| {
            let Some(report) = report::by_id(conn, report)? else { return Ok(None) };
            let target = actor::by_id(conn, report.target_id)?;
            let posts = report::posts(conn, &[report.id])?.remove(&report.id).unwrap_or_default();
            Ok(Some((report, target, posts)))
        })
        .await;
    let (report, target, posts) = match found {
        Ok(Some(found)) => found,
        Ok(None) | Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    if target.is_local() || target.deleted_at.is_some() {
        return Ok(None);
    }
    let mut object = vec![target.uri.clone()];
    object.extend(posts.into_iter().map(|entry| entry.post.uri));
    let flag = json!({
        "id": id, "type": "Flag", "actor": hall.uri, "content": report.comment, "object": object, "to": [target.uri],
    });
    let inbox = target.delivery_inbox().to_owned();
    Ok(Some(Outgoing::new("Flag", flag, BTreeSet::from([inbox]))))
}

/// Another server reports somebody or something of ours: ids, documents, or a list of these. Some name the posts in the text
/// alone (Misskey), so addresses of this hall in it count too.
pub async fn on_flag(ctx: &Ctx, sender: &Actor, activity: &Activity) -> Result<Outcome> {
    // Most servers write plain text; what has elements is read as what it says.
    let said = &activity.content;
    let comment = if said.contains("</") || said.contains("<br") { text::plain(said) } else { said.clone() };
    let here = format!("{}/", ctx.origin);
    let mut objects: Vec<String> = match &activity.object {
        Value::Array(items) => items.iter().filter_map(id_of).map(str::to_owned).collect(),
        one => id_of(one).map(str::to_owned).into_iter().collect(),
    };
    let named = comment.split_whitespace().filter(|word| word.starts_with(&here));
    objects.extend(named.map(str::to_owned));
    objects.retain(|uri| uri.starts_with(&here));
    objects.truncate(OBJECTS_MAX);
    let (sender, incoming) = (sender.clone(), Incoming { uri: activity.id.clone(), objects, comment });
    Ok(ctx.write(move |conn| report::receive(conn, &sender, &incoming)).await?.into())
}
