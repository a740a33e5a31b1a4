//! Documents for other servers: actors, their collections, posts and activities, each through the gate.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::request::{activity_json, failed, text, viewer};
use super::{
    actor as actor_map, article, comment, group, item, mention, picture, place, poll, profile as profile_map, quote,
    roll_call,
};
use crate::ctx::Ctx;
use crate::domain::actor::Kind;
use crate::domain::audience::Viewer;
use crate::domain::{
    activity, actor, archive, comment as talk, friend, item as items_of, media, place as spot, poll as votes, post,
};
use crate::error::{Error, Result};
use crate::id::{EventId, LeaveId, PostId};
use crate::wire::json::wants_activity_json;

/// Activities on one page of an outbox.
const OUTBOX_PAGE: i64 = 20;
/// Items on one page of those of the archive.
const ITEMS_PAGE: i64 = 20;

/// Does this request ask for ActivityPub?
pub fn is_wanted(request: &HttpRequest) -> bool {
    let accept = request.headers().get("accept").and_then(|value| value.to_str().ok());
    accept.is_some_and(wants_activity_json)
}

fn see_page(url: &str) -> HttpResponse {
    HttpResponse::Found().insert_header((LOCATION, url)).insert_header(("vary", "Accept")).finish()
}

/// `/actors/{name}`: always readable unsigned, or two strict servers lock each other out.
pub async fn actor(ctx: web::Data<Ctx>, request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let name = name.into_inner();
    let found = local(&ctx, &name).await;
    match found {
        Ok(actor) if !is_wanted(&request) => see_page(&actor.url),
        Ok(actor) => write_actor(&ctx, actor).await,
        Err(error) => failed(&error),
    }
}

/// `/actor`: the hall itself.
pub async fn hall(ctx: web::Data<Ctx>) -> HttpResponse {
    match ctx.glance(actor::hall).await {
        Ok(Some(actor)) => write_actor(&ctx, actor).await,
        Ok(None) => failed(&Error::NotFound("actor")),
        Err(error) => failed(&error),
    }
}

async fn write_actor(ctx: &Ctx, actor: actor::Actor) -> HttpResponse {
    match ctx.glance(move |conn| Ok((actor_map::told(conn, &actor)?, actor))).await {
        Ok((told, actor)) => activity_json(actor_map::document(&actor, told)),
        Err(error) => failed(&error),
    }
}

async fn local(ctx: &Ctx, name: &str) -> Result<actor::Actor> {
    let name = name.to_owned();
    let found = ctx.glance(move |conn| actor::local_by_name(conn, &name)).await?;
    found.filter(|actor| actor.suspended_at.is_none()).ok_or(Error::NotFound("actor"))
}

/// `/actors/{name}/{collection}`: outbox through the gate; of followers and following only how many.
pub async fn collection(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    query: web::Query<Page>,
) -> HttpResponse {
    let (name, collection) = path.into_inner();
    if name == archive::NAME && collection == "items" {
        if let Err(answer) = viewer(&ctx, &request).await {
            return answer;
        }
        let after = query.into_inner().after.unwrap_or_default();
        return items(&ctx, &after).await.map_or_else(|error| failed(&error), activity_json);
    }
    show_collection(&ctx, &request, &name, &collection, query.before).await
}

