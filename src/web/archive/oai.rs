//! OAI-PMH 2.0: the archive's public records for harvesters, in `oai_dc` and `oai_dcterms`, page by page; what is no longer for everyone
//! is told as deleted. A page holds a fixed number of records, so that a harvest of any size takes the same memory.
//!
//! Sets are the record forms and the collections of the arrangement. A resumption token says all that is needed to go on, so that nothing is
//! kept for a harvester, and one never runs out.

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};

use super::PAGE;
use super::dublin::{self, element, escaped};
use crate::clock::{Micros, SECOND, to_rfc3339};
use crate::domain::collection::Collection;
use crate::domain::item::{self, Item, Listed, Set};
use crate::error::{Error, Result};
use crate::id::{CollectionId, PostId};
use crate::web::error;
use crate::web::page::Page;

/// Records of one answer.
const RECORDS: i64 = PAGE as i64 * 4;
/// Largest question by POST, in bytes.
const QUESTION_BYTES_MAX: usize = 8 * 1_024;
/// Arguments of one question that are looked at; every verb takes fewer.
const ARGUMENTS_MAX: usize = 20;
/// What stands before every answer.
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\" \
    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://www.openarchives.org/OAI/2.0/ \
    http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd\">\n";
/// What every record is told in.
const SIMPLE: &str = "oai_dc";
/// The same with more terms.
const QUALIFIED: &str = "oai_dcterms";

/// A refusal as the protocol has it (section 3.6): its code and a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Refusal(&'static str, &'static str);

/// What is asked (section 3.1.1): a verb with its arguments, each once.
#[derive(Debug, Clone)]
struct Question {
    verb: &'static str,
    arguments: Vec<(String, String)>,
}

/// The verbs, with the arguments that each takes (section 4).
const VERBS: [(&str, &[&str]); 6] = [
    ("Identify", &[]),
    ("ListMetadataFormats", &["identifier"]),
    ("ListSets", &["resumptionToken"]),
    ("GetRecord", &["identifier", "metadataPrefix"]),
    ("ListIdentifiers", &["metadataPrefix", "from", "until", "set", "resumptionToken"]),
    ("ListRecords", &["metadataPrefix", "from", "until", "set", "resumptionToken"]),
];

impl Question {
    /// Reads a question as it stands in an address or in a form.
    fn read(encoded: &[u8]) -> Result<Self, Refusal> {
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(encoded).into_owned().take(ARGUMENTS_MAX).collect();
        let mut verbs = pairs.iter().filter(|(name, _)| name == "verb").map(|(_, value)| value.as_str());
        let asked = match (verbs.next(), verbs.next()) {
            (Some(asked), None) => asked,
            (None, _) => return Err(Refusal("badVerb", "there is no verb")),
            (Some(_), Some(_)) => return Err(Refusal("badVerb", "there are two verbs")),
        };
        let known = VERBS.iter().find(|(verb, _)| *verb == asked);
        let (verb, taken) = known.ok_or(Refusal("badVerb", "no such verb"))?;
        let mut arguments: Vec<(String, String)> = Vec::new();
        for (name, value) in pairs.into_iter().filter(|(name, _)| name != "verb") {
            if !taken.contains(&name.as_str()) {
                return Err(Refusal("badArgument", "the verb doesn't take one of these arguments"));
            }
            if arguments.iter().any(|(known, _)| *known == name) {
                return Err(Refusal("badArgument", "an argument is there twice"));
            }
            arguments.push((name, value));
        }
        let question = Self { verb, arguments };
        if question.has("resumptionToken") && question.arguments.len() > 1 {
            return Err(Refusal("badArgument", "a resumption token stands alone"));
        }
        Ok(question)
    }

    fn has(&self, name: &str) -> bool {
        self.arguments.iter().any(|(known, _)| known == name)
    }

    /// The value of an argument; empty if it isn't there.
    fn text(&self, name: &str) -> &str {
        self.arguments.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }
}

/// Where a list goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    prefix: String,
    from: Micros,
    until: Micros,
    set: String,
    after: (Micros, PostId),
    /// Records that were told before.
    cursor: i64,
    /// Records of the whole list when it was begun.
    size: i64,
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { prefix, from, until, set, after: (at, id), cursor, size } = self;
        // The set stands last: its name may hold any of these signs.
        write!(f, "{prefix}!{from}!{until}!{at}!{id}!{cursor}!{size}!{set}")
    }
}

