//! PDF files as bytes: the text that stands in one, line by line. Pure.
//!
//! What comes from elsewhere may be made to harm: what is unpacked is bounded here; time and memory are bounded by whoever runs it, in a
//! process of its own (`worker`, `huiguan pdf-text`).

mod map;

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use encoding_rs::{BIG5, GB18030, UTF_16BE};
use lopdf::content::{Content, Operation};
use lopdf::{DecompressError, Dictionary, Document, Encoding, Error, LoadOptions, Object};

use map::Map;

/// Largest file that is read, in bytes.
pub const BYTES_MAX: usize = 256_000_000;
/// Longest text that is kept, in characters.
pub const TEXT_CHARS_MAX: usize = 200_000;
/// What one stream, and one page, may be unpacked to, in bytes.
const UNPACKED_BYTES_MAX: usize = 32_000_000;
/// Pages that are read.
const PAGES_MAX: usize = 3_000;
/// A gap in a line that is a space, in thousandths of the height of its letters.
const GAP: f32 = -180.0;

/// Why there is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It takes a password.
    Locked,
    /// Reading it takes more memory or time than anybody should give it.
    Large,
    /// It can't be read.
    Broken,
}

impl Refused {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::Locked, Self::Large, Self::Broken];

    /// The word that stands for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Locked => "locked",
            Self::Large => "large",
            Self::Broken => "broken",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match error {
            Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => Self::Large,
            Error::InvalidPassword | Error::Decryption(_) | Error::UnsupportedSecurityHandler(_) => Self::Locked,
            _ => Self::Broken,
        }
    }
}

/// The text of a file; empty if it is made of pictures alone.
///
/// Errors: why it can't be read. What can be read of a damaged one is answered.
pub fn text(bytes: &[u8]) -> Result<String, Refused> {
    if bytes.len() > BYTES_MAX {
        return Err(Refused::Large);
    }
    let options = LoadOptions { max_decompressed_size: Some(UNPACKED_BYTES_MAX), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options)?;
    if document.is_encrypted() {
        return Err(Refused::Locked);
    }
    let (mut text, mut known) = (Text::default(), Known::new());
    let mut refused = document.page_iter().next().is_none().then_some(Refused::Broken);
    for page in document.page_iter().take(PAGES_MAX) {
        if let Err(error) = read_page(&document, page, &mut known, &mut text) {
            refused = refused.or(Some(Refused::from(error)));
        }
        text.end_line();
        if text.chars >= TEXT_CHARS_MAX {
            break;
        }
    }
    match refused {
        Some(refused) if text.out.trim().is_empty() => Err(refused),
        _ => Ok(text.out.trim().to_owned()),
    }
}

/// A text in the making.
#[derive(Default)]
struct Text {
    out: String,
    chars: usize,
}

impl Text {
    fn push(&mut self, more: &str) {
        for c in more.chars().filter(|c| !c.is_control()) {
            if self.chars < TEXT_CHARS_MAX {
                self.out.push(c);
                self.chars += 1;
            }
        }
    }

    fn end_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') && self.chars < TEXT_CHARS_MAX {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            self.out.push('\n');
            self.chars += 1;
        }
    }

    /// A gap between words; none beside hanzi, which are set apart only to fill the line.
    fn space(&mut self) {
        if self.out.chars().next_back().is_some_and(|last| last.is_ascii_graphic()) {
            self.push(" ");
        }
    }
}

