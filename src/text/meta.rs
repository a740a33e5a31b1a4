//! What a web page says of itself: its title, and `meta` elements in words of its own and of the Open Graph protocol; and the
//! links of a text of ours.
//!
//! A reader of tags, no parser: it looks at the head of a page and at nothing that the head doesn't say.

/// Tags of one head that are looked at.
const TAGS_MAX: usize = 2_000;
/// Longest text that is read of one element, in bytes; far more than is shown.
const VALUE_BYTES_MAX: usize = 8_000;
/// Elements in whose content a `<` begins no tag.
const RAW: [&str; 5] = ["script", "style", "noscript", "template", "svg"];

/// What a page says of itself, as plain text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageMeta {
    /// `og:title`, or its title.
    pub title: String,
    /// `og:description`, or its description.
    pub description: String,
    /// `og:site_name`.
    pub site: String,
    /// Where its oEmbed provider may be asked; as it stands in the page.
    pub oembed: String,
}

/// Reads the head of a page.
pub fn page_meta(html: &str) -> PageMeta {
    let mut found = [const { None::<String> }; 5];
    let [og_title, title, og_description, description, site] = &mut found;
    let mut oembed = None;
    let mut rest = html;
    for _ in 0..TAGS_MAX {
        let Some((_, after)) = rest.split_once('<') else { break };
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
        let (name, tail) = after.split_at_checked(end).unwrap_or((after, ""));
        let name = name.to_ascii_lowercase();
        let (attributes, end) = attributes(tail);
        let after = tail.get(end..).unwrap_or_default();
        rest = after.strip_prefix('>').unwrap_or(after);
        match name.as_str() {
            "body" => break,
            "title" => {
                let (text, after) = until_end(rest, "title");
                title.get_or_insert(words(text));
                rest = after;
            }
            "link" if oembed.is_none() => oembed = oembed_link(&attributes),
            "meta" => {
                let of = |key: &str| value(&attributes, key);
                let Some(content) = of("content") else { continue };
                let key = of("property").or_else(|| of("name")).unwrap_or_default().trim().to_ascii_lowercase();
                let place = match key.as_str() {
                    "og:title" => &mut *og_title,
                    "og:description" => &mut *og_description,
                    "description" => &mut *description,
                    "og:site_name" => &mut *site,
                    _ => continue,
                };
                place.get_or_insert(words(content));
            }
            raw if RAW.contains(&raw) => rest = until_end(rest, raw).1,
            _ => {}
        }
    }
    let [og_title, title, og_description, description, site] = found;
    let first =
        |one: Option<String>, other: Option<String>| one.filter(|text| !text.is_empty()).or(other).unwrap_or_default();
    PageMeta {
        title: first(og_title, title),
        description: first(og_description, description),
        site: site.unwrap_or_default(),
        oembed: oembed.unwrap_or_default(),
    }
}

fn value<'a>(attributes: &[(String, &'a str)], key: &str) -> Option<&'a str> {
    attributes.iter().find(|(name, _)| name == key).map(|(_, value)| *value)
}

/// The address in a `link` to an oEmbed provider (oembed.com, 4).
fn oembed_link(attributes: &[(String, &str)]) -> Option<String> {
    let is_json = value(attributes, "type")?.trim().eq_ignore_ascii_case("application/json+oembed");
    let is_alternate =
        value(attributes, "rel")?.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("alternate"));
    (is_json && is_alternate).then(|| words(value(attributes, "href").unwrap_or_default()))
}

/// The charset that a page names in its first bytes, if it does.
pub fn named_charset(beginning: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(beginning).to_ascii_lowercase();
    let (_, after) = head.split_once("charset=")?;
    let after = after.trim_start_matches(['"', '\'', ' ']);
    let label: String =
        after.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':')).collect();
    (!label.is_empty()).then_some(label)
}

/// Text of an element or attribute, without entities and tags.
fn words(raw: &str) -> String {
    let mut end = raw.len().min(VALUE_BYTES_MAX);
    while !raw.is_char_boundary(end) {
        end -= 1;
    }
    super::plain(raw.get(..end).unwrap_or_default())
}

