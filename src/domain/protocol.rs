//! Access protocols: who may see an item, a collection's items or a file. A protocol is a list of those who are let in, any of
//! whom may enter or who must be all at once; it becomes tokens, and the one gate does the rest.
//!
//! Written as words: `public`, `members`, `archivists`, `group:NAME`, `person:NAME`, in any order, with `all` before them if one must be
//! each of it, and `from:YEAR-MONTH-DAY` if nobody is let in before that day. Those who keep the archive see everything.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::actor::{self, Kind};
use super::audience::{self, ARCHIVISTS, HALL, PUBLIC};
use crate::clock::Micros;
use crate::db::Conn;
use crate::error::{Error, Problem, Result};

/// Parts of one protocol.
const PARTS_MAX: usize = 20;
/// A token that nobody holds: for those who are gone.
const NOBODY: &str = "nobody";

/// Who is let in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Everyone.
    Public,
    /// Members of the hall.
    Members,
    /// Those who keep the archive.
    Archivists,
    /// Members of a group of this hall, by its name.
    Group(String),
    /// A member of this hall, by name.
    Person(String),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => write!(f, "public"),
            Self::Members => write!(f, "members"),
            Self::Archivists => write!(f, "archivists"),
            Self::Group(name) => write!(f, "group:{name}"),
            Self::Person(name) => write!(f, "person:{name}"),
        }
    }
}

/// An access protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protocol {
    /// Must one be each of it, rather than any?
    pub is_all: bool,
    /// Who is let in; nobody is said if there is only a day.
    pub parts: Vec<Part>,
    /// The day, in UTC, before which nobody is.
    pub from: Option<Date>,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_all {
            write!(f, "all ")?;
        }
        let parts = self.parts.iter().map(Part::to_string);
        let parts: Vec<String> = parts.chain(self.from.map(|day| format!("from:{day}"))).collect();
        write!(f, "{}", parts.join(" "))
    }
}

impl Protocol {
    /// What holds where nothing is said.
    pub fn usual() -> Self {
        Self { is_all: false, parts: vec![Part::Public], from: None }
    }

    /// What holds if a protocol can't be read: nobody is let in.
    pub fn closed() -> Self {
        Self { is_all: false, parts: vec![Part::Archivists], from: None }
    }

    /// When it begins to let anybody in, if a day is said.
    pub fn opens_at(&self) -> Option<Micros> {
        Some(self.from?.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp().as_microsecond())
    }

    /// Is its day still to come?
    pub fn is_early(&self, now: Micros) -> bool {
        self.opens_at().is_some_and(|at| at > now)
    }

    /// Does it say anything by now? A day that has come says no more.
    pub fn holds(&self, now: Micros) -> bool {
        !self.parts.is_empty() || self.is_early(now)
    }

    /// Reads a protocol; `None` for nothing said.
    ///
    /// Errors: the problem, for the field `protocol`.
    pub fn parse(text: &str) -> Result<Option<Self>, Problem> {
        let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '+'));
        let words: Vec<String> = words.map(str::to_ascii_lowercase).filter(|word| !word.is_empty()).collect();
        let (mut is_all, mut parts, mut from) = (false, Vec::new(), None);
        for (index, word) in words.iter().enumerate() {
            let part = match (word.as_str(), word.split_once(':')) {
                ("any", _) if index == 0 => continue,
                ("all", _) if index == 0 => {
                    is_all = true;
                    continue;
                }
                ("public", _) => Part::Public,
                ("members" | "hall", _) => Part::Members,
                ("archivists", _) => Part::Archivists,
                (_, Some(("group", name))) if !name.is_empty() => Part::Group(name.to_owned()),
                (_, Some(("person", name))) if !name.is_empty() => Part::Person(name.to_owned()),
                (_, Some(("from", day))) => {
                    let day: Date = day.parse().map_err(|_| Problem::new("protocol", "archive-problem-day"))?;
                    from = from.max(Some(day));
                    continue;
                }
                _ => {
                    let shown: String = word.chars().take(60).collect();
                    return Err(Problem::new("protocol", "archive-problem-protocol").with("word", shown));
                }
            };
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        if parts.len() > PARTS_MAX {
            return Err(Problem::new("protocol", "archive-problem-many").with("max", PARTS_MAX));
        }
        parts.sort();
        is_all &= parts.len() > 1;
        Ok((!parts.is_empty() || from.is_some()).then_some(Self { is_all, parts, from }))
    }

    /// What holds for something that says `inner` and stands in what says `outer`, as words: what says no more than a day takes the rest from
    /// there.
    pub fn within(inner: &str, outer: &str) -> String {
        match inner {
            "" => outer.to_owned(),
            day if day.starts_with("from:") => {
                let both = Self::parse(&format!("{outer} {day}")).ok().flatten();
                both.unwrap_or_else(Self::closed).to_string()
            }
            said => said.to_owned(),
        }
    }

    /// Makes sure that the groups and people are there.
    ///
    /// Errors: `Invalid` for `protocol`.
    pub fn check(&self, conn: &mut Conn) -> Result<()> {
        for part in &self.parts {
            if token(conn, part)? == NOBODY {
                let problem = Problem::new("protocol", "archive-problem-protocol").with("word", part);
                return Err(Error::Invalid(vec![problem]));
            }
        }
        Ok(())
    }

    /// The clauses of those whom it lets in: of each a viewer must hold a token. `keepers` see it in any case. None if it says nothing by now.
    pub fn clauses(&self, conn: &mut Conn, keepers: &[String]) -> Result<Vec<Vec<String>>> {
        if self.is_early(conn.now()) {
            return Ok(vec![keepers.to_vec()]);
        }
        if self.parts.is_empty() {
            return Ok(Vec::new());
        }
        let mut tokens = Vec::new();
        for part in &self.parts {
            tokens.push(token(conn, part)?);
        }
        let with = |own: Vec<String>| {
            let mut clause = own;
            clause.extend_from_slice(keepers);
            clause.sort_unstable();
            clause.dedup();
            clause
        };
        Ok(match self.is_all {
            // What is for everyone asks for nothing.
            true => {
                let asked: Vec<Vec<String>> =
                    tokens.iter().filter(|t| *t != PUBLIC).map(|t| with(vec![t.clone()])).collect();
                if asked.is_empty() { vec![with(vec![PUBLIC.to_owned()])] } else { asked }
            }
            false => vec![with(tokens)],
        })
    }
}

