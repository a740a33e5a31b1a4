//! Exhibitions: items of the archive with text between, made by those who keep it.
//!
//! Invariants: a draft is for archivists alone. Of the items in an exhibition everybody meets those that the gate lets them see, with what is
//! said of them there, and only these are counted. People who live are named to archivists alone.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::archive;
use super::audience::{Gate, Viewer};
use super::authority::{self, Veil};
use super::item::{self, Listed};
use crate::clock::Micros;
use crate::db::Conn;
use crate::db::schema::{exhibition, exhibition_block, post};
use crate::error::{Error, Problem, Result};
use crate::id::{ExhibitionId, PostId};
use crate::text;

/// Longest title.
pub const TITLE_CHARS_MAX: usize = 200;
/// Longest lede.
pub const LEDE_CHARS_MAX: usize = 300;
/// Longest text.
pub const TEXT_CHARS_MAX: usize = 2_000;
/// Longest caption.
pub const CAPTION_CHARS_MAX: usize = 300;
/// Blocks of one exhibition.
pub const BLOCKS_MAX: usize = 40;
/// All texts of one exhibition together: as much as one form brings.
const WHOLE_CHARS_MAX: usize = 24_000;
/// Exhibitions that pages list.
pub const LIST_MAX: i64 = 200;

/// The fields of a block in a form: its text, or its item and caption.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    /// A text.
    pub text: &'static str,
    /// The number of an item.
    pub item: &'static str,
    /// What is said of it.
    pub caption: &'static str,
}

macro_rules! names {
    ($($number:literal)+) => {
        [$(Names {
            text: concat!("text", $number),
            item: concat!("item", $number),
            caption: concat!("caption", $number),
        }),+]
    };
}

/// What the fields of each block are called, from the first on.
pub const NAMES: [Names; BLOCKS_MAX] = names!(
    1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40
);

/// An exhibition.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = exhibition)]
pub struct Exhibition {
    /// Its id.
    pub id: ExhibitionId,
    /// Its title.
    pub title: String,
    /// What it is about, in a line or two.
    pub lede: String,
    /// Since when everyone may see it; never for a draft.
    pub published_at: Option<Micros>,
    /// When it was made.
    pub created_at: Micros,
    /// When it was changed.
    pub updated_at: Micros,
}

impl Exhibition {
    /// The path of its page.
    pub fn path(&self) -> String {
        format!("/archive/exhibitions/{}", self.id)
    }

    fn veiled(self, veil: &Veil) -> Self {
        Self { title: veil.text(&self.title), lede: veil.text(&self.lede), ..self }
    }
}

/// A block as a form says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A text in Markdown.
    Text(String),
    /// An item, by its number, its ARK or its address, and what is said of it here.
    Item(String, String),
}

/// An exhibition to be written, checked but for whether its items are there.
#[derive(Debug, Clone)]
pub struct Draft {
    title: String,
    lede: String,
    pieces: Vec<(usize, Piece)>,
}

