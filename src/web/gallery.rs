//! The pictures of a Moment as pages show them: the grid, and the part of the form in which they are described and put in
//! order.

use std::collections::BTreeMap;

use super::form::Fields;
use super::page::Page;
use crate::domain::media::{self, Kind, Media, PICTURES_MAX, Placed, Purpose, State};
use crate::error::{Problem, Result};
use crate::id::{MediaId, PostId};
use crate::upload::paper;
use crate::{picture, video};

/// Files of the posts of one page.
pub type Loaded = BTreeMap<PostId, Vec<Media>>;

/// Pictures of one Moment that load at once; the others when they come into view.
const EAGER: usize = 3;
/// A number behind all others: where a picture without a number goes.
const LAST: i64 = i64::MAX;

/// One picture of a grid.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its page; elsewhere, if no copies are kept.
    pub href: String,
    /// The address of its small form; `None` if no copies are kept.
    pub thumb: Option<String>,
    /// What it shows.
    pub alt: String,
    /// Width of the small form in pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// Is it to load at once?
    pub is_eager: bool,
}

/// A film that plays on the page.
#[derive(Debug, Clone)]
pub struct Film {
    /// Its address here.
    pub src: String,
    /// The address of the picture that stands for it until it is played.
    pub poster: Option<String>,
    /// What it shows.
    pub alt: String,
    /// Width of its picture in pixels; 0 if unknown.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// What a browser may load before it is played: what lies elsewhere is not fetched before somebody wants it.
    pub preload: &'static str,
}

impl Film {
    /// The film of one row among the files of its post.
    fn of(row: &Media, rows: &[Media]) -> Self {
        let (width, height) = row.size().unwrap_or_default();
        let elsewhere = rows.iter().find(|other| other.purpose == Purpose::Poster && other.place == row.place);
        let poster = if row.has_poster() { Some(row) } else { elsewhere };
        Self {
            src: format!("/media/{}/display", row.id),
            poster: poster.map(|poster| format!("/media/{}/thumb", poster.id)),
            alt: row.alt.clone(),
            width,
            height,
            preload: if row.is_local() && !row.has_poster() { "metadata" } else { "none" },
        }
    }
}

/// A sound that plays on the page.
#[derive(Debug, Clone)]
pub struct Sound {
    /// Its address here.
    pub src: String,
    /// What it is, in words.
    pub alt: String,
    /// What a browser may load before it is played.
    pub preload: &'static str,
}

impl Sound {
    fn of(row: &Media) -> Self {
        Self {
            src: format!("/media/{}/display", row.id),
            alt: row.alt.clone(),
            preload: if row.is_local() { "metadata" } else { "none" },
        }
    }
}

/// A film or sound of another server that can't be played here.
#[derive(Debug, Clone)]
pub struct Link {
    /// Where it is.
    pub url: String,
    /// The message of its kind.
    pub kind: &'static str,
    /// What it is about, or nothing.
    pub alt: String,
    /// The server that has it.
    pub host: String,
}

/// A paper of ours, to be saved.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Its address here.
    pub href: String,
    /// What it is called.
    pub name: String,
    /// The ending of its name in large letters, by which people know what opens it.
    pub kind: String,
    /// Its size in kB.
    pub kilobytes: i64,
}

impl Paper {
    fn of(row: &Media) -> Self {
        Self {
            href: format!("/media/{}/display", row.id),
            name: row.alt.clone(),
            kind: paper::ending(&row.media_type).to_ascii_uppercase(),
            kilobytes: (row.bytes + 999) / 1_000,
        }
    }
}

/// What goes with a Moment.
#[derive(Debug, Clone, Default)]
pub struct Gallery {
    /// The pictures of the grid.
    pub pictures: Vec<Picture>,
    /// How many more there are.
    pub more: usize,
    /// Where the first of those is.
    pub more_href: String,
    /// The films: one of ours, any number of others'.
    pub films: Vec<Film>,
    /// The sounds: one of ours, any number of others'.
    pub sounds: Vec<Sound>,
    /// What can't be shown here.
    pub links: Vec<Link>,
    /// Papers to be saved.
    pub papers: Vec<Paper>,
    /// Does its author want it covered?
    pub is_covered: bool,
    /// To its author: are pictures being made ready?
    pub is_preparing: bool,
    /// To its author: what is wrong with which picture.
    pub failures: Vec<String>,
}

impl Gallery {
    /// The files of a comment, which has no page of its own: a picture leads to its large form.
    pub fn beside(page: &Page, rows: &[Media], reader: Reader) -> Self {
        let mut gallery = Self::of(page, "", rows, reader);
        for (picture, row) in
            gallery.pictures.iter_mut().zip(shown(rows)).filter(|(picture, _)| picture.thumb.is_some())
        {
            picture.href = format!("/media/{}/display", row.id);
            picture.is_eager = false;
        }
        gallery.more = 0;
        gallery
    }

