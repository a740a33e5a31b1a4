//! People and places of the archive as records of their own, with the other forms of their names. A person who lives is flagged, and their
//! name is told to nobody but those who keep the archive.

use diesel::prelude::*;

use super::archive;
use super::audience::Viewer;
use crate::clock::Micros;
use crate::db::schema::{authority, authority_name};
use crate::db::{Conn, text_enum};
use crate::error::{Error, Problem, Result};
use crate::id::AuthorityId;
use crate::record::Record;
use crate::text;

/// Longest name.
const NAME_CHARS_MAX: usize = 120;
/// Longest note, and longest list of other names.
const NOTE_CHARS_MAX: usize = 2_000;
/// Longest date of a life.
const DATE_CHARS_MAX: usize = 60;
/// People and places that pages list.
const LIST_MAX: i64 = 2_000;
/// What stands in place of a living person's name, in texts that don't know by whom they are read; pages say it in their reader's language.
pub const VEIL: &str = "〔在世者〕";

text_enum! {
    /// What it is.
    Kind {
        /// A person, a family or a body.
        Person = "person",
        /// A place.
        Place = "place",
    }
}

/// A person or place.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = authority)]
pub struct Authority {
    /// Its id.
    pub id: AuthorityId,
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Other names, one a line.
    pub variants: String,
    /// Its name in Latin letters: pinyin, jyutping and others, one a line.
    pub romanised: String,
    /// The name of a place today.
    pub modern_name: String,
    /// Degrees north; may be empty.
    pub latitude: String,
    /// Degrees east.
    pub longitude: String,
    /// About it.
    pub note: String,
    /// Is it a person who lives?
    pub is_living: bool,
    /// When it was made.
    pub created_at: Micros,
    /// When it was changed.
    pub updated_at: Micros,
    /// When a person was born, as it is written.
    pub born: String,
    /// When they died.
    pub died: String,
}

impl Authority {
    /// The path of its page for readers.
    pub fn path(&self) -> String {
        format!("/archive/authorities/{}", self.id)
    }

    /// All its names, the longest first.
    pub fn names(&self) -> Vec<&str> {
        let lines = self.variants.lines().chain(self.romanised.lines()).chain([self.name.as_str()]);
        let mut names: Vec<&str> = lines.map(str::trim).filter(|name| name.chars().count() > 1).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.dedup();
        names
    }
}

impl Authority {
    /// All that it is called, as items may have it, each once.
    pub fn spellings(&self) -> Vec<String> {
        let lines = self.variants.lines().chain(self.romanised.lines());
        let said = [self.name.as_str(), self.modern_name.as_str()].into_iter().chain(lines);
        let mut names: Vec<String> = said.map(|name| text::name(name, NAME_CHARS_MAX)).collect();
        names.retain(|name| !name.is_empty());
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The names by which items name it: of one character alone too much else is said.
    pub fn called(&self) -> Vec<String> {
        let mut names = self.spellings();
        names.retain(|name| name.chars().nth(1).is_some());
        names
    }

    /// What a value of a record would name somebody by, if it names somebody: all of it, without the role behind it.
    pub fn name_in(value: &str) -> String {
        text::name(value.split('|').next().unwrap_or_default(), NAME_CHARS_MAX + 1)
    }

    /// Where a place is: degrees north and east, if both are said.
    pub fn position(&self) -> Option<(f64, f64)> {
        Some((self.latitude.parse().ok()?, self.longitude.parse().ok()?))
            .filter(|(north, east): &(f64, f64)| north.abs() <= 90.0 && east.abs() <= 180.0)
    }
}

/// What a form says of a person or place, checked.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// A word of [`Kind`].
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Other names, one a line.
    pub variants: String,
    /// Names in Latin letters, one a line.
    pub romanised: String,
    /// The name of a place today.
    pub modern_name: String,
    /// Degrees north.
    pub latitude: String,
    /// Degrees east.
    pub longitude: String,
    /// About it.
    pub note: String,
    /// Is it a person who lives?
    pub is_living: bool,
    /// When a person was born, as it is written.
    pub born: String,
    /// When they died.
    pub died: String,
}

impl Said {
    /// The same as it is kept: texts cut just behind the longest that they may be, so that it is told.
    fn cleaned(&self) -> Self {
        let name = |said: &str, max: usize| text::name(said, max + 1);
        Self {
            kind: self.kind.clone(),
            name: name(&self.name, NAME_CHARS_MAX),
            variants: text::body(&self.variants),
            romanised: text::body(&self.romanised),
            modern_name: name(&self.modern_name, NAME_CHARS_MAX),
            latitude: self.latitude.trim().to_owned(),
            longitude: self.longitude.trim().to_owned(),
            note: text::body(&self.note),
            is_living: self.is_living,
            born: name(&self.born, DATE_CHARS_MAX),
            died: name(&self.died, DATE_CHARS_MAX),
        }
    }

    /// What is wrong with what was cleaned.
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.name.is_empty() {
            problems.push(Problem::new("name", "archive-problem-missing"));
        }
        for (field, text, max) in [
            ("name", &self.name, NAME_CHARS_MAX),
            ("modern_name", &self.modern_name, NAME_CHARS_MAX),
            ("variants", &self.variants, NOTE_CHARS_MAX),
            ("romanised", &self.romanised, NOTE_CHARS_MAX),
            ("note", &self.note, NOTE_CHARS_MAX),
            ("born", &self.born, DATE_CHARS_MAX),
            ("died", &self.died, DATE_CHARS_MAX),
        ] {
            if text.chars().count() > max {
                problems.push(Problem::new(field, "problem-too-long").with("max", max));
            }
        }
        for (field, said, max) in [("latitude", &self.latitude, 90.0), ("longitude", &self.longitude, 180.0)] {
            if !said.is_empty() && !said.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= max) {
                problems.push(Problem::new(field, "archive-problem-range").with("min", -max).with("max", max));
            }
        }
        if self.kind.parse::<Kind>().is_err() {
            problems.push(Problem::new("kind", "archive-problem-choice"));
        }
        problems
    }
}

