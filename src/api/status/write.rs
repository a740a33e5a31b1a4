//! Writing statuses: posting, changing, deleting.
//!
//! Invariant: what a program asks for is never widened. An answer is for those who see what it answers, or for fewer.

use actix_web::{HttpRequest, HttpResponse, web};

use super::entity;
use super::poll;
use super::read::find;
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::param::Params;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::audience::{Audience, Viewer};
use crate::domain::boost;
use crate::domain::comment;
use crate::domain::media::{self, Media, Placed};
use crate::domain::moment::{self, Draft};
use crate::domain::poll::{self as asked, Question};
use crate::domain::post::{self, Post};
use crate::error::{Error, Result};
use crate::id::{MediaId, PostId};
use crate::lang::{self, Language};
use crate::remote;

/// Whom a member's posts are for unless they say so: as on the page where Moments are written.
const USUAL: Audience = Audience::Friends;

/// A status as it was sent, as far as it can be read without looking anything up.
struct Sent {
    text: String,
    warning: String,
    language: String,
    key: String,
    audience: Option<Audience>,
    parent: Option<PostId>,
    media: Option<Vec<MediaId>>,
    alts: Vec<(MediaId, String)>,
    question: Option<Question>,
    /// Are the files to be covered?
    covered: Option<bool>,
}

impl Sent {
    fn read(request: &HttpRequest, params: &Params) -> Result<Self> {
        for (name, message) in [("scheduled_at", "problem-status-later"), ("quoted_status_id", "problem-status-quote")]
        {
            if params.some(name).is_some() {
                return Err(Error::invalid(name, message));
            }
        }
        let key = request.headers().get("idempotency-key").map(|value| String::from_utf8_lossy(value.as_bytes()));
        let key = key.unwrap_or_default();
        let parent = match params.some("in_reply_to_id") {
            Some(id) => Some(id.parse::<PostId>().map_err(|_| Error::NotFound("post"))?),
            None => None,
        };
        let media: Option<Vec<MediaId>> = params
            .list("media_ids")
            .into_iter()
            .map(|id| id.parse().map_err(|_| gone()))
            .collect::<Result<_>>()
            .map(Some)?;
        let said = params.tells_list("media_ids");
        let alt = |row: &std::collections::BTreeMap<String, String>| {
            Some((row.get("id")?.parse().ok()?, row.get("description")?.clone()))
        };
        Ok(Self {
            text: params.text("status").to_owned(),
            warning: moment::check_warning(params.text("spoiler_text"))?,
            language: language(params.text("language")),
            // Whatever a program calls its key, it fits, and meets no form's.
            key: if key.is_empty() { String::new() } else { crate::secret::token_hash(&format!("call {key}")) },
            audience: audience(params)?,
            parent,
            media: media.filter(|_| said),
            question: poll::asked(params)?,
            covered: params.flag("sensitive"),
            alts: params.rows("media_attributes").iter().filter_map(alt).collect(),
        })
    }
}

fn gone() -> Error {
    Error::invalid("media_ids", "media-problem-gone")
}

/// The language of a status: one of the hall's for a code such as `zh-TW` or `en-GB`, any other as it is; nothing for what is
/// none, which is guessed then.
fn language(code: &str) -> String {
    // `zh` alone doesn't say which script: the text does.
    if code == "zh" {
        return String::new();
    }
    let ours = Language::of_tag(code).map(|ours| ours.code().to_owned());
    ours.or_else(|| lang::tag(code)).unwrap_or_default()
}

/// Whom a status is for: in the hall's own words, or in those that all programs know. `direct` is [`Audience::People`]: those
/// whom the text names, and if it names nobody its author alone.
fn audience(params: &Params) -> Result<Option<Audience>> {
    if let Some(word) = params.some("huiguan[audience]") {
        let known = word.parse::<Audience>().map_err(|()| Error::invalid("huiguan", "problem-audience"))?;
        return Ok(Some(known));
    }
    Ok(Some(match params.text("visibility") {
        "" => return Ok(None),
        "public" => Audience::Everyone,
        "unlisted" => Audience::Quiet,
        "private" => Audience::Friends,
        "direct" => Audience::People,
        _ => return Err(Error::invalid("visibility", "problem-audience")),
    }))
}

