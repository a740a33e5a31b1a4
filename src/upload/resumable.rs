//! Large files that come in parts: what has come lies in the data directory until all of it is there, and goes into the archive only then,
//! like any original. A connection that breaks, or a hall that stops, costs the part that was under way and nothing else.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use super::original::{self, FILE, Stored};
use super::{Broken, SILENCE};
use crate::clock::Micros;
use crate::ctx::Ctx;
use crate::domain::upload::{self, Claim, Upload};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, UploadId};
use crate::secret;

/// Bytes after which what has come is written down for good.
const STEP_BYTES: i64 = 8 * 1_024 * 1_024;
/// How long what has come isn't counted at most, and the claim not renewed.
const STEP: Duration = Duration::from_secs(20);
/// Bytes read at a time when a file goes into the store.
const PIECE_BYTES: usize = 1_024 * 1_024;
/// Uploads of the largest size that one member may have under way.
const ROOM: usize = 3;
/// A file of no upload goes when it is so old, in seconds: its row may be about to be written.
const STRANGER_S: u64 = 86_400;
/// Files that one sweep looks at.
const LOOKED_MAX: usize = 5_000;

/// What became of a part.
#[derive(Debug)]
pub enum Appended {
    /// So much has come.
    Up(i64, Upload),
    /// What has come ends elsewhere.
    Elsewhere,
    /// Somebody is writing.
    Busy,
    /// More came than the file has.
    TooMuch,
}

fn dir(ctx: &Ctx) -> PathBuf {
    ctx.config.data.dir.join("uploads")
}

/// Where what has come of an upload lies. Names are made here, of letters and digits alone.
fn place(ctx: &Ctx, name: &str) -> PathBuf {
    dir(ctx).join(name)
}

/// Begins an upload of `bytes` bytes; the inner error is what is wrong with it.
///
/// Errors: `TooMany`, `Unavailable`.
pub async fn begin(ctx: &Ctx, owner: ActorId, name: &str, bytes: i64) -> Result<Upload> {
    let file: String = secret::random::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
    let (name, row_file) = (name.to_owned(), file.clone());
    let room = i64::try_from(ctx.config.limits.archive_bytes_max.saturating_mul(ROOM)).unwrap_or(i64::MAX);
    tokio::fs::create_dir_all(dir(ctx)).await.map_err(|e| full(&e))?;
    let made = File::create_new(place(ctx, &file)).await.map_err(|e| full(&e))?;
    made.sync_all().await.map_err(|e| full(&e))?;
    let begun = ctx.write(move |conn| upload::begin(conn, owner, &name, &row_file, bytes, room)).await;
    if begun.is_err() {
        drop(tokio::fs::remove_file(place(ctx, &file)).await);
    }
    begun
}

fn full(error: &std::io::Error) -> Error {
    Error::Unavailable(format!("the directory of uploads: {error}"))
}

/// Writes what comes behind byte `offset` of an upload.
///
/// Errors: `NotFound`; `Unavailable` if it can't be written. What has come until then counts.
pub async fn append<E>(
    ctx: &Ctx,
    owner: ActorId,
    id: UploadId,
    offset: i64,
    body: impl Stream<Item = std::result::Result<Bytes, E>>,
) -> Result<Appended> {
    let found = match ctx.write(move |conn| upload::claim(conn, owner, id, offset)).await? {
        Claim::Taken(found) => found,
        Claim::Elsewhere => return Ok(Appended::Elsewhere),
        Claim::Busy => return Ok(Appended::Busy),
    };
    let Some(mut file) = open(ctx, &found).await? else {
        // What had come is gone from the disk: the upload is over.
        ctx.write(move |conn| upload::end(conn, id)).await?;
        return Err(Error::NotFound("upload"));
    };
    let Poured { received, held, is_over, failed } = pour(ctx, &found, &mut file, body).await;
    let synced = file.sync_data().await;
    let kept = if synced.is_ok() { received } else { offset };
    match ctx.write(move |conn| upload::release(conn, id, kept, held)).await {
        Err(Error::Conflict(_)) => return Ok(Appended::Busy),
        released => released?,
    }
    synced.map_err(|e| full(&e))?;
    failed?;
    Ok(if is_over { Appended::TooMuch } else { Appended::Up(kept, Upload { received: kept, ..found }) })
}

/// The file of an upload, set to where it goes on; what was written behind that and never counted is cut off.
async fn open(ctx: &Ctx, found: &Upload) -> Result<Option<File>> {
    let Ok(mut file) = OpenOptions::new().write(true).open(place(ctx, &found.file)).await else { return Ok(None) };
    let received = found.received.unsigned_abs();
    let size = file.metadata().await.map_err(|e| full(&e))?.len();
    if size < received {
        return Ok(None);
    }
    file.set_len(received).await.map_err(|e| full(&e))?;
    file.seek(std::io::SeekFrom::Start(received)).await.map_err(|e| full(&e))?;
    Ok(Some(file))
}

