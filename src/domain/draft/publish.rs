//! From a draft to an article: at once or at a time, again after an edit, and back.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{Content, Draft, State, as_editor, by_id, files, scripts};
use crate::clock::{DAY, MINUTE, Micros};
use crate::config::Accounts;
use crate::db::Conn;
use crate::db::schema::draft;
use crate::domain::account::{self, Account, Act};
use crate::domain::actor::{self, Actor};
use crate::domain::article::{self, Details};
use crate::domain::audience::Audience;
use crate::domain::event::{self, Event};
use crate::domain::friend;
use crate::domain::hashtag;
use crate::domain::media::{self, Kind as FileKind, Media, State as FileState};
use crate::domain::notice::{self, Kind as Notice, New as NewNotice};
use crate::domain::post::{self, Kind, New, Post, Text};
use crate::domain::profile;
use crate::error::{Error, Result};
use crate::id::{ActorId, DraftId, MediaId, PostId, SeriesId};
use crate::text::{self, Look, Shape};

/// How far ahead an article may be scheduled.
const AHEAD_MAX: Micros = 366 * DAY;

/// The HTML of a text with the pictures of its draft.
pub fn preview_html(source: &str, files: &[Media]) -> String {
    text::article_html(source, &shapes(files))
}

fn shapes(files: &[Media]) -> BTreeMap<i64, Shape> {
    let is_shown = |file: &&Media| file.state != FileState::Failed;
    let look = |file: &Media| match file.kind {
        FileKind::Video => Look::Film,
        FileKind::Audio => Look::Sound,
        FileKind::Image | FileKind::Paper | FileKind::Unknown => Look::Picture,
    };
    let shape = |file: &Media| (file.id.0, Shape { look: look(file), size: file.size() });
    files.iter().filter(is_shown).map(shape).collect()
}

/// What is to be published, checked and made ready.
struct Ready {
    content: Content,
    html: String,
    details: Details,
    pictures: Vec<(MediaId, String)>,
    scripts: Vec<article::Script>,
}

/// Errors: `Invalid` naming what isn't fit to be published.
fn ready(conn: &mut Conn, draft: &Draft) -> Result<Ready> {
    let content = draft.content();
    content.check()?;
    let files = files(conn, draft.id)?;
    let html = preview_html(&content.body, &files);
    let plain = text::plain_of_clean(&html);
    let mut shown = text::article_files(&html);
    let mut scripts_ready = Vec::new();
    for script in scripts(conn, draft.id)?.into_iter().filter(|script| script.is_checked) {
        let body_html = preview_html(&script.body, &files);
        shown.extend(text::article_files(&body_html));
        let (language, title, digest) = (script.language, script.title, script.digest);
        scripts_ready.push(article::Script { language, title, digest, body_html });
    }
    if content.cover > 0 {
        shown.push((content.cover, content.cover_alt.clone()));
    }
    let mut pictures: Vec<(MediaId, String)> = Vec::new();
    for (id, alt) in shown {
        let Some(file) = files.iter().find(|file| file.id.0 == id) else {
            return Err(Error::invalid("body", "media-problem-gone"));
        };
        if id == content.cover && file.kind != FileKind::Image {
            return Err(Error::invalid("cover", "draft-problem-cover"));
        }
        match file.state {
            FileState::Ready => {}
            FileState::Waiting => return Err(Error::invalid("body", "draft-problem-waiting")),
            FileState::Failed => return Err(Error::invalid("body", "draft-problem-picture")),
        }
        if pictures.iter().all(|(known, _)| *known != file.id) {
            pictures.push((file.id, alt));
        }
    }
    let series_id = series_of(conn, draft, &content)?;
    let details = Details {
        subtitle: content.subtitle.clone(),
        digest: content.digest_of(&plain),
        bylines: content.bylines.clone(),
        cover_id: (content.cover > 0).then_some(MediaId(content.cover)),
        is_original: content.is_original,
        licence: content.licence.clone(),
        source_name: content.source_name.clone(),
        source_url: content.source_url.clone(),
        series_id,
        series: Default::default(),
        chars: i64::try_from(plain.chars().count()).unwrap_or(0),
    };
    Ok(Ready { content, html, details, pictures, scripts: scripts_ready })
}

