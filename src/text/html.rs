//! HTML that is safe to show: made from a member's plain text, or cleaned from another server's.
//!
//! Invariant: [`sanitise`] changes nothing in what [`sanitise`] or [`moment_html`] gave.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::{body, is_bidi_override};

/// What every link says of itself: no credit, no window handle, written by members.
pub(super) const REL: &str = "nofollow noopener ugc";
/// Bytes of HTML that are parsed; far beyond any post, and parsing stays linear.
const HTML_BYTES_MAX: usize = 256 * 1024;
/// Tags that are parsed; a long article has some hundreds.
const TAGS_MAX: usize = 4_000;
/// How deep they nest: a parser's work grows with the square of it, and readers' browsers give up early.
const NESTING_MAX: usize = 100;
/// Passes that odd HTML may take to become stable; honest HTML takes one.
const PASSES_MAX: usize = 4;

/// Elements that stay. `h1`–`h6` come from articles; `ruby` carries pinyin and furigana.
pub(super) const ELEMENTS: [&str; 29] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "rp",
    "rt",
    "ruby",
    "s",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
    "ul",
    "hr",
];
/// Elements whose content goes with them.
pub(super) const ELEMENTS_WITH_CONTENT: [&str; 10] =
    ["iframe", "math", "noscript", "object", "script", "style", "svg", "template", "textarea", "title"];
/// Classes that the fediverse gives a meaning; all others could borrow the looks of our own pages.
pub(super) const CLASSES: [&str; 7] = ["h-card", "u-url", "mention", "hashtag", "invisible", "ellipsis", QUOTE_LINE];
/// What says in words what is quoted (FEP-044f), for those who don't see the quoted post itself.
const QUOTE_LINE: &str = "quote-inline";

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::empty();
    cleaner
        .tags(HashSet::from(ELEMENTS))
        .clean_content_tags(HashSet::from(ELEMENTS_WITH_CONTENT))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("ol", HashSet::from(["start", "reversed"])),
            ("li", HashSet::from(["value"])),
        ]))
        .generic_attributes(HashSet::from(["lang"]))
        .allowed_classes(HashMap::from([
            ("a", HashSet::from(CLASSES)),
            ("span", HashSet::from(CLASSES)),
            ("p", HashSet::from([QUOTE_LINE])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some(REL))
        .strip_comments(true);
    cleaner
});

/// Cleans HTML that others wrote: a short list of elements, links that say what they are, no styles, no pictures.
///
/// What is far too long is cut, what is far too nested becomes plain text.
pub fn sanitise(html: &str) -> String {
    settle(html, pass)
}

/// Cleans HTML by `pass` until it stays as it is.
pub(super) fn settle(html: &str, mut pass: impl FnMut(&str) -> String) -> String {
    let html = up_to(html, HTML_BYTES_MAX);
    if is_excessive(html) {
        return moment_html(&without_tags(html));
    }
    // What a parser makes of its own output can differ (tables around links, newlines in `pre`): such HTML is cleaned
    // until it stays, so that no later reader sees anything else than what was judged here.
    let mut clean = pass(html);
    for _ in 0..PASSES_MAX {
        let again = pass(&clean);
        if again == clean {
            return clean;
        }
        clean = again;
    }
    moment_html(&without_tags(&clean))
}

/// Whether HTML has more tags, or nests them deeper, than anything that a person wrote.
fn is_excessive(html: &str) -> bool {
    let (mut tags, mut depth) = (0_usize, 0_usize);
    for tag in html.split('<').skip(1) {
        tags += 1;
        let name = tag.strip_prefix('/').unwrap_or(tag);
        let name =
            name.get(..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())).unwrap_or_default();
        // Those that stand alone or end by themselves before the next of their kind.
        let flat = name.is_empty()
            || ["br", "p", "li", "hr", "img", "rt", "rp"].iter().any(|one| name.eq_ignore_ascii_case(one));
        match (flat, tag.starts_with('/')) {
            (true, _) => {}
            (false, true) => depth = depth.saturating_sub(1),
            (false, false) => depth += 1,
        }
        if tags > TAGS_MAX || depth > NESTING_MAX {
            return true;
        }
    }
    false
}