/// `/actors/archive/items`: all public items of the archive by their last change, whole, for its partners to catch up; page by page. One
/// that was public stands there as a `Tombstone`, so that a `Delete` that was lost is made good.
async fn items(ctx: &Ctx, after: &str) -> Result<Value> {
    let base = format!("{}/actors/{}/items", ctx.origin, archive::NAME);
    let place = after.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, PostId(id.parse().ok()?))));
    let from = place.unwrap_or((0, PostId(0)));
    let rows = ctx
        .glance(move |conn| items_of::harvest(conn, from, (0, i64::MAX), &items_of::Set::All, ITEMS_PAGE + 1))
        .await?;
    let page = usize::try_from(ITEMS_PAGE).unwrap_or(usize::MAX);
    let mut told: Vec<Value> = Vec::new();
    for (item, _) in rows.iter().take(page) {
        if !item.is_public {
            told.push(item::tombstone(&format!("{}/objects/{}", ctx.origin, item.id), item.updated_at));
            continue;
        }
        match write_object(ctx, Viewer::Anonymous, item.id).await {
            Ok(document) => told.push(document),
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let own = if after.is_empty() { base.clone() } else { format!("{base}?after={}.{}", from.0, from.1) };
    let mut document = json!({"id": own, "type": "OrderedCollectionPage", "partOf": base, "orderedItems": told});
    if let (Value::Object(map), true, Some((last, _))) =
        (&mut document, rows.len() > page, rows.get(page.saturating_sub(1)))
    {
        map.insert("next".to_owned(), format!("{base}?after={}.{}", last.updated_at, last.id).into());
    }
    Ok(document)
}

/// `/actor/{collection}`: the same of the hall's own actor.
pub async fn hall_collection(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    collection: web::Path<String>,
    query: web::Query<Page>,
) -> HttpResponse {
    show_collection(&ctx, &request, "hall", &collection, query.before).await
}

async fn show_collection(
    ctx: &Ctx,
    request: &HttpRequest,
    name: &str,
    collection: &str,
    before: Option<EventIdText>,
) -> HttpResponse {
    let viewer = match viewer(ctx, request).await {
        Ok(viewer) => viewer,
        Err(answer) => return answer,
    };
    let answer = async {
        let owner = local(ctx, name).await?;
        if owner.kind == Kind::Group && !group::shows(ctx, &viewer, &owner).await? {
            return Err(Error::NotFound("collection"));
        }
        match collection {
            "moderators" if owner.kind == Kind::Group => group::moderators(ctx, &owner).await.map(activity_json),
            "featured" if owner.kind == Kind::Group => group::featured(ctx, &viewer, &owner).await.map(activity_json),
            "followers" if owner.kind == Kind::Group => group::followers(ctx, &owner).await.map(activity_json),
            "outbox" => outbox(ctx, &viewer, &owner, before).await,
            "featured" => profile_map::featured(ctx, &viewer, &owner).await.map(activity_json),
            "followers" | "following" => total(ctx, &owner, collection).await,
            _ => Err(Error::NotFound("collection")),
        }
    };
    answer.await.unwrap_or_else(|error| failed(&error))
}

/// Which page of a collection.
#[derive(Debug, serde::Deserialize)]
pub struct Page {
    /// Older than this.
    before: Option<EventIdText>,
    /// Of the archive's items: behind the one with this time and number.
    after: Option<String>,
}

/// An id in a query string.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct EventIdText(EventId);

impl TryFrom<String> for EventIdText {
    type Error = std::num::ParseIntError;
    fn try_from(text: String) -> std::result::Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

/// A friend list is nobody's business: the collection tells its size only.
async fn total(ctx: &Ctx, owner: &actor::Actor, collection: &str) -> Result<HttpResponse> {
    let id = owner.id;
    let count = ctx.glance(move |conn| friend::follower_count(conn, id)).await?;
    let uri = format!("{}/{collection}", owner.uri);
    Ok(activity_json(json!({"id": uri, "type": "OrderedCollection", "totalItems": count})))
}

async fn outbox(ctx: &Ctx, viewer: &Viewer, owner: &actor::Actor, before: Option<EventIdText>) -> Result<HttpResponse> {
    let asking = viewer.clone();
    let (id, viewer, before) = (owner.id, viewer.clone(), before.map(|text| text.0));
    let (total, rows) = ctx
        .glance(move |conn| {
            let total = activity::outbox_count(conn, &viewer, id)?;
            Ok((total, activity::outbox(conn, &viewer, id, before, OUTBOX_PAGE)?))
        })
        .await?;
    let host = picture::host_of_viewer(ctx, &asking).await?.unwrap_or_default();
    let mut items: Vec<Value> = Vec::with_capacity(rows.len());
    for row in &rows {
        match whole(ctx, row, &host).await {
            Ok(body) => items.extend(serde_json::from_str(&body).ok()),
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let base = &owner.outbox;
    let mut page = json!({
        "id": base, "type": "OrderedCollection", "totalItems": total, "orderedItems": items,
    });
    let full = i64::try_from(rows.len()).unwrap_or(0) == OUTBOX_PAGE;
    if let (Value::Object(map), Some(activity::Sent { id: last, .. }), true) =
        (&mut page, rows.last(), full || before.is_some())
    {
        map.insert("type".to_owned(), "OrderedCollectionPage".into());
        map.insert("partOf".to_owned(), base.clone().into());
        map.insert("next".to_owned(), format!("{base}?before={last}").into());
    }
    Ok(activity_json(page))
}

/// `/objects/{id}`: a post, for whom it is for; a browser is sent to its page.
pub async fn object(ctx: web::Data<Ctx>, request: HttpRequest, id: web::Path<String>) -> HttpResponse {
    let Ok(id) = id.parse::<PostId>() else { return failed(&Error::NotFound("post")) };
    if !is_wanted(&request) {
        return browse(&ctx, id).await;
    }
    let viewer = match viewer(&ctx, &request).await {
        Ok(viewer) => viewer,
        Err(answer) => return answer,
    };
    write_object(&ctx, viewer, id).await.map_or_else(|error| failed(&error), activity_json)
}

async fn write_object(ctx: &Ctx, viewer: Viewer, id: PostId) -> Result<Value> {
    let asking = viewer.clone();
    let (entry, setting, words, pictures, spot, asks, (facts, described)) = ctx
        .glance(move |conn| {
            let entry = post::show(conn, &viewer, id)?;
            let asks = votes::of_post(conn, None, id)?;
            let setting = comment::setting(conn, &entry.post)?;
            let words = mention::of(conn, &entry.post)?;
            let more = (article::facts(conn, &entry.post)?, item::described(conn, &entry.post)?);
            Ok((entry, setting, words, media::of_post(conn, id)?, spot::of_post(conn, id)?, asks, more))
        })
        .await?;
    if !entry.author.is_local() {
        return Err(Error::NotFound("post"));
    }
    let mut document = comment::document(&entry.post, &entry.author, &setting, &words);
    item::dress(&mut document, &entry.post, described.as_ref(), &ctx.forms);
    place::add(&mut document, &spot);
    poll::add(&mut document, asks.as_ref(), ctx.now());
    roll_call::add(ctx, &mut document, &entry.post).await?;
    let has_pictures = picture::add(&mut document, &ctx.origin, &pictures);
    article::add(&mut document, &entry.post, &entry.author, facts.as_ref(), &ctx.origin);
    if entry.post.audience.is_public() || !(has_pictures || words.is_per_host) {
        return Ok(document);
    }
    let host = picture::host_of_viewer(ctx, &asking).await?.unwrap_or_default();
    picture::for_host(ctx, document, &host).await
}

/// `/objects/{id}/context`: the thread under a post of ours, for whom the post is for: of whom it is, and how much there is
/// that everyone may see (FEP-7888).
pub async fn context(ctx: web::Data<Ctx>, request: HttpRequest, id: web::Path<String>) -> HttpResponse {
    let Ok(id) = id.parse::<PostId>() else { return failed(&Error::NotFound("post")) };
    let viewer = match viewer(&ctx, &request).await {
        Ok(viewer) => viewer,
        Err(answer) => return answer,
    };
    let found = ctx.glance(move |conn| {
        let entry = post::show(conn, &viewer, id)?;
        let count = talk::counts(conn, &viewer, &[id])?.first().map_or(0, |(_, count)| *count);
        Ok((entry, count))
    });
    match found.await {
        Ok((entry, count)) if entry.author.is_local() => activity_json(json!({
            "id": comment::context(&entry.post.uri), "type": "OrderedCollection",
            "attributedTo": entry.author.uri, "totalItems": count,
        })),
        Ok(_) => failed(&Error::NotFound("post")),
        Err(error) => failed(&error),
    }
}

/// `/objects/{id}/leaves/{leave}`: the leave to quote a post of ours (FEP-044f). It names nothing but what is public.
pub async fn leave(ctx: web::Data<Ctx>, path: web::Path<(String, String)>) -> HttpResponse {
    let (Ok(post), Ok(leave)) = (path.0.parse::<PostId>(), path.1.parse::<LeaveId>()) else {
        return failed(&Error::NotFound("leave"));
    };
    quote::leave(&ctx, post, leave).await.map_or_else(|error| failed(&error), activity_json)
}

/// Sends a browser to the page of a public post. Where the page of any other post stands is told by the post alone.
async fn browse(ctx: &Ctx, id: PostId) -> HttpResponse {
    match ctx.glance(move |conn| post::show(conn, &Viewer::Anonymous, id)).await {
        Ok(entry) if entry.author.is_local() => see_page(&entry.post.url),
        Ok(_) => failed(&Error::NotFound("post")),
        Err(error) => failed(&error),
    }
}

/// A stored activity as a server gets it; one about an item with what is said of the item now.
///
/// Errors: `NotFound` if the item isn't for everyone any more.
pub async fn whole(ctx: &Ctx, sent: &activity::Sent, host: &str) -> Result<String> {
    let Some((mut document, id)) = item::kept(&ctx.origin, sent)? else {
        return picture::whole(ctx, sent, host).await;
    };
    document.insert("object".to_owned(), write_object(ctx, Viewer::Anonymous, id).await?);
    picture::signed(ctx, sent.actor_id, sent.created_at, Value::Object(document)).await
}

/// `/activities/{id}`: an activity about a post, for whom the post is for.
pub async fn activity(ctx: web::Data<Ctx>, request: HttpRequest, id: web::Path<String>) -> HttpResponse {
    let Ok(id) = id.parse::<EventId>() else { return failed(&Error::NotFound("activity")) };
    let viewer = match viewer(&ctx, &request).await {
        Ok(viewer) => viewer,
        Err(answer) => return answer,
    };
    let answer = async {
        let host = picture::host_of_viewer(&ctx, &viewer).await?.unwrap_or_default();
        let sent = ctx.glance(move |conn| activity::show(conn, &viewer, id)).await?;
        whole(&ctx, &sent, &host).await
    };
    answer.await.map_or_else(|error: Error| failed(&error), text)
}

/// An ActivityPub GET of a person's page is sent to the actor.
pub async fn page_of_actor(ctx: web::Data<Ctx>, name: web::Path<String>) -> HttpResponse {
    see_page(&format!("{}/actors/{}", ctx.origin, name.to_lowercase()))
}

/// An ActivityPub GET of a post's page is sent to the object.
pub async fn page_of_object(ctx: web::Data<Ctx>, path: web::Path<(String, String)>) -> HttpResponse {
    match path.1.parse::<PostId>() {
        Ok(id) => see_page(&format!("{}/objects/{id}", ctx.origin)),
        Err(_) => failed(&Error::NotFound("post")),
    }
}
