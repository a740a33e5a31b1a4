//! OAI-PMH 2.0: the archive's public records for harvesters, in `oai_dc` and `oai_dcterms`, page by page; what is no longer for everyone
//! is told as deleted. A page holds a fixed number of records, so that a harvest of any size takes the same memory.

use std::fmt::Write;

use actix_web::HttpResponse;

use super::PAGE;
use crate::clock::{Micros, SECOND, to_rfc3339};
use crate::domain::collection;
use crate::domain::item::{self, Facet, Filter, Item, Listed};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::record::{Field, Forms};
use crate::web::page::Page;

/// Records of one answer.
const RECORDS: i64 = PAGE as i64 * 4;
/// What stands before and behind every answer.
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\" \
    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://www.openarchives.org/OAI/2.0/ \
    http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd\">\n";
/// The formats: their prefix, schema and namespace.
const FORMATS: [(&str, &str, &str); 2] = [
    ("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/"),
    ("oai_dcterms", "http://www.dublincore.org/schemas/xmls/qdc/dcterms.xsd", "http://purl.org/dc/terms/"),
];

/// Text as it may stand in XML 1.0.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{9}' | '\u{a}' | '\u{d}' => out.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

fn element(out: &mut String, name: &str, text: &str) {
    out.push_str(&format!("<{name}>{}</{name}>", escaped(text)));
}

/// Seconds are the grain of dates.
fn stamp(at: Micros) -> String {
    let text = to_rfc3339(at - at.rem_euclid(SECOND));
    format!("{}Z", text.trim_end_matches('Z').split('.').next().unwrap_or_default())
}

/// A refusal as the protocol has it: its code and a sentence.
struct Refusal(&'static str, &'static str);

/// What a harvester asks for.
#[derive(Clone)]
struct Asked {
    prefix: String,
    from: Micros,
    until: Micros,
    set: String,
    after: (Micros, PostId),
}

/// `/archive/oai`.
pub async fn answer(page: Page) -> Result<HttpResponse> {
    let verb = page.query("verb").to_owned();
    let mut body = String::from(HEAD);
    element(&mut body, "responseDate", &stamp(page.ctx.now()));
    let address = format!("{}/archive/oai", page.ctx.origin);
    let told = match verb.as_str() {
        "Identify" => Ok(identify(&page, &address).await?),
        "ListMetadataFormats" => formats(&page).await?,
        "ListSets" => sets(&page).await?,
        "GetRecord" => record(&page).await?,
        "ListIdentifiers" | "ListRecords" => records(&page, &verb).await?,
        _ => Err(Refusal("badVerb", "no such verb")),
    };
    match told {
        Ok(told) => {
            let attributes = ["verb", "identifier", "metadataPrefix", "from", "until", "set", "resumptionToken"]
                .into_iter()
                .filter(|name| !page.query(name).is_empty())
                .map(|name| format!(" {name}=\"{}\"", escaped(page.query(name))))
                .collect::<String>();
            body.push_str(&format!("<request{attributes}>{address}</request><{verb}>{told}</{verb}>"));
        }
        Err(Refusal(code, why)) => {
            element(&mut body, "request", &address);
            body.push_str(&format!("<error code=\"{code}\">{}</error>", escaped(why)));
        }
    }
    body.push_str("</OAI-PMH>\n");
    Ok(HttpResponse::Ok().content_type("text/xml; charset=utf-8").body(body))
}

async fn identify(page: &Page, address: &str) -> Result<String> {
    let first =
        page.ctx.glance(|conn| item::harvest(conn, (0, PostId(0)), (0, i64::MAX), &Filter::default(), 1)).await?;
    let earliest = first.first().map_or(page.ctx.now(), |(item, _)| item.created_at.min(item.updated_at));
    let mut out = String::new();
    element(&mut out, "repositoryName", &page.hall.name);
    element(&mut out, "baseURL", address);
    element(&mut out, "protocolVersion", "2.0");
    element(&mut out, "adminEmail", &format!("archive@{}", page.ctx.authority));
    element(&mut out, "earliestDatestamp", &stamp(earliest));
    element(&mut out, "deletedRecord", "persistent");
    element(&mut out, "granularity", "YYYY-MM-DDThh:mm:ssZ");
    Ok(out)
}

async fn formats(page: &Page) -> Result<Result<String, Refusal>> {
    let identifier = page.query("identifier");
    if !identifier.is_empty() && found(page, identifier).await?.is_none() {
        return Ok(Err(Refusal("idDoesNotExist", "no such record")));
    }
    let format = |(prefix, schema, namespace): &(&str, &str, &str)| {
        let mut out = String::from("<metadataFormat>");
        element(&mut out, "metadataPrefix", prefix);
        element(&mut out, "schema", schema);
        element(&mut out, "metadataNamespace", namespace);
        out + "</metadataFormat>"
    };
    Ok(Ok(FORMATS.iter().map(format).collect()))
}

