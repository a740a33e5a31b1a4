//! For machines that watch over the hall: is it alive, is it ready, its numbers.

use actix_web::{HttpResponse, web};

use crate::ctx::Ctx;
use crate::domain::hall;

/// `/healthz`: the program runs.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// `/readyz`: the database answers.
pub async fn ready(ctx: web::Data<Ctx>) -> HttpResponse {
    match ctx.read(hall::get).await {
        Ok(_) => alive().await,
        Err(error) => {
            tracing::warn!(%error, "not ready");
            super::error::bare(&error)
        }
    }
}

/// `/metrics`, on an address of its own.
pub async fn metrics(ctx: web::Data<Ctx>) -> HttpResponse {
    match ctx.metrics.render() {
        Ok(text) => HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text),
        Err(error) => super::error::bare(&error),
    }
}
