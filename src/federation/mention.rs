//! What the text of a post points at, both directions: `tag` of ours (made here and nowhere else), and that of others with
//! the links in their text.
//!
//! Invariant: who is named on the wire may see the post without it. Of a non-public Moment each server gets the names of its
//! own people alone (`for_host`), so that none learns who else may see it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::outgoing::elsewhere;
use crate::db::Conn;
use crate::domain::actor::{self, Actor};
use crate::domain::audience::Audience;
use crate::domain::mention::{self as domain, page};
use crate::domain::moment::Incoming;
use crate::domain::post::{Kind, Post};
use crate::domain::{emoji, hashtag};
use crate::error::Result;
use crate::text;
use crate::wire::address::{host_of, read_url};
use crate::wire::object::{Note, Tag};

/// Links in a text that are looked at.
const LINKS_MAX: usize = 60;

/// What the text of a post of ours points at.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Everybody whom it names, with the address of their page here.
    people: Vec<(Actor, String)>,
    /// Those of them who may see it.
    named: Vec<Actor>,
    /// Its hashtags with the addresses of their pages.
    hashtags: Vec<(String, String)>,
    /// Is it a non-public Moment that names somebody? Then servers get documents of their own.
    pub is_per_host: bool,
}

/// Loads what the text of a post of ours points at.
pub fn of(conn: &mut Conn, post: &Post) -> Result<Words> {
    let people = domain::of(conn, post)?;
    let named = domain::of_audience(conn, post, &people)?;
    let origin = conn.origin();
    let hashtags = hashtag::of(conn, post.id)?;
    let address = |name: String| {
        let href = format!("{origin}/tags/{}", text::in_path(&name));
        (name, href)
    };
    Ok(Words {
        is_per_host: !post.audience.is_public()
            && !named.is_empty()
            && (post.kind == Kind::Moment || post.audience == Audience::People),
        people: people.into_iter().map(|actor| (actor.clone(), page(&origin, &actor))).collect(),
        named,
        hashtags: hashtags.into_iter().map(address).collect(),
    })
}

impl Words {
    /// The text of a post as other servers get it: links to people lead to their own pages.
    pub fn content(&self, body_html: &str) -> String {
        let own = |html: String, (actor, here): &(Actor, String)| text::with_mention_at(&html, here, &actor.url);
        self.people.iter().fold(body_html.to_owned(), own)
    }

    /// The inboxes of those elsewhere whom a public post names, as far as nothing goes there already.
    pub fn inboxes(&self, reached: &BTreeSet<String>) -> Vec<String> {
        let elsewhere = self.named.iter().filter(|actor| !actor.is_local() && actor.deleted_at.is_none());
        let inboxes = elsewhere.map(|actor| actor.delivery_inbox().to_owned());
        inboxes.filter(|inbox| !inbox.is_empty() && !reached.contains(inbox)).collect()
    }

    /// The own inboxes of those elsewhere whom a post names: what is for them alone goes to no inbox of many.
    pub fn own_inboxes(&self) -> BTreeSet<String> {
        self.named.iter().filter_map(elsewhere).collect()
    }

    /// Writes `tag`, and names those whom a public post names. `answered` is whose post a comment stands under.
    pub fn add(&self, note: &mut Note, post: &Post, answered: Option<&Actor>) {
        if post.audience == Audience::People {
            note.to = self.named.iter().map(|actor| actor.uri.clone()).collect();
            note.cc = Vec::new();
        }
        if post.audience.is_public() {
            for uri in self.named.iter().map(|actor| &actor.uri) {
                if !note.to.contains(uri) && !note.cc.contains(uri) {
                    note.cc.push(uri.clone());
                }
            }
        }
        // Most servers thread and tell by mention; it adds nobody who isn't addressed already.
        let answered = answered.filter(|answered| answered.id != post.author_id);
        for actor in answered.into_iter().chain(&self.named) {
            let is_addressed = note.to.iter().chain(&note.cc).any(|uri| *uri == actor.uri);
            let tag = Tag::Mention { href: actor.uri.clone(), name: format!("@{}", actor.address) };
            if (is_addressed || self.is_per_host) && !note.tags.contains(&tag) {
                note.tags.push(tag);
            }
        }
        let hashtags = self.hashtags.iter();
        note.tags.extend(hashtags.map(|(name, href)| Tag::Hashtag { name: name.clone(), href: href.clone() }));
    }
}