async fn sets(page: &Page) -> Result<Result<String, Refusal>> {
    if !page.query("resumptionToken").is_empty() {
        return Ok(Err(Refusal("badResumptionToken", "the list of sets comes whole")));
    }
    let collections = page.ctx.glance(collection::all).await?;
    let mut out = String::new();
    let mut set = |spec: String, name: &str| {
        out.push_str("<set>");
        element(&mut out, "setSpec", &spec);
        element(&mut out, "setName", name);
        out.push_str("</set>");
    };
    for form in &page.ctx.forms.forms {
        set(format!("form:{}", form.code), form.name.in_language(page.language));
    }
    for one in collections.iter().filter(|one| is_spec(&one.code)) {
        set(format!("collection:{}", one.code), &one.title);
    }
    Ok(Ok(out))
}

/// May this stand in the name of a set?
fn is_spec(code: &str) -> bool {
    !code.is_empty() && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&b))
}

fn identifier(page: &Page, item: &Item) -> String {
    format!("oai:{}:{}", page.ctx.authority.split(':').next().unwrap_or_default(), item.code)
}

/// The item behind an identifier, if it is for everyone or was, with what may be told of it.
async fn found(page: &Page, identifier: &str) -> Result<Option<(Item, Option<Listed>)>> {
    let Some(code) = identifier.strip_prefix("oai:").and_then(|rest| rest.rsplit(':').next()) else { return Ok(None) };
    let code = code.to_owned();
    page.ctx
        .glance(move |conn| {
            let Some(row) = item::by_code(conn, &code)?.filter(|row| row.was_public) else { return Ok(None) };
            match item::show(conn, &crate::domain::audience::Viewer::Anonymous, row.id) {
                Ok(open) => Ok(Some((row, Some(open)))),
                Err(Error::NotFound(_)) => Ok(Some((row, None))),
                Err(error) => Err(error),
            }
        })
        .await
}

async fn record(page: &Page) -> Result<Result<String, Refusal>> {
    let (asked, prefix) = (page.query("identifier"), page.query("metadataPrefix"));
    if asked.is_empty() || prefix.is_empty() {
        return Ok(Err(Refusal("badArgument", "identifier and metadataPrefix are needed")));
    }
    if FORMATS.iter().all(|(known, ..)| *known != prefix) {
        return Ok(Err(Refusal("cannotDisseminateFormat", "no such format")));
    }
    match found(page, asked).await? {
        Some((item, open)) if identifier(page, &item) == asked => {
            Ok(Ok(written(page, &item, open.as_ref(), prefix, true)))
        }
        _ => Ok(Err(Refusal("idDoesNotExist", "no such record"))),
    }
}

/// Reads a day or a moment; the end of a day is its last moment.
fn moment(text: &str, is_end: bool) -> Option<Micros> {
    let text = match (text.len(), is_end) {
        (10, false) => format!("{text}T00:00:00Z"),
        (10, true) => format!("{text}T23:59:59Z"),
        (20, _) => text.to_owned(),
        _ => return None,
    };
    let at = text.parse::<jiff::Timestamp>().ok()?.as_microsecond();
    Some(if is_end { at + SECOND - 1 } else { at })
}

fn asked(page: &Page) -> Result<Asked, Refusal> {
    let token = page.query("resumptionToken");
    if !token.is_empty() {
        let bad = || Refusal("badResumptionToken", "this list doesn't go on there");
        let parts: Vec<&str> = token.split('!').collect();
        let [prefix, from, until, set, at, id] = parts.as_slice() else { return Err(bad()) };
        let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 0).ok_or_else(bad);
        return Ok(Asked {
            prefix: (*prefix).to_owned(),
            from: number(from)?,
            until: number(until)?,
            set: (*set).to_owned(),
            after: (number(at)?, PostId(number(id)?)),
        });
    }
    let (from, until) = (page.query("from"), page.query("until"));
    let bad = |why| Refusal("badArgument", why);
    if page.query("metadataPrefix").is_empty() {
        return Err(bad("metadataPrefix is needed"));
    }
    if !from.is_empty() && !until.is_empty() && from.len() != until.len() {
        return Err(bad("from and until have different grains"));
    }
    let read = |text: &str, is_end, usual| {
        if text.is_empty() { Ok(usual) } else { moment(text, is_end).ok_or(bad("that is no date")) }
    };
    let asked = Asked {
        prefix: page.query("metadataPrefix").to_owned(),
        from: read(from, false, 0)?,
        until: read(until, true, i64::MAX)?,
        set: page.query("set").to_owned(),
        after: (0, PostId(0)),
    };
    if asked.from > asked.until { Err(bad("from is behind until")) } else { Ok(asked) }
}

