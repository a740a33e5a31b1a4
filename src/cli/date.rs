//! `huiguan date`: wordings of dates from standard input, each answered with a line of JSON.

use std::io::{BufRead, BufReader};

use serde::Serialize;
use serde_json::Value;

use super::Terminal;
use crate::date::{self, Answer, Reading};
use crate::error::Result;

/// The longest line that is looked at, in bytes; of a longer one the rest is passed over.
const LINE_MAX: usize = 64 * 1024;

/// The answer to a line.
#[derive(Debug, Default, Serialize)]
struct Line {
    id: Value,
    edtf: Option<String>,
    earliest: Option<String>,
    latest: Option<String>,
    candidates: Vec<Candidate>,
    error: Option<String>,
}

#[derive(Debug, Serialize)]
struct Candidate {
    edtf: String,
    earliest: Option<String>,
    latest: Option<String>,
    reasoning: String,
}

impl From<Reading> for Candidate {
    fn from(reading: Reading) -> Self {
        let Reading { edtf, earliest, latest, reasoning } = reading;
        Self { edtf, earliest, latest, reasoning }
    }
}

/// Answers every line until the input ends.
///
/// # Errors
/// If input or output break.
pub(super) fn run(terminal: &mut Terminal<'_>) -> Result<()> {
    let mut input = BufReader::new(&mut *terminal.input);
    let mut number = 0_u64;
    let mut line = Vec::new();
    while next_line(&mut input, &mut line)? {
        number += 1;
        let answer = answer(&line, number);
        serde_json::to_writer(&mut *terminal.out, &answer).map_err(std::io::Error::from)?;
        terminal.out.write_all(b"\n")?;
        // Whoever waits in a pipe for this answer sees it; a long file is written in larger pieces.
        if input.buffer().is_empty() {
            terminal.out.flush()?;
        }
    }
    terminal.out.flush()?;
    Ok(())
}

/// Reads a line without its end; false at the end of the input.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> Result<bool> {
    line.clear();
    let mut any = false;
    loop {
        let piece = input.fill_buf()?;
        if piece.is_empty() {
            return Ok(any);
        }
        any = true;
        let end = piece.iter().position(|byte| *byte == b'\n');
        let length = end.unwrap_or(piece.len());
        // One byte more than allowed is kept, by which a line is known to be too long.
        let room = (LINE_MAX + 1).saturating_sub(line.len()).min(length);
        line.extend_from_slice(piece.get(..room).unwrap_or_default());
        input.consume(length + usize::from(end.is_some()));
        if end.is_some() {
            return Ok(true);
        }
    }
}

/// The answer to a line: the wording itself, or JSON with it. Lines without an id of their own are counted.
fn answer(line: &[u8], number: u64) -> Line {
    let id = Value::from(number);
    if line.len() > LINE_MAX {
        return refused(id, "too-long: the line is too long");
    }
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let Ok(text) = std::str::from_utf8(line) else {
        return refused(id, "not-utf-8: the line isn't UTF-8");
    };
    let text = text.trim_start_matches('\u{feff}');
    if !text.trim_start().starts_with('{') {
        return read(id, text, None);
    }
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return refused(id, "bad-json: the line begins like JSON and isn't");
    };
    let id = value.get("id").filter(|id| !id.is_null()).cloned().unwrap_or(id);
    let language = value.get("lang").and_then(Value::as_str);
    match value.get("text") {
        Some(Value::String(text)) => read(id, text, language),
        Some(Value::Number(figures)) => read(id, &figures.to_string(), language),
        _ => refused(id, "bad-json: “text” is missing or no text"),
    }
}

fn refused(id: Value, why: &str) -> Line {
    Line { id, error: Some(why.to_owned()), ..Line::default() }
}

fn read(id: Value, text: &str, language: Option<&str>) -> Line {
    match date::read(text, language) {
        Ok(Answer::Decided(Reading { edtf, earliest, latest, .. })) => {
            Line { id, edtf: Some(edtf), earliest, latest, ..Line::default() }
        }
        Ok(Answer::Undecided { candidates, earliest, latest }) => Line {
            id,
            earliest,
            latest,
            candidates: candidates.into_iter().map(Candidate::from).collect(),
            ..Line::default()
        },
        Err(why) => refused(id, &why.to_string()),
    }
}
