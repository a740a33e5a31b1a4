//! Pinned Moments: a member puts some of their own before the others, and takes them back.

use actix_web::{HttpResponse, web};

use super::page::Page;
use crate::domain::profile;
use crate::error::Result;
use crate::id::PostId;

/// `POST /moments/{id}/pin`.
pub async fn create(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let path = format!("/@{}", me.member.actor.name);
    page.ctx.write(move |conn| profile::pin(conn, &me.member.actor, id)).await?;
    Ok(page.go(&path, "flash-pinned"))
}

/// `POST /moments/{id}/pin/removal`.
pub async fn delete(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let path = format!("/@{}", me.member.actor.name);
    page.ctx.write(move |conn| profile::unpin(conn, &me.member.actor, id)).await?;
    Ok(page.go(&path, "flash-unpinned"))
}
