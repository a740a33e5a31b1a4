//! Text from people: cleaned at the edge, turned into safe HTML, cut, and told apart by language.
//!
//! Invariants: [`sanitise`] is stable under a second pass; nothing that leaves here holds a control character, a
//! direction override or markup that isn't on the list.

use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization;

/// What links to elsewhere say of themselves.
const REL: &str = "nofollow noopener ugc";

/// A name of anything, on one line: no controls, overrides or invisible runs, single spaces, at most `chars_max`.
pub fn name(raw: &str, chars_max: usize) -> String {
    let clean: String = raw.nfc().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_shown(*c)).collect();
    clean.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").chars().take(chars_max).collect()
}

/// A text of several lines: line ends as `\n`, no controls, no overrides; blank ends go.
pub fn body(raw: &str) -> String {
    let unix = raw.replace("\r\n", "\n").replace('\r', "\n");
    let clean: String = unix.nfc().filter(|c| *c == '\n' || *c == '\t' || is_shown(*c)).collect();
    clean.trim_matches('\n').trim_end().to_owned()
}

/// Is this a character that shows or joins what shows? Zero-width joiners stay (emoji and Indic scripts need them).
fn is_shown(c: char) -> bool {
    let invisible = matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
        | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}');
    !c.is_control() && !invisible
}

/// The first `chars` characters, with an ellipsis if something is cut.
pub fn excerpt(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
    }
}

/// A member's plain text as HTML: paragraphs, line breaks, links. What looks like markup is shown as typed.
pub fn moment_html(source: &str) -> String {
    let mut html = String::with_capacity(source.len() + 64);
    for paragraph in source.split("\n\n").map(|p| p.trim_matches('\n')).filter(|p| !p.is_empty()) {
        html.push_str("<p>");
        for (index, line) in paragraph.split('\n').enumerate() {
            if index > 0 {
                html.push_str("<br>");
            }
            linked(line, &mut html);
        }
        html.push_str("</p>");
    }
    html
}

/// Writes one line with its web addresses as links.
fn linked(line: &str, html: &mut String) {
    let mut rest = line;
    while let Some(start) = next_address(rest) {
        let (before, from) = rest.split_at(start);
        let end = from.find(ends_address).unwrap_or(from.len());
        let address = from.get(..end).unwrap_or_default().trim_end_matches(['.', ',', '!', '?', ':', ';', '\'', '"', ')']);
        escape(before, html);
        match url::Url::parse(address).ok().filter(|url| url.host_str().is_some_and(|host| !host.is_empty())) {
            Some(url) => {
                html.push_str("<a href=\"");
                escape(url.as_str(), html);
                html.push_str("\" rel=\"");
                html.push_str(REL);
                html.push_str("\">");
                escape(address, html);
                html.push_str("</a>");
            }
            None => escape(address, html),
        }
        rest = from.get(address.len()..).unwrap_or_default();
    }
    escape(rest, html);
}

/// Where the next `http://` or `https://` begins that isn't the middle of a word.
fn next_address(text: &str) -> Option<usize> {
    text.match_indices("http").map(|(at, _)| at).find(|at| {
        let from = text.get(*at..).unwrap_or_default();
        let begins = text.get(..*at).and_then(|b| b.chars().next_back()).is_none_or(|c| !c.is_ascii_alphanumeric());
        let body = from.strip_prefix("https://").or_else(|| from.strip_prefix("http://"));
        begins && body.is_some_and(|body| body.chars().next().is_some_and(|c| !ends_address(c)))
    })
}

/// Characters that a typed address doesn't hold: space, quotes, and the full-width marks of Chinese sentences.
fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '>' | '"' | '“' | '”' | '‘' | '’' | '「' | '」' | '『' | '』' | '《' | '》')
        || matches!(c, '，' | '。' | '；' | '：' | '！' | '？' | '（' | '）' | '、' | '【' | '】' | '…')
}

