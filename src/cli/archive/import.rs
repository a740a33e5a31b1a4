//! Bringing items in: from a sheet, from a folder of files, from a bag. Each row is taken whole in one transaction or not at all, and what was
//! taken already isn't taken again, so that an import that was stopped goes on by being called once more.

use std::path::{Path, PathBuf};

use tokio::io::AsyncReadExt;

use super::bag;
use super::intake::{Counts, Outcome, inside, store, wrong_file};
use super::rows::{Column, columns, decoded};
use crate::cli::Terminal;
use crate::ctx::Ctx;
use crate::domain::collection;
use crate::domain::item::{self, Coming, Draft, Said, State};
use crate::error::{Error, Problem, Result};
use crate::record::{Kind, Record};
use crate::secret;
use crate::upload::original;

/// Files of one row.
const FILES_MAX: usize = 200;

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

/// Runs an import.
///
/// # Errors
/// What went wrong; also if a row was not taken, after all others were tried.
pub(super) async fn run(ctx: &Ctx, options: &Options, terminal: &mut Terminal<'_>) -> Result<()> {
    let source = &options.source;
    let is_ending = |ending: &str| source.extension().is_some_and(|one| one.eq_ignore_ascii_case(ending));
    let counts = if source.is_dir() && source.join("bagit.txt").is_file() {
        bag::import(ctx, source, options.dry_run, terminal).await?
    } else if source.is_dir() {
        folder(ctx, options, terminal).await?
    } else if is_ending("zip") {
        let unpacked = bag::unpack(source)?;
        bag::import(ctx, unpacked.path(), options.dry_run, terminal).await?
    } else if source.is_file() {
        sheet(ctx, options, terminal).await?
    } else {
        return Err(Error::broken(format!("{} can't be found", source.display())));
    };
    counts.tell(options.dry_run, terminal)
}

/// What a row says.
struct Row {
    record: Vec<(Column, String)>,
    said: Said,
    files: Vec<String>,
    key: String,
    is_closed: bool,
}