async fn records(page: &Page, verb: &str) -> Result<Result<String, Refusal>> {
    let asked = match asked(page) {
        Ok(asked) => asked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if FORMATS.iter().all(|(known, ..)| *known != asked.prefix) {
        return Ok(Err(Refusal("cannotDisseminateFormat", "no such format")));
    }
    let facets = match asked.set.split_once(':') {
        _ if asked.set.is_empty() => Vec::new(),
        Some(("form", code)) => vec![(Facet::Form, code.to_owned())],
        Some(("collection", code)) => vec![(Facet::Collection, code.to_owned())],
        _ => return Ok(Err(Refusal("noRecordsMatch", "no such set"))),
    };
    let filter = Filter { facets, ..Filter::default() };
    let (after, span) = (asked.after, (asked.from, asked.until));
    let mut rows = page.ctx.read(move |conn| item::harvest(conn, after, span, &filter, RECORDS + 1)).await?;
    let has_more = rows.len() as i64 > RECORDS;
    rows.truncate(usize::try_from(RECORDS).unwrap_or(usize::MAX));
    let Some((last, _)) = rows.last() else { return Ok(Err(Refusal("noRecordsMatch", "nothing fits"))) };
    let token =
        format!("{}!{}!{}!{}!{}!{}", asked.prefix, asked.from, asked.until, asked.set, last.updated_at, last.id);
    let mut out = String::new();
    for (item, open) in &rows {
        out.push_str(&written(page, item, open.as_ref(), &asked.prefix, verb == "ListRecords"));
    }
    if has_more {
        element(&mut out, "resumptionToken", &token);
    } else if asked.after.0 > 0 {
        out.push_str("<resumptionToken/>");
    }
    Ok(Ok(out))
}

/// A record, or its header alone.
fn written(page: &Page, item: &Item, open: Option<&Listed>, prefix: &str, is_whole: bool) -> String {
    let mut out = String::from(if open.is_some() { "<header>" } else { "<header status=\"deleted\">" });
    element(&mut out, "identifier", &identifier(page, item));
    element(&mut out, "datestamp", &stamp(item.updated_at));
    element(&mut out, "setSpec", &format!("form:{}", item.form));
    out.push_str("</header>");
    if !is_whole {
        return out;
    }
    let metadata = open.map(|open| metadata(&page.ctx.forms, &page.ctx.origin, open, prefix)).unwrap_or_default();
    format!("<record>{out}{metadata}</record>")
}

/// The element of the fifteen that a term is told as.
fn simple(term: &str) -> &str {
    match term {
        "alternative" => "title",
        "spatial" => "coverage",
        "rightsHolder" | "accessRights" | "license" => "rights",
        "provenance" => "description",
        known => known,
    }
}

fn metadata(forms: &Forms, origin: &str, one: &Listed, prefix: &str) -> String {
    let is_simple = prefix == "oai_dc";
    let mut out = String::from("<metadata>");
    out.push_str(if is_simple {
        "<oai_dc:dc xmlns:oai_dc=\"http://www.openarchives.org/OAI/2.0/oai_dc/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xsi:schemaLocation=\"http://www.openarchives.org/OAI/2.0/oai_dc/ \
         http://www.openarchives.org/OAI/2.0/oai_dc.xsd\">"
    } else {
        "<oai_dcterms:dcterms xmlns:oai_dcterms=\"http://www.openarchives.org/OAI/2.0/oai_dcterms/\" \
         xmlns:dcterms=\"http://purl.org/dc/terms/\">"
    });
    let mut tell = |term: &str, text: &str, language: &str| {
        let name = if is_simple { format!("dc:{}", simple(term)) } else { format!("dcterms:{term}") };
        let language = if language.is_empty() { String::new() } else { format!(" xml:lang=\"{}\"", escaped(language)) };
        let _ = write!(out, "<{name}{language}>{}</{name}>", escaped(text));
    };
    let fields = forms.fields(&one.item.form).filter(|field| !field.term.is_empty());
    let term = |field: &Field| field.term.strip_prefix("dcterms:").unwrap_or(&field.term).to_owned();
    for field in fields.filter(|field| field.code != "date") {
        for value in one.record.all(field.code) {
            tell(&term(field), &value.text, &value.lang);
        }
    }
    let (written, read) = (&one.item.date_text, &one.item.date_edtf);
    if !written.is_empty() {
        tell("date", written, "");
    }
    if !read.is_empty() && read != written {
        tell("date", read, "");
    }
    if let Some(form) = forms.form(&one.item.form) {
        tell("type", &form.kind, "");
    }
    tell("identifier", &one.item.ark(), "");
    tell("identifier", &format!("{origin}{}", one.item.path()), "");
    out.push_str(if is_simple { "</oai_dc:dc></metadata>" } else { "</oai_dcterms:dcterms></metadata>" });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_xml_whatever_it_says() {
        assert_eq!(escaped("<a & \"b\">\u{0}\u{1}批"), "&lt;a &amp; &quot;b&quot;&gt;批");
        assert_eq!(stamp(1_500_000), "1970-01-01T00:00:01Z");
        assert_eq!(moment("1970-01-02", true), Some(2 * 86_400 * SECOND - 1));
        assert_eq!(moment("yesterday", false), None);
    }
}
