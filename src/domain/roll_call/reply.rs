//! Lines that come as comments from other software: “接龙 王小明 2”, “+1”, “+2 不吃辣”, “退出”. Read leniently; what isn't
//! understood is a comment like others.

use diesel::prelude::*;

use super::entry::{Said, take_out, write_reply};
use super::{Entry, HEADS_MAX, NAME_CHARS_MAX, NOTE_CHARS_MAX, State, key, own};
use crate::db::Conn;
use crate::db::schema::{roll_call, roll_call_entry};
use crate::domain::actor::{self, Actor};
use crate::domain::post::{self, Post};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::text;

/// Words that sign up.
const JOINING: [&str; 16] = [
    "接龙",
    "接龍",
    "报名",
    "報名",
    "参加",
    "參加",
    "加入",
    "我参加",
    "我參加",
    "算我",
    "join",
    "sign me up",
    "sign up",
    "count me in",
    "i'm in",
    "add me",
];
/// Words that take it back.
const LEAVING: [&str; 18] = [
    "-1",
    "退出",
    "退出接龙",
    "退出接龍",
    "取消",
    "取消报名",
    "取消報名",
    "取消接龙",
    "取消接龍",
    "不参加",
    "不參加",
    "不去了",
    "leave",
    "cancel",
    "withdraw",
    "count me out",
    "i'm out",
    "remove me",
];

/// What a comment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Somebody signs up: the name if it says one, how many come, and a note.
    Join {
        /// The name; empty for the author's own.
        name: String,
        /// How many come.
        heads: i64,
        /// The rest; may be empty.
        note: String,
    },
    /// Somebody takes it back: the line of that name, or all of their own.
    Leave {
        /// The name; empty for all.
        name: String,
    },
}

/// Reads the plain text of a comment; `None` for what is no line.
pub fn read(plain: &str) -> Option<Word> {
    let plain = text::digits(plain);
    let mut rest = plain.trim();
    // People whom it answers stand before it.
    while let Some(behind) = rest.strip_prefix('@') {
        rest = behind.split_once(char::is_whitespace)?.1.trim_start();
    }
    if rest.contains(['?', '？']) || rest.chars().count() > NAME_CHARS_MAX + NOTE_CHARS_MAX {
        return None;
    }
    leaving(rest).or_else(|| plus(rest)).or_else(|| called(rest)).or_else(|| copied(rest))
}

/// Does a text begin with a word that ends there? Answers what stands behind it.
fn behind<'a>(said: &'a str, word: &str) -> Option<&'a str> {
    let head = said.get(..word.len()).filter(|head| head.to_lowercase() == word)?;
    let rest = said.get(head.len()..)?;
    let ends = |c: char| c.is_whitespace() || c.is_ascii_digit() || is_mark(c) || c == '+';
    rest.chars().next().is_none_or(ends).then(|| rest.trim_start_matches(|c: char| c.is_whitespace() || is_mark(c)))
}

fn is_mark(c: char) -> bool {
    matches!(c, ':' | '：' | ',' | '，' | '、' | '.' | '。' | '!' | '！' | '~' | '～' | ';' | '；')
}

fn leaving(said: &str) -> Option<Word> {
    let said = &said.replace(['−', '－', '–'], "-").replace('’', "'");
    let bare = said.trim_end_matches(|c: char| c.is_whitespace() || is_mark(c)).to_lowercase();
    if LEAVING.contains(&&*bare) {
        return Some(Word::Leave { name: String::new() });
    }
    let name = ["退出", "取消", "leave", "cancel", "remove"].iter().find_map(|word| behind(said, word))?;
    let is_name = !name.is_empty() && name.split_whitespace().count() <= 3 && name.chars().count() <= NAME_CHARS_MAX;
    is_name.then(|| Word::Leave { name: text::name(name, NAME_CHARS_MAX) })
}

/// “+2 不吃辣”.
fn plus(said: &str) -> Option<Word> {
    let (heads, rest) = number(said.strip_prefix('+')?.trim_start())?;
    // “+65 9123 4567” is a telephone.
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some(Word::Join { name: String::new(), heads, note: text::name(rest, NOTE_CHARS_MAX) })
}

