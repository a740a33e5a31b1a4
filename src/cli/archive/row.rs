//! What one row of a sheet says, in our words. What has no field goes into the description, what isn't understood of rights into the
//! conditions of use, and what isn't understood of who may see it closes the item: a row is taken, and the report says what became of it.

use super::rows::{Column, Way, unguarded};
use super::words::{self, Sharing};
use crate::domain::item::{self, Dated, Said, State};
use crate::domain::protocol::Protocol;
use crate::error::Result;
use crate::record::{Field, Forms, Kind, Record};

/// The protocol of what isn't understood.
pub(super) const CLOSED: &str = "archivists";
/// How the codes of halls begin.
const OURS: &str = "hg";
/// Longest transcription of one page.
const TRANSCRIPTION_CHARS_MAX: usize = 50_000;
/// Fields of some forms, and what stands for them in the others.
const ELSEWHERE: [(&str, &str); 2] = [("summary", "description"), ("location", "place")];

/// What holds of rows that say nothing else.
pub(super) struct Defaults<'a> {
    /// The forms of the hall.
    pub forms: &'a Forms,
    /// The code of a form.
    pub form: &'a str,
    /// The code of a collection; may be empty.
    pub collection: &'a str,
    /// An access protocol; may be empty.
    pub protocol: &'a str,
}

/// What a row says.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Its cells by fields.
    pub record: Vec<(Column, String)>,
    /// What it says besides.
    pub said: Said,
    /// Names of files, each with its own protocol.
    pub files: Vec<(String, String)>,
    /// Its key, or the code of an item of ours.
    pub key: String,
    /// What it was imported as by the hall that it comes from.
    pub import_key: String,
    /// How far it is, if that is said.
    pub state: Option<State>,
    /// Collections by code or title, of which the first that is there is meant.
    pub collections: Vec<String>,
    /// Items that it is linked with, by code.
    pub links: Vec<String>,
    /// What stands on its first file, with the language.
    pub transcriptions: Vec<(String, String)>,
    /// What the report says of it.
    pub notes: Vec<String>,
    /// What the report says once, of whichever row is the first.
    pub once: Vec<String>,
    /// Did a hall of ours write it?
    pub is_ours: bool,
}

/// What can be understood only when all of a row was heard.
#[derive(Default)]
struct Later {
    form: String,
    protocols: Vec<String>,
    sharing: String,
    is_public: String,
    state: String,
    cells: Vec<(Column, String)>,
    /// Lines for the description.
    text: Vec<String>,
}

/// Reads a row.
pub(super) fn read(defaults: &Defaults<'_>, known: &[Option<Column>], cells: Vec<String>) -> Row {
    let (mut row, mut later) = (Row::default(), Later::default());
    for (column, cell) in known.iter().zip(cells) {
        let (Some(column), cell) = (column, unguarded(&cell).trim().to_owned()) else { continue };
        if !cell.is_empty() {
            row.hear(column, cell, &mut later);
        }
    }
    // Numbers of other programs may look like codes, but for their beginning.
    row.is_ours = row.key.starts_with(OURS) && item::is_code(&row.key);
    row.files.retain(|(name, _)| !name.is_empty());
    row.settle_form(defaults, &mut later);
    row.settle_protocol(defaults, &later);
    row.settle_state(&later);
    row.settle_fields(defaults.forms, &mut later);
    row.settle_cells(defaults.forms, &mut later);
    row.settle_transcriptions(&mut later);
    row.settle_rights(defaults.forms);
    if row.collections.is_empty() && !defaults.collection.is_empty() {
        row.collections.push(defaults.collection.to_owned());
    }
    if !later.text.is_empty() {
        row.append("description", &later.text.join("\n"));
    }
    row
}

/// The names of files in a cell.
fn names(cell: &str) -> Vec<(String, String)> {
    let name = |name: &str| (name.trim().to_owned(), String::new());
    if cell.contains('\n') { cell.lines().map(name).collect() } else { cell.split([';', '|']).map(name).collect() }
}