impl Token {
    fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(8, '!').collect();
        let [prefix, from, until, at, id, cursor, size, set] = parts.as_slice() else { return None };
        let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 0);
        let prefix = [SIMPLE, QUALIFIED].into_iter().find(|known| known == prefix)?.to_owned();
        Some(Self {
            prefix,
            from: number(from)?,
            until: number(until)?,
            set: (*set).to_owned(),
            after: (number(at)?, PostId(number(id)?)),
            cursor: number(cursor)?,
            size: number(size)?,
        })
    }

    /// What a first question for a list asks for (section 4.3 and 4.5).
    fn begin(question: &Question) -> Result<Self, Refusal> {
        let bad = |why| Refusal("badArgument", why);
        let (from, until) = (question.text("from"), question.text("until"));
        if !question.has("metadataPrefix") {
            return Err(bad("metadataPrefix is needed"));
        }
        if question.has("from") && question.has("until") && from.len() != until.len() {
            return Err(bad("from and until have different grains"));
        }
        if question.has("set") && !is_spec(question.text("set")) {
            return Err(bad("that can't be the name of a set"));
        }
        let read = |name: &str, is_end, usual| match question.has(name) {
            true => moment(question.text(name), is_end).ok_or(bad("that is no date of a grain that is known here")),
            false => Ok(usual),
        };
        let (from, until) = (read("from", false, 0)?, read("until", true, i64::MAX)?);
        if from > until {
            return Err(bad("from is behind until"));
        }
        let prefix = question.text("metadataPrefix");
        if ![SIMPLE, QUALIFIED].contains(&prefix) {
            return Err(Refusal("cannotDisseminateFormat", "no such format"));
        }
        let set = question.text("set").to_owned();
        Ok(Self { prefix: prefix.to_owned(), from, until, set, after: (0, PostId(0)), cursor: 0, size: 0 })
    }
}

/// Seconds are the grain of dates.
fn stamp(at: Micros) -> String {
    let text = to_rfc3339(at - at.rem_euclid(SECOND));
    format!("{}Z", text.trim_end_matches('Z').split('.').next().unwrap_or_default())
}

/// Reads a day or a moment (section 3.3.1); the end of a day is its last moment.
fn moment(text: &str, is_end: bool) -> Option<Micros> {
    let whole = match (text.len(), is_end) {
        (10, false) => format!("{text}T00:00:00Z"),
        (10, true) => format!("{text}T23:59:59Z"),
        (20, _) => text.to_owned(),
        _ => return None,
    };
    let at = whole.parse::<jiff::Timestamp>().ok()?.as_microsecond();
    let is_exact = stamp(at) == whole;
    is_exact.then_some(if is_end { at + SECOND - 1 } else { at })
}

/// May this be the name of a set (the schema's `setSpecType`)?
fn is_spec(text: &str) -> bool {
    let is_sign = |b: u8| b.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&b);
    text.split(':').all(|part| !part.is_empty() && part.bytes().all(is_sign))
}

