//! Recognises what typed text points at: people (`@mei`, `@lan@hall.example`) and topics (`#元宵节`). Web addresses come
//! first: what stands in one is neither.
//!
//! One recogniser for the HTML and for what is stored beside it, so that what is linked is what is indexed.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::html::Link;

/// People that one text can point at; more stay plain text.
pub const PEOPLE_MAX: usize = 30;
/// Hashtags that one text can have; more stay plain text.
pub const HASHTAGS_MAX: usize = 20;
/// Longest hashtag, in characters; what is longer stays plain text.
pub const HASHTAG_CHARS_MAX: usize = 60;
/// Longest name and longest host of an address.
const NAME_BYTES_MAX: usize = 64;
const HOST_BYTES_MAX: usize = 253;
/// Letters below this belong to scripts that put spaces between words; those above may stand before a mark.
const SPACELESS_FROM: u32 = 0x0590;

/// Somebody as a text names them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Handle {
    /// The name, in lower case.
    pub name: String,
    /// The host as typed, in lower case; empty for somebody of this hall.
    pub host: String,
}

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Link(&'a str, url::Url),
    /// Somebody; the text as typed.
    Person(&'a str, Handle),
    /// A hashtag: the text after the `#`, and its folded form.
    Hashtag(&'a str, String),
}

/// Cuts texts into pieces; remembers across lines how much was found.
#[derive(Default)]
pub(super) struct Reader {
    people: Vec<Handle>,
    hashtags: Vec<String>,
}

impl Reader {
    /// The pieces of one line, in order.
    pub(super) fn line<'a>(&mut self, line: &'a str) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        let (mut rest, mut before) = (line, None);
        while let Some(link) = Link::first_of(rest) {
            self.words(link.before, before, &mut pieces);
            before = link.text.chars().next_back();
            pieces.push(Piece::Link(link.text, link.url));
            rest = link.after;
        }
        self.words(rest, before, &mut pieces);
        pieces
    }

    /// The pieces of what is no web address; `before` is the character in front of it.
    fn words<'a>(&mut self, text: &'a str, before: Option<char>, pieces: &mut Vec<Piece<'a>>) {
        let (mut from, mut at, mut last) = (0, 0, before);
        while let Some(rest) = text.get(at..) {
            let Some(c) = rest.chars().next() else { break };
            let found = match c {
                '@' | '＠' => self.person(rest, last),
                '#' | '＃' => self.hashtag(rest, last),
                _ => None,
            };
            let Some((piece, bytes)) = found else {
                (last, at) = (Some(c), at + c.len_utf8());
                continue;
            };
            push_text(text.get(from..at), pieces);
            let is_hashtag = matches!(piece, Piece::Hashtag(..));
            pieces.push(piece);
            at += bytes;
            from = at;
            // The second sign of `#元宵节#` closes the hashtag and begins no other.
            let closing = text.get(at..).and_then(|rest| rest.chars().next());
            let closing = closing.filter(|c| is_hashtag && matches!(c, '#' | '＃'));
            at += closing.map_or(0, char::len_utf8);
            last = text.get(..at).and_then(|done| done.chars().next_back());
        }
        push_text(text.get(from..), pieces);
    }

    /// Somebody whose name begins `rest`, and how many bytes that is.
    fn person<'a>(&mut self, rest: &'a str, before: Option<char>) -> Option<(Piece<'a>, usize)> {
        // The middle of an e-mail address or of a path is nobody.
        if before.is_some_and(|c| is_word(c) || matches!(c, '_' | '-' | '+' | '.' | '/' | '@' | '＠')) {
            return None;
        }
        let sign = rest.chars().next()?.len_utf8();
        let after = rest.get(sign..)?;
        let name = start(after, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
        let far = after.get(name.len()..)?;
        let found = match far.chars().next().filter(|c| matches!(c, '@' | '＠')) {
            Some(c) => host(far.get(c.len_utf8()..)?).map(|host| (name, host, name.len() + c.len_utf8() + host.len())),
            None => None,
        };
        let (handle, bytes) = match found {
            Some((name, host, bytes)) => {
                let is_name = name.len() <= NAME_BYTES_MAX
                    && name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
                    && name.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
                let handle = Handle { name: name.to_ascii_lowercase(), host: host.to_ascii_lowercase() };
                (is_name.then_some(handle)?, bytes)
            }
            None => {
                let name = start(after, |c| c.is_ascii_alphanumeric() || c == '_');
                let mut next = after.get(name.len()..)?.chars();
                let (first, second) = (next.next(), next.next());
                let goes_on = first.is_some_and(is_word)
                    || (matches!(first, Some('.' | '-')) && second.is_some_and(|c| c.is_ascii_alphanumeric()));
                if name.is_empty() || name.len() > NAME_BYTES_MAX || goes_on {
                    return None;
                }
                (Handle { name: name.to_ascii_lowercase(), host: String::new() }, name.len())
            }
        };
        if !remember(&mut self.people, &handle, PEOPLE_MAX) {
            return None;
        }
        Some((Piece::Person(rest.get(..sign + bytes)?, handle), sign + bytes))
    }

    /// A hashtag that begins `rest`, and how many bytes it is.
    fn hashtag<'a>(&mut self, rest: &'a str, before: Option<char>) -> Option<(Piece<'a>, usize)> {
        if before.is_some_and(|c| is_word(c) || matches!(c, '_' | '&' | '/' | '#' | '＃')) {
            return None;
        }
        let sign = rest.chars().next()?.len_utf8();
        let name = start(rest.get(sign..)?, is_of_hashtag);
        let folded = fold_hashtag(name)?;
        if !remember(&mut self.hashtags, &folded, HASHTAGS_MAX) {
            return None;
        }
        Some((Piece::Hashtag(name, folded), sign + name.len()))
    }
}

