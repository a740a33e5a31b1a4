//! What is said under a Moment: the strip of likes and comments in lists, the thread on its page, and the forms.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::card::{Moment, Person, Said, Talk, path};
use super::form::{Fields, Form};
use super::moment;
use super::page::{self, Page};
use crate::db::Conn;
use crate::domain::audience::Viewer;
use crate::domain::comment::{self as domain, CHARS_MAX};
use crate::domain::moment::Draft;
use crate::domain::post::{self, Entry};
use crate::domain::reaction::{self, Likes};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::text;

/// Comments of one Moment that a list shows; all stand on its page.
const LIST_COMMENTS: usize = 3;
/// Longest comment in a list, in characters.
const LIST_CHARS: usize = 120;
/// Comments on one page of a thread.
pub const PAGE_SIZE: i64 = 100;

/// What was loaded of the talk under the Moments of one page.
pub struct Loaded {
    likes: BTreeMap<PostId, Likes>,
    counts: BTreeMap<PostId, i64>,
    latest: Vec<Entry>,
}

impl Loaded {
    /// What `viewer` may see under these posts: in a few queries, however many posts there are.
    pub fn of(conn: &mut Conn, viewer: &Viewer, posts: &[PostId]) -> Result<Self> {
        let likes = reaction::of(conn, viewer, posts)?;
        let counts: BTreeMap<PostId, i64> = domain::counts(conn, viewer, posts)?.into_iter().collect();
        let latest = if counts.is_empty() { Vec::new() } else { domain::latest(conn, viewer, posts)? };
        Ok(Self { likes, counts, latest })
    }

    /// The strip under one Moment of a list.
    pub fn strip(&self, page: &Page, post: PostId) -> Talk {
        let under: Vec<&Entry> = self.latest.iter().filter(|entry| entry.post.root_id == Some(post)).collect();
        let shown: Vec<&Entry> = under.into_iter().take(LIST_COMMENTS).collect();
        let mut lines: Vec<Said> = shown.iter().map(|entry| line(page, entry, &self.latest, None)).collect();
        lines.reverse();
        for line in &mut lines {
            line.text = text::excerpt(&text::plain(&line.text).replace('\n', " "), LIST_CHARS);
        }
        Talk { lines, ..self.talk(page, post) }
    }

    /// Likes and count, without lines.
    fn talk(&self, page: &Page, post: PostId) -> Talk {
        let none = Likes::default();
        let likes = self.likes.get(&post).unwrap_or(&none);
        let who: Vec<Person> = likes.who.iter().map(|actor| Person::of(actor, page.language)).collect();
        let others = likes.count - i64::try_from(who.len()).unwrap_or(0);
        let comments = self.counts.get(&post).copied().unwrap_or(0);
        Talk { liked: likes.mine, who, others: others.max(0), comments, lines: Vec::new() }
    }
}

/// One comment as a line. Whom it answers is named only if that comment is among those that the reader sees.
fn line(page: &Page, entry: &Entry, seen: &[Entry], root_author: Option<crate::id::ActorId>) -> Said {
    let answered = entry.post.parent_id.filter(|parent| entry.post.root_id != Some(*parent));
    let answered = answered.and_then(|parent| seen.iter().find(|other| other.post.id == parent));
    let me = page.viewer().member();
    Said {
        id: entry.post.id,
        author: Person::of(&entry.author, page.language),
        to: answered.map(|other| Person::of(&other.author, page.language)),
        text: entry.post.body_html.clone(),
        language: entry.post.language.clone(),
        when: page.when(entry.post.published_at),
        may_remove: me.is_some() && (me == Some(entry.author.id) || me == root_author),
    }
}