impl Draft {
    /// Checks what a form says. Blocks in which nothing stands are left out.
    ///
    /// Errors: `Invalid` naming the fields, those of blocks by [`NAMES`].
    pub fn parse(title: &str, lede: &str, pieces: &[Piece]) -> Result<Self> {
        let (title, lede) = (text::name(title, TITLE_CHARS_MAX + 1), text::name(lede, LEDE_CHARS_MAX + 1));
        let mut problems = Vec::new();
        let mut within = |field: &'static str, text: &str, max: usize| {
            if text.chars().count() > max {
                problems.push(Problem::new(field, "problem-too-long").with("max", max));
            }
        };
        within("title", &title, TITLE_CHARS_MAX);
        within("lede", &lede, LEDE_CHARS_MAX);
        let (mut kept, mut whole) = (Vec::new(), 0_usize);
        for (place, (piece, names)) in pieces.iter().zip(NAMES).enumerate() {
            let piece = match piece {
                Piece::Text(said) => Piece::Text(text::body(said)),
                Piece::Item(item, caption) => {
                    Piece::Item(item.trim().to_owned(), text::name(caption, CAPTION_CHARS_MAX + 1))
                }
            };
            match &piece {
                Piece::Text(said) => within(names.text, said, TEXT_CHARS_MAX),
                Piece::Item(_, caption) => within(names.caption, caption, CAPTION_CHARS_MAX),
            }
            let (Piece::Text(said) | Piece::Item(_, said)) = &piece;
            whole = whole.saturating_add(said.chars().count());
            let is_empty = match &piece {
                Piece::Text(said) => said.trim().is_empty(),
                Piece::Item(item, caption) => item.is_empty() && caption.is_empty(),
            };
            if !is_empty {
                kept.push((place, piece));
            }
        }
        if title.is_empty() {
            problems.insert(0, Problem::new("title", "archive-problem-missing"));
        }
        if pieces.len() > BLOCKS_MAX {
            problems.push(Problem::new("", "archive-problem-many").with("max", BLOCKS_MAX));
        }
        if whole > WHOLE_CHARS_MAX {
            problems.push(Problem::new("", "exhibition-problem-whole").with("max", WHOLE_CHARS_MAX));
        }
        if problems.is_empty() { Ok(Self { title, lede, pieces: kept }) } else { Err(Error::Invalid(problems)) }
    }
}

/// A row of a block.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = exhibition_block)]
struct Row {
    exhibition_id: ExhibitionId,
    place: i64,
    item_id: Option<PostId>,
    source: String,
    html: String,
}

/// Makes a draft of an exhibition.
///
/// Errors: `Invalid` for items that aren't there.
pub fn create(conn: &mut Conn, draft: &Draft) -> Result<Exhibition> {
    let now = conn.now();
    let id = ExhibitionId(conn.id_at(now));
    diesel::insert_into(exhibition::table)
        .values((
            exhibition::id.eq(id),
            exhibition::title.eq(&draft.title),
            exhibition::lede.eq(&draft.lede),
            exhibition::published_at.eq(None::<Micros>),
            exhibition::created_at.eq(now),
            exhibition::updated_at.eq(now),
        ))
        .execute(conn.link())?;
    write(conn, id, draft)?;
    get(conn, id)
}

/// Changes an exhibition; whether it is published stays.
///
/// Errors: `NotFound`; `Invalid` for items that aren't there.
pub fn update(conn: &mut Conn, id: ExhibitionId, draft: &Draft) -> Result<Exhibition> {
    get(conn, id)?;
    let now = conn.now();
    diesel::update(exhibition::table.filter(exhibition::id.eq(id)))
        .set((exhibition::title.eq(&draft.title), exhibition::lede.eq(&draft.lede), exhibition::updated_at.eq(now)))
        .execute(conn.link())?;
    write(conn, id, draft)?;
    get(conn, id)
}

