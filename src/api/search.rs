//! Search (Mastodon's documentation, “search”, v2): people, hashtags, what an address leads to, and posts by their words.

use actix_web::{HttpResponse, web};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::account::{self, Account};
use super::answer;
use super::caller::Caller;
use super::hashtag;
use super::param::Params;
use super::status::{self, Status};
use crate::ctx::Ctx;
use crate::domain::audience::Viewer;
use crate::domain::post::{self, Entry};
use crate::domain::{actor, hashtag as tags, search};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};
use crate::lookup::{self, Question};
use crate::search::{self as search_text, Key, Noun, Typing};
use crate::text;

/// Results of a kind, unless it is said, and at most.
const USUAL: i64 = 20;
const MOST: i64 = 40;
/// Kinds that are statuses, and kinds that are accounts.
const POSTS: [&str; 5] = ["moment", "comment", "article", "announcement", "group-post"];
const PEOPLE: [&str; 3] = ["person", "account", "group"];

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
    let (posts, people) = by_words(&ctx, &viewer, &params, limit).await?;
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
            let items: Vec<_> = search::entries(conn, &viewer, &posts)?.into_iter().map(Into::into).collect();
            let mut accounts = accounts;
            for actor in search::actors(conn, &people)? {
                if accounts.len() < limit && accounts.iter().all(|known| known.id != actor.id) {
                    accounts.push(actor);
                }
            }
            let statuses = status::statuses(&shared, conn, &viewer, &items, "")?;
            Ok(Found { accounts: Account::list(&shared, conn, &viewer, &accounts)?, statuses, hashtags })
        })
        .await?;
    answer::json(&found)
}

/// The posts and the people that words find: of each kind that is wanted a page. An index that is away finds nothing.
async fn by_words(ctx: &Ctx, viewer: &Viewer, params: &Params, limit: usize) -> Result<(Vec<Key>, Vec<Key>)> {
    let kind = params.text("type");
    let mut raw: String = params.text("q").chars().take(search_text::CHARS_MAX).collect();
    if let Some(id) = params.some("account_id").and_then(|id| id.parse::<ActorId>().ok()) {
        let author = ctx.glance(move |conn| actor::by_id(conn, id)).await;
        raw = author.map_or(String::new(), |author| format!("from:{} {raw}", author.address));
    }
    let skip = usize::try_from(params.number("offset").unwrap_or(0)).unwrap_or(0);
    let mut found = [Vec::new(), Vec::new()];
    for ((word, noun, kinds), keys) in
        [("statuses", Noun::Post, &POSTS[..]), ("accounts", Noun::Actor, &PEOPLE[..])].into_iter().zip(&mut found)
    {
        if !kind.is_empty() && kind != word {
            continue;
        }
        let question = Question {
            raw: raw.clone(),
            zone: TimeZone::UTC,
            kind: String::new(),
            kinds: kinds.iter().map(ToString::to_string).collect(),
            facets: Vec::new(),
            typing: Typing::Done,
        };
        let answer = lookup::ask(ctx, viewer, &question).await?;
        let of_noun = answer.hits.into_iter().map(|(key, _)| key).filter(|key| key.noun == noun);
        *keys = of_noun.skip(skip).take(limit).collect();
    }
    let [posts, people] = found;
    Ok((posts, people))
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
