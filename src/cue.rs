//! Texts with times (WebVTT): which cues stand in one, what is wrong with it, and how it is written out. Pure.
//!
//! What is kept of a cue is its times, who speaks, and what is said. Settings, styles and markup are passed over, so that what is written
//! out again is safe to hand to any player.

/// Cues of one text: a day of talk.
pub const CUES_MAX: usize = 10_000;
/// The word with which such a text begins.
const MARK: &str = "WEBVTT";
const HOUR_MS: u64 = 3_600_000;

/// What is said from one time to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// When it begins, in thousandths of a second.
    pub start_ms: u64,
    /// When it ends; later than it begins.
    pub end_ms: u64,
    /// Who speaks, if it is said.
    pub speaker: String,
    /// What is said; may have several lines, none of them empty.
    pub text: String,
}

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// In which line, from 1.
    pub line: usize,
    /// The message that says it; it names `line`.
    pub message: &'static str,
}

fn fault(line: usize, message: &'static str) -> Fault {
    Fault { line, message }
}

/// Is this meant to be a text with times? It is if it begins as one.
pub fn is_meant(text: &str) -> bool {
    let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    first.strip_prefix(MARK).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// Reads a text with times (WebVTT, W3C Candidate Recommendation, §4 and §6.1).
///
/// Errors: the first line in which something is wrong. Cues must stand in the order of their beginnings and end after they begin.
pub fn parse(text: &str) -> Result<Vec<Cue>, Fault> {
    if !is_meant(text) {
        return Err(fault(1, "cue-problem-mark"));
    }
    let mut lines = (1_usize..).zip(text.lines()).peekable();
    // What stands in the head belongs to nobody.
    lines.by_ref().find(|(_, line)| line.trim().is_empty());
    let mut cues: Vec<Cue> = Vec::new();
    while let Some((number, line)) = lines.next() {
        if line.trim().is_empty() {
            continue;
        }
        let word = line.split_whitespace().next().unwrap_or_default();
        if !line.contains("-->") && matches!(word, "NOTE" | "STYLE" | "REGION") {
            lines.by_ref().find(|(_, line)| line.trim().is_empty());
            continue;
        }
        // A cue may have a name on the line before its times.
        let (number, timing) = match line.contains("-->") {
            true => (number, line),
            false => match lines.next_if(|(_, next)| next.contains("-->")) {
                Some(next) => next,
                None => return Err(fault(number, "cue-problem-time")),
            },
        };
        let (start_ms, end_ms) = times(timing).ok_or(fault(number, "cue-problem-time"))?;
        if end_ms <= start_ms {
            return Err(fault(number, "cue-problem-end"));
        }
        if cues.last().is_some_and(|last| last.start_ms > start_ms) {
            return Err(fault(number, "cue-problem-order"));
        }
        let mut said = Vec::new();
        while let Some((_, line)) = lines.next_if(|(_, line)| !line.trim().is_empty() && !line.contains("-->")) {
            said.push(line);
        }
        let (speaker, text) = plain(&said.join("\n"));
        if text.is_empty() {
            return Err(fault(number, "cue-problem-empty"));
        }
        if cues.len() >= CUES_MAX {
            return Err(fault(number, "cue-problem-many"));
        }
        cues.push(Cue { start_ms, end_ms, speaker, text });
    }
    if cues.is_empty() { Err(fault(1, "cue-problem-none")) } else { Ok(cues) }
}

/// The two times of a line; what stands behind them is for players.
fn times(line: &str) -> Option<(u64, u64)> {
    let (start, rest) = line.split_once("-->")?;
    Some((time(start.trim())?, time(rest.split_whitespace().next()?)?))
}

/// A time such as `01:02.345` or `1:01:02.345`, in thousandths of a second.
fn time(text: &str) -> Option<u64> {
    let number = |digits: &str, length: std::ops::RangeInclusive<usize>| {
        let is_number = length.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse::<u64>().ok()).flatten()
    };
    let (whole, thousandths) = text.split_once('.')?;
    let mut parts = whole.rsplit(':');
    let seconds = number(parts.next()?, 2..=2).filter(|seconds| *seconds < 60)?;
    let minutes = number(parts.next()?, 2..=2).filter(|minutes| *minutes < 60)?;
    let hours = parts.next().map_or(Some(0), |hours| number(hours, 1..=4))?;
    if parts.next().is_some() {
        return None;
    }
    Some(hours * HOUR_MS + minutes * 60_000 + seconds * 1_000 + number(thousandths, 3..=3)?)
}

/// What a cue says without its markup, and whose voice it is.
fn plain(raw: &str) -> (String, String) {
    let (mut speaker, mut text, mut rest) = (String::new(), String::new(), raw);
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(&unescaped(before));
        let Some((tag, after)) = after.split_once('>') else {
            // A sign that opens nothing is a sign, and so are all behind it.
            text.push('<');
            text.push_str(&unescaped(after));
            rest = "";
            break;
        };
        let is_voice = tag.starts_with("v ") || tag.starts_with("v.") || tag.starts_with("v\t");
        if let Some((_, name)) = tag.split_once([' ', '\t']).filter(|_| is_voice && speaker.is_empty()) {
            speaker = unescaped(name).trim().to_owned();
        }
        rest = after;
    }
    text.push_str(&unescaped(rest));
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    (speaker, lines.join("\n"))
}

