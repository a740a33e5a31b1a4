use super::*;

/// Each stays harmless, whatever the parser makes of it.
const ATTACKS: [&str; 34] = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\"JaVaScRiPt&colon;alert(1)\">x</a>",
    "<a href=\"java\tscript:alert(1)\">x</a>",
    "<a href=\"&#1;javascript:alert(1)\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"vbscript:x\">x</a>",
    "<a href=\"//evil.example/\">x</a>",
    "<a href=\"/logout\">x</a>",
    "<a href=\"https://a.example\" onclick=\"alert(1)\" style=\"position:fixed\" target=\"_top\" id=\"x\" name=\"y\">x</a>",
    "<p style=\"background:url(javascript:alert(1))\" class=\"button\" data-x=\"1\">x</p>",
    "<iframe src=\"https://evil.example\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=\"x\"></object><embed src=\"x\"><base href=\"https://evil.example\">",
    "<form action=\"https://evil.example\"><input name=password><button>x</button></form>",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example\"><link rel=stylesheet href=x>",
    "<style>*{display:none}</style>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<textarea><script>alert(1)</script></textarea><title><img src=x onerror=alert(1)></title>",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo 1 ?><!DOCTYPE html>",
    "<span class=\"mention admin banner\">x</span>",
    "<audio src=x onerror=alert(1)><video><source onerror=alert(1)></video>",
    "<details open ontoggle=alert(1)>x</details><marquee onstart=alert(1)>x</marquee>",
    "<p\u{0}><a href=\"\u{0}javascript:alert(1)\">x</a></p>",
];

/// Elements and attributes of HTML, as a browser's parser sees them.
fn seen(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let parsed = scraper::Html::parse_fragment(html);
    let all = scraper::Selector::parse("*").unwrap();
    parsed
        .select(&all)
        .map(|element| {
            let attributes = element.value().attrs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            (element.value().name().to_owned(), attributes)
        })
        .collect()
}

fn assert_harmless(html: &str) {
    for (element, attributes) in seen(html) {
        assert!(element == "html" || ELEMENTS.contains(&element.as_str()), "{element} in {html}");
        for (name, value) in attributes {
            assert!(["href", "rel", "class", "lang", "start", "reversed", "value"].contains(&name.as_str()), "{name}");
            if name == "href" {
                let scheme = Url::parse(&value).map(|url| url.scheme().to_owned());
                assert!(matches!(scheme.as_deref(), Ok("http" | "https" | "mailto")), "{value} in {html}");
            }
            if name == "class" {
                assert!(value.split(' ').all(|class| CLASSES.contains(&class)), "{value} in {html}");
            }
        }
    }
}

#[test]
fn attacks_become_harmless_and_stay_so() {
    for attack in ATTACKS {
        let once = sanitise(attack);
        assert_harmless(&once);
        assert_eq!(sanitise(&once), once, "{attack}");
        assert!(!once.contains("alert(1)</script"), "{once}");
        let typed = moment_html(attack);
        assert_harmless(&typed);
        assert_eq!(sanitise(&typed), typed, "{attack}");
    }
}