/// One pass of the cleaner. Characters that turn the direction go afterwards, when entities have become characters.
fn pass(html: &str) -> String {
    let mut clean = CLEANER.clean(html).to_string().replace("<p class=\"\"", "<p");
    clean.retain(|c| !is_bidi_override(c));
    clean
}

/// The HTML of a member's plain text: paragraphs, line breaks, links. No Markdown: a Moment says what was typed.
pub fn moment_html(source: &str) -> String {
    in_paragraphs(source, line_html)
}

/// The HTML of plain text whose lines `write_line` appends.
pub(super) fn in_paragraphs(source: &str, mut write_line: impl FnMut(&str, &mut String)) -> String {
    let text = body(source);
    let mut html = String::with_capacity(text.len() + 64);
    let mut open = Paragraph::Closed;
    for line in text.split('\n') {
        match (line.trim().is_empty(), open) {
            (true, Paragraph::Open) => {
                html.push_str("</p>");
                open = Paragraph::Closed;
            }
            (true, Paragraph::Closed) => {}
            (false, Paragraph::Open) => {
                html.push_str("<br>");
                write_line(line, &mut html);
            }
            (false, Paragraph::Closed) => {
                html.push_str("<p>");
                write_line(line, &mut html);
                open = Paragraph::Open;
            }
        }
    }
    if open == Paragraph::Open {
        html.push_str("</p>");
    }
    html
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Paragraph {
    Open,
    Closed,
}

/// The text of HTML: line breaks where it has them, an empty line between paragraphs.
pub fn plain(html: &str) -> String {
    plain_of_clean(&sanitise(html))
}

/// The text of HTML that came out of [`sanitise`] or [`moment_html`] (perhaps with pictures for shortcodes), as the bodies of posts did before they were stored.
pub fn plain_of_clean(clean: &str) -> String {
    let mut text = String::with_capacity(clean.len());
    let mut rest = clean;
    while let Some((before, tagged)) = rest.split_once('<') {
        decode(before, &mut text);
        // The cleaner escapes every `>` in text and attributes, so that the next one ends the tag.
        let (tag, after) = tagged.split_once('>').unwrap_or((tagged, ""));
        rest = after;
        match tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap_or_default() {
            "br" => text.push('\n'),
            "td" | "th" if tag.starts_with('/') => text.push(' '),
            "img" => decode(attribute(tag, "alt").unwrap_or_default(), &mut text),
            "li" | "rt" if tag.starts_with('/') => text.push(if tag.ends_with("li") { '\n' } else { ')' }),
            "rt" => text.push('('),
            // The parentheses for those who can't show ruby; ours stand already.
            "rp" if !tag.starts_with('/') => rest = after.split_once("</rp>").map_or("", |(_, after)| after),
            "p" | "blockquote" | "pre" | "ul" | "ol" | "figure" | "table" | "tr" | "h1" | "h2" | "h3" | "h4" | "h5"
            | "h6" | "hr" => {
                break_paragraph(&mut text);
            }
            _ => {}
        }
    }
    decode(rest, &mut text);
    text.trim().to_owned()
}

/// The value of an attribute of a tag, as it stands there.
pub(super) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}

/// Ends a paragraph: exactly one empty line, none at the beginning.
fn break_paragraph(text: &mut String) {
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        text.push_str("\n\n");
    }
}

