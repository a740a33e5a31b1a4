//! Rows of a sheet: their columns by whatever name a program gave them, and each row in its own encoding, since sheets that went
//! through many hands have rows of UTF-8, GB18030 and Big5 side by side.

use encoding_rs::{BIG5, GB18030};

use crate::record::{Field, Forms};

/// Names of columns beside those of our own fields and terms: of Omeka S, of Mukurtu, and of people. A word with `=` is one of [`Column::way`].
const OTHER_NAMES: [(&str, &str); 79] = [
    ("dc:title", "title"),
    ("dc:creator", "creator"),
    ("dc:contributor", "contributor"),
    ("dc:description", "description"),
    ("dc:subject", "subject"),
    ("dc:date", "date"),
    ("dc:coverage", "place"),
    ("dc:language", "language"),
    ("dc:rights", "rights"),
    ("dc:source", "source"),
    ("dc:identifier", "identifier"),
    ("dcterms:created", "date"),
    ("dcterms:abstract", "description"),
    ("dcterms:license", "rights"),
    ("license", "rights"),
    ("licence", "rights"),
    ("dcterms:publisher", "=publisher"),
    ("dc:publisher", "=publisher"),
    ("publisher", "=publisher"),
    ("dcterms:issued", "=first:date"),
    ("dcterms:temporal", "=first:date"),
    ("dcterms:ispartof", "=first:source"),
    ("dcterms:bibliographiccitation", "=first:source"),
    ("dcterms:medium", "=first:material"),
    ("dcterms:format", "=first:material"),
    ("dc:format", "=first:material"),
    ("format", "=first:material"),
    ("dcterms:extent", "=first:dimensions"),
    ("dcterms:tableofcontents", "=note"),
    ("dcterms:type", "=type"),
    ("dc:type", "=type"),
    ("type", "=type"),
    ("o:resource_class", "=class"),
    ("resource class", "=class"),
    ("o:resource_template", "=class"),
    ("resource template", "=class"),
    ("o:item_set", "collection"),
    ("item set", "collection"),
    ("item sets", "collection"),
    ("collections", "collection"),
    ("o:is_public", "is_public"),
    ("is public", "is_public"),
    ("visibility", "is_public"),
    ("o:id", "key"),
    ("guid", "=guid"),
    ("o:media/file", "file"),
    ("o:media/url", "=media"),
    ("o:media/o:source", "=media"),
    ("media url", "=media"),
    ("media", "file"),
    ("media assets", "file"),
    ("files", "file"),
    ("filename", "file"),
    ("transcript", "transcription"),
    ("cultural narrative", "description"),
    ("keywords", "subject"),
    ("date description", "date"),
    ("original date", "date"),
    ("original date description", "date"),
    ("location description", "place"),
    ("coverage", "=coverage"),
    ("people", "person"),
    ("category", "subject"),
    ("rights statements", "rights"),
    ("rights and usage", "rights"),
    ("licensing options", "rights"),
    ("licensing option", "rights"),
    ("cultural protocols", "protocol"),
    ("cultural protocol", "protocol"),
    ("protocols", "protocol"),
    ("sharing setting", "sharing"),
    ("sharing settings", "sharing"),
    ("item sharing settings", "sharing"),
    ("communities", "collection"),
    ("community", "collection"),
    ("legacy identifier", "key"),
    ("traditional knowledge", "=note"),
    ("related content", "=note"),
    ("external links", "=note"),
];
/// Columns of an item besides its record.
const OWN: [&str; 17] = [
    "form",
    "collection",
    "protocol",
    "sharing",
    "is_public",
    "embargo",
    "living",
    "asks_first",
    "labels",
    "date_edtf",
    "file",
    "key",
    "state",
    "closed_files",
    "links",
    "import_key",
    "transcription",
];
/// What makes a cell a formula in spreadsheets.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// What stands between the cells of sheets.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// What a column holds: the code of a field with a language, or a word of [`OWN`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// The code of a field, or a word.
    pub code: String,
    /// The language, for a field that may be said in several.
    pub language: String,
    /// What it is called in the sheet.
    pub name: String,
}

/// A way in which a cell is taken that has no field of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way<'a> {
    /// A type, which says the form.
    Type,
    /// A template or class, which may say the form, and says nothing else.
    Class,
    /// Somebody who takes part as the publisher.
    Publisher,
    /// The value of this field, if the form has it and nothing else says it.
    First(&'a str),
    /// A key, if there is no other.
    Guid,
    /// A file elsewhere, which isn't fetched.
    Media,
    /// A place, or a point of the map.
    Coverage,
    /// A text that goes into the description.
    Note,
}

