//! Rows of a sheet: their columns by whatever name a program gave them, and each row in its own encoding, since sheets that went
//! through many hands have rows of UTF-8, GB18030 and Big5 side by side.

use encoding_rs::{BIG5, GB18030};

use crate::record::{Field, Forms};

/// Names of columns beside those of our own fields and terms: of Omeka S, of Mukurtu, and of people.
const OTHER_NAMES: [(&str, &str); 46] = [
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
    ("dcterms:type", "form"),
    ("dc:type", "form"),
    ("o:resource_template", "form"),
    ("resource template", "form"),
    ("o:item_set", "collection"),
    ("item set", "collection"),
    ("item sets", "collection"),
    ("o:is_public", "is_public"),
    ("o:id", "key"),
    ("o:media/file", "file"),
    ("media", "file"),
    ("media assets", "file"),
    ("files", "file"),
    ("filename", "file"),
    ("summary", "description"),
    ("cultural narrative", "description"),
    ("keywords", "subject"),
    ("date description", "date"),
    ("original date", "date"),
    ("original date description", "date"),
    ("location description", "place"),
    ("location", "place"),
    ("people", "person"),
    ("category", "subject"),
    ("rights statements", "rights"),
    ("licensing options", "rights"),
    ("cultural protocols", "protocol"),
    ("protocols", "protocol"),
    ("sharing setting", "sharing"),
    ("communities", "collection"),
    ("community", "collection"),
    ("legacy identifier", "key"),
];
/// Columns of an item besides its record.
const OWN: [&str; 12] = [
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
];

/// What a column holds: the code of a field with a language, or a word of [`OWN`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The code of a field, or a word.
    pub code: String,
    /// The language, for a field that may be said in several.
    pub language: String,
}

/// The columns of a sheet; `None` for what isn't known.
pub fn columns(forms: &Forms, head: &[String]) -> Vec<Option<Column>> {
    head.iter().map(|name| column(forms, name)).collect()
}

fn column(forms: &Forms, name: &str) -> Option<Column> {
    let name = name.trim().trim_start_matches('\u{feff}').to_lowercase();
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
    } else if let Some((_, code)) = OTHER_NAMES.iter().find(|(other, _)| *other == name) {
        (*code).to_owned()
    } else if let Some(field) = every().find(|field| field.code == name || field.term.to_lowercase() == name) {
        field.code.to_owned()
    } else if let Some(field) = every().find(is_named) {
        field.code.to_owned()
    } else {
        return None;
    };
    Some(Column { code, language })
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
}
