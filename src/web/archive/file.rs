//! Files of items: their pages with what stands on them, their originals, and the form that brings them.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::transcript::{Track, Version, newest};
use super::view::Leaf;
use crate::domain::archive as domain;
use crate::domain::authority::{self, Veil};
use crate::domain::item::{self as items, FileText, TextState, Transcript, TranscriptKind, TranscriptState};
use crate::domain::media as pictures;
use crate::error::{Error, Result};
use crate::id::{FileId, PostId};
use crate::picture::Tiling;
use crate::upload::{original, resumable};
use crate::web::form::{Fields, Form};
use crate::web::media;
use crate::web::page::{self, Page};
use crate::web::tile;
use crate::web::upload::Upload;

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
    /// The picture at its full size, if that is larger than it is shown.
    large: Option<Large>,
    /// Is what stands on it to be read from top to bottom?
    is_upright: bool,
    tracks: Vec<Track>,
    own_text: Option<OwnText>,
    latest: Vec<Version>,
    history: Vec<Version>,
    form: Form,
    keeps: bool,
    is_member: bool,
}

impl Show {
    /// Is there anything that can be set from top to bottom?
    fn may_stand_upright(&self) -> bool {
        self.latest.iter().any(|one| one.is_hanzi)
    }

    /// The part of the picture that is looked at, if it is one.
    fn part(&self) -> Option<&Part> {
        self.large.as_ref().and_then(|large| large.part.as_ref())
    }

    /// What a script can come closer to: the picture as it fits the screen.
    fn closer(&self) -> Option<&Large> {
        self.large.as_ref().filter(|large| !self.zoom && large.part.is_none())
    }
}

/// A picture that is larger than it is shown: closer and closer with a script, part by part without.
struct Large {
    width: u32,
    height: u32,
    /// The numbers of its parts, from 1, and whether it is the one that is looked at.
    parts: Vec<(usize, bool)>,
    part: Option<Part>,
}

/// A part that is looked at.
struct Part {
    number: usize,
    width: u32,
    height: u32,
}

impl Large {
    fn of(tiling: Tiling, asked: &str) -> Self {
        let cuts = tiling.parts();
        let number = asked.parse::<usize>().unwrap_or(0);
        let cut = number.checked_sub(1).and_then(|at| cuts.get(at));
        Self {
            width: tiling.width,
            height: tiling.height,
            parts: (1..=cuts.len()).map(|one| (one, one == number)).collect(),
            part: cut.map(|cut| Part { number, width: cut.width, height: cut.height }),
        }
    }
}

/// What a file says by itself.
struct OwnText {
    /// The message of why there is nothing to read; empty if there is.
    why: &'static str,
    body: String,
}

impl OwnText {
    fn of(page: &Page, veil: &Veil, found: FileText) -> Self {
        let why = match (found.state, found.reason.as_str()) {
            (TextState::Waiting, _) => "archive-text-waiting",
            (TextState::Ready, _) if found.body.is_empty() => "archive-text-none",
            (TextState::Ready, _) => "",
            (TextState::Refused, "locked") => "archive-text-locked",
            (TextState::Refused, "large") => "archive-text-large",
            (TextState::Refused, _) => "archive-text-broken",
        };
        Self { why, body: page.in_words(veil.text(&found.body)) }
    }
}

/// `/archive/files/{id}`: a page of an item beside what stands on it.
pub async fn show(page: Page, id: web::Path<FileId>) -> Result<HttpResponse> {
    shown(page, *id, StatusCode::OK, None).await
}

