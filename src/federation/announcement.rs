//! Announcements, both directions: what makes one of a post (`hg:notice`), that somebody took note (`Read`, and for other software an
//! answer or a like), and reminders.
//!
//! Invariant: only those who run a group announce to it. Of another hall's group its own server says who they are.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Outcome;
use super::outgoing::Outgoing;
use crate::clock::to_rfc3339_ms;
use crate::ctx::Ctx;
use crate::domain::actor::{self, Actor, Kind};
use crate::domain::announcement::{self, Announcement, Priority, Said, Way};
use crate::domain::event::Work;
use crate::domain::{hall, post};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};
use crate::lang::Language;
use crate::remote;
use crate::text;
use crate::wire::activity::Activity;
use crate::wire::notice::{self, Notice};
use crate::wire::{json, object};

/// Those who run a group that are looked at.
const OFFICERS_MAX: usize = 200;
/// Members named by one reminder that are looked at.
const PEOPLE_MAX: usize = 500;

/// Says of a post what makes an announcement of it.
pub fn add(document: &mut Value, known: &Announcement) {
    let said = Notice {
        is_urgent: known.priority == Priority::Urgent,
        asks: known.asks,
        confirm_by: known.confirm_by,
        expires: known.expires_at,
        office: known.office.clone(),
        told: (known.told_at > 0).then_some(known.told_at),
    };
    notice::write(document, &said);
}

/// What makes an announcement of another server's post, if it says so.
pub fn read(document: &Value) -> Option<Said> {
    let read = notice::read(document)?;
    Some(Said {
        office: read.office,
        is_urgent: read.is_urgent,
        asks: read.asks,
        confirm_by: read.confirm_by,
        expires_at: read.expires,
        told_at: read.told,
    })
}

/// The same, if its author runs the group of another hall that it is said in, as the group's server has it.
pub async fn said_to(ctx: &Ctx, group: &Actor, author: &Actor, document: &Value) -> Result<Option<Said>> {
    let Some(said) = read(document) else { return Ok(None) };
    let officers = remote::document(ctx, &format!("{}/moderators", group.uri)).await?;
    let listed = ["orderedItems", "items"].iter().flat_map(|key| json::ids(&officers, key)).take(OFFICERS_MAX);
    let runs_it = listed.into_iter().any(|uri| uri == author.uri);
    if !runs_it {
        tracing::info!(group = %group.uri, author = %author.uri, "somebody announces to a group that they don't run");
    }
    Ok(Some(said).filter(|_| runs_it))
}

/// A member took note of an announcement of another hall's group: its group alone is told.
pub async fn about_confirmation(ctx: &Ctx, id: &str, me: &Actor, post: PostId) -> Result<Option<Outgoing>> {
    let found = ctx
        .glance(move |conn| {
            let Some(known) = announcement::find(conn, post)? else { return Ok(None) };
            Ok(Some((post::by_id(conn, post)?, actor::by_id(conn, known.group_id)?)))
        })
        .await?;
    let Some((post, group)) = found.filter(|(_, group)| !group.is_local() && group.deleted_at.is_none()) else {
        return Ok(None);
    };
    let document = notice::confirm(id, &me.uri, &post.uri, &group.uri);
    Ok(Some(Outgoing::new("Read", document, BTreeSet::from([group.inbox.clone()]))))
}

/// Somebody of another server took note of an announcement of a group of this hall, by a button.
pub async fn on_read(ctx: &Ctx, sender: &Actor, activity: &Activity) -> Result<Outcome> {
    let (who, uri) = (sender.clone(), activity.object_id().to_owned());
    let received = ctx.write(move |conn| announcement::receive_confirmation(conn, &who, &uri, Way::Button));
    Ok(received.await?.into())
}

/// A group of this hall reminds those of one server who haven't confirmed an announcement: a message that every software shows.
pub async fn about_reminder(
    ctx: &Ctx,
    id: &str,
    me: &Actor,
    (post, host): (PostId, &str),
    work: &Work,
) -> Result<Option<Outgoing>> {
    let host = host.to_owned();
    let found = ctx
        .read(move |conn| {
            let Some(known) = announcement::find(conn, post)? else { return Ok(None) };
            let post = post::by_id(conn, post)?;
            Ok(Some((announcement::unconfirmed_of(conn, &known, &host)?, post, hall::get(conn)?)))
        })
        .await?;
    let Some((people, post, hall)) = found.filter(|(people, post, _)| !people.is_empty() && post.deleted_at.is_none())
    else {
        return Ok(None);
    };
    // Software that knows no halls looks for whom a message is in the inbox that it came to.
    let inbox = |who: &Actor| if who.friends { who.delivery_inbox().to_owned() } else { who.inbox.clone() };
    let inboxes: BTreeSet<String> = people.iter().map(inbox).collect();
    let named: Vec<(String, String)> = people.iter().map(|who| (who.uri.clone(), who.address.clone())).collect();
    let language = Language::parse(&hall.language).unwrap_or(Language::ZhHans);
    let words = ctx.messages.text(language, "announcement-reminder", &[("title", post.title.clone())]);
    let link = format!("<a href=\"{0}\">{0}</a>", text::escaped(&post.url));
    let content = format!("<p>{}</p><p>{link}</p>", text::escaped(&words));
    let mut note = notice::remind(id, &me.uri, &post.uri, &content, &named);
    if let Value::Object(note) = &mut note {
        note.insert("published".to_owned(), to_rfc3339_ms(work.created_at).into());
    }
    let to: Vec<String> = named.into_iter().map(|(uri, _)| uri).collect();
    let document = json!({"id": id, "type": "Create", "actor": me.uri, "to": to, "cc": [], "object": note});
    Ok(Some(Outgoing::new("Create", document, inboxes)))
}

/// Is this a group's reminder?
pub fn is_reminder(sender: &Actor, object: &Value) -> bool {
    sender.kind == Kind::Group && object::is_post(&json::types(object)) && notice::reminder(object).is_some()
}

/// A group of another hall reminds members of this hall.
pub async fn on_reminder(ctx: &Ctx, group: &Actor, object: &Value) -> Result<Outcome> {
    let uri = notice::reminder(object).unwrap_or_default().to_owned();
    let prefix = format!("{}/actors/", ctx.origin);
    let named: Vec<String> =
        json::ids(object, "to").into_iter().filter(|uri| uri.starts_with(&prefix)).take(PEOPLE_MAX).collect();
    let group = group.clone();
    let received = ctx.write(move |conn| {
        let mut people: Vec<ActorId> = Vec::new();
        for uri in &named {
            people.extend(actor::by_uri(conn, uri)?.filter(Actor::is_local).map(|actor| actor.id));
        }
        announcement::receive_reminder(conn, &group, &uri, &people)
    });
    match received.await {
        Ok(received) => Ok(received.into()),
        Err(Error::NotFound(_)) => Ok(Outcome::Ignored("no such announcement".to_owned())),
        Err(error) => Err(error),
    }
}
