//! Filters as version 1 had them, for older programs: one word each. They are the same filters; the number is the word's.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::entity;
use crate::api::param::Params;
use crate::ctx::Ctx;
use crate::domain::filter::{self, Act, Draft, Filter, Keyword, Word};
use crate::error::{Error, Result};

/// A word with what its filter does.
#[derive(Serialize)]
struct Old {
    id: String,
    phrase: String,
    context: Vec<String>,
    whole_word: bool,
    expires_at: Option<String>,
    irreversible: bool,
}

impl Old {
    fn of(filter: &Filter, word: &Keyword) -> Self {
        Self {
            id: word.id.to_string(),
            phrase: word.keyword.clone(),
            context: filter.contexts.clone(),
            whole_word: word.whole_word,
            expires_at: filter.expires_at.map(entity::time),
            irreversible: filter.act == Act::Hide,
        }
    }
}

/// The word of this number in its filter.
fn word(filter: &Filter, id: i64) -> Result<&Keyword> {
    filter.keywords.iter().find(|word| word.id == id).ok_or(Error::NotFound("filter"))
}

/// What a call says; `id` is the word that it changes.
fn draft(params: &Params, id: Option<i64>) -> Draft {
    let phrase = params.some("phrase").map(str::to_owned);
    let act = |is_hidden: bool| if is_hidden { Act::Hide } else { Act::Warn };
    let context = || params.list("context").into_iter().map(str::to_owned).collect();
    let word = Word { id, keyword: phrase.clone(), whole_word: params.flag("whole_word"), is_gone: false };
    Draft {
        // A filter of several words keeps the title under which it stands.
        title: phrase.filter(|_| id.is_none()),
        contexts: params.pairs().any(|(name, _)| name.starts_with("context")).then(context),
        act: params.flag("irreversible").map(act),
        expires_in_s: params.holds("expires_in").then(|| params.number("expires_in").filter(|s| *s > 0)),
        words: vec![word],
    }
}

/// `/api/v1/filters`.
pub async fn list(ctx: web::Data<Ctx>, caller: Caller) -> Result<HttpResponse> {
    let me = caller.id()?;
    let filters = ctx.glance(move |conn| filter::list(conn, me)).await?;
    let all = filters.iter().flat_map(|filter| filter.keywords.iter().map(move |word| Old::of(filter, word)));
    answer::json(&all.collect::<Vec<_>>())
}

/// `POST /api/v1/filters`.
pub async fn create(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let (me, draft) = (caller.id()?, draft(&params, None));
    let filter = ctx.write(move |conn| filter::create(conn, me, &draft)).await?;
    answer::json(&filter.keywords.first().map(|word| Old::of(&filter, word)))
}

/// `/api/v1/filters/{id}`.
pub async fn show(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<i64>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    let filter = ctx.glance(move |conn| filter::with_entry(conn, me, id)).await?;
    answer::json(&Old::of(&filter, word(&filter, id)?))
}

/// `PUT /api/v1/filters/{id}`.
pub async fn update(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<i64>, params: Params) -> Result<HttpResponse> {
    let (me, id, draft) = (caller.id()?, *id, draft(&params, Some(*id)));
    let filter = ctx
        .write(move |conn| {
            let of = filter::with_entry(conn, me, id)?;
            word(&of, id)?;
            filter::update(conn, me, of.id, &draft)
        })
        .await?;
    answer::json(&Old::of(&filter, word(&filter, id)?))
}

/// `DELETE /api/v1/filters/{id}`: the word, and with its last word the filter.
pub async fn delete(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<i64>) -> Result<HttpResponse> {
    let (me, id) = (caller.id()?, *id);
    ctx.write(move |conn| {
        let of = filter::with_entry(conn, me, id)?;
        word(&of, id)?;
        let is_last = of.keywords.len() == 1 && of.posts.is_empty();
        if is_last { filter::delete(conn, me, of.id) } else { filter::drop_entry(conn, me, id) }
    })
    .await?;
    answer::done()
}
