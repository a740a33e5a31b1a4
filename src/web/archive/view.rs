//! How items, their records and their files are shown.

use serde_json::{Value as Json, json};

use crate::domain::authority::Kind as NamedKind;
use crate::domain::item::{Cover, Facet, File, Listed, Living, Names, State, UNDATED};
use crate::domain::media::Media;
use crate::id::AuthorityId;
use crate::record::{Field, Kind, Record, figures};
use crate::text;
use crate::web::form::Form;
use crate::web::page::Page;

/// Characters of a description in a list.
const EXCERPT_CHARS: usize = 90;

/// An item in a list.
#[derive(Debug, Clone)]
pub struct Card {
    /// Where its page is.
    pub path: String,
    /// Its title.
    pub title: String,
    /// What form it has.
    pub form: String,
    /// Its date as written.
    pub date: String,
    /// Its date as read, if that says more.
    pub edtf: String,
    /// Its place.
    pub place: String,
    /// The beginning of what is said of it.
    pub about: String,
    /// The language of its title.
    pub language: String,
    /// Is it for few?
    pub is_closed: bool,
    /// The number of the picture that stands for it.
    pub face: Option<i64>,
}

impl Card {
    /// The cards of items with their covers, all of which came through the gate.
    pub fn all(page: &Page, items: &[Listed], covers: &[Option<Cover>]) -> Vec<Self> {
        let card = |(one, cover): (&Listed, &Option<Cover>)| Self {
            face: cover.as_ref().map(|cover| cover.media.0),
            ..Self::of(page, one)
        };
        items.iter().zip(covers).map(card).collect()
    }

    /// The card of an item that came through the gate.
    pub fn of(page: &Page, one: &Listed) -> Self {
        let about = page.in_words(one.record.best("description", page.language)).replace('\n', " ");
        Self {
            path: one.item.path(),
            title: title(page, &one.record),
            form: page.ctx.forms.name(&one.item.form, page.language).to_owned(),
            date: page.in_words(one.item.date_text.as_str()),
            edtf: if one.item.date_edtf == one.item.date_text { String::new() } else { one.item.date_edtf.clone() },
            place: page.in_words(one.record.first("place")),
            about: text::excerpt(&about, EXCERPT_CHARS),
            language: one.post.language.clone(),
            is_closed: !one.item.is_public,
            face: None,
        }
    }
}

/// A picture that stands for an item and leads to it.
#[derive(Debug, Clone)]
pub struct Face {
    /// Where the item is.
    pub path: String,
    /// The number of the picture.
    pub media: i64,
    /// Its width in pixels.
    pub width: i64,
    /// Its height in pixels.
    pub height: i64,
    /// What it shows; the item's title if nothing is said.
    pub alt: String,
}

impl Face {
    /// The cover of an item, which came through the gate as well.
    pub fn of(page: &Page, one: &Listed, cover: &Cover) -> Self {
        Self {
            path: one.item.path(),
            media: cover.media.0,
            width: cover.width,
            height: cover.height,
            alt: if cover.words.is_empty() { title(page, &one.record) } else { page.in_words(cover.words.as_str()) },
        }
    }
}

/// The title for this reader.
pub fn title(page: &Page, record: &Record) -> String {
    let title = record.best("title", page.language);
    if title.is_empty() { page.t("archive-untitled").to_owned() } else { page.in_words(title) }
}

/// The message of a facet.
pub fn facet_title(facet: Facet) -> &'static str {
    match facet {
        Facet::Form => "archive-facet-form",
        Facet::Collection => "archive-facet-collection",
        Facet::Place => "archive-facet-place",
        Facet::Hometown => "archive-facet-hometown",
        Facet::Surname => "archive-facet-surname",
        Facet::Dialect => "archive-facet-dialect",
        Facet::Decade => "archive-facet-decade",
        Facet::Language => "archive-facet-language",
        Facet::Rights => "archive-facet-rights",
        Facet::Subject => "archive-facet-subject",
    }
}

/// What a value of a facet is called.
pub fn facet_value(page: &Page, facet: Facet, value: &str) -> String {
    match facet {
        Facet::Form => page.ctx.forms.name(value, page.language).to_owned(),
        Facet::Decade if value == UNDATED => page.t("archive-undated").to_owned(),
        Facet::Decade => page.with("search-decade", "year", value),
        Facet::Rights => {
            let field = page.ctx.forms.common.iter().find(|field| field.code == "rights");
            field.map_or(value, |field| field.shown(value, page.language)).to_owned()
        }
        _ => page.in_words(value),
    }
}

/// The message of a state.
pub fn state_message(state: State) -> &'static str {
    match state {
        State::Offered => "archive-state-offered",
        State::Draft => "archive-state-draft",
        State::Published => "archive-state-published",
        State::Withdrawn => "archive-state-withdrawn",
    }
}

/// The message of what is known of living people in an item.
pub fn living_message(living: Living) -> &'static str {
    match living {
        Living::No => "archive-living-no",
        Living::Yes => "archive-living-yes",
        Living::Agreed => "archive-living-agreed",
    }
}

