//! What is put into the HTML of a post when it is stored: links to people and hashtags, and pictures for the `:shortcodes:`
//! of other servers. So a page that shows the post asks for nothing more.
//!
//! Invariant: everything works on HTML that is safe already, and only in its text or in the `href` of its links.

use std::collections::BTreeMap;

use super::html::{REL, attribute, decode, escape, in_paragraphs, link_html, plain_of_clean};
use super::mark::{Handle, Piece, Reader};

/// Longest shortcode.
const SHORTCODE_CHARS_MAX: usize = 40;
/// Pictures for shortcodes in one post; the rest stays text.
const SHOWN_MAX: usize = 100;
/// Height and width at which such a picture is laid out before it is there, in pixels.
const SIDE: u32 = 20;

/// The HTML of a member's post: as `moment_html`, with links to the hashtags' pages under `origin` and to those people whose
/// page `find` knows. Who isn't found stays text.
pub fn post_html(source: &str, origin: &str, mut find: impl FnMut(&Handle) -> Option<String>) -> String {
    let mut reader = Reader::default();
    in_paragraphs(source, |line, html| {
        for piece in reader.line(line) {
            match piece {
                Piece::Text(text) => escape(text, html),
                Piece::Link(text, url) => link_html(text, &url, html),
                Piece::Person(text, handle) => match find(&handle) {
                    Some(href) => {
                        let name = text.trim_start_matches(['@', '＠']).split(['@', '＠']).next().unwrap_or_default();
                        html.push_str(&mention(&href));
                        html.push_str("@<span>");
                        escape(name, html);
                        html.push_str("</span></a>");
                    }
                    None => escape(text, html),
                },
                Piece::Hashtag(text, folded) => {
                    html.push_str(&format!("<a href=\"{origin}/tags/{}\" ", in_path(&folded)));
                    html.push_str(&format!("class=\"mention hashtag\" rel=\"tag {REL}\">#<span>"));
                    escape(text, html);
                    html.push_str("</span></a>");
                }
            }
        }
    })
}

/// The beginning of a link to somebody.
fn mention(href: &str) -> String {
    format!("<a href=\"{}\" class=\"u-url mention\" rel=\"{REL}\">", super::escaped(href))
}

/// HTML of [`post_html`] in which the links to somebody lead elsewhere: pages here link to the page here, what other servers
/// get to the person's own.
pub fn with_mention_at(html: &str, here: &str, there: &str) -> String {
    if here == there { html.to_owned() } else { html.replace(&mention(here), &mention(there)) }
}

