//! Exhibitions: as visitors walk through them, and as archivists put them together in one form.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::view::{Card, Face};
use crate::domain::archive as domain;
use crate::domain::exhibition::{self as exhibitions, BLOCKS_MAX, Block, Draft, Exhibition, NAMES, Piece};
use crate::domain::item as items;
use crate::error::{Error, Result};
use crate::id::ExhibitionId;
use crate::text;
use crate::web::form::{Fields, Form};
use crate::web::page::{self, Page};

/// Items that the form offers by themselves: those that came last.
const OFFERED_MAX: i64 = 30;
/// Characters of an exhibition that other sites show.
const DESCRIPTION_CHARS_MAX: usize = 200;

/// An exhibition in a list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where it is.
    pub path: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub lede: String,
    /// How many of its items the reader may see.
    pub count: i64,
    /// Is it for archivists alone yet?
    pub is_draft: bool,
}

impl Row {
    /// The row of an exhibition.
    pub fn of(page: &Page, one: &Exhibition, count: i64) -> Self {
        Self {
            path: one.path(),
            title: page.in_words(one.title.as_str()),
            lede: page.in_words(one.lede.as_str()),
            count,
            is_draft: one.published_at.is_none(),
        }
    }
}

/// All exhibitions.
#[derive(Template)]
#[template(path = "archive/exhibitions.html")]
struct List {
    page: Page,
    rows: Vec<Row>,
    keeps: bool,
}

/// `/archive/exhibitions`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let viewer = page.viewer();
    let (all, keeps) = page
        .ctx
        .read(move |conn| Ok((exhibitions::list(conn, &viewer, exhibitions::LIST_MAX)?, domain::keeps(conn, &viewer)?)))
        .await?;
    let rows = all.iter().map(|(one, count)| Row::of(&page, one, *count)).collect();
    page::ok(&List { rows, keeps, page })
}

