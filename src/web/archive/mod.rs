//! The archive as pages: its front, and items browsed by what they are.

mod authority;
mod collection;
mod dublin;
mod exhibition;
mod file;
mod gather;
mod gift;
mod iiif;
mod item;
mod label;
mod map;
mod oai;
mod offer;
mod partner;
mod timeline;
mod transcript;
mod upload;
mod view;

pub use authority::{
    create as create_authority, delete as delete_authority, edit as edit_authority, list as authorities,
    show as authority, update as update_authority,
};
pub use collection::{
    create as create_collection, delete as delete_collection, edit as edit_collection, list as collections,
    new as new_collection, show as collection, update as update_collection,
};
pub use exhibition::{
    act as act_exhibition, create as create_exhibition, edit as edit_exhibition, list as exhibitions,
    new as new_exhibition, show as exhibition, update as update_exhibition,
};
pub use file::{
    create as create_file, original, part as part_of_file, remove as remove_file, show as file, transcribe,
    update as update_file,
};
pub use gather::{arrange as arrange_collection, gather, show as gathered};
pub use gift::{note as note_gift, show as gift, withdraw as withdraw_gift};
pub use iiif::{base, image, info, manifest};
pub use item::{
    act, by_ark, create as create_item, edit as edit_item, metadata, new as new_item, show as item,
    update as update_item,
};
pub use map::show as map;
pub use oai::{answer as oai, schema as oai_schema};
pub use offer::{create as create_offer, list as offers, new as new_offer, note, queue};
pub use partner::{
    accept as accept_partner, create as create_partner, delete as delete_partner, list as partners, show as other,
};
pub use timeline::show as timeline;
pub use transcript::cues;
pub use upload::{about as about_uploads, begin as begin_upload, go_on as go_on_upload};

use actix_web::HttpResponse;
use askama::Template;

use super::page::{self, Page};
use crate::domain::archive as domain;
use crate::domain::collection as collections_of;
use crate::domain::exhibition as exhibitions_of;
use crate::domain::item::{self as items, FACETS, Facet, Filter};
use crate::error::{Error, Result};
use crate::text;
use view::{Card, facet_title, facet_value};

/// Items on one page of a list.
const PAGE: usize = 24;
/// Pages of a list.
const PAGES_MAX: usize = 200;
/// Items in a row of the front page.
const FRONT_MAX: i64 = 12;
/// Exhibitions on the front page.
const FRONT_EXHIBITIONS: i64 = 4;

/// A choice by which a list can be narrowed.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What it is called.
    pub label: String,
    /// How many there are; with a sign if there are more.
    pub count: String,
    /// Where it leads.
    pub url: String,
    /// Is it chosen?
    pub is_on: bool,
}

/// The front page.
#[derive(Template)]
#[template(path = "archive/front.html")]
struct Front {
    page: Page,
    highlights: Vec<Card>,
    newest: Vec<Card>,
    facets: Vec<(&'static str, Vec<Choice>)>,
    collections: Vec<(i64, String, String)>,
    exhibitions: Vec<exhibition::Row>,
    total: String,
    keeps: bool,
}

/// `/archive`.
pub async fn front(page: Page) -> Result<HttpResponse> {
    let viewer = page.viewer();
    let (highlights, newest, covers, counted, total, roots, sizes, shows, keeps) = page
        .ctx
        .read(move |conn| {
            let (highlights, newest) = items::newest(conn, &viewer, FRONT_MAX)?;
            let covers = items::covers(conn, &viewer, highlights.iter().chain(&newest))?;
            let (counted, total) = items::counts(conn, &viewer, &Filter::default())?;
            let all = collections_of::all(conn)?;
            let roots: Vec<_> = all.into_iter().filter(|one| one.parent_id.is_none()).take(50).collect();
            let roots = collections_of::veiled(conn, &viewer, roots)?;
            let sizes = items::census(conn, &viewer, &roots)?;
            let shows = exhibitions_of::list(conn, &viewer, FRONT_EXHIBITIONS)?;
            Ok((highlights, newest, covers, counted, total, roots, sizes, shows, domain::keeps(conn, &viewer)?))
        })
        .await?;
    let shown = [Facet::Form, Facet::Decade, Facet::Place, Facet::Surname];
    let facets = view_counts(&page, &counted, &Filter::default(), total);
    let facets = facets.into_iter().filter(|(facet, _)| shown.contains(facet));
    let (of_highlights, of_newest) = covers.split_at(highlights.len());
    let root = |(one, size): (collections_of::Collection, i64)| (one.id.0, page.in_words(one.title), told(size));
    page::ok(&Front {
        highlights: Card::all(&page, &highlights, of_highlights),
        newest: Card::all(&page, &newest, of_newest),
        facets: facets.map(|(facet, choices)| (facet_title(facet), choices)).collect(),
        exhibitions: shows.iter().map(|(one, count)| exhibition::Row::of(&page, one, *count)).collect(),
        collections: roots.into_iter().zip(sizes).map(root).collect(),
        total: told(total),
        keeps,
        page,
    })
}

/// A number that may be more than was counted.
fn told(count: i64) -> String {
    if count >= items::COUNTED_MAX { format!("{}+", items::COUNTED_MAX) } else { count.to_string() }
}

fn view_counts(page: &Page, counted: &items::Counted, filter: &Filter, total: i64) -> Vec<(Facet, Vec<Choice>)> {
    let is_partial = total >= items::COUNTED_MAX;
    let choices = |(facet, values): &(Facet, Vec<(String, i64)>)| {
        let choices = values.iter().map(|(value, count)| Choice {
            label: facet_value(page, *facet, value),
            count: if is_partial { format!("{count}+") } else { count.to_string() },
            url: address(&toggled(filter, *facet, value), 1),
            is_on: filter.facets.iter().any(|(one, chosen)| one == facet && chosen == value),
        });
        (*facet, choices.collect())
    };
    counted.iter().map(choices).collect()
}

/// The filter with this value of a facet, or without it if it is chosen already.
fn toggled(filter: &Filter, facet: Facet, value: &str) -> Filter {
    let mut facets = filter.facets.clone();
    let is_on = facets.iter().any(|(one, chosen)| *one == facet && chosen == value);
    facets.retain(|(one, _)| *one != facet);
    if !is_on {
        facets.push((facet, value.to_owned()));
    }
    Filter { facets, ..filter.clone() }
}

/// The address of a list.
fn address(filter: &Filter, number: usize) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (facet, value) in &filter.facets {
        query.append_pair(facet.as_str(), value);
    }
    if let Some(spot) = &filter.at {
        query.append_pair("at", &spot.id.to_string());
    }
    if let Some(area) = filter.area {
        query.append_pair("area", &area.to_string());
    }
    if filter.by_date {
        query.append_pair("order", "date");
    }
    if number > 1 {
        query.append_pair("page", &number.to_string());
    }
    let query = query.finish();
    if query.is_empty() { "/archive/items".to_owned() } else { format!("/archive/items?{query}") }
}

