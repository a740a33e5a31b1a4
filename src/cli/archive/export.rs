//! Taking the archive out: as a sheet, as JSON-LD, or as a bag.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;

use super::bag;
use crate::cli::Terminal;
use crate::ctx::Ctx;
use crate::domain::collection;
use crate::domain::item::{self, Item};
use crate::domain::{audience::Viewer, authority};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::record::Record;

/// Items that are read at a time.
const PAGE: i64 = 200;

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

async fn lines(ctx: &Ctx, options: &Options) -> Result<u64> {
    let mut out = std::fs::File::create_new(&options.target)
        .map_err(|e| Error::broken(format!("{} can't be made: {e}", options.target.display())))?;
    let mut codes: Vec<&'static str> = ctx.forms.common.iter().map(|field| field.code).collect();
    let own: BTreeSet<&'static str> =
        ctx.forms.forms.iter().flat_map(|form| form.fields.iter().map(|field| field.code)).collect();
    codes.extend(own.into_iter().filter(|code| ctx.forms.common.iter().all(|field| field.code != *code)));
    let mut sheet = csv::WriterBuilder::new().from_writer(Vec::new());
    let wrong = |e: csv::Error| Error::Broken(Box::new(e));
    if options.format == Format::Csv {
        let head = ["key", "form", "collection", "protocol", "living", "labels", "date_edtf"];
        sheet.write_record(head.iter().chain(&codes)).map_err(wrong)?;
    }
    let collections = ctx.read(collection::all).await?;
    let (mut after, mut count) = (PostId(0), 0_u64);
    loop {
        let is_public = options.public;
        let rows = ctx
            .read(move |conn| {
                let veil = if is_public { authority::veil(conn)? } else { authority::Veil::default() };
                let mut rows: Vec<(Item, Record, bool)> = Vec::new();
                for item in item::all(conn, after, PAGE)? {
                    let is_seen = !is_public || item::show(conn, &Viewer::Anonymous, item.id).is_ok();
                    let record = veil.record(&item.record());
                    rows.push((item, record, is_seen));
                }
                Ok(rows)
            })
            .await?;
        let Some((last, ..)) = rows.last() else { break };
        after = last.id;
        for (item, record, _) in rows.iter().filter(|(.., is_seen)| *is_seen) {
            count += 1;
            if options.format == Format::Jsonld {
                let line = linked(ctx, item, record).to_string();
                writeln!(out, "{line}")?;
                continue;
            }
            let within = collections.iter().find(|one| Some(one.id) == item.collection_id);
            let mut cells = vec![
                item.code.clone(),
                item.form.clone(),
                within.map(|one| one.code.clone()).unwrap_or_default(),
                item.protocol.clone(),
                item.living.as_str().to_owned(),
                item.labels.clone(),
                item.date_edtf.clone(),
            ];
            cells.extend(
                codes.iter().map(|code| {
                    record.all(code).iter().map(|value| value.text.as_str()).collect::<Vec<_>>().join("\n")
                }),
            );
            sheet.write_record(&cells).map_err(wrong)?;
        }
        if options.format == Format::Csv {
            sheet.flush()?;
            let written = sheet.into_inner().map_err(|e| Error::broken(e.to_string()))?;
            out.write_all(&written)?;
            sheet = csv::WriterBuilder::new().from_writer(Vec::new());
        }
    }
    if options.format == Format::Csv {
        out.write_all(&sheet.into_inner().map_err(|e| Error::broken(e.to_string()))?)?;
    }
    out.sync_all()?;
    Ok(count)
}

/// An item in the terms of Dublin Core.
fn linked(ctx: &Ctx, item: &Item, record: &Record) -> serde_json::Value {
    let mut map = serde_json::Map::new();
    map.insert("@context".to_owned(), serde_json::json!({"dcterms": "http://purl.org/dc/terms/"}));
    map.insert("@id".to_owned(), format!("{}{}", ctx.origin, item.path()).into());
    if let Some(form) = ctx.forms.form(&item.form) {
        map.insert("@type".to_owned(), format!("http://purl.org/dc/dcmitype/{}", form.kind).into());
    }
    for field in ctx.forms.fields(&item.form).filter(|field| !field.term.is_empty()) {
        let value = |value: &crate::record::Value| match value.lang.as_str() {
            "" => serde_json::json!({"@value": value.text}),
            language => serde_json::json!({"@value": value.text, "@language": language}),
        };
        let values: Vec<serde_json::Value> = record.all(field.code).iter().map(value).collect();
        match map.get_mut(&field.term) {
            Some(serde_json::Value::Array(known)) => known.extend(values),
            _ if values.is_empty() => {}
            _ => drop(map.insert(field.term.clone(), values.into())),
        }
    }
    let mut numbers = vec![serde_json::json!({"@value": item.ark()})];
    numbers.extend(record.all("identifier").iter().map(|value| serde_json::json!({"@value": value.text})));
    map.insert("dcterms:identifier".to_owned(), numbers.into());
    map.into()
}
