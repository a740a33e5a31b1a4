//! Looking at a page that a Moment links to: once, politely, no more than its beginning.
//!
//! The request says nothing of who links there or where; what comes back is text, cut and plain.

use encoding_rs::{Encoding, UTF_8};

use crate::ctx::Ctx;
use crate::domain::link::{self, Look};
use crate::error::{Error, Result, Retry};
use crate::text::{self, PageMeta};
use crate::wire::address::{host_of, read_url};

/// Bytes of a page that are read: its head stands first.
const PAGE_BYTES_MAX: usize = 512 * 1_024;
/// Bytes of what an oEmbed provider says: some texts and a piece of HTML that nobody here reads.
const OEMBED_BYTES_MAX: usize = 64 * 1_024;
/// Bytes in which a page may name its charset (HTML §4.2.5.4 asks for the first 1024; some need more).
const CHARSET_BYTES: usize = 4_096;

/// Looks at a page and keeps what it says.
pub async fn look(ctx: &Ctx, look: Look) -> Result<()> {
    let found = match fetch(ctx, &look.url).await {
        Ok(found) => Some(found),
        Err(Error::Remote { retry: Retry::Never, host, reason }) => {
            tracing::debug!(%host, %reason, "a page that is linked to makes no card");
            Some(PageMeta::default())
        }
        Err(Error::Remote { host, reason, .. }) => {
            tracing::debug!(%host, %reason, "a page that is linked to can't be looked at now");
            None
        }
        Err(error) => return Err(error),
    };
    ctx.write(move |conn| match &found {
        Some(page) => link::settle(conn, &look, &page.title, &page.description, &page.site),
        None => link::put_off(conn, &look),
    })
    .await
}

/// What a page says of itself.
///
/// Errors: `Remote`.
async fn fetch(ctx: &Ctx, url: &str) -> Result<PageMeta> {
    let url = read_url(url).ok_or_else(|| Error::never("", "no web address"))?;
    may_be_looked_at(ctx, url.as_str()).await?;
    let answer = ctx.net.get_beginning(&url, "text/html", PAGE_BYTES_MAX, &|_| Ok(Vec::new())).await?;
    may_be_looked_at(ctx, answer.url.as_str()).await?;
    if !answer.is_success() {
        return Err(super::media::failed(&url, answer.status));
    }
    let kind = answer.header("content-type").unwrap_or_default().to_ascii_lowercase();
    if !kind.starts_with("text/html") && !kind.starts_with("application/xhtml+xml") {
        return Err(Error::never(host_of(url.as_str()).unwrap_or_default(), "no page"));
    }
    let mut page = text::page_meta(&decoded(&kind, &answer.body));
    if let Some(said) = oembed(ctx, &answer.url, &page).await? {
        page.title = first(page.title, said.title);
        page.description = first(page.description, said.author_name);
        page.site = first(page.site, said.provider_name);
    }
    Ok(page)
}

/// A hall that doesn't speak with everyone doesn't look at everyone's pages either.
async fn may_be_looked_at(ctx: &Ctx, url: &str) -> Result<()> {
    let host = host_of(url).unwrap_or_default();
    let is_asked = host != ctx.authority && super::may_speak(ctx, &host).await?;
    if is_asked { Ok(()) } else { Err(Error::never(host, "not to be asked")) }
}

fn first(one: String, other: String) -> String {
    if one.is_empty() { text::plain(&other) } else { one }
}

/// The texts of an oEmbed answer (oembed.com, 2.3.4); its HTML is not read.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Oembed {
    title: String,
    author_name: String,
    provider_name: String,
}

/// What the page's oEmbed provider says, if the page itself says too little and names one. Nothing that goes wrong there
/// takes the card away.
async fn oembed(ctx: &Ctx, at: &url::Url, page: &PageMeta) -> Result<Option<Oembed>> {
    let says_all = ![&page.title, &page.description, &page.site].iter().any(|text| text.is_empty());
    if says_all || page.oembed.is_empty() {
        return Ok(None);
    }
    let asked = async {
        let url = at.join(&page.oembed).ok().and_then(|url| read_url(url.as_str()));
        let url = url.ok_or_else(|| Error::never("", "no web address"))?;
        may_be_looked_at(ctx, url.as_str()).await?;
        let answer = ctx.net.get(&url, "application/json", OEMBED_BYTES_MAX, &|_| Ok(Vec::new())).await?;
        may_be_looked_at(ctx, answer.url.as_str()).await?;
        let is_json = answer.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("json"));
        if !answer.is_success() || !is_json {
            return Err(Error::never(host_of(url.as_str()).unwrap_or_default(), "no oEmbed"));
        }
        serde_json::from_slice(&answer.body).map_err(|_| Error::never("", "no oEmbed"))
    };
    match asked.await {
        Ok(said) => Ok(Some(said)),
        Err(Error::Remote { host, reason, .. }) => {
            tracing::debug!(%host, %reason, "an oEmbed provider says nothing");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// A page as text, by the charset that it is said to be in, or that it names itself; else UTF-8.
fn decoded(content_type: &str, body: &[u8]) -> String {
    let of_header = content_type.split_once("charset=").map(|(_, rest)| rest.trim_matches(['"', '\'', ' ']));
    let of_header = of_header.and_then(|rest| rest.split([';', '"', ' ']).next());
    let in_page = || text::named_charset(body.get(..CHARSET_BYTES).unwrap_or(body));
    let known = of_header.and_then(|label| Encoding::for_label(label.as_bytes()));
    let known = known.or_else(|| in_page().and_then(|label| Encoding::for_label(label.as_bytes())));
    known.unwrap_or(UTF_8).decode(body).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_read_in_their_charset() {
        let (gb, ..) = encoding_rs::GB18030.encode("<meta charset=gb18030><title>冬至</title>");
        let (big5, ..) = encoding_rs::BIG5.encode("<title>會館</title>");
        assert!(decoded("text/html", &gb).contains("冬至"));
        assert!(decoded("text/html; charset=\"big5\"", &big5).contains("會館"));
        assert!(decoded("text/html;charset=nonsense", "<title>丸</title>".as_bytes()).contains('丸'));
        assert!(decoded("text/html", b"\xff\xfe\x00").len() < 10);
    }
}
