//! Files of the hall: in the data directory, or in an S3 bucket. A key names one file; its content never changes.
//!
//! Invariants: a file is there whole or not at all, and on disk before [`Files::put`] answers. Who may see a file is
//! decided above; keys are unguessable all the same. Clones share the store.

use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload};
use tokio::io::AsyncWriteExt;

use crate::config::{Media, MediaStore};
use crate::error::{Error, Result};

/// Bytes that a file may have to go to the store in one piece; larger ones go in pieces of this size (S3 asks for five
/// million at least).
const PIECE_BYTES: usize = 8 * 1_024 * 1_024;
/// Unfinished files that may lie beside a file after crashes.
const LEFT_OVER_MAX: u32 = 16;

/// The store.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// Where files lie, if it is on this machine.
    root: Option<Arc<FilePath>>,
}

/// A file that was found.
pub struct Found {
    /// How many bytes come: of the whole file, or of the part that was asked for.
    pub bytes: u64,
    /// Its content, as it comes.
    pub content: BoxStream<'static, Result<Bytes>>,
}

/// A file in the making. Dropped unfinished, it never was.
pub struct Writer(BufWriter);

impl Files {
    /// Opens the store that the settings name; files of the hall's own machine lie in `dir`.
    ///
    /// Errors: one clear sentence.
    pub fn open(media: &Media, dir: &FilePath) -> Result<Self> {
        match media.store {
            MediaStore::Local => {
                std::fs::create_dir_all(dir)
                    .map_err(|e| Error::broken(format!("the directory {} cannot be made: {e}", dir.display())))?;
                let root: PathBuf = dir.canonicalize()?;
                let local = LocalFileSystem::new_with_prefix(&root).map_err(broken)?.with_fsync(true);
                Ok(Self { store: Arc::new(local), root: Some(root.into()) })
            }
            MediaStore::S3 => {
                let s3 = &media.s3;
                let bucket = AmazonS3Builder::new()
                    .with_endpoint(&s3.endpoint)
                    .with_bucket_name(&s3.bucket)
                    .with_region(&s3.region)
                    .with_access_key_id(&s3.access_key)
                    .with_secret_access_key(&s3.secret_key)
                    // The officer's own word, such as a store on the same machine.
                    .with_allow_http(s3.endpoint.starts_with("http://"))
                    .build()
                    .map_err(|e| Error::broken(format!("media.s3: {e}")))?;
                Ok(Self { store: Arc::new(bucket), root: None })
            }
        }
    }

    /// Stores a file.
    ///
    /// Errors: `Unavailable` if the store can't take it.
    pub async fn put(&self, key: &str, content: Vec<u8>) -> Result<()> {
        self.store.put(&path(key)?, PutPayload::from(content)).await.map_err(unavailable).map(drop)
    }

    /// Begins a file whose content comes in pieces.
    pub fn writer(&self, key: &str) -> Result<Writer> {
        Ok(Writer(BufWriter::with_capacity(self.store.clone(), path(key)?, PIECE_BYTES)))
    }

    /// The whole of a small file.
    ///
    /// Errors: `NotFound`, `Unavailable`.
    pub async fn read(&self, key: &str) -> Result<Bytes> {
        if let Some(root) = &self.root {
            let file = root.join(path(key)?.as_ref());
            let read = tokio::task::spawn_blocking(move || std::fs::read(file)).await;
            return match read.map_err(|e| Error::Broken(Box::new(e)))? {
                Ok(content) => Ok(content.into()),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::NotFound("file")),
                Err(error) => Err(Error::Unavailable(format!("the store of files: {error}"))),
            };
        }
        let found = self.store.get(&path(key)?).await.map_err(unavailable)?;
        found.bytes().await.map_err(unavailable)
    }

    /// A file or a part of it, as it comes.
    ///
    /// Errors: `NotFound`, `Unavailable`.
    pub async fn get(&self, key: &str, part: Option<Range<u64>>) -> Result<Found> {
        let options = GetOptions { range: part.map(GetRange::Bounded), ..GetOptions::default() };
        let found = self.store.get_opts(&path(key)?, options).await.map_err(unavailable)?;
        let bytes = found.range.end - found.range.start;
        Ok(Found { bytes, content: found.into_stream().map_err(unavailable).boxed() })
    }

    /// How large a file is, in bytes.
    ///
    /// Errors: `NotFound`, `Unavailable`.
    pub async fn size(&self, key: &str) -> Result<u64> {
        Ok(self.store.head(&path(key)?).await.map_err(unavailable)?.size)
    }

    /// Deletes a file, and what a crash left of it unfinished. What isn't there is deleted already.
    ///
    /// Errors: `Unavailable`.
    pub async fn delete(&self, key: &str) -> Result<()> {
        let path = path(key)?;
        match self.store.delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(unavailable(error)),
        }
        let Some(file) = self.root.as_ref().map(|root| root.join(path.as_ref())) else { return Ok(()) };
        let swept = tokio::task::spawn_blocking(move || {
            for number in 1..=LEFT_OVER_MAX {
                // Local files grow under their name with a number behind `#`, and get their name at the end.
                let mut left_over = file.clone().into_os_string();
                left_over.push(format!("#{number}"));
                if std::fs::remove_file(left_over).is_err() {
                    break;
                }
            }
        });
        swept.await.map_err(|e| Error::Broken(Box::new(e)))
    }
}

