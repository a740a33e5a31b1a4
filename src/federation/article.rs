//! Articles, both directions: a post of an account as an `Article` (FEP-b2b8) with a `Note` for those who show no more, and others'
//! titled texts with their covers and pictures.

use serde_json::{Value, json};

use crate::clock::to_rfc3339_ms;
use crate::db::Conn;
use crate::domain::account::{self, Talk};
use crate::domain::actor::Actor;
use crate::domain::article::{self, Article, DIGEST_CHARS_MAX, Incoming, Script, Series};
use crate::domain::media::{self, Media};
use crate::domain::post::{Kind, Post};
use crate::error::Result;
use crate::text;
use crate::wire::object::{Note, PUBLIC};

use super::picture;

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
    map.insert("content".to_owned(), content.clone().into());
    let mut contents = serde_json::Map::new();
    let mut names = serde_json::Map::new();
    if !post.language.is_empty() {
        contents.insert(post.language.clone(), content.into());
        names.insert(post.language.clone(), post.title.clone().into());
    }
    for script in &facts.scripts {
        contents.insert(script.language.clone(), text::whole_html(&script.body_html, origin, &post.url).into());
        names.insert(script.language.clone(), script.title.clone().into());
    }
    if !contents.is_empty() {
        map.insert("contentMap".to_owned(), contents.into());
    }
    if names.len() > 1 {
        map.insert("nameMap".to_owned(), names.into());
    }
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
    if let Some(series) = &facts.series {
        let url = format!("{origin}/accounts/{}/series/{}", series.account_id, series.id);
        map.insert("hg:series".to_owned(), json!({"name": series.title, "url": url}));
    }
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
pub fn incoming(note: &Note) -> Option<Incoming> {
    if note.kind != "Article" || !note.in_reply_to.is_empty() || note.name.trim().is_empty() {
        return None;
    }
    let summary = text::plain(&note.summary).replace('\n', " ");
    Some(Incoming {
        title: text::name(&note.name, 300),
        html: note.content.clone(),
        digest: text::excerpt(&summary, DIGEST_CHARS_MAX),
        cover: note.cover.clone(),
    })
}

/// The pictures in the text of an article, as files that go with it, unless they stand among its files already.
pub fn pictures(article: &Incoming, known: &[media::Incoming]) -> Vec<media::Incoming> {
    let is_new = |(url, _): &(String, String)| known.iter().all(|file| file.url != *url);
    let found = text::article_pictures(&article.html).into_iter().filter(is_new);
    found.map(|(url, alt)| media::Incoming { alt, ..media::Incoming::picture(&url) }).collect()
}
