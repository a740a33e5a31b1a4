//! Forms with files. The form's own fields are read like any form's; each picture or film goes straight into the store, in pieces,
//! and becomes an upload of the member who sent it.
//!
//! `frame` has checked that the form is ours before a byte of a file is taken: the token is its first field.

use actix_multipart::Multipart;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use std::collections::BTreeSet;
use std::future::{Future, Ready, ready};

use super::form::Fields;
use super::page::Page;
use crate::domain::media::{PICTURES_MAX, Purpose};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, UploadId};
use crate::upload::original::{self, Stored};
use crate::upload::{self, Broken, FIELDS_BYTES_MAX, File, Head, PICTURE, resumable};

/// Parts of a form.
const PARTS_MAX: usize = 200;
/// Originals that one form brings.
const ORIGINALS_MAX: usize = 50;
/// The same of a visitor.
const GIFTS_MAX: usize = 10;
/// The field that names an upload in parts.
const PART_UPLOAD: &str = "upload";
/// Largest file that is read as a text, in bytes.
const TEXT_BYTES_MAX: usize = 2_000_000;
/// The field of a picture that stands for the film behind it.
const POSTER: &str = "poster";

/// The rest of a form with files, behind its token.
struct Rest(Multipart);

/// Is this the form with files?
pub fn is_multipart(request: &ServiceRequest) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("multipart/")
}

/// Opens a form with files and answers its first field; the rest waits for whoever takes it.
pub async fn open(request: &mut ServiceRequest) -> Option<(String, String)> {
    let payload = request.take_payload();
    let mut parts = Multipart::new(request.headers(), payload);
    let mut left = FIELDS_BYTES_MAX;
    let first = match upload::next(&mut parts).await {
        Ok(Some(mut part)) if !part.is_file() => {
            let name = part.name().to_owned();
            part.text(&mut left).await.ok().map(|value| (name, value))
        }
        _ => None,
    };
    request.extensions_mut().insert(Rest(parts));
    first
}

/// A form that may have files.
pub struct Upload {
    fields: Fields,
    rest: Option<Rest>,
}

/// What came of it.
pub struct Sent {
    /// The form's fields; each new picture is a `media` among them, with the words and number that came with it.
    pub fields: Fields,
    /// What is wrong with the pictures.
    pub problems: Vec<Problem>,
    /// What the answer says if anything is.
    pub status: StatusCode,
    /// Did it break off, so that fields may be missing?
    pub is_half: bool,
}

/// What came of a form with originals for the archive.
pub struct Originals {
    /// The form's fields.
    pub fields: Fields,
    /// Files that lie in the store.
    pub files: Vec<Stored>,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut extensions = request.extensions_mut();
        let fields = extensions.remove::<Fields>().unwrap_or_default();
        ready(Ok(Self { fields, rest: extensions.remove::<Rest>() }))
    }
}

impl Upload {
    /// Reads the form and stores its pictures.
    ///
    /// Errors: `TooMany`. What is wrong with the form, or that nothing can be stored just now, is among the problems.
    pub async fn read(self, page: &Page, purpose: Purpose) -> Result<Sent> {
        let owner = page.me()?.member.actor.id;
        self.read_for(page, owner, purpose).await
    }

    /// The same for a form that takes papers beside pictures.
    ///
    /// Errors: as [`Upload::read`].
    pub async fn read_papers(self, page: &Page) -> Result<Sent> {
        let owner = page.me()?.member.actor.id;
        self.read_all(page, owner, (Purpose::Post, true)).await
    }

    /// The same for pictures that are to belong to an account.
    ///
    /// Errors: as [`Upload::read`].
    pub async fn read_for(self, page: &Page, owner: ActorId, purpose: Purpose) -> Result<Sent> {
        self.read_all(page, owner, (purpose, false)).await
    }

    async fn read_all(self, page: &Page, owner: ActorId, takes: (Purpose, bool)) -> Result<Sent> {
        let (problems, status) = (Vec::new(), StatusCode::UNPROCESSABLE_ENTITY);
        let mut sent = Sent { fields: self.fields, problems, status, is_half: false };
        let Some(Rest(mut parts)) = self.rest else { return Ok(sent) };
        let read = tokio::time::timeout(upload::WHOLE, read_parts(page, owner, takes, &mut parts, &mut sent)).await;
        match read {
            Ok(Ok(())) => {}
            Ok(Err(Broken::Ours(error))) => {
                let (status, problems) = page.reasons(error)?;
                (sent.status, sent.is_half) = (status, true);
                sent.problems.extend(problems);
                return Ok(sent);
            }
            Ok(Err(Broken::Form)) | Err(_) => {
                sent.is_half = true;
                sent.problems.push(Problem::new("", "media-problem-form"));
            }
        }
        upload::make_room(&page.ctx, owner).await?;
        Ok(sent)
    }
}

