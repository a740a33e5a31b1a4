//! Articles: Markdown that editors write and HTML that other servers send, both as safe HTML with a longer list of elements than a
//! Moment's: tables, figures, footnotes, ruby, poems.
//!
//! Invariants: a picture stands for a file of this hall (`/media/ID/display`) or not at all; an id is one that was made here. What an
//! editor writes passes the same cleaner as what comes from elsewhere.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use ammonia::{Builder, UrlRelative};
use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, format_html, parse_document};

use super::html::{CLASSES, ELEMENTS, ELEMENTS_WITH_CONTENT, REL, attribute, escaped, plain_of_clean, settle};
use super::is_bidi_override;
use super::ruby;

/// Elements of articles beside those of all posts.
const MORE: [&str; 15] = [
    "caption",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "img",
    "section",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
];
/// Classes that our own style has for articles.
const LOOKS: [&str; 4] = ["poem", "epigraph", "gallery", "footnotes"];
/// Pictures of one article.
pub const ARTICLE_PICTURES_MAX: usize = 60;
/// Headings that the contents of an article name.
const HEADINGS_MAX: usize = 100;

/// How a file stands in an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// It is looked at.
    Picture,
    /// It is played.
    Film,
    /// It is listened to.
    Sound,
}

/// A file of the hall as an article shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// How it stands there.
    pub look: Look,
    /// Its width and height, if they are known.
    pub size: Option<(u32, u32)>,
}

/// A heading of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its place in the page.
    pub id: String,
    /// What it says.
    pub text: String,
    /// 2 for a part, 3 for what stands under one.
    pub level: u8,
}

/// The HTML of an editor's Markdown. `files` has what may stand in it, by number; other pictures become their words.
pub fn article_html(source: &str, files: &BTreeMap<i64, Shape>) -> String {
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.footnotes = true;
    options.extension.cjk_friendly_emphasis = true;
    options.extension.header_id_prefix = None;
    options.render.r#unsafe = true;
    options.render.hardbreaks = true;
    let source = super::body(source);
    let root = parse_document(&arena, &source, &options);
    let nodes: Vec<_> = root.descendants().collect();
    for node in nodes {
        let new = match &mut node.data_mut().value {
            NodeValue::Heading(heading) => {
                // The title of the page is the first.
                heading.level = (heading.level + 1).min(6);
                None
            }
            NodeValue::CodeBlock(block) => set_apart(&block.info, &block.literal),
            NodeValue::Text(text) => ruby::is_in(text).then(|| ruby::html(text)),
            _ => None,
        };
        if let Some(html) = new {
            node.data_mut().value = NodeValue::Raw(html);
        }
    }
    let paragraphs: Vec<_> = root.descendants().filter(|node| is_paragraph(node)).collect();
    for paragraph in paragraphs {
        place_pictures(paragraph, files);
    }
    let mut html = String::with_capacity(source.len() * 2);
    if format_html(root, &options, &mut html).is_err() {
        return super::moment_html(&source);
    }
    numbered(&clean(&html, None, files))
}

fn is_paragraph<'a>(node: &&'a AstNode<'a>) -> bool {
    matches!(node.data().value, NodeValue::Paragraph)
}

/// A poem, whose lines are kept, or an epigraph, which is set from top to bottom where there is room.
fn set_apart(info: &str, literal: &str) -> Option<String> {
    let lines = |text: &str| {
        let lines: Vec<String> = text.lines().map(ruby::html).collect();
        lines.join("<br>")
    };
    let stanzas: Vec<String> = literal
        .trim_matches('\n')
        .split("\n\n")
        .filter(|stanza| !stanza.trim().is_empty())
        .map(|stanza| format!("<p>{}</p>", lines(stanza)))
        .collect();
    match info.trim() {
        "poem" | "诗" | "詩" => Some(format!("<div class=\"poem\">{}</div>", stanzas.concat())),
        "epigraph" | "题记" | "題記" => Some(format!("<div class=\"epigraph\">{}</div>", stanzas.concat())),
        _ => None,
    }
}

