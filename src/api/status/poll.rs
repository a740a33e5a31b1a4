//! Polls as programs know them (Mastodon's documentation, “Poll”), and voting.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::entity::{self, Emoji};
use crate::api::param::Params;
use crate::clock::Micros;
use crate::domain::audience::Viewer;
use crate::domain::poll::{self as domain, Question};
use crate::domain::post;
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::{ctx::Ctx, db::Conn};

/// A poll; it has the number of its post.
#[derive(Debug, Clone, Serialize)]
pub struct Poll {
    id: String,
    expires_at: Option<String>,
    expired: bool,
    multiple: bool,
    votes_count: i64,
    voters_count: Option<i64>,
    options: Vec<Choice>,
    emojis: Vec<Emoji>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    own_votes: Option<Vec<usize>>,
}

/// One option; its count is kept back where it is secret.
#[derive(Debug, Clone, Serialize)]
struct Choice {
    title: String,
    votes_count: Option<i64>,
}

impl Poll {
    /// The poll of a post, for this reader.
    pub fn of(viewer: &Viewer, post: PostId, poll: &domain::Poll, now: Micros) -> Self {
        let is_told = poll.is_told(now);
        let choice = |option: &domain::Choice| Choice {
            title: option.title.clone(),
            votes_count: is_told.then_some(option.votes),
        };
        let is_member = viewer.member().is_some();
        Self {
            id: post.to_string(),
            expires_at: poll.ends_at.map(entity::time),
            expired: poll.is_over(now),
            multiple: poll.is_many,
            votes_count: if is_told { poll.votes() } else { 0 },
            voters_count: poll.voters,
            options: poll.options.iter().map(choice).collect(),
            emojis: Vec::new(),
            voted: is_member.then_some(!poll.mine.is_empty()),
            own_votes: is_member.then(|| poll.mine.clone()),
        }
    }
}

/// What a program asks with a status, if it asks anything.
///
/// Errors: `Invalid`.
pub fn asked(params: &Params) -> Result<Option<Question>> {
    if !params.pairs().any(|(name, value)| name.starts_with("poll[") && !value.is_empty()) {
        return Ok(None);
    }
    let options: Vec<String> = params.list("poll[options]").into_iter().map(str::to_owned).collect();
    let seconds = params.number("poll[expires_in]").unwrap_or(0);
    let flag = |name: &str| params.flag(name).unwrap_or(false);
    Question::parse(&options, flag("poll[multiple]"), flag("poll[hide_totals]"), seconds).map(Some)
}

/// The poll of a post that the reader may see.
fn find(ctx: &Ctx, conn: &mut Conn, viewer: &Viewer, id: PostId) -> Result<Poll> {
    post::show(conn, viewer, id)?;
    let poll = domain::of_post(conn, viewer.member(), id)?.ok_or(Error::NotFound("poll"))?;
    Ok(Poll::of(viewer, id, &poll, ctx.now()))
}

/// `/api/v1/polls/{id}`.
pub async fn show_poll(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (viewer, id, shared) = (caller.viewer(), *id, ctx.clone());
    let poll = ctx.glance(move |conn| find(&shared, conn, &viewer, id)).await?;
    answer::json(&poll)
}

/// `POST /api/v1/polls/{id}/votes`.
pub async fn vote(ctx: web::Data<Ctx>, caller: Caller, id: web::Path<PostId>, params: Params) -> Result<HttpResponse> {
    let (me, id, shared) = (caller.me()?.clone(), *id, ctx.clone());
    let gone = |_| Error::invalid("choice", "poll-problem-gone");
    let places: Vec<usize> =
        params.list("choices").into_iter().map(|place| place.trim().parse().map_err(gone)).collect::<Result<_>>()?;
    let poll = ctx
        .write(move |conn| {
            domain::vote(conn, &me, id, &places)?;
            find(&shared, conn, &Viewer::Member(me.id), id)
        })
        .await?;
    answer::json(&poll)
}
