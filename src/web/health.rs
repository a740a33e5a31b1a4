//! For machines that watch the hall: is it alive, is it ready, its numbers.

use actix_web::{HttpResponse, web};

use crate::ctx::Ctx;
use crate::domain::hall;

/// `/healthz`: the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// `/readyz`: the database answers.
pub async fn ready(ctx: web::Data<Ctx>) -> HttpResponse {
    match ctx.read(hall::get).await {
        Ok(_) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            HttpResponse::ServiceUnavailable().content_type("text/plain; charset=utf-8").body("not ready\n")
        }
    }
}

/// `/metrics`, on its own address.
pub async fn metrics(ctx: web::Data<Ctx>) -> HttpResponse {
    match ctx.metrics.render() {
        Ok(text) => HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
