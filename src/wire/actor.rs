//! Actors as documents: read from others with tolerance in form and strictness in origin, written for our own.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::address::{host_of, read_url, same_host};
use super::group::{self, Group};
use super::object::Tag;
use super::{Refusal, json};
use crate::secret::{Algorithm, PublicKey};

/// Keys of one actor that are looked at.
const KEYS_MAX: usize = 10;
/// Profile fields that are looked at.
const FIELDS_MAX: usize = 20;
/// Ids elsewhere that are looked at.
const KNOWN_AS_MAX: usize = 20;
/// Longest id elsewhere.
const ID_BYTES_MAX: usize = 2_000;
/// Pictures for shortcodes in a name that are looked at.
const EMOJI_MAX: usize = 8;

/// The kinds of actors of ActivityStreams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A person.
    Person,
    /// An organisation: our public accounts.
    Organization,
    /// A group.
    Group,
    /// A bot.
    Service,
    /// A server's own actor.
    Application,
}

impl Kind {
    fn read(types: &[&str]) -> Option<Self> {
        types.iter().find_map(|t| match *t {
            "Person" => Some(Self::Person),
            "Organization" => Some(Self::Organization),
            "Group" => Some(Self::Group),
            "Service" => Some(Self::Service),
            "Application" => Some(Self::Application),
            _ => None,
        })
    }

    /// The ActivityStreams type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::Organization => "Organization",
            Self::Group => "Group",
            Self::Service => "Service",
            Self::Application => "Application",
        }
    }
}

/// An actor's document.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: Kind,
    /// `preferredUsername`.
    pub username: String,
    /// The name shown; may be empty.
    pub name: String,
    /// `nameMap`: names by language.
    pub names: BTreeMap<String, String>,
    /// HTML about it, as sent: not safe yet.
    pub summary: String,
    /// `hg:hometown`.
    pub hometown: String,
    /// Its page.
    pub url: String,
    /// Its inbox.
    pub inbox: String,
    /// The shared inbox, or empty.
    pub shared_inbox: String,
    /// The outbox, or empty.
    pub outbox: String,
    /// The followers collection, or empty.
    pub followers: String,
    /// The following collection, or empty.
    pub following: String,
    /// The collection of its pinned posts, or empty.
    pub featured: String,
    /// Fields of its profile but the hometown: name and HTML, as sent: not safe yet.
    pub fields: Vec<(String, String)>,
    /// `alsoKnownAs`: its ids elsewhere. A claim only.
    pub also_known_as: Vec<String>,
    /// `movedTo`: the id of the actor that it is now; may be empty. Never read: a `Move` is believed by `alsoKnownAs` of where it leads.
    pub moved_to: String,
    /// `manuallyApprovesFollowers`.
    pub locked: bool,
    /// `hg:friends`: its followers are its friends.
    pub friends: bool,
    /// `discoverable`.
    pub discoverable: bool,
    /// `indexable` (FEP-5feb): may anybody find what it writes for everyone?
    pub indexable: bool,
    /// `searchableBy` (FEP-268d): who may find what it writes, if it says so.
    pub searchable_by: Option<Vec<String>>,
    /// The address of its face; may be empty.
    pub icon: String,
    /// The address of the picture across the top of its page; may be empty.
    pub image: String,
    /// When it was made, as RFC 3339; may be empty.
    pub published: String,
    /// Its keys by URI.
    pub keys: Vec<(String, PublicKey)>,
    /// Pictures for shortcodes in its name: shortcode and address, as sent. Never written.
    pub emoji: Vec<(String, String)>,
    /// What a group says of itself besides.
    pub group: Option<Group>,
    /// `hg:accountKind`: how readers know a public account, `subscription` or `service`; may be empty.
    pub account: String,
    /// `hg:union`: it is an archive that decides by hand which other archives take its items into their search.
    pub union: Option<Union>,
}

/// What an archive says to other archives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Union {
    /// What its hall is called; may be empty.
    pub hall: String,
    /// The collection of all its public items, or empty.
    pub items: String,
}

