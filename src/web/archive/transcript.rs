//! What stands on a page of an item or is said in a recording: its versions, those with times as tracks for players, and the form.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};

use crate::cue;
use crate::domain::archive as domain;
use crate::domain::authority::{self, Veil};
use crate::domain::item::{self as items, Transcript, TranscriptKind, TranscriptState};
use crate::error::{Error, Result};
use crate::id::TranscriptId;
use crate::lang::Language;
use crate::text;
use crate::web::page::Page;
use crate::web::time::When;

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

/// What is said at a time.
#[derive(Debug, Clone)]
pub struct Line {
    /// The time as people read it.
    pub clock: String,
    /// The same in seconds.
    pub seconds: String,
    /// Who speaks, if it is said.
    pub speaker: String,
    /// What is said, as safe HTML.
    pub html: String,
}

/// A version, as the page of a file shows it.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its number.
    pub id: i64,
    /// The message of what it is.
    pub kind: &'static str,
    /// The message of how far it is.
    pub state: &'static str,
    /// Is somebody still to approve it?
    pub waits: bool,
    /// What it says, if it has no times, as safe HTML.
    pub html: String,
    /// Are there characters in it that can be set from top to bottom?
    pub is_hanzi: bool,
    /// What it says when, if it has.
    pub lines: Vec<Line>,
    /// Its language, a code; may be empty.
    pub language: String,
    /// Who wrote it.
    pub author: String,
    /// When.
    pub when: When,
}

impl Version {
    /// A version for a reader from whom the veil keeps names.
    pub(super) fn of(page: &Page, veil: &Veil, one: &Transcript) -> Self {
        let cues = one.cues();
        let line = |cue: &cue::Cue| Line {
            clock: cue.clock(),
            seconds: cue.seconds(),
            speaker: page.in_words(veil.text(&cue.speaker)),
            html: page.in_words(text::ruby::html(&veil.read(&cue.text))),
        };
        let body = if cues.is_some() { String::new() } else { veil.read(&one.body) };
        Self {
            id: one.id.0,
            kind: kind_message(one.kind),
            state: state_message(one.state),
            waits: one.state == TranscriptState::Review,
            is_hanzi: text::ruby::plain(&body).chars().any(text::is_han),
            html: page.in_words(text::ruby::html(&body)),
            lines: cues.iter().flatten().map(line).collect(),
            language: one.language.clone(),
            author: one.author_name.clone(),
            when: page.when(one.created_at),
        }
    }
}

/// What stands beside a recording, for players.
#[derive(Debug, Clone)]
pub struct Track {
    /// The number of its version.
    pub id: i64,
    /// What players call it: `captions subtitles`.
    pub kind: &'static str,
    /// Its language, a code.
    pub language: String,
    /// What it is called in a list of tracks.
    pub label: String,
}

impl Track {
    /// The track of a version that has times.
    pub(super) fn of(page: &Page, one: &Transcript) -> Option<Self> {
        one.cues()?;
        let name = Language::parse(&one.language).map_or(one.language.as_str(), |language| language.name());
        let kind = page.t(kind_message(one.kind));
        Some(Self {
            id: one.id.0,
            kind: if one.kind == TranscriptKind::Transcription { "captions" } else { "subtitles" },
            language: if one.language.is_empty() { "und".to_owned() } else { one.language.clone() },
            label: if name.is_empty() { kind.to_owned() } else { format!("{kind} · {name}") },
        })
    }
}

/// The newest of each kind in each language, of versions that stand newest first.
pub(super) fn newest<'a>(open: &[&'a Transcript]) -> Vec<&'a Transcript> {
    let mut kept: Vec<&Transcript> = Vec::new();
    for kind in [TranscriptKind::Transcription, TranscriptKind::Translation] {
        for one in open.iter().filter(|one| one.kind == kind) {
            if !kept.iter().any(|known| known.kind == kind && known.language == one.language) {
                kept.push(one);
            }
        }
    }
    kept
}

/// `/archive/transcripts/{id}.vtt`: a text with times, for players and to be kept.
pub async fn cues(page: Page, name: web::Path<String>) -> Result<HttpResponse> {
    let missing = Error::NotFound("transcript");
    let Some(id) = name.strip_suffix(".vtt").and_then(|id| id.parse::<TranscriptId>().ok()) else {
        return Err(missing);
    };
    let viewer = page.viewer();
    let (found, veil) = page
        .ctx
        .glance(move |conn| {
            let found = items::show_transcript(conn, &viewer, id)?;
            let keeps = domain::keeps(conn, &viewer)?;
            Ok((found, if keeps { Veil::default() } else { authority::veil(conn)? }))
        })
        .await?;
    let mut cues = found.cues().ok_or(missing)?;
    for cue in &mut cues {
        cue.speaker = page.in_words(veil.text(&cue.speaker));
        // Players know nothing of our readings.
        cue.text = page.in_words(veil.text(&text::ruby::plain(&cue.text)));
    }
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, "text/vtt; charset=utf-8"));
    answer.insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"{id}.vtt\"")));
    Ok(answer.body(cue::write(&cues)))
}