/// The files of a status in their order, with the words that go with them.
fn placed(conn: &mut Conn, me: &Actor, sent: &Sent) -> Result<Option<Vec<Placed>>> {
    let Some(ids) = &sent.media else { return Ok(None) };
    let rows: Vec<Media> = media::own(conn, me.id, ids)?;
    if rows.len() != ids.len() {
        return Err(gone());
    }
    let said = |row: &Media| sent.alts.iter().find(|(id, _)| *id == row.id).map(|(_, alt)| alt.clone());
    let given = rows.iter().map(|row| (1, row.id, said(row).unwrap_or_else(|| row.alt.clone())));
    Placed::parse((1..).zip(given).map(|(place, (_, id, alt))| (place, id, alt)).collect()).map(Some)
}

/// `POST /api/v1/statuses`.
pub async fn create(ctx: web::Data<Ctx>, request: HttpRequest, caller: Caller, params: Params) -> Result<HttpResponse> {
    let sent = Sent::read(&request, &params)?;
    let me = caller.me()?.clone();
    remote::person::look_up_named(&ctx, me.id, &sent.text).await?;
    let shared = ctx.clone();
    let status = ctx
        .write(move |conn| {
            let post = match sent.parent {
                None => publish(&shared, conn, &me, &sent)?,
                Some(parent) => answer(&shared, conn, &me, parent, &sent)?,
            };
            let viewer = Viewer::Member(me.id);
            let item = find(conn, &viewer, post)?;
            entity::one(&shared, conn, &viewer, item)
        })
        .await?;
    answer::json(&status)
}

fn publish(ctx: &Ctx, conn: &mut Conn, me: &Actor, sent: &Sent) -> Result<PostId> {
    let chars_max = ctx.config.limits.post_chars_max;
    let audience = sent.audience.unwrap_or(USUAL);
    let pictures = placed(conn, me, sent)?;
    let draft = Draft::addressed(&sent.text, audience, &sent.language, &sent.key, chars_max, pictures)?;
    Ok(moment::publish(
        conn,
        me,
        draft.warned(sent.warning.clone()).asking(sent.question.clone()).covered(sent.covered),
    )?
    .id)
}

/// An answer: a comment under what it answers.
fn answer(ctx: &Ctx, conn: &mut Conn, me: &Actor, parent: PostId, sent: &Sent) -> Result<PostId> {
    if sent.question.is_some() {
        return Err(Error::invalid("poll", "problem-comment-poll"));
    }
    let parent = super::read::post_of(conn, &Viewer::Member(me.id), parent)?;
    // Without a word about it, an answer is for those who see what it answers.
    let audience = sent.audience.unwrap_or(Audience::Everyone);
    let (chars_max, pictures) = (ctx.config.limits.post_chars_max, placed(conn, me, sent)?);
    let draft = Draft::addressed(&sent.text, audience, &sent.language, &sent.key, chars_max, pictures)?;
    let draft = draft.warned(sent.warning.clone()).narrowed(audience).covered(sent.covered);
    Ok(comment::publish(conn, me, parent, draft)?.id)
}

/// `PUT /api/v1/statuses/{id}`. Whom it is for stays.
pub async fn update(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<PostId>,
    params: Params,
) -> Result<HttpResponse> {
    let mut sent = Sent::read(&request, &params)?;
    let (me, id) = (caller.me()?.clone(), *id);
    remote::person::look_up_named(&ctx, me.id, &sent.text).await?;
    let shared = ctx.clone();
    let status = ctx
        .write(move |conn| {
            let old = post::own(conn, me.id, id)?;
            stands(conn, &sent, id)?;
            let says = |name: &str| params.holds(name);
            if !says("status") {
                sent.text.clone_from(&old.source);
            }
            if !says("spoiler_text") {
                sent.warning.clone_from(&old.warning);
            }
            if sent.language.is_empty() {
                sent.language.clone_from(&old.language);
            }
            let pictures = placed(conn, &me, &sent)?;
            let chars_max = shared.config.limits.post_chars_max;
            // One that has pictures and keeps them needs no text.
            let held = if pictures.is_none() { kept(conn, id)? } else { pictures };
            let draft = Draft::addressed(&sent.text, old.audience, &sent.language, "", chars_max, held)?;
            let draft = draft.warned(sent.warning.clone()).covered(sent.covered);
            match old.root_id {
                Some(_) => drop(comment::edit(conn, &me, id, draft)?),
                None => drop(moment::edit(conn, &me, id, &draft)?),
            }
            let viewer = Viewer::Member(me.id);
            let item = find(conn, &viewer, id)?;
            entity::one(&shared, conn, &viewer, item)
        })
        .await?;
    answer::json(&status)
}