/// One part of a path, percent-encoded.
pub fn in_path(part: &str) -> String {
    let mut path = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'~') {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

/// Safe HTML in which links lead elsewhere: `to` is asked with each link's address and text, and answers the new address.
pub fn relink(clean: &str, mut to: impl FnMut(&str, &str) -> Option<String>) -> String {
    let mut out = String::with_capacity(clean.len());
    let mut rest = clean;
    // The cleaner escapes every `<` and `>` in text and attributes.
    while let Some((before, tagged)) = rest.split_once("<a ") {
        let Some((tag, after)) = tagged.split_once('>') else { break };
        let given = attribute(tag, "href").unwrap_or_default();
        let mut href = String::new();
        decode(given, &mut href);
        let inner = after.split("</a>").next().unwrap_or_default();
        let new = if href.is_empty() { None } else { to(&href, &plain_of_clean(inner)) };
        out.push_str(before);
        out.push_str("<a ");
        match new {
            Some(new) => {
                let new = format!("href=\"{}\"", super::escaped(&new));
                out.push_str(&tag.replacen(&format!("href=\"{given}\""), &new, 1));
            }
            None => out.push_str(tag),
        }
        out.push('>');
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Safe HTML in which the links whose address `is_closed` are no links.
pub fn unlink(clean: &str, is_closed: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(clean.len());
    let mut rest = clean;
    while let Some((before, tagged)) = rest.split_once("<a ") {
        let Some((tag, after)) = tagged.split_once('>') else { break };
        out.push_str(before);
        match after.split_once("</a>").filter(|_| is_closed(attribute(tag, "href").unwrap_or_default())) {
            Some((inner, after)) => {
                out.push_str(inner);
                rest = after;
            }
            None => {
                out.push_str("<a ");
                out.push_str(tag);
                out.push('>');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Is this a shortcode (without its colons)?
pub fn is_shortcode(text: &str) -> bool {
    (1..=SHORTCODE_CHARS_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Safe HTML with pictures for the shortcodes in its text. `pictures` has their addresses by shortcode.
pub fn with_emoji(clean: &str, pictures: &BTreeMap<String, String>) -> String {
    if pictures.is_empty() || !clean.contains(':') {
        return clean.to_owned();
    }
    let mut out = String::with_capacity(clean.len());
    let (mut rest, mut left) = (clean, SHOWN_MAX);
    while let Some((text, tagged)) = rest.split_once('<') {
        text_with_emoji(text, pictures, &mut left, &mut out);
        let (tag, after) = tagged.split_once('>').unwrap_or((tagged, ""));
        out.push('<');
        out.push_str(tag);
        out.push('>');
        rest = after;
    }
    text_with_emoji(rest, pictures, &mut left, &mut out);
    out
}

/// HTML of [`with_emoji`] with the shortcodes in place of their pictures again, and the pictures' addresses by shortcode: the
/// other way about, for programs that put them in by themselves.
pub fn without_emoji(html: &str) -> (String, BTreeMap<String, String>) {
    let mut pictures = BTreeMap::new();
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tagged)) = rest.split_once("<img class=\"emoji\"") {
        let (tag, after) = tagged.split_once('>').unwrap_or((tagged, ""));
        out.push_str(before);
        let shortcode = attribute(tag, "alt").unwrap_or_default();
        out.push_str(shortcode);
        let mut address = String::new();
        decode(attribute(tag, "src").unwrap_or_default(), &mut address);
        pictures.insert(shortcode.trim_matches(':').to_owned(), address);
        rest = after;
    }
    out.push_str(rest);
    (out, pictures)
}

/// Appends text of safe HTML with pictures for its shortcodes, as long as any are left.
fn text_with_emoji(text: &str, pictures: &BTreeMap<String, String>, left: &mut usize, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(':') {
        out.push_str(before);
        let found = after.split_once(':').filter(|(name, _)| *left > 0 && is_shortcode(name));
        match found.and_then(|(name, after)| Some((name, pictures.get(name)?, after))) {
            Some((name, src, after)) => {
                *left -= 1;
                out.push_str(&format!(
                    "<img class=\"emoji\" src=\"{}\" alt=\":{name}:\" title=\":{name}:\" width=\"{SIDE}\" \
                     height=\"{SIDE}\" loading=\"lazy\">",
                    super::escaped(src)
                ));
                rest = after;
            }
            None => {
                out.push(':');
                rest = after;
            }
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::super::{moment_html, plain_of_clean, sanitise};
    use super::*;

    const ORIGIN: &str = "https://hall.example";

    fn made(source: &str) -> String {
        post_html(source, ORIGIN, |handle| match (handle.name.as_str(), handle.host.as_str()) {
            ("mei", "") => Some("https://hall.example/@mei".to_owned()),
            ("lan", "b.example") => Some("https://hall.example/@lan@b.example".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn people_and_hashtags_become_links() {
        assert_eq!(
            made("你好@Mei，来#元宵节#。<b>"),
            "<p>你好<a href=\"https://hall.example/@mei\" class=\"u-url mention\" rel=\"nofollow noopener ugc\">\
             @<span>Mei</span></a>，来<a href=\"https://hall.example/tags/%E5%85%83%E5%AE%B5%E8%8A%82\" \
             class=\"mention hashtag\" rel=\"tag nofollow noopener ugc\">#<span>元宵节</span></a>#。&lt;b&gt;</p>"
        );
        let far = made("＠lan@B.example @nobody mei@hall.example https://a.example/#x @mei");
        assert!(far.contains("<a href=\"https://hall.example/@lan@b.example\" class=\"u-url mention\""), "{far}");
        assert!(
            far.contains("@<span>lan</span></a> @nobody mei@hall.example <a href=\"https://a.example/#x\""),
            "{far}"
        );
        assert_eq!(plain_of_clean(&far), "@lan @nobody mei@hall.example https://a.example/#x @mei");
        for plain in ["a\n\nb\nc", "看https://a.example/x & <b>", "#12 a@b"] {
            assert_eq!(made(plain), moment_html(plain));
        }
        let there = with_mention_at(&far, "https://hall.example/@lan@b.example", "https://b.example/~lan?a&b");
        assert!(there.contains("<a href=\"https://b.example/~lan?a&amp;b\" class=\"u-url mention\""), "{there}");
        assert!(!there.contains("@lan@b.example") && there.contains("hall.example/@mei"), "{there}");
    }

    #[test]
    fn links_are_turned_and_nothing_else() {
        let clean = sanitise(
            "<p>href=\"https://b.example/@lan\" <a href=\"https://b.example/@lan\" class=\"u-url mention\">@<span>lan</span></a> \
             <a class=\"mention hashtag\" href=\"https://b.example/tags/x?a&amp;b\">#<span>X</span></a><a>no</a></p>",
        );
        let mut seen = Vec::new();
        let turned = relink(&clean, |href, text| {
            seen.push((href.to_owned(), text.to_owned()));
            text.starts_with('#').then(|| "/tags/\"x".to_owned())
        });
        let lan = ("https://b.example/@lan".to_owned(), "@lan".to_owned());
        assert_eq!(seen, [lan, ("https://b.example/tags/x?a&b".to_owned(), "#X".to_owned())]);
        assert!(turned.contains("href=\"/tags/&quot;x\"") && !turned.contains("tags/x"), "{turned}");
        assert_eq!(relink(&clean, |_, _| None), clean);
        let closed = unlink(&clean, |href| href.contains("/@"));
        assert!(closed.contains("\" @<span>lan</span> <a ") && closed.contains("#<span>X</span></a>"), "{closed}");
        assert_eq!(unlink(&clean, |_| false), clean);
    }

    #[test]
    fn shortcodes_become_pictures_in_text_alone() {
        let pictures = BTreeMap::from([
            ("tea".to_owned(), "/media/1/display".to_owned()),
            ("Tea_2".to_owned(), "/media/2/display".to_owned()),
        ]);
        let clean =
            sanitise("<p>12:30:tea::Tea_2: :none: : <a href=\"https://a.example/:tea:\">:tea</a>: &lt;:tea:&gt;</p>");
        let html = with_emoji(&clean, &pictures);
        assert_eq!(html.matches("<img class=\"emoji\" src=\"/media/1/display\" alt=\":tea:\"").count(), 2, "{html}");
        assert_eq!(html.matches("/media/2/display").count(), 1);
        assert!(html.contains("href=\"https://a.example/:tea:\"") && html.contains(":none:"), "{html}");
        assert_eq!(plain_of_clean(&html), plain_of_clean(&clean));
        assert_eq!(without_emoji(&html), (clean.clone(), pictures.clone()));
        assert_eq!(without_emoji("<p>:tea:</p>"), ("<p>:tea:</p>".to_owned(), BTreeMap::new()));
        assert_eq!(with_emoji(&":tea:".repeat(500), &pictures).matches("<img").count(), SHOWN_MAX);
        assert_eq!(with_emoji("<p>:tea:</p>", &BTreeMap::new()), "<p>:tea:</p>");
        assert!(
            is_shortcode("blob_cat1") && !is_shortcode("") && !is_shortcode("a b") && !is_shortcode(&"a".repeat(41))
        );
    }
}
