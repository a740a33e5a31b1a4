//! Reading statuses: one, what is around it, what it said before, who likes it.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::entity::{self, Item, Status};
use crate::api::account::{self, Account};
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::entity::{Emoji, emojis, time};
use crate::api::media::Attachment;
use crate::api::param::Params;
use crate::ctx::Ctx;
use crate::db::{Conn, End, Range};
use crate::domain::actor::Actor;
use crate::domain::audience::Viewer;
use crate::domain::boost;
use crate::domain::comment;
use crate::domain::post::{self, Entry};
use crate::domain::{hashtag, media, profile, reaction, version};
use crate::error::{Error, Result};
use crate::id::{ActorId, BoostId, PostId, ReactionId};
use crate::text;

/// Statuses asked for by their numbers in one call.
const SEVERAL_MAX: usize = 20;
/// Ancestors and descendants of one status that are told; visitors get fewer.
const CONTEXT_MAX: i64 = 4_096;
const CONTEXT_MAX_VISITOR: i64 = 60;

/// A status by its number, if the viewer may see it: a post, or a boost of one by somebody of whom the viewer hears.
pub fn find(conn: &mut Conn, viewer: &Viewer, id: PostId) -> Result<Item> {
    match post::show(conn, viewer, id) {
        Ok(entry) if is_told(viewer, &entry) => Ok(entry.into()),
        Ok(_) => Err(Error::NotFound("post")),
        Err(Error::NotFound(_)) => {
            let (boost, booster) = boost::show(conn, viewer, BoostId(id.0))?;
            let entry = post::show(conn, viewer, boost.post_id)?;
            if !is_told(viewer, &entry) {
                return Err(Error::NotFound("post"));
            }
            Ok(Item { entry, boost: Some((boost.id.0, booster)) })
        }
        Err(error) => Err(error),
    }
}

/// Visitors read what other servers published over there.
fn is_told(viewer: &Viewer, entry: &Entry) -> bool {
    entry.author.is_local() || viewer.member().is_some()
}

/// The post behind a status' number: that of a boost is the boosted one.
pub fn post_of(conn: &mut Conn, viewer: &Viewer, id: PostId) -> Result<PostId> {
    Ok(find(conn, viewer, id)?.entry.post.id)
}

/// `/api/v1/statuses/{id}`.
pub async fn show(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (viewer, id, shared) = (caller.viewer(), *id, ctx.clone());
    let status = ctx
        .glance(move |conn| {
            let item = find(conn, &viewer, id)?;
            entity::one(&shared, conn, &viewer, item)
        })
        .await?;
    answer::json(&status)
}

