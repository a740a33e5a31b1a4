//! Bringing items in: from a sheet, from a folder of files, from a bag. Each row is taken whole in one transaction or not at all, and what was
//! taken already isn't taken again, so that an import that was stopped goes on by being called once more.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::intake::{Counts, Outcome, inside, store, wrong_file};
use super::row::{self, Row};
use super::rows::{Column, columns, decoded, delimiter};
use super::{bag, fixity};
use crate::cli::Terminal;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::collection;
use crate::domain::item::{self, Coming, Draft, State};
use crate::domain::protocol::Protocol;
use crate::error::{Error, Problem, Result};
use crate::secret;
use crate::upload::original;

/// Files of one row.
const FILES_MAX: usize = 200;
/// How deep folders of one item stand in each other.
const FOLDERS_MAX: usize = 8;
/// Bytes in which the first line of a sheet ends.
const HEAD_BYTES_MAX: u64 = 1_000_000;

/// What an import is told.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// A sheet (.csv), a folder of files, or a bag (a folder, or packed as .zip)
    source: PathBuf,
    /// Say of every row what would become of it, and take nothing
    #[arg(long)]
    dry_run: bool,
    /// Where the files lie that a sheet names; its own folder if nothing is said
    #[arg(long, value_name = "DIR")]
    files: Option<PathBuf>,
    /// The record form of rows that say none
    #[arg(long, default_value = "photograph")]
    form: String,
    /// The collection of rows that say none, by its code
    #[arg(long, default_value = "")]
    collection: String,
    /// The access protocol of rows that say none
    #[arg(long, default_value = "")]
    protocol: String,
    /// Keep them as drafts, to be looked at before they go into the archive
    #[arg(long)]
    draft: bool,
    /// Tell the archive's followers on other servers of each
    #[arg(long)]
    announce: bool,
}

impl Options {
    /// What holds of rows that say nothing else.
    fn defaults<'a>(&'a self, ctx: &'a Ctx) -> row::Defaults<'a> {
        let Self { form, collection, protocol, .. } = self;
        row::Defaults { forms: &ctx.forms, form, collection, protocol }
    }
}

/// Runs an import.
///
/// # Errors
/// What went wrong; also if a row was not taken, after all others were tried.
pub(super) async fn run(ctx: &Ctx, options: &Options, terminal: &mut Terminal<'_>) -> Result<()> {
    let source = &options.source;
    let is_ending = |ending: &str| source.extension().is_some_and(|one| one.eq_ignore_ascii_case(ending));
    let counts = if source.is_dir() && source.join("bagit.txt").is_file() {
        bag(ctx, options, source, terminal).await?
    } else if source.is_dir() {
        let place = secret::sha256(source.canonicalize()?.to_string_lossy().as_bytes());
        let place: String = place.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        folder(ctx, options, source, &format!("folder:{place}:"), terminal).await?
    } else if is_ending("zip") {
        let unpacked = fixity::unpack(source)?;
        bag(ctx, options, unpacked.path(), terminal).await?
    } else if source.is_file() {
        sheet(ctx, options, terminal).await?
    } else {
        return Err(Error::broken(format!("{} can't be found", source.display())));
    };
    counts.tell(options.dry_run, terminal)
}

/// A bag: one of ours brings all of it back, the files of another are taken like those of a folder.
async fn bag(ctx: &Ctx, options: &Options, dir: &Path, terminal: &mut Terminal<'_>) -> Result<Counts> {
    let manifest = fixity::check(dir)?;
    if bag::is_ours(&manifest) {
        return bag::import(ctx, dir, &manifest, options.dry_run, terminal).await;
    }
    terminal
        .say("the bag is whole, but no hall made it: it lacks data/archive/items, which says what its files are")?;
    terminal.say("each file or folder in it is taken as an item by its name, like those of a folder")?;
    // What has one folder with everything in it isn't one item.
    let mut place = dir.join("data");
    for _ in 0..FOLDERS_MAX {
        let inner: Vec<PathBuf> = entries(&place)?;
        match inner.as_slice() {
            [only] if std::fs::symlink_metadata(only)?.is_dir() => place.clone_from(only),
            _ => break,
        }
    }
    let digest = secret_hex(&secret::sha256(format!("{manifest:?}").as_bytes()));
    let prefix = format!("bag:{}:", digest.get(..16).unwrap_or_default());
    folder(ctx, options, &place, &prefix, terminal).await
}

