//! Search (Mastodon's documentation, “search”, v2): people, hashtags, and what an address leads to. Words in texts are found when
//! the hall has its full-text search.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::account::{self, Account};
use super::answer;
use super::caller::Caller;
use super::hashtag;
use super::param::Params;
use super::status::{self, Status};
use crate::ctx::Ctx;
use crate::domain::audience::Viewer;
use crate::domain::hashtag as tags;
use crate::domain::post::{self, Entry};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::text;

/// Results of a kind, unless it is said, and at most.
const USUAL: i64 = 20;
const MOST: i64 = 40;

/// What was found.
#[derive(Serialize)]
struct Found {
    accounts: Vec<Account>,
    statuses: Vec<Status>,
    hashtags: Vec<hashtag::Shown>,
}

/// `/api/v2/search`.
pub async fn show(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let kind = params.text("type");
    let asked = text::name(params.text("q"), 2_000);
    let wants = |word: &str| kind.is_empty() || kind == word;
    let viewer = caller.viewer();
    let found = match wants("statuses") {
        true => by_address(&ctx, &viewer, &asked).await?,
        false => None,
    };
    if let Some(entry) = found {
        let shared = ctx.clone();
        let status = ctx.glance(move |conn| status::one(&shared, conn, &viewer, entry.into())).await?;
        return answer::json(&Found { accounts: Vec::new(), statuses: vec![status], hashtags: Vec::new() });
    }
    let accounts = match (wants("accounts"), viewer.member()) {
        (true, Some(_)) => account::matching(&ctx, &caller, &params).await?,
        _ => Vec::new(),
    };
    let limit = usize::try_from(params.limit(USUAL, MOST)).unwrap_or(0);
    let topic = Some(asked).filter(|_| wants("hashtags") && params.number("offset").unwrap_or(0) == 0);
    let shared = ctx.clone();
    let found = ctx
        .read(move |conn| {
            let folded =
                topic.as_deref().map(|topic| topic.trim_start_matches(['#', '＃'])).and_then(text::fold_hashtag);
            let names = match folded {
                Some(beginning) => tags::suggest(conn, &viewer, &beginning, limit)?,
                None => Vec::new(),
            };
            let mut hashtags = Vec::with_capacity(names.len());
            for name in &names {
                hashtags.push(hashtag::Shown::of(&shared, name, tags::is_followed(conn, &viewer, name)?));
            }
            Ok(Found { accounts: Account::list(&shared, conn, &viewer, &accounts)?, statuses: Vec::new(), hashtags })
        })
        .await?;
    answer::json(&found)
}

/// The post to which an address leads: one of this hall, or one of another server that is here.
async fn by_address(ctx: &Ctx, viewer: &Viewer, asked: &str) -> Result<Option<Entry>> {
    if !asked.starts_with("https://") && !asked.starts_with("http://") {
        return Ok(None);
    }
    let own = asked.strip_prefix(&format!("{}/", ctx.origin)).and_then(|path| {
        let mut parts = path.split('/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("objects"), Some(id), None) => id.parse::<PostId>().ok(),
            (Some(who), Some(id), None) if who.starts_with('@') => id.parse::<PostId>().ok(),
            _ => None,
        }
    });
    let (viewer, asked) = (viewer.clone(), asked.to_owned());
    ctx.glance(move |conn| {
        let found = match own {
            Some(id) => post::show(conn, &viewer, id),
            None => post::by_address(conn, &viewer, &asked),
        };
        match found {
            Ok(entry) if entry.author.is_local() || viewer.member().is_some() => Ok(Some(entry)),
            Ok(_) | Err(Error::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    })
    .await
}