impl Column {
    /// The column of a field.
    pub fn of(code: &str) -> Self {
        Self { code: code.to_owned(), ..Self::default() }
    }

    /// How its cells are taken, if it has no field of its own.
    pub fn way(&self) -> Option<Way<'_>> {
        let word = self.code.strip_prefix('=')?;
        Some(match word {
            "type" => Way::Type,
            "class" => Way::Class,
            "publisher" => Way::Publisher,
            "guid" => Way::Guid,
            "media" => Way::Media,
            "coverage" => Way::Coverage,
            _ => word.strip_prefix("first:").map_or(Way::Note, Way::First),
        })
    }

    /// What is to be known of how its cells are taken.
    pub fn told(&self) -> Option<String> {
        let name = &self.name;
        Some(match self.way()? {
            Way::Type | Way::Class => format!("the column {name:?} is taken for the form, as far as there is one"),
            Way::Publisher => format!("the column {name:?} is taken for others who took part, as publisher"),
            Way::First(code) => {
                format!(
                    "the column {name:?} is taken for {code:?}; where that is said already, it goes into the description"
                )
            }
            Way::Guid => format!("the column {name:?} is taken for the key, or for one of the other numbers"),
            Way::Media => format!("the files of the column {name:?} are not fetched; it goes into the description"),
            Way::Coverage => format!("the column {name:?} is taken for the place today"),
            Way::Note => format!("the column {name:?} has no field of its own and goes into the description"),
        })
    }
}

/// The columns of a sheet; `None` for what isn't known.
pub fn columns(forms: &Forms, head: &[String]) -> Vec<Option<Column>> {
    head.iter().map(|name| column(forms, name)).collect()
}

fn column(forms: &Forms, name: &str) -> Option<Column> {
    let shown = name.trim().trim_start_matches('\u{feff}').trim().to_owned();
    let name = shown.to_lowercase();
    let (name, language) = match name.split_once('@') {
        Some((name, language)) => (name.trim().to_owned(), crate::lang::tag(language)?),
        None => (name, String::new()),
    };
    let every = || forms.common.iter().chain(forms.forms.iter().flat_map(|form| form.fields.iter()));
    let is_named = |field: &&Field| {
        use crate::lang::Language;
        let names = Language::ALL.iter().map(|language| field.name.in_language(*language).to_lowercase());
        names.into_iter().any(|one| one == name)
    };
    let code = if OWN.contains(&name.as_str()) {
        name.clone()
    } else if let Some(field) = every().find(|field| field.code == name) {
        field.code.to_owned()
    } else if let Some((_, code)) = OTHER_NAMES.iter().find(|(other, _)| *other == name) {
        (*code).to_owned()
    } else if let Some(field) = every().find(|field| field.term.to_lowercase() == name) {
        field.code.to_owned()
    } else if let Some(field) = every().find(is_named) {
        field.code.to_owned()
    } else if name.starts_with("dcterms:") || name.starts_with("dc:") {
        "=note".to_owned()
    } else {
        return None;
    };
    Some(Column { code, language, name: shown })
}

/// What stands between the cells of a sheet, by its first line.
pub fn delimiter(start: &[u8]) -> u8 {
    let (mut counts, mut is_quoted) = ([0_usize; DELIMITERS.len()], false);
    for byte in start {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => break,
            _ if is_quoted => {}
            _ => {
                for (_, count) in DELIMITERS.iter().zip(&mut counts).filter(|(one, _)| *one == byte) {
                    *count += 1;
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    DELIMITERS.iter().zip(counts).find(|(_, count)| *count == most).map_or(b',', |(one, _)| *one)
}

/// A cell that no spreadsheet takes for a formula: it gets an apostrophe before it.
pub fn guarded(cell: &str) -> String {
    if cell.trim_start_matches('\'').starts_with(FORMULA) { format!("'{cell}") } else { cell.to_owned() }
}

/// A cell as it was before it was guarded.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(FORMULA) => rest,
        _ => cell,
    }
}

/// The cells of a row in the encoding that the row is in.
///
/// Errors: a sentence, if it is in none that is known.
pub fn decoded(cells: &[&[u8]]) -> Result<Vec<String>, &'static str> {
    let utf8: Option<Vec<String>> =
        cells.iter().map(|cell| std::str::from_utf8(cell).ok().map(str::to_owned)).collect();
    if let Some(cells) = utf8 {
        return Ok(cells);
    }
    let whole: Vec<u8> = cells.concat();
    let encodings = if is_big5(&whole) { [BIG5, GB18030] } else { [GB18030, BIG5] };
    for encoding in encodings {
        let read = |cell: &[u8]| {
            let text = encoding.decode_without_bom_handling_and_without_replacement(cell)?;
            Some(text.into_owned())
        };
        let cells: Option<Vec<String>> = cells.iter().map(|cell| read(cell)).collect();
        if let Some(cells) = cells {
            return Ok(cells);
        }
    }
    Err("the row is neither UTF-8 nor GB18030 nor Big5")
}