/// A sheet, read from its beginning.
fn reader(options: &Options, delimiter: u8) -> Result<csv::Reader<std::fs::File>> {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter);
    builder.from_path(&options.source).map_err(|e| broken(options, &e))
}

fn broken(options: &Options, error: &csv::Error) -> Error {
    Error::broken(format!("{}: {error}", options.source.display()))
}

/// The columns of a sheet, with what is to be known of how they are taken.
fn head(ctx: &Ctx, raw: &csv::ByteRecord, terminal: &mut Terminal<'_>) -> Result<Vec<Option<Column>>> {
    let cells: Vec<&[u8]> = raw.iter().collect();
    let head = decoded(&cells).map_err(Error::broken)?;
    let known = columns(&ctx.forms, &head);
    for (name, column) in head.iter().zip(&known).filter(|(name, _)| !name.trim().is_empty()) {
        match column {
            None => terminal.say(&format!("the column {name:?} is not known and left out"))?,
            Some(column) => column.told().map_or(Ok(()), |told| terminal.say(&told))?,
        }
    }
    if known.iter().flatten().all(|column| column.code != "title") {
        return Err(Error::broken("the sheet has no column for titles, such as dcterms:title"));
    }
    Ok(known)
}

/// The cells of a row, each with its length before it: rows that differ never read the same.
fn parted(row: &csv::ByteRecord) -> Vec<u8> {
    let mut bytes = Vec::new();
    for cell in row {
        bytes.extend_from_slice(&(cell.len() as u64).to_be_bytes());
        bytes.extend_from_slice(cell);
    }
    bytes
}

async fn sheet(ctx: &Ctx, options: &Options, terminal: &mut Terminal<'_>) -> Result<Counts> {
    let mut start = Vec::new();
    std::fs::File::open(&options.source)?.take(HEAD_BYTES_MAX).read_to_end(&mut start)?;
    let delimiter = delimiter(&start);
    let mut raw = csv::ByteRecord::new();
    let (mut all, mut size) = (reader(options, delimiter)?, 0_u64);
    while all.read_byte_record(&mut raw).map_err(|e| broken(options, &e))? {
        size += 1;
    }
    let mut reader = reader(options, delimiter)?;
    if !reader.read_byte_record(&mut raw).map_err(|e| broken(options, &e))? {
        return Err(Error::broken(format!("{} is empty", options.source.display())));
    }
    let known = head(ctx, &raw, terminal)?;
    let own = options.source.parent().map(Path::to_owned).unwrap_or_default();
    let dir = options.files.clone().unwrap_or(if own.as_os_str().is_empty() { PathBuf::from(".") } else { own });
    let (mut counts, mut number) = (Counts::default(), 1_u64);
    let (mut told, mut links) = (BTreeSet::new(), Vec::new());
    let bar = super::bar(size.saturating_sub(1));
    while reader.read_byte_record(&mut raw).map_err(|e| broken(options, &e))? {
        number += 1;
        bar.inc(1);
        let cells: Vec<&[u8]> = raw.iter().collect();
        if cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        let outcome = match decoded(&cells) {
            Ok(cells) if cells.len() == known.len() => {
                let row = row::read(&options.defaults(ctx), &known, cells);
                for note in &row.once {
                    if told.insert(note.clone()) {
                        terminal.say(note)?;
                    }
                }
                links.push((row.key.clone(), row.links.clone()));
                take(ctx, options, &dir, row, secret::sha256(&parted(&raw))).await
            }
            Ok(cells) => {
                let problem = Problem::new("", "archive-problem-cells").with("now", cells.len());
                Err(Error::Invalid(vec![problem.with("max", known.len())]))
            }
            Err(why) => Err(Error::broken(why)),
        };
        counts.add(&format!("row {number}"), outcome, terminal)?;
    }
    bar.finish_and_clear();
    links.retain(|(_, others)| !others.is_empty());
    if !options.dry_run && !links.is_empty() {
        ctx.write(move |conn| item::link_all(conn, &links)).await?;
    }
    Ok(counts)
}

