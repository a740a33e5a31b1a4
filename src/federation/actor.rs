//! Actors, both directions: our own as documents; others' changes and farewells.

use serde_json::Value;

use super::Outcome;
use crate::clock::to_rfc3339;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::account;
use crate::domain::actor::{self, Actor, Kind};
use crate::domain::group::{self, Detail, Posting};
use crate::domain::profile::{self, Field};
use crate::domain::search::{self, Who};
use crate::domain::{archive, friend, hall, item, media, membership, moment};
use crate::error::Result;
use crate::remote;
use crate::secret::PublicKey;
use crate::wire;

/// What an actor's document tells beside the actor.
pub struct Told {
    keys: Vec<(String, PublicKey)>,
    fields: Vec<Field>,
    who: Who,
    /// What a group is.
    detail: Option<Detail>,
    /// Whose archive it is, of the archive's actor: the name of the hall.
    union: Option<String>,
    standing: Standing,
}

/// What there is to tell of one of our own actors.
pub fn told(conn: &mut Conn, actor: &Actor) -> Result<Told> {
    let is_archive = actor.kind == Kind::Organization && actor.name == archive::NAME;
    Ok(Told {
        keys: actor::keys(conn, actor.id)?,
        fields: profile::fields(conn, actor.id)?,
        who: search::of_actor(conn, actor)?,
        detail: if actor.kind == Kind::Group { group::detail(conn, actor.id)? } else { None },
        union: if is_archive { Some(hall::get(conn)?.name) } else { None },
        standing: standing(conn, actor)?,
    })
}

/// How readers know an account of ours; which other actors it was before, and which it is now, if it has moved, by their ids.
#[derive(Debug, Clone, Default)]
struct Standing {
    kind: String,
    before: Vec<String>,
    now: String,
}

/// What an account says of what it is, and of where it was and is. Others say nothing.
fn standing(conn: &mut Conn, actor: &Actor) -> Result<Standing> {
    if actor.kind != Kind::Organization || !actor.is_local() {
        return Ok(Standing::default());
    }
    let detail = account::detail(conn, actor.id)?;
    Ok(Standing {
        kind: detail.as_ref().map(|detail| detail.kind.as_str().to_owned()).unwrap_or_default(),
        before: profile::also_known_as(conn, actor.id)?,
        now: detail.map(|detail| detail.moved_to).unwrap_or_default(),
    })
}

/// One of our own actors as a document, without `@context`; a group with what it is.
pub fn document(actor: &Actor, told: Told) -> Value {
    let Told { keys, fields, who, detail, union, standing } = told;
    let origin = actor.shared_inbox.strip_suffix("/inbox").unwrap_or_default();
    wire::actor::write(&wire::actor::Actor {
        id: actor.uri.clone(),
        kind: match actor.kind {
            Kind::Person => wire::actor::Kind::Person,
            Kind::Organization => wire::actor::Kind::Organization,
            Kind::Group => wire::actor::Kind::Group,
            Kind::Service => wire::actor::Kind::Service,
            Kind::Application => wire::actor::Kind::Application,
        },
        username: actor.name.clone(),
        name: actor.display_name.clone(),
        names: actor.names(),
        summary: actor.about_html.clone(),
        hometown: actor.hometown.clone(),
        url: actor.url.clone(),
        inbox: actor.inbox.clone(),
        shared_inbox: actor.shared_inbox.clone(),
        outbox: actor.outbox.clone(),
        followers: actor.followers.clone(),
        following: format!("{}/following", actor.uri),
        featured: format!("{}/featured", actor.uri),
        fields: fields.iter().map(|field| (field.name.clone(), field.value_html.clone())).collect(),
        also_known_as: standing.before,
        moved_to: standing.now,
        locked: actor.locked,
        friends: actor.friends,
        discoverable: actor.discoverable,
        indexable: who == Who::Everyone,
        searchable_by: Some(search::to_wire(actor, who)),
        icon: actor.avatar_id.map(|id| format!("{origin}/media/{id}/display")).unwrap_or_default(),
        image: actor.cover_id.map(|id| format!("{origin}/media/{id}/display")).unwrap_or_default(),
        published: to_rfc3339(actor.created_at),
        keys,
        emoji: Vec::new(),
        group: detail.map(|detail| as_group(actor, &detail)),
        account: standing.kind,
        union: union.map(|hall| wire::actor::Union { hall, items: format!("{}/items", actor.uri) }),
    })
}

fn as_group(actor: &Actor, detail: &Detail) -> wire::group::Group {
    wire::group::Group {
        moderators: format!("{}/moderators", actor.uri),
        is_restricted: detail.posting == Posting::Officers,
        axis: detail.axis.as_str().to_owned(),
        topic: detail.topic.clone(),
        entrance: detail.entrance.as_str().to_owned(),
        is_private: detail.is_private,
        rules: detail.rules(),
        questions: detail.questions(),
    }
}

/// A remote actor says that its document has changed. The signed copy is its own word, so it counts as fetched.
pub async fn on_update(ctx: &Ctx, sender: &Actor, object: &Value) -> Result<Outcome> {
    let id = wire::json::id_of(object).unwrap_or_default();
    if id != sender.uri {
        return Ok(Outcome::Rejected("an actor may only change itself".to_owned()));
    }
    match wire::actor::read(object) {
        Ok(document) => remote::actor::store(ctx, document).await?,
        Err(_) => remote::actor::refresh(ctx, &sender.uri).await?,
    };
    Ok(Outcome::Done)
}

/// A remote actor is gone: what it wrote and its ties go.
pub async fn on_farewell(ctx: &Ctx, sender: &Actor) -> Result<Outcome> {
    let gone = sender.clone();
    ctx.write(move |conn| {
        moment::receive_farewell(conn, &gone)?;
        item::remove_replies(conn, gone.id)?;
        friend::forget(conn, &gone)?;
        membership::forget(conn, gone.id)?;
        profile::forget(conn, gone.id)?;
        media::remove_faces(conn, gone.id)?;
        actor::bury(conn, gone.id)
    })
    .await?;
    ctx.public_keys.invalidate_all();
    Ok(Outcome::Done)
}