/// `/archive/oai`: by GET, or by POST as a form (section 3.1.1.2). It changes nothing, so that a form needn't be one of ours.
///
/// Errors: `Unavailable` if the database is away.
pub async fn answer(page: Page, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse> {
    let encoded = if request.method() == Method::POST {
        let body = payload.to_bytes_limited(QUESTION_BYTES_MAX);
        match tokio::time::timeout(page.ctx.config.limits.request_timeout(), body).await {
            Ok(Ok(Ok(body))) => body.to_vec(),
            Ok(Ok(Err(_))) => return Ok(error::of_status(&page, StatusCode::BAD_REQUEST)),
            Ok(Err(_)) => return Ok(error::of_status(&page, StatusCode::PAYLOAD_TOO_LARGE)),
            Err(_) => return Ok(error::of_status(&page, StatusCode::REQUEST_TIMEOUT)),
        }
    } else {
        request.query_string().as_bytes().to_vec()
    };
    let address = format!("{}/archive/oai", page.ctx.origin);
    let mut body = String::from(HEAD);
    element(&mut body, "responseDate", &stamp(page.ctx.now()));
    let question = Question::read(&encoded);
    let told = match &question {
        Ok(question) => tell(&page, &address, question).await?,
        Err(refusal) => Err(*refusal),
    };
    // What couldn't be read isn't repeated (section 3.2).
    let is_read = !matches!(told, Err(Refusal("badVerb" | "badArgument", _)));
    let repeated = |question: &Question| {
        let named = question.arguments.iter().map(|(name, value)| format!(" {name}=\"{}\"", escaped(value)));
        format!(" verb=\"{}\"{}", question.verb, named.collect::<String>())
    };
    let attributes = question.as_ref().ok().filter(|_| is_read).map(repeated).unwrap_or_default();
    body.push_str(&format!("<request{attributes}>{}</request>", escaped(&address)));
    match (told, question) {
        (Ok(told), Ok(Question { verb, .. })) => body.push_str(&format!("<{verb}>{told}</{verb}>")),
        (Err(Refusal(code, why)), _) | (_, Err(Refusal(code, why))) => {
            body.push_str(&format!("<error code=\"{code}\">{}</error>", escaped(why)));
        }
    }
    body.push_str("</OAI-PMH>\n");
    Ok(HttpResponse::Ok().content_type("text/xml; charset=utf-8").body(body))
}

async fn tell(page: &Page, address: &str, question: &Question) -> Result<Result<String, Refusal>> {
    match question.verb {
        "Identify" => Ok(Ok(identify(page, address).await?)),
        "ListMetadataFormats" => formats(page, question).await,
        "ListSets" => sets(page, question).await,
        "GetRecord" => record(page, question).await,
        _ => records(page, question).await,
    }
}

/// The name of the archive in identifiers: its host.
fn namespace(page: &Page) -> &str {
    page.ctx.authority.split(':').next().unwrap_or_default()
}

fn identifier(page: &Page, item: &Item) -> String {
    format!("oai:{}:{}", namespace(page), item.code)
}

/// Where those who keep the archive are written to: the address that the hall's mail comes from, else the archive's own. The protocol's
/// schema wants a dot in the name of the host.
fn admin(page: &Page) -> String {
    let (from, host) = (page.ctx.config.mail.from.trim(), namespace(page));
    let bare = from.split_once('<').map_or(from, |(_, rest)| rest.trim_end_matches('>')).trim();
    match (bare.is_empty(), host.contains('.')) {
        (false, _) => bare.to_owned(),
        (true, true) => format!("archive@{host}"),
        (true, false) => format!("archive@{host}.localdomain"),
    }
}

async fn identify(page: &Page, address: &str) -> Result<String> {
    let first = page.ctx.glance(|conn| item::harvest(conn, (0, PostId(0)), (0, i64::MAX), &Set::All, 1)).await?;
    let earliest = first.first().map_or(page.ctx.now(), |(item, _)| item.updated_at);
    let mut out = String::new();
    element(&mut out, "repositoryName", &page.hall.name);
    element(&mut out, "baseURL", address);
    element(&mut out, "protocolVersion", "2.0");
    element(&mut out, "adminEmail", &admin(page));
    element(&mut out, "earliestDatestamp", &stamp(earliest));
    element(&mut out, "deletedRecord", "persistent");
    element(&mut out, "granularity", "YYYY-MM-DDThh:mm:ssZ");
    element(&mut out, "compression", "gzip");
    Ok(out)
}

async fn formats(page: &Page, question: &Question) -> Result<Result<String, Refusal>> {
    if question.has("identifier") && found(page, question.text("identifier")).await?.is_none() {
        return Ok(Err(Refusal("idDoesNotExist", "no such record")));
    }
    let mut out = String::new();
    let own = format!("{}/archive/oai_dcterms.xsd", page.ctx.origin);
    for (prefix, schema, namespace) in [
        (SIMPLE, "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", dublin::SIMPLE_NAMESPACE),
        (QUALIFIED, own.as_str(), dublin::QUALIFIED_NAMESPACE),
    ] {
        out.push_str("<metadataFormat>");
        element(&mut out, "metadataPrefix", prefix);
        element(&mut out, "schema", schema);
        element(&mut out, "metadataNamespace", namespace);
        out.push_str("</metadataFormat>");
    }
    Ok(Ok(out))
}

/// `/archive/oai_dcterms.xsd`: what a record in `oai_dcterms` is made of.
pub async fn schema() -> HttpResponse {
    HttpResponse::Ok().content_type("text/xml; charset=utf-8").body(dublin::SCHEMA)
}

/// The names of the collections as sets; one whose code can't stand in such a name is no set.
fn collection_spec(one: &Collection) -> Option<String> {
    let spec = format!("collection:{}", one.code);
    (!one.code.contains(':') && is_spec(&spec)).then_some(spec)
}

async fn sets(page: &Page, question: &Question) -> Result<Result<String, Refusal>> {
    if question.has("resumptionToken") {
        return Ok(Err(Refusal("badResumptionToken", "the list of sets comes whole")));
    }
    let collections = page.ctx.read(item::harvest_collections).await?;
    let mut out = String::new();
    let mut set = |spec: &str, name: &str| {
        out.push_str("<set>");
        element(&mut out, "setSpec", spec);
        element(&mut out, "setName", name);
        out.push_str("</set>");
    };
    set("form", page.t("archive-facet-form"));
    for form in &page.ctx.forms.forms {
        set(&format!("form:{}", form.code), form.name.in_language(page.language));
    }
    set("collection", page.t("archive-facet-collection"));
    for one in &collections {
        if let Some(spec) = collection_spec(one) {
            set(&spec, &one.title);
        }
    }
    Ok(Ok(out))
}

/// What a set narrows a harvest to; `None` if there is no such set.
fn narrowed(page: &Page, collections: &[Collection], spec: &str) -> Option<Set> {
    match spec.split_once(':') {
        None if spec.is_empty() || spec == "form" => Some(Set::All),
        None if spec == "collection" => Some(Set::Collected),
        Some(("form", code)) => page.ctx.forms.form(code).map(|form| Set::Form(form.code.clone())),
        Some(("collection", _)) => {
            let top = collections.iter().find(|one| collection_spec(one).as_deref() == Some(spec))?;
            let is_within = |one: &&Collection| around(collections, one.id).any(|above| above.id == top.id);
            Some(Set::Within(collections.iter().filter(is_within).map(|one| one.id).collect()))
        }
        _ => None,
    }
}

/// A collection and those that it stands in.
fn around(collections: &[Collection], id: CollectionId) -> impl Iterator<Item = &Collection> {
    let find = move |id: CollectionId| collections.iter().find(|one| one.id == id);
    std::iter::successors(find(id), move |one| one.parent_id.and_then(find)).take(crate::domain::collection::DEPTH_MAX)
}

/// The item behind an identifier, if it is for everyone or was, with what may be told of it.
async fn found(page: &Page, asked: &str) -> Result<Option<(Item, Option<Listed>)>> {
    let Some(code) = asked.strip_prefix("oai:").and_then(|rest| rest.rsplit(':').next()) else { return Ok(None) };
    let code = code.to_owned();
    let found = page
        .ctx
        .glance(move |conn| {
            let Some(row) = item::by_code(conn, &code)?.filter(|row| row.was_public) else { return Ok(None) };
            match item::show(conn, &crate::domain::audience::Viewer::Anonymous, row.id) {
                Ok(open) => Ok(Some((row, Some(open)))),
                Err(Error::NotFound(_)) => Ok(Some((row, None))),
                Err(error) => Err(error),
            }
        })
        .await?;
    Ok(found.filter(|(item, _)| identifier(page, item) == asked))
}

async fn record(page: &Page, question: &Question) -> Result<Result<String, Refusal>> {
    if !question.has("identifier") || !question.has("metadataPrefix") {
        return Ok(Err(Refusal("badArgument", "identifier and metadataPrefix are needed")));
    }
    let Some((item, open)) = found(page, question.text("identifier")).await? else {
        return Ok(Err(Refusal("idDoesNotExist", "no such record")));
    };
    let prefix = question.text("metadataPrefix");
    if ![SIMPLE, QUALIFIED].contains(&prefix) {
        return Ok(Err(Refusal("cannotDisseminateFormat", "no such format")));
    }
    let collections = page.ctx.glance(item::harvest_collections).await?;
    let header = header(page, &collections, &item, open.is_some());
    Ok(Ok(whole(page, &header, open.as_ref(), prefix)))
}

async fn records(page: &Page, question: &Question) -> Result<Result<String, Refusal>> {
    let asked = match question.has("resumptionToken") {
        true => Token::parse(question.text("resumptionToken"))
            .ok_or(Refusal("badResumptionToken", "this list doesn't go on there")),
        false => Token::begin(question),
    };
    let asked = match asked {
        Ok(asked) => asked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let collections = page.ctx.read(item::harvest_collections).await?;
    let Some(set) = narrowed(page, &collections, &asked.set) else {
        return Ok(Err(Refusal("noRecordsMatch", "no such set")));
    };
    let (after, span, is_first) = (asked.after, (asked.from, asked.until), asked.after.0 == 0);
    let (mut rows, size) = page
        .ctx
        .read(move |conn| {
            let rows = item::harvest(conn, after, span, &set, RECORDS + 1)?;
            // It is counted once for each list.
            let is_long = is_first && rows.len() as i64 > RECORDS;
            Ok((rows, if is_long { Some(item::harvest_size(conn, span, &set)?) } else { None }))
        })
        .await?;
    let has_more = rows.len() as i64 > RECORDS;
    rows.truncate(usize::try_from(RECORDS).unwrap_or(usize::MAX));
    let Some(last) = rows.last().map(|(last, _)| (last.updated_at, last.id)) else {
        return Ok(Err(Refusal("noRecordsMatch", "nothing fits")));
    };
    let mut out = String::new();
    for (item, open) in &rows {
        let header = header(page, &collections, item, open.is_some());
        out.push_str(&match question.verb {
            "ListRecords" => whole(page, &header, open.as_ref(), &asked.prefix),
            _ => header,
        });
    }
    let (cursor, size) = (asked.cursor, size.unwrap_or(asked.size));
    let next = Token { after: last, cursor: cursor.saturating_add(rows.len() as i64), size, ..asked };
    if has_more || !is_first {
        // The last part of a list has an empty token (section 3.5).
        let next = if has_more { escaped(&next.to_string()) } else { String::new() };
        out.push_str(&format!(
            "<resumptionToken completeListSize=\"{size}\" cursor=\"{cursor}\">{next}</resumptionToken>"
        ));
    }
    Ok(Ok(out))
}

/// The header of a record (section 2.5), with the sets that it is in.
fn header(page: &Page, collections: &[Collection], item: &Item, is_open: bool) -> String {
    let mut out = String::from(if is_open { "<header>" } else { "<header status=\"deleted\">" });
    element(&mut out, "identifier", &identifier(page, item));
    element(&mut out, "datestamp", &stamp(item.updated_at));
    element(&mut out, "setSpec", &format!("form:{}", item.form));
    if let Some(id) = item.collection_id {
        for spec in around(collections, id).filter_map(collection_spec) {
            element(&mut out, "setSpec", &spec);
        }
    }
    out + "</header>"
}

/// A record with what is said of the item; a deleted one has its header alone.
fn whole(page: &Page, header: &str, open: Option<&Listed>, prefix: &str) -> String {
    let told = open.map(|open| match prefix {
        SIMPLE => dublin::simple(&page.ctx.forms, &page.ctx.origin, open),
        _ => dublin::qualified(&page.ctx.forms, &page.ctx.origin, open),
    });
    let metadata = told.map(|told| format!("<metadata>{told}</metadata>")).unwrap_or_default();
    format!("<record>{header}{metadata}</record>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_two_grains() {
        assert_eq!(stamp(1_500_000), "1970-01-01T00:00:01Z");
        assert_eq!(moment("1970-01-02", false), Some(86_400 * SECOND));
        assert_eq!(moment("1970-01-02", true), Some(2 * 86_400 * SECOND - 1));
        assert_eq!(moment("1970-01-01T00:00:01Z", false), Some(SECOND));
        for wrong in ["yesterday", "1970-1-2", "1970-01-32", "1970-01-01T00:00Z", "1970-01-01 00:00:01Z", "1970"] {
            assert_eq!(moment(wrong, false), None, "{wrong}");
        }
    }

    #[test]
    fn questions_are_read_strictly() {
        let code = |text: &str| Question::read(text.as_bytes()).map(|_| ()).map_err(|refusal| refusal.0);
        assert_eq!(code("verb=Identify"), Ok(()));
        assert_eq!(code("verb=ListRecords&metadataPrefix=oai_dc&set=form%3Aletter"), Ok(()));
        for wrong in ["", "verb=", "verb=identify", "verb=Identify&verb=Identify", "metadataPrefix=oai_dc"] {
            assert_eq!(code(wrong), Err("badVerb"), "{wrong}");
        }
        for wrong in [
            "verb=Identify&set=x",
            "verb=GetRecord&identifier=a&identifier=a",
            "verb=ListSets&until=1970-01-01",
            "verb=ListRecords&resumptionToken=x&metadataPrefix=oai_dc",
        ] {
            assert_eq!(code(wrong), Err("badArgument"), "{wrong}");
        }
    }

    #[test]
    fn a_token_is_written_and_read_the_same() {
        let token = Token {
            prefix: SIMPLE.to_owned(),
            from: 0,
            until: i64::MAX,
            set: "collection:a!b".to_owned(),
            after: (5, PostId(7)),
            cursor: 96,
            size: 200,
        };
        assert_eq!(Token::parse(&token.to_string()), Some(token));
        for wrong in ["", "x", "marc!0!0!0!0!0!0!", "oai_dc!0!0!0!0!0!-1!", "oai_dc!a!0!0!0!0!0!"] {
            assert_eq!(Token::parse(wrong), None, "{wrong}");
        }
    }
}