/// The pictures of a paragraph: alone they are a figure or a gallery, among words they stand among them.
fn place_pictures<'a>(paragraph: &'a AstNode<'a>, files: &BTreeMap<i64, Shape>) {
    let children: Vec<_> = paragraph.children().collect();
    let (mut pictures, mut is_alone) = (Vec::new(), true);
    for child in &children {
        let picture = match &child.data().value {
            NodeValue::Image(link) => Some((link.url.clone(), link.title.clone())),
            NodeValue::SoftBreak | NodeValue::LineBreak => None,
            NodeValue::Text(text) if text.trim().is_empty() => None,
            _ => {
                is_alone = false;
                None
            }
        };
        if let Some((url, title)) = picture {
            pictures.push((*child, url, title, words_of(child)));
        }
    }
    if pictures.is_empty() {
        return;
    }
    let figures: Vec<String> = pictures
        .iter()
        .map(|(_, url, title, alt)| match is_alone {
            true => figure(url, title, alt, files),
            false => shown(url, alt, files).unwrap_or_else(|| escaped(alt)),
        })
        .collect();
    if is_alone {
        // A grid is no place for what is listened to.
        let is_heard =
            |url: &str| file_of(url).and_then(|id| files.get(&id)).is_some_and(|one| one.look == Look::Sound);
        let is_grid = figures.len() > 1 && pictures.iter().all(|(_, url, ..)| !is_heard(url));
        let whole = match is_grid {
            false => figures.concat(),
            true => format!("<div class=\"gallery\">{}</div>", figures.concat()),
        };
        paragraph.children().for_each(|child| child.detach());
        paragraph.data_mut().value = NodeValue::Raw(whole);
        return;
    }
    for ((node, ..), html) in pictures.iter().zip(figures) {
        let inner: Vec<_> = node.children().collect();
        inner.iter().for_each(|child| child.detach());
        node.data_mut().value = NodeValue::Raw(html);
    }
}

/// The text in a node.
fn words_of<'a>(node: &'a AstNode<'a>) -> String {
    let mut words = String::new();
    for one in node.descendants() {
        match &one.data().value {
            NodeValue::Text(text) => words.push_str(text),
            NodeValue::Code(code) => words.push_str(&code.literal),
            _ => {}
        }
    }
    words
}

fn figure(url: &str, title: &str, alt: &str, files: &BTreeMap<i64, Shape>) -> String {
    let Some(shown) = shown(url, alt, files) else { return format!("<p>{}</p>", escaped(alt)) };
    let is_heard = file_of(url).and_then(|id| files.get(&id)).is_some_and(|one| one.look == Look::Sound);
    let caption = match title.trim() {
        // There is nothing else to see of a sound than its words.
        "" if is_heard && !alt.is_empty() => format!("<figcaption>{}</figcaption>", escaped(alt)),
        "" => String::new(),
        title => format!("<figcaption>{}</figcaption>", ruby::html(title)),
    };
    format!("<figure>{shown}{caption}</figure>")
}

fn shown(url: &str, alt: &str, files: &BTreeMap<i64, Shape>) -> Option<String> {
    let id = file_of(url)?;
    files.get(&id)?;
    Some(format!("<img src=\"/media/{id}/display\" alt=\"{}\">", escaped(alt)))
}

/// The number of the file behind an address of this hall.
fn file_of(url: &str) -> Option<i64> {
    let (id, form) = url.strip_prefix("/media/")?.split_once('/')?;
    (form == "display").then_some(())?;
    id.parse().ok()
}