/// What the archive knows of a row that is about to be taken.
enum Place {
    /// It is there already.
    Known,
    /// It goes into this collection, or none. Whom its protocol names is there.
    In(String, bool),
}

/// Looks up what a row names.
///
/// Errors: if its collection isn't there.
fn place(conn: &mut Conn, row: &Row, key: Option<&str>) -> Result<Place> {
    let is_there = row.is_ours && item::by_code(conn, &row.key)?.is_some();
    if is_there || key.map(|key| item::by_import_key(conn, key)).transpose()?.flatten().is_some() {
        return Ok(Place::Known);
    }
    let is_read = match Protocol::parse(&row.said.protocol) {
        Ok(Some(protocol)) => protocol.check(conn).is_ok(),
        // What can't be read is refused with its reason.
        Ok(None) | Err(_) => true,
    };
    if row.collections.is_empty() {
        return Ok(Place::In(String::new(), is_read));
    }
    let names: Vec<&str> =
        row.collections.iter().flat_map(|name| [name.as_str()].into_iter().chain(parts(name))).collect();
    for name in &names {
        if let Some(one) = collection::by_code(conn, name)? {
            return Ok(Place::In(one.code, is_read));
        }
    }
    let all = collection::every(conn)?;
    let titled = |name: &&str| {
        let mut found = all.iter().filter(|one| one.title.to_lowercase() == name.to_lowercase());
        // Of two with one title neither is meant.
        found.next().filter(|_| found.next().is_none())
    };
    match names.iter().find_map(titled) {
        Some(one) => Ok(Place::In(one.code.clone(), is_read)),
        None => {
            let names = row.collections.join(", ");
            Err(Error::broken(format!("there is no collection with the code or title {names:?}: make it first")))
        }
    }
}

/// What is said in a list of collections.
fn parts(names: &str) -> impl Iterator<Item = &str> {
    names.split([';', '|', '\n']).map(str::trim).filter(|name| !name.is_empty())
}

/// The files of a row on disk, with their own protocols. What a hall of ours has written is taken without those that aren't there, since it
/// wrote none: its bags do.
fn paths(dir: &Path, row: &mut Row) -> Result<Vec<(PathBuf, String)>> {
    if row.files.len() > FILES_MAX {
        return Err(Error::Invalid(vec![Problem::new(original::FILE, "archive-problem-many").with("max", FILES_MAX)]));
    }
    let mut paths = Vec::new();
    for (name, protocol) in &row.files {
        let path = inside(dir, name)?;
        if path.is_file() {
            paths.push((path, protocol.clone()));
        } else if row.is_ours {
            row.notes.push(format!("the file {name:?} isn't there, it is taken without"));
        } else {
            return Err(wrong_file("archive-problem-no-file", name));
        }
    }
    Ok(paths)
}

