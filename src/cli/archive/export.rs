//! Taking the archive out: as a sheet, as JSON-LD, or as a bag.

use std::collections::BTreeSet;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::ValueEnum;

use super::bag;
use super::linked::linked;
use super::rows::guarded;
use crate::cli::Terminal;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::audience::Viewer;
use crate::domain::collection::{self, Collection};
use crate::domain::item::{self, File, Item};
use crate::domain::protocol::Protocol;
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::record::Record;

/// Items that are read at a time.
const PAGE: i64 = 200;
/// The columns of a sheet before those of the fields; an import knows them.
const HEAD: [&str; 14] = [
    "key",
    "form",
    "state",
    "collection",
    "protocol",
    "embargo",
    "living",
    "asks_first",
    "labels",
    "date_edtf",
    "files",
    "closed_files",
    "links",
    "import_key",
];

/// What an export is told.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// The file to write, or the folder of a bag; it must not be there yet
    target: PathBuf,
    /// csv, jsonld or bag
    #[arg(long, default_value = "bag")]
    format: Format,
    /// Only what everyone may see (a bag always holds everything)
    #[arg(long)]
    public: bool,
}

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A sheet.
    Csv,
    /// Linked data, one item a line.
    Jsonld,
    /// A bag.
    Bag,
}

/// Runs an export.
///
/// # Errors
/// What went wrong, in one sentence.
pub(super) async fn run(ctx: &Ctx, options: &Options, terminal: &mut Terminal<'_>) -> Result<()> {
    let count = match options.format {
        Format::Bag => bag::export(ctx, &options.target).await?,
        Format::Csv | Format::Jsonld => lines(ctx, options).await?,
    };
    terminal.say(&format!("{count} items in {}", options.target.display()))
}

/// A column of a sheet: a field, in one language or in none.
type Said = (String, String);

/// The columns of all that is taken out: every field once without a language, and once for each in which it is said anywhere.
async fn said(ctx: &Ctx) -> Result<Vec<Said>> {
    let common = ctx.forms.common.iter();
    let fields = common.chain(ctx.forms.forms.iter().flat_map(|form| form.fields.iter()));
    let mut codes: Vec<String> = Vec::new();
    for field in fields {
        if !codes.iter().any(|code| code == field.code) {
            codes.push(field.code.to_owned());
        }
    }
    let (mut after, mut languages) = (PostId(0), BTreeSet::new());
    loop {
        let items = ctx.read(move |conn| item::all(conn, after, PAGE)).await?;
        let Some(last) = items.last() else { break };
        after = last.id;
        for (code, values) in items.iter().flat_map(|item| item.record().0) {
            languages.extend(values.into_iter().map(|value| (code.clone(), value.lang)));
        }
    }
    // What no form asks for any more is taken out too.
    let gone: BTreeSet<String> = languages.iter().map(|(code, _)| code.clone()).collect();
    codes.extend(gone.into_iter().filter(|code| !codes.contains(code)).collect::<Vec<_>>());
    let with = |code: String| {
        let own = languages.iter().filter(|(known, language)| *known == code && !language.is_empty());
        let mut columns = vec![(code.clone(), String::new())];
        columns.extend(own.cloned());
        columns
    };
    Ok(codes.into_iter().flat_map(with).collect())
}

/// An item with what is taken out of it.
struct Row {
    item: Item,
    record: Record,
    /// Its files that are seen with it, by name.
    files: Vec<String>,
    /// Those with a protocol of their own, with it.
    closed: Vec<String>,
    /// The items that it is linked with.
    links: Vec<String>,
}

/// A page of what is taken out, and where the next begins. For everyone, only what everyone may see.
fn page(conn: &mut Conn, after: PostId, is_public: bool) -> Result<Option<(PostId, Vec<Row>)>> {
    let items = item::all(conn, after, PAGE)?;
    let Some(last) = items.last() else { return Ok(None) };
    let next = last.id;
    let mut rows = Vec::new();
    for item in items {
        let id = item.id;
        let row = if is_public {
            let viewer = Viewer::Anonymous;
            let shown = match item::show(conn, &viewer, id) {
                Err(Error::NotFound(_)) => continue,
                shown => shown?,
            };
            let files = item::show_files(conn, &viewer, &item)?.into_iter().map(|(file, _)| file.name).collect();
            let links = item::linked(conn, &viewer, id)?.into_iter().map(|one| one.item.code).collect();
            Row { item: shown.item, record: shown.record, files, closed: Vec::new(), links }
        } else {
            let (closed, open): (Vec<File>, Vec<File>) =
                item::files(conn, id)?.into_iter().partition(|file| !file.protocol.is_empty());
            let closed = closed.into_iter().map(|file| format!("{}: {}", file.name, file.protocol)).collect();
            let files = open.into_iter().map(|file| file.name).collect();
            Row { record: item.record(), files, closed, links: item::link_codes(conn, id)?, item }
        };
        rows.push(row);
    }
    Ok(Some((next, rows)))
}

