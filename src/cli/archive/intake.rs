//! What every way in has in common: files of a disk, and what became of each row.

use std::path::{Component, Path, PathBuf};

use bytes::Bytes;
use tokio::io::AsyncReadExt;

use crate::cli::Terminal;
use crate::ctx::Ctx;
use crate::error::{Error, Problem, Result};
use crate::upload::Broken;
use crate::upload::original::{self, Stored};

/// Largest original that is taken from a disk.
const FILE_BYTES_MAX: usize = 4_000_000_000;

/// What became of a row.
pub(super) enum Outcome {
    /// It is taken, or would be: its title, and what the report says of it.
    Taken(String, Vec<String>),
    /// It is there already.
    Known,
}

/// How many rows became what.
#[derive(Default)]
pub(super) struct Counts {
    taken: u64,
    known: u64,
    wrong: u64,
}

impl Counts {
    /// Counts one row and says what became of it.
    pub(super) fn add(&mut self, row: &str, outcome: Result<Outcome>, terminal: &mut Terminal<'_>) -> Result<()> {
        match outcome {
            Ok(Outcome::Taken(title, notes)) => {
                self.taken += 1;
                terminal.say(&format!("{row}: ok: {title}"))?;
                notes.iter().try_for_each(|note| terminal.say(&format!("{row}: note: {note}")))
            }
            Ok(Outcome::Known) => {
                self.known += 1;
                terminal.say(&format!("{row}: there already"))
            }
            // A hall that can't be written to ends the import; a wrong row doesn't.
            Err(error @ Error::Unavailable(_)) => Err(error),
            Err(error) => {
                self.wrong += 1;
                terminal.say(&format!("{row}: not taken: {}", crate::cli::explain(&error).join("; ")))
            }
        }
    }

    /// Says how many became what.
    ///
    /// # Errors
    /// If any was not taken.
    pub(super) fn tell(&self, dry_run: bool, terminal: &mut Terminal<'_>) -> Result<()> {
        let Self { taken, known, wrong } = self;
        let verb = if dry_run { "would be taken" } else { "taken" };
        terminal.say(&format!("{taken} {verb}, {known} there already, {wrong} not taken"))?;
        match wrong {
            0 => Ok(()),
            wrong => Err(Error::broken(format!("{wrong} rows were not taken"))),
        }
    }
}

/// A path inside a folder, whatever is written; nothing leads out of it.
///
/// Errors: `Invalid` for `file`.
pub(super) fn inside(dir: &Path, name: &str) -> Result<PathBuf> {
    let path = Path::new(name);
    let is_plain = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let whole = dir.join(path);
    let real = whole.canonicalize().ok().zip(dir.canonicalize().ok());
    let is_inside = real.as_ref().is_none_or(|(whole, dir)| whole.starts_with(dir));
    if name.is_empty() || !is_plain || !is_inside || name.contains('\0') || name.contains('\\') {
        return Err(wrong_file("archive-problem-path", name));
    }
    Ok(whole)
}

/// What is wrong with the file of this name.
pub(super) fn wrong_file(message: &'static str, name: &str) -> Error {
    let name: String = name.chars().take(120).collect();
    Error::Invalid(vec![Problem::new(original::FILE, message).with("name", name)])
}

/// Takes a file of a disk into the store.
pub(super) async fn store(ctx: &Ctx, path: &Path) -> Result<Stored> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut file = match tokio::fs::File::open(path).await {
        Ok(file) => file,
        Err(_) => return Err(wrong_file("archive-problem-no-file", &name)),
    };
    let mut head = vec![0; original::HEAD_BYTES];
    let mut taken = 0;
    while taken < head.len() {
        let Some(rest) = head.get_mut(taken..) else { break };
        match file.read(rest).await? {
            0 => break,
            more => taken += more,
        }
    }
    head.truncate(taken);
    let next = async || {
        let mut piece = vec![0; original::HEAD_BYTES];
        let size = file.read(&mut piece).await.map_err(|e| Broken::Ours(e.into()))?;
        piece.truncate(size);
        Ok((size > 0).then(|| Bytes::from(piece)))
    };
    match original::store(ctx, &name, head, FILE_BYTES_MAX, next).await {
        Ok(Ok(stored)) => Ok(stored),
        Ok(Err(problem)) => Err(Error::Invalid(vec![problem])),
        Err(Broken::Ours(error)) => Err(error),
        Err(Broken::Form) => Err(wrong_file("archive-problem-no-file", &name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.jpg"), b"x").unwrap();
        assert!(inside(dir.path(), "a.jpg").is_ok());
        assert!(inside(dir.path(), "./deep/b.jpg").is_ok());
        for wrong in ["", "../a.jpg", "/etc/passwd", "a/../../b", "..\\a.jpg", "a\0"] {
            assert!(inside(dir.path(), wrong).is_err(), "{wrong}");
        }
    }
}
