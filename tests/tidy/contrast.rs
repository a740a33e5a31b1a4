//! The colours of the style sheet: every pair of tokens that the design puts on one another is readable by WCAG 2.2
//! (1.4.3 for text, 1.4.11 for the edges of controls), in both themes.

use std::collections::BTreeMap;

/// Contrast that text needs.
const TEXT: f64 = 4.5;
/// Contrast that the edge of a control, or a large mark, needs.
const EDGE: f64 = 3.0;
/// Inks that stand on each of the three grounds.
const INKS: [&str; 6] = ["ink", "ink-2", "qing", "zhu", "lv", "teng"];
const GROUNDS: [&str; 3] = ["paper", "sheet", "well"];
/// Further pairs: upon, ground, need.
const PAIRS: [(&str, &str, f64); 23] = [
    ("on-qing", "qing-fill", TEXT),
    ("on-zhu", "zhu-fill", TEXT),
    ("qing", "qing-wash", TEXT),
    ("zhu", "zhu-wash", TEXT),
    ("lv", "lv-wash", TEXT),
    ("teng", "teng-wash", TEXT),
    ("ink", "qing-wash", TEXT),
    ("ink-2", "qing-wash", TEXT),
    ("ink", "zhu-wash", TEXT),
    ("ink", "lv-wash", TEXT),
    ("ink", "teng-wash", TEXT),
    ("ink", "mark", TEXT),
    ("sheet", "ink", TEXT),
    ("edge", "paper", EDGE),
    ("edge", "sheet", EDGE),
    ("edge", "well", EDGE),
    ("qing-fill", "paper", EDGE),
    ("qing-fill", "sheet", EDGE),
    ("qing-fill", "well", EDGE),
    ("zhu-fill", "sheet", EDGE),
    ("zhu-fill", "paper", EDGE),
    ("lv", "well", EDGE),
    ("teng", "well", EDGE),
];

type Tokens = BTreeMap<String, [f64; 3]>;

/// The tokens of the block that begins with `opening`: lines such as `--ink: #221e19; --ink-2: #5d564b;`.
fn tokens(css: &str, opening: &str) -> Tokens {
    let block = css.split_once(opening).map_or("", |(_, rest)| rest.split('}').next().unwrap_or_default());
    let pairs = block.split(';').filter_map(|rule| rule.split_once(':'));
    pairs
        .filter_map(|(name, value)| Some((name.trim().strip_prefix("--")?.to_owned(), colour(value.trim())?)))
        .collect()
}

/// `#abc` or `#aabbcc` as red, green and blue from 0 to 1.
fn colour(text: &str) -> Option<[f64; 3]> {
    let digits = text.strip_prefix('#')?;
    let full: String = match digits.len() {
        3 => digits.chars().flat_map(|c| [c, c]).collect(),
        6 => digits.to_owned(),
        _ => return None,
    };
    let part = |at: usize| Some(f64::from(u8::from_str_radix(&full[at..at + 2], 16).ok()?) / 255.0);
    Some([part(0)?, part(2)?, part(4)?])
}

/// Relative luminance, as WCAG 2.2 defines it.
fn luminance(colour: [f64; 3]) -> f64 {
    let [red, green, blue] =
        colour.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn ratio(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Faults of a style sheet: pairs too close, a token that is missing, or two dark blocks that differ.
pub fn contrast(css: &str) -> Vec<String> {
    let light = tokens(css, ":root {");
    let dark = tokens(css, ":root[data-theme=dark] {");
    let mut faults = Vec::new();
    if dark.is_empty() || tokens(css, ":root:not([data-theme=light]) {") != dark {
        faults.push("the dark tokens of the system's choice and of the reader's differ".to_owned());
    }
    let own = INKS.iter().flat_map(|ink| GROUNDS.iter().map(|ground| (*ink, *ground, TEXT)));
    let pairs: Vec<_> = own.chain(PAIRS).collect();
    for (theme, tokens) in [("light", &light), ("dark", &dark)] {
        for (upon, ground, need) in &pairs {
            match (tokens.get(*upon), tokens.get(*ground)) {
                (Some(a), Some(b)) if ratio(*a, *b) >= *need => {}
                (Some(a), Some(b)) => {
                    faults.push(format!("{theme}: {upon} on {ground} has {:.2}, needs {need}", ratio(*a, *b)));
                }
                _ => faults.push(format!("{theme}: {upon} or {ground} is no colour")),
            }
        }
    }
    // White letters stand on the grounds of faces, `.c1 { --c: #8a4b3c; }`.
    let faces: Vec<_> = css.split("--c:").skip(1).filter_map(|rest| colour(rest.trim().get(..7)?)).collect();
    let pale = faces.iter().filter(|face| ratio([1.0; 3], **face) < TEXT).count();
    if faces.len() < 6 || pale > 0 {
        faults.push(format!("{} grounds of faces, {pale} too pale for white letters", faces.len()));
    }
    faults
}
