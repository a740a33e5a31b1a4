//! Pages and answers in fewer bytes: gzip, for those who take it.

use std::sync::{Mutex, PoisonError};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue};
use actix_web::web::Bytes;
use flate2::{Compress, Compression, FlushCompress, Status};

/// Smaller bodies are sent as they are.
const BYTES_MIN: usize = 1_024;
/// The window of gzip, as the exponent of two.
const WINDOW_BITS: u8 = 15;
/// Compressors that wait for their next page; each holds some 300 kB.
const KEPT_MAX: usize = 8;

/// Compresses pages where they are made: they are small, so handing them to another thread would cost more. Compressors are
/// used again, since making one costs as much as a page.
#[derive(Default)]
pub struct Packer(Mutex<Vec<Compress>>);

impl Packer {
    /// The body as it is sent to a client that takes gzip; `None` if it is better sent as it is.
    pub fn pack(&self, plain: &[u8]) -> Option<Vec<u8>> {
        if plain.len() < BYTES_MIN {
            return None;
        }
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut gzip = kept.unwrap_or_else(|| Compress::new_gzip(Compression::fast(), WINDOW_BITS));
        let packed = deflate(&mut gzip, plain);
        gzip.reset();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT_MAX {
            kept.push(gzip);
        }
        packed
    }
}

fn deflate(gzip: &mut Compress, plain: &[u8]) -> Option<Vec<u8>> {
    let mut packed = Vec::with_capacity(plain.len() / 2);
    loop {
        let taken = usize::try_from(gzip.total_in()).ok()?;
        match gzip.compress_vec(plain.get(taken..)?, &mut packed, FlushCompress::Finish).ok()? {
            Status::StreamEnd => return Some(packed),
            Status::Ok | Status::BufError => packed.reserve(BYTES_MIN),
        }
    }
}

/// Does the client take this coding? A weight of zero refuses.
pub fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let header = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    header.split(',').any(|choice| {
        let (name, weight) = choice.split_once(';').unwrap_or((choice, "q=1"));
        let refused = weight.trim().trim_start_matches("q=").parse::<f32>().is_ok_and(|q| q == 0.0);
        name.trim().eq_ignore_ascii_case(coding) && !refused
    })
}

/// Packs a whole body; one that is not whole, or packed already, stays as it is.
pub fn pack_body(packer: &Packer, headers: &mut HeaderMap, body: BoxBody) -> BoxBody {
    if headers.contains_key(CONTENT_ENCODING) {
        return body;
    }
    match body.try_into_bytes() {
        Ok(plain) => match packer.pack(&plain) {
            Some(packed) => {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                BoxBody::new(Bytes::from(packed))
            }
            None => BoxBody::new(plain),
        },
        Err(body) => body,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_packed_unpacks_to_the_same_page_after_page() {
        let packer = Packer::default();
        for page in ["冬节搓丸。".repeat(2_000), "a".repeat(BYTES_MIN), "x=1;".repeat(40_000)] {
            let packed = packer.pack(page.as_bytes()).unwrap();
            assert!(packed.len() < page.len() / 2, "{} of {}", packed.len(), page.len());
            let mut plain = String::new();
            flate2::read::GzDecoder::new(&*packed).read_to_string(&mut plain).unwrap();
            assert!(plain == page, "{} characters came back", plain.len());
        }
        // What can't be made smaller is whole too.
        let noise: Vec<u8> = (0..8_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&*packer.pack(&noise).unwrap()).read_to_end(&mut plain).unwrap();
        assert_eq!(plain, noise);
        assert_eq!(packer.pack(b"short"), None);
    }
}