/// Everybody whom a text names, each once, in order.
pub fn people(source: &str) -> Vec<Handle> {
    read(source).people
}

/// The hashtags of a text, folded, each once, in order.
pub fn hashtags(source: &str) -> Vec<String> {
    read(source).hashtags
}

fn read(source: &str) -> Reader {
    let mut reader = Reader::default();
    for line in super::body(source).split('\n') {
        reader.line(line);
    }
    reader
}

/// The form by which a hashtag (without its sign) is found: NFKC, lower case. `None` for what is none: nothing, only digits,
/// other characters than letters, digits and `_`, or too many of them.
pub fn fold_hashtag(name: &str) -> Option<String> {
    if name.chars().nth(HASHTAG_CHARS_MAX).is_some() {
        return None;
    }
    let folded: String = name.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    let is_one = folded.chars().any(char::is_alphabetic) && folded.chars().all(is_of_hashtag);
    (is_one && folded.chars().nth(HASHTAG_CHARS_MAX).is_none()).then_some(folded)
}

/// Notes what was found; `false` if there is no more room for it.
fn remember<T: PartialEq + Clone>(found: &mut Vec<T>, one: &T, max: usize) -> bool {
    if found.contains(one) {
        return true;
    }
    if found.len() < max {
        found.push(one.clone());
        return true;
    }
    false
}

fn push_text<'a>(text: Option<&'a str>, pieces: &mut Vec<Piece<'a>>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        pieces.push(Piece::Text(text));
    }
}

/// A letter or digit of a script that puts spaces between words.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && u32::from(c) < SPACELESS_FROM
}

fn is_of_hashtag(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_combining_mark(c)
}

