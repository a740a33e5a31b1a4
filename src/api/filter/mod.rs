//! Filters (Mastodon's documentation, “Filter”, v2; v1 in `old`).

pub mod old;

use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::entity;
use crate::api::param::{Params, yes_or_no};
use crate::ctx::Ctx;
use crate::domain::filter::{self, Act, Draft, Filter, Keyword, Marked, Word};
use crate::domain::post::Post;
use crate::error::{Error, Result};
use crate::id::{FilterId, PostId};
use crate::text;

/// A filter.
#[derive(Debug, Clone, Serialize)]
struct Shown {
    id: String,
    title: String,
    context: Vec<String>,
    expires_at: Option<String>,
    filter_action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    keywords: Option<Vec<ShownKeyword>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statuses: Option<Vec<ShownPost>>,
}

#[derive(Debug, Clone, Serialize)]
struct ShownKeyword {
    id: String,
    keyword: String,
    whole_word: bool,
}

#[derive(Debug, Clone, Serialize)]
struct ShownPost {
    id: String,
    status_id: String,
}

/// A filter that found something.
#[derive(Debug, Clone, Serialize)]
pub struct Filtered {
    filter: Shown,
    keyword_matches: Option<Vec<String>>,
    status_matches: Option<Vec<String>>,
}

impl Shown {
    fn bare(filter: &Filter) -> Self {
        Self {
            id: filter.id.to_string(),
            title: filter.title.clone(),
            context: filter.contexts.clone(),
            expires_at: filter.expires_at.map(entity::time),
            filter_action: filter.act.as_str(),
            keywords: None,
            statuses: None,
        }
    }

    fn whole(filter: &Filter) -> Self {
        Self {
            keywords: Some(filter.keywords.iter().map(keyword).collect()),
            statuses: Some(filter.posts.iter().map(marked).collect()),
            ..Self::bare(filter)
        }
    }
}

fn keyword(word: &Keyword) -> ShownKeyword {
    ShownKeyword { id: word.id.to_string(), keyword: word.keyword.clone(), whole_word: word.whole_word }
}

fn marked(post: &Marked) -> ShownPost {
    ShownPost { id: post.id.to_string(), status_id: post.post_id.to_string() }
}

/// What a reader's filters find in a post on a list of this kind; `None` if one of them hides it there. On no list (an empty
/// context) nothing is hidden.
pub fn found(filters: &[Filter], context: &str, post: &Post) -> Option<Vec<Filtered>> {
    if filters.is_empty() {
        return Some(Vec::new());
    }
    let folded = format!("{}\n{}", post.warning, text::plain_of_clean(&post.body_html)).to_lowercase();
    let mut all = Vec::new();
    for filter in filters.iter().filter(|filter| context.is_empty() || filter.applies(context)) {
        let (words, is_marked) = (filter.words_in(&folded), filter.has_post(post.id));
        if words.is_empty() && !is_marked {
            continue;
        }
        if filter.act == Act::Hide && !context.is_empty() {
            return None;
        }
        all.push(Filtered {
            filter: Shown::bare(filter),
            keyword_matches: Some(words).filter(|words| !words.is_empty()),
            status_matches: is_marked.then(|| vec![post.id.to_string()]),
        });
    }
    Some(all)
}

/// What a call says of a filter.
fn draft(params: &Params) -> Result<Draft> {
    let act = match params.some("filter_action") {
        Some(word) => Some(word.parse::<Act>().map_err(|()| Error::invalid("filter_action", "problem-choice"))?),
        None => None,
    };
    let word = |row: &std::collections::BTreeMap<String, String>| Word {
        id: row.get("id").and_then(|id| id.parse().ok()),
        keyword: row.get("keyword").cloned(),
        whole_word: row.get("whole_word").and_then(|flag| yes_or_no(flag)),
        is_gone: row.get("_destroy").and_then(|flag| yes_or_no(flag)).unwrap_or(false),
    };
    Ok(Draft {
        title: params.holds("title").then(|| params.text("title").to_owned()),
        contexts: params.tells_list("context").then(|| params.list("context").into_iter().map(str::to_owned).collect()),
        act,
        expires_in_s: params.holds("expires_in").then(|| params.number("expires_in").filter(|s| *s > 0)),
        words: params.rows("keywords_attributes").iter().map(word).collect(),
    })
}

/// `/api/v2/filters`.
pub async fn list(ctx: web::Data<Ctx>, caller: Caller) -> Result<HttpResponse> {
    let me = caller.id()?;
    let filters = ctx.glance(move |conn| filter::list(conn, me)).await?;
    answer::json(&filters.iter().map(Shown::whole).collect::<Vec<_>>())
}

