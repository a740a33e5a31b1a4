//! The inbox: verify, store, answer; and the one `match` by which stored activities are worked off.
//!
//! Nothing is fetched while the sender waits, except the signer's key. 202 is answered after the commit.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use serde_json::Value;

use super::request::{failed, headers, later, refuse, scheme, target};
use super::{
    Outcome, actor, announcement, block, boost, comment, friend, group, moment, poll, profile, quote, reaction, report,
    roll_call,
};
use crate::clock::Micros;
use crate::ctx::{Ctx, Known};
use crate::domain::actor::{Actor, Kind};
use crate::domain::arrival::{self, Arrival, New, Settled, State};
use crate::domain::comment::{Way, Word};
use crate::domain::delivery;
use crate::error::{Error, Result};
use crate::remote;
use crate::wire::activity::{self, Activity};
use crate::wire::address::host_of;
use crate::wire::signature::{self, Claim, Received};
use crate::wire::{actor as wire_actor, json, object, proof};

/// `POST /inbox` and `POST /actors/{name}/inbox`.
pub async fn create(ctx: web::Data<Ctx>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let ctx = ctx.behind_pages();
    let limits = &ctx.config.limits;
    let body = payload.to_bytes_limited(limits.inbox_bytes_max);
    let outcome = match tokio::time::timeout(limits.request_timeout(), body).await {
        Ok(Ok(Ok(body))) => accept(&ctx, &request, &body).await,
        Ok(Ok(Err(_))) => refuse(StatusCode::BAD_REQUEST, "the body broke off"),
        Ok(Err(_)) => refuse(StatusCode::PAYLOAD_TOO_LARGE, "the activity is too large"),
        Err(_) => refuse(StatusCode::REQUEST_TIMEOUT, "the body took too long"),
    };
    let label = match outcome.status().as_u16() {
        200..=299 => "accepted",
        503 => "busy",
        _ => "refused",
    };
    ctx.metrics.arrivals.with_label_values(&[label]).inc();
    outcome
}

async fn accept(ctx: &Ctx, request: &HttpRequest, body: &[u8]) -> HttpResponse {
    if usize::try_from(ctx.metrics.arrivals_waiting.get()).unwrap_or(0) >= ctx.config.limits.inbox_waiting_max {
        return later(StatusCode::SERVICE_UNAVAILABLE, 60);
    }
    let content_type = request.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !json::is_activity_json(content_type) {
        return refuse(StatusCode::BAD_REQUEST, "not ActivityPub by its Content-Type");
    }
    let document = match json::parse(body) {
        Ok(document) => document,
        Err(refusal) => return refuse(StatusCode::BAD_REQUEST, refusal.0),
    };
    let activity = match activity::read(&document) {
        Ok(activity) => activity,
        Err(refusal) => return refuse(StatusCode::BAD_REQUEST, refusal.0),
    };
    let (headers, target) = (headers(request), target(request));
    let received = Received {
        method: "POST",
        target: &target,
        scheme: scheme(ctx),
        authority: &ctx.authority,
        headers: &headers,
        body: Some(body),
    };
    let claim = match signature::read(&received, ctx.now()) {
        Ok(claim) => claim,
        Err(refusal) => return refuse(StatusCode::UNAUTHORIZED, refusal.0),
    };
    match verified(ctx, &claim, &activity, &document).await {
        Ok(Verdict::Store) => store(ctx, &claim, &activity, &document).await,
        Ok(Verdict::Nothing) => HttpResponse::Accepted().finish(),
        Ok(Verdict::Refuse(status, why)) => refuse(status, why),
        Err(error) => failed(&error),
    }
}

