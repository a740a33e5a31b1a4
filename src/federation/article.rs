//! Articles, both directions: a post of an account as an `Article` (FEP-b2b8) with a `Note` for those who show no more, and others'
//! titled texts with their covers and pictures.

use serde_json::{Map, Value, json};

use crate::clock::to_rfc3339_ms;
use crate::db::Conn;
use crate::domain::account::{self, Talk};
use crate::domain::actor::Actor;
use crate::domain::article::{self, Article, DIGEST_CHARS_MAX, Incoming, Script, Series};
use crate::domain::media::{self, Media};
use crate::domain::post::{Kind, Post};
use crate::error::Result;
use crate::lang::{self, Language};
use crate::text;
use crate::wire;
use crate::wire::address::same_host;
use crate::wire::article::Named;
use crate::wire::object::{Note, PUBLIC};

use super::picture;

/// Longest HTML of a text that is read; longer ones are refused rather than cut in the middle of a tag.
pub const CONTENT_BYTES_MAX: usize = 400_000;
/// Longest title of another server's article.
const TITLE_CHARS_MAX: usize = 300;
/// Longest subtitle, list of authors, licence and name of something elsewhere that is kept of another server's article.
const LINE_CHARS_MAX: usize = 200;

/// What an article of ours has beside its post.
pub struct Facts {
    known: Article,
    cover: Option<Media>,
    scripts: Vec<Script>,
    series: Option<Series>,
    talk: Talk,
}

/// What a post of ours has beside it, if it is an article.
pub fn facts(conn: &mut Conn, post: &Post) -> Result<Option<Facts>> {
    if post.kind != Kind::Article {
        return Ok(None);
    }
    let Some(known) = article::of_post(conn, post.id)? else { return Ok(None) };
    let cover = known.cover_id.map(|id| media::by_id(conn, id)).transpose()?.flatten();
    let series = known.series_id.map(|id| article::series_by_id(conn, id)).transpose()?;
    let talk = account::detail(conn, post.author_id)?.map_or(Talk::Open, |detail| detail.talk());
    Ok(Some(Facts { cover, scripts: article::scripts(conn, post.id)?, series, talk, known }))
}

impl Facts {
    /// The same as the wire has it.
    fn told(&self, origin: &str) -> wire::article::Facts {
        let Article { subtitle, bylines, is_original, licence, source_name, source_url, .. } = &self.known;
        let page = |series: &Series| format!("{origin}/accounts/{}/series/{}", series.account_id, series.id);
        let series = self.series.as_ref().map(|series| Named { name: series.title.clone(), url: page(series) });
        wire::article::Facts {
            subtitle: subtitle.clone(),
            bylines: bylines.clone(),
            is_original: *is_original,
            licence: licence.clone(),
            source: Named { name: source_name.clone(), url: source_url.clone() },
            series: series.unwrap_or_default(),
            variants: Vec::new(),
        }
    }
}

/// Says what a post of ours is in other scripts, beside its own.
fn add_scripts(map: &mut Map<String, Value>, post: &Post, facts: &Facts, origin: &str) {
    let (mut contents, mut names, mut digests) = (Map::new(), Map::new(), Map::new());
    // Alone in the map, a translation would tell the language of the text itself.
    let unknown = "und".to_owned();
    let language = if post.language.is_empty() && !facts.scripts.is_empty() { &unknown } else { &post.language };
    let own = (language, &post.title, &facts.known.digest, &post.body_html);
    let others = facts.scripts.iter().map(|one| (&one.language, &one.title, &one.digest, &one.body_html));
    for (language, title, digest, html) in std::iter::once(own).chain(others) {
        if language.is_empty() {
            continue;
        }
        contents.insert(language.clone(), text::whole_html(html, origin, &post.url).into());
        names.insert(language.clone(), title.clone().into());
        if !digest.is_empty() {
            digests.insert(language.clone(), text::escaped(digest).into());
        }
    }
    if !contents.is_empty() {
        map.insert("contentMap".to_owned(), contents.into());
    }
    for (key, lines) in [("nameMap", names), ("summaryMap", digests)] {
        if !facts.scripts.is_empty() && !lines.is_empty() {
            map.insert(key.to_owned(), lines.into());
        }
    }
}