/// A list of items.
#[derive(Template)]
#[template(path = "archive/list.html")]
struct List {
    page: Page,
    items: Vec<Card>,
    facets: Vec<(&'static str, Vec<Choice>)>,
    chosen: Vec<(String, String)>,
    total: String,
    order: Choice,
    before: Option<String>,
    next: Option<String>,
    keeps: bool,
}

/// `/archive/items`: narrowed by facets.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let value = |facet: &Facet| (*facet, text::name(page.query(facet.as_str()), 100));
    let at = match page.query("at") {
        "" => None,
        id => {
            let (id, viewer) = (id.parse().map_err(|_| Error::NotFound("place"))?, page.viewer());
            Some(page.ctx.glance(move |conn| items::spot(conn, &viewer, id)).await?)
        }
    };
    let area = match page.query("area") {
        "" => None,
        area => Some(area.parse::<items::Area>().map_err(|()| Error::NotFound("area"))?),
    };
    let filter = Filter {
        at,
        area,
        facets: FACETS.iter().map(value).filter(|(_, value)| !value.is_empty()).collect(),
        by_date: page.query("order") == "date",
    };
    let number = page.query("page").parse().unwrap_or(1_usize).clamp(1, PAGES_MAX);
    let (viewer, asked) = (page.viewer(), filter.clone());
    let (mut found, covers, counted, total, keeps) = page
        .ctx
        .read(move |conn| {
            let skip = i64::try_from((number - 1) * PAGE).unwrap_or(0);
            let (found, counted, total) = items::browse_counted(conn, &viewer, &asked, skip, PAGE as i64 + 1)?;
            let covers = items::covers(conn, &viewer, &found)?;
            Ok((found, covers, counted, total, domain::keeps(conn, &viewer)?))
        })
        .await?;
    let has_more = found.len() > PAGE && number < PAGES_MAX;
    found.truncate(PAGE);
    let facets = view_counts(&page, &counted, &filter, total);
    let chosen = filter
        .facets
        .iter()
        .map(|(facet, value)| (facet_value(&page, *facet, value), address(&toggled(&filter, *facet, value), 1)));
    let spot = filter.at.iter().map(|spot| {
        let without = Filter { at: None, ..filter.clone() };
        (spot.name.clone(), address(&without, 1))
    });
    let area = filter.area.map(|area| {
        let without = Filter { area: None, ..filter.clone() };
        (map::around(&page, area), address(&without, 1))
    });
    let turned = Filter { by_date: !filter.by_date, ..filter.clone() };
    let order = if filter.by_date { "archive-order-new" } else { "archive-order-date" };
    page::ok(&List {
        items: Card::all(&page, &found, &covers),
        facets: facets.into_iter().map(|(facet, choices)| (facet_title(facet), choices)).collect(),
        chosen: spot.chain(area).chain(chosen).collect(),
        total: told(total),
        order: Choice { label: page.t(order).to_owned(), count: String::new(), url: address(&turned, 1), is_on: false },
        before: (number > 1).then(|| address(&filter, number - 1)),
        next: has_more.then(|| address(&filter, number + 1)),
        keeps,
        page,
    })
}