/// Reads what a page shows, in the order in which it is written (ISO 32000-1, §9.4).
fn read_page<'a>(
    document: &'a Document,
    page: lopdf::ObjectId,
    known: &mut Known<'a>,
    text: &mut Text,
) -> Result<(), Error> {
    let found = document.get_page_fonts(page)?;
    for font in found.values() {
        known.entry(std::ptr::from_ref(*font)).or_insert_with(|| Letters::of(document, font));
    }
    // A font that says nothing of its letters leaves them out; the others are read.
    let letters = |font: &Dictionary| known.get(&std::ptr::from_ref(font))?.as_ref();
    let fonts: BTreeMap<&[u8], &Letters<'_>> =
        found.iter().filter_map(|(name, font)| Some((name.as_slice(), letters(font)?))).collect();
    let content = document.get_page_content_with_limit(page, UNPACKED_BYTES_MAX)?;
    let (mut font, mut line) = (None, None);
    for operation in Content::decode_iter(&content) {
        let Operation { operator, operands } = operation?;
        match operator.as_str() {
            "Tf" => {
                font = operands.first().and_then(|name| name.as_name().ok()).and_then(|name| fonts.get(name).copied());
            }
            "Td" | "TD" if operands.get(1).and_then(number).is_some_and(|down| down != 0.0) => text.end_line(),
            "Td" | "TD" => text.space(),
            "Tm" => {
                let height = operands.get(5).and_then(number);
                if height != line {
                    text.end_line();
                }
                line = height;
            }
            "T*" => text.end_line(),
            "Tj" | "TJ" => show(font, &operands, text),
            "'" => {
                text.end_line();
                show(font, &operands, text);
            }
            "\"" => {
                text.end_line();
                show(font, operands.get(2..).unwrap_or_default(), text);
            }
            "ET" => {
                text.end_line();
                line = None;
            }
            _ => {}
        }
        if text.chars >= TEXT_CHARS_MAX {
            break;
        }
    }
    Ok(())
}

/// What the fonts of a file say, each read once, by where it lies.
type Known<'a> = HashMap<*const Dictionary, Option<Letters<'a>>>;

/// What a font says of its letters.
enum Letters<'a> {
    /// A map of its own.
    Map(Map),
    /// An encoding of hanzi, by its name.
    Named(&'static encoding_rs::Encoding),
    /// Another encoding.
    Plain(Encoding<'a>),
}

impl<'a> Letters<'a> {
    /// `None` if it says nothing: numbers of shapes alone (Identity) mean nothing without a map.
    fn of(document: &'a Document, font: &'a Dictionary) -> Option<Self> {
        let map = font.get_deref(b"ToUnicode", document).and_then(Object::as_stream).ok();
        let map = map.and_then(|stream| stream.get_plain_content_with_limit(UNPACKED_BYTES_MAX).ok());
        if let Some(map) = map.and_then(|bytes| Map::read(&bytes)) {
            return Some(Self::Map(map));
        }
        let encoding = font.get(b"Encoding").and_then(Object::as_name).unwrap_or_default();
        if encoding.starts_with(b"Identity") {
            return None;
        }
        // Encodings of hanzi by their names (ISO 32000-1, §9.7.5.2).
        match encoding.strip_suffix(b"-H").or_else(|| encoding.strip_suffix(b"-V")) {
            Some(b"GB-EUC" | b"GBK-EUC" | b"GBKp-EUC" | b"GBK2K") => Some(Self::Named(GB18030)),
            Some(b"B5pc" | b"ETen-B5" | b"ETenms-B5" | b"HKscs-B5") => Some(Self::Named(BIG5)),
            Some(b"UniGB-UCS2" | b"UniGB-UTF16" | b"UniCNS-UCS2" | b"UniCNS-UTF16") => Some(Self::Named(UTF_16BE)),
            _ => font.get_font_encoding_with_limit(document, UNPACKED_BYTES_MAX).ok().map(Self::Plain),
        }
    }

    /// What a string says.
    fn said(&self, bytes: &[u8]) -> String {
        match self {
            Self::Map(map) => map.said(bytes),
            Self::Named(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Self::Plain(encoding) => Document::decode_text(encoding, bytes).unwrap_or_default(),
        }
    }
}

fn number(object: &Object) -> Option<f32> {
    object.as_float().ok()
}

/// Shows strings, and arrays of strings with gaps between them.
fn show(font: Option<&Letters<'_>>, operands: &[Object], text: &mut Text) {
    let Some(font) = font else { return };
    for operand in operands {
        match operand {
            Object::String(bytes, _) => text.push(&font.said(bytes)),
            Object::Array(parts) => {
                for part in parts {
                    match part {
                        Object::String(bytes, _) => text.push(&font.said(bytes)),
                        gap if number(gap).is_some_and(|gap| gap < GAP) => text.space(),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}