/// The longest beginning of `text` of these characters.
fn start(text: &str, is_part: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// The host, perhaps with a port, that `text` begins with. Names in other letters are typed in their ASCII form.
fn host(text: &str) -> Option<&str> {
    let name = start(text, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).trim_end_matches(['.', '-']);
    let is_host = (name.contains('.') || name.eq_ignore_ascii_case("localhost"))
        && name.len() <= HOST_BYTES_MAX
        && !name.starts_with(['.', '-'])
        && !name.contains("..");
    if !is_host {
        return None;
    }
    let port = text.get(name.len()..)?.strip_prefix(':').map_or("", |rest| start(rest, |c| c.is_ascii_digit()));
    let end = name.len() + if (1..=5).contains(&port.len()) { port.len() + 1 } else { 0 };
    if text.get(end..)?.chars().next().is_some_and(is_word) { None } else { text.get(..end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(source: &str) -> Vec<String> {
        let named = |one: &Handle| format!("@{}{}{}", one.name, if one.host.is_empty() { "" } else { "@" }, one.host);
        let found = read(source);
        found.people.iter().map(named).chain(found.hashtags.iter().map(|tag| format!("#{tag}"))).collect()
    }

    #[test]
    fn people_and_hashtags_are_found_in_text_without_spaces() {
        for (source, found) in [
            ("你好@mei，来#元宵节。", &["@mei", "#元宵节"][..]),
            ("谢谢@Mei.", &["@mei"]),
            ("@mei_88和@lan@Penang.example一起", &["@mei_88", "@lan@penang.example"]),
            ("（＠mei）＃冬至", &["@mei", "#冬至"]),
            ("@lan@penang.example.", &["@lan@penang.example"]),
            ("@a.b-c@127.0.0.1:3000, @x@localhost:8", &["@a.b-c@127.0.0.1:3000", "@x@localhost:8"]),
            ("#元宵节#大家好", &["#元宵节"]),
            ("#ＡＢＣ #abc #Abc１", &["#abc", "#abc1"]),
            ("#tea_time! #2026年 (#a)", &["#tea_time", "#2026年", "#a"]),
            ("@mei@lan", &["@mei"]),
            ("@mei @mei\n@mei", &["@mei"]),
            ("สวัสดี@mei #สงกรานต์", &["@mei", "#สงกรานต์"]),
            ("看https://a.example/x#y，@mei", &["@mei"]),
        ] {
            assert_eq!(told(source), found, "{source}");
        }
    }

    #[test]
    fn what_only_looks_like_it_stays_text() {
        for source in [
            "mei@hall.example",
            "josé@hall.example",
            "a.b@hall.example, c+d@hall.example",
            "https://a.example/@mei/1#top",
            "https://a.example/?q=@mei&x=#tea",
            "a.example/@mei",
            "@ mei",
            "@",
            "@@mei",
            "@mei.lan",
            "@joséphine",
            "@-mei@hall.example",
            "#",
            "# 冬至",
            "#2026",
            "#___",
            "C#语言",
            "a#b",
            "##标题",
            "&#x27;",
            "＃。",
        ] {
            assert_eq!(told(source), [""; 0], "{source}");
        }
        assert_eq!(told(&format!("#{}", "长".repeat(HASHTAG_CHARS_MAX + 1))), [""; 0]);
        assert_eq!(told(&format!("#{}", "长".repeat(HASHTAG_CHARS_MAX))).len(), 1);
    }

    #[test]
    fn as_many_as_there_is_room_for_and_each_once() {
        let many: String = (0..100).map(|n| format!("@p{n} #t{n} @p{n} ")).collect();
        assert_eq!((people(&many).len(), hashtags(&many).len()), (PEOPLE_MAX, HASHTAGS_MAX));
    }

    #[test]
    fn pieces_put_together_are_the_line() {
        let line = "你好@mei，#元宵节#看https://a.example/#x。@lan@b.example!";
        let mut whole = String::new();
        for piece in Reader::default().line(line) {
            match piece {
                Piece::Text(text) | Piece::Link(text, _) | Piece::Person(text, _) => whole.push_str(text),
                Piece::Hashtag(text, _) => whole.push_str(&format!("#{text}")),
            }
        }
        assert_eq!(whole, line);
    }

    #[test]
    fn a_hashtag_has_one_folded_form() {
        for (name, folded) in [
            ("ＴＥＡ", Some("tea")),
            ("元宵节", Some("元宵节")),
            ("Straße", Some("straße")),
            ("e\u{301}", Some("é")),
            ("a b", None),
            ("12", None),
            ("", None),
            ("a/b", None),
            ("㍿", Some("株式会社")),
        ] {
            assert_eq!(fold_hashtag(name).as_deref(), folded, "{name}");
            if let Some(folded) = folded {
                assert_eq!(fold_hashtag(folded).as_deref(), Some(folded));
            }
        }
    }
}