/// The token of those who are meant.
fn token(conn: &mut Conn, part: &Part) -> Result<String> {
    Ok(match part {
        Part::Public => PUBLIC.to_owned(),
        Part::Members => HALL.to_owned(),
        Part::Archivists => ARCHIVISTS.to_owned(),
        Part::Group(name) => match actor::local_by_name(conn, name)? {
            Some(group) if group.kind == Kind::Group => audience::followers_token(group.id),
            _ => NOBODY.to_owned(),
        },
        Part::Person(name) => match actor::local_by_name(conn, name)? {
            Some(person) if person.kind == Kind::Person => audience::actor_token(person.id),
            _ => NOBODY.to_owned(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_are_read_and_written_the_same() {
        let canonical = |text: &str| Protocol::parse(text).unwrap().map(|p| p.to_string());
        assert_eq!(canonical(" "), None);
        assert_eq!(canonical("Public").as_deref(), Some("public"));
        assert_eq!(canonical("all group:b, group:a").as_deref(), Some("all group:a group:b"));
        assert_eq!(canonical("any members person:mei members").as_deref(), Some("members person:mei"));
        assert_eq!(canonical("all members").as_deref(), Some("members"));
        assert_eq!(canonical("from:2050-01-01 public").as_deref(), Some("public from:2050-01-01"));
        assert_eq!(canonical("from:2040-02-29, from:2030-01-01").as_deref(), Some("from:2040-02-29"));
        for wrong in ["everyone", "group:", "public all", "person", "from:", "from:2050", "from:2050-02-30"] {
            assert_eq!(Protocol::parse(wrong).unwrap_err().field, "protocol", "{wrong}");
        }
    }

    #[test]
    fn what_says_only_a_day_takes_the_rest_from_where_it_stands() {
        for (inner, outer, expected) in [
            ("", "", ""),
            ("", "members", "members"),
            ("public", "members", "public"),
            ("from:2050-01-01", "", "from:2050-01-01"),
            ("from:2050-01-01", "all group:a group:b", "all group:a group:b from:2050-01-01"),
            ("from:2050-01-01", "members from:2060-01-01", "members from:2060-01-01"),
            ("from:2050-01-01", "unreadable", "archivists"),
        ] {
            assert_eq!(Protocol::within(inner, outer), expected, "{inner} in {outer}");
        }
    }

    #[test]
    fn a_day_that_has_come_says_no_more() {
        let day = 1_735_689_600_000_000;
        for (text, before, after) in
            [("from:2025-01-01", true, false), ("members from:2025-01-01", true, true), ("members", true, true)]
        {
            let read = Protocol::parse(text).unwrap().unwrap();
            assert_eq!((read.holds(day - 1), read.holds(day)), (before, after), "{text}");
            assert_eq!((read.is_early(day - 1), read.is_early(day)), (text != "members", false), "{text}");
        }
    }
}
