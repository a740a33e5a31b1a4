//! The outbox: each event becomes one activity (with a proof), the activity one delivery per inbox, and deliveries are
//! sent with growing pauses until they are taken or given up.
//!
//! The activity's id is the event's, so that handing an event out twice makes nothing twice.

use std::collections::BTreeSet;

use serde_json::Value;

use super::friend::{Follow, about_follow};
use super::outgoing::{Outgoing, current_inboxes, member_inboxes, without_closed};
use super::{
    account, actor as actor_map, announcement as announcements, article, block, boost, comment, document, group, item,
    mention, moment, picture, place, poll, quote, reaction, report, roll_call,
};
use crate::clock::{Micros, SECOND, to_rfc3339_ms};
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::actor::{self, Actor, Kind};
use crate::domain::announcement;
use crate::domain::audience::{self, Audience};
use crate::domain::delivery::{self, Delivery};
use crate::domain::event::{self, Event, FEDERATION, Work};
use crate::domain::post::{self, Post};
use crate::domain::{
    activity as sent, block as blocks, group as groups, item as items, media, peer, place as spot, poll as votes, topic,
};
use crate::error::{Error, Result, Retry};
use crate::id::{ActorId, LeaveId, PostId};
use crate::net::Answer;
use crate::secret::SigningKey;
use crate::wire::address::host_of;
use crate::wire::signature::{Form, Sending, digest, sign};
use crate::wire::{activity, json};

/// Deliveries queued in one transaction: a large fan-out never holds the writer.
const CHUNK: usize = 100;

/// Handles one event: maps it, stores the activity, queues its deliveries, says done. An error leaves it for later.
pub async fn work(ctx: &Ctx, work: Work) -> Result<()> {
    let now = ctx.now();
    let (id, attempts) = (work.id, work.attempts);
    let result = match map(ctx, &work).await {
        Ok(Some(outgoing)) => queue(ctx, &work, outgoing).await,
        Ok(None) => ctx.write(move |conn| event::complete(conn, FEDERATION, id)).await,
        Err(error) => Err(error),
    };
    let Err(error) = result else { return Ok(()) };
    tracing::warn!(event = %id, attempts, %error, "an event waits for another try");
    let due_at = now + delivery::pause(attempts, u64::from_le_bytes(crate::secret::random()));
    let reason = error.to_string();
    ctx.write(move |conn| event::postpone(conn, FEDERATION, id, due_at, &reason)).await
}