/// What was written.
struct Poured {
    /// How much is there.
    received: i64,
    /// Until when it may be written to.
    held: Micros,
    /// Did more come than the file has?
    is_over: bool,
    /// What went wrong.
    failed: Result<()>,
}

/// Writes what comes.
async fn pour<E>(
    ctx: &Ctx,
    found: &Upload,
    file: &mut File,
    body: impl Stream<Item = std::result::Result<Bytes, E>>,
) -> Poured {
    let (id, mut received, mut written, mut held) = (found.id, found.received, found.received, found.claimed_until);
    let mut said = Instant::now();
    let mut body = std::pin::pin!(body);
    let end = |received, held, is_over, failed| Poured { received, held, is_over, failed };
    // A silent client, like one that is gone, has sent what it has sent.
    while let Ok(Some(Ok(piece))) = tokio::time::timeout(SILENCE, body.next()).await {
        let more = i64::try_from(piece.len()).unwrap_or(i64::MAX);
        if received.saturating_add(more) > found.bytes {
            return end(received, held, true, Ok(()));
        }
        if let Err(error) = file.write_all(&piece).await {
            return end(written, held, false, Err(full(&error)));
        }
        received += more;
        if received - written >= STEP_BYTES || said.elapsed() >= STEP {
            if let Err(error) = file.sync_data().await {
                return end(written, held, false, Err(full(&error)));
            }
            (written, said) = (received, Instant::now());
            match ctx.write(move |conn| upload::advance(conn, id, written, held)).await {
                Ok(until) => held = until,
                Err(error) => return end(written, held, false, Err(error)),
            }
        }
    }
    match file.flush().await {
        Ok(()) => end(received, held, false, Ok(())),
        Err(error) => end(written, held, false, Err(full(&error))),
    }
}

/// Ends an upload, with what has come of it.
///
/// Errors: `NotFound`.
pub async fn end(ctx: &Ctx, owner: ActorId, id: UploadId) -> Result<()> {
    let found = ctx
        .write(move |conn| {
            let found = upload::own_one(conn, owner, id)?;
            upload::end(conn, id)?;
            Ok(found)
        })
        .await?;
    drop(tokio::fs::remove_file(place(ctx, &found.file)).await);
    Ok(())
}

/// Takes a whole upload into the store, as an original that belongs to no item yet. The upload stays until the item has it. The inner error
/// is what is wrong with it.
pub async fn take(ctx: &Ctx, owner: ActorId, id: UploadId) -> Result<Result<Stored, Problem>, Broken> {
    let gone = || Ok(Err(Problem::new(FILE, "archive-problem-upload-gone")));
    let found = match ctx.glance(move |conn| upload::own_one(conn, owner, id)).await {
        Err(Error::NotFound(_)) => return gone(),
        found => found?,
    };
    if !found.is_whole() {
        return Ok(Err(Problem::new(FILE, "archive-problem-upload-part").with("name", &found.name)));
    }
    let Ok(mut file) = File::open(place(ctx, &found.file)).await else { return gone() };
    let mut head = Vec::new();
    (&mut file).take(original::HEAD_BYTES as u64).read_to_end(&mut head).await.map_err(Error::from)?;
    let next = async || {
        let mut piece = Vec::new();
        let taken = (&mut file).take(PIECE_BYTES as u64).read_to_end(&mut piece).await;
        taken.map_err(|error| Broken::Ours(full(&error)))?;
        Ok((!piece.is_empty()).then(|| Bytes::from(piece)))
    };
    let stored = original::store(ctx, &found.name, head, ctx.config.limits.archive_bytes_max, next).await?;
    Ok(stored.map(|stored| stored.of_upload(found.id, found.file)))
}

/// Removes what is left on disk of uploads that are over: those that waited too long, and those that an item has now.
///
/// Errors: the database's. A file that can't be removed is tried again with the next sweep.
pub async fn sweep(ctx: &Ctx) -> Result<()> {
    let late = ctx.write(upload::sweep).await?;
    let Ok(mut entries) = tokio::fs::read_dir(dir(ctx)).await else { return Ok(()) };
    let mut old = Vec::new();
    while let (Ok(Some(entry)), true) = (entries.next_entry().await, old.len() < LOOKED_MAX) {
        let age = entry.metadata().await.ok().and_then(|facts| facts.modified().ok()?.elapsed().ok());
        if age.is_some_and(|age| age.as_secs() > STRANGER_S) {
            old.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    let strangers = ctx.read(move |conn| upload::strangers(conn, old)).await?;
    for name in late.into_iter().chain(strangers) {
        if let Err(error) = tokio::fs::remove_file(place(ctx, &name)).await {
            tracing::debug!(%error, "what is left of an upload waits to be removed");
        }
    }
    Ok(())
}

/// Removes what is left on disk of uploads that items have now. What can't be removed is swept later.
pub async fn clear(ctx: &Ctx, files: Vec<String>) {
    for name in files {
        drop(tokio::fs::remove_file(place(ctx, &name)).await);
    }
}
