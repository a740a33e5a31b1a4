//! The hall: this instance, its name, rules and languages, and the token of its first-run set-up.

use diesel::prelude::*;

use crate::clock::Micros;
use crate::db::Conn;
use crate::db::schema::{hall, hall_secret};
use crate::error::{Error, Problem, Result};

/// Longest name of a hall, in characters: it stands in the top bar.
pub const NAME_CHARS_MAX: usize = 40;
/// Longest motto.
pub const MOTTO_CHARS_MAX: usize = 80;
/// Longest text about the hall, and longest rules.
pub const ABOUT_CHARS_MAX: usize = 5_000;

/// The hall's row; there is exactly one.
#[derive(Debug, Clone, Queryable)]
pub struct Hall {
    /// Always 1.
    pub id: i64,
    /// The origin under which everything of this hall was named. It never changes.
    pub origin: String,
    /// The hall's name, such as 榕江会馆.
    pub name: String,
    /// A line under the name; may be empty.
    pub motto: String,
    /// About the hall, plain text.
    pub about: String,
    /// House rules, one a line.
    pub rules: String,
    /// The language shown when neither member nor browser says one: a code of [`crate::lang`].
    pub language: String,
    /// The languages offered, codes separated by commas.
    pub languages: String,
    /// The hall's time zone, an IANA name.
    pub time_zone: String,
    /// The token of the set-up page while there is no owner.
    pub setup_token: Option<String>,
    /// When the hall was founded.
    pub created_at: Micros,
    /// May visitors give something to the archive without signing in?
    pub takes_gifts: bool,
}

impl Hall {
    /// The rules of the house, one by one. The number of each is its place, counted from 1.
    pub fn rules(&self) -> Vec<String> {
        self.rules.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

/// What an owner may change about the hall.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The hall's name.
    pub name: String,
    /// The line under it.
    pub motto: String,
    /// About the hall.
    pub about: String,
    /// House rules, one a line.
    pub rules: String,
    /// Default language, a code.
    pub language: String,
    /// Languages offered, codes.
    pub languages: Vec<String>,
    /// IANA time zone.
    pub time_zone: String,
    /// May visitors give something to the archive without signing in?
    pub takes_gifts: bool,
}

/// Finds the hall's row, or founds the hall. The token is kept only while it is needed.
///
/// Errors: `Broken` with a sentence if the database was made with another origin: every address in it would be wrong.
pub fn found(conn: &mut Conn, name: &str, setup_token: &str) -> Result<Hall> {
    let origin = conn.origin();
    if let Some(hall) = hall::table.first::<Hall>(conn.link()).optional()? {
        if hall.origin == *origin {
            return Ok(hall);
        }
        return Err(Error::broken(format!(
            "this database belongs to {} and server.origin says {origin}; nothing was changed: \
             set server.origin back, or use another data directory",
            hall.origin
        )));
    }
    let now = conn.now();
    diesel::insert_into(hall::table)
        .values((
            hall::id.eq(1_i64),
            hall::origin.eq(&*origin),
            hall::name.eq(name),
            hall::motto.eq(""),
            hall::about.eq(""),
            hall::rules.eq(""),
            hall::language.eq("zh-Hans"),
            hall::languages.eq("zh-Hans,zh-Hant,en"),
            hall::time_zone.eq("UTC"),
            hall::setup_token.eq(Some(setup_token)),
            hall::created_at.eq(now),
            hall::takes_gifts.eq(false),
        ))
        .execute(conn.link())?;
    get(conn)
}

/// The hall's row.
pub fn get(conn: &mut Conn) -> Result<Hall> {
    Ok(hall::table.first(conn.link())?)
}

/// What the hall alone knows under this name; made with `make` when it is asked for first.
pub fn secret(conn: &mut Conn, name: &str, make: impl FnOnce() -> Vec<u8>) -> Result<Vec<u8>> {
    conn.lock("hall secret")?;
    let known = hall_secret::table.filter(hall_secret::name.eq(name)).select(hall_secret::value);
    if let Some(value) = known.first(conn.link()).optional()? {
        return Ok(value);
    }
    let value = make();
    diesel::insert_into(hall_secret::table)
        .values((hall_secret::name.eq(name), hall_secret::value.eq(&value)))
        .execute(conn.link())?;
    Ok(value)
}

/// Writes the hall's row as it is: whether that can be saved tells whether anything can.
pub fn touch(conn: &mut Conn) -> Result<()> {
    diesel::update(hall::table).set(hall::id.eq(hall::id)).execute(conn.link())?;
    Ok(())
}

/// Ends the set-up: there is an owner now.
pub fn end_setup(conn: &mut Conn) -> Result<()> {
    diesel::update(hall::table).set(hall::setup_token.eq(None::<String>)).execute(conn.link())?;
    Ok(())
}

/// Changes the hall's settings.
///
/// Errors: `Invalid` naming the fields.
pub fn update(conn: &mut Conn, settings: &Settings) -> Result<Hall> {
    check(settings)?;
    diesel::update(hall::table)
        .set((
            hall::name.eq(&settings.name),
            hall::motto.eq(&settings.motto),
            hall::about.eq(&settings.about),
            hall::rules.eq(&settings.rules),
            hall::language.eq(&settings.language),
            hall::languages.eq(settings.languages.join(",")),
            hall::time_zone.eq(&settings.time_zone),
            hall::takes_gifts.eq(settings.takes_gifts),
        ))
        .execute(conn.link())?;
    get(conn)
}

/// Checks what an owner wants the hall to be.
///
/// Errors: `Invalid` naming the fields.
pub fn check(settings: &Settings) -> Result<()> {
    let mut problems = Vec::new();
    if settings.name.trim().is_empty() {
        problems.push(Problem::new("hall_name", "problem-hall-name-empty"));
    }
    let long = [
        ("hall_name", &settings.name, NAME_CHARS_MAX),
        ("motto", &settings.motto, MOTTO_CHARS_MAX),
        ("about", &settings.about, ABOUT_CHARS_MAX),
        ("rules", &settings.rules, ABOUT_CHARS_MAX),
    ];
    for (field, text, max) in long {
        if text.chars().count() > max {
            problems.push(Problem::new(field, "problem-too-long").with("max", max));
        }
    }
    if !settings.languages.contains(&settings.language) {
        problems.push(Problem::new("languages", "problem-language-not-offered"));
    }
    if jiff::tz::TimeZone::get(&settings.time_zone).is_err() {
        problems.push(Problem::new("time_zone", "problem-time-zone"));
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}
