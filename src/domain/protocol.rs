//! Access protocols: who may see an item, a collection's items or a file. A protocol is a list of those who are let in, any of
//! whom may enter or who must be all at once; it becomes tokens, and the one gate does the rest.
//!
//! Written as words: `public`, `members`, `archivists`, `group:NAME`, `person:NAME`, in any order, with `all` before them if one must be
//! each of it. Those who keep the archive see everything.

use std::fmt;

use super::actor::{self, Kind};
use super::audience::{self, ARCHIVISTS, HALL, PUBLIC};
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
    /// Who is let in.
    pub parts: Vec<Part>,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_all {
            write!(f, "all ")?;
        }
        let parts: Vec<String> = self.parts.iter().map(Part::to_string).collect();
        write!(f, "{}", parts.join(" "))
    }
}

impl Protocol {
    /// What holds where nothing is said.
    pub fn usual() -> Self {
        Self { is_all: false, parts: vec![Part::Public] }
    }

    /// Reads a protocol; `None` for nothing said.
    ///
    /// Errors: the problem, for the field `protocol`.
    pub fn parse(text: &str) -> Result<Option<Self>, Problem> {
        let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '+'));
        let words: Vec<String> = words.map(str::to_ascii_lowercase).filter(|word| !word.is_empty()).collect();
        let (mut is_all, mut parts) = (false, Vec::new());
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
        Ok((!parts.is_empty()).then_some(Self { is_all, parts }))
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

    /// The clauses of those whom it lets in: of each a viewer must hold a token. `keepers` see it in any case.
    pub fn clauses(&self, conn: &mut Conn, keepers: &[String]) -> Result<Vec<Vec<String>>> {
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
        for wrong in ["everyone", "group:", "public all", "person"] {
            assert_eq!(Protocol::parse(wrong).unwrap_err().field, "protocol", "{wrong}");
        }
    }
}
