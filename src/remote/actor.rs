//! Actors of other servers: from our database while fresh, else from their own server.

use crate::clock::{DAY, MINUTE};
use crate::ctx::Ctx;
use crate::domain::account;
use crate::domain::actor::{self, Actor, Incoming, Kind};
use crate::domain::emoji;
use crate::domain::group::{self, Axis, Entrance, Posting, Told};
use crate::domain::media::{self, Purpose};
use crate::domain::{partner, profile, search};
use crate::error::{Error, Result};
use crate::text;
use crate::wire;
use crate::wire::address::{canonical_host, host_of, read_url};

/// An actor's document older than this is fetched again when somebody looks at the actor.
const FRESH: i64 = DAY;
/// An actor is not fetched again sooner than this, whatever asks for it.
const FETCH_PAUSE: i64 = 5 * MINUTE;
/// Longest HTML about an actor that is read.
const SUMMARY_CHARS_MAX: usize = 20_000;

/// The actor with this id: known and fresh, or fetched.
///
/// Errors: `Remote`; a known actor is answered stale if its server can't be reached.
pub async fn by_uri(ctx: &Ctx, uri: &str) -> Result<Actor> {
    let asked = uri.to_owned();
    let known = ctx.glance(move |conn| actor::by_uri(conn, &asked)).await?;
    let now = ctx.now();
    match known {
        Some(actor) if actor.is_local() || actor.deleted_at.is_some() || now - actor.fetched_at < FRESH => Ok(actor),
        Some(actor) => Ok(fetch(ctx, uri).await.unwrap_or(actor)),
        None => fetch(ctx, uri).await,
    }
}

/// Fetches an actor anew, unless that was done within the last minutes.
pub async fn refresh(ctx: &Ctx, uri: &str) -> Result<Actor> {
    let asked = uri.to_owned();
    let known = ctx.glance(move |conn| actor::by_uri(conn, &asked)).await?;
    match known {
        Some(actor) if actor.is_local() || ctx.now() - actor.fetched_at < FETCH_PAUSE => Ok(actor),
        _ => fetch(ctx, uri).await,
    }
}

/// Fetches an actor and stores it.
pub async fn fetch(ctx: &Ctx, uri: &str) -> Result<Actor> {
    let document = super::document(ctx, uri).await?;
    let host = host_of(uri).unwrap_or_default();
    let read = wire::actor::read(&document).map_err(|refusal| Error::never(&host, refusal))?;
    store(ctx, read).await
}

/// Stores an actor's document that its own server gave.
pub async fn store(ctx: &Ctx, document: wire::actor::Actor) -> Result<Actor> {
    let profile = super::profile::incoming(&document);
    let faces = [(Purpose::Avatar, document.icon.clone()), (Purpose::Cover, document.image.clone())];
    let named = document.emoji.iter().filter(|(_, url)| read_url(url).is_some());
    let emoji: Vec<emoji::Incoming> =
        named.map(|(shortcode, url)| emoji::Incoming { shortcode: shortcode.clone(), url: url.clone() }).collect();
    let told = document.group.as_ref().map(|group| told(group, document.locked));
    let union = document.union.clone();
    let kind = document.account.parse::<account::Kind>().ok();
    let who = search::of_wire(&document.followers, document.searchable_by.as_deref(), document.indexable);
    let incoming = incoming(document)?;
    let uris: Vec<String> = incoming.keys.iter().map(|(uri, _)| uri.clone()).collect();
    let stored = ctx
        .write(move |conn| {
            let stored = actor::receive(conn, &incoming)?;
            if !emoji.is_empty() {
                let pictures = emoji::receive(conn, &stored, &emoji)?;
                actor::keep_emoji(conn, &stored, &pictures)?;
            }
            if let Some(told) = &told {
                group::receive(conn, &stored, told)?;
            }
            account::receive(conn, &stored, kind)?;
            search::receive(conn, &stored, who)?;
            let said = union.as_ref().map(|union| (union.hall.as_str(), union.items.as_str()));
            partner::receive(conn, &stored, said)?;
            profile::receive(conn, stored.id, profile)?;
            for (purpose, url) in &faces {
                media::receive_face(conn, stored.id, *purpose, url)?;
            }
            actor::by_id(conn, stored.id)
        })
        .await?;
    for uri in uris {
        ctx.public_keys.invalidate(&uri);
    }
    Ok(stored)
}

/// What a group says of itself besides, cut to length. One that isn't a hall's is taken for one of common interest.
fn told(group: &wire::group::Group, locked: bool) -> Told {
    let lines = |lines: &[String]| {
        let lines = lines.iter().map(|line| text::name(line, group::RULES_CHARS_MAX));
        lines.collect::<Vec<_>>().join("\n").chars().take(group::RULES_CHARS_MAX).collect::<String>()
    };
    Told {
        axis: group.axis.parse().unwrap_or(Axis::Interest),
        topic: text::name(&group.topic, group::TOPIC_CHARS_MAX),
        entrance: group.entrance.parse().unwrap_or(if locked { Entrance::Approval } else { Entrance::Open }),
        is_private: group.is_private,
        posting: if group.is_restricted { Posting::Officers } else { Posting::Members },
        rules: lines(&group.rules),
        questions: lines(&group.questions),
    }
}

/// Cuts and cleans what a document says.
fn incoming(document: wire::actor::Actor) -> Result<Incoming> {
    let host = host_of(&document.id).ok_or_else(|| Error::never(&document.id, "no web address"))?;
    let username = text::name(&document.username, 64);
    let shown = text::name(&document.name, actor::DISPLAY_NAME_CHARS_MAX);
    let summary = match &document.group {
        Some(group) => wire::group::summary_alone(&document.summary, group),
        None => &document.summary,
    };
    let summary: String = summary.chars().take(SUMMARY_CHARS_MAX).collect();
    let names = document
        .names
        .iter()
        .map(|(language, name)| (language.clone(), text::name(name, actor::DISPLAY_NAME_CHARS_MAX)));
    Ok(Incoming {
        kind: match document.kind {
            wire::actor::Kind::Person => Kind::Person,
            wire::actor::Kind::Organization => Kind::Organization,
            wire::actor::Kind::Group => Kind::Group,
            wire::actor::Kind::Service => Kind::Service,
            wire::actor::Kind::Application => Kind::Application,
        },
        display_name: if shown.is_empty() { username.clone() } else { shown },
        names: names.collect(),
        hometown: text::name(&document.hometown, actor::HOMETOWN_CHARS_MAX),
        about_html: text::sanitise(&summary),
        address_host: canonical_host(&host).unwrap_or_else(|| host.clone()),
        name: username,
        host,
        url: document.url,
        inbox: document.inbox,
        shared_inbox: document.shared_inbox,
        followers: document.followers,
        outbox: document.outbox,
        locked: document.locked,
        friends: document.friends,
        discoverable: document.discoverable,
        keys: document.keys,
        uri: document.id,
    })
}