/// What an event means to other servers; `None` if nothing.
async fn map(ctx: &Ctx, work: &Work) -> Result<Option<Outgoing>> {
    let id = format!("{}/activities/{}", ctx.origin, work.id);
    let actor_id = work.actor_id;
    let me = ctx.glance(move |conn| actor::by_id(conn, actor_id)).await?;
    match &work.event {
        Event::Published(post) => {
            let told = *post;
            if ctx.glance(move |conn| announcement::is_untold(conn, told)).await? {
                ctx.write(move |conn| announcement::tell(conn, told)).await?;
            }
            about_post(ctx, "Create", &id, &me, told, work).await
        }
        Event::Edited(post) => about_post(ctx, "Update", &id, &me, *post, work).await,
        Event::Deleted(post) => deleted(ctx, &id, &me, *post, work.created_at).await,
        Event::Requested { .. }
        | Event::Accepted { .. }
        | Event::Rejected { .. }
        | Event::Undone { .. }
        | Event::Blocked { .. }
        | Event::Unblocked { .. } => of_tie(ctx, &id, &me, &work.event).await,
        Event::Liked { post } => reaction::about_like(ctx, &id, None, &me, *post).await,
        Event::Unliked { post, like } => reaction::about_like(ctx, like, Some(&id), &me, *post).await,
        Event::Boosted { post } => boost::about_boost(ctx, &id, None, &me, *post, work.created_at).await,
        Event::Unboosted { post, announce } => {
            boost::about_boost(ctx, announce, Some(&id), &me, *post, work.created_at).await
        }
        Event::HandedOn { root, body } => comment::hand_on(ctx, &id, &me, *root, body).await,
        Event::Removed { root, comment } => comment::removed(ctx, &id, &me, *root, *comment).await,
        Event::Counted(post) => about_post(ctx, "Update", &id, &me, *post, work).await,
        Event::Voted { post, place } => poll::about_vote(ctx, &id, &me, *post, *place).await,
        Event::PollEnded(post) => {
            let asked = *post;
            let is_ours = ctx.write(move |conn| votes::end(conn, asked)).await?;
            if is_ours { about_post(ctx, "Update", &id, &me, *post, work).await } else { Ok(None) }
        }
        Event::EmbargoEnded(post) => embargo_ended(ctx, *post).await,
        Event::MuteEnded { muted } => {
            let (me, muted) = (me.id, *muted);
            ctx.write(move |conn| blocks::end_mute(conn, me, muted)).await?;
            Ok(None)
        }
        Event::QuoteAnswered { request, quoted, quoting, by, leave } => {
            let (quoted, by, leave) = (*quoted, *by, leave.map(LeaveId));
            quote::answer(ctx, &id, &me, &quote::Asked { request, quoted, quoting, by, leave }).await
        }
        Event::ProfileChanged => profile_changed(ctx, &id, &me).await,
        Event::Reported(report) => report::about_report(ctx, &id, &me, *report).await,
        Event::DraftDue(_)
        | Event::CommentSelected { .. }
        | Event::AccountClosed
        | Event::AccountMoved { .. }
        | Event::AccountFollowed { .. }
        | Event::AccountNamed { .. } => account::act(ctx, &id, &me, &work.event).await,
        // Named one by one, so that a new event can't be forgotten.
        Event::GroupRelayed { .. }
        | Event::GroupShared { .. }
        | Event::GroupUnshared { .. }
        | Event::GroupMarked { .. }
        | Event::GroupBanned { .. }
        | Event::GroupUnbanned { .. }
        | Event::GroupOffice { .. }
        | Event::RollJoined { .. }
        | Event::RollLeft { .. }
        | Event::RollRefused { .. }
        | Event::Confirmed(_)
        | Event::Reminded { .. }
        | Event::AnnouncementEnded(_) => of_group(ctx, &id, &me, work).await,
    }
}

/// What becomes of the tie between a member and somebody elsewhere, to their server.
async fn of_tie(ctx: &Ctx, id: &str, me: &Actor, event: &Event) -> Result<Option<Outgoing>> {
    match event {
        Event::Requested { follow, followed, greeting } => Ok(other(ctx, *followed)
            .await?
            .map(|to| directed("Follow", activity::follow(follow, &me.uri, &to.uri, greeting), &to))),
        Event::Accepted { follow, follower } => {
            let to = other(ctx, *follower).await?;
            Ok(to.map(|to| directed("Accept", answer("Accept", id, me, follow, &to), &to)))
        }
        Event::Rejected { follow, follower } => {
            let to = other(ctx, *follower).await?;
            Ok(to.map(|to| directed("Reject", answer("Reject", id, me, follow, &to), &to)))
        }
        Event::Undone { follow, followed } => {
            let to = other(ctx, *followed).await?;
            Ok(to.map(|to| {
                let inner = Follow { uri: follow, follower: &me.uri, followed: &to.uri };
                directed("Undo", about_follow("Undo", id, me, &inner, &to), &to)
            }))
        }
        Event::Blocked { block, blocked } => {
            let to = other(ctx, *blocked).await?;
            Ok(to.map(|to| directed("Block", block::document(block, None, me, &to), &to)))
        }
        Event::Unblocked { block, blocked } => {
            let to = other(ctx, *blocked).await?;
            Ok(to.map(|to| directed("Undo", block::document(block, Some(id), me, &to), &to)))
        }
        _ => Ok(None),
    }
}

