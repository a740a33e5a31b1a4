//! Who a web page says it belongs to: its links with `rel="me"` (the microformat; HTML §4.6.6 for the form of `rel`).
//!
//! A reader of tags, no parser: what stands in comments, scripts, styles and text fields is passed over.

use std::borrow::Cow;

/// Links of one page that are looked at.
const LINKS_MAX: usize = 2_000;
/// Elements in whose content a `<` begins no tag.
const RAW: [&str; 7] = ["script", "style", "textarea", "title", "noscript", "template", "iframe"];

/// The addresses in `href` of every `a` and `link` with `rel="me"`, as they are written but for entities.
pub fn rel_me(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let name_end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
        let (name, attributes) = after.split_at_checked(name_end).unwrap_or((after, ""));
        let name = name.to_ascii_lowercase();
        if let Some(raw) = RAW.iter().find(|raw| **raw == name) {
            rest = past_end(attributes, raw);
            continue;
        }
        if name != "a" && name != "link" {
            continue;
        }
        let (href, rel, end) = read(attributes);
        rest = attributes.get(end..).unwrap_or_default();
        if rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("me")) && !href.is_empty() {
            found.push(decoded(href.trim()).into_owned());
        }
        if found.len() >= LINKS_MAX {
            break;
        }
    }
    found
}

/// What stands after `</name`.
fn past_end<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        if after.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            return after;
        }
        rest = after;
    }
    ""
}

/// `href` and `rel` of a tag's attributes, the first of each, and where the tag ends.
fn read(text: &str) -> (&str, &str, usize) {
    let (mut href, mut rel) = (None, None);
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let Some(first) = rest.chars().next() else { break };
        if first == '>' {
            break;
        }
        let name_end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/'));
        // A name of no letters, such as a stray `=`, is passed over.
        let Some(name_end) = name_end.map(|end| end.max(first.len_utf8())) else { break };
        let (name, after) = rest.split_at_checked(name_end).unwrap_or((rest, ""));
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
        if name.eq_ignore_ascii_case("href") {
            href = href.or(Some(value));
        } else if name.eq_ignore_ascii_case("rel") {
            rel = rel.or(Some(value));
        }
    }
    (href.unwrap_or_default(), rel.unwrap_or_default(), text.len() - rest.len())
}

/// The entities that stand in addresses.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = text.to_owned();
    for (entity, c) in
        [("&#38;", "&"), ("&#x26;", "&"), ("&#038;", "&"), ("&#64;", "@"), ("&#x40;", "@"), ("&#47;", "/")]
    {
        out = out.replace(entity, c);
    }
    Cow::Owned(out.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_say_me_are_found_however_they_are_written() {
        for html in [
            "<a rel=\"me\" href=\"https://h.example/@mei\">x</a>",
            "<A HREF='https://h.example/@mei' class=x REL='nofollow Me noopener'>x</A>",
            "<link rel=me href=https://h.example/@mei>",
            "<p><link href=\"https://h.example/&#64;mei\" rel=\"me\"/>",
            "<a\n data-x = \"<b>\"\n rel = \"me\"\n href = \" https://h.example/@mei \" >",
        ] {
            assert_eq!(rel_me(html), ["https://h.example/@mei"], "{html}");
        }
        assert_eq!(rel_me("<a rel=me href=\"/?a=1&amp;b=2\"><a rel='me' href='/x'>"), ["/?a=1&b=2", "/x"]);
    }

    #[test]
    fn what_is_no_link_or_does_not_say_me_is_passed_over() {
        for html in [
            "<!-- <a rel=\"me\" href=\"https://h.example/@mei\"> -->",
            "<script>'<a rel=\"me\" href=\"https://h.example/@mei\">'</script>",
            "<textarea><a rel=\"me\" href=\"https://h.example/@mei\"></textarea>",
            "<title><a rel=me href=x></title>",
            "<a title='rel=\"me\"' href=\"https://h.example/@mei\">",
            "<a rel=\"mention\" href=\"https://h.example/@mei\">",
            "<a rel=\"nofollow\" rel=\"me\" href=\"https://h.example/@mei\">",
            "&lt;a rel=\"me\" href=\"https://h.example/@mei\"&gt;",
            "<b rel=me href=x>",
            "<a rel=me",
            "<a rel=me href=\"",
            "<a = = href",
            "<",
            "",
        ] {
            assert!(rel_me(html).is_empty(), "{html}: {:?}", rel_me(html));
        }
    }
}