/// Appends text in which the cleaner has escaped what HTML needs escaped.
pub(super) fn decode(escaped: &str, text: &mut String) {
    let mut rest = escaped;
    while let Some((before, entity)) = rest.split_once('&') {
        text.push_str(before);
        let known = [("amp;", '&'), ("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("nbsp;", ' ')];
        match known.iter().find_map(|(name, c)| entity.strip_prefix(name).map(|after| (after, *c))) {
            Some((after, c)) => {
                text.push(c);
                rest = after;
            }
            None => {
                text.push('&');
                rest = entity;
            }
        }
    }
    text.push_str(rest);
}

/// Appends one line with its links.
fn line_html(line: &str, html: &mut String) {
    let mut rest = line;
    while let Some(link) = Link::first_of(rest) {
        escape(link.before, html);
        link_html(link.text, &link.url, html);
        rest = link.after;
    }
    escape(rest, html);
}

/// Appends the link of a web address.
pub(super) fn link_html(text: &str, url: &Url, html: &mut String) {
    html.push_str("<a href=\"");
    escape(&url.as_str().replace('"', "%22"), html);
    html.push_str("\" rel=\"");
    html.push_str(REL);
    html.push_str("\">");
    escape(text, html);
    html.push_str("</a>");
}

/// A web address in a line of text.
pub(super) struct Link<'a> {
    pub before: &'a str,
    pub text: &'a str,
    pub url: Url,
    pub after: &'a str,
}

impl<'a> Link<'a> {
    /// The first address of a line, if there is one.
    pub(super) fn first_of(line: &'a str) -> Option<Self> {
        let mut from = 0;
        while let Some(found) = line.get(from..)?.find("://") {
            let colon = from + found;
            from = colon + "://".len();
            let Some(start) = scheme_start(line, colon) else { continue };
            let text = address_at_start(line.get(start..)?, from - start);
            let Ok(url) = Url::parse(text) else { continue };
            // Credentials in an address make it look like another one.
            if url.host_str().is_some_and(|host| !host.is_empty())
                && url.username().is_empty()
                && url.password().is_none()
            {
                return Some(Self { before: line.get(..start)?, text, url, after: line.get(start + text.len()..)? });
            }
        }
        None
    }
}

/// Where `http` or `https` before the colon begins, if it is a word of its own. Hanzi before it are no hindrance.
fn scheme_start(line: &str, colon: usize) -> Option<usize> {
    let before = line.get(..colon)?;
    let start = before.len() - before.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
    let scheme = before.get(start..)?;
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")).then_some(start)
}

/// The address that `text` begins with; its host begins at `host`.
///
/// Chinese text has no spaces: an address ends where its own characters end. Hanzi belong to it only where a part of
/// the path begins with them (`/wiki/会馆`).
fn address_at_start(text: &str, host: usize) -> &str {
    let mut end = host;
    let mut last = '/';
    let mut in_path = Path::No;
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < host) {
        let belongs = match c {
            '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => false,
            c if c.is_ascii_graphic() => true,
            c => {
                in_path == Path::Yes
                    && c.is_alphanumeric()
                    && (matches!(last, '/' | '=' | '-' | '_') || !last.is_ascii())
            }
        };
        if !belongs {
            break;
        }
        if matches!(c, '/' | '?' | '#') {
            in_path = Path::Yes;
        }
        last = c;
        end = at + c.len_utf8();
    }
    let mut address = text.get(..end).unwrap_or(text);
    while let Some(last) = address.chars().next_back() {
        let opened = |open: char, close: char| address.matches(open).count() >= address.matches(close).count();
        let ends_sentence = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '~' => true,
            ')' => !opened('(', ')'),
            ']' => !opened('[', ']'),
            _ => false,
        };
        if !ends_sentence {
            break;
        }
        address = address.get(..address.len() - last.len_utf8()).unwrap_or_default();
    }
    address
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Path {
    Yes,
    No,
}

/// Appends text as HTML, escaped in the way the cleaner does it. In attributes, quotes are the caller's to encode.
pub(super) fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\u{a0}' => html.push_str("&nbsp;"),
            c => html.push(c),
        }
    }
}

/// Text as HTML that shows it as it is; safe in attributes, too.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    escape(text, &mut html);
    html.replace('"', "&quot;").replace('\'', "&#39;")
}

/// Drops everything that looks like a tag, for HTML that isn't worth parsing.
fn without_tags(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or("", |(_, after)| after));
        text.push(' ');
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `bytes` of `text`, cut between characters.
fn up_to(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