fn unescaped(text: &str) -> String {
    let known = [("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", "\u{a0}"), ("&lrm;", ""), ("&rlm;", ""), ("&amp;", "&")];
    known.iter().fold(text.to_owned(), |text, (name, sign)| text.replace(name, sign))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Writes cues as WebVTT.
pub fn write(cues: &[Cue]) -> String {
    let mut out = format!("{MARK}\n");
    for cue in cues {
        let voice = if cue.speaker.is_empty() { String::new() } else { format!("<v {}>", escaped(&cue.speaker)) };
        let (start, end) = (stamp(cue.start_ms), stamp(cue.end_ms));
        out.push_str(&format!("\n{start} --> {end}\n{voice}{}\n", escaped(&cue.text)));
    }
    out
}

/// What is said, without times: for finding it.
pub fn words(cues: &[Cue]) -> String {
    cues.iter().map(Cue::said).collect::<Vec<_>>().join("\n")
}

fn stamp(ms: u64) -> String {
    let (minutes, seconds) = (ms / 60_000 % 60, ms / 1_000 % 60);
    format!("{:02}:{minutes:02}:{seconds:02}.{:03}", ms / HOUR_MS, ms % 1_000)
}

impl Cue {
    /// When it begins as people read it: `1:02`, or `1:01:02` from the first hour on.
    pub fn clock(&self) -> String {
        let (hours, minutes, seconds) =
            (self.start_ms / HOUR_MS, self.start_ms / 60_000 % 60, self.start_ms / 1_000 % 60);
        if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
    }

    /// When it begins, in seconds, as a media fragment has it (`#t=`, Media Fragments URI 1.0, §4.2.1).
    pub fn seconds(&self) -> String {
        format!("{}.{:03}", self.start_ms / 1_000, self.start_ms % 1_000)
    }

    /// What is said, and by whom.
    pub fn said(&self) -> String {
        if self.speaker.is_empty() { self.text.clone() } else { format!("{}: {}", self.speaker, self.text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_open_nothing_are_read_once() {
        let many = "<".repeat(1_000_000);
        assert_eq!(plain(&many), (String::new(), many.clone()));
        assert_eq!(plain("a < b <i>c</i>").1, "a c", "up to the next sign it is a tag");
        assert_eq!(plain("<v 阿公>三 < 五").1, "三 < 五");
    }

    const TALK: &str = "WEBVTT - 访谈\nKind: captions\n\nNOTE 第一段\n还是注\n\nSTYLE\n::cue { color: red }\n\n\
        1\n00:01.000 --> 00:03.500 align:start\n<v 素芬>那一年我们<i>搬</i>家\n\n01:00:02.000 --> 01:00:04.000\n1 &lt; 2 &amp; 3\n第二行\n";

    #[test]
    fn cues_are_read_and_written_without_their_markup() {
        let cues = parse(TALK).unwrap();
        assert_eq!(cues.len(), 2);
        assert_eq!(
            cues[0],
            Cue { start_ms: 1_000, end_ms: 3_500, speaker: "素芬".into(), text: "那一年我们搬家".into() }
        );
        assert_eq!(
            (cues[1].text.as_str(), cues[1].clock(), cues[1].seconds()),
            ("1 < 2 & 3\n第二行", "1:00:02".into(), "3602.000".into())
        );
        let written = write(&cues);
        assert!(written.contains("00:00:01.000 --> 00:00:03.500\n<v 素芬>那一年我们搬家\n"), "{written}");
        assert!(!written.contains("STYLE") && !written.contains("align"));
        assert_eq!(parse(&written).unwrap(), cues, "it is read as it was written");
        assert_eq!(words(&cues), "素芬: 那一年我们搬家\n1 < 2 & 3\n第二行");
        assert_eq!(parse("\u{feff}WEBVTT\r\n\r\n00:00.000 --> 00:01.000\r\n好\r\n").unwrap()[0].text, "好");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, line, message) in [
            ("1\n00:00:01,000 --> 00:00:02,000\n好", 1, "cue-problem-mark"),
            ("WEBVTTX\n\n", 1, "cue-problem-mark"),
            ("WEBVTT\n\n", 1, "cue-problem-none"),
            ("WEBVTT\n\n00:01,000 --> 00:02.000\n好", 3, "cue-problem-time"),
            ("WEBVTT\n\n00:01.000 --> 00:62.000\n好", 3, "cue-problem-time"),
            ("WEBVTT\n\n好好\n", 3, "cue-problem-time"),
            ("WEBVTT\n\n00:02.000 --> 00:02.000\n好", 3, "cue-problem-end"),
            ("WEBVTT\n\n00:05.000 --> 00:06.000\n好\n\n00:01.000 --> 00:02.000\n好", 6, "cue-problem-order"),
            ("WEBVTT\n\n00:05.000 --> 00:06.000\n<b></b>\n", 3, "cue-problem-empty"),
            ("WEBVTT\n\n99999999999999999999:00:05.000 --> 00:06.000\nx\n", 3, "cue-problem-time"),
        ] {
            assert_eq!(parse(text), Err(Fault { line, message }), "{text:?}");
        }
        let many = format!("WEBVTT\n{}", "\n00:00.000 --> 00:01.000\nx\n".repeat(CUES_MAX + 1));
        assert_eq!(parse(&many).unwrap_err().message, "cue-problem-many");
        for odd in ["WEBVTT\n\n<", "WEBVTT\n\n-->", "WEBVTT\n\n00:00.000 --> 00:01.000\n<<<v>&&", "WEBVTT", ""] {
            drop(parse(odd));
        }
    }
}
