//! Friends, both directions: `Follow`, `Accept`, `Reject`, `Undo`, `Move`.

use serde_json::Value;

use super::Outcome;
use crate::ctx::Ctx;
use crate::domain::actor::{self, Actor, Kind};
use crate::domain::{friend, membership, partner, profile};
use crate::error::{Error, Result};
use crate::id::ActorId;
use crate::remote;
use crate::wire::activity::{self, Activity};
use crate::wire::json;

/// What a follow's answer or end goes out as.
pub fn about_follow(kind: &str, id: &str, me: &Actor, follow: &Follow<'_>, to: &Actor) -> Value {
    let inner = activity::follow(follow.uri, follow.follower, follow.followed, "");
    activity::about_follow(kind, id, &me.uri, inner, &to.uri)
}

/// A follow as it stands inside another activity.
pub struct Follow<'a> {
    /// Its id.
    pub uri: &'a str,
    /// Who follows.
    pub follower: &'a str,
    /// Whom.
    pub followed: &'a str,
}

/// The token of a link into a group that stands in a greeting: whoever has such a link pastes it there.
fn link_token<'a>(origin: &str, greeting: &'a str) -> &'a str {
    let link = format!("{origin}/groups/invitations/");
    let (_, rest) = greeting.split_once(&link).unwrap_or_default();
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    rest.split(|c: char| !is_of_token(c)).next().unwrap_or_default()
}

/// A remote actor asks a member to be friends, or a group to let it in. `token` is that of a link into the group.
pub async fn on_follow(ctx: &Ctx, sender: &Actor, activity: &Activity, token: &str) -> Result<Outcome> {
    let pasted = link_token(&ctx.origin, &activity.content);
    let token = if token.is_empty() { pasted } else { token }.to_owned();
    let (remote, object, greeting) = (sender.clone(), activity.object_id().to_owned(), activity.content.clone());
    // Some servers give their follows no id; the pair names them then.
    let uri = if activity.id.is_empty() { format!("{}#follow:{object}", sender.uri) } else { activity.id.clone() };
    // A link is for coming in, not for keeping.
    let greeting = if pasted.is_empty() { greeting } else { String::new() };
    let greeting = crate::text::plain(&crate::text::sanitise(&greeting));
    ctx.write(move |conn| {
        let me = actor::by_uri(conn, &object)?.filter(Actor::is_local).ok_or(Error::NotFound("actor"))?;
        if partner::is_request(conn, &remote, &me)? {
            return partner::receive_request(conn, &remote, &uri).map(|()| Outcome::Done);
        }
        if me.kind != Kind::Group {
            return friend::receive_follow(conn, &remote, &me, &uri, &greeting).map(|_| Outcome::Done);
        }
        Ok(match membership::receive_join(conn, &remote, me.id, &uri, &greeting, &token)? {
            Some(_) => Outcome::Done,
            None => Outcome::Rejected("the group doesn't let them in".to_owned()),
        })
    })
    .await
}

/// A remote actor offers a member to follow them (Smithereen): they ask to be friends, with the words of the offer. The
/// `Follow` that usually comes along counts for more, since it is what can be accepted.
pub async fn on_offer(ctx: &Ctx, sender: &Actor, activity: &Activity) -> Result<Outcome> {
    let named = |key: &str| activity.object.get(key).and_then(json::id_of).unwrap_or_default().to_owned();
    if named("object") != sender.uri {
        return Ok(Outcome::Rejected("one offers oneself alone".to_owned()));
    }
    let (remote, uri, member) = (sender.clone(), activity.id.clone(), named("actor"));
    let greeting = crate::text::plain(&crate::text::sanitise(&activity.content));
    ctx.write(move |conn| {
        let me = actor::by_uri(conn, &member)?.filter(|me| me.is_local() && me.kind != Kind::Group);
        let me = me.ok_or(Error::NotFound("actor"))?;
        match friend::find(conn, remote.id, me.id)? {
            Some(_) => Ok(Outcome::Ignored("asked already".to_owned())),
            None => friend::receive_follow(conn, &remote, &me, &uri, &greeting).map(|_| Outcome::Done),
        }
    })
    .await
}