/// A block as its page shows it.
enum Part {
    /// A text: its HTML and its language.
    Text(String, &'static str),
    /// An item, its picture, and what is said of it here.
    Item(Box<Card>, Option<Face>, String),
}

/// One exhibition.
#[derive(Template)]
#[template(path = "archive/exhibition.html")]
struct Show {
    page: Page,
    id: ExhibitionId,
    title: String,
    lede: String,
    language: &'static str,
    description: String,
    url: String,
    image: Option<String>,
    parts: Vec<Part>,
    count: usize,
    is_published: bool,
    is_empty: bool,
    keeps: bool,
}

/// `/archive/exhibitions/{id}`.
pub async fn show(page: Page, id: web::Path<ExhibitionId>) -> Result<HttpResponse> {
    let (viewer, id) = (page.viewer(), *id);
    let (shown, covers, is_empty, keeps) = page
        .ctx
        .read(move |conn| {
            let shown = exhibitions::show(conn, &viewer, id)?;
            let shown_items = shown.blocks.iter().filter_map(|block| match block {
                Block::Item { one, .. } => Some(one.as_ref()),
                Block::Text { .. } => None,
            });
            let covers = items::covers(conn, &viewer, shown_items)?;
            let is_empty = exhibitions::pieces(conn, id)?.is_empty();
            Ok((shown, covers, is_empty, domain::keeps(conn, &viewer)?))
        })
        .await?;
    let (mut parts, mut seen, mut image, mut covers) = (Vec::new(), Vec::new(), None, covers.into_iter());
    for block in &shown.blocks {
        parts.push(match block {
            Block::Text { html, source } => {
                Part::Text(page.in_words(html.as_str()), text::guess_language(source).unwrap_or_default())
            }
            Block::Item { one, caption } => {
                let face = covers.next().flatten().map(|cover| Face::of(&page, one, &cover));
                let media = face.as_ref().filter(|_| one.item.is_public).map(|face| face.media);
                image = image.or(media.map(|media| format!("{}/media/{media}/display", page.ctx.origin)));
                seen.push(one.item.id);
                Part::Item(Box::new(Card::of(&page, one)), face, page.in_words(caption.as_str()))
            }
        });
    }
    seen.sort_unstable();
    seen.dedup();
    let own = shown.exhibition;
    let said = if own.lede.is_empty() { first_words(&shown.blocks) } else { own.lede.clone() };
    page::ok(&Show {
        id,
        language: text::guess_language(&format!("{}\n{}", own.title, own.lede)).unwrap_or_default(),
        description: text::excerpt(&page.in_words(said), DESCRIPTION_CHARS_MAX),
        url: format!("{}{}", page.ctx.origin, own.path()),
        title: page.in_words(own.title),
        lede: page.in_words(own.lede),
        image,
        parts,
        count: seen.len(),
        is_published: own.published_at.is_some(),
        is_empty,
        keeps,
        page,
    })
}

/// What the first text says, without its marks.
fn first_words(blocks: &[Block]) -> String {
    let text = blocks.iter().find_map(|block| match block {
        Block::Text { html, .. } => Some(text::plain_of_clean(html)),
        Block::Item { .. } => None,
    });
    text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A block of the form.
struct Slot {
    number: usize,
    names: exhibitions::Names,
    is_item: bool,
    /// What the item is called, if it is there.
    title: String,
    is_last: bool,
}

/// The form of an exhibition.
#[derive(Template)]
#[template(path = "archive/exhibition_edit.html")]
struct Edit {
    page: Page,
    id: Option<ExhibitionId>,
    form: Form,
    slots: Vec<Slot>,
    offered: Vec<(String, String)>,
    is_full: bool,
    most: usize,
}

impl Edit {
    /// Where the form goes.
    fn action(&self) -> String {
        self.id.map_or_else(|| "/archive/exhibitions".to_owned(), |id| format!("/archive/exhibitions/{id}"))
    }
}

/// The blocks of a form in their order.
fn pieces(fields: &Fields) -> Vec<Piece> {
    let text = |name: &str| fields.text(name).to_owned();
    let piece = |names: &exhibitions::Names| {
        if fields.holds(names.text) {
            Some(Piece::Text(text(names.text)))
        } else {
            fields.holds(names.item).then(|| Piece::Item(text(names.item), text(names.caption)))
        }
    };
    NAMES.iter().filter_map(piece).collect()
}

/// The fields of a form with these blocks.
fn filled(title: &str, lede: &str, pieces: &[Piece]) -> Fields {
    let mut fields = Fields::of([("title", title.to_owned()), ("lede", lede.to_owned())]);
    for (piece, names) in pieces.iter().zip(NAMES) {
        match piece {
            Piece::Text(said) => fields.push(names.text, said),
            Piece::Item(item, caption) => {
                fields.push(names.item, item);
                fields.push(names.caption, caption);
            }
        }
    }
    fields
}

/// Does what a button of the form says to its blocks; answers false for one that does nothing to them.
fn rearrange(pieces: &mut Vec<Piece>, act: &str) -> bool {
    let (word, number) = act.rsplit_once('-').unwrap_or((act, ""));
    let at = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).filter(|at| *at < pieces.len());
    match (word, number, at) {
        ("add", "text", _) if pieces.len() < BLOCKS_MAX => pieces.push(Piece::Text(String::new())),
        ("add", "item", _) if pieces.len() < BLOCKS_MAX => pieces.push(Piece::Item(String::new(), String::new())),
        ("up", _, Some(at)) if at > 0 => pieces.swap(at, at - 1),
        ("down", _, Some(at)) if at + 1 < pieces.len() => pieces.swap(at, at + 1),
        ("remove", _, Some(at)) => drop(pieces.remove(at)),
        // Nothing to do: the form comes back as it is.
        ("add" | "up" | "down" | "remove", _, _) => {}
        _ => return false,
    }
    true
}

async fn editor(page: Page, status: StatusCode, id: Option<ExhibitionId>, form: Form) -> Result<HttpResponse> {
    let viewer = page.viewer();
    let said: Vec<String> = NAMES.iter().map(|names| form.value(names.item).to_owned()).collect();
    let (found, newest) = page
        .ctx
        .read(move |conn| {
            let mut found = Vec::new();
            for said in said {
                let item = if said.trim().is_empty() { None } else { items::named(conn, &said)? };
                found.push(item.filter(|item| item.state != items::State::Withdrawn));
            }
            Ok((found, items::newest(conn, &viewer, OFFERED_MAX)?.1))
        })
        .await?;
    let titles = found.iter().map(|item| item.as_ref().map(|item| super::view::title(&page, &item.record())));
    let count = NAMES.iter().filter(|names| form.holds(names.text) || form.holds(names.item)).count();
    let slot = |(number, (names, title)): (usize, (exhibitions::Names, Option<String>))| Slot {
        number,
        names,
        is_item: form.holds(names.item),
        title: title.unwrap_or_default(),
        is_last: number == count,
    };
    let slots = (1..).zip(NAMES.into_iter().zip(titles)).take(count).map(slot).collect();
    let offered = newest.iter().map(|one| (one.item.id.to_string(), super::view::title(&page, &one.record))).collect();
    page::show(status, &Edit { id, slots, offered, is_full: count >= BLOCKS_MAX, most: BLOCKS_MAX, form, page })
}

/// `/archive/exhibitions/new`.
pub async fn new(page: Page) -> Result<HttpResponse> {
    let fields = filled("", "", &[Piece::Text(String::new())]);
    editor(page, StatusCode::OK, None, Form::filled(fields)).await
}

/// `/archive/exhibitions/{id}/edit`.
pub async fn edit(page: Page, id: web::Path<ExhibitionId>) -> Result<HttpResponse> {
    let id = *id;
    let (own, pieces) =
        page.ctx.glance(move |conn| Ok((exhibitions::get(conn, id)?, exhibitions::pieces(conn, id)?))).await?;
    editor(page, StatusCode::OK, Some(id), Form::filled(filled(&own.title, &own.lede, &pieces))).await
}

/// Keeps what a form says, or shows it again with its blocks rearranged or with what is wrong.
async fn save(page: Page, id: Option<ExhibitionId>, sent: &Fields) -> Result<HttpResponse> {
    let mut pieces = pieces(sent);
    let is_arranging = rearrange(&mut pieces, sent.text("act"));
    let fields = filled(sent.text("title"), sent.text("lede"), &pieces);
    if let Some(id) = id {
        page.ctx.glance(move |conn| exhibitions::get(conn, id).map(drop)).await?;
    }
    if is_arranging {
        return editor(page, StatusCode::OK, id, Form::filled(fields)).await;
    }
    let saved = async {
        let draft = Draft::parse(sent.text("title"), sent.text("lede"), &pieces)?;
        page.ctx
            .write(move |conn| match id {
                Some(id) => exhibitions::update(conn, id, &draft),
                None => exhibitions::create(conn, &draft),
            })
            .await
    };
    match saved.await {
        Ok(saved) => {
            let flash = if id.is_some() { "flash-archive-changed" } else { "flash-archive-made" };
            Ok(page.go(&saved.path(), flash))
        }
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            editor(page, status, id, form).await
        }
    }
}