/// Names of files with protocols of their own, one a line.
fn closed(cell: &str) -> Vec<(String, String)> {
    let pair = |line: &str| {
        let (name, protocol) = line.rsplit_once(": ").unwrap_or((line, CLOSED));
        let protocol = words::protocol(protocol).filter(|protocol| !protocol.is_empty());
        (name.trim().to_owned(), protocol.unwrap_or_else(|| CLOSED.to_owned()))
    };
    cell.lines().map(pair).collect()
}

impl Row {
    fn hear(&mut self, column: &Column, cell: String, later: &mut Later) {
        match column.code.as_str() {
            "form" => later.form = cell,
            "collection" => self.collections.push(cell),
            "protocol" => later.protocols.push(cell),
            "sharing" => later.sharing = cell,
            "is_public" => later.is_public = cell,
            "state" => later.state = cell,
            "embargo" => self.said.embargo = cell,
            "living" => self.said.living = cell,
            "asks_first" => self.said.asks_first = words::is_yes(&cell) != Some(false),
            "labels" => self.said.labels = cell,
            "date_edtf" => self.said.date_edtf = cell,
            "file" => self.files.extend(names(&cell)),
            "closed_files" => self.files.extend(closed(&cell)),
            "key" => self.key = cell,
            "import_key" => self.import_key = cell,
            "transcription" => self.transcriptions.push((column.language.clone(), cell)),
            "links" => later.cells.push((column.clone(), cell)),
            _ if column.way().is_some() => later.cells.push((column.clone(), cell)),
            _ => self.record.push((column.clone(), cell)),
        }
    }

    /// Puts a text behind what a field says already.
    fn append(&mut self, code: &str, text: &str) {
        let own = self.record.iter_mut().find(|(column, _)| column.code == code && column.language.is_empty());
        match own {
            Some((_, known)) => *known = format!("{known}\n\n{text}"),
            None => self.record.push((Column::of(code), text.to_owned())),
        }
    }

    fn says(&self, code: &str) -> bool {
        self.record.iter().any(|(column, _)| column.code == code)
    }

    fn push(&mut self, code: &str, column: &Column, text: String) {
        self.record.push((Column { code: code.to_owned(), ..column.clone() }, text));
    }

    /// The form: what a form is called stands before templates and classes, these before types.
    fn settle_form(&mut self, defaults: &Defaults<'_>, later: &mut Later) {
        let meant = |said: &str| words::form(defaults.forms, defaults.form, said);
        let mut form = (!later.form.is_empty()).then(|| meant(&later.form).unwrap_or_else(|| later.form.clone()));
        let mut unknown = Vec::new();
        for way in [Way::Class, Way::Type] {
            for (column, cell) in later.cells.iter().filter(|(column, _)| column.way() == Some(way)) {
                let found = meant(cell).or_else(|| cell.split([';', '|', '\n']).find_map(|part| meant(part.trim())));
                match found {
                    Some(found) => form = form.or(Some(found)),
                    None => unknown.push((way, column.name.clone(), cell.clone())),
                }
            }
        }
        for (way, name, cell) in unknown {
            if way == Way::Type {
                later.text.push(format!("{name}: {cell}"));
            }
            if form.is_none() {
                self.once.push(format!("{name} {cell:?} is no form here: such rows are taken as {}", defaults.form));
            }
        }
        self.said.form = form.unwrap_or_else(|| defaults.form.to_owned());
    }

    /// Who may see it: what isn't understood closes it.
    fn settle_protocol(&mut self, defaults: &Defaults<'_>, later: &Later) {
        let (mut own, mut unknown) = (String::new(), None);
        for cell in &later.protocols {
            match words::protocol(cell) {
                Some(found) if own.is_empty() || own == found => own = found,
                _ => unknown = Some(cell),
            }
        }
        let mut protocol = if own.is_empty() { defaults.protocol.to_owned() } else { own.clone() };
        if !later.sharing.is_empty() {
            match words::sharing(&later.sharing) {
                Some(Sharing::Any) => {}
                Some(Sharing::All) => protocol = of_all(&protocol),
                Some(Sharing::Open) if own.is_empty() => "public".clone_into(&mut protocol),
                Some(Sharing::Open) => {}
                Some(Sharing::Closed) => CLOSED.clone_into(&mut protocol),
                None => unknown = Some(&later.sharing),
            }
        }
        if !later.is_public.is_empty() {
            match words::is_yes(&later.is_public) {
                Some(true) => {}
                Some(false) if words::is_open(&protocol) => CLOSED.clone_into(&mut protocol),
                Some(false) => {}
                None => unknown = Some(&later.is_public),
            }
        }
        if let Some(unknown) = unknown {
            CLOSED.clone_into(&mut protocol);
            self.notes
                .push(format!("who may see it is said as {unknown:?}, which isn't known here: only archivists see it"));
        }
        self.said.protocol = protocol;
    }

