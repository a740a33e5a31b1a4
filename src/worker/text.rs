//! Texts of files are read in a process of its own, the program itself with another command: whatever a file does to it, its time and its
//! memory are bounded, and the hall goes on.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use futures_util::TryStreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use crate::ctx::Ctx;
use crate::domain::item::{self, File};
use crate::error::{Error, Result};
use crate::id::FileId;
use crate::pdf::{self, Refused};

/// The command that reads a PDF from standard input.
pub const COMMAND: &str = "pdf-text";
/// How long reading one file may take.
const TIME: Duration = Duration::from_secs(40);
/// Bytes of an answer: each character of the longest text may take four.
const ANSWER_BYTES_MAX: u64 = pdf::TEXT_CHARS_MAX as u64 * 4 + 100;

/// Reads one file and keeps what it says, or why it can't be read.
pub(super) async fn read(ctx: &Ctx, program: &Path, id: FileId, attempts: i64) -> Result<()> {
    let file = match ctx.glance(move |conn| item::find_file(conn, id)).await {
        // It went meanwhile.
        Err(Error::NotFound(_)) => return Ok(()),
        file => file?,
    };
    let read = match attempts > item::ATTEMPTS_MAX {
        true => Ok(Err(item::GIVEN_UP)),
        false => answer(ctx, program, &file).await.map(|read| read.map_err(Refused::as_str)),
    };
    match read {
        Ok(Ok(text)) => {
            let text = crate::text::body(&text);
            ctx.write(move |conn| item::keep_text(conn, id, &text)).await
        }
        Ok(Err(reason)) => {
            tracing::info!(file = %id, reason, "the text of a file can't be read");
            ctx.write(move |conn| item::refuse_text(conn, id, reason)).await
        }
        Err(error) => {
            tracing::warn!(file = %id, %error, "the text of a file waits for another try");
            ctx.write(move |conn| item::postpone_text(conn, id, attempts)).await
        }
    }
}

/// What the process says of a file. The outer error is the store's, or that no process could be started.
async fn answer(ctx: &Ctx, program: &Path, file: &File) -> Result<std::result::Result<String, Refused>> {
    if usize::try_from(file.bytes).map_or(true, |bytes| bytes > pdf::BYTES_MAX) {
        return Ok(Err(Refused::Large));
    }
    let mut content = match ctx.files.get(&file.file_key, None).await {
        Err(Error::NotFound(_)) => return Ok(Err(Refused::Broken)),
        found => found?.content,
    };
    let mut child = start(program)?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Error::broken("a process without its pipes"));
    };
    let give = async move {
        while let Some(piece) = content.try_next().await? {
            // A process that has seen enough closes its end.
            if input.write_all(&piece).await.is_err() {
                break;
            }
        }
        drop(input);
        Ok::<(), Error>(())
    };
    let take = async move {
        let mut said = Vec::new();
        output.take(ANSWER_BYTES_MAX).read_to_end(&mut said).await?;
        Ok::<Vec<u8>, Error>(said)
    };
    let whole = tokio::time::timeout(TIME, async {
        let ((), said) = tokio::try_join!(give, take)?;
        Ok::<_, Error>((said, child.wait().await?))
    });
    // A process that takes too long ends with its handle.
    let Ok(ended) = whole.await else { return Ok(Err(Refused::Large)) };
    let (said, status) = ended?;
    Ok(match status.code() {
        Some(0) => read_answer(&String::from_utf8_lossy(&said)),
        // It fell over the file.
        Some(_) => Err(Refused::Broken),
        // It was ended from outside: it had no memory or no time left.
        None => Err(Refused::Large),
    })
}

fn start(program: &Path) -> Result<Child> {
    let mut command = Command::new(program);
    // It gets nothing of what the hall knows.
    command.arg(COMMAND).env_clear().current_dir("/").kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().map_err(|e| Error::broken(format!("{} {COMMAND}: {e}", program.display())))
}

/// The first line is a word, what follows is the text.
fn read_answer(said: &str) -> std::result::Result<String, Refused> {
    let (word, text) = said.split_once('\n').unwrap_or((said, ""));
    if word == "text" {
        return Ok(text.to_owned());
    }
    Err(Refused::ALL.into_iter().find(|refused| refused.as_str() == word).unwrap_or(Refused::Broken))
}