/// `/api/v1/statuses?id[]=`.
pub async fn several(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let ids: Vec<PostId> = params.list("id").into_iter().filter_map(|id| id.parse().ok()).take(SEVERAL_MAX).collect();
    let (viewer, shared) = (caller.viewer(), ctx.clone());
    let found = ctx
        .glance(move |conn| {
            let mut items = Vec::new();
            for id in ids {
                match find(conn, &viewer, id) {
                    Ok(item) => items.push(item),
                    Err(Error::NotFound(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            entity::statuses(&shared, conn, &viewer, &items, "")
        })
        .await?;
    answer::json(&found)
}

/// `/api/v1/accounts/{id}/statuses`.
pub async fn by_account(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<ActorId>,
    params: Params,
) -> Result<HttpResponse> {
    let (viewer, id, shared) = (caller.viewer(), *id, ctx.clone());
    let range = answer::range(&params, 20, 40);
    let says = |name: &str| params.flag(name).unwrap_or(false);
    let (pinned, bare, pictured) = (says("pinned"), says("exclude_replies"), says("only_media"));
    let own_only = says("exclude_reblogs");
    let tagged = params.some("tagged").and_then(crate::text::fold_hashtag);
    let (ends, statuses) = ctx
        .glance(move |conn| {
            let author = account::seen(conn, &viewer, id)?;
            let rows = match (pinned, bare) {
                (true, _) => profile::pinned(conn, &viewer, id)?,
                (false, true) => post::by_author(conn, &viewer, id, &range)?,
                (false, false) => post::all_by_author(conn, &viewer, id, &range)?,
            };
            let mut ends = rows.first().map(|post| post.id.0).zip(rows.last().map(|post| post.id.0));
            let mut entries: Vec<Entry> = rows.into_iter().map(|post| Entry { post, author: author.clone() }).collect();
            if pictured {
                keep_pictures(conn, &mut entries)?;
            }
            if let Some(name) = &tagged {
                keep_tagged(conn, &mut entries, name)?;
            }
            // A boost has neither pictures nor hashtags of its own.
            let items: Vec<Item> = if own_only || pinned || pictured || tagged.is_some() {
                entries.into_iter().map(Item::from).collect()
            } else {
                let boosts = post::boosted_by(conn, &viewer, id, post::Boosted::All, &range)?;
                let mixed = post::mixed(entries, boosts, &range);
                ends = mixed.first().map(|fed| fed.place).zip(mixed.last().map(|fed| fed.place));
                entity::items(conn, mixed)?
            };
            let ends = ends.filter(|_| !pinned);
            Ok((ends, entity::statuses(&shared, conn, &viewer, &items, "account")?))
        })
        .await?;
    answer::list(&ctx, &request, &range, ends, &statuses)
}

/// What is around a status.
#[derive(Serialize)]
struct Context {
    ancestors: Vec<Status>,
    descendants: Vec<Status>,
}

/// `/api/v1/statuses/{id}/context`.
pub async fn context(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (viewer, id, shared) = (caller.viewer(), *id, ctx.clone());
    let most = if viewer.member().is_some() { CONTEXT_MAX } else { CONTEXT_MAX_VISITOR };
    let context = ctx
        .read(move |conn| {
            let entry = find(conn, &viewer, id)?.entry;
            let id = entry.post.id;
            let under = comment::under(conn, &viewer, entry.post.thread_id(), None, most)?;
            let under: Vec<Entry> = under.into_iter().filter(|entry| is_told(&viewer, entry)).collect();
            let mut above: Vec<Entry> = Vec::new();
            let mut parent = entry.post.parent_id;
            while let Some(id) = parent {
                // Numbers fall on the way up only mostly: what comes late may be older than what it answers.
                let known = under.iter().find(|entry| entry.post.id == id).cloned();
                let found = match known {
                    Some(entry) => Some(entry),
                    None => post::show(conn, &viewer, id).map(Some).or_else(nothing)?,
                };
                let Some(found) = found.filter(|_| above.len() < under.len() + 1) else { break };
                parent = found.post.parent_id;
                above.push(found);
            }
            above.reverse();
            let below = below(id, under);
            let all = |entries: Vec<Entry>| entries.into_iter().map(Item::from).collect::<Vec<_>>();
            Ok(Context {
                ancestors: entity::statuses(&shared, conn, &viewer, &all(above), "thread")?,
                descendants: entity::statuses(&shared, conn, &viewer, &all(below), "thread")?,
            })
        })
        .await?;
    answer::json(&context)
}

fn nothing<T>(error: Error) -> Result<Option<T>> {
    if matches!(error, Error::NotFound(_)) { Ok(None) } else { Err(error) }
}

/// What answers a post, and what answers that, each answer right behind what it answers.
fn below(id: PostId, thread: Vec<Entry>) -> Vec<Entry> {
    let mut children: std::collections::BTreeMap<PostId, Vec<Entry>> = std::collections::BTreeMap::new();
    for entry in thread {
        if let Some(parent) = entry.post.parent_id {
            children.entry(parent).or_default().push(entry);
        }
    }
    let mut next: Vec<Entry> = children.remove(&id).unwrap_or_default();
    next.reverse();
    let mut found = Vec::new();
    while let Some(entry) = next.pop() {
        let mut own = children.remove(&entry.post.id).unwrap_or_default();
        own.reverse();
        next.extend(own);
        found.push(entry);
    }
    found
}

/// What a status said at some time.
#[derive(Serialize)]
struct Edit {
    content: String,
    spoiler_text: String,
    sensitive: bool,
    created_at: String,
    account: Account,
    poll: Option<()>,
    media_attachments: Vec<Attachment>,
    emojis: Vec<Emoji>,
    quote: Option<()>,
}

/// `/api/v1/statuses/{id}/history`: the oldest first.
pub async fn history(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (viewer, id, shared) = (caller.viewer(), *id, ctx.clone());
    let edits = ctx
        .glance(move |conn| {
            let Entry { post, author } = find(conn, &viewer, id)?.entry;
            let account = Account::load(&shared, conn, &viewer, &author)?;
            let files = media::of_post(conn, post.id)?;
            let covered = files.iter().any(|file| file.sensitive);
            let files = crate::api::media::attachments(&shared, &viewer, &files, post.audience.is_public());
            let edit = |html: &str, warning: &str, at: i64| {
                let (content, pictures) = text::without_emoji(html);
                Edit {
                    content,
                    spoiler_text: warning.to_owned(),
                    sensitive: covered || !warning.is_empty(),
                    created_at: time(at),
                    account: account.clone(),
                    poll: None,
                    media_attachments: files.clone(),
                    emojis: emojis(&shared, &viewer, pictures),
                    quote: None,
                }
            };
            let mut versions = version::of(conn, post.id)?;
            versions.reverse();
            let mut edits: Vec<Edit> =
                versions.iter().map(|old| edit(&old.body_html, &old.warning, old.written_at)).collect();
            edits.push(edit(&post.body_html, &post.warning, post.edited_at.unwrap_or(post.published_at)));
            Ok(edits)
        })
        .await?;
    answer::json(&edits)
}

/// What the author typed.
#[derive(Serialize)]
struct Source {
    id: String,
    text: String,
    spoiler_text: String,
}

/// `/api/v1/statuses/{id}/source`.
pub async fn source(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let post = ctx.glance(move |conn| post::own(conn, me, id)).await?;
    if post.deleted_at.is_some() {
        return Err(Error::NotFound("post"));
    }
    answer::json(&Source { id: post.id.to_string(), text: post.source, spoiler_text: post.warning })
}

/// `/api/v1/statuses/{id}/card`: statuses have their cards with them now.
pub async fn card(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (viewer, id) = (caller.viewer(), *id);
    ctx.glance(move |conn| find(conn, &viewer, id).map(drop)).await?;
    answer::done()
}

/// Which part of a list of people is asked for.
struct Part {
    before: Option<i64>,
    limit: i64,
}

/// The page of a list of people who did something with a status.
async fn people(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    (id, params): (web::Path<PostId>, Params),
    load: impl FnOnce(&mut Conn, &Viewer, PostId, &Part) -> Result<Vec<(i64, Actor)>> + Send + 'static,
) -> Result<HttpResponse> {
    let range = answer::range(&params, 40, 80);
    let (viewer, id, shared) = (caller.viewer(), *id, ctx.clone());
    let (ends, accounts) = ctx
        .read(move |conn| {
            let post = post_of(conn, &viewer, id)?;
            let who = load(conn, &viewer, post, &Part { before: before(&range), limit: range.limit })?;
            let ends = who.first().map(|row| row.0).zip(who.last().map(|row| row.0));
            let actors: Vec<Actor> = who.into_iter().map(|(_, actor)| actor).collect();
            Ok((ends, Account::list(&shared, conn, &viewer, &actors)?))
        })
        .await?;
    answer::list(&ctx, &request, &range, ends, &accounts)
}

/// `/api/v1/statuses/{id}/favourited_by`.
pub async fn favourited_by(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<PostId>,
    params: Params,
) -> Result<HttpResponse> {
    people(ctx, request, caller, (id, params), |conn, viewer, post, part| {
        let who = reaction::who(conn, viewer, post, part.before.map(ReactionId), part.limit)?;
        Ok(who.into_iter().map(|(id, one)| (id.0, one.actor)).collect())
    })
    .await
}

/// `/api/v1/statuses/{id}/reblogged_by`.
pub async fn boosted_by(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<PostId>,
    params: Params,
) -> Result<HttpResponse> {
    people(ctx, request, caller, (id, params), |conn, viewer, post, part| {
        let who = boost::who(conn, viewer, post, part.before.map(BoostId), part.limit)?;
        Ok(who.into_iter().map(|(id, actor)| (id.0, actor)).collect())
    })
    .await
}

fn before(range: &Range) -> Option<i64> {
    Some(range.before).filter(|before| *before != i64::MAX && range.end == End::Newest)
}

/// Leaves out the posts without pictures.
pub fn keep_pictures(conn: &mut Conn, entries: &mut Vec<Entry>) -> Result<()> {
    let mut with = Vec::new();
    for part in entries.chunks(crate::db::AMONG_MAX) {
        let ids: Vec<PostId> = part.iter().map(|entry| entry.post.id).collect();
        with.extend(media::of_posts(conn, &ids)?.into_keys());
    }
    entries.retain(|entry| with.contains(&entry.post.id));
    Ok(())
}

/// Leaves out the posts without this hashtag.
pub fn keep_tagged(conn: &mut Conn, entries: &mut Vec<Entry>, name: &str) -> Result<()> {
    let mut with = Vec::new();
    for part in entries.chunks(crate::db::AMONG_MAX) {
        let ids: Vec<PostId> = part.iter().map(|entry| entry.post.id).collect();
        let tagged = hashtag::of_posts(conn, &ids)?.into_iter();
        with.extend(tagged.filter(|(_, names)| names.iter().any(|one| one == name)).map(|(id, _)| id));
    }
    entries.retain(|entry| with.contains(&entry.post.id));
    Ok(())
}