    /// The files of a Moment whose page is at `path`.
    pub fn of(page: &Page, path: &str, rows: &[Media], reader: Reader) -> Self {
        let shown: Vec<&Media> = shown(rows).collect();
        let keeps = page.ctx.config.media.cache_mb > 0;
        let pictures = shown.iter().take(PICTURES_MAX).enumerate().map(|(index, row)| {
            let (width, height) = row.size().unwrap_or((picture::THUMB_SIDE_MAX, picture::THUMB_SIDE_MAX));
            let (width, height) = picture::thumb_size(width, height);
            let here = row.is_local() || keeps;
            Picture {
                href: if here { format!("{path}/{}", index + 1) } else { row.remote_url.clone() },
                thumb: here.then(|| format!("/media/{}/thumb", row.id)),
                alt: row.alt.clone(),
                width,
                height,
                is_eager: index < EAGER,
            }
        });
        let mut gallery = Self {
            pictures: pictures.collect(),
            more: shown.len().saturating_sub(PICTURES_MAX),
            more_href: format!("{path}/{}", PICTURES_MAX + 1),
            films: playing(rows, Kind::Video, keeps).map(|row| Film::of(row, rows)).collect(),
            sounds: playing(rows, Kind::Audio, keeps).map(Sound::of).collect(),
            links: rows
                .iter()
                .filter(|row| !row.is_local() && row.kind != Kind::Image && !plays(row, keeps))
                .map(link)
                .collect(),
            papers: rows.iter().filter(|row| row.kind == Kind::Paper && row.is_ready()).map(Paper::of).collect(),
            is_covered: rows.iter().any(|row| row.sensitive),
            ..Self::default()
        };
        if reader == Reader::Author {
            gallery.is_preparing = rows.iter().any(|row| row.is_local() && row.state == State::Waiting);
            let failed = rows.iter().enumerate().filter(|(_, row)| row.is_local() && row.state == State::Failed);
            gallery.failures = failed.map(|(index, row)| failure(page, index + 1, row)).collect();
        }
        gallery
    }

    /// Is there nothing to look at or to listen to on the page itself?
    pub fn is_bare(&self) -> bool {
        self.pictures.is_empty() && self.films.is_empty() && self.sounds.is_empty()
    }

    /// Is there nothing to show?
    pub fn is_empty(&self) -> bool {
        self.is_bare() && self.links.is_empty() && self.papers.is_empty()
    }
}

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Who wrote it.
    Author,
    /// Anyone else.
    Other,
}

/// Pictures that readers see: ours once they are ready, others' as they come.
pub fn shown(rows: &[Media]) -> impl Iterator<Item = &Media> {
    let is_shown = |row: &&Media| row.purpose == Purpose::Post && (!row.is_local() || row.is_ready());
    rows.iter().filter(|row| row.kind == Kind::Image).filter(is_shown)
}

/// Is it a film or sound that can be played here: ours once it is ready, others' if copies are kept and it wasn't refused?
fn plays(row: &Media, keeps: bool) -> bool {
    row.is_played() && if row.is_local() { row.is_ready() } else { keeps && row.state != State::Failed }
}

fn playing(rows: &[Media], kind: Kind, keeps: bool) -> impl Iterator<Item = &Media> {
    rows.iter().filter(move |row| row.kind == kind && plays(row, keeps))
}

fn link(row: &Media) -> Link {
    Link {
        url: row.remote_url.clone(),
        kind: match row.kind {
            Kind::Video => "media-video",
            Kind::Audio => "media-audio",
            Kind::Image | Kind::Paper | Kind::Unknown => "media-file",
        },
        alt: row.alt.clone(),
        host: crate::wire::address::host_of(&row.remote_url).unwrap_or_default(),
    }
}

/// What is wrong with a picture, in the reader's words.
fn reason(page: &Page, row: &Media) -> String {
    let problem: Problem = match video::Refused::of(&row.reason) {
        Some(refused) => refused.problem("picture"),
        None => picture::Refused::of(&row.reason).unwrap_or(picture::Refused::Broken).problem("picture"),
    };
    page.text(problem.message, &problem.values)
}

fn failure(page: &Page, number: usize, row: &Media) -> String {
    let played = match row.kind {
        Kind::Video => Some("media-failed-video"),
        Kind::Audio => Some("media-failed-audio"),
        Kind::Image | Kind::Paper | Kind::Unknown => None,
    };
    if let Some(message) = played {
        return page.text(message, &[("reason", reason(page, row))]);
    }
    page.text("media-failed", &[("number", number.to_string()), ("reason", reason(page, row))])
}

