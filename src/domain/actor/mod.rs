//! Actors: whoever can act. Persons, public accounts, groups, halls; of this hall and of others.
//!
//! Local actors have an empty `host`; their URIs stand under the hall's origin and no remote document can make or change
//! one. A remote actor is known by its URI, never by its name alone.

mod key;
mod queries;

pub use key::{Keys, key_by_uri, keys, signing_key, store_keys};
pub use queries::{by_address, by_handle, by_id, by_ids, by_uri, local_by_name, local_count, search, suggest};

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::event::{self, Event};
use crate::clock::Micros;
use crate::db::schema::actor;
use crate::db::{Conn, columns, text_enum};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, MediaId};
use crate::secret::PublicKey;

/// Longest name of a local actor.
pub const NAME_CHARS_MAX: usize = 30;
/// Longest display name, in characters; longer ones from elsewhere are cut.
pub const DISPLAY_NAME_CHARS_MAX: usize = 60;
/// Longest hometown.
pub const HOMETOWN_CHARS_MAX: usize = 60;
/// Longest text about a person.
pub const ABOUT_CHARS_MAX: usize = 1_000;

/// Names that would be taken for the hall itself or for a page of it.
const RESERVED: [&str; 30] = [
    "about",
    "accounts",
    "actor",
    "actors",
    "admin",
    "administrator",
    "api",
    "archive",
    "friends",
    "groups",
    "hall",
    "help",
    "huiguan",
    "inbox",
    "me",
    "moments",
    "moderator",
    "notices",
    "oauth",
    "office",
    "outbox",
    "owner",
    "postmaster",
    "root",
    "search",
    "settings",
    "setup",
    "static",
    "support",
    "webmaster",
];

text_enum! {
    /// What kind of actor it is; stored in our words, spoken on the wire as ActivityStreams types.
    Kind {
        /// A person.
        Person = "person",
        /// A public account, or another organisation.
        Organization = "organization",
        /// A group.
        Group = "group",
        /// A bot or other service elsewhere.
        Service = "service",
        /// A server's own actor, such as the hall.
        Application = "application",
    }
}

/// An actor, local or remote.
#[derive(Debug, Clone, Queryable)]
pub struct Actor {
    /// Its id here.
    pub id: ActorId,
    /// Its id on the wire.
    pub uri: String,
    /// Its kind.
    pub kind: Kind,
    /// The first part of its address; lower case for local actors.
    pub name: String,
    /// Its canonical host; empty for local actors.
    pub host: String,
    /// `name@host`, as people write it after an `@`.
    pub address: String,
    /// The name shown.
    pub display_name: String,
    /// Names in several scripts: JSON, language code → name; of a remote actor also the pictures for shortcodes in them,
    /// `:shortcode:` → address here.
    pub names: String,
    /// 籍贯, as the person writes it.
    pub hometown: String,
    /// About the person, plain text (local actors only).
    pub about: String,
    /// The same as safe HTML.
    pub about_html: String,
    /// Its page.
    pub url: String,
    /// Where it takes activities.
    pub inbox: String,
    /// Where its server takes activities for all its actors; empty if there is none.
    pub shared_inbox: String,
    /// Its followers collection.
    pub followers: String,
    /// Its outbox.
    pub outbox: String,
    /// Does it approve followers by hand?
    pub locked: bool,
    /// Does it know friends (`hg:friends`)? Then its followers are its friends.
    pub friends: bool,
    /// May it be suggested to strangers?
    pub discoverable: bool,
    /// When it was made or first seen.
    pub created_at: Micros,
    /// When it last changed.
    pub updated_at: Micros,
    /// When its document was last fetched.
    pub fetched_at: Micros,
    /// Since when officers keep it from acting.
    pub suspended_at: Option<Micros>,
    /// Since when it is gone.
    pub deleted_at: Option<Micros>,
    /// Its face, if it shows one.
    pub avatar_id: Option<MediaId>,
    /// The picture across the top of its page.
    pub cover_id: Option<MediaId>,
}

columns! {
    Actor of actor:
    id, uri, kind, name, host, address, display_name, names, hometown, about, about_html, url, inbox,
    shared_inbox, followers, outbox, locked, friends, discoverable, created_at, updated_at, fetched_at,
    suspended_at, deleted_at, avatar_id, cover_id,
}

impl Actor {
    /// Is it of this hall?
    pub fn is_local(&self) -> bool {
        self.host.is_empty()
    }

