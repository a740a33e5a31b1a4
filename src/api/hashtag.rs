//! Hashtags (Mastodon's documentation, “Tag”).

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::answer;
use crate::ctx::Ctx;
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
    pub fn of(ctx: &Ctx, name: &str) -> Self {
        Self {
            id: name.to_owned(),
            name: name.to_owned(),
            url: format!("{}/tags/{}", ctx.origin, text::in_path(name)),
            history: [],
            following: false,
            featuring: false,
        }
    }
}

/// `/api/v1/tags/{name}`.
pub async fn show(ctx: web::Data<Ctx>, name: web::Path<String>) -> Result<HttpResponse> {
    let folded = text::fold_hashtag(&name).ok_or(Error::NotFound("hashtag"))?;
    answer::json(&Shown::of(&ctx, &folded))
}