    fn settle_state(&mut self, later: &Later) {
        if later.state.is_empty() {
            return;
        }
        let known = later.state.to_lowercase().parse::<State>();
        if known.is_err() {
            self.notes.push(format!("its state {:?} isn't known here: it stays a draft", later.state));
        }
        self.state = Some(known.unwrap_or(State::Draft));
    }

    /// The cells whose field this form doesn't have.
    fn settle_fields(&mut self, forms: &Forms, later: &mut Later) {
        let form = self.said.form.clone();
        let field = |code: &str| forms.fields(&form).find(|field| field.code == code);
        for (mut column, cell) in std::mem::take(&mut self.record) {
            let other = ELSEWHERE.iter().find(|(code, _)| *code == column.code).map(|(_, other)| *other);
            match (field(&column.code), other) {
                (Some(_), _) => {}
                (None, Some(other)) => other.clone_into(&mut column.code),
                (None, None) => {
                    let name = &column.name;
                    self.once.push(format!("the form {form} has no field for {name:?}: it goes into the description"));
                    later.text.push(format!("{name}: {cell}"));
                    continue;
                }
            }
            self.record.push((column, cell));
        }
    }

    /// The cells that have no field of their own.
    fn settle_cells(&mut self, forms: &Forms, later: &mut Later) {
        let form = self.said.form.clone();
        let field = |code: &str| forms.fields(&form).find(|field| field.code == code);
        for (column, cell) in std::mem::take(&mut later.cells) {
            let line = format!("{}: {cell}", column.name);
            match column.way() {
                Some(Way::Type | Way::Class) => {}
                Some(Way::Publisher) => {
                    let names = cell.split([';', '\n']).map(str::trim).filter(|name| !name.is_empty());
                    let names: Vec<String> = names.map(|name| format!("{name} | publisher")).collect();
                    self.push("contributor", &column, names.join("\n"));
                }
                Some(Way::First(code)) if self.is_first(field(code), &cell) => self.push(code, &column, cell),
                Some(Way::Guid) if self.key.is_empty() => self.key = cell,
                Some(Way::Guid) => self.push("identifier", &column, cell),
                Some(Way::Coverage) => match words::point(&cell) {
                    Some((north, east)) if !self.says("latitude") && !self.says("longitude") => {
                        self.push("latitude", &column, north);
                        self.push("longitude", &column, east);
                    }
                    _ if self.is_first(field("place_modern"), &cell) => self.push("place_modern", &column, cell),
                    _ => later.text.push(line),
                },
                None if self.is_ours => {
                    self.links.extend(cell.split([';', '|', ',', '\n', ' ']).map(str::trim).map(str::to_owned));
                }
                _ => later.text.push(line),
            }
        }
    }

    /// What stands on the first file needs a file.
    fn settle_transcriptions(&mut self, later: &mut Later) {
        let is_lying = !self.files.is_empty();
        for (language, body) in std::mem::take(&mut self.transcriptions) {
            if is_lying && body.chars().count() <= TRANSCRIPTION_CHARS_MAX {
                self.transcriptions.push((language, body));
            } else {
                self.once.push("a transcription without a file goes into the description".to_owned());
                later.text.push(format!("Transcription: {body}"));
            }
        }
    }

    /// Can this be the value of a field that says nothing yet?
    fn is_first(&self, field: Option<&Field>, cell: &str) -> bool {
        field.is_some_and(|field| {
            let fits = cell.chars().count() <= field.chars_max && !cell.contains('\n');
            fits && !self.says(field.code) && (field.code != "date" || Dated::read(cell, "").is_ok())
        })
    }

