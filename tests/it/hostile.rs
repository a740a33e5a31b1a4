//! Hostile HTML against both cleaners: patterns that are known to have passed cleaners somewhere, varied systematically. Every case
//! is of our own making; the ideas are those of
//!
//! - OWASP, “XSS Filter Evasion Cheat Sheet” (elements, handlers, encodings of `javascript:`),
//! - the HTML Standard, §13.2 (foreign content, `noscript`, `template`, raw text, the adoption agency) for mutation XSS as described by
//!   Heiderich et al., “mXSS Attacks” (CCS 2013), and in DOMPurify's and ammonia's advisories (RUSTSEC-2021-0074, RUSTSEC-2022-0003,
//!   RUSTSEC-2025-0071),
//! - the CSS and SVG specifications (`expression`, `url()`, `@import`, `xlink:href`, `animate`, `foreignObject`),
//! - DOM clobbering (`id` and `name` that pages or scripts look for).

use huiguan::text::{article_html, sanitise, sanitise_article};

/// Elements that run, load or take over something.
const ELEMENTS: [&str; 34] = [
    "script",
    "iframe",
    "object",
    "embed",
    "applet",
    "form",
    "input",
    "button",
    "textarea",
    "select",
    "style",
    "link",
    "meta",
    "base",
    "svg",
    "math",
    "template",
    "noscript",
    "video",
    "audio",
    "source",
    "track",
    "frame",
    "frameset",
    "marquee",
    "dialog",
    "portal",
    "slot",
    "canvas",
    "isindex",
    "keygen",
    "xmp",
    "plaintext",
    "noembed",
];
/// Handlers.
const HANDLERS: [&str; 24] = [
    "onerror",
    "onload",
    "onclick",
    "onmouseover",
    "onfocus",
    "onblur",
    "onanimationstart",
    "ontransitionend",
    "onbegin",
    "onend",
    "onrepeat",
    "onpointerenter",
    "onwheel",
    "oncut",
    "onpaste",
    "ontoggle",
    "onscroll",
    "onresize",
    "onmessage",
    "onpopstate",
    "onbeforeprint",
    "onauxclick",
    "onsearch",
    "ONERROR",
];
/// Spellings of a scheme that runs.
const SCHEMES: [&str; 22] = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\tjavascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\rscript:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;avascript:alert(1)",
    "&#0000106avascript:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "&#1;javascript:alert(1)",
    "\u{1}javascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "blob:https://evil.example/1",
    "filesystem:https://evil.example/1",
    "view-source:javascript:alert(1)",
    "feed:javascript:alert(1)",
];
/// Where an address stands.
const ADDRESSES: [&str; 9] = [
    "<a href=\"{}\">x</a>",
    "<a href='{}'>x</a>",
    "<img src=\"{}\">",
    "<form action=\"{}\"><button>x</button></form>",
    "<button formaction=\"{}\">x</button>",
    "<svg><a xlink:href=\"{}\"><text>x</text></a></svg>",
    "<math href=\"{}\">x</math>",
    "<object data=\"{}\"></object>",
    "<area href=\"{}\">",
];
/// Styles that load or run.
const STYLES: [&str; 12] = [
    "width:expression(alert(1))",
    "background:url(javascript:alert(1))",
    "background-image:url(https://evil.example/x)",
    "behavior:url(x.htc)",
    "-moz-binding:url(x.xml#x)",
    "position:fixed;inset:0;z-index:9999",
    "@import 'https://evil.example/x.css'",
    "list-style:url(\"javascript:alert(1)\")",
    "wi\\64th:expression(alert(1))",
    "color:red/*</style><script>alert(1)</script>*/",
    "content:url(x)",
    "display:none",
];
/// HTML that parses into something else the second time, or breaks out of where it stands.
const BREAKS: [&str; 40] = [
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<svg><style>&lt;img src=x onerror=alert(1)&gt;</style></svg>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<table><caption><svg><title><table><img src=x onerror=alert(1)></table></title></svg></caption></table>",
    "<template><script>alert(1)</script></template>",
    "<textarea><script>alert(1)</script></textarea><img src=x onerror=alert(1)>",
    "<title><script>alert(1)</script></title>",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version=\"1.0\"?><img src=x onerror=alert(1)>",
    "<svg><![CDATA[</svg><img src=x onerror=alert(1)>]]>",
    "<a href=\"x\" title=\"a>b<img src=x onerror=alert(1)>\">x</a>",
    "<<script>alert(1)//<</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img \"\"\"><script>alert(1)</script>\">",
    "<img src=x:x onerror\u{b}=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img\u{c}src=x\u{c}onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<html><head><base href=\"https://evil.example/\"></head>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<p><select><style></select><img src=x onerror=alert(1)></style>",
    "<ruby><rt><svg><desc><img src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<svg><animate attributeName=href values=javascript:alert(1) /><a id=x><text>x</text></a></svg>",
    "<svg><foreignObject><iframe srcdoc=\"<script>alert(1)</script>\"></iframe></foreignObject></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id=x onload=alert(1)>#x\"/></svg>",
    "<svg><set attributeName=onmouseover to=alert(1)>",
    "<iframe srcdoc=\"&lt;script&gt;alert(1)&lt;/script&gt;\"></iframe>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<object type=text/html data=javascript:alert(1)></object>",
];
/// Names that pages look for.
const NAMES: [&str; 10] =
    ["main", "draft", "form_token", "body", "cookie", "getElementById", "write", "problems", "saved", "__proto__"];