/// Makes a person or place, or changes the one with this id. Which items name it is found by `item::save_authority`, which calls this.
///
/// Errors: `NotFound`; `Invalid` naming the fields.
pub fn save(conn: &mut Conn, id: Option<AuthorityId>, said: &Said) -> Result<Authority> {
    let said = said.cleaned();
    let problems = said.problems();
    let (Ok(kind), true) = (said.kind.parse::<Kind>(), problems.is_empty()) else {
        return Err(Error::Invalid(problems));
    };
    let now = conn.now();
    let values = (
        authority::kind.eq(kind),
        authority::name.eq(&said.name),
        authority::variants.eq(&said.variants),
        authority::romanised.eq(&said.romanised),
        authority::modern_name.eq(&said.modern_name),
        authority::latitude.eq(&said.latitude),
        authority::longitude.eq(&said.longitude),
        authority::note.eq(&said.note),
        authority::is_living.eq(said.is_living && kind == Kind::Person),
        authority::updated_at.eq(now),
        authority::born.eq(&said.born),
        authority::died.eq(&said.died),
    );
    let id = match id {
        Some(id) => {
            diesel::update(authority::table.filter(authority::id.eq(id))).set(values).execute(conn.link())?;
            id
        }
        None => {
            let id = AuthorityId(conn.id_at(now));
            let new = (authority::id.eq(id), authority::created_at.eq(now));
            diesel::insert_into(authority::table).values((new, values)).execute(conn.link())?;
            id
        }
    };
    let saved = get(conn, id)?;
    diesel::delete(authority_name::table.filter(authority_name::authority_id.eq(id))).execute(conn.link())?;
    for name in saved.called() {
        diesel::insert_into(authority_name::table)
            .values((authority_name::authority_id.eq(id), authority_name::name.eq(name)))
            .execute(conn.link())?;
    }
    Ok(saved)
}

/// The person or place with this id.
///
/// Errors: `NotFound`.
pub fn get(conn: &mut Conn, id: AuthorityId) -> Result<Authority> {
    authority::table
        .filter(authority::id.eq(id))
        .select(Authority::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("authority"))
}

/// Every person and place, by name.
pub fn every(conn: &mut Conn) -> Result<Vec<Authority>> {
    let rows = authority::table.order((authority::kind, authority::name, authority::id));
    Ok(rows.select(Authority::as_select()).load(conn.link())?)
}

/// The people and places that pages list, by name: of very many the first ones.
pub fn all(conn: &mut Conn) -> Result<Vec<Authority>> {
    let rows = authority::table.order((authority::kind, authority::name, authority::id)).limit(LIST_MAX);
    Ok(rows.select(Authority::as_select()).load(conn.link())?)
}

/// The places that have coordinates, by name.
pub fn located(conn: &mut Conn) -> Result<Vec<Authority>> {
    let rows = authority::table
        .filter(authority::kind.eq(Kind::Place))
        .filter(authority::latitude.ne(""))
        .filter(authority::longitude.ne(""));
    let rows = rows.order((authority::name, authority::id)).limit(LIST_MAX);
    Ok(rows.select(Authority::as_select()).load(conn.link())?)
}

/// Deletes a person or place; what items say of it stays.
pub fn delete(conn: &mut Conn, id: AuthorityId) -> Result<()> {
    diesel::delete(authority::table.filter(authority::id.eq(id))).execute(conn.link())?;
    Ok(())
}

/// Names that are told to nobody but those who keep the archive.
#[derive(Debug, Clone, Default)]
pub struct Veil(Vec<String>);

/// The names of those who live.
pub fn veil(conn: &mut Conn) -> Result<Veil> {
    let living = authority::table.filter(authority::is_living.eq(true)).select(Authority::as_select());
    let living: Vec<Authority> = living.load(conn.link())?;
    let mut names: Vec<String> = living.iter().flat_map(Authority::names).map(str::to_owned).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    Ok(Veil(names))
}

/// The same before `viewer`: nothing is kept from those who keep the archive.
pub fn veil_for(conn: &mut Conn, viewer: &Viewer) -> Result<Veil> {
    if archive::keeps(conn, viewer)? { Ok(Veil::default()) } else { veil(conn) }
}

impl Veil {
    /// A text without these names.
    pub fn text(&self, text: &str) -> String {
        self.0
            .iter()
            .fold(text.to_owned(), |text, name| if text.contains(name) { text.replace(name, VEIL) } else { text })
    }

    /// A text that may have readings above its characters: without these if it names somebody, since a name may be parted by them.
    pub fn read(&self, said: &str) -> String {
        let bare = text::ruby::plain(said);
        let veiled = self.text(&bare);
        if veiled == bare && self.text(said) == said { said.to_owned() } else { veiled }
    }

    /// What readers are told of a person or place, without them.
    pub fn authority(&self, one: Authority) -> Authority {
        Authority {
            name: self.text(&one.name),
            variants: self.text(&one.variants),
            romanised: self.text(&one.romanised),
            modern_name: self.text(&one.modern_name),
            note: self.text(&one.note),
            ..one
        }
    }

    /// A record without them.
    pub fn record(&self, record: &Record) -> Record {
        let mut record = record.clone();
        if !self.0.is_empty() {
            for value in record.0.values_mut().flatten() {
                value.text = self.text(&value.text);
            }
        }
        record
    }
}
