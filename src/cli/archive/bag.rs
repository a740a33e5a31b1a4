//! Bags (BagIt, RFC 8493): the whole archive as files, each with its SHA-256, to be kept elsewhere and brought back. What stands in
//! `data/archive` is JSON that anybody can read in a hundred years; originals lie in `data/files`.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;

use super::intake::{Counts, Outcome, inside, store};
use super::shows::{self, Shows};
use crate::cli::Terminal;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::authority::{self, Authority};
use crate::domain::collection;
use crate::domain::item::{self, Coming, Draft, Item, Said, State, Transcript};
use crate::error::{Error, Result};
use crate::id::PostId;
use crate::record::Record;
use crate::secret::Digest;
use crate::upload::original;

/// Largest description of an item or list.
const JSON_BYTES_MAX: u64 = 50_000_000;
/// Items that are read at a time.
const PAGE: i64 = 100;
/// Where the items of a bag are described.
const ITEMS: &str = "data/archive/items/";
/// Where its collections are.
const COLLECTIONS: &str = "data/archive/collections.json";

/// An item as a bag has it.
#[derive(Debug, Serialize, Deserialize)]
struct Bagged {
    code: String,
    form: String,
    state: String,
    record: Record,
    date_edtf: String,
    collection: String,
    protocol: String,
    embargo: String,
    living: String,
    asks_first: bool,
    labels: String,
    contributor: String,
    highlighted: bool,
    links: Vec<String>,
    files: Vec<BaggedFile>,
    /// Bags of before lack what follows.
    #[serde(default)]
    contact: String,
    #[serde(default)]
    import_key: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct BaggedFile {
    path: String,
    name: String,
    label: String,
    protocol: String,
    sha256: String,
    texts: Vec<BaggedText>,
}

#[derive(Debug, Serialize, Deserialize)]
struct BaggedText {
    kind: String,
    language: String,
    state: String,
    body: String,
    author: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct BaggedCollection {
    code: String,
    parent: String,
    level: String,
    title: String,
    description: String,
    protocol: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct BaggedAuthority {
    kind: String,
    name: String,
    variants: String,
    romanised: String,
    modern_name: String,
    latitude: String,
    longitude: String,
    note: String,
    is_living: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    born: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    died: String,
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Broken(Box::new(error))
}

fn json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(value).map_err(broken)
}

/// A bag in the making: files with their digests.
struct Bag {
    dir: PathBuf,
    manifest: BTreeMap<String, String>,
    bytes: u64,
}

impl Bag {
    async fn put(&mut self, path: &str, content: Vec<u8>) -> Result<()> {
        let mut digest = Digest::default();
        digest.add(&content);
        self.bytes += content.len() as u64;
        write(&self.dir.join(path), &content).await?;
        self.manifest.insert(path.to_owned(), digest.hex());
        Ok(())
    }
}

async fn write(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(dir) = path.parent() {
        tokio::fs::create_dir_all(dir).await?;
    }
    Ok(tokio::fs::write(path, content).await?)
}

/// Writes the archive as a bag into a new folder. Answers how many items are in it.
///
/// # Errors
/// If the folder is there already, or a file can't be read or isn't what it was.
pub(super) async fn export(ctx: &Ctx, dir: &Path) -> Result<u64> {
    if dir.exists() {
        return Err(Error::broken(format!("{} is there already", dir.display())));
    }
    tokio::fs::create_dir_all(dir).await?;
    let mut bag = Bag { dir: dir.to_owned(), manifest: BTreeMap::new(), bytes: 0 };
    let collections = ctx.read(collection::every).await?;
    let code_of =
        |id| collections.iter().find(|one| Some(one.id) == id).map(|one| one.code.clone()).unwrap_or_default();
    let bagged = |one: &collection::Collection| BaggedCollection {
        code: one.code.clone(),
        parent: code_of(one.parent_id),
        level: one.level.as_str().to_owned(),
        title: one.title.clone(),
        description: one.description.clone(),
        protocol: one.protocol.clone(),
    };
    bag.put(COLLECTIONS, json(&collections.iter().map(bagged).collect::<Vec<_>>())?).await?;
    let people = ctx.read(authority::every).await?;
    bag.put("data/archive/people.json", json(&people.iter().map(bagged_authority).collect::<Vec<_>>())?).await?;
    bag.put("data/archive/shows.json", json(&ctx.read(shows::pack).await?)?).await?;
    let (mut after, mut count) = (PostId(0), 0_u64);
    let bar = super::bar(super::size(ctx, &super::ITEMS).await?);
    loop {
        let items = ctx.read(move |conn| item::all(conn, after, PAGE)).await?;
        let Some(last) = items.last() else { break };
        after = last.id;
        for item in items {
            let collection = code_of(item.collection_id);
            put_item(ctx, &mut bag, item, collection).await?;
            count += 1;
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    finish(ctx, &bag, count).await?;
    Ok(count)
}

fn bagged_authority(one: &Authority) -> BaggedAuthority {
    BaggedAuthority {
        kind: one.kind.as_str().to_owned(),
        name: one.name.clone(),
        variants: one.variants.clone(),
        romanised: one.romanised.clone(),
        modern_name: one.modern_name.clone(),
        latitude: one.latitude.clone(),
        longitude: one.longitude.clone(),
        note: one.note.clone(),
        is_living: one.is_living,
        born: one.born.clone(),
        died: one.died.clone(),
    }
}

async fn put_item(ctx: &Ctx, bag: &mut Bag, item: Item, collection: String) -> Result<()> {
    let id = item.id;
    let (files, texts, links) =
        ctx.read(move |conn| Ok((item::files(conn, id)?, kept_texts(conn, id)?, item::link_codes(conn, id)?))).await?;
    let mut bagged = Vec::new();
    for file in &files {
        let ending: String = file
            .name
            .rsplit_once('.')
            .map(|(_, ending)| ending.chars().filter(char::is_ascii_alphanumeric).take(8).collect())
            .unwrap_or_default();
        let path = format!("data/files/{}{}{ending}", file.sha256, if ending.is_empty() { "" } else { "." });
        put_file(ctx, bag, &path, file).await?;
        let own = texts.iter().filter(|text| text.file_id == file.id).map(|text| BaggedText {
            kind: text.kind.as_str().to_owned(),
            language: text.language.clone(),
            state: text.state.as_str().to_owned(),
            body: text.body.clone(),
            author: text.author_name.clone(),
        });
        bagged.push(BaggedFile {
            path,
            name: file.name.clone(),
            label: file.label.clone(),
            protocol: file.protocol.clone(),
            sha256: file.sha256.clone(),
            texts: own.collect(),
        });
    }
    let whole = Bagged {
        form: item.form.clone(),
        state: item.state.as_str().to_owned(),
        record: item.record(),
        date_edtf: item.date_edtf.clone(),
        collection,
        protocol: item.protocol.clone(),
        embargo: item.embargo_until.map(super::day).unwrap_or_default(),
        living: item.living.as_str().to_owned(),
        asks_first: item.asks_first,
        labels: item.labels.clone(),
        contributor: item.contributor_name.clone(),
        highlighted: item.highlighted_at.is_some(),
        links,
        files: bagged,
        contact: item.contact,
        import_key: item.import_key,
        code: item.code,
    };
    let path = format!("{ITEMS}{}.json", whole.code);
    bag.put(&path, json(&whole)?).await
}

/// What a bag has of the texts of an item: of each the version that is read, and behind it one that came later.
fn kept_texts(conn: &mut Conn, item: PostId) -> Result<Vec<Transcript>> {
    let mut texts = item::approved(conn, item)?;
    let latest = item::latest(conn, item)?;
    let later = latest.into_iter().filter(|one| texts.iter().all(|known| known.id != one.id));
    let later: Vec<Transcript> = later.collect();
    texts.extend(later);
    texts.sort_by_key(|text| text.id);
    Ok(texts)
}

async fn put_file(ctx: &Ctx, bag: &mut Bag, path: &str, file: &item::File) -> Result<()> {
    if bag.manifest.contains_key(path) {
        return Ok(());
    }
    let whole = bag.dir.join(path);
    if let Some(dir) = whole.parent() {
        tokio::fs::create_dir_all(dir).await?;
    }
    let mut found = ctx.files.get(&file.file_key, None).await?;
    let mut out = tokio::fs::File::create(&whole).await?;
    let mut digest = Digest::default();
    while let Some(piece) = found.content.next().await {
        let piece = piece?;
        digest.add(&piece);
        bag.bytes += piece.len() as u64;
        out.write_all(&piece).await?;
    }
    out.flush().await?;
    let digest = digest.hex();
    if digest != file.sha256 {
        return Err(Error::broken(format!(
            "the original {} is not what it was: see huiguan archive verify",
            file.name
        )));
    }
    bag.manifest.insert(path.to_owned(), digest);
    Ok(())
}

async fn finish(ctx: &Ctx, bag: &Bag, count: u64) -> Result<()> {
    let lines = |manifest: &BTreeMap<String, String>| {
        manifest.iter().map(|(path, digest)| format!("{digest}  {path}\n")).collect::<String>()
    };
    let info = format!(
        "Source-Organization: {}\nBagging-Date: {}\nPayload-Oxum: {}.{}\nBag-Software-Agent: Huiguan {}\nInternal-Sender-Description: {count} items\n",
        ctx.authority,
        super::day(ctx.now()),
        bag.bytes,
        bag.manifest.len(),
        env!("CARGO_PKG_VERSION"),
    );
    let mut tags = BTreeMap::new();
    let declaration = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_owned();
    for (name, content) in
        [("bagit.txt", declaration), ("bag-info.txt", info), ("manifest-sha256.txt", lines(&bag.manifest))]
    {
        let mut digest = Digest::default();
        digest.add(content.as_bytes());
        write(&bag.dir.join(name), content.as_bytes()).await?;
        tags.insert(name.to_owned(), digest.hex());
    }
    write(&bag.dir.join("tagmanifest-sha256.txt"), lines(&tags).as_bytes()).await
}

fn read<T: for<'a> Deserialize<'a>>(path: &Path) -> Result<T> {
    let file = std::fs::File::open(path)?;
    let mut text = String::new();
    file.take(JSON_BYTES_MAX).read_to_string(&mut text)?;
    serde_json::from_str(&text).map_err(|e| Error::broken(format!("{}: {e}", path.display())))
}

/// Was a bag with these files made by this program? Others have no descriptions that could be read.
pub(super) fn is_ours(manifest: &BTreeMap<String, String>) -> bool {
    manifest.contains_key(COLLECTIONS) || manifest.keys().any(|path| path.starts_with(ITEMS))
}

/// Brings a bag of this program's in, whose files were compared with this manifest: collections, people and places, then item by item.
pub(super) async fn import(
    ctx: &Ctx,
    dir: &Path,
    manifest: &BTreeMap<String, String>,
    dry_run: bool,
    terminal: &mut Terminal<'_>,
) -> Result<Counts> {
    let mut counts = Counts::default();
    let items: Vec<&String> =
        manifest.keys().filter(|path| path.starts_with(ITEMS) && path.ends_with(".json")).collect();
    if items.is_empty() {
        return Err(Error::broken(format!("the bag holds no items: there is nothing in {ITEMS}")));
    }
    if !dry_run {
        lists(ctx, dir).await?;
    }
    let bar = super::bar(items.len() as u64);
    let mut links = Vec::new();
    for path in items {
        bar.inc(1);
        let outcome = match read::<Bagged>(&dir.join(path)) {
            Ok(bagged) => {
                links.push((bagged.code.clone(), bagged.links.clone()));
                item_in(ctx, dir, bagged, dry_run).await
            }
            Err(error) => Err(error),
        };
        counts.add(path, outcome, terminal)?;
    }
    bar.finish_and_clear();
    if !dry_run {
        let shows: Shows = read_if_there(&dir.join("data/archive/shows.json"))?;
        ctx.write(move |conn| {
            item::link_all(conn, &links)?;
            shows::bring(conn, &shows)
        })
        .await?;
    }
    Ok(counts)
}

/// A list that a bag may lack; one that is there must be read.
fn read_if_there<T: Default + for<'a> Deserialize<'a>>(path: &Path) -> Result<T> {
    if path.is_file() { read(path) } else { Ok(T::default()) }
}

async fn lists(ctx: &Ctx, dir: &Path) -> Result<()> {
    let collections: Vec<BaggedCollection> = read_if_there(&dir.join(COLLECTIONS))?;
    let people: Vec<BaggedAuthority> = read_if_there(&dir.join("data/archive/people.json"))?;
    ctx.write(move |conn| {
        let mut left = collections;
        // A collection comes after the one that it stands in.
        for _ in 0..=collection::DEPTH_MAX {
            let mut later = Vec::new();
            for one in left {
                if collection::by_code(conn, &one.code)?.is_some() {
                    continue;
                }
                if !one.parent.is_empty() && collection::by_code(conn, &one.parent)?.is_none() {
                    later.push(one);
                    continue;
                }
                let draft = collection::Draft::parse(
                    &one.level,
                    &one.code,
                    &one.title,
                    &one.description,
                    &one.protocol,
                    &one.parent,
                )?;
                collection::create(conn, &draft)?;
            }
            left = later;
        }
        let known = authority::every(conn)?;
        let is_known = |one: &BaggedAuthority, known: &authority::Authority| {
            known.name == one.name && known.kind.as_str() == one.kind && (known.is_living || !one.is_living)
        };
        for one in people.into_iter().filter(|one| !known.iter().any(|known| is_known(one, known))) {
            let said = authority::Said {
                kind: one.kind,
                name: one.name,
                variants: one.variants,
                romanised: one.romanised,
                modern_name: one.modern_name,
                latitude: one.latitude,
                longitude: one.longitude,
                note: one.note,
                is_living: one.is_living,
                born: one.born,
                died: one.died,
            };
            item::save_authority(conn, None, &said)?;
        }
        Ok(())
    })
    .await
}

async fn item_in(ctx: &Ctx, dir: &Path, bagged: Bagged, dry_run: bool) -> Result<Outcome> {
    let code = bagged.code.clone();
    if ctx.read(move |conn| Ok(item::by_code(conn, &code)?.is_some())).await? {
        return Ok(Outcome::Known);
    }
    let said = Said {
        form: bagged.form,
        date_edtf: bagged.date_edtf,
        collection: bagged.collection,
        protocol: bagged.protocol,
        embargo: bagged.embargo,
        living: bagged.living,
        asks_first: bagged.asks_first,
        labels: bagged.labels,
    };
    let draft = Draft::parse(&said, bagged.record)?;
    let state: State = bagged.state.parse().map_err(|()| Error::invalid("state", "archive-problem-choice"))?;
    let title = draft.title().to_owned();
    if dry_run {
        return Ok(Outcome::Taken(title, Vec::new()));
    }
    let mut stored = Vec::new();
    for file in bagged.files {
        let mut one = store(ctx, &inside(dir, &file.path)?).await?;
        if one.file.sha256 != file.sha256 {
            return Err(Error::broken(format!("{} is not what the item says", file.path)));
        }
        one.file.name = file.name;
        one.file.label = file.label;
        one.file.protocol = file.protocol;
        stored.push((one, file.texts));
    }
    let coming = Coming {
        contributor: None,
        contributor_name: bagged.contributor,
        contact: bagged.contact,
        import_key: bagged.import_key,
        code: Some(bagged.code),
    };
    let is_highlighted = bagged.highlighted;
    ctx.write(move |conn| {
        let first = if state == State::Published { State::Draft } else { state };
        let made = item::create(conn, &draft, first, &coming)?;
        for (one, texts) in stored {
            let file = original::add(conn, made.id, one)?;
            for text in texts {
                item::restore_transcript(
                    conn,
                    &file,
                    &text.kind,
                    &text.language,
                    &text.state,
                    &text.body,
                    &text.author,
                )?;
            }
        }
        if state == State::Published {
            item::publish(conn, made.id, false)?;
        }
        if is_highlighted { item::highlight(conn, made.id, true) } else { Ok(()) }
    })
    .await?;
    Ok(Outcome::Taken(title, Vec::new()))
}