/// Text as HTML that shows it as it is.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    escape(text, &mut html);
    html
}

/// Writes text escaped for HTML.
fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

/// Others' HTML, made safe: text markup, lists, quotations, ruby and links stay; everything else goes.
pub fn sanitise(html: &str) -> String {
    let tags = [
        "p", "br", "a", "span", "em", "strong", "b", "i", "u", "s", "del", "ins", "sub", "sup", "small", "blockquote",
        "q", "code", "pre", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ruby", "rb", "rt", "rp",
    ];
    let attributes = HashMap::from([
        ("a", HashSet::from(["href", "lang"])),
        ("ol", HashSet::from(["start", "reversed"])),
        ("li", HashSet::from(["value"])),
    ]);
    let classes = HashMap::from([
        ("a", HashSet::from(["mention", "hashtag", "u-url"])),
        ("span", HashSet::from(["h-card", "invisible", "ellipsis"])),
    ]);
    let clean: String = html.chars().filter(|c| *c == '\n' || *c == '\t' || is_shown(*c)).collect();
    ammonia::Builder::empty()
        .tags(HashSet::from(tags))
        .clean_content_tags(HashSet::from(["script", "style", "title", "template", "noscript", "iframe", "svg", "math"]))
        .tag_attributes(attributes)
        .generic_attributes(HashSet::from(["lang", "dir"]))
        .allowed_classes(classes)
        .url_schemes(HashSet::from(["http", "https", "mailto", "gemini", "xmpp"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some(REL))
        .strip_comments(true)
        .clean(&clean)
        .to_string()
}

/// The text of safe HTML, with line breaks where its blocks end.
pub fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (before, from) = rest.split_at(start);
        text.push_str(before);
        let Some(end) = from.find('>') else { break };
        let tag = from.get(1..end).unwrap_or_default();
        if tag.starts_with("br") || matches!(tag, "/p" | "/li" | "/blockquote" | "/h1" | "/h2" | "/h3" | "/pre") {
            text.push('\n');
        }
        rest = from.get(end + 1..).unwrap_or_default();
    }
    text.push_str(rest);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&nbsp;", " ").replace("&amp;", "&").trim().to_owned()
}

/// The language of a text by its characters: a code of [`crate::lang`], or `None` if it can't be told.
pub fn guess_language(text: &str) -> Option<&'static str> {
    // Frequent characters that only one of the two scripts has.
    const SIMPLIFIED: &str = "们个这来时说为么会对过还没话问间点给让从现发经样关国学长见觉电话书车东门马吗听读写华爱亲旧馆侨汉语词岁年乡习";
    const TRADITIONAL: &str = "們個這來時說為麼會對過還沒話問間點給讓從現發經樣關國學長見覺電話書車東門馬嗎聽讀寫華愛親舊館僑漢語詞歲鄉習";
    let (mut hanzi, mut latin, mut simplified, mut traditional) = (0_usize, 0_usize, 0_usize, 0_usize);
    for c in text.chars().take(2_000) {
        if matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}') {
            hanzi += 1;
            let (s, t) = (SIMPLIFIED.contains(c), TRADITIONAL.contains(c));
            simplified += usize::from(s && !t);
            traditional += usize::from(t && !s);
        } else if c.is_ascii_alphabetic() {
            latin += 1;
        }
    }
    if hanzi * 4 >= latin && hanzi > 0 {
        return Some(if traditional > simplified { "zh-Hant" } else { "zh-Hans" });
    }
    const ENGLISH: [&str; 12] = ["the", "and", "is", "to", "of", "in", "we", "you", "it", "that", "for", "on"];
    let words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).take(400);
    let known = words.filter(|word| ENGLISH.contains(&word.to_ascii_lowercase().as_str())).count();
    (latin > 0 && known > 0).then_some("en")
}