/// Takes one row: its files first, then all of it at once.
async fn take(ctx: &Ctx, options: &Options, dir: &Path, row: Row, digest: [u8; 32]) -> Result<Outcome> {
    let record = row::record(&ctx.forms, &row)?;
    if row.state == Some(State::Withdrawn) {
        return Err(Error::broken("it was taken out of the archive"));
    }
    let key = match (row.import_key.as_str(), row.key.as_str()) {
        ("", _) if row.is_ours => None,
        ("", "") => Some(format!("csv:{}", secret_hex(&digest))),
        ("", key) => Some(format!("key:{key}")),
        (key, _) => Some(key.to_owned()),
    };
    let asked = key.clone();
    let (mut row, place) = ctx
        .read(move |conn| {
            let found = place(conn, &row, asked.as_deref())?;
            Ok((row, found))
        })
        .await?;
    let Place::In(collection, is_read) = place else { return Ok(Outcome::Known) };
    row.said.collection = collection;
    if !is_read {
        let said = std::mem::replace(&mut row.said.protocol, row::CLOSED.to_owned());
        row.notes.push(format!("its protocol {said:?} names somebody who isn't here: only archivists see it"));
    }
    let draft = Draft::parse(&row.said, record)?;
    let paths = paths(dir, &mut row)?;
    let title = draft.title().to_owned();
    if options.dry_run {
        for (path, _) in &paths {
            let mut head = Vec::new();
            std::fs::File::open(path)?.take(original::HEAD_BYTES as u64).read_to_end(&mut head)?;
            let name = path.to_string_lossy().into_owned();
            original::media_type(&name, &head).map_err(|problem| Error::Invalid(vec![problem]))?;
        }
        return Ok(Outcome::Taken(title, row.notes));
    }
    let mut stored = Vec::new();
    for (path, protocol) in &paths {
        let mut one = store(ctx, path).await?;
        one.file.protocol.clone_from(protocol);
        stored.push(one);
    }
    let notes = std::mem::take(&mut row.notes);
    let coming = Coming { import_key: key, code: row.is_ours.then(|| row.key.clone()), ..Coming::default() };
    let (is_draft, is_told) = (options.draft, options.announce);
    ctx.write(move |conn| {
        let first = if row.state == Some(State::Offered) && !is_draft { State::Offered } else { State::Draft };
        let made = item::create(conn, &draft, first, &coming)?;
        let mut files = Vec::new();
        for one in stored {
            files.push(original::add(conn, made.id, one)?);
        }
        if let Some(file) = files.first() {
            for (language, body) in &row.transcriptions {
                item::restore_transcript(conn, file, "transcription", language, "review", body, "")?;
            }
        }
        let is_out = row.state.is_none_or(|state| state == State::Published) && !is_draft;
        if is_out { item::publish(conn, made.id, is_told).map(drop) } else { Ok(()) }
    })
    .await?;
    Ok(Outcome::Taken(title, notes))
}

fn secret_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What lies in a folder, by name.
fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(dir)?.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<_>>()?;
    entries.retain(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')));
    entries.sort();
    Ok(entries)
}

/// The files of a folder and of those in it, by their paths from `dir` on. A link that leads elsewhere is left out.
fn lying(dir: &Path, name: &str, depth: usize, files: &mut Vec<String>) -> Result<()> {
    for path in entries(&dir.join(name))? {
        let own = path.file_name().map(|own| own.to_string_lossy().into_owned()).unwrap_or_default();
        let kind = std::fs::symlink_metadata(&path)?.file_type();
        if kind.is_file() {
            files.push(format!("{name}/{own}"));
        } else if kind.is_dir() && depth < FOLDERS_MAX {
            lying(dir, &format!("{name}/{own}"), depth + 1, files)?;
        }
    }
    Ok(())
}

/// A folder: each file an item by the file's name; each folder in it an item with its files as pages.
async fn folder(ctx: &Ctx, options: &Options, dir: &Path, prefix: &str, terminal: &mut Terminal<'_>) -> Result<Counts> {
    let entries = entries(dir)?;
    let mut counts = Counts::default();
    let bar = super::bar(entries.len() as u64);
    for entry in entries {
        bar.inc(1);
        let name = entry.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // What isn't a plain file or folder, such as a link that leads elsewhere, is left out.
        let kind = std::fs::symlink_metadata(&entry)?.file_type();
        if kind.is_symlink() {
            continue;
        }
        let mut files = Vec::new();
        if kind.is_dir() {
            lying(dir, &name, 0, &mut files)?;
        } else {
            files.push(name.clone());
        }
        let title = name.rsplit_once('.').filter(|_| kind.is_file()).map_or(name.as_str(), |(stem, _)| stem).to_owned();
        let mut row = row::read(&options.defaults(ctx), &[], Vec::new());
        row.record.push((Column::of("title"), title));
        row.files = files.into_iter().map(|file| (file, String::new())).collect();
        row.key = format!("{prefix}{name}");
        let outcome = take(ctx, options, dir, row, [0; 32]).await;
        counts.add(&name, outcome, terminal)?;
    }
    bar.finish_and_clear();
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_differ_read_differently() {
        let row = |cells: &[&str]| parted(&csv::ByteRecord::from(cells.to_vec()));
        assert_ne!(row(&["照片 1", "12"]), row(&["照片 11", "2"]));
        assert_ne!(row(&["", "信"]), row(&["信", ""]));
        assert_eq!(row(&["信", "1937"]), row(&["信", "1937"]));
    }
}