/// What is to be done with an activity once its sender is known.
enum Verdict {
    Store,
    Nothing,
    Refuse(StatusCode, &'static str),
}

/// Is the sender who the activity says, and may it speak here?
async fn verified(ctx: &Ctx, claim: &Claim, activity: &Activity, document: &Value) -> Result<Verdict> {
    let host = host_of(&claim.key_id).unwrap_or_default();
    if host == ctx.authority || host_of(&activity.actor).as_deref() == Some(ctx.authority.as_str()) {
        return Ok(Verdict::Refuse(StatusCode::FORBIDDEN, "nobody outside speaks for this hall"));
    }
    if !remote::may_speak(ctx, &host).await? {
        return Ok(Verdict::Refuse(StatusCode::FORBIDDEN, "this server is not spoken to"));
    }
    let is_farewell = activity.kind == "Delete" && activity.object_id() == activity.actor;
    if is_farewell && remote::key::known(ctx, &claim.key_id).await?.is_none() {
        // Someone whom we never met is gone: there is nothing to check and nothing to do.
        return Ok(Verdict::Nothing);
    }
    let Some(known) = signer(ctx, claim).await? else {
        return Ok(Verdict::Refuse(StatusCode::UNAUTHORIZED, "the signature doesn't hold"));
    };
    if known.actor_uri == activity.actor || proves_itself(ctx, activity, document).await? {
        return Ok(Verdict::Store);
    }
    Ok(Verdict::Refuse(StatusCode::UNAUTHORIZED, "signed by somebody else than its actor"))
}

/// Whose signature it is; a key that doesn't fit is fetched once more, since its owner may have changed it.
async fn signer(ctx: &Ctx, claim: &Claim) -> Result<Option<Known>> {
    let first = match remote::key::find(ctx, &claim.key_id).await {
        Ok(known) => known,
        Err(Error::Remote { .. } | Error::NotFound(_) | Error::Forbidden) => return Ok(None),
        Err(error) => return Err(error),
    };
    if claim.verify(&first.key) {
        return Ok(Some(first));
    }
    match remote::key::refetch(ctx, &claim.key_id).await {
        Ok(known) if claim.verify(&known.key) => Ok(Some(known)),
        Ok(_) | Err(Error::Remote { .. } | Error::NotFound(_) | Error::Forbidden) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A forwarded activity counts by the proof of its own actor (FEP-8b32).
async fn proves_itself(ctx: &Ctx, activity: &Activity, document: &Value) -> Result<bool> {
    let Some(method) = proof::method(document) else { return Ok(false) };
    if !crate::wire::address::same_host(method, &activity.actor) {
        return Ok(false);
    }
    match remote::key::find(ctx, method).await {
        Ok(known) => Ok(known.actor_uri == activity.actor && proof::check(document, &known.key)),
        Err(Error::Remote { .. } | Error::NotFound(_) | Error::Forbidden) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What tells one thing that is announced from another under the same id: which activity it is, or the post's last change.
fn handed(announce: &Activity) -> String {
    match activity::read(&announce.object) {
        Ok(inner) if group::hands_on(announce) => format!("{} {}", inner.kind, inner.id),
        _ => json::text(&announce.object, "updated").unwrap_or_default().to_owned(),
    }
}

async fn store(ctx: &Ctx, claim: &Claim, activity: &Activity, document: &Value) -> HttpResponse {
    let fingerprint = claim.fingerprint();
    let body = document.to_string();
    let new = New {
        dedupe: dedupe(activity, &body, &fingerprint),
        uri: activity.id.clone(),
        kind: crate::text::name(&activity.kind, 60),
        actor_uri: activity.actor.clone(),
        host: host_of(&activity.actor).unwrap_or_default(),
        body,
        // What one actor says is taken in the order in which it came: an Accept before the first post, a post before its
        // comment.
        lane: activity.actor.clone(),
        fingerprint,
        fingerprint_expires_at: claim.expires_at,
    };
    match ctx.write(move |conn| arrival::store(conn, &new)).await {
        Ok(fresh) => {
            if fresh {
                ctx.metrics.arrivals_waiting.inc();
            }
            HttpResponse::Accepted().finish()
        }
        Err(error) => failed(&error),
    }
}

/// Does this type make or change an object, rather than a relation?
fn is_about_object(kind: &str) -> bool {
    matches!(kind, "Create" | "Update" | "Delete" | "Announce" | "Add" | "Remove" | "Move" | "Flag")
}

/// Objects are done once per type and id, changes of them once per id and content: some servers give every change of a post
/// the same id, or that of its `Create`. Relations are applied to the state they find, since some servers use their ids again;
/// only the very same request counts as a repetition.
fn dedupe(activity: &Activity, document: &str, fingerprint: &[u8; 32]) -> String {
    let encoded = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    let (kind, id) = (&activity.kind, &activity.id);
    match kind.as_str() {
        _ if !is_about_object(kind) || id.is_empty() => format!("signature:{}", encoded(fingerprint)),
        "Create" => id.clone(),
        "Update" => format!("{kind} {id} {}", encoded(&crate::secret::sha256(document.as_bytes()))),
        // A group may hand the same on in two forms under one id, and a changed post once more.
        "Announce" => format!("{kind} {id} {}", handed(activity)).trim_end().to_owned(),
        _ => format!("{kind} {id}"),
    }
}

/// Works off one stored activity; answers what is to be kept of it.
pub async fn work(ctx: &Ctx, arrival: &Arrival) -> Settled {
    let outcome = match dispatch(ctx, arrival).await {
        Ok(outcome) => outcome,
        Err(error) => Outcome::from(error),
    };
    let (id, attempts, now) = (arrival.id, arrival.attempts, ctx.now());
    let (state, label, reason) = match outcome {
        Outcome::Done => (State::Done, "done", String::new()),
        Outcome::Ignored(why) => (State::Ignored, "ignored", why),
        Outcome::Rejected(why) => (State::Rejected, "rejected", why),
        Outcome::Later(why) if attempts >= arrival::ATTEMPTS_MAX => (State::Failed, "failed", why),
        Outcome::Later(why) => {
            let due_at: Micros = now + delivery::pause(attempts, u64::from_le_bytes(crate::secret::random()));
            tracing::info!(arrival = %id, attempts, reason = %why, "an activity waits for another try");
            return Settled::Postponed { id, due_at, reason: why };
        }
    };
    ctx.metrics.arrivals.with_label_values(&[label]).inc();
    if state != State::Done {
        tracing::debug!(arrival = %id, outcome = label, %reason, "an activity had no effect");
    }
    Settled::Finished { id, state, reason }
}

/// What an activity's object is, as far as it can be told without fetching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thing {
    Post,
    Actor,
    Follow,
    Like,
    Announce,
    Block,
    /// Given by its id alone.
    Id,
    Other,
}

fn thing(activity: &Activity) -> Thing {
    if activity.object.is_string() {
        return Thing::Id;
    }
    let types = activity.object_types();
    if object::is_post(&types) {
        Thing::Post
    } else if types.contains(&"Follow") {
        Thing::Follow
    } else if types.iter().any(|kind| matches!(*kind, "Like" | "EmojiReact")) {
        Thing::Like
    } else if types.contains(&"Announce") {
        Thing::Announce
    } else if types.contains(&"Block") {
        Thing::Block
    } else if wire_actor::read(&activity.object).is_ok() || types.iter().any(|t| is_actor_type(t)) {
        Thing::Actor
    } else {
        Thing::Other
    }
}

fn is_actor_type(kind: &str) -> bool {
    matches!(kind, "Person" | "Organization" | "Group" | "Service" | "Application")
}

/// The whole protocol on one screen.
async fn dispatch(ctx: &Ctx, arrival: &Arrival) -> Result<Outcome> {
    let document: Value = serde_json::from_str(&arrival.body).map_err(|e| Error::Broken(Box::new(e)))?;
    let activity = match activity::read(&document) {
        Ok(activity) => activity,
        Err(refusal) => return Ok(Outcome::Rejected(refusal.0.to_owned())),
    };
    let sender = remote::actor::by_uri(ctx, &activity.actor).await?;
    if sender.deleted_at.is_some() || sender.suspended_at.is_some() {
        return Ok(Outcome::Rejected("its actor is gone or suspended".to_owned()));
    }
    if !proof_holds(ctx, &sender, &document).await? {
        return Ok(Outcome::Rejected("its proof doesn't hold".to_owned()));
    }
    let object = &activity.object;
    let word = Word { body: arrival.body.clone(), has_proof: proof::method(&document).is_some() };
    if matches!(activity.kind.as_str(), "Lock" | "Undo" | "Delete" | "Block" | "Add" | "Remove")
        && let Some(rule) = group::rule(ctx, &sender, &activity, &document).await?
    {
        return group::on_rule(ctx, &sender, &activity, rule, word).await;
    }
    let home = match activity.kind.as_str() {
        "Create" | "Update" if group::begins(ctx, &activity).await? => group::named(ctx, &activity, &document).await?,
        _ => None,
    };
    let way = Way::Direct(Some(word));
    match (activity.kind.as_str(), thing(&activity)) {
        ("Create" | "Update", Thing::Post) if group::is_spoken_for(&sender, object) => {
            group::on_spoken(ctx, &sender, object).await
        }
        ("Create" | "Update", Thing::Post | Thing::Id) if let Some(home) = &home => {
            group::on_topic(ctx, &sender, home, object, way).await
        }
        ("Create", Thing::Post) if announcement::is_reminder(&sender, object) => {
            announcement::on_reminder(ctx, &sender, object).await
        }
        ("Read", _) => announcement::on_read(ctx, &sender, &activity).await,
        ("Create", Thing::Post | Thing::Id) => moment::on_create(ctx, &sender, object, way).await,
        ("Update", _) if activity.object_id() == sender.uri => actor::on_update(ctx, &sender, object).await,
        ("Update", Thing::Post | Thing::Id) => moment::on_update(ctx, &sender, object, way).await,
        ("Delete", _) if activity.object_id() == sender.uri => actor::on_farewell(ctx, &sender).await,
        ("Delete", _) => moment::on_tombstone(ctx, &sender, object, way).await,
        ("Like" | "EmojiReact", _) => reaction::on_like(ctx, &sender, &activity, way).await,
        ("Undo", Thing::Like) => reaction::on_undo(ctx, &sender, object, way).await,
        ("Undo", Thing::Id) if reaction::is_like(ctx, &sender, object).await? => {
            reaction::on_undo(ctx, &sender, object, way).await
        }
        ("Announce", _) if sender.kind == Kind::Group || group::hands_on(&activity) => {
            group::on_announce(ctx, &sender, &activity).await
        }
        ("Announce", Thing::Post | Thing::Id) => boost::on_announce(ctx, &sender, &activity).await,
        ("Undo", Thing::Announce) => boost::on_undo(ctx, &sender, object).await,
        ("Undo", Thing::Id) if boost::is_boost(ctx, &sender, object).await? => {
            boost::on_undo(ctx, &sender, object).await
        }
        ("Block", _) => block::on_block(ctx, &sender, &activity).await,
        ("Undo", Thing::Block) => block::on_undo(ctx, &sender, object).await,
        ("Undo", Thing::Id) if block::is_block(ctx, &sender, object).await? => {
            block::on_undo(ctx, &sender, object).await
        }
        ("Join", _) => roll_call::on_join(ctx, &sender, &activity, &document).await,
        ("Leave", _) => roll_call::on_leave(ctx, &sender, &activity).await,
        ("Reject", _) if activity.object_types().contains(&"Join") => {
            roll_call::on_reject(ctx, &sender, &activity).await
        }
        ("PollVote", _) => poll::on_poll_vote(ctx, &sender, &document).await,
        ("QuoteRequest", _) => quote::on_request(ctx, &sender, &document).await,
        ("Flag", _) => report::on_flag(ctx, &sender, &activity).await,
        ("Follow", _) => {
            let token = json::text(&document, "hg:inviteToken").unwrap_or_default();
            friend::on_follow(ctx, &sender, &activity, token).await
        }
        ("Offer", Thing::Follow) => friend::on_offer(ctx, &sender, &activity).await,
        ("Move", _) => friend::on_move(ctx, &sender, &activity).await,
        ("Accept", Thing::Follow | Thing::Id) => friend::on_accept(ctx, &sender, object).await,
        ("Reject", Thing::Follow | Thing::Id) => friend::on_reject(ctx, &sender, object).await,
        ("Undo", Thing::Follow | Thing::Id) => friend::on_undo(ctx, &sender, object).await,
        ("Add", Thing::Like | Thing::Other) => comment::on_add(ctx, &sender, &activity).await,
        ("Add" | "Remove", _) => match profile::on_change(ctx, &sender, &activity, &activity.target).await? {
            Outcome::Ignored(_) if activity.kind == "Remove" => comment::on_remove(ctx, &sender, &activity, way).await,
            outcome => Ok(outcome),
        },
        (kind, thing) => Ok(Outcome::Ignored(format!("{kind} of {thing:?} is not understood"))),
    }
}

/// A proof that is there must hold, if we have the key that it names.
async fn proof_holds(ctx: &Ctx, sender: &Actor, document: &Value) -> Result<bool> {
    let Some(method) = proof::method(document) else { return Ok(true) };
    match remote::key::known(ctx, method).await? {
        Some(known) => Ok(known.actor_uri == sender.uri && proof::check(document, &known.key)),
        None => Ok(true),
    }
}
