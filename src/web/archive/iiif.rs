//! IIIF: items as manifests (Presentation API 3.0), their public pictures piece by piece (Image API 3.0, level 1). What isn't for
//! everyone isn't there, whoever asks.

use std::collections::BTreeMap;

use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, LINK, LOCATION};
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::view;
use crate::db::Conn;
use crate::domain::audience::Viewer;
use crate::domain::item;
use crate::domain::media::{self, Kind, Media};
use crate::error::{Error, Result};
use crate::id::{MediaId, PostId};
use crate::picture::{CUT_SIDE_MAX, Cut, TILE_SIDE, Tiling, cut_size};
use crate::web::page::Page;
use crate::web::tile;

/// What answers say of themselves.
const PRESENTATION: &str = "application/ld+json;profile=\"http://iiif.io/api/presentation/3/context.json\"";
const IMAGE: &str = "application/ld+json;profile=\"http://iiif.io/api/image/3/context.json\"";
/// The level that is kept.
const LEVEL: &str = "<http://iiif.io/api/image/3/level1.json>;rel=\"profile\"";

fn languages(texts: impl Iterator<Item = (String, String)>) -> Value {
    let mut map = serde_json::Map::new();
    for (language, text) in texts {
        let language = if language.is_empty() { "none".to_owned() } else { language };
        if let Value::Array(known) = map.entry(language).or_insert_with(|| json!([])) {
            known.push(text.into());
        }
    }
    map.into()
}

/// A page of an item with its picture and what stands on it.
fn canvas(
    origin: &str,
    base: &str,
    number: usize,
    (file, picture): &(item::File, Option<Media>),
    tilings: &BTreeMap<MediaId, Tiling>,
    reads: &[item::Transcript],
) -> Option<Value> {
    let picture = picture.as_ref().filter(|picture| picture.is_ready() && picture.kind == Kind::Image)?;
    let shown = picture.size()?;
    let (width, height) = tilings.get(&picture.id).map_or(shown, |full| (full.width, full.height));
    let (canvas, service) = (format!("{base}/canvas/{number}"), format!("{origin}/iiif/images/{}", picture.id));
    let label = if file.label.is_empty() { number.to_string() } else { file.label.clone() };
    let mut document = json!({
        "id": canvas, "type": "Canvas", "width": width, "height": height, "label": {"none": [label]},
        "items": [{"id": format!("{canvas}/page"), "type": "AnnotationPage", "items": [{
            "id": format!("{canvas}/image"), "type": "Annotation", "motivation": "painting", "target": canvas,
            "body": {
                "id": format!("{service}/full/max/0/default.jpg"), "type": "Image", "format": "image/jpeg",
                "width": shown.0, "height": shown.1,
                "service": [{"id": service, "type": "ImageService3", "profile": "level1"}],
            },
        }]}],
    });
    let texts: Vec<Value> = (1..)
        .zip(reads.iter().filter(|read| read.file_id == file.id))
        .map(|(at, read): (usize, _)| {
            let mut body = json!({"type": "TextualBody", "value": read.body, "format": "text/plain"});
            if let (Value::Object(map), false) = (&mut body, read.language.is_empty()) {
                map.insert("language".to_owned(), read.language.clone().into());
            }
            json!({"id": format!("{canvas}/text/{at}"), "type": "Annotation", "motivation": "supplementing",
                    "target": canvas, "body": body})
        })
        .collect();
    if let (Value::Object(map), false) = (&mut document, texts.is_empty()) {
        let annotations = json!([{"id": format!("{canvas}/texts"), "type": "AnnotationPage", "items": texts}]);
        map.insert("annotations".to_owned(), annotations);
    }
    Some(document)
}

