//! Scopes: what a client program may do, as Mastodon's documentation names them (“OAuth Scopes”).

use std::fmt;

use crate::error::{Error, Result};

/// Every scope that is known; what stands before the colon covers what stands behind it.
pub const ALL: [&str; 47] = [
    "read",
    "read:accounts",
    "read:blocks",
    "read:bookmarks",
    "read:favourites",
    "read:filters",
    "read:follows",
    "read:lists",
    "read:me",
    "read:mutes",
    "read:notifications",
    "read:search",
    "read:statuses",
    "write",
    "write:accounts",
    "write:blocks",
    "write:bookmarks",
    "write:conversations",
    "write:favourites",
    "write:filters",
    "write:follows",
    "write:lists",
    "write:media",
    "write:mutes",
    "write:notifications",
    "write:reports",
    "write:statuses",
    "follow",
    "push",
    "profile",
    "admin:read",
    "admin:read:accounts",
    "admin:read:reports",
    "admin:read:domain_allows",
    "admin:read:domain_blocks",
    "admin:read:ip_blocks",
    "admin:read:email_domain_blocks",
    "admin:read:canonical_email_blocks",
    "admin:write",
    "admin:write:accounts",
    "admin:write:reports",
    "admin:write:domain_allows",
    "admin:write:domain_blocks",
    "admin:write:ip_blocks",
    "admin:write:email_domain_blocks",
    "admin:write:canonical_email_blocks",
    "crypto",
];
/// What Mastodon once had and programs still register; it opens nothing that others don't, and new programs needn't learn of it.
const FORMER: [&str; 2] = ["read:me", "crypto"];
/// What the old scope `follow` stands for.
const FOLLOW: [&str; 3] = ["blocks", "follows", "mutes"];

/// The scopes that programs are told of.
pub fn supported() -> impl Iterator<Item = &'static str> {
    ALL.into_iter().filter(|scope| !FORMER.contains(scope))
}

/// A set of scopes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(Vec<&'static str>);

impl Scopes {
    /// Reads scopes with spaces (or, as some programs send them, pluses or commas) between them; none are `read`.
    ///
    /// Errors: `Invalid` for the field `scope`, naming the first that isn't known.
    pub fn parse(text: &str) -> Result<Self> {
        let mut scopes: Vec<&'static str> = Vec::new();
        for word in text.split([' ', '+', ',']).filter(|word| !word.is_empty()) {
            let Some(known) = ALL.iter().find(|known| **known == word) else {
                let problem =
                    crate::error::Problem::new("scope", "problem-scope").with("scope", crate::text::name(word, 60));
                return Err(Error::Invalid(vec![problem]));
            };
            if !scopes.contains(known) {
                scopes.push(known);
            }
        }
        if scopes.is_empty() {
            scopes.push("read");
        }
        Ok(Self(scopes))
    }

    /// The scopes as they were stored; one that isn't known any more opens nothing.
    pub fn stored(text: &str) -> Self {
        Self(ALL.into_iter().filter(|known| text.split(' ').any(|word| word == *known)).collect())
    }

    /// May one with these scopes do what needs this one?
    pub fn cover(&self, needed: &str) -> bool {
        self.0.iter().any(|held| covers(held, needed))
    }

    /// Are all of these among those?
    pub fn are_within(&self, those: &Self) -> bool {
        self.0.iter().all(|scope| those.cover(scope))
    }

    /// Those that somebody with this office may give to a program: what is for officers only if they are one. `None` if nothing
    /// is left.
    pub fn given_by(self, is_officer: bool) -> Option<Self> {
        let kept = self.0.into_iter().filter(|scope| is_officer || !scope.starts_with("admin")).collect::<Vec<_>>();
        (!kept.is_empty()).then_some(Self(kept))
    }

    /// Each by itself.
    pub fn iter(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.iter().copied()
    }

    /// May one with these scopes do more than read?
    pub fn are_writing(&self) -> bool {
        self.0.iter().any(|scope| scope.starts_with("write") || *scope == "follow" || scope.starts_with("admin"))
    }
}

fn covers(held: &str, needed: &str) -> bool {
    if held == needed || needed.strip_prefix(held).is_some_and(|rest| rest.starts_with(':')) {
        return true;
    }
    // To know who somebody is, less is enough than to read all of them.
    if needed == "profile" && matches!(held, "read" | "read:accounts" | "read:me") {
        return true;
    }
    let parts = || needed.strip_prefix("read:").or_else(|| needed.strip_prefix("write:"));
    held == "follow" && parts().is_some_and(|part| FOLLOW.contains(&part))
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_scope_covers_its_narrow_ones_and_no_others() {
        let scopes = Scopes::parse("read write:statuses follow").unwrap();
        for covered in ["read", "read:accounts", "write:statuses", "write:follows", "read:blocks", "follow"] {
            assert!(scopes.cover(covered), "{covered}");
        }
        for refused in
            ["write", "write:accounts", "push", "admin:read", "readers", "write:statuses2", "admin:write:accounts"]
        {
            assert!(!scopes.cover(refused), "{refused}");
        }
        assert!(!Scopes::parse("admin:read").unwrap().cover("read:accounts"));
        assert!(Scopes::parse("admin:read").unwrap().cover("admin:read:accounts"));
    }

    #[test]
    fn officers_alone_give_what_is_for_officers() {
        let given = |text: &str, is_officer| Scopes::parse(text).unwrap().given_by(is_officer).map(|s| s.to_string());
        assert_eq!(given("read admin:read admin:write:reports", false).as_deref(), Some("read"));
        assert_eq!(given("read admin:read", true).as_deref(), Some("read admin:read"));
        assert_eq!(given("admin:read", false), None);
    }

    #[test]
    fn nothing_grows() {
        let app = Scopes::parse("read:statuses write").unwrap();
        assert!(Scopes::parse("write:media").unwrap().are_within(&app));
        for wider in ["read", "read:statuses read:accounts", "follow", "push"] {
            assert!(!Scopes::parse(wider).unwrap().are_within(&app), "{wider}");
        }
    }

    #[test]
    fn scopes_are_read_as_programs_write_them() {
        assert_eq!(Scopes::parse("read+write, push read").unwrap().to_string(), "read write push");
        assert_eq!(Scopes::parse("  ").unwrap().to_string(), "read");
        assert!(matches!(Scopes::parse("read everything"), Err(Error::Invalid(_))));
        assert_eq!(Scopes::stored("write nonsense").to_string(), "write");
        assert_eq!(Scopes::stored("").to_string(), "");
    }
}