/// What a post asks is asked once: a program may send the same along.
fn stands(conn: &mut Conn, sent: &Sent, id: PostId) -> Result<()> {
    let Some(question) = &sent.question else { return Ok(()) };
    match asked::of_post(conn, None, id)? {
        Some(poll) if question.is_same(&poll) => Ok(()),
        _ => Err(Error::invalid("poll", "problem-status-poll")),
    }
}

/// The files of a post as they are.
fn kept(conn: &mut Conn, id: PostId) -> Result<Option<Vec<Placed>>> {
    let rows = media::of_post(conn, id)?;
    let files = rows.into_iter().filter(|row| row.purpose == media::Purpose::Post);
    Ok(Some(files.map(|row| Placed { id: row.id, alt: row.alt }).collect()))
}

/// `DELETE /api/v1/statuses/{id}`: answers it once more, with the text as it was typed, so that it can be written anew. Its files
/// stay for that, unless `delete_media` says that they go. A boost is taken back.
pub async fn delete(
    ctx: web::Data<Ctx>,
    caller: Caller,
    id: web::Path<PostId>,
    params: Params,
) -> Result<HttpResponse> {
    let (me, id, shared) = (caller.me()?.clone(), *id, ctx.clone());
    let keeps = !params.flag("delete_media").unwrap_or(false);
    let status = ctx
        .write(move |conn| match post::own(conn, me.id, id) {
            Ok(old) => erase(&shared, conn, &me, old, keeps),
            Err(Error::NotFound(_)) => unboost(&shared, conn, &me, id),
            Err(error) => Err(error),
        })
        .await?;
    answer::json(&status)
}

fn erase(ctx: &Ctx, conn: &mut Conn, me: &Actor, old: Post, keeps: bool) -> Result<Deleted> {
    let viewer = Viewer::Member(me.id);
    let item = find(conn, &viewer, old.id)?;
    let mut status = entity::one(ctx, conn, &viewer, item)?;
    let files: Vec<MediaId> = media::of_post(conn, old.id)?.iter().map(|row| row.id).collect();
    match (old.root_id, keeps) {
        (Some(_), true) => comment::remove_for_redraft(conn, me, old.id)?,
        (Some(_), false) => drop(comment::remove(conn, me, old.id)?),
        (None, true) => moment::delete_for_redraft(conn, me, old.id)?,
        (None, false) => moment::delete(conn, me, old.id)?,
    }
    // Nobody else sees them any more, whomever the post was for.
    status.show_files(ctx, &viewer, &media::own(conn, me.id, &files)?);
    Ok(Deleted { text: old.source, status })
}

/// A boost by its own number.
fn unboost(ctx: &Ctx, conn: &mut Conn, me: &Actor, id: PostId) -> Result<Deleted> {
    let viewer = Viewer::Member(me.id);
    let item = find(conn, &viewer, id)?;
    if item.boost.as_ref().is_none_or(|(_, booster)| booster.id != me.id) {
        return Err(Error::NotFound("post"));
    }
    let post = item.entry.post.id;
    let status = entity::one(ctx, conn, &viewer, item)?;
    boost::unboost(conn, me, post)?;
    Ok(Deleted { text: String::new(), status })
}

/// What was deleted.
#[derive(serde::Serialize)]
struct Deleted {
    #[serde(flatten)]
    status: entity::Status,
    text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str) -> Result<Option<Audience>> {
        audience(&Params::of_query(query).unwrap())
    }

    #[test]
    fn audiences_are_read_in_both_tongues() {
        assert_eq!(of("visibility=unlisted").unwrap(), Some(Audience::Quiet));
        assert_eq!(of("visibility=direct").unwrap(), Some(Audience::People));
        assert_eq!(of("").unwrap(), None);
        assert_eq!(of("visibility=public&huiguan[audience]=me").unwrap(), Some(Audience::Me));
        for wrong in ["visibility=everyone", "huiguan[audience]=public"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn languages_are_those_of_the_hall_or_any_other() {
        for (given, ours) in [
            ("zh-Hant", "zh-Hant"),
            ("zh-TW", "zh-Hant"),
            ("zh", ""),
            ("en", "en"),
            ("de", "de"),
            ("pt_br", "pt-BR"),
            ("deutsch", ""),
            ("", ""),
        ] {
            assert_eq!(language(given), ours, "{given}");
        }
    }
}