    /// Its names by language code.
    pub fn names(&self) -> BTreeMap<String, String> {
        let mut names: BTreeMap<String, String> = serde_json::from_str(&self.names).unwrap_or_default();
        names.retain(|key, _| !key.starts_with(':'));
        names
    }

    /// The addresses here of the pictures for shortcodes in its names.
    pub fn emoji(&self) -> BTreeMap<String, String> {
        if !self.names.contains("{\":") && !self.names.contains(",\":") {
            return BTreeMap::new();
        }
        let names: BTreeMap<String, String> = serde_json::from_str(&self.names).unwrap_or_default();
        let pictures = names.into_iter().filter(|(key, _)| key.starts_with(':'));
        pictures.map(|(key, address)| (key.trim_matches(':').to_owned(), address)).collect()
    }

    /// The inbox to deliver public things to: the shared one if there is one.
    pub fn delivery_inbox(&self) -> &str {
        if self.shared_inbox.is_empty() { &self.inbox } else { &self.shared_inbox }
    }
}

/// Is this a name that a member of the hall may take? Answers it in lower case.
///
/// Errors: `Invalid` for the field `name`.
pub fn check_name(raw: &str) -> Result<String> {
    let name = raw.trim().trim_start_matches('@').to_ascii_lowercase();
    if name.is_empty() {
        return Err(Error::invalid("name", "problem-name-empty"));
    }
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !plain || name.len() > NAME_CHARS_MAX {
        let problem = Problem::new("name", "problem-name-letters").with("max", NAME_CHARS_MAX);
        return Err(Error::Invalid(vec![problem]));
    }
    if RESERVED.contains(&name.as_str()) {
        return Err(Error::invalid("name", "problem-name-reserved"));
    }
    Ok(name)
}

/// Makes a local actor with its keys. `name` has passed [`check_name`] (the hall's own is `hall`).
///
/// Errors: `Invalid` for the field `name` if it is taken.
pub fn create(conn: &mut Conn, kind: Kind, name: &str, display_name: &str, keys: &Keys) -> Result<Actor> {
    if local_by_name(conn, name)?.is_some() {
        return Err(Error::invalid("name", "problem-name-taken"));
    }
    let origin = conn.origin();
    let uri = if kind == Kind::Application { format!("{origin}/actor") } else { format!("{origin}/actors/{name}") };
    let authority = origin.split_once("://").map_or(&*origin, |(_, authority)| authority).to_owned();
    let now = conn.now();
    let id = ActorId(conn.id_at(now));
    diesel::insert_into(actor::table)
        .values((
            actor::id.eq(id),
            actor::uri.eq(&uri),
            actor::kind.eq(kind),
            actor::name.eq(name),
            actor::host.eq(""),
            actor::address.eq(format!("{name}@{authority}")),
            actor::display_name.eq(display_name),
            actor::names.eq("{}"),
            actor::hometown.eq(""),
            actor::about.eq(""),
            actor::about_html.eq(""),
            actor::url.eq(if kind == Kind::Application { origin.to_string() } else { format!("{origin}/@{name}") }),
            actor::inbox.eq(format!("{uri}/inbox")),
            actor::shared_inbox.eq(format!("{origin}/inbox")),
            actor::followers.eq(format!("{uri}/followers")),
            actor::outbox.eq(format!("{uri}/outbox")),
            actor::locked.eq(kind == Kind::Person),
            actor::friends.eq(kind == Kind::Person),
            actor::discoverable.eq(false),
            (actor::created_at.eq(now), actor::updated_at.eq(now), actor::fetched_at.eq(now)),
        ))
        .execute(conn.link())?;
    store_keys(conn, id, &uri, keys)?;
    by_id(conn, id)
}

/// The hall's own actor, which signs the hall's requests; made with `keys` at the first start.
pub fn hall(conn: &mut Conn) -> Result<Option<Actor>> {
    Ok(actor::table
        .filter(actor::host.eq(""))
        .filter(actor::kind.eq(Kind::Application))
        .select(Actor::as_select())
        .first(conn.link())
        .optional()?)
}

/// What a member says about themself.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// The name shown.
    pub display_name: String,
    /// Names by language code; empty ones are dropped.
    pub names: BTreeMap<String, String>,
    /// 籍贯.
    pub hometown: String,
    /// About, plain text.
    pub about: String,
    /// May be suggested to strangers.
    pub discoverable: bool,
}