/// A picture or film in the form, uploaded already.
#[derive(Debug, Clone)]
pub struct Slot {
    /// Which.
    pub id: MediaId,
    /// Its place, from 1.
    pub number: usize,
    /// What it shows, as typed so far.
    pub alt: String,
    /// The address of its small form, once there is one.
    pub thumb: Option<String>,
    /// Is it a film?
    pub is_film: bool,
    /// The film, once it plays.
    pub film: Option<Film>,
    /// Is it a sound?
    pub is_sound: bool,
    /// The sound, once it plays.
    pub sound: Option<Sound>,
    /// The paper, if it is one.
    pub paper: Option<Paper>,
    /// Width of the small form in pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// What is wrong with it.
    pub failure: Option<String>,
}

/// What a form says of its pictures: which, in which order, with which words. Those that were ticked to go are left out.
pub fn placed(fields: &Fields) -> Result<Vec<Placed>> {
    let kept = given(fields).filter(|(_, id, _)| fields.text(&format!("remove-{id}")) != "yes");
    Placed::parse(kept.collect())
}

/// Does a form ask for its pictures to be covered?
pub fn covered(fields: &Fields) -> bool {
    fields.text("covered") == "yes"
}

/// The pictures of a form that its author takes out again.
pub fn dropped(fields: &Fields) -> Vec<MediaId> {
    let gone = given(fields).filter(|(_, id, _)| fields.text(&format!("remove-{id}")) == "yes");
    gone.map(|(_, id, _)| id).collect()
}

fn given(fields: &Fields) -> impl Iterator<Item = (i64, MediaId, String)> {
    fields.all("media").filter_map(|id| id.parse::<MediaId>().ok()).map(|id| {
        let number = fields.text(&format!("order-{id}")).trim().parse::<i64>().unwrap_or(LAST);
        (number, id, fields.text(&format!("alt-{id}")).to_owned())
    })
}

/// The pictures of a form as it is shown (again).
pub async fn slots(page: &Page, fields: &Fields) -> Result<Vec<Slot>> {
    let mut wanted: Vec<(i64, MediaId, String)> = given(fields).collect();
    if let Ok(placed) = placed(fields) {
        wanted = (1..).zip(placed).map(|(number, one)| (number, one.id, one.alt)).collect();
    }
    let (owner, ids) = (page.me()?.member.actor.id, wanted.iter().map(|(_, id, _)| *id).collect::<Vec<_>>());
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = page.ctx.glance(move |conn| media::own(conn, owner, &ids)).await?;
    let rows: Vec<Media> = rows.into_iter().filter(|row| row.purpose == Purpose::Post).collect();
    let slot = |(index, row): (usize, &Media)| {
        let (width, height) = row.size().unwrap_or((picture::THUMB_SIDE_MAX, picture::THUMB_SIDE_MAX));
        let (width, height) = picture::thumb_size(width, height);
        let alt = wanted.iter().find(|(_, id, _)| *id == row.id).map(|(_, _, alt)| alt.clone());
        Slot {
            id: row.id,
            number: index + 1,
            // A paper has a name from the beginning.
            alt: match alt.unwrap_or_default() {
                alt if alt.is_empty() && row.kind == Kind::Paper => row.alt.clone(),
                alt => alt,
            },
            thumb: (row.kind == Kind::Image && row.is_ready()).then(|| format!("/media/{}/thumb", row.id)),
            is_film: row.kind == Kind::Video,
            paper: (row.kind == Kind::Paper).then(|| Paper::of(row)),
            film: (row.kind == Kind::Video && plays(row, false)).then(|| Film::of(row, &rows)),
            is_sound: row.kind == Kind::Audio,
            sound: (row.kind == Kind::Audio && plays(row, false)).then(|| Sound::of(row)),
            width,
            height,
            failure: (row.state == State::Failed).then(|| reason(page, row)),
        }
    };
    Ok(rows.iter().enumerate().map(slot).collect())
}

/// The pictures of a post as fields of the form that changes it.
pub fn fill(fields: &mut Fields, rows: &[Media]) {
    for (index, row) in rows.iter().filter(|row| row.is_local()).enumerate() {
        fields.push("media", &row.id.to_string());
        fields.push(&format!("alt-{}", row.id), &row.alt);
        fields.push(&format!("order-{}", row.id), &(index + 1).to_string());
    }
    if rows.iter().any(|row| row.is_local() && row.sensitive) {
        fields.push("covered", "yes");
    }
}
