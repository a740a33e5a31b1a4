//! Secrets: random tokens, digests, passwords and signing keys, all through one cryptographic library.
//!
//! Nothing here is ever logged: no type that holds a secret prints it, and tokens are stored as their digests only.

mod key;
mod password;
pub mod push;

pub use key::{Algorithm, PublicKey, SigningKey};
pub use password::{password_hash, password_made, password_matches, password_waste};

use aws_lc_rs::{constant_time, digest, hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Random bytes in a token: 192 bits, a multiple of three so that base64 needs no padding.
const TOKEN_BYTES: usize = 24;

/// A new token for sessions, invitations and links: 192 random bits as 32 URL-safe characters.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(random::<TOKEN_BYTES>())
}

/// What is stored of a token: its SHA-256 as base64url. A token has too many bits to need a slow hash.
pub fn token_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(token.as_bytes()))
}

/// The SHA-256 digest of some bytes (FIPS 180-4).
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// A SHA-256 digest in the making, of bytes that come in pieces.
pub struct Digest(digest::Context);

impl Default for Digest {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

impl Digest {
    /// Adds a piece.
    pub fn add(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The digest in hexadecimal.
    pub fn hex(self) -> String {
        self.0.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The SHA-512 digest of some bytes (FIPS 180-4).
pub fn sha512(bytes: &[u8]) -> [u8; 64] {
    let mut out = [0; 64];
    out.copy_from_slice(digest::digest(&digest::SHA512, bytes).as_ref());
    out
}

/// `N` random bytes from the system's generator.
pub fn random<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    if rand::fill(&mut out).is_err() {
        // Without randomness every key and token would be guessable: nothing may go on.
        std::process::abort();
    }
    out
}

/// The seal of some bytes by a key: HMAC-SHA-256 (RFC 2104), of which nobody can make another without the key.
pub fn seal(key: &[u8], bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), bytes).as_ref());
    out
}

/// Compares two byte strings in a time that depends on their lengths only.
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_url_safe_and_never_the_same() {
        let (a, b) = (token(), token());
        assert_ne!(a, b);
        assert_eq!(a.len(), 32);
        assert!(a.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_'));
        assert_ne!(token_hash(&a), token_hash(&b));
        assert_eq!(token_hash(&a), token_hash(&a));
        assert!(!token_hash(&a).contains(&a));
    }

    #[test]
    fn digests_are_the_published_ones() {
        // FIPS 180-4, the example "abc".
        let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        assert_eq!(hex(&sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(hex(&sha512(b"abc")).starts_with("ddaf35a193617abacc417349ae204131"));
    }

    #[test]
    fn comparison_is_by_value() {
        assert!(equal(b"", b""));
        assert!(equal(b"abc", b"abc"));
        assert!(!equal(b"abc", b"abd"));
        assert!(!equal(b"abc", b"abcd"));
    }

    #[test]
    fn random_bytes_differ() {
        assert_ne!(random::<16>(), random::<16>());
    }
}