/// Changes a local actor's profile and tells its friends' servers.
///
/// Errors: `Invalid` naming the fields that are too long or empty.
pub fn update(conn: &mut Conn, id: ActorId, profile: &Profile) -> Result<Actor> {
    let names: BTreeMap<_, _> = profile
        .names
        .iter()
        .map(|(language, name)| (language.clone(), crate::text::name(name, DISPLAY_NAME_CHARS_MAX + 1)))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    let display_name = crate::text::name(&profile.display_name, DISPLAY_NAME_CHARS_MAX + 1);
    let hometown = crate::text::name(&profile.hometown, HOMETOWN_CHARS_MAX + 1);
    let about = crate::text::body(&profile.about);
    let mut problems = Vec::new();
    if display_name.is_empty() {
        problems.push(Problem::new("display_name", "problem-display-name-empty"));
    }
    let mut limit = |field, text: &str, max: usize| {
        if text.chars().count() > max {
            problems.push(Problem::new(field, "problem-too-long").with("max", max));
        }
    };
    limit("display_name", &display_name, DISPLAY_NAME_CHARS_MAX);
    limit("hometown", &hometown, HOMETOWN_CHARS_MAX);
    limit("about", &about, ABOUT_CHARS_MAX);
    for name in names.values() {
        limit("names", name, DISPLAY_NAME_CHARS_MAX);
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let now = conn.now();
    diesel::update(actor::table.filter(actor::id.eq(id)).filter(actor::host.eq("")))
        .set((
            actor::display_name.eq(display_name),
            actor::names.eq(serde_json::to_string(&names).unwrap_or_default()),
            actor::hometown.eq(hometown),
            actor::about_html.eq(crate::text::moment_html(&about)),
            actor::about.eq(about),
            actor::discoverable.eq(profile.discoverable),
            actor::updated_at.eq(now),
        ))
        .execute(conn.link())?;
    let event = event::id(conn);
    event::record(conn, event, id, &format!("actor:{id}"), &Event::ProfileChanged)?;
    by_id(conn, id)
}

/// What a local actor that is no person says of itself, checked.
#[derive(Debug)]
pub struct Description<'a> {
    /// The name shown.
    pub display_name: &'a str,
    /// Names by language code.
    pub names: &'a BTreeMap<String, String>,
    /// About it, plain text.
    pub about: &'a str,
    /// Does it approve followers by hand?
    pub locked: bool,
    /// May it be suggested to strangers?
    pub discoverable: bool,
}

