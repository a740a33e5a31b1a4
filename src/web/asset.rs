//! Static files: inside the binary, compressed once at first use, at addresses that change with their content, so that
//! browsers may keep them for ever.

use std::collections::HashMap;
use std::io::Write;
use std::sync::OnceLock;

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, ContentEncoding, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_embed::RustEmbed;

use super::Face;
use crate::error::Error;
use crate::secret::sha256;

/// Bytes of the hash that stand in an address: enough to tell versions apart.
const HASH_BYTES: usize = 9;
/// Brotli's window, in bits: larger than any of the files.
const BROTLI_WINDOW: u32 = 20;
/// Brotli's effort: the last two steps cost ten times the time for some per cent.
const BROTLI_QUALITY: u32 = 9;

#[derive(RustEmbed)]
#[folder = "static"]
struct Files;

/// One file, ready to be sent.
struct Asset {
    hash: String,
    url: String,
    content_type: &'static str,
    plain: web::Bytes,
    gzip: OnceLock<web::Bytes>,
    brotli: OnceLock<web::Bytes>,
}

/// All static files by name.
pub struct Assets(HashMap<String, Asset>);

impl Assets {
    /// Reads the files that are part of the program.
    pub fn load() -> Self {
        let named = |name: &str| Some((name.to_owned(), Asset::new(name, &served(name, &Files::get(name)?.data))));
        Self(Files::iter().filter_map(|name| named(&name)).collect())
    }

    /// The address of a file. A file that doesn't exist gets one that isn't found; a test excludes that.
    pub fn url<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, |asset| asset.url.as_str())
    }
}

impl Asset {
    fn new(name: &str, data: &[u8]) -> Self {
        let hash = URL_SAFE_NO_PAD.encode(sha256(data).get(..HASH_BYTES).unwrap_or_default());
        Self {
            url: format!("/static/{hash}/{name}"),
            hash,
            content_type: content_type(name),
            plain: data.to_vec().into(),
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    fn gzip(&self) -> &web::Bytes {
        self.gzip.get_or_init(|| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            let done = encoder.write_all(&self.plain).and_then(|()| encoder.finish());
            // Writing to memory doesn't fail.
            done.unwrap_or_default().into()
        })
    }

    fn brotli(&self) -> &web::Bytes {
        self.brotli.get_or_init(|| {
            let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4_096, BROTLI_QUALITY, BROTLI_WINDOW);
            drop(encoder.write_all(&self.plain));
            encoder.into_inner().into()
        })
    }
}

/// A file as it is sent: scripts and style sheets go without what only their readers in the source need, comments on lines of
/// their own and indentation.
fn served(name: &str, data: &[u8]) -> Vec<u8> {
    if !name.ends_with(".js") && !name.ends_with(".css") {
        return data.to_vec();
    }
    let text = String::from_utf8_lossy(data);
    let is_comment = |line: &&str| line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
    let lines = text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !is_comment(line));
    lines.flat_map(|line| [line, "\n"]).collect::<String>().into_bytes()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

/// `/static/{hash}/{name}`: under its own hash a file may be kept for ever; under another (of an older or newer
/// program) it is given all the same, and asked for again next time.
pub async fn show(face: web::Data<Face>, request: HttpRequest, path: web::Path<(String, String)>) -> HttpResponse {
    let (hash, name) = path.into_inner();
    let Some(asset) = face.assets.0.get(&name) else {
        return super::error::bare(&Error::NotFound("file"));
    };
    let kept = if hash == asset.hash { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = HttpResponse::Ok();
    response
        .content_type(asset.content_type)
        .insert_header((CACHE_CONTROL, kept))
        .insert_header((VARY, "Accept-Encoding"))
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    match best_encoding(&request) {
        ContentEncoding::Brotli => response.insert_header(ContentEncoding::Brotli).body(asset.brotli().clone()),
        ContentEncoding::Gzip => response.insert_header(ContentEncoding::Gzip).body(asset.gzip().clone()),
        _ => response.body(asset.plain.clone()),
    }
}

/// Brotli before gzip before nothing, by what the client takes.
fn best_encoding(request: &HttpRequest) -> ContentEncoding {
    let takes = |coding| crate::pack::takes(request.headers(), coding);
    if takes("br") {
        ContentEncoding::Brotli
    } else if takes("gzip") {
        ContentEncoding::Gzip
    } else {
        ContentEncoding::Identity
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use actix_web::http::header::ACCEPT_ENCODING;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn addresses_carry_the_hash_and_compressed_forms_are_the_same_file() {
        let assets = Assets::load();
        for name in ["huiguan.css", "print.css", "seal.svg", "hall.js", "picture.js", "hall.svg"] {
            let asset = &assets.0[name];
            assert_eq!(assets.url(name), format!("/static/{}/{name}", asset.hash));
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(&asset.gzip()[..]).read_to_end(&mut plain).unwrap();
            assert_eq!(plain, asset.plain, "{name}");
            plain.clear();
            brotli::Decompressor::new(&asset.brotli()[..], 4_096).read_to_end(&mut plain).unwrap();
            assert_eq!(plain, asset.plain, "{name}");
        }
    }

    #[test]
    fn files_stay_within_their_budgets() {
        let assets = Assets::load();
        let sheets: Vec<_> = assets.0.iter().filter(|(name, _)| name.ends_with(".css")).collect();
        assert!(sheets.len() >= 2);
        for (name, sheet) in sheets {
            assert!(sheet.plain.len() <= 30_000, "{name}: {} bytes", sheet.plain.len());
            assert!(sheet.brotli().len() <= 8_000, "{name}: {} bytes compressed", sheet.brotli().len());
        }
        assert!(assets.0.iter().all(|(name, file)| !name.ends_with(".js") || !file.plain.starts_with(b"//")));
        assert!(assets.0["hall.js"].plain.len() <= 3_000);
    }

    /// Templates with the scripts that they name.
    fn scripts_of(dir: &std::path::Path, found: &mut Vec<(std::path::PathBuf, Vec<String>)>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                scripts_of(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "html") {
                let text = std::fs::read_to_string(&path).unwrap();
                let names = text.split("page.asset(\"").skip(1).filter_map(|rest| rest.split('"').next());
                let names: Vec<_> = names.filter(|name| name.ends_with(".js")).map(str::to_owned).collect();
                if !names.is_empty() {
                    found.push((path, names));
                }
            }
        }
    }

    #[test]
    fn no_page_loads_more_than_eight_kilobytes_of_script() {
        let (assets, mut pages) = (Assets::load(), Vec::new());
        scripts_of(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")), &mut pages);
        assert!(pages.len() > 10, "{pages:?}");
        for (path, names) in pages {
            // What is part of several pages would be counted with none of them.
            assert!(!path.components().any(|part| part.as_os_str() == "part"), "{path:?} {names:?}");
            let own = names.iter().filter(|name| *name != "hall.js").map(|name| assets.0[name].plain.len());
            let bytes = assets.0["hall.js"].plain.len() + own.sum::<usize>();
            assert!(bytes <= 8_192, "{path:?} loads {bytes} bytes: {names:?}");
        }
    }

    #[test]
    fn the_client_chooses_the_encoding() {
        for (header, expected) in [
            ("gzip, deflate, br", ContentEncoding::Brotli),
            ("br;q=0, gzip;q=0.5", ContentEncoding::Gzip),
            ("deflate", ContentEncoding::Identity),
            ("", ContentEncoding::Identity),
        ] {
            let request = TestRequest::default().insert_header((ACCEPT_ENCODING, header)).to_http_request();
            assert_eq!(best_encoding(&request), expected, "{header}");
        }
    }
}