    /// The rights: what is none of those that can be chosen goes into the conditions of use.
    fn settle_rights(&mut self, forms: &Forms) {
        let Some(field) = forms.fields(&self.said.form).find(|field| field.code == "rights") else { return };
        if field.kind != Kind::Choice {
            return;
        }
        let meant = |said: &str| {
            let named = || words::licence(said).and_then(|address| field.meant(&address).map(str::to_owned));
            field.meant(said.trim()).map(str::to_owned).or_else(named)
        };
        let own = std::mem::take(&mut self.record);
        let (own, others): (Vec<_>, Vec<_>) = own.into_iter().partition(|(column, _)| column.code == field.code);
        self.record = others;
        let mut text: Vec<String> = Vec::new();
        for (column, cell) in own {
            let parts: Vec<&str> =
                cell.split([';', '|', '\n']).map(str::trim).filter(|part| !part.is_empty()).collect();
            let is_list = meant(&cell).is_none() && parts.iter().any(|part| meant(part).is_some());
            for part in if is_list { parts } else { vec![cell.as_str()] } {
                match meant(part) {
                    Some(code) if !self.says(field.code) => self.push(field.code, &column, code),
                    _ => text.push(part.to_owned()),
                }
            }
            if !text.is_empty() {
                let name = &column.name;
                self.once
                    .push(format!("what {name:?} says beside one known statement goes into the conditions of use"));
            }
        }
        if !text.is_empty() {
            self.append("conditions", &text.join("\n"));
        }
    }
}

/// A protocol all of whose parts are asked for.
fn of_all(protocol: &str) -> String {
    match Protocol::parse(protocol) {
        Ok(Some(found)) => Protocol { is_all: found.parts.len() > 1, ..found }.to_string(),
        _ => protocol.to_owned(),
    }
}