/// What stands before `</name`, and what behind it.
fn until_end<'a>(text: &'a str, name: &str) -> (&'a str, &'a str) {
    for (at, _) in text.match_indices("</") {
        let after = text.get(at + 2..).unwrap_or_default();
        if after.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            return (text.get(..at).unwrap_or_default(), after);
        }
    }
    (text, "")
}

/// The attributes of a tag, names in small letters, and where the tag ends.
fn attributes(text: &str) -> (Vec<(String, &str)>, usize) {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let Some(first) = rest.chars().next().filter(|first| *first != '>') else { break };
        let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end.max(first.len_utf8())).unwrap_or((rest, ""));
        rest = after.trim_start();
        let Some(after) = rest.strip_prefix('=') else { continue };
        let after = after.trim_start();
        let (value, next) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = after.get(1..).unwrap_or_default();
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            _ => {
                let end = after.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(after.len());
                after.split_at_checked(end).unwrap_or((after, ""))
            }
        };
        rest = next;
        found.push((name.to_ascii_lowercase(), value));
    }
    (found, text.len() - rest.len())
}

/// The web addresses that clean HTML of ours links to, in order, but for mentions and hashtags.
pub fn links(clean: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in clean.split("<a ").skip(1) {
        let (attributes, _) = attributes(tag);
        let of = |key: &str| value(&attributes, key).unwrap_or_default();
        let is_tag = of("class").split_ascii_whitespace().any(|class| matches!(class, "mention" | "hashtag"));
        let href = of("href");
        if !is_tag && (href.starts_with("https://") || href.starts_with("http://")) {
            found.push(href.replace("&quot;", "\"").replace("&amp;", "&"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_it_is() {
        let page = "<!DOCTYPE html><html><head><!-- <title>no</title> --><script>'<title>no</title>'</script>\
            <META NAME=description content='plain &amp; short'><title>\n The  title </title>\
            <meta content=\"冬至 &quot;丸&quot; <b>bold</b>\" property=\"og:title\">\
            <meta property=og:title content=second><meta property='og:site_name' content='榕江会馆'/></head>\
            <body><meta property=\"og:description\" content=\"too late\">";
        let found = page_meta(page);
        assert_eq!((found.title.as_str(), found.description.as_str()), ("冬至 \"丸\" bold", "plain & short"));
        assert_eq!(found.site, "榕江会馆");
        let provider = "<link rel=alternate type='application/json' href=/feed><LINK TYPE=application/json+oembed \
            rel='nofollow alternate' href='/oembed?a=1&amp;b=2'><link rel=alternate type=application/json+oembed href=/x>";
        assert_eq!(page_meta(provider).oembed, "/oembed?a=1&b=2");
        assert_eq!(page_meta("<title>only this").title, "only this");
        assert_eq!(page_meta("<meta property=og:title content=''><title>t</title>").title, "t");
    }

    #[test]
    fn odd_pages_say_nothing_and_do_no_harm() {
        for html in
            ["", "<", "<meta", "<meta content", "<meta content=\"", "<title", "</title><meta = = content>", "<!--"]
        {
            assert_eq!(page_meta(html), PageMeta::default(), "{html}");
        }
        let huge = format!("<title>{}</title>", "丸".repeat(200_000));
        assert!(page_meta(&huge).title.len() <= VALUE_BYTES_MAX);
        assert_eq!(page_meta(&format!("{}<title>t</title>", "<p>".repeat(TAGS_MAX))).title, "");
    }

    #[test]
    fn charsets_are_named_in_both_ways() {
        assert_eq!(named_charset(b"<meta charset=GB18030>").as_deref(), Some("gb18030"));
        let old = b"<meta http-equiv=Content-Type content=\"text/html; charset=big5\">";
        assert_eq!(named_charset(old).as_deref(), Some("big5"));
        assert_eq!(named_charset(b"<p>charset</p>"), None);
    }

    #[test]
    fn links_are_found_but_no_mentions_or_hashtags() {
        let html = super::super::moment_html("看 https://a.example/?a=1&b=2 和 https://b.example");
        assert_eq!(links(&html), ["https://a.example/?a=1&b=2", "https://b.example/"]);
        let tagged = "<a class=\"u-url mention\" href=\"https://a.example/@mei\">x</a><a href=\"mailto:a@b.example\">y</a>\
            <a href=\"https://a.example/tags/x\" class=\"hashtag\">z</a>";
        assert!(links(tagged).is_empty());
    }
}
