//! Likes, both directions: `Like` (and `EmojiReact`, read as one) and its `Undo`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Outcome;
use super::outgoing::{Outgoing, Relayed, current_inboxes, elsewhere, group_of, without_closed};
use crate::ctx::Ctx;
use crate::domain::actor::{self, Actor};
use crate::domain::announcement;
use crate::domain::comment::{self, Way};
use crate::domain::group::Spot;
use crate::domain::reaction::{self, Mark};
use crate::domain::{emoji, post};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::wire::activity::Activity;
use crate::wire::address::read_url;
use crate::wire::json as wire_json;
use crate::wire::object::Tag;

/// Longest emoji of a reaction: a family with its joiners, or a flag.
const EMOJI_CHARS_MAX: usize = 12;

/// A member likes a post, or takes a like back (`undo` is the id of that activity): to its author, or to the author of the
/// non-public post above it, who hands it on.
pub async fn about_like(ctx: &Ctx, like: &str, undo: Option<&str>, me: &Actor, id: PostId) -> Result<Option<Outgoing>> {
    let found = ctx
        .glance(move |conn| {
            let post = post::by_id(conn, id)?;
            let root = comment::root_of(conn, &post)?;
            let authors = (actor::by_id(conn, post.author_id)?, actor::by_id(conn, root.author_id)?);
            let home = group_of(conn, &root)?;
            Ok((post, root, authors, home))
        })
        .await;
    let (post, root, (author, root_author), home) = match found {
        Ok(found) => found,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let is_public = root.audience.is_public();
    let is_private_group = home.is_some() && !is_public;
    let mut inboxes: BTreeSet<String> = elsewhere(&root_author).filter(|_| !is_private_group).into_iter().collect();
    inboxes.extend(home.as_ref().and_then(elsewhere));
    if is_public {
        inboxes.extend(elsewhere(&author));
    }
    let by_root_author = me.id == root_author.id;
    if by_root_author && home.is_none() {
        // Under their own Moment the author speaks to everybody who has it.
        let (me, root) = (me.id, root.id);
        let copies = ctx.glance(move |conn| {
            let copies: BTreeSet<String> = post::copies(conn, root)?.into_iter().collect();
            Ok(if is_public { copies } else { &copies & &current_inboxes(conn, me)? })
        });
        inboxes.extend(copies.await?);
    }
    if undo.is_none() {
        inboxes = without_closed(ctx, me.id, inboxes).await?;
    }
    let relayed = home.as_ref().filter(|home| home.is_local()).map(|home| Relayed {
        group: home.id,
        spot: Spot { post: post.id, thread: root.id },
        is_shared: false,
    });
    let handed_on = !is_public && home.is_none() && root_author.is_local() && !by_root_author;
    if inboxes.is_empty() && !handed_on && relayed.is_none() {
        return Ok(None);
    }
    let to = match (by_root_author, is_public, &home) {
        (_, false, Some(home)) => &home.followers,
        (true, _, None) => &me.followers,
        (_, true, _) => &author.uri,
        (false, false, None) => &root_author.uri,
    };
    let mut liked = json!({"id": like, "type": "Like", "actor": me.uri, "object": post.uri, "to": [to]});
    if let (Value::Object(map), Some(home)) = (&mut liked, &home) {
        map.insert("audience".to_owned(), home.uri.clone().into());
        map.insert("cc".to_owned(), json!([home.uri]));
    }
    let (kind, document) = match undo {
        None => ("Like", liked),
        Some(id) => ("Undo", json!({"id": id, "type": "Undo", "actor": me.uri, "object": liked, "to": [to]})),
    };
    let mut outgoing = Outgoing::new(kind, document, inboxes);
    outgoing.handed_on = handed_on.then_some((root.id, root_author.id));
    outgoing.relayed = relayed;
    Ok(Some(outgoing))
}

/// A remote actor likes a post that is here.
pub async fn on_like(ctx: &Ctx, sender: &Actor, activity: &Activity, way: Way) -> Result<Outcome> {
    let (liker, uri, post) = (sender.clone(), activity.id.clone(), activity.object_id().to_owned());
    let mark = mark(activity);
    let received = ctx.write(move |conn| {
        let received = reaction::receive_like(conn, &liker, (&uri, &mark), &post, &way)?;
        announcement::heed_like(conn, &liker, &post)?;
        Ok(received)
    });
    Ok(received.await?.into())
}

/// The emoji that a reaction was made with, which stands in `content`; of a server's own ones `tag` has the picture.
fn mark(activity: &Activity) -> Mark {
    let said = activity.content.trim();
    // Some write `:name@host:` for what is of another server.
    let name = said.trim_matches(':').split('@').next().unwrap_or_default();
    let picture = activity.tags.iter().find_map(|tag| match tag {
        Tag::Emoji { name: known, url } if known.split('@').next() == Some(name) && read_url(url).is_some() => {
            Some(emoji::Incoming { shortcode: name.to_owned(), url: url.clone() })
        }
        _ => None,
    });
    match picture {
        Some(picture) => Mark { text: format!(":{name}:"), picture: Some(picture) },
        None if is_emoji(said) => Mark { text: said.to_owned(), picture: None },
        None => Mark::default(),
    }
}

/// Is this an emoji, rather than words? A heart is what a like looks like anyway.
fn is_emoji(said: &str) -> bool {
    let is_heart = matches!(said.trim_end_matches('\u{fe0f}'), "❤" | "♥");
    // Of what can't be seen only what belongs to emoji: the joiner, the choice of form, and the letters of flags.
    let joins = |c: char| matches!(c, '\u{200d}' | '\u{fe0f}' | '\u{e0020}'..='\u{e007f}');
    let fits = |c: char| !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control();
    let is_seen = |c: char| fits(c) && !joins(c) && crate::text::name(&c.to_string(), 1) == c.to_string();
    let chars = said.chars().count();
    (1..=EMOJI_CHARS_MAX).contains(&chars)
        && said.chars().all(|c| joins(c) || is_seen(c))
        && said.chars().any(is_seen)
        && !is_heart
}

/// A remote actor takes a like back: given as a document, or by its id alone.
pub async fn on_undo(ctx: &Ctx, sender: &Actor, object: &Value, way: Way) -> Result<Outcome> {
    let liker = sender.clone();
    let uri = wire_json::id_of(object).unwrap_or_default().to_owned();
    let post = object.get("object").and_then(wire_json::id_of).unwrap_or_default().to_owned();
    let received = ctx.write(move |conn| {
        // A like that is named by its id alone is of a post that we know.
        let liked = reaction::by_uri(conn, liker.id, &uri)?;
        let received = reaction::receive_unlike(conn, &liker, &uri, &post, &way)?;
        match liked {
            Some(liked) => announcement::heed_unlike(conn, liker.id, liked.post_id)?,
            None => announcement::heed_unlike_of(conn, liker.id, &post)?,
        }
        Ok(received)
    });
    Ok(received.await?.into())
}

/// Is this the id of a like by this actor that is here?
pub async fn is_like(ctx: &Ctx, sender: &Actor, object: &Value) -> Result<bool> {
    let (id, uri) = (sender.id, wire_json::id_of(object).unwrap_or_default().to_owned());
    ctx.glance(move |conn| Ok(reaction::by_uri(conn, id, &uri)?.is_some())).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reactions_are_emoji_or_pictures_and_never_words() {
        let react = |document: Value| mark(&crate::wire::activity::read(&document).unwrap());
        let made = |content: &str| {
            react(
                json!({"type": "EmojiReact", "actor": "https://a.example/lan", "object": "https://b.example/1", "content": content}),
            )
        };
        for emoji in ["🍵", "👨‍👩‍👧‍👦", "🇨🇳", "☕️"] {
            assert_eq!(made(emoji), Mark { text: emoji.to_owned(), picture: None });
        }
        for words in [
            "",
            "❤️",
            "❤",
            "good",
            "赞",
            "<b>",
            "🍵 🍵",
            "🍵🍵🍵🍵🍵🍵🍵🍵🍵🍵🍵🍵🍵",
            ":tea:",
            "\u{202e}",
            "🍵\u{2066}",
            "\u{200b}",
            "\u{200d}",
        ] {
            assert_eq!(made(words), Mark::default(), "{words}");
        }
        let own = react(json!({"type": "Like", "actor": "https://a.example/lan", "object": "https://b.example/1",
            "content": ":tea@c.example:", "tag": [{"type": "Emoji", "name": ":tea@c.example:",
                "icon": {"type": "Image", "url": "https://a.example/tea.png"}}]}));
        let picture = emoji::Incoming { shortcode: "tea".to_owned(), url: "https://a.example/tea.png".to_owned() };
        assert_eq!(own, Mark { text: ":tea:".to_owned(), picture: Some(picture) });
    }
}
