//! The book of parts, in debug builds only: every part of the pages in one place, for looking at and for checks.

use actix_web::HttpResponse;
use askama::Template;

use super::form::{Fields, Form};
use super::page::{self, Page};
use crate::error::{Error, Problem, Result};

/// The page.
#[derive(Template)]
#[template(path = "hall/kit.html")]
struct Kit {
    page: Page,
    form: Form,
}

/// `/kit`.
pub async fn show(page: Page) -> Result<HttpResponse> {
    if !cfg!(debug_assertions) {
        return Err(Error::NotFound("page"));
    }
    let fields = Fields::of([("hometown", "揭阳渔湖".to_owned()), ("email", "mei.example".to_owned())]);
    let form = page.again(fields, &[Problem::new("email", "problem-email")]);
    page::ok(&Kit { page, form })
}