/// `POST /archive/exhibitions`.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    save(page, None, &fields).await
}

/// `POST /archive/exhibitions/{id}`.
pub async fn update(page: Page, id: web::Path<ExhibitionId>, fields: Fields) -> Result<HttpResponse> {
    save(page, Some(*id), &fields).await
}

/// `POST /archive/exhibitions/{id}/state`: lets everyone see it, makes it a draft again, or deletes it.
pub async fn act(page: Page, id: web::Path<ExhibitionId>, fields: Fields) -> Result<HttpResponse> {
    let (id, act) = (*id, fields.text("act").to_owned());
    let (path, flash) = page
        .ctx
        .write(move |conn| {
            let path = exhibitions::get(conn, id)?.path();
            match act.as_str() {
                "publish" => exhibitions::publish(conn, id).map(|()| (path, "flash-exhibition-published")),
                "unpublish" => exhibitions::unpublish(conn, id).map(|()| (path, "flash-exhibition-unpublished")),
                "delete" => exhibitions::delete(conn, id)
                    .map(|()| ("/archive/exhibitions".to_owned(), "flash-exhibition-deleted")),
                _ => Err(Error::invalid("act", "archive-problem-choice")),
            }
        })
        .await?;
    Ok(page.go(&path, flash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_rearrange_blocks_and_lose_nothing() {
        let text = |said: &str| Piece::Text(said.to_owned());
        let mut blocks = vec![text("一"), text("二"), text("三")];
        for (act, order) in [
            ("up-2", "二一三"),
            ("up-1", "二一三"),
            ("down-2", "二三一"),
            ("down-3", "二三一"),
            ("up-0", "二三一"),
            ("up-99", "二三一"),
            ("down-x", "二三一"),
            ("remove-2", "二一"),
            ("add-nothing", "二一"),
        ] {
            assert!(rearrange(&mut blocks, act), "{act}");
            let said = blocks.iter().map(|one| if let Piece::Text(said) = one { said.as_str() } else { "?" });
            assert_eq!(said.collect::<String>(), order, "{act}");
        }
        assert!(rearrange(&mut blocks, "add-item") && blocks.len() == 3);
        assert!(!rearrange(&mut blocks, "save") && !rearrange(&mut blocks, ""));
        for _ in 0..100 {
            rearrange(&mut blocks, "add-text");
        }
        assert_eq!(blocks.len(), BLOCKS_MAX);
        let again = pieces(&filled("题", "", &blocks));
        assert_eq!(again, blocks);
    }
}