async fn shown(page: Page, id: FileId, status: StatusCode, form: Option<Form>) -> Result<HttpResponse> {
    let viewer = page.viewer();
    let is_member = page.member.is_some();
    let (one, files, own, keeps, versions, text, veil, tiling) = page
        .ctx
        .glance(move |conn| {
            let (file, _) = items::show_file(conn, &viewer, id)?;
            let one = items::show(conn, &viewer, file.item_id)?;
            let files = items::show_files(conn, &viewer, &one.item)?;
            let mut versions = items::versions(conn, id, TranscriptKind::Transcription)?;
            versions.extend(items::versions(conn, id, TranscriptKind::Translation)?);
            let keeps = domain::keeps(conn, &viewer)?;
            let veil = if keeps { Veil::default() } else { authority::veil(conn)? };
            let tiling = file.media_id.map(|picture| pictures::tiling(conn, picture)).transpose()?.flatten();
            Ok((one, files, file, keeps, versions, items::text_of(conn, id)?, veil, tiling))
        })
        .await?;
    let at = files.iter().position(|(file, _)| file.id == id).unwrap_or(0);
    let picture = files.get(at).and_then(|(_, picture)| picture.as_ref());
    let id_at = |at: usize| files.get(at).map(|(file, _)| file.id.0);
    let version = |one: &Transcript| Version::of(&page, &veil, one);
    // Visitors read the archive's word; who may write sees what is being written.
    let open: Vec<&Transcript> =
        versions.iter().filter(|one| is_member || one.state == TranscriptState::Approved).collect();
    let latest = newest(&open);
    let form = form.unwrap_or_else(|| {
        // What is to be written on isn't put before somebody who may not read all of it.
        let is_whole = versions.iter().all(|one| veil.read(&one.body) == one.body);
        let said = latest.iter().find(|one| one.kind == TranscriptKind::Transcription).filter(|_| is_whole);
        let (body, language) = said.map(|one| (one.body.clone(), one.language.clone())).unwrap_or_default();
        Form::filled(Fields::of([
            ("kind", "transcription".to_owned()),
            ("state", "review".to_owned()),
            ("language", language),
            ("body", body),
        ]))
    });
    page::show(
        status,
        &Show {
            id,
            item_path: one.item.path(),
            title: super::view::title(&page, &one.record),
            leaf: Leaf::of(at + 1, &own, picture).in_words(&page),
            before: at.checked_sub(1).and_then(id_at),
            next: id_at(at + 1),
            zoom: page.query("zoom") == "2",
            large: tiling.map(|tiling| Large::of(tiling, page.query("part"))),
            is_upright: page.query("reading") == "vertical",
            tracks: latest.iter().filter_map(|one| Track::of(&page, one)).collect(),
            own_text: text.map(|found| OwnText::of(&page, &veil, found)),
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

/// `POST /archive/files/{id}/transcripts`: what was typed, or a file with times.
pub async fn transcribe(page: Page, id: web::Path<FileId>, upload: Upload) -> Result<HttpResponse> {
    let (id, me) = (*id, page.me()?);
    let (fields, problems) = upload.text(&page, "body").await?;
    let said = fields.clone();
    let saved = async {
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        page.ctx
            .write(move |conn| {
                if let Some(version) = said.choice("approve") {
                    let version = version.parse().map_err(|_| Error::NotFound("transcript"))?;
                    return items::approve_transcript(conn, &me.member.actor, version);
                }
                let kind = said.text("kind").parse().map_err(|()| Error::invalid("kind", "archive-problem-choice"))?;
                let (actor, language) = (&me.member.actor, said.text("language"));
                items::save_transcript(conn, actor, id, kind, language, said.text("state"), said.text("body"))
            })
            .await
    };
    match saved.await {
        Ok(()) => Ok(page.go(&format!("/archive/files/{id}"), "flash-archive-read")),
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            shown(page, id, status, Some(form)).await
        }
    }
}

/// `/archive/files/{id}/original`: the file as it came, to be played or kept, never to be run. Players ask for the part that they need.
pub async fn original(page: Page, request: HttpRequest, id: web::Path<FileId>) -> Result<HttpResponse> {
    let (viewer, id) = (page.viewer(), *id);
    let (file, _) = page.ctx.glance(move |conn| items::show_file(conn, &viewer, id)).await?;
    let tag = format!("\"{}\"", file.sha256);
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, file.media_type.clone()))
        .insert_header((CONTENT_SECURITY_POLICY, media::FILM_POLICY))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((ETAG, tag.as_str()));
    if !file.is_played() {
        answer.insert_header(media::saved_as(&file.name));
    }
    media::ranged(&page.ctx, &request, &file.file_key, &tag, answer).await
}

/// `/archive/files/{id}/parts/{number}`: a part of a picture at its full size, by its number, from 1.
pub async fn part(page: Page, path: web::Path<(FileId, usize)>) -> Result<HttpResponse> {
    let (viewer, (id, number)) = (page.viewer(), path.into_inner());
    let (picture, tiling) = page
        .ctx
        .glance(move |conn| {
            let (file, _) = items::show_file(conn, &viewer, id)?;
            let picture = file.media_id.ok_or(Error::NotFound("part"))?;
            let tiling = pictures::tiling(conn, picture)?.ok_or(Error::NotFound("part"))?;
            Ok((pictures::show(conn, &viewer, picture)?.media, tiling))
        })
        .await?;
    let part = number.checked_sub(1).and_then(|at| tiling.parts().get(at).copied()).ok_or(Error::NotFound("part"))?;
    let bytes = tile::part(&page.ctx, &picture, Some(tiling), part).await?;
    Ok(HttpResponse::Ok().content_type("image/jpeg").body(bytes))
}

/// `POST /archive/items/{id}/files`: adds originals to an item.
pub async fn create(page: Page, id: web::Path<PostId>, upload: Upload) -> Result<HttpResponse> {
    let id = *id;
    page.ctx.glance(move |conn| items::by_id(conn, id)).await?;
    let sent = upload.originals(&page).await?;
    let (files, count) = (sent.files, sent.problems.len());
    let label = sent.fields.text("label").to_owned();
    if files.is_empty() || count > 0 {
        original::put_down(&page.ctx, files).await?;
        let problem = sent.problems.into_iter().next();
        return Err(Error::Invalid(vec![
            problem.unwrap_or_else(|| crate::error::Problem::new(original::FILE, "archive-problem-empty-file")),
        ]));
    }
    let parts: Vec<String> = files.iter().filter_map(original::Stored::part).collect();
    let stored = files.clone();
    let added = page.ctx.write(move |conn| {
        for mut stored in files {
            stored.file.label.clone_from(&label);
            original::add(conn, id, stored)?;
        }
        Ok(())
    });
    if let Err(error) = added.await {
        original::put_down(&page.ctx, stored).await?;
        return Err(error);
    }
    resumable::clear(&page.ctx, parts).await;
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