impl Upload {
    /// Reads a form with originals for the archive, and stores them. Whoever may send the form has been asked before.
    ///
    /// Errors: `TooMany`, `Unavailable`. What is wrong with a file is among the problems.
    pub async fn originals(self, page: &Page) -> Result<Originals> {
        let mut sent = Originals { fields: self.fields, files: Vec::new(), problems: Vec::new() };
        let limits = &page.ctx.config.limits;
        let owner = page.me()?.member.actor.id;
        if let Some(Rest(mut parts)) = self.rest {
            page.limits().upload(owner)?;
            let room = (limits.video_bytes_max.max(limits.picture_bytes_max), ORIGINALS_MAX);
            whole(read_originals(page, &mut parts, &mut sent, room))
                .await
                .map_or_else(broken(&mut sent.problems), Ok)?;
        }
        let mut uploads: Vec<UploadId> = sent.fields.all(PART_UPLOAD).filter_map(|id| id.parse().ok()).collect();
        let mut known = BTreeSet::new();
        uploads.retain(|id| known.insert(id.0));
        if !uploads.is_empty() {
            page.limits().upload(owner)?;
        }
        for id in uploads.into_iter().take(ORIGINALS_MAX) {
            match resumable::take(&page.ctx, owner, id).await {
                Ok(Ok(stored)) => sent.files.push(stored),
                Ok(Err(problem)) => sent.problems.push(problem),
                Err(error) => broken(&mut sent.problems)(error)?,
            }
        }
        Ok(sent)
    }

    /// The same of a visitor, who may send less. That visitors may give has been asked before.
    ///
    /// Errors: as [`Upload::originals`].
    pub async fn gifts(self, page: &Page) -> Result<Originals> {
        let mut sent = Originals { fields: self.fields, files: Vec::new(), problems: Vec::new() };
        page.limits().gift(page.address)?;
        if let Some(Rest(mut parts)) = self.rest {
            let room = (page.ctx.config.limits.picture_bytes_max, GIFTS_MAX);
            whole(read_originals(page, &mut parts, &mut sent, room))
                .await
                .map_or_else(broken(&mut sent.problems), Ok)?;
        }
        Ok(sent)
    }

    /// Reads a form with a file that is a text, which becomes the field `into` unless it is empty.
    ///
    /// Errors: `Unavailable`. What is wrong with the file is among the problems.
    pub async fn text(self, page: &Page, into: &'static str) -> Result<(Fields, Vec<Problem>)> {
        let (mut fields, mut problems) = (self.fields, Vec::new());
        if let Some(Rest(mut parts)) = self.rest {
            page.limits().upload(page.me()?.member.actor.id)?;
            let read = whole(read_text(&mut parts, &mut fields, into, &mut problems)).await;
            read.map_or_else(broken(&mut problems), Ok)?;
        }
        Ok((fields, problems))
    }
}

/// Reads a form as long as that may take.
async fn whole(reading: impl Future<Output = Result<(), Broken>>) -> Result<(), Broken> {
    tokio::time::timeout(upload::WHOLE, reading).await.unwrap_or(Err(Broken::Form))
}

/// A form that broke off is a problem of the form; what is ours goes up.
fn broken(problems: &mut Vec<Problem>) -> impl FnOnce(Broken) -> Result<()> {
    move |broken| match broken {
        Broken::Ours(error) => Err(error),
        Broken::Form => {
            problems.push(Problem::new("", "media-problem-form"));
            Ok(())
        }
    }
}

/// Reads the fields of a form and the text of its file.
async fn read_text(
    parts: &mut Multipart,
    fields: &mut Fields,
    into: &'static str,
    problems: &mut Vec<Problem>,
) -> Result<(), Broken> {
    let mut left = FIELDS_BYTES_MAX;
    for _ in 0..PARTS_MAX {
        let Some(mut part) = upload::next(parts).await? else { return Ok(()) };
        let name = part.name().to_owned();
        if !part.is_file() {
            let value = part.text(&mut left).await?;
            fields.push(&name, &value);
            continue;
        }
        let mut bytes = Vec::new();
        while let Some(piece) = part.piece().await? {
            if bytes.len() + piece.len() > TEXT_BYTES_MAX {
                return Err(Broken::Form);
            }
            bytes.extend_from_slice(&piece);
        }
        match String::from_utf8(bytes) {
            Ok(text) if text.is_empty() => {}
            Ok(text) => fields.set(into, &text),
            Err(_) => problems.push(Problem::new(into, "cue-problem-utf8")),
        }
    }
    Err(Broken::Form)
}

