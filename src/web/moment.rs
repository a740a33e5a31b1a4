//! Moments as pages: the home feed, the page of one, writing, editing, deleting.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::form::{Fields, Form};
use super::friend::Asking;
use super::page::{self, Page};
use super::person;
use super::time::When;
use crate::domain::audience::Audience;
use crate::domain::friend;
use crate::domain::moment::{self as domain, Draft};
use crate::domain::post::{self, Entry};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::text;

/// Moments on one page of a list.
pub const PAGE_SIZE: i64 = 20;
/// Longest text of a Moment in a list, in characters; the rest stands on its own page.
const LIST_CHARS_MAX: usize = 300;
/// HTML of a Moment that may stand in a list without being looked at more closely, in bytes.
const LIST_BYTES_MAX: usize = 1_200;
/// Paragraphs and line breaks of a Moment in a list.
const LIST_LINES_MAX: usize = 12;

/// A Moment as pages show it.
#[derive(Debug, Clone)]
pub struct Card {
    /// Its number.
    pub id: PostId,
    /// Who wrote it.
    pub author: person::Card,
    /// Its page here.
    pub path: String,
    /// What a reader is warned of first; empty for nothing.
    pub warning: String,
    /// Safe HTML, or plain text if it is cut.
    pub text: String,
    /// Is only the beginning shown?
    pub is_cut: bool,
    /// The language of the text; empty if unknown.
    pub language: String,
    /// When it was published.
    pub when: When,
    /// When it was edited.
    pub edited: Option<When>,
    /// The message that says whom it is for: the author's choice to the author, public or not to others.
    pub audience: &'static str,
    /// Is it for everyone?
    pub is_public: bool,
    /// Is it the reader's own?
    pub is_own: bool,
}

impl Card {
    /// The whole of it.
    pub fn whole(page: &Page, entry: &Entry) -> Self {
        let Entry { post, author } = entry;
        let is_own = page.member.as_ref().is_some_and(|me| me.member.actor.id == author.id);
        let is_public = post.audience.is_public();
        Self {
            id: post.id,
            path: format!("{}/{}", person::path(author), post.id),
            author: person::Card::of(author, page.language),
            warning: post.warning.clone(),
            text: post.body_html.clone(),
            is_cut: false,
            language: post.language.clone(),
            when: page.when(post.published_at),
            edited: post.edited_at.map(|at| page.when(at)),
            audience: match (is_own, is_public) {
                (true, _) => audience_message(post.audience),
                (false, true) => "audience-everyone",
                (false, false) => "audience-not-public",
            },
            is_public,
            is_own,
        }
    }

    /// As lists show it: a long one only begins here.
    pub fn in_list(page: &Page, entry: &Entry) -> Self {
        let mut card = Self::whole(page, entry);
        if let Some(beginning) = beginning(&card.text) {
            card.text = beginning;
            card.is_cut = true;
        }
        card
    }
}

/// The beginning of a text that is too long for a list, as plain text.
fn beginning(html: &str) -> Option<String> {
    let lines = html.matches("<br").count() + html.matches("<p").count() + html.matches("<li").count();
    if html.len() <= LIST_BYTES_MAX && lines <= LIST_LINES_MAX {
        return None;
    }
    let plain = text::plain(html);
    let by_lines: Vec<&str> = plain.lines().take(LIST_LINES_MAX).collect();
    let cut = text::excerpt(&by_lines.join("\n"), LIST_CHARS_MAX);
    let is_whole = cut.len() == plain.len() && html.len() <= LIST_BYTES_MAX * 4;
    (!is_whole).then_some(if cut.ends_with('…') || cut.len() == plain.len() { cut } else { format!("{cut}…") })
}

/// The word for an audience.
pub fn audience_message(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "audience-everyone",
        Audience::Quiet => "audience-quiet",
        Audience::Friends => "audience-friends",
        Audience::People => "audience-people",
        Audience::Me => "audience-me",
    }
}

