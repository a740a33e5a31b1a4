//! Readings above characters: written `{汉字|hàn zì}`, in articles and in what is read off the pages of the archive.

use super::html::escaped;
use super::language::is_han;

/// A piece of text.
enum Piece<'a> {
    /// As it stands there.
    Plain(&'a str),
    /// Characters with a reading above them.
    Read(&'a str, &'a str),
}

/// The pieces of a text. Braces that hold no reading are text like any other.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((before, opened)) = rest.split_once('{') {
        let found = opened.split_once('}').and_then(|(inner, after)| {
            let (base, reading) = inner.split_once(['|', '｜'])?;
            let is_plain = !inner.contains('{') && !base.trim().is_empty() && !reading.trim().is_empty();
            is_plain.then_some((base.trim(), reading.trim(), after))
        });
        pieces.push(Piece::Plain(before));
        match found {
            Some((base, reading, after)) => {
                pieces.push(Piece::Read(base, reading));
                rest = after;
            }
            None => {
                pieces.push(Piece::Plain("{"));
                rest = opened;
            }
        }
    }
    pieces.push(Piece::Plain(rest));
    pieces
}

/// Has a text any reading in it?
pub fn is_in(text: &str) -> bool {
    pieces(text).iter().any(|piece| matches!(piece, Piece::Read(..)))
}

/// Text as safe HTML, with its readings as `ruby`.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Plain(text) => out.push_str(&escaped(text)),
            Piece::Read(base, reading) => annotate(base, reading, &mut out),
        }
    }
    out
}

/// Text without its readings, as it is looked for.
pub fn plain(text: &str) -> String {
    let base = |piece: &Piece<'_>| match piece {
        Piece::Plain(text) | Piece::Read(text, _) => (*text).to_owned(),
    };
    pieces(text).iter().map(base).collect()
}

/// One reading above each hanzi if there are as many, else all above all.
fn annotate(base: &str, reading: &str, out: &mut String) {
    let letters: Vec<char> = base.chars().collect();
    let readings: Vec<&str> = reading.split_whitespace().collect();
    let pair = |base: &str, reading: &str, out: &mut String| {
        out.push_str(&format!("{}<rp>(</rp><rt>{}</rt><rp>)</rp>", escaped(base), escaped(reading)));
    };
    out.push_str("<ruby>");
    if letters.len() == readings.len() && letters.iter().all(|c| is_han(*c)) {
        for (letter, reading) in letters.iter().zip(&readings) {
            pair(&letter.to_string(), reading, out);
        }
    } else {
        pair(base, reading, out);
    }
    out.push_str("</ruby>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_stand_above_what_they_read_and_everything_else_is_text() {
        for (text, expected, bare) in [
            (
                "见{冬节|dōng jié}到",
                "见<ruby>冬<rp>(</rp><rt>dōng</rt><rp>)</rp>节<rp>(</rp><rt>jié</rt><rp>)</rp></ruby>到",
                "见冬节到",
            ),
            ("{番薯|fan1sy4}", "<ruby>番薯<rp>(</rp><rt>fan1sy4</rt><rp>)</rp></ruby>", "番薯"),
            ("{粿｜guě}\n<b>", "<ruby>粿<rp>(</rp><rt>guě</rt><rp>)</rp></ruby>\n&lt;b&gt;", "粿\n<b>"),
            ("{a}{b|}{|c}{", "{a}{b|}{|c}{", "{a}{b|}{|c}{"),
            ("{\"<i>|'x'}", "<ruby>&quot;&lt;i&gt;<rp>(</rp><rt>&#39;x&#39;</rt><rp>)</rp></ruby>", "\"<i>"),
            ("□[?]{{批|pi1}}", "□[?]{<ruby>批<rp>(</rp><rt>pi1</rt><rp>)</rp></ruby>}", "□[?]{批}"),
        ] {
            assert_eq!(html(text), expected);
            assert_eq!(plain(text), bare);
            assert_eq!(is_in(text), text != bare, "{text}");
        }
    }
}
