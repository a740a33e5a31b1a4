//! Pictures, films and sounds, both directions: ours as attachments, others' as rows that are fetched when somebody looks.
//!
//! Invariant: a non-public picture goes out under an address that was made for the receiving server alone. So an activity
//! with such pictures is kept with their plain addresses and without a proof; each server gets it with its own, and
//! with a proof over just that.

use serde_json::Value;

use super::mention;
use crate::ctx::Ctx;
use crate::domain::activity::Sent;
use crate::domain::actor;
use crate::domain::audience::Viewer;
use crate::domain::media::{self, Incoming, Kind, Media};
use crate::error::{Error, Result};
use crate::id::{ActorId, MediaId};
use crate::secret::Algorithm;
use crate::wire::address::read_url;
use crate::wire::object::{self, Attachment, Note};
use crate::wire::{json, proof};

/// Adds the pictures of a post of ours to its document, under their plain addresses; answers whether there are any.
pub fn add(document: &mut Value, origin: &str, pictures: &[Media]) -> bool {
    let ready = pictures.iter().filter(|picture| picture.is_local() && picture.is_ready());
    let is_covered = ready.clone().any(|picture| picture.sensitive);
    let attachments: Vec<Attachment> = ready
        .map(|picture| Attachment {
            kind: match picture.kind {
                Kind::Video => "Video",
                Kind::Audio => "Audio",
                Kind::Paper => "Document",
                Kind::Image | Kind::Unknown => "Image",
            }
            .to_owned(),
            url: plain(origin, picture.id),
            media_type: picture.media_type.clone(),
            name: picture.alt.clone(),
            width: picture.size().map(|(width, _)| width),
            height: picture.size().map(|(_, height)| height),
            blurhash: picture.blurhash.clone(),
            icon: if picture.has_poster() { format!("{origin}/media/{}/thumb", picture.id) } else { String::new() },
        })
        .collect();
    object::attach(document, &attachments);
    if is_covered {
        object::cover(document);
    }
    !attachments.is_empty()
}

/// The plain address of a picture, by which only what is public is found.
pub fn plain(origin: &str, id: MediaId) -> String {
    format!("{origin}/media/{id}/display")
}

/// The picture behind a plain address of ours.
fn of_plain(origin: &str, url: &str) -> Option<MediaId> {
    let rest = url.strip_prefix(origin)?.strip_prefix("/media/")?;
    rest.strip_suffix("/display")?.parse().ok()
}

/// The host of the server that asks; `None` for those that nobody knows.
pub async fn host_of_viewer(ctx: &Ctx, viewer: &Viewer) -> Result<Option<String>> {
    match viewer {
        Viewer::Peer(host) => Ok(Some(host.clone())),
        Viewer::Remote(id) => {
            let id = *id;
            Ok(Some(ctx.glance(move |conn| actor::by_id(conn, id)).await?.host))
        }
        Viewer::Anonymous | Viewer::Member(_) => Ok(None),
    }
}

/// A document of a non-public post (or of an activity with one) as one server gets it: each picture under the address made for
/// that server, and it learns of no other server's people that they are named. A picture that isn't there any more, or isn't for that server any more, is left out.
pub async fn for_host(ctx: &Ctx, mut document: Value, host: &str) -> Result<Value> {
    mention::for_host(&mut document, host);
    let post = match document.get("object") {
        Some(object) if object.is_object() => "/object/attachment",
        _ => "/attachment",
    };
    let Some(Value::Array(attachments)) = document.pointer_mut(post) else { return Ok(document) };
    let mut kept = Vec::with_capacity(attachments.len());
    for mut attachment in std::mem::take(attachments) {
        let url = attachment.get("url").and_then(Value::as_str).unwrap_or_default();
        let Some(id) = of_plain(&ctx.origin, url) else { continue };
        let Some(token) = token(ctx, id, host).await? else { continue };
        if let Some(url) = attachment.get_mut("url") {
            *url = format!("{}/media/shared/{token}", ctx.origin).into();
        }
        if let Some(icon) = attachment.pointer_mut("/icon/url") {
            *icon = format!("{}/media/shared/{token}/thumb", ctx.origin).into();
        }
        kept.push(attachment);
    }
    if let Some(place) = document.pointer_mut(post) {
        *place = Value::Array(kept);
    }
    Ok(document)
}

/// The token of a picture for a server: the same each time, so that every attempt sends the same.
async fn token(ctx: &Ctx, id: MediaId, host: &str) -> Result<Option<String>> {
    let asked = host.to_owned();
    if let Some(token) = ctx.glance(move |conn| media::granted(conn, id, &asked)).await? {
        return Ok(Some(token));
    }
    let host = host.to_owned();
    ctx.write(move |conn| media::hosts_token(conn, id, &host)).await
}