/// The files that a text of an editor shows, in their order, with what they show in words.
pub fn article_files(html: &str) -> Vec<(i64, String)> {
    let mut files: Vec<(i64, String)> = Vec::new();
    for tag in html.split('<').filter(|tag| ["img ", "video ", "audio "].iter().any(|one| tag.starts_with(one))) {
        let tag = tag.split('>').next().unwrap_or_default();
        let Some(id) = attribute(tag, "src").and_then(file_of) else { continue };
        let mut alt = String::new();
        let words = attribute(tag, "alt").or_else(|| attribute(tag, "aria-label"));
        super::html::decode(words.unwrap_or_default(), &mut alt);
        if files.iter().all(|(known, _)| *known != id) {
            files.push((id, alt));
        }
    }
    files.truncate(ARTICLE_PICTURES_MAX);
    files
}

/// The HTML of another server's article, cleaned. `pictures` has the numbers of the files here that stand for its pictures, by the
/// addresses that they have there; pictures that aren't among them go.
pub fn sanitise_article(html: &str, pictures: &BTreeMap<String, i64>) -> String {
    numbered(&clean(html, Some(pictures), &BTreeMap::new()))
}

/// The addresses of the pictures in another server's article, with their words, in their order.
pub fn article_pictures(html: &str) -> Vec<(String, String)> {
    let mut cleaner = cleaner();
    cleaner.attribute_filter(|element, name, value| match (element, name) {
        ("img", "src") => is_web(value).then(|| value.into()),
        ("img", "alt") => Some(value.into()),
        _ => None,
    });
    let clean = settle(html, |html| cleaner.clean(html).to_string());
    let mut found: Vec<(String, String)> = Vec::new();
    for tag in clean.split("<img ").skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let (mut url, mut alt) = (String::new(), String::new());
        super::html::decode(attribute(tag, "src").unwrap_or_default(), &mut url);
        super::html::decode(attribute(tag, "alt").unwrap_or_default(), &mut alt);
        if !url.is_empty() && found.iter().all(|(known, _)| *known != url) {
            found.push((url, alt));
        }
    }
    found.truncate(ARTICLE_PICTURES_MAX);
    found
}

fn is_web(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn cleaner() -> Builder<'static> {
    let mut elements = HashSet::from(ELEMENTS);
    elements.extend(MORE);
    let mut looks = HashMap::from([
        ("a", HashSet::from(CLASSES)),
        ("span", HashSet::from(CLASSES)),
        ("div", HashSet::from(LOOKS)),
        ("section", HashSet::from(LOOKS)),
    ]);
    looks.insert("sup", HashSet::from(["footnote-ref"]));
    let mut cleaner = Builder::empty();
    cleaner
        .tags(elements)
        .clean_content_tags(HashSet::from(ELEMENTS_WITH_CONTENT))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "id"])),
            ("img", HashSet::from(["src", "alt"])),
            ("li", HashSet::from(["value", "id"])),
            ("ol", HashSet::from(["start", "reversed"])),
            ("td", HashSet::from(["align", "colspan", "rowspan"])),
            ("th", HashSet::from(["align", "colspan", "rowspan"])),
        ]))
        .generic_attributes(HashSet::from(["lang"]))
        .allowed_classes(looks)
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some(REL))
        .strip_comments(true);
    cleaner
}

/// Is this an id of a footnote, as the writer of HTML makes them?
fn is_note(id: &str) -> bool {
    let name = id.strip_prefix("fnref-").or_else(|| id.strip_prefix("fn-"));
    name.is_some_and(|name| {
        (1..=80).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'%'))
    })
}