/// Says in the document of a post what it is as an article.
pub fn add(document: &mut Value, post: &Post, author: &Actor, facts: Option<&Facts>, origin: &str) {
    let (Some(facts), Value::Object(map)) = (facts, document) else { return };
    let digest = text::escaped(&facts.known.digest);
    let content = text::whole_html(&post.body_html, origin, &post.url);
    let (to, cc) = (map.get("to").cloned().unwrap_or_default(), map.get("cc").cloned().unwrap_or_default());
    let note = format!(
        "<p><strong>{}</strong></p><p>{digest}</p><p><a href=\"{}\" rel=\"nofollow noopener\">{}</a></p>",
        text::escaped(&post.title),
        post.url,
        post.url
    );
    map.insert("type".to_owned(), "Article".into());
    map.insert("name".to_owned(), post.title.clone().into());
    if !digest.is_empty() {
        map.insert("summary".to_owned(), digest.into());
    }
    map.insert("content".to_owned(), content.into());
    add_scripts(map, post, facts, origin);
    if !post.source.is_empty() {
        let source = json!({"content": post.source, "mediaType": "text/markdown"});
        map.insert("source".to_owned(), source);
    }
    if let Some(cover) = facts.cover.as_ref().filter(|cover| cover.is_ready()) {
        let image = json!({
            "type": "Image", "url": picture::plain(origin, cover.id), "mediaType": cover.media_type, "name": cover.alt,
            "width": cover.width, "height": cover.height,
        });
        map.insert("image".to_owned(), image);
    }
    wire::article::write(map, &facts.told(origin));
    let reply = match facts.talk {
        Talk::Selected => json!({"automaticApproval": [author.uri], "manualApproval": [PUBLIC]}),
        Talk::Open => json!({"automaticApproval": [PUBLIC]}),
        Talk::Closed => json!({"automaticApproval": [author.uri]}),
    };
    let mut policy = map.get("interactionPolicy").cloned().unwrap_or_else(|| json!({}));
    if let Value::Object(policy) = &mut policy {
        policy.insert("canReply".to_owned(), reply);
    }
    map.insert("interactionPolicy".to_owned(), policy);
    // For those who show no more of an article than a title: the same in short (FEP-b2b8).
    map.insert(
        "preview".to_owned(),
        json!({
            "type": "Note", "attributedTo": author.uri, "content": note, "published": to_rfc3339_ms(post.published_at),
            "url": post.url, "to": to, "cc": cc,
        }),
    );
}

/// An account has selected what somebody elsewhere said: their server is told (GoToSocial's `Accept` of a reply).
pub fn selected(id: &str, account: &Actor, comment: &str, commenter: &str, article: &str) -> Value {
    json!({
        "id": id, "type": "Accept", "actor": account.uri, "object": comment, "target": article, "to": [commenter],
        "cc": [PUBLIC],
    })
}

/// What another server's post is as an article, if it is one.
pub fn incoming(note: &Note, facts: wire::article::Facts) -> Option<Incoming> {
    if note.kind != "Article" || !note.in_reply_to.is_empty() || note.name.trim().is_empty() {
        return None;
    }
    let line = |raw: &str| text::name(raw, LINE_CHARS_MAX);
    let source = Named { name: line(&facts.source.name), ..facts.source };
    let series = Named { name: line(&facts.series.name), ..facts.series };
    // A series is its author's, and its page stands where the article does.
    let series = Some(series).filter(|series| !series.name.is_empty() && same_host(&series.url, &note.id));
    let title = text::name(&note.name, TITLE_CHARS_MAX);
    let mut scripts: Vec<Script> = Vec::new();
    for variant in facts.variants {
        let script = script(variant, &title);
        scripts.extend(script.filter(|new| scripts.iter().all(|known| known.language != new.language)));
    }
    let is_reprint = source != Named::default();
    Some(Incoming {
        html: note.content.clone(),
        digest: digest(&note.summary),
        cover: note.cover.clone(),
        subtitle: line(&facts.subtitle),
        bylines: line(&facts.bylines),
        is_original: facts.is_original && !is_reprint,
        licence: line(&facts.licence),
        source: (source.name, source.url),
        series: series.map(|series| (series.name, series.url)).unwrap_or_default(),
        scripts,
        title,
    })
}

fn digest(summary: &str) -> String {
    text::excerpt(&text::plain(summary).replace('\n', " "), DIGEST_CHARS_MAX)
}

/// An article in another script or language, if it can be kept. Its HTML is cleaned when it is stored.
fn script(variant: wire::article::Variant, title: &str) -> Option<Script> {
    let language = language(&variant.language).filter(|_| variant.content.len() <= CONTENT_BYTES_MAX)?;
    let named = text::name(&variant.name, TITLE_CHARS_MAX);
    Some(Script {
        language,
        title: if named.is_empty() { title.to_owned() } else { named },
        digest: digest(&variant.summary),
        body_html: variant.content,
    })
}

/// The language that a tag says, as it is written here.
pub fn language(tag: &str) -> Option<String> {
    let ours = Language::of_tag(tag).map(|ours| ours.code().to_owned());
    ours.or_else(|| lang::tag(tag))
}

/// The pictures in the texts of an article, as files that go with it, unless they stand among its files already.
pub fn pictures(article: &Incoming, known: &[media::Incoming]) -> Vec<media::Incoming> {
    let texts = std::iter::once(&article.html).chain(article.scripts.iter().map(|script| &script.body_html));
    let mut found: Vec<media::Incoming> = Vec::new();
    for (url, alt) in texts.flat_map(|html| text::article_pictures(html)) {
        if known.iter().chain(&found).all(|file| file.url != url) {
            found.push(media::Incoming { alt, ..media::Incoming::picture(&url) });
        }
    }
    found
}