/// Takes out of the document of a non-public post (or of an activity with one) who isn't of the server that gets it.
pub fn for_host(document: &mut Value, host: &str) {
    for place in ["/to", "/cc", "/object/to", "/object/cc"] {
        let Some(Value::Array(names)) = document.pointer_mut(place) else { continue };
        names.retain(|name| {
            let uri = name.as_str().unwrap_or_default();
            uri.ends_with("/followers") || host_of(uri).is_some_and(|of| of == host)
        });
    }
    let place = if document.get("object").is_some_and(Value::is_object) { "/object/tag" } else { "/tag" };
    let Some(Value::Array(tags)) = document.pointer_mut(place) else { return };
    tags.retain(|tag| {
        let href = tag.get("href").and_then(Value::as_str).unwrap_or_default();
        tag.get("type").and_then(Value::as_str) != Some("Mention") || host_of(href).is_some_and(|of| of == host)
    });
}

/// Reads what the text of another server's post points at: who and which hashtags, and turns the links to them to their pages
/// here.
pub fn read(conn: &mut Conn, author: &Actor, tags: &[Tag], mut incoming: Incoming) -> Result<Incoming> {
    let mut links: Vec<(String, String)> = Vec::new();
    text::relink(&incoming.body_html, |href, words| {
        if links.len() < LINKS_MAX && words.starts_with(['@', '#', '＠', '＃']) {
            links.push((href.to_owned(), words.to_owned()));
        }
        None
    });
    let mut people = tagged(conn, tags)?;
    for (href, words) in links.iter().filter(|(_, words)| words.starts_with(['@', '＠'])) {
        let is_known = people.iter().any(|known| known.url == *href || known.uri == *href);
        // A hall names on the wire only those of the server that it speaks to; the others stand in the text.
        if !is_known && author.friends && people.len() < domain::POST_MAX {
            people.extend(linked(conn, href, words)?);
        }
    }
    people.retain(|person| person.deleted_at.is_none() && person.id != author.id);
    let hashtags = hashtags(tags);
    let origin = conn.origin();
    let mut pages: BTreeMap<&str, String> = BTreeMap::new();
    for person in &people {
        pages.insert(&person.uri, page(&origin, person));
        pages.insert(&person.url, page(&origin, person));
    }
    incoming.body_html = text::relink(&incoming.body_html, |href, words| {
        if let Some(topic) = words.strip_prefix(['#', '＃']) {
            let folded = text::fold_hashtag(topic).filter(|name| hashtags.contains(name))?;
            return Some(format!("{origin}/tags/{}", text::in_path(&folded)));
        }
        pages.get(href).cloned()
    });
    incoming.mentions = people.iter().map(|person| person.id).collect();
    incoming.mentions.sort_unstable();
    incoming.mentions.dedup();
    incoming.hashtags = hashtags;
    incoming.emoji = emoji_of(tags);
    Ok(incoming)
}

/// Those whom `tag` names and whom we know.
fn tagged(conn: &mut Conn, tags: &[Tag]) -> Result<Vec<Actor>> {
    let uris = tags.iter().filter_map(|tag| match tag {
        Tag::Mention { href, .. } => Some(href),
        _ => None,
    });
    let mut people = Vec::new();
    for uri in uris.take(domain::POST_MAX) {
        people.extend(actor::by_uri(conn, uri)?);
    }
    Ok(people)
}

/// Whose page a link leads to, if its text names them and we know them.
fn linked(conn: &mut Conn, href: &str, words: &str) -> Result<Option<Actor>> {
    let Some(host) = host_of(href) else { return Ok(None) };
    let name = words.trim_start_matches(['@', '＠']).split(['@', '＠']).next().unwrap_or_default().to_lowercase();
    let found = domain::find(conn, &text::Handle { name, host })?;
    Ok(found.filter(|actor| actor.url == href || actor.uri == href))
}

/// The hashtags of a post, folded, each once.
fn hashtags(tags: &[Tag]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for tag in tags {
        let Tag::Hashtag { name, .. } = tag else { continue };
        let folded = text::fold_hashtag(name).filter(|name| !found.contains(name));
        found.extend(folded.filter(|_| found.len() < hashtag::POST_MAX));
    }
    found
}

/// The pictures for shortcodes that came with a post.
fn emoji_of(tags: &[Tag]) -> Vec<emoji::Incoming> {
    let emoji = tags.iter().filter_map(|tag| match tag {
        Tag::Emoji { name, url } if read_url(url).is_some() => {
            Some(emoji::Incoming { shortcode: name.clone(), url: url.clone() })
        }
        _ => None,
    });
    emoji.take(emoji::POST_MAX).collect()
}
