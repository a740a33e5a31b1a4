//! What readers say under the articles of an account, as its editors see it: what waits, what was set aside, answering in its name.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Card, Standing, run_by_me};
use crate::db::Range;
use crate::domain::account::{self, Act};
use crate::domain::article::{self, State};
use crate::domain::comment;
use crate::domain::moment::Draft;
use crate::domain::post::{self, Entry};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};
use crate::web::card::{PAGE_SIZE, Person, path};
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};
use crate::web::time::When;

/// A comment that waits.
struct Line {
    id: PostId,
    who: Person,
    html: String,
    language: String,
    when: When,
    title: String,
    article: String,
}

/// The queue.
#[derive(Template)]
#[template(path = "account/comments.html")]
struct List {
    page: Page,
    id: ActorId,
    card: Card,
    standing: Standing,
    lines: Vec<Line>,
    older: Option<i64>,
    is_aside: bool,
    form: Form,
}

/// `/accounts/{id}/comments`: what waits, or with `?aside=yes` what was set aside.
pub async fn list(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    shown(page, *id, StatusCode::OK, Form::default()).await
}

async fn shown(page: Page, id: ActorId, status: StatusCode, form: Form) -> Result<HttpResponse> {
    let (account, card, standing) = run_by_me(&page, id).await?;
    if !standing.may_publish {
        return Err(Error::Forbidden);
    }
    let before = page.query("before").parse::<i64>().ok();
    let is_aside = page.query("aside") == "yes";
    let state = if is_aside { State::Aside } else { State::Waiting };
    let rows = page
        .ctx
        .read(move |conn| {
            let rows = article::queue(conn, id, state, &Range::before(before, PAGE_SIZE + 1))?;
            let with_root = |entry: Entry| {
                let root = post::by_id(conn, entry.post.thread_id())?;
                Ok((entry, root))
            };
            rows.into_iter().map(with_root).collect::<Result<Vec<_>>>()
        })
        .await?;
    let (rows, older) = page::cut(rows, PAGE_SIZE, |(entry, _)| entry.post.id.0);
    let at = path(&account.actor);
    let lines = rows
        .iter()
        .map(|(entry, root)| Line {
            id: entry.post.id,
            who: Person::of(&entry.author, page.language),
            html: entry.post.body_html.clone(),
            language: entry.post.language.clone(),
            when: page.when(entry.post.published_at),
            title: root.title.clone(),
            article: format!("{at}/{}", root.id),
        })
        .collect();
    page::show(status, &List { id, card, standing, lines, older, is_aside, form, page })
}

/// `POST /posts/{id}/selection`: an editor selects a comment, sets it aside, or pins it.
pub async fn update(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let word = fields.text("act").to_owned();
    let done = page
        .ctx
        .write(move |conn| {
            let by = &me.member.actor;
            match word.as_str() {
                "select" => article::select(conn, by, id).map(|root| (root, "flash-comment-selected")),
                "aside" => article::set_aside(conn, by, id).map(|root| (root, "flash-comment-aside")),
                "pin" => article::pin(conn, by, id, true).map(|root| (root, "flash-comment-pinned")),
                "unpin" => article::pin(conn, by, id, false).map(|root| (root, "flash-comment-unpinned")),
                _ => Err(Error::NotFound("page")),
            }
        })
        .await;
    match done {
        Ok((root, flash)) => {
            let queue = format!("/accounts/{}/comments", root.author_id);
            let back = fields.text("back");
            Ok(page.go(if back.is_empty() { &queue } else { back }, flash))
        }
        Err(error) => {
            let root = root_of(&page, id).await?;
            let (status, form) = page.retry(fields, error)?;
            shown(page, root.author_id, status, form).await
        }
    }
}

/// The article that a comment stands under.
async fn root_of(page: &Page, id: PostId) -> Result<post::Post> {
    let found = page.ctx.read(move |conn| {
        let comment = post::by_id(conn, id)?;
        post::by_id(conn, comment.thread_id())
    });
    found.await
}

/// `POST /posts/{id}/answer`: an editor answers in the account's name.
pub async fn answer(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let chars_max = page.ctx.config.limits.post_chars_max;
    let (body, key) = (fields.text("body").to_owned(), fields.text("key").to_owned());
    let said = page
        .ctx
        .write(move |conn| {
            let comment = post::by_id(conn, id)?;
            let root = post::by_id(conn, comment.thread_id())?;
            let account = account::as_editor(conn, me.member.actor.id, root.author_id)?;
            let draft = Draft::parse(&body, "everyone", "", &key, chars_max)?;
            // What is answered is for everyone by that.
            if comment.id != root.id {
                article::select(conn, &me.member.actor, id)?;
            }
            let said = comment::publish(conn, &account.actor, id, draft)?;
            let about = Some(comment.author_id).filter(|by| *by != root.author_id);
            account::log(conn, root.author_id, me.member.actor.id, Act::Answered, about, &root.title)?;
            Ok((root, account.actor, said))
        })
        .await;
    match said {
        Ok((root, author, said)) => {
            Ok(page.go(&format!("{}/{}#c{}", path(&author), root.id, said.id), "flash-comment-answered"))
        }
        Err(error) => {
            let root = root_of(&page, id).await?;
            let (status, form) = page.retry(fields, error)?;
            shown(page, root.author_id, status, form).await
        }
    }
}