/// Writes what a local actor that is no person says of itself.
pub(super) fn describe(conn: &mut Conn, id: ActorId, said: &Description<'_>) -> Result<()> {
    let now = conn.now();
    diesel::update(actor::table.filter(actor::id.eq(id)).filter(actor::host.eq("")))
        .set((
            actor::display_name.eq(said.display_name),
            actor::names.eq(serde_json::to_string(said.names).unwrap_or_default()),
            actor::about_html.eq(crate::text::moment_html(said.about)),
            actor::about.eq(said.about),
            actor::locked.eq(said.locked),
            actor::discoverable.eq(said.discoverable),
            actor::updated_at.eq(now),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// Keeps an actor from acting and from being seen, or lets it again.
pub fn suspend(conn: &mut Conn, id: ActorId, since: Option<Micros>) -> Result<()> {
    diesel::update(actor::table.filter(actor::id.eq(id))).set(actor::suspended_at.eq(since)).execute(conn.link())?;
    Ok(())
}

/// A remote actor as its own server describes it. Everything is cut to length and sanitised already.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Its id on the wire.
    pub uri: String,
    /// Its kind.
    pub kind: Kind,
    /// First part of its address.
    pub name: String,
    /// Canonical host of `uri`.
    pub host: String,
    /// The host of its address, as WebFinger confirmed it; mostly the same.
    pub address_host: String,
    /// The name shown.
    pub display_name: String,
    /// Names by language.
    pub names: BTreeMap<String, String>,
    /// 籍贯.
    pub hometown: String,
    /// Safe HTML.
    pub about_html: String,
    /// Its page.
    pub url: String,
    /// Its inbox.
    pub inbox: String,
    /// Shared inbox, or empty.
    pub shared_inbox: String,
    /// Followers collection, or empty.
    pub followers: String,
    /// Outbox, or empty.
    pub outbox: String,
    /// Approves followers by hand.
    pub locked: bool,
    /// `hg:friends`.
    pub friends: bool,
    /// May be suggested.
    pub discoverable: bool,
    /// Its keys by URI.
    pub keys: Vec<(String, PublicKey)>,
}

/// Stores what a remote server says of its actor, new or known.
///
/// Errors: `Forbidden` if the document claims to be of this hall, or the actor is gone.
pub fn receive(conn: &mut Conn, incoming: &Incoming) -> Result<Actor> {
    if incoming.host.is_empty() || incoming.uri.starts_with(&format!("{}/", conn.origin())) {
        return Err(Error::Forbidden);
    }
    conn.lock(&incoming.uri)?;
    let known = by_uri(conn, &incoming.uri)?;
    if known.as_ref().is_some_and(|actor| actor.is_local() || actor.deleted_at.is_some()) {
        return Err(Error::Forbidden);
    }
    let now = conn.now();
    let id = known.map_or_else(|| ActorId(conn.id_at(now)), |actor| actor.id);
    let own: BTreeMap<_, _> = incoming.names.iter().filter(|(code, _)| !code.starts_with(':')).collect();
    let names = serde_json::to_string(&own).unwrap_or_default();
    let row = (
        actor::kind.eq(incoming.kind),
        actor::name.eq(&incoming.name),
        actor::host.eq(&incoming.host),
        actor::address.eq(format!("{}@{}", incoming.name, incoming.address_host)),
        actor::display_name.eq(&incoming.display_name),
        actor::names.eq(names),
        actor::hometown.eq(&incoming.hometown),
        actor::about.eq(""),
        actor::about_html.eq(&incoming.about_html),
        actor::url.eq(&incoming.url),
        actor::inbox.eq(&incoming.inbox),
        actor::shared_inbox.eq(&incoming.shared_inbox),
        actor::followers.eq(&incoming.followers),
        actor::outbox.eq(&incoming.outbox),
        actor::locked.eq(incoming.locked),
        actor::friends.eq(incoming.friends),
        actor::discoverable.eq(incoming.discoverable),
        actor::updated_at.eq(now),
        actor::fetched_at.eq(now),
    );
    let changed = diesel::update(actor::table.filter(actor::id.eq(id))).set(row.clone()).execute(conn.link())?;
    if changed == 0 {
        diesel::insert_into(actor::table)
            .values((actor::id.eq(id), actor::uri.eq(&incoming.uri), actor::created_at.eq(now), row))
            .execute(conn.link())?;
        super::peer::meet(conn, &incoming.host)?;
    }
    key::replace(conn, id, &incoming.keys)?;
    by_id(conn, id)
}

/// Keeps the pictures for shortcodes in the names of a remote actor, by shortcode, beside the names.
pub fn keep_emoji(conn: &mut Conn, actor: &Actor, pictures: &BTreeMap<String, String>) -> Result<()> {
    let used = |name: &str| actor.display_name.contains(name) || actor.names.contains(name);
    let mut names = actor.names();
    for (shortcode, address) in pictures {
        let key = format!(":{shortcode}:");
        if used(&key) {
            names.insert(key, address.clone());
        }
    }
    let names = serde_json::to_string(&names).unwrap_or_default();
    let remote = actor::table.filter(actor::id.eq(actor.id)).filter(actor::host.ne(""));
    diesel::update(remote).set(actor::names.eq(names)).execute(conn.link())?;
    Ok(())
}

/// Marks a local actor that is no person as gone. Its keys stay, since its farewell has to be signed; its name can't be taken again.
pub(super) fn close(conn: &mut Conn, id: ActorId) -> Result<()> {
    let now = conn.now();
    diesel::update(actor::table.filter(actor::id.eq(id)).filter(actor::host.eq("")))
        .set((actor::deleted_at.eq(Some(now)), actor::about.eq(""), actor::about_html.eq(""), actor::names.eq("{}")))
        .execute(conn.link())?;
    Ok(())
}

/// Marks a remote actor as gone: its keys, tokens and text go, its name stays as a tombstone.
pub fn bury(conn: &mut Conn, id: ActorId) -> Result<()> {
    let now = conn.now();
    diesel::update(actor::table.filter(actor::id.eq(id)))
        .set((actor::deleted_at.eq(Some(now)), actor::about_html.eq(""), actor::hometown.eq(""), actor::names.eq("{}")))
        .execute(conn.link())?;
    key::replace(conn, id, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters_digits_and_underscores_in_lower_case() {
        assert_eq!(check_name(" @Mei_88 ").unwrap(), "mei_88");
        for bad in ["", "  ", "陈", "a b", "a-b", "admin", "Hall", "a".repeat(31).as_str(), "a.b", "mei@x"] {
            assert!(matches!(check_name(bad), Err(Error::Invalid(_))), "{bad}");
        }
    }
}
