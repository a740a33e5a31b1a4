//! Whether a bag (BagIt, RFC 8493) is what its manifest says, whoever made it, and the unpacking of packed ones. Nothing of a bag is read
//! before this has been asked.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{self, Context};
use md5::{Digest as _, Md5};

use super::intake::inside;
use crate::error::{Error, Result};

/// Files of a bag.
const ENTRIES_MAX: usize = 200_000;
/// Bytes that a packed bag may unpack to.
const UNPACKED_BYTES_MAX: u64 = 200_000_000_000;
/// How deep folders of a bag stand in each other.
const DEPTH_MAX: usize = 32;
/// The manifests that are understood, the strongest first: one is compared.
const MANIFESTS: [(&str, Algorithm); 4] = [
    ("manifest-sha512.txt", Algorithm::Sha512),
    ("manifest-sha256.txt", Algorithm::Sha256),
    ("manifest-sha1.txt", Algorithm::Sha1),
    ("manifest-md5.txt", Algorithm::Md5),
];

/// By what a manifest compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Sha512,
    Sha256,
    Sha1,
    Md5,
}

/// A digest in the making.
enum Sum {
    Sha(Context),
    Md5(Md5),
}

impl Sum {
    fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha512 => Self::Sha(Context::new(&digest::SHA512)),
            Algorithm::Sha256 => Self::Sha(Context::new(&digest::SHA256)),
            Algorithm::Sha1 => Self::Sha(Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY)),
            Algorithm::Md5 => Self::Md5(Md5::new()),
        }
    }

    fn add(&mut self, piece: &[u8]) {
        match self {
            Self::Sha(context) => context.update(piece),
            Self::Md5(md5) => md5.update(piece),
        }
    }

    fn hex(self) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Self::Sha(context) => hex(context.finish().as_ref()),
            Self::Md5(md5) => hex(&md5.finalize()),
        }
    }
}

/// Compares every file of a bag with its manifest; answers the paths with their digests.
///
/// # Errors
/// Naming the first file that is missing, isn't what the manifest says, or isn't in it.
pub(super) fn check(dir: &Path) -> Result<BTreeMap<String, String>> {
    let found = MANIFESTS.iter().find(|(name, _)| dir.join(name).is_file());
    let Some((name, algorithm)) = found else {
        let names: Vec<&str> = MANIFESTS.iter().map(|(name, _)| *name).collect();
        return Err(Error::broken(format!("the bag has no manifest that is understood: {}", names.join(", "))));
    };
    let text = std::fs::read_to_string(dir.join(name))?;
    let mut manifest = BTreeMap::new();
    for line in text.trim_start_matches('\u{feff}').lines().filter(|line| !line.trim().is_empty()) {
        let (digest, path) =
            line.split_once(char::is_whitespace).ok_or_else(|| Error::broken(format!("{name} is broken")))?;
        let path = decoded(path.trim_start().trim_start_matches('*'));
        let path = path.strip_prefix("./").unwrap_or(&path);
        let outside = || Error::broken(format!("the name {path:?} leads out of the bag"));
        let whole = inside(dir, path).map_err(|_| outside())?;
        if !path.starts_with("data/") {
            return Err(outside());
        }
        if sum(dir, path, &whole, *algorithm)? != digest.to_ascii_lowercase() {
            return Err(Error::broken(format!("{path} is not what the bag's manifest says")));
        }
        manifest.insert(path.to_owned(), digest.to_ascii_lowercase());
    }
    let mut lying = Vec::new();
    walk(dir, "data", 0, &mut lying)?;
    match lying.iter().find(|path| !manifest.contains_key(*path)) {
        Some(path) => Err(Error::broken(format!("{path} lies in the bag, but its manifest doesn't name it"))),
        None => Ok(manifest),
    }
}

/// A path as it is: line breaks and percent signs of names are written otherwise in a manifest (RFC 8493, §2.1.3).
fn decoded(path: &str) -> String {
    let mut path = path.to_owned();
    for (written, meant) in [("%0A", "\n"), ("%0a", "\n"), ("%0D", "\r"), ("%0d", "\r"), ("%25", "%")] {
        path = path.replace(written, meant);
    }
    path
}

/// The digest of a file.
fn sum(dir: &Path, path: &str, whole: &Path, algorithm: Algorithm) -> Result<String> {
    let mut file = std::fs::File::open(whole).map_err(|_| {
        let fetched =
            if dir.join("fetch.txt").is_file() { ": what its fetch.txt names must be there already" } else { "" };
        Error::broken(format!("the bag lacks {path}{fetched}"))
    })?;
    let (mut sum, mut piece) = (Sum::new(algorithm), vec![0; 1 << 16]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(sum.hex()),
            size => sum.add(piece.get(..size).unwrap_or_default()),
        }
    }
}