/// The series that a draft is to stand in: one of its account's, if it is still there.
fn series_of(conn: &mut Conn, draft: &Draft, content: &Content) -> Result<Option<SeriesId>> {
    match article::series_by_id(conn, SeriesId(content.series)) {
        Ok(series) => Ok((series.account_id == draft.account_id).then_some(series.id)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// An editor publishes a draft, or what has changed since it was.
///
/// Errors: `NotFound`, `Forbidden`; `Invalid` naming what isn't fit to be published, or "" if the account has sent as often as it may.
pub fn publish(conn: &mut Conn, by: &Actor, id: DraftId, rule: &Accounts) -> Result<Post> {
    let known = as_editor(conn, by, id)?;
    publish_by(conn, by, known, rule)
}

fn publish_by(conn: &mut Conn, by: &Actor, known: Draft, rule: &Accounts) -> Result<Post> {
    conn.lock(&format!("account:{}", known.account_id))?;
    // Somebody else may have published it meanwhile.
    let known = by_id(conn, known.id)?;
    let account = account::get(conn, known.account_id)?;
    let ready = ready(conn, &known)?;
    withdraw(conn, &known)?;
    let post = match known.post_id {
        Some(post) => change(conn, &account, post, &ready)?,
        None => bring_out(conn, &account, &ready, rule)?,
    };
    let act = if known.post_id.is_some() { Act::Edited } else { Act::Published };
    account::log(conn, account.actor.id, by.id, act, None, &ready.content.title)?;
    diesel::update(draft::table.filter(draft::id.eq(known.id)))
        .set((
            draft::post_id.eq(Some(post.id)),
            draft::state.eq(State::Published),
            draft::due_at.eq(None::<Micros>),
            draft::preview.eq(""),
        ))
        .execute(conn.link())?;
    Ok(post)
}

fn bring_out(conn: &mut Conn, account: &Account, ready: &Ready, rule: &Accounts) -> Result<Post> {
    let author = &account.actor;
    let new = New {
        uri: None,
        url: None,
        kind: Kind::Article,
        audience: Audience::Everyone,
        people: Vec::new(),
        language: ready.content.language(),
        title: ready.content.title.clone(),
        warning: String::new(),
        body_html: ready.html.clone(),
        source: ready.content.body.clone(),
        form_key: None,
        published_at: None,
        edited_at: None,
        place: None,
        group_id: None,
    };
    let post = post::insert(conn, author, new)?;
    fill(conn, &post, ready)?;
    article::send(conn, &account.detail, rule, post.id)?;
    if account.detail.kind == account::Kind::Service {
        for reader in friend::local_followers(conn, author.id)? {
            notice::tell(conn, reader, &NewNotice::about_post(Notice::Article, author.id, post.id, post.id))?;
        }
    }
    record(conn, author.id, &post, &Event::Published(post.id))?;
    Ok(post)
}

/// Writes what goes with the post of an article.
fn fill(conn: &mut Conn, post: &Post, ready: &Ready) -> Result<()> {
    media::adopt(conn, post.author_id, post.id, &ready.pictures)?;
    article::write(conn, post, &ready.details)?;
    article::write_scripts(conn, post.id, &ready.scripts)?;
    hashtag::keep(conn, post, &text::hashtags(&text::plain_of_clean(&ready.html)))
}

/// Changes a published article; nothing goes out if nothing is another.
fn change(conn: &mut Conn, account: &Account, id: PostId, ready: &Ready) -> Result<Post> {
    let old = post::own(conn, account.actor.id, id)?;
    if old.deleted_at.is_some() {
        return Err(Error::NotFound("post"));
    }
    let before = (article::of_post(conn, id)?.map(|known| facts(&known)), article::scripts(conn, id)?);
    let language = ready.content.language();
    let title = ready.content.title.as_str();
    let is_same_text = old.body_html == ready.html && old.source == ready.content.body && old.language == language;
    if !is_same_text || old.title != title {
        let edited_at = conn.now();
        let text = Text { language: &language, warning: "", title: Some(title), edited_at };
        post::rewrite(conn, id, &ready.content.body, &ready.html, &text)?;
    }
    fill(conn, &old, ready)?;
    let after = (article::of_post(conn, id)?.map(|known| facts(&known)), article::scripts(conn, id)?);
    let post = post::own(conn, account.actor.id, id)?;
    let is_same = before == after && post.title == old.title && post.edited_at == old.edited_at;
    if !is_same {
        post::mark_edited(conn, id)?;
        record(conn, account.actor.id, &post, &Event::Edited(id))?;
    }
    post::own(conn, account.actor.id, id)
}

type Facts = (String, String, String, Option<MediaId>, bool, String, Option<SeriesId>);

fn facts(known: &article::Article) -> Facts {
    (
        known.subtitle.clone(),
        known.digest.clone(),
        known.bylines.clone(),
        known.cover_id,
        known.is_original,
        format!("{}\n{}\n{}", known.licence, known.source_name, known.source_url),
        known.series_id,
    )
}

fn record(conn: &mut Conn, account: ActorId, post: &Post, what: &Event) -> Result<()> {
    let id = event::id(conn);
    event::record(conn, id, account, &format!("post:{}", post.id), what)
}

fn lane(id: DraftId) -> String {
    format!("draft:{id}")
}

/// Takes back that a draft comes out by itself.
pub(super) fn withdraw(conn: &mut Conn, known: &Draft) -> Result<()> {
    if known.state == State::Scheduled {
        event::withdraw(conn, &lane(known.id))?;
    }
    Ok(())
}

/// An editor sets the time at which a draft comes out by itself.
///
/// Errors: as [`publish`]; `Invalid` for the field `due` if the time is past, or too far ahead.
pub fn schedule(conn: &mut Conn, by: &Actor, id: DraftId, at: Micros) -> Result<Draft> {
    conn.lock(&lane(id))?;
    let known = as_editor(conn, by, id)?;
    let now = conn.now();
    if known.state == State::Published {
        return Err(Error::invalid("due", "draft-problem-out"));
    }
    if at <= now {
        return Err(Error::invalid("due", "draft-problem-past"));
    }
    if at > now + AHEAD_MAX {
        return Err(Error::invalid("due", "draft-problem-far"));
    }
    // What can't be published now can't be later either, but for pictures that are still being prepared.
    known.content().check()?;
    withdraw(conn, &known)?;
    let event = event::id(conn);
    event::record_at(conn, event, known.account_id, &lane(id), &Event::DraftDue(id), at)?;
    diesel::update(draft::table.filter(draft::id.eq(id)))
        .set((draft::state.eq(State::Scheduled), draft::due_at.eq(Some(at)), draft::updated_by.eq(by.id)))
        .execute(conn.link())?;
    account::log(conn, known.account_id, by.id, Act::Scheduled, None, &known.title)?;
    by_id(conn, id)
}

/// An editor takes back that a draft comes out by itself.
///
/// Errors: as [`publish`].
pub fn unschedule(conn: &mut Conn, by: &Actor, id: DraftId) -> Result<Draft> {
    let known = as_editor(conn, by, id)?;
    if known.state == State::Scheduled {
        withdraw(conn, &known)?;
        open_again(conn, id)?;
        account::log(conn, known.account_id, by.id, Act::Unscheduled, None, &known.title)?;
    }
    by_id(conn, id)
}

fn open_again(conn: &mut Conn, id: DraftId) -> Result<()> {
    diesel::update(draft::table.filter(draft::id.eq(id)))
        .set((draft::state.eq(State::Open), draft::due_at.eq(None::<Micros>)))
        .execute(conn.link())?;
    Ok(())
}

/// The time of a draft has come. In whose name it was scheduled it is published; if they have left since, in the owner's. What the
/// rules of the hall keep back stays scheduled for the first time at which it may go; what isn't fit is open again, and the log says
/// so by what isn't there: the article.
pub fn due(conn: &mut Conn, id: DraftId, rule: &Accounts) -> Result<()> {
    let known = match by_id(conn, id) {
        Ok(known) if known.state == State::Scheduled => known,
        Ok(_) | Err(Error::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let detail = match account::get(conn, known.account_id) {
        Ok(account) if account.detail.has_moved() => return open_again(conn, id),
        Ok(account) => account.detail,
        Err(Error::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let now = conn.now();
    let allowance = article::allowance(conn, &detail, rule)?;
    if allowance.left == 0 && allowance.joining == 0 {
        let at = allowance.next_at.unwrap_or(now + MINUTE).max(now + MINUTE);
        return again(conn, &known, at);
    }
    let staff = account::staff(conn, known.account_id)?;
    let by = staff.iter().find(|(role, one)| one.id == known.updated_by && role.may_publish());
    let Some((_, by)) = by.or(staff.first()).cloned() else { return Ok(()) };
    match ready(conn, &known) {
        Ok(_) => publish_by(conn, &by, known, rule).map(drop),
        Err(Error::Invalid(problems)) => {
            let waits = problems.iter().any(|problem| problem.message == "draft-problem-waiting");
            if waits {
                return again(conn, &known, now + MINUTE);
            }
            open_again(conn, id)?;
            account::log(conn, known.account_id, by.id, Act::Unscheduled, None, &known.title)?;
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Tries a draft whose time has come again at another one.
fn again(conn: &mut Conn, known: &Draft, at: Micros) -> Result<()> {
    diesel::update(draft::table.filter(draft::id.eq(known.id))).set(draft::due_at.eq(Some(at))).execute(conn.link())?;
    let event = event::id(conn);
    event::record_at(conn, event, known.account_id, &lane(known.id), &Event::DraftDue(known.id), at)
}

/// An editor puts an article before the others of its account, or no longer.
///
/// Errors: `NotFound`; `Forbidden` for contributors; `Invalid` if too many stand there.
pub fn pin(conn: &mut Conn, by: &Actor, id: PostId, is_pinned: bool) -> Result<()> {
    let article = post::by_id(conn, id)?;
    if article.kind != Kind::Article || article.deleted_at.is_some() {
        return Err(Error::NotFound("article"));
    }
    let role = account::role(conn, article.author_id, by.id)?.ok_or(Error::NotFound("article"))?;
    if !role.may_publish() {
        return Err(Error::Forbidden);
    }
    let owner = actor::by_id(conn, article.author_id)?;
    if profile::is_pinned(conn, id)? == is_pinned {
        return Ok(());
    }
    if is_pinned {
        profile::pin(conn, &owner, id)?
    } else {
        profile::unpin(conn, &owner, id)?
    }
    account::log(conn, owner.id, by.id, Act::Featured, None, &article.title)
}

/// An editor takes an article down: everyone who has a copy is told, and its draft is open again.
///
/// Errors: `NotFound`, `Forbidden`; `Invalid` for the field "" if it isn't out.
pub fn unpublish(conn: &mut Conn, by: &Actor, id: DraftId) -> Result<Draft> {
    let known = as_editor(conn, by, id)?;
    let Some(post) = known.post_id else { return Err(Error::invalid("", "draft-problem-not-out")) };
    conn.lock(&format!("account:{}", known.account_id))?;
    let old = post::own(conn, known.account_id, post)?;
    if old.deleted_at.is_none() {
        // The draft keeps its pictures.
        media::detach(conn, post)?;
        post::erase(conn, post)?;
        record(conn, known.account_id, &old, &Event::Deleted(post))?;
    }
    diesel::update(draft::table.filter(draft::id.eq(id)))
        .set(draft::post_id.eq(None::<PostId>))
        .execute(conn.link())?;
    open_again(conn, id)?;
    account::log(conn, known.account_id, by.id, Act::Unpublished, None, &old.title)?;
    by_id(conn, id)
}