async fn sheet(ctx: &Ctx, options: &Options, terminal: &mut Terminal<'_>) -> Result<Counts> {
    let broken = |e: csv::Error| Error::broken(format!("{}: {e}", options.source.display()));
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(&options.source).map_err(broken)?;
    let mut raw = csv::ByteRecord::new();
    if !reader.read_byte_record(&mut raw).map_err(broken)? {
        return Err(Error::broken(format!("{} is empty", options.source.display())));
    }
    let cells: Vec<&[u8]> = raw.iter().collect();
    let head = decoded(&cells).map_err(Error::broken)?;
    let known = columns(&ctx.forms, &head);
    for (name, _) in head.iter().zip(&known).filter(|(name, column)| column.is_none() && !name.trim().is_empty()) {
        terminal.say(&format!("the column {name:?} is not known and left out"))?;
    }
    if known.iter().flatten().all(|column| column.code != "title") {
        return Err(Error::broken("the sheet has no column for titles, such as dcterms:title"));
    }
    let own = options.source.parent().map(Path::to_owned).unwrap_or_default();
    let dir = options.files.clone().unwrap_or(if own.as_os_str().is_empty() { PathBuf::from(".") } else { own });
    let (mut counts, mut number) = (Counts::default(), 1_u64);
    let bar = super::bar(None);
    while reader.read_byte_record(&mut raw).map_err(broken)? {
        number += 1;
        bar.inc(1);
        let cells: Vec<&[u8]> = raw.iter().collect();
        if cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        let outcome = match decoded(&cells) {
            Ok(cells) if cells.len() == known.len() => {
                let digest = secret::sha256(raw.as_slice());
                take(ctx, options, &dir, row(&known, cells, options), digest).await
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
    Ok(counts)
}

fn row(known: &[Option<Column>], cells: Vec<String>, options: &Options) -> Row {
    let mut row = Row {
        record: Vec::new(),
        said: Said {
            form: options.form.clone(),
            collection: options.collection.clone(),
            protocol: options.protocol.clone(),
            ..Said::default()
        },
        files: Vec::new(),
        key: String::new(),
        is_closed: false,
    };
    let mut sharing = String::new();
    for (column, cell) in known.iter().zip(cells) {
        let (Some(column), false) = (column, cell.trim().is_empty()) else { continue };
        let cell = cell.trim().to_owned();
        match column.code.as_str() {
            "form" => row.said.form = cell,
            "collection" => row.said.collection = cell,
            "protocol" => row.said.protocol = cell,
            "sharing" => sharing = cell.to_lowercase(),
            "is_public" => row.is_closed = matches!(cell.as_str(), "0" | "false" | "no"),
            "embargo" => row.said.embargo = cell,
            "living" => row.said.living = cell,
            "asks_first" => row.said.asks_first = matches!(cell.as_str(), "1" | "true" | "yes"),
            "labels" => row.said.labels = cell,
            "date_edtf" => row.said.date_edtf = cell,
            "file" => row.files.extend(cell.split([';', '|', '\n']).map(|name| name.trim().to_owned())),
            "key" => row.key = cell,
            _ => row.record.push((column.clone(), cell)),
        }
    }
    row.files.retain(|name| !name.is_empty());
    if sharing == "all" && !row.said.protocol.is_empty() {
        row.said.protocol = format!("all {}", row.said.protocol);
    }
    if row.is_closed && row.said.protocol.is_empty() {
        row.said.protocol = "archivists".to_owned();
    }
    row
}

/// The record of a row by its form; lists come with `;` or line breaks between their values.
fn record(ctx: &Ctx, row: &Row) -> Result<Record> {
    ctx.forms.read(&row.said.form, |field| {
        let own = row.record.iter().filter(|(column, _)| column.code == field.code);
        let text = |(column, cell): &(Column, String)| {
            let text = match field.kind {
                Kind::People => cell.replace(';', "\n"),
                Kind::Lines => cell.replace([';', '|'], "\n"),
                _ => cell.clone(),
            };
            (text, column.language.clone())
        };
        own.map(text).collect()
    })
}

/// Takes one row: its files first, then all of it at once.
async fn take(ctx: &Ctx, options: &Options, dir: &Path, row: Row, digest: [u8; 32]) -> Result<Outcome> {
    let record = record(ctx, &row)?;
    let draft = Draft::parse(&row.said, record)?;
    let key = match row.key.as_str() {
        "" => format!("csv:{}", secret_hex(&digest)),
        key => format!("key:{key}"),
    };
    if row.files.len() > FILES_MAX {
        return Err(Error::Invalid(vec![Problem::new(original::FILE, "archive-problem-many").with("max", FILES_MAX)]));
    }
    let mut paths = Vec::new();
    for name in &row.files {
        let path = inside(dir, name)?;
        if !path.is_file() {
            return Err(wrong_file("archive-problem-no-file", name));
        }
        paths.push(path);
    }
    let title = draft.title().to_owned();
    let (asked, code) = (key.clone(), row.said.collection.clone());
    let is_known = ctx
        .read(move |conn| {
            if !code.is_empty() && collection::by_code(conn, &code)?.is_none() {
                return Err(Error::invalid("collection", "archive-problem-collection"));
            }
            Ok(item::by_import_key(conn, &asked)?.is_some())
        })
        .await?;
    if is_known {
        return Ok(Outcome::Known);
    }
    if options.dry_run {
        for path in &paths {
            let mut head = Vec::new();
            tokio::fs::File::open(path).await?.take(original::HEAD_BYTES as u64).read_to_end(&mut head).await?;
            let name = path.to_string_lossy().into_owned();
            original::media_type(&name, &head).map_err(|problem| Error::Invalid(vec![problem]))?;
        }
        return Ok(Outcome::Taken(title));
    }
    let mut stored = Vec::new();
    for path in &paths {
        stored.push(store(ctx, path).await?);
    }
    let (is_draft, is_told) = (options.draft, options.announce);
    ctx.write(move |conn| {
        let coming = Coming { import_key: Some(key), ..Coming::default() };
        let made = item::create(conn, &draft, State::Draft, &coming)?;
        stored.into_iter().try_for_each(|one| original::add(conn, made.id, one).map(drop))?;
        if is_draft { Ok(()) } else { item::publish(conn, made.id, is_told).map(drop) }
    })
    .await?;
    Ok(Outcome::Taken(title))
}

fn secret_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A folder: each file an item by the file's name; each folder in it an item with its files as pages.
async fn folder(ctx: &Ctx, options: &Options, terminal: &mut Terminal<'_>) -> Result<Counts> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(&options.source)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<_>>()?;
    entries.sort();
    let mut counts = Counts::default();
    let bar = super::bar(Some(entries.len() as u64));
    for entry in entries {
        bar.inc(1);
        let name = entry.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // What isn't a plain file or folder, such as a link that leads elsewhere, is left out.
        let kind = std::fs::symlink_metadata(&entry)?.file_type();
        if name.starts_with('.') || kind.is_symlink() {
            continue;
        }
        let mut files = Vec::new();
        if kind.is_dir() {
            for inner in std::fs::read_dir(&entry)? {
                let inner = inner?;
                let own = inner.file_name().to_string_lossy().into_owned();
                if inner.file_type()?.is_file() && !own.starts_with('.') {
                    files.push(format!("{name}/{own}"));
                }
            }
            files.sort();
        } else {
            files.push(name.clone());
        }
        let title = name.rsplit_once('.').filter(|_| kind.is_file()).map_or(name.as_str(), |(stem, _)| stem).to_owned();
        let mut row = row(&[], Vec::new(), options);
        row.record.push((Column { code: "title".to_owned(), language: String::new() }, title));
        row.files = files;
        row.key = format!("folder:{name}");
        let outcome = take(ctx, options, &options.source, row, [0; 32]).await;
        counts.add(&name, outcome, terminal)?;
    }
    bar.finish_and_clear();
    Ok(counts)
}
