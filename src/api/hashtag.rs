//! Hashtags (Mastodon's documentation, “Tag”): following them, and that nobody shows any on their profile.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::answer;
use super::caller::Caller;
use super::param::Params;
use crate::ctx::Ctx;
use crate::domain::hashtag;
use crate::error::{Error, Result};
use crate::text;

/// A hashtag.
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    id: String,
    name: String,
    url: String,
    history: [(); 0],
    following: bool,
    featuring: bool,
}

impl Shown {
    /// The hashtag of this folded name. How often it is used is counted nowhere.
    pub fn of(ctx: &Ctx, name: &str, following: bool) -> Self {
        Self {
            id: name.to_owned(),
            name: name.to_owned(),
            url: format!("{}/tags/{}", ctx.origin, text::in_path(name)),
            history: [],
            following,
            featuring: false,
        }
    }
}

fn folded(name: &str) -> Result<String> {
    text::fold_hashtag(name).ok_or(Error::NotFound("hashtag"))
}

/// `/api/v1/tags/{name}`, and `POST …/unfeature`: what isn't shown on a profile needn't be taken off it.
pub async fn show(ctx: web::Data<Ctx>, caller: Caller, name: web::Path<String>) -> Result<HttpResponse> {
    let (name, viewer) = (folded(&name)?, caller.viewer());
    let asked = name.clone();
    let following = ctx.glance(move |conn| hashtag::is_followed(conn, &viewer, &asked)).await?;
    answer::json(&Shown::of(&ctx, &name, following))
}

/// `POST /api/v1/tags/{name}/follow`.
pub async fn follow(ctx: web::Data<Ctx>, caller: Caller, name: web::Path<String>) -> Result<HttpResponse> {
    let (name, me) = (folded(&name)?, caller.id()?);
    let asked = name.clone();
    ctx.write(move |conn| hashtag::follow(conn, me, &asked)).await?;
    answer::json(&Shown::of(&ctx, &name, true))
}

/// `POST /api/v1/tags/{name}/unfollow`.
pub async fn unfollow(ctx: web::Data<Ctx>, caller: Caller, name: web::Path<String>) -> Result<HttpResponse> {
    let (name, me) = (folded(&name)?, caller.id()?);
    let asked = name.clone();
    ctx.write(move |conn| hashtag::unfollow(conn, me, &asked)).await?;
    answer::json(&Shown::of(&ctx, &name, false))
}

/// `/api/v1/followed_tags`.
pub async fn followed(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    params: Params,
) -> Result<HttpResponse> {
    let (me, range) = (caller.id()?, answer::range(&params, 100, 200));
    let found = ctx.glance(move |conn| hashtag::followed(conn, me, &range)).await?;
    let ends = found.first().map(|one| one.id).zip(found.last().map(|one| one.id));
    let shown: Vec<Shown> = found.iter().map(|one| Shown::of(&ctx, &one.name, true)).collect();
    answer::list(&ctx, &request, &range, ends, &shown)
}

/// `POST /api/v1/featured_tags` and `POST /api/v1/tags/{name}/feature`: profiles show none, as the hall says beforehand
/// (`max_featured_tags`).
pub async fn feature(_: Caller) -> Result<HttpResponse> {
    Err(Error::invalid("name", "problem-hashtag-feature"))
}