impl Writer {
    /// Adds a piece.
    ///
    /// Errors: `Unavailable`.
    pub async fn write(&mut self, piece: Bytes) -> Result<()> {
        self.0.put(piece).await.map_err(unavailable)
    }

    /// Makes it a file.
    ///
    /// Errors: `Unavailable`; then there is no file.
    pub async fn finish(mut self) -> Result<()> {
        self.0.shutdown().await.map_err(|e| Error::Unavailable(format!("the store of files: {e}")))
    }

    /// Leaves nothing of it.
    pub async fn abort(mut self) {
        if let Err(error) = self.0.abort().await {
            tracing::debug!(%error, "an unfinished file is left to be swept");
        }
    }
}

/// The path of a key: letters, digits, and `/ . -` alone, so that no key leads anywhere else.
fn path(key: &str) -> Result<Path> {
    let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-'));
    if !plain || key.contains("..") || key.starts_with('/') || key.is_empty() {
        return Err(Error::NotFound("file"));
    }
    Path::parse(key).map_err(broken)
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Broken(Box::new(error))
}

fn unavailable(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { .. } => Error::NotFound("file"),
        error => Error::Unavailable(format!("the store of files: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn open(dir: &FilePath) -> Files {
        Files::open(&Config::default().media, dir).unwrap()
    }

    async fn collect(found: Found) -> Vec<u8> {
        found.content.try_fold(Vec::new(), |all, part| async move { Ok([all, part.to_vec()].concat()) }).await.unwrap()
    }

    fn names(dir: &FilePath) -> Vec<String> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                names.extend(self::names(&path));
            } else {
                names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
            }
        }
        names
    }

    #[tokio::test]
    async fn a_file_is_put_read_in_parts_and_deleted() {
        let dir = tempfile::tempdir().unwrap();
        let files = open(dir.path());
        files.put("ab/cd.thumb", b"winter solstice".to_vec()).await.unwrap();
        assert_eq!(&files.read("ab/cd.thumb").await.unwrap()[..], b"winter solstice");
        let part = files.get("ab/cd.thumb", Some(7..15)).await.unwrap();
        assert_eq!((part.bytes, collect(part).await), (8, b"solstice".to_vec()));
        assert_eq!(files.size("ab/cd.thumb").await.unwrap(), 15);
        assert_eq!(collect(files.get("ab/cd.thumb", None).await.unwrap()).await, b"winter solstice");
        for _ in 0..2 {
            files.delete("ab/cd.thumb").await.unwrap();
        }
        assert!(matches!(files.read("ab/cd.thumb").await, Err(Error::NotFound("file"))));
        assert!(matches!(files.get("ab/cd.thumb", None).await, Err(Error::NotFound("file"))));
        assert_eq!(names(dir.path()), Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_file_in_pieces_is_whole_or_not_there() {
        let dir = tempfile::tempdir().unwrap();
        let files = open(dir.path());
        let piece = vec![7_u8; PIECE_BYTES / 2 + 1];
        let mut writer = files.writer("ab/large").unwrap();
        for _ in 0..3 {
            writer.write(piece.clone().into()).await.unwrap();
        }
        assert!(files.read("ab/large").await.is_err(), "it has no name before its end");
        writer.finish().await.unwrap();
        assert_eq!(files.read("ab/large").await.unwrap().len(), piece.len() * 3);
        let mut given_up = files.writer("ab/given-up").unwrap();
        for _ in 0..3 {
            given_up.write(piece.clone().into()).await.unwrap();
        }
        given_up.abort().await;
        assert!(files.read("ab/given-up").await.is_err());
        // What a crash leaves goes with its key.
        std::fs::write(dir.path().join("ab/large#1"), "half").unwrap();
        files.delete("ab/large").await.unwrap();
        files.delete("ab/given-up").await.unwrap();
        assert_eq!(names(dir.path()), Vec::<String>::new());
    }

    #[tokio::test]
    async fn no_key_leads_out_of_the_store() {
        let dir = tempfile::tempdir().unwrap();
        let files = open(&dir.path().join("media"));
        std::fs::write(dir.path().join("secret"), "x").unwrap();
        for key in ["../secret", "a/../../secret", "/etc/passwd", "", "a\0b", "a%2e", "a b", "..", "字"] {
            assert!(matches!(files.read(key).await, Err(Error::NotFound("file"))), "{key:?}");
            assert!(files.put(key, vec![1]).await.is_err(), "{key:?}");
        }
    }
}