/// What a group of this hall does, to its members' servers.
async fn of_group(ctx: &Ctx, id: &str, me: &Actor, work: &Work) -> Result<Option<Outgoing>> {
    let at = work.created_at;
    match &work.event {
        Event::GroupRelayed { post, body } => group::handed(ctx, id, me, (*post, body), at).await,
        Event::GroupShared { post } => group::shared(ctx, id, me, (*post, None), at).await,
        Event::GroupUnshared { post, announce } => group::shared(ctx, id, me, (*post, Some(*announce)), at).await,
        Event::GroupMarked { by, post, mark, reason } => {
            group::marked(ctx, id, me, (*by, *post, *mark), reason, at).await
        }
        Event::GroupBanned { by, person, reason } => {
            group::banned(ctx, id, me, (*by, *person, false), reason, at).await
        }
        Event::GroupUnbanned { by, person } => group::banned(ctx, id, me, (*by, *person, true), "", at).await,
        Event::GroupOffice { by, person, is_officer } => {
            group::appointed(ctx, id, me, (*by, *person, *is_officer), at).await
        }
        Event::RollJoined { post } => roll_call::about_entry(ctx, id, me, *post).await,
        Event::RollLeft { post } => roll_call::about_leave(ctx, id, me, *post).await,
        Event::RollRefused { post, join, to, why } => {
            let refusal = roll_call::Refusal { post: *post, join, to: *to, why };
            roll_call::about_refusal(ctx, id, me, &refusal).await
        }
        Event::Confirmed(post) => announcements::about_confirmation(ctx, id, me, *post).await,
        Event::Reminded { post, host } => announcements::about_reminder(ctx, id, me, (*post, host), work).await,
        Event::AnnouncementEnded(post) => {
            let post = *post;
            ctx.write(move |conn| announcement::end(conn, post)).await?;
            Ok(None)
        }
        _ => Ok(None),
    }
}

/// An item opens: what follows of that are events of their own.
async fn embargo_ended(ctx: &Ctx, item: PostId) -> Result<Option<Outgoing>> {
    ctx.write(move |conn| items::end_embargo(conn, item)).await?;
    Ok(None)
}

fn answer(kind: &str, id: &str, me: &Actor, follow: &str, follower: &Actor) -> Value {
    let inner = Follow { uri: follow, follower: &follower.uri, followed: &me.uri };
    about_follow(kind, id, me, &inner, follower)
}

fn directed(kind: &'static str, document: Value, to: &Actor) -> Outgoing {
    Outgoing::new(kind, document, BTreeSet::from([to.inbox.clone()]))
}

