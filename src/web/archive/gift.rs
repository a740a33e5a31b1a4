//! The page behind the link by which a visitor looks after what they gave.

use actix_web::http::header::{HeaderName, HeaderValue, REFERRER_POLICY};
use actix_web::{HttpResponse, web};
use askama::Template;

use super::view::{self, state_message};
use crate::domain::authority;
use crate::domain::item::{self as items, Note, State};
use crate::error::Result;
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};
use crate::web::time::When;

/// The page of a giver.
#[derive(Template)]
#[template(path = "archive/gift.html")]
struct Show {
    page: Page,
    token: String,
    withdrawal: String,
    form: Form,
    title: String,
    state: &'static str,
    is_over: bool,
    may_take_back: bool,
    item_path: Option<String>,
    notes: Vec<(Note, When)>,
}

/// `/archive/gifts/{token}`: how far it is, what is asked, and a way to take it back.
pub async fn show(page: Page, token: web::Path<String>) -> Result<HttpResponse> {
    shown(page, token.into_inner(), actix_web::http::StatusCode::OK, Form::default()).await
}

async fn shown(page: Page, token: String, status: actix_web::http::StatusCode, form: Form) -> Result<HttpResponse> {
    let asked = token.clone();
    let (item, record, notes) = page
        .ctx
        .glance(move |conn| {
            let item = items::given(conn, &asked)?;
            let notes = items::own_notes(conn, item.id)?;
            let record = authority::veil(conn)?.record(&item.record());
            Ok((item, record, notes))
        })
        .await?;
    let is_over = item.state == State::Withdrawn;
    let mut answer = page::show(
        status,
        &Show {
            title: if is_over { page.t("archive-untitled").to_owned() } else { view::title(&page, &record) },
            state: state_message(item.state),
            is_over,
            may_take_back: item.state == State::Offered,
            item_path: item.is_public.then(|| item.path()),
            notes: notes.into_iter().map(|note| (note.clone(), page.when(note.created_at))).collect(),
            withdrawal: format!("/archive/gifts/{token}/withdrawal"),
            token,
            form,
            page,
        },
    )?;
    // The address is the key: no page behind a link hears of it, and no list of pages has it.
    answer.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    answer.headers_mut().insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    Ok(answer)
}

/// `POST /archive/gifts/{token}/notes`: an answer.
pub async fn note(page: Page, token: web::Path<String>, fields: Fields) -> Result<HttpResponse> {
    let token = token.into_inner();
    page.limits().gift(page.address)?;
    let (asked, body) = (token.clone(), fields.text("body").to_owned());
    match page.ctx.write(move |conn| items::answer_gift(conn, &asked, &body)).await {
        Ok(()) => Ok(page.go(&format!("/archive/gifts/{token}"), "flash-archive-noted")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            shown(page, token, status, form).await
        }
    }
}

/// `POST /archive/gifts/{token}/withdrawal`: the giver takes it back.
pub async fn withdraw(page: Page, token: web::Path<String>) -> Result<HttpResponse> {
    let token = token.into_inner();
    let asked = token.clone();
    page.ctx.write(move |conn| items::take_gift_back(conn, &asked)).await?;
    Ok(page.go(&format!("/archive/gifts/{token}"), "flash-archive-withdrawn"))
}