/// One attribute that the list of attributes lets through, as it may stand there. `pictures` is that of [`sanitise_article`]; without
/// it an editor of this hall has written, who may name files and pages of it.
fn allowed<'v>(
    element: &str,
    name: &str,
    value: &'v str,
    pictures: Option<&BTreeMap<String, i64>>,
) -> Option<Cow<'v, str>> {
    let is_number = |value: &str| (1..=3).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
    match (element, name) {
        ("img", "src") => match pictures {
            Some(pictures) => pictures.get(value).map(|id| format!("/media/{id}/display").into()),
            None => file_of(value).is_some().then(|| value.into()),
        },
        ("a", "href") => match value.strip_prefix('#') {
            Some(id) => is_note(id).then(|| value.into()),
            // What leads elsewhere names where; pages of this hall are named by editors alone.
            None if value.starts_with('/') => {
                (pictures.is_none() && !value.starts_with("//") && !value.contains('\\')).then(|| value.into())
            }
            None => {
                let is_link =
                    url::Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto"));
                is_link.then(|| value.into())
            }
        },
        (_, "id") => is_note(value).then(|| value.into()),
        (_, "align") => matches!(value, "left" | "center" | "right").then(|| value.into()),
        (_, "colspan" | "rowspan") => is_number(value).then(|| value.into()),
        _ => Some(value.into()),
    }
}

/// Cleans HTML until it stays as it is; what shows a file of the hall gets its size.
fn clean(html: &str, pictures: Option<&BTreeMap<String, i64>>, files: &BTreeMap<i64, Shape>) -> String {
    let once = pictures.cloned();
    let mut first = cleaner();
    first.attribute_filter(move |element, name, value| allowed(element, name, value, once.as_ref()));
    let mut again = cleaner();
    again.attribute_filter(|element, name, value| allowed(element, name, value, None));
    let mut is_first = true;
    let clean = settle(html, |html| {
        let cleaner = if std::mem::take(&mut is_first) { &first } else { &again };
        let mut clean = cleaner.clean(html).to_string();
        for empty in ["<p class=\"\"", "<div class=\"\"", "<section class=\"\"", "<sup class=\"\""] {
            let plain = empty.trim_end_matches(" class=\"\"");
            clean = clean.replace(empty, plain);
        }
        clean.retain(|c| !is_bidi_override(c));
        clean
    });
    shaped(&clean, files)
}

/// Pictures with their sizes, so that nothing jumps while they come; films as films, sounds as sounds; what shows nothing goes.
fn shaped(clean: &str, files: &BTreeMap<i64, Shape>) -> String {
    let mut out = String::with_capacity(clean.len() + 256);
    let mut rest = clean;
    while let Some((before, tagged)) = rest.split_once("<img") {
        let (tag, after) = tagged.split_once('>').unwrap_or((tagged, ""));
        out.push_str(before);
        rest = after;
        let Some(id) = attribute(tag, "src").and_then(file_of) else { continue };
        let alt = attribute(tag, "alt").unwrap_or_default();
        let shape = files.get(&id).copied().unwrap_or(Shape { look: Look::Picture, size: None });
        let size =
            shape.size.map(|(width, height)| format!(" width=\"{width}\" height=\"{height}\"")).unwrap_or_default();
        out.push_str(&match shape.look {
            Look::Sound => {
                format!("<audio src=\"/media/{id}/display\" controls preload=\"none\" aria-label=\"{alt}\"></audio>")
            }
            Look::Film => format!(
                "<video src=\"/media/{id}/display\" controls preload=\"none\" poster=\"/media/{id}/thumb\" \
                 aria-label=\"{alt}\"{size}></video>"
            ),
            Look::Picture => {
                format!("<img src=\"/media/{id}/display\" alt=\"{alt}\"{size} loading=\"lazy\" decoding=\"async\">")
            }
        });
    }
    out.push_str(rest);
    out.replace("<figure></figure>", "").replace("<p></p>", "")
}

