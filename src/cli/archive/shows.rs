//! What a bag has of how the archive is shown: what is gathered in free collections, and exhibitions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::db::Conn;
use crate::domain::collection;
use crate::domain::exhibition::{self, Draft, Piece};
use crate::domain::item;
use crate::error::Result;

/// All of it, items by their codes.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Shows {
    /// By the code of a free collection, its items in their order.
    gathered: BTreeMap<String, Vec<String>>,
    exhibitions: Vec<BaggedExhibition>,
}

#[derive(Debug, Serialize, Deserialize)]
struct BaggedExhibition {
    title: String,
    lede: String,
    published: bool,
    blocks: Vec<BaggedBlock>,
}

/// A text, or an item with its caption.
#[derive(Debug, Serialize, Deserialize)]
struct BaggedBlock {
    text: String,
    item: String,
    caption: String,
}

/// Takes all of it out of the database.
pub(super) fn pack(conn: &mut Conn) -> Result<Shows> {
    let mut shows = Shows::default();
    for free in collection::free(conn)? {
        let mut codes = Vec::new();
        for id in collection::gathered(conn, free.id)? {
            codes.push(item::by_id(conn, id)?.code);
        }
        shows.gathered.insert(free.code, codes);
    }
    for one in exhibition::all(conn)? {
        let mut blocks = Vec::new();
        for piece in exhibition::pieces(conn, one.id)? {
            let empty = BaggedBlock { text: String::new(), item: String::new(), caption: String::new() };
            blocks.push(match piece {
                Piece::Text(text) => BaggedBlock { text, ..empty },
                Piece::Item(said, caption) => {
                    let code = item::named(conn, &said)?.map(|found| found.code).unwrap_or_default();
                    BaggedBlock { item: code, caption, ..empty }
                }
            });
        }
        let published = one.published_at.is_some();
        shows.exhibitions.push(BaggedExhibition { title: one.title, lede: one.lede, published, blocks });
    }
    Ok(shows)
}

/// Brings it back: what is gathered already stays, an exhibition whose title is there isn't made again, and an item that isn't there is
/// left out.
///
/// # Errors
/// `Invalid` if an exhibition says more than one may.
pub(super) fn bring(conn: &mut Conn, shows: &Shows) -> Result<()> {
    for (code, items) in &shows.gathered {
        let Some(free) = collection::by_code(conn, code)? else { continue };
        for code in items {
            if let Some(found) = item::by_code(conn, code)? {
                collection::gather(conn, free.id, found.id)?;
            }
        }
    }
    let known = exhibition::all(conn)?;
    for one in shows.exhibitions.iter().filter(|one| known.iter().all(|known| known.title != one.title)) {
        let mut pieces = Vec::new();
        for block in &one.blocks {
            if block.item.is_empty() {
                pieces.push(Piece::Text(block.text.clone()));
            } else if item::by_code(conn, &block.item)?.is_some_and(|found| found.state != item::State::Withdrawn) {
                pieces.push(Piece::Item(block.item.clone(), block.caption.clone()));
            }
        }
        let made = exhibition::create(conn, &Draft::parse(&one.title, &one.lede, &pieces)?)?;
        if one.published && !pieces.is_empty() {
            exhibition::publish(conn, made.id)?;
        }
    }
    Ok(())
}
