//! Notices: what waits for the member. For now these are the friend requests.

use actix_web::HttpResponse;
use askama::Template;

use super::card::Asking;
use super::page::{self, Page};
use crate::domain::friend;
use crate::error::Result;

/// The page of notices.
#[derive(Template)]
#[template(path = "notice/list.html")]
struct List {
    page: Page,
    asking: Vec<Asking>,
}

/// `/notices`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let id = page.me()?.member.actor.id;
    let requests = page.ctx.glance(move |conn| friend::requests(conn, id)).await?;
    page::ok(&List { asking: requests.iter().map(|tie| Asking::of(&page, tie)).collect(), page })
}
