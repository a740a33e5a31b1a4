//! Files of items: their pages with what stands on them, their originals, and the form that brings them.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use askama::Template;
use futures_util::TryStreamExt;

use super::view::Leaf;
use crate::domain::archive as domain;
use crate::domain::item::{self as items, Transcript, TranscriptKind, TranscriptState};
use crate::error::{Error, Result};
use crate::id::{FileId, PostId};
use crate::upload::original;
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};
use crate::web::time::When;
use crate::web::upload::Upload;

/// The message of what a text is.
pub(super) fn kind_message(kind: TranscriptKind) -> &'static str {
    match kind {
        TranscriptKind::Transcription => "archive-transcription",
        TranscriptKind::Translation => "archive-translation",
    }
}

fn state_message(state: TranscriptState) -> &'static str {
    match state {
        TranscriptState::Draft => "archive-read-draft",
        TranscriptState::Review => "archive-read-review",
        TranscriptState::Approved => "archive-read-approved",
    }
}

/// A version, as the page of a file shows it.
struct Version {
    kind: &'static str,
    state: &'static str,
    body: String,
    language: String,
    author: String,
    when: When,
}

/// The page of a file.
#[derive(Template)]
#[template(path = "archive/file.html")]
struct Show {
    page: Page,
    id: FileId,
    item_path: String,
    title: String,
    leaf: Leaf,
    before: Option<i64>,
    next: Option<i64>,
    zoom: bool,
    latest: Vec<Version>,
    history: Vec<Version>,
    form: Form,
    keeps: bool,
    is_member: bool,
}

/// `/archive/files/{id}`: a page of an item beside what stands on it.
pub async fn show(page: Page, id: web::Path<FileId>) -> Result<HttpResponse> {
    shown(page, *id, StatusCode::OK, None).await
}

async fn shown(page: Page, id: FileId, status: StatusCode, form: Option<Form>) -> Result<HttpResponse> {
    let viewer = page.viewer();
    let is_member = page.member.is_some();
    let (one, files, own, keeps, (versions, is_whole)) = page
        .ctx
        .glance(move |conn| {
            let (file, _) = items::show_file(conn, &viewer, id)?;
            let one = items::show(conn, &viewer, file.item_id)?;
            let files = items::show_files(conn, &viewer, &one.item)?;
            let mut versions = items::versions(conn, id, TranscriptKind::Transcription)?;
            versions.extend(items::versions(conn, id, TranscriptKind::Translation)?);
            let read = items::veiled_transcripts(conn, &viewer, versions.clone())?;
            // What is to be written on isn't put before somebody who may not read all of it.
            let is_whole = read.iter().zip(&versions).all(|(read, own)| read.body == own.body);
            Ok((one, files, file, domain::keeps(conn, &viewer)?, (read, is_whole)))
        })
        .await?;
    let at = files.iter().position(|(file, _)| file.id == id).unwrap_or(0);
    let picture = files.get(at).and_then(|(_, picture)| picture.as_ref());
    let id_at = |at: usize| files.get(at).map(|(file, _)| file.id.0);
    let version = |one: &Transcript| Version {
        kind: kind_message(one.kind),
        state: state_message(one.state),
        body: one.body.clone(),
        language: one.language.clone(),
        author: one.author_name.clone(),
        when: page.when(one.created_at),
    };
    // Visitors read the archive's word; who may write sees what is being written.
    let open: Vec<&Transcript> =
        versions.iter().filter(|one| is_member || one.state == TranscriptState::Approved).collect();
    let newest = |kind: TranscriptKind| open.iter().find(|one| one.kind == kind).copied();
    let latest: Vec<&Transcript> =
        [TranscriptKind::Transcription, TranscriptKind::Translation].into_iter().filter_map(newest).collect();
    let form = form.unwrap_or_else(|| {
        let newest = newest(TranscriptKind::Transcription).filter(|_| is_whole);
        let body = newest.map(|one| one.body.clone()).unwrap_or_default();
        Form::filled(Fields::of([("kind", "transcription".to_owned()), ("state", "review".to_owned()), ("body", body)]))
    });
    page::show(
        status,
        &Show {
            id,
            item_path: one.item.path(),
            title: super::view::title(&page, &one.record),
            leaf: Leaf::of(at + 1, &own, picture),
            before: at.checked_sub(1).and_then(id_at),
            next: id_at(at + 1),
            zoom: page.query("zoom") == "2",
            latest: latest.iter().map(|one| version(one)).collect(),
            history: open
                .iter()
                .filter(|one| latest.iter().all(|new| new.id != one.id))
                .map(|one| version(one))
                .collect(),
            form,
            keeps,
            is_member,
            page,
        },
    )
}

