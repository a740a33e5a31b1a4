//! An article in another script or language: a conversion is offered, an editor reads it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Card, Standing, run_by_me};
use crate::domain::draft::{self, Script};
use crate::error::Result;
use crate::id::DraftId;
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};

/// The form of a script.
#[derive(Template)]
#[template(path = "account/script.html")]
struct Edit {
    page: Page,
    id: DraftId,
    card: Card,
    standing: Standing,
    language: String,
    form: Form,
    is_kept: bool,
    is_offered: bool,
}

async fn shown(
    page: Page,
    status: StatusCode,
    id: DraftId,
    language: String,
    form: Option<Form>,
) -> Result<HttpResponse> {
    let me = page.me()?.member.actor.id;
    let (draft, known) = page
        .ctx
        .read(move |conn| {
            let (draft, ..) = draft::get(conn, me, id)?;
            Ok((draft, draft::scripts(conn, id)?))
        })
        .await?;
    let (_, card, standing) = run_by_me(&page, draft.account_id).await?;
    let known = known.into_iter().find(|script| script.language == language);
    let (is_kept, content, to) = (known.is_some(), draft.content(), language.clone());
    let script = match known {
        Some(script) => script,
        // Loading the dictionaries takes a while.
        None => page.ctx.slow(move || draft::offer(&content, &to)).await?,
    };
    let is_offered = !is_kept && !script.body.is_empty();
    let form = form.unwrap_or_else(|| {
        Form::filled(Fields::of([
            ("script_title", script.title.clone()),
            ("script_digest", script.digest.clone()),
            ("script_body", script.body.clone()),
            ("is_checked", if script.is_checked { "yes" } else { "" }.to_owned()),
        ]))
    });
    page::show(status, &Edit { id, card, standing, language, form, is_kept, is_offered, page })
}

/// `/drafts/{id}/scripts/{language}`.
pub async fn edit(page: Page, at: web::Path<(DraftId, String)>) -> Result<HttpResponse> {
    let (id, language) = at.into_inner();
    shown(page, StatusCode::OK, id, language, None).await
}

/// `POST /drafts/{id}/scripts/{language}`.
pub async fn update(page: Page, at: web::Path<(DraftId, String)>, fields: Fields) -> Result<HttpResponse> {
    let ((id, language), me) = (at.into_inner(), page.me()?);
    let script = Script {
        language: language.clone(),
        title: fields.text("script_title").to_owned(),
        digest: fields.text("script_digest").to_owned(),
        body: fields.text("script_body").to_owned(),
        is_checked: fields.text("is_checked") == "yes",
    };
    match page.ctx.write(move |conn| draft::save_script(conn, &me.member.actor, id, &script)).await {
        Ok(_) => Ok(page.go(&format!("/drafts/{id}"), "flash-draft-script")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            shown(page, status, id, language, Some(form)).await
        }
    }
}

/// `POST /drafts/{id}/scripts/{language}/removal`.
pub async fn delete(page: Page, at: web::Path<(DraftId, String)>) -> Result<HttpResponse> {
    let ((id, language), me) = (at.into_inner(), page.me()?);
    page.ctx.write(move |conn| draft::drop_script(conn, &me.member.actor, id, &language)).await?;
    Ok(page.go(&format!("/drafts/{id}"), "flash-draft-script-gone"))
}
