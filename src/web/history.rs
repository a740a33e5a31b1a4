//! What a post said before it was edited.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::card::{Person, body, path};
use super::moment;
use super::page::{self, Page};
use super::time::When;
use crate::domain::version;
use crate::error::Result;

/// The versions of a post.
#[derive(Template)]
#[template(path = "moment/history.html")]
struct History {
    page: Page,
    author: Person,
    moment: String,
    versions: Vec<Version>,
}

/// One of them, the present one included.
struct Version {
    title: String,
    warning: String,
    text: String,
    language: String,
    when: When,
    is_present: bool,
}

/// `/@{name}/{id}/history`.
pub async fn show(page: Page, at: web::Path<(String, String)>) -> Result<HttpResponse> {
    let entry = moment::shown(&page, at.into_inner()).await?;
    let id = entry.post.id;
    let old = page.ctx.glance(move |conn| version::of(conn, id)).await?;
    let post = &entry.post;
    let present = Version {
        title: post.title.clone(),
        warning: post.warning.clone(),
        text: body(&page, &post.body_html),
        language: post.language.clone(),
        when: page.when(post.edited_at.unwrap_or(post.published_at)),
        is_present: true,
    };
    let old = old.into_iter().map(|old| Version {
        title: old.title,
        warning: old.warning,
        text: body(&page, &old.body_html),
        language: old.language,
        when: page.when(old.written_at),
        is_present: false,
    });
    page::ok(&History {
        author: Person::of(&entry.author, page.language),
        moment: format!("{}/{}", path(&entry.author), post.id),
        versions: std::iter::once(present).chain(old).collect(),
        page,
    })
}