/// Reads an actor's document that came from the host of its id.
///
/// Inboxes and keys must stand on the actor's own host, and a key must name the actor as its owner (FEP-fe34).
pub fn read(document: &Value) -> Result<Actor, Refusal> {
    let id = document.get("id").and_then(Value::as_str).ok_or(Refusal("the actor has no id"))?;
    host_of(id).ok_or(Refusal("the actor's id is no web address"))?;
    let kind = Kind::read(&json::types(document)).ok_or(Refusal("not an actor"))?;
    let inbox = json::text(document, "inbox").filter(|inbox| same_host(inbox, id));
    let inbox = inbox.ok_or(Refusal("the actor has no inbox on its own host"))?;
    let own = |text: Option<&str>| text.filter(|url| same_host(url, id)).unwrap_or_default().to_owned();
    let endpoints = document.get("endpoints").unwrap_or(&Value::Null);
    let shared = json::text(endpoints, "sharedInbox").or_else(|| json::text(document, "sharedInbox"));
    let names = document.get("nameMap").and_then(Value::as_object).map(read_names).unwrap_or_default();
    let collection = |key: &str| own(document.get(key).and_then(json::id_of));
    Ok(Actor {
        id: id.to_owned(),
        kind,
        username: username(document, id),
        name: json::text(document, "name").unwrap_or_default().to_owned(),
        names,
        summary: json::text(document, "summary").unwrap_or_default().to_owned(),
        hometown: hometown(document),
        url: json::url(document).unwrap_or_else(|| id.to_owned()),
        inbox: inbox.to_owned(),
        shared_inbox: own(shared),
        outbox: collection("outbox"),
        followers: collection("followers"),
        following: collection("following"),
        featured: collection("featured"),
        fields: fields(document),
        also_known_as: also_known_as(document),
        moved_to: String::new(),
        locked: json::truth(document, "manuallyApprovesFollowers"),
        friends: json::truth(document, "hg:friends"),
        discoverable: json::truth(document, "discoverable"),
        indexable: json::truth(document, "indexable"),
        searchable_by: json::searchable_by(document),
        icon: json::picture(document, "icon"),
        image: json::picture(document, "image"),
        published: json::text(document, "published").unwrap_or_default().to_owned(),
        keys: read_keys(document, id),
        emoji: emoji(document),
        group: group::read(document, id),
        account: match kind {
            Kind::Organization => json::text(document, "hg:accountKind").unwrap_or_default().to_owned(),
            _ => String::new(),
        },
        union: document.get("hg:union").filter(|said| said.is_object() && kind == Kind::Organization).map(|said| {
            Union {
                hall: json::text(said, "name").unwrap_or_default().to_owned(),
                items: own(json::text(said, "items")),
            }
        }),
    })
}

/// The pictures for shortcodes in `tag`.
fn emoji(document: &Value) -> Vec<(String, String)> {
    let tags = json::items(document, "tag").into_iter().filter_map(super::object::tag);
    let emoji = tags.filter_map(|tag| match tag {
        Tag::Emoji { name, url } => Some((name, url)),
        Tag::Mention { .. } | Tag::Hashtag { .. } => None,
    });
    emoji.take(EMOJI_MAX).collect()
}

/// `preferredUsername`, or else the last part of the id's path, or its host: a server's own actor may have no name.
///
/// A name that could be taken for more than a name is none: it stands in addresses before the host.
fn username(document: &Value, id: &str) -> String {
    let forges = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | '＠' | '/' | ':' | '?' | '#');
    let fit = |name: &&str| !name.is_empty() && !name.contains(forges);
    let path = read_url(id).map(|url| url.path().to_owned()).unwrap_or_default();
    let name = json::text(document, "preferredUsername").filter(fit);
    let name = name.or_else(|| path.rsplit('/').next().filter(fit)).map(str::to_owned);
    name.or_else(|| host_of(id)).unwrap_or_default()
}

fn read_names(map: &Map<String, Value>) -> BTreeMap<String, String> {
    map.iter().take(10).filter_map(|(code, name)| Some((code.clone(), name.as_str()?.to_owned()))).collect()
}

/// `PropertyValue`s of the attachments, name and value; more than [`FIELDS_MAX`] are not looked at.
fn properties(document: &Value) -> impl Iterator<Item = (&str, &str)> {
    json::items(document, "attachment").into_iter().take(FIELDS_MAX).filter_map(|field| {
        let is_property = json::types(field).iter().any(|t| matches!(*t, "PropertyValue" | "schema:PropertyValue"));
        let name = json::text(field, "name").filter(|name| !name.is_empty())?;
        let value = json::text(field, "value").or_else(|| json::text(field, "schema:value"));
        value.filter(|value| is_property && !value.is_empty()).map(|value| (name, value))
    })
}

