//! `huiguan pdf-text`: the text of a PDF from standard input. The hall starts it by itself, for each file anew, so that a file that is made
//! to harm harms nothing but this process.

use std::io::Read;

use rlimit::Resource;

use super::Terminal;
use crate::error::Result;
use crate::pdf;

/// Memory that the process may take, in bytes.
const MEMORY_MAX: u64 = 1_500_000_000;
/// Seconds of computing that it may take.
const CPU_S_MAX: u64 = 20;

/// Answers a word in the first line, and behind it the text.
///
/// # Errors
/// What kept it from reading or answering.
pub(super) fn text(terminal: &mut Terminal<'_>) -> Result<()> {
    Resource::AS.set(MEMORY_MAX, MEMORY_MAX)?;
    Resource::CPU.set(CPU_S_MAX, CPU_S_MAX)?;
    let mut bytes = Vec::new();
    (&mut terminal.input).take(pdf::BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    match pdf::text(&bytes) {
        Ok(text) => terminal.say(&format!("text\n{text}")),
        Err(refused) => terminal.say(refused.as_str()),
    }
}