/// The protocol that holds for an item: its own, or that of the nearest collection that says one.
fn protocol(collections: &[Collection], item: &Item) -> String {
    let (mut said, mut next) = (vec![item.protocol.as_str()], item.collection_id);
    while let Some(within) = next.and_then(|id| collections.iter().find(|one| one.id == id)) {
        said.push(&within.protocol);
        next = within.parent_id;
    }
    said.iter().rev().fold(String::new(), |outer, inner| Protocol::within(inner, &outer))
}

/// A row of a sheet, in the order of [`HEAD`], then of the fields.
fn cells(options: &Options, collections: &[Collection], columns: &[Said], row: &Row) -> Vec<String> {
    let item = &row.item;
    let within = collections.iter().find(|one| Some(one.id) == item.collection_id);
    let import_key = item.import_key.clone().filter(|_| !options.public);
    let mut cells = vec![
        item.code.clone(),
        item.form.clone(),
        item.state.as_str().to_owned(),
        within.map(|one| one.code.clone()).unwrap_or_default(),
        protocol(collections, item),
        item.embargo_until.map(super::day).unwrap_or_default(),
        item.living.as_str().to_owned(),
        if item.asks_first { "yes" } else { "no" }.to_owned(),
        item.labels.clone(),
        item.date_edtf.clone(),
        row.files.join("\n"),
        row.closed.join("\n"),
        row.links.join("\n"),
        import_key.unwrap_or_default(),
    ];
    cells.extend(columns.iter().map(|(code, language)| row.record.lines(code, language)));
    cells.iter().map(|cell| guarded(cell)).collect()
}

/// The bytes of a row.
fn line(cells: &[String]) -> Result<Vec<u8>> {
    let mut sheet = csv::WriterBuilder::new().from_writer(Vec::new());
    sheet.write_record(cells).map_err(|e| Error::Broken(Box::new(e)))?;
    sheet.into_inner().map_err(|e| Error::broken(e.to_string()))
}

async fn lines(ctx: &Ctx, options: &Options) -> Result<u64> {
    let out = std::fs::File::create_new(&options.target)
        .map_err(|e| Error::broken(format!("{} can't be made: {e}", options.target.display())))?;
    let mut out = BufWriter::new(out);
    let columns = if options.format == Format::Csv { said(ctx).await? } else { Vec::new() };
    if options.format == Format::Csv {
        let names = columns.iter().map(|(code, language)| match language.as_str() {
            "" => code.clone(),
            language => format!("{code}@{language}"),
        });
        let head: Vec<String> = HEAD.iter().map(|name| (*name).to_owned()).chain(names).collect();
        // By this spreadsheets know that it is UTF-8.
        out.write_all("\u{feff}".as_bytes())?;
        out.write_all(&line(&head)?)?;
    }
    let is_public = options.public;
    let collections = ctx
        .read(move |conn| {
            let all = collection::every(conn)?;
            if is_public { collection::veiled(conn, &Viewer::Anonymous, all) } else { Ok(all) }
        })
        .await?;
    let (mut after, mut count) = (PostId(0), 0_u64);
    let bar = super::bar(super::size(ctx, &super::ITEMS).await?);
    while let Some((next, rows)) = ctx.read(move |conn| page(conn, after, is_public)).await? {
        after = next;
        for row in rows {
            count += 1;
            bar.inc(1);
            if options.format == Format::Csv {
                out.write_all(&line(&cells(options, &collections, &columns, &row))?)?;
            } else {
                let within = collections.iter().find(|one| Some(one.id) == row.item.collection_id);
                let protocol = protocol(&collections, &row.item);
                writeln!(out, "{}", linked(ctx, &row.item, &row.record, within, &protocol))?;
            }
        }
    }
    bar.finish_and_clear();
    out.into_inner().map_err(|e| Error::broken(e.to_string()))?.sync_all()?;
    Ok(count)
}
