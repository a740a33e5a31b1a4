//! The timeline of the archive: how many items there are of which decade, with a few of their pictures.

use actix_web::HttpResponse;
use askama::Template;

use super::view::Face;
use super::{address, told};
use crate::domain::archive as domain;
use crate::domain::item::{self as items, Cover, Facet, Filter, Listed, UNDATED};
use crate::error::Result;
use crate::web::page::{self, Page};

/// Decades on one page.
const PAGE: usize = 30;
/// Items of a decade that are looked at for their pictures.
const LOOKED_AT: i64 = 6;
/// Pictures of a decade.
const FACES_MAX: usize = 3;

/// A decade as the page shows it.
struct Ten {
    label: String,
    url: String,
    count: i64,
    told: String,
    faces: Vec<Face>,
}

/// A hundred years.
struct Century {
    from: i64,
    label: String,
    tens: Vec<Ten>,
}

/// The page.
#[derive(Template)]
#[template(path = "archive/timeline.html")]
struct Show {
    page: Page,
    centuries: Vec<Century>,
    most: i64,
    undated: Option<Ten>,
    is_empty: bool,
    before: Option<usize>,
    next: Option<usize>,
    keeps: bool,
}

/// An item with the picture that stands for it.
type Covered = (Listed, Cover);

/// `/archive/timeline`.
pub async fn show(page: Page) -> Result<HttpResponse> {
    let viewer = page.viewer();
    let number = page.query("page").parse().unwrap_or(1_usize).max(1);
    let (timeline, covered, keeps) = page
        .ctx
        .read(move |conn| {
            let timeline = items::timeline(conn, &viewer)?;
            let shown = timeline.decades.iter().skip((number - 1).saturating_mul(PAGE)).take(PAGE);
            let asked = shown.map(|one| Some(one.year)).chain((timeline.undated > 0).then_some(None));
            let mut covered: Vec<(Option<i64>, Vec<Covered>)> = Vec::new();
            for year in asked {
                let found = items::decade(conn, &viewer, year, LOOKED_AT)?;
                let covers = items::covers(conn, &viewer, &found)?;
                let both = found.into_iter().zip(covers).filter_map(|(one, cover)| Some((one, cover?)));
                covered.push((year, both.take(FACES_MAX).collect()));
            }
            Ok((timeline, covered, domain::keeps(conn, &viewer)?))
        })
        .await?;
    let ten = |year: Option<i64>, count: i64| {
        let value = year.map_or_else(|| UNDATED.to_owned(), |year| year.to_string());
        let own = covered.iter().find(|(one, _)| *one == year).map(|(_, own)| own.as_slice()).unwrap_or_default();
        Ten {
            label: match year {
                Some(year) => page.with("search-decade", "year", year),
                None => page.t("archive-undated-see").to_owned(),
            },
            url: address(&Filter { facets: vec![(Facet::Decade, value)], ..Filter::default() }, 1),
            count,
            told: told(count),
            faces: own.iter().map(|(one, cover)| Face::of(&page, one, cover)).collect(),
        }
    };
    let mut centuries: Vec<Century> = Vec::new();
    for one in timeline.decades.iter().skip((number - 1).saturating_mul(PAGE)).take(PAGE) {
        let from = one.year.div_euclid(100) * 100;
        let ten = ten(Some(one.year), one.count);
        match centuries.last_mut().filter(|last| last.from == from) {
            Some(last) => last.tens.push(ten),
            None => {
                let years = [("from", from.to_string()), ("to", (from + 99).to_string())];
                centuries.push(Century { from, label: page.text("archive-century", &years), tens: vec![ten] });
            }
        }
    }
    page::ok(&Show {
        most: timeline.decades.iter().map(|one| one.count).max().unwrap_or(1),
        undated: (timeline.undated > 0).then(|| ten(None, timeline.undated)),
        is_empty: timeline.decades.is_empty() && timeline.undated == 0,
        before: (number > 1).then(|| number - 1),
        next: (timeline.decades.len() > number.saturating_mul(PAGE)).then_some(number.saturating_add(1)),
        centuries,
        keeps,
        page,
    })
}