/// `POST /api/v2/filters`.
pub async fn create(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let (me, draft) = (caller.id()?, draft(&params)?);
    let filter = ctx.write(move |conn| filter::create(conn, me, &draft)).await?;
    answer::json(&Shown::whole(&filter))
}

/// `/api/v2/filters/{id}`.
pub async fn show(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<FilterId>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let filter = ctx.glance(move |conn| filter::own(conn, me, id)).await?;
    answer::json(&Shown::whole(&filter))
}

/// `PUT /api/v2/filters/{id}`.
pub async fn update(
    ctx: web::Data<Ctx>,
    caller: Caller,
    id: web::Path<FilterId>,
    params: Params,
) -> Result<HttpResponse> {
    let (me, id, draft) = (caller.id()?, *id, draft(&params)?);
    let filter = ctx.write(move |conn| filter::update(conn, me, id, &draft)).await?;
    answer::json(&Shown::whole(&filter))
}

/// `DELETE /api/v2/filters/{id}`.
pub async fn delete(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<FilterId>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    ctx.write(move |conn| filter::delete(conn, me, id)).await?;
    answer::done()
}

/// `/api/v2/filters/{id}/keywords`.
pub async fn keywords(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<FilterId>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let filter = ctx.glance(move |conn| filter::own(conn, me, id)).await?;
    answer::json(&filter.keywords.iter().map(keyword).collect::<Vec<_>>())
}

/// `POST /api/v2/filters/{id}/keywords`.
pub async fn add_keyword(
    ctx: web::Data<Ctx>,
    caller: Caller,
    id: web::Path<FilterId>,
    params: Params,
) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let word = Word {
        keyword: Some(params.text("keyword").to_owned()),
        whole_word: params.flag("whole_word"),
        ..Word::default()
    };
    let draft = Draft { words: vec![word], ..Draft::default() };
    let filter = ctx.write(move |conn| filter::update(conn, me, id, &draft)).await?;
    answer::json(&filter.keywords.iter().max_by_key(|word| word.id).map(keyword))
}

/// `/api/v2/filters/keywords/{id}`.
pub async fn show_keyword(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<i64>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let filter = ctx.glance(move |conn| filter::with_entry(conn, me, id)).await?;
    let word = filter.keywords.iter().find(|word| word.id == id).ok_or(Error::NotFound("keyword"))?;
    answer::json(&keyword(word))
}

/// `PUT /api/v2/filters/keywords/{id}`.
pub async fn update_keyword(
    ctx: web::Data<Ctx>,
    caller: Caller,
    id: web::Path<i64>,
    params: Params,
) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let word = Word {
        id: Some(id),
        keyword: params.some("keyword").map(str::to_owned),
        whole_word: params.flag("whole_word"),
        is_gone: false,
    };
    let filter = ctx
        .write(move |conn| {
            let of = filter::with_entry(conn, me, id)?.id;
            filter::update(conn, me, of, &Draft { words: vec![word], ..Draft::default() })
        })
        .await?;
    let word = filter.keywords.iter().find(|word| word.id == id).ok_or(Error::NotFound("keyword"))?;
    answer::json(&keyword(word))
}

/// `DELETE /api/v2/filters/keywords/{id}` and `/api/v2/filters/statuses/{id}`.
pub async fn drop_entry(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<i64>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    ctx.write(move |conn| filter::drop_entry(conn, me, id)).await?;
    answer::done()
}

/// `/api/v2/filters/{id}/statuses`.
pub async fn statuses(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<FilterId>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let filter = ctx.glance(move |conn| filter::own(conn, me, id)).await?;
    answer::json(&filter.posts.iter().map(marked).collect::<Vec<_>>())
}

/// `POST /api/v2/filters/{id}/statuses`.
pub async fn add_status(
    ctx: web::Data<Ctx>,
    caller: Caller,
    id: web::Path<FilterId>,
    params: Params,
) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let post = params.text("status_id").parse::<PostId>().map_err(|_| Error::NotFound("post"))?;
    let entry = ctx.write(move |conn| filter::mark(conn, me, id, post)).await?;
    answer::json(&marked(&entry))
}

/// `/api/v2/filters/statuses/{id}`.
pub async fn show_status(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<i64>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let filter = ctx.glance(move |conn| filter::with_entry(conn, me, id)).await?;
    let entry = filter.posts.iter().find(|post| post.id == id).ok_or(Error::NotFound("post"))?;
    answer::json(&marked(entry))
}
