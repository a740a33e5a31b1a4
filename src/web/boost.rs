//! Boosting, and who boosted or liked a post.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::card::{Person, path};
use super::comment::back;
use super::form::Fields;
use super::moment;
use super::page::{self, Page};
use crate::domain::boost;
use crate::domain::reaction::{self, Reacting};
use crate::error::Result;
use crate::id::{BoostId, PostId, ReactionId};

/// People on one page of a list.
const PAGE_SIZE: i64 = 100;

/// `POST /posts/{id}/boost`.
pub async fn create(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    page.ctx.write(move |conn| boost::boost(conn, &me.member.actor, id).map(drop)).await?;
    Ok(page.turn(&back(&fields, id)))
}

/// `POST /posts/{id}/boost/removal`.
pub async fn delete(page: Page, id: web::Path<PostId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    page.ctx.write(move |conn| boost::unboost(conn, &me.member.actor, id).map(drop)).await?;
    Ok(page.turn(&back(&fields, id)))
}

/// Who did something with a Moment.
#[derive(Template)]
#[template(path = "moment/people.html")]
struct People {
    page: Page,
    title: &'static str,
    empty: &'static str,
    author: Person,
    moment: String,
    /// Who, with the emoji that they reacted with as safe HTML.
    people: Vec<(Person, String)>,
    older: Option<i64>,
}

impl People {
    /// The page of a list, whose last row only tells that there is more.
    fn of(
        page: Page,
        entry: &crate::domain::post::Entry,
        words: [&'static str; 2],
        rows: Vec<(i64, Reacting)>,
    ) -> Self {
        let (rows, older) = page::cut(rows, PAGE_SIZE, |(id, _)| *id);
        let [title, empty] = words;
        Self {
            title,
            empty,
            author: Person::of(&entry.author, page.language),
            moment: format!("{}/{}", path(&entry.author), entry.post.id),
            people: rows.into_iter().map(|(_, one)| (Person::of(&one.actor, page.language), one.emoji)).collect(),
            older,
            page,
        }
    }
}

/// `/@{name}/{id}/boosts`.
pub async fn list(page: Page, path: web::Path<(String, String)>) -> Result<HttpResponse> {
    let entry = moment::shown(&page, path.into_inner()).await?;
    let (viewer, id) = (page.viewer(), entry.post.id);
    let before = page.query("before").parse::<BoostId>().ok();
    let rows = page.ctx.glance(move |conn| boost::who(conn, &viewer, id, before, PAGE_SIZE + 1)).await?;
    let rows = rows.into_iter().map(|(id, actor)| (id.0, Reacting { actor, emoji: String::new() })).collect();
    page::ok(&People::of(page, &entry, ["boosts-title", "boosts-none"], rows))
}

/// `/@{name}/{id}/likes`.
pub async fn likes(page: Page, path: web::Path<(String, String)>) -> Result<HttpResponse> {
    let entry = moment::shown(&page, path.into_inner()).await?;
    let (viewer, id) = (page.viewer(), entry.post.id);
    let before = page.query("before").parse::<ReactionId>().ok();
    let rows = page.ctx.glance(move |conn| reaction::who(conn, &viewer, id, before, PAGE_SIZE + 1)).await?;
    let rows = rows.into_iter().map(|(id, one)| (id.0, one)).collect();
    page::ok(&People::of(page, &entry, ["likes-title", "likes-none"], rows))
}
