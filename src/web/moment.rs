//! Moments: home, a post's page, writing, editing, deleting.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::error::Fault;
use super::form::{Field, Form, Forms, Look};
use super::limit::Act;
use super::page::{FaceView, Layout, Tab, html, see, see_with, without_flash};
use super::session::{Posted, Visitor};
use super::time;
use crate::domain::actor::Actor;
use crate::domain::audience::Audience;
use crate::domain::friend;
use crate::domain::moment::{self, Draft};
use crate::domain::post::{self, Entry, Post};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::lang::Language;

/// Moments on one page.
pub const PAGE: i64 = 20;

/// A Moment as a page shows it.
pub struct Card {
    /// Its id.
    pub id: String,
    /// Its page in this hall.
    pub page: String,
    /// Its author's name.
    pub author: String,
    /// The author's page in this hall.
    pub author_page: String,
    /// The author's address, for those of other servers.
    pub address: String,
    /// The author's face.
    pub face: FaceView,
    /// Safe HTML.
    pub body_html: String,
    /// Language code or empty.
    pub language: String,
    /// What is warned of, or empty.
    pub warning: String,
    /// When.
    pub time: time::Shown,
    /// The message that says for whom: in full to the author, only public or not to others.
    pub audience: &'static str,
    /// The icon beside it.
    pub audience_icon: &'static str,
    /// Is it the reader's own?
    pub is_mine: bool,
    /// Was it edited?
    pub is_edited: bool,
}

impl Card {
    /// Shows a post to the reader of `layout`.
    pub fn new(layout: &Layout, post: Post, author: &Actor) -> Self {
        let is_mine = author.is_local() && layout.me.as_ref().is_some_and(|me| me.name == author.name);
        let author_page = page_of(author);
        let audience = match (is_mine, post.audience) {
            (_, Audience::Everyone) => "audience-everyone",
            (true, Audience::Quiet) => "audience-quiet",
            (true, Audience::Friends) => "audience-friends",
            (true, Audience::People) => "audience-people",
            (true, Audience::Me) => "audience-me",
            (false, Audience::Quiet) => "audience-everyone",
            (false, Audience::Friends | Audience::People | Audience::Me) => "audience-closed",
        };
        Self {
            id: post.id.to_string(),
            page: format!("{author_page}/{}", post.id),
            author: author.display_name.clone(),
            author_page,
            address: if author.is_local() { String::new() } else { format!("@{}", author.address) },
            face: FaceView::of(author),
            body_html: post.body_html,
            language: post.language,
            warning: post.warning,
            time: layout.time(post.published_at),
            audience,
            audience_icon: if post.audience.is_public() { "globe" } else { "lock" },
            is_mine,
            is_edited: post.edited_at.is_some(),
        }
    }
}

/// The page of an actor in this hall.
pub fn page_of(actor: &Actor) -> String {
    if actor.is_local() { format!("/@{}", actor.name) } else { format!("/@{}", actor.address) }
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    page: Layout,
    cards: Vec<Card>,
    older: Option<String>,
    is_first: bool,
}

#[derive(Template)]
#[template(path = "post.html")]
struct PostPage {
    page: Layout,
    card: Card,
    original: String,
}

/// Which page of a list.
#[derive(Debug, serde::Deserialize)]
pub struct Before {
    before: Option<String>,
}

impl Before {
    /// The id that the page comes before; nonsense is the first page.
    pub fn id(&self) -> Option<PostId> {
        self.before.as_deref().and_then(|text| text.parse().ok())
    }
}

/// `/` for members: the home feed.
pub async fn home(visitor: Visitor, before: &Before) -> Result<HttpResponse, Fault> {
    let (me, before) = (visitor.signed_in()?.actor.id, before.id());
    let entries = visitor.ctx.read(move |conn| post::feed(conn, me, before, PAGE)).await?;
    let layout = visitor.layout("home", Tab::Home);
    let older = older(&entries, "/");
    let cards = entries.into_iter().map(|entry| Card::new(&layout, entry.post, &entry.author)).collect();
    let flash = layout.flash.is_some();
    let page = HomePage { cards, older, is_first: before.is_none(), page: layout };
    Ok(without_flash(html(StatusCode::OK, page.render()?), flash))
}

/// The address of the next page of a full list.
fn older(entries: &[Entry], path: &str) -> Option<String> {
    let full = i64::try_from(entries.len()).unwrap_or(0) == PAGE;
    entries.last().filter(|_| full).map(|last| format!("{path}?before={}", last.post.id))
}

/// `/@{name}/{id}`: a post's page.
pub async fn show(visitor: Visitor, path: web::Path<(String, String)>) -> Result<HttpResponse, Fault> {
    let (name, id) = path.into_inner();
    let id: PostId = id.parse().map_err(|_| Error::NotFound("post"))?;
    let viewer = visitor.viewer();
    let entry = visitor.ctx.read(move |conn| post::show(conn, &viewer, id)).await?;
    let here = page_of(&entry.author);
    if !here.trim_start_matches("/@").eq_ignore_ascii_case(&name) {
        return Ok(see(&format!("{here}/{id}")).finish());
    }
    let mut layout = visitor.layout("moment", Tab::None);
    layout.title = layout.with("moment-of", "name", &entry.author.display_name);
    let original = if entry.author.is_local() { String::new() } else { entry.post.url.clone() };
    let card = Card::new(&layout, entry.post, &entry.author);
    let flash = layout.flash.is_some();
    Ok(without_flash(html(StatusCode::OK, PostPage { page: layout, card, original }.render()?), flash))
}