/// The files that lie in a folder of a bag; what a system hides there for itself is no part of it.
fn walk(dir: &Path, folder: &str, depth: usize, found: &mut Vec<String>) -> Result<()> {
    if depth > DEPTH_MAX || found.len() > ENTRIES_MAX {
        return Err(Error::broken("the bag has too many files or folders"));
    }
    let Ok(entries) = std::fs::read_dir(dir.join(folder)) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}/{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(dir, &path, depth + 1, found)?;
        } else if kind.is_file() && !name.starts_with('.') {
            found.push(path);
        }
    }
    Ok(())
}

/// Unpacks a packed bag into a folder that goes with the answer.
///
/// # Errors
/// If a name in it leads out of the folder, or it is no bag.
pub(super) fn unpack(file: &Path) -> Result<tempfile::TempDir> {
    let wrong = |why: String| Error::broken(format!("{}: {why}", file.display()));
    let mut archive =
        zip::ZipArchive::new(std::fs::File::open(file)?).map_err(|e| wrong(format!("not a zip file: {e}")))?;
    if archive.len() > ENTRIES_MAX {
        return Err(wrong("too many files".to_owned()));
    }
    // Every name is looked at before anything is written.
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|e| wrong(e.to_string()))?;
        let name = entry.name().map_err(|e| wrong(e.to_string()))?.into_owned();
        let climbs = Path::new(&name).components().any(|part| part == std::path::Component::ParentDir);
        if climbs || name.contains('\\') || entry.enclosed_name().is_none() || entry.is_symlink() {
            return Err(wrong(format!("the name {name:?} leads out of the bag")));
        }
    }
    let dir = tempfile::tempdir()?;
    let mut left = UNPACKED_BYTES_MAX;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|e| wrong(e.to_string()))?;
        let Some(name) = entry.enclosed_name() else { continue };
        let path = dir.path().join(name);
        if entry.is_dir() {
            std::fs::create_dir_all(&path)?;
            continue;
        }
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let mut out = std::fs::File::create(&path)?;
        let copied = std::io::copy(&mut (&mut entry).take(left + 1), &mut out)?;
        left = left.checked_sub(copied).ok_or_else(|| wrong("it unpacks to too many bytes".to_owned()))?;
    }
    // A packed bag often has one folder with everything in it.
    if dir.path().join("bagit.txt").is_file() {
        return Ok(dir);
    }
    let inner: Vec<PathBuf> = std::fs::read_dir(dir.path())?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    match inner.as_slice() {
        [only] if only.join("bagit.txt").is_file() => {
            let moved = tempfile::tempdir()?;
            for entry in std::fs::read_dir(only)? {
                let entry = entry?;
                std::fs::rename(entry.path(), moved.path().join(entry.file_name()))?;
            }
            Ok(moved)
        }
        _ => Err(wrong("it is no bag: bagit.txt is missing (unpack it and import the folder)".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_of_all_algorithms_are_compared() {
        for (name, digest) in [
            ("manifest-md5.txt", "900150983cd24fb0d6963f7d28e17f72"),
            ("manifest-sha1.txt", "A9993E364706816ABA3E25717850C26C9CD0D89D"),
            ("manifest-sha256.txt", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "manifest-sha512.txt",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            ),
        ] {
            let dir = tempfile::tempdir().unwrap();
            std::fs::create_dir_all(dir.path().join("data/a")).unwrap();
            std::fs::write(dir.path().join("data/a/100%.txt"), b"abc").unwrap();
            assert!(check(dir.path()).is_err(), "no manifest");
            std::fs::write(dir.path().join(name), format!("{digest} *data/a/100%25.txt\n")).unwrap();
            assert!(check(dir.path()).unwrap().contains_key("data/a/100%.txt"), "{name}");
            std::fs::write(dir.path().join("data/.DS_Store"), b"x").unwrap();
            assert!(check(dir.path()).is_ok(), "{name}");
            std::fs::write(dir.path().join("data/more.txt"), b"x").unwrap();
            assert!(check(dir.path()).unwrap_err().to_string().contains("data/more.txt"), "{name}");
            std::fs::remove_file(dir.path().join("data/more.txt")).unwrap();
            std::fs::write(dir.path().join("data/a/100%.txt"), b"abd").unwrap();
            assert!(check(dir.path()).is_err(), "{name}");
        }
    }
}
