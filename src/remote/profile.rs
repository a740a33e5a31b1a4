//! What other servers say in profiles, and whether the pages that profiles link to link back.

use url::Url;

use crate::ctx::Ctx;
use crate::domain::actor::Actor;
use crate::domain::profile::{self, Check, Incoming};
use crate::error::{Error, Result, Retry};
use crate::text;
use crate::wire;
use crate::wire::address::{host_of, read_url};

/// Longest HTML of a field's value that is kept as HTML; of what is longer, the beginning as text.
const VALUE_BYTES_MAX: usize = 4_000;
/// Longest page that is looked at for a link back.
const PAGE_BYTES_MAX: usize = 1_000_000;

/// The profile in a document, cut and cleaned.
pub fn incoming(document: &wire::actor::Actor) -> Incoming {
    let fields = document.fields.iter().take(profile::FIELDS_MAX).map(|(name, value)| {
        let name = text::name(&text::plain(name), profile::FIELD_NAME_CHARS_MAX);
        let html = text::sanitise(value);
        let words = text::name(&text::plain(&html), profile::FIELD_VALUE_CHARS_MAX);
        let link = link_in(&html, &words);
        (name, if html.len() > VALUE_BYTES_MAX { text::escaped(&words) } else { html }, link)
    });
    Incoming {
        fields: fields.filter(|(name, ..)| !name.is_empty()).collect(),
        featured: document.featured.clone(),
        also_known_as: document.also_known_as.clone(),
    }
}

/// The address that a value is, if it is one link and nothing else, or an address as plain text.
fn link_in(html: &str, words: &str) -> String {
    let is_address = |text: &str| !text.contains(char::is_whitespace) && read_url(text).is_some();
    let inner = html.strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>")).unwrap_or(html);
    let linked = inner.strip_prefix("<a ").filter(|rest| rest.ends_with("</a>") && !rest.contains("<a "));
    let href = linked.and_then(|rest| rest.split_once("href=\"")).and_then(|(_, rest)| rest.split('"').next());
    let found = href.map_or_else(|| words.to_owned(), |href| href.replace("&amp;", "&"));
    if is_address(&found) { found } else { String::new() }
}

/// Looks at the page behind a link and keeps what was found.
pub async fn look(ctx: &Ctx, check: Check) -> Result<()> {
    let verified = match links_back(ctx, &check).await {
        Ok(verified) => Some(verified),
        Err(Error::Remote { retry: Retry::Never, .. }) => Some(false),
        Err(Error::Remote { host, reason, .. }) => {
            tracing::debug!(%host, %reason, "a page that a profile links to can't be looked at");
            None
        }
        Err(error) => return Err(error),
    };
    ctx.write(move |conn| {
        let now = conn.now();
        match verified {
            Some(verified) => profile::settle(conn, &check, verified.then_some(now)),
            None => profile::put_off(conn, &check),
        }
    })
    .await
}

/// Does the page say, by `rel="me"`, that it belongs to this actor?
///
/// Errors: `Remote`.
async fn links_back(ctx: &Ctx, check: &Check) -> Result<bool> {
    let (Some(url), Some(host)) = (read_url(&check.link), host_of(&check.link)) else { return Ok(false) };
    // Our own pages prove nothing to us, and a server that isn't spoken to isn't asked either.
    if host == ctx.authority || !super::may_speak(ctx, &host).await? {
        return Ok(false);
    }
    let answer = ctx.net.get(&url, "text/html", PAGE_BYTES_MAX, &|_| Ok(Vec::new())).await?;
    if !answer.is_success() {
        let reason = format!("answered {}", answer.status);
        let comes_back = matches!(answer.status, 408 | 425 | 429 | 500..);
        return Err(if comes_back { Error::later(host, reason) } else { Error::never(host, reason) });
    }
    let kind = answer.header("content-type").unwrap_or_default().to_ascii_lowercase();
    if !kind.starts_with("text/html") && !kind.starts_with("application/xhtml+xml") {
        return Ok(false);
    }
    let page = String::from_utf8_lossy(&answer.body);
    Ok(text::rel_me(&page).iter().any(|link| is_theirs(link, &check.actor)))
}

/// Is this the address of the actor's page, or its id?
fn is_theirs(link: &str, actor: &Actor) -> bool {
    let Some(link) = bare(link) else { return false };
    [&actor.url, &actor.uri].into_iter().filter_map(|own| bare(own)).any(|own| own == link)
}

/// An address without its fragment and the slash at its end.
fn bare(address: &str) -> Option<String> {
    let mut url: Url = read_url(address)?;
    url.set_fragment(None);
    Some(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_link_if_it_is_nothing_else() {
        for (value, link) in [
            (
                "<a href=\"https://lan.example/\" rel=\"me nofollow\"><span class=\"invisible\">https://</span>lan.example</a>",
                "https://lan.example/",
            ),
            ("<p><a href=\"https://lan.example/?a=1&amp;b=2\">x</a></p>", "https://lan.example/?a=1&b=2"),
            ("https://lan.example/a", "https://lan.example/a"),
            ("see <a href=\"https://lan.example/\">this</a>", ""),
            ("<a href=\"https://lan.example/\">a</a><a href=\"https://evil.example/\">b</a>", ""),
            ("<a href=\"javascript:alert(1)\">a</a>", ""),
            ("she/her", ""),
        ] {
            let html = text::sanitise(value);
            assert_eq!(link_in(&html, &text::plain(&html)), link, "{value}: {html}");
        }
    }

    #[test]
    fn profiles_of_other_software_are_read() {
        let read = |text: &str| {
            let document = wire::json::parse(text.as_bytes()).unwrap();
            let actor = wire::actor::read(&document).unwrap();
            (actor.hometown.clone(), incoming(&actor))
        };
        let (hometown, lan) = read(include_str!("../../tests/fixtures/mastodon/actor.json"));
        assert_eq!(hometown, "汕头");
        let [(name, html, link)] = &lan.fields[..] else { panic!("{:?}", lan.fields) };
        assert_eq!((name.as_str(), link.as_str()), ("Web", "https://lan.example"));
        assert!(html.contains("rel=\"nofollow noopener ugc\"") && !html.contains("target"), "{html}");
        assert_eq!(lan.featured, "https://mastodon.example/users/lan/collections/featured");
        let (_, wei) = read(include_str!("../../tests/fixtures/gotosocial/actor.json"));
        assert_eq!(wei.fields, [("pronouns".to_owned(), "she".to_owned(), String::new())]);
        let (_, hana) = read(include_str!("../../tests/fixtures/misskey/actor.json"));
        let links: Vec<_> = hana.fields.iter().map(|(name, _, link)| (name.as_str(), link.as_str())).collect();
        assert_eq!(links, [("ブログ", "https://hana.example/blog"), ("すき", "")]);
        assert_eq!(hana.also_known_as, ["https://old.example/users/hana"]);
    }

    #[test]
    fn addresses_are_compared_without_fragment_and_last_slash() {
        assert_eq!(bare("https://H.example/@mei/#x"), bare("https://h.example:443/@mei"));
        assert_ne!(bare("https://h.example/@mei?x=1"), bare("https://h.example/@mei"));
        assert_ne!(bare("http://h.example/@mei"), bare("https://h.example/@mei"));
        assert_eq!(bare("/@mei"), None);
    }
}
