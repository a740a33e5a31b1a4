//! Blocks of persons, both directions: `Block` and its `Undo`. Mutes, and blocks of whole servers, never go out.

use serde_json::{Value, json};

use super::Outcome;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::actor::{self, Actor};
use crate::domain::block;
use crate::error::{Error, Result};
use crate::wire::activity::Activity;
use crate::wire::json as wire_json;

/// A member blocks somebody elsewhere, or takes that back (`undo` is the id of that activity).
pub fn document(block: &str, undo: Option<&str>, me: &Actor, to: &Actor) -> Value {
    let inner = json!({"id": block, "type": "Block", "actor": me.uri, "object": to.uri, "to": [to.uri]});
    match undo {
        None => inner,
        Some(id) => json!({"id": id, "type": "Undo", "actor": me.uri, "object": inner, "to": [to.uri]}),
    }
}

/// A remote actor blocks a member.
pub async fn on_block(ctx: &Ctx, sender: &Actor, activity: &Activity) -> Result<Outcome> {
    let (remote, object, uri) = (sender.clone(), activity.object_id().to_owned(), activity.id.clone());
    ctx.write(move |conn| {
        let me = member(conn, &object)?;
        block::receive(conn, &remote, &me, &uri)
    })
    .await?;
    Ok(Outcome::Done)
}

/// A remote actor takes its block back: given as a document, or by its id alone.
pub async fn on_undo(ctx: &Ctx, sender: &Actor, object: &Value) -> Result<Outcome> {
    let (remote, object) = (sender.clone(), object.clone());
    ctx.write(move |conn| {
        let me = match object.get("object").and_then(wire_json::id_of) {
            Some(named) => member(conn, named)?,
            None => {
                let uri = wire_json::id_of(&object).unwrap_or_default();
                let blocked = block::by_uri(conn, remote.id, uri)?.ok_or(Error::NotFound("block"))?;
                actor::by_id(conn, blocked)?
            }
        };
        block::receive_lift(conn, &remote, &me)
    })
    .await?;
    Ok(Outcome::Done)
}

/// Is this the id of a block by this actor that is here?
pub async fn is_block(ctx: &Ctx, sender: &Actor, object: &Value) -> Result<bool> {
    let (id, uri) = (sender.id, wire_json::id_of(object).unwrap_or_default().to_owned());
    ctx.read(move |conn| Ok(block::by_uri(conn, id, &uri)?.is_some())).await
}

/// The member of this hall with this id.
fn member(conn: &mut Conn, uri: &str) -> Result<Actor> {
    let found = actor::by_uri(conn, uri)?;
    found.filter(|me| me.is_local() && me.kind != actor::Kind::Application).ok_or(Error::NotFound("actor"))
}