async fn read_originals(
    page: &Page,
    parts: &mut Multipart,
    sent: &mut Originals,
    (max, many): (usize, usize),
) -> Result<(), Broken> {
    let mut left = FIELDS_BYTES_MAX;
    for _ in 0..PARTS_MAX {
        let Some(mut part) = upload::next(parts).await? else { return Ok(()) };
        let name = part.name().to_owned();
        if !part.is_file() {
            let value = part.text(&mut left).await?;
            sent.fields.push(&name, &value);
            continue;
        }
        let head = part.head().await?;
        if head.bytes.is_empty() {
            continue;
        }
        if name != original::FILE || sent.files.len() >= many {
            said_once(&mut sent.problems, Problem::new(original::FILE, "archive-problem-many").with("max", many));
            part.drain(&page.ctx, head.bytes.len()).await?;
            continue;
        }
        let taken = head.bytes.len();
        let stored =
            original::store(&page.ctx, &head.name, head.bytes.clone(), max, async || part.piece().await).await?;
        match stored {
            Ok(stored) => sent.files.push(stored),
            Err(problem) => {
                sent.problems.push(Problem { field: original::FILE, ..named(page, &head, &problem) });
                part.drain(&page.ctx, taken).await?;
            }
        }
    }
    Err(Broken::Form)
}

async fn read_parts(
    page: &Page,
    owner: ActorId,
    (purpose, papers): (Purpose, bool),
    parts: &mut Multipart,
    sent: &mut Sent,
) -> Result<(), Broken> {
    let mut left = FIELDS_BYTES_MAX;
    let most = if purpose == Purpose::Post { PICTURES_MAX } else { 1 };
    let (mut files, mut latest, mut poster) = (sent.fields.all("media").count(), None, None);
    let mut is_counted = false;
    for _ in 0..PARTS_MAX {
        let Some(mut part) = upload::next(parts).await? else { return Ok(()) };
        let name = part.name().to_owned();
        if !part.is_file() {
            let value = part.text(&mut left).await?;
            match (name.as_str(), latest) {
                // The words and the number behind a file are that file's.
                ("alt" | "order", Some(id)) => sent.fields.push(&format!("{name}-{id}"), &value),
                ("alt" | "order", None) => {}
                ("media", _) => {
                    files += 1;
                    sent.fields.push(&name, &value);
                }
                (name, _) if name.starts_with("remove-") && value == "yes" => {
                    files = files.saturating_sub(1);
                    sent.fields.push(name, &value);
                }
                _ => sent.fields.push(&name, &value),
            }
            continue;
        }
        latest = None;
        let mut head = part.head().await?;
        if head.bytes.is_empty() {
            // Browsers send an empty part for a field in which nothing was chosen.
            continue;
        }
        if !std::mem::replace(&mut is_counted, true) {
            page.limits().upload(owner)?;
        }
        if name == POSTER && purpose == Purpose::Post {
            match upload::read_poster(&page.ctx, &mut part, &head).await? {
                Ok(bytes) => poster = Some(bytes),
                Err(problem) => sent.problems.push(named(page, &head, &problem)),
            }
            continue;
        }
        if name != PICTURE || files >= most {
            if files >= most {
                said_once(&mut sent.problems, Problem::new(PICTURE, "media-problem-many").with("max", most));
            }
            part.drain(&page.ctx, head.bytes.len()).await?;
            continue;
        }
        files += 1;
        let file = File { owner, purpose, poster: poster.take(), papers };
        match upload::store(&page.ctx, file, &mut part, &mut head).await? {
            Ok(id) => {
                sent.fields.push("media", &id.to_string());
                latest = Some(id);
            }
            Err(problem) => {
                files -= 1;
                sent.problems.push(named(page, &head, &problem));
            }
        }
    }
    Err(Broken::Form)
}

fn said_once(problems: &mut Vec<Problem>, problem: Problem) {
    if !problems.contains(&problem) {
        problems.push(problem);
    }
}

/// What is wrong with a file, with the file's name.
fn named(page: &Page, head: &Head, problem: &Problem) -> Problem {
    let reason = page.text(problem.message, &problem.values);
    let named = Problem::new(PICTURE, "media-problem-file").with("reason", reason);
    named.with("name", crate::text::name(&head.name, 60))
}