/// A remote actor has moved: those here who follow the old one ask the new one, if that one says that both are the same
/// (FEP-7628).
pub async fn on_move(ctx: &Ctx, sender: &Actor, activity: &Activity) -> Result<Outcome> {
    let rejected = |why: &str| Ok(Outcome::Rejected(why.to_owned()));
    if activity.object_id() != sender.uri || activity.target == sender.uri {
        return rejected("one moves oneself, and elsewhere");
    }
    let old = sender.id;
    if !ctx.glance(move |conn| friend::is_followed_here(conn, old)).await? {
        return Ok(Outcome::Ignored("nobody here follows who moved".to_owned()));
    }
    let asked = activity.target.clone();
    let known = ctx.glance(move |conn| actor::by_uri(conn, &asked)).await?.filter(Actor::is_local);
    let target = match known {
        Some(known) if known.suspended_at.is_some() || known.deleted_at.is_some() => {
            return rejected("the new one is gone");
        }
        Some(known) => known,
        None => remote::actor::fetch(ctx, &activity.target).await?,
    };
    let new = target.id;
    let names = ctx.glance(move |conn| profile::also_known_as(conn, new)).await?;
    if !names.contains(&sender.uri) {
        return rejected("the new one doesn't know the old one");
    }
    lead(ctx, sender, &target).await.map(|()| Outcome::Done)
}

/// Those here who follow `old`, who is `new` now, go along, some at a time.
pub async fn lead(ctx: &Ctx, old: &Actor, new: &Actor) -> Result<()> {
    let mut after = ActorId(0);
    loop {
        let (old, new) = (old.clone(), new.clone());
        match ctx.write(move |conn| friend::receive_move(conn, &old, &new, after)).await? {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// A remote actor accepted our follow.
pub async fn on_accept(ctx: &Ctx, sender: &Actor, object: &Value) -> Result<Outcome> {
    let (remote, object) = (sender.clone(), object.clone());
    ctx.write(move |conn| {
        let uri = follow_uri(conn, &remote, &object)?;
        friend::receive_accept(conn, &remote, &uri)
    })
    .await?;
    Ok(Outcome::Done)
}

/// A remote actor refused our follow, or ended it.
pub async fn on_reject(ctx: &Ctx, sender: &Actor, object: &Value) -> Result<Outcome> {
    let (remote, object) = (sender.clone(), object.clone());
    ctx.write(move |conn| {
        let uri = follow_uri(conn, &remote, &object)?;
        friend::receive_reject(conn, &remote, &uri)
    })
    .await?;
    Ok(Outcome::Done)
}

/// The id of our stored follow that an answer means: by its id, else by the pair that it names.
fn follow_uri(conn: &mut crate::db::Conn, remote: &Actor, object: &Value) -> Result<String> {
    let named = json::id_of(object).unwrap_or_default();
    if friend::by_uri(conn, named)?.is_some() {
        return Ok(named.to_owned());
    }
    let follower = object.get("actor").and_then(json::id_of).unwrap_or_default();
    let followed = object.get("object").and_then(json::id_of).unwrap_or_default();
    let me = actor::by_uri(conn, follower)?.filter(|me| me.is_local() && followed == remote.uri);
    let me = me.ok_or(Error::NotFound("follow"))?;
    friend::find(conn, me.id, remote.id)?.map(|follow| follow.uri).ok_or(Error::NotFound("follow"))
}

/// A remote actor takes its follow back: given as a document, or by its id alone.
pub async fn on_undo(ctx: &Ctx, sender: &Actor, object: &Value) -> Result<Outcome> {
    let (remote, object) = (sender.clone(), object.clone());
    ctx.write(move |conn| {
        let named = object.get("object").and_then(json::id_of).unwrap_or_default();
        let me = match actor::by_uri(conn, named)? {
            Some(me) => Some(me),
            None => {
                let uri = json::id_of(&object).unwrap_or_default();
                let stored = friend::by_uri(conn, uri)?.filter(|follow| follow.follower_id == remote.id);
                let followed = match stored {
                    Some(follow) => Some(follow.followed_id),
                    None => membership::by_follow(conn, remote.id, uri)?,
                };
                followed.map(|id| actor::by_id(conn, id)).transpose()?
            }
        };
        let me = me.filter(Actor::is_local).ok_or(Error::NotFound("follow"))?;
        match me.kind {
            Kind::Group => membership::receive_leave(conn, &remote, me.id),
            _ => friend::receive_undo(conn, &remote, &me),
        }
    })
    .await?;
    Ok(Outcome::Done)
}