/// Loads the thread under a post for its page: likes, and its comments from after `after`.
pub fn load_thread(
    conn: &mut Conn,
    viewer: &Viewer,
    root: PostId,
    after: Option<PostId>,
) -> Result<(Loaded, Vec<Entry>)> {
    let likes = reaction::of(conn, viewer, &[root])?;
    let counts = domain::counts(conn, viewer, &[root])?.into_iter().collect();
    let entries = domain::under(conn, viewer, root, after, PAGE_SIZE + 1)?;
    Ok((Loaded { likes, counts, latest: Vec::new() }, entries))
}

/// The whole talk on the page of a Moment, and where the next page of it begins.
pub fn thread(page: &Page, loaded: &Loaded, entries: Vec<Entry>, root: &Entry) -> (Talk, Option<PostId>) {
    let (entries, next) = page::cut(entries, PAGE_SIZE, |entry| entry.post.id);
    let lines = entries.iter().map(|entry| line(page, entry, &entries, Some(root.author.id))).collect();
    (Talk { lines, ..loaded.talk(page, root.post.id) }, next)
}

/// `POST /posts/{id}/comments`.
pub async fn create(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let draft = match Draft::parse(fields.text("body"), "friends", "", fields.text("key"), CHARS_MAX) {
        Ok(draft) => draft,
        Err(Error::Invalid(problems)) => {
            let form = page.again(fields, &problems);
            return moment::with_form(page, StatusCode::UNPROCESSABLE_ENTITY, id, form).await;
        }
        Err(error) => return Err(error),
    };
    let (comment, root) = page
        .ctx
        .write(move |conn| {
            let comment = domain::publish(conn, &me.member.actor, id, draft)?;
            let root = post::show(conn, &Viewer::Member(me.member.actor.id), comment.thread_id())?;
            Ok((comment, root))
        })
        .await?;
    Ok(page.go(&format!("{}/{}#c{}", path(&root.author), root.post.id, comment.id), "flash-comment"))
}

/// `POST /posts/{id}/like`.
pub async fn like(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    page.ctx.write(move |conn| reaction::like(conn, &me.member.actor, id).map(drop)).await?;
    Ok(page.turn(&back(&fields, id)))
}

/// `POST /posts/{id}/like/removal`.
pub async fn unlike(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    page.ctx.write(move |conn| reaction::unlike(conn, &me.member.actor, id).map(drop)).await?;
    Ok(page.turn(&back(&fields, id)))
}

/// The place on the page where the form stood.
fn back(fields: &Fields, id: PostId) -> String {
    format!("{}#m{id}", page::relative(fields.text("back")).split('#').next().unwrap_or("/"))
}

/// Asks before a comment goes.
#[derive(Template)]
#[template(path = "comment/removal.html")]
struct Removal {
    page: Page,
    comment: Moment,
    back: String,
    is_own: bool,
}

/// `/comments/{id}/removal`.
pub async fn ask_removal(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (viewer, id) = (page.viewer(), *id);
    let me = page.me()?.member.actor.id;
    let (entry, root) = page
        .ctx
        .read(move |conn| {
            let entry = post::show(conn, &viewer, id)?;
            let root = entry.post.root_id.ok_or(Error::NotFound("comment"))?;
            let root = post::show(conn, &viewer, root)?;
            Ok((entry, root))
        })
        .await?;
    let is_own = entry.author.id == me;
    if !is_own && root.author.id != me {
        return Err(Error::NotFound("comment"));
    }
    let back = format!("{}/{}#c{id}", path(&root.author), root.post.id);
    page::ok(&Removal { comment: Moment::in_list(&page, &entry), back, is_own, page })
}

/// `POST /comments/{id}/removal`.
pub async fn remove(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let root = page
        .ctx
        .write(move |conn| {
            let root = domain::remove(conn, &me.member.actor, id)?;
            post::show(conn, &Viewer::Member(me.member.actor.id), root)
        })
        .await?;
    Ok(page.go(&format!("{}/{}", path(&root.author), root.post.id), "flash-comment-removed"))
}

/// An empty form for a comment, with its one-time key.
pub fn empty_form() -> Form {
    Form::filled(Fields::of([("key", crate::secret::token())]))
}