/// The other side of a tie, unless it is gone.
async fn other(ctx: &Ctx, id: ActorId) -> Result<Option<Actor>> {
    match ctx.glance(move |conn| actor::by_id(conn, id)).await {
        Ok(actor) => Ok((!actor.is_local() && actor.deleted_at.is_none()).then_some(actor)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A post is published or changed, as it stands now; nothing if it is deleted meanwhile.
async fn about_post(
    ctx: &Ctx,
    kind: &'static str,
    id: &str,
    me: &Actor,
    post: PostId,
    work: &Work,
) -> Result<Option<Outgoing>> {
    let Some((post, author)) = moment::of_event(ctx, me.id, post).await? else { return Ok(None) };
    // What the protocol of an item keeps from others goes nowhere.
    if post.deleted_at.is_some() || matches!(post.audience, Audience::Me | Audience::Protocol) {
        return Ok(None);
    }
    let is_new = kind == "Create";
    let (audience, author_id) = (post.audience, author.id);
    let route = group_route(ctx, &post, &author, kind).await?;
    let relayed = route.as_ref().and_then(|route| route.relayed);
    let (inboxes, handed_on) = match route {
        Some(route) => (route.inboxes, None),
        None if comment::is_comment(&post) => comment::inboxes(ctx, &post, &author).await?,
        None => (moment_inboxes(ctx, is_new, post.clone()).await?, None),
    };
    let inboxes = without_closed(ctx, author_id, inboxes).await?;
    let handed_on = match root_with_author(ctx, handed_on).await? {
        // Whoever is apart from the root's author isn't handed on by them.
        Some((_, by)) if ctx.read(move |conn| audience::are_apart(conn, author_id, by)).await? => None,
        handed_on => handed_on,
    };
    let asked = post.clone();
    let (setting, words, pictures, spot, asks, (facts, described)) = ctx
        .glance(move |conn| {
            let more = (article::facts(conn, &asked)?, item::described(conn, &asked)?);
            let (words, pictures) = (mention::of(conn, &asked)?, media::of_post(conn, asked.id)?);
            let (spot, asks) = (spot::of_post(conn, asked.id)?, votes::of_post(conn, None, asked.id)?);
            Ok((comment::setting(conn, &asked)?, words, pictures, spot, asks, more))
        })
        .await?;
    let mut note = comment::document(&post, &author, &setting, &words);
    item::dress(&mut note, &post, described.as_ref(), &ctx.forms);
    place::add(&mut note, &spot);
    poll::add(&mut note, asks.as_ref(), ctx.now());
    roll_call::add(ctx, &mut note, &post).await?;
    let has_pictures = picture::add(&mut note, &ctx.origin, &pictures);
    article::add(&mut note, &post, &author, facts.as_ref(), &ctx.origin);
    let whispered = group::whispered(ctx, &post, &mut note).await?;
    let per_host = words.is_per_host || (has_pictures && !audience.is_public()) || !whispered.is_empty();
    let inboxes = inboxes.into_iter().chain(whispered).collect();
    let mut document = activity::about_post(kind, id, &me.uri, note, &to_rfc3339_ms(work.created_at));
    let per_host = per_host || described.is_some();
    if described.is_some() {
        item::bare(&mut document);
    }
    Ok(Some(Outgoing { kind, document, post_id: Some(post.id), inboxes, handed_on, relayed, per_host }))
}

/// Where an activity of a member about what they said in a group goes.
async fn group_route(ctx: &Ctx, post: &Post, author: &Actor, kind: &'static str) -> Result<Option<group::Route>> {
    if post.group_id.is_none() {
        return Ok(None);
    }
    let (post, author) = (post.clone(), author.clone());
    ctx.read(move |conn| group::route(conn, &post, &author, kind)).await
}

/// The inboxes that a Moment goes to.
async fn moment_inboxes(ctx: &Ctx, is_new: bool, post: Post) -> Result<BTreeSet<String>> {
    ctx.glance(move |conn| {
        let current = match post.audience {
            Audience::People => mention::of(conn, &post)?.own_inboxes(),
            _ => current_inboxes(conn, post.author_id)?,
        };
        let copies: BTreeSet<String> = post::copies(conn, post.id)?.into_iter().collect();
        let mut inboxes = match (is_new, post.audience.is_public()) {
            (true, _) => current,
            (false, true) => copies,
            // Who may no longer see it doesn't get its new text either.
            (false, false) => &copies & &current,
        };
        if post.audience.is_public() {
            inboxes.extend(mention::of(conn, &post)?.inboxes(&inboxes));
        }
        Ok(inboxes)
    })
    .await
}

async fn root_with_author(ctx: &Ctx, root: Option<PostId>) -> Result<Option<(PostId, ActorId)>> {
    let Some(root) = root else { return Ok(None) };
    let author = ctx.glance(move |conn| Ok(post::by_id(conn, root)?.author_id)).await?;
    Ok(Some((root, author)))
}

/// A post is deleted: every inbox that holds a copy hears of it.
async fn deleted(ctx: &Ctx, id: &str, me: &Actor, post: PostId, at: Micros) -> Result<Option<Outgoing>> {
    let Some((post, author)) = moment::of_event(ctx, me.id, post).await? else { return Ok(None) };
    let post_id = post.id;
    let route = group_route(ctx, &post, &author, "Delete").await?;
    let relayed = route.as_ref().and_then(|route| route.relayed);
    let inboxes = match route {
        Some(route) => route.inboxes,
        None => ctx.glance(move |conn| post::copies(conn, post_id)).await?.into_iter().collect(),
    };
    let handed_on = match comment::is_comment(&post) && post.group_id.is_none() {
        true => comment::inboxes(ctx, &post, &author).await?.1,
        false => None,
    };
    let handed_on = root_with_author(ctx, handed_on).await?;
    if inboxes.is_empty() && handed_on.is_none() && relayed.is_none() {
        return Ok(None);
    }
    let to = delete_recipients(&post, &author);
    let mut document = activity::delete(id, &me.uri, &post.uri, &to);
    // An item may be shown again: what comes later then counts.
    if let (post::Kind::Item, Some(object)) = (post.kind, document.get_mut("object")) {
        *object = item::tombstone(&post.uri, at);
    }
    Ok(Some(Outgoing { handed_on, relayed, ..Outgoing::new("Delete", document, inboxes) }))
}

fn delete_recipients(post: &Post, author: &Actor) -> Vec<String> {
    let (mut to, cc) = moment::recipients(post.audience, author);
    to.extend(cc);
    to
}

/// A member's profile changed: their friends' servers get the new document.
async fn profile_changed(ctx: &Ctx, id: &str, me: &Actor) -> Result<Option<Outgoing>> {
    let (author, is_group) = (me.clone(), me.kind == Kind::Group);
    let (told, inboxes) = ctx
        .glance(move |conn| {
            let id = author.id;
            let inboxes = if is_group { member_inboxes(conn, id)? } else { current_inboxes(conn, id)? };
            Ok((actor_map::told(conn, &author)?, inboxes))
        })
        .await?;
    if inboxes.is_empty() {
        return Ok(None);
    }
    let to = [crate::wire::object::PUBLIC.to_owned()];
    let document = actor_map::document(me, told);
    let document = activity::update_actor(id, &me.uri, document, &to);
    Ok(Some(Outgoing::new("Update", document, inboxes)))
}

/// Stores the activity with its proof and queues its deliveries, in chunks; the last chunk says done.
async fn queue(ctx: &Ctx, work: &Work, outgoing: Outgoing) -> Result<()> {
    let per_host = outgoing.per_host;
    let body: std::sync::Arc<str> = if per_host {
        json::with_context(outgoing.document).to_string().into()
    } else {
        picture::signed(ctx, work.actor_id, work.created_at, outgoing.document).await?.into()
    };
    let inboxes: Vec<String> = outgoing.inboxes.into_iter().collect();
    let mut chunks: Vec<Vec<String>> = inboxes.chunks(CHUNK).map(<[String]>::to_vec).collect();
    if chunks.is_empty() {
        chunks.push(Vec::new());
    }
    let last = chunks.len() - 1;
    for (index, chunk) in chunks.into_iter().enumerate() {
        let (work, body) = (work.clone(), body.clone());
        let (kind, post_id) = (outgoing.kind, outgoing.post_id);
        let (handed_on, relayed) = (outgoing.handed_on, outgoing.relayed);
        ctx.write(move |conn| {
            let uri = event::activity_uri(conn, work.id);
            let new = sent::New {
                id: work.id,
                uri: &uri,
                kind,
                actor_id: work.actor_id,
                post_id,
                body: &body,
                per_host,
                created_at: work.created_at,
            };
            sent::store(conn, &new)?;
            for inbox in &chunk {
                let Some(host) = host_of(inbox) else { continue };
                delivery::enqueue(conn, work.id, &work.lane, inbox, &host)?;
                if let Some(post) = post_id {
                    post::add_copy(conn, post, inbox)?;
                }
            }
            if index < last {
                return Ok(());
            }
            if let Some(relayed) = relayed {
                groups::relay(conn, relayed.group, relayed.spot, body.to_string())?;
                if relayed.is_shared {
                    groups::share(conn, relayed.group, relayed.spot)?;
                }
                if kind == "Create" {
                    topic::tell_pin(conn, work.actor_id, relayed.group, relayed.spot)?;
                }
            }
            if let Some((root, by)) = handed_on {
                let id = event::id(conn);
                event::record(conn, id, by, &work.lane, &Event::HandedOn { root, body: body.to_string() })?;
            }
            event::complete(conn, FEDERATION, work.id)
        })
        .await?;
    }
    Ok(())
}

/// How an attempt ended.
enum Attempt {
    /// Taken.
    Taken,
    /// Not taken, and never will be.
    Refused(String),
    /// The inbox is gone for good.
    Gone,
    /// To be tried again, after so many seconds at least.
    Later(String, u64),
    /// The whole server takes nothing just now: to be tried again with everything else for it, after so many seconds at
    /// least.
    Away(String, u64),
}

/// Tries what is due for one host, one after the other, and stores how each attempt ended.
///
/// A host that can't be reached isn't tried with the rest: those go back as they were, and the host is left alone for a
/// while. Answers whether it may be tried with more.
pub async fn deliver(ctx: &Ctx, host: String, batch: Vec<Delivery>) -> Result<bool> {
    let asked = host.clone();
    let known = ctx.glance(move |conn| peer::find(conn, &asked)).await?;
    if !crate::remote::is_allowed(ctx, known.as_ref().map(|peer| peer.state)) {
        let ids: Vec<_> = batch.iter().map(|delivery| delivery.id).collect();
        ctx.write(move |conn| delivery::complete(conn, &ids)).await?;
        return Ok(true);
    }
    let mut form = Form::of_peer(known.as_ref().map_or("", |peer| peer.signature.as_str()));
    let mut ended = Vec::with_capacity(batch.len());
    let mut untried = Vec::new();
    let mut unreachable = false;
    for delivery in batch {
        if unreachable {
            untried.push(delivery.id);
            continue;
        }
        let attempt = send_own(ctx, &host, &delivery, &mut form).await;
        unreachable = matches!(attempt, Attempt::Away(..));
        let label = match &attempt {
            Attempt::Taken => "taken",
            Attempt::Refused(_) | Attempt::Gone => "refused",
            Attempt::Later(..) | Attempt::Away(..) => "later",
        };
        ctx.metrics.deliveries.with_label_values(&[label]).inc();
        ended.push((delivery, attempt));
    }
    let jitter = u64::from_le_bytes(crate::secret::random());
    ctx.write(move |conn| {
        delivery::release(conn, &untried)?;
        finish(conn, &host, form, ended, jitter)
    })
    .await?;
    Ok(!unreachable)
}

/// Stores how the attempts at one host ended.
fn finish(conn: &mut Conn, host: &str, form: Form, ended: Vec<(Delivery, Attempt)>, jitter: u64) -> Result<()> {
    let now = conn.now();
    let mut done = Vec::with_capacity(ended.len());
    for (delivery, attempt) in ended {
        let is_away = matches!(attempt, Attempt::Away(..));
        match attempt {
            Attempt::Taken => {
                done.push(delivery.id);
                peer::succeeded(conn, host, form.as_str())?;
            }
            Attempt::Refused(reason) => {
                tracing::info!(delivery = %delivery.id, %host, %reason, "a delivery was refused");
                done.push(delivery.id);
            }
            Attempt::Gone => delivery::give_up_inbox(conn, &delivery.inbox)?,
            Attempt::Later(reason, after_s) | Attempt::Away(reason, after_s) => {
                let pause = delivery::pause(delivery.attempts, jitter);
                let due_at = now + pause.max(i64::try_from(after_s.min(86_400)).unwrap_or(0) * SECOND);
                peer::failed(conn, host, &reason, is_away.then_some(due_at))?;
                if due_at - delivery.created_at > delivery::GIVE_UP_AFTER {
                    tracing::warn!(delivery = %delivery.id, %host, %reason, "a delivery is given up");
                    done.push(delivery.id);
                } else {
                    delivery::postpone(conn, delivery.id, due_at, &reason)?;
                }
            }
        }
    }
    delivery::complete(conn, &done)?;
    conn.wake();
    Ok(())
}

/// Sends one delivery; one whose document is made for each server by itself, with what was made for this one.
async fn send_own(ctx: &Ctx, host: &str, delivery: &Delivery, form: &mut Form) -> Attempt {
    if !delivery.per_host {
        return send(ctx, delivery, form).await;
    }
    let stored = sent::Sent {
        id: delivery.activity_id,
        actor_id: delivery.actor_id,
        body: delivery.body.to_string(),
        per_host: true,
        created_at: delivery.happened_at,
    };
    match document::whole(ctx, &stored, host).await {
        Ok(body) => send(ctx, &Delivery { body: body.into(), ..delivery.clone() }, form).await,
        Err(Error::NotFound("post")) => Attempt::Refused("what it is about is no longer for everyone".to_owned()),
        Err(error) => Attempt::Later(error.to_string(), 0),
    }
}

/// Sends one delivery. Double-knocking: if the signature isn't liked in one form, the other is tried, and remembered.
async fn send(ctx: &Ctx, delivery: &Delivery, form: &mut Form) -> Attempt {
    let key = match crate::remote::key::signing(ctx, delivery.actor_id).await {
        Ok(key) => key,
        Err(error) => return Attempt::Later(error.to_string(), 0),
    };
    let Ok(url) = url::Url::parse(&delivery.inbox) else { return Attempt::Refused("no web address".to_owned()) };
    let digest = digest(delivery.body.as_bytes());
    let first = post(ctx, &url, delivery, &digest, &key, *form).await;
    let answer = match first {
        Ok(answer) if matches!(answer.status, 400 | 401 | 403) => {
            let second = post(ctx, &url, delivery, &digest, &key, form.other()).await;
            match second {
                Ok(second) if second.is_success() => {
                    *form = form.other();
                    Ok(second)
                }
                _ => Ok(answer),
            }
        }
        first => first,
    };
    judge(answer)
}

/// What an answer means for the delivery (federation.md, “Delivering”).
fn judge(answer: Result<Answer>) -> Attempt {
    let answer = match answer {
        Ok(answer) => answer,
        Err(Error::Remote { reason, retry: Retry::Never, .. }) => return Attempt::Refused(reason),
        Err(error) => return Attempt::Away(error.to_string(), 0),
    };
    let after_s = answer.header("retry-after").and_then(|value| value.trim().parse().ok()).unwrap_or(0);
    let said = format!("answered {}", answer.status);
    match answer.status {
        200..=299 => Attempt::Taken,
        410 => Attempt::Gone,
        // Any other fault may be of this one activity.
        429 | 502..=504 => Attempt::Away(said, after_s),
        401 | 403 | 408 | 425 | 500.. => Attempt::Later(said, after_s),
        _ => Attempt::Refused(said),
    }
}

async fn post(
    ctx: &Ctx,
    url: &url::Url,
    delivery: &Delivery,
    digest: &str,
    (key_id, key): &(std::sync::Arc<str>, SigningKey),
    form: Form,
) -> Result<Answer> {
    let sending = Sending { method: "POST", url, digest: Some(digest) };
    let mut headers = sign(form, key, key_id, &sending, ctx.now())?;
    headers.push(("content-type".to_owned(), json::ACTIVITY_JSON.to_owned()));
    ctx.net.post(url, headers, delivery.body.as_bytes().to_vec()).await
}