/// Takes the row that only tells that there is more off a page of a list; answers where the next page begins.
pub fn cut_page<T>(mut rows: Vec<T>, id: impl Fn(&T) -> PostId) -> (Vec<T>, Option<PostId>) {
    let size = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    let is_more = rows.len() > size;
    rows.truncate(size);
    let older = rows.last().filter(|_| is_more).map(id);
    (rows, older)
}

/// The home feed.
#[derive(Template)]
#[template(path = "moment/feed.html")]
struct Feed {
    page: Page,
    me: person::Card,
    asking: Vec<Asking>,
    moments: Vec<Card>,
    older: Option<PostId>,
    is_first: bool,
}

/// `/` for members: what they and their friends shared.
pub async fn feed(page: Page) -> Result<HttpResponse> {
    let me = page.me()?;
    let (id, asked) = (me.member.actor.id, me.requests > 0);
    let before = page.query("before").parse::<PostId>().ok();
    let (entries, requests) = page
        .ctx
        .read(move |conn| {
            let requests = if asked { friend::requests(conn, id)? } else { Vec::new() };
            Ok((post::feed(conn, id, before, PAGE_SIZE + 1)?, requests))
        })
        .await?;
    let (entries, older) = cut_page(entries, |entry| entry.post.id);
    page::ok(&Feed {
        me: person::Card::of(&me.member.actor, page.language),
        asking: requests.iter().take(2).map(|tie| Asking::of(&page, tie)).collect(),
        moments: entries.iter().map(|entry| Card::in_list(&page, entry)).collect(),
        older,
        is_first: before.is_none(),
        page,
    })
}

/// One Moment.
#[derive(Template)]
#[template(path = "moment/show.html")]
struct Show {
    page: Page,
    moment: Card,
    uri: String,
    url: String,
    is_listed: bool,
    excerpt: String,
}

/// `/@{name}/{id}`.
pub async fn show(page: Page, path: web::Path<(String, String)>) -> Result<HttpResponse> {
    let (who, id) = path.into_inner();
    let id = id.parse::<PostId>().map_err(|_| Error::NotFound("post"))?;
    let viewer = page.viewer();
    let entry = page.ctx.read(move |conn| post::show(conn, &viewer, id)).await?;
    let who = who.to_lowercase();
    let author = &entry.author;
    let is_theirs = who == author.address.to_lowercase() || (author.is_local() && who == author.name);
    // Visitors read what other servers published over there.
    if !is_theirs || (!author.is_local() && page.member.is_none()) {
        return Err(Error::NotFound("post"));
    }
    page::ok(&Show {
        moment: Card::whole(&page, &entry),
        uri: entry.post.uri.clone(),
        url: entry.post.url.clone(),
        is_listed: author.discoverable && entry.post.audience == Audience::Everyone,
        excerpt: text::excerpt(&text::plain(&entry.post.body_html).replace('\n', " "), 24),
        page,
    })
}

/// The form of a new Moment.
#[derive(Template)]
#[template(path = "moment/new.html")]
struct New {
    page: Page,
    form: Form,
    chars_max: usize,
}

/// `/moments/new`.
pub async fn new(page: Page) -> Result<HttpResponse> {
    let fields = Fields::of([("audience", Audience::Friends.as_str().to_owned()), ("key", crate::secret::token())]);
    compose(page, StatusCode::OK, Form::filled(fields))
}

fn compose(page: Page, status: StatusCode, form: Form) -> Result<HttpResponse> {
    let chars_max = page.ctx.config.limits.post_chars_max;
    page::show(status, &New { page, form, chars_max })
}

fn parse(page: &Page, fields: &Fields, audience: &str) -> Result<Draft> {
    let chars_max = page.ctx.config.limits.post_chars_max;
    Draft::parse(fields.text("body"), audience, fields.text("language"), fields.text("key"), chars_max)
}

/// `POST /moments`.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    let draft = match parse(&page, &fields, fields.text("audience")) {
        Ok(draft) => draft,
        Err(Error::Invalid(problems)) => {
            let form = Form::again(&page, fields, &problems);
            return compose(page, StatusCode::UNPROCESSABLE_ENTITY, form);
        }
        Err(error) => return Err(error),
    };
    let me = page.me()?;
    let post = page.ctx.write(move |conn| domain::publish(conn, &me.member.actor, draft)).await?;
    Ok(page.go("/", match post.audience {
        Audience::Everyone | Audience::Quiet => "flash-published-everyone",
        Audience::Friends | Audience::People => "flash-published-friends",
        Audience::Me => "flash-published-me",
    }))
}