/// The form to write in.
async fn form(visitor: &Visitor) -> Result<Forms<'_>> {
    let me = visitor.signed_in()?.actor.id;
    let friends = visitor.ctx.read(move |conn| friend::follower_count(conn, me)).await?;
    let mut page = Forms::new(visitor, "new-moment", Tab::Home);
    let layout = &page.layout;
    let choice = |value: &str, label: &str, hint: String| (value.to_owned(), layout.t(label).to_owned(), hint);
    let audiences = vec![
        choice("everyone", "audience-everyone", layout.t("audience-everyone-hint").to_owned()),
        choice("friends", "audience-friends", layout.with("audience-friends-hint", "count", friends)),
        choice("me", "audience-me", layout.t("audience-me-hint").to_owned()),
    ];
    let fields = vec![
        Field::hidden("key", &crate::secret::token()),
        Field::new(layout, "body", Look::Area, "moment-body"),
        Field::new(layout, "audience", Look::Choice, "audience")
            .hint(layout.t("audience-hint"))
            .choices(audiences)
            .value("friends"),
        Field::new(layout, "language", Look::Select, "moment-language").choices(languages(layout)).value(""),
    ];
    page.forms.push(Form::new(layout, "/moments", "send", fields));
    Ok(page)
}

/// The languages that a text can be in; by default it is told from the text.
fn languages(layout: &Layout) -> Vec<(String, String, String)> {
    let guess = (String::new(), layout.t("moment-language-guess").to_owned(), String::new());
    let known = Language::ALL.map(|l| (l.code().to_owned(), l.name().to_owned(), String::new()));
    [guess].into_iter().chain(known).collect()
}

/// `/moments/new`.
pub async fn new(visitor: Visitor) -> Result<HttpResponse, Fault> {
    form(&visitor).await?.show()
}

/// `POST /moments`.
pub async fn create(posted: Posted) -> Result<HttpResponse, Fault> {
    let Posted { visitor, fields } = posted;
    let me = visitor.signed_in()?.actor.clone();
    visitor.face.limits.count(Act::Write, &me.name)?;
    let max = visitor.ctx.config.limits.post_chars_max;
    let draft =
        Draft::parse(fields.get("body"), fields.get("audience"), fields.get("language"), fields.get("key"), max);
    match draft {
        Ok(draft) => {
            visitor.ctx.write(move |conn| moment::publish(conn, &me, draft)).await?;
            Ok(see_with("/", "flash-sent"))
        }
        Err(Error::Invalid(problems)) => form(&visitor).await?.again("/moments", &fields, problems).show(),
        Err(error) => Err(error.into()),
    }
}

/// The member's own post behind an address.
async fn own(visitor: &Visitor, id: &str) -> Result<Post> {
    let id: PostId = id.parse().map_err(|_| Error::NotFound("post"))?;
    let me = visitor.signed_in()?.actor.id;
    let post = visitor.ctx.read(move |conn| post::own(conn, me, id)).await?;
    if post.deleted_at.is_some() { Err(Error::NotFound("post")) } else { Ok(post) }
}

fn edit_form<'a>(visitor: &'a Visitor, post: &Post) -> Forms<'a> {
    let mut page = Forms::new(visitor, "edit-moment", Tab::Home);
    let layout = &page.layout;
    let fields = vec![
        Field::new(layout, "body", Look::Area, "moment-body").value(&post.source),
        Field::new(layout, "language", Look::Select, "moment-language")
            .choices(languages(layout))
            .value(&post.language),
    ];
    let form = Form::new(layout, &format!("/moments/{}", post.id), "save", fields);
    page.intro.push(layout.t("edit-moment-words").to_owned());
    page.forms.push(form);
    page
}

/// `/moments/{id}/edit`.
pub async fn edit(visitor: Visitor, id: web::Path<String>) -> Result<HttpResponse, Fault> {
    let post = own(&visitor, &id).await?;
    edit_form(&visitor, &post).show()
}

/// `POST /moments/{id}`.
pub async fn update(posted: Posted, id: web::Path<String>) -> Result<HttpResponse, Fault> {
    let Posted { visitor, fields } = posted;
    let post = own(&visitor, &id).await?;
    let me = visitor.signed_in()?.actor.clone();
    let max = visitor.ctx.config.limits.post_chars_max;
    match Draft::parse(fields.get("body"), Audience::Me.as_str(), fields.get("language"), "", max) {
        Ok(draft) => {
            let id = post.id;
            let page = format!("/@{}/{id}", me.name);
            visitor.ctx.write(move |conn| moment::edit(conn, &me, id, &draft)).await?;
            Ok(see_with(&page, "flash-edited"))
        }
        Err(Error::Invalid(problems)) => {
            let action = format!("/moments/{}", post.id);
            edit_form(&visitor, &post).again(&action, &fields, problems).show()
        }
        Err(error) => Err(error.into()),
    }
}

/// `/moments/{id}/delete`: asks once more.
pub async fn confirm(visitor: Visitor, id: web::Path<String>) -> Result<HttpResponse, Fault> {
    let post = own(&visitor, &id).await?;
    let mut page = Forms::new(&visitor, "delete-moment", Tab::Home);
    page.intro.push(page.layout.t("delete-moment-words").to_owned());
    page.intro.push(crate::text::excerpt(&post.source, 200));
    let form = Form::new(&page.layout, &format!("/moments/{}/delete", post.id), "delete-for-good", Vec::new());
    page.forms.push(form);
    page.show()
}

/// `POST /moments/{id}/delete`.
pub async fn delete(posted: Posted, id: web::Path<String>) -> Result<HttpResponse, Fault> {
    let visitor = posted.visitor;
    let post = own(&visitor, &id).await?;
    let me = visitor.signed_in()?.actor.clone();
    visitor.ctx.write(move |conn| moment::delete(conn, &me, post.id)).await?;
    Ok(see_with("/", "flash-deleted"))
}