/// `/iiif/items/{id}/manifest`.
pub async fn manifest(page: Page, id: web::Path<PostId>) -> Result<HttpResponse> {
    let id = *id;
    let (one, files, tilings, reads) = page
        .ctx
        .glance(move |conn| {
            let one = item::show(conn, &Viewer::Anonymous, id)?;
            let files = item::show_files(conn, &Viewer::Anonymous, &one.item)?;
            let tilings = media::tilings(conn, id)?;
            let reads = item::approved(conn, id)?;
            Ok((one, files, tilings, item::veiled_transcripts(conn, &Viewer::Anonymous, reads)?))
        })
        .await?;
    let origin = &page.ctx.origin;
    let base = format!("{origin}/iiif/items/{id}");
    let canvas = |(number, file)| canvas(origin, &base, number, file, &tilings, &reads);
    let canvases: Vec<Value> = (1..).zip(&files).filter_map(canvas).collect();
    // A manifest has at least one canvas (Presentation API 3.0, section 5.2).
    if canvases.is_empty() {
        return Err(Error::NotFound("manifest"));
    }
    let facts = view::facts(&page, &one.item.form, &one.record, &item::Names::default());
    let fact = |fact: &view::Fact| {
        let values: Vec<&str> = fact.values.iter().map(|value| value.text.as_str()).collect();
        json!({"label": {page.language.code(): [fact.label]}, "value": {"none": values}})
    };
    let said = |code: &str| {
        let values = one.record.all(code).iter().map(|value| (value.lang.clone(), value.text.clone()));
        values.collect::<Vec<_>>().into_iter()
    };
    let mut document = json!({
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": format!("{base}/manifest"),
        "type": "Manifest",
        "label": languages(said("title")),
        "metadata": facts.iter().map(fact).collect::<Vec<Value>>(),
        "homepage": [{
            "id": format!("{origin}{}", one.item.path()), "type": "Text", "format": "text/html",
            "label": languages(said("title")),
        }],
        "requiredStatement": {
            "label": {"en": ["Cite as"], "zh-Hans": ["引用"], "zh-Hant": ["引用"]}, "value": {"none": [view::citation(&page, &one)]},
        },
        "provider": [{"id": format!("{origin}/archive"), "type": "Agent", "label": {"none": [page.hall.name]}}],
        "seeAlso": [{
            "id": format!("{origin}/archive/items/{id}/metadata.jsonld"), "type": "Dataset", "format": "application/ld+json",
        }],
        "items": canvases,
    });
    if let Value::Object(map) = &mut document {
        if !one.record.first("description").is_empty() {
            map.insert("summary".to_owned(), languages(said("description")));
        }
        if one.record.first("rights").starts_with("http") {
            let rights = one.record.first("rights").replacen("https://creativecommons", "http://creativecommons", 1);
            map.insert("rights".to_owned(), rights.into());
        }
    }
    Ok(open(PRESENTATION).body(document.to_string()))
}

fn open(kind: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.content_type(kind).insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    answer
}

/// A picture of an item that everyone may see, and how it is cut into tiles, if it is.
async fn seen(page: &Page, id: MediaId) -> Result<(Media, Option<Tiling>)> {
    let seen = move |conn: &mut Conn| Ok((media::show(conn, &Viewer::Anonymous, id)?, media::tiling(conn, id)?));
    let (seen, tiling) = page.ctx.glance(seen).await?;
    let is_one = seen.is_public && seen.media.is_local() && seen.media.is_ready() && seen.media.kind == Kind::Image;
    if is_one && seen.media.post_id.is_some() { Ok((seen.media, tiling)) } else { Err(Error::NotFound("picture")) }
}

/// What a picture's sizes are: width and height, what is served at most, sizes that are at hand, and tiles (Image API 3.0, section 5).
fn sizes(shown: (u32, u32), tiling: Option<Tiling>) -> Value {
    let size = |(width, height): (u32, u32)| json!({"width": width, "height": height});
    let Some(full) = tiling else {
        return json!({
            "width": shown.0, "height": shown.1, "maxWidth": shown.0, "maxHeight": shown.1, "sizes": [size(shown)],
            "tiles": [{"width": TILE_SIDE, "scaleFactors": [1, 2, 4]}],
        });
    };
    let smaller = (0..full.levels()).rev().map(|level| full.size(level)).filter(|size| size.0 < shown.0);
    let factors: Vec<u32> = (0..full.levels()).map(|level| 1 << level).collect();
    json!({
        "width": full.width, "height": full.height,
        "maxWidth": CUT_SIDE_MAX, "maxHeight": CUT_SIDE_MAX, "maxArea": u64::from(CUT_SIDE_MAX) * u64::from(CUT_SIDE_MAX),
        "sizes": smaller.chain([shown]).map(size).collect::<Vec<Value>>(),
        "tiles": [{"width": TILE_SIDE, "scaleFactors": factors}],
    })
}

/// `/iiif/images/{id}/info.json`.
pub async fn info(page: Page, id: web::Path<MediaId>) -> Result<HttpResponse> {
    let (picture, tiling) = seen(&page, *id).await?;
    let mut document = json!({
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": format!("{}/iiif/images/{}", page.ctx.origin, picture.id),
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level1",
    });
    let shown = picture.size().ok_or(Error::NotFound("picture"))?;
    if let (Value::Object(map), Value::Object(more)) = (&mut document, sizes(shown, tiling)) {
        map.extend(more);
    }
    Ok(open(IMAGE).insert_header((LINK, LEVEL)).body(document.to_string()))
}