#[test]
fn what_other_servers_honestly_send_stays() {
    for (given, kept) in [
        (
            "<p>你好 <span class=\"h-card\"><a href=\"https://a.example/@mei\" class=\"u-url mention\">@<span>mei</span></a></span></p>",
            "<p>你好 <span class=\"h-card\"><a href=\"https://a.example/@mei\" class=\"u-url mention\" \
             rel=\"nofollow noopener ugc\">@<span>mei</span></a></span></p>",
        ),
        (
            "<p><a href=\"https://a.example/tags/x\" class=\"mention hashtag\" rel=\"tag\">#<span>x</span></a></p>",
            "<p><a href=\"https://a.example/tags/x\" class=\"mention hashtag\" rel=\"nofollow noopener ugc\">#<span>x</span></a></p>",
        ),
        (
            "<a href=\"https://a.example/long\"><span class=\"invisible\">https://</span><span class=\"ellipsis\">a.example</span></a>",
            "<a href=\"https://a.example/long\" rel=\"nofollow noopener ugc\"><span class=\"invisible\">https://</span>\
             <span class=\"ellipsis\">a.example</span></a>",
        ),
        (
            "<h2>题</h2><ol start=\"3\"><li value=\"5\">a</li></ol>",
            "<h2>题</h2><ol start=\"3\"><li value=\"5\">a</li></ol>",
        ),
        ("<ruby>会<rp>(</rp><rt>huì</rt><rp>)</rp></ruby>", "<ruby>会<rp>(</rp><rt>huì</rt><rp>)</rp></ruby>"),
        (
            "<pre><code>a &lt; b</code></pre><blockquote>q</blockquote>",
            "<pre><code>a &lt; b</code></pre><blockquote>q</blockquote>",
        ),
        ("a<br/>b<img src=\"https://a.example/x.png\" alt=\"x\">", "a<br>b"),
        ("a\u{202e}b&#x202e;c&#0;", "abc\u{fffd}"),
        ("<p lang=\"zh-Hant\">館</p>", "<p lang=\"zh-Hant\">館</p>"),
    ] {
        assert_eq!(sanitise(given), kept);
        assert_eq!(sanitise(kept), kept);
    }
}