/// Writes the blocks of an exhibition in place of those that it had.
fn write(conn: &mut Conn, id: ExhibitionId, draft: &Draft) -> Result<()> {
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for (place, (number, piece)) in (0_i64..).zip(&draft.pieces) {
        let empty = Row { exhibition_id: id, place, item_id: None, source: String::new(), html: String::new() };
        match piece {
            Piece::Text(said) => rows.push(Row { source: said.clone(), html: html(said, place), ..empty }),
            Piece::Item(said, caption) => match item::named(conn, said)? {
                Some(found) if found.state != item::State::Withdrawn => {
                    rows.push(Row { item_id: Some(found.id), source: caption.clone(), ..empty });
                }
                _ => {
                    let field = NAMES.get(*number).map_or("", |names| names.item);
                    let missing = if said.is_empty() { "archive-problem-missing" } else { "archive-problem-link" };
                    problems.push(Problem::new(field, missing));
                }
            },
        }
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    diesel::delete(exhibition_block::table.filter(exhibition_block::exhibition_id.eq(id))).execute(conn.link())?;
    for row in rows {
        diesel::insert_into(exhibition_block::table)
            .values((
                exhibition_block::exhibition_id.eq(row.exhibition_id),
                exhibition_block::place.eq(row.place),
                exhibition_block::item_id.eq(row.item_id),
                exhibition_block::source.eq(row.source),
                exhibition_block::html.eq(row.html),
            ))
            .execute(conn.link())?;
    }
    Ok(())
}

/// A text as it is shown at its place.
fn html(source: &str, place: i64) -> String {
    text::set_apart_places(&text::article_html(source, &BTreeMap::new()), &format!("b{place}"))
}

/// Lets everyone see an exhibition; once is the same as twice.
///
/// Errors: `NotFound`; `Invalid` if nothing stands in it.
pub fn publish(conn: &mut Conn, id: ExhibitionId) -> Result<()> {
    let found = get(conn, id)?;
    if rows(conn, id)?.is_empty() {
        return Err(Error::invalid("act", "exhibition-problem-empty"));
    }
    let at = found.published_at.unwrap_or_else(|| conn.now());
    diesel::update(exhibition::table.filter(exhibition::id.eq(id)))
        .set(exhibition::published_at.eq(Some(at)))
        .execute(conn.link())?;
    Ok(())
}

/// Makes an exhibition a draft again.
///
/// Errors: `NotFound`.
pub fn unpublish(conn: &mut Conn, id: ExhibitionId) -> Result<()> {
    get(conn, id)?;
    diesel::update(exhibition::table.filter(exhibition::id.eq(id)))
        .set(exhibition::published_at.eq(None::<Micros>))
        .execute(conn.link())?;
    Ok(())
}

/// Deletes an exhibition; its items stay in the archive.
///
/// Errors: `NotFound`.
pub fn delete(conn: &mut Conn, id: ExhibitionId) -> Result<()> {
    get(conn, id)?;
    diesel::delete(exhibition::table.filter(exhibition::id.eq(id))).execute(conn.link())?;
    Ok(())
}

/// All exhibitions, whoever looks: for taking them out.
pub fn all(conn: &mut Conn) -> Result<Vec<Exhibition>> {
    Ok(exhibition::table.order(exhibition::id).select(Exhibition::as_select()).load(conn.link())?)
}

/// The exhibition with this id, whoever looks: for archivists' acts.
///
/// Errors: `NotFound`.
pub fn get(conn: &mut Conn, id: ExhibitionId) -> Result<Exhibition> {
    exhibition::table
        .filter(exhibition::id.eq(id))
        .select(Exhibition::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("exhibition"))
}

fn rows(conn: &mut Conn, id: ExhibitionId) -> Result<Vec<Row>> {
    let rows = exhibition_block::table.filter(exhibition_block::exhibition_id.eq(id)).order(exhibition_block::place);
    Ok(rows.select(Row::as_select()).load(conn.link())?)
}

/// The blocks of an exhibition as its form has them, for archivists; items by their number.
pub fn pieces(conn: &mut Conn, id: ExhibitionId) -> Result<Vec<Piece>> {
    let piece = |row: Row| match row.item_id {
        Some(item) => Piece::Item(item.to_string(), row.source),
        None => Piece::Text(row.source),
    };
    Ok(rows(conn, id)?.into_iter().map(piece).collect())
}

/// A block as it is shown.
#[derive(Debug, Clone)]
pub enum Block {
    /// A text as safe HTML, and what it says as it was written.
    Text {
        /// The HTML.
        html: String,
        /// The Markdown.
        source: String,
    },
    /// An item that the viewer may see, and what is said of it here.
    Item {
        /// The item.
        one: Box<Listed>,
        /// What is said of it.
        caption: String,
    },
}

/// An exhibition as somebody may see it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The exhibition.
    pub exhibition: Exhibition,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// An exhibition as far as `viewer` may see it.
///
/// Errors: `NotFound`, also for a draft that isn't the viewer's business.
pub fn show(conn: &mut Conn, viewer: &Viewer, id: ExhibitionId) -> Result<Shown> {
    let (exhibition, keeps) = (get(conn, id)?, archive::keeps(conn, viewer)?);
    if exhibition.published_at.is_none() && !keeps {
        return Err(Error::NotFound("exhibition"));
    }
    let veil = if keeps { Veil::default() } else { authority::veil(conn)? };
    let rows = rows(conn, id)?;
    let ids: Vec<PostId> = rows.iter().filter_map(|row| row.item_id).collect();
    let seen = item::of_ids(conn, viewer, &ids)?;
    let block = |row: Row| match row.item_id {
        Some(id) => {
            let one = Box::new(seen.iter().find(|one| one.item.id == id)?.clone());
            Some(Block::Item { one, caption: veil.text(&row.source) })
        }
        None => {
            let source = veil.text(&row.source);
            // What names somebody who lives is made anew without the name.
            let html = if source == row.source { row.html } else { html(&source, row.place) };
            Some(Block::Text { html, source })
        }
    };
    Ok(Shown { blocks: rows.into_iter().filter_map(block).collect(), exhibition: exhibition.veiled(&veil) })
}

/// The exhibitions that `viewer` may see with how many of their items they may see, drafts first, then what was published last; at most
/// `limit` and [`LIST_MAX`] of them.
pub fn list(conn: &mut Conn, viewer: &Viewer, limit: i64) -> Result<Vec<(Exhibition, i64)>> {
    let keeps = archive::keeps(conn, viewer)?;
    let query = exhibition::table
        .order((exhibition::published_at.is_not_null(), exhibition::published_at.desc(), exhibition::id.desc()))
        .limit(limit.min(LIST_MAX))
        .select(Exhibition::as_select());
    let all: Vec<Exhibition> = match keeps {
        true => query.load(conn.link())?,
        false => query.filter(exhibition::published_at.is_not_null()).load(conn.link())?,
    };
    let ids: Vec<ExhibitionId> = all.iter().map(|one| one.id).collect();
    let seen: Vec<(ExhibitionId, PostId)> = exhibition_block::table
        .inner_join(post::table.on(exhibition_block::item_id.eq(post::id.nullable())))
        .filter(exhibition_block::exhibition_id.eq_any(ids))
        .filter(Gate::before(viewer))
        .select((exhibition_block::exhibition_id, post::id))
        .distinct()
        .load(conn.link())?;
    let veil = if keeps { Veil::default() } else { authority::veil(conn)? };
    let counted = |one: Exhibition| {
        let count = seen.iter().filter(|(id, _)| *id == one.id).count();
        (one.veiled(&veil), i64::try_from(count).unwrap_or(i64::MAX))
    };
    Ok(all.into_iter().map(counted).collect())
}

/// The exhibitions that an item stands in, as far as `viewer` may see them. The item came through the gate.
pub fn of_item(conn: &mut Conn, viewer: &Viewer, item: PostId) -> Result<Vec<Exhibition>> {
    let keeps = archive::keeps(conn, viewer)?;
    let ids = exhibition_block::table.filter(exhibition_block::item_id.eq(item));
    let all: Vec<Exhibition> = exhibition::table
        .filter(exhibition::id.eq_any(ids.select(exhibition_block::exhibition_id)))
        .order(exhibition::id.desc())
        .limit(LIST_MAX)
        .select(Exhibition::as_select())
        .load(conn.link())?;
    let veil = if keeps { Veil::default() } else { authority::veil(conn)? };
    let seen = all.into_iter().filter(|one| keeps || one.published_at.is_some());
    Ok(seen.map(|one| one.veiled(&veil)).collect())
}