fn cases() -> Vec<String> {
    let mut cases: Vec<String> = BREAKS.iter().map(|&one| one.to_owned()).collect();
    for element in ELEMENTS {
        cases.push(format!("<{element} src=https://evil.example/x>alert(1)</{element}>"));
        cases.push(format!("<p>a<{element}>b</{element}>c</p>"));
    }
    for handler in HANDLERS {
        cases.push(format!("<p {handler}=alert(1)>x</p>"));
        cases.push(format!("<img src=x {handler}=\"alert(1)\">"));
    }
    for scheme in SCHEMES {
        cases.extend(ADDRESSES.iter().map(|address| address.replace("{}", scheme)));
    }
    for style in STYLES {
        cases.push(format!("<p style=\"{style}\">x</p>"));
        cases.push(format!("<style>p {{ {style} }}</style><p>x</p>"));
    }
    for name in NAMES {
        cases.push(format!("<p id=\"{name}\">x</p>"));
        cases.push(format!("<a id=\"{name}\" name=\"{name}\" href=\"https://b.example\">x</a>"));
    }
    cases
}

/// The elements that may stand, with those that every parsed document has.
const ALLOWED: &str = "a b blockquote br code del em h1 h2 h3 h4 h5 h6 i li ol p pre rp rt ruby s span strong sub sup u ul hr caption \
    dd div dl dt figcaption figure img section table tbody td th thead tr html head body";
/// The attributes that may stand.
const ATTRIBUTES: &str = "href rel class lang start reversed value id src alt align colspan rowspan loading decoding";

/// What may not be in what a cleaner gives: anything but the listed elements and attributes, as a parser of its own reads it.
fn faults(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let allowed: Vec<&str> = ALLOWED.split(' ').collect();
    let names: Vec<&str> = ATTRIBUTES.split(' ').collect();
    let document = scraper::Html::parse_document(html);
    for node in document.tree.values() {
        let Some(element) = node.as_element() else { continue };
        if !allowed.contains(&element.name()) {
            faults.push(format!("<{}>", element.name()));
        }
        for (name, value) in element.attrs() {
            let plain: String = value.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
            let plain = plain.to_lowercase();
            let runs = ["javascript:", "vbscript:", "data:", "blob:", "filesystem:", "view-source:", "feed:"];
            if !names.contains(&name) {
                faults.push(format!("{name}=…"));
            }
            if matches!(name, "href" | "src") && runs.iter().any(|scheme| plain.starts_with(scheme)) {
                faults.push(format!("{name}={value}"));
            }
            if name == "src" && !value.starts_with("/media/") {
                faults.push(format!("src={value}"));
            }
            if name == "id" && !value.starts_with("fn") && !value.starts_with("h-") {
                faults.push(format!("id={value}"));
            }
        }
    }
    faults
}

#[test]
fn no_hostile_html_comes_through() {
    let cases = cases();
    assert!(cases.len() >= 300, "{} cases", cases.len());
    let nothing = std::collections::BTreeMap::new();
    for case in &cases {
        let cleaned = [
            ("sanitise", sanitise(case)),
            ("sanitise_article", sanitise_article(case, &Default::default())),
            ("article_html", article_html(case, &nothing)),
            ("article_html in a list", article_html(&format!("- a\n\n    {case}\n"), &nothing)),
        ];
        for (door, html) in cleaned {
            let found = faults(&html);
            assert!(found.is_empty(), "{door}: {case}\ngave {html}\nwith {found:?}");
            // What comes out is what a second pass leaves.
            if door == "sanitise_article" {
                assert_eq!(sanitise_article(&html, &Default::default()), html, "{case}");
            }
        }
    }
}

#[test]
fn honest_html_stays() {
    for honest in [
        "<p>茶<strong>浓</strong></p>",
        "<blockquote><p>引</p></blockquote>",
        "<ul><li>甲</li></ul>",
        "<table><tbody><tr><td>乙</td></tr></tbody></table>",
        "<ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>",
    ] {
        assert_eq!(sanitise_article(honest, &Default::default()), honest);
    }
}