/// The record of a row by its form; lists of other programs come with `;` or line breaks between their values.
pub(super) fn record(forms: &Forms, row: &Row) -> Result<Record> {
    forms.read(&row.said.form, |field| {
        let own = row.record.iter().filter(|(column, _)| column.code == field.code);
        let text = |(column, cell): &(Column, String)| {
            let text = match field.kind {
                _ if row.is_ours => cell.clone(),
                Kind::People => cell.replace(';', "\n"),
                Kind::Lines => cell.replace([';', '|'], "\n"),
                _ => cell.clone(),
            };
            (text, column.language.clone())
        };
        own.map(text).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::super::rows::columns;
    use super::*;

    /// A row of a sheet with these columns, by the hall's usual forms.
    fn row(cells: &[(&str, &str)]) -> Row {
        let forms = Forms::load(std::path::Path::new("/nonexistent")).unwrap();
        let head: Vec<String> = cells.iter().map(|(name, _)| (*name).to_owned()).collect();
        let cells = cells.iter().map(|(_, cell)| (*cell).to_owned()).collect();
        let defaults = Defaults { forms: &forms, form: "photograph", collection: "", protocol: "" };
        read(&defaults, &columns(&forms, &head), cells)
    }

    fn said(row: &Row) -> Record {
        record(&Forms::load(std::path::Path::new("/nonexistent")).unwrap(), row).unwrap()
    }

    #[test]
    fn a_row_of_mukurtu_loses_nothing() {
        let row = row(&[
            ("Title", "Procession"),
            ("Summary", "A procession."),
            ("Type", "Sound"),
            ("Publisher", "Panyu Press; Others"),
            ("Original Date", "1951"),
            ("Traditional Knowledge", "Not after dark."),
            ("Related Content", "Procession II"),
            ("External Links", "https://example.org/"),
            ("Coverage", "POINT (103.8 1.3)"),
            ("Transcription", "Drums."),
            ("Rights and Usage", "Ask the elders"),
            ("Licensing Options", "http://creativecommons.org/licenses/by/4.0"),
            ("GUID", "dh-7"),
            ("Extent", "2 pages"),
            ("Cultural Protocols", "Elders Only"),
            ("Item Sharing Settings", "any"),
            ("Communities", "Panyu"),
        ]);
        let record = said(&row);
        assert_eq!((row.said.form.as_str(), row.key.as_str()), ("oral-history", "dh-7"));
        assert_eq!(record.first("summary"), "A procession.");
        assert_eq!(record.all("contributor").len(), 2);
        assert_eq!((record.first("latitude"), record.first("longitude")), ("1.3", "103.8"));
        assert_eq!(record.first("rights"), "https://creativecommons.org/licenses/by/4.0/");
        assert_eq!(record.first("conditions"), "Ask the elders");
        let text = record.first("description");
        for part in ["Not after dark.", "Procession II", "https://example.org/", "Transcription: Drums."] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!((row.said.protocol.as_str(), row.collections.as_slice()), ("archivists", &["Panyu".to_owned()][..]));
        assert!(row.notes.iter().any(|note| note.contains("Elders Only")), "{:?}", row.notes);
    }

    #[test]
    fn a_row_of_omeka_is_taken_as_far_as_it_goes() {
        let row = row(&[
            ("o:id", "5"),
            ("o:resource_template", "Base Resource"),
            ("o:resource_class", "dctype:PhysicalObject"),
            ("o:is_public", "0"),
            ("dcterms:title", "Drum"),
            ("dcterms:medium", "wood"),
            ("dcterms:extent", "30 cm"),
            ("dcterms:issued", "1990"),
            ("dcterms:created", "1951"),
            ("dcterms:isPartOf", "The hall's drums"),
            ("dcterms:bibliographicCitation", "Chen 1990, 5"),
            ("o:media/url", "https://example.org/drum.jpg"),
            ("amount", "20"),
        ]);
        let record = said(&row);
        assert_eq!((row.said.form.as_str(), row.said.protocol.as_str()), ("object", "archivists"));
        assert_eq!((record.first("material"), record.first("dimensions")), ("wood", "30 cm"));
        assert_eq!((record.first("date"), record.first("source")), ("1951", "The hall's drums"));
        let text = record.first("description");
        for part in ["dcterms:issued: 1990", "Chen 1990, 5", "https://example.org/drum.jpg", "amount: 20"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn who_may_see_it_is_never_guessed() {
        for (cells, protocol) in [
            (vec![("protocol", "members archivists"), ("sharing setting", "all")], "all members archivists"),
            (vec![("protocol", "members archivists"), ("sharing setting", "any")], "members archivists"),
            (vec![("sharing setting", "everybody who knows")], "archivists"),
            (vec![("protocol", "public"), ("cultural protocols", "members")], "archivists"),
            (vec![("protocol", "public"), ("o:is_public", "0")], "archivists"),
            (vec![("protocol", "members"), ("o:is_public", "0")], "members"),
            (vec![("o:is_public", "perhaps")], "archivists"),
            (vec![("o:is_public", "1")], ""),
            (vec![("sharing setting", "public")], "public"),
        ] {
            assert_eq!(row(&cells).said.protocol, protocol, "{cells:?}");
        }
        assert_eq!(row(&[("state", "nearly")]).state, Some(State::Draft));
        assert_eq!(row(&[("state", "Published")]).state, Some(State::Published));
    }

    #[test]
    fn a_number_of_another_program_is_no_code_of_ours() {
        let numbers: Vec<String> = (1000..2000).map(|number| number.to_string()).collect();
        assert!(numbers.iter().any(|number| item::is_code(number)));
        assert!(numbers.iter().all(|number| !row(&[("o:id", number)]).is_ours));
    }

    #[test]
    fn rights_are_chosen_or_kept_as_text() {
        for (cell, rights, conditions) in [
            ("https://rightsstatements.org/vocab/NoC-US/1.0", "http://rightsstatements.org/vocab/NoC-US/1.0/", ""),
            ("CC BY-NC 2.0", "https://creativecommons.org/licenses/by-nc/2.0/", ""),
            ("© Chen family; all rights reserved", "", "© Chen family; all rights reserved"),
            ("In copyright | Ask first", "http://rightsstatements.org/vocab/InC/1.0/", "Ask first"),
        ] {
            let record = said(&row(&[("title", "x"), ("dcterms:rights", cell)]));
            assert_eq!((record.first("rights"), record.first("conditions")), (rights, conditions), "{cell}");
        }
    }
}