#[test]
fn too_long_and_too_nested_is_bounded() {
    let started = std::time::Instant::now();
    assert!(sanitise(&"<b>".repeat(300_000)).len() < 1_000);
    assert!(sanitise(&"长".repeat(500_000)).len() <= HTML_BYTES_MAX);
    // Just within the limits, it is parsed; beyond them, it is text.
    let nested = |depth| format!("{}hello <p>there", "<blockquote>".repeat(depth));
    assert!(sanitise(&nested(NESTING_MAX)).starts_with("<blockquote>"));
    assert_eq!(sanitise(&nested(NESTING_MAX + 1)), "<p>hello there</p>");
    let many = |tags| format!("{}hello", "<b>x</b>".repeat(tags / 2));
    assert!(sanitise(&many(TAGS_MAX)).starts_with("<b>x</b>"));
    assert!(sanitise(&many(TAGS_MAX + 2)).starts_with("<p>x x x"));
    let lists = format!("<ul>{}</ul>", "<li>a<p>b".repeat(NESTING_MAX));
    assert!(sanitise(&lists).starts_with("<ul><li>a<p>b</p></li>"), "what closes by itself isn't nested");
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn a_moment_keeps_its_paragraphs_and_lines() {
    for (source, html) in [
        ("一行", "<p>一行</p>"),
        ("a\nb\n\n\nc\r\nd", "<p>a<br>b</p><p>c<br>d</p>"),
        ("", ""),
        (" \n ", ""),
        ("a < b & c > \"d\"", "<p>a &lt; b &amp; c &gt; \"d\"</p>"),
        ("*not* _markdown_ [x](y)", "<p>*not* _markdown_ [x](y)</p>"),
        ("<b>typed</b>", "<p>&lt;b&gt;typed&lt;/b&gt;</p>"),
        ("a\u{a0}b", "<p>a&nbsp;b</p>"),
    ] {
        assert_eq!(moment_html(source), html);
        assert_eq!(sanitise(html), html, "{source}");
    }
}

/// The addresses that a text's HTML links to, with what is shown.
fn links(source: &str) -> Vec<(String, String)> {
    let html = moment_html(source);
    let parsed = scraper::Html::parse_fragment(&html);
    let anchors = scraper::Selector::parse("a[rel='nofollow noopener ugc']").unwrap();
    parsed.select(&anchors).map(|a| (a.value().attr("href").unwrap().to_owned(), a.text().collect())).collect()
}

#[test]
fn addresses_become_links() {
    for (source, href, shown) in [
        ("see https://a.example/b?c=d&e=f#g.", "https://a.example/b?c=d&e=f#g", "https://a.example/b?c=d&e=f#g"),
        ("看https://a.example很好看", "https://a.example/", "https://a.example"),
        ("看https://a.example/abc，好", "https://a.example/abc", "https://a.example/abc"),
        (
            "https://zh.example/wiki/会馆。",
            "https://zh.example/wiki/%E4%BC%9A%E9%A6%86",
            "https://zh.example/wiki/会馆",
        ),
        ("https://a.example/x很好", "https://a.example/x", "https://a.example/x"),
        ("(https://a.example/b_(c))", "https://a.example/b_(c)", "https://a.example/b_(c)"),
        ("HTTP://A.Example/", "http://a.example/", "HTTP://A.Example/"),
        ("\"https://a.example/\"", "https://a.example/", "https://a.example/"),
        ("http://localhost:8080/x", "http://localhost:8080/x", "http://localhost:8080/x"),
        ("x://y https://a.example", "https://a.example/", "https://a.example"),
    ] {
        assert_eq!(links(source), [(href.to_owned(), shown.to_owned())], "{source}");
    }
    assert_eq!(links("https://a.example https://b.example").len(), 2);
}

#[test]
fn what_only_looks_like_an_address_does_not() {
    for source in [
        "javascript://a.example/%0aalert(1)",
        "xhttps://a.example",
        "https://",
        "https:// a.example",
        "http://user:pass@a.example/",
        "https://bank.example@evil.example/",
        "ftp://a.example",
        "a.example",
        "://",
        "https://[",
        "https://\"onclick=alert(1)",
    ] {
        assert_eq!(links(source), [], "{source}");
    }
}

#[test]
fn plain_text_comes_back() {
    for (html, text) in [
        ("<p>a<br>b</p><p>c &amp; d &lt;e&gt;</p>", "a\nb\n\nc & d <e>"),
        ("<ul><li>a</li><li>b</li></ul>c", "a\nb\n\nc"),
        ("<p>a</p>\n\n\n<p>b</p>", "a\n\nb"),
        ("<ruby>会<rp>(</rp><rt>huì</rt><rp>)</rp></ruby>", "会(huì)"),
        ("<ruby>会<rt>huì</rt></ruby>", "会(huì)"),
        ("<script>alert(1)</script>x", "x"),
        ("a &amp;lt; b &unknown; &", "a &lt; b &unknown; &"),
        ("<a href=\"https://a.example/?x=1&amp;y=&gt;\">a</a>", "a"),
        ("", ""),
    ] {
        assert_eq!(plain(html), text, "{html}");
    }
    for source in ["a\nb\n\nc", "看https://a.example/x & <b>", "x"] {
        assert_eq!(plain(&moment_html(source)), source);
    }
}

#[test]
fn odd_characters_never_panic_and_stay_stable() {
    let pieces = [
        "<", ">", "&", "\"", "'", "/", "=", " ", "\n", "\r", "\u{0}", "a", "会", "p", "<p>", "</p>", "<a href=",
        "https://", "://", "👧", "\u{301}", "\u{202e}", "&amp;", "&#x0;", "]]>", "--", "!", "svg", "<li>", "<pre>\n",
        "\u{a0}",
    ];
    // A small linear congruence: the same odd texts on every run.
    let mut state = 7_u64;
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[usize::try_from(state >> 33).unwrap() % pieces.len()]);
        }
        let clean = sanitise(&text);
        assert_eq!(sanitise(&clean), clean, "{text:?}");
        assert_harmless(&clean);
        let typed = sanitise(&moment_html(&text));
        assert_harmless(&typed);
        let _ = (plain(&text), super::super::name(&text, 9), super::super::excerpt(&text, 5));
        assert_eq!(super::super::body(&super::super::body(&text)), super::super::body(&text), "{text:?}");
    }
}

#[test]
fn text_shows_as_it_is_wherever_it_stands() {
    assert_eq!(escaped("<a href=\"x\" title='y'>&"), "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;");
    assert_eq!(plain(&escaped("a < b & \"c\"")), "a < b & \"c\"");
}

#[test]
fn the_line_that_says_what_is_quoted_can_be_told_from_others() {
    let line = "<p class=\"quote-inline\">RE: <a href=\"https://a.example/1\" rel=\"nofollow noopener ugc\">a.example/1</a></p>";
    assert_eq!(sanitise(line), line);
    assert_eq!(sanitise("<p class=\"mention sheet\">a</p>"), "<p>a</p>");
}