/// The letter that stands for a name on a letter face: its first character that is a letter or hanzi.
pub fn first_letter(name: &str) -> String {
    let letter = name.chars().find(|c| c.is_alphanumeric()).unwrap_or('·');
    letter.to_uppercase().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_controls_and_overrides() {
        assert_eq!(name("  陈\u{202e}美\u{0}玲\n \u{200b} Mei ", 60), "陈美玲 Mei");
        assert_eq!(name("abcdef", 3), "abc");
        assert_eq!(name("\u{3164}\u{200b}", 9), "");
    }

    #[test]
    fn typed_text_is_shown_as_typed_with_its_links() {
        assert_eq!(moment_html("冬至\n搓丸\n\n<b>&"), "<p>冬至<br>搓丸</p><p>&lt;b&gt;&amp;</p>");
        assert_eq!(
            moment_html("看（https://hall.example/a?b=1&c）好"),
            "<p>看（<a href=\"https://hall.example/a?b=1&amp;c\" rel=\"nofollow noopener ugc\">\
             https://hall.example/a?b=1&amp;c</a>）好</p>"
        );
        assert_eq!(moment_html("javascript:alert(1) xhttp://a http:// https://"), "<p>javascript:alert(1) xhttp://a http:// https://</p>");
    }

    #[test]
    fn markup_of_members_is_what_the_sanitiser_would_leave() {
        for source in ["a\nb", "https://a.example/\"onmouseover=x", "'\"<>&", "http://[::1]/", "https://user@a.example"] {
            let html = moment_html(source);
            let clean = sanitise(&html);
            assert_eq!(plain(&clean), plain(&html), "{source}");
            let in_tags = clean.split('<').skip(1).filter_map(|part| part.split('>').next());
            assert!(in_tags.into_iter().all(|tag| !tag.contains("onmouseover")), "{clean}");
        }
    }

    #[test]
    fn attacks_lose_their_sting_and_cleaning_is_stable() {
        let attacks = [
            "<script>alert(1)</script>ok",
            "<img src=x onerror=alert(1)>ok",
            "<a href=\"javascript:alert(1)\">ok</a>",
            "<a href='data:text/html,x' onclick=x>ok</a>",
            "<svg><animate onbegin=alert(1)></svg>ok",
            "<p style=\"position:fixed\" class=\"sheet\">ok</p>",
            "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>ok",
            "<iframe src=//evil.example></iframe>ok",
            "<form action=/settings><button>ok</button></form>",
            "ok<!--<img src=x onerror=alert(1)>-->",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">ok",
            "<a href=\"/sign-out\">ok</a>",
        ];
        for attack in attacks {
            let once = sanitise(attack);
            assert_eq!(sanitise(&once), once, "{attack}");
            for sting in ["<script", "onerror", "onclick", "javascript:", "data:", "style", "<form", "<img", "href=\"/"] {
                assert!(!once.contains(sting), "{attack} → {once}");
            }
        }
        assert_eq!(
            sanitise("<p>你好 <a href=\"https://a.example/@mei\" class=\"mention x\">@mei</a></p>"),
            "<p>你好 <a href=\"https://a.example/@mei\" class=\"mention\" rel=\"nofollow noopener ugc\">@mei</a></p>"
        );
    }

    #[test]
    fn the_language_is_told_by_its_characters() {
        assert_eq!(guess_language("我们在会馆包饺子"), Some("zh-Hans"));
        assert_eq!(guess_language("我們在會館包餃子"), Some("zh-Hant"));
        assert_eq!(guess_language("We meet in the hall on Sunday"), Some("en"));
        assert_eq!(guess_language("1234 …"), None);
        assert_eq!(first_letter("「欧阳修」"), "欧");
        assert_eq!(first_letter("mei"), "M");
    }

    #[test]
    fn excerpts_cut_between_characters() {
        assert_eq!(excerpt("冬至祭祖", 2), "冬至…");
        assert_eq!(excerpt("冬至", 2), "冬至");
        assert_eq!(plain("<p>a<br>b</p><p>&lt;c&gt;</p>"), "a\nb\n<c>");
    }
}
