//! Reads Rust and HTML just well enough for the rules: no parser, no dependencies.

/// One file of the repository, or of a broken sample.
#[derive(Debug, Clone)]
pub struct File {
    /// Its path from the top of the repository, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl File {
    /// A file by path and text.
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The module path of a file under `src`: `["wire", "signature"]` for `src/wire/signature/mod.rs`; `None` for
    /// anything else, for `lib.rs` and for files of tests.
    pub fn module(&self) -> Option<Vec<String>> {
        let inner = self.path.strip_prefix("src/")?.strip_suffix(".rs")?;
        let inner = inner.strip_suffix("/mod").unwrap_or(inner);
        let parts: Vec<String> = inner.split('/').map(str::to_owned).collect();
        let is_test = parts.iter().any(|part| part == "tests");
        (inner != "lib" && !is_test).then_some(parts)
    }

    /// The text without comments, the contents of strings, and the tests at its end. Lines stay where they are.
    pub fn code(&self) -> String {
        let code = blanked(&self.text);
        match code.find("#[cfg(test)]\nmod tests") {
            Some(at) => code[..at].to_owned(),
            None => code,
        }
    }
}

/// Rust with comments and the contents of strings and characters replaced by spaces; line breaks stay.
pub fn blanked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = match (chars[at], chars.get(at + 1)) {
            ('/', Some('/')) => until(&chars, at, |i| chars[i] == '\n'),
            ('/', Some('*')) => block_comment(&chars, at),
            ('r' | 'b' | 'c', _) if at == 0 || !is_word(chars[at - 1]) => raw_string(&chars, at).unwrap_or(at),
            ('"', _) => string(&chars, at),
            ('\'', _) => character(&chars, at).unwrap_or(at),
            _ => at,
        };
        if end == at {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        // The quotes stay, so that an empty place isn't taken for nothing at all.
        for c in &chars[at..end] {
            out.push(if matches!(c, '\n' | '"') { *c } else { ' ' });
        }
        at = end;
    }
    out
}

fn until(chars: &[char], from: usize, ends: impl Fn(usize) -> bool) -> usize {
    (from..chars.len()).find(|i| ends(*i)).unwrap_or(chars.len())
}

/// The end of a block comment; they nest.
fn block_comment(chars: &[char], from: usize) -> usize {
    let (mut depth, mut at) = (0, from);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at.min(chars.len())
}

fn string(chars: &[char], from: usize) -> usize {
    let mut at = from + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

/// The end of `r"…"`, `r#"…"#`, `br"…"`; `None` if none begins here.
fn raw_string(chars: &[char], from: usize) -> Option<usize> {
    let mut at = from + usize::from(matches!(chars[from], 'b' | 'c'));
    if chars.get(at) != Some(&'r') {
        return None;
    }
    at += 1;
    let hashes = chars[at..].iter().take_while(|c| **c == '#').count();
    at += hashes;
    if chars.get(at) != Some(&'"') {
        return None;
    }
    let closes =
        |i: usize| chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
    Some((until(chars, at + 1, closes) + 1 + hashes).min(chars.len()))
}

/// The end of a character such as `'a'` or `'\n'`; `None` for a lifetime.
fn character(chars: &[char], from: usize) -> Option<usize> {
    match (chars.get(from + 1)?, chars.get(from + 2)) {
        ('\\', _) => Some(until(chars, from + 3, |i| chars[i] == '\'') + 1),
        (_, Some('\'')) => Some(from + 3),
        _ => None,
    }
}

pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The places where `word` stands as a word of its own, as numbers of lines.
pub fn lines_with_word(code: &str, word: &str) -> Vec<usize> {
    let stands = |line: &str| {
        line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            !before.is_some_and(is_word) && (!after.is_some_and(is_word) || !word.ends_with(is_word))
        })
    };
    code.lines().enumerate().filter(|(_, line)| stands(line)).map(|(number, _)| number + 1).collect()
}

/// Every path in the code that begins with `crate`, `super`, `self` or the crate's own name, groups taken apart, as
/// absolute segments: `use super::{a, b::c};` in `x::y` gives `[x, a]` and `[x, b, c]`.
pub fn imports(code: &str, module: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for root in ["crate", "huiguan", "super", "self"] {
        for (at, _) in code.match_indices(&format!("{root}::")) {
            let before = code[..at].chars().next_back();
            // `super::super::x` is read from its first word.
            if before.is_some_and(|c| is_word(c) || c == ':') {
                continue;
            }
            let start: Vec<String> = match root {
                "super" => module[..module.len().saturating_sub(1)].to_vec(),
                "self" => module.to_vec(),
                _ => Vec::new(),
            };
            tree(&code[at + root.len() + 2..], start, &mut found);
        }
    }
    found
}

