//! Style sheets, script and pictures: inside the binary, named by their content, compressed once.

use std::collections::HashMap;
use std::io::Write;

use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::RustEmbed;

use super::Face;
use super::error::Fault;
use crate::error::Error;

#[derive(RustEmbed)]
#[folder = "static"]
struct Files;

/// One file.
struct Asset {
    kind: &'static str,
    plain: Vec<u8>,
    gzip: Vec<u8>,
}

/// All files, by path.
pub struct Assets {
    files: HashMap<String, Asset>,
    addresses: HashMap<String, String>,
}

impl Assets {
    /// Reads, names and compresses the files.
    pub fn load() -> Self {
        let (mut files, mut addresses) = (HashMap::new(), HashMap::new());
        for path in Files::iter() {
            let Some(file) = Files::get(&path) else { continue };
            let plain = file.data.into_owned();
            let hash = crate::secret::token_hash(&String::from_utf8_lossy(&plain));
            let address = format!("/static/{}/{path}", hash.get(..12).unwrap_or_default());
            let gzip = compress(&plain);
            addresses.insert(path.to_string(), address);
            files.insert(path.to_string(), Asset { kind: kind(&path), plain, gzip });
        }
        Self { files, addresses }
    }

    /// The address of a file, which changes with its content.
    pub fn address(&self, path: &str) -> &str {
        self.addresses.get(path).map_or("", String::as_str)
    }
}

/// The compressed form, or nothing if it isn't smaller.
fn compress(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let packed = encoder.write_all(plain).and_then(|()| encoder.finish()).unwrap_or_default();
    if packed.len() < plain.len() { packed } else { Vec::new() }
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// `/static/{hash}/{path}`.
pub async fn show(
    face: web::Data<Face>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let asset = face.assets.files.get(&path.1).ok_or(Fault(Error::NotFound("file")))?;
    let accepts = request.headers().get("accept-encoding").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(asset.kind)
        .insert_header(("cache-control", "public, max-age=31536000, immutable"))
        .insert_header(("vary", "Accept-Encoding"));
    if accepts.contains("gzip") && !asset.gzip.is_empty() {
        answer.insert_header(("content-encoding", "gzip"));
        return Ok(answer.body(asset.gzip.clone()));
    }
    Ok(answer.insert_header(("content-encoding", "identity")).body(asset.plain.clone()))
}