/// A member's own Moment.
async fn own(page: &Page, id: PostId) -> Result<post::Post> {
    let me = page.me()?.member.actor.id;
    let post = page.ctx.read(move |conn| post::own(conn, me, id)).await?;
    if post.deleted_at.is_some() { Err(Error::NotFound("post")) } else { Ok(post) }
}

/// The form of a change.
#[derive(Template)]
#[template(path = "moment/edit.html")]
struct Edit {
    page: Page,
    form: Form,
    id: PostId,
    back: String,
    audience: &'static str,
    chars_max: usize,
}

/// `/moments/{id}/edit`.
pub async fn edit(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let post = own(&page, *id).await?;
    let form = Form::filled(Fields::of([("body", post.source.clone()), ("language", post.language.clone())]));
    revise(page, StatusCode::OK, form, &post)
}

fn revise(page: Page, status: StatusCode, form: Form, post: &post::Post) -> Result<HttpResponse> {
    let chars_max = page.ctx.config.limits.post_chars_max;
    let back = own_path(&page, post.id)?;
    page::show(status, &Edit { page, form, id: post.id, back, audience: audience_message(post.audience), chars_max })
}

fn own_path(page: &Page, id: PostId) -> Result<String> {
    Ok(format!("/@{}/{id}", page.me()?.member.actor.name))
}

/// `POST /moments/{id}`.
pub async fn update(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let id = *id;
    let old = own(&page, id).await?;
    let draft = match parse(&page, &fields, old.audience.as_str()) {
        Ok(draft) => draft,
        Err(Error::Invalid(problems)) => {
            let form = Form::again(&page, fields, &problems);
            return revise(page, StatusCode::UNPROCESSABLE_ENTITY, form, &old);
        }
        Err(error) => return Err(error),
    };
    let me = page.me()?;
    page.ctx.write(move |conn| domain::edit(conn, &me.member.actor, id, &draft)).await?;
    Ok(page.go(&own_path(&page, id)?, "flash-edited"))
}

/// Asks before a Moment goes.
#[derive(Template)]
#[template(path = "moment/delete.html")]
struct Delete {
    page: Page,
    moment: Card,
}

/// `/moments/{id}/delete`.
pub async fn ask_delete(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let post = own(&page, *id).await?;
    let author = page.me()?.member.actor.clone();
    page::ok(&Delete { moment: Card::in_list(&page, &Entry { post, author }), page })
}

/// `POST /moments/{id}/delete`.
pub async fn delete(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    page.ctx.write(move |conn| domain::delete(conn, &me.member.actor, id)).await?;
    Ok(page.go("/", "flash-deleted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_only_begin_in_lists() {
        assert_eq!(beginning("<p>冬至<br>搓丸</p>"), None);
        let long = format!("<p>{}</p>", "丸".repeat(2_000));
        let cut = beginning(&long).unwrap();
        assert_eq!(cut.chars().count(), LIST_CHARS_MAX + 1);
        let tall = format!("<p>{}</p>", "行<br>".repeat(40));
        assert_eq!(beginning(&tall).unwrap(), format!("{}…", ["行"; 12].join("\n")));
        // Much markup around few words is not let through either.
        let padded = format!("<p>{}x</p>", "<b></b>".repeat(2_000));
        assert_eq!(beginning(&padded).unwrap(), "x");
    }

    #[test]
    fn a_page_of_a_list_tells_where_the_next_begins() {
        let ids = |count: i64| (0..count).rev().map(PostId).collect::<Vec<_>>();
        assert_eq!(cut_page(ids(20), |id| *id).1, None);
        let (rows, older) = cut_page(ids(21), |id| *id);
        assert_eq!((rows.len(), older), (20, Some(PostId(1))));
    }
}