/// `POST /archive/files/{id}/transcripts`.
pub async fn transcribe(page: Page, id: web::Path<FileId>, fields: Fields) -> Result<HttpResponse> {
    let (id, me) = (*id, page.me()?);
    let said = fields.clone();
    let saved = page.ctx.write(move |conn| {
        let kind = said.text("kind").parse().map_err(|()| Error::invalid("kind", "archive-problem-choice"))?;
        let actor = &me.member.actor;
        items::save_transcript(conn, actor, id, kind, said.text("language"), said.text("state"), said.text("body"))
    });
    match saved.await {
        Ok(()) => Ok(page.go(&format!("/archive/files/{id}"), "flash-archive-read")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            shown(page, id, status, Some(form)).await
        }
    }
}

/// `/archive/files/{id}/original`: the file as it came, to be kept, never to be run.
pub async fn original(page: Page, id: web::Path<FileId>) -> Result<HttpResponse> {
    let (viewer, id) = (page.viewer(), *id);
    let (file, _) = page.ctx.glance(move |conn| items::show_file(conn, &viewer, id)).await?;
    let found = page.ctx.files.get(&file.file_key, None).await?;
    let is_played = ["audio/", "video/"].iter().any(|kind| file.media_type.starts_with(kind));
    let name: String = url::form_urlencoded::byte_serialize(file.name.as_bytes()).collect();
    let kept = format!("attachment; filename*=UTF-8''{}", name.replace('+', "%20"));
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, file.media_type.clone()))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; media-src 'self'; sandbox"))
        .insert_header((CACHE_CONTROL, "private, no-store"));
    if !is_played {
        answer.insert_header((CONTENT_DISPOSITION, kept));
    }
    let content = found.content.map_err(|failure| {
        tracing::warn!(error = %failure, "a file broke off");
        actix_web::error::ErrorInternalServerError("the file broke off")
    });
    Ok(answer.body(actix_web::body::SizedStream::new(found.bytes, content)))
}

/// `POST /archive/items/{id}/files`: adds originals to an item.
pub async fn create(page: Page, id: web::Path<PostId>, upload: Upload) -> Result<HttpResponse> {
    let id = *id;
    page.ctx.glance(move |conn| items::by_id(conn, id)).await?;
    let sent = upload.originals(&page).await?;
    let (files, count) = (sent.files, sent.problems.len());
    let label = sent.fields.text("label").to_owned();
    if files.is_empty() || count > 0 {
        let problem = sent.problems.into_iter().next();
        return Err(Error::Invalid(vec![
            problem.unwrap_or_else(|| crate::error::Problem::new(original::FILE, "archive-problem-empty-file")),
        ]));
    }
    page.ctx
        .write(move |conn| {
            for mut stored in files {
                stored.file.label.clone_from(&label);
                original::add(conn, id, stored)?;
            }
            Ok(())
        })
        .await?;
    Ok(page.go(&format!("/archive/items/{id}/edit"), "flash-archive-files"))
}

/// `POST /archive/files/{id}`: what it is, whom it is for, and its place.
pub async fn update(page: Page, id: web::Path<FileId>, fields: Fields) -> Result<HttpResponse> {
    let id = *id;
    let item = page
        .ctx
        .write(move |conn| {
            let file = items::find_file(conn, id)?;
            items::set_file(conn, id, fields.text("label"), fields.text("protocol"))?;
            if let Ok(place) = fields.text("place").parse::<usize>() {
                let mut order: Vec<FileId> =
                    items::files(conn, file.item_id)?.into_iter().map(|one| one.id).filter(|one| *one != id).collect();
                order.insert(place.saturating_sub(1).min(order.len()), id);
                items::arrange_files(conn, file.item_id, &order)?;
            }
            Ok(file.item_id)
        })
        .await?;
    Ok(page.go(&format!("/archive/items/{item}/edit"), "flash-archive-changed"))
}

/// `POST /archive/files/{id}/removal`.
pub async fn remove(page: Page, id: web::Path<FileId>) -> Result<HttpResponse> {
    let id = *id;
    let item = page
        .ctx
        .write(move |conn| {
            let file = items::find_file(conn, id)?;
            items::remove_file(conn, id)?;
            Ok(file.item_id)
        })
        .await?;
    Ok(page.go(&format!("/archive/items/{item}/edit"), "flash-archive-changed"))
}