/// A value as an item's page shows it.
#[derive(Debug, Clone)]
pub struct Said {
    /// What it says.
    pub text: String,
    /// Its language, if it is said.
    pub language: String,
    /// The address that it is.
    pub href: Option<String>,
    /// The person or place that it names, if that has a page.
    pub named: Option<AuthorityId>,
    /// Digits of a sum that was written otherwise, or the role of a person.
    pub aside: String,
}

/// A field with its values.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What the field is called.
    pub label: String,
    /// Is it a text of several paragraphs?
    pub is_text: bool,
    /// Its values.
    pub values: Vec<Said>,
}

/// What a record says, field by field; the title stands above. `names` are those of people and places that have a page.
pub fn facts(page: &Page, form: &str, record: &Record, names: &Names) -> Vec<Fact> {
    let known = page.ctx.forms.fields(form).filter(|field| !matches!(field.code, "title" | "date" | "description"));
    let fact = |field: &Field| {
        let values: Vec<Said> = record.all(field.code).iter().map(|value| said(page, field, value, names)).collect();
        let label = field.name.in_language(page.language).to_owned();
        (!values.is_empty()).then(|| Fact { label, is_text: field.kind == Kind::Text, values })
    };
    known.filter_map(fact).collect()
}

fn said(page: &Page, field: &Field, value: &crate::record::Value, names: &Names) -> Said {
    let (name, role) = match (field.kind, value.text.split_once('|')) {
        (Kind::People, Some((name, role))) => (name.trim().to_owned(), role.trim().to_owned()),
        _ => (value.text.clone(), String::new()),
    };
    let kind = if field.kind == Kind::People { NamedKind::Person } else { NamedKind::Place };
    let is_address = value.text.starts_with("https://") || value.text.starts_with("http://");
    Said {
        text: page.in_words(field.shown(&name, page.language)),
        language: value.lang.clone(),
        href: is_address.then(|| value.text.clone()),
        named: names.of(&value.text, kind),
        aside: if field.kind == Kind::Amount { figures(&value.text).unwrap_or_default() } else { page.in_words(role) },
    }
}

/// A box of a form.
#[derive(Debug, Clone)]
pub struct Box {
    /// The name of its field.
    pub name: String,
    /// The language that it is for; empty for the original's.
    pub language: String,
    /// What that is called.
    pub language_name: String,
    /// What it holds.
    pub value: String,
}

/// A field of a form, as its page shows it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its code.
    pub code: &'static str,
    /// What it is called.
    pub label: String,
    /// One word: `line text lines choice`.
    pub kind: &'static str,
    /// Must it be filled in?
    pub required: bool,
    /// Longest value.
    pub max: usize,
    /// Its boxes: the first, and those of other languages.
    pub boxes: Vec<Box>,
    /// What may be chosen, and what is.
    pub choices: Vec<(String, String, bool)>,
    /// What is wrong.
    pub error: Option<String>,
}

/// The fields of a form with what they hold.
pub fn asked(page: &Page, form: &str, held: &Form) -> Vec<Asked> {
    let field = |field: &Field| {
        let first = Box {
            name: field.code.to_owned(),
            language: String::new(),
            language_name: String::new(),
            value: held.value(field.code).to_owned(),
        };
        let mut boxes = vec![first];
        let offered = page.languages().into_iter().filter(|_| field.many_languages);
        let mut languages: Vec<(String, String)> =
            offered.map(|language| (language.code().to_owned(), language.name().to_owned())).collect();
        // What came in a language that isn't offered here stays to be seen and changed.
        for code in held.endings(&format!("{}@", field.code)) {
            if !languages.iter().any(|(known, _)| known == code) {
                languages.push((code.to_owned(), code.to_owned()));
            }
        }
        boxes.extend(languages.into_iter().map(|(language, language_name)| {
            let name = format!("{}@{language}", field.code);
            Box { value: held.value(&name).to_owned(), name, language, language_name }
        }));
        let is_list = boxes.iter().any(|one| one.value.trim().contains('\n'));
        let choice = |choice: &crate::record::Choice| {
            let name = field.shown(&choice.code, page.language).to_owned();
            (choice.code.clone(), name, held.has(field.code, &choice.code))
        };
        Asked {
            code: field.code,
            label: field.name.in_language(page.language).to_owned(),
            kind: match field.kind {
                Kind::Text => "text",
                Kind::Lines | Kind::People => "lines",
                Kind::Choice => "choice",
                Kind::Line if is_list => "lines",
                Kind::Line | Kind::Number | Kind::Amount => "line",
            },
            required: field.required,
            max: field.chars_max,
            boxes,
            choices: field.choices.iter().map(choice).collect(),
            error: held.error(field.code).map(str::to_owned),
        }
    };
    page.ctx.forms.fields(form).map(field).collect()
}