fn is_hometown(name: &str) -> bool {
    matches!(name, "籍贯" | "籍貫" | "Hometown")
}

fn fields(document: &Value) -> Vec<(String, String)> {
    let others = properties(document).filter(|(name, _)| !is_hometown(name));
    others.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn also_known_as(document: &Value) -> Vec<String> {
    let ids = json::items(document, "alsoKnownAs").into_iter().take(KNOWN_AS_MAX).filter_map(json::id_of);
    ids.filter(|id| id.len() <= ID_BYTES_MAX && host_of(id).is_some()).map(str::to_owned).collect()
}

fn hometown(document: &Value) -> String {
    let field = || properties(document).find(|(name, _)| is_hometown(name)).map(|(_, value)| value);
    json::text(document, "hg:hometown").or_else(field).unwrap_or_default().to_owned()
}

/// `publicKey` (security vocabulary) and `assertionMethod` (FEP-521a), one or many, owner and host checked.
fn read_keys(document: &Value, id: &str) -> Vec<(String, PublicKey)> {
    let pems = json::items(document, "publicKey").into_iter().filter_map(|key| {
        let owner = key.get("owner").and_then(json::id_of).or_else(|| key.get("controller").and_then(json::id_of));
        let uri = key.get("id").and_then(Value::as_str)?;
        let pem = json::text(key, "publicKeyPem")?;
        let ours = owner.is_none_or(|owner| owner == id) && same_host(uri, id);
        ours.then(|| PublicKey::from_pem(pem)).flatten().map(|key| (uri.to_owned(), key))
    });
    let multikeys = json::items(document, "assertionMethod").into_iter().filter_map(|key| {
        let uri = key.get("id").and_then(Value::as_str)?;
        let multikey = json::text(key, "publicKeyMultibase")?;
        let ours = key.get("controller").and_then(json::id_of) == Some(id) && same_host(uri, id);
        ours.then(|| PublicKey::from_multikey(multikey)).flatten().map(|key| (uri.to_owned(), key))
    });
    let mut keys: Vec<(String, PublicKey)> = Vec::new();
    for (uri, key) in pems.chain(multikeys) {
        // The first key of an id counts: another under the same id is no second key of it.
        if keys.len() < KEYS_MAX && !keys.iter().any(|(known, _)| *known == uri) {
            keys.push((uri, key));
        }
    }
    keys
}

/// Writes one of our own actors, without `@context`.
pub fn write(actor: &Actor) -> Value {
    let mut document = json!({
        "id": actor.id,
        "type": actor.kind.as_str(),
        "preferredUsername": actor.username,
        "name": actor.name,
        "url": actor.url,
        "inbox": actor.inbox,
        "outbox": actor.outbox,
        "followers": actor.followers,
        "following": actor.following,
        "featured": actor.featured,
        "manuallyApprovesFollowers": actor.locked,
        "discoverable": actor.discoverable,
        "indexable": actor.indexable,
        "hg:friends": actor.friends,
        "published": actor.published,
        "endpoints": {"sharedInbox": actor.shared_inbox},
    });
    let Value::Object(map) = &mut document else { return document };
    if !actor.summary.is_empty() {
        map.insert("summary".to_owned(), actor.summary.clone().into());
    }
    if !actor.names.is_empty() {
        map.insert("nameMap".to_owned(), json!(actor.names));
    }
    if let Some(who) = &actor.searchable_by {
        map.insert("searchableBy".to_owned(), json!(who));
    }
    if !actor.hometown.is_empty() {
        map.insert("hg:hometown".to_owned(), actor.hometown.clone().into());
    }
    let hometown = (!actor.hometown.is_empty()).then_some(("籍贯", &actor.hometown));
    let fields = hometown.into_iter().chain(actor.fields.iter().map(|(name, value)| (name.as_str(), value)));
    let properties: Vec<Value> =
        fields.map(|(name, value)| json!({"type": "PropertyValue", "name": name, "value": value})).collect();
    if !properties.is_empty() {
        map.insert("attachment".to_owned(), properties.into());
    }
    for (key, url) in [("icon", &actor.icon), ("image", &actor.image)] {
        if !url.is_empty() {
            map.insert(key.to_owned(), json!({"type": "Image", "mediaType": "image/jpeg", "url": url}));
        }
    }
    if !actor.also_known_as.is_empty() {
        map.insert("alsoKnownAs".to_owned(), json!(actor.also_known_as));
    }
    map.insert("movedTo".to_owned(), actor.moved_to.clone().into());
    map.insert("hg:accountKind".to_owned(), actor.account.clone().into());
    if let Some(group) = &actor.group {
        group::write(map, group);
    }
    if let Some(union) = &actor.union {
        map.insert("hg:union".to_owned(), json!({"name": union.hall, "items": union.items}));
    }
    map.retain(|_, value| value.as_str() != Some(""));
    write_keys(map, actor);
    document
}

/// The RSA key as `publicKey`, the Ed25519 key as `assertionMethod`.
fn write_keys(map: &mut Map<String, Value>, actor: &Actor) {
    let mut methods = Vec::new();
    for (uri, key) in &actor.keys {
        match key.algorithm() {
            Algorithm::Ed25519 => methods.push(json!({
                "id": uri, "type": "Multikey", "controller": actor.id, "publicKeyMultibase": key.to_multikey()
            })),
            Algorithm::Rsa => {
                let pem = json!({"id": uri, "owner": actor.id, "publicKeyPem": key.to_pem()});
                map.insert("publicKey".to_owned(), pem);
            }
        }
    }
    map.insert("assertionMethod".to_owned(), Value::Array(methods));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::SigningKey;

    fn ours() -> Actor {
        let id = "https://a.example/actors/mei".to_owned();
        let keys = vec![
            (format!("{id}#ed25519-key"), SigningKey::make_ed25519().unwrap().public()),
            (format!("{id}#main-key"), SigningKey::make_rsa().unwrap().public()),
        ];
        Actor {
            kind: Kind::Person,
            username: "mei".into(),
            emoji: Vec::new(),
            group: None,
            account: String::new(),
            union: None,
            name: "陈美玲".into(),
            names: BTreeMap::from([("en".to_owned(), "Mei".to_owned())]),
            summary: "<p>你好</p>".into(),
            hometown: "潮州".into(),
            url: "https://a.example/@mei".into(),
            inbox: format!("{id}/inbox"),
            shared_inbox: "https://a.example/inbox".into(),
            outbox: format!("{id}/outbox"),
            followers: format!("{id}/followers"),
            following: format!("{id}/following"),
            featured: format!("{id}/featured"),
            fields: vec![("网页".to_owned(), "<a href=\"https://mei.example\" rel=\"me\">mei.example</a>".to_owned())],
            also_known_as: vec!["https://old.example/users/mei".to_owned()],
            moved_to: String::new(),
            locked: true,
            friends: true,
            discoverable: false,
            indexable: false,
            searchable_by: Some(vec![format!("{id}/followers")]),
            icon: "https://a.example/media/7/display".into(),
            image: "https://a.example/media/8/display".into(),
            published: "2026-11-23T00:00:00Z".into(),
            keys,
            id,
        }
    }

    #[test]
    fn what_we_write_we_read() {
        let actor = ours();
        let mut read_back = read(&write(&actor)).unwrap();
        read_back.keys.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(read_back, actor);
    }

    #[test]
    fn an_account_says_how_its_readers_know_it() {
        let clinic = Actor { kind: Kind::Organization, account: "service".to_owned(), ..ours() };
        let mut document = write(&clinic);
        assert_eq!(read(&document).unwrap().account, "service");
        document["type"] = json!("Person");
        assert_eq!(read(&document).unwrap().account, "", "a person is none");
        assert_eq!(write(&ours()).get("hg:accountKind"), None);
    }

    #[test]
    fn an_archive_says_that_it_decides_by_hand() {
        let said = Union { hall: "槟城会馆".to_owned(), items: format!("{}/items", ours().id) };
        let archive = Actor { kind: Kind::Organization, union: Some(said.clone()), ..ours() };
        let mut document = write(&archive);
        assert_eq!(document["hg:union"]["name"], "槟城会馆");
        assert_eq!(read(&document).unwrap().union, Some(said));
        document["hg:union"]["items"] = json!("https://evil.example/items");
        assert_eq!(read(&document).unwrap().union.unwrap().items, "", "its own alone");
        assert_eq!(read(&write(&Actor { kind: Kind::Person, ..archive })).unwrap().union, None, "no person is one");
    }

    #[test]
    fn foreign_inboxes_and_keys_are_not_taken() {
        let fine = write(&ours());
        for (path, value) in [
            ("/inbox", json!("https://evil.example/inbox")),
            ("/inbox", Value::Null),
            ("/id", json!("not an address")),
            ("/id", json!(7)),
            ("/type", json!("Note")),
        ] {
            let mut bad = fine.clone();
            *bad.pointer_mut(path).unwrap() = value;
            assert!(read(&bad).is_err(), "{path}");
        }
        let mut foreign = fine.clone();
        *foreign.pointer_mut("/publicKey/owner").unwrap() = json!("https://a.example/actors/other");
        *foreign.pointer_mut("/assertionMethod/0/id").unwrap() = json!("https://evil.example/#k");
        *foreign.pointer_mut("/endpoints/sharedInbox").unwrap() = json!("https://evil.example/inbox");
        let read = read(&foreign).unwrap();
        assert_eq!(read.keys, vec![]);
        assert_eq!(read.shared_inbox, "");
    }

    #[test]
    fn fields_come_in_many_shapes_and_only_so_many_count() {
        let mut document = write(&ours());
        document["hg:hometown"] = Value::Null;
        document["attachment"] = json!([
            null, 7, "text", {"type": "Image", "url": "https://a.example/i"}, {"type": "PropertyValue", "name": "Pronouns"},
            {"type": "schema:PropertyValue", "name": "Site", "schema:value": "a"}, {"type": ["PropertyValue"], "name": "B", "value": "b"},
            {"type": "PropertyValue", "name": "籍贯", "value": "潮州"}, {"type": "PropertyValue", "name": "", "value": "x"},
        ]);
        document["alsoKnownAs"] = json!(["https://old.example/a", "acct:x@y", 7, null]);
        document["featured"] = json!({"id": "https://a.example/actors/mei/featured", "type": "OrderedCollection"});
        let actor = read(&document).unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(actor.fields, [pair("Site", "a"), pair("B", "b")]);
        assert_eq!(actor.hometown, "潮州");
        assert_eq!(actor.also_known_as, ["https://old.example/a"]);
        assert_eq!(actor.featured, "https://a.example/actors/mei/featured");
        let one = json!({"type": "PropertyValue", "name": "n", "value": "v"});
        document["attachment"] = one.clone();
        assert_eq!(read(&document).unwrap().fields.len(), 1);
        document["attachment"] = vec![one; 500].into();
        assert_eq!(read(&document).unwrap().fields.len(), FIELDS_MAX);
        document["featured"] = json!("https://evil.example/featured");
        assert_eq!(read(&document).unwrap().featured, "");
    }

    #[test]
    fn a_name_that_forges_an_address_is_no_name() {
        let mut document = write(&ours());
        for (given, read_as) in [
            (json!("Mei_2.x-y"), "Mei_2.x-y"),
            (json!("梅"), "梅"),
            (json!("mei@evil.example"), "mei"),
            (json!("mei＠evil.example"), "mei"),
            (json!("mei/../x"), "mei"),
            (json!("a b"), "mei"),
            (json!("a\nb"), "mei"),
            (json!(""), "mei"),
            (json!(7), "mei"),
            (Value::Null, "mei"),
        ] {
            document["preferredUsername"] = given.clone();
            assert_eq!(read(&document).unwrap().username, read_as, "{given}");
        }
        // A server's own actor at its root is called by its host.
        document["id"] = json!("https://a.example/");
        assert_eq!(read(&document).unwrap().username, "a.example");
    }

    #[test]
    fn keys_come_single_or_many_and_only_so_many_are_looked_at() {
        let mut document = write(&ours());
        let single = document["publicKey"].clone();
        let other = json!({"id": "https://a.example/actors/mei#second", "owner": single["owner"],
            "publicKeyPem": SigningKey::make_ed25519().unwrap().public().to_pem()});
        document["publicKey"] = json!([null, "https://a.example/actors/mei#main-key", single, other, single]);
        let uris: Vec<String> = read(&document).unwrap().keys.into_iter().map(|(uri, _)| uri).collect();
        let id = "https://a.example/actors/mei";
        assert_eq!(uris, [format!("{id}#main-key"), format!("{id}#second"), format!("{id}#ed25519-key")]);
        let many = (0..100).map(|n| {
            let mut one = other.clone();
            one["id"] = json!(format!("{id}#{n}"));
            one
        });
        document["publicKey"] = many.collect();
        assert_eq!(read(&document).unwrap().keys.len(), KEYS_MAX);
    }
}