/// Reads one use tree (or the path of an expression) and answers the rest of the text behind it.
fn tree<'a>(text: &'a str, mut path: Vec<String>, found: &mut Vec<Vec<String>>) -> &'a str {
    let mut rest = text.trim_start();
    loop {
        if let Some(mut inner) = rest.strip_prefix('{') {
            loop {
                inner = inner.trim_start_matches([',', ' ', '\n']);
                if inner.is_empty() || inner.starts_with('}') {
                    return inner.get(1..).unwrap_or_default();
                }
                let after = tree(inner, path.clone(), found);
                // Something that is no use tree: leave it rather than turn on the spot.
                if after.len() == inner.len() {
                    return "";
                }
                inner = after;
            }
        }
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        match &rest[..end] {
            "super" => drop(path.pop()),
            "self" | "" => {}
            word => path.push(word.to_owned()),
        }
        rest = rest[end..].trim_start_matches('*');
        match rest.strip_prefix("::") {
            Some(after) => rest = after.trim_start(),
            None => break,
        }
    }
    found.push(path);
    match rest.trim_start().strip_prefix("as ") {
        Some(alias) => alias.trim_start().trim_start_matches(is_word),
        None => rest,
    }
}

/// Functions of blanked code: name, first line, number of lines.
pub fn functions(code: &str) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        if code[..at].chars().next_back().is_some_and(is_word) {
            continue;
        }
        let name: String = code[at + 3..].chars().take_while(|c| is_word(*c)).collect();
        // A declaration without a body ends with `;` (not one inside of `[u8; 2]`); the type `fn(u8)` has no name.
        let mut depth = 0;
        let head = code[at..].char_indices().find(|(_, c)| {
            depth += i32::from(matches!(c, '(' | '[')) - i32::from(matches!(c, ')' | ']'));
            depth == 0 && matches!(c, '{' | ';')
        });
        let Some((open, '{')) = head.map(|(open, c)| (at + open, c)) else { continue };
        if name.is_empty() {
            continue;
        }
        let mut depth = 0;
        let close = code[open..].char_indices().find(|(_, c)| {
            depth += i32::from(*c == '{') - i32::from(*c == '}');
            *c == '}' && depth == 0
        });
        let end = close.map_or(code.len(), |(close, _)| open + close);
        let line = |to: usize| code[..to].matches('\n').count() + 1;
        found.push((name, line(at), line(end) - line(at) + 1));
    }
    found
}

/// Tags of a template with their attributes, template code taken out; with the line of each.
pub fn tags(text: &str) -> Vec<(String, usize)> {
    let mut html = text.to_owned();
    for (open, close) in [("{#", "#}"), ("{%", "%}"), ("{{", "}}")] {
        while let Some(at) = html.find(open) {
            let end = html[at..].find(close).map_or(html.len(), |end| at + end + 2);
            let lines = "\n".repeat(html[at..end].matches('\n').count());
            html.replace_range(at..end, &format!("_{lines}"));
        }
    }
    let mut found = Vec::new();
    for (at, _) in html.match_indices('<') {
        if !html[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let mut quote = None;
        let end = html[at..].char_indices().find(|(_, c)| {
            match quote {
                Some(open) if *c == open => quote = None,
                None if matches!(c, '"' | '\'') => quote = Some(*c),
                _ => {}
            }
            *c == '>' && quote.is_none()
        });
        let end = end.map_or(html.len(), |(end, _)| at + end);
        found.push((html[at + 1..end].to_owned(), html[..at].matches('\n').count() + 1));
    }
    found
}

/// The names of a tag's attributes, in lower case; values are passed over.
pub fn attributes(tag: &str) -> Vec<String> {
    let (mut names, mut name, mut quote) = (Vec::new(), String::new(), None);
    let mut in_value = false;
    for c in tag.chars().skip_while(|c| !c.is_whitespace()).chain([' ']) {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '=') => in_value = true,
            (None, c) if c.is_whitespace() || c == '/' => {
                if !name.is_empty() {
                    names.push(std::mem::take(&mut name).to_ascii_lowercase());
                }
                in_value = false;
            }
            (None, c) if !in_value => name.push(c),
            _ => {}
        }
    }
    names
}