/// A file as an item's page shows it.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// Its number.
    pub id: i64,
    /// Its place, from 1.
    pub number: usize,
    /// Its name as it came.
    pub name: String,
    /// What it is, in words.
    pub label: String,
    /// Its type.
    pub media_type: String,
    /// How large it is, in thousands of bytes.
    pub kilobytes: i64,
    /// Its SHA-256.
    pub sha256: String,
    /// The picture for reading: its number and size.
    pub picture: Option<(i64, i64, i64)>,
    /// Is the picture being made?
    pub is_preparing: bool,
    /// One word of how it is played: `audio video` or nothing.
    pub plays: &'static str,
    /// Its own protocol.
    pub protocol: String,
}

impl Leaf {
    /// The file at a place, with its picture.
    pub fn of(number: usize, file: &File, picture: Option<&Media>) -> Self {
        let ready = picture.filter(|picture| picture.is_ready());
        Self {
            id: file.id.0,
            number,
            name: file.name.clone(),
            label: file.label.clone(),
            media_type: file.media_type.clone(),
            kilobytes: (file.bytes + 999) / 1_000,
            sha256: file.sha256.clone(),
            picture: ready.map(|picture| (picture.id.0, picture.width, picture.height)),
            is_preparing: picture.is_some_and(|picture| picture.state == crate::domain::media::State::Waiting),
            plays: match file.media_type.split('/').next() {
                Some("audio") => "audio",
                Some("video") => "video",
                _ => "",
            },
            protocol: file.protocol.clone(),
        }
    }

    /// The same in this reader's language, to be read, not to be changed.
    pub fn in_words(self, page: &Page) -> Self {
        Self { name: page.in_words(self.name), label: page.in_words(self.label), ..self }
    }
}

/// How an item is cited.
pub fn citation(page: &Page, one: &Listed) -> String {
    let makers: Vec<&str> =
        one.record.all("creator").iter().map(|value| value.text.split('|').next().unwrap_or_default().trim()).collect();
    let mut parts: Vec<String> = Vec::new();
    if !makers.is_empty() {
        parts.push(makers.join("、"));
    }
    parts.push(format!("《{}》", one.record.first("title")));
    if !one.item.date_text.is_empty() {
        parts.push(one.item.date_text.clone());
    }
    let holder = one.record.first("holder");
    parts.push(if holder.is_empty() { page.hall.name.clone() } else { holder.to_owned() });
    page.in_words(format!("{}. {}. {}{}", parts.join(". "), one.item.ark(), page.ctx.origin, one.item.path()))
}

/// An item as schema.org has it.
pub fn json_ld(origin: &str, one: &Listed, hall: &str, pictures: &[i64]) -> Json {
    let names = |code: &str| {
        let names = one.record.all(code).iter().map(|value| value.text.split('|').next().unwrap_or_default().trim());
        names.map(|name| json!({"@type": "Person", "name": name})).collect::<Vec<Json>>()
    };
    let texts = |code: &str| one.record.all(code).iter().map(|value| value.text.clone()).collect::<Vec<String>>();
    let kind = match one.item.form.as_str() {
        "photograph" => "Photograph",
        "letter" => "Message",
        "newspaper" => "NewsArticle",
        "genealogy" | "school-text" => "Book",
        "oral-history" | "performance" => "AudioObject",
        "recipe" => "Recipe",
        _ => "ArchiveComponent",
    };
    let types = if kind == "ArchiveComponent" { json!(kind) } else { json!([kind, "ArchiveComponent"]) };
    let mut document = json!({
        "@context": "https://schema.org",
        "@type": types,
        "@id": format!("{origin}{}", one.item.path()),
        "url": format!("{origin}{}", one.item.path()),
        "identifier": one.item.ark(),
        "name": one.record.first("title"),
        "alternateName": texts("alternative"),
        "description": one.record.first("description"),
        "creator": names("creator"),
        "contributor": names("contributor"),
        "mentions": names("person"),
        "keywords": texts("subject"),
        "dateCreated": one.item.date_edtf,
        "temporal": one.item.date_text,
        "inLanguage": texts("language"),
        "license": texts("rights"),
        "image": pictures.iter().map(|id| format!("{origin}/media/{id}/display")).collect::<Vec<String>>(),
        "holdingArchive": {"@type": "ArchiveOrganization", "name": hall, "url": format!("{origin}/archive")},
    });
    if !one.record.first("place").is_empty() {
        let mut place = json!({"@type": "Place", "name": one.record.first("place")});
        let degree = |code: &str| one.record.first(code).parse::<f64>().ok();
        if let (Some(latitude), Some(longitude), Json::Object(map)) =
            (degree("latitude"), degree("longitude"), &mut place)
        {
            map.insert("latitude".to_owned(), json!(latitude));
            map.insert("longitude".to_owned(), json!(longitude));
        }
        if let Json::Object(map) = &mut document {
            map.insert("spatialCoverage".to_owned(), place);
        }
    }
    if let Json::Object(map) = &mut document {
        map.retain(|_, value| !(value.as_str() == Some("") || value.as_array().is_some_and(Vec::is_empty)));
    }
    document
}