/// A number of people at the beginning of a text, with what stands behind it and its measure word. A telephone number is none.
fn number(said: &str) -> Option<(i64, &str)> {
    let end = said.find(|c: char| !c.is_ascii_digit()).unwrap_or(said.len());
    let heads = said.get(..end)?.parse::<i64>().ok().filter(|heads| (1..=HEADS_MAX).contains(heads))?;
    let rest = said.get(end..)?;
    let measured = ["个人", "個人", "人", "位", "个", "個", "名", "口", "people", "persons", "person", "pax"];
    let rest = measured.iter().find_map(|word| rest.trim_start().strip_prefix(word)).unwrap_or(rest);
    let ends = |c: char| c.is_whitespace() || is_mark(c) || text::is_han(c) || matches!(c, '(' | '（');
    match rest.chars().next() {
        Some('.') if rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit()) => None,
        next if next.is_none_or(ends) => {
            Some((heads, rest.trim_start_matches(|c: char| c.is_whitespace() || is_mark(c))))
        }
        _ => None,
    }
}

/// “接龙 王小明 2 不吃辣”.
fn called(said: &str) -> Option<Word> {
    let said = said.replace('’', "'");
    let glued = || ["接龙", "接龍"].iter().find_map(|word| said.strip_prefix(word)).filter(|rest| is_short_line(rest));
    let rest = JOINING.iter().find_map(|word| behind(&said, word)).or_else(glued)?;
    let is_latin = said.starts_with(|c: char| c.is_ascii_alphabetic());
    line(rest, is_latin)
}

/// A name of hanzi with a number right behind it.
fn is_short_line(rest: &str) -> bool {
    let name: String = rest.chars().take_while(|c| text::is_han(*c)).collect();
    let behind = rest.get(name.len()..).unwrap_or_default();
    (1..=4).contains(&name.chars().count()) && number(behind).is_some_and(|(_, rest)| rest.is_empty())
}

/// “王小明 2 不吃辣”: the name before the number, the note behind it.
fn line(rest: &str, is_latin: bool) -> Option<Word> {
    for (at, c) in rest.char_indices() {
        let before = rest.get(..at)?;
        let is_start = before.chars().next_back().is_none_or(|last| !last.is_ascii_alphanumeric() && last != '.');
        if !is_start || !(c.is_ascii_digit() || matches!(c, '+' | 'x' | 'X' | '×' | '*')) {
            continue;
        }
        let digits = if c.is_ascii_digit() { rest.get(at..)? } else { rest.get(at + c.len_utf8()..)?.trim_start() };
        if let Some((heads, note)) = number(digits) {
            let name = text::name(before.trim_end_matches(|c: char| c.is_whitespace() || is_mark(c)), NAME_CHARS_MAX);
            return Some(Word::Join { name, heads, note: text::name(note, NOTE_CHARS_MAX) });
        }
    }
    let words: Vec<&str> = rest.split_whitespace().collect();
    if is_latin && words.len() > 3 {
        return None;
    }
    // Where hanzi are written the first word is the name; Latin names have several.
    let (name, note) = match words.split_first() {
        Some((first, more)) if first.chars().any(text::is_han) => ((*first).to_owned(), more.join(" ")),
        _ => (words.join(" "), String::new()),
    };
    let (name, note) = (text::name(&name, NAME_CHARS_MAX), text::name(&note, NOTE_CHARS_MAX));
    Some(Word::Join { name, heads: 1, note })
}

/// The whole list copied with one's own line at its end, as people do in chats: “1. 陈 2 / 2. 王小明 1”.
fn copied(said: &str) -> Option<Word> {
    let last = said.lines().map(str::trim).rfind(|line| !line.is_empty())?;
    let digits = last.find(|c: char| !c.is_ascii_digit()).filter(|end| (1..=4).contains(end))?;
    let rest = last.get(digits..)?.strip_prefix(['.', '、', ')', '）', '．'])?.trim();
    (!rest.is_empty()).then(|| line(rest, false)).flatten()
}

/// The list that a comment may be a line of: one of this hall's, answered directly, by somebody from elsewhere.
fn list_of(conn: &mut Conn, comment: &Post, who: &Actor) -> Result<Option<Post>> {
    let Some(root) = comment.root_id.filter(|root| comment.parent_id == Some(*root) && !who.is_local()) else {
        return Ok(None);
    };
    let list = roll_call::table.filter(roll_call::post_id.eq(root));
    if !diesel::select(diesel::dsl::exists(list)).get_result::<bool>(conn.link())? {
        return Ok(None);
    }
    let root = post::by_id(conn, root)?;
    Ok(actor::by_id(conn, root.author_id)?.is_local().then_some(root))
}