/// A stored activity as a server gets it: as it is, or, if it is made for each by itself, with its own addresses and proof.
pub async fn whole(ctx: &Ctx, sent: &Sent, host: &str) -> Result<String> {
    if !sent.per_host {
        return Ok(sent.body.clone());
    }
    let mut document: Value = serde_json::from_str(&sent.body).map_err(|e| Error::Broken(Box::new(e)))?;
    if json::types(&document).iter().any(|kind| matches!(*kind, "Add" | "Announce")) {
        if let Some(inner) = document.get_mut("object") {
            *inner = handed_on(ctx, sent, inner.take(), host).await?;
        }
    } else {
        document = for_host(ctx, document, host).await?;
    }
    signed(ctx, sent.actor_id, sent.created_at, document).await
}

/// What a member of ours said under another member's post, as one server gets it that it is handed on to: with its author's proof
/// over just that.
async fn handed_on(ctx: &Ctx, sent: &Sent, said: Value, host: &str) -> Result<Value> {
    let uri = said.get("actor").and_then(json::id_of).unwrap_or_default().to_owned();
    let author = ctx.glance(move |conn| actor::by_uri(conn, &uri)).await?.ok_or(Error::NotFound("actor"))?;
    let said = for_host(ctx, said, host).await?;
    let said = signed(ctx, author.id, sent.created_at, said).await?;
    serde_json::from_str(&said).map_err(|e| Error::Broken(Box::new(e)))
}

/// A document as it goes out: with a proof by its actor's Ed25519 key (FEP-8b32).
pub async fn signed(ctx: &Ctx, actor: ActorId, created_at: crate::clock::Micros, document: Value) -> Result<String> {
    let (key_id, key) = ctx.glance(move |conn| actor::signing_key(conn, actor, Algorithm::Ed25519)).await?;
    let mut document = json::with_context(document);
    proof::add(&mut document, &key, &key_id, created_at)?;
    Ok(document.to_string())
}

/// The files of another server's post.
pub fn incoming(note: &Note) -> Vec<Incoming> {
    let readable = note.attachments.iter().filter(|file| read_url(&file.url).is_some());
    readable
        .map(|file| Incoming {
            kind: kind(file),
            url: file.url.clone(),
            media_type: file.media_type.clone(),
            alt: file.name.clone(),
            width: file.width.unwrap_or(0),
            height: file.height.unwrap_or(0),
            blurhash: file.blurhash.clone(),
            sensitive: note.sensitive,
            poster: if kind(file) == Kind::Video { file.icon.clone() } else { String::new() },
        })
        .collect()
}

/// What a file is: by its media type, or by the type of the attachment, which Mastodon says to be `Document` always.
fn kind(file: &Attachment) -> Kind {
    let of_media = file.media_type.split('/').next().unwrap_or_default().to_ascii_lowercase();
    match (of_media.as_str(), file.kind.as_str()) {
        ("image", _) | ("", "Image") => Kind::Image,
        ("video", _) | ("", "Video") => Kind::Video,
        ("audio", _) | ("", "Audio") => Kind::Audio,
        // Some say neither; then the name of the file has to do. Its bytes are looked at anyway before it is shown.
        ("", _) => kind_of_name(&file.url),
        _ => Kind::Unknown,
    }
}

/// What a file seems to be by the ending of its name.
fn kind_of_name(url: &str) -> Kind {
    let path = read_url(url).map(|url| url.path().to_ascii_lowercase()).unwrap_or_default();
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("jpg" | "jpeg" | "png" | "gif" | "webp") => Kind::Image,
        Some("mp4" | "webm" | "mov") => Kind::Video,
        Some("mp3" | "ogg" | "oga" | "opus" | "flac" | "wav" | "m4a") => Kind::Audio,
        _ => Kind::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_are_ours_and_nothing_else() {
        let origin = "https://hall.example";
        assert_eq!(of_plain(origin, &plain(origin, MediaId(42))), Some(MediaId(42)));
        for url in [
            "https://hall.example/media/42/thumb",
            "https://hall.example.evil.example/media/42/display",
            "https://hall.example/media/x/display",
            "https://hall.example/media/shared/42/display",
            "",
        ] {
            assert_eq!(of_plain(origin, url), None, "{url}");
        }
    }

    #[test]
    fn what_a_file_is_tells_its_media_type_first() {
        let of = |media_type: &str, kind: &str| {
            super::kind(&Attachment {
                media_type: media_type.to_owned(),
                kind: kind.to_owned(),
                ..Attachment::default()
            })
        };
        assert_eq!(of("image/webp", "Document"), Kind::Image);
        assert_eq!(of("Image/PNG", "Image"), Kind::Image);
        assert_eq!(of("video/mp4", "Document"), Kind::Video);
        assert_eq!(of("video/mp4", "Image"), Kind::Video);
        assert_eq!(of("audio/ogg", "Audio"), Kind::Audio);
        assert_eq!(of("", "Image"), Kind::Image);
        assert_eq!(of("", "Document"), Kind::Unknown);
        let named = |url: &str| {
            super::kind(&Attachment { url: url.to_owned(), kind: "Document".to_owned(), ..Attachment::default() })
        };
        assert_eq!(named("https://a.example/covers/9c41.JPG?x=1"), Kind::Image);
        assert_eq!(named("https://a.example/covers/9c41"), Kind::Unknown);
        assert_eq!(of("application/pdf", "Document"), Kind::Unknown);
    }
}