/// Is this rather Big5 than GB18030? Common words of GB18030 have both bytes above A0 and begin with B0 or more; in Big5 many have a
/// second byte below, and the most common begin with A4 to AF.
fn is_big5(bytes: &[u8]) -> bool {
    let (mut big5, mut gb, mut at) = (0_usize, 0_usize, 0_usize);
    while let Some(lead) = bytes.get(at) {
        if *lead < 0x80 {
            at += 1;
            continue;
        }
        match bytes.get(at + 1) {
            Some(0x40..=0x7e) => big5 += 1,
            Some(0xa1..=0xfe) if (0xa4..=0xaf).contains(lead) => big5 += 1,
            Some(0xa1..=0xfe) if (0xb0..=0xd7).contains(lead) => gb += 1,
            Some(0x80..=0xa0 | 0x30..=0x39) => gb += 2,
            _ => {}
        }
        at += 2;
    }
    big5 * 3 > gb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_read_in_its_own_encoding() {
        for text in ["陳家僑批，光緒十三年", "家書", "饒平縣隆都前溝鄉", "香港中華會館"] {
            let (big5, _, _) = BIG5.encode(text);
            assert_eq!(decoded(&[&big5]).unwrap(), [text], "Big5");
            assert_eq!(decoded(&[text.as_bytes()]).unwrap(), [text], "UTF-8");
        }
        for text in ["陈家侨批，民国廿六年", "家书", "饶平县隆都前沟乡", "会馆理事会议记录"]
        {
            let (gb, _, _) = GB18030.encode(text);
            assert_eq!(decoded(&[&gb]).unwrap(), [text], "GB18030");
        }
        assert!(decoded(&[b"\xff\xff\xff"]).is_err());
    }

    #[test]
    fn columns_are_known_by_the_names_of_other_programs() {
        let forms = Forms::load(std::path::Path::new("/nonexistent")).unwrap();
        let names =
            ["dcterms:title", "Title", "题名", "Media Assets", "dcterms:title@en", "Colour", "o:item_set", "amount"];
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let codes: Vec<String> = columns(&forms, &names)
            .into_iter()
            .map(|column| column.map(|one| format!("{}@{}", one.code, one.language)).unwrap_or_default())
            .collect();
        assert_eq!(codes, ["title@", "title@", "title@", "file@", "title@en", "", "collection@", "amount@"]);
    }

    #[test]
    fn what_stands_between_cells_is_seen_in_the_first_line() {
        for (head, byte) in [
            ("dcterms:title,dcterms:date\n;;;;", b','),
            ("dcterms:title;\"a,b,c\";date", b';'),
            ("title\tdate\tform\n", b'\t'),
            ("title", b','),
        ] {
            assert_eq!(delimiter(head.as_bytes()), byte, "{head}");
        }
    }

    #[test]
    fn cells_are_guarded_and_come_back() {
        for cell in ["=1+1", "+44", "-1.3", "@mei", "\t=1", "'=1", "''=1", "'quoted'", "批", ""] {
            let guarded = guarded(cell);
            assert!(!guarded.starts_with(FORMULA), "{cell}");
            assert_eq!(unguarded(&guarded), cell);
        }
    }

    #[test]
    fn columns_without_a_field_are_told_of() {
        let forms = Forms::load(std::path::Path::new("/nonexistent")).unwrap();
        let way = |name: &str| column(&forms, name).and_then(|column| column.way().map(|way| format!("{way:?}")));
        assert_eq!(way("Traditional Knowledge").as_deref(), Some("Note"));
        assert_eq!(way("dcterms:isReferencedBy").as_deref(), Some("Note"));
        assert_eq!(way("dcterms:bibliographicCitation").as_deref(), Some("First(\"source\")"));
        assert_eq!((way("dcterms:rightsHolder"), way("Colour")), (None, None));
        assert!(column(&forms, "o:media/url").unwrap().told().unwrap().contains("not fetched"));
    }
}