/// Safe HTML in which each heading has a place that the contents lead to.
fn numbered(clean: &str) -> String {
    let mut out = String::with_capacity(clean.len() + 64);
    let (mut rest, mut number) = (clean, 0);
    while let Some((before, after)) = rest.split_once("<h") {
        out.push_str(before);
        out.push_str("<h");
        if after.starts_with(['1', '2', '3', '4', '5', '6']) && number < HEADINGS_MAX {
            number += 1;
            let (level, tail) = after.split_at(1);
            out.push_str(&format!("{level} id=\"h-{number}\""));
            rest = tail;
        } else {
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// Clean HTML for a page that shows several such texts: its places, and the links to them, begin with a word of their own.
pub fn set_apart_places(html: &str, word: &str) -> String {
    let mut out = String::with_capacity(html.len() + 64);
    for (index, part) in html.split('<').enumerate() {
        if index == 0 {
            out.push_str(part);
            continue;
        }
        let (tag, rest) = part.split_at(part.find('>').unwrap_or(part.len()));
        let tag = tag.replace(" id=\"", &format!(" id=\"{word}-")).replace(" href=\"#", &format!(" href=\"#{word}-"));
        out.push('<');
        out.push_str(&tag);
        out.push_str(rest);
    }
    out
}

/// HTML of an article for readers elsewhere: its pictures and links have whole addresses.
pub fn whole_html(html: &str, origin: &str, page: &str) -> String {
    html.replace(" src=\"/", &format!(" src=\"{origin}/"))
        .replace(" poster=\"/", &format!(" poster=\"{origin}/"))
        .replace("<a href=\"/", &format!("<a href=\"{origin}/"))
        .replace("<a href=\"#", &format!("<a href=\"{page}#"))
}

/// The headings of an article that was made here, for its contents.
pub fn headings(html: &str) -> Vec<Heading> {
    let mut found = Vec::new();
    for part in html.split("<h").skip(1) {
        let level = part.bytes().next().map_or(0, |b| b.wrapping_sub(b'0'));
        if !(1..=3).contains(&level) {
            continue;
        }
        let Some((tag, after)) = part.split_once('>') else { continue };
        let Some((inner, _)) = after.split_once("</h") else { continue };
        if let Some(id) = attribute(tag, "id") {
            found.push(Heading { id: id.to_owned(), text: plain_of_clean(inner), level });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(source: &str) -> String {
        let picture = Shape { look: Look::Picture, size: Some((1600, 900)) };
        let (film, sound) = (Shape { look: Look::Film, size: None }, Shape { look: Look::Sound, size: None });
        article_html(source, &BTreeMap::from([(7, picture), (8, picture), (9, film), (11, sound)]))
    }

    #[test]
    fn markdown_becomes_what_readers_see() {
        let html = made(
            "# 冬至\n\n家里的**汤圆**。[^1]\n\n| 粿 | 馅 |\n|---|---|\n| 红桃粿 | 米饭 |\n\n[^1]: 潮州话叫圆。\n\n> 引文\n\n~~旧~~",
        );
        assert!(html.contains("<h2 id=\"h-1\">冬至</h2>"), "{html}");
        assert!(html.contains("<strong>汤圆</strong>") && html.contains("<del>旧</del>"), "{html}");
        assert!(html.contains("<sup class=\"footnote-ref\"><a href=\"#fn-1\" id=\"fnref-1\""), "{html}");
        assert!(html.contains("<li id=\"fn-1\">") && html.contains("href=\"#fnref-1\""), "{html}");
        assert!(html.contains("<th>粿</th>") && html.contains("<td>米饭</td>"), "{html}");
        assert_eq!(headings(&html), [Heading { id: "h-1".into(), text: "冬至".into(), level: 2 }]);
    }

    #[test]
    fn texts_on_one_page_have_places_of_their_own() {
        let html = set_apart_places(&made("# 题\n\n话 id=\"x\"[^1]\n\n[^1]: 注。"), "b3");
        assert!(html.contains("<h2 id=\"b3-h-1\">") && html.contains("<li id=\"b3-fn-1\">"), "{html}");
        assert!(html.contains("href=\"#b3-fn-1\"") && html.contains("话 id=\"x\""), "{html}");
    }

    #[test]
    fn readings_stand_above_their_hanzi() {
        let html = made("{鼠曲粿|cu2 kag4 guê2}和{红桃粿｜âng thô kué}，{不|是");
        assert!(html.contains("<ruby>鼠<rp>(</rp><rt>cu2</rt><rp>)</rp>曲"), "{html}");
        assert!(html.contains("<rt>thô</rt>") && html.contains("{不|是"), "{html}");
        assert!(made("{a & b|c}").contains("<ruby>a &amp; b<rp>(</rp><rt>c</rt>"), "{}", made("{a & b|c}"));
    }

    #[test]
    fn poems_keep_their_lines() {
        let html = made("```诗\n床前明月光\n疑是<b>地上霜\n\n举头{望|wàng}明月\n```\n\n```题记\n甲骨\n```");
        assert!(html.contains("<div class=\"poem\"><p>床前明月光<br>疑是&lt;b&gt;地上霜</p><p>举头<ruby>"), "{html}");
        assert!(html.contains("<div class=\"epigraph\"><p>甲骨</p></div>"), "{html}");
    }

    #[test]
    fn pictures_are_files_of_the_hall_or_nothing() {
        let html =
            made("![一碗\"汤圆\"](/media/7/display \"阿嬷做的\")\n\n![a](/media/7/display)\n![b](/media/8/display)");
        assert!(
            html.contains(
                "<figure><img src=\"/media/7/display\" alt=\"一碗&quot;汤圆&quot;\" width=\"1600\" height=\"900\""
            ),
            "{html}"
        );
        assert!(html.contains("<figcaption>阿嬷做的</figcaption></figure>"), "{html}");
        assert!(html.contains("<div class=\"gallery\"><figure>"), "{html}");
        let film = made("![开庙门](/media/9/display)");
        assert!(film.contains("<video src=\"/media/9/display\" controls preload=\"none\""), "{film}");
        let sound = made("![阿嬷唱的歌](/media/11/display \"一九八六年录音\")\n\n![潮曲](/media/11/display)");
        assert!(
            sound.contains("<figure><audio src=\"/media/11/display\" controls preload=\"none\" aria-label"),
            "{sound}"
        );
        assert!(sound.contains("<figcaption>一九八六年录音</figcaption>"), "{sound}");
        assert!(sound.contains("<figcaption>潮曲</figcaption>"), "a sound without a caption shows its words: {sound}");
        assert_eq!(article_files(&sound), [(11, "阿嬷唱的歌".to_owned())]);
        assert!(!made("![甲](/media/11/display)\n![乙](/media/7/display)").contains("gallery"));
        for wrong in [
            "![外面](https://evil.example/x.png)",
            "![没有](/media/10/display)",
            "<img src=https://evil.example/x.png onerror=alert(1)>",
            "![x](/media/7/original)",
        ] {
            assert!(!made(wrong).contains("<img"), "{wrong}: {}", made(wrong));
        }
        assert_eq!(article_files(&html), [(7, "一碗\"汤圆\"".to_owned()), (8, "b".to_owned())]);
    }

    #[test]
    fn articles_from_elsewhere_keep_their_shape_and_their_pictures_here() {
        let sent = "<h2>早茶</h2><figure class=\"wp-block-image\"><img src=\"https://b.example/a.jpg?x=1&amp;y=2\" alt=\"茶\" onerror=\"x\"/>\
                    <figcaption>虾饺</figcaption></figure><table><tr><td style=\"color:red\">甲</td></tr></table>\
                    <p><img src=\"https://tracker.example/p.gif\"></p><a href=\"/admin\">x</a><a href=\"#top\">y</a>";
        let found = article_pictures(sent);
        assert_eq!(found[0], ("https://b.example/a.jpg?x=1&y=2".to_owned(), "茶".to_owned()));
        let html = sanitise_article(sent, &BTreeMap::from([(found[0].0.clone(), 12)]));
        assert!(html.contains("<img src=\"/media/12/display\" alt=\"茶\"") && html.contains("<td>甲</td>"), "{html}");
        assert!(!html.contains("tracker") && !html.contains("/admin") && !html.contains("style"), "{html}");
        assert!(html.contains("<h2 id=\"h-1\">早茶</h2>") && html.contains("<figcaption>虾饺</figcaption>"), "{html}");
    }
}