/// `/iiif/images/{id}`: leads to what there is to know of a picture (Image API 3.0, section 2).
pub async fn base(page: Page, id: web::Path<MediaId>) -> Result<HttpResponse> {
    let (picture, _) = seen(&page, *id).await?;
    let at = format!("{}/iiif/images/{}/info.json", page.ctx.origin, picture.id);
    let mut answer = HttpResponse::SeeOther();
    Ok(answer.insert_header((LOCATION, at)).insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*")).finish())
}

/// A refusal that says why.
fn bad(why: &str) -> HttpResponse {
    HttpResponse::BadRequest()
        .content_type("text/plain; charset=utf-8")
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(why.to_owned())
}

/// The part of a picture that is asked for, in pixels.
fn region(text: &str, (width, height): (u32, u32)) -> Option<(u32, u32, u32, u32)> {
    match text {
        "full" => Some((0, 0, width, height)),
        "square" => {
            let side = width.min(height);
            Some(((width - side) / 2, (height - side) / 2, side, side))
        }
        _ => {
            let numbers: Vec<u32> = text.split(',').map(|part| part.parse().ok()).collect::<Option<_>>()?;
            let [x, y, w, h] = numbers.as_slice() else { return None };
            let fits = *x < width && *y < height && *w > 0 && *h > 0;
            fits.then(|| (*x, *y, (*w).min(width - x), (*h).min(height - y)))
        }
    }
}

/// The size that is asked for; never larger than the part is, nor than what is served.
fn size(text: &str, (width, height): (u32, u32)) -> Option<(u32, u32)> {
    let scaled = |of: u32, by: u32, over: u32| {
        let value = u64::from(of) * u64::from(by) / u64::from(over.max(1));
        u32::try_from(value).ok().map(|value| value.max(1))
    };
    let found = match text.split_once(',') {
        None if text == "max" => cut_size(width, height),
        Some((w, "")) => {
            let w: u32 = w.parse().ok()?;
            (w, scaled(height, w, width)?)
        }
        Some(("", h)) => {
            let h: u32 = h.parse().ok()?;
            (scaled(width, h, height)?, h)
        }
        Some((w, h)) => (w.parse().ok()?, h.parse().ok()?),
        None => return None,
    };
    let (most_wide, most_high) = (width.min(CUT_SIDE_MAX), height.min(CUT_SIDE_MAX));
    (found.0 > 0 && found.1 > 0 && found.0 <= most_wide && found.1 <= most_high).then_some(found)
}

/// `/iiif/images/{id}/{region}/{size}/{rotation}/{quality}.{format}`.
pub async fn image(page: Page, path: web::Path<(MediaId, String, String, String, String)>) -> Result<HttpResponse> {
    let (id, part, scale, rotation, name) = path.into_inner();
    let (picture, tiling) = seen(&page, id).await?;
    let shown = picture.size().ok_or(Error::NotFound("picture"))?;
    let whole = tiling.map_or(shown, |full| (full.width, full.height));
    if rotation != "0" || !matches!(name.as_str(), "default.jpg" | "color.jpg") {
        return Ok(bad("rotation 0 and default.jpg are served"));
    }
    let Some((x, y, width, height)) = region(&part, whole) else { return Ok(bad("no such region")) };
    let Some((to_width, to_height)) = size(&scale, (width, height)) else { return Ok(bad("no such size")) };
    let cut = Cut { x, y, width, height, to_width, to_height };
    // Drawn out so far that far more would have to be looked at than is seen.
    if tiling.is_some_and(|tiling| tiling.plan(cut).is_none()) {
        return Ok(bad("no such size"));
    }
    let made = tile::part(&page.ctx, &picture, tiling, cut).await?;
    Ok(open("image/jpeg").insert_header((LINK, LEVEL)).body(made))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_and_sizes_stay_inside_the_picture() {
        assert_eq!(region("full", (40, 30)), Some((0, 0, 40, 30)));
        assert_eq!(region("square", (40, 30)), Some((5, 0, 30, 30)));
        assert_eq!(region("10,10,100,5", (40, 30)), Some((10, 10, 30, 5)));
        for wrong in ["", "40,0,1,1", "0,0,0,1", "-1,0,1,1", "1,2,3", "pct:1,1,1,1"] {
            assert_eq!(region(wrong, (40, 30)), None, "{wrong}");
        }
        assert_eq!(size("max", (40, 30)), Some((40, 30)));
        assert_eq!(size("20,", (40, 30)), Some((20, 15)));
        assert_eq!(size(",15", (40, 30)), Some((20, 15)));
        assert_eq!(size("7,9", (40, 30)), Some((7, 9)));
        for wrong in ["full", "41,", "0,0", ",", "^80,", "x"] {
            assert_eq!(size(wrong, (40, 30)), None, "{wrong}");
        }
        // What is larger than is served becomes as large as that.
        assert_eq!(size("max", (5_000, 3_000)), Some((2_048, 1_229)));
        assert_eq!((size("2048,", (5_000, 3_000)), size("2049,", (5_000, 3_000))), (Some((2_048, 1_228)), None));
    }

    #[test]
    fn sizes_say_what_there_is() {
        let old = sizes((2_048, 1_229), None);
        assert_eq!((old["width"].as_u64(), old["maxWidth"].as_u64()), (Some(2_048), Some(2_048)));
        let full = sizes((2_048, 1_229), Some(Tiling { width: 5_000, height: 3_000 }));
        assert_eq!((full["width"].as_u64(), full["height"].as_u64()), (Some(5_000), Some(3_000)));
        assert_eq!((full["maxWidth"].as_u64(), full["maxArea"].as_u64()), (Some(2_048), Some(4_194_304)));
        assert_eq!(full["tiles"], json!([{"width": 512, "scaleFactors": [1, 2, 4, 8, 16]}]));
        let listed = full["sizes"].as_array().unwrap().iter();
        let widths: Vec<u64> = listed.map(|size| size["width"].as_u64().unwrap()).collect();
        assert_eq!(widths, [313, 625, 1_250, 2_048]);
    }
}