/// Takes note of what a comment says, new or changed.
pub(in crate::domain) fn hear(conn: &mut Conn, comment: &Post, who: &Actor) -> Result<()> {
    let Some(root) = list_of(conn, comment, who)? else { return Ok(()) };
    conn.lock(&key(root.id))?;
    let word = read(&text::plain_of_clean(&comment.body_html));
    let Some(Word::Join { name, heads, note }) = word else {
        // Whoever wrote something else over a line has taken it back.
        forget(conn, comment.id)?;
        return match word {
            Some(Word::Leave { name }) => take_back(conn, &root, who, &name),
            _ => Ok(()),
        };
    };
    let name = if name.is_empty() { text::name(&who.display_name, NAME_CHARS_MAX) } else { name };
    let name = if name.is_empty() { who.name.clone() } else { name };
    let said = Said { name, heads, note, answers: Vec::new() };
    match write_reply(conn, root.id, who, comment.id, &said) {
        // It is no line then, and stays a comment.
        Ok(_) | Err(Error::Invalid(_) | Error::NotFound(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn take_back(conn: &mut Conn, root: &Post, who: &Actor, name: &str) -> Result<()> {
    let mine = own(conn, who.id, root.id)?;
    let gone = mine.iter().filter(|entry| entry.state != State::Struck && (name.is_empty() || entry.name == name));
    gone.into_iter().try_for_each(|entry| take_out(conn, root, entry))
}

/// A comment is gone, and the line that it was with it.
pub(in crate::domain) fn forget(conn: &mut Conn, comment: PostId) -> Result<()> {
    let line: Option<Entry> = roll_call_entry::table
        .filter(roll_call_entry::reply_id.eq(comment))
        .select(Entry::as_select())
        .first(conn.link())
        .optional()?;
    let Some(line) = line else { return Ok(()) };
    conn.lock(&key(line.post_id))?;
    let root = post::by_id(conn, line.post_id)?;
    match line.state {
        // Why it was struck is kept.
        State::Struck => Ok(()),
        _ => take_out(conn, &root, &line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(name: &str, heads: i64, note: &str) -> Option<Word> {
        Some(Word::Join { name: name.to_owned(), heads, note: note.to_owned() })
    }

    #[test]
    fn lines_are_read_as_people_write_them() {
        for (said, read_as) in [
            ("接龙 王小明 2", join("王小明", 2, "")),
            ("@council@hall.example 接龙 王小明 2", join("王小明", 2, "")),
            ("接龍：王小明，２人，不吃辣", join("王小明", 2, "不吃辣")),
            ("接龙王小明2", join("王小明", 2, "")),
            ("接龙", join("", 1, "")),
            ("接龙 王小明", join("王小明", 1, "")),
            ("接龙 王小明 不吃辣", join("王小明", 1, "不吃辣")),
            ("报名 3位", join("", 3, "")),
            ("参加 陈太太 ×2 有一位吃素", join("陈太太", 2, "有一位吃素")),
            ("+1", join("", 1, "")),
            ("＋１", join("", 1, "")),
            ("+2 不吃辣", join("", 2, "不吃辣")),
            ("+2人不吃辣", join("", 2, "不吃辣")),
            ("+ 3, two are vegetarian", join("", 3, "two are vegetarian")),
            ("Join Wang Xiaoming 2 no spice", join("Wang Xiaoming", 2, "no spice")),
            ("count me in", join("", 1, "")),
            ("I’m in!", join("", 1, "")),
            ("1. 陈 2\n2. 李四 1\n3. 王小明 2 素", join("王小明", 2, "素")),
        ] {
            assert_eq!(read(said), read_as, "{said}");
        }
    }

    #[test]
    fn and_taken_back() {
        let leave = |name: &str| Some(Word::Leave { name: name.to_owned() });
        for said in ["-1", "－1", "−1", "退出", "退出。", "@mei@hall.example 取消报名", "Count me out", "LEAVE"]
        {
            assert_eq!(read(said), leave(""), "{said}");
        }
        assert_eq!(read("退出 王小明"), leave("王小明"));
    }

    #[test]
    fn other_comments_are_no_lines() {
        for said in [
            "",
            "@",
            "@mei@hall.example",
            "好！",
            "接龙什么时候截止？",
            "参加的人要带什么",
            "+65 9123 4567 请打这个",
            "+1-555-1234",
            "+0",
            "+101",
            "+1.5",
            "join us for dinner at eight tonight",
            "2026 年见",
            "我也想去，可惜没空",
            &"长".repeat(500),
            &format!("+1 {}", "长".repeat(500)),
        ] {
            assert_eq!(read(said), None, "{said}");
        }
    }
}
